-- self_exciting_intensity: the map of expected events under a fitted self-exciting process.

CREATE TYPE csp.self_exciting_cell AS (
    cell_x          int,
    cell_y          int,
    risk            float8,
    background      float8,
    triggered       float8,
    risk_rank       bigint,
    top_percent     int
);
COMMENT ON TYPE csp.self_exciting_cell IS 'A cell of a map of the intensity of a self-exciting process';
COMMENT ON COLUMN csp.self_exciting_cell.cell_x IS 'Column of the cell: floor(x / cell_size); csp.grid_cell draws it';
COMMENT ON COLUMN csp.self_exciting_cell.cell_y IS 'Row of the cell: floor(y / cell_size)';
COMMENT ON COLUMN csp.self_exciting_cell.risk IS 'Expected events a day in the cell, at the rate of the moment: background + triggered';
COMMENT ON COLUMN csp.self_exciting_cell.background IS 'Of these, background';
COMMENT ON COLUMN csp.self_exciting_cell.triggered IS 'Of these, set off by earlier events';
COMMENT ON COLUMN csp.self_exciting_cell.risk_rank IS '1 for the highest risk; of equal ones the lower row, then the lower column';
COMMENT ON COLUMN csp.self_exciting_cell.top_percent IS 'Band by rank among the cells given: 1 (the top 1%), 5, 10, and 100 for the rest';

CREATE FUNCTION csp_internal.self_exciting_intensity_accum(internal, geometry, timestamptz, timestamptz, float8, csp.self_exciting_fit)
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'self_exciting_intensity_accum';
COMMENT ON FUNCTION csp_internal.self_exciting_intensity_accum(internal, geometry, timestamptz, timestamptz, float8, csp.self_exciting_fit) IS 'Internal: part of the aggregate self_exciting_intensity.';

CREATE FUNCTION csp_internal.self_exciting_intensity_final(internal)
RETURNS csp.self_exciting_cell[]
LANGUAGE c STABLE PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'self_exciting_intensity_final';
COMMENT ON FUNCTION csp_internal.self_exciting_intensity_final(internal) IS 'Internal: part of the aggregate self_exciting_intensity.';

CREATE AGGREGATE csp.self_exciting_intensity(location geometry, occurred timestamptz, as_of timestamptz, cell_size float8, fit csp.self_exciting_fit) (
    SFUNC = csp_internal.self_exciting_intensity_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.self_exciting_intensity_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.self_exciting_intensity(geometry, timestamptz, timestamptz, float8, csp.self_exciting_fit) IS
    'The map of expected events as of a moment under a fitted self-exciting process: cells within five bandwidths of an event, the highest risk first. Each density is integrated over the cell, so that the cells add up to the expected events a day.
location, occurred: the events so far; those before the fit''s window and those at or after as_of do not count. cell_size: SRID units. fit: from csp.self_exciting, of earlier or the same events; the weights of a declustered background are found anew for the events given.
Rows with a NULL location or occurred are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, settings not above 0 or different between rows (22023); infinite times (22008); NULL settings, or a fit without a process (22004); more than 10,000,000 cells or csp_analysis.max_memory (54000).';
