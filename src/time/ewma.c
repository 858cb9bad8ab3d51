/*
 * ewma.c
 *   Concept: has the level of a series moved, seen through a moving average that forgets?
 *
 * z = lambda value + (1 - lambda) z before, begun at the expected value (Roberts 1959; Lucas and Saccucci 1990). Its
 * limits are sigmas standard deviations of z either way: exact, sd^2 lambda / (2 - lambda) (1 - (1 - lambda)^(2 i)) at the
 * i-th value, or what they tend to. Where expected values or standard deviations vary from row to row, centre and
 * variance are smoothed as z is, which gives the same where they do not.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/partition.h"
#include "base/result.h"
#include "base/valued_places.h"

/* ---- kernel ---- */

typedef struct EwmaSettings
{
	double		lambda;
	double		sigmas;
	int			baseline;		/* values that tell what is expected; 0: arguments do */
	bool		poisson;
	bool		exact;
} EwmaSettings;

typedef struct EwmaPoint
{
	double		expected;		/* NaN: none */
	double		lower_bound;
	double		upper_bound;
	double		smoothed;
	bool		known;			/* else the row gives NULL */
	bool		is_baseline;
} EwmaPoint;

/* EwmaKernel: the moving average of n values in order; expected and sd may be NaN where they are not known */
static void
EwmaKernel(const EwmaSettings *settings, const double *value, const double *expected, const double *sd, int n, EwmaPoint *point)
{
	double		lambda = settings->lambda;
	double		smoothed = get_float8_nan();
	double		centre = 0;
	double		variance = 0;

	for (int i = 0; i < n; i++)
	{
		double		half_width;

		CheckInterruptsAt(i);
		point[i].expected = point[i].lower_bound = point[i].upper_bound = point[i].smoothed = get_float8_nan();
		if (isnan(value[i]) || isnan(expected[i]) || isnan(sd[i]) || point[i].is_baseline)
			continue;
		if (isnan(smoothed))
			smoothed = centre = expected[i];
		smoothed += lambda * (value[i] - smoothed);
		centre += lambda * (expected[i] - centre);
		variance = lambda * lambda * sd[i] * sd[i] + (1 - lambda) * (1 - lambda) * variance;
		half_width = settings->sigmas * (settings->exact ? sqrt(variance) : sd[i] * sqrt(lambda / (2 - lambda)));
		point[i].smoothed = smoothed;
		point[i].expected = centre;
		point[i].lower_bound = centre - half_width;
		point[i].upper_bound = centre + half_width;
		if (!isfinite(smoothed) || !isfinite(point[i].lower_bound) || !isfinite(point[i].upper_bound))
			float_overflow_error();
		if (settings->poisson)
			point[i].lower_bound = Max(point[i].lower_bound, 0);
	}
}

/* ---- SQL ---- */

enum
{
	EWMA_VALUE,
	EWMA_EXPECTED,
	EWMA_SD,
	EWMA_LAMBDA,
	EWMA_SIGMAS,
	EWMA_BASELINE,
	EWMA_DISTRIBUTION,
	EWMA_EXACT
};

/* What a partition's first row leaves for the others. */
typedef struct EwmaAnswer
{
	EwmaPoint  *points;			/* NULL until the work is done; one for each row */
	bool		has_expected;	/* is there an expected value in any row, or a baseline? */
} EwmaAnswer;

/* ReadSettings: the settings of the moving average from the arguments of the window function */
static void
ReadSettings(WindowObject window, EwmaSettings *settings)
{
	static const char *const distributions[] = {"normal", "poisson"};
	bool		isnull;

	settings->lambda = DatumGetFloat8(WindowSetting(window, EWMA_LAMBDA, "lambda"));
	if (!(settings->lambda > 0 && settings->lambda <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("lambda is %g, not above 0 and at most 1", settings->lambda),
				 errhint("0.2 is usual; 1 forgets everything but the newest value.")));
	settings->sigmas = DatumGetFloat8(WindowSetting(window, EWMA_SIGMAS, "sigmas"));
	CheckPositive("sigmas", settings->sigmas);
	settings->poisson = CheckWord("distribution", DatumGetTextPP(WindowSetting(window, EWMA_DISTRIBUTION, "distribution")), distributions, lengthof(distributions)) == 1;
	settings->exact = DatumGetBool(WindowSetting(window, EWMA_EXACT, "exact"));
	settings->baseline = DatumGetInt32(WinGetFuncArgCurrent(window, EWMA_BASELINE, &isnull));
	if (isnull)
		settings->baseline = 0;
	else
		CheckAtLeastInt("baseline", settings->baseline, settings->poisson ? 1 : 2);
}

/* ExpectBaseline: mean and standard deviation of the first known values are those of the others. */
static void
ExpectBaseline(const EwmaSettings *settings, const double *value, double *expected, double *sd, int n, EwmaPoint *points)
{
	double		mean = 0;
	double		squares = 0;
	int			known = 0;

	for (int i = 0; i < n && known < settings->baseline; i++)
		if (!isnan(value[i]))
		{
			double		from_mean = value[i] - mean;

			known++;
			mean += from_mean / known;
			squares += from_mean * (value[i] - mean);
			points[i].is_baseline = true;
		}
	for (int i = 0; i < n; i++)
	{
		expected[i] = known < settings->baseline ? get_float8_nan() : mean;
		if (isnan(sd[i]))
			sd[i] = sqrt(squares / (known - 1));
	}
}

/* AnswerPartition: runs the moving average over the rows of a partition */
static void
AnswerPartition(WindowObject window, EwmaAnswer *answer)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "csp_analysis ewma", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(work);
	EwmaSettings settings;
	EwmaPoint  *points;
	Partition	partition;
	double	   *value;
	double	   *expected;
	double	   *sd;
	bool		any_expected = false;

	ReadSettings(window, &settings);
	PartitionOpen(&partition, window, answer, "ewma");
	points = MemoryContextAllocHuge(partition.context, mul_size(sizeof(EwmaPoint), partition.nrows));
	value = palloc_extended(mul_size(3 * sizeof(double), partition.nrows), MCXT_ALLOC_HUGE);
	expected = value + partition.nrows;
	sd = expected + partition.nrows;
	for (int row = 0; row < partition.nrows; row++)
	{
		bool		isnull = !PartitionRow(&partition, row, 1, &value[row]);

		points[row].known = !isnull;
		points[row].is_baseline = false;
		if (isnull)
			value[row] = get_float8_nan();
		else if (settings.poisson)
			CheckCount("value", value[row]);
		else
			CheckFinite("value", value[row]);

		expected[row] = DatumGetFloat8(PartitionDatum(&partition, row, EWMA_EXPECTED, &isnull));
		if (isnull)
			expected[row] = get_float8_nan();
		else
		{
			CheckFinite("expected", expected[row]);
			if (settings.poisson)
				CheckNotNegative("expected", expected[row]);
			any_expected = true;
		}

		sd[row] = DatumGetFloat8(PartitionDatum(&partition, row, EWMA_SD, &isnull));
		if (isnull)
			sd[row] = get_float8_nan();
		else
		{
			CheckNotNegative("sd", sd[row]);
			if (settings.poisson)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("sd is given, and the distribution is poisson"),
						 errhint("The standard deviation of a Poisson count is the square root of what is expected: leave sd out.")));
		}
	}
	if (any_expected && settings.baseline > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("both expected and baseline are given"),
				 errhint("The mean of the baseline is what is expected: give one of them.")));
	if (settings.baseline > 0)
		ExpectBaseline(&settings, value, expected, sd, partition.nrows, points);
	if (settings.poisson)
		for (int row = 0; row < partition.nrows; row++)
			sd[row] = sqrt(expected[row]);
	EwmaKernel(&settings, value, expected, sd, partition.nrows, points);
	answer->has_expected = any_expected || settings.baseline > 0;
	PartitionClose(&partition);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work);
	answer->points = points;
}

/* Columns of csp.ewma_alert. */
enum
{
	EWMA_ALERT_EXPECTED,
	EWMA_ALERT_LOWER_BOUND,
	EWMA_ALERT_UPPER_BOUND,
	EWMA_ALERT_SMOOTHED,
	EWMA_ALERT_ALARM,
	EWMA_ALERT_REASON,
	EWMA_ALERT_COLUMNS
};

/* ewma: the SQL window function ewma: the current value's average, limits and alarm */
PG_FUNCTION_INFO_V1(ewma);
Datum
ewma(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	EwmaAnswer *answer = WinGetPartitionLocalMemory(window, sizeof(EwmaAnswer));
	const EwmaPoint *point;
	const char *reason = NULL;
	CspResult	result;

	if (answer->points == NULL)
		AnswerPartition(window, answer);

	point = &answer->points[WinGetCurrentPosition(window)];
	if (!point->known)
		PG_RETURN_NULL();

	ResultInit(&result, fcinfo, EWMA_ALERT_COLUMNS);
	ResultSetFloat8(&result, EWMA_ALERT_EXPECTED, point->expected);
	ResultSetFloat8(&result, EWMA_ALERT_LOWER_BOUND, point->lower_bound);
	ResultSetFloat8(&result, EWMA_ALERT_UPPER_BOUND, point->upper_bound);
	ResultSetFloat8(&result, EWMA_ALERT_SMOOTHED, point->smoothed);
	if (isnan(point->expected))
		reason = point->is_baseline ? "part of the baseline"
			: answer->has_expected ? "expected value or standard deviation not known" : "neither expected nor baseline is given";
	else
	{
		ResultSetBool(&result, EWMA_ALERT_ALARM, point->smoothed > point->upper_bound || point->smoothed < point->lower_bound);
		if (point->smoothed > point->upper_bound)
			reason = "above the upper bound";
		else if (point->smoothed < point->lower_bound)
			reason = "below the lower bound";
	}
	ResultSetText(&result, EWMA_ALERT_REASON, reason);
	PG_RETURN_DATUM(ResultDatum(&result));
}
