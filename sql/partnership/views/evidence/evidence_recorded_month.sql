-- Evidence of sources. In which months has each source recorded incidents?

CREATE OR REPLACE VIEW @partnership@.evidence_recorded_month
WITH (security_invoker = true) AS
-- One row per source and month with incidents.
WITH RECURSIVE found AS (
    -- the distinct pairs, one index probe each: a DISTINCT would read every count
    (SELECT m.source_id, m.month
     FROM @partnership@.incident_month_entry m
     ORDER BY m.source_id, m.month
     LIMIT 1)
  UNION ALL
    SELECT following.source_id, following.month
    FROM found f
    CROSS JOIN LATERAL (
        SELECT m.source_id, m.month
        FROM @partnership@.incident_month_entry m
        WHERE (m.source_id, m.month) > (f.source_id, f.month)
        ORDER BY m.source_id, m.month
        LIMIT 1
    ) following
)
SELECT f.source_id, f.month
FROM found f
-- What was added may have been taken away since. The first count from which nothing was taken answers; OFFSET 0 keeps it a probe.
WHERE EXISTS (
          SELECT
          FROM @partnership@.incident_month_entry m
          WHERE m.source_id = f.source_id
            AND m.month = f.month
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
   OR (SELECT sum(m.incidents) FROM @partnership@.incident_month_entry m WHERE m.source_id = f.source_id AND m.month = f.month) > 0;
COMMENT ON VIEW @partnership@.evidence_recorded_month IS 'Which months each source has recorded: one row per source and month with incidents';
COMMENT ON COLUMN @partnership@.evidence_recorded_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_recorded_month.month IS 'First day of the month';
