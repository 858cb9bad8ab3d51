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
    assessment_id integer NOT NULL REFERENCES @partnership@.frozen_assessment DEFERRABLE INITIALLY DEFERRED,
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
    assessment_id integer NOT NULL REFERENCES @partnership@.frozen_assessment DEFERRABLE INITIALLY DEFERRED,
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

CREATE OR REPLACE TRIGGER frozen_assessment_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON @partnership@.frozen_assessment
    FOR EACH STATEMENT EXECUTE FUNCTION csp.keep_frozen();
CREATE OR REPLACE TRIGGER frozen_row_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON @partnership@.frozen_row
    FOR EACH STATEMENT EXECUTE FUNCTION csp.keep_frozen();
CREATE OR REPLACE TRIGGER disclosed_count_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON @partnership@.disclosed_count
    FOR EACH STATEMENT EXECUTE FUNCTION csp.keep_frozen();
CREATE OR REPLACE TRIGGER frozen_assessment_sign BEFORE INSERT ON @partnership@.frozen_assessment
    FOR EACH ROW EXECUTE FUNCTION csp.sign_frozen();
CREATE OR REPLACE TRIGGER frozen_row_whole AFTER INSERT ON @partnership@.frozen_row
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp.keep_frozen_whole();
CREATE OR REPLACE TRIGGER disclosed_count_whole AFTER INSERT ON @partnership@.disclosed_count
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp.keep_frozen_whole();

CREATE TABLE IF NOT EXISTS @partnership@.disclosed_month (
    assessment_id integer NOT NULL REFERENCES @partnership@.frozen_assessment DEFERRABLE INITIALLY DEFERRED,
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
    FOR EACH STATEMENT EXECUTE FUNCTION csp.keep_frozen();
CREATE OR REPLACE TRIGGER disclosed_month_whole AFTER INSERT ON @partnership@.disclosed_month
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp.keep_frozen_whole();
