# STL and the seasonal index against recorded figures of R's stl and decompose on R's own series, and the Nile's change point.
set -euo pipefail
cd "$(dirname "$0")/../.."
golden=${CSP_SHARED:-../shared}/golden
[ -d "$golden/timeseries" ] || { printf 'SKIP no folder of reference data (%q)\n' "$golden"; exit 0; }
export CSP_GOLDEN=$golden
database=season_$$
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qXc "CREATE DATABASE $database" postgres
psql -qXAt -d "$database" -v ON_ERROR_STOP=1 <<'SQL' | tee /dev/stderr | awk -F '|' '$2 != "t" { wrong++ } END { print NR " checks, " wrong + 0 " wrong"; exit !(NR >= 15 && wrong == 0) }'
SET client_min_messages = warning;
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
CREATE TABLE figure (name text, t int, y float8, per_seasonal float8, per_trend float8, per_rem float8, "perR_seasonal" float8, "perR_trend" float8, "perR_rem" float8, "perR_w" float8,
    s7_seasonal float8, s7_trend float8, s7_rem float8, "s13R_seasonal" float8, "s13R_trend" float8, "s13R_rem" float8, dec_trend float8, dec_seasonal float8, dec_rem float8, decm_trend float8, decm_seasonal float8);
\copy figure FROM PROGRAM 'for n in nottem co2; do tail -n +2 "$CSP_GOLDEN/timeseries/stl_$n.csv" | sed "s/^/$n,/"; done' WITH (FORMAT csv, NULL 'NA')
-- as printed to 15 digits; relative to the figure, or to a thousandth of the largest value where it is near 0
CREATE FUNCTION same(a float8, b float8, y float8) RETURNS bool LANGUAGE sql AS $$ SELECT abs(a - b) <= 1e-9 * greatest(abs(b), y / 1000) $$;
SELECT name || ' ' || kind, bool_and(same((c).seasonal, seasonal, y) AND same((c).trend, trend, y) AND same((c).remainder, remainder, y)) AND count(*) IN (240, 468)
FROM (
    SELECT name, 'periodic' AS kind, csp.stl(y, 12) OVER w AS c, per_seasonal AS seasonal, per_trend AS trend, per_rem AS remainder, y FROM figure WINDOW w AS (PARTITION BY name ORDER BY t)
    UNION ALL SELECT name, 'periodic robust', csp.stl(y, 12, robust => true) OVER (PARTITION BY name ORDER BY t), "perR_seasonal", "perR_trend", "perR_rem", y FROM figure
    UNION ALL SELECT name, 'window 7', csp.stl(y, 12, 7) OVER (PARTITION BY name ORDER BY t), s7_seasonal, s7_trend, s7_rem, y FROM figure
    UNION ALL SELECT name, 'window 13 robust', csp.stl(y, 12, 13, true) OVER (PARTITION BY name ORDER BY t), "s13R_seasonal", "s13R_trend", "s13R_rem", y FROM figure) AS s
GROUP BY name, kind ORDER BY name, kind;
SELECT name || ' index', bool_and(same(additive[(t - 1) % 12 + 1], dec_seasonal, y) AND same(multiplicative[(t - 1) % 12 + 1], decm_seasonal, 0))
FROM figure JOIN (SELECT name, csp.seasonal_index(y, 12, 'additive' ORDER BY t) AS additive, csp.seasonal_index(y, 12, 'multiplicative' ORDER BY t) AS multiplicative FROM figure GROUP BY name) AS i USING (name) GROUP BY name;
CREATE TABLE nile (t int, year int, y float8);
\copy nile FROM PROGRAM 'cat "$CSP_GOLDEN/timeseries/Nile.csv"' WITH (FORMAT csv, HEADER)
SELECT 'Nile ' || penalty || ' ' || minimum, array(SELECT s.last FROM unnest(segments) AS s) = ARRAY[28, 100]::bigint[]
FROM (SELECT penalty, minimum, csp.changepoints(y, 'normal', penalty, 2 * ln(100), minimum ORDER BY t) AS segments FROM nile, unnest(ARRAY['BIC', 'MBIC', 'manual']) AS penalty, generate_series(1, 2) AS minimum GROUP BY penalty, minimum) AS c;
SQL
