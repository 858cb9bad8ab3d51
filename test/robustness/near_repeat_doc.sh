# The examples of doc/near_repeat.md: every sql block runs, and the block after it is what psql prints.
set -euo pipefail
cd "$(dirname "$0")/../.."
database=doc_$$
folder=$(mktemp -d)
trap 'rm -rf "$folder"; psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qXc "CREATE DATABASE $database" postgres
psql -qX -d "$database" -v ON_ERROR_STOP=1 -c "CREATE EXTENSION postgis; CREATE EXTENSION csp_analysis"
awk -v folder="$folder" '
    /^```sql$/ { n++; file = sprintf("%s/%02d.sql", folder, n); next }
    /^```$/ && file != "" { was = file; file = ""; next }
    /^```$/ && was != "" { file = was; sub(/sql$/, "out", file); was = ""; next }
    file != "" { print > file }
    /[^ ]/ && !/^```/ { was = (file == "") ? "" : was }
' doc/near_repeat.md
failures=0 examples=0
for sql in "$folder"/*.sql; do
    expected=${sql%.sql}.out
    psql -X -d "$database" -v ON_ERROR_STOP=1 -f "$sql" >"$folder/printed" 2>&1 || { cat "$folder/printed"; failures=$((failures + 1)); continue; }
    examples=$((examples + 1))
    [ ! -e "$expected" ] || diff -u <(sed 's/ *$//' "$expected") <(sed 's/ *$//' "$folder/printed" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}') || failures=$((failures + 1))
done
echo "$examples examples, $(ls "$folder"/*.out | wc -l) with results, $failures wrong"
[ $failures = 0 ] && [ $examples -ge 8 ]
