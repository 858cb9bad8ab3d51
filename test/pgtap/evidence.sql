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

SELECT * FROM finish();
ROLLBACK;
