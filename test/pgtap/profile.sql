-- Problem and subject profiles. Part 1: a partnership made by hand. Part 2: the synthetic county's truths.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET extra_float_digits = 0;
BEGIN;
SELECT no_plan();
SELECT csp.create_partnership('tiny') \g /dev/null
SET search_path = tiny, public;
SET LOCAL timezone = 'Europe/London';
CREATE FUNCTION pg_temp.r(float8) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, 6)';
-- four wards of one small area each in a row, and a fifth and sixth beyond
INSERT INTO area (area_kind, code, name, boundary) SELECT 'lsoa21', 'A' || n, 'Area ' || n, ST_Multi(ST_MakeEnvelope(n * 1000, 0, n * 1000 + 1000, 1000, 27700)) FROM generate_series(1, 6) AS n;
UPDATE setting SET value = 'lsoa21' WHERE name = 'base_area_kind';
SELECT csp.refresh_areas('tiny') \g /dev/null
INSERT INTO area_population (area_id, year, population, households) SELECT area_id, 2024, 1000 * right(code, 1)::integer, 400 FROM area WHERE area_kind = 'lsoa21';
INSERT INTO area_measure (area_id, measure, year, value) SELECT area_id, 'score', 2024, right(code, 1)::integer FROM area WHERE area_kind = 'lsoa21';
INSERT INTO source (source_id, code, title, place_precision, time_precision) VALUES (1, 'p', 'Police', 'exact', 'minute'), (2, 's', 'Open data', 'snapped', 'month');
INSERT INTO source_coverage (source_id, month) SELECT 1, m::date FROM generate_series('2023-01-01'::timestamp, '2024-12-01', '1 month') AS m;
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, place_reference, area_id, method, alcohol, attributes)
SELECT v.source_id, v.reference, t.problem_type_id, v.at::timestamptz, v.at::timestamptz + v.hours * interval '1 hour', ST_Point(v.x, 500, 27700), v.place, a.area_id, v.method, v.alcohol, CASE WHEN v.premises IS NOT NULL THEN jsonb_build_object('premises_type', v.premises) END
FROM (VALUES
    -- the period, January to March 2024
    (1, 'p1', 'burglary_residential', '2024-01-01 22:00', 0.0, 1500.0, 'House 1', 'A1', 'door', false, 'dwelling'),
    (1, 'p2', 'burglary_residential', '2024-01-08 22:00', 0.0, 1500.0, 'House 1', 'A1', 'door', true, 'dwelling'),
    (1, 'p3', 'burglary_residential', '2024-02-05 22:00', 0.0, 1500.0, 'House 1', 'A1', 'door', false, 'dwelling'),
    (1, 'p4', 'burglary_business', '2024-02-06 10:30', 1.0, 2500.0, 'Shop', 'A2', 'roof', false, 'shop'),
    (1, 'p5', 'burglary_residential', '2024-03-31 12:00', 0.0, 1600.0, 'House 2', 'A1', 'roof', false, 'dwelling'),
    -- the first minute after it, another type, and the last of the year before
    (1, 'p6', 'burglary_residential', '2024-04-01 00:00', 0.0, 1500.0, 'House 1', 'A1', 'door', false, 'dwelling'),
    (1, 'p7', 'shoplifting', '2024-01-05 12:00', 0.0, 2500.0, 'Shop', 'A2', 'bag', false, 'shop'),
    (1, 'p8', 'burglary_residential', '2023-12-31 23:59', 0.0, 1500.0, 'House 1', 'A1', 'door', false, 'dwelling'),
    -- the baseline: January to March 2023
    (1, 'p9', 'burglary_residential', '2023-02-01 22:00', 0.0, 1500.0, 'House 1', 'A1', 'roof', false, 'dwelling'),
    (1, 'pa', 'burglary_residential', '2023-02-02 22:00', 0.0, 3500.0, 'House 3', 'A3', 'roof', false, 'dwelling'),
    -- months and map points: vehicle crime, nothing else
    (2, 's1', 'vehicle_crime', '2024-01-01 00:00', 743.9, 1000.0, 'On or near Street', 'A1', NULL, false, NULL),
    (2, 's2', 'vehicle_crime', '2024-02-01 00:00', 695.9, 1000.0, 'On or near Street', 'A1', NULL, false, NULL)
) AS v (source_id, reference, code, at, hours, x, place, area, method, alcohol, premises)
JOIN problem_type t USING (code)
JOIN area a ON a.code = v.area
ORDER BY v.reference;

SELECT throws_ok($$ SELECT csp.profile('nowhere', 'x', '{burglary}', '2024-01-01', '2024-03-31') $$, '3F000');
SELECT throws_like($$ SELECT csp.profile('tiny', ' ', '{burglary}', '2024-01-01', '2024-03-31') $$, '%needs a title%');
SELECT throws_like($$ SELECT csp.profile('tiny', 'x', NULL, '2024-01-01', '2024-03-31') $$, '%needs a problem type%');
SELECT throws_ok($$ SELECT csp.profile('tiny', 'x', '{burglary,witchcraft,NULL}', '2024-01-01', '2024-03-31') $$, '22023', 'there is no problem type ''witchcraft'', NULL in "tiny"');
SELECT throws_ok($$ SELECT csp.profile('tiny', 'x', '{burglary}', '2024-01-01', '2024-03-31', '{A1,B9}') $$, '22023', 'there is no area ''B9'' in "tiny"');
SELECT throws_like($$ SELECT csp.profile('tiny', 'x', '{burglary}', '2024-04-01', '2024-03-31') $$, 'the period from 2024-04-01 to 2024-03-31 is none');
SELECT throws_like($$ SELECT csp.profile('tiny', 'x', '{burglary}', '2024-01-01', 'infinity') $$, 'the period from % is none');
SELECT throws_like($$ SELECT csp.profile('tiny', 'x', '{burglary}', '2024-01-01', '2024-03-31', NULL, '2023-01-01') $$, 'the baseline from 2023-01-01 to (null) is none');
SELECT is((SELECT count(*) FROM assessment), 0::bigint, 'a refused profile leaves no row');
SELECT csp.profile('tiny', 'Burglary', '{burglary}', '2024-01-01', '2024-03-31') AS all_areas \gset
SELECT csp.profile('tiny', 'Burglary in area 1', '{burglary,burglary}', '2024-01-01', '2024-03-31', '{A1}') AS one_area \gset
SELECT csp.profile('tiny', 'Vehicles', '{vehicle_crime}', '2024-01-01', '2024-02-29') AS coarse \gset
SELECT csp.profile('tiny', 'Nothing', '{fraud}', '2024-01-01', '2024-03-31') AS empty \gset
SELECT csp.profile('tiny', 'Half a month of months', '{vehicle_crime}', '2024-01-01', '2024-02-15', NULL, '2023-01-01', '2023-02-15') AS half \gset
SELECT results_eq(format('SELECT kind, baseline_from, baseline_to FROM assessment WHERE assessment_id IN (%s, %s) ORDER BY assessment_id', :all_areas, :coarse),
    $$ VALUES ('problem profile', '2023-01-01'::date, '2023-03-31'::date), ('problem profile', '2023-01-01', '2023-02-28') $$, 'the baseline is the same days a year before, also from a leap day');

SELECT results_eq(format('SELECT i.source_reference COLLATE "default" FROM evidence_profile_incident e JOIN incident i USING (incident_id) WHERE e.assessment_id = %s AND e.part = ''period'' ORDER BY 1', :all_areas),
    $$ VALUES ('p1'), ('p2'), ('p3'), ('p4'), ('p5') $$, 'types with subtypes, first and last day in local time');
SELECT results_eq(format('SELECT e.part, count(*) FROM evidence_profile_incident e WHERE e.assessment_id = %s GROUP BY 1 ORDER BY 1', :one_area), $$ VALUES ('baseline', 1::bigint), ('period', 4) $$, 'areas');
SELECT is((SELECT count(*) FROM evidence_profile_incident e WHERE e.assessment_id = :half), 1::bigint, 'of a source of months the whole months');
SELECT results_eq(format('SELECT problem_type, source, period_incidents, baseline_incidents, pg_temp.r(alcohol_percent), method_percent, data_flag FROM profile_definition WHERE assessment_id = %s ORDER BY problem_type', :all_areas),
    $$ VALUES ('burglary_business', 'p', 1::bigint, 0::bigint, 0.000000, 100::float8, NULL), ('burglary_residential', 'p', 4, 2, 25.000000, 100, NULL) $$, 'what is counted');
-- the police set the alcohol flag, and no other; open data set none
SELECT results_eq(format('SELECT DISTINCT domestic_percent, hate_percent FROM profile_definition WHERE assessment_id = %s', :all_areas), $$ VALUES (NULL::float8, NULL::float8) $$, 'a flag that is never set is not known');
SELECT results_eq(format('SELECT alcohol_percent, fitness FROM profile_definition WHERE assessment_id = %s AND source_id IS NOT NULL', :coarse),
    $$ VALUES (NULL::float8, 'places are snapped to map points: areas and map points, but no repeat places; dates are months: no days, no hours and no times to repeat; no methods; no flags') $$, 'and a source says what it is not fit for');
INSERT INTO series_break (starts_on, kind, description) VALUES ('2024-02-15', 'recording', 'A new system'), ('2024-04-01', 'recording', 'Later');
SELECT results_eq(format('SELECT DISTINCT data_flag FROM profile_definition WHERE assessment_id = %s', :all_areas), $$ VALUES ('A new system (15 Feb 2024)') $$, 'breaks between baseline and period are named');
DELETE FROM series_break WHERE description IN ('A new system', 'Later');
SELECT results_eq(format('SELECT source, period_incidents, fitness FROM profile_definition WHERE assessment_id = %s', :empty), $$ VALUES (NULL::text, NULL::bigint, 'no source supplies it') $$, 'what nobody supplies is unknown, not 0');

-- by hand: area 1 has 4 of 5, House 1 three, each of House 2 and the Shop one
SELECT results_eq(format('SELECT dimension, rank, name, incidents, units, percent, cumulative_percent, pg_temp.r(cumulative_units_percent) FROM profile_location WHERE assessment_id = %s AND incidents > 0 ORDER BY sort_order', :all_areas), $$ VALUES
    ('area', 1, 'Area 1', 4::bigint, 1::bigint, 80::float8, 80::float8, 16.666667), ('area', 2, 'Area 2', 1, 1, 20, 100, 33.333333),
    ('place', 1, 'House 1', 3, 1, 60, 60, 33.333333), ('place', 2, 'Each once', 2, 2, 40, 100, 100.000000),
    ('premises', 1, 'dwelling', 4, 1, 80, 80, 50.000000), ('premises', 2, 'shop', 1, 1, 20, 100, 100.000000) $$, 'where: most first, and how few make how much');
-- area 1: 4 among 1,000 against 1 among 20,000
SELECT is((SELECT pg_temp.r(rate_ratio) FROM profile_location WHERE assessment_id = :all_areas AND code = 'A1'), 80.000000, 'the rate against the others');
SELECT is((SELECT pg_temp.r(adjusted_p_value) FROM profile_location WHERE assessment_id = :all_areas AND code = 'A1'),
    -- P(4 or 5 of 5 in a 21st) = 5 x 20 / 21^5 + 1 / 21^5, the least of six p-values, times 6
    pg_temp.r(6 * 101 / 21.0 ^ 5), 'and its adjusted p-value');
SELECT results_eq(format('SELECT name, incidents, note FROM profile_location WHERE assessment_id = %s AND dimension <> ''area'' ORDER BY sort_order', :coarse), $$ VALUES
    ('Not known', NULL::bigint, 'no incident in scope has an exact place: repeat places cannot be told'),
    ('On or near Street at POINT(1000 500)', 2, 'a map point stands for several addresses: not a repeat place'), ('Not known', NULL, 'no incident in scope says what the premises are') $$, 'snapped places are no places');

-- Monday 22:00 three times, Tuesday 10:30 to 11:30, Sunday noon (of summer time)
SELECT results_eq(format('SELECT label, aoristic_incidents, percent FROM profile_time WHERE assessment_id = %s AND section = ''hour of week'' AND aoristic_incidents > 0 ORDER BY position', :all_areas),
    $$ VALUES ('Mon 22:00', 3::float8, 60::float8), ('Tue 10:00', 0.5, 10), ('Tue 11:00', 0.5, 10), ('Sun 12:00', 1, 20) $$, 'hours of the week, shared out');
SELECT is((SELECT count(*) FROM profile_time WHERE assessment_id = :all_areas AND section = 'hour of week'), 168::bigint, 'all of them');
SELECT results_eq(format('SELECT label, pg_temp.r(aoristic_incidents) FROM profile_time WHERE assessment_id = %s AND section = ''day of week'' AND aoristic_incidents > 0 ORDER BY position', :all_areas), $$ VALUES ('Monday', 3.000000), ('Tuesday', 1.000000), ('Sunday', 1.000000) $$, 'days of the week');
SELECT results_eq(format('SELECT section, aoristic_incidents, note FROM profile_time WHERE assessment_id = %s ORDER BY sort_order', :coarse), $$ VALUES
    ('hour of week', NULL::float8, 'the dates of the sources are months: no hours'), ('day of week', NULL, 'the dates of the sources are months: no days'),
    ('month of year', NULL, 'a season needs two years of whole months from one source') $$, 'months have no hours and no days, which is not 0');

-- door 3 of 5 now, 0 of 2 then; with a half in each cell (3.5 x 2.5) / (2.5 x 0.5) = 7
SELECT results_eq(format('SELECT section, method, incidents, compared_incidents, percent, compared_percent, pg_temp.r(odds_ratio) FROM profile_method WHERE assessment_id = %s AND section = ''against the baseline'' ORDER BY method', :all_areas), $$ VALUES
    ('against the baseline', 'door', 3::bigint, 0::bigint, 60::float8, 0::float8, 7.000000), ('against the baseline', 'roof', 2, 2, 40, 100, pg_temp.r(2.5 * 0.5 / (3.5 * 2.5))) $$, 'methods and their odds');
-- Woolf: the standard error of the logarithm is sqrt(1/3.5 + 1/2.5 + 1/0.5 + 1/2.5); 1.959964 is the normal quantile of 0.975
SELECT results_eq(format('SELECT pg_temp.r(odds_ratio_lower), pg_temp.r(odds_ratio_upper) FROM profile_method WHERE assessment_id = %s AND section = ''against the baseline'' AND method = ''door''', :all_areas),
    $$ SELECT pg_temp.r(exp(ln(7.0) - 1.959963984540054 * s)), pg_temp.r(exp(ln(7.0) + 1.959963984540054 * s)) FROM (SELECT sqrt(1 / 3.5 + 1 / 2.5 + 1 / 0.5 + 1 / 2.5) AS s) e $$, 'with their interval');
SELECT results_eq(format('SELECT method, incidents, compared_incidents FROM profile_method WHERE assessment_id = %s AND section = ''against elsewhere'' ORDER BY method', :one_area), $$ VALUES ('door', 3::bigint, 0::bigint), ('roof', 1, 1) $$, 'and against the other areas');
SELECT is((SELECT note FROM profile_method WHERE assessment_id = :coarse), 'the sources give no methods of the incidents in scope', 'or says that there are none');

SELECT results_eq(format('SELECT dimension, member_label, period_incidents, baseline_incidents, contribution FROM profile_driver WHERE assessment_id = %s ORDER BY sort_order', :all_areas), $$ VALUES
    ('area', 'Area 1', 4::bigint, 1::bigint, 3::float8), ('area', 'Area 2', 1, 0, 1), ('area', 'Area 3', 0, 1, -1),
    ('problem type', 'Residential burglary', 4, 2, 2), ('problem type', 'Business and community burglary', 1, 0, 1),
    ('method', 'door', 3, 0, 3), ('method', 'roof', 2, 2, 0),
    ('time of day', '06 to 12', 1, 0, 1), ('time of day', '12 to 18', 1, 0, 1), ('time of day', '18 to 24', 3, 2, 1),
    ('source', 'Police', 5, 2, 3) $$, 'what changed');
SELECT is_empty(format('SELECT dimension FROM profile_driver WHERE assessment_id = %s GROUP BY dimension HAVING sum(contribution) <> 3 OR max(total_change) <> 3', :all_areas), 'contributions add up');
SELECT is((SELECT data_flag FROM profile_driver WHERE assessment_id = :empty), 'no source has incidents in whole months of both period and baseline', 'or says why nothing is compared');

-- six areas: rates 4 / 1, 1 / 2, 0 with scores 1 to 6; ranks of the rate 6, 5 and 2.5 four times. Spearman with mean ranks:
-- sum of products of deviations: (-2.5)(2.5) + (-1.5)(1.5) + (-1)(-0.5 + 0.5 + 1.5 + 2.5) = -12.5; squares 17.5 and 2.5^2 + 1.5^2 + 4 = 12.5
SELECT results_eq(format('SELECT areas, pg_temp.r(rank_correlation) FROM profile_context WHERE assessment_id = %s AND item = ''score''', :all_areas), $$ VALUES (6, pg_temp.r(-12.5 / sqrt(17.5 * 12.5))) $$, 'the rank correlation with a measure');
SELECT results_eq(format('SELECT value_in_scope, value_elsewhere FROM profile_context WHERE assessment_id = %s AND item IN (''population'', ''rate'') ORDER BY item', :one_area), $$ VALUES (1000::float8, 20000::float8), (4, 0.05) $$, 'inside and outside');
-- households of another year, as a census brings them: the residents stay those of 2024, the households are those of the year that is nearer
INSERT INTO area_population (area_id, year, households) SELECT area_id, 2025, 700 FROM area WHERE area_kind = 'lsoa21';
UPDATE area_population SET households = NULL WHERE year = 2024;
SELECT results_eq(format('SELECT item, value_in_scope, value_elsewhere, note FROM profile_context WHERE assessment_id = %s AND section = ''residents'' ORDER BY item', :one_area),
    $$ VALUES ('households', 700::float8, 3500::float8, NULL::text), ('population', 1000, 20000, NULL), ('rate', 4, 0.05, NULL) $$, 'residents and households are known of different years');
DELETE FROM area_population WHERE year = 2025;
UPDATE area_population SET households = 400;
SELECT is_empty(format('SELECT item FROM profile_context WHERE assessment_id = %s AND section = ''other problem'' AND item NOT IN (''shoplifting'', ''vehicle_crime'')', :all_areas), 'a problem that no source supplies is not shown as 0');
SELECT is((SELECT rank_correlation FROM profile_context WHERE assessment_id = :one_area AND item = 'score'), NULL, 'no correlation of one area');
SELECT is_empty(format('SELECT 1 FROM profile_context WHERE assessment_id = %s AND item = ''burglary''', :all_areas), 'a problem does not go with itself');

-- people: 1 is burgled three times, 7 and 28 days apart, 2 once; nobody else is known
INSERT INTO person (person_id, pseudonym, sex, birth_year, home_location) VALUES (1, 'P1', 'F', 1990, NULL), (2, 'P2', 'M', 1980, NULL), (3, 'P3', 'M', 2000, ST_Point(1500, 800, 27700)), (4, 'P4', 'M', 2001, NULL);
INSERT INTO incident_person (incident_id, person_id, role, age_at_incident)
SELECT i.incident_id, v.person_id, v.role, 30
FROM (VALUES ('p1', 1, 'victim'), ('p2', 1, 'victim'), ('p3', 1, 'victim'), ('p5', 2, 'victim'), ('p1', 3, 'suspect'), ('p1', 3, 'offender'), ('p1', 4, 'offender'), ('p2', 3, 'offender'), ('p2', 4, 'suspect'), ('p4', 3, 'offender'), ('p6', 3, 'offender')) AS v (reference, person_id, role)
JOIN incident i ON i.source_reference = v.reference;
SELECT results_eq(format('SELECT label, people, people_percent, incidents, incidents_percent FROM profile_victim WHERE assessment_id = %s AND section = ''repeats'' ORDER BY position', :all_areas),
    $$ VALUES ('All victims', 2::bigint, 100::float8, 4::bigint, 100::float8), ('Repeat victims: more than once in the period', 1, 50, 3, 75) $$, 'repeat victims');
SELECT results_eq(format('SELECT label, incidents, cumulative_percent FROM profile_victim WHERE assessment_id = %s AND section = ''time to repeat'' AND position <= 3 ORDER BY position', :all_areas),
    $$ VALUES ('up to 7 days', 1::bigint, 50::float8), ('8 to 14 days', 0, 50), ('15 to 28 days', 1, 100) $$, 'times to repeat');
SELECT results_eq(format('SELECT section, label FROM profile_victim WHERE assessment_id = %s AND section IN (''age'', ''sex'') ORDER BY sort_order', :all_areas), $$ VALUES ('age', 'Not shown'), ('sex', 'Not shown') $$, 'two people have no age and no sex');
SELECT results_eq(format('SELECT label, people, incidents, pg_temp.r(value) FROM profile_offender WHERE assessment_id = %s AND section IN (''prolific'', ''co-offending'') AND label <> ''Harm of the most harmful tenth'' ORDER BY sort_order', :all_areas), $$ VALUES
    -- a tenth of two people is a fifth of the busier: 0.2 x 3 of 5.
    -- 3 in three incidents, 4 in two; once each though suspect and offender; two of three incidents together, one pair twice
    ('People suspected or found to have offended', 2::bigint, 5::bigint, NULL::numeric), ('More than once in the period', 2, 5, 100.000000), ('Incidents of the busiest tenth', NULL, NULL, 12.000000),
    ('Incidents with two offenders or more', NULL, 2, 66.666667), ('Pairs who offended together', NULL, NULL, 1.000000), ('Pairs who did so more than once', NULL, 2, 1.000000) $$, 'offenders');
SELECT results_eq(format('SELECT section, label, note FROM profile_victim WHERE assessment_id = %s', :coarse), $$ VALUES ('repeats', 'Not known', 'the sources say of no incident in scope who the victim was') $$, 'no victims are not 0 victims');
SELECT is((SELECT note FROM profile_offender WHERE assessment_id = :coarse), 'the sources say of no incident in scope who did it', 'nor no offenders');
SELECT is_empty($$ SELECT 1 FROM profile_victim v WHERE v::text ~ 'P[0-9]' UNION ALL SELECT 1 FROM profile_offender o WHERE o::text ~ 'P[0-9]' $$, 'no person is named');

-- a subject: the log is written by another process, which sees what is committed
COMMIT;
BEGIN;
SET LOCAL timezone = 'Europe/London';
SELECT throws_like($$ SELECT * FROM csp.subject_profile('tiny', 'P3', ' ') $$, '%for a purpose%');
SELECT throws_like($$ SELECT * FROM csp.subject_profile('tiny', NULL::text, 'a case') $$, '%needs a subject%');
SELECT throws_ok($$ SELECT * FROM csp.subject_profile('nowhere', 'P3', 'a case') $$, '3F000');
SELECT is((SELECT count(*) FROM access_log), 0::bigint, 'nothing was read');
SELECT results_eq($$ SELECT section, label, value FROM csp.subject_profile('tiny', 'P3', 'a case') WHERE section NOT IN ('times', 'geographic profile') AND label <> 'Harm' $$, $$ VALUES
    ('subject', 'P3', 'M, born 2000'), ('offences', 'All', '4 from 2024-01-01 to 2024-04-01'),
    ('offences', 'Residential burglary', '3, last on 2024-04-01'), ('offences', 'Business and community burglary', '1, last on 2024-02-06'),
    ('partners', 'P4', '2 together, last on 2024-01-08'),
    ('places', 'House 1', '3'), ('places', 'Shop', '1'),
    ('series', 'Residential burglary: door', '3 from 2024-01-01 to 2024-04-01, one every 45.5 days') $$, 'a subject''s profile');
SELECT is((SELECT value FROM csp.subject_profile('tiny', '{P3,P4}'::text[], 'a case') WHERE section = 'partners'), NULL, 'those of a group are not each other''s partners');
SELECT is((SELECT value FROM csp.subject_profile('tiny', 'P9', 'curiosity') WHERE label = 'not known'), 'P9', 'an unknown one is said to be');
SELECT results_eq($$ SELECT subject, purpose, role_name = current_user, session_role = session_user FROM access_log ORDER BY access_log_id $$, $$ VALUES
    ('P3', 'a case', true, true), ('P3', 'a case', true, true), ('P4', 'a case', true, true), ('P9', 'curiosity', true, true) $$, 'every read is logged, of one who is not there too');
SELECT is_empty($$ SELECT relation FROM csp.partnership_relations('tiny') WHERE kind = 'view' AND relation LIKE 'subject%' $$, 'no view shows a person past the log');

-- an action: 20 before and 10 after in A2, whose neighbours A1 and A3 keep 20; A4 to A6 keep theirs
INSERT INTO priority (priority_id, code, title, starts_on, ends_on) VALUES (1, 'P1', 'Nuisance', '2024-01-01', '2024-12-31');
INSERT INTO priority_type (priority_id, problem_type_id) SELECT 1, problem_type_id FROM problem_type WHERE code = 'anti_social_behaviour';
INSERT INTO plan_action (priority_id, code, title, area_id, status, starts_on)
SELECT 1, v.code, v.code, (SELECT area_id FROM area WHERE code = v.area), 'in progress', v.starts_on::date
FROM (VALUES ('here', 'A2', '2024-06-03'), ('everywhere', NULL, '2024-06-03'), ('late', 'A2', '2024-08-20'), ('never', 'A2', NULL), ('in April', 'A2', '2025-04-01')) AS v (code, area, starts_on);
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id)
SELECT 1, 'n' || a.code || y.year || n, t.problem_type_id, s.starts_at + (n % 8) * interval '7 days' + interval '12 hours', s.starts_at + (n % 8) * interval '7 days' + interval '12 hours', a.area_id
FROM (VALUES ('A1', 20, 20), ('A2', 40, 10), ('A3', 20, 20), ('A4', 40, 40), ('A5', 40, 40), ('A6', 40, 40)) AS v (code, before, after)
JOIN area a ON a.code = v.code
CROSS JOIN (VALUES (2023), (2024)) AS y (year)
CROSS JOIN LATERAL (SELECT CASE y.year WHEN 2023 THEN timestamptz '2023-06-05' ELSE '2024-06-03' END AS starts_at) s
CROSS JOIN LATERAL generate_series(1, CASE y.year WHEN 2023 THEN v.before ELSE v.after END) AS n
JOIN problem_type t ON t.code = 'asb_nuisance';
SELECT csp.profile('tiny', 'Nuisance', '{asb_nuisance}', '2024-06-01', '2024-08-31') AS acted \gset
-- 2024-06-03 to 2024-08-25: twelve weeks; A4 and A6 are the control, A5 that of the buffer. Expected 40, after 10: -30.
-- Variance 40 + 10 + (80 + 80) / 2^2 = 90, z = -30 / sqrt(90); buffer 40 + 40 + 40 + 40 with no difference
SELECT results_eq(format('SELECT action, weeks, before_from, after_to, target_before, target_after, expected_after, change_percent, target_difference, buffer_difference, control_before, control_after, weighted_displacement_difference, pg_temp.r(target_p_value), pg_temp.r(buffer_p_value), finding, displacement, reason FROM profile_response WHERE assessment_id = %s AND action = ''here''', :acted), $$ VALUES
    ('here', 12, '2023-06-05'::date, '2024-08-25'::date, 40::bigint, 10::bigint, 40::float8, -75::float8, -30::float8, 0::float8, 120::bigint, 120::bigint, -30::float8, 0.001565, 1.000000, 'fell against the other areas', 'no sign of displacement', NULL::text) $$, 'what followed an action, by hand');
SELECT results_eq(format('SELECT action, target_before, target_after, finding, reason FROM profile_response WHERE assessment_id = %s AND action <> ''here'' ORDER BY 1', :acted), $$ VALUES
    ('everywhere', 200::bigint, 170::bigint, 'not measured', 'the action is everywhere: there is nothing to set it against'), ('late', 0, 0, 'not measured', 'fewer than four weeks since the start') $$, 'and what cannot be measured');
SELECT results_eq(format('SELECT count(*), max(week), sum(target_before), sum(target_after), (array_agg(cumulative_difference ORDER BY week DESC))[1] FROM profile_response_week WHERE assessment_id = %s AND action = ''here''', :acted), $$ VALUES (12::bigint, 12, 40::numeric, 10::numeric, -30::float8) $$, 'week by week to the same figure');
SELECT results_eq(format('SELECT action, title, finding, reason FROM profile_response WHERE assessment_id = %s', :all_areas),
    $$ VALUES (NULL::text, 'No action', 'not measured', 'no action of the plan is about its types and areas and began before its end') $$, 'an action about another problem is not this one''s, and that there is none is said');
WITH made AS (INSERT INTO priority (priority_id, code, title, starts_on, ends_on) VALUES (90, 'V', 'Vehicles', '2023-01-01', '2025-12-31') RETURNING priority_id),
     typed AS (INSERT INTO priority_type SELECT m.priority_id, t.problem_type_id FROM made m, problem_type t WHERE t.code = 'vehicle_crime')
INSERT INTO plan_action (plan_action_id, code, title, priority_id, starts_on, area_id) SELECT 90, 'locks', 'Locks', m.priority_id, '2024-01-01', a.area_id FROM made m, area a WHERE a.code = 'A1';
SELECT results_eq(format('SELECT r.action, r.target_before, r.reason, (SELECT count(*) FROM profile_response_week w WHERE w.assessment_id = r.assessment_id) FROM profile_response r WHERE assessment_id = %s', :coarse),
    $$ VALUES ('locks', NULL::bigint, 'no source has every day of both stretches', 0::bigint) $$, 'months are no weeks of 0');
-- every key once
SELECT is(sum(rows - keys), 0::numeric, 'keys are unique') FROM (
    SELECT count(*) AS rows, count(DISTINCT row_key) AS keys FROM profile_definition UNION ALL SELECT count(*), count(DISTINCT row_key) FROM profile_location
    UNION ALL SELECT count(*), count(DISTINCT row_key) FROM profile_time UNION ALL SELECT count(*), count(DISTINCT row_key) FROM profile_victim
    UNION ALL SELECT count(*), count(DISTINCT row_key) FROM profile_offender UNION ALL SELECT count(*), count(DISTINCT row_key) FROM profile_method
    UNION ALL SELECT count(*), count(DISTINCT row_key) FROM profile_driver UNION ALL SELECT count(*), count(DISTINCT row_key) FROM profile_context
    UNION ALL SELECT count(*), count(DISTINCT row_key) FROM profile_response UNION ALL SELECT count(*), count(DISTINCT row_key) FROM profile_response_week) k;

-- Part 2: the truths
SELECT csp.create_synthetic_partnership('county') \g /dev/null
SET LOCAL search_path = county, public;
COMMIT;
BEGIN;
SET LOCAL search_path = county, public;
SET LOCAL timezone = 'Europe/London';
ANALYZE;
SELECT csp.profile('county', 'Everything personal, three years', '{crime,anti_social_behaviour,environment,substance_misuse,health,safeguarding}', '2023-01-01', '2025-12-31', NULL, '2022-01-01', '2022-12-31') AS every \gset
SELECT csp.profile('county', 'Business burglary in Netherquill Market', '{burglary_business}', '2025-01-01', '2025-12-31', '{SYNW24}') AS market \gset
SELECT csp.profile('county', 'Nuisance', '{asb_nuisance}', '2025-01-01', '2025-12-31') AS nuisance \gset
SELECT csp.profile('county', 'Night', '{ambulance_assault}', '2025-01-01', '2025-12-31') AS night \gset
SELECT csp.profile('county', 'Residential burglary', '{burglary_residential}', '2025-01-01', '2025-12-31') AS homes \gset
-- repeat_victims: a quarter of the incidents of people, six each; households are beside them
SELECT ok((SELECT r.incidents >= (t.parameters ->> 'incidents_of_repeat_victims')::integer * 0.9 AND r.people >= (t.parameters ->> 'repeat_victims')::integer * 0.9
           FROM profile_victim r, synthetic_truth t WHERE r.assessment_id = :every AND r.section = 'repeats' AND r.position = 2 AND t.truth = 'repeat_victims'), 'repeat victims are found');
-- prolific_offenders: half of the incidents; the busiest tenth of the offenders holds them
SELECT ok((SELECT value BETWEEN 45 AND 75 FROM profile_offender WHERE assessment_id = :every AND section = 'prolific' AND position = 3), 'the busiest tenth of the offenders do half of it');
SELECT ok((SELECT value >= 100 FROM profile_offender WHERE assessment_id = :every AND section = 'co-offending' AND position = 3), 'in fixed pairs');
-- series
SELECT ok((SELECT odds_ratio > 20 AND verdict IN ('higher', 'new') FROM profile_method WHERE assessment_id = :market AND section = 'against elsewhere' AND method LIKE 'roof hatch%'), 'the method of the series stands out from elsewhere');
SELECT is((SELECT verdict FROM profile_method WHERE assessment_id = :market AND section = 'against the baseline' AND method LIKE 'roof hatch%'), 'new', 'and is new');
SELECT matches((SELECT value FROM csp.subject_profile('county', 'SYN-P000001', 'test') WHERE section = 'series'), '^12 from .* one every 7.0 days$', 'the series of its offender');
SELECT ok((SELECT substring(value FROM '[0-9.]+')::float8 < 5 FROM csp.subject_profile('county', 'SYN-P000001', 'test') WHERE label = 'Known home of SYN-P000001'), 'whose home the geographic profile finds early');
-- plan_action_effect: nuisance falls by 40%, and does not move
SELECT ok((SELECT change_percent BETWEEN -55 AND -25 AND finding = 'fell against the other areas' AND displacement = 'no sign of displacement' AND data_flag LIKE 'without Council%'
           FROM profile_response WHERE assessment_id = :nuisance AND action = 'SYN-A02'), 'the action''s effect');
SELECT is((SELECT cumulative_difference::numeric(10, 4) FROM profile_response_week WHERE assessment_id = :nuisance AND action = 'SYN-A02' AND week = 39),
          (SELECT weighted_displacement_difference::numeric(10, 4) FROM profile_response WHERE assessment_id = :nuisance AND action = 'SYN-A02'), 'the last week is the whole');
SELECT is_empty(format('SELECT 1 FROM profile_response WHERE assessment_id = %s AND finding LIKE ''%%against the other areas'' AND finding NOT LIKE ''no clear%%''', :night), 'an action that did nothing shows nothing');
-- night_economy: half of the week in sixteen hours
SELECT ok((SELECT sum(percent) BETWEEN 40 AND 60 FROM profile_time WHERE assessment_id = :night AND section = 'hour of week'
           AND (iso_weekday = 5 AND hour >= 20 OR iso_weekday = 6 AND (hour < 4 OR hour >= 20) OR iso_weekday = 7 AND hour < 4)), 'Friday and Saturday nights');
SELECT is((SELECT label FROM profile_time WHERE assessment_id = :nuisance AND section = 'month of year' AND label IN ('January', 'July') ORDER BY index DESC LIMIT 1), 'July', 'nuisance has its season');
SELECT is((SELECT DISTINCT note FROM profile_time WHERE assessment_id = :nuisance AND section = 'month of year'),
    'over Jan 2023 to Dec 2025; without Council environment, nuisance, road and school records (synthetic): not every month of two years or more', 'whose July is missing is left out of the season, and named');
SELECT is((SELECT DISTINCT note FROM profile_time WHERE assessment_id = :homes AND section = 'month of year'), 'over Jan 2023 to Dec 2025', 'which has nothing to do with burglary');
-- near_repeat: households burgled again come back soon
SELECT ok((SELECT cumulative_percent > 40 FROM profile_victim WHERE assessment_id = :homes AND section = 'time to repeat' AND label = '8 to 14 days'), 'repeat burglaries follow soon');
SELECT ok((SELECT rank_correlation > 0.5 FROM profile_context WHERE assessment_id = :nuisance AND item = 'income_deprivation'), 'nuisance goes with deprivation');
-- shoplifting in the ward of the market and elsewhere, from the incidents and the latest residents
SELECT results_eq(format('SELECT round(value_in_scope::numeric, 6), round(value_elsewhere::numeric, 6) FROM profile_context WHERE assessment_id = %s AND item = ''shoplifting''', :market), $$
    SELECT round(1000.0 * i.here / r.here, 6), round(1000.0 * i.elsewhere / r.elsewhere, 6)
    FROM (SELECT count(*) FILTER (WHERE w.area_id IS NOT NULL) AS here, count(*) FILTER (WHERE w.area_id IS NULL) AS elsewhere
          FROM incident i JOIN problem_type t USING (problem_type_id) LEFT JOIN (SELECT aa.area_id FROM area_ancestor aa JOIN area a ON a.area_id = aa.ancestor_id WHERE a.code = 'SYNW24') w USING (area_id)
          WHERE t.code = 'shoplifting' AND i.area_id IS NOT NULL AND i.occurred_from >= '2025-01-01 00:00 Europe/London' AND i.occurred_from < '2026-01-01 00:00 Europe/London') i,
         (SELECT sum(p.population) FILTER (WHERE w.area_id IS NOT NULL) AS here, sum(p.population) FILTER (WHERE w.area_id IS NULL) AS elsewhere
          FROM area_population p JOIN area a USING (area_id) LEFT JOIN (SELECT aa.area_id FROM area_ancestor aa JOIN area a ON a.area_id = aa.ancestor_id WHERE a.code = 'SYNW24') w USING (area_id)
          WHERE a.area_kind = 'lsoa21' AND p.year = 2025) r $$, 'other problems here and elsewhere');
SELECT is((SELECT min(units) FROM profile_location WHERE assessment_id = :homes AND dimension = 'place'), 1::bigint, 'repeat places are listed');
SELECT * FROM finish();
ROLLBACK;
