-- What is refused at writing: settings that the products could not work with, days without end, and changes of what was frozen.

CREATE OR REPLACE TRIGGER setting_keep BEFORE INSERT OR UPDATE ON @partnership@.setting
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_setting();

CREATE OR REPLACE TRIGGER assessment_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.assessment
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_finite('period_from', 'period_to', 'baseline_from', 'baseline_to');
CREATE OR REPLACE TRIGGER assessment_milestone_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.assessment_milestone
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_finite('due_on', 'done_on');
CREATE OR REPLACE TRIGGER plan_action_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.plan_action
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_finite('starts_on', 'due_on', 'completed_on');
CREATE OR REPLACE TRIGGER indicator_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.indicator
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_finite('baseline_from', 'baseline_to', 'target_change_percent', 'target_value', 'target_on');
CREATE OR REPLACE TRIGGER intelligence_requirement_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.intelligence_requirement
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_finite('raised_on', 'due_on', 'answered_on');
CREATE OR REPLACE TRIGGER emerging_issue_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.emerging_issue
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_finite('opened_on', 'last_seen_on', 'closed_on', 'radius_metres');
CREATE OR REPLACE TRIGGER source_coverage_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.source_coverage
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_finite('month');

CREATE OR REPLACE TRIGGER assessment_keep_frozen BEFORE UPDATE ON @partnership@.assessment
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_frozen_assessment();
CREATE OR REPLACE TRIGGER assessment_show_published AFTER UPDATE ON @partnership@.assessment
    FOR EACH ROW
    WHEN ((OLD.status, OLD.protective_marking) IS DISTINCT FROM (NEW.status, NEW.protective_marking))
    EXECUTE FUNCTION csp_internal.show_published();
CREATE OR REPLACE TRIGGER assessment_type_keep_frozen BEFORE INSERT OR UPDATE OR DELETE ON @partnership@.assessment_type
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_frozen_scope();
CREATE OR REPLACE TRIGGER assessment_area_keep_frozen BEFORE INSERT OR UPDATE OR DELETE ON @partnership@.assessment_area
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_frozen_scope();
CREATE OR REPLACE TRIGGER assessment_priority_keep_frozen BEFORE INSERT OR UPDATE OR DELETE ON @partnership@.assessment_priority
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_frozen_scope();
CREATE OR REPLACE TRIGGER risk_score_keep_frozen BEFORE INSERT OR UPDATE OR DELETE ON @partnership@.risk_score
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_frozen_scope();

CREATE OR REPLACE TRIGGER source_keep BEFORE INSERT OR UPDATE ON @partnership@.source
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_source();

-- who and when
CREATE OR REPLACE TRIGGER load_batch_sign BEFORE INSERT OR UPDATE ON @partnership@.load_batch
    FOR EACH ROW EXECUTE FUNCTION csp_internal.sign_row('loaded_by', 'started_at');
CREATE OR REPLACE TRIGGER scan_sign BEFORE INSERT OR UPDATE ON @partnership@.scan
    FOR EACH ROW EXECUTE FUNCTION csp_internal.sign_row('scanned_by', 'scanned_at');
CREATE OR REPLACE TRIGGER emerging_issue_origin BEFORE INSERT OR UPDATE ON @partnership@.emerging_issue
    FOR EACH ROW EXECUTE FUNCTION csp_internal.keep_origin();
CREATE OR REPLACE TRIGGER access_log_keep BEFORE INSERT OR UPDATE ON @partnership@.access_log
    FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.keep_access_log();
