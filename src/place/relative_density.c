/*
 * relative_density.c
 *   Concept: crime against what could be its victim: two kernel densities on one grid, of cases and of a population, and what
 *   they give together (the dual kernel density of Levine 2013, CrimeStat IV, chapter 10; Kelsall and Diggle 1995).
 *
 * With A and B the densities of cases and population at a cell, per square kilometre, and N_A, N_B their total weights:
 *   ratio                A / B: cases per unit of population; spatstat's relrisk(relative = TRUE)
 *   log ratio            ln(A / B)
 *   relative risk        (A / B) / (N_A / N_B): times the overall ratio
 *   difference           A - B
 *   relative difference  A / N_A - B / N_B: the difference of the two distributions
 * Both densities have the same kernel, bandwidth and edge correction, so that bias is the same above and below the line.
 */
#include "place/density.h"

#include <math.h>

#include "base/check.h"
#include "base/result.h"
#include "utils/memutils.h"

#define MAX_CELLS	7000000		/* an array of rows must stay below 1 GB */

/* What all rows of a group share; compared byte by byte. */
typedef struct RelativeSettings
{
	DensitySettings density;
	double		floor;			/* of the population's density below which there is no ratio */
} RelativeSettings;

typedef enum PlaceKind
{
	KIND_POPULATION,
	KIND_CASE
} PlaceKind;

/* ---- kernel ---- */

typedef struct Layer
{
	DensityGrid *grid;
	double		total;			/* weight that counts */
} Layer;

/* LayerOf: the density of the places of one kind on the grid of all */
static Layer
LayerOf(const Places *all, PlaceKind kind, const DensitySettings *settings)
{
	Places	   *places = PlacesOfKind(all, kind);
	Layer		layer;

	layer.grid = NewDensityGrid(all, settings, MAX_CELLS, sizeof(Datum) + 2 * sizeof(double) + 420);
	layer.total = 0;
	for (int i = 0; i < places->n; i++)
		if (PlaceCounts(settings, places->x[i], places->y[i]))
			layer.total += PlaceWeight(places, i);
	KernelDensity(places, settings, layer.grid);
	return layer;
}

/* ---- SQL ---- */

/*
 * relative_density_accum: keeps a place; (state, location, is_case, bandwidth, cell_size [, kernel
 * [, bounds [, weight [, edge [, floor]]]]])
 */
PG_FUNCTION_INFO_V1(relative_density_accum);
Datum
relative_density_accum(PG_FUNCTION_ARGS)
{
	int			weight_argument = PG_NARGS() > 7 ? 7 : 0;
	RelativeSettings settings;
	Events	   *events;

	if (!PlacesRowIsKnown(fcinfo, weight_argument) || PG_ARGISNULL(2))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	memset(&settings, 0, sizeof(settings));
	ReadDensitySettings(fcinfo, 3, &settings.density);
	if (PG_NARGS() > 9)
	{
		CheckGiven(fcinfo, 9, "floor");
		settings.floor = PG_GETARG_FLOAT8(9) + 0.0;	/* -0 is 0 */
		CheckNotNegative("floor", settings.floor);
	}
	events = PlacesAccumKind(fcinfo, "relative_density", weight_argument, PG_GETARG_BOOL(2) ? KIND_CASE : KIND_POPULATION,
							 &settings, sizeof(settings));
	if (settings.density.bounded)
		CheckSameSrid(events->srid, settings.density.bounds.srid);
	PG_RETURN_POINTER(events);
}

/* Columns of csp.relative_density_cell. */
enum
{
	RELATIVE_DENSITY_CELL_CELL_X,
	RELATIVE_DENSITY_CELL_CELL_Y,
	RELATIVE_DENSITY_CELL_CENTRE,
	RELATIVE_DENSITY_CELL_CASE_DENSITY,
	RELATIVE_DENSITY_CELL_POPULATION_DENSITY,
	RELATIVE_DENSITY_CELL_RATIO,
	RELATIVE_DENSITY_CELL_LOG_RATIO,
	RELATIVE_DENSITY_CELL_RELATIVE_RISK,
	RELATIVE_DENSITY_CELL_DIFFERENCE,
	RELATIVE_DENSITY_CELL_RELATIVE_DIFFERENCE,
	RELATIVE_DENSITY_CELL_COLUMNS
};

/* relative_density_final: the surface of cases relative to population: one row a cell */
PG_FUNCTION_INFO_V1(relative_density_final);
Datum
relative_density_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context;
	Events	   *events = EventsState(fcinfo, "relative_density", &aggregate_context);
	RelativeSettings settings;
	MemoryContext work,
				oldcontext;
	Places	   *places;
	Layer		cases,
				population;
	CellBlock	cells;
	CspResult	row;
	Oid			row_type;
	Datum	   *rows;
	int64		n;
	ArrayType  *array;

	if (events == NULL)
		PG_RETURN_NULL();
	memcpy(&settings, events->parameters, Min(sizeof(settings), events->parameters_size));
	if (events->parameters_size != sizeof(settings) || !DensitySettingsSound(&settings.density) ||
		!(settings.floor >= 0) || !isfinite(settings.floor))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of relative_density is damaged")));
	row_type = ResultInitElement(&row, fcinfo, RELATIVE_DENSITY_CELL_COLUMNS);

	work = AllocSetContextCreate(CurrentMemoryContext, "relative density", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);
	places = PlacesInOrder(events);
	cases = LayerOf(places, KIND_CASE, &settings.density);
	population = LayerOf(places, KIND_POPULATION, &settings.density);

	cells = cases.grid->cells;
	n = cells.columns * cells.rows;
	rows = palloc_extended(sizeof(Datum) * n, MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < n; i++)
	{
		int64		x = cells.from_x + i % cells.columns;
		int64		y = cells.from_y + i / cells.columns;
		double		a = cases.grid->density[i] * SQUARE_KILOMETRE;
		double		b = population.grid->density[i] * SQUARE_KILOMETRE;
		Datum		centre = PlaceDatum((x + 0.5) * cells.size, (y + 0.5) * cells.size, places->srid);

		ResultSetInt32(&row, RELATIVE_DENSITY_CELL_CELL_X, (int32) x);
		ResultSetInt32(&row, RELATIVE_DENSITY_CELL_CELL_Y, (int32) y);
		ResultSetDatum(&row, RELATIVE_DENSITY_CELL_CENTRE, centre);
		ResultSetFloat8(&row, RELATIVE_DENSITY_CELL_CASE_DENSITY, a);
		ResultSetFloat8(&row, RELATIVE_DENSITY_CELL_POPULATION_DENSITY, b);
		if (b > 0 && b >= settings.floor)
		{
			ResultSetFloat8(&row, RELATIVE_DENSITY_CELL_RATIO, a / b);
			if (a > 0)
				ResultSetFloat8(&row, RELATIVE_DENSITY_CELL_LOG_RATIO, log(a / b));
			if (cases.total > 0)
				ResultSetFloat8(&row, RELATIVE_DENSITY_CELL_RELATIVE_RISK, a / b / (cases.total / population.total));
		}
		ResultSetFloat8(&row, RELATIVE_DENSITY_CELL_DIFFERENCE, a - b);
		if (cases.total > 0 && population.total > 0)
			ResultSetFloat8(&row, RELATIVE_DENSITY_CELL_RELATIVE_DIFFERENCE, a / cases.total - b / population.total);
		rows[i] = ResultDatum(&row);
		pfree(DatumGetPointer(centre));
		CheckInterruptsAt(i);
	}
	MemoryContextSwitchTo(oldcontext);
	array = ResultArray(rows, (int) n, row_type);
	MemoryContextDelete(work);
	PG_RETURN_ARRAYTYPE_P(array);
}
