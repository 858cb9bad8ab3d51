# make demo's own steps: with made-up data, again over what stands, from small files in the form of police.uk, and with wrong arguments,
# which change nothing.
set -eu
work=$(mktemp -d)
top=$PWD
export DEMO_DATABASE=demo_$$ DEMO_REPORT=$work/report.html SYNTHETIC_INCIDENTS=2000
clean() { psql -qX -d postgres -c "DROP DATABASE IF EXISTS $DEMO_DATABASE" 2>/dev/null; rm -rf "$work"; }
trap clean EXIT
fail() { echo "$*"; exit 1; }
demo() { # demo NAME=VALUE...: as test/run calls it
    bash -c 'set -euo pipefail; top=$PWD
        say() { printf "==> %s\n" "$*"; }; die() { printf "error: %s\n" "$*" >&2; exit 1; }
        for setting in "$@"; do declare "arg_${setting%%=*}=${setting#*=}"; done
        . test/arguments.sh; demo_arguments; . test/demo.sh' demo "$@" > "$work/said" 2>&1
}
ask() { psql -XAt -d "$DEMO_DATABASE" -c "$1"; }

demo || { cat "$work/said"; fail "the synthetic demo failed"; }
for part in 'Largest problems' '^likelihood' 'made up\|making up' "open $DEMO_REPORT" 'make psql'; do
    grep -q "$part" "$work/said" || { cat "$work/said"; fail "the demo does not say: $part"; }
done
grep -q '</html>' "$DEMO_REPORT" && grep -q 'class="banner"' "$DEMO_REPORT" || fail "the synthetic report is not whole, or not marked"
[ "$(ask "SELECT incidents FROM csp.partnerships()")" = 2000 ] || fail "not 2000 incidents"
[ "$(ask "SELECT count(*) > 5 FROM strategic_summary")" = t ] || fail "psql does not find the views by their plain names"
demo || { cat "$work/said"; fail "the demo cannot be repeated"; }

# two areas side by side; 15 months, the third of them missing: 12 consecutive ones from April 2024
mkdir -p "$work/data"
for month in 2024-01 2024-02 2024-04 2024-05 2024-06 2024-07 2024-08 2024-09 2024-10 2024-11 2024-12 2025-01 2025-02 2025-03; do
    mkdir "$work/data/$month"
    {
        echo 'Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context'
        for n in 1 2 3 4 5 6 7 8 9; do
            echo "$month-$n,$month,Example Police,Example Police,-1.$((100 + n)),52.65,On or near Quay,E0100000$((n % 2 + 1)),Example 00$((n % 2 + 1))A,Burglary,,"
        done
        echo ",$month,Example Police,Example Police,-1.105,52.65,On or near Quay,E01000001,Example 001A,Anti-social behaviour,,"
    } > "$work/data/$month/$month-example-street.csv"
done
square() { printf '{"type":"Feature","properties":{"LSOA21CD":"%s","LSOA21NM":"%s"},"geometry":{"type":"Polygon","coordinates":[[[%s,52.6],[%s,52.6],[%s,52.7],[%s,52.7],[%s,52.6]]]}}' "$1" "$2" "$3" "$4" "$4" "$3" "$3"; }
printf '{"type":"FeatureCollection","features":[%s,%s]}' "$(square E01000001 'Example 001A' -1.2 -1.1)" "$(square E01000002 'Example 002A' -1.1 -1.0)" > "$work/areas.geojson"
printf 'year,lsoa21_code,total\n2023,E01000001,1500\n2023,E01000002,1600\n' > "$work/population.csv"
demo DATA="$work/data" AREAS="$work/areas.geojson" POPULATION="$work/population.csv" || { cat "$work/said"; fail "the demo from files failed"; }
grep -q 'period: April 2024 to March 2025' "$work/said" || { cat "$work/said"; fail "another period"; }
# of April 2023 to March 2024 there are January and February
grep -q 'of which 10 of 12 months have no data' "$work/said" || { cat "$work/said"; fail "the gaps of the baseline are not told"; }
# 12 months of 9 burglaries among 3,100 residents; the rate is per household, which is not known
[ "$(ask "SELECT string_agg(problem_type || ' ' || incidents || coalesce(' ' || round(rate_per_1000::numeric, 3), ''), ', ' ORDER BY sort_order)
          FROM strategic_levels WHERE area_kind = 'partnership' AND is_headline")" = "burglary 108, anti_social_behaviour 12 3.871" ] || fail "other levels"
grep -q 'class="banner"' "$DEMO_REPORT" && fail "a report from files is marked synthetic"
grep -q 'Strategic assessment: Example Police' "$DEMO_REPORT" || fail "the report has another title"

before=$(ask "SELECT oid FROM pg_database WHERE datname = current_database()")
refused() { # refused MESSAGE NAME=VALUE...
    local wanted=$1; shift
    if demo "$@"; then fail "not refused: $*"; fi
    grep -qF "$wanted" "$work/said" || { cat "$work/said"; fail "another message for: $*"; }
    [ "$(ask "SELECT oid FROM pg_database WHERE datname = current_database()")" = "$before" ] || fail "the database was dropped for: $*"
}
mkdir "$work/empty"
refused 'there is no folder' DATA="$work/nowhere"
refused 'no file in' DATA="$work/empty"
refused "AREAS: there is no file $work/none.geojson" DATA="$work/data" AREAS="$work/none.geojson"
refused 'go with DATA=' AREAS="$work/areas.geojson"
printf 'force,lad_name_from_lsoa_name,month,crime_type,n\n' > "$work/peers.csv"
cp "$work/data/2024-01/2024-01-example-street.csv" "$work/data/2024-01/2024-01-other-street.csv"
refused 'are of several forces' DATA="$work/data" AREAS="$work/areas.geojson" PEERS="$work/peers.csv"
refused 'give AREAS=' DATA="$work/data" POPULATION="$work/population.csv"
