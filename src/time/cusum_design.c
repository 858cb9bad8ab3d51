/*
 * cusum_design.c
 *   Concept: reference value and threshold of a cumulative sum, from how often it may cry wolf and how soon it should tell.
 *
 * The average run length of a one-sided sum of independent normal deviates, begun at 0, solves an integral equation (Page
 * 1954): with L(z) the run length from a sum of z,
 *
 *     L(z) = 1 + L(0) Phi(k - shift - z) + integral from 0 to h of L(x) phi(x + k - shift - z) dx,
 *
 * solved at the nodes of a Gauss-Legendre rule. The kernel is analytic: so many nodes that several fall on one standard
 * deviation give ten digits. A design takes for the rise to be found the one that k is best for, 2 k standard deviations.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/result.h"

/* ---- kernel ---- */

#define NODES_LEAST 24
#define NODES_BY_DEVIATION 4
#define WIDEST_THRESHOLD 60

/* the least reference value that a design may have */
#define LEAST_K 0.05

/* the linear equations lose a digit for every factor of ten of the run length */
#define LONGEST_RUN 1e12
#define LONGEST_DESIGN 1e6

#define MAX_ITERATIONS 200
#define TOLERANCE 1e-12

/* GaussLegendre: nodes and weights of the rule with n nodes on 0 to h, by Newton's method on the Legendre polynomials. */
static void
GaussLegendre(int n, double h, double *node, double *weight)
{
	for (int i = 0; i < n; i++)
	{
		double		x = cos(M_PI * (i + 0.75) / (n + 0.5));
		double		slope = 1;

		for (int iteration = 0; iteration < 100; iteration++)
		{
			double		value = 1;
			double		before = 0;
			double		step;

			for (int degree = 1; degree <= n; degree++)
			{
				double		next = ((2 * degree - 1) * x * value - (degree - 1) * before) / degree;

				before = value;
				value = next;
			}
			slope = n * (x * value - before) / (x * x - 1);
			step = value / slope;
			x -= step;
			if (fabs(step) < 1e-15)
				break;
		}
		node[i] = h * (1 - x) / 2;
		weight[i] = h / ((1 - x * x) * slope * slope);
	}
}

/* SolveLinear: the first unknown of m equations in place, by elimination with row exchanges; m columns and the right side. */
static double
SolveLinear(double *a, int m)
{
	int			width = m + 1;

	/* unknowns are eliminated from the last to the first */
	for (int column = m - 1; column >= 0; column--)
	{
		int			pivot = 0;

		for (int row = 1; row <= column; row++)
			if (fabs(a[row * width + column]) > fabs(a[pivot * width + column]))
				pivot = row;
		if (pivot != column)
			for (int j = 0; j < width; j++)
			{
				double		swap = a[pivot * width + j];

				a[pivot * width + j] = a[column * width + j];
				a[column * width + j] = swap;
			}
		for (int row = 0; row < column; row++)
		{
			double		factor = a[row * width + column] / a[column * width + column];

			for (int j = 0; j < column; j++)
				a[row * width + j] -= factor * a[column * width + j];
			a[row * width + m] -= factor * a[column * width + m];
		}
	}
	return a[m] / a[0];
}

/* NormalDensity: density of the standard normal distribution */
static double
NormalDensity(double z)
{
	return exp(-z * z / 2) / sqrt(2 * M_PI);
}

/* AverageRunLength: from a sum of 0 to the alarm, when deviates have mean shift and standard deviation 1. */
static double
AverageRunLength(double k, double h, double shift)
{
	int			n = NODES_LEAST + (int) ceil(NODES_BY_DEVIATION * h);
	int			m = n + 1;
	int			width = m + 1;
	double	   *node = palloc(sizeof(double) * 2 * n);
	double	   *weight = node + n;
	double	   *a = palloc(sizeof(double) * m * width);
	double		result;

	CHECK_FOR_INTERRUPTS();
	GaussLegendre(n, h, node, weight);
	for (int row = 0; row < m; row++)
	{
		double		z = row == 0 ? 0 : node[row - 1];

		a[row * width] = -NormalProbability(k - shift - z, false);
		for (int j = 0; j < n; j++)
			a[row * width + 1 + j] = -weight[j] * NormalDensity(node[j] + k - shift - z);
		a[row * width + row] += 1;
		a[row * width + m] = 1;
	}
	result = SolveLinear(a, m);
	pfree(a);
	pfree(node);
	return result;
}

typedef double (*Objective) (double x, const void *context);

/*
 * Root
 *   Where a rising or falling function changes sign between low and high (regula falsi with halved values, Illinois). The
 *   caller sees to it that it does.
 */
static double
Root(Objective objective, const void *context, double low, double high)
{
	double		at_low = objective(low, context);
	double		at_high = objective(high, context);
	double		x = low;
	int			side = 0;

	for (int iteration = 0; iteration < MAX_ITERATIONS && high - low > TOLERANCE * (1 + high); iteration++)
	{
		double		at_x;

		x = (low * at_high - high * at_low) / (at_high - at_low);
		at_x = objective(x, context);
		if (fabs(at_x) < TOLERANCE)
			break;
		if ((at_x > 0) == (at_high > 0))
		{
			high = x;
			at_high = at_x;
			at_low = side > 0 ? at_low / 2 : at_low;
			side = 1;
		}
		else
		{
			low = x;
			at_low = at_x;
			at_high = side < 0 ? at_high / 2 : at_high;
			side = -1;
		}
	}
	return x;
}

typedef struct FalseAlarmTarget
{
	double		k;
	double		run_length;
} FalseAlarmTarget;

/* FalseAlarms: how far the run length of a threshold without a rise is from the one wanted, on the log scale. */
static double
FalseAlarms(double h, const void *context)
{
	const FalseAlarmTarget *target = context;

	return log(AverageRunLength(target->k, h, 0) / target->run_length);
}

/* ThresholdFor: h of the run length wanted without a rise; NaN where it would be above WIDEST_THRESHOLD. */
static double
ThresholdFor(double k, double run_length)
{
	FalseAlarmTarget target = {k, run_length};
	double		high = 1;

	while (FalseAlarms(high, &target) < 0)
	{
		high *= 2;
		if (high > WIDEST_THRESHOLD)
			return get_float8_nan();
	}
	return Root(FalseAlarms, &target, 0, high);
}

typedef struct DesignTarget
{
	double		in_control;
	double		out_of_control;
} DesignTarget;

/* Detection: how far the run length with the rise that k is best for is from the one wanted. */
static double
Detection(double k, const void *context)
{
	const DesignTarget *target = context;

	return log(AverageRunLength(k, ThresholdFor(k, target->in_control), 2 * k) / target->out_of_control);
}

/* DesignCusum: finds k and h; false where no reference value gives both run lengths */
static bool
DesignCusum(const DesignTarget *target, double *k, double *h)
{
	/* where a single deviate raises the alarm, at the run length wanted */
	double		high = NormalQuantile(1 - 1 / target->in_control) * (1 - 1e-9);
	double		low = LEAST_K;

	while (low < high && isnan(ThresholdFor(low, target->in_control)))
		low *= 1.25;
	if (low >= high || Detection(low, target) < 0 || Detection(high, target) > 0)
		return false;
	*k = Root(Detection, target, low, high);
	*h = ThresholdFor(*k, target->in_control);
	return true;
}

/* ---- SQL ---- */

/* cusum_arl: the SQL function cusum_arl: mean number of counts until a cumulative sum alarms */
PG_FUNCTION_INFO_V1(cusum_arl);
Datum
cusum_arl(PG_FUNCTION_ARGS)
{
	double		k = PG_GETARG_FLOAT8(0);
	double		h = PG_GETARG_FLOAT8(1);
	double		shift = PG_GETARG_FLOAT8(2);
	double		run_length;

	CheckPositive("k", k);
	CheckPositive("h", h);
	CheckFinite("shift", shift);
	if (h > WIDEST_THRESHOLD)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("h is %g, more than %d standard deviations", h, WIDEST_THRESHOLD)));
	run_length = AverageRunLength(k, h, shift);
	/* beyond that the equations no longer tell it from never */
	if (!(run_length >= 1 && run_length <= LONGEST_RUN))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(run_length);
}

/* Columns of csp.cusum_parameters. */
enum
{
	CUSUM_PARAMETERS_K,
	CUSUM_PARAMETERS_H,
	CUSUM_PARAMETERS_COLUMNS
};

/* cusum_design: the SQL function cusum_design: k and h that give the run lengths asked for */
PG_FUNCTION_INFO_V1(cusum_design);
Datum
cusum_design(PG_FUNCTION_ARGS)
{
	DesignTarget target = {PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1)};
	CspResult	result;
	double		k;
	double		h;

	CheckFinite("in_control_arl", target.in_control);
	CheckFinite("out_of_control_arl", target.out_of_control);
	if (!(target.in_control > 2 && target.in_control <= LONGEST_DESIGN))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("in_control_arl is %g, not above 2 and at most %g", target.in_control, LONGEST_DESIGN),
				 errhint("Give the average number of counts between false alarms: 500.")));
	if (!(target.out_of_control > 1 && target.out_of_control < target.in_control))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("out_of_control_arl is %g, not between 1 and in_control_arl %g", target.out_of_control, target.in_control),
				 errhint("Give the average number of counts until a rise is found: 7.")));
	if (!DesignCusum(&target, &k, &h))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no cumulative sum has run lengths of %g without a rise and %g with one", target.in_control, target.out_of_control),
				 errhint("Bring the two nearer to what a rise by one standard deviation gives: 500 and 10.")));
	ResultInit(&result, fcinfo, CUSUM_PARAMETERS_COLUMNS);
	ResultSetFloat8(&result, CUSUM_PARAMETERS_K, k);
	ResultSetFloat8(&result, CUSUM_PARAMETERS_H, h);
	PG_RETURN_DATUM(ResultDatum(&result));
}
