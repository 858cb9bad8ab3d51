# Kernel density, point patterns, centrography, concentration: random places on a square of 100 km.
set -euo pipefail
cd "$(dirname "$0")/../.."
database=bench_density
psql -qXc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qX -d $database -v ON_ERROR_STOP=1 <<'SQL'
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
CREATE TABLE place_1m AS SELECT ST_SetSRID(ST_MakePoint(400000 + 100000 * csp.seeded_uniform(1, 'x', i), 300000 + 100000 * csp.seeded_uniform(1, 'y', i)), 27700) AS location, csp.seeded_poisson(1, 'n', i, 0.7) AS crimes FROM generate_series(1, 1000000) AS i;
CREATE TABLE place_10k AS SELECT ST_SetSRID(ST_MakePoint(400000 + 20000 * csp.seeded_uniform(2, 'x', i), 300000 + 20000 * csp.seeded_uniform(2, 'y', i)), 27700) AS location FROM generate_series(1, 10000) AS i;
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
bounds="ST_MakeEnvelope(400000, 300000, 500000, 400000, 27700)"
study="ST_MakeEnvelope(400000, 300000, 420000, 320000, 27700)"
distances="'{100,200,300,400,500,600,700,800,900,1000,1200,1400,1600,1800,2000}'"
for workers in 0 2; do
    bench "kernel_density, quartic, 1000 x 1000 cells, bandwidth 20 cells" 1000000 $workers "SELECT cardinality(csp.kernel_density(location, 2000, 100, 'quartic', $bounds)) FROM place_1m"
    bench "kernel_density, gaussian, 1000 x 1000 cells, deviation 20 cells" 1000000 $workers "SELECT cardinality(csp.kernel_density(location, 2000, 100, 'gaussian', $bounds)) FROM place_1m"
    bench "ripleys_k to 2 km of 20, 99 simulations, translate" 10000 $workers "SELECT cardinality(csp.ripleys_k(location, $distances, $study, 'translate', 99)) FROM place_10k"
    bench "ripleys_k to 2 km of 20, 99 simulations, isotropic" 10000 $workers "SELECT cardinality(csp.ripleys_k(location, $distances, $study, 'isotropic', 99)) FROM place_10k"
done
bench "nearest_neighbour_index" 1000000 0 "SELECT round((csp.nearest_neighbour_index(location, 1e10)).index::numeric, 4) FROM place_1m"
bench "mean_centre, standard_distance, standard_deviational_ellipse" 1000000 0 "SELECT md5(csp.mean_centre(location)::text || csp.standard_distance(location) || csp.standard_deviational_ellipse(location)::text) FROM place_1m"
bench "centre_of_minimum_distance" 1000000 0 "SELECT md5(csp.centre_of_minimum_distance(location)::text) FROM place_1m"
bench "gini, concentration_share, concentration_places" 1000000 0 "SELECT md5(csp.gini(crimes)::text || csp.concentration_share(crimes, 0.2) || csp.concentration_places(crimes, 0.8)) FROM place_1m"
bench "lorenz" 1000000 0 "SELECT max((l).rank) FROM (SELECT csp.lorenz(crimes) OVER () AS l FROM place_1m) AS c"
