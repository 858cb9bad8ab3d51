-- Evidence of sources. What does each source supply, and what do its places and dates not bear?

CREATE OR REPLACE VIEW @partnership@.evidence_source_fitness
WITH (security_invoker = true) AS
-- One row per source. Products add what follows from a lack: no repeats, no weeks.
SELECT s.source_id, s.code AS source, s.title, s.place_precision, s.time_precision,
       s.source_id IN (SELECT r.source_id FROM @partnership@.evidence_recorded_type r) AS supplies,
       s.time_precision <> 'month' AS has_days,
       CASE s.place_precision WHEN 'snapped' THEN 'places are snapped to map points'
                              WHEN 'area' THEN 'places are areas' END AS place_lack,
       CASE s.time_precision WHEN 'month' THEN 'dates are months' END AS day_lack
FROM @partnership@.source s;
COMMENT ON VIEW @partnership@.evidence_source_fitness IS 'What each source supplies, and what its places and dates lack: one row per source';
COMMENT ON COLUMN @partnership@.evidence_source_fitness.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_source_fitness.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.evidence_source_fitness.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.evidence_source_fitness.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.evidence_source_fitness.time_precision IS 'minute, day or month';
COMMENT ON COLUMN @partnership@.evidence_source_fitness.supplies IS 'True when it has supplied any incident';
COMMENT ON COLUMN @partnership@.evidence_source_fitness.has_days IS 'True when its dates are days or finer';
COMMENT ON COLUMN @partnership@.evidence_source_fitness.place_lack IS 'What its places lack, in words; NULL for exact places';
COMMENT ON COLUMN @partnership@.evidence_source_fitness.day_lack IS 'What its dates lack, in words; NULL where days are known';
