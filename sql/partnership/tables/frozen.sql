-- Products as they were: the rows behind an assessment when it was frozen, and its figures after disclosure control.

CREATE TABLE IF NOT EXISTS @partnership@.frozen_assessment (
    assessment_id integer PRIMARY KEY REFERENCES @partnership@.assessment,
    frozen_at timestamptz NOT NULL DEFAULT now(),
    frozen_by text NOT NULL DEFAULT current_user,
    extension_version text NOT NULL,
    parameters jsonb NOT NULL,
    coverage jsonb NOT NULL,
    row_count bigint NOT NULL,
    digest text NOT NULL
);
COMMENT ON TABLE @partnership@.frozen_assessment IS 'Assessments whose evidence was stored by csp.freeze_assessment, one row each; never changed';
COMMENT ON COLUMN @partnership@.frozen_assessment.assessment_id IS 'Assessment';
COMMENT ON COLUMN @partnership@.frozen_assessment.frozen_at IS 'When it was stored';
COMMENT ON COLUMN @partnership@.frozen_assessment.frozen_by IS 'Database role that stored it';
COMMENT ON COLUMN @partnership@.frozen_assessment.extension_version IS 'Version of csp_analysis that computed it';
COMMENT ON COLUMN @partnership@.frozen_assessment.parameters IS 'The assessment''s row, its scope, the settings, and the seeds of random draws at the time';
COMMENT ON COLUMN @partnership@.frozen_assessment.coverage IS 'Sources with their disclosure rules, the months they had delivered and their incidents at the time';
COMMENT ON COLUMN @partnership@.frozen_assessment.row_count IS 'Rows stored in frozen_row';
COMMENT ON COLUMN @partnership@.frozen_assessment.digest IS 'SHA-256 of the stored rows in order: csp.check_frozen_assessment compares';

CREATE TABLE IF NOT EXISTS @partnership@.frozen_row (
    assessment_id integer NOT NULL REFERENCES @partnership@.frozen_assessment,
    product text NOT NULL,
    row_number integer NOT NULL,
    content jsonb NOT NULL,
    PRIMARY KEY (assessment_id, product, row_number)
);
COMMENT ON TABLE @partnership@.frozen_row IS 'Rows of the product views as they were when an assessment was frozen, one row per row; jsonb_populate_record gives them their columns back';
COMMENT ON COLUMN @partnership@.frozen_row.assessment_id IS 'Assessment';
COMMENT ON COLUMN @partnership@.frozen_row.product IS 'Name of the view';
COMMENT ON COLUMN @partnership@.frozen_row.row_number IS 'Number of the row within the view';
COMMENT ON COLUMN @partnership@.frozen_row.content IS 'The row: one member per column';

CREATE TABLE IF NOT EXISTS @partnership@.disclosed_count (
    assessment_id integer NOT NULL REFERENCES @partnership@.frozen_assessment,
    part text NOT NULL CHECK (part IN ('period', 'baseline')),
    area_kind text NOT NULL,
    area_code text NOT NULL,
    area_name text NOT NULL,
    problem_type text NOT NULL,
    problem_type_label text NOT NULL,
    sort_order integer NOT NULL,
    incidents bigint,
    token text NOT NULL,
    threshold integer NOT NULL,
    base integer NOT NULL,
    denominator text NOT NULL,
    denominator_count bigint,
    PRIMARY KEY (assessment_id, part, area_kind, area_code, problem_type)
);
COMMENT ON TABLE @partnership@.disclosed_count IS 'Counts of a frozen assessment after disclosure control, one row per part, area and problem type; what was suppressed stands here nowhere';
COMMENT ON COLUMN @partnership@.disclosed_count.assessment_id IS 'Assessment';
COMMENT ON COLUMN @partnership@.disclosed_count.part IS 'period or baseline; both over the months compared where there is a baseline';
COMMENT ON COLUMN @partnership@.disclosed_count.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.disclosed_count.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.disclosed_count.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.disclosed_count.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.disclosed_count.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.disclosed_count.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.disclosed_count.incidents IS 'Incidents, rounded to the base; NULL where suppressed';
COMMENT ON COLUMN @partnership@.disclosed_count.token IS 'What is printed in place of a suppressed count';
COMMENT ON COLUMN @partnership@.disclosed_count.threshold IS 'Counts from 1 to this were suppressed: the strictest of the type''s sources';
COMMENT ON COLUMN @partnership@.disclosed_count.base IS 'Multiple to which counts were rounded: the strictest of the type''s sources';
COMMENT ON COLUMN @partnership@.disclosed_count.denominator IS 'What the rate is per 1,000 of';
COMMENT ON COLUMN @partnership@.disclosed_count.denominator_count IS 'Residents or households; NULL when not known';

-- once checked at the end of the transaction, which a security-restricted operation does not allow
ALTER TABLE @partnership@.frozen_row ALTER CONSTRAINT frozen_row_assessment_id_fkey NOT DEFERRABLE;
ALTER TABLE @partnership@.disclosed_count ALTER CONSTRAINT disclosed_count_assessment_id_fkey NOT DEFERRABLE;

-- What of it is published. These tables alone are read by the published views, so that not even the plan of a query, with the
-- number of its rows, tells a reader of published figures of drafts.
CREATE TABLE IF NOT EXISTS @partnership@.publication (
    assessment_id integer PRIMARY KEY REFERENCES @partnership@.frozen_assessment,
    kind text NOT NULL,
    title text NOT NULL,
    period_from date NOT NULL,
    period_to date NOT NULL,
    baseline_from date,
    baseline_to date,
    protective_marking text NOT NULL,
    frozen_at timestamptz NOT NULL,
    extension_version text NOT NULL,
    sources text,
    note text,
    published_at timestamptz NOT NULL,
    published_by text NOT NULL
);
COMMENT ON TABLE @partnership@.publication IS 'Assessments that are published now: frozen, with status published; one row each, written when the status is set and taken away when it is withdrawn';
COMMENT ON COLUMN @partnership@.publication.assessment_id IS 'Assessment';
COMMENT ON COLUMN @partnership@.publication.kind IS 'Kind of product';
COMMENT ON COLUMN @partnership@.publication.title IS 'Title';
COMMENT ON COLUMN @partnership@.publication.period_from IS 'First day of the period';
COMMENT ON COLUMN @partnership@.publication.period_to IS 'Last day of the period';
COMMENT ON COLUMN @partnership@.publication.baseline_from IS 'First day of what it is compared with';
COMMENT ON COLUMN @partnership@.publication.baseline_to IS 'Last day of what it is compared with';
COMMENT ON COLUMN @partnership@.publication.protective_marking IS 'Marking of the whole product';
COMMENT ON COLUMN @partnership@.publication.frozen_at IS 'When its figures were stored';
COMMENT ON COLUMN @partnership@.publication.extension_version IS 'Version of csp_analysis that computed them';
COMMENT ON COLUMN @partnership@.publication.sources IS 'Sources, as they are cited';
COMMENT ON COLUMN @partnership@.publication.note IS 'What a reader of the counts must know; NULL when nothing was suppressed or rounded';
COMMENT ON COLUMN @partnership@.publication.published_at IS 'When it was published';
COMMENT ON COLUMN @partnership@.publication.published_by IS 'Database role that published it';

CREATE TABLE IF NOT EXISTS @partnership@.publication_count (
    assessment_id integer NOT NULL REFERENCES @partnership@.publication ON DELETE CASCADE,
    row_key bigint NOT NULL,
    area_kind text NOT NULL,
    area_code text NOT NULL,
    area_name text NOT NULL,
    problem_type text NOT NULL,
    problem_type_label text NOT NULL,
    sort_order integer NOT NULL,
    incidents bigint,
    incidents_text text NOT NULL,
    denominator text NOT NULL,
    denominator_count bigint,
    baseline_incidents bigint,
    baseline_incidents_text text,
    PRIMARY KEY (assessment_id, row_key)
);
COMMENT ON TABLE @partnership@.publication_count IS 'Counts of published assessments after disclosure control, one row per published assessment, area and problem type; copied from disclosed_count when the assessment was published';
COMMENT ON COLUMN @partnership@.publication_count.assessment_id IS 'Assessment';
COMMENT ON COLUMN @partnership@.publication_count.row_key IS 'Key of the row within the assessment';
COMMENT ON COLUMN @partnership@.publication_count.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.publication_count.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.publication_count.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.publication_count.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.publication_count.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.publication_count.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.publication_count.incidents IS 'Incidents of the period, rounded to the base; NULL where suppressed';
COMMENT ON COLUMN @partnership@.publication_count.incidents_text IS 'The same for printing: a count, or the token where it is suppressed';
COMMENT ON COLUMN @partnership@.publication_count.denominator IS 'What the rate is per 1,000 of';
COMMENT ON COLUMN @partnership@.publication_count.denominator_count IS 'Residents or households; NULL when not known';
COMMENT ON COLUMN @partnership@.publication_count.baseline_incidents IS 'Incidents of the baseline, rounded to the base; NULL where suppressed or without a baseline';
COMMENT ON COLUMN @partnership@.publication_count.baseline_incidents_text IS 'The same for printing; NULL without a baseline';

CREATE OR REPLACE TRIGGER frozen_assessment_keep BEFORE DELETE OR TRUNCATE ON @partnership@.frozen_assessment
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_frozen();
CREATE OR REPLACE TRIGGER frozen_row_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON @partnership@.frozen_row
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_frozen();
CREATE OR REPLACE TRIGGER disclosed_count_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON @partnership@.disclosed_count
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_frozen();
CREATE OR REPLACE TRIGGER publication_keep BEFORE TRUNCATE ON @partnership@.publication
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_frozen();
CREATE OR REPLACE TRIGGER publication_count_keep BEFORE TRUNCATE ON @partnership@.publication_count
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_frozen();
CREATE OR REPLACE TRIGGER frozen_assessment_record BEFORE INSERT OR UPDATE ON @partnership@.frozen_assessment
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_record('freeze_assessment');
CREATE OR REPLACE TRIGGER frozen_row_record BEFORE INSERT ON @partnership@.frozen_row
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_record('freeze_assessment');
CREATE OR REPLACE TRIGGER disclosed_count_record BEFORE INSERT ON @partnership@.disclosed_count
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_record('freeze_assessment');
CREATE OR REPLACE TRIGGER publication_record BEFORE INSERT OR UPDATE OR DELETE ON @partnership@.publication
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_record('refresh_publication', 'freeze_assessment', 'upgrade_partnership');
CREATE OR REPLACE TRIGGER publication_count_record BEFORE INSERT OR UPDATE OR DELETE ON @partnership@.publication_count
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_record('refresh_publication', 'freeze_assessment', 'upgrade_partnership');
CREATE OR REPLACE TRIGGER frozen_assessment_sign BEFORE INSERT ON @partnership@.frozen_assessment
    FOR EACH ROW EXECUTE FUNCTION csp_internal.sign_frozen();
CREATE OR REPLACE TRIGGER frozen_row_whole AFTER INSERT ON @partnership@.frozen_row
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_frozen_whole();
CREATE OR REPLACE TRIGGER disclosed_count_whole AFTER INSERT ON @partnership@.disclosed_count
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_frozen_whole();

CREATE TABLE IF NOT EXISTS @partnership@.disclosed_month (
    assessment_id integer NOT NULL REFERENCES @partnership@.frozen_assessment,
    part text NOT NULL CHECK (part IN ('period', 'baseline')),
    source_id integer NOT NULL REFERENCES @partnership@.source,
    month date NOT NULL,
    PRIMARY KEY (assessment_id, part, source_id, month)
);
COMMENT ON TABLE @partnership@.disclosed_month IS 'Which months of which sources the counts of disclosed_count are of, one row each: an assessment frozen later must not give away the difference';
COMMENT ON COLUMN @partnership@.disclosed_month.assessment_id IS 'Assessment';
COMMENT ON COLUMN @partnership@.disclosed_month.part IS 'period or baseline';
COMMENT ON COLUMN @partnership@.disclosed_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.disclosed_month.month IS 'First day of the month';
CREATE INDEX IF NOT EXISTS disclosed_month_source ON @partnership@.disclosed_month (source_id, month);
CREATE OR REPLACE TRIGGER disclosed_month_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON @partnership@.disclosed_month
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_frozen();
CREATE OR REPLACE TRIGGER disclosed_month_record BEFORE INSERT ON @partnership@.disclosed_month
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_record('freeze_assessment');
CREATE OR REPLACE TRIGGER disclosed_month_whole AFTER INSERT ON @partnership@.disclosed_month
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_frozen_whole();

-- for a partnership that was laid out before it had these tables, or whose triggers were gone for a while
SELECT csp_internal.refresh_publications(n.nspname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = '@partnership@.publication'::regclass;
