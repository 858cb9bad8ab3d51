-- Tactical assessment: recommendations. What is recommended, and what became of the last meeting's
-- recommendations?

CREATE OR REPLACE VIEW @partnership@.tactical_recommendation
WITH (security_invoker = true) AS
-- One row per tactical assessment and item: its own recommendations, those of the assessment before it, and the plan's actions that are late.
WITH moment AS (
    SELECT a.assessment_id, a.period_from, a.period_to, a.as_of,
           (SELECT b.assessment_id
            FROM @partnership@.assessment b
            WHERE b.kind = 'tactical'
              AND b.status <> 'withdrawn'
              AND (b.period_to, b.assessment_id) < (a.period_to, a.assessment_id)
            ORDER BY b.period_to DESC, b.assessment_id DESC
            LIMIT 1) AS previous_id
    FROM @partnership@.evidence_tactical_day a
),
item AS (
    SELECT m.assessment_id, 1 AS section_order, 'recommended' AS section, r.recommendation_id::bigint AS item_id, r.assessment_id AS of_assessment_id,
           r.title, r.rationale, r.problem_type_id, r.agency_id, NULL::text AS owner_post, r.status, r.decided_on, NULL::date AS due_on, NULL::integer AS progress_percent, NULL::integer AS days_late,
           CASE r.status WHEN 'proposed' THEN 'to be decided' WHEN 'accepted' THEN 'accepted' WHEN 'rejected' THEN 'rejected' ELSE 'carried out' END AS finding,
           r.sort_order
    FROM moment m
    JOIN @partnership@.recommendation r ON r.assessment_id = m.assessment_id
  UNION ALL
    SELECT m.assessment_id, 2, 'last meeting', r.recommendation_id, r.assessment_id,
           r.title, r.rationale, r.problem_type_id, r.agency_id, NULL, r.status, r.decided_on, NULL, NULL, NULL,
           CASE r.status WHEN 'proposed' THEN 'never decided' WHEN 'accepted' THEN 'accepted, not yet carried out' WHEN 'rejected' THEN 'rejected' ELSE 'carried out' END,
           r.sort_order
    FROM moment m
    JOIN @partnership@.recommendation r ON r.assessment_id = m.previous_id
  UNION ALL
    -- as the plan stands now: what was finished since is not late
    SELECT m.assessment_id, 3, 'overdue action', act.plan_action_id, NULL,
           act.title, act.note, NULL, act.owner_agency_id, act.owner_post, act.status, NULL, act.due_on, act.progress_percent, m.as_of - act.due_on,
           'overdue by ' || (m.as_of - act.due_on) || CASE m.as_of - act.due_on WHEN 1 THEN ' day' ELSE ' days' END,
           (m.as_of - act.due_on) * -1
    FROM moment m
    JOIN @partnership@.plan_action act ON act.due_on < m.as_of AND act.status IN ('planned', 'in progress')
)
SELECT i.assessment_id,
       csp_internal.row_key(i.assessment_id::text, i.section, i.item_id::text) AS row_key,
       i.section, i.item_id, i.of_assessment_id, i.title, i.rationale,
       t.code AS problem_type, t.label AS problem_type_label, owner.name AS agency, i.owner_post,
       i.status, i.decided_on, i.due_on, i.progress_percent, i.days_late, i.finding,
       row_number() OVER (PARTITION BY i.assessment_id ORDER BY i.section_order, i.sort_order, i.item_id)::integer AS sort_order
FROM item i
LEFT JOIN @partnership@.problem_type t USING (problem_type_id)
LEFT JOIN @partnership@.agency owner ON owner.agency_id = i.agency_id;
COMMENT ON VIEW @partnership@.tactical_recommendation IS 'Tactical assessment, recommendations: what does it recommend, what became of what the one before recommended, and which actions of the plan are late? One row per tactical assessment and item; statuses are those of now';
COMMENT ON COLUMN @partnership@.tactical_recommendation.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.tactical_recommendation.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.tactical_recommendation.section IS 'recommended (by this assessment), last meeting (by the tactical assessment before it that was not withdrawn) or overdue action (of the plan, on the last day that counts)';
COMMENT ON COLUMN @partnership@.tactical_recommendation.item_id IS 'Recommendation or plan action';
COMMENT ON COLUMN @partnership@.tactical_recommendation.of_assessment_id IS 'Assessment that recommended it; NULL for an action';
COMMENT ON COLUMN @partnership@.tactical_recommendation.title IS 'What is to be done';
COMMENT ON COLUMN @partnership@.tactical_recommendation.rationale IS 'Why; for an action its note';
COMMENT ON COLUMN @partnership@.tactical_recommendation.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.tactical_recommendation.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.tactical_recommendation.agency IS 'Who is to do it';
COMMENT ON COLUMN @partnership@.tactical_recommendation.owner_post IS 'Post that owns the action';
COMMENT ON COLUMN @partnership@.tactical_recommendation.status IS 'Status now';
COMMENT ON COLUMN @partnership@.tactical_recommendation.decided_on IS 'Day of the decision';
COMMENT ON COLUMN @partnership@.tactical_recommendation.due_on IS 'Day the action was due';
COMMENT ON COLUMN @partnership@.tactical_recommendation.progress_percent IS 'How far the action is, in per cent; NULL: not reported';
COMMENT ON COLUMN @partnership@.tactical_recommendation.days_late IS 'Days from due_on to the last day that counts';
COMMENT ON COLUMN @partnership@.tactical_recommendation.finding IS 'In words';
COMMENT ON COLUMN @partnership@.tactical_recommendation.sort_order IS 'Order for display';
