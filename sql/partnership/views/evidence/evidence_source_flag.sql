-- Evidence of sources. Which flags does each source record?

CREATE OR REPLACE VIEW @partnership@.evidence_source_flag
WITH (security_invoker = true) AS
-- One row per source and flag that any of its incidents carries. A source that never sets a flag does not record it: none is then unknown, not 0.
SELECT c.source_id, v.flag
FROM (
    SELECT m.source_id, sum(m.domestic) AS domestic, sum(m.alcohol) AS alcohol, sum(m.drugs) AS drugs, sum(m.hate) AS hate, sum(m.weapon) AS weapon
    FROM @partnership@.incident_month_entry m
    GROUP BY m.source_id
) c
CROSS JOIN LATERAL (VALUES ('domestic', c.domestic), ('alcohol', c.alcohol), ('drugs', c.drugs), ('hate', c.hate), ('weapon', c.weapon)) AS v (flag, incidents)
WHERE v.incidents > 0;
COMMENT ON VIEW @partnership@.evidence_source_flag IS 'Which flags each source records: one row per source and flag that any of its incidents carries; a flag it never set is not known to it';
COMMENT ON COLUMN @partnership@.evidence_source_flag.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_source_flag.flag IS 'domestic, alcohol, drugs, hate or weapon';
