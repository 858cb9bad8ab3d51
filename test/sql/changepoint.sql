-- segments of least cost, found without pruning by test/reference/changepoint.R, which also compares R's package changepoint
CREATE TEMP TABLE series (series text, n int, y float8);
CREATE TEMP TABLE expected (series text, cost text, penalty text, value float8, minimum int, last text);
\copy series FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/changepoint_series.csv' WITH (FORMAT csv, HEADER)
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/changepoint.csv' WITH (FORMAT csv, HEADER)
CREATE TEMP TABLE actual AS
SELECT e.*, segments
FROM expected AS e, LATERAL (SELECT csp.changepoints(y, e.cost, e.penalty, e.value, e.minimum ORDER BY n) AS segments FROM series AS s WHERE s.series = e.series) AS c;
SELECT cost, penalty, minimum, count(*) AS series, sum(cardinality(segments)) AS segments,
    count(*) FILTER (WHERE last = (SELECT string_agg(s.last::text, ' ' ORDER BY s.last) FROM unnest(segments) AS s)) AS equal
FROM actual GROUP BY cost, penalty, minimum ORDER BY cost, penalty COLLATE "C", minimum;
-- segments follow each other, their means are the means, change is between means
SELECT count(*) AS segments, count(*) FILTER (WHERE s.n = s.last - s.first + 1 AND s.first = coalesce(before.last, 0) + 1
    AND abs(s.mean - (SELECT avg(y) FROM series AS x WHERE x.series = a.series AND x.n BETWEEN s.first AND s.last)) <= 1e-12 * abs(s.mean)
    AND s.change IS NOT DISTINCT FROM s.mean - before.mean) AS right
FROM actual AS a, LATERAL unnest(segments) WITH ORDINALITY AS s (first, last, n, mean, change, o),
    LATERAL (SELECT segments[s.o - 1] AS b) AS b, LATERAL (SELECT (b).last AS last, (b).mean AS mean) AS before;

-- the Nile: one change, after the 28th value, 1898; cpt.mean, which takes the noise's variance to be 1,
-- has 42. Means by hand: 30737 / 28 and 61198 / 72
SELECT s.first, s.last, 1870 + s.first AS from_year, 1870 + s.last AS to_year, s.n, round(s.mean::numeric, 4) AS mean, round(s.change::numeric, 4) AS change
FROM (SELECT csp.changepoints(y ORDER BY n) AS segments FROM series WHERE series = 'nile') AS c, unnest(segments) AS s;
SELECT cardinality(csp.changepoints(y ORDER BY n)) AS by_default, cardinality(csp.changepoints(y, 'normal', 'BIC' ORDER BY n)) AS bic, cardinality(csp.changepoints(y / 169, 'normal', 'manual', 2 * ln(100) ORDER BY n)) AS manual, cardinality(csp.changepoints(y * 1e6 + 1e9 ORDER BY n)) AS other_unit
FROM series WHERE series = 'nile';
-- where the package differs: discoveries under MBIC. Its pruning drops the best answer, one segment of cost 119.0220, and gives changes at
-- 24 and 29 of cost 119.1556 (test/reference/changepoint.R reports 11 such cases of 180)
SELECT csp.changepoints(y ORDER BY n) FROM series WHERE series = 'found';
-- a Poisson segment without events has ln of its length added as every other
SELECT s.first, s.last, round(s.mean::numeric, 4) AS mean FROM (SELECT csp.changepoints(y, 'poisson' ORDER BY n) AS segments FROM series WHERE series = 'counts') AS c, unnest(segments) AS s;

-- by hand: 0 0 0 0 9 9 9 9 with differences 0 but one of 9: MAD 0, so that the noise is sqrt(81 / 7 / 2) = 2.4054; sum of squares about the
-- mean 162 / 5.7857 = 28; a change saves 28 and costs the penalty: 27.9 is worth it, 28.1 is not
SELECT cardinality(csp.changepoints(y, 'normal', 'manual', 27.9 ORDER BY n)) AS two, cardinality(csp.changepoints(y, 'normal', 'Manual', 28.1 ORDER BY n)) AS one
FROM unnest(ARRAY[0, 0, 0, 0, 9, 9, 9, 9]) WITH ORDINALITY AS v (y, n);
-- Poisson, 1 1 1 1 5 5 5 5: one segment 2 x 24 x (ln 8 - ln 24) = -52.7334, two 0 + 2 x 20 (ln 4 - ln 20) = -64.3775: a gain of 11.6441
SELECT cardinality(csp.changepoints(y, 'poisson', 'manual', 11.64 ORDER BY n)) AS two, cardinality(csp.changepoints(y, 'poisson', 'manual', 11.65 ORDER BY n)) AS one
FROM unnest(ARRAY[1, 1, 1, 1, 5, 5, 5, 5]) WITH ORDINALITY AS v (y, n);

-- NULLs are skipped but counted; no rows, no values, one value, too few for two segments, constant, all zeros
SELECT csp.changepoints(y, 'poisson', 'BIC', NULL, 1 ORDER BY n) FROM unnest(ARRAY[NULL, 1, 1, NULL, 1, 1, 30, NULL, 30, 30, NULL]) WITH ORDINALITY AS v (y, n);
SELECT csp.changepoints(y ORDER BY n) AS no_rows, csp.changepoints(NULL::float8 ORDER BY n) AS no_values FROM series WHERE false;
SELECT csp.changepoints(NULL::float8 ORDER BY n) AS no_values, csp.changepoints(7 ORDER BY n) FILTER (WHERE n = 1) AS one, csp.changepoints(y, 'normal', 'BIC', NULL, 6 ORDER BY n) AS short,
    csp.changepoints(5 ORDER BY n) AS constant, csp.changepoints(0, 'poisson' ORDER BY n) AS zeros
FROM series WHERE series = 'steps' AND n > 36 AND n <= 47;
-- a penalty of 0 puts every value by itself, or every pair
SELECT cardinality(csp.changepoints(n * n, 'normal', 'manual', 0, 1 ORDER BY n)) AS values, cardinality(csp.changepoints(n * n, 'normal', 'manual', 0, 2 ORDER BY n)) AS pairs FROM generate_series(1, 10) AS n;
-- the order of rows is the order of the series; GROUP BY and FILTER; a moving frame
SELECT series, csp.changepoints(y ORDER BY n) = csp.changepoints(y ORDER BY n + 0.5) AS same, csp.changepoints(y ORDER BY n) <> csp.changepoints(y ORDER BY md5(n::text)) AS shuffled,
    (csp.changepoints(y ORDER BY n) FILTER (WHERE n > 30))[1].last - (csp.changepoints(y ORDER BY n))[1].last AS shifted
FROM series WHERE series IN ('steps', 'counts') GROUP BY series ORDER BY series;
SELECT count(*) FILTER (WHERE f.segments = (SELECT csp.changepoints(y ORDER BY x.n) FROM series AS x WHERE series = 'steps' AND x.n BETWEEN f.n - 59 AND f.n)) AS same, count(*) AS compared
FROM (SELECT n, csp.changepoints(y) OVER (ORDER BY n ROWS 59 PRECEDING) AS segments FROM series WHERE series = 'steps') AS f;
-- parallel plans gather the rows in order
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2; SET parallel_leader_participation = off;
CREATE TABLE changepoint_many AS SELECT g, n, y + g AS y FROM series, generate_series(1, 30) AS g WHERE series = 'steps';
ANALYZE changepoint_many;
SELECT count(DISTINCT array(SELECT s.first FROM unnest(segments) AS s)) AS different, count(*) AS groups FROM (SELECT g, csp.changepoints(y ORDER BY n) AS segments FROM changepoint_many GROUP BY g) AS c;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather; RESET parallel_leader_participation;
DROP TABLE changepoint_many;
-- errors
SELECT csp.changepoints('NaN' ORDER BY n) FROM series WHERE series = 'two';
SELECT csp.changepoints('-Infinity'::float8, 'poisson' ORDER BY n) FROM series WHERE series = 'two';
SELECT csp.changepoints(-y, 'poisson' ORDER BY n) FROM series WHERE series = 'two';
SELECT csp.changepoints(y / 2, 'poisson' ORDER BY n) FROM series WHERE series = 'two';
SELECT csp.changepoints(y, 'gamma' ORDER BY n) FROM series WHERE series = 'two';
SELECT csp.changepoints(y, 'normal', 'AIC' ORDER BY n) FROM series WHERE series = 'two';
SELECT csp.changepoints(y, NULL ORDER BY n) FROM series WHERE series = 'two';
SELECT csp.changepoints(y, 'normal', 'manual' ORDER BY n) FROM series WHERE series = 'two';
SELECT csp.changepoints(y, 'normal', 'manual', NULL ORDER BY n) FROM series WHERE series = 'two';
SELECT csp.changepoints(y, 'normal', 'manual', -1 ORDER BY n) FROM series WHERE series = 'two';
SELECT csp.changepoints(y, 'normal', 'BIC', 'NaN', 0 ORDER BY n) FROM series WHERE series = 'two';
SELECT csp.changepoints(y, 'normal', 'manual', n ORDER BY n) FROM series WHERE series = 'two';
SELECT csp.changepoints(CASE n % 2 WHEN 0 THEN 1.7e308 ELSE -1.7e308 END ORDER BY n) FROM series WHERE series = 'nile';
