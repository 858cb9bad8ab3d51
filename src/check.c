/*
 * check.c
 *   Foundation: argument errors. SQLSTATE 22023 (invalid parameter value) throughout, the value in the message, what
 *   to do in the hint.
 */
#include "check.h"

#include <math.h>

void
CheckFinite(const char *name, double value)
{
	if (!isfinite(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, not a finite number", name, value),
				 errhint("Leave such rows out, or give NULL where the value is unknown.")));
}

void
CheckPositive(const char *name, double value)
{
	CheckFinite(name, value);
	if (value <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, not greater than 0", name, value)));
}

void
CheckNotNegative(const char *name, double value)
{
	CheckFinite(name, value);
	if (value < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, less than 0", name, value),
				 errhint("Give NULL where the value is unknown.")));
}

void
CheckNotNegativeInt(const char *name, int64 value)
{
	if (value < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %lld, less than 0", name, (long long) value),
				 errhint("Give NULL where the value is unknown.")));
}

/* CheckConfidence: a confidence level is a probability strictly between 0 and 1; 95 is a common slip for 0.95. */
void
CheckConfidence(const char *name, double value)
{
	if (!(value > 0 && value < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, not between 0 and 1", name, value),
				 errhint("Give 95%% confidence as 0.95.")));
}

/* CheckGiven: a setting, unlike the values of a row, may not be NULL. */
void
CheckGiven(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s is NULL", name)));
}
