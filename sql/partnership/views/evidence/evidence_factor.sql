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
           c.period_incidents, c.baseline_incidents, c.change_percent, c.change_lower, c.change_upper, c.adjusted_p_value,
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
