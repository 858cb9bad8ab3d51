-- forecasts against R: test/reference/forecast.R makes series and figures
SET datestyle = ISO;
CREATE TEMP TABLE series (series text, season int, n int, y float8);
CREATE TEMP TABLE model (method text, series text, given_alpha float8, given_beta float8, given_gamma float8, model text, aicc float8, sigma float8, sse float8, level float8, slope float8);
CREATE TEMP TABLE figure (method text, series text, given int, step int, mean float8, lower float8, upper float8);
CREATE TEMP TABLE own (method text, series text, step int, mean float8, lower float8, upper float8);
CREATE TEMP TABLE accuracy (method text, series text, origins int, horizon int, mean_error float8, mae float8, rmse float8, mase float8, coverage float8, seasonal_naive_mae float8);
CREATE TEMP TABLE total (method text, series text, first int, last int, mean float8, sd float8);
\copy series FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/forecast_series.csv' WITH (FORMAT csv, HEADER)
\copy model FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/forecast_model.csv' WITH (FORMAT csv, HEADER)
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/forecast.csv' WITH (FORMAT csv, HEADER)
\copy own FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/forecast_own.csv' WITH (FORMAT csv, HEADER)
\copy accuracy FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/forecast_accuracy.csv' WITH (FORMAT csv, HEADER)
\copy total FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/forecast_total.csv' WITH (FORMAT csv, HEADER)
CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8) RETURNS bool LANGUAGE sql AS
    $$ SELECT (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= tolerance * abs(b), false) $$;

-- the models: forms of exponential smoothing to 1e-6, as the search is iterative
CREATE TEMP TABLE fitted AS
SELECT m.*, (m.fit).*
FROM (SELECT m.method, m.series, m.given_alpha, m.given_beta, m.given_gamma, csp.forecast_model(s.y, s.n, s.season, m.method, m.given_alpha, m.given_beta, m.given_gamma) AS fit
      FROM model AS m JOIN series AS s USING (series) GROUP BY m.method, m.series, m.given_alpha, m.given_beta, m.given_gamma) AS m;
SELECT m.method = 'auto' AS automatic, count(*) AS models, count(DISTINCT m.model) AS forms, count(*) FILTER (WHERE f.model = m.model) AS same_form,
    count(*) FILTER (WHERE pg_temp.near(f.aicc, m.aicc, 1e-6)) AS aicc, count(*) FILTER (WHERE pg_temp.near(f.sigma, m.sigma, 1e-6)) AS sigma,
    count(*) FILTER (WHERE pg_temp.near(f.sse, m.sse, 1e-6)) AS sse, count(*) FILTER (WHERE pg_temp.near(f.level, m.level, 1e-6)) AS level,
    count(*) FILTER (WHERE pg_temp.near(f.slope, m.slope, 1e-6)) AS slope
FROM model AS m JOIN fitted AS f USING (method, series) WHERE m.model IS NOT NULL GROUP BY 1 ORDER BY 1;
-- what R chooses
SELECT series, season, n, model, round(aicc::numeric, 4) AS aicc FROM fitted WHERE method = 'auto' ORDER BY series COLLATE "C";
-- Holt-Winters with given parameters and naive methods to 1e-9
SELECT m.method, count(*) AS models, count(*) FILTER (WHERE pg_temp.near(f.sse, m.sse, 1e-9)) AS sse, count(*) FILTER (WHERE pg_temp.near(f.sigma, m.sigma, 1e-9)) AS sigma,
    count(*) FILTER (WHERE pg_temp.near(f.level, m.level, 1e-9) OR m.method ~ 'naive') AS level, count(*) FILTER (WHERE pg_temp.near(f.slope, m.slope, 1e-9)) AS slope
FROM model AS m JOIN fitted AS f USING (method, series)
WHERE m.model IS NULL AND (m.given_alpha IS NOT NULL AND f.given_alpha = m.given_alpha OR m.method ~ 'naive') GROUP BY 1 ORDER BY 1;
-- with estimated ones: an error sum as small as R's to 1e-6, and where R has met a worse optimum a smaller one
SELECT m.method, count(*) AS models, count(*) FILTER (WHERE f.sse <= m.sse * (1 + 1e-6)) AS as_good, count(*) FILTER (WHERE f.sse < m.sse * (1 - 1e-3)) AS better
FROM model AS m JOIN fitted AS f USING (method, series)
WHERE m.method ~ 'holt|exp' AND m.given_alpha IS NULL AND f.given_alpha IS NULL AND m.given_beta IS NOT DISTINCT FROM f.given_beta GROUP BY 1 ORDER BY 1;

-- the forecasts, 30 steps ahead, 90%; to a part of the interval's width
CREATE TEMP TABLE ahead AS
SELECT m.method, m.series, m.given, a.step::int, f.mean, f.lower, f.upper
FROM (SELECT m.method, m.series, (m.given_alpha IS NOT NULL)::int AS given, csp.forecast(s.y, s.n, 30, s.season, 0.9, m.method, NULL, m.given_alpha, m.given_beta, m.given_gamma) AS rows
      FROM model AS m JOIN series AS s USING (series) GROUP BY m.method, m.series, m.given_alpha, m.given_beta, m.given_gamma) AS m,
     unnest(m.rows) WITH ORDINALITY AS a (period, mean, lower, upper, step), LATERAL (SELECT a.mean, a.lower, a.upper) AS f;
SELECT CASE WHEN f.method LIKE 'ETS%' THEN 'ETS(...)' ELSE f.method END AS method, count(DISTINCT (f.method, f.series, f.given)) AS models, count(*) AS steps,
    count(*) FILTER (WHERE abs(a.mean - f.mean) <= tolerance * (f.upper - f.lower)) AS mean,
    count(*) FILTER (WHERE abs(a.lower - f.lower) <= tolerance * (f.upper - f.lower)) AS lower,
    count(*) FILTER (WHERE abs(a.upper - f.upper) <= tolerance * (f.upper - f.lower)) AS upper
FROM figure AS f JOIN ahead AS a USING (method, series, given, step), LATERAL (SELECT CASE WHEN f.method ~ 'auto|ETS' THEN 1e-6 ELSE 1e-9 END AS tolerance) AS t
WHERE f.method ~ 'auto|ETS|naive' OR f.given = 1
GROUP BY 1 ORDER BY min(CASE WHEN f.method LIKE 'ETS%' THEN 'ETS' ELSE f.method END COLLATE "C");

-- Where R is mistaken (forecast 8.20, R 4.2), and we differ on purpose: its figures, ours, in ETS(A,N,A) where gamma comes in a step
-- too early, in ETS(M,Ad,M) where the slope enters undamped, and in multiplicative Holt-Winters, where an error weighs alpha in its
-- own period: its limits are too narrow by far one step ahead
SELECT o.method, o.series, a.given, o.step, round(o.mean::numeric, 4) AS r_mean, round(a.mean::numeric, 4) AS mean, round((o.upper - o.lower)::numeric, 4) AS r_width, round((a.upper - a.lower)::numeric, 4) AS width
FROM own AS o JOIN ahead AS a USING (method, series, step)
WHERE (o.method, o.series, o.step, a.given) IN (('auto', 'accidents', 11, 0), ('auto', 'accidents', 12, 0), ('auto', 'accidents', 13, 0), ('auto', 'passengers', 1, 0))
   OR (o.method, o.series, o.step, a.given) = ('holt_winters_multiplicative', 'passengers', 1, 1) AND o.upper - o.lower = (SELECT min(upper - lower) FROM own WHERE method = o.method AND series = o.series AND step = 1)
ORDER BY 1, 2, 4;

-- rolling origins against R's loop
SELECT r.method, r.series, r.origins, r.horizon, e.forecasts, pg_temp.near(e.mean_error, r.mean_error, 1e-6) AS mean_error, pg_temp.near(e.mae, r.mae, 1e-6) AS mae, pg_temp.near(e.rmse, r.rmse, 1e-6) AS rmse,
    pg_temp.near(e.mase, r.mase, 1e-6) AS mase, pg_temp.near(e.coverage, r.coverage, 1e-9) AS coverage, pg_temp.near(e.seasonal_naive_mae, r.seasonal_naive_mae, 1e-9) AS seasonal_naive_mae
FROM accuracy AS r, LATERAL (SELECT csp.forecast_accuracy(s.y, s.n, r.horizon, s.season, 0.9, r.method, r.origins) AS a FROM series AS s WHERE s.series = r.series) AS f, LATERAL (SELECT (f.a).*) AS e;

-- sums to come against simulated ones (400,000 paths): means to 1/100 of the standard deviation, standard deviations to 1%
SELECT t.method, t.series, t.first, t.last, p.periods_left, abs(p.projected - t.mean) < 0.01 * t.sd AS mean, pg_temp.near((p.upper - p.lower) / (2 * 1.6448536269514722), t.sd, 0.01) AS sd
FROM total AS t, LATERAL (SELECT csp.project_total(s.y, s.n, m.n + t.first, m.n + t.last, s.season, 0.9, NULL, 'lower is better', t.method) AS p
                          FROM series AS s, (SELECT max(n) AS n FROM series WHERE series = t.series) AS m WHERE s.series = t.series GROUP BY m.n) AS f, LATERAL (SELECT (f.p).*) AS p;

-- by hand: naive, values 10 12 11 13, changes 2 -1 2, sigma^2 = 9 / 3 = 3; the variance of the next values 3 and 6, of their sum,
-- in which the first error counts twice, 3 (4 + 1) = 15
CREATE TEMP TABLE four (n int, month date, y float8);
INSERT INTO four VALUES (3, '2024-03-01', 11), (1, '2024-01-01', 10), (4, '2024-04-01', 13), (2, '2024-02-01', 12);
SELECT period, mean, round(((upper - lower) / 2 / 1.959963984540054)::numeric ^ 2, 9) AS variance FROM (SELECT csp.forecast(y, n, 2, 1, 0.95, 'naive') AS rows FROM four) AS f, unnest(rows);
SELECT total_so_far, projected, round(((upper - lower) / 2 / 1.959963984540054)::numeric ^ 2, 9) AS variance, target, polarity, round(probability_of_meeting::numeric, 6) AS p, periods_left, model
FROM (SELECT csp.project_total(y, month, '2024-01-01', '2024-06-30', 1, 0.95, 75, 'lower is better', 'naive') AS p FROM four
      UNION ALL SELECT csp.project_total(y, month, '2024-01-01', '2024-06-30', 1, 0.95, 75, 'higher is better', 'naive') FROM four
      -- the first months left out; the last two only; those after next
      UNION ALL SELECT csp.project_total(y, month, '2024-03-01', '2024-06-01', 1, 0.95, NULL, 'lower is better', 'naive') FROM four
      UNION ALL SELECT csp.project_total(y, month, '2024-04-15', '2024-06-15', 1, 0.95, 26, 'higher is better', 'naive') FROM four
      UNION ALL SELECT csp.project_total(y, n, 6, 6, 1, 0.95, 13, 'lower is better', 'naive') FROM four
      -- nothing left: certain
      UNION ALL SELECT csp.project_total(y, month, '2024-01-01', '2024-04-30', 1, 0.95, 46, 'lower is better', 'naive') FROM four
      UNION ALL SELECT csp.project_total(y, month, '2024-02-01', '2024-03-01', 1, 0.95, 24, 'higher is better', 'naive') FROM four) AS f, LATERAL (SELECT (f.p).*) AS p;
-- R: pnorm(3 / sqrt(15)) = 0.7807108
-- by hand: seasonal naive, two years of quarters, changes 2 0 -2 2: sigma^2 = 12 / 4 = 3; a year on the variance doubles
SELECT period, mean, round(((upper - lower) / 2 / 1.959963984540054)::numeric ^ 2, 9) AS variance
FROM (SELECT csp.forecast(y, q, 5, 4, 0.95, 'seasonal_naive') AS rows FROM (VALUES (date '2022-01-01', 5::float8), ('2022-04-01', 9), ('2022-07-01', 7), ('2022-10-01', 3), ('2023-01-01', 7), ('2023-04-01', 9), ('2023-07-01', 5), ('2023-10-01', 5)) AS v (q, y)) AS f, unnest(rows);

-- periods: weeks over a new year, months over a leap February, days, years, integers; whatever order the rows come in
SELECT step, (SELECT array_agg(period ORDER BY period) FROM unnest(rows)) AS periods
FROM (SELECT 'week' AS step, csp.forecast(i, date '2024-12-09' + 7 * i, 3, 1, 0.9, 'naive') AS rows FROM generate_series(0, 2) AS i
      UNION ALL SELECT 'month', csp.forecast(i, (date '2023-11-15' + i * interval '1 month')::date, 3, 1, 0.9, 'naive') FROM generate_series(0, 2) AS i
      UNION ALL SELECT 'day', csp.forecast(i, date '2024-02-26' + i, 3, 1, 0.9, 'naive') FROM generate_series(0, 2) AS i
      UNION ALL SELECT 'year', csp.forecast(i, make_date(2020 + i, 4, 1), 3, 1, 0.9, 'naive') FROM generate_series(0, 2) AS i) AS f
ORDER BY step;
SELECT bool_and(a.rows = b.rows) AS any_order, count(*) AS series
FROM (SELECT series, csp.forecast(y, n, 6, season, 0.9 ORDER BY n) AS rows FROM series GROUP BY series, season) AS a
JOIN (SELECT series, csp.forecast(y, n, 6, season, 0.9 ORDER BY y, n DESC) AS rows FROM series GROUP BY series, season) AS b USING (series);

-- what short, constant and other odd series give
SELECT what, (rows[1]).period, round((rows[1]).mean::numeric, 6) AS mean, round((rows[1]).lower::numeric, 6) AS lower, round((rows[1]).upper::numeric, 6) AS upper, (fit).model, (fit).sigma = 0 AS no_error, (fit).aicc IS NULL AS no_aicc
FROM (SELECT 'no rows' AS what, csp.forecast(y, n, 2, 12, 0.9) AS rows, csp.forecast_model(y, n, 12) AS fit FROM four WHERE false
      UNION ALL SELECT 'all NULL', csp.forecast(NULL, n, 2, 12, 0.9), csp.forecast_model(NULL, n, 12) FROM four
      UNION ALL SELECT 'one row', csp.forecast(y, n, 2, 12, 0.9), csp.forecast_model(y, n, 12) FROM four WHERE n = 2
      UNION ALL SELECT 'two rows', csp.forecast(y, n, 2, 12, 0.9), csp.forecast_model(y, n, 12) FROM four WHERE n < 3
      UNION ALL SELECT 'zeros', csp.forecast(0, n, 2, 12, 0.9), csp.forecast_model(0, n, 12) FROM generate_series(1, 40) AS n
      UNION ALL SELECT 'constant', csp.forecast(7, n, 2, 12, 0.9), csp.forecast_model(7, n, 12) FROM generate_series(1, 40) AS n
      UNION ALL SELECT 'a straight line', csp.forecast(3 * n, n, 2, 1, 0.9, 'holt'), csp.forecast_model(3 * n, n, 1, 'holt') FROM generate_series(1, 40) AS n
      UNION ALL SELECT 'zeros, Holt-Winters', csp.forecast(0, n, 2, 12, 0.9, 'holt_winters_additive'), csp.forecast_model(0, n, 12, 'holt_winters_additive') FROM generate_series(1, 40) AS n
      UNION ALL SELECT 'last value NULL', csp.forecast(CASE WHEN n < 4 THEN y END, n, 2, 12, 0.9), csp.forecast_model(CASE WHEN n < 4 THEN y END, n, 12) FROM four) AS f;
-- one zero rules multiplicative errors out; negative values do
SELECT count(*) AS series, count(*) FILTER (WHERE (fit).model LIKE 'ETS(A%') AS additive
FROM (SELECT csp.forecast_model(CASE WHEN n = 5 THEN z ELSE y END, n, season) AS fit FROM series, (VALUES (0), (-1)) AS v (z) WHERE series IN ('passengers', 'gas', 'nile') GROUP BY series, season, z) AS f;
-- counts are not below 0: minimum
SELECT bool_or(a.lower < 0) AS below, min(b.lower) AS least, bool_and(b.upper = a.upper AND b.lower = greatest(a.lower, 0) AND b.mean = a.mean) AS others_same
FROM (SELECT csp.forecast(y, n, 12, season, 0.95) AS a, csp.forecast(y, n, 12, season, 0.95, 'auto', 0) AS b FROM series WHERE series = 'rare' GROUP BY season) AS f, LATERAL ROWS FROM (unnest(f.a), unnest(f.b)) AS r (p1, mean, lower, upper, p2, mean2, lower2, upper2), LATERAL (SELECT r.mean, r.lower, r.upper) AS a, LATERAL (SELECT r.mean2 AS mean, r.lower2 AS lower, r.upper2 AS upper) AS b;
-- 46 so far and no less: the target of 45 is lost, that of 46 for good or bad is certain to be reached from above
SELECT lower, probability_of_meeting FROM (
    SELECT csp.project_total(y, n, 1, 60, 1, 0.95, 45, 'lower is better', 'naive', 0) AS p FROM four
    UNION ALL SELECT csp.project_total(y, n, 1, 60, 1, 0.95, 46, 'higher is better', 'naive', 0) FROM four) AS f, LATERAL (SELECT (f.p).*) AS p;

-- groups, FILTER, a moving frame and parallel workers
SELECT series, (csp.forecast_model(y, n, season) FILTER (WHERE n <= 40)).model AS of_40, (csp.forecast_model(y, n, season) FILTER (WHERE n > 1000)) IS NULL AS of_none FROM series WHERE series IN ('gas', 'rare') GROUP BY series, season ORDER BY series;
SELECT n, round((csp.forecast(y, n, 1, 1, 0.9, 'naive') OVER w)[1].mean::numeric, 3) AS mean, (csp.forecast(y, n, 1, 1, 0.9, 'naive') OVER w)[1].period AS period
FROM four WINDOW w AS (ORDER BY n ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING);
CREATE TABLE forecast_parallel AS SELECT * FROM series;
CREATE TEMP VIEW whole AS
SELECT csp.forecast(y, n, 6, 4, 0.9) FILTER (WHERE series = 'gas') AS f, csp.forecast_model(y, n, 12) FILTER (WHERE series = 'rare') AS m, csp.forecast_accuracy(y, n, 1, 1, 0.9, 'naive', 2) FILTER (WHERE series = 'nile') AS a,
    csp.project_total(y, n, 1, 300, 12, 0.9, 10, 'lower is better', 'naive') FILTER (WHERE series = 'passengers') AS p
FROM forecast_parallel;
CREATE TEMP TABLE serial AS TABLE whole;
SELECT * FROM combining('forecast_parallel', rtrim(pg_get_viewdef('whole'::regclass), ';'));
SELECT s.f = w.f AS f, s.m = w.m AS m, s.a = w.a AS a, s.p = w.p AS p, (s.p).projected FROM serial AS s, whole AS w;
RESET ALL;
SET datestyle = ISO;
DROP TABLE forecast_parallel CASCADE;

-- errors: the periods
SELECT csp.forecast(y, month, 2, 1, 0.9) FROM four WHERE n <> 2;
SELECT csp.forecast(CASE WHEN n <> 3 THEN y END, month, 2, 1, 0.9) FROM four;
SELECT csp.forecast(y, month, 2, 1, 0.9) FROM (TABLE four UNION ALL TABLE four) AS twice;
SELECT csp.forecast(y, n, 2, 1, 0.9) FROM four WHERE n <> 3;
SELECT csp.forecast(y, 'infinity'::date, 2, 1, 0.9) FROM four;
SELECT csp.forecast(y, 2147483643 + n, 2, 1, 0.9) FROM four;
-- the values
SELECT csp.forecast('NaN', n, 2, 1, 0.9) FROM four;
SELECT csp.forecast('Infinity', n, 2, 1, 0.9) FROM four;
SELECT csp.forecast(y * 1e200, n, 2, 1, 0.9, 'naive') FROM four;
SELECT csp.forecast(1e200 * (1 + n % 7), n, 2, 1, 0.9) FROM generate_series(1, 40) AS n;
SELECT csp.forecast(1e200 * (1 + n % 7), n, 2, 1, 0.9, 'holt') FROM generate_series(1, 40) AS n;
SELECT csp.forecast(y - 10, n, 2, 2, 0.9, 'holt_winters_multiplicative') FROM four;
SELECT csp.forecast(n - 1, n, 2, 1, 0.9, 'ETS(M,N,N)') FROM generate_series(1, 20) AS n;
-- the settings
SELECT csp.forecast(y, n, 0, 1, 0.9) FROM four;
SELECT csp.forecast(y, n, -1, 1, 0.9) FROM four;
SELECT csp.forecast(y, n, 1001, 1, 0.9) FROM four;
SELECT csp.forecast(y, n, NULL, 1, 0.9) FROM four;
SELECT csp.forecast(y, n, 2, 0, 0.9) FROM four;
SELECT csp.forecast(y, n, 2, 25, 0.9) FROM four;
SELECT csp.forecast(y, n, 2, 1, 95) FROM four;
SELECT csp.forecast(y, n, 2, 1, 0.9, 'arima') FROM four;
SELECT csp.forecast(y, n, 2, 1, 0.9, 'ETS(A,N,M)') FROM four;
SELECT csp.forecast(y, n, 2, 1, 0.9, NULL) FROM four;
SELECT csp.forecast(y, n, n, 1, 0.9) FROM four;
SELECT csp.forecast(y, n, 2, 1, 0.9, CASE WHEN n < 3 THEN 'naive' ELSE 'auto' END) FROM four;
SELECT csp.forecast(y, n, 2, 1, 0.9, 'naive', 'NaN') FROM four;
SELECT csp.forecast(y, n, 2, 1, 0.9, 'auto', NULL, 0.1, NULL, NULL) FROM four;
SELECT csp.forecast(y, n, 2, 1, 0.9, 'holt', NULL, 0, NULL, NULL) FROM four;
SELECT csp.forecast(y, n, 2, 1, 0.9, 'holt', NULL, NULL, 1.1, NULL) FROM four;
SELECT csp.forecast(y, n, 2, 1, 0.9, 'holt', NULL, NULL, NULL, 0.1) FROM four;
SELECT csp.forecast(y, n, 2, 1, 0.9, 'exponential_smoothing', NULL, NULL, 0.1, NULL) FROM four;
-- too short
SELECT csp.forecast(y, n, 2, 12, 0.9, 'holt_winters_additive') FROM four;
SELECT csp.forecast(y, n, 2, 12, 0.9, 'seasonal_naive') FROM four;
SELECT csp.forecast(y, n, 2, 1, 0.9, 'seasonal_naive') FROM four;
SELECT csp.forecast(y, n, 2, 12, 0.9, 'ETS(A,N,A)') FROM four;
SELECT csp.forecast_accuracy(y, n, 2, 1, 0.9, 'naive', 3) FROM four;
SELECT csp.forecast_accuracy(y, n, 1, 12, 0.9, 'seasonal_naive', 2) FROM four;
-- totals
SELECT csp.project_total(y, month, '2023-12-01', '2024-12-31', 1, 0.9, 100, 'lower is better') FROM four;
SELECT csp.project_total(y, month, '2024-12-01', '2024-02-01', 1, 0.9, 100, 'lower is better') FROM four;
SELECT csp.project_total(y, month, '2024-02-02', '2024-02-20', 1, 0.9, 100, 'lower is better') FROM four;
SELECT csp.project_total(y, month, '2024-02-01', '2124-02-01', 1, 0.9, 100, 'lower is better') FROM four;
SELECT csp.project_total(y, month, '2024-01-01', '2024-12-31', 1, 0.9, 100, 'down') FROM four;
SELECT csp.project_total(y, month, '2024-01-01', 'infinity', 1, 0.9, 100, 'lower is better') FROM four;
SELECT csp.project_total(y, month, '2024-01-01', '2024-12-31', 1, 0.9, 'NaN', 'lower is better') FROM four;
-- parts put together by hand
CREATE AGGREGATE pg_temp.mine (float8, float8) (SFUNC = csp_internal.series_accum, STYPE = internal, FINALFUNC = csp_internal.forecast_final);
SELECT pg_temp.mine(y, n) FROM four;
