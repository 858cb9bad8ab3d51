-- Evidence of breaks. What breaks the series of a problem type, in order of time?

CREATE OR REPLACE VIEW @partnership@.evidence_type_break_list
WITH (security_invoker = true) AS
-- One row per problem type with a break: lists, from which a figure takes what lies between the years
-- it is compared with and now.
SELECT b.problem_type_id,
       array_agg(b.starts_on ORDER BY b.starts_on, b.description) AS starts_on,
       array_agg(b.description ORDER BY b.starts_on, b.description) AS descriptions,
       array_agg(b.is_of_areas ORDER BY b.starts_on, b.description) AS are_of_areas
FROM (SELECT DISTINCT e.problem_type_id, e.starts_on, e.description, e.is_of_areas
      FROM @partnership@.evidence_type_break e) b
GROUP BY b.problem_type_id;
COMMENT ON VIEW @partnership@.evidence_type_break_list IS 'Breaks that touch a problem type through any of its sources, in lists of equal length: one row per problem type with a break';
COMMENT ON COLUMN @partnership@.evidence_type_break_list.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_type_break_list.starts_on IS 'First days of the new states, in order';
COMMENT ON COLUMN @partnership@.evidence_type_break_list.descriptions IS 'The breaks in words';
COMMENT ON COLUMN @partnership@.evidence_type_break_list.are_of_areas IS 'True for those that move incidents between areas only';
