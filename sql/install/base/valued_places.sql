-- valued_places: the parts that every aggregate over values of places and their neighbours shares.

CREATE FUNCTION csp_internal.valued_places_accum(internal, float8, {geometry, float8|bigint,
                        bigint[]}{|, text|, text, text|, int, bigint|, text, int, bigint})
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'valued_places_accum_{located|listed}{|||_permuted|}';
COMMENT ON FUNCTION csp_internal.valued_places_accum(...) IS 'Internal: part of the aggregates morans_i and gearys_c.';

CREATE FUNCTION csp_internal.valued_places_combine(internal, internal)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'valued_places_combine';
COMMENT ON FUNCTION csp_internal.valued_places_combine(internal, internal) IS
    'Internal: joins two states of an aggregate over places. Different settings, or locations in different SRIDs, are errors (22023).';

CREATE FUNCTION csp_internal.valued_places_serialize(internal)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'valued_places_serialize';
COMMENT ON FUNCTION csp_internal.valued_places_serialize(internal) IS
    'Internal: the state of an aggregate over places as bytes, for parallel plans.';

CREATE FUNCTION csp_internal.valued_places_deserialize(bytea, internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'valued_places_deserialize';
COMMENT ON FUNCTION csp_internal.valued_places_deserialize(bytea, internal) IS
    'Internal: the state of an aggregate over places from bytes; bytes that no state could have given are an error (22P03).';
