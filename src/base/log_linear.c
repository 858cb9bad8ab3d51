/*
 * log_linear.c
 *   Foundation: quasi-Poisson regression of counts on seasonal levels and one trend, as R's glm fits it.
 *
 * log(expected count) = offset + intercept of the level + slope * t, by iteratively reweighted least squares (McCullagh
 * and Nelder 1989, section 2.5). Since every count belongs to exactly one level, the normal equations are those of one
 * straight line with an intercept for each level: an iteration costs one pass over the counts, however many levels.
 *
 * Start, stopping rule and what is taken from the last iteration are those that the documentation of R's glm and
 * glm.control states: fitted values start at the counts + 0.1, iteration ends when the deviance changes by less than
 * 1e-8 of itself (+ 0.1), or unsuccessfully after 25 rounds. Dispersion and standard errors use the weights with which
 * the last coefficients were found. A fit carried on to rounding would differ from R's in the sixth to eighth digit, and
 * in the first where a level without events drives its intercept towards minus infinity.
 */
#include "base/log_linear.h"

#include <math.h>

/* ---- kernel ---- */

#define MAX_ITERATIONS 25
#define EPSILON 1e-8

/* counts for which the logarithm of a quotient is worth its time: the difference of two would lose the digits that the stopping rule needs */
#define LARGE_COUNT 1e6

/* a trend that its weights determine to fewer digits than this is none */
#define LEAST_SPREAD 1e-22

/* LogLinearNew: an empty log-linear model with room for so many counts and levels, in one allocation */
LogLinear *
LogLinearNew(int capacity, int nlevels)
{
	LogLinear  *model = palloc0(sizeof(LogLinear));
	double	   *numbers = MemoryContextAllocHuge(CurrentMemoryContext, mul_size(sizeof(double), add_size(mul_size(9, capacity), mul_size(3, nlevels))));
	double	  **by_count[] = {&model->y, &model->log_y, &model->log_start, &model->t, &model->offset, &model->weight, &model->fitted, &model->working, &model->response};
	double	  **by_level[] = {&model->intercept, &model->level_weight, &model->level_time};

	model->capacity = capacity;
	model->nlevels = nlevels;
	for (int i = 0; i < (int) lengthof(by_count); i++, numbers += capacity)
		*by_count[i] = numbers;
	for (int i = 0; i < (int) lengthof(by_level); i++, numbers += nlevels)
		*by_level[i] = numbers;
	model->level = MemoryContextAllocHuge(CurrentMemoryContext, mul_size(sizeof(int), Max(capacity, 1)));
	return model;
}

/* Deviance: the deviance of one count from its fitted value, given the logarithm of either */
static inline double
Deviance(double y, double log_y, double fitted, double log_fitted)
{
	double		ratio;

	if (y == 0)
		return 2 * fitted;
	ratio = y > LARGE_COUNT ? log(y / fitted) : log_y - log_fitted;
	return 2 * (y * ratio - (y - fitted));
}

/*
 * LeastSquares
 *   One round: working weights and responses from the fitted values, then intercepts and slope. False where the times
 *   determine no slope.
 */
static bool
LeastSquares(LogLinear *model)
{
	int			n = model->n;
	const int  *level = model->level;
	double	   *level_weight = model->level_weight;
	double	   *level_time = model->level_time;
	double	   *level_response = model->intercept;
	double		time_weight = 0;
	double		time_response = 0;
	double		time_square = 0;

	for (int g = 0; g < model->nlevels; g++)
		level_weight[g] = level_time[g] = level_response[g] = 0;
	for (int i = 0; i < n; i++)
	{
		double		w = model->weight[i] * model->fitted[i];

		model->working[i] = w;
		level_weight[level[i]] += w;
		level_time[level[i]] += w * model->t[i];
		level_response[level[i]] += w * model->response[i];
	}
	for (int g = 0; g < model->nlevels; g++)
		if (level_weight[g] > 0)
		{
			level_time[g] /= level_weight[g];
			level_response[g] /= level_weight[g];
		}

	model->slope = 0;
	if (model->trend)
	{
		for (int i = 0; i < n; i++)
		{
			double		w = model->working[i];
			double		t = model->t[i] - level_time[level[i]];

			time_weight += w * t * t;
			time_response += w * t * (model->response[i] - level_response[level[i]]);
			time_square += w * model->t[i] * model->t[i];
		}
		if (!(time_weight > LEAST_SPREAD * time_square))
			return false;
		model->slope = time_response / time_weight;
	}
	model->time_weight = time_weight;
	for (int g = 0; g < model->nlevels; g++)
		model->intercept[g] -= model->slope * level_time[g];
	return true;
}

/* DegreesOfFreedom: the number of counts less the levels that have any, less one for the slope */
static double
DegreesOfFreedom(LogLinear *model)
{
	double		df = model->n - (model->trend ? 1 : 0);

	for (int g = 0; g < model->nlevels; g++)
		model->level_weight[g] = 0;
	for (int i = 0; i < model->n; i++)
		model->level_weight[model->level[i]] = 1;
	for (int g = 0; g < model->nlevels; g++)
		df -= model->level_weight[g];
	return df;
}

/*
 * LogLinearFit
 *   Fits the data, with a trend or without. False where the iteration did not settle, the times determine no trend, or
 *   no degrees of freedom are left.
 */
bool
LogLinearFit(LogLinear *model, bool trend)
{
	int			n = model->n;
	double		before = 0;
	bool		settled = false;

	model->trend = trend;
	model->df = DegreesOfFreedom(model);
	if (model->df <= 0)
		return false;
	for (int i = 0; i < n; i++)
	{
		double		y = model->y[i];
		double		fitted = y + LOG_LINEAR_START;

		model->fitted[i] = fitted;
		model->response[i] = model->log_start[i] - model->offset[i] + (y - fitted) / fitted;
		before += model->weight[i] * Deviance(y, model->log_y[i], fitted, model->log_start[i]);
	}

	for (int iteration = 0; iteration < MAX_ITERATIONS && !settled; iteration++)
	{
		double		deviance = 0;

		CHECK_FOR_INTERRUPTS();
		if (!LeastSquares(model))
			return false;
		for (int i = 0; i < n; i++)
		{
			double		linear = model->intercept[model->level[i]] + model->slope * model->t[i];
			double		log_fitted = linear + model->offset[i];
			double		fitted = Max(exp(log_fitted), LOG_LINEAR_LEAST_MEAN);

			model->fitted[i] = fitted;
			model->response[i] = linear + (model->y[i] - fitted) / fitted;
			deviance += model->weight[i] * Deviance(model->y[i], model->log_y[i], fitted, log_fitted);
		}
		if (!isfinite(deviance))
			return false;
		settled = fabs(deviance - before) / (fabs(deviance) + 0.1) < EPSILON;
		before = deviance;
	}
	if (!settled)
		return false;

	model->pearson = model->relative = 0;
	for (int i = 0; i < n; i++)
	{
		double		residual = (model->y[i] - model->fitted[i]) / model->fitted[i];

		model->pearson += model->working[i] * residual * residual;
		model->relative += model->weight[i] * residual * residual;
	}
	return true;
}

/*
 * LogLinearVariance
 *   Variance of the linear predictor of a level at a time, by unit of dispersion. Times the working weight of a count it
 *   is the count's leverage.
 */
double
LogLinearVariance(const LogLinear *model, int level, double t)
{
	double		from_mean = t - model->level_time[level];

	return 1 / model->level_weight[level] + (model->trend ? from_mean * from_mean / model->time_weight : 0);
}
