-- What holds of every product view, whichever it is: one key, one name and type and unit for one thing, nothing that GIS
-- and BI tools cannot read. Views are found in the catalogue: the next one that breaks the contract fails here.
\set QUIET on
SET client_min_messages = warning;
BEGIN;
SELECT no_plan();
SELECT csp.create_synthetic_partnership('county', incidents => 8000, months => 24) \g /dev/null
SET search_path = county, public;

CREATE TEMP TABLE product AS
SELECT format('county.%I', r.relation)::regclass AS view, r.relation AS name
FROM csp.partnership_relations('county') r
WHERE r.kind = 'view'
  AND r.access IN ('product', 'personal', 'published')
  AND r.relation !~ '^(evidence_|counted_)';
CREATE TEMP TABLE shown AS
SELECT p.name AS view, a.attname AS name, a.attnum, a.atttypid, a.atttypmod, format_type(a.atttypid, a.atttypmod) AS type,
       t.typcategory, t.typtype, col_description(p.view, a.attnum) AS comment
FROM product p
JOIN pg_attribute a ON a.attrelid = p.view AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid;
SELECT cmp_ok((SELECT count(*) FROM product), '>', 55::bigint, 'the product views are found');

-- ---- the key ----
SELECT is_empty($$
    SELECT p.name FROM product p
    WHERE NOT EXISTS (SELECT FROM shown s WHERE s.view = p.name AND s.name = 'row_key' AND s.atttypid = 'bigint'::regtype)
    $$, 'every product view has a key, a bigint');
SELECT is_empty($$
    SELECT s.view, s.comment FROM shown s
    WHERE s.name = 'row_key'
      AND s.comment IS DISTINCT FROM 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change'
    $$, 'of which all say the same');
SELECT is_empty($$
    SELECT p.name
    FROM product p
    WHERE NOT EXISTS (SELECT FROM pg_depend d
                      JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
                      WHERE d.refclassid = 'pg_proc'::regclass
                        AND d.refobjid IN ('csp_internal.row_key(text[])'::regprocedure, 'csp_internal.row_key(bigint[])'::regprocedure)
                        AND r.ev_class = p.view)
      -- these show the key of another view, or of what a function counts for them
      AND p.name NOT IN ('performance_control_chart', 'strategic_pattern_area', 'strategic_hotspot', 'tactical_hotspot',
                         'strategic_concentration', 'profile_victim', 'profile_offender')
    $$, 'and it is made in one place');
SELECT is(csp_internal.row_key(1, 2, NULL), csp_internal.row_key('1', '2', NULL), 'numbers have the key of their text');
SELECT is((SELECT count(DISTINCT k) FROM (VALUES
    (csp_internal.row_key('1', '2')), (csp_internal.row_key('2', '1')), (csp_internal.row_key('12')), (csp_internal.row_key('1', '2', NULL)),
    (csp_internal.row_key(NULL, '1', '2')), (csp_internal.row_key('1', NULL, '2')), (csp_internal.row_key('1', '', '2')), (csp_internal.row_key('1,2'))) AS v (k)),
    8::bigint, 'order, number, NULL and borders of what identifies a row count');
SELECT isnt(csp_internal.row_key(1), csp_internal.row_key(4294967296 + 1), 'nor do large numbers fold');
SELECT is((SELECT count(DISTINCT csp_internal.row_key(a, b, c)) FROM generate_series(1, 4) a, generate_series(1, 500) b, generate_series(1, 100) c),
    200000::bigint, 'no two of 200,000 rows share a key');

-- ---- names, types and units ----
SELECT is_empty($$
    SELECT s.name, string_agg(DISTINCT s.type, ' and ') FROM shown s GROUP BY s.name HAVING count(DISTINCT s.type) > 1
    $$, 'a name has one type in every view');
SELECT is_empty($$
    SELECT s.view, s.name, s.type FROM shown s
    WHERE s.typcategory = 'A' OR s.typtype IN ('c', 'p') OR s.type IN ('json', 'jsonb', 'bytea', 'interval', 'numeric', 'real', 'name', 'unknown')
    $$, 'no view shows an array, a composite, or what only some tools read');
-- Two names for one thing, of which the second is gone
SELECT is_empty($$
    SELECT s.view, s.name FROM shown s
    WHERE s.name ~ 'percent_(change|lower|upper)' OR s.name IN ('trend', 'completed_on', 'harm', 'unweighted')
    $$, 'change_percent, trend_verdict, done_on, harm_score and unweighted_incidents have one name');
CREATE TEMP TABLE unit AS
SELECT v.unit, v.in_name, v.in_comment
FROM (VALUES ('per cent', '(^|_)percent(_|$)', '\mper cent\M'), ('per 1,000', '_per_1000(_|$)', '\mper 1,000\M'),
             ('metres', '_metres$', '\mmetres\M'), ('hours', '_hours$', '\mhours\M'), ('from 0 to 1', '(^|_)probability(_|$)', '\m0 to 1\M')) AS v (unit, in_name, in_comment);
SELECT is_empty($$
    SELECT s.name, string_agg(DISTINCT said.units, ' | ')
    FROM shown s
    CROSS JOIN LATERAL (SELECT string_agg(u.unit, ', ' ORDER BY u.unit) AS units FROM unit u WHERE s.comment ~* u.in_comment) said
    WHERE s.typcategory = 'N' AND said.units IS NOT NULL
    GROUP BY s.name
    HAVING count(DISTINCT said.units) > 1
    $$, 'a name has one unit in every view, as comments say');
SELECT is_empty($$
    SELECT s.view, s.name, s.comment FROM shown s JOIN unit u ON s.name ~ u.in_name
    WHERE s.comment !~* u.in_comment AND s.comment !~ '^(That|The same|Lower limit|Upper limit|Rate of the count shown)'
    $$, 'and a unit that a name says is said by its comment');

-- ---- geometry ----
SELECT is_empty($$
    SELECT s.view, string_agg(s.name, ', ') FROM shown s WHERE s.atttypid = 'geometry'::regtype GROUP BY s.view HAVING count(*) > 1
    $$, 'a view has one geometry at most');
SELECT is_empty($$
    SELECT s.view, s.name, s.type FROM shown s
    WHERE s.atttypid = 'geometry'::regtype AND (postgis_typmod_type(s.atttypmod) IN ('', 'Geometry') OR postgis_typmod_srid(s.atttypmod) <> 27700)
    $$, 'of one type, in the SRID of the partnership');
SELECT is((SELECT count(DISTINCT s.view) FROM shown s WHERE s.atttypid = 'geometry'::regtype), 9::bigint, 'the layers');

-- ---- two assessments of a kind ----
UPDATE setting SET value = '3000' WHERE name = 'hex_side';
INSERT INTO assessment (assessment_id, kind, title, period_from, period_to, baseline_from, baseline_to, area_kind) VALUES
    (102, 'strategic', 'Another (synthetic)', '2025-07-01', '2025-12-31', '2024-07-01', '2024-12-31', 'district'),
    (103, 'tactical', 'The last four weeks (synthetic)', '2025-12-04', '2025-12-31', NULL, NULL, 'ward'),
    (104, 'tactical', 'The four before (synthetic)', '2025-11-06', '2025-12-03', NULL, NULL, 'ward'),
    (105, 'problem profile', 'Profile of all (synthetic)', '2025-01-01', '2025-12-31', '2024-01-01', '2024-12-31', 'ward'),
    (106, 'problem profile', 'Profile of half a year (synthetic)', '2025-07-01', '2025-12-31', '2024-07-01', '2024-12-31', 'district');
UPDATE assessment SET area_kind = 'ward' WHERE assessment_id = 1;
INSERT INTO assessment_priority (assessment_id, priority_id) SELECT 102, priority_id FROM assessment_priority WHERE assessment_id = 1;
INSERT INTO recommendation (assessment_id, title, sort_order) SELECT a.assessment_id, 'Recommended', 1 FROM assessment a WHERE a.assessment_id > 101;
-- what is published, as if both had been frozen
SET session_replication_role = replica;
INSERT INTO publication (assessment_id, kind, title, period_from, period_to, protective_marking, frozen_at, extension_version, published_at, published_by)
SELECT a.assessment_id, a.kind, a.title, a.period_from, a.period_to, 'OFFICIAL', now(), '0.1.0', now(), 'nobody' FROM assessment a WHERE a.kind = 'strategic';
INSERT INTO publication_count (assessment_id, row_key, area_kind, area_code, area_name, problem_type, problem_type_label, sort_order, incidents, incidents_text, denominator)
SELECT p.assessment_id, row_number() OVER (PARTITION BY p.assessment_id ORDER BY area.area_id, t.problem_type_id), area.area_kind, area.code, area.name, t.code, t.label, t.sort_order, 10, '10', 'population'
FROM publication p CROSS JOIN area CROSS JOIN problem_type t WHERE area.area_kind IN ('partnership', 'district') AND t.is_headline;
SET session_replication_role = origin;

-- What identifies a row of each view, in words of its own columns. A view that is not listed fails below.
CREATE TEMP TABLE identity AS
SELECT v.view, v.columns
FROM (VALUES
    ('control_strategy', 'priority_id, theme, item, code'),
    ('intelligence_collection', 'intelligence_requirement_id'),
    ('intelligence_digest', 'intelligence_id'),
    ('performance_control_chart', 'indicator_id, month'),
    ('performance_forecast', 'indicator_id, month'),
    ('performance_indicator_month', 'indicator_id, month'),
    ('performance_peer', 'assessment_id, problem_type_id, peer_id'),
    ('performance_plan', 'item, item_id'),
    ('performance_scorecard', 'indicator_id'),
    ('performance_week', 'problem_type_id, week_from'),
    ('performance_week_source', 'source_id'),
    ('performance_year_to_date', 'area_id, problem_type_id'),
    ('planner', 'item, item_id, CASE WHEN item = ''product'' THEN substr(title, 1, 12) END'),
    ('profile_context', 'assessment_id, section, item'),
    ('profile_definition', 'assessment_id, problem_type_id, source_id'),
    ('profile_driver', 'assessment_id, dimension, member_code, CASE WHEN member_code = '''' THEN member_label END'),
    ('profile_location', 'assessment_id, dimension, area_id, CASE WHEN area_id IS NULL THEN name END'),
    ('profile_method', 'assessment_id, section, method, factor, member'),
    ('profile_offender', 'assessment_id, section, label'),
    ('profile_response', 'assessment_id, plan_action_id'),
    ('profile_response_week', 'assessment_id, plan_action_id, week'),
    ('profile_time', 'assessment_id, section, label'),
    ('profile_victim', 'assessment_id, section, label'),
    ('published_assessment', 'assessment_id'),
    ('published_count', 'assessment_id, area_kind, area_code, problem_type'),
    ('quality_added_value', 'assessment_id, source_id, problem_type_id, other_source_id'),
    ('quality_duplicate', 'assessment_id, incident_id, other_incident_id'),
    ('quality_match_source', 'source_id'),
    ('quality_source', 'source_id, month'),
    ('scanning_register', 'emerging_issue_id'),
    ('strategic_by_crime_type', 'assessment_id, problem_type_id'),
    ('strategic_by_organisation', 'assessment_id, source, problem_type_id'),
    ('strategic_by_priority', 'assessment_id, section, problem_type_id'),
    ('strategic_by_problem', 'assessment_id, problem_type_id, side, measure_order'),
    ('strategic_change', 'assessment_id, area_id, problem_type_id'),
    ('strategic_concentration', 'assessment_id, problem_type_id, dimension'),
    ('strategic_drivers', 'assessment_id, problem_type_id, dimension, member_code'),
    ('strategic_hotspot', 'assessment_id, place_kind, place_id, problem_type_id'),
    ('strategic_hotspot_source', 'source_id, place_kind'),
    ('strategic_levels', 'assessment_id, area_id, problem_type_id'),
    ('strategic_pattern_area', 'assessment_id, area_id, problem_type_id'),
    ('strategic_pattern_time', 'assessment_id, problem_type_id, dimension, "position"'),
    ('strategic_plan_review', 'assessment_id, priority, item, code'),
    ('strategic_priority_factor', 'assessment_id, problem_type_id, factor'),
    ('strategic_priority_matrix', 'assessment_id, problem_type_id'),
    ('strategic_recommendation', 'recommendation_id'),
    ('strategic_season', 'assessment_id, problem_type_id, calendar_month'),
    ('strategic_sources', 'assessment_id, source_id'),
    -- a statement begins in the same way, whatever its figures
    ('strategic_summary', 'assessment_id, CASE WHEN finding LIKE ''In %, %: %'' THEN substring(finding FROM ''(places are|times are).*'') ELSE (SELECT k.n::text FROM unnest(ARRAY[
        ''% counted in the period, all sources together.%'', ''% changed beyond chance.'', ''%did not clearly change.'', ''Higher than in%'', ''Lower than in%'',
        ''Not comparable:%'', ''This assessment has no baseline%'', ''Over all months%'', ''No figures of a similar group%'', ''Against the similar group%'', ''Of % areas, those that stand above%'',
        ''The scanning register held%'', ''Of % actions of the plan%'', ''Of % indicators,%'', ''The priority matrix%'', ''%the score of a factor or more, which its mean leaves out.'',
        ''Months without data%'', ''To be read with%'', ''Trends run across%'', ''%Harm is not known%'', ''No problem has a weight of harm%'']) WITH ORDINALITY AS k (pattern, n)
        WHERE finding LIKE k.pattern ORDER BY k.n LIMIT 1) END'),
    ('strategic_trend', 'assessment_id, area_id, problem_type_id'),
    ('strategic_vulnerable_locality', 'assessment_id, area_id'),
    ('tactical_alert', 'assessment_id, area_id, problem_type_id'),
    ('tactical_hotspot', 'assessment_id, place_kind, place_id, problem_type_id'),
    ('tactical_hotspot_source', 'assessment_id, source_id, place_kind'),
    ('tactical_near_repeat', 'assessment_id, incident_id'),
    ('tactical_near_repeat_source', 'source_id'),
    ('tactical_offender', 'assessment_id, person_id'),
    ('tactical_recommendation', 'assessment_id, section, item_id'),
    ('tactical_repeat_location', 'assessment_id, problem_type_id, st_astext(location)'),
    ('tactical_repeat_victim', 'assessment_id, person_id'),
    ('tactical_series', 'assessment_id, problem_type_id, (SELECT min(i) FROM unnest(string_to_array(incident_ids, '', '')::bigint[]) AS i)'),
    ('tactical_source', 'assessment_id, source_id, product'),
    ('tactical_summary', 'assessment_id, area_id, problem_type_id')) AS v (view, columns);
SELECT set_eq('SELECT view FROM identity', 'SELECT name::text FROM product', 'of every product view it is said here what identifies a row');

CREATE TEMP TABLE reading (reading integer, view text, row_key bigint, identity text, assessment_id text);
CREATE FUNCTION pg_temp.read_all(reading integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    i record;
BEGIN
    FOR i IN SELECT identity.view, identity.columns FROM identity ORDER BY 1 LOOP
        EXECUTE format('INSERT INTO reading SELECT $1, %L, v.row_key, jsonb_build_array(%s)::text, %s FROM county.%I v', i.view, i.columns,
                       CASE WHEN i.columns LIKE 'assessment_id%' THEN 'v.assessment_id::text' ELSE 'NULL' END, i.view) USING reading;
    END LOOP;
END
$$;
ANALYZE;
-- what is read are keys, not plans: joins over so few rows may be planned row by row, and then take minutes
SET enable_nestloop = off;
SELECT pg_temp.read_all(1) \g /dev/null

-- Data change: what comes first in an order comes anew, names change, a source grows, rows go; and the session is another's
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, place_reference, area_id, method)
SELECT i.source_id, 'again ' || i.incident_id, i.problem_type_id, i.occurred_from, i.occurred_to, i.location, i.place_reference, i.area_id, i.method
FROM incident i WHERE i.incident_id % 7 = 0;
INSERT INTO incident_person (incident_id, person_id, role)
SELECT i.incident_id, p.person_id, p.role
FROM incident i JOIN incident_person p ON i.source_reference = 'again ' || p.incident_id;
DELETE FROM incident i WHERE i.incident_id % 101 = 0 AND NOT EXISTS (SELECT FROM incident_person p WHERE p.incident_id = i.incident_id);
UPDATE area SET name = 'New ' || name WHERE area_kind IN ('ward', 'district');
UPDATE problem_type SET label = 'New ' || label, sort_order = -sort_order;
INSERT INTO priority (code, title, starts_on, ends_on, sort_order) VALUES ('AAA', 'First of all (synthetic)', '2020-01-01', '2026-12-31', -1);
INSERT INTO plan_action (priority_id, code, title, theme, due_on) SELECT p.priority_id, 'AAA-1', 'Earlier than all', 'prevention', '2020-01-01' FROM priority p WHERE p.code = 'AAA';
INSERT INTO recommendation (assessment_id, title, sort_order) SELECT a.assessment_id, 'Before all', -1 FROM assessment a WHERE a.assessment_id > 101;
SET DateStyle = 'SQL, DMY';
SET TimeZone = 'Pacific/Auckland';
SET extra_float_digits = -3;
ANALYZE;
SELECT pg_temp.read_all(2) \g /dev/null

SELECT is_empty($$ SELECT p.name FROM product p WHERE p.name NOT IN (SELECT r.view FROM reading r) $$, 'no product view is empty');
SELECT is_empty($$
    SELECT r.view, count(DISTINCT r.assessment_id) FROM reading r WHERE r.assessment_id IS NOT NULL GROUP BY r.view HAVING count(DISTINCT r.assessment_id) < 2
    $$, 'each has rows of two assessments');
SELECT is_empty($$ SELECT DISTINCT r.view FROM reading r WHERE r.row_key IS NULL $$, 'no key is NULL');
SELECT is_empty($$
    SELECT r.view, count(*) - count(DISTINCT r.row_key) FROM reading r GROUP BY r.reading, r.view HAVING count(*) > count(DISTINCT r.row_key)
    $$, 'keys are unique over all assessments');
SELECT is_empty($$
    SELECT r.view, min(r.identity) FROM reading r GROUP BY r.reading, r.view HAVING count(*) > count(DISTINCT r.identity)
    $$, 'and so is what identifies a row');
SELECT is_empty($$
    SELECT r.view, count(*), min(r.identity)
    FROM (SELECT view, identity FROM reading GROUP BY view, identity HAVING count(DISTINCT row_key) > 1) r
    GROUP BY r.view
    $$, 'the same thing has the same key when data change');
SELECT is_empty($$
    SELECT r.view, count(*), min(r.row_key)
    FROM (SELECT view, row_key FROM reading GROUP BY view, row_key HAVING count(DISTINCT identity) > 1) r
    GROUP BY r.view
    $$, 'and no other thing gets it');
SELECT is_empty($$
    SELECT one.view FROM reading one LEFT JOIN reading two ON two.reading = 2 AND two.view = one.view AND two.row_key = one.row_key
    WHERE one.reading = 1 GROUP BY one.view HAVING count(two.row_key) = 0
    $$, 'of every view there are rows that stayed');
SELECT cmp_ok((SELECT count(*) FROM (SELECT view, row_key FROM reading WHERE reading = 2 EXCEPT SELECT view, row_key FROM reading WHERE reading = 1) r), '>', 500::bigint, 'and rows that came');
SELECT is_empty($$ SELECT r.view, r.identity FROM reading r WHERE r.view = 'strategic_summary' AND r.identity LIKE '%null]' $$, 'every finding is known here');

SELECT * FROM finish();
ROLLBACK;
