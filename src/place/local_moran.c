/*
 * local_moran.c
 *   Concept: local Moran's I: is a place like its neighbours (a cluster, high or low) or unlike them (an outlier)?
 *
 * Anselin (1995), Geographical Analysis 27: I_i = z_i / m2 * sum_j w_ij z_j, m2 = sum z^2 / n. Moments conditional on the
 * place's own value (Sokal, Oden and Thomson 1998), as R's spdep::localmoran since 1.2. They are those of drawing the
 * neighbours' values from the other places without replacement, exactly, so that permutations have nothing to add to
 * them: they replace the p-value, for which the normal approximation is poor where values are skewed.
 *
 * A permutation of one place draws as many of the others as it has neighbours. The p-value is two-sided, twice the
 * smaller tail: 2 (min(#{drawn >= observed}, #{drawn <= observed}) + 1) / (permutations + 1), at most 1.
 */
#include "base/valued_places.h"

#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/permutation.h"
#include "base/random.h"
#include "base/result.h"
#include "utils/memutils.h"

typedef enum Quadrant
{
	QUADRANT_NONE,
	QUADRANT_HH,
	QUADRANT_LL,
	QUADRANT_HL,
	QUADRANT_LH
} Quadrant;

static const char *const quadrant_names[] = {NULL, "HH", "LL", "HL", "LH"};

typedef struct LocalMoran
{
	bool		counts;			/* else the result is NULL */
	Quadrant	quadrant;
	double		i;				/* NaN where not defined */
	double		expected;
	double		variance;
	double		p_permuted;
} LocalMoran;

/* ---- kernel: moments ---- */

/*
 * LocalMorans
 *   i, moments and quadrant of each place; NaN where there are no neighbours or values do not vary. High is above the
 *   mean: of all places, for the place itself as for the mean of its neighbours.
 */
static void
LocalMorans(const Weights *weights, const double *value, LocalMoran *result)
{
	int			n = weights->n;
	double		nan = get_float8_nan();
	int64		visited = 0;
	ValueSummary summary;
	double		m2;
	double		rounding;

	SummariseValues(&summary, value, n);
	m2 = summary.squares / n;
	rounding = 1e-12 * sqrt(m2);
	for (int i = 0; i < n; i++)
	{
		LocalMoran *local = &result[i];
		double		z = summary.deviation[i];
		int			k = WeightCount(weights, i);
		double		sum = NeighbourSum(weights, i, summary.deviation);
		double		row;		/* sum of weights */
		double		row_squares;

		visited += k + 1;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
		local->counts = true;
		local->quadrant = QUADRANT_NONE;
		local->i = local->expected = local->variance = local->p_permuted = nan;
		if (k == 0 || summary.least == summary.greatest)
			continue;

		row = weights->style == STYLE_B ? k : 1;
		row_squares = weights->style == STYLE_B ? k : 1.0 / k;
		local->i = z / m2 * (sum * WeightOf(weights, i)) + 0.0;
		local->expected = -z * z * row / ((n - 1) * m2) + 0.0;
		if (n > 2)
			local->variance = k == n - 1 || OthersConstant(&summary, value[i]) ? 0 :
				(z / m2) * (z / m2) * (n / (n - 2.0)) * (row_squares - row * row / (n - 1)) * (m2 - z * z / (n - 1));
		if (z > rounding)
			local->quadrant = sum > rounding * k ? QUADRANT_HH : QUADRANT_HL;
		else
			local->quadrant = sum > rounding * k ? QUADRANT_LH : QUADRANT_LL;
	}
	pfree(summary.deviation);
}

/* ---- kernel: conditional permutations ---- */

#define PLACES_PER_TASK	64

/* What each process needs, flat: values from the least one up, and each place's neighbours: how many, and their sum. */
typedef struct ConditionalProblem
{
	int			n;
	int			permutations;
	uint64		seed;
	double		total;			/* of all values */
	double		range;
	Size		value;			/* offsets of arrays within the problem */
	Size		observed;
	Size		count;
} ConditionalProblem;

#define PROBLEM_ARRAY(problem, type, member) ((type *) ((char *) (problem) + (problem)->member))

/* A place that may be drawn; drawn tells in which permutation it was last. */
typedef struct Candidate
{
	double		value;
	uint64		drawn;
} Candidate;

typedef struct ConditionalWork
{
	const ConditionalProblem *problem;
	Candidate  *candidate;
	uint64		permutation;	/* of this process: never the same twice */
} ConditionalWork;

/* ConditionalPrepare: what each process of the conditional permutation test works in */
static void *
ConditionalPrepare(const void *input)
{
	ConditionalWork *work = palloc0(sizeof(ConditionalWork));
	const ConditionalProblem *problem = input;

	work->problem = problem;
	work->candidate = palloc_extended(sizeof(Candidate) * problem->n, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int i = 0; i < problem->n; i++)
		work->candidate[i].value = PROBLEM_ARRAY(problem, double, value)[i];
	return work;
}

/* Numbers of one place's own stream, 32 bits at a time. */
typedef struct DrawStream
{
	uint64		key;
	uint64		position;
	uint64		bits;
	bool		half;			/* the upper half of bits is left */
} DrawStream;

/* NextBits: the next 32 random bits of a place's own stream */
static inline uint32
NextBits(DrawStream *stream)
{
	if (stream->half)
	{
		stream->half = false;
		return (uint32) (stream->bits >> 32);
	}
	stream->bits = RandomMix(RandomMix(stream->key + stream->position++ * RANDOM_STEP) ^ stream->key);
	stream->half = true;
	return (uint32) stream->bits;
}

/* DrawBounded: 0 to bound - 1, each equally likely, by the high half of a product (as RandomBounded) */
static inline uint32
DrawBounded(DrawStream *stream, uint32 bound)
{
	uint64		product = (uint64) NextBits(stream) * bound;

	if ((uint32) product < bound)
	{
		uint32		uneven = -bound % bound;

		while ((uint32) product < uneven)
			product = (uint64) NextBits(stream) * bound;
	}
	return (uint32) (product >> 32);
}

/* DrawOthers: the sum of so many places other than place, all different, each set of them equally likely */
static inline double
DrawOthers(ConditionalWork *work, DrawStream *stream, int place, int count)
{
	Candidate  *candidate = work->candidate;
	uint64		permutation = ++work->permutation;
	uint32		others = (uint32) work->problem->n - 1;
	double		sum = 0;

	while (count > 0)
	{
		uint32		drawn = DrawBounded(stream, others);

		drawn += drawn >= (uint32) place;
		if (candidate[drawn].drawn == permutation)
			continue;
		candidate[drawn].drawn = permutation;
		sum += candidate[drawn].value;
		count--;
	}
	return sum;
}

/*
 * PermutePlace: permutes the other values over one place's neighbours, and counts how often the
 * observed sum is reached
 */
static void
PermutePlace(ConditionalWork *work, int place, int64 *reached, int64 *not_above)
{
	const ConditionalProblem *problem = work->problem;
	int			others = problem->n - 1;
	int			count = PROBLEM_ARRAY(problem, int32, count)[place];
	double		observed = PROBLEM_ARRAY(problem, double, observed)[place];
	double		tolerance = 1e-12 * count * problem->range; /* sums of the same values in another order are equal */
	bool		rest = count > others / 2;	/* fewer draws to tell which are not drawn */
	int			draws = rest ? others - count : count;
	double		all_others = problem->total - work->candidate[place].value;
	DrawStream	stream = {RandomMix(RandomMix(problem->seed + RANDOM_STEP) ^ (uint64) place), 0, 0, false};
	int64		visited = 0;

	for (int p = 0; p < problem->permutations; p++)
	{
		double		sum = DrawOthers(work, &stream, place, draws);

		if (rest)
			sum = all_others - sum;
		*reached += sum >= observed - tolerance;
		*not_above += sum <= observed + tolerance;
		visited += draws + 1;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
	}
}

/* ConditionalTask: for each place of the task, how many draws reach the observed sum, and how many do not exceed it */
static void
ConditionalTask(void *prepared, int task, int64 *sums)
{
	ConditionalWork *work = prepared;
	int			n = work->problem->n;

	for (int place = task * PLACES_PER_TASK; place < Min((task + 1) * PLACES_PER_TASK, n); place++)
	{
		CHECK_FOR_INTERRUPTS();
		if (PROBLEM_ARRAY(work->problem, int32, count)[place] > 0)
			PermutePlace(work, place, &sums[place], &sums[n + place]);
	}
}

extern PGDLLEXPORT const PermutationKernel *local_moran_kernel(void);

/* local_moran_kernel: the conditional permutation test, by the name that workers look up */
const PermutationKernel *
local_moran_kernel(void)
{
	static const PermutationKernel kernel = {ConditionalPrepare, ConditionalTask};

	return &kernel;
}

/* PermuteConditionally: the permutation p-value of each place with neighbours */
static void
PermuteConditionally(const Weights *weights, const double *value, int permutations, int64 seed, LocalMoran *result)
{
	int			n = weights->n;
	Size		column = MAXALIGN(sizeof(double)) * n;
	Size		size = MAXALIGN(sizeof(ConditionalProblem)) + 3 * column;
	ConditionalProblem *problem = palloc_extended(size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int64	   *sums = palloc_extended(sizeof(int64) * 2 * Max(n, 1), MCXT_ALLOC_HUGE);
	PermutationJob job = {.kernel = "local_moran_kernel", .input = problem, .input_size = size, .nsums = 2 * n};
	double	   *above;
	double		least = value[0],
				greatest = value[0];
	double		draws = 0;

	problem->n = n;
	problem->permutations = permutations;
	problem->seed = (uint64) seed;
	problem->value = MAXALIGN(sizeof(ConditionalProblem));
	problem->observed = problem->value + column;
	problem->count = problem->observed + column;
	for (int i = 0; i < n; i++)
	{
		least = Min(least, value[i]);
		greatest = Max(greatest, value[i]);
	}
	problem->range = greatest - least;

	/* whole numbers stay whole, so that their sums are exact */
	above = PROBLEM_ARRAY(problem, double, value);
	for (int i = 0; i < n; i++)
	{
		above[i] = value[i] - least;
		problem->total += above[i];
	}
	for (int i = 0; i < n; i++)
	{
		int			k = WeightCount(weights, i);

		PROBLEM_ARRAY(problem, int32, count)[i] = k;
		PROBLEM_ARRAY(problem, double, observed)[i] = NeighbourSum(weights, i, above);
		draws += Min(k, n - 1 - k);
	}

	job.ntasks = (n + PLACES_PER_TASK - 1) / PLACES_PER_TASK;
	job.process_memory = sizeof(Candidate) * (Size) n;
	job.operations = draws * permutations * 5;
	RunPermutations(&job, sums);
	for (int i = 0; i < n; i++)
		result[i].p_permuted = Min(1, 2 * (Min(sums[i], sums[n + i]) + 1.0) / (permutations + 1.0));
	pfree(problem);
	pfree(sums);
}

/* ---- SQL ---- */

/* What a partition's first row leaves for the others. */
typedef struct LocalMoranAnswer
{
	bool		done;
	bool		permuted;
	LocalMoran	row[FLEXIBLE_ARRAY_MEMBER];
} LocalMoranAnswer;

/* AnswerPartition: works out local Moran's I for every row of a partition */
static void
AnswerPartition(WindowObject winobj, bool listed, int64 nrows, LocalMoranAnswer *answer)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "local Moran", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(work);
	int32		permutations = DatumGetInt32(WindowSetting(winobj, 3, "permutations"));
	int64		seed = DatumGetInt64(WindowSetting(winobj, 4, "seed"));
	ValuedPlaceList *list;
	Weights    *weights;
	LocalMoran *result;

	CheckPermutations(permutations);
	list = PartitionPlaces(winobj, listed, nrows);
	weights = PartitionWeights(winobj, list, 5, false);
	result = palloc_extended(sizeof(LocalMoran) * Max(list->n, 1), MCXT_ALLOC_HUGE);
	LocalMorans(weights, list->value, result);
	if (permutations > 0 && list->n > 2)
		PermuteConditionally(weights, list->value, permutations, seed, result);
	for (int i = 0; i < list->n; i++)
		answer->row[list->row[i]] = result[i];
	answer->permuted = permutations > 0;
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work);
}

/* Columns of csp.local_moran_test. */
enum
{
	LOCAL_MORAN_TEST_I,
	LOCAL_MORAN_TEST_EXPECTED,
	LOCAL_MORAN_TEST_VARIANCE,
	LOCAL_MORAN_TEST_Z,
	LOCAL_MORAN_TEST_P_VALUE,
	LOCAL_MORAN_TEST_QUADRANT,
	LOCAL_MORAN_TEST_COLUMNS
};

/* LocalMoranWindow: the current row's answer; the first row works out the whole partition */
static Datum
LocalMoranWindow(FunctionCallInfo fcinfo, bool listed)
{
	WindowObject winobj = PG_WINDOW_OBJECT();
	int64		nrows = PartitionRows(winobj, sizeof(LocalMoran));
	LocalMoranAnswer *answer = WinGetPartitionLocalMemory(winobj, offsetof(LocalMoranAnswer, row) + sizeof(LocalMoran) * nrows);
	const LocalMoran *local = &answer->row[WinGetCurrentPosition(winobj)];
	CspResult	result;

	if (!answer->done)
	{
		AnswerPartition(winobj, listed, nrows, answer);
		answer->done = true;
	}
	if (!local->counts)
		PG_RETURN_NULL();

	ResultInit(&result, fcinfo, LOCAL_MORAN_TEST_COLUMNS);
	ResultSetFloat8(&result, LOCAL_MORAN_TEST_I, local->i);
	ResultSetFloat8(&result, LOCAL_MORAN_TEST_EXPECTED, local->expected);
	ResultSetFloat8(&result, LOCAL_MORAN_TEST_VARIANCE, local->variance);
	if (local->variance > 0)
	{
		double		z = (local->i - local->expected) / sqrt(local->variance);

		ResultSetFloat8(&result, LOCAL_MORAN_TEST_Z, z);
		ResultSetFloat8(&result, LOCAL_MORAN_TEST_P_VALUE, answer->permuted ? local->p_permuted : 2 * NormalProbability(fabs(z), true));
	}
	if (local->quadrant != QUADRANT_NONE)
		ResultSetText(&result, LOCAL_MORAN_TEST_QUADRANT, quadrant_names[local->quadrant]);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* local_moran_located: the SQL function local_moran for neighbours within a distance */
PG_FUNCTION_INFO_V1(local_moran_located);
Datum
local_moran_located(PG_FUNCTION_ARGS)
{
	return LocalMoranWindow(fcinfo, false);
}

/* local_moran_listed: the SQL function local_moran for lists of neighbours */
PG_FUNCTION_INFO_V1(local_moran_listed);
Datum
local_moran_listed(PG_FUNCTION_ARGS)
{
	return LocalMoranWindow(fcinfo, true);
}
