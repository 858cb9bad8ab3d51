-- hour_of_week: 168 figures, one for each hour of the week, as rows and as a heat map for a terminal.

CREATE FUNCTION csp.hour_of_week(hours float8[])
RETURNS TABLE (hour_of_week integer, day text, iso_weekday integer, hour integer, weight float8)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50 ROWS 168
AS 'MODULE_PATHNAME', 'hour_of_week';
COMMENT ON FUNCTION csp.hour_of_week(float8[]) IS
    'The hours of the week as rows: hour_of_week (1, Monday 00:00 to 01:00, to 168: the subscript in the array), day (its English name), iso_weekday (1 Monday to 7 Sunday), hour (0 to 23), weight (the array''s element, NULL where that is). hours: 168 numbers, Monday 00:00 first, as csp.aoristic_hours returns them. NULL gives no rows. Errors (22023): another number of elements or dimensions, NaN, infinity.';

CREATE FUNCTION csp.hour_of_week_text(hours float8[], width integer DEFAULT 78, style text DEFAULT 'blocks')
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'hour_of_week_text';
COMMENT ON FUNCTION csp.hour_of_week_text(float8[], integer, text) IS
    'The hours of the week as a heat map for a terminal: seven days down, 24 hours across, totals of the days and their shares at the right, all days together (shaded by themselves) and the share of each three hours below, and what the shades mean: quarters of the largest figure, blank for 0 only. hours: 168 numbers, 0 or more, Monday 00:00 first, as csp.aoristic_hours returns them. width: columns of the terminal, 70 to 500; an hour takes 2 at 78, 4 at 118. style: blocks (U+2591 to U+2593, U+2588; in databases that are not UTF-8 as ascii) or ascii. NULL gives NULL. Errors: 22023 another number of elements, negative numbers, NaN, infinity, width or style; 22004 a NULL element. Show it with \pset format unaligned and \pset tuples_only on.';
