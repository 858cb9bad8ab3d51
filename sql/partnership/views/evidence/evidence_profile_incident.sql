-- Evidence of problem profiles. Which incidents are in the scope of each?

CREATE OR REPLACE VIEW @partnership@.evidence_profile_incident
WITH (security_invoker = true) AS
-- One row per problem profile, part (period or baseline) and incident of its types, in its areas. A source whose dates are
-- months counts with the months that lie wholly in the part.
SELECT p.assessment_id, part.part, i.incident_id, i.problem_type_id, i.source_id, s.place_precision, s.time_precision,
       i.occurred_from, i.occurred_to, i.location, i.place_reference, i.area_id, i.method, i.offence_code,
       i.domestic, i.alcohol, i.drugs, i.hate, i.weapon,
       i.attributes ->> 'premises_type' AS premises_type
FROM @partnership@.assessment p
CROSS JOIN LATERAL (VALUES ('period', p.period_from, p.period_to), ('baseline', p.baseline_from, p.baseline_to)) AS part (part, first_day, last_day)
CROSS JOIN LATERAL (
    -- the scope once for each part, before any incident is looked at
    SELECT part.first_day::timestamp AT TIME ZONE @time_zone@ AS starts_at,
           (part.last_day + 1)::timestamp AT TIME ZONE @time_zone@ AS ends_at,
           CASE WHEN EXISTS (SELECT FROM @partnership@.assessment_type st WHERE st.assessment_id = p.assessment_id)
                THEN ARRAY(SELECT DISTINCT tree.member_id
                           FROM @partnership@.assessment_type st
                           JOIN @partnership@.evidence_type tree USING (problem_type_id)
                           WHERE st.assessment_id = p.assessment_id)
                ELSE ARRAY(SELECT t.problem_type_id FROM @partnership@.problem_type t)
           END AS type_ids,
           CASE WHEN EXISTS (SELECT FROM @partnership@.assessment_area sa WHERE sa.assessment_id = p.assessment_id)
                THEN ARRAY(SELECT DISTINCT aa.area_id
                           FROM @partnership@.assessment_area sa
                           JOIN @partnership@.area_ancestor aa ON aa.ancestor_id = sa.area_id
                           WHERE sa.assessment_id = p.assessment_id)
           END AS area_ids
    OFFSET 0
) scope
JOIN @partnership@.incident i ON i.problem_type_id = ANY (scope.type_ids) AND i.occurred_from >= scope.starts_at AND i.occurred_from < scope.ends_at
JOIN @partnership@.source s ON s.source_id = i.source_id
WHERE p.kind = 'problem profile'
  AND part.first_day IS NOT NULL
  AND (scope.area_ids IS NULL OR i.area_id = ANY (scope.area_ids))
  AND (s.time_precision <> 'month' OR i.occurred_to <= scope.ends_at);
COMMENT ON VIEW @partnership@.evidence_profile_incident IS 'Incidents in the scope of each problem profile: one row per profile, part and incident. Sources whose dates are months count with the months that lie wholly in the part';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.part IS 'period or baseline';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.incident_id IS 'Incident';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.problem_type_id IS 'Its own problem type';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.place_precision IS 'Of the source: exact, snapped or area';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.time_precision IS 'Of the source: minute, day or month';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.occurred_from IS 'Earliest moment it can have happened';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.occurred_to IS 'Latest moment';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.location IS 'Point';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.place_reference IS 'Name of the place';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.area_id IS 'Base area';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.method IS 'Method';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.offence_code IS 'Offence code';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.domestic IS 'Flag';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.alcohol IS 'Flag';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.drugs IS 'Flag';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.hate IS 'Flag';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.weapon IS 'Flag';
COMMENT ON COLUMN @partnership@.evidence_profile_incident.premises_type IS 'Kind of premises, from attributes; NULL where the source gives none';
