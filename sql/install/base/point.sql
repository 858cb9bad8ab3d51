-- point: how the extension reads a location.

CREATE TYPE csp.point_coordinates AS (
    x       float8,
    y       float8,
    srid    int
);
COMMENT ON TYPE csp.point_coordinates IS 'A planar place as every function of the extension that takes a location reads it';
COMMENT ON COLUMN csp.point_coordinates.x IS 'Easting, in the units of the SRID';
COMMENT ON COLUMN csp.point_coordinates.y IS 'Northing, in the units of the SRID';
COMMENT ON COLUMN csp.point_coordinates.srid IS 'Spatial reference system; 0 is unknown and taken as planar';

CREATE FUNCTION csp.read_point(location geometry)
RETURNS csp.point_coordinates
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'read_point';
COMMENT ON FUNCTION csp.read_point(geometry) IS
    'The coordinates and SRID of a point, or the error that any function taking a location would raise for it: not a point, empty, a coordinate that is not finite, a geography, or an SRID in degrees (22023; a damaged geometry XX001). Z and M are ignored. NULL gives NULL.';
