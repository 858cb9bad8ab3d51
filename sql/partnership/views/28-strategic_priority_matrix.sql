-- Strategic assessment, section 5: which problems should be priorities? The risk matrix over data and analysts' scores.

CREATE OR REPLACE VIEW @partnership@.strategic_priority_factor
WITH (security_invoker = true) AS
-- One row per assessment, headline problem type and factor of the assessment's scheme, scored or not.
WITH problem AS (
    SELECT l.assessment_id, a.risk_scheme, a.false_discovery_rate, l.problem_type_id, l.problem_type, l.problem_type_label, l.sort_order,
           l.incidents, l.share_percent, l.harm_score, l.incidents - l.unweighted_incidents AS weighted_incidents,
           l.peer_own_rate, l.peer_mean_rate,
           c.percent_change, c.adjusted_p_value
    FROM @partnership@.strategic_levels l
    JOIN @partnership@.assessment a USING (assessment_id)
    LEFT JOIN @partnership@.strategic_change c
           ON c.assessment_id = l.assessment_id AND c.area_id = l.area_id AND c.area_kind = l.area_kind AND c.problem_type_id = l.problem_type_id
    WHERE l.area_kind = 'partnership'
      AND l.is_headline
),
valued AS (
    SELECT p.assessment_id, p.problem_type_id, p.problem_type, p.problem_type_label, p.sort_order, p.incidents,
           f.scheme, f.factor, f.side, f.label AS factor_label, f.weight, f.scale_low, f.scale_high, f.origin, f.sort_order AS factor_order,
           CASE f.factor
               WHEN 'volume' THEN p.share_percent
               WHEN 'trend' THEN CASE WHEN p.adjusted_p_value <= p.false_discovery_rate THEN coalesce(p.percent_change, 'Infinity'::float8)
                                      WHEN p.adjusted_p_value IS NOT NULL THEN 0 END
               WHEN 'peers' THEN 100 * p.peer_own_rate / nullif(p.peer_mean_rate, 0)
               WHEN 'harm' THEN p.harm_score / nullif(p.weighted_incidents, 0)
           END AS measured_value
    FROM problem p
    JOIN @partnership@.risk_factor f ON f.scheme = p.risk_scheme
)
SELECT v.assessment_id, v.problem_type_id, v.problem_type, v.problem_type_label, v.sort_order, v.incidents,
       v.factor, v.factor_label, v.factor_order, v.side, v.weight,
       v.measured_value,
       coalesce(given.score, band.score) AS score,
       CASE WHEN given.score IS NOT NULL THEN 'analyst' WHEN band.score IS NOT NULL THEN 'data' END AS score_origin,
       given.rationale,
       CASE WHEN given.score IS NOT NULL THEN given.confidence WHEN band.score IS NOT NULL THEN 'high' END AS confidence
FROM valued v
LEFT JOIN @partnership@.risk_score given
       ON given.assessment_id = v.assessment_id AND given.problem_type_id = v.problem_type_id
      AND given.scheme = v.scheme AND given.factor = v.factor
LEFT JOIN LATERAL (
    SELECT b.score
    FROM @partnership@.risk_factor_band b
    WHERE b.scheme = v.scheme
      AND b.factor = v.factor
      AND v.origin = 'data'
      AND b.from_value <= v.measured_value
    ORDER BY b.from_value DESC
    LIMIT 1
) band ON true;
COMMENT ON VIEW @partnership@.strategic_priority_factor IS 'Scores behind the priority matrix: one row per assessment, headline problem type and factor of the assessment''s scheme, scored or not';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.sort_order IS 'Order for display';
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

CREATE OR REPLACE VIEW @partnership@.strategic_priority_matrix
WITH (security_invoker = true) AS
-- One row per assessment and headline problem type, ranked by risk; ties are broken by unrounded risk, incidents and code.
WITH scored AS (
    SELECT f.assessment_id, f.problem_type_id, f.problem_type, f.problem_type_label, f.sort_order, f.incidents,
           sum(f.score * f.weight) FILTER (WHERE f.side = 'likelihood') / nullif(sum(f.weight) FILTER (WHERE f.side = 'likelihood' AND f.score IS NOT NULL), 0) AS likelihood_mean,
           sum(f.score * f.weight) FILTER (WHERE f.side = 'impact') / nullif(sum(f.weight) FILTER (WHERE f.side = 'impact' AND f.score IS NOT NULL), 0) AS impact_mean,
           avg(f.score) FILTER (WHERE f.side = 'organisation') AS organisation_mean,
           max(f.score) FILTER (WHERE f.factor = 'volume') AS volume_score,
           max(f.score) FILTER (WHERE f.factor = 'trend') AS trend_score,
           max(f.score) FILTER (WHERE f.factor = 'peers') AS peers_score,
           max(f.score) FILTER (WHERE f.factor = 'harm') AS harm_score,
           sum(f.weight * CASE f.confidence WHEN 'high' THEN 1 WHEN 'medium' THEN 0.6 WHEN 'low' THEN 0.3 ELSE 0 END) FILTER (WHERE f.side <> 'organisation')
             / nullif(sum(f.weight) FILTER (WHERE f.side <> 'organisation'), 0) AS certainty,
           count(*) FILTER (WHERE f.side <> 'organisation' AND f.score IS NULL) AS factors_not_scored,
           string_agg(f.factor_label, ', ' ORDER BY f.factor_order) FILTER (WHERE f.side <> 'organisation' AND f.score IS NULL) AS not_scored
    FROM @partnership@.strategic_priority_factor f
    GROUP BY f.assessment_id, f.problem_type_id, f.problem_type, f.problem_type_label, f.sort_order, f.incidents
),
risked AS (
    SELECT s.*,
           -- half rounds up on both sides
           floor(s.likelihood_mean + 0.5)::integer AS likelihood,
           floor(s.impact_mean + 0.5)::integer AS impact
    FROM scored s
),
ranked AS (
    SELECT r.*,
           csp.risk_score(r.likelihood, r.impact) AS risk
    FROM risked r
)
SELECT r.assessment_id, r.problem_type_id, r.problem_type, r.problem_type_label, r.sort_order,
       r.volume_score, r.trend_score, r.peers_score, r.harm_score,
       r.likelihood_mean, r.impact_mean,
       r.likelihood, r.impact, r.risk,
       csp.risk_band(r.risk) AS risk_band,
       CASE WHEN r.risk IS NOT NULL THEN
           row_number() OVER (PARTITION BY r.assessment_id
                              ORDER BY r.risk DESC NULLS LAST, r.likelihood_mean * r.impact_mean DESC NULLS LAST, r.incidents DESC, r.problem_type)
       END::integer AS risk_rank,
       r.organisation_mean AS organisational_position,
       CASE WHEN r.certainty >= 0.8 THEN 'high' WHEN r.certainty >= 0.5 THEN 'medium' ELSE 'low' END AS confidence,
       r.factors_not_scored::integer AS factors_not_scored,
       r.not_scored,
       EXISTS (
           SELECT FROM @partnership@.assessment_priority ap
           JOIN @partnership@.priority_type pt USING (priority_id)
           JOIN @partnership@.evidence_type tree ON tree.problem_type_id = r.problem_type_id AND tree.member_id = pt.problem_type_id
                                                OR tree.problem_type_id = pt.problem_type_id AND tree.member_id = r.problem_type_id
           WHERE ap.assessment_id = r.assessment_id
       ) AS is_current_priority
FROM ranked r;
COMMENT ON VIEW @partnership@.strategic_priority_matrix IS 'Strategic assessment 5, priorities: which problems carry most risk? One row per assessment and headline problem type, likelihood and impact from data and analysts'' scores; a missing factor is left out of its mean and named, never taken as 0';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.volume_score IS 'Score of the volume factor';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.trend_score IS 'Score of the trend factor';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.peers_score IS 'Score of the factor that compares with peers';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.harm_score IS 'Score of the harm factor';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.likelihood_mean IS 'Weighted mean of the likelihood factors that are scored';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.impact_mean IS 'Weighted mean of the impact factors that are scored';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.likelihood IS 'Likelihood from 1 to 5: the mean rounded, half up; NULL when no factor is scored';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.impact IS 'Impact from 1 to 5: the mean rounded, half up; NULL when no factor is scored';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.risk IS 'Likelihood times impact, 1 to 25; NULL when either is not scored';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.risk_band IS 'Band of the risk: green, yellow, amber or red';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.risk_rank IS '1 for the highest risk; ties are broken by the unrounded risk, then incidents, then code; NULL without a risk';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.organisational_position IS 'Mean of the organisation factors (capacity, capability): shown beside the risk, not in it';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.confidence IS 'high, medium or low: the weight of what is scored and how surely';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.factors_not_scored IS 'Number of likelihood and impact factors without a score';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.not_scored IS 'Their names';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.is_current_priority IS 'True when a priority under review covers the type, a subtype or a type above it';

CREATE OR REPLACE VIEW @partnership@.strategic_recommendation
WITH (security_invoker = true) AS
-- One row per assessment and recommendation.
SELECT r.assessment_id, r.recommendation_id, r.sort_order, r.title, r.rationale,
       t.code AS problem_type, t.label AS problem_type_label, m.risk_rank, m.risk_band,
       g.name AS agency, r.status, r.decided_on
FROM @partnership@.recommendation r
LEFT JOIN @partnership@.problem_type t USING (problem_type_id)
LEFT JOIN @partnership@.agency g USING (agency_id)
LEFT JOIN @partnership@.strategic_priority_matrix m ON m.assessment_id = r.assessment_id AND m.problem_type_id = r.problem_type_id;
COMMENT ON VIEW @partnership@.strategic_recommendation IS 'Strategic assessment 5, recommendations: one row per assessment and recommendation, with the rank of the problem it is about';
COMMENT ON COLUMN @partnership@.strategic_recommendation.assessment_id IS 'Assessment the row belongs to: filter by it';
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
