-- Strategic assessment, structure by priority. How much is there of the problems of each priority,
-- and of those outside them, and how have they changed?

CREATE OR REPLACE VIEW @partnership@.strategic_by_priority
WITH (security_invoker = true) AS
-- One row per assessment, priority under review and problem type it covers; headline types outside every priority stand in a section of their own.
WITH covered AS (
    SELECT ap.assessment_id, min(priority.priority_id) AS priority_id, priority.title AS section, priority.sort_order AS section_order, tree.member_id AS problem_type_id
    FROM @partnership@.assessment_priority ap
    JOIN @partnership@.priority USING (priority_id)
    JOIN @partnership@.priority_type pt USING (priority_id)
    JOIN @partnership@.evidence_type tree ON tree.problem_type_id = pt.problem_type_id
    GROUP BY ap.assessment_id, priority.title, priority.sort_order, tree.member_id
)
SELECT p.assessment_id,
       csp_internal.row_key(p.assessment_id, c.priority_id, p.problem_type_id) AS row_key,
       coalesce(c.section, 'Outside the priorities') AS section, coalesce(c.section_order, 2147483647) AS section_order,
       p.problem_type_id, p.problem_type, p.problem_type_label, p.is_headline, p.sort_order, p.incidents, p.share_percent,
       p.denominator, p.rate_per_1000, p.rate_lower, p.rate_upper, p.harm_score, p.unweighted_incidents, p.peer_mean_rate,
       p.peer_own_rate, p.peer_position, p.period_incidents, p.baseline_incidents, p.percent_change AS change_percent,
       p.percent_lower AS change_lower, p.percent_upper AS change_upper, p.adjusted_p_value, p.verdict, p.trend_percent_per_month, p.trend_adjusted_p_value, p.trend_verdict,
       p.likelihood, p.impact, p.risk, p.risk_band, p.risk_rank, p.data_flag
FROM @partnership@.evidence_problem p
LEFT JOIN covered c ON c.assessment_id = p.assessment_id AND c.problem_type_id = p.problem_type_id
WHERE c.section IS NOT NULL OR p.is_headline;
COMMENT ON VIEW @partnership@.strategic_by_priority IS 'Strategic assessment structured by priority: a section per priority under review, and one for headline problems outside them; one row per assessment, section and problem type, for the whole partnership';
COMMENT ON COLUMN @partnership@.strategic_by_priority.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_by_priority.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_by_priority.section IS 'Title of the priority, or Outside the priorities';
COMMENT ON COLUMN @partnership@.strategic_by_priority.section_order IS 'Order of the section';
COMMENT ON COLUMN @partnership@.strategic_by_priority.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_by_priority.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_priority.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_priority.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_by_priority.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_by_priority.incidents IS 'Incidents in the covered whole months of the period, subtypes included';
COMMENT ON COLUMN @partnership@.strategic_by_priority.share_percent IS 'Share of all incidents in the period, in per cent';
COMMENT ON COLUMN @partnership@.strategic_by_priority.denominator IS 'What the rate is per 1,000 of: population or households';
COMMENT ON COLUMN @partnership@.strategic_by_priority.rate_per_1000 IS 'Incidents per 1,000 of the denominator over the period (not a year); NULL without a denominator';
COMMENT ON COLUMN @partnership@.strategic_by_priority.rate_lower IS 'Lower limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.strategic_by_priority.rate_upper IS 'Upper limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.strategic_by_priority.harm_score IS 'Sum of harm weights over the weighted incidents (units of the harm scheme); NULL when no incident has a weight';
COMMENT ON COLUMN @partnership@.strategic_by_priority.unweighted_incidents IS 'Incidents without a harm weight: they are not in the harm score';
COMMENT ON COLUMN @partnership@.strategic_by_priority.peer_mean_rate IS 'Unweighted mean rate per 1,000 of the similar group, over the peers'' months';
COMMENT ON COLUMN @partnership@.strategic_by_priority.peer_own_rate IS 'Rate per 1,000 of the partnership in the peers'' data';
COMMENT ON COLUMN @partnership@.strategic_by_priority.peer_position IS 'higher than peers, lower than peers or in line with peers, by the funnel limits; NULL without peers'' figures';
COMMENT ON COLUMN @partnership@.strategic_by_priority.period_incidents IS 'Incidents in the compared months of the period';
COMMENT ON COLUMN @partnership@.strategic_by_priority.baseline_incidents IS 'Incidents in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.strategic_by_priority.change_percent IS 'Change of the rate in per cent; NULL when the baseline is 0 or not comparable';
COMMENT ON COLUMN @partnership@.strategic_by_priority.change_lower IS 'Lower limit of the change in per cent';
COMMENT ON COLUMN @partnership@.strategic_by_priority.change_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
COMMENT ON COLUMN @partnership@.strategic_by_priority.adjusted_p_value IS 'p-value of no change after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.strategic_by_priority.verdict IS 'The change in words, called only below the assessment''s false discovery rate';
COMMENT ON COLUMN @partnership@.strategic_by_priority.trend_percent_per_month IS 'Trend in per cent per month over all covered months';
COMMENT ON COLUMN @partnership@.strategic_by_priority.trend_adjusted_p_value IS 'p-value of no trend after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.strategic_by_priority.trend_verdict IS 'rising, falling or no clear trend, at the assessment''s false discovery rate; not known when the series is too short';
COMMENT ON COLUMN @partnership@.strategic_by_priority.likelihood IS 'Likelihood from 1 to 5; NULL when not scored';
COMMENT ON COLUMN @partnership@.strategic_by_priority.impact IS 'Impact from 1 to 5; NULL when not scored';
COMMENT ON COLUMN @partnership@.strategic_by_priority.risk IS 'Likelihood times impact, 1 to 25; NULL when not scored';
COMMENT ON COLUMN @partnership@.strategic_by_priority.risk_band IS 'Band of the risk';
COMMENT ON COLUMN @partnership@.strategic_by_priority.risk_rank IS '1 for the highest risk; NULL without a risk';
COMMENT ON COLUMN @partnership@.strategic_by_priority.data_flag IS 'What the reader must know: missing months, breaks in the series; NULL when nothing';
