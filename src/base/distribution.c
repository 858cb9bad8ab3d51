/*
 * distribution.c
 *   Foundation: distribution functions from libRmath, so that figures equal R's to the last digit.
 */
#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "base/distribution.h"

/* NormalProbability: standard normal probability of at most z, or of more than z if upper */
double
NormalProbability(double z, bool upper)
{
	return pnorm5(z, 0, 1, !upper, 0);
}

/* NormalQuantile: the value that a standard normal variable is below with probability p */
double
NormalQuantile(double p)
{
	return qnorm5(p, 0, 1, 1, 0);
}

/*
 * StudentProbability: probability of at most t under Student's t with df degrees of freedom, or of
 * more if upper
 */
double
StudentProbability(double t, double df, bool upper)
{
	return pt(t, df, !upper, 0);
}

/* StudentQuantile: the value that Student's t with df degrees of freedom is below with probability p */
double
StudentQuantile(double p, double df)
{
	return qt(p, df, 1, 0);
}

/*
 * ChiSquareProbability: probability of at most x under chi-square with df degrees of freedom, or of
 * more if upper
 */
double
GammaQuantile(double p, double shape, double scale)
{
	return qgamma(p, shape, scale, 1, 0);
}

/* BetaQuantile: the value that a beta variable is below with probability p */
double
BetaQuantile(double p, double a, double b)
{
	return qbeta(p, a, b, 1, 0);
}

/* PoissonDensity: probability of exactly k events where a Poisson mean of them is expected */
double
PoissonDensity(double k, double mean)
{
	return dpois(k, mean, 0);
}

/* PoissonProbability: probability of at most k events under a Poisson mean, or of more than k if upper */
double
PoissonProbability(double k, double mean, bool upper)
{
	return ppois(k, mean, !upper, 0);
}

/* PoissonQuantile: the least count that a Poisson variable does not exceed with probability p */
double
PoissonQuantile(double p, double mean)
{
	return qpois(p, mean, 1, 0) + 0.0;	/* the library has -0 */
}

/* BinomialDensity: probability of exactly k successes in n trials of probability p */
double
BinomialDensity(double k, double n, double p)
{
	return dbinom(k, n, p, 0);
}

/* BinomialProbability: probability of at most k successes in n trials, or of more than k if upper */
double
BinomialProbability(double k, double n, double p, bool upper)
{
	return pbinom(k, n, p, !upper, 0);
}

/* BinomialQuantile: the least number of successes that n trials do not exceed with probability p */
double
GammaUpperQuantile(double p, double shape, double scale)
{
	return qgamma(p, shape, scale, 0, 0);
}

/* PoissonUpperQuantile: the least count that a Poisson variable exceeds with probability of at most p */
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

/*
 * NegativeBinomialProbability: probability of at most k failures before size successes, or of more
 * than k if upper
 */
double
NegativeBinomialProbability(double k, double size, double probability, bool upper)
{
	return pnbinom(k, size, probability, !upper, 0);
}

/*
 * NegativeBinomialQuantile: the least number of failures before size successes that is not exceeded
 * with probability p
 */
double
NegativeBinomialQuantile(double p, double size, double probability)
{
	return qnbinom(p, size, probability, 1, 0) + 0.0;
}
