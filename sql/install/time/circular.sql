-- circular: the mean time of day, and how closely times gather around it.

CREATE TYPE csp.circular_estimate AS (
    weight            float8,
    mean_time         time,
    mean_hour         float8,
    resultant_length  float8,
    deviation_hours   float8,
    kappa             float8,
    rayleigh_z        float8,
    p_value           float8
);
COMMENT ON TYPE csp.circular_estimate IS 'Times of day around their mean; what aggregate circular_concentration returns';
COMMENT ON COLUMN csp.circular_estimate.weight IS 'Number of times, or the sum of their weights';
COMMENT ON COLUMN csp.circular_estimate.mean_time IS 'Mean time of day on the dial; NULL where the times cancel';
COMMENT ON COLUMN csp.circular_estimate.mean_hour IS 'The same in hours, from 0 to less than 24';
COMMENT ON COLUMN csp.circular_estimate.resultant_length IS 'Mean resultant length: 1 all at one time, 0 evenly around the dial or cancelling';
COMMENT ON COLUMN csp.circular_estimate.deviation_hours IS 'Circular standard deviation in hours, sqrt(-2 ln resultant_length) on the dial; Infinity at length 0';
COMMENT ON COLUMN csp.circular_estimate.kappa IS 'Concentration of the von Mises distribution, maximum likelihood; 0 evenly spread, Infinity all at one time';
COMMENT ON COLUMN csp.circular_estimate.rayleigh_z IS 'Statistic of Rayleigh''s test: weight * resultant_length^2';
COMMENT ON COLUMN csp.circular_estimate.p_value IS 'P-value of Rayleigh''s test that no time of day is preferred (against one preferred time); the weights count as numbers of times';

CREATE FUNCTION csp_internal.circular_{|timestamptz_}accum(state float8[],
                        {hour float8|occurred timestamptz, time_zone text} [, weight float8])
RETURNS float8[]
LANGUAGE c IMMUTABLE{ STRICT|} PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'circular_{|timestamptz_}accum';
COMMENT ON FUNCTION csp_internal.circular_{|timestamptz_}accum(...) IS
    'Part of the aggregates of times of day: adds one {time[weight? with its weight]|instant[weight? with its weight; a row with either|; one that is] NULL is skipped}. Internal.';

CREATE FUNCTION csp_internal.circular_combine(state float8[], other float8[])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'circular_combine';
COMMENT ON FUNCTION csp_internal.circular_combine(float8[], float8[]) IS
    'Part of the aggregates of times of day: adds two states. Internal.';

CREATE FUNCTION csp_internal.circular_mean_final(state float8[])
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'circular_mean_final';
COMMENT ON FUNCTION csp_internal.circular_mean_final(float8[]) IS
    'Part of the aggregate circular_mean: the mean in hours. Internal.';

CREATE FUNCTION csp_internal.circular_mean_time_final(state float8[])
RETURNS time
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'circular_mean_time_final';
COMMENT ON FUNCTION csp_internal.circular_mean_time_final(float8[]) IS
    'Part of the aggregate circular_mean: the mean as a time of day. Internal.';

CREATE FUNCTION csp_internal.circular_concentration_final(state float8[])
RETURNS csp.circular_estimate
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'circular_concentration_final';
COMMENT ON FUNCTION csp_internal.circular_concentration_final(float8[]) IS
    'Part of the aggregate circular_concentration: mean, length, kappa and test. Internal.';

CREATE AGGREGATE csp.circular_mean({hour float8|occurred timestamptz, time_zone text}
                        [, weight float8]) (
    SFUNC = csp_internal.circular_{|timestamptz_}accum,
    STYPE = float8[],
    SSPACE = 96,
    INITCOND = '{0,0,0,0,0,0,0}',
    FINALFUNC = csp_internal.circular_mean_{|time_}final,
    COMBINEFUNC = csp_internal.circular_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.circular_mean(...) IS
    '[hour?Mean time of day on the dial, where midnight lies between 23:00 and 01:00, in hours from 0 to less than 24. hour: a time of day in hours (22.5 is 22:30; 24 is 0)[weight?; weight: how often, 0 or more (rows of csp.hour_of_week, say)]. NULL where there are no times, or they cancel one another (resultant length below 10^-12); rows with a NULL are skipped. NaN[weight?, infinity and negative weights| and infinity] are errors (22023). Source: Mardia and Jupp (2000).|Mean time of day on the dial, where midnight lies between 23:00 and 01:00 (time). occurred: the instants; time_zone: whose clock, a full name such as Europe/London[weight?; weight: how often, 0 or more (rows of csp.hour_of_week, say)]. NULL where there are no times, or they cancel one another (resultant length below 10^-12); rows with a NULL are skipped. Errors: 22008 infinite instants; 22023 unknown time zone[weight?, negative weights, NaN]; 22004 no time zone. Source: Mardia and Jupp (2000).]';

CREATE AGGREGATE csp.circular_concentration({hour float8|occurred timestamptz, time_zone text}
                        [, weight float8]) (
    SFUNC = csp_internal.circular_{|timestamptz_}accum,
    STYPE = float8[],
    SSPACE = 96,
    INITCOND = '{0,0,0,0,0,0,0}',
    FINALFUNC = csp_internal.circular_concentration_final,
    COMBINEFUNC = csp_internal.circular_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.circular_concentration(...) IS
    'How closely times of day gather around their mean (circular_estimate): mean, mean resultant length, circular standard deviation in hours, kappa of the von Mises distribution, and Rayleigh''s test that no time is preferred. {hour: a time of day in hours (22.5 is 22:30; 24 is 0)[weight?; weight: how often, 0 or more (rows of csp.hour_of_week, say)]|occurred: the instants; time_zone: whose clock, a full name such as Europe/London[weight?; weight: how often, 0 or more (rows of csp.hour_of_week, say)]}. NULL where there are no times; rows with a NULL are skipped. {NaN[weight?, infinity and negative weights| and infinity] are errors (22023)|Errors: 22008 infinite instants; 22023 unknown time zone[weight?, negative weights, NaN]; 22004 no time zone}. Source: Mardia and Jupp (2000), R''s package circular.';
