-- self_exciting: a self-exciting space-time point process (Hawkes, ETAS): its fit.

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

CREATE FUNCTION csp_internal.self_exciting_accum(internal, geometry, timestamptz, float8, float8,
                        float8 [, timestamptz, timestamptz [, boolean]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'self_exciting_accum';
COMMENT ON FUNCTION csp_internal.self_exciting_accum(...) IS 'Internal: part of the aggregate self_exciting.';

CREATE FUNCTION csp_internal.self_exciting_final(internal)
RETURNS csp.self_exciting_fit
LANGUAGE c STABLE PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'self_exciting_final';
COMMENT ON FUNCTION csp_internal.self_exciting_final(internal) IS 'Internal: part of the aggregate self_exciting.';

CREATE AGGREGATE csp.self_exciting(location geometry, occurred timestamptz, bandwidth float8,
                        distance float8, days float8 [, starts timestamptz, ends timestamptz
                        [, declustered boolean]]) (
    SFUNC = csp_internal.self_exciting_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.self_exciting_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.self_exciting(...) IS
    'How much of the crime follows from earlier crime near by, how far it reaches and how long it lasts: fits a self-exciting (Hawkes, ETAS) process by EM. Intensity = background_rate x density of the background + for each earlier event branching_ratio x exponential in time (decay_days) x normal in space (sigma).
location: points in a planar SRID. occurred: timestamptz; events at the same instant do not set each other off, so spread the events of a day over it where only days are known. bandwidth: of the normal kernel of the background, SRID units. distance (SRID units) and days: how far triggering is looked for; take several times what is expected. starts, ends: the window, ends excluded, events outside it left out; default first to last event. declustered: true (default) re-estimates the background from the events that are likely background, false from all.
Starts from branching 0.5, decay days/5, sigma distance/5; ends when no parameter changes by more than 1e-8 of itself in an iteration (and 1e-5 from one background to the next). One answer for any order of rows and any plan.
Rows with a NULL location or occurred are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, sizes not above 0, settings that differ between rows (22023); infinite times (22008); NULL settings (22004); more pairs than csp_analysis.max_memory holds (54000). Sources: Ogata 1998; Zhuang, Ogata and Vere-Jones 2002; Mohler and others 2011.';
