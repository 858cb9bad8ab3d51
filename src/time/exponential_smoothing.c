/*
 * exponential_smoothing.c
 *   Kernel of forecast: exponential smoothing in state-space form, the form chosen by AICc.
 *
 * Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing. With q = l + phi b, the one-step
 * forecast is f = q + s (or q s, or q), the error e = y - f, or (y - f) / f where errors are multiplicative, and
 *
 *     l' = q + alpha d     b' = phi b + beta d     s' = s + gamma (t - s)
 *
 * where d is e in the units of the level and t the season that the value shows. The likelihood without its constants is
 * n log(sum e^2), and 2 sum log|f| more where errors are multiplicative.
 *
 * Forms, start values, bounds and the search for the greatest likelihood are those of R's forecast::ets (8.20, its
 * defaults): the fifteen forms with additive errors and no multiplicative season, or with multiplicative errors; no
 * multiplicative trend; 1e-4 <= alpha, 1e-4 <= beta <= alpha, 1e-4 <= gamma <= 1 - alpha, all <= 0.9999,
 * 0.8 <= phi <= 0.98, and the roots of the characteristic equation inside the unit circle; a simplex search of
 * smoothing parameters and start values together, until the likelihoods of its points differ by no more than 1.5e-8 of
 * the first one, or after 2,000 evaluations. The search of a seasonal form mostly
 * ends at that limit, not at the optimum: the same figures need the same search.
 *
 * The searches of all forms go side by side, one form a lane of a vector: what a recursion costs is the wait for its
 * own last step, and one wait serves all lanes.
 */
#include "time/exponential_smoothing.h"

#include <float.h>
#include <math.h>

#include "base/simplex.h"

#define ETS_MAX_PERIOD			EXPONENTIAL_SMOOTHING_MAX_PERIOD
#define ETS_EVALUATIONS			2000

#define SMOOTHING_LOWER			1e-4
#define SMOOTHING_UPPER			0.9999
#define PHI_LOWER				0.8
#define PHI_UPPER				0.98
#define PERFECT_FIT				-1e10	/* the least likelihood; a perfect fit's would be -infinity */

#define TRENDS					3
#define SEASONLESS_BATCHES		2	/* additive and multiplicative errors */
#define SEASONAL_BATCHES		3	/* the same with additive seasons, and multiplicative errors and seasons */

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define ETS_TARGETS __attribute__((target_clones("arch=x86-64-v3", "default")))
#endif
#endif
#ifndef ETS_TARGETS
#define ETS_TARGETS
#endif

/* ---- kernel: parameters ---- */

/* A point of the search, taken apart. Its order: alpha, beta, gamma, phi, level, slope, period - 1 seasons. */
typedef struct EtsParameters
{
	double		alpha;
	double		beta;			/* 0 without trend */
	double		gamma;			/* 0 without season */
	double		phi;			/* 1 without damping */
	double		level;
	double		slope;
	double		season[ETS_MAX_PERIOD]; /* the figure of the first value first */
} EtsParameters;

/* CountParameters: the number of parameters that a form of the model estimates */
static int
CountParameters(const EtsForm *form, int period)
{
	return 2 + (form->trend == ETS_NO_TREND ? 0 : form->trend == ETS_TREND ? 2 : 3) +
		(form->season == ETS_NO_SEASON ? 0 : period);
}

/* EtsLeastValues: how many values a form takes: a degree of freedom is left, and AICc is finite. */
int
EtsLeastValues(const EtsForm *form, int period)
{
	return CountParameters(form, period) + 3;
}

/*
 * IsWithinBounds
 *   Whether parameters lie within their bounds. What MarkUnstable tells is not in it.
 */
static bool
IsWithinBounds(const EtsForm *form, int period, const EtsParameters *p)
{
	if (p->alpha < SMOOTHING_LOWER || p->alpha > SMOOTHING_UPPER)
		return false;
	if (form->trend != ETS_NO_TREND && (p->beta < SMOOTHING_LOWER || p->beta > p->alpha || p->beta > SMOOTHING_UPPER))
		return false;
	if (form->trend == ETS_DAMPED_TREND && (p->phi < PHI_LOWER || p->phi > PHI_UPPER))
		return false;
	if (form->season != ETS_NO_SEASON && (p->gamma < SMOOTHING_LOWER || p->gamma > 1 - p->alpha || p->gamma > SMOOTHING_UPPER))
		return false;
	if (form->season == ETS_MULTIPLICATIVE_SEASON)
		for (int i = 0; i < period; i++)
			if (p->season[i] < 0)
				return false;
	return true;
}

/* TakeParameters: a point of the search as parameters. The seasons' sum is fixed, so that the first follows from the rest. */
static void
TakeParameters(const EtsForm *form, int period, const double *point, EtsParameters *p)
{
	p->alpha = *point++;
	p->beta = form->trend == ETS_NO_TREND ? 0 : *point++;
	p->gamma = form->season == ETS_NO_SEASON ? 0 : *point++;
	p->phi = form->trend == ETS_DAMPED_TREND ? *point++ : 1;
	p->level = *point++;
	p->slope = form->trend == ETS_NO_TREND ? 0 : *point++;
	if (form->season != ETS_NO_SEASON)
	{
		double		sum = 0;

		for (int i = period - 1; i > 0; i--)
		{
			p->season[i] = *point++;
			sum += p->season[i];
		}
		p->season[0] = (form->season == ETS_MULTIPLICATIVE_SEASON ? period : 0) - sum;
	}
}

/* ---- kernel: start values ---- */

/* FitLine: the intercept (at 0) and slope of the least-squares line through y at 1, 2, ... n */
static void
FitLine(const double *y, int n, double *intercept, double *slope)
{
	double		middle = (n + 1) / 2.0;
	double		mean = 0;
	double		sxx = 0;
	double		sxy = 0;

	for (int i = 0; i < n; i++)
		mean += y[i] / n;
	for (int i = 0; i < n; i++)
	{
		sxx += (i + 1 - middle) * (i + 1 - middle);
		sxy += (i + 1 - middle) * (y[i] - mean);
	}
	*slope = sxy / sxx;
	*intercept = mean - *slope * middle;
}

/*
 * FitLineAndWave
 *   The line of a least-squares fit of a line and one wave a season: in less than three seasons a moving average leaves
 *   too little to take seasons from.
 */
static void
FitLineAndWave(const Observed *observed, double *intercept, double *slope)
{
	double		middle = (observed->n + 1) / 2.0;
	int			terms = observed->period == 2 ? 3 : 4;	/* a wave of two steps has no sine */
	double		normal[4][5] = {{0}};

	for (int i = 0; i < observed->n; i++)
	{
		double		angle = 2 * M_PI * (i + 1) / observed->period;
		double		row[5] = {1, i + 1 - middle, cos(angle), sin(angle), 0};

		CheckInterruptsAt(i);
		row[terms] = observed->y[i];
		for (int j = 0; j < terms; j++)
			for (int k = 0; k <= terms; k++)
				normal[j][k] += row[j] * row[k];
	}
	/* Gauss and Jordan: the matrix is positive definite */
	for (int j = 0; j < terms; j++)
		for (int row = 0; row < terms; row++)
		{
			double		ratio = normal[row][j] / normal[j][j];

			if (row != j)
				for (int k = j; k <= terms; k++)
					normal[row][k] -= ratio * normal[j][k];
		}
	*slope = normal[1][terms] / normal[1][1];
	*intercept = normal[0][terms] / normal[0][0] - *slope * middle;
}

/* SeasonOf: what the season adds to a trend, or multiplies it by. */
static inline double
SeasonOf(EtsSeason season, double y, double trend)
{
	return season == ETS_MULTIPLICATIVE_SEASON ? y / trend : y - trend;
}

/* WithoutSeason: a value less what the season adds, or divided by what it multiplies by, which is kept away from 0. */
static inline double
WithoutSeason(EtsSeason season, double y, double figure)
{
	return season == ETS_MULTIPLICATIVE_SEASON ? y / Max(figure, 0.01) : y - figure;
}

/*
 * StartSeasons
 *   First figures of the seasons, and the first values without them: classical decomposition by a moving average of a
 *   season; below three seasons what the first values add to a line, or multiply it by.
 */
static void
StartSeasons(const Observed *observed, EtsSeason season, double *figure, double *first, int used)
{
	int			period = observed->period;
	int			half = period / 2;
	double		count[ETS_MAX_PERIOD] = {0};
	double		mean = 0;

	if (observed->n < 3 * period)
	{
		double		intercept;
		double		slope;

		FitLineAndWave(observed, &intercept, &slope);
		for (int i = 0; i < used; i++)
		{
			double		shown = SeasonOf(season, observed->y[i], intercept + slope * (i + 1));

			if (i < period)
				figure[i] = shown;
			first[i] = WithoutSeason(season, observed->y[i], shown);
		}
		return;
	}
	memset(figure, 0, sizeof(double) * period);
	for (int i = half; i < observed->n - half; i++)
	{
		double		sum = 0;

		CheckInterruptsAt(i);
		for (int j = i - half; j <= i + half; j++)
			sum += observed->y[j];
		if (period % 2 == 0)
			sum -= (observed->y[i - half] + observed->y[i + half]) / 2;
		figure[i % period] += SeasonOf(season, observed->y[i], sum / period);
		count[i % period]++;
	}
	for (int i = 0; i < period; i++)
	{
		figure[i] /= count[i];
		mean += figure[i] / period;
	}
	for (int i = 0; i < period; i++)
		figure[i] = SeasonOf(season, figure[i], mean);
	for (int i = 0; i < used; i++)
		first[i] = WithoutSeason(season, observed->y[i], figure[i % period]);
}

/* StartPoint: sets the point where the search of a form begins; returns the number of its parameters */
static int
StartPoint(const Observed *observed, const EtsForm *form, double *point)
{
	int			period = form->season == ETS_NO_SEASON ? 1 : observed->period;
	int			used = Min(Max(10, 2 * period), observed->n);
	double		first[2 * ETS_MAX_PERIOD];
	double		figure[ETS_MAX_PERIOD];
	double		intercept = 0;
	double		slope;
	double		alpha = SMOOTHING_LOWER + 0.2 * (SMOOTHING_UPPER - SMOOTHING_LOWER) / period;
	int			n = 0;

	point[n++] = alpha;
	if (form->trend != ETS_NO_TREND)
		point[n++] = SMOOTHING_LOWER + 0.1 * (alpha - SMOOTHING_LOWER);
	if (form->season != ETS_NO_SEASON)
		point[n++] = SMOOTHING_LOWER + 0.05 * (Min(SMOOTHING_UPPER, 1 - alpha) - SMOOTHING_LOWER);
	if (form->trend == ETS_DAMPED_TREND)
		point[n++] = PHI_LOWER + 0.99 * (PHI_UPPER - PHI_LOWER);

	if (form->season == ETS_NO_SEASON)
		memcpy(first, observed->y, sizeof(double) * used);
	else
		StartSeasons(observed, form->season, figure, first, used);
	if (form->trend == ETS_NO_TREND)
	{
		for (int i = 0; i < used; i++)
			intercept += first[i];
		point[n++] = intercept / used;
	}
	else
	{
		FitLine(first, used, &intercept, &slope);
		if (fabs(intercept + slope) < 1e-8)
		{
			intercept *= 1 + 1e-3;
			slope *= 1 - 1e-3;
		}
		point[n++] = intercept;
		point[n++] = slope;
	}

	if (form->season == ETS_ADDITIVE_SEASON)
		for (int i = period - 1; i > 0; i--)
			point[n++] = figure[i];
	else if (form->season == ETS_MULTIPLICATIVE_SEASON)
	{
		double		sum = 0;

		for (int i = 1; i < period; i++)
			sum += Max(figure[i], 0.01);
		for (int i = period - 1; i > 0; i--)
			point[n++] = Max(figure[i], 0.01) / (sum > period ? sum + 0.01 * (period - 1) : 1);
	}
	return n;
}

/* ---- kernel: the recursion, in lanes ---- */

#define LANES 4

typedef double Lane __attribute__((vector_size(LANES * sizeof(double))));
typedef int64 LaneBits __attribute__((vector_size(LANES * sizeof(int64))));

#define EVERY_LANE(x)	{x, x, x, x}
#define MANTISSA_BITS	52

/* |f| is multiplied up and its exponents are set aside every so many steps: within these bounds none over- or underflows */
#define PRODUCT_STEPS	8
#define PRODUCT_MIN		0x1p-100
#define PRODUCT_MAX		0x1p100

typedef struct EtsLanes
{
	Lane		alpha;
	Lane		beta;
	Lane		gamma;
	Lane		phi;
	Lane		level;
	Lane		slope;
	Lane		squares;		/* sum of squared errors */
	Lane		product;		/* of the scaled |f|, 1 to 2 after each setting aside */
	LaneBits	exponents;		/* the sum of what was set aside */
	LaneBits	out_of_range;	/* not 0 where an |f| was */
} EtsLanes;

/* Forms of the same kind of error and season, and different trends: a lane each, the last one idle. */
typedef struct EtsBatch
{
	EtsLanes	lanes;
	Lane		season[ETS_MAX_PERIOD]; /* a ring: the next step's at its index modulo the period */
} EtsBatch;

/* SetExponentsAside: brings the running product to a number from 1 to 2, and counts the exponents apart */
static inline __attribute__((always_inline)) void
EtsStep(EtsLanes *x, Lane *season, const Lane *value, const double scale, const bool multiplicative_error, const EtsSeason kind)
{
	const LaneBits sign = EVERY_LANE(PG_INT64_MIN);
	const Lane	one = EVERY_LANE(1);
	Lane		y = *value;
	Lane		damped = x->phi * x->slope;
	Lane		q = x->level + damped;
	Lane		forecast;
	Lane		deviation;
	Lane		error;

	if (kind == ETS_MULTIPLICATIVE_SEASON)
	{
		Lane		s = *season;
		Lane		per_q = one / q;

		forecast = q * s;
		deviation = y * (one / s) - q;
		error = deviation * per_q;
		*season = s + x->gamma * (y * per_q - s);
	}
	else
	{
		forecast = q;
		if (kind == ETS_ADDITIVE_SEASON)
		{
			forecast = q + *season;
			y -= *season;		/* before q is known, for which all else waits */
		}
		deviation = y - q;
		error = multiplicative_error ? deviation / forecast : deviation;
		if (kind == ETS_ADDITIVE_SEASON)
			*season += x->gamma * deviation;
	}
	if (multiplicative_error)
	{
		Lane		size = (Lane) ((LaneBits) forecast & ~sign) * scale;

		x->out_of_range |= (size < PRODUCT_MIN) | (size > PRODUCT_MAX);
		x->product *= size;
	}
	x->squares += error * error;
	x->level = q + x->alpha * deviation;
	x->slope = damped + x->beta * deviation;
}

/* SetExponentsAside: brings the running product to a number from 1 to 2, and counts the exponents apart */
static inline __attribute__((always_inline)) void
SetExponentsAside(EtsLanes *x)
{
	LaneBits	bits = (LaneBits) x->product;

	x->exponents += (bits >> MANTISSA_BITS) - 1023;
	x->product = (Lane) ((bits & ((INT64CONST(1) << MANTISSA_BITS) - 1)) | (INT64CONST(1023) << MANTISSA_BITS));
}

/* RunSeasonless: the forms without season; batch 0 has additive errors, 1 multiplicative ones. */
ETS_TARGETS static void
RunSeasonless(EtsBatch *batch, const Observed *observed, double scale)
{
	EtsLanes	additive = batch[0].lanes;
	EtsLanes	multiplicative = batch[1].lanes;

	for (int i = 0; i < observed->n; i++)
	{
		Lane		y = EVERY_LANE(observed->y[i]);

		EtsStep(&additive, NULL, &y, scale, false, ETS_NO_SEASON);
		EtsStep(&multiplicative, NULL, &y, scale, true, ETS_NO_SEASON);
		if ((i + 1) % PRODUCT_STEPS == 0)
			SetExponentsAside(&multiplicative);
	}
	batch[0].lanes = additive;
	batch[1].lanes = multiplicative;
}

/* RunSeasonal: batch 0 and 1 the same with additive seasons, 2 with multiplicative errors and seasons. */
ETS_TARGETS static void
RunSeasonal(EtsBatch *batch, const Observed *observed, double scale)
{
	EtsLanes	additive = batch[0].lanes;
	EtsLanes	mixed = batch[1].lanes;
	EtsLanes	multiplicative = batch[2].lanes;
	int			place = 0;

	for (int i = 0; i < observed->n; i++)
	{
		Lane		y = EVERY_LANE(observed->y[i]);

		EtsStep(&additive, &batch[0].season[place], &y, scale, false, ETS_ADDITIVE_SEASON);
		EtsStep(&mixed, &batch[1].season[place], &y, scale, true, ETS_ADDITIVE_SEASON);
		EtsStep(&multiplicative, &batch[2].season[place], &y, scale, true, ETS_MULTIPLICATIVE_SEASON);
		if (++place == observed->period)
			place = 0;
		if ((i + 1) % PRODUCT_STEPS == 0)
		{
			SetExponentsAside(&mixed);
			SetExponentsAside(&multiplicative);
		}
	}
	batch[0].lanes = additive;
	batch[1].lanes = mixed;
	batch[2].lanes = multiplicative;
}

/*
 * MarkUnstable
 *   Marks the lanes in which old values would not lose their weight: those of which a root of the characteristic
 *   equation (Hyndman, Akram and Archibald 2008) is not inside the unit circle, by Schur and Cohn's reduction of the
 *   degree. Within the bounds this can only be so of forms with trend and season: without trend the equation is
 *   (z^m - (1 - gamma))(z - (1 - alpha)) = alpha gamma.
 */
ETS_TARGETS static void
MarkUnstable(const EtsBatch *batch, int period, LaneBits *unstable)
{
	const LaneBits sign = EVERY_LANE(PG_INT64_MIN);
	const Lane	one = EVERY_LANE(1);
	Lane		buffer[2][ETS_MAX_PERIOD + 2][SEASONAL_BATCHES];
	Lane		(*coefficient)[SEASONAL_BATCHES] = buffer[0];
	Lane		(*reduced)[SEASONAL_BATCHES] = buffer[1];

	for (int b = 0; b < SEASONAL_BATCHES; b++)
	{
		const EtsLanes *x = &batch[b].lanes;
		Lane		middle = x->alpha + x->beta - x->alpha * x->phi;

		coefficient[0][b] = x->phi * (1 - x->alpha - x->gamma);
		for (int i = 1; i < period; i++)
			coefficient[i][b] = middle;
		coefficient[1][b] = middle + x->gamma - 1;
		coefficient[period][b] = x->alpha + x->beta - x->phi;
		coefficient[period + 1][b] = one;
		unstable[b] = (LaneBits) {0};
	}
	for (int degree = period + 1; degree > 0; degree--)
	{
		Lane		(*swap)[SEASONAL_BATCHES] = coefficient;
		Lane		ratio[SEASONAL_BATCHES];

		for (int b = 0; b < SEASONAL_BATCHES; b++)
		{
			ratio[b] = coefficient[0][b] / coefficient[degree][b];
			unstable[b] |= ~((Lane) ((LaneBits) ratio[b] & ~sign) < 1);
		}
		for (int i = 0; i < degree; i++)
			for (int b = 0; b < SEASONAL_BATCHES; b++)
				reduced[i][b] = coefficient[i + 1][b] - ratio[b] * coefficient[degree - 1 - i][b];
		coefficient = reduced;
		reduced = swap;
	}
}

/* LoadLane: puts one candidate's parameters into a lane, to be fitted beside the others */
static void
LoadLane(EtsBatch *batch, int lane, int period, EtsSeason kind, const EtsParameters *p)
{
	batch->lanes.alpha[lane] = p->alpha;
	batch->lanes.beta[lane] = p->beta;
	batch->lanes.gamma[lane] = p->gamma;
	batch->lanes.phi[lane] = p->phi;
	batch->lanes.level[lane] = p->level;
	batch->lanes.slope[lane] = p->slope;
	batch->lanes.squares[lane] = 0;
	batch->lanes.product[lane] = 1;
	batch->lanes.exponents[lane] = 0;
	batch->lanes.out_of_range[lane] = 0;
	if (kind != ETS_NO_SEASON)
		for (int i = 0; i < period; i++)
			batch->season[i][lane] = p->season[i];
}

/* LaneLikelihood: minus twice a lane's log likelihood, without its constants */
static double
LaneLikelihood(const EtsBatch *batch, int lane, int n, double scale, bool multiplicative_error)
{
	double		likelihood = n * log(batch->lanes.squares[lane]);

	if (multiplicative_error)
	{
		if (batch->lanes.out_of_range[lane] != 0)
			return SIMPLEX_OUTSIDE;
		likelihood += 2 * (log(batch->lanes.product[lane]) + batch->lanes.exponents[lane] * M_LN2 - n * log(scale));
	}
	return isnan(likelihood) ? SIMPLEX_OUTSIDE : Max(likelihood, PERFECT_FIT);
}

/* ---- kernel: the search ---- */

typedef struct EtsSearch
{
	EtsForm		form;
	bool		active;
	Simplex		simplex;
} EtsSearch;

/* AskedParameters: the next point whose likelihood takes a recursion; false when the search is over. */
static bool
AskedParameters(EtsSearch *search, int period, EtsParameters *p)
{
	const double *point;

	if (!search->active)
		return false;
	while ((point = SimplexPoint(&search->simplex)) != NULL)
	{
		TakeParameters(&search->form, period, point, p);
		if (IsWithinBounds(&search->form, period, p))
			return true;
		SimplexTell(&search->simplex, SIMPLEX_OUTSIDE);
	}
	return false;
}

/* RunSearches: brings the searches of some batches to their ends, all of them a step at a time. */
static void
RunSearches(EtsSearch (*search)[TRENDS], int batches, const Observed *observed, double scale)
{
	static const EtsParameters idle = {.phi = 1, .level = 1};
	EtsBatch	batch[SEASONAL_BATCHES];
	LaneBits	unstable[SEASONAL_BATCHES] = {{0}};
	bool		asked[SEASONAL_BATCHES][TRENDS];

	for (int i = 0; i < batches; i++)
		for (int lane = 0; lane < LANES; lane++)
			LoadLane(&batch[i], lane, observed->period, search[i][0].form.season, &idle);
	for (;;)
	{
		bool		any = false;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < batches; i++)
			for (int lane = 0; lane < TRENDS; lane++)
			{
				EtsParameters p;

				asked[i][lane] = AskedParameters(&search[i][lane], observed->period, &p);
				if (asked[i][lane])
				{
					LoadLane(&batch[i], lane, observed->period, search[i][lane].form.season, &p);
					any = true;
				}
			}
		if (!any)
			return;
		if (batches == SEASONLESS_BATCHES)
			RunSeasonless(batch, observed, scale);
		else
		{
			MarkUnstable(batch, observed->period, unstable);
			RunSeasonal(batch, observed, scale);
		}
		for (int i = 0; i < batches; i++)
			for (int lane = 0; lane < TRENDS; lane++)
			{
				const EtsForm *form = &search[i][lane].form;

				if (asked[i][lane])
					SimplexTell(&search[i][lane].simplex,
								form->trend != ETS_NO_TREND && unstable[i][lane] != 0 ? SIMPLEX_OUTSIDE :
								LaneLikelihood(&batch[i], lane, observed->n, scale, form->multiplicative_error));
			}
	}
}

/* PrepareSearch: sets a form's search up, unless the series is too short for the form. */
static void
PrepareSearch(EtsSearch *search, const Observed *observed)
{
	double		point[SIMPLEX_MAX_PARAMETERS];
	double		step = 0;
	int			n;

	search->active = CountParameters(&search->form, observed->period) < observed->n - 1;
	if (!search->active)
		return;
	n = StartPoint(observed, &search->form, point);
	for (int i = 0; i < n; i++)
		step = Max(step, 0.1 * fabs(point[i]));
	SimplexStart(&search->simplex, point, n, step, sqrt(DBL_EPSILON), ETS_EVALUATIONS);
}

/* CorrectedCriterion: AICc of a search that is over; infinite where no likelihood was found. */
static double
CorrectedCriterion(const EtsSearch *search, const Observed *observed)
{
	double		k = CountParameters(&search->form, observed->period) + 1;

	if (!search->active || search->simplex.lowest >= SIMPLEX_OUTSIDE || observed->n - k - 1 <= 0)
		return get_float8_infinity();
	return search->simplex.lowest + 2 * k + 2 * k * (k + 1) / (observed->n - k - 1);
}

/* CompleteModel: the recursion once more, for what the model says of the end of the series and of its own errors. */
static void
CompleteModel(ForecastModel *model, const Observed *observed, const EtsSearch *search)
{
	const EtsForm *form = &search->form;
	int			parameters = CountParameters(form, observed->period);
	double		k = parameters + 1;
	double		likelihood = search->simplex.lowest;
	double		squares = 0;
	EtsParameters p;

	TakeParameters(form, observed->period, SimplexLowest(&search->simplex), &p);
	model->form = *form;
	model->sse = 0;
	for (int i = 0; i < observed->n; i++)
	{
		double		damped = p.phi * p.slope;
		double		q = p.level + damped;
		double	   *season = &p.season[i % observed->period];
		double		forecast = q;
		double		deviation;
		double		error;

		CheckInterruptsAt(i);
		if (form->season == ETS_ADDITIVE_SEASON)
			forecast = q + *season;
		else if (form->season == ETS_MULTIPLICATIVE_SEASON)
			forecast = q * *season;
		error = observed->y[i] - forecast;
		deviation = form->season == ETS_MULTIPLICATIVE_SEASON ? observed->y[i] / *season - q : error;
		model->sse += error * error;
		if (form->multiplicative_error)
			error /= forecast;
		squares += error * error;
		if (form->season == ETS_ADDITIVE_SEASON)
			*season += p.gamma * deviation;
		else if (form->season == ETS_MULTIPLICATIVE_SEASON)
			*season += p.gamma * (observed->y[i] / q - *season);
		p.level = q + p.alpha * deviation;
		p.slope = damped + p.beta * deviation;
	}

	model->alpha = p.alpha;
	model->level = p.level;
	if (form->trend != ETS_NO_TREND)
	{
		model->beta = p.beta;
		model->slope = p.slope;
	}
	if (form->trend == ETS_DAMPED_TREND)
		model->phi = p.phi;
	if (form->season != ETS_NO_SEASON)
	{
		model->gamma = p.gamma;
		model->seasonal = palloc(sizeof(double) * observed->period);
		for (int i = 0; i < observed->period; i++)
			model->seasonal[i] = p.season[(observed->n + i) % observed->period];
	}
	model->sigma = sqrt(squares / (observed->n - parameters));
	if (likelihood > PERFECT_FIT)
	{
		model->log_likelihood = -likelihood / 2;
		model->aic = likelihood + 2 * k;
		model->aicc = CorrectedCriterion(search, observed);
		model->bic = likelihood + log(observed->n) * k;
	}
}

/*
 * ConstantModel: the model of a constant series: every form fits it without error, and this is the
 * simplest
 */
static void
ConstantModel(ForecastModel *model, const Observed *observed)
{
	memset(&model->form, 0, sizeof(model->form));
	model->alpha = 0.99999;
	model->level = observed->y[0];
	model->sse = 0;
	model->sigma = 0;
}

/* IsConstant: are all values of a series equal? */
static bool
IsConstant(const Observed *observed)
{
	for (int i = 1; i < observed->n; i++)
		if (observed->y[i] != observed->y[0])
			return false;
	return true;
}

/* IsSameForm: are two forms the same in error, trend and season? */
static bool
IsSameForm(const EtsForm *a, const EtsForm *b)
{
	return a->multiplicative_error == b->multiplicative_error && a->trend == b->trend && a->season == b->season;
}

/*
 * FitExponentialSmoothing
 *   The form of least AICc, or the form given. The caller has seen to it that the series is long enough, and positive
 *   where a given form is multiplicative.
 */
void
FitExponentialSmoothing(ForecastModel *model, const Observed *observed, const EtsForm *form)
{
	/* in the order in which R tries them: of two equal criteria the first one is kept */
	static const EtsTrend trends[] = {ETS_NO_TREND, ETS_DAMPED_TREND, ETS_TREND};
	EtsSearch	(*seasonless)[TRENDS] = palloc(sizeof(EtsSearch) * TRENDS * (SEASONLESS_BATCHES + SEASONAL_BATCHES));
	EtsSearch	(*seasonal)[TRENDS] = seasonless + SEASONLESS_BATCHES;
	const EtsSearch *best = NULL;
	bool		seasons = observed->period > 1 && observed->period <= ETS_MAX_PERIOD && observed->n > observed->period;
	bool		positive = true;
	double		scale = 0;

	model->method = FORECAST_ETS;
	if (form == NULL && IsConstant(observed))
	{
		ConstantModel(model, observed);
		return;
	}
	for (int i = 0; i < observed->n; i++)
	{
		positive &= observed->y[i] > 0;
		scale += fabs(observed->y[i]) / observed->n;
	}
	if (!isfinite(scale * scale * observed->n))
		float_overflow_error();
	scale = ldexp(1, -Min(Max(scale > 0 ? ilogb(scale) : 0, -1000), 1000));	/* a power of two: scaling is exact */

	for (int i = 0; i < SEASONLESS_BATCHES + SEASONAL_BATCHES; i++)
		for (int trend = 0; trend < TRENDS; trend++)
		{
			EtsSearch  *search = &seasonless[i][trend];

			search->form.trend = trends[trend];
			search->form.multiplicative_error = i % 2 == 1 || i == 4;
			search->form.season = i < 2 ? ETS_NO_SEASON : i < 4 ? ETS_ADDITIVE_SEASON : ETS_MULTIPLICATIVE_SEASON;
			search->active = form ? IsSameForm(form, &search->form) :
				(positive || !search->form.multiplicative_error) && (seasons || search->form.season == ETS_NO_SEASON);
			if (search->active)
				PrepareSearch(search, observed);
		}
	RunSearches(seasonless, SEASONLESS_BATCHES, observed, scale);
	if (seasons)
		RunSearches(seasonal, SEASONAL_BATCHES, observed, scale);

	for (int error = 0; error < 2; error++)
		for (int trend = 0; trend < TRENDS; trend++)
			for (int season = 0; season < 2 + error; season++)
			{
				const EtsSearch *search = &seasonless[season == 2 ? 4 : 2 * season + error][trend];

				if (CorrectedCriterion(search, observed) < (best ? CorrectedCriterion(best, observed) : get_float8_infinity()))
					best = search;
			}
	if (best == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("exponential smoothing finds no model for %d values", observed->n),
				 errhint("Give method 'seasonal_naive' or 'naive', or a longer series.")));
	CompleteModel(model, observed, best);
	pfree(seasonless);
}
