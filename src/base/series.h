/*
 * series.h
 *   Foundation: a series of numbers y at positions x, optionally weighted, as an aggregate collects it and as a
 *   kernel reads it.
 */
#ifndef CSP_SERIES_H
#define CSP_SERIES_H

#include "base/csp_analysis.h"

#include "utils/date.h"
#include "utils/timestamp.h"

/*
 * SeriesState
 *   The `internal` state of a collecting aggregate: rows of width numbers (x, y and, at width 3, a weight) in arrival
 *   order, and the aggregate's further arguments, which must not vary within a group (NaN until given).
 */
#define SERIES_PARAMETERS 16
#define SERIES_CONFIDENCE 0		/* the one that most have */

typedef struct SeriesState
{
	uint32		magic;			/* tells our states from other `internal` ones */
	int32		width;
	double		parameters[SERIES_PARAMETERS];
	int64		n;
	int64		capacity;
	double	   *values;
} SeriesState;

/* Series: the rows as columns, sorted by x, then y, then weight, so that no result depends on the order of rows. */
typedef struct Series
{
	int64		n;
	double	   *x;
	double	   *y;
	double	   *weight;			/* NULL at width 2 */
	const double *parameters;
} Series;

/* the transition function's side */
extern SeriesState *SeriesTransition(FunctionCallInfo fcinfo, int width);
extern Datum SeriesSkipRow(FunctionCallInfo fcinfo);
extern bool SeriesHasNullArgument(FunctionCallInfo fcinfo);
extern void SeriesSetParameter(SeriesState *state, int parameter, const char *name, double value);
extern void SeriesAppend(SeriesState *state, const double *row);

/* the final function's side */
extern bool SeriesSorted(FunctionCallInfo fcinfo, Series *series);
extern void SeriesFree(Series *series);

/* days as numbers, counted from 2000-01-01 (UTC) */
extern double DateToDays(DateADT date);
extern double TimestampToDays(TimestampTz instant);

#endif							/* CSP_SERIES_H */
