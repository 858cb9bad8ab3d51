-- funnel_limits: the counts that chance alone would give around an expected count.

CREATE TYPE csp.limits AS (
    lower   float8,
    upper   float8
);
COMMENT ON TYPE csp.limits IS
    'Lower and upper limits, both still inside, in the unit of the function that returns them.';
COMMENT ON COLUMN csp.limits.lower IS 'Lower limit: a figure below it is outside';
COMMENT ON COLUMN csp.limits.upper IS 'Upper limit: a figure above it is outside';

CREATE FUNCTION csp.funnel_limits(
    expected        float8,
    confidence      float8 DEFAULT 0.95,
    interpolated    boolean DEFAULT false
)
RETURNS csp.limits
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50
AS 'MODULE_PATHNAME', 'funnel_limits';
COMMENT ON FUNCTION csp.funnel_limits(float8, float8, boolean) IS
    'Between which counts a place lies by chance alone when so many events are expected (the group''s rate times the place''s population): the exact Poisson quantiles at (1 - confidence) / 2 and 1 - (1 - confidence) / 2, as counts; multiply by per / population for limits of a rate. Usual pairs of limits: confidence 0.95 and 0.998. interpolated gives the smooth form of the steps, for drawing (never below 0). Expected 0 gives 0 and 0; any NULL gives NULL. Errors (22023): a negative, NaN or infinite expected, confidence not between 0 and 1. Source: Spiegelhalter 2005, as R qpois.';

CREATE FUNCTION csp_internal.peer_verdict(incidents bigint, limits csp.limits)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE
    WHEN incidents IS NULL OR limits IS NULL THEN NULL
    WHEN incidents > (limits).upper THEN 'higher than peers'
    WHEN incidents < (limits).lower THEN 'lower than peers'
    ELSE 'in line with peers'
END;
COMMENT ON FUNCTION csp_internal.peer_verdict(bigint, csp.limits) IS
    'How a count compares with peers, in words, given the funnel limits around what their mean would lead one to expect: higher than peers, lower than peers or in line with peers; NULL without a count or limits. Internal to the product views.';
