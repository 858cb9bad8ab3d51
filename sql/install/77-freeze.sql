-- freeze: an assessment's evidence as it was, and what of it may leave the partnership.

CREATE FUNCTION csp.keep_frozen()
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
COMMENT ON FUNCTION csp.keep_frozen() IS 'Trigger of the tables of frozen assessments: refuses to change, delete or truncate rows (55000).';

CREATE FUNCTION csp.keep_frozen_whole()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    frozen integer;
BEGIN
    -- freeze_assessment writes frozen_assessment last: once it stands nothing is added
    EXECUTE format('SELECT f.assessment_id FROM %I.frozen_assessment f WHERE f.assessment_id IN (SELECT n.assessment_id FROM new_rows n) LIMIT 1', TG_TABLE_SCHEMA) INTO frozen;
    IF frozen IS NOT NULL THEN
        RAISE EXCEPTION 'assessment % is frozen: nothing is added to %.%', frozen, TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Set assessment.status to withdrawn, and freeze a corrected assessment under another title.';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION csp.keep_frozen_whole() IS 'Trigger of frozen_row and disclosed_count (statement level, with the new rows): refuses to add to an assessment that is frozen (55000).';

CREATE FUNCTION csp.sign_frozen()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.frozen_at := now();
    NEW.frozen_by := current_user;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION csp.sign_frozen() IS 'Trigger of frozen_assessment (row level, before): who and when are the server''s to say, whatever the row brings.';

CREATE FUNCTION csp.keep_frozen_assessment()
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
COMMENT ON FUNCTION csp.keep_frozen_assessment() IS 'Trigger of assessment (row level, before): what a frozen assessment is about is not changed (55000), since published figures are shown under it; status, note and marking may.';

CREATE FUNCTION csp.suppress_secondary()
RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changed integer;
    added integer := 0;
BEGIN
    LOOP
        -- An equation is a total and its parts. Its reader knows every figure shown and takes every suppressed one to be 1 or more.
        WITH equation AS (
            SELECT e.equation_id, t.is_suppressed AS total_suppressed, t.threshold,
                   count(*) FILTER (WHERE p.is_suppressed) AS hidden,
                   coalesce(sum(p.incidents) FILTER (WHERE p.is_suppressed), 0) AS hidden_sum
            FROM pg_temp.csp_disclosure_equation e
            JOIN pg_temp.csp_disclosure_cell t ON t.cell_id = e.total_id
            JOIN pg_temp.csp_disclosure_part ep USING (equation_id)
            JOIN pg_temp.csp_disclosure_cell p ON p.cell_id = ep.cell_id
            GROUP BY e.equation_id, t.is_suppressed, t.threshold
        ),
        open AS (
            -- one unknown can be worked out; several under a known total are at most the sum less one for each of the others
            SELECT q.equation_id
            FROM equation q
            WHERE q.total_suppressed AND q.hidden = 0
               OR NOT q.total_suppressed AND (q.hidden = 1 OR q.hidden > 1 AND q.hidden_sum - (q.hidden - 1) <= q.threshold)
        ),
        candidate AS (
            SELECT DISTINCT ON (o.equation_id) o.equation_id, c.cell_id
            FROM open o
            JOIN (
                SELECT ep.equation_id, ep.cell_id, 0 AS is_total FROM pg_temp.csp_disclosure_part ep
              UNION ALL
                SELECT e.equation_id, e.total_id, 1 FROM pg_temp.csp_disclosure_equation e
            ) m USING (equation_id)
            JOIN pg_temp.csp_disclosure_cell c USING (cell_id)
            WHERE NOT c.is_suppressed
              AND c.incidents > 0
            -- the least loss of information: the smallest part, the total last
            ORDER BY o.equation_id, m.is_total, c.incidents, c.cell_id
        )
        UPDATE pg_temp.csp_disclosure_cell c
        SET is_suppressed = true
        WHERE c.cell_id IN (SELECT k.cell_id FROM candidate k);
        GET DIAGNOSTICS changed = ROW_COUNT;
        EXIT WHEN changed = 0;
        added := added + changed;
    END LOOP;
    RETURN added;
END
$$;
COMMENT ON FUNCTION csp.suppress_secondary() IS
    'Suppresses further cells of pg_temp.csp_disclosure_cell until no suppressed one can be worked out, or known to be at most the threshold, from the totals and parts of pg_temp.csp_disclosure_equation. Returns how many. Internal to freeze_assessment.';

CREATE FUNCTION csp.disclose_assessment(partnership text, assessment integer)
RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    part text;
    added integer := 0;
BEGIN
    PERFORM csp.check_partnership(partnership);
    FOREACH part IN ARRAY ARRAY['period', 'baseline'] LOOP
        DROP TABLE IF EXISTS pg_temp.csp_disclosure_cell, pg_temp.csp_disclosure_equation, pg_temp.csp_disclosure_part;
        CREATE TEMP TABLE csp_disclosure_cell (
            cell_id integer PRIMARY KEY, area_kind text, area_code text, area_name text, problem_type_id integer, parent_id integer,
            problem_type text, problem_type_label text, sort_order integer, incidents bigint, denominator text, denominator_count bigint,
            threshold integer, base integer, token text, is_suppressed boolean
        ) ON COMMIT DROP;
        CREATE TEMP TABLE csp_disclosure_equation (equation_id integer PRIMARY KEY, total_id integer) ON COMMIT DROP;
        CREATE TEMP TABLE csp_disclosure_part (equation_id integer, cell_id integer) ON COMMIT DROP;
        EXECUTE csp.partnership_sql(partnership, $query$
            WITH strictest AS (
                -- of all sources that supply the type or a part of it
                SELECT ts.problem_type_id, max(s.disclosure_threshold) AS threshold, max(s.disclosure_base) AS base,
                       (array_agg(s.disclosure_token ORDER BY s.disclosure_threshold DESC, s.source_id))[1] AS token
                FROM @partnership@.evidence_type_source ts
                JOIN @partnership@.source s USING (source_id)
                GROUP BY ts.problem_type_id
            ),
            counted AS (
                SELECT c.*, CASE WHEN $2 = 'baseline' THEN c.baseline_compared WHEN a.baseline_from IS NULL THEN c.incidents ELSE c.period_compared END AS counted,
                       CASE WHEN $2 = 'baseline' THEN c.baseline_denominator_count ELSE c.denominator_count END AS residents
                FROM @partnership@.evidence_count c
                JOIN @partnership@.assessment a USING (assessment_id)
                WHERE c.assessment_id = $1
                  AND ($2 = 'period' OR a.baseline_from IS NOT NULL)
                  -- areas by headline type alone, and of headline types that contain one another the widest: subtypes within areas
                  -- would cross two totals, and could be worked out from both
                  AND (c.area_kind = 'partnership'
                       OR c.is_headline
                          AND NOT EXISTS (SELECT
                                          FROM @partnership@.evidence_type tree
                                          JOIN @partnership@.problem_type wider ON wider.problem_type_id = tree.problem_type_id AND wider.is_headline
                                          WHERE tree.member_id = c.problem_type_id
                                            AND tree.problem_type_id <> c.problem_type_id))
            )
            INSERT INTO pg_temp.csp_disclosure_cell
            SELECT row_number() OVER (ORDER BY c.area_kind <> 'partnership', c.area_code, c.sort_order, c.problem_type),
                   c.area_kind, c.area_code, c.area_name, c.problem_type_id, c.parent_id, c.problem_type, c.problem_type_label, c.sort_order,
                   coalesce(c.counted, 0), c.denominator, c.residents, coalesce(k.threshold, 0), coalesce(k.base, 1), coalesce(k.token, '*'),
                   csp.disclose(coalesce(c.counted, 0), coalesce(k.threshold, 0), coalesce(k.base, 1)) IS NULL
            FROM counted c
            LEFT JOIN strictest k USING (problem_type_id)
            $query$) USING assessment, part;

        -- a type is the sum of its subtypes, and of its areas; what is in neither is taken to be known
        INSERT INTO pg_temp.csp_disclosure_equation (equation_id, total_id)
        SELECT t.cell_id * 2, t.cell_id
        FROM pg_temp.csp_disclosure_cell t
        WHERE t.area_kind = 'partnership'
          AND EXISTS (SELECT FROM pg_temp.csp_disclosure_cell p WHERE p.area_kind = 'partnership' AND p.parent_id = t.problem_type_id)
      UNION ALL
        SELECT t.cell_id * 2 + 1, t.cell_id
        FROM pg_temp.csp_disclosure_cell t
        WHERE t.area_kind = 'partnership'
          AND EXISTS (SELECT FROM pg_temp.csp_disclosure_cell p WHERE p.area_kind <> 'partnership' AND p.problem_type_id = t.problem_type_id);
        INSERT INTO pg_temp.csp_disclosure_part (equation_id, cell_id)
        SELECT t.cell_id * 2, p.cell_id
        FROM pg_temp.csp_disclosure_cell t
        JOIN pg_temp.csp_disclosure_cell p ON p.area_kind = 'partnership' AND p.parent_id = t.problem_type_id
        WHERE t.area_kind = 'partnership'
      UNION ALL
        SELECT t.cell_id * 2 + 1, p.cell_id
        FROM pg_temp.csp_disclosure_cell t
        JOIN pg_temp.csp_disclosure_cell p ON p.area_kind <> 'partnership' AND p.problem_type_id = t.problem_type_id
        WHERE t.area_kind = 'partnership';
        ANALYZE pg_temp.csp_disclosure_cell, pg_temp.csp_disclosure_equation, pg_temp.csp_disclosure_part;
        added := added + csp.suppress_secondary();

        EXECUTE format($query$
            INSERT INTO %I.disclosed_count (assessment_id, part, area_kind, area_code, area_name, problem_type, problem_type_label, sort_order,
                                            incidents, token, threshold, base, denominator, denominator_count)
            SELECT $1, $2, c.area_kind, c.area_code, c.area_name, c.problem_type, c.problem_type_label, c.sort_order,
                   CASE WHEN NOT c.is_suppressed THEN csp.disclose(c.incidents, c.threshold, c.base) END,
                   c.token, c.threshold, c.base, c.denominator, c.denominator_count
            FROM pg_temp.csp_disclosure_cell c
            $query$, partnership) USING assessment, part;
        DROP TABLE pg_temp.csp_disclosure_cell, pg_temp.csp_disclosure_equation, pg_temp.csp_disclosure_part;
    END LOOP;
    RETURN added;
END
$$;
COMMENT ON FUNCTION csp.disclose_assessment(text, integer) IS
    'Fills disclosed_count for an assessment: the whole partnership by every problem type, areas by headline type, in the period and the baseline. Returns how many counts were suppressed for the sake of others. Internal to freeze_assessment.';

CREATE FUNCTION csp.frozen_digest(partnership text, assessment integer)
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
        ) s
        $query$, partnership)
    INTO result USING assessment;
    RETURN result;
END
$$;
COMMENT ON FUNCTION csp.frozen_digest(text, integer) IS 'SHA-256 of the stored rows of a frozen assessment, those that may be published included. Internal to freeze_assessment and check_frozen_assessment.';

CREATE FUNCTION csp.freeze_assessment(partnership text, assessment integer)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
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
    EXECUTE format('SELECT a.kind FROM %I.assessment a WHERE a.assessment_id = $1', partnership) INTO kind USING assessment;
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
    EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.frozen_row f WHERE f.assessment_id = $1) OR EXISTS (SELECT FROM %1$I.disclosed_count d WHERE d.assessment_id = $1)', partnership)
    INTO is_frozen USING assessment;
    IF is_frozen THEN
        RAISE EXCEPTION 'rows of assessment % stand in frozen_row or disclosed_count before it is frozen', assessment
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Only freeze_assessment writes them: roll the transaction back that put them there.';
    END IF;
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
        PERFORM csp.disclose_assessment(partnership, assessment);
    END IF;
    -- last, when all is stored: what it is computed with, and a digest. A second freezing at the same time fails on its key.
    EXECUTE csp.partnership_sql(partnership, $query$
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
               $2, csp.frozen_digest($3, $1)
        FROM @partnership@.assessment a
        CROSS JOIN pg_extension e
        WHERE a.assessment_id = $1
          AND e.extname = 'csp_analysis'
        $query$) USING assessment, stored, partnership;
    RETURN stored;
END
$$;
COMMENT ON FUNCTION csp.freeze_assessment(text, integer) IS
    'Stores the rows behind an assessment, once and for good: every row of its product views (strategic_, tactical_ or profile_; none about single people) in frozen_row, all columns but the shapes, with parameters, settings, source coverage and version in frozen_assessment, so that its figures can be quoted later though data was corrected since. Of a strategic assessment it also stores the counts that may be published, after disclosure control (disclosed_count): they show in the published_ views while assessment.status is published. Returns the number of rows. Errors: 3F000 unknown partnership, 22023 unknown assessment, 55000 frozen already, or a subject profile.';

CREATE FUNCTION csp.check_frozen_assessment(partnership text, assessment integer)
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result boolean;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format('SELECT f.digest = csp.frozen_digest($2, $1) FROM %I.frozen_assessment f WHERE f.assessment_id = $1', partnership) INTO result USING assessment, partnership;
    RETURN result;
END
$$;
COMMENT ON FUNCTION csp.check_frozen_assessment(text, integer) IS
    'Are the stored rows of a frozen assessment still those that were stored? NULL for one that is not frozen. An unknown partnership is an error (3F000).';
