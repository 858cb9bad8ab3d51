/*
 * farrington.c
 *   Concept: is the count of this week or month above what the same season of earlier years leads one to expect?
 *
 * Farrington, Andrews, Beale and Catchpole 1996 (method 'original') and Noufaily, Enki, Farrington, Garthwaite, Andrews
 * and Charlett 2013 (method 'flexible'): a quasi-Poisson regression on reference counts of earlier years, past outbreaks
 * weighted down by their Anscombe residuals, a trend only where it is significant and does not extrapolate, and the
 * upper bound of a new count. Where the papers leave a choice, it is that of R's surveillance 1.20 (farrington,
 * farringtonFlexible), found by running it:
 *
 * - A year is 52 weeks or 12 months; `by_date` takes the weeks nearest to the same date instead.
 * - Weights are 1 or s^-2 for standardised residuals s above the threshold, scaled to sum to the number of counts. The
 *   dispersion is never below 1.
 * - The flexible method's standard errors (trend test and prediction) are scaled by the weighted mean square of residuals
 *   relative to the fitted values, those of the original by Pearson's dispersion: without a lower limit for the trend
 *   test, not below 1 for the prediction.
 * - The original method accepts a part of its oldest window; the flexible one needs it whole.
 * - The score of the two quantile methods measures from the logarithm of the expected count, not from the count.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/log_linear.h"
#include "base/partition.h"
#include "base/period.h"
#include "base/result.h"
#include "base/valued_places.h"
#include "time/count_alert.h"
#include "utils/datetime.h"

/* ---- kernel ---- */

typedef enum ThresholdMethod
{
	THRESHOLD_DELTA,
	THRESHOLD_NB_PLUGIN,
	THRESHOLD_MUAN
} ThresholdMethod;

typedef struct FarringtonSettings
{
	bool		original;
	bool		by_date;
	int			years;
	int			half_window;
	int			periods;
	int			past_not_included;
	ThresholdMethod threshold_method;
	double		alpha;
	double		quantile;		/* of the normal distribution, for the bound */
	double		weights_threshold;
	bool		trend;
	double		trend_threshold;
	int			minimum_count;
	int			minimum_weeks;
	int			monitored;
} FarringtonSettings;

/* What there is to say about a point besides its figures. */
#define NOTE_COUNT_UNKNOWN		0x0001	/* the row gives NULL */
#define NOTE_NOT_MONITORED		0x0002
#define NOTE_SHORT_HISTORY		0x0004
#define NOTE_NO_POPULATION		0x0008
#define NOTE_FEW_REFERENCES		0x0010
#define NOTE_NOT_SETTLED		0x0020
#define NOTE_FEW_EVENTS			0x0040
#define NOTE_NO_EVENTS			0x0080
#define NOTE_TREND_YEARS		0x0100
#define NOTE_TREND_WEAK			0x0200
#define NOTE_TREND_EXTRAPOLATES	0x0400
#define NOTE_TREND_NOT_SETTLED	0x0800
#define NOTE_CUT_WINDOW			0x1000

typedef struct FarringtonPoint
{
	double		expected;		/* NaN: none */
	double		upper_bound;
	double		p_value;
	double		score;
	bool		alarm;
	uint16		notes;
	int			periods_missing;	/* of the history that the method needs */
} FarringtonPoint;

/* A series: one count for each of n consecutive periods. */
typedef struct FarringtonSeries
{
	int			n;
	PeriodSeries period;
	int			per_year;
	double	   *count;			/* NaN: not known */
	double	   *log_count;		/* 0 for a count of 0 */
	double	   *log_start;
	double	   *log_population; /* NaN: not known; NULL: none is used */
	double	   *events;			/* known events before a period, from 0 to n */
} FarringtonSeries;

/* By date, the calendar is asked for at most this many years back: more than any series has. */
#define MAX_CALENDAR_YEARS 4000

/* Fewest years of references from which a trend is told */
#define TREND_YEARS 3

/* A fit whose residuals are mere rounding errors has a trend only if that is greater than rounding. */
#define PERFECT_FIT 1e-20
#define NO_TREND 1e-9

/* With a dispersion this near to 1 the negative binomial distribution is computed as the Poisson. */
#define POISSON_DISPERSION 1e-9

/* YearsBefore: the index of the period some years before another, possibly below 0. */
static int64
YearsBefore(const FarringtonSeries *series, const FarringtonSettings *settings, int64 index, int years)
{
	int			year;
	int			month;
	int			day;
	int64		date;
	int64		days;

	if (!settings->by_date || series->period.step != PERIOD_WEEK || years > MAX_CALENDAR_YEARS)
		return index - (int64) years * series->per_year;

	/* 29 February of a common year is 1 March */
	date = PeriodAt(&series->period, index);
	j2date((int) date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	days = date - (date2j(year - years, month, day) - POSTGRES_EPOCH_JDATE);
	return index - (days + 3) / 7;
}

/* TimeOf: time of a period on the scale of the trend, from the one that is monitored. */
static double
TimeOf(const FarringtonSeries *series, const FarringtonSettings *settings, int64 index, int64 monitored)
{
	if (settings->by_date && !settings->original && series->period.step != PERIOD_WEEK)
		return (double) (PeriodAt(&series->period, index) - PeriodAt(&series->period, monitored));
	return (double) (index - monitored);
}

/* AddReference: one reference count, if it is known. */
static void
AddReference(LogLinear *model, const FarringtonSeries *series, const FarringtonSettings *settings, int64 index, int64 monitored, int level)
{
	int			i = model->n;
	double		offset = series->log_population ? series->log_population[index] : 0;

	if (isnan(series->count[index]) || isnan(offset))
		return;
	Assert(i < model->capacity);
	model->y[i] = series->count[index];
	model->log_y[i] = series->log_count[index];
	model->log_start[i] = series->log_start[index];
	model->offset[i] = offset;
	model->t[i] = TimeOf(series, settings, index, monitored);
	model->weight[i] = 1;
	model->level[i] = level;
	model->n++;
}

/*
 * AddReferences
 *   The reference counts of a monitored period. With one seasonal level, those within the half window of the same period
 *   in each earlier year, and of this year as far as they are not too recent. With more, all from the first window on:
 *   the windows are the last level, the stretch between two is divided among the others as evenly as it goes, the longer
 *   parts first.
 */
static void
AddReferences(LogLinear *model, const FarringtonSeries *series, const FarringtonSettings *settings, int64 monitored)
{
	int			w = settings->half_window;
	int			others = settings->periods - 1;
	int64		end = settings->original ? monitored : monitored - settings->past_not_included;
	int64		next = YearsBefore(series, settings, monitored, settings->years) - w;

	model->n = 0;
	for (int years = settings->years; years >= (settings->original ? 1 : 0); years--)
	{
		int64		middle = YearsBefore(series, settings, monitored, years);

		/* windows that overlap count once, but for the original method; its first one may begin before the series */
		for (int64 i = settings->original ? Max(middle - w, 0) : Max(next, middle - w); i <= middle + w && i < end; i++)
			AddReference(model, series, settings, i, monitored, others);
		next = middle + w + 1;
		if (others > 0 && years > 0)
		{
			int64		gap = YearsBefore(series, settings, monitored, years - 1) - w - next;

			for (int level = 0; level < others; level++)
				for (int64 left = gap / others + (level < gap % others); left > 0; left--, next++)
					if (next < end)
						AddReference(model, series, settings, next, monitored, level);
		}
	}
}

/* Reweight: prior weights that take past outbreaks out of the fit; false where there are none. */
static bool
Reweight(LogLinear *model, double threshold)
{
	double		dispersion = Max(model->pearson / model->df, 1);
	double		sum = 0;
	bool		any = false;

	for (int i = 0; i < model->n; i++)
	{
		double		y = model->y[i];
		double		fitted = model->fitted[i];
		double		variance;
		double		s;

		model->weight[i] = 1;
		sum += 1;
		if (y <= fitted)
			continue;
		variance = dispersion * (1 - model->working[i] * LogLinearVariance(model, model->level[i], model->t[i]));
		/* the only count of its level fits itself; Anscombe's residual is not larger than Pearson's above the mean */
		if (variance <= 1e-12 || (y - fitted) * (y - fitted) <= threshold * threshold * variance * fitted)
			continue;
		s = 1.5 * (pow(y, 2.0 / 3) - pow(fitted, 2.0 / 3)) / (pow(fitted, 1.0 / 6) * sqrt(variance));
		if (s > threshold)
		{
			model->weight[i] = 1 / (s * s);
			sum += model->weight[i] - 1;
			any = true;
		}
	}
	if (any)
		for (int i = 0; i < model->n; i++)
			model->weight[i] *= model->n / sum;
	return any;
}

/* FitReweighted: makes a first fit, and another one where it shows outbreaks */
static bool
FitReweighted(LogLinear *model, bool trend, double threshold)
{
	for (int i = 0; i < model->n; i++)
		model->weight[i] = 1;
	if (!LogLinearFit(model, trend))
		return false;
	return !Reweight(model, threshold) || LogLinearFit(model, trend);
}

/* ScaleOfErrors: the dispersion that standard errors are scaled by, see the top of the file. */
static double
ScaleOfErrors(const LogLinear *model, const FarringtonSettings *settings, bool prediction)
{
	double		dispersion = model->pearson / model->df;

	if (!settings->original)
		return model->relative / model->df;
	return prediction ? Max(dispersion, 1) : dispersion;
}

/* TrendNote: 0 if the trend of a fit is to be kept, otherwise why not. */
static uint16
TrendNote(const LogLinear *model, const FarringtonSettings *settings, double log_population)
{
	double		expected = Max(exp(model->intercept[settings->periods - 1] + log_population), LOG_LINEAR_LEAST_MEAN);
	double		most = 0;
	double		p;

	for (int i = 0; i < model->n; i++)
		most = Max(most, model->y[i]);
	if (model->pearson <= PERFECT_FIT * model->n)
		p = fabs(model->slope * model->t[0]) > NO_TREND ? 0 : 1;
	else
		p = 2 * StudentProbability(fabs(model->slope) * sqrt(model->time_weight / ScaleOfErrors(model, settings, false)), model->df, true);
	/* a threshold of 1 keeps every trend */
	if (p >= settings->trend_threshold && settings->trend_threshold < 1)
		return NOTE_TREND_WEAK;
	return expected <= most ? 0 : NOTE_TREND_EXTRAPOLATES;
}

/* FitReferences: makes the fit that the bound is computed from, with the trend if it is to be kept */
static bool
FitReferences(LogLinear *model, const FarringtonSettings *settings, double log_population, uint16 *notes)
{
	if (settings->trend && settings->years < TREND_YEARS)
		*notes |= NOTE_TREND_YEARS;
	else if (settings->trend)
	{
		uint16		note = NOTE_TREND_NOT_SETTLED;

		if (FitReweighted(model, true, settings->weights_threshold))
			note = TrendNote(model, settings, log_population);
		if (note == 0)
			return true;
		*notes |= note;
	}
	return FitReweighted(model, false, settings->weights_threshold);
}

/* TransformedBound: the bound of a count from y^(2/3), which is nearly normal (delta method) */
static void
TransformedBound(double y, double expected, double error, double dispersion, double quantile, FarringtonPoint *point)
{
	double		deviation = sqrt(expected * dispersion + error * error);
	double		bound = 1 + 2.0 / 3 * quantile * deviation / expected;

	point->upper_bound = bound > 0 ? expected * pow(bound, 1.5) : 0;
	point->p_value = NormalProbability((pow(y, 2.0 / 3) - pow(expected, 2.0 / 3)) / (2.0 / 3 * deviation / cbrt(expected)), true);
	point->score = (y - expected) / (point->upper_bound - expected);
}

/* QuantileBound: a quantile of a negative binomial count, Poisson at a dispersion of 1, as the bound */
static void
QuantileBound(double y, double log_expected, double mean, double dispersion, double alpha, FarringtonPoint *point)
{
	if (dispersion - 1 > POISSON_DISPERSION)
	{
		double		size = mean / (dispersion - 1);

		point->upper_bound = NegativeBinomialQuantile(1 - alpha, size, 1 / dispersion);
		point->p_value = NegativeBinomialProbability(y - 1, size, 1 / dispersion, true);
	}
	else
	{
		point->upper_bound = PoissonQuantile(1 - alpha, mean);
		point->p_value = PoissonProbability(y - 1, mean, true);
	}
	point->score = (y - log_expected) / (point->upper_bound - log_expected);
}

/* LevelHasEvents: is there a reference count in the season of the monitored period that is not 0? */
static bool
LevelHasEvents(const LogLinear *model, int level)
{
	for (int i = 0; i < model->n; i++)
		if (model->level[i] == level && model->y[i] > 0)
			return true;
	return false;
}

/* LevelHasCounts: has any count the given level of the seasonal factor? */
static bool
LevelHasCounts(const LogLinear *model, int level)
{
	for (int i = 0; i < model->n; i++)
		if (model->level[i] == level)
			return true;
	return false;
}

/* MonitorPeriod: works out the expected count and the bound of one period */
static void
MonitorPeriod(LogLinear *model, const FarringtonSeries *series, const FarringtonSettings *settings, int64 monitored, FarringtonPoint *point)
{
	double		y = series->count[monitored];
	double		log_population = series->log_population ? series->log_population[monitored] : 0;
	int64		first = YearsBefore(series, settings, monitored, settings->years) - settings->half_window;
	int64		missing = settings->original ? -first - 2 * (int64) settings->half_window : -first;
	int			level = settings->periods - 1;
	bool		enough;
	bool		events;
	double		log_expected;
	double		error;
	double		dispersion;
	uint16		notes = 0;

	point->expected = point->upper_bound = point->p_value = point->score = get_float8_nan();
	point->alarm = false;
	if (isnan(y))
		point->notes = NOTE_COUNT_UNKNOWN;
	else if (monitored < (int64) series->n - settings->monitored)
		point->notes = NOTE_NOT_MONITORED;
	else if (missing > 0)
	{
		point->notes = NOTE_SHORT_HISTORY;
		point->periods_missing = (int) Min(missing, PG_INT32_MAX);
	}
	else if (isnan(log_population))
		point->notes = NOTE_NO_POPULATION;
	else
		point->notes = 0;
	if (point->notes != 0)
		return;

	enough = series->events[monitored + 1] - series->events[Max(monitored + 1 - settings->minimum_weeks, 0)] >= settings->minimum_count;
	AddReferences(model, series, settings, monitored);
	if (!LevelHasCounts(model, level))
	{
		point->notes = NOTE_FEW_REFERENCES;
		return;
	}
	events = LevelHasEvents(model, level);
	if (!events)
		notes |= NOTE_NO_EVENTS;
	if (!enough)
		notes |= NOTE_FEW_EVENTS;
	if (first < 0)
		notes |= NOTE_CUT_WINDOW;

	if ((events || model->n > settings->periods) && FitReferences(model, settings, log_population, &notes))
	{
		log_expected = model->intercept[level] + log_population;
		error = sqrt(ScaleOfErrors(model, settings, true) * LogLinearVariance(model, level, 0));
		dispersion = Max(model->pearson / model->df, 1);
		point->expected = Max(exp(log_expected), LOG_LINEAR_LEAST_MEAN);
		if (settings->threshold_method == THRESHOLD_DELTA)
			TransformedBound(y, point->expected, error * point->expected, dispersion, settings->quantile, point);
		else
			QuantileBound(y, log_expected,
						  settings->threshold_method == THRESHOLD_MUAN ? exp(log_expected + settings->quantile * error) : point->expected,
						  dispersion, settings->alpha, point);
		if (!isfinite(point->score))
			point->score = get_float8_nan();
	}
	else if (!events)
	{
		/* what the fit would approach */
		point->expected = point->upper_bound = 0;
		point->p_value = y > 0 ? 0 : 1;
	}
	else
	{
		point->notes = model->df > 0 ? NOTE_NOT_SETTLED : NOTE_FEW_REFERENCES;
		return;
	}
	point->notes = notes;
	point->alarm = enough && y > point->upper_bound;
	if (!enough)
		point->upper_bound = get_float8_nan();
}

/* MostReferences: an upper limit of the reference counts of one period. */
static int
MostReferences(const FarringtonSeries *series, const FarringtonSettings *settings)
{
	int64		window = 2 * (int64) settings->half_window + 1;

	/* windows that overlap count twice in the original method */
	return (int) Min(settings->periods > 1 ? series->n : (settings->years + (int64) 1) * window, 2 * (int64) series->n);
}

/* ---- SQL ---- */

enum
{
	FARRINGTON_COUNT,
	FARRINGTON_PERIOD,
	FARRINGTON_POPULATION,
	FARRINGTON_METHOD,
	FARRINGTON_YEARS,
	FARRINGTON_HALF_WINDOW,
	FARRINGTON_PERIODS,
	FARRINGTON_PAST,
	FARRINGTON_THRESHOLD_METHOD,
	FARRINGTON_ALPHA,
	FARRINGTON_WEIGHTS_THRESHOLD,
	FARRINGTON_TREND,
	FARRINGTON_TREND_THRESHOLD,
	FARRINGTON_MINIMUM_COUNT,
	FARRINGTON_MINIMUM_WEEKS,
	FARRINGTON_MONITORED,
	FARRINGTON_BY_DATE
};

/* the original method takes no other */
#define ORIGINAL_WEIGHTS_THRESHOLD 1

/* What a partition's first row leaves for the others. */
typedef struct FarringtonAnswer
{
	FarringtonSettings settings;
	FarringtonPoint *points;	/* NULL until the work is done; in order of the periods */
	int		   *point_of_row;	/* -1: the period is not known */
	PeriodStep	step;
} FarringtonAnswer;

/* IntegerSetting: a setting of at least minimum, or `otherwise` where it may be NULL. */
static int
IntegerSetting(WindowObject window, int argument, const char *name, int minimum, const int *otherwise)
{
	bool		isnull = false;
	Datum		given = otherwise ? WinGetFuncArgCurrent(window, argument, &isnull) : WindowSetting(window, argument, name);

	if (isnull)
		return *otherwise;
	CheckAtLeastInt(name, DatumGetInt32(given), minimum);
	return DatumGetInt32(given);
}

/* ReadSettings: the settings of farrington from the arguments of the window function */
static void
ReadSettings(WindowObject window, FarringtonSettings *settings)
{
	static const char *const methods[] = {"flexible", "original"};
	static const char *const threshold_methods[] = {"delta", "nbPlugin", "muan"};
	const int	not_given = -1;
	const int	all = PG_INT32_MAX;

	settings->original = CheckWord("method", DatumGetTextPP(WindowSetting(window, FARRINGTON_METHOD, "method")), methods, lengthof(methods)) == 1;
	settings->years = IntegerSetting(window, FARRINGTON_YEARS, "b", 1, NULL);
	settings->half_window = IntegerSetting(window, FARRINGTON_HALF_WINDOW, "w", 0, NULL);
	settings->periods = IntegerSetting(window, FARRINGTON_PERIODS, "periods", 1, NULL);
	settings->past_not_included = IntegerSetting(window, FARRINGTON_PAST, "past_weeks_not_included", 0, &not_given);
	settings->threshold_method = CheckWord("threshold_method", DatumGetTextPP(WindowSetting(window, FARRINGTON_THRESHOLD_METHOD, "threshold_method")),
										   threshold_methods, lengthof(threshold_methods));
	settings->alpha = DatumGetFloat8(WindowSetting(window, FARRINGTON_ALPHA, "alpha"));
	CheckSignificanceLevel("alpha", settings->alpha);
	settings->quantile = NormalQuantile(1 - (settings->original ? settings->alpha / 2 : settings->alpha));
	settings->weights_threshold = DatumGetFloat8(WindowSetting(window, FARRINGTON_WEIGHTS_THRESHOLD, "weights_threshold"));
	CheckPositive("weights_threshold", settings->weights_threshold);
	settings->trend = DatumGetBool(WindowSetting(window, FARRINGTON_TREND, "trend"));
	settings->trend_threshold = DatumGetFloat8(WindowSetting(window, FARRINGTON_TREND_THRESHOLD, "trend_threshold"));
	if (!(settings->trend_threshold >= 0 && settings->trend_threshold <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("trend_threshold is %g, not between 0 and 1", settings->trend_threshold),
				 errhint("Give 1 to keep every trend, trend => false to have none.")));
	settings->minimum_count = IntegerSetting(window, FARRINGTON_MINIMUM_COUNT, "minimum_count", 0, NULL);
	settings->minimum_weeks = IntegerSetting(window, FARRINGTON_MINIMUM_WEEKS, "minimum_weeks", 1, NULL);
	settings->monitored = IntegerSetting(window, FARRINGTON_MONITORED, "monitored", 0, &all);
	settings->by_date = DatumGetBool(WindowSetting(window, FARRINGTON_BY_DATE, "by_date"));

	if (settings->original)
	{
		if (settings->periods > 1 || settings->past_not_included != not_given || settings->threshold_method != THRESHOLD_DELTA)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s is an option of the flexible method",
							settings->periods > 1 ? "periods" : settings->past_not_included != not_given ? "past_weeks_not_included" : "threshold_method"),
					 errhint("Leave it out, or give method => 'flexible'.")));
		settings->weights_threshold = ORIGINAL_WEIGHTS_THRESHOLD;
	}
	if (settings->past_not_included == not_given)
		settings->past_not_included = settings->half_window;
}

/* CheckWindows: error where the settings do not go with the number of periods in a year */
static void
CheckWindows(const FarringtonSettings *settings, const FarringtonSeries *series)
{
	int64		gap = series->per_year - 2 * (int64) settings->half_window - 1;

	if (series->period.step == PERIOD_DAY || series->period.step == PERIOD_YEAR)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the periods are %ss, not weeks, months or quarters", PeriodStepName(series->period.step)),
				 errhint("Sum the counts of each week or month, as date_trunc names them.")));
	if (settings->half_window >= series->per_year)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("w is %d, not less than the %d %ss of a year", settings->half_window, series->per_year, PeriodStepName(series->period.step))));
	if (settings->periods > 1 && settings->periods - 1 > gap)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("periods is %d, more than the %lld that a year of %d %ss has with w %d",
						settings->periods, (long long) Max(gap + 1, 1), series->per_year, PeriodStepName(series->period.step), settings->half_window),
				 errdetail("One is the window of 2 w + 1, each of the others takes one %s at least.", PeriodStepName(series->period.step))));
}

typedef struct DatedRow
{
	int64		period;
	int			row;
} DatedRow;

/* CompareDatedRows: order of rows: by period, then as they came */
static inline int
CompareDatedRows(const DatedRow *a, const DatedRow *b)
{
	if (a->period != b->period)
		return a->period < b->period ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

#define ST_SORT SortDatedRows
#define ST_ELEMENT_TYPE DatedRow
#define ST_COMPARE(a, b) CompareDatedRows(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* RowsByPeriod: the rows whose period is known, in order of their periods */
static DatedRow *
RowsByPeriod(Partition *partition, int *n)
{
	DatedRow   *rows = palloc_extended(mul_size(sizeof(DatedRow), partition->nrows), MCXT_ALLOC_HUGE);
	bool		sorted = true;

	*n = 0;
	for (int row = 0; row < partition->nrows; row++)
	{
		bool		isnull;
		Datum		date;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(partition->scratch);
		date = PartitionDatum(partition, row, FARRINGTON_PERIOD, &isnull);
		if (isnull)
			continue;
		rows[*n].period = PeriodFromDate(DatumGetDateADT(date));
		rows[*n].row = row;
		sorted &= *n == 0 || rows[*n - 1].period < rows[*n].period;
		(*n)++;
	}
	if (!sorted)
		SortDatedRows(rows, *n);
	return rows;
}

/* ReadSeries: counts and populations of a partition in order of its periods. */
static void
ReadSeries(Partition *partition, const DatedRow *rows, int n, FarringtonSeries *series)
{
	int64	   *periods = palloc_extended(mul_size(sizeof(int64), n), MCXT_ALLOC_HUGE);
	double	   *numbers = palloc_extended(mul_size(sizeof(double), add_size(mul_size(5, n), 1)), MCXT_ALLOC_HUGE);
	bool		populated = false;

	series->n = n;
	series->count = numbers;
	series->log_count = numbers + n;
	series->log_start = numbers + 2 * (Size) n;
	series->log_population = numbers + 3 * (Size) n;
	series->events = numbers + 4 * (Size) n;
	series->events[0] = 0;
	for (int i = 0; i < n; i++)
	{
		bool		isnull;
		double		value;

		periods[i] = rows[i].period;
		series->count[i] = series->log_population[i] = get_float8_nan();
		series->log_count[i] = 0;
		series->events[i + 1] = series->events[i];

		if (PartitionRow(partition, rows[i].row, 1, &value))
		{
			CheckCount("count", value);
			series->count[i] = value;
			series->log_count[i] = value > 0 ? log(value) : 0;
			series->log_start[i] = log(value + LOG_LINEAR_START);
			series->events[i + 1] += value;
		}
		value = DatumGetFloat8(PartitionDatum(partition, rows[i].row, FARRINGTON_POPULATION, &isnull));
		if (!isnull)
		{
			CheckNotNegative("population", value);
			populated = true;
			if (value > 0)
				series->log_population[i] = log(value);
		}
	}
	if (!populated)
		series->log_population = NULL;
	/* a single date does not tell its step, and has no history either way */
	PeriodSeriesInit(&series->period, periods, n, n > 1 ? PERIOD_DETECT : PERIOD_WEEK);
	series->per_year = PeriodsPerYear(series->period.step);
	pfree(periods);
}

/* AnswerPartition: judges every count of a partition by those of the same season in earlier years */
static void
AnswerPartition(WindowObject window, FarringtonAnswer *answer)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "csp_analysis farrington", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(work);
	FarringtonSettings *settings = &answer->settings;
	FarringtonPoint *points;
	FarringtonSeries series;
	Partition	partition;
	DatedRow   *rows;
	int			n;

	ReadSettings(window, settings);
	PartitionOpen(&partition, window, answer, "farrington");
	rows = RowsByPeriod(&partition, &n);
	answer->point_of_row = MemoryContextAllocHuge(partition.context, mul_size(sizeof(int), partition.nrows));
	points = MemoryContextAllocHuge(partition.context, mul_size(sizeof(FarringtonPoint), Max(n, 1)));
	for (int row = 0; row < partition.nrows; row++)
		answer->point_of_row[row] = -1;
	if (n > 0)
	{
		LogLinear  *model;

		ReadSeries(&partition, rows, n, &series);
		CheckWindows(settings, &series);
		answer->step = series.period.step;
		model = LogLinearNew(MostReferences(&series, settings), settings->periods);
		for (int i = 0; i < n; i++)
		{
			CHECK_FOR_INTERRUPTS();
			MonitorPeriod(model, &series, settings, i, &points[i]);
			answer->point_of_row[rows[i].row] = i;
		}
	}
	PartitionClose(&partition);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work);
	answer->points = points;
}

/* AppendNote: adds a note of a point to the text of its notes */
static void
AppendNote(StringInfo reason, const char *note)
{
	if (reason->len > 0)
		appendStringInfoString(reason, "; ");
	appendStringInfoString(reason, note);
}

/* Reason: why a count was not judged, or what weakens the judgement, in words */
static text *
Reason(const FarringtonAnswer *answer, const FarringtonPoint *point)
{
	static const struct
	{
		uint16		note;
		const char *text;
	}			notes[] = {
		{NOTE_NOT_MONITORED, "not monitored"},
		{NOTE_NO_POPULATION, "no population"},
		{NOTE_FEW_REFERENCES, "too few counts in the reference periods"},
		{NOTE_NOT_SETTLED, "the fit did not converge"},
		{NOTE_CUT_WINDOW, "the first reference window is cut short"},
		{NOTE_NO_EVENTS, "no events in the reference periods"},
		{NOTE_TREND_YEARS, "no trend: fewer than 3 years"},
		{NOTE_TREND_WEAK, "no trend: not significant"},
		{NOTE_TREND_EXTRAPOLATES, "no trend: it would lead above every reference count"},
		{NOTE_TREND_NOT_SETTLED, "no trend: its fit did not converge"}
	};
	const FarringtonSettings *settings = &answer->settings;
	StringInfoData reason;

	initStringInfo(&reason);
	if (point->notes & NOTE_SHORT_HISTORY)
		appendStringInfo(&reason, "not enough history: %d more %s%s needed", point->periods_missing, PeriodStepName(answer->step), point->periods_missing == 1 ? "" : "s");
	if (point->notes & NOTE_FEW_EVENTS)
		appendStringInfo(&reason, "fewer than %d events in the last %d %s%s", settings->minimum_count, settings->minimum_weeks, PeriodStepName(answer->step), settings->minimum_weeks == 1 ? "" : "s");
	for (int i = 0; i < (int) lengthof(notes); i++)
		if (point->notes & notes[i].note)
			AppendNote(&reason, notes[i].text);
	return cstring_to_text_with_len(reason.data, reason.len);
}

/* farrington: the SQL window function farrington: the current count's alert */
PG_FUNCTION_INFO_V1(farrington);
Datum
farrington(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	FarringtonAnswer *answer = WinGetPartitionLocalMemory(window, sizeof(FarringtonAnswer));
	const FarringtonPoint *point;
	CspResult	result;
	int			index;

	if (answer->points == NULL)
		AnswerPartition(window, answer);

	index = answer->point_of_row[WinGetCurrentPosition(window)];
	if (index < 0 || (answer->points[index].notes & NOTE_COUNT_UNKNOWN))
		PG_RETURN_NULL();
	point = &answer->points[index];

	ResultInit(&result, fcinfo, COUNT_ALERT_COLUMNS);
	ResultSetFloat8(&result, COUNT_ALERT_EXPECTED, point->expected);
	ResultSetFloat8(&result, COUNT_ALERT_UPPER_BOUND, point->upper_bound);
	ResultSetFloat8(&result, COUNT_ALERT_P_VALUE, point->p_value);
	ResultSetFloat8(&result, COUNT_ALERT_SCORE, point->score);
	if (!isnan(point->expected))
		ResultSetBool(&result, COUNT_ALERT_ALARM, point->alarm);
	if (point->notes != 0)
		ResultSetDatum(&result, COUNT_ALERT_REASON, PointerGetDatum(Reason(answer, point)));
	PG_RETURN_DATUM(ResultDatum(&result));
}
