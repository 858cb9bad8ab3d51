# Hours of the week and control charts against recorded figures of R's packages aoristic and qcc.
set -euo pipefail
cd "$(dirname "$0")/../.."
golden=${CSP_SHARED:-../shared}/golden
[ -d "$golden/aoristic" ] && [ -d "$golden/control_charts" ] || { printf 'SKIP no folder of reference data (%q)\n' "$golden"; exit 0; }
export CSP_GOLDEN=$golden
database=chart_$$
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qXc "CREATE DATABASE $database" postgres
columns=$(seq -f 'hour%.0f float8' -s ', ' 168)
export columns
psql -qXAt -d "$database" -v ON_ERROR_STOP=1 <<'SQL' | tee >(cat >&2) | awk -F '|' '$2 != "t" { wrong++ } END { print NR " checks, " wrong + 0 " wrong"; exit !(NR == 23 && wrong == 0) }'
SET client_min_messages = warning;
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
CREATE FUNCTION same(a float8, b float8) RETURNS bool LANGUAGE sql AS $$ SELECT abs(a - b) <= 1e-9 * greatest(abs(b), 1e-6) $$;

-- the package's week begins on Sunday 00:00, ours on Monday: its hour h is ours 1 + (h + 143) mod 168. Its clock has no changes: UTC
\set columns `echo "$columns"`
CREATE TABLE aoristic (id int, occurred_from timestamp, occurred_to text, duration int, :columns);
\copy aoristic FROM PROGRAM 'cat "$CSP_GOLDEN/aoristic/aoristic_hours168.csv"' WITH (FORMAT csv, HEADER)
SELECT 'aoristic ' || id, bool_and(same(weight, (j ->> ('hour' || h))::float8)) AND count(*) = 168
FROM aoristic AS a, to_jsonb(a) AS j, generate_series(1, 168) AS h,
     LATERAL (SELECT (csp.aoristic_weights(occurred_from AT TIME ZONE 'UTC', nullif(occurred_to, 'NA')::timestamp AT TIME ZONE 'UTC', 'UTC'))[1 + (h + 143) % 168]) AS w (weight)
GROUP BY id ORDER BY id;

\set figures `cat "$CSP_GOLDEN/control_charts/qcc.json"`
CREATE TABLE counts (t int, y float8, pop float8);
\copy counts FROM PROGRAM 'cat "$CSP_GOLDEN/control_charts/counts.csv"' WITH (FORMAT csv, HEADER)
CREATE TABLE chart AS
SELECT kind, t, csp.control_limits(y, kind, pop, rules => rules, run_length => 7) OVER (PARTITION BY kind, rules ORDER BY t) AS c, j
FROM counts, (VALUES ('c', 'c', 'western_electric'), ('u', 'u', 'western_electric'), ('p', 'p', 'western_electric')) AS k (kind, key, rules), LATERAL (SELECT :'figures'::jsonb -> key AS j) AS f;
-- limits: one pair of a chart, or one of each point
SELECT kind || ' limits', bool_and(same((c).centre, (j ->> 'center')::float8) AND same((c).lower, (l ->> 0)::float8) AND same((c).upper, (l ->> 1)::float8)) AND count(*) = 40
FROM chart, LATERAL (SELECT j -> 'limits' -> (CASE kind WHEN 'c' THEN 0 ELSE t - 1 END) AS l) AS l GROUP BY kind ORDER BY kind;
SELECT kind || ' signals', coalesce(jsonb_agg(t ORDER BY t) FILTER (WHERE (c).signal ~ 'limit'), '[]') = j -> 'beyond' AND coalesce(jsonb_agg(t ORDER BY t) FILTER (WHERE (c).signal ~ '7 in a row'), '[]') = j -> 'runs'
FROM chart GROUP BY kind, j ORDER BY kind;
-- individual values: the package divides the mean moving range by 1.128; the factor 2.66 is 3 / 1.128 rounded
SELECT 'xmr centre and sigma', bool_and(same((c).centre, (j ->> 'center')::float8) AND same((c).sigma * 3 / 2.66 / 1.128, (j ->> 'sd')::float8))
FROM (SELECT csp.control_limits(y) OVER (ORDER BY t) AS c FROM counts) AS x, LATERAL (SELECT :'figures'::jsonb -> 'xmr' AS j) AS f;
SELECT 'xmr beyond', array_agg(t) = '{22}' FROM (SELECT t, csp.control_limits(y, rules => 'limits') OVER (ORDER BY t) AS c FROM counts) AS x WHERE (c).signal IS NOT NULL;
SELECT 'baseline of 20', bool_and(same((c).centre, (j ->> 'center')::float8) AND same((c).lower, (j #>> '{limits,0,0}')::float8) AND same((c).upper, (j #>> '{limits,0,1}')::float8)) AND array_agg(t ORDER BY t) FILTER (WHERE (c).signal IS NOT NULL) = '{22,35}'
FROM (SELECT t, csp.control_limits(y, 'c', baseline => 20, rules => 'limits') OVER (ORDER BY t) AS c FROM counts) AS x, LATERAL (SELECT :'figures'::jsonb -> 'c_phase2' AS j) AS f;
SQL
