/*
 * near_repeat_surface.c
 *   Concept: the map of risk as of a day, from the events of the weeks before (prospective mapping: Bowers, Johnson and
 *   Pease 2004; Johnson, Bowers, Birks and Pease 2007).
 *
 * The risk of a cell is the sum, over the events strictly before as_of and less than the window before it, of the
 * weight of near_repeat_weight at the distance from the event to the cell's centre. Only cells with risk are given.
 */
#include "space_time/near_repeat.h"

#include <math.h>

#include "base/cell_grid.h"
#include "base/check.h"
#include "base/result.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* What all rows of a group share; compared byte by byte. */
typedef struct SurfaceSettings
{
	int64		as_of;
	double		cell_size;
	double		bandwidth;
	double		window;
	int64		form;
} SurfaceSettings;

typedef struct SurfaceCell
{
	double		risk;
	int64		events;
	int32		x;
	int32		y;
} SurfaceCell;

/* ---- kernel ---- */

/* DaysBefore: days from an event to the map's day; enormous for an event after it */
static double
DaysBefore(const SurfaceSettings *settings, int64 t, bool instants)
{
	return (double) ((uint64) settings->as_of - (uint64) t) / (instants ? MICROSECONDS_PER_DAY : 1);
}

/* RowReach: the cells of one row whose centres may be closer than the bandwidth */
static bool
RowReach(const SurfaceSettings *settings, double x, double y, int32 row, int32 *from, int32 *to)
{
	double		up = (row + 0.5) * settings->cell_size - y;
	double		across = settings->bandwidth * settings->bandwidth - up * up;

	if (across <= 0)
		return false;
	across = sqrt(across);
	*from = (int32) ceil((x - across) / settings->cell_size - 0.5);
	*to = (int32) floor((x + across) / settings->cell_size - 0.5);
	return *from <= *to;
}

/* RowsReached: the rows whose centres may be closer than the bandwidth */
static void
RowsReached(const SurfaceSettings *settings, double y, int32 *from, int32 *to)
{
	*from = (int32) ceil((y - settings->bandwidth) / settings->cell_size - 0.5);
	*to = (int32) floor((y + settings->bandwidth) / settings->cell_size - 0.5);
}

/* CellsReached: the cells that any event's bandwidth reaches */
static CellGrid *
CellsReached(const EventList *list, const SurfaceSettings *settings)
{
	double		rows = 2 * settings->bandwidth / settings->cell_size + 1;
	/* rows may be infinite, and no event reaches none */
	CellGrid   *grid = CellGridNew(settings->cell_size, list->n > 0 ? rows * list->n : 0);

	for (int i = 0; i < list->n; i++)
	{
		int32		first,
					last,
					from,
					to;

		CellNumber(settings->cell_size, fabs(list->x[i]) + settings->bandwidth);
		CellNumber(settings->cell_size, fabs(list->y[i]) + settings->bandwidth);
		RowsReached(settings, list->y[i], &first, &last);
		for (int32 row = first; row <= last; row++)
			if (RowReach(settings, list->x[i], list->y[i], row, &from, &to))
				CellGridAdd(grid, row, from, to);
		CHECK_FOR_INTERRUPTS();
	}
	CellGridFinish(grid, sizeof(SurfaceCell) + 2 * sizeof(Datum));
	return grid;
}

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

/* CompareCells: order of cells: the highest risk first, then the most events, then by row and column */
static inline int
CompareCells(const SurfaceCell *a, const SurfaceCell *b)
{
	if (a->risk != b->risk)
		return COMPARE(b->risk, a->risk);
	if (a->events != b->events)
		return COMPARE(b->events, a->events);
	return a->y != b->y ? COMPARE(a->y, b->y) : COMPARE(a->x, b->x);
}

#define ST_SORT SortCells
#define ST_ELEMENT_TYPE SurfaceCell
#define ST_COMPARE(a, b) CompareCells(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* NearRepeatSurface: the cells with risk, the highest first. Events are added in their one order. */
static SurfaceCell *
NearRepeatSurface(const EventList *list, const SurfaceSettings *settings, int64 *ncells)
{
	CellGrid   *grid = CellsReached(list, settings);
	SurfaceCell *cell = palloc_extended(sizeof(SurfaceCell) * Max(grid->ncells, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	double		size = settings->cell_size;
	int64		kept = 0;

	for (int64 i = 0; i < grid->nruns; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int32 x = grid->run[i].from; x <= grid->run[i].to; x++)
		{
			cell[grid->run[i].first + (x - grid->run[i].from)].x = x;
			cell[grid->run[i].first + (x - grid->run[i].from)].y = grid->run[i].y;
		}
	}

	for (int i = 0; i < list->n; i++)
	{
		double		days = DaysBefore(settings, list->t[i], list->instants);
		int64		own = CellGridIndex(grid, CellNumber(size, list->y[i]), CellNumber(size, list->x[i]));
		int32		first,
					last,
					from,
					to;

		if (own >= 0)
			cell[own].events++;
		RowsReached(settings, list->y[i], &first, &last);
		for (int32 row = first; row <= last; row++)
		{
			double		dy = (row + 0.5) * size - list->y[i];
			SurfaceCell *into;

			if (!RowReach(settings, list->x[i], list->y[i], row, &from, &to))
				continue;
			into = &cell[CellGridIndex(grid, row, from)];
			for (int32 x = from; x <= to; x++, into++)
			{
				double		dx = (x + 0.5) * size - list->x[i];

				into->risk += NearRepeatWeight(settings->form, sqrt(dx * dx + dy * dy), days,
											   settings->bandwidth, settings->window, size);
			}
			CHECK_FOR_INTERRUPTS();
		}
	}

	for (int64 i = 0; i < grid->ncells; i++)
		if (cell[i].risk > 0)
			cell[kept++] = cell[i];
	CellGridFree(grid);
	SortCells(cell, kept);
	*ncells = kept;
	return cell;
}

/* ---- SQL ---- */

/*
 * SurfaceAccum: keeps one event with the settings of the surface; rows whose place or time is NULL
 * are left out
 */
static Datum
SurfaceAccum(FunctionCallInfo fcinfo, bool instants)
{
	static const char *const name[] = {"as_of", "cell_size", "bandwidth", "window", "form"};
	MemoryContext context;
	Events	   *events = EventsState(fcinfo, "near_repeat_surface", &context);
	SurfaceSettings settings;
	int64		t;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (events == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(events);
	}
	for (int i = 3; i < PG_NARGS(); i++)
		CheckGiven(fcinfo, i, name[i - 3]);

	memset(&settings, 0, sizeof(settings));
	CheckFiniteTime("as_of", PG_GETARG_DATUM(3), instants);
	settings.as_of = instants ? PG_GETARG_TIMESTAMPTZ(3) : PG_GETARG_DATEADT(3);
	settings.cell_size = PG_GETARG_FLOAT8(4);
	settings.bandwidth = PG_GETARG_FLOAT8(5);
	settings.window = PG_GETARG_FLOAT8(6);
	settings.form = PG_NARGS() > 7 ? NearRepeatForm(PG_GETARG_TEXT_PP(7)) : WEIGHT_SMOOTH;
	CheckCellSize(settings.cell_size);
	CheckPositive("bandwidth", settings.bandwidth);
	CheckPositive("window", settings.window);
	if (settings.bandwidth < settings.cell_size)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bandwidth is %g, less than cell_size (%g)", settings.bandwidth, settings.cell_size),
				 errhint("An event would not reach the centre of its own cell: take smaller cells.")));

	if (events == NULL)
		events = EventsNew(context, instants, false, &settings, sizeof(settings));
	else
		EventsCheckParameters(events, &settings, sizeof(settings));

	/* events of other times are not kept: a map takes the memory of its window */
	t = EventTime(PG_GETARG_DATUM(2), instants);
	if (t < settings.as_of && DaysBefore(&settings, t, instants) < settings.window)
		EventsAdd(events, PG_GETARG_DATUM(1), PG_GETARG_DATUM(2), 0);
	PG_RETURN_POINTER(events);
}

/* near_repeat_surface_accum_date: transition of near_repeat_surface for events with dates */
PG_FUNCTION_INFO_V1(near_repeat_surface_accum_date);
Datum
near_repeat_surface_accum_date(PG_FUNCTION_ARGS)
{
	return SurfaceAccum(fcinfo, false);
}

/* near_repeat_surface_accum_timestamptz: transition of near_repeat_surface for events with timestamps */
PG_FUNCTION_INFO_V1(near_repeat_surface_accum_timestamptz);
Datum
near_repeat_surface_accum_timestamptz(PG_FUNCTION_ARGS)
{
	return SurfaceAccum(fcinfo, true);
}

/* Columns of csp.near_repeat_cell. */
enum
{
	NEAR_REPEAT_CELL_CELL_X,
	NEAR_REPEAT_CELL_CELL_Y,
	NEAR_REPEAT_CELL_RISK,
	NEAR_REPEAT_CELL_EVENTS,
	NEAR_REPEAT_CELL_RISK_RANK,
	NEAR_REPEAT_CELL_TOP_PERCENT,
	NEAR_REPEAT_CELL_COLUMNS
};

/* near_repeat_surface_final: the surface: one row a cell, the highest risk first */
PG_FUNCTION_INFO_V1(near_repeat_surface_final);
Datum
near_repeat_surface_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context;
	Events	   *events = EventsState(fcinfo, "near_repeat_surface", &aggregate_context);
	MemoryContext work_context,
				oldcontext;
	SurfaceSettings settings;
	SurfaceCell *cell;
	int64		ncells;
	CspResult	row;
	Oid			row_type;
	Datum	   *rows;
	ArrayType  *array;

	if (events == NULL)
		PG_RETURN_NULL();
	memcpy(&settings, events->parameters, Min(sizeof(settings), events->parameters_size));
	if (events->parameters_size != sizeof(settings) || settings.form < WEIGHT_SMOOTH || settings.form > WEIGHT_PROMAP_2007 ||
		!(settings.cell_size > 0 && settings.cell_size <= settings.bandwidth && isfinite(settings.bandwidth) && settings.window > 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of near_repeat_surface is damaged")));
	row_type = ResultInitElement(&row, fcinfo, NEAR_REPEAT_CELL_COLUMNS);

	work_context = AllocSetContextCreate(CurrentMemoryContext, "near repeat surface", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work_context);
	cell = NearRepeatSurface(EventsInOrder(events), &settings, &ncells);

	rows = palloc_extended(sizeof(Datum) * Max(ncells, 1), MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < ncells; i++)
	{
		ResultSetInt32(&row, NEAR_REPEAT_CELL_CELL_X, cell[i].x);
		ResultSetInt32(&row, NEAR_REPEAT_CELL_CELL_Y, cell[i].y);
		ResultSetFloat8(&row, NEAR_REPEAT_CELL_RISK, cell[i].risk);
		ResultSetInt64(&row, NEAR_REPEAT_CELL_EVENTS, cell[i].events);
		ResultSetInt64(&row, NEAR_REPEAT_CELL_RISK_RANK, i + 1);
		ResultSetInt32(&row, NEAR_REPEAT_CELL_TOP_PERCENT, CellTopPercent(i, ncells));
		rows[i] = ResultDatum(&row);
		if ((i & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	MemoryContextSwitchTo(oldcontext);
	array = ResultArray(rows, (int) ncells, row_type);
	MemoryContextDelete(work_context);
	PG_RETURN_ARRAYTYPE_P(array);
}
