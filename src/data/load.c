/*
 * load.c
 *   Concept: what a loader asks of every field of every line.
 *
 * A loader never trusts a field and never fails on one: these functions answer NULL or false where a cast would raise an
 * error, at a small part of the cost of the same in regular expressions.
 */
#include "base/csp_analysis.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "mb/pg_wchar.h"
#include "utils/uuid.h"

/* A number longer than this is a damaged field. */
#define NUMBER_MAX_LENGTH	64

/* ---- kernel ---- */

/* NumberOf: the decimal number that a field is, all of it; false if it is none. No hexadecimal, NaN or infinity. */
static bool
NumberOf(const char *field, int length, double *number)
{
	char		copy[NUMBER_MAX_LENGTH + 1];
	char	   *end;

	while (length > 0 && *field == ' ')
	{
		field++;
		length--;
	}
	while (length > 0 && field[length - 1] == ' ')
		length--;
	if (length == 0 || length > NUMBER_MAX_LENGTH)
		return false;
	for (int i = 0; i < length; i++)
		if (strchr("0123456789+-.eE", field[i]) == NULL || field[i] == '\0')
			return false;
	memcpy(copy, field, length);
	copy[length] = '\0';
	*number = strtod(copy, &end);
	return end == copy + length && isfinite(*number);
}

/* ---- SQL ---- */

/* number_of: the SQL function number_of: a field as a number; NULL where it is none */
PG_FUNCTION_INFO_V1(number_of);
Datum
number_of(PG_FUNCTION_ARGS)
{
	text	   *field = PG_GETARG_TEXT_PP(0);
	double		number;

	if (!NumberOf(VARDATA_ANY(field), VARSIZE_ANY_EXHDR(field), &number))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(number);
}

/* is_ascii: the SQL function is_ascii: has a text no character beyond ASCII? */
PG_FUNCTION_INFO_V1(is_ascii);
Datum
is_ascii(PG_FUNCTION_ARGS)
{
	text	   *field = PG_GETARG_TEXT_PP(0);
	const unsigned char *p = (const unsigned char *) VARDATA_ANY(field);
	int			length = VARSIZE_ANY_EXHDR(field);
	unsigned char seen = 0;

	for (int i = 0; i < length; i++)
		seen |= p[i];
	PG_RETURN_BOOL((seen & 0x80) == 0);
}

/*
 * fields_digest
 *   128 bits of the chosen fields, in the order given, each with its length so that no two lists of fields read alike.
 *   Two of the server's 64-bit hashes, which it keeps stable between versions for the sake of hash partitions.
 */
PG_FUNCTION_INFO_V1(fields_digest);
Datum
fields_digest(PG_FUNCTION_ARGS)
{
	ArrayType  *fields = PG_GETARG_ARRAYTYPE_P(0);
	ArrayType  *positions = PG_GETARG_ARRAYTYPE_P(1);
	Datum	   *values;
	bool	   *nulls;
	int			nfields;
	int			npositions;
	int32	   *position;
	Size		size = 0;
	unsigned char *all;
	unsigned char *to;
	pg_uuid_t  *digest = palloc(sizeof(pg_uuid_t));

	if (ARR_NDIM(positions) > 1 || ARR_HASNULL(positions))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("positions must be a one-dimensional array without NULLs")));
	deconstruct_array(fields, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &nfields);
	npositions = ArrayGetNItems(ARR_NDIM(positions), ARR_DIMS(positions));
	position = (int32 *) ARR_DATA_PTR(positions);

	for (int i = 0; i < npositions; i++)
	{
		size += sizeof(int32);
		if (position[i] >= 1 && position[i] <= nfields && !nulls[position[i] - 1])
			size += VARSIZE_ANY_EXHDR(DatumGetPointer(values[position[i] - 1]));
	}
	to = all = palloc(Max(size, 1));
	for (int i = 0; i < npositions; i++)
	{
		int32		length = 0;

		if (position[i] >= 1 && position[i] <= nfields && !nulls[position[i] - 1])
		{
			char	   *value = DatumGetPointer(values[position[i] - 1]);

			length = VARSIZE_ANY_EXHDR(value);
			memcpy(to + sizeof(int32), VARDATA_ANY(value), length);
		}
		memcpy(to, &length, sizeof(int32));
		to += sizeof(int32) + length;
	}

	for (int half = 0; half < 2; half++)
	{
		uint64		hash = hash_bytes_extended(all, (int) size, half + 1);

		memcpy(digest->data + 8 * half, &hash, sizeof(hash));
	}
	PG_RETURN_UUID_P(digest);
}
