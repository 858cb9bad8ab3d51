-- incident_month: counts of incidents by area, type, source and month, kept exact by triggers on incident.

CREATE FUNCTION csp.incident_month_input(relation text, sign integer)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
-- by name: users add columns of their own to incident
RETURN pg_catalog.format('SELECT r.area_id, r.problem_type_id, r.source_id, r.occurred_from, r.offence_code, r.location, r.domestic, r.alcohol, r.drugs, r.hate, r.weapon, %s AS sign FROM %s r', sign, relation);
COMMENT ON FUNCTION csp.incident_month_input(text, integer) IS
    'The sub-query of incident_month_query over a relation with the columns of incident: what a count depends on, to be added (1) or taken away (-1). Internal.';

CREATE FUNCTION csp.incident_month_query(partnership text, incidents text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    time_zone text := coalesce(csp.setting(partnership, 'time_zone'), 'Europe/London');
    scheme text := csp.setting(partnership, 'harm_scheme');
    edition text := csp.setting(partnership, 'harm_edition');
BEGIN
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
               coalesce(sum(i.sign * coalesce(of_offence.weight, of_type.weight)), 0) AS harm,
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
COMMENT ON FUNCTION csp.incident_month_query(text, text) IS
    'The query that counts incidents (a sub-query with a column sign, 1 or -1) as incident_month holds them. Internal: the triggers, the recount and the check share it.';

CREATE FUNCTION csp.maintain_incident_month()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    partnership text := TG_TABLE_SCHEMA;
    removed constant text := csp.incident_month_input('old_rows', -1);
    added constant text := csp.incident_month_input('new_rows', 1);
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        EXECUTE format('DELETE FROM %I.incident_month', partnership);
        RETURN NULL;
    END IF;
    -- Keys are touched in sorted order, so that concurrent statements wait for one another and cannot deadlock.
    EXECUTE format($query$
        INSERT INTO %1$I.incident_month AS m
            (area_id, problem_type_id, source_id, month, incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted)
        SELECT area_id, problem_type_id, source_id, month, incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted
        FROM (%2$s) d
        WHERE (incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted) <> (0, 0, 0, 0, 0, 0, 0, 0, 0)
        ORDER BY problem_type_id, month, area_id, source_id
        ON CONFLICT (problem_type_id, month, area_id, source_id) DO UPDATE
        SET incidents = m.incidents + excluded.incidents,
            located = m.located + excluded.located,
            domestic = m.domestic + excluded.domestic,
            alcohol = m.alcohol + excluded.alcohol,
            drugs = m.drugs + excluded.drugs,
            hate = m.hate + excluded.hate,
            weapon = m.weapon + excluded.weapon,
            harm = m.harm + excluded.harm,
            unweighted = m.unweighted + excluded.unweighted
        $query$, partnership, csp.incident_month_query(partnership,
            CASE TG_OP WHEN 'INSERT' THEN added WHEN 'DELETE' THEN removed ELSE removed || ' UNION ALL ' || added END));
    IF TG_OP <> 'INSERT' THEN
        -- a key without incidents has no row; only keys of rows that left can have emptied
        EXECUTE format($query$
            DELETE FROM %1$I.incident_month m
            USING (SELECT DISTINCT area_id, problem_type_id, source_id, date_trunc('month', occurred_from AT TIME ZONE %2$L)::date AS month FROM old_rows) o
            WHERE m.incidents = 0
              AND m.problem_type_id = o.problem_type_id AND m.month = o.month
              AND m.area_id IS NOT DISTINCT FROM o.area_id AND m.source_id = o.source_id
            $query$, partnership, coalesce(csp.setting(partnership, 'time_zone'), 'Europe/London'));
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION csp.maintain_incident_month() IS
    'Trigger function on incident (statement level, with transition tables old_rows and new_rows): keeps incident_month exact.';

CREATE FUNCTION csp.rebuild_incident_month()
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
    IF is_needed THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.incident)', partnership) INTO is_needed;
    END IF;
    IF is_needed THEN
        PERFORM csp.recount_incident_month(partnership);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION csp.rebuild_incident_month() IS
    'Trigger function on setting and harm_weight (statement level, with transition tables): recounts incident_month when the time zone or the weights of the default scheme of harm change.';

CREATE FUNCTION csp.recount_incident_month(partnership text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rows bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- no incident may come or go between the count and its being written
    EXECUTE format('LOCK TABLE %I.incident IN SHARE ROW EXCLUSIVE MODE', partnership);
    EXECUTE format('DELETE FROM %I.incident_month', partnership);
    EXECUTE format('INSERT INTO %I.incident_month (area_id, problem_type_id, source_id, month, incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted) %s',
        partnership, csp.incident_month_query(partnership, csp.incident_month_input(format('%I.incident', partnership), 1)));
    GET DIAGNOSTICS rows = ROW_COUNT;
    RETURN rows;
END
$$;
COMMENT ON FUNCTION csp.recount_incident_month(text) IS
    'Counts a partnership''s incidents afresh into incident_month, holding writers of incident off meanwhile. Returns the number of rows of counts. Needed only if triggers were disabled; csp.check_incident_month tells.';

CREATE FUNCTION csp.check_incident_month(partnership text)
RETURNS TABLE (area_id integer, problem_type_id integer, source_id integer, month date, stored_incidents bigint, recounted_incidents bigint, stored_harm numeric, recounted_harm numeric)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN QUERY EXECUTE format($query$
        WITH recount AS (%2$s),
        difference AS (
            (SELECT area_id, problem_type_id, source_id, month, incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted FROM %1$I.incident_month
             EXCEPT ALL
             SELECT area_id, problem_type_id, source_id, month, incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted FROM recount)
            UNION ALL
            (SELECT area_id, problem_type_id, source_id, month, incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted FROM recount
             EXCEPT ALL
             SELECT area_id, problem_type_id, source_id, month, incidents, located, domestic, alcohol, drugs, hate, weapon, harm, unweighted FROM %1$I.incident_month)
        )
        SELECT d.area_id, d.problem_type_id, d.source_id, d.month, max(m.incidents), max(r.incidents)::bigint, max(m.harm), max(r.harm)
        FROM (SELECT DISTINCT area_id, problem_type_id, source_id, month FROM difference) d
        LEFT JOIN %1$I.incident_month m
               ON m.problem_type_id = d.problem_type_id AND m.month = d.month AND m.source_id = d.source_id AND m.area_id IS NOT DISTINCT FROM d.area_id
        LEFT JOIN recount r
               ON r.problem_type_id = d.problem_type_id AND r.month = d.month AND r.source_id = d.source_id AND r.area_id IS NOT DISTINCT FROM d.area_id
        GROUP BY 1, 2, 3, 4
        ORDER BY 2, 4, 1, 3
        $query$, partnership, csp.incident_month_query(partnership, csp.incident_month_input(format('%I.incident', partnership), 1)));
END
$$;
COMMENT ON FUNCTION csp.check_incident_month(text) IS
    'Keys at which incident_month differs from a recount of incident, with both figures; no rows means the counts are exact.';
