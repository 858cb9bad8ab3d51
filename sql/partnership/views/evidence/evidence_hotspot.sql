-- Evidence of maps of hot spots. Which places are hot or cold, beyond what chance and residents or
-- ground explain? A map is a product (strategic or tactical), an assessment, a kind of place (area
-- or hex) and a problem type.

CREATE OR REPLACE VIEW @partnership@.evidence_hotspot
WITH (security_invoker = true) AS
-- One row per map and place: is there more in and around it than chance puts there? Every window is one map, so that filters on what
-- makes a map reach the bottom.
WITH place AS (
    -- a row without a node is no place: it brings what its map does not show
    SELECT 'strategic'::text AS product, c.assessment_id, 'area'::text AS place_kind, CASE WHEN c.area_kind <> 'partnership' THEN c.area_id::bigint END AS node,
           c.area_id AS place_id, c.problem_type_id, c.incidents,
           CASE WHEN c.area_kind <> 'partnership' THEN c.denominator_count END AS known_exposure, c.denominator AS known_unit,
           area_map.neighbours, NULL::text AS place_flag, c.period_flag AS data_flag,
           NULL::bigint AS compared_incidents, NULL::bigint AS earlier_incidents, NULL::bigint AS years_compared
    FROM @partnership@.evidence_count c
    LEFT JOIN @partnership@.area_map ON area_map.area_id = c.area_id
    WHERE c.period_months_covered_by_any > 0
  UNION ALL
    SELECT 'strategic', h.assessment_id, 'hex', h.hex, h.hex_cell_id, h.problem_type_id, h.incidents, h.square_metres, 'square metres',
           csp.hex_neighbours(h.hex), h.place_flag, h.period_flag, NULL, NULL, NULL
    FROM @partnership@.evidence_hex_count h
  UNION ALL
    SELECT 'tactical', s.assessment_id, s.place_kind, s.node, s.place_id, s.problem_type_id, s.incidents, s.known_exposure, s.known_unit,
           CASE s.place_kind WHEN 'hex' THEN csp.hex_neighbours(s.node) ELSE area_map.neighbours END, s.place_flag, NULL,
           s.compared_incidents, s.earlier_incidents, s.years_compared
    FROM @partnership@.evidence_season_count s
    LEFT JOIN @partnership@.area_map ON s.place_kind = 'area' AND area_map.area_id = s.node
),
mapped AS (
    -- sums with and without denominators in one window: every further one copies a hundred thousand wide rows
    SELECT p.product, p.assessment_id, p.place_kind, p.node, p.place_id, p.problem_type_id,
           p.incidents, p.known_exposure, p.known_unit, p.neighbours, p.place_flag, p.data_flag,
           p.compared_incidents, p.earlier_incidents, p.years_compared,
           coalesce(max(p.known_exposure) OVER map, 0) > 0 AS is_exposure_known,
           sum(p.incidents) FILTER (WHERE p.node IS NOT NULL) OVER map AS map_incidents,
           sum(p.incidents) FILTER (WHERE p.node IS NULL) OVER map AS other_incidents,
           sum(p.incidents) FILTER (WHERE p.node IS NOT NULL AND p.known_exposure IS NOT NULL) OVER map AS known_incidents,
           sum(p.known_exposure) FILTER (WHERE p.node IS NOT NULL) OVER map AS known_map_exposure,
           count(p.node) OVER map AS places
    FROM place p
    WINDOW map AS (PARTITION BY p.product, p.assessment_id, p.place_kind, p.problem_type_id)
),
totalled AS (
    -- where no area has a denominator, areas are taken as alike
    SELECT m.product, m.assessment_id, m.place_kind, m.node, m.place_id, m.problem_type_id,
           m.incidents, m.known_exposure, m.known_unit, m.neighbours, m.place_flag, m.data_flag,
           m.compared_incidents, m.earlier_incidents, m.years_compared, m.is_exposure_known,
           m.map_incidents, m.other_incidents, m.known_incidents, m.known_map_exposure, m.places,
           CASE WHEN m.is_exposure_known THEN m.known_unit ELSE 'areas' END AS exposure_unit,
           CASE WHEN m.node IS NULL THEN NULL WHEN m.is_exposure_known THEN m.known_exposure ELSE 1 END AS exposure,
           CASE WHEN m.is_exposure_known THEN m.known_incidents ELSE m.map_incidents END AS exposed_incidents,
           CASE WHEN m.is_exposure_known THEN m.known_map_exposure ELSE nullif(m.places, 0)::numeric END AS map_exposure
    FROM mapped m
),
expected AS (
    SELECT t.product, t.assessment_id, t.place_kind, t.node, t.place_id, t.problem_type_id,
           t.incidents, t.neighbours, t.place_flag, t.data_flag, t.compared_incidents,
           t.earlier_incidents, t.years_compared, t.map_incidents, t.other_incidents,
           t.exposure_unit, t.exposure, t.exposed_incidents, t.map_exposure,
           t.exposed_incidents::float8 * t.exposure::float8 / nullif(t.map_exposure, 0)::float8 AS expected
    FROM totalled t
),
around AS (
    -- what falls on every resident or square metre alike is no hot spot: tested is the excess over it
    SELECT e.product, e.assessment_id, e.place_kind, e.node, e.place_id, e.problem_type_id,
           e.incidents, e.neighbours, e.place_flag, e.data_flag, e.compared_incidents,
           e.earlier_incidents, e.years_compared, e.map_incidents, e.other_incidents,
           e.exposure_unit, e.exposure, e.exposed_incidents, e.map_exposure, e.expected,
           CASE WHEN e.map_incidents >= 10 THEN csp.gi_star(e.incidents - e.expected, e.node, e.neighbours) OVER map END AS gi,
           csp.neighbourhood_sum(CASE WHEN e.expected IS NOT NULL THEN e.incidents END, e.node, e.neighbours) OVER map AS neighbourhood_incidents,
           csp.neighbourhood_sum(e.expected, e.node, e.neighbours) OVER map AS neighbourhood_expected,
           csp.neighbourhood_sum(e.exposure, e.node, e.neighbours) OVER map AS neighbourhood_exposure
    FROM expected e
    WINDOW map AS (PARTITION BY e.product, e.assessment_id, e.place_kind, e.problem_type_id)
),
compared AS (
    SELECT a.product, a.assessment_id, a.place_kind, a.node, a.place_id, a.problem_type_id,
           a.incidents, a.place_flag, a.data_flag, a.compared_incidents, a.earlier_incidents,
           a.years_compared, a.map_incidents, a.other_incidents, a.exposure_unit, a.exposure,
           a.exposed_incidents, a.map_exposure, a.expected, a.gi, a.neighbourhood_incidents,
           a.neighbourhood_expected, a.neighbourhood_exposure,
           -- only what Gi* calls unusual at all can need the second opinion
           CASE WHEN (a.gi).p_value <= 0.1
                THEN csp.rate_change((a.exposed_incidents - a.neighbourhood_incidents)::bigint, (a.map_exposure - a.neighbourhood_exposure)::bigint,
                                     a.neighbourhood_incidents::bigint, a.neighbourhood_exposure::bigint) END AS against_rest
    FROM around a
),
judged AS (
    SELECT c.product, c.assessment_id, c.place_kind, c.node, c.place_id, c.problem_type_id,
           c.incidents, c.place_flag, c.data_flag, c.compared_incidents, c.earlier_incidents,
           c.years_compared, c.map_incidents, c.other_incidents, c.exposure_unit, c.exposure,
           c.expected, c.gi, c.neighbourhood_incidents, c.neighbourhood_expected, c.against_rest,
           CASE
               WHEN (c.gi).p_value > 0.1 THEN (c.gi).p_value
               WHEN ((c.gi).z > 0) <> (c.neighbourhood_incidents > c.neighbourhood_expected) THEN 1
               ELSE greatest((c.gi).p_value, (c.against_rest).p_value)
           END AS p_value
    FROM compared c
),
tested AS (
    SELECT j.product, j.assessment_id, j.place_kind, j.node, j.place_id, j.problem_type_id,
           j.incidents, j.place_flag, j.data_flag, j.compared_incidents, j.earlier_incidents,
           j.years_compared, j.map_incidents, j.other_incidents, j.exposure_unit, j.exposure,
           j.expected, j.gi, j.neighbourhood_incidents, j.neighbourhood_expected, j.p_value,
           csp.adjusted_p_value(j.p_value) OVER map AS adjusted_p_value
    FROM judged j
    WINDOW map AS (PARTITION BY j.product, j.assessment_id, j.place_kind, j.problem_type_id)
)
SELECT t.product, t.assessment_id, t.place_kind,
       csp_internal.row_key(t.assessment_id::text, t.place_kind, t.place_id::text, t.problem_type_id::text) AS row_key,
       t.place_id,
       coalesce(area.code, 'hex ' || hex.hex_cell_id) AS place_code,
       coalesce(area.name, 'Hexagon in ' || home.name) AS place_name,
       t.problem_type_id, type.code AS problem_type, type.label AS problem_type_label, type.is_headline, type.sort_order,
       t.incidents, t.expected,
       t.incidents / nullif(t.expected, 0) AS ratio,
       t.exposure, t.exposure_unit,
       t.neighbourhood_incidents::bigint, t.neighbourhood_expected,
       (t.gi).z AS z, (t.gi).p_value AS gi_p_value, t.p_value, t.adjusted_p_value,
       CASE
           WHEN t.adjusted_p_value IS NULL THEN 'not tested'
           WHEN t.adjusted_p_value > 0.1 THEN 'not significant'
           ELSE CASE WHEN (t.gi).z > 0 THEN 'hot ' ELSE 'cold ' END
                || CASE WHEN t.adjusted_p_value <= 0.01 THEN '99%' WHEN t.adjusted_p_value <= 0.05 THEN '95%' ELSE '90%' END
       END AS hot_spot_class,
       CASE
           WHEN t.adjusted_p_value IS NOT NULL THEN NULL
           WHEN t.map_incidents < 10 THEN 'fewer than ten incidents on the map'
           WHEN t.exposure IS NULL THEN 'its ' || CASE t.exposure_unit WHEN 'households' THEN 'households' ELSE 'residents' END || ' are not known'
           ELSE 'too few places, or nothing that differs between them'
       END AS reason,
       t.map_incidents::bigint,
       -- of the areas of a strategic map the other row is the whole partnership, else what stands on none
       CASE WHEN t.product = 'strategic' AND t.place_kind = 'area' THEN greatest(t.other_incidents - t.map_incidents, 0) ELSE coalesce(t.other_incidents, 0) END::bigint AS incidents_not_shown,
       t.place_flag, t.data_flag,
       t.compared_incidents, t.earlier_incidents, t.years_compared,
       coalesce(area.boundary, map.dissolved, @postgis@.ST_Multi(hex.boundary))::@postgis@.geometry(MultiPolygon, @srid@) AS boundary
FROM tested t
JOIN @partnership@.problem_type type ON type.problem_type_id = t.problem_type_id
LEFT JOIN @partnership@.area area ON t.place_kind = 'area' AND area.area_id = t.place_id
LEFT JOIN @partnership@.area_map map ON t.place_kind = 'area' AND map.area_id = t.place_id
LEFT JOIN @partnership@.hex_cell hex ON t.place_kind = 'hex' AND hex.hex_cell_id = t.place_id
LEFT JOIN @partnership@.area home ON home.area_id = hex.area_id
WHERE t.node IS NOT NULL;
COMMENT ON VIEW @partnership@.evidence_hotspot IS 'Hot and cold places behind the maps of hot spots: one row per product, assessment, kind of place, problem type (these make one map) and place';
COMMENT ON COLUMN @partnership@.evidence_hotspot.product IS 'strategic: the whole months of the period; tactical: the last days of a tactical assessment';
COMMENT ON COLUMN @partnership@.evidence_hotspot.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_hotspot.place_kind IS 'area: an area of the assessment''s kind; hex: a hexagon of the grid';
COMMENT ON COLUMN @partnership@.evidence_hotspot.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.evidence_hotspot.place_id IS 'Area (area_id), or hexagon (hex_cell_id)';
COMMENT ON COLUMN @partnership@.evidence_hotspot.place_code IS 'Code of the area, or number of the hexagon';
COMMENT ON COLUMN @partnership@.evidence_hotspot.place_name IS 'Name of the area; for a hexagon that of the base area which covers most of it';
COMMENT ON COLUMN @partnership@.evidence_hotspot.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_hotspot.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.evidence_hotspot.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.evidence_hotspot.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.evidence_hotspot.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.evidence_hotspot.incidents IS 'Incidents at the place, subtypes included; 0 is a row';
COMMENT ON COLUMN @partnership@.evidence_hotspot.expected IS 'Incidents if they fell on every resident (household, square metre, area) of the map alike';
COMMENT ON COLUMN @partnership@.evidence_hotspot.ratio IS 'incidents over expected; NULL where nothing is expected';
COMMENT ON COLUMN @partnership@.evidence_hotspot.exposure IS 'What incidents are expected in proportion to: residents or households of the area, surface of the hexagon within the partnership, or 1 for each area where no residents are known';
COMMENT ON COLUMN @partnership@.evidence_hotspot.exposure_unit IS 'population, households, square metres or areas';
COMMENT ON COLUMN @partnership@.evidence_hotspot.neighbourhood_incidents IS 'Incidents of the place and its neighbours (areas that touch, or the six hexagons around): what is tested';
COMMENT ON COLUMN @partnership@.evidence_hotspot.neighbourhood_expected IS 'Expected incidents of the place and its neighbours';
COMMENT ON COLUMN @partnership@.evidence_hotspot.z IS 'Gi* of incidents less expected: standard deviations by which the place and its neighbours lie above (hot) or below (cold) what places drawn at random would give';
COMMENT ON COLUMN @partnership@.evidence_hotspot.gi_p_value IS 'Two-sided p-value of z, normal approximation';
COMMENT ON COLUMN @partnership@.evidence_hotspot.p_value IS 'The larger of gi_p_value and, where that is at most 0.1, the exact p-value of equal rates in the neighbourhood and the rest of the map: a few incidents that happen to lie together are no hot spot';
COMMENT ON COLUMN @partnership@.evidence_hotspot.adjusted_p_value IS 'p_value after Benjamini-Hochberg over the places of the map; NULL when not tested';
COMMENT ON COLUMN @partnership@.evidence_hotspot.hot_spot_class IS 'hot 99%, hot 95%, hot 90%, not significant, cold 90%, cold 95%, cold 99% (by adjusted_p_value), or not tested';
COMMENT ON COLUMN @partnership@.evidence_hotspot.reason IS 'Why it is not tested; NULL when it is';
COMMENT ON COLUMN @partnership@.evidence_hotspot.map_incidents IS 'Incidents on the whole map';
COMMENT ON COLUMN @partnership@.evidence_hotspot.incidents_not_shown IS 'Incidents that stand on no place of the map: without area or point, or outside the grid; on strategic maps also those of sources left out';
COMMENT ON COLUMN @partnership@.evidence_hotspot.place_flag IS 'What the reader must know of the sources; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_hotspot.data_flag IS 'What the reader must know: missing months, breaks in the series; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_hotspot.compared_incidents IS 'Tactical: incidents of sources that cover earlier years';
COMMENT ON COLUMN @partnership@.evidence_hotspot.earlier_incidents IS 'Tactical: incidents of the same sources in the same weeks of the compared years together';
COMMENT ON COLUMN @partnership@.evidence_hotspot.years_compared IS 'Tactical: number of earlier years compared';
COMMENT ON COLUMN @partnership@.evidence_hotspot.boundary IS 'Boundary of the area, or hexagon, in the partnership''s SRID; of an area without a boundary the base areas in it as one';
