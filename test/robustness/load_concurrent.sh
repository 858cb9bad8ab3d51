#!/bin/bash
# Loads side by side: two sessions with different months both finish; two with the same month load it once; a session
# ended in the middle of a load leaves nothing of its file. Made-up files of 6,000 rows, with Crime IDs common to both months.
set -euo pipefail
database=load_concurrent_$$
work=$(mktemp -d)
trap 'rm -rf "$work"; psql -qXd postgres -c "DROP DATABASE IF EXISTS $database WITH (FORCE)"' EXIT
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
# the collision itself, made certain: a first session holds its Crime IDs uncommitted while a second loads the other month
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
exit $failed
