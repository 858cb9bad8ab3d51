-- gi_star: hot and cold spots by the local statistics of Getis and Ord.

CREATE TYPE csp.local_g AS (
    z        float8,
    p_value  float8
);
COMMENT ON TYPE csp.local_g IS 'A local statistic of Getis and Ord for one place; what the window functions gi_star and gi return';
COMMENT ON COLUMN csp.local_g.z IS 'Standard deviations by which the sum lies above (hot) or below (cold) what places drawn at random would give; NULL where nothing can vary: all values equal, every place a neighbour, and for gi a place without neighbours';
COMMENT ON COLUMN csp.local_g.p_value IS 'Two-sided p-value of z, normal approximation; not corrected for the number of places (csp.adjusted_p_value does that)';

CREATE FUNCTION csp.gi_star(value float8, location geometry, distance float8, style text DEFAULT 'W')
RETURNS csp.local_g
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'gi_star_located';
COMMENT ON FUNCTION csp.gi_star(float8, geometry, float8, text) IS
    'Window function: Gi*, is the sum of a place and its neighbours high (hot spot) or low (cold spot) against the other places of the partition? Positive z: hot, negative: cold. value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. style: W or B, which give the same z. Mean and variance over all n places. A place without neighbours is judged by its own value alone. A row with a NULL value or location gives NULL and does not count. ORDER BY and frame make no difference. Errors: not a planar point, mixed SRIDs, distance not above 0, NaN and infinite values, another style (22023); NULL distance or style (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::localG (neighbours including the place itself); Ord and Getis 1995.';

CREATE FUNCTION csp.gi_star(value float8, id bigint, neighbours bigint[], style text DEFAULT 'W')
RETURNS csp.local_g
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'gi_star_listed';
COMMENT ON FUNCTION csp.gi_star(float8, bigint, bigint[], text) IS
    'Window function: Gi*, is the sum of a place and its neighbours high (hot spot) or low (cold spot) against the other places of the partition? Positive z: hot, negative: cold. value: a count, rate or other measure. id: of the place, each once in a partition. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. style: W or B, which give the same z. Mean and variance over all n places. A place without neighbours is judged by its own value alone. A row with a NULL value or id gives NULL and does not count. ORDER BY and frame make no difference. Errors: an id in two rows, NaN and infinite values, another style (22023); NULL style (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::localG (neighbours including the place itself); Ord and Getis 1995.';

CREATE FUNCTION csp.gi(value float8, location geometry, distance float8, style text DEFAULT 'W')
RETURNS csp.local_g
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'gi_located';
COMMENT ON FUNCTION csp.gi(float8, geometry, float8, text) IS
    'Window function: Gi, is the sum of a places neighbours, itself left out, high or low against the other places of the partition? Positive z: hot, negative: cold. value: a count, rate or other measure. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9, so that distance = cell * sqrt(2) keeps the diagonals); two places at one location are neighbours. style: W or B, which give the same z. Mean and variance over the n - 1 others. A place without neighbours has NULL for z and p_value. A row with a NULL value or location gives NULL and does not count. ORDER BY and frame make no difference. Errors: not a planar point, mixed SRIDs, distance not above 0, NaN and infinite values, another style (22023); NULL distance or style (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::localG (neighbours without the place itself); Ord and Getis 1995.';

CREATE FUNCTION csp.gi(value float8, id bigint, neighbours bigint[], style text DEFAULT 'W')
RETURNS csp.local_g
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'gi_listed';
COMMENT ON FUNCTION csp.gi(float8, bigint, bigint[], text) IS
    'Window function: Gi, is the sum of a places neighbours, itself left out, high or low against the other places of the partition? Positive z: hot, negative: cold. value: a count, rate or other measure. id: of the place, each once in a partition. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. style: W or B, which give the same z. Mean and variance over the n - 1 others. A place without neighbours has NULL for z and p_value. A row with a NULL value or id gives NULL and does not count. ORDER BY and frame make no difference. Errors: an id in two rows, NaN and infinite values, another style (22023); NULL style (22004); more neighbours than csp_analysis.max_memory holds (54000). Equal to spdep::localG (neighbours without the place itself); Ord and Getis 1995.';
