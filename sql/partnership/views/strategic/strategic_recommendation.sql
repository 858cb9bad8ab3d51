-- Strategic assessment, section 5: recommendations. What is recommended, about which problem, and
-- who owns it?

CREATE OR REPLACE VIEW @partnership@.strategic_recommendation
WITH (security_invoker = true) AS
-- One row per assessment and recommendation.
SELECT r.assessment_id,
       csp_internal.row_key(r.recommendation_id) AS row_key,
       r.recommendation_id, r.sort_order, r.title, r.rationale,
       t.code AS problem_type, t.label AS problem_type_label, m.risk_rank, m.risk_band,
       g.name AS agency, r.status, r.decided_on
FROM @partnership@.recommendation r
LEFT JOIN @partnership@.problem_type t USING (problem_type_id)
LEFT JOIN @partnership@.agency g USING (agency_id)
LEFT JOIN @partnership@.strategic_priority_matrix m ON m.assessment_id = r.assessment_id AND m.problem_type_id = r.problem_type_id;
COMMENT ON VIEW @partnership@.strategic_recommendation IS 'Strategic assessment 5, recommendations: one row per assessment and recommendation, with the rank of the problem it is about';
COMMENT ON COLUMN @partnership@.strategic_recommendation.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_recommendation.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_recommendation.recommendation_id IS 'Key of the recommendation';
COMMENT ON COLUMN @partnership@.strategic_recommendation.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_recommendation.title IS 'The recommendation';
COMMENT ON COLUMN @partnership@.strategic_recommendation.rationale IS 'Why, with reference to the evidence';
COMMENT ON COLUMN @partnership@.strategic_recommendation.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_recommendation.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_recommendation.risk_rank IS 'Rank of the problem in the priority matrix';
COMMENT ON COLUMN @partnership@.strategic_recommendation.risk_band IS 'Band of the problem in the priority matrix';
COMMENT ON COLUMN @partnership@.strategic_recommendation.agency IS 'Agency asked to act';
COMMENT ON COLUMN @partnership@.strategic_recommendation.status IS 'proposed, accepted, rejected or implemented';
COMMENT ON COLUMN @partnership@.strategic_recommendation.decided_on IS 'When it was decided';
