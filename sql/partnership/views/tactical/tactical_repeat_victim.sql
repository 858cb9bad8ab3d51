-- Tactical assessment: people. Who is hurt again and again? Pseudonymous; for those who may read
-- people.

CREATE OR REPLACE VIEW @partnership@.tactical_repeat_victim
WITH (security_invoker = true) AS
-- One row per tactical assessment and person who was a victim twice or more in twelve months, once of them in the period.
SELECT e.assessment_id,
       csp_internal.row_key(e.assessment_id, e.person_id) AS row_key,
       e.as_of, e.person_id, p.pseudonym, p.sex, p.birth_year, home.code AS home_area_code, home.name AS home_area_name,
       e.incidents, e.period_incidents, e.domestic_incidents,
       e.harm::float8 AS harm_score, e.unweighted AS unweighted_incidents, e.first_on, e.last_on,
       e.last_on - e.days_of_incidents[cardinality(e.days_of_incidents) - 1] AS days_since_one_before,
       named.problem_types,
       rank() OVER (PARTITION BY e.assessment_id ORDER BY e.incidents DESC, e.period_incidents DESC, e.harm DESC NULLS LAST)::integer AS rank
FROM @partnership@.evidence_tactical_person e
JOIN @partnership@.person p USING (person_id)
LEFT JOIN @partnership@.area home ON home.area_id = p.home_area_id
CROSS JOIN LATERAL (
    SELECT string_agg(c.label || CASE WHEN c.times > 1 THEN ' (' || c.times || ')' ELSE '' END, ', ' ORDER BY c.times DESC, c.label) AS problem_types
    FROM (SELECT t.label, count(*) AS times FROM unnest(e.problem_type_ids) AS u (problem_type_id) JOIN @partnership@.problem_type t USING (problem_type_id) GROUP BY t.label) c
) named
WHERE e.side = 'victim'
  AND e.incidents >= 2
  AND e.period_incidents >= 1;
COMMENT ON VIEW @partnership@.tactical_repeat_victim IS 'Tactical assessment, repeat victims: who was a victim twice or more in the twelve months to the last day, and in the period too? One row per tactical assessment and pseudonymous person; sources whose dates are months are left out. Needs the personal level. Which sources can bear it, and why not the others: tactical_source';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.as_of IS 'Last day that counts: the last one of the assessment''s period, or today if that is earlier';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.person_id IS 'Person';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.pseudonym IS 'Pseudonym';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.sex IS 'Sex as recorded';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.birth_year IS 'Year of birth';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.home_area_code IS 'Code of the home area';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.home_area_name IS 'Name of the home area';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.incidents IS 'Incidents as a victim in the twelve months to as_of';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.period_incidents IS 'Those in the assessment''s period';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.domestic_incidents IS 'Those flagged domestic';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.harm_score IS 'Harm of those with a weight, in the default scheme; NULL when none has';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.unweighted_incidents IS 'Incidents without a weight';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.first_on IS 'Day of the first';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.last_on IS 'Day of the last';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.days_since_one_before IS 'Days from the last incident but one to the last';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.problem_types IS 'Problem types with the number of times, the most frequent first';
COMMENT ON COLUMN @partnership@.tactical_repeat_victim.rank IS 'Order within the assessment: incidents, those in the period, harm';
