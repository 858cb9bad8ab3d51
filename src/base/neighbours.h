/*
 * neighbours.h
 *   Which pairs of places lie closer than a distance.
 */
#ifndef CSP_NEIGHBOURS_H
#define CSP_NEIGHBOURS_H

#include "base/csp_analysis.h"

#include <math.h>

typedef enum Metric
{
	METRIC_EUCLIDEAN,
	METRIC_MANHATTAN
} Metric;

/*
 * Pairs are compared by a measure that is cheap and as exact as the distance itself: its square, or the sum of the
 * two differences.
 */
static inline double
PairMeasure(Metric metric, double dx, double dy)
{
	return metric == METRIC_EUCLIDEAN ? dx * dx + dy * dy : fabs(dx) + fabs(dy);
}

/* MeasureDistance: the distance that a measure is of: Euclidean measures are squares */
static inline double
MeasureDistance(Metric metric, double measure)
{
	return metric == METRIC_EUCLIDEAN ? sqrt(measure) : measure;
}

/* MeasureBand: which band a measure below the last limit is in; counted, since a branch would be a guess */
static inline int
MeasureBand(double measure, const double *limit, int nbands)
{
	int			band = 0;

	for (int i = 0; i < nbands - 1; i++)
		band += !(measure < limit[i]);
	return band;
}

/*
 * The places in strips as high as the reach, by x within each strip: the partners of a place are then one run of its
 * own strip and one of the next, and each pair is met once.
 */
typedef struct Neighbours
{
	int			n;
	double		reach;
	double	   *x;				/* in strip order */
	double	   *y;
	int		   *index;			/* strip order -> the caller's index */
	int			nstrips;
	int		   *strip_start;	/* nstrips + 1, over strips that hold a place */
	int64	   *strip_number;
} Neighbours;

/* Walks the places in strip order; the candidates are [own_from, own_to) and [next_from, next_to), in strip order. */
typedef struct NeighbourWalk
{
	const Neighbours *neighbours;
	int			strip;
	int			place;			/* in strip order */
	int			own_from;
	int			own_to;
	int			next_from;
	int			next_to;
} NeighbourWalk;

#define WITHIN_BATCH	1024

/*
 * NeighboursWithin
 *   Those of the candidates from, from + 1, ... (at most WITHIN_BATCH, and before to) that are within the limit of a
 *   place, and their measures. Every other candidate is one: each is written, and the next overwrites it if it was not
 *   within, since a branch would be guessed wrongly half of the time.
 */
static inline int
NeighboursWithin(const Neighbours *neighbours, int place, int from, int to, Metric metric, double limit, int *found, double *measure)
{
	double		x = neighbours->x[place];
	double		y = neighbours->y[place];
	int			nfound = 0;

	to = Min(to, from + WITHIN_BATCH);
	for (int other = from; other < to; other++)
	{
		double		m = PairMeasure(metric, neighbours->x[other] - x, neighbours->y[other] - y);

		found[nfound] = other;
		measure[nfound] = m;
		nfound += m < limit;
	}
	return nfound;
}

extern double MeasureLimit(Metric metric, double distance, bool closed);
extern double MeasureReach(Metric metric, double limit);
extern Neighbours *NeighboursNew(const double *x, const double *y, int n, double reach);
extern void NeighboursFree(Neighbours *neighbours);
extern void NeighbourWalkStart(NeighbourWalk *walk, const Neighbours *neighbours);
extern bool NeighbourWalkNext(NeighbourWalk *walk);
extern double NeighbourCandidates(const Neighbours *neighbours);

/* Runs of places, in strip order, that hold every place within the reach of one of them, that one included. */
typedef struct NeighbourRuns
{
	int			n;
	int			from[3];
	int			to[3];
} NeighbourRuns;

extern void NeighbourRunsOf(const Neighbours *neighbours, int place, NeighbourRuns *runs);

#endif							/* CSP_NEIGHBOURS_H */
