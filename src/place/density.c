/*
 * density.c
 *   Concept: kernel density: events per square kilometre, spread smoothly over a grid of square cells.
 *
 * The value of a cell is the sum, over the events, of the kernel at the cell's centre:
 *   quartic    3 / (pi h^2) (1 - d^2 / h^2)^2 for d < h (Silverman 1986, 4.5), h the radius of the kernel
 *   gaussian   exp(-d^2 / (2 s^2)) / (2 pi s^2), s the standard deviation; left out where either axis is more than
 *              9 s away, where it is below 3e-18 of its peak
 * Both integrate to 1, so that the surface integrates to the events.
 *
 * Near the edge of a study area part of an event's kernel falls outside and is lost. Corrected by event, each kernel is
 * divided by its mass within the area (Diggle 1985 as Jones 1993 has it): the surface integrates to the events again.
 * Corrected by place, each cell is divided by the mass of the kernel around it (spatstat's default).
 */
#include "place/density.h"

#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/result.h"
#include "utils/memutils.h"

#define MAX_CELLS				10000000	/* an array of rows must stay below 1 GB */
#define GAUSSIAN_CUT			9.0			/* in standard deviations: exp(-40.5) is 3e-18 */
#define GAUSSIAN_MARGIN			5.0			/* how far a grid without bounds reaches beyond the events */

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define DENSITY_TARGETS __attribute__((target_clones("arch=x86-64-v3", "default")))
#endif
#endif
#ifndef DENSITY_TARGETS
#define DENSITY_TARGETS
#endif

/* ---- kernel ---- */

/* 16 Gauss-Legendre nodes and weights on (0, 1), the upper half; the lower mirrors them */
static const double legendre[8][2] = {
	{0.0950125098376374402, 0.189450610455068496}, {0.281603550779258913, 0.182603415044923589},
	{0.458016777657227386, 0.169156519395002538}, {0.617876244402643748, 0.149595988816576732},
	{0.755404408355003034, 0.124628971255533872}, {0.865631202387831744, 0.0951585116824927848},
	{0.944575023073232576, 0.0622535239386478929}, {0.989400934991649933, 0.0271524594117540949}
};

/* CompareDoubles: order of two numbers, as qsort asks for it */
static int
CompareDoubles(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return x < y ? -1 : x > y;
}

/*
 * QuarticMass
 *   The mass of a quartic kernel of radius 1 around the origin within [x0, x1] by [y0, y1]. With y = sin(t) the
 *   integrand over x is, between the angles where a side meets the circle, a trigonometric polynomial of degree 6:
 *   16 nodes give it to rounding.
 */
static double
QuarticMass(double x0, double y0, double x1, double y1)
{
	double		angle[8];
	int			n = 0;
	double		mass = 0;

	if (x0 <= -1 && y0 <= -1 && x1 >= 1 && y1 >= 1)
		return 1;
	y0 = fmax(y0, -1);
	y1 = fmin(y1, 1);
	if (y0 >= y1 || x0 >= 1 || x1 <= -1)
		return 0;
	angle[n++] = asin(y0);
	angle[n++] = asin(y1);
	for (int side = 0; side < 2; side++)
	{
		double		x = side == 0 ? x0 : x1;

		if (fabs(x) < 1)
			for (int sign = -1; sign <= 1; sign += 2)
			{
				double		meets = sign * acos(fabs(x));

				if (meets > angle[0] && meets < angle[1])
					angle[n++] = meets;
			}
	}
	qsort(angle, n, sizeof(double), CompareDoubles);
	for (int i = 0; i + 1 < n; i++)
	{
		double		middle = (angle[i] + angle[i + 1]) / 2;
		double		half = (angle[i + 1] - angle[i]) / 2;

		for (int node = 0; node < 16; node++)
		{
			double		t = middle + half * (node % 2 ? -legendre[node / 2][0] : legendre[node / 2][0]);
			double		width = cos(t);
			double		c = width * width;
			double		left = fmax(x0, -width);
			double		right = fmin(x1, width);

			if (left < right)
				mass += half * legendre[node / 2][1] * width *
					((right - left) * c * c -
					 2.0 / 3 * c * (right * right * right - left * left * left) +
					 (pow(right, 5) - pow(left, 5)) / 5);
		}
	}
	return mass * 3 / M_PI;
}

/* NormalMass: the mass of a standard normal between two bounds, the smaller tail differenced */
static double
NormalMass(double from, double to)
{
	bool		upper = from > 0;

	return fabs(NormalProbability(to, upper) - NormalProbability(from, upper));
}

/* MassWithin: the part of a kernel around (x, y) that lies within the bounds */
static double
MassWithin(const DensitySettings *settings, double x, double y)
{
	double		x0 = (settings->bounds.min_x - x) / settings->bandwidth;
	double		x1 = (settings->bounds.max_x - x) / settings->bandwidth;
	double		y0 = (settings->bounds.min_y - y) / settings->bandwidth;
	double		y1 = (settings->bounds.max_y - y) / settings->bandwidth;

	if (settings->kernel == KERNEL_QUARTIC)
		return QuarticMass(x0, y0, x1, y1);
	return NormalMass(x0, x1) * NormalMass(y0, y1);
}

/*
 * AddQuarticRows, AddGaussianRows
 *   Add one event to the rows it reaches: the kernel's part along x stands in across (one number a column, in blocks of
 *   LANES), that along y in up. Columns that fill up the last block add 0, wherever in the grid they fall. A fixed inner
 *   loop without aliases is what compilers turn into vector code at -O2.
 */
DENSITY_TARGETS static void
AddQuarticRows(double *restrict cell, int64 stride, const double *restrict across, int64 blocks,
			   const double *restrict up, int64 rows, double weight)
{
	for (int64 row = 0; row < rows; row++)
		for (int64 block = 0; block < blocks; block++)
		{
			double	   *restrict into = cell + row * stride + block * LANES;

			for (int lane = 0; lane < LANES; lane++)
			{
				double		rest = up[row] - across[block * LANES + lane];
				double		twice = rest + fabs(rest);	/* 0 outside the kernel, exact, and no branch */

				into[lane] += weight / 4 * (twice * twice);
			}
		}
}

/* AddGaussianRows: adds the product of two Gaussian profiles, across and up, to a block of cells */
DENSITY_TARGETS static void
AddGaussianRows(double *restrict cell, int64 stride, const double *restrict across, int64 blocks,
				const double *restrict up, int64 rows)
{
	for (int64 row = 0; row < rows; row++)
		for (int64 block = 0; block < blocks; block++)
		{
			double	   *restrict into = cell + row * stride + block * LANES;

			for (int lane = 0; lane < LANES; lane++)
				into[lane] += up[row] * across[block * LANES + lane];
		}
}

/* CellsWithin: the cells of one axis whose centres lie not farther than the reach from a coordinate, clipped to the grid */
static void
CellsWithin(double coordinate, double reach, double cell_size, int64 grid_from, int64 grid_cells, int64 *from, int64 *to)
{
	double		first = ceil((coordinate - reach) / cell_size - 0.5);
	double		last = floor((coordinate + reach) / cell_size - 0.5);

	/* a place may lie anywhere, and so far from bounds that its cell has no number */
	*from = (int64) fmin(fmax(first, grid_from), grid_from + grid_cells);
	*to = (int64) fmax(fmin(last, grid_from + grid_cells - 1), grid_from - 1);
}

/* AddPlace: adds one place's kernel to every cell within its reach */
static void
AddPlace(const DensitySettings *settings, DensityGrid *grid, double *across, double *up, double x, double y, double weight)
{
	double		h = settings->bandwidth;
	double		size = settings->cell_size;
	bool		quartic = settings->kernel == KERNEL_QUARTIC;
	double		reach = quartic ? h : GAUSSIAN_CUT * h;
	int64		from_x,
				to_x,
				from_y,
				to_y,
				blocks;
	double	   *cell;

	CellsWithin(x, reach, size, grid->cells.from_x, grid->cells.columns, &from_x, &to_x);
	CellsWithin(y, reach, size, grid->cells.from_y, grid->cells.rows, &from_y, &to_y);
	if (from_x > to_x || from_y > to_y)
		return;
	weight *= quartic ? 3 / (M_PI * h * h) : 1 / (2 * M_PI * h * h);
	blocks = (to_x - from_x + LANES) / LANES;
	for (int64 i = 0; i < blocks * LANES; i++)
	{
		double		u = ((from_x + i + 0.5) * size - x) / h;
		bool		within = from_x + i <= to_x;

		across[i] = quartic ? (within ? u * u : 2) : within ? exp(-u * u / 2) : 0;
	}
	for (int64 i = 0; i <= to_y - from_y; i++)
	{
		double		v = ((from_y + i + 0.5) * size - y) / h;

		up[i] = quartic ? 1 - v * v : weight * exp(-v * v / 2);
	}
	cell = grid->density + (from_y - grid->cells.from_y) * grid->cells.columns + (from_x - grid->cells.from_x);
	if (quartic)
		AddQuarticRows(cell, grid->cells.columns, across, blocks, up, to_y - from_y + 1, weight);
	else
		AddGaussianRows(cell, grid->cells.columns, across, blocks, up, to_y - from_y + 1);
}

/* PlaceCounts: does a place count? Corrected for edges, only what was observed within the bounds does */
bool
PlaceCounts(const DensitySettings *settings, double x, double y)
{
	const Rectangle *bounds = &settings->bounds;

	return settings->edge == EDGE_NONE ||
		(x >= bounds->min_x && x <= bounds->max_x && y >= bounds->min_y && y <= bounds->max_y);
}

/*
 * Many events under a wide Gaussian: with t and u the distances in standard deviations of a cell and of an event from the
 * centre of a box of events,
 *   exp(-(t - u)^2 / 2) = sum over k of u^k / k! He_k(t) exp(-t^2 / 2),
 * He the Hermite polynomials (Greengard and Strain 1991, fast Gauss transform). A box keeps sums of u^k/k! v^l/l!; boxes half
 * a deviation wide and 16 terms leave less than 1e-15 of the kernel's peak. Both axes are separate: boxes of one strip
 * give, for every row of the grid, 16 sums; these give the strip's part of the cells. Time no longer grows with events times
 * cells.
 */
#define SERIES_TERMS	16
#define SERIES_BOX		0.5		/* width of a box in standard deviations */

/* HermiteTerms: the terms He_k(t) exp(-t^2 / 2) of the series, written at a stride */
static void
HermiteTerms(double t, double *term, int64 stride)
{
	double		before = 0;
	double		now = exp(-t * t / 2);

	for (int k = 0; k < SERIES_TERMS; k++)
	{
		double		next = t * now - k * before;

		term[k * stride] = now;
		before = now;
		now = next;
	}
}

/* AddMoments: adds an event's part to the moments of its box */
DENSITY_TARGETS static void
AddMoments(double *restrict moment, double u, double v, double weight)
{
	double		across[SERIES_TERMS];
	double		up[SERIES_TERMS];

	across[0] = weight;
	up[0] = 1;
	for (int k = 1; k < SERIES_TERMS; k++)
	{
		across[k] = across[k - 1] * u / k;
		up[k] = up[k - 1] * v / k;
	}
	for (int k = 0; k < SERIES_TERMS; k++)
		for (int l = 0; l < SERIES_TERMS; l++)
			moment[k * SERIES_TERMS + l] += up[k] * across[l];
}

/* AddBox: adds a box's moments, at the row's terms, to the row's sums */
DENSITY_TARGETS static void
AddBox(double *restrict sum, const double *restrict moment, const double *restrict term)
{
	for (int k = 0; k < SERIES_TERMS; k++)
		for (int l = 0; l < SERIES_TERMS; l++)
			sum[l] += term[k] * moment[k * SERIES_TERMS + l];
}

/* AddStripRow: adds the row's sums, at the columns' terms, to the cells of a row */
DENSITY_TARGETS static void
AddStripRow(double *restrict cell, const double *restrict term, int64 stride, int64 blocks, const double *restrict sum)
{
	for (int64 block = 0; block < blocks; block++)
	{
		double		lanes[LANES];

		for (int lane = 0; lane < LANES; lane++)
			lanes[lane] = cell[block * LANES + lane];
		for (int k = 0; k < SERIES_TERMS; k++)
		{
			const double *restrict at = term + k * stride + block * LANES;

			for (int lane = 0; lane < LANES; lane++)
				lanes[lane] += sum[k] * at[lane];
		}
		for (int lane = 0; lane < LANES; lane++)
			cell[block * LANES + lane] = lanes[lane];
	}
}

/* Boxes of one axis: numbered from that which reaches the grid's first cell. */
typedef struct BoxAxis
{
	double		origin;
	double		size;
	int64		n;
} BoxAxis;

/* BoxesOf: divides one axis of the grid, and the kernel's reach on either side, into boxes */
static BoxAxis
BoxesOf(const DensitySettings *settings, int64 grid_from, int64 grid_cells)
{
	double		reach = GAUSSIAN_CUT * settings->bandwidth;
	BoxAxis		axis;

	axis.size = SERIES_BOX * settings->bandwidth;
	axis.origin = grid_from * settings->cell_size - reach;
	axis.n = (int64) ceil((grid_cells * settings->cell_size + 2 * reach) / axis.size);
	return axis;
}

/* BoxNumber: the box that a coordinate lies in; -1 for one out of the grid's reach */
static int64
BoxNumber(const BoxAxis *axis, double coordinate)
{
	double		number = floor((coordinate - axis->origin) / axis->size);

	return number >= 0 && number < axis->n ? (int64) number : -1;
}

/* SeriesPays: whether fewer steps are needed than by adding every event to every cell it reaches */
static bool
SeriesPays(const DensitySettings *settings, const DensityGrid *grid, int n)
{
	double		reach = 2 * GAUSSIAN_CUT * settings->bandwidth / settings->cell_size;
	double		columns = Min(reach, (double) grid->cells.columns);
	double		rows = Min(reach, (double) grid->cells.rows);
	double		strips = grid->cells.columns * settings->cell_size / (SERIES_BOX * settings->bandwidth) + 2 * GAUSSIAN_CUT / SERIES_BOX;
	double		boxes = 2 * GAUSSIAN_CUT / SERIES_BOX;
	double		terms = SERIES_TERMS;

	return settings->kernel == KERNEL_GAUSSIAN &&
		3 * (n * terms * terms + strips * grid->cells.rows * (boxes * terms * terms + columns * terms)) < n * columns * rows;
}

/*
 * AddBySeries: adds all places' Gaussian kernels by series over boxes of places, far fewer steps
 * than place by place
 */
static void
AddBySeries(const DensitySettings *settings, DensityGrid *grid, const Places *places, const double *weight)
{
	double		deviation = settings->bandwidth;
	double		peak = 1 / (2 * M_PI * deviation * deviation);
	BoxAxis		strips = BoxesOf(settings, grid->cells.from_x, grid->cells.columns);
	BoxAxis		boxes = BoxesOf(settings, grid->cells.from_y, grid->cells.rows);
	int64		box_reach = (int64) ceil(2 * GAUSSIAN_CUT / SERIES_BOX) + 2;
	int64		stride = grid->cells.columns + LANES;
	int64	   *strip_start = palloc_extended(sizeof(int64) * (strips.n + 2), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int		   *order = palloc_extended(sizeof(int) * (Size) Max(places->n, 1), MCXT_ALLOC_HUGE);
	double	   *moment = palloc_extended(mul_size(sizeof(double) * SERIES_TERMS * SERIES_TERMS, boxes.n), MCXT_ALLOC_HUGE);
	double	   *row_term = palloc_extended(mul_size(sizeof(double) * SERIES_TERMS * box_reach, grid->cells.rows), MCXT_ALLOC_HUGE);
	double	   *column_term = palloc_extended(mul_size(sizeof(double) * SERIES_TERMS, stride), MCXT_ALLOC_HUGE);
	int64	   *first_box = palloc_extended(sizeof(int64) * grid->cells.rows, MCXT_ALLOC_HUGE);

	/* events by strip, in their order within it */
	for (int i = 0; i < places->n; i++)
		if (weight[i] > 0)
			strip_start[BoxNumber(&strips, places->x[i]) + 2]++;
	strip_start[1] = 0;			/* out of reach */
	for (int64 strip = 1; strip <= strips.n; strip++)
		strip_start[strip + 1] += strip_start[strip];
	for (int i = 0; i < places->n; i++)
	{
		int64		strip = weight[i] > 0 ? BoxNumber(&strips, places->x[i]) : -1;

		if (strip >= 0)
			order[strip_start[strip + 1]++] = i;
	}

	for (int64 row = 0; row < grid->cells.rows; row++)
	{
		double		y = (grid->cells.from_y + row + 0.5) * settings->cell_size;

		first_box[row] = Max(0, BoxNumber(&boxes, y - GAUSSIAN_CUT * deviation));
		for (int64 i = 0; i < box_reach; i++)
			HermiteTerms((y - boxes.origin - (first_box[row] + i + 0.5) * boxes.size) / deviation,
						 row_term + (row * box_reach + i) * SERIES_TERMS, 1);
		CHECK_FOR_INTERRUPTS();
	}

	for (int64 strip = 0; strip < strips.n; strip++)
	{
		double		centre = strips.origin + (strip + 0.5) * strips.size;
		int64		from_x,
					to_x;

		/* start and end have each moved up by one strip */
		if (strip_start[strip] == strip_start[strip + 1])
			continue;
		CellsWithin(centre, GAUSSIAN_CUT * deviation + strips.size / 2, settings->cell_size, grid->cells.from_x, grid->cells.columns, &from_x, &to_x);
		if (from_x > to_x)
			continue;
		memset(moment, 0, sizeof(double) * SERIES_TERMS * SERIES_TERMS * boxes.n);
		for (int64 i = strip_start[strip]; i < strip_start[strip + 1]; i++)
		{
			int			place = order[i];
			int64		box = BoxNumber(&boxes, places->y[place]);

			if ((i & 0xFFFF) == 0)
				CHECK_FOR_INTERRUPTS();
			if (box >= 0)
				AddMoments(moment + box * SERIES_TERMS * SERIES_TERMS, (places->x[place] - centre) / deviation,
						   (places->y[place] - boxes.origin - (box + 0.5) * boxes.size) / deviation, weight[place] * peak);
		}
		memset(column_term, 0, sizeof(double) * SERIES_TERMS * stride);
		for (int64 x = from_x; x <= to_x; x++)
			HermiteTerms(((x + 0.5) * settings->cell_size - centre) / deviation, column_term + (x - from_x), stride);
		for (int64 row = 0; row < grid->cells.rows; row++)
		{
			double		sum[SERIES_TERMS] = {0};
			int64		last_box = Min(first_box[row] + box_reach, boxes.n);

			for (int64 box = first_box[row]; box < last_box; box++)
			{
				/* the first moment is the sum of the weights */
				if (moment[box * SERIES_TERMS * SERIES_TERMS] > 0)
					AddBox(sum, moment + box * SERIES_TERMS * SERIES_TERMS, row_term + (row * box_reach + box - first_box[row]) * SERIES_TERMS);
			}
			AddStripRow(grid->density + row * grid->cells.columns + (from_x - grid->cells.from_x), column_term, stride,
						(to_x - from_x + LANES) / LANES, sum);
			if ((row & 0xFF) == 0)
				CHECK_FOR_INTERRUPTS();
		}
	}
	/* far from all events the terms cancel to within their rounding: a density is not below 0 */
	for (int64 i = 0; i < grid->cells.columns * grid->cells.rows; i++)
		grid->density[i] = Max(grid->density[i], 0);
	pfree(strip_start);
	pfree(order);
	pfree(moment);
	pfree(row_term);
	pfree(column_term);
	pfree(first_box);
}

/* AddDirectly: adds every event's kernel to every cell it reaches */
static void
AddDirectly(const DensitySettings *settings, DensityGrid *grid, const Places *places, const double *weight)
{
	double	   *across = palloc_extended(sizeof(double) * (grid->cells.columns + LANES), MCXT_ALLOC_HUGE);
	double	   *up = palloc_extended(sizeof(double) * grid->cells.rows, MCXT_ALLOC_HUGE);

	for (int i = 0; i < places->n; i++)
	{
		if ((i & 0xFF) == 0)
			CHECK_FOR_INTERRUPTS();
		if (weight[i] > 0)
			AddPlace(settings, grid, across, up, places->x[i], places->y[i], weight[i]);
	}
	pfree(across);
	pfree(up);
}

/* KernelDensity: fills the grid, whose cells are 0. The places come in their one order, so that sums do not vary. */
void
KernelDensity(const Places *places, const DensitySettings *settings, DensityGrid *grid)
{
	double	   *weight = palloc_extended(sizeof(double) * (Size) Max(places->n, 1), MCXT_ALLOC_HUGE);

	for (int i = 0; i < places->n; i++)
	{
		weight[i] = PlaceWeight(places, i);
		if (!PlaceCounts(settings, places->x[i], places->y[i]))
			weight[i] = 0;
		else if (settings->edge == EDGE_EVENT)
			weight[i] /= MassWithin(settings, places->x[i], places->y[i]);
		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	if (SeriesPays(settings, grid, places->n))
		AddBySeries(settings, grid, places, weight);
	else
		AddDirectly(settings, grid, places, weight);
	if (settings->edge == EDGE_PLACE)
		for (int64 row = 0; row < grid->cells.rows; row++)
		{
			CHECK_FOR_INTERRUPTS();
			for (int64 column = 0; column < grid->cells.columns; column++)
			{
				double	   *cell = grid->density + row * grid->cells.columns + column;

				if (*cell > 0)
					*cell /= MassWithin(settings, (grid->cells.from_x + column + 0.5) * settings->cell_size,
										(grid->cells.from_y + row + 0.5) * settings->cell_size);
			}
		}
	pfree(weight);
}

/* NewDensityGrid: the cells of the bounds, or of the extent of the places widened by what their kernels reach, all 0 */
DensityGrid *
NewDensityGrid(const Places *places, const DensitySettings *settings, int64 max_cells, double bytes_per_cell)
{
	DensityGrid *grid = palloc(sizeof(DensityGrid));
	Rectangle	extent = settings->bounds;

	if (!settings->bounded)
	{
		double		reach = settings->bandwidth * (settings->kernel == KERNEL_GAUSSIAN ? GAUSSIAN_MARGIN : 1);

		extent = PlacesExtent(places);
		extent.min_x -= reach;
		extent.min_y -= reach;
		extent.max_x += reach;
		extent.max_y += reach;
	}
	grid->cells = CellBlockOf(&extent, settings->cell_size, max_cells, bytes_per_cell);
	grid->density = palloc_extended(sizeof(double) * (grid->cells.columns * grid->cells.rows + LANES), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	return grid;
}

/* ---- SQL ---- */

/* ReadDensitySettings: bandwidth, cell_size [, kernel [, bounds [, weight [, edge]]]] from the first argument on */
void
ReadDensitySettings(FunctionCallInfo fcinfo, int first, DensitySettings *settings)
{
	static const char *const kernels[] = {"quartic", "gaussian"};
	static const char *const edges[] = {"none", "event", "place"};

	memset(settings, 0, sizeof(*settings));
	CheckGiven(fcinfo, first, "bandwidth");
	CheckGiven(fcinfo, first + 1, "cell_size");
	settings->bandwidth = PG_GETARG_FLOAT8(first);
	settings->cell_size = PG_GETARG_FLOAT8(first + 1);
	CheckPositive("bandwidth", settings->bandwidth);
	CheckPositive("cell_size", settings->cell_size);
	if (settings->bandwidth < settings->cell_size)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bandwidth is %g, less than cell_size (%g)", settings->bandwidth, settings->cell_size),
				 errhint("The cells' centres would miss the kernel: take smaller cells.")));
	if (PG_NARGS() > first + 2)
		settings->kernel = WordArgument(fcinfo, first + 2, "kernel", kernels, lengthof(kernels));
	if (PG_NARGS() > first + 3 && !PG_ARGISNULL(first + 3))
	{
		Rectangle	bounds = ReadRectangle(PG_GETARG_DATUM(first + 3), "bounds");

		/* field by field: the padding stays 0, since settings are compared as bytes */
		settings->bounded = 1;
		settings->bounds.min_x = bounds.min_x;
		settings->bounds.min_y = bounds.min_y;
		settings->bounds.max_x = bounds.max_x;
		settings->bounds.max_y = bounds.max_y;
		settings->bounds.srid = bounds.srid;
	}
	if (PG_NARGS() > first + 5)
		settings->edge = WordArgument(fcinfo, first + 5, "edge", edges, lengthof(edges));
	if (settings->edge != EDGE_NONE && !settings->bounded)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("edge correction needs bounds"),
				 errhint("Give the rectangle that the events were observed in.")));
}

/* kernel_density_accum: keeps a place, with or without a weight, and the settings of the surface */
PG_FUNCTION_INFO_V1(kernel_density_accum);
Datum
kernel_density_accum(PG_FUNCTION_ARGS)
{
	int			weight_argument = PG_NARGS() > 6 ? 6 : 0;
	DensitySettings settings;
	Events	   *events;

	if (!PlacesRowIsKnown(fcinfo, weight_argument))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	ReadDensitySettings(fcinfo, 2, &settings);
	events = PlacesAccum(fcinfo, "kernel_density", weight_argument, &settings, sizeof(settings));
	if (settings.bounded)
		CheckSameSrid(events->srid, settings.bounds.srid);
	PG_RETURN_POINTER(events);
}

/*
 * DensitySettingsSound: are these settings that a user could have given? A state may come as bytes
 * from anywhere
 */
bool
DensitySettingsSound(const DensitySettings *settings)
{
	const Rectangle *bounds = &settings->bounds;

	return settings->cell_size > 0 && settings->bandwidth >= settings->cell_size && isfinite(settings->bandwidth) &&
		settings->kernel >= KERNEL_QUARTIC && settings->kernel <= KERNEL_GAUSSIAN &&
		settings->edge >= EDGE_NONE && settings->edge <= EDGE_PLACE && (settings->edge == EDGE_NONE || settings->bounded) &&
		(!settings->bounded || (bounds->min_x < bounds->max_x && bounds->min_y < bounds->max_y &&
								isfinite(bounds->max_x - bounds->min_x) && isfinite(bounds->max_y - bounds->min_y)));
}

/* kernel_density_final: the density surface: one row a cell */
PG_FUNCTION_INFO_V1(kernel_density_final);
Datum
kernel_density_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context;
	Events	   *events = EventsState(fcinfo, "kernel_density", &aggregate_context);
	DensitySettings settings;
	MemoryContext work,
				oldcontext;
	Places	   *places;
	DensityGrid *grid;
	CspResult	result;
	Oid			row_type;
	Datum	   *rows;
	int64		n = 0;
	ArrayType  *array;

	if (events == NULL)
		PG_RETURN_NULL();
	memcpy(&settings, events->parameters, Min(sizeof(settings), events->parameters_size));
	if (events->parameters_size != sizeof(settings) || !DensitySettingsSound(&settings))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of kernel_density is damaged")));
	row_type = ResultInitElement(&result, fcinfo, DENSITY_CELL_COLUMNS);

	work = AllocSetContextCreate(CurrentMemoryContext, "kernel density", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);
	places = PlacesInOrder(events);
	grid = NewDensityGrid(places, &settings, MAX_CELLS, sizeof(double) + sizeof(Datum) + 240);
	KernelDensity(places, &settings, grid);

	rows = palloc_extended(sizeof(Datum) * grid->cells.columns * grid->cells.rows, MCXT_ALLOC_HUGE);
	for (int64 row = 0; row < grid->cells.rows; row++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 column = 0; column < grid->cells.columns; column++)
		{
			int64		x = grid->cells.from_x + column;
			int64		y = grid->cells.from_y + row;
			Datum		centre = PlaceDatum((x + 0.5) * settings.cell_size, (y + 0.5) * settings.cell_size, places->srid);

			ResultSetInt32(&result, DENSITY_CELL_CELL_X, (int32) x);
			ResultSetInt32(&result, DENSITY_CELL_CELL_Y, (int32) y);
			ResultSetDatum(&result, DENSITY_CELL_CENTRE, centre);
			ResultSetFloat8(&result, DENSITY_CELL_DENSITY, grid->density[n] * SQUARE_KILOMETRE);
			rows[n++] = ResultDatum(&result);
			pfree(DatumGetPointer(centre));
		}
	}
	MemoryContextSwitchTo(oldcontext);
	array = ResultArray(rows, (int) n, row_type);
	MemoryContextDelete(work);
	PG_RETURN_ARRAYTYPE_P(array);
}
