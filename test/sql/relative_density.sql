-- relative_density: figures from test/reference/relative_density.R (kernel sums in base R; spatstat's relrisk at points).
CREATE TABLE place (id int, x float8, y float8, is_case boolean, w float8);
CREATE TEMP TABLE reference (surface text, cell_x int, cell_y int, case_density float8, population_density float8, ratio float8, log_ratio float8, relative_risk float8, difference float8, relative_difference float8);
CREATE TEMP TABLE relrisk (cell_x int, cell_y int, plain float8, place float8, event float8, weighted float8);
\copy place FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/relative_density_places.csv' WITH (FORMAT csv, HEADER)
\copy reference FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/relative_density.csv' WITH (FORMAT csv, HEADER, NULL 'NA')
\copy relrisk FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/relative_risk.csv' WITH (FORMAT csv, HEADER)
ALTER TABLE place ADD location geometry(Point, 27700);
UPDATE place SET location = ST_SetSRID(ST_MakePoint(x, y), 27700);
\set bounds 'ST_MakeEnvelope(400100, 100300, 401000, 101050, 27700)'
CREATE FUNCTION pg_temp.same(a float8, b float8) RETURNS bool LANGUAGE sql AS $$ SELECT CASE WHEN a IS NULL OR b IS NULL THEN a IS NULL AND b IS NULL ELSE abs(a - b) <= 1e-9 * abs(b) END $$;
CREATE TEMP TABLE ours AS
SELECT s.* FROM (
    SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', :bounds) AS quartic,
           csp.relative_density(location, is_case, 90, 50, 'gaussian', :bounds, w) AS weighted,
           csp.relative_density(location, is_case, 90, 50, 'gaussian', :bounds) FILTER (WHERE location && :bounds) AS plain,
           csp.relative_density(location, is_case, 90, 50, 'gaussian', :bounds, 1, 'place') AS by_place,
           csp.relative_density(location, is_case, 90, 50, 'gaussian', :bounds, 1, 'event') AS by_event,
           csp.relative_density(location, is_case, 90, 50, 'gaussian', :bounds, w) FILTER (WHERE location && :bounds) AS weighted_within
    FROM place) AS o,
    LATERAL (VALUES ('quartic', quartic), ('weighted', weighted), ('plain', plain), ('by_place', by_place), ('by_event', by_event), ('weighted_within', weighted_within)) AS s (surface, cells);
-- every measure at every cell to 1e-9; differences where two layers cancel to 1e-9 of the layers
SELECT surface, count(*) AS cells, count(r.ratio) AS ratios, count(r.log_ratio) AS logs,
       count(*) FILTER (WHERE pg_temp.same(o.case_density, r.case_density) AND pg_temp.same(o.population_density, r.population_density)) AS densities,
       count(*) FILTER (WHERE pg_temp.same(o.ratio, r.ratio)) AS ratio, count(*) FILTER (WHERE o.log_ratio IS NULL AND r.log_ratio IS NULL OR abs(o.log_ratio - r.log_ratio) < 1e-9) AS log_ratio, count(*) FILTER (WHERE pg_temp.same(o.relative_risk, r.relative_risk)) AS relative_risk,
       count(*) FILTER (WHERE abs(o.difference - r.difference) <= 1e-9 * (r.case_density + r.population_density)) AS difference,
       count(*) FILTER (WHERE abs(o.relative_difference - r.relative_difference) <= 1e-9 * (r.case_density + r.population_density) / 100) AS relative_difference
FROM (SELECT surface, c.* FROM ours, unnest(cells) AS c) AS o JOIN reference AS r USING (surface, cell_x, cell_y)
GROUP BY surface ORDER BY surface;
-- spatstat's relrisk(relative = TRUE), plain, and corrected for edges by place and by event
SELECT surface, count(*) AS cells, count(*) FILTER (WHERE pg_temp.same(o.ratio, CASE surface WHEN 'plain' THEN r.plain WHEN 'by_place' THEN r.place WHEN 'by_event' THEN r.event ELSE r.weighted END)) AS same
FROM (SELECT surface, c.* FROM ours, unnest(cells) AS c WHERE surface IN ('plain', 'by_place', 'by_event', 'weighted_within')) AS o JOIN relrisk AS r USING (cell_x, cell_y)
GROUP BY surface ORDER BY surface;
-- the two layers are surfaces of kernel_density on one grid, that of the extent of both
SELECT bool_and(abs(r.case_density - c.density) <= 1e-12 * c.density AND abs(r.population_density - p.density) <= 1e-12 * p.density AND ST_OrderingEquals(r.centre, c.centre) AND ST_SRID(r.centre) = 27700) AS layers, count(*) AS cells
FROM (SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', :bounds, w) AS cells, csp.kernel_density(location, 160, 50, 'quartic', :bounds, w) FILTER (WHERE is_case) AS cases, csp.kernel_density(location, 160, 50, 'quartic', :bounds, w) FILTER (WHERE NOT is_case) AS population FROM place) AS s,
     unnest(cells) AS r JOIN LATERAL unnest(cases) AS c USING (cell_x, cell_y) JOIN LATERAL unnest(population) AS p USING (cell_x, cell_y);
SELECT (SELECT ARRAY[min(c.cell_x), max(c.cell_x), min(c.cell_y), max(c.cell_y)] FROM unnest(r) AS c) = (SELECT ARRAY[min(c.cell_x), max(c.cell_x), min(c.cell_y), max(c.cell_y)] FROM unnest(k) AS c) AS extent_of_both
FROM (SELECT csp.relative_density(location, is_case, 160, 50) AS r, csp.kernel_density(location, 160, 50) AS k FROM place) AS s;
-- a floor takes ratios away where fewer live, and nothing else
SELECT count(*) AS cells, count(o.ratio) AS above, count(*) FILTER (WHERE o.population_density >= 200) AS expected, bool_and(o.ratio = f.ratio AND o.log_ratio IS NOT DISTINCT FROM f.log_ratio) FILTER (WHERE o.ratio IS NOT NULL) AS same,
       bool_and(o.difference = f.difference AND o.relative_difference = f.relative_difference) AS differences
FROM (SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', :bounds, 1, 'none', 200) AS floored, csp.relative_density(location, is_case, 160, 50, 'quartic', :bounds) AS free FROM place) AS s,
     unnest(floored) AS o JOIN LATERAL unnest(free) AS f USING (cell_x, cell_y);
-- by hand: a case and 4 people in the middle of a cell of 500 m, bandwidth 1 km: 3 / pi and 12 / pi per km2; 2 more people live far
-- away. Ratio 1/4, overall ratio 1/6, so 1.5 times the overall level; shares of 1 and 4/6 of the whole.
SELECT c.cell_x, c.cell_y, round(c.case_density::numeric, 6) AS cases, round(c.population_density::numeric, 6) AS population, c.ratio, round(c.log_ratio::numeric, 6) AS log_ratio, round(c.relative_risk::numeric, 9) AS relative_risk,
       round(c.difference::numeric, 6) AS difference, round(c.relative_difference::numeric, 6) AS relative_difference
FROM (SELECT csp.relative_density(ST_SetSRID(ST_MakePoint(x, 250), 27700), is_case, 1000, 500, 'quartic', ST_MakeEnvelope(0, 0, 10000, 500, 27700), n) AS cells FROM (VALUES (250, true, 1), (250, false, 4), (9750, false, 2)) AS v (x, is_case, n)) AS s, unnest(cells) AS c
WHERE c.cell_x IN (0, 5, 19);

-- only one layer: no ratio without population, no relative measures without cases
SELECT count(c.ratio) AS ratios, count(c.relative_difference) AS relative, bool_and(c.difference = c.case_density) AS difference FROM (SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', :bounds) AS cells FROM place WHERE is_case) AS s, unnest(cells) AS c;
SELECT bool_and(c.ratio = 0 OR c.population_density = 0) AS zero, count(c.log_ratio) AS logs, count(c.relative_risk) AS risks, count(c.relative_difference) AS relative FROM (SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', :bounds) AS cells FROM place WHERE NOT is_case) AS s, unnest(cells) AS c;
-- no rows, NULLs
SELECT csp.relative_density(location, is_case, 160, 50) IS NULL AS no_rows, csp.relative_density(NULL, is_case, 160, 50) IS NULL AS no_place FROM place WHERE false;
SELECT csp.relative_density(NULL, true, 160, 50) IS NULL AS no_place, csp.relative_density(location, NULL, 160, 50) IS NULL AS unknown, csp.relative_density(location, true, 160, 50, 'quartic', NULL, NULL) IS NULL AS no_weight FROM place;
SELECT csp.relative_density(p, c, 160, 50, 'quartic', NULL, n) = (SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', NULL, w) FROM place) AS nulls_skipped
FROM (SELECT location AS p, is_case AS c, w AS n FROM place UNION ALL SELECT NULL, true, 1 UNION ALL SELECT location, NULL, 1 FROM place UNION ALL SELECT location, true, NULL FROM place) AS v;
-- one answer for any order of rows; groups, filters and frames
SELECT csp.relative_density(location, is_case, 160, 50 ORDER BY id) = csp.relative_density(location, is_case, 160, 50 ORDER BY md5(id::text)) AS any_order FROM place;
SELECT bool_and(grouped = filtered) AS groups
FROM (SELECT id % 3 AS g, csp.relative_density(location, is_case, 160, 50, 'gaussian', :bounds) AS grouped FROM place GROUP BY 1) AS a
JOIN LATERAL (SELECT csp.relative_density(location, is_case, 160, 50, 'gaussian', :bounds) FILTER (WHERE id % 3 = g) AS filtered FROM place) AS b ON true;
SELECT bool_and(moving = alone) AS frames
FROM (SELECT id, csp.relative_density(location, is_case, 160, 100) OVER (ORDER BY md5(id::text) ROWS 9 PRECEDING) AS moving, array_agg(id) OVER (ORDER BY md5(id::text) ROWS 9 PRECEDING) AS ids FROM place) AS w,
     LATERAL (SELECT csp.relative_density(location, is_case, 160, 100) AS alone FROM place WHERE id = ANY (w.ids)) AS a;
SELECT * FROM combining('place', 'SELECT csp.relative_density(location, is_case, 160, 50) FROM place');
SELECT p.quartic = q.cells AS quartic, p.weighted = w.cells AS weighted
FROM (SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', :bounds) AS quartic, csp.relative_density(location, is_case, 90, 50, 'gaussian', :bounds, w) AS weighted FROM place) AS p, ours AS q, ours AS w WHERE q.surface = 'quartic' AND w.surface = 'weighted';
RESET ALL;
-- refused
SELECT csp.relative_density(location, is_case, 40, 50) FROM place;
SELECT csp.relative_density(location, is_case, NULL, 50) FROM place;
SELECT csp.relative_density(location, is_case, 160, 50, 'cosine') FROM place;
SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', location) FROM place;
SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', NULL, -1) FROM place;
SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', NULL, 1, 'event') FROM place;
SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', NULL, 1, 'none', -5) FROM place;
SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', NULL, 1, 'none', NULL) FROM place;
SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', NULL, 1, 'none', id) FROM place;
SELECT csp.relative_density(location, is_case, 160, 50, 'quartic', ST_SetSRID(:bounds, 32630)) FROM place;
SELECT csp.relative_density(ST_SetSRID(ST_MakePoint(-1, 51), 4326), true, 160, 50);
SELECT csp.relative_density(p, true, 400, 100) FROM (VALUES (ST_SetSRID(ST_MakePoint(0, 0), 27700)), (ST_SetSRID(ST_MakePoint(651000, 313000), 27700))) AS v (p);
DROP TABLE place;
