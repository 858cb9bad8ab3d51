/*
 * density.h
 *   Kernel density on a grid of cells: what kernel_density and relative_density share.
 */
#ifndef CSP_DENSITY_H
#define CSP_DENSITY_H

#include "base/cell_grid.h"
#include "base/places.h"

#define SQUARE_KILOMETRE		1e6		/* of square metres */
#define LANES					8

typedef enum Kernel
{
	KERNEL_QUARTIC,
	KERNEL_GAUSSIAN
} Kernel;

typedef enum EdgeCorrection
{
	EDGE_NONE,
	EDGE_EVENT,
	EDGE_PLACE
} EdgeCorrection;

/* What all rows of a group share; compared byte by byte. */
typedef struct DensitySettings
{
	double		bandwidth;
	double		cell_size;
	Rectangle	bounds;
	int32		bounded;
	int32		kernel;
	int32		edge;
} DensitySettings;

typedef struct DensityGrid
{
	CellBlock	cells;
	double	   *density;		/* in their order; LANES more may be written, with 0 */
} DensityGrid;

extern void ReadDensitySettings(FunctionCallInfo fcinfo, int first, DensitySettings *settings);
extern bool DensitySettingsSound(const DensitySettings *settings);
extern bool PlaceCounts(const DensitySettings *settings, double x, double y);
extern DensityGrid *NewDensityGrid(const Places *places, const DensitySettings *settings, int64 max_cells, double bytes_per_cell);
extern void KernelDensity(const Places *places, const DensitySettings *settings, DensityGrid *grid);

/* Columns of csp.density_cell. */
enum
{
	DENSITY_CELL_CELL_X,
	DENSITY_CELL_CELL_Y,
	DENSITY_CELL_CENTRE,
	DENSITY_CELL_DENSITY,
	DENSITY_CELL_COLUMNS
};

#endif							/* CSP_DENSITY_H */
