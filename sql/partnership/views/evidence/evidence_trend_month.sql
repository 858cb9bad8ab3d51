-- Evidence of trends. Which months count in the trends of each problem type?

CREATE OR REPLACE VIEW @partnership@.evidence_trend_month
WITH (security_invoker = true) AS
-- One row per assessment, problem type and month up to the end of the period that counts in the type's trends.
WITH used AS (
    -- the series is that of the sources that supply the period: one that came or went would bend the trend
    SELECT asm.assessment_id, asm.source_id
    FROM @partnership@.evidence_assessment_source_month asm
    WHERE asm.part = 'period'
      AND asm.is_usable
    GROUP BY asm.assessment_id, asm.source_id
)
SELECT u.assessment_id, u.problem_type_id, sm.month,
       csp.month_number(sm.month) AS month_number,
       csp_internal.days_of_month(sm.month) AS days
FROM (
    SELECT used.assessment_id, ts.problem_type_id, used.source_id,
           count(*) OVER (PARTITION BY used.assessment_id, ts.problem_type_id) AS sources
    FROM used
    JOIN @partnership@.evidence_type_source ts USING (source_id)
) u
JOIN @partnership@.assessment a USING (assessment_id)
JOIN @partnership@.evidence_source_month sm USING (source_id)
WHERE sm.is_whole
  AND csp_internal.month_end(sm.month) <= a.period_to
GROUP BY u.assessment_id, u.problem_type_id, sm.month
HAVING count(*) = max(u.sources);
COMMENT ON VIEW @partnership@.evidence_trend_month IS 'Months that count in trends: one row per assessment, problem type and month up to the end of the period that every source of the type wholly covers, of the sources that supply the period';
COMMENT ON COLUMN @partnership@.evidence_trend_month.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_trend_month.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_trend_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_trend_month.month_number IS 'Consecutive number of the month: the unit of the trend';
COMMENT ON COLUMN @partnership@.evidence_trend_month.days IS 'Days of the month: its exposure';
