-- change: is this period different from the one before?

CREATE FUNCTION csp.poisson_z(before bigint, after bigint)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'poisson_z';
COMMENT ON FUNCTION csp.poisson_z(bigint, bigint) IS
    'How far a count has moved, in standard errors of a single count: 2 (sqrt(after) - sqrt(before)). Positive when the count rose. before and after are counts of equal exposure. With two Poisson counts of one mean the result has standard deviation sqrt(2), so that it lies beyond 3 or -3 about 3 times in 100; against a before that is a well-known mean it is about standard normal. Any NULL gives NULL; a negative count is an error (22023). Coarse below about 5: poisson_e_test is better there.';

CREATE FUNCTION csp.poisson_e_test(k1 bigint, n1 float8, k2 bigint, n2 float8)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2000
AS 'MODULE_PATHNAME', 'poisson_e_test';
COMMENT ON FUNCTION csp.poisson_e_test(bigint, float8, bigint, float8) IS
    'Two-sided p-value of the hypothesis that k1 events in exposure n1 and k2 events in exposure n2 have one rate (E-test; more power than the conditional test at small counts). Exposures are populations or lengths of time in any one unit; only their ratio counts. The difference of rates is standardised by its variance under equal rates, as in R''s ptools. No events on either side gives 1; the outcome of no events on both sides, for which the statistic is not defined, is left out of the sum. An exposure of 0 gives NULL, as does any NULL; negative counts or exposures, exposures more than a factor of 10^12 apart (22023), and more than 10^12 events (54000) are errors. Cost grows with the square root of the counts. Source: Krishnamoorthy and Thomson 2004.';

CREATE FUNCTION csp.poisson_e_test(k1 bigint, n1 float8, k2 bigint, n2 float8, variance text)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2000
AS 'MODULE_PATHNAME', 'poisson_e_test';
COMMENT ON FUNCTION csp.poisson_e_test(bigint, float8, bigint, float8, text) IS
    'As csp.poisson_e_test(k1, n1, k2, n2), the variance that standardises the difference of rates being named: pooled (under equal rates; the default of the shorter form) or unpooled (each rate''s own, as in the paper of Krishnamoorthy and Thomson 2004). They agree when n1 = n2. An unknown name is an error (22023).';

CREATE TYPE csp.rate_change_estimate AS (
    percent_change  float8,
    ratio           float8,
    lower           float8,
    upper           float8,
    p_value         float8
);
COMMENT ON TYPE csp.rate_change_estimate IS 'How much a rate has changed, with interval and test: the result of csp.rate_change';
COMMENT ON COLUMN csp.rate_change_estimate.percent_change IS 'Change of the rate in percent of the earlier rate: 100 (ratio - 1); NULL when there were no events before';
COMMENT ON COLUMN csp.rate_change_estimate.ratio IS 'The later rate divided by the earlier one: above 1 the rate rose; Infinity when there were no events before, NULL when there were none in either period';
COMMENT ON COLUMN csp.rate_change_estimate.lower IS 'Lower confidence limit of the ratio; in percent 100 (lower - 1). 0 when there were no events after';
COMMENT ON COLUMN csp.rate_change_estimate.upper IS 'Upper confidence limit of the ratio; in percent 100 (upper - 1). Infinity when there were no events before';
COMMENT ON COLUMN csp.rate_change_estimate.p_value IS 'Two-sided exact p-value of no change, from 0 to 1; unadjusted: see csp.adjusted_p_value for many comparisons';

CREATE FUNCTION csp.rate_change(
    before_events      bigint,
    before_population  bigint,
    after_events       bigint,
    after_population   bigint,
    confidence         float8 DEFAULT 0.95
)
RETURNS csp.rate_change_estimate
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'rate_change';
COMMENT ON FUNCTION csp.rate_change(bigint, bigint, bigint, bigint, float8) IS
    'Has the rate changed, by how much, and how sure is that: the later rate over the earlier one with its exact interval and p-value, conditional on the total. Arguments: events and population before, events and population after (for equal populations any equal figures, such as 1 and 1; population x time for periods of unequal length), confidence between 0 and 1. lower and upper are limits of the ratio, not of the percentage. The p-value sums the probabilities not greater than the observed one, the interval is central: at the edge they can disagree. No events before: percent_change NULL, ratio and upper Infinity; no events at all: percent_change and ratio NULL, 0 to Infinity, p 1. Population 0 on either side gives NULL, as does any NULL; negative figures or a confidence not between 0 and 1 (22023) and more than 10^12 events (54000) are errors. Source: as R''s poisson.test(c(after, before), c(T_after, T_before)).';

CREATE FUNCTION csp.change_verdict(ratio float8, adjusted_p float8, alpha float8 DEFAULT 0.05)
RETURNS text
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'change_verdict';
COMMENT ON FUNCTION csp.change_verdict(float8, float8, float8) IS
    'A change in plain words. ratio: later rate over earlier one; adjusted_p: its p-value, adjusted for the number of comparisons; alpha: the largest p-value that counts as evidence. Result: ''higher'', ''lower'', ''new'' (events where there were none: ratio Infinity) or ''gone'' (ratio 0) where adjusted_p <= alpha; ''no clear change'' where it is not; ''none in either period'' where ratio is NULL but the p-value is not; ''not comparable'' where adjusted_p (or alpha) is NULL, as without a population. Never NULL. A negative or NaN ratio, a p-value outside 0 to 1 or an alpha not between 0 and 1 is an error (22023).';

CREATE FUNCTION csp_internal.percent_limit(ratio_limit float8)
RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE WHEN ratio_limit < 'Infinity'::float8 THEN 100 * (ratio_limit - 1) END;
COMMENT ON FUNCTION csp_internal.percent_limit(float8) IS
    'A limit of a ratio of rates as a change in per cent; NULL where it is unbounded. Internal to the product views.';
