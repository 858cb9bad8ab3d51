# Clusters, geographic profiles, relative density, contour bands: random places on a square of 100 km, and 200 towns on it.
set -euo pipefail
cd "$(dirname "$0")/../.."
database=bench_cluster
psql -qXc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qX -d $database -v ON_ERROR_STOP=1 <<'SQL'
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
CREATE TABLE place_1m AS
SELECT i, ST_SetSRID(ST_MakePoint(400000 + 100000 * csp.seeded_uniform(1, 'x', i), 300000 + 100000 * csp.seeded_uniform(1, 'y', i)), 27700) AS location,
       date '2020-01-01' + csp.seeded_integer(1, 'day', i, 0, 1826)::int AS occurred
FROM generate_series(1, 1000000) AS i;
-- 20,000 map points in towns, a hundred of them with a thousand events or more
CREATE TABLE snapped_1m AS
SELECT ST_SetSRID(ST_MakePoint(400000 + 100000 * csp.seeded_uniform(2, 'town x', p % 200) + 800 * csp.seeded_normal(2, 'x', p), 300000 + 100000 * csp.seeded_uniform(2, 'town y', p % 200) + 800 * csp.seeded_normal(2, 'y', p)), 27700) AS location,
       date '2020-01-01' + csp.seeded_integer(2, 'day', i, 0, 1826)::int AS occurred
FROM (SELECT i, floor(20000 * csp.seeded_uniform(2, 'point', i) ^ 2)::bigint AS p FROM generate_series(1, 1000000) AS i) AS e;
CREATE TABLE town_100k AS
SELECT ST_SetSRID(ST_MakePoint(400000 + 100000 * csp.seeded_uniform(3, 'town x', i % 200) + 800 * csp.seeded_normal(3, 'x', i), 300000 + 100000 * csp.seeded_uniform(3, 'town y', i % 200) + 800 * csp.seeded_normal(3, 'y', i)), 27700) AS location
FROM generate_series(1, 100000) AS i;
CREATE TABLE same_1m AS SELECT ST_SetSRID(ST_MakePoint(450000, 300000), 27700) AS location, occurred FROM place_1m;
CREATE TABLE surface AS SELECT csp.kernel_density(location, 2000, 100, 'quartic', ST_MakeEnvelope(400000, 300000, 500000, 400000, 27700)) AS cells FROM town_100k;
VACUUM ANALYZE;
SQL
bench() { # bench WHAT ROWS WORKERS QUERY: a session of its own, so that its peak memory and processor time are the query's
    psql -qXAt -d $database -v ON_ERROR_STOP=1 <<SQL | awk -v what="$1" -v rows="$2" -v workers="$3" 'NR == 1 { from = $1; used = $2 } NR == 2 { answer = $1 } NR == 3 { to = $1; memory = $2; used = ($3 - used) / 100 }
        END { s = to - from; printf "%-66s %9d rows  %d workers %7.2f s (%5.2f s of this process) %9.0f rows/s %5.0f MB  (%s)\n", what, rows, workers, s, used, rows / s, memory, answer }'
SET max_parallel_workers_per_gather = $3;
SET work_mem = '256MB';
SELECT extract(epoch FROM clock_timestamp()), (string_to_array(pg_read_file('/proc/self/stat'), ' '))[14]::int + (string_to_array(pg_read_file('/proc/self/stat'), ' '))[15]::int \g (fieldsep=' ')
$4;
SELECT extract(epoch FROM clock_timestamp()), (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::int / 1024, (string_to_array(pg_read_file('/proc/self/stat'), ' '))[14]::int + (string_to_array(pg_read_file('/proc/self/stat'), ' '))[15]::int \g (fieldsep=' ')
SQL
}
clusters() { echo "SELECT max(c) || '/' || count(c) FROM (SELECT csp.$2 OVER () AS c FROM $1) AS s"; }
bench "space_time_dbscan, 200 m, 30 days, 3" 1000000 0 "$(clusters place_1m 'space_time_dbscan(location, occurred, 200, 30, 3)')"
bench "space_time_dbscan, 500 m, 60 days, 3" 1000000 0 "$(clusters place_1m 'space_time_dbscan(location, occurred, 500, 60, 3)')"
bench "space_time_dbscan, 200 m, 14 days, 5, 20,000 map points" 1000000 0 "$(clusters snapped_1m 'space_time_dbscan(location, occurred, 200, 14, 5)')"
bench "space_time_dbscan, all events at one place" 1000000 0 "$(clusters same_1m 'space_time_dbscan(location, occurred, 200, 0, 5)')"
bench "space_time_dbscan, 200 m, no limit of time, 10" 1000000 0 "$(clusters place_1m "space_time_dbscan(location, occurred, 200, 'infinity', 10)")"
bench "  ST_ClusterDBSCAN (PostGIS), 200 m, 10" 1000000 0 "SELECT max(c) + 1 || '/' || count(c) FROM (SELECT ST_ClusterDBSCAN(location, 200, 10) OVER () AS c FROM place_1m) AS s"
bench "nearest_neighbour_cluster, 200 m, 200 towns" 100000 0 "$(clusters town_100k 'nearest_neighbour_cluster(location, 200)')"
bench "nearest_neighbour_cluster, 1,000 m, 200 towns" 100000 0 "$(clusters town_100k 'nearest_neighbour_cluster(location, 1000)')"
bench "nearest_neighbour_cluster, 200 m" 1000000 0 "$(clusters place_1m 'nearest_neighbour_cluster(location, 200)')"
bench "nearest_neighbour_cluster, 200 m, 20,000 map points" 1000000 0 "$(clusters snapped_1m 'nearest_neighbour_cluster(location, 200)')"
for workers in 0 2; do
    bench "nearest_neighbour_clusters, random distance, 20,000 map points" 1000000 $workers "SELECT cardinality(csp.nearest_neighbour_clusters(location, 1e10, 0.5, 10)) FROM snapped_1m"
    bench "relative_density, quartic, 1000 x 1000 cells, bandwidth 20 cells" 1000000 $workers "SELECT cardinality(csp.relative_density(location, i % 5 = 0, 2000, 100, 'quartic', ST_MakeEnvelope(400000, 300000, 500000, 400000, 27700))) FROM place_1m"
done
bench "density_bands, 5 levels, 1000 x 1000 cells" 1000000 0 "SELECT sum(ST_NPoints(outline)) FROM surface, csp.density_bands(cells, '{0.5,0.75,0.9,0.95,0.99}')"
bench "geographic_profile, 20 sites, 1000 x 1000 cells" 20 0 "SELECT cardinality(csp.geographic_profile(location, 100, ST_MakeEnvelope(400000, 300000, 500000, 400000, 27700))) FROM place_1m WHERE i <= 20"
