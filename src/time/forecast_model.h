/*
 * forecast_model.h
 *   What the kernels of forecasting share: a fitted model, how each method fits one, and what a model says of the
 *   future.
 */
#ifndef CSP_FORECAST_MODEL_H
#define CSP_FORECAST_MODEL_H

#include "base/csp_analysis.h"

typedef enum ForecastMethod
{
	FORECAST_AUTO,
	FORECAST_ETS,				/* exponential smoothing of a stated form */
	FORECAST_HOLT_WINTERS_ADDITIVE,
	FORECAST_HOLT_WINTERS_MULTIPLICATIVE,
	FORECAST_HOLT,				/* Holt-Winters without seasons */
	FORECAST_EXPONENTIAL_SMOOTHING, /* and without trend */
	FORECAST_SEASONAL_NAIVE,
	FORECAST_NAIVE
} ForecastMethod;

typedef enum EtsTrend
{
	ETS_NO_TREND,
	ETS_TREND,
	ETS_DAMPED_TREND
} EtsTrend;

typedef enum EtsSeason
{
	ETS_NO_SEASON,
	ETS_ADDITIVE_SEASON,
	ETS_MULTIPLICATIVE_SEASON
} EtsSeason;

typedef struct EtsForm
{
	bool		multiplicative_error;
	EtsTrend	trend;
	EtsSeason	season;
} EtsForm;

/* A series as the kernels take it: n values of one step each. */
typedef struct Observed
{
	const double *y;
	int			n;
	int			period;			/* steps of a season, 1 for none */
} Observed;

/*
 * ForecastModel
 *   A fitted model. What a model does not have is NaN (NULL for the seasonal figures).
 */
typedef struct ForecastModel
{
	ForecastMethod method;		/* never FORECAST_AUTO */
	EtsForm		form;			/* of FORECAST_ETS */
	int			period;
	int			n;
	double		alpha;
	double		beta;
	double		gamma;
	double		phi;
	double		level;			/* after the last value, as the next two */
	double		slope;			/* per step */
	double	   *seasonal;		/* period figures, that of the next step first */
	double		sse;			/* of errors one step ahead */
	double		sigma;			/* standard deviation of these errors, relative ones where they are multiplicative */
	double		log_likelihood;
	double		aic;
	double		aicc;
	double		bic;
} ForecastModel;

#define EXPONENTIAL_SMOOTHING_MAX_PERIOD	24
#define EXPONENTIAL_SMOOTHING_LEAST_VALUES	7	/* a shorter series has no form with enough values for its parameters */

/* The methods. Smoothing parameters that are NaN are estimated. */
extern void FitExponentialSmoothing(ForecastModel *model, const Observed *observed, const EtsForm *form);
extern int	EtsLeastValues(const EtsForm *form, int period);
extern void FitHoltWinters(ForecastModel *model, const Observed *observed, ForecastMethod method,
						   double alpha, double beta, double gamma);

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
