-- near_repeat_surface: the map of risk as of a day, from the events of the weeks before.

CREATE TYPE csp.near_repeat_cell AS (
    cell_x          int,
    cell_y          int,
    risk            float8,
    events          bigint,
    risk_rank       bigint,
    top_percent     int
);
COMMENT ON TYPE csp.near_repeat_cell IS 'A cell of a map of risk';
COMMENT ON COLUMN csp.near_repeat_cell.cell_x IS 'Column of the cell: floor(x / cell_size); csp.grid_cell draws it';
COMMENT ON COLUMN csp.near_repeat_cell.cell_y IS 'Row of the cell: floor(y / cell_size)';
COMMENT ON COLUMN csp.near_repeat_cell.risk IS 'Sum of the weights of the events that reach the cell''s centre, above 0; no unit: it ranks cells';
COMMENT ON COLUMN csp.near_repeat_cell.events IS 'Events of the window within the cell itself';
COMMENT ON COLUMN csp.near_repeat_cell.risk_rank IS '1 for the highest risk; of equal ones the cell with more events, then the lower row, then the lower column';
COMMENT ON COLUMN csp.near_repeat_cell.top_percent IS 'Band by rank among the cells with risk: 1 (the top 1%), 5, 10, and 100 for the rest. Use risk_rank for a share of the whole study area';

CREATE FUNCTION csp_internal.near_repeat_surface_accum(internal, geometry, {date|timestamptz},
                        {date|timestamptz}, float8, float8, float8 [, text])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'near_repeat_surface_accum_{date|timestamptz}';
COMMENT ON FUNCTION csp_internal.near_repeat_surface_accum(...) IS 'Internal: part of the aggregate near_repeat_surface.';

CREATE FUNCTION csp_internal.near_repeat_surface_final(internal)
RETURNS csp.near_repeat_cell[]
LANGUAGE c STABLE PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'near_repeat_surface_final';
COMMENT ON FUNCTION csp_internal.near_repeat_surface_final(internal) IS 'Internal: part of the aggregate near_repeat_surface.';

CREATE AGGREGATE csp.near_repeat_surface(location geometry, occurred {date|timestamptz},
                        as_of {date|timestamptz}, cell_size float8, bandwidth float8, "window" float8 [, form text]) (
    SFUNC = csp_internal.near_repeat_surface_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.near_repeat_surface_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.near_repeat_surface(...) IS
    'The map of risk as of a day: the cells that recent events reach, the highest risk first. The risk of a cell is the sum over the events strictly before as_of and fewer than window days before it of near_repeat_weight(distance to the cell''s centre, days before as_of, bandwidth, window, form, cell_size).
location: points in a planar SRID. occurred and as_of: both date (whole days) or both timestamptz. cell_size, bandwidth: SRID units; window: days; form: smooth (default), promap_2004 or promap_2007. One map a group: as_of and what follows must be constant in it. Events at or after as_of do not count, so that a past map uses only what was known.
Rows with a NULL location or occurred are skipped; no rows give NULL, no events in the window an empty array. csp.grid_cell draws a cell. Errors: not a planar point, mixed SRIDs, sizes not above 0, bandwidth below cell_size, settings that differ between rows (22023); infinite times (22008); NULL settings (22004); more than 10,000,000 cells or csp_analysis.max_memory (54000). Sources: Bowers, Johnson and Pease 2004; Johnson, Bowers, Birks and Pease 2007.';
