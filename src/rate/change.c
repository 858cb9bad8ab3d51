/*
 * change.c
 *   Concept: is this period different from the one before? Two Poisson counts, with or without populations.
 *
 * poisson_z is the variance-stabilised difference in units of one count's standard error: sqrt(X) has variance about 1/4
 * whatever the mean, so that between two counts of one mean its variance is 2.
 *
 * poisson_e_test is Krishnamoorthy and Thomson (2004), A more powerful test for comparing two Poisson means, Journal
 * of Statistical Planning and Inference 119, 23-35: the distribution of the standardised difference of rates, both
 * counts being Poisson with the pooled rate. The paper standardises by the variance x1/n1^2 + x2/n2^2, each rate's own;
 * R's ptools (and statsmodels' "score" method) by the variance under equal rates, (x1 + x2) / (n1 n2). They are the same
 * test for equal exposures. Pooled is the default here, unpooled is there by name. The statistic is 0/0 at the outcome
 * (0, 0): that outcome is left out of the sum, and when it is what was observed p is 1.
 *
 * rate_change is the conditional exact comparison: given the total, the later count is binomial. Interval central
 * (Clopper-Pearson), p-value the sum of the probabilities not greater than the observed one, as R's poisson.test; the
 * two can disagree at the edge.
 */
#include "base/csp_analysis.h"

#include <float.h>
#include <math.h>

#include "rate/change.h"
#include "base/check.h"
#include "base/distribution.h"
#include "base/result.h"

/* Exposures further apart than this are a slip of units, and the products below would lose their low digits. */
#define E_TEST_MAX_EXPOSURE_RATIO 1e12

/* Outcomes whose statistic equals the observed one up to rounding belong to the sum. */
#define E_TEST_TIE 1e-12

/* Past this many outcomes at once the distribution function is cheaper than adding densities. */
#define E_TEST_LONG_STEP 16

/* R's poisson.test counts an outcome as no more probable than the observed one within this relative error. */
#define EXACT_TEST_TIE 1e-7

/* ---- kernel ---- */

/*
 * PoissonZ
 *   2 (sqrt(after) - sqrt(before)), written as a quotient so that large counts close to each other do not cancel.
 */
static double
PoissonZ(int64 before, int64 after)
{
	double		sum = sqrt((double) before) + sqrt((double) after);

	return sum == 0 ? 0 : 2 * (double) (after - before) / sum;
}

/*
 * The E-test's critical region. The squared statistic is
 *   T^2 = (x1 n2 - x2 n1)^2 / (x1 v1 + x2 v2),
 * with v1 = v2 = n1 n2 for the pooled variance and v1 = n2^2, v2 = n1^2 for the unpooled one; products of integers stay
 * exact. For fixed x1 the signed statistic falls as x2 grows, and for fixed x2 it rises with x1, so that the region
 * |T| >= t is, for each x1, x2 <= low(x1) or x2 >= high(x1), with edges that rise with x1.
 */
typedef struct ETest
{
	double		n1;
	double		n2;
	double		v1;
	double		v2;
	double		t2;				/* the observed T^2 */
	double		max2;			/* X2 is never larger, for all that shows in the answer */
} ETest;

/* InRegion: is a pair of counts at least as far apart as those observed, in the direction of sign? */
static bool
InRegion(const ETest *test, double x1, double x2, int sign)
{
	double		difference = sign * (x1 * test->n2 - x2 * test->n1);

	return difference > 0 &&
		difference * difference >= test->t2 * (1 - E_TEST_TIE) * (x1 * test->v1 + x2 * test->v2);
}

/*
 * EdgeEstimate
 *   The x2 at which T^2 is the observed value, the smaller root for sign +1 and the larger for -1, brought into
 *   [minimum, maximum]. Good to rounding; the callers settle the integer with InRegion.
 */
static double
EdgeEstimate(const ETest *test, double x1, int sign, double minimum, double maximum)
{
	double		n1 = test->n1;
	double		expected = x1 * (test->n2 / n1);
	double		shift = test->t2 * test->v2 / (n1 * n1) / 2;
	double		half_width = sqrt(2 * shift * expected + test->t2 * x1 * test->v1 / (n1 * n1) + shift * shift);

	return fmin(fmax(floor(expected + shift - sign * half_width), minimum), maximum);
}

/* LowEdge: the largest x2, at most max2, with T >= t; -1 if there is none. */
static double
LowEdge(const ETest *test, double x1)
{
	double		x2 = EdgeEstimate(test, x1, 1, -1, test->max2);

	while (x2 < test->max2 && InRegion(test, x1, x2 + 1, 1))
		x2++;
	while (x2 >= 0 && !InRegion(test, x1, x2, 1))
		x2--;
	return x2;
}

/* HighEdge: the smallest x2 with T <= -t; max2 + 1 if there is none up to max2. */
static double
HighEdge(const ETest *test, double x1)
{
	double		x2 = EdgeEstimate(test, x1, -1, 0, test->max2 + 1);

	while (x2 > 0 && InRegion(test, x1, x2 - 1, -1))
		x2--;
	while (x2 <= test->max2 && !InRegion(test, x1, x2, -1))
		x2++;
	return x2;
}

/*
 * PoissonETest
 *   Two-sided p of equal rates; k1 + k2 > 0, exposures positive. The double sum over (x1, x2) is one over x1 of
 *   P(x1) times a tail of X2. Each tail is walked in the direction in which it grows, so that it is a sum of positive
 *   terms and small p-values keep their digits. The cost is linear in the width of the two distributions.
 */
static double
PoissonETest(double k1, double n1, double k2, double n2, bool pooled)
{
	ETest		test;
	double		total = k1 + k2;
	double		mean1 = total * (n1 / (n1 + n2));
	double		mean2 = total * (n2 / (n1 + n2));
	double		difference;
	double		neglected;
	double		bits;
	double		first;
	double		last;
	double		edge;
	double		tail;
	double		p = 0;

	/* the test is symmetric: the outer sum is over the narrower distribution */
	if (mean1 > mean2)
		return PoissonETest(k2, n2, k1, n1, pooled);

	difference = k1 * n2 - k2 * n1;
	if (fabs(difference) <= 4 * DBL_EPSILON * k1 * n2)
		return -expm1(-total);	/* equal rates up to rounding: every outcome but (0, 0) */

	test.n1 = n1;
	test.n2 = n2;
	test.v1 = pooled ? n1 * n2 : n2 * n2;
	test.v2 = pooled ? n1 * n2 : n1 * n1;
	test.t2 = difference * difference / (k1 * test.v1 + k2 * test.v2);

	/*
	 * p is at least the probability of what was observed: tails that are small beside that do not show. Poisson tails
	 * beyond a distance d from the mean m are at most exp(-d^2 / (2m)) below and exp(-d^2 / (2 (m + d/3))) above.
	 */
	neglected = fmax(PoissonDensity(k1, mean1) * PoissonDensity(k2, mean2) * 1e-13, 1e-300);
	bits = -log(neglected);
	first = fmax(0, floor(mean1 - sqrt(2 * mean1 * bits)));
	last = ceil(mean1 + bits / 3 + sqrt(bits * bits / 9 + 2 * mean1 * bits));
	test.max2 = ceil(mean2 + bits / 3 + sqrt(bits * bits / 9 + 2 * mean2 * bits));

	edge = -1;
	tail = 0;
	for (double x1 = first; x1 <= last; x1++)
	{
		double		next = LowEdge(&test, x1);

		CHECK_FOR_INTERRUPTS();
		if (next - edge > E_TEST_LONG_STEP)
			tail = PoissonProbability(next, mean2, false);
		else
			for (double x2 = edge + 1; x2 <= next; x2++)
				tail += PoissonDensity(x2, mean2);
		edge = next;
		p += PoissonDensity(x1, mean1) * tail;
	}

	edge = test.max2 + 1;
	tail = 0;
	for (double x1 = last; x1 >= first; x1--)
	{
		double		next = HighEdge(&test, x1);

		CHECK_FOR_INTERRUPTS();
		if (edge - next > E_TEST_LONG_STEP)
			tail = PoissonProbability(next - 1, mean2, true);
		else
			for (double x2 = edge - 1; x2 >= next; x2--)
				tail += PoissonDensity(x2, mean2);
		edge = next;
		p += PoissonDensity(x1, mean1) * tail;
	}

	return fmin(p, 1);
}

/*
 * BinomialTest
 *   Two-sided exact p of x successes in n at the given probability: the sum of the probabilities not greater than that
 *   of x. On the far side of the mean the probabilities are monotone, so the place where they fall below is searched by
 *   halving instead of by listing them.
 */
static double
BinomialTest(double x, double n, double probability)
{
	double		density = BinomialDensity(x, n, probability) * (1 + EXACT_TEST_TIE);
	double		mean = n * probability;
	double		inside;
	double		outside;

	if (x == mean)
		return 1;

	if (x < mean)
	{
		/* the smallest i >= mean with a probability not greater; n + 1 if none */
		inside = ceil(mean) - 1;
		outside = n + 1;
	}
	else
	{
		/* the largest i <= mean with a probability not greater; -1 if none */
		inside = floor(mean) + 1;
		outside = -1;
	}
	while (fabs(outside - inside) > 1)
	{
		double		middle = floor((inside + outside) / 2);

		if (BinomialDensity(middle, n, probability) <= density)
			outside = middle;
		else
			inside = middle;
	}

	if (x < mean)
		return fmin(1, BinomialProbability(x, n, probability, false) + BinomialProbability(outside - 1, n, probability, true));
	return fmin(1, BinomialProbability(outside, n, probability, false) + BinomialProbability(x - 1, n, probability, true));
}

/*
 * CompareRates
 *   The later rate over the earlier one; populations positive. NaN where the data leave a figure undefined.
 */
void
CompareRates(double before, double before_population, double after, double after_population, double confidence,
			 RateChange *change)
{
	double		total = before + after;
	double		probability = after_population / (after_population + before_population);
	double		population_ratio = before_population / after_population;
	double		alpha = (1 - confidence) / 2;
	double		limit;

	change->percent_change = get_float8_nan();
	change->ratio = get_float8_nan();
	change->lower = 0;
	change->upper = get_float8_infinity();
	change->p_value = 1;
	if (total == 0)
		return;

	if (before == 0)
		change->ratio = get_float8_infinity();
	else
	{
		change->ratio = (after / after_population) / (before / before_population);
		change->percent_change = 100 * (change->ratio - 1);
	}
	if (after > 0)
	{
		limit = BetaQuantile(alpha, after, before + 1);
		change->lower = limit / (1 - limit) * population_ratio;
	}
	if (before > 0)
	{
		limit = BetaQuantile(1 - alpha, after + 1, before);
		change->upper = limit / (1 - limit) * population_ratio;
	}
	change->p_value = BinomialTest(after, total, probability);
}

/*
 * Verdict
 *   A change in words for people who do not read p-values. Only a change that the test supports is called one: a first
 *   single event is not yet "new".
 */
static const char *
Verdict(bool comparable, bool any_events, double ratio, double adjusted_p, double alpha)
{
	if (!comparable)
		return "not comparable";
	if (!any_events)
		return "none in either period";
	if (adjusted_p > alpha || ratio == 1)
		return "no clear change";
	if (isinf(ratio))
		return "new";
	if (ratio == 0)
		return "gone";
	return ratio > 1 ? "higher" : "lower";
}

/* ---- SQL ---- */

/* CheckTotal: error where two counts together are too many for the exact test */
static void
CheckTotal(const char *name1, int64 count1, const char *name2, int64 count2)
{
	if ((double) count1 + (double) count2 > CHANGE_MAX_TOTAL)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s (%lld) and %s (%lld) together are more than %g",
						name1, (long long) count1, name2, (long long) count2, CHANGE_MAX_TOTAL),
				 errhint("At such counts chance plays no part: compare the rates as they are.")));
}

/* poisson_z: the SQL function poisson_z: how far two counts of equal periods differ, as a z-score */
PG_FUNCTION_INFO_V1(poisson_z);
Datum
poisson_z(PG_FUNCTION_ARGS)
{
	int64		before = PG_GETARG_INT64(0);
	int64		after = PG_GETARG_INT64(1);

	CheckNotNegativeInt("before", before);
	CheckNotNegativeInt("after", after);
	PG_RETURN_FLOAT8(PoissonZ(before, after));
}

/* VarianceIsPooled: whether the variance is that of equal rates, or each rate's own */
/* VarianceIsPooled: the argument variance: true for pooled, false for unpooled */
static bool
VarianceIsPooled(text *variance)
{
	static const char *const variances[] = {"pooled", "unpooled"};

	return CheckWord("variance", variance, variances, lengthof(variances)) == 0;
}

/* poisson_e_test: the SQL function poisson_e_test: p-value of the difference of two rates */
PG_FUNCTION_INFO_V1(poisson_e_test);
Datum
poisson_e_test(PG_FUNCTION_ARGS)
{
	int64		k1 = PG_GETARG_INT64(0);
	double		n1 = PG_GETARG_FLOAT8(1);
	int64		k2 = PG_GETARG_INT64(2);
	double		n2 = PG_GETARG_FLOAT8(3);
	bool		pooled = PG_NARGS() < 5 || VarianceIsPooled(PG_GETARG_TEXT_PP(4));
	int			exponent;

	CheckNotNegativeInt("k1", k1);
	CheckNotNegative("n1", n1);
	CheckNotNegativeInt("k2", k2);
	CheckNotNegative("n2", n2);
	if (n1 == 0 || n2 == 0)
		PG_RETURN_NULL();
	if (fmax(n1, n2) / E_TEST_MAX_EXPOSURE_RATIO > fmin(n1, n2))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("n1 (%g) and n2 (%g) differ by more than a factor of %g", n1, n2, E_TEST_MAX_EXPOSURE_RATIO),
				 errhint("Give both exposures in the same unit.")));
	CheckTotal("k1", k1, "k2", k2);
	if (k1 == 0 && k2 == 0)
		PG_RETURN_FLOAT8(1);

	/* only the ratio of the exposures counts: a power of two brings them near 1 and keeps every digit */
	(void) frexp(fmax(n1, n2), &exponent);
	PG_RETURN_FLOAT8(PoissonETest(k1, ldexp(n1, -exponent), k2, ldexp(n2, -exponent), pooled));
}

/* Columns of csp.rate_change_estimate. */
enum
{
	RATE_CHANGE_ESTIMATE_PERCENT_CHANGE,
	RATE_CHANGE_ESTIMATE_RATIO,
	RATE_CHANGE_ESTIMATE_LOWER,
	RATE_CHANGE_ESTIMATE_UPPER,
	RATE_CHANGE_ESTIMATE_P_VALUE,
	RATE_CHANGE_ESTIMATE_COLUMNS
};

/* rate_change: the SQL function rate_change: ratio of two rates with its interval and p-value */
PG_FUNCTION_INFO_V1(rate_change);
Datum
rate_change(PG_FUNCTION_ARGS)
{
	int64		before_events = PG_GETARG_INT64(0);
	int64		before_population = PG_GETARG_INT64(1);
	int64		after_events = PG_GETARG_INT64(2);
	int64		after_population = PG_GETARG_INT64(3);
	double		confidence = PG_GETARG_FLOAT8(4);
	RateChange	change;
	CspResult	result;

	CheckNotNegativeInt("before_events", before_events);
	CheckNotNegativeInt("before_population", before_population);
	CheckNotNegativeInt("after_events", after_events);
	CheckNotNegativeInt("after_population", after_population);
	CheckConfidence("confidence", confidence);
	if (before_population == 0 || after_population == 0)
		PG_RETURN_NULL();
	CheckTotal("before_events", before_events, "after_events", after_events);

	CompareRates(before_events, before_population, after_events, after_population, confidence, &change);
	ResultInit(&result, fcinfo, RATE_CHANGE_ESTIMATE_COLUMNS);
	ResultSetFloat8(&result, RATE_CHANGE_ESTIMATE_PERCENT_CHANGE, change.percent_change);
	ResultSetFloat8(&result, RATE_CHANGE_ESTIMATE_RATIO, change.ratio);
	ResultSetFloat8(&result, RATE_CHANGE_ESTIMATE_LOWER, change.lower);
	ResultSetFloat8(&result, RATE_CHANGE_ESTIMATE_UPPER, change.upper);
	ResultSetFloat8(&result, RATE_CHANGE_ESTIMATE_P_VALUE, change.p_value);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* change_verdict: the SQL function change_verdict: a change in words */
PG_FUNCTION_INFO_V1(change_verdict);
Datum
change_verdict(PG_FUNCTION_ARGS)
{
	bool		comparable = !PG_ARGISNULL(1) && !PG_ARGISNULL(2);
	double		ratio = PG_ARGISNULL(0) ? 1 : PG_GETARG_FLOAT8(0);
	double		adjusted_p = PG_ARGISNULL(1) ? 1 : PG_GETARG_FLOAT8(1);

	if (!(ratio >= 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("ratio is %g, less than 0 or not a number", ratio),
				 errhint("Give the later rate divided by the earlier one, as csp.rate_change does.")));
	CheckProbability("adjusted_p", adjusted_p);
	if (!PG_ARGISNULL(2))
		CheckSignificanceLevel("alpha", PG_GETARG_FLOAT8(2));

	PG_RETURN_TEXT_P(cstring_to_text(Verdict(comparable, !PG_ARGISNULL(0), ratio, adjusted_p,
											 comparable ? PG_GETARG_FLOAT8(2) : 0)));
}
