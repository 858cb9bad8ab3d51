/*
 * knox.c
 *   Concept: the Knox test of space-time interaction in bands of distance and of days.
 *
 * Are there more pairs of events close in space and in time than if the times had nothing to do with the places? Times
 * are dealt out anew over fixed places (Knox 1964; Besag and Diggle 1977 for the Monte Carlo test); never pairs, which
 * would understate the spread. p = (permutations that reach the observed count + 1) / (permutations + 1).
 *
 * Mean and variance of a count under these permutations are known exactly (Barton and David 1966). They are computed in
 * the orthogonal form: a pair graph splits into its density, the deviation of its degrees, and the rest, which permute
 * independently. Every term is positive, so nothing cancels however large the counts:
 *   variance = D_s D_t / ((n-2)^2 (n-1)) + R_s R_t / (n (n-3) / 2)
 * with D the sum of squared deviations of the degrees, R = M (1 - M / N) - D / (n-2), M pairs of the band, N all pairs.
 */
#include "base/events.h"

#include <math.h>

#include "base/check.h"
#include "space_time/knox_count.h"
#include "base/permutation.h"
#include "base/result.h"
#include "utils/memutils.h"

/* The arguments after location and occurred, flat, as the state holds them. */
typedef struct KnoxParameters
{
	int32		ndistance;
	int32		nday;
	int32		permutations;
	int32		metric;
	int64		seed;
	int64		closed_right;
	double		edge[2 * KNOX_MAX_BANDS];	/* distances, then days */
} KnoxParameters;

/* ---- kernel ---- */

/* One axis of the table: the pairs in each band and how unevenly the events share them. */
typedef struct BandTotals
{
	int64		pairs;
	double		degree_spread;	/* sum of squared deviations of the degrees from their mean */
} BandTotals;

/* DegreeSpread: sum of squared deviations of the events' numbers of close pairs from their mean */
static double
DegreeSpread(const uint32 *degree, int n, int stride, int64 pairs)
{
	double		mean = n > 0 ? 2.0 * pairs / n : 0;
	double		spread = 0;

	for (int i = 0; i < n; i++)
	{
		double		deviation = degree[(Size) i * stride] - mean;

		spread += deviation * deviation;
	}
	return spread;
}

/* ExactMoments: mean and standard deviation of the pairs of a cell over all permutations of the times */
static void
ExactMoments(int n, const BandTotals *space, const BandTotals *time, double *expected, double *sd)
{
	double		all = (double) n * (n - 1) / 2;
	double		variance = 0;

	if (n < 2)
	{
		*expected = *sd = 0;
		return;
	}
	*expected = space->pairs * (time->pairs / all);
	if (n >= 3)
		variance = space->degree_spread * (time->degree_spread / (n - 1)) / ((double) (n - 2) * (n - 2));
	if (n >= 4)
	{
		double		rest_space = space->pairs * ((all - space->pairs) / all) - space->degree_spread / (n - 2);
		double		rest_time = time->pairs * ((all - time->pairs) / all) - time->degree_spread / (n - 2);

		/* zero but for rounding where the graph is fixed by its degrees */
		if (rest_space > 1e-9 * space->pairs && rest_time > 1e-9 * time->pairs)
			variance += rest_space * (rest_time / (n * ((double) n - 3) / 2));
	}
	*sd = sqrt(variance);
}

#define ST_SORT SortTimes
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * TimeTotals: pairs and degrees of each finite day band over all events, from sorted times alone; the rest of all pairs
 * is the open band.
 */
static void
TimeTotals(const KnoxProblem *problem, BandTotals *totals)
{
	int			n = problem->n;
	const int64 *limit = KNOX_ARRAY(problem, int64, time_limit);
	int64	   *t = palloc_extended(sizeof(int64) * Max(n, 1), MCXT_ALLOC_HUGE);
	uint32	   *below = palloc_extended(sizeof(uint32) * Max(n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	uint32	   *degree = palloc_extended(sizeof(uint32) * Max(n, 1), MCXT_ALLOC_HUGE);

	memcpy(t, KNOX_ARRAY(problem, int64, t), sizeof(int64) * n);
	SortTimes(t, n);
	for (int band = 0; band < problem->ntime + problem->time_open; band++)
	{
		int			first = 0,
					after = 0;
		int64		sum = 0;

		for (int i = 0; i < n; i++)
		{
			uint32		within;

			if (band < problem->ntime)
			{
				while (t[i] - t[first] >= limit[band])
					first++;
				after = Max(after, i);
				while (after < n && t[after] - t[i] < limit[band])
					after++;
				within = (uint32) (after - first - 1);
			}
			else
				within = (uint32) (n - 1);
			degree[i] = within - below[i];
			below[i] = within;
			sum += degree[i];
			CheckInterruptsAt(i);
		}
		totals[band].pairs = sum / 2;
		totals[band].degree_spread = DegreeSpread(degree, n, 1, sum / 2);
	}
	pfree(t);
	pfree(below);
	pfree(degree);
}

/*
 * SpaceTotalsAndObserved
 *   One pass over all pairs within the last finite distance: the observed counts of the finite cells, and pairs and
 *   degrees of each distance band. Nothing is kept but the degrees.
 */
static void
SpaceTotalsAndObserved(const KnoxProblem *problem, Neighbours *neighbours, BandTotals *totals, int64 *cells)
{
	int			n = problem->n;
	int			nspace = problem->nspace;
	int			ntime = problem->ntime;
	int			bands = nspace + problem->space_open;
	int			width = ntime + problem->time_open;
	const int64 *t = KNOX_ARRAY(problem, int64, t);
	const double *limit = KNOX_ARRAY(problem, double, space_limit);
	const int64 *time_limit = KNOX_ARRAY(problem, int64, time_limit);
	double		degrees_memory = sizeof(uint32) * (double) n * bands;
	uint32	   *degree;
	int64	   *strip_t = palloc_extended(sizeof(int64) * Max(n, 1), MCXT_ALLOC_HUGE);
	int64		visited = 0;

	if (degrees_memory > max_memory_kb * 1024.0)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d events in %d bands of distance would need about %.0f MB, more than csp_analysis.max_memory (%d MB)",
						n, bands, ceil(degrees_memory / 1048576), max_memory_kb / 1024),
				 errhint("Give fewer bands, or test fewer events, or raise csp_analysis.max_memory.")));
	degree = palloc_extended(mul_size(sizeof(uint32) * Max(n, 1), bands), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	if (nspace > 0)
	{
		NeighbourWalk walk;
		int			found[WITHIN_BATCH];
		double		measure[WITHIN_BATCH];

		for (int i = 0; i < n; i++)
			strip_t[i] = t[neighbours->index[i]];
		NeighbourWalkStart(&walk, neighbours);
		while (NeighbourWalkNext(&walk))
		{
			int64		now = strip_t[walk.place];
			uint32	   *own_degree = degree + (Size) walk.place * bands;

			for (int part = 0; part < 2; part++)
			{
				int			to = part == 0 ? walk.own_to : walk.next_to;

				for (int from = part == 0 ? walk.own_from : walk.next_from; from < to; from += WITHIN_BATCH)
				{
					int			within = NeighboursWithin(neighbours, walk.place, from, to, problem->metric, limit[nspace - 1], found, measure);

					for (int i = 0; i < within; i++)
					{
						int64		apart = strip_t[found[i]] - now;
						int			band = MeasureBand(measure[i], limit, nspace);
						int			day = 0;

						own_degree[band]++;
						degree[(Size) found[i] * bands + band]++;
						if (apart < 0)
							apart = -apart;
						/* most pairs are far apart in time */
						if (ntime == 0 || apart >= time_limit[ntime - 1])
							continue;
						while (apart >= time_limit[day])
							day++;
						cells[band * width + day]++;
					}
				}
			}
			visited += (walk.own_to - walk.own_from) + (walk.next_to - walk.next_from) + 1;
			if (visited > VISITS_PER_CHECK)
			{
				CHECK_FOR_INTERRUPTS();
				visited = 0;
			}
		}
	}
	for (int i = 0; i < n && problem->space_open; i++)
	{
		uint32		rest = (uint32) (n - 1);

		CheckInterruptsAt(i);
		for (int band = 0; band < nspace; band++)
			rest -= degree[(Size) i * bands + band];
		degree[(Size) i * bands + nspace] = rest;
	}
	for (int band = 0; band < bands; band++)
	{
		int64		sum = 0;

		for (int i = 0; i < n; i++)
		{
			sum += degree[(Size) i * bands + band];
			CheckInterruptsAt(i);
		}
		totals[band].pairs = sum / 2;
		totals[band].degree_spread = DegreeSpread(degree + band, n, bands, sum / 2);
	}
	pfree(degree);
	pfree(strip_t);
}

/*
 * ReducedTimes
 *   Times from 0, in the largest unit that divides all of them, and the day edges in that unit: short numbers are
 *   counted fastest, and no comparison changes.
 */
static void
ReducedTimes(const EventList *list, const KnoxParameters *parameters, int64 *t, int64 *limit, int nlimits)
{
	double		per_day = list->instants ? MICROSECONDS_PER_DAY : 1;
	const double *edge = parameters->edge + parameters->ndistance;
	int64		earliest = 0;
	uint64		unit = 0;

	for (int i = 0; i < list->n; i++)
		earliest = i == 0 ? list->t[0] : Min(earliest, list->t[i]);
	for (int i = 0; i < list->n; i++)
	{
		uint64		since = (uint64) list->t[i] - (uint64) earliest;
		uint64		divisor = since;

		if (since > PG_INT64_MAX / 2)
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
					 errmsg("the events span more than 140,000 years")));
		t[i] = (int64) since;
		while (divisor != 0)
		{
			uint64		rest = unit % divisor;

			unit = divisor;
			divisor = rest;
		}
	}
	unit = Max(unit, 1);
	for (int i = 0; i < list->n; i++)
		t[i] /= (int64) unit;

	for (int i = 0; i < nlimits; i++)
	{
		double		exact = edge[i] * per_day;
		double		least = parameters->closed_right ? floor(exact) + 1 : ceil(exact);	/* least time not within */

		limit[i] = least > PG_INT64_MAX / 2 ? PG_INT64_MAX / 2 : (int64) least;
		limit[i] = (limit[i] + (int64) unit - 1) / (int64) unit;
	}
}

/* NewProblem: the events and band limits of a Knox test in one block that workers can share */
static KnoxProblem *
NewProblem(const EventList *list, const KnoxParameters *parameters)
{
	int			nspace = parameters->ndistance;
	int			ntime = parameters->nday;
	bool		space_open = isinf(parameters->edge[nspace - 1]);
	bool		time_open = isinf(parameters->edge[nspace + ntime - 1]);
	Size		column = mul_size(MAXALIGN(sizeof(double)), list->n);
	Size		size;
	KnoxProblem *problem;

	size = add_size(MAXALIGN(sizeof(KnoxProblem)), mul_size(column, 3));
	size = add_size(size, sizeof(int64) * (2 * (nspace + ntime) + nspace * ntime));
	problem = palloc_extended(size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	problem->size = size;
	problem->n = list->n;
	problem->metric = parameters->metric;
	problem->nspace = nspace - space_open;
	problem->ntime = ntime - time_open;
	problem->space_open = space_open;
	problem->time_open = time_open;
	problem->permutations = parameters->permutations;
	problem->seed = (uint64) parameters->seed;

	problem->x = MAXALIGN(sizeof(KnoxProblem));
	problem->y = problem->x + column;
	problem->t = problem->y + column;
	problem->space_limit = problem->t + column;
	problem->time_limit = problem->space_limit + sizeof(double) * nspace;
	problem->space_total = problem->time_limit + sizeof(int64) * ntime;
	problem->time_total = problem->space_total + sizeof(int64) * nspace;
	problem->observed = problem->time_total + sizeof(int64) * ntime;

	memcpy(KNOX_ARRAY(problem, double, x), list->x, column);
	memcpy(KNOX_ARRAY(problem, double, y), list->y, column);
	for (int i = 0; i < problem->nspace; i++)
		KNOX_ARRAY(problem, double, space_limit)[i] =
			MeasureLimit(parameters->metric, parameters->edge[i], parameters->closed_right != 0);
	ReducedTimes(list, parameters, KNOX_ARRAY(problem, int64, t), KNOX_ARRAY(problem, int64, time_limit), problem->ntime);
	return problem;
}

/*
 * ChooseWay
 *   Lists the pairs close in space unless walking those close in time is cheaper; refuses what would not fit. Only for
 *   the permutations: observed counts and exact moments need no list.
 */
static void
ChooseWay(KnoxProblem *problem, double space_pairs, double time_pairs, double last_distance, double *operations)
{
	double		limit = (double) max_memory_kb * 1024;
	double		space_memory = space_pairs * sizeof(int32) + (double) problem->n * (2 * 64 + sizeof(int32) * (problem->nspace + 10));
	double		space_cost = space_pairs * 28 * ((problem->ntime + 3) / 4);
	double		time_cost = time_pairs * 16 * (10 + 4 * problem->nspace);
	double		shuffle_cost = problem->n * 300.0;

	if (problem->nspace == 0 || problem->ntime == 0)
	{
		problem->by_time = problem->ntime == 0;
		*operations = 0;
		return;
	}

	problem->by_time = time_cost < space_cost;
	if (!problem->by_time && space_memory > limit)
	{
		if (time_cost > 4 * (limit / sizeof(int32)) * 28 * ((problem->ntime + 3) / 4))
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("about %.0f million pairs of %d events are closer than %g: listing them would take %.1f GB",
							space_pairs / 1e6, problem->n, last_distance, space_memory / 1e9),
					 errhint("Lower the last finite distance band, or test fewer events, or raise csp_analysis.max_memory (now %d MB). With 0 permutations the exact moments need no list.",
							 max_memory_kb / 1024)));
		problem->by_time = true;
	}
	*operations = ((problem->by_time ? time_cost : space_cost) + shuffle_cost) * (problem->permutations / (double) KNOX_LANES);
}

/* ---- SQL ---- */

/* ReadEdges: the upper edges of bands from an array argument: increasing numbers above 0 */
static void
ReadEdges(ArrayType *array, const char *name, const char *unit, bool closed_right, double *edge, int32 *nedges)
{
	double	   *values = (double *) ARR_DATA_PTR(array);
	int			n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s has %d dimensions", name, ARR_NDIM(array)),
				 errhint("Give the upper edges of the bands, such as %s.", unit)));
	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s has no bands", name),
				 errhint("Give the upper edges of the bands, such as %s.", unit)));
	if (n > KNOX_MAX_BANDS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s has %d bands, more than %d", name, n, KNOX_MAX_BANDS)));
	if (ARR_HASNULL(array) && array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s contains NULL", name),
				 errhint("Give the upper edges of the bands, such as %s.", unit)));
	for (int i = 0; i < n; i++)
	{
		if (isnan(values[i]) || values[i] < 0 || (values[i] == 0 && !(closed_right && i == 0)))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s: band %d ends at %g, not above 0", name, i + 1, values[i]),
					 errhint("Give the upper edges of the bands, such as %s.", unit)));
		if (i > 0 && values[i] <= values[i - 1])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s: band %d (%g) is not greater than band %d (%g)", name, i + 1, values[i], i, values[i - 1]),
					 errhint("Give the upper edges in increasing order.")));
		if (isfinite(values[i]) && values[i] > 1e100)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s: band %d ends at %g", name, i + 1, values[i]),
					 errhint("Use 'infinity' for a last band without end.")));
		edge[i] = values[i];
	}
	*nedges = n;
}

/* ReadParameters: the arguments from distance_bands on, checked; gives the size of the flat form. */
static Size
ReadParameters(FunctionCallInfo fcinfo, KnoxParameters *parameters)
{
	static const char *const metrics[] = {"euclidean", "manhattan"};
	static const char *const closed[] = {"left", "right"};	/* bands [from, to), or (from, to] whose first holds 0 */

	parameters->permutations = DEFAULT_PERMUTATIONS;
	parameters->seed = DEFAULT_SEED;
	parameters->metric = METRIC_EUCLIDEAN;
	parameters->closed_right = 0;

	CheckGiven(fcinfo, 3, "distance_bands");
	CheckGiven(fcinfo, 4, "day_bands");
	if (PG_NARGS() > 5)
	{
		CheckGiven(fcinfo, 5, "permutations");
		parameters->permutations = PG_GETARG_INT32(5);
		CheckPermutations(parameters->permutations);
	}
	if (PG_NARGS() > 6)
	{
		CheckGiven(fcinfo, 6, "seed");
		parameters->seed = PG_GETARG_INT64(6);
	}
	if (PG_NARGS() > 7)
		parameters->metric = WordArgument(fcinfo, 7, "metric", metrics, lengthof(metrics)) == 1 ? METRIC_MANHATTAN : METRIC_EUCLIDEAN;
	if (PG_NARGS() > 8)
		parameters->closed_right = WordArgument(fcinfo, 8, "closed", closed, lengthof(closed));
	ReadEdges(PG_GETARG_ARRAYTYPE_P(3), "distance_bands", "{1,100,200,400}", parameters->closed_right != 0,
			  parameters->edge, &parameters->ndistance);
	ReadEdges(PG_GETARG_ARRAYTYPE_P(4), "day_bands", "{7,14,28}", parameters->closed_right != 0,
			  parameters->edge + parameters->ndistance, &parameters->nday);
	return offsetof(KnoxParameters, edge) + sizeof(double) * (parameters->ndistance + parameters->nday);
}

/* KnoxAccum: keeps one event; rows whose place or time is NULL are left out */
static Datum
KnoxAccum(FunctionCallInfo fcinfo, bool instants)
{
	MemoryContext context;
	Events	   *events = EventsState(fcinfo, "knox_test", &context);
	KnoxParameters parameters;
	Size		size;

	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
	{
		size = ReadParameters(fcinfo, &parameters);
		if (events == NULL)
			events = EventsNew(context, instants, false, &parameters, size);
		else
			EventsCheckParameters(events, &parameters, size);
		EventsAdd(events, PG_GETARG_DATUM(1), PG_GETARG_DATUM(2), 0);
	}
	if (events == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(events);
}

/* knox_test_accum_date: transition of knox_test for events with dates */
PG_FUNCTION_INFO_V1(knox_test_accum_date);
Datum
knox_test_accum_date(PG_FUNCTION_ARGS)
{
	return KnoxAccum(fcinfo, false);
}

/* knox_test_accum_timestamptz: transition of knox_test for events with timestamps */
PG_FUNCTION_INFO_V1(knox_test_accum_timestamptz);
Datum
knox_test_accum_timestamptz(PG_FUNCTION_ARGS)
{
	return KnoxAccum(fcinfo, true);
}

/* StateParameters: the parameters of a state, which may have come as bytes from anywhere. */
static const KnoxParameters *
StateParameters(const Events *events)
{
	const KnoxParameters *parameters = (const KnoxParameters *) events->parameters;
	bool		sound = events->parameters_size >= offsetof(KnoxParameters, edge);

	sound = sound && parameters->ndistance >= 1 && parameters->ndistance <= KNOX_MAX_BANDS &&
		parameters->nday >= 1 && parameters->nday <= KNOX_MAX_BANDS &&
		events->parameters_size == offsetof(KnoxParameters, edge) + sizeof(double) * (parameters->ndistance + parameters->nday) &&
		parameters->permutations >= 0 && parameters->permutations <= MAX_PERMUTATIONS &&
		(parameters->metric == METRIC_EUCLIDEAN || parameters->metric == METRIC_MANHATTAN) &&
		(parameters->closed_right == 0 || parameters->closed_right == 1);
	for (int i = 0; sound && i < parameters->ndistance + parameters->nday; i++)
	{
		bool		first = i == 0 || i == parameters->ndistance;

		sound = parameters->edge[i] >= 0 && (first || parameters->edge[i] > parameters->edge[i - 1]);
	}
	if (!sound)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of knox_test is damaged")));
	return parameters;
}

/* Columns of csp.knox_cell. */
enum
{
	KNOX_CELL_DISTANCE_FROM,
	KNOX_CELL_DISTANCE_TO,
	KNOX_CELL_DAYS_FROM,
	KNOX_CELL_DAYS_TO,
	KNOX_CELL_OBSERVED,
	KNOX_CELL_EXPECTED,
	KNOX_CELL_RATIO,
	KNOX_CELL_P_VALUE,
	KNOX_CELL_EXPECTED_EXACT,
	KNOX_CELL_SD_EXACT,
	KNOX_CELL_Z_EXACT,
	KNOX_CELL_COLUMNS
};

/*
 * CountTimePairs
 *   Counts the pairs of each band in time, whatever their distance. Returns how many are close in time.
 */
static double
CountTimePairs(KnoxProblem *problem, BandTotals *time_totals)
{
	double		close = 0;

	TimeTotals(problem, time_totals);
	for (int k = 0; k < problem->ntime; k++)
	{
		KNOX_ARRAY(problem, int64, time_total)[k] = time_totals[k].pairs;
		close += time_totals[k].pairs;
	}
	return close;
}

/*
 * CountSpacePairs
 *   Counts the pairs of each band in space, and those of each band in space and time. Returns how many are close in
 *   space. A test that would take too long is refused before the pairs are looked at.
 */
static double
CountSpacePairs(KnoxProblem *problem, const EventList *list, double close_in_time, double widest_edge, BandTotals *space_totals)
{
	Neighbours *neighbours = NULL;
	int64	   *observed = KNOX_ARRAY(problem, int64, observed);
	double		candidates = 0;
	double		close = 0;

	if (problem->nspace > 0)
	{
		double		limit = KNOX_ARRAY(problem, double, space_limit)[problem->nspace - 1];

		neighbours = NeighboursNew(list->x, list->y, list->n, MeasureReach(problem->metric, limit));
		candidates = NeighbourCandidates(neighbours);
	}
	if (problem->permutations > 0)
	{
		/* of a window 2 reaches square a circle or diamond counts */
		double		share = problem->metric == METRIC_EUCLIDEAN ? M_PI / 6 : 1.0 / 3;
		double		operations;

		ChooseWay(problem, candidates * share, close_in_time, widest_edge, &operations);
	}
	SpaceTotalsAndObserved(problem, neighbours, space_totals, observed);
	for (int s = 0; s < problem->nspace; s++)
	{
		KNOX_ARRAY(problem, int64, space_total)[s] = space_totals[s].pairs;
		close += space_totals[s].pairs;
	}
	KnoxFillOpenBands(problem, observed);
	if (neighbours != NULL)
		NeighboursFree(neighbours);
	return close;
}

/*
 * PermuteTimes
 *   Counts the pairs of every cell with the times permuted over the places: into sums the total over all permutations,
 *   and after it how many permutations reach the observed count.
 */
static void
PermuteTimes(KnoxProblem *problem, double close_in_space, double close_in_time, double widest_edge, int64 *sums)
{
	PermutationJob job = {.kernel = "knox_kernel", .input = problem, .input_size = problem->size, .nsums = 2 * KnoxCells(problem)};

	ChooseWay(problem, close_in_space, close_in_time, widest_edge, &job.operations);
	problem->npairs = (int64) (problem->by_time ? close_in_time : close_in_space);
	job.ntasks = (problem->permutations + KNOX_LANES - 1) / KNOX_LANES;
	job.process_memory = KnoxProcessMemory(problem);
	RunPermutations(&job, sums);
}

/* knox_test_final: the table of bands in space and time: one row a cell */
PG_FUNCTION_INFO_V1(knox_test_final);
Datum
knox_test_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context;
	Events	   *events = EventsState(fcinfo, "knox_test", &aggregate_context);
	const KnoxParameters *parameters;
	MemoryContext work,
				oldcontext;
	EventList  *list;
	KnoxProblem *problem;
	BandTotals *space_totals,
			   *time_totals;
	int64	   *observed,
			   *sums;
	double		close_in_space,
				close_in_time,
				widest_edge;
	int			ncells;
	CspResult	row;
	Datum	   *rows;
	Oid			row_type;

	if (events == NULL)
		PG_RETURN_NULL();
	parameters = StateParameters(events);
	row_type = ResultInitElement(&row, fcinfo, KNOX_CELL_COLUMNS);

	work = AllocSetContextCreate(CurrentMemoryContext, "Knox test", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);

	list = EventsInOrder(events);
	problem = NewProblem(list, parameters);
	ncells = KnoxCells(problem);
	observed = KNOX_ARRAY(problem, int64, observed);
	sums = palloc0(sizeof(int64) * 2 * ncells);

	widest_edge = parameters->edge[Max(problem->nspace - 1, 0)];
	time_totals = palloc0(sizeof(BandTotals) * parameters->nday);
	close_in_time = CountTimePairs(problem, time_totals);
	space_totals = palloc0(sizeof(BandTotals) * parameters->ndistance);
	close_in_space = CountSpacePairs(problem, list, close_in_time, widest_edge, space_totals);
	if (problem->permutations > 0)
		PermuteTimes(problem, close_in_space, close_in_time, widest_edge, sums);

	MemoryContextSwitchTo(oldcontext);
	rows = palloc(sizeof(Datum) * ncells);
	for (int cell = 0; cell < ncells; cell++)
	{
		int			s = cell / parameters->nday;
		int			k = cell % parameters->nday;
		const double *day_edge = parameters->edge + parameters->ndistance;
		double		expected,
					sd;

		ResultSetFloat8(&row, KNOX_CELL_DISTANCE_FROM, s == 0 ? 0 : parameters->edge[s - 1]);
		ResultSetFloat8(&row, KNOX_CELL_DISTANCE_TO, parameters->edge[s]);
		ResultSetFloat8(&row, KNOX_CELL_DAYS_FROM, k == 0 ? 0 : day_edge[k - 1]);
		ResultSetFloat8(&row, KNOX_CELL_DAYS_TO, day_edge[k]);
		ResultSetInt64(&row, KNOX_CELL_OBSERVED, observed[cell]);
		if (parameters->permutations > 0)
		{
			expected = (double) sums[cell] / parameters->permutations;
			ResultSetFloat8(&row, KNOX_CELL_EXPECTED, expected);
			if (observed[cell] != 0 || expected != 0)
				ResultSetFloat8(&row, KNOX_CELL_RATIO, expected == 0 ? get_float8_infinity() : observed[cell] / expected);
			ResultSetFloat8(&row, KNOX_CELL_P_VALUE, (sums[ncells + cell] + 1.0) / (parameters->permutations + 1.0));
		}
		ExactMoments(list->n, &space_totals[s], &time_totals[k], &expected, &sd);
		ResultSetFloat8(&row, KNOX_CELL_EXPECTED_EXACT, expected);
		ResultSetFloat8(&row, KNOX_CELL_SD_EXACT, sd);
		if (sd > 0)
			ResultSetFloat8(&row, KNOX_CELL_Z_EXACT, (observed[cell] - expected) / sd);
		rows[cell] = ResultDatum(&row);
	}
	MemoryContextDelete(work);
	PG_RETURN_ARRAYTYPE_P(ResultArray(rows, ncells, row_type));
}

/* Columns of csp.knox_simulation. */
enum
{
	KNOX_SIMULATION_EXPECTED,
	KNOX_SIMULATION_RATIO,
	KNOX_SIMULATION_P_VALUE,
	KNOX_SIMULATION_COLUMNS
};

/*
 * knox_from_simulations: what knox_test reports of one cell, from counts that someone else simulated.
 */
PG_FUNCTION_INFO_V1(knox_from_simulations);
Datum
knox_from_simulations(PG_FUNCTION_ARGS)
{
	int64		observed = PG_GETARG_INT64(0);
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	int			n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	int64	   *simulated = (int64 *) ARR_DATA_PTR(array);
	double		sum = 0;
	int64		reach = 0;
	CspResult	result;

	CheckNotNegativeInt("observed", observed);
	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("simulated has no counts")));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("simulated contains NULL")));
	for (int i = 0; i < n; i++)
	{
		CheckNotNegativeInt("simulated", simulated[i]);
		sum += simulated[i];
		reach += simulated[i] >= observed;
	}
	ResultInit(&result, fcinfo, KNOX_SIMULATION_COLUMNS);
	ResultSetFloat8(&result, KNOX_SIMULATION_EXPECTED, sum / n);
	if (observed != 0 || sum != 0)
		ResultSetFloat8(&result, KNOX_SIMULATION_RATIO, sum == 0 ? get_float8_infinity() : observed / (sum / n));
	ResultSetFloat8(&result, KNOX_SIMULATION_P_VALUE, (reach + 1.0) / (n + 1.0));
	PG_RETURN_DATUM(ResultDatum(&result));
}
