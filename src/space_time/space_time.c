/*
 * space_time.c
 *   Concept: tests of space-time interaction without bands: Mantel's and Jacquez's.
 *
 * Mantel (1967): the sum over all pairs of distance in space times distance in time; linear, or of 1/(1 + distance) and
 * 1/(1 + days), which gives weight to close pairs. Its mean and variance under permutation of the times are exact, in the
 * same orthogonal form as in knox.c, with row sums in the place of degrees. Jacquez (1996): how many of each event's k
 * nearest neighbours in space are among its k nearest in time. Both grow with the square of the number of events.
 */
#include "base/events.h"

#include <math.h>

#include "base/check.h"
#include "base/neighbours.h"
#include "base/permutation.h"
#include "base/random.h"
#include "base/result.h"
#include "utils/memutils.h"

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define MANTEL_TARGETS __attribute__((target_clones("arch=x86-64-v3", "default")))
#endif
#endif
#ifndef MANTEL_TARGETS
#define MANTEL_TARGETS
#endif

#define MAX_NEIGHBOURS			1000

/* permutations side by side, as rows of doubles */
#define MANTEL_LANES	32
#define VECTOR_LANES	4
typedef double lane_vector __attribute__((vector_size(VECTOR_LANES * sizeof(double))));
typedef int64 lane_bits __attribute__((vector_size(VECTOR_LANES * sizeof(double))));

/* Sums of products that are the same but for rounding count as equal. */
#define SAME_SUM	1e-11

/* The settings of either test, flat, as the state holds them. */
typedef struct SpaceTimeParameters
{
	int32		permutations;
	int32		reciprocal;		/* mantel_test */
	int32		k;				/* jacquez_test */
	int32		unused;
	int64		seed;
} SpaceTimeParameters;

/* ---- kernel: Mantel ---- */

typedef struct MantelProblem
{
	Size		size;
	int32		n;
	int32		permutations;
	int32		reciprocal;
	uint64		seed;
	double		observed;
	double		place_time[FLEXIBLE_ARRAY_MEMBER];	/* x[n], y[n], t[n] */
} MantelProblem;

typedef struct MantelProcess
{
	const MantelProblem *problem;
	int32	   *dealt;
	double	   *columns;		/* [n][MANTEL_LANES] */
} MantelProcess;

typedef struct MantelMoments
{
	double		statistic;
	double		correlation;
	double		expected;
	double		sd;
} MantelMoments;

/* Closeness: a distance as the test takes it: as it is, or as 1 / (1 + distance) */
static inline double
Closeness(double distance, bool reciprocal)
{
	return reciprocal ? 1 / (1 + distance) : distance;
}

/* Sums of one symmetric matrix over pairs, for its part in the moments. */
typedef struct MatrixSums
{
	double		sum;
	double		squares;		/* about the mean of the first pair: keeps the variance from cancelling */
	double		origin;
	double	   *row;
} MatrixSums;

/* SquaredDeviations: sum of squared deviations of all pairs' values from their mean */
static double
SquaredDeviations(const MatrixSums *matrix, double pairs)
{
	double		shift = matrix->sum / pairs - matrix->origin;

	return Max(matrix->squares - pairs * shift * shift, 0);
}

/* RowSpread: sum of squared deviations of the events' row sums from their mean */
static double
RowSpread(const MatrixSums *matrix, int n)
{
	double		mean = 2 * matrix->sum / n;
	double		spread = 0;

	for (int i = 0; i < n; i++)
		spread += (matrix->row[i] - mean) * (matrix->row[i] - mean);
	return spread;
}

/* ObservedMantel: the observed sum of products, and its mean and variance over all permutations */
static MantelMoments
ObservedMantel(const MantelProblem *problem)
{
	int			n = problem->n;
	const double *x = problem->place_time;
	const double *y = x + n;
	const double *t = y + n;
	double		pairs = (double) n * (n - 1) / 2;
	double		products = 0;
	MatrixSums	space = {0},
				time = {0};
	MantelMoments moments;
	double		space_squares,
				time_squares,
				space_spread,
				time_spread;

	space.row = palloc_extended(sizeof(double) * n, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	time.row = palloc_extended(sizeof(double) * n, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int i = 0; i < n; i++)
	{
		double		row_products = 0;
		double		row_space = 0;
		double		row_time = 0;

		for (int j = i + 1; j < n; j++)
		{
			double		s = Closeness(sqrt(PairMeasure(METRIC_EUCLIDEAN, x[j] - x[i], y[j] - y[i])), problem->reciprocal);
			double		u = Closeness(fabs(t[j] - t[i]), problem->reciprocal);

			if (i == 0 && j == 1)
			{
				space.origin = s;
				time.origin = u;
			}
			row_products += s * u;
			row_space += s;
			row_time += u;
			space.squares += (s - space.origin) * (s - space.origin);
			time.squares += (u - time.origin) * (u - time.origin);
			space.row[j] += s;
			time.row[j] += u;
		}
		products += row_products;
		space.sum += row_space;
		time.sum += row_time;
		space.row[i] += row_space;
		time.row[i] += row_time;
		CHECK_FOR_INTERRUPTS();
	}

	moments.statistic = products;
	moments.expected = space.sum * (time.sum / pairs);
	space_squares = SquaredDeviations(&space, pairs);
	time_squares = SquaredDeviations(&time, pairs);
	moments.correlation = space_squares > 0 && time_squares > 0 ?
		(products - moments.expected) / sqrt(space_squares) / sqrt(time_squares) : get_float8_nan();

	moments.sd = 0;
	space_spread = RowSpread(&space, n);
	time_spread = RowSpread(&time, n);
	if (n >= 3)
		moments.sd = space_spread * (time_spread / (n - 1)) / ((double) (n - 2) * (n - 2));
	if (n >= 4)
		moments.sd += Max(space_squares - space_spread / (n - 2), 0) *
			(Max(time_squares - time_spread / (n - 2), 0) / (n * ((double) n - 3) / 2));
	moments.sd = sqrt(moments.sd);
	pfree(space.row);
	pfree(time.row);
	return moments;
}

/* MantelRow: adds to the sums one event with all after it, under 32 permutations */
MANTEL_TARGETS
static void
MantelRow(const MantelProblem *problem, const double *columns, int i, double *sums)
{
	int			n = problem->n;
	const double *x = problem->place_time;
	const double *y = x + n;
	const lane_vector *own = (const lane_vector *) (columns + (Size) i * MANTEL_LANES);
	const lane_bits no_sign = {PG_INT64_MAX, PG_INT64_MAX, PG_INT64_MAX, PG_INT64_MAX};
	lane_vector total[MANTEL_LANES / VECTOR_LANES] = {{0}};

	for (int j = i + 1; j < n; j++)
	{
		const lane_vector *other = (const lane_vector *) (columns + (Size) j * MANTEL_LANES);
		double		s = Closeness(sqrt(PairMeasure(METRIC_EUCLIDEAN, x[j] - x[i], y[j] - y[i])), problem->reciprocal);

		if (problem->reciprocal)
			for (int v = 0; v < MANTEL_LANES / VECTOR_LANES; v++)
				total[v] += s / (1 + (lane_vector) ((lane_bits) (other[v] - own[v]) & no_sign));
		else
			for (int v = 0; v < MANTEL_LANES / VECTOR_LANES; v++)
				total[v] += s * (lane_vector) ((lane_bits) (other[v] - own[v]) & no_sign);
	}
	for (int lane = 0; lane < MANTEL_LANES; lane++)
		sums[lane] += total[lane / VECTOR_LANES][lane % VECTOR_LANES];
}

/* MantelPrepare: what each process of the permutation test works in */
static void *
MantelPrepare(const void *input)
{
	const MantelProblem *problem = input;
	MantelProcess *process = palloc0(sizeof(MantelProcess));
	char	   *columns = palloc_extended(mul_size(sizeof(double) * MANTEL_LANES, problem->n) + 64, MCXT_ALLOC_HUGE);

	process->problem = problem;
	process->dealt = palloc_extended(sizeof(int32) * (Size) problem->n, MCXT_ALLOC_HUGE);
	process->columns = (double *) TYPEALIGN(64, columns);
	return process;
}

/* Deal: deals the times out to the places in the permutation of one stream */
static void
Deal(int32 *dealt, int n, uint64 seed, uint64 stream)
{
	RandomState random;

	for (int i = 0; i < n; i++)
		dealt[i] = i;
	RandomSeed(&random, seed, stream);
	RandomShuffle(&random, dealt, n);
}

/*
 * MantelTask: sums the products of a few permutations side by side, and counts those that reach the
 * observed sum
 */
static void
MantelTask(void *prepared, int task, int64 *sums)
{
	MantelProcess *process = prepared;
	const MantelProblem *problem = process->problem;
	const double *t = problem->place_time + 2 * (Size) problem->n;
	double		total[MANTEL_LANES] = {0};
	int			lanes = Min(MANTEL_LANES, problem->permutations - task * MANTEL_LANES);

	for (int lane = 0; lane < MANTEL_LANES; lane++)
	{
		Deal(process->dealt, problem->n, problem->seed, (uint64) task * MANTEL_LANES + lane);
		for (int i = 0; i < problem->n; i++)
			process->columns[(Size) i * MANTEL_LANES + lane] = t[process->dealt[i]];
		CHECK_FOR_INTERRUPTS();
	}
	for (int i = 0; i < problem->n; i++)
	{
		MantelRow(problem, process->columns, i, total);
		CHECK_FOR_INTERRUPTS();
	}
	for (int lane = 0; lane < lanes; lane++)
		sums[0] += total[lane] >= problem->observed - SAME_SUM * fabs(problem->observed);
}

static const PermutationKernel mantel_permutations = {MantelPrepare, MantelTask};

PGDLLEXPORT const PermutationKernel *mantel_kernel(void);

/* mantel_kernel: the permutation test of Mantel, by the name that workers look up */
const PermutationKernel *
mantel_kernel(void)
{
	return &mantel_permutations;
}

/* ---- kernel: Jacquez ---- */

typedef struct JacquezProblem
{
	Size		size;
	int32		n;
	int32		k;
	int32		permutations;
	int64		observed;
	uint64		seed;
	int32		nearest[FLEXIBLE_ARRAY_MEMBER]; /* in space [n][k], then in time [n][k] */
} JacquezProblem;

typedef struct JacquezProcess
{
	const JacquezProblem *problem;
	int32	   *dealt;
} JacquezProcess;

/* InsertNearest: keeps the k least distances in order; of equal ones the candidate that came first stays. */
static inline void
InsertNearest(double *distance, int32 *event, int *held, int k, double d, int32 j)
{
	int			at;

	if (*held == k && !(d < distance[k - 1]))
		return;
	at = *held < k ? (*held)++ : k - 1;
	while (at > 0 && d < distance[at - 1])
	{
		distance[at] = distance[at - 1];
		event[at] = event[at - 1];
		at--;
	}
	distance[at] = d;
	event[at] = j;
}

/*
 * FindNearest
 *   Candidates come in the order of events for space and in a fixed shuffled order for time: if one order broke ties in
 *   both, events of many shared places and days would share neighbours that no permutation of them does.
 */
static void
FindNearest(JacquezProblem *problem, const EventList *list)
{
	int			n = problem->n;
	int			k = problem->k;
	double	   *distance = palloc(sizeof(double) * k);
	int32	   *shuffled = palloc_extended(sizeof(int32) * (Size) n, MCXT_ALLOC_HUGE);
	int32	   *in_space = problem->nearest;
	int32	   *in_time = problem->nearest + (Size) n * k;

	Deal(shuffled, n, 0, 0);
	for (int i = 0; i < n; i++)
	{
		int			held = 0;

		for (int j = 0; j < n; j++)
			if (j != i)
				InsertNearest(distance, in_space + (Size) i * k, &held, k,
							  PairMeasure(METRIC_EUCLIDEAN, list->x[j] - list->x[i], list->y[j] - list->y[i]), j);
		held = 0;
		for (int j = 0; j < n; j++)
			if (shuffled[j] != i)
				InsertNearest(distance, in_time + (Size) i * k, &held, k,
							  fabs(DaysSince(list, list->t[shuffled[j]], list->t[i])), shuffled[j]);
		CHECK_FOR_INTERRUPTS();
	}
	pfree(distance);
	pfree(shuffled);
}

/* JacquezCount: neighbours in space that are neighbours in time when place i has the time of event dealt[i] */
static int64
JacquezCount(const JacquezProblem *problem, const int32 *dealt)
{
	int			k = problem->k;
	const int32 *in_space = problem->nearest;
	const int32 *in_time = problem->nearest + (Size) problem->n * k;
	int64		count = 0;

	for (int i = 0; i < problem->n; i++)
	{
		const int32 *near_i = in_space + (Size) i * k;
		const int32 *near_t = in_time + (Size) dealt[i] * k;

		for (int a = 0; a < k; a++)
		{
			int32		event = dealt[near_i[a]];

			for (int b = 0; b < k; b++)
				count += event == near_t[b];
		}
		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return count;
}

/* JacquezPrepare: what each process of the permutation test works in */
static void *
JacquezPrepare(const void *input)
{
	JacquezProcess *process = palloc0(sizeof(JacquezProcess));

	process->problem = input;
	process->dealt = palloc_extended(sizeof(int32) * (Size) process->problem->n, MCXT_ALLOC_HUGE);
	return process;
}

/* JacquezTask: counts whether one permutation has at least as many pairs close in both as were observed */
static void
JacquezTask(void *prepared, int task, int64 *sums)
{
	JacquezProcess *process = prepared;
	const JacquezProblem *problem = process->problem;
	int64		count;

	Deal(process->dealt, problem->n, problem->seed, task);
	count = JacquezCount(problem, process->dealt);
	sums[0] += count >= problem->observed;
}

static const PermutationKernel jacquez_permutations = {JacquezPrepare, JacquezTask};

PGDLLEXPORT const PermutationKernel *jacquez_kernel(void);

/* jacquez_kernel: the permutation test of Jacquez, by the name that workers look up */
const PermutationKernel *
jacquez_kernel(void)
{
	return &jacquez_permutations;
}

/* ---- SQL ---- */

/* ReadRun: the arguments permutations and seed, from the given argument on as far as there are any */
static void
ReadRun(FunctionCallInfo fcinfo, int argument, SpaceTimeParameters *parameters)
{
	memset(parameters, 0, sizeof(*parameters));
	parameters->permutations = DEFAULT_PERMUTATIONS;
	parameters->seed = DEFAULT_SEED;
	if (PG_NARGS() > argument)
	{
		CheckGiven(fcinfo, argument, "permutations");
		parameters->permutations = PG_GETARG_INT32(argument);
		CheckPermutations(parameters->permutations);
	}
	if (PG_NARGS() > argument + 1)
	{
		CheckGiven(fcinfo, argument + 1, "seed");
		parameters->seed = PG_GETARG_INT64(argument + 1);
	}
}

/* Collect: adds an event to the state, whose parameters must be the same in every row */
static Datum
Collect(FunctionCallInfo fcinfo, Events *events, MemoryContext context, const SpaceTimeParameters *parameters, bool instants)
{
	if (events == NULL)
		events = EventsNew(context, instants, false, parameters, sizeof(*parameters));
	else
		EventsCheckParameters(events, parameters, sizeof(*parameters));
	EventsAdd(events, PG_GETARG_DATUM(1), PG_GETARG_DATUM(2), 0);
	PG_RETURN_POINTER(events);
}

/* MantelAccum: keeps one event for Mantel's test; rows whose place or time is NULL are left out */
static Datum
MantelAccum(FunctionCallInfo fcinfo, bool instants)
{
	static const char *const forms[] = {"linear", "reciprocal"};
	MemoryContext context;
	Events	   *events = EventsState(fcinfo, "mantel_test", &context);
	SpaceTimeParameters parameters;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (events == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(events);
	}
	ReadRun(fcinfo, 3, &parameters);
	if (PG_NARGS() > 5)
		parameters.reciprocal = WordArgument(fcinfo, 5, "form", forms, lengthof(forms)) == 1;
	return Collect(fcinfo, events, context, &parameters, instants);
}

/* mantel_test_accum_date: transition of mantel_test for events with dates */
PG_FUNCTION_INFO_V1(mantel_test_accum_date);
Datum
mantel_test_accum_date(PG_FUNCTION_ARGS)
{
	return MantelAccum(fcinfo, false);
}

/* mantel_test_accum_timestamptz: transition of mantel_test for events with timestamps */
PG_FUNCTION_INFO_V1(mantel_test_accum_timestamptz);
Datum
mantel_test_accum_timestamptz(PG_FUNCTION_ARGS)
{
	return MantelAccum(fcinfo, true);
}

/* JacquezAccum: keeps one event for Jacquez's test; rows whose place or time is NULL are left out */
static Datum
JacquezAccum(FunctionCallInfo fcinfo, bool instants)
{
	MemoryContext context;
	Events	   *events = EventsState(fcinfo, "jacquez_test", &context);
	SpaceTimeParameters parameters;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (events == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(events);
	}
	ReadRun(fcinfo, 4, &parameters);
	CheckGiven(fcinfo, 3, "k");
	parameters.k = PG_GETARG_INT32(3);
	if (parameters.k < 1 || parameters.k > MAX_NEIGHBOURS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("k is %d, not from 1 to %d", parameters.k, MAX_NEIGHBOURS)));
	return Collect(fcinfo, events, context, &parameters, instants);
}

/* jacquez_test_accum_date: transition of jacquez_test for events with dates */
PG_FUNCTION_INFO_V1(jacquez_test_accum_date);
Datum
jacquez_test_accum_date(PG_FUNCTION_ARGS)
{
	return JacquezAccum(fcinfo, false);
}

/* jacquez_test_accum_timestamptz: transition of jacquez_test for events with timestamps */
PG_FUNCTION_INFO_V1(jacquez_test_accum_timestamptz);
Datum
jacquez_test_accum_timestamptz(PG_FUNCTION_ARGS)
{
	return JacquezAccum(fcinfo, true);
}

/* StateParameters: the settings kept in the state; error where they cannot be right */
static const SpaceTimeParameters *
StateParameters(const Events *events, bool jacquez)
{
	const SpaceTimeParameters *parameters = (const SpaceTimeParameters *) events->parameters;

	if (events->parameters_size != sizeof(*parameters) || parameters->permutations < 0 ||
		parameters->permutations > MAX_PERMUTATIONS || (parameters->reciprocal & ~1) != 0 || parameters->unused != 0 ||
		parameters->k < (jacquez ? 1 : 0) || parameters->k > (jacquez ? MAX_NEIGHBOURS : 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of %s is damaged", jacquez ? "jacquez_test" : "mantel_test")));
	return parameters;
}

/* Columns of csp.mantel_result. */
enum
{
	MANTEL_RESULT_EVENTS,
	MANTEL_RESULT_STATISTIC,
	MANTEL_RESULT_CORRELATION,
	MANTEL_RESULT_EXPECTED_EXACT,
	MANTEL_RESULT_SD_EXACT,
	MANTEL_RESULT_Z_EXACT,
	MANTEL_RESULT_P_VALUE,
	MANTEL_RESULT_COLUMNS
};

/* mantel_test_final: Mantel's test: statistic, correlation and p-values as a row */
PG_FUNCTION_INFO_V1(mantel_test_final);
Datum
mantel_test_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context;
	Events	   *events = EventsState(fcinfo, "mantel_test", &aggregate_context);
	const SpaceTimeParameters *parameters;
	MemoryContext work,
				oldcontext;
	EventList  *list;
	MantelProblem *problem;
	MantelMoments moments;
	Size		size;
	int64		reached = 0;
	CspResult	result;

	if (events == NULL)
		PG_RETURN_NULL();
	parameters = StateParameters(events, false);
	ResultInit(&result, fcinfo, MANTEL_RESULT_COLUMNS);
	ResultSetInt64(&result, MANTEL_RESULT_EVENTS, events->n);
	if (events->n < 2)
		PG_RETURN_DATUM(ResultDatum(&result));

	work = AllocSetContextCreate(CurrentMemoryContext, "Mantel test", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);
	list = EventsInOrder(events);
	size = offsetof(MantelProblem, place_time) + mul_size(3 * sizeof(double), list->n);
	problem = palloc_extended(size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	problem->size = size;
	problem->n = list->n;
	problem->permutations = parameters->permutations;
	problem->reciprocal = parameters->reciprocal;
	problem->seed = (uint64) parameters->seed;
	memcpy(problem->place_time, list->x, sizeof(double) * list->n);
	memcpy(problem->place_time + list->n, list->y, sizeof(double) * list->n);
	for (int i = 0; i < list->n; i++)
		problem->place_time[2 * (Size) list->n + i] = DaysSince(list, list->t[i], list->t[0]);

	moments = ObservedMantel(problem);
	problem->observed = moments.statistic;
	if (problem->permutations > 0)
	{
		PermutationJob job = {.kernel = "mantel_kernel", .input = problem, .input_size = size, .nsums = 1};

		job.ntasks = (problem->permutations + MANTEL_LANES - 1) / MANTEL_LANES;
		job.process_memory = mul_size(sizeof(double) * (MANTEL_LANES + 1), list->n);
		job.operations = (double) list->n * list->n * problem->permutations / 8;
		RunPermutations(&job, &reached);
	}
	MemoryContextSwitchTo(oldcontext);

	ResultSetFloat8(&result, MANTEL_RESULT_STATISTIC, moments.statistic);
	ResultSetFloat8(&result, MANTEL_RESULT_CORRELATION, moments.correlation);
	ResultSetFloat8(&result, MANTEL_RESULT_EXPECTED_EXACT, moments.expected);
	ResultSetFloat8(&result, MANTEL_RESULT_SD_EXACT, moments.sd);
	if (moments.sd > SAME_SUM * fabs(moments.expected))
		ResultSetFloat8(&result, MANTEL_RESULT_Z_EXACT, (moments.statistic - moments.expected) / moments.sd);
	if (parameters->permutations > 0)
		ResultSetFloat8(&result, MANTEL_RESULT_P_VALUE, (reached + 1.0) / (parameters->permutations + 1.0));
	MemoryContextDelete(work);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* Columns of csp.jacquez_result. */
enum
{
	JACQUEZ_RESULT_EVENTS,
	JACQUEZ_RESULT_K,
	JACQUEZ_RESULT_STATISTIC,
	JACQUEZ_RESULT_EXPECTED_EXACT,
	JACQUEZ_RESULT_P_VALUE,
	JACQUEZ_RESULT_COLUMNS
};

/* jacquez_test_final: Jacquez's test: statistic and p-values as a row */
PG_FUNCTION_INFO_V1(jacquez_test_final);
Datum
jacquez_test_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context;
	Events	   *events = EventsState(fcinfo, "jacquez_test", &aggregate_context);
	const SpaceTimeParameters *parameters;
	MemoryContext work,
				oldcontext;
	EventList  *list;
	JacquezProblem *problem;
	Size		size;
	int64		reached = 0;
	CspResult	result;

	if (events == NULL)
		PG_RETURN_NULL();
	parameters = StateParameters(events, true);
	ResultInit(&result, fcinfo, JACQUEZ_RESULT_COLUMNS);
	ResultSetInt64(&result, JACQUEZ_RESULT_EVENTS, events->n);
	ResultSetInt64(&result, JACQUEZ_RESULT_K, parameters->k);
	/* with k or fewer others every other event is a neighbour */
	if (events->n <= parameters->k)
		PG_RETURN_DATUM(ResultDatum(&result));

	work = AllocSetContextCreate(CurrentMemoryContext, "Jacquez test", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);
	list = EventsInOrder(events);
	size = add_size(offsetof(JacquezProblem, nearest), mul_size(mul_size(2 * sizeof(int32), list->n), parameters->k));
	if (size > (Size) max_memory_kb * 1024)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d neighbours of %d events in space and in time would take %.0f MB", parameters->k, list->n, size / 1e6),
				 errhint("Lower k, or test fewer events, or raise csp_analysis.max_memory (now %d MB).", max_memory_kb / 1024)));
	problem = palloc_extended(size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	problem->size = size;
	problem->n = list->n;
	problem->k = parameters->k;
	problem->permutations = parameters->permutations;
	problem->seed = (uint64) parameters->seed;
	FindNearest(problem, list);
	{
		int32	   *as_is = palloc_extended(sizeof(int32) * (Size) list->n, MCXT_ALLOC_HUGE);

		for (int i = 0; i < list->n; i++)
			as_is[i] = i;
		problem->observed = JacquezCount(problem, as_is);
	}
	if (problem->permutations > 0)
	{
		PermutationJob job = {.kernel = "jacquez_kernel", .input = problem, .input_size = size, .nsums = 1};

		job.ntasks = problem->permutations;
		job.process_memory = mul_size(sizeof(int32), list->n);
		job.operations = (double) list->n * (problem->k * problem->k + 5) * problem->permutations;
		RunPermutations(&job, &reached);
	}
	MemoryContextSwitchTo(oldcontext);

	ResultSetInt64(&result, JACQUEZ_RESULT_STATISTIC, problem->observed);
	ResultSetFloat8(&result, JACQUEZ_RESULT_EXPECTED_EXACT, (double) list->n * problem->k * problem->k / (list->n - 1.0));
	if (parameters->permutations > 0)
		ResultSetFloat8(&result, JACQUEZ_RESULT_P_VALUE, (reached + 1.0) / (parameters->permutations + 1.0));
	MemoryContextDelete(work);
	PG_RETURN_DATUM(ResultDatum(&result));
}
