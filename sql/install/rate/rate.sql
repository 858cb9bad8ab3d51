-- rate: events per population, with the interval attached.
--
-- Counts come as integer, bigint or numeric (sum(bigint) is numeric): the float8 signatures take them all. The scalar
-- functions have bigint signatures beside them, which the planner reduces to the float8 ones.

CREATE TYPE csp.interval_estimate AS (
    estimate    float8,
    lower       float8,
    upper       float8
);
COMMENT ON TYPE csp.interval_estimate IS
    'A figure with its confidence interval, in the unit of the function that returns it.';
COMMENT ON COLUMN csp.interval_estimate.estimate IS 'The figure itself';
COMMENT ON COLUMN csp.interval_estimate.lower IS 'Lower confidence limit';
COMMENT ON COLUMN csp.interval_estimate.upper IS 'Upper confidence limit';

CREATE FUNCTION csp.rate_per(events float8, population float8, per float8)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'rate_per';
COMMENT ON FUNCTION csp.rate_per(float8, float8, float8) IS
    'Events per so many of population: events / population * per. Takes any numbers, so that numeric sums, averaged populations and harm-weighted counts need no cast. Population 0 gives NULL (no rate, not 0); any NULL gives NULL. Errors (22023): an argument that is negative, NaN or infinite, a per of 0; (22003): a rate beyond float8.';

CREATE FUNCTION csp.rate_per(events bigint, population bigint, per float8)
RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
RETURN csp.rate_per(events::float8, population::float8, per);
COMMENT ON FUNCTION csp.rate_per(bigint, bigint, float8) IS
    'Events per so many of population: events / population * per. Population 0 gives NULL (no rate, not 0); any NULL gives NULL. Errors (22023): negative events or population, a per that is not a number greater than 0.';

CREATE FUNCTION csp.rate_per_1000(events float8, population float8)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'rate_per_1000';
COMMENT ON FUNCTION csp.rate_per_1000(float8, float8) IS
    'Events per 1,000 of population. Takes any numbers, so that numeric sums, averaged populations and harm-weighted counts need no cast. Population 0 gives NULL (no rate, not 0); any NULL gives NULL. Errors (22023): an argument that is negative, NaN or infinite.';

CREATE FUNCTION csp.rate_per_1000(events bigint, population bigint)
RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
RETURN csp.rate_per_1000(events::float8, population::float8);
COMMENT ON FUNCTION csp.rate_per_1000(bigint, bigint) IS
    'Events per 1,000 of population. Population 0 gives NULL (no rate, not 0); any NULL gives NULL. Errors (22023): negative events or population.';

CREATE FUNCTION csp.rate_interval(
    events      float8,
    population  float8,
    per         float8 DEFAULT 1000,
    confidence  float8 DEFAULT 0.95,
    method      text DEFAULT 'byar'
)
RETURNS csp.interval_estimate
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'rate_interval';
COMMENT ON FUNCTION csp.rate_interval(float8, float8, float8, float8, text) IS
    'How far chance alone could move a rate: the rate per so many of population (default 1000) with its confidence interval (default 0.95), events being a Poisson count and the population known. Method byar (default; the public-health form of Byar''s approximation, lower limit from x, upper from x + 1) or exact (Garwood). No events: the lower limit is 0. events must be a whole number. Population 0 gives NULL; any NULL gives NULL. Errors (22023): a negative, NaN or infinite argument, fractional events, per 0, confidence not between 0 and 1, an unknown method. Source: Breslow and Day 1987; Garwood 1936.';

CREATE FUNCTION csp.rate_interval(
    events      bigint,
    population  bigint,
    per         float8 DEFAULT 1000,
    confidence  float8 DEFAULT 0.95,
    method      text DEFAULT 'byar'
)
RETURNS csp.interval_estimate
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
RETURN csp.rate_interval(events::float8, population::float8, per, confidence, method);
COMMENT ON FUNCTION csp.rate_interval(bigint, bigint, float8, float8, text) IS
    'How far chance alone could move a rate: the rate per so many of population (default 1000) with its confidence interval (default 0.95), events being a Poisson count and the population known. Method byar (default; the public-health form of Byar''s approximation, lower limit from x, upper from x + 1) or exact (Garwood). No events: the lower limit is 0. Population 0 gives NULL; any NULL gives NULL. Errors (22023): negative events or population, a per that is not a number greater than 0, confidence not between 0 and 1, an unknown method. Source: Breslow and Day 1987; Garwood 1936.';

CREATE FUNCTION csp_internal.crude_rate_accum(state float8[], events float8, population float8
                        [, per float8])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'crude_rate_accum';
COMMENT ON FUNCTION csp_internal.crude_rate_accum(...) IS
    'Internal: transition function of crude_rate[per?|, per 1,000].';

CREATE FUNCTION csp_internal.crude_rate_combine(state float8[], other float8[])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'crude_rate_combine';
COMMENT ON FUNCTION csp_internal.crude_rate_combine(float8[], float8[]) IS
    'Internal: combine function of crude_rate.';

CREATE FUNCTION csp_internal.crude_rate_final(state float8[])
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'crude_rate_final';
COMMENT ON FUNCTION csp_internal.crude_rate_final(float8[]) IS
    'Internal: final function of crude_rate.';

CREATE AGGREGATE csp.crude_rate(events float8, population float8 [, per float8]) (
    SFUNC = csp_internal.crude_rate_accum,
    STYPE = float8[],
    INITCOND = '{0,0,0,0,0}',
    FINALFUNC = csp_internal.crude_rate_final,
    COMBINEFUNC = csp_internal.crude_rate_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.crude_rate(...) IS
    'Pooled rate [per?|per 1,000 ]of a group[per? per so many of population]: sum of events / sum of population * [per?per|1000] (not the mean of the rates). A row with a NULL in any argument is skipped whole, so that events and population are those of the same places; a row with population 0 keeps its events. No rows, or no population: NULL. Errors (22023): a negative, NaN or infinite argument[per?, per 0 or not the same in all rows].';
