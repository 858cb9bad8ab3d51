/*
 * knox_count.h
 *   Counting close pairs under permutations of the times over the places.
 */
#ifndef CSP_KNOX_COUNT_H
#define CSP_KNOX_COUNT_H

#include "base/neighbours.h"

/* permutations carried side by side by one task */
#define KNOX_LANES	32

#define KNOX_MAX_BANDS 100

/*
 * A counting problem, flat (arrays follow the header): events in their defined order, finite band edges only. Bands
 * without an end need no counting, they follow from the totals.
 */
typedef struct KnoxProblem
{
	Size		size;
	int32		n;
	int32		metric;
	int32		nspace;			/* finite distance bands */
	int32		ntime;			/* finite day bands */
	int32		permutations;	/* how many lanes of the last task count */
	bool		by_time;		/* walk the pairs close in time and move the places, not the other way round */
	bool		space_open;		/* a last band to infinity follows the finite ones */
	bool		time_open;
	uint64		seed;
	int64		npairs;			/* close in space, or in time if by_time */
	Size		x;				/* offsets of the arrays: double[n] */
	Size		y;
	Size		t;				/* int64[n], from 0, in the largest unit that divides all */
	Size		space_limit;	/* double[nspace]: pair is within if its measure is less */
	Size		time_limit;		/* int64[ntime]: pair is within if its time is less */
	Size		space_total;	/* int64[nspace]: all pairs of each finite distance band */
	Size		time_total;		/* int64[ntime]: all pairs of each finite day band */
	Size		observed;		/* int64[all cells] */
} KnoxProblem;

#define KNOX_ARRAY(problem, type, member)	((type *) ((char *) (problem) + (problem)->member))

/* KnoxCells: the number of cells of the table of bands in space and time, open ones included */
static inline int
KnoxCells(const KnoxProblem *problem)
{
	return (problem->nspace + problem->space_open) * (problem->ntime + problem->time_open);
}

extern void KnoxFillOpenBands(const KnoxProblem *problem, int64 *cells);
extern Size KnoxProcessMemory(const KnoxProblem *problem);

#endif							/* CSP_KNOX_COUNT_H */
