# Small p-values of the most likely cluster are as rare in noise as they say: 400 maps without a cluster, by both models. With
# 12 cases more in one place and two days, to 60 of noise, the scan sees it as a rule.
set -euo pipefail
database=scan_calibration_$$
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qXc "CREATE DATABASE $database" postgres
psql -qXAt -d "$database" -v ON_ERROR_STOP=1 <<'SQL' | awk -F'|' '{ print; bad += !($3 == "t") } END { exit bad > 0 || NR != 6 }'
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
CREATE TABLE place AS
SELECT i AS place, ST_MakePoint(csp.seeded_uniform(23, 'x', i), csp.seeded_uniform(23, 'y', i)) AS location, csp.seeded_integer(23, 'population', i, 500, 1500) AS population FROM generate_series(1, 30) AS i;
CREATE TABLE noise AS
SELECT map, place, location, population, date '2024-01-01' + day AS day, csp.seeded_poisson(23, 'cases' || map, 100 * place + day, population * 1e-4) AS cases
FROM generate_series(1, 400) AS map, place, generate_series(0, 19) AS day;
CREATE TABLE answer AS
SELECT map, (csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 99, map))[1].p_value AS permutation, (csp.space_time_scan(location, day, cases, population, NULL, NULL, false, 99, map))[1].p_value AS population
FROM noise GROUP BY map;
-- binomial(400, 0.05): 20, standard deviation 4.36; equal ratios of few cases count against the data, never for them
SELECT 'permutation, p <= 0.05', count(*), count(*) BETWEEN 20 - 13 AND 20 + 13 FROM answer WHERE permutation <= 0.05;
SELECT 'population, p <= 0.05', count(*), count(*) BETWEEN 20 - 13 AND 20 + 13 FROM answer WHERE population <= 0.05;
-- mean of the uniform distribution on 0.01 .. 1: 0.505, standard error 0.0144
SELECT 'permutation, mean p', round(avg(permutation)::numeric, 3), abs(avg(permutation) - 0.505) < 0.043 FROM answer;
SELECT 'population, mean p', round(avg(population)::numeric, 3), abs(avg(population) - 0.505) < 0.043 FROM answer;
WITH planted AS (
    SELECT map, location, day, population, cases + CASE WHEN place = 1 + map % 30 AND day IN ('2024-01-08', '2024-01-09') THEN 6 ELSE 0 END AS cases FROM noise WHERE map <= 60
),
seen AS (
    SELECT map, csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 99, map) AS permutation, csp.space_time_scan(location, day, cases, population, NULL, NULL, false, 99, map) AS population FROM planted GROUP BY map
)
SELECT v.model, count(*) FILTER (WHERE clusters[1].p_value <= 0.05), count(*) FILTER (WHERE clusters[1].p_value <= 0.05) >= 50
FROM seen, LATERAL (VALUES ('permutation, power', permutation), ('population, power', population)) AS v (model, clusters) GROUP BY v.model;
SQL
