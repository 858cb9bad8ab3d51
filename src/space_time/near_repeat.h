/*
 * near_repeat.h
 *   What follows an event: its links to others, and the risk that it leaves behind.
 */
#ifndef CSP_NEAR_REPEAT_H
#define CSP_NEAR_REPEAT_H

#include "base/events.h"

typedef enum WeightForm
{
	WEIGHT_SMOOTH,
	WEIGHT_PROMAP_2004,
	WEIGHT_PROMAP_2007
} WeightForm;

/* The limits of a link: distance and days as given, and as they are compared. */
typedef struct LinkLimits
{
	double		distance;
	double		days;
} LinkLimits;

/* Told of each linked pair once, in an order that depends on the events alone; measure is the squared distance. */
typedef void (*LinkFunction) (void *into, int a, int b, double measure, uint64 apart);

extern void ForEachLink(const EventList *list, LinkLimits limits, LinkFunction linked, void *into);
extern double EstimateLinks(const EventList *list, LinkLimits limits);
extern double NearRepeatWeight(WeightForm form, double distance, double days, double bandwidth, double window, double cell_size);
extern WeightForm NearRepeatForm(text *form);

#endif							/* CSP_NEAR_REPEAT_H */
