CREATE OR REPLACE VIEW @partnership@.tactical_hotspot_source
WITH (security_invoker = true) AS
-- One row per tactical assessment, source and kind of place: whether its incidents count, the earlier years it can be compared with,
-- and why not.
WITH covered AS (
    SELECT w.assessment_id, w.years_back, s.source_id,
           bool_and(coalesce(sm.status IN ('complete', 'presumed') OR w.years_back = 0 AND sm.status = 'partial', false)) AS is_covered,
           bool_or(coalesce(sm.status = 'partial', false)) AS is_partial
    FROM @partnership@.evidence_tactical_window w
    -- the months that the days touch
    JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) AS step (months)
      ON date_trunc('month', w.window_from::timestamp) + make_interval(months => step.months) <= w.window_to
    CROSS JOIN @partnership@.source s
    LEFT JOIN @partnership@.evidence_source_month sm
           ON sm.source_id = s.source_id AND sm.month = (date_trunc('month', w.window_from::timestamp) + make_interval(months => step.months))::date
    GROUP BY w.assessment_id, w.years_back, s.source_id
),
judged AS (
    SELECT c.assessment_id, h.place_kind, h.source_id, h.source, h.title, h.place_precision, s.time_precision, h.is_used AS is_fine_in_place, h.reason AS place_reason,
           bool_or(c.is_covered) FILTER (WHERE c.years_back = 0) AS is_current,
           bool_or(c.is_partial) FILTER (WHERE c.years_back = 0) AS is_partial,
           coalesce(array_agg(c.years_back ORDER BY c.years_back) FILTER (WHERE c.years_back > 0 AND c.is_covered), '{}') AS years_covered
    FROM covered c
    JOIN @partnership@.strategic_hotspot_source h USING (source_id)
    JOIN @partnership@.source s USING (source_id)
    GROUP BY c.assessment_id, h.place_kind, h.source_id, h.source, h.title, h.place_precision, s.time_precision, h.is_used, h.reason
)
SELECT j.assessment_id,
       csp_internal.row_key(j.assessment_id::text, j.source_id::text, j.place_kind) AS row_key,
       j.place_kind, j.source_id, j.source, j.title, j.place_precision, j.time_precision,
       j.is_fine_in_place AND j.time_precision <> 'month' AND j.is_current AS is_used,
       CASE WHEN j.is_fine_in_place AND j.time_precision <> 'month' AND j.is_current
            THEN nullif(array_to_string(j.years_covered, ', '), '') END AS years_covered,
       CASE
           WHEN j.is_fine_in_place AND j.time_precision <> 'month' AND j.is_current
           THEN concat_ws('; ', j.place_reason,
                                CASE WHEN j.is_partial THEN 'only part of the last days has been supplied' END,
                                CASE WHEN j.years_covered = '{}' THEN 'it covers no earlier year, so that it is not compared' END)
           ELSE 'left out: ' || concat_ws('; ', CASE WHEN NOT j.is_fine_in_place THEN substr(j.place_reason, length('left out: ') + 1) END,
                                                CASE WHEN j.time_precision = 'month' THEN 'dates are months' END,
                                                CASE WHEN NOT j.is_current THEN 'it has not supplied the last days' END)
       END AS reason
FROM judged j;
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
