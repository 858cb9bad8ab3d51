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
SELECT j.source_id * 2 + (j.place_kind = 'hex')::integer AS row_key, j.place_kind, j.source_id, j.code AS source, j.title, j.place_precision,
       j.obstacle IS NULL AS is_used,
       CASE
           WHEN j.obstacle IS NOT NULL THEN 'left out: ' || j.obstacle
           WHEN j.place_kind = 'area' THEN 'used: an area is all that is needed'
           WHEN j.place_precision = 'snapped' THEN 'used with care: places are snapped to map points, so that incidents near the edge of a hexagon may belong to the next'
           ELSE 'used: places are exact'
       END AS reason
FROM judged j;
COMMENT ON VIEW @partnership@.strategic_hotspot_source IS 'Strategic assessment, hot spots: which sources stand on maps of areas and of hexagons, and why not the others? One row per source and kind of place';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.row_key IS 'Key of the row, for GIS and BI tools';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.place_kind IS 'area or hex';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.is_used IS 'True when its incidents count on maps of the kind';
COMMENT ON COLUMN @partnership@.strategic_hotspot_source.reason IS 'Why it is used or left out, in words';

CREATE OR REPLACE VIEW @partnership@.evidence_tactical_window
WITH (security_invoker = true) AS
-- One row per tactical assessment and window of days: the last days (0 years back), and the same weeks of earlier years.
SELECT a.assessment_id, k.years_back, moment.as_of,
       -- 52 weeks, so that weekdays stand against weekdays
       moment.as_of - 364 * k.years_back - wanted.days + 1 AS window_from,
       moment.as_of - 364 * k.years_back AS window_to
FROM @partnership@.assessment a
CROSS JOIN LATERAL (
    SELECT least(a.period_to, (now() AT TIME ZONE @time_zone@)::date) AS as_of
) moment
CROSS JOIN (
    SELECT coalesce(max(s.value) FILTER (WHERE s.name = 'hot_spot_days'), '28')::integer AS days,
           coalesce(max(s.value) FILTER (WHERE s.name = 'hot_spot_years'), '3')::integer AS years
    FROM @partnership@.setting s
) wanted
-- spelt out, as generate_series would be taken for a thousand rows, and a plan that looks dear is compiled for seconds (jit)
JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15), (16), (17), (18), (19), (20)) AS k (years_back)
  ON k.years_back <= wanted.years
WHERE a.kind = 'tactical';
COMMENT ON VIEW @partnership@.evidence_tactical_window IS 'The days that tactical maps of hot spots look at and compare with: one row per tactical assessment and number of years back, 0 for the last days themselves';
COMMENT ON COLUMN @partnership@.evidence_tactical_window.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_tactical_window.years_back IS '0: the last days; 1, 2, ...: the same weeks so many years earlier';
COMMENT ON COLUMN @partnership@.evidence_tactical_window.as_of IS 'Last day: that of the assessment''s period, or today if that is earlier';
COMMENT ON COLUMN @partnership@.evidence_tactical_window.window_from IS 'First day of the window';
COMMENT ON COLUMN @partnership@.evidence_tactical_window.window_to IS 'Last day of the window: 364 days earlier for each year back, so that weekdays stand against weekdays';

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
       j.assessment_id::bigint * 4294967296 + j.source_id::bigint * 2 + (j.place_kind = 'hex')::integer AS row_key,
       j.place_kind, j.source_id, j.source, j.title, j.place_precision, j.time_precision,
       j.is_fine_in_place AND j.time_precision <> 'month' AND j.is_current AS is_used,
       CASE WHEN j.is_fine_in_place AND j.time_precision <> 'month' AND j.is_current THEN j.years_covered ELSE '{}' END AS years_covered,
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
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.row_key IS 'Key of the row, for GIS and BI tools';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.place_kind IS 'area or hex';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.time_precision IS 'minute, day or month';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.is_used IS 'True when its incidents count on maps of the kind';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.years_covered IS 'Years back of which it has supplied every month of the same weeks';
COMMENT ON COLUMN @partnership@.tactical_hotspot_source.reason IS 'Why it is used or left out, in words';
