/*
 * nearest_neighbour_clusters.c
 *   Concept: groups of events that lie closer together than a threshold, groups of these groups, and so on: nearest neighbour
 *   hierarchical clustering (Levine 2013, CrimeStat IV, chapter 7).
 *
 * First order: the event with the most others closer than the threshold is the seed of a cluster, which takes the seed and
 * these others; the same is repeated with the events that remain, until no seed has the least number of events. Events that
 * are left belong to no cluster. Higher orders: the centres of the clusters are clustered in the same way, until none is
 * formed.
 *
 * The threshold is a distance for all orders, or the mean distance to the nearest neighbour that N random events in an area
 * A would have, with a one-sided confidence bound: sqrt(A / N) / 2 + t(p) sqrt((4 - pi) A / (4 pi)) / N, t the quantile of
 * Student's distribution with N - 1 degrees of freedom (Clark and Evans 1954); N is the number of events, or of the centres
 * at a higher order.
 *
 * The manual does not say which of two seeds with as many neighbours comes first: here the one farther west, then south. So
 * nothing depends on the order of the rows.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "place/centrography.h"
#include "base/check.h"
#include "base/distribution.h"
#include "lib/binaryheap.h"
#include "base/neighbours.h"
#include "base/partition.h"
#include "base/places.h"
#include "base/result.h"
#include "utils/memutils.h"

#define DEFAULT_MIN_POINTS		10
#define DEFAULT_MIN_CLUSTERS	2
#define SQUARE_KILOMETRE		1e6		/* of square metres */

/* What all rows of a group share; compared byte by byte. */
typedef struct ClusterSettings
{
	double		distance;		/* of a threshold given; else 0 */
	double		area;			/* of a random one */
	double		probability;
	int32		min_points;
	int32		min_clusters;
} ClusterSettings;

typedef struct Cluster
{
	int			order;
	int			number;			/* within its order, from 1 */
	int			parent;			/* index of the cluster of the next order; -1: none */
	int64		members;		/* of the order below; events at the first */
	double		x;				/* mean centre of the members */
	double		y;
	double		threshold;
	double		moments[MOMENT_LENGTH]; /* of the events */
} Cluster;

/* ---- kernel ---- */

/* RandomNeighbourDistance: the threshold of n random places, 2 or more; 0 where the bound would be below it */
static double
RandomNeighbourDistance(double n, double area, double probability)
{
	double		mean = sqrt(area / n) / 2;

	/* of the median nothing is left but rounding */
	if (probability == 0.5)
		return mean;
	return fmax(0, mean + StudentQuantile(probability, n - 1) * sqrt((4 - M_PI) * area / (4 * M_PI)) / n);
}

/* Threshold: the distance below which places belong together; NaN where there are too few places for one */
static double
Threshold(const ClusterSettings *settings, int64 n)
{
	if (settings->distance > 0)
		return settings->distance;
	return n >= 2 ? RandomNeighbourDistance(n, settings->area, settings->probability) : get_float8_nan();
}

/* Places that wait for their cluster, in strip order. */
typedef struct Waiting
{
	const Neighbours *neighbours;
	double		limit;
	const int64 *weight;		/* members at a place */
	int64	   *near;			/* members closer than the threshold that wait still, those of the place included */
	int64	   *ranked;			/* the same when the heap last looked */
	int		   *cluster;		/* -1: waits */
} Waiting;

/* CompareSeeds: order of possible seeds of a cluster: the better seed is greater */
static int
CompareSeeds(Datum a, Datum b, void *arg)
{
	const Waiting *waiting = arg;
	int			one = DatumGetInt32(a);
	int			other = DatumGetInt32(b);
	const double *x = waiting->neighbours->x;
	const double *y = waiting->neighbours->y;

	if (waiting->ranked[one] != waiting->ranked[other])
		return waiting->ranked[one] < waiting->ranked[other] ? -1 : 1;
	if (x[one] != x[other])
		return x[one] > x[other] ? -1 : 1;
	if (y[one] != y[other])
		return y[one] > y[other] ? -1 : 1;
	return one > other ? -1 : one < other ? 1 : 0;
}

/* CountNear: finds the number of members near each place, in one walk over the pairs */
static void
CountNear(Waiting *waiting)
{
	const Neighbours *nb = waiting->neighbours;
	int64		visited = 0;
	NeighbourWalk walk;

	for (int i = 0; i < nb->n; i++)
		waiting->near[i] = waiting->weight[i];
	NeighbourWalkStart(&walk, nb);
	while (NeighbourWalkNext(&walk))
	{
		for (int part = 0; part < 2; part++)
		{
			int			to = part == 0 ? walk.own_to : walk.next_to;

			for (int other = part == 0 ? walk.own_from : walk.next_from; other < to; other++)
				if (PairMeasure(METRIC_EUCLIDEAN, nb->x[other] - nb->x[walk.place], nb->y[other] - nb->y[walk.place]) < waiting->limit)
				{
					waiting->near[walk.place] += waiting->weight[other];
					waiting->near[other] += waiting->weight[walk.place];
				}
		}
		visited += (walk.own_to - walk.own_from) + (walk.next_to - walk.next_from) + 1;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
	}
}

/* WaitingNear: the places that wait and are closer to one than the threshold, that one included */
static int
WaitingNear(const Waiting *waiting, int place, int *near)
{
	const Neighbours *nb = waiting->neighbours;
	NeighbourRuns runs;
	int			n = 0;

	CHECK_FOR_INTERRUPTS();
	NeighbourRunsOf(nb, place, &runs);
	for (int run = 0; run < runs.n; run++)
		for (int other = runs.from[run]; other < runs.to[run]; other++)
			if (waiting->cluster[other] < 0 &&
				PairMeasure(METRIC_EUCLIDEAN, nb->x[other] - nb->x[place], nb->y[other] - nb->y[place]) < waiting->limit)
				near[n++] = other;
	return n;
}

/*
 * FindClusters
 *   Which cluster each place belongs to, numbered from 0 as they are found, -1 for none; gives their number. A place counts
 *   as so many members as its weight. Each place is taken once and then looks at its neighbours once, so that the time grows
 *   with the pairs closer than the threshold; the heap of seeds is put right when a seed comes to its top, since the
 *   numbers only fall.
 */
static int
FindClusters(const double *x, const double *y, const int64 *weight, int n, double distance, int64 least, int *cluster)
{
	Waiting		waiting;
	Neighbours *neighbours;
	int64	   *ordered = palloc_extended(sizeof(int64) * Max(n, 1), MCXT_ALLOC_HUGE);
	int		   *taken = palloc_extended(sizeof(int) * Max(n, 1), MCXT_ALLOC_HUGE);
	int		   *near = palloc_extended(sizeof(int) * Max(n, 1), MCXT_ALLOC_HUGE);
	int			nseeds = 0;
	int			nclusters = 0;
	binaryheap *seeds;

	waiting.limit = MeasureLimit(METRIC_EUCLIDEAN, distance, false);
	neighbours = NeighboursNew(x, y, n, MeasureReach(METRIC_EUCLIDEAN, waiting.limit));
	waiting.neighbours = neighbours;
	waiting.weight = ordered;
	waiting.near = palloc_extended(sizeof(int64) * Max(n, 1), MCXT_ALLOC_HUGE);
	waiting.ranked = palloc_extended(sizeof(int64) * Max(n, 1), MCXT_ALLOC_HUGE);
	waiting.cluster = palloc_extended(sizeof(int) * Max(n, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < n; i++)
	{
		ordered[i] = weight[neighbours->index[i]];
		waiting.cluster[i] = -1;
	}
	CountNear(&waiting);

	for (int i = 0; i < n; i++)
		nseeds += waiting.near[i] >= least;
	seeds = binaryheap_allocate(Max(nseeds, 1), CompareSeeds, &waiting);
	for (int i = 0; i < n; i++)
	{
		waiting.ranked[i] = waiting.near[i];
		if (waiting.near[i] >= least)
			binaryheap_add_unordered(seeds, Int32GetDatum(i));
	}
	binaryheap_build(seeds);

	while (!binaryheap_empty(seeds))
	{
		int			seed = DatumGetInt32(binaryheap_first(seeds));
		int			ntaken;

		if (waiting.cluster[seed] >= 0 || waiting.near[seed] < least)
		{
			binaryheap_remove_first(seeds);
			continue;
		}
		if (waiting.ranked[seed] != waiting.near[seed])
		{
			waiting.ranked[seed] = waiting.near[seed];
			binaryheap_replace_first(seeds, Int32GetDatum(seed));
			continue;
		}
		ntaken = WaitingNear(&waiting, seed, taken);
		for (int i = 0; i < ntaken; i++)
			waiting.cluster[taken[i]] = nclusters;
		for (int i = 0; i < ntaken; i++)
		{
			int			nnear = WaitingNear(&waiting, taken[i], near);

			for (int k = 0; k < nnear; k++)
				waiting.near[near[k]] -= ordered[taken[i]];
		}
		nclusters++;
	}
	for (int i = 0; i < n; i++)
		cluster[neighbours->index[i]] = waiting.cluster[i];

	binaryheap_free(seeds);
	NeighboursFree(neighbours);
	pfree(waiting.near);
	pfree(waiting.ranked);
	pfree(waiting.cluster);
	pfree(ordered);
	pfree(taken);
	pfree(near);
	return nclusters;
}

/* EventClusters: the first-order cluster of each event; events at one place are one place with as many members */
static int
EventClusters(const double *x, const double *y, int n, double threshold, int64 least, int *cluster)
{
	double	   *place_x = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
	double	   *place_y = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
	int64	   *weight = palloc_extended(sizeof(int64) * Max(n, 1), MCXT_ALLOC_HUGE);
	int		   *place_cluster = palloc_extended(sizeof(int) * Max(n, 1), MCXT_ALLOC_HUGE);
	int			nplaces = 0;
	int			nclusters = 0;

	/* the events' one order has those of one place together */
	for (int i = 0; i < n; i++)
	{
		if (i == 0 || x[i] != x[i - 1] || y[i] != y[i - 1])
		{
			place_x[nplaces] = x[i];
			place_y[nplaces] = y[i];
			weight[nplaces++] = 0;
		}
		weight[nplaces - 1]++;
		cluster[i] = nplaces - 1;
	}
	if (threshold > 0)
		nclusters = FindClusters(place_x, place_y, weight, nplaces, threshold, least, place_cluster);
	for (int i = 0; i < n; i++)
		cluster[i] = threshold > 0 ? place_cluster[cluster[i]] : -1;
	pfree(place_x);
	pfree(place_y);
	pfree(weight);
	pfree(place_cluster);
	return nclusters;
}

/* Hierarchy: the clusters of all orders, one order after the other */
static Cluster *
Hierarchy(const Places *events, const ClusterSettings *settings, int *ncluster)
{
	int		   *member_of = palloc_extended(sizeof(int) * Max(events->n, 1), MCXT_ALLOC_HUGE);
	double		threshold = Threshold(settings, events->n);
	int			found = EventClusters(events->x, events->y, events->n, threshold, settings->min_points, member_of);
	int			capacity = 2 * found + 1;	/* each order has at most half as many as the one below */
	Cluster    *cluster = palloc_extended(sizeof(Cluster) * capacity, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	double	   *x = palloc_extended(sizeof(double) * Max(found, 1), MCXT_ALLOC_HUGE);
	double	   *y = palloc_extended(sizeof(double) * Max(found, 1), MCXT_ALLOC_HUGE);
	int64	   *weight = palloc_extended(sizeof(int64) * Max(found, 1), MCXT_ALLOC_HUGE);

	*ncluster = found;
	for (int i = 0; i < events->n; i++)
		if (member_of[i] >= 0)
		{
			cluster[member_of[i]].members++;
			MomentsAdd(cluster[member_of[i]].moments, 1, events->x[i], events->y[i]);
		}
	for (int i = 0; i < found; i++)
	{
		cluster[i].x = cluster[i].moments[MOMENT_X];
		cluster[i].y = cluster[i].moments[MOMENT_Y];
	}

	for (int order = 1, first = 0; found > 0; order++)
	{
		int			below = found;
		int			next = first + below;	/* where the next order begins */

		for (int i = first; i < next; i++)
		{
			cluster[i].order = order;
			cluster[i].number = i - first + 1;
			cluster[i].parent = -1;
			cluster[i].threshold = threshold;
			cluster[i].moments[MOMENT_METHOD] = METHOD_CRIMESTAT;
			cluster[i].moments[MOMENT_SRID] = events->srid;
			x[i - first] = cluster[i].x;
			y[i - first] = cluster[i].y;
			weight[i - first] = 1;
		}
		threshold = Threshold(settings, below);
		found = threshold > 0 ? FindClusters(x, y, weight, below, threshold, settings->min_clusters, member_of) : 0;
		for (int i = 0; found > 0 && i < below; i++)
			if (member_of[i] >= 0)
			{
				Cluster    *child = &cluster[first + i];
				Cluster    *parent = &cluster[next + member_of[i]];

				child->parent = next + member_of[i];
				parent->members++;
				parent->x += (child->x - parent->x) / parent->members;
				parent->y += (child->y - parent->y) / parent->members;
				MomentsCombine(parent->moments, child->moments);
			}
		first = next;
		*ncluster = next + found;
	}
	pfree(member_of);
	pfree(x);
	pfree(y);
	pfree(weight);
	return cluster;
}

/* ---- SQL ---- */

/* CheckArea: error unless area is above 0 and probability between 0 and 1 */
static void
CheckArea(double area, double probability)
{
	CheckPositive("area", area);
	if (!(probability > 0 && probability < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("probability is %g, not between 0 and 1", probability),
				 errhint("0.5 is the mean distance to the nearest neighbour of random events; a lower probability gives a shorter threshold.")));
}

/*
 * random_neighbour_distance: the SQL function of that name: the distance to the nearest neighbour
 * that random events have
 */
PG_FUNCTION_INFO_V1(random_neighbour_distance);
Datum
random_neighbour_distance(PG_FUNCTION_ARGS)
{
	int64		n = PG_GETARG_INT64(0);
	double		area = PG_GETARG_FLOAT8(1);
	double		probability = PG_GETARG_FLOAT8(2);

	CheckAtLeastInt("n", n, 2);
	CheckArea(area, probability);
	PG_RETURN_FLOAT8(RandomNeighbourDistance(n, area, probability));
}

/* (location, distance [, min_points]) or, random, (location, area, probability, min_points) */
static Datum
ClusterWindow(FunctionCallInfo fcinfo, bool random)
{
	WindowObject winobj = PG_WINDOW_OBJECT();
	int64		nrows;
	PartitionNumbers *answer = PartitionNumbersOf(winobj, &nrows);
	int64		row = WinGetCurrentPosition(winobj);

	if (!answer->done)
	{
		MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "nearest neighbour clusters", ALLOCSET_DEFAULT_SIZES);
		MemoryContext oldcontext = MemoryContextSwitchTo(work);
		int		   *event_row = palloc_extended(sizeof(int) * nrows, MCXT_ALLOC_HUGE);
		ClusterSettings settings = {0};
		EventList  *list;
		int		   *cluster;

		settings.min_points = DEFAULT_MIN_POINTS;
		if (random)
		{
			settings.area = DatumGetFloat8(WindowSetting(winobj, 1, "area"));
			settings.probability = DatumGetFloat8(WindowSetting(winobj, 2, "probability"));
			CheckArea(settings.area, settings.probability);
		}
		else
		{
			settings.distance = DatumGetFloat8(WindowSetting(winobj, 1, "distance"));
			CheckPositive("distance", settings.distance);
		}
		if (fcinfo->nargs > (random ? 3 : 2))
			settings.min_points = DatumGetInt32(WindowSetting(winobj, random ? 3 : 2, "min_points"));
		CheckAtLeastInt("min_points", settings.min_points, 2);

		list = EventsInOrder(PartitionEvents(winobj, TIMES_NONE, nrows, event_row));
		cluster = palloc_extended(sizeof(int) * Max(list->n, 1), MCXT_ALLOC_HUGE);
		EventClusters(list->x, list->y, list->n, Threshold(&settings, list->n), settings.min_points, cluster);
		for (int i = 0; i < list->n; i++)
			answer->number[event_row[list->row[i]]] = cluster[i] + 1;
		MemoryContextSwitchTo(oldcontext);
		MemoryContextDelete(work);
		answer->done = true;
	}
	if (answer->number[row] == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(answer->number[row]);
}

/* nearest_neighbour_cluster: the SQL window function for a distance that is given */
PG_FUNCTION_INFO_V1(nearest_neighbour_cluster);
Datum
nearest_neighbour_cluster(PG_FUNCTION_ARGS)
{
	return ClusterWindow(fcinfo, false);
}

/* nearest_neighbour_cluster_random: the SQL window function for the distance that random events would have */
PG_FUNCTION_INFO_V1(nearest_neighbour_cluster_random);
Datum
nearest_neighbour_cluster_random(PG_FUNCTION_ARGS)
{
	return ClusterWindow(fcinfo, true);
}

/* (state, location, distance [, min_points [, min_clusters]]) or, random, (state, location, area, probability, min_points [, min_clusters]) */
static Datum
ClustersAccum(FunctionCallInfo fcinfo, bool random)
{
	ClusterSettings settings = {0};
	int			argument = 2;

	if (!PlacesRowIsKnown(fcinfo, 0))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (random)
	{
		CheckGiven(fcinfo, argument, "area");
		CheckGiven(fcinfo, argument + 1, "probability");
		settings.area = PG_GETARG_FLOAT8(argument++);
		settings.probability = PG_GETARG_FLOAT8(argument++);
		CheckArea(settings.area, settings.probability);
	}
	else
	{
		CheckGiven(fcinfo, argument, "distance");
		settings.distance = PG_GETARG_FLOAT8(argument++);
		CheckPositive("distance", settings.distance);
	}
	settings.min_points = DEFAULT_MIN_POINTS;
	settings.min_clusters = DEFAULT_MIN_CLUSTERS;
	if (PG_NARGS() > argument)
	{
		CheckGiven(fcinfo, argument, "min_points");
		settings.min_points = PG_GETARG_INT32(argument++);
		CheckAtLeastInt("min_points", settings.min_points, 2);
	}
	if (PG_NARGS() > argument)
	{
		CheckGiven(fcinfo, argument, "min_clusters");
		settings.min_clusters = PG_GETARG_INT32(argument++);
		CheckAtLeastInt("min_clusters", settings.min_clusters, 2);
	}
	PG_RETURN_POINTER(PlacesAccum(fcinfo, "nearest_neighbour_clusters", 0, &settings, sizeof(settings)));
}

/* nearest_neighbour_clusters_accum: keeps a place, for a distance that is given */
PG_FUNCTION_INFO_V1(nearest_neighbour_clusters_accum);
Datum
nearest_neighbour_clusters_accum(PG_FUNCTION_ARGS)
{
	return ClustersAccum(fcinfo, false);
}

/* nearest_neighbour_clusters_random_accum: keeps a place, for the distance that random events would have */
PG_FUNCTION_INFO_V1(nearest_neighbour_clusters_random_accum);
Datum
nearest_neighbour_clusters_random_accum(PG_FUNCTION_ARGS)
{
	return ClustersAccum(fcinfo, true);
}

/* StateSettings: the settings kept in the state; error where they cannot be right */
static ClusterSettings
StateSettings(const Events *events)
{
	ClusterSettings settings = {0};

	memcpy(&settings, events->parameters, Min(sizeof(settings), events->parameters_size));
	if (events->parameters_size != sizeof(settings) || settings.min_points < 2 || settings.min_clusters < 2 ||
		!(settings.distance >= 0 && isfinite(settings.distance)) ||
		(settings.distance == 0 && !(settings.area > 0 && isfinite(settings.area) && settings.probability > 0 && settings.probability < 1)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of nearest_neighbour_clusters is damaged")));
	return settings;
}

/* Columns of csp.neighbour_cluster. */
enum
{
	NEIGHBOUR_CLUSTER_CLUSTER_ORDER,
	NEIGHBOUR_CLUSTER_CLUSTER,
	NEIGHBOUR_CLUSTER_PARENT,
	NEIGHBOUR_CLUSTER_MEMBERS,
	NEIGHBOUR_CLUSTER_EVENTS,
	NEIGHBOUR_CLUSTER_CENTRE,
	NEIGHBOUR_CLUSTER_ELLIPSE,
	NEIGHBOUR_CLUSTER_ELLIPSE_AREA,
	NEIGHBOUR_CLUSTER_DENSITY,
	NEIGHBOUR_CLUSTER_THRESHOLD,
	NEIGHBOUR_CLUSTER_COLUMNS
};

/* nearest_neighbour_clusters_final: the clusters of all orders: one row each */
PG_FUNCTION_INFO_V1(nearest_neighbour_clusters_final);
Datum
nearest_neighbour_clusters_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context;
	Events	   *events = EventsState(fcinfo, "nearest_neighbour_clusters", &aggregate_context);
	ClusterSettings settings;
	MemoryContext work,
				oldcontext;
	Places	   *places;
	Cluster    *clusters;
	int			n = 0;
	CspResult	row;
	Oid			row_type;
	Datum	   *rows;
	ArrayType  *array;

	if (events == NULL)
		PG_RETURN_NULL();
	settings = StateSettings(events);
	row_type = ResultInitElement(&row, fcinfo, NEIGHBOUR_CLUSTER_COLUMNS);

	work = AllocSetContextCreate(CurrentMemoryContext, "nearest neighbour clusters", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);
	places = PlacesInOrder(events);
	clusters = Hierarchy(places, &settings, &n);

	rows = palloc_extended(sizeof(Datum) * Max(n, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < n; i++)
	{
		const Cluster *cluster = &clusters[i];
		double		count = cluster->moments[MOMENT_WEIGHT];
		Datum		polygon;

		ResultSetInt32(&row, NEIGHBOUR_CLUSTER_CLUSTER_ORDER, cluster->order);
		ResultSetInt64(&row, NEIGHBOUR_CLUSTER_CLUSTER, cluster->number);
		if (cluster->parent >= 0)
			ResultSetInt64(&row, NEIGHBOUR_CLUSTER_PARENT, clusters[cluster->parent].number);
		ResultSetInt64(&row, NEIGHBOUR_CLUSTER_MEMBERS, cluster->members);
		ResultSetInt64(&row, NEIGHBOUR_CLUSTER_EVENTS, (int64) count);
		ResultSetDatum(&row, NEIGHBOUR_CLUSTER_CENTRE, PlaceDatum(cluster->x, cluster->y, places->srid));
		if (HasSpread(cluster->moments) && EllipsePolygon(cluster->moments, &polygon))
		{
			Ellipse		ellipse = EllipseOf(cluster->moments);
			double		area = M_PI * ellipse.major * ellipse.minor;

			ResultSetDatum(&row, NEIGHBOUR_CLUSTER_ELLIPSE, polygon);
			ResultSetFloat8(&row, NEIGHBOUR_CLUSTER_ELLIPSE_AREA, area);
			ResultSetFloat8(&row, NEIGHBOUR_CLUSTER_DENSITY, count / area * SQUARE_KILOMETRE);
		}
		ResultSetFloat8(&row, NEIGHBOUR_CLUSTER_THRESHOLD, cluster->threshold);
		rows[i] = ResultDatum(&row);
		CheckInterruptsAt(i);
	}
	MemoryContextSwitchTo(oldcontext);
	array = ResultArray(rows, n, row_type);
	MemoryContextDelete(work);
	PG_RETURN_ARRAYTYPE_P(array);
}
