/*
 * season.c
 *   Concept: what is usual for the time of the year: the seasonal index, the change against the same period of the year
 *   before, and monthly figures freed of the length of the month.
 *
 * The index is the classical decomposition by a centred moving average over one season (of an even length: half weights
 * at its ends), as R's decompose: the differences from the average, or the ratios to it, are averaged by position, and
 * brought to a mean of 0, or of 1. The change compares events a day by the exact test of csp.rate_change, the days of the
 * periods being the exposure, so that a leap year's February is not a rise.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "rate/change.h"
#include "base/check.h"
#include "base/partition.h"
#include "base/period.h"
#include "base/result.h"
#include "base/series.h"
#include "utils/datetime.h"

/* ---- kernel ---- */

typedef enum IndexKind
{
	INDEX_MULTIPLICATIVE,
	INDEX_ADDITIVE
} IndexKind;

static const char *const index_kinds[] = {"multiplicative", "additive"};

/*
 * SeasonalIndex
 *   The index of y[0..n-1] at each position of a season; n is at least two seasons. False where the index is not
 *   defined: all values 0 around each value of a position, so that it has no ratio.
 */
static bool
SeasonalIndex(const double *y, int64 n, int period, IndexKind kind, double *index)
{
	int64		half = period / 2;
	double		end = period % 2 == 0 ? 0.5 : 1;
	double		mean = 0;
	int64	   *count = palloc_extended(sizeof(int64) * period, MCXT_ALLOC_ZERO | MCXT_ALLOC_HUGE);
	bool		defined = true;

	memset(index, 0, sizeof(double) * period);
	for (int64 i = half; i < n - half; i++)
	{
		double		average = end * y[i - half] + end * y[i + half];
		int			position = (int) (i % period);

		CHECK_FOR_INTERRUPTS();
		/* each average anew: a running sum would leave a trace of earlier values where all are 0 */
		for (int64 j = i - half + 1; j < i + half; j++)
			average += y[j];
		average /= period;
		if (kind == INDEX_ADDITIVE || average > 0)
		{
			index[position] += kind == INDEX_ADDITIVE ? y[i] - average : y[i] / average;
			count[position]++;
		}
	}
	for (int position = 0; position < period; position++)
	{
		defined &= count[position] > 0;
		index[position] /= count[position];
		mean += index[position] / period;
	}
	pfree(count);
	defined &= kind == INDEX_ADDITIVE || mean > 0;
	for (int position = 0; defined && position < period; position++)
	{
		index[position] = kind == INDEX_ADDITIVE ? index[position] - mean : index[position] / mean;
		if (!isfinite(index[position]))
			float_overflow_error();
	}
	return defined;
}

/* MonthDays: the number of days of the month that a day lies in */
static int
MonthDays(DateADT date)
{
	int			year;
	int			month;
	int			day;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return day_tab[isleap(year)][month - 1];
}

/*
 * SeasonPosition
 *   Where in its season a period lies, from 0, and how long that season is: January of 12 months, the first of 4
 *   quarters, Monday of 7 days.
 */
static int
SeasonPosition(PeriodStep step, int64 period, int *length)
{
	int			year;
	int			month;
	int			day;

	j2date((int) period + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	switch (step)
	{
		case PERIOD_MONTH:
			*length = 12;
			return month - 1;
		case PERIOD_QUARTER:
			*length = 4;
			return (month - 1) / 3;
		case PERIOD_DAY:
			*length = 7;
			return (j2day((int) period + POSTGRES_EPOCH_JDATE) + 6) % 7;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("periods of a %s have no seasonal index by date", PeriodStepName(step)),
					 errhint("Give months, quarters or days; for weeks give the season as a number: seasonal_index(value, 52 ORDER BY week).")));
	}
}

/*
 * ChangeOnYear
 *   Compares the count of a period with the same period of so many years before, as events a day. False where the
 *   series, or the data, do not reach back so far.
 */
static bool
ChangeOnYear(const PeriodSeries *series, const double *count, int64 row, int years, double confidence,
			 double *expected, RateChange *change)
{
	int64		period = PeriodAt(series, row);
	double		days = PeriodAdd(series->step, period, 1) - period;
	double		before = 0;
	double		before_days = 0;

	if (isnan(count[row]))
		return false;
	for (int year = 0; year < years; year++)
	{
		int64		index;

		if (period == series->first)
			return false;
		period = PeriodYearBefore(series->step, period);
		index = PeriodIndex(series, period);
		if (index < 0 || isnan(count[index]))
			return false;
		before += count[index];
		before_days += PeriodAdd(series->step, period, 1) - period;
	}
	if (before + count[row] > CHANGE_MAX_TOTAL)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the counts of period %s and of those before it are more than %g together",
						PeriodText(series->step, PeriodAt(series, row)), CHANGE_MAX_TOTAL)));
	*expected = before / before_days * days;
	CompareRates(before, before_days, count[row], days, confidence, change);
	return true;
}

/* ---- SQL: seasonal_index ---- */

enum
{
	INDEX_PARAMETER_KIND = 1,
	INDEX_PARAMETER_PERIOD
};

/* KeepSetting: an argument that is one for the group, with a message in its own words. */
static void
KeepSetting(SeriesState *state, int parameter, const char *name, double value)
{
	if (!isnan(state->parameters[parameter]) && state->parameters[parameter] != value)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s differs between rows", name),
				 errhint("Give one value for the whole group.")));
	state->parameters[parameter] = value;
}

/* IndexKindArgument: the optional argument kind: additive or multiplicative */
static IndexKind
IndexKindArgument(FunctionCallInfo fcinfo)
{
	if (PG_NARGS() < 4)
		return INDEX_MULTIPLICATIVE;
	CheckGiven(fcinfo, 3, "kind");
	return CheckWord("kind", PG_GETARG_TEXT_PP(3), index_kinds, lengthof(index_kinds));
}

/* CheckIndexed: error for a value that the kind of index cannot take */
static void
CheckIndexed(double value, IndexKind kind)
{
	CheckFinite("value", value);
	if (kind == INDEX_MULTIPLICATIVE && value < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("value is %g, less than 0, which has no ratio", value),
				 errhint("Give the kind additive for values of both signs.")));
}

/* seasonal_index_accum: (value, period integer [, kind]), rows in the order of the series */
PG_FUNCTION_INFO_V1(seasonal_index_accum);
Datum
seasonal_index_accum(PG_FUNCTION_ARGS)
{
	IndexKind	kind = IndexKindArgument(fcinfo);
	SeriesState *state = SeriesTransition(fcinfo, 2);
	double		row[2] = {state->n, 0};

	CheckGiven(fcinfo, 2, "period");
	CheckAtLeastInt("period", PG_GETARG_INT32(2), 2);
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("value of row %lld of the series is NULL", (long long) state->n + 1),
				 errhint("A missing value has to be filled in, or the series cut there: 0 if nothing happened.")));
	row[1] = PG_GETARG_FLOAT8(1);
	CheckIndexed(row[1], kind);
	KeepSetting(state, INDEX_PARAMETER_KIND, "kind", kind);
	KeepSetting(state, INDEX_PARAMETER_PERIOD, "period", PG_GETARG_INT32(2));
	SeriesAppend(state, row);
	PG_RETURN_POINTER(state);
}

/* seasonal_index_date_accum: (value, period date [, kind]), rows in any order */
PG_FUNCTION_INFO_V1(seasonal_index_date_accum);
Datum
seasonal_index_date_accum(PG_FUNCTION_ARGS)
{
	IndexKind	kind = IndexKindArgument(fcinfo);
	SeriesState *state;
	double		row[2];

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_DATUM(SeriesSkipRow(fcinfo));
	row[0] = PeriodFromDate(PG_GETARG_DATEADT(2));
	row[1] = PG_GETARG_FLOAT8(1);
	CheckIndexed(row[1], kind);
	state = SeriesTransition(fcinfo, 2);
	KeepSetting(state, INDEX_PARAMETER_KIND, "kind", kind);
	SeriesAppend(state, row);
	PG_RETURN_POINTER(state);
}

/*
 * IndexDatum
 *   The index as an array, rotated so that the series' first row has its position in the season; 0 where there is none.
 */
static Datum
IndexDatum(const Series *series, int period, int first)
{
	double	   *index;
	ArrayType  *result;

	if (series->n < 2 * (int64) period)
		return (Datum) 0;
	index = palloc_extended(sizeof(double) * period, MCXT_ALLOC_HUGE);
	if (!SeasonalIndex(series->y, series->n, period, (IndexKind) series->parameters[INDEX_PARAMETER_KIND], index))
		return (Datum) 0;
	result = NewFloatState(period);
	for (int i = 0; i < period; i++)
		((double *) ARR_DATA_PTR(result))[(first + i) % period] = index[i];
	pfree(index);
	return PointerGetDatum(result);
}

/* seasonal_index_final: the index of each position of the season, for values in order */
PG_FUNCTION_INFO_V1(seasonal_index_final);
Datum
seasonal_index_final(PG_FUNCTION_ARGS)
{
	Series		series;
	Datum		result;

	if (!SeriesSorted(fcinfo, &series))
		PG_RETURN_NULL();
	result = IndexDatum(&series, (int) series.parameters[INDEX_PARAMETER_PERIOD], 0);
	SeriesFree(&series);
	if (result == (Datum) 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(result);
}

/* seasonal_index_date_final: the index of each position of the season, for values with dates */
PG_FUNCTION_INFO_V1(seasonal_index_date_final);
Datum
seasonal_index_date_final(PG_FUNCTION_ARGS)
{
	Series		series;
	PeriodSeries periods;
	int64	   *period;
	int			length;
	int			first;
	Datum		result;

	/* a single date does not tell what it is the first day of */
	if (!SeriesSorted(fcinfo, &series) || series.n < 2)
		PG_RETURN_NULL();
	period = palloc_extended(sizeof(int64) * series.n, MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < series.n; i++)
		period[i] = (int64) series.x[i];
	PeriodSeriesInit(&periods, period, series.n, PERIOD_DETECT);
	pfree(period);
	first = SeasonPosition(periods.step, periods.first, &length);
	result = IndexDatum(&series, length, first);
	SeriesFree(&series);
	if (result == (Datum) 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(result);
}

/* ---- SQL: seasonal_change, month_length_adjusted ---- */

/* What a partition's first row leaves for the others. */
typedef struct ChangeAnswer
{
	double	   *count;			/* NaN where the row has none; NULL until the work is done */
	PeriodSeries series;
	int32		years;
	double		confidence;
} ChangeAnswer;

/* ReadChanges: reads counts and settings of a partition */
static void
ReadChanges(WindowObject window, ChangeAnswer *answer)
{
	Partition	partition;
	int64	   *period;
	double	   *count;
	bool		isnull;

	answer->years = DatumGetInt32(WinGetFuncArgCurrent(window, 2, &isnull));
	if (isnull)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("years is NULL")));
	CheckAtLeastInt("years", answer->years, 1);
	answer->confidence = DatumGetFloat8(WinGetFuncArgCurrent(window, 3, &isnull));
	if (isnull)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("confidence is NULL")));
	CheckConfidence("confidence", answer->confidence);

	PartitionOpen(&partition, window, answer, "seasonal_change");
	count = MemoryContextAllocHuge(partition.context, mul_size(sizeof(double), partition.nrows));
	period = MemoryContextAllocHuge(partition.context, mul_size(sizeof(int64), partition.nrows));
	for (int row = 0; row < partition.nrows; row++)
	{
		Datum		date;

		if (PartitionRow(&partition, row, 1, &count[row]))
			CheckCount("count", count[row]);
		else
			count[row] = get_float8_nan();
		date = PartitionDatum(&partition, row, 1, &isnull);
		if (isnull)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("period of row %d of the series is NULL", row + 1)));
		period[row] = PeriodFromDate(DatumGetDateADT(date));
	}
	PeriodSeriesInit(&answer->series, period, partition.nrows, PERIOD_DETECT);
	pfree(period);
	PartitionClose(&partition);
	answer->count = count;
}

/* Columns of csp.seasonal_change_estimate. */
enum
{
	SEASONAL_CHANGE_ESTIMATE_EXPECTED,
	SEASONAL_CHANGE_ESTIMATE_PERCENT_CHANGE,
	SEASONAL_CHANGE_ESTIMATE_RATIO,
	SEASONAL_CHANGE_ESTIMATE_LOWER,
	SEASONAL_CHANGE_ESTIMATE_UPPER,
	SEASONAL_CHANGE_ESTIMATE_P_VALUE,
	SEASONAL_CHANGE_ESTIMATE_COLUMNS
};

/*
 * seasonal_change: the SQL window function seasonal_change: the current count against the same
 * season of earlier years
 */
PG_FUNCTION_INFO_V1(seasonal_change);
Datum
seasonal_change(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	ChangeAnswer *answer = WinGetPartitionLocalMemory(window, sizeof(ChangeAnswer));
	double		expected;
	RateChange	change;
	CspResult	result;

	if (answer->count == NULL)
		ReadChanges(window, answer);
	if (!ChangeOnYear(&answer->series, answer->count, WinGetCurrentPosition(window), answer->years, answer->confidence,
					  &expected, &change))
		PG_RETURN_NULL();

	ResultInit(&result, fcinfo, SEASONAL_CHANGE_ESTIMATE_COLUMNS);
	ResultSetFloat8(&result, SEASONAL_CHANGE_ESTIMATE_EXPECTED, expected);
	ResultSetFloat8(&result, SEASONAL_CHANGE_ESTIMATE_PERCENT_CHANGE, change.percent_change);
	ResultSetFloat8(&result, SEASONAL_CHANGE_ESTIMATE_RATIO, change.ratio);
	ResultSetFloat8(&result, SEASONAL_CHANGE_ESTIMATE_LOWER, change.lower);
	ResultSetFloat8(&result, SEASONAL_CHANGE_ESTIMATE_UPPER, change.upper);
	ResultSetFloat8(&result, SEASONAL_CHANGE_ESTIMATE_P_VALUE, change.p_value);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/*
 * month_length_adjusted: the SQL function of that name: what a month of the average length would
 * have given
 */
PG_FUNCTION_INFO_V1(month_length_adjusted);
Datum
month_length_adjusted(PG_FUNCTION_ARGS)
{
	double		value = PG_GETARG_FLOAT8(0);
	DateADT		month = PG_GETARG_DATEADT(1);

	CheckFinite("value", value);
	if (DATE_NOT_FINITE(month))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an infinite date has no month"),
				 errhint("Give NULL where the date is unknown.")));
	PG_RETURN_FLOAT8(value * ((365.25 / 12) / MonthDays(month)));
}
