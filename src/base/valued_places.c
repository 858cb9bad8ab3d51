/*
 * valued_places.c
 *   Foundation: collects the values of places and their neighbourhood, for aggregates and for window functions, and
 *   hands them over in one defined order: sums and random numbers then depend on the places alone, not on the order of
 *   the rows or on the plan.
 *
 * Neighbourhood comes in two ways: located (a point each, and one distance), or listed (an id each, and the ids of the
 * neighbours). No list at all (NULL) is an empty one, since that is what array_agg gives a place without neighbours.
 */
#include "base/valued_places.h"

#include <math.h>

#include "base/check.h"
#include "base/permutation.h"
#include "utils/memutils.h"

#define PLACES_MAGIC			0x43535050	/* opens a state, in memory and as bytes */
#define PLACES_FIRST_CAPACITY	64

/* ---- collecting ---- */

/* ValuedPlacesNew: an empty state of places with values; listed: neighbours are given as lists of ids */
static ValuedPlaces *
ValuedPlacesNew(MemoryContext context, bool listed)
{
	ValuedPlaces *places = MemoryContextAllocZero(context, sizeof(ValuedPlaces));

	places->magic = PLACES_MAGIC;
	places->listed = listed;
	places->context = context;
	return places;
}

/* Grow: enlarges an array of 8-byte items, in the places' own context */
static void *
Grow(const ValuedPlaces *places, void *array, int64 capacity)
{
	Size		size = mul_size(sizeof(int64), capacity);

	return array ? repalloc_huge(array, size) : MemoryContextAllocHuge(places->context, size);
}

/* ValuedPlacesReserve: makes room for so many places and entries of their lists */
static void
ValuedPlacesReserve(ValuedPlaces *places, int64 wanted, int64 list_wanted)
{
	if (wanted > INT_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("there are more than %d places in one group", INT_MAX)));
	if (wanted > places->capacity)
	{
		int64		capacity = Max(wanted, Max(places->capacity * 2, PLACES_FIRST_CAPACITY));

		places->value = Grow(places, places->value, capacity);
		if (places->listed)
		{
			places->id = Grow(places, places->id, capacity);
			places->list_end = Grow(places, places->list_end, capacity);
		}
		else
		{
			places->x = Grow(places, places->x, capacity);
			places->y = Grow(places, places->y, capacity);
		}
		places->capacity = capacity;
	}
	if (list_wanted > places->list_capacity)
	{
		places->list_capacity = Max(list_wanted, Max(places->list_capacity * 2, PLACES_FIRST_CAPACITY));
		places->list = Grow(places, places->list, places->list_capacity);
	}
}

/* ListLength: the number of neighbours in all lists together */
static inline int64
ListLength(const ValuedPlaces *places)
{
	return places->listed && places->n > 0 ? places->list_end[places->n - 1] : 0;
}

/* AppendLocated: adds one place with its value; it must be in the planar SRID of those before it */
static void
AppendLocated(ValuedPlaces *places, double value, Place place)
{
	CheckFinite("value", value);
	if (places->n == 0)
	{
		CheckPlanarSrid(place.srid);
		places->srid = place.srid;
	}
	else
		CheckSameSrid(places->srid, place.srid);
	ValuedPlacesReserve(places, places->n + 1, 0);
	places->value[places->n] = value;
	places->x[places->n] = place.x + 0.0;	/* -0 is 0 */
	places->y[places->n] = place.y + 0.0;
	places->n++;
}

/*
 * AppendListed: adds a value with its id and list of neighbours, which may be NULL; NULLs in the
 * list are left out
 */
static void
AppendListed(ValuedPlaces *places, double value, int64 id, ArrayType *neighbours)
{
	int			count = neighbours ? ArrayGetNItems(ARR_NDIM(neighbours), ARR_DIMS(neighbours)) : 0;
	int64		used = ListLength(places);

	CheckFinite("value", value);
	ValuedPlacesReserve(places, places->n + 1, used + count);
	if (count > 0 && ARR_HASNULL(neighbours))
	{
		const int64 *item = (const int64 *) ARR_DATA_PTR(neighbours);
		const bits8 *given = ARR_NULLBITMAP(neighbours);

		for (int i = 0; i < count; i++)
			if (given[i / 8] & (1 << (i % 8)))
				places->list[used++] = *item++;
	}
	else if (count > 0)
	{
		memcpy(places->list + used, ARR_DATA_PTR(neighbours), sizeof(int64) * count);
		used += count;
	}
	places->value[places->n] = value;
	places->id[places->n] = id;
	places->list_end[places->n] = used;
	places->n++;
}

/* ---- one defined order ---- */

typedef struct PlaceKey
{
	double		x;
	double		y;
	double		value;
	int64		id;
	int			row;
} PlaceKey;

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

/* ComparePlaceKeys: order of places: by position, id, value and at last by row */
static inline int
ComparePlaceKeys(const PlaceKey *a, const PlaceKey *b)
{
	int			result = COMPARE(a->x, b->x);

	if (result == 0)
		result = COMPARE(a->y, b->y);
	if (result == 0)
		result = COMPARE(a->id, b->id);
	if (result == 0)
		result = COMPARE(a->value, b->value);
	if (result == 0)
		result = COMPARE(a->row, b->row);
	return result;
}

#define ST_SORT SortPlaceKeys
#define ST_ELEMENT_TYPE PlaceKey
#define ST_COMPARE(a, b) ComparePlaceKeys(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * ValuedPlacesInOrder
 *   A sorted copy in the current memory context, since final functions may run many times on one state; the lists of
 *   neighbours stay where they are.
 */
ValuedPlaceList *
ValuedPlacesInOrder(const ValuedPlaces *places)
{
	int			n = (int) places->n;
	Size		column = sizeof(int64) * Max(n, 1);
	ValuedPlaceList *list = palloc0(sizeof(ValuedPlaceList));
	PlaceKey   *keys = palloc_extended(sizeof(PlaceKey) * Max(n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	for (int i = 0; i < n; i++)
	{
		if (places->listed)
			keys[i].id = places->id[i];
		else
		{
			keys[i].x = places->x[i];
			keys[i].y = places->y[i];
		}
		keys[i].value = places->value[i];
		keys[i].row = i;
	}
	SortPlaceKeys(keys, n);

	list->n = n;
	list->listed = places->listed;
	list->list = places->list;
	list->value = palloc_extended(column, MCXT_ALLOC_HUGE);
	list->row = palloc_extended(sizeof(int) * Max(n, 1), MCXT_ALLOC_HUGE);
	if (places->listed)
	{
		list->id = palloc_extended(column, MCXT_ALLOC_HUGE);
		list->list_from = palloc_extended(column, MCXT_ALLOC_HUGE);
		list->list_to = palloc_extended(column, MCXT_ALLOC_HUGE);
	}
	else
	{
		list->x = palloc_extended(column, MCXT_ALLOC_HUGE);
		list->y = palloc_extended(column, MCXT_ALLOC_HUGE);
	}
	for (int i = 0; i < n; i++)
	{
		int			row = keys[i].row;

		list->value[i] = keys[i].value;
		list->row[i] = row;
		if (places->listed)
		{
			if (i > 0 && keys[i].id == keys[i - 1].id)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("id %lld stands in more than one row", (long long) keys[i].id),
						 errhint("Give one row for each place; use PARTITION BY or GROUP BY for several periods or types.")));
			list->id[i] = keys[i].id;
			list->list_from[i] = row == 0 ? 0 : places->list_end[row - 1];
			list->list_to[i] = places->list_end[row];
		}
		else
		{
			list->x[i] = keys[i].x;
			list->y[i] = keys[i].y;
		}
	}
	pfree(keys);
	return list;
}

/* ValuedPlaceWeights: the weights of neighbours: within the distance of located places, or as listed */
Weights *
ValuedPlaceWeights(const ValuedPlaceList *list, double distance, WeightStyle style, bool self)
{
	if (list->listed)
		return WeightsListed(list->id, list->n, list->list, list->list_from, list->list_to, style, self);
	return WeightsWithin(list->x, list->y, list->n, distance, style, self);
}

/* ---- window functions ---- */

/* PartitionRows: how many rows the partition has, checked against the server's limit for answers of such a size. */
int64
PartitionRows(WindowObject winobj, Size answer)
{
	int64		nrows = WinGetPartitionRowCount(winobj);

	if (nrows > (int64) ((MaxAllocSize - 1024) / answer))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the partition has %lld rows, too many for one answer", (long long) nrows),
				 errhint("Use PARTITION BY.")));
	return nrows;
}

/* PartitionPlaces: the places of a window partition in one order, each with the row it came from */
ValuedPlaceList *
PartitionPlaces(WindowObject winobj, bool listed, int64 nrows)
{
	ValuedPlaces *places = ValuedPlacesNew(CurrentMemoryContext, listed);
	int		   *place_row = palloc_extended(sizeof(int) * Max(nrows, 1), MCXT_ALLOC_HUGE);
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "rows of places", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(scratch);
	ValuedPlaceList *list;

	ValuedPlacesReserve(places, nrows, 0);
	for (int64 row = 0; row < nrows; row++)
	{
		bool		isnull,
					outside;
		double		value;
		Datum		where;

		/* reading the next argument may take the slot of the one before: copy at once */
		value = DatumGetFloat8(WinGetFuncArgInPartition(winobj, 0, (int) row, WINDOW_SEEK_HEAD, false, &isnull, &outside));
		if (!isnull)
		{
			where = WinGetFuncArgInPartition(winobj, 1, (int) row, WINDOW_SEEK_HEAD, false, &isnull, &outside);
			if (!isnull)
			{
				place_row[places->n] = (int) row;
				if (listed)
				{
					int64		id = DatumGetInt64(where);
					Datum		neighbours = WinGetFuncArgInPartition(winobj, 2, (int) row, WINDOW_SEEK_HEAD, false, &isnull, &outside);

					AppendListed(places, value, id, isnull ? NULL : DatumGetArrayTypeP(neighbours));
				}
				else
					AppendLocated(places, value, ReadPlace(where));
			}
		}
		if ((row & 1023) == 1023)
		{
			MemoryContextReset(scratch);
			CHECK_FOR_INTERRUPTS();
		}
	}
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(scratch);

	list = ValuedPlacesInOrder(places);
	for (int i = 0; i < list->n; i++)
		list->row[i] = place_row[list->row[i]];
	pfree(place_row);
	return list;
}

/* PartitionWeights: style_argument is that of the style, or NO_STYLE_ARGUMENT where only the neighbours matter. */
Weights *
PartitionWeights(WindowObject winobj, const ValuedPlaceList *list, int style_argument, bool self)
{
	WeightStyle style = style_argument == NO_STYLE_ARGUMENT ? STYLE_B :
		ReadWeightStyle(WindowSetting(winobj, style_argument, "style"));
	double		distance = 0;

	if (!list->listed)
	{
		distance = DatumGetFloat8(WindowSetting(winobj, 2, "distance"));
		CheckPositive("distance", distance);
	}
	return ValuedPlaceWeights(list, distance, style, self);
}

/* ---- aggregates ---- */

/* StateArgument: an argument of an aggregate's part as its state of places; NULL where there is none yet */
static ValuedPlaces *
StateArgument(FunctionCallInfo fcinfo, int argument, const char *aggregate, MemoryContext *context)
{
	ValuedPlaces *places;

	if (!AggCheckCallContext(fcinfo, context))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("this function is part of an aggregate: it cannot be called by itself"),
				 errhint("Call %s.", aggregate)));
	places = PG_ARGISNULL(argument) ? NULL : (ValuedPlaces *) PG_GETARG_POINTER(argument);
	if (places != NULL && places->magic != PLACES_MAGIC)
		elog(ERROR, "%s: the state is not one of places", aggregate);
	return places;
}

/* ValuedPlacesState: the state of a final function; NULL where there was no row. */
const ValuedPlaces *
ValuedPlacesState(FunctionCallInfo fcinfo, const char *aggregate)
{
	MemoryContext context;

	return StateArgument(fcinfo, 0, aggregate, &context);
}

/*
 * SettingsAreSound: are these settings that ReadSettings would let pass? States may come as bytes
 * from anywhere
 */
static bool
SettingsAreSound(const ValuedPlaceSettings *settings, bool listed)
{
	return (listed ? settings->distance == 0 : settings->distance > 0 && isfinite(settings->distance)) &&
		(settings->style == STYLE_W || settings->style == STYLE_B) &&
		(settings->assumption == ASSUME_RANDOMISATION || settings->assumption == ASSUME_NORMALITY) &&
		settings->permutations >= 0 && settings->permutations <= MAX_PERMUTATIONS && settings->reserved == 0;
}

/*
 * ReadSettings
 *   The arguments that follow value, location or value, id: distance (located), then style, then either an assumption
 *   or permutations and seed: five, six or seven arguments in all, the state included. With no_style there is no
 *   style, and permutations and seed take its place.
 */
static void
ReadSettings(FunctionCallInfo fcinfo, bool listed, bool no_style, ValuedPlaceSettings *settings)
{
	static const char *const assumptions[] = {"randomisation", "normality"};
	int			permutations = no_style ? 4 : PG_NARGS() == 7 ? 5 : 0;

	memset(settings, 0, sizeof(*settings));
	settings->style = STYLE_W;
	settings->assumption = ASSUME_RANDOMISATION;
	settings->seed = DEFAULT_SEED;
	if (!listed)
	{
		CheckGiven(fcinfo, 3, "distance");
		settings->distance = PG_GETARG_FLOAT8(3);
		CheckPositive("distance", settings->distance);
	}
	if (PG_NARGS() > 4 && !no_style)
	{
		CheckGiven(fcinfo, 4, "style");
		settings->style = ReadWeightStyle(PG_GETARG_DATUM(4));
	}
	if (PG_NARGS() == 6 && !no_style)
		settings->assumption = WordArgument(fcinfo, 5, "assumption", assumptions, lengthof(assumptions)) == 1 ? ASSUME_NORMALITY : ASSUME_RANDOMISATION;
	if (permutations > 0)
	{
		CheckGiven(fcinfo, permutations, "permutations");
		CheckGiven(fcinfo, permutations + 1, "seed");
		settings->permutations = PG_GETARG_INT32(permutations);
		CheckPermutations(settings->permutations);
		settings->seed = PG_GETARG_INT64(permutations + 1);
	}
}

/* CheckSettings: error where the settings of an aggregate differ between its rows */
static void
CheckSettings(const ValuedPlaceSettings *first, const ValuedPlaceSettings *other)
{
	CheckConstant("distance", first->distance, other->distance);
	if (memcmp(first, other, sizeof(*first)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("style, assumption, permutations or seed differ between rows"),
				 errhint("Give the same settings in every row of a group, usually as constants.")));
}

/* ValuedPlacesAccum: adds one row to the state of places; rows whose value or place is NULL are left out */
static Datum
ValuedPlacesAccum(FunctionCallInfo fcinfo, bool listed, bool no_style)
{
	MemoryContext context;
	ValuedPlaces *places = StateArgument(fcinfo, 0, "the aggregate", &context);

	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
	{
		ValuedPlaceSettings settings;

		ReadSettings(fcinfo, listed, no_style, &settings);
		if (places == NULL)
		{
			places = ValuedPlacesNew(context, listed);
			places->settings = settings;
		}
		else
			CheckSettings(&places->settings, &settings);
		if (listed)
			AppendListed(places, PG_GETARG_FLOAT8(1), PG_GETARG_INT64(2), PG_ARGISNULL(3) ? NULL : PG_GETARG_ARRAYTYPE_P(3));
		else
			AppendLocated(places, PG_GETARG_FLOAT8(1), ReadPlace(PG_GETARG_DATUM(2)));
	}
	if (places == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(places);
}

/* valued_places_accum_located: transition for places given by their location */
PG_FUNCTION_INFO_V1(valued_places_accum_located);
Datum
valued_places_accum_located(PG_FUNCTION_ARGS)
{
	return ValuedPlacesAccum(fcinfo, false, false);
}

/* valued_places_accum_listed: transition for places given by id and list of neighbours */
PG_FUNCTION_INFO_V1(valued_places_accum_listed);
Datum
valued_places_accum_listed(PG_FUNCTION_ARGS)
{
	return ValuedPlacesAccum(fcinfo, true, false);
}

/*
 * valued_places_accum_located_permuted: transition for located places without the argument style,
 * but with permutations and seed
 */
PG_FUNCTION_INFO_V1(valued_places_accum_located_permuted);
Datum
valued_places_accum_located_permuted(PG_FUNCTION_ARGS)
{
	return ValuedPlacesAccum(fcinfo, false, true);
}

/* valued_places_accum_listed_permuted: the same without the argument style */
PG_FUNCTION_INFO_V1(valued_places_accum_listed_permuted);
Datum
valued_places_accum_listed_permuted(PG_FUNCTION_ARGS)
{
	return ValuedPlacesAccum(fcinfo, true, true);
}

/* valued_places_combine: appends the second state's places; the second one may live no longer than this call. */
PG_FUNCTION_INFO_V1(valued_places_combine);
Datum
valued_places_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	ValuedPlaces *into = StateArgument(fcinfo, 0, "the aggregate", &context);
	ValuedPlaces *from = StateArgument(fcinfo, 1, "the aggregate", &context);
	int64		used;

	if (from == NULL)
	{
		if (into == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(into);
	}
	if (into == NULL)
	{
		into = ValuedPlacesNew(context, from->listed);
		into->settings = from->settings;
	}
	else if (into->listed != from->listed)
		elog(ERROR, "states of different aggregates cannot be combined");
	else
		CheckSettings(&into->settings, &from->settings);
	if (from->n == 0)
		PG_RETURN_POINTER(into);

	if (into->n > 0)
		CheckSameSrid(into->srid, from->srid);
	into->srid = from->srid;
	used = ListLength(into);
	ValuedPlacesReserve(into, into->n + from->n, used + ListLength(from));
	memcpy(into->value + into->n, from->value, sizeof(double) * from->n);
	if (into->listed)
	{
		memcpy(into->id + into->n, from->id, sizeof(int64) * from->n);
		if (ListLength(from) > 0)
			memcpy(into->list + used, from->list, sizeof(int64) * ListLength(from));
		for (int64 i = 0; i < from->n; i++)
			into->list_end[into->n + i] = used + from->list_end[i];
	}
	else
	{
		memcpy(into->x + into->n, from->x, sizeof(double) * from->n);
		memcpy(into->y + into->n, from->y, sizeof(double) * from->n);
	}
	into->n += from->n;
	PG_RETURN_POINTER(into);
}

/*
 * The serialised form: a header, then value, x and y or value, id, ends and lists. It lives between the processes of
 * one server only, so that the machine's own byte order will do.
 */
typedef struct ValuedPlacesHeader
{
	uint32		magic;
	int32		listed;
	int32		srid;
	int32		reserved;
	int64		n;
	int64		list_length;
	ValuedPlaceSettings settings;
} ValuedPlacesHeader;

/* valued_places_serialize: the state of places as bytes, for another process */
PG_FUNCTION_INFO_V1(valued_places_serialize);
Datum
valued_places_serialize(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	ValuedPlaces *places = StateArgument(fcinfo, 0, "the aggregate", &context);
	Size		column = sizeof(int64) * places->n;
	Size		lists = sizeof(int64) * ListLength(places);
	Size		size = VARHDRSZ + sizeof(ValuedPlacesHeader) + 3 * column + lists;
	ValuedPlacesHeader header;
	bytea	   *result;
	char	   *to;

	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%lld places of one parallel worker do not fit into 1 GB", (long long) places->n),
				 errhint("Set max_parallel_workers_per_gather to 0 for this query.")));
	memset(&header, 0, sizeof(header));
	header.magic = PLACES_MAGIC;
	header.listed = places->listed;
	header.srid = places->srid;
	header.n = places->n;
	header.list_length = ListLength(places);
	header.settings = places->settings;

	result = palloc(size);
	SET_VARSIZE(result, size);
	to = VARDATA(result);
	memcpy(to, &header, sizeof(header));
	to += sizeof(header);
	if (places->n > 0)
	{
		memcpy(to, places->value, column);
		memcpy(to + column, places->listed ? (char *) places->id : (char *) places->x, column);
		memcpy(to + 2 * column, places->listed ? (char *) places->list_end : (char *) places->y, column);
	}
	if (lists > 0)
		memcpy(to + 3 * column, places->list, lists);
	PG_RETURN_BYTEA_P(result);
}

/* valued_places_deserialize: rebuilds a state, believing nothing: sizes must agree and values be ones that we write. */
PG_FUNCTION_INFO_V1(valued_places_deserialize);
Datum
valued_places_deserialize(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	Size		size = VARSIZE_ANY_EXHDR(bytes);
	const char *from = VARDATA_ANY(bytes);
	ValuedPlacesHeader header;
	ValuedPlaces *places = NULL;
	bool		valid;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("this function is part of an aggregate: it cannot be called by itself")));
	valid = size >= sizeof(header);
	if (valid)
	{
		memcpy(&header, from, sizeof(header));
		from += sizeof(header);
		valid = header.magic == PLACES_MAGIC && (header.listed == 0 || header.listed == 1) && header.reserved == 0 &&
			header.srid >= -0x100000 && header.srid <= 0xFFFFF &&
			header.n >= 0 && header.n <= INT_MAX &&
			header.list_length >= 0 && header.list_length <= (int64) (MaxAllocSize / sizeof(int64)) &&
			(header.listed || header.list_length == 0) &&
			size - sizeof(header) == sizeof(int64) * (Size) (3 * header.n + header.list_length) &&
			SettingsAreSound(&header.settings, header.listed != 0);
	}
	if (valid)
	{
		Size		column = sizeof(int64) * header.n;

		places = ValuedPlacesNew(CurrentMemoryContext, header.listed != 0);
		places->settings = header.settings;
		places->srid = header.srid;
		ValuedPlacesReserve(places, Max(header.n, 1), header.list_length);
		memcpy(places->value, from, column);
		memcpy(places->listed ? (char *) places->id : (char *) places->x, from + column, column);
		memcpy(places->listed ? (char *) places->list_end : (char *) places->y, from + 2 * column, column);
		if (header.list_length > 0)
			memcpy(places->list, from + 3 * column, sizeof(int64) * header.list_length);
		places->n = header.n;
		for (int64 i = 0; valid && i < header.n; i++)
		{
			valid = isfinite(places->value[i]);
			if (places->listed)
				valid = valid && places->list_end[i] >= (i == 0 ? 0 : places->list_end[i - 1]) && places->list_end[i] <= header.list_length;
			else
				valid = valid && isfinite(places->x[i]) && isfinite(places->y[i]);
		}
		valid = valid && ListLength(places) == header.list_length;
	}
	if (!valid)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("%zu bytes are not the state of an aggregate over places", size)));
	PG_RETURN_POINTER(places);
}
