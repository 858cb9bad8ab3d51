-- Evidence of coverage. For which months does a source have data, and has it the whole month?

CREATE OR REPLACE VIEW @partnership@.evidence_source_month
WITH (security_invoker = true) AS
-- One row per source and month for which there is data; a month without a row is missing, which is not zero.
SELECT m.source_id, m.month, m.status,
       m.status IN ('complete', 'presumed') AS is_whole,
       m.status IN ('complete', 'presumed', 'partial') AS is_begun
FROM (
    SELECT coalesce(c.source_id, r.source_id) AS source_id,
           coalesce(c.month, r.month) AS month,
           -- one stray date must not make a month out of what a source never delivered
           coalesce(c.status, CASE WHEN r.source_id IN (SELECT declared.source_id
                                                        FROM @partnership@.source_coverage declared)
                                   THEN 'undeclared' ELSE 'presumed' END) AS status
    FROM @partnership@.source_coverage c
    FULL JOIN @partnership@.evidence_recorded_month r ON r.source_id = c.source_id
                                                     AND r.month = c.month
) m;
COMMENT ON VIEW @partnership@.evidence_source_month IS 'Months for which a source has data: one row per source and month; a missing row is a missing month, not zero incidents';
COMMENT ON COLUMN @partnership@.evidence_source_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_source_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_source_month.status IS 'complete or partial as declared in source_coverage; presumed when the source declares nothing but has incidents; undeclared when it has incidents in a month that is not among those it declares';
COMMENT ON COLUMN @partnership@.evidence_source_month.is_whole IS 'True when the source has the whole month: complete or presumed. Only such months are compared';
COMMENT ON COLUMN @partnership@.evidence_source_month.is_begun IS 'True when the source has the month or part of it: complete, presumed or partial. Enough for the last days, of which the rest of the month is still to come';
