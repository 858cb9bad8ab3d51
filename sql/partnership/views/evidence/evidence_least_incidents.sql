-- Evidence: thresholds. From how many incidents on does a product test, raise, show or decompose?

CREATE OR REPLACE VIEW @partnership@.evidence_least_incidents
WITH (security_invoker = true) AS
-- One row: the settings of that name, or their defaults.
SELECT coalesce(max(s.value) FILTER (WHERE s.name = 'test_incidents'), '5')::integer AS test_incidents,
       coalesce(max(s.value) FILTER (WHERE s.name = 'alarm_incidents'), '5')::integer AS alarm_incidents,
       coalesce(max(s.value) FILTER (WHERE s.name = 'scan_map_incidents'), '5')::integer AS scan_map_incidents,
       coalesce(max(s.value) FILTER (WHERE s.name = 'level_incidents'), '5')::integer AS level_incidents,
       coalesce(max(s.value) FILTER (WHERE s.name = 'combination_incidents'), '5')::integer AS combination_incidents
FROM @partnership@.setting s
WHERE s.name LIKE '%\_incidents';
COMMENT ON VIEW @partnership@.evidence_least_incidents IS 'Fewest incidents of which the products say something: one row, a column per rule';
COMMENT ON COLUMN @partnership@.evidence_least_incidents.test_incidents IS 'Fewest incidents, now and before together, that tactical views and scans test';
COMMENT ON COLUMN @partnership@.evidence_least_incidents.alarm_incidents IS 'Fewest incidents of an alarm of tactical_alert or csp.scan, and of a hot spot of csp.scan';
COMMENT ON COLUMN @partnership@.evidence_least_incidents.scan_map_incidents IS 'Fewest incidents of a type on the map, now and in its season, of which csp.scan judges hot spots';
COMMENT ON COLUMN @partnership@.evidence_least_incidents.level_incidents IS 'Fewest incidents a month of which strategic_trend takes the season out';
COMMENT ON COLUMN @partnership@.evidence_least_incidents.combination_incidents IS 'Fewest incidents of a combination of a method and a feature in profile_method';
