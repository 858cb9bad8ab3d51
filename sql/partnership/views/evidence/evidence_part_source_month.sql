-- Evidence of coverage. Which months of period and baseline does each source cover, and which can
-- be compared?

CREATE OR REPLACE VIEW @partnership@.evidence_part_source_month
WITH (security_invoker = true) AS
-- One row per assessment, indicator (0: the assessment itself), part, month and source with any data in them: is the month covered, and can it be compared?
WITH listed AS (
    SELECT pm.assessment_id, pm.indicator_id, pm.part, pm.month, pm.position, pm.is_equal_length, pm.match_key, pm.is_paired,
           pm.period_note, pm.comparison_note,
           s.source_id, sm.source_id IS NOT NULL AS is_covered, sm.status,
           coalesce(sm.is_whole, false) AS is_usable
    FROM @partnership@.evidence_part_month pm
    CROSS JOIN @partnership@.source s
    LEFT JOIN @partnership@.evidence_source_month sm ON sm.source_id = s.source_id AND sm.month = pm.month
),
matched AS (
    SELECT l.assessment_id, l.indicator_id, l.part, l.month, l.position, l.is_equal_length,
           l.match_key, l.is_paired, l.period_note, l.comparison_note, l.source_id, l.is_covered,
           l.status, l.is_usable,
           CASE
               WHEN l.match_key IS NULL THEN false
               WHEN l.is_paired THEN bool_and(l.is_usable) OVER (PARTITION BY l.assessment_id, l.indicator_id, l.source_id, l.match_key)
               ELSE l.is_usable
           END AS is_matched,
           bool_or(l.is_covered) OVER (PARTITION BY l.assessment_id, l.indicator_id, l.source_id) AS is_used
    FROM listed l
),
counted AS (
    SELECT m.assessment_id, m.indicator_id, m.part, m.month, m.position, m.is_equal_length,
           m.match_key, m.period_note, m.comparison_note, m.source_id, m.is_covered, m.status,
           m.is_usable, m.is_matched, m.is_used,
           count(*) FILTER (WHERE m.is_matched AND m.part = 'period') OVER (PARTITION BY m.assessment_id, m.indicator_id, m.source_id) AS period_matched,
           count(*) FILTER (WHERE m.is_matched AND m.part = 'baseline') OVER (PARTITION BY m.assessment_id, m.indicator_id, m.source_id) AS baseline_matched
    FROM matched m
)
SELECT c.assessment_id, c.indicator_id, c.part, c.month, c.position, c.source_id, c.is_covered, c.status,
       c.is_matched AND c.period_matched > 0 AND c.baseline_matched > 0 AS is_comparable,
       c.is_usable, c.is_equal_length, c.match_key,
       CASE WHEN c.baseline_matched > 0 THEN c.period_matched ELSE 0 END AS source_period_months_compared,
       CASE WHEN c.period_matched > 0 THEN c.baseline_matched ELSE 0 END AS source_baseline_months_compared,
       c.period_note, c.comparison_note
FROM counted c
WHERE c.is_used;
COMMENT ON VIEW @partnership@.evidence_part_source_month IS 'Coverage of period and baseline by each source that has data in either: one row per assessment, indicator with a baseline of its own (0: the assessment itself), part, month and source';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.indicator_id IS 'Indicator whose own baseline it is; 0: the assessment''s';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.part IS 'period or baseline';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.position IS 'Number of the month in its part';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.is_covered IS 'True when the source has data for the month';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.status IS 'complete, partial, presumed or undeclared; NULL when there is no data';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.is_comparable IS 'True when the month counts in comparisons: it and every month it is matched with are wholly covered';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.is_usable IS 'True when the source has the whole month: complete or presumed';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.is_equal_length IS 'True when period and baseline have the same number of months';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.match_key IS 'Months with the same key are compared with one another';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.source_period_months_compared IS 'Months of the period that count in comparisons of this source';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.source_baseline_months_compared IS 'Months of the baseline that count in comparisons of this source';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.period_note IS 'Said of the period when it is not whole months';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.comparison_note IS 'How the comparison is short of like for like; NULL when nothing';
