-- Counts by area, type, source and month, kept exact by triggers: what the product views read.

CREATE TABLE IF NOT EXISTS @partnership@.incident_month (
    area_id integer REFERENCES @partnership@.area,
    problem_type_id integer NOT NULL REFERENCES @partnership@.problem_type,
    source_id integer NOT NULL REFERENCES @partnership@.source,
    month date NOT NULL,
    incidents bigint NOT NULL,
    located bigint NOT NULL,
    domestic bigint NOT NULL,
    alcohol bigint NOT NULL,
    drugs bigint NOT NULL,
    hate bigint NOT NULL,
    weapon bigint NOT NULL,
    harm numeric NOT NULL,
    unweighted bigint NOT NULL,
    UNIQUE NULLS NOT DISTINCT (problem_type_id, month, area_id, source_id)
) WITH (fillfactor = 80);
COMMENT ON TABLE @partnership@.incident_month IS 'Counts of incidents, one row per area, problem type, source and month; kept exact by triggers on incident, proved by csp.check_incident_month';
COMMENT ON COLUMN @partnership@.incident_month.area_id IS 'Area of the base kind; NULL for incidents without one';
COMMENT ON COLUMN @partnership@.incident_month.problem_type_id IS 'Problem type as recorded (not rolled up)';
COMMENT ON COLUMN @partnership@.incident_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.incident_month.month IS 'First day of the month in which occurred_from falls, in the partnership''s time zone';
COMMENT ON COLUMN @partnership@.incident_month.incidents IS 'Number of incidents';
COMMENT ON COLUMN @partnership@.incident_month.located IS 'Of these, with a point';
COMMENT ON COLUMN @partnership@.incident_month.domestic IS 'Of these, flagged domestic';
COMMENT ON COLUMN @partnership@.incident_month.alcohol IS 'Of these, flagged alcohol';
COMMENT ON COLUMN @partnership@.incident_month.drugs IS 'Of these, flagged drugs';
COMMENT ON COLUMN @partnership@.incident_month.hate IS 'Of these, flagged hate';
COMMENT ON COLUMN @partnership@.incident_month.weapon IS 'Of these, flagged weapon';
COMMENT ON COLUMN @partnership@.incident_month.harm IS 'Sum of harm weights of the default scheme over the weighted incidents';
COMMENT ON COLUMN @partnership@.incident_month.unweighted IS 'Incidents without a weight in the default scheme: their harm is unknown, not 0';
CREATE INDEX IF NOT EXISTS incident_month_source_month ON @partnership@.incident_month (source_id, month);
CREATE INDEX IF NOT EXISTS incident_month_source_type ON @partnership@.incident_month (source_id, problem_type_id);
CREATE INDEX IF NOT EXISTS incident_month_area ON @partnership@.incident_month (area_id);

CREATE OR REPLACE TRIGGER incident_month_insert AFTER INSERT ON @partnership@.incident
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp.maintain_incident_month();
CREATE OR REPLACE TRIGGER incident_month_update AFTER UPDATE ON @partnership@.incident
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp.maintain_incident_month();
CREATE OR REPLACE TRIGGER incident_month_delete AFTER DELETE ON @partnership@.incident
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp.maintain_incident_month();
CREATE OR REPLACE TRIGGER incident_month_truncate AFTER TRUNCATE ON @partnership@.incident
    FOR EACH STATEMENT EXECUTE FUNCTION csp.maintain_incident_month();
-- what a count depends on besides the incidents: the time zone, and the weights of the default scheme
CREATE OR REPLACE TRIGGER incident_month_setting_insert AFTER INSERT ON @partnership@.setting
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp.rebuild_incident_month();
CREATE OR REPLACE TRIGGER incident_month_setting_update AFTER UPDATE ON @partnership@.setting
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp.rebuild_incident_month();
CREATE OR REPLACE TRIGGER incident_month_setting_delete AFTER DELETE ON @partnership@.setting
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp.rebuild_incident_month();
CREATE OR REPLACE TRIGGER incident_month_harm_weight_insert AFTER INSERT ON @partnership@.harm_weight
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp.rebuild_incident_month();
CREATE OR REPLACE TRIGGER incident_month_harm_weight_update AFTER UPDATE ON @partnership@.harm_weight
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp.rebuild_incident_month();
CREATE OR REPLACE TRIGGER incident_month_harm_weight_delete AFTER DELETE ON @partnership@.harm_weight
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION csp.rebuild_incident_month();
CREATE OR REPLACE TRIGGER incident_month_harm_weight_truncate AFTER TRUNCATE ON @partnership@.harm_weight
    FOR EACH STATEMENT EXECUTE FUNCTION csp.rebuild_incident_month();
