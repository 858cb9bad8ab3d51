/*
 * seeded_random.c
 *   Concept: random numbers as a pure function of a seed, the name of a stream and a counter, for synthetic data and
 *   examples that come out the same in every plan, in every order of the rows and on every version of the server.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/random.h"

/* ---- kernel ---- */

/* Beyond this mean a count is no longer exact in a float8's 53 bits with room for its spread. */
#define POISSON_MEAN_LIMIT 1e15

/* ---- SQL ---- */

/* StreamKey: the key of the stream that the arguments (seed, stream, ...) name. */
static uint64
StreamKey(FunctionCallInfo fcinfo)
{
	text	   *name = PG_GETARG_TEXT_PP(1);
	uint64		key = RandomKey((uint64) PG_GETARG_INT64(0), VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));

	PG_FREE_IF_COPY(name, 1);
	return key;
}

/* UniformArgument: the uniform number that the arguments (seed, stream, n, ...) name. */
static double
UniformArgument(FunctionCallInfo fcinfo)
{
	return RandomUnit(RandomAt(StreamKey(fcinfo), (uint64) PG_GETARG_INT64(2)));
}

/* seeded_uniform: the SQL function seeded_uniform: a number from 0 to 1 that its arguments determine */
PG_FUNCTION_INFO_V1(seeded_uniform);
Datum
seeded_uniform(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(UniformArgument(fcinfo));
}

/* seeded_normal: the SQL function seeded_normal: a standard normal number that its arguments determine */
PG_FUNCTION_INFO_V1(seeded_normal);
Datum
seeded_normal(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(NormalQuantile(UniformArgument(fcinfo)));
}

/* seeded_exponential: the SQL function seeded_exponential: an exponential number of a given mean */
PG_FUNCTION_INFO_V1(seeded_exponential);
Datum
seeded_exponential(PG_FUNCTION_ARGS)
{
	double		mean = PG_GETARG_FLOAT8(3);

	CheckPositive("mean", mean);
	PG_RETURN_FLOAT8(-log1p(-UniformArgument(fcinfo)) * mean);
}

/* seeded_poisson: the SQL function seeded_poisson: a Poisson count of a given mean */
PG_FUNCTION_INFO_V1(seeded_poisson);
Datum
seeded_poisson(PG_FUNCTION_ARGS)
{
	double		mean = PG_GETARG_FLOAT8(3);

	CheckNotNegative("mean", mean);
	if (mean > POISSON_MEAN_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("mean is %g, greater than %g", mean, POISSON_MEAN_LIMIT)));
	PG_RETURN_INT64((int64) PoissonQuantile(UniformArgument(fcinfo), mean));
}

/* seeded_integer: the SQL function seeded_integer: a whole number from low to high, both included */
PG_FUNCTION_INFO_V1(seeded_integer);
Datum
seeded_integer(PG_FUNCTION_ARGS)
{
	int64		low = PG_GETARG_INT64(3);
	int64		high = PG_GETARG_INT64(4);

	if (low > high)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("low is %lld, greater than high, %lld", (long long) low, (long long) high),
				 errhint("Give the smallest value first; both ends can be drawn.")));

	/* in unsigned arithmetic, where the whole range of bigint counts as 0 values: RandomBoundedAt knows */
	PG_RETURN_INT64((int64) ((uint64) low +
							 RandomBoundedAt(StreamKey(fcinfo), (uint64) PG_GETARG_INT64(2),
											 (uint64) high - (uint64) low + 1)));
}
