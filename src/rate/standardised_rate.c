/*
 * standardised_rate.c
 *   Concept: rates of places whose populations differ in make-up, compared as if they did not.
 *
 *   direct    the rate that the strata's own rates give in the standard population, with the gamma interval of
 *             Fay and Feuer (1997), Statistics in Medicine 16, as R's epitools::ageadjust.direct
 *   indirect  observed over expected events, with Garwood's exact limits, as R's poisson.test(observed, expected)
 *             (epitools::ageadjust.indirect has a log-normal approximation instead, undefined at 0 events)
 */
#include "rate/rate.h"

#include "base/check.h"
#include "base/distribution.h"
#include "base/result.h"

/* ---- kernel ---- */

/*
 * DirectLimits
 *   Limits of a weighted sum of Poisson rates: weighted_rate is the sum of w r, variance that of w^2 r / population,
 *   and largest_weight the largest w / population, where the weights w sum to 1. Without events the lower limit is 0.
 */
static void
DirectLimits(double weighted_rate, double variance, double largest_weight, double confidence,
			 double *lower, double *upper)
{
	double		tail = (1 - confidence) / 2;
	double		upper_mean = weighted_rate + largest_weight;
	double		upper_variance = variance + largest_weight * largest_weight;

	*lower = weighted_rate == 0 ? 0
		: GammaQuantile(tail, weighted_rate / variance * weighted_rate, variance / weighted_rate);
	*upper = GammaUpperQuantile(tail, upper_mean / upper_variance * upper_mean, upper_variance / upper_mean);
}

/* ---- SQL ---- */

/* State of standardised_rate: a float8[] of these. The sums are over strata, with raw standard populations as weights. */
enum
{
	DIRECT_PER,
	DIRECT_CONFIDENCE,
	DIRECT_STANDARD,			/* sum of the standard populations */
	DIRECT_RATE = DIRECT_STANDARD + 2,	/* of standard x rate */
	DIRECT_VARIANCE = DIRECT_RATE + 2,	/* of standard^2 x events / population^2 */
	DIRECT_LARGEST = DIRECT_VARIANCE + 2,	/* the largest standard / population */
	DIRECT_UNDEFINED,			/* strata that have a weight and no population */
	DIRECT_LENGTH
};

/* standardised_rate_accum: adds a group (such as an age band) to a directly standardised rate */
PG_FUNCTION_INFO_V1(standardised_rate_accum);
Datum
standardised_rate_accum(PG_FUNCTION_ARGS)
{
	ArrayType  *array = OwnState(fcinfo);
	double	   *state = FloatState(array, DIRECT_LENGTH, "standardised_rate_accum");
	double		events = PG_GETARG_FLOAT8(1);
	double		population = PG_GETARG_FLOAT8(2);
	double		standard = PG_GETARG_FLOAT8(3);
	double		per = PG_NARGS() > 4 ? PG_GETARG_FLOAT8(4) : RATE_DEFAULT_PER;
	double		confidence = PG_NARGS() > 5 ? PG_GETARG_FLOAT8(5) : RATE_DEFAULT_CONFIDENCE;

	CheckCount("events", events);
	CheckNotNegative("population", population);
	CheckNotNegative("standard_population", standard);
	CheckPositive("per", per);
	CheckConfidence("confidence", confidence);
	KeepConstant(&state[DIRECT_PER], "per", per);
	KeepConstant(&state[DIRECT_CONFIDENCE], "confidence", confidence);

	if (standard > 0)
	{
		double		weight = standard / population;

		if (population == 0)
			state[DIRECT_UNDEFINED]++;
		else
		{
			SumAdd(&state[DIRECT_STANDARD], standard);
			SumAdd(&state[DIRECT_RATE], weight * events);
			SumAdd(&state[DIRECT_VARIANCE], weight * weight * events);
			state[DIRECT_LARGEST] = Max(state[DIRECT_LARGEST], weight);
		}
	}
	PG_RETURN_ARRAYTYPE_P(array);
}

/* standardised_rate_combine: adds up the sums of two partial aggregates */
PG_FUNCTION_INFO_V1(standardised_rate_combine);
Datum
standardised_rate_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *array = OwnState(fcinfo);
	double	   *state = FloatState(array, DIRECT_LENGTH, "standardised_rate_combine");
	double	   *other = FloatState(PG_GETARG_ARRAYTYPE_P(1), DIRECT_LENGTH, "standardised_rate_combine");

	KeepConstant(&state[DIRECT_PER], "per", other[DIRECT_PER]);
	KeepConstant(&state[DIRECT_CONFIDENCE], "confidence", other[DIRECT_CONFIDENCE]);
	SumCombine(&state[DIRECT_STANDARD], &other[DIRECT_STANDARD]);
	SumCombine(&state[DIRECT_RATE], &other[DIRECT_RATE]);
	SumCombine(&state[DIRECT_VARIANCE], &other[DIRECT_VARIANCE]);
	state[DIRECT_LARGEST] = Max(state[DIRECT_LARGEST], other[DIRECT_LARGEST]);
	state[DIRECT_UNDEFINED] += other[DIRECT_UNDEFINED];
	PG_RETURN_ARRAYTYPE_P(array);
}

/* standardised_rate_final: the directly standardised rate with its interval */
PG_FUNCTION_INFO_V1(standardised_rate_final);
Datum
standardised_rate_final(PG_FUNCTION_ARGS)
{
	double	   *state = FloatState(PG_GETARG_ARRAYTYPE_P(0), DIRECT_LENGTH, "standardised_rate_final");
	double		standard = SumValue(&state[DIRECT_STANDARD]);
	double		rate,
				lower,
				upper;
	CspResult	result;

	if (standard == 0 || state[DIRECT_UNDEFINED] != 0)
		PG_RETURN_NULL();

	CheckConfidence("confidence", state[DIRECT_CONFIDENCE]);
	rate = SumValue(&state[DIRECT_RATE]) / standard;
	DirectLimits(rate, SumValue(&state[DIRECT_VARIANCE]) / standard / standard, state[DIRECT_LARGEST] / standard,
				 state[DIRECT_CONFIDENCE], &lower, &upper);

	ResultInit(&result, fcinfo, INTERVAL_ESTIMATE_COLUMNS);
	ResultSetFloat8(&result, INTERVAL_ESTIMATE_ESTIMATE, RatePer(rate, 1, state[DIRECT_PER]));
	ResultSetFloat8(&result, INTERVAL_ESTIMATE_LOWER, RatePer(lower, 1, state[DIRECT_PER]));
	ResultSetFloat8(&result, INTERVAL_ESTIMATE_UPPER, RatePer(upper, 1, state[DIRECT_PER]));
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* State of standardised_ratio: a float8[] of these. */
enum
{
	RATIO_CONFIDENCE,
	RATIO_OBSERVED,
	RATIO_EXPECTED = RATIO_OBSERVED + 2,
	RATIO_LENGTH = RATIO_EXPECTED + 2
};

/* standardised_ratio_accum: adds observed and expected events of a group */
PG_FUNCTION_INFO_V1(standardised_ratio_accum);
Datum
standardised_ratio_accum(PG_FUNCTION_ARGS)
{
	ArrayType  *array = OwnState(fcinfo);
	double	   *state = FloatState(array, RATIO_LENGTH, "standardised_ratio_accum");
	double		observed = PG_GETARG_FLOAT8(1);
	double		expected = PG_GETARG_FLOAT8(2);
	double		confidence = PG_NARGS() > 3 ? PG_GETARG_FLOAT8(3) : RATE_DEFAULT_CONFIDENCE;

	CheckCount("observed", observed);
	CheckNotNegative("expected", expected);
	CheckConfidence("confidence", confidence);
	KeepConstant(&state[RATIO_CONFIDENCE], "confidence", confidence);
	SumAdd(&state[RATIO_OBSERVED], observed);
	SumAdd(&state[RATIO_EXPECTED], expected);
	PG_RETURN_ARRAYTYPE_P(array);
}

/* standardised_ratio_combine: adds up the sums of two partial aggregates */
PG_FUNCTION_INFO_V1(standardised_ratio_combine);
Datum
standardised_ratio_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *array = OwnState(fcinfo);
	double	   *state = FloatState(array, RATIO_LENGTH, "standardised_ratio_combine");
	double	   *other = FloatState(PG_GETARG_ARRAYTYPE_P(1), RATIO_LENGTH, "standardised_ratio_combine");

	KeepConstant(&state[RATIO_CONFIDENCE], "confidence", other[RATIO_CONFIDENCE]);
	SumCombine(&state[RATIO_OBSERVED], &other[RATIO_OBSERVED]);
	SumCombine(&state[RATIO_EXPECTED], &other[RATIO_EXPECTED]);
	PG_RETURN_ARRAYTYPE_P(array);
}

/* standardised_ratio_final: observed over expected events with its interval */
PG_FUNCTION_INFO_V1(standardised_ratio_final);
Datum
standardised_ratio_final(PG_FUNCTION_ARGS)
{
	double	   *state = FloatState(PG_GETARG_ARRAYTYPE_P(0), RATIO_LENGTH, "standardised_ratio_final");
	double		observed = SumValue(&state[RATIO_OBSERVED]);
	double		expected = SumValue(&state[RATIO_EXPECTED]);
	double		lower,
				upper;
	CspResult	result;

	if (expected == 0)
		PG_RETURN_NULL();

	CheckConfidence("confidence", state[RATIO_CONFIDENCE]);
	ExactPoissonLimits(observed, state[RATIO_CONFIDENCE], &lower, &upper);

	ResultInit(&result, fcinfo, INTERVAL_ESTIMATE_COLUMNS);
	ResultSetFloat8(&result, INTERVAL_ESTIMATE_ESTIMATE, RatePer(observed, expected, 1));
	ResultSetFloat8(&result, INTERVAL_ESTIMATE_LOWER, RatePer(lower, expected, 1));
	ResultSetFloat8(&result, INTERVAL_ESTIMATE_UPPER, RatePer(upper, expected, 1));
	PG_RETURN_DATUM(ResultDatum(&result));
}
