-- Evidence of counts. How many incidents of each problem type are there, by area, source and month?
-- The entries of a key added up: exact at every moment, folded or not. Views that add up over keys
-- read incident_month_entry, which has the same sums and statistics of its own.

CREATE OR REPLACE VIEW @partnership@.incident_month
WITH (security_invoker = true) AS
-- One row per area, problem type, source and month that has incidents.
SELECT e.area_id, e.problem_type_id, e.source_id, e.month,
       sum(e.incidents)::bigint AS incidents, sum(e.located)::bigint AS located,
       sum(e.domestic)::bigint AS domestic, sum(e.alcohol)::bigint AS alcohol, sum(e.drugs)::bigint AS drugs, sum(e.hate)::bigint AS hate, sum(e.weapon)::bigint AS weapon,
       trim_scale(sum(e.harm)) AS harm, sum(e.unweighted)::bigint AS unweighted
FROM @partnership@.incident_month_entry e
GROUP BY e.area_id, e.problem_type_id, e.source_id, e.month
HAVING sum(e.incidents) <> 0;
COMMENT ON VIEW @partnership@.incident_month IS 'Counts of incidents, one row per area, problem type, source and month; kept exact by triggers on incident, proved by csp.check_incident_month';
COMMENT ON COLUMN @partnership@.incident_month.area_id IS 'Area of the base kind; NULL for incidents without one';
COMMENT ON COLUMN @partnership@.incident_month.problem_type_id IS 'Problem type as recorded (not rolled up)';
COMMENT ON COLUMN @partnership@.incident_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.incident_month.month IS 'First day of the month in which occurred_from falls, in the partnership''s time zone';
COMMENT ON COLUMN @partnership@.incident_month.incidents IS 'Number of incidents';
COMMENT ON COLUMN @partnership@.incident_month.located IS 'Of these, with a point';
COMMENT ON COLUMN @partnership@.incident_month.domestic IS 'Of these, flagged domestic';
COMMENT ON COLUMN @partnership@.incident_month.alcohol IS 'Of these, flagged alcohol';
COMMENT ON COLUMN @partnership@.incident_month.drugs IS 'Of these, flagged drugs';
COMMENT ON COLUMN @partnership@.incident_month.hate IS 'Of these, flagged hate';
COMMENT ON COLUMN @partnership@.incident_month.weapon IS 'Of these, flagged weapon';
COMMENT ON COLUMN @partnership@.incident_month.harm IS 'Sum of harm weights of the default scheme over the weighted incidents';
COMMENT ON COLUMN @partnership@.incident_month.unweighted IS 'Incidents without a weight in the default scheme: their harm is unknown, not 0';
