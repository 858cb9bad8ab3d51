/*
 * distribution.h
 *   The seam to the statistics library (R's own, libRmath). No other file includes Rmath.h. Nothing here exits,
 *   prints, or allocates from the library's own heap, so an ereport may jump across it.
 */
#ifndef CSP_DISTRIBUTION_H
#define CSP_DISTRIBUTION_H

#include <stdbool.h>

/* Lower tail by default, as R's p* functions; `upper` gives P(X > x). */
extern double NormalProbability(double z, bool upper);
extern double NormalQuantile(double p);
extern double StudentProbability(double t, double df, bool upper);
extern double StudentQuantile(double p, double df);
extern double GammaQuantile(double p, double shape, double scale);
extern double BetaQuantile(double p, double a, double b);
extern double PoissonDensity(double k, double mean);
extern double PoissonProbability(double k, double mean, bool upper);
extern double PoissonQuantile(double p, double mean);
extern double BinomialDensity(double k, double n, double p);
extern double BinomialProbability(double k, double n, double p, bool upper);
extern double NegativeBinomialProbability(double k, double size, double probability, bool upper);
extern double NegativeBinomialQuantile(double p, double size, double probability);

/* The x that is exceeded with probability p: keeps its digits where 1 - p would round to 1. */
extern double GammaUpperQuantile(double p, double shape, double scale);
extern double PoissonUpperQuantile(double p, double mean);

/* The mean resultant length of a von Mises distribution: I1(kappa) / I0(kappa), kappa not negative. */
extern double VonMisesLength(double kappa);

#endif							/* CSP_DISTRIBUTION_H */
