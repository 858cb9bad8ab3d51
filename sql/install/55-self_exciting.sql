-- self_exciting: a self-exciting space-time point process (Hawkes, ETAS): its fit, and its intensity in cells.

CREATE TYPE csp.self_exciting_fit AS (
    events                  bigint,
    background_rate         float8,
    branching_ratio         float8,
    decay_days              float8,
    sigma                   float8,
    log_likelihood          float8,
    log_likelihood_without  float8,
    iterations              int,
    converged               boolean,
    warning                 text,
    starts                  timestamptz,
    ends                    timestamptz,
    bandwidth               float8,
    distance                float8,
    days                    float8,
    declustered             boolean
);
COMMENT ON TYPE csp.self_exciting_fit IS 'A fitted self-exciting process, with the settings that made it';
COMMENT ON COLUMN csp.self_exciting_fit.events IS 'Events in the window';
COMMENT ON COLUMN csp.self_exciting_fit.background_rate IS 'Background events a day, over the whole plane';
COMMENT ON COLUMN csp.self_exciting_fit.branching_ratio IS 'Mean number of events that one event sets off within distance and days; 0 is none, 1 and above grows without end';
COMMENT ON COLUMN csp.self_exciting_fit.decay_days IS 'Mean waiting time of the exponential, in days, before it is cut off at days; NULL where nothing is set off';
COMMENT ON COLUMN csp.self_exciting_fit.sigma IS 'Standard deviation of the displacement along each axis, in SRID units, before it is cut off at distance; NULL where nothing is set off';
COMMENT ON COLUMN csp.self_exciting_fit.log_likelihood IS 'Log-likelihood of the fitted process, intensities per day and square unit of the SRID';
COMMENT ON COLUMN csp.self_exciting_fit.log_likelihood_without IS 'Log-likelihood of a background of all events alone, nothing set off';
COMMENT ON COLUMN csp.self_exciting_fit.iterations IS 'Iterations of EM in all';
COMMENT ON COLUMN csp.self_exciting_fit.converged IS 'False where the greatest number of iterations (5,000) or of backgrounds (50) was reached';
COMMENT ON COLUMN csp.self_exciting_fit.warning IS 'What the reader must know, in words; NULL when nothing';
COMMENT ON COLUMN csp.self_exciting_fit.starts IS 'Start of the window';
COMMENT ON COLUMN csp.self_exciting_fit.ends IS 'End of the window';
COMMENT ON COLUMN csp.self_exciting_fit.bandwidth IS 'As given';
COMMENT ON COLUMN csp.self_exciting_fit.distance IS 'As given';
COMMENT ON COLUMN csp.self_exciting_fit.days IS 'As given';
COMMENT ON COLUMN csp.self_exciting_fit.declustered IS 'As given, or true';

CREATE FUNCTION csp.self_exciting_accum(internal, geometry, timestamptz, float8, float8, float8)
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'self_exciting_accum';
COMMENT ON FUNCTION csp.self_exciting_accum(internal, geometry, timestamptz, float8, float8, float8) IS 'Internal: part of the aggregate self_exciting.';

CREATE FUNCTION csp.self_exciting_accum(internal, geometry, timestamptz, float8, float8, float8, timestamptz, timestamptz)
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'self_exciting_accum';
COMMENT ON FUNCTION csp.self_exciting_accum(internal, geometry, timestamptz, float8, float8, float8, timestamptz, timestamptz) IS 'Internal: part of the aggregate self_exciting.';

CREATE FUNCTION csp.self_exciting_accum(internal, geometry, timestamptz, float8, float8, float8, timestamptz, timestamptz, boolean)
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'self_exciting_accum';
COMMENT ON FUNCTION csp.self_exciting_accum(internal, geometry, timestamptz, float8, float8, float8, timestamptz, timestamptz, boolean) IS 'Internal: part of the aggregate self_exciting.';

CREATE FUNCTION csp.self_exciting_final(internal)
RETURNS csp.self_exciting_fit
LANGUAGE c STABLE PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'self_exciting_final';
COMMENT ON FUNCTION csp.self_exciting_final(internal) IS 'Internal: part of the aggregate self_exciting.';

CREATE AGGREGATE csp.self_exciting(location geometry, occurred timestamptz, bandwidth float8, distance float8, days float8) (
    SFUNC = csp.self_exciting_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp.self_exciting_final,
    COMBINEFUNC = csp.events_combine,
    SERIALFUNC = csp.events_serialize,
    DESERIALFUNC = csp.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.self_exciting(geometry, timestamptz, float8, float8, float8) IS
    'How much of the crime follows from earlier crime near by, how far it reaches and how long it lasts: fits a self-exciting (Hawkes, ETAS) process by EM. Intensity = background_rate x density of the background + for each earlier event branching_ratio x exponential in time (decay_days) x normal in space (sigma).
location: points in a planar SRID. occurred: timestamptz; events at the same instant do not set each other off, so spread the events of a day over it where only days are known. bandwidth: of the normal kernel of the background, SRID units. distance (SRID units) and days: how far triggering is looked for; take several times what is expected. starts, ends: the window, ends excluded, events outside it left out; default first to last event. declustered: true (default) re-estimates the background from the events that are likely background, false from all.
Starts from branching 0.5, decay days/5, sigma distance/5; ends when no parameter changes by more than 1e-8 of itself in an iteration (and 1e-5 from one background to the next). One answer for any order of rows and any plan.
Rows with a NULL location or occurred are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, sizes not above 0, settings that differ between rows (22023); infinite times (22008); NULL settings (22004); more pairs than csp_analysis.max_memory holds (54000). Sources: Ogata 1998; Zhuang, Ogata and Vere-Jones 2002; Mohler and others 2011.';

CREATE AGGREGATE csp.self_exciting(location geometry, occurred timestamptz, bandwidth float8, distance float8, days float8, starts timestamptz, ends timestamptz) (
    SFUNC = csp.self_exciting_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp.self_exciting_final,
    COMBINEFUNC = csp.events_combine,
    SERIALFUNC = csp.events_serialize,
    DESERIALFUNC = csp.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.self_exciting(geometry, timestamptz, float8, float8, float8, timestamptz, timestamptz) IS
    'How much of the crime follows from earlier crime near by, how far it reaches and how long it lasts: fits a self-exciting (Hawkes, ETAS) process by EM. Intensity = background_rate x density of the background + for each earlier event branching_ratio x exponential in time (decay_days) x normal in space (sigma).
location: points in a planar SRID. occurred: timestamptz; events at the same instant do not set each other off, so spread the events of a day over it where only days are known. bandwidth: of the normal kernel of the background, SRID units. distance (SRID units) and days: how far triggering is looked for; take several times what is expected. starts, ends: the window, ends excluded, events outside it left out; default first to last event. declustered: true (default) re-estimates the background from the events that are likely background, false from all.
Starts from branching 0.5, decay days/5, sigma distance/5; ends when no parameter changes by more than 1e-8 of itself in an iteration (and 1e-5 from one background to the next). One answer for any order of rows and any plan.
Rows with a NULL location or occurred are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, sizes not above 0, settings that differ between rows (22023); infinite times (22008); NULL settings (22004); more pairs than csp_analysis.max_memory holds (54000). Sources: Ogata 1998; Zhuang, Ogata and Vere-Jones 2002; Mohler and others 2011.';

CREATE AGGREGATE csp.self_exciting(location geometry, occurred timestamptz, bandwidth float8, distance float8, days float8, starts timestamptz, ends timestamptz, declustered boolean) (
    SFUNC = csp.self_exciting_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp.self_exciting_final,
    COMBINEFUNC = csp.events_combine,
    SERIALFUNC = csp.events_serialize,
    DESERIALFUNC = csp.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.self_exciting(geometry, timestamptz, float8, float8, float8, timestamptz, timestamptz, boolean) IS
    'How much of the crime follows from earlier crime near by, how far it reaches and how long it lasts: fits a self-exciting (Hawkes, ETAS) process by EM. Intensity = background_rate x density of the background + for each earlier event branching_ratio x exponential in time (decay_days) x normal in space (sigma).
location: points in a planar SRID. occurred: timestamptz; events at the same instant do not set each other off, so spread the events of a day over it where only days are known. bandwidth: of the normal kernel of the background, SRID units. distance (SRID units) and days: how far triggering is looked for; take several times what is expected. starts, ends: the window, ends excluded, events outside it left out; default first to last event. declustered: true (default) re-estimates the background from the events that are likely background, false from all.
Starts from branching 0.5, decay days/5, sigma distance/5; ends when no parameter changes by more than 1e-8 of itself in an iteration (and 1e-5 from one background to the next). One answer for any order of rows and any plan.
Rows with a NULL location or occurred are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, sizes not above 0, settings that differ between rows (22023); infinite times (22008); NULL settings (22004); more pairs than csp_analysis.max_memory holds (54000). Sources: Ogata 1998; Zhuang, Ogata and Vere-Jones 2002; Mohler and others 2011.';

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

CREATE FUNCTION csp.self_exciting_intensity_accum(internal, geometry, timestamptz, timestamptz, float8, csp.self_exciting_fit)
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'self_exciting_intensity_accum';
COMMENT ON FUNCTION csp.self_exciting_intensity_accum(internal, geometry, timestamptz, timestamptz, float8, csp.self_exciting_fit) IS 'Internal: part of the aggregate self_exciting_intensity.';

CREATE FUNCTION csp.self_exciting_intensity_final(internal)
RETURNS csp.self_exciting_cell[]
LANGUAGE c STABLE PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'self_exciting_intensity_final';
COMMENT ON FUNCTION csp.self_exciting_intensity_final(internal) IS 'Internal: part of the aggregate self_exciting_intensity.';

CREATE AGGREGATE csp.self_exciting_intensity(location geometry, occurred timestamptz, as_of timestamptz, cell_size float8, fit csp.self_exciting_fit) (
    SFUNC = csp.self_exciting_intensity_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp.self_exciting_intensity_final,
    COMBINEFUNC = csp.events_combine,
    SERIALFUNC = csp.events_serialize,
    DESERIALFUNC = csp.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.self_exciting_intensity(geometry, timestamptz, timestamptz, float8, csp.self_exciting_fit) IS
    'The map of expected events as of a moment under a fitted self-exciting process: cells within five bandwidths of an event, the highest risk first. Each density is integrated over the cell, so that the cells add up to the expected events a day.
location, occurred: the events so far; those before the fit''s window and those at or after as_of do not count. cell_size: SRID units. fit: from csp.self_exciting, of earlier or the same events; the weights of a declustered background are found anew for the events given.
Rows with a NULL location or occurred are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, settings not above 0 or different between rows (22023); infinite times (22008); NULL settings, or a fit without a process (22004); more than 10,000,000 cells or csp_analysis.max_memory (54000).';
