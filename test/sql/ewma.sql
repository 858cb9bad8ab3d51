-- ewma: levels that have moved.

-- R: test/reference/ewma.R; expected 12, Poisson
CREATE TEMP TABLE series (t integer, value integer);
CREATE TEMP TABLE figure (lambda float8, sigmas float8, t integer, smoothed float8, exact_lower float8, exact_upper float8, limit_upper float8);
\copy series FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/ewma_series.csv' WITH (FORMAT csv, HEADER)
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/ewma.csv' WITH (FORMAT csv, HEADER)
SELECT lambda, count(*) AS figures, count(*) FILTER (WHERE (f).alarm) AS alarms, count(*) FILTER (WHERE (f).alarm = (figure.smoothed > exact_upper OR figure.smoothed < exact_lower)) AS alarm,
       count(*) FILTER (WHERE abs((f).smoothed / figure.smoothed - 1) < 1e-9) AS smoothed, count(*) FILTER (WHERE abs((f).upper_bound / exact_upper - 1) < 1e-9) AS upper,
       count(*) FILTER (WHERE abs((f).lower_bound - exact_lower) < 1e-9) AS lower, count(*) FILTER (WHERE abs((l).upper_bound / limit_upper - 1) < 1e-9) AS tends_to,
       count(*) FILTER (WHERE n = f) AS same_by_sd
FROM (SELECT s.*, csp.ewma(value, 12, NULL, lambda, sigmas, distribution => 'poisson') OVER each AS f, csp.ewma(value, 12, NULL, lambda, sigmas, distribution => 'poisson', exact => false) OVER each AS l,
             csp.ewma(value, 12, sqrt(12::float8), lambda, sigmas) OVER each AS n, lambda
      FROM series AS s CROSS JOIN (SELECT DISTINCT lambda, sigmas FROM figure) AS o WINDOW each AS (PARTITION BY lambda ORDER BY t)) AS ours
JOIN figure USING (lambda, t)
GROUP BY lambda ORDER BY lambda;
-- twelve months, the first six as baseline (mean 133.3333, sd 12.5167): the fourth monitored one signals first, 149.005 against 144.752
CREATE TEMP TABLE twelve AS SELECT * FROM unnest(ARRAY[120,132,118,141,150,139,155,160,149,171,166,180]) WITH ORDINALITY AS v (value, t);
SELECT t, value, round((f).expected::numeric, 3) AS expected, round((f).lower_bound::numeric, 3) AS lower, round((f).upper_bound::numeric, 3) AS upper, round((f).smoothed::numeric, 3) AS smoothed, (f).alarm, (f).reason
FROM (SELECT t, value, csp.ewma(value, baseline => 6) OVER (ORDER BY t) AS f FROM twelve) AS s ORDER BY t;
-- expected values and deviations that vary, by hand, lambda 0.5: centre 10, then 0.5 x 20 + 5 = 15; variance 0.25 x 4 = 1, then
-- 0.25 x 16 + 0.25 x 1 = 4.25; average 10 + 1 = 11, then 0.5 x 2 + 5.5 = 6.5; bounds 15 -+ 3 sqrt(4.25) = 8.815 and 21.185
SELECT t, (f).expected, round((f).lower_bound::numeric, 3) AS lower, round((f).upper_bound::numeric, 3) AS upper, (f).smoothed, (f).alarm, (f).reason
FROM (SELECT t, csp.ewma(value, expected, sd, 0.5) OVER (ORDER BY t) AS f FROM (VALUES (1, 12, 10, 2), (2, 2, 20, 4)) AS v (t, value, expected, sd)) AS s ORDER BY t;
-- a sd of one's own with the mean of a baseline; a lower limit of a count is not below 0
SELECT round((f).upper_bound::numeric, 3) AS upper FROM (SELECT t, csp.ewma(value, sd => 10, baseline => 6) OVER (ORDER BY t) AS f FROM twelve) AS s WHERE t = 7;
SELECT (csp.ewma(1, 1, lambda => 1, distribution => 'poisson') OVER ()).*;
-- rows without a value or an expected one leave the average as it is
SELECT t, f IS NULL AS is_null, round((f).smoothed::numeric, 3) AS smoothed, (f).reason
FROM (SELECT t, csp.ewma(value, CASE WHEN t <> 2.5 THEN 130 END, 10) OVER (ORDER BY t) AS f FROM (SELECT * FROM twelve WHERE t < 4 UNION ALL VALUES (500, 2.5), (NULL, 2.7)) AS s (value, t)) AS s ORDER BY t;
SELECT DISTINCT (csp.ewma(value, 130) OVER (ORDER BY t)).reason FROM twelve;
SELECT DISTINCT (csp.ewma(value) OVER (ORDER BY t)).reason FROM twelve;
SELECT count(*) FILTER (WHERE (f).alarm) AS alarms, max((f).smoothed) AS smoothed FROM (SELECT csp.ewma(7, baseline => 3) OVER (ORDER BY t) AS f FROM twelve) AS s;
SELECT csp.ewma(value) OVER () FROM twelve WHERE false;
SELECT count(f) FROM (SELECT csp.ewma(NULL, 4, 1) OVER () AS f FROM twelve) AS s;
SELECT count(*) FILTER (WHERE f = g) AS frame_makes_no_difference FROM (SELECT csp.ewma(value, 130, 10) OVER (ORDER BY t) AS f, csp.ewma(value, 130, 10) OVER (ORDER BY t ROWS CURRENT ROW) AS g FROM twelve) AS s;
-- errors
SELECT csp.ewma(value, 130, 10, 0) OVER () FROM twelve;
SELECT csp.ewma(value, 130, 10, 1.1) OVER () FROM twelve;
SELECT csp.ewma(value, 130, 10, sigmas => 0) OVER () FROM twelve;
SELECT csp.ewma(value, baseline => 1) OVER () FROM twelve;
SELECT csp.ewma(value, 130, baseline => 6) OVER () FROM twelve;
SELECT csp.ewma(value, 130, 10, distribution => 'gamma') OVER () FROM twelve;
SELECT csp.ewma(value, 130, 10, distribution => 'poisson') OVER () FROM twelve;
SELECT csp.ewma(-value, 130, distribution => 'poisson') OVER () FROM twelve;
SELECT csp.ewma(value, -1, distribution => 'poisson') OVER () FROM twelve;
SELECT csp.ewma(value, 130, -1) OVER () FROM twelve;
SELECT csp.ewma('NaN', 130, 10) OVER () FROM twelve;
SELECT csp.ewma(value, 'NaN', 10) OVER () FROM twelve;
SELECT csp.ewma(value, 130, 10, exact => NULL) OVER () FROM twelve;
SELECT csp.ewma(1e308, 1e308, 1e308) OVER () FROM twelve;
