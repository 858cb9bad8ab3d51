-- density_bandwidth: a bandwidth for kernel density from the events themselves.

CREATE FUNCTION csp_internal.density_bandwidth_accum(state internal, location geometry
                        [, method text [, kernel text]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'density_bandwidth_accum';
COMMENT ON FUNCTION csp_internal.density_bandwidth_accum(...) IS 'Internal: part of the aggregate density_bandwidth.';

CREATE FUNCTION csp_internal.density_bandwidth_final(state internal)
RETURNS float8
LANGUAGE c STABLE PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'density_bandwidth_final';
COMMENT ON FUNCTION csp_internal.density_bandwidth_final(internal) IS 'Internal: part of the aggregate density_bandwidth.';

CREATE AGGREGATE csp.density_bandwidth(location geometry [, method text [, kernel text]]) (
    SFUNC = csp_internal.density_bandwidth_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.density_bandwidth_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.density_bandwidth(...) IS
    'Which bandwidth suits these events? A value for csp.kernel_density, in units of the SRID. location: points in a planar SRID. method: scott (default) or silverman, which is the same in two dimensions, n^(-1/6) times the mean spread, too wide where there are several clusters; or likelihood, which foretells each event best from the others. kernel: quartic (default), whose radius is sqrt(8) times the gaussian''s standard deviation, or gaussian. Rows with a NULL location are skipped. NULL for fewer than 2 events, for events at one place and, with likelihood, where so many events share places that no bandwidth is best. Errors: not a planar point, mixed SRIDs, an unknown word (22023); more than 5,000 events with likelihood (54000). Sources: Scott 1992; Habbema, Hermans and van den Broek 1974.';
