# Generated statements over every function, aggregate and window function, and over aggregates that a user makes of our parts:
# nasty values, windows, grouping sets, parallel plans. Each is answered or refused with an error of the caller's class; none
# crashes, none is an internal error, and none goes on for 2 s after its timeout. CSP_FUZZ=50000 CSP_SEED=7: how many, and which.
. test/robustness/helpers.bash
count=${CSP_FUZZ:-2000} seed=${CSP_SEED:-1} timeout=${CSP_FUZZ_TIMEOUT:-1000}
db=fuzz_$$
new_database $db
run $db -c "CREATE EXTENSION csp_analysis CASCADE"
small_partnership $db dorset
grep -oh '"[A-Za-z_0-9]*"' src/*/*.c | tr -d '"' | grep . | sort -u >"$work/words"
WORDS=$work/words run $db -f test/robustness/fuzz.sql >/dev/null
[ "$(run $db -c "SELECT count(*) FROM fuzz.target WHERE nspname = 'fuzz'")" -gt 100 ] || say_wrong "too few mixed aggregates"

# a session for every thousand, each with plans of its own
chunk=1000
workers="SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2; SET parallel_leader_participation = off"
plans=("SET max_parallel_workers_per_gather = 0" "$workers" "SET enable_hashagg = off; SET work_mem = '64kB'" "SET enable_sort = off")
: >"$work/outcomes"
for ((from = 0; from < count; from += chunk)); do
    to=$((from + chunk < count ? from + chunk : count))
    run $db -c "SELECT format(E'\\\\echo @%s\n%s', i, fuzz.statement($seed, i)) FROM generate_series($from, $to - 1) AS i" >"$work/statements"
    psql -qXAt -v VERBOSITY=verbose -d $db -c "SET statement_timeout = $timeout; SET client_min_messages = error; ${plans[from / chunk % ${#plans[@]}]}" -c '\o /dev/null' -c '\timing on' -f "$work/statements" >"$work/answers" 2>"$work/errors" </dev/null || true
    # statement, its errors, and the longest time of its parts
    awk '/^@/ { if (at != "") print at "\t" longest; at = substr($0, 2); longest = 0 } /^Time: / { if ($2 > longest) longest = $2 } END { print at "\t" longest }' "$work/answers" >"$work/times"
    sed -nE 's/^psql:[^:]*:([0-9]+): (ERROR|FATAL|PANIC):  (.*)$/\1\t\3/p' "$work/errors" >"$work/texts"
    awk -F'\t' 'NR == FNR { error[int(($1 - 1) / 2)] = error[int(($1 - 1) / 2)] $2 "; "; next } { print $1 "\t" $2 "\t" error[FNR - 1] }' "$work/texts" "$work/times" >>"$work/outcomes"
    [ "$(wc -l < "$work/times")" = $((to - from)) ] || { cat "$work/errors" | tail -5 >&2; say_wrong "the session was lost at: $(tail -1 "$work/statements") -- last: $(sed -n "$((2 * $(wc -l < "$work/times")))p" "$work/statements")"; }
done
statement() { run $db -c "SELECT fuzz.statement($seed, $1)"; }
# internal errors, and system errors; no error of a caller is one
awk -F'\t' '$3 ~ /^(XX|58|53|08)/ && $3 !~ /^58P01: could not /' "$work/outcomes" >"$work/internal"
awk -F'\t' -v most=$((timeout + 2000)) '$2 > most' "$work/outcomes" >"$work/slow"
wrong=0
while IFS=$'\t' read -r i time error; do
    echo "internal error: ${error:0:200} in: $(statement "$i")" >&2; wrong=1
done <"$work/internal"
while IFS=$'\t' read -r i time error; do
    # once more by itself: the machine may have been busy
    begun=$(date +%s%N)
    psql -qXAt -d $db -c "SET statement_timeout = $timeout" -c "$(statement "$i")" >/dev/null 2>&1 || true
    again=$((($(date +%s%N) - begun) / 1000000))
    [ $again -le $((timeout + 2000)) ] || { echo "$again ms under a timeout of $timeout ms: $(statement "$i")" >&2; wrong=1; }
done <"$work/slow"
[ $wrong = 0 ] || exit 1
# the fuzz has reached something: many answers, and for nearly all functions one
answered=$(awk -F'\t' '$3 == ""' "$work/outcomes" | wc -l)
[ $((answered * 5)) -gt "$count" ] || say_wrong "$answered answers to $count statements"
echo "$count statements, seed $seed: $answered answered, $(grep -c '57014' "$work/outcomes" || true) cut short by the timeout"
