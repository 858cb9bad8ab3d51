-- publish: an assessment's evidence as it was, and what of it may leave the partnership.

CREATE FUNCTION csp_internal.keep_frozen()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_empty boolean := false;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        -- a partnership laid out anew may be emptied for a restore
        EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I.%I)', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO is_empty;
        IF is_empty THEN
            RETURN NULL;
        END IF;
    END IF;
    RAISE EXCEPTION '%.% holds what was published and is not changed', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'object_not_in_prerequisite_state',
              HINT = 'Set assessment.status to withdrawn, and freeze a corrected assessment under another title.';
END
$$;
COMMENT ON FUNCTION csp_internal.keep_frozen() IS 'Trigger of the tables of frozen assessments: refuses to change, delete or truncate rows (55000).';

CREATE FUNCTION csp_internal.keep_record()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    writer text;
BEGIN
    -- This holds for the owner, too. The server knows which function is running, and no SQL can pretend to be it.
    FOREACH writer IN ARRAY TG_ARGV LOOP
        IF csp_internal.within(writer, TG_TABLE_SCHEMA) THEN
            RETURN NULL;
        END IF;
    END LOOP;
    RAISE EXCEPTION '%.% is written by %.% alone', TG_TABLE_SCHEMA, TG_TABLE_NAME,
                    CASE TG_ARGV[0] WHEN 'refresh_publication' THEN 'csp_internal' ELSE 'csp' END, TG_ARGV[0]
        USING ERRCODE = 'object_not_in_prerequisite_state',
              HINT = CASE TG_ARGV[0]
                         WHEN 'freeze_assessment' THEN format('Call csp.freeze_assessment(%L, assessment). Data alone are restored with pg_restore --disable-triggers.', TG_TABLE_SCHEMA)
                         ELSE 'Set assessment.status of a frozen assessment to published or withdrawn.' END;
END
$$;
COMMENT ON FUNCTION csp_internal.keep_record() IS
    'Trigger of the tables of what was frozen and published (statement level, before; arguments: names of gates, of csp or csp_internal): refuses to write outside these functions (55000), to the owner too.';

CREATE FUNCTION csp_internal.keep_frozen_whole()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    frozen integer;
BEGIN
    -- the digest is what freeze_assessment writes last: from then on nothing is added
    EXECUTE format('SELECT f.assessment_id FROM %I.frozen_assessment f WHERE f.digest <> '''' AND f.assessment_id IN (SELECT n.assessment_id FROM new_rows n) LIMIT 1', TG_TABLE_SCHEMA) INTO frozen;
    IF frozen IS NOT NULL THEN
        RAISE EXCEPTION 'assessment % is frozen: nothing is added to %.%', frozen, TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Set assessment.status to withdrawn, and freeze a corrected assessment under another title.';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION csp_internal.keep_frozen_whole() IS 'Trigger of frozen_row and disclosed_count (statement level, with the new rows): refuses to add to an assessment that is frozen (55000).';

CREATE FUNCTION csp_internal.sign_frozen()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.frozen_at := now();
    NEW.frozen_by := csp_internal.caller();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION csp_internal.sign_frozen() IS 'Trigger of frozen_assessment (row level, before): who and when are the server''s to say, whatever the row brings.';

CREATE FUNCTION csp_internal.keep_frozen_assessment()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_frozen boolean;
BEGIN
    IF (NEW.assessment_id, NEW.kind, NEW.title, NEW.period_from, NEW.period_to, NEW.baseline_from, NEW.baseline_to, NEW.area_kind,
        NEW.risk_scheme, NEW.confidence, NEW.funnel_confidence, NEW.false_discovery_rate)
       IS DISTINCT FROM
       (OLD.assessment_id, OLD.kind, OLD.title, OLD.period_from, OLD.period_to, OLD.baseline_from, OLD.baseline_to, OLD.area_kind,
        OLD.risk_scheme, OLD.confidence, OLD.funnel_confidence, OLD.false_discovery_rate) THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.frozen_assessment f WHERE f.assessment_id = $1)', TG_TABLE_SCHEMA) INTO is_frozen USING OLD.assessment_id;
        IF is_frozen THEN
            RAISE EXCEPTION 'assessment % is frozen: its title, periods and parameters stand', OLD.assessment_id
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = 'Its status, note and marking may change. Set status to withdrawn, and make a corrected assessment under another title.';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION csp_internal.keep_frozen_assessment() IS 'Trigger of assessment (row level, before): what a frozen assessment is about is not changed (55000), since published figures are shown under it; status, note and marking may.';

CREATE FUNCTION csp_internal.keep_frozen_scope()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    touched integer[] := ARRAY[CASE WHEN TG_OP <> 'INSERT' THEN OLD.assessment_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.assessment_id END];
    frozen integer;
BEGIN
    -- The assessment's row is the lock: freeze_assessment updates it, so that either waits for the other, and the check below sees what
    -- was committed meanwhile. A transaction that reads an older snapshot fails (40001) instead.
    EXECUTE format('SELECT a.assessment_id FROM %I.assessment a WHERE a.assessment_id = ANY ($1) ORDER BY a.assessment_id FOR SHARE', TG_TABLE_SCHEMA) USING touched;
    EXECUTE format('SELECT f.assessment_id FROM %I.frozen_assessment f WHERE f.assessment_id = ANY ($1) LIMIT 1', TG_TABLE_SCHEMA) INTO frozen USING touched;
    IF frozen IS NOT NULL THEN
        RAISE EXCEPTION 'assessment % is frozen: %.% keeps its rows as they were', frozen, TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Set assessment.status to withdrawn, and freeze a corrected assessment under another title.';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION csp_internal.keep_frozen_scope() IS
    'Trigger of assessment_type, assessment_area, assessment_priority and risk_score (row level, before): refuses to change the scope and the scores of a frozen assessment (55000), and makes freezing and writers of the scope wait for each other.';

CREATE FUNCTION csp_internal.show_published()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- through the gate: whoever may set the status may not write the tables of what is published
    PERFORM csp_internal.refresh_publication(TG_TABLE_SCHEMA, NEW.assessment_id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION csp_internal.show_published() IS 'Trigger of assessment (row level, after changes of status and marking): publishes a frozen assessment, or takes it back.';

CREATE FUNCTION csp_internal.frozen_digest(partnership text, assessment integer)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result text;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format($query$
        SELECT encode(sha256(convert_to(coalesce(string_agg(encode(sha256(convert_to(s.content, 'UTF8')), 'hex'), '' ORDER BY s.part, s.product COLLATE "C", s.row_number), ''), 'UTF8')), 'hex')
        FROM (
            SELECT 1 AS part, f.product, f.row_number, f.content::text AS content
            FROM %1$I.frozen_row f
            WHERE f.assessment_id = $1
          UNION ALL
            -- by its own text: the counts have no order of their own
            SELECT 2, to_jsonb(d)::text, 0, to_jsonb(d)::text
            FROM %1$I.disclosed_count d
            WHERE d.assessment_id = $1
          UNION ALL
            SELECT 3, to_jsonb(d)::text, 0, to_jsonb(d)::text
            FROM %1$I.disclosed_month d
            WHERE d.assessment_id = $1
        ) s
        $query$, partnership)
    INTO result USING assessment;
    RETURN result;
END
$$;
COMMENT ON FUNCTION csp_internal.frozen_digest(text, integer) IS 'SHA-256 of the stored rows of a frozen assessment, those that may be published included. Internal to freeze_assessment and check_frozen_assessment.';

CREATE FUNCTION csp_internal.refresh_publication_work(partnership text, assessment integer)
RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_due boolean;
    is_shown boolean;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format('SELECT a.status = ''published'' FROM %1$I.assessment a JOIN %1$I.frozen_assessment f USING (assessment_id) WHERE a.assessment_id = $1', partnership)
    INTO is_due USING assessment;
    IF is_due IS NOT TRUE THEN
        EXECUTE format('DELETE FROM %I.publication p WHERE p.assessment_id = $1', partnership) USING assessment;
        RETURN false;
    END IF;
    EXECUTE format($query$
        UPDATE %1$I.publication p
        SET protective_marking = a.protective_marking
        FROM %1$I.assessment a
        WHERE a.assessment_id = $1
          AND p.assessment_id = $1
        RETURNING true
        $query$, partnership) INTO is_shown USING assessment;
    IF is_shown THEN
        RETURN true;
    END IF;
    -- one statement, one snapshot: what is copied is what the digest was found to cover
    EXECUTE format($query$
        WITH sound AS (
            SELECT f.assessment_id, f.frozen_at, f.extension_version, f.coverage
            FROM %1$I.frozen_assessment f
            WHERE f.assessment_id = $1
              AND f.digest = csp_internal.frozen_digest($2, $1)
        ),
        heading AS (
            INSERT INTO %1$I.publication (assessment_id, kind, title, period_from, period_to, baseline_from, baseline_to, protective_marking,
                                          frozen_at, extension_version, sources, note, published_at, published_by)
            SELECT a.assessment_id, a.kind, a.title, a.period_from, a.period_to, a.baseline_from, a.baseline_to, a.protective_marking,
                   f.frozen_at, f.extension_version,
                   (SELECT string_agg(coalesce(s ->> 'citation', s ->> 'title'), '; ' ORDER BY s ->> 'source') FROM jsonb_array_elements(f.coverage) AS s (s)),
                   CASE WHEN (SELECT bool_or((s ->> 'threshold')::integer > 0 OR (s ->> 'base')::integer > 1) FROM jsonb_array_elements(f.coverage) AS s (s))
                        THEN 'Small counts are suppressed, with others by which they could be found, and counts are rounded: parts need not add up to totals. Rates are of the counts shown.'
                   END,
                   now(), csp_internal.caller()
            FROM sound f
            JOIN %1$I.assessment a USING (assessment_id)
            RETURNING assessment_id
        )
        INSERT INTO %1$I.publication_count (assessment_id, row_key, area_kind, area_code, area_name, problem_type, problem_type_label, sort_order,
                                            incidents, incidents_text, denominator, denominator_count, baseline_incidents, baseline_incidents_text)
        SELECT h.assessment_id,
               row_number() OVER (ORDER BY now.area_kind <> 'partnership', now.area_code, now.sort_order, now.problem_type),
               now.area_kind, now.area_code, now.area_name, now.problem_type, now.problem_type_label, now.sort_order,
               now.incidents, coalesce(now.incidents::text, now.token), now.denominator, now.denominator_count,
               before.incidents, CASE WHEN before.problem_type IS NOT NULL THEN coalesce(before.incidents::text, before.token) END
        FROM heading h
        JOIN %1$I.disclosed_count now ON now.assessment_id = h.assessment_id AND now.part = 'period'
        LEFT JOIN %1$I.disclosed_count before ON before.assessment_id = h.assessment_id AND before.part = 'baseline'
            AND before.area_kind = now.area_kind AND before.area_code = now.area_code AND before.problem_type = now.problem_type
        $query$, partnership) USING assessment, partnership;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.publication p WHERE p.assessment_id = $1)', partnership) INTO is_shown USING assessment;
    IF NOT is_shown THEN
        RAISE EXCEPTION 'the stored rows of assessment % are not those that were frozen', assessment
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Triggers were switched off and rows changed. It cannot be published: restore the rows from a dump, or freeze a new assessment.';
    END IF;
    RETURN true;
END
$$;
COMMENT ON FUNCTION csp_internal.refresh_publication_work(text, integer) IS 'The work of csp_internal.refresh_publication, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp_internal.refresh_publication(partnership text, assessment integer)
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp_internal.refresh_publication(text, integer) IS
    'Makes publication and publication_count follow the status of an assessment: while it is frozen and published they hold its counts after disclosure control, otherwise nothing. True if it is shown. Internal to the trigger of assessment.';

CREATE FUNCTION csp_internal.refresh_publications(partnership text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    assessment integer;
BEGIN
    PERFORM csp.check_partnership(partnership);
    FOR assessment IN EXECUTE format($query$
        SELECT a.assessment_id
        FROM %1$I.assessment a
        JOIN %1$I.frozen_assessment f USING (assessment_id)
        WHERE (a.status = 'published') <> EXISTS (SELECT FROM %1$I.publication p WHERE p.assessment_id = a.assessment_id)
        ORDER BY a.assessment_id
        $query$, partnership)
    LOOP
        BEGIN
            PERFORM csp_internal.refresh_publication_work(partnership, assessment);
        EXCEPTION WHEN object_not_in_prerequisite_state THEN
            RAISE WARNING 'assessment % of "%" is not published any more', assessment, partnership
                USING DETAIL = SQLERRM;
        END;
    END LOOP;
END
$$;
COMMENT ON FUNCTION csp_internal.refresh_publications(text) IS
    'Publishes the frozen assessments whose status is published and that are not shown, and takes back the others: for a partnership laid out before it had the table publication, or whose triggers were gone for a while. Internal to lay_out_partnership.';

CREATE FUNCTION csp_internal.freeze_assessment(partnership text, assessment integer)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET csp_analysis.protect_people = on
AS $$
DECLARE
    kind text;
    prefix text;
    product name;
    figures text;
    is_frozen boolean;
    stored bigint := 0;
    changed bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- instants are written as the partnership tells them, whichever session freezes
    PERFORM set_config('TimeZone', csp_internal.setting(partnership, 'time_zone'), true);
    -- The lock of this assessment: whoever changes it, its scope or its scores waits for this transaction, or this one for theirs. An update
    -- and no lock alone, so that a transaction with an older snapshot fails (40001) instead of changing what it takes to be not frozen.
    EXECUTE format('UPDATE %I.assessment a SET title = a.title WHERE a.assessment_id = $1 RETURNING a.kind', partnership) INTO kind USING assessment;
    IF kind IS NULL THEN
        RAISE EXCEPTION 'there is no assessment % in "%"', coalesce(assessment::text, '(null)'), partnership
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('SELECT assessment_id, kind, title FROM %I.assessment lists them.', partnership);
    ELSIF kind = 'subject profile' THEN
        RAISE EXCEPTION 'assessment % is a subject profile, which is about one person and not stored', assessment
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Strategic and tactical assessments and problem profiles can be frozen.';
    END IF;
    prefix := CASE kind WHEN 'problem profile' THEN 'profile' ELSE kind END;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.frozen_assessment f WHERE f.assessment_id = $1)', partnership) INTO is_frozen USING assessment;
    IF is_frozen THEN
        RAISE EXCEPTION 'assessment % is frozen already', assessment
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'What was published stands. Make a new assessment for corrected figures, and set this one''s status to withdrawn.';
    END IF;
    -- first what it is computed with; number and digest of the rows when they are all there
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.frozen_assessment (assessment_id, extension_version, parameters, coverage, row_count, digest)
        SELECT a.assessment_id, e.extversion,
               jsonb_build_object(
                   'assessment', to_jsonb(a),
                   'priorities', (SELECT jsonb_agg(p.code ORDER BY p.code) FROM @partnership@.assessment_priority ap JOIN @partnership@.priority p USING (priority_id) WHERE ap.assessment_id = a.assessment_id),
                   'problem_types', (SELECT jsonb_agg(t.code ORDER BY t.code) FROM @partnership@.assessment_type s JOIN @partnership@.problem_type t USING (problem_type_id) WHERE s.assessment_id = a.assessment_id),
                   'areas', (SELECT jsonb_agg(r.code ORDER BY r.code) FROM @partnership@.assessment_area s JOIN @partnership@.area r USING (area_id) WHERE s.assessment_id = a.assessment_id),
                   'settings', (SELECT jsonb_object_agg(s.name, s.value) FROM @partnership@.setting s),
                   -- of what is drawn at random; nothing else in the products of an assessment is
                   'seeds', CASE a.kind WHEN 'strategic' THEN jsonb_build_object('strategic_priority_matrix', jsonb_build_object('function', 'rank_interval', 'draws', 9999, 'seed', 1)) ELSE '{}' END,
                   'postgresql', current_setting('server_version')),
               (SELECT jsonb_agg(jsonb_build_object(
                           'source', s.code, 'title', s.title, 'citation', s.citation, 'threshold', s.disclosure_threshold, 'base', s.disclosure_base, 'token', s.disclosure_token,
                           'incidents', (SELECT coalesce(sum(m.incidents), 0) FROM @partnership@.incident_month m WHERE m.source_id = s.source_id),
                           'months', (SELECT jsonb_object_agg(to_char(c.month, 'YYYY-MM'), c.status) FROM @partnership@.source_coverage c WHERE c.source_id = s.source_id)) ORDER BY s.code)
                FROM @partnership@.source s),
               0, ''
        FROM @partnership@.assessment a
        CROSS JOIN pg_extension e
        WHERE a.assessment_id = $1
          AND e.extname = 'csp_analysis'
        $query$) USING assessment;
    -- products that show no person, and that are kept by assessment
    FOR product IN
        SELECT r.relation
        FROM csp.partnership_relations(partnership) r
        JOIN pg_attribute t ON t.attrelid = format('%I.%I', partnership, r.relation)::regclass AND t.attname = 'assessment_id'
        WHERE r.kind = 'view'
          AND r.access = 'product'
          AND starts_with(r.relation, prefix || '_')
        ORDER BY r.relation COLLATE "C"
    LOOP
        -- Shapes are the areas' and the grid's, named by the row's codes: they would take ten times the room of the figures, and most of the
        -- time if they were written out to be thrown away
        SELECT string_agg(format('v.%I', t.attname), ', ' ORDER BY t.attnum) INTO figures
        FROM pg_attribute t
        WHERE t.attrelid = format('%I.%I', partnership, product)::regclass
          AND t.attnum > 0
          AND NOT t.attisdropped
          AND t.atttypid <> (SELECT p.oid FROM pg_type p JOIN pg_extension e ON e.extnamespace = p.typnamespace WHERE e.extname = 'postgis' AND p.typname = 'geometry');
        EXECUTE format($query$
            INSERT INTO %1$I.frozen_row (assessment_id, product, row_number, content)
            SELECT $1, %2$L, row_number() OVER (ORDER BY c.content::text COLLATE "C"), c.content
            FROM (SELECT to_jsonb(f) AS content FROM (SELECT %3$s FROM %1$I.%2$I v WHERE v.assessment_id = $1) f) c
            $query$, partnership, product, figures) USING assessment;
        GET DIAGNOSTICS changed = ROW_COUNT;
        stored := stored + changed;
    END LOOP;
    IF kind = 'strategic' THEN
        PERFORM csp_internal.disclose_assessment(partnership, assessment);
    END IF;
    EXECUTE format('UPDATE %I.frozen_assessment SET row_count = $2, digest = csp_internal.frozen_digest($3, $1) WHERE assessment_id = $1', partnership)
    USING assessment, stored, partnership;
    PERFORM csp_internal.refresh_publication_work(partnership, assessment);
    RETURN stored;
END
$$;
COMMENT ON FUNCTION csp_internal.freeze_assessment(text, integer) IS 'The work of csp.freeze_assessment, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.freeze_assessment(partnership text, assessment integer)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.freeze_assessment(text, integer) IS
    'Stores the rows behind an assessment, once and for good: every row of its product views (strategic_, tactical_ or profile_; none about single people) in frozen_row, all columns but the shapes, with parameters, settings, source coverage and version in frozen_assessment, so that its figures can be quoted later though data was corrected since. Of a strategic assessment it also stores the counts that may be published, after disclosure control (disclosed_count): they show in the published_ views while assessment.status is published. Returns the number of rows. Errors: 3F000 unknown partnership, 22023 unknown assessment, 55000 frozen already, or a subject profile.';

CREATE FUNCTION csp_internal.check_frozen_assessment(partnership text, assessment integer)
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result boolean;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format('SELECT f.digest = csp_internal.frozen_digest($2, $1) FROM %I.frozen_assessment f WHERE f.assessment_id = $1', partnership) INTO result USING assessment, partnership;
    RETURN result;
END
$$;
COMMENT ON FUNCTION csp_internal.check_frozen_assessment(text, integer) IS 'The work of csp.check_frozen_assessment, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.check_frozen_assessment(partnership text, assessment integer)
RETURNS boolean
LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.check_frozen_assessment(text, integer) IS
    'Are the stored rows of a frozen assessment still those that were stored? NULL for one that is not frozen. An unknown partnership is an error (3F000).';
