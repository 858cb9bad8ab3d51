-- Evidence of indicators. Where will each indicator be at the end of the year and at its target
-- date?

CREATE OR REPLACE VIEW @partnership@.evidence_indicator_projection
WITH (security_invoker = true) AS
-- One row per indicator with a series: the twelve months to its target date and the running year, each with its rest forecast.
WITH series AS MATERIALIZED (
    SELECT s.indicator_id, s.month, s.value, s.is_stand_in, s.target_a_year,
           min(s.month) OVER (PARTITION BY s.indicator_id) AS first_month, max(s.month) OVER (PARTITION BY s.indicator_id) AS last_month
    FROM @partnership@.evidence_indicator_series s
),
span AS (
    SELECT w.indicator_id, w.first_month, w.last_month, w.polarity, w.target_on, w.target_a_year,
           w.year_starts, w.confidence,
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
