/*
 * forecast_model.c
 *   Kernel of forecast: which method a request means, the naive methods, and the means and variances that a fitted
 *   model gives for the future.
 *
 * A value k steps ahead is its mean and the errors up to then, each times what it still moves:
 *
 *     y(k) = mean(k) + sum over j <= k of w(k, j) e(j),   w(k, k) = 1,   variance of e(j) = sigma^2 m(j)
 *
 * Additive errors: w(k, j) = c(k - j) and m = 1, with c(j) = alpha + beta (phi + ... + phi^j), + gamma where j is whole
 * seasons (Hyndman, Koehler, Ord and Snyder 2008, class 1; Yar and Chatfield 1990 for Holt-Winters). Multiplicative
 * errors of a linear model: the same w, m(j) = E f(j)^2 (class 2). Multiplicative errors and seasons: class 3, a
 * recursion of the covariances of level x season. Holt-Winters with multiplicative seasons: w(k, j) = c(k - j) times the
 * season of k over that of j, and m = 1 (Chatfield and Yar 1991). Sums follow from the same errors. Intervals take the
 * parameters and start values as known.
 */
#include "time/forecast_model.h"

#include <math.h>

#include "base/distribution.h"
#include "time/exponential_smoothing.h"
#include "time/holt_winters.h"

/* ---- kernel: fitting ---- */

/* NewModel: a model in which nothing is fitted yet */
static void
NewModel(ForecastModel *model, const Observed *observed)
{
	double		none = get_float8_nan();

	memset(model, 0, sizeof(ForecastModel));
	model->period = observed->period;
	model->n = observed->n;
	model->alpha = model->beta = model->gamma = model->phi = none;
	model->level = model->slope = model->sse = model->sigma = none;
	model->log_likelihood = model->aic = model->aicc = model->bic = none;
}

/*
 * FitNaive
 *   The last value (lag 1) or the last season goes on; sigma is the root mean square of the changes from lag to lag.
 */
static void
FitNaive(ForecastModel *model, const Observed *observed, ForecastMethod method)
{
	const double *y = observed->y;
	int			n = observed->n;
	int			lag = method == FORECAST_NAIVE ? 1 : observed->period;

	model->method = method;
	if (n > lag)
	{
		model->sse = 0;
		for (int i = lag; i < n; i++)
			model->sse += (y[i] - y[i - lag]) * (y[i] - y[i - lag]);
		if (!isfinite(model->sse))
			float_overflow_error();
		model->sigma = sqrt(model->sse / (n - lag));
	}
	if (method == FORECAST_NAIVE)
		model->level = y[n - 1];
	else
	{
		model->seasonal = palloc(sizeof(double) * lag);
		memcpy(model->seasonal, y + n - lag, sizeof(double) * lag);
	}
}

/* RefuseShort: error for a series with fewer values than a method needs */
static void
RefuseShort(const Observed *observed, const char *method, int64 needed)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a series of %d values is too short for %s, which takes %lld", observed->n, method, (long long) needed),
			 errdetail("season is %d.", observed->period),
			 errhint("Give a longer series, or method 'auto', which takes what the series allows.")));
}

/* RefuseSeason: error for a seasonal method where the series has no season */
static void
RefuseSeason(const Observed *observed, const char *method)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("season is %d, which leaves %s no season", observed->period, method),
			 errhint("Give 12 for months, 4 for quarters, 52 for weeks.")));
}

/*
 * RefuseNotPositive: error for values not above 0 under a multiplicative model, which divides by
 * what it expects
 */
static void
RefuseNotPositive(const Observed *observed, const char *method)
{
	for (int i = 0; i < observed->n; i++)
		if (!(observed->y[i] > 0))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s is for values above 0, and value %d is %g", method, i + 1, observed->y[i]),
					 errhint("Give an additive method, or 'auto', which then leaves multiplicative ones out.")));
}

/* CheckRequest: error where the series does not have what the method needs */
static void
CheckRequest(const Observed *observed, const ForecastRequest *request, const char *name)
{
	bool		smoothed_season = request->method == FORECAST_AUTO ||
		(request->method == FORECAST_ETS && request->form.season != ETS_NO_SEASON);
	bool		seasons = false;
	bool		positive = false;
	int64		needed = 1;

	if (smoothed_season && observed->period > EXPONENTIAL_SMOOTHING_MAX_PERIOD)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("season is %d, more than the %d periods that exponential smoothing takes", observed->period,
						EXPONENTIAL_SMOOTHING_MAX_PERIOD),
				 errhint("Give method 'holt_winters_additive' or 'seasonal_naive', or count by month.")));
	switch (request->method)
	{
		case FORECAST_ETS:
			seasons = smoothed_season;
			positive = request->form.multiplicative_error;
			needed = EtsLeastValues(&request->form, observed->period);
			break;
		case FORECAST_HOLT_WINTERS_ADDITIVE:
		case FORECAST_HOLT_WINTERS_MULTIPLICATIVE:
			seasons = true;
			positive = request->method == FORECAST_HOLT_WINTERS_MULTIPLICATIVE;
			needed = (int64) 2 * observed->period;
			break;
		case FORECAST_HOLT:
			needed = 3;
			break;
		case FORECAST_EXPONENTIAL_SMOOTHING:
			needed = 2;
			break;
		case FORECAST_SEASONAL_NAIVE:
			seasons = true;
			needed = observed->period;
			break;
		case FORECAST_AUTO:
		case FORECAST_NAIVE:
			break;
	}
	if (seasons && observed->period < 2)
		RefuseSeason(observed, name);
	if (observed->n < needed)
		RefuseShort(observed, name, needed);
	if (positive)
		RefuseNotPositive(observed, name);
}

/*
 * FitForecastModel
 *   The model of a request. Automatic: exponential smoothing of the form of least AICc; fewer than seven values are too
 *   few for any form, and their last one goes on.
 */
void
FitForecastModel(ForecastModel *model, const Observed *observed, const ForecastRequest *request)
{
	char	   *name;

	NewModel(model, observed);
	model->method = request->method;
	model->form = request->form;
	name = ForecastModelName(model);
	CheckRequest(observed, request, name);
	pfree(name);

	switch (request->method)
	{
		case FORECAST_AUTO:
			if (observed->n >= EXPONENTIAL_SMOOTHING_LEAST_VALUES)
				FitExponentialSmoothing(model, observed, NULL);
			else
				FitNaive(model, observed, FORECAST_NAIVE);
			break;
		case FORECAST_ETS:
			FitExponentialSmoothing(model, observed, &request->form);
			break;
		case FORECAST_SEASONAL_NAIVE:
		case FORECAST_NAIVE:
			FitNaive(model, observed, request->method);
			break;
		default:
			FitHoltWinters(model, observed, request->method, request->alpha, request->beta, request->gamma);
	}
}

/* FreeForecastModel: frees the seasonal part of a fitted model */
void
FreeForecastModel(ForecastModel *model)
{
	if (model->seasonal)
		pfree(model->seasonal);
}

/* ForecastModelName: how a model is called: ETS(error, trend, season) or the method's name. */
char *
ForecastModelName(const ForecastModel *model)
{
	static const char *const name[] = {
		[FORECAST_AUTO] = "Automatic",
		[FORECAST_HOLT_WINTERS_ADDITIVE] = "Holt-Winters, additive",
		[FORECAST_HOLT_WINTERS_MULTIPLICATIVE] = "Holt-Winters, multiplicative",
		[FORECAST_HOLT] = "Holt",
		[FORECAST_EXPONENTIAL_SMOOTHING] = "Simple exponential smoothing",
		[FORECAST_SEASONAL_NAIVE] = "Seasonal naive",
		[FORECAST_NAIVE] = "Naive"
	};
	static const char *const trend[] = {"N", "A", "Ad"};
	static const char *const season[] = {"N", "A", "M"};

	if (model->method != FORECAST_ETS)
		return pstrdup(name[model->method]);
	return psprintf("ETS(%s,%s,%s)", model->form.multiplicative_error ? "M" : "A", trend[model->form.trend],
					season[model->form.season]);
}

/* ---- kernel: means and variances ---- */

/* SeasonAhead: the seasonal part of the period so many steps ahead */
static inline double
SeasonAhead(const ForecastModel *model, int step)
{
	return model->seasonal[(step - 1) % model->period];
}

/* IsMultiplicativeHoltWinters: is the model Holt and Winters' with a multiplicative season? */
static inline bool
IsMultiplicativeHoltWinters(const ForecastModel *model)
{
	return model->method == FORECAST_HOLT_WINTERS_MULTIPLICATIVE;
}

/* IsProductModel: are level and season multiplied and both uncertain (class 3)? */
static inline bool
IsProductModel(const ForecastModel *model)
{
	return model->method == FORECAST_ETS && model->form.season == ETS_MULTIPLICATIVE_SEASON;
}

/* Means: what the model expects at steps 1 to horizon if no error follows. */
static void
Means(const ForecastModel *model, int horizon, double *mean)
{
	double		phi = isnan(model->phi) ? 1 : model->phi;
	double		level = isnan(model->level) ? 0 : model->level;
	double		damped = phi;	/* phi + ... + phi^step */
	double		power = phi;

	for (int step = 1; step <= horizon; step++)
	{
		mean[step - 1] = level;
		if (!isnan(model->slope))
			mean[step - 1] += damped * model->slope;
		if (model->seasonal)
		{
			if (IsMultiplicativeHoltWinters(model) || IsProductModel(model))
				mean[step - 1] *= SeasonAhead(model, step);
			else
				mean[step - 1] += SeasonAhead(model, step);
		}
		power *= phi;
		damped += power;
	}
}

/* ErrorWeights: c(0) = 1, and what an error still moves 1, 2, ... n - 1 steps later, in an additive model */
static void
ErrorWeights(const ForecastModel *model, int n, double *weight)
{
	double		alpha = isnan(model->alpha) ? 0 : model->alpha;
	double		beta = isnan(model->beta) ? 0 : model->beta;
	double		gamma = isnan(model->gamma) ? 0 : model->gamma;
	double		phi = isnan(model->phi) ? 1 : model->phi;
	double		power = 1;

	if (model->method == FORECAST_NAIVE)
		alpha = 1;
	else if (model->method == FORECAST_SEASONAL_NAIVE)
		gamma = 1;
	else if (model->method != FORECAST_ETS)
	{
		/* Holt and Winters let beta and gamma work on what alpha has left */
		beta *= alpha;
		gamma *= 1 - alpha;
	}
	weight[0] = 1;
	for (int step = 1; step < n; step++)
	{
		power *= phi;
		alpha += beta * power;
		weight[step] = alpha + (step % model->period == 0 ? gamma : 0);
	}
}

/* WeightOf: w(k, j), what the error of step j moves at step k */
static inline double
WeightOf(const ForecastModel *model, const double *weight, int k, int j)
{
	if (IsMultiplicativeHoltWinters(model))
		return weight[k - j] * (SeasonAhead(model, k) / SeasonAhead(model, j));
	return weight[k - j];
}

/*
 * ErrorSizes: m(j), the variances of the errors of steps 1 to n over sigma^2: 1, or the mean squares of the forecasts
 * that multiplicative errors multiply.
 */
static void
ErrorSizes(const ForecastModel *model, int n, const double *mean, const double *weight, double *size)
{
	for (int j = 1; j <= n; j++)
	{
		size[j - 1] = 1;
		CHECK_FOR_INTERRUPTS();
		if (model->method == FORECAST_ETS && model->form.multiplicative_error)
		{
			double		sum = 0;

			for (int i = 1; i < j; i++)
				sum += weight[i] * weight[i] * size[j - i - 1];
			size[j - 1] = mean[j - 1] * mean[j - 1] + model->sigma * model->sigma * sum;
		}
	}
}

/* ---- kernel: class 3 ---- */

/*
 * Products
 *   The state of a model whose level and seasons are multiplied, as the products of its parts, in which it is linear:
 *   z(i) at 2 k + i is (i = 0: level, 1: the next step's damped slope) x the season of the k-th next step; last comes a
 *   sum of values. One step with error e leads from z to A z + B z e + C z (e^2 - sigma^2).
 */
typedef struct Products
{
	const ForecastModel *model;
	double		beta;
	double		phi;
	double		variance;		/* sigma^2 */
	bool		summed;			/* whether the value of this step enters the sum */
	int			size;			/* 2 period + 1 */
} Products;

typedef enum ProductsPart
{
	PRODUCTS_MEAN,				/* A */
	PRODUCTS_LINEAR,			/* B */
	PRODUCTS_SQUARE				/* C */
} ProductsPart;

/* StepProducts: A, B or C times a vector whose numbers stand stride apart; from and to differ. */
static void
StepProducts(const Products *products, ProductsPart part, const double *from, double *to, int stride)
{
	double		alpha = products->model->alpha;
	double		gamma = products->model->gamma;
	double		beta = products->phi * products->beta;	/* on the damped slope */
	int			period = products->model->period;

	for (int k = 0; k < period; k++)
	{
		const double *old = from + (Size) 2 * k * stride;
		double	   *new = to + (Size) 2 * (k == 0 ? period - 1 : k - 1) * stride;
		double		sum = old[0] + old[stride];
		double		moved[2] = {sum, products->phi * old[stride]};	/* the step without error */
		double		error[2] = {alpha * sum, beta * sum};	/* what an error of 1 adds */

		for (int i = 0; i < 2; i++)
		{
			/* the season of this step moves with the error too: (moved + error e)(1 + gamma e) */
			double		own = k == 0 ? gamma : 0;

			new[i * stride] = part == PRODUCTS_MEAN ? moved[i] + products->variance * own * error[i] :
				part == PRODUCTS_LINEAR ? error[i] + own * moved[i] : own * error[i];
		}
	}
	{
		const double *old = from + (Size) 2 * period * stride;
		double		value = products->summed ? from[0] + from[stride] : 0;

		to[(Size) 2 * period * stride] = part == PRODUCTS_MEAN ? *old + value : part == PRODUCTS_LINEAR ? value : 0;
	}
}

/* AddTransformed: adds weight x P V P' to a covariance, P being a part of the step. */
static void
AddTransformed(const Products *products, ProductsPart part, const double *v, double weight, double *scratch, double *sum)
{
	int			size = products->size;
	double	   *half = scratch;
	double	   *whole = scratch + (Size) size * size;

	for (int column = 0; column < size; column++)
		StepProducts(products, part, v + column, half + column, size);
	for (int row = 0; row < size; row++)
	{
		StepProducts(products, part, half + (Size) row * size, whole, 1);
		for (int column = 0; column < size; column++)
			sum[(Size) row * size + column] += weight * whole[column];
	}
}

/*
 * ProductMoments
 *   Means and variances of steps 1 to last (not wanted where NULL), and of the sum of steps first to last.
 */
static void
ProductMoments(const ForecastModel *model, int first, int last, double *mean, double *variance, double *total_mean, double *total_variance)
{
	Products	products = {.model = model};
	int			size = 2 * model->period + 1;
	Size		cells = (Size) size * size;
	double	   *memory = palloc0(sizeof(double) * (cells * 3 + size * 3));
	double	   *v = memory;		/* covariances of z */
	double	   *v_next = v + cells;
	double	   *scratch = v_next + cells;
	double	   *z = scratch + cells + size;
	double	   *z_next = z + size;

	products.beta = isnan(model->beta) ? 0 : model->beta;
	products.phi = isnan(model->phi) ? 1 : model->phi;
	products.variance = model->sigma * model->sigma;
	products.size = size;
	for (int k = 0; k < model->period; k++)
	{
		z[2 * k] = model->level * model->seasonal[k];
		z[2 * k + 1] = isnan(model->slope) ? 0 : products.phi * model->slope * model->seasonal[k];
	}

	for (int step = 1; step <= last; step++)
	{
		double	   *swap;

		CHECK_FOR_INTERRUPTS();
		if (mean)
		{
			double		of_forecast = v[0] + 2 * v[1] + v[size + 1];

			mean[step - 1] = z[0] + z[1];
			variance[step - 1] = (1 + products.variance) * of_forecast + products.variance * mean[step - 1] * mean[step - 1];
		}
		products.summed = step >= first;
		memset(v_next, 0, sizeof(double) * cells);
		AddTransformed(&products, PRODUCTS_MEAN, v, 1, scratch, v_next);
		for (int i = 0; i < size; i++)
			for (int j = 0; j < size; j++)
				v[(Size) i * size + j] += z[i] * z[j];	/* now the mean squares and products */
		AddTransformed(&products, PRODUCTS_LINEAR, v, products.variance, scratch, v_next);
		AddTransformed(&products, PRODUCTS_SQUARE, v, 2 * products.variance * products.variance, scratch, v_next);
		StepProducts(&products, PRODUCTS_MEAN, z, z_next, 1);
		swap = z;
		z = z_next;
		z_next = swap;
		swap = v;
		v = v_next;
		v_next = swap;
	}
	*total_mean = z[size - 1];
	*total_variance = v[cells - 1];
	pfree(memory);
}

/* ---- kernel: the future ---- */

/*
 * ForecastMoments
 *   Means and variances of steps 1 to horizon; the variances are NaN where the model has no standard deviation.
 */
void
ForecastMoments(const ForecastModel *model, int horizon, double *mean, double *variance)
{
	double	   *weight;
	double	   *size;

	if (IsProductModel(model))
	{
		double		total[2];

		ProductMoments(model, horizon, horizon, mean, variance, &total[0], &total[1]);
		return;
	}
	weight = palloc(sizeof(double) * horizon * 2);
	size = weight + horizon;
	Means(model, horizon, mean);
	ErrorWeights(model, horizon, weight);
	ErrorSizes(model, horizon, mean, weight, size);
	for (int k = 1; k <= horizon; k++)
	{
		double		sum = 0;

		CHECK_FOR_INTERRUPTS();
		for (int j = 1; j <= k; j++)
			sum += size[j - 1] * WeightOf(model, weight, k, j) * WeightOf(model, weight, k, j);
		variance[k - 1] = model->sigma * model->sigma * sum;
	}
	pfree(weight);
}

/*
 * ForecastTotal
 *   Mean and variance of the sum of steps first to last. Values of one series go up and down together: the variance is
 *   more than that of the parts.
 */
void
ForecastTotal(const ForecastModel *model, int first, int last, double *mean, double *variance)
{
	double	   *means;
	double	   *weight;
	double	   *size;
	double		sum = 0;

	if (IsProductModel(model))
	{
		ProductMoments(model, first, last, NULL, NULL, mean, variance);
		return;
	}
	means = palloc(sizeof(double) * last * 3);
	weight = means + last;
	size = weight + last;
	Means(model, last, means);
	ErrorWeights(model, last, weight);
	ErrorSizes(model, last, means, weight, size);
	*mean = 0;
	for (int k = first; k <= last; k++)
		*mean += means[k - 1];
	for (int j = 1; j <= last; j++)
	{
		double		moved = 0;	/* what the error of step j moves in all */

		CHECK_FOR_INTERRUPTS();
		for (int k = Max(j, first); k <= last; k++)
			moved += WeightOf(model, weight, k, j);
		sum += size[j - 1] * moved * moved;
	}
	*variance = model->sigma * model->sigma * sum;
	pfree(means);
}

/* ---- kernel: accuracy ---- */

/*
 * MeanSeasonalChange
 *   The mean absolute difference from a season before: the scale of MASE (Hyndman and Koehler 2006). NaN where the
 *   series is not longer than a season.
 */
static double
MeanSeasonalChange(const Observed *observed)
{
	double		sum = 0;
	int			lag = observed->period;

	if (observed->n <= lag)
		return get_float8_nan();
	for (int i = lag; i < observed->n; i++)
		sum += fabs(observed->y[i] - observed->y[i - lag]);
	return sum / (observed->n - lag);
}

/*
 * RollingOrigin
 *   Forecasts the last values from each of so many origins, one step apart, the last of which leaves horizon values, by
 *   models of the values before the origin alone; what these values then were is what the forecasts are held against.
 *   MASE takes the scale of the values before each origin.
 */
void
RollingOrigin(const Observed *observed, const ForecastRequest *request, int horizon, int origins, double confidence,
			  ForecastAccuracy *accuracy)
{
	double		reach = NormalQuantile((1 + confidence) / 2);
	double	   *mean = palloc(sizeof(double) * horizon * 2);
	double	   *variance = mean + horizon;
	double		covered = 0;
	double		scaled = 0;

	memset(accuracy, 0, sizeof(ForecastAccuracy));
	for (int origin = 0; origin < origins; origin++)
	{
		Observed	before = *observed;
		ForecastModel model;
		double		scale;

		before.n = observed->n - horizon - (origins - 1 - origin);
		scale = MeanSeasonalChange(&before);
		FitForecastModel(&model, &before, request);
		ForecastMoments(&model, horizon, mean, variance);
		FreeForecastModel(&model);
		for (int step = 1; step <= horizon; step++)
		{
			double		actual = before.y[before.n + step - 1];
			double		error = actual - mean[step - 1];
			int			season_before = before.n - before.period + (step - 1) % before.period;

			accuracy->mean_error += error;
			accuracy->mae += fabs(error);
			accuracy->rmse += error * error;
			scaled += scale > 0 ? fabs(error) / scale : get_float8_nan();
			covered += isnan(variance[step - 1]) ? variance[step - 1] : fabs(error) <= reach * sqrt(variance[step - 1]);
			accuracy->seasonal_naive_mae += season_before >= 0 ? fabs(actual - before.y[season_before]) : get_float8_nan();
			accuracy->forecasts++;
		}
	}
	accuracy->mean_error /= accuracy->forecasts;
	accuracy->mae /= accuracy->forecasts;
	accuracy->rmse = sqrt(accuracy->rmse / accuracy->forecasts);
	accuracy->mase = scaled / accuracy->forecasts;
	accuracy->coverage = covered / accuracy->forecasts;
	accuracy->seasonal_naive_mae /= accuracy->forecasts;
	pfree(mean);
}
