/*
 * significance.c
 *   Concept: many tests at once. A scan of hundreds of areas and types finds "significant" ones by chance alone; adjusted
 *   p-values account for the number of tests.
 *
 * Benjamini and Hochberg (1995) and Benjamini and Yekutieli (2001) control the false discovery rate, Holm (1979) and
 * Bonferroni the chance of any false finding. Figures as R's p.adjust: missing p-values stay missing and do not count.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "storage/shmem.h"
#include "utils/memutils.h"

#include "base/check.h"
#include "base/partition.h"

/* ---- kernel ---- */

typedef enum AdjustMethod
{
	ADJUST_BH,
	ADJUST_BY,
	ADJUST_HOLM,
	ADJUST_BONFERRONI
} AdjustMethod;

/* One p-value on its way through the sort. */
typedef struct RankedP
{
	double		p;
	int64		row;
} RankedP;

#define ST_SORT SortRankedP
#define ST_ELEMENT_TYPE RankedP
#define ST_COMPARE(a, b) ((a)->p < (b)->p ? -1 : (a)->p > (b)->p)
#define ST_SCOPE static
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

/*
 * AdjustPValues
 *   Adjusts the n ranked p-values together and writes each to values[its row]. Sorts ranked.
 */
static void
AdjustPValues(RankedP *ranked, int64 n, AdjustMethod method, double *values)
{
	double		factor = n;
	double		bound;

	SortRankedP(ranked, n);

	if (method == ADJUST_BY)
	{
		double		harmonic = 0;

		for (int64 i = n; i >= 1; i--)
			harmonic += 1.0 / i;
		factor = harmonic * n;
	}

	switch (method)
	{
		case ADJUST_BH:
		case ADJUST_BY:
			/* step up: from the largest p down, no value above the one after it */
			bound = 1;
			for (int64 i = n; i >= 1; i--)
			{
				bound = fmin(bound, factor / i * ranked[i - 1].p);
				values[ranked[i - 1].row] = bound;
			}
			break;
		case ADJUST_HOLM:
			/* step down: from the smallest p up, no value below the one before it */
			bound = 0;
			for (int64 i = 1; i <= n; i++)
			{
				bound = fmax(bound, fmin(1, (n + 1 - i) * ranked[i - 1].p));
				values[ranked[i - 1].row] = bound;
			}
			break;
		case ADJUST_BONFERRONI:
			for (int64 i = 1; i <= n; i++)
				values[ranked[i - 1].row] = fmin(1, n * ranked[i - 1].p);
			break;
	}
}

/* ---- SQL ---- */

/* AdjustMethodFromText: the method by its name */
/* AdjustMethodFromText: the argument method as a way of adjusting p-values */
static AdjustMethod
AdjustMethodFromText(text *name)
{
	static const char *const names[] = {"BH", "BY", "holm", "bonferroni"};

	return (AdjustMethod) CheckWord("method", name, names, lengthof(names));
}

/* A partition's answers, computed at its first row; NaN where the row has none. */
typedef struct AdjustedPartition
{
	double	   *values;
} AdjustedPartition;

/*
 * AdjustPartition
 *   In the partition's own memory context, through the chunk of its local memory: a plain window buffer stops at 1 GB.
 */
static double *
AdjustPartition(WindowObject window, AdjustedPartition *local_memory, bool has_method)
{
	Partition	partition;
	double	   *values;
	RankedP    *ranked;
	int64		n = 0;
	AdjustMethod method = ADJUST_BH;

	PartitionOpen(&partition, window, local_memory, "adjusted_p_value");
	values = MemoryContextAllocHuge(partition.context, mul_size(partition.nrows, sizeof(double)));
	for (int row = 0; row < partition.nrows; row++)
		values[row] = get_float8_nan();

	if (has_method)
	{
		bool		isnull;
		Datum		name = WinGetFuncArgCurrent(window, 1, &isnull);

		if (isnull)
		{
			PartitionClose(&partition);
			return values;
		}
		method = AdjustMethodFromText(DatumGetTextPP(name));
	}

	ranked = MemoryContextAllocHuge(partition.context, mul_size(partition.nrows, sizeof(RankedP)));
	for (int row = 0; row < partition.nrows; row++)
		if (PartitionRow(&partition, row, 1, &ranked[n].p))
		{
			CheckProbability("p", ranked[n].p);
			ranked[n++].row = row;
		}
	PartitionClose(&partition);
	AdjustPValues(ranked, n, method, values);
	pfree(ranked);
	return values;
}

/*
 * adjusted_p_value: the SQL window function adjusted_p_value: the current row's p-value adjusted
 * over the partition
 */
PG_FUNCTION_INFO_V1(adjusted_p_value);
Datum
adjusted_p_value(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	AdjustedPartition *partition = WinGetPartitionLocalMemory(window, sizeof(AdjustedPartition));
	double		value;

	if (partition->values == NULL)
		partition->values = AdjustPartition(window, partition, PG_NARGS() > 1);

	value = partition->values[WinGetCurrentPosition(window)];
	if (isnan(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}
