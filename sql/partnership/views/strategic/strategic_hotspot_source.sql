-- Strategic assessment: sources of maps. Which sources are fine enough in place for maps of areas
-- and of hexagons, and why not the others?

CREATE OR REPLACE VIEW @partnership@.strategic_hotspot_source
WITH (security_invoker = true) AS
-- One row per source and kind of place.
SELECT csp_internal.row_key(h.source_id::text, h.place_kind) AS row_key, h.place_kind, h.source_id,
       h.source, h.title, h.place_precision, h.is_used, h.reason
FROM @partnership@.evidence_hotspot_source h;
COMMENT ON VIEW @partnership@.strategic_hotspot_source IS 'Strategic assessment, hot spots: which sources stand on maps of areas and of hexagons, and why not the others? One row per source and kind of place';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.place_kind IS 'area or hex';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.is_used IS 'True when its incidents count on maps of the kind';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.reason IS 'Why it is used or left out, in words';
