-- Quality of sources: what does each source show that the others do not, and which events stand in two of them?

CREATE OR REPLACE VIEW @partnership@.evidence_comparable_type
WITH (security_invoker = true) AS
-- One row per ordered pair of problem types that may record the same event: a type and itself, and what type_equivalent names, either way, subtypes included.
SELECT t.problem_type_id, t.problem_type_id AS other_problem_type_id
FROM @partnership@.problem_type t
UNION
SELECT mine.member_id, theirs.member_id
FROM (
    SELECT e.problem_type_id, e.other_problem_type_id FROM @partnership@.type_equivalent e
  UNION ALL
    SELECT e.other_problem_type_id, e.problem_type_id FROM @partnership@.type_equivalent e
) pair
JOIN @partnership@.evidence_type mine ON mine.problem_type_id = pair.problem_type_id
JOIN @partnership@.evidence_type theirs ON theirs.problem_type_id = pair.other_problem_type_id;
COMMENT ON VIEW @partnership@.evidence_comparable_type IS 'Problem types that may record one event in different sources: one row per ordered pair, each type with itself included';
COMMENT ON COLUMN @partnership@.evidence_comparable_type.problem_type_id IS 'A problem type of incidents';
COMMENT ON COLUMN @partnership@.evidence_comparable_type.other_problem_type_id IS 'What another source may call the same event';

CREATE OR REPLACE VIEW @partnership@.evidence_comparable_source
WITH (security_invoker = true) AS
-- One row per source, problem type it supplies and other source that supplies a type that may be the same event, both with exact places and days.
SELECT DISTINCT mine.source_id, c.problem_type_id, other.source_id AS other_source_id
FROM @partnership@.evidence_comparable_type c
JOIN @partnership@.evidence_type_source mt ON mt.problem_type_id = c.problem_type_id
JOIN @partnership@.source mine ON mine.source_id = mt.source_id AND mine.place_precision = 'exact' AND mine.time_precision <> 'month'
JOIN @partnership@.evidence_type_source ot ON ot.problem_type_id = c.other_problem_type_id
JOIN @partnership@.source other ON other.source_id = ot.source_id AND other.place_precision = 'exact' AND other.time_precision <> 'month'
WHERE other.source_id <> mine.source_id;
COMMENT ON VIEW @partnership@.evidence_comparable_source IS 'Which sources could know each other''s events: one row per source, problem type and other source, all with exact places and days';
COMMENT ON COLUMN @partnership@.evidence_comparable_source.source_id IS 'A source';
COMMENT ON COLUMN @partnership@.evidence_comparable_source.problem_type_id IS 'Problem type of its incidents';
COMMENT ON COLUMN @partnership@.evidence_comparable_source.other_source_id IS 'Another source with a type that may be the same event';

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

CREATE OR REPLACE VIEW @partnership@.quality_duplicate
WITH (security_invoker = true) AS
-- One row per assessment and pair of incidents of two sources: the first's nearest match, where the first is nearest of those that match the second so.
WITH pair AS (
    SELECT m.assessment_id, m.incident_id, m.source_id, m.other_incident_id, m.other_source_id, m.distance, m.hours,
           row_number() OVER (PARTITION BY m.assessment_id, m.source_id, m.other_incident_id ORDER BY m.hours, m.distance, m.incident_id) AS nearest
    FROM @partnership@.evidence_match m
    WHERE m.shift_days = 0
      AND m.source_id < m.other_source_id
)
SELECT p.assessment_id,
       row_number() OVER (PARTITION BY p.assessment_id ORDER BY p.incident_id, p.other_incident_id) AS row_key,
       p.incident_id, mine.code AS source, i.source_reference, mt.code AS problem_type,
       p.other_incident_id, other.code AS other_source, o.source_reference AS other_source_reference, ot.code AS other_problem_type,
       p.distance::float8 AS distance, p.hours::float8 AS hours,
       i.occurred_from, o.occurred_from AS other_occurred_from, i.place_reference, o.place_reference AS other_place_reference,
       i.location::@postgis@.geometry(Point, @srid@) AS location
FROM pair p
JOIN @partnership@.incident i USING (incident_id)
JOIN @partnership@.incident o ON o.incident_id = p.other_incident_id
JOIN @partnership@.source mine ON mine.source_id = p.source_id
JOIN @partnership@.source other ON other.source_id = p.other_source_id
JOIN @partnership@.problem_type mt ON mt.problem_type_id = i.problem_type_id
JOIN @partnership@.problem_type ot ON ot.problem_type_id = o.problem_type_id
WHERE p.nearest = 1;
COMMENT ON VIEW @partnership@.quality_duplicate IS 'Quality of sources: which events stand in two sources? One row per assessment and pair of incidents that are probably one event: types that may be the same, within match_distance metres and match_hours hours, each the other''s nearest. Some pairs are chance: quality_added_value says how many. Sources that cannot be compared, and why: quality_match_source';
COMMENT ON COLUMN @partnership@.quality_duplicate.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.quality_duplicate.row_key IS 'Key of the row within the assessment';
COMMENT ON COLUMN @partnership@.quality_duplicate.incident_id IS 'Incident of the one source';
COMMENT ON COLUMN @partnership@.quality_duplicate.source IS 'Code of that source';
COMMENT ON COLUMN @partnership@.quality_duplicate.source_reference IS 'That source''s own reference';
COMMENT ON COLUMN @partnership@.quality_duplicate.problem_type IS 'Its problem type';
COMMENT ON COLUMN @partnership@.quality_duplicate.other_incident_id IS 'Incident of the other source';
COMMENT ON COLUMN @partnership@.quality_duplicate.other_source IS 'Code of the other source';
COMMENT ON COLUMN @partnership@.quality_duplicate.other_source_reference IS 'The other source''s own reference';
COMMENT ON COLUMN @partnership@.quality_duplicate.other_problem_type IS 'Its problem type';
COMMENT ON COLUMN @partnership@.quality_duplicate.distance IS 'Metres between them';
COMMENT ON COLUMN @partnership@.quality_duplicate.hours IS 'Hours between their windows; 0 when these overlap';
COMMENT ON COLUMN @partnership@.quality_duplicate.occurred_from IS 'Earliest moment of the one';
COMMENT ON COLUMN @partnership@.quality_duplicate.other_occurred_from IS 'Earliest moment of the other';
COMMENT ON COLUMN @partnership@.quality_duplicate.place_reference IS 'Place of the one as its source names it';
COMMENT ON COLUMN @partnership@.quality_duplicate.other_place_reference IS 'Place of the other';
COMMENT ON COLUMN @partnership@.quality_duplicate.location IS 'Place of the one';

CREATE OR REPLACE VIEW @partnership@.quality_added_value
WITH (security_invoker = true) AS
-- One row per assessment, source, problem type and other source that could know its events. Assessment by
-- assessment, since a filter on one would not reach what the branches share.
SELECT a.assessment_id,
       row_number() OVER (PARTITION BY a.assessment_id ORDER BY mine.code, t.sort_order, other.code) AS row_key,
       k.source_id, mine.code AS source, t.problem_type_id, t.code AS problem_type, t.label AS problem_type_label,
       k.other_source_id, other.code AS other_source,
       k.compared AS incidents, k.found AS also_known, k.by_chance::float8 AS known_by_chance,
       k.compared - k.found AS only_here,
       100 * (k.compared - k.found)::float8 / nullif(k.compared, 0) AS only_here_percent,
       k.area_correlation, k.areas::integer AS areas,
       CASE
           WHEN k.compared < 20 THEN 'too few to say'
           WHEN k.found <= k.by_chance + 2 * sqrt(greatest(k.by_chance, 1)) THEN 'no more in common than chance makes'
           WHEN k.found > 0.8 * k.compared THEN 'adds little: four in five or more are known to the other'
           WHEN k.found < 0.5 * k.compared THEN 'adds much: most are not known to the other'
           ELSE 'adds some'
       END AS finding,
       -- the share of variation that a straight line explains; places that part are no redundancy
       100 * greatest(k.area_correlation, 0) ^ 2 AS area_redundancy_percent
FROM @partnership@.assessment a
CROSS JOIN LATERAL (
    WITH united AS (
        -- what was compared, and what was found: united and grouped, so that a type without a match has its row
        SELECT k.source_id, k.problem_type_id, k.other_source_id, i.compared, 0::bigint AS found, 0::bigint AS found_by_chance
        FROM (
            SELECT i.source_id, i.problem_type_id, count(*) AS compared
            FROM @partnership@.incident i
            WHERE i.location IS NOT NULL
              AND i.occurred_from >= a.period_from::timestamp AT TIME ZONE @time_zone@
              AND i.occurred_from < (a.period_to + 1)::timestamp AT TIME ZONE @time_zone@
            GROUP BY i.source_id, i.problem_type_id
        ) i
        JOIN @partnership@.evidence_comparable_source k USING (source_id, problem_type_id)
      UNION ALL
        SELECT m.source_id, m.problem_type_id, m.other_source_id, 0,
               count(*) FILTER (WHERE m.shift_days = 0), count(*) FILTER (WHERE m.shift_days <> 0)
        FROM @partnership@.evidence_match m
        WHERE m.assessment_id = a.assessment_id
        GROUP BY m.source_id, m.problem_type_id, m.other_source_id
    ),
    matched AS MATERIALIZED (
        SELECT u.source_id, u.problem_type_id, u.other_source_id,
               sum(u.compared)::bigint AS compared, sum(u.found)::bigint AS found, sum(u.found_by_chance) / 2.0 AS by_chance
        FROM united u
        GROUP BY u.source_id, u.problem_type_id, u.other_source_id
    ),
    area_count AS MATERIALIZED (
        SELECT m.area_id, m.source_id, m.problem_type_id, sum(m.incidents) AS incidents
        FROM @partnership@.incident_month_entry m
        WHERE m.month >= date_trunc('month', a.period_from)
          AND m.month <= a.period_to
          AND m.area_id IS NOT NULL
        GROUP BY m.area_id, m.source_id, m.problem_type_id
        HAVING sum(m.incidents) <> 0
    ),
    comparable AS MATERIALIZED (
        SELECT c.problem_type_id, c.other_problem_type_id FROM @partnership@.evidence_comparable_type c
    ),
    placed AS (
        -- where each of the two happens: do they show the same areas?
        SELECT c.source_id, c.problem_type_id, c.other_source_id, corr(c.mine, c.theirs) AS area_correlation, count(*) AS areas
        FROM (
            SELECT b.source_id, b.problem_type_id, b.other_source_id, b.area_id, sum(b.mine)::float8 AS mine, sum(b.theirs)::float8 AS theirs
            FROM (
                SELECT k.source_id, k.problem_type_id, k.other_source_id, m.area_id, m.incidents AS mine, 0::numeric AS theirs
                FROM matched k
                JOIN area_count m ON m.source_id = k.source_id AND m.problem_type_id = k.problem_type_id
              UNION ALL
                SELECT k.source_id, k.problem_type_id, k.other_source_id, m.area_id, 0, m.incidents
                FROM matched k
                JOIN comparable c ON c.problem_type_id = k.problem_type_id
                JOIN area_count m ON m.source_id = k.other_source_id AND m.problem_type_id = c.other_problem_type_id
            ) b
            GROUP BY b.source_id, b.problem_type_id, b.other_source_id, b.area_id
        ) c
        GROUP BY c.source_id, c.problem_type_id, c.other_source_id
    )
    SELECT k.source_id, k.problem_type_id, k.other_source_id, k.compared, k.found, k.by_chance, p.area_correlation, p.areas
    FROM matched k
    LEFT JOIN placed p USING (source_id, problem_type_id, other_source_id)
) k
JOIN @partnership@.source mine ON mine.source_id = k.source_id
JOIN @partnership@.source other ON other.source_id = k.other_source_id
JOIN @partnership@.problem_type t ON t.problem_type_id = k.problem_type_id;
COMMENT ON VIEW @partnership@.quality_added_value IS 'Quality of sources: what does each show that the others do not (as in the Cardiff model)? One row per assessment, source, problem type and other source with exact places that could know the same events: how many have a match there within match_distance metres and match_hours hours, how many matches chance alone makes, and how alike the two are over areas. Sources that cannot be compared, and why: quality_match_source';
COMMENT ON COLUMN @partnership@.quality_added_value.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.quality_added_value.row_key IS 'Key of the row within the assessment';
COMMENT ON COLUMN @partnership@.quality_added_value.source_id IS 'The source';
COMMENT ON COLUMN @partnership@.quality_added_value.source IS 'Its code';
COMMENT ON COLUMN @partnership@.quality_added_value.problem_type_id IS 'Problem type of its incidents, as recorded';
COMMENT ON COLUMN @partnership@.quality_added_value.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.quality_added_value.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.quality_added_value.other_source_id IS 'The source it is compared with';
COMMENT ON COLUMN @partnership@.quality_added_value.other_source IS 'Its code';
COMMENT ON COLUMN @partnership@.quality_added_value.incidents IS 'Located incidents of the period that were compared';
COMMENT ON COLUMN @partnership@.quality_added_value.also_known IS 'Of these, with a match in the other source';
COMMENT ON COLUMN @partnership@.quality_added_value.known_by_chance IS 'Matches that chance makes: the mean over the same incidents a week earlier and a week later';
COMMENT ON COLUMN @partnership@.quality_added_value.only_here IS 'Incidents without a match: what the other source does not show';
COMMENT ON COLUMN @partnership@.quality_added_value.only_here_percent IS 'Their share in per cent';
COMMENT ON COLUMN @partnership@.quality_added_value.area_correlation IS 'Correlation of the two sources'' counts over areas with any; near 1 the other source shows the same places; NULL when it cannot be computed';
COMMENT ON COLUMN @partnership@.quality_added_value.areas IS 'Areas in the correlation';
COMMENT ON COLUMN @partnership@.quality_added_value.finding IS 'What the figures say of the events, in words';
COMMENT ON COLUMN @partnership@.quality_added_value.area_redundancy_percent IS 'How much of the variation of the source''s counts over areas the other''s counts account for, in per cent (the square of area_correlation, 0 where that is negative): near 100 a map of the one shows nothing that a map of the other does not';

CREATE OR REPLACE VIEW @partnership@.quality_match_source
WITH (security_invoker = true) AS
-- One row per source: whether its events can be known again in another source, and why not.
WITH supplied AS (
    SELECT DISTINCT ts.source_id FROM @partnership@.evidence_type_source ts
),
compared AS (
    SELECT k.source_id, string_agg(DISTINCT s.title, ', ') AS others
    FROM @partnership@.evidence_comparable_source k
    JOIN @partnership@.source s ON s.source_id = k.other_source_id
    GROUP BY k.source_id
)
SELECT s.source_id AS row_key, s.source_id, s.code AS source, s.title, s.place_precision, s.time_precision,
       c.source_id IS NOT NULL AS is_used,
       CASE
           WHEN c.source_id IS NOT NULL THEN 'used: compared with ' || c.others
           ELSE 'left out: ' || CASE
               WHEN v.source_id IS NULL THEN 'it supplies no incidents'
               WHEN s.place_precision <> 'exact' OR s.time_precision = 'month' THEN concat_ws('; ',
                   CASE s.place_precision WHEN 'snapped' THEN 'places are snapped to map points' WHEN 'area' THEN 'places are areas' END,
                   CASE s.time_precision WHEN 'month' THEN 'dates are months' END)
               ELSE 'no other source with exact places and days supplies what may be the same events'
           END
       END AS reason
FROM @partnership@.source s
LEFT JOIN supplied v USING (source_id)
LEFT JOIN compared c USING (source_id);
COMMENT ON VIEW @partnership@.quality_match_source IS 'Quality of sources: which can be compared event by event with others, and why not the rest? One row per source. Where none is used quality_added_value and quality_duplicate have no rows: it is not known what sources share';
COMMENT ON COLUMN @partnership@.quality_match_source.row_key IS 'Key of the row, for GIS and BI tools';
COMMENT ON COLUMN @partnership@.quality_match_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.quality_match_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.quality_match_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.quality_match_source.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.quality_match_source.time_precision IS 'minute, day or month';
COMMENT ON COLUMN @partnership@.quality_match_source.is_used IS 'True when its events are looked for in another source';
COMMENT ON COLUMN @partnership@.quality_match_source.reason IS 'With which it is compared, or why it is left out, in words';
