-- Published figures: what may leave the partnership, from frozen assessments whose status is published.

CREATE OR REPLACE VIEW @partnership@.published_assessment
-- With its owner's rights, as all published views: they read tables that hold what is published and nothing else.
WITH (security_invoker = false, security_barrier = true) AS
-- One row per published assessment.
SELECT p.assessment_id, p.kind, p.title, p.period_from, p.period_to, p.baseline_from, p.baseline_to, p.protective_marking,
       p.frozen_at, p.extension_version, p.sources, p.note
FROM @partnership@.publication p;
COMMENT ON VIEW @partnership@.published_assessment IS 'Published assessments: one row per assessment that is frozen and whose status is published';
COMMENT ON COLUMN @partnership@.published_assessment.assessment_id IS 'Assessment';
COMMENT ON COLUMN @partnership@.published_assessment.kind IS 'Kind of product';
COMMENT ON COLUMN @partnership@.published_assessment.title IS 'Title';
COMMENT ON COLUMN @partnership@.published_assessment.period_from IS 'First day of the period';
COMMENT ON COLUMN @partnership@.published_assessment.period_to IS 'Last day of the period';
COMMENT ON COLUMN @partnership@.published_assessment.baseline_from IS 'First day of what it is compared with';
COMMENT ON COLUMN @partnership@.published_assessment.baseline_to IS 'Last day of what it is compared with';
COMMENT ON COLUMN @partnership@.published_assessment.protective_marking IS 'Marking of the whole product; the published figures carry none';
COMMENT ON COLUMN @partnership@.published_assessment.frozen_at IS 'When its figures were stored';
COMMENT ON COLUMN @partnership@.published_assessment.extension_version IS 'Version of csp_analysis that computed them';
COMMENT ON COLUMN @partnership@.published_assessment.sources IS 'Sources, as they are cited';
COMMENT ON COLUMN @partnership@.published_assessment.note IS 'What a reader of the counts must know; NULL when nothing was suppressed or rounded';

CREATE OR REPLACE VIEW @partnership@.published_count
WITH (security_invoker = false, security_barrier = true) AS
-- One row per published assessment, area and problem type.
SELECT c.assessment_id, c.row_key, c.area_kind, c.area_code, c.area_name, c.problem_type, c.problem_type_label, c.sort_order,
       c.incidents_text, c.incidents, c.denominator, c.denominator_count,
       csp.rate_per_1000(c.incidents, c.denominator_count) AS rate_per_1000,
       c.baseline_incidents_text, c.baseline_incidents,
       100 * (c.incidents::float8 / nullif(c.baseline_incidents, 0) - 1) AS percent_change
FROM @partnership@.publication_count c;
COMMENT ON VIEW @partnership@.published_count IS 'Published counts and rates, after disclosure control: one row per published assessment, area (headline types) or whole partnership (all types), and problem type. Small counts are suppressed, and others with them, so that none can be worked out by subtraction; rates and changes are of the counts shown';
COMMENT ON COLUMN @partnership@.published_count.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.published_count.row_key IS 'Key of the row within the assessment';
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
COMMENT ON COLUMN @partnership@.published_count.percent_change IS 'Change of the counts shown, in per cent; NULL where one is suppressed or the baseline is 0';
