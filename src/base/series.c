/*
 * series.c
 *   Foundation: collecting aggregate states of numbers (x, y [, weight]), their order, and their serialised form.
 *
 * A state is one struct and one array in the aggregate's context (no memory context per group: a view may ask for tens
 * of thousands of groups). Final functions read a sorted copy and leave the state as it is, so that they work on
 * moving window frames and so that aggregates with the same transition function share one state.
 */
#include "base/series.h"

#include <limits.h>
#include <math.h>

#include "base/check.h"
#include "utils/memutils.h"

#define SERIES_START_CAPACITY 16
#define SERIES_MAX_ROWS INT_MAX
#define SERIES_MAGIC 0x43535053 /* opens a state, in memory and as bytes */

typedef struct SeriesPair
{
	double		x;
	double		y;
} SeriesPair;

typedef struct SeriesTriple
{
	double		x;
	double		y;
	double		weight;
} SeriesTriple;

/* Order: values are finite, so that < is a total order. */
#define COMPARE_NUMBERS(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

/* ComparePairs: order of the rows of a series: by x, then by y */
static inline int
ComparePairs(const SeriesPair *a, const SeriesPair *b)
{
	return a->x != b->x ? COMPARE_NUMBERS(a->x, b->x) : COMPARE_NUMBERS(a->y, b->y);
}

/* CompareTriples: order of the rows of a weighted series: by x, then by y, then by weight */
static inline int
CompareTriples(const SeriesTriple *a, const SeriesTriple *b)
{
	if (a->x != b->x)
		return COMPARE_NUMBERS(a->x, b->x);
	return a->y != b->y ? COMPARE_NUMBERS(a->y, b->y) : COMPARE_NUMBERS(a->weight, b->weight);
}

#define ST_SORT SortPairs
#define ST_ELEMENT_TYPE SeriesPair
#define ST_COMPARE(a, b) ComparePairs(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT SortTriples
#define ST_ELEMENT_TYPE SeriesTriple
#define ST_COMPARE(a, b) CompareTriples(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* ---- state ---- */

/* NewSeriesState: an empty state with room for so many rows, in the given context. */
static SeriesState *
NewSeriesState(MemoryContext context, int width, int64 capacity)
{
	SeriesState *state = MemoryContextAlloc(context, sizeof(SeriesState));

	state->magic = SERIES_MAGIC;
	state->width = width;
	for (int i = 0; i < SERIES_PARAMETERS; i++)
		state->parameters[i] = get_float8_nan();
	state->n = 0;
	state->capacity = capacity;
	state->values = MemoryContextAllocHuge(context, mul_size(sizeof(double) * width, capacity));
	return state;
}

/* SeriesReserve: makes room for more rows, at least doubling, in the state's own context. */
static void
SeriesReserve(SeriesState *state, int64 more)
{
	int64		needed = state->n + more;

	if (needed <= state->capacity)
		return;
	if (needed > SERIES_MAX_ROWS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a series of %lld rows is too long", (long long) needed),
				 errdetail("A series holds at most %d rows.", SERIES_MAX_ROWS),
				 errhint("Sum the rows by day, week or month first.")));
	state->capacity = Min(Max(needed, state->capacity * 2), SERIES_MAX_ROWS);
	state->values = repalloc_huge(state->values, mul_size(sizeof(double) * state->width, state->capacity));
}

/* SeriesArgument: a state among the arguments, NULL where there is none yet. */
static SeriesState *
SeriesArgument(FunctionCallInfo fcinfo, int argument)
{
	SeriesState *state = PG_ARGISNULL(argument) ? NULL : (SeriesState *) PG_GETARG_POINTER(argument);

	if (state != NULL && state->magic != SERIES_MAGIC)
		elog(ERROR, "the state of an aggregate is not that of a series");
	return state;
}

/* SeriesTransition: the state a transition function adds a row to; a new one at the first row. */
SeriesState *
SeriesTransition(FunctionCallInfo fcinfo, int width)
{
	MemoryContext context = AggregateContext(fcinfo);
	SeriesState *state = SeriesArgument(fcinfo, 0);

	return state ? state : NewSeriesState(context, width, SERIES_START_CAPACITY);
}

/* SeriesHasNullArgument: whether any argument after the state is NULL; such rows are skipped. */
bool
SeriesHasNullArgument(FunctionCallInfo fcinfo)
{
	for (int i = 1; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i))
			return true;
	return false;
}

/* SeriesSkipRow: what a transition function returns for a row that it leaves out. */
Datum
SeriesSkipRow(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* SeriesSetParameter: keeps an argument that must be the same in all rows of a group. */
void
SeriesSetParameter(SeriesState *state, int parameter, const char *name, double value)
{
	Assert(parameter < SERIES_PARAMETERS);

	if (isnan(state->parameters[parameter]))
		state->parameters[parameter] = value;
	else
		CheckConstant(name, state->parameters[parameter], value);
}

/* SeriesAppend: adds one row (x, y [, weight]) of finite numbers. */
void
SeriesAppend(SeriesState *state, const double *row)
{
	SeriesReserve(state, 1);
	memcpy(state->values + state->n * state->width, row, sizeof(double) * state->width);
	state->n++;
}

/*
 * SeriesSorted
 *   The rows of a final function's state, sorted, as columns in the current memory context. False where there is no
 *   row.
 */
bool
SeriesSorted(FunctionCallInfo fcinfo, Series *series)
{
	SeriesState *state;
	Size		bytes;
	double	   *rows;

	AggregateContext(fcinfo);
	state = SeriesArgument(fcinfo, 0);
	if (state == NULL || state->n == 0)
		return false;

	bytes = mul_size(sizeof(double) * state->width, state->n);
	rows = MemoryContextAllocHuge(CurrentMemoryContext, bytes);
	memcpy(rows, state->values, bytes);

	series->n = state->n;
	series->parameters = state->parameters;
	series->x = MemoryContextAllocHuge(CurrentMemoryContext, bytes);
	series->y = series->x + state->n;
	if (state->width == 2)
	{
		SeriesPair *pairs = (SeriesPair *) rows;

		SortPairs(pairs, state->n);
		series->weight = NULL;
		for (int64 i = 0; i < state->n; i++)
		{
			CheckInterruptsAt(i);
			series->x[i] = pairs[i].x;
			series->y[i] = pairs[i].y;
		}
	}
	else
	{
		SeriesTriple *triples = (SeriesTriple *) rows;

		SortTriples(triples, state->n);
		series->weight = series->y + state->n;
		for (int64 i = 0; i < state->n; i++)
		{
			CheckInterruptsAt(i);
			series->x[i] = triples[i].x;
			series->y[i] = triples[i].y;
			series->weight[i] = triples[i].weight;
		}
	}
	pfree(rows);
	return true;
}

/* SeriesFree: frees the rows of a sorted series */
void
SeriesFree(Series *series)
{
	pfree(series->x);
}

/* DateToDays: days from 2000-01-01 to a date. */
double
DateToDays(DateADT date)
{
	if (DATE_NOT_FINITE(date))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("x is an infinite date"),
				 errhint("Leave such rows out, or give NULL where the date is unknown.")));
	return (double) date;
}

/* TimestampToDays: days, with their fraction, from 2000-01-01 00:00 UTC to an instant. */
double
TimestampToDays(TimestampTz instant)
{
	if (TIMESTAMP_NOT_FINITE(instant))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("x is an infinite time"),
				 errhint("Leave such rows out, or give NULL where the time is unknown.")));
	return (double) instant / USECS_PER_DAY;
}

/* ---- SQL ---- */

/* SeriesAccum: adds a row (y, x [, confidence]) to the state of a series */
static Datum
SeriesAccum(FunctionCallInfo fcinfo, double x)
{
	SeriesState *state;
	double		row[2] = {x, PG_GETARG_FLOAT8(1)};

	CheckFinite("y", row[1]);
	CheckFinite("x", row[0]);
	state = SeriesTransition(fcinfo, 2);
	if (PG_NARGS() > 3)
	{
		CheckConfidence("confidence", PG_GETARG_FLOAT8(3));
		SeriesSetParameter(state, SERIES_CONFIDENCE, "confidence", PG_GETARG_FLOAT8(3));
	}
	SeriesAppend(state, row);
	PG_RETURN_POINTER(state);
}

/* series_accum: transition of a series whose x is a number */
PG_FUNCTION_INFO_V1(series_accum);
Datum
series_accum(PG_FUNCTION_ARGS)
{
	return SeriesHasNullArgument(fcinfo) ? SeriesSkipRow(fcinfo) : SeriesAccum(fcinfo, PG_GETARG_FLOAT8(2));
}

/* series_date_accum: transition of a series whose x is a date */
PG_FUNCTION_INFO_V1(series_date_accum);
Datum
series_date_accum(PG_FUNCTION_ARGS)
{
	return SeriesHasNullArgument(fcinfo) ? SeriesSkipRow(fcinfo) : SeriesAccum(fcinfo, DateToDays(PG_GETARG_DATEADT(2)));
}

/* series_timestamptz_accum: transition of a series whose x is a timestamp */
PG_FUNCTION_INFO_V1(series_timestamptz_accum);
Datum
series_timestamptz_accum(PG_FUNCTION_ARGS)
{
	return SeriesHasNullArgument(fcinfo) ? SeriesSkipRow(fcinfo) : SeriesAccum(fcinfo, TimestampToDays(PG_GETARG_TIMESTAMPTZ(2)));
}

/* series_combine: appends the second state's rows to the first; the second one may live no longer than this call. */
PG_FUNCTION_INFO_V1(series_combine);
Datum
series_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = AggregateContext(fcinfo);
	SeriesState *state = SeriesArgument(fcinfo, 0);
	SeriesState *other = SeriesArgument(fcinfo, 1);

	if (other == NULL)
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	if (state == NULL)
		state = NewSeriesState(context, other->width, Max(other->n, SERIES_START_CAPACITY));
	if (state->width != other->width)
		elog(ERROR, "series of %d and %d numbers a row do not combine", state->width, other->width);

	for (int i = 0; i < SERIES_PARAMETERS; i++)
		if (!isnan(other->parameters[i]))
			SeriesSetParameter(state, i, i == SERIES_CONFIDENCE ? "confidence" : "an argument of the aggregate",
							   other->parameters[i]);
	SeriesReserve(state, other->n);
	memcpy(state->values + state->n * state->width, other->values, sizeof(double) * other->width * other->n);
	state->n += other->n;
	PG_RETURN_POINTER(state);
}

/*
 * The serialised form: a header, then the rows. It lives between processes of one server only, so that the machine's
 * own byte order will do.
 */
typedef struct SeriesHeader
{
	uint32		magic;
	int32		width;
	int64		n;
	double		parameters[SERIES_PARAMETERS];
} SeriesHeader;

/* series_serialize: the state of a series as bytes, for another process */
PG_FUNCTION_INFO_V1(series_serialize);
Datum
series_serialize(PG_FUNCTION_ARGS)
{
	SeriesState *state;
	SeriesHeader header;
	Size		rows;
	Size		size;
	bytea	   *result;

	AggregateContext(fcinfo);
	state = SeriesArgument(fcinfo, 0);
	rows = mul_size(sizeof(double) * state->width, state->n);
	size = add_size(VARHDRSZ + sizeof(SeriesHeader), rows);
	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a series of %lld rows is too long to pass between parallel workers", (long long) state->n),
				 errhint("SET max_parallel_workers_per_gather = 0 for this query, or sum the rows by day, week or month first.")));

	memset(&header, 0, sizeof(header));
	header.magic = SERIES_MAGIC;
	header.width = state->width;
	header.n = state->n;
	memcpy(header.parameters, state->parameters, sizeof(header.parameters));

	result = palloc(size);
	SET_VARSIZE(result, size);
	memcpy(VARDATA(result), &header, sizeof(header));
	memcpy(VARDATA(result) + sizeof(header), state->values, rows);
	PG_RETURN_BYTEA_P(result);
}

/* series_deserialize: rebuilds a state, believing nothing: sizes must agree and every number must be one we write. */
PG_FUNCTION_INFO_V1(series_deserialize);
Datum
series_deserialize(PG_FUNCTION_ARGS)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	Size		size = VARSIZE_ANY_EXHDR(bytes);
	const char *data = VARDATA_ANY(bytes);
	SeriesHeader header;
	SeriesState *state = NULL;
	bool		valid;

	AggregateContext(fcinfo);
	valid = size >= sizeof(header);
	if (valid)
	{
		memcpy(&header, data, sizeof(header));
		valid = header.magic == SERIES_MAGIC &&
			(header.width == 2 || header.width == 3) &&
			header.n >= 0 && header.n <= SERIES_MAX_ROWS &&
			size - sizeof(header) == sizeof(double) * header.width * header.n;
		for (int i = 0; valid && i < SERIES_PARAMETERS; i++)
			valid = !isinf(header.parameters[i]);
	}
	if (valid)
	{
		state = NewSeriesState(CurrentMemoryContext, header.width, Max(header.n, SERIES_START_CAPACITY));
		memcpy(state->parameters, header.parameters, sizeof(state->parameters));
		memcpy(state->values, data + sizeof(header), size - sizeof(header));
		state->n = header.n;
		for (int64 i = 0; valid && i < header.n * header.width; i++)
		{
			CheckInterruptsAt(i);
			valid = isfinite(state->values[i]);
		}
	}
	if (!valid)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("%zu bytes are not the state of a series", size)));
	PG_RETURN_POINTER(state);
}
