/*
 * density_bands.c
 *   Concept: a surface of density as bands between contours. The band of a cell is found here, and the cells of a band that lie side
 *   by side in a row are joined to one strip; PostGIS dissolves the strips (csp.density_bands).
 *
 * Contours are quantiles of the density of the cells above 0, interpolated as percentile_cont and R's type 7 do. A cell belongs to
 * the highest band whose contour it reaches.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "base/check.h"
#include "base/point.h"
#include "base/result.h"
#include "place/density.h"
#include "utils/memutils.h"

#define MAX_LEVELS	1000

typedef struct BandCell
{
	int			band;			/* from 0 */
	int32		x;
	int32		y;
	double		density;
} BandCell;

/* ---- kernel ---- */

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

/* CompareBandCells: order of cells: by band, then by row, then by column */
static inline int
CompareBandCells(const BandCell *a, const BandCell *b)
{
	if (a->band != b->band)
		return COMPARE(a->band, b->band);
	return a->y != b->y ? COMPARE(a->y, b->y) : COMPARE(a->x, b->x);
}

#define ST_SORT SortByDensity
#define ST_ELEMENT_TYPE BandCell
#define ST_COMPARE(a, b) COMPARE((a)->density, (b)->density)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT SortByBand
#define ST_ELEMENT_TYPE BandCell
#define ST_COMPARE(a, b) CompareBandCells(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* FindBands: sorts the cells, by band, row and column; gives the contours */
static void
FindBands(BandCell *cell, int64 n, const double *level, int nlevels, double *contour)
{
	int			band = -1;

	SortByDensity(cell, n);
	for (int i = 0; i < nlevels && n > 0; i++)
	{
		double		place = level[i] * (n - 1);
		int64		below = (int64) floor(place);
		int64		above = (int64) ceil(place);

		contour[i] = cell[below].density + (place - below) * (cell[above].density - cell[below].density);
	}
	for (int64 i = 0; i < n; i++)
	{
		while (band + 1 < nlevels && cell[i].density >= contour[band + 1])
			band++;
		cell[i].band = band;
	}
	SortByBand(cell, n);
}

/* ---- SQL ---- */

/* ReadLevels: the argument levels: quantiles from 0 to below 1, in increasing order */
static double *
ReadLevels(ArrayType *array, int *nlevels)
{
	double	   *level = (double *) ARR_DATA_PTR(array);

	if (ARR_NDIM(array) != 1 || ARR_HASNULL(array) || ARR_DIMS(array)[0] > MAX_LEVELS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("levels is not a list of 1 to %d numbers", MAX_LEVELS),
				 errhint("Give quantiles such as '{0.5,0.75,0.9,0.95}'.")));
	*nlevels = ARR_DIMS(array)[0];
	for (int i = 0; i < *nlevels; i++)
	{
		if (!(level[i] >= 0 && level[i] < 1))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("level %d is %g, not from 0 to below 1", i + 1, level[i]),
					 errhint("Give quantiles: 0.9 is the contour that a tenth of the cells lie above.")));
		if (i > 0 && level[i] <= level[i - 1])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("level %d (%g) is not greater than level %d (%g)", i + 1, level[i], i, level[i - 1]),
					 errhint("Give the levels in increasing order.")));
	}
	return level;
}

/* The cells' size, which only their centres know; the one that tells it most exactly is kept. */
typedef struct CellSize
{
	double		size;			/* 0: no cell yet */
	double		halves;			/* coordinate = halves * size */
	double		coordinate;
	int32		srid;
} CellSize;

/* LearnSize: learns the size of cells from a cell's number and the coordinate of its centre */
static void
LearnSize(CellSize *learnt, int32 number, double coordinate)
{
	double		halves = number + 0.5;

	if (learnt->size != 0 && fabs(halves) <= fabs(learnt->halves))
		return;
	learnt->halves = halves;
	learnt->coordinate = coordinate;
	learnt->size = coordinate / halves;
}

/* CheckCentre: error where a cell's centre does not lie where cells of this size have it */
static void
CheckCentre(const CellSize *learnt, int32 number, double coordinate)
{
	if (!(learnt->size > 0 && fabs(coordinate - (number + 0.5) * learnt->size) <= 1e-6 * learnt->size))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the centre of a cell (coordinate %g of cell %d) does not fit cells of size %g", coordinate, number, learnt->size),
				 errhint("Give the cells of one surface of kernel_density.")));
}

/* Columns of csp.density_band_strip. */
enum
{
	DENSITY_BAND_STRIP_BAND,
	DENSITY_BAND_STRIP_DENSITY_FROM,
	DENSITY_BAND_STRIP_DENSITY_TO,
	DENSITY_BAND_STRIP_CELL_Y,
	DENSITY_BAND_STRIP_FIRST_X,
	DENSITY_BAND_STRIP_LAST_X,
	DENSITY_BAND_STRIP_CELL_SIZE,
	DENSITY_BAND_STRIP_SRID,
	DENSITY_BAND_STRIP_COLUMNS
};

/* density_band_strips: the strips of neighbouring cells of each band, which SQL joins to areas */
PG_FUNCTION_INFO_V1(density_band_strips);
Datum
density_band_strips(PG_FUNCTION_ARGS)
{
	ArrayType  *cells = PG_GETARG_ARRAYTYPE_P(0);
	int			nlevels;
	double	   *level = ReadLevels(PG_GETARG_ARRAYTYPE_P(1), &nlevels);
	double	   *contour = palloc(sizeof(double) * nlevels);
	BandCell   *cell = palloc_extended(sizeof(BandCell) * (Size) Max(ArrayGetNItems(ARR_NDIM(cells), ARR_DIMS(cells)), 1), MCXT_ALLOC_HUGE);
	CellSize	learnt = {0};
	int64		n = 0;
	int64		given = 0;
	int64		nstrips = 0;
	RowReader	reader;
	CspResult	strip;
	Oid			row_type = ResultInitElement(&strip, fcinfo, DENSITY_BAND_STRIP_COLUMNS);
	Datum	   *strips;

	/* first the size, from the cell farthest from the origin, then the cells */
	for (int turn = 0; turn < 2; turn++)
	{
		RowReaderOpen(&reader, cells, DENSITY_CELL_COLUMNS);
		for (int64 i = 0; RowReaderNext(&reader); i++)
		{
			bool		no_x,
						no_y,
						no_centre,
						no_density;
			int32		x = DatumGetInt32(RowReaderColumn(&reader, DENSITY_CELL_CELL_X, &no_x));
			int32		y = DatumGetInt32(RowReaderColumn(&reader, DENSITY_CELL_CELL_Y, &no_y));
			Datum		centre = RowReaderColumn(&reader, DENSITY_CELL_CENTRE, &no_centre);
			Datum		value = RowReaderColumn(&reader, DENSITY_CELL_DENSITY, &no_density);
			Place		place;

			CheckInterruptsAt(i);
			if (no_x || no_y || no_centre || no_density)
				continue;
			place = ReadPlace(centre);
			if (turn == 0)
			{
				if (given++ == 0)
					learnt.srid = place.srid;
				CheckSameSrid(learnt.srid, place.srid);
				CheckFinite("density", DatumGetFloat8(value));
				LearnSize(&learnt, x, place.x);
				LearnSize(&learnt, y, place.y);
				continue;
			}
			CheckCentre(&learnt, x, place.x);
			CheckCentre(&learnt, y, place.y);
			if (DatumGetFloat8(value) > 0)
			{
				cell[n].x = x;
				cell[n].y = y;
				cell[n++].density = DatumGetFloat8(value);
			}
		}
		RowReaderClose(&reader);
		if (turn == 0 && learnt.size > 0)
		{
			/* the size as it was written, where that gives the same centre: no dust in the corners of the cells */
			char		text[64];
			double		written;

			snprintf(text, sizeof(text), "%.12g", learnt.size);
			written = strtod(text, NULL);
			if (learnt.halves * written == learnt.coordinate)
				learnt.size = written;
		}
	}
	FindBands(cell, n, level, nlevels, contour);

	strips = palloc_extended(sizeof(Datum) * Max(n, 1), MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < n; i++)
	{
		int64		last = i;

		CheckInterruptsAt(i);
		if (cell[i].band < 0)
			continue;
		while (last + 1 < n && cell[last + 1].band == cell[i].band && cell[last + 1].y == cell[i].y && (int64) cell[last + 1].x == (int64) cell[last].x + 1)
			last++;
		ResultSetInt32(&strip, DENSITY_BAND_STRIP_BAND, cell[i].band + 1);
		ResultSetFloat8(&strip, DENSITY_BAND_STRIP_DENSITY_FROM, contour[cell[i].band]);
		if (cell[i].band + 1 < nlevels)
			ResultSetFloat8(&strip, DENSITY_BAND_STRIP_DENSITY_TO, contour[cell[i].band + 1]);
		ResultSetInt32(&strip, DENSITY_BAND_STRIP_CELL_Y, cell[i].y);
		ResultSetInt32(&strip, DENSITY_BAND_STRIP_FIRST_X, cell[i].x);
		ResultSetInt32(&strip, DENSITY_BAND_STRIP_LAST_X, cell[last].x);
		ResultSetFloat8(&strip, DENSITY_BAND_STRIP_CELL_SIZE, learnt.size);
		ResultSetInt32(&strip, DENSITY_BAND_STRIP_SRID, learnt.srid);
		strips[nstrips++] = ResultDatum(&strip);
		i = last;
	}
	PG_RETURN_ARRAYTYPE_P(ResultArray(strips, (int) nstrips, row_type));
}
