-- Evidence of sources. Which problem types has each source recorded?

CREATE OR REPLACE VIEW @partnership@.evidence_recorded_type
WITH (security_invoker = true) AS
-- One row per source and problem type with incidents.
WITH RECURSIVE found AS (
    -- the distinct pairs, one index probe each: a DISTINCT would read every count
    (SELECT m.source_id, m.problem_type_id
     FROM @partnership@.incident_month_entry m
     ORDER BY m.source_id, m.problem_type_id
     LIMIT 1)
  UNION ALL
    SELECT following.source_id, following.problem_type_id
    FROM found f
    CROSS JOIN LATERAL (
        SELECT m.source_id, m.problem_type_id
        FROM @partnership@.incident_month_entry m
        WHERE (m.source_id, m.problem_type_id) > (f.source_id, f.problem_type_id)
        ORDER BY m.source_id, m.problem_type_id
        LIMIT 1
    ) following
)
SELECT f.source_id, f.problem_type_id
FROM found f
-- What was added may have been taken away since. The first count from which nothing was taken answers; OFFSET 0 keeps it a probe.
WHERE EXISTS (
          SELECT
          FROM @partnership@.incident_month_entry m
          WHERE m.source_id = f.source_id
            AND m.problem_type_id = f.problem_type_id
            AND m.incidents > 0
            AND NOT EXISTS (
                SELECT
                FROM @partnership@.incident_month_entry taken
                WHERE NOT taken.is_folded
                  AND taken.problem_type_id = m.problem_type_id
                  AND taken.month = m.month
                  AND taken.source_id = m.source_id
                  AND coalesce(taken.area_id, 0) = coalesce(m.area_id, 0)
                  AND taken.incidents < 0
                OFFSET 0))
   OR (SELECT sum(m.incidents) FROM @partnership@.incident_month_entry m WHERE m.source_id = f.source_id AND m.problem_type_id = f.problem_type_id) > 0;
COMMENT ON VIEW @partnership@.evidence_recorded_type IS 'Which problem types each source has recorded: one row per source and type as recorded (not rolled up) with incidents';
COMMENT ON COLUMN @partnership@.evidence_recorded_type.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_recorded_type.problem_type_id IS 'Problem type as recorded';
