-- Performance: forecasts. Where will each indicator be at the end of the year and at its target
-- date, and will it meet its target?

CREATE OR REPLACE VIEW @partnership@.performance_forecast
WITH (security_invoker = true) AS
-- One row per indicator and month ahead, to its target date or the end of the running year, whichever is later.
WITH projection AS MATERIALIZED (
    SELECT p.indicator_id, p.last_month, p.target_a_year, p.target_on, p.target_from, p.target_to,
           p.target_projection, p.target_stand_ins, p.year_from, p.year_to, p.year_projection,
           p.year_stand_ins,
           f.confidence,
           csp.month_number(greatest(p.year_to, p.target_to)) - csp.month_number(p.last_month) AS horizon
    FROM @partnership@.evidence_indicator_projection p
    CROSS JOIN @partnership@.evidence_performance f
),
forecast AS (
    SELECT s.indicator_id, csp.forecast(s.value, s.month, greatest(coalesce(p.horizon, 12), 1), 12, p.confidence, 'auto', 0::float8) AS months
    FROM @partnership@.evidence_indicator_series s
    JOIN projection p USING (indicator_id)
    GROUP BY s.indicator_id
)
SELECT csp_internal.row_key(i.indicator_id, csp.month_number(ahead.period)) AS row_key,
       i.indicator_id, i.code AS indicator, i.title, i.polarity,
       CASE i.denominator WHEN 'count' THEN 'count' WHEN 'harm' THEN 'harm' WHEN 'population' THEN 'per 1,000 residents' ELSE 'per 1,000 households' END AS unit,
       ahead.period AS month, ahead.mean, ahead.lower, ahead.upper,
       p.target_a_year / 12 AS target_line,
       p.last_month, p.target_a_year, p.target_on,
       p.year_from, p.year_to,
       (p.year_projection).total_so_far AS year_so_far,
       (p.year_projection).projected AS year_projected, (p.year_projection).lower AS year_lower, (p.year_projection).upper AS year_upper,
       (p.year_projection).probability_of_meeting AS year_probability,
       p.target_from, p.target_to,
       (p.target_projection).projected AS target_projected, (p.target_projection).lower AS target_lower, (p.target_projection).upper AS target_upper,
       (p.target_projection).probability_of_meeting AS target_probability,
       nullif(concat_ws('; ',
           CASE WHEN p.year_projection IS NULL THEN 'the series does not reach back to the beginning of the year' END,
           CASE WHEN p.target_on IS NOT NULL AND p.target_projection IS NULL THEN 'no total to the target date' END,
           CASE WHEN greatest(p.year_stand_ins, p.target_stand_ins) > 0
                THEN greatest(p.year_stand_ins, p.target_stand_ins) || CASE greatest(p.year_stand_ins, p.target_stand_ins) WHEN 1 THEN ' month of the totals is' ELSE ' months of the totals are' END || ' not covered and estimated' END), '') AS note
FROM forecast f
JOIN @partnership@.indicator i USING (indicator_id)
JOIN projection p USING (indicator_id)
CROSS JOIN LATERAL unnest(f.months) AS ahead;
COMMENT ON VIEW @partnership@.performance_forecast IS 'Performance: where will each indicator end, and will it meet its target? One row per indicator and month ahead, to the later of its target date and the end of the running year, by automatic exponential smoothing; the totals stand in each of its rows';
COMMENT ON COLUMN @partnership@.performance_forecast.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.performance_forecast.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.performance_forecast.indicator IS 'Code of the indicator';
COMMENT ON COLUMN @partnership@.performance_forecast.title IS 'Title of the indicator';
COMMENT ON COLUMN @partnership@.performance_forecast.polarity IS 'lower is better or higher is better';
COMMENT ON COLUMN @partnership@.performance_forecast.unit IS 'Unit of the values';
COMMENT ON COLUMN @partnership@.performance_forecast.month IS 'First day of the month that is forecast';
COMMENT ON COLUMN @partnership@.performance_forecast.mean IS 'What is expected of the month';
COMMENT ON COLUMN @partnership@.performance_forecast.lower IS 'Lower limit of the prediction interval (setting performance_confidence), not below 0; NULL where the series is too short to tell';
COMMENT ON COLUMN @partnership@.performance_forecast.upper IS 'Upper limit of the prediction interval';
COMMENT ON COLUMN @partnership@.performance_forecast.target_line IS 'Target a month';
COMMENT ON COLUMN @partnership@.performance_forecast.last_month IS 'Last month with a value: what the forecast starts from';
COMMENT ON COLUMN @partnership@.performance_forecast.target_a_year IS 'Target a year';
COMMENT ON COLUMN @partnership@.performance_forecast.target_on IS 'When it is to be met';
COMMENT ON COLUMN @partnership@.performance_forecast.year_from IS 'First day of the running year (setting performance_year_starts)';
COMMENT ON COLUMN @partnership@.performance_forecast.year_to IS 'Last day of the running year';
COMMENT ON COLUMN @partnership@.performance_forecast.year_so_far IS 'Sum of the values of its months that are known';
COMMENT ON COLUMN @partnership@.performance_forecast.year_projected IS 'Expected total of the running year; NULL where the series begins after it';
COMMENT ON COLUMN @partnership@.performance_forecast.year_lower IS 'Lower limit of the prediction interval of that total';
COMMENT ON COLUMN @partnership@.performance_forecast.year_upper IS 'Upper limit of the prediction interval of that total';
COMMENT ON COLUMN @partnership@.performance_forecast.year_probability IS 'Probability that the running year meets the target a year, 0 to 1; NULL without a target';
COMMENT ON COLUMN @partnership@.performance_forecast.target_from IS 'First day of the twelve whole months up to the target date';
COMMENT ON COLUMN @partnership@.performance_forecast.target_to IS 'Last day of these months';
COMMENT ON COLUMN @partnership@.performance_forecast.target_projected IS 'Expected total of these months; known where the date is past';
COMMENT ON COLUMN @partnership@.performance_forecast.target_lower IS 'Lower limit of the prediction interval of that total';
COMMENT ON COLUMN @partnership@.performance_forecast.target_upper IS 'Upper limit of the prediction interval of that total';
COMMENT ON COLUMN @partnership@.performance_forecast.target_probability IS 'Probability that these months meet the target, 0 to 1; NULL without a target';
COMMENT ON COLUMN @partnership@.performance_forecast.note IS 'What is missing, or estimated; NULL when nothing';
