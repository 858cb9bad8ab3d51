-- Evidence of tactical assessments. Who is hurt again and again, and who is active? Pseudonymous;
-- for those who may read people.

CREATE OR REPLACE VIEW @partnership@.evidence_tactical_person
WITH (security_invoker = true) AS
-- One row per tactical assessment, person and role, with what is recorded of them in the twelve months to the last day.
WITH moment AS (
    SELECT a.assessment_id, a.period_from, a.as_of
    FROM @partnership@.evidence_tactical_day a
),
event AS (
    SELECT m.assessment_id, m.as_of, m.period_from, ip.person_id,
           CASE ip.role WHEN 'victim' THEN 'victim' ELSE 'offender' END AS side, ip.role = 'offender' AS is_offender,
           i.incident_id, i.problem_type_id, i.area_id, i.location, i.domestic, i.offence_code,
           (i.occurred_from AT TIME ZONE @time_zone@)::date AS occurred_on
    FROM moment m
    JOIN @partnership@.source s ON s.time_precision <> 'month'
    -- OFFSET 0 keeps it a probe of the index by source and time: of a time alone there is none, and every incident would be read
    CROSS JOIN LATERAL (
        SELECT x.incident_id, x.problem_type_id, x.area_id, x.location, x.domestic, x.offence_code, x.occurred_from
        FROM @partnership@.incident x
        WHERE x.source_id = s.source_id
          AND x.occurred_from >= (m.as_of - interval '1 year' + interval '1 day')::timestamp AT TIME ZONE @time_zone@
          AND x.occurred_from < (m.as_of + 1)::timestamp AT TIME ZONE @time_zone@
        OFFSET 0
    ) i
    JOIN @partnership@.incident_person ip ON ip.incident_id = i.incident_id AND ip.role IN ('victim', 'suspect', 'offender')
),
once AS (
    -- whoever is suspect and offender of one incident did one
    SELECT e.assessment_id, e.as_of, e.period_from, e.person_id, e.side, e.incident_id, e.problem_type_id, e.area_id, e.domestic, e.offence_code, e.occurred_on,
           bool_or(e.is_offender) AS is_offender
    FROM event e
    GROUP BY e.assessment_id, e.as_of, e.period_from, e.person_id, e.side, e.incident_id, e.problem_type_id, e.area_id, e.domestic, e.offence_code, e.occurred_on
),
wanted AS MATERIALIZED (
    -- a list to look up in: the planner, which expects a handful of incidents, would go through all weights for each
    SELECT jsonb_object_agg(w.offence_code, w.weight) FILTER (WHERE w.offence_code IS NOT NULL) AS of_offence,
           jsonb_object_agg(w.problem_type_id, w.weight) FILTER (WHERE w.problem_type_id IS NOT NULL) AS of_type
    FROM @partnership@.harm_weight w
    WHERE w.scheme = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'harm_scheme')
      AND w.edition = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'harm_edition')
),
weighted AS (
    SELECT o.assessment_id, o.as_of, o.period_from, o.person_id, o.side, o.incident_id,
           o.problem_type_id, o.domestic, o.offence_code, o.occurred_on, o.is_offender,
           coalesce(w.of_offence ->> o.offence_code, w.of_type ->> o.problem_type_id::text)::numeric AS harm
    FROM once o
    CROSS JOIN wanted w
)
SELECT w.assessment_id, w.as_of, w.person_id, w.side,
       count(*) AS incidents,
       count(*) FILTER (WHERE w.occurred_on >= w.period_from) AS period_incidents,
       count(*) FILTER (WHERE w.is_offender) AS offender_incidents,
       count(*) FILTER (WHERE w.domestic) AS domestic_incidents,
       sum(w.harm) AS harm,
       sum(w.harm) FILTER (WHERE w.occurred_on >= w.period_from) AS period_harm,
       count(*) FILTER (WHERE w.harm IS NULL) AS unweighted,
       min(w.occurred_on) AS first_on, max(w.occurred_on) AS last_on,
       array_agg(w.occurred_on ORDER BY w.occurred_on) AS days_of_incidents,
       array_agg(w.problem_type_id ORDER BY w.occurred_on, w.incident_id) AS problem_type_ids,
       array_agg(w.incident_id ORDER BY w.occurred_on, w.incident_id) AS incident_ids
FROM weighted w
GROUP BY w.assessment_id, w.as_of, w.person_id, w.side;
COMMENT ON VIEW @partnership@.evidence_tactical_person IS 'People with an incident in the twelve months to the last day of a tactical assessment: one row per assessment, person and side';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.as_of IS 'Last day that counts: the last one of the assessment''s period, or today if that is earlier';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.person_id IS 'Pseudonymous person';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.side IS 'victim, or offender (suspects included)';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.incidents IS 'Incidents in the twelve months to as_of';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.period_incidents IS 'Those in the assessment''s period';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.offender_incidents IS 'Those in which the person stands as offender, not only as suspect';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.domestic_incidents IS 'Those flagged domestic';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.harm IS 'Harm of the incidents that have a weight, in the default scheme; NULL when none has';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.period_harm IS 'Harm of those in the period';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.unweighted IS 'Incidents without a weight of harm';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.first_on IS 'Day of the first';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.last_on IS 'Day of the last';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.days_of_incidents IS 'Days, in order';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.problem_type_ids IS 'Problem types, in order of time';
COMMENT ON COLUMN @partnership@.evidence_tactical_person.incident_ids IS 'Incidents, in order of time';
