-- relative_density: two kernel densities on one grid, of cases and of a population, and their ratio.

CREATE TYPE csp.relative_density_cell AS (
    cell_x                  int,
    cell_y                  int,
    centre                  geometry,
    case_density            float8,
    population_density      float8,
    ratio                   float8,
    log_ratio               float8,
    relative_risk           float8,
    difference              float8,
    relative_difference     float8
);
COMMENT ON TYPE csp.relative_density_cell IS 'A cell of two surfaces of density, and what they give together';
COMMENT ON COLUMN csp.relative_density_cell.cell_x IS 'Column of the cell: floor(x / cell_size); csp.grid_cell draws it';
COMMENT ON COLUMN csp.relative_density_cell.cell_y IS 'Row of the cell: floor(y / cell_size)';
COMMENT ON COLUMN csp.relative_density_cell.centre IS 'Centre of the cell, a point in the SRID of the locations';
COMMENT ON COLUMN csp.relative_density_cell.case_density IS 'Cases (or their weight) per square kilometre at the centre, the unit of the SRID being the metre';
COMMENT ON COLUMN csp.relative_density_cell.population_density IS 'Population per square kilometre at the centre';
COMMENT ON COLUMN csp.relative_density_cell.ratio IS 'case_density / population_density: cases per unit of population; NULL where the population is 0 or below the floor';
COMMENT ON COLUMN csp.relative_density_cell.log_ratio IS 'Natural logarithm of the ratio; NULL without one, and where there are no cases';
COMMENT ON COLUMN csp.relative_density_cell.relative_risk IS 'The ratio over that of all cases to the whole population: 1 is the overall level; NULL without a ratio or without cases';
COMMENT ON COLUMN csp.relative_density_cell.difference IS 'case_density - population_density, per square kilometre: for two layers of one unit, such as crimes of two years';
COMMENT ON COLUMN csp.relative_density_cell.relative_difference IS 'Share of all cases less share of the whole population, per square kilometre; NULL where either has no weight';

CREATE FUNCTION csp_internal.relative_density_accum(state internal, location geometry,
                        is_case boolean, bandwidth float8, cell_size float8 [, kernel text
                        [, bounds geometry [, weight float8 [, edge text [, floor float8]]]]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'relative_density_accum';
COMMENT ON FUNCTION csp_internal.relative_density_accum(...) IS 'Internal: part of the aggregate relative_density.';

CREATE FUNCTION csp_internal.relative_density_final(state internal)
RETURNS csp.relative_density_cell[]
LANGUAGE c STABLE PARALLEL SAFE COST 20000
AS 'MODULE_PATHNAME', 'relative_density_final';
COMMENT ON FUNCTION csp_internal.relative_density_final(internal) IS 'Internal: part of the aggregate relative_density.';

CREATE AGGREGATE csp.relative_density(location geometry, is_case boolean, bandwidth float8,
                        cell_size float8 [, kernel text [, bounds geometry [, weight float8
                        [, edge text [, floor float8]]]]]) (
    SFUNC = csp_internal.relative_density_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.relative_density_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.relative_density(...) IS
    'Where is crime dense for the people, homes or shops that are there? Two kernel densities on one grid, of cases and of a population, with their ratio, log ratio, relative risk and differences (dual kernel density); an array of cells in the order of cell_y, cell_x: unnest it.
location: points in a planar SRID of metres, of cases and of population, in one table or by UNION ALL. is_case: true for a case, false for population; bandwidth, cell_size, kernel (quartic, the default, or gaussian), bounds and edge: as of kernel_density, for both layers alike; without bounds the extent of both. weight: cases or population at the location, default 1. floor: the population density per square kilometre below which no ratio is given, default 0 (none where there is nobody).
Rows with a NULL location, is_case or weight are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, sizes not above 0, bandwidth below cell_size, bounds that are no rectangle, a negative weight or floor, settings that differ between rows (22023); NULL settings (22004); more than 7,000,000 cells or csp_analysis.max_memory (54000). Sources: Levine 2013 (CrimeStat IV, dual kernel); Kelsall and Diggle 1995.';
