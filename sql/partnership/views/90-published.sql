-- Published figures: what may leave the partnership, from frozen assessments whose status is published.

CREATE OR REPLACE VIEW @partnership@.published_assessment
-- With its owner's rights, as all published views: they read stored figures after disclosure control, and nothing else of theirs is shown.
WITH (security_invoker = false, security_barrier = true) AS
-- One row per published assessment.
SELECT a.assessment_id, a.kind, a.title, a.period_from, a.period_to, a.baseline_from, a.baseline_to, a.protective_marking,
       f.frozen_at, f.extension_version,
       (SELECT string_agg(coalesce(s ->> 'citation', s ->> 'title'), '; ' ORDER BY s ->> 'source') FROM jsonb_array_elements(f.coverage) AS s (s)) AS sources,
       CASE WHEN (SELECT bool_or((s ->> 'threshold')::integer > 0 OR (s ->> 'base')::integer > 1) FROM jsonb_array_elements(f.coverage) AS s (s))
            THEN 'Small counts are suppressed, with others by which they could be found, and counts are rounded: parts need not add up to totals. Rates are of the counts shown.'
       END AS note
FROM @partnership@.assessment a
JOIN @partnership@.frozen_assessment f USING (assessment_id)
WHERE a.status = 'published';
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
SELECT a.assessment_id,
       row_number() OVER (PARTITION BY a.assessment_id ORDER BY now.area_kind <> 'partnership', now.area_code, now.sort_order, now.problem_type) AS row_key,
       now.area_kind, now.area_code, now.area_name, now.problem_type, now.problem_type_label, now.sort_order,
       coalesce(now.incidents::text, now.token) AS incidents_text,
       now.incidents,
       now.denominator, now.denominator_count,
       csp.rate_per_1000(now.incidents, now.denominator_count) AS rate_per_1000,
       CASE WHEN before.problem_type IS NOT NULL THEN coalesce(before.incidents::text, before.token) END AS baseline_incidents_text,
       before.incidents AS baseline_incidents,
       100 * (now.incidents::float8 / nullif(before.incidents, 0) - 1) AS percent_change
FROM @partnership@.assessment a
JOIN @partnership@.disclosed_count now ON now.assessment_id = a.assessment_id AND now.part = 'period'
LEFT JOIN @partnership@.disclosed_count before ON before.assessment_id = a.assessment_id AND before.part = 'baseline'
    AND before.area_kind = now.area_kind AND before.area_code = now.area_code AND before.problem_type = now.problem_type
WHERE a.status = 'published';
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
