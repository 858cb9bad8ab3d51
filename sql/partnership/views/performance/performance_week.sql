-- Performance: week by week. Is this week out of the ordinary against the eight before it?

CREATE OR REPLACE VIEW @partnership@.performance_week
WITH (security_invoker = true) AS
-- One row per headline problem type and week (Monday to Sunday), of the sources that know the day.
WITH performance AS MATERIALIZED (
    SELECT p.last_day, p.weeks, p.confidence, p.alpha
    FROM @partnership@.evidence_performance p
),
type_source AS MATERIALIZED (
    SELECT ts.problem_type_id, ts.source_id,
           count(*) OVER (PARTITION BY ts.problem_type_id) AS sources
    FROM @partnership@.evidence_type_source ts
    JOIN @partnership@.problem_type t USING (problem_type_id)
    JOIN @partnership@.source s USING (source_id)
    WHERE t.is_headline
      AND t.is_active
      AND s.time_precision <> 'month'
),
covered AS MATERIALIZED (
    SELECT ts.problem_type_id, sm.month, csp_internal.month_end(sm.month) AS month_end,
           bool_and(sm.is_whole) AS is_whole
    FROM type_source ts
    JOIN @partnership@.evidence_source_month sm USING (source_id)
    CROSS JOIN performance p
    WHERE sm.month <= p.last_day
    GROUP BY ts.problem_type_id, sm.month
    HAVING count(*) = max(ts.sources)
),
latest AS MATERIALIZED (
    -- the last day known: of the last month, whole or not, which every source has begun
    SELECT c.problem_type_id, least(max(c.month_end), p.last_day) AS last_day,
           p.weeks, p.confidence, p.alpha
    FROM covered c
    CROSS JOIN performance p
    GROUP BY c.problem_type_id, p.last_day, p.weeks, p.confidence, p.alpha
),
listed AS MATERIALIZED (
    SELECT l.problem_type_id, l.last_day, l.weeks, l.confidence, l.alpha, week.week::date AS week,
           week.week::date + 6 > l.last_day AS is_part_finished,
           row_number() OVER (PARTITION BY l.problem_type_id ORDER BY week.week DESC) AS weeks_back
    FROM latest l
    -- eight more than are shown, for the mean of the first
    CROSS JOIN LATERAL generate_series(date_trunc('week', l.last_day::timestamp) - make_interval(weeks => greatest(l.weeks, 1) + 7), l.last_day::timestamp, '1 week') AS week (week)
),
known AS MATERIALIZED (
    -- a week counts when the months it lies in are whole, and the last one's days are past
    SELECT w.problem_type_id, w.last_day, w.weeks, w.confidence, w.alpha, w.week,
           w.is_part_finished, w.weeks_back,
           NOT w.is_part_finished
           AND EXISTS (SELECT FROM covered c WHERE c.problem_type_id = w.problem_type_id AND c.month = date_trunc('month', w.week)::date AND c.is_whole)
           AND EXISTS (SELECT FROM covered c WHERE c.problem_type_id = w.problem_type_id AND c.month = date_trunc('month', w.week + 6)::date AND c.is_whole) AS is_known
    FROM listed w
),
counted AS MATERIALIZED (
    SELECT ts.problem_type_id, date_trunc('week', i.occurred_from AT TIME ZONE @time_zone@)::date AS week, count(*) AS incidents
    FROM (SELECT w.problem_type_id, min(w.week) AS first_week, max(w.last_day) AS last_day FROM listed w GROUP BY w.problem_type_id) span
    JOIN @partnership@.evidence_type tree USING (problem_type_id)
    JOIN @partnership@.incident i
      ON i.problem_type_id = tree.member_id
     AND i.occurred_from >= span.first_week::timestamp AT TIME ZONE @time_zone@
     AND i.occurred_from < (span.last_day + 1)::timestamp AT TIME ZONE @time_zone@
    JOIN type_source ts ON ts.problem_type_id = span.problem_type_id AND ts.source_id = i.source_id
    GROUP BY ts.problem_type_id, date_trunc('week', i.occurred_from AT TIME ZONE @time_zone@)
),
figure AS (
    SELECT k.problem_type_id, k.last_day, k.weeks, k.confidence, k.alpha, k.week,
           k.is_part_finished, k.weeks_back, k.is_known,
           CASE WHEN k.is_known OR k.is_part_finished THEN coalesce(c.incidents, 0) END AS incidents,
           CASE WHEN k.is_known THEN coalesce(c.incidents, 0) END AS whole_incidents
    FROM known k
    LEFT JOIN counted c USING (problem_type_id, week)
),
meaned AS (
    SELECT f.problem_type_id, f.last_day, f.weeks, f.confidence, f.alpha, f.week,
           f.is_part_finished, f.weeks_back, f.is_known, f.incidents, f.whole_incidents,
           count(f.whole_incidents) OVER before AS weeks_before,
           sum(f.whole_incidents) OVER before AS incidents_before
    FROM figure f
    WINDOW before AS (PARTITION BY f.problem_type_id ORDER BY f.week ROWS BETWEEN 8 PRECEDING AND 1 PRECEDING)
),
tested AS (
    SELECT m.problem_type_id, m.last_day, m.weeks, m.confidence, m.alpha, m.week,
           m.is_part_finished, m.weeks_back, m.is_known, m.incidents, m.whole_incidents,
           m.weeks_before, m.incidents_before,
           CASE WHEN m.weeks_before = 8 THEN m.incidents_before / 8.0::float8 END AS mean_8_weeks,
           CASE WHEN m.weeks_before = 8 THEN csp.rate_change(m.incidents_before::bigint, 8, m.whole_incidents, 1, m.confidence) END AS change
    FROM meaned m
    WHERE m.weeks_back <= greatest(m.weeks, 1)
),
adjusted AS (
    SELECT t.problem_type_id, t.last_day, t.confidence, t.alpha, t.week, t.is_part_finished,
           t.is_known, t.incidents, t.whole_incidents, t.weeks_before, t.mean_8_weeks, t.change,
           csp.funnel_limits(t.mean_8_weeks, t.confidence) AS band,
           csp.adjusted_p_value((t.change).p_value) OVER (PARTITION BY t.week) AS adjusted_p_value
    FROM tested t
)
SELECT csp_internal.row_key(a.problem_type_id, a.week - DATE '2000-01-03') AS row_key,
       a.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.sort_order,
       a.week AS week_from, to_char(a.week, 'IYYY-"W"IW') AS iso_week,
       least(a.week + 6, a.last_day) AS week_to,
       a.is_part_finished,
       a.incidents,
       a.mean_8_weeks,
       (a.band).lower AS band_lower, (a.band).upper AS band_upper,
       CASE WHEN a.whole_incidents > (a.band).upper THEN 'above' WHEN a.whole_incidents < (a.band).lower THEN 'below' WHEN a.whole_incidents IS NOT NULL AND a.band IS NOT NULL THEN 'within' END AS band_position,
       (a.change).p_value, a.adjusted_p_value,
       CASE WHEN NOT a.is_part_finished THEN csp.change_verdict((a.change).ratio, a.adjusted_p_value, a.alpha) END AS verdict,
       CASE
           WHEN a.is_part_finished THEN 'part-finished: ' || a.last_day - a.week + 1 || ' of 7 days; not compared'
           WHEN NOT a.is_known THEN 'not covered'
           WHEN a.weeks_before < 8 THEN 8 - a.weeks_before || ' of the eight weeks before are not covered'
       END AS note
FROM adjusted a
JOIN @partnership@.problem_type t USING (problem_type_id);
COMMENT ON VIEW @partnership@.performance_week IS 'Performance: weekly counts against the mean of the eight weeks before. One row per headline problem type and week, Monday to Sunday, the last of setting performance_weeks; only sources that know the day; a part-finished week is shown but not compared. performance_week_source says why there are none';
COMMENT ON COLUMN @partnership@.performance_week.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.performance_week.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.performance_week.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.performance_week.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.performance_week.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.performance_week.week_from IS 'Monday of the week';
COMMENT ON COLUMN @partnership@.performance_week.iso_week IS 'Number of the week, as 2025-W01 (ISO 8601)';
COMMENT ON COLUMN @partnership@.performance_week.week_to IS 'Last day of the week, of a part-finished week the last day known';
COMMENT ON COLUMN @partnership@.performance_week.is_part_finished IS 'True when the week ends after the last day known';
COMMENT ON COLUMN @partnership@.performance_week.incidents IS 'Incidents of the whole partnership in the week by the day they began, subtypes included; of a part-finished week so far; NULL when not covered';
COMMENT ON COLUMN @partnership@.performance_week.mean_8_weeks IS 'Mean of the eight weeks before; NULL unless all of them are covered';
COMMENT ON COLUMN @partnership@.performance_week.band_lower IS 'Lower limit of what chance alone gives around the mean (exact Poisson, setting performance_confidence)';
COMMENT ON COLUMN @partnership@.performance_week.band_upper IS 'Upper limit of what chance alone gives around the mean';
COMMENT ON COLUMN @partnership@.performance_week.band_position IS 'above, below or within that band; NULL when not compared';
COMMENT ON COLUMN @partnership@.performance_week.p_value IS 'Two-sided exact p-value of no change against the eight weeks before; allows for the chance in their mean, which the band does not';
COMMENT ON COLUMN @partnership@.performance_week.adjusted_p_value IS 'The same after Benjamini-Hochberg over the types of the week';
COMMENT ON COLUMN @partnership@.performance_week.verdict IS 'higher, lower, new, gone, no clear change, none in either period or not comparable; NULL for a part-finished week';
COMMENT ON COLUMN @partnership@.performance_week.note IS 'Part-finished, not covered, or too few weeks before; NULL when nothing';
