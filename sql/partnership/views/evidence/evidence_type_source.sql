-- Evidence of sources. Which sources supply which problem types?

CREATE OR REPLACE VIEW @partnership@.evidence_type_source
WITH (security_invoker = true) AS
-- One row per problem type (rolled up) and source that has ever supplied it.
SELECT DISTINCT tree.problem_type_id, r.source_id
FROM @partnership@.evidence_recorded_type r
JOIN @partnership@.evidence_type tree ON tree.member_id = r.problem_type_id;
COMMENT ON VIEW @partnership@.evidence_type_source IS 'Which sources supply which problem types: one row per type (subtypes included) and source';
COMMENT ON COLUMN @partnership@.evidence_type_source.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_type_source.source_id IS 'A source that has supplied it or a subtype';
