/*
 * control_chart.c
 *   Concept: is this month out of the ordinary, or the usual coming and going? Centre line, limits and signals of a series.
 *
 * Shewhart's charts as in Wheeler and Chambers (1992), Understanding Statistical Process Control: individual values (XmR)
 * and their moving ranges with the factors 2.66 and 3.267; counts (c), rates (u) and proportions (p) with Poisson and
 * binomial limits; Laney (2002), Quality Engineering 14, 531-537: u' and p', whose limits are stretched by how much the
 * rates really vary from one period to the next. Signals: Western Electric (1956) and Nelson (1984), Journal of Quality
 * Technology 16, 237-239.
 *
 * A phase is a stretch of the series with one centre line. Moving ranges and runs do not cross from one to the next.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "nodes/nodes.h"
#include "nodes/primnodes.h"

#include "base/check.h"
#include "base/partition.h"
#include "base/result.h"

/* ---- kernel ---- */

#define XMR_FACTOR	2.66		/* 3 / d2, d2 = 1.128: limits of values in mean moving ranges */
#define MR_FACTOR	3.267		/* D4: upper limit of moving ranges in mean moving ranges */
#define LANEY_D2	1.128
#define LANEY_NOISE 1e-9		/* a mean moving range of z below this is rounding: rates that do not vary */
#define AUTOMATIC_BASELINE 12	/* points that set the limits of a phase that may be recalculated */

typedef enum ChartKind
{
	CHART_XMR,
	CHART_MR,
	CHART_C,
	CHART_U,
	CHART_U_PRIME,
	CHART_P,
	CHART_P_PRIME
} ChartKind;

typedef enum RuleSet
{
	RULES_LIMITS,
	RULES_WESTERN_ELECTRIC,
	RULES_NELSON
} RuleSet;

/* Signals, as bits in the order in which they are named. */
typedef enum Signal
{
	SIGNAL_RECALCULATED,
	SIGNAL_ABOVE_LIMIT,
	SIGNAL_BELOW_LIMIT,
	SIGNAL_TWO_ABOVE,
	SIGNAL_TWO_BELOW,
	SIGNAL_FOUR_ABOVE,
	SIGNAL_FOUR_BELOW,
	SIGNAL_RUN_ABOVE,
	SIGNAL_RUN_BELOW,
	SIGNAL_RISING,
	SIGNAL_FALLING,
	SIGNAL_ALTERNATING,
	SIGNAL_WITHIN,
	SIGNAL_OUTSIDE,
	SIGNALS
} Signal;

static const char *const signal_names[SIGNALS] = {
	[SIGNAL_RECALCULATED] = "limits recalculated after a shift",
	[SIGNAL_ABOVE_LIMIT] = "above the upper limit",
	[SIGNAL_BELOW_LIMIT] = "below the lower limit",
	[SIGNAL_TWO_ABOVE] = "2 of 3 beyond 2 sigma above",
	[SIGNAL_TWO_BELOW] = "2 of 3 beyond 2 sigma below",
	[SIGNAL_FOUR_ABOVE] = "4 of 5 beyond 1 sigma above",
	[SIGNAL_FOUR_BELOW] = "4 of 5 beyond 1 sigma below",
	[SIGNAL_RUN_ABOVE] = "%d in a row above the centre",
	[SIGNAL_RUN_BELOW] = "%d in a row below the centre",
	[SIGNAL_RISING] = "6 in a row rising",
	[SIGNAL_FALLING] = "6 in a row falling",
	[SIGNAL_ALTERNATING] = "14 in a row alternating",
	[SIGNAL_WITHIN] = "15 in a row within 1 sigma",
	[SIGNAL_OUTSIDE] = "8 in a row beyond 1 sigma"
};

/* ChartSettings: what holds for the whole partition. */
typedef struct ChartSettings
{
	ChartKind	kind;
	RuleSet		rules;
	int			run_length;		/* of points on one side of the centre that is a signal */
	int			baseline;		/* points at the start of a phase that set its limits; 0: all */
	bool		recalculate;
} ChartSettings;

/* ChartPoint: a point of the series and what the chart says of it; NaN where it says nothing. */
typedef struct ChartPoint
{
	double		value;			/* as given */
	double		exposure;		/* 1 for charts without */
	double		plotted;
	double		centre;
	double		lower;
	double		upper;
	double		sigma;
	double		z;
	int32		phase;
	uint32		signals;
} ChartPoint;

/* ChartLimits: the centre of a phase and sigma of a point of exposure 1. */
typedef struct ChartLimits
{
	double		centre;
	double		sigma;			/* NaN: too few points */
} ChartLimits;

/* HasExposure: is this a chart of rates or proportions, which has denominators? */
static bool
HasExposure(ChartKind kind)
{
	return kind >= CHART_U;
}

/* PlotPoints: works out what is drawn: the value, the rate, or the distance from the point before */
static void
PlotPoints(ChartPoint *points, int n, ChartKind kind)
{
	for (int i = 0; i < n; i++)
	{
		CheckInterruptsAt(i);
		if (kind == CHART_MR)
			points[i].plotted = i > 0 ? fabs(points[i].value - points[i - 1].value) : get_float8_nan();
		else
			points[i].plotted = points[i].value / points[i].exposure;
	}
}

/* MeanMovingRange: of the plotted points, each in units of its own scale; NaN below two points. */
static double
MeanMovingRange(const ChartPoint *points, int n, double centre, double spread)
{
	double		sum = 0;
	double		before = 0;

	for (int i = 0; i < n; i++)
	{
		/* spread 0: plain differences */
		double		at = spread > 0 ? (points[i].plotted - centre) / (spread / sqrt(points[i].exposure)) : points[i].value;

		CheckInterruptsAt(i);
		if (i > 0)
			sum += fabs(at - before);
		before = at;
	}
	return n > 1 ? sum / (n - 1) : get_float8_nan();
}

/* BaselineLimits: the centre and sigma that the n points of the baseline set */
static ChartLimits
BaselineLimits(const ChartPoint *points, int n, ChartKind kind)
{
	ChartLimits limits;
	double		first = points[0].value;
	double		values = 0;
	double		exposures = 0;
	double		spread;

	if (kind == CHART_MR)
	{
		limits.centre = MeanMovingRange(points, n, 0, 0);
		limits.sigma = limits.centre * (MR_FACTOR - 1) / 3;
		if (isinf(limits.centre))
			float_overflow_error();
		return limits;
	}

	/* from the first value on, so that a constant series has exactly its value as centre */
	for (int i = 0; i < n; i++)
	{
		CheckInterruptsAt(i);
		values += HasExposure(kind) ? points[i].value : points[i].value - first;
		exposures += points[i].exposure;
	}
	limits.centre = HasExposure(kind) ? values / exposures : first + values / n;

	switch (kind)
	{
		case CHART_XMR:
			limits.sigma = MeanMovingRange(points, n, 0, 0) * XMR_FACTOR / 3;
			break;
		case CHART_C:
			limits.sigma = sqrt(limits.centre);
			break;
		default:
			spread = kind <= CHART_U_PRIME ? sqrt(limits.centre) : sqrt(limits.centre * (1 - limits.centre));
			limits.sigma = spread;
			if (kind == CHART_U_PRIME || kind == CHART_P_PRIME)
			{
				double		range = spread > 0 ? MeanMovingRange(points, n, limits.centre, spread) : n > 1 ? 0 : get_float8_nan();

				limits.sigma = range < LANEY_NOISE ? 0 : spread * (range / LANEY_D2);
			}
	}
	if (!isfinite(limits.centre) || isinf(limits.sigma))
		float_overflow_error();
	return limits;
}

/*
 * ApplyLimits
 *   Limits and z of each point. Where nothing varied (sigma 0) the limits lie on the centre, and a distance from it cannot
 *   be measured: z is NaN.
 */
static void
ApplyLimits(ChartPoint *points, int n, const ChartLimits *limits, ChartKind kind, int phase)
{
	for (int i = 0; i < n; i++)
	{
		ChartPoint *point = &points[i];

		CheckInterruptsAt(i);
		point->phase = phase;
		point->centre = limits->centre;
		point->sigma = limits->sigma / sqrt(point->exposure);
		point->upper = limits->centre + 3 * point->sigma;
		point->lower = limits->centre - 3 * point->sigma;
		if (kind != CHART_XMR && point->lower < 0)
			point->lower = 0;
		if (kind >= CHART_P && point->upper > 1)
			point->upper = 1;
		point->z = point->sigma > 0 ? (point->plotted - point->centre) / point->sigma : get_float8_nan();
	}
}

/* SideOf: 1 above the centre, -1 below, 0 on it (or not plotted): such a point ends a run. */
static int
SideOf(const ChartPoint *point, double centre)
{
	return point->plotted > centre ? 1 : point->plotted < centre ? -1 : 0;
}

/* FindShift: where the first run of run_length points on one side begins, from a point on; n where there is none. */
static int
FindShift(const ChartPoint *points, int from, int n, double centre, int run_length)
{
	int			run = 0;
	int			run_side = 0;

	for (int i = from; i < n; i++)
	{
		int			side = SideOf(&points[i], centre);

		CheckInterruptsAt(i);
		run = side != 0 && side == run_side ? run + 1 : side != 0;
		run_side = side;
		if (run == run_length)
			return i - run_length + 1;
	}
	return n;
}

/* CountBeyond: of the last few points up to i, how many lie more than so many sigma on one side of the centre. */
static int
CountBeyond(const ChartPoint *points, int i, int few, int side, double sigma)
{
	int			count = 0;

	for (int j = Max(0, i - few + 1); j <= i; j++)
		count += side * points[j].z > sigma;
	return count;
}

/*
 * FindSignals
 *   Signals of the points of one phase, each at the point that completes its pattern and at those that carry it on. A z
 *   of NaN is neither within nor beyond anything.
 */
static void
FindSignals(ChartPoint *points, int n, const ChartSettings *settings)
{
	bool		zones = settings->rules != RULES_LIMITS && settings->kind != CHART_MR;
	bool		nelson = zones && settings->rules == RULES_NELSON;
	int			run = 0;
	int			run_side = 0;
	int			trend = 1;		/* points in a row, each above (below) the one before */
	int			trend_side = 0;
	int			turns = 1;		/* points in a row, by turns above and below the one before */
	int			turn_side = 0;
	int			within = 0;
	int			outside = 0;

	for (int i = 0; i < n; i++)
	{
		ChartPoint *point = &points[i];
		int			side = SideOf(point, point->centre);

		CheckInterruptsAt(i);
		if (point->sigma > 0 && point->plotted > point->upper)
			point->signals |= 1 << SIGNAL_ABOVE_LIMIT;
		if (point->sigma > 0 && point->plotted < point->lower)
			point->signals |= 1 << SIGNAL_BELOW_LIMIT;
		if (!zones)
			continue;

		if (point->z > 2 && CountBeyond(points, i, 3, 1, 2) >= 2)
			point->signals |= 1 << SIGNAL_TWO_ABOVE;
		if (point->z < -2 && CountBeyond(points, i, 3, -1, 2) >= 2)
			point->signals |= 1 << SIGNAL_TWO_BELOW;
		if (point->z > 1 && CountBeyond(points, i, 5, 1, 1) >= 4)
			point->signals |= 1 << SIGNAL_FOUR_ABOVE;
		if (point->z < -1 && CountBeyond(points, i, 5, -1, 1) >= 4)
			point->signals |= 1 << SIGNAL_FOUR_BELOW;

		run = side != 0 && side == run_side ? run + 1 : side != 0;
		run_side = side;
		if (run >= settings->run_length)
			point->signals |= 1 << (side > 0 ? SIGNAL_RUN_ABOVE : SIGNAL_RUN_BELOW);
		if (!nelson)
			continue;

		if (i > 0)
		{
			int			step = SideOf(point, points[i - 1].plotted);

			trend = step == 0 ? 1 : step == trend_side ? trend + 1 : 2;
			trend_side = step;
			turns = step == 0 ? 1 : step == -turn_side ? turns + 1 : 2;
			turn_side = step;
		}
		if (trend >= 6)
			point->signals |= 1 << (trend_side > 0 ? SIGNAL_RISING : SIGNAL_FALLING);
		if (turns >= 14)
			point->signals |= 1 << SIGNAL_ALTERNATING;
		within = fabs(point->z) < 1 ? within + 1 : 0;
		if (within >= 15)
			point->signals |= 1 << SIGNAL_WITHIN;
		outside = fabs(point->z) > 1 ? outside + 1 : 0;
		if (outside >= 8)
			point->signals |= 1 << SIGNAL_OUTSIDE;
	}
}

/*
 * ChartStretch
 *   The chart of n points that belong together. With recalculate, a run on one side of the centre among the points after
 *   the baseline begins a new phase, with limits of its own from its first points; gives the number of the last phase.
 */
static int
ChartStretch(ChartPoint *points, int n, const ChartSettings *settings, int phase)
{
	PlotPoints(points, n, settings->kind);
	for (int start = 0; start < n; phase++)
	{
		ChartPoint *first = points + start;
		int			left = n - start;
		int			length = left;
		int			baseline = settings->baseline > 0 ? Min(settings->baseline, left) : left;
		ChartLimits limits;

		CHECK_FOR_INTERRUPTS();
		limits = BaselineLimits(first, baseline, settings->kind);
		if (settings->recalculate)
			length = FindShift(first, baseline, left, limits.centre, settings->run_length);
		ApplyLimits(first, length, &limits, settings->kind, phase);
		FindSignals(first, length, settings);
		if (start > 0)
			first->signals |= 1 << SIGNAL_RECALCULATED;
		start += length;
	}
	return phase;
}

/* ---- SQL ---- */

enum
{
	ARGUMENT_VALUE,
	ARGUMENT_KIND,
	ARGUMENT_EXPOSURE,
	ARGUMENT_BASELINE,
	ARGUMENT_PHASE,
	ARGUMENT_RULES,
	ARGUMENT_RUN_LENGTH,
	ARGUMENT_RECALCULATE
};

/* SettingCount: a whole number of the first row, at least minimum; the default where it is NULL. */
static int
SettingCount(WindowObject window, int argument, const char *name, int minimum, int by_default)
{
	bool		isnull;
	int32		count = DatumGetInt32(WinGetFuncArgCurrent(window, argument, &isnull));

	if (isnull)
		return by_default;
	CheckAtLeastInt(name, count, minimum);
	return count;
}

/* ReadSettings: the settings of a control chart from the arguments of the window function */
static void
ReadSettings(WindowObject window, ChartSettings *settings)
{
	static const char *const kinds[] = {"xmr", "mr", "c", "u", "u'", "u_prime", "p", "p'", "p_prime"};
	static const ChartKind kind_of[] = {CHART_XMR, CHART_MR, CHART_C, CHART_U, CHART_U_PRIME, CHART_U_PRIME, CHART_P, CHART_P_PRIME, CHART_P_PRIME};
	static const char *const rules[] = {"limits", "western_electric", "nelson"};
	bool		isnull;

	settings->kind = kind_of[CheckWord("kind", DatumGetTextPP(WindowSetting(window, ARGUMENT_KIND, "kind")), kinds, lengthof(kinds))];
	settings->rules = (RuleSet) CheckWord("rules", DatumGetTextPP(WindowSetting(window, ARGUMENT_RULES, "rules")), rules, lengthof(rules));
	settings->run_length = SettingCount(window, ARGUMENT_RUN_LENGTH, "run_length", 2, settings->rules == RULES_NELSON ? 9 : 8);
	settings->recalculate = DatumGetBool(WinGetFuncArgCurrent(window, ARGUMENT_RECALCULATE, &isnull)) && !isnull;
	settings->baseline = SettingCount(window, ARGUMENT_BASELINE, "baseline", 2, settings->recalculate ? AUTOMATIC_BASELINE : 0);
	if (settings->kind == CHART_MR && settings->recalculate)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("limits of moving ranges are not recalculated by their own runs"),
				 errhint("Give the phases of the chart of the values: phase => (x).phase, where x is its result.")));
}

/*
 * CheckExposureGiven: error for a chart of rates without the argument exposure, which would be
 * empty without a word
 */
static void
CheckExposureGiven(FunctionCallInfo fcinfo)
{
	Node	   *call = fcinfo->flinfo->fn_expr;
	Node	   *argument = call != NULL && IsA(call, WindowFunc) ? list_nth(((WindowFunc *) call)->args, ARGUMENT_EXPOSURE) : NULL;

	if (argument != NULL && IsA(argument, Const) && ((Const *) argument)->constisnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("charts of rates and proportions need an exposure"),
				 errhint("Give the population, the days or the number of trials of each row: exposure => population.")));
}

/* CheckPoint: counts are counts, except where their variation is measured rather than assumed. */
static void
CheckPoint(const ChartPoint *point, ChartKind kind)
{
	if (kind == CHART_XMR || kind == CHART_MR)
		CheckFinite("value", point->value);
	else if (kind == CHART_U_PRIME || kind == CHART_P_PRIME)
		CheckNotNegative("value", point->value);
	else
		CheckCount("value", point->value);
	CheckNotNegative("exposure", point->exposure);
	if (kind >= CHART_P && point->exposure > 0 && point->value > point->exposure)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("value is %g, more than the exposure %g it is a part of", point->value, point->exposure),
				 errhint("For counts that are not part of a number of trials take kind u or u_prime.")));
}

/* ControlChart: what a partition's first call works out. */
typedef struct ControlChart
{
	bool		done;
	ChartSettings settings;
	ChartPoint *points;
	int		   *point_of_row;	/* -1: the row has none */
} ControlChart;

/* ReadPoints: the values of a partition, cut into phases where the argument phase changes */
static void
ReadPoints(WindowObject window, ControlChart *chart)
{
	Partition	partition;
	ChartSettings *settings = &chart->settings;
	int			n = 0;
	int			start = 0;
	int			phases = 1;
	bool		has_phase = false;
	int32		phase = 0;

	PartitionOpen(&partition, window, chart, "control_limits");
	chart->points = MemoryContextAllocHuge(partition.context, mul_size(sizeof(ChartPoint), partition.nrows));
	chart->point_of_row = MemoryContextAllocHuge(partition.context, mul_size(sizeof(int), partition.nrows));
	for (int row = 0; row < partition.nrows; row++)
	{
		ChartPoint	point = {.exposure = 1};
		Datum		value;

		chart->point_of_row[row] = -1;
		if (!PartitionValue(&partition, row, ARGUMENT_VALUE, &value))
			continue;
		point.value = DatumGetFloat8(value);
		if (HasExposure(settings->kind))
		{
			if (!PartitionValue(&partition, row, ARGUMENT_EXPOSURE, &value))
				continue;
			point.exposure = DatumGetFloat8(value);
		}
		CheckPoint(&point, settings->kind);
		if (point.exposure == 0)
			continue;

		/* a row without a phase carries on that of the row before it */
		if (PartitionValue(&partition, row, ARGUMENT_PHASE, &value))
		{
			if (has_phase && DatumGetInt32(value) != phase)
			{
				phases = ChartStretch(chart->points + start, n - start, settings, phases);
				start = n;
			}
			has_phase = true;
			phase = DatumGetInt32(value);
		}
		chart->point_of_row[row] = n;
		chart->points[n++] = point;
	}
	PartitionClose(&partition);
	ChartStretch(chart->points + start, n - start, settings, phases);
}

/* SignalText: the signals of a point in words */
static text *
SignalText(uint32 signals, int run_length)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	for (int signal = 0; signal < SIGNALS; signal++)
		if (signals & (1 << signal))
		{
			if (buffer.len > 0)
				appendStringInfoString(&buffer, "; ");
			if (signal == SIGNAL_RUN_ABOVE || signal == SIGNAL_RUN_BELOW)
				appendStringInfo(&buffer, signal_names[signal], run_length);
			else
				appendStringInfoString(&buffer, signal_names[signal]);
		}
	return cstring_to_text_with_len(buffer.data, buffer.len);
}

/* Columns of csp.control_limit. */
enum
{
	CONTROL_LIMIT_CENTRE,
	CONTROL_LIMIT_LOWER,
	CONTROL_LIMIT_UPPER,
	CONTROL_LIMIT_SIGMA,
	CONTROL_LIMIT_Z,
	CONTROL_LIMIT_SIGNAL,
	CONTROL_LIMIT_PHASE,
	CONTROL_LIMIT_PLOTTED,
	CONTROL_LIMIT_COLUMNS
};

/* control_limits: the SQL window function control_limits: the current point's limits and signals */
PG_FUNCTION_INFO_V1(control_limits);
Datum
control_limits(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	ControlChart *chart = WinGetPartitionLocalMemory(window, sizeof(ControlChart));
	const ChartPoint *point;
	CspResult	result;
	int			index;

	if (!chart->done)
	{
		ReadSettings(window, &chart->settings);
		if (HasExposure(chart->settings.kind))
			CheckExposureGiven(fcinfo);
		ReadPoints(window, chart);
		chart->done = true;
	}

	index = chart->point_of_row[WinGetCurrentPosition(window)];
	if (index < 0)
		PG_RETURN_NULL();
	point = &chart->points[index];
	ResultInit(&result, fcinfo, CONTROL_LIMIT_COLUMNS);
	ResultSetFloat8(&result, CONTROL_LIMIT_CENTRE, point->centre);
	ResultSetFloat8(&result, CONTROL_LIMIT_LOWER, point->lower);
	ResultSetFloat8(&result, CONTROL_LIMIT_UPPER, point->upper);
	ResultSetFloat8(&result, CONTROL_LIMIT_SIGMA, point->sigma);
	ResultSetFloat8(&result, CONTROL_LIMIT_Z, point->z);
	if (point->signals != 0)
		ResultSetDatum(&result, CONTROL_LIMIT_SIGNAL, PointerGetDatum(SignalText(point->signals, chart->settings.run_length)));
	ResultSetInt32(&result, CONTROL_LIMIT_PHASE, point->phase);
	ResultSetFloat8(&result, CONTROL_LIMIT_PLOTTED, point->plotted);
	PG_RETURN_DATUM(ResultDatum(&result));
}
