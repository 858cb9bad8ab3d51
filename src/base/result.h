/*
 * result.h
 *   Rows of composite types: the one way in which results are written and rows given as arguments are read.
 *
 * A column is called by its name, never by a number. The names are an enum: those of the type's columns, in its order, in
 * capitals after the name of the type, and at last their number, as LIMITS_COLUMNS. The comment above the enum,
 * "Columns of csp.limits.", says which type that is, or which function if this has output columns of its own;
 * test/robustness/source.sh compares the two. Who begins a result or reads rows passes the number of columns, and a type
 * of another length is an internal error.
 */
#ifndef CSP_RESULT_H
#define CSP_RESULT_H

#include "base/csp_analysis.h"

#define CSP_RESULT_MAX_COLUMNS 16

/* A row under construction. Every column is NULL until it is set, and again once the row is made. */
typedef struct CspResult
{
	TupleDesc	desc;
	Tuplestorestate *store;		/* where ResultPut puts rows */
	Datum		values[CSP_RESULT_MAX_COLUMNS];
	bool		nulls[CSP_RESULT_MAX_COLUMNS];
} CspResult;

/* by what the function returns: one row, an array of rows, or a set of rows */
extern void ResultInit(CspResult *result, FunctionCallInfo fcinfo, int ncolumns);
extern Oid	ResultInitElement(CspResult *result, FunctionCallInfo fcinfo, int ncolumns);
extern void ResultInitSet(CspResult *result, FunctionCallInfo fcinfo, int ncolumns);

extern void ResultSetDatum(CspResult *result, int column, Datum value);
extern void ResultSetFloat8(CspResult *result, int column, double value);
extern void ResultSetInt64(CspResult *result, int column, int64 value);
extern void ResultSetInt32(CspResult *result, int column, int32 value);
extern void ResultSetBool(CspResult *result, int column, bool value);
extern void ResultSetText(CspResult *result, int column, const char *value);

extern Datum ResultDatum(CspResult *result);
extern ArrayType *ResultArray(Datum *rows, int nrows, Oid row_type);
extern void ResultPut(CspResult *result);

/* The rows of an array argument, one after another; NULL elements are passed over. */
typedef struct RowReader
{
	TupleDesc	desc;
	HeapTupleData tuple;		/* the row that RowReaderNext moved to */
	struct ArrayIteratorData *iterator;
} RowReader;

extern void RowReaderOpen(RowReader *reader, ArrayType *array, int ncolumns);
extern bool RowReaderNext(RowReader *reader);
extern Datum RowReaderColumn(RowReader *reader, int column, bool *isnull);
extern void RowReaderClose(RowReader *reader);

/* a row that is an argument by itself */
extern Datum RowColumn(HeapTupleHeader row, int column, bool *isnull);

#endif							/* CSP_RESULT_H */
