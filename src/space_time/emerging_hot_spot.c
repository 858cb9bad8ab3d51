/*
 * emerging_hot_spot.c
 *   Concept: what kind of hot or cold spot a place is by now, from its Gi* z-values period by period.
 *
 * A period is hot if z is at least the threshold, cold if it is at most minus the threshold. The names are those in use
 * for space-time cubes; the definitions are ours, and such that each sequence has exactly one class. A cold spot is
 * judged as a hot one, with the signs of z turned. For a hot spot now, in this order:
 *   new           hot in the last period only, and never cold
 *   intensifying, diminishing, persistent
 *                 hot in at least the share of the periods, and z rises, falls, or does neither
 *                 (Mann-Kendall, two-sided, p at most alpha)
 *   oscillating   hot in fewer, and cold in some period
 *   consecutive   hot in fewer, never cold, and all hot periods are the last ones
 *   sporadic      hot in fewer, never cold, and hot and not hot by turns
 * and for a place that is neither hot nor cold in the last period
 *   historical    hot in at least the share of the periods.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "time/rank_trend.h"

#define DEFAULT_THRESHOLD	1.96
#define DEFAULT_ALPHA		0.05
#define DEFAULT_SHARE		0.9

typedef enum EmergingClass
{
	EMERGING_NONE,
	EMERGING_NEW,
	EMERGING_CONSECUTIVE,
	EMERGING_INTENSIFYING,
	EMERGING_PERSISTENT,
	EMERGING_DIMINISHING,
	EMERGING_SPORADIC,
	EMERGING_OSCILLATING,
	EMERGING_HISTORICAL
} EmergingClass;

static const char *const class_names[] = {
	"none", "new", "consecutive", "intensifying", "persistent", "diminishing", "sporadic", "oscillating", "historical"
};

/* ---- kernel ---- */

/*
 * HotSpotClass
 *   z: in order of the periods (n of them, at least 1), in series->y; sign: 1 for hot, -1 for cold spots.
 */
static EmergingClass
HotSpotClass(const Series *series, int sign, double threshold, double alpha, double share)
{
	int64		n = series->n;
	int64		hot = 0;
	int64		cold = 0;
	int64		last_run = 0;
	bool		most;
	MannKendall kendall;
	double		z;

	for (int64 i = 0; i < n; i++)
	{
		bool		is_hot = sign * series->y[i] >= threshold;

		hot += is_hot;
		cold += -sign * series->y[i] >= threshold;
		last_run = is_hot ? last_run + 1 : 0;
	}
	most = hot >= share * n - 1e-9; /* 0.7 x 10 may be a rounding above 7 */

	if (last_run == 0)
		return most && -sign * series->y[n - 1] < threshold ? EMERGING_HISTORICAL : EMERGING_NONE;
	if (hot == 1 && cold == 0)
		return EMERGING_NEW;
	if (most)
	{
		MannKendallKernel(series, &kendall);
		z = MannKendallZ(kendall.s, kendall.variance);
		if (2 * NormalProbability(fabs(z), true) > alpha)
			return EMERGING_PERSISTENT;
		return sign * z > 0 ? EMERGING_INTENSIFYING : EMERGING_DIMINISHING;
	}
	if (cold > 0)
		return EMERGING_OSCILLATING;
	return hot == last_run ? EMERGING_CONSECUTIVE : EMERGING_SPORADIC;
}

/* EmergingHotSpot: the kind of hot or cold spot that a place's series of z-scores makes it, in words */
static text *
EmergingHotSpot(const Series *series, double threshold, double alpha, double share)
{
	EmergingClass class = HotSpotClass(series, 1, threshold, alpha, share);
	const char *kind = "hot";

	if (class == EMERGING_NONE)
	{
		class = HotSpotClass(series, -1, threshold, alpha, share);
		kind = "cold";
	}
	if (class == EMERGING_NONE)
		return cstring_to_text(class_names[class]);
	return cstring_to_text(psprintf("%s %s spot", class_names[class], kind));
}

/* ---- SQL ---- */

/* emerging_hot_spot: the SQL function emerging_hot_spot for an array of z-scores */
PG_FUNCTION_INFO_V1(emerging_hot_spot);
Datum
emerging_hot_spot(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	double		threshold = PG_GETARG_FLOAT8(1);
	double		alpha = PG_GETARG_FLOAT8(2);
	double		share = PG_GETARG_FLOAT8(3);
	int			length = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	const double *item = (const double *) ARR_DATA_PTR(array);
	const bits8 *given = ARR_NULLBITMAP(array);
	Series		series = {0};

	CheckPositive("threshold", threshold);
	CheckSignificanceLevel("alpha", alpha);
	if (!(share > 0 && share <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("share is %g, not above 0 and at most 1", share),
				 errhint("Give 90%% of the periods as 0.9.")));
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("z is an array of %d dimensions", ARR_NDIM(array)),
				 errhint("Give one place's values in order of the periods, as array_agg(z ORDER BY month) does.")));

	series.x = palloc(sizeof(double) * Max(length, 1));
	series.y = palloc(sizeof(double) * Max(length, 1));
	for (int i = 0; i < length; i++)
	{
		if (given != NULL && !(given[i / 8] & (1 << (i % 8))))
			continue;
		CheckFinite("z", *item);
		series.x[series.n] = i;
		series.y[series.n++] = *item++;
	}
	if (series.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(EmergingHotSpot(&series, threshold, alpha, share));
}

/* emerging_hot_spot_final: result of the aggregate emerging_hot_spot */
PG_FUNCTION_INFO_V1(emerging_hot_spot_final);
Datum
emerging_hot_spot_final(PG_FUNCTION_ARGS)
{
	Series		series;
	text	   *class;

	if (!SeriesSorted(fcinfo, &series))
		PG_RETURN_NULL();
	class = EmergingHotSpot(&series, DEFAULT_THRESHOLD, DEFAULT_ALPHA, DEFAULT_SHARE);
	SeriesFree(&series);
	PG_RETURN_TEXT_P(class);
}
