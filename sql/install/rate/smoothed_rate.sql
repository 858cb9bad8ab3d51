-- smoothed_rate: rates of small places drawn towards the rate of all of them.

CREATE FUNCTION csp.smoothed_rate(events float8, population float8)
RETURNS float8
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'smoothed_rate';
COMMENT ON FUNCTION csp.smoothed_rate(float8, float8) IS
    'Window function: the rate per 1,000 of each place, smoothed by global empirical Bayes: drawn towards the pooled rate of all rows of the partition, the more the smaller the place. One row per place; ORDER BY and frame of the window make no difference. A row with a NULL in any argument or with population 0 gives NULL and does not count. Where the rates vary no more than chance would have it, every row gets the pooled rate. Errors (22023): a negative, NaN or infinite argument. Source: Marshall 1991, as R spdep::EBest.';

CREATE FUNCTION csp.smoothed_rate(events float8, population float8, per float8)
RETURNS float8
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'smoothed_rate';
COMMENT ON FUNCTION csp.smoothed_rate(float8, float8, float8) IS
    'Window function: the rate of each place per so many of population, smoothed by global empirical Bayes: drawn towards the pooled rate of all rows of the partition, the more the smaller the place. One row per place; ORDER BY and frame of the window make no difference. A row with a NULL in any argument or with population 0 gives NULL and does not count. Where the rates vary no more than chance would have it, every row gets the pooled rate. Errors (22023): a negative, NaN or infinite argument, per 0. Source: Marshall 1991, as R spdep::EBest.';
