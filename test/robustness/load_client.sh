#!/bin/bash
# The ways into a partnership from files: psql scripts from the client, functions by path on the server, a folder at
# once. Files made up for the purpose (test/data). Both ways must give the same, byte for byte damaged files too.
set -euo pipefail
data=$PWD/test/data
database=load_client_$$
work=$(mktemp -d); chmod 755 "$work"
trap 'rm -rf "$work"; psql -qXd postgres -c "DROP DATABASE IF EXISTS $database"' EXIT
psql -qXd postgres -c "CREATE DATABASE $database"
export PGDATABASE=$database PSQLRC=/dev/null
psql -qX -v ON_ERROR_STOP=1 <<'SQL' >/dev/null
CREATE EXTENSION postgis; CREATE EXTENSION csp_analysis;
SELECT csp.create_partnership('client'); SELECT csp.create_partnership('server');
SQL
failed=0
check() { # check WHAT EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then echo "ok: $1"; else echo "FAILED: $1"; printf 'expected: %s\nactual:   %s\n' "$2" "$3"; failed=1; fi
}
q() { psql -qXAt -v ON_ERROR_STOP=1 -c "$1"; }
load() { local script=$1 file=$2; shift 2; psql -qX -v partnership=client -v file="$file" "$@" -f "sql/load/$script.psql"; }
account() { q "SELECT rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM $1.load_batch ORDER BY load_batch_id DESC LIMIT 1"; }
# the server must be able to read what it is given by path
cp -r "$data" "$work/data dir"; chmod -R a+rX "$work"; data="$work/data dir"

load areas "$data/shire_lsoa21.geojson" >/dev/null;                            check "areas" "2|2|0|0|0" "$(account client)"
load area_lookup "$data/shire_lookup_lsoa21_ward24_ltla24.csv" >/dev/null;     check "look-up: the far row is left" "3|2|0|1|0" "$(account client)"
load population "$data/shire_population_lsoa21_2023.csv" -v citation="made up" >/dev/null; check "population" "3|2|0|1|0" "$(account client)"
load area_measures "$data/shire_imd2025_lsoa21.csv" >/dev/null;                check "measures" "3|2|0|1|0" "$(account client)"
load peers "$data/shire_peers.csv" -v members="Shire; Farshire, North and South" -v self=Shire >/dev/null; check "peers" "2|2|0|0|0" "$(account client)"
check "a line of progress per file, street before outcomes" "2024-01-shire-street.csv  30 rows
2024-02-shire-street.csv  24 rows
2024-02-shire-outcomes.csv  4 rows" "$(sql/load/police_uk_folder.sh client "$data/police_uk" | sed 's/ rows .*/ rows/')"
check "outcomes: 3 updated, 1 unknown" "4|0|3|0|1" "$(account client)"

q "SELECT csp.load_areas('server', '$data/shire_lsoa21.geojson'); SELECT csp.load_area_lookup('server', '$data/shire_lookup_lsoa21_ward24_ltla24.csv');
   SELECT csp.load_population('server', '$data/shire_population_lsoa21_2023.csv', citation => 'made up'); SELECT csp.load_area_measures('server', '$data/shire_imd2025_lsoa21.csv');
   SELECT csp.load_peers('server', '$data/shire_peers.csv', members => '{Shire,\"Farshire, North and South\"}', self => 'Shire');" >/dev/null
psql -qX -c "CALL csp.load_police_uk_folder('server', '$data/police_uk')" 2>"$work/notices"
check "the folder on the server: a notice per file" 3 "$(grep -c NOTICE "$work/notices")"
content() { q "SELECT source_reference, problem_type_id, occurred_from, location, place_reference, area_id, outcome, attributes, row_digest FROM $1.incident ORDER BY 1" | md5sum
            q "SELECT a.code, p.year, p.population, p.households, m.measure, m.value FROM $1.area a JOIN $1.area_population p USING (area_id) JOIN $1.area_measure m USING (area_id) ORDER BY 1, 2, 5" | md5sum
            q "SELECT a.code, up.code FROM $1.area_ancestor n JOIN $1.area a USING (area_id) JOIN $1.area up ON up.area_id = n.ancestor_id WHERE up.area_kind <> 'partnership' ORDER BY 1, 2" | md5sum; }
check "client and server give the same" "$(content server)" "$(content client)"
check "54 incidents, 18 without ID" "54|18" "$(q "SELECT count(*), count(*) FILTER (WHERE source_reference LIKE '%noid%') FROM client.incident")"

# damage: a NUL, bytes that are not UTF-8, a stray carriage return, the delimiter and quote of the staging
street="$data/police_uk/2024-01/2024-01-shire-street.csv"
damage() { LC_ALL=C sed -e '3s/Shire/Sh\x00ire/' -e '5s/Shire/Sh\xffire/' -e '6s/$/\r/' -e '12s/High/Hi\x01gh/' -e '9s/High/Hi\x02gh/' "$street"; }
damage > "$work/2024-01-shire-street.csv"
load police_uk "$work/2024-01-shire-street.csv" >/dev/null 2>&1
# lines 3 and 5 are refused; 6 is as before; 9 and 12 are other places of the same crimes
check "damaged bytes cost their lines (client)" "30|0|2|26|2" "$(account client)"
check "and say why" "3|the line holds a NUL byte
5|the line is not valid UTF-8" "$(q "SELECT line_number, reason FROM client.load_reject WHERE load_batch_id = (SELECT max(load_batch_id) FROM client.load_batch) ORDER BY 1")"
check "no large object is left" 0 "$(q "SELECT count(*) FROM pg_largeobject_metadata")"
q "SELECT csp.load_police_uk('server', '$work/2024-01-shire-street.csv')" >/dev/null
check "damaged bytes cost their lines (server)" "30|0|2|26|2" "$(account server)"
LC_ALL=C sed -e '5s/Shire/Sh\xffire/' "$street" > "$work/2024-01-shire-street.csv"
load police_uk "$work/2024-01-shire-street.csv" >/dev/null
check "bytes that are not UTF-8 alone need no second reading" "30|0|2|27|1" "$(account client)"

# whole files that are refused leave nothing
before=$(q "SELECT count(*) FROM client.load_batch")
sed '1s/Crime type/Kind/' "$street" > "$work/no_type.csv"
if load police_uk "$work/no_type.csv" >"$work/out" 2>&1; then echo "FAILED: a missing column was not refused"; failed=1; fi
check "the missing column is named" 1 "$(grep -c 'has no column "Crime type"' "$work/out")"
if load police_uk "$work/nosuch.csv" >"$work/out" 2>&1; then echo "FAILED: a missing file was not refused"; failed=1; fi
if load police_uk "$data/police_uk/2024-02/2024-02-shire-stop-and-search.csv" >"$work/out" 2>&1; then echo "FAILED: stop and search was not refused"; failed=1; fi
check "nothing of them stands" "$before" "$(q "SELECT count(*) FROM client.load_batch")"
cp "$work/no_type.csv" "$data/police_uk/2024-03-shire-street.csv"; chmod a+r "$data/police_uk"/*
if psql -qX -c "CALL csp.load_police_uk_folder('server', '$data/police_uk')" 2>"$work/notices"; then echo "FAILED: a bad file in a folder passed"; failed=1; fi
check "a bad file of a folder: a warning, the others load, an error at the end" "3 NOTICE 1 WARNING 1 of 4 files were not loaded" \
    "$(grep -c NOTICE: "$work/notices") NOTICE $(grep -c WARNING: "$work/notices") WARNING $(sed -n 's/^ERROR: *//p' "$work/notices")"

# a user without any right but to the partnership's schema loads from the client
q "CREATE ROLE load_client_$$ LOGIN; GRANT CREATE ON DATABASE $database TO load_client_$$"
PGUSER=load_client_$$ psql -qXAt -c "SELECT csp.create_partnership('own')" >/dev/null
PGUSER=load_client_$$ psql -qX -v partnership=own -v file="$street" -f sql/load/police_uk.psql >/dev/null
check "an ordinary user loads from the client" "30|30|0|0|0" "$(account own)"
if PGUSER=load_client_$$ psql -qX -c "SELECT csp.load_police_uk('own', '$street')" >"$work/out" 2>&1; then echo "FAILED: an ordinary user read a server file"; failed=1; fi
check "and is told why not on the server" 1 "$(grep -c 'needs the role pg_read_server_files' "$work/out")"
psql -qXd postgres -c "DROP DATABASE $database" && psql -qXd postgres -c "DROP ROLE load_client_$$"
exit $failed
