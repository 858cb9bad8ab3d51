-- Loading, on made-up files in the layout of police.uk and of the national lists. Each figure expected follows from the
-- lines themselves and is counted in the comment above it. Files go through the staging as bytes (stage_bytes) or as
-- lines; test/robustness/load_client.sh takes the way through COPY and psql, load_real.sh real files.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT csp.create_partnership('shire');
CREATE PROCEDURE pg_temp.stage(VARIADIC lines text[]) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM csp.prepare_staging();
    INSERT INTO pg_temp.csp_staging (line) SELECT l.line FROM unnest(lines) WITH ORDINALITY AS l (line, n) ORDER BY n;
END $$;
CREATE FUNCTION pg_temp.street(file_name text, VARIADIC lines text[]) RETURNS TABLE (read bigint, inserted bigint, updated bigint, unchanged bigint, rejected bigint, no_location bigint) LANGUAGE plpgsql AS $$
BEGIN
    CALL pg_temp.stage(VARIADIC ARRAY['Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context'] || lines);
    RETURN QUERY SELECT r.rows_read, r.rows_inserted, r.rows_updated, r.rows_unchanged, r.rows_rejected, r.rows_without_location FROM csp.load_police_uk_staged('shire', file_name) r;
END $$;
CREATE VIEW pg_temp.last_rejects AS
SELECT line_number, reason FROM shire.load_reject WHERE load_batch_id = (SELECT max(load_batch_id) FROM shire.load_batch);

-- helpers
SELECT csp.number_of(f), f FROM unnest(ARRAY['1', ' -2.5 ', '+1e3', '.5', '', ' ', '1,5', 'NaN', 'inf', '0x10', '1.2.3', '--1', repeat('9', 65), '1e999']) f;
SELECT csp.is_ascii(f), csp.is_ascii(NULL) FROM unnest(ARRAY['plain', '', 'café']) f;
-- the same fields in another order of columns have the same digest; a moved boundary between fields has not; NULL is empty
SELECT csp.fields_digest('{a,b,c}', '{1,2,3}') = csp.fields_digest('{c,a,b}', '{2,3,1}') AS order_free,
       csp.fields_digest('{ab,c}', '{1,2}') = csp.fields_digest('{a,bc}', '{1,2}') AS boundary_moved,
       csp.fields_digest(ARRAY['a', NULL], '{1,2}') = csp.fields_digest('{a,""}', '{1,2}') AS null_is_empty,
       csp.fields_digest('{a}', '{1,0,7}') = csp.fields_digest('{a,"",""}', '{1,2,3}') AS outside_is_empty;
SELECT csp.fields_digest('{a}', '{1,NULL}');
SELECT f, csp.police_uk_force(f) FROM unnest(ARRAY['Dorset Police', 'Avon and Somerset Constabulary', 'Metropolitan Police Service', 'Police Service of Northern Ireland', 'British Transport Police', 'Devon & Cornwall Police', 'City of London Police', 'Heddlu Dyfed-Powys']) f;
SELECT f, csp.area_kind_of(f) FROM unnest(ARRAY['LSOA21CD', 'lsoa11_code', 'WD25NM', 'ward24_code', 'LAD24CD', 'ltla22_name', 'csp24_code', 'PFA24CD', 'FID', 'RGNCD']) f;

-- Areas: two squares side by side of 0.02 by 0.02 degrees; the third crosses itself (repaired); the fourth has no
-- surface, the fifth no geometry, the sixth no code, the seventh repeats a code. 7 read = 3 inserted + 4 refused.
SELECT $json${"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"FID":1,"LSOA21CD":"E01000001","LSOA21NM":"Shire 001A"},"geometry":{"type":"Polygon","coordinates":[[[-2.02,50.70],[-2.00,50.70],[-2.00,50.72],[-2.02,50.72],[-2.02,50.70]]]}},
{"type":"Feature","properties":{"FID":2,"LSOA21CD":"E01000002","LSOA21NM":"Shire 001B"},"geometry":{"type":"Polygon","coordinates":[[[-2.00,50.70],[-1.98,50.70],[-1.98,50.72],[-2.00,50.72],[-2.00,50.70]]]}},
{"type":"Feature","properties":{"FID":3,"LSOA21CD":"E01000003","LSOA21NM":"Shire 001C"},"geometry":{"type":"Polygon","coordinates":[[[-1.98,50.70],[-1.96,50.72],[-1.96,50.70],[-1.98,50.72],[-1.98,50.70]]]}},
{"type":"Feature","properties":{"FID":4,"LSOA21CD":"E01000004","LSOA21NM":"Shire 001D"},"geometry":{"type":"LineString","coordinates":[[-1.9,50.70],[-1.8,50.72]]}},
{"type":"Feature","properties":{"FID":5,"LSOA21CD":"E01000005","LSOA21NM":"Shire 001E"},"geometry":null},
{"type":"Feature","properties":{"FID":6,"LSOA21CD":null,"LSOA21NM":"Shire 001F"},"geometry":{"type":"Polygon","coordinates":[[[-1.94,50.70],[-1.92,50.70],[-1.92,50.72],[-1.94,50.70]]]}},
{"type":"Feature","properties":{"FID":7,"LSOA21CD":"E01000001","LSOA21NM":"Shire again"},"geometry":{"type":"Polygon","coordinates":[[[-1.94,50.70],[-1.92,50.70],[-1.92,50.72],[-1.94,50.70]]]}}
]}$json$ AS geojson \gset
SELECT kind, rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_areas_geojson('shire', :'geojson', 'made_up.geojson');
SELECT * FROM pg_temp.last_rejects ORDER BY 1;
-- 0.02 degrees of latitude are 2.2246 km, of longitude at 50.71 north 1.4120 km (WGS 84 ellipsoid): 3.141 sq km; the
-- crossed square is two triangles that cover half of it
SELECT area_kind, code, name, round(square_km::numeric, 2) AS square_km, is_repaired, ST_IsValid(boundary), ST_SRID(boundary) FROM shire.area ORDER BY 1, 2;
SELECT value FROM shire.setting WHERE name = 'base_area_kind';
-- again: nothing changes; a changed name is an update
SELECT rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_areas_geojson('shire', :'geojson', 'made_up.geojson');
SELECT rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_areas_geojson('shire', replace(:'geojson', 'Shire 001B', 'Shire 001 B'), 'made_up.geojson');
SELECT csp.load_areas_geojson('shire', '{"type":"FeatureCollection","features":[{"properties":{"ref":"1"}}]}');
SELECT csp.load_areas_geojson('shire', '{"type":"FeatureCollection","features":[{"properties":{"code":"1"}}]}');
SELECT csp.load_areas_geojson('shire', '{"type":"FeatureCollection","features":[{"properties":{"code":"1"}}]}', area_kind => 'parish');
SELECT csp.load_areas_geojson('shire', '[1, 2', 'cut.geojson');
SELECT csp.load_areas_geojson('shire', '{"type":"Point"}', 'point.geojson');

-- A first street file of January. Lines 2 and 3 share a Crime ID; lines 4 and 5 are equal to the letter and have no ID;
-- line 6 has no place; line 7 has no place but an area; line 8 lies in Chicago (kept). 7 read = 7 inserted, 2 without place.
\set january 'E''a1,2024-01,Shire Police,Shire Police,-2.010000,50.710000,On or near Mill Lane,E01000001,Shire 001A,Burglary,Under investigation,'',E''a1,2024-01,Shire Police,Shire Police,-1.990000,50.710000,"On or near High Street, North",E01000002,Shire 001B,Robbery,Under investigation,'',E'',2024-01,Shire Police,Shire Police,-2.010000,50.710000,On or near Mill Lane,E01000001,Shire 001A,Anti-social behaviour,,'',E'',2024-01,Shire Police,Shire Police,-2.010000,50.710000,On or near Mill Lane,E01000001,Shire 001A,Anti-social behaviour,,'',E''a2,2024-01,Shire Police,Shire Police,,,No Location,,,Drugs,Under investigation,'',E''a3,2024-01,Shire Police,Shire Police,,,No Location,E01000002,Shire 001B,drugs,,'',E''a4,2024-01,Shire Police,Shire Police,-87.600000,41.800000,On or near Elsewhere,,,Drugs,,seen abroad'''
SELECT * FROM pg_temp.street('2024-01-shire-street.csv', :january);
SELECT * FROM pg_temp.last_rejects;
SELECT i.source_reference, t.code AS type, i.place_reference, a.code AS area, i.outcome, i.attributes,
       i.occurred_from AT TIME ZONE 'Europe/London' AS occurred_from, i.occurred_to AT TIME ZONE 'Europe/London' AS occurred_to,
       round(ST_X(i.location)) AS x, round(ST_Y(i.location)) AS y
FROM shire.incident i JOIN shire.problem_type t USING (problem_type_id) LEFT JOIN shire.area a USING (area_id)
ORDER BY i.source_reference;
SELECT s.code, s.title, s.label_scheme, s.place_precision, s.time_precision, s.licence, a.code AS agency, a.agency_sector, c.month, c.status
FROM shire.source s JOIN shire.agency a USING (agency_id) JOIN shire.source_coverage c USING (source_id);

-- the same once more, and with the columns shuffled, a byte-order mark, Windows line ends, no last line end and blank
-- lines: nothing changes
SELECT * FROM pg_temp.street('2024-01-shire-street.csv', :january);
SELECT csp.stage_bytes(convert_to(E'\uFEFFcrime TYPE,Latitude,Longitude,Location,MONTH,Crime ID,Falls within,Reported by, LSOA code ,Note,Last outcome category,LSOA name,Context\r\n'
    'Burglary,50.710000,-2.010000,On or near Mill Lane,2024-01,a1,Shire Police,Shire Police,E01000001,unknown column,Under investigation,Shire 001A,\r\n'
    '\r\n'
    'Robbery,50.710000,-1.990000,"On or near High Street, North",2024-01,a1,Shire Police,Shire Police,E01000002,,Under investigation,Shire 001B,\r\n'
    'Drugs,41.800000,-87.600000,On or near Elsewhere,2024-01,a4,Shire Police,Shire Police,,,,,seen abroad', 'UTF8'));
SELECT rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_police_uk_staged('shire', '2024-01-shire-street.csv');

-- A cut file deletes nothing: 3 of the 7 lines, the last of them cut short.
SELECT * FROM pg_temp.street('2024-01-shire-street.csv', (ARRAY[:january])[1], (ARRAY[:january])[3], left((ARRAY[:january])[7], 40));
SELECT * FROM pg_temp.last_rejects;
SELECT count(*) FROM shire.incident;

-- A corrected file. a1's second row is now a theft (updated: a1 has one row left that differs); one of the two equal
-- rows without ID has moved (updated); a2 has an outcome (updated); a third row of a1 and a new one without ID are
-- inserted; the others stand. 9 read = 2 inserted + 3 updated + 4 unchanged.
SELECT * FROM pg_temp.street('2024-01-shire-street.csv',
    (ARRAY[:january])[1],
    replace((ARRAY[:january])[2], 'Robbery', 'Other theft'),
    (ARRAY[:january])[3],
    replace((ARRAY[:january])[4], '-2.010000', '-1.990000'),
    replace((ARRAY[:january])[5], 'Under investigation', 'Offender given a caution'),
    (ARRAY[:january])[6], (ARRAY[:january])[7],
    replace((ARRAY[:january])[1], 'Burglary', 'Vehicle crime'),
    replace((ARRAY[:january])[3], 'Mill Lane', 'Church Lane'));
SELECT i.source_reference, t.code AS type, i.place_reference, round(ST_X(i.location)) AS x, i.outcome
FROM shire.incident i JOIN shire.problem_type t USING (problem_type_id) ORDER BY i.source_reference;

-- February: a1 comes again in another month (a row of its own), b1 is new, and rows without ID count from 1 again
SELECT * FROM pg_temp.street('2024-02-shire-street.csv',
    'a1,2024-02,Shire Police,Shire Police,-2.010000,50.710000,On or near Mill Lane,E01000001,Shire 001A,Burglary,,',
    'b1,2024-02,Shire Police,Shire Police,-2.010000,50.710000,On or near Mill Lane,E01000001,Shire 001A,Burglary,,',
    'a1,2024-02,Shire Police,Shire Police,-2.010000,50.710000,On or near Mill Lane,E01000001,Shire 001A,Drugs,,',
    ',2024-02,Shire Police,Shire Police,-2.010000,50.710000,On or near Mill Lane,E01000001,Shire 001A,Anti-social behaviour,,');
SELECT source_reference FROM shire.incident WHERE occurred_from > '2024-01-31' ORDER BY 1;
-- two months in one file, with a Crime ID in both that is new: the earlier month has it first
SELECT * FROM pg_temp.street('together.csv',
    'c1,2024-04,Shire Police,Shire Police,,,No Location,,,Burglary,,',
    'c1,2024-03,Shire Police,Shire Police,,,No Location,,,Burglary,,');
SELECT source_reference, occurred_from AT TIME ZONE 'Europe/London' AS occurred_from, occurred_to AT TIME ZONE 'Europe/London' AS occurred_to FROM shire.incident WHERE source_reference LIKE 'c1%' ORDER BY 1;
SELECT month FROM shire.source_coverage ORDER BY 1;

-- Every reason to refuse a row; the one good row is loaded. The labels: not in use yet or any more, and unknown.
SELECT * FROM pg_temp.street('2013-05-shire-street.csv',
    'd1,2013-05,Shire Police,Shire Police,-2.01,50.71,On or near Mill Lane,E01000001,Shire 001A,Public order,,',
    'd2,2013-05,Shire Police,Shire Police,-2.01,50.71,On or near "Mill" Lane,E01000001,Shire 001A,Public order,,',
    'd3,2013-05,Shire Police,Shire Police,-2.01,50.71,"On or near Mill Lane,E01000001,Shire 001A,Public order,,',
    'd4,2013-05,Shire Police,Shire Police,-2.01,50.71,On or near Mill Lane,E01000001,Shire 001A,Public order,',
    'd5,2013-05,Shire Police,Shire Police,-2.01,50.71,On or near Mill Lane,E01000001,Shire 001A,Public order,,,',
    'd6,,Shire Police,Shire Police,-2.01,50.71,On or near Mill Lane,E01000001,Shire 001A,Public order,,',
    'd7,2013-5,Shire Police,Shire Police,-2.01,50.71,On or near Mill Lane,E01000001,Shire 001A,Public order,,',
    'd8,2013-13,Shire Police,Shire Police,-2.01,50.71,On or near Mill Lane,E01000001,Shire 001A,Public order,,',
    'd9,2013-06,Shire Police,Shire Police,-2.01,50.71,On or near Mill Lane,E01000001,Shire 001A,Public order,,',
    'd10,2013-05,Shyre Police,Shire Police,-2.01,50.71,On or near Mill Lane,E01000001,Shire 001A,Public order,,',
    'd11,2013-05,Shire Police,Shire Police,-2.01,50.71,On or near Mill Lane,E01000001,Shire 001A,Violent crime,,',
    'd12,2013-05,Shire Police,Shire Police,-2.01,50.71,On or near Mill Lane,E01000001,Shire 001A,Piracy,,',
    'd13,2013-05,Shire Police,Shire Police,-2.01,50.71,On or near Mill Lane,E01000001,Shire 001A,,,',
    'd14,2013-05,Shire Police,Shire Police,-182.01,50.71,On or near Mill Lane,E01000001,Shire 001A,Public order,,',
    'd15,2013-05,Shire Police,Shire Police,-2.01,90.71,On or near Mill Lane,E01000001,Shire 001A,Public order,,',
    'd16,2013-05,Shire Police,Shire Police,west,50.71,On or near Mill Lane,E01000001,Shire 001A,Public order,,',
    'd17,2013-05,Shire Police,Shire Police,-2.01,,On or near Mill Lane,E01000001,Shire 001A,Public order,,',
    'd#18,2013-05,Shire Police,Shire Police,-2.01,50.71,On or near Mill Lane,E01000001,Shire 001A,Public order,,',
    'd19,2013-05,Shire Police,Shire Police,88,0,On or near Nowhere,E01000001,Shire 001A,Public order,,');
SELECT * FROM pg_temp.last_rejects ORDER BY 1;
-- the same in a file that does not say its month: labels of the time, and a month to come
SELECT * FROM pg_temp.street('old.csv',
    'e1,2013-04,Shire Police,Shire Police,,,No Location,,,Violent crime,,',
    'e2,2013-04,Shire Police,Shire Police,,,No Location,,,Public order,,',
    'e3,2098-01,Shire Police,Shire Police,,,No Location,,,Public order,,');
SELECT * FROM pg_temp.last_rejects ORDER BY 1;
-- bytes that are not UTF-8, and a NUL, cost their own line; a backslash and an accent do not
SELECT csp.stage_bytes(convert_to(E'Crime ID,Month,Reported by,Longitude,Latitude,Location,LSOA code,Crime type\n'
    'f1,2024-05,Shire Police,,,On or near Café \\000,,Drugs\n', 'UTF8')
    || 'f2,2024-05,Shire Police,,,On or near Caf\351,,Drugs\012f3,2024-05,Shire Police,,,On or near Mill\000Lane,,Drugs\012'::bytea);
SELECT rows_read, rows_inserted, rows_rejected FROM csp.load_police_uk_staged('shire', '2024-05-shire-street.csv');
SELECT * FROM pg_temp.last_rejects ORDER BY 1;
SELECT place_reference FROM shire.incident WHERE source_reference = 'f1';

-- whole files that are refused
CALL pg_temp.stage('Crime ID,Month,Reported by,Longitude,Latitude,Location,LSOA code', 'x');
SELECT csp.load_police_uk_staged('shire', 'no_type.csv');
CALL pg_temp.stage('Type,Date,Part of a policing operation,Object of search', 'x');
SELECT csp.load_police_uk_staged('shire', '2024-01-shire-stop-and-search.csv');
CALL pg_temp.stage('');
SELECT csp.load_police_uk_staged('shire', 'empty.csv');
-- the hint lists the partnerships, of which other tests may lay out more
DO $$
DECLARE
    hint text;
BEGIN
    PERFORM csp.load_police_uk_staged('atlantis', 'empty.csv');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RAISE WARNING '%; %', SQLERRM, regexp_replace(hint, ': .*\mshire\M.*', ': ... shire ...');
END $$;
DROP TABLE pg_temp.csp_staging;
SELECT csp.load_police_uk_staged('shire', 'nothing.csv');
-- a header alone is a file of 0 rows
SELECT * FROM pg_temp.street('2024-06-shire-street.csv', VARIADIC '{}');
SELECT count(*) FROM shire.source_coverage WHERE month = '2024-06-01';

-- Outcomes: a1 stands in five rows (three of January, two of February) and gets the later of its two outcomes of the file;
-- b1 gets one; a line without ID, one without outcome and an unknown crime are refused. 6 read = 2 updated + 1 unchanged + 3 refused.
\set outcomes '''Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type'',''a1,2024-03,Shire Police,Shire Police,,,,,,Suspect charged'',''a1,2024-03,Shire Police,Shire Police,,,,,,Offender sent to prison'',''b1,2024-03,Shire Police,Shire Police,,,,,,Suspect charged'','',2024-03,Shire Police,Shire Police,,,,,,Suspect charged'',''b1,2024-03,Shire Police,Shire Police,,,,,,'',''zz,2024-03,Shire Police,Shire Police,,,,,,Suspect charged'''
CALL pg_temp.stage(:outcomes);
SELECT kind, rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_police_uk_staged('shire', '2024-03-shire-outcomes.csv');
SELECT * FROM pg_temp.last_rejects ORDER BY 1;
SELECT source_reference, outcome, attributes FROM shire.incident WHERE source_reference ~ '^(a1|b1)' ORDER BY 1;
CALL pg_temp.stage(:outcomes);
SELECT rows_read, rows_updated, rows_unchanged, rows_rejected FROM csp.load_police_uk_staged('shire', '2024-03-shire-outcomes.csv');
-- an earlier month's outcome does not replace a later one; reloading the street file does not either
CALL pg_temp.stage('Crime ID,Month,Reported by,Outcome type', 'b1,2024-02,Shire Police,Under investigation');
SELECT rows_read, rows_updated, rows_unchanged, rows_rejected FROM csp.load_police_uk_staged('shire', '2024-02-shire-outcomes.csv');
SELECT * FROM pg_temp.street('2024-02-shire-street.csv',
    'b1,2024-02,Shire Police,Shire Police,-2.010000,50.710000,On or near Mill Lane,E01000001,Shire 001A,Burglary,,');
SELECT outcome FROM shire.incident WHERE source_reference = 'b1';

-- the account adds up, the counts are exact, and totals by type and month are those of the lines
SELECT kind, count(*) AS loads, bool_and(rows_read = rows_inserted + rows_updated + rows_unchanged + rows_rejected) AS adds_up, bool_and(finished_at IS NOT NULL) AS finished,
       sum(rows_rejected) = (SELECT count(*) FROM shire.load_reject r JOIN shire.load_batch o USING (load_batch_id) WHERE o.kind = b.kind) AS rejects_stand
FROM shire.load_batch b GROUP BY kind ORDER BY kind;
SELECT * FROM csp.check_incident_month('shire');
-- a key that nothing stands behind is refused, though the foreign keys stand on the counts
INSERT INTO shire.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to) VALUES (1, 'x', 99999, now(), now());
INSERT INTO shire.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id) VALUES (1, 'x', 1, now(), now(), 99999);
DELETE FROM shire.area WHERE code = 'E01000001';

-- Areas by code and point. Look-ups: E01000002 came of two 2011 areas (merged), E01000001 is unchanged in 2011 dress;
-- E01009931 was split into E01000003 and an area over the border, which is kept too: shares depend on it. National rows
-- that touch nothing are not kept.
CALL pg_temp.stage('lsoa11_name,lsoa11_code,change_code,lsoa21_name,lsoa21_code,ltla22_name,ltla22_code',
    'Old A,E01000001,U,Shire 001A,E01000001,Shire,E07000001', 'Old B1,E01009921,M,Shire 001B,E01000002,Shire,E07000001', 'Old B2,E01009922,M,Shire 001B,E01000002,Shire,E07000001',
    'Old C,E01009931,S,Shire 001C,E01000003,Shire,E07000001', 'Old C,E01009931,S,Over the border,E01000099,Shire,E07000001',
    'Far away,E01055555,U,Far away,E01055555,Farshire,E07000009', 'Broken,E01055556,U,Broken', 'No code,,U,No code,E01055557,Farshire,E07000009');
SELECT kind, rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_area_lookup_staged('shire', 'lookup_lsoa11_lsoa21.csv');
SELECT * FROM pg_temp.last_rejects ORDER BY 1;
SELECT from_kind, from_code, to_kind, to_code, relation, change_code, to_name FROM shire.area_lookup ORDER BY 1, 2, 3, 4;
SELECT c.code, a.code AS base_area FROM csp.area_codes('shire') c LEFT JOIN shire.area a USING (area_id) ORDER BY 1;
-- g1: merged code; g2: split code, the point in E01000003 decides; g3: split code, no point; g4: a code of this
-- partnership against its point: the code decides; g5: an official code that is not ours beside a point that is: outside;
-- g6: no code, point in E01000002; g7: no official code, point in E01000001
SELECT * FROM pg_temp.street('2024-07-shire-street.csv',
    'g1,2024-07,Shire Police,Shire Police,,,No Location,E01009921,Old B1,Drugs,,',
    'g2,2024-07,Shire Police,Shire Police,-1.9790,50.7100,x,E01009931,Old C,Drugs,,',
    'g3,2024-07,Shire Police,Shire Police,,,No Location,E01009931,Old C,Drugs,,',
    'g4,2024-07,Shire Police,Shire Police,-1.9900,50.7100,x,E01000001,Shire 001A,Drugs,,',
    'g5,2024-07,Shire Police,Shire Police,-1.9900,50.7100,x,E01077777,Elsewhere,Drugs,,',
    'g6,2024-07,Shire Police,Shire Police,-1.9900,50.7100,x,,,Drugs,,',
    'g7,2024-07,Shire Police,Shire Police,-2.0100,50.7100,x,beat 7,,Drugs,,');
SELECT i.source_reference, i.source_area_code, a.code AS area FROM shire.incident i LEFT JOIN shire.area a USING (area_id) WHERE i.source_reference LIKE 'g%' ORDER BY 1;
-- assigning afresh changes nothing; after the areas were taken away it restores them
SELECT csp.assign_areas('shire');
UPDATE shire.incident SET area_id = NULL WHERE source_reference IN ('g1', 'g2', 'g6');
SELECT csp.assign_areas('shire');
SELECT * FROM csp.check_incident_month('shire');
-- nesting: wards, then what wards lie in; a second load changes nothing
CALL pg_temp.stage('lsoa21_name,lsoa21_code,ward24_name,ward24_code,ltla24_name,ltla24_code',
    'Shire 001A,E01000001,North,E05000001,Shire,E07000001', 'Shire 001B,E01000002,North,E05000001,Shire,E07000001', 'Shire 001C,E01000003,South,E05000002,Shire,E07000001', 'Far away,E01055555,Far,E05000009,Farshire,E07000009');
SELECT rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_area_lookup_staged('shire', 'lookup.csv');
CALL pg_temp.stage('ltla24_code,ltla24_name,csp24_code,csp24_name,pfa24_code,pfa24_name', 'E07000001,Shire,E22000001,Shire partnership,E23000001,Shire force', 'E07000009,Farshire,E22000009,Farshire,E23000009,Far force');
SELECT rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_area_lookup_staged('shire', 'csp.csv');
CALL pg_temp.stage('ltla24_code,ltla24_name,csp24_code,csp24_name,pfa24_code,pfa24_name', 'E07000001,Shire,E22000001,Shire partnership,E23000001,Shire force', 'E07000009,Farshire,E22000009,Farshire,E23000009,Far force');
SELECT rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_area_lookup_staged('shire', 'csp.csv');
SELECT a.code, string_agg(up.area_kind || ' ' || up.code, ', ' ORDER BY k.rank DESC) AS lies_in
FROM shire.area a JOIN shire.area_ancestor n USING (area_id) JOIN shire.area up ON up.area_id = n.ancestor_id JOIN shire.area_kind k ON k.area_kind = up.area_kind
WHERE a.area_kind = 'lsoa21' GROUP BY a.code ORDER BY 1;
CALL pg_temp.stage('a,b', '1,2');
SELECT csp.load_area_lookup_staged('shire', 'no_lookup.csv');

-- Population of 2011 areas: E01000001 as it is, E01000002 the sum 1000 + 500; E01009931 (800) is shared equally between
-- its two parts while households are unknown: 400 for E01000003. A wrong number, a repeated and a foreign row.
CALL pg_temp.stage('year,lsoa11_code,lsoa11_name,total,age_0_9,age_10_17', '2020,E01000001,Old A,1600,100,60', '2020,E01009921,Old B1,1000,80,40', '2020,E01009922,Old B2,500,40,20', '2020,E01009931,Old C,800,50,30',
    '2020,E01055555,Far away,900,1,1', '2020,E01009931,Old C,800,50,30', '2020,E01009932,Old C,many,50,30');
SELECT kind, rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_population_staged('shire', 'population.csv', citation => 'made up');
SELECT * FROM pg_temp.last_rejects ORDER BY 1;
SELECT a.code, p.year, p.population, p.households, p.method, p.citation FROM shire.area_population p JOIN shire.area a USING (area_id) ORDER BY 1, 2;
SELECT a.code, m.measure, m.year, m.value FROM shire.area_measure m JOIN shire.area a USING (area_id) ORDER BY 1, 2;
-- a merged area one of whose parts is missing has no figure
CALL pg_temp.stage('year,lsoa11_code,total', '2021,E01000001,1650', '2021,E01009921,1001');
SELECT rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_population_staged('shire', 'population.csv');
SELECT * FROM pg_temp.last_rejects ORDER BY 1;
-- households of the census, year from the file's name; the row of 2021 keeps its population
CALL pg_temp.stage('lsoa21_code,total_households', 'E01000001,700', 'E01000002,600', 'E01000003,300', 'E01000099,100');
SELECT rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_population_staged('shire', 'census2021_households.csv');
CALL pg_temp.stage('lsoa21_code,total_households', 'E01000001,700', 'E01000002,600', 'E01000003,300', 'E01000099,100');
SELECT rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_population_staged('shire', 'census2021_households.csv');
SELECT a.code, p.year, p.population, p.households, p.method FROM shire.area_population p JOIN shire.area a USING (area_id) ORDER BY 1, 2;
CALL pg_temp.stage('lsoa21_code,total_households', 'E01000001,700');
SELECT csp.load_population_staged('shire', 'households.csv');
CALL pg_temp.stage('msoa21_code,population', 'E02000001,700');
SELECT csp.load_population_staged('shire', 'population2020.csv');

-- Measures: ranks are not summed: the merged area takes the mean of 10 and 20, the part of the split area its value.
CALL pg_temp.stage('lsoa11_code,lsoa11_name,IMD_rank,IMD_decile,Note', 'E01000001,Old A,5,1,x', 'E01009921,Old B1,10,2,y', 'E01009922,Old B2,20,3,z', 'E01009931,Old C,30,4,', 'E01055555,Far,40,5,', 'E01055556,Far,1,1,', 'E01055557,Far,2,1,', 'E01055558,Far,3,1,', 'E01055559,Far,4,1,', 'E01055560,Far,first,1,');
SELECT kind, rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_area_measures_staged('shire', 'imd2019.csv');
SELECT * FROM pg_temp.last_rejects ORDER BY 1;
SELECT a.code, m.measure, m.year, m.value FROM shire.area_measure m JOIN shire.area a USING (area_id) WHERE m.measure LIKE 'imd%' ORDER BY 1, 2;

-- Peers: Shire is summed over two forces (3 + 4); a row without district and those of others are left out.
CALL pg_temp.stage('force,lad_name_from_lsoa_name,month,crime_type,n', 'shire,Shire,2024-01,Burglary,3', 'farshire,Shire,2024-01,Burglary,4', 'shire,Midshire,2024-01,Burglary,9', 'shire,,2024-01,Burglary,1', 'farshire,Farshire,2024-01,Burglary,5',
    'shire,Shire,2024-01,Piracy,3', 'shire,Shire,January,Burglary,3', 'shire,Shire,2024-02,Burglary,-3');
SELECT kind, rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected FROM csp.load_peers_staged('shire', 'peers.csv', members => '{Shire,Midshire}', self => 'Shire', populations => '{"Midshire": 50000}');
SELECT * FROM pg_temp.last_rejects ORDER BY 1;
SELECT p.code, p.name, p.population, p.is_self, c.month, c.incidents FROM shire.peer p LEFT JOIN shire.peer_count c USING (peer_id) ORDER BY 1, 5;
CALL pg_temp.stage('force,lad_name_from_lsoa_name,month,crime_type,n', 'shire,Shire,2024-01,Burglary,3');
SELECT csp.load_peers_staged('shire', 'peers.csv', members => '{Atlantis}');
SELECT csp.load_peers_staged('shire', 'peers.csv', level => 'planet');

-- a role without the right to read server files is refused by the server (the words differ between versions)
DROP TABLE pg_temp.csp_staging;
CREATE ROLE regress_load_reader;
SET ROLE regress_load_reader;
\set VERBOSITY sqlstate
SELECT csp.stage_file('/tmp/street.csv');
\set VERBOSITY default
RESET ROLE;
DROP ROLE regress_load_reader;
SELECT bool_and(rows_read = rows_inserted + rows_updated + rows_unchanged + rows_rejected) AS adds_up FROM shire.load_batch;
DROP SCHEMA shire CASCADE;
DELETE FROM csp.partnership WHERE partnership = 'shire';
