-- The strategic assessment's views. Part 1: a partnership made by hand, every expected figure worked in a comment or by
-- R (test/reference/strategic.R, figures in strategic.csv). Part 2: what can go wrong with data, one thing at a time.
-- Part 3: the synthetic partnership's planted truths. Part 4: sums that must hold whatever the data.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
SET extra_float_digits = 0;
BEGIN;
SELECT plan(110);

-- ---- Part 1: by hand ----
SELECT csp.create_partnership('tiny') \g /dev/null
SET search_path = tiny, public;

-- three small areas in two districts; the second population year is the period's
INSERT INTO area (area_kind, code, name) VALUES ('lsoa21', 'A1', 'Area 1'), ('lsoa21', 'A2', 'Area 2'), ('lsoa21', 'A3', 'Area 3');
INSERT INTO area_lookup (from_kind, from_code, to_kind, to_code, relation, to_name) VALUES
    ('lsoa21', 'A1', 'district', 'D1', 'within', 'District 1'),
    ('lsoa21', 'A2', 'district', 'D1', 'within', 'District 1'),
    ('lsoa21', 'A3', 'district', 'D2', 'within', 'District 2');
SELECT csp.refresh_areas('tiny') \g /dev/null
UPDATE setting SET value = 'lsoa21' WHERE name = 'base_area_kind';
UPDATE setting SET value = 'district' WHERE name = 'reporting_area_kind';
INSERT INTO area_population (area_id, year, population, households)
SELECT a.area_id, v.year, v.population, v.households
FROM (VALUES ('A1', 2023, 2000, 800), ('A2', 2023, 3000, 1200), ('A3', 2023, 4000, 1600),
             ('A1', 2024, 2000, 800), ('A2', 2024, 3000, 1200), ('A3', 2024, 5000, 2000)) AS v (code, year, population, households)
JOIN area a USING (code);

-- two sources: the police, snapped and by month, and the council, exact, which never sent November 2024
INSERT INTO agency (code, name, agency_sector) VALUES ('police', 'Police', 'police'), ('council', 'Council', 'council');
INSERT INTO source (code, title, agency_id, place_precision, time_precision, citation)
SELECT v.code, v.title, g.agency_id, v.place, v.time, v.title || ', hand-made'
FROM (VALUES ('p', 'Police records', 'police', 'snapped', 'month'), ('c', 'Council reports', 'council', 'exact', 'minute')) AS v (code, title, agency, place, time)
JOIN agency g ON g.code = v.agency;
INSERT INTO source_coverage (source_id, month)
SELECT s.source_id, m.month::date
FROM source s
CROSS JOIN generate_series('2023-10-01'::timestamp, '2024-12-01', '1 month') AS m (month)
WHERE NOT (s.code = 'c' AND m.month = '2024-11-01');

-- the incidents: source, type, month, area (NULL: unknown), how many
CREATE TEMP TABLE made (source text, type text, month date, area text, incidents integer);
INSERT INTO made VALUES
    ('p', 'shoplifting', '2023-10-01', 'A1', 2), ('p', 'shoplifting', '2023-10-01', 'A2', 1), ('p', 'shoplifting', '2023-11-01', 'A1', 1), ('p', 'shoplifting', '2023-12-01', 'A2', 2),
    ('p', 'shoplifting', '2024-01-01', 'A1', 1), ('p', 'shoplifting', '2024-03-01', 'A1', 2), ('p', 'shoplifting', '2024-04-01', 'A1', 1), ('p', 'shoplifting', '2024-06-01', 'A1', 2),
    ('p', 'shoplifting', '2024-07-01', 'A1', 1), ('p', 'shoplifting', '2024-08-01', 'A1', 3), ('p', 'shoplifting', '2024-09-01', 'A1', 1),
    ('p', 'shoplifting', '2024-10-01', 'A1', 3), ('p', 'shoplifting', '2024-10-01', 'A2', 1), ('p', 'shoplifting', '2024-10-01', 'A3', 1),
    ('p', 'shoplifting', '2024-11-01', 'A1', 4), ('p', 'shoplifting', '2024-11-01', 'A3', 2),
    ('p', 'shoplifting', '2024-12-01', 'A1', 4), ('p', 'shoplifting', '2024-12-01', 'A2', 1), ('p', 'shoplifting', '2024-12-01', NULL, 1),
    ('p', 'burglary_residential', '2023-10-01', 'A2', 2), ('p', 'burglary_residential', '2023-11-01', 'A2', 1), ('p', 'burglary_residential', '2023-12-01', 'A2', 1), ('p', 'burglary_residential', '2023-12-01', 'A3', 2),
    ('p', 'burglary_residential', '2024-10-01', 'A2', 2), ('p', 'burglary_residential', '2024-11-01', 'A3', 1),
    ('p', 'asb_nuisance', '2023-10-01', 'A1', 2), ('p', 'asb_nuisance', '2023-11-01', 'A1', 3), ('p', 'asb_nuisance', '2023-12-01', 'A3', 1),
    ('p', 'asb_nuisance', '2024-10-01', 'A1', 2), ('p', 'asb_nuisance', '2024-11-01', 'A1', 2), ('p', 'asb_nuisance', '2024-12-01', 'A3', 2);
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id, place_reference)
SELECT s.source_id, row_number() OVER ()::text, t.problem_type_id,
       m.month::timestamp AT TIME ZONE 'Europe/London', (m.month + interval '1 month - 1 second') AT TIME ZONE 'Europe/London', a.area_id, 'map point'
FROM made m
CROSS JOIN generate_series(1, m.incidents)
JOIN source s ON s.code = m.source
JOIN problem_type t ON t.code = m.type
LEFT JOIN area a ON a.code = m.area;
-- the council's, to the minute; the first happened on 30 September by UTC, and on 1 October where people live
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id, place_reference)
SELECT s.source_id, v.reference, t.problem_type_id, v.at AT TIME ZONE 'Europe/London', v.at AT TIME ZONE 'Europe/London' + interval '10 minutes', a.area_id, v.place
FROM (VALUES
    ('c01', 'asb_nuisance', '2023-10-01 00:30'::timestamp, 'A2', 'X'),
    ('c02', 'asb_nuisance', '2023-11-07 12:00', 'A2', 'X'), ('c03', 'asb_nuisance', '2023-11-08 12:00', 'A2', 'X'), ('c04', 'asb_nuisance', '2023-11-09 12:00', 'A2', 'X'), ('c05', 'asb_nuisance', '2023-11-10 12:00', 'A2', 'X'),
    ('c06', 'asb_nuisance', '2023-12-05 12:00', 'A2', 'X'), ('c07', 'asb_nuisance', '2023-12-06 12:00', 'A2', 'X'),
    ('c08', 'asb_nuisance', '2024-10-07 14:30', 'A2', 'X'), ('c09', 'asb_nuisance', '2024-10-07 14:40', 'A2', 'X'), ('c10', 'asb_nuisance', '2024-10-07 14:50', 'A2', 'X'),
    ('c11', 'asb_nuisance', '2024-12-03 23:10', 'A2', 'Y'), ('c12', 'asb_nuisance', '2024-12-03 23:20', 'A2', 'Z'),
    ('c13', 'noise_complaint', '2023-10-03 02:00', 'A3', 'N'), ('c14', 'noise_complaint', '2023-10-04 02:00', 'A3', 'N'), ('c15', 'noise_complaint', '2023-11-04 02:00', 'A3', 'N')
) AS v (reference, type, at, area, place)
JOIN source s ON s.code = 'c'
JOIN problem_type t ON t.code = v.type
JOIN area a ON a.code = v.area;
INSERT INTO person (pseudonym) VALUES ('one'), ('two');
INSERT INTO incident_person (incident_id, person_id, role)
SELECT i.incident_id, p.person_id, v.role
FROM (VALUES ('c08', 'one', 'victim'), ('c09', 'one', 'victim'), ('c10', 'two', 'victim'), ('c10', 'two', 'witness')) AS v (reference, pseudonym, role)
JOIN incident i ON i.source_reference = v.reference
JOIN person p ON p.pseudonym = v.pseudonym;

INSERT INTO peer (code, name, population, households, is_self) VALUES ('self', 'Ours', 10000, 4000, true), ('b', 'B', 20000, 8000, false), ('d', 'D', 5000, 2000, false);
INSERT INTO peer_count (peer_id, problem_type_id, month, incidents)
SELECT p.peer_id, t.problem_type_id, v.month::date, v.incidents
FROM (VALUES
    ('self', 'shoplifting', '2024-10-01', 5), ('self', 'shoplifting', '2024-11-01', 6), ('self', 'shoplifting', '2024-12-01', 6),
    ('b', 'shoplifting', '2024-10-01', 20), ('b', 'shoplifting', '2024-11-01', 20), ('b', 'shoplifting', '2024-12-01', 20),
    ('d', 'shoplifting', '2024-10-01', 5), ('d', 'shoplifting', '2024-11-01', 5),
    ('self', 'burglary', '2024-10-01', 2), ('self', 'burglary', '2024-11-01', 1), ('self', 'burglary', '2024-12-01', 0),
    ('b', 'burglary', '2024-10-01', 30), ('b', 'burglary', '2024-11-01', 30), ('b', 'burglary', '2024-12-01', 30),
    ('d', 'burglary', '2024-10-01', 8), ('d', 'burglary', '2024-11-01', 8), ('d', 'burglary', '2024-12-01', 8),
    ('self', 'anti_social_behaviour', '2024-10-01', 5), ('self', 'anti_social_behaviour', '2024-11-01', 2), ('self', 'anti_social_behaviour', '2024-12-01', 4),
    ('b', 'anti_social_behaviour', '2024-10-01', 0), ('b', 'anti_social_behaviour', '2024-11-01', 0), ('b', 'anti_social_behaviour', '2024-12-01', 1),
    ('d', 'anti_social_behaviour', '2024-10-01', 0), ('d', 'anti_social_behaviour', '2024-11-01', 0), ('d', 'anti_social_behaviour', '2024-12-01', 0),
    -- B publishes a total beside its types
    ('b', 'crime', '2024-10-01', 60), ('b', 'crime', '2024-11-01', 60), ('b', 'crime', '2024-12-01', 60)
) AS v (peer, type, month, incidents)
JOIN peer p ON p.code = v.peer
JOIN problem_type t ON t.code = v.type;

INSERT INTO priority (code, title, starts_on, ends_on, sort_order) VALUES ('P1', 'Nuisance', '2024-01-01', '2024-12-31', 1), ('P2', 'Something else', '2024-01-01', '2024-12-31', 2);
INSERT INTO priority_type SELECT p.priority_id, t.problem_type_id FROM priority p JOIN problem_type t ON t.code = 'anti_social_behaviour' WHERE p.code = 'P1';
INSERT INTO plan_action (priority_id, code, title, status, due_on, completed_on)
SELECT p.priority_id, v.code, v.code, v.status, v.due::date, v.completed::date
FROM (VALUES ('a1', 'in progress', '2024-12-31', NULL), ('a2', 'in progress', '2025-01-01', NULL), ('a3', 'complete', '2024-06-30', '2024-06-30'), ('a4', 'complete', '2024-06-30', '2024-07-01'),
             ('a5', 'stopped', '2024-06-30', NULL), ('a6', 'planned', '2025-06-30', NULL), ('a7', 'in progress', NULL, NULL), ('a8', 'planned', '2024-12-30', NULL)) AS v (code, status, due, completed)
JOIN priority p ON p.code = 'P1';
INSERT INTO indicator (priority_id, code, title, denominator, flag, polarity, target_change_percent, target_value)
SELECT p.priority_id, v.code, v.code, v.denominator, v.flag, v.polarity, v.change, v.value
FROM (VALUES ('I1', 'count', NULL, 'lower is better', -10, NULL), ('I2', 'households', NULL, 'lower is better', -10, 3.5), ('I3', 'count', NULL, 'higher is better', 10, 100),
             ('I4', 'harm', NULL, 'lower is better', NULL, NULL), ('I5', 'count', 'hate', 'lower is better', -5, NULL)) AS v (code, denominator, flag, polarity, change, value)
JOIN priority p ON p.code = 'P1';
INSERT INTO indicator_type (indicator_id, problem_type_id)
SELECT i.indicator_id, t.problem_type_id
FROM (VALUES ('I1', 'shoplifting'), ('I2', 'burglary'), ('I2', 'burglary_residential'), ('I3', 'shoplifting'), ('I4', 'burglary'), ('I5', 'shoplifting')) AS v (code, type)
JOIN indicator i ON i.code = v.code
JOIN problem_type t ON t.code = v.type;

-- 1 by district; 2 by small area, with another confidence, another risk scheme untouched: two assessments at once
INSERT INTO assessment (assessment_id, kind, title, period_from, period_to, baseline_from, baseline_to, area_kind, false_discovery_rate, funnel_confidence) VALUES
    (1, 'strategic', 'By district', '2024-10-01', '2024-12-31', '2023-10-01', '2023-12-31', NULL, 0.25, 0.998),
    (2, 'strategic', 'By small area', '2024-10-01', '2024-12-31', '2023-10-01', '2023-12-31', 'lsoa21', 0.05, 0.95);
INSERT INTO assessment_priority SELECT 1, priority_id FROM priority;
INSERT INTO risk_score (assessment_id, problem_type_id, factor, score, confidence)
SELECT 1, t.problem_type_id, v.factor, v.score, v.confidence
FROM (VALUES ('shoplifting', 'victims', 3, 'high'), ('burglary', 'community', 9, 'high'), ('anti_social_behaviour', 'victims', 2, 'low'),
             ('environment', 'capacity', 4, 'high'), ('environment', 'capability', 2, 'high')) AS v (type, factor, score, confidence)
JOIN problem_type t ON t.code = v.type;
INSERT INTO recommendation (assessment_id, problem_type_id, title) SELECT 1, problem_type_id, 'Act on it' FROM problem_type WHERE code = 'burglary';

CREATE FUNCTION pg_temp.r(figure float8, digits integer DEFAULT 6) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN round(figure::numeric, digits);

SELECT is((SELECT count(*) FROM csp.check_incident_month('tiny')), 0::bigint, 'counts are exact before anything is read from them');

-- levels. Period: shoplifting 5 + 6 + 6 = 17, burglary 2 + 1 = 3, nuisance 6 police + 5 council = 11, noise 0: 31 in all
SELECT results_eq($$
    SELECT problem_type, incidents, denominator_count, pg_temp.r(rate_per_1000), pg_temp.r(share_percent), pg_temp.r(harm_score), unweighted_incidents, period_months_covered
    FROM strategic_levels WHERE assessment_id = 1 AND area_kind = 'partnership' ORDER BY sort_order $$,
    $$ VALUES
    -- 20 of 31 = 64.516129%; harm 17 x 11.85553905 + 3 x 465.3814732 = 201.54416385 + 1396.1444196
    ('crime', 20::bigint, 10000::bigint, 2.000000, 64.516129, 1597.688583, 0::bigint, 3),
    -- households 800 + 1200 + 2000: 3 / 4 = 0.75; 3 of 31
    ('burglary', 3, 4000, 0.750000, 9.677419, 1396.144420, 0, 3),
    ('burglary_residential', 3, 4000, 0.750000, 9.677419, 1396.144420, 0, 3),
    ('shoplifting', 17, 10000, 1.700000, 54.838710, 201.544164, 0, 3),
    -- ASB has no weight: unknown, and how many
    ('anti_social_behaviour', 11, 10000, 1.100000, 35.483871, NULL, 11, 2),
    ('asb_nuisance', 11, 10000, 1.100000, 35.483871, NULL, 11, 2),
    ('environment', 0, 10000, 0.000000, 0.000000, NULL, 0, 2),
    ('noise_complaint', 0, 10000, 0.000000, 0.000000, NULL, 0, 2) $$,
    'levels of the whole partnership');
SELECT results_eq($$
    SELECT problem_type, pg_temp.r(rate_lower), pg_temp.r(rate_upper) FROM strategic_levels
    WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type IN ('shoplifting', 'burglary') ORDER BY 1 $$,
    $$ VALUES ('burglary', 0.150743, 2.191341), ('shoplifting', 0.989748, 2.722011) $$,
    'intervals of the rates (Byar, by R)');
-- District 1: areas 1 and 2; the shoplifting of unknown place is in neither district
SELECT results_eq($$
    SELECT area_code, problem_type, incidents, denominator_count, pg_temp.r(share_percent), pg_temp.r(harm_score) FROM strategic_levels
    WHERE assessment_id = 1 AND area_kind = 'district' AND problem_type IN ('shoplifting', 'burglary', 'anti_social_behaviour') ORDER BY 1, sort_order $$,
    -- D1: 2 burglaries, 3 + 1 + 4 + 4 + 1 = 13 shoplifting, 4 + 5 = 9 nuisance of 24; D2: 1, 1 + 2 = 3, 2 of 6
    $$ VALUES ('D1', 'burglary', 2::bigint, 2000::bigint, 8.333333, 930.762946), ('D1', 'shoplifting', 13, 5000, 54.166667, 154.122008), ('D1', 'anti_social_behaviour', 9, 5000, 37.500000, NULL),
              ('D2', 'burglary', 1, 2000, 16.666667, 465.381473), ('D2', 'shoplifting', 3, 5000, 50.000000, 35.566617), ('D2', 'anti_social_behaviour', 2, 5000, 33.333333, NULL) $$,
    'levels of the districts');
SELECT results_eq($$
    SELECT area_code, incidents, pg_temp.r(harm_score) FROM strategic_levels WHERE assessment_id = 2 AND problem_type = 'burglary' ORDER BY area_kind, area_code $$,
    $$ VALUES ('A1', 0::bigint, 0.000000), ('A2', 2, 930.762946), ('A3', 1, 465.381473), ('tiny', 3, 1396.144420) $$,
    'an area without incidents is a row with 0, and 0 harm where the type has a weight');

-- peers: shoplifting over October and November, the months all three report: 11, 40, 10
SELECT results_eq($$
    SELECT problem_type, peer_members, peer_months, pg_temp.r(peer_own_rate), pg_temp.r(peer_mean_rate), pg_temp.r(peer_pooled_rate), pg_temp.r(funnel_lower), pg_temp.r(funnel_upper), peer_position
    FROM strategic_levels WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type IN ('crime', 'burglary', 'shoplifting', 'anti_social_behaviour', 'environment') ORDER BY sort_order $$,
    $$ VALUES
    -- B's own total 120 and not 120 + 100; D's two types in two months 26: (1.4 + 6 + 5.2) / 3; (14 + 120 + 26) / 35; expected 42
    ('crime', 3, 2, 1.400000, 4.200000, 4.571429, 2.300000, 6.300000, 'lower than peers'),
    -- 3 of 4000 homes, 90 of 8000, 24 of 2000: (0.75 + 11.25 + 12) / 3; 117 of 14000; expected 32: 16 to 51
    ('burglary', 3, 3, 0.750000, 8.000000, 8.357143, 4.000000, 12.750000, 'lower than peers'),
    -- (1.1 + 2 + 2) / 3; 61 of 35000; expected 17: 6 to 31
    ('shoplifting', 3, 2, 1.100000, 1.700000, 1.742857, 0.600000, 3.100000, 'in line with peers'),
    -- (1.1 + 0.05 + 0) / 3; 12 of 35000; expected 3.83: 0 to 11, and 11 is not beyond 11
    ('anti_social_behaviour', 3, 3, 1.100000, 0.383333, 0.342857, 0.000000, 1.100000, 'in line with peers'),
    ('environment', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) $$,
    'peers: mean, pooled rate, funnel and position over the months that all report');
SELECT is((SELECT peer_position FROM strategic_levels WHERE assessment_id = 2 AND area_kind = 'partnership' AND problem_type = 'anti_social_behaviour'), 'higher than peers', '95% funnel: 1 to 8, so 11 is beyond');
SELECT is((SELECT count(*) FROM strategic_levels WHERE area_kind <> 'partnership' AND peer_members IS NOT NULL), 0::bigint, 'peers are compared with the whole alone');

-- flags stand on the rows they touch, and on no others
SELECT results_eq($$
    SELECT DISTINCT problem_type, data_flag FROM strategic_levels WHERE assessment_id = 1 AND area_kind = 'district' AND data_flag IS NOT NULL ORDER BY 1 $$,
    $$ VALUES ('anti_social_behaviour', 'missing in Council reports: November 2024'), ('asb_nuisance', 'missing in Council reports: November 2024'),
              ('environment', 'missing in Council reports: November 2024'), ('noise_complaint', 'missing in Council reports: November 2024') $$,
    'the missing month is flagged where the council supplies the type');
SELECT results_eq($$ SELECT problem_type, data_flag FROM strategic_levels WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type IN ('crime', 'shoplifting', 'burglary') ORDER BY 1 $$,
    $$ VALUES ('burglary', NULL), ('crime', 'peers are compared over 2 of 3 months'), ('shoplifting', 'peers are compared over 2 of 3 months') $$, 'peers over fewer months are flagged');

-- change, matched months: council without November in both years: 1 + 2 and 3 + 2
SELECT results_eq($$
    SELECT problem_type, period_incidents, baseline_incidents, period_months_compared, pg_temp.r(period_rate_per_1000_year), pg_temp.r(baseline_rate_per_1000_year), pg_temp.r(change_percent), pg_temp.r(change_lower), pg_temp.r(change_upper), pg_temp.r(p_value), pg_temp.r(adjusted_p_value), verdict
    FROM strategic_change WHERE assessment_id = 1 AND area_kind = 'partnership' AND is_headline ORDER BY sort_order $$,
    $$ VALUES
    -- 3 of 4000 homes in 3 months: 3 a year per 1000; 6 of 3600: 6.666667
    ('burglary', 3::bigint, 6::bigint, 3, 3.000000, 6.666667, -55.000000, -92.717991, 110.706604, 0.323475, 0.431300, 'no clear change'),
    ('shoplifting', 17, 6, 3, 6.800000, 2.666667, 155.000000, -4.069551, 689.884658, 0.058023, 0.232090, 'higher'),
    -- police 12 incidents over 3 months, council 8 over 2: 4 + 4 a month, so 20 incidents in 2.5 months: 11 / 10000 / 2.5 x 12000
    ('anti_social_behaviour', 11, 9, 2, 5.280000, 4.800000, 10.000000, -58.559770, 200.323623, 1.000000, 1.000000, 'no clear change'),
    -- 0 and 2 in two months: 2 / 9000 / 2 x 12000
    ('environment', 0, 2, 2, 0.000000, 1.333333, -100.000000, -100.000000, 379.209979, 0.224377, 0.431300, 'no clear change') $$,
    'change of the headline types, and their adjusted p-values (R)');
SELECT results_eq($$
    SELECT problem_type, pg_temp.r(change_percent), pg_temp.r(p_value), pg_temp.r(adjusted_p_value) FROM strategic_change WHERE assessment_id = 1 AND area_kind = 'partnership' AND NOT is_headline ORDER BY sort_order $$,
    $$ VALUES ('crime', 50.000000, 0.291919, 0.431300), ('burglary_residential', -55.000000, 0.323475, 0.431300), ('asb_nuisance', 10.000000, 1.000000, 1.000000), ('noise_complaint', -100.000000, 0.224377, 0.431300) $$,
    'detail is a family of tests of its own');
SELECT is((SELECT verdict FROM strategic_change WHERE assessment_id = 2 AND area_kind = 'partnership' AND problem_type = 'shoplifting'), 'no clear change', 'each assessment has its own false discovery rate');
SELECT results_eq($$ SELECT DISTINCT problem_type, data_flag FROM strategic_change WHERE assessment_id = 1 ORDER BY 1 $$,
    $$ VALUES ('anti_social_behaviour', 'missing in Council reports: November 2024'), ('asb_nuisance', 'missing in Council reports: November 2024'), ('burglary', NULL), ('burglary_residential', NULL),
              ('crime', NULL), ('environment', 'missing in Council reports: November 2024'), ('noise_complaint', 'missing in Council reports: November 2024'), ('shoplifting', NULL) $$,
    'the month left out is flagged in the comparison');
SELECT results_eq($$ SELECT area_code, period_incidents, baseline_incidents, verdict, pg_temp.r(p_value) FROM strategic_change WHERE assessment_id = 2 AND problem_type = 'noise_complaint' ORDER BY area_kind, area_code $$,
    $$ VALUES ('A1', 0::bigint, 0::bigint, 'none in either period', NULL), ('A2', 0, 0, 'none in either period', NULL), ('A3', 0, 2, 'no clear change', 0.197531), ('tiny', 0, 2, 'no clear change', 0.224377) $$,
    -- A3: both before, at 4000 and 5000 residents: (4/9)^2, and both after is the likelier (5/9)^2
    'no incidents in either part leave nothing to test');

-- trends: quasi-Poisson by R; the council's missing month is left out, not 0
SELECT results_eq($$
    SELECT problem_type, trend_months, pg_temp.r(trend_percent_per_month), pg_temp.r(trend_lower), pg_temp.r(trend_upper), pg_temp.r(trend_p_value), pg_temp.r(trend_adjusted_p_value), trend_verdict, trend_flag
    FROM strategic_change WHERE assessment_id = 1 AND area_kind = 'partnership' AND is_headline ORDER BY sort_order $$,
    $$ VALUES
    ('burglary', 15, -11.205088, -29.675011, 12.115714, 0.290893, NULL, 'not known', NULL),
    ('shoplifting', 15, 13.042318, 2.589804, 24.559803, 0.017192, 0.034384, 'rising', NULL),
    ('anti_social_behaviour', 14, -4.126000, -23.314192, 19.863429, 0.688249, 0.688249, 'no clear trend', '1 of 15 months is left out of the trend'),
    -- three incidents: the fit's dispersion is 0.05, and its p-value of 0.00001 means nothing
    ('environment', 14, -74.729799, -83.301420, -61.758242, 0.000010, NULL, 'not known', '1 of 15 months is left out of the trend') $$,
    'trends, tested from ten incidents');

-- drivers
SELECT results_eq($$
    SELECT dimension, member_code, period_incidents, baseline_incidents, contribution, total_change, rank_by_size FROM strategic_drivers WHERE assessment_id = 1 AND problem_type = 'shoplifting' ORDER BY 1, 2 $$,
    $$ VALUES ('area', '', 1::bigint, 0::bigint, 1::float8, 11::float8, 3), ('area', 'D1', 13, 6, 7, 11, 1), ('area', 'D2', 3, 0, 3, 11, 2),
              ('month', '2024-10', 5, 3, 2, 11, 3), ('month', '2024-11', 6, 1, 5, 11, 1), ('month', '2024-12', 6, 2, 4, 11, 2),
              ('problem type', 'shoplifting', 17, 6, 11, 11, 1), ('source', 'p', 17, 6, 11, 11, 1) $$,
    'drivers of shoplifting');
SELECT results_eq($$
    SELECT dimension, member_code, period_incidents, baseline_incidents, contribution FROM strategic_drivers WHERE assessment_id = 1 AND problem_type = 'anti_social_behaviour' ORDER BY 1, 2 $$,
    -- the council's November is in neither year, the police's in both
    $$ VALUES ('area', 'D1', 9::bigint, 8::bigint, 1::float8), ('area', 'D2', 2, 1, 1), ('month', '2024-10', 5, 3, 2), ('month', '2024-11', 2, 3, -1), ('month', '2024-12', 4, 3, 1),
              ('problem type', 'asb_nuisance', 11, 9, 2), ('source', 'c', 5, 3, 2), ('source', 'p', 6, 6, 0) $$,
    'drivers of anti-social behaviour with a month left out of one source');
SELECT is_empty($$
    SELECT d.assessment_id, d.problem_type_id, d.dimension
    FROM strategic_drivers d
    JOIN strategic_change c ON c.assessment_id = d.assessment_id AND c.problem_type_id = d.problem_type_id AND c.area_kind = 'partnership'
    GROUP BY d.assessment_id, d.problem_type_id, d.dimension, c.period_incidents, c.baseline_incidents
    HAVING sum(d.contribution) <> c.period_incidents - c.baseline_incidents OR max(d.total_change) <> sum(d.contribution)
        OR sum(d.period_incidents) <> c.period_incidents $$, 'in each dimension the contributions add up to the change, for every type');
SELECT is((SELECT count(DISTINCT problem_type || dimension) FROM strategic_drivers WHERE assessment_id = 1), 32::bigint, 'eight types, four dimensions each');

-- patterns in time
SELECT results_eq($$
    SELECT dimension, position, incidents, pg_temp.r(share_percent), pg_temp.r(index_to_average), incidents_with_known_time FROM strategic_pattern_time
    WHERE assessment_id = 1 AND problem_type = 'asb_nuisance' AND (incidents > 0 OR dimension = 'month of year') ORDER BY 1, 2 $$,
    $$ VALUES
    -- the council's 5 are to the minute: 3 on a Monday, 2 on a Tuesday; 92 days from Tuesday 1 October hold 13 Mondays, 14 Tuesdays
    ('day of week', 1, 3::bigint, 60.000000, 424.615385, 5::bigint), ('day of week', 2, 2, 40.000000, 262.857143, 5),
    ('hour of day', 14, 3, 60.000000, 1440.000000, 5), ('hour of day', 23, 2, 40.000000, 960.000000, 5),
    -- of the 92 x 24 hours 13 are Mondays from 14:00 and 14 Tuesdays from 23:00
    ('hour of week', 15, 3, 60.000000, 10190.769231, 5), ('hour of week', 48, 2, 40.000000, 6308.571429, 5),
    -- October 5, December 4; November lacks the council and is absent, not low
    ('month of year', 10, 5, 55.555556, 111.111111, 9), ('month of year', 12, 4, 44.444444, 88.888889, 9) $$,
    'patterns in time over the months that every source covers');
SELECT results_eq($$ SELECT dimension, position, incidents, pg_temp.r(index_to_average) FROM strategic_pattern_time WHERE assessment_id = 1 AND problem_type = 'shoplifting' ORDER BY 1, 2 $$,
    -- 5, 6, 6 in 31, 30, 31 days of 92: 5/17 x 92/31, 6/17 x 92/30, 6/17 x 92/31
    $$ VALUES ('day of week', NULL, NULL::bigint, NULL), ('hour of day', NULL, NULL, NULL), ('hour of week', NULL, NULL, NULL),
              ('month of year', 10, 5, 87.286528), ('month of year', 11, 6, 108.235294), ('month of year', 12, 6, 104.743833) $$,
    'months are measured against their days, and a source by month has no days or hours');
SELECT results_eq($$ SELECT DISTINCT problem_type, dimension, reason, count(position), min(incidents_with_known_time) FROM strategic_pattern_time
                     WHERE assessment_id = 1 AND problem_type IN ('shoplifting', 'asb_nuisance') AND dimension <> 'month of year' GROUP BY 1, 2, 3 ORDER BY 1, 2 $$,
    $$ VALUES ('asb_nuisance', 'day of week', 'days are not known in Police records (by month)', 7::bigint, 5::bigint), ('asb_nuisance', 'hour of day', 'hours are not known in Police records (by month)', 24, 5),
              ('asb_nuisance', 'hour of week', 'hours are not known in Police records (by month)', 168, 5),
              ('shoplifting', 'day of week', 'days are not known in Police records (by month)', 0, 0), ('shoplifting', 'hour of day', 'hours are not known in Police records (by month)', 0, 0),
              ('shoplifting', 'hour of week', 'hours are not known in Police records (by month)', 0, 0) $$, 'a dimension says which sources it lacks and why');
-- an interval: Saturday 5 October 22:30 to Sunday 01:15, known to the day (24 hours) and not to the hour, is shared 30, 60, 60, 15 of 165 minutes
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to)
SELECT s.source_id, 'c99', t.problem_type_id, '2024-10-05 22:30 Europe/London', '2024-10-06 01:15 Europe/London' FROM source s, problem_type t WHERE s.code = 'c' AND t.code = 'asb_nuisance';
SELECT results_eq($$
    SELECT dimension, position_label, incidents, pg_temp.r(aoristic_incidents), pg_temp.r(aoristic_share_percent), incidents_with_known_time FROM strategic_pattern_time
    WHERE assessment_id = 1 AND problem_type = 'asb_nuisance' AND aoristic_incidents > 0 ORDER BY dimension, position $$,
    $$ VALUES ('day of week', 'Monday', 3::bigint, 3.000000, 50.000000, 6::bigint), ('day of week', 'Tuesday', 2, 2.000000, 33.333333, 6), ('day of week', 'Saturday', 1, 0.545455, 9.090909, 6), ('day of week', 'Sunday', 0, 0.454545, 7.575758, 6),
              ('hour of day', '00:00', 0, 0.363636, 6.060606, 5), ('hour of day', '01:00', 0, 0.090909, 1.515152, 5), ('hour of day', '14:00', 3, 3.000000, 50.000000, 5), ('hour of day', '22:00', 0, 0.181818, 3.030303, 5), ('hour of day', '23:00', 2, 2.363636, 39.393939, 5),
              ('hour of week', 'Monday 14:00', 3, 3.000000, 50.000000, 5), ('hour of week', 'Tuesday 23:00', 2, 2.000000, 33.333333, 5), ('hour of week', 'Saturday 22:00', 0, 0.181818, 3.030303, 5), ('hour of week', 'Saturday 23:00', 0, 0.363636, 6.060606, 5),
              ('hour of week', 'Sunday 00:00', 0, 0.363636, 6.060606, 5), ('hour of week', 'Sunday 01:00', 0, 0.090909, 1.515152, 5) $$, 'intervals are shared among days and hours');
-- the same records from a source that gives days only have days and no hours
UPDATE source SET time_precision = 'day' WHERE code = 'c';
SELECT results_eq($$
    SELECT dimension, position, incidents, pg_temp.r(aoristic_incidents), reason FROM strategic_pattern_time
    WHERE assessment_id = 1 AND problem_type = 'asb_nuisance' AND (aoristic_incidents > 0 OR position IS NULL) ORDER BY dimension, position $$,
    $$ VALUES ('day of week', 1, 3::bigint, 3.000000, 'days are not known in Police records (by month)'), ('day of week', 2, 2, 2.000000, 'days are not known in Police records (by month)'),
              ('day of week', 6, 1, 0.545455, 'days are not known in Police records (by month)'), ('day of week', 7, 0, 0.454545, 'days are not known in Police records (by month)'),
              ('hour of day', NULL, NULL, NULL, 'hours are not known in Council reports (by day), Police records (by month)'),
              ('hour of week', NULL, NULL, NULL, 'hours are not known in Council reports (by day), Police records (by month)') $$, 'days without hours');
UPDATE source SET time_precision = 'minute' WHERE code = 'c';
DELETE FROM incident WHERE source_reference = 'c99';
SELECT is((SELECT count(*) FROM strategic_pattern_time WHERE assessment_id = 1 AND problem_type = 'asb_nuisance' AND dimension = 'hour of day'), 24::bigint, 'hours without incidents are rows with 0');
SELECT is((SELECT DISTINCT data_flag FROM strategic_pattern_time WHERE assessment_id = 1 AND problem_type = 'asb_nuisance'), 'missing in Council reports: November 2024', 'patterns in time carry their flag');

-- patterns in place: each area against the others, exact test by R
SELECT results_eq($$
    SELECT area_code, incidents, pg_temp.r(rate_per_1000), pg_temp.r(ratio_to_rest), pg_temp.r(p_value), rank_by_incidents, rank_by_rate, pg_temp.r(share_percent), pg_temp.r(cumulative_share_percent)
    FROM strategic_pattern_area WHERE assessment_id = 2 AND problem_type = 'shoplifting' ORDER BY 1 $$,
    $$ VALUES ('A1', 11::bigint, 5.500000, 8.800000, 0.000033, 1, 1, 68.750000, 68.750000), ('A2', 2, 0.666667, 0.333333, 0.173711, 3, 2, 12.500000, 100.000000), ('A3', 3, 0.600000, 0.230769, 0.021271, 2, 3, 18.750000, 87.500000) $$,
    'areas against the rest');
SELECT is((SELECT verdict FROM strategic_pattern_area WHERE assessment_id = 2 AND problem_type = 'shoplifting' AND area_code = 'A1'), 'higher than the rest', 'verdict of an area');

-- plan review at the end of the period, 31 December 2024
SELECT results_eq($$ SELECT code, finding FROM strategic_plan_review WHERE assessment_id = 1 AND item = 'action' ORDER BY 1 $$,
    $$ VALUES ('a1', 'overdue'), ('a2', 'on the way'), ('a3', 'completed'), ('a4', 'completed late'), ('a5', 'stopped'), ('a6', 'not started'), ('a7', 'on the way'), ('a8', 'overdue') $$, 'findings of the actions');
SELECT results_eq($$
    SELECT code, period_incidents, baseline_incidents, pg_temp.r(change_percent), pg_temp.r(p_value), pg_temp.r(adjusted_p_value), finding, target_is_met, pg_temp.r(period_value), pg_temp.r(baseline_value), unit
    FROM strategic_plan_review WHERE assessment_id = 1 AND item = 'indicator' AND priority = 'P1' ORDER BY 1 $$,
    $$ VALUES
    -- three tests: 0.0346895, 0.3235, 0.0346895; adjusted 3/2 x 0.0346895, 0.3235
    ('I1', 17::bigint, 6::bigint, 183.333333, 0.034690, 0.052034, 'moved the wrong way', false, 68.000000, 24.000000, 'count a year'),
    -- a subtype named beside its parent counts once; 3 of 4000 homes in a quarter: 3 a year per 1000; both targets are met
    ('I2', 3, 6, -55.000000, 0.323475, 0.323475, 'did not move beyond chance', true, 3.000000, 6.666667, 'per 1,000 households a year'),
    -- +183% is above +10%, but 68 a year is below 100
    ('I3', 17, 6, 183.333333, 0.034690, 0.052034, 'moved the right way', false, 68.000000, 24.000000, 'count a year'),
    -- 3 and 6 x 465.3814732 x 4
    ('I4', 3, 6, -50.000000, NULL, NULL, 'not tested', NULL, 5584.577678, 11169.155357, 'harm a year'),
    -- nobody sets the flag hate: not known, and not none
    ('I5', NULL, NULL, NULL, NULL, NULL, 'not comparable', NULL, NULL, NULL, 'count a year') $$,
    'indicators: values, tests, findings and targets');
SELECT results_eq($$ SELECT priority, finding FROM strategic_plan_review WHERE assessment_id = 1 AND priority = 'P2' $$, $$ VALUES ('P2', 'no indicator') $$, 'a priority that nothing measures says so');

-- the matrix
SELECT results_eq($$
    SELECT problem_type, volume_score, trend_score, peers_score, harm_factor_score, pg_temp.r(likelihood_mean), pg_temp.r(impact_mean), likelihood, impact, risk, risk_band, risk_rank, confidence, factors_not_scored::integer, not_scored, is_current_priority
    FROM strategic_priority_matrix WHERE assessment_id = 1 ORDER BY risk_rank NULLS LAST $$,
    $$ VALUES
    -- share 9.7%: 4; no significant change: 3; 0.75 of 8 is 9%: 1; harm 465: 4. Means 8/3 and 4; confidence (1+1+1+2) / 7
    ('burglary', 4, 3, 1, 4, 2.666667, 4.000000, 3, 4, 12, 'amber', 1, 'medium', 2, 'Effect on victims, Public concern (score 9 is off its scale of 1 to 5)', false),
    -- 35%: 5; 3; 1.1 of 0.383 is 287%: 5; no weight. 13/3 and 2: 8.67 stands before 8.56; confidence (3 + 0.3) / 7
    ('anti_social_behaviour', 5, 3, 5, NULL, 4.333333, 2.000000, 4, 2, 8, 'yellow', 2, 'low', 2, 'Harm, Public concern', true),
    -- 55%: 5; +155%: 5; 1.1 of 1.7 is 65%: 1; harm 11.9: 2, weight 2, victims 3: 7/3; confidence 6/7
    ('shoplifting', 5, 5, 1, 2, 3.666667, 2.333333, 4, 2, 8, 'yellow', 3, 'high', 1, 'Public concern', false),
    -- 0%: 1; 3; no peers: a mean of two; nothing is known of its impact, so there is no risk, and no rank
    ('environment', 1, 3, NULL, NULL, 2.000000, NULL, 2, NULL, NULL, NULL, NULL, 'low', 4, 'Against peers, Harm, Effect on victims, Public concern', false) $$,
    'the matrix: scores, missing factors, ties, ranks');
SELECT is((SELECT pg_temp.r(organisational_position) FROM strategic_priority_matrix WHERE assessment_id = 1 AND problem_type = 'environment'), 3.000000, 'the organisational position stands beside the risk');
SELECT results_eq($$ SELECT problem_type, factor, pg_temp.r(score_error) FROM evidence_factor WHERE assessment_id = 1 AND (problem_type, factor) IN (('burglary', 'volume'), ('shoplifting', 'volume'), ('burglary', 'harm'), ('shoplifting', 'victims')) ORDER BY 1, 2 $$,
    $$ VALUES
    -- data without an interval: score_error_high
    ('burglary', 'harm', 0.250000),
    -- 3 of 31 in 100, Byar 95%: 1.9 to 28.3, so scores 2 to 5: 3 / 2 / 1.959964
    ('burglary', 'volume', 0.765320),
    -- given with high confidence
    ('shoplifting', 'victims', 0.250000),
    -- 17 of 31: 31.9 to 87.8, score 5 throughout
    ('shoplifting', 'volume', 0.000000) $$,
    'how uncertain the scores of the matrix are');
-- by hand: burglary 2.67 x 4 = 10.67, anti-social behaviour 8.67, shoplifting 8.56
SELECT results_eq($$ SELECT problem_type, unrounded_rank, top_3_share::numeric, top_5_share::numeric FROM strategic_priority_matrix WHERE assessment_id = 1 ORDER BY unrounded_rank NULLS LAST $$,
    $$ VALUES ('burglary', 1, 1, 1), ('anti_social_behaviour', 2, 1, 1), ('shoplifting', 3, 1, 1), ('environment', NULL::integer, NULL::numeric, NULL::numeric) $$, 'ranks of the unrounded risk; three issues are always among three');
SELECT ok(bool_and(rank_lower <= unrounded_rank AND unrounded_rank <= rank_upper) AND bool_or(rank_lower < rank_upper), 'ranks lie in their intervals, and not all are settled')
FROM strategic_priority_matrix WHERE assessment_id = 1 AND risk IS NOT NULL;
SAVEPOINT settled;
UPDATE setting SET value = '0' WHERE name LIKE 'score_error_%';
DELETE FROM risk_factor_band b WHERE b.factor IN ('volume', 'trend', 'peers') AND b.score > (SELECT min(l.score) FROM risk_factor_band l WHERE l.scheme = b.scheme AND l.factor = b.factor);
SELECT ok(bool_and(rank_lower = unrounded_rank AND unrounded_rank = rank_upper), 'certain scores have settled ranks')
FROM strategic_priority_matrix WHERE assessment_id = 1 AND risk IS NOT NULL;
ROLLBACK TO SAVEPOINT settled;
SELECT results_eq($$ SELECT title, problem_type, risk_rank, risk_band FROM strategic_recommendation WHERE assessment_id = 1 $$, $$ VALUES ('Act on it', 'burglary', 1, 'amber') $$, 'a recommendation with the rank of its problem');

-- vulnerable localities: 2000, 3000 and 5000 residents
SAVEPOINT vulnerable;
INSERT INTO area_measure (area_id, measure, year, value)
SELECT a.area_id, v.measure, 2020, v.value
FROM (VALUES ('A1', 'income_deprivation', 0.1), ('A2', 'income_deprivation', 0.2), ('A3', 'income_deprivation', 0.3), ('A1', 'population_15_24', 200), ('A2', 'population_15_24', 600), ('A3', 'population_15_24', 1000),
             ('A1', 'age_18_24', 1)) AS v (code, measure, value)
JOIN area a USING (code);
SELECT results_eq($$ SELECT area_code, pg_temp.r(income_deprivation_index), young_people_percent, pg_temp.r(young_people_index), vulnerable_localities_index, not_known
    FROM strategic_vulnerable_locality WHERE assessment_id = 1 ORDER BY 1 $$, $$ VALUES
    -- the study area has (200 + 600 + 1500) / 10000 = 0.23 and 1800 / 10000 = 18%; the first name of a setting that is there counts
    ('A1', 43.478261, 10::float8, 55.555556, NULL::float8, 'criminal damage, employment deprivation, low attainment'),
    ('A2', 86.956522, 20, 111.111111, NULL, 'criminal damage, employment deprivation, low attainment'),
    ('A3', 130.434783, 20, 111.111111, NULL, 'criminal damage, employment deprivation, low attainment') $$, 'indices against the study area; one that is not known leaves no index');
SELECT is_empty($$ SELECT v.area_code FROM strategic_vulnerable_locality v LEFT JOIN (
        SELECT area_id, count(*) AS n FROM incident JOIN problem_type t USING (problem_type_id) WHERE t.code = 'burglary_residential' AND occurred_from >= '2024-10-01 Europe/London' AND occurred_from < '2025-01-01 Europe/London' GROUP BY 1) i USING (area_id)
    WHERE assessment_id = 1 AND pg_temp.r(v.burglary_per_1000_households) IS DISTINCT FROM pg_temp.r(coalesce(i.n, 0) * 1000.0 / v.households) $$, 'dwelling burglaries per 1,000 households; none is 0 where the type is counted');
UPDATE setting SET value = 'age_18_24,population_15_24' WHERE name = 'vulnerability_young_people';
SELECT is((SELECT young_people_percent FROM strategic_vulnerable_locality WHERE assessment_id = 1 AND area_code = 'A1'), 0.05::float8, 'the setting says what is read first');
ROLLBACK TO SAVEPOINT vulnerable;

-- the four structures
SELECT set_eq($$ SELECT problem_type, section FROM strategic_by_priority WHERE assessment_id = 1 $$,
    $$ VALUES ('anti_social_behaviour', 'Nuisance'), ('asb_nuisance', 'Nuisance'), ('burglary', 'Outside the priorities'), ('shoplifting', 'Outside the priorities'), ('environment', 'Outside the priorities') $$,
    'by priority: what it covers, subtypes included, and the headlines outside');
SELECT is_empty($$
    SELECT problem_type FROM strategic_by_crime_type c
    JOIN strategic_by_priority p USING (assessment_id, problem_type)
    WHERE ROW(c.incidents, c.rate_per_1000, c.share_percent, c.period_incidents, c.baseline_incidents, c.change_percent, c.adjusted_p_value, c.verdict, c.risk, c.data_flag)
          IS DISTINCT FROM ROW(p.incidents, p.rate_per_1000, p.share_percent, p.period_incidents, p.baseline_incidents, p.change_percent, p.adjusted_p_value, p.verdict, p.risk, p.data_flag) $$,
    'by crime type and by priority hold the same figures');
SELECT is_empty($$
    SELECT c.problem_type FROM strategic_by_crime_type c
    JOIN strategic_levels l ON l.assessment_id = c.assessment_id AND l.problem_type_id = c.problem_type_id AND l.area_kind = 'partnership'
    JOIN strategic_change g ON g.assessment_id = c.assessment_id AND g.problem_type_id = c.problem_type_id AND g.area_kind = 'partnership'
    WHERE ROW(c.incidents, c.rate_per_1000, c.harm_score, c.peer_position, c.change_percent, c.verdict, c.trend_verdict) IS DISTINCT FROM ROW(l.incidents, l.rate_per_1000, l.harm_score, l.peer_position, g.change_percent, g.verdict, g.trend_verdict) $$,
    'and they are those of levels and change');
SELECT results_eq($$
    SELECT section, source, problem_type, incidents, period_incidents, baseline_incidents, pg_temp.r(change_percent), pg_temp.r(adjusted_p_value), verdict, pg_temp.r(share_of_source_percent), data_flag
    FROM strategic_by_organisation WHERE assessment_id = 1 ORDER BY source, sort_order $$,
    $$ VALUES ('Council', 'c', 'asb_nuisance', 5::bigint, 5::bigint, 3::bigint, 50.000000, 0.911975, 'no clear change', 100.000000, 'missing: November 2024'),
              ('Council', 'c', 'noise_complaint', 0, 0, 2, -100.000000, 0.539125, 'no clear change', 0.000000, 'missing: November 2024'),
              -- 3, 17 and 6 of the police's 26; the same exposure as in strategic_change, so the same change
              ('Police', 'p', 'burglary_residential', 3, 3, 6, -55.000000, 0.539125, 'no clear change', 11.538462, NULL),
              ('Police', 'p', 'shoplifting', 17, 17, 6, 155.000000, 0.290113, 'no clear change', 65.384615, NULL),
              ('Police', 'p', 'asb_nuisance', 6, 6, 6, -10.000000, 1.000000, 'no clear change', 23.076923, NULL) $$,
    'by organisation: each source and type as recorded (R)');
SELECT results_eq($$
    SELECT side, measure_order, value, data_flag FROM strategic_by_problem WHERE assessment_id = 1 AND problem_type = 'anti_social_behaviour' ORDER BY 1, 2 $$,
    $$ VALUES
    -- X three times, Y and Z once: 3 places, 1 repeated, 3 of 5; the top tenth of 3 places is 1
    ('location', 1, 3::float8, 'known for 5 of 11 incidents'), ('location', 2, 1, 'known for 5 of 11 incidents'), ('location', 3, 60, 'known for 5 of 11 incidents'), ('location', 4, 60, 'known for 5 of 11 incidents'),
    ('offender', 0, NULL, 'No source of this problem gives people'),
    -- one twice, two once; a witness is no victim
    ('victim', 1, 2, 'known for 3 of 11 incidents'), ('victim', 2, 1, 'known for 3 of 11 incidents'), ('victim', 3, 200 / 3.0::float8, 'known for 3 of 11 incidents'), ('victim', 4, 200 / 3.0::float8, 'known for 3 of 11 incidents') $$,
    'by problem: location, offender, victim, and for how many they are known');
SELECT results_eq($$ SELECT side, value, data_flag FROM strategic_by_problem WHERE assessment_id = 1 AND problem_type = 'shoplifting' ORDER BY 1 $$,
    $$ VALUES ('location', NULL::float8, 'No source of this problem gives exact places: snapped points would make false repeats'), ('offender', NULL, 'No source of this problem gives people'), ('victim', NULL, 'No source of this problem gives people') $$,
    'snapped places make no repeats');

SELECT results_eq($$
    SELECT source, period_months_covered, baseline_months_covered, missing_months, partial_months, incidents, pg_temp.r(with_area_percent), limits, first_month, last_month FROM strategic_sources WHERE assessment_id = 1 ORDER BY 1 $$,
    $$ VALUES ('c', 2, 3, 'November 2024', NULL, 5::bigint, 100.000000, NULL, '2023-10-01'::date, '2024-12-01'::date),
              ('p', 3, 3, NULL, NULL, 26, 96.153846, 'places are snapped to map points: no near-repeat, same-place or fine hot-spot analysis; times are months: no day or hour patterns', '2023-10-01', '2024-12-01') $$,
    'sources: coverage, missing months, completeness, limits');

-- ---- Part 2: what can go wrong with data ----
SAVEPOINT clean;

-- an area without residents has no rate, and adds to none
UPDATE area_population SET population = 0 WHERE area_id = (SELECT area_id FROM area WHERE code = 'A1');
SELECT results_eq($$ SELECT area_code, pg_temp.r(rate_per_1000), pg_temp.r(ratio_to_rest), verdict, rank_by_rate FROM strategic_pattern_area WHERE assessment_id = 2 AND problem_type = 'shoplifting' ORDER BY 1 $$,
    $$ VALUES ('A1', NULL, NULL, 'not comparable', NULL), ('A2', 0.666667, 1.111111, 'in line with the rest', 1), ('A3', 0.600000, 0.900000, 'in line with the rest', 2) $$, 'an area without residents');
SELECT results_eq($$ SELECT verdict, period_rate_per_1000_year, pg_temp.r(change_percent) FROM strategic_change WHERE assessment_id = 2 AND area_code = 'A1' AND problem_type = 'shoplifting' $$,
    -- 11 and 3 in three months each
    $$ VALUES ('no clear change', NULL::float8, 266.666667) $$, 'its change is that of the counts');
ROLLBACK TO clean;

-- a year with figures for some of the areas is no denominator of the whole
DELETE FROM area_population WHERE year = 2024 AND area_id = (SELECT area_id FROM area WHERE code = 'A3');
SELECT results_eq($$ SELECT area_code, denominator_count, denominator_year FROM strategic_levels WHERE assessment_id = 1 AND problem_type = 'shoplifting' ORDER BY area_kind, area_code $$,
    $$ VALUES ('D1', 5000::bigint, 2024), ('D2', 4000, 2023), ('tiny', 9000, 2023) $$, 'populations of part of the areas are not summed');
ROLLBACK TO clean;
DELETE FROM area_population;
SELECT results_eq($$ SELECT incidents, rate_per_1000, harm_per_1000, harm_score IS NULL FROM strategic_levels WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'shoplifting' $$,
    $$ VALUES (17::bigint, NULL::float8, NULL::float8, false) $$, 'without populations there are counts and no rates');
SELECT is((SELECT pg_temp.r(change_percent) FROM strategic_change WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'shoplifting'), 183.333333, 'and changes of counts');
ROLLBACK TO clean;

-- no baseline: no comparison, but a trend
UPDATE assessment SET baseline_from = NULL, baseline_to = NULL WHERE assessment_id = 1;
SELECT results_eq($$ SELECT period_incidents, baseline_incidents, change_percent, p_value, verdict, pg_temp.r(trend_percent_per_month), trend_verdict FROM strategic_change WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'shoplifting' $$,
    $$ VALUES (NULL::bigint, NULL::bigint, NULL::float8, NULL::float8, 'not comparable', 13.042318, 'rising') $$, 'an assessment without a baseline');
SELECT is((SELECT count(*) FROM strategic_drivers WHERE assessment_id = 1), 0::bigint, 'has no drivers');
SELECT results_eq($$ SELECT finding, note FROM strategic_plan_review WHERE assessment_id = 1 AND code = 'I1' $$, $$ VALUES ('not comparable', 'no data in a baseline to compare with') $$, 'nor do its indicators move');
SELECT is((SELECT incidents FROM strategic_by_crime_type WHERE assessment_id = 1 AND problem_type = 'shoplifting'), 17::bigint, 'and keeps its levels');
UPDATE indicator SET baseline_from = '2023-10-01', baseline_to = '2023-12-31' WHERE code = 'I1';
SELECT is((SELECT finding FROM strategic_plan_review WHERE assessment_id = 1 AND code = 'I1'), 'moved the wrong way', 'an indicator with a baseline of its own does');
ROLLBACK TO clean;

-- a period without any data
UPDATE assessment SET period_from = '2025-10-01', period_to = '2025-12-31', baseline_from = '2024-10-01', baseline_to = '2024-12-31' WHERE assessment_id = 1;
SELECT is((SELECT count(*) FROM strategic_levels WHERE assessment_id = 1), 0::bigint, 'a period without data has no levels, not levels of 0');
SELECT results_eq($$ SELECT period_incidents, baseline_incidents, verdict, trend_months, data_flag FROM strategic_change WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'shoplifting' $$,
    $$ VALUES (NULL::bigint, NULL::bigint, 'not comparable', NULL::integer, 'missing in Police records: October to December 2025') $$, 'and nothing to compare, flagged');
SELECT results_eq($$ SELECT source, incidents, period_months_covered FROM strategic_sources WHERE assessment_id = 1 ORDER BY 1 $$, $$ VALUES ('c', NULL::bigint, 0), ('p', NULL, 0) $$, 'its sources are silent, not at 0');
SELECT is((SELECT count(*) FROM strategic_priority_matrix WHERE assessment_id = 1), 0::bigint, 'and there is no matrix');
SELECT is((SELECT incidents FROM strategic_levels WHERE assessment_id = 2 AND area_kind = 'partnership' AND problem_type = 'shoplifting'), 17::bigint, 'the other assessment stands');
UPDATE assessment SET period_from = '2030-10-01', period_to = '2030-12-31', baseline_from = '2029-10-01', baseline_to = '2029-12-31' WHERE assessment_id = 1;
SELECT is((SELECT count(*) FROM strategic_change WHERE assessment_id = 1) + (SELECT count(*) FROM strategic_sources WHERE assessment_id = 1), 0::bigint, 'neither part with data: no rows at all');
ROLLBACK TO clean;

-- a period that is not whole months
UPDATE assessment SET period_from = '2024-10-15', period_to = '2024-12-31', baseline_from = '2023-10-15', baseline_to = '2023-12-31' WHERE assessment_id = 1;
SELECT results_eq($$ SELECT incidents, period_months, data_flag FROM strategic_levels WHERE assessment_id = 1 AND area_kind = 'district' AND area_code = 'D1' AND problem_type = 'shoplifting' $$,
    -- November 4, December 4 + 1
    $$ VALUES (9::bigint, 2, 'only the whole months of the period count') $$, 'a period that is not whole months says so');
UPDATE assessment SET period_from = '2024-10-15', period_to = '2024-11-14' WHERE assessment_id = 1;
SELECT is((SELECT count(*) FROM strategic_levels WHERE assessment_id = 1), 0::bigint, 'a period without a whole month has no monthly levels');
ROLLBACK TO clean;

-- the year before as the baseline of a quarter: the same quarter is compared, not four quarters with one
UPDATE assessment SET baseline_from = '2023-10-01', baseline_to = '2024-09-30' WHERE assessment_id = 1;
SELECT results_eq($$ SELECT period_incidents, baseline_incidents, baseline_months_compared, pg_temp.r(p_value), data_flag FROM strategic_change WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'burglary' $$,
    -- the baseline now ends in 2024, whose homes it is per: 3 and 6 in 4000 homes, 2 x P(X <= 3 of 9) = 2 x 130/512
    $$ VALUES (3::bigint, 6::bigint, 3, 0.507813, 'only the months of the year that period and baseline share are compared') $$, 'a longer baseline is compared by season');
SELECT results_eq($$ SELECT member_code, contribution FROM strategic_drivers WHERE assessment_id = 1 AND problem_type = 'shoplifting' AND dimension = 'month' ORDER BY 1 $$,
    $$ VALUES ('10', 2::float8), ('11', 5), ('12', 4) $$, 'and its drivers are months of the year');
ROLLBACK TO clean;
-- two years of baseline, scaled: invented counts in the year before
INSERT INTO source_coverage (source_id, month) SELECT source_id, m::date FROM source, generate_series('2022-10-01'::timestamp, '2022-12-01', '1 month') m WHERE code = 'p';
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to)
SELECT s.source_id, 'old' || n, t.problem_type_id, '2022-11-15', '2022-11-15' FROM source s, problem_type t, generate_series(1, 4) n WHERE s.code = 'p' AND t.code = 'shoplifting';
UPDATE assessment SET baseline_from = '2022-10-01', baseline_to = '2023-12-31' WHERE assessment_id = 1;
SELECT results_eq($$ SELECT dimension, sum(period_incidents), sum(baseline_incidents), sum(contribution) FROM strategic_drivers WHERE assessment_id = 1 AND problem_type = 'shoplifting' GROUP BY 1 ORDER BY 1 $$,
    -- October to December of two years: 4 + 6 incidents in six months against 17 in three: 17 - 10 x 3/6
    $$ VALUES ('area', 17::numeric, 10::numeric, 12::float8), ('month', 17, 10, 12), ('problem type', 17, 10, 12), ('source', 17, 10, 12) $$, 'a baseline of two autumns is scaled, in every dimension alike');
ROLLBACK TO clean;
UPDATE assessment SET baseline_from = '2024-07-01', baseline_to = '2024-09-30' WHERE assessment_id = 1;
SELECT results_eq($$ SELECT period_incidents, baseline_incidents, data_flag FROM strategic_change WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'shoplifting' $$,
    $$ VALUES (17::bigint, 5::bigint, 'period and baseline are not the same months of the year') $$, 'the quarter before is compared, and the seasons are flagged');
ROLLBACK TO clean;

-- part of a month, and a stray in a month that was never delivered
UPDATE source_coverage SET status = 'partial' WHERE month = '2024-12-01' AND source_id = (SELECT source_id FROM source WHERE code = 'p');
SELECT results_eq($$ SELECT period_incidents, baseline_incidents, period_months_compared, trend_months, data_flag FROM strategic_change WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'shoplifting' $$,
    $$ VALUES (11::bigint, 4::bigint, 2, 14, 'only part of December 2024 in Police records') $$, 'a month of which part is missing is not compared');
SELECT is((SELECT incidents FROM strategic_levels WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'shoplifting'), 17::bigint, 'but counts in the level');
ROLLBACK TO clean;
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to)
SELECT s.source_id, 'stray', t.problem_type_id, '2024-11-20', '2024-11-20' FROM source s, problem_type t WHERE s.code = 'c' AND t.code = 'asb_nuisance';
SELECT results_eq($$ SELECT period_incidents, baseline_incidents, data_flag FROM strategic_change WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'asb_nuisance' $$,
    $$ VALUES (11::bigint, 9::bigint, 'only part of November 2024 in Council reports') $$, 'one stray date does not make a month');
ROLLBACK TO clean;

-- sources that came or went
INSERT INTO source (code, title) VALUES ('old', 'Old system'), ('new', 'New system');
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to)
SELECT s.source_id, s.code || number, t.problem_type_id, v.at::timestamptz, v.at::timestamptz
FROM (VALUES ('old', '2015-05-05 12:00Z', 3), ('new', '2024-12-05 12:00Z', 7)) AS v (source, at, n)
JOIN source s ON s.code = v.source
CROSS JOIN generate_series(1, v.n) AS number
JOIN problem_type t ON t.code = 'shoplifting';
SELECT results_eq($$ SELECT period_incidents, baseline_incidents, pg_temp.r(p_value), data_flag FROM strategic_change WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'shoplifting' $$,
    $$ VALUES (17::bigint, 6::bigint, 0.058023, 'missing in New system: October to December 2023, October to November 2024') $$, 'a new source is in no comparison, and spoils none; an old one is not spoken of');
SELECT is((SELECT incidents FROM strategic_levels WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'shoplifting'), 24::bigint, 'the new one is in the level');
SELECT is((SELECT count(*) FROM strategic_levels WHERE assessment_id = 2 AND problem_type = 'shoplifting' AND area_kind = 'lsoa21'), 3::bigint, 'areas without incidents stay');
ROLLBACK TO clean;

-- breaks touch what they touch
INSERT INTO series_break (starts_on, kind, problem_type_code, description) VALUES
    ('2024-11-15', 'geography', NULL, 'new boundaries'), ('2024-11-16', 'recording', 'asb_nuisance', 'new counting rule'), ('2023-10-01', 'recording', NULL, 'before the first day'), ('2025-01-01', 'event', NULL, 'after the last day'), ('2024-02-01', 'recording', 'shoplifting', 'between baseline and period');
SELECT results_eq($$ SELECT problem_type, area_kind, data_flag FROM strategic_levels WHERE assessment_id = 1 AND (area_kind = 'partnership' OR area_code = 'D2') AND problem_type IN ('burglary', 'asb_nuisance', 'shoplifting') ORDER BY sort_order, 2 $$,
    $$ VALUES ('burglary', 'district', 'new boundaries (15 Nov 2024)'), ('burglary', 'partnership', NULL),
              ('shoplifting', 'district', 'new boundaries (15 Nov 2024)'), ('shoplifting', 'partnership', 'peers are compared over 2 of 3 months'),
              ('asb_nuisance', 'district', 'missing in Council reports: November 2024; new boundaries (15 Nov 2024); new counting rule (16 Nov 2024)'),
              ('asb_nuisance', 'partnership', 'missing in Council reports: November 2024; new counting rule (16 Nov 2024)') $$, 'breaks in the levels: boundaries touch areas, a rule its type');
SELECT results_eq($$ SELECT problem_type, data_flag, trend_flag FROM strategic_change WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type IN ('crime', 'burglary', 'shoplifting', 'anti_social_behaviour') ORDER BY sort_order $$,
    $$ VALUES ('crime', 'between baseline and period (1 Feb 2024)', 'between baseline and period (1 Feb 2024)'), ('burglary', NULL, NULL), ('shoplifting', 'between baseline and period (1 Feb 2024)', 'between baseline and period (1 Feb 2024)'),
              ('anti_social_behaviour', 'missing in Council reports: November 2024; new counting rule (16 Nov 2024)', '1 of 15 months is left out of the trend; new counting rule (16 Nov 2024)') $$, 'breaks in the comparison, up to the types above');
SELECT is((SELECT DISTINCT data_flag FROM strategic_drivers WHERE assessment_id = 1 AND problem_type = 'burglary' AND dimension = 'area'), 'new boundaries (15 Nov 2024)', 'drivers by area carry the break of areas');
SELECT is((SELECT count(*) FROM strategic_drivers WHERE assessment_id = 1 AND problem_type = 'burglary' AND dimension <> 'area' AND data_flag IS NOT NULL), 0::bigint, 'other drivers do not');
ROLLBACK TO clean;

-- no peers, or a group of oneself; no priorities
DELETE FROM peer WHERE NOT is_self;
DELETE FROM assessment_priority;
SELECT is((SELECT count(*) FROM strategic_levels WHERE peer_mean_rate IS NOT NULL OR peer_position IS NOT NULL), 0::bigint, 'a group of oneself is none');
SELECT results_eq($$ SELECT DISTINCT section FROM strategic_by_priority WHERE assessment_id = 1 $$, $$ VALUES ('Outside the priorities') $$, 'without priorities every headline stands outside');
SELECT is((SELECT count(*) FROM strategic_plan_review WHERE assessment_id = 1), 0::bigint, 'and there is no plan to review');
ROLLBACK TO clean;

-- another scale, and types that are their own ancestors
UPDATE risk_factor SET scale_high = 9 WHERE factor = 'victims' AND scheme = 'default';
SELECT is((SELECT pg_temp.r(impact_mean) FROM strategic_priority_matrix WHERE assessment_id = 1 AND problem_type = 'shoplifting'), 2.000000, 'a 3 on a scale to 9 is a 2 on a scale to 5: (2 x 2 + 2) / 3');
UPDATE problem_type SET parent_id = (SELECT problem_type_id FROM problem_type WHERE code = 'burglary_residential') WHERE code = 'crime';
SET LOCAL statement_timeout = '20s';
SELECT is((SELECT incidents FROM strategic_levels WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'shoplifting'), 17::bigint, 'a circle of parents does not hang the products');
RESET statement_timeout;
ROLLBACK TO clean;

-- a partnership of incidents alone
SELECT csp.create_partnership('bare') \g /dev/null
INSERT INTO bare.source (code, title) VALUES ('s', 'A source');
INSERT INTO bare.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to)
SELECT 1, n::text, t.problem_type_id, '2023-01-15'::timestamptz + make_interval(months => n), '2023-01-15'::timestamptz + make_interval(months => n) FROM generate_series(0, 23) n, bare.problem_type t WHERE t.code = 'robbery';
INSERT INTO bare.assessment (kind, title, period_from, period_to, baseline_from, baseline_to) VALUES ('strategic', 'Bare', '2024-01-01', '2024-12-31', '2023-01-01', '2023-12-31');
SELECT results_eq($$ SELECT area_kind, problem_type, incidents, rate_per_1000, pg_temp.r(share_percent) FROM bare.strategic_levels ORDER BY sort_order $$,
    $$ VALUES ('partnership', 'crime', 12::bigint, NULL::float8, 100.000000), ('partnership', 'robbery', 12, NULL, 100.000000) $$, 'a partnership without areas has levels of the whole');
SELECT results_eq($$ SELECT period_incidents, baseline_incidents, pg_temp.r(change_percent), verdict FROM bare.strategic_change WHERE problem_type = 'robbery' $$, $$ VALUES (12::bigint, 12::bigint, 0.000000, 'no clear change') $$, 'and changes of counts');
SELECT is((SELECT count(*) FROM bare.strategic_drivers WHERE dimension = 'area' AND member_label <> 'No known area'), 0::bigint, 'and no known area');
SELECT is((SELECT count(*) FROM bare.strategic_pattern_area), 0::bigint, 'and no pattern in place');
ROLLBACK TO clean;

-- ---- Part 3: the synthetic partnership's truths ----
SELECT csp.create_synthetic_partnership('county') \g /dev/null
SET search_path = county, public;
CREATE TEMP TABLE change AS SELECT * FROM county.strategic_change WHERE assessment_id = 1;
CREATE TEMP TABLE level AS SELECT * FROM county.strategic_levels WHERE assessment_id = 1;
ANALYZE change;
ANALYZE level;
SELECT results_eq($$ SELECT problem_type, trend_verdict FROM change WHERE area_kind = 'partnership' AND problem_type IN ('shoplifting', 'criminal_damage', 'public_order') ORDER BY 1 $$,
    $$ VALUES ('criminal_damage', 'falling'), ('public_order', 'no clear trend'), ('shoplifting', 'rising') $$, 'truths rising, falling and no_change: the trends are found');
SELECT ok((SELECT trend_lower < 1.5 AND trend_upper > 1.5 FROM change WHERE area_kind = 'partnership' AND problem_type = 'shoplifting'), 'and the planted 1.5% a month lies in the interval');
SELECT results_eq($$ SELECT problem_type, verdict FROM change WHERE area_kind = 'partnership' AND problem_type IN ('shoplifting', 'public_order') ORDER BY 1 $$,
    $$ VALUES ('public_order', 'no clear change'), ('shoplifting', 'higher') $$, 'the rise shows against the year before, the control does not');
SELECT is_empty($$ SELECT problem_type, verdict FROM change WHERE area_kind = 'partnership' AND is_headline AND verdict IN ('higher', 'lower', 'new', 'gone')
    AND problem_type NOT IN ('shoplifting', 'criminal_damage_and_arson', 'vehicle_crime', 'anti_social_behaviour') $$, 'no headline without a planted change is called one');
SELECT ok((SELECT count(*) FILTER (WHERE verdict IN ('higher', 'lower', 'new', 'gone')) <= 1 FROM change
           WHERE area_kind = 'district' AND problem_type NOT IN ('crime', 'shoplifting', 'criminal_damage', 'criminal_damage_and_arson', 'vehicle_crime', 'theft_of_vehicle', 'anti_social_behaviour', 'asb_nuisance')),
    'nor more than one in the districts');
SELECT results_eq($$ SELECT problem_type, peer_position FROM level WHERE area_kind = 'partnership' AND problem_type IN ('burglary', 'drugs') ORDER BY 1 $$,
    $$ VALUES ('burglary', 'in line with peers'), ('drugs', 'higher than peers') $$, 'truths peers_high and peers_in_line');
SELECT results_eq($$ SELECT missing_months, period_months_covered FROM strategic_sources WHERE assessment_id = 1 AND source = 'syn_council' $$, $$ VALUES ('July 2025', 11) $$, 'truth missing_month: named in the sources');
SELECT results_eq($$ SELECT DISTINCT problem_type_id FROM change WHERE data_flag LIKE '%July 2025%' ORDER BY 1 $$,
    $$ SELECT DISTINCT ts.problem_type_id FROM evidence_type_source ts JOIN source s USING (source_id) WHERE s.code = 'syn_council' ORDER BY 1 $$, 'flagged in exactly the types the council supplies');
SELECT results_eq($$ SELECT period_incidents, baseline_incidents FROM change WHERE area_kind = 'partnership' AND problem_type = 'fly_tipping' $$,
    $$ SELECT count(*) FILTER (WHERE i.occurred_from >= '2025-01-01'), count(*) FILTER (WHERE i.occurred_from < '2025-01-01')
       FROM incident i JOIN problem_type t USING (problem_type_id)
       WHERE t.code = 'fly_tipping' AND i.occurred_from >= '2024-01-01' AND i.occurred_from < '2026-01-01' AND extract(month FROM i.occurred_from AT TIME ZONE 'Europe/London') <> 7 $$, 'and left out of both years');
SELECT results_eq($$ SELECT array_agg(code ORDER BY code) FROM strategic_plan_review WHERE assessment_id = 1 AND finding = 'overdue' $$,
    $$ SELECT array_agg(c ORDER BY c) FROM synthetic_truth, jsonb_array_elements_text(parameters -> 'codes') c WHERE truth = 'overdue_actions' $$, 'truth overdue_actions');
SELECT is_empty($$ SELECT u.type, f.factor FROM synthetic_truth
    CROSS JOIN jsonb_each(parameters -> 'unscored') AS u (type, factors)
    CROSS JOIN jsonb_array_elements_text(u.factors) AS f (factor)
    LEFT JOIN strategic_priority_factor m ON m.assessment_id = 1 AND m.problem_type = u.type AND m.factor = f.factor WHERE truth = 'unscored' AND (m.factor IS NULL OR m.score IS NOT NULL) $$, 'truth unscored: the factors are there and have no score');

SELECT results_eq($$ SELECT area_code, rank FROM strategic_vulnerable_locality WHERE assessment_id = 1 AND is_priority $$, $$ SELECT area_code, 1 FROM synthetic_truth WHERE truth = 'vulnerable_locality' $$, 'truth vulnerable_locality: the first, and the only priority');
-- the planted nights, Friday and Saturday 20:00 to 04:00 (positions 117 to 124 and 141 to 148), against the other 152 hours of the week
SELECT cmp_ok((SELECT (avg(aoristic_incidents) FILTER (WHERE is_night) / avg(aoristic_incidents) FILTER (WHERE NOT is_night))
               FROM strategic_pattern_time CROSS JOIN LATERAL (SELECT position BETWEEN 117 AND 124 OR position BETWEEN 141 AND 148) AS n (is_night)
               WHERE assessment_id = 1 AND problem_type = 'ambulance_assault' AND dimension = 'hour of week'), '>', 4::float8, 'truth night_economy: assaults gather on Friday and Saturday nights');
SELECT results_eq($$ SELECT position, round(aoristic_incidents::numeric, 9) FROM strategic_pattern_time WHERE assessment_id = 1 AND problem_type = 'burglary' AND dimension = 'hour of week' ORDER BY 1 $$,
    $$ SELECT hour_of_week, round(weight::numeric, 9) FROM csp.hour_of_week((SELECT csp.aoristic_hours(i.occurred_from, i.occurred_to, 'Europe/London') FROM incident i
       JOIN evidence_type tree ON tree.member_id = i.problem_type_id JOIN problem_type t ON t.problem_type_id = tree.problem_type_id
       WHERE t.code = 'burglary' AND i.occurred_from >= '2025-01-01' AND i.occurred_from < '2026-01-01')) ORDER BY 1 $$, 'the hours of burglary are those of its incidents, subtypes included');

-- ---- Part 4: sums that must hold ----
SELECT is_empty($$
    SELECT w.problem_type FROM level w
    LEFT JOIN (SELECT problem_type_id, sum(incidents) AS incidents FROM level WHERE area_kind = 'district' GROUP BY 1) a USING (problem_type_id)
    LEFT JOIN (SELECT tree.problem_type_id, count(*) AS incidents FROM incident i JOIN evidence_type tree ON tree.member_id = i.problem_type_id
               WHERE i.area_id IS NULL AND i.occurred_from >= '2025-01-01' AND i.occurred_from < '2026-01-01' GROUP BY 1) u USING (problem_type_id)
    WHERE w.area_kind = 'partnership' AND w.incidents <> a.incidents + coalesce(u.incidents, 0) $$, 'areas and what has no area add up to the partnership');
SELECT is_empty($$
    SELECT p.problem_type FROM level p
    JOIN (SELECT t.parent_id, l.area_id, sum(l.incidents) AS incidents, sum(l.harm_score) AS harm FROM level l JOIN problem_type t USING (problem_type_id) GROUP BY 1, 2) c ON c.parent_id = p.problem_type_id AND c.area_id = p.area_id
    LEFT JOIN (SELECT problem_type_id, count(*) AS incidents FROM incident WHERE occurred_from >= '2025-01-01' AND occurred_from < '2026-01-01' GROUP BY 1) own ON own.problem_type_id = p.problem_type_id AND p.area_kind = 'partnership'
    WHERE p.area_kind = 'partnership' AND p.incidents <> c.incidents + coalesce(own.incidents, 0) $$, 'subtypes add up to their type');
SELECT results_eq($$ SELECT t.code, m.month, sum(m.incidents)::bigint FROM incident_month m JOIN problem_type t USING (problem_type_id) GROUP BY 1, 2 ORDER BY 1, 2 $$,
    $$ SELECT t.code, date_trunc('month', i.occurred_from AT TIME ZONE 'Europe/London')::date, count(*) FROM incident i JOIN problem_type t USING (problem_type_id) GROUP BY 1, 2 ORDER BY 1, 2 $$, 'counts by type and month equal a count of the incidents');
SELECT is_empty($$
    SELECT d.problem_type, d.dimension FROM strategic_drivers d JOIN change c ON c.problem_type_id = d.problem_type_id AND c.area_kind = 'partnership'
    WHERE d.assessment_id = 1 GROUP BY d.problem_type, d.dimension, c.period_incidents, c.baseline_incidents
    HAVING sum(d.period_incidents) <> c.period_incidents OR sum(d.baseline_incidents) <> c.baseline_incidents OR abs(sum(d.contribution) - (c.period_incidents - c.baseline_incidents)) > 1e-6 $$, 'drivers add up to the change of every type in every dimension');
SELECT is((SELECT sum(incidents) FROM strategic_by_organisation WHERE assessment_id = 1), (SELECT sum(incidents) FROM level WHERE area_kind = 'partnership' AND problem_type_id IN (SELECT problem_type_id FROM problem_type WHERE parent_id IS NULL)), 'by organisation and by crime type hold the same incidents');
SELECT is_empty($$
    SELECT o.problem_type FROM strategic_by_organisation o JOIN change c ON c.problem_type_id = o.problem_type_id AND c.area_kind = 'partnership'
    WHERE o.assessment_id = 1 AND o.problem_type_id IN (SELECT problem_type_id FROM evidence_type_source GROUP BY 1 HAVING count(*) = 1)
      AND o.problem_type_id NOT IN (SELECT parent_id FROM problem_type WHERE parent_id IS NOT NULL)
      AND ROW(o.period_incidents, o.baseline_incidents, o.change_percent) IS DISTINCT FROM ROW(c.period_incidents, c.baseline_incidents, c.change_percent) $$, 'a type of one source has one change, whatever the structure');
SELECT * FROM finish();
ROLLBACK;
