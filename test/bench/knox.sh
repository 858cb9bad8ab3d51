# Knox test and near repeats: synthetic cities of the density of a large one, and Chicago's aggravated assaults if there.
set -euo pipefail
cd "$(dirname "$0")/../.."
shared=${CSP_SHARED:-../shared}
database=bench_knox
psql -qXc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qX -d $database -v ON_ERROR_STOP=1 <<'SQL'
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
SELECT setseed(0.42);
CREATE TABLE city_10k AS SELECT i AS id, ST_SetSRID(ST_MakePoint(random() * 20000, random() * 20750), 27700) AS location, date '2015-01-01' + (random() * 3650)::int AS day FROM generate_series(1, 10000) AS i;
CREATE TABLE city_100k AS SELECT i AS id, ST_SetSRID(ST_MakePoint(random() * 40000, random() * 42000), 27700) AS location, date '2015-01-01' + (random() * 3650)::int AS day FROM generate_series(1, 100000) AS i;
CREATE TABLE city_1m AS SELECT i AS id, ST_SetSRID(ST_MakePoint(random() * 40000, random() * 42000), 27700) AS location, date '2015-01-01' + (random() * 3650)::int AS day FROM generate_series(1, 1000000) AS i;
VACUUM ANALYZE;
SQL
bench() { # bench WHAT ROWS WORKERS QUERY: a session of its own, so that its peak memory is the query's
    psql -qXAt -d $database -v ON_ERROR_STOP=1 <<SQL | awk -v what="$1" -v rows="$2" -v workers="$3" 'NR == 1 { from = $1 } NR == 2 { answer = $1 } NR == 3 { to = $1; memory = $2 }
        END { s = to - from; printf "%-58s %9d rows  %d workers %8.2f s %10.0f rows/s %6.0f MB  (%s)\n", what, rows, workers, s, rows / s, memory, answer }'
SET max_parallel_workers_per_gather = $3;
SET work_mem = '256MB';
SET csp_analysis.max_memory = '2GB';
SELECT extract(epoch FROM clock_timestamp());
$4;
SELECT extract(epoch FROM clock_timestamp()) || ' ' || (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::int / 1024;
SQL
}
bands="'{100,200,300,400,500,600,700,800}', '{7,14,21,28,35,42,49,56}'"
short="'{50,100,150,200,250,300,350,400}', '{7,14,21,28,35,42,49,56}'"
answer() { echo "SELECT md5(csp.knox_test(location, $2, $3)::text) FROM $1"; }
for workers in 0 1 2; do
    bench "knox_test, 999 permutations, 8 x 8 bands to 800 m" 10000 $workers "$(answer city_10k day "$bands")"
    bench "knox_test, 999 permutations, 8 x 8 bands to 800 m" 100000 $workers "$(answer city_100k day "$bands")"
done
bench "knox_test, exact moments alone, to 800 m" 100000 0 "$(answer city_100k day "$bands, 0")"
bench "knox_test, exact moments alone, to 400 m" 1000000 0 "$(answer city_1m day "$short, 0")"
bench "knox_test, 999 permutations, 8 x 8 bands to 400 m" 1000000 2 "$(answer city_1m day "$short")"
if [ -f "$shared/data/events/chicago_aggravated_assaults.csv" ]; then
    psql -qX -d $database -v ON_ERROR_STOP=1 -c "CREATE TABLE raw (instant timestamp, loc_cat text, longitude float8, latitude float8, district text)" \
        -c "\\copy raw FROM '$shared/data/events/chicago_aggravated_assaults.csv' CSV HEADER" \
        -c "CREATE TABLE chicago AS SELECT row_number() OVER () AS id, ST_Transform(ST_SetSRID(ST_MakePoint(longitude, latitude), 4326), 26916) AS location, instant::date AS day, instant AT TIME ZONE 'America/Chicago' AS instant FROM raw WHERE longitude IS NOT NULL" -c "VACUUM ANALYZE chicago"
    n=$(psql -qXAt -d $database -c "SELECT count(*) FROM chicago")
    bench "Chicago assaults, dates, 8 x 8 bands to 800 m" "$n" 2 "$(answer chicago day "$bands")"
    bench "Chicago assaults, minutes, 8 x 8 bands to 800 m" "$n" 2 "$(answer chicago instant "$bands")"
    bench "Chicago assaults, dates, 8 x 8 bands to 400 m" "$n" 2 "$(answer chicago day "$short")"
fi
for function in class chain score; do
    bench "near_repeat_$function, 200 m, 14 days" 1000000 0 "SELECT md5(string_agg(DISTINCT a::text, ',')) FROM (SELECT csp.near_repeat_$function(location, day, 200, 14) OVER () AS a FROM city_1m OFFSET 0) AS n WHERE a::text < '1'"
done
bench "near_repeat_links, 200 m, 14 days" 1000000 0 "SELECT cardinality(csp.near_repeat_links(id, location, day, 200, 14)) FROM city_1m"
