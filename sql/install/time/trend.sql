-- trend: the straight line through a series by ordinary least squares, and the numbering of months.

CREATE FUNCTION csp.month_number(day date)
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'month_number';
COMMENT ON FUNCTION csp.month_number(date) IS
    'Consecutive numbers for months, as the x of a trend: months from January 2000, which is 0, to the month of the day; December 1999 is -1. NULL gives NULL; an infinite date is an error (22023).';

CREATE FUNCTION csp.month_number(instant timestamptz, time_zone text)
RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
BEGIN ATOMIC
    SELECT csp.month_number(CAST(instant AT TIME ZONE time_zone AS date));
END;
COMMENT ON FUNCTION csp.month_number(timestamptz, text) IS
    'Consecutive numbers for months: months from January 2000, which is 0, to the month of the instant on the clocks of the time zone (Europe/London). Any NULL gives NULL; an infinite instant and an unknown time zone are errors (22023).';

CREATE TYPE csp.trend_estimate AS (
    n          bigint,
    slope      float8,
    std_error  float8,
    lower      float8,
    upper      float8,
    intercept  float8,
    r_squared  float8,
    t          float8,
    p_value    float8
);
COMMENT ON TYPE csp.trend_estimate IS 'A straight line through a series by ordinary least squares; what aggregate trend returns';
COMMENT ON COLUMN csp.trend_estimate.n IS 'Rows used';
COMMENT ON COLUMN csp.trend_estimate.slope IS 'Change in y per unit of x; NULL where fewer than two values of x differ';
COMMENT ON COLUMN csp.trend_estimate.std_error IS 'Standard error of the slope; 0 on a perfect fit; NULL below three rows';
COMMENT ON COLUMN csp.trend_estimate.lower IS 'Lower confidence limit of the slope (Student''s t, n - 2 degrees of freedom); NULL below three rows';
COMMENT ON COLUMN csp.trend_estimate.upper IS 'Upper confidence limit of the slope';
COMMENT ON COLUMN csp.trend_estimate.intercept IS 'Height of the line at x = 0: for a date 2000-01-01, for a month number January 2000';
COMMENT ON COLUMN csp.trend_estimate.r_squared IS 'Share of the variation of y that the line explains, 0 to 1; NULL where y does not vary';
COMMENT ON COLUMN csp.trend_estimate.t IS 'slope / std_error; NULL on a perfect fit';
COMMENT ON COLUMN csp.trend_estimate.p_value IS 'Two-sided p-value of a slope of 0; NULL on a perfect fit';

CREATE FUNCTION csp_internal.trend_{|date_|timestamptz_}accum(state float8[], y float8,
                        x {float8|date|timestamptz} [, confidence float8])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'trend_{|date_|timestamptz_}accum';
COMMENT ON FUNCTION csp_internal.trend_{|date_|timestamptz_}accum(...) IS
    '[confidence?Part of the aggregate trend: adds one row to the sums and keeps the confidence. Internal.|Part of the aggregates trend_slope and trend: adds one row to the sums. Internal.]';

CREATE FUNCTION csp_internal.trend_combine(state float8[], other float8[])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'trend_combine';
COMMENT ON FUNCTION csp_internal.trend_combine(float8[], float8[]) IS
    'Part of the aggregates trend_slope and trend: joins the sums of two states. Internal.';

CREATE FUNCTION csp_internal.trend_slope_final(state float8[])
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'trend_slope_final';
COMMENT ON FUNCTION csp_internal.trend_slope_final(float8[]) IS
    'Part of the aggregate trend_slope: the slope from the sums. Internal.';

CREATE FUNCTION csp_internal.trend_final(state float8[])
RETURNS csp.trend_estimate
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'trend_final';
COMMENT ON FUNCTION csp_internal.trend_final(float8[]) IS
    'Part of the aggregate trend: the line from the sums. Internal.';

CREATE AGGREGATE csp.trend_slope(y float8, x {float8|date|timestamptz}) (
    SFUNC = csp_internal.trend_{|date_|timestamptz_}accum,
    STYPE = float8[],
    SSPACE = 128,
    FINALFUNC = csp_internal.trend_slope_final,
    COMBINEFUNC = csp_internal.trend_combine,
    INITCOND = '{0,0,0,0,0,0,0,0,0}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.trend_slope(...) IS
    'Slope of the straight line through a series by ordinary least squares: change in y per unit of x. y: the value; x: its {position, in any unit|day; the unit of x is a day, counted from 2000-01-01|instant; the unit of x is a day (24 hours), counted from 2000-01-01 00:00 UTC}. NULL where fewer than two values of x differ. NULL rows are skipped; NaN and infinity are errors (22023). As R''s lm(y ~ x); sums updated as by Youngs and Cramer (1971).';

CREATE AGGREGATE csp.trend(y float8, x {float8|date|timestamptz} [, confidence float8]) (
    SFUNC = csp_internal.trend_{|date_|timestamptz_}accum,
    STYPE = float8[],
    SSPACE = 128,
    FINALFUNC = csp_internal.trend_final,
    COMBINEFUNC = csp_internal.trend_combine,
    INITCOND = '{0,0,0,0,0,0,0,0,0}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.trend(...) IS
    'Straight line through a series by ordinary least squares, with the[confidence?| 95%] confidence interval and test of its slope (trend_estimate). y: the value; x: its {position, in any unit|day; the unit of x is a day, counted from 2000-01-01|instant; the unit of x is a day (24 hours), counted from 2000-01-01 00:00 UTC}[confidence?; confidence: 0.95 for 95%, the same in all rows]. NULL for no rows; fewer than two different values of x give n alone; a perfect fit has std_error 0 and neither t nor p_value. NULL rows are skipped; NaN[confidence?,| and] infinity[confidence?, a confidence outside (0, 1) or one that varies within the group] are errors (22023). As R''s lm and confint.';

CREATE FUNCTION csp_internal.month_end(month date)
RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN (month + interval '1 month - 1 day')::date;
COMMENT ON FUNCTION csp_internal.month_end(date) IS
    'Last day of a month, given its first. A month lies wholly in what ends on a day when this is no later. NULL gives NULL. Internal to the product views.';

CREATE FUNCTION csp_internal.days_of_month(month date)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN csp_internal.month_end(month) - month + 1;
COMMENT ON FUNCTION csp_internal.days_of_month(date) IS
    'Days of a month, given its first day. NULL gives NULL. Internal to the product views.';

CREATE FUNCTION csp_internal.trend_verdict(
    percent_per_month       float8,
    adjusted_p_value        float8,
    false_discovery_rate    float8
)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE
    WHEN adjusted_p_value IS NULL THEN 'not known'
    WHEN adjusted_p_value > false_discovery_rate THEN 'no clear trend'
    WHEN percent_per_month > 0 THEN 'rising'
    ELSE 'falling'
END;
COMMENT ON FUNCTION csp_internal.trend_verdict(float8, float8, float8) IS
    'Where a series is heading, in words: rising or falling where the adjusted p-value is at most the false discovery rate, else no clear trend; not known without a test. Internal to the product views.';
