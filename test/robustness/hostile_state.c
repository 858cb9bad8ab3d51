/*
 * hostile_state.c
 *   For hostile.sh: hands bytes to the deserialisation function of an aggregate as a parallel plan would. SQL has no way
 *   to do so, since there are no values of type internal.
 */
#include "postgres.h"

#include "executor/executor.h"
#include "fmgr.h"
#include "nodes/execnodes.h"

PG_MODULE_MAGIC;

/* Call: a support function within an aggregate, as the executor calls it */
static NullableDatum
Call(Oid function, AggState *aggregate, NullableDatum first, NullableDatum second)
{
	LOCAL_FCINFO(fcinfo, 2);
	FmgrInfo	flinfo;
	NullableDatum result = {0, true};

	fmgr_info(function, &flinfo);
	InitFunctionCallInfoData(*fcinfo, &flinfo, flinfo.fn_nargs, InvalidOid, (Node *) aggregate, NULL);
	fcinfo->args[0] = first;
	fcinfo->args[1] = second;
	if (flinfo.fn_strict && first.isnull)
		return result;
	result.value = FunctionCallInvoke(fcinfo);
	result.isnull = fcinfo->isnull;
	return result;
}

/*
 * round_trip(deserialise, combine, serialise, bytes): deserialises the bytes, combines the state into none and then with
 * itself, and serialises what the first step gave.
 */
PG_FUNCTION_INFO_V1(round_trip);
PGDLLEXPORT Datum
round_trip(PG_FUNCTION_ARGS)
{
	AggState   *aggregate = makeNode(AggState);
	NullableDatum none = {0, true};
	NullableDatum bytes = {PG_GETARG_DATUM(3), false};
	NullableDatum state;
	NullableDatum combined;
	NullableDatum result;

	aggregate->curaggcontext = CreateStandaloneExprContext();
	/* the second argument of a deserialisation function is a NULL that no function looks at, and it may be strict */
	state = Call(PG_GETARG_OID(0), aggregate, bytes, (NullableDatum) {0, false});
	combined = Call(PG_GETARG_OID(1), aggregate, none, state);
	result = Call(PG_GETARG_OID(2), aggregate, combined, none);
	Call(PG_GETARG_OID(1), aggregate, combined, state);
	if (result.isnull)
		PG_RETURN_NULL();
	result.value = PointerGetDatum(PG_DETOAST_DATUM_COPY(result.value));
	FreeExprContext(aggregate->curaggcontext, true);
	PG_RETURN_DATUM(result.value);
}
