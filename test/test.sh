# make test: the regression tests, the pgTAP tests and the robustness scripts, on the private server `test`.
# Sourced by test/run. Ends with "N passed, N failed". ONLY='gi_star density*' runs the tests of these names alone.
passed=0 failed=0 skipped=0
pass() { passed=$((passed + 1)); printf 'ok    %s\n' "$1"; }
fail() { failed=$((failed + 1)); printf 'FAIL  %s\n' "$1"; }
chosen() { # chosen NAME: is this test asked for?
    local pattern
    [ -n "${arg_ONLY:-}" ] || return 0
    for pattern in "${only[@]}"; do case $1 in $pattern) return 0 ;; esac; done
    return 1
}
read -ra only <<< "${arg_ONLY:-}" || true
output=$top/build/$command-output
rm -rf "$output"; mkdir -p "$output"
ln -s "$top/expected" "$output/expected"   # before version 16 pg_regress looks for expected/ there

say "regression tests"
pg_regress=$(dirname "$("$PG_CONFIG" --pgxs)")/../../src/test/regress/pg_regress
regress_database=regress_$$
for file in test/sql/*.sql; do
    name=$(basename "$file" .sql)
    chosen "$name" || continue
    if "$pg_regress" --bindir="$bin" --inputdir=test --outputdir="$output" --dbname="$regress_database" \
        --load-extension=postgis --load-extension=csp_analysis "$name" >"$output/$name.log" 2>&1
    then pass "regress $name"
    else fail "regress $name"; cat "$output/regression.diffs" 2>/dev/null || cat "$output/$name.log"; fi
done
psql -qXc "DROP DATABASE IF EXISTS $regress_database" 2>/dev/null

say "pgTAP tests"
for file in test/pgtap/*.sql; do
    [ -e "$file" ] || continue
    name=$(basename "$file" .sql); database=pgtap_$$
    chosen "$name" || continue
    psql -qXc "CREATE DATABASE $database"
    psql -qX -d $database -c "CREATE EXTENSION postgis; CREATE EXTENSION csp_analysis; CREATE EXTENSION pgtap"
    if pg_prove -q -d $database "$file" >"$output/pgtap-$name.log" 2>&1; then pass "pgtap $name ($(sed -n 's/^Files=1, Tests=\([0-9]*\).*/\1/p' "$output/pgtap-$name.log") tests)"
    else fail "pgtap $name"; cat "$output/pgtap-$name.log"; fi
    psql -qXc "DROP DATABASE $database"
done

say "robustness"
for file in test/robustness/*.sh; do
    [ -e "$file" ] || continue
    name=$(basename "$file" .sh)
    chosen "$name" || continue
    if bash "$file" >"$output/robustness-$name.log" 2>&1; then
        if grep -q '^SKIP' "$output/robustness-$name.log"; then skipped=$((skipped + 1)); printf 'skip  robustness %s: %s\n' "$name" "$(sed -n 's/^SKIP *//p' "$output/robustness-$name.log" | head -1)"
        else pass "robustness $name"; fi
    else fail "robustness $name"; tail -40 "$output/robustness-$name.log"; fi
done

printf '%s passed, %s failed\n' "$passed" "$failed"
[ $((passed + failed + skipped)) -gt 0 ] || { echo "no test has such a name: ${arg_ONLY:-}" >&2; false; }
[ "$failed" = 0 ]
