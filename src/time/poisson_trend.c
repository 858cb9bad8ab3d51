/*
 * poisson_trend.c
 *   Concept: by what percentage do counts rise or fall per month: a log-linear quasi-Poisson trend, with exposure.
 *
 * The model is log(expected events) = log(exposure) + a + beta x, as R's glm(events ~ x + offset(log(exposure)),
 * family = quasipoisson): standard error and p-value from Pearson's dispersion and Student's t with n - 2 degrees of
 * freedom, as summary.glm; the interval with the same t, so that it and the p-value cannot disagree (confint.default
 * takes the normal quantile, confint profiles the deviance: both are narrower in short series).
 *
 * Whatever beta is, the best intercept makes expected and actual events equal in sum (McCullagh and Nelder 1989,
 * section 6.4). That leaves one equation: the mean of x over events equals the mean of x under weights exposure *
 * exp(beta x). Its right side rises with beta, so that Newton's method within a bracket always finds the one root.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/result.h"
#include "base/series.h"
#include "utils/array.h"

/* ---- kernel ---- */

#define MAX_ITERATIONS 500

/* a Newton step this small, on a scale where x spans at most [-1, 1], leaves an error of the order of its square */
#define LAST_STEP 1e-9

/* residuals below this share of what is expected are rounding */
#define PERFECT_FIT 1e-12

typedef struct PoissonTrend
{
	double		beta;			/* log ratio per unit of x */
	double		std_error;		/* NaN without degrees of freedom */
	double		dispersion;		/* NaN without degrees of freedom */
	double		df;
} PoissonTrend;

/*
 * WeightedMoments
 *   Fills in weight = exposure * exp(b u), scaled so that no exponential exceeds 1 (u is in ascending order), and gives
 *   their sum and the mean and variance of u under them.
 */
static double
WeightedMoments(const double *u, const double *exposure, int64 n, double b, double *weight, double *mean, double *variance)
{
	double		shift = Max(b * u[0], b * u[n - 1]);
	double		total = 0;
	double		first = 0;
	double		second = 0;

	for (int64 i = 0; i < n; i++)
	{
		CheckInterruptsAt(i);
		weight[i] = (exposure ? exposure[i] : 1) * exp(b * u[i] - shift);
		total += weight[i];
		first += weight[i] * u[i];
	}
	*mean = first / total;
	for (int64 i = 0; i < n; i++)
		second += weight[i] * (u[i] - *mean) * (u[i] - *mean);
	*variance = second / total;
	if (!isfinite(total) || !isfinite(*variance))
		float_overflow_error();
	return total;
}

/*
 * PoissonTrendKernel
 *   False where no finite trend fits: fewer than two different x, no events, or all events at the first or at the last
 *   x (any steeper slope would fit better).
 */
static bool
PoissonTrendKernel(const Series *series, PoissonTrend *result)
{
	int64		n = series->n;
	const double *events = series->y;
	const double *exposure = series->weight;
	double		total = 0;
	double		centre = 0;
	double		half;
	double		target = 0;
	double		mean;
	double		variance;
	double		weights = 0;
	double		b = 0;
	double		low = -INFINITY;
	double		high = INFINITY;
	double		pearson = 0;
	int64		first_event = -1;
	int64		last_event = -1;
	bool		done = false;
	double	   *u;
	double	   *weight;

	for (int64 i = 0; i < n; i++)
	{
		CheckInterruptsAt(i);
		total += events[i];
		centre += (series->x[i] - series->x[0]) / n;
		if (events[i] > 0)
		{
			first_event = first_event < 0 ? i : first_event;
			last_event = i;
		}
	}
	centre += series->x[0];
	half = Max(centre - series->x[0], series->x[n - 1] - centre);
	if (!isfinite(total) || !isfinite(half))
		float_overflow_error();
	if (series->x[0] == series->x[n - 1] || half == 0 || total == 0 ||
		series->x[last_event] == series->x[0] || series->x[first_event] == series->x[n - 1])
		return false;

	u = MemoryContextAllocHuge(CurrentMemoryContext, mul_size(2 * sizeof(double), n));
	weight = u + n;
	for (int64 i = 0; i < n; i++)
	{
		CheckInterruptsAt(i);
		u[i] = (series->x[i] - centre) / half;
		target += events[i] / total * u[i];
	}

	for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++)
	{
		double		step;
		double		limit = 2 + fabs(b);

		weights = WeightedMoments(u, exposure, n, b, weight, &mean, &variance);
		if (done)
			break;
		if (mean < target)
			low = b;
		else
			high = b;
		step = variance > 0 ? (target - mean) / variance : copysign(limit, target - mean);
		step = Min(Max(step, -limit), limit);
		if (b + step <= low || b + step >= high)
		{
			/* rounding alone, or a step over the root: halve the bracket where there is one */
			if (fabs(step) > LAST_STEP && isfinite(low) && isfinite(high))
				step = low + (high - low) / 2 - b;
		}
		b += step;
		done = fabs(step) <= LAST_STEP;
	}

	for (int64 i = 0; i < n; i++)
	{
		double		expected = total * (weight[i] / weights);

		if (expected > 0)
			pearson += (events[i] - expected) * (events[i] - expected) / expected;
	}
	pfree(u);

	if (pearson <= PERFECT_FIT * PERFECT_FIT * total)
	{
		pearson = 0;
		if (fabs(b) <= PERFECT_FIT)
			b = 0;
	}
	result->beta = b / half;
	result->df = n - 2;
	if (n > 2)
	{
		result->dispersion = pearson / result->df;
		result->std_error = sqrt(result->dispersion / (total * variance)) / half;
	}
	else
		result->dispersion = result->std_error = get_float8_nan();
	return true;
}

/*
 * AddUpPositions
 *   Replaces rows of one x by one row with the sums of their events and exposures, and drops positions without exposure
 *   together with their events. The rows arrive sorted by x, then events, so that the sums do not depend on the order of
 *   input. A part may take events away, a sum below 0 is an error.
 */
static void
AddUpPositions(Series *series)
{
	int64		kept = 0;

	for (int64 i = 0, next; i < series->n; i = next)
	{
		double		x = series->x[i];
		double		events = 0;
		double		exposure = 0;

		for (next = i; next < series->n && series->x[next] == x; next++)
		{
			events += series->y[next];
			exposure += series->weight[next];
		}
		CheckNotNegative("events", events);
		if (exposure > 0)
		{
			series->x[kept] = x;
			series->y[kept] = events;
			series->weight[kept] = exposure;
			kept++;
		}
	}
	series->n = kept;
}

/* ---- SQL ---- */

/*
 * PoissonTrendAccum
 *   Collects (events, x [, exposure [, confidence]]). A row without exposure and without events says nothing and is
 *   skipped; events without exposure are an error.
 */
static Datum
PoissonTrendAccum(FunctionCallInfo fcinfo, double x)
{
	bool		with_exposure = PG_NARGS() > 3;
	double		row[3] = {x, PG_GETARG_FLOAT8(1), with_exposure ? PG_GETARG_FLOAT8(3) : 1};
	SeriesState *state;

	CheckNotNegative("events", row[1]);
	CheckFinite("x", x);
	CheckNotNegative("exposure", row[2]);
	if (row[2] == 0)
	{
		if (row[1] > 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("exposure is 0 where events is %g", row[1]),
					 errhint("Give the population or the time in which the events arose, or leave the row out.")));
		return SeriesSkipRow(fcinfo);
	}
	if (PG_NARGS() > 4)
		CheckConfidence("confidence", PG_GETARG_FLOAT8(4));

	state = SeriesTransition(fcinfo, with_exposure ? 3 : 2);
	if (PG_NARGS() > 4)
		SeriesSetParameter(state, SERIES_CONFIDENCE, "confidence", PG_GETARG_FLOAT8(4));
	SeriesAppend(state, row);
	PG_RETURN_POINTER(state);
}

/* poisson_trend_accum: adds a count at a number x */
PG_FUNCTION_INFO_V1(poisson_trend_accum);
Datum
poisson_trend_accum(PG_FUNCTION_ARGS)
{
	return SeriesHasNullArgument(fcinfo) ? SeriesSkipRow(fcinfo) : PoissonTrendAccum(fcinfo, PG_GETARG_FLOAT8(2));
}

/* poisson_trend_date_accum: adds a count at a date */
PG_FUNCTION_INFO_V1(poisson_trend_date_accum);
Datum
poisson_trend_date_accum(PG_FUNCTION_ARGS)
{
	return SeriesHasNullArgument(fcinfo) ? SeriesSkipRow(fcinfo) :
		PoissonTrendAccum(fcinfo, DateToDays(PG_GETARG_DATEADT(2)));
}

/* poisson_trend_timestamptz_accum: adds a count at a timestamp */
PG_FUNCTION_INFO_V1(poisson_trend_timestamptz_accum);
Datum
poisson_trend_timestamptz_accum(PG_FUNCTION_ARGS)
{
	return SeriesHasNullArgument(fcinfo) ? SeriesSkipRow(fcinfo) :
		PoissonTrendAccum(fcinfo, TimestampToDays(PG_GETARG_TIMESTAMPTZ(2)));
}

/* Columns of csp.poisson_trend_estimate. */
enum
{
	POISSON_TREND_ESTIMATE_PERCENT_PER_UNIT,
	POISSON_TREND_ESTIMATE_LOWER,
	POISSON_TREND_ESTIMATE_UPPER,
	POISSON_TREND_ESTIMATE_DISPERSION,
	POISSON_TREND_ESTIMATE_P_VALUE,
	POISSON_TREND_ESTIMATE_COLUMNS
};

/* PoissonTrendResult: the trend of a series as poisson_trend_estimate, NULL where none fits. */
static Datum
PoissonTrendResult(FunctionCallInfo fcinfo, Series *series)
{
	PoissonTrend trend;
	CspResult	result;

	if (series->n == 0 || !PoissonTrendKernel(series, &trend))
		PG_RETURN_NULL();

	ResultInit(&result, fcinfo, POISSON_TREND_ESTIMATE_COLUMNS);
	ResultSetFloat8(&result, POISSON_TREND_ESTIMATE_PERCENT_PER_UNIT, 100 * expm1(trend.beta));
	if (trend.df > 0)
	{
		double		confidence = isnan(series->parameters[SERIES_CONFIDENCE]) ? 0.95 : series->parameters[SERIES_CONFIDENCE];
		double		reach = StudentQuantile((1 + confidence) / 2, trend.df) * trend.std_error;

		ResultSetFloat8(&result, POISSON_TREND_ESTIMATE_LOWER, 100 * expm1(trend.beta - reach));
		ResultSetFloat8(&result, POISSON_TREND_ESTIMATE_UPPER, 100 * expm1(trend.beta + reach));
		ResultSetFloat8(&result, POISSON_TREND_ESTIMATE_DISPERSION, trend.dispersion);
		if (trend.std_error > 0)
			ResultSetFloat8(&result, POISSON_TREND_ESTIMATE_P_VALUE, Min(1, 2 * StudentProbability(fabs(trend.beta / trend.std_error), trend.df, true)));
	}
	SeriesFree(series);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* poisson_trend_final: the fitted trend as a row */
PG_FUNCTION_INFO_V1(poisson_trend_final);
Datum
poisson_trend_final(PG_FUNCTION_ARGS)
{
	Series		series;

	if (!SeriesSorted(fcinfo, &series))
		PG_RETURN_NULL();
	return PoissonTrendResult(fcinfo, &series);
}

/* AppendPart: adds one part, events at x with exposure, to the state. */
static void
AppendPart(SeriesState *state, double events, double x, double exposure)
{
	double		row[3] = {x, events, exposure};

	CheckFinite("events", events);
	CheckFinite("x", x);
	CheckNotNegative("exposure", exposure);
	SeriesAppend(state, row);
}

/* poisson_trend_of_sums_accum: adds a part of a period's events and exposure */
PG_FUNCTION_INFO_V1(poisson_trend_of_sums_accum);
Datum
poisson_trend_of_sums_accum(PG_FUNCTION_ARGS)
{
	SeriesState *state;

	if (SeriesHasNullArgument(fcinfo))
		return SeriesSkipRow(fcinfo);
	state = SeriesTransition(fcinfo, 3);
	AppendPart(state, PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3));
	PG_RETURN_POINTER(state);
}

/* PartNumbers: the numbers of an array argument, which has at most one dimension and no NULL. */
static const double *
PartNumbers(ArrayType *array, const char *name, int *n)
{
	if (ARR_NDIM(array) > 1 || array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is not a list of numbers: it has %s", name, ARR_NDIM(array) > 1 ? "several dimensions" : "a NULL element"),
				 errhint("Give a one-dimensional array without NULL, as array_agg makes it of numbers.")));
	*n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return (const double *) ARR_DATA_PTR(array);
}

/* poisson_trend_of_sums_array_accum: adds parts of several periods, given as arrays */
PG_FUNCTION_INFO_V1(poisson_trend_of_sums_array_accum);
Datum
poisson_trend_of_sums_array_accum(PG_FUNCTION_ARGS)
{
	static const char *const name[3] = {"events", "x", "exposure"};
	const double *value[3];
	int			n[3];
	SeriesState *state;

	if (SeriesHasNullArgument(fcinfo))
		return SeriesSkipRow(fcinfo);
	for (int i = 0; i < 3; i++)
		value[i] = PartNumbers(PG_GETARG_ARRAYTYPE_P(i + 1), name[i], &n[i]);
	if (n[0] != n[1] || n[2] != n[1])
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("events has %d numbers, x %d and exposure %d", n[0], n[1], n[2]),
				 errhint("Give one of each for every part.")));
	state = SeriesTransition(fcinfo, 3);
	for (int i = 0; i < n[1]; i++)
		AppendPart(state, value[0][i], value[1][i], value[2][i]);
	PG_RETURN_POINTER(state);
}

/* poisson_trend_of_sums_final: adds up the parts of each period, and gives the fitted trend as a row */
PG_FUNCTION_INFO_V1(poisson_trend_of_sums_final);
Datum
poisson_trend_of_sums_final(PG_FUNCTION_ARGS)
{
	Series		series;

	if (!SeriesSorted(fcinfo, &series))
		PG_RETURN_NULL();
	AddUpPositions(&series);
	return PoissonTrendResult(fcinfo, &series);
}
