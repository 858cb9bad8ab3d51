-- access: who may see and do what in a partnership, by level.

CREATE FUNCTION csp.partnership_relations(partnership text)
RETURNS TABLE (relation name, kind text, access text)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000 ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN QUERY
    SELECT c.relname,
           CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END,
           CASE
               WHEN c.relname LIKE 'published\_%' THEN 'published'
               WHEN c.relname = 'access_log' THEN 'log'
               WHEN c.relname IN ('access_grant', 'cell_secret') OR c.relname LIKE 'counted\_%' THEN 'administration'
               WHEN c.relname IN ('assessment_person', 'intelligence') THEN 'casework'
               WHEN c.relname IN ('frozen_assessment', 'frozen_row', 'disclosed_count', 'disclosed_month', 'publication', 'publication_count') THEN 'record'
               WHEN c.relname = 'source' THEN 'source'
               WHEN c.relname IN ('person', 'incident_person') THEN 'people'
               WHEN c.relname LIKE 'subject\_%'
                 OR c.relname IN ('tactical_offender', 'tactical_repeat_victim', 'evidence_tactical_person') THEN 'personal'
               WHEN c.relkind = 'v' AND c.relname <> 'incident_month' THEN 'product'
               WHEN c.relname IN ('incident', 'incident_month', 'incident_month_entry', 'incident_month_rule', 'load_batch', 'load_reject', 'source_coverage', 'type_mapping', 'area', 'area_kind',
                                  'area_lookup', 'area_ancestor', 'area_map', 'hex_cell', 'area_population', 'area_measure', 'peer', 'peer_count') THEN 'data'
               WHEN c.relname IN ('setting', 'agency', 'agency_sector', 'problem_type', 'harm_weight', 'series_break', 'synthetic_truth') THEN 'reference'
               ELSE 'work'
           END
    FROM (
        SELECT o.relation AS relname, o.kind AS relkind
        FROM csp_internal.partnership_object_owner(partnership) o
        WHERE o.is_owned
          AND o.kind IN ('r', 'p', 'v')
    ) c
    ORDER BY c.relname COLLATE "C";
END
$$;
COMMENT ON FUNCTION csp.partnership_relations(text) IS
    'The tables and product views of a partnership and the kind of access they need: one row each. product: views, which show no person; published: figures after disclosure control; data: what loads write; source: who supplies what, and the rules of disclosure, which are the owner''s; reference: settings and lists; work: what analysts write (assessments, plans, scores, registers); record: what was stored of frozen assessments and what of it is published, which csp.freeze_assessment and the status of an assessment write; people: pseudonymous people; personal: products about people; casework: graded intelligence, and who is the subject of a profile; log: the access log; administration: grants, the secret of the noise in figures about people, and the true figures. Tables and views of the user''s own are not listed. An unknown partnership is an error (3F000).';

CREATE FUNCTION csp.access_privileges(level text, access text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
BEGIN ATOMIC
    SELECT CASE
        WHEN access = 'published' AND level IN ('published', 'analyst', 'personal') THEN 'SELECT'
        WHEN access = 'work' AND level IN ('analyst', 'personal') THEN 'SELECT, INSERT, UPDATE, DELETE'
        WHEN access IN ('product', 'data', 'source', 'reference', 'record') AND level IN ('analyst', 'personal') THEN 'SELECT'
        WHEN access IN ('people', 'personal') AND level = 'personal' THEN 'SELECT'
        WHEN access = 'casework' AND level = 'personal' THEN 'SELECT, INSERT, UPDATE, DELETE'
        WHEN access IN ('data', 'people') AND level = 'loader' THEN 'SELECT, INSERT, UPDATE, DELETE'
        -- all but the rules of disclosure; nor may a source be taken away, and come back with other rules or under another's code
        WHEN access = 'source' AND level = 'loader' THEN
            'SELECT, INSERT (source_id, code, title, agency_id, label_scheme, citation, licence, protective_marking, place_precision, time_precision, is_synthetic, note), '
            || 'UPDATE (title, agency_id, label_scheme, citation, licence, protective_marking, place_precision, time_precision, is_synthetic, note)'
        WHEN access = 'reference' AND level = 'loader' THEN 'SELECT'
    END;
END;
COMMENT ON FUNCTION csp.access_privileges(text, text) IS
    'What a level of csp.grant_partnership may do with relations of a kind of csp.partnership_relations, as GRANT words it; NULL: nothing.';

CREATE FUNCTION csp.check_partnership_owner(partnership text)
RETURNS name
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 200
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    owner_role name;
BEGIN
    PERFORM csp.check_partnership(partnership);
    SELECT pg_get_userbyid(n.nspowner) INTO owner_role FROM pg_namespace n WHERE n.nspname = partnership;
    IF NOT pg_has_role(owner_role, 'USAGE') THEN
        RAISE EXCEPTION 'partnership "%" belongs to role "%"', partnership, owner_role
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Its owner says who may see it.';
    END IF;
    RETURN owner_role;
END
$$;
COMMENT ON FUNCTION csp.check_partnership_owner(text) IS
    'The role that owns a partnership; an error (42501) for whoever may not act as it, and (3F000) for an unknown partnership.';

CREATE FUNCTION csp_internal.apply_access(partnership text, role_name text, level text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    grantee text := CASE lower(role_name) WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(role_name) END;
    command text;
BEGIN
    PERFORM csp.check_partnership(partnership);
    IF coalesce(role_name, '') = '' THEN
        RAISE EXCEPTION 'role "%" does not exist', coalesce(role_name, '(null)')
            USING ERRCODE = 'undefined_object',
                  HINT = 'Make it with CREATE ROLE.';
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', partnership, grantee);
    FOR command IN
        -- an earlier version granted more of these
        SELECT format('REVOKE ALL ON %I.%I FROM %s', partnership, r.relation, grantee)
        FROM csp.partnership_relations(partnership) r
        WHERE r.access IN ('log', 'record', 'source')
      UNION ALL
        SELECT format('GRANT %s ON %I.%I TO %s', csp.access_privileges(level, r.access), partnership, r.relation, grantee)
        FROM csp.partnership_relations(partnership) r
        WHERE csp.access_privileges(level, r.access) IS NOT NULL
      UNION ALL
        -- analysts set what the products go by; what would recount the counts is refused to them by the tables it writes
        SELECT format('GRANT UPDATE (value) ON %I.setting TO %s', partnership, grantee)
        WHERE level IN ('analyst', 'personal')
    LOOP
        EXECUTE command;
    END LOOP;
END
$$;
COMMENT ON FUNCTION csp_internal.apply_access(text, text, text) IS
    'Grants what a level has; takes nothing back but what earlier versions granted on the log, the record and the sources. Internal to grant_partnership and lay_out_partnership.';

CREATE FUNCTION csp_internal.remove_access_work(partnership text, role_name text)
RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    grantee text := CASE lower(role_name) WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(role_name) END;
    was text;
    relation name;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- one at a time: GRANT and REVOKE of two sessions on one table is an internal error of the server's
    EXECUTE format('LOCK TABLE %I.access_grant IN SHARE ROW EXCLUSIVE MODE', partnership);
    EXECUTE format('DELETE FROM %I.access_grant g WHERE g.role_name = $1 RETURNING g.level', partnership) INTO was USING role_name;
    -- a role that is gone has nothing left; an owner has what the owner's role has
    IF was IS NULL OR was = 'owner' OR grantee <> 'PUBLIC' AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = role_name) THEN
        RETURN was;
    END IF;
    FOR relation IN SELECT r.relation FROM csp.partnership_relations(partnership) r LOOP
        EXECUTE format('REVOKE ALL ON %I.%I FROM %s', partnership, relation, grantee);
    END LOOP;
    EXECUTE format('REVOKE ALL (value) ON %I.setting FROM %s', partnership, grantee);
    EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM %s', partnership, grantee);
    RETURN was;
END
$$;
COMMENT ON FUNCTION csp_internal.remove_access_work(text, text) IS 'The work of csp_internal.remove_access, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp_internal.remove_access(partnership text, role_name text)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp_internal.remove_access(text, text) IS
    'Takes a role''s level from access_grant, and its privileges on the partnership''s relations; returns the level it had, NULL for none. Internal to revoke_partnership.';

CREATE FUNCTION csp_internal.set_access_work(partnership text, role_name text, level text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format('LOCK TABLE %I.access_grant IN SHARE ROW EXCLUSIVE MODE', partnership);
    EXECUTE format('INSERT INTO %I.access_grant (role_name, level, granted_by) VALUES ($1, $2, $3)', partnership)
    USING role_name, level, csp_internal.caller();
    IF level <> 'owner' THEN
        PERFORM csp_internal.apply_access(partnership, role_name, level);
    END IF;
END
$$;
COMMENT ON FUNCTION csp_internal.set_access_work(text, text, text) IS 'The work of csp_internal.set_access, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp_internal.set_access(partnership text, role_name text, level text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp_internal.set_access(text, text, text) IS
    'Writes a role''s level to access_grant, and gives it the privileges on the partnership''s relations. Internal to grant_partnership, which checks its arguments.';

CREATE FUNCTION csp.revoke_partnership(partnership text, role_name text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    owner_role name := csp.check_partnership_owner(partnership);
    was text := csp_internal.remove_access(partnership, role_name);
BEGIN
    -- membership is the caller's to take back, who may administer roles when the owner may not
    IF was = 'owner' AND EXISTS (SELECT FROM pg_roles r WHERE r.rolname = role_name) THEN
        EXECUTE format('REVOKE %I FROM %I', owner_role, role_name);
    END IF;
    RETURN was IS NOT NULL;
END
$$;
COMMENT ON FUNCTION csp.revoke_partnership(text, text) IS
    'Takes back what csp.grant_partnership gave a role on a partnership. True if it had a level. Privileges on tables and views of the user''s own stay. For the partnership''s owner. Errors: 3F000 unknown partnership, 42501 not the owner.';

CREATE FUNCTION csp.grant_partnership(partnership text, role_name text, level text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    owner_role name := csp.check_partnership_owner(partnership);
BEGIN
    level := csp_internal.check_word('level', level, ARRAY['published', 'analyst', 'personal', 'loader', 'owner']);
    IF role_name IS NULL OR lower(role_name) <> 'public' AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = role_name) THEN
        RAISE EXCEPTION 'role "%" does not exist', coalesce(role_name, '(null)')
            USING ERRCODE = 'undefined_object',
                  HINT = 'Make it with CREATE ROLE.';
    ELSIF lower(role_name) = 'public' AND level <> 'published' THEN
        RAISE EXCEPTION 'level "%" cannot be given to PUBLIC', level
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Everybody may have the published figures at most: grant other levels to named roles.';
    ELSIF role_name = owner_role OR (CASE WHEN lower(role_name) <> 'public' THEN pg_has_role(role_name, owner_role, 'MEMBER') AND level <> 'owner' ELSE false END) THEN
        RAISE EXCEPTION 'role "%" may act as the owner of partnership "%", and sees everything already', role_name, partnership
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Take the ownership away first, with csp.revoke_partnership or REVOKE, or grant the level to another role.';
    END IF;
    PERFORM csp.revoke_partnership(partnership, role_name);
    PERFORM csp_internal.set_access(partnership, role_name, level);
    IF level = 'owner' THEN
        BEGIN
            EXECUTE format('GRANT %I TO %I', owner_role, role_name);
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE EXCEPTION 'ownership is membership of role "%", which "%" may not grant', owner_role, current_user
                USING ERRCODE = 'insufficient_privilege',
                      HINT = 'Whoever administers the roles of this server calls grant_partnership for this level.';
        END;
    END IF;
END
$$;
COMMENT ON FUNCTION csp.grant_partnership(text, text, text) IS
    'Gives a role one level of access to a partnership, in place of the level it had. published: the published_ views, which hold figures after disclosure control (also for PUBLIC). analyst: every product and table but people and what is about a person; writes assessments, plans, scores and registers. personal: an analyst who also reads pseudonymous people and the products about them, keeps the graded intelligence, and opens subject profiles, each read of which is logged where this level can neither see nor change it. loader: reads and writes the data, for scheduled loads; no products. owner: may do what the owner may, by membership of the owner''s role, which a role with ADMIN OPTION on it gives. The levels stand in access_grant, and an upgrade gives them what it adds. For the partnership''s owner. Errors: 3F000 unknown partnership, 42501 not the owner, 22023 unknown level, 42704 unknown role, 55000 a role that owns it already.';
