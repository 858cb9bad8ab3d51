/*
 * csp_analysis.h
 *   What every file of the extension shares: the server's headers, differences between its major versions, and the
 *   building of composite results.
 */
#ifndef CSP_ANALYSIS_H
#define CSP_ANALYSIS_H

#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"

#if PG_VERSION_NUM < 150000
#error "csp_analysis needs PostgreSQL 15 or later"
#endif

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* CheckInterruptsAt: for loops that a check at every turn would slow down; 65,536 turns are a millisecond. */
static inline void
CheckInterruptsAt(int64 turn)
{
	if ((turn & 0xFFFF) == 0)
		CHECK_FOR_INTERRUPTS();
}

/*
 * For loops whose outer turns meet very different numbers of others: a check after so many of them. Where each takes a
 * page of memory that was not there before, these are 50 ms.
 */
#define VISITS_PER_CHECK	(1 << 18)

/* A composite result under construction: one slot per column, NULL until set. */
#define CSP_RESULT_MAX_COLUMNS 16

typedef struct CspResult
{
	TupleDesc	desc;
	Datum		values[CSP_RESULT_MAX_COLUMNS];
	bool		nulls[CSP_RESULT_MAX_COLUMNS];
} CspResult;

extern void ResultInit(CspResult *result, FunctionCallInfo fcinfo, int ncolumns);
extern void ResultSetFloat8(CspResult *result, int column, double value);
extern void ResultSetInt64(CspResult *result, int column, int64 value);
extern void ResultSetInt32(CspResult *result, int column, int32 value);
extern void ResultSetBool(CspResult *result, int column, bool value);
extern Datum ResultDatum(CspResult *result);

/* the same for functions that return an array of rows: the rows' type is the element's */
extern Oid	ResultInitElement(CspResult *result, FunctionCallInfo fcinfo, int ncolumns);
extern ArrayType *ResultArray(Datum *rows, int nrows, Oid row_type);

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

/* csp_analysis.max_memory, in kB: what one call may allocate for its working lists */
extern int	max_memory_kb;

/* float8[] states of aggregates: fixed length, no NULLs */
extern double *FloatState(ArrayType *state, int length, const char *function);
extern ArrayType *NewFloatState(int length);
extern ArrayType *OwnState(FunctionCallInfo fcinfo);

/* where an aggregate's `internal` state lives */
extern MemoryContext AggregateContext(FunctionCallInfo fcinfo);

#endif							/* CSP_ANALYSIS_H */
