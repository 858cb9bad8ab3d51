-- density_bandwidth: figures from test/reference/density_bandwidth.R (spatstat's bw.scott.iso; likelihood by optimize() in base R).
CREATE TABLE bandwidth_place (id int, x float8, y float8, w float8);
CREATE TEMP TABLE reference (n int, scott float8, likelihood float8);
\copy bandwidth_place FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/density_places.csv' WITH (FORMAT csv, HEADER)
\copy reference FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/density_bandwidth.csv' WITH (FORMAT csv, HEADER)
ALTER TABLE bandwidth_place ADD location geometry(Point, 27700);
UPDATE bandwidth_place SET location = ST_SetSRID(ST_MakePoint(x, y), 27700);
SELECT n, abs(o.scott / r.scott - 1) < 1e-9 AS scott, abs(o.likelihood / r.likelihood - 1) < 1e-6 AS likelihood, abs(o.plain / (sqrt(8) * r.scott) - 1) < 1e-9 AS quartic, o.plain = o.quartic AND abs(o.lq / sqrt(8) / o.likelihood - 1) < 1e-12 AS kernels
FROM reference AS r, LATERAL (SELECT csp.density_bandwidth(location) AS plain, csp.density_bandwidth(location, 'scott', 'quartic') AS quartic, csp.density_bandwidth(location, 'scott', 'gaussian') AS scott,
                                     csp.density_bandwidth(location, 'likelihood') AS lq, csp.density_bandwidth(location, 'likelihood', 'gaussian') AS likelihood FROM bandwidth_place WHERE id <= r.n) AS o
ORDER BY n DESC;
-- a place of many events has no best bandwidth; the spread of one place is 0; 1 event; none; NULLs
SELECT csp.density_bandwidth(p, 'likelihood') AS shared_places FROM (SELECT ST_MakePoint(i % 5, 0) AS p FROM generate_series(1, 50) AS i) AS v;
SELECT csp.density_bandwidth(p) AS scott, csp.density_bandwidth(p, 'likelihood') AS likelihood FROM (VALUES (ST_MakePoint(1, 1)), (ST_MakePoint(1, 1)), (NULL)) AS v (p);
SELECT csp.density_bandwidth(ST_MakePoint(1, 1)) AS one;
SELECT csp.density_bandwidth(location) AS none FROM bandwidth_place WHERE false;
-- groups, frames, parallel plans
SELECT bool_and(grouped = filtered) AS groups
FROM (SELECT id % 3 AS g, csp.density_bandwidth(location) AS grouped FROM bandwidth_place GROUP BY 1) AS a
JOIN LATERAL (SELECT csp.density_bandwidth(location) FILTER (WHERE id % 3 = g) AS filtered FROM bandwidth_place) AS b ON true;
SELECT bool_and(moving IS NOT DISTINCT FROM alone) AS frames
FROM (SELECT id, csp.density_bandwidth(location, 'likelihood') OVER (ORDER BY id ROWS 9 PRECEDING) AS moving FROM bandwidth_place WHERE id <= 40) AS w,
     LATERAL (SELECT csp.density_bandwidth(location, 'likelihood') AS alone FROM bandwidth_place WHERE id BETWEEN w.id - 9 AND w.id) AS a;
CREATE TEMP TABLE serial AS SELECT csp.density_bandwidth(location, 'likelihood') AS likelihood, csp.density_bandwidth(location) AS scott FROM bandwidth_place;
SELECT * FROM combining('bandwidth_place', 'SELECT csp.density_bandwidth(location) FROM bandwidth_place');
SELECT p.* = s.* AS parallel_is_serial FROM (SELECT csp.density_bandwidth(location, 'likelihood') AS likelihood, csp.density_bandwidth(location) AS scott FROM bandwidth_place) AS p, serial AS s;
RESET ALL;
-- in two dimensions Silverman's factor (n (d + 2) / 4)^(-1 / (d + 4)) is Scott's n^(-1 / (d + 4))
SELECT csp.density_bandwidth(location, 'silverman') = csp.density_bandwidth(location) AS silverman_is_scott FROM bandwidth_place;
-- refused
SELECT csp.density_bandwidth(location, 'silver') FROM bandwidth_place;
SELECT csp.density_bandwidth(location, NULL) FROM bandwidth_place;
SELECT csp.density_bandwidth(location, 'scott', 'triangle') FROM bandwidth_place;
SELECT csp.density_bandwidth(location, CASE WHEN id = 1 THEN 'likelihood' ELSE 'scott' END) FROM bandwidth_place;
SELECT csp.density_bandwidth(ST_MakePoint(i, 0), 'likelihood') FROM generate_series(1, 5001) AS i;
DROP TABLE bandwidth_place;
