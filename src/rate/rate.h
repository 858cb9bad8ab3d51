/*
 * rate.h
 *   What the rate concepts share: limits of a Poisson count, and the sums their aggregates keep.
 */
#ifndef CSP_RATE_H
#define CSP_RATE_H

#include "base/csp_analysis.h"

#include <math.h>

#define RATE_DEFAULT_PER 1000.0
#define RATE_DEFAULT_CONFIDENCE 0.95

extern double RatePer(double events, double population, double per);
extern void ExactPoissonLimits(double events, double confidence, double *lower, double *upper);

/*
 * A sum in two doubles, the second holding what rounding took from the first (Neumaier 1974): neither the order of
 * the rows nor the cut into parallel parts shows in the result.
 */
static inline void
SumAdd(double *sum, double x)
{
	double		total = sum[0] + x;

	sum[1] += fabs(sum[0]) >= fabs(x) ? (sum[0] - total) + x : (x - total) + sum[0];
	sum[0] = total;
}

/* SumCombine: adds one compensated sum to another */
static inline void
SumCombine(double *sum, const double *other)
{
	SumAdd(sum, other[0]);
	sum[1] += other[1];
}

/* SumValue: the sum; one that left the range of float8 is an error rather than an infinite rate. */
static inline double
SumValue(const double *sum)
{
	double		value = sum[0] + sum[1];

	if (!isfinite(value))
		float_overflow_error();
	return value;
}

/* Columns of csp.interval_estimate. */
enum
{
	INTERVAL_ESTIMATE_ESTIMATE,
	INTERVAL_ESTIMATE_LOWER,
	INTERVAL_ESTIMATE_UPPER,
	INTERVAL_ESTIMATE_COLUMNS
};

#endif							/* CSP_RATE_H */
