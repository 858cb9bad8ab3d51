# Logical replication of a partnership between two servers: a publication of all tables lets every write through, the counts
# arrive as they are, folded by the publisher alone, and go on as the subscriber's own once it is one no more.
. test/robustness/helpers.bash
bin=$("${PG_CONFIG:-pg_config}" --bindir)
as_server() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups env HOME="$work" "$@"; else "$@"; fi; }
there=$(mktemp -d /var/tmp/csp_replica.XXXXXX)
if [ "$(id -u)" = 0 ]; then chown postgres: "$there"; fi
stop() { (cd / && as_server "$bin/pg_ctl" -s -m immediate -D "$there/$1" stop) 2>/dev/null || true; }
trap 'stop publisher; stop subscriber; rm -rf "$there"; clean' EXIT
start() { # start NAME PORT
    as_server "$bin/initdb" -D "$there/$1" -U postgres -A trust -E UTF8 --no-locale -N >"$work/initdb.log" 2>&1 || say_wrong "$(cat "$work/initdb.log")"
    (cd / && as_server "$bin/pg_ctl" -s -w -D "$there/$1" -l "$there/$1.log" -o "-c listen_addresses='' -c unix_socket_directories=$there -c port=$2 -c wal_level=logical -c fsync=off -c jit=off -c shared_buffers=64MB" start)
}
start publisher 5551
start subscriber 5552
export PGHOST=$there PGUSER=postgres PGDATABASE=postgres
publisher() { PGPORT=5551 run county "$@"; }
subscriber() { PGPORT=5552 run county "$@"; }
for port in 5551 5552; do PGPORT=$port psql -qX -d postgres -c "CREATE DATABASE county"; done
publisher -c "CREATE EXTENSION csp_analysis CASCADE"
PGPORT=5551 small_partnership county dorset
publisher -c "CREATE PUBLICATION everything FOR ALL TABLES"
# everything that writes, writes on
publisher -c "UPDATE dorset.incident SET area_id = 3 WHERE incident_id % 10 = 0" -c "DELETE FROM dorset.incident WHERE incident_id % 10 = 1" -c "UPDATE dorset.setting SET value = '500' WHERE name = 'near_repeat_distance'" \
    -c "SELECT csp.fold_incident_month('dorset')" -c "SELECT csp.recount_incident_month('dorset')" -c "SELECT csp.upgrade_partnership('dorset')" >/dev/null

# the subscriber has the extension and the tables; rows of reference lists come with the others
subscriber -c "CREATE EXTENSION csp_analysis CASCADE"
PGPORT=5551 pg_dump -s -n dorset county | subscriber -f - >/dev/null
PGPORT=5551 run county -c "CREATE PUBLICATION dorset FOR TABLES IN SCHEMA dorset" -c "DROP PUBLICATION everything"
subscriber -c "CREATE SUBSCRIPTION dorset CONNECTION 'host=$there port=5551 dbname=county user=postgres' PUBLICATION dorset" >/dev/null 2>&1
arrived() { # waits until the subscriber has what the publisher has written
    local lsn n
    for ((n = 0; n < 300; n++)); do
        [ "$(subscriber -c "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'")" = 0 ] && break
        sleep 0.2
    done
    lsn=$(publisher -c "SELECT pg_current_wal_lsn()")
    for ((n = 0; n < 300; n++)); do
        [ "$(publisher -c "SELECT coalesce(min(replay_lsn), '0/0') >= '$lsn' FROM pg_stat_replication")" = t ] && return
        sleep 0.2
    done
    say_wrong "nothing arrives: $(tail -5 "$there/subscriber.log")"
}
alike() { # alike WHAT
    arrived
    same "counts of the publisher $1" "" "$(publisher -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"
    same "counts of the subscriber $1" "" "$(subscriber -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"
    same "counts $1" "$(publisher -c "SELECT md5(string_agg(m::text, ',' ORDER BY m::text)) FROM dorset.incident_month m")" "$(subscriber -c "SELECT md5(string_agg(m::text, ',' ORDER BY m::text)) FROM dorset.incident_month m")"
}
alike "at first"
write="INSERT INTO dorset.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id) SELECT 1, 'new %s ' || n, 10 + n % 3, d, d, 2 FROM generate_series(1, 100) n CROSS JOIN LATERAL (SELECT timestamptz '2022-01-15' + n * interval '10 days') t (d)"
publisher -c "${write//%s/a}" -c "UPDATE dorset.incident SET area_id = 4 WHERE incident_id % 10 = 2"
alike "after writing"
[ "$(publisher -c "SELECT count(*) FROM dorset.incident_month_entry WHERE NOT is_folded")" -gt 50 ] || say_wrong "nothing is unfolded"
same "what the subscriber folds" "0" "$(subscriber -c "SELECT csp.fold_incident_month('dorset')")"
alike "after the subscriber's folding"
publisher -c "SELECT csp.fold_incident_month('dorset')" -c "${write//%s/b}" >/dev/null
alike "after the publisher's folding"
same "what was left unfolded" "$(publisher -c "SELECT count(*) FROM dorset.incident_month_entry WHERE NOT is_folded")" "$(subscriber -c "SELECT count(*) FROM dorset.incident_month_entry WHERE NOT is_folded")"
publisher -c "UPDATE dorset.setting SET value = 'Asia/Tokyo' WHERE name = 'time_zone'"
alike "after the time zone changed"

# a subscriber no more: its sequences are set as after any logical replication, and it counts on
subscriber -c "DROP SUBSCRIPTION dorset" >/dev/null 2>&1
subscriber -c "SELECT setval(pg_get_serial_sequence('dorset.incident', 'incident_id'), 1000000), setval(pg_get_serial_sequence('dorset.incident_month_entry', 'entry_id'), 1000000)" >/dev/null
subscriber -c "${write//%s/c}"
same "counts of its own" "" "$(subscriber -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"
[ "$(subscriber -c "SELECT csp.fold_incident_month('dorset')")" -gt 50 ] || say_wrong "it does not fold"
same "counts of its own, folded" "" "$(subscriber -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"
