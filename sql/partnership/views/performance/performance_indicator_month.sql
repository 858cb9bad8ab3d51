CREATE OR REPLACE VIEW @partnership@.performance_indicator_month
WITH (security_invoker = true) AS
-- One row per indicator and month, from the first to the last month that any of its sources delivered.
WITH performance AS MATERIALIZED (
    SELECT p.last_day, a.baseline_from, a.baseline_to
    FROM @partnership@.evidence_performance p
    LEFT JOIN @partnership@.assessment a USING (assessment_id)
),
supplied AS MATERIALIZED (
    SELECT used.indicator_id, used.source_id, s.title
    FROM @partnership@.evidence_indicator_source used
    JOIN @partnership@.source s USING (source_id)
    WHERE used.is_used
),
source_month AS MATERIALIZED (
    SELECT sm.source_id, sm.month, sm.status
    FROM @partnership@.evidence_source_month sm
    CROSS JOIN performance p
    WHERE sm.month <= p.last_day
),
span AS (
    SELECT s.indicator_id, min(sm.month) AS first_month, max(sm.month) AS last_month
    FROM supplied s
    JOIN source_month sm USING (source_id)
    GROUP BY s.indicator_id
),
covered AS (
    -- a month counts when every source of the indicator has it whole; otherwise it is unknown, not 0
    SELECT span.indicator_id, month.month::date AS month,
           bool_and(coalesce(sm.status IN ('complete', 'presumed'), false)) AS is_covered,
           string_agg(s.title || CASE WHEN sm.status IS NULL THEN ' has no data' ELSE ' is not whole' END, '; ' ORDER BY s.title)
               FILTER (WHERE coalesce(sm.status NOT IN ('complete', 'presumed'), true)) AS missing
    FROM span
    CROSS JOIN LATERAL generate_series(span.first_month::timestamp, span.last_month, '1 month') AS month (month)
    JOIN supplied s USING (indicator_id)
    LEFT JOIN source_month sm ON sm.source_id = s.source_id AND sm.month = month.month::date
    GROUP BY span.indicator_id, month.month
),
counted AS MATERIALIZED (
    SELECT n.indicator_id, n.month, sum(n.incidents)::bigint AS incidents, sum(n.harm) AS harm, sum(n.unweighted)::bigint AS unweighted, sum(n.all_incidents)::bigint AS all_incidents
    FROM @partnership@.evidence_indicator_count n
    GROUP BY n.indicator_id, n.month
),
weighted AS (
    SELECT c.indicator_id, bool_or(c.unweighted < c.all_incidents) AS has_weight
    FROM counted c
    GROUP BY c.indicator_id
),
denominator AS MATERIALIZED (
    SELECT d.area_id, d.year, d.population, d.households
    FROM @partnership@.evidence_denominator d
    WHERE d.area_id IN (SELECT i.area_id FROM @partnership@.indicator i UNION ALL SELECT whole.area_id FROM @partnership@.area whole WHERE whole.area_kind = 'partnership')
),
per AS MATERIALIZED (
    -- what a rate is per, in the year of the month or the nearest before it
    SELECT i.indicator_id, y.year,
           (array_agg(v.denominator_count ORDER BY d.year <= y.year DESC, abs(d.year - y.year)) FILTER (WHERE v.denominator_count IS NOT NULL))[1] AS denominator_count
    FROM @partnership@.indicator i
    CROSS JOIN (SELECT DISTINCT extract(year FROM c.month)::integer AS year FROM covered c) y
    JOIN denominator d ON d.area_id = coalesce(i.area_id, (SELECT min(whole.area_id) FROM @partnership@.area whole WHERE whole.area_kind = 'partnership'))
    CROSS JOIN LATERAL (SELECT CASE i.denominator WHEN 'population' THEN d.population WHEN 'households' THEN d.households END AS denominator_count) v
    GROUP BY i.indicator_id, y.year
),
valued AS (
    SELECT i.indicator_id, i.code AS indicator, i.title, i.priority_id, i.denominator, i.flag, i.polarity, i.area_id,
           coalesce(i.baseline_from, p.baseline_from) AS baseline_from, coalesce(i.baseline_to, p.baseline_to) AS baseline_to,
           i.target_change_percent, i.target_value, i.target_on,
           c.month, c.missing, p.last_day,
           CASE
               WHEN c.month + interval '1 month - 1 day' > p.last_day THEN 'part-finished'
               WHEN c.is_covered THEN 'covered'
               ELSE 'not covered'
           END AS status,
           extract(day FROM c.month + interval '1 month - 1 day')::integer AS days,
           coalesce(n.incidents, 0) AS incidents,
           CASE i.denominator WHEN 'harm' THEN CASE WHEN w.has_weight THEN coalesce(n.harm, 0)::float8 END ELSE coalesce(n.incidents, 0)::float8 END AS numerator,
           per.denominator_count,
           coalesce(n.unweighted, 0) AS unweighted
    FROM covered c
    JOIN @partnership@.indicator i USING (indicator_id)
    CROSS JOIN performance p
    LEFT JOIN counted n ON n.indicator_id = c.indicator_id AND n.month = c.month
    LEFT JOIN weighted w ON w.indicator_id = c.indicator_id
    LEFT JOIN per ON per.indicator_id = c.indicator_id AND per.year = extract(year FROM c.month)::integer
),
figure AS (
    SELECT v.*,
           v.month >= v.baseline_from AND v.month + interval '1 month - 1 day' <= v.baseline_to AS is_baseline,
           CASE WHEN v.status = 'covered' THEN
               CASE WHEN v.denominator IN ('population', 'households') THEN csp.rate_per_1000(v.numerator, v.denominator_count::float8) ELSE v.numerator END
           END AS value
    FROM valued v
),
lined AS (
    SELECT f.*,
           avg(f.value) FILTER (WHERE f.is_baseline) OVER (PARTITION BY f.indicator_id) AS baseline_mean,
           count(f.value) FILTER (WHERE f.is_baseline) OVER (PARTITION BY f.indicator_id) AS baseline_months,
           CASE WHEN count(f.value) OVER twelve = 12 THEN sum(f.value) OVER twelve END AS value_12_months
    FROM figure f
    WINDOW twelve AS (PARTITION BY f.indicator_id ORDER BY f.month ROWS 11 PRECEDING)
)
SELECT csp_internal.row_key(l.indicator_id, csp.month_number(l.month)) AS row_key,
       l.indicator_id, l.indicator, l.title,
       p.code AS priority, p.title AS priority_title,
       coalesce(area.name, 'whole partnership') AS area_name,
       l.flag, l.denominator, l.polarity,
       CASE l.denominator WHEN 'count' THEN 'count' WHEN 'harm' THEN 'harm' WHEN 'population' THEN 'per 1,000 residents' ELSE 'per 1,000 households' END AS unit,
       l.month, l.days, l.status,
       l.value,
       CASE WHEN l.status = 'covered' THEN l.numerator END AS numerator,
       CASE WHEN l.status = 'covered' THEN l.incidents END AS incidents,
       l.denominator_count,
       l.value_12_months,
       coalesce(l.is_baseline, false) AS is_baseline,
       l.baseline_mean, l.baseline_months::integer AS baseline_months,
       target.target_a_year / 12 AS target_line,
       target.target_a_year,
       l.target_on,
       nullif(concat_ws('; ',
           CASE l.status
               WHEN 'part-finished' THEN 'part-finished: the month ends after ' || to_char(l.last_day, 'FMDD FMMonth YYYY')
               WHEN 'not covered' THEN l.missing
           END,
           CASE WHEN l.status = 'covered' AND l.value IS NULL AND l.denominator = 'harm' THEN 'incidents of its types have no harm weight'
                WHEN l.status = 'covered' AND l.value IS NULL THEN 'no ' || CASE l.denominator WHEN 'population' THEN 'residents' ELSE 'households' END || ' to divide by' END,
           CASE WHEN l.status = 'covered' AND l.denominator = 'harm' AND l.value IS NOT NULL AND l.unweighted > 0 THEN l.unweighted || ' incidents without a harm weight are not in the figure' END), '') AS note
FROM lined l
LEFT JOIN @partnership@.priority p USING (priority_id)
LEFT JOIN @partnership@.area area ON area.area_id = l.area_id
CROSS JOIN LATERAL (
    SELECT coalesce(l.target_value, 12 * l.baseline_mean * (1 + l.target_change_percent / 100)) AS target_a_year
) target;
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
