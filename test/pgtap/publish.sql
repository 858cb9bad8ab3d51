-- Freezing and publishing. Part 1: by hand. Part 2: an attacker who knows every figure shown works at the suppressed ones.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET extra_float_digits = 0;
BEGIN;
SELECT no_plan();
SELECT csp.create_partnership('tiny') \g /dev/null
SET search_path = tiny, public;
SET LOCAL timezone = 'Europe/London';
INSERT INTO area (area_kind, code, name) SELECT 'lsoa21', 'A' || n, 'Area ' || n FROM generate_series(1, 4) n;
UPDATE setting SET value = 'lsoa21' WHERE name = 'base_area_kind';
SELECT csp.refresh_areas('tiny') \g /dev/null
INSERT INTO area_population (area_id, year, population, households) SELECT area_id, 2024, 1000, 400 FROM area WHERE area_kind = 'lsoa21';
INSERT INTO source (source_id, code, title, place_precision, time_precision, citation, disclosure_threshold, disclosure_base) VALUES (1, 'p', 'Police', 'exact', 'minute', 'Police records', 0, 1), (2, 'h', 'Hospital', 'exact', 'minute', 'Hospital records', 7, 5);
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id)
SELECT v.source_id, concat_ws('-', v.source_id, v.code, v.area, n), t.problem_type_id, '2024-06-15', '2024-06-15', a.area_id
FROM (VALUES
    -- the police suppress nothing
    (1, 'shoplifting', 'A1', 1), (1, 'shoplifting', 'A2', 12),
    -- the hospital: 3 in one area, 20, 30 and 9 in the others, 62 in all
    (2, 'emergency_department_assault', 'A1', 3), (2, 'emergency_department_assault', 'A2', 20), (2, 'emergency_department_assault', 'A3', 30), (2, 'emergency_department_assault', 'A4', 9),
    -- a type of both: the hospital's rule holds
    (1, 'drug_litter', 'A1', 8), (2, 'drug_litter', 'A2', 11)
) AS v (source_id, code, area, count)
CROSS JOIN generate_series(1, v.count) n
JOIN problem_type t USING (code)
JOIN area a ON a.code = v.area;
INSERT INTO assessment (assessment_id, kind, title, period_from, period_to) VALUES (1, 'strategic', 'June', '2024-06-01', '2024-06-30'), (2, 'tactical', 'Weeks', '2024-06-01', '2024-06-28'), (3, 'subject profile', 'One person', '2024-06-01', '2024-06-28'), (4, 'strategic', 'June again', '2024-06-01', '2024-06-30');

SELECT throws_ok($$ SELECT csp.freeze_assessment('tiny', 99) $$, '22023', NULL, 'an unknown assessment');
SELECT throws_ok($$ SELECT csp.freeze_assessment('tiny', 3) $$, '55000', NULL, 'a subject profile is not stored');
SELECT throws_ok($$ SELECT csp.freeze_assessment('nowhere', 1) $$, '3F000', NULL, 'an unknown partnership');
SELECT cmp_ok(csp.freeze_assessment('tiny', 1), '>', 100::bigint, 'an assessment is frozen');
SELECT throws_ok($$ SELECT csp.freeze_assessment('tiny', 1) $$, '55000', 'assessment 1 is frozen already', 'once');
SELECT is((SELECT row_count FROM frozen_assessment WHERE assessment_id = 1), (SELECT count(*) FROM frozen_row WHERE assessment_id = 1), 'with the number of its rows');
SET LOCAL extra_float_digits = 1;   -- freezing writes figures so, whichever session freezes
SELECT bag_eq($$ SELECT to_jsonb(l) FROM strategic_levels l WHERE assessment_id = 1 $$, $$ SELECT content FROM frozen_row WHERE assessment_id = 1 AND product = 'strategic_levels' $$, 'every row of a product as it is');
SELECT is_empty($$ SELECT product FROM frozen_row WHERE assessment_id = 1 AND (content ? 'boundary' OR content ? 'shape' OR content::text LIKE '%coordinates%') $$, 'without shapes');
SELECT bag_eq($$ SELECT l.problem_type, l.area_code, l.incidents, l.rate_per_1000 FROM strategic_levels l WHERE assessment_id = 1 $$,
    $$ SELECT l.problem_type, l.area_code, l.incidents, l.rate_per_1000 FROM frozen_row f CROSS JOIN LATERAL jsonb_populate_record(NULL::strategic_levels, f.content) l WHERE f.assessment_id = 1 AND f.product = 'strategic_levels' $$, 'and with its columns again');
CREATE TEMP TABLE product AS
SELECT r.relation::text FROM csp.partnership_relations('tiny') r JOIN pg_attribute a ON a.attrelid = format('tiny.%I', r.relation)::regclass AND a.attname = 'assessment_id'
WHERE r.kind = 'view' AND r.access = 'product' AND r.relation LIKE 'strategic\_%';
SELECT is_empty($$ SELECT relation FROM product WHERE (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM tiny.%I WHERE assessment_id = 1', relation), false, true, '')))[1]::text::bigint
    <> (SELECT count(*) FROM frozen_row f WHERE f.assessment_id = 1 AND f.product = relation) $$, 'no product with rows is left out');
SELECT is((SELECT parameters -> 'settings' ->> 'near_repeat_days' FROM frozen_assessment WHERE assessment_id = 1), '28', 'the settings of the time');
SELECT is((SELECT coverage -> 0 ->> 'incidents' FROM frozen_assessment WHERE assessment_id = 1), '73', 'the sources of the time');
DELETE FROM incident WHERE source_reference = '1-shoplifting-A2-1';
SELECT is((SELECT max((content ->> 'incidents')::bigint) FROM frozen_row WHERE assessment_id = 1 AND product = 'strategic_levels' AND content ->> 'problem_type' = 'shoplifting'), 13::bigint, 'figures stand though data was corrected since');
SELECT ok(csp.check_frozen_assessment('tiny', 1), 'and the digest holds');
SELECT throws_ok($$ UPDATE frozen_row SET content = '{}' $$, '55000', NULL, 'stored rows are not changed');
SELECT throws_ok($$ DELETE FROM disclosed_count $$, '55000', NULL, 'nor deleted');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT throws_ok($$ TRUNCATE frozen_row $$, '55000', NULL, 'nor truncated');
SELECT throws_ok($$ TRUNCATE frozen_assessment CASCADE $$, '55000', NULL, 'nor with all that hangs on them');
SELECT throws_ok($$ INSERT INTO frozen_row VALUES (1, 'strategic_levels', 1000000, '{}') $$, '55000', 'tiny.frozen_row is written by csp.freeze_assessment alone', 'nor added to');
SELECT throws_ok($$ INSERT INTO disclosed_count SELECT assessment_id, part, area_kind, 'X', 'Invented', problem_type, problem_type_label, sort_order, 3, token, threshold, base, denominator, denominator_count FROM disclosed_count LIMIT 1 $$,
    '55000', NULL, 'a published count is not made up');
SELECT throws_ok($$ UPDATE assessment SET period_from = '2023-01-01' WHERE assessment_id = 1 $$, '55000', NULL, 'nor are figures shown under another period');
SELECT throws_ok($$ UPDATE assessment SET title = 'May' WHERE assessment_id = 1 $$, '55000', NULL, 'or title');
SELECT lives_ok($$ UPDATE assessment SET note = 'Corrected since', protective_marking = 'OFFICIAL-SENSITIVE' WHERE assessment_id = 1 $$, 'note and marking may change');
SET CONSTRAINTS ALL DEFERRED;
SAVEPOINT before;
SELECT ok((SELECT frozen_by = current_user AND frozen_at = now() FROM frozen_assessment WHERE assessment_id = 1), 'who froze and when');
SELECT throws_ok($$ INSERT INTO frozen_assessment (assessment_id, frozen_at, frozen_by, extension_version, parameters, coverage, row_count, digest) VALUES (4, '2001-01-01', 'somebody else', '0', '{}', '[]', 0, '') $$,
    '55000', 'tiny.frozen_assessment is written by csp.freeze_assessment alone', 'cannot be made up, by the owner neither');
SELECT throws_ok($$ UPDATE frozen_assessment SET frozen_by = 'somebody else' $$, '55000', NULL, 'nor changed');
SELECT throws_ok($$ INSERT INTO frozen_row VALUES (4, 'strategic_levels', 1000000, '{}') $$, '55000', NULL, 'nothing is put there before the freezing');
SELECT throws_ok($$ INSERT INTO disclosed_count SELECT 4, part, area_kind, 'X', 'Invented', problem_type, problem_type_label, sort_order, 3, token, threshold, base, denominator, denominator_count FROM disclosed_count LIMIT 1 $$,
    '55000', NULL, 'nor a count');
-- what a frozen assessment is about
SELECT throws_ok($$ INSERT INTO assessment_type SELECT 1, problem_type_id FROM problem_type LIMIT 1 $$, '55000', NULL, 'a frozen assessment keeps its types');
SELECT throws_ok($$ INSERT INTO assessment_area SELECT 1, area_id FROM area LIMIT 1 $$, '55000', NULL, 'its areas');
SELECT throws_ok($$ INSERT INTO risk_score (assessment_id, problem_type_id, factor, score) SELECT 1, problem_type_id, factor, 1 FROM problem_type, risk_factor WHERE scheme = 'default' LIMIT 1 $$, '55000', NULL, 'and its scores');
INSERT INTO assessment_type SELECT 4, problem_type_id FROM problem_type LIMIT 1;
SELECT throws_ok($$ UPDATE assessment_type SET assessment_id = 1 WHERE assessment_id = 4 $$, '55000', NULL, 'also from one to the other');
DELETE FROM assessment_type WHERE assessment_id = 4;
INSERT INTO recommendation (assessment_id, title) VALUES (1, 'Lock it');
UPDATE recommendation SET status = 'accepted', decided_on = '2024-08-01' WHERE assessment_id = 1;
SELECT ok(csp.check_frozen_assessment('tiny', 1), 'and after all that the digest holds');
-- an owner can switch triggers off, but the digest tells
SAVEPOINT before;
ALTER TABLE disclosed_count DISABLE TRIGGER USER;
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE disclosed_count SET incidents = incidents + 5 WHERE assessment_id = 1 AND incidents IS NOT NULL;
SELECT is(csp.check_frozen_assessment('tiny', 1), false, 'a published count that was changed is found out');
SELECT throws_ok($$ UPDATE assessment SET status = 'published' WHERE assessment_id = 1 $$, '55000', 'the stored rows of assessment 1 are not those that were frozen', 'and not published');
ROLLBACK TO before;
SELECT is((SELECT parameters -> 'seeds' -> 'strategic_priority_matrix' ->> 'seed' FROM frozen_assessment WHERE assessment_id = 1), '1', 'the seed of what is drawn at random');
SELECT ok(csp.freeze_assessment('tiny', 2) >= 0 AND NOT EXISTS (SELECT FROM disclosed_count WHERE assessment_id = 2), 'a tactical assessment is stored, and has no published counts');

SELECT is_empty($$ SELECT 1 FROM published_count $$, 'nothing is published before its status says so');
UPDATE assessment SET status = 'published' WHERE assessment_id = 1;
SELECT results_eq($$ SELECT problem_type, area_code, incidents_text, rate_per_1000 FROM published_count WHERE assessment_id = 1 AND problem_type IN ('shoplifting') AND area_kind = 'lsoa21' ORDER BY 1, 2 $$,
    $$ VALUES ('shoplifting', 'A1', '1', 1::float8), ('shoplifting', 'A2', '12', 12), ('shoplifting', 'A3', '0', 0), ('shoplifting', 'A4', '0', 0) $$, 'a source without a rule shows its counts');
SELECT results_eq($$ SELECT area_code, incidents_text, rate_per_1000 FROM published_count WHERE assessment_id = 1 AND problem_type = 'health' ORDER BY area_kind <> 'partnership', area_code $$,
    -- 3 is suppressed; 62 less the three others would give it, so the smallest of these goes too: 3 + 9 are 12, and neither is known to be 7 or less
    $$ VALUES ('tiny', '60', 15::float8), ('A1', '*', NULL), ('A2', '20', 20), ('A3', '30', 30), ('A4', '*', NULL) $$, 'primary and secondary suppression; rates of the counts shown');
SELECT is((SELECT array_agg(DISTINCT threshold) FROM disclosed_count WHERE problem_type = 'drug_litter'), '{7}', 'of two sources the stricter rule');
UPDATE assessment SET status = 'withdrawn' WHERE assessment_id = 1;
SELECT is_empty($$ SELECT 1 FROM published_count $$, 'what is withdrawn shows no more');
SELECT is_empty($$ SELECT assessment_id FROM publication UNION ALL SELECT assessment_id FROM publication_count $$, 'and is not there any more');
UPDATE assessment SET status = 'published', protective_marking = 'OFFICIAL' WHERE assessment_id = 1;
SELECT bag_eq($$ SELECT problem_type, area_kind, area_code, incidents, incidents_text FROM publication_count WHERE assessment_id = 1 $$,
    $$ SELECT problem_type, area_kind, area_code, incidents, coalesce(incidents::text, token) FROM disclosed_count WHERE assessment_id = 1 AND part = 'period' $$, 'published again it is what was frozen');
UPDATE assessment SET protective_marking = 'OFFICIAL-SENSITIVE' WHERE assessment_id = 1;
SELECT results_eq($$ SELECT p.protective_marking, c.published_by = current_user, c.published_at = now() FROM published_assessment p JOIN publication c USING (assessment_id) $$, $$ VALUES ('OFFICIAL-SENSITIVE', true, true) $$, 'its marking follows; who published it and when is kept');
SELECT throws_ok($$ UPDATE publication SET title = 'Another' $$, '55000', 'tiny.publication is written by csp_internal.refresh_publication alone', 'what is published is not changed');
SELECT throws_ok($$ INSERT INTO publication_count SELECT assessment_id, 0, area_kind, 'X', 'FORGED AREA', problem_type, problem_type_label, sort_order, 99999, '99,999', denominator, denominator_count, NULL, NULL FROM publication_count LIMIT 1 $$, '55000', NULL, 'nor added to');
SELECT throws_ok($$ DELETE FROM publication_count $$, '55000', NULL, 'nor deleted');
SELECT throws_ok($$ TRUNCATE publication CASCADE $$, '55000', NULL, 'nor truncated');
UPDATE assessment SET status = 'published' WHERE assessment_id = 4;
SELECT is_empty($$ SELECT 1 FROM published_assessment WHERE assessment_id = 4 $$, 'what is not frozen is not published, whatever its status');
SELECT throws_ok($$ UPDATE source SET disclosure_token = '<b>' WHERE code = 'h' $$, '22023', 'disclosure_token of source "h" is not a plain token', 'a token is plain text');
CREATE FUNCTION pg_temp.token_error(token text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tiny.source SET disclosure_token = token WHERE code = 'h';
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
SELECT is_empty($$ SELECT t FROM unnest(ARRAY['"', '''', '&amp;', E'a\nb', E'\x1b[31m', '17', '1,200', '-5', '3.5 %', '', '  ', 'as long as a line', '`', '\']) AS t WHERE pg_temp.token_error(t) IS DISTINCT FROM '22023' $$,
    'short, without markup and control characters, and no number');
SELECT is_empty($$ SELECT t FROM unnest(ARRAY['*', '..', '-', '[c]', 'x', '1 to 7', 'supp.', '(s)']) AS t WHERE pg_temp.token_error(t) IS NOT NULL $$, 'the tokens of the field are taken');
UPDATE source SET disclosure_token = '*';
UPDATE setting SET value = CASE name WHEN 'disclosure_base' THEN '5' ELSE '7' END WHERE name IN ('disclosure_threshold', 'disclosure_base');
INSERT INTO source (source_id, code, title) VALUES (99, 'new', 'A new source');
SELECT results_eq($$ SELECT disclosure_threshold, disclosure_base, disclosure_token FROM source WHERE code = 'new' $$, $$ VALUES (7, 5, '*') $$, 'a new source has the rules of the settings');
DELETE FROM source WHERE code = 'new';
UPDATE setting SET value = CASE name WHEN 'disclosure_base' THEN '1' ELSE '0' END WHERE name IN ('disclosure_threshold', 'disclosure_base');

-- crime contains shoplifting: with both as headlines an area's shoplifting would follow from its crime and its other types
UPDATE problem_type SET is_headline = true WHERE code = 'crime';
SELECT csp.freeze_assessment('tiny', 4) \g /dev/null
SELECT is((SELECT count(*) FROM published_assessment), 2::bigint, 'one whose status says so already is published when it is frozen');
SELECT bag_eq($$ SELECT DISTINCT problem_type FROM disclosed_count WHERE assessment_id = 4 AND area_kind = 'lsoa21' AND problem_type IN ('crime', 'shoplifting', 'health') $$, $$ VALUES ('crime'), ('health') $$, 'of headline types that contain one another the widest is published by area');

-- Part 2: the synthetic county with rules for all, no rounding (the attacker's best case), by small area
SELECT csp.create_synthetic_partnership('county', incidents => 30000) \g /dev/null
SET search_path = county, public;
UPDATE source SET disclosure_threshold = CASE code WHEN 'syn_police_crime' THEN 4 WHEN 'syn_fire' THEN 9 ELSE 7 END, disclosure_base = 1;
UPDATE assessment SET area_kind = 'ward' WHERE assessment_id = 1;
SELECT csp.freeze_assessment('county', 1) \g /dev/null
-- the attacker: a suppressed count is 1 or more; every type is the sum of its areas, and of its subtypes, and what is in neither is known
CREATE TEMP TABLE cell AS
SELECT row_number() OVER () AS id, d.part, d.area_kind, d.area_code, d.problem_type, t.problem_type_id, t.parent_id, d.threshold, d.incidents IS NULL AS hidden,
       coalesce(d.incidents, 1) AS low, coalesce(d.incidents, 1000000) AS high
FROM disclosed_count d JOIN problem_type t ON t.code = d.problem_type WHERE d.assessment_id = 1;
CREATE TEMP TABLE equation AS
SELECT w.id AS total, p.id AS part, 'area' AS what FROM cell w JOIN cell p USING (part, problem_type) WHERE w.area_kind = 'partnership' AND p.area_kind <> 'partnership'
UNION ALL
SELECT w.id, p.id, 'subtype' FROM cell w JOIN cell p ON p.part = w.part AND p.parent_id = w.problem_type_id WHERE w.area_kind = 'partnership' AND p.area_kind = 'partnership';
CREATE TEMP TABLE truth AS
SELECT c.id, CASE c.part WHEN 'period' THEN e.period_compared ELSE e.baseline_compared END AS incidents
FROM cell c JOIN evidence_count e ON e.assessment_id = 1 AND e.problem_type = c.problem_type AND e.area_kind = c.area_kind AND e.area_code = c.area_code;
CREATE TEMP TABLE remainder AS
SELECT e.total, e.what, w.incidents - sum(p.incidents) AS remainder FROM equation e JOIN truth w ON w.id = e.total JOIN truth p ON p.id = e.part GROUP BY e.total, e.what, w.incidents;
DO $$
DECLARE
    narrowed bigint;
    n bigint;
BEGIN
    FOR round IN 1 .. 50 LOOP
        -- a total from its parts, and a part from its total and the other parts, as bounds
        UPDATE cell c SET low = greatest(c.low, b.low), high = least(c.high, b.high)
        FROM (SELECT e.total, max(s.low) AS low, min(s.high) AS high FROM (SELECT e.total, e.what, sum(p.low) + r.remainder AS low, sum(p.high) + r.remainder AS high FROM equation e JOIN cell p ON p.id = e.part JOIN remainder r USING (total, what) GROUP BY 1, 2, r.remainder) s JOIN (SELECT DISTINCT total, what FROM equation) e USING (total, what) GROUP BY e.total) b
        WHERE b.total = c.id AND (b.low > c.low OR b.high < c.high);
        GET DIAGNOSTICS narrowed = ROW_COUNT;
        UPDATE cell c SET low = greatest(c.low, b.low), high = least(c.high, b.high)
        FROM (SELECT e.part, max(t.low - r.remainder - (s.high - p.high)) AS low, min(t.high - r.remainder - (s.low - p.low)) AS high
              FROM equation e JOIN cell t ON t.id = e.total JOIN cell p ON p.id = e.part JOIN remainder r ON r.total = e.total AND r.what = e.what
              JOIN (SELECT e.total, e.what, sum(p.low) AS low, sum(p.high) AS high FROM equation e JOIN cell p ON p.id = e.part GROUP BY 1, 2) s ON s.total = e.total AND s.what = e.what GROUP BY e.part) b
        WHERE b.part = c.id AND (b.low > c.low OR b.high < c.high);
        GET DIAGNOSTICS n = ROW_COUNT;
        EXIT WHEN narrowed + n = 0;
    END LOOP;
END
$$;
SELECT cmp_ok((SELECT count(*) FROM cell WHERE hidden), '>', 100::bigint, 'there is something to attack');
SELECT is_empty($$ SELECT part, area_code, problem_type, low, high FROM cell WHERE hidden AND low = high $$, 'no suppressed count can be worked out');
SELECT is_empty($$ SELECT part, area_code, problem_type, low, high FROM cell WHERE hidden AND high <= threshold $$, 'nor be known to be small');
SELECT is_empty($$ SELECT c.id FROM cell c JOIN truth t USING (id) WHERE t.incidents NOT BETWEEN c.low AND c.high $$, 'and the attacker''s bounds are right: the attack works');
SELECT cmp_ok((SELECT count(*) FILTER (WHERE NOT hidden) FROM cell), '>', (SELECT count(*) / 3 FROM cell), 'not everything was suppressed');

-- Part 3: several publications. January to November, then the whole year: the difference is December.
SELECT csp.create_partnership('year') \g /dev/null
SET search_path = year, public;
INSERT INTO area (area_kind, code, name) SELECT 'lsoa21', 'A' || n, 'Area ' || n FROM generate_series(1, 4) n;
INSERT INTO area_lookup (from_kind, from_code, to_kind, to_code, to_name, relation)
SELECT 'lsoa21', 'A' || n, v.kind, v.code || CASE v.kind WHEN 'ward' THEN n / 3 ELSE n % 2 END, v.code, 'within' FROM generate_series(1, 4) n CROSS JOIN (VALUES ('ward', 'W'), ('district', 'D')) AS v (kind, code);
UPDATE setting SET value = 'lsoa21' WHERE name = 'base_area_kind';
SELECT csp.refresh_areas('year') \g /dev/null
INSERT INTO source (source_id, code, title, place_precision, time_precision, disclosure_threshold) VALUES (1, 'h', 'Hospital', 'exact', 'minute', 7);
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id)
SELECT 1, concat_ws('-', v.month, v.area, n), t.problem_type_id, make_date(2024, v.month, 15), make_date(2024, v.month, 15), a.area_id
FROM (VALUES (1, 'A1', 98), (2, 'A2', 30), (3, 'A3', 50), (12, 'A1', 2), (12, 'A3', 40), (12, 'A4', 20)) AS v (month, area, count)
CROSS JOIN generate_series(1, v.count) n
JOIN problem_type t ON t.code = 'emergency_department_assault'
JOIN area a ON a.code = v.area;
INSERT INTO assessment (assessment_id, kind, title, period_from, period_to, area_kind)
VALUES (1, 'strategic', 'Year', '2024-01-01', '2024-12-31', 'lsoa21'), (2, 'strategic', 'To November', '2024-01-01', '2024-11-30', 'lsoa21'),
       (3, 'strategic', 'Year again', '2024-01-01', '2024-12-31', 'lsoa21'), (4, 'strategic', 'Year by ward', '2024-01-01', '2024-12-31', 'ward'),
       (5, 'strategic', 'Year by district', '2024-01-01', '2024-12-31', 'district'), (6, 'strategic', 'Year corrected', '2024-01-01', '2024-12-31', 'lsoa21');
CREATE FUNCTION pg_temp.shown(integer) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(d.area_code || ' ' || coalesce(d.incidents::text, d.token), ', ' ORDER BY d.area_kind <> 'partnership', d.area_code) FROM disclosed_count d WHERE d.assessment_id = $1 AND d.problem_type = 'health'
$$;
SELECT csp.freeze_assessment('year', 1) \g /dev/null
SELECT is(pg_temp.shown(1), 'year 240, A1 100, A2 30, A3 90, A4 20', 'alone the year has nothing to hide');
SELECT csp.freeze_assessment('year', 2) \g /dev/null
-- to November: 178 = 98 + 30 + 50 + 0. 98 is hidden, since 100 - 98 = 2; and one more, since 178 - 30 - 50 = 98. A2 has nothing in
-- December to give or take; A3 has 40
SELECT is(pg_temp.shown(2), 'year 178, A1 *, A2 30, A3 *, A4 0', 'what two publications differ by is not small');
SELECT is((SELECT count(*) FROM disclosed_month WHERE assessment_id = 2), 11::bigint, 'the months of a publication are stored');
SELECT throws_ok($$ DELETE FROM disclosed_month $$, '55000', NULL, 'and not deleted');
SELECT csp.freeze_assessment('year', 3) \g /dev/null
SELECT is(pg_temp.shown(3), pg_temp.shown(1), 'the same months again show the same');
SELECT csp.freeze_assessment('year', 4) \g /dev/null
-- wards: A1 and A2, A3 and A4
SELECT is(pg_temp.shown(4), 'year 240, W0 130, W1 110', 'wider areas in which the others lie are sums of them');
SELECT csp.freeze_assessment('year', 5) \g /dev/null
-- districts: A1 and A3, A2 and A4: they cross the wards
SELECT is(pg_temp.shown(5), 'year 240, D0 *, D1 *', 'areas that cross those published before are withheld');
DELETE FROM incident WHERE source_reference IN ('2-A2-1', '2-A2-2', '2-A2-3');
SELECT csp.freeze_assessment('year', 6) \g /dev/null
SELECT ok((SELECT bool_and(d.incidents IS NULL) FROM disclosed_count d WHERE d.assessment_id = 6 AND d.problem_type = 'health' AND d.area_code IN ('A2', 'year')), 'a correction by few is not shown as a difference');
SELECT is(csp.check_frozen_assessment('year', 6), true, 'and the digest holds');
SAVEPOINT before;
SELECT throws_ok($$ SELECT csp_internal.disclose_assessment('nowhere', 1) $$, '3F000', NULL, 'an unknown partnership');
SELECT * FROM finish();
ROLLBACK;
