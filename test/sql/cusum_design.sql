-- cusum_design, cusum_arl: how often a cumulative sum cries wolf, how soon it tells.

-- test/reference/cusum.R: a Markov chain over finer and finer states
CREATE TEMP TABLE run_length (k float8, h float8, shift float8, run_length float8);
\copy run_length FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/cusum_run_length.csv' WITH (FORMAT csv, HEADER)
SELECT *, abs(csp.cusum_arl(k, h, shift) / run_length - 1) < 1e-7 AS equal FROM run_length;
-- h = 0 but for rounding: an alarm at the first deviate above k; P(Z > 1) = 0.158655, 1 / that = 6.302974
SELECT round(csp.cusum_arl(1, 1e-9)::numeric, 5) AS first_above;
SELECT csp.cusum_arl(NULL, 4), csp.cusum_arl(0.5, 4, NULL), csp.cusum_arl(4, 60) AS beyond;
-- designs keep what they promise, and more often told is sooner told
SELECT in_control, out_of_control, round(k::numeric, 3) AS k, round(h::numeric, 3) AS h,
       abs(csp.cusum_arl(k, h) / in_control - 1) < 1e-9 AS false_alarms, abs(csp.cusum_arl(k, h, 2 * k) / out_of_control - 1) < 1e-9 AS detection
FROM (VALUES (500, 7), (500, 3), (100, 7), (1000, 10), (1000000, 30), (50, 1.2)) AS v (in_control, out_of_control), csp.cusum_design(in_control, out_of_control)
ORDER BY in_control, out_of_control;
SELECT csp.cusum_design(NULL, 7);
SELECT csp.cusum_design(2, 1.5);
SELECT csp.cusum_design(1e7, 7);
SELECT csp.cusum_design('NaN', 7);
SELECT csp.cusum_design(500, 1);
SELECT csp.cusum_design(500, 500);
SELECT csp.cusum_design(500, 499);
SELECT csp.cusum_arl(0, 4);
SELECT csp.cusum_arl(1, 0);
SELECT csp.cusum_arl(1, 61);
SELECT csp.cusum_arl(1, 4, 'Infinity');
