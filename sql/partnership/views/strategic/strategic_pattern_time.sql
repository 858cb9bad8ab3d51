-- Strategic assessment, section 1: patterns in time. When does each problem happen?

CREATE OR REPLACE VIEW @partnership@.strategic_pattern_time
WITH (security_invoker = true) AS
-- One row per assessment, problem type, dimension (month of year, day of week, hour of day, hour of week) and position in it; whole
-- partnership. A day or hour dimension that no source of the type knows is one row without a position, which gives the reason.
WITH whole AS NOT MATERIALIZED (
    SELECT am.assessment_id, min(am.month) AS first_day, (max(am.month) + interval '1 month')::date AS end_day
    FROM @partnership@.evidence_assessment_month am
    WHERE am.part = 'period'
    GROUP BY am.assessment_id
),
covered AS (
    -- the months of the period that every source of the type wholly covers: a month with one source short would look quiet. The period first
    -- (LATERAL with OFFSET): the other way round its months would be worked out again for every type and month
    SELECT whole.assessment_id, c.problem_type_id, c.month, c.days
    FROM whole
    CROSS JOIN LATERAL (
        SELECT tm.problem_type_id, tm.month, tm.days
        FROM @partnership@.evidence_trend_month tm
        WHERE tm.assessment_id = whole.assessment_id AND tm.month >= whole.first_day AND tm.month < whole.end_day
        OFFSET 0
    ) c
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
                FROM @partnership@.incident_month_entry
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
weekdays AS (
    -- a period of a few months has more of some weekdays than of others
    SELECT w.assessment_id, extract(isodow FROM day.day)::integer AS position, count(*) AS days
    FROM whole w
    CROSS JOIN LATERAL generate_series(w.first_day::timestamp, w.end_day::timestamp - interval '1 day', '1 day') AS day (day)
    GROUP BY w.assessment_id, extract(isodow FROM day.day)
),
timed AS (
    -- hours of the week of each type, once by the interval and once by its start where that is fine enough: one pass over the incidents
    SELECT a.assessment_id, i.problem_type_id, s.time_precision,
           csp.aoristic_hours(i.occurred_from, i.occurred_to, @time_zone@) AS aoristic,
           csp.aoristic_hours(i.occurred_from, i.occurred_to, @time_zone@, 'start') FILTER (WHERE i.occurred_to <= i.occurred_from + interval '24 hours') AS known_to_day,
           csp.aoristic_hours(i.occurred_from, i.occurred_to, @time_zone@, 'start') FILTER (WHERE i.occurred_to <= i.occurred_from + interval '1 hour') AS known_to_hour
    FROM whole a
    JOIN @partnership@.incident i
      ON i.occurred_from >= a.first_day::timestamp AT TIME ZONE @time_zone@
     AND i.occurred_from < a.end_day::timestamp AT TIME ZONE @time_zone@
    JOIN @partnership@.source s USING (source_id)
    WHERE s.time_precision <> 'month'
    GROUP BY a.assessment_id, i.problem_type_id, s.time_precision
),
clock_recorded AS (
    -- sums of numeric, so that the last digit does not depend on the order of rows
    SELECT t.assessment_id, t.problem_type_id, dial.dimension, dial.position,
           sum(coalesce(dial.incidents, 0)::bigint) AS incidents, sum(dial.aoristic::numeric) AS aoristic
    FROM timed t
    CROSS JOIN generate_series(1, 168) AS of_week (hour)
    CROSS JOIN LATERAL (VALUES
        ('day of week', (of_week.hour - 1) / 24 + 1, t.known_to_day[of_week.hour], t.aoristic[of_week.hour], true),
        ('hour of day', (of_week.hour - 1) % 24, t.known_to_hour[of_week.hour], t.aoristic[of_week.hour], t.time_precision = 'minute'),
        ('hour of week', of_week.hour, t.known_to_hour[of_week.hour], t.aoristic[of_week.hour], t.time_precision = 'minute')
    ) AS dial (dimension, position, incidents, aoristic, is_known)
    WHERE dial.is_known
    GROUP BY t.assessment_id, t.problem_type_id, dial.dimension, dial.position
),
coarse AS (
    -- sources of the period that know no days or no hours
    SELECT asm.assessment_id, ts.problem_type_id, dial.dimension,
           dial.unit || ' are not known in ' || string_agg(DISTINCT s.title || ' (by ' || s.time_precision || ')', ', ' ORDER BY s.title || ' (by ' || s.time_precision || ')') AS reason
    FROM (
        SELECT DISTINCT assessment_id, source_id
        FROM @partnership@.evidence_assessment_source_month
        WHERE part = 'period'
          AND is_usable
    ) asm
    JOIN @partnership@.evidence_type_source ts USING (source_id)
    JOIN @partnership@.source s USING (source_id)
    CROSS JOIN LATERAL (VALUES
        ('day of week', 'days', s.time_precision = 'month'),
        ('hour of day', 'hours', s.time_precision <> 'minute'),
        ('hour of week', 'hours', s.time_precision <> 'minute')
    ) AS dial (dimension, unit, is_coarse)
    WHERE dial.is_coarse
    GROUP BY asm.assessment_id, ts.problem_type_id, dial.dimension, dial.unit
),
cell AS (
    SELECT m.assessment_id, m.problem_type_id, 'month of year' AS dimension, m.position, m.incidents, NULL::numeric AS aoristic, m.days AS weight, NULL AS reason
    FROM calendar_month m
  UNION ALL
    SELECT c.assessment_id, c.problem_type_id, c.dimension, c.position, c.incidents, c.aoristic,
           CASE c.dimension WHEN 'hour of day' THEN 1 ELSE w.days END, NULL
    FROM (
        SELECT c.assessment_id, tree.problem_type_id, c.dimension, c.position, sum(c.incidents) AS incidents, sum(c.aoristic) AS aoristic
        FROM clock_recorded c
        JOIN @partnership@.evidence_type tree ON tree.member_id = c.problem_type_id
        GROUP BY c.assessment_id, tree.problem_type_id, c.dimension, c.position
    ) c
    LEFT JOIN weekdays w ON w.assessment_id = c.assessment_id AND w.position = CASE c.dimension WHEN 'hour of week' THEN (c.position - 1) / 24 + 1 ELSE c.position END
  UNION ALL
    SELECT c.assessment_id, c.problem_type_id, c.dimension, NULL, NULL, NULL, NULL, c.reason
    FROM coarse c
),
shared AS (
    SELECT c.assessment_id, c.problem_type_id, c.dimension, c.position, c.incidents, c.aoristic,
           coalesce(sum(c.incidents) OVER pattern, 0) AS all_incidents,
           sum(c.aoristic) OVER pattern AS all_aoristic,
           c.weight / sum(c.weight) OVER pattern AS expected_share,
           max(c.reason) OVER pattern AS reason,
           c.position IS NOT NULL OR count(c.position) OVER pattern = 0 AS is_shown
    FROM cell c
    WINDOW pattern AS (PARTITION BY c.assessment_id, c.problem_type_id, c.dimension)
)
SELECT s.assessment_id,
       csp_internal.row_key(s.assessment_id::text, s.problem_type_id::text, s.dimension, s.position::text) AS row_key,
       s.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.is_headline, t.sort_order,
       s.dimension, s.position,
       CASE s.dimension
           WHEN 'month of year' THEN to_char(make_date(2000, s.position, 1), 'FMMonth')
           WHEN 'day of week' THEN (ARRAY['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[s.position]
           WHEN 'hour of week' THEN (ARRAY['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[(s.position - 1) / 24 + 1] || ' ' || lpad(((s.position - 1) % 24)::text, 2, '0') || ':00'
           ELSE lpad(s.position::text, 2, '0') || ':00'
       END AS position_label,
       s.incidents::bigint AS incidents,
       100.0 * s.incidents::float8 / nullif(s.all_incidents, 0)::float8 AS share_percent,
       100.0 * s.incidents::float8 / nullif(s.all_incidents * s.expected_share, 0)::float8 AS index_to_average,
       s.all_incidents::bigint AS incidents_with_known_time,
       coverage.period_flag AS data_flag,
       s.aoristic::float8 AS aoristic_incidents,
       100.0 * s.aoristic::float8 / nullif(s.all_aoristic, 0)::float8 AS aoristic_share_percent,
       100.0 * s.aoristic::float8 / nullif(s.all_aoristic * s.expected_share, 0)::float8 AS aoristic_index_to_average,
       s.reason
FROM shared s
JOIN @partnership@.problem_type t USING (problem_type_id)
LEFT JOIN @partnership@.evidence_type_coverage coverage USING (assessment_id, problem_type_id)
WHERE s.is_shown;
COMMENT ON VIEW @partnership@.strategic_pattern_time IS 'Strategic assessment 1, patterns in time: when does each problem happen? One row per assessment, problem type, dimension and position in it, for the whole partnership';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.dimension IS 'month of year, day of week, hour of day or hour of week';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.position IS '1 to 12 for months, 1 (Monday) to 7 for days, 0 to 23 for hours, 1 (Monday 00:00) to 168 for hours of the week; NULL in the one row of a dimension that no source of the type knows';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.position_label IS 'Name of the position';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.incidents IS 'Incidents at the position, by the earliest time they can have happened; months: those that every source of the type wholly covers (others are absent, not 0); days need a span of at most 24 hours, hours of at most one';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.share_percent IS 'Share of the incidents whose time is known finely enough, in per cent';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.index_to_average IS '100 is what an even spread over the days would give: months by their days, weekdays and their hours by how often the period has them';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.incidents_with_known_time IS 'Incidents whose time is known finely enough for the dimension';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.data_flag IS 'What the reader must know: missing or partial months, a period that is not whole months, breaks in the series; NULL when nothing';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.aoristic_incidents IS 'Incidents at the position, each shared among the hours between the earliest and the latest time it can have happened (csp.aoristic_hours); days from sources that record minutes or days, hours from those that record minutes; NULL for months';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.aoristic_share_percent IS 'Their share of the dimension, in per cent';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.aoristic_index_to_average IS 'As index_to_average, of aoristic_incidents';
COMMENT ON COLUMN @partnership@.strategic_pattern_time.reason IS 'Sources of the type in the period that are left out of the dimension because they do not record days or hours; NULL when none';
