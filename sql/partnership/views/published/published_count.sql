-- Published figures: counts and rates. How many incidents were there, after disclosure control?

CREATE OR REPLACE VIEW @partnership@.published_count
WITH (security_invoker = false, security_barrier = true) AS
-- One row per published assessment, area and problem type.
SELECT c.assessment_id,
       csp_internal.row_key(c.assessment_id::text, c.area_kind, c.area_code, c.problem_type) AS row_key,
       c.area_kind, c.area_code, c.area_name, c.problem_type, c.problem_type_label, c.sort_order,
       c.incidents_text, c.incidents, c.denominator, c.denominator_count,
       csp.rate_per_1000(c.incidents, c.denominator_count) AS rate_per_1000,
       c.baseline_incidents_text, c.baseline_incidents,
       100 * (c.incidents::float8 / nullif(c.baseline_incidents, 0) - 1) AS change_percent
FROM @partnership@.publication_count c;
COMMENT ON VIEW @partnership@.published_count IS 'Published counts and rates, after disclosure control: one row per published assessment, area (headline types) or whole partnership (all types), and problem type. Small counts are suppressed, and others with them, so that none can be worked out by subtraction; rates and changes are of the counts shown';
COMMENT ON COLUMN @partnership@.published_count.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.published_count.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.published_count.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.published_count.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.published_count.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.published_count.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.published_count.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.published_count.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.published_count.incidents_text IS 'Incidents of the period for printing: a count, or the token where it is suppressed';
COMMENT ON COLUMN @partnership@.published_count.incidents IS 'Incidents of the period, rounded; NULL where suppressed';
COMMENT ON COLUMN @partnership@.published_count.denominator IS 'What the rate is per 1,000 of';
COMMENT ON COLUMN @partnership@.published_count.denominator_count IS 'Residents or households; NULL when not known';
COMMENT ON COLUMN @partnership@.published_count.rate_per_1000 IS 'Rate of the count shown, over the period (not a year); NULL where it is suppressed';
COMMENT ON COLUMN @partnership@.published_count.baseline_incidents_text IS 'Incidents of the baseline for printing; NULL without a baseline';
COMMENT ON COLUMN @partnership@.published_count.baseline_incidents IS 'Incidents of the baseline, rounded; NULL where suppressed';
COMMENT ON COLUMN @partnership@.published_count.change_percent IS 'Change of the counts shown, in per cent; NULL where one is suppressed or the baseline is 0';
