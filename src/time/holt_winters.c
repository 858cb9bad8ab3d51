/*
 * holt_winters.c
 *   Kernel of forecast: the smoothing of Holt and Winters with additive or multiplicative seasons, without seasons
 *   (Holt), and without trend (simple exponential smoothing).
 *
 * Holt (1957), Winters (1960, Management Science 6, 324-342), as R's HoltWinters:
 *
 *     l' = alpha (y - s) + (1 - alpha)(l + b)     b' = beta (l' - l) + (1 - beta) b     s' = gamma (y - l') + (1 - gamma) s
 *
 * with y / s and y / l' for multiplicative seasons. The start is the classical decomposition of the first two seasons,
 * smoothing begins with the second; without seasons it is the first value, or the second with the difference of the two.
 * Smoothing parameters that are not given are those of the least sum of squared one-step errors in [0, 1], by the method
 * of Levenberg and Marquardt from R's start and from points of a grid, each until a step gains less than 1e-13
 * of the sum. R takes the first optimum that its search meets, which may be a worse one.
 */
#include "time/holt_winters.h"

#include <math.h>

#define SMOOTHING_PARAMETERS	3	/* alpha, beta, gamma */
#define GRID_LEVELS				4	/* of each parameter */
#define GRID_STARTS				(GRID_LEVELS * GRID_LEVELS)	/* the best points by levels of the first two */
#define MAX_STEPS				300 /* of one search */
#define LEAST_GAIN				1e-13	/* of the sum of squares; after so many smaller gains a search ends */
#define LEAST_GAINS				3
#define MAX_RESTRAINT			1e15

/* ---- kernel ---- */

typedef struct HoltWinters
{
	const Observed *observed;
	bool		multiplicative;
	bool		trend;
	bool		seasons;
	int			from;			/* the first value that is smoothed */
	double		start_level;
	double		start_slope;
	double	   *start_season;
	double	   *season;			/* the figures as they change: that of value i at i modulo the period */
	double	   *season_by;		/* their derivatives, of one figure after the other */
	double		level;
	double		slope;
} HoltWinters;

/*
 * Smooth
 *   One pass over the series; the sum of squared errors, and where errors is given each of them. Leaves the state after
 *   the last value.
 */
static double
Smooth(HoltWinters *hw, const double *parameters, double *errors)
{
	const Observed *observed = hw->observed;
	double		alpha = parameters[0];
	double		beta = parameters[1];
	double		gamma = parameters[2];
	double		level = hw->start_level;
	double		slope = hw->start_slope;
	double		sse = 0;
	int			place = 0;

	if (hw->seasons)
	{
		memcpy(hw->season, hw->start_season, sizeof(double) * observed->period);
		place = hw->from % observed->period;
	}
	for (int i = hw->from; i < observed->n; i++)
	{
		double		y = observed->y[i];
		double		q = level + slope;
		double		s = hw->seasons ? hw->season[place] : 0;
		double		error = y - (hw->multiplicative ? q * s : q + s);
		double		next = alpha * (hw->multiplicative ? y / s : y - s) + (1 - alpha) * q;

		CheckInterruptsAt(i);
		sse += error * error;
		if (errors)
			errors[i - hw->from] = error;
		if (hw->trend)
			slope = beta * (next - level) + (1 - beta) * slope;
		level = next;
		if (hw->seasons)
		{
			hw->season[place] = gamma * (hw->multiplicative ? y / level : y - level) + (1 - gamma) * s;
			if (++place == observed->period)
				place = 0;
		}
	}
	hw->level = level;
	hw->slope = slope;
	return sse;
}

/*
 * StartSeasonal
 *   Level, slope and seasons before the second season: the line through the moving average of two seasons, and what the
 *   values add to that average (or multiply it by), one figure a place.
 */
static void
StartSeasonal(HoltWinters *hw)
{
	const double *y = hw->observed->y;
	int			period = hw->observed->period;
	int			half = period / 2;
	int			averages = 2 * period - 2 * half;
	double		middle = (averages + 1) / 2.0;
	double		mean_average = 0;
	double		sxy = 0;
	double		sxx = 0;
	double		mean = 0;
	int		   *count = palloc0(sizeof(int) * period);

	memset(hw->start_season, 0, sizeof(double) * period);
	for (int i = 0; i < averages; i++)
	{
		double		sum = 0;
		double		average;

		CHECK_FOR_INTERRUPTS();
		/* from half a season before to half a season after; of an even season the two ends count half */
		for (int j = i; j <= i + 2 * half; j++)
			sum += y[j];
		if (period % 2 == 0)
			sum -= (y[i] + y[i + period]) / 2;
		average = sum / period;
		mean_average += average / averages;
		sxy += (i + 1 - middle) * average;
		sxx += (i + 1 - middle) * (i + 1 - middle);
		hw->start_season[(i + half) % period] += hw->multiplicative ? y[i + half] / average : y[i + half] - average;
		count[(i + half) % period]++;
	}
	hw->start_slope = sxy / sxx;
	hw->start_level = mean_average - hw->start_slope * middle;
	for (int i = 0; i < period; i++)
	{
		hw->start_season[i] /= count[i];
		mean += hw->start_season[i] / period;
	}
	for (int i = 0; i < period; i++)
	{
		if (hw->multiplicative)
			hw->start_season[i] /= mean;
		else
			hw->start_season[i] -= mean;
	}
	hw->from = period;
	pfree(count);
}

/* StartOf: works out the level, slope and season that smoothing starts from */
static void
StartOf(HoltWinters *hw)
{
	const double *y = hw->observed->y;

	hw->start_slope = 0;
	hw->start_season = hw->season = hw->season_by = NULL;
	if (hw->seasons)
	{
		hw->start_season = palloc_extended(mul_size(sizeof(double) * (2 + SMOOTHING_PARAMETERS), hw->observed->period), MCXT_ALLOC_HUGE);
		hw->season = hw->start_season + hw->observed->period;
		hw->season_by = hw->season + hw->observed->period;
		StartSeasonal(hw);
	}
	else if (hw->trend)
	{
		hw->start_level = y[1];
		hw->start_slope = y[1] - y[0];
		hw->from = 2;
	}
	else
	{
		hw->start_level = y[0];
		hw->from = 1;
	}
}

/* ---- kernel: the search ---- */

/* A sum of squares and its first derivatives by the smoothing parameters; second ones without their curvature. */
typedef struct SumOfSquares
{
	double		sse;
	double		gradient[SMOOTHING_PARAMETERS];
	double		hessian[SMOOTHING_PARAMETERS][SMOOTHING_PARAMETERS];
} SumOfSquares;

/* Differentiate: runs a pass of Smooth with the derivatives of all it computes */
static void
Differentiate(HoltWinters *hw, const double *parameters, SumOfSquares *sum)
{
	const Observed *observed = hw->observed;
	double		alpha = parameters[0];
	double		beta = parameters[1];
	double		gamma = parameters[2];
	double		level = hw->start_level;
	double		slope = hw->start_slope;
	double		level_by[SMOOTHING_PARAMETERS] = {0};
	double		slope_by[SMOOTHING_PARAMETERS] = {0};
	double	   *season_by = hw->season_by;
	int			place = 0;

	memset(sum, 0, sizeof(SumOfSquares));
	if (hw->seasons)
	{
		memcpy(hw->season, hw->start_season, sizeof(double) * observed->period);
		memset(season_by, 0, sizeof(double) * SMOOTHING_PARAMETERS * observed->period);
		place = hw->from % observed->period;
	}
	for (int i = hw->from; i < observed->n; i++)
	{
		double		y = observed->y[i];
		double		q = level + slope;
		double		s = hw->seasons ? hw->season[place] : 0;
		double		error = y - (hw->multiplicative ? q * s : q + s);
		double		shown = hw->multiplicative ? y / s : y - s;
		double		next = alpha * shown + (1 - alpha) * q;
		double		next_slope = hw->trend ? beta * (next - level) + (1 - beta) * slope : slope;
		double		figure = hw->multiplicative ? y / next : y - next;
		double		error_by[SMOOTHING_PARAMETERS];

		CheckInterruptsAt(i);
		for (int p = 0; p < SMOOTHING_PARAMETERS; p++)
		{
			double	   *s_by = hw->seasons ? &season_by[place * SMOOTHING_PARAMETERS + p] : NULL;
			double		of_season = s_by ? *s_by : 0;
			double		q_by = level_by[p] + slope_by[p];
			double		next_by = (1 - alpha) * q_by - alpha * of_season * (hw->multiplicative ? shown / s : 1);

			error_by[p] = hw->multiplicative ? -(q_by * s + q * of_season) : -(q_by + of_season);
			if (p == 0)
				next_by += shown - q;
			if (hw->trend)
				slope_by[p] = beta * (next_by - level_by[p]) + (1 - beta) * slope_by[p] + (p == 1 ? next - level - slope : 0);
			if (s_by)
				*s_by = (1 - gamma) * of_season - gamma * next_by * (hw->multiplicative ? figure / next : 1) + (p == 2 ? figure - s : 0);
			level_by[p] = next_by;
		}
		for (int p = 0; p < SMOOTHING_PARAMETERS; p++)
		{
			sum->gradient[p] += error * error_by[p];
			for (int other = 0; other <= p; other++)
				sum->hessian[p][other] += error_by[p] * error_by[other];
		}
		sum->sse += error * error;
		level = next;
		slope = next_slope;
		if (hw->seasons)
		{
			hw->season[place] = gamma * figure + (1 - gamma) * s;
			if (++place == observed->period)
				place = 0;
		}
	}
}

/*
 * StepOf
 *   The step of the method: of the parameters that are free, towards the least sum that the derivatives promise, the
 *   shorter the greater the restraint. One that would leave [0, 1] goes to the bound, and the others' steps are worked
 *   out anew with that.
 */
static void
StepOf(const SumOfSquares *sum, const double *parameters, const bool *is_free, double restraint, double *step)
{
	bool		moves[SMOOTHING_PARAMETERS];
	bool		complete = false;

	for (int p = 0; p < SMOOTHING_PARAMETERS; p++)
	{
		moves[p] = is_free[p];
		step[p] = 0;
	}
	while (!complete)
	{
		double		matrix[SMOOTHING_PARAMETERS][SMOOTHING_PARAMETERS + 1];

		for (int i = 0; i < SMOOTHING_PARAMETERS; i++)
		{
			double		promised = moves[i] ? -sum->gradient[i] : 0;

			for (int j = 0; j < SMOOTHING_PARAMETERS; j++)
			{
				double		curvature = sum->hessian[Max(i, j)][Min(i, j)];

				matrix[i][j] = moves[i] && moves[j] ? curvature : 0;
				if (moves[i] && !moves[j])
					promised -= curvature * step[j];
			}
			/* a parameter that nothing depends on has neither slope nor curvature: it stays */
			matrix[i][i] = matrix[i][i] > 0 ? matrix[i][i] * (1 + restraint) : 1;
			matrix[i][SMOOTHING_PARAMETERS] = promised;
		}
		for (int i = 0; i < SMOOTHING_PARAMETERS; i++)
			for (int row = 0; row < SMOOTHING_PARAMETERS; row++)
			{
				double		ratio = matrix[row][i] / matrix[i][i];

				if (row != i)
					for (int j = i; j <= SMOOTHING_PARAMETERS; j++)
						matrix[row][j] -= ratio * matrix[i][j];
			}
		complete = true;
		for (int i = 0; i < SMOOTHING_PARAMETERS; i++)
			if (moves[i])
			{
				double		to = parameters[i] + matrix[i][SMOOTHING_PARAMETERS] / matrix[i][i];

				step[i] = Min(Max(to, 0), 1) - parameters[i];
				if (to < 0 || to > 1)
				{
					moves[i] = false;
					complete = false;
				}
			}
	}
}

/* PromisedGain: by how much a step lessens the sum if the derivatives tell all. */
static double
PromisedGain(const SumOfSquares *sum, const double *step)
{
	double		gain = 0;

	for (int i = 0; i < SMOOTHING_PARAMETERS; i++)
	{
		gain -= 2 * sum->gradient[i] * step[i];
		for (int j = 0; j < SMOOTHING_PARAMETERS; j++)
			gain -= step[i] * sum->hessian[Max(i, j)][Min(i, j)] * step[j];
	}
	return gain;
}

/*
 * Search
 *   Moves smoothing parameters, of which those given stay, to a least sum of squares near them, which it returns.
 */
static double
Search(HoltWinters *hw, const double *given, double *parameters)
{
	SumOfSquares here;
	double		restraint = 1e-3;
	double		harder = 2;
	int			small_gains = 0;

	Differentiate(hw, parameters, &here);
	for (int i = 0; i < MAX_STEPS && isfinite(here.sse) && small_gains < LEAST_GAINS && restraint < MAX_RESTRAINT; i++)
	{
		SumOfSquares there;
		double		next[SMOOTHING_PARAMETERS];
		double		step[SMOOTHING_PARAMETERS];
		bool		is_free[SMOOTHING_PARAMETERS];
		bool		moves = false;

		CHECK_FOR_INTERRUPTS();
		for (int p = 0; p < SMOOTHING_PARAMETERS; p++)
			is_free[p] = isnan(given[p]) && !(parameters[p] <= 0 && here.gradient[p] >= 0) && !(parameters[p] >= 1 && here.gradient[p] <= 0);
		StepOf(&here, parameters, is_free, restraint, step);
		for (int p = 0; p < SMOOTHING_PARAMETERS; p++)
		{
			next[p] = Min(Max(parameters[p] + step[p], 0), 1);
			moves |= next[p] != parameters[p];
		}
		if (!moves)
			break;
		Differentiate(hw, next, &there);
		if (there.sse < here.sse)
		{
			double		gain = (here.sse - there.sse) / PromisedGain(&here, step);

			small_gains = here.sse - there.sse > LEAST_GAIN * here.sse ? 0 : small_gains + 1;
			/* Nielsen's rule: less restraint the better the promise was kept, more where it was not */
			restraint *= Max(1.0 / 3, 1 - (2 * gain - 1) * (2 * gain - 1) * (2 * gain - 1));
			restraint = Max(restraint, 1e-9);
			memcpy(parameters, next, sizeof(next));
			here = there;
			harder = 2;
		}
		else
		{
			restraint *= harder;
			harder *= 2;
		}
	}
	return here.sse;
}

/* Estimate: fills in the smoothing parameters that are not given. */
static void
Estimate(HoltWinters *hw, const double *given, double *parameters)
{
	static const double usual[SMOOTHING_PARAMETERS] = {0.3, 0.1, 0.1};
	static const double grid[SMOOTHING_PARAMETERS][GRID_LEVELS] = {{0.02, 0.15, 0.5, 0.9}, {0.01, 0.1, 0.4, 1}, {0.05, 0.2, 0.5, 0.9}};
	double		start[GRID_STARTS + 1][SMOOTHING_PARAMETERS];
	double		sum[GRID_STARTS];
	double		least = get_float8_infinity();
	int			points = 1;

	for (int i = 0; i < GRID_STARTS; i++)
		sum[i] = get_float8_infinity();
	for (int p = 0; p < SMOOTHING_PARAMETERS; p++)
	{
		points *= isnan(given[p]) ? GRID_LEVELS : 1;
		for (int i = 0; i <= GRID_STARTS; i++)
			start[i][p] = isnan(given[p]) ? usual[p] : given[p];
	}
	for (int index = 0; index < points; index++)
	{
		double		point[SMOOTHING_PARAMETERS];
		double		sse;
		int			rest = index;

		CHECK_FOR_INTERRUPTS();
		for (int p = 0; p < SMOOTHING_PARAMETERS; p++)
		{
			point[p] = given[p];
			if (isnan(given[p]))
			{
				point[p] = grid[p][rest % GRID_LEVELS];
				rest /= GRID_LEVELS;
			}
		}
		sse = Smooth(hw, point, NULL);
		if (sse < sum[index % GRID_STARTS])
		{
			sum[index % GRID_STARTS] = sse;
			memcpy(start[index % GRID_STARTS], point, sizeof(point));
		}
	}

	/* R's own start first: another optimum must be a better one */
	for (int i = GRID_STARTS; i >= 0; i--)
	{
		double		sse;

		if (i < GRID_STARTS && isinf(sum[i]))
			continue;
		sse = Search(hw, given, start[i]);

		if (i == GRID_STARTS || sse < least * (1 - 1e-9))
		{
			least = sse;
			memcpy(parameters, start[i], sizeof(start[i]));
		}
	}
}

/*
 * FitHoltWinters
 *   The caller has seen to it that the series is long enough, and positive where seasons are multiplicative. The
 *   standard deviation of the errors is about their mean, as R's prediction intervals take it; NaN for one error.
 */
void
FitHoltWinters(ForecastModel *model, const Observed *observed, ForecastMethod method, double alpha, double beta, double gamma)
{
	HoltWinters hw = {0};
	double		given[SMOOTHING_PARAMETERS];
	double		parameters[SMOOTHING_PARAMETERS];
	double	   *errors = palloc_extended(sizeof(double) * observed->n, MCXT_ALLOC_HUGE);
	double		mean = 0;
	double		squares = 0;
	int			n;

	hw.observed = observed;
	hw.multiplicative = method == FORECAST_HOLT_WINTERS_MULTIPLICATIVE;
	hw.seasons = hw.multiplicative || method == FORECAST_HOLT_WINTERS_ADDITIVE;
	hw.trend = method != FORECAST_EXPONENTIAL_SMOOTHING;
	StartOf(&hw);

	given[0] = alpha;
	given[1] = hw.trend ? beta : 0;
	given[2] = hw.seasons ? gamma : 0;
	if (isnan(given[0]) || isnan(given[1]) || isnan(given[2]))
		Estimate(&hw, given, parameters);
	else
		memcpy(parameters, given, sizeof(parameters));
	model->sse = Smooth(&hw, parameters, errors);
	if (!isfinite(model->sse))
		float_overflow_error();

	n = observed->n - hw.from;
	for (int i = 0; i < n; i++)
		mean += errors[i] / n;
	for (int i = 0; i < n; i++)
		squares += (errors[i] - mean) * (errors[i] - mean);
	if (n > 1)
		model->sigma = sqrt(squares / (n - 1));
	pfree(errors);

	model->method = method;
	model->alpha = parameters[0];
	model->level = hw.level;
	if (hw.trend)
	{
		model->beta = parameters[1];
		model->slope = hw.slope;
	}
	if (hw.seasons)
	{
		model->gamma = parameters[2];
		model->seasonal = palloc(sizeof(double) * observed->period);
		for (int i = 0; i < observed->period; i++)
			model->seasonal[i] = hw.season[(observed->n + i) % observed->period];
		pfree(hw.start_season);
	}
}
