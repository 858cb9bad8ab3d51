/*
 * geographic_profile.c
 *   Concept: where is the anchor of a serial offender, given where the crimes were? Every cell of a search area gets a score,
 *   the sum over the crime sites of a function of the distance d to the cell's centre:
 *   Rossmo (2000), criminal geographic targeting, B the radius of a buffer around a site in which the anchor is less likely:
 *     d > B     1 / d^f
 *     else      B^(g - f) / (2 B - d)^g
 *     d is by default along the axes (Manhattan): 2 B - |dx| - |dy|. One implementation has 2 B - (|dx| - |dy|), which is not
 *     continuous at B.
 *   negative exponential (Levine 2013, CrimeStat's journey to crime): A exp(-b d), d by default direct
 * Rossmo's constant k, which only scales, is 1. The default search area is his hunting area: the extent of the sites widened
 * on each side by half their mean spacing along that axis, extent / (2 (n - 1)); his default buffer is half the mean distance
 * of a site to its nearest neighbour, here in the metric of the profile.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/cell_grid.h"
#include "base/check.h"
#include "base/nearest.h"
#include "base/places.h"
#include "base/result.h"
#include "utils/memutils.h"

#define MAX_CELLS	5000000		/* an array of rows with polygons must stay below 1 GB */

typedef enum DecayForm
{
	DECAY_ROSSMO,
	DECAY_EXPONENTIAL
} DecayForm;

/* What all rows of a group share; compared byte by byte. */
typedef struct ProfileSettings
{
	double		cell_size;
	double		buffer;			/* Rossmo's B; 0: from the sites */
	double		f;
	double		g;
	double		coefficient;	/* A and b of the exponential form */
	double		decay;
	Rectangle	bounds;
	int32		bounded;
	int32		form;
	int32		metric;
	int32		unused;
} ProfileSettings;

typedef struct ProfileCell
{
	double		score;
	int32		x;
	int32		y;
} ProfileCell;

/* ---- kernel ---- */

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

/* CompareCells: order of cells: the highest score first, then by row and column */
static inline int
CompareCells(const ProfileCell *a, const ProfileCell *b)
{
	if (a->score != b->score)
		return COMPARE(b->score, a->score);
	return a->y != b->y ? COMPARE(a->y, b->y) : COMPARE(a->x, b->x);
}

#define ST_SORT SortCells
#define ST_ELEMENT_TYPE ProfileCell
#define ST_COMPARE(a, b) CompareCells(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Score: of a cell's centre. The sites come in their one order, so that sums do not vary. */
static double
Score(const Places *sites, const ProfileSettings *settings, double x, double y)
{
	double		buffer = settings->buffer;
	double		within = settings->form == DECAY_ROSSMO ? pow(buffer, settings->g - settings->f) : 0;
	double		score = 0;

	for (int i = 0; i < sites->n; i++)
	{
		double		d = MeasureDistance(settings->metric, PairMeasure(settings->metric, x - sites->x[i], y - sites->y[i]));

		if (settings->form == DECAY_EXPONENTIAL)
			score += settings->coefficient * exp(-settings->decay * d);
		else if (d > buffer)
			score += pow(d, -settings->f);
		else
			score += within * pow(2 * buffer - d, -settings->g);
		CheckInterruptsAt(i);
	}
	if (!isfinite(score))
		float_overflow_error();
	return score;
}

/*
 * CompleteSettings
 *   What the sites have to give: buffer and search area. False where they give none: fewer than two sites, or all at one
 *   place. On an axis along which the sites do not vary the area is widened as on the other.
 */
static bool
CompleteSettings(const Places *sites, ProfileSettings *settings)
{
	if (settings->form == DECAY_ROSSMO && settings->buffer == 0)
	{
		if (sites->n < 2)
			return false;
		settings->buffer = MeanNearestDistance(sites->x, sites->y, sites->n, settings->metric) / 2;
		if (!(settings->buffer > 0))
			return false;
	}
	if (!settings->bounded)
	{
		Rectangle	extent = PlacesExtent(sites);
		double		spacing = 2.0 * (sites->n - 1);
		double		wider_x = (extent.max_x - extent.min_x) / spacing;
		double		wider_y = (extent.max_y - extent.min_y) / spacing;

		if (sites->n < 2 || (wider_x == 0 && wider_y == 0))
			return false;
		if (wider_x == 0)
			wider_x = wider_y;
		if (wider_y == 0)
			wider_y = wider_x;
		settings->bounds = extent;
		settings->bounds.min_x -= wider_x;
		settings->bounds.max_x += wider_x;
		settings->bounds.min_y -= wider_y;
		settings->bounds.max_y += wider_y;
	}
	return true;
}

/* GeographicProfile: the cells of the search area, the highest score first */
static ProfileCell *
GeographicProfile(const Places *sites, const ProfileSettings *settings, int64 *ncells)
{
	CellBlock	block = CellBlockOf(&settings->bounds, settings->cell_size, MAX_CELLS, sizeof(ProfileCell) + sizeof(Datum) + 440);
	ProfileCell *cell = palloc_extended(sizeof(ProfileCell) * block.columns * block.rows, MCXT_ALLOC_HUGE);
	int64		n = 0;

	for (int64 y = block.from_y; y < block.from_y + block.rows; y++)
		for (int64 x = block.from_x; x < block.from_x + block.columns; x++)
		{
			cell[n].x = (int32) x;
			cell[n].y = (int32) y;
			cell[n].score = Score(sites, settings, (x + 0.5) * block.size, (y + 0.5) * block.size);
			n++;
		}
	SortCells(cell, n);
	*ncells = n;
	return cell;
}

/* ---- SQL ---- */

/* ReadBounds: the optional argument bounds: the rectangle to search */
static void
ReadBounds(FunctionCallInfo fcinfo, int argument, ProfileSettings *settings)
{
	Rectangle	bounds;

	if (PG_NARGS() <= argument || PG_ARGISNULL(argument))
		return;
	bounds = ReadRectangle(PG_GETARG_DATUM(argument), "bounds");
	/* field by field: the padding stays 0, since settings are compared as bytes */
	settings->bounded = 1;
	settings->bounds.min_x = bounds.min_x;
	settings->bounds.min_y = bounds.min_y;
	settings->bounds.max_x = bounds.max_x;
	settings->bounds.max_y = bounds.max_y;
	settings->bounds.srid = bounds.srid;
}

/* ReadMetric: the distance that counts, where it is given */
/* ReadMetric: the optional argument metric: how distances are measured */
static void
ReadMetric(FunctionCallInfo fcinfo, int argument, ProfileSettings *settings)
{
	static const char *const metrics[] = {"manhattan", "euclidean"};

	if (PG_NARGS() > argument)
		settings->metric = WordArgument(fcinfo, argument, "metric", metrics, lengthof(metrics)) == 0 ? METRIC_MANHATTAN : METRIC_EUCLIDEAN;
}

/* ProfileAccum: keeps a place of the series with the settings of the profile */
static Datum
ProfileAccum(FunctionCallInfo fcinfo, const char *aggregate, const ProfileSettings *settings)
{
	Events	   *events = PlacesAccum(fcinfo, aggregate, 0, settings, sizeof(*settings));

	if (settings->bounded)
		CheckSameSrid(events->srid, settings->bounds.srid);
	PG_RETURN_POINTER(events);
}

/* SkippedRow: the state as it is: a row with a NULL is left out */
static Datum
SkippedRow(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/*
 * geographic_profile_accum: keeps a place; (state, location, cell_size [, bounds [, buffer [, f, g
 * [, metric]]]])
 */
PG_FUNCTION_INFO_V1(geographic_profile_accum);
Datum
geographic_profile_accum(PG_FUNCTION_ARGS)
{
	ProfileSettings settings;

	if (!PlacesRowIsKnown(fcinfo, 0))
		return SkippedRow(fcinfo);
	memset(&settings, 0, sizeof(settings));
	settings.form = DECAY_ROSSMO;
	settings.metric = METRIC_MANHATTAN;
	settings.f = settings.g = 1.2;
	CheckGiven(fcinfo, 2, "cell_size");
	settings.cell_size = PG_GETARG_FLOAT8(2);
	CheckCellSize(settings.cell_size);
	ReadBounds(fcinfo, 3, &settings);
	if (PG_NARGS() > 4 && !PG_ARGISNULL(4))
	{
		settings.buffer = PG_GETARG_FLOAT8(4);
		CheckPositive("buffer", settings.buffer);
	}
	if (PG_NARGS() > 6)
	{
		CheckGiven(fcinfo, 5, "f");
		CheckGiven(fcinfo, 6, "g");
		settings.f = PG_GETARG_FLOAT8(5);
		settings.g = PG_GETARG_FLOAT8(6);
		CheckPositive("f", settings.f);
		CheckPositive("g", settings.g);
	}
	ReadMetric(fcinfo, 7, &settings);
	return ProfileAccum(fcinfo, "geographic_profile", &settings);
}

/*
 * geographic_profile_exponential_accum: keeps a place; (state, location, cell_size, coefficient,
 * decay [, bounds [, metric]])
 */
PG_FUNCTION_INFO_V1(geographic_profile_exponential_accum);
Datum
geographic_profile_exponential_accum(PG_FUNCTION_ARGS)
{
	static const char *const name[] = {"cell_size", "coefficient", "decay"};
	ProfileSettings settings;

	if (!PlacesRowIsKnown(fcinfo, 0))
		return SkippedRow(fcinfo);
	for (int i = 0; i < (int) lengthof(name); i++)
		CheckGiven(fcinfo, i + 2, name[i]);
	memset(&settings, 0, sizeof(settings));
	settings.form = DECAY_EXPONENTIAL;
	settings.metric = METRIC_EUCLIDEAN;
	settings.cell_size = PG_GETARG_FLOAT8(2);
	settings.coefficient = PG_GETARG_FLOAT8(3);
	settings.decay = PG_GETARG_FLOAT8(4);
	CheckCellSize(settings.cell_size);
	CheckPositive("coefficient", settings.coefficient);
	CheckPositive("decay", settings.decay);
	ReadBounds(fcinfo, 5, &settings);
	ReadMetric(fcinfo, 6, &settings);
	return ProfileAccum(fcinfo, "geographic_profile_exponential", &settings);
}

/* StateSettings: the settings kept in the state; error where they cannot be right */
static ProfileSettings
StateSettings(const Events *events)
{
	ProfileSettings settings = {0};
	const Rectangle *bounds = &settings.bounds;
	bool		sound;

	memcpy(&settings, events->parameters, Min(sizeof(settings), events->parameters_size));
	sound = events->parameters_size == sizeof(settings) && settings.cell_size > 0 && isfinite(settings.cell_size) &&
		(settings.metric == METRIC_EUCLIDEAN || settings.metric == METRIC_MANHATTAN);
	if (settings.form == DECAY_ROSSMO)
		sound = sound && settings.buffer >= 0 && isfinite(settings.buffer) &&
			settings.f > 0 && isfinite(settings.f) && settings.g > 0 && isfinite(settings.g);
	else
		sound = sound && settings.form == DECAY_EXPONENTIAL && settings.coefficient > 0 && isfinite(settings.coefficient) &&
			settings.decay > 0 && isfinite(settings.decay);
	if (settings.bounded)
		sound = sound && bounds->min_x < bounds->max_x && bounds->min_y < bounds->max_y &&
			isfinite(bounds->max_x - bounds->min_x) && isfinite(bounds->max_y - bounds->min_y);
	if (!sound)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of geographic_profile is damaged")));
	return settings;
}

/* CellDatum: the square of a cell, as csp.grid_cell draws it */
static Datum
CellDatum(int32 x, int32 y, double size, int32 srid)
{
	double		west = x * size,
				east = (x + 1.0) * size,
				south = y * size,
				north = (y + 1.0) * size;
	double		ring_x[] = {west, west, east, east, west};
	double		ring_y[] = {south, north, north, south, south};

	return PolygonDatum(ring_x, ring_y, lengthof(ring_x), srid);
}

/* Columns of csp.geographic_profile_cell. */
enum
{
	GEOGRAPHIC_PROFILE_CELL_CELL_X,
	GEOGRAPHIC_PROFILE_CELL_CELL_Y,
	GEOGRAPHIC_PROFILE_CELL_CELL,
	GEOGRAPHIC_PROFILE_CELL_SCORE,
	GEOGRAPHIC_PROFILE_CELL_SCORE_RANK,
	GEOGRAPHIC_PROFILE_CELL_HIT_PERCENTAGE,
	GEOGRAPHIC_PROFILE_CELL_COLUMNS
};

/* geographic_profile_final: the profile: one row a cell, the most likely first */
PG_FUNCTION_INFO_V1(geographic_profile_final);
Datum
geographic_profile_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context;
	Events	   *events = EventsState(fcinfo, "geographic_profile", &aggregate_context);
	ProfileSettings settings;
	MemoryContext work,
				oldcontext;
	Places	   *sites;
	ProfileCell *cell;
	int64		ncells;
	CspResult	row;
	Oid			row_type;
	Datum	   *rows;
	ArrayType  *array;

	if (events == NULL)
		PG_RETURN_NULL();
	settings = StateSettings(events);
	row_type = ResultInitElement(&row, fcinfo, GEOGRAPHIC_PROFILE_CELL_COLUMNS);

	work = AllocSetContextCreate(CurrentMemoryContext, "geographic profile", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);
	sites = PlacesInOrder(events);
	if (!CompleteSettings(sites, &settings))
	{
		MemoryContextSwitchTo(oldcontext);
		MemoryContextDelete(work);
		PG_RETURN_NULL();
	}
	cell = GeographicProfile(sites, &settings, &ncells);

	rows = palloc_extended(sizeof(Datum) * ncells, MCXT_ALLOC_HUGE);
	for (int64 i = 0, tied = 0; i < ncells; i++)
	{
		Datum		square = CellDatum(cell[i].x, cell[i].y, settings.cell_size, sites->srid);

		/* cells with one score are found together: each must be searched to be sure of it */
		while (tied < ncells && cell[tied].score >= cell[i].score)
			tied++;
		ResultSetInt32(&row, GEOGRAPHIC_PROFILE_CELL_CELL_X, cell[i].x);
		ResultSetInt32(&row, GEOGRAPHIC_PROFILE_CELL_CELL_Y, cell[i].y);
		ResultSetDatum(&row, GEOGRAPHIC_PROFILE_CELL_CELL, square);
		ResultSetFloat8(&row, GEOGRAPHIC_PROFILE_CELL_SCORE, cell[i].score);
		ResultSetInt64(&row, GEOGRAPHIC_PROFILE_CELL_SCORE_RANK, i + 1);
		ResultSetFloat8(&row, GEOGRAPHIC_PROFILE_CELL_HIT_PERCENTAGE, 100.0 * tied / ncells);
		rows[i] = ResultDatum(&row);
		pfree(DatumGetPointer(square));
		CheckInterruptsAt(i);
	}
	MemoryContextSwitchTo(oldcontext);
	array = ResultArray(rows, (int) ncells, row_type);
	MemoryContextDelete(work);
	PG_RETURN_ARRAYTYPE_P(array);
}

/*
 * hit_percentage
 *   The share of the given cells whose score is not below that of the cell that holds the anchor. A cell holds its western
 *   and southern edge.
 */
PG_FUNCTION_INFO_V1(hit_percentage);
Datum
hit_percentage(PG_FUNCTION_ARGS)
{
	ArrayType  *surface = PG_GETARG_ARRAYTYPE_P(0);
	Place		anchor = ReadPlace(PG_GETARG_DATUM(1));
	double	   *score = palloc_extended(sizeof(double) * Max(ArrayGetNItems(ARR_NDIM(surface), ARR_DIMS(surface)), 1), MCXT_ALLOC_HUGE);
	double		anchor_score = get_float8_nan();
	int64		ncells = 0;
	int64		searched = 0;
	RowReader	reader;

	CheckPlanarSrid(anchor.srid);
	RowReaderOpen(&reader, surface, GEOGRAPHIC_PROFILE_CELL_COLUMNS);
	while (RowReaderNext(&reader))
	{
		bool		no_cell,
					no_score;
		Datum		cell = RowReaderColumn(&reader, GEOGRAPHIC_PROFILE_CELL_CELL, &no_cell);
		Datum		value = RowReaderColumn(&reader, GEOGRAPHIC_PROFILE_CELL_SCORE, &no_score);
		Rectangle	square;

		CheckInterruptsAt(ncells);
		if (no_cell || no_score)
			continue;
		square = ReadRectangle(cell, "cell");
		CheckSameSrid(square.srid, anchor.srid);
		score[ncells] = DatumGetFloat8(value);
		CheckFinite("score", score[ncells]);
		if (anchor.x >= square.min_x && anchor.x < square.max_x && anchor.y >= square.min_y && anchor.y < square.max_y)
			anchor_score = score[ncells];
		ncells++;
	}
	RowReaderClose(&reader);
	for (int64 i = 0; i < ncells; i++)
		if (score[i] >= anchor_score)
			searched++;
	pfree(score);
	if (isnan(anchor_score))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(100.0 * searched / ncells);
}
