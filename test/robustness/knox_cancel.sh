# A Knox test is cancelled within a second at any point: while it looks for pairs, while it deals out times, with workers
# and without; no worker stays behind, and the session goes on.
set -euo pipefail
database=knox_cancel_$$
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qXc "CREATE DATABASE $database" postgres
psql -qX -d "$database" -v ON_ERROR_STOP=1 -c "CREATE EXTENSION postgis; CREATE EXTENSION csp_analysis" -c "
    CREATE TABLE event AS
    SELECT ST_SetSRID(ST_MakePoint(random() * 20000, random() * 20000), 27700) AS location, date '2015-01-01' + (random() * 3650)::int AS day, i AS id
    FROM (SELECT setseed(0.5)) AS s, generate_series(1, 200000) AS i; ANALYZE event"
failures=0
cancelled() { # cancelled NAME TIMEOUT_MS SETTINGS SQL
    local from answer over
    for _ in 1 2 3; do   # a busy machine may delay anything: what was too slow is tried twice more
        from=$(date +%s%N)
        answer=$(psql -XAt -d "$database" -c "SET statement_timeout = $2; $3" -c "$4" -c "SET statement_timeout = 0" -c "SELECT 'goes on'" 2>&1 || true)
        over=$((($(date +%s%N) - from) / 1000000 - $2))
        [ $over -ge 1000 ] || break
    done
    if grep -q 'canceling statement due to statement timeout' <<<"$answer" && grep -q 'goes on' <<<"$answer" && [ $over -lt 1000 ]; then
        echo "ok    $1: ${over} ms after the timeout of $2 ms"
    else echo "FAIL  $1: $over ms after the timeout; $answer"; failures=$((failures + 1)); fi
}
knox="SELECT csp.knox_test(location, day, '{100,200,400,800}', '{7,14,28}', 99999) FROM event"
for timeout in 100 400 700 1000 2000; do
    cancelled "with workers" $timeout "SET max_parallel_workers_per_gather = 2" "$knox"
    cancelled "without workers" $timeout "SET max_parallel_workers_per_gather = 0" "$knox"
done
cancelled "moments alone, 20 km" 1500 "" "SELECT csp.knox_test(location, day, '{20000}', '{7}', 0) FROM event"
cancelled "pairs by time" 1500 "" "SELECT csp.knox_test(location, day, '{20000}', '{2}', 99999) FROM (SELECT * FROM event LIMIT 20000) AS e"
cancelled "links" 700 "" "SELECT cardinality(csp.near_repeat_links(id, location, day, 20000, 0.5)) FROM event"
cancelled "chains" 700 "" "SELECT max(c) FROM (SELECT csp.near_repeat_chain(location, day, 20000, 7) OVER () AS c FROM event) AS n"
# workers do take part: of a plain query, and after those of a parallel scan, which is over in a moment
psql -qX -d "$database" -c "CREATE TABLE small AS SELECT * FROM event LIMIT 20000; ANALYZE small"
for settings in "SET max_parallel_workers_per_gather = 2" \
    "SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0"; do
    psql -qXAt -d "$database" -c "$settings; SET statement_timeout = 30000" -c "${knox/event/small}" >/dev/null 2>&1 &
    runner=$!; seen=0
    for ((i = 0; i < 100 && seen < 6; i++)); do   # six looks in a row
        sleep 0.2
        workers=$(psql -XAt -d "$database" -c "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker' AND datname = current_database()")
        if [ "$workers" = 2 ]; then seen=$((seen + 1)); else seen=0; fi
    done
    psql -qXAt -d "$database" -c "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()" >/dev/null
    wait $runner || true
    [ $seen = 6 ] && echo "ok    2 workers at work" || { echo "FAIL  2 workers were not seen at work"; failures=$((failures + 1)); }
done
sleep 0.3
left=$(psql -XAt -d "$database" -c "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker' AND datname = current_database()")
[ "$left" = 0 ] && echo "ok    no worker left" || { echo "FAIL  $left workers left"; failures=$((failures + 1)); }
[ $failures = 0 ]
