-- Strategic assessment, section 2: changes. Has each problem changed since the baseline, beyond chance, and where is it heading?

CREATE OR REPLACE VIEW @partnership@.strategic_change
WITH (security_invoker = true) AS
-- One row per assessment, area and problem type; only months that both parts cover are compared. Without a baseline the trend stands alone.
WITH united AS (
    -- counts and trends have the same keys: united and grouped rather than joined, since no planner can foresee the size of such a join
    SELECT c.assessment_id, c.area_id, c.area_kind, c.problem_type_id, c.area_code, c.area_name,
           c.problem_type, c.problem_type_label, c.domain, c.is_headline, c.sort_order,
           c.period_compared, c.baseline_compared, c.denominator_count, c.baseline_denominator_count,
           c.period_months, c.period_months_compared, c.baseline_months_compared, c.mean_months_compared, c.comparison_flag,
           NULL::integer AS trend_months, NULL::float8 AS trend_percent_per_month, NULL::float8 AS trend_lower, NULL::float8 AS trend_upper, NULL::float8 AS trend_p_value, NULL::bigint AS trend_incidents
    FROM @partnership@.evidence_count c
  UNION ALL
    SELECT trend.assessment_id, trend.area_id, trend.area_kind, trend.problem_type_id, NULL, NULL,
           NULL, NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL, NULL,
           trend.trend_months, trend.trend_percent_per_month, trend.trend_lower, trend.trend_upper, trend.trend_p_value, trend.trend_incidents
    FROM @partnership@.evidence_trend trend
),
evidence AS (
    SELECT u.assessment_id, u.area_id, u.area_kind, u.problem_type_id, max(u.area_code) AS area_code, max(u.area_name) AS area_name,
           max(u.problem_type) AS problem_type, max(u.problem_type_label) AS problem_type_label, max(u.domain) AS domain,
           bool_or(u.is_headline) AS is_headline, max(u.sort_order) AS sort_order,
           max(u.period_compared) AS period_compared, max(u.baseline_compared) AS baseline_compared,
           max(u.denominator_count) AS denominator_count, max(u.baseline_denominator_count) AS baseline_denominator_count,
           max(u.period_months) AS period_months, max(u.period_months_compared) AS period_months_compared,
           max(u.baseline_months_compared) AS baseline_months_compared,
           max(u.mean_months_compared) AS mean_months_compared, max(u.comparison_flag) AS comparison_flag,
           max(u.trend_months) AS trend_months, max(u.trend_percent_per_month) AS trend_percent_per_month,
           max(u.trend_lower) AS trend_lower, max(u.trend_upper) AS trend_upper, max(u.trend_p_value) AS trend_p_value, max(u.trend_incidents) AS trend_incidents
    FROM united u
    GROUP BY u.assessment_id, u.area_id, u.area_kind, u.problem_type_id
    HAVING max(u.problem_type) IS NOT NULL
),
compared AS (
    SELECT e.*, a.false_discovery_rate, exposure.has_denominator, exposure.period_exposure, exposure.baseline_exposure,
           exposure.period_exposure > 0 AND exposure.baseline_exposure > 0 AS is_comparable,
           -- no incidents in either part leave nothing to test, and do not weigh on the other tests
           CASE WHEN e.period_compared + e.baseline_compared > 0
                THEN csp.rate_change(e.baseline_compared, nullif(exposure.baseline_exposure, 0), e.period_compared, nullif(exposure.period_exposure, 0), a.confidence) END AS change
    FROM evidence e
    JOIN @partnership@.assessment a USING (assessment_id)
    -- people (or homes) times months; months alone where a denominator is not known
    CROSS JOIN LATERAL (
        SELECT coalesce(e.denominator_count, 0) > 0 AND coalesce(e.baseline_denominator_count, 0) > 0 AS has_denominator
    ) known
    CROSS JOIN LATERAL (
        SELECT known.has_denominator,
               CASE WHEN known.has_denominator THEN e.denominator_count ELSE 1 END * e.period_months_compared AS period_exposure,
               CASE WHEN known.has_denominator THEN e.baseline_denominator_count ELSE 1 END * e.baseline_months_compared AS baseline_exposure
    ) exposure
),
tested AS (
    SELECT c.*,
           -- the whole and its areas, headlines and detail: each a question of its own, and each its own family of tests
           csp.adjusted_p_value((c.change).p_value) OVER family AS adjusted_p_value,
           -- a handful of incidents can lie so evenly that the estimated dispersion is far too small: no test below ten
           csp.adjusted_p_value(CASE WHEN c.trend_incidents >= 10 THEN c.trend_p_value END) OVER family AS trend_adjusted_p_value
    FROM compared c
    WINDOW family AS (PARTITION BY c.assessment_id, c.area_kind, c.is_headline)
),
flag AS MATERIALIZED (
    SELECT f.assessment_id, f.problem_type_id, f.trend_flag, f.trend_area_flag
    FROM @partnership@.evidence_trend_flag f
)
SELECT t.assessment_id, csp_internal.row_key(t.assessment_id, t.area_id, t.problem_type_id) AS row_key, t.area_id, t.area_kind, t.area_code, t.area_name,
       t.problem_type_id, t.problem_type, t.problem_type_label, t.domain, t.is_headline, t.sort_order,
       CASE WHEN t.is_comparable THEN t.period_compared END AS period_incidents,
       CASE WHEN t.is_comparable THEN t.baseline_compared END AS baseline_incidents,
       t.period_months, t.period_months_compared, t.baseline_months_compared,
       CASE WHEN t.has_denominator AND t.is_comparable
            THEN csp.rate_per(t.period_compared::float8, t.denominator_count * t.mean_months_compared, 12000) END AS period_rate_per_1000_year,
       CASE WHEN t.has_denominator AND t.is_comparable
            THEN csp.rate_per(t.baseline_compared::float8, t.baseline_denominator_count * t.mean_months_compared * t.baseline_months_compared / t.period_months_compared, 12000) END AS baseline_rate_per_1000_year,
       (t.change).percent_change AS change_percent,
       100 * ((t.change).lower - 1) AS change_lower,
       CASE WHEN (t.change).upper < 'Infinity'::float8 THEN 100 * ((t.change).upper - 1) END AS change_upper,
       (t.change).p_value,
       t.adjusted_p_value,
       CASE WHEN t.is_comparable AND t.period_compared + t.baseline_compared = 0 THEN 'none in either period'
            ELSE csp.change_verdict((t.change).ratio, t.adjusted_p_value, t.false_discovery_rate) END AS verdict,
       t.trend_months, t.trend_percent_per_month, t.trend_lower, t.trend_upper, t.trend_p_value, t.trend_adjusted_p_value,
       CASE
           WHEN t.trend_adjusted_p_value IS NULL THEN 'not known'
           WHEN t.trend_adjusted_p_value > t.false_discovery_rate THEN 'no clear trend'
           WHEN t.trend_percent_per_month > 0 THEN 'rising'
           ELSE 'falling'
       END AS trend_verdict,
       t.comparison_flag AS data_flag,
       CASE t.area_kind WHEN 'partnership' THEN flag.trend_flag ELSE flag.trend_area_flag END AS trend_flag
FROM tested t
LEFT JOIN flag ON flag.assessment_id = t.assessment_id AND flag.problem_type_id = t.problem_type_id;
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
