/*
 * rate.c
 *   Concept: events per population, with the interval attached.
 *
 * Intervals are those of a Poisson count over a population known without error:
 *   byar   Breslow and Day (1987), Statistical Methods in Cancer Research II, 2.3: Byar's approximation in the form of
 *          public-health practice, the lower limit from x, the upper from x + 1
 *   exact  Garwood (1936), Biometrika 28: chi-squared (gamma) limits
 */
#include "rate/rate.h"

#include "base/check.h"
#include "base/distribution.h"
#include "base/result.h"

/* ---- kernel ---- */

/* RatePer: events per `per` of population, which is greater than 0. */
double
RatePer(double events, double population, double per)
{
	double		rate = events / population * per;

	if (!isfinite(rate))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the rate of %g in %g, per %g, is out of range", events, population, per)));
	return rate;
}

/*
 * ByarLimits
 *   The cube turns negative at few events and high confidence (1 event at 0.998): a count is not below 0.
 */
static void
ByarLimits(double events, double confidence, double *lower, double *upper)
{
	double		z = -NormalQuantile((1 - confidence) / 2);
	double		next = events + 1;

	*lower = events == 0 ? 0 : Max(0, events * pow(1 - 1 / (9 * events) - z / (3 * sqrt(events)), 3));
	*upper = next * pow(1 - 1 / (9 * next) + z / (3 * sqrt(next)), 3);
}

/*
 * ExactPoissonLimits: exact limits of a Poisson count, each from its own tail, so that confidence
 * near 1 loses no digits
 */
void
ExactPoissonLimits(double events, double confidence, double *lower, double *upper)
{
	double		tail = (1 - confidence) / 2;

	*lower = events == 0 ? 0 : GammaQuantile(tail, events, 1);
	*upper = GammaUpperQuantile(tail, events + 1, 1);
}

/* ---- SQL ---- */

/* CheckedRate: events per so many people, from checked arguments; NULL without people */
static Datum
CheckedRate(FunctionCallInfo fcinfo, double per)
{
	double		events = PG_GETARG_FLOAT8(0);
	double		population = PG_GETARG_FLOAT8(1);

	CheckNotNegative("events", events);
	CheckNotNegative("population", population);
	CheckPositive("per", per);
	if (population == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(RatePer(events, population, per));
}

/* rate_per: the SQL function rate_per: events per so many people */
PG_FUNCTION_INFO_V1(rate_per);
Datum
rate_per(PG_FUNCTION_ARGS)
{
	return CheckedRate(fcinfo, PG_GETARG_FLOAT8(2));
}

/* rate_per_1000: the SQL function rate_per_1000: events per 1,000 people */
PG_FUNCTION_INFO_V1(rate_per_1000);
Datum
rate_per_1000(PG_FUNCTION_ARGS)
{
	return CheckedRate(fcinfo, 1000);
}

/* rate_interval: the SQL function rate_interval: confidence interval of a rate, by the method named */
PG_FUNCTION_INFO_V1(rate_interval);
Datum
rate_interval(PG_FUNCTION_ARGS)
{
	static const char *const methods[] = {"byar", "exact"};
	double		events = PG_GETARG_FLOAT8(0);
	double		population = PG_GETARG_FLOAT8(1);
	double		per = PG_GETARG_FLOAT8(2);
	double		confidence = PG_GETARG_FLOAT8(3);
	bool		exact;
	double		lower,
				upper;
	CspResult	result;

	CheckCount("events", events);
	CheckNotNegative("population", population);
	CheckPositive("per", per);
	CheckConfidence("confidence", confidence);

	exact = WordArgument(fcinfo, 4, "method", methods, lengthof(methods)) == 1;
	if (exact)
		ExactPoissonLimits(events, confidence, &lower, &upper);
	else
		ByarLimits(events, confidence, &lower, &upper);
	if (population == 0)
		PG_RETURN_NULL();

	ResultInit(&result, fcinfo, INTERVAL_ESTIMATE_COLUMNS);
	ResultSetFloat8(&result, INTERVAL_ESTIMATE_ESTIMATE, RatePer(events, population, per));
	ResultSetFloat8(&result, INTERVAL_ESTIMATE_LOWER, RatePer(lower, population, per));
	ResultSetFloat8(&result, INTERVAL_ESTIMATE_UPPER, RatePer(upper, population, per));
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* State of crude_rate: a float8[] of these. */
enum
{
	CRUDE_PER,
	CRUDE_EVENTS,
	CRUDE_POPULATION = CRUDE_EVENTS + 2,
	CRUDE_LENGTH = CRUDE_POPULATION + 2
};

/* crude_rate_accum: adds events and population to the sums of a crude rate */
PG_FUNCTION_INFO_V1(crude_rate_accum);
Datum
crude_rate_accum(PG_FUNCTION_ARGS)
{
	ArrayType  *array = OwnState(fcinfo);
	double	   *state = FloatState(array, CRUDE_LENGTH, "crude_rate_accum");
	double		events = PG_GETARG_FLOAT8(1);
	double		population = PG_GETARG_FLOAT8(2);
	double		per = PG_NARGS() > 3 ? PG_GETARG_FLOAT8(3) : RATE_DEFAULT_PER;

	CheckNotNegative("events", events);
	CheckNotNegative("population", population);
	CheckPositive("per", per);
	KeepConstant(&state[CRUDE_PER], "per", per);
	SumAdd(&state[CRUDE_EVENTS], events);
	SumAdd(&state[CRUDE_POPULATION], population);
	PG_RETURN_ARRAYTYPE_P(array);
}

/* crude_rate_combine: adds up the sums of two partial aggregates */
PG_FUNCTION_INFO_V1(crude_rate_combine);
Datum
crude_rate_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *array = OwnState(fcinfo);
	double	   *state = FloatState(array, CRUDE_LENGTH, "crude_rate_combine");
	double	   *other = FloatState(PG_GETARG_ARRAYTYPE_P(1), CRUDE_LENGTH, "crude_rate_combine");

	KeepConstant(&state[CRUDE_PER], "per", other[CRUDE_PER]);
	SumCombine(&state[CRUDE_EVENTS], &other[CRUDE_EVENTS]);
	SumCombine(&state[CRUDE_POPULATION], &other[CRUDE_POPULATION]);
	PG_RETURN_ARRAYTYPE_P(array);
}

/* crude_rate_final: all events per so many of all people */
PG_FUNCTION_INFO_V1(crude_rate_final);
Datum
crude_rate_final(PG_FUNCTION_ARGS)
{
	double	   *state = FloatState(PG_GETARG_ARRAYTYPE_P(0), CRUDE_LENGTH, "crude_rate_final");
	double		events = SumValue(&state[CRUDE_EVENTS]);
	double		population = SumValue(&state[CRUDE_POPULATION]);

	if (population == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(RatePer(events, population, state[CRUDE_PER]));
}
