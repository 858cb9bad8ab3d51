-- Evidence of coverage. Which months of its period and baseline does each source of an assessment
-- cover?

CREATE OR REPLACE VIEW @partnership@.evidence_assessment_source_month
WITH (security_invoker = true) AS
-- One row per assessment, part, month and source with any data in period or baseline.
SELECT psm.assessment_id, psm.part, psm.month, psm.position, psm.source_id, psm.is_covered, psm.status, psm.is_comparable,
       psm.is_usable, psm.is_equal_length, psm.match_key, psm.source_period_months_compared, psm.source_baseline_months_compared,
       psm.period_note, psm.comparison_note
FROM @partnership@.evidence_part_source_month psm
WHERE psm.indicator_id = 0;
COMMENT ON VIEW @partnership@.evidence_assessment_source_month IS 'Coverage of each assessment''s months by each source that has data in period or baseline: one row per assessment, part, month and source';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.part IS 'period or baseline';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.position IS 'Number of the month in its part';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.is_covered IS 'True when the source has data for the month';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.status IS 'complete, partial, presumed or undeclared; NULL when there is no data';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.is_comparable IS 'True when the month counts in comparisons: it and every month it is matched with are wholly covered';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.is_usable IS 'True when the source has the whole month: complete or presumed';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.is_equal_length IS 'True when period and baseline have the same number of months';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.match_key IS 'Months with the same key are compared with one another';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.source_period_months_compared IS 'Months of the period that count in comparisons of this source';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.source_baseline_months_compared IS 'Months of the baseline that count in comparisons of this source';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.period_note IS 'Said of the period when it is not whole months';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.comparison_note IS 'How the comparison is short of like for like; NULL when nothing';
