/*
 * exponential_smoothing.h
 *   Forecasts by exponential smoothing in state-space form.
 */
#ifndef CSP_EXPONENTIAL_SMOOTHING_H
#define CSP_EXPONENTIAL_SMOOTHING_H

#include "time/forecast_method.h"

#define EXPONENTIAL_SMOOTHING_MAX_PERIOD	24
#define EXPONENTIAL_SMOOTHING_LEAST_VALUES	7	/* a shorter series has no form with enough values for its parameters */

extern void FitExponentialSmoothing(ForecastModel *model, const Observed *observed, const EtsForm *form);
extern int	EtsLeastValues(const EtsForm *form, int period);

#endif							/* CSP_EXPONENTIAL_SMOOTHING_H */
