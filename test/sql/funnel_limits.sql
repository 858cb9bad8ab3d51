-- funnel_limits: exact Poisson quantiles around an expected count.

-- peers at 3.0 per 1,000, population 94,000: expected 282, quantiles .001/.025/.975/.999 = 232/250/315/335
SELECT (csp.funnel_limits(282, 0.998)).lower AS q001, (csp.funnel_limits(282)).lower AS q025,
       (csp.funnel_limits(282, 0.95)).upper AS q975, (csp.funnel_limits(282, 0.998)).upper AS q999;
-- R: test/reference/funnel_limits.R (qpois, ppois, dpois)
CREATE TEMP TABLE figure (expected float8, confidence float8, lower float8, upper float8, smooth_lower float8, smooth_upper float8);
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/funnel_limits.csv' WITH (FORMAT csv, HEADER)
SELECT count(*) AS figures,
       count(*) FILTER (WHERE step.lower = figure.lower AND step.upper = figure.upper) AS steps_equal_to_r,
       count(*) FILTER (WHERE abs(smooth.lower - smooth_lower) <= 1e-9 * greatest(1, smooth_lower)
                          AND abs(smooth.upper - smooth_upper) <= 1e-9 * greatest(1, smooth_upper)) AS smooth_equal_to_r
FROM figure,
     csp.funnel_limits(figure.expected, figure.confidence) AS step,
     csp.funnel_limits(figure.expected, figure.confidence, interpolated => true) AS smooth;
-- the steps reach the tails they are named for: sums of e^-m m^k / k! for m = 3 in numeric
WITH tail AS (
    SELECT k, sum(exp(-3.0) * 3.0 ^ k / factorial(k)) OVER (ORDER BY k) AS at_most FROM generate_series(0, 30) AS k
)
SELECT confidence,
       (csp.funnel_limits(3, confidence)).lower = min(k) FILTER (WHERE at_most >= (1 - confidence) / 2) AS lower_is_smallest,
       (csp.funnel_limits(3, confidence)).upper = min(k) FILTER (WHERE at_most >= 1 - (1 - confidence) / 2) AS upper_is_smallest
FROM tail, unnest('{0.5,0.8,0.9,0.95,0.99,0.998,0.9999}'::numeric[]) AS confidence
GROUP BY confidence
ORDER BY confidence;

-- nothing expected; next to nothing; more than can be counted; every confidence
SELECT csp.funnel_limits(0) AS none, csp.funnel_limits(0, 0.998, true) AS none_smooth, csp.funnel_limits(1e-300) AS next_to_none,
       csp.funnel_limits(0.01, 0.5) AS low;
SELECT expected, round(((step.lower - expected) / sqrt(expected))::numeric, 3) AS lower, round(((step.upper - expected) / sqrt(expected))::numeric, 3) AS upper,
       abs(step.lower - smooth.lower) <= greatest(1, 1e-15 * expected) AND abs(step.upper - smooth.upper) <= greatest(1, 1e-15 * expected) AS smooth_near
FROM unnest('{1e9,1e12,1e15}'::float8[]) AS expected, csp.funnel_limits(expected) AS step, csp.funnel_limits(expected, 0.95, true) AS smooth;
SELECT expected, step.lower >= 0.99999 * expected AND step.upper <= 1.00001 * expected AND smooth.upper >= smooth.lower AS in_order
FROM unnest('{1e20,1e100,1e300}'::float8[]) AS expected, csp.funnel_limits(expected) AS step, csp.funnel_limits(expected, 0.95, true) AS smooth;
SELECT confidence, lower BETWEEN 0 AND 100 AS lower_in_order, upper BETWEEN 100 AND 250 AS upper_in_order
FROM unnest('{1e-300,0.9999999999999999}'::float8[]) AS confidence, csp.funnel_limits(100, confidence);
SELECT csp.funnel_limits(NULL) IS NULL AS null_expected, csp.funnel_limits(3, NULL) IS NULL AS null_confidence;
SELECT csp.funnel_limits(-1);
SELECT csp.funnel_limits('NaN');
SELECT csp.funnel_limits('infinity');
SELECT csp.funnel_limits(282, 95);
SELECT csp.funnel_limits(282, 0);

-- a ranking of peers: the pooled rate is 60 / 20000; outside the limits or not
SELECT place, events, csp.rate_per_1000(events, population) AS rate, (limits).lower, (limits).upper,
       CASE WHEN events < (limits).lower THEN 'lower' WHEN events > (limits).upper THEN 'higher' ELSE 'in line' END AS verdict
FROM (
    SELECT place, events, population, csp.funnel_limits(csp.crude_rate(events, population, 1) OVER () * population) AS limits
    FROM (VALUES ('a', 12, 6000), ('b', 10, 5000), ('c', 24, 4000), ('d', 14, 5000)) AS peer (place, events, population)
) AS peer
ORDER BY place;
