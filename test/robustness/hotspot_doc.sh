# The examples of the pages on hot spots: every sql block runs, and the block after it is what psql prints.
set -euo pipefail
cd "$(dirname "$0")/../.."
database=hotspot_doc_$$
folder=$(mktemp -d)
trap 'rm -rf "$folder"; psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qXc "CREATE DATABASE $database" postgres
psql -qX -d "$database" -v ON_ERROR_STOP=1 -c "CREATE EXTENSION postgis; CREATE EXTENSION csp_analysis"
failures=0 examples=0 results=0
for page in gi_star local_moran autocorrelation emerging_hot_spot; do
    rm -f "$folder"/*
    awk -v folder="$folder" '
        /^```sql$/ { n++; file = sprintf("%s/%02d.sql", folder, n); next }
        /^```$/ && file != "" { was = file; file = ""; next }
        /^```$/ && was != "" { file = was; sub(/sql$/, "out", file); was = ""; next }
        file != "" { print > file }
        /[^ ]/ && !/^```/ { was = (file == "") ? "" : was }
    ' doc/$page.md
    for sql in "$folder"/*.sql; do
        psql -qX -d "$database" -v ON_ERROR_STOP=1 -f "$sql" >"$folder/printed" 2>&1 || { cat "$folder/printed"; failures=$((failures + 1)); continue; }
        examples=$((examples + 1))
        [ -e "${sql%.sql}.out" ] || continue
        results=$((results + 1))
        diff -u <(sed 's/ *$//' "${sql%.sql}.out") <(sed 's/ *$//' "$folder/printed" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}') || failures=$((failures + 1))
    done
done
echo "$examples examples, $results with results, $failures wrong"
[ $failures = 0 ] && [ $examples -ge 9 ] && [ $results -ge 8 ]
