/*
 * nearest.c
 *   Foundation: the distance from each place to the nearest other one, by a tree of the places, in time near-linear in
 *   their number however they lie.
 */
#include "base/nearest.h"

typedef struct TreePlace
{
	double		at[2];			/* x, y */
} TreePlace;

/*
 * BuildTree: places [from, to) as a tree: the middle one parts them along an axis, and each half is a tree by the other
 * axis. Halves by quickselect; recursion is as deep as the logarithm of the number.
 */
static void
BuildTree(TreePlace *place, int from, int to, int axis)
{
	while (to - from > 1)
	{
		int			middle = from + (to - from) / 2;
		int			low = from,
					high = to - 1;

		CHECK_FOR_INTERRUPTS();
		while (low < high)
		{
			double		pivot = place[low + (high - low) / 2].at[axis];
			int			i = low,
						j = high;

			while (i <= j)
			{
				while (place[i].at[axis] < pivot)
					i++;
				while (place[j].at[axis] > pivot)
					j--;
				if (i <= j)
				{
					TreePlace	kept = place[i];

					place[i++] = place[j];
					place[j--] = kept;
				}
			}
			if (middle <= j)
				high = j;
			else if (middle >= i)
				low = i;
			else
				break;
		}
		axis = 1 - axis;
		BuildTree(place, from, middle, axis);
		from = middle + 1;
	}
}

/* NearestMeasure: lowers *least to the measure from place own to the nearest other one in [from, to) */
static void
NearestMeasure(const TreePlace *place, Metric metric, int own, int from, int to, int axis, double *least)
{
	while (from < to)
	{
		int			middle = from + (to - from) / 2;
		double		across = place[own].at[axis] - place[middle].at[axis];
		double		along = place[own].at[1 - axis] - place[middle].at[1 - axis];
		bool		first_half = across < 0 || (across == 0 && own < middle);

		if (middle != own)
			*least = fmin(*least, PairMeasure(metric, across, along));
		axis = 1 - axis;
		if (first_half)
		{
			NearestMeasure(place, metric, own, from, middle, axis, least);
			from = middle + 1;
		}
		else
		{
			NearestMeasure(place, metric, own, middle + 1, to, axis, least);
			to = middle;
		}
		/* the other half begins at least so far away */
		if (PairMeasure(metric, across, 0) >= *least)
			return;
	}
}

/* MeanNearestDistance: the mean distance from each of 2 or more places to the nearest other one */
double
MeanNearestDistance(const double *x, const double *y, int n, Metric metric)
{
	TreePlace  *place = palloc_extended(sizeof(TreePlace) * n, MCXT_ALLOC_HUGE);
	double		sum = 0;

	for (int i = 0; i < n; i++)
	{
		place[i].at[0] = x[i];
		place[i].at[1] = y[i];
	}
	BuildTree(place, 0, n, 0);
	for (int i = 0; i < n; i++)
	{
		double		least = get_float8_infinity();

		NearestMeasure(place, metric, i, 0, n, 0, &least);
		sum += MeasureDistance(metric, least);
		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	pfree(place);
	return sum / n;
}
