-- Tactical assessment: hot spots. Where are the last weeks' incidents, and where are there more than the same season brought in earlier years?

CREATE OR REPLACE VIEW @partnership@.tactical_hotspot
WITH (security_invoker = true) AS
-- One row per tactical assessment, problem type and place: each area of the assessment's kind and each hexagon.
WITH compared AS (
    SELECT h.product, h.assessment_id, h.place_kind, h.row_key, h.place_id, h.place_code,
           h.place_name, h.problem_type_id, h.problem_type, h.problem_type_label, h.is_headline,
           h.sort_order, h.incidents, h.expected, h.ratio, h.exposure, h.exposure_unit,
           h.neighbourhood_incidents, h.neighbourhood_expected, h.z, h.gi_p_value, h.p_value,
           h.adjusted_p_value, h.hot_spot_class, h.reason, h.map_incidents, h.incidents_not_shown,
           h.place_flag, h.compared_incidents, h.earlier_incidents, h.years_compared, h.boundary,
           CASE WHEN h.years_compared > 0 THEN csp.rate_change(h.earlier_incidents, h.years_compared, h.compared_incidents, 1) END AS season
    FROM @partnership@.evidence_hotspot h
    WHERE h.product = 'tactical'
),
tested AS (
    SELECT c.product, c.assessment_id, c.place_kind, c.row_key, c.place_id, c.place_code,
           c.place_name, c.problem_type_id, c.problem_type, c.problem_type_label, c.is_headline,
           c.sort_order, c.incidents, c.expected, c.ratio, c.exposure, c.exposure_unit,
           c.neighbourhood_incidents, c.neighbourhood_expected, c.z, c.gi_p_value, c.p_value,
           c.adjusted_p_value, c.hot_spot_class, c.reason, c.map_incidents, c.incidents_not_shown,
           c.place_flag, c.compared_incidents, c.earlier_incidents, c.years_compared, c.boundary,
           c.season,
           -- none then and none now is no test
           csp.adjusted_p_value(CASE WHEN c.earlier_incidents + c.compared_incidents > 0 THEN (c.season).p_value END)
               OVER (PARTITION BY c.product, c.assessment_id, c.place_kind, c.problem_type_id) AS season_adjusted_p_value
    FROM compared c
)
SELECT t.assessment_id, t.row_key, t.place_kind, t.place_id, t.place_code, t.place_name,
       t.problem_type_id, t.problem_type, t.problem_type_label, t.is_headline, t.sort_order,
       w.window_from AS days_from, w.as_of,
       t.incidents, t.expected, t.ratio, t.exposure, t.exposure_unit, t.neighbourhood_incidents, t.neighbourhood_expected,
       t.z, t.gi_p_value, t.p_value, t.adjusted_p_value, t.hot_spot_class, t.reason,
       CASE WHEN t.years_compared > 0 THEN t.compared_incidents END AS compared_incidents,
       t.earlier_incidents / nullif(t.years_compared, 0)::float8 AS season_expected,
       nullif((t.season).ratio, 'Infinity'::float8) AS season_ratio,
       CASE WHEN t.earlier_incidents + t.compared_incidents > 0 THEN (t.season).p_value END AS season_p_value,
       t.season_adjusted_p_value,
       CASE
           WHEN t.years_compared = 0 THEN 'not compared'
           WHEN t.season_adjusted_p_value <= a.false_discovery_rate
           THEN CASE WHEN t.compared_incidents * t.years_compared > t.earlier_incidents THEN 'more than usual' ELSE 'less than usual' END
           ELSE 'as usual'
       END AS season_class,
       t.years_compared::integer,
       t.map_incidents, t.incidents_not_shown, t.place_flag, t.boundary
FROM tested t
JOIN @partnership@.assessment a ON a.assessment_id = t.assessment_id
JOIN @partnership@.evidence_tactical_window w ON w.assessment_id = t.assessment_id AND w.years_back = 0;
COMMENT ON VIEW @partnership@.tactical_hotspot IS 'Tactical assessment, hot spots: where are the incidents of the last days (setting hot_spot_days), and where are there more than in the same weeks of earlier years? One row per tactical assessment, problem type and place (each area of the assessment''s kind, each hexagon of hex_cell); a layer for GIS with row_key as its key: filter by assessment_id, place_kind and problem_type. Sources whose dates are months are left out: tactical_hotspot_source says which';
COMMENT ON COLUMN @partnership@.tactical_hotspot.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.tactical_hotspot.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.tactical_hotspot.place_kind IS 'area: an area of the assessment''s kind; hex: a hexagon of the grid. One map is an assessment, a place_kind and a problem type';
COMMENT ON COLUMN @partnership@.tactical_hotspot.place_id IS 'Area (area_id), or hexagon (hex_cell_id)';
COMMENT ON COLUMN @partnership@.tactical_hotspot.place_code IS 'Code of the area, or number of the hexagon';
COMMENT ON COLUMN @partnership@.tactical_hotspot.place_name IS 'Name of the area; for a hexagon that of the base area which covers most of it';
COMMENT ON COLUMN @partnership@.tactical_hotspot.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.tactical_hotspot.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.tactical_hotspot.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.tactical_hotspot.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.tactical_hotspot.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.tactical_hotspot.days_from IS 'First of the last days';
COMMENT ON COLUMN @partnership@.tactical_hotspot.as_of IS 'Last of them: the last day of the assessment''s period, or today if that is earlier';
COMMENT ON COLUMN @partnership@.tactical_hotspot.incidents IS 'Incidents of the last days, subtypes included; 0 is a row';
COMMENT ON COLUMN @partnership@.tactical_hotspot.expected IS 'Incidents if they fell on every resident (household, square metre, area) of the map alike';
COMMENT ON COLUMN @partnership@.tactical_hotspot.ratio IS 'incidents over expected; NULL where nothing is expected';
COMMENT ON COLUMN @partnership@.tactical_hotspot.exposure IS 'What incidents are expected in proportion to: residents or households of the area, surface of the hexagon within the partnership, or 1 for each area where no residents are known';
COMMENT ON COLUMN @partnership@.tactical_hotspot.exposure_unit IS 'population, households, square metres or areas';
COMMENT ON COLUMN @partnership@.tactical_hotspot.neighbourhood_incidents IS 'Incidents of the place and its neighbours (areas that touch, or the six hexagons around): what is tested';
COMMENT ON COLUMN @partnership@.tactical_hotspot.neighbourhood_expected IS 'Expected incidents of the place and its neighbours';
COMMENT ON COLUMN @partnership@.tactical_hotspot.z IS 'Gi* of incidents less expected: standard deviations by which the place and its neighbours lie above (hot) or below (cold) what places drawn at random would give';
COMMENT ON COLUMN @partnership@.tactical_hotspot.gi_p_value IS 'Two-sided p-value of z, normal approximation';
COMMENT ON COLUMN @partnership@.tactical_hotspot.p_value IS 'The larger of gi_p_value and, where that is at most 0.1, the exact p-value of equal rates in the neighbourhood and the rest of the map: a few incidents that happen to lie together are no hot spot';
COMMENT ON COLUMN @partnership@.tactical_hotspot.adjusted_p_value IS 'p_value after Benjamini-Hochberg over the places of the map; NULL when not tested';
COMMENT ON COLUMN @partnership@.tactical_hotspot.hot_spot_class IS 'hot 99%, hot 95%, hot 90%, not significant, cold 90%, cold 95%, cold 99% (by adjusted_p_value), or not tested';
COMMENT ON COLUMN @partnership@.tactical_hotspot.reason IS 'Why it is not tested; NULL when it is';
COMMENT ON COLUMN @partnership@.tactical_hotspot.compared_incidents IS 'Incidents of the last days that are compared: those of sources that cover earlier years; NULL when no year can be compared';
COMMENT ON COLUMN @partnership@.tactical_hotspot.season_expected IS 'Incidents in the same weeks of an earlier year, the mean over the years compared';
COMMENT ON COLUMN @partnership@.tactical_hotspot.season_ratio IS 'compared_incidents over season_expected; NULL where none is expected';
COMMENT ON COLUMN @partnership@.tactical_hotspot.season_p_value IS 'Two-sided exact p-value of equal rates now and in the same weeks of the years compared; NULL where there were none then and now';
COMMENT ON COLUMN @partnership@.tactical_hotspot.season_adjusted_p_value IS 'season_p_value after Benjamini-Hochberg over the places of the map';
COMMENT ON COLUMN @partnership@.tactical_hotspot.season_class IS 'more than usual or less than usual for the season (season_adjusted_p_value at most the assessment''s false discovery rate), as usual, or not compared';
COMMENT ON COLUMN @partnership@.tactical_hotspot.years_compared IS 'Earlier years compared: those whose same weeks every such source covers, at most the setting hot_spot_years';
COMMENT ON COLUMN @partnership@.tactical_hotspot.map_incidents IS 'Incidents on the whole map';
COMMENT ON COLUMN @partnership@.tactical_hotspot.incidents_not_shown IS 'Incidents of the last days, of sources used, that stand on no place of the map: without area or point, or outside the grid';
COMMENT ON COLUMN @partnership@.tactical_hotspot.place_flag IS 'What the reader must know of the sources; NULL when nothing';
COMMENT ON COLUMN @partnership@.tactical_hotspot.boundary IS 'Boundary of the area, or hexagon, in the partnership''s SRID; of an area without a boundary the base areas in it as one';
