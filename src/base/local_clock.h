/*
 * local_clock.h
 *   Foundation: the local time of day and hour of the week of an instant in a time zone, fast for many instants.
 */
#ifndef CSP_LOCAL_CLOCK_H
#define CSP_LOCAL_CLOCK_H

#include "base/csp_analysis.h"

#include "pgtime.h"
#include "utils/timestamp.h"

#define HOURS_OF_WEEK	168
#define LOCAL_HOUR		USECS_PER_HOUR
#define LOCAL_WEEK		(HOURS_OF_WEEK * USECS_PER_HOUR)

/* ClockStretch: a time from start to end (not included) during which the zone keeps one distance from UTC. */
typedef struct ClockStretch
{
	TimestampTz start;
	TimestampTz end;
	int64		offset;			/* microseconds that local time is ahead of UTC */
} ClockStretch;

/*
 * LocalClock
 *   A time zone and what has been asked of it lately. A stretch is kept in the slot of the 25 days it was asked for; the
 *   slots together cover 17 years before one displaces another. Start equal to end: an empty slot.
 */
#define CLOCK_SLOTS 256
#define CLOCK_SLOT_BITS 41		/* 2^41 microseconds */
#define CLOCK_NAME_LENGTH 255

typedef struct LocalClock
{
	pg_tz	   *zone;
	int			name_length;
	char		name[CLOCK_NAME_LENGTH + 1];
	ClockStretch slots[CLOCK_SLOTS];
} LocalClock;

extern LocalClock *LocalClockArgument(FunctionCallInfo fcinfo, int argument);
extern void ClockLookUp(LocalClock *clock, TimestampTz instant, ClockStretch *stretch);

/* ClockAt: the stretch that an instant (a finite one) lies in. */
static inline const ClockStretch *
ClockAt(LocalClock *clock, TimestampTz instant)
{
	ClockStretch *stretch = &clock->slots[(uint64) (instant >> CLOCK_SLOT_BITS) % CLOCK_SLOTS];

	if (instant < stretch->start || instant >= stretch->end)
		ClockLookUp(clock, instant, stretch);
	return stretch;
}

/*
 * LocalMicroseconds
 *   Local time counted from Monday 1999-12-27 00:00, the Monday before 2000-01-01 from which instants are counted.
 */
static inline int64
LocalMicroseconds(const ClockStretch *stretch, TimestampTz instant)
{
	return instant + stretch->offset + 5 * USECS_PER_DAY;
}

/* FloorMod: the remainder of a division, never negative */
static inline int64
FloorMod(int64 value, int64 divisor)
{
	int64		remainder = value % divisor;

	return remainder < 0 ? remainder + divisor : remainder;
}

/* HourOfWeek: the hour of the week of a local time, from 0 (Monday 00:00 to 01:00) to 167 */
static inline int
HourOfWeek(int64 local)
{
	return (int) (FloorMod(local, LOCAL_WEEK) / LOCAL_HOUR);
}

#endif							/* CSP_LOCAL_CLOCK_H */
