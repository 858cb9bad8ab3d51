-- Problem profile, part 4: when? Hours of the week, days of the week, months of the year.

CREATE OR REPLACE VIEW @partnership@.profile_time
WITH (security_invoker = true) AS
-- One row per problem profile, section (hour of week, day of week, month of year) and position. A section that the sources cannot
-- support has one row that says why.
SELECT p.assessment_id,
       csp_internal.row_key(p.assessment_id::text, d.section, d.label) AS row_key,
       d.section, d.position, d.label, d.iso_weekday, d.hour, d.incidents AS aoristic_incidents, d.percent, d.index, d.note,
       d.section_order * 1000 + d.position AS sort_order
FROM @partnership@.assessment p
CROSS JOIN LATERAL (
    WITH happened AS MATERIALIZED (
        SELECT i.source_id, i.time_precision, i.occurred_from, i.occurred_to
        FROM @partnership@.evidence_profile_incident i
        WHERE i.assessment_id = p.assessment_id
          AND i.part = 'period'
    ),
    left_out AS (
        SELECT count(*) AS incidents,
               count(*) FILTER (WHERE h.time_precision = 'minute') AS minutes,
               count(*) FILTER (WHERE h.time_precision = 'day') AS days,
               count(*) FILTER (WHERE h.time_precision = 'month') AS months
        FROM happened h
    ),
    hourly AS (
        SELECT csp.aoristic_hours(h.occurred_from, h.occurred_to, @time_zone@) AS weights
        FROM happened h
        WHERE h.time_precision = 'minute'
    ),
    hour_row AS MATERIALIZED (
        SELECT w.hour_of_week, w.day, w.iso_weekday, w.hour, w.weight
        FROM hourly
        CROSS JOIN LATERAL csp.hour_of_week(hourly.weights) AS w
    ),
    weekday AS (
        SELECT u.iso_weekday, sum(u.weight) AS weight
        FROM (
            SELECT w.iso_weekday, w.weight
            FROM hour_row w
          UNION ALL
            -- a day is known, or a few of which each is as likely
            SELECT extract(isodow FROM day.day)::integer, 1.0::float8 / count(*) OVER (PARTITION BY h.n)
            FROM (SELECT row_number() OVER () AS n, (i.occurred_from AT TIME ZONE @time_zone@)::date AS first_day,
                         least((i.occurred_to AT TIME ZONE @time_zone@)::date, (i.occurred_from AT TIME ZONE @time_zone@)::date + 6) AS last_day
                  FROM happened i
                  WHERE i.time_precision = 'day') h
            CROSS JOIN LATERAL generate_series(h.first_day::timestamp, h.last_day::timestamp, '1 day') AS day (day)
        ) u
        GROUP BY u.iso_weekday
    ),
    usable AS (
        -- six years up to the end of the period, of those sources that have every month of it since they began, and go on
        SELECT sm.source_id, sm.month
        FROM @partnership@.evidence_source_month sm
        WHERE sm.month > p.period_to - interval '6 years'
          AND csp_internal.month_end(sm.month) <= p.period_to
          AND sm.is_whole
    ),
    whole AS (
        SELECT u.source_id
        FROM usable u
        GROUP BY u.source_id
        HAVING count(*) = 12 * (extract(year FROM max(u.month)) - extract(year FROM min(u.month))) + extract(month FROM max(u.month)) - extract(month FROM min(u.month)) + 1
           AND count(*) >= 24
           AND max(u.month) = (SELECT max(latest.month) FROM usable latest)
    ),
    span AS (
        SELECT max(s.first_month) AS first_month, max(s.last_month) AS last_month
        FROM (SELECT u.source_id, min(u.month) AS first_month, max(u.month) AS last_month FROM usable u JOIN whole USING (source_id) GROUP BY u.source_id) s
    ),
    scope AS MATERIALIZED (
        SELECT DISTINCT tree.member_id
        FROM @partnership@.evidence_type tree
        WHERE tree.problem_type_id IN (SELECT st.problem_type_id FROM @partnership@.assessment_type st WHERE st.assessment_id = p.assessment_id)
           OR NOT EXISTS (SELECT FROM @partnership@.assessment_type st WHERE st.assessment_id = p.assessment_id)
    ),
    gappy AS (
        -- supplies the problem, and is not counted
        SELECT string_agg(s.title, ', ' ORDER BY s.title) AS titles
        FROM @partnership@.source s
        WHERE s.source_id IN (SELECT ts.source_id FROM @partnership@.evidence_type_source ts WHERE ts.problem_type_id IN (SELECT c.member_id FROM scope c))
          AND s.source_id NOT IN (SELECT w.source_id FROM whole w)
    ),
    place AS MATERIALIZED (
        SELECT aa.area_id
        FROM @partnership@.assessment_area sa
        JOIN @partnership@.area_ancestor aa ON aa.ancestor_id = sa.area_id
        WHERE sa.assessment_id = p.assessment_id
    ),
    monthly AS (
        SELECT month.month::date AS month, coalesce(c.incidents, 0)::float8 AS incidents
        FROM span
        CROSS JOIN LATERAL generate_series(span.first_month::timestamp, span.last_month::timestamp, '1 month') AS month (month)
        LEFT JOIN (
            SELECT m.month, sum(m.incidents) AS incidents
            FROM @partnership@.incident_month_entry m
            WHERE m.problem_type_id IN (SELECT s.member_id FROM scope s)
              AND m.source_id IN (SELECT w.source_id FROM whole w)
              AND (NOT EXISTS (SELECT FROM place) OR m.area_id IN (SELECT pl.area_id FROM place pl))
            GROUP BY m.month
        ) c ON c.month = month.month
    ),
    season AS MATERIALIZED (
        SELECT csp.seasonal_index(csp.month_length_adjusted(m.incidents, m.month), m.month) AS index
        FROM monthly m
    ),
    month_row AS (
        SELECT month.position::integer AS position, sum(m.incidents) AS incidents, max(s.index[month.position]) AS index
        FROM season s
        CROSS JOIN generate_series(1, 12) AS month (position)
        LEFT JOIN monthly m ON extract(month FROM m.month) = month.position
        WHERE s.index IS NOT NULL
        GROUP BY month.position
    )
    SELECT 1 AS section_order, 'hour of week'::text AS section, w.hour_of_week AS position,
           left(w.day, 3) || ' ' || lpad(w.hour::text, 2, '0') || ':00' AS label, w.iso_weekday, w.hour,
           w.weight AS incidents, 100 * w.weight / nullif(sum(w.weight) OVER (), 0) AS percent,
           168 * w.weight / nullif(sum(w.weight) OVER (), 0) AS index,
           CASE WHEN l.days + l.months > 0 THEN 'without ' || (l.days + l.months) || ' incidents whose hours are not known' END AS note
    FROM hour_row w
    CROSS JOIN left_out l
  UNION ALL
    SELECT 1, 'hour of week', 1, 'Not known', NULL, NULL, NULL, NULL, NULL,
           CASE WHEN l.incidents = 0 THEN 'no incidents in the period'
                WHEN l.days > 0 THEN 'the sources know the day but not the hour'
                ELSE 'the dates of the sources are months: no hours' END
    FROM left_out l
    WHERE l.minutes = 0
  UNION ALL
    SELECT 2, 'day of week', w.iso_weekday, to_char(date '2024-01-01' + w.iso_weekday - 1, 'FMDay'), w.iso_weekday, NULL,
           w.weight, 100 * w.weight / nullif(sum(w.weight) OVER (), 0), 7 * w.weight / nullif(sum(w.weight) OVER (), 0),
           CASE WHEN l.months > 0 THEN 'without ' || l.months || ' incidents whose days are not known' END
    FROM weekday w
    CROSS JOIN left_out l
  UNION ALL
    SELECT 2, 'day of week', 1, 'Not known', NULL, NULL, NULL, NULL, NULL,
           CASE WHEN l.incidents = 0 THEN 'no incidents in the period' ELSE 'the dates of the sources are months: no days' END
    FROM left_out l
    WHERE l.minutes + l.days = 0
  UNION ALL
    SELECT 3, 'month of year', m.position, to_char(make_date(2024, m.position, 1), 'FMMonth'), NULL, NULL,
           m.incidents, 100 * m.incidents / nullif(sum(m.incidents) OVER (), 0), m.index,
           concat_ws('; ', 'over ' || to_char(span.first_month, 'FMMon YYYY') || ' to ' || to_char(span.last_month, 'FMMon YYYY'),
               'without ' || gappy.titles || ': not every month of two years or more',
               CASE WHEN broke.whole_years THEN NULL ELSE 'not whole years: read the index, not the percentages' END, broke.breaks)
    FROM month_row m
    CROSS JOIN span
    CROSS JOIN (
        SELECT bool_and((csp.month_number(span.last_month) - csp.month_number(span.first_month) + 1) % 12 = 0) AS whole_years, string_agg(DISTINCT b.description, '; ') AS breaks
        FROM span
        LEFT JOIN @partnership@.evidence_type_break b
               ON b.problem_type_id IN (SELECT s.member_id FROM scope s) AND b.source_id IN (SELECT w.source_id FROM whole w)
              AND b.starts_on > span.first_month AND b.starts_on < span.last_month + interval '1 month'
              AND (NOT b.is_of_areas OR EXISTS (SELECT FROM place))
    ) broke
    CROSS JOIN gappy
  UNION ALL
    SELECT 3, 'month of year', 1, 'Not known', NULL, NULL, NULL, NULL, NULL, 'a season needs two years of whole months from one source'
    FROM season s
    WHERE s.index IS NULL
) d
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.profile_time IS 'Problem profile: when in the week and in the year? One row per profile, section (hour of week, day of week, month of year) and position; a section that the sources cannot support has one row that says why';
COMMENT ON COLUMN @partnership@.profile_time.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.profile_time.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.profile_time.section IS 'hour of week (sources that know minutes), day of week (also those that know days) or month of year (sources without a missing month)';
COMMENT ON COLUMN @partnership@.profile_time.position IS 'Order: 1 is Monday 00:00, Monday or January';
COMMENT ON COLUMN @partnership@.profile_time.label IS 'In words; Not known when there is no figure';
COMMENT ON COLUMN @partnership@.profile_time.iso_weekday IS '1 Monday to 7 Sunday';
COMMENT ON COLUMN @partnership@.profile_time.hour IS 'Hour of the local clock, 0 to 23';
COMMENT ON COLUMN @partnership@.profile_time.aoristic_incidents IS 'Incidents of the period, shared out over the hours in which each can have happened; of month of year: all in the months that the note names';
COMMENT ON COLUMN @partnership@.profile_time.percent IS 'Per cent of the section''s incidents';
COMMENT ON COLUMN @partnership@.profile_time.index IS 'Against an even spread: 2 is twice as many; of month of year: the season, freed of trend and length of month';
COMMENT ON COLUMN @partnership@.profile_time.note IS 'Why there is no figure, or what is left out of it; NULL when nothing';
COMMENT ON COLUMN @partnership@.profile_time.sort_order IS 'Order for display';
