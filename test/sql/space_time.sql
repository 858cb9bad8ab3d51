-- space_time: figures from test/reference/space_time.R (full matrices, sorting, enumeration, permutation loops in base R).
SET extra_float_digits = 0;
\set events `cat "$PG_ABS_SRCDIR/reference/knox_events.csv"`
\set figures `cat "$PG_ABS_SRCDIR/reference/space_time.csv"`
CREATE TABLE event AS
SELECT f[1]::int AS id, ST_SetSRID(ST_MakePoint(f[2]::float8 + power(f[1]::float8, 2) / 1e4, f[3]::float8 + sqrt(f[1]::float8) / 10), 27700) AS location,
       timestamptz '2024-01-01 00:00+00' + f[5]::int * interval '1 second' AS instant, date '2024-01-01' + f[4]::int AS day
FROM regexp_split_to_table(:'events', E'\n') AS line, string_to_array(line, ',') AS f
WHERE line <> '' AND line !~ '^id';
CREATE TABLE figure AS
SELECT f[1] AS test, f[2]::float8 AS statistic, nullif(f[3], 'NA')::float8 AS correlation, nullif(f[4], 'NA')::float8 AS expected,
       nullif(f[5], 'NA')::float8 AS simulated_mean, f[6]::float8 AS sd, nullif(f[7], 'NA')::float8 AS p_value
FROM regexp_split_to_table(:'figures', E'\n') AS line, string_to_array(line, ',') AS f
WHERE line <> '';

-- statistic, correlation, exact mean to 1e-9; exact standard deviation and p-value against 4,999 simulations in R
SELECT test, m.events, abs(m.statistic / f.statistic - 1) < 1e-9 AS statistic, abs(m.correlation / f.correlation - 1) < 1e-9 AS correlation,
       abs(m.expected_exact / f.expected - 1) < 1e-9 AS expected, abs(m.expected_exact - f.simulated_mean) < 4 * f.sd / sqrt(4999) AS simulated_mean,
       abs(m.sd_exact / f.sd - 1) < 0.06 AS sd, abs(m.z_exact - (f.statistic - f.expected) / m.sd_exact) < 1e-6 AS z,
       abs(m.p_value - f.p_value) <= 0.002 + 4 * sqrt(1.2 * f.p_value * (1 - f.p_value) / 999) AS p_value
FROM (SELECT 'linear' AS test, csp.mantel_test(location, instant) AS m FROM event
      UNION ALL SELECT 'reciprocal', csp.mantel_test(location, instant, 999, 1, 'reciprocal') FROM event) AS a
JOIN figure AS f USING (test), LATERAL (SELECT (m).*) AS m
ORDER BY test;
-- mean and standard deviation by every permutation of 3, 4 and 7 events
SELECT n, abs(m.statistic / f.statistic - 1) < 1e-9 AS statistic, abs(m.expected_exact / f.expected - 1) < 1e-9 AS expected, abs(m.sd_exact / f.sd - 1) < 1e-9 AS sd, m.p_value
FROM unnest(ARRAY[3, 4, 7]) AS n, LATERAL (SELECT csp.mantel_test(location, instant, 0) AS m FROM event WHERE id <= n) AS a, LATERAL (SELECT (a.m).*) AS m
JOIN figure AS f ON true
WHERE f.test = 'enumerated_' || n
ORDER BY n;
SELECT k, j.statistic = f.statistic AS statistic, round(j.expected_exact::numeric, 6) AS expected, abs(j.expected_exact - f.simulated_mean) < 4 * f.sd / sqrt(4999) AS simulated_mean,
       abs(j.p_value - f.p_value) <= 0.002 + 4 * sqrt(1.2 * f.p_value * (1 - f.p_value) / 999) AS p_value
FROM (SELECT csp.jacquez_test(location, instant, 1) AS j FROM event UNION ALL SELECT csp.jacquez_test(location, instant, 5) FROM event) AS a, LATERAL (SELECT (a.j).*) AS j
JOIN figure AS f ON f.test = 'jacquez_' || j.k
ORDER BY k;
-- expected by hand: 180 * 1 / 179 and 180 * 25 / 179
SELECT round(180.0 / 179, 6) AS k_1, round(180.0 * 25 / 179, 6) AS k_5;

-- by hand: places 0, 1, 3 on a line, days 0, 2, 3: products 1*2 + 3*3 + 2*1 = 13
SELECT (csp.mantel_test(ST_MakePoint(x, 0), date '2024-01-01' + d, 0)).statistic FROM (VALUES (0, 0), (1, 2), (3, 3)) AS v (x, d);
-- nothing, one, two, one place, one day
SELECT csp.mantel_test(location, day) IS NULL AS mantel, csp.jacquez_test(location, day, 3) IS NULL AS jacquez FROM event WHERE false;
SELECT csp.mantel_test(location, day), csp.jacquez_test(location, day, 1) FROM event WHERE id = 1;
SELECT (csp.mantel_test(ST_MakePoint(id, 0), day)).p_value, csp.jacquez_test(location, day, 1), csp.jacquez_test(location, day, 2) FROM event WHERE id <= 2;
SELECT (m).correlation, (m).z_exact, (m).p_value FROM (SELECT csp.mantel_test(ST_MakePoint(0, 0), day, 99) AS m FROM event UNION ALL SELECT csp.mantel_test(location, '2024-01-01', 99) FROM event) AS a;
-- many events share places and days: neighbours among equals are taken in one order in space and in another in time, so that chance is not
-- called a pattern (with one order for both 17% of these 300 had p <= 0.05); 5% and three standard errors of 1.26%
SELECT avg((p <= 0.05)::int) <= 0.05 + 3 * 0.0126 AS as_chance
FROM (SELECT (csp.jacquez_test(ST_MakePoint(floor(2 * csp.seeded_uniform(r, 'x', i)), floor(2 * csp.seeded_uniform(r, 'y', i))), date '2024-01-01' + floor(4 * csp.seeded_uniform(r, 'day', i))::int, 3, 99)).p_value AS p
      FROM generate_series(1, 300) AS r, generate_series(1, 60) AS i GROUP BY r) AS t;
SELECT (csp.jacquez_test(ST_MakePoint(0, 0), '2024-01-01', 3, 99)).p_value AS all_equal FROM event;

-- order of rows, dates as instants, NULLs, groups, frames
SELECT count(DISTINCT m) AS mantel, count(DISTINCT j) AS jacquez
FROM (SELECT csp.mantel_test(location, day)::text AS m, csp.jacquez_test(location, day, 3)::text AS j FROM event
      UNION ALL SELECT csp.mantel_test(location, day ORDER BY id DESC)::text, csp.jacquez_test(location, day, 3 ORDER BY id DESC)::text FROM event
      UNION ALL SELECT csp.mantel_test(location, day, 999, 1, 'linear')::text, csp.jacquez_test(location, day, 3, 999, 1)::text FROM event
      UNION ALL SELECT csp.mantel_test(location, day::timestamp AT TIME ZONE 'UTC')::text, csp.jacquez_test(location, day::timestamp AT TIME ZONE 'UTC', 3)::text FROM event
      UNION ALL SELECT csp.mantel_test(location, day)::text, csp.jacquez_test(location, day, 3)::text
                FROM (SELECT location, day FROM event UNION ALL SELECT NULL, '2024-01-01' UNION ALL SELECT ST_MakePoint(1, 1), NULL) AS e) AS a;
SELECT bool_and(w.m = a.m AND w.j = a.j) AS frames
FROM (SELECT id, csp.mantel_test(location, day, 32) OVER f::text AS m, csp.jacquez_test(location, day, 2, 32) OVER f::text AS j FROM event WINDOW f AS (ORDER BY id ROWS 20 PRECEDING)) AS w,
     LATERAL (SELECT csp.mantel_test(location, day, 32)::text AS m, csp.jacquez_test(location, day, 2, 32)::text AS j FROM event WHERE id BETWEEN w.id - 20 AND w.id) AS a;

-- refused
SELECT csp.mantel_test(ST_SetSRID(location, 4326), day) FROM event;
SELECT csp.mantel_test(location, day, -1) FROM event;
SELECT csp.mantel_test(location, day, 99, NULL) FROM event;
SELECT csp.mantel_test(location, day, 99, 1, 'quadratic') FROM event;
SELECT csp.mantel_test(location, day, id) FROM event;
SELECT csp.jacquez_test(location, day, 0) FROM event;
SELECT csp.jacquez_test(location, day, 1001) FROM event;
SELECT csp.jacquez_test(location, day, NULL) FROM event;
SELECT csp.jacquez_test(location, date 'infinity', 3) FROM event;
SET csp_analysis.max_memory = '1MB';
SELECT csp.jacquez_test(ST_MakePoint(i, 0), '2024-01-01', 1000) FROM generate_series(1, 2000) AS i;
RESET csp_analysis.max_memory;

-- parallel plans, and workers for the permutations
CREATE TABLE many AS SELECT ST_MakePoint(i * 7919::bigint % 10007, i * 104729::bigint % 9973) AS location, date '2020-01-01' + (i * 31 % 1000) AS day FROM generate_series(1, 2000) AS i;
ANALYZE many;
SET max_parallel_workers_per_gather = 0;
SELECT csp.mantel_test(location, day, 320)::text AS mantel, csp.jacquez_test(location, day, 4, 999)::text AS jacquez FROM many \gset
SET max_parallel_workers_per_gather = 2;
SELECT csp.mantel_test(location, day, 320)::text = :'mantel' AS mantel, csp.jacquez_test(location, day, 4, 999)::text = :'jacquez' AS jacquez FROM many;
SELECT * FROM combining('many', 'SELECT csp.mantel_test(location, day, 320) FROM many');
SELECT csp.mantel_test(location, day, 320)::text = :'mantel' AS mantel, csp.jacquez_test(location, day, 4, 999)::text = :'jacquez' AS jacquez FROM many;
DROP TABLE event, figure, many;
