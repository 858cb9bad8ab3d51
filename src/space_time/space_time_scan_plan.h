/*
 * space_time_scan_plan.h
 *   What the search knows before it begins: the excess that a ratio takes, the circles, and the boxes of windows.
 */
#ifndef CSP_SPACE_TIME_SCAN_PLAN_H
#define CSP_SPACE_TIME_SCAN_PLAN_H

#include "space_time/space_time_scan_problem.h"

#define SCAN_LEAST_RATIO	0.01	/* a cylinder below is none */

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

/* NeededExcess: the excess that a table asks for where so much is expected; exact or a little less. */
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

#endif							/* CSP_SPACE_TIME_SCAN_PLAN_H */
