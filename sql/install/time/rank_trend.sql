-- rank_trend: rising or falling by ranks: the Mann-Kendall test and the Theil-Sen slope.

CREATE TYPE csp.mann_kendall_test AS (
    s         bigint,
    variance  float8,
    z         float8,
    tau       float8,
    p_value   float8
);
COMMENT ON TYPE csp.mann_kendall_test IS 'The Mann-Kendall test of a series; what aggregate mann_kendall returns';
COMMENT ON COLUMN csp.mann_kendall_test.s IS 'Kendall''s S: rising pairs less falling pairs, pairs of equal x or equal y left out';
COMMENT ON COLUMN csp.mann_kendall_test.variance IS 'Variance of S if there is no trend, corrected for ties in x and y';
COMMENT ON COLUMN csp.mann_kendall_test.z IS '(S - 1) / sqrt(variance) above 0, (S + 1) / sqrt(variance) below, 0 at S = 0; NULL where x does not vary';
COMMENT ON COLUMN csp.mann_kendall_test.tau IS 'Kendall''s tau-b, -1 to 1; NULL where x or y does not vary';
COMMENT ON COLUMN csp.mann_kendall_test.p_value IS 'Two-sided p-value of no trend, by the normal approximation; 1 where y does not vary, NULL where x does not';

CREATE TYPE csp.theil_sen_estimate AS (
    slope      float8,
    lower      float8,
    upper      float8,
    intercept  float8
);
COMMENT ON TYPE csp.theil_sen_estimate IS 'The Theil-Sen line through a series; what aggregate theil_sen returns';
COMMENT ON COLUMN csp.theil_sen_estimate.slope IS 'Median slope of all pairs of rows with different x: change in y per unit of x';
COMMENT ON COLUMN csp.theil_sen_estimate.lower IS 'Lower confidence limit of the slope, by ranks; NULL where the series is too short for the confidence asked';
COMMENT ON COLUMN csp.theil_sen_estimate.upper IS 'Upper confidence limit of the slope';
COMMENT ON COLUMN csp.theil_sen_estimate.intercept IS 'median(y) - slope * median(x): height of the line at x = 0';

CREATE FUNCTION csp_internal.mann_kendall_final(state internal)
RETURNS csp.mann_kendall_test
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'mann_kendall_final';
COMMENT ON FUNCTION csp_internal.mann_kendall_final(internal) IS
    'Part of the aggregate mann_kendall: the test from the collected rows. Internal.';

CREATE FUNCTION csp_internal.theil_sen_slope_final(state internal)
RETURNS float8
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'theil_sen_slope_final';
COMMENT ON FUNCTION csp_internal.theil_sen_slope_final(internal) IS
    'Part of the aggregate theil_sen_slope: the slope from the collected rows. Internal.';

CREATE FUNCTION csp_internal.theil_sen_final(state internal)
RETURNS csp.theil_sen_estimate
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'theil_sen_final';
COMMENT ON FUNCTION csp_internal.theil_sen_final(internal) IS
    'Part of the aggregate theil_sen: the line from the collected rows. Internal.';

CREATE AGGREGATE csp.mann_kendall(y float8, x {float8|date|timestamptz}) (
    SFUNC = csp_internal.series_{|date_|timestamptz_}accum,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = csp_internal.mann_kendall_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.mann_kendall(...) IS
    'Mann-Kendall test: does y tend to rise or fall with x (mann_kendall_test)? y: the value; x: its {position, in any unit|day; the unit of x is a day, counted from 2000-01-01|instant; the unit of x is a day (24 hours), counted from 2000-01-01 00:00 UTC} (only its order counts). Tie-corrected variance, continuity-corrected z, tau-b, normal p-value; exact p-values of short untied series: mann_kendall_exact_p. NULL for no rows. NULL rows are skipped; NaN and infinity are errors (22023). Seasonal or serially correlated series look more certain than they are. As mk.test in R''s package trend (Mann 1945, Kendall 1975).';

CREATE FUNCTION csp.mann_kendall_exact_p(s bigint, n bigint)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'mann_kendall_exact_p';
COMMENT ON FUNCTION csp.mann_kendall_exact_p(bigint, bigint) IS
    'Exact two-sided p-value of Kendall''s S for n rows without ties: the share of the n! orders with an S at least as far from 0. s: as mann_kendall gives it; n: 1 to 200. Any NULL gives NULL; an n outside, and an S that n untied values cannot give, are errors (22023). As R''s cor.test(method = ''kendall'', exact = TRUE).';

CREATE AGGREGATE csp.theil_sen_slope(y float8, x {float8|date|timestamptz}) (
    SFUNC = csp_internal.series_{|date_|timestamptz_}accum,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = csp_internal.theil_sen_slope_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.theil_sen_slope(...) IS
    'Theil-Sen slope: the median slope of all pairs of rows with different x, which single odd values hardly move: change in y per unit of x. y: the value; x: its {position, in any unit|day; the unit of x is a day, counted from 2000-01-01|instant; the unit of x is a day (24 hours), counted from 2000-01-01 00:00 UTC}. NULL where fewer than two values of x differ. NULL rows are skipped; NaN and infinity are errors (22023). As sens.slope in R''s package trend (Sen 1968).';

CREATE AGGREGATE csp.theil_sen(y float8, x {float8|date|timestamptz} [, confidence float8]) (
    SFUNC = csp_internal.series_{|date_|timestamptz_}accum,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = csp_internal.theil_sen_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.theil_sen(...) IS
    'Theil-Sen line: the median slope of all pairs of rows with different x, its[confidence?| 95%] confidence limits by ranks, and the intercept median(y) - slope * median(x) (theil_sen_estimate). y: the value; x: its {position, in any unit|day; the unit of x is a day, counted from 2000-01-01|instant; the unit of x is a day (24 hours), counted from 2000-01-01 00:00 UTC}[confidence?; confidence: 0.95 for 95%, the same in all rows]. NULL where fewer than two values of x differ. NULL rows are skipped; NaN[confidence?,| and] infinity[confidence?, a confidence outside (0, 1) or one that varies within the group] are errors (22023). As sens.slope in R''s package trend (Sen 1968).';
