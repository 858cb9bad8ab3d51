-- Performance: where will each indicator end, and will it meet its target?

CREATE OR REPLACE VIEW @partnership@.evidence_indicator_series
WITH (security_invoker = true) AS
-- One row per indicator and month of the unbroken series that is forecast: up to the last month with a value, after the last gap of more than three months.
WITH valued AS MATERIALIZED (
    SELECT m.indicator_id, m.month, m.value, m.target_a_year,
           csp.month_number(m.month) - lag(csp.month_number(m.month)) OVER (PARTITION BY m.indicator_id ORDER BY m.month) AS step
    FROM @partnership@.performance_indicator_month m
    WHERE m.value IS NOT NULL
),
span AS (
    SELECT v.indicator_id, coalesce(max(v.month) FILTER (WHERE v.step > 4), min(v.month)) AS first_month, max(v.month) AS last_month, max(v.target_a_year) AS target_a_year
    FROM valued v
    GROUP BY v.indicator_id
)
SELECT s.indicator_id, month.month::date AS month,
       -- a month that is not covered is stood in for by its like a year before and after, else by the months beside it
       coalesce(v.value, (SELECT avg(like_it.value) FROM valued like_it WHERE like_it.indicator_id = s.indicator_id
                                                                         AND like_it.month IN ((month.month - interval '1 year')::date, (month.month + interval '1 year')::date)),
                (SELECT avg(beside.value) FROM valued beside WHERE beside.indicator_id = s.indicator_id
                                                               AND beside.month BETWEEN (month.month - interval '3 months')::date AND (month.month + interval '3 months')::date)) AS value,
       v.value IS NULL AS is_stand_in,
       s.target_a_year
FROM span s
CROSS JOIN LATERAL generate_series(s.first_month::timestamp, s.last_month, '1 month') AS month (month)
LEFT JOIN valued v ON v.indicator_id = s.indicator_id AND v.month = month.month::date;
COMMENT ON VIEW @partnership@.evidence_indicator_series IS 'Regular series of the indicators, for forecasts: one row per indicator and month up to the last with a value, after the last gap of more than three months';
COMMENT ON COLUMN @partnership@.evidence_indicator_series.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator_series.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_indicator_series.value IS 'Value in the indicator''s unit; of a month that is not covered the mean of the same month a year before and after, else of the covered months up to three months away';
COMMENT ON COLUMN @partnership@.evidence_indicator_series.is_stand_in IS 'True for a month that is not covered';
COMMENT ON COLUMN @partnership@.evidence_indicator_series.target_a_year IS 'Target a year, in the indicator''s unit; NULL without a target';

CREATE OR REPLACE VIEW @partnership@.evidence_indicator_projection
WITH (security_invoker = true) AS
-- One row per indicator with a series: the twelve months to its target date and the running year, each with its rest forecast.
WITH series AS MATERIALIZED (
    SELECT s.indicator_id, s.month, s.value, s.is_stand_in, s.target_a_year,
           min(s.month) OVER (PARTITION BY s.indicator_id) AS first_month, max(s.month) OVER (PARTITION BY s.indicator_id) AS last_month
    FROM @partnership@.evidence_indicator_series s
),
span AS (
    SELECT w.*,
           -- the running year is that of the month after the last known one
           (date_trunc('year', w.last_month + interval '1 month' - make_interval(months => w.year_starts - 1)) + make_interval(months => w.year_starts - 1))::date AS year_from
    FROM (
        SELECT s.indicator_id, s.first_month, s.last_month, i.polarity, i.target_on, max(s.target_a_year) AS target_a_year, p.year_starts, p.confidence
        FROM series s
        JOIN @partnership@.indicator i USING (indicator_id)
        CROSS JOIN @partnership@.evidence_performance p
        GROUP BY s.indicator_id, s.first_month, s.last_month, i.indicator_id, p.year_starts, p.confidence
    ) w
),
total AS (
    SELECT s.indicator_id, s.polarity, s.target_a_year, s.confidence, s.first_month, s.last_month, t.part, t.total_from, t.total_to
    FROM span s
    CROSS JOIN LATERAL (VALUES
        ('year', s.year_from, (s.year_from + interval '1 year - 1 day')::date),
        ('target', (date_trunc('month', s.target_on + 1) - interval '12 months')::date, (date_trunc('month', s.target_on + 1) - interval '1 day')::date)
    ) AS t (part, total_from, total_to)
    -- a total is known only where the series reaches back to its beginning; more than five years ahead is no forecast
    WHERE t.total_from >= s.first_month
      AND t.total_to < s.last_month + interval '61 months'
),
projected AS (
    SELECT t.indicator_id, t.part, t.total_from, t.total_to,
           csp.project_total(x.value, x.month, t.total_from, t.total_to, 12, t.confidence, t.target_a_year, t.polarity, 'auto', 0::float8) AS projection,
           count(*) FILTER (WHERE x.is_stand_in AND x.month >= t.total_from) AS stand_ins
    FROM total t
    JOIN series x ON x.indicator_id = t.indicator_id AND x.month <= t.total_to
    GROUP BY t.indicator_id, t.part, t.total_from, t.total_to
)
SELECT s.indicator_id, s.last_month, s.target_a_year, s.target_on,
       t.total_from AS target_from, t.total_to AS target_to, t.projection AS target_projection, coalesce(t.stand_ins, 0)::integer AS target_stand_ins,
       y.total_from AS year_from, y.total_to AS year_to, y.projection AS year_projection, coalesce(y.stand_ins, 0)::integer AS year_stand_ins
FROM span s
LEFT JOIN projected t ON t.indicator_id = s.indicator_id AND t.part = 'target'
LEFT JOIN projected y ON y.indicator_id = s.indicator_id AND y.part = 'year';
COMMENT ON VIEW @partnership@.evidence_indicator_projection IS 'Totals of the indicators with their rest forecast, against the target a year: one row per indicator with a series';
COMMENT ON COLUMN @partnership@.evidence_indicator_projection.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator_projection.last_month IS 'Last month with a value';
COMMENT ON COLUMN @partnership@.evidence_indicator_projection.target_a_year IS 'Target a year, in the indicator''s unit';
COMMENT ON COLUMN @partnership@.evidence_indicator_projection.target_on IS 'When it is to be met; NULL: at the end of the running year';
COMMENT ON COLUMN @partnership@.evidence_indicator_projection.target_from IS 'First day of the twelve whole months up to the target date; NULL without a date, where the series begins later, and where the date lies more than five years ahead';
COMMENT ON COLUMN @partnership@.evidence_indicator_projection.target_to IS 'Last day of these months';
COMMENT ON COLUMN @partnership@.evidence_indicator_projection.target_projection IS 'Their total: known months and forecast';
COMMENT ON COLUMN @partnership@.evidence_indicator_projection.target_stand_ins IS 'Months among them that are not covered and were stood in for';
COMMENT ON COLUMN @partnership@.evidence_indicator_projection.year_from IS 'First day of the running year: that of the month after the last known one';
COMMENT ON COLUMN @partnership@.evidence_indicator_projection.year_to IS 'Last day of the running year';
COMMENT ON COLUMN @partnership@.evidence_indicator_projection.year_projection IS 'Total of the running year: known months and forecast';
COMMENT ON COLUMN @partnership@.evidence_indicator_projection.year_stand_ins IS 'Months among them that are not covered and were stood in for';

CREATE OR REPLACE VIEW @partnership@.performance_forecast
WITH (security_invoker = true) AS
-- One row per indicator and month ahead, to its target date or the end of the running year, whichever is later.
WITH projection AS MATERIALIZED (
    SELECT p.*, f.confidence,
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
SELECT i.indicator_id::bigint * 1000000 + (extract(year FROM ahead.period) * 100 + extract(month FROM ahead.period))::bigint AS row_key,
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
COMMENT ON COLUMN @partnership@.performance_forecast.row_key IS 'Key of the row, for BI tools';
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
