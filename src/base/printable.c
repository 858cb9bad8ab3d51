/*
 * printable.c
 *   Foundation: names as messages show them. A role may give a schema a name with terminal escapes or line ends in it,
 *   and another role reads the message.
 */
#include "base/csp_analysis.h"

#include "mb/pg_wchar.h"

#include "base/printable.h"

PG_FUNCTION_INFO_V1(printable);

/* Printable: a copy with "?" for each control character, cut to the length of a name; NULL is shown as (null) */
char *
Printable(const char *name)
{
	char	   *result;

	if (name == NULL)
		return pstrdup("(null)");
	result = pnstrdup(name, pg_mbcliplen(name, strlen(name), 2 * NAMEDATALEN));
	for (char *c = result; *c; c += pg_mblen(c))
	{
		unsigned char first = (unsigned char) c[0];

		/* C0, DEL, and in UTF-8 C1 (C2 80 to C2 9F) */
		if (first < 0x20 || first == 0x7F)
			*c = '?';
		else if (first == 0xC2 && GetDatabaseEncoding() == PG_UTF8 && (unsigned char) c[1] < 0xA0)
			c[0] = c[1] = '?';
	}
	return result;
}

/* printable: the SQL function csp_internal.printable: Printable for a text */
Datum
printable(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(Printable(PG_ARGISNULL(0) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(0)))));
}
