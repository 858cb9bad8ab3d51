/*
 * under_owner.c
 *   Foundation: what works on a partnership runs as the partnership's owner, whoever calls it.
 *
 * A partnership is a schema of its owner's, and its owner may put code into it: triggers, rules, policies, column
 * defaults, generated columns, expressions of indexes, casts of a column's type, views in place of tables. A function
 * that reads or writes such a schema runs that code. It must not run with the rights of a superuser, or of an analyst
 * of several partnerships, who calls the function.
 *
 * So a public function of a partnership is a gate: csp.NAME(partnership, ...) is declared LANGUAGE c with the symbol
 * under_owner, and csp_internal.NAME, with the same arguments, does the work. A gate that only views and triggers call
 * is itself in csp_internal, and its work is csp_internal.NAME_work. The gate finds the owner, checks that the caller
 * may ask for it, and calls the work as the owner in a security-restricted operation, as PostgreSQL's own maintenance
 * commands do: nothing in there can change the role, leave a temporary table, a deferred
 * trigger or a held cursor behind, and settings go back to what they were. Where the owner calls a function himself,
 * in a session of his own, there are no other rights to protect and nothing is restricted.
 *
 * Neither may the caller's code run with the owner's rights. Arguments are values of built-in types; search_path is
 * pinned; and the one relation of the caller's that the owner reads, the staging table of a load, is proved to be an
 * ordinary table without anything of the caller's attached to it.
 */
#include "base/csp_analysis.h"

#include "access/genam.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tstoreReceiver.h"
#include "nodes/makefuncs.h"
#include "nodes/params.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/portal.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/printable.h"

/* What a caller who cannot act as the owner must be allowed to do, for the gate to open. */
typedef struct Gate
{
	const char *function;		/* name of the function; those that are not listed are for the owner alone */
	const char *relation;		/* the relation of the partnership whose privileges decide */
	AclMode		privilege;
	bool		reads_staging;	/* the owner reads pg_temp.csp_staging of the caller */
} Gate;

static const Gate gates[] = {
	{"analyze_partnership", "load_batch", ACL_INSERT, false},
	{"area_codes", "area_lookup", ACL_SELECT, false},
	{"assign_areas", "load_batch", ACL_INSERT, false},
	{"check_frozen_assessment", "frozen_assessment", ACL_SELECT, false},
	{"check_incident_month", "incident", ACL_SELECT, false},
	{"check_near_repeat_sources", "source", ACL_SELECT, false},
	{"fold_incident_month", "incident_month_entry", ACL_INSERT, false},
	{"freeze_assessment", "assessment", ACL_INSERT, false},
	{"load_area_lookup_staged", "load_batch", ACL_INSERT, true},
	{"load_area_measures_staged", "load_batch", ACL_INSERT, true},
	{"load_areas_geojson", "load_batch", ACL_INSERT, false},
	{"load_areas_staged", "load_batch", ACL_INSERT, true},
	{"load_peers_staged", "load_batch", ACL_INSERT, true},
	{"load_police_uk_staged", "load_batch", ACL_INSERT, true},
	{"load_population_staged", "load_batch", ACL_INSERT, true},
	{"evidence_person_source", "assessment", ACL_SELECT, false},
	{"open_tactical_assessment", "assessment", ACL_INSERT, false},
	{"partnership_sql", "setting", ACL_SELECT, false},
	{"partnership_summary", "incident_month", ACL_SELECT, false},
	{"profile", "assessment", ACL_INSERT, false},
	{"recount_incident_month", "incident_month_entry", ACL_INSERT, false},
	{"profile_offender", "assessment", ACL_SELECT, false},
	{"profile_victim", "assessment", ACL_SELECT, false},
	{"refresh_areas", "area_ancestor", ACL_INSERT, false},
	{"refresh_publication", "assessment", ACL_INSERT, false},
	{"refresh_hex_cells", "hex_cell", ACL_INSERT, false},
	{"scan", "emerging_issue", ACL_INSERT, false},
	{"setting", "setting", ACL_SELECT, false},
	/* a loader may read people, too: who is the subject of a profile is for the level personal alone */
	{"subject_profile", "assessment_person", ACL_SELECT, false},
	{"strategic_by_problem", "assessment", ACL_SELECT, false},
	{"strategic_concentration", "assessment", ACL_SELECT, false},
};

/* Settings of the caller's that change what the work behind a gate does, or what it writes down. */
static const struct
{
	const char *name;
	const char *value;
}			pinned_settings[] = {
	{"search_path", "pg_catalog, pg_temp"},
	{"extra_float_digits", "1"},	/* to_jsonb of what is frozen */
	{"DateStyle", "ISO"},
	{"IntervalStyle", "postgres"},
	{"bytea_output", "hex"},
	{"array_nulls", "on"},
	{"transform_null_equals", "off"},
	{"standard_conforming_strings", "on"},
	{"quote_all_identifiers", "off"},
};

/* The gates that are open, the innermost first. */
typedef struct OpenGate
{
	const char *function;
	Oid			schema;
	Oid			owner;			/* as whom */
	Oid			caller;			/* on whose behalf */
	struct OpenGate *outer;
} OpenGate;

static OpenGate *open_gates = NULL;

PG_FUNCTION_INFO_V1(under_owner);
PG_FUNCTION_INFO_V1(under_owner_caller);
PG_FUNCTION_INFO_V1(under_owner_within);
PG_FUNCTION_INFO_V1(scratch_table);

/*
 * NoSuchPartnership: raises the error of csp.check_partnership, which lists the partnerships that
 * there are
 */
static void
NoSuchPartnership(const char *name)
{
	Oid			argument = TEXTOID;
	Datum		value = name ? CStringGetTextDatum(name) : (Datum) 0;

	SPI_connect();
	SPI_execute_with_args("SELECT csp.check_partnership($1)", 1, &argument, &value, name ? NULL : "n", true, 1);
	/* reached by a schema that has a table "setting" which is not the schema's owner's */
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("schema \"%s\" is not one owner's partnership", Printable(name)),
			 errhint("The schema and the tables in it must belong to one role: use ALTER SCHEMA ... OWNER TO and ALTER TABLE ... OWNER TO.")));
}

/*
 * PartnershipOwner
 *   The schema of a partnership and its owner. A partnership is a schema with an ordinary table "setting" that belongs
 *   to the schema's owner.
 */
static Oid
PartnershipOwner(const char *name, Oid *schema)
{
	HeapTuple	tuple;
	Oid			owner = InvalidOid;
	Oid			setting;

	*schema = name ? get_namespace_oid(name, true) : InvalidOid;
	if (OidIsValid(*schema) && (tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(*schema))) != NULL)
	{
		owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
		ReleaseSysCache(tuple);
	}
	setting = OidIsValid(owner) ? get_relname_relid("setting", *schema) : InvalidOid;
	if (OidIsValid(setting) && (tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(setting))) != NULL)
	{
		Form_pg_class relation = (Form_pg_class) GETSTRUCT(tuple);

		if (relation->relowner != owner || (relation->relkind != RELKIND_RELATION && relation->relkind != RELKIND_PARTITIONED_TABLE))
			setting = InvalidOid;
		ReleaseSysCache(tuple);
	}
	if (!OidIsValid(setting))
		NoSuchPartnership(name);
	return owner;
}

/* MayUseSchema: does a role have USAGE on a schema? */
static bool
MayUseSchema(Oid schema, Oid role)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(NamespaceRelationId, schema, role, ACL_USAGE) == ACLCHECK_OK;
#else
	return pg_namespace_aclcheck(schema, role, ACL_USAGE) == ACLCHECK_OK;
#endif
}

/* FindGate: what the list asks for a function; NULL where it is for the owner alone */
static const Gate *
FindGate(const char *function)
{
	for (size_t g = 0; g < lengthof(gates); g++)
		if (strcmp(gates[g].function, function) == 0)
			return &gates[g];
	return NULL;
}

/* LevelFor: the level of csp.grant_partnership that has the privilege which a gate asks for */
static const char *
LevelFor(const Gate *gate)
{
	static const char *const loaded[] = {"load_batch", "area_ancestor", "hex_cell", "incident_month_entry"};

	if (strcmp(gate->relation, "assessment_person") == 0)
		return "personal";
	for (size_t i = 0; i < lengthof(loaded); i++)
		if (gate->privilege == ACL_INSERT && strcmp(gate->relation, loaded[i]) == 0)
			return "loader";
	return "analyst";
}

/* CheckCaller: may this role ask for the function? */
static void
CheckCaller(const Gate *gate, Form_pg_proc function, const char *partnership, Oid schema, Oid owner, Oid caller)
{
	if (is_member_of_role(caller, owner))
		return;
	if (gate != NULL && MayUseSchema(schema, caller))
	{
		Oid			relation = get_relname_relid(gate->relation, schema);

		if (OidIsValid(relation) && pg_class_aclcheck(relation, caller, gate->privilege) == ACLCHECK_OK)
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied to call %s.%s for partnership \"%s\", which belongs to role \"%s\"",
					get_namespace_name(function->pronamespace), NameStr(function->proname), Printable(partnership), Printable(GetUserNameFromId(owner, false))),
			 gate ? errhint("The owner gives access with csp.grant_partnership: this needs the level %s (%s on %s).",
							LevelFor(gate), gate->privilege == ACL_SELECT ? "SELECT" : "INSERT", gate->relation)
			 : errhint("This function is for the owner, or a role that may act as the owner.")));
}

/*
 * OwnStaging
 *   The caller's staging table, proved to be what csp.prepare_staging makes: the owner is going to read it, and must
 *   not run anything that the caller attached to it. InvalidOid where nothing is staged.
 */
static Oid
OwnStaging(void)
{
	static const struct
	{
		const char *name;
		Oid			type;
	}			columns[] = {{"line_number", INT8OID}, {"raw", TEXTOID}, {"line", TEXTOID}, {"damage", TEXTOID}};
	RangeVar   *name = makeRangeVar(pstrdup("pg_temp"), pstrdup("csp_staging"), -1);
	Relation	relation = relation_openrv_extended(name, AccessShareLock, true);
	bool		is_plain;
	Oid			result;

	if (relation == NULL)
		return InvalidOid;
	is_plain = relation->rd_rel->relkind == RELKIND_RELATION
		&& relation->rd_rel->relpersistence == RELPERSISTENCE_TEMP
		&& relation->rd_rel->relam == HEAP_TABLE_AM_OID
		&& !relation->rd_rel->relhasindex
		&& !relation->rd_rel->relhasrules
		&& !relation->rd_rel->relhastriggers
		&& !relation->rd_rel->relrowsecurity
		&& !relation->rd_rel->relhassubclass
		&& !relation->rd_rel->relispartition
		&& relation->rd_rel->relchecks == 0
		&& RelationGetStatExtList(relation) == NIL
		&& RelationGetNumberOfAttributes(relation) == lengthof(columns);
	for (size_t c = 0; is_plain && c < lengthof(columns); c++)
	{
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(relation), c);

		is_plain = !column->attisdropped && column->atttypid == columns[c].type && column->attgenerated == '\0'
			&& strcmp(NameStr(column->attname), columns[c].name) == 0;
	}
	result = RelationGetRelid(relation);
	relation_close(relation, NoLock);
	if (!is_plain)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("pg_temp.csp_staging is not the table that csp.prepare_staging makes"),
				 errhint("Call csp.prepare_staging() and fill the table with \\copy; add no index, trigger, rule, constraint or column to it.")));
	return result;
}

/* ShareStaging: lets the owner read the caller's staging table, or takes it back */
static void
ShareStaging(const char *command, const char *preposition, Oid owner)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "%s SELECT, UPDATE ON pg_temp.csp_staging %s %s", command, preposition,
					 quote_identifier(GetUserNameFromId(owner, false)));
	if (SPI_connect() != SPI_OK_CONNECT || SPI_execute(sql.data, false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "could not share the staging table");
	SPI_finish();
	pfree(sql.data);
}

/*
 * TemporaryObjects
 *   What is in the session's temporary schema and not among the earlier objects: relations, and the functions, types
 *   and operators that PostgreSQL lets a role make there even in a security-restricted operation.
 */
static ObjectAddresses *
TemporaryObjects(const ObjectAddresses *earlier)
{
	ObjectAddresses *result = new_object_addresses();
	Oid			schema;
	Oid			toast_schema;
	Relation	depend;
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	GetTempNamespaceState(&schema, &toast_schema);
	if (!OidIsValid(schema))
		return result;
	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyInit(&key[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(NamespaceRelationId));
	ScanKeyInit(&key[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(schema));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, lengthof(key), key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend entry = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress object;

		ObjectAddressSubSet(object, entry->classid, entry->objid, entry->objsubid);
		if (earlier == NULL || !object_address_present(&object, earlier))
			add_exact_object_address(&object, result);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return result;
}

/*
 * SweepTemporaryObjects
 *   Removes what was made in the temporary schema behind the gate: it is the owner's, who may have renamed it, and it
 *   would be found before other objects by the names that the caller uses next in this transaction or session.
 */
static void
SweepTemporaryObjects(ObjectAddresses *earlier)
{
	ObjectAddresses *made;

	/* nothing can have been made then, and no command may begin */
	if (IsInParallelMode())
		return;
	CommandCounterIncrement();
	made = TemporaryObjects(earlier);
	performMultipleDeletions(made, DROP_CASCADE, PERFORM_DELETION_INTERNAL | PERFORM_DELETION_QUIETLY);
	free_object_addresses(made);
	free_object_addresses(earlier);
}

/* OpenCursors: the names of the session's cursors, loops of PL/pgSQL included */
static List *
OpenCursors(void)
{
	MemoryContext context = CurrentMemoryContext;
	List	   *names = NIL;

	SPI_connect();
	if (SPI_execute("SELECT c.name FROM pg_catalog.pg_cursors c", true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not list the cursors");
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		char	   *name = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1);
		MemoryContext spi_context = MemoryContextSwitchTo(context);

		names = lappend(names, makeString(pstrdup(name)));
		MemoryContextSwitchTo(spi_context);
	}
	SPI_finish();
	return names;
}

/*
 * ShutCursors
 *   Makes the caller's cursors appear to be running: the owner's code can neither fetch rows that only the caller may
 *   read, nor close a cursor and put another in its place, whose functions the caller's next FETCH would run. Returns
 *   those that are to be opened again.
 */
static List *
ShutCursors(List *names)
{
	List	   *shut = NIL;
	ListCell   *cell;

	foreach(cell, names)
	{
		Portal		portal = GetPortalByName(strVal(lfirst(cell)));

		if (!PortalIsValid(portal) || portal->status != PORTAL_READY)
			continue;
		shut = lappend(shut, lfirst(cell));
		portal->status = PORTAL_ACTIVE;
	}
	return shut;
}

/* ReopenCursors: makes the cursors that ShutCursors made appear to be running usable again */
static void
ReopenCursors(List *shut)
{
	ListCell   *cell;

	foreach(cell, shut)
	{
		Portal		portal = GetPortalByName(strVal(lfirst(cell)));

		if (PortalIsValid(portal) && portal->status == PORTAL_ACTIVE)
			portal->status = PORTAL_READY;
	}
}

/* DropCursors: closes what was opened behind the gate; to be called as the owner */
static void
DropCursors(const List *earlier)
{
	ListCell   *cell;

	foreach(cell, OpenCursors())
	{
		Portal		portal = GetPortalByName(strVal(lfirst(cell)));

		if (PortalIsValid(portal) && portal->status != PORTAL_ACTIVE && !portal->portalPinned && !list_member(earlier, lfirst(cell)))
			PortalDrop(portal, false);
	}
}

/* DropStaging: what was staged is loaded, and goes; a table of another role's is left where it is */
static void
DropStaging(Oid user)
{
	RangeVar   *name = makeRangeVar(pstrdup("pg_temp"), pstrdup("csp_staging"), -1);
	Oid			staging = RangeVarGetRelid(name, AccessExclusiveLock, true);
	HeapTuple	tuple = OidIsValid(staging) ? SearchSysCache1(RELOID, ObjectIdGetDatum(staging)) : NULL;
	bool		is_own = HeapTupleIsValid(tuple) && ((Form_pg_class) GETSTRUCT(tuple))->relowner == user;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	if (!is_own)
		return;
	SPI_connect();
	if (SPI_execute("DROP TABLE pg_temp.csp_staging", false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "could not drop the staging table");
	SPI_finish();
}

/*
 * CallInner
 *   Calls the work behind the gate with the gate's own arguments; rows of a set go to the gate's caller as they come.
 */
static Datum
CallInner(FunctionCallInfo fcinfo, Form_pg_proc function, bool *isnull)
{
	StringInfoData sql;
	ParamListInfo params = makeParamList(function->pronargs);
	SPIExecuteOptions options = {0};
	MemoryContext caller_context = CurrentMemoryContext;
	Datum		result = (Datum) 0;
	int			code;
	bool		is_internal = function->pronamespace == get_namespace_oid("csp_internal", false);
	char	   *work = psprintf("%s%s", NameStr(function->proname), is_internal ? "_work" : "");

	*isnull = true;
	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %scsp_internal.%s(", function->proretset ? "* FROM " : "", quote_identifier(work));
	for (int a = 0; a < function->pronargs; a++)
	{
		ParamExternData *param = &params->params[a];

		appendStringInfo(&sql, "%s$%d", a > 0 ? ", " : "", a + 1);
		param->ptype = function->proargtypes.values[a];
		param->pflags = PARAM_FLAG_CONST;
		param->isnull = PG_ARGISNULL(a);
		param->value = PG_ARGISNULL(a) ? (Datum) 0 : PG_GETARG_DATUM(a);
	}
	appendStringInfoChar(&sql, ')');

	if (function->proretset)
	{
		ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

		InitMaterializedSRF(fcinfo, 0);
		options.dest = CreateDestReceiver(DestTuplestore);
		SetTuplestoreDestReceiverParams(options.dest, set->setResult, set->econtext->ecxt_per_query_memory, true, NULL, NULL);
	}
	SPI_connect();
	options.params = params;
	options.read_only = function->provolatile != PROVOLATILE_VOLATILE;
	options.tcount = function->proretset ? 0 : 1;
	code = SPI_execute_extended(sql.data, &options);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "\"%s\" ended with %s", sql.data, SPI_result_code_string(code));
	if (!function->proretset && SPI_processed == 1)
	{
		result = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, isnull);
		if (!*isnull)
		{
			int16		length;
			bool		by_value;
			MemoryContext spi_context = MemoryContextSwitchTo(caller_context);

			get_typlenbyval(function->prorettype, &length, &by_value);
			result = datumCopy(result, by_value, length);
			MemoryContextSwitchTo(spi_context);
		}
	}
	SPI_finish();
	return result;
}

/*
 * under_owner
 *   The gate: see the top of the file. The first argument names the partnership.
 */
Datum
under_owner(PG_FUNCTION_ARGS)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
	Form_pg_proc function;
	char	   *partnership;
	const Gate *gate;
	OpenGate	open;
	Oid			owner;
	Oid			user;
	int			sec_context;
	int			guc_level;
	bool		switches;
	bool		shares_staging;
	ObjectAddresses *earlier;
	List	   *cursors = NIL;
	List	   *volatile shut = NIL;
	bool		isnull = true;
	Datum		result = (Datum) 0;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", fcinfo->flinfo->fn_oid);
	function = (Form_pg_proc) GETSTRUCT(tuple);
	if (function->pronargs < 1 || function->proargtypes.values[0] != TEXTOID)
		elog(ERROR, "function %s does not begin with a partnership", NameStr(function->proname));

	partnership = PG_ARGISNULL(0) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(0));
	owner = PartnershipOwner(partnership, &open.schema);
	GetUserIdAndSecContext(&user, &sec_context);
	gate = FindGate(NameStr(function->proname));
	CheckCaller(gate, function, partnership, open.schema, owner, user);

	open.function = NameStr(function->proname);
	open.outer = open_gates;
	open.owner = owner;
	/* within a gate of the same partnership, as the owner: still on behalf of whoever opened that one */
	open.caller = user == owner && open_gates != NULL && open_gates->schema == open.schema ? open_gates->caller : user;

	/* an owner in a session of his own (no SET ROLE, no SET SESSION AUTHORIZATION, which could be reset) has nothing to protect himself from */
	switches = user != owner || GetOuterUserId() != owner || GetSessionUserId() != owner || GetAuthenticatedUserId() != owner;
	shares_staging = user != owner && gate != NULL && gate->reads_staging && OidIsValid(OwnStaging());
	if (shares_staging)
		ShareStaging("GRANT", "TO", owner);

	earlier = switches ? TemporaryObjects(NULL) : NULL;
	if (switches)
		cursors = OpenCursors();
	guc_level = NewGUCNestLevel();
	open_gates = &open;
	PG_TRY();
	{
		if (switches)
		{
			shut = ShutCursors(cursors);
			SetUserIdAndSecContext(owner, sec_context | SECURITY_RESTRICTED_OPERATION);
		}
		for (size_t g = 0; g < lengthof(pinned_settings); g++)
			(void) set_config_option(pinned_settings[g].name, pinned_settings[g].value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
		result = CallInner(fcinfo, function, &isnull);
		if (switches)
			DropCursors(cursors);
	}
	PG_FINALLY();
	{
		open_gates = open.outer;
		ReopenCursors(shut);
		/* after an error the end of the (sub)transaction would do the same, a little later */
		SetUserIdAndSecContext(user, sec_context);
	}
	PG_END_TRY();
	AtEOXact_GUC(false, guc_level);
	if (switches)
		SweepTemporaryObjects(earlier);
	if (shares_staging)
		ShareStaging("REVOKE", "FROM", owner);
	if (gate != NULL && gate->reads_staging)
		DropStaging(user);
	ReleaseSysCache(tuple);

	if (isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(result);
}

/*
 * csp_internal.caller(): the role on whose behalf a gate runs; outside of gates the current role.
 * csp_internal.caller(relation): the same for what is done to a relation, which counts as the caller's doing only where
 * the gate's owner owns the relation. Otherwise the code of one owner would write another's tables in the name of whoever
 * called it.
 */
Datum
under_owner_caller(PG_FUNCTION_ARGS)
{
	Oid			role = open_gates != NULL ? open_gates->caller : GetUserId();

	if (PG_NARGS() == 1 && open_gates != NULL)
	{
		HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(PG_GETARG_OID(0)));

		if (GetUserId() != open_gates->owner || !HeapTupleIsValid(tuple) ||
			((Form_pg_class) GETSTRUCT(tuple))->relowner != open_gates->owner)
			role = GetUserId();
		if (HeapTupleIsValid(tuple))
			ReleaseSysCache(tuple);
	}

	return DirectFunctionCall1(namein, CStringGetDatum(GetUserNameFromId(role, false)));
}

/* csp_internal.within(function, partnership): is the gate of that function open, for that partnership (NULL: any)? */
Datum
under_owner_within(PG_FUNCTION_ARGS)
{
	const char *function = PG_ARGISNULL(0) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(0));
	Oid			schema = PG_ARGISNULL(1) ? InvalidOid : get_namespace_oid(text_to_cstring(PG_GETARG_TEXT_PP(1)), true);

	for (OpenGate *open = open_gates; open != NULL && function != NULL; open = open->outer)
		if (strcmp(open->function, function) == 0 && (PG_ARGISNULL(1) || open->schema == schema))
			PG_RETURN_BOOL(true);
	PG_RETURN_BOOL(false);
}

/*
 * csp_internal.scratch(name)
 *   Makes an empty temporary table that is listed in csp_internal.scratch_table, in place of an earlier one. A
 *   security-restricted operation allows no temporary tables, since they would take the place of others' in the
 *   session's queries. These have names and columns that nobody but the extension chooses, and go with the transaction.
 */
Datum
scratch_table(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Oid			argument = TEXTOID;
	Datum		value = PG_GETARG_DATUM(0);
	StringInfoData sql;
	Oid			user;
	int			sec_context;
	RangeVar   *range = makeRangeVar(pstrdup("pg_temp"), name, -1);
	Oid			earlier;

	GetUserIdAndSecContext(&user, &sec_context);
	if ((sec_context & SECURITY_RESTRICTED_OPERATION) != 0 && (open_gates == NULL || open_gates->owner != user))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("cannot make scratch table \"%s\" within security-restricted operation", Printable(name))));
	earlier = RangeVarGetRelid(range, AccessExclusiveLock, true);

	SPI_connect();
	if (SPI_execute_with_args("SELECT pg_catalog.replace(s.columns, '@postgis@', pg_catalog.quote_ident(n.nspname))"
							  " FROM csp_internal.scratch_table s"
							  " JOIN pg_catalog.pg_extension e ON e.extname = 'postgis'"
							  " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace"
							  " WHERE s.name = $1", 1, &argument, &value, NULL, true, 1) != SPI_OK_SELECT || SPI_processed != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no scratch table \"%s\"", Printable(name)),
				 errhint("csp_internal.scratch_table lists them.")));
	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE TEMPORARY TABLE %s (%s) ON COMMIT DROP", quote_identifier(name),
					 SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));

	/* whoever left it: another load of this transaction may have run under another owner */
	if (OidIsValid(earlier))
	{
		ObjectAddress address;

		ObjectAddressSet(address, RelationRelationId, earlier);
		performDeletion(&address, DROP_CASCADE, PERFORM_DELETION_INTERNAL | PERFORM_DELETION_QUIETLY);
		CommandCounterIncrement();
	}
	SetUserIdAndSecContext(user, (sec_context & ~SECURITY_RESTRICTED_OPERATION) | SECURITY_LOCAL_USERID_CHANGE);
	PG_TRY();
	{
		if (SPI_execute(sql.data, false, 0) != SPI_OK_UTILITY)
			elog(ERROR, "could not make scratch table \"%s\"", name);
	}
	PG_FINALLY();
	{
		SetUserIdAndSecContext(user, sec_context);
	}
	PG_END_TRY();
	SPI_finish();
	PG_RETURN_VOID();
}
