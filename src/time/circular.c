/*
 * circular.c
 *   Concept: the mean time of day and how closely times gather around it. Times go round: the mean of 23:00 and 01:00 is
 *   midnight, not noon.
 *
 * Mardia and Jupp (2000), Directional Statistics. Each time is a direction on a dial of 24 hours; the mean is the
 * direction of their sum, its length over their number the mean resultant length R, from 0 (spread evenly, or cancelling)
 * to 1 (all at one time). Kappa is the maximum likelihood estimate of the concentration of a von Mises distribution.
 * Rayleigh's test is of no mean direction, its p-value with the correction for few times as in R's package circular.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "utils/date.h"

#include "base/check.h"
#include "base/distribution.h"
#include "base/local_clock.h"
#include "base/result.h"

/* ---- kernel ---- */

#define HOURS_OF_DAY 24.0

/* A sum with what its rounding has lost (Neumaier 1974), so that it hardly depends on the order of its terms. */
typedef struct LongSum
{
	double		sum;
	double		lost;
} LongSum;

/* CircularSums: the aggregate's float8[] state. */
typedef struct CircularSums
{
	double		n;				/* times of a weight above 0 */
	LongSum		weight;
	LongSum		cosine;
	LongSum		sine;
} CircularSums;

#define CIRCULAR_STATE_LENGTH ((int) (sizeof(CircularSums) / sizeof(double)))

/* Below this R there is no direction, only rounding; and above 1 less this, no spread. */
#define CIRCULAR_NOISE 1e-12

/* LongSumAdd: adds a value to a sum, and keeps what rounding loses (Neumaier) */
static void
LongSumAdd(LongSum *sum, double value)
{
	double		total = sum->sum + value;

	sum->lost += fabs(sum->sum) >= fabs(value) ? (sum->sum - total) + value : (value - total) + sum->sum;
	sum->sum = total;
}

/* CircularAdd: adds a time of day, in hours, with its weight to the sums */
static void
CircularAdd(CircularSums *sums, double hour, double weight)
{
	double		angle = hour * (2 * M_PI / HOURS_OF_DAY);

	if (weight == 0)
		return;
	sums->n += 1;
	LongSumAdd(&sums->weight, weight);
	LongSumAdd(&sums->cosine, weight * cos(angle));
	LongSumAdd(&sums->sine, weight * sin(angle));
}

/* CircularCombine: adds up two partial sums */
static void
CircularCombine(CircularSums *sums, const CircularSums *other)
{
	const LongSum *from = &other->weight;
	LongSum    *to = &sums->weight;

	sums->n += other->n;
	for (int i = 0; i < 3; i++)
	{
		LongSumAdd(&to[i], from[i].sum);
		to[i].lost += from[i].lost;
	}
}

/* What the sums say; NaN where there is nothing to say. */
typedef struct Circular
{
	double		weight;
	double		length;			/* R */
	double		hour;			/* the mean, from 0 to less than 24 */
} Circular;

/* CircularMean: mean direction, as an hour, and its length; NaN where there is none */
static Circular
CircularMean(const CircularSums *sums)
{
	Circular	circular = {sums->weight.sum + sums->weight.lost, get_float8_nan(), get_float8_nan()};
	double		cosine = sums->cosine.sum + sums->cosine.lost;
	double		sine = sums->sine.sum + sums->sine.lost;

	if (!isfinite(circular.weight))
		float_overflow_error();
	if (circular.weight > 0)
	{
		circular.length = Min(1, hypot(cosine / circular.weight, sine / circular.weight));
		if (circular.length > 1 - CIRCULAR_NOISE)
			circular.length = 1;
		if (circular.length > CIRCULAR_NOISE)
		{
			circular.hour = atan2(sine, cosine) * (HOURS_OF_DAY / (2 * M_PI));
			if (circular.hour < 0)
				circular.hour += HOURS_OF_DAY;
			if (circular.hour >= HOURS_OF_DAY)
				circular.hour = 0;
		}
		else
			circular.length = 0;
	}
	return circular;
}

/*
 * VonMisesKappa
 *   The kappa whose mean resultant length is given, by Newton's method from the approximation of Best and Fisher (1981),
 *   until a step changes it by less than 10^-14 of itself. Close to 1 the slope would be nothing but rounding: there the
 *   expansion of 1 - R in 1 / kappa is solved by substitution, which gains four digits a turn.
 */
static double
VonMisesKappa(double length)
{
	double		kappa;

	if (length >= 1)
		return get_float8_infinity();
	if (length > 1 - 1e-4)
	{
		kappa = 1 / (2 * (1 - length));
		for (int i = 0; i < 4; i++)
			kappa = (1 + (1 / 4.0 + (1 / 4.0 + 25 / (64 * kappa)) / kappa) / kappa) / (2 * (1 - length));
		return kappa;
	}
	if (length < 0.53)
		kappa = length * (2 + length * length * (1 + length * length * 5 / 6));
	else if (length < 0.85)
		kappa = -0.4 + 1.39 * length + 0.43 / (1 - length);
	else
		kappa = 1 / (length * (3 - length * (4 - length)));

	for (int i = 0; kappa > 0 && i < 50; i++)
	{
		double		at = VonMisesLength(kappa);
		double		step = (at - length) / (1 - at / kappa - at * at);

		if (!(fabs(step) > 1e-14 * kappa))
			break;
		kappa = Max(kappa - step, kappa / 2);
	}
	return kappa;
}

/* RayleighProbability: p-value of so long a mean direction where no time of day is preferred */
static double
RayleighProbability(double n, double z)
{
	double		p = exp(-z);

	if (n < 50)
		p *= 1 + (2 * z - z * z) / (4 * n) - z * (24 - z * (132 - z * (76 - 9 * z))) / (288 * n * n);
	return Min(1, Max(0, p));
}

/* ---- SQL ---- */

/* CircularState: the sums of a state; checked, since anyone may call these functions by hand. */
static CircularSums *
CircularState(ArrayType *state, const char *function)
{
	CircularSums *sums = (CircularSums *) FloatState(state, CIRCULAR_STATE_LENGTH, function);
	double		bound = sums->weight.sum * (1 + CIRCULAR_NOISE);

	if (!(sums->n >= 0 && sums->n < 9e15) || !(bound >= 0) || !(fabs(sums->cosine.sum) <= bound) || !(fabs(sums->sine.sum) <= bound))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: the array is not a state of this aggregate", function),
				 errhint("This function is part of an aggregate: call the aggregate.")));
	return sums;
}

/* CircularTransition: adds one time of day in hours; its weight is the argument after it */
static Datum
CircularTransition(FunctionCallInfo fcinfo, double hour, int weight_argument)
{
	ArrayType  *state = OwnState(fcinfo);
	CircularSums *sums = CircularState(state, "circular_accum");
	double		weight = 1;

	CheckFinite("hour", hour);
	if (PG_NARGS() > weight_argument)
	{
		weight = PG_GETARG_FLOAT8(weight_argument);
		CheckNotNegative("weight", weight);
	}
	CircularAdd(sums, hour, weight);
	PG_RETURN_ARRAYTYPE_P(state);
}

/* circular_accum: adds an hour of the day or week with a weight */
PG_FUNCTION_INFO_V1(circular_accum);
Datum
circular_accum(PG_FUNCTION_ARGS)
{
	return CircularTransition(fcinfo, PG_GETARG_FLOAT8(1), 2);
}

/* circular_timestamptz_accum: adds a timestamp's local time of day with a weight */
PG_FUNCTION_INFO_V1(circular_timestamptz_accum);
Datum
circular_timestamptz_accum(PG_FUNCTION_ARGS)
{
	LocalClock *clock = LocalClockArgument(fcinfo, 2);
	TimestampTz occurred;
	int64		local;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1) || (PG_NARGS() > 3 && PG_ARGISNULL(3)))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	CheckFiniteTime("occurred", PG_GETARG_DATUM(1), true);
	occurred = PG_GETARG_TIMESTAMPTZ(1);
	local = LocalMicroseconds(ClockAt(clock, occurred), occurred);
	return CircularTransition(fcinfo, (double) FloorMod(local, USECS_PER_DAY) / USECS_PER_HOUR, 3);
}

/* circular_combine: adds up two partial aggregates */
PG_FUNCTION_INFO_V1(circular_combine);
Datum
circular_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *state = OwnState(fcinfo);

	CircularCombine(CircularState(state, "circular_combine"), CircularState(PG_GETARG_ARRAYTYPE_P(1), "circular_combine"));
	PG_RETURN_ARRAYTYPE_P(state);
}

/* circular_mean_final: the mean hour */
PG_FUNCTION_INFO_V1(circular_mean_final);
Datum
circular_mean_final(PG_FUNCTION_ARGS)
{
	Circular	circular = CircularMean(CircularState(PG_GETARG_ARRAYTYPE_P(0), "circular_mean_final"));

	if (isnan(circular.hour))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(circular.hour);
}

/* TimeOfHour: an hour as a time of day, to the nearest microsecond; what rounds to 24:00 is 00:00 */
static Datum
TimeOfHour(double hour)
{
	return TimeADTGetDatum((int64) rint(hour * USECS_PER_HOUR) % USECS_PER_DAY);
}

/* circular_mean_time_final: the mean time of day */
PG_FUNCTION_INFO_V1(circular_mean_time_final);
Datum
circular_mean_time_final(PG_FUNCTION_ARGS)
{
	Circular	circular = CircularMean(CircularState(PG_GETARG_ARRAYTYPE_P(0), "circular_mean_time_final"));

	if (isnan(circular.hour))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(TimeOfHour(circular.hour));
}

/* Columns of csp.circular_estimate. */
enum
{
	CIRCULAR_ESTIMATE_WEIGHT,
	CIRCULAR_ESTIMATE_MEAN_TIME,
	CIRCULAR_ESTIMATE_MEAN_HOUR,
	CIRCULAR_ESTIMATE_RESULTANT_LENGTH,
	CIRCULAR_ESTIMATE_DEVIATION_HOURS,
	CIRCULAR_ESTIMATE_KAPPA,
	CIRCULAR_ESTIMATE_RAYLEIGH_Z,
	CIRCULAR_ESTIMATE_P_VALUE,
	CIRCULAR_ESTIMATE_COLUMNS
};

/* circular_concentration_final: mean, concentration and Rayleigh test as a row */
PG_FUNCTION_INFO_V1(circular_concentration_final);
Datum
circular_concentration_final(PG_FUNCTION_ARGS)
{
	Circular	circular = CircularMean(CircularState(PG_GETARG_ARRAYTYPE_P(0), "circular_concentration_final"));
	double		z = circular.weight * circular.length * circular.length;
	CspResult	result;

	if (!(circular.weight > 0))
		PG_RETURN_NULL();
	ResultInit(&result, fcinfo, CIRCULAR_ESTIMATE_COLUMNS);
	ResultSetFloat8(&result, CIRCULAR_ESTIMATE_WEIGHT, circular.weight);
	if (!isnan(circular.hour))
		ResultSetDatum(&result, CIRCULAR_ESTIMATE_MEAN_TIME, TimeOfHour(circular.hour));
	ResultSetFloat8(&result, CIRCULAR_ESTIMATE_MEAN_HOUR, circular.hour);
	ResultSetFloat8(&result, CIRCULAR_ESTIMATE_RESULTANT_LENGTH, circular.length);
	ResultSetFloat8(&result, CIRCULAR_ESTIMATE_DEVIATION_HOURS, sqrt(-2 * log(circular.length)) * (HOURS_OF_DAY / (2 * M_PI)) + 0.0);
	ResultSetFloat8(&result, CIRCULAR_ESTIMATE_KAPPA, VonMisesKappa(circular.length));
	ResultSetFloat8(&result, CIRCULAR_ESTIMATE_RAYLEIGH_Z, z);
	ResultSetFloat8(&result, CIRCULAR_ESTIMATE_P_VALUE, RayleighProbability(circular.weight, z));
	PG_RETURN_DATUM(ResultDatum(&result));
}
