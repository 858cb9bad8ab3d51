-- Intelligence: the collection plan. What is still to be found out, by whom, and what answers it so
-- far?

CREATE OR REPLACE VIEW @partnership@.intelligence_collection
WITH (security_invoker = true) AS
-- One row per intelligence requirement: what was asked, and what has come in for it.
SELECT csp_internal.row_key(r.intelligence_requirement_id) AS row_key,
       r.intelligence_requirement_id, r.assessment_id, r.problem_type_id, t.code AS problem_type, t.label AS problem_type_label,
       r.question, owner.name AS owner, r.raised_on, r.due_on, r.answered_on, r.answer,
       CASE
           WHEN r.answered_on IS NOT NULL THEN 'answered'
           WHEN r.due_on < (now() AT TIME ZONE @time_zone@)::date THEN 'overdue'
           WHEN coalesce(came.reports, 0) > 0 THEN 'in part: reports have come in'
           ELSE 'open'
       END AS state,
       coalesce(came.reports, 0)::integer AS reports,
       coalesce(came.reports_held, 0)::integer AS reports_held,
       came.first_received_on, came.last_received_on, came.gradings
FROM @partnership@.intelligence_requirement r
LEFT JOIN @partnership@.problem_type t USING (problem_type_id)
LEFT JOIN @partnership@.agency owner ON owner.agency_id = r.owner_agency_id
LEFT JOIN (
    SELECT d.intelligence_requirement_id, count(*) AS reports, count(*) FILTER (WHERE NOT d.is_shared) AS reports_held,
           min(d.received_on) AS first_received_on, max(d.received_on) AS last_received_on,
           string_agg(d.grading, ', ' ORDER BY d.received_on, d.intelligence_id) AS gradings
    FROM @partnership@.intelligence_digest d
    GROUP BY d.intelligence_requirement_id
) came USING (intelligence_requirement_id);
COMMENT ON VIEW @partnership@.intelligence_collection IS 'Intelligence requirements and what answers them: which questions are open, overdue or answered, and by which reports? One row per requirement';
COMMENT ON COLUMN @partnership@.intelligence_collection.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.intelligence_collection.intelligence_requirement_id IS 'Key of the requirement';
COMMENT ON COLUMN @partnership@.intelligence_collection.assessment_id IS 'Assessment that raised it';
COMMENT ON COLUMN @partnership@.intelligence_collection.problem_type_id IS 'Problem type, where it is about one';
COMMENT ON COLUMN @partnership@.intelligence_collection.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.intelligence_collection.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.intelligence_collection.question IS 'The question';
COMMENT ON COLUMN @partnership@.intelligence_collection.owner IS 'Agency asked to answer';
COMMENT ON COLUMN @partnership@.intelligence_collection.raised_on IS 'When it was raised';
COMMENT ON COLUMN @partnership@.intelligence_collection.due_on IS 'When an answer is due';
COMMENT ON COLUMN @partnership@.intelligence_collection.answered_on IS 'When it was answered';
COMMENT ON COLUMN @partnership@.intelligence_collection.answer IS 'The answer';
COMMENT ON COLUMN @partnership@.intelligence_collection.state IS 'answered, overdue, in part, or open';
COMMENT ON COLUMN @partnership@.intelligence_collection.reports IS 'Reports received for it';
COMMENT ON COLUMN @partnership@.intelligence_collection.reports_held IS 'Of these, not to be shared beyond their handling';
COMMENT ON COLUMN @partnership@.intelligence_collection.first_received_on IS 'When the first report came in';
COMMENT ON COLUMN @partnership@.intelligence_collection.last_received_on IS 'When the last report came in';
COMMENT ON COLUMN @partnership@.intelligence_collection.gradings IS 'Grades of the reports, in the order of receipt';
