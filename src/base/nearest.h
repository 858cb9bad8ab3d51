/*
 * nearest.h
 *   How far it is from each place to the nearest other one.
 */
#ifndef CSP_NEAREST_H
#define CSP_NEAREST_H

#include "base/neighbours.h"

extern double MeanNearestDistance(const double *x, const double *y, int n, Metric metric);

#endif							/* CSP_NEAREST_H */
