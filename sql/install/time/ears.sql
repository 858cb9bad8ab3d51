-- ears: is a count out of the ordinary against the last days or weeks alone?

CREATE FUNCTION csp.ears(
    count          float8,
    method         text    DEFAULT 'C1',
    baseline       integer DEFAULT 7,
    alpha          float8  DEFAULT NULL,
    minimum_sigma  float8  DEFAULT NULL,
    period         date    DEFAULT NULL
)
RETURNS csp.count_alert
LANGUAGE c IMMUTABLE WINDOW PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'ears';
COMMENT ON FUNCTION csp.ears(float8, text, integer, float8, float8, date) IS
    'Window function: is a count out of the ordinary against the counts just before it (EARS)? For series too short for csp.farrington; it knows no season. OVER (PARTITION BY the series ORDER BY time): one row for every day or week. count: of events. method: C1 (baseline: the counts just before), C2 (the two latest before left out, so that a rise does not hide itself) or C3_sum (max(0, C2 - 1) summed over the count and the two before, for slow rises); C3: the same with the bound of R surveillance, which is measured from the count itself, so that the two counts before decide alone. baseline: number of counts, 2 or more. alpha: probability of an alarm if nothing has changed, by the normal distribution; NULL: 0.001, for C3 and C3_sum 0.025. minimum_sigma: least standard deviation of a baseline; NULL: none, but a baseline without variation has 1 / sqrt(baseline), as if one event more had happened once in it; 0: none at all, then any event above such a baseline is an alarm. period: first day of each row, or NULL in all: with it a period that is missing, given twice or out of order is an error that names it (22023). Settings are read from the first row. The first rows have a reason and no figures. A row with a NULL count gives NULL and does not count. Errors: negative or broken counts, NaN, infinity, settings out of range (22023); a NULL method or baseline, a period in some rows only (22004). C1, C2, C3 equal to R surveillance 1.20 earsC; Hutwagner and others 2003.';
