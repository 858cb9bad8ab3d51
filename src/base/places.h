/*
 * places.h
 *   Places with weights: the state of aggregates that ask where and how much, but not when.
 */
#ifndef CSP_PLACES_H
#define CSP_PLACES_H

#include "base/events.h"

/* The places in the one order of events (see events.c). */
typedef struct Places
{
	int			n;
	int32		srid;
	double	   *x;
	double	   *y;
	double	   *weight;			/* NULL: 1 each */
	int64	   *kind;			/* what the aggregate said of the row; 0 where it says nothing */
} Places;

extern bool PlacesRowIsKnown(FunctionCallInfo fcinfo, int weight_argument);
extern Events *PlacesAccum(FunctionCallInfo fcinfo, const char *aggregate, int weight_argument, const void *parameters, Size parameters_size);
extern Events *PlacesAccumKind(FunctionCallInfo fcinfo, const char *aggregate, int weight_argument, int64 kind, const void *parameters, Size parameters_size);
extern Places *PlacesInOrder(const Events *events);
extern Places *PlacesOfKind(const Places *places, int64 kind);
extern Rectangle PlacesExtent(const Places *places);

/* PlaceWeight: the weight of a place; 1 where places have no weights */
static inline double
PlaceWeight(const Places *places, int i)
{
	return places->weight != NULL ? places->weight[i] : 1;
}

#endif							/* CSP_PLACES_H */
