-- Strategic assessment, section 1: patterns in time. When does each problem happen?

CREATE OR REPLACE VIEW @partnership@.strategic_pattern_time
WITH (security_invoker = true) AS
-- One row per assessment, problem type, dimension (month of year, day of week, hour of day) and position in it; whole partnership.
WITH covered AS (
    -- the months of the period that every source of the type wholly covers: a month with one source short would look quiet
    SELECT tm.assessment_id, tm.problem_type_id, tm.month, extract(month FROM tm.month)::integer AS position, tm.days
    FROM @partnership@.evidence_trend_month tm
    JOIN @partnership@.evidence_assessment_month am ON am.assessment_id = tm.assessment_id AND am.month = tm.month AND am.part = 'period'
),
calendar_month AS (
    -- covered months contribute the zeros and their days, and are united with the counts rather than joined to them
    SELECT u.assessment_id, u.problem_type_id, u.position, sum(u.incidents) AS incidents, sum(u.days) AS days
    FROM (
        SELECT m.assessment_id, m.problem_type_id, m.month, extract(month FROM m.month)::integer AS position,
               sum(m.incidents) AS incidents, sum(m.days) AS days
        FROM (
            SELECT c.assessment_id, c.problem_type_id, c.month, 0::bigint AS incidents, c.days
            FROM covered c
          UNION ALL
            SELECT asm.assessment_id, tree.problem_type_id, m.month, m.incidents, NULL
            FROM @partnership@.evidence_assessment_source_month asm
            JOIN (
                SELECT source_id, problem_type_id, month, sum(incidents)::bigint AS incidents
                FROM @partnership@.incident_month
                GROUP BY source_id, problem_type_id, month
            ) m ON m.source_id = asm.source_id AND m.month = asm.month
            JOIN @partnership@.evidence_type tree ON tree.member_id = m.problem_type_id
            WHERE asm.part = 'period'
              AND asm.is_usable
        ) m
        GROUP BY m.assessment_id, m.problem_type_id, m.month
        HAVING sum(m.days) IS NOT NULL
    ) u
    GROUP BY u.assessment_id, u.problem_type_id, u.position
),
whole AS NOT MATERIALIZED (
    SELECT am.assessment_id, min(am.month) AS first_day, (max(am.month) + interval '1 month')::date AS end_day
    FROM @partnership@.evidence_assessment_month am
    WHERE am.part = 'period'
    GROUP BY am.assessment_id
),
weekdays AS (
    -- a period of a few months has more of some weekdays than of others
    SELECT w.assessment_id, extract(isodow FROM day.day)::integer AS position, count(*) AS days
    FROM whole w
    CROSS JOIN LATERAL generate_series(w.first_day::timestamp, w.end_day::timestamp - interval '1 day', '1 day') AS day (day)
    GROUP BY w.assessment_id, extract(isodow FROM day.day)
),
timed AS (
    SELECT a.assessment_id, i.problem_type_id,
           i.occurred_to - i.occurred_from <= interval '1 day' AS day_is_known,
           i.occurred_to - i.occurred_from <= interval '1 hour' AND s.time_precision = 'minute' AS hour_is_known,
           date_part('isodow', i.occurred_from AT TIME ZONE @time_zone@)::integer AS weekday,
           date_part('hour', i.occurred_from AT TIME ZONE @time_zone@)::integer AS hour,
           count(*) AS incidents
    FROM whole a
    JOIN @partnership@.incident i
      ON i.occurred_from >= a.first_day::timestamp AT TIME ZONE @time_zone@
     AND i.occurred_from < a.end_day::timestamp AT TIME ZONE @time_zone@
    JOIN @partnership@.source s USING (source_id)
    WHERE s.time_precision <> 'month'
    GROUP BY 1, 2, 3, 4, 5, 6
),
clock_recorded AS (
    SELECT t.assessment_id, t.problem_type_id, dial.dimension, dial.position, sum(t.incidents) AS incidents
    FROM timed t
    CROSS JOIN LATERAL (VALUES ('day of week', t.weekday, t.day_is_known), ('hour of day', t.hour, t.hour_is_known)) AS dial (dimension, position, is_known)
    WHERE dial.is_known
    GROUP BY t.assessment_id, t.problem_type_id, dial.dimension, dial.position
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
    SELECT m.assessment_id, m.problem_type_id, 'month of year' AS dimension, m.position, m.incidents, m.days AS weight
    FROM calendar_month m
  UNION ALL
    SELECT c.assessment_id, c.problem_type_id, c.dimension, c.position, c.incidents,
           CASE c.dimension WHEN 'day of week' THEN w.days ELSE 1 END
    FROM clock_cell c
    LEFT JOIN weekdays w ON w.assessment_id = c.assessment_id AND w.position = c.position
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
       s.all_incidents::bigint AS incidents_with_known_time,
       coverage.period_flag AS data_flag
FROM shared s
JOIN @partnership@.problem_type t USING (problem_type_id)
LEFT JOIN @partnership@.evidence_type_coverage coverage USING (assessment_id, problem_type_id);
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
COMMENT ON COLUMN @partnership@.strategic_pattern_time.incidents IS 'Incidents at the position, by the earliest time they can have happened; months: those that every source of the type wholly covers (others are absent, not 0); days need a span of at most 24 hours, hours of at most one';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.share_percent IS 'Share of the incidents whose time is known finely enough, in per cent';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.index_to_average IS '100 is what an even spread over the days would give: months by their days, weekdays by how often the period has them';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.incidents_with_known_time IS 'Incidents whose time is known finely enough for the dimension';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.data_flag IS 'What the reader must know: missing or partial months, a period that is not whole months, breaks in the series; NULL when nothing';
