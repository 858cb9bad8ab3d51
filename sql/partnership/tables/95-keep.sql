-- What is refused at writing: settings that the products could not work with, days without end, and changes of what was frozen.

CREATE OR REPLACE TRIGGER setting_keep BEFORE INSERT OR UPDATE ON @partnership@.setting
    FOR EACH ROW EXECUTE FUNCTION csp.keep_setting();

CREATE OR REPLACE TRIGGER assessment_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.assessment
    FOR EACH ROW EXECUTE FUNCTION csp.keep_finite('period_from', 'period_to', 'baseline_from', 'baseline_to');
CREATE OR REPLACE TRIGGER assessment_milestone_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.assessment_milestone
    FOR EACH ROW EXECUTE FUNCTION csp.keep_finite('due_on', 'done_on');
CREATE OR REPLACE TRIGGER plan_action_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.plan_action
    FOR EACH ROW EXECUTE FUNCTION csp.keep_finite('starts_on', 'due_on', 'completed_on');
CREATE OR REPLACE TRIGGER indicator_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.indicator
    FOR EACH ROW EXECUTE FUNCTION csp.keep_finite('baseline_from', 'baseline_to', 'target_change_percent', 'target_value', 'target_on');
CREATE OR REPLACE TRIGGER intelligence_requirement_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.intelligence_requirement
    FOR EACH ROW EXECUTE FUNCTION csp.keep_finite('raised_on', 'due_on', 'answered_on');
CREATE OR REPLACE TRIGGER emerging_issue_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.emerging_issue
    FOR EACH ROW EXECUTE FUNCTION csp.keep_finite('opened_on', 'last_seen_on', 'closed_on', 'radius_metres');
CREATE OR REPLACE TRIGGER source_coverage_keep_finite BEFORE INSERT OR UPDATE ON @partnership@.source_coverage
    FOR EACH ROW EXECUTE FUNCTION csp.keep_finite('month');

CREATE OR REPLACE TRIGGER assessment_keep_frozen BEFORE UPDATE ON @partnership@.assessment
    FOR EACH ROW EXECUTE FUNCTION csp.keep_frozen_assessment();
