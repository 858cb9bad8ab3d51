/*
 * point.h
 *   Reading PostGIS points. The only place that knows their stored form.
 */
#ifndef CSP_POINT_H
#define CSP_POINT_H

#include "base/csp_analysis.h"

/* A place: planar coordinates in the units of the SRID (0: unknown, taken as planar). */
typedef struct Place
{
	double		x;
	double		y;
	int32		srid;
} Place;

/* An upright rectangle, min < max on both axes. */
typedef struct Rectangle
{
	double		min_x;
	double		min_y;
	double		max_x;
	double		max_y;
	int32		srid;
} Rectangle;

extern Place ReadPlace(Datum geometry);
extern Rectangle ReadRectangle(Datum geometry, const char *name);
extern Datum PlaceDatum(double x, double y, int32 srid);
extern Datum PolygonDatum(const double *x, const double *y, int n, int32 srid);
extern void CheckPlanarSrid(int32 srid);
extern void CheckSameSrid(int32 expected, int32 srid);

#endif							/* CSP_POINT_H */
