# False alarms: what share of pure noise (Poisson, mean 8, 100 series of 260 weeks, a fixed seed) each method alarms at, against the
# share that the pages of the documentation state. Fails where a method has become livelier or duller than that.
. "$(dirname "$0")/helpers.bash"
cd "$(dirname "$0")/../.."
db=alert_calibration_$$
new_database $db
run $db <<'SQL'
CREATE EXTENSION csp_analysis CASCADE;
CREATE TABLE noise AS
SELECT series, week, date '2020-01-06' + 7 * week AS period, csp.seeded_poisson(11, 'noise', series * 1000 + week, 8)::int AS n
FROM generate_series(1, 100) AS series, generate_series(0, 259) AS week;
CREATE TABLE share (method text, low float8, high float8, share float8);
INSERT INTO share
SELECT name, low, high, avg((f).alarm::int)
FROM (SELECT name, low, high, csp.farrington(n, period, b => 3, method => method, threshold_method => threshold_method, alpha => alpha) OVER (PARTITION BY name, series ORDER BY week) AS f
      FROM noise, (VALUES ('flexible delta 5%', 0.050, 0.075, 'flexible', 'delta', 0.05), ('flexible delta 1%', 0.010, 0.020, 'flexible', 'delta', 0.01),
                          ('flexible nbPlugin 5%', 0.045, 0.065, 'flexible', 'nbPlugin', 0.05), ('flexible muan 5%', 0.025, 0.045, 'flexible', 'muan', 0.05),
                          ('original 5%', 0.025, 0.045, 'original', 'delta', 0.05)) AS m (name, low, high, method, threshold_method, alpha)) AS s
WHERE (f).upper_bound IS NOT NULL GROUP BY name, low, high;
INSERT INTO share
SELECT 'ears ' || method, low, high, avg((f).alarm::int)
FROM (SELECT method, low, high, csp.ears(n, method) OVER (PARTITION BY method, series ORDER BY week) AS f
      FROM noise, (VALUES ('C1', 0.012, 0.028), ('C2', 0.012, 0.028), ('C3_sum', 0.065, 0.105)) AS m (method, low, high)) AS s
GROUP BY method, low, high;
-- a design of one false alarm in 500 weeks; the transformation brings Poisson counts near to that
INSERT INTO share
SELECT 'cusum rossi, 1 in 500', 1 / 1000.0, 1 / 400.0, avg((f).alarm::int)
FROM (SELECT csp.cusum(n, 8, k, h, 'rossi', reset => true) OVER (PARTITION BY series ORDER BY week) AS f FROM noise, csp.cusum_design(500, 7)) AS s;
-- three sigma at lambda 0.2: one alarm in 560 values of a normal series begins, and lasts a few
INSERT INTO share
SELECT 'ewma 3 sigma', 1 / 600.0, 1 / 150.0, avg((f).alarm::int) FROM (SELECT csp.ewma(n, 8, distribution => 'poisson') OVER (PARTITION BY series ORDER BY week) AS f FROM noise) AS s;
-- a scan of all series with a false discovery rate of 1%: the share of weeks with an alarm at all
INSERT INTO share
SELECT 'scan, FDR 1%', 0, 0.05, avg(any_alarm::int)
FROM (SELECT week, bool_or(q <= 0.01) AS any_alarm
      FROM (SELECT week, csp.adjusted_p_value((f).p_value) OVER (PARTITION BY week) AS q
            FROM (SELECT week, csp.farrington(n, period, b => 3, periods => 10, past_weeks_not_included => 26, threshold_method => 'muan') OVER (PARTITION BY series ORDER BY week) AS f FROM noise) AS s
            WHERE (f).p_value IS NOT NULL) AS adjusted
      GROUP BY week) AS weekly;
SQL
run $db -c "SELECT method || ': ' || round(share::numeric, 4) FROM share ORDER BY method COLLATE \"C\""
same "methods" 11 "$(run $db -c "SELECT count(*) FROM share")"
same "shares out of their range" "" "$(run $db -c "SELECT method, low, high, share FROM share WHERE share NOT BETWEEN low AND high")"
