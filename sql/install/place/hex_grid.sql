-- hex_grid: hexagons numbered from the origin of the reference system.

CREATE FUNCTION csp.hex_cell(location geometry, side float8)
RETURNS bigint
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'hex_cell';
COMMENT ON FUNCTION csp.hex_cell(geometry, float8) IS
    'The address of the hexagon that a point lies in, by arithmetic alone: GROUP BY it to count points on a hexagonal grid. location: a point in a planar SRID. side: length of a side of the hexagons, in its units (a hexagon is 2 sides wide, 1.73 high and covers 2.598 side^2). The grid is that of ST_HexagonGrid(side, ...): of hexagons with one side, the same point has the same address in every query. Addresses of grids with other sides mean other places. A point on a common side belongs to one of the two hexagons, always the same. Any NULL gives NULL. Errors: not a planar point, side not above 0 (22023); more than a thousand million hexagons from the origin (54000).';

CREATE FUNCTION csp.hex_neighbours(hex bigint)
RETURNS bigint[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'hex_neighbours';
COMMENT ON FUNCTION csp.hex_neighbours(bigint) IS
    'The addresses of the six hexagons around one, as gi_star, local_moran and their kin take neighbours: csp.gi_star(value, hex, csp.hex_neighbours(hex)). hex: an address, from csp.hex_cell. NULL gives NULL. Error (22023): not an address.';

CREATE FUNCTION csp.hex_boundary(hex bigint, side float8, srid int)
RETURNS geometry
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'hex_boundary';
COMMENT ON FUNCTION csp.hex_boundary(bigint, float8, int) IS
    'The hexagon of an address as a polygon; hexagons side by side share their corners exactly. hex: an address, from csp.hex_cell with the same side. side: length of a side in the units of the SRID. Cast the result to geometry(Polygon, srid) in views. Any NULL gives NULL. Errors: not an address, side not above 0 (22023); coordinates too large (22003).';
