/*
 * knox_count_lane.h
 *   The innermost loop of the Knox test for one width of times; included by knox_count.c once for each width, with
 *   LANE_BITS defined. See there.
 */
#define LANE_PASTE_(name, bits)	name##bits
#define LANE_PASTE(name, bits)	LANE_PASTE_(name, bits)
#define LANE_NAME(name)			LANE_PASTE(name, LANE_BITS)

#define lane_t		LANE_PASTE(LANE_PASTE(int, LANE_BITS), _t)
#define ROW_LANES	(ROW_BYTES * 8 / LANE_BITS)
#define LANE_MAX	((int64) ((UINT64CONST(1) << (LANE_BITS - 1)) - 1))

#ifdef HAVE_WIDE_VECTORS
#define RUN_VECTOR_BYTES 32
#define RUN_TARGET WIDE_VECTORS
#include "space_time/knox_count_run.h"
#endif
#define RUN_VECTOR_BYTES 16
#define RUN_TARGET
#include "space_time/knox_count_run.h"

/* FlushCounters: moves a band's counters into wide ones before they can overflow. */
static void
LANE_NAME(FlushCounters)(lane_t *counter, int nthresholds, int64 *wide)
{
	for (int i = 0; i < nthresholds * ROW_LANES; i++)
	{
		wide[i] += counter[i];
		counter[i] = 0;
	}
}

/*
 * CountColumns: all pairs of the list against one block of columns. wide[band][threshold][lane] receives the number of
 * pairs below each threshold.
 */
static void
LANE_NAME(CountColumns)(const PairList *list, const lane_t *columns, const int64 *limits, int nthresholds, int64 *wide)
{
	int			ngroups = (nthresholds + 3) / 4;
	Size		band_counters = (Size) ngroups * 4 * ROW_LANES;
	lane_t	   *limit = palloc0(sizeof(lane_t) * ngroups * 4);
	lane_t	   *counter = AllocAligned(sizeof(lane_t) * band_counters * list->nbands);
	int64	   *since = palloc0(sizeof(int64) * list->nbands);
	const int32 *partner = list->partner;
	int64		visited = 0;

	/* thresholds beyond the width are above every difference; those that only fill a group count nothing */
	for (int i = 0; i < nthresholds; i++)
		limit[i] = (lane_t) Min(limits[i], LANE_MAX);
	memset(counter, 0, sizeof(lane_t) * band_counters * list->nbands);
	memset(wide, 0, sizeof(int64) * band_counters * list->nbands);

	for (int row = 0; row < list->n; row++)
	{
		const uint32 *run = list->run + (Size) row * list->nbands;

		for (int band = 0; band < list->nbands; band++)
		{
			lane_t	   *band_counter = counter + band * band_counters;
			int64		left = run[band];

			while (left > 0)
			{
				int64		length = Min(left, Min(LANE_MAX, MAX_RUN));

				if (since[band] + length > LANE_MAX)
				{
					LANE_NAME(FlushCounters)(band_counter, ngroups * 4, wide + band * band_counters);
					since[band] = 0;
				}
#ifdef HAVE_WIDE_VECTORS
				if (wide_vectors)
					LANE_PASTE(LANE_NAME(CountRun), _32)(columns, list->place[row], partner, length, limit, ngroups, band_counter);
				else
#endif
					LANE_PASTE(LANE_NAME(CountRun), _16)(columns, list->place[row], partner, length, limit, ngroups, band_counter);
				since[band] += length;
				partner += length;
				left -= length;
				visited += length;
				if (visited > VISITS_PER_CHECK)
				{
					CHECK_FOR_INTERRUPTS();
					visited = 0;
				}
			}
		}
	}
	for (int band = 0; band < list->nbands; band++)
		LANE_NAME(FlushCounters)(counter + band * band_counters, ngroups * 4, wide + band * band_counters);

	FreeAligned(counter);
	pfree(limit);
	pfree(since);
}

/*
 * CountTask: fills blocks of columns with shuffled times and counts them; counts[band][threshold][KNOX_LANES].
 */
static void
LANE_NAME(CountTask)(KnoxProcess *process, int first_stream, int64 *counts)
{
	const KnoxProblem *problem = process->problem;
	const int64 *t = KNOX_ARRAY(problem, int64, t);
	int			n = problem->n;
	int			padded = (problem->ntime + 3) / 4 * 4;
	lane_t	   *columns = process->columns;
	lane_t	   *shuffled = process->scratch;

	for (int block = 0; block < KNOX_LANES; block += ROW_LANES)
	{
		for (int lane = 0; lane < ROW_LANES; lane++)
		{
			lane_t	   *values = shuffled + (Size) lane * n;
			Shuffler	shuffler;

			for (int i = 0; i < n; i++)
				values[i] = (lane_t) t[i];
			ShufflerStart(&shuffler, problem->seed, first_stream + block + lane, n);
			while (ShufflerNext(&shuffler))
				for (int i = 0; i < shuffler.count; i++)
				{
					int			last = shuffler.last - i;
					lane_t		kept = values[last];

					values[last] = values[shuffler.position[i]];
					values[shuffler.position[i]] = kept;
				}
			CHECK_FOR_INTERRUPTS();
		}
		for (int i = 0; i < n; i++)
			for (int lane = 0; lane < ROW_LANES; lane++)
				columns[(Size) i * ROW_LANES + lane] = shuffled[(Size) lane * n + i];

		LANE_NAME(CountColumns)(process->list, columns, KNOX_ARRAY(problem, int64, time_limit), problem->ntime, process->wide);
		for (int band = 0; band < problem->nspace; band++)
			for (int threshold = 0; threshold < problem->ntime; threshold++)
				for (int lane = 0; lane < ROW_LANES; lane++)
					counts[((Size) band * problem->ntime + threshold) * KNOX_LANES + block + lane] =
						process->wide[((Size) band * padded + threshold) * ROW_LANES + lane];
	}
}

#undef lane_t
#undef ROW_LANES
#undef LANE_MAX
#undef LANE_NAME
#undef LANE_PASTE
#undef LANE_PASTE_
#undef LANE_BITS
