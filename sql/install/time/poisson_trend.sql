-- poisson_trend: by what percentage counts rise or fall per unit of x: a log-linear quasi-Poisson trend with exposure.

CREATE TYPE csp.poisson_trend_estimate AS (
    percent_per_unit  float8,
    lower             float8,
    upper             float8,
    dispersion        float8,
    p_value           float8
);
COMMENT ON TYPE csp.poisson_trend_estimate IS 'A log-linear trend in counts; what aggregate poisson_trend returns';
COMMENT ON COLUMN csp.poisson_trend_estimate.percent_per_unit IS 'Change in the expected count (or rate) per unit of x, in percent: 100 * (exp(beta) - 1)';
COMMENT ON COLUMN csp.poisson_trend_estimate.lower IS 'Lower confidence limit (Student''s t, n - 2 degrees of freedom); NULL below three rows';
COMMENT ON COLUMN csp.poisson_trend_estimate.upper IS 'Upper confidence limit; Infinity where it exceeds all numbers';
COMMENT ON COLUMN csp.poisson_trend_estimate.dispersion IS 'Pearson chi-square / (n - 2): 1 for Poisson counts, above 1 where counts vary more than chance; NULL below three rows';
COMMENT ON COLUMN csp.poisson_trend_estimate.p_value IS 'Two-sided p-value of no trend; NULL on a perfect fit and below three rows';

CREATE FUNCTION csp_internal.poisson_trend_{|date_|timestamptz_}accum(state internal,
                        events float8, x {float8|date|timestamptz} [, exposure float8
                        [, confidence float8]])
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'poisson_trend_{|date_|timestamptz_}accum';
COMMENT ON FUNCTION csp_internal.poisson_trend_{|date_|timestamptz_}accum(...) IS
    'Part of the aggregate poisson_trend: collects one row; rows with a NULL are skipped. Internal.';

CREATE FUNCTION csp_internal.poisson_trend_final(state internal)
RETURNS csp.poisson_trend_estimate
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'poisson_trend_final';
COMMENT ON FUNCTION csp_internal.poisson_trend_final(internal) IS
    'Part of the aggregate poisson_trend: the trend from the collected rows. Internal.';

CREATE AGGREGATE csp.poisson_trend(events float8, x {float8|date|timestamptz} [, exposure float8
                        [, confidence float8]]) (
    SFUNC = csp_internal.poisson_trend_{|date_|timestamptz_}accum,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = csp_internal.poisson_trend_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.poisson_trend(...) IS
    'Trend in counts by quasi-Poisson regression, log-linear in x (poisson_trend_estimate): percent change per unit of x with its [confidence?|95% ]confidence interval, dispersion and p-value. events: the count, 0 or more; x: its {position, in any unit|day; the unit of x is a day, counted from 2000-01-01|instant; the unit of x is a day (24 hours), counted from 2000-01-01 00:00 UTC}[confidence?; exposure: what the events arose from (population, days of the month), greater than 0; confidence: 0.95 for 95%, the same in all rows|[exposure?; exposure: what the events arose from (population, days of the month), greater than 0]]. NULL where no finite trend fits: no rows, no events, one value of x, or all events at the first or the last x. NULL rows [exposure?and rows with neither exposure nor events ]are skipped; negative counts, NaN, infinity[confidence?, events without exposure, a confidence outside (0, 1) or one that varies within the group|[exposure?, events without exposure]] are errors (22023). As R''s glm(family = quasipoisson)[exposure? with offset log(exposure)], limits by t.';

CREATE FUNCTION csp_internal.poisson_trend_of_sums_accum(state internal, events float8, x float8, exposure float8)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'poisson_trend_of_sums_accum';
COMMENT ON FUNCTION csp_internal.poisson_trend_of_sums_accum(internal, float8, float8, float8) IS
    'Part of the aggregate poisson_trend_of_sums: collects a row. Internal.';

CREATE FUNCTION csp_internal.poisson_trend_of_sums_final(state internal)
RETURNS csp.poisson_trend_estimate
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'poisson_trend_of_sums_final';
COMMENT ON FUNCTION csp_internal.poisson_trend_of_sums_final(internal) IS
    'Part of the aggregate poisson_trend_of_sums: the trend from the collected rows. Internal.';

CREATE AGGREGATE csp.poisson_trend_of_sums(events float8, x float8, exposure float8) (
    SFUNC = csp_internal.poisson_trend_of_sums_accum,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = csp_internal.poisson_trend_of_sums_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.poisson_trend_of_sums(float8, float8, float8) IS
    'As csp.poisson_trend(events, x, exposure), the events and the exposures of equal x being added up first: for counts that come in parts, such as a month''s by area and subtype, united with a grid of the months and their exposure (events 0, so that a month without events is a zero and not a gap). Parts may have exposure 0, and negative events where they take back what another part has; an x whose exposures add up to 0 is left out with its events. NULL rows are skipped; sums of events below 0, negative exposures, NaN, infinity are errors (22023).';

CREATE FUNCTION csp_internal.poisson_trend_of_sums_accum(state internal, events float8[], x float8[], exposure float8[])
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'poisson_trend_of_sums_array_accum';
COMMENT ON FUNCTION csp_internal.poisson_trend_of_sums_accum(internal, float8[], float8[], float8[]) IS
    'Part of the aggregate poisson_trend_of_sums: collects a list of parts. Internal.';

CREATE AGGREGATE csp.poisson_trend_of_sums(events float8[], x float8[], exposure float8[]) (
    SFUNC = csp_internal.poisson_trend_of_sums_accum,
    STYPE = internal,
    SSPACE = 1024,
    FINALFUNC = csp_internal.poisson_trend_of_sums_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.poisson_trend_of_sums(float8[], float8[], float8[]) IS
    'As csp.poisson_trend_of_sums(events, x, exposure) with a list of parts in each row: three arrays of equal length, without NULL elements (22023). For series by the thousand: one row brings the whole grid of months.';
