-- neighbourhood_sum: what lies in and around each place.
-- by hand: 1 2 4 8 in a row, neighbours 1 apart: 1+2, 1+2+4, 2+4+8, 4+8; the lists leave out what is not there (99), oneself and repetitions
SELECT id, csp.neighbourhood_sum(v, ST_MakePoint(id, 0), 1) OVER () AS located, csp.neighbourhood_sum(v, id, ARRAY[id - 1, id + 1, id + 1, id, 99, NULL]) OVER () AS listed,
       csp.neighbourhood_sum(v, id, CASE WHEN id > 2 THEN ARRAY[1, 2] END) OVER () AS asymmetric, csp.neighbourhood_sum(1, ST_MakePoint(id, 0), 0.5) OVER () AS alone
FROM (VALUES (1::bigint, 1), (2, 2), (3, 4), (4, 8)) AS t (id, v) ORDER BY id;
-- against a self-join on the places of R's tests (test/reference/autocorrelation.R), by distance and by lists, partition by partition
CREATE TABLE place (test text, id bigint, x float8, y float8, value float8, neighbours bigint[]);
\copy place FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/autocorrelation_places.csv' WITH (FORMAT csv, HEADER)
WITH ours AS (
    SELECT test, id, csp.neighbourhood_sum(value, id, neighbours) OVER (PARTITION BY test) AS listed, csp.neighbourhood_sum(value, ST_SetSRID(ST_MakePoint(x, y), 27700), 90) OVER (PARTITION BY test ORDER BY value ROWS 1 PRECEDING) AS located FROM place
),
joined AS (
    SELECT a.test, a.id, sum(b.value) FILTER (WHERE b.id = a.id OR b.id = ANY (a.neighbours)) AS listed, sum(b.value) FILTER (WHERE (a.x - b.x) ^ 2 + (a.y - b.y) ^ 2 <= 8100) AS located
    FROM place AS a JOIN place AS b USING (test) GROUP BY a.test, a.id
)
SELECT test, count(*) AS places, bool_and(abs(o.listed - j.listed) < 1e-9) AS listed, bool_and(abs(o.located - j.located) < 1e-9) AS located
FROM ours AS o JOIN joined AS j USING (test, id) GROUP BY test ORDER BY test;
-- it is what Gi* standardises: z follows from it, mean and variance
SELECT test, bool_and(abs((g).z - (s - k * mean) / sqrt(variance * k * (n - k) / (n - 1))) < 1e-9) AS as_gi_star
FROM (SELECT test, csp.gi_star(value, id, neighbours) OVER t AS g, csp.neighbourhood_sum(value, id, neighbours) OVER t AS s, csp.neighbourhood_sum(1, id, neighbours) OVER t AS k,
             avg(value) OVER t AS mean, var_pop(value) OVER t AS variance, count(*) OVER t AS n FROM place WINDOW t AS (PARTITION BY test)) AS w GROUP BY test ORDER BY test;
-- rows without a value or place: NULL, and no part of anything; no rows; one row
SELECT id, csp.neighbourhood_sum(v, p, 1.5) OVER () AS sum FROM (VALUES (1, 1, ST_MakePoint(1, 0)), (2, NULL, ST_MakePoint(2, 0)), (3, 4, NULL), (4, 8, ST_MakePoint(2, 0))) AS t (id, v, p) ORDER BY id;
SELECT csp.neighbourhood_sum(1, 1, NULL) OVER () AS one, csp.neighbourhood_sum(NULL, ST_MakePoint(0, 0), 1) OVER () AS none;
SELECT count(*) FROM (SELECT csp.neighbourhood_sum(value, id, neighbours) OVER () FROM place WHERE false) AS s;
SELECT csp.neighbourhood_sum(1, ST_MakePoint(0, 0), 0) OVER ();
SELECT csp.neighbourhood_sum(1, ST_MakePoint(0, 0), NULL) OVER ();
SELECT csp.neighbourhood_sum('Infinity', ST_MakePoint(0, 0), 1) OVER ();
SELECT csp.neighbourhood_sum(1e308, ST_MakePoint(0, n), 1) OVER () FROM generate_series(1, 2) AS n;
SELECT csp.neighbourhood_sum(1, 7, '{}') OVER () FROM generate_series(1, 2);
SELECT csp.neighbourhood_sum(1, ST_SetSRID(ST_MakePoint(0, 0), 4326), 1) OVER ();
