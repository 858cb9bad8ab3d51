-- The partnership views of place. Part 1: a partnership made by hand, figures by arithmetic in a comment or by an independent
-- query. Part 2: what may stand on a map. Part 3: the synthetic partnership's planted truths are found. Part 4: in noise nothing
-- is found more often than stated.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
SET extra_float_digits = 0;
BEGIN;
SELECT no_plan();
CREATE FUNCTION pg_temp.r(figure float8, digits integer DEFAULT 6) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN round(figure::numeric, digits);

-- ---- Part 1: by hand ----
-- 36 square areas of 1 km in a square, two wards: the three columns on the left, the three on the right; ward boundaries unknown
SELECT csp.create_partnership('square') \g /dev/null
SET search_path = square, public;
UPDATE setting SET value = 'lsoa21' WHERE name = 'base_area_kind';
INSERT INTO area (area_kind, code, name, boundary)
SELECT 'lsoa21', format('A%s%s', x, y), format('Area %s, %s', x, y), ST_Multi(ST_MakeEnvelope(400000 + 1000 * x, 200000 + 1000 * y, 401000 + 1000 * x, 201000 + 1000 * y, 27700))
FROM generate_series(0, 5) AS x, generate_series(0, 5) AS y;
INSERT INTO area_lookup (from_kind, from_code, to_kind, to_code, relation, to_name)
SELECT 'lsoa21', a.code, 'ward', CASE WHEN substr(a.code, 2, 1) < '3' THEN 'W1' ELSE 'W2' END, 'within', CASE WHEN substr(a.code, 2, 1) < '3' THEN 'Left' ELSE 'Right' END
FROM area a WHERE a.area_kind = 'lsoa21';
SELECT csp.refresh_areas('square') \g /dev/null
-- 1,000 residents each, 2,000 on the right
INSERT INTO area_population (area_id, year, population, households)
SELECT a.area_id, 2024, CASE WHEN substr(a.code, 2, 1) < '3' THEN 1000 ELSE 2000 END, 400 FROM area a WHERE a.area_kind = 'lsoa21';

SELECT set_eq('SELECT a.area_id, unnest(a.neighbours)::integer AS neighbour FROM area_map a JOIN area USING (area_id) WHERE area_kind = ''lsoa21''',
    'SELECT a.area_id, b.area_id AS neighbour FROM area a JOIN area b ON ST_Touches(a.boundary, b.boundary) WHERE a.area_kind = ''lsoa21''', 'neighbours are the areas that touch, at a corner too');
SELECT results_eq('SELECT a.code, b.code AS neighbour FROM area_map m JOIN area a USING (area_id) CROSS JOIN unnest(m.neighbours) AS n JOIN area b ON b.area_id = n WHERE a.area_kind = ''ward'' ORDER BY 1, 2',
    $$ VALUES ('W1', 'W2'), ('W2', 'W1') $$, 'wards without boundaries are neighbours where areas in them are');
SELECT results_eq('SELECT a.code, ST_Area(dissolved), ST_AsText(ST_Envelope(dissolved)) FROM area_map JOIN area a USING (area_id) WHERE dissolved IS NOT NULL ORDER BY 1',
    $$ VALUES ('W1', 18e6::float8, 'POLYGON((400000 200000,400000 206000,403000 206000,403000 200000,400000 200000))'),
              ('W2', 18e6, 'POLYGON((403000 200000,403000 206000,406000 206000,406000 200000,403000 200000))'),
              ('square', 36e6, 'POLYGON((400000 200000,400000 206000,406000 206000,406000 200000,400000 200000))') $$, 'and their shapes are the areas in them');
SELECT set_eq('SELECT h.hex, h.square_metres FROM hex_cell h',
    $$ SELECT csp.hex_cell(ST_Centroid(g.geom), 500), round(ST_Area(ST_Intersection(g.geom, whole.shape)))::bigint
       FROM (SELECT ST_MakeEnvelope(400000, 200000, 406000, 206000, 27700) AS shape) whole, ST_HexagonGrid(500, whole.shape) AS g
       WHERE ST_Area(ST_Intersection(g.geom, whole.shape)) > 0.5 $$, 'the grid: every hexagon that reaches into an area, and how far');
SELECT ok((SELECT abs(sum(square_metres) - 36e6) < 100 FROM hex_cell), 'hexagons cover the areas and nothing else');
CREATE TEMP TABLE numbered AS SELECT hex_cell_id, hex FROM hex_cell;
SELECT csp.refresh_areas('square') \g /dev/null
SELECT set_eq('SELECT hex_cell_id, hex FROM hex_cell', 'TABLE numbered', 'a hexagon keeps its number');

INSERT INTO source (code, title, place_precision, time_precision) VALUES ('exact', 'Exact records', 'exact', 'minute'), ('street', 'Street records', 'snapped', 'month'), ('clinic', 'Clinic records', 'area', 'day');
INSERT INTO source_coverage (source_id, month) SELECT s.source_id, m::date FROM source s, generate_series('2022-12-01'::timestamp, '2024-12-01', '1 month') AS m;
CREATE TEMP TABLE made (source text, type text, x float8, y float8, on_day date, incidents integer);
-- 90 burglaries of 2024 over the map, two in each left and three in each right area; 30 more in the middle of A11, 12 in A10
INSERT INTO made
SELECT 'exact', 'burglary_business', 400500 + 1000 * x, 200500 + 1000 * y, '2024-05-15', CASE WHEN x < 3 THEN 2 ELSE 3 END FROM generate_series(0, 5) AS x, generate_series(0, 5) AS y
UNION ALL VALUES ('exact', 'burglary_business', 401500, 201500, date '2024-06-01', 30), ('exact', 'burglary_business', 401500, 200500, '2024-07-01', 12);
-- robberies: too few to be tested; shoplifting of the street records; violence of the clinic alone
INSERT INTO made VALUES ('exact', 'robbery', 401500, 201500, '2024-06-01', 9), ('street', 'shoplifting', 402100, 203300, '2024-03-01', 40), ('street', 'shoplifting', 404100, 203300, '2024-03-01', 2),
    ('clinic', 'violence_with_injury', 402500, 203500, '2024-03-01', 20);
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, place_reference, area_id)
SELECT s.source_id, row_number() OVER ()::text, t.problem_type_id, m.on_day::timestamp AT TIME ZONE 'Europe/London', m.on_day::timestamp AT TIME ZONE 'Europe/London',
       CASE WHEN m.source <> 'clinic' THEN ST_SetSRID(ST_MakePoint(m.x, m.y), 27700) END, NULL, a.area_id
FROM made m CROSS JOIN generate_series(1, m.incidents)
JOIN source s ON s.code = m.source JOIN problem_type t ON t.code = m.type
JOIN area a ON a.area_kind = 'lsoa21' AND a.code = format('A%s%s', floor((m.x - 400000) / 1000), floor((m.y - 200000) / 1000));
-- and some that stand on no map: one without a point or area, one with a point outside
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location)
SELECT s.source_id, 'off' || v.n, t.problem_type_id, '2024-05-15', '2024-05-15', v.location
FROM (VALUES (1, NULL), (2, ST_SetSRID(ST_MakePoint(500000, 200000), 27700))) AS v (n, location), source s, problem_type t WHERE s.code = 'exact' AND t.code = 'burglary_business';
INSERT INTO assessment (assessment_id, kind, title, period_from, period_to, area_kind) VALUES
    (1, 'strategic', '2024 by area', '2024-01-01', '2024-12-31', 'lsoa21'), (2, 'strategic', '2024 by ward', '2024-01-01', '2024-12-31', 'ward'), (3, 'strategic', 'January 2024', '2024-01-01', '2024-01-31', 'lsoa21');

-- the views are read once for each state of the data
ANALYZE incident, incident_month_entry, area;
CREATE TEMP TABLE spot AS TABLE strategic_hotspot;
-- by area. 90 + 42 burglaries on 36,000 + 18,000 = 54,000 residents: 132 x 1000 / 54000 = 2.444444 expected on the left, twice that on the right
SELECT results_eq($$
    SELECT place_code, incidents, pg_temp.r(expected), pg_temp.r(ratio), exposure, exposure_unit, pg_temp.r(rate_per_1000), incidents_per_square_km, neighbourhood_incidents, pg_temp.r(neighbourhood_expected), map_incidents, incidents_not_shown
    FROM spot WHERE assessment_id = 1 AND place_kind = 'area' AND problem_type = 'burglary_business' AND place_code IN ('A00', 'A11', 'A55') ORDER BY 1 $$,
    -- around A00: A00, A10, A01, A11: 4 x 2 + 30 + 12 = 50; around A11 nine left areas: 18 + 42 = 60; around A55 four right ones: 12
    $$ VALUES ('A00', 2::bigint, 2.444444, 0.818182, 1000::bigint, 'population', 2.000000, NULL::float8, 50::bigint, 9.777778, 132::bigint, 2::bigint),
              ('A11', 32, 2.444444, 13.090909, 1000, 'population', 32.000000, NULL, 60, 22.000000, 132, 2),
              ('A55', 3, 4.888889, 0.613636, 2000, 'population', 1.500000, NULL, 12, 19.555556, 132, 2) $$, 'areas: incidents, what residents would give, and what lies around');
-- Gi* by the textbook over the excess, neighbours by geometry; the exact p-value of the neighbourhood against the rest
CREATE TEMP TABLE worked AS
WITH excess AS (
    SELECT h.place_id, h.place_kind, h.incidents - h.expected AS v, h.incidents, h.exposure, count(*) OVER k AS n, avg(h.incidents - h.expected) OVER k AS mean, var_pop(h.incidents - h.expected) OVER k AS variance,
           sum(h.incidents) OVER k AS all_incidents, sum(h.exposure) OVER k AS all_exposure, CASE h.place_kind WHEN 'area' THEN h.boundary ELSE ST_Buffer(h.boundary, 1) END AS shape
    FROM spot h WHERE h.assessment_id = 1 AND h.problem_type = 'burglary_business' WINDOW k AS (PARTITION BY h.place_kind)
),
around AS (
    SELECT a.place_kind, a.place_id, a.n, a.mean, a.variance, count(*) AS k, sum(b.v) AS s, sum(b.incidents)::bigint AS incidents, sum(b.exposure)::bigint AS exposure, a.all_incidents::bigint, a.all_exposure::bigint
    FROM excess a JOIN excess b ON b.place_kind = a.place_kind AND ST_Intersects(a.shape, b.shape)
    GROUP BY a.place_kind, a.place_id, a.n, a.mean, a.variance, a.all_incidents, a.all_exposure
)
SELECT a.*, (a.s - a.k * a.mean) / sqrt(a.variance * a.k * (a.n - a.k) / (a.n - 1)) AS z,
       (csp.rate_change(a.all_incidents - a.incidents, a.all_exposure - a.exposure, a.incidents, a.exposure)).p_value AS exact_p
FROM around a;
SELECT is((SELECT count(*) FROM worked WHERE place_kind = 'area'), 36::bigint, 'worked for every area');
SELECT ok((SELECT count(*) > 40 FROM worked WHERE place_kind = 'hex'), 'and for every hexagon');
SELECT is_empty($$ SELECT h.place_kind, h.place_code, h.z, w.z FROM spot h JOIN worked w USING (place_kind, place_id) WHERE h.assessment_id = 1 AND h.problem_type = 'burglary_business' AND abs(h.z - w.z) > 1e-9 $$, 'z is Gi* of the excess');
SELECT is_empty($$ SELECT h.place_kind, h.place_code, h.p_value, w.exact_p FROM spot h JOIN worked w USING (place_kind, place_id) WHERE h.assessment_id = 1 AND h.problem_type = 'burglary_business'
    AND abs(h.p_value - CASE WHEN h.gi_p_value > 0.1 THEN h.gi_p_value WHEN sign(h.z) <> sign(w.incidents * w.all_exposure::numeric - w.exposure * w.all_incidents::numeric) THEN 1 ELSE greatest(h.gi_p_value, w.exact_p) END) > 1e-9 $$, 'p is the weaker of Gi* and the exact test');
-- R: p.adjust(p, "BH") is tested with adjusted_p_value; here that the family is the map
SELECT is_empty($$ SELECT place_code FROM (SELECT h.*, csp.adjusted_p_value(h.p_value) OVER (PARTITION BY h.place_kind, h.problem_type_id) AS wanted FROM spot h WHERE h.assessment_id = 1) h WHERE h.adjusted_p_value IS DISTINCT FROM h.wanted $$, 'the family of tests is one map');
SELECT is_empty($$ SELECT place_code, hot_spot_class FROM spot WHERE hot_spot_class IS DISTINCT FROM
    CASE WHEN adjusted_p_value IS NULL THEN 'not tested' WHEN adjusted_p_value > 0.1 THEN 'not significant' ELSE CASE WHEN z > 0 THEN 'hot ' ELSE 'cold ' END || CASE WHEN adjusted_p_value <= 0.01 THEN '99%' WHEN adjusted_p_value <= 0.05 THEN '95%' ELSE '90%' END END $$, 'classes are what they say');
SELECT set_eq($$ SELECT place_code FROM spot WHERE assessment_id = 1 AND place_kind = 'area' AND problem_type = 'burglary_business' AND hot_spot_class LIKE 'hot%' $$,
    $$ VALUES ('A00'), ('A01'), ('A10'), ('A11'), ('A20') $$, 'hot is what holds both busy areas, or touches them');
SELECT results_eq($$ SELECT DISTINCT hot_spot_class, reason FROM spot WHERE assessment_id = 1 AND problem_type = 'robbery' $$, $$ VALUES ('not tested', 'fewer than ten incidents on the map') $$, 'nine robberies are not tested');
SELECT results_eq($$ SELECT place_code, incidents, neighbourhood_incidents, hot_spot_class, reason, ST_Area(boundary) FROM spot WHERE assessment_id = 2 AND place_kind = 'area' AND problem_type = 'burglary_business' ORDER BY 1 $$,
    $$ VALUES ('W1', 78::bigint, 132::bigint, 'not tested', 'too few places, or nothing that differs between them', 18e6::float8), ('W2', 54, 132, 'not tested', 'too few places, or nothing that differs between them', 18e6) $$, 'two wards, each the other''s neighbour: nothing to compare with; their shape is drawn all the same');
SELECT results_eq($$ SELECT place_kind, sum(incidents) FROM spot WHERE assessment_id = 3 AND problem_type = 'burglary_business' GROUP BY 1 ORDER BY 1 $$, $$ VALUES ('area', 0::numeric), ('hex', 0) $$, 'a covered month without any is zeros');
-- the hexagons hold what PostGIS finds in them
SELECT is_empty($$
    SELECT h.place_code, h.incidents, count(i.incident_id)
    FROM spot h
    LEFT JOIN incident i ON ST_Covers(h.boundary, i.location) AND i.problem_type_id = h.problem_type_id
    WHERE h.assessment_id = 1 AND h.place_kind = 'hex' AND h.problem_type = 'burglary_business'
    GROUP BY h.place_code, h.incidents HAVING count(i.incident_id) <> h.incidents $$, 'hexagons hold the incidents in them');
SELECT results_eq($$ SELECT sum(incidents), max(map_incidents), max(incidents_not_shown), count(*) FROM spot WHERE assessment_id = 1 AND place_kind = 'hex' AND problem_type = 'burglary_business' $$,
    'SELECT 132::numeric, 132::bigint, 2::bigint, count(*) FROM hex_cell', 'one row each, and two incidents on none');
SELECT ok((SELECT abs(max(incidents_per_square_km * exposure / 1e6 - incidents)) < 1e-9 AND abs(sum(expected) - 132) < 1e-9 FROM spot WHERE assessment_id = 1 AND place_kind = 'hex' AND problem_type = 'burglary_business'), 'by square kilometre within the partnership');
SELECT is((SELECT count(*) - count(DISTINCT row_key) FROM spot), 0::bigint, 'keys are unique over all assessments');
SELECT results_eq($$ SELECT f_table_name::text COLLATE "default", type::text COLLATE "default", srid FROM geometry_columns WHERE f_table_schema = 'square' AND f_table_name IN ('strategic_hotspot', 'tactical_hotspot', 'hex_cell') ORDER BY 1 $$,
    $$ VALUES ('hex_cell', 'POLYGON', 27700), ('strategic_hotspot', 'MULTIPOLYGON', 27700), ('tactical_hotspot', 'MULTIPOLYGON', 27700) $$, 'layers have a type and an SRID');
-- residents unknown: of one area, of all
DELETE FROM area_population p USING area a WHERE a.area_id = p.area_id AND a.code = 'A11';
TRUNCATE spot; INSERT INTO spot SELECT * FROM strategic_hotspot WHERE assessment_id = 1 AND place_kind = 'area';
SELECT results_eq($$ SELECT place_code, incidents, expected, z, hot_spot_class, reason FROM spot WHERE problem_type = 'burglary_business' AND hot_spot_class = 'not tested' $$,
    $$ VALUES ('A11', 32::bigint, NULL::float8, NULL::float8, 'not tested', 'its residents are not known') $$, 'an area whose residents are not known is left out');
SELECT is((SELECT neighbourhood_incidents FROM spot WHERE problem_type = 'burglary_business' AND place_code = 'A00'), 18::bigint, 'and is nobody''s neighbour');
DELETE FROM area_population;
TRUNCATE spot; INSERT INTO spot SELECT * FROM strategic_hotspot WHERE assessment_id = 1 AND (place_kind = 'area' OR problem_type <> 'burglary_business');
SELECT results_eq($$ SELECT DISTINCT exposure, exposure_unit, pg_temp.r(expected), rate_per_1000 FROM spot WHERE problem_type = 'burglary_business' $$,
    -- 132 / 36
    $$ VALUES (1::bigint, 'areas', 3.666667, NULL::float8) $$, 'without residents areas count as alike');

-- ---- Part 2: what may stand on a map ----
SELECT results_eq($$ SELECT source, place_kind, is_used, reason FROM strategic_hotspot_source ORDER BY 1, 2 $$,
    $$ VALUES ('clinic', 'area', true, 'used: an area is all that is needed'), ('clinic', 'hex', false, 'left out: places are areas'),
              ('exact', 'area', true, 'used: an area is all that is needed'), ('exact', 'hex', true, 'used: places are exact'),
              ('street', 'area', true, 'used: an area is all that is needed'), ('street', 'hex', true, 'used with care: places are snapped to map points, so that incidents near the edge of a hexagon may belong to the next') $$, 'which sources stand on a map, and why');
SELECT results_eq($$ SELECT problem_type, place_kind, max(map_incidents), max(incidents_not_shown), max(place_flag) FROM spot WHERE assessment_id = 1 AND problem_type IN ('shoplifting', 'violence_with_injury') GROUP BY 1, 2 ORDER BY 1, 2 $$,
    $$ VALUES ('shoplifting', 'area', 42::bigint, 0::bigint, NULL::text), ('shoplifting', 'hex', 42, 0, 'Street records: used with care: places are snapped to map points, so that incidents near the edge of a hexagon may belong to the next'),
              ('violence_with_injury', 'area', 20, 0, NULL) $$, 'a type whose only source gives areas has no map of hexagons; snapped places are marked');
SELECT results_eq($$ SELECT max(map_incidents), max(incidents_not_shown), max(place_flag) FROM spot WHERE assessment_id = 1 AND place_kind = 'hex' AND problem_type = 'crime' $$,
    $$ VALUES (183::bigint, 22::bigint, 'Clinic records: left out: places are areas; Street records: used with care: places are snapped to map points, so that incidents near the edge of a hexagon may belong to the next') $$, 'a type of several sources says what is missing');
UPDATE setting SET value = '400' WHERE name = 'hex_side';
SELECT results_eq('SELECT DISTINCT side FROM hex_cell', 'SELECT 400::float8', 'the setting lays the grid anew');
SELECT set_eq($$ SELECT place_kind FROM strategic_hotspot WHERE assessment_id = 1 AND problem_type = 'shoplifting' $$, $$ VALUES ('area') $$, 'snapped places are too coarse for smaller hexagons');
SELECT matches((SELECT reason FROM strategic_hotspot_source WHERE source = 'street' AND place_kind = 'hex'), '^left out: places are snapped to map points, too coarse for hexagons with sides of 400 m', 'and it says so');
UPDATE setting SET value = '400' WHERE name = 'hex_side_snapped';
SELECT set_eq($$ SELECT place_kind FROM strategic_hotspot WHERE assessment_id = 1 AND problem_type = 'shoplifting' $$, $$ VALUES ('area'), ('hex') $$, 'unless the user says otherwise');
SELECT throws_ok($$ UPDATE square.setting SET value = '-5' WHERE name = 'hex_side' $$, '22023', 'setting hex_side is "-5"', 'no negative sides');
SELECT throws_ok($$ UPDATE square.setting SET value = 'large' WHERE name = 'hex_side_snapped' $$, '22023', 'setting hex_side_snapped is "large"', 'no words');
SELECT throws_ok($$ UPDATE square.setting SET value = NULL WHERE name = 'hot_spot_days' $$, '22023', 'setting hot_spot_days is NULL', 'no NULL');
SELECT throws_ok($$ UPDATE square.setting SET value = '366' WHERE name = 'hot_spot_days' $$, '22023', NULL, 'no days of two years');
SELECT throws_ok($$ UPDATE square.setting SET value = '2' WHERE name = 'hex_side' $$, '54000', NULL, 'no millions of hexagons');
DELETE FROM setting WHERE name = 'hex_side';
SELECT results_eq('SELECT DISTINCT side FROM hex_cell', 'SELECT 500::float8', 'without the setting the default holds');

-- the last weeks. 28 days to Sunday 15 December 2024; the same weeks end on 17 December 2023 and 18 December 2022
INSERT INTO assessment (assessment_id, kind, title, period_from, period_to, area_kind) VALUES (11, 'tactical', 'To mid-December', '2024-12-01', '2024-12-15', 'lsoa21');
SELECT results_eq('SELECT years_back, window_from, window_to FROM evidence_tactical_window ORDER BY 1',
    $$ VALUES (0, '2024-11-18'::date, '2024-12-15'::date), (1, '2023-11-20', '2023-12-17'), (2, '2022-11-21', '2022-12-18'), (3, '2021-11-22', '2021-12-19') $$, 'windows of 28 days, 52 weeks apart');
CREATE TEMP TABLE late (code text, on_day timestamp, incidents integer);
INSERT INTO late VALUES ('A22', '2024-11-17 23:59', 7), ('A22', '2024-11-18 00:00', 8), ('A22', '2024-12-15 23:59', 12), ('A22', '2024-12-16 00:00', 5),
    ('A22', '2023-11-20 00:00', 1), ('A22', '2023-12-17 12:00', 3), ('A22', '2023-12-18 00:00', 9), ('A22', '2022-12-01 12:00', 6),
    ('A44', '2024-12-01 12:00', 1), ('A44', '2023-12-01 12:00', 9);
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, area_id)
SELECT s.source_id, 'late' || row_number() OVER (), t.problem_type_id, l.on_day AT TIME ZONE 'Europe/London', l.on_day AT TIME ZONE 'Europe/London', ST_Centroid(a.boundary), a.area_id
FROM late l CROSS JOIN generate_series(1, l.incidents) JOIN area a ON a.code = l.code CROSS JOIN source s CROSS JOIN problem_type t WHERE s.code = 'exact' AND t.code = 'theft_of_vehicle';
CREATE TEMP TABLE late_spot AS TABLE tactical_hotspot;
-- November 2022 was not supplied: only 2023 can be compared. A22: 8 + 12 = 20 against 1 + 3 = 4; A44 1 against 9.
-- exact p: 2 P(X >= 20 | 24, 1/2) = 2 x 12951 / 2^24; 2 x P(X <= 1 | 10, 1/2) = 2 x 11 / 2^10
SELECT results_eq($$ SELECT place_code, days_from, as_of, incidents, compared_incidents, season_expected, pg_temp.r(season_ratio), pg_temp.r(season_p_value, 9), pg_temp.r(season_adjusted_p_value, 9), season_class, years_compared, map_incidents
    FROM late_spot WHERE place_kind = 'area' AND problem_type = 'theft_of_vehicle' AND season_p_value IS NOT NULL ORDER BY 1 $$,
    $$ VALUES ('A22', '2024-11-18'::date, '2024-12-15'::date, 20::bigint, 20::bigint, 4::float8, 5.000000, round(2 * 12951 / 2 ^ 24::numeric, 9), round(4 * 12951 / 2 ^ 24::numeric, 9), 'more than usual', 1, 21::bigint),
              ('A44', '2024-11-18', '2024-12-15', 1, 1, 9, 0.111111, 0.021484375, 0.021484375, 'less than usual', 1, 21) $$, 'the last weeks against the same weeks of the year before');
-- Gi* of the last weeks: 20, 1 and 34 times 0; mean 21/36, variance 401/36 - (21/36)^2; 20 in the nine areas around A22
SELECT results_eq($$ SELECT expected, neighbourhood_incidents, pg_temp.r(z), hot_spot_class FROM late_spot WHERE place_kind = 'area' AND problem_type = 'theft_of_vehicle' AND place_code = 'A22' $$,
    $$ VALUES (21 / 36::float8, 20::bigint, pg_temp.r((20 - 9 * 21 / 36.0) / sqrt((401 / 36.0 - (21 / 36.0) ^ 2) * 9 * 27 / 35)), 'not significant') $$, 'Gi* of the last weeks');
SELECT results_eq($$ SELECT sum(incidents), sum(compared_incidents), sum(season_expected), count(*) = (SELECT count(*) FROM hex_cell) FROM late_spot WHERE place_kind = 'hex' AND problem_type = 'theft_of_vehicle' $$,
    $$ VALUES (21::numeric, 21::numeric, 13::float8, true) $$, 'hexagons hold the same');
INSERT INTO source_coverage (source_id, month) SELECT source_id, '2022-11-01' FROM source WHERE code = 'exact';
SELECT results_eq($$ SELECT compared_incidents, season_expected, years_compared FROM tactical_hotspot WHERE place_kind = 'area' AND problem_type = 'theft_of_vehicle' AND place_code = 'A22' $$, $$ VALUES (20::bigint, 5::float8, 2) $$, 'with November 2022 two years are compared: (4 + 6) / 2');
-- a second source of the type without any earlier year counts for the last weeks and not for the comparison
INSERT INTO source (code, title, place_precision, time_precision) VALUES ('new', 'New records', 'exact', 'day');
INSERT INTO source_coverage (source_id, month, status) SELECT s.source_id, m.month, m.status FROM source s CROSS JOIN (VALUES (date '2024-11-01', 'complete'), ('2024-12-01', 'partial')) AS m (month, status) WHERE s.code = 'new';
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, area_id)
SELECT s.source_id, 'new' || n, t.problem_type_id, '2024-12-01', '2024-12-01', ST_Centroid(a.boundary), a.area_id FROM generate_series(1, 4) AS n, source s, problem_type t, area a WHERE s.code = 'new' AND t.code = 'theft_of_vehicle' AND a.code = 'A22';
SELECT results_eq($$ SELECT incidents, compared_incidents, season_expected, years_compared, place_flag FROM tactical_hotspot WHERE place_kind = 'area' AND problem_type = 'theft_of_vehicle' AND place_code = 'A22' $$,
    $$ VALUES (24::bigint, 20::bigint, 5::float8, 2, 'New records: used: an area is all that is needed; only part of the last days has been supplied; it covers no earlier year, so that it is not compared') $$, 'a new source counts, and is not compared');
SELECT results_eq($$ SELECT source, place_kind, is_used, years_covered, reason FROM tactical_hotspot_source WHERE source IN ('street', 'clinic', 'exact') ORDER BY 1, 2 $$,
    $$ VALUES ('clinic', 'area', true, '1', 'used: an area is all that is needed'), ('clinic', 'hex', false, NULL, 'left out: places are areas'),
              ('exact', 'area', true, '1, 2', 'used: an area is all that is needed'), ('exact', 'hex', true, '1, 2', 'used: places are exact'),
              ('street', 'area', false, NULL, 'left out: dates are months'), ('street', 'hex', false, NULL, 'left out: dates are months') $$, 'which sources stand on a tactical map, and why');
TRUNCATE late_spot; INSERT INTO late_spot SELECT * FROM tactical_hotspot;
SELECT is_empty($$ SELECT FROM late_spot WHERE problem_type = 'shoplifting' $$, 'a type known by month only has no tactical map');
DELETE FROM source_coverage c USING source s WHERE s.source_id = c.source_id AND s.code = 'exact' AND c.month = '2024-12-01';
SELECT is((SELECT reason FROM tactical_hotspot_source WHERE source = 'exact' AND place_kind = 'hex'), 'left out: it has not supplied the last days', 'nor has a source that has not supplied the last days');
SELECT is((SELECT count(*) - count(DISTINCT row_key) FROM late_spot), 0::bigint, 'keys are unique');

CREATE TEMP TABLE share AS SELECT * FROM strategic_concentration WHERE assessment_id = 1;
-- concentration by hand. Areas: 36, A11 32, A10 14, right areas 3, left ones 2. 20% are 7.2 areas: 32 + 14 + 5.2 x 3 = 61.6 of 132
SELECT results_eq($$ SELECT dimension, incidents, incidents_counted, units_at_risk, units_with_incidents, base, pg_temp.r(top_20_percent_share), pg_temp.r(gini), pg_temp.r(generalised_gini), repeat_units, pg_temp.r(repeat_share_percent), reason
    FROM share WHERE problem_type = 'burglary_business' ORDER BY dimension_order $$,
    -- gini = 2 sum(i x_i) / (n sum x) - (n + 1) / n, x rising: 16 twos, 18 threes, 14, 32: sum(i x_i) = 2 x 136 + 3 x 459 + 35 x 14 + 36 x 32 = 3291;
    -- 2 x 3291 / (36 x 132) - 37/36 = 0.357323. Places: the points of 134 incidents but the one without: 37 units, the 20% are 7.4: 32 + 14 + 5.4 x 3 = 62.2 of 133,
    -- sum(i x_i) = 1 x 1 + 2 (2..17 = 152) + 3 (18..35 = 477) + 36 x 14 + 37 x 32 = 3424; 2 x 3424 / (37 x 133) - 38/37 = 0.364560; with at least as many places as incidents 1 - 37/133 (1 - 0.364560); one is no repeat
    $$ VALUES ('area', 134::bigint, 132::bigint, 36::bigint, 36::bigint, 'all areas', 46.666667, 0.357323, 0.357323, 36::bigint, 100.000000, NULL),
              ('place', 134, 133, NULL, 37, 'places with an incident', 46.766917, 0.364560, 0.823223, 36, 99.248120, NULL),
              ('victim', 134, NULL, NULL, NULL, 'recorded victims', NULL, NULL, NULL, NULL, NULL, 'no source of this problem gives people'),
              ('offender', 134, NULL, NULL, NULL, 'recorded offenders and suspects', NULL, NULL, NULL, NULL, NULL, 'no source of this problem gives people') $$, 'concentration of the burglaries');
SELECT is((SELECT reason FROM share WHERE problem_type = 'shoplifting' AND dimension = 'place'), 'no source of this problem gives exact places: see its map points', 'map points are no places');
SELECT results_eq($$ SELECT incidents_counted, units_at_risk, units_with_incidents, pg_temp.r(top_10_percent_share), summary, data_flag FROM share WHERE problem_type = 'shoplifting' AND dimension = 'map point' $$,
    -- 40 and 2: a tenth of two points is a fifth of the larger: 8 of 42; half of it, 21, is at 21/40 of the larger of two: 26.25%
    $$ VALUES (42::bigint, 2::bigint, 2::bigint, 19.047619, 'The top 20% of map points with an incident have 38% of it; half of it is at 26.3% of them; 100% of it at those with more than one',
               'a map point stands for all addresses around it: repeats there are no repeats at one address') $$, 'concentration over map points');
SELECT is((SELECT reason FROM share WHERE problem_type = 'robbery' AND dimension = 'area'), 'fewer than ten incidents', 'nine robberies have no concentration');
-- people: nine victims are not described, ten are
INSERT INTO person (pseudonym) SELECT 'p' || n FROM generate_series(1, 10) AS n;
INSERT INTO incident_person (incident_id, person_id, role)
SELECT i.incident_id, p.person_id, 'victim' FROM (SELECT incident_id, row_number() OVER (ORDER BY incident_id) AS n FROM incident JOIN problem_type USING (problem_type_id) WHERE code = 'violence_with_injury') i
JOIN (SELECT person_id, row_number() OVER (ORDER BY person_id) AS n FROM person) p ON p.n = least(i.n, 9);
SELECT results_eq($$ SELECT incidents_counted, units_with_incidents, gini, repeat_units, reason FROM strategic_concentration WHERE assessment_id = 1 AND problem_type = 'violence_with_injury' AND dimension = 'victim' $$,
    $$ VALUES (NULL::bigint, NULL::bigint, NULL::float8, NULL::bigint, 'fewer than ten people: figures would speak of them one by one') $$, 'few people are not described');
UPDATE incident_person SET person_id = (SELECT max(person_id) FROM person) WHERE incident_id = (SELECT max(incident_id) FROM incident_person);
SELECT results_eq($$ SELECT incidents_counted, units_with_incidents, repeat_units, pg_temp.r(repeat_share_percent), pg_temp.r(top_10_percent_share), reason FROM strategic_concentration WHERE assessment_id = 1 AND problem_type = 'violence_with_injury' AND dimension = 'victim' $$,
    -- eight once, one eleven times, one once
    $$ VALUES (20::bigint, 10::bigint, 1::bigint, 55.000000, 55.000000, NULL) $$, 'ten are');

-- ---- Part 3: the planted truths ----
SELECT csp.create_synthetic_partnership('county') \g /dev/null
SET search_path = county, public;
INSERT INTO assessment (assessment_id, kind, title, period_from, period_to, area_kind) VALUES
    (1001, 'strategic', 'By small area', '2025-01-01', '2025-12-31', 'lsoa21'), (1002, 'strategic', 'Three years', '2023-01-01', '2025-12-31', 'district'), (1003, 'tactical', 'End of 2025', '2025-12-01', '2025-12-31', 'ward');
CREATE TEMP TABLE planted AS
SELECT a.area_id, a.code, a.boundary FROM synthetic_truth t CROSS JOIN LATERAL jsonb_array_elements_text(t.parameters -> 'areas') AS code (code) JOIN area a ON a.code = code.code WHERE t.truth = 'hot_spot';
CREATE TEMP TABLE found AS SELECT * FROM strategic_hotspot WHERE assessment_id = 1001 AND problem_type_id = (SELECT problem_type_id FROM problem_type WHERE code = 'theft_from_vehicle');
SELECT is((SELECT count(*) FROM found f JOIN planted p ON f.place_kind = 'area' AND f.place_id = p.area_id WHERE f.hot_spot_class IN ('hot 99%', 'hot 95%')), 6::bigint, 'the six areas with six times the risk are hot');
SELECT is_empty($$ SELECT f.place_code FROM found f WHERE f.place_kind = 'area' AND f.hot_spot_class NOT IN ('not significant') AND NOT EXISTS (SELECT FROM planted p WHERE ST_Intersects(p.boundary, f.boundary)) $$, 'and no area that does not touch them');
SELECT ok((SELECT bool_and(EXISTS (SELECT FROM planted p WHERE ST_Intersects(p.boundary, f.boundary))) AND count(*) = 3 FROM (SELECT boundary FROM found WHERE place_kind = 'hex' ORDER BY z DESC LIMIT 3) f), 'the hottest hexagons of the county lie there');
SELECT is_empty($$ SELECT p.code FROM planted p WHERE NOT EXISTS (SELECT FROM found f WHERE f.place_kind = 'hex' AND f.hot_spot_class = 'hot 99%' AND ST_Intersects(p.boundary, f.boundary)) $$, 'and each of the areas has a hot one');
-- six times as many cars taken in one ward in the last 42 days; shoplifting rises everywhere
UPDATE setting SET value = '42' WHERE name = 'hot_spot_days';
CREATE TEMP TABLE lately AS SELECT * FROM tactical_hotspot WHERE place_kind = 'area';
SELECT results_eq($$ SELECT place_code, season_class FROM lately WHERE problem_type = 'theft_of_vehicle' AND season_class <> 'as usual' $$,
    $$ SELECT area_code, 'more than usual' FROM synthetic_truth WHERE truth = 'emerging' $$, 'the emerging ward is found, and no other');
SELECT is_empty($$ SELECT problem_type, place_code FROM lately WHERE season_class NOT IN ('as usual', 'not compared') AND problem_type NOT IN ('theft_of_vehicle', 'shoplifting', 'vehicle_crime') $$, 'no type that was planted even is called unusual');
SELECT ok((SELECT count(*) > 2000 AND bool_and(years_compared = 2) FROM lately WHERE problem_type <> 'noise_complaint'), 'both earlier years are compared');
-- a quarter of victimisations fall on few people, half of detected incidents are the work of one offender in twenty
CREATE TEMP TABLE long_share AS SELECT * FROM strategic_concentration WHERE assessment_id = 1002;
SELECT results_eq($$ SELECT dimension, incidents_counted, units_with_incidents, repeat_units FROM long_share WHERE problem_type = 'crime' AND dimension IN ('victim', 'offender') ORDER BY dimension_order $$,
    $$ SELECT side, sum(n)::bigint, count(*), count(*) FILTER (WHERE n > 1)
       FROM (SELECT CASE role WHEN 'victim' THEN role ELSE 'offender' END AS side, person_id, count(DISTINCT incident_id) AS n
             FROM incident_person JOIN incident i USING (incident_id) JOIN evidence_type tree ON tree.member_id = i.problem_type_id
             WHERE role <> 'witness' AND tree.problem_type_id = (SELECT problem_type_id FROM problem_type WHERE code = 'crime') GROUP BY 1, 2) p GROUP BY side ORDER BY side DESC $$, 'people are counted once for each incident');
SELECT ok((SELECT abs(repeat_share_percent - 25) < 3 FROM long_share WHERE problem_type = 'crime' AND dimension = 'victim'), 'a quarter falls on repeat victims');
SELECT ok((SELECT top_10_percent_share > 50 FROM long_share WHERE problem_type = 'crime' AND dimension = 'offender'), 'half is the work of fewer than a tenth of the offenders');
SELECT is_empty($$ SELECT problem_type, dimension FROM long_share WHERE (reason IS NULL) <> (gini IS NOT NULL) OR summary IS NULL OR units_for_50_percent > units_for_80_percent OR top_10_percent_share > top_20_percent_share OR generalised_gini < -1e-9 OR gini NOT BETWEEN 0 AND 1 $$, 'every row has figures or a reason');

-- ---- Part 4: noise ----
-- 400 rectangular areas of unlike width and height, residents in proportion; 60 types, half of them sparse (60 a month), half
-- frequent (600), each incident anywhere in the three Decembers; the same chance everywhere, so that every find is a false one
SELECT csp.create_partnership('noise') \g /dev/null
SET search_path = noise, public;
UPDATE setting SET value = 'lsoa21' WHERE name = 'base_area_kind';
CREATE TEMP TABLE edge AS SELECT n, 400000 + sum(width) OVER (ORDER BY n) - width AS low, 400000 + sum(width) OVER (ORDER BY n) AS high FROM (SELECT n, csp.seeded_integer(4, 'width', n, 600, 1400) AS width FROM generate_series(0, 19) AS n) w;
INSERT INTO area (area_kind, code, name, boundary)
SELECT 'lsoa21', format('%s/%s', x.n, y.n), format('%s/%s', x.n, y.n), ST_Multi(ST_MakeEnvelope(x.low, y.low, x.high, y.high, 27700)) FROM edge x, edge y;
SELECT csp.refresh_areas('noise') \g /dev/null
INSERT INTO area_population (area_id, year, population) SELECT area_id, 2025, round(ST_Area(boundary) / 1000) FROM area WHERE area_kind = 'lsoa21';
INSERT INTO problem_type (code, label, domain) SELECT 'noise' || n, 'Noise ' || n, 'other' FROM generate_series(1, 60) AS n;
INSERT INTO source (code, title) VALUES ('noise', 'Noise');
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, area_id)
SELECT (SELECT source_id FROM source), i.id::text, t.problem_type_id, i.happened, i.happened, ST_SetSRID(ST_MakePoint(i.x, i.y), 27700), a.area_id
FROM (SELECT t * 10000 + n AS id, t, make_timestamptz(2023 + n % 3, 12, 1, 0, 0, 0, 'UTC') + interval '1 minute' * csp.seeded_integer(1, 'time', t * 10000 + n, 0, 31 * 1440 - 1) AS happened,
             400000 + csp.seeded_uniform(1, 'x', t * 10000 + n) * (SELECT max(high) - 400000 FROM edge) AS x, 400000 + csp.seeded_uniform(1, 'y', t * 10000 + n) * (SELECT max(high) - 400000 FROM edge) AS y
      FROM generate_series(1, 60) AS t CROSS JOIN LATERAL generate_series(1, CASE WHEN t <= 30 THEN 180 ELSE 1800 END) AS n) i
JOIN problem_type t ON t.code = 'noise' || i.t
JOIN edge x ON i.x >= x.low AND i.x < x.high
JOIN edge y ON i.y >= y.low AND i.y < y.high
JOIN area a ON a.code = format('%s/%s', x.n, y.n);
INSERT INTO assessment (assessment_id, kind, title, period_from, period_to) VALUES (1, 'strategic', 'December', '2025-12-01', '2025-12-31'), (2, 'tactical', 'To 28 December', '2025-12-01', '2025-12-28');
ANALYZE incident, incident_month_entry, area, area_population;
-- one row a map: the smallest adjusted p, and what Gi* alone would give
CREATE TEMP TABLE verdict AS
SELECT h.product, h.place_kind, substr(h.problem_type, 6)::integer <= 30 AS is_sparse, h.problem_type_id, count(*) AS places, min(h.adjusted_p_value) AS p, min(h.gi_adjusted) AS gi_p, avg((h.p_value <= 0.05)::integer) AS called
FROM (SELECT e.*, csp.adjusted_p_value(e.gi_p_value) OVER (PARTITION BY e.product, e.place_kind, e.problem_type_id) AS gi_adjusted FROM evidence_hotspot e WHERE e.problem_type LIKE 'noise%') h
GROUP BY h.product, h.place_kind, h.problem_type, h.problem_type_id;
SELECT results_eq('SELECT product, place_kind, count(*), count(p) FROM verdict GROUP BY 1, 2 ORDER BY 1, 2', $$ VALUES ('strategic', 'area', 60::bigint, 60::bigint), ('strategic', 'hex', 60, 60), ('tactical', 'area', 60, 60), ('tactical', 'hex', 60, 60) $$, '240 maps of noise are tested');
-- 60 maps at 10%, 5%, 1%: more than 12, 8, 3 with a find would come by chance once in a hundred times
SELECT is_empty($$ SELECT product, place_kind, count(*) FILTER (WHERE p <= 0.1) AS at_90, count(*) FILTER (WHERE p <= 0.05) AS at_95, count(*) FILTER (WHERE p <= 0.01) AS at_99 FROM verdict GROUP BY 1, 2
    HAVING count(*) FILTER (WHERE p <= 0.1) > 12 OR count(*) FILTER (WHERE p <= 0.05) > 8 OR count(*) FILTER (WHERE p <= 0.01) > 3 $$, 'no more maps of noise have a hot or cold place than stated');
SELECT is_empty('SELECT product, place_kind, is_sparse, avg(called) FROM verdict GROUP BY 1, 2, 3 HAVING avg(called) > 0.055', 'nor do single places, before adjustment');
SELECT ok((SELECT count(*) FILTER (WHERE gi_p <= 0.05) > 20 FROM verdict WHERE is_sparse AND place_kind = 'hex'), 'Gi* alone would find something in most of the sparse ones');
-- the same weeks of earlier years: all years alike
CREATE TEMP TABLE season AS SELECT place_kind, problem_type_id, min(season_adjusted_p_value) AS p, avg((season_p_value <= 0.05)::integer) AS called FROM tactical_hotspot WHERE problem_type LIKE 'noise%' GROUP BY 1, 2;
SELECT results_eq('SELECT place_kind, count(*), count(p) FROM season GROUP BY 1 ORDER BY 1', $$ VALUES ('area', 60::bigint, 60::bigint), ('hex', 60, 60) $$, '120 comparisons of noise are tested');
SELECT is_empty('SELECT place_kind, count(*) FILTER (WHERE p <= 0.05) FROM season GROUP BY 1 HAVING count(*) FILTER (WHERE p <= 0.05) > 8 OR avg(called) > 0.055', 'no more of them are called unusual than stated');
-- and a planted cluster in the same noise is found: 12 more of a sparse type within 500 m, one in five of the month's
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, area_id)
SELECT (SELECT source_id FROM source), 'cluster' || n, t.problem_type_id, '2025-12-20', '2025-12-20', ST_SetSRID(ST_MakePoint(c.x + csp.seeded_uniform(2, 'x', n) * 500, c.y + csp.seeded_uniform(2, 'y', n) * 500), 27700), c.area_id
FROM generate_series(1, 12) AS n, problem_type t, (SELECT area_id, ST_XMin(boundary) + 50 AS x, ST_YMin(boundary) + 50 AS y FROM area WHERE code = '7/12') c WHERE t.code = 'noise1';
SELECT results_eq($$ SELECT e.product, e.place_kind, bool_or(e.hot_spot_class = 'hot 99%' AND ST_Intersects(e.boundary, a.boundary)), bool_and(ST_DWithin(e.boundary, a.boundary, 2000)) FROM evidence_hotspot e, area a
       WHERE a.code = '7/12' AND e.problem_type_id = (SELECT problem_type_id FROM problem_type WHERE code = 'noise1') AND e.hot_spot_class LIKE 'hot%' GROUP BY 1, 2 ORDER BY 1, 2 $$,
    $$ VALUES ('strategic', 'area', true, true), ('strategic', 'hex', true, true), ('tactical', 'area', true, true), ('tactical', 'hex', true, true) $$, 'a cluster among noise is found where it is');
SELECT is((SELECT season_class FROM tactical_hotspot h WHERE h.place_kind = 'area' AND h.place_code = '7/12' AND h.problem_type_id = (SELECT problem_type_id FROM problem_type WHERE code = 'noise1')), 'more than usual', 'and is more than usual there');
SELECT * FROM finish();
ROLLBACK;
