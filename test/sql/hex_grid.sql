-- hex_cell, hex_neighbours, hex_boundary: a grid of hexagons by arithmetic.
-- 20,000 points on all four sides of the origin: each lies in its hexagon (PostGIS decides), as points that are corners may not
SELECT count(*) AS points, count(DISTINCT hex) AS hexagons, count(*) FILTER (WHERE NOT ST_Covers(csp.hex_boundary(hex, 50, 27700), location)) AS outside
FROM (SELECT location, csp.hex_cell(location, 50) AS hex
      FROM (SELECT ST_SetSRID(ST_MakePoint(csp.seeded_uniform(1, 'x', n) * 2000 - 1000, csp.seeded_uniform(1, 'y', n) * 2000 - 1000), 27700) AS location FROM generate_series(1, 20000) AS n) AS p) AS c;
-- the grid is that of PostGIS: same hexagons for the same numbers, none twice
SELECT side, count(*) AS hexagons, count(DISTINCT csp.hex_cell(ST_Centroid(geom), side)) AS addresses,
       bool_and(ST_HausdorffDistance(geom, csp.hex_boundary(csp.hex_cell(ST_Centroid(geom), side), side, 27700)) < 1e-8) AS same
FROM (VALUES (50.0), (333.3)) AS s (side), ST_HexagonGrid(side, ST_MakeEnvelope(-1000, -1000, 1000, 1000, 27700)) AS h GROUP BY side ORDER BY side;
SELECT GeometryType(shape), ST_SRID(shape), ST_IsValid(shape), ST_NPoints(shape) AS corners, round((ST_Area(shape) / (1.5 * sqrt(3) * 200 ^ 2))::numeric, 12) AS surface, ST_IsPolygonCCW(shape) AS ccw
FROM (SELECT csp.hex_boundary(csp.hex_cell(ST_SetSRID(ST_MakePoint(450000, 300000), 27700), 200), 200, 27700)::geometry(Polygon, 27700) AS shape) AS h;
-- by hand: side 2, columns 3 apart, rows 3.46 high, odd columns 1.73 higher. Addresses interleave the bits of column and row,
-- signs folded (0, -1, 1 -> 0, 1, 2): column 0 row 0 is 0; column 1 row 0 is 4, row -1 there 4 + 2; column -1 row 0 is 1
SELECT csp.hex_cell(ST_MakePoint(0, 0), 2) AS origin, csp.hex_cell(ST_MakePoint(3, 1.73), 2) AS right_up, csp.hex_cell(ST_MakePoint(3, -1.73), 2) AS right_down, csp.hex_cell(ST_MakePoint(-3, 1.73), 2) AS left_up,
       csp.hex_cell(ST_MakePoint(0, 3.4), 2) AS above, csp.hex_cell(ST_MakePoint(0, -3.4), 2) AS below;
-- corners and middles of sides belong to one of the hexagons they touch
SELECT count(*) AS points, count(*) FILTER (WHERE ST_Distance(csp.hex_boundary(hex, 7, 0), location) > 1e-12) AS elsewhere, count(DISTINCT hex) AS hexagons
FROM (SELECT location, csp.hex_cell(location, 7) AS hex
      FROM (SELECT (ST_DumpPoints(ST_Segmentize(csp.hex_boundary(csp.hex_cell(ST_MakePoint(x * 10.5, y * 12.124355652982141), 7), 7, 0), 4))).geom AS location FROM generate_series(-3, 3) AS x, generate_series(-3, 3) AS y) AS p) AS c;

-- six neighbours, all different, each touching along a side, and each has the place among its own
SELECT count(*) AS pairs, count(*) FILTER (WHERE ST_Length(ST_Intersection(csp.hex_boundary(a, 50, 27700), csp.hex_boundary(b, 50, 27700))) BETWEEN 49.999999 AND 50.000001) AS along_a_side,
       count(*) FILTER (WHERE a = ANY (csp.hex_neighbours(b))) AS mutual, count(DISTINCT (a, b)) AS different
FROM (SELECT csp.hex_cell(ST_Centroid(geom), 50) AS a FROM ST_HexagonGrid(50, ST_MakeEnvelope(-300, -300, 300, 300, 27700))) AS h, unnest(csp.hex_neighbours(a)) AS b;
-- side by side they share corners to the last bit, so that a union leaves no slivers
SELECT ST_NumGeometries(shape) AS parts, ST_NumInteriorRings(ST_GeometryN(shape, 1)) AS holes
FROM (SELECT ST_Multi(ST_Union(csp.hex_boundary(hex, 333.3, 27700))) AS shape FROM unnest(csp.hex_neighbours(csp.hex_cell(ST_SetSRID(ST_MakePoint(450000.1, 300000.7), 27700), 333.3)) || csp.hex_cell(ST_SetSRID(ST_MakePoint(450000.1, 300000.7), 27700), 333.3)) AS hex) AS u;
-- as neighbours of gi_star: the same as centres not farther than sqrt(3) sides
SELECT count(*) AS cells, bool_and(abs((g).z - (d).z) < 1e-12) AS same
FROM (SELECT csp.gi_star(value, hex, csp.hex_neighbours(hex)) OVER () AS g, csp.gi_star(value, centre, 50 * sqrt(3)) OVER () AS d
      FROM (SELECT csp.hex_cell(ST_Centroid(geom), 50) AS hex, ST_Centroid(geom) AS centre, csp.seeded_poisson(1, 'hex', i * 100 + j, 3) AS value FROM ST_HexagonGrid(50, ST_MakeEnvelope(0, 0, 900, 900, 27700)) AS h) AS v) AS s;

-- addresses are spread well when hashed: a GROUP BY over a county's hexagons must not crawl through collisions
SELECT count(*) AS hexagons, count(DISTINCT hashint8(csp.hex_cell(ST_MakePoint(750.0 * x, 866.0254 * y), 500))) > 39990 AS spread FROM generate_series(1, 200) AS x, generate_series(1, 200) AS y;
-- far out, NULL, and what is refused
SELECT csp.hex_cell(ST_MakePoint(0.9e9, -0.9e9), 1) = (SELECT csp.hex_cell(ST_Centroid(csp.hex_boundary(hex, 1, 0)), 1) FROM csp.hex_cell(ST_MakePoint(0.9e9, -0.9e9), 1) AS hex) AS far;
SELECT csp.hex_cell(NULL, 1) AS a, csp.hex_cell(ST_MakePoint(0, 0), NULL) AS b, csp.hex_neighbours(NULL) AS c, csp.hex_boundary(0, NULL, 27700) AS d;
SELECT csp.hex_cell(ST_MakePoint(0, 0), 0);
SELECT csp.hex_cell(ST_MakePoint(0, 0), 'NaN');
SELECT csp.hex_cell(ST_MakePoint(1e10, 0), 1);
SELECT csp.hex_cell(ST_MakePoint(1, 0), 1e-300);
SELECT csp.hex_cell(ST_SetSRID(ST_MakePoint(0, 50), 4326), 1);
SELECT csp.hex_cell(ST_MakeLine(ST_MakePoint(0, 0), ST_MakePoint(1, 1)), 1);
SELECT csp.hex_neighbours(-1);
SELECT csp.hex_neighbours(9223372036854775807);
SELECT csp.hex_boundary(6148914691236517205, 1, 0);
SELECT csp.hex_boundary(0, -1, 0);
SELECT csp.hex_boundary(4, 1e308, 0);
