# The examples of the documentation: every sql block of a page runs in order, and the plain block that follows it at once is what
# psql prints. One line is one database, so that pages on a line build on each other's tables; page:examples:results, where the
# two numbers are the least counts of blocks and of checked results, so that a page cannot lose its examples unseen.
# `bash test/robustness/doc_examples.sh PAGE` runs the line of one page.
. "$(dirname "$0")/helpers.bash"
cd "$(dirname "$0")/../.."
databases_of_pages='
tutorial:13:13
access:1:0
plan:1:0
publish:1:0
keep:2:1
performance:4:3
profile:4:4
quality:1:1
knox:4:3 near_repeat:4:4 space_time:1:1
rank_interval:1:1
gi_star:3:2 local_moran:2:2 autocorrelation:2:2 emerging_hot_spot:2:2
near_repeat_surface:1:1
self_exciting:1:1 self_exciting_intensity:1:1
prediction:2:2
season:6:5 stl:3:3 seasonal_rank_trend:3:3 changepoint:2:2
aoristic:3:3 hour_of_week:2:2
circular:2:2
control_chart:3:3
tactical_near_repeat:4:3
tactical_assessment:6:4
geographic_profile:2:2
nearest_neighbour_clusters:2:2
space_time_dbscan:2:2
relative_density:2:2
density_bands:2:2
farrington:4:4 ears:1:1 cusum:1:1 cusum_design:1:1 ewma:1:1
forecast:5:5
hex_grid:2:2
neighbourhood_sum:1:1
strategic_hotspot:4:4 tactical_hotspot:2:2 strategic_concentration:2:2
area_measure:2:2
centrography:2:2
cell_key:2:2
concentration:3:3
density:1:1 density_bandwidth:1:1 point_pattern:2:2
displacement:2:2
rate:3:3 smoothed_rate:1:1 standardised_rate:2:2 funnel_limits:2:2
change:2:2 significance:1:1 disclosure:1:1 suppression:1:1 reader_text:1:1 seeded_random:1:1 csv:2:2
trend:3:2 rank_trend:4:4 poisson_trend:3:3
priority:3:3
risk_matrix_text:1:1
partnership:2:0 load:1:0
strategic_assessment:8:6
synthetic:1:0
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
    ' "$(ls doc/$page.md doc/*/$page.md 2>/dev/null)"
    for sql in "$folder"/*.sql; do
        examples=$((examples + 1))
        if ! PGOPTIONS='' psql -qX -d "$database" -v ON_ERROR_STOP=1 -f "$sql" >"$folder/printed" 2>&1; then
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
for file in doc/*.md doc/*/*.md; do
    name=${file##*/} name=${name%.md}
    if grep -q '^```sql' "$file" && [[ $databases_of_pages != *[[:space:]]"$name":* ]]; then echo "$file has examples and is not listed"; failures=$((failures + 1)); fi
done
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
