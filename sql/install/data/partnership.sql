-- partnership: schemas that hold a partnership's data and its product views. They are the user's own, not members of
-- the extension: a dump holds them whole, and dropping the extension leaves every table and row.

COMMENT ON SCHEMA csp IS 'Crime analysis for community safety partnerships: the functions, aggregates and registry of the extension csp_analysis';

CREATE TABLE csp.partnership (
    partnership         text PRIMARY KEY,
    extension_version   text NOT NULL,
    laid_out_at         timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE csp.partnership IS
    'Registry of partnerships: one row per schema laid out by create_partnership. Anyone may read it; a row is written by the owner of the schema.';
COMMENT ON COLUMN csp.partnership.partnership IS 'Name of the partnership and of its schema';
COMMENT ON COLUMN csp.partnership.extension_version IS 'Version of csp_analysis that last laid it out';
COMMENT ON COLUMN csp.partnership.laid_out_at IS 'When it was last laid out';

SELECT pg_catalog.pg_extension_config_dump('csp.partnership', '');

GRANT USAGE ON SCHEMA csp TO PUBLIC;
GRANT SELECT ON csp.partnership_object TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON csp.partnership TO PUBLIC;

-- Not row security: a role that it binds could not dump its database.
CREATE FUNCTION csp_internal.partnership_keep()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    foreign_schema name;
BEGIN
    SELECT n.nspname INTO foreign_schema
    FROM pg_namespace n
    WHERE n.nspname IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.partnership END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.partnership END)
      AND NOT pg_has_role(n.nspowner, 'USAGE')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'schema "%" belongs to another role', csp_internal.printable(foreign_schema)
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'The owner of a schema registers it as a partnership, by create_partnership or upgrade_partnership.';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    -- what is registered shows in other people's messages
    PERFORM csp_internal.check_partnership_name(NEW.partnership);
    IF NOT EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = NEW.partnership) THEN
        RAISE EXCEPTION 'there is no schema "%" to register', NEW.partnership
            USING ERRCODE = 'invalid_schema_name',
                  HINT = 'Lay one out with csp.create_partnership.';
    ELSIF NEW.extension_version !~ '^[0-9]{1,4}([.][0-9]{1,4}){1,3}$' THEN
        RAISE EXCEPTION '"%" is not a version of csp_analysis', csp_internal.printable(NEW.extension_version)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'csp.upgrade_partnership writes the version.';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION csp_internal.partnership_keep() IS
    'Trigger of csp.partnership: the row of a schema is its owner''s to write (42501), and names a schema that exists (3F000) and a version (22023); rows of schemas that are gone are anybody''s to remove.';

CREATE TRIGGER keep_to_owner
BEFORE INSERT OR UPDATE OR DELETE ON csp.partnership
FOR EACH ROW EXECUTE FUNCTION csp_internal.partnership_keep();

CREATE FUNCTION csp_internal.partnership_template(template text, partnership text, srid integer, time_zone text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
    SELECT pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(template,
               '@partnership@', pg_catalog.quote_ident(partnership)),
               '@postgis@', pg_catalog.quote_ident(n.nspname)),
               '@srid@', srid::text),
               '@time_zone@', pg_catalog.quote_literal(time_zone))
    FROM pg_catalog.pg_extension e
    JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'postgis';
END;
COMMENT ON FUNCTION csp_internal.partnership_template(text, text, integer, text) IS
    'A template of csp.partnership_object or of partnership_sql, filled in. Internal. Any NULL gives NULL.';

CREATE FUNCTION csp_internal.fill_template(template text, parts jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 50
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    part record;
BEGIN
    FOR part IN SELECT p.key, p.value FROM jsonb_each_text(parts) AS p LOOP
        template := replace(template, '@' || part.key || '@', part.value);
    END LOOP;
    RETURN template;
END
$$;
COMMENT ON FUNCTION csp_internal.fill_template(text, jsonb) IS
    'A template with @key@ replaced by the value of each key of parts; what is left is for partnership_sql. Any NULL gives NULL. Internal.';

CREATE FUNCTION csp_internal.partnership_sql(partnership text, template text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result text;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format('SELECT csp_internal.partnership_template($1, $2, max(value) FILTER (WHERE name = ''srid'')::integer, max(value) FILTER (WHERE name = ''time_zone'')) FROM %I.setting', partnership)
    INTO result
    USING template, partnership;
    IF result IS NULL THEN
        RAISE EXCEPTION 'partnership "%" lacks its setting srid or time_zone', partnership
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('Put it back: the SRID of %I.incident and a time zone such as Europe/London.', partnership);
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION csp_internal.partnership_sql(text, text) IS 'The work of csp.partnership_sql, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.partnership_sql(partnership text, template text)
RETURNS text
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.partnership_sql(text, text) IS
    'SQL for a partnership from a template: @partnership@ becomes its schema, @postgis@ the schema of PostGIS, @srid@ and @time_zone@ its settings. Any NULL gives NULL; an unknown partnership (3F000) and one without those settings (55000) are errors.';

CREATE FUNCTION csp.check_partnership(partnership text)
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- A table and nothing else: to read a view would be to run what its owner put there. Looked up by name: the parser of
    -- to_regclass takes time by the square of the quotation marks in a text, and cannot be cancelled.
    IF partnership IS NULL OR NOT EXISTS (SELECT
                                          FROM pg_class c
                                          JOIN pg_namespace n ON n.oid = c.relnamespace
                                          WHERE n.nspname = partnership AND c.relname = 'setting' AND c.relkind IN ('r', 'p')) THEN
        RAISE EXCEPTION 'there is no partnership "%"', csp_internal.printable(partnership)
            USING ERRCODE = 'invalid_schema_name',
                  HINT = coalesce('The partnerships are: ' || (SELECT string_agg(csp_internal.printable(p.partnership), ', ' ORDER BY p.partnership) FROM csp.partnership p) || '.',
                                  'Lay one out with SELECT csp.create_partnership(''name'').');
    END IF;
END
$$;
COMMENT ON FUNCTION csp.check_partnership(text) IS
    'Raises an error (3F000) that names the known partnerships when the one given does not exist or is NULL.';

CREATE FUNCTION csp_internal.setting(partnership text, name text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result text;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format('SELECT value FROM %I.setting WHERE name = $1', partnership) INTO result USING name;
    RETURN result;
END
$$;
COMMENT ON FUNCTION csp_internal.setting(text, text) IS 'The work of csp.setting, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.setting(partnership text, name text)
RETURNS text
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.setting(text, text) IS
    'Value of a partnership''s setting; NULL where it is not set or unknown. An unknown partnership is an error (3F000).';

CREATE FUNCTION csp_internal.check_partnership_name(name text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF name IS NULL OR name !~ '^[a-z][a-z0-9_]{0,47}$' OR name LIKE 'pg\_%' OR name IN ('csp', 'public', 'information_schema') THEN
        RAISE EXCEPTION 'partnership name "%" cannot be used', csp_internal.printable(name)
            USING ERRCODE = 'invalid_name',
                  HINT = 'It names a schema: lower-case letters, digits and underscores, a letter first, at most 48 characters, such as "dorset"; not public, csp or information_schema, nor pg_ in front.';
    END IF;
END
$$;
COMMENT ON FUNCTION csp_internal.check_partnership_name(text) IS
    'Raises an error (42602) for a name that a partnership cannot have. Internal.';

CREATE FUNCTION csp_internal.drop_product_views(partnership text)
RETURNS text[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    views text;
    privileges text[];
    dependents text;
BEGIN
    PERFORM csp.check_partnership(partnership);
    WITH product_view AS (
        SELECT c.oid, c.relname, c.relowner, c.relacl
        FROM csp.partnership_object o
        CROSS JOIN LATERAL regexp_matches(o.definition, 'CREATE OR REPLACE VIEW @partnership@\.([a-z0-9_]+)', 'g') AS found (names)
        JOIN pg_class c ON c.relname = found.names[1] AND c.relkind = 'v'
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = partnership
        WHERE o.kind = 'view'
    ),
    -- first away with what default privileges will have given, then back to what was granted
    restored AS (
        SELECT v.relname, 1 AS step, format('SELECT csp_internal.revoke_all(%L)', format('%I.%I', partnership, v.relname)) AS command
        FROM product_view v
      UNION ALL
        SELECT v.relname, 2,
               format('GRANT %s ON %I.%I TO %s%s', a.privilege_type, partnership, v.relname, coalesce(quote_ident(r.rolname), 'PUBLIC'), CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM product_view v
        CROSS JOIN LATERAL aclexplode(v.relacl) AS a
        LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE a.grantee <> v.relowner
      UNION ALL
        SELECT v.relname, 3,
               format('GRANT %s (%I) ON %I.%I TO %s%s', a.privilege_type, t.attname, partnership, v.relname, coalesce(quote_ident(r.rolname), 'PUBLIC'), CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM product_view v
        JOIN pg_attribute t ON t.attrelid = v.oid
        CROSS JOIN LATERAL aclexplode(t.attacl) AS a
        LEFT JOIN pg_roles r ON r.oid = a.grantee
    )
    SELECT (SELECT string_agg(format('%I.%I', partnership, v.relname), ', ') FROM product_view v),
           (SELECT array_agg(r.command ORDER BY r.relname, r.step) FROM restored r)
    INTO views, privileges;
    -- together, so that those of one another do not matter; RESTRICT, so that nobody else's goes with them
    EXECUTE 'DROP VIEW ' || views || ' RESTRICT';
    RETURN privileges;
EXCEPTION WHEN dependent_objects_still_exist THEN
    GET STACKED DIAGNOSTICS dependents = PG_EXCEPTION_DETAIL;
    RAISE EXCEPTION 'the product views of partnership "%" change their columns, and other objects depend on them', partnership
        USING ERRCODE = 'dependent_objects_still_exist',
              DETAIL = dependents,
              HINT = 'Drop these first, upgrade, then create them again. Nothing was changed.';
END
$$;
COMMENT ON FUNCTION csp_internal.drop_product_views(text) IS
    'Drops a partnership''s product views and returns the commands that give their privileges back. Error 2BP01, naming them, when other objects depend on the views. Internal to lay_out_partnership.';

CREATE FUNCTION csp_internal.revoke_all(relation regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    grantee text;
BEGIN
    FOR grantee IN
        SELECT DISTINCT coalesce(quote_ident(r.rolname), 'PUBLIC')
        FROM pg_class c
        CROSS JOIN LATERAL aclexplode(c.relacl) AS a
        LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.oid = relation
          AND a.grantee <> c.relowner
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s', relation, grantee);
    END LOOP;
END
$$;
COMMENT ON FUNCTION csp_internal.revoke_all(regclass) IS 'Takes back every privilege on a relation from all but its owner. Internal to lay_out_partnership.';

CREATE FUNCTION csp_internal.lay_out_objects(partnership text, srid integer, time_zone text, kind text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    definition text;
BEGIN
    PERFORM csp_internal.check_partnership_name(partnership);
    IF srid IS NULL OR time_zone IS NULL THEN
        RAISE EXCEPTION 'partnership "%" has no %', partnership, CASE WHEN srid IS NULL THEN 'SRID' ELSE 'time zone' END
            USING ERRCODE = 'null_value_not_allowed',
                  HINT = 'They are the rows srid and time_zone of its table setting, such as 27700 and Europe/London.';
    END IF;
    FOR definition IN SELECT o.definition FROM csp.partnership_object o WHERE o.kind = lay_out_objects.kind ORDER BY o.position LOOP
        EXECUTE csp_internal.partnership_template(definition, partnership, srid, time_zone);
    END LOOP;
END
$$;
COMMENT ON FUNCTION csp_internal.lay_out_objects(text, integer, text, text) IS
    'Runs the definitions of one kind, table or view, in a schema. Internal to lay_out_partnership.';

CREATE FUNCTION csp_internal.analyze_partnership(partnership text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = error
AS $$
DECLARE
    relation regclass;
BEGIN
    PERFORM csp.check_partnership(partnership);
    FOR relation IN
        SELECT c.oid
        FROM pg_class c
        WHERE c.relnamespace = quote_ident(partnership)::regnamespace
          AND c.relkind = 'r'
          AND (c.reltuples < 0 OR pg_relation_size(c.oid) < 1048576)
          AND pg_has_role(c.relowner, 'USAGE')
        ORDER BY c.relname COLLATE "C"
    LOOP
        EXECUTE format('ANALYZE %s', relation);
    END LOOP;
END
$$;
COMMENT ON FUNCTION csp_internal.analyze_partnership(text) IS 'The work of csp.analyze_partnership, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.analyze_partnership(partnership text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.analyze_partnership(text) IS
    'Gathers the planner''s statistics of a partnership''s small tables, and of those that have none. The product views join many tables of a few rows, which the server takes to have hundreds until it has looked; without statistics a product takes ten times as long. Done by create_partnership and upgrade_partnership, and by autovacuum after changes; worth calling after a first load. Skips tables of another role.';

CREATE FUNCTION csp_internal.lay_out_partnership(partnership text, srid integer, time_zone text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    command text;
    privileges text[];
    role_name text;
    level text;
BEGIN
    PERFORM csp_internal.check_partnership_name(partnership);
    PERFORM csp_internal.lay_out_objects(partnership, srid, time_zone, 'table');
    -- A view takes new columns at its end only. Where a definition differs otherwise, all are made anew.
    BEGIN
        PERFORM csp_internal.lay_out_objects(partnership, srid, time_zone, 'view');
    EXCEPTION WHEN invalid_table_definition THEN
        privileges := csp_internal.drop_product_views(partnership);
        PERFORM csp_internal.lay_out_objects(partnership, srid, time_zone, 'view');
        FOREACH command IN ARRAY privileges LOOP
            BEGIN
                EXECUTE command;
            EXCEPTION WHEN undefined_column OR undefined_table THEN
                NULL;    -- what the definitions no longer have needs no privilege
            END;
        END LOOP;
    END;
    INSERT INTO csp.partnership (partnership, extension_version)
    VALUES (partnership, (SELECT extversion FROM pg_extension WHERE extname = 'csp_analysis'))
    ON CONFLICT ON CONSTRAINT partnership_pkey
    DO UPDATE SET extension_version = excluded.extension_version, laid_out_at = excluded.laid_out_at;
    PERFORM csp.refresh_areas(partnership);
    -- what an upgrade adds is given to those who have the level for it
    FOR role_name, level IN EXECUTE format('SELECT g.role_name, g.level FROM %I.access_grant g', partnership) LOOP
        IF level <> 'owner' AND (lower(role_name) = 'public' OR EXISTS (SELECT FROM pg_roles r WHERE r.rolname = role_name)) THEN
            PERFORM csp_internal.apply_access(partnership, role_name, level);
        END IF;
    END LOOP;
    PERFORM csp.analyze_partnership(partnership);
END
$$;
COMMENT ON FUNCTION csp_internal.lay_out_partnership(text, integer, text) IS
    'Runs the definitions of csp.partnership_object in a schema, and registers it. Internal to create_partnership and upgrade_partnership.';

CREATE FUNCTION csp.create_partnership(name text, srid integer DEFAULT 27700, time_zone text DEFAULT 'Europe/London')
RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    projection text;
    postgis text;
BEGIN
    PERFORM csp_internal.check_partnership_name(name);
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = name) THEN
        RAISE EXCEPTION 'schema "%" exists already', name
            USING ERRCODE = 'duplicate_schema',
                  HINT = 'Choose another name, or bring an existing partnership up to date with csp.upgrade_partnership.';
    END IF;
    SELECT quote_ident(n.nspname) INTO postgis
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'postgis';
    EXECUTE format('SELECT proj4text FROM %s.spatial_ref_sys WHERE srid = $1', postgis) INTO projection USING srid;
    IF projection IS NULL THEN
        RAISE EXCEPTION 'SRID % is not known to PostGIS', coalesce(srid::text, '(null)')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'British National Grid is 27700; spatial_ref_sys lists the others.';
    END IF;
    IF projection !~ '\+units=m( |$)' THEN
        RAISE EXCEPTION 'SRID % is not a projection in metres', srid
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Distances and densities are computed in the partnership''s SRID: take a projected one, such as 27700 or the local UTM zone. Data in longitude and latitude are transformed on loading.';
    END IF;
    IF time_zone IS NULL OR NOT EXISTS (SELECT FROM pg_timezone_names z WHERE z.name = time_zone) THEN
        RAISE EXCEPTION 'time zone "%" is not known', coalesce(time_zone, '(null)')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a name such as Europe/London; pg_timezone_names lists them.';
    END IF;
    EXECUTE format('CREATE SCHEMA %I', name);
    EXECUTE format('COMMENT ON SCHEMA %I IS %L', name, 'Partnership laid out by csp_analysis');
    PERFORM csp_internal.lay_out_partnership(name, srid, time_zone);
    RETURN name;
END
$$;
COMMENT ON FUNCTION csp.create_partnership(text, integer, text) IS
    'Lays out a partnership: a schema of that name with the canonical tables, reference lists and product views. Arguments: name (lower-case letters, digits, underscores), SRID of its geometries (projected, in metres; default 27700) and time zone (default Europe/London). Returns the name. Needs CREATE on the database. Errors: 42602 name, 42P06 schema exists, 22023 SRID or time zone.';

CREATE FUNCTION csp_internal.upgrade_partnership(name text)
RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    planted text;
    planter name;
BEGIN
    -- code of whoever put a relation of ours there would run as the owner
    SELECT r.relation, r.owner_role INTO planted, planter
    FROM csp_internal.partnership_object_owner(name) r
    WHERE NOT r.is_owned
    ORDER BY r.relation COLLATE "C"
    LIMIT 1;
    IF planted IS NOT NULL THEN
        RAISE EXCEPTION '%.% belongs to role "%" and not to the owner of the partnership', name, planted, csp_internal.printable(planter)
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Drop it, or give it to the owner with ALTER TABLE ... OWNER TO, then upgrade.';
    END IF;
    PERFORM csp_internal.lay_out_partnership(name, csp_internal.setting(name, 'srid')::integer, csp_internal.setting(name, 'time_zone'));
    -- after DROP EXTENSION ... CASCADE the triggers were gone for a while: what they missed is counted now
    IF EXISTS (SELECT FROM csp_internal.check_incident_month(name)) THEN
        PERFORM csp_internal.recount_incident_month(name);
    END IF;
    RETURN name;
END
$$;
COMMENT ON FUNCTION csp_internal.upgrade_partnership(text) IS 'The work of csp.upgrade_partnership, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.upgrade_partnership(name text)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.upgrade_partnership(text) IS
    'Brings a partnership up to date with the installed version: adds missing tables, columns, reference rows and triggers, and replaces the product views. Keeps all data, privileges, and users'' own columns, indexes and views; may be repeated. Works as the partnership''s owner. Also takes over a partnership whose schema was renamed, or whose registry row was lost with DROP EXTENSION. Returns the name. Errors: 3F000 unknown partnership, 42602 a name it cannot have, 42501 it belongs to another role, 2BP01 a view that changes its columns has dependents of the user''s own (they are named: drop them, upgrade, create them again).';

CREATE FUNCTION csp_internal.partnership_object_owner(partnership text)
RETURNS TABLE (relation name, kind "char", owner_role name, is_owned boolean)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10000 ROWS 150
BEGIN ATOMIC
    SELECT c.relname, c.relkind, pg_catalog.pg_get_userbyid(c.relowner), c.relowner = n.nspowner
    FROM (
        -- ours alone: what users add to the schema is theirs
        SELECT DISTINCT found.names[1] AS relname
        FROM csp.partnership_object o
        CROSS JOIN LATERAL pg_catalog.regexp_matches(o.definition, 'CREATE (?:TABLE IF NOT EXISTS|OR REPLACE VIEW) @partnership@\.([a-z0-9_]+)', 'g') AS found (names)
    ) ours
    JOIN pg_catalog.pg_class c ON c.relname = ours.relname
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = partnership;
END;
COMMENT ON FUNCTION csp_internal.partnership_object_owner(text) IS
    'The relations of a partnership''s schema that have the names of ours, with their kind (as in pg_class), their owner, and whether he owns the schema, too. NULL gives no rows. Internal.';

CREATE FUNCTION csp_internal.partnership_summary(partnership text)
RETURNS TABLE (srid integer, time_zone text, is_synthetic boolean, sources bigint, areas bigint, incidents bigint, first_month date, last_month date)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN QUERY EXECUTE format($query$
        SELECT (SELECT value::integer FROM %1$I.setting WHERE name = 'srid'),
               (SELECT value::text FROM %1$I.setting WHERE name = 'time_zone'),
               (SELECT value = 'true' FROM %1$I.setting WHERE name = 'is_synthetic'),
               (SELECT count(*) FROM %1$I.source),
               (SELECT count(*) FROM %1$I.area WHERE area_kind <> 'partnership'),
               m.incidents, m.first_month, m.last_month
        FROM (SELECT coalesce(sum(incidents), 0)::bigint AS incidents, min(month)::date AS first_month, max(month)::date AS last_month FROM %1$I.incident_month) m
        $query$, partnership);
END
$$;
COMMENT ON FUNCTION csp_internal.partnership_summary(text) IS 'The work of csp.partnership_summary, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.partnership_summary(partnership text)
RETURNS TABLE (srid integer, time_zone text, is_synthetic boolean, sources bigint, areas bigint, incidents bigint, first_month date, last_month date)
LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000 ROWS 1
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.partnership_summary(text) IS
    'One row about a partnership: SRID, time zone, whether it is synthetic, the number of its sources, areas and incidents, and the first and last month with incidents. Needs SELECT on incident_month. Errors: 3F000 unknown partnership, 42501 no access.';

CREATE FUNCTION csp.partnerships()
RETURNS TABLE (partnership text, extension_version text, srid integer, time_zone text, is_synthetic boolean, sources bigint, areas bigint, incidents bigint, first_month date, last_month date)
-- parallel unsafe: it catches errors, which needs a subtransaction
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 10000 ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    known record;
BEGIN
    FOR known IN
        SELECT coalesce(p.partnership, n.nspname) AS name, p.extension_version,
               n.nspname IS NOT NULL AS is_laid_out
        FROM csp.partnership p
        -- also one that was restored alone, without its row in the registry
        FULL JOIN (SELECT s.nspname::text
                   FROM pg_class c
                   JOIN pg_namespace s ON s.oid = c.relnamespace
                   WHERE c.relname IN ('setting', 'source', 'area', 'incident', 'incident_month')
                   GROUP BY s.nspname
                   HAVING count(*) = 5) n
               ON n.nspname = p.partnership
        ORDER BY 1
    LOOP
        partnership := csp_internal.printable(known.name);
        extension_version := csp_internal.printable(known.extension_version);
        IF known.extension_version IS NULL THEN
            extension_version := NULL;
        END IF;
        srid := NULL; time_zone := NULL; is_synthetic := NULL; sources := NULL; areas := NULL; incidents := NULL; first_month := NULL; last_month := NULL;
        IF known.is_laid_out THEN
            BEGIN
                SELECT s.srid, s.time_zone, s.is_synthetic, s.sources, s.areas, s.incidents, s.first_month, s.last_month
                INTO srid, time_zone, is_synthetic, sources, areas, incidents, first_month, last_month
                FROM csp.partnership_summary(known.name) s;
            EXCEPTION WHEN OTHERS THEN
                NULL;    -- one that cannot be read does not hide the others
            END;
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION csp.partnerships() IS
    'The partnerships of this database, one row each: name, version that laid it out (NULL: not in the registry, as after a restore of that schema alone; upgrade_partnership enters it), SRID, time zone, whether it is synthetic, and the number of its sources, areas and incidents with the first and last month. Figures are NULL where the schema is gone (dropped, or renamed: upgrade_partnership takes it over under its new name; the old row may be deleted from csp.partnership) or the caller may not read it.';

CREATE FUNCTION csp_internal.refresh_areas(partnership text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rows bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- areas that are named only as the parent of areas we hold: wards, districts, partnerships of a national look-up
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        WITH RECURSIVE parent (area_kind, code, name) AS (
            SELECT l.to_kind, l.to_code, l.to_name
            FROM @partnership@.area a
            JOIN @partnership@.area_lookup l ON l.from_kind = a.area_kind AND l.from_code = a.code AND l.relation = 'within'
          UNION
            SELECT l.to_kind, l.to_code, l.to_name
            FROM parent p
            JOIN @partnership@.area_lookup l ON l.from_kind = p.area_kind AND l.from_code = p.code AND l.relation = 'within'
        )
        INSERT INTO @partnership@.area (area_kind, code, name)
        SELECT DISTINCT ON (area_kind, code) area_kind, code, coalesce(name, code)
        FROM parent
        ORDER BY area_kind, code, name
        ON CONFLICT (area_kind, code) DO NOTHING
        $query$);
    -- one at a time; others read meanwhile
    EXECUTE csp_internal.partnership_sql(partnership, 'LOCK TABLE @partnership@.area_ancestor IN SHARE ROW EXCLUSIVE MODE');
    EXECUTE csp_internal.partnership_sql(partnership, 'DELETE FROM @partnership@.area_ancestor');
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        WITH RECURSIVE ancestor (area_id, ancestor_id, ancestor_kind, code) AS (
            SELECT a.area_id, a.area_id, a.area_kind, a.code
            FROM @partnership@.area a
          UNION
            SELECT s.area_id, up.area_id, up.area_kind, up.code
            FROM ancestor s
            JOIN @partnership@.area_lookup l ON l.from_kind = s.ancestor_kind AND l.from_code = s.code AND l.relation = 'within'
            JOIN @partnership@.area up ON up.area_kind = l.to_kind AND up.code = l.to_code
        )
        INSERT INTO @partnership@.area_ancestor (area_id, ancestor_id, ancestor_kind)
        SELECT area_id, ancestor_id, ancestor_kind FROM ancestor
        UNION
        SELECT a.area_id, whole.area_id, whole.area_kind
        FROM @partnership@.area a
        CROSS JOIN @partnership@.area whole
        WHERE whole.area_kind = 'partnership'
        $query$);
    GET DIAGNOSTICS rows = ROW_COUNT;
    PERFORM csp_internal.refresh_area_map(partnership);
    PERFORM csp.refresh_hex_cells(partnership);
    RETURN rows;
END
$$;
COMMENT ON FUNCTION csp_internal.refresh_areas(text) IS 'The work of csp.refresh_areas, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.refresh_areas(partnership text)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.refresh_areas(text) IS
    'Rebuilds what follows from area and area_lookup: area_ancestor (which area lies in which), adding areas that are known only as parents; area_map (neighbours); and the grid of hexagons, hex_cell. The loaders call it; call it after changing area or area_lookup by hand. Returns the number of pairs of areas of which one lies in the other.';
