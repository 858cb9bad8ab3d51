/*
 * weights.h
 *   Spatial weights: for each place its neighbours, as compressed sparse rows.
 */
#ifndef CSP_WEIGHTS_H
#define CSP_WEIGHTS_H

#include "base/csp_analysis.h"

typedef enum WeightStyle
{
	STYLE_W,					/* each neighbour 1 / number of the place's neighbours: the row sums to 1 */
	STYLE_B						/* each neighbour 1 */
} WeightStyle;

/*
 * The neighbours of place i are neighbour[start[i]] to neighbour[start[i + 1] - 1], each place at most once. All of
 * them have one weight (WeightOf), so none is stored.
 */
typedef struct Weights
{
	int			n;
	WeightStyle style;
	bool		symmetric;		/* known: each link has its reverse, rows are in no order; else rows are in order */
	int64	   *start;			/* n + 1 */
	int32	   *neighbour;
} Weights;

/* Sums over a matrix of weights w, as the moments of global statistics need them. */
typedef struct WeightSums
{
	int			with_neighbours;	/* places that have any */
	double		s0;				/* sum of w_ij */
	double		s1;				/* half the sum of (w_ij + w_ji)^2 */
	double		s2;				/* sum over i of (row sum + column sum)^2 */
} WeightSums;

/* WeightCount: the number of neighbours of a place */
static inline int
WeightCount(const Weights *weights, int place)
{
	return (int) (weights->start[place + 1] - weights->start[place]);
}

/* WeightOf: the weight that each neighbour of a place has */
static inline double
WeightOf(const Weights *weights, int place)
{
	return weights->style == STYLE_B ? 1 : 1.0 / WeightCount(weights, place);
}

/* NeighbourSum: the sum of the values of a place's neighbours, without weights */
static inline double
NeighbourSum(const Weights *weights, int place, const double *value)
{
	double		sum = 0;

	for (int64 link = weights->start[place]; link < weights->start[place + 1]; link++)
		sum += value[weights->neighbour[link]];
	return sum;
}

/*
 * What all places have in common: the values as deviations from their mean, and where they do not vary. Decided by
 * comparing values, not by a variance near 0.
 */
typedef struct ValueSummary
{
	int			n;
	double		mean;
	double		squares;		/* sum of deviation^2 */
	double		least;
	double		greatest;
	int			nleast;			/* how many places have the least value */
	int			ngreatest;
	double	   *deviation;
} ValueSummary;

/* OthersConstant: whether the places other than one of this value all have one value */
static inline bool
OthersConstant(const ValueSummary *summary, double value)
{
	return summary->least == summary->greatest ||
		(summary->nleast == 1 && value == summary->least && summary->ngreatest == summary->n - 1) ||
		(summary->ngreatest == 1 && value == summary->greatest && summary->nleast == summary->n - 1);
}

extern void SummariseValues(ValueSummary *summary, const double *value, int n);
extern WeightStyle ReadWeightStyle(Datum style);
extern Weights *WeightsWithin(const double *x, const double *y, int n, double distance, WeightStyle style, bool self);
extern Weights *WeightsListed(const int64 *id, int n, const int64 *list, const int64 *from, const int64 *to, WeightStyle style, bool self);
extern void SumWeights(const Weights *weights, WeightSums *sums);

#endif							/* CSP_WEIGHTS_H */
