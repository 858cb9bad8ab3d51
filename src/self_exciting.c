/*
 * self_exciting.c
 *   Concept: a self-exciting space-time point process: how much of the crime follows from earlier crime near by, how
 *   far it reaches and how long it lasts (Ogata 1998; Zhuang, Ogata and Vere-Jones 2002; for crime Mohler and others
 *   2011).
 *
 * The expected number of events per day and unit of area at time t and place s, given those before, is
 *
 *     background f(s) + sum over earlier events j of  branching  u(t - t_j)  v(|s - s_j|)
 *
 * u is the density of an exponential waiting time, cut off at `days`; v the density of an isotropic normal displacement,
 * cut off at `distance`; both are densities within their limits, so that branching is the mean number of events that
 * one event sets off there, whatever the limits. f is a density over the plane: that of the other events by a normal
 * kernel (cut off at five bandwidths), and of one event spread evenly over their bounding rectangle, which keeps it
 * above 0 at stray places. Declustered, each event counts in f with the probability that it is background, found in
 * turns with the fit (stochastic declustering); otherwise all count fully.
 *
 * With f fixed the likelihood is maximised by EM (Veen and Schoenberg 2008). The integral over time is exact to the end
 * of the window: events near the end have had little time to set off others. The plane is taken as unbounded, and
 * events before the window are not known to it: both make the branching ratio a little low where much happened outside.
 */
#include "near_repeat.h"

#include <math.h>

#include "cell_grid.h"
#include "check.h"
#include "rate.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define KERNEL_REACH		5.0 /* bandwidths */
#define MAX_ITERATIONS		5000
#define MAX_TURNS			50
#define TOLERANCE			1e-8	/* largest relative change of a parameter in one iteration of EM */
#define TURN_TOLERANCE		1e-5	/* the same from one background to the next */
#define FINEST				200.0	/* decay and sigma are not finer than the limits over this */
#define COARSEST			10.0	/* nor longer than the limits times this */

/* How far triggering is looked for, and how the background is made; compared byte by byte as part of the settings. */
typedef struct SelfExcitingLimits
{
	double		bandwidth;
	double		distance;
	double		days;
	int64		declustered;
} SelfExcitingLimits;

/* ---- kernel ---- */

/* What the likelihood needs: children by rising index, each with its possible parents. */
typedef struct Pairs
{
	int64	   *start;			/* n + 1 */
	double	   *apart;			/* days */
	double	   *measure;		/* squared distance */
	int		   *parent;
	int64		npairs;
	const EventList *list;
	int64	   *filled;
} Pairs;

static void
CountPair(void *into, int a, int b, double measure, uint64 apart)
{
	Pairs	   *pairs = into;

	(void) measure;
	if (apart > 0)
	{
		pairs->start[(pairs->list->t[a] > pairs->list->t[b] ? a : b) + 1]++;
		pairs->npairs++;
	}
}

static void
FillPair(void *into, int a, int b, double measure, uint64 apart)
{
	Pairs	   *pairs = into;
	int			child = pairs->list->t[a] > pairs->list->t[b] ? a : b;

	if (apart > 0)
	{
		int64		slot = pairs->start[child] + pairs->filled[child]++;

		pairs->apart[slot] = DaysApart(pairs->list, (int64) apart);
		pairs->measure[slot] = measure;
		pairs->parent[slot] = child == a ? b : a;
	}
}

/* FindPairs: every event with the earlier ones within the limits; counted before memory is taken */
static void
FindPairs(Pairs *pairs, const EventList *list, const SelfExcitingLimits *limits)
{
	LinkLimits	link = {limits->distance, limits->days};
	double		bytes;

	memset(pairs, 0, sizeof(*pairs));
	pairs->list = list;
	pairs->start = palloc_extended(sizeof(int64) * (list->n + 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	ForEachLink(list, link, CountPair, pairs);
	bytes = pairs->npairs * (2.0 * sizeof(double) + sizeof(int));
	if (bytes > max_memory_kb * 1024.0)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%lld pairs of events within the limits would need about %.0f MB, more than csp_analysis.max_memory (%d MB)",
						(long long) pairs->npairs, ceil(bytes / 1048576), max_memory_kb / 1024),
				 errhint("Lower distance or days, or raise csp_analysis.max_memory.")));
	for (int i = 0; i < list->n; i++)
		pairs->start[i + 1] += pairs->start[i];
	pairs->apart = palloc_extended(sizeof(double) * Max(pairs->npairs, 1), MCXT_ALLOC_HUGE);
	pairs->measure = palloc_extended(sizeof(double) * Max(pairs->npairs, 1), MCXT_ALLOC_HUGE);
	pairs->parent = palloc_extended(sizeof(int) * Max(pairs->npairs, 1), MCXT_ALLOC_HUGE);
	pairs->filled = palloc_extended(sizeof(int64) * Max(list->n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	ForEachLink(list, link, FillPair, pairs);
	pfree(pairs->filled);
}

/* -- background -- */

typedef struct Background
{
	double		bandwidth;
	const double *weight;
	double	   *density;
	double		total;			/* of the weights */
	double		min_x,
				max_x,
				min_y,
				max_y;			/* the rectangle of the one event spread evenly */
} Background;

static void
AddKernel(void *into, int a, int b, double measure, uint64 apart)
{
	Background *background = into;
	double		kernel = exp(-measure / (2 * background->bandwidth * background->bandwidth));

	(void) apart;
	background->density[a] += background->weight[b] * kernel;
	background->density[b] += background->weight[a] * kernel;
}

/* BackgroundDensity: f at each event, from the others */
static void
BackgroundDensity(Background *background, const EventList *list, double bandwidth, const double *weight, double *density)
{
	LinkLimits	link = {bandwidth * KERNEL_REACH, INFINITY};
	double		even;

	background->bandwidth = bandwidth;
	background->weight = weight;
	background->density = density;
	background->total = 0;
	for (int i = 0; i < list->n; i++)
	{
		background->total += weight[i];
		background->min_x = i == 0 ? list->x[0] : Min(background->min_x, list->x[i]);
		background->max_x = i == 0 ? list->x[0] : Max(background->max_x, list->x[i]);
		background->min_y = i == 0 ? list->y[0] : Min(background->min_y, list->y[i]);
		background->max_y = i == 0 ? list->y[0] : Max(background->max_y, list->y[i]);
		density[i] = 0;
	}
	/* a rectangle has an area even where all events lie on a line */
	background->min_x -= bandwidth;
	background->max_x += bandwidth;
	background->min_y -= bandwidth;
	background->max_y += bandwidth;
	even = 1 / ((background->max_x - background->min_x) * (background->max_y - background->min_y));

	ForEachLink(list, link, AddKernel, background);
	for (int i = 0; i < list->n; i++)
		density[i] = (density[i] / (2 * M_PI * bandwidth * bandwidth) + even) / (background->total - weight[i] + 1);
}

/* -- fit -- */

typedef struct Process
{
	double		background;		/* events a day */
	double		branching;		/* within the limits */
	double		decay;			/* mean days of the exponential before it is cut off */
	double		sigma;
} Process;

/* WithinTime, WithinSpace: the shares of the uncut triggering that lie within the limits */
static double
WithinTime(const Process *process, const SelfExcitingLimits *limits)
{
	return -expm1(-limits->days / process->decay);
}

static double
WithinSpace(const Process *process, const SelfExcitingLimits *limits)
{
	return -expm1(-limits->distance * limits->distance / (2 * process->sigma * process->sigma));
}

/* What one E-step finds out. */
typedef struct Expectation
{
	double		log_likelihood;
	double		background;		/* expected number of background events */
	double		triggered;		/* expected number of others */
	double		days;			/* their waiting times, summed */
	double		measure;		/* their squared displacements, summed */
} Expectation;

/*
 * Expect
 *   Shares each event between the background and its possible parents. share[i] is the probability that event i is
 *   background.
 */
static void
Expect(const Process *process, const SelfExcitingLimits *limits, const Pairs *pairs, const double *left, double length,
	   const double *density, double *share, Expectation *result)
{
	int			n = pairs->list->n;
	double		rate = 1 / process->decay;
	double		narrow = 1 / (2 * process->sigma * process->sigma);
	double		height = process->branching / (WithinTime(process, limits) * WithinSpace(process, limits)) *
		rate * narrow / M_PI;
	double		log_sum[2] = {0, 0},
				waited[2] = {0, 0};

	memset(result, 0, sizeof(*result));
	for (int i = 0; i < n; i++)
	{
		double		background = process->background * density[i];
		double		triggered = 0,
					days = 0,
					measure = 0,
					intensity;

		for (int64 p = pairs->start[i]; p < pairs->start[i + 1]; p++)
		{
			double		part = height * exp(-rate * pairs->apart[p] - narrow * pairs->measure[p]);

			triggered += part;
			days += part * pairs->apart[p];
			measure += part * pairs->measure[p];
		}
		intensity = background + triggered;
		share[i] = background / intensity;
		result->background += share[i];
		result->triggered += triggered / intensity;
		result->days += days / intensity;
		result->measure += measure / intensity;
		SumAdd(log_sum, log(intensity));
		SumAdd(waited, -expm1(-rate * Min(left[i], limits->days)));
	}
	result->log_likelihood = log_sum[0] + log_sum[1] - process->background * length -
		process->branching / WithinTime(process, limits) * (waited[0] + waited[1]);
}

/*
 * Maximise
 *   The parameters under which the shares of the E-step are likeliest. Decay and sigma solve one equation each, by
 *   iterations that move one way only; without limits and without an end they would be the plain means.
 */
static void
Maximise(Process *process, const SelfExcitingLimits *limits, int n, const double *left, double length, const Expectation *e)
{
	double		waited = 0;

	process->background = e->background / length;
	if (e->triggered <= 0)
	{
		process->branching = 0;
		return;
	}

	for (int round = 0; round < 200; round++)
	{
		double		before = process->decay;
		double		slope = 0;
		double		full = -expm1(-limits->days / before);
		double		full_slope = limits->days * exp(-limits->days / before);

		waited = 0;
		for (int i = 0; i < n; i++)
		{
			if (left[i] >= limits->days)
			{
				waited += full;
				slope += full_slope;
			}
			else
			{
				waited += -expm1(-left[i] / before);
				slope += left[i] * exp(-left[i] / before);
			}
		}
		process->decay = e->days / e->triggered + (waited > 0 ? slope / waited : 0);
		process->decay = Min(Max(process->decay, limits->days / FINEST), limits->days * COARSEST);
		if (fabs(process->decay - before) <= 1e-12 * before)
			break;
	}
	for (int round = 0; round < 200; round++)
	{
		double		before = process->sigma;
		double		cut = limits->distance * limits->distance / (2 * before * before);

		process->sigma = sqrt(e->measure / (2 * e->triggered) + limits->distance * limits->distance / 2 / expm1(cut));
		process->sigma = Min(Max(process->sigma, limits->distance / FINEST), limits->distance * COARSEST);
		if (fabs(process->sigma - before) <= 1e-12 * before)
			break;
	}

	waited = 0;
	for (int i = 0; i < n; i++)
		waited += -expm1(-Min(left[i], limits->days) / process->decay);
	process->branching = waited > 0 ? e->triggered * WithinTime(process, limits) / waited : 0;
}

static double
RelativeChange(double before, double after)
{
	return before == after ? 0 : fabs(after - before) / Max(fabs(before), fabs(after));
}

static double
ProcessChange(const Process *before, const Process *after)
{
	double		change = RelativeChange(before->background, after->background);

	change = Max(change, RelativeChange(before->branching, after->branching));
	change = Max(change, RelativeChange(before->decay, after->decay));
	return Max(change, RelativeChange(before->sigma, after->sigma));
}

typedef struct SelfExcitingFit
{
	Process		process;
	double		log_likelihood;
	double		log_likelihood_without; /* of a background alone: no triggering */
	int			iterations;
	bool		converged;
} SelfExcitingFit;

/* FitProcess: the most likely process; false where there are not two times */
static bool
FitProcess(const EventList *list, const SelfExcitingLimits *limits, int64 ends, double length, SelfExcitingFit *fit)
{
	int			n = list->n;
	Pairs		pairs;
	Background	background;
	double	   *left = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
	double	   *density = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
	double	   *weight = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
	double	   *share = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
	Expectation expectation;
	Process    *process = &fit->process;
	double		without[2] = {0, 0};

	memset(fit, 0, sizeof(*fit));
	if (n < 2 || length <= 0)
		return false;
	for (int i = 0; i < n; i++)
	{
		left[i] = DaysApart(list, ends - list->t[i]);
		weight[i] = 1;
	}
	FindPairs(&pairs, list, limits);
	BackgroundDensity(&background, list, limits->bandwidth, weight, density);
	for (int i = 0; i < n; i++)
		SumAdd(without, log(n / length * density[i]));
	fit->log_likelihood_without = without[0] + without[1] - n;

	process->background = 0.5 * n / length;
	process->branching = pairs.npairs > 0 ? 0.5 : 0;
	process->decay = limits->days / 5;
	process->sigma = limits->distance / 5;

	for (int turn = 0; turn < MAX_TURNS; turn++)
	{
		Process		at_start = *process;

		fit->converged = false;
		while (fit->iterations < MAX_ITERATIONS)
		{
			Process		before = *process;

			Expect(process, limits, &pairs, left, length, density, share, &expectation);
			Maximise(process, limits, n, left, length, &expectation);
			fit->iterations++;
			CHECK_FOR_INTERRUPTS();
			/* what sets off less than one event in a hundred thousand sets off none: EM would only creep to it */
			if (expectation.triggered < 1e-5 * n)
				process->branching = 0;
			if (ProcessChange(&before, process) < TOLERANCE || process->branching == 0)
			{
				fit->converged = true;
				break;
			}
		}
		if (!limits->declustered || !fit->converged)
			break;
		if (turn > 0 && (ProcessChange(&at_start, process) < TURN_TOLERANCE || process->branching == 0))
			break;
		if (turn == MAX_TURNS - 1)
			fit->converged = false;
		else
		{
			Expect(process, limits, &pairs, left, length, density, weight, &expectation);
			BackgroundDensity(&background, list, limits->bandwidth, weight, density);
		}
	}
	if (process->branching == 0)
		process->background = n / length;
	Expect(process, limits, &pairs, left, length, density, share, &expectation);
	fit->log_likelihood = expectation.log_likelihood;
	return true;
}

/* -- map -- */

typedef struct IntensityCell
{
	double		background;
	double		triggered;
	int32		x;
	int32		y;
} IntensityCell;

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

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

static void
BumpCells(const Bump *bump, double size, double coordinate, int32 *from, int32 *to)
{
	*from = CellNumber(size, coordinate - bump->reach);
	*to = CellNumber(size, coordinate + bump->reach);
}

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
		}
		CHECK_FOR_INTERRUPTS();
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
	Background	background;
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
	BackgroundDensity(&background, list, limits->bandwidth, weight, density);
	if (limits->declustered && process->branching > 0)
	{
		Pairs		pairs;
		Expectation expectation;
		double	   *left = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		double	   *share = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
		double		change = 1;

		FindPairs(&pairs, list, limits);
		for (int turn = 0; turn < MAX_TURNS && change > TURN_TOLERANCE; turn++)
		{
			Expect(process, limits, &pairs, left, 0, density, share, &expectation);
			change = 0;
			for (int i = 0; i < n; i++)
			{
				change = Max(change, fabs(share[i] - weight[i]));
				weight[i] = share[i];
			}
			BackgroundDensity(&background, list, limits->bandwidth, weight, density);
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

			if (b == 1 && DaysApart(list, as_of - list->t[i]) >= limits->days)
				continue;
			BumpCells(&bumps[b], size, list->x[i], &left, &right);
			BumpCells(&bumps[b], size, list->y[i], &bottom, &top);
			for (int32 y = bottom; y <= top; y++)
				CellGridAdd(grid, y, left, right);
			CHECK_FOR_INTERRUPTS();
		}
	CellGridFinish(grid, sizeof(IntensityCell) + 2 * sizeof(Datum));
	cell = palloc_extended(sizeof(IntensityCell) * Max(grid->ncells, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	even = process->background / (background.total + 1) /
		((background.max_x - background.min_x) * (background.max_y - background.min_y));
	for (int64 i = 0; i < grid->nruns; i++)
		for (int32 x = grid->run[i].from; x <= grid->run[i].to; x++)
		{
			IntensityCell *into = &cell[grid->run[i].first + (x - grid->run[i].from)];
			int32		y = grid->run[i].y;
			double		width = Min((x + 1.0) * size, background.max_x) - Max(x * size, background.min_x);
			double		height = Min((y + 1.0) * size, background.max_y) - Max(y * size, background.min_y);

			into->x = x;
			into->y = y;
			if (width > 0 && height > 0)
				into->background = even * width * height;
		}

	for (int i = 0; i < n; i++)
		mass[i] = process->background * weight[i] / (background.total + 1);
	AddBumps(cell, grid, list, &bumps[0], mass);
	if (process->branching > 0)
	{
		for (int i = 0; i < n; i++)
		{
			double		days = DaysApart(list, as_of - list->t[i]);

			mass[i] = days >= limits->days ? 0 :
				process->branching / (WithinTime(process, limits) * WithinSpace(process, limits)) * exp(-days / process->decay) / process->decay;
		}
		AddBumps(cell, grid, list, &bumps[1], mass);
	}
	*ncells = grid->ncells;
	CellGridFree(grid);
	SortCells(cell, *ncells);
	return cell;
}

/* ---- SQL: fit ---- */

typedef struct FitSettings
{
	SelfExcitingLimits limits;
	int64		with_window;
	int64		starts;
	int64		ends;
} FitSettings;

static void
CheckLimits(const SelfExcitingLimits *limits)
{
	CheckPositive("bandwidth", limits->bandwidth);
	CheckPositive("distance", limits->distance);
	CheckPositive("days", limits->days);
}

static void
CheckMoment(const char *name, TimestampTz moment)
{
	if (TIMESTAMP_NOT_FINITE(moment))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s is infinite", name)));
}

/* CheckSpan: differences of times are taken without fear of overflow */
static void
CheckSpan(int64 from, int64 to)
{
	if ((double) to - (double) from > (double) (PG_INT64_MAX / 2))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("the events span more than 140,000 years")));
}

PG_FUNCTION_INFO_V1(self_exciting_accum);
Datum
self_exciting_accum(PG_FUNCTION_ARGS)
{
	static const char *const name[] = {"bandwidth", "distance", "days", "starts", "ends", "declustered"};
	MemoryContext context;
	Events	   *events = EventsState(fcinfo, "self_exciting", &context);
	FitSettings settings;
	int64		t;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (events == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(events);
	}
	for (int i = 3; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("%s is NULL", name[i - 3])));

	memset(&settings, 0, sizeof(settings));
	settings.limits.bandwidth = PG_GETARG_FLOAT8(3);
	settings.limits.distance = PG_GETARG_FLOAT8(4);
	settings.limits.days = PG_GETARG_FLOAT8(5);
	settings.limits.declustered = PG_NARGS() > 8 ? PG_GETARG_BOOL(8) : true;
	CheckLimits(&settings.limits);
	if (PG_NARGS() > 6)
	{
		settings.with_window = true;
		settings.starts = PG_GETARG_TIMESTAMPTZ(6);
		settings.ends = PG_GETARG_TIMESTAMPTZ(7);
		CheckMoment("starts", settings.starts);
		CheckMoment("ends", settings.ends);
		if (settings.starts >= settings.ends)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("starts (%s) is not before ends (%s)", pstrdup(timestamptz_to_str(settings.starts)), pstrdup(timestamptz_to_str(settings.ends)))));
	}
	if (events == NULL)
		events = EventsNew(context, true, false, &settings, sizeof(settings));
	else
		EventsCheckParameters(events, &settings, sizeof(settings));
	t = EventTime(PG_GETARG_DATUM(2), true);
	if (!settings.with_window || (t >= settings.starts && t < settings.ends))
		EventsAdd(events, PG_GETARG_DATUM(1), PG_GETARG_DATUM(2), 0);
	PG_RETURN_POINTER(events);
}

/* Warning: what the reader of a fit must know; NULL if nothing */
static const char *
Warning(const SelfExcitingFit *fit, const SelfExcitingLimits *limits)
{
	const Process *process = &fit->process;

	if (!fit->converged)
		return "did not converge: other limits or another bandwidth may";
	if (process->branching == 0)
		return NULL;
	if (process->sigma <= limits->distance / FINEST)
		return "sigma is at its least, distance / 200: most of what follows is at the very same place";
	if (process->decay <= limits->days / FINEST)
		return "decay_days is at its least, days / 200: most of what follows comes at once, as several records of one incident would";
	if (process->sigma > limits->distance / 2 || process->decay > limits->days / 2)
		return "the limits cut off much of the triggering: raise distance or days, or take it as trend and background";
	if (process->branching >= 1)
		return "branching_ratio is not below 1: such a process would grow without end";
	return NULL;
}

PG_FUNCTION_INFO_V1(self_exciting_final);
Datum
self_exciting_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context;
	Events	   *events = EventsState(fcinfo, "self_exciting", &aggregate_context);
	MemoryContext work_context,
				oldcontext;
	FitSettings settings;
	SelfExcitingFit fit;
	EventList  *list;
	CspResult	result;
	int64		starts,
				ends;
	bool		fitted;
	const char *warning;

	if (events == NULL)
		PG_RETURN_NULL();
	memcpy(&settings, events->parameters, Min(sizeof(settings), events->parameters_size));
	if (events->parameters_size != sizeof(settings) || !events->instants)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of self_exciting is damaged")));
	CheckLimits(&settings.limits);
	ResultInit(&result, fcinfo, 16);
	ResultSetInt64(&result, 0, events->n);
	if (events->n == 0)
		PG_RETURN_DATUM(ResultDatum(&result));

	work_context = AllocSetContextCreate(CurrentMemoryContext, "self-exciting process", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work_context);
	list = EventsInOrder(events);
	starts = ends = list->t[0];
	for (int i = 1; i < list->n; i++)
	{
		starts = Min(starts, list->t[i]);
		ends = Max(ends, list->t[i]);
	}
	if (settings.with_window)
	{
		/* bytes from elsewhere could hold events outside their own window */
		if (starts < settings.starts || ends >= settings.ends)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("the serialised state of self_exciting is damaged")));
		starts = settings.starts;
		ends = settings.ends;
	}
	CheckSpan(starts, ends);
	fitted = FitProcess(list, &settings.limits, ends, DaysApart(list, ends - starts), &fit);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work_context);

	result.values[10] = TimestampTzGetDatum(starts);
	result.nulls[10] = false;
	result.values[11] = TimestampTzGetDatum(ends);
	result.nulls[11] = false;
	ResultSetFloat8(&result, 12, settings.limits.bandwidth);
	ResultSetFloat8(&result, 13, settings.limits.distance);
	ResultSetFloat8(&result, 14, settings.limits.days);
	ResultSetBool(&result, 15, settings.limits.declustered);
	if (!fitted)
	{
		result.values[9] = CStringGetTextDatum("there are not two events at different times");
		result.nulls[9] = false;
		PG_RETURN_DATUM(ResultDatum(&result));
	}
	ResultSetFloat8(&result, 1, fit.process.background);
	ResultSetFloat8(&result, 2, fit.process.branching);
	if (fit.process.branching > 0)
	{
		ResultSetFloat8(&result, 3, fit.process.decay);
		ResultSetFloat8(&result, 4, fit.process.sigma);
	}
	ResultSetFloat8(&result, 5, fit.log_likelihood);
	ResultSetFloat8(&result, 6, fit.log_likelihood_without);
	ResultSetInt32(&result, 7, fit.iterations);
	ResultSetBool(&result, 8, fit.converged);
	warning = Warning(&fit, &settings.limits);
	if (warning != NULL)
	{
		result.values[9] = CStringGetTextDatum(warning);
		result.nulls[9] = false;
	}
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* ---- SQL: map ---- */

typedef struct MapSettings
{
	SelfExcitingLimits limits;
	Process		process;
	int64		starts;
	int64		as_of;
	double		cell_size;
} MapSettings;

static double
FitFloat(HeapTupleHeader fit, AttrNumber column, const char *name)
{
	bool		isnull;
	Datum		value = GetAttributeByNum(fit, column, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s of fit is NULL", name),
				 errhint("Give a fit that self_exciting could make.")));
	return DatumGetFloat8(value);
}

static void
CheckProcess(const Process *process)
{
	CheckNotNegative("background_rate", process->background);
	CheckNotNegative("branching_ratio", process->branching);
	CheckPositive("decay_days", process->decay);
	CheckPositive("sigma", process->sigma);
}

/* ReadFit: a row that a user may have put together by hand */
static void
ReadFit(HeapTupleHeader fit, MapSettings *settings)
{
	bool		isnull;

	settings->process.background = FitFloat(fit, 2, "background_rate");
	settings->process.branching = FitFloat(fit, 3, "branching_ratio");
	/* of a process that sets nothing off these are NULL, and do not matter */
	settings->process.decay = settings->process.sigma = 1;
	if (settings->process.branching > 0)
	{
		settings->process.decay = FitFloat(fit, 4, "decay_days");
		settings->process.sigma = FitFloat(fit, 5, "sigma");
	}
	CheckProcess(&settings->process);
	settings->starts = DatumGetTimestampTz(GetAttributeByNum(fit, 11, &isnull));
	if (isnull)
		settings->starts = PG_INT64_MIN;
	settings->limits.bandwidth = FitFloat(fit, 13, "bandwidth");
	settings->limits.distance = FitFloat(fit, 14, "distance");
	settings->limits.days = FitFloat(fit, 15, "days");
	settings->limits.declustered = DatumGetBool(GetAttributeByNum(fit, 16, &isnull)) && !isnull;
	CheckLimits(&settings->limits);
}

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
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("%s is NULL", name[i - 3])));

	memset(&settings, 0, sizeof(settings));
	settings.as_of = PG_GETARG_TIMESTAMPTZ(3);
	settings.cell_size = PG_GETARG_FLOAT8(4);
	CheckMoment("as_of", settings.as_of);
	CheckCellSize(settings.cell_size);
	ReadFit(PG_GETARG_HEAPTUPLEHEADER(5), &settings);
	if (events == NULL)
		events = EventsNew(context, true, false, &settings, sizeof(settings));
	else
		EventsCheckParameters(events, &settings, sizeof(settings));
	t = EventTime(PG_GETARG_DATUM(2), true);
	if (t >= settings.starts && t < settings.as_of)
	{
		CheckSpan(t, settings.as_of);
		EventsAdd(events, PG_GETARG_DATUM(1), PG_GETARG_DATUM(2), 0);
	}
	PG_RETURN_POINTER(events);
}

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
	CheckLimits(&settings.limits);
	CheckCellSize(settings.cell_size);
	CheckProcess(&settings.process);
	CheckMoment("as_of", settings.as_of);
	for (int64 i = 0; i < events->n; i++)
	{
		if (events->t[i] >= settings.as_of)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("the serialised state of self_exciting_intensity is damaged")));
		CheckSpan(events->t[i], settings.as_of);
	}
	row_type = ResultInitElement(&row, fcinfo, 7);

	work_context = AllocSetContextCreate(CurrentMemoryContext, "self-exciting intensity", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work_context);
	cell = ProcessMap(EventsInOrder(events), &settings.limits, &settings.process, settings.as_of, settings.cell_size, &ncells);
	rows = palloc_extended(sizeof(Datum) * Max(ncells, 1), MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < ncells; i++)
	{
		ResultSetInt32(&row, 0, cell[i].x);
		ResultSetInt32(&row, 1, cell[i].y);
		ResultSetFloat8(&row, 2, cell[i].background + cell[i].triggered);
		ResultSetFloat8(&row, 3, cell[i].background);
		ResultSetFloat8(&row, 4, cell[i].triggered);
		ResultSetInt64(&row, 5, i + 1);
		ResultSetInt32(&row, 6, CellTopPercent(i, ncells));
		rows[i] = ResultDatum(&row);
		if ((i & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	MemoryContextSwitchTo(oldcontext);
	array = ResultArray(rows, (int) ncells, row_type);
	MemoryContextDelete(work_context);
	PG_RETURN_ARRAYTYPE_P(array);
}
