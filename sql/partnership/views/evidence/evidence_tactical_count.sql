-- Evidence of tactical summaries. How many incidents were there in the last days, in the days
-- before and in the same season of earlier years?

CREATE OR REPLACE VIEW @partnership@.evidence_tactical_count
WITH (security_invoker = true) AS
-- One row per tactical assessment, problem type in use and area with an incident now, in the period before, or in the same season of
-- earlier years: the counts of each. Assessment by assessment, since the branches share what would else be computed for all.
SELECT m.assessment_id, m.as_of, m.confidence, m.false_discovery_rate,
       c.area_id, c.problem_type_id, c.unit, c.window_from, c.window_to, c.days, c.incidents,
       c.earlier_incidents, c.earlier_days, c.years_compared, c.previous_incidents, c.previous_days, c.source_note
FROM @partnership@.evidence_alert_moment m
CROSS JOIN LATERAL (
    WITH wanted AS MATERIALIZED (
        SELECT coalesce(max(s.value) FILTER (WHERE s.name = 'tactical_days'), '28')::integer AS days,
               coalesce(max(s.value) FILTER (WHERE s.name = 'alert_years'), '5')::integer AS years
        FROM @partnership@.setting s
    ),
    supply AS MATERIALIZED (
        SELECT s.problem_type_id, s.source_id, s.title, s.last_month, s.is_used, s.note,
               CASE WHEN s.has_days THEN 'days' ELSE 'month' END AS unit
        FROM @partnership@.evidence_type_supply s
        WHERE s.assessment_id = m.assessment_id
    ),
    measured AS MATERIALIZED (
        SELECT s.problem_type_id, s.unit, s.last_month,
               string_agg(s.note, '; ' ORDER BY s.title, s.source_id) AS source_note
        FROM supply s
        GROUP BY s.problem_type_id, s.unit, s.last_month
        HAVING bool_or(s.is_used)
    ),
    used AS MATERIALIZED (
        SELECT s.problem_type_id, s.source_id, s.unit, s.last_month
        FROM supply s
        WHERE s.is_used
    ),
    part AS MATERIALIZED (
        -- 0: now; -1: the period before; 1 and more: so many years back. 52 weeks, so that weekdays stand against weekdays
        SELECT d.unit, d.last_month, k.part,
               CASE WHEN d.unit = 'days' THEN m.as_of - CASE WHEN k.part < 0 THEN w.days ELSE 364 * k.part END - w.days + 1
                    ELSE (d.last_month - CASE WHEN k.part < 0 THEN interval '1 month' ELSE make_interval(years => k.part) END)::date END AS part_from,
               CASE WHEN d.unit = 'days' THEN m.as_of - CASE WHEN k.part < 0 THEN w.days ELSE 364 * k.part END
                    ELSE csp_internal.month_end((d.last_month - CASE WHEN k.part < 0 THEN interval '1 month'
                                                                     ELSE make_interval(years => k.part) END)::date)
               END AS part_to
        FROM (SELECT DISTINCT e.unit, e.last_month FROM measured e) d
        CROSS JOIN wanted w
        CROSS JOIN LATERAL generate_series(-1, w.years) AS k (part)
    ),
    source_part AS MATERIALIZED (
        SELECT u.source_id, p.unit, p.last_month, p.part,
               bool_and(coalesce(CASE p.part WHEN 0 THEN sm.is_begun ELSE sm.is_whole END,
                                 false)) AS is_covered
        FROM part p
        JOIN (SELECT DISTINCT e.source_id, e.unit, e.last_month FROM used e) u ON u.unit = p.unit AND u.last_month IS NOT DISTINCT FROM p.last_month
        CROSS JOIN LATERAL generate_series(date_trunc('month', p.part_from::timestamp), p.part_to::timestamp, '1 month') AS touched (month)
        LEFT JOIN @partnership@.evidence_source_month sm ON sm.source_id = u.source_id AND sm.month = touched.month::date
        GROUP BY u.source_id, p.unit, p.last_month, p.part
    ),
    type_part AS MATERIALIZED (
        -- a part counts when every source that is used covers it
        SELECT u.problem_type_id, p.part, p.part_from, p.part_to, p.part_to - p.part_from + 1 AS days
        FROM used u
        JOIN source_part sp ON sp.source_id = u.source_id AND sp.unit = u.unit AND sp.last_month IS NOT DISTINCT FROM u.last_month
        JOIN part p ON p.unit = sp.unit AND p.last_month IS NOT DISTINCT FROM sp.last_month AND p.part = sp.part
        GROUP BY u.problem_type_id, p.part, p.part_from, p.part_to
        HAVING bool_and(sp.is_covered)
    ),
    recorded AS MATERIALIZED (
        SELECT p.part, 'days'::text AS unit, i.problem_type_id, i.source_id, i.area_id, NULL::date AS month, count(*) AS incidents
        FROM part p
        JOIN @partnership@.incident i ON i.occurred_from >= p.part_from::timestamp AT TIME ZONE @time_zone@ AND i.occurred_from < (p.part_to + 1)::timestamp AT TIME ZONE @time_zone@
        WHERE p.unit = 'days'
        GROUP BY p.part, i.problem_type_id, i.source_id, i.area_id
      UNION ALL
        SELECT p.part, 'month', c.problem_type_id, c.source_id, c.area_id, p.last_month, sum(c.incidents)
        FROM part p
        JOIN @partnership@.incident_month_entry c ON c.month = p.part_from
        WHERE p.unit = 'month'
        GROUP BY p.part, c.problem_type_id, c.source_id, c.area_id, p.last_month
        HAVING sum(c.incidents) <> 0
    ),
    counting AS MATERIALIZED (
        -- one key where there could be four: joins on several are taken to find next to nothing, and are then made row by row
        SELECT u.unit || ' ' || coalesce(u.last_month::text, '') || ' ' || u.source_id || ' ' || tree.member_id AS key, u.problem_type_id
        FROM used u
        JOIN @partnership@.evidence_type tree USING (problem_type_id)
    ),
    placed AS MATERIALIZED (
        SELECT r.part, r.unit || ' ' || coalesce(r.month::text, '') || ' ' || r.source_id || ' ' || r.problem_type_id AS key, aa.ancestor_id AS area_id, sum(r.incidents) AS incidents
        FROM recorded r
        JOIN @partnership@.area_ancestor aa ON aa.area_id = r.area_id AND aa.ancestor_kind = nullif(m.area_kind, 'partnership')
        GROUP BY 1, 2, 3
      UNION ALL
        -- the whole partnership counts what has no area as well
        SELECT r.part, r.unit || ' ' || coalesce(r.month::text, '') || ' ' || r.source_id || ' ' || r.problem_type_id, whole.area_id, sum(r.incidents)
        FROM recorded r
        CROSS JOIN @partnership@.area whole
        WHERE whole.area_kind = 'partnership'
        GROUP BY 1, 2, 3
    ),
    counted AS (
        SELECT c.problem_type_id, p.area_id, p.part, sum(p.incidents) AS incidents
        FROM placed p
        JOIN counting c ON c.key = p.key
        GROUP BY c.problem_type_id, p.area_id, p.part
    ),
    season AS MATERIALIZED (
        SELECT t.problem_type_id,
               max(t.part_from) FILTER (WHERE t.part = 0) AS window_from, max(t.part_to) FILTER (WHERE t.part = 0) AS window_to,
               max(t.days) FILTER (WHERE t.part = 0) AS days,
               max(t.days) FILTER (WHERE t.part = -1) AS previous_days,
               sum(t.days) FILTER (WHERE t.part > 0) AS earlier_days,
               count(*) FILTER (WHERE t.part > 0) AS years_compared
        FROM type_part t
        GROUP BY t.problem_type_id
        HAVING bool_or(t.part = 0)
    )
    SELECT n.area_id, n.problem_type_id, d.unit, s.window_from, s.window_to, s.days,
           coalesce(sum(n.incidents) FILTER (WHERE n.part = 0), 0)::bigint AS incidents,
           CASE WHEN s.years_compared > 0 THEN coalesce(sum(n.incidents) FILTER (WHERE n.part > 0), 0)::bigint END AS earlier_incidents,
           s.earlier_days, s.years_compared::integer,
           CASE WHEN s.previous_days > 0 THEN coalesce(sum(n.incidents) FILTER (WHERE n.part = -1), 0)::bigint END AS previous_incidents,
           s.previous_days, d.source_note
    FROM counted n
    JOIN type_part t ON t.problem_type_id::bigint * 1000 + t.part = n.problem_type_id::bigint * 1000 + n.part
    JOIN season s ON s.problem_type_id = n.problem_type_id
    JOIN measured d ON d.problem_type_id = n.problem_type_id
    GROUP BY n.area_id, n.problem_type_id, d.unit, d.source_note, s.window_from, s.window_to, s.days, s.earlier_days, s.years_compared, s.previous_days
) c
WHERE m.assessment_id IS NOT NULL;
COMMENT ON VIEW @partnership@.evidence_tactical_count IS 'Incidents of the last days, of the days before and of the same season of earlier years: one row per tactical assessment, problem type in use (subtypes included) and area with any of them; filter by assessment_id';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.assessment_id IS 'Assessment the row belongs to';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.as_of IS 'Last day that counts';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.confidence IS 'Confidence of intervals and bounds';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.false_discovery_rate IS 'False-discovery rate of the assessment';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.area_id IS 'Area, or the whole partnership';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.unit IS 'days, or month where no source of the type has days';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.window_from IS 'First day of the window';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.window_to IS 'Last day of the window';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.days IS 'Days of the window';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.incidents IS 'Incidents of the window';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.earlier_incidents IS 'Incidents of the same days (52 weeks apart) or month of the years compared';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.earlier_days IS 'Days of those';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.years_compared IS 'Earlier years that every source used covers, at most the setting alert_years';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.previous_incidents IS 'Incidents of as many days, or the month, before the window; NULL where they are not covered';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.previous_days IS 'Days of that period';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.source_note IS 'Sources of the type that are left out, and why; NULL when none';
