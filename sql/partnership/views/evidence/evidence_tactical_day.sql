-- Evidence of tactical assessments. Which is the last day that counts in each?

CREATE OR REPLACE VIEW @partnership@.evidence_tactical_day
WITH (security_invoker = true) AS
-- One row per tactical assessment: of one whose period is not over, what counts ends today.
SELECT a.assessment_id, a.period_from, a.period_to,
       least(a.period_to, (now() AT TIME ZONE @time_zone@)::date) AS as_of,
       coalesce(a.area_kind, k.area_kind) AS area_kind, a.confidence, a.false_discovery_rate
FROM @partnership@.assessment a
CROSS JOIN @partnership@.evidence_reporting_kind k
WHERE a.kind = 'tactical';
COMMENT ON VIEW @partnership@.evidence_tactical_day IS 'Tactical assessments and the last day that counts in each: one row per tactical assessment';
COMMENT ON COLUMN @partnership@.evidence_tactical_day.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_tactical_day.period_from IS 'First day of its period';
COMMENT ON COLUMN @partnership@.evidence_tactical_day.period_to IS 'Last day of its period';
COMMENT ON COLUMN @partnership@.evidence_tactical_day.as_of IS 'Last day that counts: the last one of the period, or today if that is earlier';
COMMENT ON COLUMN @partnership@.evidence_tactical_day.area_kind IS 'Kind of area it is broken down by; NULL before areas are loaded';
COMMENT ON COLUMN @partnership@.evidence_tactical_day.confidence IS 'Confidence of its intervals';
COMMENT ON COLUMN @partnership@.evidence_tactical_day.false_discovery_rate IS 'Share of its findings that chance may raise';
