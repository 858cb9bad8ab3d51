/*
 * knox_count.c
 *   Kernel of knox: how many pairs close in space are close in time when the times are dealt out anew.
 *
 * Pairs close in space do not change under permutation: they are found once and listed by place and distance band. 32
 * permutations are counted side by side: the times that a place has in each of them are one row, and one look at a
 * pair serves them all, threshold by threshold (counts below each edge; bands are differences). Rows are 64 bytes, so
 * times that fit 16 bits (89 years of days) need one row for 32 permutations, wider times two or four.
 *
 * If fewer pairs are close in time than in space, the roles change: pairs close in time are runs of the events sorted by
 * time and need no list; the places move. Both ways deal out the same permutation of the same stream, so the counts
 * are the same.
 */
#include "space_time/knox_count.h"

#include "base/permutation.h"
#include "base/random.h"

/*
 * The inner loop is compiled twice, for registers of 32 bytes where the processor has them, else of 16. (Clones of one
 * function would not do: wide vectors are taken apart element by element where there are no wide registers.)
 */
#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_WIDE_VECTORS
#define WIDE_VECTORS __attribute__((target("avx2")))
static bool wide_vectors;
#endif

#define ROW_BYTES		64
#define MAX_RUN			(1 << 20)	/* pairs between two looks at the counters */

/* Pairs close in space: for each row a place and, band after band, its partners. Each pair is listed once. */
typedef struct PairList
{
	int			n;
	int			nbands;
	int32	   *place;			/* [n] */
	uint32	   *run;			/* [n][nbands]: number of partners */
	int32	   *partner;
} PairList;

/* What one process keeps between tasks. */
typedef struct KnoxProcess
{
	const KnoxProblem *problem;
	PairList   *list;			/* unless by_time */
	int32	   *by_time;		/* by_time: events in order of time */
	int32	   *time_rank;		/* by_time: place of each event in that order */
	int			lane_bits;		/* width of times */
	void	   *columns;
	void	   *columns_y;		/* by_time */
	void	   *scratch;
	int64	   *wide;
	int64	   *counts;			/* [list band][threshold][KNOX_LANES] */
	int64	   *cells;
} KnoxProcess;

/* ---- memory ---- */

/*
 * AllocAligned: memory at the start of a cache line: rows must not lie across two, and vectors must
 * be aligned
 */
static void *
AllocAligned(Size size)
{
	char	   *raw = palloc_extended(size + ROW_BYTES + sizeof(void *), MCXT_ALLOC_HUGE);
	char	   *aligned = (char *) TYPEALIGN(ROW_BYTES, raw + sizeof(void *));

	((void **) aligned)[-1] = raw;
	return aligned;
}

/* FreeAligned: frees memory that was allocated at an aligned address */
static void
FreeAligned(void *aligned)
{
	pfree(((void **) aligned)[-1]);
}

/* KnoxProcessMemory: the bytes that KnoxPrepare will allocate */
Size
KnoxProcessMemory(const KnoxProblem *problem)
{
	Size		rows = mul_size(problem->n, 2 * ROW_BYTES);

	if (problem->by_time)
		return add_size(rows, mul_size(problem->n, 16));
	return add_size(add_size(rows, mul_size(problem->npairs, sizeof(int32))),
					mul_size(problem->n, sizeof(int32) * (problem->nspace + 10)));
}

/* ---- one permutation ---- */

/*
 * The exchanges of a Fisher-Yates shuffle, some at a time: element `last - i` is exchanged with element position[i],
 * which is one of 0 .. last - i, each equally likely (Lemire's method on halves of 64 random bits).
 */
#define SHUFFLER_BATCH 512

typedef struct Shuffler
{
	RandomState random;
	int			last;
	int			count;
	uint32		position[SHUFFLER_BATCH];
} Shuffler;

/* ShufflerStart: begins a random shuffle of n positions from its own stream of random numbers */
static void
ShufflerStart(Shuffler *shuffler, uint64 seed, uint64 stream, int n)
{
	RandomSeed(&shuffler->random, seed, stream);
	shuffler->last = n - 1;
	shuffler->count = 0;
}

/*
 * BoundedHalf: a random whole number from 0 to bound - 1 from 32 random bits, drawing more where
 * the first would favour some
 */
static inline uint32
BoundedHalf(RandomState *random, uint32 bits, uint32 bound)
{
	uint64		product = (uint64) bits * bound;

	if ((uint32) product < bound)
	{
		uint32		uneven = -bound % bound;

		while ((uint32) product < uneven)
			product = (RandomBits(random) >> 32) * bound;
	}
	return (uint32) (product >> 32);
}

/* ShufflerNext: draws the next batch of exchanges of a shuffle; false when it is done */
static bool
ShufflerNext(Shuffler *shuffler)
{
	int			i = 0;

	shuffler->last -= shuffler->count;
	shuffler->count = Min(SHUFFLER_BATCH, shuffler->last);
	if (shuffler->count <= 0)
		return false;
	for (; i < shuffler->count; i += 2)
	{
		uint64		bits = RandomBits(&shuffler->random);
		uint32		bound = (uint32) (shuffler->last - i) + 1;

		shuffler->position[i] = BoundedHalf(&shuffler->random, (uint32) (bits >> 32), bound);
		if (i + 1 < shuffler->count)
			shuffler->position[i + 1] = BoundedHalf(&shuffler->random, (uint32) bits, bound - 1);
	}
	return true;
}

/* ---- pairs close in space, times move ---- */

#define LANE_BITS 16
#include "space_time/knox_count_lane.h"
#define LANE_BITS 32
#include "space_time/knox_count_lane.h"
#define LANE_BITS 64
#include "space_time/knox_count_lane.h"

/* ListPairs: lists the pairs of events that are close in space, with their bands */
static PairList *
ListPairs(const KnoxProblem *problem)
{
	const double *limit = KNOX_ARRAY(problem, double, space_limit);
	int			nbands = problem->nspace;
	PairList   *list = palloc0(sizeof(PairList));
	Neighbours *neighbours;
	NeighbourWalk walk;
	int64		filled = 0;
	int64		visited = 0;
	int			capacity = 1024;
	int32	   *found = palloc(sizeof(int32) * capacity);
	uint8	   *found_band = palloc(capacity);
	int			within[WITHIN_BATCH];
	double		measure[WITHIN_BATCH];

	list->n = problem->n;
	list->nbands = nbands;
	list->place = palloc_extended(sizeof(int32) * Max(problem->n, 1), MCXT_ALLOC_HUGE);
	list->run = palloc_extended(mul_size(sizeof(uint32) * Max(problem->n, 1), Max(nbands, 1)), MCXT_ALLOC_HUGE);
	list->partner = palloc_extended(mul_size(sizeof(int32), Max(problem->npairs, 1)), MCXT_ALLOC_HUGE);
	if (nbands == 0)
	{
		list->n = 0;
		return list;
	}

	neighbours = NeighboursNew(KNOX_ARRAY(problem, double, x), KNOX_ARRAY(problem, double, y), problem->n,
							   MeasureReach(problem->metric, limit[nbands - 1]));
	NeighbourWalkStart(&walk, neighbours);
	while (NeighbourWalkNext(&walk))
	{
		uint32	   *run = list->run + (Size) walk.place * nbands;
		int			candidates = (walk.own_to - walk.own_from) + (walk.next_to - walk.next_from);
		int			nfound = 0;
		int64		start[KNOX_MAX_BANDS];

		if (candidates > capacity)
		{
			capacity = (int) Min((int64) candidates * 2, INT_MAX);
			pfree(found);
			pfree(found_band);
			found = palloc_extended(sizeof(int32) * (Size) capacity, MCXT_ALLOC_HUGE);
			found_band = palloc_extended(capacity, MCXT_ALLOC_HUGE);
		}
		list->place[walk.place] = neighbours->index[walk.place];
		memset(run, 0, sizeof(uint32) * nbands);
		for (int part = 0; part < 2; part++)
		{
			int			to = part == 0 ? walk.own_to : walk.next_to;

			for (int from = part == 0 ? walk.own_from : walk.next_from; from < to; from += WITHIN_BATCH)
			{
				int			nwithin = NeighboursWithin(neighbours, walk.place, from, to, problem->metric, limit[nbands - 1], within, measure);

				for (int i = 0; i < nwithin; i++)
				{
					int			band = MeasureBand(measure[i], limit, nbands);

					found[nfound] = neighbours->index[within[i]];
					found_band[nfound++] = (uint8) band;
					run[band]++;
				}
			}
		}
		if (filled + nfound > problem->npairs)
			elog(ERROR, "more close pairs than counted");
		for (int band = 0; band < nbands; band++)
		{
			start[band] = filled;
			filled += run[band];
		}
		for (int i = 0; i < nfound; i++)
			list->partner[start[found_band[i]]++] = found[i];
		visited += candidates;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
	}
	NeighboursFree(neighbours);
	pfree(found);
	pfree(found_band);
	return list;
}

/* ---- pairs close in time, places move ---- */

#define PLACE_LANES 8
#define PLACE_VECTORS (PLACE_LANES / 2)
typedef double place_vector __attribute__((vector_size(16)));
typedef int64 place_mask __attribute__((vector_size(16)));

/*
 * CountPlaceRun: counts one event's close pairs with a run of other events, in all permutations
 * side by side
 */
static void
CountPlaceRun(const double *column_x, const double *column_y, int row, int from, int to, bool euclidean,
			  const double *limit, int nthresholds, int64 *counter)
{
	const place_mask no_sign = {PG_INT64_MAX, PG_INT64_MAX};
	place_mask *c = (place_mask *) counter;

	for (int other = from; other < to; other++)
		for (int v = 0; v < PLACE_VECTORS; v++)
		{
			Size		own_slot = (Size) row * PLACE_VECTORS + v;
			Size		other_slot = (Size) other * PLACE_VECTORS + v;
			place_vector dx = ((const place_vector *) column_x)[other_slot] - ((const place_vector *) column_x)[own_slot];
			place_vector dy = ((const place_vector *) column_y)[other_slot] - ((const place_vector *) column_y)[own_slot];
			place_vector measure = euclidean ? dx * dx + dy * dy :
				(place_vector) ((place_mask) dx & no_sign) + (place_vector) ((place_mask) dy & no_sign);

			for (int i = 0; i < nthresholds; i++)
				c[i * PLACE_VECTORS + v] -= measure < limit[i];
		}
}

/*
 * CountPlaces: as CountTask of the other kind. The event that a permutation gives to place i is the one whose time the
 * shuffled times would have put there.
 */
static void
CountPlaces(KnoxProcess *process, int first_stream, int64 *counts)
{
	const KnoxProblem *problem = process->problem;
	const double *x = KNOX_ARRAY(problem, double, x);
	const double *y = KNOX_ARRAY(problem, double, y);
	const int64 *t = KNOX_ARRAY(problem, int64, t);
	const int64 *time_limit = KNOX_ARRAY(problem, int64, time_limit);
	const double *space_limit = KNOX_ARRAY(problem, double, space_limit);
	int			n = problem->n;
	double	   *column_x = process->columns;
	double	   *column_y = process->columns_y;
	int32	   *dealt = process->scratch;
	int			edge[KNOX_MAX_BANDS];

	for (int block = 0; block < KNOX_LANES; block += PLACE_LANES)
	{
		int64		visited = 0;

		for (int lane = 0; lane < PLACE_LANES; lane++)
		{
			Shuffler	shuffler;

			for (int i = 0; i < n; i++)
				dealt[i] = i;
			ShufflerStart(&shuffler, problem->seed, first_stream + block + lane, n);
			while (ShufflerNext(&shuffler))
				for (int i = 0; i < shuffler.count; i++)
				{
					int			last = shuffler.last - i;
					int32		kept = dealt[last];

					dealt[last] = dealt[shuffler.position[i]];
					dealt[shuffler.position[i]] = kept;
				}
			for (int i = 0; i < n; i++)
			{
				Size		slot = (Size) process->time_rank[dealt[i]] * PLACE_LANES + lane;

				column_x[slot] = x[i];
				column_y[slot] = y[i];
			}
			CHECK_FOR_INTERRUPTS();
		}

		memset(process->wide, 0, sizeof(int64) * problem->ntime * problem->nspace * PLACE_LANES);
		for (int band = 0; band < problem->ntime; band++)
			edge[band] = 0;
		for (int row = 0; row < n; row++)
		{
			int64		now = t[process->by_time[row]];
			int			from = row + 1;

			for (int band = 0; band < problem->ntime; band++)
			{
				edge[band] = Max(edge[band], from);
				while (edge[band] < n && t[process->by_time[edge[band]]] - now < time_limit[band])
					edge[band]++;
				for (int start = from; start < edge[band]; start += MAX_RUN)
				{
					int			end = Min(edge[band], start + MAX_RUN);

					CountPlaceRun(column_x, column_y, row, start, end, problem->metric == METRIC_EUCLIDEAN, space_limit,
								  problem->nspace, process->wide + (Size) band * problem->nspace * PLACE_LANES);
					visited += end - start;
					if (visited > VISITS_PER_CHECK)
					{
						CHECK_FOR_INTERRUPTS();
						visited = 0;
					}
				}
				from = edge[band];
			}
		}
		for (int band = 0; band < problem->ntime; band++)
			for (int threshold = 0; threshold < problem->nspace; threshold++)
				for (int lane = 0; lane < PLACE_LANES; lane++)
					counts[((Size) band * problem->nspace + threshold) * KNOX_LANES + block + lane] =
						process->wide[((Size) band * problem->nspace + threshold) * PLACE_LANES + lane];
	}
}

typedef struct TimeKey
{
	int64		t;
	int32		index;
} TimeKey;

#define ST_SORT SortTimeKeys
#define ST_ELEMENT_TYPE TimeKey
#define ST_COMPARE(a, b) ((a)->t < (b)->t ? -1 : (a)->t > (b)->t ? 1 : (a)->index - (b)->index)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* OrderByTime: the events' numbers in order of time */
static void
OrderByTime(const int64 *t, int n, int32 *order)
{
	TimeKey    *keys = palloc_extended(mul_size(Max(n, 1), sizeof(TimeKey)), MCXT_ALLOC_HUGE);

	for (int i = 0; i < n; i++)
	{
		keys[i].t = t[i];
		keys[i].index = i;
	}
	SortTimeKeys(keys, n);
	for (int i = 0; i < n; i++)
		order[i] = keys[i].index;
	pfree(keys);
}

/* ---- a task ---- */

/*
 * KnoxFillOpenBands
 *   cells[distance][day] holds the finite bands; what is not in them is in the open ones.
 */
void
KnoxFillOpenBands(const KnoxProblem *problem, int64 *cells)
{
	const int64 *space_total = KNOX_ARRAY(problem, int64, space_total);
	const int64 *time_total = KNOX_ARRAY(problem, int64, time_total);
	int			width = problem->ntime + problem->time_open;
	int64		pairs = (int64) problem->n * (problem->n - 1) / 2;

	if (problem->time_open)
		for (int s = 0; s < problem->nspace; s++)
		{
			int64		rest = space_total[s];

			for (int k = 0; k < problem->ntime; k++)
				rest -= cells[s * width + k];
			cells[s * width + problem->ntime] = rest;
		}
	if (problem->space_open)
		for (int k = 0; k < width; k++)
		{
			int64		rest;

			if (k < problem->ntime)
				rest = time_total[k];
			else
			{
				rest = pairs;
				for (int j = 0; j < problem->ntime; j++)
					rest -= time_total[j];
			}
			for (int s = 0; s < problem->nspace; s++)
				rest -= cells[s * width + k];
			cells[problem->nspace * width + k] = rest;
		}
}

/* KnoxPrepare: what each process of the permutation test works in: pairs, ranks and counters */
static void *
KnoxPrepare(const void *input)
{
	const KnoxProblem *problem = input;
	KnoxProcess *process = palloc0(sizeof(KnoxProcess));
	const int64 *t = KNOX_ARRAY(problem, int64, t);
	int64		latest = 0;
	Size		rows = mul_size(Max(problem->n, 1), ROW_BYTES);
	Size		bands = (Size) (problem->nspace + 3) * (problem->ntime + 3);

#ifdef HAVE_WIDE_VECTORS
	wide_vectors = __builtin_cpu_supports("avx2") != 0;
#endif
	process->problem = problem;
	for (int i = 0; i < problem->n; i++)
		latest = Max(latest, t[i]);
	process->lane_bits = latest < PG_INT16_MAX ? 16 : latest < PG_INT32_MAX ? 32 : 64;

	process->columns = AllocAligned(rows);
	if (problem->by_time)
	{
		process->columns_y = AllocAligned(rows);
		process->scratch = palloc_extended(mul_size(Max(problem->n, 1), sizeof(int32)), MCXT_ALLOC_HUGE);
		process->by_time = palloc_extended(mul_size(Max(problem->n, 1), sizeof(int32)), MCXT_ALLOC_HUGE);
		process->time_rank = palloc_extended(mul_size(Max(problem->n, 1), sizeof(int32)), MCXT_ALLOC_HUGE);
		OrderByTime(t, problem->n, process->by_time);
		for (int i = 0; i < problem->n; i++)
			process->time_rank[process->by_time[i]] = i;
	}
	else
	{
		process->scratch = palloc_extended(rows, MCXT_ALLOC_HUGE);
		process->list = ListPairs(problem);
	}
	process->wide = AllocAligned(mul_size(sizeof(int64) * KNOX_LANES, bands));
	process->counts = palloc_extended(mul_size(sizeof(int64) * KNOX_LANES, bands), MCXT_ALLOC_HUGE);
	process->cells = palloc(sizeof(int64) * Max(KnoxCells(problem), 1));
	return process;
}

/* KnoxCount: counts the close pairs of one task's permutations in the way that was chosen */
static void
KnoxCount(KnoxProcess *process, int stream)
{
	if (process->problem->by_time)
		CountPlaces(process, stream, process->counts);
	else if (process->lane_bits == 16)
		CountTask16(process, stream, process->counts);
	else if (process->lane_bits == 32)
		CountTask32(process, stream, process->counts);
	else
		CountTask64(process, stream, process->counts);
}

/*
 * KnoxTask
 *   Permutations 32 * task and following: sums[cell] grows by the counts, sums[ncells + cell] by the number of
 *   permutations whose count reaches the observed one.
 */
static void
KnoxTask(void *prepared, int task, int64 *sums)
{
	KnoxProcess *process = prepared;
	const KnoxProblem *problem = process->problem;
	const int64 *observed = KNOX_ARRAY(problem, int64, observed);
	int			ncells = KnoxCells(problem);
	int			width = problem->ntime + problem->time_open;
	int			lanes = Min(KNOX_LANES, problem->permutations - task * KNOX_LANES);

	KnoxCount(process, task * KNOX_LANES);
	for (int lane = 0; lane < lanes; lane++)
	{
		for (int s = 0; s < problem->nspace; s++)
			for (int k = 0; k < problem->ntime; k++)
			{
				int			band = problem->by_time ? k : s;
				int			threshold = problem->by_time ? s : k;
				int			nthresholds = problem->by_time ? problem->nspace : problem->ntime;
				const int64 *count = process->counts + ((Size) band * nthresholds + threshold) * KNOX_LANES + lane;

				process->cells[s * width + k] = count[0] - (threshold > 0 ? count[-KNOX_LANES] : 0);
			}
		KnoxFillOpenBands(problem, process->cells);
		for (int cell = 0; cell < ncells; cell++)
		{
			sums[cell] += process->cells[cell];
			sums[ncells + cell] += process->cells[cell] >= observed[cell];
		}
	}
}

static const PermutationKernel knox_permutations = {KnoxPrepare, KnoxTask};

PGDLLEXPORT const PermutationKernel *knox_kernel(void);

/* knox_kernel: the permutation test of Knox, by the name that workers look up */
const PermutationKernel *
knox_kernel(void)
{
	return &knox_permutations;
}
