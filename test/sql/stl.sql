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
