/*
 * disclosure.c
 *   Concept: a count as it may be shown, so that no one can be picked out from a small number.
 *
 * The rule is the one of hospital statistics, with its numbers left to the caller: 0 stays 0, small counts are
 * suppressed, the others are rounded to a base.
 */
#include "base/csp_analysis.h"

#include "common/int.h"

#include "base/check.h"

/* ---- kernel ---- */

/* IsSuppressed: threshold is the largest count that may not be shown; none is suppressed at 0. */
static bool
IsSuppressed(int64 count, int32 threshold)
{
	return count > 0 && count <= threshold;
}

/* RoundToBase: the multiple of base nearest to the count, the higher one when two are equally near. */
static int64
RoundToBase(int64 count, int32 base)
{
	int64		below = count - count % base;
	int64		rounded;

	/* the difference of the two distances does not overflow: both are less than base */
	if (count - below < base - (count - below))
		return below;
	if (pg_add_s64_overflow(below, base, &rounded))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count %lld rounded to base %d is out of range", (long long) count, base)));
	return rounded;
}

/* ---- SQL ---- */

/* CheckDisclosure: error for a negative count or threshold, or a base below 1 */
static void
CheckDisclosure(int64 count, int32 threshold, int32 base)
{
	CheckNotNegativeInt("count", count);
	CheckAtLeastInt("threshold", threshold, 0);
	CheckAtLeastInt("base", base, 1);
}

/* disclose: the SQL function disclose: a count rounded to the base; NULL where it is suppressed */
PG_FUNCTION_INFO_V1(disclose);
Datum
disclose(PG_FUNCTION_ARGS)
{
	int64		count = PG_GETARG_INT64(0);
	int32		threshold = PG_GETARG_INT32(1);
	int32		base = PG_GETARG_INT32(2);

	CheckDisclosure(count, threshold, base);
	if (IsSuppressed(count, threshold))
		PG_RETURN_NULL();
	PG_RETURN_INT64(RoundToBase(count, base));
}

/* disclose_text: the SQL function disclose_text: the same as text, with a word for what is suppressed */
PG_FUNCTION_INFO_V1(disclose_text);
Datum
disclose_text(PG_FUNCTION_ARGS)
{
	int64		count = PG_GETARG_INT64(0);
	int32		threshold = PG_GETARG_INT32(1);
	int32		base = PG_GETARG_INT32(2);

	CheckDisclosure(count, threshold, base);
	if (IsSuppressed(count, threshold))
		PG_RETURN_DATUM(PG_GETARG_DATUM(3));
	PG_RETURN_TEXT_P(cstring_to_text(psprintf(INT64_FORMAT, RoundToBase(count, base))));
}
