#!/bin/bash
# An independent attacker on 1,000 random partnerships with mixed rules, nested types and areas, a third of them with several
# publications that overlap: by linear programming over all that was published, no hidden count is opened. The same attacker
# opens counts where only small counts are hidden.
. test/robustness/helpers.bash
command -v glpsol >/dev/null || { echo "SKIP glpsol is not installed (package glpk-utils)"; exit 0; }
model=$PWD/test/reference/suppression_attack.mod
# SYSTEMS, FIRST and STEP choose other systems by hand
systems=${SYSTEMS:-1000} controls=40
db=suppression_$$
new_database "$db"
run "$db" -c "CREATE EXTENSION postgis" -c "CREATE EXTENSION csp_analysis" >/dev/null

attack() { # attack NAME FIRST LAST RULE [SQL]: bounds of all items into $work/NAME.bounds, items into $work/NAME.items
    local name=$1 folder=$work/$1
    mkdir -p "$folder"
    run "$db" >/dev/null <<SQL
\i test/reference/suppression_attack.sql
SELECT pg_temp.make_system(s, s % 3 = 0) FROM generate_series($2, $3, ${STEP:-1}) s;
ANALYZE;
${5:-SELECT pg_temp.publish(s, '$4') FROM generate_series($2, $3, ${STEP:-1}) s;}
ANALYZE;
SELECT pg_temp.prepare_attack();
ANALYZE;
\pset format unaligned
\pset tuples_only on
\o $folder/all
SELECT '@ ' || s.system || E'\n' || pg_temp.attack_data(s.system) FROM (SELECT DISTINCT system FROM attack_item) s ORDER BY s.system;
\o
\copy (SELECT system, item, what, number, region, cell, incidents, threshold, low, high FROM attack_item ORDER BY 1, 2) TO '$work/$name.items' (FORMAT csv)
\copy (SELECT count(*), count(*) FILTER (WHERE is_hidden AND reason = 'primary'), count(*) FILTER (WHERE is_hidden), count(*) FILTER (WHERE reason = 'withheld'), count(*) FILTER (WHERE incidents > 0) FROM published) TO '$work/$name.counts' (DELIMITER ' ')
SQL
    awk -v folder="$folder" '/^@ / { close(file); file = folder "/" $2 ".dat"; next } { print > file }' "$folder/all"
    # one system that has no solution would be a fault of the test: its lines are missing and the join below finds it
    (cd "$folder" && ls | sed -n 's/\.dat$//p' | xargs -P "$(nproc)" -n 25 sh -c 'for s; do glpsol -m '"$model"' -d $s.dat 2>&1 | awk -v s=$s "NF == 5 && \$1 ~ /^[0-9]+\$/ && \$2 ~ /\\./ { print s \",\" \$1 \",\" \$2 \",\" \$3 \",\" \$4 \",\" \$5 }" > $s.out; done' sh)
    cat "$folder"/*.out > "$work/$name.bounds"
    run "$db" <<SQL >"$work/$name.result"
CREATE TEMP TABLE item (system integer, item integer, what text, number integer, region integer, cell integer, incidents bigint, threshold integer, low bigint, high bigint);
\copy item FROM '$work/$name.items' (FORMAT csv)
CREATE TEMP TABLE bound (system integer, item integer, greatest float8, least float8, least_of_all float8, greatest_of_all float8);
\copy bound FROM '$work/$name.bounds' (FORMAT csv)
CREATE TEMP VIEW judged AS
SELECT i.*, floor(b.greatest + 1e-4) AS greatest, ceil(b.least - 1e-4) AS least, ceil(b.least_of_all - 1e-4) AS least_of_all,
       -- small counts: beyond the threshold, and down to what they could be at least
       CASE WHEN i.incidents BETWEEN 1 AND i.threshold
            THEN floor(b.greatest + 1e-4) <= CASE i.system / 3 % 3 WHEN 2 THEN i.threshold ELSE least(i.threshold, floor(b.greatest_of_all + 1e-4) - 1) END
                 OR ceil(b.least - 1e-4) > ceil(b.least_of_all - 1e-4)
            -- hidden for the sake of others: not worked out, unless it is the sum or difference of counts that were published before
            ELSE i.threshold > 0 AND i.number = 0 AND floor(b.greatest + 1e-4) = ceil(b.least - 1e-4) END AS is_open
FROM item i LEFT JOIN bound b USING (system, item);
SELECT 'items ' || count(*) || ', not worked at ' || count(*) FILTER (WHERE greatest IS NULL) || ', bounds wrong ' || count(*) FILTER (WHERE incidents NOT BETWEEN least AND greatest)
    || ', opened ' || count(*) FILTER (WHERE is_open) || ', of counts ' || count(*) FILTER (WHERE is_open AND what = 'count')
    || ', differences ' || count(*) FILTER (WHERE is_open AND what = 'difference') || ', remainders ' || count(*) FILTER (WHERE is_open AND what = 'remainder')
    || ', systems ' || count(DISTINCT system) || ', opened in ' || count(DISTINCT system) FILTER (WHERE is_open) FROM judged;
SELECT 'claimed wider than it is ' || count(*) FROM judged WHERE what = 'count' AND (low < least OR coalesce(high, 50000) > greatest) AND system % 3 <> 0;
SELECT 'open: ' || j::text FROM judged j WHERE is_open ORDER BY system, item LIMIT 10;
SQL
    cat "$work/$name.result" "$work/$name.counts"
}

attack kernel ${FIRST:-1} "$systems" kernel
grep -q 'not worked at 0, bounds wrong 0, opened 0, ' "$work/kernel.result" || say_wrong "a hidden count was opened"
grep -q 'claimed wider than it is 0' "$work/kernel.result" || say_wrong "an interval is wider than a reader can derive"
attack control 1 "$controls" primary
grep -q 'not worked at 0, bounds wrong 0, opened [1-9][0-9]' "$work/control.result" || say_wrong "the attacker opens nothing where only small counts are hidden"
