/*
 * cell_grid.h
 *   Square cells: those that something reaches, or all of a rectangle.
 */
#ifndef CSP_CELL_GRID_H
#define CSP_CELL_GRID_H

#include "base/point.h"

/*
 * Cell (x, y) of size s covers [x s, (x + 1) s) by [y s, (y + 1) s): cells are numbered from the origin of the
 * reference system, so that maps of different days share them.
 */
typedef struct CellRun
{
	int32		y;
	int32		from;
	int32		to;				/* included */
	int64		first;			/* index of the first cell of the run */
} CellRun;

/* Cells as runs within rows: found once, then addressed by index from 0 in the order of y, then x. */
typedef struct CellGrid
{
	double		size;
	CellRun    *run;
	int64		nruns;
	int64		capacity;
	int64		ncells;
} CellGrid;

/* All cells that touch a rectangle, row by row from the lowest. */
typedef struct CellBlock
{
	double		size;
	int64		from_x;
	int64		from_y;
	int64		columns;
	int64		rows;
} CellBlock;

extern void CheckCellSize(double size);
extern CellGrid *CellGridNew(double size, double expected_runs);
extern int32 CellNumber(double size, double coordinate);
extern void CellGridAdd(CellGrid *grid, int32 y, int32 from, int32 to);
extern void CellGridFinish(CellGrid *grid, double bytes_per_cell);
extern int64 CellGridIndex(const CellGrid *grid, int32 y, int32 x);
extern int32 CellTopPercent(int64 rank, int64 ncells);
extern void CellGridFree(CellGrid *grid);
extern CellBlock CellBlockOf(const Rectangle *extent, double size, int64 max_cells, double bytes_per_cell);

#endif							/* CSP_CELL_GRID_H */
