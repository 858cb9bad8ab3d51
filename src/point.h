/*
 * point.h
 *   Reading PostGIS points. The only place that knows their stored form.
 */
#ifndef CSP_POINT_H
#define CSP_POINT_H

#include "csp_analysis.h"

/* A place: planar coordinates in the units of the SRID (0: unknown, taken as planar). */
typedef struct Place
{
	double		x;
	double		y;
	int32		srid;
} Place;

extern Place ReadPlace(Datum geometry);
extern void CheckPlanarSrid(int32 srid);
extern void CheckSameSrid(int32 expected, int32 srid);

#endif							/* CSP_POINT_H */
