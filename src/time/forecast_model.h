/*
 * forecast_model.h
 *   Forecasts by whatever method a caller asks for: the fitted model, what it says of the future, and how accurate it was.
 */
#ifndef CSP_FORECAST_MODEL_H
#define CSP_FORECAST_MODEL_H

#include "time/forecast_method.h"

/* How a caller asks for a model. */
typedef struct ForecastRequest
{
	ForecastMethod method;
	EtsForm		form;
	double		alpha;
	double		beta;
	double		gamma;
} ForecastRequest;

extern void FitForecastModel(ForecastModel *model, const Observed *observed, const ForecastRequest *request);
extern void FreeForecastModel(ForecastModel *model);
extern char *ForecastModelName(const ForecastModel *model);

/* The future: means and variances of steps 1 to horizon, and of the sum of steps first to last. */
extern void ForecastMoments(const ForecastModel *model, int horizon, double *mean, double *variance);
extern void ForecastTotal(const ForecastModel *model, int first, int last, double *mean, double *variance);

/* What rolling origins say of a method's accuracy. NaN where the series does not say it. */
typedef struct ForecastAccuracy
{
	int64		forecasts;
	double		mean_error;
	double		mae;
	double		rmse;
	double		mase;
	double		coverage;
	double		seasonal_naive_mae;
} ForecastAccuracy;

extern void RollingOrigin(const Observed *observed, const ForecastRequest *request, int horizon, int origins, double confidence,
						  ForecastAccuracy *accuracy);

#endif							/* CSP_FORECAST_MODEL_H */
