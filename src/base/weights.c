/*
 * weights.c
 *   Foundation: spatial weights from points and a distance, or from ids and lists of neighbouring ids.
 *
 * By distance: neighbours are the places not farther than the distance, two places at one location among them. The
 * limit is wider by 1e-9 of itself and by the rounding of the coordinates, so that the diagonal neighbours of a grid
 * at exactly cell x sqrt(2) are not lost to the last digit.
 *
 * By lists: taken as they stand, so that a may have b without b having a. Left out are ids that no place has, the place
 * itself, NULLs and repetitions. Row standardisation divides by what is left.
 */
#include "base/weights.h"

#include <float.h>
#include <math.h>

#include "base/check.h"
#include "base/neighbours.h"

#define DISTANCE_TOLERANCE	1e-9

/* NewWeights: empty weights for n places, each without neighbours as yet */
static Weights *
NewWeights(int n, WeightStyle style, bool symmetric)
{
	Weights    *weights = palloc0(sizeof(Weights));

	weights->n = n;
	weights->style = style;
	weights->symmetric = symmetric;
	weights->start = palloc_extended(sizeof(int64) * ((Size) n + 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	return weights;
}

/* CheckLinks: refuses lists that would not fit; the number may be an estimate. */
static void
CheckLinks(double links, int n)
{
	double		memory = links * sizeof(int32);

	if (memory > (double) max_memory_kb * 1024)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d places have about %.1f million neighbours in all: listing them would take %.0f MB",
						n, links / 1e6, memory / 1048576),
				 errhint("Lower distance, or use PARTITION BY, or raise csp_analysis.max_memory (now %d MB).",
						 max_memory_kb / 1024)));
}

/* ---- by distance ---- */

/* LastDistance: the largest distance at which places are still neighbours, with its tolerance for rounding */
static double
LastDistance(const double *x, const double *y, int n, double distance)
{
	double		largest = 0;

	for (int i = 0; i < n; i++)
		largest = Max(largest, Max(fabs(x[i]), fabs(y[i])));
	return distance * (1 + DISTANCE_TOLERANCE) + 2 * DBL_EPSILON * largest;
}

/*
 * CountOrFill
 *   One walk over the pairs. The first, without a list of neighbours, counts those of place i in start[i + 1]; the
 *   second fills them in at next[i].
 */
static void
CountOrFill(Weights *weights, const Neighbours *places, double limit, int64 *next)
{
	NeighbourWalk walk;
	int64		visited = 0;

	NeighbourWalkStart(&walk, places);
	while (NeighbourWalkNext(&walk))
	{
		double		x = places->x[walk.place];
		double		y = places->y[walk.place];
		int			here = places->index[walk.place];

		for (int part = 0; part < 2; part++)
		{
			int			to = part == 0 ? walk.own_to : walk.next_to;

			for (int other = part == 0 ? walk.own_from : walk.next_from; other < to; other++)
			{
				int			there;

				if (!(PairMeasure(METRIC_EUCLIDEAN, places->x[other] - x, places->y[other] - y) < limit))
					continue;
				there = places->index[other];
				if (next == NULL)
				{
					weights->start[here + 1]++;
					weights->start[there + 1]++;
				}
				else
				{
					weights->neighbour[next[here]++] = there;
					weights->neighbour[next[there]++] = here;
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

/*
 * WeightsWithin
 *   Neighbours are places not farther than the distance (greater than 0 and finite), and with self the place itself.
 */
Weights *
WeightsWithin(const double *x, const double *y, int n, double distance, WeightStyle style, bool self)
{
	Weights    *weights = NewWeights(n, style, true);
	double		limit = MeasureLimit(METRIC_EUCLIDEAN, LastDistance(x, y, n, distance), true);
	Neighbours *places = NeighboursNew(x, y, n, MeasureReach(METRIC_EUCLIDEAN, limit));
	int64	   *next;

	/* of a window as wide as two reaches and as high as one, half a circle counts; each pair is two links */
	CheckLinks(NeighbourCandidates(places) * (M_PI / 6) * 2, n);

	CountOrFill(weights, places, limit, NULL);
	for (int i = 0; i < n; i++)
		weights->start[i + 1] += weights->start[i] + (self ? 1 : 0);
	CheckLinks((double) weights->start[n], n);

	weights->neighbour = palloc_extended(sizeof(int32) * Max(weights->start[n], 1), MCXT_ALLOC_HUGE);
	next = palloc_extended(sizeof(int64) * Max(n, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < n; i++)
	{
		next[i] = weights->start[i];
		if (self)
			weights->neighbour[next[i]++] = i;
	}
	CountOrFill(weights, places, limit, next);
	pfree(next);
	NeighboursFree(places);
	return weights;
}

/* ---- by lists ---- */

/* Which place has an id: a table where the ids lie dense, else a search among the sorted ids. */
typedef struct IdLookup
{
	const int64 *id;
	int			n;
	int32	   *table;			/* place + 1 by id - id[0]; NULL where ids lie far apart */
	uint64		range;
} IdLookup;

/* IdLookupInit: prepares finding places by id: a table where ids are close together, else a binary search */
static void
IdLookupInit(IdLookup *lookup, const int64 *id, int n)
{
	lookup->id = id;
	lookup->n = n;
	lookup->table = NULL;
	lookup->range = n > 0 ? (uint64) id[n - 1] - (uint64) id[0] : 0;
	if (n > 0 && lookup->range < (uint64) n * 8)
	{
		lookup->table = palloc_extended(sizeof(int32) * (lookup->range + 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		for (int i = 0; i < n; i++)
			lookup->table[(uint64) id[i] - (uint64) id[0]] = i + 1;
	}
}

/* FindPlace: the place that has an id; -1 where none has */
static inline int
FindPlace(const IdLookup *lookup, int64 id)
{
	int			low = 0,
				high = lookup->n;

	if (lookup->table)
	{
		uint64		offset = (uint64) id - (uint64) lookup->id[0];

		return offset <= lookup->range ? lookup->table[offset] - 1 : -1;
	}
	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (lookup->id[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < lookup->n && lookup->id[low] == id ? low : -1;
}

#define ST_SORT SortPlaces
#define ST_ELEMENT_TYPE int32
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b) ? 1 : 0)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * WeightsListed
 *   id: of the places, in ascending order, each once. Place i has the neighbours list[from[i]] to list[to[i] - 1], by
 *   id; with self also itself.
 */
Weights *
WeightsListed(const int64 *id, int n, const int64 *list, const int64 *from, const int64 *to, WeightStyle style, bool self)
{
	Weights    *weights = NewWeights(n, style, false);
	double		links = 0;
	int64		filled = 0;
	int64		visited = 0;
	IdLookup	lookup;

	for (int i = 0; i < n; i++)
		links += (double) (to[i] - from[i]) + (self ? 1 : 0);
	CheckLinks(links, n);
	weights->neighbour = palloc_extended(sizeof(int32) * (Size) Max(links, 1), MCXT_ALLOC_HUGE);

	IdLookupInit(&lookup, id, n);
	for (int i = 0; i < n; i++)
	{
		int32	   *row = weights->neighbour + filled;
		int64		count = 0;
		int64		kept = 0;

		if (self)
			row[count++] = i;
		for (int64 k = from[i]; k < to[i]; k++)
		{
			int			place = FindPlace(&lookup, list[k]);

			if (place >= 0 && place != i)
				row[count++] = place;
		}
		SortPlaces(row, count);
		for (int64 k = 0; k < count; k++)
			if (k == 0 || row[k] != row[k - 1])
				row[kept++] = row[k];
		filled += kept;
		weights->start[i + 1] = filled;

		visited += to[i] - from[i] + 1;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
	}
	if (lookup.table)
		pfree(lookup.table);
	return weights;
}

/* ---- sums ---- */

/* HasLink: is b a neighbour of a, whose neighbours are in order? */
static bool
HasLink(const Weights *weights, int a, int b)
{
	int64		low = weights->start[a];
	int64		high = weights->start[a + 1];

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (weights->neighbour[middle] < b)
			low = middle + 1;
		else
			high = middle;
	}
	return low < weights->start[a + 1] && weights->neighbour[low] == b;
}

/* SumWeights: S1 as the sum of w_ij^2 + w_ij w_ji over all links, which is right for asymmetric weights too. */
void
SumWeights(const Weights *weights, WeightSums *sums)
{
	int			n = weights->n;
	double	   *column = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int64		visited = 0;

	memset(sums, 0, sizeof(*sums));
	for (int i = 0; i < n; i++)
	{
		double		weight = WeightOf(weights, i);

		for (int64 link = weights->start[i]; link < weights->start[i + 1]; link++)
		{
			int			j = weights->neighbour[link];

			column[j] += weight;
			sums->s1 += weight * weight;
			if (weights->symmetric || HasLink(weights, j, i))
				sums->s1 += weight * WeightOf(weights, j);
		}
		visited += WeightCount(weights, i) + 1;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
	}
	for (int i = 0; i < n; i++)
	{
		int			count = WeightCount(weights, i);
		double		row = weights->style == STYLE_B ? count : count > 0 ? 1 : 0;

		sums->with_neighbours += count > 0;
		sums->s0 += row;
		sums->s2 += (row + column[i]) * (row + column[i]);
	}
	pfree(column);
}

/* ---- values ---- */

/* SummariseValues: mean, range, spread and deviations of the values of all places */
void
SummariseValues(ValueSummary *summary, const double *value, int n)
{
	double		sum = 0;

	memset(summary, 0, sizeof(*summary));
	summary->n = n;
	summary->deviation = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
	if (n == 0)
		return;
	summary->least = summary->greatest = value[0];
	for (int i = 0; i < n; i++)
	{
		summary->least = Min(summary->least, value[i]);
		summary->greatest = Max(summary->greatest, value[i]);
		sum += value[i];
	}
	summary->mean = sum / n;

	/* what rounding left of the mean */
	sum = 0;
	for (int i = 0; i < n; i++)
		sum += value[i] - summary->mean;
	summary->mean += sum / n;

	for (int i = 0; i < n; i++)
	{
		summary->nleast += value[i] == summary->least;
		summary->ngreatest += value[i] == summary->greatest;
		summary->deviation[i] = value[i] - summary->mean;
		summary->squares += summary->deviation[i] * summary->deviation[i];
	}
	if (!isfinite(summary->squares))
		float_overflow_error();
}

/* ---- SQL arguments ---- */

/* ReadWeightStyle: W for row-standardised weights, B for binary ones */
/* ReadWeightStyle: the argument style as a style of weights: W or B */
WeightStyle
ReadWeightStyle(Datum style)
{
	static const char *const styles[] = {"W", "B"};

	return CheckWord("style", DatumGetTextPP(style), styles, lengthof(styles)) == 0 ? STYLE_W : STYLE_B;
}
