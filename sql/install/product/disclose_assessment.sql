-- disclose_assessment: the counts of a strategic assessment that may be published, beside all that was frozen before.

CREATE FUNCTION csp_internal.disclose_assessment(partnership text, assessment integer)
RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    added integer;
    withheld text;
    tables bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'an assessment cannot be frozen under isolation level %', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state',
                  HINT = 'What is frozen at the same time must be seen, since the two could be subtracted: freeze under READ COMMITTED.';
    END IF;
    -- one at a time, for the same reason; a lock that none but the owner can hold
    EXECUTE format('LOCK TABLE %I.disclosed_count IN SHARE ROW EXCLUSIVE MODE', partnership);
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.disclosed_month (assessment_id, part, source_id, month)
        SELECT asm.assessment_id, asm.part, asm.source_id, asm.month
        FROM @partnership@.assessment a
        JOIN @partnership@.evidence_assessment_source_month asm USING (assessment_id)
        WHERE a.assessment_id = $1
          AND (asm.is_comparable OR asm.part = 'period' AND a.baseline_from IS NULL)
        $query$) USING assessment;
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        WITH RECURSIVE scope AS MATERIALIZED (
            SELECT d.assessment_id, d.part, d.source_id, d.month
            FROM @partnership@.disclosed_month d
          UNION ALL
            -- frozen before their months were stored
            SELECT a.assessment_id, asm.part, asm.source_id, asm.month
            FROM @partnership@.assessment a
            JOIN @partnership@.evidence_assessment_source_month asm USING (assessment_id)
            WHERE a.assessment_id IN (SELECT c.assessment_id FROM @partnership@.disclosed_count c
                                    EXCEPT
                                      SELECT m.assessment_id FROM @partnership@.disclosed_month m)
              AND (asm.is_comparable OR asm.part = 'period' AND a.baseline_from IS NULL)
        ),
        pair AS MATERIALIZED (
            SELECT DISTINCT one.assessment_id, one.part, other.assessment_id AS other_id, other.part AS other_part
            FROM scope one
            JOIN scope other USING (source_id, month)
        ),
        -- what shares months with the new tables, directly or through others
        linked (assessment_id, part) AS (
            SELECT $1, new.part
            FROM @partnership@.assessment a
            CROSS JOIN (VALUES ('period'), ('baseline')) AS new (part)
            WHERE a.assessment_id = $1
              AND (new.part = 'period' OR a.baseline_from IS NOT NULL)
          UNION
            SELECT p.other_id, p.other_part
            FROM linked l
            JOIN pair p USING (assessment_id, part)
        ),
        numbered AS MATERIALIZED (
            SELECT l.assessment_id, l.part, l.assessment_id = $1 AS is_new,
                   row_number() OVER (ORDER BY l.assessment_id <> $1, l.assessment_id DESC, l.part DESC)::integer - 1 AS number,
                   count(*) OVER () AS tables
            FROM linked l
        ),
        -- more tables than the kernel holds: only the new ones, and all that has a threshold is withheld
        listed AS MATERIALIZED (
            SELECT n.assessment_id, n.part, n.is_new, n.number, n.tables
            FROM numbered n
            WHERE n.tables <= 62
               OR n.is_new
        ),
        masked AS MATERIALIZED (
            SELECT s.source_id, s.month, bit_or(1::bigint << l.number) AS tables
            FROM scope s
            JOIN listed l USING (assessment_id, part)
            GROUP BY s.source_id, s.month
        ),
        region AS MATERIALIZED (
            SELECT k.tables, row_number() OVER (ORDER BY k.tables)::integer AS region
            FROM (SELECT DISTINCT m.tables FROM masked m) k
        ),
        strictest AS MATERIALIZED (
            -- of all sources that supply the type or a part of it
            SELECT ts.problem_type_id, max(s.disclosure_threshold) AS threshold, max(s.disclosure_base) AS base,
                   (array_agg(s.disclosure_token ORDER BY s.disclosure_threshold DESC, s.source_id))[1] AS token
            FROM @partnership@.evidence_type_source ts
            JOIN @partnership@.source s USING (source_id)
            GROUP BY ts.problem_type_id
        ),
        counted AS MATERIALIZED (
            SELECT c.area_kind, c.area_code, c.area_name, c.problem_type_id, c.problem_type, c.problem_type_label, c.sort_order,
                   c.incidents, c.period_compared, c.baseline_compared, c.denominator, c.denominator_count, c.baseline_denominator_count
            FROM @partnership@.evidence_count c
            WHERE c.assessment_id = $1
              -- areas by headline type alone, and of headline types that contain one another the widest: subtypes within areas
              -- would cross two totals
              AND (c.area_kind = 'partnership'
                   OR c.is_headline
                      AND NOT EXISTS (SELECT
                                      FROM @partnership@.evidence_type tree
                                      JOIN @partnership@.problem_type wider ON wider.problem_type_id = tree.problem_type_id AND wider.is_headline
                                      WHERE tree.member_id = c.problem_type_id
                                        AND tree.problem_type_id <> c.problem_type_id))
        ),
        new_row AS MATERIALIZED (
            SELECT l.number, l.part, c.area_kind, c.area_code, c.area_name, c.problem_type_id, c.problem_type, c.problem_type_label, c.sort_order,
                   coalesce(CASE WHEN l.part = 'baseline' THEN c.baseline_compared
                                 WHEN a.baseline_from IS NULL THEN c.incidents
                                 ELSE c.period_compared END, 0) AS incidents,
                   c.denominator,
                   CASE l.part WHEN 'baseline' THEN c.baseline_denominator_count ELSE c.denominator_count END AS denominator_count,
                   coalesce(k.threshold, 0) AS threshold, coalesce(k.base, 1) AS base, coalesce(k.token, '*') AS token
            FROM counted c
            CROSS JOIN listed l
            JOIN @partnership@.assessment a ON a.assessment_id = l.assessment_id
            LEFT JOIN strictest k USING (problem_type_id)
            WHERE l.is_new
        ),
        old_row AS MATERIALIZED (
            SELECT l.number, d.area_kind, d.area_code, t.problem_type_id, d.incidents, d.threshold
            FROM listed l
            JOIN @partnership@.disclosed_count d USING (assessment_id, part)
            JOIN @partnership@.problem_type t ON t.code = d.problem_type
            WHERE NOT l.is_new
        ),
        -- types that contain one another in a circle are a mistake: they have no totals to reckon with, and are withheld
        circle AS MATERIALIZED (
            SELECT DISTINCT one.problem_type_id
            FROM @partnership@.evidence_type one
            JOIN @partnership@.evidence_type back ON back.problem_type_id = one.member_id AND back.member_id = one.problem_type_id
            WHERE one.member_id <> one.problem_type_id
        ),
        used AS MATERIALIZED (
            SELECT u.area_kind, u.area_code, u.problem_type_id, max(u.threshold) AS threshold
            FROM (
                SELECT n.area_kind, n.area_code, n.problem_type_id, n.threshold FROM new_row n
              UNION ALL
                SELECT o.area_kind, o.area_code, o.problem_type_id, o.threshold FROM old_row o
            ) u
            GROUP BY u.area_kind, u.area_code, u.problem_type_id
        ),
        cell AS MATERIALIZED (
            SELECT row_number() OVER (ORDER BY u.area_kind <> 'partnership', u.area_kind, u.area_code, u.problem_type_id)::integer AS cell,
                   u.area_kind, u.area_code, u.problem_type_id, a.area_id,
                   max(u.threshold) OVER (PARTITION BY u.problem_type_id) AS threshold
            FROM used u
            LEFT JOIN @partnership@.area a ON a.area_kind = u.area_kind AND a.code = u.area_code
        ),
        -- kinds of area, and whether the areas of one kind lie whole in those of another
        kind AS MATERIALIZED (
            SELECT DISTINCT c.area_kind, c.area_kind IN (SELECT n.area_kind FROM new_row n) AS is_new
            FROM cell c
            WHERE c.area_kind <> 'partnership'
        ),
        lies AS MATERIALIZED (
            SELECT aa.area_id AS base_id, k.area_kind, aa.ancestor_id AS area_id
            FROM kind k
            JOIN @partnership@.area_ancestor aa ON aa.ancestor_kind = k.area_kind
            JOIN @partnership@.area base ON base.area_id = aa.area_id
            -- the areas that incidents are counted by, whatever the setting says: an analyst may change it
            WHERE (base.area_kind = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'base_area_kind')
                   OR EXISTS (SELECT FROM @partnership@.incident_month_entry e WHERE e.area_id = base.area_id))
        ),
        container AS MATERIALIZED (
            SELECT f.area_kind AS fine_kind, f.area_id AS fine_id, k.area_kind AS coarse_kind,
                   count(DISTINCT coalesce(c.area_id, 0)) AS containers, max(c.area_id) AS coarse_id
            FROM lies f
            JOIN kind k ON k.area_kind <> f.area_kind
            LEFT JOIN lies c ON c.base_id = f.base_id AND c.area_kind = k.area_kind
            GROUP BY f.area_kind, f.area_id, k.area_kind
        ),
        refines AS MATERIALIZED (
            SELECT c.fine_kind, c.coarse_kind
            FROM container c
            GROUP BY c.fine_kind, c.coarse_kind
            HAVING max(c.containers) = 1
        ),
        coarser AS MATERIALIZED (
            -- two kinds with the same areas: by name
            SELECT r.fine_kind, r.coarse_kind
            FROM refines r
            LEFT JOIN refines back ON back.fine_kind = r.coarse_kind AND back.coarse_kind = r.fine_kind
            WHERE back.fine_kind IS NULL
               OR r.fine_kind < r.coarse_kind
        ),
        comparable AS MATERIALIZED (
            SELECT k.area_kind
            FROM kind k
            WHERE k.is_new
               OR EXISTS (SELECT
                          FROM kind new
                          JOIN coarser c ON new.area_kind IN (c.fine_kind, c.coarse_kind) AND k.area_kind IN (c.fine_kind, c.coarse_kind)
                          WHERE new.is_new)
        ),
        chain AS MATERIALIZED (
            SELECT m.area_kind
            FROM comparable m
            WHERE m.area_kind IN (SELECT k.area_kind FROM kind k WHERE k.is_new)
               OR (SELECT count(*) FROM comparable) * ((SELECT count(*) FROM comparable) - 1) / 2
                  = (SELECT count(*) FROM coarser c JOIN comparable one ON one.area_kind = c.fine_kind JOIN comparable other ON other.area_kind = c.coarse_kind)
        ),
        -- Types whose areas were published in another way for some of the same months: by areas that cross these, or with types
        -- that contain them or lie in them, and not withheld then. No tree holds both, and the new areas are withheld, zeros
        -- included.
        crossed AS MATERIALIZED (
            SELECT DISTINCT n.problem_type_id
            FROM (SELECT DISTINCT r.number, r.problem_type_id, r.area_kind FROM new_row r WHERE r.area_kind <> 'partnership') n
            JOIN @partnership@.evidence_type tree ON n.problem_type_id IN (tree.problem_type_id, tree.member_id)
            JOIN (SELECT DISTINCT r.number, r.problem_type_id, r.area_kind FROM old_row r WHERE r.area_kind <> 'partnership' AND r.incidents IS NOT NULL) o
              ON o.problem_type_id IN (tree.problem_type_id, tree.member_id)
             AND (n.problem_type_id <> o.problem_type_id AND tree.problem_type_id <> tree.member_id
                  OR n.problem_type_id = o.problem_type_id AND o.area_kind NOT IN (SELECT k.area_kind FROM chain k))
            WHERE EXISTS (SELECT FROM region r WHERE r.tables >> n.number & r.tables >> o.number & 1 = 1)
        ),
        -- a source that no table counts in other months than another: what a reader would subtract
        nested AS MATERIALIZED (
            SELECT ts.problem_type_id, n.number, o.number AS old_number
            FROM listed n
            CROSS JOIN listed o
            CROSS JOIN (SELECT DISTINCT s.problem_type_id, s.source_id FROM @partnership@.evidence_type_source s) ts
            JOIN masked m USING (source_id)
            WHERE n.is_new
              AND NOT o.is_new
            GROUP BY ts.problem_type_id, n.number, o.number
            HAVING bool_or(m.tables >> n.number & m.tables >> o.number & 1 = 1)
               AND (bool_and(m.tables >> n.number & 1 = 1) FILTER (WHERE m.tables >> o.number & 1 = 1)
                    OR bool_and(m.tables >> o.number & 1 = 1) FILTER (WHERE m.tables >> n.number & 1 = 1))
        ),
        -- data was corrected since: what a reader would take for a small count of the months between
        seeming AS MATERIALIZED (
            SELECT DISTINCT n.number, c.cell
            FROM nested e
            JOIN old_row o ON o.problem_type_id = e.problem_type_id AND o.number = e.old_number
            JOIN new_row n ON n.problem_type_id = e.problem_type_id AND n.number = e.number AND n.area_kind = o.area_kind AND n.area_code = o.area_code
            JOIN cell c ON c.problem_type_id = n.problem_type_id AND c.area_kind = n.area_kind AND c.area_code = n.area_code
            WHERE abs(csp.disclose(n.incidents, 0, n.base) - o.incidents) BETWEEN 1 AND c.threshold
        ),
        placed AS MATERIALIZED (
            SELECT r.region, m.problem_type_id, m.area_id, sum(m.incidents) AS incidents
            FROM masked k
            JOIN region r USING (tables)
            JOIN @partnership@.incident_month m ON m.source_id = k.source_id AND m.month = k.month
            GROUP BY r.region, m.problem_type_id, m.area_id
        ),
        typed AS MATERIALIZED (
            SELECT p.region, tree.problem_type_id, p.area_id, sum(p.incidents) AS incidents
            FROM placed p
            JOIN @partnership@.evidence_type tree ON tree.member_id = p.problem_type_id
            GROUP BY p.region, tree.problem_type_id, p.area_id
        ),
        region_count AS MATERIALIZED (
            SELECT t.region, c.cell, sum(t.incidents)::bigint AS incidents
            FROM typed t
            JOIN cell c USING (problem_type_id)
            WHERE c.area_kind = 'partnership'
            GROUP BY t.region, c.cell
          UNION ALL
            SELECT t.region, c.cell, sum(t.incidents)::bigint
            FROM typed t
            JOIN @partnership@.area_ancestor aa ON aa.area_id = t.area_id
            JOIN cell c ON c.area_id = aa.ancestor_id AND c.problem_type_id = t.problem_type_id
            WHERE c.area_kind <> 'partnership'
            GROUP BY t.region, c.cell
        ),
        -- a type is the sum of its subtypes, and of its areas; an area of smaller ones
        part_of AS MATERIALIZED (
            SELECT c.cell, w.cell AS total, 1 AS breakdown
            FROM cell c
            JOIN @partnership@.problem_type t ON t.problem_type_id = c.problem_type_id
            JOIN cell w ON w.problem_type_id = t.parent_id AND w.area_kind = 'partnership'
            WHERE c.area_kind = 'partnership'
              AND t.problem_type_id NOT IN (SELECT x.problem_type_id FROM circle x)
          UNION ALL
            (SELECT DISTINCT ON (c.cell) c.cell, coalesce(within.cell, w.cell),
                   CASE WHEN c.area_kind IN (SELECT k.area_kind FROM chain k) THEN 2 ELSE 2 + dense_rank() OVER (ORDER BY c.area_kind)::integer END
            FROM cell c
            JOIN cell w ON w.problem_type_id = c.problem_type_id AND w.area_kind = 'partnership'
            LEFT JOIN (
                SELECT f.fine_id, f.fine_kind, f.coarse_kind, up.cell, up.problem_type_id
                FROM container f
                JOIN coarser r ON r.fine_kind = f.fine_kind AND r.coarse_kind = f.coarse_kind
                JOIN cell up ON up.area_id = f.coarse_id
                WHERE f.fine_kind IN (SELECT k.area_kind FROM chain k)
                  AND f.coarse_kind IN (SELECT k.area_kind FROM chain k)
            ) within ON within.fine_id = c.area_id AND within.problem_type_id = c.problem_type_id
            WHERE c.area_kind <> 'partnership'
            -- the next wider kind: the one that lies in all the others
            ORDER BY c.cell, (SELECT count(*) FROM coarser n WHERE n.fine_kind = within.coarse_kind) DESC)
        ),
        withheld AS MATERIALIZED (
            SELECT n.number, c.cell, c.area_kind, c.problem_type_id
            FROM new_row n
            JOIN cell c ON c.problem_type_id = n.problem_type_id AND c.area_kind = n.area_kind AND c.area_code = n.area_code
            WHERE c.threshold > 0
              AND ((SELECT max(l.tables) FROM listed l) > 62
                   OR c.problem_type_id IN (SELECT x.problem_type_id FROM circle x)
                   OR c.area_kind <> 'partnership' AND c.problem_type_id IN (SELECT x.problem_type_id FROM crossed x))
        ),
        stated AS (
            SELECT l.number, c.cell,
                   CASE
                       WHEN n.number IS NULL AND o.number IS NULL THEN -1
                       WHEN o.number IS NOT NULL THEN CASE WHEN o.incidents IS NULL THEN 0 ELSE 1 END
                       WHEN h.cell IS NOT NULL OR s.cell IS NOT NULL THEN 3
                       ELSE 2
                   END AS status
            FROM listed l
            CROSS JOIN cell c
            LEFT JOIN new_row n ON n.number = l.number AND n.problem_type_id = c.problem_type_id AND n.area_kind = c.area_kind AND n.area_code = c.area_code
            LEFT JOIN old_row o ON o.number = l.number AND o.problem_type_id = c.problem_type_id AND o.area_kind = c.area_kind AND o.area_code = c.area_code
            LEFT JOIN withheld h ON h.number = l.number AND h.cell = c.cell
            LEFT JOIN seeming s ON s.number = l.number AND s.cell = c.cell
        ),
        argument AS MATERIALIZED (
            SELECT (SELECT array_agg(p.total ORDER BY c.cell) FROM cell c LEFT JOIN part_of p USING (cell)) AS total,
                   (SELECT array_agg(coalesce(p.breakdown, 0) ORDER BY c.cell) FROM cell c LEFT JOIN part_of p USING (cell)) AS breakdown,
                   (SELECT array_agg(c.threshold ORDER BY c.cell) FROM cell c) AS threshold,
                   (SELECT coalesce(array_agg(r.tables ORDER BY r.region), '{}') FROM region r) AS region_tables,
                   (SELECT coalesce(array_agg(coalesce(n.incidents, 0) ORDER BY r.region, c.cell), '{}')
                    FROM region r CROSS JOIN cell c LEFT JOIN region_count n ON n.region = r.region AND n.cell = c.cell) AS counts,
                   (SELECT array_agg(s.status ORDER BY s.number, s.cell) FROM stated s) AS status,
                   (SELECT count(*)::integer FROM listed) AS tables
        ),
        chosen AS MATERIALIZED (
            SELECT s.table_number, s.cell, s.is_suppressed, s.reason
            FROM argument a
            CROSS JOIN LATERAL csp_internal.suppress_overlapping(a.total, a.breakdown, a.threshold, a.region_tables, a.counts, a.status, a.tables) s
        ),
        written AS (
            INSERT INTO @partnership@.disclosed_count (assessment_id, part, area_kind, area_code, area_name, problem_type, problem_type_label, sort_order,
                                                       incidents, token, threshold, base, denominator, denominator_count)
            SELECT $1, n.part, n.area_kind, n.area_code, n.area_name, n.problem_type, n.problem_type_label, n.sort_order,
                   CASE WHEN NOT s.is_suppressed THEN csp.disclose(n.incidents, n.threshold, n.base) END,
                   n.token, n.threshold, n.base, n.denominator, n.denominator_count
            FROM new_row n
            JOIN cell c ON c.problem_type_id = n.problem_type_id AND c.area_kind = n.area_kind AND c.area_code = n.area_code
            JOIN chosen s ON s.table_number = n.number AND s.cell = c.cell
        )
        SELECT (SELECT count(*) FROM chosen s WHERE s.reason IN ('secondary', 'demanded')),
               (SELECT string_agg(DISTINCT t.code, ', ' ORDER BY t.code) FROM withheld h JOIN @partnership@.problem_type t USING (problem_type_id)),
               (SELECT max(l.tables) FROM listed l)
        $query$)
    INTO added, withheld, tables USING assessment;
    IF tables > 62 THEN
        RAISE WARNING 'assessment %: all counts with a threshold are withheld, since it shares months with % other tables that were frozen', assessment, tables
            USING HINT = 'What was published cannot be hidden again. Publish periods that share no months with so many others.';
    ELSIF withheld IS NOT NULL THEN
        RAISE WARNING 'assessment %: counts by area are withheld for %', assessment, withheld
            USING HINT = 'For some of the same months they were published by other areas, or within wider or narrower types: the two could be subtracted.';
    END IF;
    RETURN added;
END
$$;
COMMENT ON FUNCTION csp_internal.disclose_assessment(text, integer) IS
    'Fills disclosed_count and disclosed_month for an assessment: the whole partnership by every problem type, areas by headline type, in the period and the baseline, so that no small count can be worked out from these and from all that was frozen before. Returns how many counts were suppressed for the sake of others. Internal to freeze_assessment.';
