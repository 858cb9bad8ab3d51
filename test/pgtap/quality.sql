-- Quality of sources. Part 1: a partnership made by hand. Part 2: the synthetic county's truths.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET extra_float_digits = 0;
BEGIN;
SELECT plan(20);
SELECT csp.create_partnership('tiny') \g /dev/null
SET search_path = tiny, public;
SET LOCAL timezone = 'Europe/London';
CREATE FUNCTION pg_temp.r(float8) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, 6)';
INSERT INTO area (area_kind, code, name) VALUES ('lsoa21', 'A1', 'Area 1');
INSERT INTO source (source_id, code, title, place_precision, time_precision) VALUES (1, 'p', 'Police', 'exact', 'minute'), (2, 'h', 'Ambulance', 'exact', 'minute'), (3, 's', 'Open data', 'snapped', 'month'), (4, 'c', 'Council', 'exact', 'day');
INSERT INTO source_coverage (source_id, month, status) VALUES (1, '2024-01-01', 'complete'), (1, '2024-02-01', 'partial'), (1, '2024-05-01', 'complete');
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, reported_at, location, area_id, method)
SELECT v.source_id, v.reference, t.problem_type_id, v.at::timestamptz, v.at::timestamptz + v.hours * interval '1 hour', v.reported::timestamptz, ST_Point(v.x, v.y, 27700), NULL, v.method
FROM (VALUES
    -- January: four; one without a place, two alike in type, moment and place
    (1, 'p1', 'violence_with_injury', '2024-01-10 22:00', 0.0, '2024-01-11 22:00', 1000.0, 1000.0, 'fist'),
    (1, 'p2', 'violence_with_injury', '2024-01-10 22:00', 0.0, NULL, 1000.0, 1000.0, NULL),
    (1, 'p3', 'burglary_residential', '2024-01-12 08:00', 8.0, '2024-01-15 08:00', 5000.0, 5000.0, NULL),
    (1, 'p4', 'burglary_residential', '2024-01-13 08:00', 4.0, NULL, NULL, NULL, 'rear door'),
    (1, 'p5', 'robbery_personal', '2024-02-01 12:00', 0.0, NULL, 9000.0, 9000.0, NULL),
    -- a month with incidents of which source_coverage says nothing
    (1, 'p6', 'violence_without_injury', '2024-03-31 01:30', 0.0, NULL, 2000.0, 1000.0, NULL),
    -- the ambulance: 60 m and half an hour from p1; 80 m from p6 and two hours across the change of clocks; 99 m and 3 h; 101 m; 3 h 1 min; another type; where nothing is
    (2, 'h1', 'ambulance_assault', '2024-01-10 22:30', 0.0, NULL, 1060.0, 1000.0, NULL),
    (2, 'h2', 'ambulance_assault', '2024-03-31 04:30', 0.0, NULL, 2000.0, 1080.0, NULL),
    (2, 'h3', 'ambulance_assault', '2024-02-01 15:00', 0.0, NULL, 9000.0, 9099.0, NULL),
    (2, 'h4', 'ambulance_assault', '2024-02-01 12:00', 0.0, NULL, 9000.0, 9101.0, NULL),
    (2, 'h5', 'ambulance_assault', '2024-02-01 15:01', 0.0, NULL, 9000.0, 9000.0, NULL),
    (2, 'h6', 'overdose_call', '2024-01-10 22:30', 0.0, NULL, 1000.0, 1000.0, NULL),
    (2, 'h7', 'ambulance_assault', '2024-01-17 22:10', 0.0, NULL, 1000.0, 1000.0, NULL),
    (3, 's1', 'violence_and_sexual_offences', '2024-01-01 00:00', 743.0, NULL, 1000.0, 1000.0, NULL)
) AS v (source_id, reference, code, at, hours, reported, x, y, method)
JOIN problem_type t USING (code)
ORDER BY v.reference;
INSERT INTO assessment (assessment_id, kind, title, period_from, period_to) VALUES (1, 'strategic', 'First quarter', '2024-01-01', '2024-03-31'), (2, 'strategic', 'February', '2024-02-01', '2024-02-29');

SELECT results_eq($$ SELECT month, incidents, coverage, missing_months_before, located_percent, method_percent, mean_window_hours, mean_report_days, repeated_incidents, pg_temp.r(busiest_point_percent), finding
    FROM quality_source WHERE source = 'p' ORDER BY month $$, $$ VALUES
    ('2024-01-01'::date, 4::bigint, 'complete', NULL::integer, 75::float8, 50::float8, 3::float8, 2::float8, 1::bigint, 66.666667, 'one in ten or more without a place; more than 2 in 100 alike in type, moment and place'),
    ('2024-02-01', 1, 'partial', 0, 100, 0, 0, NULL, 0, 100.000000, 'known to be partial'),
    ('2024-03-01', 1, 'not stated', 0, 100, 0, 0, NULL, 0, 100.000000, NULL),
    -- covered without an incident is 0, and April is missing
    ('2024-05-01', 0, 'complete', 1, NULL, NULL, NULL, NULL, NULL, NULL, '1 month missing before this one; covered, and no incidents') $$, 'by hand: completeness, delay, windows, repeats, coverage');
SELECT results_eq($$ SELECT coverage, mean_window_hours, repeated_incidents, busiest_point_percent FROM quality_source WHERE source = 's' $$, $$ VALUES ('presumed', NULL::float8, NULL::bigint, NULL::float8) $$, 'what months and map points cannot tell is NULL');
SELECT is((SELECT count(*) FROM quality_source), (SELECT count(DISTINCT row_key) FROM quality_source), 'the key is unique');

SELECT results_eq($$ SELECT i.source_reference COLLATE "default", o.source_reference COLLATE "default", m.distance, m.hours FROM evidence_match m JOIN incident i USING (incident_id) JOIN incident o ON o.incident_id = m.other_incident_id
    WHERE m.assessment_id = 1 AND m.shift_days = 0 ORDER BY 1 $$, $$ VALUES
    ('h1', 'p1', 60::float8, 0.5::float8), ('h2', 'p6', 80, 2), ('h3', 'p5', 99, 3),
    ('p1', 'h1', 60, 0.5), ('p2', 'h1', 60, 0.5), ('p5', 'h3', 99, 3), ('p6', 'h2', 80, 2) $$, 'matches within 100 m and 3 hours of true time, edges included, of types that may be the same');
SELECT results_eq($$ SELECT i.source_reference COLLATE "default", m.shift_days, o.source_reference COLLATE "default" FROM evidence_match m JOIN incident i USING (incident_id) JOIN incident o ON o.incident_id = m.other_incident_id
    WHERE m.assessment_id = 1 AND m.shift_days <> 0 ORDER BY 1, 2 $$, $$ VALUES ('h7', -7, 'p1'), ('p1', 7, 'h7'), ('p2', 7, 'h7') $$, 'the control: a week earlier or later');
SELECT results_eq($$ SELECT source_reference COLLATE "default", other_source_reference COLLATE "default" FROM quality_duplicate WHERE assessment_id = 1 ORDER BY 1 $$, $$ VALUES ('p1', 'h1'), ('p5', 'h3'), ('p6', 'h2') $$, 'pairs: an ambulance call is one police record''s, not two''s');
SELECT results_eq($$ SELECT source, problem_type, other_source, incidents, also_known, known_by_chance, only_here, only_here_percent FROM quality_added_value WHERE assessment_id = 1 AND source = 'h' $$,
    $$ VALUES ('h', 'ambulance_assault', 'p', 6::bigint, 3::bigint, 0.5::float8, 3::bigint, 50::float8) $$, 'what the ambulance adds');
SELECT results_eq($$ SELECT incidents, also_known FROM quality_added_value WHERE assessment_id = 2 AND source = 'h' $$, $$ VALUES (3::bigint, 1::bigint) $$, 'an assessment compares its own period');
SELECT is_empty($$ SELECT 1 FROM quality_added_value WHERE source = 's' OR other_source = 's' $$, 'snapped places and months are not matched');
SELECT results_eq($$ SELECT source, is_used, reason FROM quality_match_source ORDER BY source $$, $$ VALUES
    ('c', false, 'left out: it supplies no incidents'), ('h', true, 'used: compared with Police'), ('p', true, 'used: compared with Ambulance'),
    ('s', false, 'left out: places are snapped to map points; dates are months') $$, 'and that is said');
SELECT is((SELECT finding FROM quality_added_value WHERE assessment_id = 1 AND source = 'h'), 'too few to say', 'six are too few');
UPDATE setting SET value = '50' WHERE name = 'match_distance';
SELECT is((SELECT count(*) FROM evidence_match WHERE assessment_id = 1 AND shift_days = 0), 0::bigint, 'the distance is a setting');
DELETE FROM type_equivalent;
UPDATE setting SET value = '100' WHERE name = 'match_distance';
SELECT is((SELECT count(*) FROM evidence_match WHERE assessment_id = 1), 0::bigint, 'without equivalents only like types match');
SELECT csp.upgrade_partnership('tiny') \g /dev/null
SELECT cmp_ok((SELECT count(*) FROM type_equivalent), '>', 10::bigint, 'an upgrade fills an empty list');

-- Part 2
SELECT csp.create_synthetic_partnership('county') \g /dev/null
SET search_path = county, public;
CREATE TEMP TABLE added AS SELECT v.* FROM quality_added_value v WHERE assessment_id = 1;
-- the truth: 641 of 2048 over all months, of which the assessment has the last twelve; chance adds a few at 100 m and 3 hours
SELECT ok(abs(also_known::float8 / incidents - 641.0 / 2048) < 0.05 AND finding LIKE 'adds much%', 'truth hidden_violence: the ambulance adds what the police do not know')
FROM added WHERE source = 'syn_ambulance' AND other_source = 'syn_police_crime' AND problem_type = 'ambulance_assault';
SELECT ok(abs(also_known::float8 / incidents - 0.2) < 0.04, 'truth duplicates: a fifth of the council''s reports of nuisance')
FROM added WHERE source = 'syn_council' AND other_source = 'syn_police_asb' AND problem_type = 'asb_nuisance';
SELECT is_empty($$ SELECT source, problem_type, other_source FROM added WHERE finding LIKE 'adds%'
    AND (source, problem_type, other_source) NOT IN (('syn_ambulance', 'ambulance_assault', 'syn_police_crime'), ('syn_police_crime', 'violence_with_injury', 'syn_ambulance'),
        ('syn_council', 'asb_nuisance', 'syn_police_asb'), ('syn_police_asb', 'asb_nuisance', 'syn_council')) $$, 'and nothing else has more in common than chance makes');
-- nuisance of the council and of the police over small areas, from the incidents themselves
SELECT is((SELECT pg_temp.r(area_redundancy_percent) FROM added WHERE source = 'syn_council' AND other_source = 'syn_police_asb' AND problem_type = 'asb_nuisance'),
    (SELECT pg_temp.r(100 * regr_r2(n.council, n.police))
     FROM (SELECT count(*) FILTER (WHERE s.code = 'syn_council') AS council, count(*) FILTER (WHERE s.code = 'syn_police_asb') AS police
           FROM incident i JOIN source s USING (source_id) JOIN problem_type t USING (problem_type_id)
           WHERE t.code = 'asb_nuisance' AND i.area_id IS NOT NULL AND i.occurred_from >= '2025-01-01 00:00 Europe/London' AND i.occurred_from < '2026-01-01 00:00 Europe/London'
           GROUP BY i.area_id) n), 'redundancy of area patterns: the share of variation explained');
SELECT is_empty($$ SELECT 1 FROM added WHERE area_redundancy_percent NOT BETWEEN 0 AND 100 OR area_correlation < 0 AND area_redundancy_percent <> 0 $$, 'between 0 and 100, and 0 where the patterns part');
SELECT results_eq($$ SELECT source, month, missing_months_before FROM quality_source WHERE missing_months_before > 0 $$, $$ VALUES ('syn_council', '2025-08-01'::date, 1) $$, 'truth missing_month');
SELECT * FROM finish();
ROLLBACK;
