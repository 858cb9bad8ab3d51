# farrington, ears and ewma on Salmonella agona and a control chart, as surveillance and qcc gave them elsewhere. The data are not
# ours to ship: skips without them.
set -euo pipefail
cd "$(dirname "$0")/../.."
shared=${CSP_SHARED:-../shared}
golden=$shared/golden
[ -f "$golden/outbreak/salmonella_agona.csv" ] || { printf 'SKIP no recorded figures (%q)\n' "$golden/outbreak"; exit 0; }
. test/robustness/helpers.bash
db=alert_reference_$$
new_database $db
run $db -c "CREATE EXTENSION csp_analysis CASCADE" -c "CREATE TABLE agona (t int, y int)" -c "CREATE TABLE figure (method text, t int, y float8, upper float8, alarm int, expected float8, mu0 float8, phi float8, slope float8, trend float8, score float8, p float8)" \
    -c "CREATE TABLE chart (t int, y int, pop float8)" -c "CREATE TABLE qcc (content jsonb)"
run $db -c "\\copy agona FROM STDIN CSV HEADER" < "$golden/outbreak/salmonella_agona.csv"
run $db -c "\\copy chart FROM STDIN CSV HEADER" < "$golden/control_charts/counts.csv"
for file in "$golden"/outbreak/agona_*.csv; do # the fewer columns, the more are left empty
    awk -F, -v method="$(basename "$file" .csv)" 'NR > 1 { gsub("NA", ""); line = method "," $0; for (k = NF + 1; k <= 11; k++) line = line ","; print line }' "$file" | run $db -c "\\copy figure FROM STDIN CSV"
done
tr -d '\n' <"$golden/control_charts/qcc.json" | run $db -c "\\copy qcc FROM STDIN CSV QUOTE E'\\x01' DELIMITER E'\\x02'"
failures=0
check() { # check NAME EXPECTED SQL
    local answer; answer=$(run $db -c "$3")
    if [ "$answer" = "$2" ]; then echo "ok    $1: $answer"; else echo "FAIL  $1: $answer, not $2"; failures=$((failures + 1)); fi
}
week="date '1990-01-01' + 7 * (t - 1)"
compare() { # compare METHOD FIGURES OPTIONS: figures, bounds, expected counts, scores, p-values, alarms, trends that agree
    local count="count(*) FILTER (WHERE"
    check "$1" "$2|$2|$2|$2|$2|$2|$2" "
        SELECT count(*), $count abs((f).upper_bound - nullif(upper, 0)) <= 1e-9 * upper OR coalesce((f).upper_bound, nullif(upper, 0)) IS NULL),
               $count expected IS NULL OR abs((f).expected / expected - 1) <= 1e-9), $count score IS NULL OR abs((f).score - score) <= 1e-9 * (1 + abs(score))),
               $count p IS NULL OR abs((f).p_value - p) <= 1e-9 * p + 1e-14), $count (f).alarm::int = alarm),
               $count trend IS NULL OR (trend = 1) = ((f).reason IS NULL OR (f).reason NOT LIKE '%no trend%'))
        FROM figure JOIN (SELECT t, csp.farrington(y, $week, $3) OVER (ORDER BY t) AS f FROM agona) AS ours USING (t) WHERE method = '$1'"
}
compare agona_farrington_default 52 "method => 'original'"
compare agona_ff_default 48 "b => 5"
improved="b => 4, w => 3, periods => 10, past_weeks_not_included => 26, trend_threshold => 1, alpha => 0.01"
compare agona_ff_delta 52 "$improved"
compare agona_ff_nbPlugin 52 "$improved, threshold_method => 'nbPlugin'"
compare agona_ff_muan 52 "$improved, threshold_method => 'muan'"
compare agona_ff_oldstyle 52 "b => 3, weights_threshold => 1"
# 305, 303 and 301 weeks have a baseline
check "ears: bounds and alarms" "C1|305|t|t
C2|303|t|t
C3|301|t|t" "
    SELECT m, count(*), bool_and(abs((f).upper_bound - upper) <= 1e-9 * (1 + upper)), bool_and((f).alarm::int = alarm)
    FROM figure JOIN (SELECT m, t, csp.ears(y, m) OVER (PARTITION BY m ORDER BY t) AS f FROM agona, unnest('{C1,C2,C3}'::text[]) AS m) AS ours USING (t)
    WHERE method = 'agona_ears_' || m GROUP BY m ORDER BY m"
check "ewma: averages and limits" "40|t|t|t" "
    SELECT count(*), bool_and(abs((f).smoothed / (content #>> ARRAY['ewma', 'y', (t - 1)::text])::float8 - 1) < 1e-9),
           bool_and(abs((f).lower_bound / (content #>> ARRAY['ewma', 'limits', (t - 1)::text, '0'])::float8 - 1) < 1e-9), bool_and(abs((f).upper_bound / (content #>> ARRAY['ewma', 'limits', (t - 1)::text, '1'])::float8 - 1) < 1e-9)
    FROM qcc, (SELECT t, csp.ewma(y, 12, sqrt(12::float8)) OVER (ORDER BY t) AS f FROM chart) AS ours"
[ $failures = 0 ]
