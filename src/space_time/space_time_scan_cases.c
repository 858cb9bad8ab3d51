/*
 * space_time_scan_cases.c
 *   Kernel of space_time_scan: the cases that the search for clusters looks through, those observed and those of
 *   replications, dealt out anew. A replication depends on the seed and its number alone.
 */
#include "space_time/space_time_scan_cases.h"

#include "base/random.h"

#define TABLE_SHARE		20		/* a table is faster if there are as many cases as 1 in so many cells */

/* ---- keeping ---- */

/* AddEntry: keeps a place's cases of one period in one replication, for places not in the table */
static void
AddEntry(ScanCases *cases, int place, int period, int lane, int64 count)
{
	if (cases->nentries == cases->capacity)
	{
		cases->capacity *= 2;
		cases->new_entry = repalloc_huge(cases->new_entry, sizeof(CaseEntry) * cases->capacity);
		cases->new_place = repalloc_huge(cases->new_place, sizeof(int32) * cases->capacity);
	}
	cases->new_place[cases->nentries] = place;
	cases->new_entry[cases->nentries++] = (CaseEntry) {(uint32) (period * SCAN_LANES + lane), (uint32) count};
}

/* AddCases: adds cases to a cell of one replication; periods that no window reaches are left out */
static void
AddCases(ScanCases *cases, int place, int period, int lane, int64 count)
{
	const ScanProblem *problem = cases->problem;

	period -= problem->nperiods - problem->nseen;
	if (period < 0)
		return;
	if (cases->table != NULL)
	{
		uint8	   *cell = cases->table + ((Size) place * problem->nseen + period) * SCAN_LANES + lane;
		int64		room = PG_UINT8_MAX - *cell;

		*cell += (uint8) Min(count, room);
		if (count <= room)
			return;
		count -= room;
	}
	AddEntry(cases, place, period, lane, count);
}

/* ClearCases: forgets the cases of the replications before */
static void
ClearCases(ScanCases *cases)
{
	cases->nentries = 0;
	if (cases->table != NULL)
		memset(cases->table, 0, (Size) cases->problem->nplaces * cases->problem->nseen * SCAN_LANES);
}

/* SortEntries: sorts the entries of cases by place */
static void
SortEntries(ScanCases *cases)
{
	int			n = cases->problem->nplaces;
	int64	   *first = cases->first_entry;

	if (cases->entry != NULL)
		pfree(cases->entry);
	cases->entry = palloc_extended(sizeof(CaseEntry) * Max(cases->nentries, 1), MCXT_ALLOC_HUGE);
	memset(first, 0, sizeof(int64) * (n + 1));
	for (int64 i = 0; i < cases->nentries; i++)
	{
		first[cases->new_place[i]]++;
		CheckInterruptsAt(i);
	}
	/* ends, which become beginnings as they are filled backwards */
	for (int i = 1; i <= n; i++)
		first[i] += first[i - 1];
	for (int64 i = cases->nentries - 1; i >= 0; i--)
	{
		cases->entry[--first[cases->new_place[i]]] = cases->new_entry[i];
		CheckInterruptsAt(i);
	}
}

/* CasesWithin: the cases of a place in periods from .. to - 1 of the search */
int32
CasesWithin(const ScanCases *cases, int place, int from, int to, int lane)
{
	int32		within = 0;

	if (cases->table != NULL)
	{
		const uint8 *cell = cases->table + ((Size) place * cases->problem->nseen + from) * SCAN_LANES + lane;

		for (int i = from; i < to; i++, cell += SCAN_LANES)
			within += *cell;
	}
	for (int64 i = cases->first_entry[place]; i < cases->first_entry[place + 1]; i++)
	{
		uint32		index = cases->entry[i].index;
		int			period = (int) (index / SCAN_LANES);

		if ((int) (index % SCAN_LANES) == lane && period >= from && period < to)
			within += (int32) cases->entry[i].count;
	}
	return within;
}

/* LoadObserved: takes the observed cases as lane 0 */
void
LoadObserved(ScanCases *cases)
{
	const ScanProblem *problem = cases->problem;

	ClearCases(cases);
	for (int cell = 0; cell < problem->ncells; cell++)
		AddCases(cases, SCAN_ARRAY(problem, int32, cell_place)[cell], SCAN_ARRAY(problem, int32, cell_period)[cell], 0,
				 SCAN_ARRAY(problem, int32, cell_cases)[cell]);
	SortEntries(cases);
}

/* ---- dealing out ---- */

/*
 * BuildAlias
 *   Walker's (1977) table over the places, or over the cells where there is no product, filled as by Vose (1991): one of
 *   them is drawn by two random numbers, however many there are.
 */
static void
BuildAlias(ScanCases *cases)
{
	const ScanProblem *problem = cases->problem;
	int			nperiods = problem->product ? 1 : problem->nperiods;
	int64		ncells = (int64) problem->nplaces * nperiods;
	int64		n = 0;
	int32	   *small;
	int32	   *large;
	int64		nsmall = 0,
				nlarge = 0;

	cases->alias_part = palloc_extended(sizeof(double) * ncells, MCXT_ALLOC_HUGE);
	cases->alias_cell = palloc_extended(sizeof(int32) * ncells, MCXT_ALLOC_HUGE);
	cases->alias_other = palloc_extended(sizeof(int32) * ncells, MCXT_ALLOC_HUGE);
	small = palloc_extended(sizeof(int32) * ncells, MCXT_ALLOC_HUGE);
	large = palloc_extended(sizeof(int32) * ncells, MCXT_ALLOC_HUGE);
	for (int place = 0; place < problem->nplaces; place++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int period = 0; period < nperiods; period++)
		{
			const double *sum = SCAN_ARRAY(problem, double, weight) + (Size) place * (nperiods + 1) + period;
			double		weight = problem->product ? SCAN_ARRAY(problem, double, place_weight)[place] : sum[1] - sum[0];

			if (weight > 0)
			{
				cases->alias_cell[n] = place * nperiods + period;
				cases->alias_part[n++] = weight;
			}
		}
	}
	cases->nalias = n;
	for (int64 i = 0; i < n; i++)
	{
		cases->alias_part[i] *= n / problem->total_share;
		cases->alias_other[i] = (int32) i;
		if (cases->alias_part[i] < 1)
			small[nsmall++] = (int32) i;
		else
			large[nlarge++] = (int32) i;
		CheckInterruptsAt(i);
	}
	while (nsmall > 0 && nlarge > 0)
	{
		int32		least = small[--nsmall];
		int32		most = large[nlarge - 1];

		CheckInterruptsAt(nlarge + nsmall);
		cases->alias_other[least] = most;
		cases->alias_part[most] -= 1 - cases->alias_part[least];
		if (cases->alias_part[most] < 1)
		{
			nlarge--;
			small[nsmall++] = most;
		}
	}
	/* what is left is 1 but for rounding */
	while (nsmall > 0)
		cases->alias_part[small[--nsmall]] = 1;
	while (nlarge > 0)
		cases->alias_part[large[--nlarge]] = 1;
	pfree(small);
	pfree(large);
}

/* DealByPopulation: each case falls into a cell with the chance of its population. */
static void
DealByPopulation(ScanCases *cases, RandomState *random, int lane)
{
	const ScanProblem *problem = cases->problem;
	int			nperiods = problem->nperiods;
	int64		ncells = (int64) problem->nplaces * nperiods;

	if (cases->table != NULL)
		memset(cases->cell_count, 0, sizeof(int32) * ncells);
	for (int i = 0; i < problem->ncases; i++)
	{
		int64		drawn = (int64) RandomBounded(random, (uint64) cases->nalias);
		int32		cell;

		if (RandomUniform(random) >= cases->alias_part[drawn])
			drawn = cases->alias_other[drawn];
		cell = cases->alias_cell[drawn];
		if (problem->product)
			cell = cell * nperiods + (int32) RandomBounded(random, (uint64) nperiods);
		if (cases->table != NULL)
			cases->cell_count[cell]++;
		else
			AddCases(cases, cell / nperiods, cell % nperiods, lane, 1);
		CheckInterruptsAt(i);
	}
	if (cases->table == NULL)
		return;
	for (int place = 0; place < problem->nplaces; place++)
	{
		const int32 *count = cases->cell_count + (Size) place * nperiods;

		CHECK_FOR_INTERRUPTS();
		for (int period = nperiods - problem->nseen; period < nperiods; period++)
			if (count[period] > 0)
				AddCases(cases, place, period, lane, count[period]);
	}
}

/* DealByPermutation: makes a replication: the periods of all cases in another order */
static void
DealByPermutation(ScanCases *cases, RandomState *random, int lane)
{
	const ScanProblem *problem = cases->problem;
	const double *place_cases = SCAN_ARRAY(problem, double, place_weight);
	const int32 *period = cases->shuffled;

	memcpy(cases->shuffled, cases->period, sizeof(int32) * problem->ncases);
	RandomShuffle(random, cases->shuffled, problem->ncases);
	CHECK_FOR_INTERRUPTS();
	for (int place = 0; place < problem->nplaces; place++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < (int) place_cases[place]; i++)
			AddCases(cases, place, *period++, lane, 1);
	}
}

/* DealCases: makes the replications first .. first + lanes - 1, one to a lane */
void
DealCases(ScanCases *cases, int first, int lanes)
{
	const ScanProblem *problem = cases->problem;

	ClearCases(cases);
	for (int lane = 0; lane < lanes; lane++)
	{
		RandomState random;

		RandomSeed(&random, (uint64) problem->seed, (uint64) (first + lane));
		if (problem->permutation)
			DealByPermutation(cases, &random, lane);
		else
			DealByPopulation(cases, &random, lane);
	}
	SortEntries(cases);
}

/* ---- memory ---- */

/* WantsTable: are there so many cases that a table of all places and periods is shorter than a list? */
static bool
WantsTable(const ScanProblem *problem)
{
	return problem->ncases >= (double) problem->nplaces * problem->nperiods / TABLE_SHARE;
}

/* CasesMemory: bytes that NewScanCases and its use will take */
double
CasesMemory(const ScanProblem *problem)
{
	double		cells = (double) problem->nplaces * problem->nperiods;
	double		memory = WantsTable(problem) ? (double) problem->nplaces * problem->nseen * SCAN_LANES : problem->ncases * (double) SCAN_LANES * 2.5 * sizeof(CaseEntry);

	if (problem->permutation)
		memory += problem->ncases * 2.0 * sizeof(int32);
	else
		memory += (problem->product ? problem->nplaces : cells) * 24.0 + (WantsTable(problem) ? cells * sizeof(int32) : 0);
	return memory;
}

/* NewScanCases: room for the cases of a few replications side by side */
ScanCases *
NewScanCases(const ScanProblem *problem)
{
	ScanCases  *cases = palloc0(sizeof(ScanCases));
	Size		cells = (Size) problem->nplaces * problem->nperiods;

	cases->problem = problem;
	if (WantsTable(problem))
		cases->table = palloc_extended((Size) problem->nplaces * problem->nseen * SCAN_LANES, MCXT_ALLOC_HUGE);
	cases->first_entry = palloc_extended(sizeof(int64) * (problem->nplaces + 1), MCXT_ALLOC_HUGE);
	cases->capacity = 1024;
	cases->new_entry = palloc(sizeof(CaseEntry) * cases->capacity);
	cases->new_place = palloc(sizeof(int32) * cases->capacity);
	if (problem->permutation)
	{
		const int32 *period = SCAN_ARRAY(problem, int32, cell_period);
		const int32 *count = SCAN_ARRAY(problem, int32, cell_cases);
		int			n = 0;

		cases->period = palloc_extended(sizeof(int32) * problem->ncases, MCXT_ALLOC_HUGE);
		cases->shuffled = palloc_extended(sizeof(int32) * problem->ncases, MCXT_ALLOC_HUGE);
		for (int cell = 0; cell < problem->ncells; cell++)
			for (int i = 0; i < count[cell]; i++)
				cases->period[n++] = period[cell];
	}
	else
	{
		BuildAlias(cases);
		if (cases->table != NULL)
			cases->cell_count = palloc_extended(sizeof(int32) * cells, MCXT_ALLOC_HUGE);
	}
	return cases;
}
