\getenv test_folder PG_ABS_SRCDIR
-- Benjamini and Hochberg by hand: n = 4; .04 * 4/4 = .04; .03 * 4/3 = .04; .02 * 4/2 = .04; .005 * 4/1 = .02
SELECT p, round((csp.adjusted_p_value(p) OVER ())::numeric, 9) AS adjusted FROM (VALUES (0.02), (0.04), (0.005), (0.03)) AS v (p);
-- the methods differ: n = 3, harmonic sum 11/6. BH .03, .06, .5; BY .055, .11, .916667; Holm .03, .08, .5; Bonferroni .03, .12, 1
SELECT p, round((csp.adjusted_p_value(p) OVER ())::numeric, 6) AS bh, round((csp.adjusted_p_value(p, 'BY') OVER ())::numeric, 6) AS by,
       round((csp.adjusted_p_value(p, 'holm') OVER ())::numeric, 6) AS holm, round((csp.adjusted_p_value(p, 'bonferroni') OVER ())::numeric, 6) AS bonferroni
FROM (VALUES (0.01), (0.04), (0.5)) AS v (p) ORDER BY p;

-- against R's p.adjust (test/reference/significance.R)
CREATE TABLE reference (tests text, id int, p float8, bh float8, by float8, holm float8, bonferroni float8);
\set load '\\copy reference FROM ' :test_folder '/reference/significance.csv CSV HEADER'
:load
CREATE FUNCTION pg_temp.differs(x float8, y float8) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT x IS DISTINCT FROM y AND coalesce(abs(x - y) > 1e-12 * abs(y), true) $$;
SELECT tests, count(*), count(p) AS not_null,
       count(*) FILTER (WHERE pg_temp.differs(a_default, bh)) AS wrong_default, count(*) FILTER (WHERE pg_temp.differs(a_bh, bh)) AS wrong_bh,
       count(*) FILTER (WHERE pg_temp.differs(a_by, by)) AS wrong_by, count(*) FILTER (WHERE pg_temp.differs(a_holm, holm)) AS wrong_holm,
       count(*) FILTER (WHERE pg_temp.differs(a_bonferroni, bonferroni)) AS wrong_bonferroni, count(*) FILTER (WHERE bh <= 0.05) AS found
FROM (
    SELECT *,
           csp.adjusted_p_value(p) OVER (PARTITION BY tests) AS a_default,
           csp.adjusted_p_value(p, 'bh') OVER (PARTITION BY tests ORDER BY id DESC) AS a_bh,
           csp.adjusted_p_value(p, 'BY') OVER (PARTITION BY tests ORDER BY p) AS a_by,
           csp.adjusted_p_value(p, 'Holm') OVER (PARTITION BY tests ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS a_holm,
           csp.adjusted_p_value(p, 'BONFERRONI') OVER (PARTITION BY tests) AS a_bonferroni
    FROM reference
) AS adjusted
GROUP BY tests
ORDER BY tests;

-- NULL stays NULL and does not count: .01 * 2/1, .02 * 2/2
SELECT p, csp.adjusted_p_value(p) OVER () AS adjusted FROM (VALUES (0.01), (NULL), (0.02), (NULL)) AS v (p);
SELECT csp.adjusted_p_value(NULL) OVER (), csp.adjusted_p_value(0.5, NULL) OVER ();
SELECT csp.adjusted_p_value(p) OVER () FROM reference WHERE false;
SELECT csp.adjusted_p_value(p, 'bonferroni') OVER () FROM (VALUES (0.0), (1.0)) AS v (p);
-- over groups, and run again by an outer query
-- smallest p above .01 of each set: .03 (single), .0107668, .0116906 and .0201 (published); times 4/4, 4/1, 4/2, 4/3, from the largest down
SELECT tests, round(min(p)::numeric, 7) AS p, round((csp.adjusted_p_value(min(p)) OVER ())::numeric, 7) AS adjusted,
       round((csp.adjusted_p_value(min(p) FILTER (WHERE p < 0.03), 'holm') OVER ())::numeric, 7) AS filtered_holm
FROM reference WHERE p > 0.01 GROUP BY tests ORDER BY tests;
SELECT n, (SELECT array_agg(a ORDER BY a) FROM (SELECT csp.adjusted_p_value(p) OVER () AS a FROM (VALUES (0.01), (0.02), (0.04), (0.2)) AS v (p) LIMIT n) AS first_n) AS adjusted
FROM generate_series(1, 4) AS n;
SELECT csp.adjusted_p_value(p) OVER () FROM (VALUES (0.5), (1.5)) AS v (p);
SELECT csp.adjusted_p_value(p) OVER () FROM (VALUES (-0.5)) AS v (p);
SELECT csp.adjusted_p_value(p) OVER () FROM (VALUES ('NaN'::float8)) AS v (p);
SELECT csp.adjusted_p_value(0.5, 'fdr') OVER ();
SELECT csp.adjusted_p_value(0.5);

-- a large partition: the i-th of n p-values i/n/k adjusts to 1/k; one sort serves all rows
SELECT count(*), count(*) FILTER (WHERE abs(a - 0.25) < 1e-12) AS right
FROM (SELECT csp.adjusted_p_value(i / 300000.0 / 4) OVER () AS a FROM generate_series(1, 300000) AS i) AS adjusted;

-- from counts to words (doc/rate/significance.md); R: poisson.test for each row, then p.adjust: .0234460, .0273981, .0276720,
-- .3166777, .6152943, .8582084
WITH cell (offence, before, after) AS (
    VALUES ('Burglary', 327, 268), ('Robbery', 16, 25), ('Vehicle crime', 410, 432), ('Arson', 0, 9), ('Drugs', 120, 165), ('Bicycle theft', 61, 64)
), tested AS (
    SELECT offence, before, after, change.*
    FROM cell, csp.rate_change(before, 94000, after, 94600) AS change
), adjusted AS (
    SELECT *, csp.adjusted_p_value(p_value) OVER () AS adjusted_p
    FROM tested
)
SELECT offence, before, after, round(percent_change::numeric, 1) AS percent, round(p_value::numeric, 4) AS p,
       round(adjusted_p::numeric, 4) AS adjusted_p, csp.change_verdict(ratio, adjusted_p) AS verdict
FROM adjusted
ORDER BY adjusted_p, offence;

-- above a parallel scan
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
SELECT count(*) AS rows, count(*) FILTER (WHERE (a IS NULL) <> (bh IS NULL) OR abs(a - bh) > 1e-12 * bh) AS wrong
FROM (SELECT bh, csp.adjusted_p_value(p) OVER (PARTITION BY tests) AS a FROM reference) AS adjusted;
DROP TABLE reference;
