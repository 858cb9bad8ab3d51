-- The order of a partnership's views: evidence below, products above; each file reads alone; and rules have one home.
\set QUIET on
SET client_min_messages = warning;
BEGIN;
SELECT no_plan();
SELECT lives_ok($$ SELECT csp.create_partnership('shape') $$, 'a partnership is laid out');

-- ---- evidence never reads a product ----
CREATE TEMP TABLE reads AS
SELECT DISTINCT reader.relname AS reader, read.relname AS read
FROM pg_class reader
JOIN pg_rewrite r ON r.ev_class = reader.oid
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
JOIN pg_class read ON read.oid = d.refobjid
WHERE reader.relnamespace = 'shape'::regnamespace
  AND reader.relkind = 'v'
  AND read.relnamespace = 'shape'::regnamespace
  AND read.relkind = 'v'
  AND read.oid <> reader.oid;
CREATE TEMP TABLE of_evidence AS
SELECT c.relname
FROM pg_class c
WHERE c.relnamespace = 'shape'::regnamespace
  AND c.relkind = 'v'
  AND c.relname ~ '^(evidence_|counted_person_source$|incident_month$)';
SELECT cmp_ok((SELECT count(*) FROM of_evidence), '>', 50::bigint, 'the views of evidence are found');
SELECT cmp_ok((SELECT count(*) FROM reads), '>', 150::bigint, 'and what views read');
SELECT is_empty($$
    SELECT r.reader, r.read
    FROM reads r
    WHERE r.reader IN (SELECT relname FROM of_evidence)
      AND r.read NOT IN (SELECT relname FROM of_evidence)
    $$, 'a view of evidence reads no view of a product');

-- ---- each file of a view reads alone ----
CREATE TEMP TABLE view_file AS
SELECT o.name,
       left(o.definition, strpos(o.definition, 'CREATE OR REPLACE VIEW') - 1) AS heading,
       substring(o.definition FROM '^(.*?)\n(?:SELECT|WITH [a-zA-Z]+ )') AS above_query,
       regexp_replace(regexp_replace(o.definition, '''[^'']*''', '''''', 'g'), '--[^\n]*', '', 'g') AS code
FROM csp.partnership_object o
WHERE o.kind = 'view';
SELECT cmp_ok((SELECT count(*) FROM view_file), '>', 110::bigint, 'the files of views are found');
SELECT is_empty($$ SELECT name FROM view_file WHERE heading !~ '^-- [A-Z].*[?]' $$,
                'each begins with a comment: which product, which question');
SELECT is_empty($$ SELECT name FROM view_file WHERE above_query !~* '--[^\n]* one row' OR above_query IS NULL $$,
                'and says above the query: one row per what');
SELECT is_empty($$ SELECT name, found FROM view_file, regexp_matches(code, '[a-z_0-9]+[.][*]', 'g') AS found $$,
                'views name their columns: alias.* nowhere');

-- ---- rules have one home ----
CREATE TEMP TABLE home (rule text, condition text, homes text[]);
INSERT INTO home VALUES
    ('a whole month', '''complete'', *''presumed''', '{evidence_source_month}'),
    ('the reporting kind of area', '''reporting_area_kind''', '{evidence_reporting_kind}'),
    -- suffered five times or more is a band, not a threshold
    ('the fewest incidents', 'incidents +(>=|<) *5\M', '{counted_profile_victim}'),
    -- an area against the rest of the partnership is another verdict
    ('a verdict against peers', '(THEN|ELSE) ''(higher|lower|in line) (than|with) ', '{strategic_pattern_area}'),
    ('the last day of a month', '1 month - 1 day''(?!\),)', '{}'),
    ('a limit of a ratio in per cent', '100 [*] [(][(][a-z_.]+[)][.](lower|upper) - 1[)]', '{}'),
    ('a verdict on a trend', '(THEN|ELSE) ''(rising|no clear trend)''', '{}'),
    ('the last day of a tactical assessment', 'least[(][a-z]+[.]period_to, [(]now', '{evidence_tactical_day}'),
    ('whether a source supplies anything', 'DISTINCT ts[.]source_id\s+FROM @partnership@[.]evidence_type_source ts\s*[)]', '{}'),
    ('what is left out of alerts', 'OVER \(PARTITION BY ts[.]problem_type_id\) AS has_', '{evidence_type_supply}');
SELECT is_empty($$
    SELECT h.rule, o.name
    FROM home h
    JOIN csp.partnership_object o ON o.kind = 'view' AND o.definition ~ h.condition
    WHERE o.name <> ALL (h.homes)
    $$, 'what a rule says is written once');

SET search_path = shape, public;
SELECT results_eq($$ SELECT test_incidents, alarm_incidents, scan_map_incidents, level_incidents, combination_incidents
                     FROM evidence_least_incidents $$, 'VALUES (5, 5, 5, 5, 5)', 'the fewest incidents of each rule');
UPDATE setting SET value = NULL WHERE name = 'test_incidents';
UPDATE setting SET value = '7' WHERE name = 'alarm_incidents';
UPDATE setting SET value = '8' WHERE name = 'scan_map_incidents';
UPDATE setting SET value = '9' WHERE name = 'level_incidents';
DELETE FROM setting WHERE name = 'combination_incidents';
SELECT results_eq($$ SELECT test_incidents, alarm_incidents, scan_map_incidents, level_incidents, combination_incidents
                     FROM evidence_least_incidents $$, 'VALUES (5, 7, 8, 9, 5)', 'as set, else 5');
SELECT results_eq('SELECT area_kind, base_area_kind FROM evidence_reporting_kind', 'VALUES (NULL::text, NULL::text)', 'no kind of area before areas are loaded');
UPDATE setting SET value = 'lsoa21' WHERE name = 'base_area_kind';
SELECT results_eq('SELECT area_kind, base_area_kind FROM evidence_reporting_kind', $$ VALUES ('lsoa21', 'lsoa21') $$, 'the base kind reports where no other is set');
UPDATE setting SET value = 'ward' WHERE name = 'reporting_area_kind';
SELECT results_eq('SELECT area_kind, base_area_kind FROM evidence_reporting_kind', $$ VALUES ('ward', 'lsoa21') $$, 'the reporting kind where it is');

-- the limits themselves are still inside
SELECT results_eq($$
    SELECT csp_internal.peer_verdict(n, limits)
    FROM (VALUES (1, 9, '(3,8)'::csp.limits), (2, 8, '(3,8)'), (3, 3, '(3,8)'), (4, 2, '(3,8)'), (5, NULL, '(3,8)'), (6, 5, NULL)) AS v (position, n, limits)
    ORDER BY position
    $$, $$ VALUES ('higher than peers'), ('in line with peers'), ('in line with peers'), ('lower than peers'), (NULL), (NULL) $$, 'verdicts against peers');

SELECT results_eq($$ SELECT csp_internal.month_end('2024-02-01'), csp_internal.days_of_month('2024-02-01'), csp_internal.days_of_month('2023-12-01') $$,
                  $$ VALUES ('2024-02-29'::date, 29, 31) $$, 'the last day of a month, and its days');
SELECT results_eq($$ SELECT csp_internal.percent_limit(n) FROM (VALUES (1, 1.25), (2, 'Infinity'::float8), (3, NULL)) AS v (position, n) ORDER BY position $$,
                  'VALUES (25::float8), (NULL), (NULL)', 'a limit of a ratio in per cent, none where it is unbounded');
SELECT results_eq($$ SELECT csp_internal.trend_verdict(slope, p, 0.05)
                     FROM (VALUES (1, 1, 0.05), (2, -1, 0.04), (3, 1, 0.06), (4, 1, NULL)) AS v (position, slope, p) ORDER BY position $$,
                  $$ VALUES ('rising'), ('falling'), ('no clear trend'), ('not known') $$, 'verdicts on trends');

SELECT * FROM finish();
ROLLBACK;
