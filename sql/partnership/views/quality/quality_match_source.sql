-- Quality of sources: matching. Which can be compared event by event with others, and why not the
-- rest?

CREATE OR REPLACE VIEW @partnership@.quality_match_source
WITH (security_invoker = true) AS
-- One row per source: whether its events can be known again in another source, and why not.
WITH compared AS (
    SELECT k.source_id, string_agg(DISTINCT s.title, ', ') AS others
    FROM @partnership@.evidence_comparable_source k
    JOIN @partnership@.source s ON s.source_id = k.other_source_id
    GROUP BY k.source_id
)
SELECT csp_internal.row_key(s.source_id) AS row_key, s.source_id, s.source, s.title, s.place_precision, s.time_precision,
       c.source_id IS NOT NULL AS is_used,
       CASE
           WHEN c.source_id IS NOT NULL THEN 'used: compared with ' || c.others
           ELSE 'left out: ' || CASE
               WHEN NOT s.supplies THEN 'it supplies no incidents'
               WHEN coalesce(s.place_lack, s.day_lack) IS NOT NULL
               THEN concat_ws('; ', s.place_lack, s.day_lack)
               ELSE 'no other source with exact places and days supplies what may be the same events'
           END
       END AS reason
FROM @partnership@.evidence_source_fitness s
LEFT JOIN compared c USING (source_id);
COMMENT ON VIEW @partnership@.quality_match_source IS 'Quality of sources: which can be compared event by event with others, and why not the rest? One row per source. Where none is used quality_added_value and quality_duplicate have no rows: it is not known what sources share';
COMMENT ON COLUMN @partnership@.quality_match_source.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.quality_match_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.quality_match_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.quality_match_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.quality_match_source.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.quality_match_source.time_precision IS 'minute, day or month';
COMMENT ON COLUMN @partnership@.quality_match_source.is_used IS 'True when its events are looked for in another source';
COMMENT ON COLUMN @partnership@.quality_match_source.reason IS 'With which it is compared, or why it is left out, in words';
