/*
 * rate.c
 *   Concept: events per population, with the interval attached.
 */
#include "csp_analysis.h"

#include "check.h"

/* ---- kernel ---- */

/* RatePer: events per `per` of population; a place without population has no rate (NaN). */
static double
RatePer(double events, double population, double per)
{
	return population == 0 ? get_float8_nan() : events / population * per;
}

/* ---- SQL ---- */

PG_FUNCTION_INFO_V1(rate_per);
Datum
rate_per(PG_FUNCTION_ARGS)
{
	int64		events = PG_GETARG_INT64(0);
	int64		population = PG_GETARG_INT64(1);
	double		per = PG_GETARG_FLOAT8(2);

	CheckNotNegativeInt("events", events);
	CheckNotNegativeInt("population", population);
	CheckPositive("per", per);
	if (population == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(RatePer(events, population, per));
}
