-- The shape of what the extension makes: every member documented, its properties set on purpose, the contract of its
-- public functions frozen; and the shape of a partnership.
\set QUIET on
SET client_min_messages = warning;
BEGIN;
SELECT no_plan();

CREATE TEMP TABLE member AS
SELECT d.classid, d.objid
FROM pg_depend d
JOIN pg_extension e ON e.oid = d.refobjid
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'csp_analysis';

CREATE TEMP TABLE routine AS
SELECT p.*, l.lanname, obj_description(p.oid, 'pg_proc') AS description, p.oid::regprocedure::text AS signature
FROM member m
JOIN pg_proc p ON p.oid = m.objid AND m.classid = 'pg_proc'::regclass
JOIN pg_language l ON l.oid = p.prolang;

SELECT cmp_ok((SELECT count(*) FROM routine), '>', 150::bigint, 'the members are found');

-- ---- documentation ----
SELECT isnt(obj_description('csp'::regnamespace, 'pg_namespace'), NULL, 'schema csp has a comment');
SELECT is_empty('SELECT signature FROM routine WHERE coalesce(length(description), 0) < 20', 'every function and aggregate has a comment');
SELECT is_empty($$
    SELECT c.oid::regclass, a.attname
    FROM member m
    JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'v', 'p', 'm')
      AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL)
    $$, 'every table and column of the extension has a comment');
SELECT is_empty($$
    SELECT t.oid::regtype, a.attname
    FROM member m
    JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
    JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE obj_description(t.oid, 'pg_type') IS NULL OR col_description(c.oid, a.attnum) IS NULL
    $$, 'every composite type and its columns have a comment');

-- ---- properties ----
SELECT is_empty('SELECT signature FROM routine WHERE prosecdef', 'no SECURITY DEFINER');
SELECT is_empty($$SELECT signature FROM routine WHERE lanname NOT IN ('c', 'sql', 'plpgsql', 'internal')$$, 'only C, SQL and PL/pgSQL');
SELECT is_empty($$
    SELECT signature FROM routine
    WHERE lanname = 'sql' AND prosqlbody IS NULL
    $$, 'bodies in SQL are parsed at creation (RETURN or BEGIN ATOMIC)');
SELECT is_empty($$
    SELECT signature FROM routine
    WHERE lanname = 'plpgsql' AND prokind <> 'p'         -- a procedure with one may not commit: the next test
      AND 'search_path=pg_catalog, pg_temp' <> ALL (coalesce(proconfig, '{}'))
      AND proname <> 'load_police_uk_folder'                                  -- with one it could not commit: it qualifies every name
    $$, 'PL/pgSQL functions have a search path of their own');
SELECT set_eq($$SELECT proname::text FROM routine WHERE prokind = 'p'$$, ARRAY['load_police_uk_folder'], 'procedures without one are those known to qualify every name and operator');
SELECT is_empty($$
    SELECT signature FROM routine
    WHERE lanname = 'c' AND (proparallel <> 's' OR provolatile <> 'i')
      AND prosrc !~ '^(under_owner|scratch_table|csp_log_read|keep_access_log|lock_load)'         -- gates: as volatile as the work behind them
      -- what reads places depends on the SRIDs that PostGIS knows: stable
      AND NOT (proparallel = 's' AND provolatile = 's' AND (prokind = 'w' OR 'geometry'::regtype = ANY (proargtypes::oid[]) OR 'internal'::regtype = ANY (proargtypes::oid[])))
    $$, 'functions in C are immutable, or stable where they read places, and parallel safe');
SELECT is_empty($$
    SELECT signature FROM routine
    WHERE proparallel <> 's' AND provolatile <> 'v'
      AND NOT ((prosrc ~ '(^under_owner|csp_internal\.caller|\mcounted_)' OR proname = 'is_for_owner') AND proparallel = 'r')    -- on whose behalf is not known to parallel workers
      AND proname NOT IN ('partnerships', 'decode_line', 'base_name', 'project_place', 'read_boundary')    -- they catch errors: a subtransaction
    $$, 'parallel unsafe: what writes, and what needs a subtransaction');
SELECT is_empty($$
    SELECT signature FROM routine
    WHERE lanname = 'plpgsql' AND proparallel <> 'u' AND prosrc ~ '\mEXCEPTION\s+WHEN\M'
    $$, 'what catches errors is parallel unsafe');
SELECT is_empty($$
    SELECT signature FROM routine
    WHERE lanname = 'plpgsql' AND provolatile <> 'v'
      AND prosrc ~* '\m(INSERT INTO|UPDATE [a-z%@]|DELETE FROM|CREATE TEMP|DROP TABLE|TRUNCATE)\M'
    $$, 'what writes is volatile');
SELECT is_empty($$
    SELECT signature, procost FROM routine
    WHERE prokind = 'f' AND lanname IN ('sql', 'plpgsql') AND provolatile <> 'v' AND procost = 100
      AND proname NOT IN ('check_partnership', 'setting', 'risk_band', 'months_text', 'knox_noteworthy')    -- is what it costs
    $$, 'the cost of what may run for every row is set on purpose');
SELECT is_empty($$
    SELECT signature FROM routine
    WHERE prokind = 'f' AND lanname = 'c' AND NOT proisstrict
      AND prosrc !~ '^(under_owner|keep_access_log)' AND proname <> 'printable'                -- NULL is an unknown partnership, and shown as such
      AND 'internal'::regtype <> ALL (proargtypes::oid[])                    -- states that are NULL at first
      AND proname NOT LIKE '%\_accum' AND proname NOT LIKE '%\_remove'        -- which tell a NULL row from a NULL setting
      AND proname NOT IN ('change_verdict', 'vulnerable_localities_index', 'aoristic_weights', 'check_word')   -- NULL is an answer: no events, not comparable, not known, an exact moment, an error
    $$, 'functions in C are strict');
-- Whatever works on a partnership may run its owner's code: it is a gate, or it reads nothing of the partnership's, or the
-- caller is asked for what only he has (files, his staged lines, roles) before a gate does the rest.
SELECT is_empty($$
    SELECT signature FROM routine
    WHERE pronamespace = 'csp'::regnamespace AND prosrc <> 'under_owner' AND prorettype <> 'trigger'::regtype
      AND proargnames[1] = 'partnership' AND proargtypes[0] = 'text'::regtype
      AND proname NOT IN ('check_partnership', 'partnership_relations', 'check_partnership_owner',      -- read the catalogue alone
                          'grant_partnership', 'revoke_partnership',
                          'load_police_uk', 'load_police_uk_folder', 'load_areas', 'load_area_lookup', 'load_population', 'load_area_measures', 'load_peers')
    $$, 'what works on a partnership is a gate to work done as its owner');
SELECT is_empty($$
    SELECT gate.signature FROM routine gate
    WHERE gate.prosrc = 'under_owner'
      AND NOT EXISTS (SELECT FROM routine inner_one
                      WHERE inner_one.pronamespace = 'csp_internal'::regnamespace
                        AND inner_one.proname = gate.proname || CASE WHEN gate.pronamespace = 'csp_internal'::regnamespace THEN '_work' ELSE '' END
                        AND inner_one.proargtypes = gate.proargtypes AND inner_one.prorettype = gate.prorettype AND inner_one.proretset = gate.proretset
                        AND inner_one.proisstrict = gate.proisstrict AND inner_one.provolatile = gate.provolatile)
    $$, 'behind every gate there is the work, of the same arguments and result');
SELECT is_empty($$SELECT grantee FROM information_schema.role_table_grants WHERE table_schema = 'csp_internal' AND privilege_type <> 'SELECT' AND grantee = 'PUBLIC'$$, 'nobody writes the tables of the extension''s inside');

SELECT is_empty($$SELECT signature FROM routine WHERE prokind = 'w' AND (provolatile = 'v' OR proparallel <> 's' OR procost < 2)$$, 'window functions cost more than an operator');
SELECT is_empty($$SELECT signature, prosupport FROM routine WHERE proleakproof$$, 'none is marked leakproof: errors carry values');

-- ---- aggregates ----
CREATE TEMP TABLE aggregate AS SELECT r.signature, r.proparallel, r.description, a.* FROM routine r JOIN pg_aggregate a ON a.aggfnoid = r.oid;
SELECT cmp_ok((SELECT count(*) FROM aggregate), '>', 30::bigint, 'the aggregates are found');
SELECT is_empty($$SELECT signature FROM aggregate WHERE proparallel <> 's'$$, 'aggregates are parallel safe');
-- what reads the rows as a series, in the order of ORDER BY, has no parts that could be computed apart
SELECT is_empty($$SELECT signature FROM aggregate WHERE aggcombinefn = 0 AND signature !~ '^csp\.(changepoints\(|seasonal_index\(double precision,integer)'$$, 'aggregates combine');
SELECT is_empty($$SELECT signature FROM aggregate WHERE aggtranstype = 'internal'::regtype AND aggcombinefn <> 0 AND (aggserialfn = 0 OR aggdeserialfn = 0)$$, 'internal states are serialised');
SELECT is_empty($$SELECT signature FROM aggregate WHERE aggfinalmodify <> 'r' OR aggfinalextra$$, 'final functions leave the state as it is');
SELECT is_empty($$SELECT signature FROM aggregate WHERE aggtranstype NOT IN ('internal'::regtype, 'float8[]'::regtype, 'bytea'::regtype)$$, 'states are of types that every release of every distributed server can send');
SELECT is_empty($$SELECT signature FROM aggregate WHERE aggtranstype <> 'internal'::regtype AND agginitval IS NULL$$, 'states of numbers start from a value');
SELECT is_empty($$SELECT a.signature FROM aggregate a JOIN pg_proc f ON f.oid IN (a.aggtransfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggfinalfn) WHERE f.provolatile = 'v' OR f.proparallel <> 's'$$, 'the parts of aggregates are parallel safe');

-- ---- what is where ----
-- Names in csp that partnerships laid out earlier use in triggers and views (sql/install/data/earlier_layouts.sql).
CREATE TEMP TABLE earlier AS
SELECT r.oid, r.proname, r.proargtypes, r.prosrc, r.provolatile, r.proconfig, r.signature
FROM routine r
WHERE r.pronamespace = 'csp'::regnamespace
  AND r.proname IN ('evidence_person_source', 'keep_access_log', 'keep_finite', 'keep_frozen', 'keep_frozen_assessment', 'keep_frozen_scope', 'keep_frozen_whole', 'keep_hot_spot_settings',
                    'keep_origin', 'keep_record', 'keep_setting', 'keep_source', 'maintain_incident_month', 'profile_offender', 'profile_victim', 'rebuild_incident_month',
                    'settle_incident_month', 'show_published', 'sign_frozen', 'sign_row', 'strategic_by_problem', 'strategic_concentration');
SELECT is((SELECT count(*) FROM earlier), 22::bigint, 'the names of earlier layouts are there');
SELECT is_empty($$
    SELECT e.signature FROM earlier e
    WHERE NOT EXISTS (SELECT FROM routine r
                      WHERE r.pronamespace = 'csp_internal'::regnamespace AND r.proname = e.proname AND r.proargtypes = e.proargtypes
                        AND r.prosrc = e.prosrc AND r.provolatile = e.provolatile AND r.proconfig IS NOT DISTINCT FROM e.proconfig)
    $$, 'and each does what the function of csp_internal does');
SELECT is_empty($$
    SELECT r.signature FROM routine r
    WHERE r.pronamespace = 'csp'::regnamespace AND r.oid NOT IN (SELECT e.oid FROM earlier e)
      AND (r.prorettype = 'trigger'::regtype OR r.description ~ '\mInternal\M'
           OR EXISTS (SELECT FROM pg_aggregate a
                      WHERE r.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)))
    $$, 'schema csp has nothing internal: no part of an aggregate, no trigger function, no helper');
SELECT is_empty($$SELECT signature FROM routine WHERE pronamespace = 'csp_internal'::regnamespace AND prorettype <> 'trigger'::regtype AND coalesce(description, '') !~ '\mInternal\M'$$, 'and nothing in csp_internal is listed as public');
SELECT is_empty($$SELECT c.oid::regclass FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid WHERE c.relnamespace = 'csp_internal'::regnamespace AND c.relkind = 'c'$$, 'no public type is in csp_internal');
-- parts of aggregates are called as the owner of the aggregate; the rest is called by views and triggers as whoever reads or writes
SELECT ok(has_schema_privilege('public', 'csp_internal', 'USAGE') AND NOT has_schema_privilege('public', 'csp_internal', 'CREATE'), 'whoever reads views may use csp_internal, and nobody adds to it');
SELECT is_empty($$SELECT signature FROM routine WHERE NOT has_function_privilege('public', oid, 'EXECUTE')$$, 'and may call what they call');

-- ---- the contract ----
-- What users' queries call: names, arguments, defaults, results. Public is what its comment does not call internal. A
-- release adds its lines; an existing line changes with a major version only.
CREATE TEMP TABLE frozen (line text);
\copy frozen FROM 'test/reference/signatures.txt'
\i test/reference/signatures.psql
SELECT cmp_ok((SELECT count(*) FROM frozen), '>', 50::bigint, 'the frozen signatures are read');
SELECT is_empty('SELECT line FROM frozen EXCEPT SELECT line FROM public_signature', 'no public function or type was lost or changed (test/reference/signatures.txt)');
SELECT is_empty('SELECT line FROM public_signature EXCEPT SELECT line FROM frozen', 'every public function and type is listed there: what is new is added on purpose');

-- ---- a partnership ----
SELECT lives_ok($$SELECT csp.create_partnership('shape')$$, 'a partnership is laid out');
CREATE TEMP TABLE laid_out AS
SELECT c.* FROM pg_class c WHERE c.relnamespace = 'shape'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm');
SELECT cmp_ok((SELECT count(*) FROM laid_out WHERE relkind = 'r'), '>', 35::bigint, 'its tables are found');
SELECT cmp_ok((SELECT count(*) FROM laid_out WHERE relkind = 'v'), '>', 25::bigint, 'its views are found');
-- logical replication refuses to write to a published table whose rows it cannot name
SELECT is_empty($$SELECT oid::regclass FROM laid_out WHERE relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = laid_out.oid AND i.indisprimary)$$, 'every table has a primary key');
SELECT is_empty($$
    SELECT c.oid::regclass
    FROM member m
    JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid AND c.relkind IN ('r', 'p')
    WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
    $$, 'every table of the extension has a primary key');
SELECT is_empty($$SELECT oid::regclass FROM laid_out WHERE coalesce(length(obj_description(oid, 'pg_class')), 0) < 15$$, 'every table and view has a comment');
SELECT is_empty($$
    SELECT a.attrelid::regclass, a.attname
    FROM laid_out c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE col_description(a.attrelid, a.attnum) IS NULL
    $$, 'every column of every table and view has a comment');
-- EXPLAIN ANALYZE shows the steps of a view with its owner's rights, and how many rows each had: people are counted behind functions
SELECT is_empty($$
    SELECT c.oid::regclass FROM laid_out c
    WHERE c.relkind = 'v' AND 'security_invoker=true' <> ALL (coalesce(c.reloptions, '{}'))
      -- published figures are read by those who may read nothing else
      AND c.relname NOT LIKE 'published\_%'
      AND NOT ('security_invoker=false' = ANY (c.reloptions)
               AND EXISTS (SELECT FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                           WHERE r.ev_class = c.oid AND d.refobjid = 'shape.intelligence'::regclass))
    $$, 'views are security_invoker, but for those that hold back what may not be shared');
SELECT set_eq($$
    SELECT c.relname::text FROM laid_out c JOIN csp.partnership_relations('shape') r ON r.relation = c.relname AND r.access NOT IN ('personal', 'administration')
    JOIN pg_rewrite w ON w.ev_class = c.oid
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refobjid IN ('shape.person'::regclass, 'shape.incident_person'::regclass)
    WHERE c.relkind = 'v'
    $$, '{}'::text[], 'and no view that others than the personal level read is a query over people');
SELECT is_empty($$
    SELECT a.attrelid::regclass, a.attname FROM laid_out c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind = 'v' AND 'security_invoker=false' = ANY (c.reloptions) AND a.attname ~ 'person|pseudonym|incident_id|birth'
    $$, 'and those show no person');
SELECT is_empty($$SELECT c.relname FROM laid_out c WHERE NOT EXISTS (SELECT FROM csp.partnership_relations('shape') r WHERE r.relation = c.relname)$$, 'every table and view has its kind of access');
SELECT is_empty($$
    SELECT f.conrelid::regclass, pg_get_constraintdef(f.oid)
    FROM pg_constraint f
    WHERE f.contype = 'f' AND f.connamespace = 'shape'::regnamespace
      AND NOT EXISTS (
          SELECT FROM pg_index i
          WHERE i.indrelid = f.conrelid
            -- of some rows only: those that have a key
            AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = f.conrelid AND a.attnum = f.conkey[1])))
            AND (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey)
      -- lists whose rows are not deleted and whose keys do not change: nothing would look there
      AND f.confrelid::regclass::text NOT IN ('shape.agency_sector', 'shape.agency', 'shape.source', 'shape.area_kind', 'shape.problem_type', 'shape.risk_factor')
    $$, 'every foreign key has an index');
SELECT is_empty($$
    SELECT a.indrelid::regclass, a.indexrelid::regclass, b.indexrelid::regclass
    FROM pg_index a
    JOIN pg_index b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid AND b.indkey::text LIKE a.indkey::text || '%' AND b.indclass::text LIKE a.indclass::text || '%'
    WHERE a.indrelid IN (SELECT oid FROM laid_out) AND NOT a.indisunique AND a.indpred IS NULL AND b.indpred IS NULL AND a.indexprs IS NULL AND b.indexprs IS NULL
    $$, 'no index is the beginning of another');
-- What pg_upgrade and DROP EXTENSION must be able to do without the extension
SELECT is_empty($$
    SELECT a.attrelid::regclass, a.attname, a.atttypid::regtype
    FROM laid_out c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relkind = 'r'
      AND (t.typnamespace = 'csp'::regnamespace OR a.atttypid::regtype::text ~ '^reg')
    $$, 'no column of a table has a type of the extension');
SELECT is_empty($$
    SELECT d.classid::regclass, pg_describe_object(d.classid, d.objid, d.objsubid), pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)
    FROM pg_depend d
    JOIN member m ON m.classid = d.refclassid AND m.objid = d.refobjid
    WHERE d.classid NOT IN ('pg_rewrite'::regclass, 'pg_trigger'::regclass)
      AND NOT (d.classid = 'pg_class'::regclass AND d.objid IN (SELECT oid FROM laid_out WHERE relkind = 'v'))
      AND NOT EXISTS (SELECT FROM member own WHERE own.classid = d.classid AND own.objid = d.objid)
      AND pg_describe_object(d.classid, d.objid, d.objsubid) ~ 'shape'
    $$, 'nothing but views and triggers depends on the extension');
SELECT is_empty($$
    SELECT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend d JOIN earlier e ON d.refclassid = 'pg_proc'::regclass AND d.refobjid = e.oid
    $$, 'nothing that is laid out now uses the names of earlier layouts');
SELECT is_empty($$
    SELECT oid::regclass FROM laid_out WHERE relkind = 'v' AND oid NOT IN (
        SELECT c.oid
        FROM csp.partnership_object o
        CROSS JOIN LATERAL regexp_matches(o.definition, 'CREATE OR REPLACE VIEW @partnership@\.([a-z0-9_]+)', 'g') AS found (names)
        JOIN pg_class c ON c.relname = found.names[1] AND c.relnamespace = 'shape'::regnamespace)
    $$, 'upgrade_partnership finds every view by its definition');
SELECT is_empty($$SELECT oid::regclass FROM laid_out WHERE relkind = 'v' AND relname !~ '^((evidence|strategic|tactical|profile|subject|performance|quality|intelligence|published|counted)_|(control_strategy|planner|scanning_register|incident_month)$)'$$, 'names of views start with the product');
SELECT is_empty($$SELECT attrelid::regclass, attname FROM pg_attribute WHERE attrelid IN (SELECT oid FROM laid_out) AND attnum > 0 AND attname !~ '^[a-z][a-z0-9_]*$'$$, 'names of columns need no quotes');

SELECT * FROM finish();
ROLLBACK;
