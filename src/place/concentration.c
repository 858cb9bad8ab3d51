/*
 * concentration.c
 *   Concept: how unevenly crime is spread over places, victims or offenders: Lorenz curve, Gini coefficients, and the
 *   80/20 figure both ways.
 *
 * One row is one place; a place without crime is a row with 0. Gini's coefficient is that of the population,
 *   G = sum((2i - n - 1) x(i)) / (n sum(x)), x(1) <= ... <= x(n)
 * (as R ineq::Gini), or n/(n-1) times that. With fewer crimes than places not even the most equal spread gives every
 * place a crime, and G cannot fall to 0; the generalised form measures from the most equal spread that is possible
 * (Bernasco and Steenbeek 2017, J Quant Criminol 33:451):
 *   G' = max(1/c, 1/n) (2 sum(i y(i)) - n - 1) - max(n/c, 1) + 1, y(i) the share of the c crimes at place i.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "utils/memutils.h"
#include "windowapi.h"

#include "base/check.h"
#include "rate/rate.h"
#include "base/result.h"
#include "base/series.h"

/* ---- kernel ---- */

/* A group's values, smallest first. */
typedef struct Spread
{
	int64		n;
	const double *value;
	double		total;
} Spread;

/* TotalOf: sum of n values, compensated for rounding */
static double
TotalOf(const double *value, int64 n)
{
	double		sum[2] = {0, 0};

	for (int64 i = 0; i < n; i++)
		SumAdd(sum, value[i]);
	return SumValue(sum);
}

/* RankExcess: sum((2i - n - 1) y(i)), where y are the shares of the total, which is greater than 0 */
static double
RankExcess(const Spread *spread)
{
	double		sum[2] = {0, 0};

	for (int64 i = 0; i < spread->n; i++)
		SumAdd(sum, (2.0 * (i + 1) - spread->n - 1) * (spread->value[i] / spread->total));
	return SumValue(sum);
}

/* NotBelowZero: a measure of spread, which the last digit of a sum must not take below 0 */
static inline double
NotBelowZero(double x)
{
	return x > 0 ? x : 0;
}

/* Gini: Gini coefficient of events over places */
static double
Gini(const Spread *spread)
{
	return NotBelowZero(RankExcess(spread) / spread->n);
}

/* GeneralisedGini: Gini coefficient that allows for fewer events than places */
static double
GeneralisedGini(const Spread *spread)
{
	double		n = spread->n;
	double		c = spread->total;

	if (c >= n)
		return Gini(spread);
	return NotBelowZero(RankExcess(spread) / c - n / c + 1);
}

/*
 * ShareOfTop
 *   The share of the total that the top fraction of the places holds. Where the fraction is no whole number of places,
 *   the last one counts in part: the value on the Lorenz curve, whose corners are joined by straight lines. Ties make
 *   no difference.
 */
static double
ShareOfTop(const Spread *spread, double fraction)
{
	double		places = spread->n * fraction;
	double		whole = floor(places);
	double		sum[2] = {0, 0};
	int64		i = spread->n - 1;

	for (; i >= spread->n - (int64) whole; i--)
		SumAdd(sum, spread->value[i]);
	if (i >= 0)
		SumAdd(sum, (places - whole) * spread->value[i]);
	return fmin(SumValue(sum) / spread->total, 1);
}

/* PlacesOfShare: the smallest fraction of the places that holds the share; the inverse of ShareOfTop */
static double
PlacesOfShare(const Spread *spread, double share)
{
	double		wanted = share * spread->total;
	double		sum[2] = {0, 0};
	int64		taken = 0;

	while (taken < spread->n && spread->value[spread->n - 1 - taken] > 0)
	{
		double		value = spread->value[spread->n - 1 - taken];
		double		held = SumValue(sum);

		if (held + value >= wanted)
			return (taken + fmax(wanted - held, 0) / value) / spread->n;
		SumAdd(sum, value);
		taken++;
	}
	return (double) taken / spread->n;
}

/* ---- SQL: aggregates ---- */

/* which of the collecting state's parameters holds the aggregate's own argument */
#define CONCENTRATION_ARGUMENT 1

typedef enum ArgumentKind
{
	NO_ARGUMENT,
	ARGUMENT_SHARE,
	ARGUMENT_CORRECTED
} ArgumentKind;

/* ConcentrationAccum: adds a value to the state; y of the series is not used */
static Datum
ConcentrationAccum(FunctionCallInfo fcinfo, bool counts, ArgumentKind kind, const char *argument)
{
	SeriesState *state;
	double		row[2] = {0, 0};

	if (PG_ARGISNULL(1))
		return SeriesSkipRow(fcinfo);
	row[0] = PG_GETARG_FLOAT8(1) + 0.0;
	if (counts)
		CheckCount("value", row[0]);
	else
		CheckNotNegative("value", row[0]);
	state = SeriesTransition(fcinfo, 2);
	if (kind != NO_ARGUMENT)
	{
		double		value;

		CheckGiven(fcinfo, 2, argument);
		value = kind == ARGUMENT_SHARE ? PG_GETARG_FLOAT8(2) : (double) PG_GETARG_BOOL(2);
		if (kind == ARGUMENT_SHARE && !(value >= 0 && value <= 1))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s is %g, not from 0 to 1", argument, value),
					 errhint("Give 20%% as 0.2.")));
		SeriesSetParameter(state, CONCENTRATION_ARGUMENT, argument, value);
	}
	SeriesAppend(state, row);
	PG_RETURN_POINTER(state);
}

/* gini_accum: adds a place's count for the Gini coefficient */
PG_FUNCTION_INFO_V1(gini_accum);
Datum
gini_accum(PG_FUNCTION_ARGS)
{
	return ConcentrationAccum(fcinfo, false, PG_NARGS() > 2 ? ARGUMENT_CORRECTED : NO_ARGUMENT, "corrected");
}

/* generalised_gini_accum: adds a place's count for the generalised Gini coefficient */
PG_FUNCTION_INFO_V1(generalised_gini_accum);
Datum
generalised_gini_accum(PG_FUNCTION_ARGS)
{
	return ConcentrationAccum(fcinfo, true, NO_ARGUMENT, NULL);
}

/* concentration_share_accum: adds a place's count for the share of events in the top places */
PG_FUNCTION_INFO_V1(concentration_share_accum);
Datum
concentration_share_accum(PG_FUNCTION_ARGS)
{
	return ConcentrationAccum(fcinfo, false, ARGUMENT_SHARE, "fraction");
}

/* concentration_places_accum: adds a place's count for the share of places that hold a share of events */
PG_FUNCTION_INFO_V1(concentration_places_accum);
Datum
concentration_places_accum(PG_FUNCTION_ARGS)
{
	return ConcentrationAccum(fcinfo, false, ARGUMENT_SHARE, "share");
}

/* SpreadOfState: the sorted values of a state; false where nothing is to be shared out */
static bool
SpreadOfState(FunctionCallInfo fcinfo, Series *series, Spread *spread)
{
	if (!SeriesSorted(fcinfo, series))
		return false;
	spread->n = series->n;
	spread->value = series->x;
	spread->total = TotalOf(series->x, series->n);
	if (spread->total > 0)
		return true;
	SeriesFree(series);
	return false;
}

/* CheckedArgument: the share or fraction kept in the state; error where it is not from 0 to 1 */
static double
CheckedArgument(const Series *series)
{
	double		value = series->parameters[CONCENTRATION_ARGUMENT];

	if (!(value >= 0 && value <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of a concentration is damaged")));
	return value;
}

/* gini_final: result of the aggregate gini */
PG_FUNCTION_INFO_V1(gini_final);
Datum
gini_final(PG_FUNCTION_ARGS)
{
	Series		series;
	Spread		spread;
	bool		corrected;
	double		result;

	if (!SpreadOfState(fcinfo, &series, &spread))
		PG_RETURN_NULL();
	result = Gini(&spread);
	corrected = series.parameters[CONCENTRATION_ARGUMENT] == 1;
	SeriesFree(&series);
	if (!corrected)
		PG_RETURN_FLOAT8(result);
	if (spread.n == 1)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(fmin(result * spread.n / (spread.n - 1), 1));
}

/* generalised_gini_final: result of the aggregate generalised_gini */
PG_FUNCTION_INFO_V1(generalised_gini_final);
Datum
generalised_gini_final(PG_FUNCTION_ARGS)
{
	Series		series;
	Spread		spread;
	double		result;

	if (!SpreadOfState(fcinfo, &series, &spread))
		PG_RETURN_NULL();
	result = GeneralisedGini(&spread);
	SeriesFree(&series);
	PG_RETURN_FLOAT8(result);
}

/* concentration_share_final: share of events in the given fraction of places with most events */
PG_FUNCTION_INFO_V1(concentration_share_final);
Datum
concentration_share_final(PG_FUNCTION_ARGS)
{
	Series		series;
	Spread		spread;
	double		result;

	if (!SpreadOfState(fcinfo, &series, &spread))
		PG_RETURN_NULL();
	result = ShareOfTop(&spread, CheckedArgument(&series));
	SeriesFree(&series);
	PG_RETURN_FLOAT8(result);
}

/* concentration_places_final: fraction of places that hold the given share of events */
PG_FUNCTION_INFO_V1(concentration_places_final);
Datum
concentration_places_final(PG_FUNCTION_ARGS)
{
	Series		series;
	Spread		spread;
	double		result;

	if (!SpreadOfState(fcinfo, &series, &spread))
		PG_RETURN_NULL();
	result = PlacesOfShare(&spread, CheckedArgument(&series));
	SeriesFree(&series);
	PG_RETURN_FLOAT8(result);
}

/* ---- SQL: window function ---- */

typedef struct LorenzEntry
{
	double		value;
	int64		row;
} LorenzEntry;

/* CompareEntries: order of places on the Lorenz curve; equal values keep the order of the window */
static inline int
CompareEntries(const LorenzEntry *a, const LorenzEntry *b)
{
	if (a->value != b->value)
		return a->value > b->value ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

#define ST_SORT SortEntries
#define ST_ELEMENT_TYPE LorenzEntry
#define ST_COMPARE(a, b) CompareEntries(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct LorenzPoint
{
	int64		rank;			/* 0: the row has no value */
	double		share;
} LorenzPoint;

typedef struct LorenzPartition
{
	int64		n;
	LorenzPoint *point;
} LorenzPartition;

/* FillLorenz: works out rank and cumulative shares for every row of a partition */
static void
FillLorenz(WindowObject window, LorenzPartition *partition)
{
	MemoryContext context = GetMemoryChunkContext(partition);
	int64		nrows = WinGetPartitionRowCount(window);
	LorenzEntry *entry = MemoryContextAllocHuge(context, mul_size(nrows, sizeof(LorenzEntry)));
	LorenzPoint *point = MemoryContextAllocHuge(context, mul_size(nrows, sizeof(LorenzPoint)));
	double		total[2] = {0, 0};
	double		held[2] = {0, 0};
	double		sum;
	int64		n = 0;
	bool		isnull;
	bool		isout;

	for (int64 i = 0; i < nrows; i++)
	{
		Datum		value = WinGetFuncArgInPartition(window, 0, i, WINDOW_SEEK_HEAD, false, &isnull, &isout);

		CHECK_FOR_INTERRUPTS();
		point[i].rank = 0;
		if (isnull)
			continue;
		CheckNotNegative("value", DatumGetFloat8(value));
		entry[n].value = DatumGetFloat8(value);
		entry[n].row = i;
		SumAdd(total, entry[n].value);
		n++;
	}
	SortEntries(entry, n);
	sum = SumValue(total);
	for (int64 i = 0; i < n; i++)
	{
		LorenzPoint *own = &point[entry[i].row];

		SumAdd(held, entry[i].value);
		own->rank = i + 1;
		own->share = sum > 0 ? fmin(SumValue(held) / sum, 1) : get_float8_nan();
	}
	pfree(entry);
	partition->n = n;
	partition->point = point;
}

/* Columns of csp.lorenz_point. */
enum
{
	LORENZ_POINT_CUMULATIVE_PLACES,
	LORENZ_POINT_CUMULATIVE_SHARE,
	LORENZ_POINT_RANK,
	LORENZ_POINT_COLUMNS
};

/* lorenz: the SQL window function lorenz: the current place's point on the Lorenz curve */
PG_FUNCTION_INFO_V1(lorenz);
Datum
lorenz(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	LorenzPartition *partition = WinGetPartitionLocalMemory(window, sizeof(LorenzPartition));
	const LorenzPoint *point;
	CspResult	result;

	if (partition->point == NULL)
		FillLorenz(window, partition);
	point = &partition->point[WinGetCurrentPosition(window)];
	if (point->rank == 0)
		PG_RETURN_NULL();

	ResultInit(&result, fcinfo, LORENZ_POINT_COLUMNS);
	ResultSetFloat8(&result, LORENZ_POINT_CUMULATIVE_PLACES, (double) point->rank / partition->n);
	ResultSetFloat8(&result, LORENZ_POINT_CUMULATIVE_SHARE, point->share);
	ResultSetInt64(&result, LORENZ_POINT_RANK, point->rank);
	PG_RETURN_DATUM(ResultDatum(&result));
}
