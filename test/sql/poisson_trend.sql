-- series and expected figures, made by test/reference/trend.R with R's glm(family = quasipoisson)
\getenv abs_srcdir PG_ABS_SRCDIR
\set figures :abs_srcdir '/reference/trend.sql'
\set ECHO none
\i :figures
\set ECHO all

-- every figure to 1e-9 of its size, without exposure (pt) and with it (pte); the second column counts what was compared
CREATE TEMP TABLE actual AS
SELECT name, kind || figure AS figure, value
FROM (
    SELECT name, 'pt_' AS kind, csp.poisson_trend(y, x) AS trend, csp.poisson_trend(y, x, 7, 0.8) AS trend80
    FROM series WHERE name <> 'long_noise' GROUP BY name
    UNION ALL
    SELECT name, 'pte_', csp.poisson_trend(y, x, exposure), csp.poisson_trend(y, x, exposure, 0.8)
    FROM series GROUP BY name HAVING count(exposure) > 0) AS fit,
    LATERAL (VALUES ('percent', (trend).percent_per_unit), ('lower', (trend).lower), ('upper', (trend).upper), ('upper80', (trend80).upper),
        ('dispersion', (trend).dispersion), ('p', (trend).p_value)) AS v (figure, value);
SELECT count(*) FILTER (WHERE abs(a.value - e.value) <= 1e-9 * abs(e.value)) AS equal, count(*) AS compared,
    count(DISTINCT e.name) AS series, count(DISTINCT e.figure) AS figures
FROM expected AS e JOIN actual AS a USING (name, figure);

-- the worked series, as R prints it: 3.418686 (2.389958 to 4.457749), dispersion 0.423766, p 2.08130e-05
SELECT round(percent_per_unit::numeric, 6) AS percent_per_unit, round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper,
    round(dispersion::numeric, 6) AS dispersion, round(p_value::numeric, 10) AS p_value
FROM (SELECT (csp.poisson_trend(y, x)).* FROM series WHERE name = 'worked') AS trend;

-- no finite trend: no row, NULL rows, no events, one x, all events at the last x (then at the first)
SELECT label, csp.poisson_trend(events, x) IS NULL AS "null"
FROM (VALUES ('1 null rows', NULL, 1), ('1 null rows', 1, NULL), ('2 no events', 0, 1), ('2 no events', 0, 2), ('2 no events', 0, 3),
    ('3 one x', 3, 1), ('3 one x', 5, 1), ('4 last x only', 0, 1), ('4 last x only', 0, 2), ('4 last x only', 5, 3), ('4 last x only', 2, 3),
    ('5 first x only', 4, 1), ('5 first x only', 0, 2)) AS v (label, events, x)
GROUP BY label ORDER BY label;
SELECT csp.poisson_trend(y, x) IS NULL AS "null" FROM series WHERE false;
-- two rows: doubling is +100%, with no interval; constant counts: exactly 0, dispersion 0, no p; a perfect fit: +100%;
-- a constant rate under growing exposure: 0; events in the middle only, by hand: symmetric, so 0; expected 8/3 each, so
-- chi-square 16, standard error sqrt(16 / (8 * 2/3)) = sqrt(3), and the limits exp(+-12.7062 sqrt(3)) = exp(+-22.0078)
SELECT label, round(percent_per_unit::numeric, 9) AS percent_per_unit, round(lower::numeric, 9) AS lower, round(ln(1 + upper / 100)::numeric, 4) AS ln_upper_ratio,
    round(dispersion::numeric, 9) AS dispersion, round(p_value::numeric, 9) AS p_value
FROM (
    SELECT label, (csp.poisson_trend(events, x, exposure)).*
    FROM (VALUES ('1 two rows', 5, 1, 1), ('1 two rows', 10, 2, 1), ('2 constant', 4, 1, 1), ('2 constant', 4, 2, 1), ('2 constant', 4, 4, 1),
        ('3 perfect', 3, 0, 1), ('3 perfect', 6, 1, 1), ('3 perfect', 12, 2, 1), ('3 perfect', 24, 3, 1),
        ('4 constant rate', 1, 1, 10), ('4 constant rate', 2, 2, 20), ('4 constant rate', 7, 3, 70),
        ('5 middle only', 0, 1, 1), ('5 middle only', 8, 2, 1), ('5 middle only', 0, 3, 1)) AS v (label, events, x, exposure)
    GROUP BY label) AS trend
ORDER BY label;
-- steep and lopsided, by hand: two different x with totals a and b over equal rows give the ratio b / a; here 1 to a million,
-- and one in a thousand rows at a far x
SELECT round((csp.poisson_trend(events, x)).percent_per_unit::numeric) AS percent FROM (VALUES (1, 0), (0, 0), (1000000, 1), (0, 1)) AS v (events, x);
SELECT round((csp.poisson_trend(CASE WHEN i = 0 THEN 8 ELSE 1 END, CASE WHEN i = 0 THEN 3 ELSE 0 END)).percent_per_unit::numeric, 9) AS percent
FROM generate_series(0, 999) AS i;

-- a row with neither exposure nor events says nothing; NULL rows are skipped
SELECT (a).percent_per_unit = (b).percent_per_unit AND (a).p_value = (b).p_value AS same
FROM (
    SELECT csp.poisson_trend(events, x, exposure) AS a, csp.poisson_trend(events, x, exposure) FILTER (WHERE exposure > 0 AND events IS NOT NULL) AS b
    FROM (VALUES (3, 1, 10), (0, 2, 0), (9, 3, 20), (NULL, 4, 30), (14, 5, 25), (11, 6, NULL), (21, 7, 30)) AS v (events, x, exposure)) AS fit;

-- number types, dates and instants: +1% a day
SELECT round((csp.poisson_trend(n, i)).percent_per_unit::numeric, 6) AS by_number, round((csp.poisson_trend(n::numeric, DATE '2026-01-01' + i)).percent_per_unit::numeric, 6) AS by_date,
    round((csp.poisson_trend(n, TIMESTAMPTZ '2026-01-01 00:00+00' + i * INTERVAL '24 hours')).percent_per_unit::numeric, 6) AS by_instant,
    round((csp.poisson_trend(n * i, DATE '2026-01-01' + i, i)).percent_per_unit::numeric, 6) AS with_exposure,
    round((csp.poisson_trend(n * i, TIMESTAMPTZ '2026-01-01 00:00+00' + i * INTERVAL '24 hours', i, 0.99)).percent_per_unit::numeric, 6) AS with_confidence
FROM (SELECT i, 1000 * 1.01 ^ i::float8 AS n FROM generate_series(1, 20) AS i) AS days;

-- moving frames: each its own two-row doubling or tripling
SELECT x, round((csp.poisson_trend(events, x) OVER two).percent_per_unit::numeric, 9) AS percent
FROM (VALUES (1, 1), (2, 2), (6, 3), (12, 4), (NULL, 5), (6, 6)) AS v (events, x)
WINDOW two AS (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) ORDER BY x;

-- errors
SELECT csp.poisson_trend(-1, 1);
SELECT csp.poisson_trend('NaN'::float8, 1::float8);
SELECT csp.poisson_trend(1::float8, 'infinity'::float8);
SELECT csp.poisson_trend(1, 1, -5);
SELECT csp.poisson_trend(3, 1, 0);
SELECT csp.poisson_trend(3, 1, 1, 95);
SELECT csp.poisson_trend(3, x, 1, x / 10.0) FROM generate_series(1, 2) AS x;

-- poisson_trend_of_sums: counts in parts and a grid of months with their days, by R (test/reference/strategic.R, shoplifting:
-- 13.0423180 a month, 2.5898035 to 24.5598025, dispersion 1.0894392, p 0.0171921604): every month's events come in two parts
-- without exposure, the days by themselves; events at an x without exposure (here 99) are left out
CREATE TEMP TABLE part AS
SELECT m.i AS x, p.events, 0::float8 AS exposure
FROM unnest(ARRAY[3, 1, 2, 1, 0, 2, 1, 0, 2, 1, 3, 1, 5, 6, 6]) WITH ORDINALITY AS m (n, i)
CROSS JOIN LATERAL (VALUES (m.n / 2), (m.n - m.n / 2)) AS p (events)
WHERE p.events > 0
UNION ALL
SELECT i, 0, extract(day FROM DATE '2023-10-01' + make_interval(months => i) - INTERVAL '1 day') FROM generate_series(1, 15) AS i
UNION ALL
VALUES (99, 1000, 0);
SELECT round(percent_per_unit::numeric, 7) AS percent_per_unit, round(lower::numeric, 7) AS lower, round(upper::numeric, 7) AS upper,
    round(dispersion::numeric, 7) AS dispersion, round(p_value::numeric, 10) AS p_value
FROM (SELECT (csp.poisson_trend_of_sums(events, x, exposure)).* FROM part) AS trend;
-- the same as poisson_trend over the sums, in groups, filtered, and in a parallel plan, whatever the order of the parts
SELECT bool_and(a IS NOT DISTINCT FROM b) AS same, count(*) AS groups, count(a) AS fitted
FROM (
    SELECT g, csp.poisson_trend_of_sums(events, x, exposure) FILTER (WHERE x < 99) AS a
    FROM part CROSS JOIN generate_series(5, 15) AS g WHERE x <= g OR x = 99 GROUP BY g) AS parts
JOIN (
    SELECT g, csp.poisson_trend(events, x, exposure) AS b
    FROM (SELECT x, sum(events)::float8 AS events, sum(exposure) AS exposure FROM part WHERE x < 99 GROUP BY x) AS whole
    CROSS JOIN generate_series(5, 15) AS g WHERE x <= g GROUP BY g) AS sums USING (g);
CREATE TABLE many_parts AS SELECT p.x::float8, p.events::float8, p.exposure, n FROM part p CROSS JOIN generate_series(1, 2000) AS n;
SELECT csp.poisson_trend_of_sums(events, x, exposure)::text AS serial FROM many_parts \gset
SELECT * FROM combining('many_parts', 'SELECT csp.poisson_trend_of_sums(events, x, exposure) FROM many_parts');
SELECT csp.poisson_trend_of_sums(events, x, exposure)::text = :'serial' AS equal FROM many_parts;
RESET ALL;
DROP TABLE many_parts;
-- moving frame: two months at a time, 3 then 6 then 12 in parts
SELECT x, round((csp.poisson_trend_of_sums(events, x, exposure) OVER two).percent_per_unit::numeric, 9) AS percent
FROM (VALUES (1, 3, 1), (2, 6, 1), (3, 12, 1)) AS v (x, events, exposure)
WINDOW two AS (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) ORDER BY x;
-- nothing to fit: no exposure anywhere, no rows, NULL rows
SELECT csp.poisson_trend_of_sums(events, x, 0) IS NULL AS no_exposure FROM part;
SELECT csp.poisson_trend_of_sums(events, x, exposure) IS NULL AS no_rows FROM part WHERE false;
SELECT csp.poisson_trend_of_sums(NULL, x, exposure) IS NULL AS null_rows FROM part;
SELECT csp.poisson_trend_of_sums(-1, 1, 1);
SELECT csp.poisson_trend_of_sums(1, 1, -1);
SELECT csp.poisson_trend_of_sums(1, 'NaN', 1);
-- lists of parts: the grid in one row, the events of every two months in another
SELECT a = b AS same
FROM (SELECT csp.poisson_trend_of_sums(events, x, exposure) AS a FROM (
    SELECT array_agg(events::float8) AS events, array_agg(x::float8) AS x, array_agg(exposure) AS exposure FROM part GROUP BY exposure > 0, CASE WHEN exposure = 0 THEN x / 2 END
    UNION ALL VALUES (NULL::float8[], '{1}'::float8[], '{1}'::float8[]), ('{}', '{}', '{}')) AS list) AS lists,
    (SELECT csp.poisson_trend_of_sums(events, x, exposure) AS b FROM part) AS parts;
SELECT csp.poisson_trend_of_sums('{1,2}'::float8[], '{1}', '{1}');
SELECT csp.poisson_trend_of_sums('{1,NULL}'::float8[], '{1,2}', '{1,1}');
SELECT csp.poisson_trend_of_sums('{{1},{2}}'::float8[], '{1,2}', '{1,1}');
SELECT csp.poisson_trend_of_sums('{1,2}'::float8[], '{1,2}', '{1,-1}');
