-- centrography: the middle of a set of events, how far and in which direction they spread.

CREATE TYPE csp.deviational_axes AS (
    n       float8,
    centre  geometry,
    angle   float8,
    major   float8,
    minor   float8,
    area    float8
);
COMMENT ON TYPE csp.deviational_axes IS 'Standard deviational ellipse as numbers';
COMMENT ON COLUMN csp.deviational_axes.n IS 'Number of events, or sum of weights';
COMMENT ON COLUMN csp.deviational_axes.centre IS 'Mean centre, a point in the SRID of the locations';
COMMENT ON COLUMN csp.deviational_axes.angle IS 'Direction of the major axis in degrees clockwise from north, from 0 to below 180; NULL where events vary alike in all directions';
COMMENT ON COLUMN csp.deviational_axes.major IS 'Longer semi-axis in units of the SRID';
COMMENT ON COLUMN csp.deviational_axes.minor IS 'Shorter semi-axis in units of the SRID';
COMMENT ON COLUMN csp.deviational_axes.area IS 'Area of the ellipse in square units of the SRID';

CREATE FUNCTION csp_internal.centrography_accum(state float8[], location geometry
                        [, weight float8])
RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'centrography_accum';
COMMENT ON FUNCTION csp_internal.centrography_accum(...) IS 'Internal: part of the aggregates of centrography.';

CREATE FUNCTION csp_internal.standard_distance_accum(state float8[], location geometry, method text)
RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'standard_distance_accum';
COMMENT ON FUNCTION csp_internal.standard_distance_accum(float8[], geometry, text) IS 'Internal: part of the aggregate standard_distance.';

CREATE FUNCTION csp_internal.standard_distance_weighted_accum(state float8[], location geometry, weight float8, method text)
RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'standard_distance_weighted_accum';
COMMENT ON FUNCTION csp_internal.standard_distance_weighted_accum(float8[], geometry, float8, text) IS 'Internal: part of the aggregate standard_distance.';

CREATE FUNCTION csp_internal.standard_deviational_ellipse_accum(state float8[], location geometry, method text)
RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'standard_deviational_ellipse_accum';
COMMENT ON FUNCTION csp_internal.standard_deviational_ellipse_accum(float8[], geometry, text) IS 'Internal: part of the aggregate standard_deviational_ellipse.';

CREATE FUNCTION csp_internal.standard_deviational_ellipse_weighted_accum(state float8[], location geometry, weight float8, method text)
RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'standard_deviational_ellipse_weighted_accum';
COMMENT ON FUNCTION csp_internal.standard_deviational_ellipse_weighted_accum(float8[], geometry, float8, text) IS 'Internal: part of the aggregate standard_deviational_ellipse.';

CREATE FUNCTION csp_internal.centrography_combine(state float8[], other float8[])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'centrography_combine';
COMMENT ON FUNCTION csp_internal.centrography_combine(float8[], float8[]) IS 'Internal: part of the aggregates of centrography.';

CREATE FUNCTION csp_internal.mean_centre_final(state float8[])
RETURNS geometry
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'mean_centre_final';
COMMENT ON FUNCTION csp_internal.mean_centre_final(float8[]) IS 'Internal: part of the aggregate mean_centre.';

CREATE FUNCTION csp_internal.standard_distance_final(state float8[])
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'standard_distance_final';
COMMENT ON FUNCTION csp_internal.standard_distance_final(float8[]) IS 'Internal: part of the aggregate standard_distance.';

CREATE FUNCTION csp_internal.standard_deviational_ellipse_final(state float8[])
RETURNS geometry
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'standard_deviational_ellipse_final';
COMMENT ON FUNCTION csp_internal.standard_deviational_ellipse_final(float8[]) IS 'Internal: part of the aggregate standard_deviational_ellipse.';

CREATE FUNCTION csp_internal.standard_deviational_axes_final(state float8[])
RETURNS csp.deviational_axes
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'standard_deviational_axes_final';
COMMENT ON FUNCTION csp_internal.standard_deviational_axes_final(float8[]) IS 'Internal: part of the aggregate standard_deviational_axes.';

CREATE AGGREGATE csp.mean_centre(location geometry [, weight float8]) (
    SFUNC = csp_internal.centrography_accum,
    STYPE = float8[],
    INITCOND = '{0,0,0,0,0,0,0,0,0}',
    FINALFUNC = csp_internal.mean_centre_final,
    COMBINEFUNC = csp_internal.centrography_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.mean_centre(...) IS
    'Where is the middle of the events? The mean of their coordinates, a point in their SRID. location: points in a planar SRID; weight: so many events at the location, not negative. Rows with a NULL location or weight are skipped; no rows, or weights of 0 only, give NULL. Errors (22023): not a planar point, mixed SRIDs, a negative weight.';

CREATE AGGREGATE csp.standard_distance(location geometry
                        {|, weight float8|, method text|, weight float8, method text}) (
    SFUNC = csp_internal.[method?standard_distance[weight?_weighted]|centrography]_accum,
    STYPE = float8[],
    INITCOND = '{0,0,0,0,0,0,0,0,0}',
    FINALFUNC = csp_internal.standard_distance_final,
    COMBINEFUNC = csp_internal.centrography_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.standard_distance(...) IS
    'How far do events spread around their mean centre? The root of the summed squared distances over n - 2 (method crimestat, the default; NULL for 2 events or fewer) or over n (method population), in units of the SRID. location: points in a planar SRID; weight: so many events at the location, not negative. Rows with a NULL location or weight are skipped; no rows, or weights of 0 only, give NULL. Errors (22023): not a planar point, mixed SRIDs, a negative weight, an unknown method.';

CREATE AGGREGATE csp.standard_deviational_ellipse(location geometry
                        {|, weight float8|, method text|, weight float8, method text}) (
    SFUNC = csp_internal.[method?standard_deviational_ellipse[weight?_weighted]|centrography]_accum,
    STYPE = float8[],
    INITCOND = '{0,0,0,0,0,0,0,0,0}',
    FINALFUNC = csp_internal.standard_deviational_ellipse_final,
    COMBINEFUNC = csp_internal.centrography_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.standard_deviational_ellipse(...) IS
    'Where and in which direction do events spread? An ellipse around their mean centre, a polygon of 72 points in their SRID. method crimestat (default): semi-axes sqrt(2) sqrt(n / (n - 2)) standard deviations long, which hold about two thirds of normally spread events; NULL for 2 events or fewer. method yuill: one standard deviation (over n). NULL where all events lie on a line: standard_deviational_axes still gives the numbers. location: points in a planar SRID; weight: so many events at the location, not negative. Rows with a NULL location or weight are skipped; no rows, or weights of 0 only, give NULL. Errors (22023): not a planar point, mixed SRIDs, a negative weight, an unknown method. Sources: Yuill 1971; Levine 2006 (CrimeStat).';

CREATE AGGREGATE csp.standard_deviational_axes(location geometry
                        {|, weight float8|, method text|, weight float8, method text}) (
    SFUNC = csp_internal.[method?standard_deviational_ellipse[weight?_weighted]|centrography]_accum,
    STYPE = float8[],
    INITCOND = '{0,0,0,0,0,0,0,0,0}',
    FINALFUNC = csp_internal.standard_deviational_axes_final,
    COMBINEFUNC = csp_internal.centrography_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.standard_deviational_axes(...) IS
    'The standard deviational ellipse as numbers: n, mean centre, direction, semi-axes, area. method: crimestat (default) or yuill, as standard_deviational_ellipse. location: points in a planar SRID; weight: so many events at the location, not negative. Rows with a NULL location or weight are skipped; no rows, or weights of 0 only, give NULL. Errors (22023): not a planar point, mixed SRIDs, a negative weight, an unknown method. Sources: Yuill 1971; Levine 2006 (CrimeStat).';

CREATE FUNCTION csp_internal.centre_of_minimum_distance_accum(state internal, location geometry
                        [, weight float8])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'centre_of_minimum_distance_accum';
COMMENT ON FUNCTION csp_internal.centre_of_minimum_distance_accum(...) IS 'Internal: part of the aggregate centre_of_minimum_distance.';

CREATE FUNCTION csp_internal.centre_of_minimum_distance_final(state internal)
RETURNS geometry
LANGUAGE c STABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'centre_of_minimum_distance_final';
COMMENT ON FUNCTION csp_internal.centre_of_minimum_distance_final(internal) IS 'Internal: part of the aggregate centre_of_minimum_distance.';

CREATE AGGREGATE csp.centre_of_minimum_distance(location geometry [, weight float8]) (
    SFUNC = csp_internal.centre_of_minimum_distance_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.centre_of_minimum_distance_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.centre_of_minimum_distance(...) IS
    'Which point is nearest to all events together? The point with the least sum of distances to them (geometric median), less drawn by far events than the mean centre. Found to 1e-12 of the extent; where it is not unique (an even number of events on a line) it is one of the points with the least sum. location: points in a planar SRID; weight: so many events at the location, not negative. Rows with a NULL location or weight are skipped; no rows, or weights of 0 only, give NULL. Errors (22023): not a planar point, mixed SRIDs, a negative weight.';
