/*
 * log_linear.h
 *   Foundation: quasi-Poisson regression of counts on seasonal levels and one trend, as R's glm fits it.
 */
#ifndef CSP_LOG_LINEAR_H
#define CSP_LOG_LINEAR_H

#include "base/csp_analysis.h"

#include <float.h>

/* no fitted value is below this, as in R's families */
#define LOG_LINEAR_LEAST_MEAN DBL_EPSILON

/* iteration starts with fitted values this much above the counts, as R's */
#define LOG_LINEAR_START 0.1

/*
 * LogLinear
 *   The counts of one fit and what it left. Allocated once for many fits of at most `capacity` counts: the caller fills
 *   in the data, from index 0 on, and n. Working weights, sums and leverages are those of the last iteration, as R's.
 */
typedef struct LogLinear
{
	int			capacity;
	int			nlevels;

	/* data */
	int			n;
	double	   *y;				/* counts */
	double	   *log_y;			/* their logarithms, 0 for a count of 0 */
	double	   *log_start;		/* and those of where iteration starts, y + LOG_LINEAR_START */
	double	   *t;				/* time */
	double	   *offset;			/* on the log scale; 0 without */
	double	   *weight;			/* prior weights */
	int		   *level;			/* from 0 to nlevels - 1 */

	/* the fit */
	bool		trend;
	double		slope;			/* of the log count by unit of t; 0 without trend */
	double	   *intercept;		/* of each level, at t = 0 */
	double	   *fitted;
	double		df;				/* residual degrees of freedom */
	double		pearson;		/* sum of squared Pearson residuals */
	double		relative;		/* sum of squared residuals relative to the fitted values, by prior weight */

	/* the last iteration */
	double	   *working;		/* weights */
	double	   *response;		/* working response */
	double	   *level_weight;	/* sums of working weights */
	double	   *level_time;		/* means of t under them */
	double		time_weight;	/* sum of weighted squares of t about them */
} LogLinear;

extern LogLinear *LogLinearNew(int capacity, int nlevels);
extern bool LogLinearFit(LogLinear *model, bool trend);
extern double LogLinearVariance(const LogLinear *model, int level, double t);

#endif							/* CSP_LOG_LINEAR_H */
