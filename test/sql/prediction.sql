-- prediction: accuracy, efficiency and recapture of forecast maps.

-- 30 of 100 events in a tenth of the area: 0.3 / 0.1; 30 of the 60 that could have been had; 10 -> 30 while 50 -> 100: 3 / 2
SELECT csp.prediction_accuracy_index(30, 100, 2.5, 25) AS pai, csp.prediction_efficiency_index(30, 60) AS pei,
       csp.recapture_rate_index(10, 30, 50, 100) AS rri;
-- nothing to hit, nothing flagged, nothing attainable, nothing hit earlier, nothing later; NULLs
SELECT csp.prediction_accuracy_index(0, 0, 1, 2) AS no_events, csp.prediction_accuracy_index(0, 5, 0, 2) AS no_area, csp.prediction_accuracy_index(0, 5, 1, 2) AS no_hits,
       csp.prediction_efficiency_index(0, 0) AS no_best, csp.recapture_rate_index(0, 3, 5, 5) AS none_earlier, csp.recapture_rate_index(1, 0, 5, 0) AS none_later,
       csp.recapture_rate_index(2, 0, 5, 5) AS cooled, csp.prediction_accuracy_index(1, 1, NULL, 1) AS unknown;
SELECT csp.prediction_accuracy_index(5, 4, 1, 2);
SELECT csp.prediction_accuracy_index(-1, 4, 1, 2);
SELECT csp.prediction_accuracy_index(1, 4, 3, 2);
SELECT csp.prediction_accuracy_index(1, 4, 0, 0);
SELECT csp.prediction_accuracy_index(1, 4, 'NaN', 2);
SELECT csp.prediction_efficiency_index(5, 4);
SELECT csp.recapture_rate_index(6, 1, 5, 9);

-- the six cells of the manual of R ptools. Predicted 8, 4, 4, 2, 1, 0, observed 6, 7, 3, 2, 1, 0; of the two with 4 the one with 3 events first.
-- One cell: 6 of 19, best 7. Two: 6 + 3, best 7 + 6. Three: 6 + 3 + 7 = best. PAI (6/19)/(1/6) = 1.8947, (9/19)/(2/6) = 1.4211, (16/19)/(3/6) = 1.6842
CREATE TEMP TABLE six (id int, observed bigint, predicted float8, area float8);
INSERT INTO six VALUES (1, 6, 8, 1), (2, 7, 4, 2), (3, 3, 4, 0.5), (4, 2, 2, 3), (5, 1, 1, 1), (6, 0, 0, 4);
SELECT k, (r).cells, (r).cells_flagged, (r).hits, (r).events, round((r).hit_rate::numeric, 4) AS hit_rate, round((r).pai::numeric, 4) AS pai, (r).best_hits, round((r).pei::numeric, 4) AS pei, (r).predicted
FROM (SELECT k, csp.prediction_accuracy(predicted, observed, 1, k / 6.0) AS r FROM six, generate_series(1, 6) AS k GROUP BY k) AS s ORDER BY k;
-- of different sizes (1, 2, 0.5, 3, 1, 4): densities 8, 2, 8, 2/3, 1, 0. Of the two with 8 the third first: 3 events on 0.5; the best 0.5 is half of the first: 3.
-- Two cells: 9 events on 1.5, PAI (9/19)/(1.5/11.5) = 3.6316, best 6 + 3. Three: 16 on 3.5, PAI 2.7669, best all of it.
-- Four add the fifth: 17 on 4.5; the best 4.5 is the first three (16) and the fifth (1). Five add the fourth: 19.
SELECT k, (r).cells_flagged, round((r).area_share::numeric, 6) AS area_share, (r).hits, round((r).pai::numeric, 4) AS pai, round((r).best_hits::numeric, 6) AS best_hits, round((r).pei::numeric, 6) AS pei
FROM (SELECT k, csp.prediction_accuracy(predicted, observed, area, k / 6.0) AS r FROM six, generate_series(1, 6) AS k GROUP BY k) AS s ORDER BY k;

-- 400 cells of one size, of different sizes, and with four values of prediction only: test/reference/prediction.R
CREATE TEMP TABLE cell (map text, predicted float8, observed bigint, area float8);
CREATE TEMP TABLE figure (map text, share float8, cells_flagged bigint, area_share float8, events bigint, hits bigint, hit_rate float8, pai float8, best_hits float8, pei float8, predicted float8);
\copy cell FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/prediction_cells.csv' WITH (FORMAT csv, HEADER)
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/prediction.csv' WITH (FORMAT csv, HEADER)
SELECT count(*) AS figures, count(*) FILTER (WHERE ((r).cells_flagged, (r).events, (r).hits) = (f.cells_flagged, f.events, f.hits)) AS equal_counts,
       max(abs((r).area_share - f.area_share)) < 1e-12 AS area_share, max(abs((r).hit_rate - f.hit_rate)) < 1e-12 AS hit_rate, max(abs((r).pai - f.pai)) < 1e-9 AS pai,
       max(abs((r).best_hits - f.best_hits)) < 1e-9 AS best_hits, max(abs((r).pei - f.pei)) < 1e-9 AS pei, max(abs((r).predicted - f.predicted)) < 1e-9 AS predicted
FROM (SELECT c.map, f.share, csp.prediction_accuracy(c.predicted, c.observed, c.area, f.share) AS r FROM cell AS c JOIN figure AS f USING (map) GROUP BY c.map, f.share) AS s
JOIN figure AS f USING (map, share);
-- the order of the rows does not matter, ties or not
SELECT map, csp.prediction_accuracy(predicted, observed, area, 0.1 ORDER BY observed) = csp.prediction_accuracy(predicted, observed, area, 0.1 ORDER BY -observed, area) AS equal
FROM cell GROUP BY map ORDER BY map;
-- 7% of 100 cells are 7, though 0.07 * 100 is not; the smallest share is still one cell
SELECT (csp.prediction_accuracy(i, 0, 1, 0.07)).cells_flagged AS seven, (csp.prediction_accuracy(i, 0, 1, 1e-9)).cells_flagged AS one FROM generate_series(1, 100) AS i;

-- no rows, only NULLs, no events, an area of 0, FILTER, a moving frame
SELECT csp.prediction_accuracy(predicted, observed, area, 0.1) AS no_rows FROM six WHERE false;
SELECT csp.prediction_accuracy(NULL, observed, area, 0.1) AS only_nulls FROM six;
SELECT (r).events, (r).hits, (r).hit_rate, (r).pai, (r).best_hits, (r).pei FROM (SELECT csp.prediction_accuracy(predicted, 0, area, 0.5) AS r FROM six) AS s;
SELECT (csp.prediction_accuracy(predicted, observed - 6, 1 - id % 2, 0.5)).cells FROM six WHERE id = 1 OR observed = 7;
SELECT id, (csp.prediction_accuracy(predicted, observed, 1, 0.5) OVER (ORDER BY id ROWS 1 PRECEDING)).hits AS of_two,
       (csp.prediction_accuracy(predicted, observed, 1, 0.5) FILTER (WHERE id > 2) OVER (ORDER BY id)).hits AS from_third FROM six ORDER BY id;
-- refused
SELECT csp.prediction_accuracy(predicted, observed, 0, 0.5) FROM six;
SELECT csp.prediction_accuracy(predicted, -observed, 1, 0.5) FROM six;
SELECT csp.prediction_accuracy('infinity', observed, 1, 0.5) FROM six;
SELECT csp.prediction_accuracy(predicted, observed, -1, 0.5) FROM six;
SELECT csp.prediction_accuracy(predicted, observed, 1, 5) FROM six;
SELECT csp.prediction_accuracy(predicted, observed, 1, 0) FROM six;
SELECT csp.prediction_accuracy(predicted, observed, 1, 1.0 / id) FROM six;

-- a parallel plan gives the same
SELECT csp.prediction_accuracy(predicted, observed, area, 0.1)::text AS serial FROM cell \gset
CREATE TABLE cell_kept AS SELECT * FROM cell;
SELECT * FROM combining('cell_kept', 'SELECT csp.prediction_accuracy(predicted, observed, area, 0.1) FROM cell_kept');
SELECT csp.prediction_accuracy(predicted, observed, area, 0.1)::text = :'serial' AS equal FROM cell_kept;
DROP TABLE cell_kept;
DROP TABLE six, cell, figure;

-- more events than a bigint holds
SELECT csp.prediction_accuracy(1, 9223372036854775807, 1, 0.5) FROM generate_series(1, 2);
