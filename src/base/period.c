/*
 * period.c
 *   Foundation: regular periods, and the error that names the first one that is missing, given twice or out of order.
 *
 * A missing period is not a zero: methods that take the values of a series one after the other would be shifted by a
 * gap without anybody seeing it. Which step a series of dates has is told by the difference that most neighbours have,
 * so that one stray date does not turn weeks into days and is named as what it is.
 */
#include "base/period.h"

#include <stdlib.h>

#include "common/int.h"
#include "utils/datetime.h"

/* ---- kernel: single periods ---- */

typedef struct CalendarDay
{
	int			year;
	int			month;
	int			day;
} CalendarDay;

/* CalendarOf: year, month and day of a date counted in days since 2000-01-01 */
static CalendarDay
CalendarOf(int64 date)
{
	CalendarDay calendar;

	j2date((int) date + POSTGRES_EPOCH_JDATE, &calendar.year, &calendar.month, &calendar.day);
	return calendar;
}

/* MonthNumber: months from year 0, so that differences are months. */
static int64
MonthNumber(CalendarDay calendar)
{
	return (int64) calendar.year * 12 + calendar.month - 1;
}

/* MonthsOf: the months of a step, 0 for those that are counted in days. */
static int
MonthsOf(PeriodStep step)
{
	return step == PERIOD_MONTH ? 1 : step == PERIOD_QUARTER ? 3 : step == PERIOD_YEAR ? 12 : 0;
}

/* DateOrError: the same date; error where PostgreSQL has no such date */
static int64
DateOrError(int64 date)
{
	if (date < DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE || date >= DATE_END_JULIAN - POSTGRES_EPOCH_JDATE)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("date out of range")));
	return date;
}

/* PeriodFromDate: a date as a period; an infinite one is an error. */
int64
PeriodFromDate(DateADT date)
{
	if (DATE_NOT_FINITE(date))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("period is an infinite date"),
				 errhint("Leave such rows out.")));
	return date;
}

/* PeriodAdd: the period so many steps later, earlier where steps is negative. */
int64
PeriodAdd(PeriodStep step, int64 period, int64 steps)
{
	int64		result;

	Assert(step != PERIOD_DETECT);

	if (step == PERIOD_INTEGER)
	{
		if (pg_add_s64_overflow(period, steps, &result))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("bigint out of range")));
		return result;
	}
	/* no series of dates is longer than this: the sums below cannot overflow */
	if (steps > PG_INT32_MAX || steps < PG_INT32_MIN)
		return DateOrError(PG_INT64_MAX);
	if (MonthsOf(step) > 0)
	{
		CalendarDay calendar = CalendarOf(period);
		int64		month = MonthNumber(calendar) + steps * MonthsOf(step);
		int64		year = month / 12 - (month % 12 < 0);

		/* date2j is of int: years beyond these are out of range in any case */
		if (year < -10000 || year > 10000000)
			return DateOrError(PG_INT64_MAX);
		return DateOrError((int64) date2j((int) year, (int) (month - year * 12) + 1, calendar.day) - POSTGRES_EPOCH_JDATE);
	}
	return DateOrError(period + steps * (step == PERIOD_WEEK ? 7 : 1));
}

/*
 * PeriodYearBefore
 *   The same period a year before. Weeks that begin on a Monday: the same ISO week, week 53 goes with week 52; other
 *   weeks: 52 weeks before. Days: the same day, 29 February goes with the 28th. Integers: an error of the caller's.
 */
int64
PeriodYearBefore(PeriodStep step, int64 period)
{
	if (MonthsOf(step) > 0)
		return PeriodAdd(PERIOD_YEAR, period, -1);
	if (step == PERIOD_WEEK)
	{
		CalendarDay thursday = CalendarOf(period + 3);
		int			week;

		if (j2day((int) period + POSTGRES_EPOCH_JDATE) != 1)
			return DateOrError(period - 52 * 7);
		week = date2isoweek(thursday.year, thursday.month, thursday.day);
		/* the week before last year's first one is 52 or 53 weeks away from this year's */
		return DateOrError((int64) isoweek2j(thursday.year - 1, Min(week, 52)) - POSTGRES_EPOCH_JDATE);
	}
	if (step == PERIOD_DAY)
	{
		CalendarDay day = CalendarOf(period);

		if (day.month == 2 && day.day == 29)
			day.day = 28;
		return DateOrError((int64) date2j(day.year - 1, day.month, day.day) - POSTGRES_EPOCH_JDATE);
	}
	elog(ERROR, "periods of step %d have no year", step);
}

/* PeriodsPerYear: the usual length of a season of one year; 0 for integers. */
int
PeriodsPerYear(PeriodStep step)
{
	switch (step)
	{
		case PERIOD_DAY:
			return 365;
		case PERIOD_WEEK:
			return 52;
		case PERIOD_MONTH:
			return 12;
		case PERIOD_QUARTER:
			return 4;
		case PERIOD_YEAR:
			return 1;
		case PERIOD_INTEGER:
		case PERIOD_DETECT:
			break;
	}
	return 0;
}

/* PeriodStepName: the word for a step between periods, as messages show it */
const char *
PeriodStepName(PeriodStep step)
{
	static const char *const name[] = {"period", "day", "week", "month", "quarter", "year", "integer"};

	return name[step];
}

/* PeriodText: 2024-03 for a month, 2024-W09 for an ISO week; periods of other beginnings by their first day. */
char *
PeriodText(PeriodStep step, int64 period)
{
	CalendarDay calendar;
	const char *era = "";
	int			year;

	if (step == PERIOD_INTEGER)
		return psprintf("%lld", (long long) period);

	calendar = CalendarOf(period);
	if (step == PERIOD_WEEK && j2day((int) period + POSTGRES_EPOCH_JDATE) == 1)
	{
		CalendarDay thursday = CalendarOf(period + 3);

		if (thursday.year > 0)
			return psprintf("%04d-W%02d", thursday.year, date2isoweek(thursday.year, thursday.month, thursday.day));
	}
	year = calendar.year;
	if (year <= 0)
	{
		year = 1 - year;
		era = " BC";
	}
	if (step == PERIOD_YEAR && calendar.month == 1 && calendar.day == 1)
		return psprintf("%04d%s", year, era);
	if (step == PERIOD_QUARTER && calendar.month % 3 == 1 && calendar.day == 1)
		return psprintf("%04d-Q%d%s", year, (calendar.month + 2) / 3, era);
	if (step == PERIOD_MONTH && calendar.day == 1)
		return psprintf("%04d-%02d%s", year, calendar.month, era);
	return psprintf("%04d-%02d-%02d%s", year, calendar.month, calendar.day, era);
}

/* ---- kernel: series of periods ---- */

/* StepBetween: the step that leads from one date to a later one, PERIOD_DETECT where none does. */
static PeriodStep
StepBetween(int64 earlier, int64 later)
{
	CalendarDay from;
	CalendarDay to;

	switch (later - earlier)
	{
		case 1:
			return PERIOD_DAY;
		case 7:
			return PERIOD_WEEK;
	}
	if (later - earlier < 28 || later - earlier > 366)
		return PERIOD_DETECT;
	from = CalendarOf(earlier);
	to = CalendarOf(later);
	if (from.day != to.day)
		return PERIOD_DETECT;
	switch (MonthNumber(to) - MonthNumber(from))
	{
		case 1:
			return PERIOD_MONTH;
		case 3:
			return PERIOD_QUARTER;
		case 12:
			return PERIOD_YEAR;
	}
	return PERIOD_DETECT;
}

/* StepOfOne: what a single date most likely begins: a month, an ISO week, or else a day. */
static PeriodStep
StepOfOne(int64 date)
{
	if (CalendarOf(date).day == 1)
		return PERIOD_MONTH;
	return j2day((int) date + POSTGRES_EPOCH_JDATE) == 1 ? PERIOD_WEEK : PERIOD_DAY;
}

/* IsMonthEnd: is this the last day of its month? */
static bool
IsMonthEnd(CalendarDay calendar)
{
	return calendar.day == day_tab[isleap(calendar.year)][calendar.month - 1];
}

/*
 * WidestStep
 *   For dates of which no two neighbours are one step apart: the widest step that all differences are multiples of. The
 *   last days of months are taken for months, which PeriodSeriesInit refuses in so many words.
 */
static PeriodStep
WidestStep(const int64 *dates, int64 n)
{
	CalendarDay first = CalendarOf(dates[0]);
	bool		constant = true;
	bool		weeks = true;
	bool		month_ends = IsMonthEnd(first);
	bool		same_day = first.day <= 28;
	int64		months_apart = 0;	/* greatest common divisor */

	for (int64 i = 1; i < n; i++)
	{
		CalendarDay calendar = CalendarOf(dates[i]);
		int64		months = llabs(MonthNumber(calendar) - MonthNumber(first));

		CheckInterruptsAt(i);
		constant &= dates[i] == dates[0];
		weeks &= (dates[i] - dates[0]) % 7 == 0;
		month_ends &= IsMonthEnd(calendar);
		same_day &= calendar.day == first.day;
		while (months != 0)
		{
			int64		rest = months_apart % months;

			months_apart = months;
			months = rest;
		}
	}
	if (constant)
		return StepOfOne(dates[0]);
	if (same_day && months_apart > 0)
		return months_apart % 12 == 0 ? PERIOD_YEAR : months_apart % 3 == 0 ? PERIOD_QUARTER : PERIOD_MONTH;
	if (month_ends)
		return PERIOD_MONTH;
	return weeks ? PERIOD_WEEK : PERIOD_DAY;
}

/* DetectStep: the step that most neighbours are apart, the finer one of two as frequent. */
static PeriodStep
DetectStep(const int64 *dates, int64 n)
{
	int64		count[PERIOD_INTEGER] = {0};
	PeriodStep	most = PERIOD_DETECT;

	for (int64 i = 1; i < n; i++)
	{
		CheckInterruptsAt(i);
		count[StepBetween(dates[i - 1], dates[i])]++;
	}
	for (PeriodStep step = PERIOD_DAY; step < PERIOD_INTEGER; step++)
		if (count[step] > (most == PERIOD_DETECT ? 0 : count[most]))
			most = step;
	return most == PERIOD_DETECT ? WidestStep(dates, n) : most;
}

/* RefuseOrder: error for a period that does not come right after the one before it */
static void
RefuseOrder(PeriodStep step, int64 before, int64 expected, int64 period)
{
	if (period == before)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("period %s is given twice", PeriodText(step, period)),
				 errhint("Sum the rows of a period first; with several series, give each one a group or a partition of its own.")));
	if (period < before)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("period %s comes after %s", PeriodText(step, period), PeriodText(step, before)),
				 errhint("Give ORDER BY the period.")));
	if (period < expected)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("period %s is less than a %s after %s",
						PeriodText(PERIOD_DAY, period), PeriodStepName(step), PeriodText(PERIOD_DAY, before)),
				 errhint("Give the first day of each period, as date_trunc does.")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("period %s is missing after %s", PeriodText(step, expected), PeriodText(step, before)),
			 errhint("Make the series whole with generate_series over the time that the data cover: there a period without events is 0, one without data is not known.")));
}

/*
 * PeriodSeriesInit
 *   Checks that periods follow each other without gap, repetition or disorder, and keeps what tells them all. n is 1
 *   or more.
 */
void
PeriodSeriesInit(PeriodSeries *series, const int64 *periods, int64 n, PeriodStep step)
{
	CalendarDay first;

	Assert(n > 0);

	if (step == PERIOD_DETECT)
		step = DetectStep(periods, n);
	series->step = step;
	series->first = periods[0];
	series->n = n;

	if (MonthsOf(step) > 0)
	{
		first = CalendarOf(periods[0]);
		if (first.day > 28)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a %s cannot begin on %s", PeriodStepName(step), PeriodText(PERIOD_DAY, periods[0])),
					 errdetail("Not every month has a day %d.", first.day),
					 errhint("Give the first day of each period, as date_trunc does.")));
	}
	for (int64 i = 1; i < n; i++)
	{
		int64		expected = PeriodAt(series, i);

		CheckInterruptsAt(i);
		if (periods[i] != expected)
			RefuseOrder(step, periods[i - 1], expected, periods[i]);
	}
}

/* PeriodAt: the period at an index, counted from 0; an index of n or more lies after the series. */
int64
PeriodAt(const PeriodSeries *series, int64 index)
{
	return PeriodAdd(series->step, series->first, index);
}

/* PeriodIndex: where in the series a period is; -1 where it is not. */
int64
PeriodIndex(const PeriodSeries *series, int64 period)
{
	int64		distance = period - series->first;
	int64		index;

	/* of integers the difference may overflow: then the period lies outside in any case */
	if (period < series->first)
		return -1;
	if (MonthsOf(series->step) > 0)
		index = (MonthNumber(CalendarOf(period)) - MonthNumber(CalendarOf(series->first))) / MonthsOf(series->step);
	else
		index = distance / (series->step == PERIOD_WEEK ? 7 : 1);
	return index >= 0 && index < series->n && PeriodAt(series, index) == period ? index : -1;
}
