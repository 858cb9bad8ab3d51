/*
 * stl.c
 *   Concept: what of a series is season, what is trend, and what is neither: decomposition by loess (STL).
 *
 * Cleveland, Cleveland, McRae and Terpenning (1990, Journal of Official Statistics 6, 3-73), with the choices of R's
 * stl: a loess curve is worked out at every jump-th position and drawn straight in between; a window is made odd, and
 * one longer than the series reaches as much farther at both ends; season and trend start from 0; a periodic season
 * is smoothed by constants over all years, and its values are averaged by position at the end.
 *
 * Positions count from 1, as in the paper; arrays from 0.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/partition.h"
#include "base/period.h"
#include "base/result.h"

/* ---- kernel ---- */

/* Smoothing: how one of the three loess curves is drawn. */
typedef struct Smoothing
{
	int64		window;			/* odd, in positions */
	int			degree;			/* 0 constants, 1 lines */
	int64		jump;
} Smoothing;

typedef struct StlSettings
{
	int			period;
	bool		periodic;
	Smoothing	seasonal;
	Smoothing	trend;
	Smoothing	low_pass;
	int			inner;
	int			outer;
} StlSettings;

/*
 * A loess window: the values at left..right, on which the curve's value at position x of 1..n depends, and the tricubes
 * of their distances, which are kept as long as x keeps its place within the window.
 */
typedef struct LoessWindow
{
	int			left;
	int			right;
	double		x;
	bool		ready;			/* weight[] is filled too */
	double	   *tricube;
	double	   *weight;
} LoessWindow;

/*
 * SetTricubes: the weights by distance from the centre of the window: flat at the very centre, cut
 * off at its very edge
 */
static void
SetTricubes(LoessWindow *window, const Smoothing *smoothing, int n)
{
	double		reach = Max(window->x - window->left, window->right - window->x);

	if (smoothing->window > n)
		reach += (double) ((smoothing->window - n) / 2);
	for (int j = window->left; j <= window->right; j++)
	{
		double		distance = fabs(j - window->x);
		double		share = distance / reach;
		double		w = 1 - share * share * share;

		if (distance > 0.999 * reach)
			w = 0;
		else if (distance <= 0.001 * reach)
			w = 1;
		window->tricube[j - window->left] = w * w * w;
	}
	window->ready = false;
}

/* SetWeights: sets the weights of the values in the curve's value. False where all are 0 */
static bool
SetWeights(LoessWindow *window, const Smoothing *smoothing, int n, const double *robustness)
{
	double	   *weight = window->weight;
	int			left = window->left;
	int			count = window->right - left + 1;
	double		total = 0;

	for (int j = 0; j < count; j++)
	{
		weight[j] = window->tricube[j] * (robustness ? robustness[left + j - 1] : 1);
		total += weight[j];
	}
	if (total <= 0)
		return false;

	for (int j = 0; j < count; j++)
		weight[j] /= total;
	if (smoothing->degree > 0)
	{
		double		centre = 0;
		double		spread = 0;

		for (int j = 0; j < count; j++)
			centre += weight[j] * (left + j);
		for (int j = 0; j < count; j++)
			spread += weight[j] * (left + j - centre) * (left + j - centre);
		/* a line where the weighted positions lie apart, else the constant will do */
		if (sqrt(spread) > 0.001 * (n - 1))
		{
			double		tilt = (window->x - centre) / spread;

			for (int j = 0; j < count; j++)
				weight[j] *= 1 + tilt * (left + j - centre);
		}
	}
	window->ready = robustness == NULL;
	return true;
}

/* LoessValue: the curve of y[1..n] at the window's position; otherwise where no value there has any weight. */
static double
LoessValue(LoessWindow *window, const Smoothing *smoothing, const double *y, int n, const double *robustness, double otherwise)
{
	double		sum = 0;

	if (!window->ready && !SetWeights(window, smoothing, n, robustness))
		return otherwise;
	for (int j = window->left; j <= window->right; j++)
		sum += window->weight[j - window->left] * y[j - 1];
	return sum;
}

/* LoessAt: the local fit at one position, for a window that is used once */
static double
LoessAt(LoessWindow *window, const Smoothing *smoothing, const double *y, int n, const double *robustness, double x, int left,
		int right, double otherwise)
{
	window->x = x;
	window->left = left;
	window->right = right;
	SetTricubes(window, smoothing, n);
	return LoessValue(window, smoothing, y, n, robustness, otherwise);
}

/* Interpolate: fills in the straight line between two positions of a curve */
static void
Interpolate(double *curve, int from, int to)
{
	double		step = (curve[to - 1] - curve[from - 1]) / (to - from);

	for (int i = from + 1; i < to; i++)
		curve[i - 1] = curve[from - 1] + step * (i - from);
}

/* Loess: the curve of y[1..n] at positions 1..n. */
static void
Loess(LoessWindow *window, const Smoothing *smoothing, const double *y, int n, const double *robustness, double *curve)
{
	int			count = (int) Min(smoothing->window, n);
	int			jump = (int) Min(smoothing->jump, n - 1);
	int			offset = -1;
	int			last = 1;

	if (n < 2)
	{
		curve[0] = y[0];
		return;
	}
	for (int i = 1; i <= n; i += jump)
	{
		CHECK_FOR_INTERRUPTS();
		/* the window follows from its middle on, and stops at the end of the series; one of all values does not move */
		window->left = Max(1, Min(i - (count - 1) / 2, n - count + 1));
		window->right = window->left + count - 1;
		window->x = i;
		if (i - window->left != offset)
		{
			SetTricubes(window, smoothing, n);
			offset = i - window->left;
		}
		curve[i - 1] = LoessValue(window, smoothing, y, n, robustness, y[i - 1]);
		if (i > 1)
			Interpolate(curve, i - jump, i);
		last = i;
	}
	if (last < n)
	{
		/* within the window of the last position before */
		curve[n - 1] = LoessAt(window, smoothing, y, n, robustness, n, window->left, window->right, y[n - 1]);
		Interpolate(curve, last, n);
	}
}

/* MovingAverage: moving averages of `length` values each; gives n - length + 1 of them */
static void
MovingAverage(const double *x, int n, int length, double *average)
{
	double		sum = 0;

	for (int i = 0; i < length; i++)
		sum += x[i];
	average[0] = sum / length;
	for (int i = length; i < n; i++)
	{
		sum = sum - x[i - length] + x[i];
		average[i - length + 1] = sum / length;
	}
}

typedef struct Stl
{
	const StlSettings *settings;
	int			n;
	const double *y;
	double	   *seasonal;
	double	   *trend;
	double	   *robustness;		/* weights of the values; NULL until the first outer turn has ended */
	double	   *rest;			/* n: a series less one of its parts */
	double	   *cycle;			/* n + 2 periods: the smoothed cycle-subseries */
	double	   *average;		/* n + 2 periods */
	double	   *spare;			/* n + 2 periods */
	LoessWindow window;
} Stl;

/*
 * SmoothSubseries
 *   Each position of the season by itself: its values over the years are smoothed and carried on to the year before the
 *   first and the year after the last. Reads stl->rest, fills stl->cycle.
 */
static void
SmoothSubseries(Stl *stl)
{
	const Smoothing *smoothing = &stl->settings->seasonal;
	int			period = stl->settings->period;
	double	   *values = stl->average;
	double	   *robustness = stl->robustness ? stl->average + stl->n / period + 1 : NULL;
	double	   *curve = stl->spare;

	for (int position = 0; position < period; position++)
	{
		int			k = (stl->n - position - 1) / period + 1;
		int			count = (int) Min(smoothing->window, k);

		for (int i = 0; i < k; i++)
		{
			values[i] = stl->rest[(int64) i * period + position];
			if (robustness)
				robustness[i] = stl->robustness[(int64) i * period + position];
		}
		Loess(&stl->window, smoothing, values, k, robustness, curve + 1);
		curve[0] = LoessAt(&stl->window, smoothing, values, k, robustness, 0, 1, count, curve[1]);
		curve[k + 1] = LoessAt(&stl->window, smoothing, values, k, robustness, k + 1, k - count + 1, k, curve[k]);
		for (int i = 0; i < k + 2; i++)
			stl->cycle[(int64) i * period + position] = curve[i];
	}
}

/* InnerTurn: updates season and trend once (the inner loop) */
static void
InnerTurn(Stl *stl)
{
	int			n = stl->n;
	int			period = stl->settings->period;
	double	   *low_pass = stl->spare;

	for (int i = 0; i < n; i++)
		stl->rest[i] = stl->y[i] - stl->trend[i];
	SmoothSubseries(stl);

	/* what the smoothed subseries hold of the trend is taken out of them */
	MovingAverage(stl->cycle, n + 2 * period, period, stl->average);
	MovingAverage(stl->average, n + period + 1, period, stl->spare);
	MovingAverage(stl->spare, n + 2, 3, stl->average);
	Loess(&stl->window, &stl->settings->low_pass, stl->average, n, NULL, low_pass);
	for (int i = 0; i < n; i++)
		stl->seasonal[i] = stl->cycle[period + i] - low_pass[i];

	for (int i = 0; i < n; i++)
		stl->rest[i] = stl->y[i] - stl->seasonal[i];
	Loess(&stl->window, &stl->settings->trend, stl->rest, n, stl->robustness, stl->trend);
}

/*
 * Divide
 *   One step of Singleton's quicksort (1969, CACM 12, Algorithm 347): r[lo..hi] becomes r[lo..left], which is not above
 *   the median of the first, middle and last value, and r[right..hi], which is not below.
 */
static void
Divide(double *r, int lo, int hi, int *left, int *right)
{
	int			middle = lo + (hi - lo) / 2;
	double		pivot;
	double		swap;

#define SWAP_IF(condition, a, b) \
	if (condition) { swap = r[a]; r[a] = r[b]; r[b] = swap; }

	SWAP_IF(r[lo] > r[middle], lo, middle);
	SWAP_IF(r[hi] < r[middle], hi, middle);
	SWAP_IF(r[lo] > r[middle], lo, middle);
	pivot = r[middle];
	*left = hi;
	*right = lo;
	for (;;)
	{
		while (r[--*left] > pivot)
			;
		while (r[++*right] < pivot)
			;
		if (*right > *left)
			return;
		SWAP_IF(true, *left, *right);
	}
#undef SWAP_IF
}

/*
 * MiddlePair
 *   The sum of the two middle values of r, of an odd number the middle one twice; reorders r.
 *
 *   Like the programs that users compare with, this follows one part only after each division: where a division falls
 *   between the two middle values, the one outside the smaller part is left as it lies, a value near the middle. The
 *   robustness weights depend on it in their second digit at times, so that agreement with R needs the same choice.
 */
static double
MiddlePair(double *r, int n)
{
	int			lower = n - n / 2 - 1;
	int			upper = n / 2;
	int			lo = 0;
	int			hi = n - 1;

	while (hi - lo > 10 || (lo == 0 && hi > 0))
	{
		int			left;
		int			right;

		Divide(r, lo, hi, &left, &right);
		if (left - lo <= hi - right ? lower <= left : upper < right)
			hi = left;
		else
			lo = right;
	}
	for (int i = lo + 1; i <= hi; i++)
	{
		double		value = r[i];
		int			j = i;

		for (; j > lo && r[j - 1] > value; j--)
			r[j] = r[j - 1];
		r[j] = value;
	}
	return r[lower] + r[upper];
}

/* WeighResiduals: the bisquare of what is left over, in units of six times its median. */
static void
WeighResiduals(Stl *stl, double *robustness)
{
	int			n = stl->n;
	double	   *residual = stl->rest;
	double	   *reordered = stl->spare;
	double		limit;

	for (int i = 0; i < n; i++)
		reordered[i] = residual[i] = fabs(stl->y[i] - (stl->seasonal[i] + stl->trend[i]));
	limit = 3 * MiddlePair(reordered, n);
	for (int i = 0; i < n; i++)
	{
		if (residual[i] <= 0.001 * limit)
			robustness[i] = 1;
		else if (residual[i] <= 0.999 * limit)
		{
			double		share = residual[i] / limit;

			robustness[i] = (1 - share * share) * (1 - share * share);
		}
		else
			robustness[i] = 0;
	}
}

/* AverageSeason: makes every value of a periodic season the mean of its position */
static void
AverageSeason(Stl *stl)
{
	int			period = stl->settings->period;

	for (int position = 0; position < period; position++)
	{
		double		sum = 0;
		int			years = 0;

		for (int64 i = position; i < stl->n; i += period)
		{
			sum += stl->seasonal[i];
			years++;
		}
		for (int64 i = position; i < stl->n; i += period)
			stl->seasonal[i] = sum / years;
	}
}

/* Numbers: memory for n numbers */
static double *
Numbers(int64 n)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, mul_size(sizeof(double), n));
}

/* StlKernel: season and trend of y[0..n-1]; n is more than two periods. */
static void
StlKernel(const StlSettings *settings, const double *y, int n, double *seasonal, double *trend)
{
	int64		extended = (int64) n + 2 * (int64) settings->period;
	double	   *robustness = NULL;
	Stl			stl = {.settings = settings, .n = n, .y = y, .seasonal = seasonal, .trend = trend};

	if (settings->outer > 0)
		robustness = Numbers(n);
	stl.rest = Numbers(n);
	stl.cycle = Numbers(extended);
	stl.average = Numbers(extended);
	stl.spare = Numbers(extended);
	stl.window.tricube = Numbers(n);
	stl.window.weight = Numbers(n);

	memset(trend, 0, sizeof(double) * n);
	for (int outer = 0;; outer++)
	{
		for (int inner = 0; inner < settings->inner; inner++)
			InnerTurn(&stl);
		if (outer >= settings->outer)
			break;
		WeighResiduals(&stl, robustness);
		stl.robustness = robustness;
	}
	if (settings->periodic)
		AverageSeason(&stl);
}

/* ---- SQL ---- */

enum
{
	STL_VALUE,
	STL_PERIOD,
	STL_SEASONAL_WINDOW,
	STL_ROBUST,
	STL_SEASONAL_DEGREE,
	STL_TREND_WINDOW,
	STL_TREND_DEGREE,
	STL_LOW_PASS_WINDOW,
	STL_LOW_PASS_DEGREE,
	STL_SEASONAL_JUMP,
	STL_TREND_JUMP,
	STL_LOW_PASS_JUMP,
	STL_INNER,
	STL_OUTER
};

/* What a partition's first row leaves for the others. */
typedef struct StlAnswer
{
	double	   *value;			/* NULL until the work is done */
	double	   *seasonal;
	double	   *trend;
} StlAnswer;

/* Option: an integer argument from the current row, or its default where it is NULL. */
static int64
Option(WindowObject window, int argument, const char *name, int64 minimum, int64 otherwise)
{
	bool		isnull;
	Datum		given = WinGetFuncArgCurrent(window, argument, &isnull);

	if (isnull)
		return otherwise;
	CheckAtLeastInt(name, DatumGetInt32(given), minimum);
	return DatumGetInt32(given);
}

/* Degree: an optional argument that is 0 or 1, the degree of a local fit */
static int
Degree(WindowObject window, int argument, const char *name, int otherwise)
{
	int64		degree = Option(window, argument, name, 0, otherwise);

	if (degree > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %lld, more than 1", name, (long long) degree),
				 errhint("Give 0 for locally constant, 1 for locally linear.")));
	return (int) degree;
}

/* ReadSettings: the options as R completes them; the period is known already. */
static void
ReadSettings(WindowObject window, int n, StlSettings *settings)
{
	bool		isnull;
	bool		robust = DatumGetBool(WinGetFuncArgCurrent(window, STL_ROBUST, &isnull));
	int64		seasonal = Option(window, STL_SEASONAL_WINDOW, "seasonal_window", 3, -1);
	int64		trend;
	int64		low_pass;

	robust = robust && !isnull;
	settings->periodic = seasonal < 0;
	if (settings->periodic)
		seasonal = 10 * (int64) n + 1;
	trend = Option(window, STL_TREND_WINDOW, "trend_window", 3, (int64) ceil(1.5 * settings->period / (1 - 1.5 / seasonal)) | 1);
	low_pass = Option(window, STL_LOW_PASS_WINDOW, "low_pass_window", 3, settings->period | 1);

	settings->seasonal.window = seasonal | 1;
	settings->seasonal.degree = Degree(window, STL_SEASONAL_DEGREE, "seasonal_degree", 0);
	if (settings->periodic)
		settings->seasonal.degree = 0;
	settings->seasonal.jump = Option(window, STL_SEASONAL_JUMP, "seasonal_jump", 1, (seasonal + 9) / 10);
	settings->trend.window = trend | 1;
	settings->trend.degree = Degree(window, STL_TREND_DEGREE, "trend_degree", 1);
	settings->trend.jump = Option(window, STL_TREND_JUMP, "trend_jump", 1, (trend + 9) / 10);
	settings->low_pass.window = low_pass | 1;
	settings->low_pass.degree = Degree(window, STL_LOW_PASS_DEGREE, "low_pass_degree", settings->trend.degree);
	settings->low_pass.jump = Option(window, STL_LOW_PASS_JUMP, "low_pass_jump", 1, (low_pass + 9) / 10);
	settings->inner = (int) Option(window, STL_INNER, "inner", 1, robust ? 1 : 2);
	settings->outer = (int) Option(window, STL_OUTER, "outer", 0, robust ? 15 : 0);
}

/* SeasonOf: how many periods of a series of dates make its season. */
static int
SeasonOf(PeriodStep step)
{
	if (step == PERIOD_YEAR)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("yearly values have no season"),
				 errhint("Give days, weeks, months or quarters.")));
	return step == PERIOD_DAY ? 7 : PeriodsPerYear(step);
}

/* ReadSeries: the values of the partition, and the length of the season if the periods tell it. */
static void
ReadSeries(WindowObject window, StlAnswer *answer, bool dated, StlSettings *settings, Partition *partition)
{
	int			n;
	int64	   *periods = NULL;

	PartitionOpen(partition, window, answer, "stl");
	n = partition->nrows;
	answer->value = MemoryContextAllocHuge(partition->context, mul_size(sizeof(double), n));
	if (dated)
		periods = MemoryContextAllocHuge(partition->context, mul_size(sizeof(int64), n));
	for (int row = 0; row < n; row++)
	{
		bool		isnull = !PartitionRow(partition, row, 1, &answer->value[row]);

		if (isnull)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("value of row %d of the series is NULL", row + 1),
					 errhint("A missing value has to be filled in, or the series cut there: 0 if nothing happened.")));
		CheckFinite("value", answer->value[row]);
		if (dated)
		{
			Datum		date = PartitionDatum(partition, row, STL_PERIOD, &isnull);

			if (isnull)
				ereport(ERROR,
						(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						 errmsg("period of row %d of the series is NULL", row + 1)));
			periods[row] = PeriodFromDate(DatumGetDateADT(date));
		}
	}
	if (dated)
	{
		PeriodSeries series;

		PeriodSeriesInit(&series, periods, n, PERIOD_DETECT);
		settings->period = SeasonOf(series.step);
		pfree(periods);
	}
	else
		settings->period = (int) Option(window, STL_PERIOD, "period", 2, 0);
	PartitionClose(partition);
}

/* DecomposePartition: takes the series of a partition apart into season, trend and remainder */
static void
DecomposePartition(WindowObject window, StlAnswer *answer, bool dated)
{
	Partition	partition;
	MemoryContext work;
	MemoryContext oldcontext;
	StlSettings settings;
	int			n;

	ReadSeries(window, answer, dated, &settings, &partition);
	n = partition.nrows;
	if (settings.period == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("period is NULL"),
				 errhint("Give the number of values in a season: 12 for months.")));
	if (n <= 2 * (int64) settings.period)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a series of %d values is too short for a season of %d", n, settings.period),
				 errdetail("It takes more than two seasons: %lld values or more.", 2 * (long long) settings.period + 1),
				 errhint("Several series need a PARTITION BY; leave short ones out.")));
	ReadSettings(window, n, &settings);

	answer->seasonal = MemoryContextAllocHuge(partition.context, mul_size(sizeof(double), n));
	answer->trend = MemoryContextAllocHuge(partition.context, mul_size(sizeof(double), n));
	work = AllocSetContextCreate(CurrentMemoryContext, "csp_analysis stl", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);
	StlKernel(&settings, answer->value, n, answer->seasonal, answer->trend);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work);
}

/* Columns of csp.stl_component. */
enum
{
	STL_COMPONENT_SEASONAL,
	STL_COMPONENT_TREND,
	STL_COMPONENT_REMAINDER,
	STL_COMPONENT_COLUMNS
};

/* StlWindow: the current row's parts; the first row takes the whole partition apart */
static Datum
StlWindow(FunctionCallInfo fcinfo, bool dated)
{
	WindowObject window = PG_WINDOW_OBJECT();
	StlAnswer  *answer = WinGetPartitionLocalMemory(window, sizeof(StlAnswer));
	int64		row = WinGetCurrentPosition(window);
	double		remainder;
	CspResult	result;

	if (answer->trend == NULL)
		DecomposePartition(window, answer, dated);

	remainder = answer->value[row] - answer->seasonal[row] - answer->trend[row];
	if (!isfinite(remainder))
		float_overflow_error();
	ResultInit(&result, fcinfo, STL_COMPONENT_COLUMNS);
	ResultSetFloat8(&result, STL_COMPONENT_SEASONAL, answer->seasonal[row]);
	ResultSetFloat8(&result, STL_COMPONENT_TREND, answer->trend[row]);
	ResultSetFloat8(&result, STL_COMPONENT_REMAINDER, remainder);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* stl: the SQL window function stl for rows in order */
PG_FUNCTION_INFO_V1(stl);
Datum
stl(PG_FUNCTION_ARGS)
{
	return StlWindow(fcinfo, false);
}

/* stl_dated: the SQL window function stl for rows with dates */
PG_FUNCTION_INFO_V1(stl_dated);
Datum
stl_dated(PG_FUNCTION_ARGS)
{
	return StlWindow(fcinfo, true);
}
