-- ears: counts out of the ordinary against the last ones alone.

-- R: test/reference/ears.R (surveillance 1.20.3, earsC); minimum_sigma 0 is its default
CREATE TEMP TABLE series (series text, t integer, count integer);
CREATE TEMP TABLE figure (series text, method text, baseline integer, alpha float8, minimum_sigma float8, t integer, upper_bound float8, alarm boolean);
\copy series FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/ears_series.csv' WITH (FORMAT csv, HEADER)
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/ears.csv' WITH (FORMAT csv, HEADER)
CREATE TEMP TABLE answer AS
SELECT o.*, s.t, count, csp.ears(count, method, baseline, alpha, minimum_sigma) OVER one AS ours, csp.ears(count, method, baseline, alpha) OVER one AS by_default
FROM (SELECT DISTINCT series, method, baseline, alpha, minimum_sigma FROM figure) AS o JOIN series AS s USING (series)
WINDOW one AS (PARTITION BY series, method, baseline, alpha, minimum_sigma ORDER BY s.t);
-- equal; without a bound where a baseline did not vary and C3 divides by 0 (R: NaN)
SELECT method, minimum_sigma, count(*) AS figures, count(upper_bound) AS bounds, count(*) FILTER (WHERE figure.alarm) AS alarms,
       count(*) FILTER (WHERE abs((ours).upper_bound - upper_bound) <= 1e-9 * upper_bound OR coalesce((ours).upper_bound, upper_bound) IS NULL) AS bound,
       count(*) FILTER (WHERE (ours).alarm = coalesce(figure.alarm, false)) AS alarm, count(*) FILTER (WHERE (ours).expected IS NOT NULL) AS expected
FROM figure JOIN answer USING (series, method, baseline, minimum_sigma, t)
WHERE figure.alpha IS NOT DISTINCT FROM answer.alpha
GROUP BY method, minimum_sigma
ORDER BY method, minimum_sigma;
-- the rows before have no figures
SELECT method, baseline, max((ours).reason) AS reason, count(*) / count(DISTINCT (series, alpha, minimum_sigma)) AS rows
FROM answer WHERE (ours).expected IS NULL
GROUP BY method, baseline ORDER BY method, baseline;
-- by default the same, but that a baseline without variation has sigma 1 / sqrt(7): its bound is 3.090232 / 2.645751 = 1.168 above it
SELECT method, count(*) AS figures, count(*) FILTER (WHERE by_default = ours) AS same,
       count(*) FILTER (WHERE by_default IS DISTINCT FROM ours AND abs((by_default).upper_bound - (by_default).expected - 1.167998) < 1e-6) AS flat_baseline
FROM answer WHERE minimum_sigma = 0 AND alpha IS NULL AND baseline = 7 AND method <> 'C3'
GROUP BY method ORDER BY method;

-- by hand. Baseline 2,4,3,5,4,3,7: mean 4, squares 4+0+1+1+0+1+9 = 16, sigma sqrt(16/6) = 1.632993; z(0.999) = 3.090232:
-- bound 9.046327; 10: score 3.674235, p = 0.000119
CREATE TEMP TABLE week AS SELECT * FROM (VALUES (1, 2), (2, 4), (3, 3), (4, 5), (5, 4), (6, 3), (7, 7), (8, 10)) AS v (t, n);
SELECT t, round((f).expected::numeric, 6) AS expected, round((f).upper_bound::numeric, 6) AS bound, round((f).p_value::numeric, 6) AS p, round((f).score::numeric, 6) AS score, (f).alarm, (f).reason
FROM (SELECT t, csp.ears(n) OVER (ORDER BY t) AS f FROM week) AS s ORDER BY t;
-- eight weeks without an event: one counts as 1 / (1 / sqrt(7)) = 2.645751 sigma, bound 3.090232 / 2.645751 = 1.168; two are an alarm
SELECT n, round((f).upper_bound::numeric, 3) AS bound, round((f).score::numeric, 6) AS score, (f).alarm, (g).upper_bound AS no_minimum, (g).alarm AS no_minimum_alarm, (g).reason AS no_minimum_reason
FROM (SELECT t, n, csp.ears(n) OVER each AS f, csp.ears(n, minimum_sigma => 0) OVER each AS g
      FROM (SELECT last, t, CASE WHEN t < 8 THEN 0 ELSE last END AS n FROM generate_series(1, 8) AS t, generate_series(0, 2) AS last) AS s
      WINDOW each AS (PARTITION BY last ORDER BY t)) AS s
WHERE t = 8;
-- C3: each of three baselines has mean 4 and sigma 1.632993, C2 is 1.837117, 1.837117 and 1.224745, the sum of what is above 1
-- 0.837117 + 0.837117 + 0.224745 = 1.898979, not above z(0.975) = 1.959964. The sum exceeds it above 4 + 1.632993 (1 + 1.959964 - 1.674235)
-- = 6.0996: 6 is no alarm, 7 is. surveillance measures from the count: 6 + 1.632993 (1.959964 - 1.674235) = 6.4666 and 7.4666, no alarm
-- with any count; and after 8 in place of the second 7 an alarm with any count but 0
SELECT second, last, round((f).score::numeric, 6) AS score, round((f).upper_bound::numeric, 4) AS bound, (f).alarm, round((r).upper_bound::numeric, 4) AS bound_r, (r).alarm AS alarm_r
FROM (SELECT second, last, t, csp.ears(n, 'C3_sum') OVER each AS f, csp.ears(n, 'C3') OVER each AS r
      FROM (VALUES (7, 6), (7, 7), (8, 6), (8, 0)) AS v (second, last), unnest(ARRAY[2, 4, 3, 5, 4, 3, 7, 2, 4, 7, second, last]) WITH ORDINALITY AS u (n, t)
      WINDOW each AS (PARTITION BY second, last ORDER BY t)) AS s
WHERE t = 12 ORDER BY second, last;
-- a count that is not known: NULL, and the baseline reaches one further back
SELECT t, f IS NULL AS is_null, round((f).upper_bound::numeric, 6) AS bound
FROM (SELECT t, csp.ears(n) OVER (ORDER BY t) AS f FROM (SELECT t, n FROM week UNION ALL VALUES (4.5, NULL::integer)) AS s) AS s WHERE t IN (4.5, 8) ORDER BY t;
-- the frame makes no difference; rows of zero, one, all NULL
SELECT count(*) FILTER (WHERE f = g) AS same FROM (SELECT csp.ears(n) OVER (ORDER BY t) AS f, csp.ears(n) OVER (ORDER BY t ROWS CURRENT ROW) AS g FROM week) AS s;
SELECT csp.ears(n) OVER () FROM week WHERE false;
SELECT (csp.ears(n, 'c2') OVER ()).* FROM week WHERE t = 1;
SELECT count(f) FROM (SELECT csp.ears(NULL) OVER () AS f FROM week) AS s;
-- with periods gaps are found
SELECT count(f) FROM (SELECT csp.ears(n, period => date '2024-02-24' + t) OVER (ORDER BY t) AS f FROM week) AS s;
SELECT csp.ears(n, period => date '2024-02-24' + t) OVER (ORDER BY t) FROM week WHERE t <> 5;
SELECT csp.ears(n, period => date '2024-02-24' + t) OVER (ORDER BY t DESC) FROM week;
SELECT csp.ears(n, period => CASE WHEN t > 1 THEN date '2024-02-24' + t END) OVER (ORDER BY t) FROM week;
-- errors
SELECT csp.ears(n, 'C4') OVER () FROM week;
SELECT csp.ears(n, NULL) OVER () FROM week;
SELECT csp.ears(n, baseline => 1) OVER () FROM week;
SELECT csp.ears(n, alpha => 1) OVER () FROM week;
SELECT csp.ears(n, minimum_sigma => -1) OVER () FROM week;
SELECT csp.ears(-n) OVER () FROM week;
SELECT csp.ears('Infinity') OVER () FROM week;
SELECT csp.ears(1e308 * (t % 2), baseline => 3) OVER (ORDER BY t) FROM week;
SELECT csp.ears(n) FROM week;
