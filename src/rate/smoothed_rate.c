/*
 * smoothed_rate.c
 *   Concept: rates of small places drawn towards the rate of all of them, the more the smaller the place.
 *
 * Global empirical Bayes by the method of moments: Marshall (1991), Applied Statistics 40; as R's spdep::EBest with
 * family = "poisson". The prior variance is floored at 0; where there are no events at all every rate is 0 (spdep: NaN).
 */
#include "rate/rate.h"

#include "base/check.h"
#include "base/partition.h"

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

/* SmoothingAdd: adds a place's rate to the weighted mean and spread of all rates */
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

/* SmoothingEstimate: mean and variance of the true rates that the observed ones suggest */
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

enum
{
	PLACE_EVENTS,
	PLACE_POPULATION,
	PLACE_PER,
	PLACE_LENGTH
};

/* PlaceHasRate: checks a place's arguments; one without population has no rate and counts for nothing. */
static bool
PlaceHasRate(const double *place)
{
	CheckNotNegative("events", place[PLACE_EVENTS]);
	CheckNotNegative("population", place[PLACE_POPULATION]);
	CheckPositive("per", place[PLACE_PER]);
	return place[PLACE_POPULATION] > 0;
}

/*
 * smoothed_rate: the SQL window function smoothed_rate: the current place's rate drawn towards the
 * mean of all
 */
PG_FUNCTION_INFO_V1(smoothed_rate);
Datum
smoothed_rate(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	SmoothingPrior *prior = WinGetPartitionLocalMemory(window, sizeof(SmoothingPrior));
	int			nargs = PG_NARGS();
	double		place[PLACE_LENGTH] = {0, 0, RATE_DEFAULT_PER};

	if (!prior->known)
	{
		SmoothingSums sums = {0};
		Partition	partition;

		PartitionOpen(&partition, window, prior, "smoothed_rate");
		for (int row = 0; row < partition.nrows; row++)
			if (PartitionRow(&partition, row, nargs, place) && PlaceHasRate(place))
				SmoothingAdd(&sums, place[PLACE_EVENTS], place[PLACE_POPULATION]);
		PartitionClose(&partition);
		if (sums.places > 0)
			SmoothingEstimate(&sums, prior);
		prior->known = true;
	}

	if (!PartitionCurrentRow(window, nargs, place) || !PlaceHasRate(place))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(RatePer(SmoothedRate(prior, place[PLACE_EVENTS], place[PLACE_POPULATION]), 1, place[PLACE_PER]));
}
