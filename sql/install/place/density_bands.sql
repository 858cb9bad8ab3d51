-- density_bands: a surface of density as bands between contours.

CREATE TYPE csp.density_band_strip AS (
    band        int,
    density_from float8,
    density_to  float8,
    cell_y      int,
    first_x     int,
    last_x      int,
    cell_size   float8,
    srid        int
);
COMMENT ON TYPE csp.density_band_strip IS 'Internal: cells of one band that lie side by side in one row';
COMMENT ON COLUMN csp.density_band_strip.band IS 'Number of the band, from 1';
COMMENT ON COLUMN csp.density_band_strip.density_from IS 'The contour that the band begins at';
COMMENT ON COLUMN csp.density_band_strip.density_to IS 'The contour that it ends below; NULL for the last';
COMMENT ON COLUMN csp.density_band_strip.cell_y IS 'Row of the cells';
COMMENT ON COLUMN csp.density_band_strip.first_x IS 'Column of the first cell';
COMMENT ON COLUMN csp.density_band_strip.last_x IS 'Column of the last cell';
COMMENT ON COLUMN csp.density_band_strip.cell_size IS 'Side of a cell, in units of the SRID';
COMMENT ON COLUMN csp.density_band_strip.srid IS 'SRID of the cells';

CREATE FUNCTION csp_internal.density_band_strips(cells csp.density_cell[], levels float8[])
RETURNS csp.density_band_strip[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'density_band_strips';
COMMENT ON FUNCTION csp_internal.density_band_strips(csp.density_cell[], float8[]) IS
    'Internal: what density_bands dissolves.';

CREATE FUNCTION csp.density_bands(cells csp.density_cell[], levels float8[])
RETURNS TABLE (band int, density_from float8, density_to float8, cell_count bigint, square_kilometres float8, outline geometry)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100000 ROWS 10
BEGIN ATOMIC
    SELECT s.band, s.density_from, s.density_to, sum(s.last_x - s.first_x + 1), sum(s.last_x - s.first_x + 1) * s.cell_size ^ 2 / 1e6,
           ST_Multi(ST_Union(ST_MakeEnvelope(s.first_x * s.cell_size, s.cell_y * s.cell_size, (s.last_x + 1) * s.cell_size, (s.cell_y + 1) * s.cell_size, s.srid)))
    FROM unnest(csp_internal.density_band_strips(density_bands.cells, density_bands.levels)) AS s
    GROUP BY s.band, s.density_from, s.density_to, s.cell_size
    ORDER BY s.band;
END;
COMMENT ON FUNCTION csp.density_bands(csp.density_cell[], float8[]) IS
    'A surface of density as bands between contours, one row a band: the number of the band from 1 (the lowest), the densities it runs from (included) and to (not included; NULL for the last band), how many cells and square kilometres it covers, and its outline, a multipolygon in the SRID of the cells, their squares dissolved. cells: the array of kernel_density, or cells made like it (csp.density_cell) with another value as density. levels: quantiles from 0 to below 1 in increasing order, of the densities of the cells above 0, interpolated as percentile_cont: 0.9 is the contour that a tenth of them lie above; cells below the first contour are in no band, nor are those at 0 or below, and a band without cells gives no row. NULL cells and NULL densities are passed over; any NULL argument and no cells give no rows. Errors (22023): levels out of range or order, cells whose centres do not fit one size, a density that is no finite number.';
