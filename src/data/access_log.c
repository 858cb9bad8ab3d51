/*
 * access_log.c
 *   Kernel of access: the log of reads of subject profiles, of which every row is committed before anything is read.
 *
 * A row that the reader's own transaction writes goes with it: BEGIN; read; ROLLBACK would leave no trace, and neither would an
 * error after the first rows have reached the client. So a background worker writes the row in a transaction of its own, and the
 * reader waits until it is committed. If it cannot be written, nothing is read.
 *
 * The worker logs in as nobody (a NOLOGIN owner has a log too) and writes as the owner of the log in a security-restricted
 * operation, as autovacuum works on other people's tables: what the owner hung on the table runs with the owner's rights alone.
 * Nobody else may insert: the trigger of the table asks whether it runs inside the worker, which no SQL can claim.
 */
#include "base/csp_analysis.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/wait_event.h"

#define MAX_REQUEST_BYTES (1024 * 1024)
#define MAX_WORKER_TRIES 50
#define WORKER_TRY_MS 100
/* a reader that holds a lock on its own log would wait for ever for the worker that waits for it */
#define LOG_LOCK_TIMEOUT "5s"

typedef enum RequestState
{
	REQUEST_OPEN,
	REQUEST_WRITTEN,
	REQUEST_FAILED
} RequestState;

/* What the worker must know before it has a database: it travels in bgw_extra. */
typedef struct LogTarget
{
	Oid			database;
	Oid			relation;
	Oid			owner;
} LogTarget;

/* The rest, in shared memory: role, session role, purpose and subjects, each closed by a NUL, and the worker's answer. */
typedef struct LogRequest
{
	RequestState state;
	int			subject_count;
	char		message[512];
	char		text[FLEXIBLE_ARRAY_MEMBER];
} LogRequest;

PGDLLEXPORT void AccessLogWorker(Datum main_arg);
extern Datum under_owner_within(PG_FUNCTION_ARGS);

/* true in the worker while it writes: what the trigger of the table asks for */
static bool is_logging = false;

/* NextText: the string at *position in the request; moves on to the next */
static char *
NextText(char **position)
{
	char	   *text = *position;

	*position += strlen(text) + 1;
	return text;
}

/* TextDatum: the next string of the request as a text value */
static Datum
TextDatum(char **position)
{
	return CStringGetTextDatum(NextText(position));
}

/* LogTable: the qualified name of the log, which must be an ordinary table of the expected owner for other sessions as well */
static char *
LogTable(const LogTarget *target)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(target->relation));
	Form_pg_class relation;
	char	   *name;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the table was made by a transaction that is not committed")));
	relation = (Form_pg_class) GETSTRUCT(tuple);
	if ((relation->relkind != RELKIND_RELATION && relation->relkind != RELKIND_PARTITIONED_TABLE) ||
		relation->relowner != target->owner)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a table of the partnership's owner", NameStr(relation->relname))));
	name = quote_qualified_identifier(get_namespace_name(relation->relnamespace), NameStr(relation->relname));
	ReleaseSysCache(tuple);
	return name;
}

/* WriteRows: writes one row for each person into the access log, as its owner */
static void
WriteRows(const LogTarget *target, LogRequest *request)
{
	Oid			types[4] = {TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID};
	Datum		values[4];
	char	   *position = request->text;
	Datum	   *subjects = palloc(sizeof(Datum) * request->subject_count);
	char	   *command;
	Oid			save_userid;
	int			save_sec_context;

	for (int i = 0; i < 3; i++)
		values[i] = TextDatum(&position);
	for (int i = 0; i < request->subject_count; i++)
		subjects[i] = TextDatum(&position);
	values[3] = PointerGetDatum(construct_array(subjects, request->subject_count, TEXTOID, -1, false, TYPALIGN_INT));
	command = psprintf("INSERT INTO %s (role_name, session_role, purpose, subject) "
					   "SELECT $1, $2, $3, s.subject FROM pg_catalog.unnest($4) AS s (subject)",
					   LogTable(target));

	GetUserIdAndSecContext(&save_userid, &save_sec_context);
	SetUserIdAndSecContext(target->owner, save_sec_context | SECURITY_RESTRICTED_OPERATION);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	PushActiveSnapshot(GetTransactionSnapshot());
	is_logging = true;
	if (SPI_execute_with_args(command, 4, types, values, NULL, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "the row of the access log was not inserted");
	if (SPI_processed != (uint64) request->subject_count)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("a trigger or a rule kept rows out of the access log")));
	is_logging = false;
	PopActiveSnapshot();
	SPI_finish();
	SetUserIdAndSecContext(save_userid, save_sec_context);
}

/*
 * AccessLogWorker
 *   The background worker: writes one request and commits. An error goes to the server's log, and its text to the reader.
 */
void
AccessLogWorker(Datum main_arg)
{
	LogTarget	target;
	dsm_segment *segment;
	LogRequest *request;

	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	memcpy(&target, MyBgworkerEntry->bgw_extra, sizeof(target));
	/* the reader is in the database: so the worker comes in, though nobody else may now */
	BackgroundWorkerInitializeConnectionByOid(target.database, InvalidOid, BGWORKER_BYPASS_ALLOWCONN);

	StartTransactionCommand();
	segment = dsm_attach(DatumGetUInt32(main_arg));
	if (segment == NULL)
		proc_exit(0);			/* the reader was cancelled, and reads nothing */
	dsm_pin_mapping(segment);
	request = dsm_segment_address(segment);

	PG_TRY();
	{
		SetConfigOption("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION);
		SetConfigOption("lock_timeout", LOG_LOCK_TIMEOUT, PGC_USERSET, PGC_S_SESSION);
		SetConfigOption("default_transaction_read_only", "off", PGC_USERSET, PGC_S_SESSION);
		XactReadOnly = false;
		/* what was read stays read after a crash, so the row must be on disk */
		if (synchronous_commit < SYNCHRONOUS_COMMIT_LOCAL_FLUSH)
			SetConfigOption("synchronous_commit", "local", PGC_USERSET, PGC_S_SESSION);
		pgstat_report_activity(STATE_RUNNING, "csp_analysis: logging a read");
		WriteRows(&target, request);
		CommitTransactionCommand();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(TopMemoryContext);
		error = CopyErrorData();
		strlcpy(request->message, error->message, sizeof(request->message));
		request->state = REQUEST_FAILED;
		PG_RE_THROW();
	}
	PG_END_TRY();
	request->state = REQUEST_WRITTEN;
}

/* NewRequest: puts the request into shared memory, ready for the worker */
static dsm_segment *
NewRequest(const char *role, const char *purpose, ArrayType *subjects)
{
	char	   *session_role = GetUserNameFromId(GetSessionUserId(), false);
	StringInfoData strings;
	Datum	   *values;
	bool	   *nulls;
	int			count;
	int			used = 0;
	dsm_segment *segment;
	LogRequest *request;

	initStringInfo(&strings);
	appendBinaryStringInfo(&strings, role, strlen(role) + 1);
	appendBinaryStringInfo(&strings, session_role, strlen(session_role) + 1);
	appendBinaryStringInfo(&strings, purpose, strlen(purpose) + 1);
	deconstruct_array(subjects, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		char	   *subject;

		CheckInterruptsAt(i);
		if (nulls[i])
			continue;
		subject = TextDatumGetCString(values[i]);
		if (strings.len + strlen(subject) > MAX_REQUEST_BYTES)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("%d people and a purpose of %zu bytes are more than one read may be logged with", count, strlen(purpose)),
					 errhint("Read the profiles of fewer people at a time.")));
		appendBinaryStringInfo(&strings, subject, strlen(subject) + 1);
		pfree(subject);
		used++;
	}
	segment = dsm_create(offsetof(LogRequest, text) + strings.len, 0);
	request = dsm_segment_address(segment);
	request->state = REQUEST_OPEN;
	request->subject_count = used;
	request->message[0] = '\0';
	memcpy(request->text, strings.data, strings.len);
	pfree(strings.data);
	return segment;
}

/* StartWorker: the worker for a request; waits a while for a free place, since parallel queries take and leave them */
static BackgroundWorkerHandle *
StartWorker(const LogTarget *target, dsm_segment *segment)
{
	BackgroundWorker worker;
	BackgroundWorkerHandle *handle;

	StaticAssertStmt(sizeof(LogTarget) <= BGW_EXTRALEN, "the target of the access log does not fit into bgw_extra");
	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	strlcpy(worker.bgw_library_name, "csp_analysis", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "AccessLogWorker", sizeof(worker.bgw_function_name));
	strlcpy(worker.bgw_name, "csp_analysis access log", sizeof(worker.bgw_name));
	strlcpy(worker.bgw_type, "csp_analysis access log", sizeof(worker.bgw_type));
	worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(segment));
	worker.bgw_notify_pid = MyProcPid;
	memcpy(worker.bgw_extra, target, sizeof(*target));

	for (int i = 0; !RegisterDynamicBackgroundWorker(&worker, &handle); i++)
	{
		if (i == MAX_WORKER_TRIES)
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
					 errmsg("the read could not be logged, so nothing was read: no background worker was free"),
					 errhint("Try again later, or raise max_worker_processes.")));
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, WORKER_TRY_MS, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
	return handle;
}

PG_FUNCTION_INFO_V1(csp_log_read);

/*
 * csp_log_read(log regclass, role text, subjects text[], purpose text)
 *   Writes a read to the log and returns when the rows are committed; an error means that they are not.
 */
Datum
csp_log_read(PG_FUNCTION_ARGS)
{
	LogTarget	target;
	dsm_segment *segment;
	LogRequest *request;
	HeapTuple	tuple;
	char	   *schema;

	target.database = MyDatabaseId;
	target.relation = PG_GETARG_OID(0);
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(target.relation));
	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no table %u", target.relation)));
	target.owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	schema = get_namespace_name(((Form_pg_class) GETSTRUCT(tuple))->relnamespace);
	ReleaseSysCache(tuple);
	/* as the owner of the partnership, whose log it is: a table of another role's in the schema is not written in that role's name */
	if (!DatumGetBool(DirectFunctionCall2(under_owner_within, CStringGetTextDatum("subject_profile"), CStringGetTextDatum(schema))) || target.owner != GetUserId())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("rows of the access log are written by csp.subject_profile alone")));
	if (!IsUnderPostmaster || RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("a subject profile cannot be read where the access log cannot be written"),
				 errhint("Read it on the primary server, not in single-user mode.")));

	segment = NewRequest(text_to_cstring(PG_GETARG_TEXT_PP(1)), text_to_cstring(PG_GETARG_TEXT_PP(3)), PG_GETARG_ARRAYTYPE_P(2));
	request = dsm_segment_address(segment);
	if (WaitForBackgroundWorkerShutdown(StartWorker(&target, segment)) == BGWH_POSTMASTER_DIED)
		ereport(FATAL,
				(errcode(ERRCODE_ADMIN_SHUTDOWN),
				 errmsg("the server went down while a read was being logged")));
	pg_read_barrier();
	if (request->state != REQUEST_WRITTEN)
	{
		char	   *message = pstrdup(request->message);

		dsm_detach(segment);
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the read could not be logged, so nothing was read"),
				 message[0] != '\0' ? errdetail("%s", message) : 0,
				 errhint("The log is written in a transaction of its own: commit what lays the partnership out, and hold no lock on access_log.")));
	}
	dsm_detach(segment);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(keep_access_log);

/*
 * keep_access_log
 *   Trigger of access_log (statement level, before): rows come from the worker, and are not changed. The owner may delete old ones.
 */
Datum
keep_access_log(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("keep_access_log was not called by a trigger")));
	if (!is_logging || !TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rows of \"%s\" are written by csp.subject_profile alone and not changed", RelationGetRelationName(trigger->tg_relation)),
				 errhint("The owner may delete old ones.")));
	return PointerGetDatum(NULL);
}
