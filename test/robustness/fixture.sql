-- A small partnership for the robustness scripts: six areas in two wards, three sources of different precision, 3,000
-- incidents over 24 months, people, a plan, peers and an assessment. psql variable: name.
SET search_path = :"name", public;

UPDATE setting SET value = 'lsoa21' WHERE name = 'base_area_kind';
UPDATE setting SET value = 'ward' WHERE name = 'reporting_area_kind';

INSERT INTO area (area_kind, code, name, boundary, square_km)
SELECT 'lsoa21', 'L' || n, 'Area ' || n, ST_Multi(ST_MakeEnvelope(400000 + n * 1000, 100000, 401000 + n * 1000, 101000, 27700)), 1
FROM generate_series(1, 6) AS n;
INSERT INTO area_lookup (from_kind, from_code, to_kind, to_code, relation, to_name)
SELECT 'lsoa21', 'L' || n, 'ward', 'W' || (n + 2) / 3, 'within', 'Ward ' || (n + 2) / 3
FROM generate_series(1, 6) AS n;
SELECT csp.refresh_areas(:'name');
INSERT INTO area_population (area_id, year, population, households)
SELECT area_id, year, 1400 + 100 * right(code, 1)::integer + year - 2023, 600 + 40 * right(code, 1)::integer
FROM area CROSS JOIN generate_series(2023, 2025) AS year
WHERE area_kind = 'lsoa21';

INSERT INTO agency (code, name, agency_sector) VALUES ('police', 'Police', 'police'), ('hospital', 'Hospital', 'health');
INSERT INTO source (code, title, agency_id, label_scheme, place_precision, time_precision, disclosure_threshold, disclosure_base)
SELECT s.code, s.title, a.agency_id, s.label_scheme, s.place_precision, s.time_precision, s.threshold, s.base
FROM (VALUES ('police', 'Recorded crime', 'police', 'home_office', 'exact', 'minute', 0, 1),
             ('street', 'Street-level crime', 'police', 'police_uk', 'snapped', 'month', 0, 1),
             ('hospital', 'Emergency department', 'hospital', NULL, 'area', 'day', 7, 5)) AS s (code, title, agency, label_scheme, place_precision, time_precision, threshold, base)
JOIN agency a ON a.code = s.agency;
INSERT INTO source_coverage (source_id, month, status)
SELECT source_id, month::date, CASE WHEN code = 'hospital' AND month = '2024-03-01' THEN 'partial' ELSE 'complete' END
FROM source CROSS JOIN generate_series('2023-01-01'::timestamp, '2024-12-01', '1 month') AS month
WHERE NOT (code = 'hospital' AND month = '2023-07-01');

WITH drawn AS (
    SELECT n,
           (ARRAY['police', 'police', 'street', 'hospital'])[csp.seeded_integer(1, 'source', n, 1, 4)] AS source,
           (ARRAY['burglary', 'shoplifting', 'anti_social_behaviour', 'violence_with_injury', 'robbery'])[csp.seeded_integer(1, 'type', n, 1, 5)] AS type,
           csp.seeded_integer(1, 'area', n, 1, 6) AS area,
           timestamptz '2023-01-01 00:00+00' + interval '1 minute' * csp.seeded_integer(1, 'time', n, 0, 731 * 1440 - 1) AS happened,
           csp.seeded_uniform(1, 'flag', n) AS flag,
           csp.seeded_uniform(1, 'x', n) AS x
    FROM generate_series(1, 3000) AS n
)
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, place_reference, area_id, offence_code, alcohol, domestic, attributes)
SELECT s.source_id, 'R' || d.n, t.problem_type_id, d.happened, d.happened + interval '30 minutes',
       CASE WHEN s.place_precision <> 'area' AND d.flag > 0.02 THEN ST_SetSRID(ST_MakePoint(400000 + 1000 * (d.area + d.x), 100500), 27700) END,
       'place ' || d.n % 400, CASE WHEN d.flag > 0.01 THEN a.area_id END, CASE WHEN d.flag > 0.7 THEN '34A' END, d.flag < 0.2, d.flag > 0.9,
       CASE WHEN d.n % 7 = 0 THEN jsonb_build_object('n', d.n) END
FROM drawn d
JOIN source s ON s.code = d.source
JOIN problem_type t ON t.code = d.type
JOIN area a ON a.area_kind = 'lsoa21' AND a.code = 'L' || d.area;

INSERT INTO person (pseudonym, birth_year, home_area_id)
SELECT 'p' || n, 1950 + n, (SELECT area_id FROM area WHERE code = 'L' || 1 + n % 6) FROM generate_series(1, 60) AS n;
INSERT INTO incident_person (incident_id, person_id, role)
SELECT i.incident_id, p.person_id, CASE WHEN i.incident_id % 2 = 0 THEN 'victim' ELSE 'offender' END
FROM incident i JOIN person p ON p.pseudonym = 'p' || 1 + i.incident_id * i.incident_id % 60
WHERE i.incident_id % 3 = 0;

INSERT INTO priority (code, title, starts_on, ends_on) VALUES ('acq', 'Acquisitive crime', '2023-04-01', '2025-03-31'), ('asb', 'Anti-social behaviour', '2023-04-01', '2025-03-31');
INSERT INTO priority_type (priority_id, problem_type_id)
SELECT p.priority_id, t.problem_type_id
FROM (VALUES ('acq', 'burglary'), ('acq', 'shoplifting'), ('asb', 'anti_social_behaviour')) AS v (priority, type)
JOIN priority p ON p.code = v.priority JOIN problem_type t ON t.code = v.type;
INSERT INTO plan_action (priority_id, code, title, theme, status, progress_percent, starts_on, due_on, completed_on)
SELECT priority_id, code || '1', 'Do ' || title, 'prevention', 'complete', 100, '2023-05-01'::date, '2024-05-01'::date, '2024-04-20'::date FROM priority;
INSERT INTO indicator (priority_id, code, title, baseline_from, baseline_to, target_change_percent)
SELECT priority_id, code, title || ', incidents', '2023-01-01'::date, '2023-12-31'::date, -5 FROM priority;
INSERT INTO indicator_type (indicator_id, problem_type_id)
SELECT i.indicator_id, pt.problem_type_id FROM indicator i JOIN priority_type pt USING (priority_id);
INSERT INTO peer (code, name, population, households, is_self) SELECT 'peer' || n, 'Peer ' || n, 9000 + 500 * n, 4000 + 200 * n, n = 1 FROM generate_series(1, 5) AS n;
INSERT INTO peer_count (peer_id, problem_type_id, month, incidents)
SELECT p.peer_id, t.problem_type_id, month::date, csp.seeded_poisson(2, p.code || t.code, extract(epoch FROM month)::bigint, 20)
FROM peer p CROSS JOIN problem_type t CROSS JOIN generate_series('2024-01-01'::timestamp, '2024-12-01', '1 month') AS month
WHERE t.code IN ('burglary', 'shoplifting', 'anti_social_behaviour', 'robbery');

INSERT INTO assessment (kind, title, period_from, period_to, baseline_from, baseline_to)
VALUES ('strategic', 'Assessment 2024', '2024-01-01', '2024-12-31', '2023-01-01', '2023-12-31');
INSERT INTO assessment_priority (assessment_id, priority_id) SELECT assessment_id, priority_id FROM assessment CROSS JOIN priority;
INSERT INTO recommendation (assessment_id, problem_type_id, title)
SELECT assessment_id, problem_type_id, 'Keep ' || label FROM assessment CROSS JOIN problem_type WHERE code = 'burglary';
INSERT INTO risk_score (assessment_id, problem_type_id, factor, score, rationale)
SELECT a.assessment_id, t.problem_type_id, f.factor, f.scale_high, 'by hand'
FROM assessment a CROSS JOIN problem_type t CROSS JOIN risk_factor f
WHERE t.code = 'robbery' AND f.origin = 'analyst';

CREATE VIEW my_levels AS SELECT problem_type, rate_per_1000, csp.risk_band(3, '5x5') AS band FROM strategic_levels WHERE area_kind = 'partnership';
