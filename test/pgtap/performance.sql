-- The performance views, strategic_trend and strategic_season. Part 1: a partnership made by hand, every figure worked in a
-- comment or by R (test/reference/performance.R, figures in performance.csv). Part 2: the synthetic partnership's planted truths.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
SET extra_float_digits = 0;
BEGIN;
SELECT plan(70);
SET LOCAL timezone = 'UTC';
CREATE FUNCTION pg_temp.r(figure float8, digits integer DEFAULT 6) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN round(figure::numeric, digits);

-- ---- Part 1: by hand ----
SELECT csp.create_partnership('tiny') \g /dev/null
SET search_path = tiny, public;
INSERT INTO area (area_kind, code, name) VALUES ('lsoa21', 'A1', 'Area 1');
INSERT INTO area_lookup (from_kind, from_code, to_kind, to_code, relation, to_name) VALUES ('lsoa21', 'A1', 'district', 'D1', 'within', 'District 1');
SELECT csp.refresh_areas('tiny') \g /dev/null
UPDATE setting SET value = 'lsoa21' WHERE name = 'base_area_kind';
UPDATE setting SET value = 'district' WHERE name = 'reporting_area_kind';
INSERT INTO area_population (area_id, year, population, households) SELECT area_id, 2023, 10000, 4000 FROM area WHERE code = 'A1';
-- the police by month, from April 2023, December 2024 never sent and August 2025 in part; the council by the minute
INSERT INTO source (code, title, time_precision) VALUES ('p', 'Police', 'month'), ('c', 'Council', 'minute');
INSERT INTO source_coverage (source_id, month, status)
SELECT s.source_id, m.month::date, CASE WHEN m.month = '2025-08-01' THEN 'partial' ELSE 'complete' END
FROM source s CROSS JOIN generate_series('2023-04-01'::timestamp, '2025-08-01', '1 month') AS m (month)
WHERE s.code = 'p' AND m.month <> '2024-12-01' OR s.code = 'c' AND m.month BETWEEN '2025-04-01' AND '2025-07-01';
-- ten a month, then 16, 18, 20, 18 from April 2025, and 5 in what is there of August
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id)
SELECT s.source_id, 'p' || row_number() OVER (), t.problem_type_id, m.month AT TIME ZONE 'Europe/London', m.month AT TIME ZONE 'Europe/London', a.area_id
FROM generate_series('2023-04-01'::timestamp, '2025-08-01', '1 month') AS m (month)
CROSS JOIN LATERAL generate_series(1, CASE m.month::date WHEN '2024-12-01' THEN 0 WHEN '2025-04-01' THEN 16 WHEN '2025-05-01' THEN 18 WHEN '2025-06-01' THEN 20 WHEN '2025-07-01' THEN 18 WHEN '2025-08-01' THEN 5 ELSE 10 END)
JOIN source s ON s.code = 'p' JOIN problem_type t ON t.code = 'shoplifting' JOIN area a ON a.code = 'A1';
-- two a week from 7 April 2025, nine in the week of 21 July, one on Monday 28 July at half past midnight on the clocks
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id)
SELECT s.source_id, 'c' || row_number() OVER (), t.problem_type_id, v.at, v.at, a.area_id
FROM (SELECT (w.week + interval '2 days 12 hours') AT TIME ZONE 'Europe/London' AS at
      FROM generate_series('2025-04-07'::timestamp, '2025-07-21', '1 week') AS w (week)
      CROSS JOIN LATERAL generate_series(1, CASE w.week::date WHEN '2025-07-21' THEN 9 ELSE 2 END)
      UNION ALL SELECT '2025-07-28 00:30'::timestamp AT TIME ZONE 'Europe/London') v
JOIN source s ON s.code = 'c' JOIN problem_type t ON t.code = 'asb_nuisance' JOIN area a ON a.code = 'A1';
-- one hate crime, in April 2023: the police record the flag. Nobody records domestic ones
UPDATE incident SET hate = true WHERE source_reference = (SELECT min(source_reference) FROM incident WHERE occurred_from = '2023-04-01'::timestamp AT TIME ZONE 'Europe/London');
INSERT INTO priority (code, title, starts_on, ends_on) VALUES ('P1', 'Shops', '2023-04-01', '2026-03-31');
INSERT INTO indicator (code, title, priority_id, denominator, flag, polarity, baseline_from, baseline_to, target_change_percent, target_value, target_on)
SELECT v.code, v.code, p.priority_id, v.denominator, v.flag, v.polarity, v.baseline_from::date, v.baseline_to::date, v.change, v.value, v.target_on::date
FROM (VALUES
    ('I1', 'count', NULL, 'lower is better', '2023-04-01', '2024-03-31', -10::float8, NULL::float8, '2026-03-31'),
    ('I2', 'population', NULL, 'lower is better', NULL, NULL, NULL, 40, NULL),
    ('I3', 'harm', NULL, 'lower is better', NULL, NULL, NULL, NULL, NULL),
    ('I4', 'count', 'hate', 'lower is better', NULL, NULL, NULL, NULL, NULL),
    ('I5', 'count', NULL, 'lower is better', NULL, NULL, -5, NULL, NULL),
    ('I6', 'count', NULL, 'higher is better', NULL, NULL, NULL, NULL, NULL),
    ('I7', 'harm', NULL, 'lower is better', NULL, NULL, NULL, NULL, NULL),
    ('ID', 'count', 'domestic', 'lower is better', NULL, NULL, NULL, NULL, NULL)) AS v (code, denominator, flag, polarity, baseline_from, baseline_to, change, value, target_on)
JOIN priority p ON p.code = 'P1';
INSERT INTO indicator_type SELECT i.indicator_id, t.problem_type_id
FROM (VALUES ('I1', 'shoplifting'), ('I2', 'shoplifting'), ('I3', 'shoplifting'), ('I4', 'shoplifting'), ('I6', 'shoplifting'), ('I7', 'asb_nuisance'), ('ID', 'shoplifting')) AS v (code, type)
JOIN indicator i ON i.code = v.code JOIN problem_type t ON t.code = v.type;
INSERT INTO plan_action (code, title, status, due_on, completed_on) VALUES
    ('a1', 'a1', 'in progress', '2025-09-15', NULL), ('a2', 'a2', 'planned', '2025-09-16', NULL), ('a3', 'a3', 'complete', '2025-06-30', '2025-07-03'), ('a4', 'a4', 'stopped', '2025-06-30', NULL), ('a5', 'a5', 'in progress', NULL, NULL);
INSERT INTO peer (code, name, population, is_self) VALUES ('self', 'Ours', 10000, true), ('b', 'B', 20000, false), ('d', 'D', 5000, false), ('e', 'E', NULL, false);
INSERT INTO assessment (assessment_id, kind, title, period_from, period_to) VALUES (1, 'strategic', 'Strategic', '2024-10-01', '2024-10-31');
INSERT INTO assessment_milestone (assessment_id, title, due_on) VALUES (1, 'Draft', '2025-09-10');
INSERT INTO peer_count SELECT p.peer_id, t.problem_type_id, '2024-10-01', v.n FROM (VALUES ('self', 17), ('b', 60), ('d', 10), ('e', 3)) AS v (code, n) JOIN peer p USING (code) JOIN problem_type t ON t.code = 'shoplifting';
UPDATE setting SET value = '2025-09-15' WHERE name = 'performance_last_day';

-- indicator by month
SELECT results_eq($$ SELECT indicator, month, status, value, numerator, value_12_months, pg_temp.r(baseline_mean), pg_temp.r(target_line), note FROM performance_indicator_month
    WHERE indicator IN ('I1', 'I2') AND month IN ('2024-03-01', '2024-12-01', '2025-07-01', '2025-08-01') ORDER BY 1, 2 $$, $$ VALUES
    -- ten a month: the baseline's mean; a tenth less is 9
    ('I1', '2024-03-01'::date, 'covered', 10::float8, 10::float8, 120::float8, 10.000000, 9.000000, NULL),
    ('I1', '2024-12-01', 'not covered', NULL, NULL, NULL, 10.000000, 9.000000, 'Police has no data'),
    ('I1', '2025-07-01', 'covered', 18, 18, NULL, 10.000000, 9.000000, NULL),
    ('I1', '2025-08-01', 'not covered', NULL, NULL, NULL, 10.000000, 9.000000, 'Police is not whole'),
    -- 10 in 10,000 residents; 40 a year are 3.333333 a month
    ('I2', '2024-03-01', 'covered', 1, 10, 12, NULL, 3.333333, NULL),
    ('I2', '2024-12-01', 'not covered', NULL, NULL, NULL, NULL, 3.333333, 'Police has no data'),
    ('I2', '2025-07-01', 'covered', 1.8, 18, NULL, NULL, 3.333333, NULL),
    ('I2', '2025-08-01', 'not covered', NULL, NULL, NULL, NULL, 3.333333, 'Police is not whole') $$, 'values, target and baseline; a month that was never sent has no value');
SELECT is((SELECT count(*) FROM performance_indicator_month WHERE indicator = 'I1'), 29::bigint, 'a row for every month from the first to the last, sent or not');
SELECT is((SELECT pg_temp.r(value) FROM performance_indicator_month WHERE indicator = 'I3' AND month = '2024-03-01'), 118.555391, 'harm: 10 x 11.85553905');
SELECT is((SELECT value FROM performance_indicator_month WHERE indicator = 'I4' AND month = '2024-03-01'), 0::float8, 'a covered month without any is 0');
SELECT is((SELECT sum(value) FROM performance_indicator_month WHERE indicator = 'I4'), 1::float8, 'with a flag that is recorded');
SELECT is_empty($$ SELECT value FROM performance_indicator_month WHERE indicator IN ('I5', 'ID') $$, 'an indicator without types, or of a flag that no source records, has no months: unknown, not 0');
SELECT results_eq($$ SELECT DISTINCT value, note FROM performance_indicator_month WHERE indicator = 'I7' $$, $$ VALUES (NULL::float8, 'incidents of its types have no harm weight') $$, 'harm without weights is unknown, not 0');
UPDATE setting SET value = '2025-07-30' WHERE name = 'performance_last_day';
SELECT results_eq($$ SELECT status, value, note FROM performance_indicator_month WHERE indicator = 'I1' AND month >= '2025-07-01' $$,
    $$ VALUES ('part-finished', NULL::float8, 'part-finished: the month ends after 30 July 2025') $$, 'a part-finished month is marked and has no value; later ones are not there');

-- week by week: the last day known is Wednesday 30 July
SELECT results_eq($$ SELECT week_from, iso_week, week_to, is_part_finished, incidents, mean_8_weeks, band_lower, band_upper, band_position, pg_temp.r(p_value, 9), verdict, note FROM performance_week
    WHERE problem_type = 'anti_social_behaviour' AND week_from >= '2025-07-14' ORDER BY 1 $$, $$ VALUES
    -- no change: two against two
    ('2025-07-14'::date, '2025-W29', '2025-07-20'::date, false, 2::bigint, 2::float8, 0::float8, 5::float8, 'within', 1.000000000, 'no clear change', NULL),
    ('2025-07-21', '2025-W30', '2025-07-27', false, 9, 2, 0, 5, 'above', 0.000993063, 'higher', NULL),
    -- on the clocks it is Monday, by UTC it was still Sunday; the mean is (7 x 2 + 9) / 8
    ('2025-07-28', '2025-W31', '2025-07-30', true, 1, 2.875, 0, 7, NULL, NULL, NULL, 'part-finished: 3 of 7 days; not compared') $$, 'weeks, their bands and the part-finished one');
SELECT is((SELECT count(*) FROM performance_week WHERE problem_type = 'shoplifting'), 0::bigint, 'a source that knows the month alone has no weeks');
SELECT results_eq($$ SELECT source, is_used, reason FROM performance_week_source ORDER BY source $$, $$ VALUES ('c', true, 'used: days are known'), ('p', false, 'left out: dates are months: no weeks') $$, 'and that is said');
SELECT results_eq($$ SELECT min(week_from), max(note) FROM performance_week WHERE note ~ '^8 of' AND incidents IS NOT NULL $$,
    $$ VALUES ('2025-04-07'::date, '8 of the eight weeks before are not covered') $$, 'the first whole week has none to be held against');
SELECT is((SELECT count(*) FROM performance_week WHERE problem_type = 'anti_social_behaviour'), 26::bigint, 'so many weeks as the setting says');

-- this year to date
UPDATE setting SET value = '2025-09-15' WHERE name = 'performance_last_day';
SELECT results_eq($$ SELECT year_from, year_to, months_text, incidents, last_year_incidents, pg_temp.r(change_percent), pg_temp.r(change_lower), pg_temp.r(change_upper), pg_temp.r(p_value, 9), earlier_years, earlier_mean, band_lower, band_upper, band_position, note
    FROM performance_year_to_date WHERE area_kind = 'partnership' AND problem_type = 'shoplifting' $$, $$ VALUES
    -- 16 + 18 + 20 + 18 against 4 x 10, twice
    ('2025-04-01'::date, '2025-07-31'::date, 'April to July 2025', 72::bigint, 40::bigint, 80.000000, 20.650853, 171.968973, 0.003216940, 2, 40::float8, 28::float8, 53::float8, 'above', 'the data end before the last day looked at') $$, 'the financial year to date');
-- two years back April is the first month compared: what broke in that month lies between, before it not
INSERT INTO series_break (label_scheme, starts_on, kind, description) VALUES (NULL, '2023-04-01', 'recording', 'Before'), (NULL, '2023-04-10', 'recording', 'A new system'), (NULL, '2024-06-01', 'geography', 'New areas');
SELECT results_eq($$ SELECT area_kind, note FROM performance_year_to_date WHERE problem_type = 'shoplifting' ORDER BY 1 $$, $$ VALUES
    ('district', 'the data end before the last day looked at; A new system (10 Apr 2023); New areas (1 Jun 2024)'), ('partnership', 'the data end before the last day looked at; A new system (10 Apr 2023)') $$, 'breaks between the years compared');
DELETE FROM series_break WHERE description IN ('Before', 'A new system', 'New areas');
SELECT results_eq($$ SELECT area_name, incidents, verdict, pg_temp.r(earlier_adjusted_p_value, 9), earlier_verdict FROM performance_year_to_date WHERE area_kind = 'district' AND problem_type = 'shoplifting' $$,
    $$ VALUES ('District 1', 72::bigint, 'higher', 0.000383774, 'higher') $$, 'by reporting area, one type tested');
SELECT is((SELECT note FROM performance_year_to_date WHERE area_kind = 'partnership' AND problem_type = 'anti_social_behaviour'), 'the same months of last year are not covered; the data end before the last day looked at', 'no last year, no comparison');
UPDATE setting SET value = '1' WHERE name = 'performance_year_starts';
-- January to July: 30 + 72 against 70; three months of 2023 were never sent
SELECT results_eq($$ SELECT year_from, months, incidents, last_year_incidents, earlier_years FROM performance_year_to_date WHERE area_kind = 'partnership' AND problem_type = 'shoplifting' $$,
    $$ VALUES ('2025-01-01'::date, 7, 102::bigint, 70::bigint, 1) $$, 'the calendar year to date');
UPDATE setting SET value = '4' WHERE name = 'performance_year_starts';
UPDATE setting SET value = '2025-02-10' WHERE name = 'performance_last_day';
SELECT results_eq($$ SELECT months_text, incidents, last_year_incidents, note FROM performance_year_to_date WHERE area_kind = 'partnership' AND problem_type = 'shoplifting' $$,
    $$ VALUES ('April to November 2024, January 2025', 90::bigint, 90::bigint, '1 of 10 months of the year so far left out: not covered in both years') $$, 'a month that was never sent is left out of both years; so is a part-finished one');
UPDATE setting SET value = '2025-09-15' WHERE name = 'performance_last_day';

-- control chart
SELECT results_eq($$ SELECT kind, phase, limit_months, pg_temp.r(plotted), pg_temp.r(centre), pg_temp.r(upper), signal, is_favourable FROM performance_control_chart WHERE indicator = 'I1' AND month = '2025-06-01' $$,
    $$ VALUES ('c', 1, 12, 20.291667, 9.979508, 19.525470, 'above the upper limit; 2 of 3 beyond 2 sigma above', false) $$, 'limits stand from the baseline on');
SELECT is((SELECT bool_and(is_favourable) FROM performance_control_chart WHERE indicator = 'I6' AND month >= '2025-04-01' AND signal IS NOT NULL), true, 'higher is better for that one');
SELECT results_eq($$ SELECT DISTINCT kind FROM performance_control_chart WHERE indicator IN ('I2', 'I3') ORDER BY 1 $$, $$ VALUES ('u'), ('xmr') $$, 'rates and harm');
SELECT is((SELECT count(*) FROM performance_control_chart WHERE indicator = 'I1'), 27::bigint, 'months with a value alone');
UPDATE indicator SET baseline_from = '2024-04-01', baseline_to = '2024-09-30' WHERE code = 'I1';
SELECT results_eq($$ SELECT phase, min(month), max(month), min(limit_months) FROM performance_control_chart WHERE indicator = 'I1' GROUP BY phase ORDER BY 1 $$,
    $$ VALUES (1, '2023-04-01'::date, '2024-03-01'::date, 12), (2, '2024-04-01', '2025-07-01', 6) $$, 'a baseline begins a phase and sets its limits');
UPDATE indicator SET baseline_from = '2023-04-01', baseline_to = '2024-03-31' WHERE code = 'I1';
-- every other month 4 and 40: three times the spread of chance and more
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to)
SELECT s.source_id, 'o' || row_number() OVER (), t.problem_type_id, m.month, m.month
FROM generate_series('2023-04-01 12:00'::timestamp, '2024-03-01 12:00', '1 month') AS m (month)
CROSS JOIN LATERAL generate_series(1, CASE WHEN extract(month FROM m.month)::integer % 2 = 0 THEN 4 ELSE 40 END)
JOIN source s ON s.code = 'p' JOIN problem_type t ON t.code = 'robbery';
INSERT INTO indicator (code, title) VALUES ('I8', 'I8');
INSERT INTO indicator_type SELECT i.indicator_id, t.problem_type_id FROM indicator i, problem_type t WHERE i.code = 'I8' AND t.code = 'robbery';
SELECT results_eq($$ SELECT DISTINCT kind, sigma_z > 1 + 2 * sqrt(0.826 / limit_months) FROM performance_control_chart WHERE indicator = 'I8' $$, $$ VALUES ('u_prime', true) $$, 'variation beyond chance widens the limits');
DELETE FROM indicator WHERE code = 'I8';
DELETE FROM incident WHERE source_reference LIKE 'o%';

-- forecast: December stands in by its like a year before, 10; the rest is csp.forecast and csp.project_total of the series
CREATE TEMP TABLE series AS SELECT m.month::date AS month, CASE m.month::date WHEN '2025-04-01' THEN 16 WHEN '2025-05-01' THEN 18 WHEN '2025-06-01' THEN 20 WHEN '2025-07-01' THEN 18 ELSE 10 END::float8 AS value
FROM generate_series('2023-04-01'::timestamp, '2025-07-01', '1 month') AS m (month);
SELECT set_eq($$ SELECT month, value FROM evidence_indicator_series s JOIN indicator i USING (indicator_id) WHERE i.code = 'I1' $$, 'TABLE series', 'the series that is forecast, its gap filled');
SELECT is((SELECT count(*) FROM evidence_indicator_series s JOIN indicator i USING (indicator_id) WHERE i.code = 'I1' AND is_stand_in), 1::bigint, 'which says so');
SELECT results_eq($$ SELECT month, mean, lower, upper FROM performance_forecast WHERE indicator = 'I1' ORDER BY 1 $$,
    $$ SELECT f.* FROM (SELECT csp.forecast(value, month, 8, 12, 0.95, 'auto', 0::float8) AS months FROM series) s CROSS JOIN LATERAL unnest(s.months) AS f $$, 'months ahead to the target date');
SELECT results_eq($$ SELECT DISTINCT year_from, year_to, year_so_far, year_projected, target_a_year, target_probability, target_line FROM performance_forecast WHERE indicator = 'I1' $$,
    $$ SELECT '2025-04-01'::date, '2026-03-31'::date, 72::float8, (t).projected, 108::float8, (t).probability_of_meeting, 9::float8
       FROM (SELECT csp.project_total(value, month, '2025-04-01', '2026-03-31', 12, 0.95, 108, 'lower is better', 'auto', 0::float8) AS t FROM series) s $$, 'the total against 12 x 10 less a tenth');
SELECT ok((SELECT bool_and(note IS NULL) FROM performance_forecast WHERE indicator = 'I1'), 'the year holds no month that was estimated');
UPDATE indicator SET target_on = '2025-03-31' WHERE code = 'I1';
SELECT results_eq($$ SELECT DISTINCT target_projected, target_probability, note FROM performance_forecast WHERE indicator = 'I1' $$, $$ VALUES (120::float8, 0::float8, '1 month of the totals is not covered and estimated') $$, 'a target whose date is past was missed');
UPDATE indicator SET target_on = '2026-03-31' WHERE code = 'I1';

-- peers: E has no population and no rate
SELECT results_eq($$ SELECT peer_code, rate_per_1000, rank, peer_members, pg_temp.r(peer_mean_rate), pg_temp.r(peer_pooled_rate), verdict FROM performance_peer WHERE assessment_id = 1 AND problem_type = 'shoplifting' ORDER BY rank NULLS LAST $$, $$ VALUES
    -- mean of 1.7, 3 and 2; pooled 87 in 35,000. 60 in 20,000 against a mean of 2.233: 44.7 expected, limits 26 and 67
    ('b', 3::float8, 1, 3, 2.233333, 2.485714, 'in line with peers'),
    ('d', 2, 2, 3, 2.233333, 2.485714, 'in line with peers'),
    ('self', 1.7, 3, 3, 2.233333, 2.485714, 'in line with peers'),
    ('e', NULL, NULL, 3, 2.233333, 2.485714, 'no rate') $$, 'members ranked, mean and pooled rate');
SELECT results_eq($$ SELECT pg_temp.r(funnel_lower), pg_temp.r(funnel_upper) FROM performance_peer WHERE is_self AND problem_type = 'shoplifting' $$, $$ VALUES (0.900000, 3.800000) $$, 'funnel limits for our size');

INSERT INTO assessment (assessment_id, kind, title, period_from, period_to) VALUES (9, 'strategic', 'Later', '2025-01-01', '2025-03-31');
SELECT results_eq($$ SELECT peer_code, verdict, note FROM performance_peer WHERE assessment_id = 9 $$,
    $$ VALUES (NULL::text, 'not known', 'peers report October 2024 to October 2024: no whole month of the period that every member has') $$, 'an assessment of other months says why it has no peers');
-- 21 months up to the end of 2024, the last of them missing
SELECT results_eq($$ SELECT month_name, calendar_month, finding, note FROM strategic_season WHERE assessment_id = 1 AND problem_type = 'shoplifting' $$,
    $$ VALUES ('Not known', NULL::integer, 'not known', 'a season needs more than two years of months up to the period''s end, without a gap of more than three') $$, 'nor has a short series a season');
SELECT results_eq($$ SELECT note FROM performance_peer WHERE assessment_id = 1 AND peer_code = 'e' AND problem_type = 'shoplifting' $$, $$ VALUES ('no residents to divide by') $$, 'and a member without residents no rate');
DELETE FROM assessment WHERE assessment_id = 9;

-- plan, at the end of 15 September 2025
SELECT results_eq($$ SELECT item, coalesce(code, title), state, is_overdue, days_late FROM performance_plan ORDER BY 1, 2 $$, $$ VALUES
    ('action', 'a1', 'overdue', true, 1), ('action', 'a2', 'not started', false, NULL), ('action', 'a3', 'completed late', false, 3), ('action', 'a4', 'stopped', false, NULL), ('action', 'a5', 'on the way', false, NULL),
    ('milestone', 'Draft', 'overdue', true, 6) $$, 'what was due and is not done');

-- scorecard
SELECT results_eq($$ SELECT latest_month, latest_value, same_month_last_year, value_12_months, target_a_year, months_compared, value_compared, last_year_compared, pg_temp.r(change_percent), pg_temp.r(change_p_value, 9),
           pg_temp.r(trend_percent_per_month), pg_temp.r(trend_p_value, 9), trend_months, peer_rank, peer_verdict FROM performance_scorecard WHERE indicator = 'I1' $$, $$ VALUES
    ('2025-07-01'::date, 18::float8, 10::float8, NULL::float8, 108::float8, 11, 142::float8, 110::float8, 29.477409, 0.043768625, 2.026650, 0.000118314, 27, 3, 'in line with peers') $$, 'a row of the scorecard');
SELECT results_eq($$ SELECT indicator, rag, rag_reason FROM performance_scorecard ORDER BY 1 $$, $$ VALUES
    -- 72 of 108 in a third of the year
    ('I1', 'red', 'unlikely to meet its target'),
    -- 7.2 of 40 so far, and about 1.8 a month
    ('I2', 'green', 'likely to meet its target'),
    ('I3', 'grey', 'no target, and no test against last year'),
    -- no hate crime in the last two years
    ('I4', 'amber', 'no target: no clear change against last year'),
    ('I5', 'grey', 'no figure: it counts no problem type (indicator_type)'),
    ('I6', 'amber', 'no target: no clear change against last year'),
    ('I7', 'grey', 'no figure: incidents of its types have no harm weight'),
    ('ID', 'grey', 'no figure: no source of its types records the flag domestic') $$, 'red, amber, green by the rules');
INSERT INTO series_break (starts_on, kind, description) VALUES ('2025-07-10', 'recording', 'A new system'), ('2025-08-02', 'recording', 'Later');
UPDATE indicator SET baseline_to = '2023-08-31' WHERE code = 'I1';
SELECT results_eq($$ SELECT indicator, note FROM performance_scorecard WHERE indicator IN ('I1', 'I2', 'I6', 'ID') ORDER BY 1 $$, $$ VALUES
    ('I1', 'not all of the last twelve months are covered; 11 of 12 months compared with last year; the target rests on 5 months of baseline, as if they were a year like any other; trend and comparisons cross: A new system (10 Jul 2025)'),
    ('I2', 'not all of the last twelve months are covered; 11 of 12 months compared with last year; trend and comparisons cross: A new system (10 Jul 2025)'),
    ('I6', 'not all of the last twelve months are covered; 11 of 12 months compared with last year; trend and comparisons cross: A new system (10 Jul 2025)'),
    ('ID', NULL) $$, 'and what a reader must know');
UPDATE peer SET population = NULL WHERE NOT is_self;
SELECT matches((SELECT note FROM performance_scorecard WHERE indicator = 'I6'), 'not compared with peers: no residents of theirs are known', 'why there is no rank');
DELETE FROM series_break WHERE description IN ('A new system', 'Later');
UPDATE indicator SET baseline_to = '2024-03-31' WHERE code = 'I1';
SELECT results_eq($$ SELECT direction FROM performance_scorecard WHERE indicator IN ('I1', 'I6') ORDER BY indicator $$, $$ VALUES ('worsening'), ('improving') $$, 'the direction goes by the polarity');
-- the year to March 2025 without its December: 110 known, 120 with an estimate of 10
UPDATE indicator SET target_on = '2025-03-31', target_change_percent = NULL, target_value = 115 WHERE code = 'I1';
SELECT results_eq($$ SELECT rag, rag_reason, probability_of_meeting FROM performance_scorecard WHERE indicator = 'I1' $$, $$ VALUES
    ('amber', 'the target date is past: not decided, 1 month of its year is not covered (by estimate missed)', NULL::float8) $$, 'an estimate does not decide');
UPDATE indicator SET target_value = 109 WHERE code = 'I1';
SELECT results_eq($$ SELECT rag, rag_reason, probability_of_meeting FROM performance_scorecard WHERE indicator = 'I1' $$, $$ VALUES ('red', 'the target date is past: missed', 0::float8) $$, 'what is known does: 110 are more than 109');
UPDATE indicator SET polarity = 'higher is better', target_value = 110 WHERE code = 'I1';
SELECT results_eq($$ SELECT rag, rag_reason FROM performance_scorecard WHERE indicator = 'I1' $$, $$ VALUES ('green', 'the target date is past: met') $$, 'and the other way round');
UPDATE indicator SET polarity = 'lower is better', target_on = '2026-03-31', target_change_percent = -10, target_value = NULL WHERE code = 'I1';
UPDATE setting SET value = '0.2' WHERE name = 'performance_alpha';
SELECT results_eq($$ SELECT indicator, rag, rag_reason FROM performance_scorecard WHERE indicator IN ('I2', 'I6') ORDER BY 1 $$, $$ VALUES
    ('I2', 'amber', 'likely to meet its target, but worse than last year'), ('I6', 'green', 'no target: better than last year') $$, 'thresholds are settings');
UPDATE setting SET value = '0.05' WHERE name = 'performance_alpha';
DELETE FROM incident;
SELECT results_eq($$ SELECT DISTINCT rag FROM performance_scorecard $$, $$ VALUES ('grey') $$, 'no incidents at all: grey, and no error');
SELECT is((SELECT count(*) FROM performance_year_to_date) + (SELECT count(*) FROM performance_week) + (SELECT count(*) FROM performance_control_chart) + (SELECT count(*) FROM performance_forecast)
          + (SELECT count(*) FROM strategic_trend) + (SELECT count(*) FROM strategic_season), 0::bigint, 'and nothing to show elsewhere');

-- ---- Part 2: planted truths ----
SELECT csp.create_synthetic_partnership('syn') \g /dev/null
SET search_path = syn, public;
ANALYZE incident, incident_month_entry, source_coverage, area, area_ancestor, area_population, problem_type, peer_count;
UPDATE setting SET value = (SELECT period_to FROM assessment)::text WHERE name = 'performance_last_day';
INSERT INTO indicator (code, title, denominator, target_change_percent, target_on)
SELECT v.code, v.code, v.denominator, v.change, (SELECT period_to + 90 FROM assessment)
FROM (VALUES ('T-rising', 'count', -5), ('T-falling', 'count', -5), ('T-none', 'count', NULL), ('T-drugs', 'population', NULL), ('T-burglary', 'population', NULL)) AS v (code, denominator, change);
INSERT INTO indicator_type SELECT i.indicator_id, t.problem_type_id
FROM (VALUES ('T-rising', 'shoplifting'), ('T-falling', 'criminal_damage'), ('T-none', 'public_order'), ('T-drugs', 'drugs'), ('T-burglary', 'burglary')) AS v (code, type)
JOIN indicator i ON i.code = v.code JOIN problem_type t ON t.code = v.type;
CREATE TEMP TABLE scorecard AS SELECT * FROM performance_scorecard;
SELECT results_eq($$ SELECT indicator, direction, rag FROM scorecard WHERE indicator LIKE 'T-%' AND indicator NOT LIKE 'T-b%' ORDER BY 1 $$, $$ VALUES
    ('T-drugs', 'no clear direction', 'amber'), ('T-falling', 'improving', 'green'), ('T-none', 'no clear direction', 'amber'), ('T-rising', 'worsening', 'red') $$, 'rising, falling and control');
SELECT results_eq($$ SELECT indicator, peer_rank, peer_verdict FROM scorecard WHERE indicator IN ('T-drugs') $$, $$ VALUES ('T-drugs', 1, 'higher than peers') $$, 'peers: drugs stand out');
SELECT is((SELECT peer_verdict FROM scorecard WHERE indicator = 'T-burglary'), 'in line with peers', 'and burglary does not');
SELECT results_eq($$ SELECT problem_type, verdict FROM performance_peer WHERE is_self AND verdict <> 'in line with peers' $$, $$ VALUES ('drugs', 'higher than peers') $$, 'of all types drugs alone');
SELECT results_eq($$ SELECT code FROM performance_plan WHERE is_overdue AND item = 'action' ORDER BY 1 $$, $$ SELECT jsonb_array_elements_text(parameters -> 'codes') FROM synthetic_truth WHERE truth = 'overdue_actions' ORDER BY 1 $$, 'overdue actions');
SELECT results_eq($$ SELECT code FROM performance_plan WHERE state = 'completed late' $$, $$ VALUES ('SYN-A03') $$, 'one was late');
SELECT results_eq($$ SELECT problem_type, verdict FROM performance_year_to_date WHERE area_kind = 'partnership' AND verdict NOT IN ('no clear change') ORDER BY 1 $$, $$ VALUES ('shoplifting', 'higher') $$, 'this year against last: shoplifting alone');
SELECT results_eq($$ SELECT problem_type, earlier_verdict FROM performance_year_to_date WHERE area_kind = 'partnership' AND earlier_verdict <> 'no clear change' ORDER BY 1 $$, $$ VALUES ('criminal_damage_and_arson', 'lower'), ('shoplifting', 'higher') $$, 'against the years before: the falling one too');
SELECT is((SELECT csp.months_text(array_agg(month)) FROM performance_indicator_month WHERE indicator = 'SYN-I1' AND value IS NULL), (SELECT csp.months_text(ARRAY[(parameters ->> 'month')::date]) FROM synthetic_truth WHERE truth = 'missing_month'), 'the month the council never sent has no value');
-- strategic_trend, read once
CREATE TEMP TABLE trend AS SELECT * FROM strategic_trend;
CREATE TEMP TABLE change AS SELECT assessment_id, area_id, area_kind, problem_type_id, is_headline, trend_percent_per_month FROM strategic_change;
SELECT results_eq($$ SELECT problem_type, trend_verdict FROM trend WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type IN ('shoplifting', 'criminal_damage', 'public_order') ORDER BY 1 $$,
    $$ VALUES ('criminal_damage', 'falling'), ('public_order', 'no clear trend'), ('shoplifting', 'rising') $$, 'planted trends');
SELECT results_eq($$ SELECT count(*), bool_and(t.trend_percent_per_month = c.trend_percent_per_month) FROM trend t JOIN change c USING (assessment_id, area_id, problem_type_id) WHERE t.assessment_id = 1 AND t.area_kind = 'partnership' AND t.is_headline $$,
    $$ SELECT count(*), true FROM change WHERE assessment_id = 1 AND area_kind = 'partnership' AND is_headline $$, 'the same trend as in strategic_change');
SELECT results_eq($$ SELECT changes FROM trend WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'public_order' $$, $$ VALUES (0) $$, 'a level that did not change');
SELECT ok((SELECT changes > 0 AND level_after > level_before FROM trend WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'shoplifting'), 'and one that did');
-- 1.5% a month is 19.6% a year; what STL makes of three years of about 200 a month is within a third of it
SELECT ok((SELECT level_change_percent BETWEEN 13 AND 26 FROM trend WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'shoplifting'), 'its level rose as planted');
SELECT is((SELECT level_months_estimated FROM trend WHERE assessment_id = 1 AND area_kind = 'partnership' AND problem_type = 'asb_nuisance'), 1, 'one month of nuisance stands in');
SELECT is((SELECT count(*) FROM trend), (SELECT count(DISTINCT row_key) FROM trend), 'the key is unique');
CREATE TEMP TABLE season AS SELECT * FROM strategic_season;
SELECT ok((SELECT array_agg(calendar_month ORDER BY calendar_month) FILTER (WHERE finding = 'high') @> '{6,7,8}' AND array_agg(calendar_month) FILTER (WHERE finding = 'low') @> '{1,12}'
           FROM season WHERE assessment_id = 1 AND problem_type = 'asb_nuisance'), 'nuisance: summers high, winters low');
SELECT results_eq($$ SELECT calendar_month FROM season WHERE assessment_id = 1 AND problem_type = 'asb_nuisance' AND is_peak $$, $$ VALUES (7) $$, 'with its peak in July');
SELECT ok((SELECT bool_or(calendar_month IN (12, 1, 2) AND finding = 'high') AND NOT bool_or(calendar_month BETWEEN 4 AND 9 AND finding = 'high') FROM season WHERE assessment_id = 1 AND problem_type = 'burglary_residential'), 'residential burglary: winters');
SELECT results_eq($$ SELECT calendar_month, finding FROM season WHERE assessment_id = 1 AND problem_type = 'deliberate_secondary_fire' AND is_peak $$, $$ VALUES (11, 'high') $$, 'fires: November');
SELECT is_empty($$ SELECT month_name FROM season WHERE assessment_id = 1 AND problem_type = 'public_order' AND finding <> 'usual' $$, 'control: none stands out');
SELECT ok((SELECT bool_and(abs(i.mean - 1) < 1e-9) FROM (SELECT avg(seasonal_index) AS mean FROM season WHERE assessment_id = 1 GROUP BY problem_type_id HAVING count(*) = 12) i), 'indices have mean 1');
SELECT * FROM finish();
ROLLBACK;
