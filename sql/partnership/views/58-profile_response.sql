-- Problem profile, part 8: what was done about it, and what followed?

CREATE OR REPLACE VIEW @partnership@.evidence_profile_action
WITH (security_invoker = true) AS
-- One row per problem profile and action of the plan that is about its types and areas and began before its end: which weeks
-- are compared (each with the same week 52 weeks before, so that seasons and days of the week are alike), from which sources.
SELECT p.assessment_id, act.plan_action_id, act.area_id, act.starts_on, w.weeks,
       act.starts_on - 364 AS before_from, act.starts_on - 364 + 7 * w.weeks - 1 AS before_to,
       act.starts_on AS after_from, act.starts_on + 7 * w.weeks - 1 AS after_to,
       scope.type_ids, fit.source_ids, fit.left_out, near.neighbours, r.area_kind
FROM @partnership@.assessment p
JOIN @partnership@.plan_action act ON act.starts_on <= p.period_to
LEFT JOIN @partnership@.area r ON r.area_id = act.area_id
LEFT JOIN @partnership@.area_map near ON near.area_id = act.area_id
CROSS JOIN LATERAL (SELECT least(52, (p.period_to + 1 - act.starts_on) / 7)::integer AS weeks) w
CROSS JOIN LATERAL (
    SELECT CASE WHEN EXISTS (SELECT FROM @partnership@.assessment_type st WHERE st.assessment_id = p.assessment_id)
                THEN ARRAY(SELECT DISTINCT tree.member_id FROM @partnership@.assessment_type st JOIN @partnership@.evidence_type tree USING (problem_type_id) WHERE st.assessment_id = p.assessment_id)
                ELSE ARRAY(SELECT t.problem_type_id FROM @partnership@.problem_type t)
           END AS type_ids
    OFFSET 0
) scope
CROSS JOIN LATERAL (
    SELECT array_agg(s.source_id) FILTER (WHERE s.is_fit) AS source_ids,
           string_agg(s.title || ' (' || CASE WHEN s.time_precision = 'month' THEN 'its dates are months' ELSE 'it lacks months' END || ')', '; ' ORDER BY s.title) FILTER (WHERE NOT s.is_fit) AS left_out
    FROM (
        SELECT src.source_id, src.title, src.time_precision,
               src.time_precision <> 'month' AND NOT EXISTS (
                   -- every month that either stretch touches
                   SELECT
                   FROM (VALUES (act.starts_on - 364, act.starts_on - 364 + 7 * w.weeks - 1), (act.starts_on, act.starts_on + 7 * w.weeks - 1)) AS stretch (first_day, last_day)
                   CROSS JOIN LATERAL generate_series(date_trunc('month', stretch.first_day::timestamp), stretch.last_day::timestamp, '1 month') AS month (month)
                   WHERE NOT EXISTS (SELECT FROM @partnership@.evidence_source_month sm WHERE sm.source_id = src.source_id AND sm.month = month.month::date AND sm.status IN ('complete', 'presumed'))
               ) AS is_fit
        FROM @partnership@.source src
        WHERE EXISTS (SELECT FROM @partnership@.evidence_recorded_type r WHERE r.source_id = src.source_id AND r.problem_type_id = ANY (scope.type_ids))
    ) s
) fit
WHERE p.kind = 'problem profile'
  -- of a priority that covers a type in scope, or one above or below it
  AND EXISTS (SELECT FROM @partnership@.priority_type pt
              JOIN @partnership@.evidence_type tree ON tree.problem_type_id = pt.problem_type_id
              WHERE pt.priority_id = act.priority_id
                AND tree.member_id = ANY (scope.type_ids))
  AND (act.area_id IS NULL
       OR NOT EXISTS (SELECT FROM @partnership@.assessment_area sa WHERE sa.assessment_id = p.assessment_id)
       OR EXISTS (SELECT FROM @partnership@.assessment_area sa
                  JOIN @partnership@.area_ancestor inside ON inside.ancestor_id = sa.area_id
                  JOIN @partnership@.area_ancestor also ON also.area_id = inside.area_id
                  WHERE sa.assessment_id = p.assessment_id AND also.ancestor_id = act.area_id));
COMMENT ON VIEW @partnership@.evidence_profile_action IS 'Actions that a problem profile reviews, and what is compared: one row per profile and action';
COMMENT ON COLUMN @partnership@.evidence_profile_action.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.evidence_profile_action.plan_action_id IS 'Action of the plan';
COMMENT ON COLUMN @partnership@.evidence_profile_action.area_id IS 'Where it is taken; NULL: everywhere';
COMMENT ON COLUMN @partnership@.evidence_profile_action.starts_on IS 'When it began';
COMMENT ON COLUMN @partnership@.evidence_profile_action.weeks IS 'Whole weeks since then, up to the end of the period, at most 52';
COMMENT ON COLUMN @partnership@.evidence_profile_action.before_from IS 'First day before: 52 weeks earlier';
COMMENT ON COLUMN @partnership@.evidence_profile_action.before_to IS 'Last day before';
COMMENT ON COLUMN @partnership@.evidence_profile_action.after_from IS 'First day after';
COMMENT ON COLUMN @partnership@.evidence_profile_action.after_to IS 'Last day after';
COMMENT ON COLUMN @partnership@.evidence_profile_action.type_ids IS 'Problem types counted';
COMMENT ON COLUMN @partnership@.evidence_profile_action.source_ids IS 'Sources counted: days are known, and every month of both is there';
COMMENT ON COLUMN @partnership@.evidence_profile_action.left_out IS 'Sources left out, and why';
COMMENT ON COLUMN @partnership@.evidence_profile_action.neighbours IS 'Areas that touch it: the buffer';
COMMENT ON COLUMN @partnership@.evidence_profile_action.area_kind IS 'Kind of area';

CREATE OR REPLACE VIEW @partnership@.evidence_profile_action_week
WITH (security_invoker = true) AS
-- One row per problem profile, action and week since its start: incidents in it and 52 weeks before, in the action's area, in those
-- that touch it, and in the others, which are dealt by turns in order of their codes into two: each comparison has its own.
SELECT p.assessment_id, w.plan_action_id, w.week,
       w.target_before, w.target_after, w.buffer_before, w.buffer_after, w.control_before, w.control_after, w.buffer_control_before, w.buffer_control_after
FROM @partnership@.assessment p
-- the incidents of all actions are counted once: most actions are everywhere, and need no areas
CROSS JOIN LATERAL (
    WITH action AS MATERIALIZED (
        SELECT e.plan_action_id, e.area_id, e.area_kind, e.neighbours, e.weeks, e.before_from, e.before_to, e.after_from, e.after_to, e.type_ids, e.source_ids
        FROM @partnership@.evidence_profile_action e
        WHERE e.assessment_id = p.assessment_id
    ),
    span AS (
        SELECT min(a.before_from)::timestamp AT TIME ZONE @time_zone@ AS starts_at, (max(a.after_to) + 1)::timestamp AT TIME ZONE @time_zone@ AS ends_at, max(a.type_ids) AS type_ids
        FROM action a
    ),
    daily AS MATERIALIZED (
        SELECT i.source_id, i.area_id, (i.occurred_from AT TIME ZONE @time_zone@)::date AS day, count(*) AS incidents
        FROM span
        JOIN @partnership@.incident i ON i.problem_type_id = ANY (span.type_ids) AND i.occurred_from >= span.starts_at AND i.occurred_from < span.ends_at
        GROUP BY 1, 2, 3
    ),
    role AS MATERIALIZED (
        SELECT a.plan_action_id, aa.area_id,
               CASE
                   WHEN aa.ancestor_id = a.area_id THEN 'target'
                   WHEN aa.ancestor_id = ANY (a.neighbours) THEN 'buffer'
                   WHEN dense_rank() OVER (PARTITION BY a.plan_action_id, aa.ancestor_id = a.area_id OR coalesce(aa.ancestor_id = ANY (a.neighbours), false) ORDER BY r.code COLLATE "C") % 2 = 1 THEN 'control'
                   ELSE 'buffer control'
               END AS role
        FROM action a
        JOIN @partnership@.area_ancestor aa ON aa.ancestor_kind = a.area_kind
        JOIN @partnership@.area r ON r.area_id = aa.ancestor_id
    ),
    dated AS (
        SELECT a.plan_action_id, 'target' AS role, a.after_from, a.before_from, d.day, d.incidents
        FROM action a
        JOIN (SELECT x.source_id, x.day, sum(x.incidents) AS incidents FROM daily x GROUP BY x.source_id, x.day) d
          ON d.source_id = ANY (a.source_ids) AND (d.day BETWEEN a.before_from AND a.before_to OR d.day BETWEEN a.after_from AND a.after_to)
        WHERE a.area_id IS NULL
      UNION ALL
        SELECT a.plan_action_id, role.role, a.after_from, a.before_from, d.day, d.incidents
        FROM action a
        JOIN role USING (plan_action_id)
        JOIN daily d ON d.area_id = role.area_id AND d.source_id = ANY (a.source_ids) AND (d.day BETWEEN a.before_from AND a.before_to OR d.day BETWEEN a.after_from AND a.after_to)
        WHERE a.area_id IS NOT NULL
    ),
    counted AS (
        SELECT d.plan_action_id, d.role, d.day >= d.after_from AS is_after,
               (d.day - CASE WHEN d.day >= d.after_from THEN d.after_from ELSE d.before_from END) / 7 + 1 AS week,
               sum(d.incidents) AS incidents
        FROM dated d
        GROUP BY 1, 2, 3, 4
    )
    SELECT a.plan_action_id, week.week,
           coalesce(sum(c.incidents) FILTER (WHERE c.role = 'target' AND NOT c.is_after), 0)::bigint AS target_before,
           coalesce(sum(c.incidents) FILTER (WHERE c.role = 'target' AND c.is_after), 0)::bigint AS target_after,
           coalesce(sum(c.incidents) FILTER (WHERE c.role = 'buffer' AND NOT c.is_after), 0)::bigint AS buffer_before,
           coalesce(sum(c.incidents) FILTER (WHERE c.role = 'buffer' AND c.is_after), 0)::bigint AS buffer_after,
           coalesce(sum(c.incidents) FILTER (WHERE c.role = 'control' AND NOT c.is_after), 0)::bigint AS control_before,
           coalesce(sum(c.incidents) FILTER (WHERE c.role = 'control' AND c.is_after), 0)::bigint AS control_after,
           coalesce(sum(c.incidents) FILTER (WHERE c.role = 'buffer control' AND NOT c.is_after), 0)::bigint AS buffer_control_before,
           coalesce(sum(c.incidents) FILTER (WHERE c.role = 'buffer control' AND c.is_after), 0)::bigint AS buffer_control_after
    FROM action a
    CROSS JOIN LATERAL generate_series(1, a.weeks) AS week (week)
    LEFT JOIN counted c ON c.plan_action_id = a.plan_action_id AND c.week = week.week
    GROUP BY a.plan_action_id, week.week
) w
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.evidence_profile_action_week IS 'Weekly counts around an action of the plan: one row per problem profile, action and week since its start';
COMMENT ON COLUMN @partnership@.evidence_profile_action_week.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.evidence_profile_action_week.plan_action_id IS 'Action of the plan';
COMMENT ON COLUMN @partnership@.evidence_profile_action_week.week IS '1 for the seven days that begin with its first';
COMMENT ON COLUMN @partnership@.evidence_profile_action_week.target_before IS 'Incidents in the action''s area (anywhere, for an action without one) 52 weeks before';
COMMENT ON COLUMN @partnership@.evidence_profile_action_week.target_after IS 'Incidents there in the week';
COMMENT ON COLUMN @partnership@.evidence_profile_action_week.buffer_before IS 'Incidents in the areas that touch it, 52 weeks before';
COMMENT ON COLUMN @partnership@.evidence_profile_action_week.buffer_after IS 'Incidents there in the week';
COMMENT ON COLUMN @partnership@.evidence_profile_action_week.control_before IS 'Incidents in every other of the remaining areas, 52 weeks before: what the target is set against';
COMMENT ON COLUMN @partnership@.evidence_profile_action_week.control_after IS 'Incidents there in the week';
COMMENT ON COLUMN @partnership@.evidence_profile_action_week.buffer_control_before IS 'Incidents in the others, 52 weeks before: what the buffer is set against';
COMMENT ON COLUMN @partnership@.evidence_profile_action_week.buffer_control_after IS 'Incidents there in the week';

CREATE OR REPLACE VIEW @partnership@.profile_response
WITH (security_invoker = true) AS
-- One row per problem profile and action of the plan that is about its types and areas.
SELECT p.assessment_id, p.assessment_id::bigint * 1048576 + d.plan_action_id AS row_key,
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
        SELECT j.*,
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
COMMENT ON COLUMN @partnership@.profile_response.row_key IS 'Key of the row, for GIS and BI tools';
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

CREATE OR REPLACE VIEW @partnership@.profile_response_week
WITH (security_invoker = true) AS
-- One row per problem profile, measured action and week since its start.
SELECT p.assessment_id, p.assessment_id::bigint * 1048576 + d.plan_action_id * 64 + d.week AS row_key,
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
COMMENT ON COLUMN @partnership@.profile_response_week.row_key IS 'Key of the row, for GIS and BI tools';
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
