-- incident_month: counts of incidents by area, type, source and month. Each statement that writes incidents adds entries to
-- incident_month_entry, and entries of one key add up: writers never wait for one another. Folding replaces the entries of
-- a key by one. One session folds at a time: it locks the row of incident_month_rule, which others skip.

CREATE FUNCTION csp_internal.incident_month_input(relation text, sign integer)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
-- by name: users add columns of their own to incident
RETURN pg_catalog.format('SELECT r.area_id, r.problem_type_id, r.source_id, r.occurred_from, r.offence_code, r.location, r.domestic, r.alcohol, r.drugs, r.hate, r.weapon, %s AS sign FROM %s r', sign, relation);
COMMENT ON FUNCTION csp_internal.incident_month_input(text, integer) IS
    'The sub-query of incident_month_query over a relation with the columns of incident: what a count depends on, to be added (1) or taken away (-1). Internal.';

CREATE FUNCTION csp_internal.incident_month_query(partnership text, incidents text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    time_zone text := coalesce(csp.setting(partnership, 'time_zone'), 'Europe/London');
    scheme text := csp.setting(partnership, 'harm_scheme');
    edition text := csp.setting(partnership, 'harm_edition');
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN format($query$
        SELECT i.area_id, i.problem_type_id, i.source_id,
               date_trunc('month', i.occurred_from AT TIME ZONE %2$L)::date AS month,
               sum(i.sign) AS incidents,
               coalesce(sum(i.sign) FILTER (WHERE i.location IS NOT NULL), 0) AS located,
               coalesce(sum(i.sign) FILTER (WHERE i.domestic), 0) AS domestic,
               coalesce(sum(i.sign) FILTER (WHERE i.alcohol), 0) AS alcohol,
               coalesce(sum(i.sign) FILTER (WHERE i.drugs), 0) AS drugs,
               coalesce(sum(i.sign) FILTER (WHERE i.hate), 0) AS hate,
               coalesce(sum(i.sign) FILTER (WHERE i.weapon), 0) AS weapon,
               trim_scale(coalesce(sum(i.sign * coalesce(of_offence.weight, of_type.weight)), 0)) AS harm,
               coalesce(sum(i.sign) FILTER (WHERE coalesce(of_offence.weight, of_type.weight) IS NULL), 0) AS unweighted
        FROM (%1$s) i
        LEFT JOIN %3$I.harm_weight of_offence
               ON of_offence.scheme = %4$L AND of_offence.edition = %5$L AND of_offence.offence_code = i.offence_code
        LEFT JOIN %3$I.harm_weight of_type
               ON of_type.scheme = %4$L AND of_type.edition = %5$L AND of_type.problem_type_id = i.problem_type_id
        GROUP BY i.area_id, i.problem_type_id, i.source_id, 4
        $query$, incidents, time_zone, partnership, scheme, edition);
END
$$;
COMMENT ON FUNCTION csp_internal.incident_month_query(text, text) IS
    'The query that counts incidents (a sub-query with a column sign, 1 or -1) as incident_month holds them. Internal: the triggers, the recount and the check share it.';

CREATE FUNCTION csp_internal.incident_month_add(partnership text, counts text, rule_id bigint)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN CASE WHEN partnership IS NOT NULL THEN pg_catalog.format($query$
    INSERT INTO %1$I.incident_month_entry (area_id, problem_type_id, source_id, month, incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted, rule_id)
    SELECT area_id, problem_type_id, source_id, month, incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted, %3$s
    FROM (%2$s) d
    WHERE (incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted) <> (0, 0, 0, 0, 0, 0, 0, 0, 0)
    ORDER BY problem_type_id, month, area_id, source_id    -- beside one another for readers
    $query$, partnership, counts, coalesce(rule_id::text, 'NULL::bigint')) END;
COMMENT ON FUNCTION csp_internal.incident_month_add(text, text, bigint) IS
    'The statement that adds counts (a query, one row per key) as entries of their own, with the rules they were made by if these are to be checked. Internal.';

CREATE FUNCTION csp_internal.may_fold_incident_month(partnership text, waits boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    entries constant text := format('%I.incident_month_entry', partnership);
    rules constant text := format('%I.incident_month_rule', partnership);
    locked bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    IF NOT (has_table_privilege(entries, 'SELECT') AND has_table_privilege(entries, 'INSERT') AND has_table_privilege(entries, 'UPDATE') AND has_table_privilege(entries, 'DELETE')
            AND has_table_privilege(rules, 'SELECT') AND has_table_privilege(rules, 'UPDATE'))
       -- a subscriber has the entries as the publisher folds them
       OR EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = entries::regclass) THEN
        RETURN false;
    END IF;
    EXECUTE format('SELECT rule_id FROM %s FOR NO KEY UPDATE %s', rules, CASE WHEN NOT waits THEN 'SKIP LOCKED' END) INTO locked;
    RETURN locked IS NOT NULL;
END
$$;
COMMENT ON FUNCTION csp_internal.may_fold_incident_month(text, boolean) IS
    'Takes the turn to fold a partnership''s counts until the end of the transaction. False without the privileges, on a subscriber to the counts, and when another has the turn, unless it waits. Internal.';

CREATE FUNCTION csp_internal.incident_month_merge(partnership text, taken text, counts text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN pg_catalog.format($query$
    WITH taken AS (%2$s),
    merged AS (
        INSERT INTO %1$I.incident_month_entry AS m
            (area_id, problem_type_id, source_id, month, incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted, is_folded)
        SELECT area_id, problem_type_id, source_id, month, incidents, located, domestic, alcohol, drugs, hate, weapon, trim_scale(harm), unweighted, true
        FROM (%3$s) d
        WHERE (incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted) <> (0, 0, 0, 0, 0, 0, 0, 0, 0)
        ORDER BY problem_type_id, month, area_id, source_id    -- beside one another for readers
        ON CONFLICT (problem_type_id, month, area_id, source_id, (CASE WHEN is_folded THEN 0 ELSE entry_id END)) DO UPDATE
        SET incidents = m.incidents + excluded.incidents,
            located = m.located + excluded.located,
            domestic = m.domestic + excluded.domestic,
            alcohol = m.alcohol + excluded.alcohol,
            drugs = m.drugs + excluded.drugs,
            hate = m.hate + excluded.hate,
            weapon = m.weapon + excluded.weapon,
            harm = trim_scale(m.harm + excluded.harm),
            unweighted = m.unweighted + excluded.unweighted
        RETURNING m.entry_id, (m.incidents, m.located, m.domestic, m.alcohol, m.drugs, m.hate, m.weapon, m.harm, m.unweighted) = (0, 0, 0, 0, 0, 0, 0, 0, 0) AS is_empty
    )
    SELECT (SELECT array_agg(entry_id) FROM merged WHERE is_empty), (SELECT count(*) FROM taken)
    $query$, partnership, taken, counts);
COMMENT ON FUNCTION csp_internal.incident_month_merge(text, text, text) IS
    'The statement that adds counts to the folded entries, for whoever has the turn: taken is the statement whose rows they come from, counts the query over them, one row per key. It returns the keys of entries that are now empty, and the number of rows taken. Internal.';

CREATE FUNCTION csp_internal.drop_empty_entries(partnership text, emptied bigint[])
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format('DELETE FROM %I.incident_month_entry WHERE entry_id = ANY ($1)', partnership) USING emptied;
END
$$;
COMMENT ON FUNCTION csp_internal.drop_empty_entries(text, bigint[]) IS
    'Deletes entries that incident_month_merge has found empty: a key without incidents has none. Any NULL: nothing. Internal.';

CREATE FUNCTION csp_internal.fold_incident_month(partnership text, waits boolean)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_needed boolean;
    emptied bigint[];
    entries bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.incident_month_entry WHERE NOT is_folded)', partnership) INTO is_needed;
    IF NOT is_needed OR NOT csp_internal.may_fold_incident_month(partnership, waits) THEN
        RETURN 0;
    END IF;
    EXECUTE csp_internal.incident_month_merge(partnership,
        format('DELETE FROM %I.incident_month_entry e WHERE NOT e.is_folded RETURNING e.area_id, e.problem_type_id, e.source_id, e.month, e.incidents, e.located, e.domestic, e.alcohol, e.drugs, e.hate, e.weapon, e.harm, e.unweighted', partnership),
        $query$
        SELECT area_id, problem_type_id, source_id, month, sum(incidents) AS incidents, sum(located) AS located, sum(domestic) AS domestic, sum(alcohol) AS alcohol,
               sum(drugs) AS drugs, sum(hate) AS hate, sum(weapon) AS weapon, sum(harm) AS harm, sum(unweighted) AS unweighted
        FROM taken
        GROUP BY area_id, problem_type_id, source_id, month
        $query$)
    INTO emptied, entries;
    PERFORM csp_internal.drop_empty_entries(partnership, emptied);
    RETURN entries;
-- with a snapshot of its own a transaction may see entries that others have folded since: then it is for others to fold
EXCEPTION WHEN serialization_failure THEN
    RETURN 0;
END
$$;
COMMENT ON FUNCTION csp_internal.fold_incident_month(text, boolean) IS
    'Folds a partnership''s counts, or waits for its turn to. Internal to fold_incident_month and the triggers.';

CREATE FUNCTION csp_internal.fold_incident_month(partnership text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN csp_internal.fold_incident_month(partnership, false);
END
$$;
COMMENT ON FUNCTION csp_internal.fold_incident_month(text) IS 'The work of csp.fold_incident_month, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.fold_incident_month(partnership text)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.fold_incident_month(text) IS
    'Folds what was added to a partnership''s monthly counts since the last time: the entries of a key in incident_month_entry become one, and the sums, which incident_month shows, stay what they are. Returns the number of entries folded. Blocks nobody and waits for nobody: 0 while another session folds, on a subscriber to the counts, and for a role that may not write them. Loads call it when they end, and writers after every 10,000 entries; worth calling from a scheduled job where many small statements write. Changes no figure, only the time to read them. An unknown partnership is an error (3F000).';

CREATE FUNCTION csp_internal.maintain_incident_month()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- with an argument: on a partition or child of incident, which may lie in another schema
    partnership text := CASE WHEN TG_NARGS = 0 THEN TG_TABLE_SCHEMA ELSE csp_internal.counting_partnership(TG_RELID) END;
    removed constant text := csp_internal.incident_month_input('old_rows', -1);
    added constant text := csp_internal.incident_month_input('new_rows', 1);
    sees_newest constant boolean := current_setting('transaction_isolation') LIKE 'read %';
    counts text;
    rules bigint;
    emptied bigint[];
    is_large boolean;
    is_due boolean;
BEGIN
    IF partnership IS NULL THEN
        RETURN NULL;    -- a partition that was detached
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM csp_internal.recount_truncated(partnership);
        RETURN NULL;
    END IF;
    counts := csp_internal.incident_month_query(partnership, CASE TG_OP WHEN 'INSERT' THEN added WHEN 'DELETE' THEN removed ELSE removed || ' UNION ALL ' || added END);
    -- A load would write its counts twice, adding and folding: it folds them as it adds them, if it is its turn.
    EXECUTE format('SELECT count(*) = 1000 FROM (SELECT FROM %I LIMIT 1000) r', CASE TG_OP WHEN 'DELETE' THEN 'old_rows' ELSE 'new_rows' END) INTO is_large;
    IF is_large AND sees_newest AND csp_internal.may_fold_incident_month(partnership, false) THEN
        EXECUTE csp_internal.incident_month_merge(partnership, counts, 'TABLE taken') INTO emptied;
        PERFORM csp_internal.drop_empty_entries(partnership, emptied);
        RETURN NULL;
    END IF;
    IF NOT sees_newest THEN
        EXECUTE format('SELECT rule_id FROM %I.incident_month_rule', partnership) INTO rules;
    END IF;
    IF has_table_privilege(format('%I.incident_month_entry', partnership), 'SELECT') THEN
        -- a key that is a multiple of 10,000: now and then, without counting
        EXECUTE format('WITH added AS (%s RETURNING entry_id) SELECT max(entry_id) / 10000 > (min(entry_id) - 1) / 10000 FROM added', csp_internal.incident_month_add(partnership, counts, rules))
        INTO is_due;
        IF is_due THEN
            PERFORM csp_internal.fold_incident_month(partnership, false);
        END IF;
    ELSE
        EXECUTE csp_internal.incident_month_add(partnership, counts, rules);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION csp_internal.maintain_incident_month() IS
    'Trigger function on incident (statement level, with transition tables old_rows and new_rows): keeps incident_month exact, by adding to incident_month_entry what the statement changed.';

CREATE FUNCTION csp_internal.counting_partnership(relation oid)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 200
BEGIN ATOMIC
    WITH RECURSIVE above (relation) AS (
        SELECT relation
      UNION
        SELECT i.inhparent
        FROM above a
        JOIN pg_catalog.pg_inherits i ON i.inhrelid = a.relation
    )
    SELECT n.nspname::text
    FROM above a
    JOIN pg_catalog.pg_class c ON c.oid = a.relation AND c.relname = 'incident'
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class e ON e.relnamespace = n.oid AND e.relname = 'incident_month_entry'
    LIMIT 1;
END;
COMMENT ON FUNCTION csp_internal.counting_partnership(oid) IS 'The partnership whose table incident a relation is, or is a partition or child of; NULL if none. Internal to maintain_incident_month.';

CREATE FUNCTION csp_internal.keep_child_counts(incident regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    child regclass;
BEGIN
    FOR child IN
        WITH RECURSIVE below (relation) AS (
            SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = incident
          UNION
            SELECT i.inhrelid FROM below b JOIN pg_inherits i ON i.inhparent = b.relation
        )
        SELECT b.relation
        FROM below b
        JOIN pg_class c ON c.oid = b.relation
        WHERE c.relkind IN ('r', 'p')    -- a foreign table has no transition tables
        ORDER BY b.relation
    LOOP
        EXECUTE format($query$
            CREATE OR REPLACE TRIGGER incident_month_insert AFTER INSERT ON %1$s REFERENCING NEW TABLE AS new_rows
                FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.maintain_incident_month('child');
            CREATE OR REPLACE TRIGGER incident_month_update AFTER UPDATE ON %1$s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.maintain_incident_month('child');
            CREATE OR REPLACE TRIGGER incident_month_delete AFTER DELETE ON %1$s REFERENCING OLD TABLE AS old_rows
                FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.maintain_incident_month('child');
            CREATE OR REPLACE TRIGGER incident_month_truncate AFTER TRUNCATE ON %1$s
                FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.maintain_incident_month('child');
            $query$, child);
    END LOOP;
END
$$;
COMMENT ON FUNCTION csp_internal.keep_child_counts(regclass) IS
    'Puts the triggers of incident on its partitions and inheritance children, for what is written to these directly. Internal to lay_out_partnership.';

CREATE FUNCTION csp_internal.rebuild_incident_month()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    partnership text := TG_TABLE_SCHEMA;
    -- the part of a changed row that the counts depend on
    part constant text := CASE TG_TABLE_NAME
        WHEN 'setting' THEN 'SELECT r.name, r.value FROM %s r WHERE r.name IN (''time_zone'', ''harm_scheme'', ''harm_edition'')'
        ELSE format('SELECT r.offence_code, r.problem_type_id, r.weight FROM %%s r WHERE r.scheme = %L AND r.edition = %L',
                    csp.setting(partnership, 'harm_scheme'), csp.setting(partnership, 'harm_edition')) END;
    old_part constant text := format(part, 'old_rows');
    new_part constant text := format(part, 'new_rows');
    is_needed boolean;
BEGIN
    EXECUTE CASE TG_OP
        WHEN 'INSERT' THEN format('SELECT EXISTS (%s)', new_part)
        WHEN 'DELETE' THEN format('SELECT EXISTS (%s)', old_part)
        WHEN 'UPDATE' THEN format('SELECT EXISTS ((%1$s EXCEPT %2$s) UNION ALL (%2$s EXCEPT %1$s))', old_part, new_part)
        ELSE 'SELECT true' END
    INTO is_needed;
    IF NOT is_needed THEN
        RETURN NULL;
    END IF;
    -- no incident may be counted by the old rules once the new ones are read: writers under way end first
    EXECUTE format('LOCK TABLE %I.incident IN SHARE ROW EXCLUSIVE MODE', partnership);
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.incident)', partnership) INTO is_needed;
    IF current_setting('transaction_isolation') NOT LIKE 'read %' THEN
        RAISE EXCEPTION 'the rules of counting cannot change at isolation level %', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state',
                  HINT = 'Incidents that came after the transaction''s snapshot could not be recounted: change time zone and weights of harm at READ COMMITTED.';
    END IF;
    -- the key: a transaction with an older snapshot, which knows the old rules only, cannot refer to them now
    EXECUTE format('UPDATE %I.incident_month_rule SET rule_id = rule_id + 1', partnership);
    IF is_needed THEN
        PERFORM csp.recount_incident_month(partnership);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION csp_internal.rebuild_incident_month() IS
    'Trigger function on setting and harm_weight (statement level, with transition tables): recounts incident_month when the time zone or the weights of the default scheme of harm change. Holds writers of incident off meanwhile.';

CREATE FUNCTION csp_internal.incident_month_recount(partnership text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 2000
RETURN pg_catalog.format($query$
    SELECT area_id, problem_type_id, source_id, month, incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted, false AS is_stored
    FROM (%2$s) counted
  UNION ALL
    SELECT e.area_id, e.problem_type_id, e.source_id, e.month, e.incidents, e.located, e.domestic, e.alcohol, e.drugs, e.hate, e.weapon, e.harm, e.unweighted, true
    FROM %1$I.incident_month_entry e
    $query$, partnership, csp_internal.incident_month_query(partnership, csp_internal.incident_month_input(pg_catalog.format('%I.incident', partnership), 1)));
COMMENT ON FUNCTION csp_internal.incident_month_recount(text) IS
    'The query of what was counted and what a recount gives, one beneath the other, in one snapshot. Internal: the recount and the check share it.';

CREATE FUNCTION csp_internal.recount_incident_month(partnership text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rows bigint;
    signed constant text := (
        SELECT string_agg(format('sum(CASE WHEN r.is_stored THEN -r.%1$I ELSE r.%1$I END) AS %1$I', c.name), ', ' ORDER BY c.position)
        FROM unnest('{incidents,located,domestic,alcohol,drugs,hate,weapon,harm,unweighted}'::text[]) WITH ORDINALITY AS c (name, position));
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- one recount at a time: the second would add the same differences once more
    EXECUTE format('UPDATE %I.incident_month_rule SET rule_id = rule_id', partnership);
    -- What a recount differs by is added. What others write meanwhile is in neither the recount nor the counts it is compared with.
    EXECUTE csp_internal.incident_month_add(partnership,
        format('SELECT r.area_id, r.problem_type_id, r.source_id, r.month, %s FROM (%s) r GROUP BY r.area_id, r.problem_type_id, r.source_id, r.month', signed, csp_internal.incident_month_recount(partnership)), NULL);
    PERFORM csp_internal.fold_incident_month(partnership, false);
    EXECUTE format('SELECT count(*) FROM %I.incident_month', partnership) INTO rows;
    RETURN rows;
END
$$;
COMMENT ON FUNCTION csp_internal.recount_incident_month(text) IS 'The work of csp.recount_incident_month, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.recount_incident_month(partnership text)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.recount_incident_month(text) IS
    'Counts a partnership''s incidents afresh and adds to incident_month what it differs by. Writers of incident go on meanwhile. Returns the number of rows of counts. Needed only if triggers were disabled; csp.check_incident_month tells.';

CREATE FUNCTION csp_internal.recount_truncated(partnership text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    incident constant regclass := format('%I.incident', partnership)::regclass;
    is_empty boolean;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- Without children, which others may write to meanwhile, nobody has an incident left to count.
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM %s)', incident) INTO is_empty;
    IF NOT is_empty OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = incident) THEN
        PERFORM csp.recount_incident_month(partnership);
    ELSIF current_setting('transaction_isolation') LIKE 'read %' THEN
        PERFORM csp_internal.may_fold_incident_month(partnership, true);
        EXECUTE format('DELETE FROM %I.incident_month_entry', partnership);
    ELSE
        -- as TRUNCATE of incident does, it takes what the snapshot does not show as well
        EXECUTE format('TRUNCATE %I.incident_month_entry', partnership);
    END IF;
END
$$;
COMMENT ON FUNCTION csp_internal.recount_truncated(text) IS
    'The counts after TRUNCATE of incident or of a partition or child of it. Internal to maintain_incident_month.';

CREATE FUNCTION csp_internal.settle_incident_month()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp_internal.fold_incident_month(TG_TABLE_SCHEMA, true);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION csp_internal.settle_incident_month() IS
    'Trigger function on source, problem_type and area, before rows go: folds the counts, since entries that add up to nothing would hold the row that they refer to.';

CREATE FUNCTION csp_internal.check_incident_month(partnership text)
RETURNS TABLE (area_id integer, problem_type_id integer, source_id integer, month date, stored_incidents bigint, recounted_incidents bigint, stored_harm numeric, recounted_harm numeric)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN QUERY EXECUTE format($query$
        SELECT r.area_id, r.problem_type_id, r.source_id, r.month,
               (sum(r.incidents) FILTER (WHERE r.is_stored))::bigint, (sum(r.incidents) FILTER (WHERE NOT r.is_stored))::bigint,
               trim_scale(sum(r.harm) FILTER (WHERE r.is_stored)), sum(r.harm) FILTER (WHERE NOT r.is_stored)
        FROM (%1$s) r
        GROUP BY r.area_id, r.problem_type_id, r.source_id, r.month
        HAVING (%2$s) <> (0, 0, 0, 0, 0, 0, 0, 0, 0)
        ORDER BY 2, 4, 1, 3
        $query$, csp_internal.incident_month_recount(partnership),
        (SELECT string_agg(format('sum(CASE WHEN r.is_stored THEN -r.%1$I ELSE r.%1$I END)', c.name), ', ' ORDER BY c.position)
         FROM unnest('{incidents,located,domestic,alcohol,drugs,hate,weapon,harm,unweighted}'::text[]) WITH ORDINALITY AS c (name, position)));
END
$$;
COMMENT ON FUNCTION csp_internal.check_incident_month(text) IS 'The work of csp.check_incident_month, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.check_incident_month(partnership text)
RETURNS TABLE (area_id integer, problem_type_id integer, source_id integer, month date, stored_incidents bigint, recounted_incidents bigint, stored_harm numeric, recounted_harm numeric)
LANGUAGE c STABLE PARALLEL RESTRICTED COST 1000000 ROWS 10
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.check_incident_month(text) IS
    'Keys at which incident_month differs from a recount of incident, with both figures; no rows means the counts are exact.';
