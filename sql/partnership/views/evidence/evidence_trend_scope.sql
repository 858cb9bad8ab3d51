-- Evidence of trends. From which sources and by which kind of area are the trends of an assessment
-- read?

CREATE OR REPLACE VIEW @partnership@.evidence_trend_scope
WITH (security_invoker = true) AS
-- One row per assessment: what its trends are read from.
SELECT a.assessment_id,
       ARRAY(SELECT asm.source_id
             FROM @partnership@.evidence_assessment_source_month asm
             WHERE asm.assessment_id = a.assessment_id
               AND asm.part = 'period'
               AND asm.is_usable
             GROUP BY asm.source_id) AS source_ids,
       nullif(coalesce(a.area_kind, (SELECT k.area_kind FROM @partnership@.evidence_reporting_kind k)),
              'partnership') AS area_kind
FROM @partnership@.assessment a;
COMMENT ON VIEW @partnership@.evidence_trend_scope IS 'What the trends of an assessment are read from: one row per assessment';
COMMENT ON COLUMN @partnership@.evidence_trend_scope.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_trend_scope.source_ids IS 'Sources with a usable month in the period';
COMMENT ON COLUMN @partnership@.evidence_trend_scope.area_kind IS 'Kind of area that figures are broken down by; NULL: the whole partnership alone';
