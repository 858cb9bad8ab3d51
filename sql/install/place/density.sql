-- density: kernel density on a grid of square cells.

CREATE TYPE csp.density_cell AS (
    cell_x      int,
    cell_y      int,
    centre      geometry,
    density     float8
);
COMMENT ON TYPE csp.density_cell IS 'A cell of a surface of density';
COMMENT ON COLUMN csp.density_cell.cell_x IS 'Column of the cell: floor(x / cell_size); csp.grid_cell draws it';
COMMENT ON COLUMN csp.density_cell.cell_y IS 'Row of the cell: floor(y / cell_size)';
COMMENT ON COLUMN csp.density_cell.centre IS 'Centre of the cell, a point in the SRID of the locations';
COMMENT ON COLUMN csp.density_cell.density IS 'Events (or weight) per square kilometre at the centre, the unit of the SRID being the metre';

CREATE FUNCTION csp_internal.kernel_density_accum(state internal, location geometry,
                        bandwidth float8, cell_size float8 [, kernel text [, bounds geometry
                        [, weight float8 [, edge text]]]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'kernel_density_accum';
COMMENT ON FUNCTION csp_internal.kernel_density_accum(...) IS 'Internal: part of the aggregate kernel_density.';

CREATE FUNCTION csp_internal.kernel_density_final(state internal)
RETURNS csp.density_cell[]
LANGUAGE c STABLE PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'kernel_density_final';
COMMENT ON FUNCTION csp_internal.kernel_density_final(internal) IS 'Internal: part of the aggregate kernel_density.';

CREATE AGGREGATE csp.kernel_density(location geometry, bandwidth float8, cell_size float8
                        [, kernel text [, bounds geometry [, weight float8 [, edge text]]]]) (
    SFUNC = csp_internal.kernel_density_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.kernel_density_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.kernel_density(...) IS
    'Where is crime dense? Kernel density at the centres of square cells, an array of cells in the order of cell_y, cell_x: unnest it, or draw the cells with csp.grid_cell.
location: points in a planar SRID of metres. bandwidth: of the quartic kernel its radius, of the gaussian its standard deviation; cell_size: side of a cell; both in metres, bandwidth not below cell_size. kernel: quartic (default) or gaussian. bounds: a rectangle in the same SRID whose cells are given, all of them, and NULL or left out for the extent of the locations widened by the bandwidth (5 times that of the gaussian). weight: events at the location, default 1. edge: none (default), event or place, the corrections for what is lost beyond bounds: event divides each event by the mass of its kernel within bounds, so that the surface integrates to the events; place divides each cell by the mass of the kernel around it; events outside bounds then do not count (without correction they do).
Density is per square kilometre: sum(density) * cell_size ^ 2 / 1e6 is about the number of events. Rows with a NULL location or weight are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, sizes not above 0, bandwidth below cell_size, bounds that are no rectangle, a negative weight, settings that differ between rows (22023); NULL settings (22004); more than 10,000,000 cells or csp_analysis.max_memory (54000). Source: Silverman 1986; edge corrections: Diggle 1985, Jones 1993.';
