-- space_time_scan: clusters and p-values from test/reference/space_time_scan.R, which looks at every cylinder; p-values of
-- one seed to the last digit from test/reference/space_time_scan.py.
CREATE TABLE scan_case (id int, x float8, y float8, day date, cases float8, population float8, growing float8, large float8);
CREATE TEMP TABLE reference_cluster (setting text, rank int, radius float8, places int, start_date date, end_date date, observed bigint, expected float8, relative_risk float8, ratio float8, replications int, p_value float8);
CREATE TEMP TABLE reference_p (setting text, rank int, p_value float8);
\copy scan_case FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/space_time_scan_cases.csv' WITH (FORMAT csv, HEADER)
\copy reference_cluster FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/space_time_scan.csv' WITH (FORMAT csv, HEADER)
\copy reference_p FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/space_time_scan_p.csv' WITH (FORMAT csv, HEADER)
ALTER TABLE scan_case ADD location geometry(Point, 27700), ADD apart date;
UPDATE scan_case SET location = ST_SetSRID(ST_MakePoint(x, y), 27700), apart = date '2024-01-17' + 5 * (day - date '2024-01-17');
CREATE FUNCTION pg_temp.same(a float8, b float8, within float8 DEFAULT 1e-9) RETURNS bool LANGUAGE sql AS $$ SELECT coalesce(abs(a - b) <= within * abs(b), a IS NOT DISTINCT FROM b) $$;

-- every setting with 199 replications of seed 5
CREATE TEMP TABLE setting AS
SELECT 'permutation' AS setting, csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 199, 5) AS clusters FROM scan_case UNION ALL
SELECT 'permutation 150 m 5 days', csp.space_time_permutation_scan(location, day, cases, 150, 5, false, 199, 5) FROM scan_case UNION ALL
SELECT 'permutation prospective', csp.space_time_permutation_scan(location, day, cases, NULL, 10, true, 199, 5) FROM scan_case UNION ALL
SELECT 'permutation weeks', csp.space_time_permutation_scan(location, day, cases, NULL, 14, false, 199, 5, '7 days', 0.5, 2, 10) FROM scan_case UNION ALL
SELECT 'population', csp.space_time_scan(location, day, cases, population, NULL, NULL, false, 199, 5) FROM scan_case UNION ALL
SELECT 'population prospective', csp.space_time_scan(location, day, cases, population, NULL, NULL, true, 199, 5) FROM scan_case UNION ALL
SELECT 'population 30% 4 cases', csp.space_time_scan(location, day, cases, population, NULL, NULL, false, 199, 5, '1 day', 0.3, 4, 3) FROM scan_case UNION ALL
SELECT 'population growing', csp.space_time_scan(location, day, cases, growing, NULL, 20, false, 199, 5) FROM scan_case UNION ALL
SELECT 'population months', csp.space_time_scan(location, day, cases, growing, NULL, 62, false, 199, 5, '1 month', 0.5, 2, 10) FROM scan_case UNION ALL
SELECT 'population spatial', csp.space_time_scan(location, '2024-02-01', cases, population, NULL, NULL, false, 199, 5) FROM scan_case UNION ALL
SELECT 'permutation days apart', csp.space_time_permutation_scan(location, apart, cases, NULL, 20, false, 199, 5) FROM scan_case UNION ALL
SELECT 'population days apart', csp.space_time_scan(location, apart, cases, population, NULL, 20, false, 199, 5) FROM scan_case UNION ALL
SELECT 'population spatial large', csp.space_time_scan(location, '2024-02-01', large, population, NULL, NULL, false, 199, 5) FROM scan_case;
SELECT setting, count(c.rank) AS clusters, bool_and(c.places = r.places AND c.start_date = r.start_date AND c.end_date = r.end_date AND c.observed = r.observed) AS where_and_when,
       bool_and(abs(c.radius - r.radius) < 1e-6) AS radius, bool_and(pg_temp.same(c.expected, r.expected) AND pg_temp.same(c.relative_risk, r.relative_risk)) AS expected,
       bool_and(pg_temp.same(c.log_likelihood_ratio, r.ratio)) AS ratio, bool_and(pg_temp.same(c.p_value, p.p_value)) AS p_value,
       -- R's random numbers are others: within 4 standard errors of the difference
       bool_and(abs(c.p_value - r.p_value) <= 0.005 + 4 * sqrt(r.p_value * (1 - r.p_value) * (1 / 200.0 + 1.0 / (r.replications + 1)))) AS near_r
FROM (SELECT setting, c.* FROM setting, unnest(clusters) AS c) AS c
FULL JOIN reference_cluster AS r USING (setting, rank)
FULL JOIN reference_p AS p USING (setting, rank)
GROUP BY setting ORDER BY setting COLLATE "C";
-- the circle holds the places within its radius, clusters share none, a prospective window ends on the last day
SELECT bool_and(within = places) AS within_radius
FROM (SELECT c.places, (SELECT count(DISTINCT s.location) FROM scan_case AS s WHERE ST_DWithin(s.location, c.centre, c.radius)) AS within FROM setting, unnest(clusters) AS c) AS w;
SELECT count(*) AS shared FROM setting, unnest(clusters) AS a, unnest(clusters) AS b, scan_case AS s
WHERE a.rank < b.rank AND ST_DWithin(s.location, a.centre, a.radius) AND ST_DWithin(s.location, b.centre, b.radius);
SELECT setting LIKE '%prospective' AS prospective, bool_or(c.recurrence_days IS NOT NULL) AS recurs, bool_and(pg_temp.same(c.recurrence_days, 1 / c.p_value)) AS after_days, bool_and(c.end_date = date '2024-02-11') AS to_the_end
FROM setting, unnest(clusters) AS c GROUP BY 1 ORDER BY 1;

-- by hand: 10 cases, 4 of them at A, 5 on the third day, 3 on both. A alone on that day expects 4 x 5 / 10 = 2: ratio
-- 3 ln(3/2) + 7 ln(7/8) = 0.281676. B and C have 3 cases each on other days, of which one is on the third day: expected 1.5
CREATE TEMP TABLE by_hand (place text, location geometry, day date, cases int);
INSERT INTO by_hand VALUES ('A', ST_MakePoint(0, 0), '2024-05-01', 1), ('A', ST_MakePoint(0, 0), '2024-05-03', 3), ('B', ST_MakePoint(9, 0), '2024-05-02', 2), ('B', ST_MakePoint(9, 0), '2024-05-03', 1),
    ('C', ST_MakePoint(0, 5), '2024-05-01', 2), ('C', ST_MakePoint(0, 5), '2024-05-03', 1);
SELECT ST_AsText(c.centre) AS centre, c.radius, c.places, c.start_date, c.end_date, c.observed, c.expected, round(c.relative_risk::numeric, 6) AS relative_risk, round(c.log_likelihood_ratio::numeric, 6) AS ratio, c.p_value, c.recurrence_days
FROM (SELECT csp.space_time_permutation_scan(location, day, cases, 1, 1, true, 0) AS clusters FROM by_hand) AS s, unnest(clusters) AS c;
SELECT round((3 / 2.0) / (7 / 8.0), 6) AS relative_risk, round(3 * ln(3 / 2.0) + 7 * ln(7 / 8.0), 6) AS ratio;
-- with population 1, 1 and 2 a day: A expects 10 / 12 on one day; the whole time is three days of 4 persons
SELECT ST_AsText(c.centre) AS centre, c.places, c.start_date, c.end_date, c.observed, round(c.expected::numeric, 6) AS expected, round(c.log_likelihood_ratio::numeric, 6) AS ratio
FROM (SELECT csp.space_time_scan(p.location, d::date, coalesce(h.cases, 0), p.population, NULL, 1, false, 0) AS clusters
      FROM (VALUES (ST_MakePoint(0, 0), 1), (ST_MakePoint(9, 0), 1), (ST_MakePoint(0, 5), 2)) AS p (location, population)
      CROSS JOIN generate_series(timestamp '2024-05-01', '2024-05-03', '1 day') AS d LEFT JOIN by_hand AS h ON h.location = p.location AND h.day = d) AS s, unnest(clusters) AS c;
SELECT round(10 / 12.0, 6) AS expected, round(3 * ln(3 / (10 / 12.0)) + 7 * ln(7 / (110 / 12.0)), 6) AS first, round(2 * ln(2 / (10 / 12.0)) + 8 * ln(8 / (110 / 12.0)), 6) AS second;

-- every cylinder of larger data, looked at in SQL: cells of few cases, of many, and some of more than a byte holds
CREATE TEMP TABLE brute AS
SELECT many, i AS place, d AS day, ST_MakePoint(csp.seeded_uniform(3, 'x', i), csp.seeded_uniform(3, 'y', i)) AS location, csp.seeded_poisson(3, 'cases' || many, 1000 * i + d, many * (1 + 2 * csp.seeded_uniform(3, 'level', i))) AS cases
FROM unnest('{0.01,0.3,200}'::float8[]) AS many, generate_series(1, 30) AS i, generate_series(1, 24) AS d;
WITH near AS (
    SELECT a.place AS centre, b.place, rank() OVER (PARTITION BY a.place ORDER BY ST_Distance(a.location, b.location)) AS r
    FROM (SELECT DISTINCT place, location FROM brute) AS a, (SELECT DISTINCT place, location FROM brute) AS b
),
circle AS (
    SELECT many, n.centre, c.r, day, sum(cases) AS cases, sum(1 + b.place % 3) AS population
    FROM near AS c JOIN near AS n ON n.centre = c.centre AND n.r <= c.r JOIN brute AS b ON b.place = n.place GROUP BY many, n.centre, c.r, day
),
of_circle AS (SELECT many, sum(cases) AS of_circle, max(population) AS population, 0.0::numeric || array_agg(before ORDER BY day)::numeric[] AS before FROM (SELECT *, sum(cases) OVER (PARTITION BY many, centre, r ORDER BY day) AS before FROM circle) AS c GROUP BY many, centre, r),
of_day AS (SELECT many, max(before) AS n, 0.0::numeric || array_agg(before ORDER BY day)::numeric[] AS all_before FROM (SELECT many, day, sum(sum(cases)) OVER (PARTITION BY many ORDER BY day) AS before FROM brute GROUP BY many, day) AS d GROUP BY many),
cylinder AS (
    SELECT many, n::float8 AS n, till, (before[till] - before[since])::float8 AS c, model.m::float8, model.name AS model
    FROM of_circle JOIN of_day USING (many), generate_series(1, 24) AS since, generate_series(since + 1, least(since + 12, 25)) AS till,
         LATERAL (VALUES ('permutation', of_circle * (all_before[till] - all_before[since]) / n, of_circle <= n / 2), ('population', n * population / 60 * (till - since) / 24.0, population <= 30)) AS model (name, m, allowed)
    WHERE model.allowed
),
best AS (
    SELECT model, many, prospective, max(c * ln(c / m) + (n - c) * ln((n - c) / (n - m))) AS ratio
    FROM cylinder, unnest('{f,t}'::bool[]) AS prospective WHERE c >= 2 AND c > m AND m > 0 AND (till = 25 OR NOT prospective) GROUP BY model, many, prospective
),
found AS (
    SELECT many, prospective, csp.space_time_permutation_scan(location, date '2024-01-01' + day, cases, NULL, NULL, prospective, 0) AS permutation,
           csp.space_time_scan(location, date '2024-01-01' + day, cases, 1 + place % 3, NULL, NULL, prospective, 0) AS population
    FROM brute, unnest('{f,t}'::bool[]) AS prospective GROUP BY many, prospective
)
SELECT model, prospective, many, pg_temp.same((CASE model WHEN 'permutation' THEN permutation ELSE population END)[1].log_likelihood_ratio, ratio) AS ratio, permutation[1].observed > 255 AS large
FROM found JOIN best USING (many, prospective) ORDER BY model, prospective, many;

-- a planted cluster is found: more cases on days 41 to 50 at the places within 60 of (400, 300) of 200 areas; noise alone is not
CREATE TEMP TABLE county AS
SELECT i AS area, ST_SetSRID(ST_MakePoint(1000 * csp.seeded_uniform(9, 'x', i), 1000 * csp.seeded_uniform(9, 'y', i)), 27700) AS location, csp.seeded_integer(9, 'population', i, 500, 1500) AS population FROM generate_series(1, 200) AS i;
CREATE TABLE daily AS
SELECT a.*, date '2024-01-01' + d AS day, csp.seeded_poisson(9, 'noise', 1000 * area + d, population * 3e-5) AS noise,
       csp.seeded_poisson(9, 'planted', 1000 * area + d, CASE WHEN d BETWEEN 40 AND 49 AND ST_Distance(location, ST_SetSRID(ST_MakePoint(400, 300), 27700)) <= 60 THEN 0.6 ELSE 0 END) AS planted
FROM county AS a, generate_series(0, 89) AS d;
SELECT sum(noise) AS noise, sum(planted) AS planted FROM daily;
SELECT model, c.rank, c.p_value <= 0.01 AS significant, ST_Distance(c.centre, ST_SetSRID(ST_MakePoint(400, 300), 27700)) < 60 AS there, c.start_date BETWEEN '2024-02-08' AND '2024-02-12' AND c.end_date BETWEEN '2024-02-17' AND '2024-02-21' AS then
FROM (SELECT 'permutation' AS model, csp.space_time_permutation_scan(location, day, noise + planted, 300, 30, false, 199) AS clusters FROM daily
      UNION ALL SELECT 'population', csp.space_time_scan(location, day, noise + planted, population, 300, 30, false, 199) FROM daily) AS s, unnest(clusters[:2]) AS c ORDER BY 1, 2;
SELECT (csp.space_time_permutation_scan(location, day, noise, 300, 30, false, 199))[1].p_value > 0.1 AS permutation, (csp.space_time_scan(location, day, noise, population, 300, 30, false, 199))[1].p_value > 0.1 AS population FROM daily;

-- defaults; one seed is one answer, whatever the order of rows and the number of workers (a job large enough to start them)
SELECT csp.space_time_permutation_scan(location, day, cases) = csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 999, 1, '1 day', 0.5, 2, 10) AS permutation,
       csp.space_time_permutation_scan(location, day, cases, 150, 5) = csp.space_time_permutation_scan(location, day, cases, 150, 5, false) AS limits,
       csp.space_time_permutation_scan(location, day, cases, 150, 5, true) = csp.space_time_permutation_scan(location, day, cases, 150, 5, true, 999) AS prospective,
       csp.space_time_scan(location, day, cases, population) = csp.space_time_scan(location, day, cases, population, NULL, NULL, false, 999, 1, '1 day', 0.5, 2, 10) AS population,
       csp.space_time_scan(location, day, cases, population, 150, 5) = csp.space_time_scan(location, day, cases, population, 150, 5, false) AS limits,
       csp.space_time_scan(location, day, cases, population, 150, 5, true) = csp.space_time_scan(location, day, cases, population, 150, 5, true, 999) AS prospective
FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 99 ORDER BY y, day) = csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 99 ORDER BY day DESC, x) AS any_order,
       csp.space_time_scan(location, day, cases, growing, NULL, NULL, false, 99 ORDER BY y, day) = csp.space_time_scan(location, day, cases, growing, NULL, NULL, false, 99 ORDER BY day DESC, x) AS any_order_population,
       csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 99, 1) <> csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 99, 2) AS seed_matters
FROM scan_case;
CREATE TEMP TABLE answers (permutation csp.scan_cluster[], population csp.scan_cluster[]);
SET max_parallel_workers_per_gather = 0;
INSERT INTO answers SELECT csp.space_time_permutation_scan(location, day, noise, 200, 20, false, 333), csp.space_time_scan(location, day, noise, population, 200, 20, false, 333) FROM daily;
SET max_parallel_workers_per_gather = 2;
INSERT INTO answers SELECT csp.space_time_permutation_scan(location, day, noise, 200, 20, false, 333), csp.space_time_scan(location, day, noise, population, 200, 20, false, 333) FROM daily;
RESET max_parallel_workers_per_gather;
SELECT count(*), count(DISTINCT permutation) AS permutation, count(DISTINCT population) AS population FROM answers;

-- no rows, no cases, one place, one day, NULLs; rows of one place and day add up
SELECT csp.space_time_permutation_scan(location, day, cases) AS none, csp.space_time_scan(location, day, cases, population) AS none FROM scan_case WHERE false;
SELECT csp.space_time_permutation_scan(location, day, 0) AS no_cases, csp.space_time_scan(location, day, 0, population) AS no_cases FROM scan_case;
SELECT csp.space_time_permutation_scan(ST_MakePoint(1, 1), day, cases) AS one_place, csp.space_time_permutation_scan(location, '2024-01-01', cases) AS one_day FROM scan_case;
SELECT a.clusters = b.clusters AS nulls_skipped
FROM (SELECT csp.space_time_scan(location, day, cases, population, NULL, NULL, false, 19) AS clusters FROM scan_case) AS a,
     (SELECT csp.space_time_scan(location, day, cases, population, NULL, NULL, false, 19) AS clusters
      FROM (SELECT location, day, cases, population FROM scan_case UNION ALL VALUES (NULL::geometry, date '2024-01-20', 5::float8, 5::float8), (ST_SetSRID(ST_MakePoint(1, 1), 27700), NULL, 5, 5), (ST_SetSRID(ST_MakePoint(1, 1), 27700), '2023-01-01', NULL, 5), (ST_SetSRID(ST_MakePoint(1, 1), 27700), '2023-01-01', 5, NULL)) AS c) AS b;
SELECT csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 19) = (SELECT csp.space_time_permutation_scan(location, day, 1, NULL, NULL, false, 19) FROM scan_case, generate_series(1, cases::int)) AS one_row_a_case
FROM scan_case WHERE cases > 0 OR day IN ('2024-01-17', '2024-02-11');

-- groups, filters, frames, parallel plans
SELECT bool_and(g.clusters = f.clusters) AS groups
FROM (SELECT id % 2 AS half, csp.space_time_scan(location, day, cases, population, NULL, NULL, false, 19) AS clusters FROM scan_case GROUP BY 1) AS g,
     LATERAL (SELECT csp.space_time_scan(location, day, cases, population, NULL, NULL, false, 19) FILTER (WHERE id % 2 = half) AS clusters FROM scan_case) AS f;
SELECT count(*), bool_and(w.clusters = a.clusters) AS frames
FROM (SELECT day, csp.space_time_permutation_scan(location, day, cases, NULL, 3, true, 9) OVER (ORDER BY day RANGE '9 days' PRECEDING) AS clusters FROM scan_case) AS w
JOIN LATERAL (SELECT csp.space_time_permutation_scan(location, day, cases, NULL, 3, true, 9) AS clusters FROM scan_case AS s WHERE s.day BETWEEN w.day - 9 AND w.day) AS a ON true
WHERE w.day IN ('2024-01-20', '2024-02-03');
CREATE TEMP TABLE serial AS SELECT csp.space_time_permutation_scan(location, day, noise, 200, 5, false, 39) AS permutation, csp.space_time_scan(location, day, noise, population, 200, 5, false, 39) AS population FROM daily;
SELECT * FROM combining('daily', 'SELECT csp.space_time_permutation_scan(location, day, noise, 200, 5, false, 39), csp.space_time_scan(location, day, noise, population, 200, 5, false, 39) FROM daily');
SELECT p.permutation = s.permutation AS permutation, p.population = s.population AS population
FROM (SELECT csp.space_time_permutation_scan(location, day, noise, 200, 5, false, 39) AS permutation, csp.space_time_scan(location, day, noise, population, 200, 5, false, 39) AS population FROM daily) AS p, serial AS s;
RESET ALL;

-- refused
SELECT csp.space_time_permutation_scan(location, day, 0.5) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, -1) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, 'NaN'::float8) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, 20000000) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, 15000000) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, date 'infinity', 1) FROM scan_case;
SELECT csp.space_time_permutation_scan(ST_SetSRID(location, 4326), day, 1) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, cases, -1, 5) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, cases, NULL, 0) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, cases, id, 5) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, cases, NULL, NULL, NULL) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, -1) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 9, 1, '12 hours', 0.5, 2, 10) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 9, 1, '1 month 2 days', 0.5, 2, 10) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 9, 1, '1 day', 0.6, 2, 10) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 9, 1, '1 day', 0.5, 0, 10) FROM scan_case;
SELECT csp.space_time_permutation_scan(location, day, cases, NULL, NULL, false, 9, 1, '1 day', 0.5, 2, 0) FROM scan_case;
SELECT csp.space_time_scan(location, day, cases, -population) FROM scan_case;
SELECT csp.space_time_scan(location, day, cases, CASE WHEN id = 11 THEN 0 ELSE population END) FROM scan_case;
SELECT csp.space_time_scan(location, day, cases, 1e308) FROM scan_case;
SET csp_analysis.max_memory = '2MB';
SELECT csp.space_time_permutation_scan(ST_MakePoint(i % 15, i % 4), date '1990-01-01' + i, 1) FROM generate_series(1, 12000) AS i;
SELECT csp.space_time_permutation_scan(ST_MakePoint(i, i % 7), date '2024-01-01' + i % 9, 1) FROM generate_series(1, 3000) AS i;
SELECT cardinality(csp.space_time_permutation_scan(ST_MakePoint(i, i % 7), date '2024-01-01' + i % 9, 1, 10, 3, false, 0)) > 0 AS a_limit_fits FROM generate_series(1, 2000) AS i;
RESET csp_analysis.max_memory;

-- the work follows the days with data, not the days between them: the cases of 4713 BC and of a mistyped year are found at
-- once, and a day without data makes no difference but to the longest window (half of the periods, where none is given)
SET statement_timeout = '20s';
SELECT csp.space_time_permutation_scan(ST_SetSRID(ST_Point(400000 + g * 100, 100000), 27700), date '2020-01-01' - g * 30000, 1) FROM generate_series(1, 3) AS g;
SELECT csp.space_time_permutation_scan(ST_SetSRID(ST_Point(400000 + g * 100, 100000), 27700), date '2020-01-01' - g * 100000, 1) FROM generate_series(1, 3) AS g;
SELECT c.places, c.start_date - date '4713-01-01 BC' AS days_in, c.end_date - c.start_date AS days_long, c.observed, c.p_value
FROM (SELECT csp.space_time_permutation_scan(location, CASE WHEN id = 1 THEN date '4713-01-01 BC' ELSE '5874897-12-31' END, 1) AS clusters FROM scan_case) AS s, unnest(clusters) AS c
WHERE c.rank = 1;
SELECT count(clusters) AS answers
FROM (SELECT csp.space_time_scan(location, CASE WHEN area = 1 AND day = '2024-01-17' THEN date '20240-01-17' ELSE day END, noise, population, 200, 5, false, 9) AS clusters FROM daily) AS s;
RESET statement_timeout;
DROP TABLE scan_case, daily;
