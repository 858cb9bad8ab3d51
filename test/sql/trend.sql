-- series and expected figures, made by test/reference/trend.R with R's lm and confint
\getenv abs_srcdir PG_ABS_SRCDIR
\set figures :abs_srcdir '/reference/trend.sql'
\set ECHO none
\i :figures
\set ECHO all

-- every figure to 1e-9 of its size; the second column counts what was compared
CREATE TEMP TABLE actual AS
SELECT name, figure, value
FROM (SELECT name, csp.trend(y, x) AS line, csp.trend(y, x, 0.8) AS line80, csp.trend_slope(y, x) AS slope FROM series GROUP BY name) AS fit,
    LATERAL (VALUES ('n', (line).n::float8), ('slope', (line).slope), ('slope', slope), ('std_error', (line).std_error),
        ('lower', (line).lower), ('upper', (line).upper), ('lower80', (line80).lower), ('intercept', (line).intercept),
        ('r_squared', (line).r_squared), ('t', (line).t), ('p', (line).p_value)) AS v (figure, value);
SELECT count(*) FILTER (WHERE abs(a.value - e.value) <= 1e-9 * abs(e.value)) AS equal, count(*) AS compared,
    count(DISTINCT e.name) AS series, count(DISTINCT e.figure) AS figures
FROM expected AS e JOIN actual AS a USING (name, figure);

-- the worked series: slope 4.975524, standard error 0.649277, t 7.66318, R squared 0.854491
SELECT n, round(slope::numeric, 6) AS slope, round(std_error::numeric, 6) AS std_error, round(lower::numeric, 4) AS lower,
    round(upper::numeric, 4) AS upper, round(intercept::numeric, 4) AS intercept, round(r_squared::numeric, 6) AS r_squared,
    round(t::numeric, 5) AS t, round(p_value::numeric, 9) AS p_value
FROM (SELECT (csp.trend(y, x)).* FROM series WHERE name = 'worked') AS line;

-- too little to go on: no row; NULL rows only; one row; one x; two rows; a perfect fit (y = 2x + 1); constant y; constant
-- y and x that are no binary fractions
SELECT csp.trend(y, x) IS NULL AS trend_is_null, csp.trend_slope(y, x) AS slope FROM series WHERE false;
SELECT csp.trend(y, x) IS NULL AS trend_is_null, csp.trend_slope(y, x) AS slope FROM (VALUES (1::float8, NULL::float8), (NULL, 1)) AS v (y, x);
SELECT label, slope_alone, (line).*
FROM (
    SELECT label, csp.trend_slope(y, x) AS slope_alone, csp.trend(y, x) AS line
    FROM (VALUES ('1 one row', 5, 1), ('2 one x', 5, 1), ('2 one x', 7, 1), ('3 two rows', 5, 1), ('3 two rows', 7, 2),
        ('4 perfect', 1, 0), ('4 perfect', 3, 1), ('4 perfect', 5, 2), ('4 perfect', 7, 3),
        ('5 constant y', 4, 1), ('5 constant y', 4, 2), ('5 constant y', 4, 3),
        ('6 constant 0.1', 0.1, 0.1), ('6 constant 0.1', 0.1, 0.2), ('6 constant 0.1', 0.1, 0.3), ('6 constant 0.1', 0.1, 0.7),
        ('7 one x, 0.1', 3, 0.1), ('7 one x, 0.1', 4, 0.1), ('7 one x, 0.1', 5, 0.1)) AS v (label, y, x)
    GROUP BY label) AS fit
ORDER BY label;
-- a perfect fit stays one over 100,000 rows and in thirds: the line y = x / 3
SELECT round(slope::numeric, 12) AS slope, std_error, lower = slope AND upper = slope AS no_width, r_squared, t, p_value
FROM (SELECT (csp.trend(i / 3.0, i)).* FROM generate_series(1, 100000) AS i) AS line;
-- and a residual of a ten-thousandth is not one: alternating +-0.0001 about y = x; by hand the residuals' squares are
-- 1e-8 each and the slope changes by less than 1e-7
SELECT round(slope::numeric, 6) AS slope, std_error > 0 AS has_error, p_value < 1e-20 AS clear
FROM (SELECT (csp.trend(i + 0.0001 * (CASE WHEN i % 2 = 0 THEN 1 ELSE -1 END), i)).* FROM generate_series(1, 100) AS i) AS line;

-- arguments of any number type, with no cast; dates and instants count in days: 2 a day
SELECT csp.trend_slope(i::int, i::int) AS int4, csp.trend_slope(i, i::int) AS int8, csp.trend_slope(i::numeric, i::smallint) AS "numeric",
    csp.trend_slope(2 * i, DATE '2026-01-01' + i::int) AS by_date,
    csp.trend_slope(2 * i, TIMESTAMPTZ '2026-01-01 00:00+00' + i * INTERVAL '24 hours') AS by_instant,
    (csp.trend(2 * i, DATE '2026-01-01' + i::int)).slope AS trend_by_date,
    round((csp.trend(2 * i, TIMESTAMPTZ '2026-01-01 00:00+00' + i * INTERVAL '24 hours', 0.9)).intercept) AS height_on_2000_01_01
FROM generate_series(1::bigint, 10) AS i;
-- 9,497 days from 2000-01-01 to 2026-01-01, at 2 a day, from 0 on that day
SELECT DATE '2026-01-01' - DATE '2000-01-01' AS days, 2 * (DATE '2000-01-01' - DATE '2026-01-01') AS height_on_2000_01_01;

-- GROUP BY with FILTER: the slopes of the two halves of 1, 2, 4, 8, 10, 12 by hand: 1.5, 2
SELECT csp.trend_slope(y, x) FILTER (WHERE x <= 3) AS first_half, csp.trend_slope(y, x) FILTER (WHERE x > 3) AS second_half
FROM (VALUES (1, 1), (2, 2), (4, 3), (8, 4), (10, 5), (12, 6)) AS v (y, x);
-- moving frames: each row's is the slope of its own frame alone
SELECT x, csp.trend_slope(y, x) OVER three AS slope, (csp.trend(y, x) OVER three).n
FROM (VALUES (1, 1), (2, 2), (4, 3), (8, 4), (NULL, 5), (12, 6)) AS v (y, x)
WINDOW three AS (ORDER BY x ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
ORDER BY x;
SELECT count(*) AS frames, count(*) FILTER (WHERE abs(moving - alone) <= 1e-9 * abs(alone)) AS equal
FROM (
    SELECT csp.trend_slope(s.y, s.x) OVER (ORDER BY s.x ROWS BETWEEN 11 PRECEDING AND CURRENT ROW) AS moving,
        (SELECT regr_slope(o.y, o.x) FROM series AS o WHERE o.name = 'nile' AND o.x BETWEEN s.x - 11 AND s.x) AS alone
    FROM series AS s WHERE s.name = 'nile') AS frames
WHERE alone IS NOT NULL;

-- a parallel plan, by partition and over all, gives what a serial one gives
CREATE TABLE trend_rows (area int, y float8, x float8) PARTITION BY LIST (area);
CREATE TABLE trend_rows_1 PARTITION OF trend_rows FOR VALUES IN (1);
CREATE TABLE trend_rows_2 PARTITION OF trend_rows FOR VALUES IN (2);
INSERT INTO trend_rows SELECT 1 + i % 2, 1000 + (i * 7919) % 1009 + i * 0.01, 1e6 + i FROM generate_series(1, 20000) AS i;
ANALYZE trend_rows;
SET max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE serial AS
SELECT area, (csp.trend(y, x, 0.9)).*, csp.trend_slope(y, x) AS alone FROM trend_rows GROUP BY GROUPING SETS ((area), ());
SELECT * FROM combining('trend_rows_1', 'SELECT (csp.trend(y, x, 0.9)).n, (csp.trend(y, x, 0.9)).slope::real, (csp.trend(y, x, 0.9)).std_error::real, (csp.trend(y, x, 0.9)).intercept::real FROM trend_rows_1');
SET enable_partitionwise_aggregate = on;
CREATE TEMP TABLE parallel AS
SELECT area, (line).*, alone FROM (SELECT area, csp.trend(y, x, 0.9) AS line, csp.trend_slope(y, x) AS alone FROM trend_rows GROUP BY area) AS a
UNION ALL
SELECT NULL, (line).*, alone FROM (SELECT csp.trend(y, x, 0.9) AS line, csp.trend_slope(y, x) AS alone FROM trend_rows) AS b;
SELECT s.area, s.n = p.n AND abs(p.slope / s.slope - 1) < 1e-11 AND abs(p.std_error / s.std_error - 1) < 1e-11
    AND abs(p.lower / s.lower - 1) < 1e-9 AND abs(p.intercept / s.intercept - 1) < 1e-9 AND abs(p.p_value / s.p_value - 1) < 1e-9
    AND p.alone = p.slope AS equal
FROM serial AS s JOIN parallel AS p ON p.area IS NOT DISTINCT FROM s.area ORDER BY s.area;
-- a constant y and a constant x stay constant when combined
SELECT csp.trend_slope(0.1, x) AS slope, (csp.trend(0.1, x)).std_error, (csp.trend(y, 0.1)).slope AS no_slope FROM trend_rows;
RESET ALL;
DROP TABLE trend_rows;

-- months, across years and before the origin; 31 December 23:30 UTC is January in Paris, and 30 June 23:30 UTC July in London
SELECT csp.month_number(DATE '2000-01-31') AS origin, csp.month_number(DATE '1999-12-01') AS before, csp.month_number(DATE '2026-02-28') AS "2026-02",
    csp.month_number(DATE '0001-01-01 BC') AS bc, csp.month_number(NULL::date) AS "null";
SELECT csp.month_number(TIMESTAMPTZ '2025-12-31 23:30+00', 'Europe/London') AS december, csp.month_number(TIMESTAMPTZ '2025-12-31 23:30+00', 'Europe/Paris') AS january,
    csp.month_number(TIMESTAMPTZ '2025-06-30 23:30+00', 'Europe/London') - csp.month_number(DATE '2025-06-30') AS summer_time;
-- consecutive: each of 60 months is one more than the one before
SELECT bool_and(number = previous + 1) AS consecutive
FROM (SELECT csp.month_number(d::date) AS number, lag(csp.month_number(d::date)) OVER (ORDER BY d) AS previous
      FROM generate_series(TIMESTAMP '1998-11-30', TIMESTAMP '2003-10-30', INTERVAL '1 month') AS d) AS months
WHERE previous IS NOT NULL;

-- errors
SELECT csp.trend_slope('NaN'::float8, 1::float8);
SELECT csp.trend(1::float8, 'infinity'::float8);
SELECT csp.trend_slope(1, DATE 'infinity');
SELECT csp.trend_slope(1, TIMESTAMPTZ '-infinity');
SELECT csp.trend(1, 2, 95);
SELECT csp.trend(y, x, CASE WHEN x = 1 THEN 0.9 ELSE 0.95 END) FROM (VALUES (1, 1), (2, 2)) AS v (y, x);
SELECT csp.trend_slope(y, x) FROM (VALUES (1e300, 1e300), (-1e300, -1e300)) AS v (y, x);
SELECT csp.month_number(DATE 'infinity');
SELECT csp.month_number(now(), 'Europe/Ambridge');
-- the parts called by hand: sums of one's own are possible, other arrays are refused
SELECT csp_internal.trend_accum('{0,0,0,0,0,0,0,0,0}', 5, 1);
SELECT csp_internal.trend_accum('{0,0}', 5, 1);
SELECT csp_internal.trend_combine('{1,2,3,4,5,6,7,8,0}', '{1,2,3,4,5,6,7,NULL,0}');
SELECT csp_internal.trend_final('{-1,0,0,0,0,0,0,0,0}');
SELECT csp_internal.trend_final('{1,0,0,0,0,0,0,0,7}');
SELECT csp_internal.trend_slope_final('{NaN,0,0,0,0,0,0,0,0}');
