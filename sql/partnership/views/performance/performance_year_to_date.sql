-- Performance: this year to date. Where do we stand against the same months of last year, and of the years before?

CREATE OR REPLACE VIEW @partnership@.performance_year_to_date
WITH (security_invoker = true) AS
-- One row per headline problem type and area (the whole partnership and each area of the reporting kind).
WITH performance AS MATERIALIZED (
    SELECT p.last_day, p.year_starts, p.years, p.confidence, p.alpha
    FROM @partnership@.evidence_performance p
),
type_source AS MATERIALIZED (
    SELECT ts.problem_type_id, ts.source_id, count(*) OVER (PARTITION BY ts.problem_type_id) AS sources
    FROM @partnership@.evidence_type_source ts
    JOIN @partnership@.problem_type t USING (problem_type_id)
    WHERE t.is_headline
      AND t.is_active
),
covered AS MATERIALIZED (
    -- whole months that every source of the type has; a part-finished one is in neither side of a comparison
    SELECT ts.problem_type_id, sm.month
    FROM type_source ts
    JOIN @partnership@.evidence_source_month sm USING (source_id)
    CROSS JOIN performance p
    WHERE sm.is_whole
      AND csp_internal.month_end(sm.month) <= p.last_day
    GROUP BY ts.problem_type_id, sm.month
    HAVING count(*) = max(ts.sources)
),
latest AS MATERIALIZED (
    SELECT l.problem_type_id, l.last_month,
           (date_trunc('year', l.last_month - make_interval(months => p.year_starts - 1)) + make_interval(months => p.year_starts - 1))::date AS year_from,
           p.last_day, p.years, p.confidence, p.alpha
    FROM (SELECT c.problem_type_id, max(c.month) AS last_month FROM covered c GROUP BY c.problem_type_id) l
    CROSS JOIN performance p
),
compared AS MATERIALIZED (
    -- the months of this year whose like last year is covered too; all of them where last year has none
    SELECT m.problem_type_id, m.month
    FROM (
        SELECT c.problem_type_id, c.month, before.month IS NOT NULL AS is_paired,
               bool_or(before.month IS NOT NULL) OVER (PARTITION BY c.problem_type_id) AS has_paired
        FROM covered c
        JOIN latest l ON l.problem_type_id = c.problem_type_id AND c.month >= l.year_from
        LEFT JOIN covered before ON before.problem_type_id = c.problem_type_id AND before.month = (c.month - interval '1 year')::date
    ) m
    WHERE m.is_paired
       OR NOT m.has_paired
),
year_month AS MATERIALIZED (
    -- of each year back the same months; a year counts when all of them are covered
    SELECT y.problem_type_id, y.years_back, y.month, y.days
    FROM (
        SELECT c.problem_type_id, back.years_back, earlier.month,
               csp_internal.days_of_month(earlier.month) AS days,
               bool_and(known.month IS NOT NULL) OVER (PARTITION BY c.problem_type_id, back.years_back) AS is_whole
        FROM compared c
        JOIN latest l USING (problem_type_id)
        CROSS JOIN LATERAL generate_series(0, greatest(l.years, 1)) AS back (years_back)
        CROSS JOIN LATERAL (SELECT (c.month - make_interval(years => back.years_back))::date AS month) earlier
        LEFT JOIN covered known ON known.problem_type_id = c.problem_type_id AND known.month = earlier.month
    ) y
    WHERE y.is_whole
),
broke AS MATERIALIZED (
    -- what broke the series between the first month compared and the last
    SELECT l.problem_type_id, string_agg(DISTINCT b.description, '; ') FILTER (WHERE NOT b.is_of_areas) AS breaks, string_agg(DISTINCT b.description, '; ') AS area_breaks
    FROM (SELECT ym.problem_type_id, min(ym.month) AS first_month, max(ym.month) AS last_month FROM year_month ym GROUP BY ym.problem_type_id) l
    JOIN @partnership@.evidence_type_break b ON b.problem_type_id = l.problem_type_id AND b.starts_on > l.first_month AND b.starts_on < l.last_month + interval '1 month'
    GROUP BY l.problem_type_id
),
length AS (
    SELECT ym.problem_type_id,
           count(DISTINCT ym.month) FILTER (WHERE ym.years_back = 0) AS months,
           csp.months_text(array_agg(ym.month) FILTER (WHERE ym.years_back = 0)) AS months_compared,
           sum(ym.days) FILTER (WHERE ym.years_back = 0) AS days,
           sum(ym.days) FILTER (WHERE ym.years_back = 1) AS last_year_days,
           count(DISTINCT ym.years_back) FILTER (WHERE ym.years_back > 0) AS earlier_years,
           sum(ym.days) FILTER (WHERE ym.years_back > 0) AS earlier_days
    FROM year_month ym
    GROUP BY ym.problem_type_id
),
reported AS MATERIALIZED (
    SELECT a.area_id, a.area_kind, a.code AS area_code, a.name AS area_name
    FROM @partnership@.area a
    WHERE a.area_kind IN ('partnership', (SELECT k.area_kind FROM @partnership@.evidence_reporting_kind k))
),
monthly AS MATERIALIZED (
    SELECT ym.problem_type_id, ym.years_back, m.area_id, sum(m.incidents) AS incidents
    FROM year_month ym
    JOIN @partnership@.evidence_type tree USING (problem_type_id)
    JOIN @partnership@.incident_month_entry m ON m.problem_type_id = tree.member_id AND m.month = ym.month
    GROUP BY ym.problem_type_id, ym.years_back, m.area_id
    HAVING sum(m.incidents) <> 0
),
placed AS (
    SELECT r.area_id, m.problem_type_id, m.years_back, sum(m.incidents) AS incidents
    FROM monthly m
    JOIN @partnership@.area_ancestor aa USING (area_id)
    JOIN reported r ON r.area_id = aa.ancestor_id AND r.area_kind <> 'partnership'
    GROUP BY r.area_id, m.problem_type_id, m.years_back
  UNION ALL
    -- the whole partnership counts what has no area as well
    SELECT r.area_id, m.problem_type_id, m.years_back, sum(m.incidents)
    FROM monthly m
    JOIN reported r ON r.area_kind = 'partnership'
    GROUP BY r.area_id, m.problem_type_id, m.years_back
),
summed AS (
    SELECT p.area_id, p.problem_type_id,
           sum(p.incidents) FILTER (WHERE p.years_back = 0)::bigint AS incidents,
           sum(p.incidents) FILTER (WHERE p.years_back = 1)::bigint AS last_year_incidents,
           sum(p.incidents) FILTER (WHERE p.years_back > 0)::bigint AS earlier_incidents
    FROM placed p
    GROUP BY p.area_id, p.problem_type_id
),
figure AS (
    SELECT r.area_id, r.area_kind, r.area_code, r.area_name, l.problem_type_id, l.last_month,
                                                             l.year_from, l.last_day, l.confidence,
                                                             l.alpha,
                                                             length.months, length.months_compared,
                                                             length.days, length.last_year_days,
                                                             length.earlier_years, length.earlier_days,
           coalesce(s.incidents, 0) AS incidents,
           CASE WHEN length.last_year_days IS NOT NULL THEN coalesce(s.last_year_incidents, 0) END AS last_year_incidents,
           CASE WHEN length.earlier_days IS NOT NULL THEN coalesce(s.earlier_incidents, 0) END AS earlier_incidents
    FROM latest l
    JOIN length USING (problem_type_id)
    CROSS JOIN reported r
    LEFT JOIN summed s ON s.area_id = r.area_id AND s.problem_type_id = l.problem_type_id
),
tested AS (
    SELECT f.area_id, f.area_kind, f.area_code, f.area_name, f.problem_type_id, f.last_month,
           f.year_from, f.last_day, f.confidence, f.alpha, f.months, f.months_compared, f.days,
           f.last_year_days, f.earlier_years, f.earlier_days, f.incidents, f.last_year_incidents,
           f.earlier_incidents,
           f.earlier_incidents * f.days / f.earlier_days::float8 AS earlier_mean,
           -- the exposure is days: 29 February is no rise
           csp.rate_change(f.last_year_incidents, f.last_year_days, f.incidents, f.days, f.confidence) AS change,
           csp.rate_change(f.earlier_incidents, f.earlier_days, f.incidents, f.days, f.confidence) AS earlier_change
    FROM figure f
),
adjusted AS (
    SELECT t.area_id, t.area_kind, t.area_code, t.area_name, t.problem_type_id, t.last_month,
           t.year_from, t.last_day, t.confidence, t.alpha, t.months, t.months_compared,
           t.last_year_days, t.earlier_years, t.incidents, t.last_year_incidents, t.earlier_mean,
           t.change, t.earlier_change,
           csp.adjusted_p_value((t.change).p_value) OVER (PARTITION BY t.area_kind) AS adjusted_p_value,
           csp.adjusted_p_value((t.earlier_change).p_value) OVER (PARTITION BY t.area_kind) AS earlier_adjusted_p_value,
           csp.funnel_limits(t.earlier_mean, t.confidence) AS band
    FROM tested t
)
SELECT csp_internal.row_key(a.area_id, a.problem_type_id) AS row_key,
       a.area_id, a.area_kind, a.area_code, a.area_name,
       a.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.sort_order,
       a.year_from, csp_internal.month_end(a.last_month) AS year_to,
       a.months::integer AS months, a.months_compared AS months_text,
       a.incidents,
       a.last_year_incidents,
       (a.change).percent_change AS change_percent,
       csp_internal.percent_limit((a.change).lower) AS change_lower,
       csp_internal.percent_limit((a.change).upper) AS change_upper,
       (a.change).p_value, a.adjusted_p_value,
       csp.change_verdict((a.change).ratio, a.adjusted_p_value, a.alpha) AS verdict,
       a.earlier_years::integer AS earlier_years,
       a.earlier_mean,
       (a.band).lower AS band_lower, (a.band).upper AS band_upper,
       CASE WHEN a.incidents > (a.band).upper THEN 'above' WHEN a.incidents < (a.band).lower THEN 'below' WHEN a.band IS NOT NULL THEN 'within' END AS band_position,
       (a.earlier_change).percent_change AS earlier_change_percent,
       a.earlier_adjusted_p_value,
       csp.change_verdict((a.earlier_change).ratio, a.earlier_adjusted_p_value, a.alpha) AS earlier_verdict,
       nullif(concat_ws('; ',
           CASE WHEN a.last_year_days IS NULL THEN 'the same months of last year are not covered' END,
           CASE WHEN a.months < expected.months THEN expected.months - a.months || ' of ' || expected.months || ' months of the year so far left out: not covered in both years' END,
           CASE WHEN date_trunc('month', a.last_day + 1) > a.last_month + interval '1 month' THEN 'the data end before the last day looked at' END,
           CASE a.area_kind WHEN 'partnership' THEN broke.breaks ELSE broke.area_breaks END), '') AS note
FROM adjusted a
JOIN @partnership@.problem_type t USING (problem_type_id)
LEFT JOIN broke ON broke.problem_type_id = a.problem_type_id
CROSS JOIN LATERAL (SELECT csp.month_number(a.last_month) - csp.month_number(a.year_from) + 1 AS months) expected;
COMMENT ON VIEW @partnership@.performance_year_to_date IS 'Performance: the year to date against the same months of last year and against the mean of earlier years. One row per headline problem type and area (the whole partnership and each area of the reporting kind); the year begins in the month of setting performance_year_starts; only whole months count, a part-finished one is left out of every year';
COMMENT ON COLUMN @partnership@.performance_year_to_date.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.performance_year_to_date.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.performance_year_to_date.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.performance_year_to_date.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.performance_year_to_date.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.performance_year_to_date.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.performance_year_to_date.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.performance_year_to_date.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.performance_year_to_date.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.performance_year_to_date.year_from IS 'First day of the year: that of the last whole month which every source of the type has';
COMMENT ON COLUMN @partnership@.performance_year_to_date.year_to IS 'Last day of that month';
COMMENT ON COLUMN @partnership@.performance_year_to_date.months IS 'Months compared';
COMMENT ON COLUMN @partnership@.performance_year_to_date.months_text IS 'Which they are: those covered this year and last';
COMMENT ON COLUMN @partnership@.performance_year_to_date.incidents IS 'Incidents in these months, subtypes included';
COMMENT ON COLUMN @partnership@.performance_year_to_date.last_year_incidents IS 'Incidents in the same months of last year; NULL where they are not covered';
COMMENT ON COLUMN @partnership@.performance_year_to_date.change_percent IS 'Change in per cent of the incidents a day; NULL where there were none last year';
COMMENT ON COLUMN @partnership@.performance_year_to_date.change_lower IS 'Lower limit of the change in per cent (conditional exact interval)';
COMMENT ON COLUMN @partnership@.performance_year_to_date.change_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
COMMENT ON COLUMN @partnership@.performance_year_to_date.p_value IS 'Two-sided exact p-value of no change against last year';
COMMENT ON COLUMN @partnership@.performance_year_to_date.adjusted_p_value IS 'The same after Benjamini-Hochberg over the rows of the area kind';
COMMENT ON COLUMN @partnership@.performance_year_to_date.verdict IS 'Against last year: higher, lower, new, gone, no clear change, none in either period, not comparable';
COMMENT ON COLUMN @partnership@.performance_year_to_date.earlier_years IS 'Earlier years, last year included, in which all of these months are covered; at most setting performance_years';
COMMENT ON COLUMN @partnership@.performance_year_to_date.earlier_mean IS 'Mean incidents in the same months of those years, at this year''s number of days';
COMMENT ON COLUMN @partnership@.performance_year_to_date.band_lower IS 'Lower limit of what chance alone gives around that mean (exact Poisson, setting performance_confidence)';
COMMENT ON COLUMN @partnership@.performance_year_to_date.band_upper IS 'Upper limit of what chance alone gives around that mean';
COMMENT ON COLUMN @partnership@.performance_year_to_date.band_position IS 'above, below or within that band; the band takes the mean as known, earlier_verdict does not';
COMMENT ON COLUMN @partnership@.performance_year_to_date.earlier_change_percent IS 'Change in per cent against the mean of earlier years, per day';
COMMENT ON COLUMN @partnership@.performance_year_to_date.earlier_adjusted_p_value IS 'Two-sided exact p-value of no change against them, after Benjamini-Hochberg over the rows of the area kind';
COMMENT ON COLUMN @partnership@.performance_year_to_date.earlier_verdict IS 'Against the mean of earlier years, in the words of verdict';
COMMENT ON COLUMN @partnership@.performance_year_to_date.note IS 'What the reader must know: months left out, no last year, data that end early, breaks between the years compared; NULL when nothing';
