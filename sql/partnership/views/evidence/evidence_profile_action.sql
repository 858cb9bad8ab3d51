-- Evidence of problem profiles. Which actions of the plan are about the problem, and which weeks
-- and sources tell what followed?

CREATE OR REPLACE VIEW @partnership@.evidence_profile_action
WITH (security_invoker = true) AS
-- One row per problem profile and action of the plan that is about its types and areas and began before its end: which weeks
-- are compared (each with the same week 52 weeks before, so that seasons and days of the week are alike), from which sources.
SELECT p.assessment_id, act.plan_action_id, act.area_id, act.starts_on, w.weeks,
       act.starts_on - 364 AS before_from, act.starts_on - 364 + 7 * w.weeks - 1 AS before_to,
       act.starts_on AS after_from, act.starts_on + 7 * w.weeks - 1 AS after_to,
       scope.type_ids, fit.source_ids, fit.left_out, near.neighbours, r.area_kind
FROM @partnership@.assessment p
JOIN @partnership@.plan_action act ON act.starts_on <= p.period_to
LEFT JOIN @partnership@.area r ON r.area_id = act.area_id
LEFT JOIN @partnership@.area_map near ON near.area_id = act.area_id
CROSS JOIN LATERAL (SELECT least(52, (p.period_to + 1 - act.starts_on) / 7)::integer AS weeks) w
CROSS JOIN LATERAL (
    SELECT CASE WHEN EXISTS (SELECT FROM @partnership@.assessment_type st WHERE st.assessment_id = p.assessment_id)
                THEN ARRAY(SELECT DISTINCT tree.member_id FROM @partnership@.assessment_type st JOIN @partnership@.evidence_type tree USING (problem_type_id) WHERE st.assessment_id = p.assessment_id)
                ELSE ARRAY(SELECT t.problem_type_id FROM @partnership@.problem_type t)
           END AS type_ids
    OFFSET 0
) scope
CROSS JOIN LATERAL (
    SELECT array_agg(s.source_id) FILTER (WHERE s.is_fit) AS source_ids,
           string_agg(s.title || ' (' || CASE WHEN s.time_precision = 'month' THEN 'its dates are months' ELSE 'it lacks months' END || ')', '; ' ORDER BY s.title) FILTER (WHERE NOT s.is_fit) AS left_out
    FROM (
        SELECT src.source_id, src.title, src.time_precision,
               src.time_precision <> 'month' AND NOT EXISTS (
                   -- every month that either stretch touches
                   SELECT
                   FROM (VALUES (act.starts_on - 364, act.starts_on - 364 + 7 * w.weeks - 1), (act.starts_on, act.starts_on + 7 * w.weeks - 1)) AS stretch (first_day, last_day)
                   CROSS JOIN LATERAL generate_series(date_trunc('month', stretch.first_day::timestamp), stretch.last_day::timestamp, '1 month') AS month (month)
                   WHERE NOT EXISTS (SELECT
                                     FROM @partnership@.evidence_source_month sm
                                     WHERE sm.source_id = src.source_id
                                       AND sm.month = month.month::date
                                       AND sm.is_whole)
               ) AS is_fit
        FROM @partnership@.source src
        WHERE EXISTS (SELECT FROM @partnership@.evidence_recorded_type r WHERE r.source_id = src.source_id AND r.problem_type_id = ANY (scope.type_ids))
    ) s
) fit
WHERE p.kind = 'problem profile'
  -- of a priority that covers a type in scope, or one above or below it
  AND EXISTS (SELECT FROM @partnership@.priority_type pt
              JOIN @partnership@.evidence_type tree ON tree.problem_type_id = pt.problem_type_id
              WHERE pt.priority_id = act.priority_id
                AND tree.member_id = ANY (scope.type_ids))
  AND (act.area_id IS NULL
       OR NOT EXISTS (SELECT FROM @partnership@.assessment_area sa WHERE sa.assessment_id = p.assessment_id)
       OR EXISTS (SELECT FROM @partnership@.assessment_area sa
                  JOIN @partnership@.area_ancestor inside ON inside.ancestor_id = sa.area_id
                  JOIN @partnership@.area_ancestor also ON also.area_id = inside.area_id
                  WHERE sa.assessment_id = p.assessment_id AND also.ancestor_id = act.area_id));
COMMENT ON VIEW @partnership@.evidence_profile_action IS 'Actions that a problem profile reviews, and what is compared: one row per profile and action';
COMMENT ON COLUMN @partnership@.evidence_profile_action.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.evidence_profile_action.plan_action_id IS 'Action of the plan';
COMMENT ON COLUMN @partnership@.evidence_profile_action.area_id IS 'Where it is taken; NULL: everywhere';
COMMENT ON COLUMN @partnership@.evidence_profile_action.starts_on IS 'When it began';
COMMENT ON COLUMN @partnership@.evidence_profile_action.weeks IS 'Whole weeks since then, up to the end of the period, at most 52';
COMMENT ON COLUMN @partnership@.evidence_profile_action.before_from IS 'First day before: 52 weeks earlier';
COMMENT ON COLUMN @partnership@.evidence_profile_action.before_to IS 'Last day before';
COMMENT ON COLUMN @partnership@.evidence_profile_action.after_from IS 'First day after';
COMMENT ON COLUMN @partnership@.evidence_profile_action.after_to IS 'Last day after';
COMMENT ON COLUMN @partnership@.evidence_profile_action.type_ids IS 'Problem types counted';
COMMENT ON COLUMN @partnership@.evidence_profile_action.source_ids IS 'Sources counted: days are known, and every month of both is there';
COMMENT ON COLUMN @partnership@.evidence_profile_action.left_out IS 'Sources left out, and why';
COMMENT ON COLUMN @partnership@.evidence_profile_action.neighbours IS 'Areas that touch it: the buffer';
COMMENT ON COLUMN @partnership@.evidence_profile_action.area_kind IS 'Kind of area';
