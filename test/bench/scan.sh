# The scan statistic on 1,000 areas and 365 days with 999 replications: few cases and many, both models, the widest limits
# (half of the cases, half a year) and those of daily work (a tenth of the cases or of the population, 60 days).
set -euo pipefail
cd "$(dirname "$0")/../.."
database=bench_scan
psql -qXc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qX -d $database -v ON_ERROR_STOP=1 <<'SQL'
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
CREATE TABLE area AS
SELECT i AS area, ST_SetSRID(ST_MakePoint(400000 + 20000 * csp.seeded_uniform(1, 'x', i), 300000 + 20000 * csp.seeded_uniform(1, 'y', i)), 27700) AS location,
       csp.seeded_integer(1, 'population', i, 800, 2200) AS population FROM generate_series(1, 1000) AS i;
CREATE TABLE daily AS
SELECT a.*, date '2024-01-01' + d AS day, csp.seeded_poisson(1, 'few', 1000 * area + d, population * 1.8e-5) AS few, csp.seeded_poisson(1, 'many', 1000 * area + d, population * 6.7e-4) AS many
FROM area AS a, generate_series(0, 364) AS d;
VACUUM ANALYZE;
SQL
bench() { # bench WHAT WORKERS QUERY: a session of its own, so that its peak memory and processor time are the query's
    psql -qXAt -d $database -v ON_ERROR_STOP=1 <<SQL | awk -v what="$1" -v workers="$2" 'NR == 1 { from = $1; used = $2 } NR == 2 { answer = $0 } NR == 3 { to = $1; processor = $2 - used; memory = $3 }
        END { printf "%-62s %d workers %7.1f s  leader %6.1f s of processor, %4.0f MB  (%s)\n", what, workers, to - from, processor, memory, answer }'
SET max_parallel_workers_per_gather = $2;
CREATE FUNCTION pg_temp.processor() RETURNS float8 LANGUAGE sql AS \$\$ SELECT (f[14]::float8 + f[15]::float8) / 100 FROM string_to_array(pg_read_file('/proc/self/stat'), ' ') AS f \$\$;
SELECT extract(epoch FROM clock_timestamp()) || ' ' || pg_temp.processor();
SELECT (c[1]).observed || ' cases, ratio ' || round((c[1]).log_likelihood_ratio::numeric, 1) || ', p ' || (c[1]).p_value FROM (SELECT $3 AS c FROM daily) AS s;
SELECT extract(epoch FROM clock_timestamp()) || ' ' || pg_temp.processor() || ' ' || (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::int / 1024;
SQL
}
tenth="999, 1, '1 day', 0.1, 2, 10"
for workers in ${SCAN_WORKERS:-0 1}; do
    bench "permutation, 10,000 cases, a tenth, 60 days" $workers "csp.space_time_permutation_scan(location, day, few, NULL, 60, false, $tenth)"
    bench "population, 10,000 cases, a tenth, 60 days" $workers "csp.space_time_scan(location, day, few, population, NULL, 60, false, $tenth)"
    bench "population, 365,000 cases, a tenth, 60 days" $workers "csp.space_time_scan(location, day, many, population, NULL, 60, false, $tenth)"
    bench "permutation, 10,000 cases, half, half a year" $workers "csp.space_time_permutation_scan(location, day, few)"
    bench "population, 10,000 cases, half, half a year" $workers "csp.space_time_scan(location, day, few, population)"
    bench "population, 365,000 cases, half, half a year" $workers "csp.space_time_scan(location, day, many, population)"
    bench "prospective permutation, 10,000 cases, a tenth, 60 days" $workers "csp.space_time_permutation_scan(location, day, few, NULL, 60, true, $tenth)"
    bench "spatial, 365,000 cases, half" $workers "csp.space_time_scan(location, '2024-01-01', many, population)"
done
