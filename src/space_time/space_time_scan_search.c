/*
 * space_time_scan_search.c
 *   Kernel of space_time_scan: the most likely cylinder, in the data and in replications of them.
 *
 * A replication asks for the greatest log-likelihood ratio over all circles and windows: 10^10 of them for 1,000 places
 * and a year. What is expected of a cylinder is the same in all replications, so 32 of them are searched side by side, and
 * whole boxes of cylinders are passed over in one comparison, never a cylinder that could matter:
 *
 *   circles    A block of a centre's circles, first .. last, has at most the cases of the last and at least the
 *              expectation of the first. With F(t) = cases of the last - expectation of the first in periods before t, the
 *              excess (cases - expected) of every circle of the block over a window from .. to - 1 is at most F(to) - F(from).
 *   windows    In a box of windows, from in one run of 2^level periods and to in another, it is at most max F(to) -
 *              min F(from). Each window stands in one box of the level where the runs begin to be SEPARATION or more apart.
 *   ratio      For one excess the ratio falls as the expectation grows. An excess below what the least expectation of the
 *              box needs for a ratio of interest rules the box out.
 *
 * The last step is exact: X(m), the least excess that gives m expected cases a ratio L, is concave in m (the ratio is
 * N KL(p + d || p) with p = m / N and d = excess / N, and KL is jointly convex), so over an interval it is least at an end; no
 * cylinder expects more than half of the cases. A box that is not ruled out is taken apart, down to single windows, whose
 * circles are looked at one by one. Only what is certain to be below the best so far is passed over, so that the answer
 * is that of a search through all cylinders. Blocks and levels decide how fast it comes and nothing else.
 */
#include "space_time/space_time_scan_search.h"

#include <math.h>

#include "space_time/space_time_scan_cases.h"
#include "space_time/space_time_scan_plan.h"

#if __has_attribute(target_clones)
#define SCAN_TARGETS __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define SCAN_TARGETS
#endif

#define NOISE_ALLOWED	2.8		/* standard deviations by which chance may exceed in a block that is still kept together */
#define NOISE_OBSERVED	2.0		/* the same where one lane alone raises alarms */
#define SWEEPS			16		/* good cylinders are found early if centres from all over come first */
#define DEPTH			0.7		/* how far below the best a centre's own best is wanted, for when the best is taken */
#define FOLD			(SCAN_LANES / 4)
#define PENDING			4		/* tables added at once */

/* Levels whose boxes are tested together, for blocks of circles of their own. */
typedef struct Schedule
{
	int			bottom;			/* levels */
	int			top;
	double		typical;		/* length of a window, in periods */
	int			first;			/* the block's first circle */
	double		first_share;
	double	   *mean;			/* [nseen + 1]: cases expected of the first circle before each period */
	bool		open;			/* the block has begun */
	double		growth;			/* up to 1: lower where blocks turned out to be too large */
} Schedule;

struct ScanSearch
{
	const ScanProblem *problem;
	ScanPlan   *plan;
	ScanCases  *cases;
	int			nschedules;
	Schedule	schedule[SCAN_MAX_LEVELS];

	/* the centre at work */
	int			centre;
	int32	   *circle_end;		/* [ncircles]: number of places */
	double	   *circle_share;
	double		share;			/* sum of place_weight in the circle */
	double	   *weight;			/* unless product: [nseen + 1]: of the circle, before each period */
	int			npending;		/* places whose table has not been added yet */
	const uint8 *pending[PENDING];
	uint8	   *no_cases;		/* a table of zeros */
	int32	   *days;			/* [nseen][SCAN_LANES]: cases of the circle */
	float	   *high[SCAN_MAX_LEVELS];	/* of F in each block, by level */
	float	   *low[SCAN_MAX_LEVELS];
	float	   *mean;			/* [nseen + 1] */
	float	   *threshold;
	int32	   *alarm;

	/* the lanes */
	bool		observed;		/* the one lane holds the data themselves */
	int			lanes;
	double		floor;			/* nothing below is of interest */
	double		ceiling;		/* nor by how much this is exceeded */
	ScanCylinder best[SCAN_LANES];
	int			need_index[SCAN_LANES]; /* of what a better one needs */
	bool		best_changed;
	float		factor[SCAN_LANES]; /* brings a lane's excess to the scale of the base; 0: nothing to find */
	const ScanNeed *base;		/* NULL: nothing to find in any lane */
	float		rounding;		/* F is a difference of floats: what rounding may take from an excess */
	double		slack;			/* and what it may add to a difference of means */
	int64		effort;			/* spent on what the boxes of a block did not rule out, in boxes */
};

/* ---- the loops over lanes ---- */

/* AddTables: adds the cells of PENDING places to the days of the circle, over n periods */
SCAN_TARGETS
static void
AddTables(int32 *restrict days, const uint8 *restrict a, const uint8 *restrict b, const uint8 *restrict c, const uint8 *restrict d, int n)
{
	for (int i = 0; i < n; i++)
	{
		for (int lane = 0; lane < SCAN_LANES; lane++)
			days[lane] += a[lane] + b[lane] + c[lane] + d[lane];
		days += SCAN_LANES;
		a += SCAN_LANES;
		b += SCAN_LANES;
		c += SCAN_LANES;
		d += SCAN_LANES;
	}
}

/*
 * FindExcess
 *   F at the n + 1 points of n periods, and its extremes in blocks of two points.
 */
SCAN_TARGETS
static void
FindExcess(const int32 *restrict days, const float *restrict mean, const float *restrict factor, float *restrict excess,
		   float *restrict high, float *restrict low, int n)
{
	int32		count[SCAN_LANES];
	float		before[SCAN_LANES];

	memset(count, 0, sizeof(count));
	memset(before, 0, sizeof(before));
	memset(excess, 0, sizeof(before));
	for (int i = 1; i <= n; i += 2)
	{
		/* the odd point, which ends the block */
		float		m = mean[i];

		excess += SCAN_LANES;
		for (int lane = 0; lane < SCAN_LANES; lane++)
		{
			float		f;

			count[lane] += days[lane];
			f = ((float) count[lane] - m) * factor[lane];
			excess[lane] = f;
			high[lane] = f > before[lane] ? f : before[lane];
			low[lane] = f < before[lane] ? f : before[lane];
		}
		days += SCAN_LANES;
		high += SCAN_LANES;
		low += SCAN_LANES;
		if (i == n)
			return;
		/* the even one, which begins the next */
		m = mean[i + 1];
		excess += SCAN_LANES;
		for (int lane = 0; lane < SCAN_LANES; lane++)
		{
			count[lane] += days[lane];
			before[lane] = ((float) count[lane] - m) * factor[lane];
			excess[lane] = before[lane];
		}
		days += SCAN_LANES;
	}
	/* an even number of periods: the last point is a block of its own */
	memcpy(high, before, sizeof(before));
	memcpy(low, before, sizeof(before));
}

/* HalveBlocks: makes the extremes of n blocks into those of blocks twice as large */
SCAN_TARGETS
static void
HalveBlocks(const float *restrict high, const float *restrict low, float *restrict next_high, float *restrict next_low, int n)
{
	for (int i = 0; i < n / 2; i++)
	{
		for (int lane = 0; lane < SCAN_LANES; lane++)
		{
			next_high[lane] = high[lane] > high[lane + SCAN_LANES] ? high[lane] : high[lane + SCAN_LANES];
			next_low[lane] = low[lane] < low[lane + SCAN_LANES] ? low[lane] : low[lane + SCAN_LANES];
		}
		high += 2 * SCAN_LANES;
		low += 2 * SCAN_LANES;
		next_high += SCAN_LANES;
		next_low += SCAN_LANES;
	}
	if (n % 2 == 1)
	{
		memcpy(next_high, high, sizeof(float) * SCAN_LANES);
		memcpy(next_low, low, sizeof(float) * SCAN_LANES);
	}
}

/*
 * TestBoxes
 *   Lists the runs in which the excess of some box and lane is above the box's threshold. The lanes are folded into eight.
 */
SCAN_TARGETS
static int
TestBoxes(const float *restrict high, const float *restrict low, const BoxRun *restrict run, int nruns,
		  const float *restrict threshold, int32 *restrict alarm)
{
	int			nalarms = 0;

	for (int i = 0; i < nruns; i++)
	{
		const float *l = low + run[i].from * SCAN_LANES;
		const float *h = high + run[i].to * SCAN_LANES;
		int			n = run[i].n;
		int32		above[FOLD];
		int32		any = 0;

		for (int lane = 0; lane < FOLD; lane++)
			above[lane] = 0;
		for (int j = 0; j < n; j++, h += SCAN_LANES)
		{
			float		t = *threshold++;

			for (int lane = 0; lane < FOLD; lane++)
			{
				float		a = h[lane] - l[lane];
				float		b = h[lane + FOLD] - l[lane + FOLD];
				float		c = h[lane + 2 * FOLD] - l[lane + 2 * FOLD];
				float		d = h[lane + 3 * FOLD] - l[lane + 3 * FOLD];

				a = a > b ? a : b;
				c = c > d ? c : d;
				a = a > c ? a : c;
				above[lane] |= a > t ? -1 : 0;
			}
		}
		for (int lane = 0; lane < FOLD; lane++)
			any |= above[lane];
		alarm[nalarms] = i;
		nalarms -= any;
	}
	return nalarms;
}

/* LanesAbove: the lanes whose excess is above the threshold, as bits */
SCAN_TARGETS
static uint32
LanesAbove(const float *restrict high, const float *restrict low, float threshold)
{
	uint32		lanes = 0;

	for (int lane = 0; lane < SCAN_LANES; lane++)
		lanes |= (uint32) (high[lane] - low[lane] > threshold) << lane;
	return lanes;
}

/* ---- one centre ---- */

/* CircleWeight: the weight of the whole circle at work */
static inline double
CircleWeight(const ScanSearch *search, int from, int to)
{
	if (search->problem->product)
	{
		const double *weight = SeenWeight(search->problem, 0);

		return search->share * (weight[to] - weight[from]);
	}
	return search->weight[to] - search->weight[from];
}

/* CylinderRadius: the distance from a circle's centre to the farthest of its places */
static double
CylinderRadius(const ScanSearch *search, int centre, int places)
{
	const double *x = SCAN_ARRAY(search->problem, double, x);
	const double *y = SCAN_ARRAY(search->problem, double, y);
	double		radius = 0;

	for (int i = 0; i < places; i++)
	{
		int			place = search->plan->member[search->plan->first_member[centre] + i] >> 1;

		radius = Max(radius, hypot(x[place] - x[centre], y[place] - y[centre]));
	}
	return radius;
}

/*
 * Precedes: of two cylinders, whether the first is the one to report: greater ratio, then smaller, shorter, earlier, and
 * the centre that comes first.
 */
static bool
Precedes(const ScanCylinder *a, const ScanCylinder *b)
{
	if (a->ratio != b->ratio)
		return a->ratio > b->ratio;
	if (a->radius != b->radius)
		return a->radius < b->radius;
	if (a->to - a->from != b->to - b->from)
		return a->to - a->from < b->to - b->from;
	if (a->from != b->from)
		return a->from < b->from;
	return a->centre < b->centre;
}

/*
 * LookAtWindow
 *   The circles of a block over one window in one lane, from the last inwards.
 */
static void
LookAtWindow(ScanSearch *search, const Schedule *schedule, int last, int lane, int from, int to)
{
	const ScanProblem *problem = search->problem;
	const int32 *member = search->plan->member + search->plan->first_member[search->centre];
	const int32 *period = SCAN_ARRAY(problem, int32, period) + (problem->nperiods - problem->nseen);
	ScanCylinder *best = &search->best[lane];
	int32		cases = 0;
	double		weight = CircleWeight(search, from, to);
	double		least_expected = schedule->mean[to] - schedule->mean[from] - search->slack;
	const ScanNeed *need = GetNeed(search->plan, search->need_index[lane]);

	CHECK_FOR_INTERRUPTS();
	if (search->factor[lane] == 0)
		return;
	/* a window that begins or ends without a case does no better than a shorter one */
	if (search->days[from * SCAN_LANES + lane] == 0 ||
		(search->days[(to - 1) * SCAN_LANES + lane] == 0 && !problem->prospective))
		return;
	search->effort += 8 + (to - from) / 8;
	for (int i = from; i < to; i++)
		cases += search->days[i * SCAN_LANES + lane];
	for (int circle = last;; circle--)
	{
		double		expected = weight / problem->weight_per_case;

		search->effort++;
		/* no circle further in has more cases or expects less than the first */
		if (cases < problem->minimum_cases || cases - least_expected < NeededExcess(need, least_expected))
			return;
		if (cases > expected && cases - expected >= NeededExcess(need, expected))
		{
			ScanCylinder found = {.ratio = ScanRatio(cases, expected, problem->ncases)};

			if (found.ratio >= search->floor && found.ratio >= best->ratio)
			{
				found.expected = expected;
				found.centre = search->centre;
				found.places = search->circle_end[circle];
				found.from = period[from];
				found.to = period[to - 1] + 1;
				found.observed = cases;
				if (search->observed)
					found.radius = CylinderRadius(search, search->centre, found.places);
				if (search->observed ? Precedes(&found, best) : found.ratio > best->ratio)
				{
					*best = found;
					search->need_index[lane] = NeedIndex(found.ratio);
					search->best_changed = true;
					need = GetNeed(search->plan, search->need_index[lane]);
				}
			}
		}
		if (circle == schedule->first)
			return;
		CHECK_FOR_INTERRUPTS();
		for (int i = circle > 0 ? search->circle_end[circle - 1] : 0; i < search->circle_end[circle]; i++)
		{
			search->effort += 2;
			cases -= CasesWithin(search->cases, member[i] >> 1, from, to, lane);
			weight -= WeightWithin(problem, member[i] >> 1, from, to);
		}
	}
}

/* BoxThreshold: the excess below which no cylinder of a box and a block of circles is of interest */
static inline float
BoxThreshold(const ScanSearch *search, const Schedule *schedule, int level, int from_block, int to_block)
{
	const ScanProblem *problem = search->problem;
	int			from = ShortestFrom(problem, level, from_block);
	int			to = ShortestTo(problem, level, to_block);

	return NeededExcess(search->base, schedule->mean[to] - schedule->mean[from] - search->slack) - search->rounding;
}

/* FindThresholds: finds for all boxes of a level the excess from which a window could beat what was found */
static void
FindThresholds(const ScanSearch *search, const Schedule *schedule, int level, float *restrict threshold)
{
	const ScanNeed *need = search->base;
	const double *mean = schedule->mean;
	const BoxRun *run = search->plan->level[level].run;
	int			nruns = search->plan->level[level].nruns;
	float		rounding = search->rounding;

	for (int i = 0; i < nruns; i++)
	{
		double		from = mean[ShortestFrom(search->problem, level, run[i].from)] + search->slack;

		if (search->problem->prospective)
			*threshold++ = NeededExcess(need, mean[search->problem->nseen] - from) - rounding;
		else
			for (int to = run[i].to; to < run[i].to + run[i].n; to++)
				*threshold++ = NeededExcess(need, mean[to << level] - from) - rounding;
	}
}

/* FollowBox: takes a box apart in the lanes in which it is not ruled out. */
static void
FollowBox(ScanSearch *search, const Schedule *schedule, int last, int level, int from_block, int to_block, uint32 lanes)
{
	if (level == 0)
	{
		for (int lane = 0; lane < search->lanes; lane++)
			if (lanes >> lane & 1)
				LookAtWindow(search, schedule, last, lane, from_block, to_block);
		return;
	}
	level--;
	for (int from = 2 * from_block; from <= 2 * from_block + 1; from++)
		for (int to = 2 * to_block; to <= 2 * to_block + 1; to++)
		{
			uint32		above;

			if (!BoxHasWindow(search->problem, level, from, to))
				continue;
			search->effort++;
			above = lanes & LanesAbove(search->high[level] + to * SCAN_LANES, search->low[level] + from * SCAN_LANES,
									   BoxThreshold(search, schedule, level, from, to));
			if (above != 0)
				FollowBox(search, schedule, last, level, from, to, above);
		}
}

/*
 * SetBase: the least that any lane is looking for becomes the base, and what the others need is brought to its scale.
 */
static void
SetBase(ScanSearch *search)
{
	int			least = MAX_NEEDS;

	search->best_changed = false;
	for (int lane = 0; lane < SCAN_LANES; lane++)
	{
		search->factor[lane] = 0;
		if (lane < search->lanes && search->best[lane].ratio < search->ceiling)
			least = Min(least, search->need_index[lane]);
	}
	if (least == MAX_NEEDS)
	{
		search->base = NULL;
		return;
	}
	search->base = GetNeed(search->plan, least);
	for (int lane = 0; lane < search->lanes; lane++)
		if (search->best[lane].ratio < search->ceiling)
			search->factor[lane] = (float) ((1 + 1e-6) / NeedGrowth(search->plan, least, search->need_index[lane]));
}

/*
 * TestBlock
 *   The block of circles up to the last, in all boxes of the schedule's levels. Where expectations differ much between
 *   periods, a window may expect much less of the first circle than of the last, and nothing is ruled out: blocks become
 *   smaller until what is left costs no more than the boxes.
 */
static void
TestBlock(ScanSearch *search, Schedule *schedule, int last)
{
	const ScanProblem *problem = search->problem;
	int			npoints = problem->nseen + 1;
	int64		cost = 2 * npoints;

	CHECK_FOR_INTERRUPTS();
	search->effort = 0;
	if (search->best_changed)
		SetBase(search);
	if (search->base == NULL)
		return;
	for (int i = 0; i < npoints; i++)
		search->mean[i] = (float) schedule->mean[i];
	FindExcess(search->days, search->mean, search->factor, search->high[0], search->high[1], search->low[1], problem->nseen);
	for (int level = 2, n = (npoints + 1) / 2; level <= schedule->top; level++, n = (n + 1) / 2)
		HalveBlocks(search->high[level - 1], search->low[level - 1], search->high[level], search->low[level], n);
	if (problem->prospective)
		for (int level = 1; level <= schedule->top; level++)
			memcpy(search->high[level] + (problem->nseen >> level) * SCAN_LANES,
				   search->high[0] + problem->nseen * SCAN_LANES, sizeof(float) * SCAN_LANES);

	for (int level = schedule->bottom; level <= schedule->top; level++)
	{
		const ScanLevel *boxes = &search->plan->level[level];
		int			nalarms;

		cost += boxes->nboxes;
		FindThresholds(search, schedule, level, search->threshold);
		nalarms = TestBoxes(search->high[level], search->low[level], boxes->run, boxes->nruns, search->threshold, search->alarm);
		for (int i = 0; i < nalarms; i++)
		{
			const BoxRun *run = &boxes->run[search->alarm[i]];

			for (int j = 0; j < run->n; j++)
			{
				uint32		lanes = LanesAbove(search->high[level] + (run->to + j) * SCAN_LANES, search->low[level] + run->from * SCAN_LANES,
											   BoxThreshold(search, schedule, level, run->from, run->to + j));

				if (lanes != 0)
					FollowBox(search, schedule, last, level, run->from, run->to + j, lanes);
			}
		}
	}
	if (search->effort > 2 * cost)
		schedule->growth = Max(schedule->growth / 2, 0.01);
	else if (search->effort < cost / 2)
		schedule->growth = Min(schedule->growth * 1.1, 1);
}

/*
 * BlockMayGrow: whether a block that begins with one share of all cases may reach another before chance alone would make
 * its boxes look interesting
 */
static bool
BlockMayGrow(const ScanSearch *search, const Schedule *schedule, double share)
{
	const ScanProblem *problem = search->problem;
	double		scale = problem->ncases / problem->total_share * schedule->typical / problem->nseen;
	double		first = schedule->first_share * scale;
	double		last = share * scale;

	return last - first <= schedule->growth *
		(NeededExcess(search->base, 0.75 * first) - (search->observed ? NOISE_OBSERVED : NOISE_ALLOWED) * sqrt(last));
}

/* AddPending: adds the cases of the places that wait to the sums by day, several places at once */
static void
AddPending(ScanSearch *search)
{
	const uint8 **table = search->pending;

	if (search->npending == 0)
		return;
	while (search->npending < PENDING)
		table[search->npending++] = search->no_cases;
	AddTables(search->days, table[0], table[1], table[2], table[3], search->problem->nseen);
	search->npending = 0;
}

/* AddPlace: adds a place's cases to the circle at work */
static void
AddPlace(ScanSearch *search, int place)
{
	const ScanProblem *problem = search->problem;
	int			n = problem->nseen;

	CHECK_FOR_INTERRUPTS();
	search->share += SCAN_ARRAY(problem, double, place_weight)[place];
	if (!problem->product)
	{
		const double *weight = SeenWeight(problem, place);

		for (int i = 0; i <= n; i++)
			search->weight[i] += weight[i];
	}
	if (search->cases->table != NULL)
	{
		if (search->npending == PENDING)
			AddPending(search);
		search->pending[search->npending++] = search->cases->table + (Size) place * n * SCAN_LANES;
	}
	for (int64 i = search->cases->first_entry[place]; i < search->cases->first_entry[place + 1]; i++)
		search->days[search->cases->entry[i].index] += (int32) search->cases->entry[i].count;
}

/* OpenBlock: begins a block of circles with the one at work */
static void
OpenBlock(ScanSearch *search, Schedule *schedule, int circle)
{
	const ScanProblem *problem = search->problem;
	const double *weight = problem->product ? SeenWeight(problem, 0) : search->weight;
	double		scale = (problem->product ? search->share : 1) / problem->weight_per_case;

	schedule->open = true;
	schedule->first = circle;
	schedule->first_share = search->circle_share[circle];
	for (int i = 0; i <= problem->nseen; i++)
		schedule->mean[i] = (weight[i] - weight[0]) * scale;
}

/*
 * SearchCentre
 *   All circles around a centre; those with a place in `used` are left out.
 */
static void
SearchCentre(ScanSearch *search, int centre, const bool *used)
{
	const ScanProblem *problem = search->problem;
	const double *share = SCAN_ARRAY(problem, double, place_weight);
	const int32 *member = search->plan->member + search->plan->first_member[centre];
	int			nmembers = (int) (search->plan->first_member[centre + 1] - search->plan->first_member[centre]);
	int			npoints = problem->nseen + 1;
	int			ncircles = 0;
	double		inside = 0;

	for (int i = 0; i < nmembers && (used == NULL || !used[member[i] >> 1]); i++)
	{
		inside += share[member[i] >> 1];
		if (member[i] & 1)
		{
			search->circle_end[ncircles] = i + 1;
			search->circle_share[ncircles++] = inside;
		}
	}
	if (search->best_changed)
		SetBase(search);
	if (search->base == NULL)
		return;

	search->centre = centre;
	search->share = 0;
	search->npending = 0;
	memset(search->weight, 0, sizeof(double) * npoints);
	memset(search->days, 0, sizeof(int32) * SCAN_LANES * problem->nseen);
	for (int s = 0; s < search->nschedules; s++)
		search->schedule[s].open = false;
	for (int circle = 0; circle < ncircles; circle++)
	{
		for (int i = circle > 0 ? search->circle_end[circle - 1] : 0; i < search->circle_end[circle]; i++)
			AddPlace(search, member[i] >> 1);
		for (int s = 0; s < search->nschedules; s++)
		{
			Schedule   *schedule = &search->schedule[s];

			if (!schedule->open)
				OpenBlock(search, schedule, circle);
			if (search->base == NULL ||
				(circle < ncircles - 1 && BlockMayGrow(search, schedule, search->circle_share[circle + 1])))
				continue;
			AddPending(search);
			TestBlock(search, schedule, circle);
			schedule->open = false;
		}
	}
}

/* ---- the search ---- */

/*
 * PlanSchedules
 *   Which levels keep to blocks of circles of their own: long windows expect more cases and bear fewer circles in a block;
 *   testing short ones as often costs boxes, and having a schedule of their own costs the sums over all periods.
 */
static void
PlanSchedules(ScanSearch *search)
{
	int			nseen = search->problem->nseen;

	for (int i = search->plan->nlevels - 1; i >= 0; i--)
	{
		const ScanLevel *level = &search->plan->level[i];
		Schedule   *last = search->nschedules > 0 ? &search->schedule[search->nschedules - 1] : NULL;

		if (last != NULL && level->nboxes * (sqrt(last->typical / level->typical) - 1) < 4.0 * nseen)
		{
			last->bottom = i;
			continue;
		}
		last = &search->schedule[search->nschedules++];
		last->top = last->bottom = i;
		last->typical = level->typical;
		last->growth = 1;
		last->mean = palloc_extended(sizeof(double) * (nseen + 1), MCXT_ALLOC_HUGE);
	}
}

/* SearchMemory: bytes that a search will take beside the list of circles */
double
SearchMemory(const ScanProblem *problem)
{
	return CasesMemory(problem) + problem->nseen * (SCAN_LANES * 17.0 + 400) + problem->nplaces * 24.0;
}

/* NewScanSearch: a search with its plan and room for cases */
ScanSearch *
NewScanSearch(const ScanProblem *problem)
{
	ScanSearch *search = palloc0(sizeof(ScanSearch));
	int			npoints = problem->nseen + 1;
	int			most_boxes = 0;

	search->problem = problem;
	search->rounding = (float) problem->ncases * 0x1p-21f;
	search->slack = problem->ncases * 0x1p-50;
	search->plan = NewScanPlan(problem);
	search->cases = NewScanCases(problem);
	PlanSchedules(search);

	search->circle_end = palloc_extended(sizeof(int32) * problem->nplaces, MCXT_ALLOC_HUGE);
	search->circle_share = palloc_extended(sizeof(double) * problem->nplaces, MCXT_ALLOC_HUGE);
	search->weight = palloc_extended(sizeof(double) * npoints, MCXT_ALLOC_HUGE);
	search->mean = palloc_extended(sizeof(float) * npoints, MCXT_ALLOC_HUGE);
	search->days = palloc_extended(sizeof(int32) * SCAN_LANES * npoints, MCXT_ALLOC_HUGE);
	if (search->cases->table != NULL)
		search->no_cases = palloc_extended((Size) problem->nseen * SCAN_LANES, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	/* level 1 is always filled */
	for (int level = 0, n = npoints; level < Max(search->plan->nlevels, 2); level++, n = (n + 1) / 2)
	{
		search->high[level] = palloc_extended(sizeof(float) * SCAN_LANES * n, MCXT_ALLOC_HUGE);
		search->low[level] = level == 0 ? search->high[0] : palloc_extended(sizeof(float) * SCAN_LANES * n, MCXT_ALLOC_HUGE);
		most_boxes = Max(most_boxes, search->plan->level[level].nboxes + 1);
	}
	search->threshold = palloc_extended(sizeof(float) * most_boxes, MCXT_ALLOC_HUGE);
	search->alarm = palloc_extended(sizeof(int32) * most_boxes, MCXT_ALLOC_HUGE);
	return search;
}

/* SearchProblem: the problem that a search is of */
const ScanProblem *
SearchProblem(const ScanSearch *search)
{
	return search->problem;
}

/* StartLanes: nothing found yet; ratios below floor are of no interest, and beyond ceiling it does not matter how far */
static void
StartLanes(ScanSearch *search, int lanes, double floor, double ceiling)
{
	search->lanes = lanes;
	search->floor = floor;
	search->ceiling = ceiling;
	for (int lane = 0; lane < lanes; lane++)
	{
		memset(&search->best[lane], 0, sizeof(ScanCylinder));
		search->need_index[lane] = NeedIndex(floor);
	}
	search->best_changed = true;
}

/* IsFree: whether a cylinder is known and shares no place with those used */
static bool
IsFree(const ScanSearch *search, const ScanCylinder *cylinder, const bool *used)
{
	const int32 *member = search->plan->member + search->plan->first_member[cylinder->centre];

	for (int i = 0; i < cylinder->places; i++)
		if (used[member[i] >> 1])
			return false;
	return cylinder->places > 0;
}

/*
 * ScanObserved
 *   The most likely cylinder of the data, then the most likely of those that share no place with the ones before, and so
 *   on. Of each centre we keep the best cylinder, or the ratio that all its cylinders are below; both bound what is left to
 *   the centre when places are taken, so that few centres are searched again.
 */
int
ScanObserved(ScanSearch *search, ScanCylinder *found, int maximum)
{
	const ScanProblem *problem = search->problem;
	int			n = problem->nplaces;
	ScanCylinder *best = palloc_extended(sizeof(ScanCylinder) * n, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	bool	   *used = palloc_extended(sizeof(bool) * n, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int			nfound = 0;

	LoadObserved(search->cases);
	search->observed = true;
	for (int i = 0; i < n; i++)
		best[i].ratio = get_float8_infinity();

	while (nfound < maximum)
	{
		const ScanCylinder *first = NULL;

		/* the best that is known to be free, then whoever may have a better one */
		for (int centre = 0; centre < n; centre++)
		{
			CHECK_FOR_INTERRUPTS();
			if (IsFree(search, &best[centre], used) && (first == NULL || Precedes(&best[centre], first)))
				first = &best[centre];
		}
		for (int sweep = 0; sweep < SWEEPS; sweep++)
			for (int centre = sweep; centre < n; centre += SWEEPS)
			{
				double		floor = first == NULL ? SCAN_LEAST_RATIO : Max(SCAN_LEAST_RATIO, DEPTH * first->ratio);

				CHECK_FOR_INTERRUPTS();
				if (best[centre].ratio < SCAN_LEAST_RATIO || (first != NULL && best[centre].ratio < first->ratio) ||
					IsFree(search, &best[centre], used))
					continue;
				StartLanes(search, 1, floor, get_float8_infinity());
				SearchCentre(search, centre, used);
				best[centre] = search->best[0];
				if (best[centre].places == 0)
					best[centre].ratio = floor > SCAN_LEAST_RATIO ? floor : 0;
				else if (first == NULL || Precedes(&best[centre], first))
					first = &best[centre];
			}
		if (first == NULL)
			break;
		found[nfound++] = *first;
		for (int i = 0; i < first->places; i++)
			used[search->plan->member[search->plan->first_member[first->centre] + i] >> 1] = true;
	}
	search->observed = false;
	pfree(best);
	pfree(used);
	return nfound;
}

/*
 * ScanReplications
 *   The greatest ratios of replications first .. first + lanes - 1: exact between the least threshold and the greatest; 0
 *   below, and anything above beyond.
 */
void
ScanReplications(ScanSearch *search, int first, int lanes, double *greatest)
{
	const ScanProblem *problem = search->problem;
	const double *threshold = SCAN_ARRAY(problem, double, threshold);

	DealCases(search->cases, first, lanes);
	StartLanes(search, lanes, threshold[problem->nthresholds - 1], threshold[0]);
	for (int sweep = 0; sweep < SWEEPS; sweep++)
		for (int centre = sweep; centre < problem->nplaces; centre += SWEEPS)
		{
			CHECK_FOR_INTERRUPTS();
			SearchCentre(search, centre, NULL);
		}
	for (int lane = 0; lane < lanes; lane++)
		greatest[lane] = search->best[lane].ratio;
}
