-- Evidence of sources. Which sources name victims, suspects or offenders?

CREATE OR REPLACE VIEW @partnership@.counted_person_source
WITH (security_invoker = true) AS
-- What evidence_person_source shows, counted: read by its owner alone, on behalf of a reader. One row per tactical assessment and source with
-- incidents in the twelve months to its last day.
SELECT c.assessment_id, c.source_id,
       CASE WHEN (SELECT csp_internal.protects_people('@partnership@.incident_person'::regclass))
            THEN csp_internal.shown_count(c.victims, c.victim_key, c.victim_key, true) IS NOT NULL ELSE c.victims > 0 END AS names_victims,
       CASE WHEN (SELECT csp_internal.protects_people('@partnership@.incident_person'::regclass))
            THEN csp_internal.shown_count(c.offenders, c.offender_key, c.offender_key, true) IS NOT NULL ELSE c.offenders > 0 END AS names_offenders
FROM (
    SELECT a.assessment_id, i.source_id,
           count(*) FILTER (WHERE ip.role = 'victim') AS victims,
           count(*) FILTER (WHERE ip.role IN ('suspect', 'offender')) AS offenders,
           coalesce(sum(csp.record_key((SELECT k.secret FROM @partnership@.cell_secret k), ip.person_id, ip.incident_id)) FILTER (WHERE ip.role = 'victim'), 0) AS victim_key,
           coalesce(sum(csp.record_key((SELECT k.secret FROM @partnership@.cell_secret k), ip.person_id, ip.incident_id)) FILTER (WHERE ip.role IN ('suspect', 'offender')), 0) AS offender_key
    FROM @partnership@.evidence_tactical_day a
    JOIN @partnership@.incident i
      ON i.occurred_from >= (a.as_of - interval '1 year' + interval '1 day')::timestamp AT TIME ZONE @time_zone@
     AND i.occurred_from < (a.as_of + 1)::timestamp AT TIME ZONE @time_zone@
    LEFT JOIN @partnership@.incident_person ip USING (incident_id)
    GROUP BY a.assessment_id, i.source_id
) c;
COMMENT ON VIEW @partnership@.counted_person_source IS 'What evidence_person_source shows: for the owner, who reads it on behalf of the reader of that view';
COMMENT ON COLUMN @partnership@.counted_person_source.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.counted_person_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.counted_person_source.names_victims IS 'True when it names a victim of any of its incidents; to readers who may not read people, when it names ten or so';
COMMENT ON COLUMN @partnership@.counted_person_source.names_offenders IS 'True when it names a suspect or offender of any of its incidents; to readers who may not read people, when it names ten or so';
