-- Evidence of alerts and scans. Which sources are up to date, and how far back can they be
-- compared?

CREATE OR REPLACE VIEW @partnership@.evidence_alert_source
WITH (security_invoker = true) AS
-- One row per day judged and source: the latest of its blocks (weeks that end on the day, or months), and how far back it covers them.
WITH wanted AS (
    SELECT coalesce(max(s.value) FILTER (WHERE s.name = 'alert_weeks'), '4')::integer AS weeks,
           coalesce(max(s.value) FILTER (WHERE s.name = 'alert_years'), '5')::integer AS years
    FROM @partnership@.setting s
),
latest AS (
    SELECT m.assessment_id, m.scan_id, m.as_of, s.source_id, s.source, s.title,
           NOT s.has_days AS is_monthly, w.weeks, w.years,
           -- months come late: the last one that is whole and supplied, if it is one of the last four
           CASE WHEN NOT s.has_days
                THEN (SELECT max(sm.month)
                      FROM @partnership@.evidence_source_month sm
                      WHERE sm.source_id = s.source_id
                        AND sm.is_whole
                        AND sm.month <= date_trunc('month', m.as_of + 1.0 * interval '1 day') - interval '1 month'
                        AND sm.month > m.as_of - interval '5 months')
           END AS last_month
    FROM @partnership@.evidence_alert_moment m
    CROSS JOIN wanted w
    JOIN @partnership@.evidence_source_fitness s ON s.supplies
),
covered AS (
    SELECT l.assessment_id, l.scan_id, l.as_of, l.source_id, l.source, l.title, l.is_monthly,
           l.weeks, l.years, l.last_month,
           CASE
               WHEN l.is_monthly THEN l.last_month IS NOT NULL
               ELSE NOT EXISTS (
                   -- each month that the last weeks touch
                   SELECT
                   FROM generate_series(date_trunc('month', (l.as_of - 7 * l.weeks + 1)::timestamp), l.as_of::timestamp, '1 month') AS touched (month)
                   LEFT JOIN @partnership@.evidence_source_month sm ON sm.source_id = l.source_id AND sm.month = touched.month::date
                   WHERE sm.is_begun IS NOT TRUE)
           END AS is_current
    FROM latest l
)
SELECT c.assessment_id, c.scan_id, c.as_of, c.source_id, c.source, c.title, c.is_monthly,
       c.is_current, c.last_month, c.weeks, c.years,
       CASE
           WHEN c.is_current THEN 'used'
           WHEN c.is_monthly THEN 'it has supplied none of the last four whole months'
           ELSE 'it has not supplied the last weeks'
       END AS reason
FROM covered c;
COMMENT ON VIEW @partnership@.evidence_alert_source IS 'Which sources an alert can rest on: one row per day judged and source that supplies incidents';
COMMENT ON COLUMN @partnership@.evidence_alert_source.assessment_id IS 'Tactical assessment; NULL for a scan';
COMMENT ON COLUMN @partnership@.evidence_alert_source.scan_id IS 'Scan; NULL for an assessment';
COMMENT ON COLUMN @partnership@.evidence_alert_source.as_of IS 'Day judged';
COMMENT ON COLUMN @partnership@.evidence_alert_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_alert_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.evidence_alert_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.evidence_alert_source.is_monthly IS 'True when its dates are months';
COMMENT ON COLUMN @partnership@.evidence_alert_source.is_current IS 'True when it has supplied what is judged: every month that the last weeks touch, in full or in part; or one of the last four whole months';
COMMENT ON COLUMN @partnership@.evidence_alert_source.last_month IS 'Month that is judged, of a source whose dates are months';
COMMENT ON COLUMN @partnership@.evidence_alert_source.weeks IS 'Weeks that are judged together (setting alert_weeks)';
COMMENT ON COLUMN @partnership@.evidence_alert_source.years IS 'Earlier years that are compared at most (setting alert_years)';
COMMENT ON COLUMN @partnership@.evidence_alert_source.reason IS 'used, or why it is not';
