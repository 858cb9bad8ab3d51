-- Evidence of the priority matrix. How much is there of each problem, how does it change, and how
-- great a risk is it?

CREATE OR REPLACE VIEW @partnership@.evidence_problem
WITH (security_invoker = true) AS
-- One row per assessment and problem type in use, for the whole partnership: levels, change and, for headline types, risk.
WITH scored AS (
    SELECT f.assessment_id, f.problem_type_id, f.problem_type, f.problem_type_label, f.domain, f.is_headline, f.sort_order,
           f.incidents, f.share_percent, f.denominator, f.rate_per_1000, f.rate_lower, f.rate_upper, f.harm_score,
           f.unweighted_incidents, f.peer_mean_rate, f.peer_own_rate, f.peer_position, f.funnel_lower, f.funnel_upper,
           f.period_incidents, f.baseline_incidents, f.percent_change, f.percent_lower, f.percent_upper, f.adjusted_p_value,
           f.verdict, f.trend_percent_per_month, f.trend_adjusted_p_value, f.trend_verdict, f.data_flag,
           sum(f.score_on_5 * f.weight) FILTER (WHERE f.side = 'likelihood') / nullif(sum(f.weight) FILTER (WHERE f.side = 'likelihood' AND f.score IS NOT NULL), 0) AS likelihood_mean,
           sum(f.score_on_5 * f.weight) FILTER (WHERE f.side = 'impact') / nullif(sum(f.weight) FILTER (WHERE f.side = 'impact' AND f.score IS NOT NULL), 0) AS impact_mean,
           avg(f.score) FILTER (WHERE f.side = 'organisation') AS organisation_mean,
           max(f.score) FILTER (WHERE f.factor = 'volume') AS volume_factor,
           max(f.score) FILTER (WHERE f.factor = 'trend') AS trend_factor,
           max(f.score) FILTER (WHERE f.factor = 'peers') AS peers_factor,
           max(f.score) FILTER (WHERE f.factor = 'harm') AS harm_factor,
           sum(f.weight * CASE f.confidence WHEN 'high' THEN 1 WHEN 'medium' THEN 0.6 WHEN 'low' THEN 0.3 ELSE 0 END) FILTER (WHERE f.side <> 'organisation')
             / nullif(sum(f.weight) FILTER (WHERE f.side <> 'organisation'), 0) AS certainty,
           count(*) FILTER (WHERE f.side <> 'organisation' AND f.score IS NULL) AS factors_not_scored,
           string_agg(f.factor_label || coalesce(' (' || f.problem || ')', ''), ', ' ORDER BY f.factor_order, f.factor) FILTER (WHERE f.side <> 'organisation' AND f.score IS NULL) AS not_scored,
           array_agg(f.score_on_5 ORDER BY f.factor) FILTER (WHERE f.side = 'likelihood') AS likelihood_scores,
           array_agg(f.score_error ORDER BY f.factor) FILTER (WHERE f.side = 'likelihood') AS likelihood_errors,
           array_agg(f.weight::float8 ORDER BY f.factor) FILTER (WHERE f.side = 'likelihood') AS likelihood_weights,
           array_agg(f.score_on_5 ORDER BY f.factor) FILTER (WHERE f.side = 'impact') AS impact_scores,
           array_agg(f.score_error ORDER BY f.factor) FILTER (WHERE f.side = 'impact') AS impact_errors,
           array_agg(f.weight::float8 ORDER BY f.factor) FILTER (WHERE f.side = 'impact') AS impact_weights
    FROM @partnership@.evidence_factor f
    GROUP BY f.assessment_id, f.problem_type_id, f.problem_type, f.problem_type_label, f.domain, f.is_headline, f.sort_order,
             f.incidents, f.share_percent, f.denominator, f.rate_per_1000, f.rate_lower, f.rate_upper, f.harm_score,
             f.unweighted_incidents, f.peer_mean_rate, f.peer_own_rate, f.peer_position, f.funnel_lower, f.funnel_upper,
             f.period_incidents, f.baseline_incidents, f.percent_change, f.percent_lower, f.percent_upper, f.adjusted_p_value,
             f.verdict, f.trend_percent_per_month, f.trend_adjusted_p_value, f.trend_verdict, f.data_flag
),
risked AS (
    SELECT s.assessment_id, s.problem_type_id, s.problem_type, s.problem_type_label, s.domain,
           s.is_headline, s.sort_order, s.incidents, s.share_percent, s.denominator,
           s.rate_per_1000, s.rate_lower, s.rate_upper, s.harm_score, s.unweighted_incidents,
           s.peer_mean_rate, s.peer_own_rate, s.peer_position, s.funnel_lower, s.funnel_upper,
           s.period_incidents, s.baseline_incidents, s.percent_change, s.percent_lower,
           s.percent_upper, s.adjusted_p_value, s.verdict, s.trend_percent_per_month,
           s.trend_adjusted_p_value, s.trend_verdict, s.data_flag, s.likelihood_mean,
           s.impact_mean, s.organisation_mean, s.volume_factor, s.trend_factor, s.peers_factor,
           s.harm_factor, s.certainty, s.factors_not_scored, s.not_scored, s.likelihood_scores,
           s.likelihood_errors, s.likelihood_weights, s.impact_scores, s.impact_errors,
           s.impact_weights,
           -- half rounds up on both sides, and a weighted mean that is half but for rounding is half
           floor(round(s.likelihood_mean::numeric, 9) + 0.5)::integer AS likelihood,
           floor(round(s.impact_mean::numeric, 9) + 0.5)::integer AS impact
    FROM scored s
)
SELECT r.assessment_id, r.problem_type_id, r.problem_type, r.problem_type_label, r.domain, r.is_headline, r.sort_order,
       r.incidents, r.share_percent, r.denominator, r.rate_per_1000, r.rate_lower, r.rate_upper, r.harm_score,
       r.unweighted_incidents, r.peer_mean_rate, r.peer_own_rate, r.peer_position, r.funnel_lower, r.funnel_upper,
       r.period_incidents, r.baseline_incidents, r.percent_change, r.percent_lower, r.percent_upper, r.adjusted_p_value,
       r.verdict, r.trend_percent_per_month, r.trend_adjusted_p_value, r.trend_verdict, r.data_flag,
       r.volume_factor, r.trend_factor, r.peers_factor, r.harm_factor,
       r.likelihood_mean, r.impact_mean, r.likelihood, r.impact,
       risk.risk,
       csp.risk_band(risk.risk) AS risk_band,
       CASE WHEN risk.risk IS NOT NULL THEN
           row_number() OVER (PARTITION BY r.assessment_id
                              ORDER BY risk.risk DESC NULLS LAST, r.likelihood_mean * r.impact_mean DESC NULLS LAST, r.incidents DESC, r.problem_type)
       END::integer AS risk_rank,
       r.organisation_mean::float8 AS organisational_position,
       CASE WHEN NOT r.is_headline THEN NULL WHEN r.certainty >= 0.8 THEN 'high' WHEN r.certainty >= 0.5 THEN 'medium' ELSE 'low' END AS confidence,
       r.factors_not_scored::integer AS factors_not_scored,
       r.not_scored,
       r.likelihood_scores, r.likelihood_errors, r.likelihood_weights, r.impact_scores, r.impact_errors, r.impact_weights
FROM risked r
CROSS JOIN LATERAL (SELECT csp.risk_score(r.likelihood, r.impact) AS risk) risk;
COMMENT ON VIEW @partnership@.evidence_problem IS 'Levels, change and risk of every problem type for the whole partnership: one row per assessment and problem type in use; risk for headline types';
COMMENT ON COLUMN @partnership@.evidence_problem.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_problem.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_problem.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.evidence_problem.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.evidence_problem.domain IS 'Broad domain of the problem type';
COMMENT ON COLUMN @partnership@.evidence_problem.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.evidence_problem.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.evidence_problem.incidents IS 'Incidents in the covered whole months of the period, subtypes included';
COMMENT ON COLUMN @partnership@.evidence_problem.share_percent IS 'Share of all incidents in the period, in per cent';
COMMENT ON COLUMN @partnership@.evidence_problem.denominator IS 'What the rate is per 1,000 of: population or households';
COMMENT ON COLUMN @partnership@.evidence_problem.rate_per_1000 IS 'Incidents per 1,000 of the denominator over the period (not a year); NULL without a denominator';
COMMENT ON COLUMN @partnership@.evidence_problem.rate_lower IS 'Lower limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.evidence_problem.rate_upper IS 'Upper limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.evidence_problem.harm_score IS 'Sum of harm weights over the weighted incidents (units of the harm scheme); NULL when no incident has a weight';
COMMENT ON COLUMN @partnership@.evidence_problem.unweighted_incidents IS 'Incidents without a harm weight: they are not in the harm score';
COMMENT ON COLUMN @partnership@.evidence_problem.peer_mean_rate IS 'Unweighted mean rate per 1,000 of the similar group, over the peers'' months';
COMMENT ON COLUMN @partnership@.evidence_problem.peer_own_rate IS 'Rate per 1,000 of the partnership in the peers'' data';
COMMENT ON COLUMN @partnership@.evidence_problem.peer_position IS 'higher than peers, lower than peers or in line with peers, by the funnel limits; NULL without peers'' figures';
COMMENT ON COLUMN @partnership@.evidence_problem.funnel_lower IS 'Lower funnel limit of the rate around the peers'' mean';
COMMENT ON COLUMN @partnership@.evidence_problem.funnel_upper IS 'Upper funnel limit of the rate around the peers'' mean';
COMMENT ON COLUMN @partnership@.evidence_problem.period_incidents IS 'Incidents in the compared months of the period';
COMMENT ON COLUMN @partnership@.evidence_problem.baseline_incidents IS 'Incidents in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.evidence_problem.percent_change IS 'Change of the rate in per cent; NULL when the baseline is 0 or not comparable';
COMMENT ON COLUMN @partnership@.evidence_problem.percent_lower IS 'Lower limit of the change in per cent';
COMMENT ON COLUMN @partnership@.evidence_problem.percent_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
COMMENT ON COLUMN @partnership@.evidence_problem.adjusted_p_value IS 'p-value of no change after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.evidence_problem.verdict IS 'The change in words, called only below the assessment''s false discovery rate';
COMMENT ON COLUMN @partnership@.evidence_problem.trend_percent_per_month IS 'Trend in per cent per month over all covered months';
COMMENT ON COLUMN @partnership@.evidence_problem.trend_adjusted_p_value IS 'p-value of no trend after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.evidence_problem.trend_verdict IS 'rising, falling or no clear trend, at the assessment''s false discovery rate; not known when the series is too short';
COMMENT ON COLUMN @partnership@.evidence_problem.data_flag IS 'What the reader must know: missing months, breaks in the series; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_problem.volume_factor IS 'Score of the volume factor';
COMMENT ON COLUMN @partnership@.evidence_problem.trend_factor IS 'Score of the trend factor';
COMMENT ON COLUMN @partnership@.evidence_problem.peers_factor IS 'Score of the factor that compares with peers';
COMMENT ON COLUMN @partnership@.evidence_problem.harm_factor IS 'Score of the harm factor';
COMMENT ON COLUMN @partnership@.evidence_problem.likelihood_mean IS 'Weighted mean of the likelihood factors that are scored, from 1 to 5';
COMMENT ON COLUMN @partnership@.evidence_problem.impact_mean IS 'Weighted mean of the impact factors that are scored, from 1 to 5';
COMMENT ON COLUMN @partnership@.evidence_problem.likelihood IS 'Likelihood from 1 to 5; NULL when not scored';
COMMENT ON COLUMN @partnership@.evidence_problem.impact IS 'Impact from 1 to 5; NULL when not scored';
COMMENT ON COLUMN @partnership@.evidence_problem.risk IS 'Likelihood times impact, 1 to 25; NULL when not scored';
COMMENT ON COLUMN @partnership@.evidence_problem.risk_band IS 'Band of the risk';
COMMENT ON COLUMN @partnership@.evidence_problem.risk_rank IS '1 for the highest risk; NULL without a risk';
COMMENT ON COLUMN @partnership@.evidence_problem.organisational_position IS 'Mean of the organisation factors';
COMMENT ON COLUMN @partnership@.evidence_problem.confidence IS 'high, medium or low';
COMMENT ON COLUMN @partnership@.evidence_problem.factors_not_scored IS 'Number of likelihood and impact factors without a score';
COMMENT ON COLUMN @partnership@.evidence_problem.not_scored IS 'Their names, with what is wrong with a score that does not count';
