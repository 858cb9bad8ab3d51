/*
 * rank_trend.h
 *   The Mann-Kendall test, for concepts that ask whether a series rises or falls.
 */
#ifndef CSP_RANK_TREND_H
#define CSP_RANK_TREND_H

#include "base/series.h"

typedef struct MannKendall
{
	int64		n;
	int64		s;
	int64		pairs;			/* with different x */
	int64		duplicates;		/* pairs of equal x and equal y */
	double		variance;
	double		untied;			/* what S would be at most: the denominator of tau-b; 0 where x or y is constant */
	double		tau;			/* NaN where x or y is constant */
} MannKendall;

extern void MannKendallKernel(const Series *series, MannKendall *result);
extern double MannKendallZ(int64 s, double variance);
extern double MedianSlopeWithin(const Series *series, int64 nseries, int64 pairs, int64 duplicates);

#endif							/* CSP_RANK_TREND_H */
