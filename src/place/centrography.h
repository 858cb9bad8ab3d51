/*
 * centrography.h
 *   The first two moments of places, and the ellipse they give.
 */
#ifndef CSP_CENTROGRAPHY_H
#define CSP_CENTROGRAPHY_H

#include "base/csp_analysis.h"

/* State: a float8[] of these. */
enum
{
	MOMENT_METHOD,				/* 0: no row yet */
	MOMENT_SRID,
	MOMENT_ROWS,
	MOMENT_WEIGHT,
	MOMENT_X,
	MOMENT_Y,
	MOMENT_XX,
	MOMENT_XY,
	MOMENT_YY,
	MOMENT_LENGTH
};

typedef enum SpreadMethod
{
	METHOD_CRIMESTAT = 1,
	METHOD_POPULATION
} SpreadMethod;

typedef struct Ellipse
{
	double		angle;			/* of the major axis, degrees clockwise from north, 0 to below 180; NaN for a circle */
	double		major;			/* semi-axes */
	double		minor;
} Ellipse;

extern void MomentsAdd(double *state, double weight, double x, double y);
extern void MomentsCombine(double *state, const double *other);
extern bool HasSpread(const double *state);
extern Ellipse EllipseOf(const double *state);
extern bool EllipsePolygon(const double *state, Datum *polygon);

#endif							/* CSP_CENTROGRAPHY_H */
