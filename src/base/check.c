/*
 * check.c
 *   Foundation: argument errors. SQLSTATE 22023 (invalid parameter value) throughout, the value in the message, what
 *   to do in the hint.
 */
#include "base/check.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "base/printable.h"

#define WORD_SHOWN	60			/* bytes of an unknown word that its error shows */

/* CheckFinite: error unless the argument called name is a finite number */
void
CheckFinite(const char *name, double value)
{
	if (!isfinite(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, not a finite number", name, value),
				 errhint("Leave such rows out, or give NULL where the value is unknown.")));
}

/* CheckPositive: error unless the argument called name is a finite number above 0 */
void
CheckPositive(const char *name, double value)
{
	CheckFinite(name, value);
	if (value <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, not greater than 0", name, value)));
}

/* CheckNotNegative: error unless the argument called name is a finite number of at least 0 */
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

/* CheckNotNegativeInt: error if the whole number called name is below 0 */
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

/* CheckCount: a whole number of events, not negative: the Poisson interval of a weighted sum would be wrong. */
void
CheckCount(const char *name, double value)
{
	CheckNotNegative(name, value);
	if (value != floor(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, not a whole number", name, value),
				 errhint("Give a count of events: weighted or averaged figures do not vary as counts do.")));
}

/* CheckSignificanceLevel: error unless the p-value that counts as evidence lies strictly between 0 and 1 */
void
CheckSignificanceLevel(const char *name, double value)
{
	if (!(value > 0 && value < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, not between 0 and 1", name, value),
				 errhint("Give a significance level of 5%% as 0.05.")));
}

/* CheckProbability: error unless a p-value, or the like, is from 0 to 1; NaN is refused */
void
CheckProbability(const char *name, double value)
{
	if (!(value >= 0 && value <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, not a probability from 0 to 1", name, value),
				 errhint("Give NULL where the value is unknown.")));
}

/* CheckAtLeastInt: error if the whole number called name is below a minimum */
void
CheckAtLeastInt(const char *name, int64 value, int64 minimum)
{
	if (value < minimum)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %lld, less than %lld", name, (long long) value, (long long) minimum)));
}

/* CheckConstant: an aggregate's argument that applies to the group as a whole has one value in all its rows. */
void
CheckConstant(const char *name, double first, double value)
{
	if (value != first)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g in one row and %g in another", name, Min(first, value), Max(first, value)),
				 errhint("Give one value for the whole group.")));
}

/* KeepConstant: the same where the value is kept in a state in which 0 stands for "not given yet". */
void
KeepConstant(double *kept, const char *name, double value)
{
	if (*kept == 0)
		*kept = value;
	else if (value != 0)
		CheckConstant(name, *kept, value);
}

/* CheckGiven: error where a setting is NULL, which the values of a row may be but a setting may not */
void
CheckGiven(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s is NULL", name)));
}

/* CheckFiniteTime: error where a setting that is a date, or a timestamptz, is infinite */
void
CheckFiniteTime(const char *name, Datum time, bool instant)
{
	if (instant ? TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(time)) : DATE_NOT_FINITE(DatumGetDateADT(time)))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s is infinite", name)));
}

/* FindWord: which of the words a text is, in any case; -1 where it is none of them. */
int
FindWord(text *given, const char *const *words, int nwords)
{
	Size		length = VARSIZE_ANY_EXHDR(given);

	for (int i = 0; i < nwords; i++)
		if (length == strlen(words[i]) && pg_strncasecmp(VARDATA_ANY(given), words[i], length) == 0)
			return i;
	return -1;
}

/* RefuseWord: the error for a text that is none of the words of an argument; known lists them. */
void
RefuseWord(const char *name, text *given, const char *known)
{
	int			length = VARSIZE_ANY_EXHDR(given);
	int			shown = pg_mbcliplen(VARDATA_ANY(given), length, WORD_SHOWN);
	char	   *word = Printable(pnstrdup(VARDATA_ANY(given), shown));

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s \"%s%s\" is not known", name, word, shown < length ? "..." : ""),
			 errhint("Give %s.", known)));
}

/* CheckWord: which of the words a text is, in any case; an error that lists them where it is none of them. */
int
CheckWord(const char *name, text *given, const char *const *words, int nwords)
{
	int			found = FindWord(given, words, nwords);
	StringInfoData known;

	if (found >= 0)
		return found;
	initStringInfo(&known);
	for (int i = 0; i < nwords; i++)
	{
		const char *quote = strchr(words[i], ' ') ? "'" : "";

		appendStringInfo(&known, "%s%s%s%s", i == 0 ? "" : i < nwords - 1 ? ", " : " or ", quote, words[i], quote);
	}
	RefuseWord(name, given, known.data);
	return -1;					/* not reached */
}

/* WordArgument: which of the words an argument is; it may not be NULL. */
int
WordArgument(FunctionCallInfo fcinfo, int argument, const char *name, const char *const *words, int nwords)
{
	CheckGiven(fcinfo, argument, name);
	return CheckWord(name, PG_GETARG_TEXT_PP(argument), words, nwords);
}

/* check_word(name, given, words): the word that a text is, as it is spelt in the list; for options that SQL functions read. */
PG_FUNCTION_INFO_V1(check_word);
Datum
check_word(PG_FUNCTION_ARGS)
{
	char	   *name;
	Datum	   *elements;
	bool	   *nulls;
	int			nwords;
	const char **words;

	CheckGiven(fcinfo, 0, "name");
	CheckGiven(fcinfo, 2, "words");
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	CheckGiven(fcinfo, 1, name);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &nwords);
	words = palloc(sizeof(char *) * Max(nwords, 1));
	for (int i = 0; i < nwords; i++)
		words[i] = nulls[i] ? "" : TextDatumGetCString(elements[i]);
	PG_RETURN_TEXT_P(cstring_to_text(words[CheckWord(name, PG_GETARG_TEXT_PP(1), words, nwords)]));
}
