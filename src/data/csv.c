/*
 * csv.c
 *   Concept: one CSV record as an array of its fields.
 *
 * RFC 4180, strictly: a loader sets a damaged line aside with its reason, so a line that is not a record is an answer
 * (NULL, and the reason from csv_problem), never an error, and nothing is repaired by guessing.
 */
#include "base/csp_analysis.h"

#include "catalog/pg_type.h"

/* ---- kernel ---- */

/* A line beyond either limit is not a record but a file whose line ends or quotes are broken. */
#define CSV_MAX_BYTES	(1 << 28)
#define CSV_MAX_FIELDS	65536

/* Records with more fields than this move to allocated memory. */
#define CSV_FEW_FIELDS	64

typedef struct CsvField
{
	const char *start;			/* what stands between the commas, or between the quotes */
	int			length;
	int			doubled;		/* quotes written twice within: each counts once in the field's text */
	bool		quoted;
} CsvField;

typedef struct CsvRecord
{
	int			nfields;
	int			nempty;			/* fields with nothing at all between the commas: NULL */
	int			capacity;
	CsvField   *fields;
	CsvField	few[CSV_FEW_FIELDS];
} CsvRecord;

typedef enum CsvProblem
{
	CSV_FINE,
	CSV_QUOTE_OPEN,
	CSV_TEXT_AFTER_QUOTE,
	CSV_QUOTE_WITHIN,
	CSV_LINE_BREAK,
	CSV_TOO_MANY_FIELDS,
	CSV_TOO_LONG
} CsvProblem;

/* CsvAddField: room for one more field of a record */
static CsvField *
CsvAddField(CsvRecord *record)
{
	if (record->nfields == record->capacity)
	{
		Size		size = sizeof(CsvField) * record->capacity;

		if (record->fields == record->few)
			record->fields = memcpy(palloc(size * 2), record->few, size);
		else
			record->fields = repalloc(record->fields, size * 2);
		record->capacity *= 2;
	}
	return &record->fields[record->nfields++];
}

/*
 * CsvParse
 *   Finds the fields of a line in one pass. On a problem, it is in the record's last field. The fields point into the
 *   line. A byte-order mark at the start and one line end (LF, CR or CRLF) are left out. Bytes suffice: in
 *   every encoding that a server may use, the characters that matter here are never part of another.
 */
static CsvProblem
CsvParse(const char *line, int length, CsvRecord *record)
{
	const char *p = line;
	const char *end = line + length;

	record->nfields = 0;
	record->nempty = 0;
	record->capacity = CSV_FEW_FIELDS;
	record->fields = record->few;

	if (length > CSV_MAX_BYTES)
		return CSV_TOO_LONG;
	if (length >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
		p += 3;
	if (end > p && end[-1] == '\n')
		end--;
	if (end > p && end[-1] == '\r')
		end--;

	for (;;)
	{
		CsvField   *field;

		if (record->nfields == CSV_MAX_FIELDS)
			return CSV_TOO_MANY_FIELDS;
		field = CsvAddField(record);
		field->doubled = 0;
		field->quoted = p < end && *p == '"';

		if (field->quoted)
		{
			field->start = ++p;
			for (;;)
			{
				p = memchr(p, '"', end - p);
				if (p == NULL)
					return CSV_QUOTE_OPEN;
				if (p + 1 == end || p[1] != '"')
					break;
				field->doubled++;
				p += 2;
			}
			field->length = p - field->start;
			p++;
			if (p < end && *p != ',')
				return CSV_TEXT_AFTER_QUOTE;
		}
		else
		{
			field->start = p;
			while (p < end && *p != ',')
			{
				if (*p == '"')
					return CSV_QUOTE_WITHIN;
				if (*p == '\n' || *p == '\r')
					return CSV_LINE_BREAK;
				p++;
			}
			field->length = p - field->start;
			if (field->length == 0)
				record->nempty++;
		}

		if (p == end)
			return CSV_FINE;
		p++;					/* the comma: another field follows, if only an empty one */
	}
}

/* CsvFieldText: writes the field as a text at `to`, which is aligned; returns where it ends. */
static char *
CsvFieldText(const CsvField *field, char *to)
{
	const char *from = field->start;
	const char *end = field->start + field->length;
	char	   *data = VARDATA(to);

	SET_VARSIZE(to, VARHDRSZ + field->length - field->doubled);
	for (int i = 0; i < field->doubled; i++)
	{
		const char *quote = memchr(from, '"', end - from);
		Size		upto = quote + 1 - from;

		memcpy(data, from, upto);
		data += upto;
		from = quote + 2;
	}
	memcpy(data, from, end - from);
	return data + (end - from);
}

/* CsvArray: the record as a text[], laid down directly: no copy of a field beyond the one that it is made of. */
static ArrayType *
CsvArray(const CsvRecord *record)
{
	Size		header = record->nempty > 0 ? ARR_OVERHEAD_WITHNULLS(1, record->nfields) : ARR_OVERHEAD_NONULLS(1);
	Size		size = header;
	ArrayType  *array;
	bits8	   *bitmap;
	char	   *to;

	for (int i = 0; i < record->nfields; i++)
	{
		const CsvField *field = &record->fields[i];

		if (field->quoted || field->length > 0)
			size += INTALIGN(VARHDRSZ + field->length - field->doubled);
	}

	array = palloc0(size);		/* the bytes between fields are zero */
	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->dataoffset = record->nempty > 0 ? header : 0;
	array->elemtype = TEXTOID;
	ARR_DIMS(array)[0] = record->nfields;
	ARR_LBOUND(array)[0] = 1;

	bitmap = ARR_NULLBITMAP(array);
	to = ARR_DATA_PTR(array);
	for (int i = 0; i < record->nfields; i++)
	{
		const CsvField *field = &record->fields[i];

		if (!field->quoted && field->length == 0)
			continue;
		if (bitmap != NULL)
			bitmap[i / 8] |= 1 << (i % 8);
		to = (char *) INTALIGN(CsvFieldText(field, to));
	}
	Assert(to == (char *) array + size);
	return array;
}

/* CsvProblemText: what is wrong with a line, in words */
static const char *
CsvProblemText(CsvProblem problem)
{
	switch (problem)
	{
		case CSV_FINE:
			break;
		case CSV_QUOTE_OPEN:
			return "the quote is not closed";
		case CSV_TEXT_AFTER_QUOTE:
			return "text after the closing quote";
		case CSV_QUOTE_WITHIN:
			return "a quote inside a field that does not begin with one";
		case CSV_LINE_BREAK:
			return "a line break outside quotes";
		case CSV_TOO_MANY_FIELDS:
			return "more than " CppAsString2(CSV_MAX_FIELDS) " fields";
		case CSV_TOO_LONG:
			return "the line is longer than 256 MB";
	}
	return NULL;
}

/* ---- SQL ---- */

/* csv_fields: the SQL function csv_fields: a line's fields; NULL where the line is not well formed */
PG_FUNCTION_INFO_V1(csv_fields);
Datum
csv_fields(PG_FUNCTION_ARGS)
{
	text	   *line = PG_GETARG_TEXT_PP(0);
	CsvRecord	record;

	if (CsvParse(VARDATA_ANY(line), VARSIZE_ANY_EXHDR(line), &record) != CSV_FINE)
		PG_RETURN_NULL();
	PG_RETURN_ARRAYTYPE_P(CsvArray(&record));
}

/* csv_problem: the SQL function csv_problem: what is wrong with a line; NULL where nothing is */
PG_FUNCTION_INFO_V1(csv_problem);
Datum
csv_problem(PG_FUNCTION_ARGS)
{
	text	   *line = PG_GETARG_TEXT_PP(0);
	CsvRecord	record;
	CsvProblem	problem = CsvParse(VARDATA_ANY(line), VARSIZE_ANY_EXHDR(line), &record);

	if (problem == CSV_FINE)
		PG_RETURN_NULL();
	if (problem == CSV_TOO_MANY_FIELDS || problem == CSV_TOO_LONG)
		PG_RETURN_TEXT_P(cstring_to_text(CsvProblemText(problem)));
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("field %d: %s", record.nfields, CsvProblemText(problem))));
}
