/*
 * ears.c
 *   Concept: is a count out of the ordinary against the last days or weeks alone, without years of history?
 *
 * Methods C1, C2 and C3 of the Early Aberration Reporting System (Hutwagner, Thompson, Seeman and Treadwell 2003; Fricker,
 * Hegler and Dunfee 2008): standard deviation with n - 1, alarm strictly above the bound. C1 and C2 are as R's surveillance
 * 1.20 (earsC) has them.
 *
 * C3 sums max(0, C2 - 1) over a count and the two before. The papers alarm where the sum exceeds a quantile: C3_sum here,
 * whose bound is the count that would bring it there. surveillance measures the bound from the count itself, not from the
 * mean of its baseline, so that the two counts before decide alone: C3 here, for figures equal to its. Neither bound is
 * below 0.
 *
 * A baseline without any variation makes every further event infinitely unlikely. Unless a minimum is given, it counts
 * as if one event more had happened once in it: a standard deviation of 1 / sqrt(baseline).
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/partition.h"
#include "base/period.h"
#include "base/result.h"
#include "base/valued_places.h"
#include "time/count_alert.h"

/* ---- kernel ---- */

typedef enum EarsMethod
{
	EARS_C1,
	EARS_C2,
	EARS_C3,
	EARS_C3_SUM
} EarsMethod;

typedef struct EarsSettings
{
	EarsMethod	method;
	int			baseline;
	double		quantile;
	double		minimum_sigma;	/* NaN: for baselines without variation only */
} EarsSettings;

typedef struct EarsPoint
{
	double		expected;		/* NaN: not enough counts before */
	double		upper_bound;	/* NaN: baselines without variation */
	double		score;
	bool		alarm;
} EarsPoint;

/* periods between the baseline and the count, for C2 and C3 */
#define LAG 2

/* counts before the newest that C3 sums over */
#define C3_BEFORE 2

/* MeanAndSigma: mean and standard deviation of a baseline */
static void
MeanAndSigma(const double *count, int n, double minimum_sigma, double *mean, double *sigma)
{
	double		sum = 0;
	double		squares = 0;

	for (int i = 0; i < n; i++)
		sum += count[i];
	*mean = sum / n;
	for (int i = 0; i < n; i++)
		squares += (count[i] - *mean) * (count[i] - *mean);
	*sigma = sqrt(squares / (n - 1));
	if (!isfinite(*sigma))
		float_overflow_error();
	if (isnan(minimum_sigma))
	{
		if (squares == 0)
			*sigma = 1 / sqrt(n);
	}
	else
		*sigma = Max(*sigma, minimum_sigma);
}

/* Excess: max(0, C2 - 1) of a count; infinite, or NaN, where its baseline does not vary and no minimum is given. */
static double
Excess(const double *count, const EarsSettings *settings, int i)
{
	double		mean;
	double		sigma;
	double		c2;

	MeanAndSigma(count + i - LAG - settings->baseline, settings->baseline, settings->minimum_sigma, &mean, &sigma);
	c2 = (count[i] - mean) / sigma;
	return c2 < 1 ? 0 : c2 - 1;
}

/* CountsNeeded: the number of counts needed before one can be judged */
static int64
CountsNeeded(const EarsSettings *settings)
{
	return (int64) settings->baseline + (settings->method == EARS_C1 ? 0 : settings->method == EARS_C2 ? LAG : LAG + C3_BEFORE);
}

/* EarsPointAt: the answer for one of n counts. */
static void
EarsPointAt(const double *count, const EarsSettings *settings, int i, EarsPoint *point)
{
	double		quantile = settings->quantile;
	double		before = 0;
	double		sigma;

	point->expected = point->upper_bound = point->score = get_float8_nan();
	point->alarm = false;
	if (i < CountsNeeded(settings))
		return;

	MeanAndSigma(count + i - settings->baseline - (settings->method == EARS_C1 ? 0 : LAG), settings->baseline, settings->minimum_sigma, &point->expected, &sigma);
	if (settings->method == EARS_C3 || settings->method == EARS_C3_SUM)
	{
		for (int back = 1; back <= C3_BEFORE; back++)
			before += Excess(count, settings, i - back);
		point->score = before + Excess(count, settings, i);
		if (settings->method == EARS_C3)
			point->upper_bound = count[i] + sigma * (quantile - before);
		else
			point->upper_bound = before > quantile ? 0 : point->expected + sigma * (1 + quantile - before);
		if (point->upper_bound < 0)
			point->upper_bound = 0;
	}
	else
	{
		point->upper_bound = point->expected + sigma * quantile;
		point->score = (count[i] - point->expected) / sigma;
	}
	if (!isfinite(point->score))
		point->score = get_float8_nan();
	point->alarm = count[i] > point->upper_bound;
}

/* ---- SQL ---- */

enum
{
	EARS_COUNT,
	EARS_METHOD,
	EARS_BASELINE,
	EARS_ALPHA,
	EARS_MINIMUM_SIGMA,
	EARS_PERIOD
};

#define DEFAULT_ALPHA 0.001
#define DEFAULT_ALPHA_C3 0.025

/* What a partition's first row leaves for the others. */
typedef struct EarsAnswer
{
	EarsSettings settings;
	EarsPoint  *points;			/* NULL until the work is done; of the known counts, in the partition's order */
	int		   *point_of_row;	/* -1: the count is not known */
} EarsAnswer;

/* ReadSettings: the settings of ears from the arguments of the window function */
static void
ReadSettings(WindowObject window, EarsSettings *settings)
{
	static const char *const methods[] = {"C1", "C2", "C3", "C3_sum"};
	bool		isnull;
	double		alpha;

	settings->method = CheckWord("method", DatumGetTextPP(WindowSetting(window, EARS_METHOD, "method")), methods, lengthof(methods));
	settings->baseline = DatumGetInt32(WindowSetting(window, EARS_BASELINE, "baseline"));
	CheckAtLeastInt("baseline", settings->baseline, 2);
	alpha = DatumGetFloat8(WinGetFuncArgCurrent(window, EARS_ALPHA, &isnull));
	if (isnull)
		alpha = settings->method >= EARS_C3 ? DEFAULT_ALPHA_C3 : DEFAULT_ALPHA;
	CheckSignificanceLevel("alpha", alpha);
	settings->quantile = NormalQuantile(1 - alpha);
	settings->minimum_sigma = DatumGetFloat8(WinGetFuncArgCurrent(window, EARS_MINIMUM_SIGMA, &isnull));
	if (isnull)
		settings->minimum_sigma = get_float8_nan();
	else
		CheckNotNegative("minimum_sigma", settings->minimum_sigma);
}

/* AnswerPartition: judges every count of a partition by the counts before it */
static void
AnswerPartition(WindowObject window, EarsAnswer *answer)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "csp_analysis ears", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(work);
	Partition	partition;
	EarsPoint  *points;
	double	   *count;
	int64	   *periods;
	int			ncounts = 0;
	int			nperiods = 0;

	ReadSettings(window, &answer->settings);
	PartitionOpen(&partition, window, answer, "ears");
	answer->point_of_row = MemoryContextAllocHuge(partition.context, mul_size(sizeof(int), partition.nrows));
	count = palloc_extended(mul_size(sizeof(double), partition.nrows), MCXT_ALLOC_HUGE);
	periods = palloc_extended(mul_size(sizeof(int64), partition.nrows), MCXT_ALLOC_HUGE);
	for (int row = 0; row < partition.nrows; row++)
	{
		bool		isnull = !PartitionRow(&partition, row, 1, &count[ncounts]);
		Datum		date;

		answer->point_of_row[row] = isnull ? -1 : ncounts;
		if (!isnull)
			CheckCount("count", count[ncounts++]);
		date = PartitionDatum(&partition, row, EARS_PERIOD, &isnull);
		if (!isnull)
			periods[nperiods++] = PeriodFromDate(DatumGetDateADT(date));
	}
	if (nperiods > 0)
	{
		PeriodSeries series;

		if (nperiods < partition.nrows)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("period is NULL in %d of %d rows", partition.nrows - nperiods, partition.nrows),
					 errhint("Give the period in every row, or in none.")));
		PeriodSeriesInit(&series, periods, nperiods, PERIOD_DETECT);
	}

	points = MemoryContextAllocHuge(partition.context, mul_size(sizeof(EarsPoint), Max(ncounts, 1)));
	for (int i = 0; i < ncounts; i++)
	{
		CHECK_FOR_INTERRUPTS();
		EarsPointAt(count, &answer->settings, i, &points[i]);
	}
	PartitionClose(&partition);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work);
	answer->points = points;
}

/* ears: the SQL window function ears: the current count's alert */
PG_FUNCTION_INFO_V1(ears);
Datum
ears(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	EarsAnswer *answer = WinGetPartitionLocalMemory(window, sizeof(EarsAnswer));
	const EarsPoint *point;
	const char *reason = NULL;
	CspResult	result;
	int			index;

	if (answer->points == NULL)
		AnswerPartition(window, answer);

	index = answer->point_of_row[WinGetCurrentPosition(window)];
	if (index < 0)
		PG_RETURN_NULL();
	point = &answer->points[index];

	ResultInit(&result, fcinfo, COUNT_ALERT_COLUMNS);
	ResultSetFloat8(&result, COUNT_ALERT_EXPECTED, point->expected);
	ResultSetFloat8(&result, COUNT_ALERT_UPPER_BOUND, point->upper_bound);
	if (!isnan(point->score))
		ResultSetFloat8(&result, COUNT_ALERT_P_VALUE, NormalProbability(point->score, true));
	ResultSetFloat8(&result, COUNT_ALERT_SCORE, point->score);
	if (!isnan(point->expected))
		ResultSetBool(&result, COUNT_ALERT_ALARM, point->alarm);
	if (isnan(point->expected))
		reason = psprintf("not enough history: %lld counts needed, there are %d", (long long) CountsNeeded(&answer->settings), index);
	else if (isnan(point->score))
		reason = "a baseline without variation";
	ResultSetText(&result, COUNT_ALERT_REASON, reason);
	PG_RETURN_DATUM(ResultDatum(&result));
}
