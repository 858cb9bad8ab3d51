# A session that calls one aggregate or window function again and again does not grow: memory contexts in total, and the
# memory of the process, after 1,000 calls as after 100. Read from the catalogue, so that new functions are looked at too.
. test/robustness/helpers.bash
db=leak_$$
new_database $db
run $db -c "CREATE EXTENSION csp_analysis CASCADE"
grep -oh '"[A-Za-z_0-9]*"' src/*.c | tr -d '"' | grep . | sort -u >"$work/words"
WORDS=$work/words run $db -f test/robustness/fuzz.sql >/dev/null
