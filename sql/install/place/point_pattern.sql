-- point_pattern: are events clustered, random or evenly spaced?

CREATE TYPE csp.nearest_neighbour_result AS (
    n               bigint,
    observed_mean   float8,
    expected_mean   float8,
    index           float8,
    z               float8,
    p_value         float8
);
COMMENT ON TYPE csp.nearest_neighbour_result IS 'Answer of nearest_neighbour_index';
COMMENT ON COLUMN csp.nearest_neighbour_result.n IS 'Number of events; with fewer than 2 only expected_mean is given';
COMMENT ON COLUMN csp.nearest_neighbour_result.observed_mean IS 'Mean distance of the events to their nearest neighbour, in units of the SRID';
COMMENT ON COLUMN csp.nearest_neighbour_result.expected_mean IS 'What it would be under complete randomness: 1 / (2 sqrt(n / area))';
COMMENT ON COLUMN csp.nearest_neighbour_result.index IS 'observed_mean / expected_mean: below 1 clustered, above 1 evenly spaced';
COMMENT ON COLUMN csp.nearest_neighbour_result.z IS '(observed_mean - expected_mean) / standard error';
COMMENT ON COLUMN csp.nearest_neighbour_result.p_value IS 'Two-sided normal p-value of complete randomness';

CREATE TYPE csp.ripleys_k_row AS (
    distance        float8,
    k               float8,
    l               float8,
    k_expected      float8,
    k_low           float8,
    k_high          float8,
    l_low           float8,
    l_high          float8
);
COMMENT ON TYPE csp.ripleys_k_row IS 'Ripley''s K at one distance';
COMMENT ON COLUMN csp.ripleys_k_row.distance IS 'Distance, in units of the SRID';
COMMENT ON COLUMN csp.ripleys_k_row.k IS 'Mean number of other events not farther than distance from an event, over the density of events; NULL for fewer than 2 events and, with correction border, where no event is so far from the edge';
COMMENT ON COLUMN csp.ripleys_k_row.l IS 'sqrt(k / pi): about distance under complete randomness, above it where events cluster';
COMMENT ON COLUMN csp.ripleys_k_row.k_expected IS 'pi distance^2: k under complete randomness';
COMMENT ON COLUMN csp.ripleys_k_row.k_low IS 'Least k of the simulations; NULL without';
COMMENT ON COLUMN csp.ripleys_k_row.k_high IS 'Greatest k of the simulations; NULL without';
COMMENT ON COLUMN csp.ripleys_k_row.l_low IS 'l of k_low';
COMMENT ON COLUMN csp.ripleys_k_row.l_high IS 'l of k_high';

CREATE FUNCTION csp_internal.nearest_neighbour_index_accum(state internal, location geometry, area float8)
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'nearest_neighbour_index_accum';
COMMENT ON FUNCTION csp_internal.nearest_neighbour_index_accum(internal, geometry, float8) IS 'Internal: part of the aggregate nearest_neighbour_index.';

CREATE FUNCTION csp_internal.nearest_neighbour_index_final(state internal)
RETURNS csp.nearest_neighbour_result
LANGUAGE c STABLE PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'nearest_neighbour_index_final';
COMMENT ON FUNCTION csp_internal.nearest_neighbour_index_final(internal) IS 'Internal: part of the aggregate nearest_neighbour_index.';

CREATE AGGREGATE csp.nearest_neighbour_index(location geometry, area float8) (
    SFUNC = csp_internal.nearest_neighbour_index_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.nearest_neighbour_index_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.nearest_neighbour_index(geometry, float8) IS
    'Are events closer to their nearest neighbours than chance would place them? location: points in a planar SRID; area: of the study area, in square units of the SRID (ST_Area of its polygon), one value for the group; the index depends on it, so it is never guessed from the events. Without edge correction, which leans to even spacing when events are few. Events at one place are 0 apart: snapped or shared coordinates make any pattern look clustered. Rows with a NULL location are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, area not above 0 or not constant (22023); NULL area (22004). Source: Clark and Evans 1954, as spatstat''s clarkevans.test without correction.';

CREATE FUNCTION csp_internal.ripleys_k_accum(state internal, location geometry,
                        distances float8[], study_area geometry [, correction text
                        [, simulations int [, seed bigint]]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'ripleys_k_accum';
COMMENT ON FUNCTION csp_internal.ripleys_k_accum(...) IS 'Internal: part of the aggregate ripleys_k.';

CREATE FUNCTION csp_internal.ripleys_k_final(state internal)
RETURNS csp.ripleys_k_row[]
LANGUAGE c STABLE PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'ripleys_k_final';
COMMENT ON FUNCTION csp_internal.ripleys_k_final(internal) IS 'Internal: part of the aggregate ripleys_k.';

CREATE AGGREGATE csp.ripleys_k(location geometry, distances float8[], study_area geometry
                        [, correction text [, simulations int [, seed bigint]]]) (
    SFUNC = csp_internal.ripleys_k_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.ripleys_k_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.ripleys_k(...) IS
    'At which distances do events cluster? Ripley''s K and L at each distance, with the envelope of complete randomness. location: points in a planar SRID; distances: in units of the SRID, increasing, at most 1000; study_area: the rectangle that the events were observed in, same SRID, holding all of them. correction for neighbours beyond the edge: translate (default), isotropic, border or none. simulations: random patterns of as many events in study_area, default 0 for no envelope; 99 for one that a random pattern leaves at a given distance with chance 2%; seed: default 1; the same seed gives the same answer for any order of rows, plan or number of workers. Rows with a NULL location are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, a location outside study_area, study_area that is no rectangle, distances not above 0 or not increasing, an unknown correction, negative simulations (22023); NULL settings (22004). Sources: Ripley 1976 and 1977, Ohser 1983; as spatstat''s Kest.';
