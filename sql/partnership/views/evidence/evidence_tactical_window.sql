-- Evidence of maps of hot spots. Which days does a tactical map look at, and which of earlier years
-- does it compare them with?

CREATE OR REPLACE VIEW @partnership@.evidence_tactical_window
WITH (security_invoker = true) AS
-- One row per tactical assessment and window of days: the last days (0 years back), and the same weeks of earlier years.
SELECT a.assessment_id, k.years_back, a.as_of,
       -- 52 weeks, so that weekdays stand against weekdays
       a.as_of - 364 * k.years_back - wanted.days + 1 AS window_from,
       a.as_of - 364 * k.years_back AS window_to
FROM @partnership@.evidence_tactical_day a
CROSS JOIN (
    SELECT coalesce(max(s.value) FILTER (WHERE s.name = 'hot_spot_days'), '28')::integer AS days,
           coalesce(max(s.value) FILTER (WHERE s.name = 'hot_spot_years'), '3')::integer AS years
    FROM @partnership@.setting s
) wanted
-- spelt out, as generate_series would be taken for a thousand rows, and a plan that looks dear is compiled for seconds (jit)
JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15), (16), (17), (18), (19), (20)) AS k (years_back)
  ON k.years_back <= wanted.years;
COMMENT ON VIEW @partnership@.evidence_tactical_window IS 'The days that tactical maps of hot spots look at and compare with: one row per tactical assessment and number of years back, 0 for the last days themselves';
COMMENT ON COLUMN @partnership@.evidence_tactical_window.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_tactical_window.years_back IS '0: the last days; 1, 2, ...: the same weeks so many years earlier';
COMMENT ON COLUMN @partnership@.evidence_tactical_window.as_of IS 'Last day: that of the assessment''s period, or today if that is earlier';
COMMENT ON COLUMN @partnership@.evidence_tactical_window.window_from IS 'First day of the window';
COMMENT ON COLUMN @partnership@.evidence_tactical_window.window_to IS 'Last day of the window: 364 days earlier for each year back, so that weekdays stand against weekdays';
