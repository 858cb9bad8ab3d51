-- gi_star, gi: hot and cold spots.
CREATE TABLE place (test text, id bigint, x float8, y float8, value float8, neighbours bigint[]);
CREATE TABLE figure (test text, style text, id bigint, gi float8, gi_star float8, i float8, expected float8, variance float8, z float8, p_value float8, quadrant text);
\copy place FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/autocorrelation_places.csv' WITH (FORMAT csv, HEADER)
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/autocorrelation_local.csv' WITH (FORMAT csv, HEADER)

-- R: test/reference/autocorrelation.R (spdep::localG, with and without the place itself); no z where R has NaN
WITH ours AS (
    SELECT test, style, id,
           csp.gi(value, id, neighbours, style) OVER each AS gi,
           csp.gi_star(value, id, neighbours, style) OVER each AS gi_star
    FROM place CROSS JOIN (VALUES ('W'), ('B')) AS s (style)
    WINDOW each AS (PARTITION BY test, style)
)
SELECT test, style, count(*) AS places, count(*) FILTER (WHERE f.gi IS NULL) AS without_gi,
       bool_and(((ours.gi).z IS NULL) = (f.gi IS NULL)) AS gi_defined,
       max(abs((ours.gi).z - f.gi)) < 1e-11 AS gi,
       max(abs((ours.gi_star).z - f.gi_star)) < 1e-11 AS gi_star,
       max(abs((ours.gi).p_value - f.p_value)) < 1e-11 AS p_value     -- Gi and the conditional local Moran have one |z|
FROM ours JOIN figure AS f USING (test, style, id)
GROUP BY test, style
ORDER BY test, style;

-- by distance: cell x sqrt(2) keeps all eight neighbours, and 90 is within 90
WITH ours AS (
    SELECT test, id, csp.gi_star(value, ST_SetSRID(ST_MakePoint(x, y), 27700), CASE test WHEN 'grid' THEN 333.3 * sqrt(2) ELSE 90 END) OVER each AS gi_star,
           csp.gi(value, ST_SetSRID(ST_MakePoint(x, y), 27700), CASE test WHEN 'grid' THEN 333.3 * sqrt(2) ELSE 90 END, 'B') OVER each AS gi
    FROM place WHERE test IN ('grid', 'islands')
    WINDOW each AS (PARTITION BY test ORDER BY value, id DESC)
)
SELECT test, count(*) AS places, max(abs((ours.gi_star).z - f.gi_star)) < 1e-11 AS gi_star, max(abs((ours.gi).z - f.gi)) < 1e-11 AS gi
FROM ours JOIN figure AS f USING (test, id) WHERE style = 'W'
GROUP BY test ORDER BY test;

-- the diagonal at every cell size and far from the origin: with values 0 but for one 1, z is positive exactly where that one is near
WITH cell AS (SELECT s.cell, x, y FROM (VALUES (0.1), (1), (3), (33.3), (100), (333.3), (1000), (1234.567)) AS s (cell), generate_series(0, 6) AS x, generate_series(0, 6) AS y),
ours AS (
    SELECT cell, csp.gi_star((x = 3 AND y = 3)::int, ST_MakePoint(654321.1 + x * cell, 1234567.7 + y * cell), cell * sqrt(2)) OVER (PARTITION BY cell) AS g FROM cell
)
SELECT cell, count(*) FILTER (WHERE (g).z > 0) AS near FROM ours GROUP BY cell ORDER BY cell;

-- by hand: 0, 0, 3 in a row; mean 1, variance 2. Gi* of the ends: (0 + 0 - 2) / sqrt(2 x 2 x 1 / 2) = -1.414214,
-- (0 + 3 - 2) / sqrt(2) = 0.707107; all are neighbours of the middle: nothing can vary. Gi of the ends, over the two
-- others: 0 against 0 and 3, mean 1.5, variance 2.25: -1.5 / sqrt(2.25 x 1 x 1 / 1) = -1; at the right end both others are 0.
SELECT id, round((star).z::numeric, 6) AS star, round((star).p_value::numeric, 6) AS p_value, round((g).z::numeric, 6) AS gi, star IS NULL AS star_is_null
FROM (SELECT id, csp.gi_star(value, id, neighbours) OVER () AS star, csp.gi(value, id, neighbours) OVER () AS g
      FROM (VALUES (1, 0, '{2}'::bigint[]), (2, 0, '{1,3}'), (3, 3, '{2}')) AS v (id, value, neighbours)) AS s;

-- lists as they stand: unknown ids, the place itself, NULLs and repetitions make no difference; asymmetric lists do
CREATE TABLE listed (id bigint, value float8, clean bigint[], untidy bigint[], one_way bigint[]);
INSERT INTO listed VALUES (10, 1, '{20,30}', '{30,20,10,30,99,NULL}', '{20,30}'), (20, 5, '{10}', '{-7,10,10}', '{}'),
    (30, 2, '{10,50}', '{{30,50},{NULL,10}}', '{10,50}'), (40, 9, '{}', '{40,41}', NULL), (50, 4, '{30}', '{30}', '{30}'), (60, 3, NULL, '{NULL}', '{10}');
SELECT id, csp.gi_star(value, id, clean) OVER () = csp.gi_star(value, id, untidy) OVER () AS star_same,
       csp.gi(value, id, clean) OVER () IS NOT DISTINCT FROM csp.gi(value, id, untidy) OVER () AS gi_same,
       round((csp.gi(value, id, one_way) OVER ()).z::numeric, 6) AS one_way
FROM listed ORDER BY id;
-- ids far apart are found as well as dense ones
SELECT bool_and(dense = sparse) FROM (
    SELECT csp.gi_star(value, id, neighbours) OVER () AS dense,
           csp.gi_star(value, id * 1000000007 - 5000000000, (SELECT array_agg(n * 1000000007 - 5000000000) FROM unnest(neighbours) AS n)) OVER () AS sparse
    FROM place WHERE test = 'grid') AS s;
-- without neighbours: Gi has no figure, Gi* judges the place's own value: mean 4, s^2 = 40 / 6, z = (9 - 4) / s
SELECT csp.gi(value, id, clean) OVER () AS gi, round((csp.gi_star(value, id, clean) OVER ()).z::numeric, 6) AS star, round((5 / sqrt(40 / 6.0))::numeric, 6) AS by_hand
FROM listed ORDER BY id = 40 DESC LIMIT 1;
SELECT csp.gi(value, ST_MakePoint(id, 0), 1) OVER () AS all_islands FROM listed LIMIT 1;

-- a row without a value, a place or an id gives NULL and does not count
SELECT name, g IS NULL AS is_null, round((g).z::numeric, 6) AS z, round((l).z::numeric, 6) AS listed
FROM (SELECT name, csp.gi_star(value, location, 1) OVER () AS g, csp.gi_star(value, id, neighbours) OVER () AS l
      FROM (VALUES ('a', 0, ST_MakePoint(0, 0), 1, '{2}'::bigint[]), ('no value', NULL, ST_MakePoint(0, 1), 7, '{2}'), ('b', 0, ST_MakePoint(1, 0), 2, '{1,3,7}'),
                   ('no place', 1000, NULL, NULL, '{1}'), ('c', 3, ST_MakePoint(2, 0), 3, '{2,7}')) AS v (name, value, location, id, neighbours)) AS s
ORDER BY name;
-- two places at one location are neighbours: 0 and 3 on one spot, 9 apart; mean 4, variance 14: (0 + 3 - 8) / sqrt(14 x 2 x 1 / 2), (9 - 4) / sqrt(14 x 1 x 2 / 2)
SELECT value, round((csp.gi_star(value, ST_MakePoint(x, 0), 1) OVER ()).z::numeric, 6) AS z, round((CASE value WHEN 9 THEN 9 - 4 ELSE 0 + 3 - 8 END / sqrt(14))::numeric, 6) AS by_hand
FROM (VALUES (0, 0), (3, 0), (9, 5)) AS v (value, x);

-- none, one and two rows; equal values, also such whose mean is not exact; the others equal
SELECT csp.gi_star(1, ST_MakePoint(0, 0), 1) OVER () FROM listed WHERE false;
SELECT csp.gi_star(1, ST_MakePoint(0, 0), 1) OVER () AS star, csp.gi(1, ST_MakePoint(0, 0), 1) OVER () AS gi;
SELECT csp.gi_star(i, ST_MakePoint(i, 0), 1) OVER () AS star, csp.gi(i, ST_MakePoint(i, 0), 1) OVER () AS gi, csp.gi_star(i, ST_MakePoint(i, 0), 0.5) OVER () AS star_apart FROM generate_series(1, 2) AS i;
SELECT DISTINCT csp.gi_star(0.1, ST_MakePoint(i, 0), 1) OVER () AS star, csp.gi(0.1, ST_MakePoint(i, 0), 1) OVER () AS gi FROM generate_series(1, 7) AS i;
SELECT i, round((csp.gi(CASE i WHEN 7 THEN 9 ELSE 0.1 END, ST_MakePoint(i, 0), 1) OVER ()).z::numeric, 6) AS gi FROM generate_series(1, 7) AS i ORDER BY i;

-- each partition for itself; the order of rows makes no difference to a single bit
SELECT count(*) AS rows, bool_and(a = b) AS same
FROM (SELECT csp.gi_star(value, ST_MakePoint(x, y), 400) OVER (PARTITION BY test ORDER BY id) AS a, csp.gi_star(value, ST_MakePoint(x, y), 400) OVER (PARTITION BY test ORDER BY md5(id::text)) AS b FROM place) AS s;
SELECT bool_and(together = alone) AS partitions_do_not_mix
FROM (SELECT id, csp.gi_star(value, id, neighbours) OVER (PARTITION BY test) AS together, test FROM place) AS t
JOIN (SELECT id, csp.gi_star(value, id, neighbours) OVER () AS alone FROM place WHERE test = 'asymmetric') AS a USING (id)
WHERE test = 'asymmetric';
-- a planted hot and cold corner, after control of the false discovery rate
SELECT count(*) FILTER (WHERE p <= 0.05 AND z > 0) AS hot, count(*) FILTER (WHERE p <= 0.05 AND z < 0) AS cold,
       count(*) FILTER (WHERE raw <= 0.05) AS without_control
FROM (SELECT z, csp.adjusted_p_value(p_value) OVER () AS p, p_value AS raw
      FROM (SELECT (csp.gi_star(value, id, neighbours) OVER ()).* FROM place WHERE test = 'grid') AS g) AS a;
-- in noise p is at most 0.05 in about 5% of the 10,000 cells, and next to nothing is left after control
SELECT avg((p_value <= 0.05)::int) BETWEEN 0.04 AND 0.06 AS at_the_stated_rate, count(*) FILTER (WHERE adjusted <= 0.05) < 5 AS after_control
FROM (SELECT p_value, csp.adjusted_p_value(p_value) OVER () AS adjusted
      FROM (SELECT (csp.gi_star(csp.seeded_poisson(7, 'noise', x * 100 + y, 8), ST_MakePoint(x, y), 1.5) OVER ()).* FROM generate_series(1, 100) AS x, generate_series(1, 100) AS y) AS g) AS s;

SELECT csp.gi_star(value, ST_MakePoint(x, y), 0) OVER () FROM place;
SELECT csp.gi_star(value, ST_MakePoint(x, y), NULL) OVER () FROM place;
SELECT csp.gi_star(value, ST_MakePoint(x, y), 'infinity') OVER () FROM place;
SELECT csp.gi_star(value, ST_MakePoint(x, y), 1, 'C') OVER () FROM place;
SELECT csp.gi_star(value, id, neighbours, NULL) OVER () FROM place WHERE test = 'grid';
SELECT csp.gi_star('NaN', ST_MakePoint(x, y), 1) OVER () FROM place;
SELECT csp.gi_star('-infinity', id, neighbours) OVER () FROM place WHERE test = 'grid';
SELECT csp.gi_star(1e200 * id, id, neighbours) OVER () FROM place WHERE test = 'grid';
SELECT csp.gi_star(value, id, neighbours) OVER () FROM place;
SELECT csp.gi_star(value, ST_SetSRID(ST_MakePoint(x, y), CASE WHEN id < 3 THEN 27700 ELSE 29902 END), 1) OVER () FROM place;
SELECT csp.gi_star(value, ST_SetSRID(ST_MakePoint(0, 0), 4326), 1) OVER () FROM place;
SELECT csp.gi_star(value, id, neighbours) FROM place;
SET csp_analysis.max_memory = '1MB';
SELECT csp.gi_star(i, ST_MakePoint(i % 10, 0), 5) OVER () FROM generate_series(1, 5000) AS i;
