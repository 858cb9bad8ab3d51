/*
 * csp_analysis.c
 *   Foundation: the module's magic block, its settings, and the fixed float8[] states of aggregates.
 */
#include "base/csp_analysis.h"

#include "catalog/pg_type.h"
#include "utils/guc.h"

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
