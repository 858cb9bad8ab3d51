CREATE EXTENSION csp_analysis CASCADE;
CREATE SCHEMA sweep_input;
SET search_path = public;
-- three rows with enormous spans; one mistyped year among 10,000 rows; a million equal rows; a million places and times
CREATE UNLOGGED TABLE sweep_input.spans AS
SELECT n, n::bigint AS id, ST_Point(x, x) AS location, day, instant, x AS value, x AS count, p
FROM (VALUES (1, 0::float8, date '4713-01-01 BC', timestamptz '4713-01-01 BC', 0::float8), (2, 1e-9, '2024-01-01', '2024-01-01', 0.5), (3, 1e15, '5874897-12-31', '294276-12-31', 1)) AS v (n, x, day, instant, p);
UPDATE sweep_input.spans SET count = round(count);
CREATE UNLOGGED TABLE sweep_input.mistyped AS
SELECT n, n::bigint AS id, CASE WHEN n = 5000 THEN ST_Point(1e9, 1e9) ELSE ST_Point(csp.seeded_uniform(1, 'x', n) * 10000, csp.seeded_uniform(1, 'y', n) * 10000) END AS location,
       CASE WHEN n = 5000 THEN date '20240-05-05' ELSE date '2024-01-01' + n % 730 END AS day, CASE WHEN n = 5000 THEN timestamptz '20240-05-05' ELSE timestamptz '2024-01-01' + n * interval '1 hour' END AS instant,
       CASE WHEN n = 5000 THEN 1e12 ELSE csp.seeded_normal(1, 'v', n) END AS value, (n % 4)::float8 AS count, csp.seeded_uniform(1, 'p', n) AS p
FROM generate_series(1, 10000) AS n;
CREATE UNLOGGED TABLE sweep_input.equal AS
SELECT 1 AS n, 1::bigint AS id, ST_Point(1, 2) AS location, date '2024-01-01' AS day, timestamptz '2024-01-01' AS instant, 1::float8 AS value, 1::float8 AS count, 0.5::float8 AS p FROM generate_series(1, 1000000);
CREATE UNLOGGED TABLE sweep_input.places AS
SELECT n, n::bigint AS id, ST_Point(n % 1000 * 10 + csp.seeded_uniform(1, 'x', n), n / 1000 * 10) AS location, date '0001-01-01' + n AS day, timestamptz '2024-01-01' + n * interval '1 minute' AS instant, csp.seeded_normal(1, 'v', n) AS value, (n % 4)::float8 AS count, csp.seeded_uniform(1, 'p', n) AS p
FROM generate_series(1, 1000000) AS n;
SELECT csp.create_synthetic_partnership('sweep', incidents => 2000);
VACUUM ANALYZE sweep_input.spans, sweep_input.mistyped, sweep_input.equal, sweep_input.places;
