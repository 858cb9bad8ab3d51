-- Evidence of indicators. Which unbroken series of months can each indicator be forecast from?

CREATE OR REPLACE VIEW @partnership@.evidence_indicator_series
WITH (security_invoker = true) AS
-- One row per indicator and month of the unbroken series that is forecast: up to the last month with a value, after the last gap of more than three months.
WITH valued AS MATERIALIZED (
    SELECT m.indicator_id, m.month, m.value, m.target_a_year,
           csp.month_number(m.month) - lag(csp.month_number(m.month)) OVER (PARTITION BY m.indicator_id ORDER BY m.month) AS step
    FROM @partnership@.evidence_indicator_month m
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
