-- season, trend and remainder against R's stl: test/reference/stl.R makes the figures
CREATE TEMP TABLE series (series text, period int, n int, y float8);
CREATE TEMP TABLE expected (case_name text, series text, n int, seasonal float8, trend float8, remainder float8);
\copy series FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/stl_series.csv' WITH (FORMAT csv, HEADER)
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/stl.csv' WITH (FORMAT csv, HEADER)

CREATE TEMP TABLE actual AS
SELECT case_name, series, n, y, (c).*
FROM (
    SELECT 'periodic' AS case_name, series, n, y, csp.stl(y, period) OVER w AS c FROM series WINDOW w AS (PARTITION BY series ORDER BY n)
    UNION ALL SELECT 'periodic robust', series, n, y, csp.stl(y, period, robust => true) OVER (PARTITION BY series ORDER BY n) FROM series
    UNION ALL SELECT 'window 7', series, n, y, csp.stl(y, period, 7) OVER (PARTITION BY series ORDER BY n) FROM series
    UNION ALL SELECT 'window 13 robust', series, n, y, csp.stl(y, period, 13, true) OVER (PARTITION BY series ORDER BY n) FROM series
    UNION ALL SELECT 'degree 1', series, n, y, csp.stl(y, period, 11, seasonal_degree => 1) OVER (PARTITION BY series ORDER BY n) FROM series WHERE series = 'drivers'
    UNION ALL SELECT 'even windows', series, n, y, csp.stl(y, period, 8, trend_window => 20, low_pass_window => 14) OVER (PARTITION BY series ORDER BY n) FROM series WHERE series = 'drivers'
    UNION ALL SELECT 'trend degree 0', series, n, y, csp.stl(y, period, 21, trend_degree => 0) OVER (PARTITION BY series ORDER BY n) FROM series WHERE series = 'nottem'
    UNION ALL SELECT 'low pass degree 0', series, n, y, csp.stl(y, period, 21, false, 1, 31, 1, 25, 0) OVER (PARTITION BY series ORDER BY n) FROM series WHERE series = 'nottem'
    UNION ALL SELECT 'jumps', series, n, y, csp.stl(y, period, 9, seasonal_jump => 3, trend_jump => 5, low_pass_jump => 4) OVER (PARTITION BY series ORDER BY n) FROM series WHERE series = 'counts'
    UNION ALL SELECT 'no jumps', series, n, y, csp.stl(y, period, robust => true, seasonal_jump => 1, trend_jump => 1, low_pass_jump => 1) OVER (PARTITION BY series ORDER BY n) FROM series WHERE series = 'counts'
    UNION ALL SELECT 'loops', series, n, y, csp.stl(y, period, 15, inner => 3, outer => 4) OVER (PARTITION BY series ORDER BY n) FROM series WHERE series = 'spikes'
    UNION ALL SELECT 'wide', series, n, y, csp.stl(y, period, 301, true, trend_window => 101, low_pass_window => 99, trend_jump => 7, inner => 5, outer => 2) OVER (PARTITION BY series ORDER BY n) FROM series WHERE series = 'spikes'
    UNION ALL SELECT 'narrow', series, n, y, csp.stl(y, period, 3, seasonal_degree => 1, trend_window => 3, low_pass_window => 3) OVER (PARTITION BY series ORDER BY n) FROM series WHERE series = 'short') AS s;
-- to 1e-9 of each figure, or of a thousandth of the series' largest value where the figure is near 0
SELECT case_name, count(*) AS rows, count(DISTINCT series) AS series,
    count(*) FILTER (WHERE abs(a.seasonal - e.seasonal) <= 1e-9 * greatest(abs(e.seasonal), scale)) AS seasonal,
    count(*) FILTER (WHERE abs(a.trend - e.trend) <= 1e-9 * greatest(abs(e.trend), scale)) AS trend,
    count(*) FILTER (WHERE abs(a.remainder - e.remainder) <= 1e-9 * greatest(abs(e.remainder), scale)) AS remainder
FROM expected AS e JOIN actual AS a USING (case_name, series, n) JOIN (SELECT series, max(abs(y)) / 1000 AS scale FROM series GROUP BY series) AS s USING (series)
GROUP BY case_name ORDER BY case_name;
-- the parts add up
SELECT count(*) AS rows, count(*) FILTER (WHERE abs(seasonal + trend + remainder - y) <= 1e-13 * greatest(abs(y), 1)) AS add_up FROM actual;
-- all zeros, robust: every residual is 0 and every weight 1, as in R
SELECT DISTINCT seasonal, trend, remainder FROM actual WHERE case_name = 'periodic robust' AND series = 'zeros';

-- by date: months, quarters, weeks (52) and days (7) tell the season themselves
SELECT count(*) AS rows, count(*) FILTER (WHERE by_date = by_number) AS same
FROM (SELECT csp.stl(y, (date '1919-12-01' + make_interval(months => n))::date, 7, true, trend_window => 25) OVER w AS by_date, csp.stl(y, 12, 7, true, trend_window => 25) OVER w AS by_number
      FROM series WHERE series = 'nottem' WINDOW w AS (ORDER BY n)) AS s;
SELECT step, count(*) AS rows, count(*) FILTER (WHERE by_date = by_number) AS same
FROM (
    SELECT 'quarters' AS step, csp.stl(y, (date '2001-02-01' + make_interval(months => 3 * n))::date) OVER w AS by_date, csp.stl(y, 4) OVER w AS by_number FROM series WHERE series = 'nottem' WINDOW w AS (ORDER BY n)
    UNION ALL SELECT 'weeks', csp.stl(y, date '2001-01-01' + 7 * n) OVER w, csp.stl(y, 52) OVER w FROM series WHERE series = 'nottem' WINDOW w AS (ORDER BY n)
    UNION ALL SELECT 'days', csp.stl(y, date '2001-01-01' + n) OVER w, csp.stl(y, 7) OVER w FROM series WHERE series = 'nottem' WINDOW w AS (ORDER BY n)) AS s GROUP BY step ORDER BY step;
-- partitions are series of their own, in any order of rows; robust => NULL is false; other units scale
SELECT count(*) AS rows, count(*) FILTER (WHERE s.c = a.c) AS same
FROM (SELECT series, n, csp.stl(y, 12, robust => NULL) OVER (PARTITION BY series ORDER BY n) AS c FROM (SELECT * FROM series WHERE period = 12 ORDER BY md5(n::text)) AS shuffled) AS s
JOIN (SELECT series, n, ROW(seasonal, trend, remainder)::csp.stl_component AS c FROM actual WHERE case_name = 'periodic') AS a USING (series, n);
SELECT count(*) FILTER (WHERE abs((c).trend / 1024 - (d).trend) <= 1e-12 * (d).trend) AS same FROM (SELECT csp.stl(y * 1024, 12) OVER w AS c, csp.stl(y, 12) OVER w AS d FROM series WHERE series = 'nottem' WINDOW w AS (ORDER BY n)) AS s;
SELECT csp.stl(y, 12) OVER (ORDER BY n) FROM series WHERE false;
-- two seasons and a value are the least
SELECT count(c) AS rows FROM (SELECT csp.stl(y, 4) OVER (ORDER BY n) AS c FROM series WHERE series = 'gas' AND n <= 9) AS s;
SELECT csp.stl(y, 4) OVER (ORDER BY n) FROM series WHERE series = 'gas' AND n <= 8;
-- errors
SELECT csp.stl(CASE WHEN n <> 7 THEN y END, 4) OVER (ORDER BY n) FROM series WHERE series = 'gas';
SELECT csp.stl('NaN', 4) OVER (ORDER BY n) FROM series WHERE series = 'gas';
SELECT csp.stl(y, 1) OVER (ORDER BY n) FROM series WHERE series = 'gas';
SELECT csp.stl(y, NULL::int) OVER (ORDER BY n) FROM series WHERE series = 'gas';
SELECT csp.stl(y, 2147483647) OVER (ORDER BY n) FROM series WHERE series = 'gas';
SELECT csp.stl(y, 4, 2) OVER (ORDER BY n) FROM series WHERE series = 'gas';
SELECT csp.stl(y, 4, seasonal_degree => 2) OVER (ORDER BY n) FROM series WHERE series = 'gas';
SELECT csp.stl(y, 4, low_pass_degree => -1) OVER (ORDER BY n) FROM series WHERE series = 'gas';
SELECT csp.stl(y, 4, trend_jump => 0) OVER (ORDER BY n) FROM series WHERE series = 'gas';
SELECT csp.stl(y, 4, inner => 0) OVER (ORDER BY n) FROM series WHERE series = 'gas';
SELECT csp.stl(y, 4, outer => -1) OVER (ORDER BY n) FROM series WHERE series = 'gas';
SELECT csp.stl(CASE n % 2 WHEN 0 THEN 1.7e308 ELSE -1.7e308 END, 4) OVER (ORDER BY n) FROM series WHERE series = 'gas';
SELECT csp.stl(y, (date '2001-01-01' + make_interval(months => CASE WHEN n < 30 THEN n ELSE n + 1 END))::date) OVER (ORDER BY n) FROM series WHERE series = 'nottem';
SELECT csp.stl(y, (date '2001-01-01' + make_interval(months => n))::date) OVER (ORDER BY n DESC) FROM series WHERE series = 'nottem';
SELECT csp.stl(y, (date '2001-01-01' + make_interval(years => n))::date) OVER (ORDER BY n) FROM series WHERE series = 'nottem';
SELECT csp.stl(y, NULL::date) OVER (ORDER BY n) FROM series WHERE series = 'nottem';
-- the widest windows and jumps there are
SELECT count(*) FILTER (WHERE abs((c).remainder) < 1000) AS finite FROM (SELECT csp.stl(y, 4, 2147483647, false, 1, 2147483647, 1, 2147483647, 1, 2147483647, 2147483647, 2147483647) OVER (ORDER BY n) AS c FROM series WHERE series = 'gas') AS s;
