-- neighbourhood_sum: what lies in and around each place.

CREATE FUNCTION csp.neighbourhood_sum(value float8, location geometry, distance float8)
RETURNS float8
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'neighbourhood_sum_located';
COMMENT ON FUNCTION csp.neighbourhood_sum(float8, geometry, float8) IS
    'Window function: the sum of the values of a place and its neighbours, what gi_star tests. value: a count, a population or other measure; 1 counts the places. location: points in a planar SRID. Neighbours are places not farther than distance (units of the SRID, with a relative tolerance of 1e-9); two places at one location are neighbours. A place without neighbours gives its own value. A row with a NULL value or location gives NULL and does not count. ORDER BY and frame make no difference. Errors: not a planar point, mixed SRIDs, distance not above 0, NaN and infinite values (22023); NULL distance (22004); a sum too large (22003); more neighbours than csp_analysis.max_memory holds (54000). The spatial lag of spdep::lag.listw with binary weights that include the place itself.';

CREATE FUNCTION csp.neighbourhood_sum(value float8, id bigint, neighbours bigint[])
RETURNS float8
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'neighbourhood_sum_listed';
COMMENT ON FUNCTION csp.neighbourhood_sum(float8, bigint, bigint[]) IS
    'Window function: the sum of the values of a place and its neighbours, what gi_star tests. value: a count, a population or other measure; 1 counts the places. id: of the place, each once in a partition. neighbours: ids of its neighbours, taken as they stand (a may have b without b having a); unknown ids, the place itself, NULLs and repetitions are left out, NULL is an empty list. A place without neighbours gives its own value. A row with a NULL value or id gives NULL and does not count. ORDER BY and frame make no difference. Errors: an id in two rows, NaN and infinite values (22023); a sum too large (22003); more neighbours than csp_analysis.max_memory holds (54000). The spatial lag of spdep::lag.listw with binary weights that include the place itself.';
