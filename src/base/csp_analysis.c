/*
 * csp_analysis.c
 *   Foundation: the module's magic block, composite results, and the fixed float8[] states of aggregates.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

PG_MODULE_MAGIC;

int			max_memory_kb = 2 * 1024 * 1024;

/* read by csp_internal.protects_people, by its name */
static bool protect_people = false;

extern PGDLLEXPORT void _PG_init(void);

/* _PG_init: defines the extension's settings when the library is loaded */
void
_PG_init(void)
{
	DefineCustomIntVariable("csp_analysis.max_memory",
							"The most memory that one call may take for lists of pairs of events.",
							"A call that would need more is refused with an estimate. Parallel workers share the amount.",
							&max_memory_kb,
							2 * 1024 * 1024, 1024, MAX_KILOBYTES,
							PGC_USERSET, GUC_UNIT_KB,
							NULL, NULL, NULL);
	DefineCustomBoolVariable("csp_analysis.protect_people",
							 "Shows figures about people with noise, whoever reads them.",
							 "Those who may not read people see them so in any case.",
							 &protect_people,
							 false,
							 PGC_USERSET, 0,
							 NULL, NULL, NULL);
	MarkGUCPrefixReserved("csp_analysis");
}

/*
 * ResultInit
 *   Starts a composite result with every column NULL. The row type is the function's declared one; it is looked up
 *   once per call site and kept in fn_extra, which holds nothing a result depends on.
 */
void
ResultInit(CspResult *result, FunctionCallInfo fcinfo, int ncolumns)
{
	TupleDesc	desc = (TupleDesc) fcinfo->flinfo->fn_extra;

	Assert(ncolumns <= CSP_RESULT_MAX_COLUMNS);

	if (desc == NULL)
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE || desc->natts != ncolumns)
			elog(ERROR, "function %u does not return a row of %d columns", fcinfo->flinfo->fn_oid, ncolumns);
		desc = BlessTupleDesc(CreateTupleDescCopy(desc));
		fcinfo->flinfo->fn_extra = desc;
		MemoryContextSwitchTo(oldcontext);
	}

	result->desc = desc;
	for (int i = 0; i < ncolumns; i++)
	{
		result->values[i] = (Datum) 0;
		result->nulls[i] = true;
	}
}

/* ResultSetFloat8: sets a column; NaN stands for "not defined" and becomes NULL. */
void
ResultSetFloat8(CspResult *result, int column, double value)
{
	if (isnan(value))
		return;
	result->values[column] = Float8GetDatum(value);
	result->nulls[column] = false;
}

/* ResultSetInt64: puts a bigint into a column of a result row */
void
ResultSetInt64(CspResult *result, int column, int64 value)
{
	result->values[column] = Int64GetDatum(value);
	result->nulls[column] = false;
}

/* ResultSetInt32: puts an integer into a column of a result row */
void
ResultSetInt32(CspResult *result, int column, int32 value)
{
	result->values[column] = Int32GetDatum(value);
	result->nulls[column] = false;
}

/* ResultSetBool: puts a boolean into a column of a result row */
void
ResultSetBool(CspResult *result, int column, bool value)
{
	result->values[column] = BoolGetDatum(value);
	result->nulls[column] = false;
}

/* ResultDatum: the finished result row as one composite value */
Datum
ResultDatum(CspResult *result)
{
	return HeapTupleGetDatum(heap_form_tuple(result->desc, result->values, result->nulls));
}

/*
 * FloatState
 *   The numbers of an aggregate's float8[] state. Anyone may call a transition function by hand, so the shape is
 *   checked every time.
 */
double *
FloatState(ArrayType *state, int length, const char *function)
{
	if (ARR_NDIM(state) != 1 || ARR_DIMS(state)[0] != length || ARR_HASNULL(state) || ARR_ELEMTYPE(state) != FLOAT8OID)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: the state is not an array of %d numbers", function, length),
				 errhint("This function is part of an aggregate: call the aggregate.")));
	return (double *) ARR_DATA_PTR(state);
}

/* NewFloatState: a float8[] of the given length, all zero, in the current memory context. */
ArrayType *
NewFloatState(int length)
{
	Size		size = ARR_OVERHEAD_NONULLS(1) + sizeof(double) * length;
	ArrayType  *state = palloc0(size);

	SET_VARSIZE(state, size);
	state->ndim = 1;
	state->dataoffset = 0;
	state->elemtype = FLOAT8OID;
	ARR_DIMS(state)[0] = length;
	ARR_LBOUND(state)[0] = 1;
	return state;
}

/* OwnState: the transition state, which may be changed in place; a copy where the function is called by hand. */
ArrayType *
OwnState(FunctionCallInfo fcinfo)
{
	if (AggCheckCallContext(fcinfo, NULL))
		return PG_GETARG_ARRAYTYPE_P(0);
	return PG_GETARG_ARRAYTYPE_P_COPY(0);
}

/* AggregateContext: the memory context that an aggregate's state lives in; an error where a part is called by hand. */
MemoryContext
AggregateContext(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("a part of an aggregate was called outside an aggregate"),
				 errhint("Call the aggregate.")));
	return context;
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

	Assert(ncolumns <= CSP_RESULT_MAX_COLUMNS);

	if (desc == NULL)
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		desc = lookup_rowtype_tupdesc_copy(row_type, -1);
		if (desc->natts != ncolumns)
			elog(ERROR, "function %u does not return rows of %d columns", fcinfo->flinfo->fn_oid, ncolumns);
		desc = BlessTupleDesc(desc);
		fcinfo->flinfo->fn_extra = desc;
		MemoryContextSwitchTo(oldcontext);
	}

	result->desc = desc;
	for (int i = 0; i < ncolumns; i++)
	{
		result->values[i] = (Datum) 0;
		result->nulls[i] = true;
	}
	return row_type;
}

/* ResultArray: an array of finished result rows */
ArrayType *
ResultArray(Datum *rows, int nrows, Oid row_type)
{
	return construct_array(rows, nrows, row_type, -1, false, TYPALIGN_DOUBLE);
}

/* RowReaderOpen: begins to read an array of composite rows, which must have so many columns */
void
RowReaderOpen(RowReader *reader, ArrayType *array, int ncolumns)
{
	reader->desc = lookup_rowtype_tupdesc_copy(ARR_ELEMTYPE(array), -1);
	if (reader->desc->natts != ncolumns)
		elog(ERROR, "type %u does not have %d columns", ARR_ELEMTYPE(array), ncolumns);
	reader->iterator = array_create_iterator(array, 0, NULL);
}

/* RowReaderNext: moves on to the next row of an array of rows that is not NULL; false at the end */
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

/*
 * RowReaderColumn: a column of the current row, by number from 0; a reference into the array, which
 * outlives the reader
 */
Datum
RowReaderColumn(RowReader *reader, int column, bool *isnull)
{
	return heap_getattr(&reader->tuple, column + 1, reader->desc, isnull);
}

/* RowReaderClose: frees what reading an array of rows needed */
void
RowReaderClose(RowReader *reader)
{
	array_free_iterator(reader->iterator);
	FreeTupleDesc(reader->desc);
}
