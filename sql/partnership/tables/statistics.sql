-- The product views join many tables of a few rows. The server takes a table it has not looked at to have hundreds, and looks only
-- after fifty changes: these are looked at after the first.
-- requires: access source problem_type type_equivalent area plan assessment intelligence keep

DO $statistics$
DECLARE
    relation text;
BEGIN
    FOREACH relation IN ARRAY ARRAY['setting', 'agency', 'source', 'source_coverage', 'series_break', 'problem_type', 'type_equivalent', 'area_kind', 'priority', 'priority_type',
        'plan_action', 'indicator', 'indicator_type', 'peer', 'assessment', 'assessment_priority', 'assessment_type', 'assessment_area', 'risk_factor', 'risk_factor_band', 'risk_score',
        'emerging_issue', 'intelligence_requirement', 'intelligence'] LOOP
        EXECUTE format('ALTER TABLE @partnership@.%I SET (autovacuum_analyze_threshold = 0, autovacuum_analyze_scale_factor = 0.1)', relation);
    END LOOP;
END
$statistics$;
