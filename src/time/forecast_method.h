/*
 * forecast_method.h
 *   What every method of forecasting is given and gives: a series and a fitted model.
 */
#ifndef CSP_FORECAST_METHOD_H
#define CSP_FORECAST_METHOD_H

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

#endif							/* CSP_FORECAST_METHOD_H */
