-- Problem profile, part 6: why the change? Which areas, types, methods, times and sources make it up?

CREATE OR REPLACE VIEW @partnership@.profile_driver
WITH (security_invoker = true) AS
-- One row per problem profile with a baseline, dimension and member; within a dimension the contributions add up to the change.
-- What is compared are the whole months of either part that a source has and whose like it has too, as in strategic_drivers.
SELECT p.assessment_id,
       csp_internal.row_key(p.assessment_id::text, d.dimension, d.member_code,
                            CASE WHEN d.member_code = '' THEN d.member_label END) AS row_key,
       d.dimension, d.member_code, d.member_label, d.period_incidents, d.baseline_incidents,
       d.contribution, d.total_change, d.percent_of_change, d.rank_by_size, nullif(d.ratio, 'Infinity'::float8) AS ratio, d.p_value, d.adjusted_p_value, d.verdict, d.data_flag,
       row_number() OVER (PARTITION BY p.assessment_id ORDER BY d.dimension_order, d.rank_by_size, d.member_code COLLATE "C", d.member_label COLLATE "C")::integer AS sort_order
FROM @partnership@.assessment p
CROSS JOIN LATERAL (
    WITH compared_month AS MATERIALIZED (
        SELECT asm.source_id, asm.part, asm.month, asm.source_period_months_compared AS period_months, asm.source_baseline_months_compared AS baseline_months,
               asm.comparison_note
        FROM @partnership@.evidence_assessment_source_month asm
        WHERE asm.assessment_id = p.assessment_id
          AND asm.is_comparable
    ),
    counted AS MATERIALIZED (
        SELECT i.part, i.source_id, i.problem_type_id, i.area_id, i.method,
               CASE
                   WHEN i.time_precision <> 'minute' OR i.occurred_to - i.occurred_from >= interval '6 hours' THEN 'not known'
                   ELSE (ARRAY['00 to 06', '06 to 12', '12 to 18', '18 to 24'])[1 + extract(hour FROM (i.occurred_from + (i.occurred_to - i.occurred_from) / 2) AT TIME ZONE @time_zone@)::integer / 6]
               END AS time_band,
               count(*) AS incidents
        FROM @partnership@.evidence_profile_incident i
        WHERE i.assessment_id = p.assessment_id
          -- IS TRUE keeps it a hashed look-up: the planner, which expects one incident, would join row by row
          AND ((i.source_id, i.part, date_trunc('month', i.occurred_from AT TIME ZONE @time_zone@)::date) IN (SELECT c.source_id, c.part, c.month FROM compared_month c)) IS TRUE
        GROUP BY 1, 2, 3, 4, 5, 6
    ),
    months AS MATERIALIZED (
        -- a source with fewer months of either part than another is scaled by its own
        SELECT DISTINCT c.source_id, c.period_months, c.baseline_months FROM compared_month c
    ),
    kind AS (
        SELECT k.area_kind
        FROM @partnership@.evidence_profile_kind k
        WHERE k.assessment_id = p.assessment_id
    ),
    member AS (
        SELECT 1 AS dimension_order, 'area'::text AS dimension, coalesce(r.code, '') AS member_code, coalesce(r.name, 'No known area') AS member_label, c.part, c.source_id, c.incidents
        FROM (SELECT x.part, x.source_id, x.area_id, sum(x.incidents) AS incidents FROM counted x GROUP BY x.part, x.source_id, x.area_id) c
        CROSS JOIN kind k
        LEFT JOIN @partnership@.area_ancestor aa ON aa.area_id = c.area_id AND aa.ancestor_kind = k.area_kind
        LEFT JOIN @partnership@.area r ON r.area_id = aa.ancestor_id
      UNION ALL
        SELECT 2, 'problem type', t.code, t.label, c.part, c.source_id, c.incidents
        FROM (SELECT x.part, x.source_id, x.problem_type_id, sum(x.incidents) AS incidents FROM counted x GROUP BY x.part, x.source_id, x.problem_type_id) c
        JOIN @partnership@.problem_type t USING (problem_type_id)
      UNION ALL
        SELECT 3, 'method', coalesce(c.method, ''), coalesce(c.method, 'No known method'), c.part, c.source_id, c.incidents
        FROM (SELECT x.part, x.source_id, x.method, sum(x.incidents) AS incidents FROM counted x GROUP BY x.part, x.source_id, x.method) c
      UNION ALL
        SELECT 4, 'time of day', c.time_band, c.time_band, c.part, c.source_id, c.incidents
        FROM (SELECT x.part, x.source_id, x.time_band, sum(x.incidents) AS incidents FROM counted x GROUP BY x.part, x.source_id, x.time_band) c
      UNION ALL
        SELECT 5, 'source', s.code, s.title, c.part, c.source_id, c.incidents
        FROM (SELECT x.part, x.source_id, sum(x.incidents) AS incidents FROM counted x GROUP BY x.part, x.source_id) c
        JOIN @partnership@.source s USING (source_id)
    ),
    summed AS (
        SELECT m.dimension_order, m.dimension, m.member_code, m.member_label,
               coalesce(sum(m.incidents) FILTER (WHERE m.part = 'period'), 0)::bigint AS period_incidents,
               coalesce(sum(m.incidents) FILTER (WHERE m.part = 'baseline'), 0)::bigint AS baseline_incidents,
               coalesce(sum(m.incidents) FILTER (WHERE m.part = 'period'), 0)
                   - coalesce(sum(m.incidents * n.period_months::float8 / n.baseline_months) FILTER (WHERE m.part = 'baseline'), 0) AS contribution
        FROM member m
        JOIN months n USING (source_id)
        GROUP BY m.dimension_order, m.dimension, m.member_code, m.member_label
    ),
    broke AS MATERIALIZED (
        SELECT string_agg(DISTINCT b.description, '; ') FILTER (WHERE NOT b.is_of_areas) AS breaks, string_agg(DISTINCT b.description, '; ') AS area_breaks
        FROM @partnership@.evidence_type_break b
        WHERE (b.problem_type_id, b.source_id) IN (SELECT c.problem_type_id, c.source_id FROM counted c) IS TRUE
          AND b.starts_on > least(p.baseline_from, p.period_from)
          AND b.starts_on <= greatest(p.baseline_to, p.period_to)
    ),
    tested AS (
        SELECT s.dimension_order, s.dimension, s.member_code, s.member_label, s.period_incidents,
               s.baseline_incidents, s.contribution,
               csp.rate_change(s.baseline_incidents, (SELECT max(n.baseline_months) FROM months n), s.period_incidents, (SELECT max(n.period_months) FROM months n), p.confidence) AS change
        FROM summed s
    )
    SELECT t.dimension_order, t.dimension, t.member_code, t.member_label, t.period_incidents, t.baseline_incidents, t.contribution,
           sum(t.contribution) OVER whole AS total_change,
           100 * t.contribution / nullif(sum(t.contribution) OVER whole, 0) AS percent_of_change,
           rank() OVER (PARTITION BY t.dimension ORDER BY abs(t.contribution) DESC)::integer AS rank_by_size,
           (t.change).ratio AS ratio, (t.change).p_value AS p_value,
           csp.adjusted_p_value((t.change).p_value) OVER (PARTITION BY t.dimension) AS adjusted_p_value,
           csp.change_verdict((t.change).ratio, csp.adjusted_p_value((t.change).p_value) OVER (PARTITION BY t.dimension), p.false_discovery_rate) AS verdict,
           nullif(concat_ws('; ',
               (SELECT max(c.comparison_note) FROM compared_month c),
               (SELECT 'some sources have fewer months than others' WHERE (SELECT count(DISTINCT (n.period_months, n.baseline_months)) FROM months n WHERE n.source_id IN (SELECT c.source_id FROM counted c)) > 1),
               CASE t.dimension WHEN 'area' THEN broke.area_breaks ELSE broke.breaks END), '') AS data_flag
    FROM tested t
    CROSS JOIN broke
    WINDOW whole AS (PARTITION BY t.dimension)
  UNION ALL
    SELECT 1, 'area', '', 'Not known', NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, 'not comparable',
           CASE WHEN p.baseline_from IS NULL THEN 'the profile has no baseline' ELSE 'no source has incidents in whole months of both period and baseline' END
    WHERE NOT EXISTS (SELECT FROM counted)
) d
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.profile_driver IS 'Problem profile: what changed? Which areas, types, methods, times and sources make up the change against the baseline? One row per profile, dimension and member; within a dimension the contributions add up to the change; one row that says why where nothing can be compared';
COMMENT ON COLUMN @partnership@.profile_driver.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.profile_driver.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.profile_driver.dimension IS 'area, problem type, method, time of day (of incidents whose time is known to six hours) or source';
COMMENT ON COLUMN @partnership@.profile_driver.member_code IS 'Code of the area, type or source; the method or time itself';
COMMENT ON COLUMN @partnership@.profile_driver.member_label IS 'In words';
COMMENT ON COLUMN @partnership@.profile_driver.period_incidents IS 'Incidents in the compared months of the period';
COMMENT ON COLUMN @partnership@.profile_driver.baseline_incidents IS 'Incidents in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.profile_driver.contribution IS 'Period less baseline; where a source has more months of one than of the other, its baseline is scaled to the period''s months';
COMMENT ON COLUMN @partnership@.profile_driver.total_change IS 'Sum of the contributions of the dimension';
COMMENT ON COLUMN @partnership@.profile_driver.percent_of_change IS 'Contribution in per cent of the total change; may exceed 100 or be negative when members moved apart';
COMMENT ON COLUMN @partnership@.profile_driver.rank_by_size IS '1 for the largest contribution in either direction';
COMMENT ON COLUMN @partnership@.profile_driver.ratio IS 'Rate in the period over that in the baseline; NULL where the baseline had none';
COMMENT ON COLUMN @partnership@.profile_driver.p_value IS 'Two-sided exact p-value of no change of the member';
COMMENT ON COLUMN @partnership@.profile_driver.adjusted_p_value IS 'The same, adjusted for the number of members of the dimension';
COMMENT ON COLUMN @partnership@.profile_driver.verdict IS 'higher, lower, new, gone, no clear change or not comparable';
COMMENT ON COLUMN @partnership@.profile_driver.data_flag IS 'What the reader must know of the comparison; NULL when nothing';
COMMENT ON COLUMN @partnership@.profile_driver.sort_order IS 'Order for display';
