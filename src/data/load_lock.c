/*
 * load_lock.c
 *   Kernel of load: which loads of a partnership may run side by side.
 *
 * Every load locks its partnership until the end of its transaction. Loads of incidents, each in a transaction of its
 * own, run side by side; what touches all of a partnership (areas, look-ups, populations) and what is loaded in a
 * transaction block, where more may follow, runs alone. So nothing that a later load of a transaction touches can be
 * held by another load, and the one rule that is left keeps loads from deadlocks: a transaction waits for its first
 * lock only, when it holds none. A later lock that is not free at once is an error, 55P03.
 *
 * These are locks of objects and not advisory ones, which any role could take and keep. The lock of a partnership is a
 * lock of its schema, in modes that PostgreSQL's own commands do not ask for. That of a part, such as a month of a
 * source, has the number of the part as the number of a sub-object, which schemas do not have. That this transaction
 * loads at all is a lock of schema csp_internal in a mode that does not conflict with itself.
 */
#include "base/csp_analysis.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_namespace.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "base/printable.h"

#define BESIDE_OTHERS	RowExclusiveLock
#define ALONE			ShareRowExclusiveLock
#define LOADS			RowExclusiveLock

#define LARGEST_PART	PG_UINT16_MAX

PG_FUNCTION_INFO_V1(lock_load);
PG_FUNCTION_INFO_V1(lock_load_part);

/* Holds: does this transaction hold the lock in this mode? */
static bool
Holds(const LOCKTAG *tag, LOCKMODE mode)
{
#if PG_VERSION_NUM >= 170000
	return LockHeldByMe(tag, mode, false);
#else
	return LockHeldByMe(tag, mode);
#endif
}

/* OwnSchema: the schema of a partnership that the current role may act for; the locks are not for others to take */
static Oid
OwnSchema(const char *partnership)
{
	Oid			schema = get_namespace_oid(partnership, false);
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid			owner = HeapTupleIsValid(tuple) ? ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner : InvalidOid;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	if (!OidIsValid(owner) || !has_privs_of_role(GetUserId(), owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to lock partnership \"%s\" for a load", Printable(partnership)),
				 errhint("The functions csp.load_... do this on behalf of those who may load.")));
	return schema;
}

/*
 * lock_load
 *   Locks a partnership for a load: alone, or beside others where this is a transaction of one load as far as can be
 *   told. A block that was begun by an earlier message of the client has an earlier start than the statement.
 */
Datum
lock_load(PG_FUNCTION_ARGS)
{
	char	   *partnership = text_to_cstring(PG_GETARG_TEXT_PP(0));
	bool		alone = PG_GETARG_BOOL(1);
	Oid			schema = OwnSchema(partnership);
	LOCKTAG		all;
	LOCKTAG		loads;
	bool		is_first;
	LOCKMODE	mode;

	SET_LOCKTAG_OBJECT(all, MyDatabaseId, NamespaceRelationId, schema, 0);
	SET_LOCKTAG_OBJECT(loads, MyDatabaseId, NamespaceRelationId, get_namespace_oid("csp_internal", false), 0);
	if (Holds(&all, ALONE))
		PG_RETURN_VOID();
	is_first = !Holds(&loads, LOADS);
	mode = is_first && !alone && GetCurrentTransactionStartTimestamp() >= GetCurrentStatementStartTimestamp() ? BESIDE_OTHERS : ALONE;
	if (LockAcquire(&all, mode, false, !is_first) == LOCKACQUIRE_NOT_AVAIL)
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("partnership \"%s\" is being loaded in another session, and this transaction has loaded before", Printable(partnership)),
				 errdetail("To wait for the other session could be to wait for one another."),
				 errhint("Load each file in a transaction of its own, or open the transaction with BEGIN before its first load, and keep to one partnership in it. Then try again.")));
	(void) LockAcquire(&loads, LOADS, false, false);
	PG_RETURN_VOID();
}

/*
 * lock_load_part
 *   Makes loads of the same part wait for one another, within lock_load. A load asks for its parts in ascending order.
 */
Datum
lock_load_part(PG_FUNCTION_ARGS)
{
	char	   *partnership = text_to_cstring(PG_GETARG_TEXT_PP(0));
	int32		part = PG_GETARG_INT32(1);
	Oid			schema = OwnSchema(partnership);
	LOCKTAG		tag;

	if (part < 1 || part > LARGEST_PART)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("part %d is not between 1 and %d", part, LARGEST_PART)));
	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, NamespaceRelationId, schema, part);
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
	PG_RETURN_VOID();
}
