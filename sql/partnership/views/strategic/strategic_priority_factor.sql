-- Strategic assessment, section 5: priorities. From which factors does each problem have its place
-- in the matrix?

CREATE OR REPLACE VIEW @partnership@.strategic_priority_factor
WITH (security_invoker = true) AS
-- One row per assessment, headline problem type and factor of the assessment's scheme, scored or not.
SELECT f.assessment_id,
       csp_internal.row_key(f.assessment_id::text, f.problem_type_id::text, f.factor) AS row_key,
       f.problem_type_id, f.problem_type, f.problem_type_label, f.sort_order, f.incidents,
       f.factor, f.factor_label, f.factor_order, f.side, f.weight,
       f.measured_value, f.score, f.score_origin, f.rationale, f.confidence, f.problem
FROM @partnership@.evidence_factor f
WHERE f.factor IS NOT NULL;
COMMENT ON VIEW @partnership@.strategic_priority_factor IS 'Scores behind the priority matrix: one row per assessment, headline problem type and factor of the assessment''s scheme, scored or not';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.incidents IS 'Incidents in the covered whole months of the period, subtypes included';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.factor IS 'Code of the factor';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.factor_label IS 'Name of the factor';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.factor_order IS 'Order of the factor for display';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.side IS 'likelihood, impact, or organisation (shown beside the risk, not in it)';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.weight IS 'Weight of the factor in the mean of its side';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.measured_value IS 'Value computed from the data for factors of that origin; NULL when it cannot be computed';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.score IS 'Score on the factor''s scale: the analysts'' where there is one, else from the measured value; NULL: not scored, never 0';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.score_origin IS 'analyst or data; NULL: not scored';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.rationale IS 'Analysts'' reason';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.confidence IS 'Confidence in the score: as the analysts stated; high for scores from data';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.problem IS 'Why an analysts'' score does not count; NULL when nothing is wrong';
COMMENT ON COLUMN @partnership@.evidence_problem.likelihood_scores IS 'Scores of the likelihood factors from 1 to 5, by factor; NULL where not scored';
COMMENT ON COLUMN @partnership@.evidence_problem.likelihood_errors IS 'Their standard errors';
COMMENT ON COLUMN @partnership@.evidence_problem.likelihood_weights IS 'Their weights';
COMMENT ON COLUMN @partnership@.evidence_problem.impact_scores IS 'Scores of the impact factors from 1 to 5, by factor; NULL where not scored';
COMMENT ON COLUMN @partnership@.evidence_problem.impact_errors IS 'Their standard errors';
COMMENT ON COLUMN @partnership@.evidence_problem.impact_weights IS 'Their weights';
