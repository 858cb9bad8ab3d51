# make test: the regression tests, the pgTAP tests and the robustness scripts, on the private server `test`, side by side: one
# more than there are processors. Sourced by test/run. Ends with "N passed, N failed". ONLY='gi_star density*' runs the tests of
# these names alone; JOBS=1 in the environment runs one after another.
# shellcheck shell=bash disable=SC2154  # test/run and test/arguments.sh set what it reads
output=$top/build/$command-output
rm -rf "$output"; mkdir -p "$output/result"
pg_regress=$(dirname "$("$PG_CONFIG" --pgxs)")/../../src/test/regress/pg_regress
jobs=${JOBS:-$(($(nproc) + 1))}   # one more than processors: tests also wait, for timeouts and for each other
[[ $jobs =~ ^[1-9][0-9]?$ ]] || die "JOBS: $(quoted "$jobs") is not a number of tests side by side"
# The longest begin first, so that none of them is left at the end. None needs the machine for itself: those that measure how
# soon a call ends try what was too slow again, and those that measure memory read that of their own session.
longest='doc_examples cancel_sweep names installcheck parallel synthetic load_real fuzz memory leak cancel products_real demo strategic_real
    under_owner_load knox_cancel space_time_scan_calibration alert_calibration knox_calibration tactical_near_repeat'

# One database with all extensions, of which every test gets a copy.
template=template_$$
psql -qXc "DROP DATABASE IF EXISTS $template" -c "CREATE DATABASE $template" 2>/dev/null
psql -qX -d "$template" -c "SET client_min_messages = warning" -c "CREATE EXTENSION postgis; CREATE EXTENSION csp_analysis"
regress=regress_$$
# for make coverage: what was called in a database that goes away
tell_called() { [ -z "${CSP_CALLED:-}" ] || psql -qX -d "$1" -f test/called.sql >> "$CSP_CALLED"; }
copy_of_template() { psql -qXc "CREATE DATABASE $1 TEMPLATE $template"; }

# Each prints "ok", "skip" or "FAIL" with the name first, then what there is to see.
run_regress() { # run_regress NAME: all in one database, as in make installcheck, each in the schema that test/regress/session makes
    local name=$1 folder=$output/regress-$1
    mkdir "$folder"; ln -s "$top/expected" "$folder/expected"   # before version 16 pg_regress looks for expected/ there
    if "$pg_regress" --bindir="$bin" --inputdir=test --outputdir="$folder" --launcher=test/regress/session --use-existing --dbname="$regress" "$name" >"$folder/log" 2>&1
    then echo "ok    regress $name"
    else echo "FAIL  regress $name"; cat "$folder/regression.diffs" 2>/dev/null || cat "$folder/log"; fi
}
run_pgtap() { # run_pgtap NAME
    local name=$1 database=pgtap_$$_$1 log=$output/pgtap-$1.log
    copy_of_template "$database"
    psql -qX -d "$database" -c "CREATE EXTENSION pgtap"
    if pg_prove -q -d "$database" "test/pgtap/$name.sql" >"$log" 2>&1
    then echo "ok    pgtap $name ($(sed -n 's/^Files=1, Tests=\([0-9]*\).*/\1/p' "$log") tests)"
    else echo "FAIL  pgtap $name"; cat "$log"; fi
    tell_called "$database"
    psql -qXc "DROP DATABASE $database"
}
run_robustness() { # run_robustness NAME
    local name=$1 log=$output/robustness-$1.log
    if bash "test/robustness/$name.sh" >"$log" 2>&1; then
        if grep -q '^SKIP' "$log"; then echo "skip  robustness $name: $(sed -n 's/^SKIP *//p' "$log" | head -1)"; else echo "ok    robustness $name"; fi
    else echo "FAIL  robustness $name"; tail -40 "$log"; fi
}

running=0
start() { # start KIND NAME: beside those that run, when there is room
    if [ "$running" -ge "$jobs" ]; then wait -n || true; running=$((running - 1)); fi
    { local begun=$SECONDS; "run_$1" "$2" > "$output/$1-$2.part" 2>&1; printf '%s\n' "$((SECONDS - begun)) $1 $2" >> "$output/seconds"
      cat "$output/$1-$2.part"; mv "$output/$1-$2.part" "$output/result/$1-$2"; } &
    running=$((running + 1))
}
finish() { wait; running=0; }
tests_of() { # tests_of FOLDER ENDING: the names asked for
    local file name
    for file in test/"$1"/*"$2"; do
        [ -e "$file" ] || continue
        name=$(basename "$file" "$2")
        if chosen "$name"; then echo "$name"; fi
    done
}
tests() { # KIND NAME of every test asked for
    tests_of robustness .sh | sed 's/^/robustness /'; tests_of pgtap .sql | sed 's/^/pgtap /'; tests_of sql .sql | sed 's/^/regress /'
}
longest_first() { # the lines of tests, in the order in which they begin
    local name all; all=$(cat)
    for name in $longest; do grep -x "[a-z]* $name" <<<"$all" || true; done
    grep -vxE "([a-z]* ($(tr -s ' \n' '|' <<<"$longest")none))?" <<<"$all" || true
}

copy_of_template $regress
say "tests, $jobs at a time"
mapfile -t order < <(tests | longest_first)
for test in "${order[@]}"; do start "${test%% *}" "${test#* }"; done
finish
tell_called $regress
psql -qXc "DROP DATABASE IF EXISTS $template" -c "DROP DATABASE IF EXISTS $regress"

count() { { grep -lE "^$1" "$output"/result/* 2>/dev/null || true; } | wc -l; }
asked=$(tests | wc -l)
passed=$(count 'ok    ') skipped=$(count 'skip  ')
failed=$((asked - passed - skipped))   # also one that ended without a result
[ "$failed" = 0 ] || { say "failed:"; grep -hE '^FAIL  ' "$output"/result/* || true; }
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
