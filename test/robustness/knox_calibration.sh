# Without interaction p-values are uniform and z_exact has mean 0 and standard deviation 1: 600 random patterns.
# With one linked pair for every six events the test sees it nearly always.
set -euo pipefail
database=knox_calibration_$$
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qXc "CREATE DATABASE $database" postgres
psql -qXAt -d "$database" -v ON_ERROR_STOP=1 <<'SQL' | awk -F'|' '{ print; bad += !($3 == "t") } END { exit bad > 0 || NR != 5 }'
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
DO $$ BEGIN PERFORM setseed(0.17); END $$;
CREATE TABLE event AS
SELECT pattern, 1000 * random() AS x, 1000 * random() AS y, floor(100 * random())::int AS day FROM generate_series(1, 600) AS pattern, generate_series(1, 120);
CREATE TABLE answer AS
SELECT pattern, (csp.knox_test(ST_MakePoint(x, y), date '2024-01-01' + day, '{200}', '{20}', 199, pattern))[1] AS cell FROM event GROUP BY pattern;
-- greatest distance of the empirical distribution from the uniform one on 1/200 .. 1; 1.63 / sqrt(600) = 0.0665 is its 1% point
SELECT 'Kolmogorov-Smirnov', round(max(abs(p - rank / 600.0))::numeric, 4), max(abs(p - rank / 600.0)) < 0.0665
FROM (SELECT (cell).p_value AS p, rank() OVER (ORDER BY (cell).p_value) + count(*) OVER (PARTITION BY (cell).p_value) - 1 AS rank FROM answer) AS r;
-- binomial(600, 0.05): 30, standard deviation 5.34
SELECT 'p <= 0.05', count(*), count(*) BETWEEN 30 - 16 AND 30 + 16 FROM answer WHERE (cell).p_value <= 0.05;
SELECT 'mean of z', round(avg((cell).z_exact)::numeric, 3), abs(avg((cell).z_exact)) < 3 / sqrt(600) FROM answer;
SELECT 'sd of z', round(stddev((cell).z_exact)::numeric, 3), abs(stddev((cell).z_exact) - 1) < 3 / sqrt(1200) FROM answer;
-- 20 of 140 events now follow another within 30 m and 3 days
SELECT 'power', count(*) FILTER (WHERE ((cell).p_value <= 0.05)), count(*) FILTER (WHERE (cell).p_value <= 0.05) > 95
FROM (SELECT pattern, (csp.knox_test(ST_MakePoint(x, y), date '2024-01-01' + day, '{50}', '{5}', 199, pattern))[1] AS cell
      FROM (SELECT pattern, x, y, day FROM event
            UNION ALL
            SELECT pattern, x + 20, y + 10, day + (n % 3)::int FROM (SELECT *, row_number() OVER (PARTITION BY pattern) AS n FROM event) AS e WHERE n <= 20) AS e
      WHERE pattern <= 100 GROUP BY pattern) AS k;
SQL
