# How good is tomorrow's map? Forecasts of Chicago's aggravated assaults of 2019 and burglaries of 2016, month by month and
# week by week, each from what was known on its first day, scored by what then happened in the top 1, 5 and 10% of cells.
set -euo pipefail
cd "$(dirname "$0")/../.."
shared=${CSP_SHARED:-../shared}
if [ ! -f "$shared/data/events/chicago_aggravated_assaults.csv" ]; then echo "SKIP no event data ($shared/data/events)"; exit 0; fi
database=bench_prediction
psql -qXc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qX -d $database -v ON_ERROR_STOP=1 <<SQL
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
CREATE TABLE assault (instant timestamp, loc_cat text, longitude float8, latitude float8, district text);
\copy assault FROM '$shared/data/events/chicago_aggravated_assaults.csv' CSV HEADER
CREATE TABLE burglary (x float8, y float8, day date);
\copy burglary FROM '$shared/data/events/nearrepeat_chicago_burglary.csv' CSV HEADER
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
