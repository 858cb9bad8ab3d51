-- point_pattern: figures from test/reference/point_pattern.R (R spatstat: Kest, clarkevans.test).
CREATE TABLE pattern_place (id int, x float8, y float8, w float8);
CREATE TEMP TABLE reference_k (distance float8, "none" float8, border float8, translate float8, isotropic float8);
CREATE TEMP TABLE reference_nearest (n int, mean float8, index float8, p_value float8);
\copy pattern_place FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/density_places.csv' WITH (FORMAT csv, HEADER)
\copy reference_k FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/point_pattern_k.csv' WITH (FORMAT csv, HEADER)
\copy reference_nearest FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/point_pattern_nearest.csv' WITH (FORMAT csv, HEADER)
\set area 'ST_MakeEnvelope(400100, 100300, 401000, 101050, 27700)'
\set distances '''{20,45,80,120,180,260,350}'''
ALTER TABLE pattern_place ADD location geometry(Point, 27700);
UPDATE pattern_place SET location = ST_SetSRID(ST_MakePoint(x, y), 27700);
DELETE FROM pattern_place WHERE NOT location && :area;
CREATE FUNCTION pg_temp.same(a float8, b float8) RETURNS bool LANGUAGE sql AS $$ SELECT abs(a - b) <= 1e-9 * abs(b) $$;

SELECT o.n = r.n AS n, pg_temp.same(o.observed_mean, r.mean) AS mean, pg_temp.same(o.index, r.index) AS index, pg_temp.same(o.p_value, r.p_value) AS p_value,
       pg_temp.same(o.expected_mean, 0.5 / sqrt(r.n / (900.0 * 750))) AS expected, abs(o.z - (o.observed_mean - o.expected_mean) / (0.26136 / sqrt(r.n ^ 2 / (900.0 * 750)))) < 1e-4 * abs(o.z) AS z
FROM (SELECT (csp.nearest_neighbour_index(location, ST_Area(:area))).* FROM pattern_place) AS o, reference_nearest AS r;
SELECT correction, count(*), bool_and(pg_temp.same(k.k, expected)) AS k, bool_and(pg_temp.same(k.l, sqrt(k.k / pi()))) AS l, bool_and(pg_temp.same(k.k_expected, pi() * k.distance ^ 2)) AS k_expected,
       bool_and(k.k_low IS NULL AND k.k_high IS NULL AND k.l_low IS NULL AND k.l_high IS NULL) AS no_envelope
FROM (SELECT c AS correction, csp.ripleys_k(location, :distances, :area, c) AS rows FROM pattern_place, unnest('{none,border,translate,isotropic}'::text[]) AS c GROUP BY c) AS r,
     unnest(rows) AS k JOIN LATERAL (SELECT CASE correction WHEN 'none' THEN "none" WHEN 'border' THEN border WHEN 'translate' THEN translate ELSE isotropic END AS expected FROM reference_k WHERE distance = k.distance) AS e ON true
GROUP BY correction ORDER BY correction;
-- the default correction is translate; every pair of places is found by a search through all of them
SELECT csp.ripleys_k(location, :distances, :area) = csp.ripleys_k(location, :distances, :area, 'translate') AS translate FROM pattern_place;
SELECT abs((csp.nearest_neighbour_index(a.location, 1)).observed_mean - avg(nearest)) < 1e-9 AS nearest
FROM pattern_place AS a, LATERAL (SELECT min(ST_Distance(a.location, b.location)) AS nearest FROM pattern_place AS b WHERE b.id <> a.id) AS n;

-- by hand: places (0,0), (3,4), (3,4) and (9,4) in a square of 10: nearest 5, 0, 0, 6: mean 2.75, expected 1 / (2 sqrt(4/100)) =
-- 2.5. K uncorrected at 5: ordered pairs within 5 are 2 x 3 (0-1, 0-2, 1-2): 100 / (4 x 3) x 6 = 50; at 4.999: 2: 16.6667
SELECT n, observed_mean, expected_mean, index, round(z::numeric, 6) AS z FROM (SELECT (csp.nearest_neighbour_index(p, 100)).* FROM (VALUES (ST_MakePoint(0, 0)), (ST_MakePoint(3, 4)), (ST_MakePoint(3, 4)), (ST_MakePoint(9, 4))) AS v (p)) AS i;
SELECT k.distance, round(k.k::numeric, 4) AS k FROM (SELECT csp.ripleys_k(p, '{4.999,5,6}', ST_MakeEnvelope(0, 0, 10, 10), 'none') AS rows FROM (VALUES (ST_MakePoint(0, 0)), (ST_MakePoint(3, 4)), (ST_MakePoint(3, 4)), (ST_MakePoint(9, 4))) AS v (p)) AS r, unnest(rows) AS k;
-- translate: the pair (0,0)-(3,4) could lie in 7 by 6 of 10 by 10: weight 100 / 42; two such pairs and the double place: 100/12 x (4 x 100/42 + 2)
SELECT round(k.k::numeric, 4) AS k, round(100.0 / 12 * (4 * 100.0 / 42 + 2), 4) AS by_hand FROM (SELECT csp.ripleys_k(p, '{5}', ST_MakeEnvelope(0, 0, 10, 10)) AS rows FROM (VALUES (ST_MakePoint(0, 0)), (ST_MakePoint(3, 4)), (ST_MakePoint(3, 4)), (ST_MakePoint(9, 4))) AS v (p)) AS r, unnest(rows) AS k;
-- border: nobody is 6 from the edge of a square of 10
SELECT k.* FROM (SELECT csp.ripleys_k(p, '{6}', ST_MakeEnvelope(0, 0, 10, 10), 'border', 9) AS rows FROM (VALUES (ST_MakePoint(5, 5)), (ST_MakePoint(3, 4))) AS v (p)) AS r, unnest(rows) AS k;

-- envelopes: these places cluster; a grid of 400 is more even than chance; 400 random places stay within (seeds chosen once)
CREATE TEMP TABLE pattern AS
SELECT 'grid' AS name, ST_MakePoint(5 + 10 * (i % 20), 5 + 10 * (i / 20)) AS location FROM generate_series(0, 399) AS i
UNION ALL
SELECT 'random', ST_MakePoint(200 * csp.seeded_uniform(4, 'x', i), 200 * csp.seeded_uniform(4, 'y', i)) FROM generate_series(1, 400) AS i;
SELECT bool_and(k.k > k.k_high) AS clustered, bool_and(k.l_low < k.distance AND k.l_high > k.distance) AS holds_chance
FROM (SELECT csp.ripleys_k(location, '{20,45,80,120}', :area, 'translate', 99) AS rows FROM pattern_place) AS r, unnest(rows) AS k;
SELECT name, correction, bool_and(k.k < k.k_low) AS below, bool_and(k.k BETWEEN k.k_low AND k.k_high) AS within
FROM (SELECT name, correction, csp.ripleys_k(location, '{5,8}', ST_MakeEnvelope(0, 0, 200, 200), correction, 99, 7) AS rows FROM pattern, unnest('{none,border,translate,isotropic}'::text[]) AS correction GROUP BY 1, 2) AS r, unnest(rows) AS k
GROUP BY 1, 2 ORDER BY 1, 2;
SELECT name, round((csp.nearest_neighbour_index(location, 40000)).index::numeric, 1) AS index FROM pattern GROUP BY name ORDER BY name;
-- one seed is one answer, whatever the order of rows
SELECT csp.ripleys_k(location, '{10,20}', ST_MakeEnvelope(0, 0, 200, 200), 'translate', 39) = csp.ripleys_k(location, '{10,20}', ST_MakeEnvelope(0, 0, 200, 200), 'translate', 39, 1) AS default_seed,
       csp.ripleys_k(location, '{10,20}', ST_MakeEnvelope(0, 0, 200, 200), 'translate', 39 ORDER BY ST_X(location)) = csp.ripleys_k(location, '{10,20}', ST_MakeEnvelope(0, 0, 200, 200), 'translate', 39 ORDER BY ST_Y(location)) AS any_order,
       csp.ripleys_k(location, '{10,20}', ST_MakeEnvelope(0, 0, 200, 200), 'translate', 39, 1) <> csp.ripleys_k(location, '{10,20}', ST_MakeEnvelope(0, 0, 200, 200), 'translate', 39, 2) AS seed_matters
FROM pattern WHERE name = 'random';
-- workers make no difference (a job large enough to start them)
CREATE TEMP TABLE answers (k csp.ripleys_k_row[]);
SET max_parallel_workers_per_gather = 0;
INSERT INTO answers SELECT csp.ripleys_k(location, '{20,45,80,120,400}', :area, 'isotropic', 499) FROM pattern_place;
SET max_parallel_workers_per_gather = 2;
INSERT INTO answers SELECT csp.ripleys_k(location, '{20,45,80,120,400}', :area, 'isotropic', 499) FROM pattern_place;
RESET max_parallel_workers_per_gather;
SELECT count(*), count(DISTINCT k) AS answers FROM answers;

-- distances at the ends of double precision
SELECT k.distance, k.k FROM (SELECT csp.ripleys_k(p, '{1e-200,1,1e200}', ST_MakeEnvelope(0, 0, 10, 10), 'none') AS rows FROM (VALUES (ST_MakePoint(1, 1)), (ST_MakePoint(1, 1)), (ST_MakePoint(9, 9))) AS v (p)) AS r, unnest(rows) AS k;

-- no rows, one place, NULLs
SELECT csp.nearest_neighbour_index(location, 100), csp.ripleys_k(location, '{5}', :area) FROM pattern_place WHERE false;
SELECT csp.nearest_neighbour_index(p, 100), csp.ripleys_k(p, '{5}', ST_MakeEnvelope(0, 0, 10, 10), 'none', 9) FROM (VALUES (ST_MakePoint(1, 1)), (NULL)) AS v (p);
SELECT (csp.nearest_neighbour_index(ST_MakePoint(1, 1), 100)).* FROM generate_series(1, 1000);

-- groups, filters, frames, parallel plans
SELECT bool_and(a.nearest = b.nearest AND a.k = b.k) AS groups
FROM (SELECT id % 3 AS g, csp.nearest_neighbour_index(location, 675000) AS nearest, csp.ripleys_k(location, :distances, :area) AS k FROM pattern_place GROUP BY 1) AS a,
     LATERAL (SELECT csp.nearest_neighbour_index(location, 675000) FILTER (WHERE id % 3 = g) AS nearest, csp.ripleys_k(location, :distances, :area) FILTER (WHERE id % 3 = g) AS k FROM pattern_place) AS b;
SELECT bool_and(w.nearest IS NOT DISTINCT FROM a.nearest AND w.k = a.k) AS frames
FROM (SELECT id, csp.nearest_neighbour_index(location, 675000) OVER f AS nearest, csp.ripleys_k(location, '{50,300}', :area) OVER f AS k FROM pattern_place WINDOW f AS (ORDER BY id ROWS 9 PRECEDING)) AS w,
     LATERAL (SELECT csp.nearest_neighbour_index(location, 675000) AS nearest, csp.ripleys_k(location, '{50,300}', :area) AS k
              FROM (SELECT location FROM pattern_place WHERE id <= w.id ORDER BY id DESC LIMIT 10) AS p) AS a;
CREATE TEMP TABLE serial AS SELECT csp.nearest_neighbour_index(location, 675000) AS nearest, csp.ripleys_k(location, :distances, :area, 'isotropic', 19) AS k FROM pattern_place;
SELECT * FROM combining('pattern_place', 'SELECT csp.nearest_neighbour_index(location, 675000) FROM pattern_place');
SELECT p.nearest = s.nearest AS nearest, p.k = s.k AS k
FROM (SELECT csp.nearest_neighbour_index(location, 675000) AS nearest, csp.ripleys_k(location, :distances, :area, 'isotropic', 19) AS k FROM pattern_place) AS p, serial AS s;
RESET ALL;

-- refused
SELECT csp.nearest_neighbour_index(location, 0) FROM pattern_place;
SELECT csp.nearest_neighbour_index(location, NULL) FROM pattern_place;
SELECT csp.nearest_neighbour_index(location, id) FROM pattern_place;
SELECT csp.ripleys_k(location, '{5}', ST_MakeEnvelope(0, 0, 10, 10, 27700)) FROM pattern_place WHERE id = 1;
SELECT csp.ripleys_k(location, '{5}', ST_MakeEnvelope(0, 0, 10, 10, 3857)) FROM pattern_place WHERE id = 1;
SELECT csp.ripleys_k(location, '{5}', ST_Buffer(location, 10)) FROM pattern_place WHERE id = 1;
SELECT csp.ripleys_k(location, '{}', :area) FROM pattern_place;
SELECT csp.ripleys_k(location, '{5,5}', :area) FROM pattern_place;
SELECT csp.ripleys_k(location, '{0,5}', :area) FROM pattern_place;
SELECT csp.ripleys_k(location, '{5,NULL}', :area) FROM pattern_place;
SELECT csp.ripleys_k(location, '{5}', :area, 'toroidal') FROM pattern_place;
SELECT csp.ripleys_k(location, '{5}', :area, 'none', -1) FROM pattern_place;
SELECT csp.ripleys_k(location, '{5}', :area, 'none', 5000000) FROM pattern_place;
SELECT csp.ripleys_k(ST_SetSRID(location, 4326), '{5}', ST_SetSRID(:area, 4326)) FROM pattern_place;
DROP TABLE pattern_place;
