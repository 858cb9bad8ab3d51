/*
 * space_time_scan.c
 *   Concept: the scan statistic: where and when are there more cases than expected, and would chance do that anywhere?
 *
 * Kulldorff (1997), Communications in Statistics 26:1481: circles around every place, with the places within any distance up
 * to a limit, and windows of time of any length up to a limit, together cylinders. c cases of N in a cylinder that
 * expects m have log-likelihood ratio
 *   c ln(c / m) + (N - c) ln((N - c) / (N - m))    where c > m, otherwise 0.
 * The cylinder with the greatest is the most likely cluster. Its p-value comes from replications, in each of which the whole
 * search is done again: (1 + those whose greatest ratio reaches it) / (1 + replications). So many places and windows are
 * allowed for.
 *   space_time_scan              (discrete Poisson) m = N x population of the cylinder / all population; a replication deals
 *                                out N cases by population
 *   space_time_permutation_scan  (Kulldorff et al. 2005, PLoS Medicine 2:e59) needs cases alone: m = cases of the circle x
 *                                cases of the window / N; a replication shuffles the times of the cases over their places
 * Further clusters are the most likely of the cylinders that share no place with those before; they are compared with the
 * greatest ratios of the replications, too, which makes their p-values cautious.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/events.h"
#include "base/permutation.h"
#include "base/result.h"
#include "space_time/space_time_scan_plan.h"
#include "space_time/space_time_scan_search.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define DEFAULT_SHARE			0.5
#define DEFAULT_MINIMUM_CASES	2
#define DEFAULT_CLUSTERS		10
#define MAX_PERIODS				10000000	/* with data */
#define WEIGHT_BITS				52	/* weights are whole numbers whose sum stays below 2^53 */

/* The arguments that are one for the group, flat and without padding, as they stand in the state. */
typedef struct ScanArguments
{
	double		maximum_radius; /* infinity: none */
	double		maximum_share;
	int64		seed;
	int32		maximum_days;	/* 0: half of the periods */
	int32		prospective;
	int32		replications;
	int32		step_days;		/* length of a period: one of the two, the other is 0 */
	int32		step_months;
	int32		minimum_cases;
	int32		maximum_clusters;
	int32		with_population;
} ScanArguments;

/* ---- periods ---- */

/*
 * Periods are counted back from the last day, or from the month that it is in, so that the last one is whole; the first
 * begins with the first day of the data, or of its month.
 */
typedef struct Periods
{
	int64		first_day;		/* of the data */
	int64		last_day;
	int32		step_days;
	int32		step_months;
	int64		n;
} Periods;

/* MonthOf: the month of a day, counted from the year 0 */
static int64
MonthOf(int64 day)
{
	int			year,
				month,
				of_month;

	j2date((int) (day + POSTGRES_EPOCH_JDATE), &year, &month, &of_month);
	return (int64) year * MONTHS_PER_YEAR + month - 1;
}

/* FirstOfMonth: the first day of a month counted from the year 0 */
static int64
FirstOfMonth(int64 month)
{
	int64		year = month >= 0 ? month / MONTHS_PER_YEAR : -((-month + MONTHS_PER_YEAR - 1) / MONTHS_PER_YEAR);

	return (int64) date2j((int) year, (int) (month - year * MONTHS_PER_YEAR) + 1, 1) - POSTGRES_EPOCH_JDATE;
}

/* PeriodsBack: how many whole periods lie between the period of a day and the last one */
static int64
PeriodsBack(const Periods *periods, int64 day)
{
	if (periods->step_months > 0)
		return (MonthOf(periods->last_day) - MonthOf(day)) / periods->step_months;
	return (periods->last_day - day) / periods->step_days;
}

/* PeriodStart: the first day of a period; of period n, the day after the last */
static int64
PeriodStart(const Periods *periods, int64 period)
{
	int64		back = periods->n - period;

	if (period == 0)
		return periods->step_months > 0 ? FirstOfMonth(MonthOf(periods->first_day)) : periods->first_day;
	if (periods->step_months > 0)
		return FirstOfMonth(MonthOf(periods->last_day) + 1 - back * periods->step_months);
	return periods->last_day + 1 - back * periods->step_days;
}

/* ---- the data of a scan ---- */

/* A row is an event with its cases for an id or, with population, two events: see ScanAccum. */
static void
ReadEvent(const ScanArguments *arguments, int64 id, int64 *cases, double *population)
{
	*cases = id;
	*population = 0;
	if (arguments->with_population)
	{
		*cases = 0;
		if (id >= 0)
			memcpy(population, &id, sizeof(id));
		else
			*cases = id > -SCAN_MAX_CASES - 1 ? -id : SCAN_MAX_CASES + INT64CONST(1);
	}
	if (*cases < 0 || *cases > SCAN_MAX_CASES || !isfinite(*population))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of a scan is damaged")));
}

/* CheckMemory: refuses a scan that would need more memory than csp_analysis.max_memory */
static void
CheckMemory(const ScanProblem *problem, double bytes)
{
	if (bytes > max_memory_kb * 1024.0)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a scan of %d places and %d periods would need about %.0f MB, more than csp_analysis.max_memory (%d MB)",
						problem->nplaces, problem->nperiods, ceil(bytes / 1048576), max_memory_kb / 1024),
				 errhint("Give a smaller maximum_radius or a longer time_step, or bring events to larger areas, or raise csp_analysis.max_memory.")));
}

/* BeginsPlace: is this event the first of its place? */
static inline bool
BeginsPlace(const EventList *list, int i)
{
	return i == 0 || list->x[i] != list->x[i - 1] || list->y[i] != list->y[i - 1];
}

/*
 * SetPopulation
 *   Brings the population of cells to whole numbers whose sum is below 2^53, and finds whether it is the same in every
 *   period, none of which was left out then. The problem has room for either kind of weights.
 */
static void
SetPopulation(ScanProblem *problem, double *population, bool all_periods)
{
	int			nperiods = problem->nperiods;
	Size		cells = (Size) problem->nplaces * nperiods;
	double	   *place_weight = SCAN_ARRAY(problem, double, place_weight);
	double	   *weight = SCAN_ARRAY(problem, double, weight);
	double		total = 0;
	int			exponent;

	for (Size i = 0; i < cells; i++)
	{
		total += population[i];
		CheckInterruptsAt(i);
	}
	if (!isfinite(total))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the sum of population is out of range")));
	frexp(total, &exponent);
	problem->product = all_periods;
	problem->total_share = 0;
	for (int place = 0; place < problem->nplaces; place++)
	{
		double	   *of_place = population + (Size) place * nperiods;

		place_weight[place] = 0;
		for (int period = 0; period < nperiods; period++)
		{
			/* what there is counts at least as one */
			if (of_place[period] > 0)
				of_place[period] = Max(rint(ldexp(of_place[period], WEIGHT_BITS - exponent)), 1);
			place_weight[place] += of_place[period];
			problem->product = problem->product && of_place[period] == of_place[0];
		}
		problem->total_share += place_weight[place];
		CHECK_FOR_INTERRUPTS();
	}
	problem->weight_per_case = problem->total_share / problem->ncases;

	if (problem->product)
	{
		for (int place = 0; place < problem->nplaces; place++)
			place_weight[place] = population[(Size) place * nperiods];
		problem->total_share /= nperiods;
		for (int period = 0; period <= nperiods; period++)
			weight[period] = period;
	}
	else
		for (int place = 0; place < problem->nplaces; place++)
		{
			double	   *of_place = weight + (Size) place * (nperiods + 1);

			of_place[0] = 0;
			for (int period = 0; period < nperiods; period++)
				of_place[period + 1] = of_place[period] + population[(Size) place * nperiods + period];
			CHECK_FOR_INTERRUPTS();
		}
}

#define ST_SORT SortPeriods
#define ST_ELEMENT_TYPE int32
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * KeptPeriods
 *   The numbers of the periods that the search looks at, rising; gives how many there are, at most one a row and one more.
 *   Those without weight, which have no cases and expect none, are left out: a window that begins or ends with one holds
 *   and expects what a shorter one does, which is the one to report. So the work follows the periods with data, however
 *   far apart they are. The last is always kept: the windows of a prospective scan end with it.
 */
static int
KeptPeriods(const EventList *list, const ScanArguments *arguments, const Periods *periods, int32 **kept)
{
	int32	   *period = palloc_extended(sizeof(int32) * (list->n + (Size) 1), MCXT_ALLOC_HUGE);
	int			n = 0;
	int			nkept = 0;

	for (int i = 0; i < list->n; i++)
	{
		int64		cases;
		double		population;

		ReadEvent(arguments, list->id[i], &cases, &population);
		if (cases > 0 || population > 0)
			period[n++] = (int32) (periods->n - 1 - PeriodsBack(periods, list->t[i]));
		CheckInterruptsAt(i);
	}
	period[n++] = (int32) periods->n - 1;
	SortPeriods(period, n);
	for (int i = 0; i < n; i++)
	{
		if (i == 0 || period[i] != period[i - 1])
			period[nkept++] = period[i];
		CheckInterruptsAt(i);
	}
	*kept = period;
	return nkept;
}

/* KeptIndex: the index of a period among those that were kept */
static int
KeptIndex(const int32 *kept, int nkept, int64 period)
{
	int			low = 0;
	int			high = nkept - 1;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (kept[middle] < period)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* LastEnd: of the windows that begin with a period and are short enough; one period always is */
static int
LastEnd(const ScanArguments *arguments, const Periods *periods, const int32 *kept, int nkept, int from, int last_end)
{
	int			to = Max(last_end, from + 1);

	while (to < nkept &&
		   (arguments->maximum_days > 0 ?
			PeriodStart(periods, (int64) kept[to] + 1) - PeriodStart(periods, kept[from]) <= arguments->maximum_days :
			(int64) kept[to] + 1 - kept[from] <= periods->n / 2))
	{
		to++;
		CheckInterruptsAt(to);
	}
	return to;
}

/* PeriodsSeen: how many of the last periods are in some window */
static int
PeriodsSeen(const ScanArguments *arguments, const Periods *periods, const int32 *kept, int nkept)
{
	int			from = 0;
	int			to = 0;

	while (arguments->prospective && (to = LastEnd(arguments, periods, kept, nkept, from, to)) < nkept)
	{
		from++;
		CheckInterruptsAt(from);
	}
	return nkept - from;
}

/* SetLastEnds: for each period that may begin a window, the last period that may end it */
static void
SetLastEnds(ScanProblem *problem, const ScanArguments *arguments, const Periods *periods)
{
	int32	   *last_end = SCAN_ARRAY(problem, int32, last_end);
	const int32 *kept = SCAN_ARRAY(problem, int32, period);
	int			first = problem->nperiods - problem->nseen;
	int			to = 0;

	for (int from = first; from < problem->nperiods; from++)
	{
		last_end[from - first] = (to = LastEnd(arguments, periods, kept, problem->nperiods, from, to)) - first;
		CheckInterruptsAt(from);
	}
}

/*
 * SurveyEvents
 *   Counts cases, places and, at most, cells with cases, and finds the first and the last day. Returns the cases.
 */
static int64
SurveyEvents(const EventList *list, const ScanArguments *arguments, ScanProblem *head, Periods *periods)
{
	int64		ncases = 0;
	int64		cases;
	double		of_event;

	for (int i = 0; i < list->n; i++)
	{
		ReadEvent(arguments, list->id[i], &cases, &of_event);
		ncases += cases;
		head->nplaces += BeginsPlace(list, i);
		head->ncells += cases > 0;	/* at most */
		periods->first_day = i == 0 ? list->t[i] : Min(periods->first_day, list->t[i]);
		periods->last_day = i == 0 ? list->t[i] : Max(periods->last_day, list->t[i]);
		CheckInterruptsAt(i);
	}
	if (ncases > SCAN_MAX_CASES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("there are %lld cases in one group, more than %d", (long long) ncases, SCAN_MAX_CASES)));
	return ncases;
}

/* LayOutArrays: where each array of a problem begins, and how large it is in all */
static void
LayOutArrays(ScanProblem *head)
{
	Size		nweights = head->permutation ? (Size) head->nperiods + 1 : (Size) head->nplaces * ((Size) head->nperiods + 1);

	head->x = MAXALIGN(sizeof(ScanProblem));
	head->y = head->x + sizeof(double) * head->nplaces;
	head->place_weight = head->y + sizeof(double) * head->nplaces;
	head->weight = head->place_weight + sizeof(double) * head->nplaces;
	head->threshold = head->weight + sizeof(double) * nweights;
	head->period = head->threshold + sizeof(double) * head->nthresholds;
	head->last_end = head->period + sizeof(int32) * head->nperiods;
	head->cell_place = head->last_end + sizeof(int32) * head->nseen;
	head->cell_period = head->cell_place + sizeof(int32) * head->ncells;
	head->cell_cases = head->cell_period + sizeof(int32) * head->ncells;
	head->size = head->cell_cases + sizeof(int32) * head->ncells;
}

/*
 * FillCells
 *   Reads the events into the problem's places and cells with cases, and their population, where there is any, into one
 *   number for each place and period.
 */
static void
FillCells(ScanProblem *problem, const EventList *list, const ScanArguments *arguments, const Periods *periods, double *population)
{
	const int32 *kept = SCAN_ARRAY(problem, int32, period);
	int			nkept = problem->nperiods;
	int			place = -1;
	int			cell = -1;
	int			last_place = -1;
	int			last_period = -1;
	int64		cases;
	double		of_event;

	for (int i = 0; i < list->n; i++)
	{
		int			period = 0;

		ReadEvent(arguments, list->id[i], &cases, &of_event);
		if (cases > 0 || of_event > 0)
			period = KeptIndex(kept, nkept, periods->n - 1 - PeriodsBack(periods, list->t[i]));
		if (BeginsPlace(list, i))
		{
			place++;
			SCAN_ARRAY(problem, double, x)[place] = list->x[i];
			SCAN_ARRAY(problem, double, y)[place] = list->y[i];
		}
		if (population != NULL)
			population[(Size) place * problem->nperiods + period] += of_event;
		if (cases > 0)
		{
			if (place != last_place || period != last_period)
			{
				cell++;
				SCAN_ARRAY(problem, int32, cell_place)[cell] = last_place = place;
				SCAN_ARRAY(problem, int32, cell_period)[cell] = last_period = period;
			}
			SCAN_ARRAY(problem, int32, cell_cases)[cell] += (int32) cases;
		}
		CheckInterruptsAt(i);
	}
	problem->ncells = cell + 1;
}

/* WeighByCases: weights of places and periods by their cases, for a scan without population */
static void
WeighByCases(ScanProblem *problem)
{
	double	   *place_weight = SCAN_ARRAY(problem, double, place_weight);
	double	   *weight = SCAN_ARRAY(problem, double, weight);

	for (int cell = 0; cell < problem->ncells; cell++)
	{
		int32		of_cell = SCAN_ARRAY(problem, int32, cell_cases)[cell];

		place_weight[SCAN_ARRAY(problem, int32, cell_place)[cell]] += of_cell;
		weight[SCAN_ARRAY(problem, int32, cell_period)[cell] + 1] += of_cell;
	}
	for (int period = 0; period < problem->nperiods; period++)
		weight[period + 1] += weight[period];
	problem->total_share = problem->ncases;
	problem->weight_per_case = problem->ncases;
}

/* CheckPopulation: error where there are cases but no population */
static void
CheckPopulation(const ScanProblem *problem, const Periods *periods, const double *population)
{
	const int32 *kept = SCAN_ARRAY(problem, int32, period);

	for (int cell = 0; cell < problem->ncells; cell++)
	{
		int			cell_place = SCAN_ARRAY(problem, int32, cell_place)[cell];
		int			cell_period = SCAN_ARRAY(problem, int32, cell_period)[cell];

		if (population[(Size) cell_place * problem->nperiods + cell_period] == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("there are %d cases but no population at (%g, %g) in the period from %s",
							SCAN_ARRAY(problem, int32, cell_cases)[cell],
							SCAN_ARRAY(problem, double, x)[cell_place], SCAN_ARRAY(problem, double, y)[cell_place],
							DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum((DateADT) PeriodStart(periods, kept[cell_period]))))),
					 errhint("Give one row for each place and period, with its population, also where there are no cases.")));
	}
}

/*
 * BuildProblem
 *   The data of a scan, and its periods; NULL where there are no cases.
 */
static ScanProblem *
BuildProblem(const Events *events, const ScanArguments *arguments, Periods *periods)
{
	EventList  *list = EventsInOrder(events);
	ScanProblem head;
	ScanProblem *problem;
	int64		ncases;
	int32	   *kept;
	int			nkept;

	memset(&head, 0, sizeof(head));
	ncases = SurveyEvents(list, arguments, &head, periods);
	if (ncases == 0)
		return NULL;
	periods->step_days = arguments->step_days;
	periods->step_months = arguments->step_months;
	periods->n = PeriodsBack(periods, periods->first_day) + 1;
	nkept = KeptPeriods(list, arguments, periods, &kept);
	if (nkept > MAX_PERIODS || (int64) nkept * head.nplaces > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("there are %d periods with data and %d places, too many to scan", nkept, head.nplaces),
				 errhint("Give a longer time_step, or bring events to larger areas.")));

	head.seed = arguments->seed;
	head.maximum_radius = arguments->maximum_radius;
	head.permutation = !arguments->with_population;
	head.prospective = arguments->prospective;
	head.minimum_cases = arguments->minimum_cases;
	head.replications = arguments->replications;
	head.ncases = (int32) ncases;
	head.nperiods = nkept;
	head.nseen = PeriodsSeen(arguments, periods, kept, nkept);
	head.product = head.permutation;
	head.nthresholds = Min(arguments->maximum_clusters, head.nplaces);
	LayOutArrays(&head);
	CheckMemory(&head, SearchMemory(&head) + (double) head.size +
				(arguments->with_population ? sizeof(double) * (double) head.nplaces * head.nperiods : 0));

	problem = palloc_extended(head.size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	*problem = head;
	memcpy(SCAN_ARRAY(problem, int32, period), kept, sizeof(int32) * nkept);

	if (arguments->with_population)
	{
		double	   *population = palloc_extended(sizeof(double) * problem->nplaces * problem->nperiods, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

		FillCells(problem, list, arguments, periods, population);
		CheckPopulation(problem, periods, population);
		SetPopulation(problem, population, nkept == periods->n);
		pfree(population);
	}
	else
	{
		FillCells(problem, list, arguments, periods, NULL);
		WeighByCases(problem);
	}
	problem->share_limit = problem->total_share * arguments->maximum_share;
	SetLastEnds(problem, arguments, periods);
	pfree(kept);
	return problem;
}

/* ---- replications ---- */

/* ScanPrepare: what each process of the replications works in */
static void *
ScanPrepare(const void *input)
{
	return NewScanSearch(input);
}

/* ScanTask: SCAN_LANES replications; sums[i] grows by the number of those that reach threshold i */
static void
ScanTask(void *prepared, int task, int64 *sums)
{
	ScanSearch *search = prepared;
	const ScanProblem *problem = SearchProblem(search);
	int			lanes = Min(SCAN_LANES, problem->replications - task * SCAN_LANES);
	double		greatest[SCAN_LANES];

	ScanReplications(search, task * SCAN_LANES, lanes, greatest);
	for (int i = 0; i < problem->nthresholds; i++)
		for (int lane = 0; lane < lanes; lane++)
			sums[i] += greatest[lane] >= SCAN_ARRAY(problem, double, threshold)[i];
}

static const PermutationKernel scan_replications = {ScanPrepare, ScanTask};

PGDLLEXPORT const PermutationKernel *space_time_scan_kernel(void);

/* space_time_scan_kernel: the replications of a scan, by the name that workers look up */
const PermutationKernel *
space_time_scan_kernel(void)
{
	return &scan_replications;
}

/* Replicate: reached[i] becomes the number of replications that reach the ratio of cluster i. */
static void
Replicate(ScanProblem *problem, const ScanCylinder *found, int nfound, double circles_memory, int64 *reached)
{
	PermutationJob job = {.kernel = "space_time_scan_kernel", .input = problem, .input_size = problem->size};

	for (int i = 0; i < nfound; i++)
		SCAN_ARRAY(problem, double, threshold)[i] = found[i].ratio;
	problem->nthresholds = nfound;
	job.ntasks = (problem->replications + SCAN_LANES - 1) / SCAN_LANES;
	job.nsums = nfound;
	job.process_memory = (Size) (SearchMemory(problem) + circles_memory);
	job.operations = problem->replications * (circles_memory + problem->nplaces * (double) problem->nperiods * 20);
	RunPermutations(&job, reached);
}

/* ---- SQL ---- */

/* ReadStep: the argument time_step: whole days or whole months */
static void
ReadStep(const Interval *step, ScanArguments *arguments)
{
	if (step->time != 0 || step->day < 0 || step->month < 0 || (step->day > 0) == (step->month > 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time_step is %s, neither days nor months",
						DatumGetCString(DirectFunctionCall1(interval_out, IntervalPGetDatum(step)))),
				 errhint("Give a whole number of days, such as '1 day' or '7 days', or of months, such as '1 month'.")));
	arguments->step_days = step->day;
	arguments->step_months = step->month;
}

/*
 * ReadArguments
 *   Those from the first setting on; aggregates with fewer leave off the last ones.
 */
static void
ReadArguments(FunctionCallInfo fcinfo, int first, ScanArguments *arguments)
{
	int			given = PG_NARGS() - first;

	memset(arguments, 0, sizeof(ScanArguments));
	arguments->maximum_radius = get_float8_infinity();
	arguments->maximum_share = DEFAULT_SHARE;
	arguments->seed = DEFAULT_SEED;
	arguments->replications = DEFAULT_PERMUTATIONS;
	arguments->step_days = 1;
	arguments->minimum_cases = DEFAULT_MINIMUM_CASES;
	arguments->maximum_clusters = DEFAULT_CLUSTERS;

	if (given > 0 && !PG_ARGISNULL(first))
	{
		arguments->maximum_radius = PG_GETARG_FLOAT8(first) + 0.0;
		CheckNotNegative("maximum_radius", arguments->maximum_radius);
	}
	if (given > 1 && !PG_ARGISNULL(first + 1))
	{
		arguments->maximum_days = PG_GETARG_INT32(first + 1);
		CheckAtLeastInt("maximum_days", arguments->maximum_days, 1);
	}
	if (given > 2)
	{
		CheckGiven(fcinfo, first + 2, "prospective");
		arguments->prospective = PG_GETARG_BOOL(first + 2);
	}
	if (given > 3)
	{
		CheckGiven(fcinfo, first + 3, "replications");
		arguments->replications = PG_GETARG_INT32(first + 3);
		if (arguments->replications < 0 || arguments->replications > MAX_PERMUTATIONS)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("replications is %d, not from 0 to %d", arguments->replications, MAX_PERMUTATIONS),
					 errhint("Use 999 for p-values down to 0.001, or 0 for none.")));
	}
	if (given > 4)
	{
		CheckGiven(fcinfo, first + 4, "seed");
		arguments->seed = PG_GETARG_INT64(first + 4);
	}
	if (given > 5)
	{
		CheckGiven(fcinfo, first + 5, "time_step");
		ReadStep(PG_GETARG_INTERVAL_P(first + 5), arguments);
		CheckGiven(fcinfo, first + 6, "maximum_share");
		arguments->maximum_share = PG_GETARG_FLOAT8(first + 6);
		if (!(arguments->maximum_share > 0 && arguments->maximum_share <= 0.5))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("maximum_share is %g, not above 0 and up to 0.5", arguments->maximum_share),
					 errhint("Give the share of all cases or population that a circle may hold, 10%% as 0.1.")));
		CheckGiven(fcinfo, first + 7, "minimum_cases");
		arguments->minimum_cases = PG_GETARG_INT32(first + 7);
		CheckAtLeastInt("minimum_cases", arguments->minimum_cases, 1);
		CheckGiven(fcinfo, first + 8, "maximum_clusters");
		arguments->maximum_clusters = PG_GETARG_INT32(first + 8);
		CheckAtLeastInt("maximum_clusters", arguments->maximum_clusters, 1);
	}
}

/*
 * ScanAccum
 *   The cases of a row are its event's id. With population a row is an event with the bits of its population, which is not
 *   negative, and one with minus its cases where it has any.
 */
static Datum
ScanAccum(FunctionCallInfo fcinfo, const char *aggregate, bool with_population)
{
	MemoryContext context;
	Events	   *events = EventsState(fcinfo, aggregate, &context);
	ScanArguments arguments;
	Place		place;
	int64		day;
	double		cases;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3) || (with_population && PG_ARGISNULL(4)))
	{
		if (events == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(events);
	}
	ReadArguments(fcinfo, with_population ? 5 : 4, &arguments);
	arguments.with_population = with_population;
	cases = PG_GETARG_FLOAT8(3);
	CheckCount("cases", cases);
	if (cases > SCAN_MAX_CASES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("cases is %.0f, more than %d", cases, SCAN_MAX_CASES)));

	if (events == NULL)
		events = EventsNew(context, false, true, &arguments, sizeof(arguments));
	else if (!EventsHasParameters(events, &arguments, sizeof(arguments)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the settings of %s differ between rows", aggregate),
				 errhint("The arguments from maximum_radius on are one value for the group, usually a constant.")));
	place = ReadPlace(PG_GETARG_DATUM(1));
	day = EventTime(PG_GETARG_DATUM(2), false);
	if (with_population)
	{
		double		population = PG_GETARG_FLOAT8(4) + 0.0;
		int64		bits;

		CheckNotNegative("population", population);
		memcpy(&bits, &population, sizeof(bits));
		EventsAppend(events, place, day, bits);
		if (cases > 0)
			EventsAppend(events, place, day, -(int64) cases);
	}
	else
		EventsAppend(events, place, day, (int64) cases);
	PG_RETURN_POINTER(events);
}

/* space_time_scan_accum: keeps one row of cases and population */
PG_FUNCTION_INFO_V1(space_time_scan_accum);
Datum
space_time_scan_accum(PG_FUNCTION_ARGS)
{
	return ScanAccum(fcinfo, "space_time_scan", true);
}

/* space_time_permutation_scan_accum: keeps one row of cases */
PG_FUNCTION_INFO_V1(space_time_permutation_scan_accum);
Datum
space_time_permutation_scan_accum(PG_FUNCTION_ARGS)
{
	return ScanAccum(fcinfo, "space_time_permutation_scan", false);
}

/* StateArguments: the settings kept in the state; error where they cannot be right */
static ScanArguments
StateArguments(const Events *events)
{
	ScanArguments arguments;

	memset(&arguments, 0, sizeof(arguments));
	memcpy(&arguments, events->parameters, Min(sizeof(arguments), events->parameters_size));
	if (events->parameters_size != sizeof(arguments) || events->instants || !events->with_ids ||
		!(arguments.maximum_radius >= 0) || !(arguments.maximum_share > 0 && arguments.maximum_share <= 0.5) ||
		arguments.maximum_days < 0 || arguments.replications < 0 || arguments.replications > MAX_PERMUTATIONS ||
		arguments.step_days < 0 || arguments.step_months < 0 || (arguments.step_days > 0) == (arguments.step_months > 0) ||
		arguments.minimum_cases < 1 || arguments.maximum_clusters < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of a scan is damaged")));
	return arguments;
}

/* Columns of csp.scan_cluster. */
enum
{
	SCAN_CLUSTER_RANK,
	SCAN_CLUSTER_CENTRE,
	SCAN_CLUSTER_RADIUS,
	SCAN_CLUSTER_PLACES,
	SCAN_CLUSTER_START_DATE,
	SCAN_CLUSTER_END_DATE,
	SCAN_CLUSTER_OBSERVED,
	SCAN_CLUSTER_EXPECTED,
	SCAN_CLUSTER_RELATIVE_RISK,
	SCAN_CLUSTER_LOG_LIKELIHOOD_RATIO,
	SCAN_CLUSTER_P_VALUE,
	SCAN_CLUSTER_RECURRENCE_DAYS,
	SCAN_CLUSTER_COLUMNS
};

/* ClusterRow: one cluster as a result row; reached is NULL where there are no replications */
static Datum
ClusterRow(CspResult *row, int rank, const ScanCylinder *cluster, const ScanProblem *problem, const Periods *periods, int32 srid, const int64 *reached)
{
	double		outside = (problem->ncases - cluster->observed) / (problem->ncases - cluster->expected);

	ResultSetInt32(row, SCAN_CLUSTER_RANK, rank);
	ResultSetDatum(row, SCAN_CLUSTER_CENTRE, PlaceDatum(SCAN_ARRAY(problem, double, x)[cluster->centre], SCAN_ARRAY(problem, double, y)[cluster->centre], srid));
	ResultSetFloat8(row, SCAN_CLUSTER_RADIUS, cluster->radius);
	ResultSetInt32(row, SCAN_CLUSTER_PLACES, cluster->places);
	ResultSetDatum(row, SCAN_CLUSTER_START_DATE, DateADTGetDatum((DateADT) PeriodStart(periods, cluster->from)));
	ResultSetDatum(row, SCAN_CLUSTER_END_DATE, DateADTGetDatum((DateADT) (PeriodStart(periods, cluster->to) - 1)));
	ResultSetInt64(row, SCAN_CLUSTER_OBSERVED, cluster->observed);
	ResultSetFloat8(row, SCAN_CLUSTER_EXPECTED, cluster->expected);
	if (outside > 0)
		ResultSetFloat8(row, SCAN_CLUSTER_RELATIVE_RISK, cluster->observed / cluster->expected / outside);
	ResultSetFloat8(row, SCAN_CLUSTER_LOG_LIKELIHOOD_RATIO, cluster->ratio);
	if (reached != NULL)
	{
		double		p = (*reached + 1) / (problem->replications + 1.0);

		ResultSetFloat8(row, SCAN_CLUSTER_P_VALUE, p);
		if (problem->prospective)
			ResultSetFloat8(row, SCAN_CLUSTER_RECURRENCE_DAYS, (periods->step_days + periods->step_months * DAYS_PER_YEAR / MONTHS_PER_YEAR) / p);
	}
	return ResultDatum(row);
}

/* space_time_scan_final: the clusters found: one row each, the most likely first */
PG_FUNCTION_INFO_V1(space_time_scan_final);
Datum
space_time_scan_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context,
				work,
				searching,
				oldcontext;
	Events	   *events = EventsState(fcinfo, "space_time_scan or space_time_permutation_scan", &aggregate_context);
	ScanArguments arguments;
	ScanProblem *problem;
	ScanCylinder *found = NULL;
	int64	   *reached = NULL;
	int			nfound = 0;
	Periods		periods;
	CspResult	row;
	Datum	   *rows;
	Oid			row_type;

	if (events == NULL)
		PG_RETURN_NULL();
	row_type = ResultInitElement(&row, fcinfo, SCAN_CLUSTER_COLUMNS);
	arguments = StateArguments(events);
	work = AllocSetContextCreate(CurrentMemoryContext, "space-time scan", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);
	memset(&periods, 0, sizeof(periods));
	problem = BuildProblem(events, &arguments, &periods);
	if (problem != NULL)
	{
		double		circles_memory = CirclesMemory(problem);

		CheckMemory(problem, SearchMemory(problem) + problem->size + circles_memory);
		found = palloc_extended(sizeof(ScanCylinder) * problem->nthresholds, MCXT_ALLOC_HUGE);
		searching = AllocSetContextCreate(work, "search", ALLOCSET_DEFAULT_SIZES);
		MemoryContextSwitchTo(searching);
		nfound = ScanObserved(NewScanSearch(problem), found, problem->nthresholds);
		MemoryContextSwitchTo(work);
		MemoryContextDelete(searching);
		if (nfound > 0 && problem->replications > 0)
		{
			reached = palloc(sizeof(int64) * nfound);
			Replicate(problem, found, nfound, circles_memory, reached);
		}
	}

	MemoryContextSwitchTo(oldcontext);
	rows = palloc(sizeof(Datum) * Max(nfound, 1));
	for (int i = 0; i < nfound; i++)
		rows[i] = ClusterRow(&row, i + 1, &found[i], problem, &periods, events->srid, reached != NULL ? &reached[i] : NULL);
	MemoryContextDelete(work);
	PG_RETURN_ARRAYTYPE_P(ResultArray(rows, nfound, row_type));
}
