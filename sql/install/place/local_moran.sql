-- local_moran: clusters and outliers by local Moran's I.

CREATE TYPE csp.local_moran_test AS (
    i         float8,
    expected  float8,
    variance  float8,
    z         float8,
    p_value   float8,
    quadrant  text
);
COMMENT ON TYPE csp.local_moran_test IS 'Local Moran''s I of one place; what the window function local_moran returns. All columns are NULL for a place without neighbours, and where all values are equal';
COMMENT ON COLUMN csp.local_moran_test.i IS 'Local Moran''s I: above 0 a place like its neighbours, below 0 unlike them';
COMMENT ON COLUMN csp.local_moran_test.expected IS 'Mean of i if the other places'' values were dealt out anew, the place''s own value held fixed';
COMMENT ON COLUMN csp.local_moran_test.variance IS 'Variance of i under the same';
COMMENT ON COLUMN csp.local_moran_test.z IS '(i - expected) / sqrt(variance); NULL where the variance is 0: a value at the mean, all other places neighbours, or all others equal';
COMMENT ON COLUMN csp.local_moran_test.p_value IS 'Two-sided p-value: of z by the normal approximation, or with permutations twice the smaller tail; NULL where z is. Not corrected for the number of places (csp.adjusted_p_value does that)';
COMMENT ON COLUMN csp.local_moran_test.quadrant IS 'HH: high among high, LL: low among low, HL: high among low, LH: low among high. High is above the mean of all places; the neighbours count by their mean';

CREATE FUNCTION csp.local_moran(value float8, location geometry, distance float8, permutations int DEFAULT 0, seed bigint DEFAULT 1, style text DEFAULT 'W')
RETURNS csp.local_moran_test
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'local_moran_located';
COMMENT ON FUNCTION csp.local_moran(float8, geometry, float8, int, bigint, text) IS
    'Window function: local Moran''s I, which places of the partition lie in a cluster of high or low values, which are outliers among their neighbours? value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. permutations: 0 gives the normal approximation''s p-value; 999 draws the neighbours'' values that often from the other places, without replacement. seed: the same seed gives the same answer for any order of rows and any number of workers. style: W (row-standardised, default) or B (binary). The denominator is sum z^2 / n, the variance conditional. A row with a NULL value or location gives NULL and does not count. ORDER BY and frame make no difference. Errors: not a planar point, mixed SRIDs, distance not above 0, NaN and infinite values, negative permutations, another style (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::localmoran (1.2 and later); Anselin 1995, Sokal, Oden and Thomson 1998.';

CREATE FUNCTION csp.local_moran(value float8, id bigint, neighbours bigint[], permutations int DEFAULT 0, seed bigint DEFAULT 1, style text DEFAULT 'W')
RETURNS csp.local_moran_test
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'local_moran_listed';
COMMENT ON FUNCTION csp.local_moran(float8, bigint, bigint[], int, bigint, text) IS
    'Window function: local Moran''s I, which places of the partition lie in a cluster of high or low values, which are outliers among their neighbours? value: a count, rate or other measure. id: of the place, each once in a partition. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. permutations: 0 gives the normal approximation''s p-value; 999 draws the neighbours'' values that often from the other places, without replacement. seed: the same seed gives the same answer for any order of rows and any number of workers. style: W (row-standardised, default) or B (binary). The denominator is sum z^2 / n, the variance conditional. A row with a NULL value or id gives NULL and does not count. ORDER BY and frame make no difference. Errors: an id in two rows, NaN and infinite values, negative permutations, another style (22023); NULL settings (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::localmoran (1.2 and later); Anselin 1995, Sokal, Oden and Thomson 1998.';
