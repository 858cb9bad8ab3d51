-- cusum: has a count risen to a new level, by little each time?

CREATE TYPE csp.cusum_alert AS (
    expected     float8,
    upper_bound  float8,
    cusum        float8,
    alarm        boolean,
    reason       text
);
COMMENT ON TYPE csp.cusum_alert IS 'The cumulative sum of a series at one count; what the window function cusum returns';
COMMENT ON COLUMN csp.cusum_alert.expected IS 'Expected count; NULL where there is none, and reason says why';
COMMENT ON COLUMN csp.cusum_alert.upper_bound IS 'Count that would have brought the sum to the threshold h; 0 where any count would';
COMMENT ON COLUMN csp.cusum_alert.cusum IS 'Sum of what exceeded the reference value since it was last 0; in standard deviations, in events (method none) or in logarithms of the likelihood ratio (method likelihood)';
COMMENT ON COLUMN csp.cusum_alert.alarm IS 'Has the sum reached the threshold h?';
COMMENT ON COLUMN csp.cusum_alert.reason IS 'Why there are no figures; NULL where there are';

CREATE FUNCTION csp.cusum(
    count       float8,
    expected    float8  DEFAULT NULL,
    k           float8  DEFAULT NULL,
    h           float8  DEFAULT NULL,
    method      text    DEFAULT 'standard',
    dispersion  float8  DEFAULT 0,
    ratio       float8  DEFAULT 1.5,
    reset       boolean DEFAULT false,
    baseline    integer DEFAULT NULL
)
RETURNS csp.cusum_alert
LANGUAGE c IMMUTABLE WINDOW PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'cusum';
COMMENT ON FUNCTION csp.cusum(float8, float8, float8, float8, text, float8, float8, boolean, integer) IS
    'Window function: has a count risen to a new level, by little each time? S = max(0, S before + x - k), alarm at S >= h. OVER (PARTITION BY the series ORDER BY time). count: of events. expected: count that is expected in each row (it may follow season and population), or NULL in all and baseline: the mean of so many first counts, from which on the sum starts. method: standard (x = (count - expected) / sqrt(expected)), rossi, anscombe (nearer to the normal distribution), pearsonNegBin (by the standard deviation of a negative binomial count), none (x = count; k and h in events), likelihood (x = logarithm of the likelihood ratio of a rise by the factor ratio; no k). k, h: reference value and threshold, csp.cusum_design finds them; NULL: 1.04 and 2.26, for likelihood h 5. dispersion: alpha of the variance expected + alpha expected^2, 0 for Poisson counts; pearsonNegBin and likelihood. reset: start again from 0 after an alarm; otherwise the alarm lasts as long as the sum is high. Settings are read from the first row. A row without an expected count, or with one of 0, has a reason and no figures, a row with a NULL count gives NULL; neither changes the sum. Errors: negative or broken counts, NaN, infinity, settings out of range or that do not go together (22023); a NULL method, dispersion, ratio or reset, method none without k and h (22004); numbers too large (22003). Equal to R surveillance 1.20 algo.cusum, algo.glrnb with theta = log(ratio); bounds of standard rounded up. Rossi and others 1999, Lucas 1985, Hoehle and Paul 2008.';
