-- Strategic assessment, structure by problem: offender, victim, location. Who does it, to whom, and
-- where?

CREATE OR REPLACE VIEW @partnership@.strategic_by_problem
WITH (security_invoker = true) AS
-- One row per assessment, headline problem type, side of the problem (offender, victim, location) and measure. Behind a function: see profile_victim.
SELECT a.assessment_id,
       csp_internal.row_key(a.assessment_id::text, f.problem_type_id::text, f.side, f.measure_order::text) AS row_key,
       f.section, f.section_order, f.problem_type_id, f.problem_type, f.problem_type_label, f.sort_order,
       f.side, f.measure_order, f.measure, f.value, f.unit, f.data_flag
FROM @partnership@.assessment a
CROSS JOIN LATERAL csp_internal.strategic_by_problem(csp_internal.partnership_of('@partnership@.assessment'::regclass), a.assessment_id) f;
COMMENT ON VIEW @partnership@.strategic_by_problem IS 'Strategic assessment structured by problem: offender, victim and location of each headline problem; one row per assessment, problem type, side and measure, for the whole partnership. Says so where the sources cannot support it. Figures about people come with a noise of up to 5 to whoever may not read people, and none below ten: parts do not add up to totals';
COMMENT ON COLUMN @partnership@.strategic_by_problem.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_by_problem.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_by_problem.section IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_problem.section_order IS 'Order of the section';
COMMENT ON COLUMN @partnership@.strategic_by_problem.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_by_problem.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_problem.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_problem.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_by_problem.side IS 'offender, victim or location';
COMMENT ON COLUMN @partnership@.strategic_by_problem.measure_order IS 'Order of the measure for display';
COMMENT ON COLUMN @partnership@.strategic_by_problem.measure IS 'What is measured';
COMMENT ON COLUMN @partnership@.strategic_by_problem.value IS 'Its value; NULL when no source supports it';
COMMENT ON COLUMN @partnership@.strategic_by_problem.unit IS 'count or per cent';
COMMENT ON COLUMN @partnership@.strategic_by_problem.data_flag IS 'Why there is no figure, or for how many incidents the side is known; NULL when for all';
