/*
 * cell_grid.c
 *   Foundation: a grid of square cells that holds only the cells some event reaches, so that its cost grows with the
 *   events and their reach and not with the extent: a stray point far away costs its own few cells.
 *
 * A surface that has a value everywhere takes a block of cells instead, all of a rectangle.
 *
 * Callers add, for each event and row, the run of cells it reaches; the union of the runs is the grid. Memory is
 * reckoned before it is taken.
 */
#include "base/cell_grid.h"

#include <math.h>

#include "base/check.h"

#define MAX_CELLS	10000000	/* an array of rows must stay below 1 GB */
#define MAX_CELL_NUMBER	1e9

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

/* CompareRuns: order of runs of cells: by row, then by first cell, then by last */
static inline int
CompareRuns(const CellRun *a, const CellRun *b)
{
	if (a->y != b->y)
		return COMPARE(a->y, b->y);
	return a->from != b->from ? COMPARE(a->from, b->from) : COMPARE(a->to, b->to);
}

#define ST_SORT SortRuns
#define ST_ELEMENT_TYPE CellRun
#define ST_COMPARE(a, b) CompareRuns(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* CheckMemory: refuses a grid of cells that would need more memory than csp_analysis.max_memory */
static void
CheckMemory(double bytes)
{
	if (!(bytes <= max_memory_kb * 1024.0))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the grid of cells would need about %.0f MB, more than csp_analysis.max_memory (%d MB)",
						ceil(bytes / 1048576), max_memory_kb / 1024),
				 errhint("Take larger cells or a shorter reach, or raise csp_analysis.max_memory.")));
}

/* CheckCellSize: the argument cell_size must be a finite number above 0 */
void
CheckCellSize(double size)
{
	CheckPositive("cell_size", size);
}

/* CellNumber: the cell that a coordinate lies in, along one axis */
int32
CellNumber(double size, double coordinate)
{
	double		number = floor(coordinate / size);

	/* the reach of an event must not leave the range either */
	if (!(fabs(number) < MAX_CELL_NUMBER))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("cell_size is %g, too small for a coordinate of %g", size, coordinate),
				 errhint("Cells are numbered from the origin of the reference system, up to a thousand million along an axis.")));
	return (int32) number;
}

/* CellGridNew: an empty grid with room for so many runs (about) */
CellGrid *
CellGridNew(double size, double expected_runs)
{
	CellGrid   *grid = palloc0(sizeof(CellGrid));

	CheckMemory(expected_runs * sizeof(CellRun));
	grid->size = size;
	grid->capacity = (int64) expected_runs + 16;
	grid->run = palloc_extended(sizeof(CellRun) * grid->capacity, MCXT_ALLOC_HUGE);
	return grid;
}

/* CellGridAdd: adds the cells from .. to of row y to those the grid will have */
void
CellGridAdd(CellGrid *grid, int32 y, int32 from, int32 to)
{
	CellRun    *run;

	if (from > to)
		return;
	CheckInterruptsAt(grid->nruns);
	if (grid->nruns == grid->capacity)
	{
		CheckMemory(2.0 * grid->capacity * sizeof(CellRun));
		grid->capacity *= 2;
		grid->run = repalloc_huge(grid->run, sizeof(CellRun) * grid->capacity);
	}
	run = &grid->run[grid->nruns++];
	run->y = y;
	run->from = from;
	run->to = to;
	run->first = 0;
}

/* CellGridFinish: joins runs that overlap or touch, and numbers their cells; the caller will keep so many bytes a cell */
void
CellGridFinish(CellGrid *grid, double bytes_per_cell)
{
	int64		kept = 0;

	SortRuns(grid->run, grid->nruns);
	for (int64 i = 0; i < grid->nruns; i++)
	{
		CellRun    *last = kept > 0 ? &grid->run[kept - 1] : NULL;

		if (last != NULL && last->y == grid->run[i].y && grid->run[i].from <= last->to + 1)
			last->to = Max(last->to, grid->run[i].to);
		else
			grid->run[kept++] = grid->run[i];
		CheckInterruptsAt(i);
	}
	grid->nruns = kept;
	for (int64 i = 0; i < kept; i++)
	{
		grid->run[i].first = grid->ncells;
		grid->ncells += (int64) grid->run[i].to - grid->run[i].from + 1;
	}
	if (grid->ncells > MAX_CELLS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the events reach %lld cells of size %g, more than %d", (long long) grid->ncells, grid->size, MAX_CELLS),
				 errhint("Take larger cells or a shorter reach, or group the events by area.")));
	CheckMemory(grid->ncells * bytes_per_cell + grid->capacity * (double) sizeof(CellRun));
}

/* CellGridIndex: the place of a cell in the grid's arrays; -1 for a cell that nothing reaches */
int64
CellGridIndex(const CellGrid *grid, int32 y, int32 x)
{
	int64		low = 0,
				high = grid->nruns - 1;

	while (low <= high)
	{
		int64		middle = (low + high) / 2;
		const CellRun *run = &grid->run[middle];

		if (run->y < y || (run->y == y && run->to < x))
			low = middle + 1;
		else if (run->y > y || run->from > x)
			high = middle - 1;
		else
			return run->first + (x - run->from);
	}
	return -1;
}

/* CellTopPercent: which of the bands that are mapped (top 1%, 5%, 10%) a cell of this rank, from 0, falls into */
int32
CellTopPercent(int64 rank, int64 ncells)
{
	static const int32 band[] = {1, 5, 10};

	for (int i = 0; i < (int) lengthof(band); i++)
		if (rank * 100 < band[i] * ncells)
			return band[i];
	return 100;
}

/* CellGridFree: frees a grid and its runs */
void
CellGridFree(CellGrid *grid)
{
	pfree(grid->run);
	pfree(grid);
}

/* CellEdge: a coordinate in cells; within rounding of a whole number it is that number (0.3 / 0.1 is 3) */
static double
CellEdge(double coordinate, double size)
{
	double		cells = coordinate / size;
	double		whole = rint(cells);

	return fabs(cells - whole) <= 1e-9 * fmax(1, fabs(whole)) ? whole : cells;
}

/*
 * CellBlockOf
 *   The cells of a rectangle. A block that would not fit is refused before it is made: nearly always one stray place (0, 0)
 *   is the reason.
 */
CellBlock
CellBlockOf(const Rectangle *extent, double size, int64 max_cells, double bytes_per_cell)
{
	double		edge[4] = {CellEdge(extent->min_x, size), CellEdge(extent->max_x, size), CellEdge(extent->min_y, size), CellEdge(extent->max_y, size)};
	CellBlock	block;
	double		cells;
	double		memory;

	for (int i = 0; i < 4; i++)
		if (!(fabs(edge[i]) < MAX_CELL_NUMBER))
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("cell_size is %g, too small for a grid from (%g, %g) to (%g, %g)",
							size, extent->min_x, extent->min_y, extent->max_x, extent->max_y),
					 errhint("Cells are numbered from the origin of the reference system, up to a thousand million along an axis.")));
	block.size = size;
	block.from_x = (int64) floor(edge[0]);
	block.from_y = (int64) floor(edge[2]);
	block.columns = (int64) ceil(edge[1]) - block.from_x;
	block.rows = (int64) ceil(edge[3]) - block.from_y;

	cells = (double) block.columns * (double) block.rows;
	memory = cells * bytes_per_cell;
	if (cells > max_cells || memory > max_memory_kb * 1024.0)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the grid would have %lld by %lld cells of size %g and take %.1f GB",
						(long long) block.columns, (long long) block.rows, size, memory / 1e9),
				 errdetail("It covers x from %g to %g and y from %g to %g.", extent->min_x, extent->max_x, extent->min_y, extent->max_y),
				 errhint("One place far from the others, such as (0, 0), is often the reason: leave it out or give bounds. Otherwise take larger cells; at most %lld cells and csp_analysis.max_memory (%d MB).",
						 (long long) max_cells, max_memory_kb / 1024)));
	return block;
}
