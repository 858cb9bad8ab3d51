-- forecast: where a regular series is going, the model behind it, its measured accuracy, and whether a total meets its target.

CREATE TYPE csp.forecast_value AS (
    period  date,
    mean    float8,
    lower   float8,
    upper   float8
);
COMMENT ON TYPE csp.forecast_value IS 'A forecast of one period; what aggregate forecast returns of series by date';
COMMENT ON COLUMN csp.forecast_value.period IS 'First day of the period';
COMMENT ON COLUMN csp.forecast_value.mean IS 'What the model expects';
COMMENT ON COLUMN csp.forecast_value.lower IS 'Lower limit of the prediction interval; NULL where the series is too short to tell';
COMMENT ON COLUMN csp.forecast_value.upper IS 'Upper limit of the prediction interval';

CREATE TYPE csp.forecast_value_integer AS (
    period  integer,
    mean    float8,
    lower   float8,
    upper   float8
);
COMMENT ON TYPE csp.forecast_value_integer IS 'A forecast of one period; what aggregate forecast returns of series by integer';
COMMENT ON COLUMN csp.forecast_value_integer.period IS 'The period';
COMMENT ON COLUMN csp.forecast_value_integer.mean IS 'What the model expects';
COMMENT ON COLUMN csp.forecast_value_integer.lower IS 'Lower limit of the prediction interval; NULL where the series is too short to tell';
COMMENT ON COLUMN csp.forecast_value_integer.upper IS 'Upper limit of the prediction interval';

CREATE TYPE csp.forecast_model_fit AS (
    model           text,
    n               integer,
    season          integer,
    alpha           float8,
    beta            float8,
    gamma           float8,
    phi             float8,
    level           float8,
    slope           float8,
    seasonal        float8[],
    sse             float8,
    sigma           float8,
    log_likelihood  float8,
    aic             float8,
    aicc            float8,
    bic             float8
);
COMMENT ON TYPE csp.forecast_model_fit IS 'A fitted model of a series; what aggregate forecast_model returns. NULL stands for what a model does not have';
COMMENT ON COLUMN csp.forecast_model_fit.model IS 'ETS(error,trend,season) with N none, A additive, Ad additive and damped, M multiplicative; or Holt-Winters, additive; Holt-Winters, multiplicative; Holt; Simple exponential smoothing; Seasonal naive; Naive';
COMMENT ON COLUMN csp.forecast_model_fit.n IS 'Values of the series';
COMMENT ON COLUMN csp.forecast_model_fit.season IS 'Periods of a season, as given';
COMMENT ON COLUMN csp.forecast_model_fit.alpha IS 'Smoothing of the level, 0 to 1';
COMMENT ON COLUMN csp.forecast_model_fit.beta IS 'Smoothing of the slope, 0 to 1: of ETS per unit of error, of Holt-Winters per unit of change in level (ETS beta = alpha x this beta)';
COMMENT ON COLUMN csp.forecast_model_fit.gamma IS 'Smoothing of the season, 0 to 1: of ETS per unit of error, of Holt-Winters per unit that the level has left (ETS gamma = (1 - alpha) x this gamma)';
COMMENT ON COLUMN csp.forecast_model_fit.phi IS 'Damping of the slope, 0.8 to 0.98; NULL where the slope is not damped';
COMMENT ON COLUMN csp.forecast_model_fit.level IS 'Level after the last value';
COMMENT ON COLUMN csp.forecast_model_fit.slope IS 'Slope per period after the last value';
COMMENT ON COLUMN csp.forecast_model_fit.seasonal IS 'Figures of the season, that of the next period first: added to the level, or multiplied by it in multiplicative models; of the seasonal naive method the last season';
COMMENT ON COLUMN csp.forecast_model_fit.sse IS 'Sum of squared errors one period ahead';
COMMENT ON COLUMN csp.forecast_model_fit.sigma IS 'Standard deviation of the errors one period ahead; of ETS with multiplicative errors, of the relative errors';
COMMENT ON COLUMN csp.forecast_model_fit.log_likelihood IS 'Log likelihood without its constants, as in R; ETS only; NULL of a perfect fit';
COMMENT ON COLUMN csp.forecast_model_fit.aic IS 'Akaike''s criterion; ETS only; the less the better, between ETS models of the same series';
COMMENT ON COLUMN csp.forecast_model_fit.aicc IS 'The same corrected for short series: the criterion by which the automatic method chooses';
COMMENT ON COLUMN csp.forecast_model_fit.bic IS 'Schwarz''s criterion; ETS only';

CREATE TYPE csp.forecast_accuracy_estimate AS (
    origins             integer,
    forecasts           bigint,
    mean_error          float8,
    mae                 float8,
    rmse                float8,
    mase                float8,
    coverage            float8,
    seasonal_naive_mae  float8
);
COMMENT ON TYPE csp.forecast_accuracy_estimate IS 'How far forecasts made in the past were from what came; what aggregate forecast_accuracy returns';
COMMENT ON COLUMN csp.forecast_accuracy_estimate.origins IS 'Points in time from which forecasts were made';
COMMENT ON COLUMN csp.forecast_accuracy_estimate.forecasts IS 'Forecasts held against actual values: origins x horizon';
COMMENT ON COLUMN csp.forecast_accuracy_estimate.mean_error IS 'Mean of actual - forecast, in units of the value: below 0 where forecasts were too high';
COMMENT ON COLUMN csp.forecast_accuracy_estimate.mae IS 'Mean absolute error, in units of the value';
COMMENT ON COLUMN csp.forecast_accuracy_estimate.rmse IS 'Root mean square error, in units of the value';
COMMENT ON COLUMN csp.forecast_accuracy_estimate.mase IS 'Mean absolute scaled error: below 1 the forecasts were nearer than last season''s value is to this one''s before the origin; NULL where the values before an origin do not change from season to season or are no longer than one';
COMMENT ON COLUMN csp.forecast_accuracy_estimate.coverage IS 'Share of actual values within the prediction interval, 0 to 1: to be near the confidence; NULL where there is no interval';
COMMENT ON COLUMN csp.forecast_accuracy_estimate.seasonal_naive_mae IS 'Mean absolute error of last season''s values as forecasts of the same periods, in units of the value: what mae is to be below';

CREATE TYPE csp.total_projection AS (
    total_so_far            float8,
    projected               float8,
    lower                   float8,
    upper                   float8,
    target                  float8,
    polarity                text,
    probability_of_meeting  float8,
    periods_left            integer,
    model                   text
);
COMMENT ON TYPE csp.total_projection IS 'A total with its rest forecast, against a target; what aggregate project_total returns';
COMMENT ON COLUMN csp.total_projection.total_so_far IS 'Sum of the values of the total''s periods that are given';
COMMENT ON COLUMN csp.total_projection.projected IS 'Expected total: the sum so far and the forecast of the rest';
COMMENT ON COLUMN csp.total_projection.lower IS 'Lower limit of the prediction interval of the total';
COMMENT ON COLUMN csp.total_projection.upper IS 'Upper limit of the prediction interval of the total';
COMMENT ON COLUMN csp.total_projection.target IS 'The target, as given';
COMMENT ON COLUMN csp.total_projection.polarity IS 'Which direction is good, as given';
COMMENT ON COLUMN csp.total_projection.probability_of_meeting IS 'Probability that the total is at most the target (lower is better) or at least (higher is better), 0 to 1; NULL without a target';
COMMENT ON COLUMN csp.total_projection.periods_left IS 'Periods of the total that are forecast';
COMMENT ON COLUMN csp.total_projection.model IS 'The model that forecasts the rest, as in forecast_model_fit; NULL where nothing is left';

CREATE FUNCTION csp_internal.forecast_{date_|}accum(state internal, value float8,
                        period {date|integer}, horizon integer, season integer, confidence float8
                        [, method text [, minimum float8 [, alpha float8, beta float8,
                        gamma float8]]])
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'forecast_{date_|}accum';
COMMENT ON FUNCTION csp_internal.forecast_{date_|}accum(...) IS 'Internal: part of the aggregate forecast.';

CREATE FUNCTION csp_internal.forecast_date_final(state internal)
RETURNS csp.forecast_value[]
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 500000
AS 'MODULE_PATHNAME', 'forecast_date_final';
COMMENT ON FUNCTION csp_internal.forecast_date_final(internal) IS 'Internal: part of the aggregate forecast.';

CREATE FUNCTION csp_internal.forecast_final(state internal)
RETURNS csp.forecast_value_integer[]
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 500000
AS 'MODULE_PATHNAME', 'forecast_final';
COMMENT ON FUNCTION csp_internal.forecast_final(internal) IS 'Internal: part of the aggregate forecast.';

CREATE AGGREGATE csp.forecast(value float8, period {date|integer}, horizon integer,
                        season integer, confidence float8 [, method text [, minimum float8
                        [, alpha float8, beta float8, gamma float8]]]) (
    SFUNC = csp_internal.forecast_{date_|}accum,
    STYPE = internal,
    SSPACE = 2048,
    FINALFUNC = csp_internal.forecast_{date_|}final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.forecast(...) IS
    'Where is this series going? Forecasts of the next periods with prediction intervals, an array of (period, mean, lower, upper) to unnest. value: count or sum of a period; period: {first day of a day, week, month, quarter or year; which of them is read off the dates|a number that rises by 1}; season: periods in a season, 12 for months with a yearly one, 1 for none; horizon: periods to forecast, 1 to 1000; confidence: 0.95 for 95%. [method?method: ''auto'' (exponential smoothing, the ETS form of least AICc), one form as ''ETS(A,Ad,N)'', ''holt_winters_additive'', ''holt_winters_multiplicative'', ''holt'', ''exponential_smoothing'', ''seasonal_naive'' or ''naive''[minimum?. minimum: what no value can be below, 0 for counts: means and limits below it are raised to it; NULL for none][gamma?. alpha, beta, gamma: the smoothing parameters of the Holt-Winters methods, 0 to 1, NULL to estimate one (least squares)]|Method ''auto'': exponential smoothing, the ETS form of least AICc]. Rows in any order; NULL for no rows. Rows with a NULL value or period are left out: at the ends the series is shorter, within it the period is missing. Errors (22023): a period missing or twice, which is named; NaN or infinity; a setting out of range or not the same in all rows; a series too short for the method, or not above 0 for a multiplicative one (''auto'' takes what the series allows); season above 24 with ETS. A NULL setting is an error (22004). As R''s forecast::ets, HoltWinters and snaive; intervals are normal, from the model''s variance.';

CREATE FUNCTION csp_internal.forecast_model_{date_|}accum(state internal, value float8,
                        period {date|integer}, season integer [, method text [, alpha float8,
                        beta float8, gamma float8]])
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'forecast_model_{date_|}accum';
COMMENT ON FUNCTION csp_internal.forecast_model_{date_|}accum(...) IS 'Internal: part of the aggregate forecast_model.';

CREATE FUNCTION csp_internal.forecast_model_date_final(state internal)
RETURNS csp.forecast_model_fit
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 500000
AS 'MODULE_PATHNAME', 'forecast_model_date_final';
COMMENT ON FUNCTION csp_internal.forecast_model_date_final(internal) IS 'Internal: part of the aggregate forecast_model.';

CREATE FUNCTION csp_internal.forecast_model_final(state internal)
RETURNS csp.forecast_model_fit
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 500000
AS 'MODULE_PATHNAME', 'forecast_model_final';
COMMENT ON FUNCTION csp_internal.forecast_model_final(internal) IS 'Internal: part of the aggregate forecast_model.';

CREATE AGGREGATE csp.forecast_model(value float8, period {date|integer}, season integer
                        [, method text [, alpha float8, beta float8, gamma float8]]) (
    SFUNC = csp_internal.forecast_model_{date_|}accum,
    STYPE = internal,
    SSPACE = 2048,
    FINALFUNC = csp_internal.forecast_model_{date_|}final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.forecast_model(...) IS
    'Which model lies behind forecast(), and how well does it fit (forecast_model_fit)? value: count or sum of a period; period: {first day of a day, week, month, quarter or year; which of them is read off the dates|a number that rises by 1}; season: periods in a season, 12 for months with a yearly one, 1 for none. [method?method: ''auto'' (exponential smoothing, the ETS form of least AICc), one form as ''ETS(A,Ad,N)'', ''holt_winters_additive'', ''holt_winters_multiplicative'', ''holt'', ''exponential_smoothing'', ''seasonal_naive'' or ''naive''[gamma?. alpha, beta, gamma: the smoothing parameters of the Holt-Winters methods, 0 to 1, NULL to estimate one (least squares)]|Method ''auto'': exponential smoothing, the ETS form of least AICc]. Rows in any order; NULL for no rows. Rows with a NULL value or period are left out: at the ends the series is shorter, within it the period is missing. Errors (22023): a period missing or twice, which is named; NaN or infinity; a setting out of range or not the same in all rows; a series too short for the method, or not above 0 for a multiplicative one (''auto'' takes what the series allows); season above 24 with ETS. A NULL setting is an error (22004). As R''s forecast::ets and HoltWinters.';

CREATE FUNCTION csp_internal.forecast_accuracy_{date_|}accum(state internal, value float8,
                        period {date|integer}, horizon integer, season integer, confidence float8,
                        method text, origins integer)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'forecast_accuracy_{date_|}accum';
COMMENT ON FUNCTION csp_internal.forecast_accuracy_{date_|}accum(...) IS 'Internal: part of the aggregate forecast_accuracy.';

CREATE FUNCTION csp_internal.forecast_accuracy_date_final(state internal)
RETURNS csp.forecast_accuracy_estimate
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5000000
AS 'MODULE_PATHNAME', 'forecast_accuracy_date_final';
COMMENT ON FUNCTION csp_internal.forecast_accuracy_date_final(internal) IS 'Internal: part of the aggregate forecast_accuracy.';

CREATE FUNCTION csp_internal.forecast_accuracy_final(state internal)
RETURNS csp.forecast_accuracy_estimate
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5000000
AS 'MODULE_PATHNAME', 'forecast_accuracy_final';
COMMENT ON FUNCTION csp_internal.forecast_accuracy_final(internal) IS 'Internal: part of the aggregate forecast_accuracy.';

CREATE AGGREGATE csp.forecast_accuracy(value float8, period {date|integer}, horizon integer,
                        season integer, confidence float8, method text, origins integer) (
    SFUNC = csp_internal.forecast_accuracy_{date_|}accum,
    STYPE = internal,
    SSPACE = 2048,
    FINALFUNC = csp_internal.forecast_accuracy_{date_|}final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.forecast_accuracy(...) IS
    'How good would forecasts have been (forecast_accuracy_estimate)? Rolling origin: forecasts the last values from each of so many origins, one period apart, the last of which leaves horizon values, each by a model of the values before it alone. value: count or sum of a period; period: {first day of a day, week, month, quarter or year; which of them is read off the dates|a number that rises by 1}; season: periods in a season, 12 for months with a yearly one, 1 for none; horizon: periods to forecast from each origin, 1 to 1000; confidence: 0.95 for 95%; method: ''auto'' (exponential smoothing, the ETS form of least AICc), one form as ''ETS(A,Ad,N)'', ''holt_winters_additive'', ''holt_winters_multiplicative'', ''holt'', ''exponential_smoothing'', ''seasonal_naive'' or ''naive''; origins: how many, 12 to go through a year of months. Rows in any order; NULL for no rows. Rows with a NULL value or period are left out: at the ends the series is shorter, within it the period is missing. Errors (22023): a period missing or twice, which is named; NaN or infinity; a setting out of range or not the same in all rows; a series too short for the method, or not above 0 for a multiplicative one (''auto'' takes what the series allows); season above 24 with ETS. A NULL setting is an error (22004). Too few values for the origins and the horizon are an error too. MASE: Hyndman and Koehler 2006.';

CREATE FUNCTION csp_internal.project_total_{date_|}accum(state internal, value float8,
                        period {date|integer}, total_from {date|integer}, total_to {date|integer}, season integer, confidence float8,
                        target float8, polarity text [, method text [, minimum float8]])
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'project_total_{date_|}accum';
COMMENT ON FUNCTION csp_internal.project_total_{date_|}accum(...) IS 'Internal: part of the aggregate project_total.';

CREATE FUNCTION csp_internal.project_total_date_final(state internal)
RETURNS csp.total_projection
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 500000
AS 'MODULE_PATHNAME', 'project_total_date_final';
COMMENT ON FUNCTION csp_internal.project_total_date_final(internal) IS 'Internal: part of the aggregate project_total.';

CREATE FUNCTION csp_internal.project_total_final(state internal)
RETURNS csp.total_projection
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 500000
AS 'MODULE_PATHNAME', 'project_total_final';
COMMENT ON FUNCTION csp_internal.project_total_final(internal) IS 'Internal: part of the aggregate project_total.';

CREATE AGGREGATE csp.project_total(value float8, period {date|integer},
                        total_from {date|integer}, total_to {date|integer},
                        season integer, confidence float8, target float8, polarity text
                        [, method text [, minimum float8]]) (
    SFUNC = csp_internal.project_total_{date_|}accum,
    STYPE = internal,
    SSPACE = 2048,
    FINALFUNC = csp_internal.project_total_{date_|}final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.project_total(...) IS
    'Where will the year end, and will the target be met (total_projection)? The total from total_from to total_to: the values given and the forecast of the rest, with a prediction interval of the sum. value: count or sum of a period; period: {first day of a day, week, month, quarter or year; which of them is read off the dates|a number that rises by 1}; season: periods in a season, 12 for months with a yearly one, 1 for none; total_from, total_to: the first and the last {day|period} of the total{; a period belongs to the day it begins on|}; confidence: 0.95 for 95%; target: the total to meet, NULL for none; polarity: ''lower is better'' or ''higher is better''. [method?method: ''auto'' (exponential smoothing, the ETS form of least AICc), one form as ''ETS(A,Ad,N)'', ''holt_winters_additive'', ''holt_winters_multiplicative'', ''holt'', ''exponential_smoothing'', ''seasonal_naive'' or ''naive''[minimum?. minimum: what no value can be below, 0 for counts: the total cannot be below the sum so far and that for each period left; NULL for none]|Method ''auto'': exponential smoothing, the ETS form of least AICc]. Rows in any order; NULL for no rows. Rows with a NULL value or period are left out: at the ends the series is shorter, within it the period is missing. Errors (22023): a period missing or twice, which is named; NaN or infinity; a setting out of range or not the same in all rows; a series too short for the method, or not above 0 for a multiplicative one (''auto'' takes what the series allows); season above 24 with ETS. A NULL setting is an error (22004). All periods of the total up to the last known one are needed. The total is taken as normal, with the model''s variance of the sum (Hyndman, Koehler, Ord and Snyder 2008), without simulation.';
