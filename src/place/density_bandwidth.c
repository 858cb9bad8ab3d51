/*
 * density_bandwidth.c
 *   Concept: a bandwidth for kernel density from the events themselves.
 *
 *   scott       n^(-1/6) s, s^2 the mean of the variances (over n - 1) of x and y: best for one normal cloud, and too wide for
 *               several (Scott 1992; in two dimensions Silverman's rule is the same)
 *   likelihood  the s that foretells each event best from all others: the greatest sum of log densities, each left out of
 *               its own (Habbema, Hermans and van den Broek 1974)
 * Both are standard deviations of a Gaussian; a quartic spreads as widely at sqrt(8) times that radius.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/places.h"
#include "utils/memutils.h"

#define MAX_LIKELIHOOD_PLACES	5000	/* time grows with the square */
#define SEARCH_STEPS			36		/* from 1/100 to 4 of Scott's bandwidth */
#define SEARCH_PRECISION		1e-7	/* of the logarithm */

typedef struct BandwidthSettings
{
	int32		likelihood;
	int32		quartic;
} BandwidthSettings;

/* ---- kernel ---- */

/* ScottBandwidth: Scott's rule: bandwidth from the spread and number of places */
static double
ScottBandwidth(const Places *places)
{
	double		n = places->n;
	double		mean_x = 0,
				mean_y = 0,
				squares = 0;

	for (int i = 0; i < places->n; i++)
	{
		mean_x += (places->x[i] - places->x[0]) / n;
		mean_y += (places->y[i] - places->y[0]) / n;
	}
	for (int i = 0; i < places->n; i++)
	{
		double		dx = places->x[i] - places->x[0] - mean_x;
		double		dy = places->y[i] - places->y[0] - mean_y;

		squares += dx * dx + dy * dy;
	}
	return pow(n, -1.0 / 6) * sqrt(squares / (2 * (n - 1)));
}

/* LogLikelihood: of the places at a bandwidth, up to a constant; minus infinity where one is out of reach of the others */
static double
LogLikelihood(const Places *places, double bandwidth, double *density)
{
	double		scale = -0.5 / (bandwidth * bandwidth);
	double		sum = -2.0 * places->n * log(bandwidth);

	memset(density, 0, sizeof(double) * places->n);
	for (int i = 0; i < places->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < i; j++)
		{
			double		dx = places->x[i] - places->x[j];
			double		dy = places->y[i] - places->y[j];
			double		value = exp(scale * (dx * dx + dy * dy));

			density[i] += value;
			density[j] += value;
		}
	}
	for (int i = 0; i < places->n; i++)
		sum += log(density[i]);
	return sum;
}

/*
 * LikelihoodBandwidth
 *   The maximum on a ladder of bandwidths, then by golden section between its neighbours. NaN where it lies at an end: where
 *   most places hold several events the likelihood grows without limit towards bandwidth 0.
 */
static double
LikelihoodBandwidth(const Places *places, double scott)
{
	double	   *density = palloc(sizeof(double) * places->n);
	double		golden = (sqrt(5) - 1) / 2;
	double		from = log(scott / 100);
	double		step = (log(4 * scott) - from) / SEARCH_STEPS;
	double		greatest = -get_float8_infinity();
	int			best = 0;
	double		low,
				high,
				inner[2],
				value[2];

	for (int i = 0; i <= SEARCH_STEPS; i++)
	{
		double		now = LogLikelihood(places, exp(from + i * step), density);

		if (now > greatest)
		{
			greatest = now;
			best = i;
		}
	}
	if (best == 0 || best == SEARCH_STEPS)
		return get_float8_nan();
	low = from + (best - 1) * step;
	high = from + (best + 1) * step;
	inner[0] = high - golden * (high - low);
	inner[1] = low + golden * (high - low);
	value[0] = LogLikelihood(places, exp(inner[0]), density);
	value[1] = LogLikelihood(places, exp(inner[1]), density);
	while (high - low > SEARCH_PRECISION)
	{
		bool		left = value[0] > value[1];

		if (left)
		{
			high = inner[1];
			inner[1] = inner[0];
			value[1] = value[0];
			inner[0] = high - golden * (high - low);
		}
		else
		{
			low = inner[0];
			inner[0] = inner[1];
			value[0] = value[1];
			inner[1] = low + golden * (high - low);
		}
		value[left ? 0 : 1] = LogLikelihood(places, exp(inner[left ? 0 : 1]), density);
	}
	pfree(density);
	return exp((low + high) / 2);
}

/* ---- SQL ---- */

/* density_bandwidth_accum: keeps a place and the method asked for */
PG_FUNCTION_INFO_V1(density_bandwidth_accum);
Datum
density_bandwidth_accum(PG_FUNCTION_ARGS)
{
	static const char *const methods[] = {"scott", "silverman", "likelihood"};	/* the first two are one rule */
	static const char *const kernels[] = {"quartic", "gaussian"};
	BandwidthSettings settings;

	if (!PlacesRowIsKnown(fcinfo, 0))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	settings.likelihood = PG_NARGS() > 2 && WordArgument(fcinfo, 2, "method", methods, lengthof(methods)) == 2;
	settings.quartic = PG_NARGS() <= 3 || WordArgument(fcinfo, 3, "kernel", kernels, lengthof(kernels)) == 0;
	PG_RETURN_POINTER(PlacesAccum(fcinfo, "density_bandwidth", 0, &settings, sizeof(settings)));
}

/* density_bandwidth_final: the bandwidth that the method finds for the places of a group */
PG_FUNCTION_INFO_V1(density_bandwidth_final);
Datum
density_bandwidth_final(PG_FUNCTION_ARGS)
{
	MemoryContext aggregate_context,
				work,
				oldcontext;
	Events	   *events = EventsState(fcinfo, "density_bandwidth", &aggregate_context);
	BandwidthSettings settings = {0};
	Places	   *places;
	double		bandwidth;

	if (events == NULL || events->n < 2)
		PG_RETURN_NULL();
	memcpy(&settings, events->parameters, Min(sizeof(settings), events->parameters_size));
	if (events->parameters_size != sizeof(settings))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of density_bandwidth is damaged")));
	if (settings.likelihood && events->n > MAX_LIKELIHOOD_PLACES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("likelihood cross-validation of %lld events would take too long", (long long) events->n),
				 errhint("Give a random sample of at most %d, or use scott.", MAX_LIKELIHOOD_PLACES)));

	work = AllocSetContextCreate(CurrentMemoryContext, "density bandwidth", ALLOCSET_DEFAULT_SIZES);
	oldcontext = MemoryContextSwitchTo(work);
	places = PlacesInOrder(events);
	bandwidth = ScottBandwidth(places);
	if (settings.likelihood && bandwidth > 0)
		bandwidth = LikelihoodBandwidth(places, bandwidth);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(work);
	if (!(bandwidth > 0))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(settings.quartic ? bandwidth * sqrt(8) : bandwidth);
}
