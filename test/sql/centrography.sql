-- centrography: figures from test/reference/centrography.R (base R: moments, eigen(), optim()).
CREATE TABLE centre_place (id int, x float8, y float8, w float8);
CREATE TEMP TABLE reference ("case" text, n float8, mean_x float8, mean_y float8, distance_crimestat float8, distance_population float8, angle float8, major float8, minor float8, median_x float8, median_y float8);
\copy centre_place FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/density_places.csv' WITH (FORMAT csv, HEADER)
\copy reference FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/centrography.csv' WITH (FORMAT csv, HEADER)
ALTER TABLE centre_place ADD location geometry(Point, 27700);
UPDATE centre_place SET location = ST_SetSRID(ST_MakePoint(x, y), 27700);
CREATE FUNCTION pg_temp.same(a float8, b float8, tolerance float8 DEFAULT 1e-9) RETURNS bool LANGUAGE sql AS $$ SELECT abs(a - b) <= tolerance * abs(b) $$;
CREATE TEMP TABLE ours AS
SELECT 'all' AS "case", csp.mean_centre(location) AS mean, csp.standard_distance(location) AS crimestat, csp.standard_distance(location, 'population') AS population,
       csp.standard_deviational_axes(location, 'yuill') AS yuill, csp.standard_deviational_axes(location) AS axes, csp.centre_of_minimum_distance(location) AS median FROM centre_place
UNION ALL
SELECT 'weighted', csp.mean_centre(location, w), csp.standard_distance(location, w), csp.standard_distance(location, w, 'population'),
       csp.standard_deviational_axes(location, w, 'yuill'), csp.standard_deviational_axes(location, w), csp.centre_of_minimum_distance(location, w) FROM centre_place
UNION ALL
SELECT 'some', csp.mean_centre(location), csp.standard_distance(location, 'crimestat'), csp.standard_distance(location, 'population'),
       csp.standard_deviational_axes(location, 'yuill'), csp.standard_deviational_axes(location, 'crimestat'), csp.centre_of_minimum_distance(location) FROM centre_place WHERE id <= 20;
SELECT "case", pg_temp.same((yuill).n, n) AS n, pg_temp.same(ST_X(mean), mean_x) AND pg_temp.same(ST_Y(mean), mean_y) AS mean,
       pg_temp.same(crimestat, distance_crimestat) AND pg_temp.same(population, distance_population) AS distance,
       pg_temp.same((yuill).angle, angle) AND (axes).angle = (yuill).angle AS angle, pg_temp.same((yuill).major, major) AND pg_temp.same((yuill).minor, minor) AS yuill,
       pg_temp.same((axes).major, major * sqrt(2 * n / (n - 2))) AND pg_temp.same((axes).minor, minor * sqrt(2 * n / (n - 2))) AS crimestat,
       pg_temp.same((axes).area, pi() * (axes).major * (axes).minor) AND ST_Equals((axes).centre, mean) AS rest,
       pg_temp.same(ST_X(median), median_x, 1e-12) AND pg_temp.same(ST_Y(median), median_y, 1e-12) AS median
FROM ours JOIN reference USING ("case") ORDER BY 1;

-- a weight counts as so many events
SELECT ST_Distance(csp.centre_of_minimum_distance(location, w), csp.centre_of_minimum_distance(location, w * 2.5)) < 1e-6 AS scale,
       (SELECT pg_temp.same(csp.standard_distance(location), crimestat) FROM centre_place, generate_series(1, w::int)) AS listed
FROM centre_place, ours WHERE "case" = 'weighted' GROUP BY crimestat;

-- the polygon is the ellipse of the axes: its corners, area (72 corners hold sin(5 degrees) / (5 degrees) of it), SRID
SELECT ST_SRID(e) AS srid, ST_IsValid(e) AS valid, ST_NPoints(e) AS points, pg_temp.same(ST_Area(e), (a).area * sin(radians(5)) / radians(5)) AS area,
       ST_Distance(ST_Centroid(e), (a).centre) < 1e-6 AS centre,
       pg_temp.same(ST_X(ST_PointN(ST_ExteriorRing(e), 1)) - ST_X((a).centre), (a).major * sin(radians((a).angle)), 1e-6) AS east,
       pg_temp.same(ST_Y(ST_PointN(ST_ExteriorRing(e), 1)) - ST_Y((a).centre), (a).major * cos(radians((a).angle)), 1e-6) AS north
FROM (SELECT csp.standard_deviational_ellipse(location) AS e, csp.standard_deviational_axes(location) AS a FROM centre_place
      UNION ALL SELECT csp.standard_deviational_ellipse(location, w, 'yuill'), csp.standard_deviational_axes(location, w, 'yuill') FROM centre_place) AS v;

-- by hand: (-3, 0), (3, 0), (0, -1), (0, 1): Sxx 18, Syy 2, no covariance; Yuill sqrt(18/4), sqrt(2/4), lying east-west;
-- CrimeStat sqrt(2) sqrt(4/2) = 2 times that. Turned by 90 degrees it stands at 0; a square has no direction.
CREATE FUNCTION pg_temp.places(p text) RETURNS SETOF geometry LANGUAGE sql AS $$ SELECT (ST_DumpPoints(('MULTIPOINT(' || p || ')')::geometry)).geom $$;
SELECT p, (a).n, ST_AsText((a).centre) AS centre, (a).angle, round((a).major::numeric, 9) AS major, round((a).minor::numeric, 9) AS minor, ST_GeometryType(e) AS ellipse
FROM unnest('{"-3 0, 3 0, 0 -1, 0 1", "0 -3, 0 3, -1 0, 1 0", "1 1, 1 -1, -1 1, -1 -1", "0 0, 1 1, 2 2", "0 0, 1 -1, 2 -2", "5 5, 5 5, 5 5"}'::text[]) AS p,
     LATERAL (SELECT csp.standard_deviational_axes(g, 'yuill') AS a, csp.standard_deviational_ellipse(g, 'yuill') AS e FROM pg_temp.places(p) AS g) AS v;
SELECT round((csp.standard_deviational_axes(g)).major::numeric, 9) AS "sqrt(18)", round(csp.standard_distance(g)::numeric, 9) AS "sqrt(20 / 2)", round(csp.standard_distance(g, 'population')::numeric, 9) AS "sqrt(20 / 4)"
FROM pg_temp.places('-3 0, 3 0, 0 -1, 0 1') AS g;

-- centre of minimum distance: of a triangle with an angle of 120 degrees or more it is that corner; three on a line: the
-- middle one; the place with half of the weight or more; an even number on a line: between the middle two
SELECT p, round(ST_X(c)::numeric, 9) AS x, round(ST_Y(c)::numeric, 9) AS y
FROM unnest('{"0 0, 10 1, -10 1", "0 0, 1 0, 10 0", "7 7", "7 7, 7 7, 7 7", "0 0, 0 0, 9 1, 4 4", "-1 0, 1 0, 0 -1, 0 1", "0 0, 6 0, 3 5.196152422706632"}'::text[]) AS p,
     LATERAL (SELECT csp.centre_of_minimum_distance(g) AS c FROM pg_temp.places(p) AS g) AS v;
SELECT ST_X(csp.centre_of_minimum_distance(g)) BETWEEN 1 AND 5 AS between_them, ST_Y(csp.centre_of_minimum_distance(g)) AS y FROM pg_temp.places('0 0, 1 0, 5 0, 6 0') AS g;
SELECT bool_and(ST_Distance(ours, postgis) < 0.001) AS as_postgis
FROM (SELECT id % 7, csp.centre_of_minimum_distance(location) AS ours, ST_GeometricMedian(ST_Collect(location), 1e-10, 100000) AS postgis FROM centre_place GROUP BY 1) AS g;

-- no rows, 1 and 2 places, NULLs, weights of 0
SELECT n, ST_AsText(csp.mean_centre(g)) AS mean, csp.standard_distance(g) AS distance, csp.standard_distance(g, 'population') AS population,
       csp.standard_deviational_ellipse(g) AS ellipse, csp.standard_deviational_axes(g) AS axes, ST_AsText(csp.centre_of_minimum_distance(g)) AS median
FROM generate_series(0, 2) AS n LEFT JOIN LATERAL (SELECT ST_MakePoint(i * 2, 0) AS g FROM generate_series(1, n) AS i) AS p ON true GROUP BY n ORDER BY n;
SELECT csp.mean_centre(g, w) IS NULL AS mean, csp.standard_distance(g, w) IS NULL AS distance, csp.centre_of_minimum_distance(g, w) IS NULL AS median FROM (VALUES (ST_MakePoint(1, 1), 0)) AS v (g, w);
SELECT ST_AsText(csp.mean_centre(g, w)) AS mean, csp.standard_distance(g, w, 'population') AS distance, ST_AsText(csp.centre_of_minimum_distance(g, w)) AS median
FROM (VALUES (ST_MakePoint(0, 0), 1), (ST_MakePoint(4, 0), 3), (NULL, 5), (ST_MakePoint(100, 100), NULL), (ST_MakePoint(100, 100), 0)) AS v (g, w);

-- groups, filters, frames, parallel plans; to the last bit where rows come in one order
SELECT bool_and(ST_AsBinary(grouped) = ST_AsBinary(filtered)) AS groups
FROM (SELECT id % 3 AS g, csp.standard_deviational_ellipse(location ORDER BY id) AS grouped FROM centre_place GROUP BY 1) AS a
JOIN LATERAL (SELECT csp.standard_deviational_ellipse(location ORDER BY id) FILTER (WHERE id % 3 = g) AS filtered FROM centre_place) AS b ON true;
SELECT bool_and(ST_Distance(w.mean, a.mean) < 1e-9 AND ST_Equals(w.median, a.median) AND pg_temp.same(w.distance, a.distance)) AS frames
FROM (SELECT id, csp.mean_centre(location) OVER f AS mean, csp.standard_distance(location) OVER f AS distance, csp.centre_of_minimum_distance(location) OVER f AS median
      FROM centre_place WINDOW f AS (ORDER BY id ROWS 9 PRECEDING)) AS w,
     LATERAL (SELECT csp.mean_centre(location) AS mean, csp.standard_distance(location) AS distance, csp.centre_of_minimum_distance(location) AS median FROM centre_place WHERE id BETWEEN w.id - 9 AND w.id) AS a
WHERE id > 3;
SELECT * FROM combining('centre_place', 'SELECT ST_AsText(csp.mean_centre(location), 6), csp.centre_of_minimum_distance(location) FROM centre_place');
SELECT ST_Distance(p.mean, o.mean) < 1e-9 AS mean, pg_temp.same(p.distance, o.crimestat) AS distance, pg_temp.same((p.axes).minor, (o.axes).minor) AS axes, ST_AsBinary(p.median) = ST_AsBinary(o.median) AS median
FROM (SELECT csp.mean_centre(location, w) AS mean, csp.standard_distance(location, w) AS distance, csp.standard_deviational_axes(location, w) AS axes, csp.centre_of_minimum_distance(location, w) AS median FROM centre_place) AS p, ours AS o
WHERE "case" = 'weighted';
RESET ALL;

-- refused
SELECT csp.mean_centre(ST_SetSRID(location, 27700 + id % 2) ORDER BY id) FROM centre_place;
SELECT csp.mean_centre(ST_SetSRID(ST_MakePoint(-1, 51), 4326));
SELECT csp.mean_centre(ST_Buffer(location, 1)) FROM centre_place;
SELECT csp.mean_centre(location, -1) FROM centre_place;
SELECT csp.standard_distance(location, 'yuill') FROM centre_place;
SELECT csp.standard_deviational_ellipse(location, 'population') FROM centre_place;
SELECT csp.standard_deviational_ellipse(location, CASE WHEN id = 1 THEN 'yuill' ELSE 'crimestat' END) FROM centre_place;
SELECT csp.centre_of_minimum_distance(location, 'Infinity') FROM centre_place;
SELECT csp_internal.centrography_combine('{1,2}', '{1,2}');
DROP TABLE centre_place;
