/*
 * result.c
 *   Foundation: rows of composite types, written as results and read from arguments, a column by its name.
 */
#include "base/result.h"

#include <math.h>

#include "utils/lsyscache.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

/* ClearColumns: makes every column NULL. */
static void
ClearColumns(CspResult *result)
{
	memset(result->values, 0, sizeof(result->values));
	memset(result->nulls, true, sizeof(result->nulls));
}

/* CheckColumns: the enum that names the columns and the type that SQL declares have one length. */
static void
CheckColumns(FunctionCallInfo fcinfo, TupleDesc desc, int ncolumns)
{
	if (desc->natts != ncolumns || ncolumns > CSP_RESULT_MAX_COLUMNS)
		elog(ERROR, "function %u does not return rows of %d columns", fcinfo->flinfo->fn_oid, ncolumns);
}

/*
 * ResultInit
 *   Starts a row of the function's declared type. The type is looked up once per call site and kept in fn_extra, which
 *   holds nothing a result depends on.
 */
void
ResultInit(CspResult *result, FunctionCallInfo fcinfo, int ncolumns)
{
	TupleDesc	desc = (TupleDesc) fcinfo->flinfo->fn_extra;

	if (desc == NULL)
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "function %u does not return a row", fcinfo->flinfo->fn_oid);
		CheckColumns(fcinfo, desc, ncolumns);
		desc = BlessTupleDesc(CreateTupleDescCopy(desc));
		fcinfo->flinfo->fn_extra = desc;
		MemoryContextSwitchTo(oldcontext);
	}
	result->desc = desc;
	result->store = NULL;
	ClearColumns(result);
}

/*
 * ResultInitElement
 *   As ResultInit, for a function declared to return an array of rows; gives the rows' type.
 */
Oid
ResultInitElement(CspResult *result, FunctionCallInfo fcinfo, int ncolumns)
{
	Oid			row_type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	TupleDesc	desc = (TupleDesc) fcinfo->flinfo->fn_extra;

	if (desc == NULL)
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		desc = lookup_rowtype_tupdesc_copy(row_type, -1);
		CheckColumns(fcinfo, desc, ncolumns);
		desc = BlessTupleDesc(desc);
		fcinfo->flinfo->fn_extra = desc;
		MemoryContextSwitchTo(oldcontext);
	}
	result->desc = desc;
	result->store = NULL;
	ClearColumns(result);
	return row_type;
}

/*
 * ResultInitSet
 *   As ResultInit, for a function declared to return a set of rows: each goes to the set by ResultPut, and the function
 *   itself returns NULL.
 */
void
ResultInitSet(CspResult *result, FunctionCallInfo fcinfo, int ncolumns)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	CheckColumns(fcinfo, set->setDesc, ncolumns);
	result->desc = set->setDesc;
	result->store = set->setResult;
	ClearColumns(result);
}

/* ResultSetDatum: sets a column to a value of its type; it must live until the row is made. */
void
ResultSetDatum(CspResult *result, int column, Datum value)
{
	Assert(column >= 0 && column < result->desc->natts);
	result->values[column] = value;
	result->nulls[column] = false;
}

/* ResultSetFloat8: sets a column; NaN means "not defined" and leaves it NULL. */
void
ResultSetFloat8(CspResult *result, int column, double value)
{
	if (!isnan(value))
		ResultSetDatum(result, column, Float8GetDatum(value));
}

/* ResultSetInt64: sets a column of type bigint. */
void
ResultSetInt64(CspResult *result, int column, int64 value)
{
	ResultSetDatum(result, column, Int64GetDatum(value));
}

/* ResultSetInt32: sets a column of type integer. */
void
ResultSetInt32(CspResult *result, int column, int32 value)
{
	ResultSetDatum(result, column, Int32GetDatum(value));
}

/* ResultSetBool: sets a column of type boolean. */
void
ResultSetBool(CspResult *result, int column, bool value)
{
	ResultSetDatum(result, column, BoolGetDatum(value));
}

/* ResultSetText: sets a column of type text; NULL leaves it NULL. */
void
ResultSetText(CspResult *result, int column, const char *value)
{
	if (value != NULL)
		ResultSetDatum(result, column, CStringGetTextDatum(value));
}

/* ResultDatum: the row, in the current memory context; the next one begins with every column NULL. */
Datum
ResultDatum(CspResult *result)
{
	Datum		row = HeapTupleGetDatum(heap_form_tuple(result->desc, result->values, result->nulls));

	ClearColumns(result);
	return row;
}

/* ResultArray: the array of rows that a function begun with ResultInitElement returns. */
ArrayType *
ResultArray(Datum *rows, int nrows, Oid row_type)
{
	return construct_array(rows, nrows, row_type, -1, false, TYPALIGN_DOUBLE);
}

/* ResultPut: puts the row into the set begun with ResultInitSet; the next one begins with every column NULL. */
void
ResultPut(CspResult *result)
{
	tuplestore_putvalues(result->store, result->desc, result->values, result->nulls);
	ClearColumns(result);
}

/* RowReaderOpen: begins to read an array of rows of so many columns. */
void
RowReaderOpen(RowReader *reader, ArrayType *array, int ncolumns)
{
	reader->desc = lookup_rowtype_tupdesc_copy(ARR_ELEMTYPE(array), -1);
	if (reader->desc->natts != ncolumns)
		elog(ERROR, "type %u does not have %d columns", ARR_ELEMTYPE(array), ncolumns);
	reader->iterator = array_create_iterator(array, 0, NULL);
}

/* RowReaderNext: moves to the next row; false when there is none. */
bool
RowReaderNext(RowReader *reader)
{
	Datum		value;
	bool		isnull;

	while (array_iterate(reader->iterator, &value, &isnull))
		if (!isnull)
		{
			reader->tuple.t_data = DatumGetHeapTupleHeader(value);
			reader->tuple.t_len = HeapTupleHeaderGetDatumLength(reader->tuple.t_data);
			return true;
		}
	return false;
}

/* RowReaderColumn: a column of the row that the reader is at; a reference into the array, which outlives the reader. */
Datum
RowReaderColumn(RowReader *reader, int column, bool *isnull)
{
	return heap_getattr(&reader->tuple, column + 1, reader->desc, isnull);
}

/* RowReaderClose: frees what the reader holds, but not the array. */
void
RowReaderClose(RowReader *reader)
{
	array_free_iterator(reader->iterator);
	FreeTupleDesc(reader->desc);
}

/* RowColumn: a column of a row. */
Datum
RowColumn(HeapTupleHeader row, int column, bool *isnull)
{
	return GetAttributeByNum(row, (AttrNumber) (column + 1), isnull);
}
