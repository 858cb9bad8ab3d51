/*
 * point_pattern.c
 *   Concept: are events clustered, random or evenly spaced? Nearest neighbour index and Ripley's K.
 *
 * Nearest neighbour index (Clark and Evans 1954): the mean distance to the nearest other event over 1 / (2 sqrt(n / A)),
 * which complete randomness would have; standard error sqrt((4 - pi) A / (4 pi)) / n (0.26136 / sqrt(n^2 / A) in print). No
 * edge correction: near the edge of the study area neighbours are missing, which leans to "evenly spaced" (spatstat's
 * clarkevans.test with correction "none").
 *
 * Ripley's K (1976): K(r) = A / (n (n - 1)) sum over ordered pairs with distance <= r of a weight,
 *   none         1
 *   translate    A / ((w - |dx|) (h - |dy|)): over the area in which the pair could be shifted (Ohser 1983)
 *   isotropic    1 / part of the circle around the first event through the second that lies in the area (Ripley 1977)
 * with weights of at most 100; or, border, the mean number of neighbours of the events farther than r from the edge, over
 * n / A. As spatstat's Kest on a rectangle. Under complete randomness K(r) = pi r^2; envelopes are the least and greatest K of
 * as many simulations of n independent places in the rectangle.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "base/check.h"
#include "base/distribution.h"
#include "base/nearest.h"
#include "base/neighbours.h"
#include "base/permutation.h"
#include "base/places.h"
#include "base/random.h"
#include "base/result.h"
#include "utils/memutils.h"

#define MAX_DISTANCES		1000
#define MAX_WEIGHT			100
#define MAX_SIMULATED_SUMS	4000000 /* simulations x distances */

/* ---- kernel: K ---- */

typedef enum Correction
{
	CORRECTION_NONE,
	CORRECTION_BORDER,
	CORRECTION_TRANSLATE,
	CORRECTION_ISOTROPIC
} Correction;

/* The arguments of ripleys_k, flat, as they stand in the state and go to workers; the sides are 0 at the lower left. */
typedef struct KProblem
{
	int64		seed;
	double		min_x;
	double		min_y;
	double		width;
	double		height;
	int32		srid;
	int32		correction;
	int32		simulations;
	int32		n;				/* of the events; 0 in the state */
	int32		ndistances;
	int32		unused;
	double		distance[MAX_DISTANCES];	/* ndistances are used and kept */
} KProblem;

/* KProblemSize: the bytes of a problem with its distances */
static Size
KProblemSize(const KProblem *problem)
{
	return offsetof(KProblem, distance) + sizeof(double) * problem->ndistances;
}

/* the distances as measures, and a table that leads from a measure to its band in a step or two */
#define LOOKUP_SIZE 1024
typedef struct Bands
{
	int			n;
	double		limit[MAX_DISTANCES];
	double		lookup_scale;
	int			lookup[LOOKUP_SIZE + 1];
} Bands;

/* NewBands: the bands between the distances, with a table that finds a pair's band at once */
static Bands *
NewBands(const KProblem *problem)
{
	Bands	   *bands = palloc(sizeof(Bands));
	int			band = 0;

	bands->n = problem->ndistances;
	for (int i = 0; i < bands->n; i++)
		bands->limit[i] = MeasureLimit(METRIC_EUCLIDEAN, problem->distance[i], true);
	bands->lookup_scale = LOOKUP_SIZE / bands->limit[bands->n - 1];
	if (!isfinite(bands->lookup_scale))
		bands->lookup_scale = 0;	/* distances too small to be squared: search from the first band */
	for (int i = 0; i <= LOOKUP_SIZE; i++)
	{
		/* a little less than where the cell begins, lest rounding puts a measure into the next */
		while (band < bands->n - 1 && bands->limit[band] * bands->lookup_scale < i - 0.001)
			band++;
		bands->lookup[i] = band;
	}
	return bands;
}

/* BandOf: the first band that holds a measure, which is below the last limit */
static inline int
BandOf(const Bands *bands, double measure)
{
	int			band = bands->lookup[(int) (measure * bands->lookup_scale)];

	while (measure >= bands->limit[band])
		band++;
	return band;
}

/* IsotropicWeight: 1 over the part of the circle around (x, y) with radius d that lies in the rectangle */
static double
IsotropicWeight(const KProblem *problem, double x, double y, double d)
{
	double		side[4] = {x, y, problem->width - x, problem->height - y};
	double		angle[4];
	double		outside = 0;

	if (d <= fmin(fmin(side[0], side[1]), fmin(side[2], side[3])))
		return 1;
	for (int i = 0; i < 4; i++)
	{
		angle[i] = d > side[i] ? acos(side[i] / d) : 0;
		outside += 2 * angle[i];
	}
	/* arcs beyond two sides at once, counted twice */
	for (int i = 0; i < 4; i++)
		if (angle[i] > 0 && angle[(i + 1) % 4] > 0)
			outside -= fmax(angle[i] + angle[(i + 1) % 4] - M_PI / 2, 0);
	outside = 1 - outside / (2 * M_PI);
	return outside * MAX_WEIGHT > 1 ? 1 / outside : MAX_WEIGHT;
}

/* TranslateWeight: weight of a pair by the translation correction for the edges of the study area */
static inline double
TranslateWeight(const KProblem *problem, double dx, double dy)
{
	double		common = (problem->width - fabs(dx)) * (problem->height - fabs(dy));
	double		area = problem->width * problem->height;

	return common * MAX_WEIGHT > area ? area / common : MAX_WEIGHT;
}

/*
 * FarFromBorder
 *   For each place how many of the distances fit between it and the border, and how many places there are of each number.
 */
static int *
FarFromBorder(const KProblem *problem, const Neighbours *neighbours, int n, double *far_events)
{
	int			m = problem->ndistances;
	int		   *far_band = palloc_extended(sizeof(int) * Max(n, 1), MCXT_ALLOC_HUGE);

	for (int i = 0; i < n; i++)
	{
		double		px = neighbours->x[i],
					py = neighbours->y[i];
		double		border = fmin(fmin(px, py), fmin(problem->width - px, problem->height - py));
		int			band = 0;

		while (band < m && problem->distance[band] <= border)
			band++;
		far_band[i] = band;
		far_events[band]++;
	}
	return far_band;
}

/* AddPair: counts a pair of places in its band, with the weight of the correction for edges */
static inline void
AddPair(const KProblem *problem, const Bands *bands, const Neighbours *neighbours, const int *far_band, int place, int other, double *k)
{
	int			m = problem->ndistances;
	double		dx = neighbours->x[other] - neighbours->x[place];
	double		dy = neighbours->y[other] - neighbours->y[place];
	double		measure = dx * dx + dy * dy;
	int			band;

	if (!(measure < bands->limit[m - 1]))
		return;
	band = BandOf(bands, measure);
	switch (problem->correction)
	{
		case CORRECTION_NONE:
			k[band] += 2;
			break;
		case CORRECTION_TRANSLATE:
			k[band] += 2 * TranslateWeight(problem, dx, dy);
			break;
		case CORRECTION_ISOTROPIC:
			k[band] += IsotropicWeight(problem, neighbours->x[place], neighbours->y[place], sqrt(measure)) +
				IsotropicWeight(problem, neighbours->x[other], neighbours->y[other], sqrt(measure));
			break;
		case CORRECTION_BORDER:
			/* counts at the distances from the pair's to that of the border */
			for (int end = 0; end < 2; end++)
			{
				int			far = far_band[end == 0 ? place : other];

				if (band < far)
				{
					k[band]++;
					if (far < m)
						k[far]--;
				}
			}
			break;
	}
}

/* DivideByFar: turns the sums of pairs at every distance into K by the border correction */
static void
DivideByFar(const KProblem *problem, const double *far_events, int n, double *k)
{
	double		area = problem->width * problem->height;
	double		far = 0;

	for (int i = problem->ndistances - 1; i >= 0; i--)
	{
		far += far_events[i + 1];
		k[i] = far > 0 ? k[i] / (far * (n / area)) : get_float8_nan();
	}
}

/*
 * EstimateK
 *   K at every distance for n places given from the lower left corner of the rectangle; NaN where no event is far enough
 *   from the border. Sums run over places in strip order, which depends on the places alone.
 */
static void
EstimateK(const KProblem *problem, const Bands *bands, const double *x, const double *y, int n, double *k)
{
	int			m = problem->ndistances;
	Neighbours *neighbours = NeighboursNew(x, y, n, MeasureReach(METRIC_EUCLIDEAN, bands->limit[m - 1]));
	NeighbourWalk walk;
	double	   *far_events = palloc0(sizeof(double) * (m + 1));
	int		   *far_band = problem->correction == CORRECTION_BORDER ? FarFromBorder(problem, neighbours, n, far_events) : NULL;
	double		visited = 0;

	for (int i = 0; i < m; i++)
		k[i] = 0;
	NeighbourWalkStart(&walk, neighbours);
	while (NeighbourWalkNext(&walk))
	{
		for (int other = walk.own_from; other < walk.own_to; other++)
			AddPair(problem, bands, neighbours, far_band, walk.place, other, k);
		for (int other = walk.next_from; other < walk.next_to; other++)
			AddPair(problem, bands, neighbours, far_band, walk.place, other, k);
		visited += (walk.own_to - walk.own_from) + (walk.next_to - walk.next_from) + 1;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
	}
	for (int i = 1; i < m; i++)
		k[i] += k[i - 1];
	if (problem->correction == CORRECTION_BORDER)
	{
		DivideByFar(problem, far_events, n, k);
		pfree(far_band);
	}
	else
		for (int i = 0; i < m; i++)
			k[i] *= problem->width * problem->height / ((double) n * (n - 1));
	pfree(far_events);
	NeighboursFree(neighbours);
}

typedef struct KProcess
{
	const KProblem *problem;
	Bands	   *bands;
	double	   *x;
	double	   *y;
	double	   *k;
} KProcess;

/* SimulationPrepare: what each process that simulates random patterns works in */
static void *
SimulationPrepare(const void *input)
{
	KProcess   *process = palloc(sizeof(KProcess));

	process->problem = input;
	process->bands = NewBands(process->problem);
	process->x = palloc_extended(sizeof(double) * process->problem->n, MCXT_ALLOC_HUGE);
	process->y = palloc_extended(sizeof(double) * process->problem->n, MCXT_ALLOC_HUGE);
	process->k = palloc(sizeof(double) * process->problem->ndistances);
	return process;
}

/*
 * SimulationTask: a task is one simulation, whose figures nobody else adds to: their bits pass through the whole numbers
 * that a job sums.
 */
static void
SimulationTask(void *prepared, int task, int64 *sums)
{
	KProcess   *process = prepared;
	const KProblem *problem = process->problem;
	RandomState random;

	RandomSeed(&random, (uint64) problem->seed, (uint64) task);
	for (int i = 0; i < problem->n; i++)
	{
		process->x[i] = problem->width * RandomUniform(&random);
		process->y[i] = problem->height * RandomUniform(&random);
	}
	EstimateK(problem, process->bands, process->x, process->y, problem->n, process->k);
	memcpy(sums + (Size) task * problem->ndistances, process->k, sizeof(double) * problem->ndistances);
}

static const PermutationKernel simulations = {SimulationPrepare, SimulationTask};

PGDLLEXPORT const PermutationKernel *ripleys_k_kernel(void);

/* ripleys_k_kernel: the simulations of Ripley's K, by the name that workers look up */
const PermutationKernel *
ripleys_k_kernel(void)
{
	return &simulations;
}

/* ---- SQL: nearest neighbour index ---- */

/* nearest_neighbour_index_accum: keeps a place and the size of the study area */
PG_FUNCTION_INFO_V1(nearest_neighbour_index_accum);
Datum
nearest_neighbour_index_accum(PG_FUNCTION_ARGS)
{
	double		area;

	if (!PlacesRowIsKnown(fcinfo, 0))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	CheckGiven(fcinfo, 2, "area");
	area = PG_GETARG_FLOAT8(2);
	CheckPositive("area", area);
	PG_RETURN_POINTER(PlacesAccum(fcinfo, "nearest_neighbour_index", 0, &area, sizeof(area)));
}

/* Columns of csp.nearest_neighbour_result. */
enum
{
	NEAREST_NEIGHBOUR_RESULT_N,
	NEAREST_NEIGHBOUR_RESULT_OBSERVED_MEAN,
	NEAREST_NEIGHBOUR_RESULT_EXPECTED_MEAN,
	NEAREST_NEIGHBOUR_RESULT_INDEX,
	NEAREST_NEIGHBOUR_RESULT_Z,
	NEAREST_NEIGHBOUR_RESULT_P_VALUE,
	NEAREST_NEIGHBOUR_RESULT_COLUMNS
};

/* nearest_neighbour_index_final: result of the aggregate nearest_neighbour_index */
PG_FUNCTION_INFO_V1(nearest_neighbour_index_final);
Datum
nearest_neighbour_index_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context,
				work,
				oldcontext;
	Events	   *events = EventsState(fcinfo, "nearest_neighbour_index", &aggregate_context);
	double		area = 0;
	double		n;
	double		expected;
	CspResult	result;

	if (events == NULL)
		PG_RETURN_NULL();
	memcpy(&area, events->parameters, Min(sizeof(area), events->parameters_size));
	if (events->parameters_size != sizeof(area) || !(area > 0) || !isfinite(area))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of nearest_neighbour_index is damaged")));

	n = events->n;
	expected = 0.5 / sqrt(n / area);
	ResultInit(&result, fcinfo, NEAREST_NEIGHBOUR_RESULT_COLUMNS);
	ResultSetInt64(&result, NEAREST_NEIGHBOUR_RESULT_N, events->n);
	ResultSetFloat8(&result, NEAREST_NEIGHBOUR_RESULT_EXPECTED_MEAN, expected);
	if (events->n >= 2)
	{
		double		observed;
		double		z;
		Places	   *places;

		work = AllocSetContextCreate(CurrentMemoryContext, "nearest neighbours", ALLOCSET_DEFAULT_SIZES);
		oldcontext = MemoryContextSwitchTo(work);
		places = PlacesInOrder(events);
		observed = MeanNearestDistance(places->x, places->y, places->n, METRIC_EUCLIDEAN);
		MemoryContextSwitchTo(oldcontext);
		MemoryContextDelete(work);
		z = (observed - expected) / (sqrt((4 - M_PI) * area / (4 * M_PI)) / n);
		ResultSetFloat8(&result, NEAREST_NEIGHBOUR_RESULT_OBSERVED_MEAN, observed);
		ResultSetFloat8(&result, NEAREST_NEIGHBOUR_RESULT_INDEX, observed / expected);
		ResultSetFloat8(&result, NEAREST_NEIGHBOUR_RESULT_Z, z);
		ResultSetFloat8(&result, NEAREST_NEIGHBOUR_RESULT_P_VALUE, 2 * NormalProbability(fabs(z), true));
	}
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* ---- SQL: K ---- */

/* ReadDistances: the argument distances: increasing numbers above 0 */
static void
ReadDistances(FunctionCallInfo fcinfo, KProblem *problem)
{
	ArrayType  *array;
	double	   *distance;
	int			n;

	CheckGiven(fcinfo, 2, "distances");
	array = PG_GETARG_ARRAYTYPE_P(2);
	n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	distance = (double *) ARR_DATA_PTR(array);
	if (ARR_NDIM(array) != 1 || n > MAX_DISTANCES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("distances has %d numbers, not from 1 to %d", n, MAX_DISTANCES),
				 errhint("Give them in increasing order, such as {100,200,300}.")));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("distances contains NULL")));
	for (int i = 0; i < n; i++)
	{
		CheckPositive("distances", distance[i]);
		if (i > 0 && distance[i] <= distance[i - 1])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("distances: %g is not greater than %g before it", distance[i], distance[i - 1]),
					 errhint("Give them in increasing order.")));
		problem->distance[i] = distance[i];
	}
	problem->ndistances = n;
}

/* ReadProblem: the arguments of ripleys_k, checked */
static void
ReadProblem(FunctionCallInfo fcinfo, KProblem *problem)
{
	static const char *const words[] = {"none", "border", "translate", "isotropic"};
	Rectangle	area;

	memset(problem, 0, offsetof(KProblem, distance));
	problem->correction = CORRECTION_TRANSLATE;
	problem->seed = DEFAULT_SEED;
	ReadDistances(fcinfo, problem);
	CheckGiven(fcinfo, 3, "study_area");
	area = ReadRectangle(PG_GETARG_DATUM(3), "study_area");
	problem->min_x = area.min_x;
	problem->min_y = area.min_y;
	problem->width = area.max_x - area.min_x;
	problem->height = area.max_y - area.min_y;
	problem->srid = area.srid;
	if (PG_NARGS() > 4)
		problem->correction = WordArgument(fcinfo, 4, "correction", words, lengthof(words));
	if (PG_NARGS() > 5)
	{
		CheckGiven(fcinfo, 5, "simulations");
		problem->simulations = PG_GETARG_INT32(5);
		CheckNotNegativeInt("simulations", problem->simulations);
		if ((int64) problem->simulations * problem->ndistances > MAX_SIMULATED_SUMS)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("%d simulations at %d distances are more than %d figures", problem->simulations, problem->ndistances, MAX_SIMULATED_SUMS)));
	}
	if (PG_NARGS() > 6)
	{
		CheckGiven(fcinfo, 6, "seed");
		problem->seed = PG_GETARG_INT64(6);
	}
}

/* ripleys_k_accum: keeps a place and the settings of the test */
PG_FUNCTION_INFO_V1(ripleys_k_accum);
Datum
ripleys_k_accum(PG_FUNCTION_ARGS)
{
	KProblem	problem;
	Events	   *events;

	if (!PlacesRowIsKnown(fcinfo, 0))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	ReadProblem(fcinfo, &problem);
	events = PlacesAccum(fcinfo, "ripleys_k", 0, &problem, KProblemSize(&problem));
	CheckSameSrid(problem.srid, events->srid);
	PG_RETURN_POINTER(events);
}

/* StateProblem: the settings kept in the state; error where they cannot be right */
static KProblem *
StateProblem(const Events *events)
{
	KProblem   *problem = palloc0(sizeof(KProblem));
	bool		sound;

	memcpy(problem, events->parameters, Min(events->parameters_size, sizeof(KProblem)));
	sound = events->parameters_size >= offsetof(KProblem, distance) &&
		problem->ndistances >= 1 && problem->ndistances <= MAX_DISTANCES &&
		events->parameters_size == KProblemSize(problem) &&
		problem->correction >= CORRECTION_NONE && problem->correction <= CORRECTION_ISOTROPIC &&
		problem->simulations >= 0 && (int64) problem->simulations * problem->ndistances <= MAX_SIMULATED_SUMS &&
		isfinite(problem->min_x) && isfinite(problem->min_y) &&
		problem->width > 0 && isfinite(problem->width) && problem->height > 0 && isfinite(problem->height);
	for (int i = 0; sound && i < problem->ndistances; i++)
		sound = isfinite(problem->distance[i]) && problem->distance[i] > (i == 0 ? 0 : problem->distance[i - 1]);
	if (!sound)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of ripleys_k is damaged")));
	problem->n = (int32) events->n;
	return problem;
}

/* PlacesWithin: the places from the lower left corner of the study area, which holds all of them */
static Places *
PlacesWithin(const Events *events, const KProblem *problem)
{
	Places	   *places = PlacesInOrder(events);

	for (int i = 0; i < places->n; i++)
	{
		double		x = places->x[i] - problem->min_x;
		double		y = places->y[i] - problem->min_y;

		if (!(x >= 0 && x <= problem->width && y >= 0 && y <= problem->height))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("location (%g, %g) lies outside study_area", places->x[i], places->y[i]),
					 errhint("Leave such rows out with WHERE location && study_area, or give a larger area.")));
		places->x[i] = x;
		places->y[i] = y;
	}
	return places;
}

/* Columns of csp.ripleys_k_row. */
enum
{
	RIPLEYS_K_ROW_DISTANCE,
	RIPLEYS_K_ROW_K,
	RIPLEYS_K_ROW_L,
	RIPLEYS_K_ROW_K_EXPECTED,
	RIPLEYS_K_ROW_K_LOW,
	RIPLEYS_K_ROW_K_HIGH,
	RIPLEYS_K_ROW_L_LOW,
	RIPLEYS_K_ROW_L_HIGH,
	RIPLEYS_K_ROW_COLUMNS
};

/* ripleys_k_final: Ripley's K and L: one row a distance */
PG_FUNCTION_INFO_V1(ripleys_k_final);
Datum
ripleys_k_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context,
				work,
				oldcontext;
	Events	   *events = EventsState(fcinfo, "ripleys_k", &aggregate_context);
	KProblem   *problem;
	Places	   *places;
	double	   *k;
	int64	   *simulated = NULL;
	int			m;
	CspResult	row;
	Datum	   *rows;
	Oid			row_type;

	if (events == NULL)
		PG_RETURN_NULL();
	row_type = ResultInitElement(&row, fcinfo, RIPLEYS_K_ROW_COLUMNS);
	work = AllocSetContextCreate(CurrentMemoryContext, "Ripley's K", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);
	problem = StateProblem(events);
	m = problem->ndistances;
	places = PlacesWithin(events, problem);
	k = palloc(sizeof(double) * m);
	if (places->n >= 2)
	{
		EstimateK(problem, NewBands(problem), places->x, places->y, places->n, k);
		if (problem->simulations > 0)
		{
			double		reach = fmin(problem->distance[m - 1] / problem->width, 1) * fmin(problem->distance[m - 1] / problem->height, 1);
			PermutationJob job = {.kernel = "ripleys_k_kernel", .input = problem, .input_size = KProblemSize(problem)};

			job.ntasks = problem->simulations;
			job.nsums = problem->simulations * m;
			job.process_memory = add_size(mul_size(120, problem->n), mul_size(sizeof(int64), job.nsums));
			job.operations = problem->simulations * ((double) problem->n * problem->n * reach * 10 + problem->n * 300.0);
			simulated = palloc_extended(sizeof(int64) * (Size) job.nsums, MCXT_ALLOC_HUGE);
			RunPermutations(&job, simulated);
		}
	}

	MemoryContextSwitchTo(oldcontext);
	rows = palloc(sizeof(Datum) * m);
	for (int i = 0; i < m; i++)
	{
		ResultSetFloat8(&row, RIPLEYS_K_ROW_DISTANCE, problem->distance[i]);
		ResultSetFloat8(&row, RIPLEYS_K_ROW_K_EXPECTED, M_PI * problem->distance[i] * problem->distance[i]);
		if (problem->n >= 2)
		{
			ResultSetFloat8(&row, RIPLEYS_K_ROW_K, k[i]);
			ResultSetFloat8(&row, RIPLEYS_K_ROW_L, sqrt(k[i] / M_PI));
		}
		if (simulated != NULL)
		{
			double		low = get_float8_infinity();
			double		high = -get_float8_infinity();

			for (int task = 0; task < problem->simulations; task++)
			{
				double		value;

				memcpy(&value, &simulated[(Size) task * m + i], sizeof(value));
				if (!isnan(value))
				{
					low = fmin(low, value);
					high = fmax(high, value);
				}
			}
			if (low <= high)
			{
				ResultSetFloat8(&row, RIPLEYS_K_ROW_K_LOW, low);
				ResultSetFloat8(&row, RIPLEYS_K_ROW_K_HIGH, high);
				ResultSetFloat8(&row, RIPLEYS_K_ROW_L_LOW, sqrt(low / M_PI));
				ResultSetFloat8(&row, RIPLEYS_K_ROW_L_HIGH, sqrt(high / M_PI));
			}
		}
		rows[i] = ResultDatum(&row);
	}
	MemoryContextDelete(work);
	PG_RETURN_ARRAYTYPE_P(ResultArray(rows, m, row_type));
}
