/*
 * space_time_scan.h
 *   The scan statistic: its data, and what the parts of its search share. space_time_scan.c reads arguments and builds the
 *   data; _plan.c finds circles, boxes of windows and thresholds; _cases.c holds and deals out cases; _search.c searches.
 */
#ifndef CSP_SPACE_TIME_SCAN_H
#define CSP_SPACE_TIME_SCAN_H

#include "base/csp_analysis.h"

/* ---- the data ---- */

/*
 * The data of one scan, flat, as workers get them: this head and then the arrays. Weights say where cases are expected:
 * the cases expected of a place in some periods are its weight in them over weight_per_case.
 *   permutation  cases of the place x cases of the periods; replications shuffle the periods of the cases
 *   otherwise    population, in whole units; replications deal out the cases by it
 * All weights are whole numbers below 2^53, so that a set of places has one weight, in whatever order it is added up.
 */
typedef struct ScanProblem
{
	int64		seed;
	double		weight_per_case;
	double		share_limit;	/* greatest sum of place_weight in a circle */
	double		total_share;	/* sum of place_weight */
	double		maximum_radius; /* infinity: none */
	int32		permutation;
	int32		product;		/* weight of a place in some periods = place_weight x weight of the periods */
	int32		prospective;	/* windows end with the last period */
	int32		minimum_cases;
	int32		replications;
	int32		ncases;
	int32		nplaces;
	int32		nperiods;		/* with data: no window needs to begin or end in others, see KeptPeriods */
	int32		nseen;			/* the last nseen periods are in some window: the search numbers these alone, from 0 */
	int32		ncells;			/* of places and periods that have cases */
	int32		nthresholds;
	int32		unused;
	/* where the arrays begin, in bytes from the head */
	Size		x;				/* double[nplaces] */
	Size		y;
	Size		place_weight;	/* double[nplaces]: cases or population of each place */
	Size		weight;			/* double: sums over periods 0 .. t - 1; [nperiods + 1] for product, otherwise
								 * [nplaces][nperiods + 1] */
	Size		period;			/* int32[nperiods]: the number of the period in time, rising */
	Size		last_end;		/* int32[nseen]: the last end of a window that begins with the period */
	Size		cell_place;		/* int32[ncells], sorted by place and period */
	Size		cell_period;
	Size		cell_cases;
	Size		threshold;		/* double[nthresholds]: ratios that replications are compared with, falling */
	Size		size;
} ScanProblem;

#define SCAN_ARRAY(problem, type, member) ((type *) ((char *) (problem) + (problem)->member))

#define SCAN_LANES			32		/* replications side by side */
#define SCAN_MAX_CASES		((1 << 24) - 1) /* counts stay exact in a float */
#define SCAN_LEAST_RATIO	0.01	/* a cylinder below is none */

/* SeenWeight: sums of weights over the periods of the search: of all places for product, otherwise of one */
static inline const double *
SeenWeight(const ScanProblem *problem, int place)
{
	const double *weight = SCAN_ARRAY(problem, double, weight) + (problem->nperiods - problem->nseen);

	return problem->product ? weight : weight + (Size) place * (problem->nperiods + 1);
}

/* WeightWithin: the weight of a place in periods from .. to - 1 of the search */
static inline double
WeightWithin(const ScanProblem *problem, int place, int from, int to)
{
	const double *weight = SeenWeight(problem, place);

	return (problem->product ? SCAN_ARRAY(problem, double, place_weight)[place] : 1) * (weight[to] - weight[from]);
}

/* One cylinder: the nearest `places` places of a centre, in periods from .. to - 1 in time. */
typedef struct ScanCylinder
{
	double		ratio;			/* log-likelihood ratio; 0: there is none */
	double		expected;
	double		radius;
	int32		centre;
	int32		places;
	int32		from;			/* in time, as in ScanProblem's period */
	int32		to;
	int32		observed;
} ScanCylinder;

/* ---- the plan ---- */

/*
 * The least excess (cases - expected) that gives a cylinder a ratio, by what is expected, in steps of 1/32 octave from
 * 2^-30 on: entry i holds for expectations from that of i on. The index is the top of a float's bits.
 */
#define NEED_SHIFT		18
#define NEED_FIRST		((127 - 30) << (23 - NEED_SHIFT))
#define NEED_ENTRIES	(54 << (23 - NEED_SHIFT))	/* up to 2^24 */
#define MAX_NEEDS		1024

typedef struct ScanNeed
{
	double		to_next;		/* the next table's ratio needs at least so many times the excess; 0: not known yet */
	float		excess[NEED_ENTRIES];
} ScanNeed;

/* NeededExcess: the excess over the expected cases from which a cylinder could beat what was found */
static inline float
NeededExcess(const ScanNeed *need, double expected)
{
	union
	{
		float		value;
		int32		bits;
	}			f = {.value = (float) expected};
	int32		i = (f.bits >> NEED_SHIFT) - NEED_FIRST;

	return need->excess[Max(i, 0)];
}

/*
 * The boxes of windows of one level. A window is two points, before its first period and after its last; block b of a
 * level is the points b << level and following. A run is the boxes of one block of beginnings: its ends are in adjacent
 * blocks.
 */
typedef struct BoxRun
{
	int32		from;
	int32		to;				/* the first */
	int32		n;
} BoxRun;

typedef struct ScanLevel
{
	int			nruns;
	int			nboxes;
	double		typical;		/* length of a window, in periods */
	BoxRun	   *run;
} ScanLevel;

#define SCAN_MAX_LEVELS	31

typedef struct ScanPlan
{
	const ScanProblem *problem;
	/* the circles: places by their distance from each centre, x 2, + 1 where a circle ends */
	int64	   *first_member;	/* [nplaces + 1] */
	int32	   *member;
	int			nlevels;
	ScanLevel	level[SCAN_MAX_LEVELS];
	ScanNeed   *need[MAX_NEEDS];	/* made when they are asked for */
} ScanPlan;

/*
 * ShortestFrom: the beginning of the shortest window that begins in a block of a level: the last
 * period of the block
 */
static inline int
ShortestFrom(const ScanProblem *problem, int level, int from_block)
{
	return (int) Min((((int64) from_block + 1) << level) - 1, problem->nseen - 1);
}

/*
 * ShortestTo: the end of the shortest window that ends in a block of a level: scans of what is
 * going on end at the last period
 */
static inline int
ShortestTo(const ScanProblem *problem, int level, int to_block)
{
	return problem->prospective ? problem->nseen : to_block << level;
}

extern double ScanRatio(double observed, double expected, double cases);
extern int	NeedIndex(double ratio);
extern const ScanNeed *GetNeed(ScanPlan *plan, int i);
extern double NeedGrowth(ScanPlan *plan, int from, int to);
extern bool BoxHasWindow(const ScanProblem *problem, int level, int from_block, int to_block);
extern double CirclesMemory(const ScanProblem *problem);
extern ScanPlan *NewScanPlan(const ScanProblem *problem);

/* ---- the cases ---- */

typedef struct CaseEntry
{
	uint32		index;			/* period * SCAN_LANES + lane */
	uint32		count;
} CaseEntry;

/* The cases of each lane: a table of cells, or entries by place; what the bytes of a table cannot hold is an entry too. */
typedef struct ScanCases
{
	const ScanProblem *problem;
	uint8	   *table;			/* [nplaces][nseen][SCAN_LANES], or NULL */
	int64	   *first_entry;	/* [nplaces + 1] */
	CaseEntry  *entry;			/* by place */
	/* as they come in */
	int64		nentries;
	int64		capacity;
	int32	   *new_place;
	CaseEntry  *new_entry;
	/* dealing out */
	int32	   *period;			/* permutation: [ncases], by place */
	int32	   *shuffled;
	int64		nalias;			/* otherwise: what has population, and Walker's table */
	double	   *alias_part;
	int32	   *alias_cell;
	int32	   *alias_other;
	int32	   *cell_count;		/* with a table: of one lane */
} ScanCases;

extern double CasesMemory(const ScanProblem *problem);
extern ScanCases *NewScanCases(const ScanProblem *problem);
extern void LoadObserved(ScanCases *cases);
extern void DealCases(ScanCases *cases, int first, int lanes);
extern int32 CasesWithin(const ScanCases *cases, int place, int from, int to, int lane);

/* ---- the search ---- */

typedef struct ScanSearch ScanSearch;

extern double SearchMemory(const ScanProblem *problem);
extern ScanSearch *NewScanSearch(const ScanProblem *problem);
extern const ScanProblem *SearchProblem(const ScanSearch *search);
extern int	ScanObserved(ScanSearch *search, ScanCylinder *found, int maximum);
extern void ScanReplications(ScanSearch *search, int first, int lanes, double *greatest);

#endif							/* CSP_SPACE_TIME_SCAN_H */
