/*
 * distribution.c
 *   Foundation: distribution functions from libRmath, so that figures equal R's to the last digit.
 */
#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "base/distribution.h"

double
NormalProbability(double z, bool upper)
{
	return pnorm5(z, 0, 1, !upper, 0);
}

double
NormalQuantile(double p)
{
	return qnorm5(p, 0, 1, 1, 0);
}

double
StudentProbability(double t, double df, bool upper)
{
	return pt(t, df, !upper, 0);
}

double
StudentQuantile(double p, double df)
{
	return qt(p, df, 1, 0);
}

double
GammaQuantile(double p, double shape, double scale)
{
	return qgamma(p, shape, scale, 1, 0);
}

double
BetaQuantile(double p, double a, double b)
{
	return qbeta(p, a, b, 1, 0);
}

double
PoissonDensity(double k, double mean)
{
	return dpois(k, mean, 0);
}

double
PoissonProbability(double k, double mean, bool upper)
{
	return ppois(k, mean, !upper, 0);
}

double
PoissonQuantile(double p, double mean)
{
	return qpois(p, mean, 1, 0) + 0.0;	/* the library has -0 */
}

double
BinomialDensity(double k, double n, double p)
{
	return dbinom(k, n, p, 0);
}

double
BinomialProbability(double k, double n, double p, bool upper)
{
	return pbinom(k, n, p, !upper, 0);
}

double
GammaUpperQuantile(double p, double shape, double scale)
{
	return qgamma(p, shape, scale, 0, 0);
}

double
PoissonUpperQuantile(double p, double mean)
{
	return qpois(p, mean, 0, 0) + 0.0;
}

/*
 * VonMisesLength
 *   The library's Bessel functions, scaled by exp(-kappa) and in their form that allocates nothing; beyond where they may
 *   warn, the expansion of their ratio in 1 / kappa, whose next term is below 10^-17.
 */
double
VonMisesLength(double kappa)
{
	double		work[2];

	if (kappa > 5000)
		return 1 - (1 + (1 / 4.0 + (1 / 4.0 + 25 / (64 * kappa)) / kappa) / kappa) / (2 * kappa);
	return bessel_i_ex(kappa, 1, 2, work) / bessel_i_ex(kappa, 0, 2, work);
}

double
NegativeBinomialProbability(double k, double size, double probability, bool upper)
{
	return pnbinom(k, size, probability, !upper, 0);
}

double
NegativeBinomialQuantile(double p, double size, double probability)
{
	return qnbinom(p, size, probability, 1, 0) + 0.0;
}
