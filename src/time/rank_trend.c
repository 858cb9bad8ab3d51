/*
 * rank_trend.c
 *   Concept: is it rising or falling, by ranks, so that no single odd month decides: the Mann-Kendall test and the
 *   Theil-Sen slope.
 *
 * Mann-Kendall: Mann (1945, Econometrica 13, 245-259), Kendall (1975, Rank Correlation Methods): variance with both
 * tie corrections, z with the continuity correction of 1, Kendall's tau-b. Theil-Sen: Sen (1968, JASA 63, 1379-1389):
 * the median slope of all pairs of points with different x, limits by the ranks that the variance of S gives,
 * intercept median(y) - slope * median(x). With x = 1..n the figures are those of mk.test and sens.slope in R's
 * package trend.
 *
 * Both rest on one count. Let points be in order of (x, y). For a slope s, a pair of points i before j has slope <= s
 * exactly if r_j <= r_i, where r = y - s x. A merge sort counts those pairs in O(n log n). At s = 0 it gives
 * Kendall's S. For the Theil-Sen slope of a long series the same count is bisected over s until two neighbouring
 * floating-point numbers remain: at most 64 counts and O(n) memory, where the pairs themselves would be n^2 / 2.
 */
#include "base/csp_analysis.h"

#include <float.h>
#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/result.h"
#include "time/rank_trend.h"
#include "utils/memutils.h"

#define ST_SORT SortNumbers
#define ST_ELEMENT_TYPE double
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b) ? 1 : 0)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* up to this many slopes, those of 128 points, are simply sorted */
#define LISTED_SLOPES (128 * 127 / 2)

/* the longest untied series that the exact distribution of S is worked out for */
#define EXACT_MAX_POINTS 200

/* ---- kernel: counting pairs ---- */

/*
 * Residual: y - s x to twice the precision of a double (high + low, |low| at most half a unit in the last place of
 * high), so that rounding cannot reorder two points and comparing high, then low, is comparing the values.
 */
typedef struct Residual
{
	double		high;
	double		low;
} Residual;

/* SumExactly: the sum of two numbers as a rounded number and what rounding lost */
static inline Residual
SumExactly(double a, double b)
{
	Residual	sum;
	double		part;

	sum.high = a + b;
	part = sum.high - a;
	sum.low = (a - (sum.high - part)) + (b - part);
	return sum;
}

/* ResidualOf: y - s * x to twice the usual precision */
static inline Residual
ResidualOf(double y, double s, double x)
{
	double		product = s * x;
	double		product_low = fma(s, x, -product);
	Residual	sum = SumExactly(y, -product);

	return SumExactly(sum.high, sum.low - product_low);
}

/* NotAbove: is residual a at most b? */
static inline bool
NotAbove(const Residual *a, const Residual *b)
{
	return a->high < b->high || (a->high == b->high && a->low <= b->low);
}

/*
 * CountNotAbove
 *   The number of pairs i < j with r_j <= r_i, by merge sort. Leaves r in ascending order; spare is as long as r.
 */
static int64
CountNotAbove(Residual *r, Residual *spare, int64 n)
{
	Residual   *from = r;
	Residual   *to = spare;
	int64		count = 0;

	for (int64 run = 1; run < n; run *= 2)
	{
		Residual   *swap;

		for (int64 start = 0; start < n; start += 2 * run)
		{
			int64		left = start;
			int64		middle = Min(start + run, n);
			int64		right = middle;
			int64		end = Min(start + 2 * run, n);

			for (int64 out = start; out < end; out++)
			{
				CheckInterruptsAt(out);
				if (right < end && (left == middle || NotAbove(&from[right], &from[left])))
				{
					count += middle - left;
					to[out] = from[right++];
				}
				else
					to[out] = from[left++];
			}
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != r)
		memcpy(r, from, sizeof(Residual) * n);
	return count;
}

/* NewResiduals: memory for n residuals */
static Residual *
NewResiduals(int64 n)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, mul_size(sizeof(Residual), n));
}

/* ---- kernel: Mann-Kendall ---- */

/* Ties: sums over groups of t equal values, as the variance of S needs them. */
typedef struct Ties
{
	double		pairs;			/* t (t - 1) / 2 */
	double		triples;		/* t (t - 1) (t - 2) */
	double		variance;		/* t (t - 1) (2 t + 5) */
	int64		count;			/* pairs, as an integer */
} Ties;

/* AddTies: adds a group of equal values to what ties do to the variance of the test */
static void
AddTies(Ties *ties, int64 group)
{
	double		t = group;

	ties->count += group * (group - 1) / 2;
	ties->pairs += t * (t - 1) / 2;
	ties->triples += t * (t - 1) * (t - 2);
	ties->variance += t * (t - 1) * (2 * t + 5);
}

/* MannKendallKernel: S, its variance under no trend, and tau-b of points in order of (x, y). */
void
MannKendallKernel(const Series *series, MannKendall *result)
{
	int64		n = series->n;
	double		dn = n;
	int64		all = n * (n - 1) / 2;
	int64		same_x = 1;
	int64		same_point = 1;
	int64		same_y = 1;
	int64		not_above;
	Ties		x_ties = {0};
	Ties		y_ties = {0};
	Ties		duplicates = {0};
	Residual   *y = NewResiduals(n);
	Residual   *spare = NewResiduals(n);

	for (int64 i = 0; i < n; i++)
	{
		CheckInterruptsAt(i);
		y[i].high = series->y[i];
		y[i].low = 0;
	}
	not_above = CountNotAbove(y, spare, n);

	/* y is in ascending order now */
	for (int64 i = 1; i <= n; i++)
	{
		bool		x_goes_on = i < n && series->x[i] == series->x[i - 1];
		bool		point_goes_on = x_goes_on && series->y[i] == series->y[i - 1];
		bool		y_goes_on = i < n && y[i].high == y[i - 1].high;

		CheckInterruptsAt(i);
		if (!x_goes_on)
			AddTies(&x_ties, same_x);
		if (!point_goes_on)
			AddTies(&duplicates, same_point);
		if (!y_goes_on)
			AddTies(&y_ties, same_y);
		same_x = x_goes_on ? same_x + 1 : 1;
		same_point = point_goes_on ? same_point + 1 : 1;
		same_y = y_goes_on ? same_y + 1 : 1;
	}
	pfree(spare);
	pfree(y);

	/* pairs not above = falling pairs and pairs of equal y; pairs of equal x are in order of y and do not fall */
	result->n = n;
	result->pairs = all - x_ties.count;
	result->duplicates = duplicates.count;
	result->s = (result->pairs - y_ties.count + duplicates.count) - 2 * (not_above - y_ties.count);

	result->variance = (dn * (dn - 1) * (2 * dn + 5) - x_ties.variance - y_ties.variance) / 18;
	if (n > 1)
		result->variance += 2 * x_ties.pairs * y_ties.pairs / (dn * (dn - 1));
	if (n > 2)
		result->variance += x_ties.triples * y_ties.triples / (9 * dn * (dn - 1) * (dn - 2));

	if (x_ties.count == all || y_ties.count == all)
	{
		result->variance = 0;
		result->untied = 0;
		result->tau = get_float8_nan();
	}
	else
	{
		result->untied = sqrt((double) (all - x_ties.count) * (double) (all - y_ties.count));
		result->tau = result->s / result->untied;
	}
}

/*
 * MannKendallZ: the score S in standard errors; 0 for S = 0, also where the variance is 0 (y does
 * not vary)
 */
double
MannKendallZ(int64 s, double variance)
{
	return s == 0 ? 0 : (s > 0 ? s - 1 : s + 1) / sqrt(variance);
}

/*
 * MannKendallExact
 *   P(|S| >= |s|) over all orders of n untied values. The number of orders with k falling pairs is built up one value
 *   at a time: the m-th value adds 0 to m - 1 falling pairs, each with probability 1/m; S = all pairs - 2 k.
 */
static double
MannKendallExact(int64 s, int n)
{
	int64		all = (int64) n * (n - 1) / 2;
	int64		falling = (all - (s < 0 ? -s : s)) / 2;
	double	   *density;
	double		tail = 0;

	if (s == 0)
		return 1;

	/* by symmetry S >= |s| is as likely as S <= -|s|, and only falling pairs up to the limit matter */
	density = palloc0(sizeof(double) * (falling + 1));
	density[0] = 1;
	for (int m = 2; m <= n; m++)
	{
		/* sums over windows of m: cumulate, then subtract, from the top down */
		for (int64 k = 1; k <= falling; k++)
			density[k] += density[k - 1];
		for (int64 k = falling; k >= 0; k--)
			density[k] = (density[k] - (k >= m ? density[k - m] : 0)) / m;
	}
	for (int64 k = 0; k <= falling; k++)
		tail += density[k];
	pfree(density);
	return Min(1, 2 * tail);
}

/* ---- kernel: Theil-Sen ---- */

/*
 * SlopeRanks: what is needed to tell the k-th smallest slope (1-based) within one series, or within each of several.
 * Short series keep all slopes in order; long ones the points and room to count in.
 */
typedef struct SlopeRanks
{
	const Series *series;
	int64		nseries;
	int64		pairs;
	int64		duplicates;
	double	   *slopes;			/* NULL for a long series */
	Residual   *residuals;
	Residual   *spare;
	int64		lowest;			/* ordinals (below) under and at the extreme slopes */
	int64		highest;
} SlopeRanks;

/* Ordinal, FromOrdinal: the finite doubles numbered in their order, neighbours by consecutive integers. */
static int64
Ordinal(double value)
{
	int64		bits;

	value += 0.0;				/* -0 is 0 */
	memcpy(&bits, &value, sizeof(bits));
	return bits >= 0 ? bits : PG_INT64_MIN - bits;
}

/* FromOrdinal: the number whose place in the order of all doubles is given */
static double
FromOrdinal(int64 ordinal)
{
	int64		bits = ordinal >= 0 ? ordinal : PG_INT64_MIN - ordinal;
	double		value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* SlopeOf: the slope between points i and j */
static double
SlopeOf(const Series *series, int64 i, int64 j)
{
	double		slope = (series->y[j] - series->y[i]) / (series->x[j] - series->x[i]);

	if (!isfinite(slope))
		float_overflow_error();
	return slope + 0.0;
}

/* ListSlopes: the slopes between all points of a series with different x; gives how many there are. */
static int64
ListSlopes(const Series *series, double *slopes)
{
	int64		k = 0;
	int64		next = 0;		/* the first point of a greater x */

	for (int64 i = 0; i < series->n; i++)
	{
		while (next < series->n && series->x[next] == series->x[i])
			next++;
		for (int64 j = next; j < series->n; j++)
			slopes[k++] = SlopeOf(series, i, j);
	}
	return k;
}

/* ExtremeSlopes: they are between points of neighbouring x, the top of the one and the bottom of the other. */
static void
ExtremeSlopes(const Series *series, double *least, double *greatest)
{
	int64		first = 0;		/* of the points with the x before */
	int64		start = 0;		/* of the points with this x */

	for (int64 i = 1; i <= series->n; i++)
	{
		if (i < series->n && series->x[i] == series->x[start])
			continue;
		if (start > 0)
		{
			*least = Min(*least, SlopeOf(series, start - 1, start));
			*greatest = Max(*greatest, SlopeOf(series, first, i - 1));
		}
		first = start;
		start = i;
	}
}

/* SlopeRanksInit: pairs and duplicates are those of all the series together. */
static void
SlopeRanksInit(SlopeRanks *ranks, const Series *series, int64 nseries, int64 pairs, int64 duplicates)
{
	memset(ranks, 0, sizeof(*ranks));
	ranks->series = series;
	ranks->nseries = nseries;
	ranks->pairs = pairs;
	ranks->duplicates = duplicates;

	if (pairs <= LISTED_SLOPES)
	{
		int64		k = 0;

		ranks->slopes = palloc(sizeof(double) * ranks->pairs);
		for (int64 i = 0; i < nseries; i++)
			k += ListSlopes(&series[i], ranks->slopes + k);
		Assert(k == ranks->pairs);
		SortNumbers(ranks->slopes, k);
	}
	else
	{
		double		least = DBL_MAX;
		double		greatest = -DBL_MAX;
		int64		longest = 0;

		for (int64 i = 0; i < nseries; i++)
		{
			CheckInterruptsAt(i);
			ExtremeSlopes(&series[i], &least, &greatest);
			longest = Max(longest, series[i].n);
		}
		ranks->lowest = Ordinal(least) - 8; /* room for their own rounding */
		ranks->highest = Ordinal(greatest) + 8;
		ranks->residuals = NewResiduals(longest);
		ranks->spare = NewResiduals(longest);
	}
}

/* SlopeRanksFree: frees what ranking slopes needed */
static void
SlopeRanksFree(SlopeRanks *ranks)
{
	if (ranks->slopes)
		pfree(ranks->slopes);
	if (ranks->residuals)
	{
		pfree(ranks->residuals);
		pfree(ranks->spare);
	}
}

/* CountSlopesUpTo: the number of pairs with a slope of at most s. */
static int64
CountSlopesUpTo(SlopeRanks *ranks, double s)
{
	int64		count = 0;

	for (const Series *series = ranks->series; series < ranks->series + ranks->nseries; series++)
	{
		for (int64 i = 0; i < series->n; i++)
		{
			CheckInterruptsAt(i);
			ranks->residuals[i] = ResidualOf(series->y[i], s, series->x[i]);
			if (!isfinite(ranks->residuals[i].high))
				float_overflow_error();
		}
		count += CountNotAbove(ranks->residuals, ranks->spare, series->n);
	}

	/* pairs of equal x are in order of y: of these only duplicates are counted, whatever s */
	return count - ranks->duplicates;
}

/*
 * SlopeOfRank
 *   The k-th smallest slope, k in 1..pairs. For a long series: the smallest double that at least k slopes do not
 *   exceed, that is the slope itself rounded up.
 */
static double
SlopeOfRank(SlopeRanks *ranks, int64 k)
{
	int64		below = ranks->lowest;	/* fewer than k slopes up to here */
	int64		reached = ranks->highest;	/* k or more */

	if (ranks->slopes)
		return ranks->slopes[k - 1];
	for (;;)
	{
		uint64		apart = (uint64) reached - (uint64) below;	/* may exceed int64 */
		int64		middle = below + (int64) (apart / 2);

		if (apart <= 1)
			return FromOrdinal(reached);
		if (CountSlopesUpTo(ranks, FromOrdinal(middle)) >= k)
			reached = middle;
		else
			below = middle;
	}
}

/* MedianSlope: the median of the slopes between all pairs of points */
static double
MedianSlope(SlopeRanks *ranks)
{
	int64		k = (ranks->pairs + 1) / 2;
	double		slope = SlopeOfRank(ranks, k);

	/* the middle two of an even number mostly coincide in long series of counts: one count tells */
	if (ranks->pairs % 2 == 0 &&
		(ranks->slopes || CountSlopesUpTo(ranks, slope) <= k))
		slope = (slope + SlopeOfRank(ranks, k + 1)) / 2;
	return slope;
}

/* MedianSlopeWithin: the median of the slopes within each of several series, taken together. */
double
MedianSlopeWithin(const Series *series, int64 nseries, int64 pairs, int64 duplicates)
{
	SlopeRanks	ranks;
	double		slope;

	SlopeRanksInit(&ranks, series, nseries, pairs, duplicates);
	slope = MedianSlope(&ranks);
	SlopeRanksFree(&ranks);
	return slope;
}

/* MedianOfSorted: the median of values that are in order */
static double
MedianOfSorted(const double *values, int64 n)
{
	return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* ---- SQL ---- */

/* Columns of csp.mann_kendall_test. */
enum
{
	MANN_KENDALL_TEST_S,
	MANN_KENDALL_TEST_VARIANCE,
	MANN_KENDALL_TEST_Z,
	MANN_KENDALL_TEST_TAU,
	MANN_KENDALL_TEST_P_VALUE,
	MANN_KENDALL_TEST_COLUMNS
};

/* mann_kendall_final: Mann-Kendall's test as a row */
PG_FUNCTION_INFO_V1(mann_kendall_final);
Datum
mann_kendall_final(PG_FUNCTION_ARGS)
{
	Series		series;
	MannKendall kendall;
	CspResult	result;

	if (!SeriesSorted(fcinfo, &series))
		PG_RETURN_NULL();
	MannKendallKernel(&series, &kendall);
	SeriesFree(&series);

	ResultInit(&result, fcinfo, MANN_KENDALL_TEST_COLUMNS);
	ResultSetInt64(&result, MANN_KENDALL_TEST_S, kendall.s);
	ResultSetFloat8(&result, MANN_KENDALL_TEST_VARIANCE, kendall.variance);
	if (kendall.pairs > 0)
	{
		double		z = MannKendallZ(kendall.s, kendall.variance);

		ResultSetFloat8(&result, MANN_KENDALL_TEST_Z, z);
		ResultSetFloat8(&result, MANN_KENDALL_TEST_TAU, kendall.tau);
		ResultSetFloat8(&result, MANN_KENDALL_TEST_P_VALUE, Min(1, 2 * NormalProbability(fabs(z), true)));
	}
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* theil_sen_slope_final: the median slope */
PG_FUNCTION_INFO_V1(theil_sen_slope_final);
Datum
theil_sen_slope_final(PG_FUNCTION_ARGS)
{
	Series		series;
	MannKendall kendall;
	double		slope;

	if (!SeriesSorted(fcinfo, &series))
		PG_RETURN_NULL();
	MannKendallKernel(&series, &kendall);
	if (kendall.pairs == 0)
		PG_RETURN_NULL();
	slope = MedianSlopeWithin(&series, 1, kendall.pairs, kendall.duplicates);
	SeriesFree(&series);
	PG_RETURN_FLOAT8(slope);
}

/* Columns of csp.theil_sen_estimate. */
enum
{
	THEIL_SEN_ESTIMATE_SLOPE,
	THEIL_SEN_ESTIMATE_LOWER,
	THEIL_SEN_ESTIMATE_UPPER,
	THEIL_SEN_ESTIMATE_INTERCEPT,
	THEIL_SEN_ESTIMATE_COLUMNS
};

/* theil_sen_final: the median slope with its interval and intercept as a row */
PG_FUNCTION_INFO_V1(theil_sen_final);
Datum
theil_sen_final(PG_FUNCTION_ARGS)
{
	Series		series;
	MannKendall kendall;
	SlopeRanks	ranks;
	CspResult	result;
	double		confidence;
	double		slope;
	double		reach;
	double		lower_rank;
	double		upper_rank;

	if (!SeriesSorted(fcinfo, &series))
		PG_RETURN_NULL();
	MannKendallKernel(&series, &kendall);
	if (kendall.pairs == 0)
		PG_RETURN_NULL();

	SlopeRanksInit(&ranks, &series, 1, kendall.pairs, kendall.duplicates);
	slope = MedianSlope(&ranks);

	ResultInit(&result, fcinfo, THEIL_SEN_ESTIMATE_COLUMNS);
	ResultSetFloat8(&result, THEIL_SEN_ESTIMATE_SLOPE, slope);

	/* ranks as in R's sens.slope; a series too short for the confidence asked has no limits */
	confidence = isnan(series.parameters[SERIES_CONFIDENCE]) ? 0.95 : series.parameters[SERIES_CONFIDENCE];
	reach = NormalQuantile((1 + confidence) / 2) * sqrt(kendall.variance);
	lower_rank = rint((ranks.pairs - reach) / 2);
	upper_rank = rint((ranks.pairs + reach) / 2 + 1);
	if (lower_rank >= 1 && upper_rank <= ranks.pairs)
	{
		ResultSetFloat8(&result, THEIL_SEN_ESTIMATE_LOWER, SlopeOfRank(&ranks, (int64) lower_rank));
		ResultSetFloat8(&result, THEIL_SEN_ESTIMATE_UPPER, SlopeOfRank(&ranks, (int64) upper_rank));
	}
	SlopeRanksFree(&ranks);

	/* x is in order, y is not yet */
	SortNumbers(series.y, series.n);
	ResultSetFloat8(&result, THEIL_SEN_ESTIMATE_INTERCEPT, MedianOfSorted(series.y, series.n) - slope * MedianOfSorted(series.x, series.n));
	SeriesFree(&series);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* mann_kendall_exact_p: the SQL function mann_kendall_exact_p: exact p-value of a score without ties */
PG_FUNCTION_INFO_V1(mann_kendall_exact_p);
Datum
mann_kendall_exact_p(PG_FUNCTION_ARGS)
{
	int64		s = PG_GETARG_INT64(0);
	int64		n = PG_GETARG_INT64(1);
	int64		all;

	if (n < 1 || n > EXACT_MAX_POINTS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("n is %lld, not between 1 and %d", (long long) n, EXACT_MAX_POINTS),
				 errhint("For a longer series the p_value of csp.mann_kendall is as good.")));
	all = n * (n - 1) / 2;
	if (s < -all || s > all || (s - all) % 2 != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("S is %lld, which %lld different values cannot give", (long long) s, (long long) n),
				 errdetail("It is one of -%lld, -%lld + 2, ... %lld.", (long long) all, (long long) all, (long long) all),
				 errhint("A series with ties has no exact p-value here: use the p_value of csp.mann_kendall.")));
	PG_RETURN_FLOAT8(MannKendallExact(s, (int) n));
}
