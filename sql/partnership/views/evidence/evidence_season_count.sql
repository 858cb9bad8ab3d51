CREATE OR REPLACE VIEW @partnership@.evidence_season_count
WITH (security_invoker = true) AS
-- One row per tactical assessment, kind of place, place and problem type in use: incidents of the last days, 0 included, and those of
-- the same weeks of earlier years; and one without a place for those that stand on none. Assessment by assessment and kind by kind,
-- since the branches share what would else be computed for all.
SELECT a.assessment_id, k.place_kind, c.node, c.problem_type_id, c.place_id, c.known_unit, c.known_exposure, c.place_flag,
       c.incidents, c.compared_incidents, c.earlier_incidents, c.years_compared
FROM (
    SELECT t.assessment_id,
           coalesce(t.area_kind,
                    (SELECT value FROM @partnership@.setting WHERE name = 'reporting_area_kind'),
                    (SELECT value FROM @partnership@.setting WHERE name = 'base_area_kind')) AS area_kind
    FROM @partnership@.assessment t
    WHERE t.kind = 'tactical'
) a
CROSS JOIN (VALUES ('area'), ('hex')) AS k (place_kind)
CROSS JOIN LATERAL (
    WITH judged AS MATERIALIZED (
        SELECT s.source_id, s.title, s.reason, s.is_used, string_to_array(s.years_covered, ', ')::integer[] AS years_covered,
               s.years_covered IS NOT NULL AS is_comparable
        FROM @partnership@.tactical_hotspot_source s
        WHERE s.assessment_id = a.assessment_id
          AND s.place_kind = k.place_kind
    ),
    tree AS MATERIALIZED (
        SELECT t.problem_type_id, t.member_id
        FROM @partnership@.evidence_type t
    ),
    days AS MATERIALIZED (
        SELECT w.years_back, w.window_from::timestamp AT TIME ZONE @time_zone@ AS starts_at, (w.window_to + 1)::timestamp AT TIME ZONE @time_zone@ AS ends_at
        FROM @partnership@.evidence_tactical_window w
        WHERE w.assessment_id = a.assessment_id
    ),
    supply AS MATERIALIZED (
        SELECT ts.problem_type_id, j.source_id, j.title, j.reason, j.is_used, j.is_comparable, j.years_covered
        FROM judged j
        JOIN @partnership@.evidence_type_source ts USING (source_id)
    ),
    compared_year AS MATERIALIZED (
        -- the earlier years that every source of the type covers, of those that cover any
        SELECT s.problem_type_id, d.years_back
        FROM supply s
        CROSS JOIN days d
        WHERE s.is_comparable
          AND d.years_back > 0
        GROUP BY s.problem_type_id, d.years_back
        HAVING bool_and(d.years_back = ANY (s.years_covered))
    ),
    mapped AS MATERIALIZED (
        -- problem types of which a source stands on the map, and what must be said of all their sources
        SELECT s.problem_type_id,
               string_agg(s.title || ': ' || s.reason, '; ' ORDER BY s.title, s.source_id) FILTER (WHERE s.reason NOT IN ('used: places are exact', 'used: an area is all that is needed')) AS place_flag,
               (SELECT count(*) FROM compared_year y WHERE y.problem_type_id = s.problem_type_id) AS years_compared
        FROM supply s
        GROUP BY s.problem_type_id
        HAVING bool_or(s.is_used)
    ),
    counting AS MATERIALIZED (
        -- which types a recorded type counts towards, in which years
        SELECT tree.member_id, tree.problem_type_id, y.years_back
        FROM tree
        JOIN (SELECT m.problem_type_id, 0 AS years_back FROM mapped m UNION ALL SELECT y.problem_type_id, y.years_back FROM compared_year y) y USING (problem_type_id)
    ),
    counted AS (
        SELECT d.years_back, i.problem_type_id, j.is_comparable,
               CASE k.place_kind WHEN 'hex' THEN csp.hex_cell(i.location, (SELECT g.side FROM @partnership@.hex_cell g LIMIT 1)) ELSE i.area_id END AS recorded_at,
               count(*) AS incidents
        FROM days d
        CROSS JOIN judged j
        CROSS JOIN LATERAL (
            SELECT x.problem_type_id, x.location, x.area_id
            FROM @partnership@.incident x
            WHERE x.source_id = j.source_id
              AND x.occurred_from >= d.starts_at
              AND x.occurred_from < d.ends_at
            OFFSET 0
        ) i
        WHERE j.is_used
          AND (j.is_comparable OR d.years_back = 0)
        GROUP BY 1, 2, 3, 4
    ),
    reported AS MATERIALIZED (
        -- once: on the inner side of a join its denominators would be worked out anew for every type
        SELECT e.area_id, e.population, e.households
        FROM @partnership@.evidence_area e
        WHERE e.assessment_id = a.assessment_id
          AND e.area_kind <> 'partnership'
    ),
    united AS (
        SELECT e.area_id::bigint AS node, m.problem_type_id, 0 AS years_back, false AS is_comparable, 0::bigint AS incidents,
               e.area_id AS place_id, t.denominator AS known_unit, CASE t.denominator WHEN 'households' THEN e.households ELSE e.population END AS known_exposure,
               m.place_flag, m.years_compared
        FROM mapped m
        JOIN @partnership@.problem_type t USING (problem_type_id)
        CROSS JOIN reported e
        WHERE k.place_kind = 'area'
      UNION ALL
        SELECT h.hex, m.problem_type_id, 0, false, 0, h.hex_cell_id, 'square metres', h.square_metres, m.place_flag, m.years_compared
        FROM mapped m
        CROSS JOIN @partnership@.hex_cell h
        WHERE k.place_kind = 'hex'
      UNION ALL
        SELECT CASE k.place_kind WHEN 'hex' THEN h.hex ELSE aa.ancestor_id END, n.problem_type_id, c.years_back, c.is_comparable, c.incidents, NULL, NULL, NULL, NULL, NULL
        FROM counted c
        JOIN counting n ON n.member_id = c.problem_type_id AND n.years_back = c.years_back
        LEFT JOIN @partnership@.hex_cell h ON k.place_kind = 'hex' AND h.hex = c.recorded_at
        LEFT JOIN @partnership@.area_ancestor aa ON k.place_kind = 'area' AND aa.area_id = c.recorded_at AND aa.ancestor_kind = a.area_kind
    )
    SELECT u.node, u.problem_type_id, max(u.place_id) AS place_id, max(u.known_unit) AS known_unit, max(u.known_exposure) AS known_exposure, max(u.place_flag) AS place_flag,
           coalesce(sum(u.incidents) FILTER (WHERE u.years_back = 0), 0)::bigint AS incidents,
           coalesce(sum(u.incidents) FILTER (WHERE u.years_back = 0 AND u.is_comparable), 0)::bigint AS compared_incidents,
           coalesce(sum(u.incidents) FILTER (WHERE u.years_back > 0), 0)::bigint AS earlier_incidents,
           max(u.years_compared) AS years_compared
    FROM united u
    GROUP BY u.node, u.problem_type_id
    HAVING max(u.place_id) IS NOT NULL OR u.node IS NULL
) c;
COMMENT ON VIEW @partnership@.evidence_season_count IS 'Incidents of the last days and of the same weeks of earlier years: one row per tactical assessment, kind of place, place and problem type in use (subtypes included), and one without a place for those that stand on none';
COMMENT ON COLUMN @partnership@.evidence_season_count.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_season_count.place_kind IS 'area or hex';
COMMENT ON COLUMN @partnership@.evidence_season_count.node IS 'area_id, or address of the hexagon; NULL for incidents on no place of the map';
COMMENT ON COLUMN @partnership@.evidence_season_count.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_season_count.place_id IS 'Area, or hex_cell_id';
COMMENT ON COLUMN @partnership@.evidence_season_count.known_unit IS 'population, households or square metres';
COMMENT ON COLUMN @partnership@.evidence_season_count.known_exposure IS 'Residents, households or surface; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_season_count.place_flag IS 'What a reader must know of the sources; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_season_count.incidents IS 'Incidents of the last days, of sources that are used';
COMMENT ON COLUMN @partnership@.evidence_season_count.compared_incidents IS 'Of these, of sources that cover earlier years';
COMMENT ON COLUMN @partnership@.evidence_season_count.earlier_incidents IS 'Incidents of the same sources in the same weeks of all compared years together';
COMMENT ON COLUMN @partnership@.evidence_season_count.years_compared IS 'Earlier years compared: those that every such source covers';
