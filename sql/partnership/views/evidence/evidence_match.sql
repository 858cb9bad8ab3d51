-- Evidence of matches between sources. Which incidents of two sources may be one event?

CREATE OR REPLACE VIEW @partnership@.evidence_match
WITH (security_invoker = true) AS
-- One row per assessment, incident of its period, other source in which it has a match, and shift of the incident's time. A shift of 0 is the question, of
-- -7 and 7 days the control: the same hours of the week, at which only chance makes a match.
SELECT a.assessment_id, m.shift_days, m.incident_id, m.source_id, m.problem_type_id, m.other_source_id, m.other_incident_id, m.distance, m.hours
FROM @partnership@.assessment a
CROSS JOIN LATERAL (
    WITH limits AS (
        SELECT coalesce(max(s.value) FILTER (WHERE s.name = 'match_distance'), '100')::float8 AS distance,
               coalesce(max(s.value) FILTER (WHERE s.name = 'match_hours'), '3')::float8 AS hours
        FROM @partnership@.setting s
    ),
    fit AS MATERIALIZED (
        -- with the types that may record the same event as a list: a join by type would be made anew for every pair of incidents
        SELECT k.source_id, k.problem_type_id, min(c.other_types) AS other_types
        FROM @partnership@.evidence_comparable_source k
        JOIN (
            SELECT t.problem_type_id, array_agg(t.other_problem_type_id) AS other_types
            FROM @partnership@.evidence_comparable_type t
            GROUP BY t.problem_type_id
        ) c USING (problem_type_id)
        GROUP BY k.source_id, k.problem_type_id
    ),
    event AS MATERIALIZED (
        -- a week on either side for the control; times in hours
        SELECT i.incident_id, i.source_id, i.problem_type_id, fit.other_types,
               @postgis@.ST_X(i.location) AS x, @postgis@.ST_Y(i.location) AS y,
               extract(epoch FROM i.occurred_from)::float8 / 3600 AS starts, extract(epoch FROM i.occurred_to)::float8 / 3600 AS ends,
               (i.occurred_from AT TIME ZONE @time_zone@)::date BETWEEN a.period_from AND a.period_to AS is_of_period
        FROM @partnership@.incident i
        JOIN fit USING (source_id, problem_type_id)
        WHERE i.location IS NOT NULL
          AND i.occurred_from >= (a.period_from - 8)::timestamp AT TIME ZONE @time_zone@
          AND i.occurred_from < (a.period_to + 9)::timestamp AT TIME ZONE @time_zone@
    ),
    -- An equality join: squares of twice the distance and days, of which the circle around an incident touches few. The three are one number,
    -- so that they are not joined one by one; squares and days that share a number only bring pairs that are then found too far apart.
    searched AS (
        SELECT e.incident_id, e.source_id, e.problem_type_id, e.other_types, e.x, e.y, shift.days AS shift_days,
               e.starts + shift.days * 24 AS starts, e.ends + shift.days * 24 AS ends,
               (corner.first_column + c.step) * 73856093 # (corner.first_row + r.step) * 19349663 # day.day::bigint * 83492791 AS square_day
        FROM event e
        CROSS JOIN limits l
        CROSS JOIN (VALUES (0), (-7), (7)) AS shift (days)
        CROSS JOIN LATERAL (
            SELECT floor((e.x - l.distance) / (2 * l.distance))::bigint AS first_column, floor((e.x + l.distance) / (2 * l.distance))::bigint AS last_column,
                   floor((e.y - l.distance) / (2 * l.distance))::bigint AS first_row, floor((e.y + l.distance) / (2 * l.distance))::bigint AS last_row
        ) corner
        -- two columns and two rows, three where rounding has it so: series would be taken for a thousand each
        JOIN (VALUES (0), (1), (2)) AS c (step) ON corner.first_column + c.step <= corner.last_column
        JOIN (VALUES (0), (1), (2)) AS r (step) ON corner.first_row + r.step <= corner.last_row
        CROSS JOIN LATERAL generate_series(floor((e.starts + shift.days * 24 - l.hours) / 24)::integer, floor((e.ends + shift.days * 24 + l.hours) / 24)::integer) AS day (day)
        WHERE e.is_of_period
    ),
    placed AS (
        -- with the list of what is there: of a key that is grouped the planner knows that it is unique, and looks it up in a hash; otherwise it
        -- sorts all that is searched
        SELECT floor(e.x / (2 * l.distance))::bigint * 73856093 # floor(e.y / (2 * l.distance))::bigint * 19349663 # day.day::bigint * 83492791 AS square_day,
               array_agg(e.incident_id) AS incident_ids, min(e.source_id) AS first_source_id, max(e.source_id) AS last_source_id
        FROM event e
        CROSS JOIN limits l
        CROSS JOIN LATERAL generate_series(floor(e.starts / 24)::integer, floor(e.ends / 24)::integer) AS day (day)
        GROUP BY 1
    ),
    pair AS (
        SELECT s.shift_days, s.incident_id, s.source_id, s.problem_type_id, o.source_id AS other_source_id, o.incident_id AS other_incident_id,
               sqrt((s.x - o.x) ^ 2 + (s.y - o.y) ^ 2) AS distance,
               greatest(o.starts - s.ends, s.starts - o.ends, 0) AS hours
        FROM searched s
        -- most find nothing but themselves: what is of their own source alone is not opened
        JOIN placed p ON p.square_day = s.square_day AND (p.first_source_id <> s.source_id OR p.last_source_id <> s.source_id)
        CROSS JOIN LATERAL unnest(p.incident_ids) AS listed (incident_id)
        -- few are left: each is looked up by its key
        CROSS JOIN LATERAL (
            SELECT i.incident_id, i.source_id, i.problem_type_id, @postgis@.ST_X(i.location) AS x, @postgis@.ST_Y(i.location) AS y,
                   extract(epoch FROM i.occurred_from)::float8 / 3600 AS starts, extract(epoch FROM i.occurred_to)::float8 / 3600 AS ends
            FROM @partnership@.incident i
            WHERE i.incident_id = listed.incident_id
            OFFSET 0
        ) o
        WHERE o.source_id <> s.source_id
          AND o.problem_type_id = ANY (s.other_types)
    )
    -- the nearest in time, then in place
    SELECT DISTINCT ON (p.shift_days, p.incident_id, p.other_source_id)
           p.shift_days, p.incident_id, p.source_id, p.problem_type_id, p.other_source_id, p.other_incident_id, p.distance, p.hours
    FROM pair p
    CROSS JOIN limits l
    WHERE p.distance <= l.distance
      AND p.hours <= l.hours
    ORDER BY p.shift_days, p.incident_id, p.other_source_id, p.hours, p.distance, p.other_incident_id
) m;
COMMENT ON VIEW @partnership@.evidence_match IS 'Nearest match of the located incidents of an assessment''s period in each other source that could know them: one row per assessment, incident with a match, other source and shift of the incident''s time (0 the question, -7 and 7 days the control by chance). Distance and hours are the settings match_distance and match_hours';
COMMENT ON COLUMN @partnership@.evidence_match.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_match.shift_days IS 'Days by which the incident''s time was moved: 0, -7 or 7';
COMMENT ON COLUMN @partnership@.evidence_match.incident_id IS 'The incident';
COMMENT ON COLUMN @partnership@.evidence_match.source_id IS 'Its source';
COMMENT ON COLUMN @partnership@.evidence_match.problem_type_id IS 'Its problem type';
COMMENT ON COLUMN @partnership@.evidence_match.other_source_id IS 'The source with the match';
COMMENT ON COLUMN @partnership@.evidence_match.other_incident_id IS 'The nearest match in time, then in place';
COMMENT ON COLUMN @partnership@.evidence_match.distance IS 'Metres between the two';
COMMENT ON COLUMN @partnership@.evidence_match.hours IS 'Hours between their windows; 0 when these overlap';
