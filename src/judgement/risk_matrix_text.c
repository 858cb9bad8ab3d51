/*
 * risk_matrix_text.c
 *   Concept: the risk matrix of priority_risk_matrix as a text that reads well in psql.
 *
 * Plain ASCII lines and dots, so that a client in any encoding can show them. A cell shows its score and band, then its
 * issues; a name is wrapped at spaces, hyphens and slashes, and what would make a row too tall is cut and counted.
 */
#include "base/csp_analysis.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "judgement/priority.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

/* ---- kernel ---- */

#define TEXT_MIN_WIDTH	60
#define TEXT_MAX_WIDTH	500
#define TEXT_MARGIN		3		/* the likelihood, left of the grid */
#define TEXT_MIN_COLUMN 8		/* characters within a cell, at least: "impact 1" */
#define TEXT_LABEL_LINES 4		/* lines of one issue's name, at most */
#define TEXT_CELL_LINES 12		/* lines of issues in a cell, at most */
#define TEXT_MARKS		3		/* accents and the like on one character, at most: more would hide what is around it */
#define TEXT_INDENT		1		/* of a name's second line and those after it */

typedef struct Label
{
	const char *text;
	int			length;
} Label;

typedef struct Cell
{
	int			nissues;
	Label	   *issues;
	Label		band;			/* text NULL: none */
	int			nlines;
	char	   *lines[TEXT_CELL_LINES];
} Cell;

/* One character: control characters and white space have become a blank, whose text is NULL. */
typedef struct Glyph
{
	const char *text;
	int			length;
	int			width;			/* columns on the screen: 0, 1 or 2 */
} Glyph;

/* NextGlyph: the character at *p, which moves on; runs of blanks become one. Texts are valid in the server's encoding. */
static Glyph
NextGlyph(const char **p, const char *end)
{
	Glyph		glyph = {NULL, 0, 1};
	bool		blank = false;

	while (*p < end)
	{
		int			length = Min(pg_mblen(*p), (int) (end - *p));
		int			width = pg_dsplen(*p);

		if (width >= 0 && **p != ' ')
		{
			if (blank)
				break;
			glyph.text = *p;
			glyph.length = length;
			glyph.width = width;
			*p += length;
			break;
		}
		blank = true;
		*p += length;
	}
	return glyph;
}

/* LabelWidth: the columns that a name takes on one line, or `most` if it takes more. */
static int
LabelWidth(const Label *label, int most)
{
	const char *p = label->text;
	const char *end = p + label->length;
	int			width = 0;

	while (p < end && width < most)
		width += NextGlyph(&p, end).width;
	return Min(width, most);
}

/* BreaksBefore: whether a line may end before glyph i: at a blank, or after a hyphen or a slash. */
static bool
BreaksBefore(const Glyph *glyphs, int i)
{
	return glyphs[i].text == NULL ||
		(glyphs[i - 1].text != NULL && (*glyphs[i - 1].text == '-' || *glyphs[i - 1].text == '/'));
}

/* AppendGlyphs: writes the glyphs and returns their columns. */
static int
AppendGlyphs(StringInfo to, const Glyph *glyphs, int n)
{
	int			width = 0;

	for (int i = 0; i < n; i++)
	{
		if (glyphs[i].text == NULL)
			appendStringInfoChar(to, ' ');
		else
			appendBinaryStringInfo(to, glyphs[i].text, glyphs[i].length);
		width += glyphs[i].width;
	}
	return width;
}

/*
 * WrapLabel
 *   Breaks a name into lines of `width` columns, filled up with spaces, at most `max_lines` of them; the last ends in
 *   dots where text is left over. Returns the number of lines. A name that is cut needs a width of 4 at least.
 */
static int
WrapLabel(const Label *label, int width, int max_lines, char **lines)
{
	const char *p = label->text;
	const char *end = p + label->length;
	int			room = (1 + TEXT_MARKS) * width * max_lines;	/* a name with more is cut in any case */
	Glyph	   *glyphs = palloc(sizeof(Glyph) * room);
	int			n = 0;
	int			first = 0;
	int			nlines = 0;
	int			marks = 0;

	while (p < end && n < room)
	{
		glyphs[n] = NextGlyph(&p, end);
		marks = glyphs[n].width == 0 ? marks + 1 : 0;
		if (marks > TEXT_MARKS)
			continue;
		if (glyphs[n].text != NULL || n > 0)
			n++;				/* a name begins with no blank */
	}
	if (p == end && n > 0 && glyphs[n - 1].text == NULL)
		n--;

	do
	{
		int			indent = nlines > 0 ? TEXT_INDENT : 0;
		int			columns = indent;
		int			last = first;
		StringInfoData line;

		while (last < n && columns + glyphs[last].width <= width)
			columns += glyphs[last++].width;

		initStringInfo(&line);
		appendStringInfoSpaces(&line, indent);
		if (last == n && p == end)
			columns = indent + AppendGlyphs(&line, glyphs + first, last - first);
		else if (nlines + 1 == max_lines || last == n)
		{
			while (last > first && columns > width - 3)
				columns -= glyphs[--last].width;
			columns = indent + AppendGlyphs(&line, glyphs + first, last - first) + 3;
			appendStringInfoString(&line, "...");
			last = n;
		}
		else
		{
			int			cut = last;

			/* at the last place that a name may be broken at, or else where the line is full */
			while (cut > first && !BreaksBefore(glyphs, cut))
				cut--;
			if (cut > first)
				last = cut;
			columns = indent + AppendGlyphs(&line, glyphs + first, last - first);
			if (glyphs[last].text == NULL)
				last++;
		}
		appendStringInfoSpaces(&line, width - columns);
		lines[nlines++] = line.data;
		first = last;
	} while (first < n);

	pfree(glyphs);
	return nlines;
}

/* FillCell: the lines of a cell's issues; those that find no room are counted in the last line. */
static void
FillCell(Cell *cell, int width)
{
	cell->nlines = 0;
	for (int i = 0; i < cell->nissues; i++)
	{
		char	   *lines[TEXT_LABEL_LINES];
		int			n = WrapLabel(&cell->issues[i], width, TEXT_LABEL_LINES, lines);
		bool		is_last = i + 1 == cell->nissues;

		if (cell->nlines + n > TEXT_CELL_LINES - (is_last ? 0 : 1))
		{
			char	   *more = psprintf("+ %d more", cell->nissues - i);
			Label		label = {more, strlen(more)};

			WrapLabel(&label, width, 1, lines);
			cell->lines[cell->nlines++] = lines[0];
			return;
		}
		for (int j = 0; j < n; j++)
			cell->lines[cell->nlines++] = lines[j];
	}
}

/*
 * ColumnWidths
 *   Shares out the screen: each column of the matrix gets what its longest name wants, or an equal share of what the
 *   modest ones leave; what nobody wants makes the narrow columns as wide as the widest, as far as it goes.
 */
static void
ColumnWidths(const int *wanted, int available, int *widths)
{
	int			left = available;
	bool		settled[RISK_SCALE] = {false};
	int			open = RISK_SCALE;

	for (bool changed = true; changed && open > 0;)
	{
		int			share = left / open;

		changed = false;
		for (int i = 0; i < RISK_SCALE; i++)
			if (!settled[i] && wanted[i] <= share)
			{
				widths[i] = wanted[i];
				left -= wanted[i];
				settled[i] = changed = true;
				open--;
			}
	}
	for (int i = 0; i < RISK_SCALE; i++)
		if (!settled[i])
		{
			widths[i] = left / open--;
			left -= widths[i];
		}

	while (left > 0)
	{
		int			narrowest = 0,
					widest = 0;

		for (int i = 1; i < RISK_SCALE; i++)
		{
			if (widths[i] < widths[narrowest])
				narrowest = i;
			if (widths[i] > widths[widest])
				widest = i;
		}
		if (widths[narrowest] == widths[widest])
			break;
		widths[narrowest]++;
		left--;
	}
}

/* AppendRule: writes the line between two rows */
static void
AppendRule(StringInfo text, const int *widths)
{
	appendStringInfoSpaces(text, TEXT_MARGIN);
	for (int i = 0; i < RISK_SCALE; i++)
	{
		appendStringInfoChar(text, '+');
		for (int j = 0; j < widths[i] + 2; j++)
			appendStringInfoChar(text, '-');
	}
	appendStringInfoString(text, "+\n");
}

/* AppendScore: writes the cell's score and band, at the right, on the line where no issue begins */
static void
AppendScore(StringInfo text, int score, const Label *band, int width)
{
	char	   *lines[1];
	int			band_width;

	if (band->text == NULL)
		appendStringInfo(text, "%*d", width, score);
	else
	{
		band_width = LabelWidth(band, width - (score < 10 ? 2 : 3));
		WrapLabel(band, band_width, 1, lines);
		appendStringInfo(text, "%*d %s", width - band_width - 1, score, lines[0]);
	}
}

/*
 * RenderMatrix
 *   Likelihood 5 at the top, impact 1 at the left; the cells as RISK_CELL counts them, then the issues without a score.
 */
static void
RenderMatrix(StringInfo text, Cell *cells, int width)
{
	int			available = width - TEXT_MARGIN - 1 - 3 * RISK_SCALE;
	int			wanted[RISK_SCALE];
	int			widths[RISK_SCALE];
	Cell	   *unscored = &cells[RISK_UNSCORED];

	for (int impact = 1; impact <= RISK_SCALE; impact++)
	{
		int			most = TEXT_MIN_COLUMN;

		for (int likelihood = 1; likelihood <= RISK_SCALE; likelihood++)
		{
			Cell	   *cell = &cells[RISK_CELL(likelihood, impact)];

			if (cell->band.text != NULL)
				most = Max(most, 3 + LabelWidth(&cell->band, available));
			for (int i = 0; i < cell->nissues && most < available; i++)
				most = Max(most, LabelWidth(&cell->issues[i], available));
		}
		wanted[impact - 1] = most;
	}
	ColumnWidths(wanted, available, widths);

	appendStringInfoString(text, "likelihood\n");
	for (int likelihood = RISK_SCALE; likelihood >= 1; likelihood--)
	{
		int			height = 0;

		AppendRule(text, widths);
		for (int impact = 1; impact <= RISK_SCALE; impact++)
		{
			FillCell(&cells[RISK_CELL(likelihood, impact)], widths[impact - 1]);
			height = Max(height, cells[RISK_CELL(likelihood, impact)].nlines);
		}
		for (int line = -1; line < height; line++)
		{
			if (line == -1)
				appendStringInfo(text, "%*d ", TEXT_MARGIN - 1, likelihood);
			else
				appendStringInfoSpaces(text, TEXT_MARGIN);
			for (int impact = 1; impact <= RISK_SCALE; impact++)
			{
				const Cell *cell = &cells[RISK_CELL(likelihood, impact)];
				int			column = widths[impact - 1];

				appendStringInfoString(text, "| ");
				if (line == -1)
					AppendScore(text, likelihood * impact, &cell->band, column);
				else if (line < cell->nlines)
					appendStringInfoString(text, cell->lines[line]);
				else
					appendStringInfoSpaces(text, column);
				appendStringInfoChar(text, ' ');
			}
			appendStringInfoString(text, "|\n");
		}
	}
	AppendRule(text, widths);
	appendStringInfoSpaces(text, TEXT_MARGIN);
	for (int impact = 1; impact <= RISK_SCALE; impact++)
	{
		if (impact == 1)
			appendStringInfo(text, "  %-*s ", widths[0], "impact 1");
		else if (impact < RISK_SCALE)
			appendStringInfo(text, "  %-*d ", widths[impact - 1], impact);
		else
			appendStringInfo(text, "  %d", impact);
	}

	if (unscored->nissues > 0)
	{
		FillCell(unscored, width - TEXT_MARGIN);
		appendStringInfo(text, "\n\nnot scored: %d", unscored->nissues);
		for (int i = 0; i < unscored->nlines; i++)
		{
			appendStringInfoChar(text, '\n');
			appendStringInfoSpaces(text, TEXT_MARGIN);
			appendStringInfoString(text, unscored->lines[i]);
			while (text->data[text->len - 1] == ' ')
				text->data[--text->len] = '\0';
		}
	}
}

/* ---- SQL ---- */

/* MatrixError: a jsonb that is no risk matrix; `what` says where it fails. */
static void pg_attribute_noreturn()
MatrixError(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the jsonb is not a risk matrix: %s", what),
			 errhint("Give what csp.priority_risk_matrix returns.")));
}

/* MatrixArray: the array under a key of an object; NULL if there is no such key. */
static JsonbContainer *
MatrixArray(JsonbContainer *object, const char *key)
{
	JsonbValue	value;

	if (getKeyJsonValueFromContainer(object, key, strlen(key), &value) == NULL)
		return NULL;
	if (value.type != jbvBinary || !JsonContainerIsArray(value.val.binary.data))
		MatrixError(psprintf("\"%s\" is not an array", key));
	return value.val.binary.data;
}

/* MatrixScale: the number from 1 to 5 under a key of a cell */
static int
MatrixScale(JsonbContainer *cell, const char *key)
{
	JsonbValue	value;

	if (getKeyJsonValueFromContainer(cell, key, strlen(key), &value) != NULL && value.type == jbvNumeric)
		for (int i = 1; i <= RISK_SCALE; i++)
			if (DatumGetBool(DirectFunctionCall2(numeric_eq, NumericGetDatum(value.val.numeric),
												 NumericGetDatum(int64_to_numeric(i)))))
				return i;
	MatrixError(psprintf("a cell's \"%s\" is not a whole number from 1 to %d", key, RISK_SCALE));
}

/* MatrixIssues: the strings of an array; they stay where they are, in the jsonb. */
static void
MatrixIssues(JsonbContainer *array, const char *key, Cell *cell)
{
	JsonbIterator *iterator = JsonbIteratorInit(array);
	JsonbIteratorToken token;
	JsonbValue	value;

	cell->issues = palloc(sizeof(Label) * Max(JsonContainerSize(array), 1));
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (token != WJB_ELEM)
			continue;
		if (value.type != jbvString)
			MatrixError(psprintf("an element of \"%s\" is not a string", key));
		cell->issues[cell->nissues].text = value.val.string.val;
		cell->issues[cell->nissues].length = value.val.string.len;
		cell->nissues++;
	}
}

/* ReadMatrix: fills the cells, which are empty, from the jsonb. A cell that is missing holds no issues. */
static void
ReadMatrix(Jsonb *matrix, Cell *cells)
{
	JsonbContainer *array;
	bool		seen[RISK_CELLS] = {false};

	if (!JB_ROOT_IS_OBJECT(matrix))
		MatrixError("it is not an object");
	array = MatrixArray(&matrix->root, "cells");
	if (array == NULL)
		MatrixError("it has no \"cells\"");

	for (uint32 i = 0; i < JsonContainerSize(array); i++)
	{
		JsonbValue *value = getIthJsonbValueFromContainer(array, i);
		JsonbContainer *cell;
		JsonbContainer *issues;
		int			likelihood,
					impact;

		if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
			MatrixError("a cell is not an object");
		cell = value->val.binary.data;
		likelihood = MatrixScale(cell, "likelihood");
		impact = MatrixScale(cell, "impact");
		if (seen[RISK_CELL(likelihood, impact)])
			MatrixError(psprintf("it has two cells of likelihood %d and impact %d", likelihood, impact));
		seen[RISK_CELL(likelihood, impact)] = true;
		issues = MatrixArray(cell, "issues");
		if (issues == NULL)
			MatrixError("a cell has no \"issues\"");
		MatrixIssues(issues, "issues", &cells[RISK_CELL(likelihood, impact)]);
	}

	array = MatrixArray(&matrix->root, "unscored");
	if (array != NULL)
		MatrixIssues(array, "unscored", &cells[RISK_UNSCORED]);
}

/* risk_matrix_render(matrix, width, bands): the bands of the 25 cells, by likelihood, then impact */
PG_FUNCTION_INFO_V1(risk_matrix_render);
Datum
risk_matrix_render(PG_FUNCTION_ARGS)
{
	Jsonb	   *matrix = PG_GETARG_JSONB_P(0);
	int32		width = PG_GETARG_INT32(1);
	ArrayType  *bands = PG_GETARG_ARRAYTYPE_P(2);
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	Cell	   *cells = palloc0(sizeof(Cell) * (RISK_CELLS + 1));
	StringInfoData text;

	if (width < TEXT_MIN_WIDTH || width > TEXT_MAX_WIDTH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("width is %d, not between %d and %d", width, TEXT_MIN_WIDTH, TEXT_MAX_WIDTH),
				 errhint("Give the number of characters that fit on a line.")));
	deconstruct_array(bands, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	if (n != RISK_CELLS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("risk_matrix_render was given %d of the bands of %d cells", n, RISK_CELLS),
				 errhint("Call csp.risk_matrix_text.")));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			continue;
		cells[i].band.text = VARDATA_ANY(DatumGetPointer(elements[i]));
		cells[i].band.length = VARSIZE_ANY_EXHDR(DatumGetPointer(elements[i]));
	}

	ReadMatrix(matrix, cells);
	initStringInfo(&text);
	RenderMatrix(&text, cells, width);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(text.data, text.len));
}
