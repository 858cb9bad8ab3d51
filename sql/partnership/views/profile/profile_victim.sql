-- Problem profile, part 3: victims. Who suffers it, and who again? Figures only: no row is about
-- one person.

CREATE OR REPLACE VIEW @partnership@.profile_victim
WITH (security_invoker = true) AS
-- One row per problem profile, section (repeats, times suffered, time to repeat, age, sex) and position.
SELECT p.assessment_id, f.row_key, f.section, f.position, f.label, f.people, f.people_percent, f.incidents, f.incidents_percent, f.cumulative_percent, f.note, f.sort_order
FROM @partnership@.assessment p
-- behind a function, whose plan nobody reads: EXPLAIN ANALYZE counts the rows of every step
CROSS JOIN LATERAL csp_internal.profile_victim(csp_internal.partnership_of('@partnership@.assessment'::regclass), p.assessment_id) f
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.profile_victim IS 'Problem profile: who is harmed, how often again and how soon? Figures only. One row per profile, section (repeats, times suffered, time to repeat, age, sex) and position; a section that the sources cannot support has one row that says why. Figures about people come with a noise of up to 5 to whoever may not read people, and none below ten: parts do not add up to totals';
COMMENT ON COLUMN @partnership@.profile_victim.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.profile_victim.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.profile_victim.section IS 'repeats, times suffered, time to repeat, age (at the incident) or sex';
COMMENT ON COLUMN @partnership@.profile_victim.position IS 'Order in the section; of time to repeat, bands that the period is long enough for';
COMMENT ON COLUMN @partnership@.profile_victim.label IS 'In words; Not known when there is no figure';
COMMENT ON COLUMN @partnership@.profile_victim.people IS 'Victims; NULL in time to repeat, where victims may have several';
COMMENT ON COLUMN @partnership@.profile_victim.people_percent IS 'Per cent of all victims';
COMMENT ON COLUMN @partnership@.profile_victim.incidents IS 'Incidents, one for each of its victims; in time to repeat: repeats';
COMMENT ON COLUMN @partnership@.profile_victim.incidents_percent IS 'Per cent of the incidents (so counted); in time to repeat of the repeats';
COMMENT ON COLUMN @partnership@.profile_victim.cumulative_percent IS 'Per cent of the repeats that came in this time or sooner: the time-to-repeat curve';
COMMENT ON COLUMN @partnership@.profile_victim.note IS 'Why there is no figure, or what the reader must know; NULL when nothing';
COMMENT ON COLUMN @partnership@.profile_victim.sort_order IS 'Order for display';
