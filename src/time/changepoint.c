/*
 * changepoint.c
 *   Concept: when did the level change: the segments of a series between its change points.
 *
 * The segments are those of least cost, each change point costing a penalty besides, found by PELT: Killick, Fearnhead
 * and Eckley (2012, JASA 107, 1590-1598). Costs are twice the negative log-likelihood less what does not depend on the
 * segments, as in R's package changepoint, so that penalties can be carried over:
 *
 *     normal   sum of squares about the segment's mean, in units of the noise's variance
 *     poisson  2 s (log n - log s), s the sum of a segment of n counts
 *
 * cpt.mean takes the noise's variance to be 1 and leaves the scaling to the user. Here it is estimated: the median
 * absolute deviation of the differences between neighbours (R's mad) over sqrt(2), which neither the changes themselves
 * nor single odd values disturb; where half of the differences are the same, so that it is 0, their root mean square over
 * sqrt(2). BIC is 2 log n for each change point. MBIC (after Zhang and Siegmund 2007, Biometrics 63, 22-32, as the package
 * has it) is 3 log n, and log of the length of each segment is added to its cost.
 *
 * Candidates for the last change point are dropped once a later one is known to be as good for ever. That rests on a
 * segment never costing less than its two parts together, which the logarithms of MBIC break by log(n / 4) at most: the
 * candidates are kept for as much longer. A change at t can serve only from t + the shortest segment on: until then what
 * it is to replace is kept too. With both the least cost is found, not nearly so.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/result.h"
#include "base/series.h"

/* ---- kernel ---- */

typedef enum SegmentCost
{
	COST_NORMAL,
	COST_POISSON
} SegmentCost;

typedef enum ChangePenalty
{
	PENALTY_BIC,
	PENALTY_MBIC,
	PENALTY_MANUAL
} ChangePenalty;

typedef struct ChangeSettings
{
	SegmentCost cost;
	ChangePenalty penalty;
	double		penalty_value;
	int			minimum_segment;
} ChangeSettings;

/* A sum that palloc can hold: it aligns to 8 bytes, and a long double asks for 16. */
typedef long double LongSum pg_attribute_aligned(MAXIMUM_ALIGNOF);

typedef struct Pelt
{
	const ChangeSettings *settings;
	int64		n;
	LongSum    *sum;			/* n + 1: of the values before an index */
	LongSum    *squares;		/* normal cost: of their squares */
	double	   *log;			/* n + 1: logarithms of lengths */
} Pelt;

#define ST_SORT SortNumbers
#define ST_ELEMENT_TYPE double
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b) ? 1 : 0)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* SortedMedian: the median of values, which it sorts */
static double
SortedMedian(double *values, int64 n)
{
	SortNumbers(values, n);
	return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* NoiseDeviation: standard deviation of the noise of a series of two values or more, by its differences; 0 if constant. */
static double
NoiseDeviation(const double *y, int64 n)
{
	double	   *difference = MemoryContextAllocHuge(CurrentMemoryContext, mul_size(sizeof(double), n - 1));
	double		median;
	double		scale = 0;
	double		squares = 0;
	double		deviation;

	for (int64 i = 0; i < n - 1; i++)
	{
		difference[i] = y[i + 1] - y[i];
		scale = Max(scale, fabs(difference[i]));
	}
	if (!isfinite(scale))
		float_overflow_error();
	for (int64 i = 0; i < n - 1 && scale > 0; i++)
		squares += (difference[i] / scale) * (difference[i] / scale);
	median = SortedMedian(difference, n - 1);
	for (int64 i = 0; i < n - 1; i++)
		difference[i] = fabs(difference[i] - median);
	deviation = 1.4826 * SortedMedian(difference, n - 1) / sqrt(2);
	pfree(difference);
	return deviation > 0 ? deviation : scale * sqrt(squares / (n - 1) / 2);
}

/* CostOf: the cost of the segment of the values from..to-1 */
static inline double
CostOf(const Pelt *pelt, int64 from, int64 to)
{
	int64		n = to - from;
	double		sum = (double) (pelt->sum[to] - pelt->sum[from]);
	double		cost;

	if (pelt->settings->cost == COST_NORMAL)
		cost = (double) (pelt->squares[to] - pelt->squares[from]) - sum * sum / n;
	else
		cost = sum > 0 ? 2 * sum * (pelt->log[n] - log(sum)) : 0;
	return pelt->settings->penalty == PENALTY_MBIC ? cost + pelt->log[n] : cost;
}

/* Room: memory for n things of a size, also beyond 1 GB */
static void *
Room(Size size, int64 n)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, mul_size(size, n));
}

/* PeltInit: sums over the values, for the normal cost about their mean and in units of the noise. */
static void
PeltInit(Pelt *pelt, const ChangeSettings *settings, const double *y, int64 n, double deviation)
{
	long double mean = 0;

	pelt->settings = settings;
	pelt->n = n;
	pelt->sum = Room(sizeof(LongSum), n + 1);
	pelt->squares = Room(sizeof(LongSum), n + 1);
	pelt->log = Room(sizeof(double), n + 1);
	if (settings->cost == COST_NORMAL)
		for (int64 i = 0; i < n; i++)
			mean += y[i];
	else
		deviation = 1;
	pelt->sum[0] = 0;
	pelt->squares[0] = 0;
	pelt->log[0] = 0;
	for (int64 i = 0; i < n; i++)
	{
		double		value = (double) (y[i] - mean / n) / deviation;

		CheckInterruptsAt(i);
		pelt->sum[i + 1] = pelt->sum[i] + value;
		pelt->squares[i + 1] = pelt->squares[i] + (long double) value * value;
		pelt->log[i + 1] = log((double) (i + 1));
	}
	if (!isfinite((double) pelt->sum[n]) || (settings->cost == COST_NORMAL && !isfinite((double) pelt->squares[n])))
		float_overflow_error();
}

/* Candidate: a place of the last change point. */
typedef struct Candidate
{
	int64		index;			/* the segment after it begins here */
	int64		until;			/* it need not be looked at from here on */
} Candidate;

/* ChangePoints: for each index of 1..n, where the last segment of the values before it begins if they end there. */
static int64 *
ChangePoints(const ChangeSettings *settings, const double *y, int64 n, double deviation)
{
	Pelt		pelt;
	double		penalty;
	double		slack = 0;
	int64		shortest = settings->minimum_segment;
	double	   *least = Room(sizeof(double), n + 1);
	int64	   *last = Room(sizeof(int64), n + 1);
	Candidate  *candidate = Room(sizeof(Candidate), n + 1);
	double	   *cost = Room(sizeof(double), n + 1);
	int64		ncandidates = 0;
	int64		visited = 0;

	PeltInit(&pelt, settings, y, n, deviation);
	switch (settings->penalty)
	{
		case PENALTY_BIC:
			penalty = 2 * pelt.log[n];
			break;
		case PENALTY_MBIC:
			penalty = 3 * pelt.log[n];
			slack = Max(0, log(n / 4.0));
			break;
		default:
			penalty = settings->penalty_value;
	}

	least[0] = -penalty;
	for (int64 end = shortest; end <= n; end++)
	{
		int64		newest = end - shortest;
		int64		kept = 0;

		if (newest == 0 || newest >= shortest)
		{
			candidate[ncandidates].index = newest;
			candidate[ncandidates].until = PG_INT64_MAX;
			ncandidates++;
		}
		visited += ncandidates + 1;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
		least[end] = get_float8_infinity();
		for (int64 i = 0; i < ncandidates; i++)
		{
			if (candidate[i].until <= end)
				continue;
			candidate[kept] = candidate[i];
			cost[kept] = least[candidate[i].index] + CostOf(&pelt, candidate[i].index, end);
			if (cost[kept] + penalty < least[end])
			{
				least[end] = cost[kept] + penalty;
				last[end] = candidate[i].index;
			}
			kept++;
		}
		ncandidates = kept;
		for (int64 i = 0; i < ncandidates; i++)
			if (cost[i] - slack >= least[end] && candidate[i].until == PG_INT64_MAX)
				candidate[i].until = end + shortest;
	}
	pfree(pelt.sum);
	pfree(pelt.squares);
	pfree(pelt.log);
	pfree(least);
	pfree(candidate);
	pfree(cost);
	return last;
}

/*
 * Segments
 *   Marks in first[] where the segments of y begin, in order; gives how many there are.
 */
static int64
Segments(const ChangeSettings *settings, const double *y, int64 n, int64 *first)
{
	double		deviation = 1;
	int64	   *last;
	int64		count = 0;

	first[0] = 0;
	if (n / 2 < settings->minimum_segment)
		return 1;
	if (settings->cost == COST_NORMAL)
	{
		deviation = NoiseDeviation(y, n);
		if (deviation == 0)
			return 1;
	}
	last = ChangePoints(settings, y, n, deviation);
	for (int64 end = n; end > 0; end = last[end])
		count++;
	for (int64 i = count - 1, end = n; i >= 0; i--)
		first[i] = end = last[end];
	pfree(last);
	return count;
}

/* ---- SQL ---- */

static const char *const cost_names[] = {"normal", "poisson"};
static const char *const penalty_names[] = {"BIC", "MBIC", "manual"};

/* what the state's parameters hold */
enum
{
	CHANGE_ROWS,				/* seen, those without a value among them */
	CHANGE_WORDS,				/* cost and penalty */
	CHANGE_PENALTY_VALUE,		/* 0 unless manual */
	CHANGE_MINIMUM_SEGMENT
};

#define CHANGE_DEFAULT_MINIMUM_SEGMENT 2

/*
 * ReadSettings: reads the arguments (state, value [, cost [, penalty [, penalty_value [,
 * minimum_segment]]]])
 */
static void
ReadSettings(FunctionCallInfo fcinfo, ChangeSettings *settings)
{
	settings->cost = COST_NORMAL;
	settings->penalty = PENALTY_MBIC;
	settings->penalty_value = 0;
	settings->minimum_segment = CHANGE_DEFAULT_MINIMUM_SEGMENT;
	if (PG_NARGS() > 2)
	{
		CheckGiven(fcinfo, 2, "cost");
		settings->cost = CheckWord("cost", PG_GETARG_TEXT_PP(2), cost_names, lengthof(cost_names));
	}
	if (PG_NARGS() > 3)
	{
		CheckGiven(fcinfo, 3, "penalty");
		settings->penalty = CheckWord("penalty", PG_GETARG_TEXT_PP(3), penalty_names, lengthof(penalty_names));
	}
	if (settings->penalty == PENALTY_MANUAL)
	{
		if (PG_NARGS() < 5 || PG_ARGISNULL(4))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("the penalty manual has no penalty_value"),
					 errhint("Give what a change point costs, on the scale of twice the log-likelihood: BIC is 2 ln(n).")));
		settings->penalty_value = PG_GETARG_FLOAT8(4);
		CheckNotNegative("penalty_value", settings->penalty_value);
	}
	if (PG_NARGS() > 5)
	{
		CheckGiven(fcinfo, 5, "minimum_segment");
		settings->minimum_segment = PG_GETARG_INT32(5);
		CheckAtLeastInt("minimum_segment", settings->minimum_segment, 1);
	}
}

/* changepoints_accum: adds one value of the series, with settings that must be the same in every row */
PG_FUNCTION_INFO_V1(changepoints_accum);
Datum
changepoints_accum(PG_FUNCTION_ARGS)
{
	SeriesState *state = SeriesTransition(fcinfo, 2);
	double	   *kept = state->parameters;
	ChangeSettings settings;
	double		words;

	ReadSettings(fcinfo, &settings);
	words = settings.cost * lengthof(penalty_names) + settings.penalty;
	if (isnan(kept[CHANGE_ROWS]))
	{
		kept[CHANGE_ROWS] = 0;
		kept[CHANGE_WORDS] = words;
		kept[CHANGE_PENALTY_VALUE] = settings.penalty_value;
		kept[CHANGE_MINIMUM_SEGMENT] = settings.minimum_segment;
	}
	if (kept[CHANGE_WORDS] != words || kept[CHANGE_PENALTY_VALUE] != settings.penalty_value ||
		kept[CHANGE_MINIMUM_SEGMENT] != settings.minimum_segment)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the settings of changepoints differ between rows"),
				 errhint("All arguments but value are one value for the group, usually a constant.")));

	kept[CHANGE_ROWS]++;
	if (!PG_ARGISNULL(1))
	{
		double		row[2] = {kept[CHANGE_ROWS], PG_GETARG_FLOAT8(1)};

		if (settings.cost == COST_POISSON)
			CheckCount("value", row[1]);
		else
			CheckFinite("value", row[1]);
		SeriesAppend(state, row);
	}
	PG_RETURN_POINTER(state);
}

/* Columns of csp.changepoint_segment. */
enum
{
	CHANGEPOINT_SEGMENT_FIRST,
	CHANGEPOINT_SEGMENT_LAST,
	CHANGEPOINT_SEGMENT_N,
	CHANGEPOINT_SEGMENT_MEAN,
	CHANGEPOINT_SEGMENT_CHANGE,
	CHANGEPOINT_SEGMENT_COLUMNS
};

/* changepoints_final: the stretches between changes: one row each */
PG_FUNCTION_INFO_V1(changepoints_final);
Datum
changepoints_final(PG_FUNCTION_ARGS)
{
	Series		series;
	ChangeSettings settings;
	int64	   *first;
	int64		count;
	Datum	   *rows;
	CspResult	result;
	Oid			row_type;
	double		mean_before = 0;

	if (!SeriesSorted(fcinfo, &series))
		PG_RETURN_NULL();
	settings.cost = (int) series.parameters[CHANGE_WORDS] / (int) lengthof(penalty_names);
	settings.penalty = (int) series.parameters[CHANGE_WORDS] % (int) lengthof(penalty_names);
	settings.penalty_value = series.parameters[CHANGE_PENALTY_VALUE];
	settings.minimum_segment = (int) series.parameters[CHANGE_MINIMUM_SEGMENT];
	first = Room(sizeof(int64), series.n);
	count = Segments(&settings, series.y, series.n, first);

	rows = Room(sizeof(Datum), count);
	row_type = ResultInitElement(&result, fcinfo, CHANGEPOINT_SEGMENT_COLUMNS);
	for (int64 i = 0; i < count; i++)
	{
		int64		end = i + 1 < count ? first[i + 1] : series.n;
		int64		n = end - first[i];
		long double sum = 0;
		double		mean;

		CheckInterruptsAt(i);
		for (int64 j = first[i]; j < end; j++)
			sum += series.y[j];
		mean = (double) (sum / n);
		ResultSetInt64(&result, CHANGEPOINT_SEGMENT_FIRST, (int64) series.x[first[i]]);
		ResultSetInt64(&result, CHANGEPOINT_SEGMENT_LAST, (int64) series.x[end - 1]);
		ResultSetInt64(&result, CHANGEPOINT_SEGMENT_N, n);
		ResultSetFloat8(&result, CHANGEPOINT_SEGMENT_MEAN, mean);
		if (i > 0)
			ResultSetFloat8(&result, CHANGEPOINT_SEGMENT_CHANGE, mean - mean_before);
		mean_before = mean;
		rows[i] = ResultDatum(&result);
	}
	pfree(first);
	SeriesFree(&series);
	PG_RETURN_ARRAYTYPE_P(ResultArray(rows, (int) count, row_type));
}
