-- series: the collecting state that aggregates over a series (y at positions x) share. Internal parts.

CREATE FUNCTION csp_internal.series_{|date_|timestamptz_}accum(state internal, y float8,
                        x {float8|date|timestamptz} [, confidence float8])
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'series_{|date_|timestamptz_}accum';
COMMENT ON FUNCTION csp_internal.series_{|date_|timestamptz_}accum(...) IS
    'Part of aggregates over a series: collects one row[confidence? and keeps the confidence]; rows with a NULL are skipped. Internal.';

CREATE FUNCTION csp_internal.series_combine(state internal, other internal)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'series_combine';
COMMENT ON FUNCTION csp_internal.series_combine(internal, internal) IS
    'Part of aggregates over a series: joins two states. Internal.';

CREATE FUNCTION csp_internal.series_serialize(state internal)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'series_serialize';
COMMENT ON FUNCTION csp_internal.series_serialize(internal) IS
    'Part of aggregates over a series: the state as bytes, for parallel plans. Internal.';

CREATE FUNCTION csp_internal.series_deserialize(bytes bytea, state internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'series_deserialize';
COMMENT ON FUNCTION csp_internal.series_deserialize(bytea, internal) IS
    'Part of aggregates over a series: the state from bytes, all of which are checked. Internal.';
