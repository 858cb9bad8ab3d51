-- autocorrelation: do like values lie near each other: Moran's I and Geary's C.

CREATE TYPE csp.spatial_autocorrelation AS (
    statistic  float8,
    expected   float8,
    variance   float8,
    z          float8,
    p_value    float8
);
COMMENT ON TYPE csp.spatial_autocorrelation IS 'A global statistic of spatial autocorrelation; what the aggregates morans_i and gearys_c return';
COMMENT ON COLUMN csp.spatial_autocorrelation.statistic IS 'Moran''s I (above its expectation where like values lie together) or Geary''s C (below 1 where they do); NULL where all values are equal or no place has neighbours';
COMMENT ON COLUMN csp.spatial_autocorrelation.expected IS 'Mean of the statistic if the values had nothing to do with the places: -1 / (n - 1) for I, 1 for C; n are the places with neighbours';
COMMENT ON COLUMN csp.spatial_autocorrelation.variance IS 'Variance of the statistic under randomisation, or under normality if asked; NULL under randomisation with fewer than four places';
COMMENT ON COLUMN csp.spatial_autocorrelation.z IS 'Standard deviations from the expectation, positive where like values lie together, for I and C alike; NULL where the variance is not above 0';
COMMENT ON COLUMN csp.spatial_autocorrelation.p_value IS 'Two-sided p-value: of z by the normal approximation, or with permutations twice the smaller tail';

CREATE FUNCTION csp_internal.morans_i_final(internal)
RETURNS csp.spatial_autocorrelation
LANGUAGE c STABLE PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'morans_i_final';
COMMENT ON FUNCTION csp_internal.morans_i_final(internal) IS 'Internal: part of the aggregate morans_i.';

CREATE FUNCTION csp_internal.gearys_c_final(internal)
RETURNS csp.spatial_autocorrelation
LANGUAGE c STABLE PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'gearys_c_final';
COMMENT ON FUNCTION csp_internal.gearys_c_final(internal) IS 'Internal: part of the aggregate gearys_c.';

CREATE AGGREGATE csp.morans_i(value float8,
                        {location geometry, distance float8|id bigint, neighbours bigint[]}
                        {|, style text|, style text, assumption text
                        |, permutations int, seed bigint|, style text, permutations int, seed bigint}) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.morans_i_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.morans_i(...) IS
    'Moran''s I (spatial_autocorrelation): do places near each other have like values more than chance would give? value: a count, rate or other measure. {location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours.|id: of the place, each once in a group. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list.} [style?style: W (row-standardised) or B (binary)|Weights are row-standardised (W)]{, moments under randomisation|, for the whole group. Moments under randomisation|; assumption: randomisation, or normality if the values are a sample from a normal distribution; both for the whole group|. |; }[permutations?permutations: how often the values are dealt out anew over the places for the p-value, 999 for p down to 0.002, 0 for the normal approximation; seed: the same seed gives the same answer for any order of rows, plan or number of workers; [style?all three|both] for the whole group. expected, variance and z are those under randomisation]. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or {location|id} are skipped; no rows give NULL. Errors: {not a planar point, mixed SRIDs, distance not above 0|an id in two rows}[style?, another style[assumption? or assumption]][permutations?, negative permutations][distance?, settings that differ between rows|[style?, settings that differ between rows|[permutations?, settings that differ between rows]]], NaN and infinite values (22023)[distance?; NULL settings (22004)|[style?; NULL settings (22004)|[permutations?; NULL settings (22004)]]]; more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::moran.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.gearys_c(value float8,
                        {location geometry, distance float8|id bigint, neighbours bigint[]}
                        {|, style text|, style text, assumption text
                        |, permutations int, seed bigint|, style text, permutations int, seed bigint}) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.gearys_c_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.gearys_c(...) IS
    'Geary''s C (spatial_autocorrelation): do places near each other differ less than chance would give? Local differences weigh more than in Moran''s I. value: a count, rate or other measure. {location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours.|id: of the place, each once in a group. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list.} [style?style: W (row-standardised) or B (binary)|Weights are row-standardised (W)]{, moments under randomisation|, for the whole group. Moments under randomisation|; assumption: randomisation, or normality if the values are a sample from a normal distribution; both for the whole group|. |; }[permutations?permutations: how often the values are dealt out anew over the places for the p-value, 999 for p down to 0.002, 0 for the normal approximation; seed: the same seed gives the same answer for any order of rows, plan or number of workers; [style?all three|both] for the whole group. expected, variance and z are those under randomisation]. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or {location|id} are skipped; no rows give NULL. Errors: {not a planar point, mixed SRIDs, distance not above 0|an id in two rows}[style?, another style[assumption? or assumption]][permutations?, negative permutations][distance?, settings that differ between rows|[style?, settings that differ between rows|[permutations?, settings that differ between rows]]], NaN and infinite values (22023)[distance?; NULL settings (22004)|[style?; NULL settings (22004)|[permutations?; NULL settings (22004)]]]; more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::geary.test but for the two-sided p-value; Cliff and Ord 1981.';
