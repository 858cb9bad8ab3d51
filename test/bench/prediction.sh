# How good is tomorrow's map? Forecasts of Chicago's aggravated assaults of 2019 and burglaries of 2016, month by month and
# week by week, each from what was known on its first day, scored by what then happened in the top 1, 5 and 10% of cells.
# Before it the cost of the self-exciting fit, beside other software and at the size of a city's ten years.
set -euo pipefail
cd "$(dirname "$0")/../.."
shared=${CSP_SHARED:-../shared}
database=bench_prediction
psql -qXc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
work=$(mktemp -d)
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres; rm -rf "$work"' EXIT
fit() { # fit WHAT TABLE BANDWIDTH DISTANCE DAYS STARTS ENDS: prints the figures, the time and the backend's peak memory
    psql -qXAt -F ' ' -d $database -v ON_ERROR_STOP=1 <<SQL | awk -v what="$1" 'NR == 1 { from = $1 } NR == 2 { n = $1; figures = sprintf("branching %.3f, decay %.2f days, sigma %.1f m, %d iterations", $2, $3, $4, $5) } NR == 3 { s = $1 - from; memory = $2 }
        END { printf "%-58s %9d rows  %8.2f s %10.0f rows/s %6.0f MB  (%s)\n", what, n, s, n / s, memory, figures }'
SELECT extract(epoch FROM clock_timestamp());
SELECT (f).events, (f).branching_ratio, (f).decay_days, (f).sigma, (f).iterations FROM (SELECT csp.self_exciting(location, instant, $3, $4, $5, '$6', '$7') AS f FROM $2) AS s;
SELECT extract(epoch FROM clock_timestamp()), (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::int / 1024;
SQL
}
psql -qX -d $database -v ON_ERROR_STOP=1 <<SQL
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
-- planted: an even background of 600 in 5 by 4 km and a year, 0.4 others each, after 5 days, 60 m along each axis
CREATE TABLE planted AS
WITH RECURSIVE event (id, x, y, day, generation) AS (
    SELECT i::bigint, 5000 * csp.seeded_uniform(3, 'x', i), 4000 * csp.seeded_uniform(3, 'y', i), 365 * csp.seeded_uniform(3, 'day', i), 0 FROM generate_series(1, 600) AS i
  UNION ALL
    SELECT child, x + 60 * csp.seeded_normal(3, 'dx', child), y + 60 * csp.seeded_normal(3, 'dy', child), day + csp.seeded_exponential(3, 'wait', child, 5), generation + 1
    FROM event, LATERAL (SELECT id * 12 + k FROM generate_series(1, csp.seeded_poisson(3, 'children', id, 0.4)) AS k) AS c (child)
    WHERE generation < 13
)
SELECT ST_SetSRID(ST_MakePoint(x, y), 27700) AS location, day, timestamptz '2024-01-01 00:00Z' + day * interval '1 day' AS instant
FROM event WHERE day < 365 AND x BETWEEN 0 AND 5000 AND y BETWEEN 0 AND 4000;
\copy (SELECT ST_X(location) AS x, ST_Y(location) AS y, day FROM planted) TO '$work/events.csv' CSV HEADER
SQL
fit "self_exciting, planted 0.4, 5 days, 60 m" planted 500 500 60 '2024-01-01 00:00Z' '2024-12-31 00:00Z' | tee "$work/ours"
if command -v Rscript >/dev/null; then Rscript test/bench/self_exciting_peer.R "$work/events.csv" 2>/dev/null || echo "R surveillance::twinstim||did not run"
else echo "R surveillance::twinstim||R is not installed"; fi |
    awk -F'|' -v ours="$(sed 's/.* rows *\([0-9.]*\) s .*/\1/' "$work/ours")" '$2 == "" { print $1 ", the same events: " $3; next }
        { printf "%s, the same events: %.2f s (branching %s, decay %s days, sigma %s m): %.0f times ours\n", $1, $2, $3, $4, $5, $2 / ours }'
if [ ! -f "$shared/data/events/chicago_aggravated_assaults.csv" ]; then printf 'SKIP no event data (%q)\n' "$shared/data/events"; exit 0; fi
export CSP_EVENTS=$shared/data/events
psql -qX -d $database -v ON_ERROR_STOP=1 <<SQL
CREATE TABLE assault (instant timestamp, loc_cat text, longitude float8, latitude float8, district text);
\copy assault FROM PROGRAM 'cat "\$CSP_EVENTS/chicago_aggravated_assaults.csv"' CSV HEADER
CREATE TABLE burglary (x float8, y float8, day date);
\copy burglary FROM PROGRAM 'cat "\$CSP_EVENTS/nearrepeat_chicago_burglary.csv"' CSV HEADER
CREATE TABLE event AS
SELECT crime, location, day, instant, floor(ST_X(location) / 250)::int AS cell_x, floor(ST_Y(location) / 250)::int AS cell_y
FROM (SELECT 'assault' AS crime, ST_Transform(ST_SetSRID(ST_MakePoint(longitude, latitude), 4326), 26916) AS location, instant::date AS day, instant AT TIME ZONE 'America/Chicago' AS instant
      FROM assault WHERE longitude IS NOT NULL
      UNION ALL SELECT 'burglary', ST_MakePoint(x, y), day, NULL FROM burglary) AS e;
CREATE INDEX ON event (crime, day);
-- the study area: cells with an assault in the nine years before; with a burglary at any time of their one year
CREATE TABLE cell AS SELECT crime, cell_x, cell_y FROM event WHERE crime = 'burglary' OR day < '2019-01-01' GROUP BY crime, cell_x, cell_y;
VACUUM ANALYZE;

CREATE TABLE period AS
SELECT 'assault' AS crime, 'month' AS horizon, m::date AS as_of, (m + interval '1 month')::date AS until FROM generate_series(timestamp '2019-01-01', '2019-12-01', '1 month') AS m
UNION ALL SELECT 'assault', 'week', d, d + 7 FROM generate_series(0, 51) AS i, LATERAL (SELECT date '2019-01-01' + 7 * i) AS k (d)
UNION ALL SELECT 'burglary', 'week', d, d + 7 FROM generate_series(0, 38) AS i, LATERAL (SELECT date '2016-04-01' + 7 * i) AS k (d);

CREATE TABLE forecast (crime text, method text, as_of date, cell_x int, cell_y int, risk float8);
INSERT INTO forecast
SELECT s.crime, 'near repeat, ' || s.form, s.as_of, c.cell_x, c.cell_y, c.risk
FROM (SELECT p.crime, form, p.as_of, csp.near_repeat_surface(e.location, e.day, p.as_of, 250, 400, 56, form) AS cells
      FROM unnest('{smooth,promap_2004,promap_2007}'::text[]) AS form CROSS JOIN (SELECT DISTINCT crime, as_of FROM period) AS p JOIN event AS e ON e.crime = p.crime AND e.day < p.as_of AND e.day > p.as_of - 56
      GROUP BY p.crime, form, p.as_of) AS s, unnest(s.cells) AS c;
-- a plain kernel map: all events of the window have one age
INSERT INTO forecast
SELECT s.crime, 'plain kernel, ' || s.days || ' days', s.as_of, c.cell_x, c.cell_y, c.risk
FROM (SELECT p.crime, days, p.as_of, csp.near_repeat_surface(e.location, p.as_of - 1, p.as_of, 250, 400, 56) AS cells
      FROM unnest('{56,365}'::int[]) AS days CROSS JOIN (SELECT DISTINCT crime, as_of FROM period) AS p JOIN event AS e ON e.crime = p.crime AND e.day < p.as_of AND e.day >= p.as_of - days
      GROUP BY p.crime, days, p.as_of) AS s, unnest(s.cells) AS c;
SQL
for bandwidth in 200 400 1000; do fit "self_exciting, Chicago assaults, ten years, background $bandwidth m" "(SELECT * FROM event WHERE crime = 'assault') AS e" $bandwidth 800 90 2010-01-01 2020-01-01; done
psql -qX -d $database -v ON_ERROR_STOP=1 <<SQL
-- the self-exciting process, fitted once on the three years before, for the months
CREATE TABLE fit AS SELECT csp.self_exciting(location, instant, 400, 800, 90) AS fit FROM event WHERE crime = 'assault' AND day >= '2016-01-01' AND day < '2019-01-01';
\x on
SELECT (fit).* FROM fit;
\x off
INSERT INTO forecast
SELECT 'assault', 'self-exciting', s.as_of, c.cell_x, c.cell_y, c.risk
FROM (SELECT p.as_of, csp.self_exciting_intensity(e.location, e.instant, p.as_of::timestamp AT TIME ZONE 'America/Chicago', 250, f.fit) AS cells
      FROM fit AS f CROSS JOIN period AS p JOIN event AS e ON e.crime = 'assault' AND e.day < p.as_of AND e.day >= '2016-01-01'
      WHERE p.crime = 'assault' AND p.horizon = 'month' GROUP BY p.as_of) AS s, unnest(s.cells) AS c;
CREATE INDEX ON forecast (crime, method, as_of);
ANALYZE forecast;

SELECT c.crime, count(*) AS cells, (SELECT count(*) FROM event AS e WHERE e.crime = c.crime AND day BETWEEN '2019-01-01' AND '2019-12-30') AS events_of_2019,
       (SELECT count(*) FROM event AS e LEFT JOIN cell AS k USING (crime, cell_x, cell_y) WHERE e.crime = c.crime AND day BETWEEN '2019-01-01' AND '2019-12-30' AND k.crime IS NULL) AS outside FROM cell AS c GROUP BY c.crime;
WITH observed AS (
    SELECT p.crime, p.horizon, p.as_of, e.cell_x, e.cell_y, count(*) AS n FROM period AS p JOIN event AS e ON e.crime = p.crime AND e.day >= p.as_of AND e.day < p.until GROUP BY 1, 2, 3, 4, 5
),
scored AS (
    SELECT p.crime, m.method, p.horizon, p.as_of, share, csp.prediction_accuracy(coalesce(f.risk, 0), coalesce(o.n, 0), 1, share) AS accuracy
    FROM (SELECT DISTINCT crime, method FROM forecast) AS m JOIN period AS p ON p.crime = m.crime AND (p.horizon = 'month' OR m.method <> 'self-exciting')
    JOIN cell AS c ON c.crime = p.crime CROSS JOIN unnest('{0.01,0.05,0.10}'::float8[]) AS share
    LEFT JOIN forecast AS f ON f.crime = m.crime AND f.method = m.method AND f.as_of = p.as_of AND f.cell_x = c.cell_x AND f.cell_y = c.cell_y
    LEFT JOIN observed AS o ON o.crime = p.crime AND o.horizon = p.horizon AND o.as_of = p.as_of AND o.cell_x = c.cell_x AND o.cell_y = c.cell_y
    GROUP BY p.crime, m.method, p.horizon, p.as_of, share
)
SELECT crime, horizon, method, count(*) FILTER (WHERE share = 0.01) AS maps,
       round(100 * sum((accuracy).hits) FILTER (WHERE share = 0.01) / sum((accuracy).events) FILTER (WHERE share = 0.01), 1) AS hits_1,
       round(100 * sum((accuracy).hits) FILTER (WHERE share = 0.05) / sum((accuracy).events) FILTER (WHERE share = 0.05), 1) AS hits_5,
       round(100 * sum((accuracy).hits) FILTER (WHERE share = 0.10) / sum((accuracy).events) FILTER (WHERE share = 0.10), 1) AS hits_10,
       round(avg((accuracy).pai) FILTER (WHERE share = 0.01)::numeric, 2) AS pai_1, round(avg((accuracy).pai) FILTER (WHERE share = 0.05)::numeric, 2) AS pai_5,
       round(avg((accuracy).pei) FILTER (WHERE share = 0.05)::numeric, 3) AS pei_5
FROM scored GROUP BY crime, horizon, method ORDER BY crime, horizon, hits_5 DESC;
SQL
