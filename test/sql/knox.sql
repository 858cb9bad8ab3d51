-- knox: figures from test/reference/knox.R (base R: full distance matrices, falling-factorial moments, enumeration).
SET extra_float_digits = 0;
\set events `cat "$PG_ABS_SRCDIR/reference/knox_events.csv"`
\set cells `cat "$PG_ABS_SRCDIR/reference/knox_cells.csv"`
\set enumerated `cat "$PG_ABS_SRCDIR/reference/knox_enumerated.csv"`
CREATE TABLE knox_event AS
SELECT f[1]::int AS id, ST_SetSRID(ST_MakePoint(f[2]::float8, f[3]::float8), 27700) AS location,
       date '2024-01-01' + f[4]::int AS day, timestamptz '2024-01-01 00:00+00' + f[5]::int * interval '1 second' AS instant
FROM regexp_split_to_table(:'events', E'\n') AS line, string_to_array(line, ',') AS f
WHERE line <> '' AND line !~ '^id';
CREATE TABLE knox_reference AS
SELECT f[1] AS test, f[2]::float8 AS distance_to, f[3]::float8 AS days_to, f[4]::bigint AS observed,
       f[5]::float8 AS expected_exact, f[6]::float8 AS sd_exact, f[7]::float8 AS p_value
FROM regexp_split_to_table(:'cells', E'\n') AS line, string_to_array(line, ',') AS f
WHERE line <> '' AND line !~ '^case';
SELECT count(*) FROM knox_event;

CREATE TABLE knox_result AS
SELECT 'euclidean' AS test, csp.knox_test(location, day, '{0.001,50,100,200,400,infinity}', '{1,7,14,28,infinity}') AS cells FROM knox_event
UNION ALL
SELECT 'manhattan', csp.knox_test(location, day, '{50,100,150,300}', '{2,7,14}', 999, 1, 'manhattan') FROM knox_event
UNION ALL
SELECT 'right', csp.knox_test(location, day, '{0.001,50,100,200}', '{7,14,28}', 999, 1, 'euclidean', 'right') FROM knox_event
UNION ALL
SELECT 'timestamptz', csp.knox_test(location, instant, '{50,100,200,infinity}', '{0.5,1,7,14.25}') FROM knox_event;

-- observed counts equal; moments to 1e-9; p-values and simulated means within Monte Carlo error (4.5 standard errors)
SELECT k.test, count(*) AS cells,
       bool_and(c.observed = r.observed) AS observed,
       bool_and(abs(c.expected_exact / r.expected_exact - 1) < 1e-9) AS expected_exact,
       bool_and(abs(c.sd_exact / r.sd_exact - 1) < 1e-9) AS sd_exact,
       bool_and(abs(c.z_exact - (r.observed - r.expected_exact) / r.sd_exact) < 1e-8) AS z_exact,
       bool_and(abs(c.expected - r.expected_exact) < 4.5 * r.sd_exact / sqrt(999)) AS expected,
       bool_and(c.ratio = c.observed / c.expected) AS ratio,
       bool_and(abs(c.p_value - r.p_value) <= 0.002 + 4.5 * sqrt(2 * r.p_value * (1 - r.p_value) / 999)) AS p_value
FROM knox_result AS k, unnest(cells) AS c JOIN knox_reference AS r USING (distance_to, days_to)
WHERE r.test = k.test
GROUP BY k.test
ORDER BY k.test;
-- bands as given, row by row
SELECT string_agg(format('[%s,%s)x[%s,%s)', distance_from, distance_to, days_from, days_to), ' ' ORDER BY n)
FROM knox_result, unnest(cells) WITH ORDINALITY AS c (distance_from, distance_to, days_from, days_to, o, e, r, p, ee, s, z, n)
WHERE test = 'manhattan';

-- every permutation of the first 2 to 7 events, gone through in R
SELECT n, c.observed = r.observed AS observed, abs(c.expected_exact - r.mean) < 1e-12 AS mean, abs(c.sd_exact - r.sd) < 1e-9 AS sd
FROM (SELECT f[1]::int AS n, f[2]::bigint AS observed, f[3]::float8 AS mean, f[4]::float8 AS sd
      FROM regexp_split_to_table(:'enumerated', E'\n') AS line, string_to_array(line, ',') AS f
      WHERE line <> '' AND line !~ '^n') AS r,
     LATERAL (SELECT csp.knox_test(location, day, '{750}', '{60}', 0) AS cells FROM knox_event WHERE id <= r.n) AS k,
     LATERAL unnest(k.cells) AS c
ORDER BY n;

-- the totals of a table with open last bands are all pairs: 180 * 179 / 2
SELECT sum(c.observed) AS observed, round(sum(c.expected)::numeric, 6) AS expected, round(sum(c.expected_exact)::numeric, 6) AS expected_exact
FROM knox_result, unnest(cells) AS c WHERE test = 'euclidean';

-- without permutations: the same exact columns, no simulated ones
SELECT bool_and((c.observed, c.expected_exact, c.sd_exact, c.z_exact) IS NOT DISTINCT FROM (f.observed, f.expected_exact, f.sd_exact, f.z_exact)) AS same,
       bool_and(c.expected IS NULL AND c.ratio IS NULL AND c.p_value IS NULL) AS no_simulation
FROM (SELECT csp.knox_test(location, day, '{0.001,50,100,200,400,infinity}', '{1,7,14,28,infinity}', 0) AS cells FROM knox_event) AS k,
     unnest(k.cells) WITH ORDINALITY AS c (distance_from, distance_to, days_from, days_to, observed, expected, ratio, p_value, expected_exact, sd_exact, z_exact, n)
JOIN (SELECT u.* FROM knox_result, unnest(cells) WITH ORDINALITY AS u (distance_from, distance_to, days_from, days_to, observed, expected, ratio, p_value, expected_exact, sd_exact, z_exact, n) WHERE test = 'euclidean') AS f USING (n);

-- a seed gives one answer: for any order of rows, for the defaults written out, for bands added at the end (even where
-- the pairs close in time become fewer than those close in space), for dates as instants, and any unit of time
CREATE FUNCTION pg_temp.digest(csp.knox_cell[]) RETURNS text LANGUAGE sql AS $$ SELECT md5($1::text) $$;
SELECT count(DISTINCT pg_temp.digest(cells)) AS answers
FROM (SELECT csp.knox_test(location, day, '{50,100}', '{7,14}') AS cells FROM knox_event
      UNION ALL SELECT csp.knox_test(location, day, '{50,100}', '{7,14}', 999) FROM knox_event
      UNION ALL SELECT csp.knox_test(location, day, '{50,100}', '{7,14}', 999, 1) FROM knox_event
      UNION ALL SELECT csp.knox_test(location, day, '{50,100}', '{7,14}', 999, 1, 'euclidean') FROM knox_event
      UNION ALL SELECT csp.knox_test(location, day, '{50,100}', '{7,14}', 999, 1, 'euclidean', 'left') FROM knox_event
      UNION ALL SELECT csp.knox_test(location, day, '{50,100}', '{7,14}' ORDER BY id DESC) FROM knox_event
      UNION ALL SELECT csp.knox_test(location, day, '{50,100}', '{7,14}' ORDER BY md5(id::text)) FROM knox_event
      UNION ALL SELECT csp.knox_test(location, day::timestamp AT TIME ZONE 'UTC', '{50,100}', '{7,14}') FROM knox_event
      UNION ALL SELECT csp.knox_test(location, (day::timestamp AT TIME ZONE 'UTC') + interval '0.123456 s', '{50,100}', '{7,14}') FROM knox_event) AS k;
SELECT pg_temp.digest(csp.knox_test(location, day, '{50,100}', '{7,14}', 999, 1)) <> pg_temp.digest(csp.knox_test(location, day, '{50,100}', '{7,14}', 999, 2)) AS seed_matters
FROM knox_event;
-- narrow (16 bits: lattice days), middling (32 bits: seconds) and wide times (64 bits: one event moved by a microsecond
-- that no band notices) give the same counts in each permutation
SELECT count(DISTINCT pg_temp.digest(cells)) AS answers
FROM (SELECT csp.knox_test(location, day::timestamp AT TIME ZONE 'UTC', '{50,100}', '{7.5,14.5}') AS cells FROM knox_event
      UNION ALL SELECT csp.knox_test(location, (day::timestamp AT TIME ZONE 'UTC') + (id = 7)::int * interval '1 second', '{50,100}', '{7.5,14.5}') FROM knox_event
      UNION ALL SELECT csp.knox_test(location, (day::timestamp AT TIME ZONE 'UTC') + (id = 7)::int * interval '1 microsecond', '{50,100}', '{7.5,14.5}') FROM knox_event) AS k;
-- with a distance band over the whole area, walking pairs by time is cheaper: the first two bands must not change
SELECT bool_and(a.c = b.c) AS same
FROM (SELECT n, c FROM (SELECT csp.knox_test(location, day, '{50,100}', '{1,2}') AS cells FROM knox_event) AS k, unnest(cells) WITH ORDINALITY AS c (df, dt, tf, tt, o, e, r, p, ee, s, z, n)) AS a
JOIN (SELECT n, c FROM (SELECT csp.knox_test(location, day, '{50,100,1500}', '{1,2}') AS cells FROM knox_event) AS k, unnest(cells) WITH ORDINALITY AS c (df, dt, tf, tt, o, e, r, p, ee, s, z, n)) AS b
USING (n) WHERE n <= 4;

-- NULLs, no rows, 1, 2 and 3 events, one place, one day
SELECT csp.knox_test(location, day, '{100}', '{7}') FROM knox_event WHERE false;
SELECT csp.knox_test(NULL::geometry, day, '{100}', '{7}') FROM knox_event;
SELECT pg_temp.digest(csp.knox_test(location, day, '{100}', '{7}')) = pg_temp.digest(csp.knox_test(location, day, '{100}', '{7}') FILTER (WHERE location IS NOT NULL AND day IS NOT NULL)) AS nulls_skipped
FROM (SELECT location, day FROM knox_event UNION ALL SELECT NULL, day FROM knox_event UNION ALL SELECT location, NULL FROM knox_event) AS e;
SELECT n, k.observed, k.expected, k.ratio, k.p_value, k.expected_exact, k.sd_exact, k.z_exact
FROM generate_series(1, 3) AS n,
     LATERAL (SELECT csp.knox_test(ST_MakePoint(i, 0), date '2024-01-01' + i, '{5}', '{5}') AS cells FROM generate_series(1, n) AS i) AS c,
     LATERAL unnest(c.cells) AS k;
SELECT what, k.distance_to, k.days_to, k.observed, k.expected, k.ratio, k.p_value, k.expected_exact, k.sd_exact, k.z_exact
FROM (SELECT 'one place' AS what, csp.knox_test(ST_MakePoint(1, 1), day, '{1,infinity}', '{7,infinity}') AS cells FROM knox_event
      UNION ALL SELECT 'one day', csp.knox_test(location, date '2024-01-01', '{100,infinity}', '{1,infinity}') FROM knox_event
      UNION ALL SELECT 'one place and day', csp.knox_test(ST_MakePoint(1, 1), date '2024-01-01', '{1}', '{1}') FROM knox_event) AS c,
     LATERAL unnest(c.cells) AS k
ORDER BY what DESC, 2, 3;

-- GROUP BY, FILTER, a moving frame (the final function must leave the state as it is), DISTINCT rows
SELECT bool_and(pg_temp.digest(grouped) = pg_temp.digest(alone)) AS group_by
FROM (SELECT id % 3 AS g, csp.knox_test(location, day, '{100,200}', '{7,14}', 99) AS grouped FROM knox_event GROUP BY 1) AS a
JOIN LATERAL (SELECT csp.knox_test(location, day, '{100,200}', '{7,14}', 99) FILTER (WHERE id % 3 = a.g) AS alone FROM knox_event) AS b ON true;
SELECT bool_and(pg_temp.digest(w.moving) = pg_temp.digest(a.alone)) AS frames
FROM (SELECT id, csp.knox_test(location, day, '{100,200}', '{7,14}', 32) OVER (ORDER BY id ROWS 40 PRECEDING) AS moving FROM knox_event) AS w,
     LATERAL (SELECT csp.knox_test(location, day, '{100,200}', '{7,14}', 32) AS alone FROM knox_event WHERE id BETWEEN w.id - 40 AND w.id) AS a;

-- more than 32,767 close pairs of one band, so that 16-bit counters must be flushed: 300 events at one place, 2 days
-- 150 * 149 = 22,350 pairs of one day and 150 * 150 = 22,500 of two, in every permutation
SELECT k.observed, k.expected, k.p_value
FROM (SELECT csp.knox_test(ST_MakePoint(0, 0), date '2024-01-01' + i % 2, '{1}', '{1,2}', 64) AS cells FROM generate_series(1, 300) AS i) AS c, unnest(cells) AS k;

-- simulated counts: by hand, mean (2 + 4 + 6) / 3 = 4, ratio 5 / 4, one of three reaches 5: (1 + 1) / (3 + 1)
SELECT * FROM csp.knox_from_simulations(5, '{2,4,6}');
SELECT * FROM csp.knox_from_simulations(0, '{0,0,0}');
SELECT * FROM csp.knox_from_simulations(1, '{0,0,0}');
SELECT csp.knox_from_simulations(1, '{}');
SELECT csp.knox_from_simulations(-1, '{1}');
SELECT csp.knox_from_simulations(1, '{1,-1}');
SELECT csp.knox_from_simulations(1, '{1,NULL}');
SELECT csp.knox_from_simulations(NULL, '{1}');

-- the table and the sentences, from cells written by hand
SELECT csp.knox_table(ARRAY[ROW(0,1,0,7,28,16,1.75,0.001,15.9,3,4), ROW(0,1,7,'infinity',3,3,1,0.5,3,1,0),
                            ROW(1,100,0,7,44,27.5,1.6,0.03,26,5,3), ROW(1,100,7,'infinity',0,0,NULL,1,0,0,NULL)]::csp.knox_cell[]);
SELECT csp.knox_table(csp.knox_test(location, day, '{50,100}', '{7,infinity}', 0)) FROM knox_event;
SELECT csp.knox_noteworthy(ARRAY[ROW(0,1,0,7,28,16,1.75,0.001,15.9,3,4), ROW(0,1,7,'infinity',3,1,3,0.02,3,1,0),
                                 ROW(1,100,0,1,44,27.5,1.6,0.03,26,5,3), ROW(1,100,1,7,120,109,1.1,0.001,0,0,NULL),
                                 ROW(100,'infinity',0,7,4,0,'infinity',0.001,0,0,NULL), ROW(100,200,7,14,57,20,2.85,0.06,0,0,NULL)]::csp.knox_cell[], event => 'a burglary');
SELECT csp.knox_noteworthy(ARRAY[ROW(100,200,7,14,57,20,2.85,0.06,0,0,NULL)]::csp.knox_cell[], alpha => 0.1, minimum_ratio => 2, unit => 'feet');
-- fewer than expected, when asked for; all times
SELECT csp.knox_noteworthy(ARRAY[ROW(0,100,0,'infinity',80,100,0.8,0.03,0,0,NULL)]::csp.knox_cell[], minimum_ratio => 0);
\set SHOW_CONTEXT never
SELECT csp.knox_table('{}', alpha => 5);
SELECT csp.knox_noteworthy('{}', alpha => 0);
SELECT csp.knox_noteworthy('{}', minimum_ratio => -1);
SELECT csp.knox_noteworthy('{}', minimum_ratio => 'NaN');
\set SHOW_CONTEXT errors
SELECT csp.knox_table(NULL), count(*) FROM csp.knox_noteworthy(NULL);

-- refused
SELECT csp.knox_test(ST_SetSRID(location, 4326), day, '{100}', '{7}') FROM knox_event;
SELECT csp.knox_test(ST_SetSRID(location, 27700 + id % 2), day, '{100}', '{7}' ORDER BY id) FROM knox_event;
SELECT csp.knox_test(ST_Buffer(location, 1), day, '{100}', '{7}') FROM knox_event;
SELECT csp.knox_test(ST_MakePoint('NaN', 1), day, '{100}', '{7}') FROM knox_event;
SELECT csp.knox_test(ST_MakePoint(1e308 * (id % 3 - 1), 1), day, '{100}', '{7}') FROM knox_event;
SELECT csp.knox_test(location, date '-infinity', '{100}', '{7}') FROM knox_event;
SELECT csp.knox_test(location, timestamptz 'infinity', '{100}', '{7}') FROM knox_event;
SELECT csp.knox_test(location, day, '{}', '{7}') FROM knox_event;
SELECT csp.knox_test(location, day, '{100}', '{}') FROM knox_event;
SELECT csp.knox_test(location, day, '{{100}}', '{7}') FROM knox_event;
SELECT csp.knox_test(location, day, NULL, '{7}') FROM knox_event;
SELECT csp.knox_test(location, day, '{100,NULL}', '{7}') FROM knox_event;
SELECT csp.knox_test(location, day, '{100,400,200}', '{7}') FROM knox_event;
SELECT csp.knox_test(location, day, '{100}', '{7,7}') FROM knox_event;
SELECT csp.knox_test(location, day, '{0,100}', '{7}') FROM knox_event;
SELECT csp.knox_test(location, day, '{-5,100}', '{7}') FROM knox_event;
SELECT csp.knox_test(location, day, '{NaN}', '{7}') FROM knox_event;
SELECT csp.knox_test(location, day, '{1e200}', '{7}') FROM knox_event;
SELECT csp.knox_test(location, day, array_agg, '{7}') FROM knox_event, (SELECT array_agg(i::float8) FROM generate_series(1, 101) AS i) AS a;
SELECT csp.knox_test(location, day, '{100}', '{7}', -1) FROM knox_event;
SELECT csp.knox_test(location, day, '{100}', '{7}', 10000001) FROM knox_event;
SELECT csp.knox_test(location, day, '{100}', '{7}', NULL) FROM knox_event;
SELECT csp.knox_test(location, day, '{100}', '{7}', 9, NULL) FROM knox_event;
SELECT csp.knox_test(location, day, '{100}', '{7}', 9, 1, 'chebyshev') FROM knox_event;
SELECT csp.knox_test(location, day, '{100}', '{7}', 9, 1, 'euclidean', 'both') FROM knox_event;
SELECT csp.knox_test(location, day, ARRAY[id::float8], '{7}') FROM knox_event;
SELECT csp.knox_test(location, day, '{100}', '{7}', id) FROM knox_event;
-- more pairs than memory: 20,000 events within 200 m, all 2e8 pairs closer than 300, and days no sparser
SET csp_analysis.max_memory = '100MB';
SELECT csp.knox_test(ST_MakePoint(i * 37 % 200, i * 91 % 173), date '2024-01-01' + i % 10, '{300}', '{9}') FROM generate_series(1, 20000) AS i;
RESET csp_analysis.max_memory;
-- with closed = right the first band may be the place itself
SELECT k.observed FROM (SELECT csp.knox_test(ST_MakePoint(i / 2, 0), date '2024-01-01', '{0,10}', '{0}', 9, 1, 'euclidean', 'right') AS cells FROM generate_series(0, 5) AS i) AS c, unnest(cells) AS k;
-- parallel plans: states travel between processes, and the answer stays; the permutations have workers of their own
CREATE TABLE knox_large AS
SELECT ST_SetSRID(ST_MakePoint((i * 7919::bigint % 10007) + i % 13, (i * 104729::bigint % 9973) + i % 7), 27700) AS location,
       date '2020-01-01' + (i * 31 % 1000) AS day, timestamptz '2020-01-01 00:00+00' + (i * 31 % 1000) * interval '1 day' + i * interval '1 second' AS instant
FROM generate_series(1, 20000) AS i;
ANALYZE knox_large;
SET max_parallel_workers_per_gather = 0;
SELECT pg_temp.digest(csp.knox_test(location, day, '{50,100,200}', '{7,14,28}', 320)) AS serial_date,
       pg_temp.digest(csp.knox_test(location, instant, '{50,100,200}', '{7,14,28}', 320)) AS serial_instant
FROM knox_large \gset
SELECT * FROM combining('knox_large', $$SELECT csp.knox_test(location, day, '{50,100,200}', '{7,14,28}', 320) FROM knox_large$$);
SELECT md5(csp.knox_test(location, day, '{50,100,200}', '{7,14,28}', 320)::text) = :'serial_date' AS date_equal,
       md5(csp.knox_test(location, instant, '{50,100,200}', '{7,14,28}', 320)::text) = :'serial_instant' AS instant_equal
FROM knox_large;
SELECT csp.knox_test(location, day, ARRAY[100 + extract(day FROM day) % 2]::float8[], '{7}') FROM knox_large;
-- partition-wise: one partition a group, final function in the workers too
CREATE TABLE knox_part (LIKE knox_event) PARTITION BY LIST (id);
CREATE TABLE knox_part_1 PARTITION OF knox_part FOR VALUES IN (1);
CREATE TABLE knox_part_2 PARTITION OF knox_part FOR VALUES IN (2);
CREATE TABLE knox_part_3 PARTITION OF knox_part FOR VALUES IN (3);
INSERT INTO knox_part SELECT 1 + id % 3, location, day, instant FROM knox_event;
ANALYZE knox_part;
SET enable_partitionwise_aggregate = on;
SELECT bool_and(pg_temp.digest(grouped) = pg_temp.digest(alone)) AS partition_wise
FROM (SELECT id, csp.knox_test(location, day, '{100,200}', '{7,14}', 99) AS grouped FROM knox_part GROUP BY id) AS a
JOIN LATERAL (SELECT csp.knox_test(location, day, '{100,200}', '{7,14}', 99) AS alone FROM knox_event WHERE 1 + id % 3 = a.id) AS b ON true;

-- permutations on 1 and 4 workers, in a read-only transaction, and after an error
RESET ALL;
SET extra_float_digits = 0;
SET max_parallel_workers_per_gather = 1;
SELECT pg_temp.digest(csp.knox_test(location, day, '{50,100,200}', '{7,14,28}', 320)) = :'serial_date' AS one_worker FROM knox_large;
SET max_parallel_workers_per_gather = 4;
SELECT pg_temp.digest(csp.knox_test(location, day, '{50,100,200}', '{7,14,28}', 320)) = :'serial_date' AS four_workers FROM knox_large;
BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY;
SELECT pg_temp.digest(csp.knox_test(location, day, '{50,100,200}', '{7,14,28}', 320)) = :'serial_date' AS read_only FROM knox_large;
COMMIT;
DO $$
BEGIN
    BEGIN
        PERFORM csp.knox_test(location, day, '{50,100,200}', '{7,14,28}', 320)::text::float8 FROM knox_large;
    EXCEPTION WHEN invalid_text_representation THEN
        RAISE NOTICE 'going on';
    END;
    CREATE TEMP TABLE after_error AS SELECT csp.knox_test(location, day, '{50,100,200}', '{7,14,28}', 320) AS cells FROM knox_large;
END $$;
SELECT pg_temp.digest(cells) = :'serial_date' AS after_error FROM after_error;
DROP TABLE knox_event, knox_reference, knox_result, knox_part, knox_large;
