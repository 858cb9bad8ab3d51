# Hours of the week, times of day and control charts: random intervals over ten years of London's clock.
set -euo pipefail
cd "$(dirname "$0")/../.."
database=bench_aoristic
psql -qXc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qX -d $database -v ON_ERROR_STOP=1 <<'SQL'
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
CREATE TABLE interval_1m AS
SELECT i, occurred, - ln(1 - csp.seeded_uniform(1, 'length', i)) * interval '9 hours' AS length, csp.seeded_poisson(1, 'count', i, 12)::float8 AS count, i % 8334 AS series
FROM generate_series(1, 1000000) AS i, LATERAL (SELECT timestamptz '2015-01-01 00:00+00' + csp.seeded_uniform(1, 'from', i) * interval '3650 days' AS occurred) AS o;
VACUUM ANALYZE;
SQL
bench() { # bench WHAT WORKERS QUERY: a session of its own; the second of two runs
    psql -qXAt -d $database -v ON_ERROR_STOP=1 <<SQL | awk -v what="$1" -v workers="$2" '/^Time:/ { ms = $2; n++ } !/^Time:/ && n == 1 { answer = $1 } END { printf "%-58s %9d rows  %d workers %6.2f s  (%s)\n", what, 1000000, workers, ms / 1000, answer }'
SET max_parallel_workers_per_gather = $2;
SET work_mem = '256MB';
\timing on
$3;
$3;
SQL
}
for workers in 0 2; do
    bench "aoristic_hours, 9 hours on average" $workers "SELECT md5(csp.aoristic_hours(occurred, occurred + length, 'Europe/London')::text) FROM interval_1m"
    bench "aoristic_hours, 90 hours on average" $workers "SELECT md5(csp.aoristic_hours(occurred, occurred + 10 * length, 'Europe/London')::text) FROM interval_1m"
    bench "aoristic_hours, elapsed, 90 days on average" $workers "SELECT md5(csp.aoristic_hours(occurred, occurred + 240 * length, 'Europe/London', 'elapsed')::text) FROM interval_1m"
    bench "aoristic_hours, start" $workers "SELECT md5(csp.aoristic_hours(occurred, occurred + length, 'Europe/London', 'start')::text) FROM interval_1m"
    bench "aoristic_hours of 8,334 groups" $workers "SELECT md5(sum(h[1])::text) FROM (SELECT csp.aoristic_hours(occurred, occurred + length, 'Europe/London') AS h FROM interval_1m GROUP BY series) AS g"
    bench "circular_concentration of instants" $workers "SELECT (csp.circular_concentration(occurred, 'Europe/London')).mean_time FROM interval_1m"
done
bench "aoristic_hours, moving frame of 1,001 rows" 0 "SELECT md5(sum(h[1])::text) FROM (SELECT csp.aoristic_hours(occurred, occurred + length, 'Europe/London') OVER (ORDER BY i ROWS BETWEEN 1000 PRECEDING AND CURRENT ROW) AS h FROM interval_1m) AS w"
bench "control_limits, xmr, 8,334 series of 120 points" 0 "SELECT count((c).signal) FROM (SELECT csp.control_limits(count) OVER (PARTITION BY series ORDER BY i) AS c FROM interval_1m) AS w"
bench "control_limits, u_prime, nelson, one series" 0 "SELECT count((c).signal) FROM (SELECT csp.control_limits(count, 'u_prime', 3, rules => 'nelson') OVER (ORDER BY i) AS c FROM interval_1m) AS w"
