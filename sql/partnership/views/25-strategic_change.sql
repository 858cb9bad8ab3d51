-- Strategic assessment, section 2: changes. Has each problem changed since the baseline, beyond chance, and where is it heading?

CREATE OR REPLACE VIEW @partnership@.strategic_change
WITH (security_invoker = true) AS
-- One row per assessment with a baseline, area and problem type; only months that both parts cover are compared.
WITH compared AS (
    SELECT c.assessment_id, c.area_id::bigint * 1000000 + c.problem_type_id AS row_key,
           c.area_id, c.area_kind, c.area_code, c.area_name,
           c.problem_type_id, c.problem_type, c.problem_type_label, c.domain, c.is_headline, c.sort_order,
           c.period_compared, c.baseline_compared, c.denominator,
           v.period_months, v.period_months_compared, v.baseline_months_compared, v.comparison_flag,
           exposure.period_exposure, exposure.baseline_exposure, exposure.has_denominator,
           csp.rate_change(c.baseline_compared, nullif(exposure.baseline_exposure, 0), c.period_compared, nullif(exposure.period_exposure, 0), a.confidence) AS change,
           a.false_discovery_rate
    FROM @partnership@.evidence_count c
    JOIN @partnership@.assessment a USING (assessment_id)
    JOIN @partnership@.evidence_type_coverage v USING (assessment_id, problem_type_id)
    LEFT JOIN @partnership@.evidence_assessment_denominator dp
           ON dp.assessment_id = c.assessment_id AND dp.part = 'period' AND dp.area_id = c.area_id AND dp.denominator = c.denominator
    LEFT JOIN @partnership@.evidence_assessment_denominator db
           ON db.assessment_id = c.assessment_id AND db.part = 'baseline' AND db.area_id = c.area_id AND db.denominator = c.denominator
    -- people (or homes) times months; months alone where a denominator is not known
    CROSS JOIN LATERAL (
        SELECT coalesce(dp.denominator_count, 0) > 0 AND coalesce(db.denominator_count, 0) > 0 AS has_denominator
    ) known
    CROSS JOIN LATERAL (
        SELECT known.has_denominator,
               CASE WHEN known.has_denominator THEN dp.denominator_count ELSE 1 END * v.period_months_compared AS period_exposure,
               CASE WHEN known.has_denominator THEN db.denominator_count ELSE 1 END * v.baseline_months_compared AS baseline_exposure
    ) exposure
    WHERE a.baseline_from IS NOT NULL
),
tested AS (
    SELECT c.*,
           -- the whole partnership and its areas are two questions, each with its own family of tests
           csp.adjusted_p_value((c.change).p_value) OVER (PARTITION BY c.assessment_id, c.area_kind) AS adjusted_p_value
    FROM compared c
)
SELECT t.assessment_id, t.row_key, t.area_id, t.area_kind, t.area_code, t.area_name,
       t.problem_type_id, t.problem_type, t.problem_type_label, t.domain, t.is_headline, t.sort_order,
       t.period_compared AS period_incidents,
       t.baseline_compared AS baseline_incidents,
       t.period_months, t.period_months_compared, t.baseline_months_compared,
       CASE WHEN t.has_denominator THEN csp.rate_per(t.period_compared, t.period_exposure, 12000) END AS period_rate_per_1000_year,
       CASE WHEN t.has_denominator THEN csp.rate_per(t.baseline_compared, t.baseline_exposure, 12000) END AS baseline_rate_per_1000_year,
       (t.change).percent_change,
       100 * ((t.change).lower - 1) AS percent_lower,
       CASE WHEN (t.change).upper < 'Infinity'::float8 THEN 100 * ((t.change).upper - 1) END AS percent_upper,
       (t.change).p_value,
       t.adjusted_p_value,
       csp.change_verdict((t.change).ratio, t.adjusted_p_value, t.false_discovery_rate) AS verdict,
       trend.trend_months, trend.trend_percent_per_month, trend.trend_lower, trend.trend_upper, trend.trend_p_value,
       t.comparison_flag AS data_flag
FROM tested t
LEFT JOIN @partnership@.evidence_trend trend
       ON trend.assessment_id = t.assessment_id AND trend.area_id = t.area_id AND trend.area_kind = t.area_kind AND trend.problem_type_id = t.problem_type_id;
COMMENT ON VIEW @partnership@.strategic_change IS 'Strategic assessment 2, changes: has each problem changed since the baseline, beyond chance, and where is it heading? One row per assessment with a baseline, area (the whole partnership and each area of the assessment''s kind) and problem type in use';
COMMENT ON COLUMN @partnership@.strategic_change.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_change.row_key IS 'Key of the row within the assessment, for GIS and BI tools';
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
COMMENT ON COLUMN @partnership@.strategic_change.period_incidents IS 'Incidents in the months of the period that can be compared';
COMMENT ON COLUMN @partnership@.strategic_change.baseline_incidents IS 'Incidents in the months of the baseline that can be compared';
COMMENT ON COLUMN @partnership@.strategic_change.period_months IS 'Whole months in the period';
COMMENT ON COLUMN @partnership@.strategic_change.period_months_compared IS 'Months of the period that are compared: those covered by the sources in both parts';
COMMENT ON COLUMN @partnership@.strategic_change.baseline_months_compared IS 'Months of the baseline that are compared';
COMMENT ON COLUMN @partnership@.strategic_change.period_rate_per_1000_year IS 'Rate per 1,000 a year in the compared months of the period';
COMMENT ON COLUMN @partnership@.strategic_change.baseline_rate_per_1000_year IS 'Rate per 1,000 a year in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.strategic_change.percent_change IS 'Change of the rate (per person or household and month; per month where no denominator is known) in per cent; NULL when the baseline is 0';
COMMENT ON COLUMN @partnership@.strategic_change.percent_lower IS 'Lower limit of the change in per cent (conditional exact interval)';
COMMENT ON COLUMN @partnership@.strategic_change.percent_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
COMMENT ON COLUMN @partnership@.strategic_change.p_value IS 'Two-sided exact p-value of no change';
COMMENT ON COLUMN @partnership@.strategic_change.adjusted_p_value IS 'The same after Benjamini-Hochberg over the rows of the assessment at the same kind of area';
COMMENT ON COLUMN @partnership@.strategic_change.verdict IS 'The change in words, called only below the assessment''s false discovery rate';
COMMENT ON COLUMN @partnership@.strategic_change.trend_months IS 'Number of covered months in the series';
COMMENT ON COLUMN @partnership@.strategic_change.trend_percent_per_month IS 'Trend in per cent per month over all covered months';
COMMENT ON COLUMN @partnership@.strategic_change.trend_lower IS 'Lower 95% limit of the trend';
COMMENT ON COLUMN @partnership@.strategic_change.trend_upper IS 'Upper 95% limit of the trend';
COMMENT ON COLUMN @partnership@.strategic_change.trend_p_value IS 'Two-sided p-value of no trend, not adjusted';
COMMENT ON COLUMN @partnership@.strategic_change.data_flag IS 'What the reader must know: months left out, breaks in the series; NULL when nothing';
