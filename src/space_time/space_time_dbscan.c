/*
 * space_time_dbscan.c
 *   Concept: clusters of any shape in space and time: DBSCAN (Ester, Kriegel, Sander and Xu 1996) whose neighbours are close in
 *   both, as in ST-DBSCAN (Birant and Kut 2007).
 *
 * Two events are neighbours if they are not farther apart than a distance and not more than so many days. An event with at
 * least min_points neighbours, itself included (as in PostGIS's ST_ClusterDBSCAN), is a core event. Core events that are
 * neighbours are in one cluster; an event that is none but neighbours core events is on the border of their clusters and goes to
 * the one whose core begins first; the others are noise. Clusters are numbered by their first core event in the order of time,
 * x and y: two clusters cannot have the same, so that nothing depends on the order of the rows.
 *
 * Events at one place are kept together in the order of time. The neighbours of an event at another place are then one run
 * there, and the runs of events that follow each other overlap: a pair of places costs as many steps as they have events, not
 * the product. A default geocode with 50,000 events is walked, not squared.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/neighbours.h"
#include "base/partition.h"
#include "utils/memutils.h"

/* ---- kernel ---- */

/* The events by place, places in strip order, each place's in the order of time. */
typedef struct EventPlaces
{
	Neighbours *neighbours;		/* of the places */
	int		   *start;			/* of each place; one more at the end */
	int64	   *t;
	int		   *event;			/* position -> event of the list */
	double		limit;			/* of the measure of neighbouring places */
	uint64		time_limit;		/* the greatest difference of neighbours */
	int64		visited;		/* since interrupts were looked for */
} EventPlaces;

/* TooEarly: does a time lie more than the limit before another? */
static inline bool
TooEarly(const EventPlaces *places, int64 t, int64 than)
{
	return t < than && (uint64) than - (uint64) t > places->time_limit;
}

/* TooLate: does a time lie more than the limit after another? */
static inline bool
TooLate(const EventPlaces *places, int64 t, int64 than)
{
	return TooEarly(places, than, t);
}

/* Visited: counts steps, and lets the user cancel after every so many */
static inline void
Visited(EventPlaces *places, int64 steps)
{
	places->visited += steps;
	if (places->visited > VISITS_PER_CHECK)
	{
		CHECK_FOR_INTERRUPTS();
		places->visited = 0;
	}
}

/* NewEventPlaces: the events grouped by place, with an index of neighbouring places */
static EventPlaces *
NewEventPlaces(const EventList *list, double distance, uint64 time_limit)
{
	EventPlaces *places = palloc0(sizeof(EventPlaces));
	Size		n = Max(list->n, 1);
	double	   *x = palloc_extended(sizeof(double) * n, MCXT_ALLOC_HUGE);
	double	   *y = palloc_extended(sizeof(double) * n, MCXT_ALLOC_HUGE);
	int		   *first = palloc_extended(sizeof(int) * (n + 1), MCXT_ALLOC_HUGE);
	int			nplaces = 0;
	int			filled = 0;

	/* the events' one order has those of one place together, by time */
	for (int i = 0; i < list->n; i++)
		if (i == 0 || list->x[i] != list->x[i - 1] || list->y[i] != list->y[i - 1])
		{
			x[nplaces] = list->x[i];
			y[nplaces] = list->y[i];
			first[nplaces++] = i;
		}
	first[nplaces] = list->n;

	places->limit = MeasureLimit(METRIC_EUCLIDEAN, distance, true);
	places->time_limit = time_limit;
	places->neighbours = NeighboursNew(x, y, nplaces, MeasureReach(METRIC_EUCLIDEAN, places->limit));
	places->start = palloc_extended(sizeof(int) * (n + 1), MCXT_ALLOC_HUGE);
	places->t = palloc_extended(sizeof(int64) * n, MCXT_ALLOC_HUGE);
	places->event = palloc_extended(sizeof(int) * n, MCXT_ALLOC_HUGE);
	for (int i = 0; i < nplaces; i++)
	{
		int			place = places->neighbours->index[i];

		places->start[i] = filled;
		for (int event = first[place]; event < first[place + 1]; event++)
		{
			places->t[filled] = list->t[event];
			places->event[filled++] = event;
		}
	}
	places->start[nplaces] = filled;
	pfree(x);
	pfree(y);
	pfree(first);
	return places;
}

/* Does something with two neighbouring places; also called with one place twice. */
typedef void (*PlacePair) (EventPlaces *places, void *into, int a, int b);

/*
 * ForEachPlacePair: calls a function for each pair of places within the distance, and for each
 * place with itself
 */
static void
ForEachPlacePair(EventPlaces *places, PlacePair pair, void *into)
{
	const Neighbours *nb = places->neighbours;
	NeighbourWalk walk;

	NeighbourWalkStart(&walk, nb);
	while (NeighbourWalkNext(&walk))
	{
		double		x = nb->x[walk.place];
		double		y = nb->y[walk.place];

		pair(places, into, walk.place, walk.place);
		for (int part = 0; part < 2; part++)
		{
			int			to = part == 0 ? walk.own_to : walk.next_to;

			for (int other = part == 0 ? walk.own_from : walk.next_from; other < to; other++)
				if (PairMeasure(METRIC_EUCLIDEAN, nb->x[other] - x, nb->y[other] - y) < places->limit)
					pair(places, into, walk.place, other);
		}
		Visited(places, (walk.own_to - walk.own_from) + (walk.next_to - walk.next_from) + 1);
	}
}

/* CountOneWay: adds to each event at place a its neighbours at place b */
static void
CountOneWay(EventPlaces *places, int *near, int a, int b)
{
	int			from = places->start[b],
				to = from,
				end = places->start[b + 1];

	for (int i = places->start[a]; i < places->start[a + 1]; i++)
	{
		while (from < end && TooEarly(places, places->t[from], places->t[i]))
			from++;
		to = Max(to, from);
		while (to < end && !TooLate(places, places->t[to], places->t[i]))
			to++;
		near[i] += to - from;
	}
	Visited(places, (end - places->start[b]) + (places->start[a + 1] - places->start[a]));
}

/* CountNear: counts the neighbours in time that the events of two places have in one another */
static void
CountNear(EventPlaces *places, void *into, int a, int b)
{
	CountOneWay(places, into, a, b);
	if (a != b)
		CountOneWay(places, into, b, a);
}

/* Cores and their clusters: trees of positions, the roots being the first of each. */
typedef struct Cores
{
	int		   *near;
	int			least;
	int		   *parent;
	int64	   *number;			/* of the cluster, at roots; of the border at other events, 0 for noise */
} Cores;

/* IsCore: has an event enough neighbours to be the core of a cluster? */
static inline bool
IsCore(const Cores *cores, int i)
{
	return cores->near[i] >= cores->least;
}

/* Root: the event that stands for the cluster of an event */
static int
Root(int *parent, int i)
{
	while (parent[i] != i)
	{
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

/* Unite: joins the clusters of two events */
static void
Unite(int *parent, int a, int b)
{
	a = Root(parent, a);
	b = Root(parent, b);
	if (a < b)
		parent[b] = a;
	else
		parent[a] = b;
}

/*
 * JoinCores
 *   Joins the core events of place a with their neighbours among those of place b. What lies in the run of the core event of a
 *   before is joined with it already: of that one event is enough.
 */
static void
JoinCores(EventPlaces *places, void *into, int a, int b)
{
	Cores	   *cores = into;
	int			from = places->start[b],
				to = from,
				end = places->start[b + 1];

	for (int i = places->start[a]; i < places->start[a + 1]; i++)
	{
		int			last = -1;	/* the last core event that this one shares with the one before */

		if (!IsCore(cores, i))
			continue;
		while (from < end && TooEarly(places, places->t[from], places->t[i]))
			from++;
		for (int k = to - 1; k >= from && last < 0; k--)
			if (IsCore(cores, k))
				last = k;
		if (last >= 0)
			Unite(cores->parent, i, last);
		to = Max(to, from);
		for (; to < end && !TooLate(places, places->t[to], places->t[i]); to++)
			if (IsCore(cores, to))
				Unite(cores->parent, i, to);
	}
	Visited(places, (end - places->start[b]) + (places->start[a + 1] - places->start[a]));
}

/* MarkBorderOneWay: each event at place a that is no core learns of the first cluster among its neighbours at place b */
static void
MarkBorderOneWay(EventPlaces *places, Cores *cores, int a, int b)
{
	int			from = places->start[b],
				end = places->start[b + 1];

	for (int i = places->start[a]; i < places->start[a + 1]; i++)
	{
		if (IsCore(cores, i))
			continue;
		while (from < end && TooEarly(places, places->t[from], places->t[i]))
			from++;
		/* fewer than the least number, or it would be a core event */
		for (int k = from; k < end && !TooLate(places, places->t[k], places->t[i]); k++)
			if (IsCore(cores, k))
			{
				int64		number = cores->number[Root(cores->parent, k)];

				if (cores->number[i] == 0 || number < cores->number[i])
					cores->number[i] = number;
			}
	}
}

/*
 * MarkBorder: gives events that are near a core without being one to its cluster, both ways between
 * two places
 */
static void
MarkBorder(EventPlaces *places, void *into, int a, int b)
{
	MarkBorderOneWay(places, into, a, b);
	if (a != b)
		MarkBorderOneWay(places, into, b, a);
	Visited(places, (places->start[b + 1] - places->start[b]) + (places->start[a + 1] - places->start[a]));
}

typedef struct FirstCore
{
	int64		t;
	double		x;
	double		y;
	int			root;
} FirstCore;

/* CompareFirstCores: order of clusters: by their first core's time, then by its place */
static inline int
CompareFirstCores(const FirstCore *a, const FirstCore *b)
{
	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	if (a->x != b->x)
		return a->x < b->x ? -1 : 1;
	return a->y < b->y ? -1 : a->y > b->y ? 1 : 0;
}

#define ST_SORT SortFirstCores
#define ST_ELEMENT_TYPE FirstCore
#define ST_COMPARE(a, b) CompareFirstCores(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* NumberClusters: numbers the clusters in the order of their first core events */
static void
NumberClusters(const EventPlaces *places, const EventList *list, Cores *cores)
{
	int		   *slot = palloc_extended(sizeof(int) * Max(list->n, 1), MCXT_ALLOC_HUGE);
	FirstCore  *first;
	int			nclusters = 0;

	for (int i = 0; i < list->n; i++)
		if (IsCore(cores, i) && cores->parent[i] == i)
			slot[i] = nclusters++;
	first = palloc_extended(sizeof(FirstCore) * Max(nclusters, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < nclusters; i++)
		first[i].root = -1;
	for (int i = 0; i < list->n; i++)
	{
		FirstCore	core;
		FirstCore  *kept;

		if (!IsCore(cores, i))
			continue;
		core.root = Root(cores->parent, i);
		core.t = places->t[i];
		core.x = list->x[places->event[i]];
		core.y = list->y[places->event[i]];
		kept = &first[slot[core.root]];
		if (kept->root < 0 || CompareFirstCores(&core, kept) < 0)
			*kept = core;
	}
	SortFirstCores(first, nclusters);
	for (int i = 0; i < nclusters; i++)
		cores->number[first[i].root] = i + 1;
	pfree(slot);
	pfree(first);
}

/* SpaceTimeDbscan: the cluster of each event of the list, from 1; 0 for noise */
static void
SpaceTimeDbscan(const EventList *list, double distance, uint64 time_limit, int least, int64 *cluster)
{
	EventPlaces *places = NewEventPlaces(list, distance, time_limit);
	Size		n = Max(list->n, 1);
	Cores		cores;

	cores.least = least;
	cores.near = palloc_extended(sizeof(int) * n, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	cores.parent = palloc_extended(sizeof(int) * n, MCXT_ALLOC_HUGE);
	cores.number = palloc_extended(sizeof(int64) * n, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int i = 0; i < list->n; i++)
		cores.parent[i] = i;

	ForEachPlacePair(places, CountNear, cores.near);
	ForEachPlacePair(places, JoinCores, &cores);
	NumberClusters(places, list, &cores);
	ForEachPlacePair(places, MarkBorder, &cores);
	for (int i = 0; i < list->n; i++)
		cluster[places->event[i]] = cores.number[IsCore(&cores, i) ? Root(cores.parent, i) : i];
}

/* ---- SQL ---- */

/* TimeLimit: the greatest difference of times that is within so many days: whole days of dates, microseconds of instants */
static uint64
TimeLimit(double days, bool instants)
{
	double		limit = instants ? rint(days * MICROSECONDS_PER_DAY) : floor(days);

	return limit >= 18446744073709551615.0 ? PG_UINT64_MAX : (uint64) limit;
}

/* AnswerPartition: works out the cluster of every row of a partition */
static void
AnswerPartition(WindowObject winobj, bool instants, int64 nrows, PartitionNumbers *answer)
{
	double		distance = DatumGetFloat8(WindowSetting(winobj, 2, "distance"));
	double		days = DatumGetFloat8(WindowSetting(winobj, 3, "days"));
	int			least = DatumGetInt32(WindowSetting(winobj, 4, "min_points"));
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "space-time clusters", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(work);
	int		   *event_row = palloc_extended(sizeof(int) * nrows, MCXT_ALLOC_HUGE);
	EventList  *list;
	int64	   *cluster;

	CheckNotNegative("distance", distance);
	/* without a limit of time this is the DBSCAN of space */
	if (!isinf(days) || days < 0)
		CheckNotNegative("days", days);
	CheckAtLeastInt("min_points", least, 1);
	list = EventsInOrder(PartitionEvents(winobj, instants ? TIMES_INSTANT : TIMES_DATE, nrows, event_row));
	cluster = palloc_extended(sizeof(int64) * Max(list->n, 1), MCXT_ALLOC_HUGE);
	SpaceTimeDbscan(list, distance, TimeLimit(days, instants), least, cluster);
	for (int i = 0; i < list->n; i++)
		answer->number[event_row[list->row[i]]] = cluster[i];
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work);
}

/* DbscanWindow: the current row's cluster; the first row works out the whole partition */
static Datum
DbscanWindow(FunctionCallInfo fcinfo, bool instants)
{
	WindowObject winobj = PG_WINDOW_OBJECT();
	int64		nrows;
	PartitionNumbers *answer = PartitionNumbersOf(winobj, &nrows);
	int64		row = WinGetCurrentPosition(winobj);

	if (!answer->done)
	{
		AnswerPartition(winobj, instants, nrows, answer);
		answer->done = true;
	}
	if (answer->number[row] == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(answer->number[row]);
}

/* space_time_dbscan_date: the SQL function space_time_dbscan for events with dates */
PG_FUNCTION_INFO_V1(space_time_dbscan_date);
Datum
space_time_dbscan_date(PG_FUNCTION_ARGS)
{
	return DbscanWindow(fcinfo, false);
}

/* space_time_dbscan_timestamptz: the SQL function space_time_dbscan for events with timestamps */
PG_FUNCTION_INFO_V1(space_time_dbscan_timestamptz);
Datum
space_time_dbscan_timestamptz(PG_FUNCTION_ARGS)
{
	return DbscanWindow(fcinfo, true);
}
