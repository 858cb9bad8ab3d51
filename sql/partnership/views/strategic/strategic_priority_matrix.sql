-- Strategic assessment, section 5: priorities. Which problems should be priorities, and how sure is
-- their rank?

CREATE OR REPLACE VIEW @partnership@.strategic_priority_matrix
WITH (security_invoker = true) AS
-- One row per assessment and headline problem type, ranked by risk; ties are broken by unrounded risk, incidents and code.
WITH ranked AS (
    SELECT e.assessment_id, e.problem_type_id, e.problem_type, e.problem_type_label, e.sort_order,
           e.volume_factor, e.trend_factor, e.peers_factor, e.harm_factor, e.likelihood_mean, e.impact_mean,
           e.likelihood, e.impact, e.risk, e.risk_band, e.risk_rank, e.organisational_position, e.confidence, e.factors_not_scored, e.not_scored,
           csp.rank_interval(e.likelihood_scores, e.likelihood_errors, e.likelihood_weights, e.impact_scores, e.impact_errors, e.impact_weights,
                             coalesce((SELECT s.value::float8 FROM @partnership@.setting s WHERE s.name = 'priority_weight_spread'), 0)) OVER (PARTITION BY e.assessment_id) AS ranks
    FROM @partnership@.evidence_problem e
    WHERE e.is_headline
)
SELECT p.assessment_id,
       csp_internal.row_key(p.assessment_id, p.problem_type_id) AS row_key,
       p.problem_type_id, p.problem_type, p.problem_type_label, p.sort_order,
       p.volume_factor AS volume_score, p.trend_factor AS trend_score, p.peers_factor AS peers_score, p.harm_factor AS harm_factor_score,
       p.likelihood_mean, p.impact_mean,
       p.likelihood, p.impact, p.risk, p.risk_band, p.risk_rank,
       p.organisational_position, p.confidence, p.factors_not_scored, p.not_scored,
       EXISTS (
           SELECT FROM @partnership@.assessment_priority ap
           JOIN @partnership@.priority_type pt USING (priority_id)
           JOIN @partnership@.evidence_type tree ON tree.problem_type_id = p.problem_type_id AND tree.member_id = pt.problem_type_id
                                                OR tree.problem_type_id = pt.problem_type_id AND tree.member_id = p.problem_type_id
           WHERE ap.assessment_id = p.assessment_id
       ) AS is_current_priority,
       (p.ranks).rank AS unrounded_rank,
       (p.ranks).lower AS rank_lower,
       (p.ranks).upper AS rank_upper,
       (p.ranks).top_3 AS top_3_share,
       (p.ranks).top_5 AS top_5_share
FROM ranked p;
COMMENT ON VIEW @partnership@.strategic_priority_matrix IS 'Strategic assessment 5, priorities: which problems carry most risk? One row per assessment and headline problem type, likelihood and impact from data and analysts'' scores; a missing factor is left out of its mean and named, never taken as 0';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.volume_score IS 'Score of the volume factor';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.trend_score IS 'Score of the trend factor';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.peers_score IS 'Score of the factor that compares with peers';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.harm_factor_score IS 'Score of the harm factor';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.likelihood_mean IS 'Weighted mean of the likelihood factors that are scored, from 1 to 5';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.impact_mean IS 'Weighted mean of the impact factors that are scored, from 1 to 5';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.likelihood IS 'Likelihood from 1 to 5: the mean rounded, half up; NULL when no factor is scored';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.impact IS 'Impact from 1 to 5: the mean rounded, half up; NULL when no factor is scored';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.risk IS 'Likelihood times impact, 1 to 25; NULL when either is not scored';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.risk_band IS 'Band of the risk: green, yellow, amber or red';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.risk_rank IS '1 for the highest risk; ties are broken by the unrounded risk, then incidents, then code; NULL without a risk';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.organisational_position IS 'Mean of the organisation factors (capacity, capability): shown beside the risk, not in it';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.confidence IS 'high, medium or low: the weight of what is scored and how surely';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.factors_not_scored IS 'Number of likelihood and impact factors without a score';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.not_scored IS 'Their names, with what is wrong with a score that does not count';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.is_current_priority IS 'True when a priority under review covers the type, a subtype or a type above it';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.unrounded_rank IS 'Rank by likelihood_mean times impact_mean, before they are rounded to the cells of the matrix: what the interval is of';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.rank_lower IS 'Best rank of its 95% interval, by csp.rank_interval over the uncertainty of the factors; an interval of one rank is settled';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.rank_upper IS 'Worst rank of the interval';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.top_3_share IS 'Share of the draws in which the problem is among the three highest, 0 to 1';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.top_5_share IS 'Share of the draws in which the problem is among the five highest, 0 to 1';
