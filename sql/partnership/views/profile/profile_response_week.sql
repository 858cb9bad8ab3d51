-- Problem profile, part 8: how many incidents were there week by week, before and after each
-- action?

CREATE OR REPLACE VIEW @partnership@.profile_response_week
WITH (security_invoker = true) AS
-- One row per problem profile, measured action and week since its start.
SELECT p.assessment_id,
       csp_internal.row_key(p.assessment_id, d.plan_action_id, d.week) AS row_key,
       d.plan_action_id, d.action, d.week, d.week_from, d.target_before, d.target_after, d.buffer_before, d.buffer_after,
       (d.wdd).wdd AS cumulative_difference, (d.wdd).lower AS cumulative_lower, (d.wdd).upper AS cumulative_upper
FROM @partnership@.assessment p
CROSS JOIN LATERAL (
    SELECT w.plan_action_id, act.code AS action, w.week, act.starts_on + 7 * (w.week - 1) AS week_from,
           w.target_before, w.target_after, w.buffer_before, w.buffer_after,
           CASE WHEN sum(w.buffer_before) OVER whole > 0 THEN
               csp.weighted_displacement_difference(
                   (sum(w.target_before) OVER so_far)::float8, (sum(w.target_after) OVER so_far)::float8, (sum(w.control_before) OVER so_far)::float8, (sum(w.control_after) OVER so_far)::float8,
                   (sum(w.buffer_before) OVER so_far)::float8, (sum(w.buffer_after) OVER so_far)::float8, (sum(w.buffer_control_before) OVER so_far)::float8, (sum(w.buffer_control_after) OVER so_far)::float8,
                   -- scaled throughout as at the end, where the last row is the figure of profile_response
                   control_size => (nullif(sum(w.control_before) OVER whole, 0) / nullif(sum(w.target_before) OVER whole, 0))::float8,
                   buffer_control_size => (nullif(sum(w.buffer_control_before) OVER whole, 0) / nullif(sum(w.buffer_before) OVER whole, 0))::float8,
                   confidence => p.confidence) END AS wdd
    FROM @partnership@.evidence_profile_action_week w
    JOIN @partnership@.plan_action act USING (plan_action_id)
    JOIN @partnership@.evidence_profile_action e ON e.assessment_id = p.assessment_id AND e.plan_action_id = w.plan_action_id
    WHERE w.assessment_id = p.assessment_id
      AND act.area_id IS NOT NULL
      -- without a source that has the days there is nothing to count, which is not 0
      AND e.source_ids IS NOT NULL
    WINDOW so_far AS (PARTITION BY w.plan_action_id ORDER BY w.week), whole AS (PARTITION BY w.plan_action_id)
) d
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.profile_response_week IS 'Problem profile: what has followed an action, week by week? The incidents that it added or prevented since its start, displacement included. One row per profile, action with an area and week since its start, where a source has every day of both stretches: profile_response says why an action is not here';
COMMENT ON COLUMN @partnership@.profile_response_week.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.profile_response_week.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.profile_response_week.plan_action_id IS 'Action of the plan';
COMMENT ON COLUMN @partnership@.profile_response_week.action IS 'Code of the action';
COMMENT ON COLUMN @partnership@.profile_response_week.week IS '1 for the first seven days';
COMMENT ON COLUMN @partnership@.profile_response_week.week_from IS 'First day of the week';
COMMENT ON COLUMN @partnership@.profile_response_week.target_before IS 'Incidents in its area 52 weeks before';
COMMENT ON COLUMN @partnership@.profile_response_week.target_after IS 'Incidents in its area';
COMMENT ON COLUMN @partnership@.profile_response_week.buffer_before IS 'Incidents in the areas that touch it 52 weeks before';
COMMENT ON COLUMN @partnership@.profile_response_week.buffer_after IS 'Incidents there';
COMMENT ON COLUMN @partnership@.profile_response_week.cumulative_difference IS 'Weighted displacement difference since the start: below 0 prevented; NULL where it cannot be measured';
COMMENT ON COLUMN @partnership@.profile_response_week.cumulative_lower IS 'Lower limit of it';
COMMENT ON COLUMN @partnership@.profile_response_week.cumulative_upper IS 'Upper limit of it';
