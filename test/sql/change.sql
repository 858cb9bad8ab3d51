\getenv test_folder PG_ABS_SRCDIR
-- Standard errors of a change: 2 (sqrt(25) - sqrt(16)) = 2, and the other way round -2; 2 (sqrt(4) - 0) = 4.
SELECT csp.poisson_z(16, 25) AS up, csp.poisson_z(before => 25, after => 16) AS down, csp.poisson_z(0, 4) AS from_none, csp.poisson_z(0, 0) AS none;
-- neighbouring large counts: 2 (sqrt(n + 1) - sqrt(n)) = 1/sqrt(n) (1 - 1/(4 n) + ...)
SELECT n, abs(csp.poisson_z(n, n + 1) * sqrt(n::float8) - 1) < 1e-9 AS exact
FROM (VALUES (1000000000::bigint), (1000000000000), (4611686018427387904)) AS v (n);
SELECT csp.poisson_z(NULL, 3), csp.poisson_z(3, NULL);
SELECT csp.poisson_z(-1, 3);
SELECT csp.poisson_z(1, -3);

-- E-test against R's ptools (e_test; exposures as its n1, n2)
SELECT k1, n1, k2, n2, round(csp.poisson_e_test(k1, n1, k2, n2)::numeric, 6) AS p, abs(csp.poisson_e_test(k1, n1, k2, n2) / p - 1) < 1e-9 AS equals
FROM (VALUES (3, 1, 0, 1, 0.0883790094548352), (0, 1, 3, 1, 0.0883790094548352), (6, 1, 2, 1, 0.174874820943708), (2, 1, 6, 1, 0.174874820943708),
             (20, 1, 10, 1, 0.0688317821081095), (3, 1, 2, 1, 0.737151911855672), (10, 1, 10, 1, 0.999999997938846), (20, 1, 20, 1, 1),
             (15, 1, 30, 1, 0.0252536553228299), (50, 1, 70, 1, 0.0681367022033878), (100, 1, 130, 1, 0.0479695397087774), (1, 1, 0, 1, 0.486055461418504),
             (20, 4, 10, 2, 0.999999999999907), (10, 2, 5, 1, 0.99999969409768), (3, 2, 0, 2, 0.0883790094548352), (6, 2, 2, 1, 0.659562952416692),
             (25, 3, 40, 2, 0.000348931716721842), (11, 800, 23, 3000, 0.106675478392193),
             (120, 52, 100, 52, 0.178105625622918), (200, 12, 150, 12, 0.00749787437287)) AS golden (k1, n1, k2, n2, p);
-- the outcomes (5, 15) and (15, 5) are as extreme as (0, 5): (5 - 15)^2 / 20 = 5^2 / 5. They count whatever the rounding: with
-- exposures of 100 ptools loses them, twice exp(-5) 2.5^20 / (5! 15!) = 7.81e-9, and gives 0.0197560444804179
SELECT n, round(csp.poisson_e_test(0, n, 5, n)::numeric, 12) AS p FROM (VALUES (1), (3), (100), (0.1)) AS v (n);
SELECT round(csp.poisson_e_test(25, 1, 16, 1)::numeric, 3) AS published, csp.poisson_e_test(0, 1, 0, 5) AS no_events;

-- equal rates: every outcome but (0, 0), 1 - exp(-4), though 3 * 0.1 and 1 * 0.3 differ in the last digit
SELECT round(csp.poisson_e_test(3, 3, 1, 1)::numeric, 9) AS whole, round(csp.poisson_e_test(3, 0.3, 1, 0.1)::numeric, 9) AS tenths;

-- against the double sum term by term (test/reference/change.R)
CREATE TEMP TABLE e_test (k1 bigint, n1 float8, k2 bigint, n2 float8, variance text, p_value float8);
\set load '\\copy e_test FROM ' :test_folder '/reference/change_e_test.csv CSV HEADER'
:load
SELECT variance, count(*), max(k1 + k2) AS most_events, count(*) FILTER (WHERE p_value < 1e-30) AS tiny,
       max(abs(csp.poisson_e_test(k1, n1, k2, n2, variance) / p_value - 1)) < 1e-9 AS equals,
       max(abs(csp.poisson_e_test(k2, 94000 * n2, k1, 94000 * n1, variance) / p_value - 1)) < 1e-9 AS equals_swapped_and_scaled
FROM e_test
GROUP BY variance
ORDER BY variance;
SELECT csp.poisson_e_test(k1, n1, k2, n2) = csp.poisson_e_test(k1, n1, k2, n2, 'Pooled') AS pooled_is_the_default,
       csp.poisson_e_test(k1, n1, k2, n2) = csp.poisson_e_test(k1, n1, k2, n2, 'unpooled') AS variance_matters
FROM (VALUES (11, 800, 23, 3000)) AS v (k1, n1, k2, n2);
-- at large counts it meets the normal test: z^2 = (k1 - k2)^2 / (k1 + k2)
SELECT round(csp.poisson_e_test(100000000, 1, 100020000, 1)::numeric, 4) AS p,
       round(2 * (1 - 0.9213503964748574)::numeric, 4) AS normal; -- pnorm(1.41421356), z^2 = 20000^2 / 200020000 = 1.9998
SELECT csp.poisson_e_test(1000, 1, 0, 1) < 1e-250 AS certain;
SELECT csp.poisson_e_test(NULL, 1, 2, 1), csp.poisson_e_test(1, 0, 2, 1) AS no_exposure, csp.poisson_e_test(1, 1, 2, 1, NULL);
SELECT csp.poisson_e_test(-1, 1, 2, 1);
SELECT csp.poisson_e_test(1, 1, -2, 1);
SELECT csp.poisson_e_test(1, -1, 2, 1);
SELECT csp.poisson_e_test(1, 1, 2, 'NaN');
SELECT csp.poisson_e_test(1, 'Infinity', 2, 1);
SELECT csp.poisson_e_test(1, 1e-9, 2, 1e9);
SELECT csp.poisson_e_test(900000000000, 1, 900000000000, 1);
SELECT csp.poisson_e_test(1, 1, 2, 1, 'score');
SET statement_timeout = '100ms';
SELECT csp.poisson_e_test(400000000000, 1, 400000100000, 1);
RESET statement_timeout;

-- Change of rates. R: poisson.test(c(23, 11), c(3000, 800)) and the other way round
SELECT round(percent_change::numeric, 6) AS percent_change, round(ratio::numeric, 6) AS ratio, round(lower::numeric, 6) AS lower,
       round(upper::numeric, 6) AS upper, round(p_value::numeric, 6) AS p_value
FROM (VALUES (23, 3000, 11, 800), (11, 800, 23, 3000), (100, 52, 120, 52)) AS v (b, bn, a, an),
     csp.rate_change(b, bn, a, an);
-- limits in percent; R: poisson.test(c(268, 327), c(94600, 94000)), .8143737 (.6903210 to .9600545)
SELECT round(ratio::numeric, 3) AS ratio, round(lower::numeric, 3) AS lower, round(upper::numeric, 3) AS upper,
       round((100 * (lower - 1))::numeric, 1) AS percent_lower, round((100 * (upper - 1))::numeric, 1) AS percent_upper
FROM csp.rate_change(327, 94000, 268, 94600);
-- against poisson.test throughout; p-values below 1e-300 have few digits
CREATE TEMP TABLE reference (before bigint, before_population bigint, after bigint, after_population bigint, confidence float8, ratio float8, lower float8, upper float8, p_value float8);
\set load '\\copy reference FROM ' :test_folder '/reference/change_rate.csv CSV HEADER'
:load
CREATE FUNCTION pg_temp.differs(x float8, y float8) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT x IS DISTINCT FROM y AND coalesce(abs(x - y) > 1e-9 * abs(y) + 1e-300, true) $$;
SELECT count(*), max(before + after) AS most_events, count(*) FILTER (WHERE before = 0) AS none_before, count(*) FILTER (WHERE after = 0) AS none_after,
       count(*) FILTER (WHERE pg_temp.differs(c.ratio, r.ratio)) AS wrong_ratio,
       count(*) FILTER (WHERE pg_temp.differs(c.lower, r.lower)) AS wrong_lower,
       count(*) FILTER (WHERE pg_temp.differs(c.upper, r.upper)) AS wrong_upper,
       count(*) FILTER (WHERE pg_temp.differs(c.p_value, r.p_value)) AS wrong_p,
       count(*) FILTER (WHERE CASE WHEN before = 0 THEN c.percent_change IS NOT NULL
                                   ELSE coalesce(abs(c.percent_change - 100 * (r.ratio - 1)) > 1e-6, true) END) AS wrong_percent
FROM reference AS r, csp.rate_change(before, before_population, after, after_population, confidence => confidence) AS c;
-- the 95% is the default; the p-value does not depend on the confidence
SELECT csp.rate_change(23, 3000, 11, 800) = csp.rate_change(23, 3000, 11, 800, 0.95) AS default_is_95;

-- nothing before, nothing after, nothing at all, no population (the whole result is NULL)
-- 5 new events: p = 2 / 2^5; lower limit: 0.025^(1/5) = 0.47817630, odds 0.91635586
SELECT c.percent_change, c.ratio, round(c.lower::numeric, 8) AS lower, c.upper, c.p_value FROM csp.rate_change(0, 100, 5, 100) AS c;
SELECT c.percent_change, c.ratio, c.lower, round(c.upper::numeric, 8) AS upper, c.p_value FROM csp.rate_change(5, 100, 0, 100) AS c;
SELECT (csp.rate_change(0, 100, 0, 200)).*;
SELECT csp.rate_change(4, 0, 5, 100) IS NULL AS none_before, csp.rate_change(4, 100, 5, 0) IS NULL AS none_after, csp.rate_change(4, 100, NULL, 100) IS NULL AS unknown;
SELECT csp.rate_change(-4, 100, 5, 100);
SELECT csp.rate_change(4, -100, 5, 100);
SELECT csp.rate_change(4, 100, -5, 100);
SELECT csp.rate_change(4, 100, 5, -100);
SELECT csp.rate_change(4, 100, 5, 100, 95);
SELECT csp.rate_change(4, 100, 5, 100, confidence => 'NaN');
-- the largest counts there are: no loop over them. Normal limits: exp(-+ 1.959964 sqrt(2 / 5e11)), 1 -+ 3.91993e-6
SET statement_timeout = '2s';
SELECT ratio, round((1e6 * (lower - 1))::numeric, 4) AS lower, round((1e6 * (upper - 1))::numeric, 4) AS upper, p_value
FROM csp.rate_change(500000000000, 1, 500000000000, 1);
RESET statement_timeout;
SELECT csp.rate_change(900000000000, 1, 9000000000000000000, 1);

-- in words
SELECT ratio, p, csp.change_verdict(ratio, p) AS verdict, csp.change_verdict(ratio, p, alpha => 0.001) AS strict_verdict
FROM (VALUES (1.2, 0.01), (0.8, 0.01), (1.2, 0.05), (1.2, 0.051), ('Infinity', 0.01), ('Infinity', 0.5), (0, 0.0001), (0, 0.5), (1, 1),
             (NULL, 1), (NULL, NULL), (1.2, NULL)) AS v (ratio, p);
SELECT csp.change_verdict(1.2, 0.01, NULL);
SELECT csp.change_verdict(-0.1, 0.01);
SELECT csp.change_verdict('NaN', 0.01);
SELECT csp.change_verdict(1.2, 1.01);
SELECT csp.change_verdict(1.2, 0.01, 5);

-- in parallel plans
CREATE TABLE change_cell AS SELECT i AS id, i % 97 AS before, (i * 7) % 89 AS after FROM generate_series(1, 20000) AS i;
ANALYZE change_cell;
SET max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE serial AS SELECT sum(csp.poisson_e_test(before, 2, after, 3)::numeric) AS e, sum((csp.rate_change(before, 200, after, 300)).p_value::numeric) AS p FROM change_cell;
SELECT * FROM combining('change_cell', 'SELECT sum(csp.poisson_e_test(before, 2, after, 3)::numeric) FROM change_cell');
SELECT e > 0 AND (SELECT sum(csp.poisson_e_test(before, 2, after, 3)::numeric) FROM change_cell) = e AS e_test,
       p > 0 AND (SELECT sum((csp.rate_change(before, 200, after, 300)).p_value::numeric) FROM change_cell) = p AS rate_change
FROM serial;
DROP TABLE change_cell;
