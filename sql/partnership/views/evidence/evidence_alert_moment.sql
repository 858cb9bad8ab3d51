-- Evidence of alerts and scans. Which days are judged, for which kind of area and at which
-- confidence?

CREATE OR REPLACE VIEW @partnership@.evidence_alert_moment
WITH (security_invoker = true) AS
-- One row per day that counts are judged for: the last day of each tactical assessment (or today, if earlier), and each scan.
SELECT a.assessment_id, NULL::integer AS scan_id, a.as_of, a.area_kind, a.confidence,
       a.false_discovery_rate
FROM @partnership@.evidence_tactical_day a
UNION ALL
SELECT NULL, s.scan_id, s.as_of, coalesce(s.area_kind, r.area_kind), 0.95, s.false_discovery_rate
FROM @partnership@.scan s
CROSS JOIN @partnership@.evidence_reporting_kind r;
COMMENT ON VIEW @partnership@.evidence_alert_moment IS 'Days that counts are judged for: one row per tactical assessment and per scan';
COMMENT ON COLUMN @partnership@.evidence_alert_moment.assessment_id IS 'Tactical assessment; NULL for a scan';
COMMENT ON COLUMN @partnership@.evidence_alert_moment.scan_id IS 'Scan; NULL for an assessment';
COMMENT ON COLUMN @partnership@.evidence_alert_moment.as_of IS 'Last day that counts: the last one of the assessment''s period, or today if that is earlier; the day of the scan';
COMMENT ON COLUMN @partnership@.evidence_alert_moment.area_kind IS 'Kind of area that is judged beside the whole partnership';
COMMENT ON COLUMN @partnership@.evidence_alert_moment.confidence IS 'Confidence of the bound of a single series';
COMMENT ON COLUMN @partnership@.evidence_alert_moment.false_discovery_rate IS 'False-discovery rate of the alarms of one area level';
