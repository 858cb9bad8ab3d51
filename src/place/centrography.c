/*
 * centrography.c
 *   Concept: where the middle of a set of events is and how far and in which direction they spread.
 *
 * A weight counts as so many events at the place: figures of a place with weight 3 are those of three events there.
 * Mean centre, standard distance and deviational ellipse come from the first two moments, which a fixed state keeps
 * (updates as Youngs and Cramer 1971, joined as Chan, Golub and LeVeque 1983). With S the sums of squared deviations:
 *   standard distance  sqrt((Sxx + Syy) / (n - 2)) as CrimeStat, or / n (population)
 *   ellipse            semi-axes sqrt(eigenvalue of S / n): Yuill 1971; CrimeStat has them sqrt(2) sqrt(n / (n - 2)) times
 *                      as long (Levine 2006)
 * The centre of minimum distance needs all places.
 */
#include "place/centrography.h"

#include <math.h>

#include "base/check.h"
#include "base/places.h"
#include "base/result.h"
#include "utils/memutils.h"

#define ELLIPSE_POINTS	72
#define SPREAD_ROUNDING	1e-12

/* how near the centre of minimum distance is to be found, as a part of the events' extent, and in how many steps */
#define CENTRE_PRECISION	1e-12
#define CENTRE_STEPS		1000

/* ---- kernel ---- */

/* MomentsAdd: adds a weighted point to running means and sums of squared deviations */
void
MomentsAdd(double *state, double weight, double x, double y)
{
	double		total = state[MOMENT_WEIGHT] + weight;
	double		dx = x - state[MOMENT_X];
	double		dy = y - state[MOMENT_Y];
	double		part = weight / total;

	if (!(weight > 0))
		return;
	state[MOMENT_XX] += weight * (1 - part) * dx * dx;
	state[MOMENT_XY] += weight * (1 - part) * dx * dy;
	state[MOMENT_YY] += weight * (1 - part) * dy * dy;
	state[MOMENT_X] += part * dx;
	state[MOMENT_Y] += part * dy;
	state[MOMENT_WEIGHT] = total;
}

/* MomentsCombine: adds the means and squared deviations of another set of points */
void
MomentsCombine(double *state, const double *other)
{
	MomentsAdd(state, other[MOMENT_WEIGHT], other[MOMENT_X], other[MOMENT_Y]);
	state[MOMENT_XX] += other[MOMENT_XX];
	state[MOMENT_XY] += other[MOMENT_XY];
	state[MOMENT_YY] += other[MOMENT_YY];
}

/*
 * EllipseOf
 *   Axes of the matrix of squared deviations. The smaller eigenvalue comes from the determinant, which does not cancel
 *   where places lie almost on a line. Without covariance the axes are those of the coordinates: the angle is 90 where x
 *   varies more, 0 where y does, undefined where both vary alike.
 */
Ellipse
EllipseOf(const double *state)
{
	double		xx = state[MOMENT_XX],
				xy = state[MOMENT_XY],
				yy = state[MOMENT_YY];
	double		apart = hypot(xx - yy, 2 * xy);
	double		larger = (xx + yy + apart) / 2;
	double		smaller = larger > 0 ? (xx * yy - xy * xy) / larger : 0;
	double		n = state[MOMENT_WEIGHT];
	double		scale = state[MOMENT_METHOD] == METHOD_CRIMESTAT ? 2 * n / (n - 2) : 1;
	Ellipse		ellipse;

	/* what rounding leaves of a line, and of a circle */
	if (smaller < SPREAD_ROUNDING * larger)
		smaller = 0;
	if (apart < SPREAD_ROUNDING * larger)
		apart = 0;
	ellipse.major = sqrt(scale * larger / n);
	ellipse.minor = sqrt(scale * smaller / n);
	ellipse.angle = get_float8_nan();
	if (apart > 0)
	{
		/* of the axis from east, anticlockwise; then from north, clockwise */
		ellipse.angle = 90 - atan2(2 * xy, xx - yy) / 2 * 180 / M_PI;
		if (ellipse.angle < 0)
			ellipse.angle += 180;
		if (ellipse.angle >= 180)
			ellipse.angle -= 180;
	}
	return ellipse;
}

/* HasSpread: are there enough places for a measure of spread? CrimeStat's divides by n - 2 */
bool
HasSpread(const double *state)
{
	return state[MOMENT_WEIGHT] > (state[MOMENT_METHOD] == METHOD_CRIMESTAT ? 2 : 0);
}

/* EllipsePolygon: the ellipse as a polygon; false where the places lie on a line */
bool
EllipsePolygon(const double *state, Datum *polygon)
{
	double		x[ELLIPSE_POINTS + 1],
				y[ELLIPSE_POINTS + 1];
	Ellipse		ellipse = EllipseOf(state);
	double		direction = isnan(ellipse.angle) ? 0 : (90 - ellipse.angle) * M_PI / 180;

	if (!(ellipse.minor > 0))
		return false;
	for (int i = 0; i < ELLIPSE_POINTS; i++)
	{
		double		along = ellipse.major * cos(2 * M_PI * i / ELLIPSE_POINTS);
		double		across = ellipse.minor * sin(2 * M_PI * i / ELLIPSE_POINTS);

		x[i] = state[MOMENT_X] + along * cos(direction) - across * sin(direction);
		y[i] = state[MOMENT_Y] + along * sin(direction) + across * cos(direction);
	}
	x[ELLIPSE_POINTS] = x[0];
	y[ELLIPSE_POINTS] = y[0];
	*polygon = PolygonDatum(x, y, ELLIPSE_POINTS + 1, (int32) state[MOMENT_SRID]);
	return true;
}

/* What the search for the centre of minimum distance knows of a point: the sum of distances, its slope and curvature. */
typedef struct DistanceSum
{
	double		distance;
	double		here;			/* weight of the places at the point itself */
	double		slope_x;
	double		slope_y;
	double		xx;
	double		xy;
	double		yy;
	double		pull;			/* sum of weight / distance */
	int			nearest;		/* of the places elsewhere; -1 if there is none */
} DistanceSum;

/*
 * SumDistances: sum of the weighted distances to all places from (x, y), with its slope, and the
 * place found there if any
 */
static DistanceSum
SumDistances(const Places *places, double x, double y)
{
	DistanceSum sum = {0};
	double		least = get_float8_infinity();

	sum.nearest = -1;
	for (int i = 0; i < places->n; i++)
	{
		double		weight = PlaceWeight(places, i);
		double		dx = x - places->x[i];
		double		dy = y - places->y[i];
		double		d = hypot(dx, dy);

		if (d == 0)
		{
			sum.here += weight;
			continue;
		}
		if (weight == 0)
			continue;
		if (d < least)
		{
			least = d;
			sum.nearest = i;
		}
		dx /= d;
		dy /= d;
		sum.distance += weight * d;
		sum.slope_x += weight * dx;
		sum.slope_y += weight * dy;
		sum.xx += weight * dy * dy / d;
		sum.xy -= weight * dx * dy / d;
		sum.yy += weight * dx * dx / d;
		sum.pull += weight / d;
	}
	CHECK_FOR_INTERRUPTS();
	return sum;
}

/*
 * CentreOfMinimumDistance
 *   The point whose summed distance to the places is least (geometric median), from the mean centre by Newton steps; where
 *   such a step does not lessen the sum, by one of Weiszfeld (1937) as Vardi and Zhang (2000) have it, which always does.
 *   A place is the centre where the pull of the others does not exceed its own weight; that is asked of the nearest
 *   place in each step, since the search only creeps up to a place. Ends when a step is shorter than 1e-12 of the
 *   extent, or no step lessens the sum.
 */
static void
CentreOfMinimumDistance(const Places *places, double extent, double *x, double *y)
{
	DistanceSum now = SumDistances(places, *x, *y);

	for (int step = 0; step < CENTRE_STEPS; step++)
	{
		double		slope = hypot(now.slope_x, now.slope_y);
		double		determinant = now.xx * now.yy - now.xy * now.xy;
		double		next_x,
					next_y;
		DistanceSum next;
		bool		lessened = false;

		if (slope <= now.here || now.nearest < 0)
			return;
		if (now.nearest >= 0)
		{
			double		place_x = places->x[now.nearest];
			double		place_y = places->y[now.nearest];

			if (hypot(place_x - *x, place_y - *y) < 0.01 * extent)
			{
				next = SumDistances(places, place_x, place_y);
				if (hypot(next.slope_x, next.slope_y) <= next.here)
				{
					*x = place_x;
					*y = place_y;
					return;
				}
			}
		}
		if (now.here == 0 && determinant > 1e-12 * now.xx * now.yy)
		{
			next_x = *x - (now.yy * now.slope_x - now.xy * now.slope_y) / determinant;
			next_y = *y - (now.xx * now.slope_y - now.xy * now.slope_x) / determinant;
			next = SumDistances(places, next_x, next_y);
			lessened = next.distance < now.distance;
		}
		if (!lessened)
		{
			double		damping = (1 - now.here / slope) / now.pull;

			next_x = *x - damping * now.slope_x;
			next_y = *y - damping * now.slope_y;
			next = SumDistances(places, next_x, next_y);
			lessened = next.distance < now.distance;
		}
		if (!lessened)
			return;
		slope = hypot(next_x - *x, next_y - *y);
		*x = next_x;
		*y = next_y;
		now = next;
		if (slope <= CENTRE_PRECISION * extent)
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the centre of minimum distance was not found in %d steps", CENTRE_STEPS)));
}

/* ---- SQL ---- */

/* ReadMethod: the argument that names the method, by its position; crimestat where there is none */
static SpreadMethod
ReadMethod(FunctionCallInfo fcinfo, int argument, const char *population)
{
	const char *const methods[] = {"crimestat", population};

	if (argument == 0)
		return METHOD_CRIMESTAT;
	return WordArgument(fcinfo, argument, "method", methods, lengthof(methods)) == 0 ? METHOD_CRIMESTAT : METHOD_POPULATION;
}

/* MomentState: the numbers of a state. Anyone may call these functions by hand: what becomes an SRID is checked. */
static double *
MomentState(ArrayType *array, const char *function)
{
	double	   *state = FloatState(array, MOMENT_LENGTH, function);

	if (!(state[MOMENT_SRID] >= -0x100000 && state[MOMENT_SRID] <= 0xFFFFF))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: the array is not a state of this aggregate", function),
				 errhint("This function is part of an aggregate: call the aggregate.")));
	return state;
}

/* MomentsAccum: one row (state, location [, weight] [, method]); the arguments' positions are 0 where there is none */
static Datum
MomentsAccum(FunctionCallInfo fcinfo, int weight_argument, int method_argument, const char *population)
{
	ArrayType  *array;
	double	   *state;
	Place		place;
	double		weight = 1;
	SpreadMethod method;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the state is NULL"),
				 errhint("This function is part of an aggregate: call the aggregate.")));
	if (!PlacesRowIsKnown(fcinfo, weight_argument))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));

	array = OwnState(fcinfo);
	state = MomentState(array, "centrography");
	method = ReadMethod(fcinfo, method_argument, population);
	place = ReadPlace(PG_GETARG_DATUM(1));
	if (weight_argument != 0)
	{
		weight = PG_GETARG_FLOAT8(weight_argument);
		CheckNotNegative("weight", weight);
	}
	if (state[MOMENT_ROWS] == 0)
	{
		CheckPlanarSrid(place.srid);
		state[MOMENT_METHOD] = method;
		state[MOMENT_SRID] = place.srid;
	}
	else
		CheckSameSrid((int32) state[MOMENT_SRID], place.srid);
	if (state[MOMENT_METHOD] != method)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("method differs between rows"),
				 errhint("Give one value for the whole group.")));
	state[MOMENT_ROWS]++;
	MomentsAdd(state, weight, place.x, place.y);
	PG_RETURN_ARRAYTYPE_P(array);
}

/* centrography_accum: adds a point, with or without a weight */
PG_FUNCTION_INFO_V1(centrography_accum);
Datum
centrography_accum(PG_FUNCTION_ARGS)
{
	return MomentsAccum(fcinfo, PG_NARGS() > 2 ? 2 : 0, 0, NULL);
}

/* standard_distance_accum: adds a point for the standard distance */
PG_FUNCTION_INFO_V1(standard_distance_accum);
Datum
standard_distance_accum(PG_FUNCTION_ARGS)
{
	return MomentsAccum(fcinfo, 0, 2, "population");
}

/* standard_distance_weighted_accum: adds a weighted point for the standard distance */
PG_FUNCTION_INFO_V1(standard_distance_weighted_accum);
Datum
standard_distance_weighted_accum(PG_FUNCTION_ARGS)
{
	return MomentsAccum(fcinfo, 2, 3, "population");
}

/* standard_deviational_ellipse_accum: adds a point for the deviational ellipse */
PG_FUNCTION_INFO_V1(standard_deviational_ellipse_accum);
Datum
standard_deviational_ellipse_accum(PG_FUNCTION_ARGS)
{
	return MomentsAccum(fcinfo, 0, 2, "yuill");
}

/* standard_deviational_ellipse_weighted_accum: adds a weighted point for the deviational ellipse */
PG_FUNCTION_INFO_V1(standard_deviational_ellipse_weighted_accum);
Datum
standard_deviational_ellipse_weighted_accum(PG_FUNCTION_ARGS)
{
	return MomentsAccum(fcinfo, 2, 3, "yuill");
}

/* centrography_combine: joins the moments of two partial aggregates */
PG_FUNCTION_INFO_V1(centrography_combine);
Datum
centrography_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *array = OwnState(fcinfo);
	double	   *state = MomentState(array, "centrography_combine");
	double	   *other = MomentState(PG_GETARG_ARRAYTYPE_P(1), "centrography_combine");

	if (other[MOMENT_ROWS] == 0)
		PG_RETURN_ARRAYTYPE_P(array);
	if (state[MOMENT_ROWS] == 0)
		memcpy(state, other, sizeof(double) * MOMENT_LENGTH);
	else
	{
		CheckSameSrid((int32) state[MOMENT_SRID], (int32) other[MOMENT_SRID]);
		CheckConstant("method", state[MOMENT_METHOD], other[MOMENT_METHOD]);
		state[MOMENT_ROWS] += other[MOMENT_ROWS];
		MomentsCombine(state, other);
	}
	PG_RETURN_ARRAYTYPE_P(array);
}

/*
 * FinishedMoments: the moments in a final function's state, checked: anyone may call it by hand
 * with any numbers
 */
static double *
FinishedMoments(FunctionCallInfo fcinfo, const char *function)
{
	double	   *state = MomentState(PG_GETARG_ARRAYTYPE_P(0), function);

	for (int i = 0; i < MOMENT_LENGTH; i++)
		if (!isfinite(state[i]))
			float_overflow_error();
	return state;
}

/* CentreDatum: the mean centre as a PostGIS point */
static Datum
CentreDatum(const double *state)
{
	return PlaceDatum(state[MOMENT_X], state[MOMENT_Y], (int32) state[MOMENT_SRID]);
}

/* mean_centre_final: result of the aggregate mean_centre */
PG_FUNCTION_INFO_V1(mean_centre_final);
Datum
mean_centre_final(PG_FUNCTION_ARGS)
{
	double	   *state = FinishedMoments(fcinfo, "mean_centre_final");

	if (state[MOMENT_WEIGHT] <= 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(CentreDatum(state));
}

/* standard_distance_final: result of the aggregate standard_distance */
PG_FUNCTION_INFO_V1(standard_distance_final);
Datum
standard_distance_final(PG_FUNCTION_ARGS)
{
	double	   *state = FinishedMoments(fcinfo, "standard_distance_final");
	double		n = state[MOMENT_WEIGHT];

	if (!HasSpread(state))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sqrt((state[MOMENT_XX] + state[MOMENT_YY]) / (state[MOMENT_METHOD] == METHOD_CRIMESTAT ? n - 2 : n)));
}

/* standard_deviational_ellipse_final: the deviational ellipse as a polygon */
PG_FUNCTION_INFO_V1(standard_deviational_ellipse_final);
Datum
standard_deviational_ellipse_final(PG_FUNCTION_ARGS)
{
	double	   *state = FinishedMoments(fcinfo, "standard_deviational_ellipse_final");
	Datum		polygon;

	if (!HasSpread(state) || !EllipsePolygon(state, &polygon))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(polygon);
}

/* Columns of csp.deviational_axes. */
enum
{
	DEVIATIONAL_AXES_N,
	DEVIATIONAL_AXES_CENTRE,
	DEVIATIONAL_AXES_ANGLE,
	DEVIATIONAL_AXES_MAJOR,
	DEVIATIONAL_AXES_MINOR,
	DEVIATIONAL_AXES_AREA,
	DEVIATIONAL_AXES_COLUMNS
};

/* standard_deviational_axes_final: centre, direction and axes of the deviational ellipse */
PG_FUNCTION_INFO_V1(standard_deviational_axes_final);
Datum
standard_deviational_axes_final(PG_FUNCTION_ARGS)
{
	double	   *state = FinishedMoments(fcinfo, "standard_deviational_axes_final");
	Ellipse		ellipse;
	CspResult	result;

	if (!HasSpread(state))
		PG_RETURN_NULL();
	ellipse = EllipseOf(state);
	ResultInit(&result, fcinfo, DEVIATIONAL_AXES_COLUMNS);
	ResultSetFloat8(&result, DEVIATIONAL_AXES_N, state[MOMENT_WEIGHT]);
	ResultSetDatum(&result, DEVIATIONAL_AXES_CENTRE, CentreDatum(state));
	ResultSetFloat8(&result, DEVIATIONAL_AXES_ANGLE, ellipse.angle);
	ResultSetFloat8(&result, DEVIATIONAL_AXES_MAJOR, ellipse.major);
	ResultSetFloat8(&result, DEVIATIONAL_AXES_MINOR, ellipse.minor);
	ResultSetFloat8(&result, DEVIATIONAL_AXES_AREA, M_PI * ellipse.major * ellipse.minor);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* centre_of_minimum_distance_accum: keeps a place, with or without a weight */
PG_FUNCTION_INFO_V1(centre_of_minimum_distance_accum);
Datum
centre_of_minimum_distance_accum(PG_FUNCTION_ARGS)
{
	int			weight_argument = PG_NARGS() > 2 ? 2 : 0;

	if (PlacesRowIsKnown(fcinfo, weight_argument))
		PG_RETURN_POINTER(PlacesAccum(fcinfo, "centre_of_minimum_distance", weight_argument, NULL, 0));
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* centre_of_minimum_distance_final: the point with the least sum of distances to all places */
PG_FUNCTION_INFO_V1(centre_of_minimum_distance_final);
Datum
centre_of_minimum_distance_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context,
				work,
				oldcontext;
	Events	   *events = EventsState(fcinfo, "centre_of_minimum_distance", &aggregate_context);
	Places	   *places;
	double		moments[MOMENT_LENGTH] = {0};
	double		extent = 0;
	double		x,
				y;
	int32		srid;

	if (events == NULL)
		PG_RETURN_NULL();
	work = AllocSetContextCreate(CurrentMemoryContext, "centre of minimum distance", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);
	places = PlacesInOrder(events);
	srid = places->srid;

	/* about the first place, so that far coordinates cost no digits */
	x = places->n > 0 ? places->x[0] : 0;
	y = places->n > 0 ? places->y[0] : 0;
	for (int i = 0; i < places->n; i++)
	{
		MomentsAdd(moments, PlaceWeight(places, i), places->x[i] - x, places->y[i] - y);
		extent = fmax(extent, fmax(fabs(places->x[i] - x), fabs(places->y[i] - y)));
		places->x[i] -= x;
		places->y[i] -= y;
	}
	if (moments[MOMENT_WEIGHT] > 0)
	{
		double		centre_x = moments[MOMENT_X];
		double		centre_y = moments[MOMENT_Y];

		CentreOfMinimumDistance(places, extent, &centre_x, &centre_y);
		x += centre_x;
		y += centre_y;
	}
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work);
	if (moments[MOMENT_WEIGHT] <= 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PlaceDatum(x, y, srid));
}
