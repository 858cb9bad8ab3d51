/*
 * cusum.c
 *   Concept: has a count risen to a new level, by little each time? The cumulative sum of what exceeds a reference value.
 *
 * S = max(0, S before + x - k), alarm at S >= h. x is the count itself or one of its standardised forms (Rossi, Lampugnani
 * and Marchi 1999, as in R's surveillance, algo.cusum: no reset after an alarm unless asked for), or, with k = 0, the
 * logarithm of the likelihood ratio of a rise by a given factor: the optimal sum for Poisson counts (Lucas 1985) and for
 * negative binomial ones (Hoehle and Paul 2008; algo.glrnb with a given theta).
 *
 * The bound is the count that would have brought S to h: every form of x rises with the count and can be inverted. That
 * of the standardised count is rounded up, as surveillance does; the others are not.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/partition.h"
#include "base/result.h"
#include "base/valued_places.h"

/* ---- kernel ---- */

typedef enum CusumMethod
{
	CUSUM_STANDARD,
	CUSUM_ROSSI,
	CUSUM_ANSCOMBE,
	CUSUM_PEARSON_NEGATIVE_BINOMIAL,
	CUSUM_NONE,
	CUSUM_LIKELIHOOD
} CusumMethod;

typedef struct CusumSettings
{
	CusumMethod method;
	double		k;
	double		h;
	double		dispersion;		/* alpha of the variance mean + alpha mean^2 */
	double		ratio;			/* of the raised mean to the expected one */
	bool		reset;
	int			baseline;		/* counts that tell what is expected; 0: an argument does */
} CusumSettings;

typedef struct CusumPoint
{
	double		expected;		/* NaN: none */
	double		upper_bound;
	double		sum;
	bool		known;			/* else the row gives NULL */
	bool		is_baseline;
	bool		alarm;
} CusumPoint;

/* Evidence: the evidence of a likelihood ratio as a slope for each event and a constant */
static void
Evidence(const CusumSettings *settings, double mean, double *slope, double *constant)
{
	double		alpha = settings->dispersion;
	double		log_ratio = log(settings->ratio);

	if (alpha > 0)
	{
		double		change = log1p(alpha * mean) - log1p(alpha * mean * settings->ratio);

		*slope = log_ratio + change;
		*constant = change / alpha;
	}
	else
	{
		*slope = log_ratio;
		*constant = -mean * (settings->ratio - 1);
	}
}

/* Term: what a count contributes to the sum, before the reference value is taken off. */
static double
Term(const CusumSettings *settings, double y, double mean)
{
	double		slope;
	double		constant;

	switch (settings->method)
	{
		case CUSUM_STANDARD:
			return (y - mean) / sqrt(mean);
		case CUSUM_ROSSI:
			return (y - 3 * mean + 2 * sqrt(mean * y)) / (2 * sqrt(mean));
		case CUSUM_ANSCOMBE:
			return 1.5 * (pow(y, 2.0 / 3) - pow(mean, 2.0 / 3)) / pow(mean, 1.0 / 6);
		case CUSUM_PEARSON_NEGATIVE_BINOMIAL:
			return (y - mean) / sqrt(mean + settings->dispersion * mean * mean);
		case CUSUM_NONE:
			return y;
		case CUSUM_LIKELIHOOD:
			Evidence(settings, mean, &slope, &constant);
			return slope * y + constant;
	}
	pg_unreachable();
}

/* CountOfTerm: the count that has a given term, which is never below 0 */
static double
CountOfTerm(const CusumSettings *settings, double term, double mean)
{
	double		slope;
	double		constant;
	double		root;

	switch (settings->method)
	{
		case CUSUM_STANDARD:
			return Max(ceil(term * sqrt(mean) + mean), 0);
		case CUSUM_ROSSI:
			root = sqrt(Max(4 * mean + 2 * sqrt(mean) * term, 0)) - sqrt(mean);
			return root > 0 ? root * root : 0;
		case CUSUM_ANSCOMBE:
			root = term / 1.5 * pow(mean, 1.0 / 6) + pow(mean, 2.0 / 3);
			return root > 0 ? pow(root, 1.5) : 0;
		case CUSUM_PEARSON_NEGATIVE_BINOMIAL:
			return Max(term * sqrt(mean + settings->dispersion * mean * mean) + mean, 0);
		case CUSUM_NONE:
			return Max(term, 0);
		case CUSUM_LIKELIHOOD:
			Evidence(settings, mean, &slope, &constant);
			return Max((term - constant) / slope, 0);
	}
	pg_unreachable();
}

/* CusumKernel: sums and bounds of n counts in order; expected may be NaN where it is not known. */
static void
CusumKernel(const CusumSettings *settings, const double *count, const double *expected, int n, CusumPoint *point)
{
	double		sum = 0;

	for (int i = 0; i < n; i++)
	{
		CheckInterruptsAt(i);
		point[i].expected = point[i].upper_bound = point[i].sum = get_float8_nan();
		point[i].alarm = false;
		if (isnan(count[i]) || !(expected[i] > 0) || point[i].is_baseline)
			continue;
		point[i].expected = expected[i];
		point[i].upper_bound = CountOfTerm(settings, settings->h - sum + settings->k, expected[i]);
		sum = Max(sum + Term(settings, count[i], expected[i]) - settings->k, 0);
		if (!isfinite(sum) || !isfinite(point[i].upper_bound))
			float_overflow_error();
		point[i].sum = sum;
		point[i].alarm = sum >= settings->h;
		if (point[i].alarm && settings->reset)
			sum = 0;
	}
}

/* ---- SQL ---- */

enum
{
	CUSUM_COUNT,
	CUSUM_EXPECTED,
	CUSUM_K,
	CUSUM_H,
	CUSUM_METHOD,
	CUSUM_DISPERSION,
	CUSUM_RATIO,
	CUSUM_RESET,
	CUSUM_BASELINE
};

/* those of Rossi and others: some 500 counts between false alarms, 3 until a rise by 2 standard deviations is found */
#define DEFAULT_K 1.04
#define DEFAULT_H 2.26

#define DEFAULT_H_LIKELIHOOD 5

/* What a partition's first row leaves for the others. */
typedef struct CusumAnswer
{
	CusumPoint *points;			/* NULL until the work is done; one for each row */
	bool		has_expected;	/* is there an expected count in any row, or a baseline? */
} CusumAnswer;

/* NumberSetting: a positive number, or `otherwise` where it is NULL. */
static double
NumberSetting(WindowObject window, int argument, const char *name, double otherwise)
{
	bool		isnull;
	double		value = DatumGetFloat8(WinGetFuncArgCurrent(window, argument, &isnull));

	if (isnull)
		return otherwise;
	CheckPositive(name, value);
	return value;
}

/* RefuseSetting: error for a setting that the chosen method does not have */
static void
RefuseSetting(const char *name, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s does not go with this method", name),
			 errhint("%s", hint)));
}

/* ReadSettings: the settings of the cumulative sum from the arguments of the window function */
static void
ReadSettings(WindowObject window, CusumSettings *settings)
{
	static const char *const methods[] = {"standard", "rossi", "anscombe", "pearsonNegBin", "none", "likelihood"};
	bool		isnull;
	double		not_given = get_float8_nan();

	settings->method = CheckWord("method", DatumGetTextPP(WindowSetting(window, CUSUM_METHOD, "method")), methods, lengthof(methods));
	settings->k = NumberSetting(window, CUSUM_K, "k", not_given);
	settings->h = NumberSetting(window, CUSUM_H, "h", not_given);
	settings->dispersion = DatumGetFloat8(WindowSetting(window, CUSUM_DISPERSION, "dispersion"));
	CheckNotNegative("dispersion", settings->dispersion);
	settings->ratio = DatumGetFloat8(WindowSetting(window, CUSUM_RATIO, "ratio"));
	CheckPositive("ratio", settings->ratio);
	settings->reset = DatumGetBool(WindowSetting(window, CUSUM_RESET, "reset"));
	settings->baseline = DatumGetInt32(WinGetFuncArgCurrent(window, CUSUM_BASELINE, &isnull));
	if (isnull)
		settings->baseline = 0;
	else
		CheckAtLeastInt("baseline", settings->baseline, 1);

	if (settings->ratio <= 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("ratio is %g, not above 1", settings->ratio),
				 errhint("Give a rise by a half as 1.5.")));
	if (settings->dispersion > 0 && settings->method != CUSUM_LIKELIHOOD && settings->method != CUSUM_PEARSON_NEGATIVE_BINOMIAL)
		RefuseSetting("dispersion", "Give method => 'likelihood' or 'pearsonNegBin' for counts that vary more than by chance.");
	if (settings->method == CUSUM_LIKELIHOOD)
	{
		if (!isnan(settings->k))
			RefuseSetting("k", "The likelihood ratio has its reference value in itself: give ratio.");
		settings->k = 0;
		if (isnan(settings->h))
			settings->h = DEFAULT_H_LIKELIHOOD;
	}
	else if (settings->method == CUSUM_NONE && (isnan(settings->k) || isnan(settings->h)))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s is NULL", isnan(settings->k) ? "k" : "h"),
				 errhint("Untransformed counts need their own reference value and threshold, in events.")));
	if (isnan(settings->k))
		settings->k = DEFAULT_K;
	if (isnan(settings->h))
		settings->h = DEFAULT_H;
}

/* ExpectBaseline: takes the mean of the first known counts as what the others are expected to be */
static void
ExpectBaseline(const CusumSettings *settings, const double *count, double *expected, int n, CusumPoint *points)
{
	double		sum = 0;
	int			known = 0;

	for (int i = 0; i < n && known < settings->baseline; i++)
		if (!isnan(count[i]))
		{
			sum += count[i];
			known++;
			points[i].is_baseline = true;
		}
	for (int i = 0; i < n; i++)
		expected[i] = known < settings->baseline ? get_float8_nan() : sum / known;
}

/* AnswerPartition: runs the cumulative sum over the rows of a partition */
static void
AnswerPartition(WindowObject window, CusumAnswer *answer)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "csp_analysis cusum", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(work);
	CusumSettings settings;
	CusumPoint *points;
	Partition	partition;
	double	   *count;
	double	   *expected;
	bool		any_expected = false;

	ReadSettings(window, &settings);
	PartitionOpen(&partition, window, answer, "cusum");
	points = MemoryContextAllocHuge(partition.context, mul_size(sizeof(CusumPoint), partition.nrows));
	count = palloc_extended(mul_size(sizeof(double), partition.nrows), MCXT_ALLOC_HUGE);
	expected = palloc_extended(mul_size(sizeof(double), partition.nrows), MCXT_ALLOC_HUGE);
	for (int row = 0; row < partition.nrows; row++)
	{
		bool		isnull = !PartitionRow(&partition, row, 1, &count[row]);

		points[row].known = !isnull;
		points[row].is_baseline = false;
		if (isnull)
			count[row] = get_float8_nan();
		else
			CheckCount("count", count[row]);
		expected[row] = DatumGetFloat8(PartitionDatum(&partition, row, CUSUM_EXPECTED, &isnull));
		if (isnull)
			expected[row] = get_float8_nan();
		else
		{
			CheckNotNegative("expected", expected[row]);
			any_expected = true;
		}
	}
	if (any_expected && settings.baseline > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("both expected and baseline are given"),
				 errhint("The mean of the baseline is what is expected: give one of them.")));
	if (settings.baseline > 0)
		ExpectBaseline(&settings, count, expected, partition.nrows, points);
	CusumKernel(&settings, count, expected, partition.nrows, points);
	answer->has_expected = any_expected || settings.baseline > 0;
	PartitionClose(&partition);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work);
	answer->points = points;
}

/* Columns of csp.cusum_alert. */
enum
{
	CUSUM_ALERT_EXPECTED,
	CUSUM_ALERT_UPPER_BOUND,
	CUSUM_ALERT_CUSUM,
	CUSUM_ALERT_ALARM,
	CUSUM_ALERT_REASON,
	CUSUM_ALERT_COLUMNS
};

/* cusum: the SQL window function cusum: the current count's sum, bound and alarm */
PG_FUNCTION_INFO_V1(cusum);
Datum
cusum(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	CusumAnswer *answer = WinGetPartitionLocalMemory(window, sizeof(CusumAnswer));
	const CusumPoint *point;
	CspResult	result;

	if (answer->points == NULL)
		AnswerPartition(window, answer);

	point = &answer->points[WinGetCurrentPosition(window)];
	if (!point->known)
		PG_RETURN_NULL();

	ResultInit(&result, fcinfo, CUSUM_ALERT_COLUMNS);
	ResultSetFloat8(&result, CUSUM_ALERT_EXPECTED, point->expected);
	ResultSetFloat8(&result, CUSUM_ALERT_UPPER_BOUND, point->upper_bound);
	ResultSetFloat8(&result, CUSUM_ALERT_CUSUM, point->sum);
	if (!isnan(point->expected))
		ResultSetBool(&result, CUSUM_ALERT_ALARM, point->alarm);
	else
		ResultSetText(&result, CUSUM_ALERT_REASON,
					  point->is_baseline ? "part of the baseline"
					  : answer->has_expected ? "nothing is expected" : "neither expected nor baseline is given");
	PG_RETURN_DATUM(ResultDatum(&result));
}
