-- Evidence of performance. Up to which day, against which years and at which confidence do the
-- performance views look?

CREATE OR REPLACE VIEW @partnership@.evidence_performance
WITH (security_invoker = true) AS
-- One row: what the performance views go by.
SELECT coalesce(max(s.value) FILTER (WHERE s.name = 'performance_last_day')::date, (now() AT TIME ZONE @time_zone@)::date - 1) AS last_day,
       coalesce(max(s.value) FILTER (WHERE s.name = 'performance_year_starts')::integer, 4) AS year_starts,
       coalesce(max(s.value) FILTER (WHERE s.name = 'performance_years')::integer, 5) AS years,
       coalesce(max(s.value) FILTER (WHERE s.name = 'performance_weeks')::integer, 26) AS weeks,
       coalesce(max(s.value) FILTER (WHERE s.name = 'performance_trend_months')::integer, 36) AS trend_months,
       coalesce(max(s.value) FILTER (WHERE s.name = 'performance_confidence')::float8, 0.95) AS confidence,
       coalesce(max(s.value) FILTER (WHERE s.name = 'performance_alpha')::float8, 0.05) AS alpha,
       coalesce(max(s.value) FILTER (WHERE s.name = 'performance_green_probability')::float8, 0.8) AS green_probability,
       coalesce(max(s.value) FILTER (WHERE s.name = 'performance_red_probability')::float8, 0.2) AS red_probability,
       -- whose baseline and peers stand in where an indicator has none of its own
       (SELECT a.assessment_id
        FROM @partnership@.assessment a
        WHERE a.kind = 'strategic'
          AND a.status <> 'withdrawn'
        ORDER BY a.period_to DESC, a.assessment_id DESC
        LIMIT 1) AS assessment_id
FROM @partnership@.setting s
WHERE s.name LIKE 'performance\_%';
COMMENT ON VIEW @partnership@.evidence_performance IS 'Settings of the performance views as they stand today: one row';
COMMENT ON COLUMN @partnership@.evidence_performance.last_day IS 'Last day that is looked at: setting performance_last_day, else yesterday';
COMMENT ON COLUMN @partnership@.evidence_performance.year_starts IS 'Month in which the year begins, 1 to 12';
COMMENT ON COLUMN @partnership@.evidence_performance.years IS 'Earlier years whose mean the year to date is held against';
COMMENT ON COLUMN @partnership@.evidence_performance.weeks IS 'Weeks that performance_week shows';
COMMENT ON COLUMN @partnership@.evidence_performance.trend_months IS 'Months from which the direction of travel is read';
COMMENT ON COLUMN @partnership@.evidence_performance.confidence IS 'Confidence of intervals and bands';
COMMENT ON COLUMN @partnership@.evidence_performance.alpha IS 'Largest adjusted p-value that is taken as evidence';
COMMENT ON COLUMN @partnership@.evidence_performance.green_probability IS 'Probability of meeting a target from which an indicator is green';
COMMENT ON COLUMN @partnership@.evidence_performance.red_probability IS 'Probability of meeting a target up to which an indicator is red';
COMMENT ON COLUMN @partnership@.evidence_performance.assessment_id IS 'The latest strategic assessment that is not withdrawn: its baseline stands in where an indicator has none, its peers are shown; NULL without one';
