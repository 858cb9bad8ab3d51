# The examples of the documentation: every sql block of a page runs in order, and the plain block that follows it at once is what
# psql prints. One line is one database, so that pages on a line build on each other's tables; page:examples:results, where the
# two numbers are the least counts of blocks and of checked results, so that a page cannot lose its examples unseen.
# `bash test/robustness/doc_examples.sh PAGE` runs the line of one page.
. "$(dirname "$0")/helpers.bash"
cd "$(dirname "$0")/../.."
databases_of_pages='
near_repeat:9:8
gi_star:3:2 local_moran:2:2 autocorrelation:2:2 emerging_hot_spot:2:2
near_repeat_surface:1:1
self_exciting:2:2
prediction:2:2
space_time_scan:4:4
'
check_page() { # check_page PAGE LEAST_EXAMPLES LEAST_RESULTS, in $database
    local page=$1 folder=$work/$1 sql examples=0 results=0 wrong=0
    mkdir "$folder"
    awk -v folder="$folder" '
        /^```sql$/ { file = sprintf("%s/%03d.sql", folder, ++n); printf "" > file; next }
        /^```$/ && file != "" { was = file; file = ""; next }
        /^```$/ && was != "" { file = was; sub(/sql$/, "out", file); was = ""; next }
        file != "" { print > file; next }
        /[^ ]/ { was = "" }
    ' "doc/$page.md"
    for sql in "$folder"/*.sql; do
        examples=$((examples + 1))
        if ! PGOPTIONS= psql -qX -d "$database" -v ON_ERROR_STOP=1 -f "$sql" >"$folder/printed" 2>&1; then
            cat "$sql" "$folder/printed"; wrong=$((wrong + 1)); continue
        fi
        [ -e "${sql%.sql}.out" ] || continue
        results=$((results + 1))
        diff -u <(sed 's/ *$//' "${sql%.sql}.out") <(sed 's/ *$//' "$folder/printed" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}') || wrong=$((wrong + 1))
    done
    echo "$page: $examples examples, $results with results, $wrong wrong"
    [ $wrong = 0 ] && [ $examples -ge "$2" ] && [ $results -ge "$3" ]
}
failures=0
while read -ra pages; do
    [ ${#pages[@]} -gt 0 ] || continue
    [ -z "${1:-}" ] || [[ " ${pages[*]}" == *" $1:"* ]] || continue
    database=doc_${pages[0]%%:*}_$$
    new_database "$database"
    run "$database" -c "CREATE EXTENSION postgis; CREATE EXTENSION csp_analysis"
    for page in "${pages[@]}"; do
        IFS=: read -r name least_examples least_results <<< "$page"
        check_page "$name" "$least_examples" "$least_results" || failures=$((failures + 1))
    done
done <<< "$databases_of_pages"
[ $failures = 0 ]
