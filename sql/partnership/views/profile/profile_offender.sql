-- Problem profile, part 3: offenders. How few do how much of it, how many together, and how far
-- from home? Figures only: no row is about one person.

CREATE OR REPLACE VIEW @partnership@.profile_offender
WITH (security_invoker = true) AS
-- One row per problem profile, section (prolific, co-offending, distance, age, sex) and position. Behind a function: see profile_victim.
SELECT p.assessment_id, f.row_key, f.section, f.position, f.label, f.people, f.incidents, f.value, f.unit, f.note, f.sort_order
FROM @partnership@.assessment p
CROSS JOIN LATERAL csp_internal.profile_offender(csp_internal.partnership_of('@partnership@.assessment'::regclass), p.assessment_id) f
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.profile_offender IS 'Problem profile: how few offenders do how much of it, how many together, and how far from home? Figures only. One row per profile, section (prolific, co-offending, distance, age, sex) and position; a section that the sources cannot support has one row that says why. Figures about people come with a noise of up to 5 to whoever may not read people, and none below ten: parts do not add up to totals';
COMMENT ON COLUMN @partnership@.profile_offender.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.profile_offender.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.profile_offender.section IS 'prolific, co-offending, distance (home to offence, exact places), age (at the incident) or sex';
COMMENT ON COLUMN @partnership@.profile_offender.position IS 'Order in the section';
COMMENT ON COLUMN @partnership@.profile_offender.label IS 'In words; Not known when there is no figure';
COMMENT ON COLUMN @partnership@.profile_offender.people IS 'Suspects and offenders it is about';
COMMENT ON COLUMN @partnership@.profile_offender.incidents IS 'Incidents, one for each of their offenders; in co-offending the incidents themselves, or the joint incidents of the pairs';
COMMENT ON COLUMN @partnership@.profile_offender.value IS 'The figure';
COMMENT ON COLUMN @partnership@.profile_offender.unit IS 'Its unit';
COMMENT ON COLUMN @partnership@.profile_offender.note IS 'Why there is no figure, or what the reader must know; NULL when nothing';
COMMENT ON COLUMN @partnership@.profile_offender.sort_order IS 'Order for display';
