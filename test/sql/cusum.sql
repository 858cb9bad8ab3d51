-- cusum: levels that have risen.

-- R: test/reference/cusum.R (surveillance 1.20.3, algo.cusum and algo.glrnb with theta = log(ratio), which starts anew after an
-- alarm); 52 weeks of baseline, or what is expected each week. Where the sum before is so high that any count is an alarm the bound
-- is 0: R's inverse of rossi squares a negative number there
CREATE TEMP TABLE series (t integer, count integer, expected float8);
CREATE TEMP TABLE figure (method text, varying boolean, k float8, h float8, dispersion float8, ratio float8, reset boolean, t integer, upper_bound float8, cusum float8, alarm boolean);
\copy series FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/cusum_series.csv' WITH (FORMAT csv, HEADER)
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/cusum.csv' WITH (FORMAT csv, HEADER)
SELECT method, varying, h, dispersion, count(*) AS figures, count(*) FILTER (WHERE figure.alarm) AS alarms,
       count(*) FILTER (WHERE abs((ours).cusum - cusum) <= 1e-9 * (1 + cusum)) AS cusum,
       count(*) FILTER (WHERE abs((ours).upper_bound - upper_bound) <= 1e-9 * (1 + upper_bound)) AS bound,
       count(*) FILTER (WHERE (ours).upper_bound = 0 AND upper_bound > 0) AS any_count,
       count(*) FILTER (WHERE (ours).alarm = figure.alarm) AS alarm
FROM figure JOIN (
    SELECT method, varying, k, h, dispersion, ratio, t,
           csp.cusum(count, CASE WHEN varying AND t > 52 THEN expected END, k, h, method, dispersion, coalesce(ratio, 1.5), reset, CASE WHEN NOT varying THEN 52 END) OVER each AS ours
    FROM (SELECT DISTINCT method, varying, k, h, dispersion, ratio, reset FROM figure) AS o CROSS JOIN series
    WINDOW each AS (PARTITION BY method, varying, h, dispersion ORDER BY t)) AS answer USING (method, varying, h, dispersion, t)
GROUP BY method, varying, h, dispersion
ORDER BY method, varying, h, dispersion;

-- every bound is the count that brings the sum to h: with it, alarm; with one less (rounded up), none
WITH method AS (
    SELECT * FROM (VALUES ('standard', 1.04, 2.26, 0), ('rossi', 1.04, 2.26, 0), ('anscombe', 1.04, 2.26, 0), ('pearsonNegBin', 1.04, 2.26, 0.2), ('none', 5, 9, 0), ('likelihood', NULL, 5, 0), ('likelihood', NULL, 5, 0.2)) AS v (method, k, h, dispersion)
), bound AS (
    SELECT *, (csp.cusum(9, 6, k, h, method, dispersion) OVER (PARTITION BY method, dispersion)).upper_bound FROM method
), pair AS (
    SELECT method, dispersion, upper_bound, less, (csp.cusum(ceil(upper_bound) - less, 6, k, h, method, dispersion) OVER (PARTITION BY method, dispersion, less)).alarm FROM bound, generate_series(0, 1) AS less
)
SELECT method, dispersion, round(max(upper_bound)::numeric, 4) AS bound, bool_or(alarm) FILTER (WHERE less = 0) AS at_bound, bool_or(alarm) FILTER (WHERE less = 1) AS below
FROM pair GROUP BY method, dispersion ORDER BY method, dispersion;

-- by hand: expected 4, x = (n - 4) / 2, k 0.5, h 2. n 4: 0; 7: 1.5 - 0.5 = 1; 8: 1 + 2 - 0.5 = 2.5, alarm; 4: 2, still (at h), or 0 after a
-- reset; 3: 2 - 0.5 - 0.5 = 1. Bounds 4 + 2 (h + k - sum before) = 9, 9, 7, 4, 5
CREATE TEMP TABLE little AS SELECT * FROM (VALUES (1, 4), (2, 7), (3, 8), (4, 4), (5, 3)) AS v (t, n);
SELECT t, n, (f).*, (g).cusum AS cusum_reset, (g).alarm AS alarm_reset
FROM (SELECT t, n, csp.cusum(n, 4, 0.5, 2) OVER (ORDER BY t) AS f, csp.cusum(n, 4, 0.5, 2, reset => true) OVER (ORDER BY t) AS g FROM little) AS s ORDER BY t;
-- likelihood ratio, Poisson, by hand: a rise from 4 to 8, n ln 2 - 4. 8: 8 x 0.693147 - 4 = 1.545177
SELECT round((csp.cusum(8, 4, method => 'likelihood', ratio => 2) OVER ()).cusum::numeric, 6) AS cusum;
-- negative binomial with dispersion 0.25: 8 ln 2 + (8 + 4) ln ((1 + 1) / (1 + 2)) = 5.545177 - 4.865581 = 0.679596
SELECT round((csp.cusum(8, 4, method => 'likelihood', dispersion => 0.25, ratio => 2) OVER ()).cusum::numeric, 6) AS cusum;
-- rows without count or expected count leave the sum as it is
SELECT t, n, f IS NULL AS is_null, (f).cusum, (f).reason
FROM (SELECT t, n, csp.cusum(n, CASE WHEN t = 2.6 THEN 0 WHEN t <> 2.7 THEN 4 END, 0.5, 2) OVER (ORDER BY t) AS f
      FROM (SELECT * FROM little UNION ALL VALUES (2.5, NULL), (2.6, 50), (2.7, 50)) AS s) AS s ORDER BY t;
SELECT t, (f).expected, round((f).cusum::numeric, 3) AS cusum, (f).reason FROM (SELECT t, csp.cusum(n, k => 0.5, h => 2, baseline => 2) OVER (ORDER BY t) AS f FROM little) AS s ORDER BY t;
SELECT DISTINCT (csp.cusum(n, baseline => 6) OVER (ORDER BY t)).reason FROM little;
SELECT DISTINCT (csp.cusum(0, baseline => 2) OVER (ORDER BY t)).reason FROM little ORDER BY 1;
SELECT DISTINCT (csp.cusum(n) OVER (ORDER BY t)).reason FROM little;
SELECT csp.cusum(n, 4) OVER () FROM little WHERE false;
SELECT count(f) FROM (SELECT csp.cusum(NULL, 4) OVER () AS f FROM little) AS s;
SELECT count(*) FILTER (WHERE f = g) AS frame_makes_no_difference FROM (SELECT csp.cusum(n, 4) OVER (ORDER BY t) AS f, csp.cusum(n, 4) OVER (ORDER BY t ROWS CURRENT ROW) AS g FROM little) AS s;
-- errors
SELECT csp.cusum(n, 4, method => 'page') OVER () FROM little;
SELECT csp.cusum(n, 4, method => NULL) OVER () FROM little;
SELECT csp.cusum(n, 4, 0) OVER () FROM little;
SELECT csp.cusum(n, 4, 1, 'NaN') OVER () FROM little;
SELECT csp.cusum(n, 4, method => 'none') OVER () FROM little;
SELECT csp.cusum(n, 4, 1, method => 'likelihood') OVER () FROM little;
SELECT csp.cusum(n, 4, dispersion => 0.1) OVER () FROM little;
SELECT csp.cusum(n, 4, dispersion => -1) OVER () FROM little;
SELECT csp.cusum(n, 4, ratio => 1) OVER () FROM little;
SELECT csp.cusum(n, 4, reset => NULL) OVER () FROM little;
SELECT csp.cusum(n, 4, baseline => 2) OVER () FROM little;
SELECT csp.cusum(n, baseline => 0) OVER () FROM little;
SELECT csp.cusum(n, -4) OVER () FROM little;
SELECT csp.cusum(n, 'Infinity') OVER () FROM little;
SELECT csp.cusum(-n, 4) OVER () FROM little;
SELECT csp.cusum(1e308, 4, method => 'none', k => 1, h => 1) OVER () FROM little;
