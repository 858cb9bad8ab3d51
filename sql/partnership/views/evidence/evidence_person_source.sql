-- Evidence of sources. Which sources name victims, suspects or offenders?

CREATE OR REPLACE VIEW @partnership@.evidence_person_source
WITH (security_invoker = true) AS
-- One row per tactical assessment and source with incidents in the twelve months to its last day. Behind a function: see profile_victim.
SELECT a.assessment_id, f.source_id, f.names_victims, f.names_offenders
FROM @partnership@.assessment a
CROSS JOIN LATERAL csp_internal.evidence_person_source(csp_internal.partnership_of('@partnership@.assessment'::regclass), a.assessment_id) f
WHERE a.kind = 'tactical';
COMMENT ON VIEW @partnership@.evidence_person_source IS 'Which sources name victims and offenders at all in the twelve months to a tactical assessment''s last day: one row per assessment and source with incidents; shows nobody, and how many neither';
COMMENT ON COLUMN @partnership@.evidence_person_source.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_person_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_person_source.names_victims IS 'True when it names a victim of any of its incidents; to readers who may not read people, when it names ten or so';
COMMENT ON COLUMN @partnership@.evidence_person_source.names_offenders IS 'True when it names a suspect or offender of any of its incidents; to readers who may not read people, when it names ten or so';
