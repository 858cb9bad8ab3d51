-- PL/pgSQL functions by plpgsql_check, where it is available: columns and variables that do not exist show before a
-- user meets them. Dynamic SQL is beyond it; functions that work on temporary tables are called by their own tests.
\set QUIET on
SET client_min_messages = warning;
BEGIN;
SELECT no_plan();
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'plpgsql_check') AS is_available \gset
\if :is_available
CREATE EXTENSION plpgsql_check;
SELECT csp.create_partnership('checked') \g /dev/null
SELECT is_empty($$
    SELECT p.oid::regprocedure, c.lineno, c.level, c.message, c.detail
    FROM pg_proc p
    JOIN pg_language l ON l.oid = p.prolang
    JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'csp_analysis'
    CROSS JOIN LATERAL (SELECT p.prorettype = 'trigger'::regtype AND p.proname ~ 'incident_month$' AS has_transition) t
    CROSS JOIN LATERAL plpgsql_check_function_tb(
        p.oid,
        relid => CASE WHEN t.has_transition THEN 'checked.incident'::regclass
                      WHEN p.proname LIKE 'partnership\_keep' THEN 'csp.partnership'::regclass
                      WHEN p.prorettype = 'trigger'::regtype THEN coalesce(
                          -- by name: the copies for earlier layouts (sql/install/data/earlier_layouts.sql) are attached to nothing here
                          (SELECT min(g.tgrelid::oid)::regclass FROM pg_trigger g JOIN pg_class r ON r.oid = g.tgrelid JOIN pg_proc f ON f.oid = g.tgfoid
                           WHERE f.proname = p.proname AND r.relnamespace = 'checked'::regnamespace),
                          'csp.risk_scheme_band'::regclass)
                      ELSE 0::regclass END,
        oldtable => CASE WHEN t.has_transition THEN 'old_rows' END,
        newtable => CASE WHEN t.has_transition THEN 'new_rows' END,
        other_warnings => true, extra_warnings => false, performance_warnings => false, security_warnings => false) c
    WHERE l.lanname = 'plpgsql'
      AND p.prosrc !~ '\mpg_temp\.'
      -- what dynamic SQL yields is known when it runs
      AND NOT coalesce(c.message LIKE 'cannot determinate a result of dynamic SQL' OR c.message LIKE 'record "%" is not assigned yet', false)
    $$, 'plpgsql_check finds nothing');
\else
SELECT skip('plpgsql_check is not available');
\endif
SELECT * FROM finish();
ROLLBACK;
