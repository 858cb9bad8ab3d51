-- Strategic assessment, section 1: hot spots. In which areas, and on which hexagons of a regular grid, is there more of a problem than chance puts there?

CREATE OR REPLACE VIEW @partnership@.strategic_hotspot
WITH (security_invoker = true) AS
-- One row per assessment, problem type and place: each area of the assessment's kind and each hexagon.
SELECT h.assessment_id, h.row_key, h.place_kind, h.place_id, h.place_code, h.place_name,
       h.problem_type_id, h.problem_type, h.problem_type_label, h.is_headline, h.sort_order,
       h.incidents, h.expected, h.ratio, h.exposure, h.exposure_unit,
       CASE WHEN h.exposure_unit IN ('population', 'households') THEN csp.rate_per_1000(h.incidents, h.exposure) END AS rate_per_1000,
       CASE WHEN h.place_kind = 'hex' THEN csp.rate_per(h.incidents, h.exposure, 1000000) END AS incidents_per_square_km,
       h.neighbourhood_incidents, h.neighbourhood_expected,
       h.z, h.gi_p_value, h.p_value, h.adjusted_p_value, h.hot_spot_class, h.reason,
       h.map_incidents, h.incidents_not_shown, h.place_flag, h.data_flag, h.boundary
FROM @partnership@.evidence_hotspot h
WHERE h.product = 'strategic';
COMMENT ON VIEW @partnership@.strategic_hotspot IS 'Strategic assessment 1, hot spots: in which areas and on which hexagons is there more of a problem than chance puts there, and how sure is that? One row per assessment, problem type and place (each area of the assessment''s kind, each hexagon of hex_cell); a layer for GIS with row_key as its key: filter by assessment_id, place_kind and problem_type';
COMMENT ON COLUMN @partnership@.strategic_hotspot.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_hotspot.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_hotspot.place_kind IS 'area: an area of the assessment''s kind; hex: a hexagon of the grid. One map is an assessment, a place_kind and a problem type';
COMMENT ON COLUMN @partnership@.strategic_hotspot.place_id IS 'Area (area_id), or hexagon (hex_cell_id)';
COMMENT ON COLUMN @partnership@.strategic_hotspot.place_code IS 'Code of the area, or number of the hexagon';
COMMENT ON COLUMN @partnership@.strategic_hotspot.place_name IS 'Name of the area; for a hexagon that of the base area which covers most of it';
COMMENT ON COLUMN @partnership@.strategic_hotspot.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_hotspot.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_hotspot.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_hotspot.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_hotspot.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_hotspot.incidents IS 'Incidents in the covered whole months of the period, subtypes included; 0 is a row';
COMMENT ON COLUMN @partnership@.strategic_hotspot.expected IS 'Incidents if they fell on every resident (household, square metre, area) of the map alike';
COMMENT ON COLUMN @partnership@.strategic_hotspot.ratio IS 'incidents over expected; NULL where nothing is expected';
COMMENT ON COLUMN @partnership@.strategic_hotspot.exposure IS 'What incidents are expected in proportion to: residents or households of the area, surface of the hexagon within the partnership, or 1 for each area where no residents are known';
COMMENT ON COLUMN @partnership@.strategic_hotspot.exposure_unit IS 'population, households, square metres or areas';
COMMENT ON COLUMN @partnership@.strategic_hotspot.rate_per_1000 IS 'Incidents per 1,000 residents or households over the period (not a year); NULL for hexagons and where they are not known';
COMMENT ON COLUMN @partnership@.strategic_hotspot.incidents_per_square_km IS 'Incidents per square kilometre of the hexagon within the partnership; NULL for areas';
COMMENT ON COLUMN @partnership@.strategic_hotspot.neighbourhood_incidents IS 'Incidents of the place and its neighbours (areas that touch, or the six hexagons around): what is tested';
COMMENT ON COLUMN @partnership@.strategic_hotspot.neighbourhood_expected IS 'Expected incidents of the place and its neighbours';
COMMENT ON COLUMN @partnership@.strategic_hotspot.z IS 'Gi* of incidents less expected: standard deviations by which the place and its neighbours lie above (hot) or below (cold) what places drawn at random would give';
COMMENT ON COLUMN @partnership@.strategic_hotspot.gi_p_value IS 'Two-sided p-value of z, normal approximation';
COMMENT ON COLUMN @partnership@.strategic_hotspot.p_value IS 'The larger of gi_p_value and, where that is at most 0.1, the exact p-value of equal rates in the neighbourhood and the rest of the map: a few incidents that happen to lie together are no hot spot';
COMMENT ON COLUMN @partnership@.strategic_hotspot.adjusted_p_value IS 'p_value after Benjamini-Hochberg over the places of the map; NULL when not tested';
COMMENT ON COLUMN @partnership@.strategic_hotspot.hot_spot_class IS 'hot 99%, hot 95%, hot 90%, not significant, cold 90%, cold 95%, cold 99% (by adjusted_p_value), or not tested';
COMMENT ON COLUMN @partnership@.strategic_hotspot.reason IS 'Why it is not tested; NULL when it is';
COMMENT ON COLUMN @partnership@.strategic_hotspot.map_incidents IS 'Incidents on the whole map';
COMMENT ON COLUMN @partnership@.strategic_hotspot.incidents_not_shown IS 'Incidents of the type and period that stand on no place of the map: without area or point, outside the grid, or of a source that strategic_hotspot_source leaves out';
COMMENT ON COLUMN @partnership@.strategic_hotspot.place_flag IS 'What the reader must know of the places of the sources (hexagons only); NULL when nothing';
COMMENT ON COLUMN @partnership@.strategic_hotspot.data_flag IS 'What the reader must know: missing months, breaks in the series; NULL when nothing';
COMMENT ON COLUMN @partnership@.strategic_hotspot.boundary IS 'Boundary of the area, or hexagon, in the partnership''s SRID; of an area without a boundary the base areas in it as one';
