/*
 * gi_star.c
 *   Concept: hot and cold spots: is the sum of a place and its neighbours (Gi*), or of its neighbours alone (Gi), high
 *   or low against what as many places drawn at random would give?
 *
 * z-values of Getis and Ord (1992), Geographical Analysis 24, in the form of Ord and Getis (1995), Geographical Analysis
 * 27: Gi* with mean and variance over all n places, Gi over the n - 1 others. Equal to R's spdep::localG.
 * A scale common to a place's weights cancels, so that W and B give one z:
 *   (sum of k deviations) / sqrt(s^2 k (m - k) / (m - 1)), m the places that mean and variance are over.
 */
#include "base/valued_places.h"

#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/result.h"
#include "utils/memutils.h"

/* ---- kernel ---- */

/* GiStatistics: z of each place; NaN where nothing can vary. Weights include the place itself exactly if star. */
static void
GiStatistics(const Weights *weights, const double *value, bool star, double *z)
{
	int			n = weights->n;
	int			m = star ? n : n - 1;
	int64		visited = 0;
	ValueSummary summary;

	SummariseValues(&summary, value, n);
	for (int i = 0; i < n; i++)
	{
		double		own = summary.deviation[i];
		double		k = WeightCount(weights, i);
		double		mean = 0;
		double		variance = summary.squares / n;

		visited += WeightCount(weights, i) + 1;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
		z[i] = get_float8_nan();
		if (k == 0 || k == m || (star ? summary.least == summary.greatest : OthersConstant(&summary, value[i])))
			continue;
		if (!star)
		{
			/* the deviations of all sum to 0 */
			mean = -own / m;
			variance = (summary.squares - own * own) / m - mean * mean;
		}
		z[i] = (NeighbourSum(weights, i, summary.deviation) - k * mean) / sqrt(variance * (k * (m - k) / (m - 1)));
	}
	pfree(summary.deviation);
}

/* ---- SQL ---- */

typedef struct GiRow
{
	bool		counts;			/* else the result is NULL */
	double		z;
} GiRow;

/* What a partition's first row leaves for the others. */
typedef struct GiAnswer
{
	bool		done;
	GiRow		row[FLEXIBLE_ARRAY_MEMBER];
} GiAnswer;

/* AnswerPartition: works out the statistic for every row of a partition */
static void
AnswerPartition(WindowObject winobj, bool listed, bool star, int64 nrows, GiAnswer *answer)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "Gi statistics", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(work);
	ValuedPlaceList *list = PartitionPlaces(winobj, listed, nrows);
	Weights    *weights = PartitionWeights(winobj, list, 3, star);
	double	   *z = palloc_extended(sizeof(double) * Max(list->n, 1), MCXT_ALLOC_HUGE);

	GiStatistics(weights, list->value, star, z);
	for (int i = 0; i < list->n; i++)
	{
		answer->row[list->row[i]].counts = true;
		answer->row[list->row[i]].z = z[i];
	}
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work);
}

/* Columns of csp.local_g. */
enum
{
	LOCAL_G_Z,
	LOCAL_G_P_VALUE,
	LOCAL_G_COLUMNS
};

/* GiWindow: the current row's answer; the first row works out the whole partition */
static Datum
GiWindow(FunctionCallInfo fcinfo, bool listed, bool star)
{
	WindowObject winobj = PG_WINDOW_OBJECT();
	int64		nrows = PartitionRows(winobj, sizeof(GiRow));
	int64		row = WinGetCurrentPosition(winobj);
	GiAnswer   *answer = WinGetPartitionLocalMemory(winobj, offsetof(GiAnswer, row) + sizeof(GiRow) * nrows);
	CspResult	result;

	if (!answer->done)
	{
		AnswerPartition(winobj, listed, star, nrows, answer);
		answer->done = true;
	}
	if (!answer->row[row].counts)
		PG_RETURN_NULL();

	ResultInit(&result, fcinfo, LOCAL_G_COLUMNS);
	ResultSetFloat8(&result, LOCAL_G_Z, answer->row[row].z);
	if (!isnan(answer->row[row].z))
		ResultSetFloat8(&result, LOCAL_G_P_VALUE, 2 * NormalProbability(fabs(answer->row[row].z), true));
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* gi_star_located: the SQL function gi_star for neighbours within a distance */
PG_FUNCTION_INFO_V1(gi_star_located);
Datum
gi_star_located(PG_FUNCTION_ARGS)
{
	return GiWindow(fcinfo, false, true);
}

/* gi_star_listed: the SQL function gi_star for lists of neighbours */
PG_FUNCTION_INFO_V1(gi_star_listed);
Datum
gi_star_listed(PG_FUNCTION_ARGS)
{
	return GiWindow(fcinfo, true, true);
}

/* gi_located: the SQL function gi for neighbours within a distance */
PG_FUNCTION_INFO_V1(gi_located);
Datum
gi_located(PG_FUNCTION_ARGS)
{
	return GiWindow(fcinfo, false, false);
}

/* gi_listed: the SQL function gi for lists of neighbours */
PG_FUNCTION_INFO_V1(gi_listed);
Datum
gi_listed(PG_FUNCTION_ARGS)
{
	return GiWindow(fcinfo, true, false);
}
