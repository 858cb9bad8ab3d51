-- Evidence of alerts and tactical summaries. Which sources of a problem type are counted, by days or
-- by months, and why not the others?

CREATE OR REPLACE VIEW @partnership@.evidence_type_supply
WITH (security_invoker = true) AS
-- One row per day judged (a tactical assessment or a scan), problem type and source that supplies it.
-- A type is counted by days where any current source has days, by months where none has.
SELECT m.assessment_id, m.scan_id, s.problem_type_id, s.source_id, s.title, s.weeks, s.years,
       s.has_days, s.is_used, s.note,
       min(s.last_month) FILTER (WHERE s.is_used AND NOT s.has_days)
           OVER (PARTITION BY m.assessment_id, m.scan_id, s.problem_type_id) AS last_month
FROM @partnership@.evidence_alert_moment m
-- day by day: what is current is dear, and would be worked out for every type
CROSS JOIN LATERAL (
    WITH source AS MATERIALIZED (
        SELECT a.source_id, a.title, a.is_monthly, a.is_current, a.last_month, a.weeks, a.years, a.reason
        FROM @partnership@.evidence_alert_source a
        WHERE a.assessment_id IS NOT DISTINCT FROM m.assessment_id
          AND a.scan_id IS NOT DISTINCT FROM m.scan_id
    ),
    supply AS (
        SELECT ts.problem_type_id, u.source_id, u.title, u.is_monthly, u.is_current, u.last_month,
               u.weeks, u.years, u.reason,
               bool_or(u.is_current AND NOT u.is_monthly)
                   OVER (PARTITION BY ts.problem_type_id) AS has_days
        FROM source u
        JOIN @partnership@.evidence_type_source ts USING (source_id)
    )
    SELECT u.problem_type_id, u.source_id, u.title, u.last_month, u.weeks, u.years, u.has_days,
           u.is_current AND u.is_monthly <> u.has_days AS is_used,
           CASE WHEN NOT u.is_current THEN u.title || ': ' || u.reason
                WHEN u.is_monthly = u.has_days THEN u.title || ': its dates are months' END AS note
    FROM supply u
) s;
COMMENT ON VIEW @partnership@.evidence_type_supply IS 'Sources of the types that alerts and tactical summaries count: one row per tactical assessment or scan, problem type (subtypes included) and source that supplies it; filter by assessment_id or scan_id';
COMMENT ON COLUMN @partnership@.evidence_type_supply.assessment_id IS 'Tactical assessment; NULL for a scan';
COMMENT ON COLUMN @partnership@.evidence_type_supply.scan_id IS 'Scan; NULL for an assessment';
COMMENT ON COLUMN @partnership@.evidence_type_supply.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_type_supply.source_id IS 'A source that supplies it or a subtype';
COMMENT ON COLUMN @partnership@.evidence_type_supply.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.evidence_type_supply.weeks IS 'Weeks judged together (setting alert_weeks)';
COMMENT ON COLUMN @partnership@.evidence_type_supply.years IS 'Earlier years compared at most (setting alert_years)';
COMMENT ON COLUMN @partnership@.evidence_type_supply.has_days IS 'True when the type is counted by days, false when by months: whether any current source of it has days';
COMMENT ON COLUMN @partnership@.evidence_type_supply.is_used IS 'True when the incidents of the source count';
COMMENT ON COLUMN @partnership@.evidence_type_supply.note IS 'Why they do not, in words; NULL when they do';
COMMENT ON COLUMN @partnership@.evidence_type_supply.last_month IS 'Where the type is counted by months, the first day of the last month that all sources used have; NULL where by days';
