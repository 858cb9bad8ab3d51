/*
 * local_clock.c
 *   Foundation: the local time of day and hour of the week of an instant in a time zone, fast for many instants.
 *
 * The server finds a zone's distance from UTC by name and by a search through its transitions. An aggregate over a
 * million rows asks for the same zone and the same few summers and winters again and again, so the zone and the
 * stretches between clock changes are kept for the call site. Nothing a result depends on is kept.
 *
 * The zone is an argument, never the session's, so that functions that read it are immutable as the server's own
 * timezone(text, timestamptz) is: they change only with the time zone database.
 */
#include "base/local_clock.h"

#include "base/check.h"
#include "common/int.h"

/* EpochSeconds, EpochInstant: between instants and the library's seconds since 1970, rounded down. */
static pg_time_t
EpochSeconds(TimestampTz instant)
{
	int64		seconds = instant / USECS_PER_SEC - (instant % USECS_PER_SEC < 0);

	return seconds + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;
}

/* EpochInstant: seconds since 1970 as a timestamp; the latest possible one where they overflow */
static TimestampTz
EpochInstant(pg_time_t seconds)
{
	int64		instant;

	if (pg_mul_s64_overflow(seconds - (int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY, USECS_PER_SEC, &instant))
		return PG_INT64_MAX;
	return instant;
}

/* ClockLookUp: writes the stretch from an instant on to the next clock change. What lies before it is not looked for. */
void
ClockLookUp(LocalClock *clock, TimestampTz instant, ClockStretch *stretch)
{
	pg_time_t	seconds = EpochSeconds(instant);
	pg_time_t	boundary;
	long int	before;
	long int	after;
	int			before_is_summer;
	int			after_is_summer;
	int			found = pg_next_dst_boundary(&seconds, &before, &before_is_summer, &boundary, &after, &after_is_summer, clock->zone);

	/*
	 * At the very second of the last change in its table (in the 25th century) the server finds none after it, a second
	 * later those that follow by rule.
	 */
	if (found == 0)
	{
		seconds++;
		found = pg_next_dst_boundary(&seconds, &before, &before_is_summer, &boundary, &after, &after_is_summer, clock->zone);
	}
	if (found < 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("the local time of %s in time zone \"%s\" is not known", timestamptz_to_str(instant), clock->name)));
	stretch->start = instant;
	stretch->end = found > 0 ? EpochInstant(boundary) : PG_INT64_MAX;
	stretch->offset = (int64) before * USECS_PER_SEC;
}

/*
 * LocalClockArgument
 *   The clock of a time zone named by an argument, from the call site's cache. Full names only: an abbreviation such as
 *   BST means one distance from UTC all year, which is never what an hour of the week is wanted in.
 */
LocalClock *
LocalClockArgument(FunctionCallInfo fcinfo, int argument)
{
	LocalClock *clock = fcinfo->flinfo->fn_extra;
	text	   *name;
	int			length;

	CheckGiven(fcinfo, argument, "time_zone");
	name = PG_GETARG_TEXT_PP(argument);
	length = VARSIZE_ANY_EXHDR(name);

	if (clock == NULL || clock->name_length != length || memcmp(clock->name, VARDATA_ANY(name), length) != 0)
	{
		pg_tz	   *zone = NULL;
		char		zone_name[CLOCK_NAME_LENGTH + 1];

		if (length > 0 && length <= CLOCK_NAME_LENGTH)
		{
			memcpy(zone_name, VARDATA_ANY(name), length);
			zone_name[length] = '\0';
			zone = pg_tzset(zone_name);
		}
		if (zone == NULL || !pg_tz_acceptable(zone))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("time zone \"%s\" is not known", text_to_cstring(name)),
					 errhint("Give a full name such as Europe/London: SELECT name FROM pg_timezone_names lists them.")));
		if (clock == NULL)
			clock = fcinfo->flinfo->fn_extra = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(LocalClock));
		memset(clock, 0, sizeof(LocalClock));
		clock->zone = zone;
		clock->name_length = length;
		memcpy(clock->name, zone_name, length);
	}
	return clock;
}
