-- aoristic: when in the week does it happen, where the time is only known to lie between two instants.

CREATE FUNCTION csp.aoristic_weights(occurred_from timestamptz, occurred_to timestamptz, time_zone text, method text DEFAULT 'aoristic')
RETURNS float8[]
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50
AS 'MODULE_PATHNAME', 'aoristic_weights';
COMMENT ON FUNCTION csp.aoristic_weights(timestamptz, timestamptz, text, text) IS
    'In which hours of the week can it have happened? 168 weights that add up to 1, Monday 00:00 first, of the local clock of time_zone (a full name such as Europe/London). occurred_from, occurred_to: the instants it lies between; occurred_to NULL, equal or earlier: it happened at occurred_from. method: aoristic (default: each hour''s weight is its share of the elapsed time, to the microsecond; a week of 168 hours or more gives 1/168 everywhere), elapsed (the same without that rule: the share of the time at any length), start, end, midpoint (all of it in the hour of that instant). An hour that the clock repeats gets what both give, one that it leaves out nothing. occurred_from NULL gives NULL. Errors: 22008 infinite instants; 22023 unknown time zone or method; 22004 either NULL. Source: Ratcliffe and McCullagh (1998).';

CREATE FUNCTION csp_internal.aoristic_hours_accum(state float8[], occurred_from timestamptz,
                        occurred_to timestamptz, time_zone text [, method text])
RETURNS float8[]
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'aoristic_hours_accum';
COMMENT ON FUNCTION csp_internal.aoristic_hours_accum(...) IS
    'Part of the aggregate aoristic_hours: adds one interval; a row without occurred_from is skipped. Internal.';

CREATE FUNCTION csp_internal.aoristic_hours_remove(state float8[], occurred_from timestamptz,
                        occurred_to timestamptz, time_zone text [, method text])
RETURNS float8[]
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'aoristic_hours_remove';
COMMENT ON FUNCTION csp_internal.aoristic_hours_remove(...) IS
    'Part of the aggregate aoristic_hours: takes out the interval that leaves a moving frame. Internal.';

CREATE FUNCTION csp_internal.aoristic_hours_combine(state float8[], other float8[])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'aoristic_hours_combine';
COMMENT ON FUNCTION csp_internal.aoristic_hours_combine(float8[], float8[]) IS
    'Part of the aggregate aoristic_hours: adds two states. Internal.';

CREATE FUNCTION csp_internal.aoristic_hours_final(state float8[])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'aoristic_hours_final';
COMMENT ON FUNCTION csp_internal.aoristic_hours_final(float8[]) IS
    'Part of the aggregate aoristic_hours: the sums as numbers. Internal.';

CREATE AGGREGATE csp.aoristic_hours(occurred_from timestamptz, occurred_to timestamptz,
                        time_zone text [, method text]) (
    SFUNC = csp_internal.aoristic_hours_accum,
    STYPE = float8[],
    SSPACE = 2800,
    INITCOND = '{}',
    FINALFUNC = csp_internal.aoristic_hours_final,
    COMBINEFUNC = csp_internal.aoristic_hours_combine,
    MSFUNC = csp_internal.aoristic_hours_accum,
    MINVFUNC = csp_internal.aoristic_hours_remove,
    MSTYPE = float8[],
    MSSPACE = 2800,
    MINITCOND = '{}',
    MFINALFUNC = csp_internal.aoristic_hours_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.aoristic_hours(...) IS
    'In which hours of the week do they happen? 168 sums of weights, Monday 00:00 first, of the local clock of time_zone (a full name such as Europe/London); together they are the number of intervals. As csp.aoristic_weights of each interval, added up[method?, by the method named: aoristic, elapsed, start, end or midpoint|: share of the elapsed time, a week or more 1/168 everywhere]. occurred_to NULL, equal or earlier than occurred_from: it happened at occurred_from. Rows without occurred_from are skipped; none left give NULL. The same to the last digit whatever the order of rows, the plan and the frame. csp.hour_of_week makes rows of it, csp.hour_of_week_text a heat map. Errors: 22008 infinite instants; 22023 unknown time zone[method? or method; 22004 either|; 22004 time zone] NULL. Source: Ratcliffe and McCullagh (1998).';
