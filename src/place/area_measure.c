/*
 * area_measure.c
 *   Concept: areas compared with the study area they are part of: location quotient (Brantingham and Brantingham 1995) and
 *   Vulnerable Localities Index (Chainey 2008).
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "base/check.h"
#include "base/result.h"

#define VLI_RATES 6

/* ---- SQL ---- */

/*
 * location_quotient: the SQL function location_quotient: an area's share of events relative to that
 * of the study area
 */
PG_FUNCTION_INFO_V1(location_quotient);
Datum
location_quotient(PG_FUNCTION_ARGS)
{
	double		area_events = PG_GETARG_FLOAT8(0);
	double		area_total = PG_GETARG_FLOAT8(1);
	double		study_events = PG_GETARG_FLOAT8(2);
	double		study_total = PG_GETARG_FLOAT8(3);
	double		quotient;

	CheckNotNegative("area_events", area_events);
	CheckNotNegative("area_total", area_total);
	CheckNotNegative("study_events", study_events);
	CheckNotNegative("study_total", study_total);
	if (area_events > study_events || area_total > study_total)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the area has %g of %g, the study area %g of %g", area_events, area_total, study_events, study_total),
				 errhint("The study area includes the area: give area_events, area_total, study_events, study_total in this order.")));
	if (area_total == 0 || study_total == 0 || study_events == 0)
		PG_RETURN_NULL();
	/* cross products are exact for counts: a quotient of 3 reads 3 */
	quotient = (area_events * study_total) / (area_total * study_events);
	if (!isfinite(quotient))
		float_overflow_error();
	PG_RETURN_FLOAT8(quotient);
}

/* ReadSix: the argument of this name as six numbers that are not negative; NaN for NULL */
static void
ReadSix(FunctionCallInfo fcinfo, int argument, const char *name, double *number)
{
	ArrayType  *array;
	Datum	   *element;
	bool	   *null;
	int			n;

	CheckGiven(fcinfo, argument, name);
	array = PG_GETARG_ARRAYTYPE_P(argument);
	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &element, &null, &n);
	if (n != VLI_RATES || ARR_NDIM(array) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s has %d numbers, not %d", name, n, VLI_RATES),
				 errhint("The order is burglary, criminal damage, income, employment, young people, low attainment.")));
	for (int i = 0; i < n; i++)
	{
		number[i] = null[i] ? get_float8_nan() : DatumGetFloat8(element[i]);
		if (!null[i])
			CheckNotNegative(name, number[i]);
	}
}

/* Columns of csp.vulnerable_locality. */
enum
{
	VULNERABLE_LOCALITY_VLI,
	VULNERABLE_LOCALITY_BURGLARY,
	VULNERABLE_LOCALITY_CRIMINAL_DAMAGE,
	VULNERABLE_LOCALITY_INCOME_DEPRIVATION,
	VULNERABLE_LOCALITY_EMPLOYMENT_DEPRIVATION,
	VULNERABLE_LOCALITY_YOUNG_PEOPLE,
	VULNERABLE_LOCALITY_LOW_ATTAINMENT,
	VULNERABLE_LOCALITY_COLUMNS
};

/*
 * vulnerable_localities_index: the SQL function vulnerable_localities_index: mean of six rates
 * relative to the study area's
 */
PG_FUNCTION_INFO_V1(vulnerable_localities_index);
Datum
vulnerable_localities_index(PG_FUNCTION_ARGS)
{
	static const char *const name[VLI_RATES] = {
		"burglary", "criminal_damage", "income_deprivation", "employment_deprivation", "young_people", "low_attainment"
	};
	double		study[VLI_RATES],
				weight[VLI_RATES];
	double		sum = 0,
				total = 0;
	CspResult	result;

	ReadSix(fcinfo, VLI_RATES, "study_rates", study);
	ReadSix(fcinfo, VLI_RATES + 1, "weights", weight);
	ResultInit(&result, fcinfo, VULNERABLE_LOCALITY_COLUMNS);
	for (int i = 0; i < VLI_RATES; i++)
	{
		double		index = get_float8_nan();

		if (isnan(weight[i]))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("weights contains NULL")));
		if (!PG_ARGISNULL(i))
		{
			double		rate = PG_GETARG_FLOAT8(i);

			CheckNotNegative(name[i], rate);
			if (study[i] > 0)
				index = 100 * rate / study[i];
		}
		ResultSetFloat8(&result, VULNERABLE_LOCALITY_BURGLARY + i, index);
		sum += weight[i] * index;
		total += weight[i];
	}
	if (total == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("all weights are 0")));
	ResultSetFloat8(&result, VULNERABLE_LOCALITY_VLI, sum / total);
	PG_RETURN_DATUM(ResultDatum(&result));
}
