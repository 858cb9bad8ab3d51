# The published and recorded figures that are not ours to ship: the Near Repeat Calculator's tables and simulated
# counts, R NearRepeat's tables, exact moments, strings of ptools, pointpats on Burkitt's lymphoma. Skips without them.
set -euo pipefail
cd "$(dirname "$0")/../.."
shared=${CSP_SHARED:-../shared}
[ -d "$shared/reference/nearrepeat" ] || { printf 'SKIP no folder of reference data (%q)\n' "$shared"; exit 0; }
shared=$(readlink -f -- "$shared")
database=knox_reference_$$
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qXc "CREATE DATABASE $database" postgres
psql -qX -d "$database" -v ON_ERROR_STOP=1 -c "CREATE EXTENSION postgis; CREATE EXTENSION csp_analysis" \
    -c "CREATE TABLE event (data text, id serial, x float8, y float8, day date)" \
    -c "CREATE TABLE cell (data text, area text, r int, c int, value float8)" \
    -c "CREATE TABLE simulated (data text, r int, c int, counts bigint[])" \
    -c "CREATE TABLE golden (name text, content jsonb)" -c "CREATE TABLE string (name text, id int, component int)"
run() { psql -qXAt -d "$database" -v ON_ERROR_STOP=1 "$@"; }
failures=0
check() { # check NAME EXPECTED SQL
    local answer; answer=$(run -c "$3")
    if [ "$answer" = "$2" ]; then echo "ok    $1: $answer"; else echo "FAIL  $1: $answer, not $2"; failures=$((failures + 1)); fi
}

# ---- Near Repeat Calculator 1.3: what it labels "a to b" is [a - 1, b), "same location" is the same place, and it keeps
# coordinates in single precision (hence ::real) ----
for data in arson be_month1; do
    run -c "\\copy event (x, y, day) FROM STDIN CSV" -c "UPDATE event SET data = '$data' WHERE data IS NULL" < "$shared/reference/nearrepeat/chicago_$data.csv"
    awk -v data=$data -F, '
        { sub(/\r$/, "") }
        /^Observed over mean/ { area = "ratio" } /^Statistical significant/ { area = "p" } /^Observed frequencies/ { area = "observed" }
        area != "" && $1 ~ /^[0-9]+$/ { for (i = 3; i <= 6; i++) print data "," area "," $1 "," (i - 2) "," $i }
        /^Row [0-9]+ Column [0-9]+/ { area = ""; split($0, part, " ") ; r = part[2]; c = part[4] }
        /^Expected,/ { line = $0; sub(/^Expected,/, "", line); next }
        /^,/ && line != "" { line = line substr($0, 2); next }   # the counts of 99 runs take two lines
        /^Observed, / { sub(/,$/, "", line); print data "," r "," c ",\"{" line "}\"" > "/dev/stderr"; line = "" }
    ' "$shared"/reference/nearrepeat/chicago_${data}_NRverbose_*.csv 2>"build/simulated.$$" | run -c "\\copy cell FROM STDIN CSV"
    run -c "\\copy simulated FROM STDIN CSV" <"build/simulated.$$"
    rm "build/simulated.$$"
done
run <<'SQL'
CREATE TABLE ours AS
SELECT data, (n - 1) / 4 + 1 AS r, (n - 1) % 4 + 1 AS c, observed, expected, ratio, p_value, expected_exact, sd_exact
FROM (SELECT 'arson' AS data, csp.knox_test(ST_MakePoint(x::real, y::real), day, '{0.001,200,400,600,infinity}', '{1,2,3,infinity}', 999, 1, 'manhattan') AS cells FROM event WHERE data = 'arson'
      UNION ALL SELECT 'be_month1', csp.knox_test(ST_MakePoint(x::real, y::real), day, '{0.001,100,200,300,infinity}', '{7,14,21,infinity}', 999, 1, 'manhattan') FROM event WHERE data = 'be_month1') AS k,
     unnest(cells) WITH ORDINALITY AS t (df, dt, tf, tt, observed, expected, ratio, p_value, expected_exact, sd_exact, z, n);
SQL
check "calculator: observed tables" "40|40" "SELECT count(*), count(*) FILTER (WHERE coalesce(value, 0) = observed) FROM cell JOIN ours USING (data, r, c) WHERE area = 'observed'"
check "calculator: ratios from its simulated counts, to the printed digits" "40|40" \
    "SELECT count(*), count(*) FILTER (WHERE abs(k.ratio - coalesce(value, 0)) <= 0.0005 + 1e-9) FROM simulated JOIN cell USING (data, r, c) JOIN ours AS o USING (data, r, c), LATERAL csp.knox_from_simulations(o.observed, counts) AS k WHERE area = 'ratio'"
check "calculator: p-values from its simulated counts" "40|40" \
    "SELECT count(*), count(*) FILTER (WHERE abs(k.p_value - value) <= 0.0005 + 1e-9) FROM simulated JOIN cell USING (data, r, c) JOIN ours AS o USING (data, r, c), LATERAL csp.knox_from_simulations(o.observed, counts) AS k WHERE area = 'p'"
check "calculator: its simulated means about our exact ones (4.5 standard errors)" "t" \
    "SELECT bool_and(abs(k.expected - o.expected_exact) < 4.5 * o.sd_exact / sqrt(cardinality(counts))) FROM simulated JOIN ours AS o USING (data, r, c), LATERAL csp.knox_from_simulations(o.observed, counts) AS k"

# ---- R NearRepeat: both metrics, both conventions of closure; exact moments by falling factorials ----
run -c "\\copy golden (content) FROM STDIN CSV QUOTE E'\\x01' DELIMITER E'\\x02'" < <(for f in "$shared"/golden/knox/arson_*.json; do tr -d '\n' <"$f"; echo; done)
run -c "UPDATE golden SET name = content->>'name'"
moments=$(tr -d '\n' <"$shared/golden/knox/exact_moments.json" | sed 's/NaN/null/g')
run -v moments="$moments" <<'SQL'
CREATE TABLE moment AS SELECT key AS name, value AS content FROM jsonb_each(:'moments'::jsonb);
CREATE FUNCTION edges(jsonb) RETURNS float8[] LANGUAGE sql AS $$ SELECT array_agg(coalesce(e::float8, 'infinity') ORDER BY n) FROM jsonb_array_elements_text($1) WITH ORDINALITY AS u (e, n) WHERE n > 1 $$;
CREATE TABLE golden_cell AS
SELECT g.name, n, k.observed, k.expected, k.ratio, k.p_value, k.expected_exact, k.sd_exact, k.z_exact,
       (content->'observed'->((n - 1) / width)::int->>((n - 1) % width)::int)::bigint AS golden_observed,
       (content->'p_value'->((n - 1) / width)::int->>((n - 1) % width)::int)::float8 AS golden_p,
       (m->'mean_exact'->((n - 1) / width)::int->>((n - 1) % width)::int)::float8 AS golden_mean,
       (m->'sd_exact'->((n - 1) / width)::int->>((n - 1) % width)::int)::float8 AS golden_sd
FROM (SELECT golden.name, golden.content, moment.content AS m, jsonb_array_length(golden.content->'tds') - 1 AS width FROM golden LEFT JOIN moment USING (name)) AS g,
     LATERAL (SELECT csp.knox_test(ST_MakePoint(x, y), day, edges(content->'sds'), edges(content->'tds'), 999, 1, content->>'method', CASE WHEN (content->>'right')::boolean THEN 'right' ELSE 'left' END) AS cells
              FROM event WHERE data = 'arson') AS c,
     LATERAL unnest(cells) WITH ORDINALITY AS k (df, dt, tf, tt, observed, expected, ratio, p_value, expected_exact, sd_exact, z_exact, n);
SQL
check "NearRepeat: observed tables" "76|76" "SELECT count(*), count(*) FILTER (WHERE observed = golden_observed) FROM golden_cell"
# the recorded moments subtract large numbers in double precision: of the last open cell, 2.489567, seven digits are
# right (2.48956618935565 in exact fractions, which ours gives)
check "exact moments to 1e-9, the last open cell to 1e-6 and to its exact value" "48|47|48|2.48956618935565" "
    SELECT count(*), count(*) FILTER (WHERE abs(sd_exact / golden_sd - 1) < 1e-9), count(*) FILTER (WHERE abs(expected_exact / golden_mean - 1) < 1e-9 AND abs(sd_exact / golden_sd - 1) < 1e-6),
           max(round(sd_exact::numeric, 14)) FILTER (WHERE name = 'arson_manhattan_left' AND n = 20)
    FROM golden_cell WHERE golden_mean IS NOT NULL"
check "simulated means within Monte Carlo error" "t" "SELECT bool_and(abs(expected - expected_exact) < 4.5 * sd_exact / sqrt(999)) FROM golden_cell"
check "p-values within Monte Carlo error of NearRepeat's" "t" "SELECT bool_and(abs(p_value - golden_p) <= 0.002 + 4.5 * sqrt(2 * golden_p * (1 - golden_p) / 999)) FROM golden_cell"

# ---- strings of ptools (distance and time strictly below): the same partition of events ----
for name in chicago_arson_d200_t7 chicago_arson_d400_t14; do
    cut -d, -f1,2 "$shared/golden/near_strings/$name.csv" | run -c "\\copy string (id, component) FROM STDIN CSV HEADER"
    run -c "UPDATE string SET name = '$name' WHERE name IS NULL"
done
check "strings: the same partitions of 522 events" "chicago_arson_d200_t7|522|507|507
chicago_arson_d400_t14|522|486|486" "
    WITH ours AS (
        SELECT 'chicago_arson_d200_t7' AS name, row_number() OVER (ORDER BY id) AS id, csp.near_repeat_chain(ST_MakePoint(x, y), day, 200, 7) OVER () AS chain FROM event WHERE data = 'arson'
        UNION ALL
        SELECT 'chicago_arson_d400_t14', row_number() OVER (ORDER BY id), csp.near_repeat_chain(ST_MakePoint(x, y), day, 400, 14) OVER () FROM event WHERE data = 'arson'
    )
    SELECT name, count(*), count(DISTINCT component), count(DISTINCT (component, chain)) FROM ours JOIN string USING (name, id) GROUP BY name
    HAVING count(DISTINCT component) = count(DISTINCT chain) ORDER BY name"

# ---- Burkitt's lymphoma: pointpats counts pairs with both limits closed ----
run -c "CREATE TABLE burkitt (x float8, y float8, t int, age text, dates text)" -c "\\copy burkitt FROM STDIN CSV HEADER" < "$shared/golden/pointpattern/burkitt.csv"
check "Burkitt: 13 pairs at most 20 apart within 5 days, expected 10.143816" "13|10.143816" \
    "SELECT (c).observed, round((c).expected_exact::numeric, 6) FROM (SELECT (csp.knox_test(ST_MakePoint(x, y), date '1961-01-01' + t, '{20}', '{5}', 0, 1, 'euclidean', 'right'))[1] AS c FROM burkitt) AS k"
check "Burkitt: Mantel's sum and correlation, linear and reciprocal" "1373311845.62675|0.014154341727|0.048368351580" \
    "SELECT round((l).statistic::numeric, 5), round((l).correlation::numeric, 12), round((r).correlation::numeric, 12) FROM (SELECT csp.mantel_test(ST_MakePoint(x, y), date '1961-01-01' + t, 0) AS l, csp.mantel_test(ST_MakePoint(x, y), date '1961-01-01' + t, 0, 1, 'reciprocal') AS r FROM burkitt) AS m"
# many of its times are equal, so the three nearest are a matter of choice: pointpats has 12, and 9 to 13 are possible
check "Burkitt: Jacquez with 3 neighbours between the possible 9 and 13" "t" \
    "SELECT (csp.jacquez_test(ST_MakePoint(x, y), date '1961-01-01' + t, 3, 0)).statistic BETWEEN 9 AND 13 FROM burkitt"
[ $failures = 0 ]
