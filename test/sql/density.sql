-- density: figures from test/reference/density.R (kernel sums in base R at every cell's centre).
CREATE TABLE density_place (id int, x float8, y float8, w float8);
CREATE TEMP TABLE reference (cell_x int, cell_y int, quartic float8, gaussian float8, weighted float8, quartic_event float8, gaussian_event float8, quartic_place float8, gaussian_place float8);
\copy density_place FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/density_places.csv' WITH (FORMAT csv, HEADER)
\copy reference FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/density.csv' WITH (FORMAT csv, HEADER)
ALTER TABLE density_place ADD location geometry(Point, 27700);
UPDATE density_place SET location = ST_SetSRID(ST_MakePoint(x, y), 27700);
\set bounds 'ST_MakeEnvelope(400100, 100300, 401000, 101050, 27700)'
CREATE TEMP TABLE surface AS
SELECT csp.kernel_density(location, 220, 50, 'quartic', :bounds) AS quartic,
       csp.kernel_density(location, 90, 50, 'gaussian', :bounds) AS gaussian,
       csp.kernel_density(location, 220, 50, 'quartic', :bounds, w) AS weighted,
       csp.kernel_density(location, 220, 50, 'quartic', :bounds, w, 'event') AS quartic_event,
       csp.kernel_density(location, 90, 50, 'gaussian', :bounds, w, 'event') AS gaussian_event,
       csp.kernel_density(location, 220, 50, 'quartic', :bounds, w, 'place') AS quartic_place,
       csp.kernel_density(location, 90, 50, 'gaussian', :bounds, w, 'place') AS gaussian_place,
       csp.kernel_density(location, 220, 50) AS quartic_extent,
       csp.kernel_density(location, 90, 50, 'gaussian') AS gaussian_extent
FROM density_place;
CREATE FUNCTION pg_temp.differs(ours csp.density_cell[], surface text) RETURNS TABLE (compared bigint, worst text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT count(*), CASE WHEN max(abs(c.density - r.%1$I) / nullif(r.%1$I, 0)) < 1e-9 AND count(*) FILTER (WHERE r.%1$I = 0 AND c.density <> 0) = 0 THEN ''below 1e-9'' ELSE ''differs'' END FROM unnest($1) AS c JOIN reference AS r USING (cell_x, cell_y)', surface) USING ours;
END $$;
SELECT name, cardinality(cells) AS given, d.*
FROM surface, LATERAL (VALUES ('quartic', quartic), ('gaussian', gaussian), ('weighted', weighted), ('quartic_event', quartic_event), ('gaussian_event', gaussian_event),
                              ('quartic_place', quartic_place), ('gaussian_place', gaussian_place)) AS s (name, cells), LATERAL pg_temp.differs(cells, name) AS d
ORDER BY name;
-- a grid without bounds holds the same cells: numbered from the origin
SELECT name, d.*
FROM surface, LATERAL (VALUES ('quartic', quartic_extent), ('gaussian', gaussian_extent)) AS s (name, cells), LATERAL pg_temp.differs(cells, name) AS d
ORDER BY name;

-- a surface integrates to its events: 150 over their extent; corrected by event, to those of the 142 within bounds,
-- whatever is lost without correction (the sum over cells is the integral to about 1e-3 at cells of 50)
SELECT abs(sum(q.density) * 50 ^ 2 / 1e6 - 150) < 0.15 AS quartic FROM surface, unnest(quartic_extent) AS q;
SELECT abs(sum(q.density) * 50 ^ 2 / 1e6 - 150) < 0.001 AS gaussian FROM surface, unnest(gaussian_extent) AS q;
SELECT abs(sum(e.density) * 50 ^ 2 / 1e6 / (SELECT sum(w) FROM density_place WHERE location && :bounds) - 1) < 0.01 AS by_event,
       (SELECT sum(density) * 50 ^ 2 / 1e6 / (SELECT sum(w) FROM density_place) < 0.95 FROM unnest(weighted) AS c) AS uncorrected
FROM surface, unnest(quartic_event) AS e GROUP BY weighted;

-- by hand: one event in the middle of a cell, bandwidth 2 cells of 500 m: 3 / pi = 0.954930 per km2 at the centre, one
-- cell away (1 - 1/4)^2 of it, diagonally (1 - 1/2)^2, two cells away none. All 25 cells are given, with their centres.
SELECT c.cell_x, c.cell_y, ST_AsEWKT(c.centre) AS centre, round(c.density::numeric, 6) AS density
FROM (SELECT csp.kernel_density(ST_SetSRID(ST_MakePoint(250, 1250), 27700), 1000, 500) AS cells) AS d, unnest(cells) AS c
WHERE c.density > 0;
SELECT min(c.cell_x), max(c.cell_x), min(c.cell_y), max(c.cell_y), count(*), bool_and(GeometryType(c.centre) = 'POINT' AND ST_IsValid(c.centre)) AS points
FROM (SELECT csp.kernel_density(ST_SetSRID(ST_MakePoint(250, 1250), 27700), 1000, 500) AS cells) AS d, unnest(cells) AS c;
-- the same event in a corner of bounds: a quarter of its kernel is within, so that it counts four times over
SELECT round(max(c.density)::numeric, 6) AS "none", round((max(e.density) / max(c.density))::numeric, 9) AS "event"
FROM (SELECT csp.kernel_density(ST_MakePoint(0, 0), 1000, 500, 'quartic', ST_MakeEnvelope(0, 0, 5000, 5000), 1) AS plain,
             csp.kernel_density(ST_MakePoint(0, 0), 1000, 500, 'quartic', ST_MakeEnvelope(0, 0, 5000, 5000), 1, 'event') AS event) AS d, unnest(plain) AS c, unnest(event) AS e;
-- two events at a place, and one with weight 2, are the same; weight 0 adds nothing
SELECT csp.kernel_density(p, 100, 50) = (SELECT csp.kernel_density(ST_MakePoint(7, 7), 100, 50, 'quartic', NULL, w) FROM unnest('{2,0}'::float8[]) AS w) AS weight_2 FROM (VALUES (ST_MakePoint(7, 7)), (ST_MakePoint(7, 7))) AS v (p);

-- sizes with rounding: 0.3 / 0.1 is below 3, but the bounds are cells 3 to 6
SELECT min(c.cell_x), max(c.cell_x), min(c.cell_y), max(c.cell_y)
FROM (SELECT csp.kernel_density(ST_MakePoint(0.5, 0.5), 0.2, 0.1, 'quartic', ST_MakeEnvelope(0.3, 0.3, 0.7, 0.6)) AS cells) AS d, unnest(cells) AS c;

-- many events under a wide Gaussian are summed by series: the same as adding up every event, at each 7th cell each way,
-- events far beyond bounds included
CREATE TEMP TABLE crowd AS SELECT 400000 + 3000 * csp.seeded_normal(1, 'x', i) AS x, 300000 + 500 * csp.seeded_normal(1, 'y', i) ^ 3 AS y, csp.seeded_poisson(1, 'w', i, 1.5) AS w FROM generate_series(1, 60000) AS i;
SELECT count(*) AS cells, max(abs(c.density / d.density - 1)) < 1e-9 AS as_summed, max(d.density) / min(d.density) > 3 AS varied
FROM (SELECT csp.kernel_density(ST_MakePoint(x, y), 500, 50, 'gaussian', ST_MakeEnvelope(398000, 299000, 401000, 302000), w) AS cells FROM crowd) AS k, unnest(cells) AS c,
     LATERAL (SELECT 1e6 * sum(w * exp(greatest(-700, -((x - ST_X(c.centre)) ^ 2 + (y - ST_Y(c.centre)) ^ 2) / (2 * 500.0 ^ 2)))) / (2 * pi() * 500.0 ^ 2) AS density FROM crowd) AS d
WHERE c.cell_x % 7 = 0 AND c.cell_y % 7 = 0;
-- the tail beyond the crowd: to 1e-15 of the densest cell, never below 0
SELECT min(c.density) >= 0 AS not_negative, bool_and(abs(c.density - d.density) < 1e-11 * d.density + 1e-15 * greatest) AS as_summed
FROM (SELECT cells, (SELECT max(density) FROM unnest(cells)) AS greatest
      FROM (SELECT csp.kernel_density(ST_MakePoint(50 * csp.seeded_uniform(2, 'x', i), 50 * csp.seeded_uniform(2, 'y', i)), 200, 20, 'gaussian', ST_MakeEnvelope(0, 0, 2000, 2000)) AS cells FROM generate_series(1, 60000) AS i) AS k) AS k, unnest(cells) AS c,
     LATERAL (SELECT 1e6 * sum(exp(-((50 * csp.seeded_uniform(2, 'x', i) - ST_X(c.centre)) ^ 2 + (50 * csp.seeded_uniform(2, 'y', i) - ST_Y(c.centre)) ^ 2) / (2 * 200.0 ^ 2))) / (2 * pi() * 200.0 ^ 2) AS density FROM generate_series(1, 60000) AS i) AS d
WHERE c.cell_x = c.cell_y AND c.cell_x % 17 = 3;

-- no rows, NULLs, an event out of reach of bounds
SELECT csp.kernel_density(location, 220, 50) FROM density_place WHERE false;
SELECT csp.kernel_density(NULL::geometry, 220, 50);
SELECT csp.kernel_density(p, 220, 50, 'quartic', NULL, w) = (SELECT csp.kernel_density(location, 220, 50, 'quartic', NULL, w) FROM density_place) AS nulls_skipped
FROM (SELECT location AS p, w FROM density_place UNION ALL SELECT NULL, 1 UNION ALL SELECT ST_SetSRID(ST_MakePoint(0, 0), 27700), NULL) AS v;
SELECT cardinality(cells) AS cells, (SELECT sum(density) FROM unnest(cells)) AS sum
FROM (SELECT csp.kernel_density(ST_MakePoint(-1e300, 1e300), 10, 10, 'quartic', ST_MakeEnvelope(0, 0, 100, 50)) AS cells) AS d;

-- one answer for any order of rows; groups, filters and frames
SELECT csp.kernel_density(location, 220, 50 ORDER BY id) = csp.kernel_density(location, 220, 50 ORDER BY md5(id::text)) AS any_order FROM density_place;
SELECT bool_and(grouped = filtered) AS groups
FROM (SELECT id % 3 AS g, csp.kernel_density(location, 220, 50, 'gaussian', :bounds) AS grouped FROM density_place GROUP BY 1) AS a
JOIN LATERAL (SELECT csp.kernel_density(location, 220, 50, 'gaussian', :bounds) FILTER (WHERE id % 3 = g) AS filtered FROM density_place) AS b ON true;
SELECT bool_and(moving = alone) AS frames
FROM (SELECT id, csp.kernel_density(location, 220, 100) OVER (ORDER BY id ROWS 9 PRECEDING) AS moving FROM density_place) AS w,
     LATERAL (SELECT csp.kernel_density(location, 220, 100) AS alone FROM density_place WHERE id BETWEEN w.id - 9 AND w.id) AS a;
SELECT * FROM combining('density_place', 'SELECT csp.kernel_density(location, 220, 50) FROM density_place');
SELECT p.quartic = s.quartic AS quartic, p.weighted = s.weighted AS weighted, p.gaussian_event = s.gaussian_event AS gaussian_event
FROM (SELECT csp.kernel_density(location, 220, 50, 'quartic', :bounds) AS quartic,
             csp.kernel_density(location, 220, 50, 'quartic', :bounds, w) AS weighted,
             csp.kernel_density(location, 90, 50, 'gaussian', :bounds, w, 'event') AS gaussian_event FROM density_place) AS p, surface AS s;
RESET ALL;

-- one stray place makes a giant grid
SELECT csp.kernel_density(p, 400, 100) FROM (VALUES (ST_SetSRID(ST_MakePoint(0, 0), 27700)), (ST_SetSRID(ST_MakePoint(651000, 313000), 27700))) AS v (p);
SELECT csp.kernel_density(ST_MakePoint(1e12, 0), 1, 1);
-- refused
SELECT csp.kernel_density(location, 40, 50) FROM density_place;
SELECT csp.kernel_density(location, 40, 0) FROM density_place;
SELECT csp.kernel_density(location, 'NaN', 50) FROM density_place;
SELECT csp.kernel_density(location, NULL, 50) FROM density_place;
SELECT csp.kernel_density(location, 200 + id, 50) FROM density_place;
SELECT csp.kernel_density(location, 220, 50, 'triangle') FROM density_place;
SELECT csp.kernel_density(location, 220, 50, 'quartic', ST_SetSRID(:bounds, 32630)) FROM density_place;
SELECT csp.kernel_density(location, 220, 50, 'quartic', ST_Buffer(location, 100)) FROM density_place;
SELECT csp.kernel_density(location, 220, 50, 'quartic', ST_GeomFromText('POLYGON((0 0, 1 0, 0 1, 1 1, 0 0))', 27700)) FROM density_place;
SELECT csp.kernel_density(location, 220, 50, 'quartic', location) FROM density_place;
SELECT csp.kernel_density(location, 220, 50, 'quartic', NULL, -1) FROM density_place;
SELECT csp.kernel_density(location, 220, 50, 'quartic', NULL, 1, 'event') FROM density_place;
SELECT csp.kernel_density(location, 220, 50, 'quartic', NULL, 1, 'both') FROM density_place;
SELECT csp.kernel_density(ST_SetSRID(location, 27700 + id % 2), 220, 50 ORDER BY id) FROM density_place;
SELECT csp.kernel_density(ST_SetSRID(ST_MakePoint(-1, 51), 4326), 220, 50);
DROP TABLE density_place;
