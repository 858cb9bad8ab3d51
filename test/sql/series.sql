-- the collecting state behind mann_kendall, theil_sen and poisson_trend
CREATE TABLE series_rows (area int, events int, exposure float8, month int);
INSERT INTO series_rows SELECT 1 + i % 3, (i * 7919) % 23 + i / 100, 10 + i % 7, i / 5 FROM generate_series(1, 3000) AS i;
INSERT INTO series_rows VALUES (1, NULL, 1, 1), (2, 3, NULL, 2), (3, 3, 1, NULL), (4, NULL, NULL, NULL);
ANALYZE series_rows;

-- a parallel plan gives what a serial one gives, to the last bit: rows are sorted before anything is computed
SET max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE serial AS
SELECT area, csp.mann_kendall(events, month), csp.theil_sen(events, month, 0.9), csp.poisson_trend(events, month, exposure, 0.9)
FROM series_rows GROUP BY area
UNION ALL
SELECT NULL, csp.mann_kendall(events, month), csp.theil_sen(events, month, 0.9), csp.poisson_trend(events, month, exposure, 0.9) FROM series_rows;
SELECT * FROM combining('series_rows', 'SELECT csp.mann_kendall(events, month), csp.theil_sen(events, month, 0.9), csp.poisson_trend(events, month, exposure, 0.9) FROM series_rows');
CREATE TEMP TABLE parallel AS
SELECT area, csp.mann_kendall(events, month), csp.theil_sen(events, month, 0.9), csp.poisson_trend(events, month, exposure, 0.9)
FROM series_rows GROUP BY area
UNION ALL
SELECT NULL, csp.mann_kendall(events, month), csp.theil_sen(events, month, 0.9), csp.poisson_trend(events, month, exposure, 0.9) FROM series_rows;
SELECT serial.area, serial::text = parallel::text AS equal, (serial.mann_kendall).s IS NOT NULL AS answered
FROM serial JOIN parallel ON parallel.area IS NOT DISTINCT FROM serial.area ORDER BY serial.area;
-- no rows in any worker
SELECT csp.mann_kendall(events, month) IS NULL AS "null" FROM series_rows WHERE area = 4;

-- bytes that are not a state are refused: an aggregate made of numeric's parts and ours
CREATE AGGREGATE hostile(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, SERIALFUNC = numeric_avg_serialize,
    DESERIALFUNC = csp_internal.series_deserialize, COMBINEFUNC = csp_internal.series_combine, FINALFUNC = csp_internal.mann_kendall_final, PARALLEL = SAFE);
DO $$
BEGIN
    PERFORM hostile(month::numeric) FROM series_rows;
EXCEPTION WHEN invalid_binary_representation THEN
    RAISE NOTICE '%', regexp_replace(SQLERRM, '^\d+', 'N');
END $$;
SET max_parallel_workers_per_gather = 0;
SELECT hostile(month::numeric) FROM series_rows;
SET max_parallel_workers_per_gather = 2;
-- a confidence that differs between the states of two partitions is found when they meet
CREATE TABLE series_halves (half int, y int, x int) PARTITION BY LIST (half);
CREATE TABLE series_half_1 PARTITION OF series_halves FOR VALUES IN (1);
CREATE TABLE series_half_2 PARTITION OF series_halves FOR VALUES IN (2);
INSERT INTO series_halves SELECT 1 + i % 2, i, i FROM generate_series(1, 2000) AS i;
ANALYZE series_halves;
SET enable_partitionwise_aggregate = on;
DO $$
BEGIN
    PERFORM csp.theil_sen(y, x, CASE half WHEN 1 THEN 0.9 ELSE 0.95 END) FROM series_halves;
EXCEPTION WHEN invalid_parameter_value THEN
    RAISE NOTICE '%', SQLERRM;
END $$;
SELECT csp.theil_sen(y, x, 0.95) FROM series_halves;
RESET ALL;

-- growth well past the first allocation, in many groups at once
SELECT count(*) AS groups, min((line).slope) AS least, max((line).slope) AS greatest
FROM (SELECT g, csp.theil_sen(g * i, i) AS line FROM generate_series(1, 500) AS g, generate_series(1, 40) AS i GROUP BY g) AS lines;
DROP AGGREGATE hostile(numeric);
DROP TABLE series_rows;
DROP TABLE series_halves;
