-- series: the collecting state that aggregates over a series (y at positions x) share. Internal parts.

CREATE FUNCTION csp_internal.series_accum(state internal, y float8, x float8)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'series_accum';
COMMENT ON FUNCTION csp_internal.series_accum(internal, float8, float8) IS
    'Part of aggregates over a series: collects one row; rows with a NULL are skipped. Internal.';

CREATE FUNCTION csp_internal.series_date_accum(state internal, y float8, x date)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'series_date_accum';
COMMENT ON FUNCTION csp_internal.series_date_accum(internal, float8, date) IS
    'Part of aggregates over a series: collects one row; rows with a NULL are skipped. Internal.';

CREATE FUNCTION csp_internal.series_timestamptz_accum(state internal, y float8, x timestamptz)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'series_timestamptz_accum';
COMMENT ON FUNCTION csp_internal.series_timestamptz_accum(internal, float8, timestamptz) IS
    'Part of aggregates over a series: collects one row; rows with a NULL are skipped. Internal.';

CREATE FUNCTION csp_internal.series_accum(state internal, y float8, x float8, confidence float8)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'series_accum';
COMMENT ON FUNCTION csp_internal.series_accum(internal, float8, float8, float8) IS
    'Part of aggregates over a series: collects one row and keeps the confidence; rows with a NULL are skipped. Internal.';

CREATE FUNCTION csp_internal.series_date_accum(state internal, y float8, x date, confidence float8)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'series_date_accum';
COMMENT ON FUNCTION csp_internal.series_date_accum(internal, float8, date, float8) IS
    'Part of aggregates over a series: collects one row and keeps the confidence; rows with a NULL are skipped. Internal.';

CREATE FUNCTION csp_internal.series_timestamptz_accum(state internal, y float8, x timestamptz, confidence float8)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'series_timestamptz_accum';
COMMENT ON FUNCTION csp_internal.series_timestamptz_accum(internal, float8, timestamptz, float8) IS
    'Part of aggregates over a series: collects one row and keeps the confidence; rows with a NULL are skipped. Internal.';

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
