-- Evidence of maps of hot spots. How many incidents of each problem lie in each hexagon of the
-- grid?

CREATE OR REPLACE VIEW @partnership@.evidence_hex_count
WITH (security_invoker = true) AS
-- One row per assessment, hexagon and problem type in use: incidents of the period, 0 included; and one without a hexagon for those
-- that stand on none. As in evidence_count the grid is united with the counts, not joined. Which hexagon an incident lies in is
-- arithmetic on its point.
WITH grid AS (
    SELECT h.side
    FROM @partnership@.hex_cell h
    LIMIT 1
),
moment AS (
    -- the whole months of the period, as everywhere
    SELECT am.assessment_id,
           min(am.month)::timestamp AT TIME ZONE @time_zone@ AS starts_at,
           (max(am.month) + interval '1 month') AT TIME ZONE @time_zone@ AS ends_at
    FROM @partnership@.evidence_assessment_month am
    WHERE am.part = 'period'
    GROUP BY am.assessment_id
),
mapped AS (
    -- problem types of which a source stands on the map
    SELECT v.assessment_id, v.problem_type_id, v.period_area_flag,
           string_agg(s.title || ': ' || s.reason, '; ' ORDER BY s.title, s.source_id) FILTER (WHERE NOT s.is_used OR s.place_precision <> 'exact') AS place_flag
    FROM @partnership@.evidence_type_coverage v
    JOIN @partnership@.evidence_type_source ts USING (problem_type_id)
    JOIN @partnership@.evidence_hotspot_source s ON s.source_id = ts.source_id AND s.place_kind = 'hex'
    WHERE v.period_months_covered_by_any > 0
    GROUP BY v.assessment_id, v.problem_type_id, v.period_area_flag
    HAVING bool_or(s.is_used)
),
united AS (
    SELECT m.assessment_id, h.hex, m.problem_type_id, 0::bigint AS incidents, h.hex_cell_id, h.square_metres, m.period_area_flag, m.place_flag
    FROM mapped m
    CROSS JOIN @partnership@.hex_cell h
  UNION ALL
    SELECT p.assessment_id, h.hex, tree.problem_type_id, p.incidents, NULL, NULL, NULL, NULL
    FROM (
        SELECT m.assessment_id, CASE WHEN fine.source_id IS NOT NULL THEN csp.hex_cell(i.location, grid.side) END AS hex, i.problem_type_id, count(*) AS incidents
        FROM moment m
        CROSS JOIN grid
        CROSS JOIN @partnership@.source s
        -- OFFSET 0 keeps it a probe of the index by source and time
        CROSS JOIN LATERAL (
            SELECT x.problem_type_id, x.location
            FROM @partnership@.incident x
            WHERE x.source_id = s.source_id
              AND x.occurred_from >= m.starts_at
              AND x.occurred_from < m.ends_at
            OFFSET 0
        ) i
        LEFT JOIN @partnership@.evidence_hotspot_source fine ON fine.source_id = s.source_id AND fine.place_kind = 'hex' AND fine.is_used
        GROUP BY 1, 2, 3
    ) p
    LEFT JOIN @partnership@.hex_cell h ON h.hex = p.hex
    JOIN @partnership@.evidence_type tree ON tree.member_id = p.problem_type_id
)
SELECT u.assessment_id, u.hex, u.problem_type_id,
       max(u.hex_cell_id) AS hex_cell_id,
       max(u.square_metres) AS square_metres,
       sum(u.incidents)::bigint AS incidents,
       max(u.period_area_flag) AS period_flag,
       max(u.place_flag) AS place_flag
FROM united u
GROUP BY u.assessment_id, u.hex, u.problem_type_id
-- a type that is not on the map has no row with a hexagon
HAVING max(u.hex_cell_id) IS NOT NULL OR u.hex IS NULL;
COMMENT ON VIEW @partnership@.evidence_hex_count IS 'Incidents of the period by hexagon: one row per assessment, hexagon of the grid and problem type in use (subtypes included), and one without a hexagon for those that stand on none';
COMMENT ON COLUMN @partnership@.evidence_hex_count.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_hex_count.hex IS 'Address of the hexagon; NULL for incidents without a point, outside the grid, or of sources too coarse';
COMMENT ON COLUMN @partnership@.evidence_hex_count.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_hex_count.hex_cell_id IS 'Hexagon; NULL where there is none';
COMMENT ON COLUMN @partnership@.evidence_hex_count.square_metres IS 'Surface of the hexagon within the partnership';
COMMENT ON COLUMN @partnership@.evidence_hex_count.incidents IS 'Incidents in the whole months of the period, of sources fine enough';
COMMENT ON COLUMN @partnership@.evidence_hex_count.period_flag IS 'What a reader of the period must know; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_hex_count.place_flag IS 'What a reader must know of the places of the sources; NULL when nothing';
