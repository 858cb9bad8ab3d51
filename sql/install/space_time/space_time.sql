-- space_time: tests of space-time interaction without bands, Mantel's and Jacquez's.

CREATE TYPE csp.mantel_result AS (
    events          bigint,
    statistic       float8,
    correlation     float8,
    expected_exact  float8,
    sd_exact        float8,
    z_exact         float8,
    p_value         float8
);
COMMENT ON TYPE csp.mantel_result IS 'Answer of mantel_test';
COMMENT ON COLUMN csp.mantel_result.events IS 'Number of events; with fewer than 2 the other columns are NULL';
COMMENT ON COLUMN csp.mantel_result.statistic IS 'Sum over all pairs of the product of their measures in space and in time';
COMMENT ON COLUMN csp.mantel_result.correlation IS 'Pearson correlation of the two measures over all pairs; NULL if either is constant';
COMMENT ON COLUMN csp.mantel_result.expected_exact IS 'Exact mean of the statistic over all permutations of the times';
COMMENT ON COLUMN csp.mantel_result.sd_exact IS 'Exact standard deviation over all permutations';
COMMENT ON COLUMN csp.mantel_result.z_exact IS '(statistic - expected_exact) / sd_exact; NULL where the statistic cannot vary';
COMMENT ON COLUMN csp.mantel_result.p_value IS '(permutations whose statistic reaches the observed one + 1) / (permutations + 1); NULL without permutations';

CREATE TYPE csp.jacquez_result AS (
    events          bigint,
    k               bigint,
    statistic       bigint,
    expected_exact  float8,
    p_value         float8
);
COMMENT ON TYPE csp.jacquez_result IS 'Answer of jacquez_test';
COMMENT ON COLUMN csp.jacquez_result.events IS 'Number of events; with k or fewer the columns after k are NULL';
COMMENT ON COLUMN csp.jacquez_result.k IS 'Number of neighbours';
COMMENT ON COLUMN csp.jacquez_result.statistic IS 'Over all events, how many of the k nearest in space are among the k nearest in time';
COMMENT ON COLUMN csp.jacquez_result.expected_exact IS 'Exact mean of the statistic over all permutations of the times: n k^2 / (n - 1)';
COMMENT ON COLUMN csp.jacquez_result.p_value IS '(permutations whose statistic reaches the observed one + 1) / (permutations + 1); NULL without permutations';

CREATE FUNCTION csp_internal.mantel_test_accum(internal, geometry, {date|timestamptz} [, int
                        [, bigint [, text]]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'mantel_test_accum_{date|timestamptz}';
COMMENT ON FUNCTION csp_internal.mantel_test_accum(...) IS 'Internal: part of the aggregate mantel_test.';

CREATE FUNCTION csp_internal.mantel_test_final(internal)
RETURNS csp.mantel_result
LANGUAGE c STABLE PARALLEL SAFE COST 1000000
AS 'MODULE_PATHNAME', 'mantel_test_final';
COMMENT ON FUNCTION csp_internal.mantel_test_final(internal) IS 'Internal: part of the aggregate mantel_test.';

CREATE AGGREGATE csp.mantel_test(location geometry, occurred {date|timestamptz}
                        [, permutations int [, seed bigint [, form text]]]) (
    SFUNC = csp_internal.mantel_test_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.mantel_test_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.mantel_test(...) IS
    'Are pairs of events that are close in space close in time? Mantel''s test over all pairs. location: points in a planar SRID. occurred: date or timestamptz. form: linear (default: distance times days) or reciprocal (1/(1 + distance) times 1/(1 + days), which gives weight to close pairs and suits near repeats). permutations: of the times over the places, default 999; 0 leaves the p-value NULL. seed: default 1; the same seed gives the same answer for any order of rows, plan or number of workers. Rows with NULL location or occurred are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, negative permutations, an unknown form (22023); infinite dates (22008); NULL settings (22004). Time grows with the square of the number of events. Source: Mantel 1967.';

CREATE FUNCTION csp_internal.jacquez_test_accum(internal, geometry, {date|timestamptz}, int [, int
                        [, bigint]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'jacquez_test_accum_{date|timestamptz}';
COMMENT ON FUNCTION csp_internal.jacquez_test_accum(...) IS 'Internal: part of the aggregate jacquez_test.';

CREATE FUNCTION csp_internal.jacquez_test_final(internal)
RETURNS csp.jacquez_result
LANGUAGE c STABLE PARALLEL SAFE COST 1000000
AS 'MODULE_PATHNAME', 'jacquez_test_final';
COMMENT ON FUNCTION csp_internal.jacquez_test_final(internal) IS 'Internal: part of the aggregate jacquez_test.';

CREATE AGGREGATE csp.jacquez_test(location geometry, occurred {date|timestamptz}, k int
                        [, permutations int [, seed bigint]]) (
    SFUNC = csp_internal.jacquez_test_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.jacquez_test_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.jacquez_test(...) IS
    'Are the events nearest in space also the nearest in time? Jacquez''s k-nearest-neighbour test, which needs no distances to be chosen and adapts to dense and thin areas. location: points in a planar SRID. occurred: date or timestamptz. k: 1 to 1000 neighbours; of equally near events the first along the defined order of events is taken. permutations: of the times over the places, default 999; 0 leaves the p-value NULL. seed: default 1; the same seed gives the same answer for any order of rows, plan or number of workers. Rows with NULL location or occurred are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, negative permutations, k out of range (22023); more neighbours than csp_analysis.max_memory holds (54000); infinite dates (22008); NULL settings (22004). Time grows with the square of the number of events. Source: Jacquez 1996.';
