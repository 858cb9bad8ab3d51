/*
 * valued_places.h
 *   Values of places together with who neighbours whom: what aggregates collect, and what window functions read.
 */
#ifndef CSP_VALUED_PLACES_H
#define CSP_VALUED_PLACES_H

#include "base/partition.h"
#include "base/weights.h"

/* How the variance of a global statistic is found. */
typedef enum Assumption
{
	ASSUME_RANDOMISATION,
	ASSUME_NORMALITY
} Assumption;

/* The arguments of an aggregate that are one for the whole group, flat and without padding. */
typedef struct ValuedPlaceSettings
{
	double		distance;		/* 0 where neighbours are listed */
	int64		seed;
	int32		style;
	int32		assumption;
	int32		permutations;
	int32		reserved;
} ValuedPlaceSettings;

/* Places as they arrive: located by points, or listed by ids with lists of neighbouring ids. */
typedef struct ValuedPlaces
{
	uint32		magic;
	bool		listed;
	MemoryContext context;
	ValuedPlaceSettings settings;	/* aggregates only */
	int32		srid;
	int64		n;
	int64		capacity;
	double	   *value;
	double	   *x;				/* located */
	double	   *y;
	int64	   *id;				/* listed */
	int64	   *list_end;		/* the lists one after another: where each ends */
	int64	   *list;
	int64		list_capacity;
} ValuedPlaces;

/* The same in an order that depends on nothing but the places: by x, y and value, or by id. */
typedef struct ValuedPlaceList
{
	int			n;
	bool		listed;
	double	   *value;
	double	   *x;
	double	   *y;
	int64	   *id;
	const int64 *list;
	int64	   *list_from;
	int64	   *list_to;
	int		   *row;			/* position in the input */
} ValuedPlaceList;

extern ValuedPlaceList *ValuedPlacesInOrder(const ValuedPlaces *places);
extern Weights *ValuedPlaceWeights(const ValuedPlaceList *list, double distance, WeightStyle style, bool self);

/* the final function's side of an aggregate */
extern const ValuedPlaces *ValuedPlacesState(FunctionCallInfo fcinfo, const char *aggregate);

/*
 * The window function's side. Arguments 0 to 2 are value, location, distance or value, id, neighbours. The row of a place
 * in its list is that of the partition; rows without a value, location or id are no place.
 */
#define NO_STYLE_ARGUMENT	(-1)

extern int64 PartitionRows(WindowObject winobj, Size answer);
extern ValuedPlaceList *PartitionPlaces(WindowObject winobj, bool listed, int64 nrows);
extern Weights *PartitionWeights(WindowObject winobj, const ValuedPlaceList *list, int style_argument, bool self);

#endif							/* CSP_VALUED_PLACES_H */
