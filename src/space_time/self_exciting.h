/*
 * self_exciting.h
 *   A self-exciting process: what its fit and its map share.
 */
#ifndef CSP_SELF_EXCITING_H
#define CSP_SELF_EXCITING_H

#include "base/events.h"

#define MAX_TURNS			50	/* backgrounds tried */
#define TURN_TOLERANCE		1e-5	/* largest change from one background to the next */

/* How far triggering is looked for, and how the background is made; compared byte by byte as part of the settings. */
typedef struct SelfExcitingLimits
{
	double		bandwidth;
	double		distance;
	double		days;
	int64		declustered;
} SelfExcitingLimits;

/* What the likelihood needs: children by rising index, each with its possible parents. */
typedef struct Pairs
{
	const EventList *list;
	int64		npairs;
	int64	   *start;			/* n + 1 */
	double	   *apart;			/* days */
	double	   *measure;		/* squared distance */
	int64	   *filled;
} Pairs;

/* How long each event has been watched: most for the whole of `days`, the last ones until the window ends. */
typedef struct Exposure
{
	double		length;			/* of the window, days */
	int64		whole;
	int64		nleft;
	double	   *left;			/* days, shorter than the limit */
} Exposure;

typedef struct Process
{
	double		background;		/* events a day */
	double		branching;		/* within the limits */
	double		decay;			/* mean days of the exponential before it is cut off */
	double		sigma;
} Process;

/* What one E-step finds out. */
typedef struct Expectation
{
	double		log_likelihood;
	double		background;		/* expected number of background events */
	double		triggered;		/* expected number of others */
	double		days;			/* their waiting times, summed */
	double		measure;		/* their squared displacements, summed */
} Expectation;

extern void SelfExcitingCheckLimits(const SelfExcitingLimits *limits);
extern void SelfExcitingFindPairs(Pairs *pairs, const EventList *list, const SelfExcitingLimits *limits);
extern double SelfExcitingWithinTime(const Process *process, const SelfExcitingLimits *limits);
extern double SelfExcitingWithinSpace(const Process *process, const SelfExcitingLimits *limits);
extern void SelfExcitingExpect(const Process *process, const SelfExcitingLimits *limits, const Pairs *pairs, const Exposure *exposure,
							   const double *density, double *share, Expectation *result);

/* Columns of csp.self_exciting_fit. */
enum
{
	SELF_EXCITING_FIT_EVENTS,
	SELF_EXCITING_FIT_BACKGROUND_RATE,
	SELF_EXCITING_FIT_BRANCHING_RATIO,
	SELF_EXCITING_FIT_DECAY_DAYS,
	SELF_EXCITING_FIT_SIGMA,
	SELF_EXCITING_FIT_LOG_LIKELIHOOD,
	SELF_EXCITING_FIT_LOG_LIKELIHOOD_WITHOUT,
	SELF_EXCITING_FIT_ITERATIONS,
	SELF_EXCITING_FIT_CONVERGED,
	SELF_EXCITING_FIT_WARNING,
	SELF_EXCITING_FIT_STARTS,
	SELF_EXCITING_FIT_ENDS,
	SELF_EXCITING_FIT_BANDWIDTH,
	SELF_EXCITING_FIT_DISTANCE,
	SELF_EXCITING_FIT_DAYS,
	SELF_EXCITING_FIT_DECLUSTERED,
	SELF_EXCITING_FIT_COLUMNS
};

#endif							/* CSP_SELF_EXCITING_H */
