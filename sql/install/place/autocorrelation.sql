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

CREATE AGGREGATE csp.morans_i(value float8, location geometry, distance float8) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.morans_i_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.morans_i(float8, geometry, float8) IS
    'Moran''s I (spatial_autocorrelation): do places near each other have like values more than chance would give? value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. Weights are row-standardised (W), moments under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or location are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, distance not above 0, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::moran.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.morans_i(value float8, location geometry, distance float8, style text) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.morans_i_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.morans_i(float8, geometry, float8, text) IS
    'Moran''s I (spatial_autocorrelation): do places near each other have like values more than chance would give? value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. style: W (row-standardised) or B (binary), for the whole group. Moments under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or location are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, distance not above 0, another style, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::moran.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.morans_i(value float8, location geometry, distance float8, style text, assumption text) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.morans_i_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.morans_i(float8, geometry, float8, text, text) IS
    'Moran''s I (spatial_autocorrelation): do places near each other have like values more than chance would give? value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. style: W (row-standardised) or B (binary); assumption: randomisation, or normality if the values are a sample from a normal distribution; both for the whole group. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or location are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, distance not above 0, another style or assumption, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::moran.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.morans_i(value float8, location geometry, distance float8, permutations int, seed bigint) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.morans_i_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.morans_i(float8, geometry, float8, int, bigint) IS
    'Moran''s I (spatial_autocorrelation): do places near each other have like values more than chance would give? value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. Weights are row-standardised (W). permutations: how often the values are dealt out anew over the places for the p-value, 999 for p down to 0.002, 0 for the normal approximation; seed: the same seed gives the same answer for any order of rows, plan or number of workers; both for the whole group. expected, variance and z are those under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or location are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, distance not above 0, negative permutations, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::moran.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.morans_i(value float8, location geometry, distance float8, style text, permutations int, seed bigint) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.morans_i_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.morans_i(float8, geometry, float8, text, int, bigint) IS
    'Moran''s I (spatial_autocorrelation): do places near each other have like values more than chance would give? value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. style: W (row-standardised) or B (binary); permutations: how often the values are dealt out anew over the places for the p-value, 999 for p down to 0.002, 0 for the normal approximation; seed: the same seed gives the same answer for any order of rows, plan or number of workers; all three for the whole group. expected, variance and z are those under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or location are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, distance not above 0, another style, negative permutations, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::moran.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.morans_i(value float8, id bigint, neighbours bigint[]) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.morans_i_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.morans_i(float8, bigint, bigint[]) IS
    'Moran''s I (spatial_autocorrelation): do places near each other have like values more than chance would give? value: a count, rate or other measure. id: of the place, each once in a group. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. Weights are row-standardised (W), moments under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or id are skipped; no rows give NULL. Errors: an id in two rows, NaN and infinite values (22023); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::moran.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.morans_i(value float8, id bigint, neighbours bigint[], style text) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.morans_i_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.morans_i(float8, bigint, bigint[], text) IS
    'Moran''s I (spatial_autocorrelation): do places near each other have like values more than chance would give? value: a count, rate or other measure. id: of the place, each once in a group. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. style: W (row-standardised) or B (binary), for the whole group. Moments under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or id are skipped; no rows give NULL. Errors: an id in two rows, another style, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::moran.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.morans_i(value float8, id bigint, neighbours bigint[], style text, assumption text) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.morans_i_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.morans_i(float8, bigint, bigint[], text, text) IS
    'Moran''s I (spatial_autocorrelation): do places near each other have like values more than chance would give? value: a count, rate or other measure. id: of the place, each once in a group. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. style: W (row-standardised) or B (binary); assumption: randomisation, or normality if the values are a sample from a normal distribution; both for the whole group. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or id are skipped; no rows give NULL. Errors: an id in two rows, another style or assumption, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::moran.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.morans_i(value float8, id bigint, neighbours bigint[], permutations int, seed bigint) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.morans_i_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.morans_i(float8, bigint, bigint[], int, bigint) IS
    'Moran''s I (spatial_autocorrelation): do places near each other have like values more than chance would give? value: a count, rate or other measure. id: of the place, each once in a group. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. Weights are row-standardised (W). permutations: how often the values are dealt out anew over the places for the p-value, 999 for p down to 0.002, 0 for the normal approximation; seed: the same seed gives the same answer for any order of rows, plan or number of workers; both for the whole group. expected, variance and z are those under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or id are skipped; no rows give NULL. Errors: an id in two rows, negative permutations, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::moran.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.morans_i(value float8, id bigint, neighbours bigint[], style text, permutations int, seed bigint) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.morans_i_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.morans_i(float8, bigint, bigint[], text, int, bigint) IS
    'Moran''s I (spatial_autocorrelation): do places near each other have like values more than chance would give? value: a count, rate or other measure. id: of the place, each once in a group. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. style: W (row-standardised) or B (binary); permutations: how often the values are dealt out anew over the places for the p-value, 999 for p down to 0.002, 0 for the normal approximation; seed: the same seed gives the same answer for any order of rows, plan or number of workers; all three for the whole group. expected, variance and z are those under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or id are skipped; no rows give NULL. Errors: an id in two rows, another style, negative permutations, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::moran.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.gearys_c(value float8, location geometry, distance float8) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.gearys_c_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.gearys_c(float8, geometry, float8) IS
    'Geary''s C (spatial_autocorrelation): do places near each other differ less than chance would give? Local differences weigh more than in Moran''s I. value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. Weights are row-standardised (W), moments under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or location are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, distance not above 0, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::geary.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.gearys_c(value float8, location geometry, distance float8, style text) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.gearys_c_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.gearys_c(float8, geometry, float8, text) IS
    'Geary''s C (spatial_autocorrelation): do places near each other differ less than chance would give? Local differences weigh more than in Moran''s I. value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. style: W (row-standardised) or B (binary), for the whole group. Moments under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or location are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, distance not above 0, another style, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::geary.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.gearys_c(value float8, location geometry, distance float8, style text, assumption text) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.gearys_c_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.gearys_c(float8, geometry, float8, text, text) IS
    'Geary''s C (spatial_autocorrelation): do places near each other differ less than chance would give? Local differences weigh more than in Moran''s I. value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. style: W (row-standardised) or B (binary); assumption: randomisation, or normality if the values are a sample from a normal distribution; both for the whole group. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or location are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, distance not above 0, another style or assumption, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::geary.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.gearys_c(value float8, location geometry, distance float8, permutations int, seed bigint) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.gearys_c_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.gearys_c(float8, geometry, float8, int, bigint) IS
    'Geary''s C (spatial_autocorrelation): do places near each other differ less than chance would give? Local differences weigh more than in Moran''s I. value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. Weights are row-standardised (W). permutations: how often the values are dealt out anew over the places for the p-value, 999 for p down to 0.002, 0 for the normal approximation; seed: the same seed gives the same answer for any order of rows, plan or number of workers; both for the whole group. expected, variance and z are those under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or location are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, distance not above 0, negative permutations, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::geary.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.gearys_c(value float8, location geometry, distance float8, style text, permutations int, seed bigint) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.gearys_c_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.gearys_c(float8, geometry, float8, text, int, bigint) IS
    'Geary''s C (spatial_autocorrelation): do places near each other differ less than chance would give? Local differences weigh more than in Moran''s I. value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. style: W (row-standardised) or B (binary); permutations: how often the values are dealt out anew over the places for the p-value, 999 for p down to 0.002, 0 for the normal approximation; seed: the same seed gives the same answer for any order of rows, plan or number of workers; all three for the whole group. expected, variance and z are those under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or location are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, distance not above 0, another style, negative permutations, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::geary.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.gearys_c(value float8, id bigint, neighbours bigint[]) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.gearys_c_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.gearys_c(float8, bigint, bigint[]) IS
    'Geary''s C (spatial_autocorrelation): do places near each other differ less than chance would give? Local differences weigh more than in Moran''s I. value: a count, rate or other measure. id: of the place, each once in a group. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. Weights are row-standardised (W), moments under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or id are skipped; no rows give NULL. Errors: an id in two rows, NaN and infinite values (22023); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::geary.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.gearys_c(value float8, id bigint, neighbours bigint[], style text) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.gearys_c_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.gearys_c(float8, bigint, bigint[], text) IS
    'Geary''s C (spatial_autocorrelation): do places near each other differ less than chance would give? Local differences weigh more than in Moran''s I. value: a count, rate or other measure. id: of the place, each once in a group. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. style: W (row-standardised) or B (binary), for the whole group. Moments under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or id are skipped; no rows give NULL. Errors: an id in two rows, another style, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::geary.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.gearys_c(value float8, id bigint, neighbours bigint[], style text, assumption text) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.gearys_c_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.gearys_c(float8, bigint, bigint[], text, text) IS
    'Geary''s C (spatial_autocorrelation): do places near each other differ less than chance would give? Local differences weigh more than in Moran''s I. value: a count, rate or other measure. id: of the place, each once in a group. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. style: W (row-standardised) or B (binary); assumption: randomisation, or normality if the values are a sample from a normal distribution; both for the whole group. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or id are skipped; no rows give NULL. Errors: an id in two rows, another style or assumption, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::geary.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.gearys_c(value float8, id bigint, neighbours bigint[], permutations int, seed bigint) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.gearys_c_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.gearys_c(float8, bigint, bigint[], int, bigint) IS
    'Geary''s C (spatial_autocorrelation): do places near each other differ less than chance would give? Local differences weigh more than in Moran''s I. value: a count, rate or other measure. id: of the place, each once in a group. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. Weights are row-standardised (W). permutations: how often the values are dealt out anew over the places for the p-value, 999 for p down to 0.002, 0 for the normal approximation; seed: the same seed gives the same answer for any order of rows, plan or number of workers; both for the whole group. expected, variance and z are those under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or id are skipped; no rows give NULL. Errors: an id in two rows, negative permutations, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::geary.test but for the two-sided p-value; Cliff and Ord 1981.';

CREATE AGGREGATE csp.gearys_c(value float8, id bigint, neighbours bigint[], style text, permutations int, seed bigint) (
    SFUNC = csp_internal.valued_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.gearys_c_final,
    COMBINEFUNC = csp_internal.valued_places_combine,
    SERIALFUNC = csp_internal.valued_places_serialize,
    DESERIALFUNC = csp_internal.valued_places_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.gearys_c(float8, bigint, bigint[], text, int, bigint) IS
    'Geary''s C (spatial_autocorrelation): do places near each other differ less than chance would give? Local differences weigh more than in Moran''s I. value: a count, rate or other measure. id: of the place, each once in a group. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. style: W (row-standardised) or B (binary); permutations: how often the values are dealt out anew over the places for the p-value, 999 for p down to 0.002, 0 for the normal approximation; seed: the same seed gives the same answer for any order of rows, plan or number of workers; all three for the whole group. expected, variance and z are those under randomisation. Places without neighbours count for the mean and the spread of the values, not for n. Rows with a NULL value or id are skipped; no rows give NULL. Errors: an id in two rows, another style, negative permutations, settings that differ between rows, NaN and infinite values (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::geary.test but for the two-sided p-value; Cliff and Ord 1981.';
