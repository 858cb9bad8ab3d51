/*
 * period.h
 *   Foundation: regular periods (days, weeks, months, quarters, years, or plain integers), and the error that names
 *   the first one that is missing, given twice or out of order.
 *
 * A period is an int64: the integer itself, or the period's first day as a DateADT. Use:
 *
 *     periods[i] = PeriodFromDate(date);                           refuses infinite dates
 *     PeriodSeriesInit(&series, periods, n, PERIOD_DETECT);        or PERIOD_INTEGER, or the step that the caller states
 *     next = PeriodAt(&series, n);                                 the period after the last one
 */
#ifndef CSP_PERIOD_H
#define CSP_PERIOD_H

#include "base/csp_analysis.h"

#include "utils/date.h"

typedef enum PeriodStep
{
	PERIOD_DETECT,				/* dates: find out which of the following */
	PERIOD_DAY,
	PERIOD_WEEK,				/* of seven days, beginning on any weekday */
	PERIOD_MONTH,				/* of the calendar, beginning on any day up to the 28th */
	PERIOD_QUARTER,				/* three of those months */
	PERIOD_YEAR,				/* twelve of them */
	PERIOD_INTEGER
} PeriodStep;

typedef struct PeriodSeries
{
	PeriodStep	step;			/* never PERIOD_DETECT */
	int64		first;
	int64		n;
} PeriodSeries;

extern int64 PeriodFromDate(DateADT date);
extern void PeriodSeriesInit(PeriodSeries *series, const int64 *periods, int64 n, PeriodStep step);
extern int64 PeriodAt(const PeriodSeries *series, int64 index);
extern int64 PeriodIndex(const PeriodSeries *series, int64 period);

/* single periods */
extern int64 PeriodAdd(PeriodStep step, int64 period, int64 steps);
extern int64 PeriodYearBefore(PeriodStep step, int64 period);
extern int	PeriodsPerYear(PeriodStep step);
extern char *PeriodText(PeriodStep step, int64 period);
extern const char *PeriodStepName(PeriodStep step);

#endif							/* CSP_PERIOD_H */
