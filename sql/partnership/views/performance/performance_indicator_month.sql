-- Performance: indicators. How did each indicator of the plan do in each month, beside its baseline
-- and its target?

CREATE OR REPLACE VIEW @partnership@.performance_indicator_month
WITH (security_invoker = true) AS
-- One row per indicator and month, from the first to the last month that any of its sources
-- delivered.
SELECT csp_internal.row_key(m.indicator_id, csp.month_number(m.month)) AS row_key,
       m.indicator_id, m.indicator, m.title, m.priority, m.priority_title, m.area_name, m.flag,
       m.denominator, m.polarity, m.unit, m.month, m.days, m.status, m.value, m.numerator,
       m.incidents, m.denominator_count, m.value_12_months, m.is_baseline, m.baseline_mean,
       m.baseline_months, m.target_line, m.target_a_year, m.target_on, m.note
FROM @partnership@.evidence_indicator_month m;
COMMENT ON VIEW @partnership@.performance_indicator_month IS 'Performance: what does each indicator stand at, month by month, against its target and its baseline? One row per indicator and month, from the first to the last month that any of its sources delivered, up to the last day looked at (setting performance_last_day)';
COMMENT ON COLUMN @partnership@.performance_indicator_month.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.performance_indicator_month.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.performance_indicator_month.indicator IS 'Code of the indicator';
COMMENT ON COLUMN @partnership@.performance_indicator_month.title IS 'Title of the indicator';
COMMENT ON COLUMN @partnership@.performance_indicator_month.priority IS 'Code of the priority it belongs to';
COMMENT ON COLUMN @partnership@.performance_indicator_month.priority_title IS 'Title of the priority';
COMMENT ON COLUMN @partnership@.performance_indicator_month.area_name IS 'Area it counts in; the whole partnership counts what has no area as well';
COMMENT ON COLUMN @partnership@.performance_indicator_month.flag IS 'Flag its incidents must have; NULL: all';
COMMENT ON COLUMN @partnership@.performance_indicator_month.denominator IS 'count, population, households or harm';
COMMENT ON COLUMN @partnership@.performance_indicator_month.polarity IS 'lower is better or higher is better';
COMMENT ON COLUMN @partnership@.performance_indicator_month.unit IS 'Unit of the values: count, harm, per 1,000 residents or per 1,000 households; of the month';
COMMENT ON COLUMN @partnership@.performance_indicator_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.performance_indicator_month.days IS 'Days of the month';
COMMENT ON COLUMN @partnership@.performance_indicator_month.status IS 'covered: every source of the indicator has the month whole; not covered: one lacks it or has part of it; part-finished: it ends after the last day looked at. Only covered months have figures';
COMMENT ON COLUMN @partnership@.performance_indicator_month.value IS 'Value of the month in the unit; NULL (never 0) for a month that is not covered, for a rate without a denominator and for harm without weights';
COMMENT ON COLUMN @partnership@.performance_indicator_month.numerator IS 'What is divided: incidents, or the sum of harm weights';
COMMENT ON COLUMN @partnership@.performance_indicator_month.incidents IS 'Incidents of the month, those with the flag where the indicator has one';
COMMENT ON COLUMN @partnership@.performance_indicator_month.denominator_count IS 'Residents or households in the year of the month (the nearest before it, else after it); NULL for counts and harm';
COMMENT ON COLUMN @partnership@.performance_indicator_month.value_12_months IS 'Sum of the values of the twelve months up to this one; NULL unless all of them have one';
COMMENT ON COLUMN @partnership@.performance_indicator_month.is_baseline IS 'True for months wholly in the baseline: the indicator''s own, else that of the latest strategic assessment';
COMMENT ON COLUMN @partnership@.performance_indicator_month.baseline_mean IS 'Mean of the monthly values of the baseline; NULL without one';
COMMENT ON COLUMN @partnership@.performance_indicator_month.baseline_months IS 'Months in that mean';
COMMENT ON COLUMN @partnership@.performance_indicator_month.target_line IS 'Target a month: a twelfth of target_a_year; NULL without a target';
COMMENT ON COLUMN @partnership@.performance_indicator_month.target_a_year IS 'Target a year, in the unit: the indicator''s target_value, else twelve baseline months changed by target_change_percent';
COMMENT ON COLUMN @partnership@.performance_indicator_month.target_on IS 'When the target is to be met';
COMMENT ON COLUMN @partnership@.performance_indicator_month.note IS 'Why there is no value, or what is missing in it; NULL when nothing';
