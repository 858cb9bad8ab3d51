/*
 * self_exciting_intensity.c
 *   Concept: the map of expected events under a fitted self-exciting process (see self_exciting.c for the process). The
 *   background and the triggering are normal densities around events: each is integrated over the cells exactly, as a
 *   product of two differences of normal probabilities.
 */
#include "space_time/self_exciting.h"

#include <math.h>

#include "base/cell_grid.h"
#include "base/check.h"
#include "base/result.h"
#include "space_time/self_exciting_background.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* ---- kernel ---- */

typedef struct IntensityCell
{
	double		background;
	double		triggered;
	int32		x;
	int32		y;
} IntensityCell;

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

/* CompareCells: order of cells: the highest risk first, then by row and column */
static inline int
CompareCells(const IntensityCell *a, const IntensityCell *b)
{
	double		risk_a = a->background + a->triggered;
	double		risk_b = b->background + b->triggered;

	if (risk_a != risk_b)
		return COMPARE(risk_b, risk_a);
	return a->y != b->y ? COMPARE(a->y, b->y) : COMPARE(a->x, b->x);
}

#define ST_SORT SortCells
#define ST_ELEMENT_TYPE IntensityCell
#define ST_COMPARE(a, b) CompareCells(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* AxisMass: what a normal density around a coordinate gives to each cell of a run along one axis */
static void
AxisMass(double coordinate, double sigma, double size, int32 from, int32 to, double *mass)
{
	double		below = erf((from * size - coordinate) / (sigma * M_SQRT2));

	for (int32 cell = from; cell <= to; cell++)
	{
		double		above = erf(((cell + 1.0) * size - coordinate) / (sigma * M_SQRT2));

		mass[cell - from] = (above - below) / 2;
		below = above;
	}
}

/* A bump of mass around each event, within a reach; one kind for the background, one for the triggering. */
typedef struct Bump
{
	double		sigma;
	double		reach;
	bool		triggered;
} Bump;

/* BumpCells: the first and last cell, along one axis, that an event's bump reaches */
static void
BumpCells(const Bump *bump, double size, double coordinate, int32 *from, int32 *to)
{
	*from = CellNumber(size, coordinate - bump->reach);
	*to = CellNumber(size, coordinate + bump->reach);
}

/* AddBumps: adds to each cell its part of the mass of every event's Gaussian bump */
static void
AddBumps(IntensityCell *cell, const CellGrid *grid, const EventList *list, const Bump *bump, const double *mass)
{
	Size		longest = (Size) (2 * bump->reach / grid->size) + 3;
	double	   *across = palloc_extended(sizeof(double) * longest, MCXT_ALLOC_HUGE);
	double	   *up = palloc_extended(sizeof(double) * longest, MCXT_ALLOC_HUGE);

	for (int i = 0; i < list->n; i++)
	{
		int32		left,
					right,
					bottom,
					top;

		if (mass[i] <= 0)
			continue;
		BumpCells(bump, grid->size, list->x[i], &left, &right);
		BumpCells(bump, grid->size, list->y[i], &bottom, &top);
		AxisMass(list->x[i], bump->sigma, grid->size, left, right, across);
		AxisMass(list->y[i], bump->sigma, grid->size, bottom, top, up);
		for (int32 y = bottom; y <= top; y++)
		{
			IntensityCell *into = &cell[CellGridIndex(grid, y, left)];
			double		row = mass[i] * up[y - bottom];

			if (bump->triggered)
				for (int32 x = left; x <= right; x++)
					into[x - left].triggered += row * across[x - left];
			else
				for (int32 x = left; x <= right; x++)
					into[x - left].background += row * across[x - left];
			CHECK_FOR_INTERRUPTS();
		}
	}
	pfree(across);
	pfree(up);
}

/*
 * ProcessMap
 *   Expected events a day in each cell at the rate of the moment as_of. The weights of a declustered background are
 *   found anew for the events given, under the fitted parameters.
 */
static IntensityCell *
ProcessMap(const EventList *list, const SelfExcitingLimits *limits, const Process *process, int64 as_of, double size, int64 *ncells)
{
	int			n = list->n;
	Bump		bumps[2] = {{limits->bandwidth, limits->bandwidth * KERNEL_REACH, false}, {process->sigma, limits->distance, true}};
	Background *background;
	double	   *density = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
	double	   *weight = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
	double	   *mass = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
	CellGrid   *grid;
	IntensityCell *cell;
	double		even;

	*ncells = 0;
	if (n == 0)
		return NULL;
	for (int i = 0; i < n; i++)
		weight[i] = 1;
	background = SelfExcitingBackgroundNew(list, limits->bandwidth);
	SelfExcitingDensity(background, weight, density);
	if (limits->declustered && process->branching > 0)
	{
		Pairs		pairs;
		Expectation expectation;
		double	   *share = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
		double		change = 1;

		SelfExcitingFindPairs(&pairs, list, limits);
		for (int turn = 0; turn < MAX_TURNS && change > TURN_TOLERANCE; turn++)
		{
			SelfExcitingExpect(process, limits, &pairs, NULL, density, share, &expectation);
			change = 0;
			for (int i = 0; i < n; i++)
			{
				change = Max(change, fabs(share[i] - weight[i]));
				weight[i] = share[i];
			}
			SelfExcitingDensity(background, weight, density);
		}
	}

	grid = CellGridNew(size, n * (2 * Max(bumps[0].reach, process->branching > 0 ? bumps[1].reach : 0) / size + 2) * 2);
	for (int b = 0; b < (process->branching > 0 ? 2 : 1); b++)
		for (int i = 0; i < n; i++)
		{
			int32		left,
						right,
						bottom,
						top;

			if (b == 1 && DaysSince(list, as_of, list->t[i]) >= limits->days)
				continue;
			BumpCells(&bumps[b], size, list->x[i], &left, &right);
			BumpCells(&bumps[b], size, list->y[i], &bottom, &top);
			for (int32 y = bottom; y <= top; y++)
				CellGridAdd(grid, y, left, right);
			CHECK_FOR_INTERRUPTS();
		}
	CellGridFinish(grid, sizeof(IntensityCell) + 2 * sizeof(Datum));
	cell = palloc_extended(sizeof(IntensityCell) * Max(grid->ncells, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	even = process->background / (background->total + 1) /
		((background->max_x - background->min_x) * (background->max_y - background->min_y));
	for (int64 i = 0; i < grid->nruns; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int32 x = grid->run[i].from; x <= grid->run[i].to; x++)
		{
			IntensityCell *into = &cell[grid->run[i].first + (x - grid->run[i].from)];
			int32		y = grid->run[i].y;
			double		width = Min((x + 1.0) * size, background->max_x) - Max(x * size, background->min_x);
			double		height = Min((y + 1.0) * size, background->max_y) - Max(y * size, background->min_y);

			into->x = x;
			into->y = y;
			if (width > 0 && height > 0)
				into->background = even * width * height;
		}
	}

	for (int i = 0; i < n; i++)
		mass[i] = process->background * weight[i] / (background->total + 1);
	AddBumps(cell, grid, list, &bumps[0], mass);
	if (process->branching > 0)
	{
		for (int i = 0; i < n; i++)
		{
			double		days = DaysSince(list, as_of, list->t[i]);

			mass[i] = days >= limits->days ? 0 :
				process->branching / (SelfExcitingWithinTime(process, limits) * SelfExcitingWithinSpace(process, limits)) * exp(-days / process->decay) / process->decay;
		}
		AddBumps(cell, grid, list, &bumps[1], mass);
	}
	*ncells = grid->ncells;
	CellGridFree(grid);
	SortCells(cell, *ncells);
	return cell;
}

/* ---- SQL ---- */

typedef struct MapSettings
{
	SelfExcitingLimits limits;
	Process		process;
	int64		starts;
	int64		as_of;
	double		cell_size;
} MapSettings;

/* FitFloat: a number from the fitted process that was given; error where it is NULL */
static double
FitFloat(HeapTupleHeader fit, int column, const char *name)
{
	bool		isnull;
	Datum		value = RowColumn(fit, column, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s of fit is NULL", name),
				 errhint("Give a fit that self_exciting could make.")));
	return DatumGetFloat8(value);
}

/* CheckProcess: error for parameters that no process can have */
static void
CheckProcess(const Process *process)
{
	CheckNotNegative("background_rate", process->background);
	CheckNotNegative("branching_ratio", process->branching);
	CheckPositive("decay_days", process->decay);
	CheckPositive("sigma", process->sigma);
}

/* ReadFit: the fitted process from its row, which a user may have put together by hand */
static void
ReadFit(HeapTupleHeader fit, MapSettings *settings)
{
	bool		isnull;

	settings->process.background = FitFloat(fit, SELF_EXCITING_FIT_BACKGROUND_RATE, "background_rate");
	settings->process.branching = FitFloat(fit, SELF_EXCITING_FIT_BRANCHING_RATIO, "branching_ratio");
	/* of a process that sets nothing off these are NULL, and do not matter */
	settings->process.decay = settings->process.sigma = 1;
	if (settings->process.branching > 0)
	{
		settings->process.decay = FitFloat(fit, SELF_EXCITING_FIT_DECAY_DAYS, "decay_days");
		settings->process.sigma = FitFloat(fit, SELF_EXCITING_FIT_SIGMA, "sigma");
	}
	CheckProcess(&settings->process);
	settings->starts = DatumGetTimestampTz(RowColumn(fit, SELF_EXCITING_FIT_STARTS, &isnull));
	if (isnull)
		settings->starts = PG_INT64_MIN;
	settings->limits.bandwidth = FitFloat(fit, SELF_EXCITING_FIT_BANDWIDTH, "bandwidth");
	settings->limits.distance = FitFloat(fit, SELF_EXCITING_FIT_DISTANCE, "distance");
	settings->limits.days = FitFloat(fit, SELF_EXCITING_FIT_DAYS, "days");
	settings->limits.declustered = DatumGetBool(RowColumn(fit, SELF_EXCITING_FIT_DECLUSTERED, &isnull)) && !isnull;
	SelfExcitingCheckLimits(&settings->limits);
}

/*
 * self_exciting_intensity_accum: keeps one event with the fit; rows whose place or time is NULL are
 * left out
 */
PG_FUNCTION_INFO_V1(self_exciting_intensity_accum);
Datum
self_exciting_intensity_accum(PG_FUNCTION_ARGS)
{
	static const char *const name[] = {"as_of", "cell_size", "fit"};
	MemoryContext context;
	Events	   *events = EventsState(fcinfo, "self_exciting_intensity", &context);
	MapSettings settings;
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
	settings.as_of = PG_GETARG_TIMESTAMPTZ(3);
	settings.cell_size = PG_GETARG_FLOAT8(4);
	CheckFiniteTime("as_of", PG_GETARG_DATUM(3), true);
	CheckCellSize(settings.cell_size);
	ReadFit(PG_GETARG_HEAPTUPLEHEADER(5), &settings);
	if (events == NULL)
		events = EventsNew(context, true, false, &settings, sizeof(settings));
	else
		EventsCheckParameters(events, &settings, sizeof(settings));
	t = EventTime(PG_GETARG_DATUM(2), true);
	if (t >= settings.starts && t < settings.as_of)
		EventsAdd(events, PG_GETARG_DATUM(1), PG_GETARG_DATUM(2), 0);
	PG_RETURN_POINTER(events);
}

/* Columns of csp.self_exciting_cell. */
enum
{
	SELF_EXCITING_CELL_CELL_X,
	SELF_EXCITING_CELL_CELL_Y,
	SELF_EXCITING_CELL_RISK,
	SELF_EXCITING_CELL_BACKGROUND,
	SELF_EXCITING_CELL_TRIGGERED,
	SELF_EXCITING_CELL_RISK_RANK,
	SELF_EXCITING_CELL_TOP_PERCENT,
	SELF_EXCITING_CELL_COLUMNS
};

/* self_exciting_intensity_final: the intensity: one row a cell, the highest first */
PG_FUNCTION_INFO_V1(self_exciting_intensity_final);
Datum
self_exciting_intensity_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context;
	Events	   *events = EventsState(fcinfo, "self_exciting_intensity", &aggregate_context);
	MemoryContext work_context,
				oldcontext;
	MapSettings settings;
	IntensityCell *cell;
	int64		ncells;
	CspResult	row;
	Oid			row_type;
	Datum	   *rows;
	ArrayType  *array;

	if (events == NULL)
		PG_RETURN_NULL();
	memcpy(&settings, events->parameters, Min(sizeof(settings), events->parameters_size));
	if (events->parameters_size != sizeof(settings) || !events->instants)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of self_exciting_intensity is damaged")));
	SelfExcitingCheckLimits(&settings.limits);
	CheckCellSize(settings.cell_size);
	CheckProcess(&settings.process);
	for (int64 i = 0; i < events->n; i++)
		if (events->t[i] >= settings.as_of)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("the serialised state of self_exciting_intensity is damaged")));
	row_type = ResultInitElement(&row, fcinfo, SELF_EXCITING_CELL_COLUMNS);

	work_context = AllocSetContextCreate(CurrentMemoryContext, "self-exciting intensity", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work_context);
	cell = ProcessMap(EventsInOrder(events), &settings.limits, &settings.process, settings.as_of, settings.cell_size, &ncells);
	rows = palloc_extended(sizeof(Datum) * Max(ncells, 1), MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < ncells; i++)
	{
		ResultSetInt32(&row, SELF_EXCITING_CELL_CELL_X, cell[i].x);
		ResultSetInt32(&row, SELF_EXCITING_CELL_CELL_Y, cell[i].y);
		ResultSetFloat8(&row, SELF_EXCITING_CELL_RISK, cell[i].background + cell[i].triggered);
		ResultSetFloat8(&row, SELF_EXCITING_CELL_BACKGROUND, cell[i].background);
		ResultSetFloat8(&row, SELF_EXCITING_CELL_TRIGGERED, cell[i].triggered);
		ResultSetInt64(&row, SELF_EXCITING_CELL_RISK_RANK, i + 1);
		ResultSetInt32(&row, SELF_EXCITING_CELL_TOP_PERCENT, CellTopPercent(i, ncells));
		rows[i] = ResultDatum(&row);
		if ((i & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	MemoryContextSwitchTo(oldcontext);
	array = ResultArray(rows, (int) ncells, row_type);
	MemoryContextDelete(work_context);
	PG_RETURN_ARRAYTYPE_P(array);
}
