-- Performance: is the plan carried out in time?

CREATE OR REPLACE VIEW @partnership@.performance_plan
WITH (security_invoker = true) AS
-- One row per action of the plan and per milestone of an assessment that is not withdrawn.
WITH item AS (
    SELECT 'action' AS item, act.plan_action_id::bigint AS item_id, act.code, act.title, p.code AS priority, p.title AS belongs_to, act.theme,
           owner.name AS owner, act.owner_post, area.name AS area_name,
           act.status, act.progress_percent, act.starts_on, act.due_on, act.completed_on AS done_on, act.note
    FROM @partnership@.plan_action act
    LEFT JOIN @partnership@.priority p USING (priority_id)
    LEFT JOIN @partnership@.agency owner ON owner.agency_id = act.owner_agency_id
    LEFT JOIN @partnership@.area area ON area.area_id = act.area_id
  UNION ALL
    SELECT 'milestone', m.assessment_milestone_id, NULL, m.title, NULL, a.title, NULL,
           owner.name, m.owner_post, NULL,
           CASE WHEN m.done_on IS NULL THEN 'planned' ELSE 'complete' END, NULL, NULL, m.due_on, m.done_on, NULL
    FROM @partnership@.assessment_milestone m
    JOIN @partnership@.assessment a USING (assessment_id)
    LEFT JOIN @partnership@.agency owner ON owner.agency_id = m.owner_agency_id
    WHERE a.status <> 'withdrawn'
)
SELECT csp_internal.row_key(i.item, i.item_id::text) AS row_key,
       i.item, i.item_id, i.code, i.title, i.priority, i.belongs_to, i.theme, i.owner, i.owner_post, i.area_name,
       i.status, i.progress_percent, i.starts_on, i.due_on, i.done_on,
       state.state,
       state.state = 'overdue' AS is_overdue,
       CASE WHEN state.state = 'overdue' THEN p.last_day - i.due_on + 1 WHEN state.state = 'completed late' THEN i.done_on - i.due_on END AS days_late,
       p.last_day AS as_of,
       i.note
FROM item i
CROSS JOIN @partnership@.evidence_performance p
CROSS JOIN LATERAL (
    SELECT CASE
               WHEN i.status = 'stopped' THEN 'stopped'
               WHEN i.status = 'complete' AND i.done_on > i.due_on THEN 'completed late'
               WHEN i.status = 'complete' THEN 'completed'
               -- the day it was due is over
               WHEN i.due_on <= p.last_day THEN 'overdue'
               WHEN i.status = 'planned' THEN 'not started'
               ELSE 'on the way'
           END AS state
) state;
COMMENT ON VIEW @partnership@.performance_plan IS 'Performance: is the plan carried out in time? One row per action of the plan and milestone of an assessment that is not withdrawn, as of the end of the last day looked at (setting performance_last_day)';
COMMENT ON COLUMN @partnership@.performance_plan.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.performance_plan.item IS 'action or milestone';
COMMENT ON COLUMN @partnership@.performance_plan.item_id IS 'Key in plan_action or assessment_milestone';
COMMENT ON COLUMN @partnership@.performance_plan.code IS 'Code of the action';
COMMENT ON COLUMN @partnership@.performance_plan.title IS 'What is to be done';
COMMENT ON COLUMN @partnership@.performance_plan.priority IS 'Code of the priority of an action';
COMMENT ON COLUMN @partnership@.performance_plan.belongs_to IS 'Title of the priority or of the assessment';
COMMENT ON COLUMN @partnership@.performance_plan.theme IS 'prevention, intelligence or enforcement; NULL: not said';
COMMENT ON COLUMN @partnership@.performance_plan.owner IS 'Agency that owns it';
COMMENT ON COLUMN @partnership@.performance_plan.owner_post IS 'Post that owns it';
COMMENT ON COLUMN @partnership@.performance_plan.area_name IS 'Area of the action; NULL: everywhere';
COMMENT ON COLUMN @partnership@.performance_plan.status IS 'As its owner has it: planned, in progress, complete or stopped';
COMMENT ON COLUMN @partnership@.performance_plan.progress_percent IS 'How far the action is, in per cent; NULL: not reported';
COMMENT ON COLUMN @partnership@.performance_plan.starts_on IS 'When the action starts';
COMMENT ON COLUMN @partnership@.performance_plan.due_on IS 'When it is due';
COMMENT ON COLUMN @partnership@.performance_plan.done_on IS 'When it was done';
COMMENT ON COLUMN @partnership@.performance_plan.state IS 'completed, completed late, on the way, not started, overdue or stopped';
COMMENT ON COLUMN @partnership@.performance_plan.is_overdue IS 'True when it is due and neither done nor stopped';
COMMENT ON COLUMN @partnership@.performance_plan.days_late IS 'Days past the due day: so far when overdue, in the end when completed late; else NULL';
COMMENT ON COLUMN @partnership@.performance_plan.as_of IS 'Day at whose end this is so';
COMMENT ON COLUMN @partnership@.performance_plan.note IS 'Progress in words';
