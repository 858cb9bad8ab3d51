-- Problem profile, part 3: victims. Who suffers it, and who again? Figures only: no row is about
-- one person.

CREATE OR REPLACE VIEW @partnership@.counted_profile_victim
WITH (security_invoker = true) AS
-- What profile_victim shows, counted: read by its owner alone, on behalf of a reader. One row per problem profile, section (repeats,
-- times suffered, time to repeat, age, sex) and position. Every count has the sum of its records' keys beside it.
SELECT p.assessment_id, csp_internal.row_key(p.assessment_id::text, d.section, d.label) AS row_key,
       d.section, d.position, d.label, d.people, d.people_percent, d.incidents, d.incidents_percent, d.cumulative_percent,
       nullif(concat_ws('; ', nullif(d.note, ''), CASE WHEN d.people BETWEEN 1 AND 9 THEN 'fewer than 10 people: percentages say little, and not for publication' END), '') AS note,
       d.section_order * 1000 + d.position AS sort_order
FROM @partnership@.assessment p
CROSS JOIN LATERAL (
    WITH reader AS MATERIALIZED (
        SELECT csp_internal.protects_people('@partnership@.incident_person'::regclass) AS is_protected, (SELECT k.secret FROM @partnership@.cell_secret k) AS secret
    ),
    involved AS MATERIALIZED (
        SELECT v.incident_id, v.person_id, v.time_precision, v.occurred_from, v.age_at_incident, v.sex,
               csp.record_key((SELECT r.secret FROM reader r), v.person_id, v.incident_id) AS record_key
        FROM (
            SELECT DISTINCT i.incident_id, ip.person_id, i.time_precision, i.occurred_from, ip.age_at_incident, coalesce(nullif(person.sex, ''), 'not known') AS sex
            FROM @partnership@.evidence_profile_incident i
            JOIN @partnership@.incident_person ip USING (incident_id)
            JOIN @partnership@.person USING (person_id)
            WHERE i.assessment_id = p.assessment_id
              AND i.part = 'period'
              AND ip.role = 'victim'
        ) v
    ),
    victim AS MATERIALIZED (
        SELECT v.person_id, min(v.sex) AS sex, count(*) AS incidents, sum(v.record_key) AS incident_key,
               csp.record_key((SELECT r.secret FROM reader r), v.person_id) AS person_key
        FROM involved v
        GROUP BY v.person_id
    ),
    counted AS (
        SELECT count(*) AS people, coalesce(sum(v.incidents), 0)::bigint AS incidents,
               coalesce(sum(v.person_key), 0) AS person_key, coalesce(sum(v.incident_key), 0)::bigint AS incident_key
        FROM victim v
    ),
    total AS MATERIALIZED (
        SELECT c.people, c.incidents, c.person_key, c.incident_key, r.is_protected, shown.people AS people_shown,
               csp_internal.shown_count(c.incidents, c.incident_key, c.incident_key, r.is_protected) AS incidents_shown,
               CASE WHEN r.is_protected THEN shown.people IS NULL ELSE c.people < 10 END AS is_few
        FROM counted c
        CROSS JOIN reader r
        CROSS JOIN LATERAL (SELECT csp_internal.shown_count(c.people, c.person_key, c.incident_key, r.is_protected) AS people) shown
    ),
    gap AS (
        SELECT (v.occurred_from AT TIME ZONE @time_zone@)::date
               - lag((v.occurred_from AT TIME ZONE @time_zone@)::date) OVER (PARTITION BY v.person_id ORDER BY v.occurred_from, v.incident_id) AS days,
               v.record_key
        FROM involved v
        WHERE v.time_precision <> 'month'
    ),
    repeat_band AS (
        SELECT b.position, b.label, count(g.days) AS repeats, coalesce(sum(g.record_key), 0) AS repeat_key
        FROM (VALUES (1, 'up to 7 days', 0, 7), (2, '8 to 14 days', 8, 14), (3, '15 to 28 days', 15, 28), (4, '29 to 56 days', 29, 56),
                     (5, '57 to 91 days', 57, 91), (6, '92 to 182 days', 92, 182), (7, '183 to 365 days', 183, 365), (8, 'more than 365 days', 366, 2147483647)) AS b (position, label, first_day, last_day)
        LEFT JOIN gap g ON g.days BETWEEN b.first_day AND b.last_day
        -- the period holds no longer gap
        WHERE b.first_day <= p.period_to - p.period_from
        GROUP BY b.position, b.label
    ),
    section AS (
        SELECT 1 AS section_order, 'repeats'::text AS section, 1 AS position, 'All victims'::text AS label, t.people, t.person_key, t.incidents, t.incident_key, NULL::text AS note
        FROM total t
        WHERE t.people > 0
      UNION ALL
        SELECT 1, 'repeats', 2, 'Repeat victims: more than once in the period', count(*) FILTER (WHERE v.incidents > 1), coalesce(sum(v.person_key) FILTER (WHERE v.incidents > 1), 0),
               coalesce(sum(v.incidents) FILTER (WHERE v.incidents > 1), 0)::bigint, coalesce(sum(v.incident_key) FILTER (WHERE v.incidents > 1), 0)::bigint, NULL
        FROM victim v
        HAVING count(*) > 0
      UNION ALL
        SELECT 2, 'times suffered', least(v.incidents, 5)::integer, CASE WHEN v.incidents >= 5 THEN 'five times or more' ELSE (ARRAY['once', 'twice', 'three times', 'four times'])[v.incidents] END,
               count(*), sum(v.person_key), sum(v.incidents)::bigint, sum(v.incident_key)::bigint, NULL
        FROM victim v
        GROUP BY 3, 4
      UNION ALL
        SELECT 3, 'time to repeat', b.position, b.label, NULL, NULL, b.repeats, b.repeat_key, 'repeats within the period, by days since the same victim''s last'
        FROM repeat_band b
        WHERE (SELECT t.is_protected FROM total t) OR EXISTS (SELECT FROM gap g WHERE g.days IS NOT NULL)
      UNION ALL
        SELECT 4, 'age', band.position, coalesce((ARRAY['0 to 9', '10 to 17', '18 to 24', '25 to 34', '35 to 44', '45 to 54', '55 to 64', '65 and over'])[band.position], 'not known'),
               count(*), sum(band.person_key), sum(band.incidents)::bigint, sum(band.incident_key)::bigint, NULL
        FROM (
            SELECT coalesce(width_bucket(v.age_at_incident, ARRAY[0, 10, 18, 25, 35, 45, 55, 65]), 9) AS position, count(*) AS incidents, sum(v.record_key) AS incident_key,
                   csp.record_key((SELECT r.secret FROM reader r), v.person_id) AS person_key
            FROM involved v
            GROUP BY 1, v.person_id
        ) band
        -- whose scope holds a handful of people would show who each is
        WHERE NOT (SELECT t.is_few FROM total t)
        GROUP BY band.position
      UNION ALL
        SELECT 5, 'sex', NULL, v.sex, count(*), sum(v.person_key), sum(v.incidents)::bigint, sum(v.incident_key)::bigint, NULL
        FROM victim v
        WHERE NOT (SELECT t.is_few FROM total t)
        GROUP BY v.sex
    ),
    shown AS (
        SELECT s.section_order, s.section, s.position, s.label, s.note, f.people,
               CASE
                   WHEN NOT t.is_protected OR s.section = 'time to repeat' THEN f.incidents
                   WHEN f.people IS NULL OR s.section IN ('age', 'sex') THEN NULL
                   -- a second noise for the same people would tell more about them
                   WHEN s.section = 'times suffered' THEN CASE WHEN s.position < 5 THEN f.people * s.position END
                   ELSE f.incidents
               END AS incidents,
               t.people_shown, t.incidents_shown, t.is_protected
        FROM section s
        CROSS JOIN total t
        CROSS JOIN LATERAL (SELECT csp_internal.shown_count(s.people, s.person_key, t.incident_key, t.is_protected) AS people,
                                   csp_internal.shown_count(s.incidents, s.incident_key, t.incident_key, t.is_protected) AS incidents) f
        -- what is hidden is not listed either, or the list would show which labels there are
        WHERE NOT t.is_protected
           OR NOT t.is_few AND (f.people IS NOT NULL OR s.section IN ('repeats', 'time to repeat'))
    )
    SELECT s.section_order, s.section,
           coalesce(s.position, row_number() OVER (PARTITION BY s.section ORDER BY s.label = 'not known', s.label COLLATE "C")::integer) AS position,
           s.label, s.people, s.incidents,
           concat_ws('; ', s.note, CASE WHEN s.is_protected THEN 'with noise of up to 5, fewer than 10 not shown: parts do not add up' END) AS note,
           csp_internal.percent(s.people, s.people_shown) AS people_percent,
           csp_internal.percent(s.incidents, CASE s.section WHEN 'time to repeat' THEN (sum(s.incidents) OVER (PARTITION BY s.section))::bigint ELSE s.incidents_shown END) AS incidents_percent,
           -- up to the first that is hidden
           CASE WHEN s.section = 'time to repeat' AND count(s.incidents) OVER (PARTITION BY s.section ORDER BY s.position) = count(*) OVER (PARTITION BY s.section ORDER BY s.position)
                THEN 100.0::float8 * sum(s.incidents) OVER (PARTITION BY s.section ORDER BY s.position) / nullif(sum(s.incidents) OVER (PARTITION BY s.section), 0) END AS cumulative_percent
    FROM shown s
  UNION ALL
    SELECT hidden.section_order, hidden.section, 1, 'Not shown', NULL, NULL, 'fewer than 10 people: they could be told apart', NULL, NULL, NULL
    FROM total t
    CROSS JOIN (VALUES (4, 'age'), (5, 'sex')) AS hidden (section_order, section)
    WHERE NOT t.is_protected
      AND t.people BETWEEN 1 AND 9
  UNION ALL
    -- none and a few must look the same
    SELECT hidden.section_order, hidden.section, 1, 'Not shown', NULL, NULL, 'fewer than 10 people, or none: they could be told apart', NULL, NULL, NULL
    FROM total t
    CROSS JOIN (VALUES (1, 'repeats'), (3, 'time to repeat'), (4, 'age'), (5, 'sex')) AS hidden (section_order, section)
    WHERE t.is_protected
      AND t.is_few
  UNION ALL
    SELECT 1, 'repeats', 1, 'Not known', NULL, NULL, 'the sources say of no incident in scope who the victim was', NULL, NULL, NULL
    FROM total t
    WHERE NOT t.is_protected
      AND t.people = 0
  UNION ALL
    SELECT 3, 'time to repeat', 1, 'Not known', NULL, NULL,
           CASE WHEN EXISTS (SELECT FROM involved v WHERE v.time_precision <> 'month') THEN 'nobody was a victim twice in the period' ELSE 'the dates of the sources are months: no times to repeat' END,
           NULL, NULL, NULL
    FROM total t
    WHERE NOT t.is_protected
      AND t.people > 0
      AND NOT EXISTS (SELECT FROM gap g WHERE g.days IS NOT NULL)
) d
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.counted_profile_victim IS 'What profile_victim shows: for the owner, who reads it on behalf of the reader of that view, with noise where the reader may not read people';
COMMENT ON COLUMN @partnership@.counted_profile_victim.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.counted_profile_victim.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.counted_profile_victim.section IS 'repeats, times suffered, time to repeat, age (at the incident) or sex';
COMMENT ON COLUMN @partnership@.counted_profile_victim.position IS 'Order in the section; of time to repeat, bands that the period is long enough for';
COMMENT ON COLUMN @partnership@.counted_profile_victim.label IS 'In words; Not known when there is no figure';
COMMENT ON COLUMN @partnership@.counted_profile_victim.people IS 'Victims; NULL in time to repeat, where victims may have several';
COMMENT ON COLUMN @partnership@.counted_profile_victim.people_percent IS 'Per cent of all victims';
COMMENT ON COLUMN @partnership@.counted_profile_victim.incidents IS 'Incidents, one for each of its victims; in time to repeat: repeats';
COMMENT ON COLUMN @partnership@.counted_profile_victim.incidents_percent IS 'Per cent of the incidents (so counted); in time to repeat of the repeats';
COMMENT ON COLUMN @partnership@.counted_profile_victim.cumulative_percent IS 'Per cent of the repeats that came in this time or sooner: the time-to-repeat curve';
COMMENT ON COLUMN @partnership@.counted_profile_victim.note IS 'Why there is no figure, or what the reader must know; NULL when nothing';
COMMENT ON COLUMN @partnership@.counted_profile_victim.sort_order IS 'Order for display';
