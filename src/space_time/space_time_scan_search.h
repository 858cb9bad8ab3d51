/*
 * space_time_scan_search.h
 *   The search for the most likely cylinders, in the data and in replications of them.
 */
#ifndef CSP_SPACE_TIME_SCAN_SEARCH_H
#define CSP_SPACE_TIME_SCAN_SEARCH_H

#include "space_time/space_time_scan_problem.h"

/* One cylinder: the nearest `places` places of a centre, in periods from .. to - 1 in time. */
typedef struct ScanCylinder
{
	double		ratio;			/* log-likelihood ratio; 0: there is none */
	double		expected;
	double		radius;
	int32		centre;
	int32		places;
	int32		from;			/* in time, as in ScanProblem's period */
	int32		to;
	int32		observed;
} ScanCylinder;

typedef struct ScanSearch ScanSearch;

extern double SearchMemory(const ScanProblem *problem);
extern ScanSearch *NewScanSearch(const ScanProblem *problem);
extern const ScanProblem *SearchProblem(const ScanSearch *search);
extern int	ScanObserved(ScanSearch *search, ScanCylinder *found, int maximum);
extern void ScanReplications(ScanSearch *search, int first, int lanes, double *greatest);

#endif							/* CSP_SPACE_TIME_SCAN_SEARCH_H */
