/*
 * self_exciting_background.h
 *   The background of a self-exciting process, as its fit and its map use it.
 */
#ifndef CSP_SELF_EXCITING_BACKGROUND_H
#define CSP_SELF_EXCITING_BACKGROUND_H

#include "base/events.h"
#include "base/neighbours.h"

#define KERNEL_REACH		5.0 /* of the background's kernel, in bandwidths */

/* The background's density in the making; first, x to others are the search's own. */
typedef struct Background
{
	const EventList *list;
	double		bandwidth;
	double		total;			/* of the weights */
	double		min_x,
				max_x,
				min_y,
				max_y;			/* the rectangle of the one event spread evenly */
	double		limit;			/* of the kernel, as a squared distance */
	Neighbours *places;			/* distinct places */
	int		   *first;			/* event of each place, and n */
	double	   *x;				/* in the order of the search, as all that follow */
	double	   *y;
	double	   *weight;			/* of all events of a place */
	double	   *others;			/* weights at other places times the kernel */
} Background;

extern Background *SelfExcitingBackgroundNew(const EventList *list, double bandwidth);
extern void SelfExcitingDensity(Background *background, const double *weight, double *density);

#endif							/* CSP_SELF_EXCITING_BACKGROUND_H */
