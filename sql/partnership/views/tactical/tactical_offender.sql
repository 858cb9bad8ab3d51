-- Tactical assessment: people. Who is active? Pseudonymous; for those who may read people.

CREATE OR REPLACE VIEW @partnership@.tactical_offender
WITH (security_invoker = true) AS
-- One row per tactical assessment and person who is an offender or suspect of an incident in the period.
WITH companion AS (
    SELECT e.assessment_id, e.person_id, count(DISTINCT other.person_id) AS companions
    FROM @partnership@.evidence_tactical_person e
    CROSS JOIN LATERAL unnest(e.incident_ids) AS u (incident_id)
    JOIN @partnership@.incident_person other ON other.incident_id = u.incident_id AND other.role IN ('suspect', 'offender') AND other.person_id <> e.person_id
    WHERE e.side = 'offender'
      AND e.period_incidents >= 1
    GROUP BY e.assessment_id, e.person_id
)
SELECT e.assessment_id,
       csp_internal.row_key(e.assessment_id, e.person_id) AS row_key,
       e.as_of, e.person_id, p.pseudonym, p.sex, p.birth_year, home.code AS home_area_code, home.name AS home_area_name,
       e.period_incidents, e.incidents, e.offender_incidents,
       e.period_harm::float8 AS period_harm_score, e.harm::float8 AS harm_score, e.unweighted AS unweighted_incidents, e.first_on, e.last_on,
       coalesce(c.companions, 0) AS companions,
       named.problem_types,
       rank() OVER (PARTITION BY e.assessment_id ORDER BY e.harm DESC NULLS LAST, e.incidents DESC)::integer AS harm_rank,
       rank() OVER (PARTITION BY e.assessment_id ORDER BY e.incidents DESC, e.harm DESC NULLS LAST)::integer AS rank
FROM @partnership@.evidence_tactical_person e
JOIN @partnership@.person p USING (person_id)
LEFT JOIN @partnership@.area home ON home.area_id = p.home_area_id
LEFT JOIN companion c ON c.assessment_id = e.assessment_id AND c.person_id = e.person_id
CROSS JOIN LATERAL (
    SELECT string_agg(n.label || CASE WHEN n.times > 1 THEN ' (' || n.times || ')' ELSE '' END, ', ' ORDER BY n.times DESC, n.label) AS problem_types
    FROM (SELECT t.label, count(*) AS times FROM unnest(e.problem_type_ids) AS u (problem_type_id) JOIN @partnership@.problem_type t USING (problem_type_id) GROUP BY t.label) n
) named
WHERE e.side = 'offender'
  AND e.period_incidents >= 1;
COMMENT ON VIEW @partnership@.tactical_offender IS 'Tactical assessment, offenders: who was an offender or suspect in the period, how often in the twelve months to the last day, and with what harm? One row per tactical assessment and pseudonymous person; sources whose dates are months are left out. Needs the personal level. Which sources can bear it, and why not the others: tactical_source';
COMMENT ON COLUMN @partnership@.tactical_offender.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.tactical_offender.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.tactical_offender.as_of IS 'Last day that counts: the last one of the assessment''s period, or today if that is earlier';
COMMENT ON COLUMN @partnership@.tactical_offender.person_id IS 'Person';
COMMENT ON COLUMN @partnership@.tactical_offender.pseudonym IS 'Pseudonym';
COMMENT ON COLUMN @partnership@.tactical_offender.sex IS 'Sex as recorded';
COMMENT ON COLUMN @partnership@.tactical_offender.birth_year IS 'Year of birth';
COMMENT ON COLUMN @partnership@.tactical_offender.home_area_code IS 'Code of the home area';
COMMENT ON COLUMN @partnership@.tactical_offender.home_area_name IS 'Name of the home area';
COMMENT ON COLUMN @partnership@.tactical_offender.period_incidents IS 'Incidents as offender or suspect in the assessment''s period';
COMMENT ON COLUMN @partnership@.tactical_offender.incidents IS 'The same in the twelve months to as_of';
COMMENT ON COLUMN @partnership@.tactical_offender.offender_incidents IS 'Those of the twelve months as offender, not only as suspect';
COMMENT ON COLUMN @partnership@.tactical_offender.period_harm_score IS 'Harm of the incidents in the period that have a weight, in the default scheme; NULL when none has';
COMMENT ON COLUMN @partnership@.tactical_offender.harm_score IS 'The same for the twelve months';
COMMENT ON COLUMN @partnership@.tactical_offender.unweighted_incidents IS 'Incidents of the twelve months without a weight';
COMMENT ON COLUMN @partnership@.tactical_offender.first_on IS 'Day of the first of the twelve months';
COMMENT ON COLUMN @partnership@.tactical_offender.last_on IS 'Day of the last';
COMMENT ON COLUMN @partnership@.tactical_offender.companions IS 'Other offenders and suspects of the same incidents';
COMMENT ON COLUMN @partnership@.tactical_offender.problem_types IS 'Problem types with the number of times, the most frequent first';
COMMENT ON COLUMN @partnership@.tactical_offender.harm_rank IS 'Order within the assessment by harm over the twelve months';
COMMENT ON COLUMN @partnership@.tactical_offender.rank IS 'Order within the assessment by incidents over the twelve months';
