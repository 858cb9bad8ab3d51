-- Evidence of problem profiles. How many incidents were there in each week around an action of the
-- plan?

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
