/*
 * aoristic.c
 *   Concept: when in the week does it happen, where the time is only known to lie between two instants.
 *
 * Ratcliffe and McCullagh (1998), International Journal of Geographical Information Science 12, 751-764: an incident's
 * weight of 1 is shared among the hours of the week in proportion to the time that its interval spends in each. Here
 * the time is elapsed time, to the microsecond, and the hours are those of the local clock: an hour that the clock
 * repeats in autumn is one hour of the week and gets what both give, one that it leaves out in spring gets nothing.
 *
 * Shares are counted in whole ticks of 2^-52 and add up to exactly 1, so that sums do not depend on the order of rows,
 * on parallel workers or on what a moving frame has taken out again.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/local_clock.h"

/* ---- kernel ---- */

#define TICKS	4503599627370496.0	/* 2^52 */

/* HourSums: the aggregate's float8[] state. Every figure is a whole number below 2^53 and 0 <= ticks < TICKS. */
typedef struct HourSums
{
	double		n;				/* intervals */
	double		whole[HOURS_OF_WEEK];
	double		ticks[HOURS_OF_WEEK];
} HourSums;

#define HOUR_STATE_LENGTH ((int) (sizeof(HourSums) / sizeof(double)))

typedef enum AoristicMethod
{
	AORISTIC_AORISTIC,
	AORISTIC_ELAPSED,
	AORISTIC_START,
	AORISTIC_END,
	AORISTIC_MIDPOINT
} AoristicMethod;

/* HourAdd: adds whole ticks to an hour, or takes them out; from -TICKS to TICKS. */
static inline void
HourAdd(HourSums *sums, int hour, double ticks)
{
	double		sum = sums->ticks[hour] + ticks;

	if (sum >= TICKS)
	{
		sum -= TICKS;
		sums->whole[hour] += 1;
	}
	else if (sum < 0)
	{
		sum += TICKS;
		sums->whole[hour] -= 1;
	}
	sums->ticks[hour] = sum;
}

/*
 * Share
 *   Hands out one incident's ticks to parts of its interval, in proportion to their lengths. What is rounded is the sum so
 *   far, so that the shares add up to all ticks whatever the number of parts.
 */
typedef struct Share
{
	HourSums   *sums;
	double		sign;			/* -1 takes the interval out again */
	double		scale;			/* ticks in a microsecond */
	uint64		length;			/* of the interval, microseconds */
	uint64		done;
	double		given;
} Share;

/* ShareInit: begins to share an event's weight out over the hours that it lasted */
static inline void
ShareInit(Share *share, HourSums *sums, double sign, uint64 length)
{
	share->sums = sums;
	share->sign = sign;
	share->scale = TICKS / (double) length;
	share->length = length;
	share->done = 0;
	share->given = 0;
}

/* ShareAdd: gives an hour its part of the event's weight, so that all parts add up exactly */
static inline void
ShareAdd(Share *share, int hour, uint64 part)
{
	double		due;

	share->done += part;
	due = share->done == share->length ? TICKS : (double) (int64) ((double) share->done * share->scale + 0.5);
	HourAdd(share->sums, hour, share->sign * (due - share->given));
	share->given = due;
}

/* ShareShort: shares an interval of less than a week out hour by hour of the local clock */
static void
ShareShort(HourSums *sums, LocalClock *clock, TimestampTz from, TimestampTz to, double sign)
{
	Share		share;

	ShareInit(&share, sums, sign, (uint64) (to - from));
	while (from < to)
	{
		const ClockStretch *stretch = ClockAt(clock, from);
		TimestampTz end = Min(to, stretch->end);
		int64		local = FloorMod(LocalMicroseconds(stretch, from), LOCAL_WEEK);
		int			hour = (int) (local / LOCAL_HOUR);
		int64		part = LOCAL_HOUR - local % LOCAL_HOUR;

		for (; from < end; part = LOCAL_HOUR)
		{
			part = Min(part, end - from);
			ShareAdd(&share, hour, (uint64) part);
			from += part;
			hour = hour == HOURS_OF_WEEK - 1 ? 0 : hour + 1;
		}
	}
}

/*
 * ShareLong
 *   An interval of any length: the time in each hour is added up first, whole weeks between two clock changes at once.
 */
static void
ShareLong(HourSums *sums, LocalClock *clock, TimestampTz from, TimestampTz to, double sign)
{
	Share		share;
	uint64		weeks = 0;
	uint64		time[HOURS_OF_WEEK] = {0};

	ShareInit(&share, sums, sign, (uint64) to - (uint64) from);
	while (from < to)
	{
		const ClockStretch *stretch = ClockAt(clock, from);
		TimestampTz end = Min(to, stretch->end);
		uint64		length = (uint64) end - (uint64) from;
		int64		local = FloorMod(LocalMicroseconds(stretch, from), LOCAL_WEEK);
		int			hour = (int) (local / LOCAL_HOUR);
		uint64		part = LOCAL_HOUR - local % LOCAL_HOUR;

		CHECK_FOR_INTERRUPTS();
		weeks += length / LOCAL_WEEK;
		for (uint64 left = length % LOCAL_WEEK; left > 0; part = LOCAL_HOUR)
		{
			part = Min(part, left);
			time[hour] += part;
			left -= part;
			hour = hour == HOURS_OF_WEEK - 1 ? 0 : hour + 1;
		}
		from = end;
	}
	for (int hour = 0; hour < HOURS_OF_WEEK; hour++)
		ShareAdd(&share, hour, time[hour] + weeks * LOCAL_HOUR);
}

/* ShareEvenly: shares an interval of a week or more evenly: it tells nothing about the hour of the week */
static void
ShareEvenly(HourSums *sums, double sign)
{
	Share		share;

	ShareInit(&share, sums, sign, HOURS_OF_WEEK);
	for (int hour = 0; hour < HOURS_OF_WEEK; hour++)
		ShareAdd(&share, hour, 1);
}

/* ShareMoment: gives all of the weight to the hour of one instant */
static void
ShareMoment(HourSums *sums, LocalClock *clock, TimestampTz instant, double sign)
{
	HourAdd(sums, HourOfWeek(LocalMicroseconds(ClockAt(clock, instant), instant)), sign * TICKS);
}

/*
 * AoristicAdd
 *   Adds an interval by a method, or takes it out (sign -1). One that ends where it starts, or before, is its start.
 */
static void
AoristicAdd(HourSums *sums, LocalClock *clock, TimestampTz from, TimestampTz to, AoristicMethod method, double sign)
{
	uint64		length = to > from ? (uint64) to - (uint64) from : 0;

	sums->n += sign;
	if (length == 0 || method == AORISTIC_START)
		ShareMoment(sums, clock, from, sign);
	else if (method == AORISTIC_END)
		ShareMoment(sums, clock, to, sign);
	else if (method == AORISTIC_MIDPOINT)
		ShareMoment(sums, clock, from + (int64) (length / 2), sign);
	else if (length < LOCAL_WEEK)
		ShareShort(sums, clock, from, to, sign);
	else if (method == AORISTIC_AORISTIC)
		ShareEvenly(sums, sign);
	else
		ShareLong(sums, clock, from, to, sign);
}

/* HourCombine: adds up the hours of two partial aggregates */
static void
HourCombine(HourSums *sums, const HourSums *other)
{
	sums->n += other->n;
	for (int hour = 0; hour < HOURS_OF_WEEK; hour++)
	{
		sums->whole[hour] += other->whole[hour];
		HourAdd(sums, hour, other->ticks[hour]);
	}
}

/* ---- SQL ---- */

/* AoristicMethodArgument: how an interval is shared out, by its name; aoristic where the argument is left out */
/* AoristicMethodArgument: the optional argument method as a way to spread an event over its hours */
static AoristicMethod
AoristicMethodArgument(FunctionCallInfo fcinfo, int argument)
{
	static const char *const names[] = {"aoristic", "elapsed", "start", "end", "midpoint"};

	if (argument >= PG_NARGS())
		return AORISTIC_AORISTIC;
	return (AoristicMethod) WordArgument(fcinfo, argument, "method", names, lengthof(names));
}

/* AoristicArguments: adds the interval of arguments first, first + 1 (NULL: it ends where it starts), zone and method. */
static void
AoristicArguments(FunctionCallInfo fcinfo, int first, HourSums *sums, double sign)
{
	LocalClock *clock = LocalClockArgument(fcinfo, first + 2);
	AoristicMethod method = AoristicMethodArgument(fcinfo, first + 3);
	Datum		from = PG_GETARG_DATUM(first);
	Datum		to = PG_ARGISNULL(first + 1) ? from : PG_GETARG_DATUM(first + 1);

	CheckFiniteTime("occurred_from", from, true);
	CheckFiniteTime("occurred_to", to, true);
	AoristicAdd(sums, clock, DatumGetTimestampTz(from), DatumGetTimestampTz(to), method, sign);
}

/* HourWeights: the sums of the hours as an array of numbers */
static ArrayType *
HourWeights(const HourSums *sums)
{
	ArrayType  *weights = NewFloatState(HOURS_OF_WEEK);
	double	   *weight = (double *) ARR_DATA_PTR(weights);

	for (int hour = 0; hour < HOURS_OF_WEEK; hour++)
		weight[hour] = sums->whole[hour] + sums->ticks[hour] / TICKS;
	return weights;
}

/* aoristic_weights: the SQL function aoristic_weights: one event's weight in each hour of the week */
PG_FUNCTION_INFO_V1(aoristic_weights);
Datum
aoristic_weights(PG_FUNCTION_ARGS)
{
	HourSums	sums = {0};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	AoristicArguments(fcinfo, 0, &sums, 1);
	PG_RETURN_ARRAYTYPE_P(HourWeights(&sums));
}

/* HourState: the sums of a state; every number is checked, since anyone may call these functions by hand. */
static HourSums *
HourState(ArrayType *state, const char *function)
{
	HourSums   *sums = (HourSums *) FloatState(state, HOUR_STATE_LENGTH, function);
	bool		valid = sums->n >= 0 && sums->n < TICKS;

	for (int hour = 0; hour < HOURS_OF_WEEK; hour++)
		valid &= sums->whole[hour] >= 0 && sums->whole[hour] <= sums->n && sums->whole[hour] == rint(sums->whole[hour]) &&
			sums->ticks[hour] >= 0 && sums->ticks[hour] < TICKS && sums->ticks[hour] == rint(sums->ticks[hour]);
	if (!valid)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: the array is not a state of this aggregate", function),
				 errhint("This function is part of an aggregate: call the aggregate.")));
	return sums;
}

/* IsEmptyState: is this '{}', from which the aggregate starts and which the first row replaces? */
static bool
IsEmptyState(ArrayType *state)
{
	return ARR_NDIM(state) == 0;
}

/* AoristicTransition: adds a row to the state, or takes it out; a row without occurred_from changes nothing. */
static Datum
AoristicTransition(FunctionCallInfo fcinfo, double sign, const char *function)
{
	ArrayType  *state;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	state = OwnState(fcinfo);
	if (IsEmptyState(state) && sign > 0)
		state = NewFloatState(HOUR_STATE_LENGTH);
	AoristicArguments(fcinfo, 1, (HourSums *) FloatState(state, HOUR_STATE_LENGTH, function), sign);
	PG_RETURN_ARRAYTYPE_P(state);
}

/* aoristic_hours_accum: adds an event's weight to the hours of the week */
PG_FUNCTION_INFO_V1(aoristic_hours_accum);
Datum
aoristic_hours_accum(PG_FUNCTION_ARGS)
{
	return AoristicTransition(fcinfo, 1, "aoristic_hours_accum");
}

/* aoristic_hours_remove: takes an event's weight away again, for moving frames */
PG_FUNCTION_INFO_V1(aoristic_hours_remove);
Datum
aoristic_hours_remove(PG_FUNCTION_ARGS)
{
	return AoristicTransition(fcinfo, -1, "aoristic_hours_remove");
}

/* aoristic_hours_combine: adds up two partial aggregates */
PG_FUNCTION_INFO_V1(aoristic_hours_combine);
Datum
aoristic_hours_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *state = OwnState(fcinfo);
	ArrayType  *other = PG_GETARG_ARRAYTYPE_P(1);

	if (IsEmptyState(other))
		PG_RETURN_ARRAYTYPE_P(state);
	if (IsEmptyState(state))
		state = NewFloatState(HOUR_STATE_LENGTH);
	HourCombine(HourState(state, "aoristic_hours_combine"), HourState(other, "aoristic_hours_combine"));
	PG_RETURN_ARRAYTYPE_P(state);
}

/* aoristic_hours_final: the weights of the 168 hours of the week */
PG_FUNCTION_INFO_V1(aoristic_hours_final);
Datum
aoristic_hours_final(PG_FUNCTION_ARGS)
{
	ArrayType  *state = PG_GETARG_ARRAYTYPE_P(0);
	HourSums   *sums;

	if (IsEmptyState(state))
		PG_RETURN_NULL();
	sums = HourState(state, "aoristic_hours_final");
	if (sums->n == 0)
		PG_RETURN_NULL();
	PG_RETURN_ARRAYTYPE_P(HourWeights(sums));
}
