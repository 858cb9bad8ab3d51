/*
 * hour_of_week.c
 *   Concept: 168 figures, one for each hour of the week (Monday 00:00 first), as rows and as a heat map for a terminal.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#include "base/check.h"
#include "base/result.h"

/* ---- kernel ---- */

#define DAYS	7
#define HOURS	24
#define HOURS_OF_WEEK (DAYS * HOURS)

static const char *const day_names[DAYS] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

/* Five shades, nothing first; the block elements U+2591 to U+2593 and U+2588 in UTF-8. */
#define SHADES	5

typedef struct ShadeStyle
{
	const char *name;
	const char *shades[SHADES];
} ShadeStyle;

#define STYLE_ASCII 1

static const ShadeStyle shade_styles[] = {
	{"blocks", {" ", "\xe2\x96\x91", "\xe2\x96\x92", "\xe2\x96\x93", "\xe2\x96\x88"}},
	{"ascii", {" ", ".", ":", "o", "#"}}
};

/* HeatMap: the text under construction and how it is drawn. */
typedef struct HeatMap
{
	StringInfoData text;
	const ShadeStyle *style;
	int			cell_width;
} HeatMap;

#define MAP_MIN_WIDTH	70
#define MAP_MAX_WIDTH	500
#define MAP_LABEL		5		/* "Mon |" */
#define MAP_TOTALS		16		/* "|" and the figures at the right */
#define MAP_GROUP		3		/* hours under one figure of the last line */

/* ShadeOf: the shade of a figure, a quarter of the largest figure each; only 0 is blank */
static int
ShadeOf(double value, double largest)
{
	if (value <= 0)
		return 0;
	return Min(SHADES - 1, Max(1, (int) ceil(value / largest * (SHADES - 1))));
}

/* EndLine: ends a line, and takes trailing blanks off, so that it compares and copies well */
static void
EndLine(HeatMap *map)
{
	while (map->text.len > 0 && map->text.data[map->text.len - 1] == ' ')
		map->text.len--;
	appendStringInfoChar(&map->text, '\n');
}

/* Figure: a number in seven places at most, with the decimals that suit the largest of its kind. */
static char *
Figure(double value, double largest)
{
	if (largest >= 9999999.5 || (largest < 0.001 && largest > 0))
		return psprintf("%.*e", largest >= 1e99 || largest < 1e-98 ? 0 : 1, value);
	return psprintf("%.*f", largest >= 1000 ? 0 : largest >= 100 ? 1 : largest >= 1 ? 2 : 3, value);
}

/* ShadeLine: writes one day's row of the map, a shade for each hour */
static void
ShadeLine(HeatMap *map, const double *values, double largest)
{
	for (int hour = 0; hour < HOURS; hour++)
		for (int i = 0; i < map->cell_width; i++)
			appendStringInfoString(&map->text, map->style->shades[ShadeOf(values[hour], largest)]);
}

/* RuleLine: writes the line above and below the map */
static void
RuleLine(HeatMap *map)
{
	appendStringInfoString(&map->text, "    +");
	for (int i = 0; i < HOURS * map->cell_width; i++)
		appendStringInfoChar(&map->text, '-');
	appendStringInfoString(&map->text, "+\n");
}

/* HeatMapText: seven lines of 24 hours with their totals, the hours of all days, and what the shades mean. */
static text *
HeatMapText(const double *weights, const ShadeStyle *style, int width)
{
	HeatMap		map = {.style = style, .cell_width = (width - MAP_LABEL - MAP_TOTALS) / HOURS};
	double		by_hour[HOURS] = {0};
	double		total = 0;
	double		largest = 0;
	double		largest_hour = 0;
	text	   *result;

	for (int i = 0; i < HOURS_OF_WEEK; i++)
	{
		by_hour[i % HOURS] += weights[i];
		total += weights[i];
		largest = Max(largest, weights[i]);
	}
	for (int hour = 0; hour < HOURS; hour++)
		largest_hour = Max(largest_hour, by_hour[hour]);
	if (isinf(total))
		float_overflow_error();

	initStringInfo(&map.text);
	appendStringInfoSpaces(&map.text, MAP_LABEL);
	for (int hour = 0; hour < HOURS; hour += MAP_GROUP)
		appendStringInfo(&map.text, "%-*.2d", MAP_GROUP * map.cell_width, hour);
	appendStringInfoString(&map.text, "   total  share\n");
	RuleLine(&map);
	for (int day = 0; day < DAYS; day++)
	{
		double		of_day = 0;

		for (int hour = 0; hour < HOURS; hour++)
			of_day += weights[day * HOURS + hour];
		appendStringInfo(&map.text, "%.3s |", day_names[day]);
		ShadeLine(&map, weights + day * HOURS, largest);
		appendStringInfo(&map.text, "| %7s", Figure(of_day, total));
		if (total > 0)
			appendStringInfo(&map.text, " %5.1f%%", 100 * of_day / total);
		EndLine(&map);
	}
	RuleLine(&map);
	appendStringInfoString(&map.text, "all |");
	ShadeLine(&map, by_hour, largest_hour);
	appendStringInfo(&map.text, "| %7s", Figure(total, total));
	EndLine(&map);
	if (total > 0)
	{
		appendStringInfoSpaces(&map.text, MAP_LABEL);
		for (int hour = 0; hour < HOURS; hour += MAP_GROUP)
		{
			double		of_group = 0;

			for (int i = 0; i < MAP_GROUP; i++)
				of_group += by_hour[hour + i];
			appendStringInfo(&map.text, "%-*s", MAP_GROUP * map.cell_width, psprintf("%.0f%%", 100 * of_group / total));
		}
		EndLine(&map);
		appendStringInfoString(&map.text, "hours: blank 0");
		for (int shade = 1; shade < SHADES; shade++)
			appendStringInfo(&map.text, "  %s to %s", style->shades[shade], Figure(largest * shade / (SHADES - 1), largest));
		EndLine(&map);
	}
	map.text.len--;				/* no line feed at the end: psql adds its own */
	result = cstring_to_text_with_len(map.text.data, map.text.len);
	pfree(map.text.data);
	return result;
}

/* ---- SQL ---- */

/* HourFigures: the 168 numbers of an array; NULL elements are refused unless nulls is given, which says where they are. */
static void
HourFigures(ArrayType *array, double *figures, bool *nulls)
{
	const double *item = (const double *) ARR_DATA_PTR(array);
	const bits8 *given = ARR_NULLBITMAP(array);

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("hours is an array of %d dimensions", ARR_NDIM(array)),
				 errhint("Give one number for each hour of the week, Monday 00:00 first, as csp.aoristic_hours returns them.")));
	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != HOURS_OF_WEEK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("hours has %d elements, not %d", ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)), HOURS_OF_WEEK),
				 errhint("Give one number for each hour of the week, Monday 00:00 first, as csp.aoristic_hours returns them.")));
	for (int i = 0; i < HOURS_OF_WEEK; i++)
	{
		bool		is_null = given != NULL && !(given[i / 8] & (1 << (i % 8)));

		if (is_null && nulls == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("hour %d of hours is NULL", i + 1),
					 errhint("Give 0 for an hour in which nothing happened: coalesce(weight, 0).")));
		if (nulls != NULL)
			nulls[i] = is_null;
		figures[i] = is_null ? 0 : *item++;
		CheckFinite("hours", figures[i]);
	}
}

/* Columns of csp.hour_of_week. */
enum
{
	HOUR_OF_WEEK_HOUR_OF_WEEK,
	HOUR_OF_WEEK_DAY,
	HOUR_OF_WEEK_ISO_WEEKDAY,
	HOUR_OF_WEEK_HOUR,
	HOUR_OF_WEEK_WEIGHT,
	HOUR_OF_WEEK_COLUMNS
};

/* hour_of_week: one row for each hour of the week. */
/* hour_of_week: the SQL function hour_of_week: 168 figures as one row an hour */
PG_FUNCTION_INFO_V1(hour_of_week);
Datum
hour_of_week(PG_FUNCTION_ARGS)
{
	double		figures[HOURS_OF_WEEK];
	bool		nulls[HOURS_OF_WEEK];
	CspResult	row;

	HourFigures(PG_GETARG_ARRAYTYPE_P(0), figures, nulls);
	ResultInitSet(&row, fcinfo, HOUR_OF_WEEK_COLUMNS);
	for (int i = 0; i < HOURS_OF_WEEK; i++)
	{
		ResultSetInt32(&row, HOUR_OF_WEEK_HOUR_OF_WEEK, i + 1);
		ResultSetText(&row, HOUR_OF_WEEK_DAY, day_names[i / HOURS]);
		ResultSetInt32(&row, HOUR_OF_WEEK_ISO_WEEKDAY, i / HOURS + 1);
		ResultSetInt32(&row, HOUR_OF_WEEK_HOUR, i % HOURS);
		if (!nulls[i])
			ResultSetFloat8(&row, HOUR_OF_WEEK_WEIGHT, figures[i]);
		ResultPut(&row);
	}
	PG_RETURN_NULL();
}

/* ShadeStyleFromText: the characters of a map of hours, by their name; ASCII where the database cannot hold blocks */
/* ShadeStyleFromText: the argument style as shades: blocks or ascii */
static const ShadeStyle *
ShadeStyleFromText(text *name)
{
	const char *names[lengthof(shade_styles)];
	int			style;

	for (int i = 0; i < (int) lengthof(shade_styles); i++)
		names[i] = shade_styles[i].name;
	style = CheckWord("style", name, names, lengthof(names));
	return &shade_styles[GetDatabaseEncoding() == PG_UTF8 ? style : STYLE_ASCII];
}

/* hour_of_week_text: the SQL function hour_of_week_text: the week as a map of text */
PG_FUNCTION_INFO_V1(hour_of_week_text);
Datum
hour_of_week_text(PG_FUNCTION_ARGS)
{
	double		weights[HOURS_OF_WEEK];
	int32		width = PG_GETARG_INT32(1);
	const ShadeStyle *style = ShadeStyleFromText(PG_GETARG_TEXT_PP(2));

	HourFigures(PG_GETARG_ARRAYTYPE_P(0), weights, NULL);
	for (int i = 0; i < HOURS_OF_WEEK; i++)
		CheckNotNegative("hours", weights[i]);
	if (width < MAP_MIN_WIDTH || width > MAP_MAX_WIDTH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("width is %d, not from %d to %d", width, MAP_MIN_WIDTH, MAP_MAX_WIDTH)));
	PG_RETURN_TEXT_P(HeatMapText(weights, style, width));
}
