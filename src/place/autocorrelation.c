/*
 * autocorrelation.c
 *   Concept: do like values lie near each other at all: Moran's I and Geary's C, with their moments under randomisation
 *   and under normality, and by permutation.
 *
 * Cliff and Ord (1981), Spatial Processes. As R's spdep::moran.test and geary.test (n there reduced by the places
 * without neighbours; mean, squares and kurtosis over all places), except that p-values are two-sided. z is positive
 * where like values lie together, for both statistics. With such places geary.test mixes both numbers of places in its
 * variances, and so does GearyMoments, so that the figures agree.
 *
 * A permutation deals the values out anew over all places. The p-value is twice the smaller tail:
 * 2 (min(#{permuted >= observed}, #{permuted <= observed}) + 1) / (permutations + 1), at most 1.
 */
#include "base/valued_places.h"

#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/permutation.h"
#include "base/random.h"
#include "base/result.h"
#include "utils/memutils.h"

typedef enum GlobalStatistic
{
	MORANS_I,
	GEARYS_C
} GlobalStatistic;

/* ---- kernel: statistic ---- */

/* CrossSum: over all links the sum of weight x product (Moran) or weight x squared difference (Geary) of deviations */
static double
CrossSum(GlobalStatistic statistic, WeightStyle style, int n, const int64 *start, const int32 *neighbour, const double *z)
{
	double		sum = 0;
	int64		visited = 0;

	for (int i = 0; i < n; i++)
	{
		double		own = z[i];
		double		part = 0;

		if (statistic == MORANS_I)
		{
			for (int64 link = start[i]; link < start[i + 1]; link++)
				part += z[neighbour[link]];
			part *= own;
		}
		else
		{
			for (int64 link = start[i]; link < start[i + 1]; link++)
				part += (own - z[neighbour[link]]) * (own - z[neighbour[link]]);
		}
		if (style == STYLE_W && start[i + 1] > start[i])
			part /= start[i + 1] - start[i];
		sum += part;
		visited += start[i + 1] - start[i] + 1;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
	}
	return sum;
}

/* ---- kernel: moments ---- */

/* Sums over the values: all, and n as the moments take it */
typedef struct Moments
{
	double		all;			/* places */
	double		n;				/* places with neighbours */
	double		squares;		/* of deviations */
	double		fourths;
} Moments;

/* MoranVariance: variance of Moran's I without autocorrelation; NaN where there are too few places */
static double
MoranVariance(const Moments *m, const WeightSums *w, Assumption assumption)
{
	double		n = m->n;
	double		s02 = w->s0 * w->s0;
	double		expected = -1 / (n - 1);
	double		kurtosis = m->all * m->fourths / (m->squares * m->squares);

	if (assumption == ASSUME_NORMALITY)
		return (n * n * w->s1 - n * w->s2 + 3 * s02) / (s02 * (n * n - 1)) - expected * expected;
	if (n < 4)
		return get_float8_nan();
	return (n * (w->s1 * (n * n - 3 * n + 3) - n * w->s2 + 3 * s02)
			- kurtosis * (w->s1 * (n * n - n) - 2 * n * w->s2 + 6 * s02))
		/ ((n - 1) * (n - 2) * (n - 3) * s02) - expected * expected;
}

/* GearyVariance: variance of Geary's C without autocorrelation, under normality or randomisation */
static double
GearyVariance(const Moments *m, const WeightSums *w, Assumption assumption)
{
	double		n = m->n;
	double		all = m->all;
	double		s02 = w->s0 * w->s0;
	double		kurtosis = n * m->fourths / (m->squares * m->squares);

	if (assumption == ASSUME_NORMALITY)
		return ((2 * w->s1 + w->s2) * (n - 1) - 4 * s02) / (2 * (all + 1) * s02);
	if (n < 4)
		return get_float8_nan();
	return ((n - 1) * w->s1 * (n * n - 3 * all + 3 - kurtosis * (n - 1))
			- (n - 1) * w->s2 * (n * n + 3 * all - 6 - kurtosis * (n * n - all + 2)) / 4
			+ s02 * (n * n - 3 - kurtosis * (n - 1) * (n - 1)))
		/ (all * (n - 2) * (n - 3) * s02);
}

/* ---- kernel: permutations ---- */

/* What each process needs, flat: deviations and weights. */
typedef struct GlobalProblem
{
	int			n;
	GlobalStatistic statistic;
	WeightStyle style;
	uint64		seed;
	double		observed;		/* CrossSum */
	double		tolerance;		/* sums nearer than this are equal but for rounding */
	Size		z;				/* offsets of arrays within the problem */
	Size		start;
	Size		neighbour;
} GlobalProblem;

#define PROBLEM_ARRAY(problem, type, member) ((type *) ((char *) (problem) + (problem)->member))

typedef struct GlobalWork
{
	const GlobalProblem *problem;
	int32	   *order;
	double	   *z;				/* permuted */
} GlobalWork;

/* GlobalPrepare: what each process of the permutation test works in */
static void *
GlobalPrepare(const void *input)
{
	GlobalWork *work = palloc0(sizeof(GlobalWork));
	const GlobalProblem *problem = input;

	work->problem = problem;
	work->order = palloc_extended(sizeof(int32) * problem->n, MCXT_ALLOC_HUGE);
	work->z = palloc_extended(sizeof(double) * problem->n, MCXT_ALLOC_HUGE);
	return work;
}

/* GlobalTask: one permutation; sums: how many reach the observed sum, how many do not exceed it */
static void
GlobalTask(void *prepared, int task, int64 *sums)
{
	GlobalWork *work = prepared;
	const GlobalProblem *problem = work->problem;
	const double *z = PROBLEM_ARRAY(problem, double, z);
	RandomState random;
	double		sum;

	for (int i = 0; i < problem->n; i++)
		work->order[i] = i;
	RandomSeed(&random, problem->seed, (uint64) task);
	RandomShuffle(&random, work->order, problem->n);
	for (int i = 0; i < problem->n; i++)
		work->z[i] = z[work->order[i]];
	sum = CrossSum(problem->statistic, problem->style, problem->n, PROBLEM_ARRAY(problem, int64, start),
				   PROBLEM_ARRAY(problem, int32, neighbour), work->z);
	sums[0] += sum >= problem->observed - problem->tolerance;
	sums[1] += sum <= problem->observed + problem->tolerance;
}

extern PGDLLEXPORT const PermutationKernel *autocorrelation_kernel(void);

/*
 * autocorrelation_kernel: the permutation test of Moran's I and Geary's C, by the name that workers
 * look up
 */
const PermutationKernel *
autocorrelation_kernel(void)
{
	static const PermutationKernel kernel = {GlobalPrepare, GlobalTask};

	return &kernel;
}

/* PermutationP: p-value of a statistic by permutations of the values over the places */
static double
PermutationP(GlobalStatistic statistic, const Weights *weights, const double *z, double observed, double scale,
			 int permutations, int64 seed)
{
	int			n = weights->n;
	int64		links = weights->start[n];
	Size		size = add_size(MAXALIGN(sizeof(GlobalProblem)),
								add_size(sizeof(int64) * (2 * (Size) n + 1), mul_size(sizeof(int32), links)));
	GlobalProblem *problem = palloc_extended(size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	PermutationJob job = {.kernel = "autocorrelation_kernel", .input = problem, .input_size = size, .nsums = 2};
	int64		sums[2];

	problem->n = n;
	problem->statistic = statistic;
	problem->style = weights->style;
	problem->seed = (uint64) seed;
	problem->observed = observed;
	problem->tolerance = 1e-11 * scale;
	problem->z = MAXALIGN(sizeof(GlobalProblem));
	problem->start = problem->z + sizeof(double) * n;
	problem->neighbour = problem->start + sizeof(int64) * (n + 1);
	memcpy(PROBLEM_ARRAY(problem, double, z), z, sizeof(double) * n);
	memcpy(PROBLEM_ARRAY(problem, int64, start), weights->start, sizeof(int64) * (n + 1));
	memcpy(PROBLEM_ARRAY(problem, int32, neighbour), weights->neighbour, sizeof(int32) * links);

	job.ntasks = permutations;
	job.process_memory = (sizeof(int32) + sizeof(double)) * (Size) n;
	job.operations = ((double) links + 10.0 * n) * permutations;
	RunPermutations(&job, sums);
	pfree(problem);
	return Min(1, 2 * (Min(sums[0], sums[1]) + 1.0) / (permutations + 1.0));
}

/* ---- SQL ---- */

/* Columns of csp.spatial_autocorrelation. */
enum
{
	SPATIAL_AUTOCORRELATION_STATISTIC,
	SPATIAL_AUTOCORRELATION_EXPECTED,
	SPATIAL_AUTOCORRELATION_VARIANCE,
	SPATIAL_AUTOCORRELATION_Z,
	SPATIAL_AUTOCORRELATION_P_VALUE,
	SPATIAL_AUTOCORRELATION_COLUMNS
};

/* GlobalFinal: the row of results of Moran's I or Geary's C over all places of a group */
static Datum
GlobalFinal(FunctionCallInfo fcinfo, GlobalStatistic statistic, const char *name)
{
	const ValuedPlaces *places = ValuedPlacesState(fcinfo, name);
	const ValuedPlaceSettings *settings;
	MemoryContext work,
				oldcontext;
	ValuedPlaceList *list;
	Weights    *weights;
	WeightSums	w;
	ValueSummary summary;
	CspResult	result;

	if (places == NULL)
		PG_RETURN_NULL();
	settings = &places->settings;
	ResultInit(&result, fcinfo, SPATIAL_AUTOCORRELATION_COLUMNS);

	work = AllocSetContextCreate(CurrentMemoryContext, "spatial autocorrelation", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);
	list = ValuedPlacesInOrder(places);
	weights = ValuedPlaceWeights(list, settings->distance, settings->style, false);
	SumWeights(weights, &w);
	SummariseValues(&summary, list->value, list->n);

	if (w.with_neighbours > 1)
	{
		Moments		m = {list->n, w.with_neighbours, summary.squares, 0};
		double		expected = statistic == MORANS_I ? -1 / (m.n - 1) : 1;

		ResultSetFloat8(&result, SPATIAL_AUTOCORRELATION_EXPECTED, expected);
		if (summary.least < summary.greatest)
		{
			double		cross = CrossSum(statistic, weights->style, list->n, weights->start, weights->neighbour, summary.deviation);
			double		value = (statistic == MORANS_I ? m.n : (m.n - 1) / 2) / w.s0 * (cross / m.squares);
			double		variance;

			for (int i = 0; i < list->n; i++)
				m.fourths += summary.deviation[i] * summary.deviation[i] * (summary.deviation[i] * summary.deviation[i]);
			if (!isfinite(m.fourths))
				float_overflow_error();
			variance = statistic == MORANS_I ? MoranVariance(&m, &w, settings->assumption) : GearyVariance(&m, &w, settings->assumption);
			ResultSetFloat8(&result, SPATIAL_AUTOCORRELATION_STATISTIC, value);
			ResultSetFloat8(&result, SPATIAL_AUTOCORRELATION_VARIANCE, variance);
			if (variance > 0)
			{
				double		z = (statistic == MORANS_I ? value - expected : expected - value) / sqrt(variance);

				ResultSetFloat8(&result, SPATIAL_AUTOCORRELATION_Z, z);
				ResultSetFloat8(&result, SPATIAL_AUTOCORRELATION_P_VALUE, 2 * NormalProbability(fabs(z), true));
			}
			if (settings->permutations > 0)
			{
				double		scale = w.s0 * (m.squares / m.all) * (statistic == MORANS_I ? 1 : 2);

				ResultSetFloat8(&result, SPATIAL_AUTOCORRELATION_P_VALUE, PermutationP(statistic, weights, summary.deviation, cross, scale,
														 settings->permutations, settings->seed));
			}
		}
	}
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* morans_i_final: result of the aggregate morans_i */
PG_FUNCTION_INFO_V1(morans_i_final);
Datum
morans_i_final(PG_FUNCTION_ARGS)
{
	return GlobalFinal(fcinfo, MORANS_I, "morans_i");
}

/* gearys_c_final: result of the aggregate gearys_c */
PG_FUNCTION_INFO_V1(gearys_c_final);
Datum
gearys_c_final(PG_FUNCTION_ARGS)
{
	return GlobalFinal(fcinfo, GEARYS_C, "gearys_c");
}
