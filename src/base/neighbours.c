/*
 * neighbours.c
 *   Foundation: finds the pairs of places closer than a distance, each once, in time and memory near-linear in the
 *   number of places, whatever their extent (a stray point far away costs nothing).
 *
 * Places are sorted into horizontal strips as high as the reach, and by x within a strip. The partners of a place that
 * have not met it yet are the places after it in its own strip up to the reach, and a run of the next strip; both runs
 * only move forward as the place does. About half of the candidates are pairs.
 */
#include "base/neighbours.h"

#include <float.h>

/*
 * MeasureLimit
 *   The measure below which a pair is closer than the distance (or, closed, not farther): exactly the pairs for which
 *   sqrt(dx^2 + dy^2) < distance, in spite of the rounding of the square.
 */
double
MeasureLimit(Metric metric, double distance, bool closed)
{
	double		limit;

	if (closed)
		distance = nextafter(distance, INFINITY);
	if (metric == METRIC_MANHATTAN || isinf(distance))
		return distance;

	/* the least number whose root is not less than the distance */
	limit = distance * distance;
	while (limit > 0 && sqrt(nextafter(limit, 0)) >= distance)
		limit = nextafter(limit, 0);
	while (sqrt(limit) < distance)
		limit = nextafter(limit, INFINITY);
	return limit;
}

/* MeasureReach: a distance along one axis that no pair below the limit exceeds */
double
MeasureReach(Metric metric, double limit)
{
	return metric == METRIC_EUCLIDEAN ? nextafter(sqrt(limit), INFINITY) : limit;
}

typedef struct StripKey
{
	int64		strip;
	double		x;
	int			index;
} StripKey;

/* CompareStripKeys: order of places in the index: by strip, then by x, then as they came */
static inline int
CompareStripKeys(const StripKey *a, const StripKey *b)
{
	if (a->strip != b->strip)
		return a->strip < b->strip ? -1 : 1;
	if (a->x != b->x)
		return a->x < b->x ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index ? 1 : 0;
}

#define ST_SORT SortStripKeys
#define ST_ELEMENT_TYPE StripKey
#define ST_COMPARE(a, b) CompareStripKeys(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * NeighboursNew
 *   Sorts n places for a search within the reach (greater than 0 and finite).
 */
Neighbours *
NeighboursNew(const double *x, const double *y, int n, double reach)
{
	Neighbours *neighbours = palloc0(sizeof(Neighbours));
	Size		slots = Max(n, 1);
	StripKey   *keys = palloc_extended(slots * sizeof(StripKey), MCXT_ALLOC_HUGE);
	double		min_y = 0,
				max_y = 0;
	double		height;

	for (int i = 0; i < n; i++)
	{
		min_y = i == 0 ? y[0] : Min(min_y, y[i]);
		max_y = i == 0 ? y[0] : Max(max_y, y[i]);
	}

	/*
	 * A little higher than the reach, so that rounding never puts two places within the reach two strips apart, and
	 * high enough that a strip's number is exact.
	 */
	height = Max(reach * (1 + 1e-6), (max_y - min_y) * 1e-8);
	height = Max(height, DBL_MIN);
	for (int i = 0; i < n; i++)
	{
		keys[i].strip = (int64) floor((y[i] - min_y) / height);
		keys[i].x = x[i];
		keys[i].index = i;
		CheckInterruptsAt(i);
	}
	SortStripKeys(keys, n);

	neighbours->n = n;
	neighbours->reach = reach;
	neighbours->x = palloc_extended(slots * sizeof(double), MCXT_ALLOC_HUGE);
	neighbours->y = palloc_extended(slots * sizeof(double), MCXT_ALLOC_HUGE);
	neighbours->index = palloc_extended(slots * sizeof(int), MCXT_ALLOC_HUGE);
	for (int i = 0; i < n; i++)
	{
		neighbours->x[i] = x[keys[i].index];
		neighbours->y[i] = y[keys[i].index];
		neighbours->index[i] = keys[i].index;
		if (i == 0 || keys[i].strip != keys[i - 1].strip)
			neighbours->nstrips++;
		CheckInterruptsAt(i);
	}

	neighbours->strip_start = palloc_extended((neighbours->nstrips + 1) * sizeof(int), MCXT_ALLOC_HUGE);
	neighbours->strip_number = palloc_extended((neighbours->nstrips + 1) * sizeof(int64), MCXT_ALLOC_HUGE);
	for (int i = 0, strip = 0; i < n; i++)
		if (i == 0 || keys[i].strip != keys[i - 1].strip)
		{
			neighbours->strip_start[strip] = i;
			neighbours->strip_number[strip] = keys[i].strip;
			strip++;
		}
	neighbours->strip_start[neighbours->nstrips] = n;
	neighbours->strip_number[neighbours->nstrips] = PG_INT64_MAX;
	pfree(keys);
	return neighbours;
}

/* NeighboursFree: frees an index of neighbours */
void
NeighboursFree(Neighbours *neighbours)
{
	pfree(neighbours->x);
	pfree(neighbours->y);
	pfree(neighbours->index);
	pfree(neighbours->strip_start);
	pfree(neighbours->strip_number);
	pfree(neighbours);
}

/* NeighbourWalkStart: sets a walk over all pairs of neighbours before the first place */
void
NeighbourWalkStart(NeighbourWalk *walk, const Neighbours *neighbours)
{
	walk->neighbours = neighbours;
	walk->strip = -1;
	walk->place = -1;
}

/* NeighbourWalkNext: moves to the next place and its candidates; false at the end. */
bool
NeighbourWalkNext(NeighbourWalk *walk)
{
	const Neighbours *nb = walk->neighbours;
	const double *x = nb->x;
	double		here;
	int			end;

	if (++walk->place >= nb->n)
		return false;
	if (walk->strip < 0 || walk->place == nb->strip_start[walk->strip + 1])
	{
		walk->strip++;
		walk->own_to = walk->place;
		walk->next_from = walk->next_to = nb->strip_start[walk->strip + 1];
	}
	here = x[walk->place];

	walk->own_from = walk->place + 1;
	end = nb->strip_start[walk->strip + 1];
	while (walk->own_to < end && x[walk->own_to] - here <= nb->reach)
		walk->own_to++;

	if (nb->strip_number[walk->strip + 1] == nb->strip_number[walk->strip] + 1)
	{
		end = nb->strip_start[walk->strip + 2];
		while (walk->next_from < end && here - x[walk->next_from] > nb->reach)
			walk->next_from++;
		if (walk->next_to < walk->next_from)
			walk->next_to = walk->next_from;
		while (walk->next_to < end && x[walk->next_to] - here <= nb->reach)
			walk->next_to++;
	}
	return true;
}

/* NeighbourCandidates: how many pairs a walk will meet; found in one pass without looking at them. */
double
NeighbourCandidates(const Neighbours *neighbours)
{
	NeighbourWalk walk;
	double		candidates = 0;

	NeighbourWalkStart(&walk, neighbours);
	while (NeighbourWalkNext(&walk))
	{
		candidates += (double) (walk.own_to - walk.own_from) + (walk.next_to - walk.next_from);
		CheckInterruptsAt(walk.place);
	}
	return candidates;
}

/* FirstNotBelow: the first place of [from, to), which are in order of x, that is not west of a line */
static int
FirstNotBelow(const double *x, int from, int to, double line)
{
	while (from < to)
	{
		int			middle = from + (to - from) / 2;

		if (x[middle] < line)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/*
 * NeighbourRunsOf
 *   The candidates on all sides of one place (in strip order), for searches that do not walk: runs of its own strip and of
 *   those below and above it.
 */
void
NeighbourRunsOf(const Neighbours *neighbours, int place, NeighbourRuns *runs)
{
	const Neighbours *nb = neighbours;
	/* a little wider than the reach: rounding of the line must not lose a place on it */
	double		reach = nb->reach * (1 + 1e-6);
	double		west = nextafter(nb->x[place] - reach, -INFINITY);
	double		east = nextafter(nb->x[place] + reach, INFINITY);
	int			low = 0,
				high = nb->nstrips - 1;

	while (low < high)
	{
		int			middle = (low + high + 1) / 2;

		if (nb->strip_start[middle] <= place)
			low = middle;
		else
			high = middle - 1;
	}
	runs->n = 0;
	for (int strip = Max(low - 1, 0); strip <= Min(low + 1, nb->nstrips - 1); strip++)
	{
		int			from = nb->strip_start[strip];
		int			to = nb->strip_start[strip + 1];

		if (nb->strip_number[strip] < nb->strip_number[low] - 1 || nb->strip_number[strip] > nb->strip_number[low] + 1)
			continue;
		from = FirstNotBelow(nb->x, from, to, west);
		to = FirstNotBelow(nb->x, from, to, east);
		if (from < to)
		{
			runs->from[runs->n] = from;
			runs->to[runs->n] = to;
			runs->n++;
		}
	}
}
