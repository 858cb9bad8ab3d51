-- local_moran: clusters and outliers.
CREATE TABLE place (test text, id bigint, x float8, y float8, value float8, neighbours bigint[]);
CREATE TABLE figure (test text, style text, id bigint, gi float8, gi_star float8, i float8, expected float8, variance float8, z float8, p_value float8, quadrant text);
\copy place FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/autocorrelation_places.csv' WITH (FORMAT csv, HEADER)
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/autocorrelation_local.csv' WITH (FORMAT csv, HEADER)

-- R: test/reference/autocorrelation.R (spdep::localmoran: denominator n, conditional variance, quadrants by the mean of all).
-- Places without neighbours have no figures here; spdep has i = 0.
WITH ours AS (
    SELECT test, style, id, csp.local_moran(value, id, neighbours, style => style) OVER (PARTITION BY test, style) AS m
    FROM place CROSS JOIN (VALUES ('W'), ('B')) AS s (style)
)
SELECT test, style, count(*) AS places, count(*) FILTER (WHERE m IS NULL) AS without,
       bool_and((m IS NULL) = (f.i IS NULL)) AS defined,
       bool_and(abs((m).i - f.i) <= 1e-9 * abs(f.i) + 1e-13) AS i,
       bool_and(abs((m).expected / f.expected - 1) < 1e-9) AS expected,
       bool_and(abs((m).variance / f.variance - 1) < 1e-9) AS variance,
       bool_and(abs((m).z - f.z) < 1e-9) AS z,
       bool_and(abs((m).p_value - f.p_value) < 1e-11) AS p_value,
       bool_and((m).quadrant IS NOT DISTINCT FROM f.quadrant) AS quadrant
FROM ours JOIN figure AS f USING (test, style, id)
GROUP BY test, style
ORDER BY test, style;
-- by distance
SELECT bool_and(abs((m).i - f.i) <= 1e-9 * abs(f.i) + 1e-13) AS i, bool_and(abs((m).z - f.z) < 1e-9) AS z, bool_and((m).quadrant = f.quadrant) AS quadrant
FROM (SELECT id, csp.local_moran(value, ST_MakePoint(x, y), 333.3 * sqrt(2)) OVER (ORDER BY value) AS m FROM place WHERE test = 'grid') AS ours
JOIN figure AS f USING (id) WHERE f.test = 'grid' AND style = 'W';

-- the moments are those of every way to deal the others out: 7 places, 3 of the 6 others drawn, all 20 ways
CREATE TABLE seven (id bigint, value float8, neighbours bigint[]);
INSERT INTO seven VALUES (1, 2, '{2,3,4}'), (2, 3, '{1,3,5}'), (3, 9, '{2,4,7}'), (4, 0, '{1,2,3}'), (5, 4, '{4,6,7}'), (6, 4, '{1,5,7}'), (7, 7, '{2,5,6}');
CREATE TABLE enumerated AS
WITH mean AS (SELECT avg(value) AS mean, var_pop(value) AS m2 FROM seven),
way AS (
    SELECT p.id, (p.value - mean) / m2 * ((a.value + b.value + c.value) / 3 - mean) AS i
    FROM mean, seven AS p, seven AS a, seven AS b, seven AS c
    WHERE a.id < b.id AND b.id < c.id AND p.id NOT IN (a.id, b.id, c.id)
),
observed AS (
    SELECT p.id, (p.value - mean) / m2 * (avg(n.value) - mean) AS i
    FROM mean, seven AS p JOIN seven AS n ON n.id = ANY (p.neighbours)
    GROUP BY p.id, p.value, mean, m2
)
SELECT id, count(*) AS ways, o.i, avg(w.i) AS expected, var_pop(w.i) AS variance,
       avg((w.i >= o.i - 1e-9)::int) AS reached, avg((w.i <= o.i + 1e-9)::int) AS not_above
FROM way AS w JOIN observed AS o USING (id)
GROUP BY id, o.i;
SELECT id, ways, abs((m).i - i) < 1e-12 AS i, abs((m).expected - e.expected) < 1e-12 AS expected, abs((m).variance - e.variance) < 1e-12 AS variance
FROM (SELECT id, csp.local_moran(value, id, neighbours) OVER () AS m FROM seven) AS ours JOIN enumerated AS e USING (id)
ORDER BY id;
-- permutations reach the enumerated tails: drawn without replacement, ties counted in both tails, twice the smaller
-- (within 4.5 standard errors of 99,999 draws); 3 of 6 is drawn directly, 4 of 6 by what is left out
SELECT id, round(reached, 2) AS reached, round(not_above, 2) AS not_above,
       abs((m).p_value - least(1, 2 * least(reached, not_above))) < 4.5 * 2 * 0.5 / sqrt(99999) AS p_value,
       (m).p_value > 0.5 AS not_folded,
       ((m).i, (m).expected, (m).variance, (m).z, (m).quadrant) = ((a).i, (a).expected, (a).variance, (a).z, (a).quadrant) AS the_rest_as_without
FROM (SELECT id, csp.local_moran(value, id, neighbours, 99999) OVER () AS m, csp.local_moran(value, id, neighbours) OVER () AS a FROM seven) AS ours
JOIN enumerated AS e USING (id)
ORDER BY id;
WITH four AS (SELECT id, value, (SELECT array_agg(i ORDER BY i) FROM generate_series(1, 7) AS i WHERE i <> id AND i <> id % 7 + 1 AND i <> (id + 1) % 7 + 1) AS neighbours FROM seven),
enumerated AS (
    SELECT p.id, avg((a.value + b.value <= left_out.value)::int) AS reached, avg((a.value + b.value >= left_out.value)::int) AS not_above
    FROM four AS p, seven AS a, seven AS b, LATERAL (SELECT sum(o.value) AS value FROM seven AS o WHERE o.id <> p.id AND o.id <> ALL (p.neighbours)) AS left_out
    WHERE a.id < b.id AND p.id NOT IN (a.id, b.id)
    GROUP BY p.id
)
SELECT bool_and(abs((m).p_value - least(1, 2 * least(reached, not_above))) < 4.5 * 2 * 0.5 / sqrt(99999)) AS p_value
FROM (SELECT id, csp.local_moran(value, id, neighbours, 99999, 5) OVER () AS m FROM four) AS ours JOIN enumerated USING (id);

-- with many neighbours the normal approximation is good: the two p-values agree
SELECT count(*) AS places, bool_and(abs((m).p_value - (a).p_value) < 0.05) AS agree, bool_and((m).p_value >= 2.0 / 10000) AS never_below
FROM (SELECT csp.local_moran(v, ST_MakePoint(x, y), 5, 9999) OVER () AS m, csp.local_moran(v, ST_MakePoint(x, y), 5) OVER () AS a
      FROM (SELECT x, y, csp.seeded_normal(3, 'value', x * 100 + y) + CASE WHEN x < 6 THEN 1 ELSE 0 END AS v FROM generate_series(1, 20) AS x, generate_series(1, 20) AS y) AS c) AS s;

-- one seed, one answer: for any order of rows and any number of workers; another seed, another answer
CREATE TABLE cell AS SELECT x * 100 + y AS id, ST_MakePoint(x, y) AS location, csp.seeded_poisson(1, 'cell', x * 100 + y, 4)::float8 / 7 AS value FROM generate_series(1, 60) AS x, generate_series(1, 60) AS y;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE alone AS SELECT id, csp.local_moran(value, location, 1.5, 999, 42) OVER (ORDER BY id) AS m FROM cell;
SET max_parallel_workers_per_gather = 2;
CREATE TABLE shared AS SELECT id, csp.local_moran(value, location, 1.5, 999, 42) OVER (ORDER BY value, id DESC) AS m FROM cell;
SELECT count(*) AS places, count(*) FILTER (WHERE a.m = s.m) AS same FROM alone AS a JOIN shared AS s USING (id);
SELECT count(*) FILTER (WHERE (a.m).p_value <> (s.m).p_value) > 3000 AS another_seed
FROM alone AS a JOIN (SELECT id, csp.local_moran(value, location, 1.5, 999, 43) OVER () AS m FROM cell) AS s USING (id);
-- noise: p <= 0.05 in no more than about 5% of the places
SELECT avg(((m).p_value <= 0.05)::int) BETWEEN 0.035 AND 0.055 AS at_the_stated_rate FROM alone;
RESET max_parallel_workers_per_gather;

-- quadrants: at the mean is not high. 0 0 6 6 3 in a row, mean 3
SELECT id, value, (m).quadrant, round((m).i::numeric, 6) AS i, round((m).z::numeric, 6) AS z
FROM (SELECT id, value, csp.local_moran(value, ST_MakePoint(id, 0), 1) OVER () AS m FROM (VALUES (1, 0), (2, 0), (3, 6), (4, 6), (5, 3)) AS v (id, value)) AS s
ORDER BY id;
-- none, one, two and three rows, equal values, the others equal, rows without a value or place
SELECT csp.local_moran(1, ST_MakePoint(0, 0), 1) OVER () FROM place WHERE false;
SELECT csp.local_moran(1, ST_MakePoint(0, 0), 1, 99) OVER ();
SELECT csp.local_moran(i, ST_MakePoint(i, 0), 1, 99) OVER () FROM generate_series(1, 2) AS i;
SELECT DISTINCT csp.local_moran(0.1, ST_MakePoint(i, 0), 1, 99) OVER () AS equal_values FROM generate_series(1, 7) AS i;
SELECT row, m IS NULL AS is_null, round((m).i::numeric, 6) AS i, (m).z IS NULL AS no_z, (m).p_value IS NULL AS no_p, (m).quadrant
FROM (SELECT i AS row, csp.local_moran(nullif(CASE i WHEN 4 THEN 9 ELSE 0.1 END, CASE i WHEN 6 THEN 0.1 END), CASE WHEN i <> 7 THEN ST_MakePoint(i, 0) END, 1, 99) OVER () AS m FROM generate_series(1, 7) AS i) AS s
ORDER BY row;
SELECT bool_and(together = alone) AS partitions_do_not_mix
FROM (SELECT id, test, csp.local_moran(value, id, neighbours, 99) OVER (PARTITION BY test) AS together FROM place) AS t
JOIN (SELECT id, csp.local_moran(value, id, neighbours, 99) OVER () AS alone FROM place WHERE test = 'asymmetric') AS a USING (id) WHERE test = 'asymmetric';

SELECT csp.local_moran(value, ST_MakePoint(x, y), -1) OVER () FROM place;
SELECT csp.local_moran(value, ST_MakePoint(x, y), 1, -1) OVER () FROM place;
SELECT csp.local_moran(value, ST_MakePoint(x, y), 1, NULL) OVER () FROM place;
SELECT csp.local_moran(value, ST_MakePoint(x, y), 1, 9, NULL) OVER () FROM place;
SELECT csp.local_moran(value, ST_MakePoint(x, y), 1, style => 'Q') OVER () FROM place;
SELECT csp.local_moran('infinity', id, neighbours) OVER () FROM place;
SELECT csp.local_moran(value, id, neighbours) OVER () FROM place;
SELECT csp.local_moran(value, ST_SetSRID(ST_MakePoint(0, 0), 4326), 1) OVER () FROM place;
-- a long call ends when it is told to
SET statement_timeout = '300ms';
SELECT count((m).z) FROM (SELECT csp.local_moran(value, location, 1.5, 10000000) OVER () AS m FROM cell) AS s;
