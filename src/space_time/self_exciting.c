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
 * With f fixed the likelihood is maximised by EM (Veen and Schoenberg 2008), whose small steps are lengthened by
 * extrapolation (Varadhan and Roland 2008): the same fixed point, several times sooner. The integral over time is exact to the end
 * of the window: events near the end have had little time to set off others. The plane is taken as unbounded, and
 * events before the window are not known to it: both make the branching ratio a little low where much happened outside.
 */
#include "space_time/self_exciting.h"

#include <math.h>

#include "base/check.h"
#include "base/exponential.h"
#include "base/result.h"
#include "space_time/near_repeat.h"
#include "space_time/self_exciting_background.h"
#include "rate/rate.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define MAX_ITERATIONS		5000
#define TOLERANCE			1e-8	/* largest relative change of a parameter in one iteration of EM */
#define FINEST				200.0	/* decay and sigma are not finer than the limits over this */
#define COARSEST			10.0	/* nor longer than the limits times this */
#define PAIR_BATCH			1024
#define LEAST_SIZE			1e-30

/* ---- kernel ---- */

/* CountPair: counts a pair of events for the later one, which the earlier may have triggered */
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

/* FillPair: keeps a pair's distance and days with the later event */
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
	}
}

/* PairsFit: do so many pairs fit into csp_analysis.max_memory? */
static bool
PairsFit(double npairs)
{
	return npairs * 2 * sizeof(double) <= max_memory_kb * 1024.0;
}

/* RefusePairs: error for more pairs than fit into memory */
static void
RefusePairs(double npairs)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("about %.3g million pairs of events within the limits would need %.0f MB, more than csp_analysis.max_memory (%d MB)",
					npairs / 1e6, ceil(npairs * 2 * sizeof(double) / 1048576), max_memory_kb / 1024),
			 errhint("Lower distance or days, or raise csp_analysis.max_memory.")));
}

/*
 * SelfExcitingFindPairs: every event with the earlier ones within the limits. Far too many pairs are refused by an
 * estimate, too many by their count, both before memory is taken.
 */
void
SelfExcitingFindPairs(Pairs *pairs, const EventList *list, const SelfExcitingLimits *limits)
{
	LinkLimits	link = {limits->distance, limits->days};
	double		estimate = EstimateLinks(list, link);
	Size		slots;

	/* counting takes as long as the pairs are many; the estimate is within a few per cent */
	if (estimate > 1e7 && !PairsFit(estimate / 1.5))
		RefusePairs(estimate);
	memset(pairs, 0, sizeof(*pairs));
	pairs->list = list;
	pairs->start = palloc_extended(sizeof(int64) * ((Size) list->n + 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	ForEachLink(list, link, CountPair, pairs);
	if (!PairsFit(pairs->npairs))
		RefusePairs(pairs->npairs);
	for (int i = 0; i < list->n; i++)
		pairs->start[i + 1] += pairs->start[i];
	/* whole vectors are read at the end too */
	slots = (Size) pairs->npairs + EXPONENTIAL_LANES;
	pairs->apart = palloc_extended(sizeof(double) * slots, MCXT_ALLOC_HUGE);
	pairs->measure = palloc_extended(sizeof(double) * slots, MCXT_ALLOC_HUGE);
	for (int i = 0; i < EXPONENTIAL_LANES; i++)
		pairs->apart[pairs->npairs + i] = pairs->measure[pairs->npairs + i] = 0;
	pairs->filled = palloc_extended(sizeof(int64) * Max(list->n, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	ForEachLink(list, link, FillPair, pairs);
	pfree(pairs->filled);
}

/* -- fit -- */

/* SelfExcitingWithinTime, SelfExcitingWithinSpace: the shares of the uncut triggering that lie within the limits */
double
SelfExcitingWithinTime(const Process *process, const SelfExcitingLimits *limits)
{
	return -expm1(-limits->days / process->decay);
}

/* SelfExcitingWithinSpace: the part of triggered events that falls within the limit of distance */
double
SelfExcitingWithinSpace(const Process *process, const SelfExcitingLimits *limits)
{
	return -expm1(-limits->distance * limits->distance / (2 * process->sigma * process->sigma));
}

/*
 * Watched
 *   Over all events, the share of an uncut exponential wait that would have been seen within the limit and the window;
 *   *slope is the derivative by rate.
 */
static double
Watched(const Exposure *exposure, double decay, double days, double *slope)
{
	double		sum[2] = {0, 0};

	SumAdd(sum, exposure->whole * -expm1(-days / decay));
	for (int64 i = 0; i < exposure->nleft; i++)
		SumAdd(sum, -expm1(-exposure->left[i] / decay));
	if (slope != NULL)
	{
		*slope = exposure->whole * (days * exp(-days / decay));
		for (int64 i = 0; i < exposure->nleft; i++)
			*slope += exposure->left[i] * exp(-exposure->left[i] / decay);
	}
	return sum[0] + sum[1];
}

/* BoundedDecay: a mean number of days kept within what the limits can tell apart */
static double
BoundedDecay(double decay, const SelfExcitingLimits *limits)
{
	return Min(Max(decay, limits->days / FINEST), limits->days * COARSEST);
}

/* BoundedSigma: a spread in space kept within what the limits can tell apart */
static double
BoundedSigma(double sigma, const SelfExcitingLimits *limits)
{
	return Min(Max(sigma, limits->distance / FINEST), limits->distance * COARSEST);
}

/* PairParts: the triggering that each of n pairs stands for, up to a common factor */
EXPONENTIAL_TARGETS static void
PairParts(const double *apart, const double *measure, int64 n, double rate, double narrow, double *part)
{
	for (int64 i = 0; i < n; i += EXPONENTIAL_LANES)
	{
		exponential_vector days,
					square;

		memcpy(&days, apart + i, sizeof(days));
		memcpy(&square, measure + i, sizeof(square));
		days = days * -rate - square * narrow;
		Exponential(&days);
		memcpy(part + i, &days, sizeof(days));
	}
}

/*
 * SelfExcitingExpect
 *   Shares each event between the background and its possible parents. share[i] is the probability that event i is
 *   background. Without an exposure the likelihood is not found.
 */
void
SelfExcitingExpect(const Process *process, const SelfExcitingLimits *limits, const Pairs *pairs, const Exposure *exposure,
				   const double *density, double *share, Expectation *result)
{
	int			n = pairs->list->n;
	double		rate = 1 / process->decay;
	double		narrow = 1 / (2 * process->sigma * process->sigma);
	double		height = process->branching / (SelfExcitingWithinTime(process, limits) * SelfExcitingWithinSpace(process, limits)) *
		rate * narrow / M_PI;
	double		log_sum[2] = {0, 0};
	double		part[PAIR_BATCH + EXPONENTIAL_LANES];
	int64		batch = 0,
				batch_end = 0;

	memset(result, 0, sizeof(*result));
	for (int i = 0; i < n; i++)
	{
		double		background = process->background * density[i];
		double		triggered = 0,
					days = 0,
					measure = 0,
					intensity;

		for (int64 p = pairs->start[i]; p < pairs->start[i + 1];)
		{
			int64		to;

			if (p == batch_end)
			{
				batch = p;
				batch_end = Min(p + PAIR_BATCH, pairs->npairs);
				PairParts(pairs->apart + batch, pairs->measure + batch, batch_end - batch, rate, narrow, part);
				CHECK_FOR_INTERRUPTS();
			}
			to = Min(pairs->start[i + 1], batch_end);
			for (; p < to; p++)
			{
				triggered += part[p - batch];
				days += part[p - batch] * pairs->apart[p];
				measure += part[p - batch] * pairs->measure[p];
			}
		}
		triggered *= height;
		intensity = background + triggered;
		share[i] = background / intensity;
		result->background += share[i];
		result->triggered += triggered / intensity;
		result->days += height * days / intensity;
		result->measure += height * measure / intensity;
		if (exposure != NULL)
			SumAdd(log_sum, log(intensity));
	}
	if (exposure != NULL)
		result->log_likelihood = log_sum[0] + log_sum[1] - process->background * exposure->length -
			process->branching / SelfExcitingWithinTime(process, limits) * Watched(exposure, process->decay, limits->days, NULL);
}

/*
 * Maximise
 *   The parameters under which the shares of the E-step are likeliest. Decay and sigma solve one equation each, by
 *   iterations that move one way only; without limits and without an end they would be the plain means.
 */
static void
Maximise(Process *process, const SelfExcitingLimits *limits, const Exposure *exposure, const Expectation *e)
{
	double		watched;

	process->background = e->background / exposure->length;
	if (e->triggered <= 0)
	{
		process->branching = 0;
		return;
	}

	for (int round = 0; round < 200; round++)
	{
		double		before = process->decay;
		double		slope;

		watched = Watched(exposure, before, limits->days, &slope);
		process->decay = BoundedDecay(e->days / e->triggered + (watched > 0 ? slope / watched : 0), limits);
		if (fabs(process->decay - before) <= 1e-12 * before)
			break;
	}
	for (int round = 0; round < 200; round++)
	{
		double		before = process->sigma;
		double		cut = limits->distance * limits->distance / (2 * before * before);

		process->sigma = BoundedSigma(sqrt(e->measure / (2 * e->triggered) + limits->distance * limits->distance / 2 / expm1(cut)), limits);
		if (fabs(process->sigma - before) <= 1e-12 * before)
			break;
	}

	watched = Watched(exposure, process->decay, limits->days, NULL);
	process->branching = watched > 0 ? e->triggered * SelfExcitingWithinTime(process, limits) / watched : 0;
}

/* RelativeChange: the change of a value as a part of the larger of both */
static double
RelativeChange(double before, double after)
{
	return before == after ? 0 : fabs(after - before) / Max(fabs(before), fabs(after));
}

/* ProcessChange: the largest relative change of any parameter between two steps of the fit */
static double
ProcessChange(const Process *before, const Process *after)
{
	double		change = RelativeChange(before->background, after->background);

	change = Max(change, RelativeChange(before->branching, after->branching));
	change = Max(change, RelativeChange(before->decay, after->decay));
	return Max(change, RelativeChange(before->sigma, after->sigma));
}

/* What one fit works on. */
typedef struct FitWork
{
	const SelfExcitingLimits *limits;
	Pairs		pairs;
	Exposure	exposure;
	double	   *density;
	double	   *share;
	int			iterations;
} FitWork;

/* Step: one iteration of EM. Gives the largest relative change; log_likelihood is that of the process before it. */
static double
Step(FitWork *work, Process *process, double *log_likelihood)
{
	Process		before = *process;
	Expectation expectation;

	SelfExcitingExpect(process, work->limits, &work->pairs, &work->exposure, work->density, work->share, &expectation);
	Maximise(process, work->limits, &work->exposure, &expectation);
	*log_likelihood = expectation.log_likelihood;
	work->iterations++;
	CHECK_FOR_INTERRUPTS();
	/* what sets off less than one event in a hundred thousand sets off none: EM would only creep to it */
	if (expectation.triggered < 1e-5 * work->pairs.list->n)
	{
		process->branching = 0;
		return 0;
	}
	return ProcessChange(&before, process);
}

/*
 * Extrapolate
 *   Where three points of EM, one step apart, are heading for (the third scheme of Varadhan and Roland 2008, on
 *   logarithms). False where that is no farther than the third.
 */
static bool
Extrapolate(const Process point[3], const SelfExcitingLimits *limits, Process *trial)
{
	double		logs[3][4];
	double		way = 0,
				bend = 0,
				stride;

	for (int i = 0; i < 3; i++)
	{
		logs[i][0] = log(point[i].background);
		logs[i][1] = log(point[i].branching);
		logs[i][2] = log(point[i].decay);
		logs[i][3] = log(point[i].sigma);
	}
	for (int k = 0; k < 4; k++)
	{
		double		first = logs[1][k] - logs[0][k];
		double		change = logs[2][k] - logs[1][k] - first;

		way += first * first;
		bend += change * change;
	}
	stride = sqrt(way / bend);
	if (!(stride > 1) || !isfinite(stride))
		return false;
	for (int k = 0; k < 4; k++)
	{
		double		first = logs[1][k] - logs[0][k];
		double		change = logs[2][k] - logs[1][k] - first;

		logs[0][k] = exp(logs[0][k] + 2 * stride * first + stride * stride * change);
	}
	trial->background = logs[0][0];
	trial->branching = logs[0][1];
	trial->decay = BoundedDecay(logs[0][2], limits);
	trial->sigma = BoundedSigma(logs[0][3], limits);
	return trial->background > 0 && trial->branching > 0 && isfinite(trial->background) && isfinite(trial->branching);
}

/*
 * Climb
 *   EM until it no longer moves: two steps, then one from the point that they head for, which is kept if the likelihood
 *   there is no less than after the first step. False if the greatest number of iterations was reached.
 */
static bool
Climb(FitWork *work, Process *process)
{
	while (work->iterations < MAX_ITERATIONS)
	{
		Process		point[3] = {*process, *process, *process};
		Process		trial;
		double		log_likelihood[3];
		double		change = Step(work, &point[1], &log_likelihood[0]);

		*process = point[2] = point[1];
		if (change < TOLERANCE)
			return true;
		change = Step(work, &point[2], &log_likelihood[1]);
		*process = point[2];
		if (change < TOLERANCE)
			return true;
		if (Extrapolate(point, work->limits, &trial))
		{
			change = Step(work, &trial, &log_likelihood[2]);
			/* equal but for rounding is no less */
			if (log_likelihood[2] >= log_likelihood[1] - 1e-14 * fabs(log_likelihood[1]))
			{
				*process = trial;
				if (change < TOLERANCE)
					return true;
			}
		}
	}
	return false;
}

typedef struct SelfExcitingFit
{
	Process		process;
	double		log_likelihood;
	double		log_likelihood_without; /* of a background alone: no triggering */
	int			iterations;
	bool		converged;
	bool		coarse;			/* the least decay or sigma is long beside the window or the extent */
} SelfExcitingFit;

/* FitProcess: fits the most likely process; false where there are not two times */
static bool
FitProcess(const EventList *list, const SelfExcitingLimits *limits, int64 ends, double length, SelfExcitingFit *fit)
{
	int			n = list->n;
	double		extent;
	Size		column = sizeof(double) * Max(n, 1);
	FitWork		work = {.limits = limits};
	Background *background;
	double	   *weight;
	Expectation expectation;
	Process    *process = &fit->process;
	double		without[2] = {0, 0};

	memset(fit, 0, sizeof(*fit));
	if (n < 2 || length <= 0)
		return false;
	SelfExcitingFindPairs(&work.pairs, list, limits);
	work.density = palloc_extended(column, MCXT_ALLOC_HUGE);
	work.share = palloc_extended(column, MCXT_ALLOC_HUGE);
	work.exposure.length = length;
	work.exposure.left = palloc_extended(column, MCXT_ALLOC_HUGE);
	weight = palloc_extended(column, MCXT_ALLOC_HUGE);
	for (int i = 0; i < n; i++)
	{
		double		left = DaysSince(list, ends, list->t[i]);

		if (left >= limits->days)
			work.exposure.whole++;
		else
			work.exposure.left[work.exposure.nleft++] = left;
		weight[i] = 1;
	}
	background = SelfExcitingBackgroundNew(list, limits->bandwidth);
	SelfExcitingDensity(background, weight, work.density);
	for (int i = 0; i < n; i++)
		SumAdd(without, log(n / length * work.density[i]));
	fit->log_likelihood_without = without[0] + without[1] - n;

	process->background = 0.5 * n / length;
	process->branching = work.pairs.npairs > 0 ? 0.5 : 0;
	/* limits far beyond the data are no reason to start far from them */
	extent = Max(background->max_x - background->min_x, background->max_y - background->min_y);
	process->decay = BoundedDecay(Min(limits->days, length) / 5, limits);
	process->sigma = BoundedSigma(Min(limits->distance, extent) / 5, limits);
	fit->coarse = limits->days / FINEST > length / 20 || limits->distance / FINEST > extent / 20;

	for (int turn = 0; turn < MAX_TURNS; turn++)
	{
		Process		at_start = *process;

		fit->converged = Climb(&work, process);
		if (!limits->declustered || !fit->converged)
			break;
		if (turn > 0 && (ProcessChange(&at_start, process) < TURN_TOLERANCE || process->branching == 0))
			break;
		if (turn == MAX_TURNS - 1)
			fit->converged = false;
		else
		{
			SelfExcitingExpect(process, limits, &work.pairs, NULL, work.density, weight, &expectation);
			SelfExcitingDensity(background, weight, work.density);
		}
	}
	if (process->branching == 0)
		process->background = n / length;
	SelfExcitingExpect(process, limits, &work.pairs, &work.exposure, work.density, work.share, &expectation);
	fit->log_likelihood = expectation.log_likelihood;
	/* sizes beyond all measure of each other */
	if (!isfinite(fit->log_likelihood))
		fit->converged = false;
	fit->iterations = work.iterations;
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

/* CheckSize: error unless a size is above 0, and such that squares and products of sizes stay numbers */
static void
CheckSize(const char *name, double value)
{
	CheckPositive(name, value);
	if (value < LEAST_SIZE || value > 1 / LEAST_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, not from %g to %g", name, value, LEAST_SIZE, 1 / LEAST_SIZE)));
}

/* SelfExcitingCheckLimits: error unless bandwidth, distance and days are usable sizes */
void
SelfExcitingCheckLimits(const SelfExcitingLimits *limits)
{
	CheckSize("bandwidth", limits->bandwidth);
	CheckSize("distance", limits->distance);
	CheckSize("days", limits->days);
}

/*
 * self_exciting_accum: keeps one event with the settings of the fit; rows whose place or time is
 * NULL are left out
 */
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
	if (fit->coarse)
		return "distance or days is so wide that sigma or decay_days cannot be less than a 20th of the extent or the window: lower it";
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

/* self_exciting_final: the fitted process as a row */
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
	ResultInit(&result, fcinfo, SELF_EXCITING_FIT_COLUMNS);
	ResultSetInt64(&result, SELF_EXCITING_FIT_EVENTS, events->n);
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

	ResultSetDatum(&result, SELF_EXCITING_FIT_STARTS, TimestampTzGetDatum(starts));
	ResultSetDatum(&result, SELF_EXCITING_FIT_ENDS, TimestampTzGetDatum(ends));
	ResultSetFloat8(&result, SELF_EXCITING_FIT_BANDWIDTH, settings.limits.bandwidth);
	ResultSetFloat8(&result, SELF_EXCITING_FIT_DISTANCE, settings.limits.distance);
	ResultSetFloat8(&result, SELF_EXCITING_FIT_DAYS, settings.limits.days);
	ResultSetBool(&result, SELF_EXCITING_FIT_DECLUSTERED, settings.limits.declustered);
	if (!fitted)
	{
		ResultSetText(&result, SELF_EXCITING_FIT_WARNING, "there are not two events at different times");
		PG_RETURN_DATUM(ResultDatum(&result));
	}
	ResultSetFloat8(&result, SELF_EXCITING_FIT_BACKGROUND_RATE, fit.process.background);
	ResultSetFloat8(&result, SELF_EXCITING_FIT_BRANCHING_RATIO, fit.process.branching);
	if (fit.process.branching > 0)
	{
		ResultSetFloat8(&result, SELF_EXCITING_FIT_DECAY_DAYS, fit.process.decay);
		ResultSetFloat8(&result, SELF_EXCITING_FIT_SIGMA, fit.process.sigma);
	}
	ResultSetFloat8(&result, SELF_EXCITING_FIT_LOG_LIKELIHOOD, fit.log_likelihood);
	ResultSetFloat8(&result, SELF_EXCITING_FIT_LOG_LIKELIHOOD_WITHOUT, fit.log_likelihood_without);
	ResultSetInt32(&result, SELF_EXCITING_FIT_ITERATIONS, fit.iterations);
	ResultSetBool(&result, SELF_EXCITING_FIT_CONVERGED, fit.converged);
	warning = Warning(&fit, &settings.limits);
	ResultSetText(&result, SELF_EXCITING_FIT_WARNING, warning);
	PG_RETURN_DATUM(ResultDatum(&result));
}
