-- Scanning for hot spots and near repeats, and the register. Part 1: a partnership made by hand. Part 2: the synthetic county.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET extra_float_digits = 0;
BEGIN;
SELECT plan(49);
SELECT csp.create_partnership('tiny') \g /dev/null
SET search_path = tiny, public;
SET LOCAL timezone = 'Europe/London';
CREATE FUNCTION pg_temp.r(float8) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, 8)';
-- two wards side by side, 5 x 10 km each, of two areas each
INSERT INTO area (area_kind, code, name, boundary)
SELECT 'lsoa21', 'A' || x || y, 'Area ' || x || y, ST_Multi(ST_MakeEnvelope(400000 + 5000 * x, 200000 + 5000 * y, 405000 + 5000 * x, 205000 + 5000 * y, 27700))
FROM generate_series(0, 1) x, generate_series(0, 1) y;
INSERT INTO area (area_kind, code, name, boundary)
SELECT 'ward', 'W' || x, 'Ward ' || x, ST_Multi(ST_MakeEnvelope(400000 + 5000 * x, 200000, 405000 + 5000 * x, 210000, 27700)) FROM generate_series(0, 1) x;
INSERT INTO area_lookup (from_kind, from_code, to_kind, to_code, relation) SELECT 'lsoa21', 'A' || x || y, 'ward', 'W' || x, 'within' FROM generate_series(0, 1) x, generate_series(0, 1) y;
UPDATE setting SET value = 'lsoa21' WHERE name = 'base_area_kind';
UPDATE setting SET value = 'ward' WHERE name = 'reporting_area_kind';
SELECT csp.refresh_areas('tiny') \g /dev/null
INSERT INTO source (source_id, code, title, place_precision, time_precision) VALUES
    (1, 'p', 'Police', 'exact', 'minute'), (2, 'o', 'Open data', 'snapped', 'month'), (3, 'n', 'A source that came late', 'exact', 'day');
INSERT INTO source_coverage (source_id, month)
SELECT s.source_id, m::date
FROM (VALUES (1, '2023-01-01'::date, '2026-03-01'::date), (2, '2023-01-01', '2026-03-01'), (3, '2025-01-01', '2026-03-01')) AS s (source_id, first, last)
CROSS JOIN generate_series(s.first::timestamp, s.last::timestamp, '1 month') m;
CREATE FUNCTION pg_temp.put(source integer, code text, day date, x float8, y float8, n integer DEFAULT 1) RETURNS void LANGUAGE sql AS $$
    INSERT INTO tiny.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, area_id)
    SELECT source, code || day || ' ' || x || ' ' || y || ' ' || g, t.problem_type_id, day + time '12:00', day + time '12:00', ST_Point(400000 + x, 200000 + y, 27700),
           (SELECT area_id FROM tiny.area a WHERE a.code = format('A%s%s', floor(x / 5000), floor(y / 5000)))
    FROM tiny.problem_type t, generate_series(1, n) g WHERE t.code = $2 $$;
-- robberies: one a month at each of 400 places 500 m apart, on one of its first 28 days;
-- in December 2025 the first ward has 20 more in one place, and 20 less far from it: the ward itself does not stand out
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, area_id)
SELECT 1, format('r%s %s %s', m::date, x, y), t.problem_type_id, m::date + (20 * x + y) % 28 + time '12:00', m::date + (20 * x + y) % 28 + time '12:00', ST_Point(400250 + 500 * x, 200250 + 500 * y, 27700),
       (SELECT area_id FROM area a WHERE a.code = format('A%s%s', x / 10, y / 10))
FROM problem_type t, generate_series('2023-01-01'::timestamp, '2025-12-01', '1 month') m, generate_series(0, 19) x, generate_series(0, 19) y
WHERE t.code = 'robbery_personal'
  AND NOT (m = '2025-12-01' AND x < 10 AND y >= 18);
SELECT pg_temp.put(1, 'robbery_personal', date '2025-12-03' + d, 2500 + 7 * d, 2500 + 11 * d) FROM generate_series(0, 19) d \g /dev/null
-- shoplifting of open data stands on no hexagon, since its dates are months
SELECT pg_temp.put(2, 'shoplifting', m::date, 2500, 2500, 10) FROM generate_series('2023-01-01'::timestamp, '2025-11-01', '1 month') m \g /dev/null
-- graffiti: a source of this year alone has no season to compare with
SELECT pg_temp.put(3, 'graffiti', '2025-12-05', 7500, 7500, 30) \g /dev/null
ANALYZE incident, incident_month_entry, area;

-- the window is 1 to 28 December: 380 places once, and 20 more. Whole years end with May 2025: 29 months from January 2023. The season is
-- November to January, of two earlier years: November 2022 is not covered.
INSERT INTO scan (scan_id, as_of) VALUES (100, '2025-12-28');
CREATE TEMP TABLE judged AS SELECT h.*, t.code FROM evidence_scan_hot_spot h JOIN problem_type t USING (problem_type_id) WHERE scan_id = 100;
DELETE FROM scan;
SELECT is((SELECT string_agg(DISTINCT code, ', ') FROM judged WHERE code IN ('robbery_personal', 'shoplifting', 'graffiti')), 'robbery_personal', 'sources of months, and those without an earlier season, are not on the map');
SELECT results_eq($$ SELECT DISTINCT window_from, earlier_months, season_months, map_incidents, earlier_map_incidents, season_map_incidents FROM judged WHERE code = 'robbery_personal' $$,
    $$ VALUES ('2025-12-01'::date, 29::bigint, 6::bigint, 400::bigint, 400 * 29::bigint, 400 * 6::bigint) $$, 'windows and whole maps by hand');
CREATE TEMP TABLE counted AS
SELECT h.hex,
       count(*) FILTER (WHERE i.occurred_from >= '2025-12-01') AS incidents,
       count(*) FILTER (WHERE i.occurred_from < '2025-06-01') AS earlier,
       count(*) FILTER (WHERE i.occurred_from >= '2023-11-01' AND i.occurred_from < '2024-02-01' OR i.occurred_from >= '2024-11-01' AND i.occurred_from < '2025-02-01') AS season
FROM hex_cell h
JOIN hex_cell member ON ST_DWithin(ST_Centroid(h.boundary), ST_Centroid(member.boundary), 500 * sqrt(3) + 1)
LEFT JOIN incident i ON i.source_id = 1 AND ST_Covers(member.boundary, i.location)
GROUP BY h.hex;
SELECT is_empty($$ SELECT c.hex, c.incidents, j.incidents, c.earlier, j.earlier_incidents, c.season, j.season_incidents FROM counted c JOIN judged j USING (hex)
    WHERE j.code = 'robbery_personal' AND (c.incidents, c.earlier, c.season) IS DISTINCT FROM (j.incidents, j.earlier_incidents, j.season_incidents) $$, 'seven hexagons each, counted by geometry');
SELECT cmp_ok((SELECT count(*) FROM judged WHERE code = 'robbery_personal'), '>=', 130::bigint, 'and there are so many of them');
SELECT is((SELECT count(*) FROM judged WHERE code = 'crime'), (SELECT count(*) FROM judged WHERE code = 'robbery_personal'), 'types above are judged as well');
-- R: poisson.test(c(36, 464), c(400, 11600)), poisson.test(c(36, 96), c(400, 2400))
SELECT results_eq($$ SELECT incidents, earlier_incidents, season_incidents, pg_temp.r(expected), pg_temp.r(p_value * 1e4) FROM judged WHERE code = 'robbery_personal' ORDER BY p_value, hex LIMIT 1 $$,
    $$ VALUES (36::bigint, 464::bigint, 96::bigint, 16.00000000, 0.90452120) $$, 'the larger p-value of both comparisons');
SELECT is_empty($$ SELECT hex FROM judged WHERE p_value < 1 AND incidents <= expected OR adjusted_p_value < p_value $$, 'what is not above expectation is no evidence');
SELECT is((SELECT count(DISTINCT hexagons_tested) FROM judged), 1::bigint, 'one family of tests');
SELECT is((SELECT max(hexagons_tested) FROM judged), (SELECT count(p_value) FROM judged), 'of all places and types');

CREATE TEMP TABLE first AS SELECT * FROM csp.scan('tiny', '2025-12-28');
SELECT results_eq($$ SELECT action, problem_type, area_code, detected_by, title FROM first $$,
    $$ SELECT 'opened', 'robbery_personal', 'A00', 'hot spot', 'Robbery of personal property around Area 00: ' || incidents || ' where ' || round(expected::numeric, 1) || ' were expected' FROM judged WHERE code = 'robbery_personal' ORDER BY p_value, hex LIMIT 1 $$,
    'one issue: the place, of the deepest type; the ward that holds it does not stand out');
SELECT is((SELECT count(*) FROM judged WHERE adjusted_p_value <= 0.05 AND incidents >= 5), (SELECT hot_spots FROM scan), 'the scan counts the places');
SELECT cmp_ok((SELECT hot_spots FROM scan), '>', 7::bigint, 'several hexagons and types see it');
SELECT results_eq($$ SELECT origin, detected_by, ST_Distance(location, ST_Point(402566, 202604, 27700)) < 900, radius_metres::numeric(10, 3), (evidence ->> 'incidents')::bigint, evidence ->> 'from', evidence ->> 'to', (evidence ->> 'map_incidents')::bigint, (evidence ->> 'earlier_months')::bigint FROM emerging_issue $$,
    -- a circle around seven hexagons: side times the root of 7
    $$ SELECT 'scan', 'hot spot', true, 1322.876, incidents, '2025-12-01', '2025-12-28', 400::bigint, 29::bigint FROM judged WHERE code = 'robbery_personal' ORDER BY p_value, hex LIMIT 1 $$, 'with place and evidence');
SELECT is_empty($$ SELECT action FROM csp.scan('tiny', '2025-12-28') $$, 'a second run does nothing');
SELECT results_eq($$ SELECT action, detected_by, area_code FROM csp.scan('tiny', '2025-12-29') $$, $$ VALUES ('updated', 'hot spot', 'A00') $$, 'seen again on another day');
SELECT is((SELECT count(*) FROM emerging_issue), 1::bigint, 'and still one issue');

-- near repeats: December is a month of burglaries in the second ward; 30 residential burglaries far from one another in the year, and 5 within 100 m in the last days of December
SELECT pg_temp.put(1, 'burglary_residential', date '2025-01-05' + 11 * n, 300 + 320 * n, 9800 - 310 * n) FROM generate_series(0, 29) n \g /dev/null
SELECT pg_temp.put(1, 'burglary_residential', make_date(y, 12, 3 + 2 * n), 5300 + 300 * n, 1000 + 600 * n) FROM generate_series(2023, 2024) y, generate_series(0, 12) n \g /dev/null
SELECT pg_temp.put(1, 'burglary_residential', date '2025-12-20' + 2 * n, 8000 + 20 * n, 8000) FROM generate_series(0, 4) n \g /dev/null
INSERT INTO scan (scan_id, as_of) VALUES (101, '2025-12-30');
-- circle: 5 of 35; window: from 20 December, 5 of 35 as well (the 30th of the others is on 20 November)
SELECT results_eq($$ SELECT rank, places, start_date, end_date, incidents, pg_temp.r(expected), p_value, adjusted_p_value, types_tested, study_incidents FROM evidence_scan_near_repeat WHERE scan_id = 101 $$,
    $$ VALUES (1, 5, '2025-12-20'::date, '2025-12-30'::date, 5::bigint, pg_temp.r(5 * 5 / 35.0::float8), 0.001::float8, 0.001::float8, 1::bigint, 35::bigint) $$, 'a cluster by hand');
UPDATE setting SET value = '6' WHERE name = 'scan_near_repeat_incidents';
SELECT is_empty($$ SELECT 1 FROM evidence_scan_near_repeat WHERE scan_id = 101 $$, 'fewer than the setting are none');
UPDATE setting SET value = '4' WHERE name = 'scan_near_repeat_incidents';
UPDATE setting SET value = 'burglary_residential, robbery_personal' WHERE name = 'near_repeat_problem_types';
-- of the second rank burglary has none, and was searched as well
SELECT is((SELECT min(types_tested) FROM evidence_scan_near_repeat WHERE scan_id = 101), 2::bigint, 'adjusted over the types followed');
UPDATE setting SET value = 'burglary_residential' WHERE name = 'near_repeat_problem_types';
DELETE FROM scan WHERE scan_id = 101;
SELECT results_eq($$ SELECT action, problem_type, area_code, detected_by, title FROM csp.scan('tiny', '2025-12-30') $$,
    $$ VALUES ('opened', 'burglary_residential', 'A11', 'near repeat', 'Residential burglary, near repeats in Area 11: 5 where 0.7 were expected'),
              ('updated', 'robbery_personal', 'A00', 'hot spot', (SELECT title FROM first)) $$, 'opened beside the other');
SELECT results_eq($$ SELECT raised_by, state, area_code, incidents, pg_temp.r(expected), as_of, also_seen_as, ST_AsText(location), is_seen_by_latest_scan FROM scanning_register WHERE detected_by = 'near repeat' $$,
    $$ VALUES ('near repeat', 'open', 'A11', 5::bigint, 0.714::numeric, '2025-12-30'::date, NULL, 'POINT(408040 208000)', true) $$, 'the register shows it');
-- somebody closes both: nothing is opened for as long as they go on
UPDATE emerging_issue SET closed_on = '2025-12-31';
SELECT results_eq($$ SELECT action, detected_by FROM csp.scan('tiny', '2025-12-31') ORDER BY 2 $$, $$ VALUES ('seen again after it was closed', 'hot spot'), ('seen again after it was closed', 'near repeat') $$, 'closed by hand: not opened twice');
SELECT is((SELECT count(*) FROM emerging_issue), 2::bigint, 'still two issues');
-- an issue of the ward is open: the near repeats are evidence of it; of a type above counts too
DELETE FROM emerging_issue WHERE detected_by = 'near repeat';
INSERT INTO emerging_issue (emerging_issue_id, title, origin, detected_by, problem_type_id, area_id, opened_on, last_seen_on, evidence)
SELECT 50, 'Burglary in Ward 1', 'scan', 'season', t.problem_type_id, a.area_id, '2025-12-31', '2025-12-31', '{"incidents": 9, "expected": 3, "as_of": "2025-12-31"}' FROM problem_type t, area a WHERE t.code = 'burglary' AND a.code = 'W1';
SELECT results_eq($$ SELECT action, emerging_issue_id, incidents FROM csp.scan('tiny', '2026-01-01') WHERE detected_by = 'season' $$, $$ VALUES ('updated', 50, 5::bigint) $$, 'near repeats within an area whose issue is open are evidence of it');
SELECT results_eq($$ SELECT incidents, also_seen_as, last_seen_on, is_seen_by_latest_scan FROM scanning_register WHERE emerging_issue_id = 50 $$, $$ VALUES (9::bigint, 'near repeat: 5 where 0.7 were expected', '2026-01-01'::date, true) $$, 'which keeps its own figures');
SELECT is((SELECT count(*) FROM emerging_issue WHERE detected_by = 'near repeat'), 0::bigint, 'and no issue beside it');
SELECT is_empty($$ SELECT action FROM csp.scan('tiny', '2026-01-01') $$, 'nor anything new at a second run');
UPDATE emerging_issue SET area_id = (SELECT area_id FROM area WHERE code = 'W0') WHERE emerging_issue_id = 50;
SELECT results_eq($$ SELECT action, area_code FROM csp.scan('tiny', '2026-01-02') WHERE detected_by = 'near repeat' $$, $$ VALUES ('opened', 'A11') $$, 'another ward''s issue does not hold them');
DELETE FROM emerging_issue WHERE emerging_issue_id = 50;
-- an area that stands out because of a place that is known
DELETE FROM emerging_issue WHERE detected_by = 'hot spot';
SELECT pg_temp.put(1, 'robbery_personal', date '2025-12-10' + d % 18, 2500 + 7 * d, 2500 + 11 * d) FROM generate_series(20, 79) d \g /dev/null
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, area_id)
SELECT 1, format('r%s %s %s', m::date, x, y), t.problem_type_id, m::date + (20 * x + y) % 28 + time '12:00', m::date + (20 * x + y) % 28 + time '12:00', ST_Point(400250 + 500 * x, 200250 + 500 * y, 27700),
       (SELECT area_id FROM area a WHERE a.code = format('A%s%s', x / 10, y / 10))
FROM problem_type t, generate_series('2026-01-01'::timestamp, '2026-03-01', '1 month') m, generate_series(0, 19) x, generate_series(0, 19) y
WHERE t.code = 'robbery_personal';
CREATE TEMP TABLE flood AS SELECT * FROM csp.scan('tiny', '2026-01-03');
SELECT results_eq($$ SELECT problem_type, area_code, detected_by FROM flood WHERE action = 'opened' $$, $$ VALUES ('robbery_personal', 'W0', 'season') $$, 'a ward that stands out, and the place in it: one issue');
SELECT alike((SELECT also_seen_as FROM scanning_register WHERE detected_by = 'season'), 'hot spot: % were expected', 'the place is its evidence');
SELECT is((SELECT season_flag FROM scanning_register WHERE detected_by = 'season'), NULL, 'nothing broke the series');
INSERT INTO series_break (starts_on, kind, description) VALUES ('2023-06-01', 'recording', 'Too long ago'), ('2024-06-01', 'recording', 'A new system'), ('2026-01-20', 'recording', 'Later');
SELECT is((SELECT count(*) FROM csp.scan('tiny', '2026-01-03') WHERE action = 'updated'), 1::bigint, 'a break that is entered later');
-- of the years before two are compared: the window begins on 7 December 2025
SELECT is((SELECT season_flag FROM scanning_register WHERE detected_by = 'season'), 'A new system (1 Jun 2024)', 'stands beside the issue');
DELETE FROM series_break WHERE description IN ('Too long ago', 'A new system', 'Later');
UPDATE emerging_issue SET closed_on = '2026-01-03', last_seen_on = '2025-11-01', opened_on = '2025-10-01' WHERE detected_by = 'season';
INSERT INTO emerging_issue (emerging_issue_id, title, origin, detected_by, problem_type_id, area_id, location, radius_metres, opened_on, last_seen_on, evidence)
SELECT 51, 'Robbery at the station', 'scan', 'hot spot', t.problem_type_id, a.area_id, ST_Point(402566, 202604, 27700), 1323, '2026-01-02', '2026-01-02', '{"incidents": 130, "expected": 20}' FROM problem_type t, area a WHERE t.code = 'robbery_personal' AND a.code = 'A00';
SELECT results_eq($$ SELECT action, emerging_issue_id FROM csp.scan('tiny', '2026-01-04') WHERE problem_type = 'robbery_personal' $$, $$ VALUES ('updated', 51) $$, 'a known place accounts for the ward: nothing is opened');
SELECT is((SELECT radius_metres::numeric(10, 3) FROM scanning_register WHERE emerging_issue_id = 51), 1322.876, 'place and radius are those it was last seen with');
SELECT alike((SELECT also_seen_as FROM scanning_register WHERE emerging_issue_id = 51), 'season: % were expected', 'the ward is its evidence');
-- all is quiet
SELECT results_eq($$ SELECT action, emerging_issue_id FROM csp.scan('tiny', '2026-03-15') $$, $$ SELECT 'closed', emerging_issue_id FROM emerging_issue WHERE closed_on IS NULL OR closed_on = '2026-03-15' ORDER BY 2 $$, 'closed when not seen for four weeks');
SELECT results_eq($$ SELECT state, weeks_open, is_seen_by_latest_scan FROM scanning_register WHERE emerging_issue_id = 51 $$, $$ VALUES ('closed', 10, false) $$, 'with the weeks it was open');
SELECT results_eq($$ SELECT series_tested > 0, alarms, hot_spots, near_repeat_clusters FROM scan WHERE as_of = '2026-03-15' $$, $$ VALUES (true, 0::bigint, 0::bigint, 0::bigint) $$, 'nothing found is counted as nothing');
-- a partnership of open data alone
DELETE FROM incident WHERE source_id <> 2;
SELECT is_empty($$ SELECT action FROM csp.scan('tiny', '2026-03-20') $$, 'months without places: nothing to find');
SELECT results_eq($$ SELECT places_tested, hot_spots, near_repeat_clusters FROM scan WHERE as_of = '2026-03-20' $$, $$ VALUES (0::bigint, 0::bigint, 0::bigint) $$, 'no place was tested');
-- the register of people
INSERT INTO emerging_issue (emerging_issue_id, title, origin, heading, opened_on, note) VALUES (60, 'A law', 'external', 'legal', '2026-03-01', 'From the council');
SELECT results_eq($$ SELECT raised_by, state, problem_type, priority_title, incidents, is_seen_by_latest_scan, note FROM scanning_register WHERE emerging_issue_id = 60 $$, $$ VALUES ('legal', 'open', NULL::text, 'outside the priorities', NULL::bigint, false, 'From the council') $$, 'what people added stands beside it');
SELECT throws_ok($$ UPDATE emerging_issue SET opened_on = '-infinity' WHERE emerging_issue_id = 60 $$, '22023', NULL, 'a day without end');
SELECT throws_ok($$ UPDATE emerging_issue SET heading = 'astrological' WHERE emerging_issue_id = 60 $$, '23514', NULL, 'under a PESTELO heading');
SELECT is((SELECT count(*) FROM scanning_register), (SELECT count(*) FROM emerging_issue), 'each issue once');

-- Part 2: eleven scans, as evidence alone. Types but burglary, whose near repeats are planted, have no bursts.
SELECT csp.create_synthetic_partnership('county') \g /dev/null
SET search_path = county, public;
UPDATE setting SET value = 'burglary_residential,criminal_damage,bicycle_theft,shoplifting,other_theft,public_order,violence_without_injury' WHERE name = 'near_repeat_problem_types';
INSERT INTO scan (as_of) SELECT d::date FROM generate_series('2025-01-08'::timestamp, '2025-10-15', '28 days') d;
CREATE TEMP TABLE spot AS SELECT h.as_of, t.code, h.hex, h.p_value, h.adjusted_p_value FROM evidence_scan_hot_spot h JOIN problem_type t USING (problem_type_id) WHERE h.incidents >= 5;
CREATE TEMP TABLE chain AS SELECT n.as_of, t.code, n.rank, n.p_value, n.adjusted_p_value FROM evidence_scan_near_repeat n JOIN problem_type t USING (problem_type_id);
-- 11 scans at 5%: three or more with a false place have a probability of 1.5% (1 - pbinom(2, 11, 0.05))
SELECT cmp_ok((SELECT count(DISTINCT as_of) FROM spot WHERE adjusted_p_value <= 0.05 AND code NOT IN ('burglary', 'burglary_residential')), '<=', 2::bigint, 'places that nothing was planted in raise no more than the stated rate');
SELECT cmp_ok((SELECT count(DISTINCT as_of) FROM chain WHERE adjusted_p_value <= 0.05 AND code <> 'burglary_residential'), '<=', 2::bigint, 'nor do types without near repeats');
SELECT cmp_ok((SELECT count(*) FROM chain WHERE rank = 1 AND p_value <= 0.2 AND code <> 'burglary_residential')::numeric / (11 * 6), '<=', 0.3, 'whose p-values are those of chance');
SELECT cmp_ok((SELECT count(DISTINCT as_of) FROM chain WHERE adjusted_p_value <= 0.05 AND code = 'burglary_residential'), '>=', 4::bigint, 'truth near_repeat: bursts of burglary are found');
SELECT * FROM finish();
ROLLBACK;
