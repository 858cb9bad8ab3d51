-- Turns a partnership's counts back into what they were before they became entries: a table incident_month, one row per key,
-- and a product view that reads it. psql variable: name.
SET search_path = :"name", public;
CREATE TEMP TABLE counts AS SELECT * FROM incident_month;
DROP TABLE incident_month_entry, incident_month_rule CASCADE;
CREATE TABLE incident_month (
    area_id integer REFERENCES area,
    problem_type_id integer NOT NULL REFERENCES problem_type,
    source_id integer NOT NULL REFERENCES source,
    month date NOT NULL,
    incidents bigint NOT NULL,
    located bigint NOT NULL,
    domestic bigint NOT NULL,
    alcohol bigint NOT NULL,
    drugs bigint NOT NULL,
    hate bigint NOT NULL,
    weapon bigint NOT NULL,
    harm numeric NOT NULL,
    unweighted bigint NOT NULL,
    UNIQUE NULLS NOT DISTINCT (problem_type_id, month, area_id, source_id)
) WITH (fillfactor = 80);
CREATE INDEX incident_month_source_month ON incident_month (source_id, month);
CREATE INDEX incident_month_source_type ON incident_month (source_id, problem_type_id);
CREATE INDEX incident_month_area ON incident_month (area_id);
INSERT INTO incident_month SELECT * FROM counts;
CREATE VIEW evidence_source_flag
WITH (security_invoker = true) AS
SELECT c.source_id, v.flag
FROM (
    SELECT m.source_id, max(m.domestic) AS domestic, max(m.alcohol) AS alcohol, max(m.drugs) AS drugs, max(m.hate) AS hate, max(m.weapon) AS weapon
    FROM incident_month m
    GROUP BY m.source_id
) c
CROSS JOIN LATERAL (VALUES ('domestic', c.domestic), ('alcohol', c.alcohol), ('drugs', c.drugs), ('hate', c.hate), ('weapon', c.weapon)) AS v (flag, incidents)
WHERE v.incidents > 0;
