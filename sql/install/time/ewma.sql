-- ewma: has the level of a series moved, seen through a moving average that forgets?

CREATE TYPE csp.ewma_alert AS (
    expected     float8,
    lower_bound  float8,
    upper_bound  float8,
    smoothed     float8,
    alarm        boolean,
    reason       text
);
COMMENT ON TYPE csp.ewma_alert IS 'The moving average of a series at one value; what the window function ewma returns';
COMMENT ON COLUMN csp.ewma_alert.expected IS 'What the moving average is expected to be: the expected value, smoothed alike where it varies; NULL where there is none, and reason says why';
COMMENT ON COLUMN csp.ewma_alert.lower_bound IS 'Lower limit of the moving average; not below 0 for counts (poisson)';
COMMENT ON COLUMN csp.ewma_alert.upper_bound IS 'Upper limit of the moving average (of the average, not of the single value)';
COMMENT ON COLUMN csp.ewma_alert.smoothed IS 'The moving average';
COMMENT ON COLUMN csp.ewma_alert.alarm IS 'Is the moving average outside its limits?';
COMMENT ON COLUMN csp.ewma_alert.reason IS 'Which limit it is beyond, or why there are no figures; NULL otherwise';

CREATE FUNCTION csp.ewma(
    value         float8,
    expected      float8  DEFAULT NULL,
    sd            float8  DEFAULT NULL,
    lambda        float8  DEFAULT 0.2,
    sigmas        float8  DEFAULT 3,
    baseline      integer DEFAULT NULL,
    distribution  text    DEFAULT 'normal',
    exact         boolean DEFAULT true
)
RETURNS csp.ewma_alert
LANGUAGE c IMMUTABLE WINDOW PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'ewma';
COMMENT ON FUNCTION csp.ewma(float8, float8, float8, float8, float8, integer, text, boolean) IS
    'Window function: has the level of a series moved? The exponentially weighted moving average, lambda value + (1 - lambda) times what it was, begun at what is expected, with its limits. OVER (PARTITION BY the series ORDER BY time). value: a count, rate or other measure. expected, sd: mean and standard deviation of each value (they may follow season and population), or NULL in all rows and baseline: mean and standard deviation (n - 1) of so many first values, from which on the average starts. lambda: weight of the newest value, above 0 to 1. sigmas: width of the limits. distribution: normal, or poisson for counts (standard deviation the square root of what is expected, no sd). exact: limits that widen from the first value on as the average''s own variance does; false: those that they tend to. Settings are read from the first row. A row without an expected value or standard deviation has a reason and no figures, a row with a NULL value gives NULL; neither changes the average. Errors: NaN and infinity, negative or broken counts (poisson), negative sd, settings out of range or that do not go together (22023); a NULL setting other than baseline (22004); numbers too large (22003). Equal to R qcc ewma; Roberts 1959, Lucas and Saccucci 1990.';
