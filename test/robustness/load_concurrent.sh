#!/bin/bash
# Loads side by side: two sessions with different months both finish; two with the same month load it once; a session
# ended in the middle of a load leaves nothing of its file; sessions that load many files in a transaction, in any order,
# never deadlock. Made-up files of 6,000 rows, with Crime IDs common to several months.
set -euo pipefail
database=load_concurrent_$$
work=$(mktemp -d)
trap 'rm -rf "$work"; psql -qXd postgres -c "DROP DATABASE IF EXISTS $database WITH (FORCE)" -c "DROP ROLE IF EXISTS load_concurrent_other"' EXIT
psql -qXd postgres -c "CREATE DATABASE $database"
export PGDATABASE=$database PSQLRC=/dev/null
psql -qX -v ON_ERROR_STOP=1 -c "CREATE EXTENSION postgis" -c "CREATE EXTENSION csp_analysis" -c "SELECT csp.create_partnership('shire')" >/dev/null
failed=0
check() { if [ "$2" = "$3" ]; then echo "ok: $1"; else echo "FAILED: $1"; printf 'expected: %s\nactual:   %s\n' "$2" "$3"; failed=1; fi; }
q() { psql -qXAt -v ON_ERROR_STOP=1 -c "$1"; }
# every third row has no ID, every tenth ID is the same in all months
make_month() { # make_month MONTH COMMON: the IDs that begin with COMMON are those of every month made with it
    awk -v month="$1" -v common="$2" 'BEGIN {
        print "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context"
        split("Burglary,Drugs,Robbery,Shoplifting,Vehicle crime", type, ",")
        for (k = 1; k <= 6000; k++) {
            id = k % 3 == 0 ? "" : k % 10 == 0 ? common (k * 7919 % 6007) : month "x" (k * 7919 % 6007)
            printf "%s,%s,Shire Police,Shire Police,%.6f,50.710000,On or near Mill Lane,,,%s,Under investigation,\n", id, month, -2.02 + k / 100000, id == "" ? "Anti-social behaviour" : type[k % 5 + 1]
        }
    }' > "$work/$1-shire-street.csv"
}
for month in 2024-01 2024-02; do make_month $month common; done
for month in 2024-03 2024-04; do make_month $month spring; done
load() { psql -qX -v partnership=shire -v file="$work/$1-shire-street.csv" -f sql/load/police_uk.psql > "$work/$1.$2.log" 2>&1; }
counts() { q "SELECT to_char(occurred_from AT TIME ZONE 'Europe/London', 'YYYY-MM'), count(*) FROM shire.incident GROUP BY 1 ORDER BY 1" | tr '\n' ' '; }

load 2024-01 a & one=$!; load 2024-02 b & two=$!
wait $one || { cat "$work/2024-01.a.log"; failed=1; }; wait $two || { cat "$work/2024-02.b.log"; failed=1; }
check "different months side by side" "2024-01|6000 2024-02|6000 " "$(counts)"
check "a Crime ID of both months has one plain reference and one numbered" "t" "$(q "SELECT count(*) > 300 AND bool_and(n = 2 AND plain = 1) FROM (SELECT split_part(source_reference, '#', 1), count(*) AS n, count(*) FILTER (WHERE source_reference !~ '#') AS plain FROM shire.incident WHERE source_reference LIKE 'common%' GROUP BY 1) c")"
# a first session loads in a block, where more may follow, and a second waits for it
mkfifo "$work/hold"
psql -qX < "$work/hold" > "$work/hold.log" 2>&1 & holder=$!
exec 9>"$work/hold"
{ echo "BEGIN;"; echo "\\set partnership shire"; echo "\\set file $work/2024-03-shire-street.csv"; echo "\\ir $PWD/sql/load/police_uk.psql"; } >&9
for i in $(seq 100); do [ "$(q "SELECT count(*) FROM pg_stat_activity WHERE datname = '$database' AND state = 'idle in transaction'")" = 1 ] && grep -q 'rows' "$work/hold.log" && break; sleep 0.1; done
load 2024-04 b & two=$!
for i in $(seq 100); do [ "$(q "SELECT count(*) FROM pg_stat_activity WHERE datname = '$database' AND wait_event_type = 'Lock'")" = 1 ] && break; sleep 0.1; done
waiting=$(q "SELECT count(*) FROM pg_stat_activity WHERE datname = '$database' AND wait_event_type = 'Lock'")
echo "COMMIT;" >&9; exec 9>&-
wait $holder || { cat "$work/hold.log"; failed=1; }; wait $two || { cat "$work/2024-04.b.log"; failed=1; }
check "the second waited for the first" 1 "$waiting"
check "and numbered the Crime IDs that the first had taken" "t" "$(q "SELECT count(*) > 300 AND bool_and(n = 2 AND plain = '2024-03') FROM (SELECT split_part(source_reference, '#', 1), count(*) AS n, min(to_char(occurred_from AT TIME ZONE 'Europe/London', 'YYYY-MM')) FILTER (WHERE source_reference !~ '#') AS plain FROM shire.incident WHERE source_reference LIKE 'spring%' GROUP BY 1) c")"
check "both months stand" "2024-01|6000 2024-02|6000 2024-03|6000 2024-04|6000 " "$(counts)"

# the collision itself, made certain: a writer of its own holds Crime IDs uncommitted while another month of them is loaded
make_month 2023-11 autumn
mkfifo "$work/hold2"
psql -qX < "$work/hold2" > "$work/hold2.log" 2>&1 & holder=$!
exec 9>"$work/hold2"
echo "BEGIN; INSERT INTO shire.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to) SELECT source_id, 'autumn' || n, (SELECT min(problem_type_id) FROM shire.problem_type), '2023-12-01', '2023-12-02' FROM shire.source, generate_series(0, 6006) n WHERE code = 'police_uk_shire'; SELECT 'inserted';" >&9
for i in $(seq 100); do grep -q inserted "$work/hold2.log" && break; sleep 0.1; done
load 2023-11 b & two=$!
for i in $(seq 100); do [ "$(q "SELECT count(*) FROM pg_stat_activity WHERE datname = '$database' AND wait_event = 'transactionid'")" = 1 ] && break; sleep 0.1; done
check "a load waits for a writer of the same Crime IDs" 1 "$(q "SELECT count(*) FROM pg_stat_activity WHERE datname = '$database' AND wait_event = 'transactionid'")"
echo "COMMIT;" >&9; exec 9>&-
wait $holder || { cat "$work/hold2.log"; failed=1; }; wait $two || { cat "$work/2023-11.b.log"; failed=1; }
check "and numbers them" "t" "$(q "SELECT count(*) > 300 AND bool_and(n = 1) FROM (SELECT split_part(source_reference, '#', 1), count(*) AS n FROM shire.incident WHERE source_reference LIKE 'autumn%#%' GROUP BY 1) c")"

# the same file twice at once: loaded once, found unchanged once
make_month 2024-05 common
load 2024-05 a & one=$!; load 2024-05 b & two=$!
wait $one || { cat "$work/2024-05.a.log"; failed=1; }; wait $two || { cat "$work/2024-05.b.log"; failed=1; }
check "the same month at once" "6000|0|0
0|0|6000" "$(q "SELECT rows_inserted, rows_updated, rows_unchanged FROM shire.load_batch WHERE file_name LIKE '2024-05%' ORDER BY rows_inserted DESC")"

# a session ended in the middle of a load, at several moments: its file leaves no trace and loads afterwards
make_month 2024-06 common
ended=0
for delay in 0.02 0.05 0.08 0.12 0.16 0.2 0.25; do
    PGAPPNAME=victim psql -qX -v partnership=shire -v file="$work/2024-06-shire-street.csv" -f sql/load/police_uk.psql > "$work/victim.log" 2>&1 & victim=$!
    for i in $(seq 200); do [ "$(q "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'victim' AND query LIKE '%load_police_uk_staged%' AND state = 'active'")" = 1 ] && break; kill -0 $victim 2>/dev/null || break; done
    sleep $delay
    q "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'" >/dev/null
    if wait $victim; then # it was faster: take its file away again
        q "DELETE FROM shire.incident WHERE occurred_from >= '2024-06-01 00:00 Europe/London'; DELETE FROM shire.load_batch WHERE file_name LIKE '2024-06%'; DELETE FROM shire.source_coverage WHERE month = '2024-06-01'" >/dev/null
    else
        ended=$((ended + 1))
    fi
    check "ended after $delay s: nothing of the file" "0|0|0|0" "$(q "SELECT (SELECT count(*) FROM shire.incident WHERE occurred_from >= '2024-06-01 00:00 Europe/London'), (SELECT count(*) FROM shire.load_batch WHERE file_name LIKE '2024-06%'), (SELECT count(*) FROM shire.source_coverage WHERE month = '2024-06-01'), (SELECT count(*) FROM shire.incident_month WHERE month = '2024-06-01')")"
done
[ $ended -gt 0 ] || { echo "FAILED: no load could be ended in the middle"; failed=1; }
echo "loads ended in the middle: $ended"
load 2024-06 c || { cat "$work/2024-06.c.log"; failed=1; }
check "it loads afterwards" "6000" "$(q "SELECT count(*) FROM shire.incident WHERE occurred_from >= '2024-06-01 00:00 Europe/London'")"
check "the counts are exact" 0 "$(q "SELECT count(*) FROM csp.check_incident_month('shire')")"

# ---- many loads in a transaction ----
q "ALTER DATABASE $database SET deadlock_timeout = '100ms'"
q "SELECT csp.create_partnership('kent')" >/dev/null
q "CREATE FUNCTION public.month_file(month text, kind text DEFAULT 'street', turn integer DEFAULT 0) RETURNS bytea LANGUAGE sql AS \$\$
       SELECT convert_to(CASE kind WHEN 'street' THEN E'Crime ID,Month,Reported by,Longitude,Latitude,Location,LSOA code,Crime type,Last outcome category\\n'
                                   ELSE E'Crime ID,Month,Reported by,Outcome type\\n' END
           || string_agg(CASE kind WHEN 'street' THEN format(E'%s,%s,Shire Police,-2.02,50.71,Mill Lane,,%s,turn %s\\n', CASE WHEN n % 3 = 0 THEN '' ELSE 'c' || n * 7919 % 601 END, month, CASE WHEN n % 3 = 0 THEN 'Anti-social behaviour' ELSE 'Burglary' END, turn)
                                   ELSE format(E'c%s,%s,Shire Police,turn %s\\n', n * 7919 % 601, month, turn) END, '' ORDER BY n), 'UTF8')
       FROM generate_series(1, 600) n WHERE kind = 'street' OR n % 3 > 0 \$\$;
   CREATE FUNCTION public.load_month(partnership text, month text, kind text DEFAULT 'street', turn integer DEFAULT 0) RETURNS text LANGUAGE plpgsql AS \$\$
   BEGIN
       PERFORM csp.stage_bytes(public.month_file(month, kind, turn));
       RETURN csp.load_progress(csp.load_police_uk_staged(partnership, month || '-shire-' || kind || '.csv', NULL));
   END \$\$"
deadlocks() { q "SELECT pg_stat_clear_snapshot()" >/dev/null; q "SELECT deadlocks FROM pg_stat_database WHERE datname = '$database'"; }
before=$(deadlocks)
months=(2022-01 2022-02 2022-03 2022-04)
pids=()
for session in 0 1 2 3 4 5 6 7; do
    {   for round in 1 2 3; do
            echo "BEGIN;"
            for step in 0 1 2 3; do
                month=${months[$(( (session * 3 + (session % 2 ? step : 3 - step) + round) % 4 ))]}
                echo "SELECT public.load_month('kent', '$month', 'street', $((session % 4)));"
                [ $((session % 3)) = 0 ] && echo "SELECT public.load_month('kent', '$month', 'outcomes', $session);"
            done
            [ "$session" = 5 ] && echo "SELECT csp.assign_areas('kent');"
            echo "COMMIT;"
            # and loads of one file in between, as the scripts do them
            echo "SELECT public.load_month('kent', '${months[$((round % 4))]}', 'street', $session);"
            echo "SELECT public.load_month('kent', '${months[$((session % 4))]}', 'outcomes', $round);"
        done; } | psql -qXAt -v ON_ERROR_STOP=1 > "$work/many.$session.log" 2>&1 & pids+=($!)
done
for session in "${!pids[@]}"; do wait "${pids[session]}" || { echo "FAILED: session $session"; tail -3 "$work/many.$session.log"; failed=1; }; done
sleep 1
check "deadlocks of 8 sessions with many loads in a transaction" 0 "$(($(deadlocks) - before))"
check "every month once" "2022-01|600 2022-02|600 2022-03|600 2022-04|600 " "$(q "SELECT to_char(occurred_from AT TIME ZONE 'Europe/London', 'YYYY-MM'), count(*) FROM kent.incident GROUP BY 1 ORDER BY 1" | tr '\n' ' ')"
check "their counts" 0 "$(q "SELECT count(*) FROM csp.check_incident_month('kent')")"
check "street rows of their loads" "2400" "$(q "SELECT sum(rows_inserted) FROM kent.load_batch")"

# a transaction that has loaded never waits for another: it is refused at once
q "CREATE TABLE public.told (x integer)"
PGAPPNAME=slow psql -qXAt -c "DO 'BEGIN PERFORM public.load_month(''kent'', ''2022-05''); WHILE NOT EXISTS (SELECT FROM public.told) LOOP PERFORM pg_sleep(0.1); END LOOP; END'" > "$work/slow.log" 2>&1 & slow=$!
waits() { for i in $(seq 200); do [ "$(q "SELECT count(*) FROM pg_stat_activity WHERE application_name = '$1' AND wait_event = '$2'")" = 1 ] && return; sleep 0.05; done; echo "FAILED: $1 does not wait for $2"; failed=1; }
waits slow PgSleep
refused() { psql -qXAt -v VERBOSITY=verbose "$@" > "$work/refused.log" 2>&1 || true; grep -c 'ERROR:  55P03' "$work/refused.log" || true; }
check "a statement that loads twice beside another load" 1 "$(refused -c "SELECT public.load_month('kent', '2022-06'), public.load_month('kent', '2022-07')")"
check "a transaction that has loaded into another partnership" 1 "$(refused -c "BEGIN" -c "SELECT public.load_month('shire', '2022-06')" -c "SELECT public.load_month('kent', '2022-06')")"
check "one load beside another" "0" "$(refused -c "SELECT public.load_month('kent', '2022-08')")"
PGAPPNAME=block psql -qXAt -v ON_ERROR_STOP=1 -c "BEGIN" -c "SELECT public.load_month('kent', '2022-06')" -c "SELECT public.load_month('kent', '2022-07')" -c "COMMIT" > "$work/block.log" 2>&1 & block=$!
waits block object
q "INSERT INTO public.told VALUES (1)"
wait $slow || { cat "$work/slow.log"; failed=1; }
wait $block || { cat "$work/block.log"; failed=1; }
check "what was loaded" "2022-05|600 2022-06|600 2022-07|600 2022-08|600 " "$(q "SELECT to_char(occurred_from AT TIME ZONE 'Europe/London', 'YYYY-MM'), count(*) FROM kent.incident WHERE occurred_from > '2022-04-30 12:00' GROUP BY 1 ORDER BY 1" | tr '\n' ' ')"
check "a statement that loads twice, alone" 0 "$(refused -c "SELECT public.load_month('kent', '2022-09'), public.load_month('kent', '2022-10')")"

# nobody but the owner's own loads can take the lock
q "CREATE ROLE load_concurrent_other"
check "the lock is not for others to take" 1 "$(psql -qXAt -v VERBOSITY=verbose -c "SET ROLE load_concurrent_other" -c "SELECT csp_internal.lock_load('kent', true)" 2>&1 | grep -c 'ERROR:  42501')"
exit $failed
