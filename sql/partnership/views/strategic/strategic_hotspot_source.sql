-- Maps of hot spots: which sources are fine enough in place and time for maps of areas and of hexagons, and why not the others.

CREATE OR REPLACE VIEW @partnership@.strategic_hotspot_source
WITH (security_invoker = true) AS
-- One row per source and kind of place: whether its incidents are fine enough for such a map, and why not.
WITH supplied AS (
    SELECT DISTINCT ts.source_id
    FROM @partnership@.evidence_type_source ts
),
grid AS (
    SELECT (SELECT h.side FROM @partnership@.hex_cell h LIMIT 1) AS side,
           coalesce((SELECT s.value FROM @partnership@.setting s WHERE s.name = 'hex_side_snapped'), '500')::float8 AS side_snapped
),
judged AS (
    SELECT s.source_id, s.code, s.title, s.place_precision, k.place_kind, g.side, g.side_snapped,
           CASE
               WHEN supplied.source_id IS NULL THEN 'it supplies no incidents'
               WHEN k.place_kind = 'area' THEN NULL
               WHEN s.place_precision = 'area' THEN 'places are areas'
               WHEN g.side IS NULL THEN 'there is no grid, since the base areas have no boundaries'
               WHEN s.place_precision = 'snapped' AND g.side < g.side_snapped
                   THEN 'places are snapped to map points, too coarse for hexagons with sides of ' || g.side || ' m (hex_side_snapped is ' || g.side_snapped || ')'
           END AS obstacle
    FROM @partnership@.source s
    CROSS JOIN (VALUES ('area'), ('hex')) AS k (place_kind)
    CROSS JOIN grid g
    LEFT JOIN supplied USING (source_id)
)
SELECT csp_internal.row_key(j.source_id::text, j.place_kind) AS row_key,
       j.place_kind, j.source_id, j.code AS source, j.title, j.place_precision,
       j.obstacle IS NULL AS is_used,
       CASE
           WHEN j.obstacle IS NOT NULL THEN 'left out: ' || j.obstacle
           WHEN j.place_kind = 'area' THEN 'used: an area is all that is needed'
           WHEN j.place_precision = 'snapped' THEN 'used with care: places are snapped to map points, so that incidents near the edge of a hexagon may belong to the next'
           ELSE 'used: places are exact'
       END AS reason
FROM judged j;
COMMENT ON VIEW @partnership@.strategic_hotspot_source IS 'Strategic assessment, hot spots: which sources stand on maps of areas and of hexagons, and why not the others? One row per source and kind of place';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.place_kind IS 'area or hex';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.is_used IS 'True when its incidents count on maps of the kind';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.reason IS 'Why it is used or left out, in words';
