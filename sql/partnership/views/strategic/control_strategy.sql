-- Control strategy: what does the partnership do about each priority, under prevention, intelligence and enforcement?

CREATE OR REPLACE VIEW @partnership@.control_strategy
WITH (security_invoker = true) AS
-- One row per priority, heading and item under it: an action, or a question to answer; a heading with nothing under it has one row and says so.
WITH today AS (
    SELECT (now() AT TIME ZONE @time_zone@)::date AS day
),
heading AS (
    SELECT p.priority_id, p.code, p.title, p.sort_order, p.starts_on, p.ends_on, t.theme, t.theme_order
    FROM @partnership@.priority p
    CROSS JOIN (VALUES ('prevention', 1), ('intelligence', 2), ('enforcement', 3)) AS t (theme, theme_order)
),
item AS (
    SELECT a.priority_id, coalesce(a.theme, 'prevention') AS theme, 'action' AS item, a.plan_action_id AS item_id, a.code, a.title, owner.name AS owner, a.owner_post,
           area.name AS area_name, a.status, a.progress_percent, a.due_on, a.completed_on AS done_on,
           a.status NOT IN ('complete', 'stopped') AND a.due_on < today.day AS is_overdue,
           CASE WHEN a.theme IS NULL THEN 'stands under prevention for want of a theme' END AS note
    FROM @partnership@.plan_action a
    CROSS JOIN today
    LEFT JOIN @partnership@.agency owner ON owner.agency_id = a.owner_agency_id
    LEFT JOIN @partnership@.area area ON area.area_id = a.area_id
    WHERE a.priority_id IS NOT NULL
  UNION ALL
    -- what has to be found out about the types that a priority covers
    SELECT covered.priority_id, 'intelligence', 'requirement', r.intelligence_requirement_id, 'IR-' || r.intelligence_requirement_id, r.question, owner.name, NULL,
           NULL, CASE WHEN r.answered_on IS NOT NULL THEN 'answered' ELSE 'open' END, NULL, r.due_on, r.answered_on,
           r.answered_on IS NULL AND r.due_on < today.day, NULL
    FROM @partnership@.intelligence_requirement r
    CROSS JOIN today
    JOIN (
        SELECT DISTINCT pt.priority_id, tree.member_id
        FROM @partnership@.priority_type pt
        JOIN @partnership@.evidence_type tree USING (problem_type_id)
    ) covered ON covered.member_id = r.problem_type_id
    LEFT JOIN @partnership@.agency owner ON owner.agency_id = r.owner_agency_id
)
SELECT csp_internal.row_key(h.priority_id::text, h.theme, i.item, i.item_id::text) AS row_key,
       h.priority_id, h.code AS priority, h.title AS priority_title, h.starts_on, h.ends_on,
       h.theme, h.theme_order,
       coalesce(i.item, 'none') AS item, i.code, coalesce(i.title, 'Nothing under this heading') AS title,
       i.owner, i.owner_post, i.area_name, i.status, i.progress_percent, i.due_on, i.done_on, coalesce(i.is_overdue, false) AS is_overdue, i.note,
       row_number() OVER (ORDER BY h.starts_on, h.sort_order, h.code, h.theme_order, i.item, i.due_on, i.code)::integer AS sort_order
FROM heading h
LEFT JOIN item i USING (priority_id, theme);
COMMENT ON VIEW @partnership@.control_strategy IS 'Control strategy: what is done about each priority under prevention, intelligence and enforcement? One row per priority, heading and item (an action of the plan, or an intelligence requirement about a type the priority covers); a heading with nothing under it has one row that says so';
COMMENT ON COLUMN @partnership@.control_strategy.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.control_strategy.priority_id IS 'Priority';
COMMENT ON COLUMN @partnership@.control_strategy.priority IS 'Code of the priority';
COMMENT ON COLUMN @partnership@.control_strategy.priority_title IS 'Title of the priority';
COMMENT ON COLUMN @partnership@.control_strategy.starts_on IS 'First day of the plan the priority belongs to';
COMMENT ON COLUMN @partnership@.control_strategy.ends_on IS 'Last day of that plan: filter by the day you ask about';
COMMENT ON COLUMN @partnership@.control_strategy.theme IS 'Heading: prevention, intelligence or enforcement';
COMMENT ON COLUMN @partnership@.control_strategy.theme_order IS 'Order of the heading for display';
COMMENT ON COLUMN @partnership@.control_strategy.item IS 'action, requirement, or none when nothing stands under the heading';
COMMENT ON COLUMN @partnership@.control_strategy.code IS 'Code of the action or requirement';
COMMENT ON COLUMN @partnership@.control_strategy.title IS 'What is to be done or found out';
COMMENT ON COLUMN @partnership@.control_strategy.owner IS 'Agency that owns it';
COMMENT ON COLUMN @partnership@.control_strategy.owner_post IS 'Post that owns it';
COMMENT ON COLUMN @partnership@.control_strategy.area_name IS 'Area an action is aimed at; NULL: everywhere';
COMMENT ON COLUMN @partnership@.control_strategy.status IS 'State of the action, or open and answered for a requirement';
COMMENT ON COLUMN @partnership@.control_strategy.progress_percent IS 'How far an action is, in per cent; NULL: not reported';
COMMENT ON COLUMN @partnership@.control_strategy.due_on IS 'When it is due';
COMMENT ON COLUMN @partnership@.control_strategy.done_on IS 'When it was completed or answered';
COMMENT ON COLUMN @partnership@.control_strategy.is_overdue IS 'True when it was due before today and is not done';
COMMENT ON COLUMN @partnership@.control_strategy.note IS 'What the reader must know; NULL when nothing';
COMMENT ON COLUMN @partnership@.control_strategy.sort_order IS 'Order for display';
