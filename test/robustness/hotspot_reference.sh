# Gi, Gi*, local Moran, Moran's I and Geary's C on Columbus (queen contiguity), as spdep gave them elsewhere. The data are
# not ours to ship: skips without them.
set -euo pipefail
cd "$(dirname "$0")/../.."
shared=${CSP_SHARED:-../shared}
golden=$shared/golden/spatial_auto
[ -f "$golden/columbus.csv" ] || { printf 'SKIP no recorded figures (%q)\n' "$golden"; exit 0; }
database=hotspot_reference_$$
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qXc "CREATE DATABASE $database" postgres
run() { psql -qXAt -d "$database" -v ON_ERROR_STOP=1 "$@"; }
run -c "CREATE EXTENSION postgis; CREATE EXTENSION csp_analysis" \
    -c "CREATE TABLE place (id bigint, polyid int, crime float8, hoval float8, inc float8, x float8, y float8)" \
    -c "CREATE TABLE link (id bigint, neighbour bigint)" -c "CREATE TABLE golden (content jsonb)" \
    -c "CREATE TABLE outline (id bigint, wkt text)" \
    -c "CREATE TABLE local (style text, id bigint, i float8, expected float8, variance float8, z float8, p_value float8, gi float8, gi_star float8, p_star float8, p_permuted float8, p_fdr float8)"
run -c "\\copy place FROM STDIN CSV HEADER" < "$golden/columbus.csv"
run -c "\\copy link FROM STDIN CSV HEADER" < "$golden/columbus_queen_nb.csv"
run -c "\\copy outline FROM STDIN" < "$golden/columbus_wkt.tsv"
tr -d '\n' <"$golden/columbus_queen_global.json" | run -c "\\copy golden FROM STDIN CSV QUOTE E'\\x01' DELIMITER E'\\x02'"
for style in W B; do # columns by their names in the header
    awk -F, -v style=$style 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        { print style "," $at["i"] "," $at["Ii"] "," $at["E_Ii"] "," $at["Var_Ii"] "," $at["Z_Ii"] "," $at["P_Ii"] "," $at["Gi"] "," $at["Gi_star"] "," $at["P_Gi_star_two"] "," $at["Pperm_Ii_sim"] "," $at["p_fdr_Gistar"] }' \
        "$golden/columbus_queen_local_$style.csv" | run -c "\\copy local FROM STDIN CSV"
done
run -c "CREATE VIEW listed AS SELECT id, crime, array_agg(neighbour) AS neighbours FROM place JOIN link USING (id) GROUP BY id, crime"
failures=0
check() { # check NAME EXPECTED SQL
    local answer; answer=$(run -c "$3")
    if [ "$answer" = "$2" ]; then echo "ok    $1: $answer"; else echo "FAIL  $1: $answer, not $2"; failures=$((failures + 1)); fi
}
check "places whose outlines meet (ST_Intersects) are spdep's neighbours" "49" \
    "SELECT count(*) FROM (SELECT a.id, array_agg(b.id ORDER BY b.id) AS n FROM outline a JOIN outline b ON a.id <> b.id AND ST_Intersects(ST_GeomFromText(a.wkt), ST_GeomFromText(b.wkt)) GROUP BY a.id) AS t
     JOIN (SELECT id, array_agg(neighbour ORDER BY neighbour) AS n FROM link GROUP BY id) AS l USING (id, n)"
check "local Moran: i, expected, variance, z, p" "98|t|t|t|t|t" "
    WITH ours AS (SELECT style, id, csp.local_moran(crime, id, neighbours, style => style) OVER (PARTITION BY style) AS m FROM listed CROSS JOIN (VALUES ('W'), ('B')) AS s (style))
    SELECT count(*), bool_and(abs((m).i / i - 1) < 1e-9), bool_and(abs((m).expected / expected - 1) < 1e-9), bool_and(abs((m).variance / variance - 1) < 1e-9),
           bool_and(abs((m).z / z - 1) < 1e-9), bool_and(abs((m).p_value / p_value - 1) < 1e-9) FROM ours JOIN local USING (style, id)"
check "Gi, Gi*, its p-value, and that after false-discovery control" "98|t|t|t|t" "
    WITH ours AS (SELECT style, id, csp.gi(crime, id, neighbours, style) OVER each AS g, csp.gi_star(crime, id, neighbours, style) OVER each AS s
                  FROM listed CROSS JOIN (VALUES ('W'), ('B')) AS s (style) WINDOW each AS (PARTITION BY style)),
         adjusted AS (SELECT *, csp.adjusted_p_value((s).p_value) OVER (PARTITION BY style) AS p FROM ours)
    SELECT count(*), bool_and(abs((g).z / gi - 1) < 1e-9), bool_and(abs((s).z / gi_star - 1) < 1e-9), bool_and(abs((s).p_value / p_star - 1) < 1e-9), bool_and(abs(p / p_fdr - 1) < 1e-9)
    FROM adjusted JOIN local USING (style, id)"
# spdep draws with replacement, 999 times: within its own error and a little for that
check "permutation p-values near those of localmoran_perm" "98|t" "
    WITH ours AS (SELECT style, id, csp.local_moran(crime, id, neighbours, 99999, style => style) OVER (PARTITION BY style) AS m FROM listed CROSS JOIN (VALUES ('W'), ('B')) AS s (style))
    SELECT count(*), bool_and(abs((m).p_value - p_permuted) < 0.02 + 4.5 * sqrt(p_permuted * (2 - p_permuted) / 999)) FROM ours JOIN local USING (style, id)"
for style in W B; do
    check "Moran's I, style $style: I, expected, variance, z, p; by normality variance, z" "t|t|t|t|t|t|t" "
        SELECT abs((m).statistic / (g#>>'{moran,0}')::float8 - 1) < 1e-9, abs((m).expected / (g#>>'{moran,1}')::float8 - 1) < 1e-9, abs((m).variance / (g#>>'{moran,2}')::float8 - 1) < 1e-9,
               abs((m).z / (g->>'z_rand')::float8 - 1) < 1e-9, abs((m).p_value / (g->>'p_rand_two')::float8 - 1) < 1e-8, abs((n).variance / (g->>'var_norm')::float8 - 1) < 1e-9, abs((n).z / (g->>'z_norm')::float8 - 1) < 1e-9
        FROM (SELECT csp.morans_i(crime, id, neighbours, '$style') AS m, csp.morans_i(crime, id, neighbours, '$style', 'normality') AS n FROM listed) AS s, (SELECT content->'$style' AS g FROM golden) AS g"
    check "Geary's C, style $style: C, variance, z, twice the one-sided p; by normality variance, z" "t|t|t|t|t|t" "
        SELECT abs((m).statistic / (g#>>'{geary,0}')::float8 - 1) < 1e-9, abs((m).variance / (g#>>'{geary,2}')::float8 - 1) < 1e-9, abs((m).z / (g->>'geary_z_rand')::float8 - 1) < 1e-9,
               abs((m).p_value / 2 / (g->>'geary_p_rand')::float8 - 1) < 1e-8, abs((n).variance / (g->>'geary_var_norm')::float8 - 1) < 1e-9, abs((n).z / (g->>'geary_z_norm')::float8 - 1) < 1e-9
        FROM (SELECT csp.gearys_c(crime, id, neighbours, '$style') AS m, csp.gearys_c(crime, id, neighbours, '$style', 'normality') AS n FROM listed) AS s, (SELECT content->'$style' AS g FROM golden) AS g"
done
[ $failures = 0 ]
