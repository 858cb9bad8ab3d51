-- Tactical assessment and scanning. Part 1: a partnership made by hand. Part 2: the synthetic county's truths.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET extra_float_digits = 0;
BEGIN;
SELECT plan(59);
SELECT csp.create_partnership('tiny') \g /dev/null
SET search_path = tiny, public;
SET LOCAL timezone = 'Europe/London';
CREATE FUNCTION pg_temp.r(float8) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, 8)';
INSERT INTO area (area_kind, code, name) VALUES ('lsoa21', 'A1', 'Area 1'), ('lsoa21', 'A2', 'Area 2');
UPDATE setting SET value = 'lsoa21' WHERE name = 'base_area_kind';
SELECT csp.refresh_areas('tiny') \g /dev/null
INSERT INTO source (source_id, code, title, place_precision, time_precision) VALUES
    (1, 'p', 'Police', 'exact', 'minute'), (2, 'o', 'Open data', 'snapped', 'month'), (3, 'c', 'Council', 'exact', 'day'), (4, 'l', 'Late source', 'exact', 'day');
INSERT INTO source_coverage (source_id, month)
SELECT s.source_id, m::date
FROM (VALUES (1, '2023-01-01'::date, '2025-06-01'::date), (2, '2023-01-01', '2025-05-01'), (3, '2024-06-01', '2025-06-01'), (4, '2023-01-01', '2025-03-01')) AS s (source_id, first, last)
CROSS JOIN generate_series(s.first::timestamp, s.last::timestamp, '1 month') m;
DELETE FROM source_coverage WHERE source_id = 3 AND month = '2025-05-01';
-- counts of a day each: at midday, at one place
CREATE FUNCTION pg_temp.put(source integer, code text, area text, day date, n integer, x float8 DEFAULT 1000, method text DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    INSERT INTO tiny.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, area_id, method, place_reference)
    SELECT source, code || coalesce(area, '') || day || ' ' || x || ' ' || g, t.problem_type_id, day + time '12:00', day + time '12:00', ST_Point(x, 1000, 27700), (SELECT area_id FROM tiny.area a WHERE a.code = area), method, 'Place ' || x
    FROM tiny.problem_type t, generate_series(1, n) g WHERE t.code = $2 $$;
-- the window is 1 to 28 June 2025, before it 4 to 31 May, a year back 2 to 29 June 2024, two years back 4 June to 1 July 2023
SELECT pg_temp.put(1, 'robbery_personal', 'A1', v.day::date, v.n) FROM (VALUES
    ('2025-06-01', 2), ('2025-06-10', 4), ('2025-06-21', 2), ('2025-06-28', 4),
    ('2025-05-04', 1), ('2025-05-31', 5), ('2025-05-03', 7), ('2025-06-29', 9),
    ('2024-06-02', 2), ('2024-06-29', 1), ('2024-06-01', 1),
    ('2023-06-04', 4), ('2023-07-01', 1), ('2023-07-02', 1), ('2023-02-01', 1)) AS v (day, n) \g /dev/null
-- without an area: the whole alone
SELECT pg_temp.put(1, 'robbery_personal', NULL, '2025-06-05', 1) \g /dev/null
-- months: May 2025 has 40; Aprils to Junes of 2023 and 2024 have 62
SELECT pg_temp.put(2, 'shoplifting', 'A2', v.day::date, v.n) FROM (VALUES ('2025-05-01', 40), ('2025-04-01', 25), ('2024-04-01', 10), ('2024-05-01', 11), ('2024-06-01', 12), ('2023-04-01', 9), ('2023-05-01', 10), ('2023-06-01', 10)) AS v (day, n) \g /dev/null
-- a source of a year, with a gap in the period before; and one that stopped
SELECT pg_temp.put(3, 'graffiti', 'A1', v.day::date, v.n) FROM (VALUES ('2025-06-05', 6), ('2024-06-05', 2)) AS v (day, n) \g /dev/null
SELECT pg_temp.put(4, 'noise_complaint', 'A1', '2025-03-05', 6) \g /dev/null

-- opening
SELECT is(csp.open_tactical_assessment('tiny', daterange('2025-06-01', '2025-06-28', '[]')), 1, 'an assessment of a period given');
SELECT results_eq($$ SELECT kind, title, period_from, period_to, baseline_from, status FROM assessment $$,
    $$ VALUES ('tactical', 'Tactical assessment, 1 Jun 2025 to 28 Jun 2025', '2025-06-01'::date, '2025-06-28'::date, NULL::date, 'draft') $$, 'with its last day, and no baseline');
SELECT throws_ok($$ SELECT csp.open_tactical_assessment('tiny', '[2025-06-01,2025-06-29)') $$, '42710', NULL, 'the same period again is refused');
SELECT throws_ok($$ SELECT csp.open_tactical_assessment('tiny', '[2025-06-01,)') $$, '22023', NULL, 'a period without end');
SELECT throws_ok($$ SELECT csp.open_tactical_assessment('tiny', 'empty') $$, '22023', NULL, 'an empty period');
SELECT throws_ok($$ SELECT csp.open_tactical_assessment('nope') $$, '3F000', NULL, 'an unknown partnership');
SELECT is(csp.open_tactical_assessment('tiny'), 2, 'the next');
SELECT results_eq($$ SELECT period_from, period_to FROM assessment WHERE assessment_id = 2 $$, $$ VALUES ('2025-06-29'::date, '2025-07-26'::date) $$, 'follows the last by the cadence');
UPDATE assessment SET period_from = (now() AT TIME ZONE 'Europe/London')::date, period_to = (now() AT TIME ZONE 'Europe/London')::date + 13 WHERE assessment_id = 2;
SELECT throws_ok($$ SELECT csp.open_tactical_assessment('tiny') $$, '55000', NULL, 'not before the last one is over');
UPDATE assessment SET status = 'withdrawn' WHERE assessment_id = 2;
UPDATE setting SET value = '14 days' WHERE name = 'tactical_cadence';
SELECT csp.open_tactical_assessment('tiny') AS fortnight \gset
SELECT is((SELECT period_to - period_from FROM assessment WHERE assessment_id = :fortnight), 13, 'a withdrawn one does not count, and the cadence is a setting');
DELETE FROM assessment WHERE assessment_id > 1;

-- summary: figures of R: poisson.test(c(12, 8), c(28, 56)), poisson.test(c(12, 6), c(28, 28)), qpois(c(0.025, 0.975), 4)
SELECT results_eq($$ SELECT incidents, season_expected, season_lower, season_upper, season_change_percent, pg_temp.r(season_p_value), years_compared, previous_incidents, previous_change_percent, pg_temp.r(previous_p_value), unit, window_from, window_to, priority_title
    FROM tactical_summary WHERE assessment_id = 1 AND problem_type = 'robbery_personal' AND area_code = 'A1' $$,
    $$ VALUES (12::bigint, 4::float8, 1::float8, 8::float8, 200::float8, 0.01628131, 2, 6::bigint, 100::float8, 0.23788452, 'days', '2025-06-01'::date, '2025-06-28'::date, 'outside the priorities') $$, 'summary by hand: window, season, period before');
SELECT results_eq($$ SELECT incidents, previous_incidents FROM tactical_summary WHERE assessment_id = 1 AND problem_type = 'robbery' AND area_kind = 'partnership' $$, $$ VALUES (13::bigint, 6::bigint) $$, 'types above count, and the whole counts what has no area');
SELECT results_eq($$ SELECT unit, window_from, window_to, incidents, season_expected, previous_incidents, years_compared FROM tactical_summary WHERE assessment_id = 1 AND problem_type = 'shoplifting' AND area_code = 'A2' $$,
    -- May has 31 days, then and now: (11 + 10) / 2
    $$ VALUES ('month', '2025-05-01'::date, '2025-05-31'::date, 40::bigint, 10.5::float8, 25::bigint, 2) $$, 'a source of months is compared by its last month');
SELECT results_eq($$ SELECT incidents, season_expected, previous_incidents, years_compared, verdict FROM tactical_summary WHERE assessment_id = 1 AND problem_type = 'graffiti' AND area_code = 'A1' $$,
    $$ VALUES (6::bigint, 2::float8, NULL::bigint, 1, 'not clearly different from the season, no period before to compare with') $$, 'months that a source lacks are not zeros');
SELECT is_empty($$ SELECT 1 FROM tactical_summary WHERE assessment_id = 1 AND problem_type = 'noise_complaint' $$, 'a source that stopped says nothing of now');
SELECT results_eq($$ SELECT season_adjusted_p_value FROM tactical_summary WHERE assessment_id = 1 AND area_kind = 'lsoa21' AND problem_type = 'robbery_personal' $$,
    $$ SELECT x.adjusted FROM (SELECT problem_type, csp.adjusted_p_value(season_p_value) OVER () AS adjusted FROM tactical_summary WHERE assessment_id = 1 AND area_kind = 'lsoa21') x WHERE problem_type = 'robbery_personal' $$, 'adjusted over the rows of the level');
INSERT INTO priority (priority_id, code, title, starts_on, ends_on) VALUES (1, 'P1', 'Robbery', '2025-06-28', '2025-12-31'), (2, 'P2', 'An older plan', '2020-01-01', '2025-06-27');
INSERT INTO priority_type SELECT p.priority_id, t.problem_type_id FROM priority p, problem_type t WHERE t.code = 'robbery';
SELECT is((SELECT priority_title FROM tactical_summary WHERE assessment_id = 1 AND problem_type = 'robbery_personal' AND area_code = 'A1'), 'Robbery', 'the priority in force on the last day, by a type above');
UPDATE setting SET value = '14' WHERE name = 'tactical_days';
SELECT is((SELECT incidents FROM tactical_summary WHERE assessment_id = 1 AND problem_type = 'robbery_personal' AND area_code = 'A1'), 6::bigint, 'fourteen days: 15 to 28 June');

-- alerts: weeks end on the 28th; the season is 10 weeks of each earlier year (four and three on either side), 12 May to 20 July 2024 and so on
SELECT results_eq($$ SELECT recent_incidents, incidents, years_compared, earlier_incidents, earlier_periods, season_expected, unit, window_from, window_to FROM tactical_alert WHERE assessment_id = 1 AND problem_type = 'robbery_personal' AND area_code = 'A1' $$,
    $$ VALUES ('2, 4, 2, 4', 12::bigint, 2, 10::bigint, 20::bigint, 2::float8, 'week', '2025-06-01'::date, '2025-06-28'::date) $$, 'weeks by hand');
CREATE TEMP TABLE week AS
SELECT w, (SELECT count(*) FROM incident i JOIN area a USING (area_id) WHERE a.code = 'A1' AND i.source_id = 1 AND i.occurred_from::date BETWEEN date '2025-06-28' - 7 * w - 27 AND date '2025-06-28' - 7 * w) AS n FROM generate_series(0, 107) w;
SELECT results_eq($$ SELECT pg_temp.r(expected), pg_temp.r(upper_bound), pg_temp.r(alert_score) FROM tactical_alert WHERE assessment_id = 1 AND problem_type = 'robbery_personal' AND area_code = 'A1' $$,
    $$ SELECT pg_temp.r((f).expected), pg_temp.r((f).upper_bound), pg_temp.r((f).score) FROM (SELECT w, csp.farrington(n, date '2025-06-28' - 7 * w, b => 2, minimum_weeks => 1) OVER (ORDER BY w DESC) AS f FROM week) x WHERE w = 0 $$, 'farrington over sums of four weeks, made another way');
-- R: poisson.test(c(12, 10), c(4, 20))
SELECT is((SELECT pg_temp.r(exact_p_value) FROM evidence_alert e JOIN problem_type USING (problem_type_id) JOIN area a USING (area_id) WHERE e.assessment_id = 1 AND problem_type.code = 'robbery_personal' AND a.code = 'A1'), 0.00005642, 'the exact test');
SELECT ok((SELECT e.p_value = greatest((e.alert).p_value, e.exact_p_value) FROM evidence_alert e JOIN problem_type USING (problem_type_id) JOIN area a USING (area_id) WHERE e.assessment_id = 1 AND problem_type.code = 'robbery_personal' AND a.code = 'A1'), 'the larger p-value counts');
-- R: poisson.test(c(40, 62), c(1, 6))
SELECT results_eq($$ SELECT e.unit, e.window_from, e.window_to, e.incidents, e.earlier_incidents, e.earlier_periods, pg_temp.r(e.exact_p_value * 1e6) FROM evidence_alert e JOIN problem_type t USING (problem_type_id) JOIN area a USING (area_id) WHERE assessment_id = 1 AND t.code = 'shoplifting' AND a.code = 'A2' $$,
    $$ VALUES ('month', '2025-05-01'::date, '2025-05-31'::date, 40::bigint, 62::bigint, 6::bigint, 0.00055338) $$, 'months by hand');
SELECT is((SELECT alarm FROM tactical_alert WHERE assessment_id = 1 AND problem_type = 'shoplifting' AND area_code = 'A2'), true, 'and an alarm');
SELECT results_eq($$ SELECT years_compared, earlier_periods FROM tactical_alert WHERE assessment_id = 1 AND problem_type = 'graffiti' AND area_code = 'A1' $$,
    -- the year before is covered from June: weeks that end on 8 June to 20 July 2024
    $$ VALUES (1, 7::bigint) $$, 'weeks that are not covered are left out');
SELECT is_empty($$ SELECT 1 FROM tactical_alert WHERE problem_type = 'noise_complaint' $$, 'no alert of a source that stopped');
SELECT results_eq($$ SELECT source, is_used, reason FROM tactical_source WHERE assessment_id = 1 AND product = 'tactical_alert' ORDER BY source $$,
    $$ VALUES ('c', true, 'used'), ('l', false, 'left out: it has not supplied the last weeks'), ('o', true, 'used: dates are months, so by the last whole month (May 2025), and only for types of which no source knows days'), ('p', true, 'used') $$,
    'and the sources say why');
INSERT INTO source_coverage VALUES (4, '2025-06-01', 'partial', NULL);
SELECT results_eq($$ SELECT alarm, reason FROM tactical_alert WHERE assessment_id = 1 AND problem_type = 'noise_complaint' $$, $$ SELECT NULL::boolean, ''::text WHERE false $$, 'nothing now and nothing then is no row');
SELECT is((SELECT count(*) FROM tactical_alert), (SELECT count(DISTINCT row_key) FROM tactical_alert), 'the key is unique');
-- two earlier years are compared with June 2025, so what broke since June 2023 lies between
INSERT INTO series_break (starts_on, kind, description) VALUES ('2023-05-01', 'recording', 'Before'), ('2023-09-01', 'recording', 'A new system'), ('2024-09-01', 'geography', 'New areas'), ('2025-07-01', 'recording', 'After');
SELECT results_eq($$ SELECT 'alert', area_kind, season_flag FROM tactical_alert WHERE problem_type = 'robbery_personal' AND coalesce(area_code, 'A1') IN ('A1', 'tiny') UNION ALL
                     SELECT 'summary', area_kind, season_flag FROM tactical_summary WHERE problem_type = 'robbery_personal' AND coalesce(area_code, 'A1') IN ('A1', 'tiny') ORDER BY 1, 2 $$,
    $$ VALUES ('alert', 'lsoa21', 'A new system (1 Sep 2023); New areas (1 Sep 2024)'), ('alert', 'partnership', 'A new system (1 Sep 2023)'),
              ('summary', 'lsoa21', 'A new system (1 Sep 2023); New areas (1 Sep 2024)'), ('summary', 'partnership', 'A new system (1 Sep 2023)') $$, 'breaks since the earliest season compared are named');
DELETE FROM series_break WHERE description IN ('Before', 'A new system', 'New areas', 'After');

-- people, places, series, recommendations
SELECT pg_temp.put(1, 'burglary_business', 'A2', v.day::date, 1, v.x, v.method) FROM (VALUES
    ('2025-05-20', 50000.0, 'roof'), ('2025-06-03', 50900.0, 'Roof '), ('2025-06-17', 51700.0, 'roof'),    -- 900 m and 14 days, 800 m and 14 days
    ('2025-06-18', 51650.0, 'door'), ('2025-06-18', 90000.0, 'door'), ('2025-06-19', 90100.0, 'door'), ('2025-06-20', 95000.0, 'door'), ('2025-06-21', 96000.0, 'door'),   -- 1000 m is not nearer than 1000 m
    ('2025-02-01', 70000.0, NULL), ('2025-06-20', 70000.0, NULL), ('2024-06-28', 70000.0, NULL)) AS v (day, x, method) \g /dev/null
SELECT results_eq($$ SELECT method, incidents, period_incidents, first_on, last_on, mean_days_between, mean_step_metres, nearby_incidents, nearby_with_method, elsewhere_incidents, elsewhere_with_method, area_code FROM tactical_series WHERE assessment_id = 1 $$,
    $$ VALUES ('roof', 3::bigint, 2::bigint, '2025-05-20'::date, '2025-06-17'::date, 14::float8, 850::float8, 3::bigint, 3::bigint, 5::bigint, 0::bigint, 'A2') $$, 'a series by hand');
SELECT results_eq($$ SELECT place_reference, incidents, period_incidents, first_on, last_on, days_since_one_before, area_code FROM tactical_repeat_location WHERE assessment_id = 1 AND problem_type = 'burglary' $$,
    -- 28 June 2024 is a year and a day before the last day
    $$ VALUES ('Place 70000', 2::bigint, 1::bigint, '2025-02-01'::date, '2025-06-20'::date, 139, 'A2') $$, 'a place twice in twelve months, and in the period');
INSERT INTO person (person_id, pseudonym) VALUES (1, 'V1'), (2, 'V2'), (3, 'O1'), (4, 'O2');
INSERT INTO incident_person (incident_id, person_id, role)
SELECT i.incident_id, v.person, v.role
FROM (VALUES ('robbery_personalA12025-06-10 1000 1', 1, 'victim'), ('robbery_personalA12025-05-04 1000 1', 1, 'victim'), ('robbery_personalA12024-06-29 1000 1', 1, 'victim'), ('robbery_personalA12024-06-02 1000 1', 1, 'victim'),
             ('robbery_personalA12025-05-31 1000 1', 2, 'victim'), ('robbery_personalA12025-05-31 1000 2', 2, 'victim'),
             ('robbery_personalA12025-06-10 1000 1', 3, 'suspect'), ('robbery_personalA12025-06-10 1000 1', 3, 'offender'), ('robbery_personalA12025-05-04 1000 1', 3, 'suspect'), ('robbery_personalA12025-06-10 1000 1', 4, 'suspect'),
             ('robbery_personalA12025-05-31 1000 1', 4, 'offender')) AS v (reference, person, role)
JOIN incident i ON i.source_reference = v.reference;
SELECT results_eq($$ SELECT pseudonym, incidents, period_incidents, first_on, last_on, days_since_one_before, problem_types, rank FROM tactical_repeat_victim WHERE assessment_id = 1 $$,
    $$ VALUES ('V1', 3::bigint, 1::bigint, '2024-06-29'::date, '2025-06-10'::date, 37, 'Robbery of personal property (3)', 1) $$, 'a victim thrice in twelve months; one not hurt in the period is not listed');
-- ONS weight of robbery of personal property: 799.6288702
SELECT results_eq($$ SELECT pseudonym, period_incidents, incidents, offender_incidents, pg_temp.r(period_harm_score), pg_temp.r(harm_score), companions FROM tactical_offender WHERE assessment_id = 1 ORDER BY pseudonym $$,
    $$ VALUES ('O1', 1::bigint, 2::bigint, 1::bigint, 799.62887020, 1599.25774040, 1::bigint), ('O2', 1, 2, 1, 799.62887020, 1599.25774040, 1) $$, 'offenders active in the period, with harm and companions');
-- the council names nobody and gives no methods; open data know neither places nor days
INSERT INTO source (source_id, code, title) VALUES (5, 'n', 'New source');
SELECT results_eq($$ SELECT product, source, reason FROM tactical_source WHERE assessment_id = 1 AND product_order >= 5 AND NOT is_used AND source <> 'l' ORDER BY product_order, source $$,
    $$ VALUES ('tactical_series', 'c', 'left out: it gives no methods of the last 182 days'), ('tactical_series', 'n', 'left out: it supplies no incidents'),
              ('tactical_series', 'o', 'left out: places are snapped to map points: equal places are not repeats; dates are months: no days; it gives no methods of the last 182 days'),
              ('tactical_repeat_location', 'n', 'left out: it supplies no incidents'), ('tactical_repeat_location', 'o', 'left out: places are snapped to map points: equal places are not repeats; dates are months: no days'),
              ('tactical_repeat_victim', 'c', 'left out: it names no victims'), ('tactical_repeat_victim', 'n', 'left out: it supplies no incidents'), ('tactical_repeat_victim', 'o', 'left out: it names no victims; dates are months: no days'),
              ('tactical_offender', 'c', 'left out: it names no suspects or offenders'), ('tactical_offender', 'n', 'left out: it supplies no incidents'), ('tactical_offender', 'o', 'left out: it names no suspects or offenders; dates are months: no days') $$,
    'why a product says nothing of a source');
SELECT results_eq($$ SELECT product, is_used FROM tactical_source WHERE assessment_id = 1 AND source = 'p' ORDER BY product_order $$,
    $$ VALUES ('tactical_summary', true), ('tactical_alert', true), ('tactical_hotspot', true), ('tactical_near_repeat', false), ('tactical_series', true), ('tactical_repeat_location', true), ('tactical_repeat_victim', true), ('tactical_offender', true) $$,
    'one that knows all bears all but near repeats, whose type it does not supply');
SELECT is((SELECT reason FROM tactical_source WHERE assessment_id = 1 AND source = 'o' AND product = 'tactical_hotspot'),
    'left out: areas: dates are months; it has not supplied the last days; hexagons: there is no grid, since the base areas have no boundaries; dates are months; it has not supplied the last days', 'two maps that differ each have their reason');
DELETE FROM source WHERE source_id = 5;
SELECT is((SELECT count(*) FROM tactical_source), (SELECT count(DISTINCT row_key) FROM tactical_source), 'its key is unique');
INSERT INTO assessment (assessment_id, kind, title, period_from, period_to, status) VALUES (11, 'tactical', 'Before', '2025-05-04', '2025-05-31', 'published'), (12, 'tactical', 'Withdrawn', '2025-05-05', '2025-05-31', 'withdrawn'), (13, 'tactical', 'Long before', '2025-04-04', '2025-05-01', 'published');
INSERT INTO recommendation (assessment_id, title, status, sort_order) VALUES (1, 'Now', 'proposed', 1), (11, 'Then done', 'implemented', 1), (11, 'Then forgotten', 'proposed', 2), (12, 'Never', 'proposed', 1), (13, 'Older', 'accepted', 1);
INSERT INTO plan_action (code, title, status, due_on, completed_on) VALUES ('a', 'Late', 'in progress', '2025-06-18', NULL), ('b', 'In time', 'in progress', '2025-06-28', NULL), ('c', 'Done', 'complete', '2025-06-01', '2025-06-20'), ('d', 'Stopped', 'stopped', '2025-06-01', NULL);
SELECT results_eq($$ SELECT section, title, finding, days_late FROM tactical_recommendation WHERE assessment_id = 1 ORDER BY sort_order $$,
    $$ VALUES ('recommended', 'Now', 'to be decided', NULL::integer), ('last meeting', 'Then done', 'carried out', NULL), ('last meeting', 'Then forgotten', 'never decided', NULL), ('overdue action', 'Late', 'overdue by 10 days', 10) $$, 'recommendations now and then, and what is late');
DELETE FROM recommendation WHERE assessment_id > 10;
DELETE FROM assessment WHERE assessment_id > 10;

-- the scan of the same day, of open data alone
DELETE FROM incident WHERE source_id IN (1, 3);
SELECT results_eq($$ SELECT action, problem_type, area_code, incidents FROM csp.scan('tiny', '2025-06-28') $$, $$ VALUES ('opened', 'shoplifting', 'A2', 40::bigint) $$, 'one issue: the area accounts for the whole');
SELECT results_eq($$ SELECT origin, opened_on, last_seen_on, closed_on, (evidence ->> 'incidents')::integer, evidence ->> 'from', (evidence ->> 'false_discovery_rate')::float8 FROM emerging_issue $$,
    $$ VALUES ('scan', '2025-06-28'::date, '2025-06-28'::date, NULL::date, 40, '2025-05-01', 0.05::float8) $$, 'with its evidence');
SELECT is_empty($$ SELECT action FROM csp.scan('tiny', '2025-06-28') $$, 'a second run does nothing');
SELECT results_eq($$ SELECT action, problem_type FROM csp.scan('tiny', '2025-06-30') $$, $$ VALUES ('updated', 'shoplifting') $$, 'seen again');
SELECT throws_ok($$ SELECT * FROM csp.scan('tiny', '2025-06-29') $$, '55000', NULL, 'not backwards');
SELECT throws_ok($$ SELECT * FROM csp.scan('tiny', 'infinity') $$, '22023', NULL, 'a day that is not over');
SELECT throws_ok($$ SELECT * FROM csp.scan('nope') $$, '3F000', NULL, 'an unknown partnership');
UPDATE emerging_issue SET closed_on = '2025-07-01';
SELECT results_eq($$ SELECT action FROM csp.scan('tiny', '2025-07-05') $$, ARRAY['seen again after it was closed'], 'what somebody closed is not opened twice');
SELECT is((SELECT count(*) FROM emerging_issue), 1::bigint, 'still one issue');
UPDATE emerging_issue SET closed_on = NULL;
DELETE FROM incident WHERE source_id = 2 AND occurred_from >= '2025-05-01';
SELECT is_empty($$ SELECT action FROM csp.scan('tiny', '2025-08-01') $$, 'not seen for 27 days: still open');
SELECT results_eq($$ SELECT action FROM csp.scan('tiny', '2025-08-02') $$, ARRAY['closed'], 'not seen for four weeks: closed');
SELECT is((SELECT closed_on FROM emerging_issue), '2025-08-02'::date, 'on that day');
INSERT INTO emerging_issue (title, origin, opened_on) VALUES ('By hand', 'external', '2020-01-01');
SELECT is_empty($$ SELECT action FROM csp.scan('tiny', '2025-09-02') $$, 'issues of people are theirs to close');

-- Part 2
SELECT csp.create_synthetic_partnership('county') \g /dev/null
SET search_path = county, public;
SELECT csp.open_tactical_assessment('county', '[2025-12-04,2025-12-31]') AS december \gset
SELECT results_eq(format('SELECT problem_type, area_code, alarm FROM tactical_alert WHERE assessment_id = %s AND area_kind = ''ward'' AND rank = 1', :december), $$ VALUES ('theft_of_vehicle', 'SYNW16', true) $$, 'truth emerging: the first of the wards');
SELECT is((SELECT method FROM tactical_series WHERE assessment_id = :december AND rank = 1 AND is_unusual), 'roof hatch lifted, safe cut with angle grinder', 'truth series');
SELECT is((SELECT count(*) FROM tactical_series WHERE assessment_id = :december AND is_unusual), 1::bigint, 'and no other');
SELECT results_eq(format('SELECT title FROM tactical_recommendation WHERE assessment_id = %s AND section = ''overdue action'' ORDER BY title', :december),
    'SELECT title FROM plan_action WHERE code IN (''SYN-A04'', ''SYN-A07'', ''SYN-A10'') ORDER BY title', 'truth overdue_actions');
SELECT ok((SELECT count(*) FROM tactical_offender WHERE assessment_id = :december AND rank <= 20 AND incidents >= 20) >= 20, 'truth prolific_offenders: the most active have twenty incidents and more');
CREATE TEMP TABLE scanned (day date, action text, problem_type text, area_code text, detected_by text);
INSERT INTO scanned SELECT d, s.action, s.problem_type, s.area_code, s.detected_by
FROM unnest('{2025-04-09,2025-09-03,2025-11-26,2025-12-03,2025-12-10}'::date[]) d CROSS JOIN LATERAL csp.scan('county', d) s;
SELECT is((SELECT min(day) FROM scanned WHERE problem_type = 'theft_of_vehicle' AND area_code = 'SYNW16' AND action = 'opened'), '2025-12-10'::date, 'raised in its third week');
-- two levels of areas, and places, of 5 scans at 5%: more than 3 has a probability of 0.5% (1 - pbinom(3, 15, 0.05)); bursts of burglary are planted
SELECT cmp_ok((SELECT count(*) FROM scanned WHERE action = 'opened' AND problem_type NOT IN ('shoplifting', 'crime', 'theft_of_vehicle', 'vehicle_crime', 'asb_nuisance') AND (detected_by = 'season' OR problem_type NOT IN ('burglary', 'burglary_residential'))), '<=', 3::bigint, 'and noise raises no more than the stated rate');
SELECT * FROM finish();
ROLLBACK;
