-- Problem profile, part 8: what was done about it, and what followed?

CREATE OR REPLACE VIEW @partnership@.profile_response
WITH (security_invoker = true) AS
-- One row per problem profile and action of the plan that is about its types and areas.
SELECT p.assessment_id,
       csp_internal.row_key(p.assessment_id, nullif(d.plan_action_id, 0)) AS row_key,
       nullif(d.plan_action_id, 0) AS plan_action_id, d.action, d.title, d.theme, d.status, d.priority, d.area_code, d.area_name,
       d.starts_on, d.weeks, d.before_from, d.before_to, d.after_from, d.after_to,
       d.target_before, d.target_after, d.expected_after, d.change_percent, d.target_difference, d.target_p_value, d.adjusted_p_value,
       d.buffer_before, d.buffer_after, d.buffer_difference, d.buffer_p_value,
       d.control_before, d.control_after,
       (d.wdd).wdd AS weighted_displacement_difference, (d.wdd).lower AS weighted_displacement_lower, (d.wdd).upper AS weighted_displacement_upper, (d.wdd).p_value AS weighted_displacement_p_value,
       (d.wdq).wdq AS weighted_displacement_quotient,
       CASE
           WHEN d.reason IS NOT NULL THEN 'not measured'
           WHEN d.adjusted_p_value <= p.false_discovery_rate AND d.target_difference < 0 THEN 'fell against the other areas'
           WHEN d.adjusted_p_value <= p.false_discovery_rate THEN 'rose against the other areas'
           ELSE 'no clear change against the other areas'
       END AS finding,
       CASE
           WHEN d.reason IS NOT NULL THEN 'not measured'
           WHEN d.buffer_p_value IS NULL THEN 'no neighbouring areas with incidents to look at'
           WHEN d.buffer_p_value <= p.false_discovery_rate AND d.buffer_difference > 0 THEN 'the neighbouring areas rose: a sign of displacement'
           WHEN d.buffer_p_value <= p.false_discovery_rate THEN 'the neighbouring areas fell too: a sign of diffusion of benefits'
           ELSE 'no sign of displacement'
       END AS displacement,
       d.reason, d.data_flag
FROM @partnership@.assessment p
CROSS JOIN LATERAL (
    WITH summed AS MATERIALIZED (
        SELECT w.plan_action_id, sum(w.target_before)::float8 AS target_before, sum(w.target_after)::float8 AS target_after,
               sum(w.buffer_before)::float8 AS buffer_before, sum(w.buffer_after)::float8 AS buffer_after,
               sum(w.control_before)::float8 AS control_before, sum(w.control_after)::float8 AS control_after,
               sum(w.buffer_control_before)::float8 AS buffer_control_before, sum(w.buffer_control_after)::float8 AS buffer_control_after
        FROM @partnership@.evidence_profile_action_week w
        WHERE w.assessment_id = p.assessment_id
        GROUP BY w.plan_action_id
    ),
    judged AS (
        SELECT e.plan_action_id, e.area_id, e.starts_on, e.weeks, e.before_from, e.before_to, e.after_from, e.after_to,
               nullif(concat_ws('; ', 'without ' || e.left_out, broke.breaks), '') AS data_flag,
               s.target_before, s.target_after, s.buffer_before, s.buffer_after, s.control_before, s.control_after, s.buffer_control_before, s.buffer_control_after,
               CASE
                   WHEN e.source_ids IS NULL THEN 'no source has every day of both stretches'
                   WHEN e.weeks < 4 THEN 'fewer than four weeks since the start'
                   WHEN e.area_id IS NULL THEN 'the action is everywhere: there is nothing to set it against'
                   WHEN s.target_before = 0 THEN 'no incidents in its area before'
                   WHEN s.control_before = 0 OR s.buffer_control_before = 0 THEN 'no incidents before in the areas to set it against'
               END AS reason
        FROM @partnership@.evidence_profile_action e
        LEFT JOIN summed s USING (plan_action_id)
        LEFT JOIN LATERAL (
            SELECT string_agg(DISTINCT b.description, '; ') AS breaks
            FROM @partnership@.evidence_type_break b
            WHERE b.problem_type_id = ANY (e.type_ids)
              AND b.source_id = ANY (e.source_ids)
              AND b.starts_on > e.before_from
              AND b.starts_on <= e.after_to
        ) broke ON true
        WHERE e.assessment_id = p.assessment_id
    ),
    measured AS (
        -- the controls are scaled to the size that target and buffer had before: what matters is how they moved since
        SELECT j.plan_action_id, j.area_id, j.starts_on, j.weeks, j.before_from, j.before_to,
               j.after_from, j.after_to, j.data_flag, j.target_before, j.target_after,
               j.buffer_before, j.buffer_after, j.control_before, j.control_after,
               j.buffer_control_before, j.buffer_control_after, j.reason,
               CASE WHEN j.reason IS NULL THEN csp.weighted_displacement_difference(j.target_before, j.target_after, j.control_before, j.control_after,
                   control_size => j.control_before / j.target_before, confidence => p.confidence) END AS target_wdd,
               CASE WHEN j.reason IS NULL AND j.buffer_before > 0 THEN csp.weighted_displacement_difference(j.buffer_before, j.buffer_after, j.buffer_control_before, j.buffer_control_after,
                   control_size => j.buffer_control_before / j.buffer_before, confidence => p.confidence) END AS buffer_wdd,
               CASE
                   WHEN j.reason IS NULL AND j.buffer_before > 0
                   THEN csp.weighted_displacement_difference(j.target_before, j.target_after, j.control_before, j.control_after,
                            j.buffer_before, j.buffer_after, j.buffer_control_before, j.buffer_control_after,
                            control_size => j.control_before / j.target_before, buffer_control_size => j.buffer_control_before / j.buffer_before, confidence => p.confidence)
               END AS wdd,
               CASE WHEN j.reason IS NULL AND j.buffer_before > 0
                    THEN csp.weighted_displacement_quotient(j.target_before, j.target_after, j.buffer_before, j.buffer_after,
                             j.control_before + j.buffer_control_before, j.control_after + j.buffer_control_after) END AS wdq
        FROM judged j
    )
    SELECT m.plan_action_id, act.code AS action, act.title, act.theme, act.status, pr.code AS priority, r.code AS area_code, r.name AS area_name,
           m.starts_on, m.weeks, m.before_from, m.before_to, m.after_from, m.after_to,
           CASE WHEN m.weeks >= 1 AND m.target_before IS NOT NULL AND m.reason IS DISTINCT FROM 'no source has every day of both stretches' THEN m.target_before::bigint END AS target_before,
           CASE WHEN m.weeks >= 1 AND m.target_before IS NOT NULL AND m.reason IS DISTINCT FROM 'no source has every day of both stretches' THEN m.target_after::bigint END AS target_after,
           CASE WHEN m.reason IS NULL THEN m.target_before * m.control_after / m.control_before END AS expected_after,
           CASE WHEN m.reason IS NULL THEN 100 * (m.target_after / nullif(m.target_before * m.control_after / m.control_before, 0) - 1) END AS change_percent,
           (m.target_wdd).wdd AS target_difference, (m.target_wdd).p_value AS target_p_value,
           csp.adjusted_p_value((m.target_wdd).p_value) OVER () AS adjusted_p_value,
           CASE WHEN m.reason IS NULL THEN m.buffer_before::bigint END AS buffer_before, CASE WHEN m.reason IS NULL THEN m.buffer_after::bigint END AS buffer_after,
           (m.buffer_wdd).wdd AS buffer_difference, (m.buffer_wdd).p_value AS buffer_p_value,
           CASE WHEN m.reason IS NULL THEN (m.control_before + m.buffer_control_before)::bigint END AS control_before,
           CASE WHEN m.reason IS NULL THEN (m.control_after + m.buffer_control_after)::bigint END AS control_after,
           m.wdd, m.wdq, m.reason, m.data_flag
    FROM measured m
    JOIN @partnership@.plan_action act USING (plan_action_id)
    LEFT JOIN @partnership@.priority pr ON pr.priority_id = act.priority_id
    LEFT JOIN @partnership@.area r ON r.area_id = m.area_id
  UNION ALL
    SELECT 0, NULL, 'No action', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           'no action of the plan is about its types and areas and began before its end', NULL
    WHERE NOT EXISTS (SELECT FROM judged)
) d
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.profile_response IS 'Problem profile: what was done, and what followed: less than elsewhere, and did it move next door? One row per profile and action of the plan that is about its types and areas; a profile without one has a row that says so. The weeks since the start are set against the same weeks a year before, and against the other areas';
COMMENT ON COLUMN @partnership@.profile_response.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.profile_response.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.profile_response.plan_action_id IS 'Action of the plan';
COMMENT ON COLUMN @partnership@.profile_response.action IS 'Code of the action';
COMMENT ON COLUMN @partnership@.profile_response.title IS 'What is done';
COMMENT ON COLUMN @partnership@.profile_response.theme IS 'prevention, intelligence or enforcement';
COMMENT ON COLUMN @partnership@.profile_response.status IS 'State of the action';
COMMENT ON COLUMN @partnership@.profile_response.priority IS 'Code of its priority';
COMMENT ON COLUMN @partnership@.profile_response.area_code IS 'Code of the area it is taken in; NULL: everywhere';
COMMENT ON COLUMN @partnership@.profile_response.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.profile_response.starts_on IS 'When it began';
COMMENT ON COLUMN @partnership@.profile_response.weeks IS 'Whole weeks since then within the period, at most 52';
COMMENT ON COLUMN @partnership@.profile_response.before_from IS 'First day of the stretch before: 52 weeks earlier';
COMMENT ON COLUMN @partnership@.profile_response.before_to IS 'Last day of the stretch before';
COMMENT ON COLUMN @partnership@.profile_response.after_from IS 'First day of the stretch after';
COMMENT ON COLUMN @partnership@.profile_response.after_to IS 'Last day of the stretch after';
COMMENT ON COLUMN @partnership@.profile_response.target_before IS 'Incidents in its area before';
COMMENT ON COLUMN @partnership@.profile_response.target_after IS 'Incidents in its area after';
COMMENT ON COLUMN @partnership@.profile_response.expected_after IS 'What would have been expected there after, had it moved as its control did';
COMMENT ON COLUMN @partnership@.profile_response.change_percent IS 'After against that expectation, in per cent';
COMMENT ON COLUMN @partnership@.profile_response.target_difference IS 'After less that expectation: below 0 is fewer';
COMMENT ON COLUMN @partnership@.profile_response.target_p_value IS 'Two-sided p-value of no difference';
COMMENT ON COLUMN @partnership@.profile_response.adjusted_p_value IS 'The same, adjusted for the number of actions';
COMMENT ON COLUMN @partnership@.profile_response.buffer_before IS 'Incidents in the areas that touch it, before';
COMMENT ON COLUMN @partnership@.profile_response.buffer_after IS 'Incidents there after';
COMMENT ON COLUMN @partnership@.profile_response.buffer_difference IS 'After less what would have been expected there: above 0 is more';
COMMENT ON COLUMN @partnership@.profile_response.buffer_p_value IS 'Two-sided p-value of no difference';
COMMENT ON COLUMN @partnership@.profile_response.control_before IS 'Incidents in all other areas of the kind, before';
COMMENT ON COLUMN @partnership@.profile_response.control_after IS 'Incidents there after';
COMMENT ON COLUMN @partnership@.profile_response.weighted_displacement_difference IS 'Incidents added in area and neighbours together: below 0 prevented, displacement included';
COMMENT ON COLUMN @partnership@.profile_response.weighted_displacement_lower IS 'Lower limit of it';
COMMENT ON COLUMN @partnership@.profile_response.weighted_displacement_upper IS 'Upper limit of it';
COMMENT ON COLUMN @partnership@.profile_response.weighted_displacement_p_value IS 'Two-sided p-value of 0';
COMMENT ON COLUMN @partnership@.profile_response.weighted_displacement_quotient IS 'Above 0 benefits spread to the neighbours, below 0 crime moved there, below -1 more than was prevented; NULL where there was no success';
COMMENT ON COLUMN @partnership@.profile_response.finding IS 'What happened in its area, in words; no proof that the action was the cause';
COMMENT ON COLUMN @partnership@.profile_response.displacement IS 'What happened next door, in words';
COMMENT ON COLUMN @partnership@.profile_response.reason IS 'Why it was not measured; NULL where it was';
COMMENT ON COLUMN @partnership@.profile_response.data_flag IS 'Sources left out, and why; NULL when none';
