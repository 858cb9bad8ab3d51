/*
 * displacement.c
 *   Concept: did a measure reduce crime where it was taken, and did crime move next door?
 *
 *   weighted displacement quotient   Bowers and Johnson 2003, J Quant Criminol 19:275
 *   weighted displacement difference Wheeler and Ratcliffe 2018, Crime Science 7:11: difference of differences of Poisson
 *                                    counts, with the standard error that the counts themselves imply
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/distribution.h"
#include "base/result.h"

/* ---- kernel ---- */

/* One area before and after; both figures of it are counts of Poisson events. */
typedef struct BeforeAfter
{
	double		before;
	double		after;
	double		size;			/* what the counts are divided by, beside the length of the period */
} BeforeAfter;

/* AddChange: the change of an area's rate and the variance of that change, added with a sign */
static void
AddChange(const BeforeAfter *area, double before_length, double after_length, double sign, double *change, double *variance)
{
	double		before = before_length * area->size;
	double		after = after_length * area->size;

	*change += sign * (area->after / after - area->before / before);
	*variance += area->after / (after * after) + area->before / (before * before);
}

/* ---- SQL ---- */

/* Columns of csp.displacement_quotient. */
enum
{
	DISPLACEMENT_QUOTIENT_WDQ,
	DISPLACEMENT_QUOTIENT_SUCCESS,
	DISPLACEMENT_QUOTIENT_BUFFER,
	DISPLACEMENT_QUOTIENT_REASON,
	DISPLACEMENT_QUOTIENT_COLUMNS
};

/*
 * weighted_displacement_quotient: displacement relative to reduction, with its parts where they
 * mean something, or else the reason why not
 */
PG_FUNCTION_INFO_V1(weighted_displacement_quotient);
Datum
weighted_displacement_quotient(PG_FUNCTION_ARGS)
{
	static const char *const name[] = {
		"target_before", "target_after", "buffer_before", "buffer_after", "control_before", "control_after"
	};
	double		count[6];
	double		success,
				buffer;
	const char *reason = NULL;
	CspResult	result;

	for (int i = 0; i < 6; i++)
	{
		count[i] = PG_GETARG_FLOAT8(i);
		CheckNotNegative(name[i], count[i]);
	}
	ResultInit(&result, fcinfo, DISPLACEMENT_QUOTIENT_COLUMNS);
	if (count[4] == 0 || count[5] == 0)
		reason = "no events in the control area";
	else
	{
		success = count[1] / count[5] - count[0] / count[4];
		buffer = count[3] / count[5] - count[2] / count[4];
		ResultSetFloat8(&result, DISPLACEMENT_QUOTIENT_SUCCESS, success);
		ResultSetFloat8(&result, DISPLACEMENT_QUOTIENT_BUFFER, buffer);
		/* cross products: exact for counts, where the difference of the ratios would be off by rounding */
		if (count[1] * count[4] == count[0] * count[5])
			reason = "the target area did not change against the control area";
		else if (success > 0)
			reason = "the target area did worse than the control area: there is no effect to displace";
		else
			ResultSetFloat8(&result, DISPLACEMENT_QUOTIENT_WDQ, buffer / success);
	}
	ResultSetText(&result, DISPLACEMENT_QUOTIENT_REASON, reason);
	PG_RETURN_DATUM(ResultDatum(&result));
}

/* Columns of csp.displacement_difference. */
enum
{
	DISPLACEMENT_DIFFERENCE_WDD,
	DISPLACEMENT_DIFFERENCE_STD_ERROR,
	DISPLACEMENT_DIFFERENCE_Z,
	DISPLACEMENT_DIFFERENCE_LOWER,
	DISPLACEMENT_DIFFERENCE_UPPER,
	DISPLACEMENT_DIFFERENCE_P_VALUE,
	DISPLACEMENT_DIFFERENCE_LOCAL_DIFFERENCE,
	DISPLACEMENT_DIFFERENCE_LOCAL_STD_ERROR,
	DISPLACEMENT_DIFFERENCE_BUFFER_DIFFERENCE,
	DISPLACEMENT_DIFFERENCE_BUFFER_STD_ERROR,
	DISPLACEMENT_DIFFERENCE_COLUMNS
};

/*
 * weighted_displacement_difference: the SQL function of that name: reduction and displacement
 * against control areas
 */
PG_FUNCTION_INFO_V1(weighted_displacement_difference);
Datum
weighted_displacement_difference(PG_FUNCTION_ARGS)
{
	static const char *const name[] = {
		"target_before", "target_after", "control_before", "control_after",
		"buffer_before", "buffer_after", "buffer_control_before", "buffer_control_after",
		"before_length", "after_length", "target_size", "control_size", "buffer_size", "buffer_control_size", "confidence"
	};
	double		given[15];
	BeforeAfter area[4];
	double		local = 0,
				local_variance = 0,
				displaced = 0,
				displaced_variance = 0,
				difference,
				std_error;
	CspResult	result;

	for (int i = 0; i < 15; i++)
	{
		given[i] = PG_GETARG_FLOAT8(i);
		if (i < 8)
			CheckCount(name[i], given[i]);
		else if (i < 14)
			CheckPositive(name[i], given[i]);
		else
			CheckConfidence(name[i], given[i]);
	}
	for (int i = 0; i < 4; i++)
	{
		area[i].before = given[2 * i];
		area[i].after = given[2 * i + 1];
		area[i].size = given[10 + i];
	}
	AddChange(&area[0], given[8], given[9], 1, &local, &local_variance);
	AddChange(&area[1], given[8], given[9], -1, &local, &local_variance);
	AddChange(&area[2], given[8], given[9], 1, &displaced, &displaced_variance);
	AddChange(&area[3], given[8], given[9], -1, &displaced, &displaced_variance);
	difference = local + displaced;
	std_error = sqrt(local_variance + displaced_variance);
	if (!isfinite(difference) || !isfinite(std_error))
		float_overflow_error();

	ResultInit(&result, fcinfo, DISPLACEMENT_DIFFERENCE_COLUMNS);
	ResultSetFloat8(&result, DISPLACEMENT_DIFFERENCE_WDD, difference);
	ResultSetFloat8(&result, DISPLACEMENT_DIFFERENCE_STD_ERROR, std_error);
	if (std_error > 0)
	{
		double		z = difference / std_error;
		double		reach = -NormalQuantile((1 - given[14]) / 2) * std_error;

		ResultSetFloat8(&result, DISPLACEMENT_DIFFERENCE_Z, z);
		ResultSetFloat8(&result, DISPLACEMENT_DIFFERENCE_LOWER, difference - reach);
		ResultSetFloat8(&result, DISPLACEMENT_DIFFERENCE_UPPER, difference + reach);
		ResultSetFloat8(&result, DISPLACEMENT_DIFFERENCE_P_VALUE, 2 * NormalProbability(fabs(z), true));
	}
	ResultSetFloat8(&result, DISPLACEMENT_DIFFERENCE_LOCAL_DIFFERENCE, local);
	ResultSetFloat8(&result, DISPLACEMENT_DIFFERENCE_LOCAL_STD_ERROR, sqrt(local_variance));
	ResultSetFloat8(&result, DISPLACEMENT_DIFFERENCE_BUFFER_DIFFERENCE, displaced);
	ResultSetFloat8(&result, DISPLACEMENT_DIFFERENCE_BUFFER_STD_ERROR, sqrt(displaced_variance));
	PG_RETURN_DATUM(ResultDatum(&result));
}
