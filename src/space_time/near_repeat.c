/*
 * near_repeat.c
 *   Concept: the near repeats themselves: which events follow which, what each event is in its series, and the risk
 *   it inherits.
 *
 * Two events are linked if they are closer than a distance and fewer than so many days apart (both strictly, as the
 * bands of the Knox test). Events have one order: by time, then by x, y and position in the input, so that ties of one
 * day are resolved the same way however the rows arrive. Weights: ProMap 2004 and 2007 (Bowers, Johnson and Pease 2004;
 * Johnson, Bowers, Birks and Pease 2007) and a smooth kernel that is 1 at the event and falls to 0 at both limits.
 */
#include "space_time/near_repeat.h"

#include <math.h>

#include "base/check.h"
#include "base/neighbours.h"
#include "base/partition.h"
#include "base/result.h"
#include "utils/memutils.h"

#define MAX_LINKS		10000000	/* an array of rows must stay below 1 GB */
#define ESTIMATE_EVENTS	2000

typedef enum NearRepeatClass
{
	CLASS_NONE,
	CLASS_ISOLATED,
	CLASS_ORIGINATOR,
	CLASS_NEAR_REPEAT,
	CLASS_REPEAT
} NearRepeatClass;

static const char *const class_names[] = {NULL, "isolated", "originator", "near repeat", "repeat"};

/* ---- kernel ---- */

/* NearRepeatWeight: the risk that an event lends to a point so far away and so many days later */
double
NearRepeatWeight(WeightForm form, double distance, double days, double bandwidth, double window, double cell_size)
{
	if (!(distance < bandwidth) || !(days < window))
		return 0;
	switch (form)
	{
		case WEIGHT_PROMAP_2004:
			return 1 / ((1 + floor(distance / cell_size)) * (1 + floor(days / 7)));
		case WEIGHT_PROMAP_2007:
			return (1 + 1 / (1 + floor(distance / cell_size))) * (1 / (1 + floor(days / 7)));
		case WEIGHT_SMOOTH:
			break;
	}
	distance /= bandwidth;
	days /= window;
	return (1 - distance * distance) * (1 - distance * distance) * (1 - days * days) * (1 - days * days);
}

/* LinkTime: the least difference of times that is no link any more */
static int64
LinkTime(const EventList *list, double days)
{
	double		exact = ceil(days * (list->instants ? MICROSECONDS_PER_DAY : 1));

	return exact >= (double) PG_INT64_MAX ? PG_INT64_MAX : (int64) exact;
}

/* WalkLinks: the links of every step-th place, in the order of the search, with the places after it */
static void
WalkLinks(const EventList *list, LinkLimits limits, int step, LinkFunction linked, void *into)
{
	double		limit = MeasureLimit(METRIC_EUCLIDEAN, limits.distance, false);
	uint64		time_limit = (uint64) LinkTime(list, limits.days);
	Neighbours *neighbours = NeighboursNew(list->x, list->y, list->n, MeasureReach(METRIC_EUCLIDEAN, limit));
	int64	   *t = palloc_extended(sizeof(int64) * Max(list->n, 1), MCXT_ALLOC_HUGE);
	NeighbourWalk walk;
	int64		visited = 0;
	int64		links = 0;

	for (int i = 0; i < list->n; i++)
	{
		t[i] = list->t[neighbours->index[i]];
		CheckInterruptsAt(i);
	}
	NeighbourWalkStart(&walk, neighbours);
	while (NeighbourWalkNext(&walk))
	{
		double		x = neighbours->x[walk.place];
		double		y = neighbours->y[walk.place];
		int64		now = t[walk.place];

		if (walk.place % step != 0)
			continue;
		for (int part = 0; part < 2; part++)
		{
			int			to = part == 0 ? walk.own_to : walk.next_to;

			for (int other = part == 0 ? walk.own_from : walk.next_from; other < to; other++)
			{
				uint64		apart = t[other] > now ? (uint64) t[other] - (uint64) now : (uint64) now - (uint64) t[other];
				double		measure;

				if (apart >= time_limit)
					continue;
				measure = PairMeasure(METRIC_EUCLIDEAN, neighbours->x[other] - x, neighbours->y[other] - y);
				if (measure < limit)
				{
					linked(into, neighbours->index[walk.place], neighbours->index[other], measure, apart);
					CheckInterruptsAt(++links);
				}
			}
		}
		visited += (walk.own_to - walk.own_from) + (walk.next_to - walk.next_from) + 1;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
	}
	NeighboursFree(neighbours);
	pfree(t);
}

/* ForEachLink: calls a function for each pair of events within the limits of distance and time */
void
ForEachLink(const EventList *list, LinkLimits limits, LinkFunction linked, void *into)
{
	WalkLinks(list, limits, 1, linked, into);
}

/* CountLink: counts one link of a walk over all links */
static void
CountLink(void *into, int a, int b, double measure, uint64 apart)
{
	(void) a;
	(void) b;
	(void) measure;
	(void) apart;
	(*(int64 *) into)++;
}

/* EstimateLinks: about how many links there are, from those of some thousand events; exact for fewer events */
double
EstimateLinks(const EventList *list, LinkLimits limits)
{
	int			step = list->n / ESTIMATE_EVENTS + 1;
	int64		links = 0;

	WalkLinks(list, limits, step, CountLink, &links);
	return (double) links * step;
}

/* Precedes: does event a come before b in the one order of events, in which no two are equal? */
static inline bool
Precedes(const EventList *list, int a, int b)
{
	if (list->t[a] != list->t[b])
		return list->t[a] < list->t[b];
	if (list->x[a] != list->x[b])
		return list->x[a] < list->x[b];
	if (list->y[a] != list->y[b])
		return list->y[a] < list->y[b];
	return list->row[a] < list->row[b];
}

/* -- classes -- */

typedef struct ClassWork
{
	const EventList *list;
	double		same_place;		/* measure not above which two places are one */
	uint8	   *class;
} ClassWork;

/* ClassLink: marks the two events of a link as originator and repeat or near repeat */
static void
ClassLink(void *into, int a, int b, double measure, uint64 apart)
{
	ClassWork  *work = into;
	int			earlier = Precedes(work->list, a, b) ? a : b;
	int			later = earlier == a ? b : a;
	uint8		later_class = measure < work->same_place ? CLASS_REPEAT : CLASS_NEAR_REPEAT;

	(void) apart;
	work->class[later] = Max(work->class[later], later_class);
	work->class[earlier] = Max(work->class[earlier], CLASS_ORIGINATOR);
}

/* -- chains -- */

/* ChainRoot: the first event of the chain that an event belongs to */
static int
ChainRoot(int *parent, int i)
{
	while (parent[i] != i)
	{
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

/* ChainLink: joins the chains of the two events of a link */
static void
ChainLink(void *into, int a, int b, double measure, uint64 apart)
{
	int		   *parent = into;

	(void) measure;
	(void) apart;
	a = ChainRoot(parent, a);
	b = ChainRoot(parent, b);
	if (a < b)
		parent[b] = a;
	else
		parent[a] = b;
}

typedef struct FirstEvent
{
	const EventList *list;
	int			event;
} FirstEvent;

#define ST_SORT SortFirstEvents
#define ST_ELEMENT_TYPE FirstEvent
#define ST_COMPARE(a, b) ((a)->event == (b)->event ? 0 : Precedes((a)->list, (a)->event, (b)->event) ? -1 : 1)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Chains: gives connected events one number; numbers follow the chains' first events */
static void
Chains(const EventList *list, LinkLimits limits, int64 *chain)
{
	int			n = list->n;
	int		   *parent = palloc_extended(sizeof(int) * Max(n, 1), MCXT_ALLOC_HUGE);
	int		   *number = palloc_extended(sizeof(int) * Max(n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	FirstEvent *order = palloc_extended(sizeof(FirstEvent) * Max(n, 1), MCXT_ALLOC_HUGE);
	int			chains = 0;

	for (int i = 0; i < n; i++)
	{
		parent[i] = i;
		order[i].list = list;
		order[i].event = i;
	}
	ForEachLink(list, limits, ChainLink, parent);
	SortFirstEvents(order, n);
	for (int i = 0; i < n; i++)
	{
		int			root = ChainRoot(parent, order[i].event);

		if (number[root] == 0)
			number[root] = ++chains;
		chain[order[i].event] = number[root];
	}
	pfree(parent);
	pfree(number);
	pfree(order);
}

/* -- inherited risk -- */

typedef struct ScoreWork
{
	const EventList *list;
	LinkLimits	limits;
	double	   *score;
} ScoreWork;

/* ScoreLink: adds the earlier event's weight to the score of the later one */
static void
ScoreLink(void *into, int a, int b, double measure, uint64 apart)
{
	ScoreWork  *work = into;
	int			later = work->list->t[a] > work->list->t[b] ? a : b;

	/* of two events of one time neither came first */
	if (apart > 0)
		work->score[later] += NearRepeatWeight(WEIGHT_SMOOTH, sqrt(measure), DaysSince(work->list, (int64) apart, 0),
											   work->limits.distance, work->limits.days, 1);
}

/* ---- SQL: window functions ---- */

typedef enum WindowAnswer
{
	ANSWER_CLASS,
	ANSWER_CHAIN,
	ANSWER_SCORE
} WindowAnswer;

/* What a partition's first row leaves for the others. */
typedef struct PartitionAnswer
{
	bool		done;
	union
	{
		int64		number;		/* class or chain; 0 is NULL */
		double		score;		/* NaN is NULL */
	}			row[FLEXIBLE_ARRAY_MEMBER];
} PartitionAnswer;

/* PositiveArgument: an argument of a window function as a number above 0; error where it is NULL */
static double
PositiveArgument(WindowObject winobj, int argument, const char *name)
{
	bool		isnull;
	double		value = DatumGetFloat8(WinGetFuncArgCurrent(winobj, argument, &isnull));

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s is NULL", name)));
	CheckPositive(name, value);
	return value;
}

/* AnswerPartition: works out class, chain or score for every row of a partition */
static void
AnswerPartition(WindowObject winobj, WindowAnswer kind, bool instants, int nargs, int64 nrows, PartitionAnswer *answer)
{
	MemoryContext work_context = AllocSetContextCreate(CurrentMemoryContext, "near repeat", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(work_context);
	int		   *event_row = palloc_extended(sizeof(int) * nrows, MCXT_ALLOC_HUGE);
	LinkLimits	limits;
	double		tolerance = 0;
	EventList  *list;

	limits.distance = PositiveArgument(winobj, 2, "distance");
	limits.days = PositiveArgument(winobj, 3, "days");
	if (nargs > 4)
	{
		bool		isnull;

		tolerance = DatumGetFloat8(WinGetFuncArgCurrent(winobj, 4, &isnull));
		if (isnull)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("tolerance is NULL")));
		CheckNotNegative("tolerance", tolerance);
	}
	list = EventsInOrder(PartitionEvents(winobj, instants ? TIMES_INSTANT : TIMES_DATE, nrows, event_row));

	for (int64 row = 0; row < nrows; row++)
	{
		if (kind == ANSWER_SCORE)
			answer->row[row].score = get_float8_nan();
		else
			answer->row[row].number = 0;
	}
	if (kind == ANSWER_CLASS)
	{
		ClassWork	work = {list, MeasureLimit(METRIC_EUCLIDEAN, tolerance, true), NULL};

		work.class = palloc_extended(Max(list->n, 1), MCXT_ALLOC_HUGE);
		memset(work.class, CLASS_ISOLATED, list->n);
		ForEachLink(list, limits, ClassLink, &work);
		for (int i = 0; i < list->n; i++)
			answer->row[event_row[list->row[i]]].number = work.class[i];
	}
	else if (kind == ANSWER_CHAIN)
	{
		int64	   *chain = palloc_extended(sizeof(int64) * Max(list->n, 1), MCXT_ALLOC_HUGE);

		Chains(list, limits, chain);
		for (int i = 0; i < list->n; i++)
			answer->row[event_row[list->row[i]]].number = chain[i];
	}
	else
	{
		ScoreWork	work = {list, limits, NULL};

		work.score = palloc_extended(sizeof(double) * Max(list->n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		ForEachLink(list, limits, ScoreLink, &work);
		for (int i = 0; i < list->n; i++)
			answer->row[event_row[list->row[i]]].score = work.score[i];
	}
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work_context);
}

/* NearRepeatWindow: the current row's answer; the first row works out the whole partition */
static Datum
NearRepeatWindow(FunctionCallInfo fcinfo, WindowAnswer kind, bool instants)
{
	WindowObject winobj = PG_WINDOW_OBJECT();
	int64		nrows = WinGetPartitionRowCount(winobj);
	int64		row = WinGetCurrentPosition(winobj);
	Size		size;
	PartitionAnswer *answer;

	if (nrows > (int64) ((MaxAllocSize - sizeof(PartitionAnswer)) / sizeof(int64)))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the partition has %lld rows, too many for one answer", (long long) nrows),
				 errhint("Use PARTITION BY.")));
	size = offsetof(PartitionAnswer, row) + sizeof(int64) * nrows;
	answer = WinGetPartitionLocalMemory(winobj, size);
	if (!answer->done)
	{
		AnswerPartition(winobj, kind, instants, fcinfo->nargs, nrows, answer);
		answer->done = true;
	}

	if (kind == ANSWER_SCORE)
	{
		if (isnan(answer->row[row].score))
			PG_RETURN_NULL();
		PG_RETURN_FLOAT8(answer->row[row].score);
	}
	if (answer->row[row].number == 0)
		PG_RETURN_NULL();
	if (kind == ANSWER_CHAIN)
		PG_RETURN_INT64(answer->row[row].number);
	PG_RETURN_TEXT_P(cstring_to_text(class_names[answer->row[row].number]));
}

/* near_repeat_class_date: the SQL function near_repeat_class for events with dates */
PG_FUNCTION_INFO_V1(near_repeat_class_date);
Datum
near_repeat_class_date(PG_FUNCTION_ARGS)
{
	return NearRepeatWindow(fcinfo, ANSWER_CLASS, false);
}

/* near_repeat_class_timestamptz: the SQL function near_repeat_class for events with timestamps */
PG_FUNCTION_INFO_V1(near_repeat_class_timestamptz);
Datum
near_repeat_class_timestamptz(PG_FUNCTION_ARGS)
{
	return NearRepeatWindow(fcinfo, ANSWER_CLASS, true);
}

/* near_repeat_chain_date: the SQL function near_repeat_chain for events with dates */
PG_FUNCTION_INFO_V1(near_repeat_chain_date);
Datum
near_repeat_chain_date(PG_FUNCTION_ARGS)
{
	return NearRepeatWindow(fcinfo, ANSWER_CHAIN, false);
}

/* near_repeat_chain_timestamptz: the SQL function near_repeat_chain for events with timestamps */
PG_FUNCTION_INFO_V1(near_repeat_chain_timestamptz);
Datum
near_repeat_chain_timestamptz(PG_FUNCTION_ARGS)
{
	return NearRepeatWindow(fcinfo, ANSWER_CHAIN, true);
}

/* near_repeat_score_date: the SQL function near_repeat_score for events with dates */
PG_FUNCTION_INFO_V1(near_repeat_score_date);
Datum
near_repeat_score_date(PG_FUNCTION_ARGS)
{
	return NearRepeatWindow(fcinfo, ANSWER_SCORE, false);
}

/* near_repeat_score_timestamptz: the SQL function near_repeat_score for events with timestamps */
PG_FUNCTION_INFO_V1(near_repeat_score_timestamptz);
Datum
near_repeat_score_timestamptz(PG_FUNCTION_ARGS)
{
	return NearRepeatWindow(fcinfo, ANSWER_SCORE, true);
}

/* ---- SQL: weight ---- */

/* NearRepeatForm: how weight falls with distance and time, by its name */
/* NearRepeatForm: the argument form as a form of the weight: smooth, promap_2004 or promap_2007 */
WeightForm
NearRepeatForm(text *form)
{
	static const char *const forms[] = {"smooth", "promap_2004", "promap_2007"};
	static const WeightForm meaning[] = {WEIGHT_SMOOTH, WEIGHT_PROMAP_2004, WEIGHT_PROMAP_2007};

	return meaning[CheckWord("form", form, forms, lengthof(forms))];
}

/* near_repeat_weight: the SQL function near_repeat_weight: the weight at one distance and time */
PG_FUNCTION_INFO_V1(near_repeat_weight);
Datum
near_repeat_weight(PG_FUNCTION_ARGS)
{
	double		distance = PG_GETARG_FLOAT8(0);
	double		days = PG_GETARG_FLOAT8(1);
	double		bandwidth = PG_GETARG_FLOAT8(2);
	double		window = PG_GETARG_FLOAT8(3);
	double		cell_size = PG_GETARG_FLOAT8(5);

	CheckNotNegative("distance", distance);
	CheckNotNegative("days", days);
	CheckPositive("bandwidth", bandwidth);
	CheckPositive("window", window);
	CheckPositive("cell_size", cell_size);
	PG_RETURN_FLOAT8(NearRepeatWeight(NearRepeatForm(PG_GETARG_TEXT_PP(4)), distance, days, bandwidth, window, cell_size));
}

/* ---- SQL: links ---- */

typedef struct Link
{
	int			earlier;
	int			later;
	double		measure;
	uint64		apart;
} Link;

typedef struct LinkWork
{
	const EventList *list;
	Link	   *link;
	int64		n;
	int64		capacity;
} LinkWork;

/* IdPrecedes: does event a come before b: by time, of equal times by id? */
static inline bool
IdPrecedes(const EventList *list, int a, int b)
{
	if (list->t[a] != list->t[b])
		return list->t[a] < list->t[b];
	if (list->id[a] != list->id[b])
		return list->id[a] < list->id[b];
	return a < b;
}

/* CollectLink: keeps one link, as the pair of its earlier and later event */
static void
CollectLink(void *into, int a, int b, double measure, uint64 apart)
{
	LinkWork   *work = into;

	if (work->n == MAX_LINKS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("there are more than %d links in one group", MAX_LINKS),
				 errhint("Lower distance or days, or group the events, for example by area or by year.")));
	if (work->n == work->capacity)
	{
		work->capacity *= 2;
		work->link = repalloc_huge(work->link, sizeof(Link) * work->capacity);
	}
	work->link[work->n].earlier = IdPrecedes(work->list, a, b) ? a : b;
	work->link[work->n].later = IdPrecedes(work->list, a, b) ? b : a;
	work->link[work->n].measure = measure;
	work->link[work->n].apart = apart;
	work->n++;
}

/* CompareLinks: order of links: by the earlier event, then by the later */
static int
CompareLinks(const Link *a, const Link *b, const EventList *list)
{
	if (a->earlier != b->earlier)
		return IdPrecedes(list, a->earlier, b->earlier) ? -1 : 1;
	if (a->later != b->later)
		return IdPrecedes(list, a->later, b->later) ? -1 : 1;
	return 0;
}

#define ST_SORT SortLinks
#define ST_ELEMENT_TYPE Link
#define ST_COMPARE(a, b, list) CompareLinks(a, b, list)
#define ST_COMPARE_ARG_TYPE const EventList
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* LinksAccum: keeps one event with its id; rows with a NULL are left out */
static Datum
LinksAccum(FunctionCallInfo fcinfo, bool instants)
{
	MemoryContext context;
	Events	   *events = EventsState(fcinfo, "near_repeat_links", &context);

	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2) && !PG_ARGISNULL(3))
	{
		LinkLimits	limits;

		CheckGiven(fcinfo, 4, "distance");
		CheckGiven(fcinfo, 5, "days");
		limits.distance = PG_GETARG_FLOAT8(4);
		limits.days = PG_GETARG_FLOAT8(5);
		CheckPositive("distance", limits.distance);
		CheckPositive("days", limits.days);
		if (events == NULL)
			events = EventsNew(context, instants, true, &limits, sizeof(limits));
		else
			EventsCheckParameters(events, &limits, sizeof(limits));
		EventsAdd(events, PG_GETARG_DATUM(2), PG_GETARG_DATUM(3), PG_GETARG_INT64(1));
	}
	if (events == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(events);
}

/* near_repeat_links_accum_date: transition of near_repeat_links for events with dates */
PG_FUNCTION_INFO_V1(near_repeat_links_accum_date);
Datum
near_repeat_links_accum_date(PG_FUNCTION_ARGS)
{
	return LinksAccum(fcinfo, false);
}

/* near_repeat_links_accum_timestamptz: transition of near_repeat_links for events with timestamps */
PG_FUNCTION_INFO_V1(near_repeat_links_accum_timestamptz);
Datum
near_repeat_links_accum_timestamptz(PG_FUNCTION_ARGS)
{
	return LinksAccum(fcinfo, true);
}

/* Columns of csp.near_repeat_link. */
enum
{
	NEAR_REPEAT_LINK_EARLIER_ID,
	NEAR_REPEAT_LINK_LATER_ID,
	NEAR_REPEAT_LINK_DISTANCE,
	NEAR_REPEAT_LINK_DAYS,
	NEAR_REPEAT_LINK_COLUMNS
};

/* near_repeat_links_final: the links: one row a pair of events */
PG_FUNCTION_INFO_V1(near_repeat_links_final);
Datum
near_repeat_links_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context;
	Events	   *events = EventsState(fcinfo, "near_repeat_links", &aggregate_context);
	MemoryContext work_context,
				oldcontext;
	LinkLimits	limits;
	LinkWork	work;
	CspResult	row;
	Oid			row_type;
	Datum	   *rows;
	ArrayType  *array;

	if (events == NULL)
		PG_RETURN_NULL();
	memcpy(&limits, events->parameters, Min(sizeof(limits), events->parameters_size));
	if (events->parameters_size != sizeof(limits) || !events->with_ids ||
		!(limits.distance > 0 && isfinite(limits.distance) && limits.days > 0 && isfinite(limits.days)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of near_repeat_links is damaged")));
	row_type = ResultInitElement(&row, fcinfo, NEAR_REPEAT_LINK_COLUMNS);

	oldcontext = CurrentMemoryContext;
	work_context = AllocSetContextCreate(CurrentMemoryContext, "near repeat links", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(work_context);
	work.list = EventsInOrder(events);
	work.n = 0;
	work.capacity = 1024;
	work.link = palloc(sizeof(Link) * work.capacity);
	ForEachLink(work.list, limits, CollectLink, &work);
	SortLinks(work.link, work.n, work.list);

	rows = palloc_extended(sizeof(Datum) * Max(work.n, 1), MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < work.n; i++)
	{
		const Link *link = &work.link[i];

		ResultSetInt64(&row, NEAR_REPEAT_LINK_EARLIER_ID, work.list->id[link->earlier]);
		ResultSetInt64(&row, NEAR_REPEAT_LINK_LATER_ID, work.list->id[link->later]);
		ResultSetFloat8(&row, NEAR_REPEAT_LINK_DISTANCE, sqrt(link->measure));
		ResultSetFloat8(&row, NEAR_REPEAT_LINK_DAYS, DaysSince(work.list, (int64) link->apart, 0));
		rows[i] = ResultDatum(&row);
		if ((i & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	MemoryContextSwitchTo(oldcontext);
	array = ResultArray(rows, (int) work.n, row_type);
	MemoryContextDelete(work_context);
	PG_RETURN_ARRAYTYPE_P(array);
}
