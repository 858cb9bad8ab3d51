-- events: the parts that every aggregate over places and times shares.

CREATE FUNCTION csp_internal.events_combine(internal, internal)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'events_combine';
COMMENT ON FUNCTION csp_internal.events_combine(internal, internal) IS
    'Internal: joins two states of an aggregate over events. Different settings, or locations in different SRIDs, are errors (22023).';

CREATE FUNCTION csp_internal.events_serialize(internal)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'events_serialize';
COMMENT ON FUNCTION csp_internal.events_serialize(internal) IS
    'Internal: the state of an aggregate over events as bytes, for parallel plans.';

CREATE FUNCTION csp_internal.events_deserialize(bytea, internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'events_deserialize';
COMMENT ON FUNCTION csp_internal.events_deserialize(bytea, internal) IS
    'Internal: the state of an aggregate over events from bytes; bytes that no state could have given are an error (22P03).';
