/*
 * suppression_reach.h
 *   Kernel of suppression: what a reader can derive from tables, worked out from the moves of suppression_bounds.h.
 */
#ifndef CSP_SUPPRESSION_REACH_H
#define CSP_SUPPRESSION_REACH_H

#include "judgement/suppression_bounds.h"

/* What is known of a count when only what is published is known: the reach of the moves, and the moves that reach furthest. */
#define BY_SUM	(-2)			/* each region by itself */

typedef struct Reach
{
	Range	   *count;			/* by table and cell */
	Range	   *singles;		/* by table and cell: sums over the moves of one region */
	int64	   *least_below;	/* by table and cell: what the parts that are shown leave */
	Range	   *region;			/* by region and cell, remainders included */
	int		   *count_low;		/* the move that reaches there, BY_SUM, or -1 */
	int		   *count_high;
	int		   *region_low;
	int		   *region_high;
	int64	   *single_low;		/* by region and cell: the move of the region alone, downwards */
	int64	   *single_below;	/* and as its parts alone allow it */
} Reach;

extern void *NewArray(size_t size, size_t outer, size_t inner);
extern Reach *NewReach(const SuppressionTables *t);
extern void Measure(SuppressionTables *t, Reach *reach);

#endif							/* CSP_SUPPRESSION_REACH_H */
