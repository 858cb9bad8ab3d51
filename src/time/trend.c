/*
 * trend.c
 *   Concept: is it rising or falling, and by how much: the straight line through a series by ordinary least squares,
 *   and the numbering of months that such lines are drawn over.
 *
 * Sums of squares are updated as by Youngs and Cramer (1971, Technometrics 13, 657-665) and combined as by Chan, Golub
 * and LeVeque (1979), of numbers taken from the group's first row, so that dates and other large values of x lose no
 * digits and a constant x or y gives a sum of exactly 0.
 */
#include "base/csp_analysis.h"

#include <float.h>
#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/result.h"
#include "base/series.h"
#include "utils/datetime.h"

/* ---- kernel ---- */

/* TrendSums: the aggregate's float8[] state. Sums are of x - x0 and y - y0. */
typedef struct TrendSums
{
	double		n;
	double		x0;
	double		y0;
	double		sx;
	double		sy;
	double		sxx;			/* about the mean, as the next two */
	double		syy;
	double		sxy;
	double		confidence;		/* 0 until given */
} TrendSums;

#define TREND_STATE_LENGTH ((int) (sizeof(TrendSums) / sizeof(double)))

/* TrendAdd: adds a point to the sums of a least-squares line */
static void
TrendAdd(TrendSums *sums, double x, double y)
{
	double		dx;
	double		dy;

	if (sums->n == 0)
	{
		sums->x0 = x;
		sums->y0 = y;
	}
	dx = x - sums->x0;
	dy = y - sums->y0;
	sums->n += 1;
	sums->sx += dx;
	sums->sy += dy;
	if (sums->n > 1)
	{
		double		scale = 1 / (sums->n * (sums->n - 1));
		double		tx = dx * sums->n - sums->sx;
		double		ty = dy * sums->n - sums->sy;

		sums->sxx += tx * tx * scale;
		sums->syy += ty * ty * scale;
		sums->sxy += tx * ty * scale;
	}
}

/* TrendCombine: adds the sums of another set of points */
static void
TrendCombine(TrendSums *sums, const TrendSums *other)
{
	double		sx = other->sx + other->n * (other->x0 - sums->x0);
	double		sy = other->sy + other->n * (other->y0 - sums->y0);
	double		n = sums->n + other->n;
	double		tx = sums->sx / sums->n - sx / other->n;
	double		ty = sums->sy / sums->n - sy / other->n;
	double		scale = sums->n * other->n / n;

	sums->sxx += other->sxx + tx * tx * scale;
	sums->syy += other->syy + ty * ty * scale;
	sums->sxy += other->sxy + tx * ty * scale;
	sums->sx += sx;
	sums->sy += sy;
	sums->n = n;
}

/* TrendSlope: slope of the fitted line; NaN where fewer than two values of x differ */
static double
TrendSlope(const TrendSums *sums)
{
	if (!isfinite(sums->sxx) || !isfinite(sums->syy) || !isfinite(sums->sxy))
		float_overflow_error();
	return sums->sxx > 0 ? sums->sxy / sums->sxx : get_float8_nan();
}

/*
 * TrendResidualSumOfSquares
 *   What the line leaves unexplained. A remainder within the rounding of the sums is no remainder: it is returned as
 *   0, a perfect fit.
 */
static double
TrendResidualSumOfSquares(const TrendSums *sums, double slope)
{
	double		rss = sums->syy - slope * sums->sxy;

	return rss > 8 * DBL_EPSILON * sqrt(sums->n) * sums->syy ? rss : 0;
}

/* ---- SQL ---- */

/* TrendState: the sums of a state. Anyone may call these functions by hand: counts and confidence are checked. */
static TrendSums *
TrendState(ArrayType *state, const char *function)
{
	TrendSums  *sums = (TrendSums *) FloatState(state, TREND_STATE_LENGTH, function);

	if (!(sums->n >= 0 && sums->n < 9e15) || !(sums->confidence >= 0 && sums->confidence < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: the array is not a state of this aggregate", function),
				 errhint("This function is part of an aggregate: call the aggregate.")));
	return sums;
}

/* TrendAccum: one row (y, x [, confidence]). The SQL functions are strict: rows with a NULL do not come here. */
static Datum
TrendAccum(FunctionCallInfo fcinfo, double x)
{
	ArrayType  *state = OwnState(fcinfo);
	TrendSums  *sums = TrendState(state, "trend_accum");
	double		y = PG_GETARG_FLOAT8(1);

	CheckFinite("y", y);
	CheckFinite("x", x);
	if (PG_NARGS() > 3)
	{
		CheckConfidence("confidence", PG_GETARG_FLOAT8(3));
		KeepConstant(&sums->confidence, "confidence", PG_GETARG_FLOAT8(3));
	}
	TrendAdd(sums, x, y);
	PG_RETURN_ARRAYTYPE_P(state);
}

/* trend_accum: adds a value at a number x */
PG_FUNCTION_INFO_V1(trend_accum);
Datum
trend_accum(PG_FUNCTION_ARGS)
{
	return TrendAccum(fcinfo, PG_GETARG_FLOAT8(2));
}

/* trend_date_accum: adds a value at a date */
PG_FUNCTION_INFO_V1(trend_date_accum);
Datum
trend_date_accum(PG_FUNCTION_ARGS)
{
	return TrendAccum(fcinfo, DateToDays(PG_GETARG_DATEADT(2)));
}

/* trend_timestamptz_accum: adds a value at a timestamp */
PG_FUNCTION_INFO_V1(trend_timestamptz_accum);
Datum
trend_timestamptz_accum(PG_FUNCTION_ARGS)
{
	return TrendAccum(fcinfo, TimestampToDays(PG_GETARG_TIMESTAMPTZ(2)));
}

/* trend_combine: adds up two partial aggregates */
PG_FUNCTION_INFO_V1(trend_combine);
Datum
trend_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *state = OwnState(fcinfo);
	TrendSums  *sums = TrendState(state, "trend_combine");
	TrendSums  *other = TrendState(PG_GETARG_ARRAYTYPE_P(1), "trend_combine");

	if (other->n > 0 && sums->n > 0)
	{
		CheckConstant("confidence", sums->confidence, other->confidence);
		TrendCombine(sums, other);
	}
	else if (other->n > 0)
		*sums = *other;
	PG_RETURN_ARRAYTYPE_P(state);
}

/* trend_slope_final: the slope */
PG_FUNCTION_INFO_V1(trend_slope_final);
Datum
trend_slope_final(PG_FUNCTION_ARGS)
{
	TrendSums  *sums = TrendState(PG_GETARG_ARRAYTYPE_P(0), "trend_slope_final");
	double		slope = TrendSlope(sums);

	if (isnan(slope))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(slope);
}

/* Columns of csp.trend_estimate. */
enum
{
	TREND_ESTIMATE_N,
	TREND_ESTIMATE_SLOPE,
	TREND_ESTIMATE_STD_ERROR,
	TREND_ESTIMATE_LOWER,
	TREND_ESTIMATE_UPPER,
	TREND_ESTIMATE_INTERCEPT,
	TREND_ESTIMATE_R_SQUARED,
	TREND_ESTIMATE_T,
	TREND_ESTIMATE_P_VALUE,
	TREND_ESTIMATE_COLUMNS
};

/* trend_final: slope, interval and p-value as a row */
PG_FUNCTION_INFO_V1(trend_final);
Datum
trend_final(PG_FUNCTION_ARGS)
{
	TrendSums  *sums = TrendState(PG_GETARG_ARRAYTYPE_P(0), "trend_final");
	CspResult	result;
	double		slope;

	if (!(sums->n > 0))
		PG_RETURN_NULL();
	ResultInit(&result, fcinfo, TREND_ESTIMATE_COLUMNS);
	ResultSetInt64(&result, TREND_ESTIMATE_N, (int64) sums->n);

	slope = TrendSlope(sums);
	if (!isnan(slope))
	{
		double		rss = TrendResidualSumOfSquares(sums, slope);
		double		df = sums->n - 2;

		ResultSetFloat8(&result, TREND_ESTIMATE_SLOPE, slope);
		ResultSetFloat8(&result, TREND_ESTIMATE_INTERCEPT, (sums->y0 + sums->sy / sums->n) - slope * (sums->x0 + sums->sx / sums->n));
		if (sums->syy > 0)
			ResultSetFloat8(&result, TREND_ESTIMATE_R_SQUARED, 1 - rss / sums->syy);
		if (df > 0)
		{
			double		confidence = sums->confidence == 0 ? 0.95 : sums->confidence;
			double		std_error = sqrt(rss / df / sums->sxx);
			double		reach = StudentQuantile((1 + confidence) / 2, df) * std_error;

			ResultSetFloat8(&result, TREND_ESTIMATE_STD_ERROR, std_error);
			ResultSetFloat8(&result, TREND_ESTIMATE_LOWER, slope - reach);
			ResultSetFloat8(&result, TREND_ESTIMATE_UPPER, slope + reach);
			if (std_error > 0)
			{
				ResultSetFloat8(&result, TREND_ESTIMATE_T, slope / std_error);
				ResultSetFloat8(&result, TREND_ESTIMATE_P_VALUE, Min(1, 2 * StudentProbability(fabs(slope / std_error), df, true)));
			}
		}
	}
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* month_number: the SQL function month_number: months from January 2000 (0) to a date's month */
PG_FUNCTION_INFO_V1(month_number);
Datum
month_number(PG_FUNCTION_ARGS)
{
	DateADT		date = PG_GETARG_DATEADT(0);
	int			year;
	int			month;
	int			day;

	if (DATE_NOT_FINITE(date))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an infinite date has no month number"),
				 errhint("Give NULL where the date is unknown.")));
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	PG_RETURN_INT32((year - 2000) * 12 + month - 1);
}
