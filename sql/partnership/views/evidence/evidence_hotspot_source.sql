-- Evidence of sources of maps. Which sources are fine enough in place for maps of areas and of
-- hexagons, and why not the others? Strategic maps, tactical maps and scans read it.

CREATE OR REPLACE VIEW @partnership@.evidence_hotspot_source
WITH (security_invoker = true) AS
-- One row per source and kind of place: whether its incidents are fine enough for such a map, and why not.
WITH grid AS (
    SELECT (SELECT h.side FROM @partnership@.hex_cell h LIMIT 1) AS side,
           coalesce((SELECT s.value FROM @partnership@.setting s WHERE s.name = 'hex_side_snapped'), '500')::float8 AS side_snapped
),
judged AS (
    SELECT s.source_id, s.source, s.title, s.place_precision, s.place_lack, k.place_kind,
           g.side, g.side_snapped,
           CASE
               WHEN NOT s.supplies THEN 'it supplies no incidents'
               WHEN k.place_kind = 'area' THEN NULL
               WHEN s.place_precision = 'area' THEN s.place_lack
               WHEN g.side IS NULL THEN 'there is no grid, since the base areas have no boundaries'
               WHEN s.place_precision = 'snapped' AND g.side < g.side_snapped
                   THEN s.place_lack || ', too coarse for hexagons with sides of ' || g.side
                        || ' m (hex_side_snapped is ' || g.side_snapped || ')'
           END AS obstacle
    FROM @partnership@.evidence_source_fitness s
    CROSS JOIN (VALUES ('area'), ('hex')) AS k (place_kind)
    CROSS JOIN grid g
)
SELECT j.place_kind, j.source_id, j.source, j.title, j.place_precision,
       j.obstacle IS NULL AS is_used,
       CASE
           WHEN j.obstacle IS NOT NULL THEN 'left out: ' || j.obstacle
           WHEN j.place_kind = 'area' THEN 'used: an area is all that is needed'
           WHEN j.place_precision = 'snapped'
           THEN 'used with care: ' || j.place_lack
                || ', so that incidents near the edge of a hexagon may belong to the next'
           ELSE 'used: places are exact'
       END AS reason
FROM judged j;
COMMENT ON VIEW @partnership@.evidence_hotspot_source IS 'Which sources are fine enough for maps of areas and of hexagons, and why not the others: one row per source and kind of place';
COMMENT ON COLUMN @partnership@.evidence_hotspot_source.place_kind IS 'area or hex';
COMMENT ON COLUMN @partnership@.evidence_hotspot_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_hotspot_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.evidence_hotspot_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.evidence_hotspot_source.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.evidence_hotspot_source.is_used IS 'True when its incidents count on maps of the kind';
COMMENT ON COLUMN @partnership@.evidence_hotspot_source.reason IS 'Why it is used or left out, in words';
