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
#include "self_exciting.h"

#include <math.h>

#include "check.h"
#include "near_repeat.h"
#include "rate.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define MAX_ITERATIONS		5000
#define TOLERANCE			1e-8	/* largest relative change of a parameter in one iteration of EM */
#define FINEST				200.0	/* decay and sigma are not finer than the limits over this */
#define COARSEST			10.0	/* nor longer than the limits times this */

/* ---- kernel ---- */

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

		pairs->apart[slot] = DaysSince(pairs->list, (int64) apart, 0);
		pairs->measure[slot] = measure;
		pairs->parent[slot] = child == a ? b : a;
	}
}

/* SelfExcitingFindPairs: every event with the earlier ones within the limits; counted before memory is taken */
void
SelfExcitingFindPairs(Pairs *pairs, const EventList *list, const SelfExcitingLimits *limits)
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

static void
AddKernel(void *into, int a, int b, double measure, uint64 apart)
{
	Background *background = into;
	double		kernel = exp(-measure / (2 * background->bandwidth * background->bandwidth));

	(void) apart;
	background->density[a] += background->weight[b] * kernel;
	background->density[b] += background->weight[a] * kernel;
}

/* SelfExcitingBackground: f at each event, from the others */
void
SelfExcitingBackground(Background *background, const EventList *list, double bandwidth, const double *weight, double *density)
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

/* SelfExcitingWithinTime, SelfExcitingWithinSpace: the shares of the uncut triggering that lie within the limits */
double
SelfExcitingWithinTime(const Process *process, const SelfExcitingLimits *limits)
{
	return -expm1(-limits->days / process->decay);
}

double
SelfExcitingWithinSpace(const Process *process, const SelfExcitingLimits *limits)
{
	return -expm1(-limits->distance * limits->distance / (2 * process->sigma * process->sigma));
}

/*
 * SelfExcitingExpect
 *   Shares each event between the background and its possible parents. share[i] is the probability that event i is
 *   background.
 */
void
SelfExcitingExpect(const Process *process, const SelfExcitingLimits *limits, const Pairs *pairs, const double *left, double length,
	   const double *density, double *share, Expectation *result)
{
	int			n = pairs->list->n;
	double		rate = 1 / process->decay;
	double		narrow = 1 / (2 * process->sigma * process->sigma);
	double		height = process->branching / (SelfExcitingWithinTime(process, limits) * SelfExcitingWithinSpace(process, limits)) *
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
		process->branching / SelfExcitingWithinTime(process, limits) * (waited[0] + waited[1]);
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
	process->branching = waited > 0 ? e->triggered * SelfExcitingWithinTime(process, limits) / waited : 0;
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
		left[i] = DaysSince(list, ends, list->t[i]);
		weight[i] = 1;
	}
	SelfExcitingFindPairs(&pairs, list, limits);
	SelfExcitingBackground(&background, list, limits->bandwidth, weight, density);
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

			SelfExcitingExpect(process, limits, &pairs, left, length, density, share, &expectation);
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
			SelfExcitingExpect(process, limits, &pairs, left, length, density, weight, &expectation);
			SelfExcitingBackground(&background, list, limits->bandwidth, weight, density);
		}
	}
	if (process->branching == 0)
		process->background = n / length;
	SelfExcitingExpect(process, limits, &pairs, left, length, density, share, &expectation);
	fit->log_likelihood = expectation.log_likelihood;
	return true;
}

/* ---- SQL: fit ---- */

typedef struct FitSettings
{
	SelfExcitingLimits limits;
	int64		with_window;
	int64		starts;
	int64		ends;
} FitSettings;

void
SelfExcitingCheckLimits(const SelfExcitingLimits *limits)
{
	CheckPositive("bandwidth", limits->bandwidth);
	CheckPositive("distance", limits->distance);
	CheckPositive("days", limits->days);
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
		CheckGiven(fcinfo, i, name[i - 3]);

	memset(&settings, 0, sizeof(settings));
	settings.limits.bandwidth = PG_GETARG_FLOAT8(3);
	settings.limits.distance = PG_GETARG_FLOAT8(4);
	settings.limits.days = PG_GETARG_FLOAT8(5);
	settings.limits.declustered = PG_NARGS() > 8 ? PG_GETARG_BOOL(8) : true;
	SelfExcitingCheckLimits(&settings.limits);
	if (PG_NARGS() > 6)
	{
		settings.with_window = true;
		settings.starts = PG_GETARG_TIMESTAMPTZ(6);
		settings.ends = PG_GETARG_TIMESTAMPTZ(7);
		CheckFiniteTime("starts", PG_GETARG_DATUM(6), true);
		CheckFiniteTime("ends", PG_GETARG_DATUM(7), true);
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
	SelfExcitingCheckLimits(&settings.limits);
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
	fitted = FitProcess(list, &settings.limits, ends, DaysSince(list, ends, starts), &fit);
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
