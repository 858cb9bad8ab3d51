-- farrington: counts out of the ordinary for their season.

-- R: test/reference/farrington.R (surveillance 1.20.3), every option in combinations drawn at random
CREATE TEMP TABLE series (series text, period date, count integer, population float8);
CREATE TEMP TABLE option_set (id integer, series text, method text, b integer, w integer, periods integer, past integer, threshold_method text, alpha float8, weights_threshold float8,
    trend boolean, trend_threshold float8, minimum_count integer, minimum_weeks integer, by_date boolean, with_population boolean, before_end integer);
CREATE TEMP TABLE figure (id integer, period date, expected float8, upper_bound float8, p_value float8, score float8, alarm boolean, has_trend boolean);
\copy series FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/farrington_series.csv' WITH (FORMAT csv, HEADER)
\copy option_set FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/farrington_case.csv' WITH (FORMAT csv, HEADER)
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/farrington.csv' WITH (FORMAT csv, HEADER)
CREATE TEMP TABLE monitored AS
SELECT id, period, csp.farrington(count, period, CASE WHEN with_population THEN population END, method, b, w, periods, past, threshold_method, alpha, weights_threshold,
                                  trend, trend_threshold, minimum_count, minimum_weeks, by_date => by_date) OVER (PARTITION BY id ORDER BY period) AS ours
FROM option_set JOIN series USING (series);
-- digits that agree: 9 (R prints 15); p-values below 1e-14 are R's 1 - p
SELECT method, threshold_method, count(*) AS figures, count(upper_bound) AS bounds, count(*) FILTER (WHERE figure.alarm) AS alarms, count(*) FILTER (WHERE has_trend) AS trends,
       count(*) FILTER (WHERE abs((ours).expected - expected) <= 1e-9 * expected OR expected IS NULL AND (ours).expected IS NOT NULL) AS expected,
       count(*) FILTER (WHERE abs((ours).upper_bound - upper_bound) <= 1e-9 * upper_bound OR coalesce((ours).upper_bound, upper_bound) IS NULL) AS bound,
       count(*) FILTER (WHERE abs((ours).p_value - p_value) <= 1e-9 * p_value + 1e-14 OR p_value IS NULL AND (ours).p_value IS NOT NULL) AS p,
       count(*) FILTER (WHERE abs((ours).score - score) <= 1e-9 * abs(score) + 1e-12 OR score IS NULL) AS score,
       count(*) FILTER (WHERE (ours).alarm = figure.alarm) AS alarm,
       count(*) FILTER (WHERE NOT trend OR has_trend = ((ours).reason IS NULL OR (ours).reason NOT LIKE '%no trend%')) AS trend
FROM figure JOIN monitored USING (id, period) JOIN option_set USING (id)
GROUP BY method, threshold_method
ORDER BY method, threshold_method;
-- and every option was there
SELECT count(DISTINCT b) AS b, count(DISTINCT w) AS w, count(DISTINCT periods) AS periods, count(DISTINCT coalesce(past, -1)) AS past, count(DISTINCT alpha) AS alpha,
       count(DISTINCT weights_threshold) AS weights, count(DISTINCT trend_threshold) AS trend_threshold, count(DISTINCT minimum_count) AS minimum, bool_or(by_date) AS by_date, bool_or(with_population) AS population
FROM option_set;

-- by hand: counts of 4 in three years, window 0: mean 4, dispersion not below 1, no error of the mean (perfect fit); z = 1.644853627.
-- bound 4 (1 + 2/3 z sqrt(4) / 4)^1.5 = 4 x 1.548285^1.5 = 7.70613; score (6 - 4) / 3.70613 = 0.53965;
-- p = P(Z > (6^(2/3) - 4^(2/3)) / (2/3 x 2 / 4^(1/3))) = P(Z > 0.782085 / 0.839947) = P(Z > 0.93111) = 0.1759
CREATE TEMP TABLE flat AS
SELECT (date '2021-01-01' + n * interval '1 month')::date AS month, CASE n WHEN 36 THEN 6 WHEN 37 THEN 8 ELSE 4 END AS n FROM generate_series(0, 38) AS n;
SELECT month, n, round((f).expected::numeric, 6) AS expected, round((f).upper_bound::numeric, 6) AS bound, round((f).p_value::numeric, 6) AS p, round((f).score::numeric, 6) AS score, (f).alarm, (f).reason
FROM (SELECT month, n, csp.farrington(n, month, b => 3, w => 0, past_weeks_not_included => 1) OVER (ORDER BY month) AS f FROM flat) AS s
WHERE month >= '2023-12-01'
ORDER BY month;
-- the original method: two-sided alpha (z = 1.959964) and Pearson's dispersion, not below 1, for the mean's error as well:
-- 4 (1 + 2/3 z sqrt(4 + 4 / 3) / 4)^1.5 = 4 x 1.754391^1.5 = 9.2950
SELECT round((f).upper_bound::numeric, 6) AS bound FROM (SELECT month, csp.farrington(n, month, method => 'original', b => 3, w => 0) OVER (ORDER BY month) AS f FROM flat) AS s WHERE month = '2024-01-01';
-- quantiles of the Poisson distribution with mean 4: P(X <= 8) = 0.978637, P(X >= 6) = 0.214870; the score is (6 - ln 4) / (8 - ln 4)
SELECT (f).upper_bound AS bound, round((f).p_value::numeric, 6) AS p, round((f).score::numeric, 6) AS score
FROM (SELECT month, csp.farrington(n, month, b => 3, w => 0, threshold_method => 'nbplugin') OVER (ORDER BY month) AS f FROM flat) AS s WHERE month = '2024-01-01';

-- what there is to say. No events in the references: next to nothing is expected (the figures are those of R, where iteration
-- ends), and five at once are an alarm
CREATE TEMP TABLE quiet AS
SELECT (date '2021-01-04' + 7 * n) AS week, CASE WHEN n = 170 THEN 5 WHEN n = 174 THEN 2 ELSE 0 END AS n FROM generate_series(0, 174) AS n;
SELECT week, n, round((f).expected::numeric, 6) AS expected, round((f).upper_bound::numeric, 3) AS bound, round((f).p_value::numeric, 4) AS p, (f).alarm, (f).reason
FROM (SELECT week, n, csp.farrington(n, week, b => 3) OVER (ORDER BY week) AS f FROM quiet) AS s WHERE n > 0 OR week IN ('2021-01-04', '2024-01-15', '2024-01-22') ORDER BY week;
-- a rise that two years cannot show, that three can, and that would lead too far; a population that explains it
CREATE TEMP TABLE rising AS
SELECT (date '2020-01-01' + n * interval '1 month')::date AS month, 10 + n / 2 AS n, 1000 * (10 + n / 2) AS population FROM generate_series(0, 51) AS n;
SELECT years, round((f).expected::numeric, 3) AS expected, (f).reason
FROM (SELECT years, month, csp.farrington(n, month, b => years, w => 1) OVER (PARTITION BY years ORDER BY month) AS f FROM rising, generate_series(2, 4) AS years) AS s
WHERE month = '2024-04-01';
SELECT round((f).expected::numeric, 3) AS expected, (f).reason
FROM (SELECT month, csp.farrington(n, month, population, b => 3, w => 1) OVER (ORDER BY month) AS f FROM rising) AS s WHERE month = '2024-04-01';
SELECT round((f).expected::numeric, 3) AS expected, (f).reason
FROM (SELECT month, csp.farrington(n, month, b => 3, w => 1, trend => false) OVER (ORDER BY month) AS f FROM rising) AS s WHERE month = '2024-04-01';
-- population unknown: no figures for that month, not a reference for others
SELECT month, round((f).expected::numeric, 3) AS expected, (f).alarm, (f).reason
FROM (SELECT month, csp.farrington(n, month, CASE WHEN month = '2024-03-01' THEN 0 WHEN month <> '2023-04-01' THEN population END, b => 3, w => 1) OVER (ORDER BY month) AS f FROM rising) AS s WHERE month >= '2024-02-01' ORDER BY month;
-- a count that is not known gives NULL, and is left out of the references
SELECT month, f IS NULL AS is_null, round((f).expected::numeric, 3) AS expected, (f).reason
FROM (SELECT month, csp.farrington(CASE WHEN month NOT IN ('2021-04-01', '2024-03-01') THEN n END, month, b => 3, w => 0, trend => false) OVER (ORDER BY month) AS f FROM rising) AS s WHERE month >= '2024-02-01' ORDER BY month;
SELECT (f).expected, (f).reason
FROM (SELECT month, csp.farrington(CASE WHEN month > '2024-01-01' THEN n END, month, b => 3, w => 0) OVER (ORDER BY month) AS f FROM rising) AS s WHERE month = '2024-04-01';
SELECT (f).expected, (f).reason
FROM (SELECT month, csp.farrington(n, month, b => 1, w => 0) OVER (ORDER BY month) AS f FROM rising) AS s WHERE month = '2024-04-01';

-- the original method makes do with a part of its oldest window
SELECT month, round((f).expected::numeric, 3) AS expected, (f).reason
FROM (SELECT month, csp.farrington(n, month, method => 'original', b => 3, w => 2, minimum_count => 0) OVER (ORDER BY month) AS f FROM flat) AS s WHERE month BETWEEN '2023-10-01' AND '2023-12-01' ORDER BY month;

-- only the last periods: the same figures, and nothing for the others
WITH latest AS (
    SELECT period, csp.farrington(count, period) OVER w AS f, csp.farrington(count, period, monitored => 52) OVER w AS latest
    FROM series WHERE series = 'weekly_season' WINDOW w AS (ORDER BY period)
)
SELECT count(*) FILTER (WHERE (latest).expected IS NOT NULL) AS latest, count(*) FILTER (WHERE (f).expected IS NOT NULL) AS possible,
       count(*) FILTER (WHERE latest = f) AS same, count(*) FILTER (WHERE (latest).reason = 'not monitored') AS not_monitored
FROM latest;
-- rows in any order, any frame, no ORDER BY, and a date that is not known
WITH shuffled AS (
    SELECT period, count FROM series WHERE series = 'weekly_season' UNION ALL SELECT NULL, 7 ORDER BY 2
), each AS (
    SELECT period, csp.farrington(count, period) OVER () AS plain, csp.farrington(count, period) OVER (ORDER BY period DESC ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS framed FROM shuffled
)
SELECT count(*), count(*) FILTER (WHERE plain = framed AND plain = f) AS same, (SELECT count(*) FROM each WHERE plain IS NULL) AS without_date
FROM each JOIN (SELECT period, csp.farrington(count, period) OVER (ORDER BY period) AS f FROM series WHERE series = 'weekly_season') AS s USING (period);
-- rows of zero, one and all NULL
SELECT csp.farrington(n, month) OVER () FROM flat WHERE false;
SELECT (csp.farrington(n, month) OVER ()).* FROM flat LIMIT 1;
SELECT DISTINCT (csp.farrington(3, date '2024-02-29') OVER ()).reason;
SELECT count(*), count(f) FROM (SELECT csp.farrington(NULL, month) OVER () AS f FROM flat) AS s;
SELECT count(*), count(f) FROM (SELECT csp.farrington(n, NULL) OVER () AS f FROM flat) AS s;
-- very large counts
SELECT bool_and((f).expected IS NULL OR abs((f).expected / 1e9 - 1) < 1e-6) AS sound FROM (SELECT csp.farrington(1e9 + n, month, b => 2, w => 0) OVER (ORDER BY month) AS f FROM flat) AS s;
SELECT count(f) FROM (SELECT csp.farrington(1e308, month, b => 2, w => 1) OVER (ORDER BY month) AS f FROM flat) AS s;

-- one query over many series, and a false discovery rate for all of them: planted, 5 times what is expected in the last week
WITH noise AS (
    SELECT area, date '2021-01-04' + 7 * week AS week, csp.seeded_poisson(3, 'noise', area * 1000 + week, CASE WHEN area = 17 AND week = 207 THEN 30 ELSE 6 END) AS n
    FROM generate_series(1, 60) AS area, generate_series(0, 207) AS week
), alert AS (
    SELECT area, week, csp.farrington(n, week, b => 3, monitored => 1) OVER (PARTITION BY area ORDER BY week) AS f FROM noise
)
SELECT area, (f).alarm, adjusted_p < 0.01 AS beyond_chance
FROM (SELECT area, f, csp.adjusted_p_value((f).p_value) OVER () AS adjusted_p FROM alert WHERE (f).expected IS NOT NULL) AS adjusted
WHERE (f).alarm
ORDER BY adjusted_p LIMIT 1;

-- by parallel workers: a function that answers for one series, over a list of them
CREATE TABLE farrington_series AS SELECT * FROM series;
CREATE TABLE farrington_list AS SELECT DISTINCT series FROM series;
ANALYZE farrington_series;
ANALYZE farrington_list;
CREATE FUNCTION farrington_of(wanted text) RETURNS TABLE (period date, f csp.count_alert) LANGUAGE sql STABLE PARALLEL SAFE COST 100000 SET search_path = pg_catalog
BEGIN ATOMIC SELECT s.period, csp.farrington(s.count, s.period, b => 3) OVER (ORDER BY s.period) FROM farrington_series AS s WHERE s.series = wanted; END;
SELECT by_workers('farrington_list', 'SELECT count(*) FILTER (WHERE (f).alarm) FROM farrington_list, LATERAL farrington_of(series)');
WITH parallel AS MATERIALIZED (SELECT series, p.* FROM farrington_list, LATERAL farrington_of(series) AS p),
     serial AS (SELECT series, period, csp.farrington(count, period, b => 3) OVER (PARTITION BY series ORDER BY period) AS f FROM series)
SELECT count(*) AS rows, count(*) FILTER (WHERE (p.f).alarm) AS alarms, count(*) FILTER (WHERE p.f IS DISTINCT FROM s.f) AS different FROM parallel AS p JOIN serial AS s USING (series, period);
RESET ALL;
DROP FUNCTION farrington_of;
DROP TABLE farrington_series, farrington_list;

-- errors
SELECT csp.farrington(n, month) OVER (ORDER BY month) FROM flat WHERE month <> '2022-05-01';
SELECT csp.farrington(n, week) OVER (ORDER BY week) FROM quiet WHERE week NOT IN ('2020-12-28', '2021-02-08');
SELECT csp.farrington(n, month) OVER (ORDER BY month) FROM (SELECT * FROM flat UNION ALL SELECT * FROM flat) AS twice;
SELECT csp.farrington(n, week::date) OVER (ORDER BY week) FROM (SELECT n, date '2024-01-01' + n AS week FROM generate_series(1, 9) AS n) AS days;
SELECT csp.farrington(n, 'infinity') OVER () FROM flat;
SELECT csp.farrington(-1, month) OVER () FROM flat;
SELECT csp.farrington(0.5, month) OVER () FROM flat;
SELECT csp.farrington('NaN', month) OVER () FROM flat;
SELECT csp.farrington(n, month, -1) OVER () FROM flat;
SELECT csp.farrington(n, month, 'NaN') OVER () FROM flat;
SELECT csp.farrington(n, month, method => 'farrington') OVER () FROM flat;
SELECT csp.farrington(n, month, b => 0) OVER () FROM flat;
SELECT csp.farrington(n, month, w => -1) OVER () FROM flat;
SELECT csp.farrington(n, month, w => 12) OVER () FROM flat;
SELECT csp.farrington(n, month, periods => 0) OVER () FROM flat;
SELECT csp.farrington(n, month, periods => 7) OVER () FROM flat;
SELECT csp.farrington(n, month, w => 1, periods => 11) OVER () FROM flat;
SELECT csp.farrington(n, month, past_weeks_not_included => -1) OVER () FROM flat;
SELECT csp.farrington(n, month, threshold_method => 'normal') OVER () FROM flat;
SELECT csp.farrington(n, month, alpha => 5) OVER () FROM flat;
SELECT csp.farrington(n, month, weights_threshold => 0) OVER () FROM flat;
SELECT csp.farrington(n, month, trend_threshold => 1.5) OVER () FROM flat;
SELECT csp.farrington(n, month, minimum_count => -1) OVER () FROM flat;
SELECT csp.farrington(n, month, minimum_weeks => 0) OVER () FROM flat;
SELECT csp.farrington(n, month, monitored => -1) OVER () FROM flat;
SELECT csp.farrington(n, month, trend => NULL) OVER () FROM flat;
SELECT csp.farrington(n, month, method => NULL) OVER () FROM flat;
SELECT csp.farrington(n, month, method => 'original', periods => 2) OVER () FROM flat;
SELECT csp.farrington(n, month, method => 'original', past_weeks_not_included => 2) OVER () FROM flat;
SELECT csp.farrington(n, month, method => 'original', threshold_method => 'muan') OVER () FROM flat;
SELECT csp.farrington(n, month) FROM flat;
