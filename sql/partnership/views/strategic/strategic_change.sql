-- Strategic assessment, section 2: changes. Has each problem changed since the baseline, beyond
-- chance, and where is it heading?

CREATE OR REPLACE VIEW @partnership@.strategic_change
WITH (security_invoker = true) AS
-- One row per assessment, area and problem type. Without a baseline there is the trend alone.
SELECT c.assessment_id, csp_internal.row_key(c.assessment_id, c.area_id, c.problem_type_id) AS row_key, c.area_id,
       c.area_kind, c.area_code, c.area_name, c.problem_type_id, c.problem_type,
       c.problem_type_label, c.domain, c.is_headline, c.sort_order, c.period_incidents,
       c.baseline_incidents, c.period_months, c.period_months_compared, c.baseline_months_compared,
       c.period_rate_per_1000_year, c.baseline_rate_per_1000_year, c.percent_change AS change_percent,
       c.percent_lower AS change_lower,
       c.percent_upper AS change_upper, c.p_value, c.adjusted_p_value, c.verdict, c.trend_months,
       c.trend_percent_per_month, c.trend_lower, c.trend_upper, c.trend_p_value,
       c.trend_adjusted_p_value, c.trend_verdict, c.data_flag, c.trend_flag
FROM @partnership@.evidence_change c;
COMMENT ON VIEW @partnership@.strategic_change IS 'Strategic assessment 2, changes: has each problem changed since the baseline, beyond chance, and where is it heading? One row per assessment, area (the whole partnership and each area of the assessment''s kind) and problem type in use; without a baseline the trend stands alone';
COMMENT ON COLUMN @partnership@.strategic_change.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_change.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_change.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.strategic_change.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.strategic_change.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.strategic_change.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.strategic_change.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_change.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_change.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_change.domain IS 'Broad domain of the problem type';
COMMENT ON COLUMN @partnership@.strategic_change.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_change.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_change.period_incidents IS 'Incidents in the months of the period that can be compared; NULL when none can';
COMMENT ON COLUMN @partnership@.strategic_change.baseline_incidents IS 'Incidents in the months of the baseline that can be compared; NULL when none can';
COMMENT ON COLUMN @partnership@.strategic_change.period_months IS 'Whole months in the period';
COMMENT ON COLUMN @partnership@.strategic_change.period_months_compared IS 'Months of the period that are compared: those covered by the sources in both parts';
COMMENT ON COLUMN @partnership@.strategic_change.baseline_months_compared IS 'Months of the baseline that are compared';
COMMENT ON COLUMN @partnership@.strategic_change.period_rate_per_1000_year IS 'Rate per 1,000 a year in the compared months of the period, each source over its own';
COMMENT ON COLUMN @partnership@.strategic_change.baseline_rate_per_1000_year IS 'Rate per 1,000 a year in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.strategic_change.change_percent IS 'Change of the rate (per person or household and month; per month where no denominator is known) in per cent; NULL when the baseline is 0';
COMMENT ON COLUMN @partnership@.strategic_change.change_lower IS 'Lower limit of the change in per cent (conditional exact interval)';
COMMENT ON COLUMN @partnership@.strategic_change.change_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
COMMENT ON COLUMN @partnership@.strategic_change.p_value IS 'Two-sided exact p-value of no change; NULL when there are no incidents in either part';
COMMENT ON COLUMN @partnership@.strategic_change.adjusted_p_value IS 'The same after Benjamini-Hochberg over the rows of the assessment of the same kind of area, headline types and detail apart';
COMMENT ON COLUMN @partnership@.strategic_change.verdict IS 'The change in words: higher, lower, new, gone (adjusted p-value at or below the assessment''s false discovery rate), no clear change, none in either period, not comparable';
COMMENT ON COLUMN @partnership@.strategic_change.trend_months IS 'Number of covered months in the series';
COMMENT ON COLUMN @partnership@.strategic_change.trend_percent_per_month IS 'Trend in per cent per month over all covered months';
COMMENT ON COLUMN @partnership@.strategic_change.trend_lower IS 'Lower 95% limit of the trend';
COMMENT ON COLUMN @partnership@.strategic_change.trend_upper IS 'Upper 95% limit of the trend';
COMMENT ON COLUMN @partnership@.strategic_change.trend_p_value IS 'Two-sided p-value of no trend, not adjusted';
COMMENT ON COLUMN @partnership@.strategic_change.trend_adjusted_p_value IS 'The same after Benjamini-Hochberg over the same rows as adjusted_p_value; NULL for series of fewer than ten incidents';
COMMENT ON COLUMN @partnership@.strategic_change.trend_verdict IS 'rising, falling or no clear trend (at the assessment''s false discovery rate); not known when the series is too short or has fewer than ten incidents';
COMMENT ON COLUMN @partnership@.strategic_change.data_flag IS 'What the reader of the comparison must know: months left out, unlike seasons, breaks in the series; NULL when nothing';
COMMENT ON COLUMN @partnership@.strategic_change.trend_flag IS 'What the reader of the trend must know: months left out and breaks inside its series, which reaches further back than the baseline; NULL when nothing';
