-- density_bands: contours by percentile_cont, outlines by dissolving single cells.
CREATE TEMP TABLE surface AS
SELECT csp.kernel_density(ST_SetSRID(ST_MakePoint(450000 + 400 * csp.seeded_normal(1, 'x', i), 300000 + 250 * csp.seeded_normal(1, 'y', i) ^ 3), 27700), 300, 33.3) AS cells FROM generate_series(1, 200) AS i;
CREATE TEMP TABLE band AS SELECT b.* FROM surface, csp.density_bands(cells, '{0.5,0.75,0.9,0.99}') AS b;
SELECT band, cell_count, round(density_from::numeric, 4) AS density_from, round(density_to::numeric, 4) AS density_to, round(square_kilometres::numeric, 6) AS square_kilometres, GeometryType(outline) AS type, ST_SRID(outline) AS srid, ST_IsValid(outline) AS valid,
       round((ST_Area(outline) / 1e6 / square_kilometres)::numeric, 9) AS area FROM band ORDER BY band;
-- the same by PostgreSQL and PostGIS alone
WITH cell AS (SELECT c.* FROM surface, unnest(cells) AS c WHERE c.density > 0),
contour AS (SELECT n AS band, (percentile_cont(ARRAY[0.5,0.75,0.9,0.99]) WITHIN GROUP (ORDER BY density))[n] AS density FROM cell, generate_series(1, 4) AS n GROUP BY n),
banded AS (SELECT (SELECT max(band) FROM contour WHERE contour.density <= cell.density) AS band, cell.* FROM cell),
dissolved AS (SELECT band, count(*) AS cells, ST_Union(csp.grid_cell(cell_x, cell_y, 33.3, 27700)) AS outline FROM banded WHERE band IS NOT NULL GROUP BY band)
SELECT b.band, b.density_from = c.density AS contour, b.density_to IS NOT DISTINCT FROM n.density AS next, b.cell_count = d.cells AS cells, ST_Equals(b.outline, d.outline) AS outline
FROM band AS b JOIN contour AS c USING (band) LEFT JOIN contour AS n ON n.band = b.band + 1 JOIN dissolved AS d ON d.band = b.band ORDER BY b.band;
-- bands lie side by side
SELECT count(*) AS overlaps FROM band AS a JOIN band AS b ON a.band < b.band WHERE ST_Area(ST_Intersection(a.outline, b.outline)) > 1e-6;

-- by hand: a row of five cells of 10 at (0..4, 0), densities 1 to 5, and one at (1, 1) with 3. Positive densities 1 2 3 3 4 5: median 3, 80% at
-- place 4 (of 0 to 5) is 4: band 1 is 3 to below 4 (cells 2,0 and 1,1, which touch in a corner: two polygons), band 2 is 4 and 5. 0, NULL and cells below 3 are in none.
CREATE TEMP TABLE few AS SELECT ARRAY[ROW(0, 0, ST_MakePoint(5, 5), 1), ROW(1, 0, ST_MakePoint(15, 5), 2), ROW(2, 0, ST_MakePoint(25, 5), 3), ROW(3, 0, ST_MakePoint(35, 5), 4), ROW(4, 0, ST_MakePoint(45, 5), 5),
                                      ROW(1, 1, ST_MakePoint(15, 15), 3), ROW(9, 9, ST_MakePoint(95, 95), 0), ROW(8, 9, ST_MakePoint(85, 95), NULL), ROW(8, 8, ST_MakePoint(85, 85), -3), NULL]::csp.density_cell[] AS cells;
SELECT band, density_from, density_to, cell_count, square_kilometres, ST_NumGeometries(outline) AS parts,
       ST_Equals(outline, CASE band WHEN 1 THEN 'MULTIPOLYGON(((20 0,20 10,30 10,30 0,20 0)),((10 10,10 20,20 20,20 10,10 10)))' ELSE 'POLYGON((30 0,30 10,50 10,50 0,30 0))' END::geometry) AS outline
FROM few, csp.density_bands(cells, '{0.5,0.8}');
-- level 0 is the least density above 0; equal contours leave the lower band empty
SELECT band, density_from, density_to, cell_count FROM few, csp.density_bands(cells, '{0}');
SELECT band, density_from, density_to, cell_count FROM few, csp.density_bands(cells, '{0.4,0.5,0.6,0.9}');
-- a hole stays a hole
SELECT ST_NRings(outline) AS rings, cell_count FROM csp.density_bands((SELECT array_agg(ROW(x, y, ST_MakePoint(x + 0.5, y + 0.5), CASE WHEN x = 1 AND y = 1 THEN 1 ELSE 2 END)::csp.density_cell) FROM generate_series(0, 2) AS x, generate_series(0, 2) AS y), '{0.5}');
-- other values as densities: the ratio of two layers
SELECT band, cell_count FROM (SELECT csp.relative_density(ST_MakePoint(50 * (i % 7), 40 * (i % 5)), i % 3 = 0, 60, 20) AS cells FROM generate_series(1, 50) AS i) AS r,
     LATERAL csp.density_bands((SELECT array_agg(ROW(c.cell_x, c.cell_y, c.centre, c.ratio)::csp.density_cell) FROM unnest(r.cells) AS c), '{0.5,0.9}');
-- nothing to band
SELECT count(*) FROM csp.density_bands('{}', '{0.5}');
SELECT count(*) FROM csp.density_bands(NULL, '{0.5}');
SELECT count(*) FROM few, csp.density_bands(cells, NULL);
SELECT count(*) FROM csp.density_bands(ARRAY[ROW(0, 0, ST_MakePoint(5, 5), 0)]::csp.density_cell[], '{0.5}');
-- refused
\set SHOW_CONTEXT never
SELECT count(*) FROM few, csp.density_bands(cells, '{}');
SELECT count(*) FROM few, csp.density_bands(cells, '{0.5,NULL}');
SELECT count(*) FROM few, csp.density_bands(cells, '{0.5,0.5}');
SELECT count(*) FROM few, csp.density_bands(cells, '{50,90}');
SELECT count(*) FROM few, csp.density_bands(cells, '{NaN}');
SELECT count(*) FROM csp.density_bands(ARRAY[ROW(0, 0, ST_MakePoint(5, 5), 1), ROW(1, 0, ST_MakePoint(16, 5), 1)]::csp.density_cell[], '{0.5}');
SELECT count(*) FROM csp.density_bands(ARRAY[ROW(0, 0, ST_MakePoint(5, 5), 'NaN')]::csp.density_cell[], '{0.5}');
SELECT count(*) FROM csp.density_bands(ARRAY[ROW(0, 0, ST_SetSRID(ST_MakePoint(5, 5), 27700), 1), ROW(1, 0, ST_MakePoint(15, 5), 1)]::csp.density_cell[], '{0.5}');
SELECT count(*) FROM csp.density_bands(ARRAY[ROW(0, 0, ST_MakeEnvelope(0, 0, 1, 1), 1)]::csp.density_cell[], '{0.5}');
