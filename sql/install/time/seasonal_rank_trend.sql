-- seasonal_rank_trend: rising or falling by ranks, each season compared with its own kind.

CREATE TYPE csp.seasonal_mann_kendall_test AS (
    s         bigint,
    variance  float8,
    z         float8,
    tau       float8,
    p_value   float8,
    slope     float8,
    seasons   bigint
);
COMMENT ON TYPE csp.seasonal_mann_kendall_test IS 'The seasonal Mann-Kendall test of a series; what the aggregate seasonal_mann_kendall returns';
COMMENT ON COLUMN csp.seasonal_mann_kendall_test.s IS 'Sum over the seasons of Kendall''s S: rising pairs of years less falling ones';
COMMENT ON COLUMN csp.seasonal_mann_kendall_test.variance IS 'Variance of S if there is no trend, corrected for ties; in the variant correlated with the covariances between seasons';
COMMENT ON COLUMN csp.seasonal_mann_kendall_test.z IS '(S - 1) / sqrt(variance) above 0, (S + 1) / sqrt(variance) below, 0 at S = 0; NULL where no season has two years, and where the covariances leave no variance';
COMMENT ON COLUMN csp.seasonal_mann_kendall_test.tau IS 'S over the sum of the seasons'' denominators of tau-b, -1 to 1; NULL where nothing varies';
COMMENT ON COLUMN csp.seasonal_mann_kendall_test.p_value IS 'Two-sided p-value of no trend, by the normal approximation; NULL where z is';
COMMENT ON COLUMN csp.seasonal_mann_kendall_test.slope IS 'Seasonal Theil-Sen slope: the median of all slopes between years within a season, change in value per year; NULL where no season has two years';
COMMENT ON COLUMN csp.seasonal_mann_kendall_test.seasons IS 'Number of seasons with values';

CREATE FUNCTION csp_internal.seasonal_mann_kendall_accum(state internal, value float8,
                        {period date|season float8, year float8} [, variant text])
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'seasonal_mann_kendall_{date_|}accum';
COMMENT ON FUNCTION csp_internal.seasonal_mann_kendall_accum(...) IS
    'Part of the aggregate seasonal_mann_kendall: collects a row; rows with a NULL are skipped. Internal.';

CREATE FUNCTION csp_internal.seasonal_mann_kendall_final(state internal)
RETURNS csp.seasonal_mann_kendall_test
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'seasonal_mann_kendall_final';
COMMENT ON FUNCTION csp_internal.seasonal_mann_kendall_final(internal) IS
    'Part of the aggregate seasonal_mann_kendall: the test from the collected rows. Internal.';

CREATE AGGREGATE csp.seasonal_mann_kendall(value float8, {period date|season float8, year float8}
                        [, variant text]) (
    SFUNC = csp_internal.seasonal_mann_kendall_accum,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = csp_internal.seasonal_mann_kendall_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.seasonal_mann_kendall(...) IS
    '[variant?As csp.seasonal_mann_kendall(value, {period|season, year}). variant: independent (as the shorter form: seasons are taken to be independent of each other) or correlated (the covariances between seasons are added to the variance: Hirsch and Slack 1984; for ten years and more, at most 400 seasons, one row a season and year). A variant not known or not the same in all rows, and in correlated a season given twice in a year are errors (22023), NULL as variant too (22004), too many seasons (54000).|{Seasonal Mann-Kendall test: does the value tend to rise or fall over the years, each month being compared with the same month only (seasonal_mann_kendall_test)? value: a count, rate or other measure; period: any day of the month, quarter or season, whose month is the season and whose year is the year. Missing periods count for nothing; two rows of one month and year are not compared with each other|As csp.seasonal_mann_kendall(value, period) for seasons of any kind. season: a number that tells which season (ISO week, weekday, shift); year: its year, or whatever the seasons recur in; the slope is per unit of it}. NULL for no rows. NULL rows are skipped; NaN{, infinity and infinite dates| and infinity} are errors (22023).{ Tie-corrected variance, continuity-corrected z as smk.test of R''s package trend; tau as SeasonalMannKendall of package Kendall; slope as sea.sens.slope of package trend. Seasons that rise while others fall cancel out. Source: Hirsch, Slack and Smith 1982.|}]';
