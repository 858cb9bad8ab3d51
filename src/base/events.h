/*
 * events.h
 *   Places and times of events: the state of aggregates over events, and the same events in one defined order.
 */
#ifndef CSP_EVENTS_H
#define CSP_EVENTS_H

#include "base/point.h"

/* What one call of an aggregate has collected. Times are days (date) or microseconds (timestamptz). */
typedef struct Events
{
	uint32		magic;
	MemoryContext context;
	int32		srid;
	bool		instants;		/* microseconds rather than days */
	bool		with_ids;
	int64		n;
	int64		capacity;
	double	   *x;
	double	   *y;
	int64	   *t;
	int64	   *id;				/* with_ids only */
	Size		parameters_size;
	char	   *parameters;		/* the aggregate's own constant arguments, flat: equal in all rows */
} Events;

/* The events in an order that depends on nothing but the events: along a Z-order curve, then by x, y, t, id. */
typedef struct EventList
{
	int			n;
	bool		instants;
	double	   *x;
	double	   *y;
	int64	   *t;
	int64	   *id;				/* NULL without ids */
	int		   *row;			/* position in the input */
} EventList;

#define MICROSECONDS_PER_DAY	86400000000.0

extern Events *EventsState(FunctionCallInfo fcinfo, const char *aggregate, MemoryContext *context);
extern Events *EventsNew(MemoryContext context, bool instants, bool with_ids, const void *parameters, Size parameters_size);
extern bool EventsHasParameters(const Events *events, const void *parameters, Size parameters_size);
extern void EventsCheckParameters(const Events *events, const void *parameters, Size parameters_size);
extern void EventsAdd(Events *events, Datum location, Datum occurred, int64 id);
extern void EventsAppend(Events *events, Place place, int64 t, int64 id);
extern int64 EventTime(Datum occurred, bool instants);
extern EventList *EventsInOrder(const Events *events);
extern double DaysSince(const EventList *list, int64 t, int64 origin);

#endif							/* CSP_EVENTS_H */
