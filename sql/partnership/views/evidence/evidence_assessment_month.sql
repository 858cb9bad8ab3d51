-- Evidence of coverage. Which whole months make up the period and the baseline of an assessment?

CREATE OR REPLACE VIEW @partnership@.evidence_assessment_month
WITH (security_invoker = true) AS
-- One row per assessment, part (period or baseline) and whole month in it.
SELECT pm.assessment_id, pm.part, pm.month, pm.position, pm.is_equal_length, pm.match_key
FROM @partnership@.evidence_part_month pm
WHERE pm.indicator_id = 0;
COMMENT ON VIEW @partnership@.evidence_assessment_month IS 'Whole months of each assessment''s period and baseline: one row per assessment, part and month';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.part IS 'period or baseline';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.position IS '1 for the first month of the part';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.is_equal_length IS 'True when period and baseline have the same number of months';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.match_key IS 'Months of both parts with the same key are compared with one another; NULL: the month is compared with none';
