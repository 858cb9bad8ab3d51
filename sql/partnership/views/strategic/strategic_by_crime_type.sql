-- Strategic assessment, structure by crime type. How much of each problem is there, and how has it
-- changed? The four structures are views of one evidence: the figures are the same.

CREATE OR REPLACE VIEW @partnership@.strategic_by_crime_type
WITH (security_invoker = true) AS
-- One row per assessment and problem type in use, for the whole partnership: a section per domain.
SELECT p.assessment_id,
       csp_internal.row_key(p.assessment_id, p.problem_type_id) AS row_key,
       p.domain AS section,
       min(p.sort_order) OVER (PARTITION BY p.assessment_id, p.domain) AS section_order,
       p.problem_type_id, p.problem_type, p.problem_type_label, p.is_headline, p.sort_order, p.incidents, p.share_percent,
       p.denominator, p.rate_per_1000, p.rate_lower, p.rate_upper, p.harm_score, p.unweighted_incidents, p.peer_mean_rate,
       p.peer_own_rate, p.peer_position, p.period_incidents, p.baseline_incidents, p.percent_change AS change_percent,
       p.percent_lower AS change_lower, p.percent_upper AS change_upper, p.adjusted_p_value, p.verdict, p.trend_percent_per_month, p.trend_adjusted_p_value, p.trend_verdict,
       p.likelihood, p.impact, p.risk, p.risk_band, p.risk_rank, p.data_flag
FROM @partnership@.evidence_problem p;
COMMENT ON VIEW @partnership@.strategic_by_crime_type IS 'Strategic assessment structured by crime type: a section per domain; one row per assessment and problem type in use, for the whole partnership';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.section IS 'Domain: crime, asb, substance misuse, ...';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.section_order IS 'Order of the section';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.incidents IS 'Incidents in the covered whole months of the period, subtypes included';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.share_percent IS 'Share of all incidents in the period, in per cent';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.denominator IS 'What the rate is per 1,000 of: population or households';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.rate_per_1000 IS 'Incidents per 1,000 of the denominator over the period (not a year); NULL without a denominator';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.rate_lower IS 'Lower limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.rate_upper IS 'Upper limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.harm_score IS 'Sum of harm weights over the weighted incidents (units of the harm scheme); NULL when no incident has a weight';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.unweighted_incidents IS 'Incidents without a harm weight: they are not in the harm score';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.peer_mean_rate IS 'Unweighted mean rate per 1,000 of the similar group, over the peers'' months';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.peer_own_rate IS 'Rate per 1,000 of the partnership in the peers'' data';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.peer_position IS 'higher than peers, lower than peers or in line with peers, by the funnel limits; NULL without peers'' figures';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.period_incidents IS 'Incidents in the compared months of the period';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.baseline_incidents IS 'Incidents in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.change_percent IS 'Change of the rate in per cent; NULL when the baseline is 0 or not comparable';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.change_lower IS 'Lower limit of the change in per cent';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.change_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.adjusted_p_value IS 'p-value of no change after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.verdict IS 'The change in words, called only below the assessment''s false discovery rate';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.trend_percent_per_month IS 'Trend in per cent per month over all covered months';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.trend_adjusted_p_value IS 'p-value of no trend after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.trend_verdict IS 'rising, falling or no clear trend, at the assessment''s false discovery rate; not known when the series is too short';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.likelihood IS 'Likelihood from 1 to 5; NULL when not scored';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.impact IS 'Impact from 1 to 5; NULL when not scored';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.risk IS 'Likelihood times impact, 1 to 25; NULL when not scored';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.risk_band IS 'Band of the risk';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.risk_rank IS '1 for the highest risk; NULL without a risk';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.data_flag IS 'What the reader must know: missing months, breaks in the series; NULL when nothing';
