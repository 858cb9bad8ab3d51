-- cell_grid: square cells numbered from the origin of the reference system.

CREATE FUNCTION csp.grid_cell(cell_x int, cell_y int, cell_size float8, srid int)
RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
BEGIN ATOMIC
    SELECT ST_MakeEnvelope(cell_x * cell_size, cell_y * cell_size, (cell_x + 1) * cell_size, (cell_y + 1) * cell_size, srid);
END;
COMMENT ON FUNCTION csp.grid_cell(int, int, float8, int) IS
    'The square of a cell, as the surfaces number them: cell (x, y) covers [x s, (x + 1) s) by [y s, (y + 1) s) from the origin of the reference system, s the cell_size in its units; a point lies in cell floor(ST_X / s), floor(ST_Y / s). Gives a polygon in the SRID; cast it to geometry(Polygon, srid) in views. Any NULL gives NULL.';
