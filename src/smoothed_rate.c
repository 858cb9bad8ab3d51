/*
 * smoothed_rate.c
 *   Concept: rates of small places drawn towards the rate of all of them, the more the smaller the place.
 *
 * Global empirical Bayes by the method of moments: Marshall (1991), Applied Statistics 40; as R's spdep::EBest with
 * family = "poisson". The prior variance is floored at 0; where there are no events at all every rate is 0 (spdep: NaN).
 */
#include "rate.h"

#include "windowapi.h"

#include "check.h"

/* ---- kernel ---- */

/* What the places of a partition have in common. */
typedef struct SmoothingPrior
{
	bool		known;
	double		mean;			/* events over population, all places together */
	double		variance;		/* of the places' true rates */
} SmoothingPrior;

/* Sums over places, updated place by place (West 1979), so that one pass suffices and no digits cancel. */
typedef struct SmoothingSums
{
	int64		places;
	double		population;
	double		mean;			/* of the rates, weighted by population */
	double		squares;		/* sum of population x (rate - mean)^2 */
} SmoothingSums;

static void
SmoothingAdd(SmoothingSums *sums, double events, double population)
{
	double		rate = events / population;
	double		distance = rate - sums->mean;

	sums->places++;
	sums->population += population;
	sums->mean += distance * (population / sums->population);
	sums->squares += population * distance * (rate - sums->mean);
}

static void
SmoothingEstimate(const SmoothingSums *sums, SmoothingPrior *prior)
{
	prior->mean = sums->mean;
	prior->variance = Max(0, sums->squares / sums->population - sums->mean / (sums->population / sums->places));
}

/* SmoothedRate: the posterior mean, between the place's own rate and that of all places. */
static double
SmoothedRate(const SmoothingPrior *prior, double events, double population)
{
	double		sampling_variance = prior->mean / population;

	if (prior->variance == 0)
		return prior->mean;
	return prior->mean
		+ prior->variance / (prior->variance + sampling_variance) * (events / population - prior->mean);
}

/* ---- SQL ---- */

#define CURRENT_ROW (-1)

/*
 * ReadPlace
 *   The arguments at a row of the partition, or at the current one; false where one of them is NULL or the population
 *   is 0: such a row has no rate and counts for nothing.
 */
static bool
ReadPlace(WindowObject window, int nargs, int row, double *events, double *population, double *per)
{
	double		values[3] = {0, 0, RATE_DEFAULT_PER};

	for (int argument = 0; argument < nargs; argument++)
	{
		bool		isnull,
					isout;
		Datum		datum = row == CURRENT_ROW
			? WinGetFuncArgCurrent(window, argument, &isnull)
			: WinGetFuncArgInPartition(window, argument, row, WINDOW_SEEK_HEAD, false, &isnull, &isout);

		if (isnull)
			return false;
		values[argument] = DatumGetFloat8(datum);
	}
	CheckNotNegative("events", values[0]);
	CheckNotNegative("population", values[1]);
	CheckPositive("per", values[2]);
	*events = values[0];
	*population = values[1];
	*per = values[2];
	return values[1] > 0;
}

PG_FUNCTION_INFO_V1(smoothed_rate);
Datum
smoothed_rate(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	SmoothingPrior *prior = WinGetPartitionLocalMemory(window, sizeof(SmoothingPrior));
	int			nargs = PG_NARGS();
	double		events,
				population,
				per;

	if (!prior->known)
	{
		SmoothingSums sums = {0};
		int64		rows = WinGetPartitionRowCount(window);

		if (rows > PG_INT32_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("smoothed_rate: the partition has %lld rows, more than %d", (long long) rows, PG_INT32_MAX),
					 errhint("Count the events by place first, or give PARTITION BY.")));
		for (int row = 0; row < (int) rows; row++)
		{
			CHECK_FOR_INTERRUPTS();
			if (ReadPlace(window, nargs, row, &events, &population, &per))
				SmoothingAdd(&sums, events, population);
		}
		if (sums.places > 0)
			SmoothingEstimate(&sums, prior);
		prior->known = true;
	}

	if (!ReadPlace(window, nargs, CURRENT_ROW, &events, &population, &per))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(RatePer(SmoothedRate(prior, events, population), 1, per));
}
