/*
 * csp_analysis.h
 *   What every file of the extension shares: the server's headers, differences between its major versions, and the
 *   states of aggregates.
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

/* csp_analysis.max_memory, in kB: what one call may allocate for its working lists */
extern int	max_memory_kb;

/* float8[] states of aggregates: fixed length, no NULLs */
extern double *FloatState(ArrayType *state, int length, const char *function);
extern ArrayType *NewFloatState(int length);
extern ArrayType *OwnState(FunctionCallInfo fcinfo);

/* where an aggregate's `internal` state lives */
extern MemoryContext AggregateContext(FunctionCallInfo fcinfo);

#endif							/* CSP_ANALYSIS_H */
