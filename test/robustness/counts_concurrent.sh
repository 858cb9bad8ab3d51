# Monthly counts stay exact under concurrent writers, who add to them: writers of the same keys never wait for one another
# and never deadlock on the counts, however many statements their transactions have and whoever folds meanwhile.
. test/robustness/helpers.bash
db=counts_concurrent_$$ writers=4 statements=120
new_database $db
run $db -c "CREATE EXTENSION csp_analysis CASCADE"
small_partnership $db dorset
run $db -c "ALTER DATABASE $db SET deadlock_timeout = '100ms'"

# writes WRITER WRAP: the writer's statements, each over some of its own incidents (no two write one row) and over keys
# that all share; WRAP puts savepoints, rollbacks and several statements into one transaction
writes() {
    run $db -v writer="$1" -v wrap="$2" -v writers=$writers -v statements=$statements <<'SQL'
WITH drawn AS (
    SELECT n,
           csp.seeded_integer(:writer, 'kind', n, 1, 9) AS kind,
           csp.seeded_integer(:writer, 'some', n, 0, 12) AS part,
           csp.seeded_integer(:writer, 'value', n, 1, 6) AS value
    FROM generate_series(1, :statements) AS n
),
statement AS (
    SELECT n, kind, value,
           format(CASE kind
               WHEN 1 THEN 'INSERT INTO dorset.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id, drugs) SELECT 1 + s %% 3, ''w%1$s.%2$s.'' || s, 4 + s %% 5, d, d, 2 + s %% 6, s %% 2 = 0 FROM generate_series(1, 25) AS s CROSS JOIN LATERAL (SELECT timestamptz ''2023-01-15'' + s %% 11 * interval ''1 month'') AS t (d)'
               WHEN 2 THEN 'DELETE FROM dorset.incident WHERE incident_id %% %5$s = %1$s AND incident_id / %5$s %% 41 = %3$s'
               WHEN 3 THEN 'UPDATE dorset.incident SET area_id = CASE WHEN %4$s < 6 THEN 1 + %4$s END WHERE incident_id %% %5$s = %1$s AND incident_id / %5$s %% 13 = %3$s'
               WHEN 4 THEN 'UPDATE dorset.incident SET problem_type_id = 3 + %4$s WHERE incident_id %% %5$s = %1$s AND incident_id / %5$s %% 13 = %3$s'
               WHEN 5 THEN 'UPDATE dorset.incident SET occurred_from = occurred_from - interval ''20 days'' WHERE incident_id %% %5$s = %1$s AND incident_id / %5$s %% 13 = %3$s'
               WHEN 6 THEN 'UPDATE dorset.incident SET alcohol = NOT alcohol, location = NULL WHERE incident_id %% %5$s = %1$s AND incident_id / %5$s %% 13 = %3$s'
               WHEN 7 THEN 'UPDATE dorset.incident SET source_id = 1 + %4$s %% 3, offence_code = nullif(''34A'', offence_code) WHERE incident_id %% %5$s = %1$s AND incident_id / %5$s %% 13 = %3$s AND source_reference LIKE ''R%%'''
               WHEN 8 THEN 'UPDATE dorset.incident SET outcome = ''closed'' WHERE incident_id %% %5$s = %1$s'
               ELSE 'MERGE INTO dorset.incident i USING generate_series(1, 40) AS s ON i.incident_id = s * %5$s + %1$s AND i.incident_id < 3000 WHEN MATCHED THEN UPDATE SET area_id = 2 + s %% 6 WHEN NOT MATCHED THEN DO NOTHING' END,
               :writer, n, part, value, :writers) AS sql
    FROM drawn
)
SELECT CASE WHEN NOT :'wrap'::boolean THEN sql || ';'
            WHEN value = 1 THEN 'BEGIN; ' || sql || '; ROLLBACK;'
            WHEN value = 2 THEN 'BEGIN; SAVEPOINT a; ' || sql || '; ROLLBACK TO a; ' || sql || '; SAVEPOINT b; DELETE FROM dorset.incident WHERE incident_id % 40 = ' || :writer || '; ROLLBACK TO b; COMMIT;'
            WHEN value = 3 THEN 'BEGIN; ' || sql || '; SAVEPOINT a; UPDATE dorset.incident SET area_id = 1 / 0 WHERE incident_id % ' || :writers || ' = ' || :writer || '; ROLLBACK TO a; COMMIT;'
            WHEN value = 4 THEN 'BEGIN ISOLATION LEVEL REPEATABLE READ; ' || sql || '; COMMIT;'
            ELSE 'BEGIN; ' || sql || '; ' || lag(sql, 1, sql) OVER (ORDER BY n) || '; COMMIT;' END
FROM statement
ORDER BY n;
SQL
}
together() { # together WRAP: all writers at once, each to its own log
    local writer pids=()
    for ((writer = 0; writer < writers; writer++)); do writes $writer "$1" > "$work/writer$writer.sql"; done
    for ((writer = 0; writer < writers; writer++)); do
        psql -qX -d $db -v VERBOSITY=verbose -f "$work/writer$writer.sql" > "$work/writer$writer.log" 2>&1 & pids+=($!)
    done
    wait "${pids[@]}"
    cat "$work"/writer*.log > "$work/log"
}
exact() {
    same "counts $1" "" "$(run $db -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"
    same "empty keys $1" "0" "$(run $db -c "SELECT count(*) FROM dorset.incident_month WHERE incidents <= 0")"
}

before=$(run $db -c "SELECT md5(string_agg(m::text, ',' ORDER BY m::text)) FROM dorset.incident_month m")
together false
same "errors of single-statement writers" "" "$(cat "$work/log")"
exact "after single statements"
[ "$before" != "$(run $db -c "SELECT md5(string_agg(m::text, ',' ORDER BY m::text)) FROM dorset.incident_month m")" ] || say_wrong "the writers changed nothing"
[ "$(run $db -c "SELECT count(*) FROM dorset.incident WHERE source_reference LIKE 'w%'")" -gt 500 ] || say_wrong "the writers inserted too little"

run $db -c "DELETE FROM dorset.incident WHERE source_reference LIKE 'w%'"
together true
# undone: by a division by zero that was asked for, serialisation failure, a repeated insert; and what follows in them
# (deadlocks: over incidents, which the statements within savepoints share)
if grep 'ERROR: ' "$work/log" | grep -v -e 'ERROR:  22012' -e 'ERROR:  40P01' -e 'ERROR:  40001' -e 'ERROR:  25P02' -e 'ERROR:  3B001' -e 'ERROR:  23505'; then say_wrong "other errors"; fi
grep -q 'ERROR:  22012' "$work/log" || say_wrong "no statement failed within a savepoint"
exact "after transactions with savepoints and rollbacks"

# 8 writers of transactions of several statements over the same keys, in changing order, while others load and fold: no
# deadlock, and nobody waits (5 ms apart a session looks who does)
busy() { # busy WRITER: transactions of five inserts and a change of the writer's own rows
    awk -v writer="$1" 'BEGIN { srand(writer); for (n = 1; n <= 15; n++) { print "BEGIN;"
        for (s = 1; s <= 5; s++) print "INSERT INTO dorset.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id) VALUES (1, \047b" writer "." n "." s "\047, " 10 + int(3 * rand()) ", \0472024-0" 1 + int(3 * rand()) "-15\047, \0472024-06-15\047, " 2 + int(3 * rand()) "); SELECT pg_sleep(0.02);"
        print "UPDATE dorset.incident SET area_id = " 2 + int(3 * rand()) " WHERE source_id = 1 AND source_reference LIKE \047b" writer "." n ".%\047;"
        print "DELETE FROM dorset.incident WHERE source_id = 1 AND source_reference = \047b" writer "." n ".3\047; COMMIT;" } }' | psql -qXAt -d $db -v VERBOSITY=verbose
}
run $db -c "DELETE FROM dorset.incident WHERE source_reference LIKE 'w%'"
run $db >"$work/waits" <<'SQL' & looking=$!
CREATE TEMP TABLE wait AS SELECT locktype, relation, mode, pid FROM pg_locks WHERE false;
DO $$
BEGIN
    FOR look IN 1..1600 LOOP
        INSERT INTO wait SELECT l.locktype, l.relation, l.mode, l.pid FROM pg_locks l WHERE NOT l.granted AND l.locktype IN ('relation', 'transactionid', 'tuple', 'advisory');
        PERFORM pg_sleep(0.005);
    END LOOP;
END
$$;
SELECT locktype, relation::regclass, mode, count(DISTINCT pid) FROM wait GROUP BY 1, 2, 3;
SQL
pids=()
for ((writer = 0; writer < 8; writer++)); do busy $writer > "$work/busy$writer.log" 2>&1 & pids+=($!); done
( run $db -c "BEGIN; INSERT INTO dorset.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id) SELECT 1, 'load ' || n, 10 + n % 3, '2024-01-15', '2024-01-15', 2 + n % 3 FROM generate_series(1, 3000) n; SELECT pg_sleep(1); COMMIT" >/dev/null ) & pids+=($!)
( for n in $(seq 60); do run $db -c "SELECT csp.fold_incident_month('dorset')" >/dev/null; sleep 0.02; done ) & pids+=($!)
wait "${pids[@]}"
wait $looking
same "errors of 8 writers" "" "$(grep -h ERROR "$work"/busy*.log || true)"
same "who waited for a lock, and what for" "" "$(cat "$work/waits")"
same "incidents of 8 writers" "480" "$(run $db -c "SELECT count(*) FROM dorset.incident WHERE source_reference LIKE 'b%.%'")"
exact "after 8 writers"

# a load that is killed in the middle leaves nothing
psql -qX -d $db -c "BEGIN; UPDATE dorset.incident SET area_id = 2; SELECT pg_terminate_backend(pg_backend_pid())" >/dev/null 2>&1 || true
exact "after a killed session"
run $db -c "TRUNCATE dorset.incident CASCADE"
same "counts after TRUNCATE" "0" "$(run $db -c "SELECT count(*) FROM dorset.incident_month")"
