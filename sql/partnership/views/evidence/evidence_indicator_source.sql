-- Evidence of indicators. Which sources supply the types of each indicator, and which are used?

CREATE OR REPLACE VIEW @partnership@.evidence_indicator_source
WITH (security_invoker = true) AS
-- One row per indicator and source that supplies a type it counts.
SELECT DISTINCT m.indicator_id, ts.source_id,
       i.flag IS NULL OR ((ts.source_id, i.flag) IN (SELECT f.source_id, f.flag FROM @partnership@.evidence_source_flag f)) IS TRUE AS is_used
FROM @partnership@.evidence_indicator_member m
JOIN @partnership@.indicator i USING (indicator_id)
JOIN @partnership@.evidence_type_source ts USING (problem_type_id);
COMMENT ON VIEW @partnership@.evidence_indicator_source IS 'Which sources an indicator rests on: one row per indicator and source that supplies a type it counts';
COMMENT ON COLUMN @partnership@.evidence_indicator_source.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_indicator_source.is_used IS 'False when the indicator counts a flag that the source does not record';
