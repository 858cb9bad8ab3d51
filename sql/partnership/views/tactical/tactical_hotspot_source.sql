-- Tactical assessment: sources of maps. Which sources count on maps of areas and of hexagons, with
-- which earlier years are they compared, and why not the others?

CREATE OR REPLACE VIEW @partnership@.tactical_hotspot_source
WITH (security_invoker = true) AS
-- One row per tactical assessment, source and kind of place.
SELECT s.assessment_id,
       csp_internal.row_key(s.assessment_id::text, s.source_id::text, s.place_kind) AS row_key,
       s.place_kind, s.source_id, s.source, s.title, s.place_precision, s.time_precision, s.is_used,
       nullif(array_to_string(s.years_covered, ', '), '') AS years_covered, s.reason
FROM @partnership@.evidence_season_source s;
COMMENT ON VIEW @partnership@.tactical_hotspot_source IS 'Tactical assessment, hot spots: which sources stand on maps of areas and of hexagons, with which earlier years they are compared, and why not the others? One row per tactical assessment, source and kind of place';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.place_kind IS 'area or hex';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.time_precision IS 'minute, day or month';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.is_used IS 'True when its incidents count on maps of the kind';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.years_covered IS 'Years back of which it has supplied every month of the same weeks, parted by commas; NULL when there is none';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.reason IS 'Why it is used or left out, in words';
