-- Planner: what is due, by when, by whom, and what is late?

CREATE OR REPLACE VIEW @partnership@.planner
WITH (security_invoker = true) AS
-- One row per thing with a date: milestones of assessments, actions of the plan, questions to answer, indicators' targets, and the next product of each kind.
WITH today AS (
    SELECT (now() AT TIME ZONE @time_zone@)::date AS day
),
item AS (
    SELECT 'milestone' AS item, m.assessment_milestone_id::bigint AS item_id, m.assessment_id, a.title AS belongs_to, m.title, owner.name AS owner, m.owner_post, m.due_on, m.done_on, 'assessment_milestone' AS origin, NULL::text AS kind
    FROM @partnership@.assessment_milestone m
    JOIN @partnership@.assessment a USING (assessment_id)
    LEFT JOIN @partnership@.agency owner ON owner.agency_id = m.owner_agency_id
    WHERE a.status <> 'withdrawn'
  UNION ALL
    SELECT 'action', act.plan_action_id, NULL, p.title, act.title, owner.name, act.owner_post, act.due_on, act.completed_on, 'plan_action', NULL
    FROM @partnership@.plan_action act
    LEFT JOIN @partnership@.priority p USING (priority_id)
    LEFT JOIN @partnership@.agency owner ON owner.agency_id = act.owner_agency_id
    WHERE act.status <> 'stopped'
  UNION ALL
    SELECT 'requirement', r.intelligence_requirement_id, r.assessment_id, a.title, r.question, owner.name, NULL, r.due_on, r.answered_on, 'intelligence_requirement', NULL
    FROM @partnership@.intelligence_requirement r
    LEFT JOIN @partnership@.assessment a USING (assessment_id)
    LEFT JOIN @partnership@.agency owner ON owner.agency_id = r.owner_agency_id
  UNION ALL
    SELECT 'target', i.indicator_id, NULL, p.title, i.title, lead.name, NULL, i.target_on, NULL, 'indicator', NULL
    FROM @partnership@.indicator i
    LEFT JOIN @partnership@.priority p USING (priority_id)
    LEFT JOIN @partnership@.agency lead ON lead.agency_id = p.lead_agency_id
    WHERE i.target_on IS NOT NULL
  UNION ALL
    -- the calendar of products: the next of a kind follows the period of the last by its cadence
    SELECT 'product', NULL, NULL, 'Calendar of products', 'Next ' || last.kind || ' assessment, from ' || to_char(last.period_to + 1, 'FMDD FMMonth YYYY'), NULL, NULL,
           (last.period_to + cadence.value::interval)::date, NULL, 'setting', last.kind
    FROM (
        SELECT a.kind, max(a.period_to) AS period_to
        FROM @partnership@.assessment a
        WHERE a.kind IN ('strategic', 'tactical')
          AND a.status <> 'withdrawn'
        GROUP BY a.kind
    ) last
    JOIN @partnership@.setting cadence ON cadence.name = last.kind || '_cadence'
)
SELECT csp_internal.row_key(i.item, i.item_id::text, i.kind) AS row_key,
       i.item, i.item_id, i.assessment_id, i.belongs_to, i.title, i.owner, i.owner_post, i.due_on, i.done_on,
       CASE
           WHEN i.done_on > i.due_on THEN 'done late'
           WHEN i.done_on IS NOT NULL THEN 'done'
           WHEN i.due_on IS NULL THEN 'no date'
           WHEN i.due_on < today.day AND i.item <> 'target' THEN 'overdue'
           WHEN i.due_on < today.day THEN 'past'
           WHEN i.due_on <= today.day + 14 THEN 'due within 14 days'
           ELSE 'planned'
       END AS state,
       CASE WHEN i.done_on IS NULL THEN today.day - i.due_on END AS days_late,
       i.origin,
       row_number() OVER (ORDER BY i.due_on NULLS LAST, i.item, i.belongs_to, i.title)::integer AS sort_order
FROM item i
CROSS JOIN today;
COMMENT ON VIEW @partnership@.planner IS 'Planner: what is due, by when and by whom, and what is late? One row per milestone of an assessment, action of the plan, intelligence requirement, target of an indicator, and the next product of each kind by the settings strategic_cadence and tactical_cadence; reckoned for today';
COMMENT ON COLUMN @partnership@.planner.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.planner.item IS 'milestone, action, requirement, target or product';
COMMENT ON COLUMN @partnership@.planner.item_id IS 'Key in the table it comes from; NULL for the next product';
COMMENT ON COLUMN @partnership@.planner.assessment_id IS 'Assessment it belongs to; NULL when to none';
COMMENT ON COLUMN @partnership@.planner.belongs_to IS 'Title of the assessment or priority it belongs to';
COMMENT ON COLUMN @partnership@.planner.title IS 'What is due';
COMMENT ON COLUMN @partnership@.planner.owner IS 'Agency that owns it';
COMMENT ON COLUMN @partnership@.planner.owner_post IS 'Post that owns it';
COMMENT ON COLUMN @partnership@.planner.due_on IS 'When it is due';
COMMENT ON COLUMN @partnership@.planner.done_on IS 'When it was done';
COMMENT ON COLUMN @partnership@.planner.state IS 'done, done late, overdue, due within 14 days, planned, no date; past for a target whose day has gone by';
COMMENT ON COLUMN @partnership@.planner.days_late IS 'Days since it was due, negative for days to come; NULL when done or without a date';
COMMENT ON COLUMN @partnership@.planner.origin IS 'Table it comes from';
COMMENT ON COLUMN @partnership@.planner.sort_order IS 'Order for display';
