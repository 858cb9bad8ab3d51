-- against figures written out from the definitions over all pairs, agreed with R's packages Kendall, trend and EnvStats:
-- test/reference/seasonal_rank_trend.R
CREATE TEMP TABLE series (series text, season float8, year float8, y float8);
CREATE TEMP TABLE expected (series text, variant text, s float8, variance float8, z float8, tau float8, p_value float8, slope float8, seasons float8);
\copy series FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/seasonal_rank_trend_series.csv' WITH (FORMAT csv, HEADER)
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/seasonal_rank_trend.csv' WITH (FORMAT csv, HEADER)
CREATE TEMP TABLE actual AS
SELECT series, variant, t FROM (SELECT series, variant, csp.seasonal_mann_kendall(y, season, year, variant) AS t FROM series, (VALUES ('independent'), ('correlated')) AS v (variant) GROUP BY series, variant) AS s
UNION ALL
SELECT series, 'independent', csp.seasonal_mann_kendall(y, season, year) FROM series GROUP BY series
UNION ALL
SELECT series, 'independent', csp.seasonal_mann_kendall(y, make_date(year::int, season::int, 1 + season::int)) FROM series WHERE series <> 'weekday' GROUP BY series
UNION ALL
SELECT series, 'correlated', csp.seasonal_mann_kendall(y, make_date(year::int, season::int, 1 + season::int), 'Correlated') FROM series WHERE series <> 'weekday' GROUP BY series;
SELECT figure, count(*) AS compared, count(DISTINCT series) AS series,
    count(*) FILTER (WHERE coalesce(abs(a - e) <= 1e-9 * abs(e), a IS NULL AND e IS NULL)) AS equal
FROM expected AS x JOIN actual AS y USING (series, variant),
    LATERAL (VALUES ('s', (t).s, s), ('variance', (t).variance, variance), ('z', (t).z, z), ('tau', (t).tau, tau), ('p_value', (t).p_value, p_value),
        ('slope', (t).slope, slope), ('seasons', (t).seasons, seasons)) AS f (figure, a, e)
GROUP BY figure ORDER BY figure;

-- UKDriverDeaths in Kendall, trend and EnvStats: S -666, variance 5914, slope -27.6458 a year
SELECT (t).s, round((t).variance::numeric, 6) AS variance, round((t).slope::numeric, 4) AS slope FROM actual WHERE series = 'drivers' AND variant = 'independent' LIMIT 1;
-- by hand: two seasons of three years, 1 2 3 rising (S 3) and 5 4 9 (S 1): S 4, variance 2 x 3 x 2 x 11 / 18 = 7.3333, tau 4 / 6,
-- slopes 1 1 1 -1 2 5: median 1; z = 3 / sqrt(22 / 3). Ranks about the middle -1 0 1 and 0 -1 1: sum of products 1;
-- K of (1,5) (2,4) (3,9): 1; covariance (1 + 4) / 3, twice: variance 32 / 3
CREATE TEMP TABLE hand (y float8, season int, year int);
INSERT INTO hand VALUES (1, 1, 2020), (2, 1, 2021), (3, 1, 2022), (5, 2, 2020), (4, 2, 2021), (9, 2, 2022);
SELECT (t).s, round((t).variance::numeric, 6) AS variance, round((t).tau::numeric, 6) AS tau, (t).slope, round((t).z::numeric, 6) AS z, round((c).variance::numeric, 6) AS correlated, (t).seasons
FROM (SELECT csp.seasonal_mann_kendall(y, season, year) AS t, csp.seasonal_mann_kendall(y, season, year, 'correlated') AS c FROM hand) AS s;
-- one season is the plain test
SELECT (t).s = (m).s AND (t).variance = (m).variance AND (t).z = (m).z AND (t).tau = (m).tau AND (t).p_value = (m).p_value AND (t).slope = slope AS same
FROM (SELECT csp.seasonal_mann_kendall(y, 0, year) AS t, csp.mann_kendall(y, year) AS m, csp.theil_sen_slope(y, year) AS slope FROM series WHERE series = 'long') AS s;
-- 300 years: counted slopes equal listed ones
SELECT (csp.seasonal_mann_kendall(y, season, year)).slope = (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY (b.y - a.y) / (b.year - a.year)) FROM series AS a JOIN series AS b USING (series, season) WHERE series = 'long' AND b.year > a.year AND season < 3) AS same
FROM series WHERE series = 'long' AND season < 3;

-- NULLs, no rows, one year, one row, constant, covariances that leave no variance (two years that fall and rise against each other)
SELECT csp.seasonal_mann_kendall(y, season, year) FROM series WHERE false;
SELECT csp.seasonal_mann_kendall(CASE WHEN season = 1 THEN y END, season, year) = csp.seasonal_mann_kendall(y, season, year) FILTER (WHERE season = 1) AS nulls_skipped,
    csp.seasonal_mann_kendall(y, season, year) FILTER (WHERE year = 2020) AS one_year, csp.seasonal_mann_kendall(y, season, year) FILTER (WHERE y = 9) AS one_row,
    csp.seasonal_mann_kendall(1, season, year) AS constant, csp.seasonal_mann_kendall(NULL::float8, season, year) AS nothing
FROM hand;
SELECT csp.seasonal_mann_kendall(CASE season WHEN 1 THEN year ELSE -year END, season, year, 'correlated') FROM hand WHERE year < 2022;
SELECT csp.seasonal_mann_kendall(CASE season WHEN 1 THEN year ELSE -1.0 / year END, season, year, 'correlated') AS together FROM hand WHERE year < 2022;
-- a moving frame
SELECT count(*) FILTER (WHERE f.t = (SELECT csp.seasonal_mann_kendall(y, season, year) FROM series AS s WHERE series = 'drivers' AND 12 * s.year + s.season BETWEEN f.m - 47 AND f.m)) AS same, count(*) AS compared
FROM (SELECT 12 * year + season AS m, csp.seasonal_mann_kendall(y, season, year) OVER (ORDER BY year, season ROWS 47 PRECEDING) AS t FROM series WHERE series = 'drivers') AS f;
-- parallel equal to serial
CREATE TABLE season_many AS SELECT g, s.* FROM series AS s, generate_series(1, 20) AS g WHERE series IN ('drivers', 'gaps');
ANALYZE season_many;
CREATE TEMP TABLE serial AS SELECT g, series, csp.seasonal_mann_kendall(y, season, year, 'correlated') AS t FROM season_many GROUP BY g, series;
SELECT * FROM combining('season_many', $$SELECT g, series, csp.seasonal_mann_kendall(y, season, year, 'correlated') FROM season_many GROUP BY g, series$$);
CREATE TEMP TABLE parallel AS SELECT g, series, csp.seasonal_mann_kendall(y, season, year, 'correlated') AS t FROM season_many GROUP BY g, series;
SELECT count(*) AS groups, count(*) FILTER (WHERE s.t = p.t) AS equal FROM serial AS s JOIN parallel AS p USING (g, series);
RESET ALL;
DROP TABLE season_many;
-- errors
SELECT csp.seasonal_mann_kendall('NaN', season, year) FROM hand;
SELECT csp.seasonal_mann_kendall(y, 'Infinity', year) FROM hand;
SELECT csp.seasonal_mann_kendall(y, date 'infinity') FROM hand;
SELECT csp.seasonal_mann_kendall(y, season, year, 'Hirsch') FROM hand;
SELECT csp.seasonal_mann_kendall(y, season, year, NULL) FROM hand;
SELECT csp.seasonal_mann_kendall(y, season, year, CASE season WHEN 1 THEN 'correlated' ELSE 'independent' END) FROM hand;
SELECT csp.seasonal_mann_kendall(y, 1, year, 'correlated') FROM hand;
SELECT csp.seasonal_mann_kendall(n, n, 2020, 'correlated') FROM generate_series(1, 401) AS n;
SELECT csp.seasonal_mann_kendall(float8 '1e308' * (2 * season - 3), 1, season) FROM hand;
