/*
 * places.c
 *   Foundation: collects places and their weights for aggregates. A place is an event without a time: the field of
 *   the id holds the bits of its weight, and the field of the time what kind of row it is. Combining, serialising and
 *   ordering are those of events.
 */
#include "base/places.h"

#include <math.h>

#include "base/check.h"

/* PlacesRowIsKnown: whether the row has a location and, where there is one, a weight; others are skipped. */
bool
PlacesRowIsKnown(FunctionCallInfo fcinfo, int weight_argument)
{
	return !PG_ARGISNULL(1) && (weight_argument == 0 || !PG_ARGISNULL(weight_argument));
}

/*
 * PlacesAccum
 *   Adds the row (state, location, ...) to the state; weight_argument is 0 where the aggregate has no weights. The row
 *   is known (see PlacesRowIsKnown); the parameters are one value for the whole group.
 */
Events *
PlacesAccum(FunctionCallInfo fcinfo, const char *aggregate, int weight_argument, const void *parameters, Size parameters_size)
{
	return PlacesAccumKind(fcinfo, aggregate, weight_argument, 0, parameters, parameters_size);
}

/* PlacesAccumKind: the same for rows of several kinds (small numbers, as all times of events are) */
Events *
PlacesAccumKind(FunctionCallInfo fcinfo, const char *aggregate, int weight_argument, int64 kind, const void *parameters, Size parameters_size)
{
	MemoryContext context;
	Events	   *events = EventsState(fcinfo, aggregate, &context);
	int64		bits = 0;

	if (weight_argument != 0)
	{
		double		weight = PG_GETARG_FLOAT8(weight_argument) + 0.0;

		CheckNotNegative("weight", weight);
		memcpy(&bits, &weight, sizeof(bits));
	}
	if (events == NULL)
		events = EventsNew(context, false, weight_argument != 0, parameters, parameters_size);
	else if (!EventsHasParameters(events, parameters, parameters_size))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the settings of %s differ between rows", aggregate),
				 errhint("All arguments but location and weight are one value for the group, usually a constant.")));
	EventsAppend(events, ReadPlace(PG_GETARG_DATUM(1)), kind, bits);
	return events;
}

/* PlacesInOrder: the places of a state, sorted, in the current memory context */
Places *
PlacesInOrder(const Events *events)
{
	EventList  *list = EventsInOrder(events);
	Places	   *places = palloc0(sizeof(Places));

	places->n = list->n;
	places->srid = events->srid;
	places->x = list->x;
	places->y = list->y;
	places->kind = list->t;
	pfree(list->row);
	if (list->id != NULL)
	{
		StaticAssertStmt(sizeof(double) == sizeof(int64), "a weight takes the place of an id");
		places->weight = (double *) list->id;
		for (int i = 0; i < list->n; i++)
		{
			double		weight;

			memcpy(&weight, &list->id[i], sizeof(weight));
			/* the bytes of a serialised state may come from anywhere */
			if (!(weight >= 0) || !isfinite(weight))
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						 errmsg("the serialised state of places is damaged")));
			memcpy(&places->weight[i], &weight, sizeof(weight));
		}
	}
	return places;
}

/* PlacesOfKind: the places of one kind, in the same order */
Places *
PlacesOfKind(const Places *places, int64 kind)
{
	Places	   *some = palloc0(sizeof(Places));
	Size		n = Max(places->n, 1);

	some->srid = places->srid;
	some->x = palloc_extended(sizeof(double) * n, MCXT_ALLOC_HUGE);
	some->y = palloc_extended(sizeof(double) * n, MCXT_ALLOC_HUGE);
	if (places->weight != NULL)
		some->weight = palloc_extended(sizeof(double) * n, MCXT_ALLOC_HUGE);
	for (int i = 0; i < places->n; i++)
		if (places->kind[i] == kind)
		{
			some->x[some->n] = places->x[i];
			some->y[some->n] = places->y[i];
			if (places->weight != NULL)
				some->weight[some->n] = places->weight[i];
			some->n++;
		}
	return some;
}

/* PlacesExtent: the least rectangle around the places; of no place, the origin */
Rectangle
PlacesExtent(const Places *places)
{
	Rectangle	extent = {0};

	extent.srid = places->srid;
	for (int i = 0; i < places->n; i++)
	{
		extent.min_x = i == 0 ? places->x[0] : Min(extent.min_x, places->x[i]);
		extent.max_x = i == 0 ? places->x[0] : Max(extent.max_x, places->x[i]);
		extent.min_y = i == 0 ? places->y[0] : Min(extent.min_y, places->y[i]);
		extent.max_y = i == 0 ? places->y[0] : Max(extent.max_y, places->y[i]);
	}
	return extent;
}
