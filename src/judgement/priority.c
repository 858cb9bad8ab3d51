/*
 * priority.c
 *   Concept: issues scored by likelihood and impact, and the risk matrix that a strategy group reads them from.
 *
 * What a score means, its band, is not here: bands are rows of csp.risk_scheme_band, which users add to.
 */
#include "base/csp_analysis.h"

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "judgement/priority.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

/* ---- kernel ---- */

/* An issue as it was scored; a score of 0 stands for NULL. */
typedef struct RiskIssue
{
	int8		likelihood;
	int8		impact;
	int32		length;
	char		text[FLEXIBLE_ARRAY_MEMBER];
} RiskIssue;

typedef struct RiskMatrixState
{
	MemoryContext context;		/* the aggregate's: everything below lives there */
	int64		nissues;
	int64		capacity;
	RiskIssue **issues;
} RiskMatrixState;

/* NewRiskMatrixState: an empty list of issues in a memory context */
static RiskMatrixState *
NewRiskMatrixState(MemoryContext context)
{
	RiskMatrixState *state = MemoryContextAlloc(context, sizeof(RiskMatrixState));

	state->context = context;
	state->nissues = 0;
	state->capacity = 16;
	state->issues = MemoryContextAlloc(context, sizeof(RiskIssue *) * state->capacity);
	return state;
}

/* AddRiskIssue: adds an issue with its likelihood and impact, 0 where not scored */
static void
AddRiskIssue(RiskMatrixState *state, const char *text, int length, int likelihood, int impact)
{
	RiskIssue  *issue = MemoryContextAlloc(state->context, offsetof(RiskIssue, text) + length);

	issue->likelihood = likelihood;
	issue->impact = impact;
	issue->length = length;
	memcpy(issue->text, text, length);

	if (state->nissues == state->capacity)
	{
		state->capacity *= 2;
		state->issues = repalloc_huge(state->issues, sizeof(RiskIssue *) * state->capacity);
	}
	state->issues[state->nissues++] = issue;
}

/* RiskIssueCell: the cell of the matrix that an issue lies in, or the one for issues without scores */
static int
RiskIssueCell(const RiskIssue *issue)
{
	return issue->likelihood == 0 || issue->impact == 0 ? RISK_UNSCORED : RISK_CELL(issue->likelihood, issue->impact);
}

/* CompareRiskIssues: by cell, then by the bytes of the name: one order in every database, whatever its collation. */
static int
CompareRiskIssues(const RiskIssue *left, const RiskIssue *right)
{
	int			difference = RiskIssueCell(left) - RiskIssueCell(right);

	if (difference == 0)
		difference = memcmp(left->text, right->text, Min(left->length, right->length));
	if (difference == 0)
		difference = left->length - right->length;
	return difference;
}

typedef RiskIssue *RiskIssueEntry;

#define ST_SORT SortRiskIssues
#define ST_ELEMENT_TYPE RiskIssueEntry
#define ST_COMPARE(a, b) CompareRiskIssues(*(a), *(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* ---- SQL ---- */

/* CheckRiskScale: error unless a score is a whole number of its scale, likelihood or impact */
static void
CheckRiskScale(const char *name, int value)
{
	if (value < 1 || value > RISK_SCALE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %d, not on the scale from 1 to %d", name, value, RISK_SCALE),
				 errhint("1 is lowest, %d highest; give NULL where an issue is not scored.", RISK_SCALE)));
}

/* risk_score: the SQL function risk_score: likelihood times impact */
PG_FUNCTION_INFO_V1(risk_score);
Datum
risk_score(PG_FUNCTION_ARGS)
{
	int32		likelihood = PG_GETARG_INT32(0);
	int32		impact = PG_GETARG_INT32(1);

	CheckRiskScale("likelihood", likelihood);
	CheckRiskScale("impact", impact);
	PG_RETURN_INT32(likelihood * impact);
}

/* risk_scheme_check: NULL if the scheme is one of those that there are, else an error that lists them. */
PG_FUNCTION_INFO_V1(risk_scheme_check);
Datum
risk_scheme_check(PG_FUNCTION_ARGS)
{
	text	   *scheme = PG_GETARG_TEXT_PP(0);
	ArrayType  *schemes = PG_GETARG_ARRAYTYPE_P(1);
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	StringInfoData list;

	deconstruct_array(schemes, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	initStringInfo(&list);
	for (int i = 0; i < n; i++)
	{
		text	   *known;

		if (nulls[i])
			continue;
		known = DatumGetTextPP(elements[i]);
		if (VARSIZE_ANY_EXHDR(known) == VARSIZE_ANY_EXHDR(scheme) &&
			memcmp(VARDATA_ANY(known), VARDATA_ANY(scheme), VARSIZE_ANY_EXHDR(scheme)) == 0)
			PG_RETURN_NULL();
		appendStringInfo(&list, "%s\"%s\"", list.len > 0 ? ", " : "", text_to_cstring(known));
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("there is no risk scheme \"%s\"", text_to_cstring(scheme)),
			 errhint("The schemes of csp.risk_scheme_band are %s.", list.data)));
}

/* priority_risk_matrix_accum: adds one issue to the matrix; issues without a title are left out */
PG_FUNCTION_INFO_V1(priority_risk_matrix_accum);
Datum
priority_risk_matrix_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context = AggregateContext(fcinfo);
	RiskMatrixState *state = PG_ARGISNULL(0) ? NULL : (RiskMatrixState *) PG_GETARG_POINTER(0);
	int			likelihood = 0;
	int			impact = 0;
	text	   *issue;

	if (PG_ARGISNULL(1))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	if (!PG_ARGISNULL(2))
		CheckRiskScale("likelihood", likelihood = PG_GETARG_INT32(2));
	if (!PG_ARGISNULL(3))
		CheckRiskScale("impact", impact = PG_GETARG_INT32(3));

	if (state == NULL)
		state = NewRiskMatrixState(context);
	issue = PG_GETARG_TEXT_PP(1);
	AddRiskIssue(state, VARDATA_ANY(issue), VARSIZE_ANY_EXHDR(issue), likelihood, impact);
	PG_FREE_IF_COPY(issue, 1);
	PG_RETURN_POINTER(state);
}

/* priority_risk_matrix_combine: joins the issues of two partial aggregates */
PG_FUNCTION_INFO_V1(priority_risk_matrix_combine);
Datum
priority_risk_matrix_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = AggregateContext(fcinfo);
	RiskMatrixState *state = PG_ARGISNULL(0) ? NULL : (RiskMatrixState *) PG_GETARG_POINTER(0);
	RiskMatrixState *other = PG_ARGISNULL(1) ? NULL : (RiskMatrixState *) PG_GETARG_POINTER(1);

	if (other != NULL)
	{
		if (state == NULL)
			state = NewRiskMatrixState(context);
		for (int64 i = 0; i < other->nissues; i++)
		{
			const RiskIssue *issue = other->issues[i];

			CHECK_FOR_INTERRUPTS();
			AddRiskIssue(state, issue->text, issue->length, issue->likelihood, issue->impact);
		}
	}
	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

/* The state on its way between processes: the number of issues; for each its two scores, its length, its name. */
#define RISK_ISSUE_HEADER	(1 + 1 + 4)

/* priority_risk_matrix_serialize: the list of issues as bytes, for another process */
PG_FUNCTION_INFO_V1(priority_risk_matrix_serialize);
Datum
priority_risk_matrix_serialize(PG_FUNCTION_ARGS)
{
	RiskMatrixState *state = (RiskMatrixState *) PG_GETARG_POINTER(0);
	StringInfoData buffer;

	AggregateContext(fcinfo);

	pq_begintypsend(&buffer);
	pq_sendint64(&buffer, state->nissues);
	for (int64 i = 0; i < state->nissues; i++)
	{
		const RiskIssue *issue = state->issues[i];

		CHECK_FOR_INTERRUPTS();
		pq_sendbyte(&buffer, issue->likelihood);
		pq_sendbyte(&buffer, issue->impact);
		pq_sendint32(&buffer, issue->length);
		pq_sendbytes(&buffer, issue->text, issue->length);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

/* priority_risk_matrix_deserialize: rebuilds a state, believing nothing: lengths, scores and texts are looked at. */
PG_FUNCTION_INFO_V1(priority_risk_matrix_deserialize);
Datum
priority_risk_matrix_deserialize(PG_FUNCTION_ARGS)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	StringInfoData buffer;
	RiskMatrixState *state;
	int64		nissues = -1;
	bool		valid;

	AggregateContext(fcinfo);

	buffer.data = VARDATA_ANY(bytes);
	buffer.len = buffer.maxlen = VARSIZE_ANY_EXHDR(bytes);
	buffer.cursor = 0;

	/* combine copies what it keeps: this need not outlive the call */
	state = NewRiskMatrixState(CurrentMemoryContext);
	valid = buffer.len >= (int) sizeof(int64);
	if (valid)
		nissues = pq_getmsgint64(&buffer);
	for (int64 i = 0; valid && i < nissues; i++)
	{
		int			likelihood,
					impact,
					length;

		CHECK_FOR_INTERRUPTS();
		valid = buffer.len - buffer.cursor >= RISK_ISSUE_HEADER;
		if (!valid)
			break;
		likelihood = pq_getmsgbyte(&buffer);
		impact = pq_getmsgbyte(&buffer);
		length = pq_getmsgint(&buffer, 4);
		valid = likelihood <= RISK_SCALE && impact <= RISK_SCALE && length >= 0 && length <= buffer.len - buffer.cursor &&
			pg_verify_mbstr(GetDatabaseEncoding(), buffer.data + buffer.cursor, length, true);
		if (valid)
			AddRiskIssue(state, pq_getmsgbytes(&buffer, length), length, likelihood, impact);
	}
	if (!valid || nissues < 0 || buffer.cursor != buffer.len)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("%d bytes are not the state of priority_risk_matrix", buffer.len)));
	PG_RETURN_POINTER(state);
}

/* PushKey: adds a key to the JSON object that is being written */
static void
PushKey(JsonbParseState **parse, const char *key)
{
	JsonbValue	value;

	value.type = jbvString;
	value.val.string.val = unconstify(char *, key);
	value.val.string.len = strlen(key);
	pushJsonbValue(parse, WJB_KEY, &value);
}

/* PushInteger: adds a key with a whole number to the JSON object that is being written */
static void
PushInteger(JsonbParseState **parse, const char *key, int number)
{
	JsonbValue	value;

	PushKey(parse, key);
	value.type = jbvNumeric;
	value.val.numeric = int64_to_numeric(number);
	pushJsonbValue(parse, WJB_VALUE, &value);
}

/* PushIssues: writes the issues from issues[*next] on that are in the cell; *next moves past them */
static void
PushIssues(JsonbParseState **parse, const char *key, RiskIssue **issues, int64 nissues, int cell, int64 *next)
{
	PushKey(parse, key);
	pushJsonbValue(parse, WJB_BEGIN_ARRAY, NULL);
	for (; *next < nissues && RiskIssueCell(issues[*next]) == cell; ++*next)
	{
		JsonbValue	value;

		CHECK_FOR_INTERRUPTS();
		value.type = jbvString;
		value.val.string.val = issues[*next]->text;
		value.val.string.len = issues[*next]->length;
		pushJsonbValue(parse, WJB_ELEM, &value);
	}
	pushJsonbValue(parse, WJB_END_ARRAY, NULL);
}

/* priority_risk_matrix_final: the matrix as JSON: the issues of each cell, in one order */
PG_FUNCTION_INFO_V1(priority_risk_matrix_final);
Datum
priority_risk_matrix_final(PG_FUNCTION_ARGS)
{
	RiskMatrixState *state = PG_ARGISNULL(0) ? NULL : (RiskMatrixState *) PG_GETARG_POINTER(0);
	int64		nissues;
	RiskIssue **issues = NULL;
	int64		next = 0;
	JsonbParseState *parse = NULL;
	JsonbValue *matrix;

	AggregateContext(fcinfo);
	nissues = state == NULL ? 0 : state->nissues;

	/* sorted in a copy: the state may grow on, as it does in a moving frame */
	if (nissues > 0)
	{
		issues = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(RiskIssue *) * nissues);
		memcpy(issues, state->issues, sizeof(RiskIssue *) * nissues);
		SortRiskIssues(issues, nissues);
	}

	pushJsonbValue(&parse, WJB_BEGIN_OBJECT, NULL);
	PushInteger(&parse, "scale", RISK_SCALE);
	PushKey(&parse, "cells");
	pushJsonbValue(&parse, WJB_BEGIN_ARRAY, NULL);
	for (int likelihood = 1; likelihood <= RISK_SCALE; likelihood++)
		for (int impact = 1; impact <= RISK_SCALE; impact++)
		{
			pushJsonbValue(&parse, WJB_BEGIN_OBJECT, NULL);
			PushInteger(&parse, "likelihood", likelihood);
			PushInteger(&parse, "impact", impact);
			PushInteger(&parse, "score", likelihood * impact);
			PushIssues(&parse, "issues", issues, nissues, RISK_CELL(likelihood, impact), &next);
			pushJsonbValue(&parse, WJB_END_OBJECT, NULL);
		}
	pushJsonbValue(&parse, WJB_END_ARRAY, NULL);
	PushIssues(&parse, "unscored", issues, nissues, RISK_UNSCORED, &next);
	matrix = pushJsonbValue(&parse, WJB_END_OBJECT, NULL);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(matrix));
}
