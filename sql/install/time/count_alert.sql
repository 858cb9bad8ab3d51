-- count_alert: what the alerts on counts answer (ears, farrington).

CREATE TYPE csp.count_alert AS (
    expected     float8,
    upper_bound  float8,
    p_value      float8,
    score        float8,
    alarm        boolean,
    reason       text
);
COMMENT ON TYPE csp.count_alert IS 'Whether one count of a series is out of the ordinary; what the window functions farrington and ears return';
COMMENT ON COLUMN csp.count_alert.expected IS 'Expected count; NULL where there is none, and reason says why';
COMMENT ON COLUMN csp.count_alert.upper_bound IS 'Count above which there is an alarm; NULL where none is to be raised, and reason says why';
COMMENT ON COLUMN csp.count_alert.p_value IS 'Probability of a count at least as high if nothing has changed, one-sided; not corrected for the number of series and periods (csp.adjusted_p_value does that)';
COMMENT ON COLUMN csp.count_alert.score IS 'How far above: farrington: (count - expected) / (upper_bound - expected), above 1 is above the bound; ears: standard deviations above the baseline, for C3 and C3_sum those above one, summed over three counts';
COMMENT ON COLUMN csp.count_alert.alarm IS 'Is the count above the bound, and are there enough events for an alarm? NULL where the count was not monitored';
COMMENT ON COLUMN csp.count_alert.reason IS 'What else there is to know: why there are no figures, why there can be no alarm, why no trend was used; NULL if nothing';
