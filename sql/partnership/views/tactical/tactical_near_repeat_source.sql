-- Tactical assessment: near repeats. Which sources are used, and why not the others?

CREATE OR REPLACE VIEW @partnership@.tactical_near_repeat_source
WITH (security_invoker = true) AS
-- One row per source: whether its incidents are fit for near repeats, and why not.
WITH supplied AS (
    SELECT DISTINCT ts.source_id
    FROM @partnership@.evidence_near_repeat_type n
    JOIN @partnership@.evidence_type_source ts USING (problem_type_id)
),
judged AS (
    SELECT s.source_id, s.source, s.title, s.place_precision, s.time_precision, s.place_lack,
           s.day_lack,
           supplied.source_id IS NOT NULL AS supplies,
           s.place_precision = 'exact' AND s.has_days AS is_fine
    FROM @partnership@.evidence_source_fitness s
    LEFT JOIN supplied USING (source_id)
)
SELECT csp_internal.row_key(j.source_id) AS row_key, j.source_id, j.source, j.title, j.place_precision, j.time_precision,
       j.supplies AND j.is_fine AS is_used,
       CASE
           WHEN j.supplies AND j.is_fine THEN 'used: places are exact and days are known'
           ELSE 'left out: ' || concat_ws('; ',
               CASE WHEN NOT j.supplies THEN 'it supplies none of the types followed' END,
               j.place_lack || CASE j.place_precision WHEN 'snapped' THEN ', which makes false repeats'
                                                      ELSE '' END,
               j.day_lack)
       END AS reason
FROM judged j;
COMMENT ON VIEW @partnership@.tactical_near_repeat_source IS 'Tactical assessment, near repeats: which sources are used, and why the others are not? One row per source';
COMMENT ON COLUMN @partnership@.tactical_near_repeat_source.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.tactical_near_repeat_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.tactical_near_repeat_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.tactical_near_repeat_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.tactical_near_repeat_source.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.tactical_near_repeat_source.time_precision IS 'minute, day or month';
COMMENT ON COLUMN @partnership@.tactical_near_repeat_source.is_used IS 'True when its incidents stand in tactical_near_repeat';
COMMENT ON COLUMN @partnership@.tactical_near_repeat_source.reason IS 'Why it is used or left out, in words';
