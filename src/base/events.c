/*
 * events.c
 *   Foundation: collects the places and times of events for aggregates, and hands them over in one defined order.
 *
 * The order (a Z-order curve over the extent, then x, y, t, id) does two things: whatever follows cannot depend on the
 * order of the rows or on the plan, and events near each other in space are near each other in memory.
 */
#include "base/events.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define EVENTS_MAGIC			0x43535045	/* in memory */
#define EVENTS_FORMAT			1	/* of the serialised state */
#define EVENTS_FIRST_CAPACITY	64
#define EVENTS_MAX_PARAMETERS	65536

/* ---- collecting ---- */

/*
 * EventsState
 *   The state argument of an aggregate's support function, NULL if there is none yet, and the context it lives in.
 *   A direct call is an error, since the argument could be anything.
 */
Events *
EventsState(FunctionCallInfo fcinfo, const char *aggregate, MemoryContext *context)
{
	Events	   *events;

	if (!AggCheckCallContext(fcinfo, context))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("this function is part of an aggregate: it cannot be called by itself"),
				 errhint("Call %s.", aggregate)));
	events = PG_ARGISNULL(0) ? NULL : (Events *) PG_GETARG_POINTER(0);
	if (events != NULL && events->magic != EVENTS_MAGIC)
		elog(ERROR, "%s: the state is not one of events", aggregate);
	return events;
}

/* EventsNew: an empty state of events in a memory context, with the aggregate's parameters copied into it */
Events *
EventsNew(MemoryContext context, bool instants, bool with_ids, const void *parameters, Size parameters_size)
{
	Events	   *events = MemoryContextAllocZero(context, sizeof(Events));

	Assert(parameters_size <= EVENTS_MAX_PARAMETERS);
	events->magic = EVENTS_MAGIC;
	events->context = context;
	events->instants = instants;
	events->with_ids = with_ids;
	events->parameters_size = parameters_size;
	events->parameters = MemoryContextAlloc(context, Max(parameters_size, 1));
	if (parameters_size > 0)
		memcpy(events->parameters, parameters, parameters_size);
	return events;
}

/* EventsHasParameters: whether the state keeps these parameters; an aggregate that has none gives NULL and 0. */
bool
EventsHasParameters(const Events *events, const void *parameters, Size parameters_size)
{
	return events->parameters_size == parameters_size &&
		(parameters_size == 0 || memcmp(events->parameters, parameters, parameters_size) == 0);
}

/* EventsCheckParameters: error where a row's parameters differ from those of the rows before it */
void
EventsCheckParameters(const Events *events, const void *parameters, Size parameters_size)
{
	if (!EventsHasParameters(events, parameters, parameters_size))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the arguments after location and occurred differ between rows"),
				 errhint("Give the same bands, limits and settings in every row of a group, usually as constants.")));
}

/* EventsReserve: makes room for a wanted number of events */
static void
EventsReserve(Events *events, int64 wanted)
{
	int64		capacity = Max(events->capacity, EVENTS_FIRST_CAPACITY);
	MemoryContext oldcontext;

	if (wanted <= events->capacity)
		return;
	if (wanted > INT_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("there are more than %d events in one group", INT_MAX)));
	while (capacity < wanted)
		capacity *= 2;

	if (events->capacity == 0)
	{
		oldcontext = MemoryContextSwitchTo(events->context);
		events->x = palloc_extended(capacity * sizeof(double), MCXT_ALLOC_HUGE);
		events->y = palloc_extended(capacity * sizeof(double), MCXT_ALLOC_HUGE);
		events->t = palloc_extended(capacity * sizeof(int64), MCXT_ALLOC_HUGE);
		if (events->with_ids)
			events->id = palloc_extended(capacity * sizeof(int64), MCXT_ALLOC_HUGE);
		MemoryContextSwitchTo(oldcontext);
	}
	else
	{
		events->x = repalloc_huge(events->x, capacity * sizeof(double));
		events->y = repalloc_huge(events->y, capacity * sizeof(double));
		events->t = repalloc_huge(events->t, capacity * sizeof(int64));
		if (events->with_ids)
			events->id = repalloc_huge(events->id, capacity * sizeof(int64));
	}
	events->capacity = capacity;
}

/* EventTime: days or microseconds since PostgreSQL's epoch; an infinite date is no time of an event. */
int64
EventTime(Datum occurred, bool instants)
{
	if (instants ? TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(occurred)) : DATE_NOT_FINITE(DatumGetDateADT(occurred)))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("occurred is infinite"),
				 errhint("Leave such rows out, or give NULL where the time is unknown.")));
	return instants ? DatumGetTimestampTz(occurred) : DatumGetDateADT(occurred);
}

/* EventsAppend: adds one event; its place must be in the planar SRID of those before it */
void
EventsAppend(Events *events, Place place, int64 t, int64 id)
{
	if (events->n == 0)
	{
		CheckPlanarSrid(place.srid);
		events->srid = place.srid;
	}
	else
		CheckSameSrid(events->srid, place.srid);

	EventsReserve(events, events->n + 1);
	/* -0 and 0 are one place, and must be one in byte-wise comparisons too */
	events->x[events->n] = place.x + 0.0;
	events->y[events->n] = place.y + 0.0;
	events->t[events->n] = t;
	if (events->with_ids)
		events->id[events->n] = id;
	events->n++;
}

/* EventsAdd: adds one event from its geometry and its date or timestamp */
void
EventsAdd(Events *events, Datum location, Datum occurred, int64 id)
{
	EventsAppend(events, ReadPlace(location), EventTime(occurred, events->instants), id);
}

/* ---- one defined order ---- */

typedef struct OrderKey
{
	uint64		curve;
	double		x;
	double		y;
	int64		t;
	int64		id;
	int			row;
} OrderKey;

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

/* CompareOrderKeys: order of events: along the curve through space, then by place, time and id */
static inline int
CompareOrderKeys(const OrderKey *a, const OrderKey *b)
{
	int			result = COMPARE(a->curve, b->curve);

	if (result == 0)
		result = COMPARE(a->x, b->x);
	if (result == 0)
		result = COMPARE(a->y, b->y);
	if (result == 0)
		result = COMPARE(a->t, b->t);
	if (result == 0)
		result = COMPARE(a->id, b->id);
	if (result == 0)
		result = COMPARE(a->row, b->row);
	return result;
}

#define ST_SORT SortOrderKeys
#define ST_ELEMENT_TYPE OrderKey
#define ST_COMPARE(a, b) CompareOrderKeys(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* SpreadBits: moves the bits of a 32-bit number to the even places. */
static inline uint64
SpreadBits(uint32 value)
{
	uint64		v = value;

	v = (v | v << 16) & UINT64CONST(0x0000FFFF0000FFFF);
	v = (v | v << 8) & UINT64CONST(0x00FF00FF00FF00FF);
	v = (v | v << 4) & UINT64CONST(0x0F0F0F0F0F0F0F0F);
	v = (v | v << 2) & UINT64CONST(0x3333333333333333);
	v = (v | v << 1) & UINT64CONST(0x5555555555555555);
	return v;
}

/*
 * EventsInOrder
 *   A sorted copy, in the current memory context: final functions may run many times on one state.
 */
EventList *
EventsInOrder(const Events *events)
{
	int			n = (int) events->n;
	EventList  *list = palloc0(sizeof(EventList));
	OrderKey   *keys = palloc_extended(Max(n, 1) * sizeof(OrderKey), MCXT_ALLOC_HUGE);
	double		min_x = 0,
				max_x = 0,
				min_y = 0,
				max_y = 0,
				extent;

	for (int i = 0; i < n; i++)
	{
		if (i == 0)
		{
			min_x = max_x = events->x[0];
			min_y = max_y = events->y[0];
		}
		min_x = Min(min_x, events->x[i]);
		max_x = Max(max_x, events->x[i]);
		min_y = Min(min_y, events->y[i]);
		max_y = Max(max_y, events->y[i]);
		CheckInterruptsAt(i);
	}
	extent = Max(max_x - min_x, max_y - min_y);
	if (!isfinite(extent))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("locations lie too far apart to measure: x from %g to %g, y from %g to %g", min_x, max_x, min_y, max_y)));

	for (int i = 0; i < n; i++)
	{
		OrderKey   *key = &keys[i];

		/* 2^31 cells a side; the last cell is closed */
		key->curve = extent == 0 ? 0 :
			SpreadBits((uint32) ((events->x[i] - min_x) / extent * 2147483647.0)) |
			SpreadBits((uint32) ((events->y[i] - min_y) / extent * 2147483647.0)) << 1;
		key->x = events->x[i];
		key->y = events->y[i];
		key->t = events->t[i];
		key->id = events->with_ids ? events->id[i] : 0;
		key->row = i;
		CheckInterruptsAt(i);
	}
	SortOrderKeys(keys, n);

	list->n = n;
	list->instants = events->instants;
	list->x = palloc_extended(Max(n, 1) * sizeof(double), MCXT_ALLOC_HUGE);
	list->y = palloc_extended(Max(n, 1) * sizeof(double), MCXT_ALLOC_HUGE);
	list->t = palloc_extended(Max(n, 1) * sizeof(int64), MCXT_ALLOC_HUGE);
	list->row = palloc_extended(Max(n, 1) * sizeof(int), MCXT_ALLOC_HUGE);
	if (events->with_ids)
		list->id = palloc_extended(Max(n, 1) * sizeof(int64), MCXT_ALLOC_HUGE);
	for (int i = 0; i < n; i++)
	{
		list->x[i] = keys[i].x;
		list->y[i] = keys[i].y;
		list->t[i] = keys[i].t;
		list->row[i] = keys[i].row;
		if (events->with_ids)
			list->id[i] = keys[i].id;
		CheckInterruptsAt(i);
	}
	pfree(keys);
	return list;
}

/* DaysSince: time of an event in days after another time; exact over any span */
double
DaysSince(const EventList *list, int64 t, int64 origin)
{
	double		difference = t >= origin ? (double) ((uint64) t - (uint64) origin) : -(double) ((uint64) origin - (uint64) t);

	return list->instants ? difference / MICROSECONDS_PER_DAY : difference;
}

/* ---- SQL: the parts that every aggregate over events shares ---- */

/* events_combine: joins the events of two partial aggregates of the same parameters */
PG_FUNCTION_INFO_V1(events_combine);
Datum
events_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	Events	   *into = EventsState(fcinfo, "the aggregate", &context);
	Events	   *from = PG_ARGISNULL(1) ? NULL : (Events *) PG_GETARG_POINTER(1);

	if (from == NULL)
	{
		if (into == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(into);
	}
	if (from->magic != EVENTS_MAGIC)
		elog(ERROR, "the second state is not one of events");

	if (into == NULL)
		into = EventsNew(context, from->instants, from->with_ids, from->parameters, from->parameters_size);
	else
	{
		if (into->instants != from->instants || into->with_ids != from->with_ids)
			elog(ERROR, "states of different aggregates cannot be combined");
		EventsCheckParameters(into, from->parameters, from->parameters_size);
	}

	if (from->n > 0)
	{
		if (into->n > 0)
			CheckSameSrid(into->srid, from->srid);
		into->srid = from->srid;
		EventsReserve(into, into->n + from->n);
		memcpy(into->x + into->n, from->x, from->n * sizeof(double));
		memcpy(into->y + into->n, from->y, from->n * sizeof(double));
		memcpy(into->t + into->n, from->t, from->n * sizeof(int64));
		if (into->with_ids)
			memcpy(into->id + into->n, from->id, from->n * sizeof(int64));
		into->n += from->n;
	}
	PG_RETURN_POINTER(into);
}

/*
 * events_serialize
 *   Serialised form: format, flags, SRID, sizes, parameters, then x, y, t and ids as arrays in the machine's own
 *   byte order (a state travels between the processes of one server only).
 */
PG_FUNCTION_INFO_V1(events_serialize);
Datum
events_serialize(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	Events	   *events = EventsState(fcinfo, "the aggregate", &context);
	Size		array = events->n * sizeof(int64);
	Size		size = array * (events->with_ids ? 4 : 3) + events->parameters_size + 64;
	StringInfoData buffer;

	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%lld events of one parallel worker do not fit into 1 GB", (long long) events->n),
				 errhint("Set max_parallel_workers_per_gather to 0 for this query.")));

	pq_begintypsend(&buffer);
	enlargeStringInfo(&buffer, (int) size);
	pq_sendbyte(&buffer, EVENTS_FORMAT);
	pq_sendbyte(&buffer, (events->instants ? 1 : 0) | (events->with_ids ? 2 : 0));
	pq_sendint32(&buffer, events->srid);
	pq_sendint32(&buffer, (int32) events->parameters_size);
	pq_sendint64(&buffer, events->n);
	pq_sendbytes(&buffer, events->parameters, events->parameters_size);
	if (events->n > 0)
	{
		pq_sendbytes(&buffer, (char *) events->x, array);
		pq_sendbytes(&buffer, (char *) events->y, array);
		pq_sendbytes(&buffer, (char *) events->t, array);
		if (events->with_ids)
			pq_sendbytes(&buffer, (char *) events->id, array);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

/* BadState: error for a serialised state of events that cannot be read */
static void
BadState(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("the serialised state of events is damaged")));
}

/*
 * events_deserialize
 *   Anyone may hand in any bytes: sizes must add up to the length, and every value must be one that collecting
 *   could have given. The parameters are the aggregate's own, and are checked where they are read.
 */
PG_FUNCTION_INFO_V1(events_deserialize);
Datum
events_deserialize(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	StringInfoData buffer;
	int			flags;
	int32		srid;
	int32		parameters_size;
	int64		n;
	int64		width;
	Events	   *events;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("this function is part of an aggregate: it cannot be called by itself")));

	initStringInfo(&buffer);
	appendBinaryStringInfo(&buffer, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	if (buffer.len < 18 || pq_getmsgbyte(&buffer) != EVENTS_FORMAT)
		BadState();
	flags = pq_getmsgbyte(&buffer);
	srid = (int32) pq_getmsgint(&buffer, 4);
	parameters_size = (int32) pq_getmsgint(&buffer, 4);
	n = pq_getmsgint64(&buffer);
	if ((flags & ~3) != 0 || srid < -0x100000 || srid > 0xFFFFF ||
		parameters_size < 0 || parameters_size > EVENTS_MAX_PARAMETERS || n < 0 || n > INT_MAX)
		BadState();
	width = (flags & 2) ? 4 : 3;
	if (buffer.len - buffer.cursor != parameters_size + n * width * (int64) sizeof(int64))
		BadState();

	/* the caller's memory is short-lived by contract, but combine copies */
	events = EventsNew(CurrentMemoryContext, (flags & 1) != 0, (flags & 2) != 0,
					   pq_getmsgbytes(&buffer, parameters_size), parameters_size);
	events->srid = srid;
	if (n > 0)
	{
		Size		array = n * sizeof(int64);

		EventsReserve(events, n);
		memcpy(events->x, pq_getmsgbytes(&buffer, array), array);
		memcpy(events->y, pq_getmsgbytes(&buffer, array), array);
		memcpy(events->t, pq_getmsgbytes(&buffer, array), array);
		if (events->with_ids)
			memcpy(events->id, pq_getmsgbytes(&buffer, array), array);
		for (int64 i = 0; i < n; i++)
		{
			if (!isfinite(events->x[i]) || !isfinite(events->y[i]))
				BadState();
			CheckInterruptsAt(i);
			if (events->instants ? !IS_VALID_TIMESTAMP(events->t[i]) : !IS_VALID_DATE(events->t[i]))
				BadState();
		}
		events->n = n;
	}
	pq_getmsgend(&buffer);
	pfree(buffer.data);
	PG_RETURN_POINTER(events);
}
