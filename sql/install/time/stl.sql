-- stl: what of a series is season, what is trend, and what is neither.

CREATE TYPE csp.stl_component AS (
    seasonal   float8,
    trend      float8,
    remainder  float8
);
COMMENT ON TYPE csp.stl_component IS 'One value of a series taken apart; what the window function stl returns';
COMMENT ON COLUMN csp.stl_component.seasonal IS 'What the season adds to the value (takes from it where negative); value - seasonal is the seasonally adjusted value';
COMMENT ON COLUMN csp.stl_component.trend IS 'The level without season and chance';
COMMENT ON COLUMN csp.stl_component.remainder IS 'value - seasonal - trend: what neither explains';

CREATE FUNCTION csp.stl(
    value            float8,
    period           integer,
    seasonal_window  integer DEFAULT NULL,
    robust           boolean DEFAULT false,
    seasonal_degree  integer DEFAULT 0,
    trend_window     integer DEFAULT NULL,
    trend_degree     integer DEFAULT 1,
    low_pass_window  integer DEFAULT NULL,
    low_pass_degree  integer DEFAULT NULL,
    seasonal_jump    integer DEFAULT NULL,
    trend_jump       integer DEFAULT NULL,
    low_pass_jump    integer DEFAULT NULL,
    "inner"          integer DEFAULT NULL,
    "outer"          integer DEFAULT NULL
)
RETURNS csp.stl_component
LANGUAGE c IMMUTABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'stl';
COMMENT ON FUNCTION csp.stl(float8, integer, integer, boolean, integer, integer, integer, integer, integer, integer, integer, integer, integer, integer) IS
    'Window function: season, trend and remainder of each value of a series by loess (STL), value = seasonal + trend + remainder. OVER (PARTITION BY the series ORDER BY time): one row for every period, without gaps. value: any measure. period: values in a season (12 for months of a year), 2 or more. seasonal_window: years whose values shape a season, 3 or more (7 and above is sensible); NULL for a season that is the same every year. robust: odd values hardly move the curves. seasonal_degree, trend_degree, low_pass_degree: 0 constants, 1 lines (low_pass_degree NULL: as trend_degree). trend_window NULL: the odd number above 1.5 period / (1 - 1.5 / seasonal_window); low_pass_window NULL: the odd number from period on; even windows are made odd. Jumps NULL: a tenth of the window, rounded up. inner NULL: 2, robust 1; outer NULL: 0, robust 15. The options are read from the first row of the partition. Errors: NULL value or period, row named (22004); two seasons or fewer, NaN, infinity, options out of range (22023). As R''s stl, to its last digits; Cleveland, Cleveland, McRae and Terpenning 1990.';

CREATE FUNCTION csp.stl(
    value            float8,
    period           date,
    seasonal_window  integer DEFAULT NULL,
    robust           boolean DEFAULT false,
    seasonal_degree  integer DEFAULT 0,
    trend_window     integer DEFAULT NULL,
    trend_degree     integer DEFAULT 1,
    low_pass_window  integer DEFAULT NULL,
    low_pass_degree  integer DEFAULT NULL,
    seasonal_jump    integer DEFAULT NULL,
    trend_jump       integer DEFAULT NULL,
    low_pass_jump    integer DEFAULT NULL,
    "inner"          integer DEFAULT NULL,
    "outer"          integer DEFAULT NULL
)
RETURNS csp.stl_component
LANGUAGE c IMMUTABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'stl_dated';
COMMENT ON FUNCTION csp.stl(float8, date, integer, boolean, integer, integer, integer, integer, integer, integer, integer, integer, integer, integer) IS
    'Window function: as csp.stl(value, period integer, ...), the periods being given by their first days: the season is 12 months, 4 quarters, 52 weeks or 7 days, whichever the dates are, and a period that is missing, given twice or out of order is an error that names it (22023), as is a series of years. A NULL or infinite date is an error (22004, 22023). ORDER BY the same date.';
