-- earlier_layouts: internal functions under the names that partnerships laid out earlier know them by.
-- requires: publish incident_month keep map person_figures
--
-- These functions were in schema csp before they moved to csp_internal. The triggers and views of a partnership that was
-- laid out then name them there, and so does every dump of it: without these names it would not restore. Each is a copy,
-- made here from the function itself, and works as the function does until csp.upgrade_partnership has put the new names
-- into the triggers and views. Nothing else calls them, and nothing is added to the list: it can go once no dump is left
-- that was made before the move.

DO $$
DECLARE
    name text;
    signature regprocedure;
    quotes_all constant text := pg_catalog.current_setting('quote_all_identifiers');
BEGIN
    -- the definition is edited as text
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);
    FOREACH name IN ARRAY ARRAY[
        'evidence_person_source(text, integer)',
        'keep_access_log()',
        'keep_finite()',
        'keep_frozen()',
        'keep_frozen_assessment()',
        'keep_frozen_scope()',
        'keep_frozen_whole()',
        'keep_hot_spot_settings()',
        'keep_origin()',
        'keep_record()',
        'keep_setting()',
        'keep_source()',
        'maintain_incident_month()',
        'profile_offender(text, integer)',
        'profile_victim(text, integer)',
        'rebuild_incident_month()',
        'settle_incident_month()',
        'show_published()',
        'sign_frozen()',
        'sign_row()',
        'strategic_by_problem(text, integer)',
        'strategic_concentration(text, integer)'
    ] LOOP
        signature := ('csp_internal.' || name)::regprocedure;
        EXECUTE pg_catalog.regexp_replace(pg_catalog.pg_get_functiondef(signature),
                                          '^CREATE OR REPLACE FUNCTION csp_internal[.]', 'CREATE FUNCTION csp.');
        EXECUTE pg_catalog.format('COMMENT ON FUNCTION csp.%s IS %L', name,
                                  'csp_internal.' || name || ' under the name that the triggers and views of partnerships laid out earlier use; csp.upgrade_partnership puts the new name into them. Internal.');
    END LOOP;
    PERFORM pg_catalog.set_config('quote_all_identifiers', quotes_all, true);
END
$$;
