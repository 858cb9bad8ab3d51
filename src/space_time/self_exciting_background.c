/*
 * self_exciting_background.c
 *   Kernel of self_exciting: the background of the process, where crime happens that nothing set off.
 *
 * The density at an event is that of the other events by a normal kernel, cut off at KERNEL_REACH = 5 bandwidths, and of
 * one event spread evenly over the bounding rectangle. The kernel is at most exp(-12.5) of its height where it is cut
 * off: what is left out at any place is below 3.8e-6 of the highest density that the same events could have there, and
 * 3.8e-6 of the whole mass. Each pair of places within reach is looked at once and no list is kept: memory grows with
 * the number of events. Crime comes again to the same addresses: events at one place enter as one, with their weights
 * added.
 */
#include "space_time/self_exciting_background.h"

#include <math.h>

#include "base/exponential.h"

#define LANES	EXPONENTIAL_LANES

/* ---- kernel ---- */

/*
 * SelfExcitingBackgroundNew
 *   Finds the distinct places of the events and sorts them for the search; densities follow by SelfExcitingDensity.
 */
Background *
SelfExcitingBackgroundNew(const EventList *list, double bandwidth)
{
	Background *background = palloc0(sizeof(Background));
	Size		slots = (Size) Max(list->n, 1) + LANES;	/* whole vectors are read and written at the end too */
	double	   *x = palloc_extended(sizeof(double) * slots, MCXT_ALLOC_HUGE);
	double	   *y = palloc_extended(sizeof(double) * slots, MCXT_ALLOC_HUGE);
	int			nplaces = 0;

	background->list = list;
	background->bandwidth = bandwidth;
	background->first = palloc_extended(sizeof(int) * slots, MCXT_ALLOC_HUGE);
	/* events at one place follow each other in the order of events */
	for (int i = 0; i < list->n; i++)
	{
		if (i == 0 || list->x[i] != list->x[i - 1] || list->y[i] != list->y[i - 1])
		{
			x[nplaces] = list->x[i];
			y[nplaces] = list->y[i];
			background->first[nplaces++] = i;
		}
		background->min_x = i == 0 ? list->x[0] : Min(background->min_x, list->x[i]);
		background->max_x = i == 0 ? list->x[0] : Max(background->max_x, list->x[i]);
		background->min_y = i == 0 ? list->y[0] : Min(background->min_y, list->y[i]);
		background->max_y = i == 0 ? list->y[0] : Max(background->max_y, list->y[i]);
	}
	background->first[nplaces] = list->n;
	/* a rectangle has an area even where all events lie on a line */
	background->min_x -= bandwidth;
	background->max_x += bandwidth;
	background->min_y -= bandwidth;
	background->max_y += bandwidth;

	background->limit = MeasureLimit(METRIC_EUCLIDEAN, bandwidth * KERNEL_REACH, false);
	background->places = NeighboursNew(x, y, nplaces, MeasureReach(METRIC_EUCLIDEAN, background->limit));
	pfree(x);
	pfree(y);
	/* one array after the other, in the order of the search */
	background->x = palloc_extended(sizeof(double) * 4 * slots, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	background->y = background->x + slots;
	background->weight = background->y + slots;
	background->others = background->weight + slots;
	memcpy(background->x, background->places->x, sizeof(double) * nplaces);
	memcpy(background->y, background->places->y, sizeof(double) * nplaces);
	return background;
}

/*
 * MeetRun
 *   One place with a run of others: each gets the other's weight times the kernel. The lanes past the end of the run get
 *   nothing.
 */
EXPONENTIAL_TARGETS static void
MeetRun(const Background *background, int place, int from, int to)
{
	const exponential_bits lane = {0, 1, 2, 3};
	double		x = background->x[place];
	double		y = background->y[place];
	double		weight = background->weight[place];
	double		narrow = -1 / (2 * background->bandwidth * background->bandwidth);
	exponential_vector sum = {0};

	for (int i = from; i < to; i += LANES)
	{
		exponential_vector dx,
					dy,
					measure,
					kernel,
					their_weight,
					their_sum;

		memcpy(&dx, background->x + i, sizeof(dx));
		memcpy(&dy, background->y + i, sizeof(dy));
		memcpy(&their_weight, background->weight + i, sizeof(their_weight));
		memcpy(&their_sum, background->others + i, sizeof(their_sum));
		dx -= x;
		dy -= y;
		measure = dx * dx + dy * dy;
		kernel = measure * narrow;
		Exponential(&kernel);
		kernel = (exponential_vector) ((exponential_bits) kernel & (measure < background->limit) & (lane < (int64) (to - i)));
		sum += kernel * their_weight;
		their_sum += kernel * weight;
		memcpy(background->others + i, &their_sum, sizeof(their_sum));
	}
	for (int i = 0; i < LANES; i++)
		background->others[place] += sum[i];
}

/* SelfExcitingDensity: the background density at each event, from the other events with their weights */
void
SelfExcitingDensity(Background *background, const double *weight, double *density)
{
	const EventList *list = background->list;
	double		height = 1 / (2 * M_PI * background->bandwidth * background->bandwidth);
	double		even = 1 / ((background->max_x - background->min_x) * (background->max_y - background->min_y));
	NeighbourWalk walk;
	int64		visited = 0;

	background->total = 0;
	for (int i = 0; i < list->n; i++)
		background->total += weight[i];
	for (int place = 0; place < background->places->n; place++)
	{
		int			index = background->places->index[place];

		background->weight[place] = 0;
		background->others[place] = 0;
		for (int i = background->first[index]; i < background->first[index + 1]; i++)
			background->weight[place] += weight[i];
	}
	NeighbourWalkStart(&walk, background->places);
	while (NeighbourWalkNext(&walk))
	{
		MeetRun(background, walk.place, walk.own_from, walk.own_to);
		MeetRun(background, walk.place, walk.next_from, walk.next_to);
		visited += (walk.own_to - walk.own_from) + (walk.next_to - walk.next_from) + 1;
		if (visited > VISITS_PER_CHECK)
		{
			CHECK_FOR_INTERRUPTS();
			visited = 0;
		}
	}
	for (int place = 0; place < background->places->n; place++)
	{
		int			index = background->places->index[place];

		for (int i = background->first[index]; i < background->first[index + 1]; i++)
		{
			/* the rounded sum is never less than a part of it: not below 0 */
			double		others = background->others[place] + (background->weight[place] - weight[i]);

			density[i] = (others * height + even) / (background->total - weight[i] + 1);
		}
	}
}
