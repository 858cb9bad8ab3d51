# make installcheck as documented, on servers of a user's with settings of all kinds: the tests of test/sql pass twice in a
# row, in any order, beside each other, and with settings that change how dates and numbers are printed, which plans are
# taken, whether there are workers, and when tables are analysed. CSP_INSTALLCHECK=all runs all tests on each server; without
# it those that take longer than all others together run in make test alone.
# shellcheck disable=SC2154  # helpers.bash sets work
. test/robustness/helpers.bash
unset PGOPTIONS PGDATABASE
slow='synthetic|tactical_near_repeat|self_exciting|space_time_scan|aoristic|change|space_time_dbscan|farrington|seeded_random|autocorrelation|density'
[ "${CSP_INSTALLCHECK:-}" != all ] || slow=none
mapfile -t tests < <(ls test/sql | sed 's/\.sql$//' | grep -vxE "$slow")
[ ${#tests[@]} -ge 45 ] || say_wrong "only ${#tests[@]} tests"
bin=$("$PG_CONFIG" --bindir)
as_server() { (cd / && if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups env HOME="$server" "$@"; else "$@"; fi); }
server=$(mktemp -d /tmp/csp_installcheck.XXXXXX)
[ "$(id -u)" != 0 ] || chown postgres: "$server"
stop() { [ ! -f "$server/data/postmaster.pid" ] || as_server "$bin/pg_ctl" -s -m immediate -D "$server/data" stop || true; rm -rf "$server"; }
trap 'status=$?; stop; (exit $status); clean' EXIT

# sorted as English readers sort, where the server can
as_server "$bin/initdb" -D "$server/data" -U postgres -A trust -E UTF8 --no-locale --locale-provider=icu --icu-locale=en-GB -N >"$work/initdb" 2>&1 || {
    as_server rm -rf "$server/data"
    as_server "$bin/initdb" -D "$server/data" -U postgres -A trust -E UTF8 --no-locale -N >"$work/initdb" 2>&1 || say_wrong "$(cat "$work/initdb")"; }
export PGHOST=$server PGPORT=5432 PGUSER=postgres
start() { # start SETTINGS: the server with these lines of configuration
    [ ! -f "$server/data/postmaster.pid" ] || as_server "$bin/pg_ctl" -s -w -m fast -D "$server/data" stop
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$server'" "fsync = off" "shared_buffers = 128MB" "max_wal_size = 4GB" "$1" |
        as_server tee "$server/data/postgresql.auto.conf" >/dev/null
    as_server "$bin/pg_ctl" -s -w -D "$server/data" -l "$server/log" start || say_wrong "$(tail -5 "$server/log")"
}
check() { # check WHAT TESTS: make installcheck with these tests, in this order
    mkdir -p "$work/results"
    make -s installcheck REGRESS="$2" PG_CONFIG="$PG_CONFIG" EXTRA_REGRESS_OPTS="--outputdir=$work/results $3" >"$work/said" 2>&1 || {
        cat "$work/said"; cat "$work/results/regression.diffs" 2>/dev/null; say_wrong "make installcheck fails on $1"; }
    same "tests that passed on $1" "$(wc -w <<<"$2 $4")" "$(grep -cE '^(test .* ok|ok )|^     [a-z_]+ +\.\.\. ok' "$work/said")"
}
ln -s "$PWD/expected" "$work/expected"
mkdir "$work/results"; ln -s "$PWD/expected" "$work/results/expected"

# 1. dates, numbers and intervals otherwise; other plans; tables analysed all the time; workers for everything; a database that
# holds other things already
start "timezone = 'Asia/Kathmandu'
datestyle = 'German, DMY'
intervalstyle = 'sql_standard'
search_path = 'elsewhere, public'
extra_float_digits = -15
bytea_output = 'escape'
client_min_messages = error
default_transaction_isolation = 'serializable'
quote_all_identifiers = on
transform_null_equals = on
array_nulls = off
xmloption = document
plpgsql.variable_conflict = use_column
plpgsql.extra_warnings = 'all'
autovacuum_naptime = 1
autovacuum_vacuum_threshold = 0
autovacuum_analyze_threshold = 0
autovacuum_analyze_scale_factor = 0
max_parallel_workers_per_gather = 4
parallel_setup_cost = 0
parallel_tuple_cost = 0
min_parallel_table_scan_size = 0
min_parallel_index_scan_size = 0
parallel_leader_participation = off
enable_partitionwise_aggregate = on
enable_hashagg = off
work_mem = '64kB'
jit = on
allow_in_place_tablespaces = on"
run postgres -c "CREATE TABLESPACE elsewhere LOCATION ''" -c "ALTER SYSTEM SET default_tablespace = elsewhere" -c "ALTER ROLE postgres SET lc_messages = 'C.UTF-8'" -c "SELECT pg_reload_conf()" >/dev/null
for database in template1 postgres; do
    run $database -c "CREATE SCHEMA elsewhere" -c "CREATE TABLE elsewhere.event (x int)" -c "CREATE TABLE public.place (x int)" -c "CREATE FUNCTION public.combining(text, text) RETURNS int LANGUAGE sql AS 'SELECT 1'"
done
check "a server with other settings" "$(printf '%s\n' "${tests[@]}" | sort -r | paste -sd' ')" "" ""
check "it, a second time" "${tests[*]:0:10}" "" ""

# 2. no workers at all, never a table analysed, generic plans, no scan of a table where there is another way; two tests
# beside each other
start "timezone = 'America/St_Johns'
datestyle = 'SQL, DMY'
max_worker_processes = 0
max_parallel_workers = 0
max_parallel_workers_per_gather = 0
max_logical_replication_workers = 0
autovacuum = off
wal_level = minimal
max_wal_senders = 0
plan_cache_mode = force_generic_plan
enable_seqscan = off
random_page_cost = 1
jit = off
row_security = on
default_transaction_isolation = 'repeatable read'"
# PGXS runs nothing when REGRESS is empty: the last test follows the others by itself
for ((i = 0; i < ${#tests[@]} - 1; i += 2)); do n=$((${#tests[@]} - 1 - i)); echo "test: ${tests[*]:i:n < 2 ? n : 2}"; done >"$work/schedule"
check "a server without workers" "${tests[-1]}" "--schedule=$work/schedule" "${tests[*]:0:${#tests[@]}-1}"
