-- Strategic assessment, section 5: which problems should be priorities? The risk matrix over data and analysts' scores.

CREATE OR REPLACE VIEW @partnership@.evidence_factor
WITH (security_invoker = true) AS
-- One row per assessment, problem type in use and factor of the assessment's scheme (types that are no headline: one row without a factor).
WITH united AS (
    -- levels and change have the same keys: united and grouped rather than joined, since no planner can foresee the size of such a join
    SELECT l.assessment_id, l.problem_type_id, l.problem_type, l.problem_type_label, l.domain, l.is_headline, l.sort_order,
           l.incidents, l.share_percent, l.denominator, l.rate_per_1000, l.rate_lower, l.rate_upper, l.harm_score,
           l.unweighted_incidents, l.peer_mean_rate, l.peer_own_rate, l.peer_position, l.funnel_lower, l.funnel_upper,
           NULL::bigint AS period_incidents, NULL::bigint AS baseline_incidents, NULL::float8 AS percent_change,
           NULL::float8 AS percent_lower, NULL::float8 AS percent_upper, NULL::float8 AS adjusted_p_value, NULL::text AS verdict,
           NULL::float8 AS trend_percent_per_month, NULL::float8 AS trend_adjusted_p_value, NULL::text AS trend_verdict,
           l.data_flag AS level_flag, NULL::text AS change_flag,
           CASE WHEN l.peer_months < l.period_months THEN 'peers are compared over ' || l.peer_months || ' of ' || l.period_months || ' months' END AS peer_flag
    FROM @partnership@.strategic_levels l
    WHERE l.area_kind = 'partnership'
  UNION ALL
    SELECT c.assessment_id, c.problem_type_id, c.problem_type, c.problem_type_label, c.domain, c.is_headline, c.sort_order,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           c.period_incidents, c.baseline_incidents, c.percent_change, c.percent_lower, c.percent_upper, c.adjusted_p_value,
           c.verdict, c.trend_percent_per_month, c.trend_adjusted_p_value, c.trend_verdict,
           NULL, c.data_flag, NULL
    FROM @partnership@.strategic_change c
    WHERE c.area_kind = 'partnership'
),
problem AS (
    SELECT u.assessment_id, u.problem_type_id, u.problem_type, u.problem_type_label, u.domain, u.is_headline, u.sort_order,
           max(u.incidents) AS incidents, max(u.share_percent) AS share_percent, max(u.denominator) AS denominator,
           max(u.rate_per_1000) AS rate_per_1000, max(u.rate_lower) AS rate_lower, max(u.rate_upper) AS rate_upper,
           max(u.harm_score) AS harm_score, max(u.unweighted_incidents) AS unweighted_incidents,
           max(u.peer_mean_rate) AS peer_mean_rate, max(u.peer_own_rate) AS peer_own_rate, max(u.peer_position) AS peer_position,
           max(u.funnel_lower) AS funnel_lower, max(u.funnel_upper) AS funnel_upper,
           max(u.period_incidents) AS period_incidents, max(u.baseline_incidents) AS baseline_incidents,
           max(u.percent_change) AS percent_change, max(u.percent_lower) AS percent_lower, max(u.percent_upper) AS percent_upper,
           max(u.adjusted_p_value) AS adjusted_p_value, max(u.verdict) AS verdict,
           max(u.trend_percent_per_month) AS trend_percent_per_month, max(u.trend_adjusted_p_value) AS trend_adjusted_p_value,
           max(u.trend_verdict) AS trend_verdict,
           -- the flag of the comparison holds that of the level; peers are the level's own
           nullif(concat_ws('; ', coalesce(max(u.change_flag), max(u.level_flag)), CASE WHEN max(u.change_flag) IS NOT NULL THEN max(u.peer_flag) END), '') AS data_flag,
           a.risk_scheme, a.false_discovery_rate, a.confidence AS level
    FROM united u
    JOIN @partnership@.assessment a USING (assessment_id)
    GROUP BY u.assessment_id, u.problem_type_id, u.problem_type, u.problem_type_label, u.domain, u.is_headline, u.sort_order, a.risk_scheme, a.false_discovery_rate, a.confidence
    HAVING max(u.incidents) IS NOT NULL
),
valued AS (
    SELECT p.*,
           f.scheme, f.factor, f.side, f.label AS factor_label, f.weight, f.origin, f.sort_order AS factor_order, f.scale_low, f.scale_high,
           CASE f.factor
               WHEN 'volume' THEN p.share_percent
               WHEN 'trend' THEN CASE WHEN p.adjusted_p_value <= p.false_discovery_rate THEN coalesce(p.percent_change, 'Infinity'::float8)
                                      WHEN p.adjusted_p_value IS NOT NULL THEN 0 END
               WHEN 'peers' THEN 100 * p.peer_own_rate / nullif(p.peer_mean_rate, 0)
               WHEN 'harm' THEN p.harm_score / nullif(p.incidents - p.unweighted_incidents, 0)
           END AS measured_value,
           -- a share's interval is that of its count; a level against peers is as uncertain as the rate itself
           CASE f.factor
               WHEN 'volume' THEN (csp.rate_interval(p.incidents, (p.incidents * 100 / nullif(p.share_percent, 0))::bigint, 100, p.level)).lower
               WHEN 'trend' THEN CASE WHEN p.adjusted_p_value IS NOT NULL THEN p.percent_lower END
               WHEN 'peers' THEN 100 * p.peer_own_rate / nullif(p.peer_mean_rate, 0) * p.rate_lower / nullif(p.rate_per_1000, 0)
           END AS measured_lower,
           CASE f.factor
               WHEN 'volume' THEN (csp.rate_interval(p.incidents, (p.incidents * 100 / nullif(p.share_percent, 0))::bigint, 100, p.level)).upper
               WHEN 'trend' THEN CASE WHEN p.adjusted_p_value IS NOT NULL THEN coalesce(p.percent_upper, 'Infinity'::float8) END
               WHEN 'peers' THEN 100 * p.peer_own_rate / nullif(p.peer_mean_rate, 0) * p.rate_upper / nullif(p.rate_per_1000, 0)
           END AS measured_upper
    FROM problem p
    LEFT JOIN @partnership@.risk_factor f ON f.scheme = p.risk_scheme AND p.is_headline
),
allowance AS (
    SELECT max(s.value) FILTER (WHERE s.name = 'score_error_high')::float8 AS high,
           max(s.value) FILTER (WHERE s.name = 'score_error_medium')::float8 AS medium,
           max(s.value) FILTER (WHERE s.name = 'score_error_low')::float8 AS low
    FROM @partnership@.setting s
)
SELECT v.assessment_id, v.problem_type_id, v.problem_type, v.problem_type_label, v.domain, v.is_headline, v.sort_order,
       v.incidents, v.share_percent, v.denominator, v.rate_per_1000, v.rate_lower, v.rate_upper, v.harm_score,
       v.unweighted_incidents, v.peer_mean_rate, v.peer_own_rate, v.peer_position, v.funnel_lower, v.funnel_upper,
       v.period_incidents, v.baseline_incidents, v.percent_change, v.percent_lower, v.percent_upper, v.adjusted_p_value,
       v.verdict, v.trend_percent_per_month, v.trend_adjusted_p_value, v.trend_verdict, v.data_flag,
       v.factor, v.factor_label, v.factor_order, v.side, v.weight,
       v.measured_value,
       scored.score, scored.score_origin,
       given.rationale,
       CASE scored.score_origin WHEN 'analyst' THEN given.confidence WHEN 'data' THEN 'high' END AS confidence,
       -- likelihood and impact run from 1 to 5: a factor on another scale is brought to theirs
       CASE WHEN v.scale_high > v.scale_low THEN 1 + 4 * (scored.score - v.scale_low)::float8 / (v.scale_high - v.scale_low) END AS score_on_5,
       CASE WHEN given.score NOT BETWEEN v.scale_low AND v.scale_high
            THEN 'score ' || given.score || ' is off its scale of ' || v.scale_low || ' to ' || v.scale_high END AS problem,
       CASE WHEN scored.score_origin = 'data' AND v.measured_lower IS NOT NULL AND v.measured_upper IS NOT NULL AND v.scale_high > v.scale_low
            THEN 2 * abs(band.score_upper - band.score_lower)::float8 / (v.scale_high - v.scale_low) / csp.confidence_z(v.level)
            WHEN scored.score_origin = 'data' OR given.confidence = 'high' THEN allowance.high
            WHEN given.confidence = 'medium' THEN allowance.medium
            WHEN given.confidence = 'low' THEN allowance.low
       END AS score_error
FROM valued v
CROSS JOIN allowance
LEFT JOIN @partnership@.risk_score given
       ON given.assessment_id = v.assessment_id AND given.problem_type_id = v.problem_type_id
      AND given.scheme = v.scheme AND given.factor = v.factor
CROSS JOIN LATERAL (
    SELECT (array_agg(b.score ORDER BY b.from_value DESC) FILTER (WHERE b.from_value <= v.measured_value))[1] AS score,
           (array_agg(b.score ORDER BY b.from_value DESC) FILTER (WHERE b.from_value <= v.measured_lower))[1] AS score_lower,
           (array_agg(b.score ORDER BY b.from_value DESC) FILTER (WHERE b.from_value <= v.measured_upper))[1] AS score_upper
    FROM @partnership@.risk_factor_band b
    WHERE b.scheme = v.scheme
      AND b.factor = v.factor
      AND v.origin = 'data'
) band
-- a score off the factor's scale is a slip of the pen: the factor counts as not scored, and says so
CROSS JOIN LATERAL (
    SELECT CASE WHEN given.score IS NULL THEN band.score WHEN given.score BETWEEN v.scale_low AND v.scale_high THEN given.score END AS score,
           CASE WHEN given.score BETWEEN v.scale_low AND v.scale_high THEN 'analyst' WHEN given.score IS NULL AND band.score IS NOT NULL THEN 'data' END AS score_origin
) scored;
COMMENT ON VIEW @partnership@.evidence_factor IS 'Levels and change of every problem type for the whole partnership, with the factors of the risk matrix: one row per assessment, problem type and factor, types that are no headline once without a factor';
COMMENT ON COLUMN @partnership@.evidence_factor.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_factor.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_factor.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.evidence_factor.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.evidence_factor.domain IS 'Broad domain of the problem type';
COMMENT ON COLUMN @partnership@.evidence_factor.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.evidence_factor.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.evidence_factor.incidents IS 'Incidents in the covered whole months of the period, subtypes included';
COMMENT ON COLUMN @partnership@.evidence_factor.share_percent IS 'Share of all incidents in the period, in per cent';
COMMENT ON COLUMN @partnership@.evidence_factor.denominator IS 'What the rate is per 1,000 of: population or households';
COMMENT ON COLUMN @partnership@.evidence_factor.rate_per_1000 IS 'Incidents per 1,000 of the denominator over the period (not a year); NULL without a denominator';
COMMENT ON COLUMN @partnership@.evidence_factor.rate_lower IS 'Lower limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.evidence_factor.rate_upper IS 'Upper limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.evidence_factor.harm_score IS 'Sum of harm weights over the weighted incidents (units of the harm scheme); NULL when no incident has a weight';
COMMENT ON COLUMN @partnership@.evidence_factor.unweighted_incidents IS 'Incidents without a harm weight: they are not in the harm score';
COMMENT ON COLUMN @partnership@.evidence_factor.peer_mean_rate IS 'Unweighted mean rate per 1,000 of the similar group, over the peers'' months';
COMMENT ON COLUMN @partnership@.evidence_factor.peer_own_rate IS 'Rate per 1,000 of the partnership in the peers'' data';
COMMENT ON COLUMN @partnership@.evidence_factor.peer_position IS 'higher than peers, lower than peers or in line with peers, by the funnel limits; NULL without peers'' figures';
COMMENT ON COLUMN @partnership@.evidence_factor.funnel_lower IS 'Lower funnel limit of the rate around the peers'' mean';
COMMENT ON COLUMN @partnership@.evidence_factor.funnel_upper IS 'Upper funnel limit of the rate around the peers'' mean';
COMMENT ON COLUMN @partnership@.evidence_factor.period_incidents IS 'Incidents in the compared months of the period';
COMMENT ON COLUMN @partnership@.evidence_factor.baseline_incidents IS 'Incidents in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.evidence_factor.percent_change IS 'Change of the rate in per cent; NULL when the baseline is 0 or not comparable';
COMMENT ON COLUMN @partnership@.evidence_factor.percent_lower IS 'Lower limit of the change in per cent';
COMMENT ON COLUMN @partnership@.evidence_factor.percent_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
COMMENT ON COLUMN @partnership@.evidence_factor.adjusted_p_value IS 'p-value of no change after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.evidence_factor.verdict IS 'The change in words, called only below the assessment''s false discovery rate';
COMMENT ON COLUMN @partnership@.evidence_factor.trend_percent_per_month IS 'Trend in per cent per month over all covered months';
COMMENT ON COLUMN @partnership@.evidence_factor.trend_adjusted_p_value IS 'p-value of no trend after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.evidence_factor.trend_verdict IS 'rising, falling or no clear trend, at the assessment''s false discovery rate; not known when the series is too short';
COMMENT ON COLUMN @partnership@.evidence_factor.data_flag IS 'What the reader must know: missing months, breaks in the series; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_factor.factor IS 'Code of the factor; NULL for types that are no headline';
COMMENT ON COLUMN @partnership@.evidence_factor.factor_label IS 'Name of the factor';
COMMENT ON COLUMN @partnership@.evidence_factor.factor_order IS 'Order of the factor for display';
COMMENT ON COLUMN @partnership@.evidence_factor.side IS 'likelihood, impact, or organisation (shown beside the risk, not in it)';
COMMENT ON COLUMN @partnership@.evidence_factor.weight IS 'Weight of the factor in the mean of its side';
COMMENT ON COLUMN @partnership@.evidence_factor.measured_value IS 'Value computed from the data; NULL when it cannot be computed';
COMMENT ON COLUMN @partnership@.evidence_factor.score IS 'Score on the factor''s scale: the analysts'' where there is one, else from the measured value; NULL: not scored, never 0';
COMMENT ON COLUMN @partnership@.evidence_factor.score_origin IS 'analyst or data; NULL: not scored';
COMMENT ON COLUMN @partnership@.evidence_factor.rationale IS 'Analysts'' reason';
COMMENT ON COLUMN @partnership@.evidence_factor.confidence IS 'Confidence in the score';
COMMENT ON COLUMN @partnership@.evidence_factor.score_on_5 IS 'The score brought to a scale from 1 to 5';
COMMENT ON COLUMN @partnership@.evidence_factor.problem IS 'Why an analysts'' score does not count; NULL when nothing is wrong';
COMMENT ON COLUMN @partnership@.evidence_factor.score_error IS 'Standard error of score_on_5: of a score from data half the scores between which the measured value''s interval lies, brought to one standard error; of an analysts'' score, and of data without an interval, the settings score_error_high, score_error_medium and score_error_low';

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
    SELECT s.*,
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

CREATE OR REPLACE VIEW @partnership@.strategic_priority_factor
WITH (security_invoker = true) AS
-- One row per assessment, headline problem type and factor of the assessment's scheme, scored or not.
SELECT f.assessment_id, f.problem_type_id, f.problem_type, f.problem_type_label, f.sort_order, f.incidents,
       f.factor, f.factor_label, f.factor_order, f.side, f.weight,
       f.measured_value, f.score, f.score_origin, f.rationale, f.confidence, f.problem
FROM @partnership@.evidence_factor f
WHERE f.factor IS NOT NULL;
COMMENT ON VIEW @partnership@.strategic_priority_factor IS 'Scores behind the priority matrix: one row per assessment, headline problem type and factor of the assessment''s scheme, scored or not';
COMMENT ON COLUMN @partnership@.strategic_priority_factor.assessment_id IS 'Assessment the row belongs to: filter by it';
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
SELECT p.assessment_id, p.problem_type_id, p.problem_type, p.problem_type_label, p.sort_order,
       p.volume_factor AS volume_score, p.trend_factor AS trend_score, p.peers_factor AS peers_score, p.harm_factor AS harm_score,
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
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.volume_score IS 'Score of the volume factor';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.trend_score IS 'Score of the trend factor';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.peers_score IS 'Score of the factor that compares with peers';
COMMENT ON COLUMN @partnership@.strategic_priority_matrix.harm_score IS 'Score of the harm factor';
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
