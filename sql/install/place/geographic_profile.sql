-- geographic_profile: where is the anchor of a serial offender? The jeopardy surface of a series, and what it was worth.

CREATE TYPE csp.geographic_profile_cell AS (
    cell_x          int,
    cell_y          int,
    cell            geometry,
    score           float8,
    score_rank      bigint,
    hit_percentage  float8
);
COMMENT ON TYPE csp.geographic_profile_cell IS 'A cell of the jeopardy surface of a crime series';
COMMENT ON COLUMN csp.geographic_profile_cell.cell_x IS 'Column of the cell: floor(x / cell_size)';
COMMENT ON COLUMN csp.geographic_profile_cell.cell_y IS 'Row of the cell: floor(y / cell_size)';
COMMENT ON COLUMN csp.geographic_profile_cell.cell IS 'The square itself, a polygon in the SRID of the locations';
COMMENT ON COLUMN csp.geographic_profile_cell.score IS 'Sum over the sites of the decay at the cell''s centre; no unit: it ranks the cells of one surface';
COMMENT ON COLUMN csp.geographic_profile_cell.score_rank IS '1 for the highest score; of equal ones the lower row, then the lower column comes first';
COMMENT ON COLUMN csp.geographic_profile_cell.hit_percentage IS 'Percentage of the search area whose score is not below this cell''s, ties included: what is searched, highest score first, until an anchor here is certainly found';

CREATE FUNCTION csp_internal.geographic_profile_accum(state internal, location geometry,
                        cell_size float8 [, bounds geometry [, buffer float8 [, f float8, g float8
                        [, metric text]]]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'geographic_profile_accum';
COMMENT ON FUNCTION csp_internal.geographic_profile_accum(...) IS 'Internal: part of the aggregate geographic_profile.';

CREATE FUNCTION csp_internal.geographic_profile_exponential_accum(state internal,
                        location geometry, cell_size float8, coefficient float8, decay float8
                        [, bounds geometry [, metric text]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'geographic_profile_exponential_accum';
COMMENT ON FUNCTION csp_internal.geographic_profile_exponential_accum(...) IS 'Internal: part of the aggregate geographic_profile_exponential.';

CREATE FUNCTION csp_internal.geographic_profile_final(state internal)
RETURNS csp.geographic_profile_cell[]
LANGUAGE c STABLE PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'geographic_profile_final';
COMMENT ON FUNCTION csp_internal.geographic_profile_final(internal) IS 'Internal: part of the aggregates geographic_profile and geographic_profile_exponential.';

CREATE AGGREGATE csp.geographic_profile(location geometry, cell_size float8 [, bounds geometry
                        [, buffer float8 [, f float8, g float8 [, metric text]]]]) (
    SFUNC = csp_internal.geographic_profile_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.geographic_profile_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.geographic_profile(...) IS
    'Where may the anchor (home, work) of the offender of a series be? Rossmo''s jeopardy surface on square cells: the score of a cell is the sum over the sites of 1 / d^f beyond the buffer B and of B^(g - f) / (2 B - d)^g within it, d the distance from the site to the cell''s centre.
location: the crime sites of one series, points in a planar SRID. cell_size: side of a cell, SRID units. buffer: B in SRID units; NULL or left out: half the mean distance of a site to its nearest neighbour. f, g: exponents beyond and within the buffer, default 1.2. metric: manhattan (default) or euclidean, for the buffer''s default too. bounds: a rectangle in the same SRID, all cells of which are scored; NULL or left out: the extent of the sites widened on each side by half their mean spacing along that axis, extent / (2 (n - 1)).
Gives an array of cells, the highest score first: unnest it. Rows with a NULL location are skipped; no rows give NULL, and so does a series of fewer than two sites, or all at one place, where bounds or buffer would have to come from them. Errors: not a planar point, mixed SRIDs, sizes not above 0, bounds that are no rectangle, settings that differ between rows (22023); NULL settings (22004); a score beyond the range of numbers (22003); more than 5,000,000 cells or csp_analysis.max_memory (54000). Source: Rossmo 2000, Geographic Profiling.';

CREATE AGGREGATE csp.geographic_profile_exponential(location geometry, cell_size float8,
                        coefficient float8, decay float8 [, bounds geometry [, metric text]]) (
    SFUNC = csp_internal.geographic_profile_exponential_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.geographic_profile_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.geographic_profile_exponential(...) IS
    'Where may the anchor (home, work) of the offender of a series be? The surface of negative exponential decay on square cells: the score of a cell is the sum over the sites of coefficient * exp(-decay * d), d the distance from the site to the cell''s centre.
location: the crime sites of one series, points in a planar SRID. cell_size: side of a cell, SRID units. coefficient: a scale, above 0, which changes no rank. decay: per unit of the SRID, above 0: calibrate it on solved series (0.06 a mile is 0.0000373 a metre). metric: euclidean (default) or manhattan. bounds: a rectangle in the same SRID, all cells of which are scored; NULL or left out: the extent of the sites widened on each side by half their mean spacing along that axis, extent / (2 (n - 1)).
Gives an array of cells, the highest score first: unnest it. Rows with a NULL location are skipped; no rows give NULL, and so does a series of fewer than two sites, or all at one place, where bounds would have to come from them. Errors: not a planar point, mixed SRIDs, sizes not above 0, bounds that are no rectangle, settings that differ between rows (22023); NULL settings (22004); a score beyond the range of numbers (22003); more than 5,000,000 cells or csp_analysis.max_memory (54000). Source: Levine 2013 (CrimeStat), journey to crime.';

CREATE FUNCTION csp.hit_percentage(surface csp.geographic_profile_cell[], anchor geometry)
RETURNS float8
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'hit_percentage';
COMMENT ON FUNCTION csp.hit_percentage(csp.geographic_profile_cell[], geometry) IS
    'How good was a profile? The percentage of the search area whose score is not below that of the cell that holds the known anchor: what had to be searched, highest score first, before it was certainly found. 50 is what a search without a profile needs on average. Cells with the anchor''s score count as searched. surface: the array of geographic_profile or geographic_profile_exponential, or part of it, which then is the search area; anchor: a point in its SRID. A cell holds its western and southern edges. NULL where the anchor lies outside the cells, or any argument is NULL; cells without square or score do not count. Errors (22023): not a planar point, another SRID, a cell that is no rectangle, a score that is no number.';
