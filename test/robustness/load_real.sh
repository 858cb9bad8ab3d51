#!/bin/bash
# The street files of two forces, whole: totals by type and month against a count made without the database, a second
# load that changes nothing, and a file with one line in a hundred damaged. Prints speeds; asserts none.
set -euo pipefail
data=$(readlink -f -- "${CSP_REAL_DATA:-../shared/data}" || true)
if [ ! -d "$data/police_uk" ]; then printf 'SKIP no real police.uk files in %q (CSP_REAL_DATA names another folder)\n' "${CSP_REAL_DATA:-../shared/data}"; exit 0; fi
command -v python3 >/dev/null || { echo "SKIP no python3 to count the files with"; exit 0; }
database=load_real_$$
work=$(mktemp -d)
trap 'rm -rf "$work"; psql -qXd postgres -c "DROP DATABASE IF EXISTS $database"' EXIT
psql -qXd postgres -c "CREATE DATABASE $database"
export PGDATABASE=$database PSQLRC=/dev/null
psql -qX -v ON_ERROR_STOP=1 -c "CREATE EXTENSION postgis" -c "CREATE EXTENSION csp_analysis" >/dev/null
failed=0
check() { if [ "$2" = "$3" ]; then echo "ok: $1"; else echo "FAILED: $1"; printf 'expected: %s\nactual:   %s\n' "$2" "$3"; failed=1; fi; }
q() { psql -qXAt -v ON_ERROR_STOP=1 -c "$1"; }
by_hand() { # type|month|rows of a folder's files, and of them those with a place
    python3 - "$1" <<'PY'
import collections, csv, glob, sys
rows, placed = collections.Counter(), collections.Counter()
for name in glob.glob(sys.argv[1] + '/*/*-street.csv'):
    with open(name, newline='', encoding='utf-8') as f:
        for r in csv.DictReader(f):
            rows[r['Crime type'], r['Month']] += 1
            placed[r['Crime type'], r['Month']] += r['Longitude'] != ''
for k in sorted(rows):
    print('|'.join(k) + f'|{rows[k]}|{placed[k]}')
PY
}
for force in dorset leicestershire; do
    q "SELECT csp.create_partnership('$force')" >/dev/null
    load() { psql -qX -v partnership=$force -v file="$1" -f "sql/load/$2.psql" >/dev/null; }
    load "$data/boundaries/${force}_lsoa21.geojson" areas
    load "$data/lookups/lookup_lsoa11_lsoa21_ltla22.csv" area_lookup
    load "$data/lookups/lookup_lsoa21_ward24_ltla24.csv" area_lookup
    for pass in first second; do
        began=$(date +%s.%N)
        sql/load/police_uk_folder.sh $force "$data/police_uk/$force" > "$work/$force.$pass"
        ended=$(date +%s.%N)
        rows=$(q "SELECT sum(rows_read) FROM $force.load_batch WHERE kind = 'street'")
        awk -v rows="$rows" -v pass=$pass -v force=$force -v began="$began" -v ended="$ended" 'BEGIN { if (pass == "second") rows /= 2; printf "%s, %s load: %d rows in %.1f s, %d rows/s, connections and psql included\n", force, pass, rows, ended - began, rows / (ended - began) }'
    done
    by_hand "$data/police_uk/$force" > "$work/$force.hand"
    for table in incident incident_month; do
        case $table in incident) n="count(*)" placed="count(location)" month="to_char(occurred_from AT TIME ZONE 'Europe/London', 'YYYY-MM')" ;; *) n="sum(incidents)" placed="sum(located)" month="to_char(month, 'YYYY-MM')" ;; esac
        q "SELECT t.label, $month, $n, $placed FROM $force.$table JOIN $force.problem_type t USING (problem_type_id) GROUP BY 1, 2" | LC_ALL=C sort > "$work/$force.$table"
        LC_ALL=C sort "$work/$force.hand" | cmp -s - "$work/$force.$table" && echo "ok: $force: $(wc -l < "$work/$force.hand") totals by type and month of $table equal the files'" || { echo "FAILED: $force: $table"; diff <(LC_ALL=C sort "$work/$force.hand") "$work/$force.$table" | head; failed=1; }
    done
    check "$force: nothing refused; the second load changed nothing" "0|t" "$(q "SELECT sum(rows_rejected), sum(rows_updated) = 0 AND sum(rows_inserted) = sum(rows_unchanged) FROM $force.load_batch WHERE kind = 'street'")"
    check "$force: the counts are exact" 0 "$(q "SELECT count(*) FROM csp.check_incident_month('$force')")"
    check "$force: a code of the partnership is never without its area" 0 "$(q "SELECT count(*) FROM $force.incident i JOIN csp.area_codes('$force') c ON c.code = i.source_area_code AND c.area_id IS NOT NULL WHERE i.area_id IS DISTINCT FROM c.area_id")"
    q "SELECT format('%s: %s%% of the located incidents in an area', '$force', round(100.0 * count(area_id) / count(*), 1)) FROM $force.incident WHERE location IS NOT NULL"
done

# one line in a hundred damaged, in five ways by turns; the rest of the month as it was
files=("$data"/police_uk/leicestershire/*/*-street.csv) file=${files[0]}
LC_ALL=C awk 'NR > 1 && NR % 100 == 0 { d++
    if (d % 5 == 0) $0 = substr($0, 1, 40); else if (d % 5 == 1) $0 = $0 ",extra"; else if (d % 5 == 2) sub(/20[0-9][0-9]-/, "20xx-")
    else if (d % 5 == 3) $0 = "\"" $0; else sub(/Leicestershire/, "\xff\xfe") } { print }' "$file" > "$work/$(basename "$file")"
lines=$(($(wc -l < "$file") - 1)); damaged=$((($(wc -l < "$file")) / 100))
psql -qX -v partnership=leicestershire -v file="$work/$(basename "$file")" -f sql/load/police_uk.psql
check "1% damaged: each damaged line refused, the others unchanged" "$lines|0|0|$((lines - damaged))|$damaged" "$(q "SELECT rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM leicestershire.load_batch ORDER BY load_batch_id DESC LIMIT 1")"
q "SELECT count(*) || ' x ' || regexp_replace(reason, '\"[^\"]*\"', '\"...\"', 'g') FROM leicestershire.load_reject GROUP BY regexp_replace(reason, '\"[^\"]*\"', '\"...\"', 'g') ORDER BY 1"
# the two halves of a file are the file
q "SELECT csp.create_partnership('halves')" >/dev/null
head -n $((lines / 2)) "$file" | head -c -20 > "$work/$(basename "$file")"   # cut in the middle of a line
psql -qX -v partnership=halves -v file="$work/$(basename "$file")" -f sql/load/police_uk.psql
check "a cut file: the cut line refused" "$((lines / 2 - 2))|1" "$(q "SELECT rows_inserted, rows_rejected FROM halves.load_batch")"
psql -qX -v partnership=halves -v file="$file" -f sql/load/police_uk.psql
check "then the whole: the rest comes to it" "$((lines - lines / 2 + 2))|0|$((lines / 2 - 2))|0" "$(q "SELECT rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM halves.load_batch ORDER BY load_batch_id DESC LIMIT 1")"
exit $failed
