-- Published figures: assessments. Which assessments are frozen and published?

CREATE OR REPLACE VIEW @partnership@.published_assessment
-- With its owner's rights, as all published views: they read tables that hold what is published and nothing else.
WITH (security_invoker = false, security_barrier = true) AS
-- One row per published assessment.
SELECT p.assessment_id,
       csp_internal.row_key(p.assessment_id) AS row_key,
       p.kind, p.title, p.period_from, p.period_to, p.baseline_from, p.baseline_to, p.protective_marking,
       p.frozen_at, p.extension_version, p.sources, p.note
FROM @partnership@.publication p;
COMMENT ON VIEW @partnership@.published_assessment IS 'Published assessments: one row per assessment that is frozen and whose status is published';
COMMENT ON COLUMN @partnership@.published_assessment.assessment_id IS 'Assessment';
COMMENT ON COLUMN @partnership@.published_assessment.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
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
