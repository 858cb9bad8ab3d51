/*
 * funnel_limits.c
 *   Concept: the counts that chance alone would give around an expected count, for funnel plots and peer comparison.
 *
 * Exact Poisson quantiles; the interpolated form is that of Spiegelhalter (2005), Statistics in Medicine 24,
 * appendix A.1.1, which turns their steps into a smooth line.
 */
#include "rate/rate.h"

#include "base/check.h"
#include "base/distribution.h"
#include "base/result.h"

/* ---- kernel ---- */

/*
 * FunnelLimits
 *   lower and upper are the smallest counts whose lower tails reach (1 - confidence) / 2 and 1 - (1 - confidence) / 2.
 *   Interpolating moves each back by the share of its own probability by which the tail overshoots: by 1 at most.
 */
static void
FunnelLimits(double expected, double confidence, bool interpolated, double *lower, double *upper)
{
	double		tail = (1 - confidence) / 2;

	*lower = PoissonQuantile(tail, expected);
	*upper = PoissonUpperQuantile(tail, expected);
	if (interpolated && expected > 0)
	{
		double		overshoot = (PoissonProbability(*lower, expected, false) - tail) / PoissonDensity(*lower, expected);

		*lower = Max(0, *lower - fmin(1, fmax(0, overshoot)));
		overshoot = (tail - PoissonProbability(*upper, expected, true)) / PoissonDensity(*upper, expected);
		*upper = Max(0, *upper - fmin(1, fmax(0, overshoot)));
	}
}

/* ---- SQL ---- */

/* Columns of csp.limits. */
enum
{
	LIMITS_LOWER,
	LIMITS_UPPER,
	LIMITS_COLUMNS
};

/* funnel_limits: the SQL function funnel_limits: the counts between which chance keeps an expected count */
PG_FUNCTION_INFO_V1(funnel_limits);
Datum
funnel_limits(PG_FUNCTION_ARGS)
{
	double		expected = PG_GETARG_FLOAT8(0);
	double		confidence = PG_GETARG_FLOAT8(1);
	bool		interpolated = PG_GETARG_BOOL(2);
	double		lower,
				upper;
	CspResult	result;

	CheckNotNegative("expected", expected);
	CheckConfidence("confidence", confidence);
	FunnelLimits(expected, confidence, interpolated, &lower, &upper);

	ResultInit(&result, fcinfo, LIMITS_COLUMNS);
	ResultSetFloat8(&result, LIMITS_LOWER, lower);
	ResultSetFloat8(&result, LIMITS_UPPER, upper);
	PG_RETURN_DATUM(ResultDatum(&result));
}
