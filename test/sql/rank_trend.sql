-- series and expected figures, made by test/reference/trend.R from all pairs
\getenv abs_srcdir PG_ABS_SRCDIR
\set figures :abs_srcdir '/reference/trend.sql'
\set ECHO none
\i :figures
\set ECHO all

-- every figure to 1e-9 of its size (NULL where R has none); the second column counts what was compared
CREATE TEMP TABLE actual AS
SELECT name, figure, value
FROM (
    SELECT name, csp.mann_kendall(y, x) AS mk, csp.theil_sen(y, x) AS ts, csp.theil_sen(y, x, 0.8) AS ts80, csp.theil_sen_slope(y, x) AS slope
    FROM series GROUP BY name) AS test,
    LATERAL (VALUES ('mk_s', (mk).s), ('mk_variance', (mk).variance), ('mk_z', (mk).z), ('mk_tau', (mk).tau), ('mk_p', (mk).p_value),
        ('ts_slope', (ts).slope), ('ts_slope', slope), ('ts_lower', (ts).lower), ('ts_upper', (ts).upper), ('ts_lower80', (ts80).lower),
        ('ts_upper80', (ts80).upper), ('ts_intercept', (ts).intercept)) AS v (figure, value);
SELECT count(*) FILTER (WHERE coalesce(abs(a.value - e.value) <= 1e-9 * abs(e.value), a.value IS NULL AND e.value IS NULL)) AS equal,
    count(*) AS compared, count(DISTINCT e.name) AS series, count(DISTINCT e.figure) AS figures
FROM expected AS e JOIN actual AS a USING (name, figure);

-- the Nile as R's package trend has it: mk.test S -1387, variance 112728.333333333, tau -0.280741334724613,
-- z -4.1280665228441, p 3.65826292166433e-05; sens.slope -2.6 (-3.62790697674419 to -1.42857142857143)
SELECT s, round(variance::numeric, 6) AS variance, round(tau::numeric, 12) AS tau, round(z::numeric, 11) AS z, round(p_value::numeric, 18) AS p_value
FROM (SELECT (csp.mann_kendall(y, x)).* FROM series WHERE name = 'nile') AS test;
SELECT round(slope::numeric, 12) AS slope, round(lower::numeric, 12) AS lower, round(upper::numeric, 12) AS upper, round(intercept::numeric, 9) AS intercept
FROM (SELECT (csp.theil_sen(y, x)).* FROM series WHERE name = 'nile') AS line;
-- the worked series: S 50, z 3.36005, Theil-Sen 4.9375; cor.test(exact = TRUE) gives p 0.00024 where the normal one is 0.00078
SELECT (test).s, round((test).z::numeric, 5) AS z, round((test).p_value::numeric, 5) AS p_value,
    round(csp.mann_kendall_exact_p((test).s, 12)::numeric, 5) AS exact_p, slope
FROM (SELECT csp.mann_kendall(y, x) AS test, csp.theil_sen_slope(y, x) AS slope FROM series WHERE name = 'worked') AS worked;

-- exact p-values: cor.test(exact = TRUE)
SELECT count(*) FILTER (WHERE abs(csp.mann_kendall_exact_p(s, n) / p - 1) < 1e-12) AS equal, count(*) AS compared FROM expected_exact;
-- by hand: the extreme order of n values has p 2 / n!; the six orders of 3 values have S 3, 1, 1, -1, -1, -3
SELECT round((csp.mann_kendall_exact_p(6, 4) * 24)::numeric, 12) AS of_24, round((csp.mann_kendall_exact_p(-45, 10) * 3628800)::numeric, 9) AS of_10_factorial,
    csp.mann_kendall_exact_p(1, 3) AS p_1, round((csp.mann_kendall_exact_p(-3, 3) * 6)::numeric, 12) AS of_6, csp.mann_kendall_exact_p(0, 1) AS one_row,
    csp.mann_kendall_exact_p(NULL, 3) AS "null";
-- 12 values with S = 48: 0.00050, where the normal approximation says 0.00127
SELECT round(csp.mann_kendall_exact_p(48, 12)::numeric, 5) AS exact_p, round((2 * (1 - 0.9993646))::numeric, 5) AS normal_p_of_47_over_sqrt_212_67;
-- the normal p-value comes near the exact one in longer series: 200 different values
SELECT s, abs(p_value / csp.mann_kendall_exact_p(s, 200) - 1) < 0.01 AS near
FROM (SELECT (csp.mann_kendall((i * 7919) % 211 + i / 9.0, i)).* FROM generate_series(1, 200) AS i) AS test;

-- too little to go on
SELECT csp.mann_kendall(y, x) IS NULL AS mann_kendall, csp.theil_sen(y, x) IS NULL AS theil_sen, csp.theil_sen_slope(y, x) AS slope
FROM (VALUES (1::float8, NULL::float8), (NULL, 1)) AS v (y, x);
SELECT label, (mk).*, (ts).*, slope AS slope_alone
FROM (
    SELECT label, csp.mann_kendall(y, x) AS mk, csp.theil_sen(y, x) AS ts, csp.theil_sen_slope(y, x) AS slope
    FROM (VALUES ('1 one row', 5, 1), ('2 one x', 5, 1), ('2 one x', 7, 1), ('3 two rows', 5, 1), ('3 two rows', 7, 2),
        ('4 constant y', 4, 1), ('4 constant y', 4, 2), ('4 constant y', 4, 3), ('4 constant y', 4, 4)) AS v (label, y, x)
    GROUP BY label) AS test
ORDER BY label;

-- long series are answered by bisection, short ones from all pairs: both agree on slopes that can be told by hand.
-- y = x / 3 has the one slope 1/3; with every 10th value spoilt the median does not move
SELECT n, round(csp.theil_sen_slope(i / 3.0, i)::numeric, 12) AS third, round(csp.theil_sen_slope(CASE WHEN i % 10 = 0 THEN -1e6 ELSE 2 * i END, i)::numeric, 12) AS spoilt
FROM (VALUES (128), (129), (2000)) AS length (n), LATERAL generate_series(1, n) AS i GROUP BY n ORDER BY n;
-- counts with many ties: the median slope of a long flat series is exactly 0, its limits bracket it
SELECT slope, lower <= 0 AND upper >= 0 AS bracketed FROM (SELECT (csp.theil_sen((i * 7919) % 5, i)).* FROM generate_series(1, 5000) AS i) AS line;
-- 129 falling points one step apart, by hand: every slope is -1; one pair of points only differs in x among 200
SELECT csp.theil_sen(-i, i) FROM generate_series(1, 129) AS i;
SELECT csp.theil_sen_slope(CASE WHEN i = 200 THEN 50 ELSE i % 7 END, CASE WHEN i = 200 THEN 12 ELSE 2 END) AS slope FROM generate_series(1, 200) AS i;
-- 20,000 rows are 2e8 pairs, and 1,000,000 rows 5e11: S of a rising series is the number of pairs
SELECT round(csp.theil_sen_slope(3 * i, i)::numeric, 12) AS slope, (csp.mann_kendall(3 * i, i)).s, (csp.mann_kendall(3 * i, i)).tau FROM generate_series(1, 20000) AS i;
SELECT (csp.mann_kendall(i, i)).s = 1000000::bigint * 999999 / 2 AS all_pairs FROM generate_series(1, 1000000) AS i;

-- the order of rows makes no difference, to the last bit
SELECT count(DISTINCT figures) AS results
FROM (
    SELECT (csp.mann_kendall(y, x ORDER BY y), csp.theil_sen(y, x ORDER BY y))::text AS figures FROM series WHERE name = 'long'
    UNION ALL
    SELECT (csp.mann_kendall(y, x ORDER BY md5(x::text || y)), csp.theil_sen(y, x ORDER BY x DESC))::text FROM series WHERE name = 'long') AS orders;

-- any number type; dates and instants: 2 a day
SELECT csp.theil_sen_slope(i::int, i::int) AS int4, csp.theil_sen_slope(i, i::numeric) AS "numeric", csp.theil_sen_slope(2 * i, DATE '2026-01-01' + i::int) AS by_date,
    round(csp.theil_sen_slope(2 * i, TIMESTAMPTZ '2026-01-01 00:00+00' + i * INTERVAL '24 hours')::numeric, 9) AS by_instant,
    (csp.theil_sen(2 * i, DATE '2026-01-01' + i::int, 0.5)).upper, (csp.mann_kendall(i, DATE '2026-01-01' + i::int)).s AS s_by_date,
    (csp.mann_kendall(i, TIMESTAMPTZ '2026-01-01 00:00+00' + i * INTERVAL '1 month')).s AS s_by_instant
FROM generate_series(1::bigint, 10) AS i;

-- GROUP BY with FILTER, and moving frames (by hand: slopes of 2 pairs, then the median of 3)
SELECT csp.theil_sen_slope(y, x) FILTER (WHERE x <= 3) AS first_half, (csp.mann_kendall(y, x) FILTER (WHERE x > 3)).s AS second_half
FROM (VALUES (1, 1), (2, 2), (4, 3), (8, 4), (7, 5), (12, 6)) AS v (y, x);
SELECT x, csp.theil_sen_slope(y, x) OVER three AS slope, (csp.mann_kendall(y, x) OVER three).s
FROM (VALUES (1, 1), (2, 2), (4, 3), (8, 4), (NULL, 5), (12, 6)) AS v (y, x)
WINDOW three AS (ORDER BY x ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
ORDER BY x;

-- errors
SELECT csp.mann_kendall('NaN'::float8, 1::float8);
SELECT csp.theil_sen_slope(1::float8, '-infinity'::float8);
SELECT csp.theil_sen(1, 2, 1);
SELECT csp.theil_sen(y, x, x / 10.0) FROM (VALUES (1, 1), (2, 2)) AS v (y, x);
SELECT csp.theil_sen_slope(y, x) FROM (VALUES (1e300, 1e-300), (-1e300, -1e-300)) AS v (y, x);
SELECT csp.mann_kendall_exact_p(1, 201);
SELECT csp.mann_kendall_exact_p(0, 0);
SELECT csp.mann_kendall_exact_p(49, 12);
SELECT csp.mann_kendall_exact_p(-68, 12);
-- a long one can be cancelled
CREATE TEMP TABLE long_rows AS SELECT i AS x, (i::bigint * 7919) % 100003 AS y FROM generate_series(1, 400000) AS i;
SET statement_timeout = '500ms';
SELECT csp.theil_sen(y, x) FROM long_rows;
RESET statement_timeout;
