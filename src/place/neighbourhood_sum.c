/*
 * neighbourhood_sum.c
 *   Concept: how much is there in each place and its neighbours together?
 *
 * The spatial lag with the place itself and binary weights: what Gi* sums before it standardises. Sums of whole numbers
 * are exact up to 2^53.
 */
#include "base/valued_places.h"

#include "utils/memutils.h"

/* ---- SQL ---- */

typedef struct SumRow
{
	bool		counts;			/* else the result is NULL */
	double		sum;
} SumRow;

/* What a partition's first row leaves for the others. */
typedef struct SumAnswer
{
	bool		done;
	SumRow		row[FLEXIBLE_ARRAY_MEMBER];
} SumAnswer;

/* AnswerPartition: adds up the values of each row and its neighbours */
static void
AnswerPartition(WindowObject winobj, bool listed, int64 nrows, SumAnswer *answer)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "neighbourhood sums", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(work);
	ValuedPlaceList *list = PartitionPlaces(winobj, listed, nrows);
	Weights    *weights = PartitionWeights(winobj, list, NO_STYLE_ARGUMENT, true);
	int64		visited = 0;

	for (int i = 0; i < list->n; i++)
	{
		SumRow	   *row = &answer->row[list->row[i]];

		visited += WeightCount(weights, i) + 1;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
		row->counts = true;
		row->sum = NeighbourSum(weights, i, list->value);
	}
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work);
}

/* SumWindow: the current row's sum; the first row works out the whole partition */
static Datum
SumWindow(FunctionCallInfo fcinfo, bool listed)
{
	WindowObject winobj = PG_WINDOW_OBJECT();
	int64		nrows = PartitionRows(winobj, sizeof(SumRow));
	int64		row = WinGetCurrentPosition(winobj);
	SumAnswer  *answer = WinGetPartitionLocalMemory(winobj, offsetof(SumAnswer, row) + sizeof(SumRow) * nrows);

	if (!answer->done)
	{
		AnswerPartition(winobj, listed, nrows, answer);
		answer->done = true;
	}
	if (!answer->row[row].counts)
		PG_RETURN_NULL();
	if (isinf(answer->row[row].sum))
		float_overflow_error();
	PG_RETURN_FLOAT8(answer->row[row].sum);
}

/* neighbourhood_sum_located: the SQL function neighbourhood_sum for neighbours within a distance */
PG_FUNCTION_INFO_V1(neighbourhood_sum_located);
Datum
neighbourhood_sum_located(PG_FUNCTION_ARGS)
{
	return SumWindow(fcinfo, false);
}

/* neighbourhood_sum_listed: the SQL function neighbourhood_sum for lists of neighbours */
PG_FUNCTION_INFO_V1(neighbourhood_sum_listed);
Datum
neighbourhood_sum_listed(PG_FUNCTION_ARGS)
{
	return SumWindow(fcinfo, true);
}
