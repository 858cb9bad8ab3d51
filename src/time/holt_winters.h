/*
 * holt_winters.h
 *   Forecasts by the smoothing of Holt and Winters.
 */
#ifndef CSP_HOLT_WINTERS_H
#define CSP_HOLT_WINTERS_H

#include "time/forecast_method.h"

/* Smoothing parameters that are NaN are estimated. */
extern void FitHoltWinters(ForecastModel *model, const Observed *observed, ForecastMethod method,
						   double alpha, double beta, double gamma);

#endif							/* CSP_HOLT_WINTERS_H */
