/*
 * prediction.c
 *   Concept: how good was a forecast map? Its most dangerous cells are flagged, and what then happened is counted.
 *
 * The predictive accuracy index (Chainey, Tompson and Uhlig 2008) is the share of events in the flagged cells over
 * their share of the area. The efficiency index (Hunt 2016, there PEI*) divides it by the most that any choice of the
 * same area could have reached. The recapture rate index (Levine 2008) compares the flagged cells' growth with that of
 * the whole.
 *
 * Cells are flagged by predicted density (prediction over area), highest first. Of equal densities the cell in which
 * fewer events were observed comes first, then the larger: a forecast that does not tell cells apart is scored by its
 * least favourable order, and the answer does not depend on the order of rows. R ptools breaks ties so too.
 */
#include "base/series.h"

#include <math.h>

#include "base/check.h"
#include "base/result.h"
#include "rate/rate.h"

#define PREDICTION_SHARE 1		/* the series parameter that holds the share */

/* ---- kernel ---- */

typedef struct Cell
{
	double		predicted;
	double		observed;
	double		area;
	double		predicted_density;
	double		observed_density;
} Cell;

typedef struct PredictionAccuracy
{
	int64		cells;
	int64		flagged;
	double		flagged_area;
	double		area;
	double		hits;
	double		best_hits;
	double		events;
	double		predicted;
} PredictionAccuracy;

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

/*
 * ComparePredicted: order of cells: the highest predicted density first, of equal ones the worst
 * for the prediction
 */
static inline int
ComparePredicted(const Cell *a, const Cell *b)
{
	if (a->predicted_density != b->predicted_density)
		return COMPARE(b->predicted_density, a->predicted_density);
	if (a->observed != b->observed)
		return COMPARE(a->observed, b->observed);
	return COMPARE(b->area, a->area);
}

/* CompareObserved: order of cells: the highest observed density first, then the largest */
static inline int
CompareObserved(const Cell *a, const Cell *b)
{
	if (a->observed_density != b->observed_density)
		return COMPARE(b->observed_density, a->observed_density);
	return COMPARE(b->area, a->area);
}

#define ST_SORT SortByPredicted
#define ST_ELEMENT_TYPE Cell
#define ST_COMPARE(a, b) ComparePredicted(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT SortByObserved
#define ST_ELEMENT_TYPE Cell
#define ST_COMPARE(a, b) CompareObserved(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Ratio: a quotient; NaN where the denominator is 0 */
static double
Ratio(double numerator, double denominator)
{
	return denominator == 0 ? get_float8_nan() : numerator / denominator;
}

/*
 * AccuracyIndex: share of events caught per share of area flagged; NaN (for NULL) where nothing
 * happened or nothing was flagged
 */
static double
AccuracyIndex(double hits, double events, double flagged_area, double total_area)
{
	return Ratio(hits, events) * Ratio(total_area, flagged_area);
}

/*
 * PredictionKernel
 *   Flags the least number of cells that makes the share, and fills the same area with the densest observed cells; the
 *   last of these may be taken in part, so that no choice of the same area holds more. Sorts the cells.
 */
static void
PredictionKernel(Cell *cells, int64 n, double share, PredictionAccuracy *result)
{
	double		area[2] = {0, 0},
				flagged_area[2] = {0, 0},
				predicted[2] = {0, 0};
	double		left;

	memset(result, 0, sizeof(*result));
	result->cells = n;
	/* 0.07 * 100 is a little above 7: that little makes no eighth cell */
	result->flagged = Min(n, Max(1, (int64) ceil(share * n * (1 - 1e-12))));

	SortByPredicted(cells, n);
	for (int64 i = 0; i < n; i++)
	{
		SumAdd(area, cells[i].area);
		result->events += cells[i].observed;
		if (i < result->flagged)
		{
			SumAdd(flagged_area, cells[i].area);
			SumAdd(predicted, cells[i].predicted);
			result->hits += cells[i].observed;
		}
	}
	result->area = SumValue(area);
	result->flagged_area = SumValue(flagged_area);
	result->predicted = SumValue(predicted);

	SortByObserved(cells, n);
	left = result->flagged_area;
	for (int64 i = 0; i < n && left > 0; i++)
	{
		/* what rounding leaves of the area is no cell */
		double		part = left >= cells[i].area * (1 - 1e-9) ? 1 : left / cells[i].area;

		if (left <= result->flagged_area * 1e-12)
			break;
		result->best_hits += part * cells[i].observed;
		left -= part * cells[i].area;
	}
}

/* ---- SQL ---- */

/* CheckPart: error where a part is larger than its whole */
static void
CheckPart(const char *part_name, double part, const char *whole_name, double whole)
{
	if (part > whole)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, more than %s (%g)", part_name, part, whole_name, whole),
				 errhint("%s is a part of %s.", part_name, whole_name)));
}

/*
 * prediction_accuracy_index: the SQL function prediction_accuracy_index: share of events caught per
 * share of area flagged
 */
PG_FUNCTION_INFO_V1(prediction_accuracy_index);
Datum
prediction_accuracy_index(PG_FUNCTION_ARGS)
{
	int64		hits = PG_GETARG_INT64(0);
	int64		events = PG_GETARG_INT64(1);
	double		flagged_area = PG_GETARG_FLOAT8(2);
	double		total_area = PG_GETARG_FLOAT8(3);
	double		index;

	CheckNotNegativeInt("hits", hits);
	CheckNotNegativeInt("events", events);
	CheckPart("hits", (double) hits, "events", (double) events);
	CheckNotNegative("flagged_area", flagged_area);
	CheckPositive("total_area", total_area);
	CheckPart("flagged_area", flagged_area, "total_area", total_area);
	index = AccuracyIndex((double) hits, (double) events, flagged_area, total_area);
	if (isnan(index))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(index);
}

/*
 * prediction_efficiency_index: the SQL function prediction_efficiency_index: events caught of those
 * that the best map would catch
 */
PG_FUNCTION_INFO_V1(prediction_efficiency_index);
Datum
prediction_efficiency_index(PG_FUNCTION_ARGS)
{
	int64		hits = PG_GETARG_INT64(0);
	int64		best_hits = PG_GETARG_INT64(1);

	CheckNotNegativeInt("hits", hits);
	CheckNotNegativeInt("best_hits", best_hits);
	CheckPart("hits", (double) hits, "best_hits", (double) best_hits);
	if (best_hits == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) hits / (double) best_hits);
}

/*
 * recapture_rate_index: the SQL function recapture_rate_index: how far the share of events caught
 * held up in a later period
 */
PG_FUNCTION_INFO_V1(recapture_rate_index);
Datum
recapture_rate_index(PG_FUNCTION_ARGS)
{
	int64		earlier_hits = PG_GETARG_INT64(0);
	int64		hits = PG_GETARG_INT64(1);
	int64		earlier_events = PG_GETARG_INT64(2);
	int64		events = PG_GETARG_INT64(3);

	CheckNotNegativeInt("earlier_hits", earlier_hits);
	CheckNotNegativeInt("hits", hits);
	CheckNotNegativeInt("earlier_events", earlier_events);
	CheckNotNegativeInt("events", events);
	CheckPart("earlier_hits", (double) earlier_hits, "earlier_events", (double) earlier_events);
	CheckPart("hits", (double) hits, "events", (double) events);
	if (earlier_hits == 0 || events == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(((double) hits / (double) earlier_hits) / ((double) events / (double) earlier_events));
}

/*
 * prediction_accuracy_accum: adds a cell; one of area 0 can be neither flagged nor missed, and is
 * left out unless something happened in it
 */
PG_FUNCTION_INFO_V1(prediction_accuracy_accum);
Datum
prediction_accuracy_accum(PG_FUNCTION_ARGS)
{
	double		row[3];
	double		share;
	SeriesState *state;

	if (SeriesHasNullArgument(fcinfo))
		return SeriesSkipRow(fcinfo);
	row[0] = PG_GETARG_FLOAT8(1);
	row[1] = (double) PG_GETARG_INT64(2);
	row[2] = PG_GETARG_FLOAT8(3);
	share = PG_GETARG_FLOAT8(4);
	CheckFinite("predicted", row[0]);
	CheckNotNegativeInt("observed", PG_GETARG_INT64(2));
	CheckNotNegative("area", row[2]);
	if (!(share > 0 && share <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("share is %g, not above 0 and at most 1", share),
				 errhint("Give the top 5%% of cells as 0.05.")));
	if (row[2] == 0)
	{
		if (row[1] > 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("area is 0 where observed is %g", row[1]),
					 errhint("Give the area of the cell, or 1 for cells of one size.")));
		return SeriesSkipRow(fcinfo);
	}
	state = SeriesTransition(fcinfo, 3);
	SeriesSetParameter(state, PREDICTION_SHARE, "share", share);
	SeriesAppend(state, row);
	PG_RETURN_POINTER(state);
}

/* Columns of csp.prediction_result. */
enum
{
	PREDICTION_RESULT_CELLS,
	PREDICTION_RESULT_CELLS_FLAGGED,
	PREDICTION_RESULT_AREA_SHARE,
	PREDICTION_RESULT_EVENTS,
	PREDICTION_RESULT_HITS,
	PREDICTION_RESULT_HIT_RATE,
	PREDICTION_RESULT_PAI,
	PREDICTION_RESULT_BEST_HITS,
	PREDICTION_RESULT_PEI,
	PREDICTION_RESULT_PREDICTED,
	PREDICTION_RESULT_COLUMNS
};

/* prediction_accuracy_final: hit rate and indices of a prediction over the cells of a group */
PG_FUNCTION_INFO_V1(prediction_accuracy_final);
Datum
prediction_accuracy_final(PG_FUNCTION_ARGS)
{
	Series		series;
	Cell	   *cells;
	PredictionAccuracy accuracy;
	CspResult	result;
	double		share;

	if (!SeriesSorted(fcinfo, &series))
		PG_RETURN_NULL();
	share = series.parameters[PREDICTION_SHARE];
	if (series.weight == NULL || !(share > 0 && share <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("the serialised state of prediction_accuracy is damaged")));

	cells = palloc_extended(sizeof(Cell) * series.n, MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < series.n; i++)
	{
		cells[i].predicted = series.x[i];
		cells[i].observed = series.y[i];
		cells[i].area = series.weight[i];
		cells[i].predicted_density = series.x[i] / series.weight[i];
		cells[i].observed_density = series.y[i] / series.weight[i];
	}
	PredictionKernel(cells, series.n, share, &accuracy);
	pfree(cells);
	SeriesFree(&series);
	/* each is a bigint, their sum need not be one; the hits are part of it */
	if (!(accuracy.events < (double) PG_INT64_MAX))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%g observed events are more than a bigint holds", accuracy.events)));

	ResultInit(&result, fcinfo, PREDICTION_RESULT_COLUMNS);
	ResultSetInt64(&result, PREDICTION_RESULT_CELLS, accuracy.cells);
	ResultSetInt64(&result, PREDICTION_RESULT_CELLS_FLAGGED, accuracy.flagged);
	ResultSetFloat8(&result, PREDICTION_RESULT_AREA_SHARE, Ratio(accuracy.flagged_area, accuracy.area));
	ResultSetInt64(&result, PREDICTION_RESULT_EVENTS, (int64) accuracy.events);
	ResultSetInt64(&result, PREDICTION_RESULT_HITS, (int64) accuracy.hits);
	ResultSetFloat8(&result, PREDICTION_RESULT_HIT_RATE, Ratio(accuracy.hits, accuracy.events));
	ResultSetFloat8(&result, PREDICTION_RESULT_PAI, AccuracyIndex(accuracy.hits, accuracy.events, accuracy.flagged_area, accuracy.area));
	ResultSetFloat8(&result, PREDICTION_RESULT_BEST_HITS, accuracy.best_hits);
	ResultSetFloat8(&result, PREDICTION_RESULT_PEI, Ratio(accuracy.hits, accuracy.best_hits));
	ResultSetFloat8(&result, PREDICTION_RESULT_PREDICTED, accuracy.predicted);
	PG_RETURN_DATUM(ResultDatum(&result));
}
