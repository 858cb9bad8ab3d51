# Surfaces and fits are cancelled within a second at any point, and the session goes on.
set -euo pipefail
database=prediction_cancel_$$
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qXc "CREATE DATABASE $database" postgres
psql -qX -d "$database" -v ON_ERROR_STOP=1 -c "CREATE EXTENSION postgis; CREATE EXTENSION csp_analysis" -c "
    CREATE TABLE event AS
    SELECT ST_SetSRID(ST_MakePoint(20000 * csp.seeded_uniform(1, 'x', i), 20000 * csp.seeded_uniform(1, 'y', i)), 27700) AS location, date '2025-01-01' + (i % 365)::int AS day,
           timestamptz '2025-01-01 00:00Z' + i * interval '5 minutes' AS instant
    FROM generate_series(1, 100000) AS i; ANALYZE event"
failures=0
cancelled() { # cancelled NAME TIMEOUT_MS SQL
    local from answer over
    for _ in 1 2 3; do   # a busy machine may delay anything: what was too slow is tried twice more
        from=$(date +%s%N)
        answer=$(psql -XAt -d "$database" -c "SET statement_timeout = $2; SET max_parallel_workers_per_gather = 0" -c "$3" -c "SET statement_timeout = 0" -c "SELECT 'goes on'" 2>&1 || true)
        over=$((($(date +%s%N) - from) / 1000000 - $2))
        [ $over -ge 1000 ] || break
    done
    if grep -q 'canceling statement due to statement timeout' <<<"$answer" && grep -q 'goes on' <<<"$answer" && [ $over -lt 1000 ]; then
        echo "ok    $1: ${over} ms after the timeout of $2 ms"
    else echo "FAIL  $1: $over ms after the timeout; $answer"; failures=$((failures + 1)); fi
}
for timeout in 300 800 1500; do
    cancelled "surface" $timeout "SELECT cardinality(csp.near_repeat_surface(location, day, '2026-01-01', 20, 2000, 400)) FROM event"
    cancelled "fit" $timeout "SELECT csp.self_exciting(location, instant, 1500, 1000, 90) FROM event"
    cancelled "map" $timeout "SELECT cardinality(csp.self_exciting_intensity(location, instant, '2026-06-01', 20, ROW(0, 10, 0.4, 5, 60, NULL, NULL, 1, true, NULL, '2025-01-01', '2026-01-01', 1500, 1000, 90, true)::csp.self_exciting_fit)) FROM event"
done
[ $failures = 0 ]
