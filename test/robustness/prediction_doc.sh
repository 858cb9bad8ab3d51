# The examples of the pages on forecasts: every sql block runs, and the block after it is what psql prints.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
database=prediction_doc_$$
trap 'rm -rf "$folder"; psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
failures=0 examples=0
for page in near_repeat_surface self_exciting prediction; do
    psql -qX -c "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
    psql -qX -d "$database" -v ON_ERROR_STOP=1 -c "CREATE EXTENSION postgis; CREATE EXTENSION csp_analysis"
    awk -v page="$folder/$page" '
        /^```sql$/ { file = sprintf("%s-%02d.sql", page, ++n); next }
        /^```$/ && file != "" { was = file; file = ""; next }
        /^```$/ && was != "" { file = was; sub(/sql$/, "out", file); was = ""; next }
        file != "" { print > file; next }
        /[^ ]/ { was = "" }
    ' "doc/$page.md"
    for sql in "$folder/$page"-*.sql; do
        psql -qX -d "$database" -v ON_ERROR_STOP=1 -f "$sql" >"$folder/printed" 2>&1 || { cat "$folder/printed"; failures=$((failures + 1)); continue; }
        examples=$((examples + 1))
        diff -u <(sed 's/ *$//' "${sql%.sql}.out") <(sed 's/ *$//' "$folder/printed" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}') || failures=$((failures + 1))
    done
done
echo "$examples examples, $failures wrong"
[ $failures = 0 ] && [ $examples -ge 5 ]
