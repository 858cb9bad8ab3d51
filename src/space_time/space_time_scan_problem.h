/*
 * space_time_scan_problem.h
 *   The data of one scan, which space_time_scan.c builds from its rows and every part of the search reads. The parts, each with
 *   a header of its own: _plan finds circles, boxes of windows and thresholds; _cases holds and deals out cases; _search
 *   searches.
 */
#ifndef CSP_SPACE_TIME_SCAN_PROBLEM_H
#define CSP_SPACE_TIME_SCAN_PROBLEM_H

#include "base/csp_analysis.h"

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

#endif							/* CSP_SPACE_TIME_SCAN_PROBLEM_H */
