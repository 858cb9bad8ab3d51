/*
 * seasonal_rank_trend.c
 *   Concept: is it rising or falling, by ranks, each season compared with its own kind only: the seasonal Mann-Kendall
 *   test and the seasonal Theil-Sen slope.
 *
 * Hirsch, Slack and Smith (1982, Water Resources Research 18, 107-121): S, its variance and the largest S possible are
 * added up over the seasons; the slope is the median of all slopes within seasons. Each variance has the corrections for
 * ties of csp.mann_kendall. tau is sum of S over sum of tau-b's denominators, as in R's package Kendall; z has the
 * continuity correction, as in package trend.
 *
 * The variant correlated adds the covariances between seasons, by which a wet year is one year and not twelve pieces of
 * evidence: Hirsch and Slack (1984, Water Resources Research 20, 727-732), after Dietz and Killeen (1981):
 *
 *     cov(S_g, S_h) = (K_gh + 4 sum_j R_jg R_jh - n (n_g + 1) (n_h + 1)) / 3
 *
 * over the years j, K_gh being Kendall's S between the seasons' values of the same year, R_jg the rank (of ties the middle
 * one) of year j's value in season g, and (n_g + 1) / 2 where the year has none, so that years without either add nothing.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/period.h"
#include "base/result.h"
#include "time/rank_trend.h"
#include "utils/datetime.h"

/* covariances are worked out for every pair of seasons */
#define CORRELATED_MAX_SEASONS 400

typedef enum SeasonVariant
{
	SEASONS_INDEPENDENT,
	SEASONS_CORRELATED
} SeasonVariant;

static const char *const season_variants[] = {"independent", "correlated"};

/* ---- kernel ---- */

typedef struct SeasonalMannKendall
{
	int64		nseasons;
	int64		s;
	int64		pairs;			/* of the same season and different years */
	int64		duplicates;
	double		variance;
	double		untied;
} SeasonalMannKendall;

/* SplitSeasons: the seasons of rows in order of (season, year, value), each a series of values by year. */
static Series *
SplitSeasons(const Series *rows, int64 *nseasons)
{
	Series	   *seasons;
	int64		n = 0;

	for (int64 i = 0; i < rows->n; i++)
	{
		CheckInterruptsAt(i);
		n += i == 0 || rows->x[i] != rows->x[i - 1];
	}
	*nseasons = n;
	seasons = MemoryContextAllocHuge(CurrentMemoryContext, mul_size(sizeof(Series), n));
	n = 0;
	for (int64 i = 0; i < rows->n; i++)
	{
		if (i == 0 || rows->x[i] != rows->x[i - 1])
		{
			memset(&seasons[n], 0, sizeof(Series));
			seasons[n].x = rows->y + i;
			seasons[n].y = rows->weight + i;
			n++;
		}
		seasons[n - 1].n++;
	}
	return seasons;
}

/* SeasonalMannKendallKernel: adds up Mann-Kendall's score and variance over the seasons */
static void
SeasonalMannKendallKernel(const Series *seasons, int64 nseasons, SeasonalMannKendall *result)
{
	memset(result, 0, sizeof(*result));
	result->nseasons = nseasons;
	for (int64 season = 0; season < nseasons; season++)
	{
		MannKendall kendall;

		CHECK_FOR_INTERRUPTS();
		MannKendallKernel(&seasons[season], &kendall);
		result->s += kendall.s;
		result->pairs += kendall.pairs;
		result->duplicates += kendall.duplicates;
		result->variance += kendall.variance;
		result->untied += kendall.untied;
	}
}

/* Paired: two seasons' values of one year, for sorting. */
typedef struct Paired
{
	double		a;
	double		b;
} Paired;

#define ST_SORT SortPaired
#define ST_ELEMENT_TYPE Paired
#define ST_COMPARE(p, q) ((p)->a < (q)->a ? -1 : (p)->a > (q)->a ? 1 : (p)->b < (q)->b ? -1 : (p)->b > (q)->b ? 1 : 0)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* MiddleRanks: the ranks of a season's values from 1, those of ties being the middle one. */
static void
MiddleRanks(const Series *season, Paired *sorted, double *rank)
{
	int64		n = season->n;
	int64		start = 0;

	for (int64 i = 0; i < n; i++)
	{
		sorted[i].a = season->y[i];
		sorted[i].b = i;
	}
	SortPaired(sorted, n);
	for (int64 i = 1; i <= n; i++)
	{
		if (i < n && sorted[i].a == sorted[start].a)
			continue;
		for (int64 j = start; j < i; j++)
			rank[(int64) sorted[j].b] = (start + 1 + i) / 2.0;
		start = i;
	}
}

/*
 * SeasonCovariance
 *   Covariance of the S of two seasons, their years in ascending order without repetition; pairs has room for the
 *   shorter one's years, values for twice as many.
 */
static double
SeasonCovariance(const Series *g, const Series *h, const double *rank_g, const double *rank_h, Paired *pairs, double *values)
{
	double		middle_g = (g->n + 1) / 2.0;
	double		middle_h = (h->n + 1) / 2.0;
	double		ranks = 0;		/* sum of products of ranks about their middle */
	int64		n = 0;
	int64		j = 0;
	MannKendall kendall;
	Series		both = {0};

	/* 4 R_jg R_jh - (n_g + 1)(n_h + 1) = 4 (R_jg R_jh - middle_g middle_h), of which the sum over the years is that of the
	 * products about the middles, as the ranks of a season add up to its number of years times their middle */
	for (int64 i = 0; i < g->n; i++)
	{
		while (j < h->n && h->x[j] < g->x[i])
			j++;
		if (j == h->n || h->x[j] != g->x[i])
			continue;
		ranks += (rank_g[i] - middle_g) * (rank_h[j] - middle_h);
		pairs[n].a = g->y[i];
		pairs[n].b = h->y[j];
		n++;
	}
	if (n < 2)
		return 4 * ranks / 3;
	SortPaired(pairs, n);
	both.n = n;
	both.x = values;
	both.y = values + n;
	for (int64 i = 0; i < n; i++)
	{
		both.x[i] = pairs[i].a;
		both.y[i] = pairs[i].b;
	}
	MannKendallKernel(&both, &kendall);
	return (kendall.s + 4 * ranks) / 3;
}

/* SeasonCovariances: twice the sum of the covariances of all pairs of seasons. */
static double
SeasonCovariances(const Series *seasons, int64 nseasons)
{
	double	  **rank = palloc(sizeof(double *) * nseasons);
	int64		longest = 0;
	Paired	   *pairs;
	double	   *values;
	double		sum = 0;

	for (int64 g = 0; g < nseasons; g++)
		longest = Max(longest, seasons[g].n);
	pairs = MemoryContextAllocHuge(CurrentMemoryContext, mul_size(sizeof(Paired), longest));
	values = MemoryContextAllocHuge(CurrentMemoryContext, mul_size(2 * sizeof(double), longest));
	for (int64 g = 0; g < nseasons; g++)
	{
		rank[g] = MemoryContextAllocHuge(CurrentMemoryContext, mul_size(sizeof(double), seasons[g].n));
		MiddleRanks(&seasons[g], pairs, rank[g]);
		for (int64 h = 0; h < g; h++)
		{
			CHECK_FOR_INTERRUPTS();
			sum += 2 * SeasonCovariance(&seasons[g], &seasons[h], rank[g], rank[h], pairs, values);
		}
	}
	for (int64 g = 0; g < nseasons; g++)
		pfree(rank[g]);
	pfree(rank);
	pfree(pairs);
	pfree(values);
	return sum;
}

/* ---- SQL ---- */

#define VARIANT_PARAMETER 1

/* SeasonalAccum: adds (season, year, value) and keeps the variant, if the row has one */
static Datum
SeasonalAccum(FunctionCallInfo fcinfo, int variant_argument, double season, double year)
{
	SeriesState *state;
	double		row[3] = {season, year, PG_GETARG_FLOAT8(1)};

	CheckFinite("value", row[2]);
	CheckFinite("season", row[0]);
	CheckFinite("year", row[1]);
	state = SeriesTransition(fcinfo, 3);
	if (variant_argument < PG_NARGS())
	{
		double		variant = CheckWord("variant", PG_GETARG_TEXT_PP(variant_argument), season_variants, lengthof(season_variants));

		if (!isnan(state->parameters[VARIANT_PARAMETER]) && state->parameters[VARIANT_PARAMETER] != variant)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("variant differs between rows"),
					 errhint("Give one value for the whole group.")));
		state->parameters[VARIANT_PARAMETER] = variant;
	}
	SeriesAppend(state, row);
	PG_RETURN_POINTER(state);
}

/* seasonal_mann_kendall_accum: adds a value of a season */
PG_FUNCTION_INFO_V1(seasonal_mann_kendall_accum);
Datum
seasonal_mann_kendall_accum(PG_FUNCTION_ARGS)
{
	if (PG_NARGS() > 4)
		CheckGiven(fcinfo, 4, "variant");
	if (SeriesHasNullArgument(fcinfo))
		return SeriesSkipRow(fcinfo);
	return SeasonalAccum(fcinfo, 4, PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3));
}

/* seasonal_mann_kendall_date_accum: adds a value with its date: the season is its month */
PG_FUNCTION_INFO_V1(seasonal_mann_kendall_date_accum);
Datum
seasonal_mann_kendall_date_accum(PG_FUNCTION_ARGS)
{
	int			year;
	int			month;
	int			day;

	if (PG_NARGS() > 3)
		CheckGiven(fcinfo, 3, "variant");
	if (SeriesHasNullArgument(fcinfo))
		return SeriesSkipRow(fcinfo);
	j2date((int) PeriodFromDate(PG_GETARG_DATEADT(2)) + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return SeasonalAccum(fcinfo, 3, month, year);
}

/*
 * CheckCorrelated: error where covariances cannot be had: they need one value a year and season,
 * and not too many seasons
 */
static void
CheckCorrelated(const Series *rows, int64 nseasons)
{
	if (nseasons > CORRELATED_MAX_SEASONS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%lld seasons are too many for the variant correlated", (long long) nseasons),
				 errdetail("It takes at most %d.", CORRELATED_MAX_SEASONS),
				 errhint("Use months, or the variant independent.")));
	for (int64 i = 1; i < rows->n; i++)
	{
		CheckInterruptsAt(i);
		if (rows->x[i] == rows->x[i - 1] && rows->y[i] == rows->y[i - 1])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("season %g of year %g is given twice", rows->x[i], rows->y[i]),
					 errhint("Sum the rows of a season and year first; with several series, give GROUP BY.")));
	}
}

/* Columns of csp.seasonal_mann_kendall_test. */
enum
{
	SEASONAL_MANN_KENDALL_TEST_S,
	SEASONAL_MANN_KENDALL_TEST_VARIANCE,
	SEASONAL_MANN_KENDALL_TEST_Z,
	SEASONAL_MANN_KENDALL_TEST_TAU,
	SEASONAL_MANN_KENDALL_TEST_P_VALUE,
	SEASONAL_MANN_KENDALL_TEST_SLOPE,
	SEASONAL_MANN_KENDALL_TEST_SEASONS,
	SEASONAL_MANN_KENDALL_TEST_COLUMNS
};

/* seasonal_mann_kendall_final: the seasonal test as a row */
PG_FUNCTION_INFO_V1(seasonal_mann_kendall_final);
Datum
seasonal_mann_kendall_final(PG_FUNCTION_ARGS)
{
	Series		rows;
	Series	   *seasons;
	int64		nseasons;
	SeasonalMannKendall test;
	CspResult	result;

	if (!SeriesSorted(fcinfo, &rows))
		PG_RETURN_NULL();
	seasons = SplitSeasons(&rows, &nseasons);
	SeasonalMannKendallKernel(seasons, nseasons, &test);
	if (rows.parameters[VARIANT_PARAMETER] == SEASONS_CORRELATED)
	{
		CheckCorrelated(&rows, nseasons);
		test.variance += SeasonCovariances(seasons, nseasons);
	}

	ResultInit(&result, fcinfo, SEASONAL_MANN_KENDALL_TEST_COLUMNS);
	ResultSetInt64(&result, SEASONAL_MANN_KENDALL_TEST_S, test.s);
	ResultSetFloat8(&result, SEASONAL_MANN_KENDALL_TEST_VARIANCE, test.variance);
	if (test.pairs > 0)
	{
		/* covariances of a few years may outweigh the variances: then there is nothing to measure S by */
		if (test.variance > 0 || test.s == 0)
		{
			double		z = MannKendallZ(test.s, test.variance);

			ResultSetFloat8(&result, SEASONAL_MANN_KENDALL_TEST_Z, z);
			ResultSetFloat8(&result, SEASONAL_MANN_KENDALL_TEST_P_VALUE, Min(1, 2 * NormalProbability(fabs(z), true)));
		}
		if (test.untied > 0)
			ResultSetFloat8(&result, SEASONAL_MANN_KENDALL_TEST_TAU, test.s / test.untied);
		ResultSetFloat8(&result, SEASONAL_MANN_KENDALL_TEST_SLOPE, MedianSlopeWithin(seasons, nseasons, test.pairs, test.duplicates));
	}
	ResultSetInt64(&result, SEASONAL_MANN_KENDALL_TEST_SEASONS, nseasons);
	pfree(seasons);
	SeriesFree(&rows);
	PG_RETURN_DATUM(ResultDatum(&result));
}
