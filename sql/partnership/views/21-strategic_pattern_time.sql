-- Strategic assessment, section 1: patterns in time. When does each problem happen?

CREATE OR REPLACE VIEW @partnership@.strategic_pattern_time
WITH (security_invoker = true) AS
-- One row per assessment, problem type, dimension (month of year, day of week, hour of day) and position in it; whole partnership.
WITH calendar_month AS (
    SELECT asm.assessment_id, tree.problem_type_id,
           extract(month FROM m.month)::integer AS position,
           sum(m.incidents) AS incidents
    FROM @partnership@.evidence_assessment_source_month asm
    JOIN @partnership@.incident_month m ON m.source_id = asm.source_id AND m.month = asm.month
    JOIN @partnership@.evidence_type tree ON tree.member_id = m.problem_type_id
    WHERE asm.part = 'period'
    GROUP BY asm.assessment_id, tree.problem_type_id, extract(month FROM m.month)
),
month_days AS (
    -- a month's share is measured against its days, over the months that every source of the type covers
    SELECT covered.assessment_id, covered.problem_type_id, extract(month FROM covered.month)::integer AS position,
           sum(extract(day FROM covered.month + interval '1 month - 1 day')) AS days
    FROM (
        SELECT asm.assessment_id, ts.problem_type_id, asm.month
        FROM @partnership@.evidence_assessment_source_month asm
        JOIN @partnership@.evidence_type_source ts USING (source_id)
        WHERE asm.part = 'period'
        GROUP BY asm.assessment_id, ts.problem_type_id, asm.month
        HAVING bool_and(asm.is_covered)
    ) covered
    GROUP BY covered.assessment_id, covered.problem_type_id, extract(month FROM covered.month)
),
timed AS (
    SELECT a.assessment_id, i.problem_type_id,
           i.occurred_to - i.occurred_from <= interval '1 day' AS day_is_known,
           i.occurred_to - i.occurred_from <= interval '1 hour' AND s.time_precision = 'minute' AS hour_is_known,
           extract(isodow FROM i.occurred_from AT TIME ZONE @time_zone@)::integer AS weekday,
           extract(hour FROM i.occurred_from AT TIME ZONE @time_zone@)::integer AS hour
    FROM @partnership@.assessment a
    JOIN @partnership@.incident i
      ON i.occurred_from >= a.period_from::timestamp AT TIME ZONE @time_zone@
     AND i.occurred_from < (a.period_to + 1)::timestamp AT TIME ZONE @time_zone@
    JOIN @partnership@.source s USING (source_id)
    WHERE s.time_precision <> 'month'
),
clock_recorded AS (
    SELECT t.assessment_id, t.problem_type_id, 'day of week' AS dimension, t.weekday AS position, count(*) AS incidents
    FROM timed t
    WHERE t.day_is_known
    GROUP BY t.assessment_id, t.problem_type_id, t.weekday
  UNION ALL
    SELECT t.assessment_id, t.problem_type_id, 'hour of day', t.hour, count(*)
    FROM timed t
    WHERE t.hour_is_known
    GROUP BY t.assessment_id, t.problem_type_id, t.hour
),
clock AS (
    SELECT c.assessment_id, tree.problem_type_id, c.dimension, c.position, sum(c.incidents) AS incidents
    FROM clock_recorded c
    JOIN @partnership@.evidence_type tree ON tree.member_id = c.problem_type_id
    GROUP BY c.assessment_id, tree.problem_type_id, c.dimension, c.position
),
clock_cell AS (
    SELECT used.assessment_id, used.problem_type_id, used.dimension, position.position, coalesce(c.incidents, 0) AS incidents
    FROM (SELECT DISTINCT assessment_id, problem_type_id, dimension FROM clock) used
    CROSS JOIN LATERAL generate_series(CASE used.dimension WHEN 'day of week' THEN 1 ELSE 0 END,
                                       CASE used.dimension WHEN 'day of week' THEN 7 ELSE 23 END) AS position (position)
    LEFT JOIN clock c USING (assessment_id, problem_type_id, dimension, position)
),
cell AS (
    SELECT d.assessment_id, d.problem_type_id, 'month of year' AS dimension, d.position,
           coalesce(m.incidents, 0) AS incidents, d.days AS weight
    FROM month_days d
    LEFT JOIN calendar_month m USING (assessment_id, problem_type_id, position)
  UNION ALL
    SELECT c.assessment_id, c.problem_type_id, c.dimension, c.position, c.incidents, 1
    FROM clock_cell c
),
shared AS (
    SELECT c.assessment_id, c.problem_type_id, c.dimension, c.position, c.incidents,
           sum(c.incidents) OVER pattern AS all_incidents,
           c.weight / sum(c.weight) OVER pattern AS expected_share
    FROM cell c
    WINDOW pattern AS (PARTITION BY c.assessment_id, c.problem_type_id, c.dimension)
)
SELECT s.assessment_id, s.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.is_headline, t.sort_order,
       s.dimension, s.position,
       CASE s.dimension
           WHEN 'month of year' THEN to_char(make_date(2000, s.position, 1), 'FMMonth')
           WHEN 'day of week' THEN (ARRAY['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[s.position]
           ELSE lpad(s.position::text, 2, '0') || ':00'
       END AS position_label,
       s.incidents::bigint AS incidents,
       100.0 * s.incidents::float8 / nullif(s.all_incidents, 0)::float8 AS share_percent,
       100.0 * s.incidents::float8 / nullif(s.all_incidents * s.expected_share, 0)::float8 AS index_to_average,
       s.all_incidents::bigint AS incidents_with_known_time
FROM shared s
JOIN @partnership@.problem_type t USING (problem_type_id);
COMMENT ON VIEW @partnership@.strategic_pattern_time IS 'Strategic assessment 1, patterns in time: when does each problem happen? One row per assessment, problem type, dimension and position in it, for the whole partnership';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.dimension IS 'month of year, day of week or hour of day';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.position IS '1 to 12 for months, 1 (Monday) to 7 for days, 0 to 23 for hours';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.position_label IS 'Name of the position';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.incidents IS 'Incidents at the position, by the earliest time they can have happened; days need a span of at most 24 hours, hours of at most one';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.share_percent IS 'Share of the incidents whose time is known finely enough, in per cent';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.index_to_average IS '100 is what an even spread would give (months: by their days)';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.incidents_with_known_time IS 'Incidents whose time is known finely enough for the dimension';
