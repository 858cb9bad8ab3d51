/*
 * forecast.c
 *   Concept: where is it going, and will the target be met: forecasts of a regular series, the model behind them, their
 *   measured accuracy, and the projection of a total. The kernels are exponential_smoothing.c, holt_winters.c and
 *   forecast_model.c; here are the aggregates.
 */
#include "base/csp_analysis.h"

#include <float.h>
#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "time/forecast_model.h"
#include "base/period.h"
#include "base/result.h"
#include "base/series.h"

#define MAX_HORIZON		1000
#define MAX_ORIGINS		100000

/* ---- SQL: settings ---- */

/* The further arguments of the aggregates, each at a place of its own in the state's parameters. */
typedef enum Setting
{
	SETTING_CONFIDENCE = SERIES_CONFIDENCE,
	SETTING_HORIZON,
	SETTING_SEASON,
	SETTING_METHOD,
	SETTING_MINIMUM,
	SETTING_ALPHA,
	SETTING_BETA,
	SETTING_GAMMA,
	SETTING_ORIGINS,
	SETTING_FROM,
	SETTING_TO,
	SETTING_TARGET,
	SETTING_POLARITY,
	SETTING_COUNT
} Setting;

StaticAssertDecl(SETTING_COUNT <= SERIES_PARAMETERS, "a series state holds all settings");

#define NOT_GIVEN (-DBL_MAX)	/* of a setting that may be NULL; NaN stands for a setting that the aggregate has not */

static const char *const setting_name[] = {
	[SETTING_CONFIDENCE] = "confidence",
	[SETTING_HORIZON] = "horizon",
	[SETTING_SEASON] = "season",
	[SETTING_METHOD] = "method",
	[SETTING_MINIMUM] = "minimum",
	[SETTING_ALPHA] = "alpha",
	[SETTING_BETA] = "beta",
	[SETTING_GAMMA] = "gamma",
	[SETTING_ORIGINS] = "origins",
	[SETTING_FROM] = "total_from",
	[SETTING_TO] = "total_to",
	[SETTING_TARGET] = "target",
	[SETTING_POLARITY] = "polarity"
};

typedef enum Polarity
{
	LOWER_IS_BETTER,
	HIGHER_IS_BETTER
} Polarity;

static const char *const polarity_name[] = {"lower is better", "higher is better"};

static const char *const method_name[] = {
	[FORECAST_AUTO] = "auto",
	[FORECAST_ETS] = "ets",		/* with a form */
	[FORECAST_HOLT_WINTERS_ADDITIVE] = "holt_winters_additive",
	[FORECAST_HOLT_WINTERS_MULTIPLICATIVE] = "holt_winters_multiplicative",
	[FORECAST_HOLT] = "holt",
	[FORECAST_EXPONENTIAL_SMOOTHING] = "exponential_smoothing",
	[FORECAST_SEASONAL_NAIVE] = "seasonal_naive",
	[FORECAST_NAIVE] = "naive"
};

/* A method as a number: itself, or for one form of exponential smoothing the form's number, from here on. */
#define FORMS_FROM		100
#define FORMS			(2 * 3 * 3)

/* FormOfNumber: the form of exponential smoothing that a number from 0 to 17 stands for */
static EtsForm
FormOfNumber(int number)
{
	EtsForm		form;

	form.multiplicative_error = number / 9 == 1;
	form.trend = number / 3 % 3;
	form.season = number % 3;
	return form;
}

/* IsForm: is there such a form of the model? With additive errors there is no multiplicative season */
static bool
IsForm(const EtsForm *form)
{
	return form->multiplicative_error || form->season != ETS_MULTIPLICATIVE_SEASON;
}

/* MethodNumber: a method's name as its number; as R writes them, ETS(M,Ad,M) is one form. */
static double
MethodNumber(text *name)
{
	int			method = FindWord(name, method_name, lengthof(method_name));

	if (method >= 0 && method != FORECAST_ETS)
		return method;
	for (int i = 0; i < FORMS; i++)
	{
		ForecastModel model = {.method = FORECAST_ETS, .form = FormOfNumber(i)};
		const char *form = ForecastModelName(&model);

		if (IsForm(&model.form) && FindWord(name, &form, 1) == 0)
			return FORMS_FROM + i;
	}
	RefuseWord("method", name, "auto, holt_winters_additive, holt_winters_multiplicative, holt, exponential_smoothing, seasonal_naive or naive, or a form such as ETS(M,Ad,M): error A or M, trend N, A or Ad, season N, A or, with error M, M");
	return -1;					/* not reached */
}

/* PolarityNumber: which direction is good, by its name */
/* PolarityNumber: the argument polarity as a number: is lower or higher better? */
static double
PolarityNumber(text *name)
{
	return CheckWord("polarity", name, polarity_name, lengthof(polarity_name));
}

/* CheckAtMostInt: error if the whole number called name is above a maximum */
static void
CheckAtMostInt(const char *name, int64 value, int64 maximum)
{
	if (value > maximum)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %lld, more than %lld", name, (long long) value, (long long) maximum)));
}

/* SettingArgument: an argument as the number that the state keeps. */
static double
SettingArgument(FunctionCallInfo fcinfo, int argument, Setting setting, bool dates)
{
	const char *name = setting_name[setting];
	double		number;

	switch (setting)
	{
		case SETTING_MINIMUM:
		case SETTING_ALPHA:
		case SETTING_BETA:
		case SETTING_GAMMA:
		case SETTING_TARGET:
			if (PG_ARGISNULL(argument))
				return NOT_GIVEN;
			break;
		default:
			CheckGiven(fcinfo, argument, name);
	}
	switch (setting)
	{
		case SETTING_CONFIDENCE:
			CheckConfidence(name, PG_GETARG_FLOAT8(argument));
			return PG_GETARG_FLOAT8(argument);
		case SETTING_HORIZON:
		case SETTING_SEASON:
		case SETTING_ORIGINS:
			CheckAtLeastInt(name, PG_GETARG_INT32(argument), 1);
			CheckAtMostInt(name, PG_GETARG_INT32(argument),
						   setting == SETTING_HORIZON ? MAX_HORIZON : setting == SETTING_ORIGINS ? MAX_ORIGINS : PG_INT32_MAX);
			return PG_GETARG_INT32(argument);
		case SETTING_METHOD:
			return MethodNumber(PG_GETARG_TEXT_PP(argument));
		case SETTING_POLARITY:
			return PolarityNumber(PG_GETARG_TEXT_PP(argument));
		case SETTING_FROM:
		case SETTING_TO:
			if (!dates)
				return PG_GETARG_INT32(argument);
			CheckFiniteTime(name, PG_GETARG_DATUM(argument), false);
			return PG_GETARG_DATEADT(argument);
		case SETTING_ALPHA:
		case SETTING_BETA:
		case SETTING_GAMMA:
			number = PG_GETARG_FLOAT8(argument);
			if (!(number >= 0 && number <= 1) || (setting == SETTING_ALPHA && number == 0))
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("%s is %g, not %s 0 and at most 1", name, number, setting == SETTING_ALPHA ? "greater than" : "at least"),
						 errhint("Give NULL to have it estimated.")));
			return number;
		default:
			CheckFinite(name, PG_GETARG_FLOAT8(argument));
			return PG_GETARG_FLOAT8(argument);
	}
}

/* The aggregates' settings, in the order of their arguments. */
static const Setting forecast_settings[] = {
	SETTING_HORIZON, SETTING_SEASON, SETTING_CONFIDENCE, SETTING_METHOD, SETTING_MINIMUM, SETTING_ALPHA, SETTING_BETA, SETTING_GAMMA
};
static const Setting model_settings[] = {SETTING_SEASON, SETTING_METHOD, SETTING_ALPHA, SETTING_BETA, SETTING_GAMMA};
static const Setting accuracy_settings[] = {SETTING_HORIZON, SETTING_SEASON, SETTING_CONFIDENCE, SETTING_METHOD, SETTING_ORIGINS};
static const Setting total_settings[] = {
	SETTING_FROM, SETTING_TO, SETTING_SEASON, SETTING_CONFIDENCE, SETTING_TARGET, SETTING_POLARITY, SETTING_METHOD, SETTING_MINIMUM
};

/*
 * CollectValue
 *   The transition functions: one row (value, period, settings). A row without value or period is left out: within the
 *   series it is then missed as a gap, and named.
 */
static Datum
CollectValue(FunctionCallInfo fcinfo, bool dates, const Setting *settings)
{
	SeriesState *state;
	double		row[2];

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return SeriesSkipRow(fcinfo);
	row[0] = dates ? (double) PeriodFromDate(PG_GETARG_DATEADT(2)) : (double) PG_GETARG_INT32(2);
	row[1] = PG_GETARG_FLOAT8(1);
	CheckFinite("value", row[1]);

	state = SeriesTransition(fcinfo, 2);
	for (int i = 3; i < PG_NARGS(); i++)
	{
		Setting		setting = settings[i - 3];
		double		number = SettingArgument(fcinfo, i, setting, dates);
		double		kept = state->parameters[setting];

		if (isnan(kept))
			state->parameters[setting] = number;
		else if (kept != number)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s is not the same in all rows", setting_name[setting]),
					 errhint("Give one value for the whole group.")));
	}
	SeriesAppend(state, row);
	PG_RETURN_POINTER(state);
}

/* forecast_accum: adds one value in the order of the rows */
PG_FUNCTION_INFO_V1(forecast_accum);
Datum
forecast_accum(PG_FUNCTION_ARGS)
{
	return CollectValue(fcinfo, false, forecast_settings);
}

/* forecast_date_accum: adds one value with its date */
PG_FUNCTION_INFO_V1(forecast_date_accum);
Datum
forecast_date_accum(PG_FUNCTION_ARGS)
{
	return CollectValue(fcinfo, true, forecast_settings);
}

/* forecast_model_accum: adds one value in the order of the rows */
PG_FUNCTION_INFO_V1(forecast_model_accum);
Datum
forecast_model_accum(PG_FUNCTION_ARGS)
{
	return CollectValue(fcinfo, false, model_settings);
}

/* forecast_model_date_accum: adds one value with its date */
PG_FUNCTION_INFO_V1(forecast_model_date_accum);
Datum
forecast_model_date_accum(PG_FUNCTION_ARGS)
{
	return CollectValue(fcinfo, true, model_settings);
}

/* forecast_accuracy_accum: adds one value in the order of the rows */
PG_FUNCTION_INFO_V1(forecast_accuracy_accum);
Datum
forecast_accuracy_accum(PG_FUNCTION_ARGS)
{
	return CollectValue(fcinfo, false, accuracy_settings);
}

/* forecast_accuracy_date_accum: adds one value with its date */
PG_FUNCTION_INFO_V1(forecast_accuracy_date_accum);
Datum
forecast_accuracy_date_accum(PG_FUNCTION_ARGS)
{
	return CollectValue(fcinfo, true, accuracy_settings);
}

/* project_total_accum: adds one value in the order of the rows */
PG_FUNCTION_INFO_V1(project_total_accum);
Datum
project_total_accum(PG_FUNCTION_ARGS)
{
	return CollectValue(fcinfo, false, total_settings);
}

/* project_total_date_accum: adds one value with its date */
PG_FUNCTION_INFO_V1(project_total_date_accum);
Datum
project_total_date_accum(PG_FUNCTION_ARGS)
{
	return CollectValue(fcinfo, true, total_settings);
}

/* ---- SQL: series ---- */

/* A group's rows as a regular series, and its settings. */
typedef struct Input
{
	Series		series;
	PeriodSeries periods;
	Observed	observed;
	ForecastRequest request;
	bool		dates;
} Input;

/* RefuseState: anyone may put an aggregate together from these functions and others' states. */
static void
RefuseState(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the state is not that of an aggregate of forecasts"),
			 errhint("This function is part of an aggregate: call the aggregate.")));
}

/* SettingOf: a setting of the state, between two bounds. */
static double
SettingOf(const Input *input, Setting setting, double minimum, double maximum)
{
	double		number = input->series.parameters[setting];

	if (!(number >= minimum && number <= maximum))
		RefuseState();
	return number;
}

/* OptionalSetting: the same of one that the aggregate may not have or that may be NULL: NaN then. */
static double
OptionalSetting(const Input *input, Setting setting)
{
	double		number = input->series.parameters[setting];

	return number == NOT_GIVEN ? get_float8_nan() : number;
}

/* SmoothingSetting: a smoothing parameter that is given: NaN where not. */
static double
SmoothingSetting(const Input *input, Setting setting, bool belongs)
{
	double		number = OptionalSetting(input, setting);

	if (!isnan(number) && !belongs)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is given, which the method does not take", setting_name[setting]),
				 errhint("Give NULL, or one of the methods 'holt_winters_additive', 'holt_winters_multiplicative', 'holt' and 'exponential_smoothing' that has it.")));
	return number;
}

/* ReadRequest: which model to fit, from the settings kept in the state */
static void
ReadRequest(Input *input)
{
	ForecastRequest *request = &input->request;
	double		number = OptionalSetting(input, SETTING_METHOD);
	bool		smoothing;

	memset(request, 0, sizeof(ForecastRequest));
	request->method = FORECAST_AUTO;
	if (!isnan(number))
	{
		bool		is_form = number >= FORMS_FROM;

		number = SettingOf(input, SETTING_METHOD, is_form ? FORMS_FROM : 0, is_form ? FORMS_FROM + FORMS - 1 : FORECAST_NAIVE);
		request->method = is_form ? FORECAST_ETS : (ForecastMethod) number;
		if (is_form)
			request->form = FormOfNumber((int) number - FORMS_FROM);
		if (is_form ? !IsForm(&request->form) : request->method == FORECAST_ETS)
			RefuseState();
	}
	smoothing = request->method >= FORECAST_HOLT_WINTERS_ADDITIVE && request->method <= FORECAST_EXPONENTIAL_SMOOTHING;
	request->alpha = SmoothingSetting(input, SETTING_ALPHA, smoothing);
	request->beta = SmoothingSetting(input, SETTING_BETA, smoothing && request->method != FORECAST_EXPONENTIAL_SMOOTHING);
	request->gamma = SmoothingSetting(input, SETTING_GAMMA, request->method == FORECAST_HOLT_WINTERS_ADDITIVE ||
									  request->method == FORECAST_HOLT_WINTERS_MULTIPLICATIVE);
}

/* ReadInput: the series and settings of a final function's state; false where there is no row */
static bool
ReadInput(FunctionCallInfo fcinfo, Input *input, bool dates)
{
	int64	   *periods;

	if (!SeriesSorted(fcinfo, &input->series))
		return false;
	input->dates = dates;
	input->observed.y = input->series.y;
	input->observed.n = (int) input->series.n;
	input->observed.period = (int) SettingOf(input, SETTING_SEASON, 1, PG_INT32_MAX);
	ReadRequest(input);

	periods = palloc_extended(mul_size(sizeof(int64), input->series.n), MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < input->series.n; i++)
	{
		CheckInterruptsAt(i);
		if (!(fabs(input->series.x[i]) <= -(double) PG_INT32_MIN))
			RefuseState();
		periods[i] = (int64) input->series.x[i];
	}
	PeriodSeriesInit(&input->periods, periods, input->series.n, dates ? PERIOD_DETECT : PERIOD_INTEGER);
	pfree(periods);
	return true;
}

/* PeriodDatum: a period as the aggregate's caller gave it: a date or an integer. */
static Datum
PeriodDatum(const Input *input, int64 period)
{
	if (input->dates)
		return DateADTGetDatum((DateADT) period);
	if (period > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("period %lld is out of range for type integer", (long long) period)));
	return Int32GetDatum((int32) period);
}

/* ---- SQL: forecast ---- */

/* Columns of csp.forecast_value and csp.forecast_value_integer. */
enum
{
	FORECAST_VALUE_PERIOD,
	FORECAST_VALUE_MEAN,
	FORECAST_VALUE_LOWER,
	FORECAST_VALUE_UPPER,
	FORECAST_VALUE_COLUMNS
};

/* ForecastFinal: fits the model, and gives one row for each period ahead */
static Datum
ForecastFinal(FunctionCallInfo fcinfo, bool dates)
{
	Input		input;
	ForecastModel model;
	CspResult	result;
	Datum	   *rows;
	double	   *mean;
	double	   *variance;
	double		minimum;
	double		reach;
	Oid			row_type;
	int			horizon;

	if (!ReadInput(fcinfo, &input, dates))
		PG_RETURN_NULL();
	horizon = (int) SettingOf(&input, SETTING_HORIZON, 1, MAX_HORIZON);
	reach = NormalQuantile((1 + SettingOf(&input, SETTING_CONFIDENCE, 0, 1)) / 2);
	minimum = OptionalSetting(&input, SETTING_MINIMUM);

	mean = palloc(sizeof(double) * horizon * 2);
	variance = mean + horizon;
	FitForecastModel(&model, &input.observed, &input.request);
	ForecastMoments(&model, horizon, mean, variance);
	FreeForecastModel(&model);

	rows = palloc(sizeof(Datum) * horizon);
	row_type = ResultInitElement(&result, fcinfo, FORECAST_VALUE_COLUMNS);
	for (int i = 0; i < horizon; i++)
	{
		double		sd = sqrt(variance[i]);
		double		bounds[3] = {mean[i], mean[i] - reach * sd, mean[i] + reach * sd};

		ResultSetDatum(&result, FORECAST_VALUE_PERIOD, PeriodDatum(&input, PeriodAt(&input.periods, input.series.n + i)));
		for (int j = 0; j < 3; j++)
		{
			if (isinf(bounds[j]))
				float_overflow_error();
			ResultSetFloat8(&result, FORECAST_VALUE_MEAN + j, bounds[j] < minimum ? minimum : bounds[j]);
		}
		rows[i] = ResultDatum(&result);
	}
	SeriesFree(&input.series);
	PG_RETURN_ARRAYTYPE_P(ResultArray(rows, horizon, row_type));
}

/* forecast_final: the forecast of a series without dates */
PG_FUNCTION_INFO_V1(forecast_final);
Datum
forecast_final(PG_FUNCTION_ARGS)
{
	return ForecastFinal(fcinfo, false);
}

/* forecast_date_final: the forecast of a series with dates */
PG_FUNCTION_INFO_V1(forecast_date_final);
Datum
forecast_date_final(PG_FUNCTION_ARGS)
{
	return ForecastFinal(fcinfo, true);
}

/* ---- SQL: forecast_model ---- */

/* Columns of csp.forecast_model_fit. */
enum
{
	FORECAST_MODEL_FIT_MODEL,
	FORECAST_MODEL_FIT_N,
	FORECAST_MODEL_FIT_SEASON,
	FORECAST_MODEL_FIT_ALPHA,
	FORECAST_MODEL_FIT_BETA,
	FORECAST_MODEL_FIT_GAMMA,
	FORECAST_MODEL_FIT_PHI,
	FORECAST_MODEL_FIT_LEVEL,
	FORECAST_MODEL_FIT_SLOPE,
	FORECAST_MODEL_FIT_SEASONAL,
	FORECAST_MODEL_FIT_SSE,
	FORECAST_MODEL_FIT_SIGMA,
	FORECAST_MODEL_FIT_LOG_LIKELIHOOD,
	FORECAST_MODEL_FIT_AIC,
	FORECAST_MODEL_FIT_AICC,
	FORECAST_MODEL_FIT_BIC,
	FORECAST_MODEL_FIT_COLUMNS
};

/* ForecastModelFinal: fits the model, and gives its parameters and fit as a row */
static Datum
ForecastModelFinal(FunctionCallInfo fcinfo, bool dates)
{
	Input		input;
	ForecastModel model;
	CspResult	result;
	char	   *name;

	if (!ReadInput(fcinfo, &input, dates))
		PG_RETURN_NULL();
	FitForecastModel(&model, &input.observed, &input.request);
	name = ForecastModelName(&model);

	ResultInit(&result, fcinfo, FORECAST_MODEL_FIT_COLUMNS);
	ResultSetText(&result, FORECAST_MODEL_FIT_MODEL, name);
	ResultSetInt32(&result, FORECAST_MODEL_FIT_N, model.n);
	ResultSetInt32(&result, FORECAST_MODEL_FIT_SEASON, model.period);
	ResultSetFloat8(&result, FORECAST_MODEL_FIT_ALPHA, model.alpha);
	ResultSetFloat8(&result, FORECAST_MODEL_FIT_BETA, model.beta);
	ResultSetFloat8(&result, FORECAST_MODEL_FIT_GAMMA, model.gamma);
	ResultSetFloat8(&result, FORECAST_MODEL_FIT_PHI, model.phi);
	ResultSetFloat8(&result, FORECAST_MODEL_FIT_LEVEL, model.level);
	ResultSetFloat8(&result, FORECAST_MODEL_FIT_SLOPE, model.slope);
	if (model.seasonal)
	{
		ArrayType  *seasonal = NewFloatState(model.period);

		memcpy(ARR_DATA_PTR(seasonal), model.seasonal, sizeof(double) * model.period);
		ResultSetDatum(&result, FORECAST_MODEL_FIT_SEASONAL, PointerGetDatum(seasonal));
	}
	ResultSetFloat8(&result, FORECAST_MODEL_FIT_SSE, model.sse);
	ResultSetFloat8(&result, FORECAST_MODEL_FIT_SIGMA, model.sigma);
	ResultSetFloat8(&result, FORECAST_MODEL_FIT_LOG_LIKELIHOOD, model.log_likelihood);
	ResultSetFloat8(&result, FORECAST_MODEL_FIT_AIC, model.aic);
	ResultSetFloat8(&result, FORECAST_MODEL_FIT_AICC, model.aicc);
	ResultSetFloat8(&result, FORECAST_MODEL_FIT_BIC, model.bic);
	FreeForecastModel(&model);
	SeriesFree(&input.series);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* forecast_model_final: the model of a series without dates */
PG_FUNCTION_INFO_V1(forecast_model_final);
Datum
forecast_model_final(PG_FUNCTION_ARGS)
{
	return ForecastModelFinal(fcinfo, false);
}

/* forecast_model_date_final: the model of a series with dates */
PG_FUNCTION_INFO_V1(forecast_model_date_final);
Datum
forecast_model_date_final(PG_FUNCTION_ARGS)
{
	return ForecastModelFinal(fcinfo, true);
}

/* ---- SQL: forecast_accuracy ---- */

/* Columns of csp.forecast_accuracy_estimate. */
enum
{
	FORECAST_ACCURACY_ESTIMATE_ORIGINS,
	FORECAST_ACCURACY_ESTIMATE_FORECASTS,
	FORECAST_ACCURACY_ESTIMATE_MEAN_ERROR,
	FORECAST_ACCURACY_ESTIMATE_MAE,
	FORECAST_ACCURACY_ESTIMATE_RMSE,
	FORECAST_ACCURACY_ESTIMATE_MASE,
	FORECAST_ACCURACY_ESTIMATE_COVERAGE,
	FORECAST_ACCURACY_ESTIMATE_SEASONAL_NAIVE_MAE,
	FORECAST_ACCURACY_ESTIMATE_COLUMNS
};

/*
 * ForecastAccuracyFinal: forecasts from earlier and earlier origins, and gives the errors of each
 * step ahead
 */
static Datum
ForecastAccuracyFinal(FunctionCallInfo fcinfo, bool dates)
{
	Input		input;
	ForecastAccuracy accuracy;
	CspResult	result;
	int			horizon;
	int			origins;

	if (!ReadInput(fcinfo, &input, dates))
		PG_RETURN_NULL();
	horizon = (int) SettingOf(&input, SETTING_HORIZON, 1, MAX_HORIZON);
	origins = (int) SettingOf(&input, SETTING_ORIGINS, 1, MAX_ORIGINS);
	if (input.observed.n < horizon + origins)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a series of %d values has no %d origins with %d values after each", input.observed.n, origins, horizon),
				 errhint("Give fewer origins or a shorter horizon: their sum is less than the number of values.")));
	RollingOrigin(&input.observed, &input.request, horizon, origins, SettingOf(&input, SETTING_CONFIDENCE, 0, 1), &accuracy);

	ResultInit(&result, fcinfo, FORECAST_ACCURACY_ESTIMATE_COLUMNS);
	ResultSetInt32(&result, FORECAST_ACCURACY_ESTIMATE_ORIGINS, origins);
	ResultSetInt64(&result, FORECAST_ACCURACY_ESTIMATE_FORECASTS, accuracy.forecasts);
	ResultSetFloat8(&result, FORECAST_ACCURACY_ESTIMATE_MEAN_ERROR, accuracy.mean_error);
	ResultSetFloat8(&result, FORECAST_ACCURACY_ESTIMATE_MAE, accuracy.mae);
	ResultSetFloat8(&result, FORECAST_ACCURACY_ESTIMATE_RMSE, accuracy.rmse);
	ResultSetFloat8(&result, FORECAST_ACCURACY_ESTIMATE_MASE, accuracy.mase);
	ResultSetFloat8(&result, FORECAST_ACCURACY_ESTIMATE_COVERAGE, accuracy.coverage);
	ResultSetFloat8(&result, FORECAST_ACCURACY_ESTIMATE_SEASONAL_NAIVE_MAE, accuracy.seasonal_naive_mae);
	SeriesFree(&input.series);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* forecast_accuracy_final: the accuracy for a series without dates */
PG_FUNCTION_INFO_V1(forecast_accuracy_final);
Datum
forecast_accuracy_final(PG_FUNCTION_ARGS)
{
	return ForecastAccuracyFinal(fcinfo, false);
}

/* forecast_accuracy_date_final: the accuracy for a series with dates */
PG_FUNCTION_INFO_V1(forecast_accuracy_date_final);
Datum
forecast_accuracy_date_final(PG_FUNCTION_ARGS)
{
	return ForecastAccuracyFinal(fcinfo, true);
}

/* ---- SQL: project_total ---- */

/* The periods of a total: those given, and the steps after the last one that are yet to come. */
typedef struct TotalPeriods
{
	double		so_far;
	int			given;
	int			first;			/* steps ahead; last is 0 where none is to come */
	int			last;
} TotalPeriods;

/* ReadTotalPeriods: divides the periods from total_from to total_to, both included. */
static void
ReadTotalPeriods(const Input *input, TotalPeriods *total)
{
	const PeriodSeries *periods = &input->periods;
	int64		from = (int64) SettingOf(input, SETTING_FROM, PG_INT32_MIN, PG_INT32_MAX);
	int64		to = (int64) SettingOf(input, SETTING_TO, PG_INT32_MIN, PG_INT32_MAX);
	PeriodStep	shown = input->dates ? PERIOD_DAY : PERIOD_INTEGER;

	memset(total, 0, sizeof(TotalPeriods));
	if (to < from)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("total_to is %s, before total_from, %s", PeriodText(shown, to), PeriodText(shown, from))));
	if (periods->first > from && PeriodAt(periods, -1) >= from)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("period %s is missing: the series begins with %s", PeriodText(periods->step, PeriodAt(periods, -1)),
						PeriodText(periods->step, periods->first)),
				 errdetail("The total begins on %s.", PeriodText(shown, from)),
				 errhint("Give all periods of the total up to the last that is known.")));
	for (int64 i = 0; i < periods->n; i++)
	{
		int64		period = PeriodAt(periods, i);

		CheckInterruptsAt(i);
		if (period < from || period > to)
			continue;
		total->so_far += input->observed.y[i];
		total->given++;
	}
	for (int step = 1;; step++)
	{
		int64		period = PeriodAt(periods, periods->n - 1 + step);

		if (period > to)
			break;
		if (step > MAX_HORIZON)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("total_to is %s, more than %d periods after the last one given", PeriodText(shown, to), MAX_HORIZON)));
		if (period < from)
			continue;
		if (total->first == 0)
			total->first = step;
		total->last = step;
	}
	if (total->given == 0 && total->last == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no period begins from %s to %s", PeriodText(shown, from), PeriodText(shown, to))));
}

/*
 * ChanceOfMeeting
 *   The probability that a total comes out at the target or on its good side: a normal total, which cannot come out
 *   below the least possible one (NaN where there is none).
 */
static double
ChanceOfMeeting(double mean, double sd, double least, double target, Polarity polarity)
{
	double		below;			/* the probability of at most the target */

	if (isnan(target) || isnan(sd))
		return get_float8_nan();
	if (target < least)
		return polarity == LOWER_IS_BETTER ? 0 : 1;
	if (sd == 0)
		return polarity == LOWER_IS_BETTER ? mean <= target : mean >= target;
	if (polarity == HIGHER_IS_BETTER && target == least)
		return 1;
	below = NormalProbability((target - mean) / sd, polarity == HIGHER_IS_BETTER);
	return below;
}

/* Columns of csp.total_projection. */
enum
{
	TOTAL_PROJECTION_TOTAL_SO_FAR,
	TOTAL_PROJECTION_PROJECTED,
	TOTAL_PROJECTION_LOWER,
	TOTAL_PROJECTION_UPPER,
	TOTAL_PROJECTION_TARGET,
	TOTAL_PROJECTION_POLARITY,
	TOTAL_PROJECTION_PROBABILITY_OF_MEETING,
	TOTAL_PROJECTION_PERIODS_LEFT,
	TOTAL_PROJECTION_MODEL,
	TOTAL_PROJECTION_COLUMNS
};

/* ProjectTotalFinal: adds a forecast of the periods left to what is known, and compares it with the target */
static Datum
ProjectTotalFinal(FunctionCallInfo fcinfo, bool dates)
{
	Input		input;
	TotalPeriods total;
	CspResult	result;
	double		mean = 0;
	double		variance = 0;
	double		sd;
	double		reach;
	double		least;
	double		target;
	Polarity	polarity;
	double		bounds[3];

	if (!ReadInput(fcinfo, &input, dates))
		PG_RETURN_NULL();
	ReadTotalPeriods(&input, &total);
	reach = NormalQuantile((1 + SettingOf(&input, SETTING_CONFIDENCE, 0, 1)) / 2);
	target = OptionalSetting(&input, SETTING_TARGET);
	polarity = (Polarity) SettingOf(&input, SETTING_POLARITY, LOWER_IS_BETTER, HIGHER_IS_BETTER);

	ResultInit(&result, fcinfo, TOTAL_PROJECTION_COLUMNS);
	if (total.last > 0)
	{
		ForecastModel model;

		FitForecastModel(&model, &input.observed, &input.request);
		ForecastTotal(&model, total.first, total.last, &mean, &variance);
		ResultSetText(&result, TOTAL_PROJECTION_MODEL, ForecastModelName(&model));
		FreeForecastModel(&model);
	}
	mean += total.so_far;
	sd = sqrt(variance);
	least = total.last == 0 ? get_float8_nan() :
		total.so_far + (total.last - total.first + 1) * OptionalSetting(&input, SETTING_MINIMUM);
	bounds[0] = mean;
	bounds[1] = mean - reach * sd;
	bounds[2] = mean + reach * sd;

	ResultSetFloat8(&result, TOTAL_PROJECTION_TOTAL_SO_FAR, total.so_far);
	for (int i = 0; i < 3; i++)
	{
		if (isinf(bounds[i]))
			float_overflow_error();
		ResultSetFloat8(&result, TOTAL_PROJECTION_PROJECTED + i, bounds[i] < least ? least : bounds[i]);
	}
	ResultSetFloat8(&result, TOTAL_PROJECTION_TARGET, target);
	ResultSetText(&result, TOTAL_PROJECTION_POLARITY, polarity_name[polarity]);
	ResultSetFloat8(&result, TOTAL_PROJECTION_PROBABILITY_OF_MEETING, ChanceOfMeeting(mean, sd, least, target, polarity));
	ResultSetInt32(&result, TOTAL_PROJECTION_PERIODS_LEFT, total.last == 0 ? 0 : total.last - total.first + 1);
	SeriesFree(&input.series);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* project_total_final: the projected total of a series without dates */
PG_FUNCTION_INFO_V1(project_total_final);
Datum
project_total_final(PG_FUNCTION_ARGS)
{
	return ProjectTotalFinal(fcinfo, false);
}

/* project_total_date_final: the projected total of a series with dates */
PG_FUNCTION_INFO_V1(project_total_date_final);
Datum
project_total_date_final(PG_FUNCTION_ARGS)
{
	return ProjectTotalFinal(fcinfo, true);
}
