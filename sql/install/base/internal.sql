-- internal: the schema of what is not for users to call, and the parts of the gates of src/base/under_owner.c.

DO $$
BEGIN
    -- Whoever owns the schema could put functions of his own in front of the extension's.
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = 'csp' AND n.nspowner = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)) THEN
        RAISE EXCEPTION 'schema "csp" belongs to role "%"', (SELECT pg_catalog.pg_get_userbyid(n.nspowner) FROM pg_catalog.pg_namespace n WHERE n.nspname = 'csp')
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Drop or rename that schema, then create the extension: it makes the schema itself.';
    END IF;
END
$$;

CREATE SCHEMA csp_internal;
COMMENT ON SCHEMA csp_internal IS
    'Parts of csp_analysis that are not for users to call: the work behind the functions of schema csp, the parts of its aggregates, and what the views and triggers of a partnership call';
-- An aggregate calls its parts with the rights of its owner. Views and triggers call functions with the rights of whoever
-- reads or writes, and these may be anybody.
GRANT USAGE ON SCHEMA csp_internal TO PUBLIC;

CREATE FUNCTION csp_internal.caller()
RETURNS name
LANGUAGE c STABLE PARALLEL RESTRICTED COST 1
AS 'MODULE_PATHNAME', 'under_owner_caller';
COMMENT ON FUNCTION csp_internal.caller() IS
    'The role on whose behalf a function of a partnership runs, whichever role owns the partnership; elsewhere the current role. Internal.';

CREATE FUNCTION csp_internal.caller(relation oid)
RETURNS name
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1
AS 'MODULE_PATHNAME', 'under_owner_caller';
COMMENT ON FUNCTION csp_internal.caller(oid) IS
    'The role on whose behalf something is done to a relation: the caller of the function of a partnership within which it is done, if the owner of the partnership does it and owns the relation; otherwise the current role. NULL gives NULL. Internal.';

CREATE FUNCTION csp_internal.within(function text, partnership text DEFAULT NULL)
RETURNS boolean
LANGUAGE c STABLE PARALLEL RESTRICTED COST 1
AS 'MODULE_PATHNAME', 'under_owner_within';
COMMENT ON FUNCTION csp_internal.within(text, text) IS
    'Whether this session is within csp.FUNCTION of a partnership (NULL: of any). No SQL can pretend to be. NULL as function gives false. Internal.';

CREATE FUNCTION csp_internal.printable(name text)
RETURNS text
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'printable';
COMMENT ON FUNCTION csp_internal.printable(text) IS
    'A name of somebody else''s as a message may show it: control characters as "?", at most 128 bytes; NULL as (null). Internal.';

CREATE FUNCTION csp_internal.check_word(name text, given text, words text[])
RETURNS text
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'check_word';
COMMENT ON FUNCTION csp_internal.check_word(text, text, text[]) IS
    'The word that a text option is, in any case, as it is spelt in the list. name is the option''s, for the errors: 22004 it is NULL, 22023 it is none of the words (the hint lists them). Internal.';

CREATE TABLE csp_internal.scratch_table (
    name    text PRIMARY KEY,
    columns text NOT NULL
);
COMMENT ON TABLE csp_internal.scratch_table IS 'Temporary tables that loaders work with, one row each. Internal';
COMMENT ON COLUMN csp_internal.scratch_table.name IS 'Name of the table in pg_temp';
COMMENT ON COLUMN csp_internal.scratch_table.columns IS 'Its columns as CREATE TABLE takes them; @postgis@ is the schema of PostGIS';
GRANT SELECT ON csp_internal.scratch_table TO PUBLIC;

CREATE FUNCTION csp_internal.scratch(name text)
RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'scratch_table';
COMMENT ON FUNCTION csp_internal.scratch(text) IS
    'Makes the empty temporary table of that name in csp_internal.scratch_table, in place of an earlier one; it goes with the transaction. Works in the security-restricted operation of a function of a partnership; in another it is an error (42501). NULL gives NULL; a name that is not listed is an error (22023). Internal.';
