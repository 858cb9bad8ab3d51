-- The control strategy, intelligence and the planner, on a few rows written by hand.
BEGIN;
SELECT plan(14);
SELECT csp.create_partnership('borough');
SET LOCAL search_path = borough, public;
SET LOCAL timezone = 'Europe/London';
INSERT INTO agency (agency_id, code, name, agency_sector) VALUES (1, 'council', 'Council', 'council'), (2, 'police', 'Police', 'police');
INSERT INTO priority (priority_id, code, title, starts_on, ends_on, lead_agency_id) VALUES (1, 'P1', 'Burglary', current_date - 100, current_date + 265, 2);
INSERT INTO priority_type (priority_id, problem_type_id) SELECT 1, problem_type_id FROM problem_type WHERE code = 'burglary';
INSERT INTO plan_action (code, priority_id, title, theme, owner_agency_id, status, due_on, completed_on) VALUES
    ('A1', 1, 'Locks', 'prevention', 1, 'in progress', current_date - 10, NULL),
    ('A2', 1, 'Leaflets', NULL, 1, 'complete', current_date - 30, current_date - 20),
    ('A3', 1, 'Given up', 'prevention', 1, 'stopped', current_date - 5, NULL);
INSERT INTO assessment (assessment_id, kind, title, period_from, period_to) VALUES (1, 'tactical', 'Tactical', current_date - 34, current_date - 7), (2, 'strategic', 'Strategic', current_date - 700, current_date - 400);
INSERT INTO assessment_milestone (assessment_id, title, due_on, done_on) VALUES (2, 'First draft', current_date + 7, NULL), (2, 'Data in', current_date - 3, current_date - 3);
INSERT INTO intelligence_requirement (intelligence_requirement_id, problem_type_id, question, owner_agency_id, raised_on, due_on)
    SELECT n, t.problem_type_id, question, 2, current_date - 50, current_date + days
    FROM (VALUES (1, 'burglary_residential', 'Who buys what is stolen?', -1), (2, 'shoplifting', 'Which shops report?', 20)) AS v (n, code, question, days) JOIN problem_type t USING (code);
INSERT INTO intelligence (intelligence_id, agency_id, received_on, grading_scheme, source_grade, information_grade, handling_code, conditions, text_sanitised, intelligence_requirement_id) VALUES
    (1, 2, '2024-01-01', '3x5x2', '1', 'B', 'P', NULL, 'may be shared', 1),
    (2, 2, '2024-01-02', '3x5x2', '2', 'C', 'C', 'police only', 'held secret', 1),
    (3, 2, '2024-01-03', '3x5x2', '2', 'C', 'P', 'not before the trial', 'held secret', NULL),
    (4, 2, '2024-01-04', '5x5x5', 'B', '2', '2', NULL, 'may be shared', NULL),
    (6, 2, '2024-01-06', '5x5x5', 'B', '2', '1', NULL, 'held secret', NULL),
    (5, 2, '2024-01-05', '5x5x5', 'B', '2', '5', NULL, 'held secret', NULL);

SELECT results_eq($$ SELECT theme, item, code, status, is_overdue, note FROM control_strategy ORDER BY sort_order $$, $$ VALUES
    -- under a heading by due date
    ('prevention', 'action', 'A2', 'complete', false, 'stands under prevention for want of a theme'),
    ('prevention', 'action', 'A1', 'in progress', true, NULL),
    ('prevention', 'action', 'A3', 'stopped', false, NULL),
    -- a requirement about a subtype of what the priority covers; the one about shoplifting belongs elsewhere
    ('intelligence', 'requirement', 'IR-1', 'open', true, NULL),
    ('enforcement', 'none', NULL, NULL, false, NULL) $$, 'priorities under their headings; an empty heading says so');
SELECT is((SELECT title FROM control_strategy WHERE theme = 'enforcement'), 'Nothing under this heading', 'in words');
SELECT is((SELECT count(*) FROM control_strategy), (SELECT count(DISTINCT row_key) FROM control_strategy), 'the key is unique');

SELECT results_eq($$ SELECT intelligence_id, grading, source_reliability, information_assessment, is_shared, text_sanitised FROM intelligence_digest ORDER BY 1 $$, $$ VALUES
    (1::bigint, '1BP', 'reliable', 'known indirectly, corroborated', true, 'may be shared'),
    (2, '2CC', 'untested', 'known indirectly', false, NULL),
    (3, '2CP', 'untested', 'known indirectly', false, NULL),
    (4, 'B22', 'mostly reliable', 'known personally to the source', true, 'may be shared'),
    (5, 'B25', 'mostly reliable', 'known personally to the source', false, NULL),
    (6, 'B21', 'mostly reliable', 'known personally to the source', false, NULL) $$, 'grades in words, each scheme in its own; text only where handling permits');
SELECT is_empty($$ SELECT d FROM intelligence_digest d WHERE d::text LIKE '%held secret%' $$, 'nothing that is held shows');
SELECT is_empty($$ SELECT intelligence_id FROM intelligence_digest WHERE (held_reason IS NULL) <> is_shared $$, 'what is held says why');
SELECT results_eq($$ SELECT intelligence_requirement_id, state, reports, reports_held, gradings FROM intelligence_collection ORDER BY 1 $$, $$ VALUES
    (1, 'overdue', 2, 1, '1BP, 2CC'), (2, 'open', 0, 0, NULL) $$, 'requirements and what has come in');
UPDATE intelligence_requirement SET due_on = current_date + 5 WHERE intelligence_requirement_id = 1;
SELECT is((SELECT state FROM intelligence_collection WHERE intelligence_requirement_id = 1), 'in part: reports have come in', 'not late, and reports are in');
UPDATE intelligence_requirement SET answered_on = current_date, answer = 'Two shops' WHERE intelligence_requirement_id = 1;
SELECT is((SELECT state FROM intelligence_collection WHERE intelligence_requirement_id = 1), 'answered', 'answered');

SELECT results_eq($$ SELECT item, title, state, days_late FROM planner ORDER BY sort_order $$, $$ VALUES
    -- a year after the last strategic period: 35 days ago or 34, as leap years have it
    ('product', 'Next strategic assessment, from ' || to_char(current_date - 399, 'FMDD FMMonth YYYY'), 'overdue', current_date - (current_date - 400 + interval '12 months')::date),
    ('action', 'Leaflets', 'done late', NULL),
    ('action', 'Locks', 'overdue', 10),
    ('milestone', 'Data in', 'done', NULL),
    ('requirement', 'Who buys what is stolen?', 'done', NULL),
    ('milestone', 'First draft', 'due within 14 days', -7),
    ('requirement', 'Which shops report?', 'planned', -20),
    ('product', 'Next tactical assessment, from ' || to_char(current_date - 6, 'FMDD FMMonth YYYY'), 'planned', -21) $$, 'the planner: what is due, in its order');
UPDATE setting SET value = '14 days' WHERE name = 'tactical_cadence';
SELECT is((SELECT due_on FROM planner WHERE title LIKE 'Next tactical%'), current_date + 7, 'the cadence is a setting');
INSERT INTO indicator (code, title, priority_id, target_on) VALUES ('I1', 'Fewer burglaries', 1, current_date - 1);
SELECT is((SELECT state FROM planner WHERE item = 'target'), 'past', 'a target whose day is past is not overdue: the scorecard says whether it was met');
UPDATE assessment SET status = 'withdrawn' WHERE assessment_id = 2;
SELECT is((SELECT count(*) FROM planner WHERE item = 'milestone'), 0::bigint, 'a withdrawn assessment has no plan');
SELECT is((SELECT count(*) FROM planner), (SELECT count(DISTINCT row_key) FROM planner), 'the key is unique');
SELECT * FROM finish();
ROLLBACK;
