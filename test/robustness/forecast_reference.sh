# Holt-Winters, with and without seasons and trend, against recorded figures of R's HoltWinters on R's own series.
set -euo pipefail
cd "$(dirname "$0")/../.."
golden=${CSP_SHARED:-../shared}/golden/timeseries
[ -d "$golden" ] || { printf 'SKIP no folder of reference data (%q)\n' "$golden"; exit 0; }
export CSP_GOLDEN=$golden
database=forecast_$$
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qXc "CREATE DATABASE $database" postgres
psql -qXAt -d "$database" -v ON_ERROR_STOP=1 <<'SQL' | tee /dev/stderr | awk -F '|' '$2 != "t" { wrong++ } END { print NR " checks, " wrong + 0 " wrong"; exit !(NR == 32 && wrong == 0) }'
SET client_min_messages = warning;
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
\set doc `cat "$CSP_GOLDEN/holtwinters.json"`
CREATE TABLE series (name text, n int, y float8);
CREATE TABLE loaded (t int, time float8, y float8);
\copy loaded FROM PROGRAM 'cat "$CSP_GOLDEN/nottem.csv"' WITH (FORMAT csv, HEADER)
INSERT INTO series SELECT 'nottem', t, y FROM loaded;
TRUNCATE loaded;
\copy loaded FROM PROGRAM 'cat "$CSP_GOLDEN/co2.csv"' WITH (FORMAT csv, HEADER)
INSERT INTO series SELECT 'co2', t, y FROM loaded;
TRUNCATE loaded;
\copy loaded FROM PROGRAM 'cat "$CSP_GOLDEN/Nile.csv"' WITH (FORMAT csv, HEADER)
INSERT INTO series SELECT 'Nile', t, y FROM loaded;
TRUNCATE loaded;
\copy loaded FROM PROGRAM 'cat "$CSP_GOLDEN/uspop.csv"' WITH (FORMAT csv, HEADER)
INSERT INTO series SELECT 'uspop', t, y FROM loaded;
TRUNCATE loaded;
CREATE TABLE case_of AS
SELECT e ->> 'name' AS name, method, e -> key AS j FROM jsonb_array_elements(:'doc'::jsonb -> 'hw') AS e, (VALUES ('optim', 'holt_winters_additive'), ('mult', 'holt_winters_multiplicative'), ('fixed_a.3_b.05_g.2', 'holt_winters_additive')) AS c (key, method)
WHERE e ->> 'name' IN (SELECT name FROM series) AND jsonb_typeof(e -> key) = 'object';
-- one figure is one check: optimised error sums as small as R's to 1e-6, given parameters to 1e-9
SELECT name || ' ' || method || ' sum of squares', CASE WHEN j ? 'alpha' THEN (fit).sse <= (j ->> 'sse')::float8 * (1 + 1e-6) ELSE abs((fit).sse / (j ->> 'sse')::float8 - 1) < 1e-9 END
FROM case_of, LATERAL (SELECT CASE WHEN j ? 'alpha' THEN csp.forecast_model(y, n, 12, method) ELSE csp.forecast_model(y, n, 12, method, 0.3, 0.05, 0.2) END AS fit FROM series WHERE series.name = case_of.name) AS f;
SELECT name || ' step ' || n, abs(r.mean / (j -> 'pred' ->> n - 1)::float8 - 1) < 1e-9 AND abs(r.lower / (j -> 'lwr95' ->> n - 1)::float8 - 1) < 1e-9 AND abs(r.upper / (j -> 'upr95' ->> n - 1)::float8 - 1) < 1e-9
FROM case_of, LATERAL (SELECT csp.forecast(y, n, 12, 12, 0.95, method, NULL, 0.3, 0.05, 0.2) AS rows FROM series WHERE series.name = case_of.name) AS f, unnest(rows) WITH ORDINALITY AS r (period, mean, lower, upper, at), LATERAL (SELECT at::int) AS a (n)
WHERE NOT j ? 'alpha';
SELECT 'Nile', (csp.forecast_model(y, n, 1, 'exponential_smoothing')).sse <= (:'doc'::jsonb #>> '{ses_Nile,sse}')::float8 * (1 + 1e-6) AND abs((csp.forecast_model(y, n, 1, 'exponential_smoothing', 0.25, NULL, NULL)).sse / (:'doc'::jsonb #>> '{ses_Nile_a.25,sse}')::float8 - 1) < 1e-9
  AND abs((csp.forecast_model(y, n, 1, 'exponential_smoothing', 0.25, NULL, NULL)).level / (:'doc'::jsonb #>> '{ses_Nile_a.25,level}')::float8 - 1) < 1e-9 FROM series WHERE name = 'Nile';
SELECT 'uspop', (csp.forecast_model(y, n, 1, 'holt')).sse <= (:'doc'::jsonb #>> '{holt_uspop,sse}')::float8 * (1 + 1e-6) AND abs((csp.forecast_model(y, n, 1, 'holt')).slope / (:'doc'::jsonb #>> '{holt_uspop,coef,1}')::float8 - 1) < 1e-4 FROM series WHERE name = 'uspop';
SQL
