/*
 * space_time_scan_plan.c
 *   Kernel of space_time_scan: what the search for clusters knows beforehand: the excess of cases that a ratio takes, the
 *   circles, and the boxes of windows.
 */
#include "space_time/space_time_scan_plan.h"

#include <float.h>
#include <math.h>

#define SEPARATION		2		/* runs of a box of windows are this many runs apart, or single periods */
#define TIE_TOLERANCE	1e-9	/* distances that differ by less are equal: coordinates are rounded */
#define NEED_STEP		1.05	/* from the ratio of one table to the next */
#define SAMPLED_CENTRES	16

/* ---- the ratio and the excess it takes ---- */

/* ScanRatio: log-likelihood ratio of a cylinder with more cases than expected (Kulldorff 1997, 2005) */
double
ScanRatio(double observed, double expected, double cases)
{
	double		excess = observed - expected;
	double		inside = observed * log1p(excess / expected);

	return observed < cases ? inside + (cases - observed) * log1p(-excess / (cases - expected)) : inside;
}

/*
 * LeastExcess
 *   The excess that gives a cylinder the ratio; not more than there is room for. Newton's method on a convex function, from
 *   a guess above if it is one, otherwise from Bernstein's bound.
 */
static double
LeastExcess(double ratio, double expected, double cases, double guess)
{
	double		room = cases - expected;
	double		excess = guess;

	if (cases * log(cases / expected) <= ratio)
		return room;
	if (!(guess < room) || ScanRatio(expected + guess, expected, cases) < ratio)
		excess = Min(2 * ratio / 3 + sqrt(2 * ratio * expected), room * (1 - 1e-12));
	for (int i = 0; i < 100; i++)
	{
		double		slope = log1p(excess / expected) - log1p(-excess / room);
		double		step = (ScanRatio(expected + excess, expected, cases) - ratio) / slope;

		excess -= step;
		if (!(step > 1e-8 * excess))
			break;
	}
	return excess;
}

/* NeedRatio: the ratio of observed to expected cases that entry i of the table of needed excesses is for */
static inline double
NeedRatio(int i)
{
	return SCAN_LEAST_RATIO * pow(NEED_STEP, i);
}

/* NeedIndex: the last table of needed excesses whose ratio is not above this one */
int
NeedIndex(double ratio)
{
	int			i = (int) floor(log(ratio / SCAN_LEAST_RATIO) / log(NEED_STEP));

	i = Max(Min(i, MAX_NEEDS - 2), 0);
	while (i > 0 && NeedRatio(i) > ratio)
		i--;
	return i;
}

/*
 * GetNeed
 *   The table of one ratio. What is needed is concave in what is expected (see space_time_scan_search.c), so that from one
 *   expectation up to the greatest it is least at an end.
 */
const ScanNeed *
GetNeed(ScanPlan *plan, int i)
{
	const ScanProblem *problem = plan->problem;
	double		ratio = NeedRatio(i);
	double		most_expected = problem->ncases * (problem->share_limit / problem->total_share);
	double		last;
	double		excess;
	ScanNeed   *need;

	if (plan->need[i] != NULL)
		return plan->need[i];
	need = plan->need[i] = palloc(sizeof(ScanNeed));
	need->to_next = 0;
	last = LeastExcess(ratio, most_expected, problem->ncases, problem->ncases);
	excess = last;
	/* less is needed where less is expected, as a rule: each entry is a guess for the next */
	for (int j = NEED_ENTRIES - 1; j >= 0; j--)
	{
		union
		{
			int32		bits;
			float		value;
		}			f = {.bits = (j + NEED_FIRST) << NEED_SHIFT};
		double		expected = f.value * (1 - 1e-6);	/* expectations are rounded to floats */

		if (expected < most_expected)
			excess = LeastExcess(ratio, expected, problem->ncases, excess);
		need->excess[j] = (float) (Min(excess, last) * (1 - 1e-6));
	}
	return need;
}

/* NeedGrowth: the ratio of table `to` takes at least so many times the excess that the ratio of table `from` does */
double
NeedGrowth(ScanPlan *plan, int from, int to)
{
	double		growth = 1;

	for (int i = from; i < to; i++)
	{
		const ScanNeed *need = GetNeed(plan, i);

		if (need->to_next == 0)
		{
			const ScanNeed *next = GetNeed(plan, i + 1);
			double		least = DBL_MAX;

			for (int j = 0; j < NEED_ENTRIES; j++)
				least = Min(least, (double) next->excess[j] / need->excess[j]);
			plan->need[i]->to_next = Max(least, 1);
		}
		growth *= need->to_next;
	}
	return growth;
}

/* ---- circles ---- */

typedef struct Member
{
	double		measure;
	int32		member;			/* place x 2, + 1 where a circle ends */
} Member;

/* CompareMembers: order of a circle's places: the nearest first */
static inline int
CompareMembers(const Member *a, const Member *b)
{
	if (a->measure != b->measure)
		return a->measure < b->measure ? -1 : 1;
	return a->member < b->member ? -1 : a->member > b->member ? 1 : 0;
}

#define ST_SORT SortMembers
#define ST_ELEMENT_TYPE Member
#define ST_COMPARE(a, b) CompareMembers(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * CirclesOf
 *   The places of the circles around one centre, by distance, in near[]; gives their number. Places at one distance enter
 *   together; the largest circle is the last one within both limits.
 */
static int
CirclesOf(const ScanProblem *problem, int centre, Member *near)
{
	const double *x = SCAN_ARRAY(problem, double, x);
	const double *y = SCAN_ARRAY(problem, double, y);
	const double *share = SCAN_ARRAY(problem, double, place_weight);
	double		limit = problem->maximum_radius * problem->maximum_radius * (1 + TIE_TOLERANCE);
	double		inside = 0;
	int			nnear = 0;

	for (int i = 0; i < problem->nplaces; i++)
	{
		double		dx = x[i] - x[centre];
		double		dy = y[i] - y[centre];
		double		measure = dx * dx + dy * dy;

		if (measure <= limit)
			near[nnear++] = (Member) {measure, i << 1};
	}
	SortMembers(near, nnear);
	for (int from = 0; from < nnear;)
	{
		int			end = from;

		while (end < nnear && near[end].measure <= near[from].measure * (1 + TIE_TOLERANCE))
			inside += share[near[end++].member >> 1];
		if (inside > problem->share_limit)
			return from;
		near[end - 1].member |= 1;
		from = end;
	}
	return nnear;
}

/*
 * CirclesMemory
 *   Bytes that the list of all circles will take, about: from some centres all over the place.
 */
double
CirclesMemory(const ScanProblem *problem)
{
	int			n = problem->nplaces;
	int			sample = Min(n, SAMPLED_CENTRES);
	Member	   *near = palloc_extended(sizeof(Member) * n, MCXT_ALLOC_HUGE);
	double		members = 0;

	for (int i = 0; i < sample; i++)
	{
		CHECK_FOR_INTERRUPTS();
		members += CirclesOf(problem, (int) ((int64) n * i / sample), near);
	}
	pfree(near);
	return members / sample * n * sizeof(int32);
}

/* FindCircles: for each centre the places within the maximum radius, the nearest first */
static void
FindCircles(ScanPlan *plan)
{
	int			n = plan->problem->nplaces;
	Member	   *near = palloc_extended(sizeof(Member) * n, MCXT_ALLOC_HUGE);
	int64		capacity = 1024;
	int64		filled = 0;

	plan->first_member = palloc_extended(sizeof(int64) * (n + 1), MCXT_ALLOC_HUGE);
	plan->member = palloc(sizeof(int32) * capacity);
	for (int centre = 0; centre < n; centre++)
	{
		int			members;

		CHECK_FOR_INTERRUPTS();
		members = CirclesOf(plan->problem, centre, near);
		if (filled + members > capacity)
		{
			capacity = Max(capacity * 2, filled + members);
			plan->member = repalloc_huge(plan->member, sizeof(int32) * capacity);
		}
		plan->first_member[centre] = filled;
		for (int i = 0; i < members; i++)
			plan->member[filled++] = near[i].member;
	}
	plan->first_member[n] = filled;
	pfree(near);
}

/* ---- boxes of windows ---- */

/* BoxHasWindow: whether any of a box's windows is one of the scan */
bool
BoxHasWindow(const ScanProblem *problem, int level, int from_block, int to_block)
{
	int			from = ShortestFrom(problem, level, from_block);
	int			to = ShortestTo(problem, level, to_block);

	if ((int64) from_block << level >= problem->nseen || to_block > problem->nseen >> level ||
		(problem->prospective && to_block != problem->nseen >> level))
		return false;
	return from < to && to <= SCAN_ARRAY(problem, int32, last_end)[from];
}

/* BoxIsSeparated: whether its runs of periods are so far apart that they are not taken apart further */
static inline bool
BoxIsSeparated(int from_block, int to_block)
{
	return to_block - from_block >= SEPARATION;
}

/* FillLevel: the boxes of windows that one level of the search looks at */
static void
FillLevel(const ScanProblem *problem, ScanLevel *level, int i, bool is_top)
{
	int			nblocks = (problem->nseen >> i) + 1;

	level->run = palloc_extended(sizeof(BoxRun) * nblocks, MCXT_ALLOC_HUGE);
	for (int from = 0; from < nblocks; from++)
	{
		BoxRun	   *run = &level->run[level->nruns];

		*run = (BoxRun) {.from = from};
		for (int to = problem->prospective ? nblocks - 1 : from; to < nblocks && (is_top || !BoxIsSeparated(from >> 1, to >> 1)); to++)
		{
			if (i > 0 && !BoxIsSeparated(from, to))
				continue;
			if (BoxHasWindow(problem, i, from, to))
			{
				if (run->n++ == 0)
					run->to = to;
			}
			else if (run->n > 0)
				break;
		}
		if (run->n > 0)
		{
			level->nruns++;
			level->nboxes += run->n;
		}
		CheckInterruptsAt(from);
	}
}

/* PlanWindows: plans the levels of boxes of windows, up to the first whose boxes reach the longest window */
static void
PlanWindows(ScanPlan *plan)
{
	const ScanProblem *problem = plan->problem;
	const int32 *last_end = SCAN_ARRAY(problem, int32, last_end);
	int			longest = 1;
	int			top = 0;

	for (int from = 0; from < problem->nseen; from++)
	{
		longest = Max(longest, last_end[from] - from);
		CheckInterruptsAt(from);
	}
	while (longest >> top >= 2 * SEPARATION && top < SCAN_MAX_LEVELS - 1)
		top++;
	plan->nlevels = top + 1;
	for (int i = 0; i <= top; i++)
	{
		FillLevel(problem, &plan->level[i], i, i == top);
		plan->level[i].typical = Min(1.5 * SEPARATION * (1 << i), longest);
	}
}

/* NewScanPlan: what the search looks at, whatever the cases: circles, and boxes of windows */
ScanPlan *
NewScanPlan(const ScanProblem *problem)
{
	ScanPlan   *plan = palloc0(sizeof(ScanPlan));

	plan->problem = problem;
	FindCircles(plan);
	PlanWindows(plan);
	return plan;
}
