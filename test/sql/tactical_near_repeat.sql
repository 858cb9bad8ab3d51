-- tactical_near_repeat: live windows of near repeats in a partnership.
\set SHOW_CONTEXT never
SELECT csp.create_synthetic_partnership('tnr', incidents => 20000, months => 24);
INSERT INTO tnr.assessment (kind, title, period_from, period_to) VALUES
    ('tactical', 'Second half of November', '2025-11-17', '2025-11-30'), ('tactical', 'A period that is not over', '2026-01-01', '2099-12-31'), ('strategic', 'Not tactical', '2025-01-01', '2025-11-30');
SELECT assessment_id AS november FROM tnr.assessment WHERE title LIKE 'Second%' \gset

-- the windows, counted by hand from the table: 28 days to the 30th of November, residential burglary of the police
SELECT count(*) AS wanted FROM tnr.incident AS i JOIN tnr.problem_type AS t USING (problem_type_id)
WHERE t.code = 'burglary_residential' AND location IS NOT NULL AND (occurred_from AT TIME ZONE 'Europe/London')::date BETWEEN '2025-11-03' AND '2025-11-30' \gset
SELECT count(*) = :wanted AS all_open, :wanted > 10 AS some, min(days_left) >= 1 AS open, max(days_left) <= 28 AS not_longer, count(DISTINCT row_key) = count(*) AS keys,
       bool_and(as_of = '2025-11-30') AS on_last_day, bool_and(days_since + days_left = 28) AS days, bool_and(open_until = as_of + days_left - 1) AS until,
       bool_and(abs(radius_metres - 400.0 * days_left / 28) < 1e-9) AS shrinking
FROM tnr.tactical_near_repeat WHERE assessment_id = :november;
-- rings: typed, in the SRID, as large as a 32-sided polygon in a circle (0.9936 of it)
SELECT bool_and(abs(ST_Area(ring) / (pi() * radius_metres ^ 2) - sin(pi() / 16) * 16 / pi()) < 1e-6) AS area, bool_and(ST_SRID(ring) = 27700) AS srid,
       bool_and(ST_Distance(ST_Centroid(ring), (SELECT i.location FROM tnr.incident AS i WHERE i.incident_id = v.incident_id)) < 1e-6) AS around_it
FROM tnr.tactical_near_repeat AS v WHERE assessment_id = :november;
SELECT f_geometry_column, type, srid FROM geometry_columns WHERE f_table_schema = 'tnr' AND f_table_name = 'tactical_near_repeat' ORDER BY 1;
-- classes by an independent self-join: linked are burglaries closer than 400 m and fewer than 28 days apart
CREATE TEMP TABLE burglary AS
SELECT incident_id, location, (occurred_from AT TIME ZONE 'Europe/London')::date AS day, ST_X(location) AS x, ST_Y(location) AS y
FROM tnr.incident JOIN tnr.problem_type AS t USING (problem_type_id)
WHERE t.code = 'burglary_residential' AND location IS NOT NULL AND (occurred_from AT TIME ZONE 'Europe/London')::date BETWEEN date '2025-11-30' - 55 AND '2025-11-30';
WITH linked AS (
    SELECT a.incident_id, (b.day, b.x, b.y, b.incident_id) < (a.day, a.x, a.y, a.incident_id) AS follows, ST_Distance(a.location, b.location) = 0 AS same_place
    FROM burglary AS a JOIN burglary AS b ON a.incident_id <> b.incident_id AND ST_Distance(a.location, b.location) < 400 AND abs(a.day - b.day) < 28
),
by_join AS (
    SELECT incident_id, CASE WHEN bool_or(follows AND same_place) THEN 'repeat' WHEN bool_or(follows) THEN 'near repeat' ELSE 'originator' END AS class
    FROM linked GROUP BY incident_id
)
SELECT count(*) = :wanted AS compared, count(*) FILTER (WHERE v.near_repeat_class <> coalesce(j.class, 'isolated')) AS different, count(DISTINCT v.near_repeat_class) AS classes
FROM tnr.tactical_near_repeat AS v LEFT JOIN by_join AS j USING (incident_id) WHERE v.assessment_id = :november;
-- an assessment whose period is not over stands at today; the made-up data end before
SELECT count(*) AS open_today FROM tnr.tactical_near_repeat AS v JOIN tnr.assessment AS a USING (assessment_id) WHERE a.title LIKE 'A period%' AND v.as_of <> (now() AT TIME ZONE 'Europe/London')::date;
SELECT count(*) AS of_strategic FROM tnr.tactical_near_repeat AS v JOIN tnr.assessment AS a USING (assessment_id) WHERE a.kind <> 'tactical';

-- a burglary today is in the unfinished assessment with its whole window
INSERT INTO tnr.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location)
SELECT s.source_id, 'today', t.problem_type_id, now(), now(), ST_SetSRID(ST_MakePoint(500000, 100000), 27700)
FROM tnr.source AS s, tnr.problem_type AS t WHERE s.code = 'syn_police_crime' AND t.code = 'burglary_residential';
SELECT v.days_since, v.days_left, v.radius_metres, v.near_repeat_class, v.chain_events FROM tnr.tactical_near_repeat AS v WHERE v.source_reference = 'today';

-- settings: another distance, fewer days; two types of which one is part of the other count once; spaces and unknown codes do no harm
UPDATE tnr.setting SET value = '200' WHERE name = 'near_repeat_distance';
UPDATE tnr.setting SET value = '14' WHERE name = 'near_repeat_days';
SELECT max(radius_metres) <= 200 AS radius, max(days_left) <= 14 AS days, count(*) = (SELECT count(*) FROM burglary WHERE day > date '2025-11-30' - 14) AS events FROM tnr.tactical_near_repeat WHERE assessment_id = :november;
UPDATE tnr.setting SET value = 'burglary, burglary_residential,nothing' WHERE name = 'near_repeat_problem_types';
SELECT count(*) = count(DISTINCT v.incident_id) AS once, count(DISTINCT v.problem_type) AS types FROM tnr.tactical_near_repeat AS v WHERE v.assessment_id = :november;

-- a source of snapped places and months is left out, and said so
INSERT INTO tnr.source (code, title, place_precision, time_precision) VALUES ('open_data', 'Open data', 'snapped', 'month'), ('by_month', 'Exact places by month', 'exact', 'month');
INSERT INTO tnr.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location)
SELECT s.source_id, 'x' || i, t.problem_type_id, '2025-11-30 12:00Z', '2025-11-30 12:00Z', ST_SetSRID(ST_MakePoint(500000, 100000), 27700)
FROM tnr.source AS s, tnr.problem_type AS t, generate_series(1, 5) AS i WHERE s.code IN ('open_data', 'by_month') AND t.code = 'burglary_residential';
SELECT count(*) AS of_coarse FROM tnr.tactical_near_repeat WHERE source IN ('open_data', 'by_month');
SELECT source, is_used, reason FROM tnr.tactical_near_repeat_source ORDER BY source;

-- for products that need finer data
SELECT csp.check_near_repeat_sources('tnr', 'burglary_residential') = (SELECT array_agg(source_id) FROM tnr.source WHERE code = 'syn_police_crime') AS fine;
UPDATE tnr.source SET place_precision = 'snapped' WHERE code = 'syn_police_crime';
SELECT csp.check_near_repeat_sources('tnr', 'burglary_residential');
SELECT count(*) AS now FROM tnr.tactical_near_repeat;
SELECT csp.check_near_repeat_sources('tnr', 'homicides');
SELECT csp.check_near_repeat_sources('tnr', NULL);
-- the hint lists the partnerships, of which other tests may lay out more
DO $$
DECLARE
    hint text;
BEGIN
    PERFORM csp.check_near_repeat_sources('nowhere', 'burglary');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RAISE NOTICE '%; %', SQLERRM, regexp_replace(hint, ': .*\mtnr\M.*', ': ... tnr ...');
END $$;
INSERT INTO tnr.problem_type (code, label, domain) VALUES ('unheard_of', 'Unheard of', 'other');
SELECT csp.check_near_repeat_sources('tnr', 'unheard_of');
-- laying it out again keeps the user's settings
SELECT csp.upgrade_partnership('tnr');
SELECT name, value FROM tnr.setting WHERE name LIKE 'near_repeat%' ORDER BY name;
SET client_min_messages = warning;
DROP SCHEMA tnr CASCADE;
DELETE FROM csp.partnership WHERE partnership = 'tnr';
