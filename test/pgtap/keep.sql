-- What a partnership's tables refuse, so that one slip in a row cannot stop every view that reads it.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
BEGIN;
SELECT plan(68);
SELECT csp.create_partnership('kept') \g /dev/null
SET search_path = kept, public;

-- settings: the value is in the message, what is wanted in the hint
CREATE FUNCTION pg_temp.hint(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE hint text;
BEGIN
    EXECUTE statement;
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN hint;
END $$;
SELECT throws_ok(format('UPDATE setting SET value = %L WHERE name = %L', v.value, v.name), '22023', format('setting %s is "%s"', v.name, v.value), v.name || ': ' || v.value)
FROM (VALUES ('tactical_days', 'abc'), ('tactical_days', ''), ('tactical_days', '0'), ('tactical_days', '365'), ('tactical_days', '14.5'), ('tactical_days', ' 14'), ('tactical_days', '99999999999999999999'),
             ('alert_weeks', '0'), ('test_incidents', '0'), ('alarm_incidents', '1.5'), ('scan_map_incidents', '-5'), ('level_incidents', 'five'), ('combination_incidents', '1001'), ('alert_years', '-1'), ('match_distance', '0'), ('match_distance', '1e400'), ('match_hours', 'NaN'), ('near_repeat_distance', '0'), ('near_repeat_days', '0'),
             ('series_distance', '-5'), ('series_days', '0'), ('series_lookback', 'all'), ('scan_close_weeks', '0'), ('scan_false_discovery_rate', '0'), ('scan_false_discovery_rate', '1'),
             ('performance_alpha', '0.0'), ('performance_alpha', '5%'), ('performance_confidence', '95'), ('performance_green_probability', '80'), ('performance_red_probability', '-0.1'),
             ('performance_year_starts', '13'), ('performance_years', '0'), ('performance_weeks', 'two'), ('performance_trend_months', '2'),
             ('performance_last_day', '31/12/2025'), ('performance_last_day', '2025-02-29'), ('performance_last_day', 'infinity'), ('performance_last_day', 'yesterday'),
             ('priority_weight_spread', '-1'), ('score_error_low', '-1'), ('tactical_cadence', 'fortnightly'), ('tactical_cadence', '-28 days'), ('strategic_cadence', '1 hour'),
             ('time_zone', 'BST'), ('time_zone', 'Europe/Atlantis'), ('reporting_area_kind', 'wards'), ('base_area_kind', ''), ('is_synthetic', 'maybe'), ('disclosure_base', '0'), ('disclosure_threshold', '-1')) AS v (name, value);
SELECT throws_ok($$ UPDATE setting SET value = '4326' WHERE name = 'srid' $$, '22023', 'setting srid is not changed to "4326"', 'the SRID is fixed');
SELECT is(pg_temp.hint($$ UPDATE setting SET value = 'abc' WHERE name = 'tactical_days' $$), 'Give whole days from 1 to 364, such as 14 or 28.', 'the hint says what is wanted');
SELECT lives_ok(format('UPDATE setting SET value = %L WHERE name = %L', v.value, v.name), 'good: ' || v.name || ' ' || coalesce(v.value, 'NULL'))
FROM (VALUES ('tactical_days', '14'), ('performance_last_day', '2024-02-29'), ('performance_last_day', NULL), ('performance_alpha', '.05'), ('tactical_cadence', '2 weeks'), ('time_zone', 'Europe/Paris'),
             ('reporting_area_kind', 'ward'), ('srid', '27700')) AS v (name, value);
SELECT lives_ok($$ INSERT INTO setting VALUES ('ours', 'abc', 'A setting of our own') $$, 'settings of one''s own are not looked at');

-- days without end and numbers that are none
SELECT throws_ok($$ INSERT INTO assessment (kind, title, period_from, period_to) VALUES ('strategic', 'x', '2025-01-01', 'infinity') $$, '22023', 'kept.assessment: period_to is infinity', 'an assessment without end');
INSERT INTO indicator (code, title) VALUES ('I', 'One');
SELECT throws_ok($$ UPDATE indicator SET baseline_from = '-infinity', baseline_to = '2025-01-01' $$, '22023', 'kept.indicator: baseline_from is -infinity', 'a baseline without beginning');
SELECT throws_ok($$ UPDATE indicator SET target_value = 'NaN' $$, '22023', 'kept.indicator: target_value is NaN', 'a target that is no number');
SELECT throws_ok($$ UPDATE indicator SET target_value = 'Infinity' $$, '22023', 'kept.indicator: target_value is Infinity', 'nor infinite');
SELECT throws_ok($$ INSERT INTO plan_action (code, title, due_on) VALUES ('A', 'x', 'infinity') $$, '22023', NULL, 'an action due at no day');
SELECT throws_ok($$ INSERT INTO intelligence_requirement (question, due_on) VALUES ('x', 'infinity') $$, '22023', NULL, 'a question likewise');
INSERT INTO source (source_id, code, title) VALUES (1, 's', 'S');
SELECT throws_ok($$ INSERT INTO source_coverage VALUES (1, 'infinity') $$, '22023', NULL, 'a month without end');
SELECT * FROM finish();
ROLLBACK;
