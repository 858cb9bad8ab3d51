-- Problem profile, part 3: to whom, and by whom? Figures only: no row is about one person.

CREATE OR REPLACE VIEW @partnership@.profile_victim
-- With its owner's rights: whoever may not read people reads how many there are, never one of them.
WITH (security_invoker = false, security_barrier = true) AS
-- One row per problem profile, section (repeats, times suffered, time to repeat, age, sex) and position.
SELECT p.assessment_id, p.assessment_id::bigint * 1048576 + d.section_order * 1000 + d.position AS row_key,
       d.section, d.position, d.label, d.people, d.people_percent, d.incidents, d.incidents_percent, d.cumulative_percent,
       nullif(concat_ws('; ', d.note, CASE WHEN d.people BETWEEN 1 AND 9 THEN 'fewer than 10 people: percentages say little, and not for publication' END), '') AS note
FROM @partnership@.assessment p
CROSS JOIN LATERAL (
    WITH involved AS MATERIALIZED (
        SELECT DISTINCT i.incident_id, ip.person_id, i.time_precision, i.occurred_from, ip.age_at_incident, coalesce(nullif(person.sex, ''), 'not known') AS sex
        FROM @partnership@.evidence_profile_incident i
        JOIN @partnership@.incident_person ip USING (incident_id)
        JOIN @partnership@.person USING (person_id)
        WHERE i.assessment_id = p.assessment_id
          AND i.part = 'period'
          AND ip.role = 'victim'
    ),
    victim AS MATERIALIZED (
        SELECT v.person_id, min(v.sex) AS sex, count(*) AS incidents
        FROM involved v
        GROUP BY v.person_id
    ),
    total AS MATERIALIZED (
        SELECT count(*) AS people, coalesce(sum(v.incidents), 0)::bigint AS incidents FROM victim v
    ),
    gap AS (
        SELECT (v.occurred_from AT TIME ZONE @time_zone@)::date
               - lag((v.occurred_from AT TIME ZONE @time_zone@)::date) OVER (PARTITION BY v.person_id ORDER BY v.occurred_from, v.incident_id) AS days
        FROM involved v
        WHERE v.time_precision <> 'month'
    ),
    repeat_band AS (
        SELECT b.position, b.label, count(g.days) AS repeats
        FROM (VALUES (1, 'up to 7 days', 0, 7), (2, '8 to 14 days', 8, 14), (3, '15 to 28 days', 15, 28), (4, '29 to 56 days', 29, 56),
                     (5, '57 to 91 days', 57, 91), (6, '92 to 182 days', 92, 182), (7, '183 to 365 days', 183, 365), (8, 'more than 365 days', 366, 2147483647)) AS b (position, label, first_day, last_day)
        LEFT JOIN gap g ON g.days BETWEEN b.first_day AND b.last_day
        -- the period holds no longer gap
        WHERE b.first_day <= p.period_to - p.period_from
        GROUP BY b.position, b.label
    ),
    section AS (
        SELECT 1 AS section_order, 'repeats'::text AS section, 1 AS position, 'All victims'::text AS label, t.people, t.incidents, NULL::text AS note
        FROM total t
        WHERE t.people > 0
      UNION ALL
        SELECT 1, 'repeats', 2, 'Repeat victims: more than once in the period', count(*) FILTER (WHERE v.incidents > 1),
               coalesce(sum(v.incidents) FILTER (WHERE v.incidents > 1), 0)::bigint, NULL
        FROM victim v
        HAVING count(*) > 0
      UNION ALL
        SELECT 2, 'times suffered', least(v.incidents, 5)::integer, CASE WHEN v.incidents >= 5 THEN 'five times or more' ELSE (ARRAY['once', 'twice', 'three times', 'four times'])[v.incidents] END,
               count(*), sum(v.incidents)::bigint, NULL
        FROM victim v
        GROUP BY 3, 4
      UNION ALL
        SELECT 3, 'time to repeat', b.position, b.label, NULL, b.repeats, 'repeats within the period, by days since the same victim''s last'
        FROM repeat_band b
        WHERE EXISTS (SELECT FROM gap g WHERE g.days IS NOT NULL)
      UNION ALL
        SELECT 4, 'age', band.position, band.label, count(DISTINCT v.person_id), count(*), NULL
        FROM involved v
        CROSS JOIN LATERAL (
            SELECT CASE WHEN v.age_at_incident IS NULL THEN 9 ELSE width_bucket(v.age_at_incident, ARRAY[0, 10, 18, 25, 35, 45, 55, 65]) END AS position,
                   CASE WHEN v.age_at_incident IS NULL THEN 'not known'
                        ELSE (ARRAY['0 to 9', '10 to 17', '18 to 24', '25 to 34', '35 to 44', '45 to 54', '55 to 64', '65 and over'])[width_bucket(v.age_at_incident, ARRAY[0, 10, 18, 25, 35, 45, 55, 65])]
                   END AS label
        ) band
        -- whose scope holds a handful of people would show who each is
        WHERE (SELECT t.people FROM total t) >= 10
        GROUP BY band.position, band.label
      UNION ALL
        SELECT 5, 'sex', row_number() OVER (ORDER BY v.sex = 'not known', v.sex COLLATE "C")::integer, v.sex, count(*), sum(v.incidents)::bigint, NULL
        FROM victim v
        WHERE (SELECT t.people FROM total t) >= 10
        GROUP BY v.sex
      UNION ALL
        SELECT hidden.section_order, hidden.section, 1, 'Not shown', NULL, NULL, 'fewer than 10 people: they could be told apart'
        FROM total t
        CROSS JOIN (VALUES (4, 'age'), (5, 'sex')) AS hidden (section_order, section)
        WHERE t.people BETWEEN 1 AND 9
    )
    SELECT s.section_order, s.section, s.position, s.label, s.people, s.incidents, s.note,
           100.0::float8 * s.people / nullif(t.people, 0) AS people_percent,
           100.0::float8 * s.incidents / nullif(CASE s.section WHEN 'time to repeat' THEN sum(s.incidents) OVER (PARTITION BY s.section) ELSE t.incidents END, 0) AS incidents_percent,
           CASE s.section WHEN 'time to repeat' THEN 100.0::float8 * sum(s.incidents) OVER (PARTITION BY s.section ORDER BY s.position) / nullif(sum(s.incidents) OVER (PARTITION BY s.section), 0) END AS cumulative_percent
    FROM section s
    CROSS JOIN total t
  UNION ALL
    SELECT 1, 'repeats', 1, 'Not known', NULL, NULL, 'the sources say of no incident in scope who the victim was', NULL, NULL, NULL
    FROM total t
    WHERE t.people = 0
  UNION ALL
    SELECT 3, 'time to repeat', 1, 'Not known', NULL, NULL,
           CASE WHEN EXISTS (SELECT FROM involved v WHERE v.time_precision <> 'month') THEN 'nobody was a victim twice in the period' ELSE 'the dates of the sources are months: no times to repeat' END,
           NULL, NULL, NULL
    FROM total t
    WHERE t.people > 0
      AND NOT EXISTS (SELECT FROM gap g WHERE g.days IS NOT NULL)
) d
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.profile_victim IS 'Problem profile: who is harmed, how often again and how soon? Figures only. One row per profile, section (repeats, times suffered, time to repeat, age, sex) and position; a section that the sources cannot support has one row that says why';
COMMENT ON COLUMN @partnership@.profile_victim.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.profile_victim.row_key IS 'Key of the row, for GIS and BI tools';
COMMENT ON COLUMN @partnership@.profile_victim.section IS 'repeats, times suffered, time to repeat, age (at the incident) or sex';
COMMENT ON COLUMN @partnership@.profile_victim.position IS 'Order in the section; of time to repeat, bands that the period is long enough for';
COMMENT ON COLUMN @partnership@.profile_victim.label IS 'In words; Not known when there is no figure';
COMMENT ON COLUMN @partnership@.profile_victim.people IS 'Victims; NULL in time to repeat, where victims may have several';
COMMENT ON COLUMN @partnership@.profile_victim.people_percent IS 'Per cent of all victims';
COMMENT ON COLUMN @partnership@.profile_victim.incidents IS 'Incidents, one for each of its victims; in time to repeat: repeats';
COMMENT ON COLUMN @partnership@.profile_victim.incidents_percent IS 'Per cent of the incidents (so counted); in time to repeat of the repeats';
COMMENT ON COLUMN @partnership@.profile_victim.cumulative_percent IS 'Per cent of the repeats that came in this time or sooner: the time-to-repeat curve';
COMMENT ON COLUMN @partnership@.profile_victim.note IS 'Why there is no figure, or what the reader must know; NULL when nothing';

CREATE OR REPLACE VIEW @partnership@.profile_offender
-- With its owner's rights: whoever may not read people reads how many there are, never one of them.
WITH (security_invoker = false, security_barrier = true) AS
-- One row per problem profile, section (prolific, co-offending, distance, age, sex) and position.
SELECT p.assessment_id, p.assessment_id::bigint * 1048576 + d.section_order * 1000 + d.position AS row_key,
       d.section, d.position, d.label, d.people, d.incidents, d.value, d.unit,
       nullif(concat_ws('; ', d.note, CASE WHEN d.people BETWEEN 1 AND 9 THEN 'fewer than 10 people: percentages say little, and not for publication' END), '') AS note
FROM @partnership@.assessment p
CROSS JOIN LATERAL (
    WITH weight AS MATERIALIZED (
        SELECT w.offence_code, w.problem_type_id, w.weight
        FROM @partnership@.harm_weight w
        WHERE w.scheme = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'harm_scheme')
          AND w.edition = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'harm_edition')
    ),
    involved AS MATERIALIZED (
        -- suspects and offenders: one row per person and incident
        SELECT i.incident_id, ip.person_id, max(ip.age_at_incident) AS age_at_incident, max(person.sex) AS sex,
               max(coalesce(of_offence.weight, of_type.weight))::float8 AS harm,
               max(CASE WHEN i.place_precision = 'exact' THEN @postgis@.ST_Distance(person.home_location, i.location) END) AS metres
        FROM @partnership@.evidence_profile_incident i
        JOIN @partnership@.incident_person ip USING (incident_id)
        JOIN @partnership@.person USING (person_id)
        LEFT JOIN weight of_offence ON of_offence.offence_code = i.offence_code
        LEFT JOIN weight of_type ON of_type.problem_type_id = i.problem_type_id
        WHERE i.assessment_id = p.assessment_id
          AND i.part = 'period'
          AND ip.role IN ('suspect', 'offender')
        GROUP BY i.incident_id, ip.person_id
    ),
    offender AS MATERIALIZED (
        SELECT v.person_id, count(*) AS incidents, sum(v.harm) AS harm, coalesce(nullif(min(v.sex), ''), 'not known') AS sex
        FROM involved v
        GROUP BY v.person_id
    ),
    total AS MATERIALIZED (
        SELECT count(*) AS people, coalesce(sum(o.incidents), 0)::bigint AS links, sum(o.harm) AS harm,
               csp.concentration_share(o.incidents::float8, 0.1) AS incident_share,
               csp.concentration_share(o.harm, 0.1) FILTER (WHERE o.harm IS NOT NULL) AS harm_share,
               count(*) FILTER (WHERE o.incidents > 1) AS again,
               coalesce(sum(o.incidents) FILTER (WHERE o.incidents > 1), 0)::bigint AS links_again
        FROM offender o
    ),
    crowd AS (
        SELECT count(*) AS incidents, count(*) FILTER (WHERE c.people > 1) AS together
        FROM (SELECT v.incident_id, count(*) AS people FROM involved v GROUP BY v.incident_id) c
    ),
    pair AS (
        SELECT count(*) AS pairs, count(*) FILTER (WHERE c.incidents > 1) AS recurrent, coalesce(sum(c.incidents) FILTER (WHERE c.incidents > 1), 0)::bigint AS incidents
        FROM (SELECT count(*) AS incidents
              FROM involved a
              JOIN involved b ON b.incident_id = a.incident_id AND b.person_id > a.person_id
              GROUP BY a.person_id, b.person_id) c
    ),
    distance AS (
        SELECT count(v.metres) AS links, count(DISTINCT v.person_id) FILTER (WHERE v.metres IS NOT NULL) AS people,
               percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY v.metres) AS quartiles
        FROM involved v
    ),
    section AS (
        SELECT 1 AS section_order, 'prolific'::text AS section, m.position, m.label, m.people, m.incidents, m.value, m.unit, m.note
        FROM total t
        CROSS JOIN LATERAL (VALUES
            (1, 'People suspected or found to have offended', t.people, t.links, NULL::float8, NULL::text, NULL::text),
            (2, 'More than once in the period', t.again, t.links_again, 100.0::float8 * t.again / t.people, 'per cent of offenders', NULL),
            (3, 'Incidents of the busiest tenth', NULL, NULL, 100 * t.incident_share, 'per cent of incidents', NULL),
            (4, 'Harm of the most harmful tenth', NULL, NULL, 100 * t.harm_share, 'per cent of harm',
             CASE WHEN t.harm IS NULL THEN 'the harm scheme weighs none of these' END)
        ) AS m (position, label, people, incidents, value, unit, note)
        WHERE t.people > 0
      UNION ALL
        SELECT 2, 'co-offending', m.position, m.label, m.people, m.incidents, m.value, m.unit, NULL
        FROM crowd c
        CROSS JOIN pair r
        CROSS JOIN LATERAL (VALUES
            (1, 'Incidents with two offenders or more', NULL::bigint, c.together, 100.0::float8 * c.together / c.incidents, 'per cent of incidents with a known offender'),
            (2, 'Pairs who offended together', NULL, NULL, r.pairs::float8, 'pairs'),
            (3, 'Pairs who did so more than once', NULL, r.incidents, r.recurrent::float8, 'pairs')
        ) AS m (position, label, people, incidents, value, unit)
        WHERE c.incidents > 0
      UNION ALL
        SELECT 3, 'distance', m.position, m.label, d.people, d.links, m.value, 'metres from home', NULL
        FROM distance d
        CROSS JOIN LATERAL (VALUES (1, 'A quarter within', d.quartiles[1]), (2, 'Half within', d.quartiles[2]), (3, 'Three quarters within', d.quartiles[3])) AS m (position, label, value)
        WHERE d.links > 0
          AND d.people >= 10
      UNION ALL
        SELECT hidden.section_order, hidden.section, 1, 'Not shown', NULL, NULL, NULL, NULL, 'fewer than 10 people: they could be told apart'
        FROM total t
        CROSS JOIN distance d
        CROSS JOIN (VALUES (3, 'distance'), (4, 'age'), (5, 'sex')) AS hidden (section_order, section)
        WHERE CASE hidden.section WHEN 'distance' THEN d.people ELSE t.people END BETWEEN 1 AND 9
      UNION ALL
        SELECT 3, 'distance', 1, 'Not known', NULL, NULL, NULL, NULL, 'no offender''s home and exact place of offending are both known'
        FROM distance d
        CROSS JOIN total t
        WHERE d.links = 0
          AND t.people > 0
      UNION ALL
        SELECT 4, 'age', band.position, band.label, count(DISTINCT v.person_id), count(*), 100.0::float8 * count(*) / t.links, 'per cent of incidents', NULL
        FROM involved v
        CROSS JOIN total t
        CROSS JOIN LATERAL (
            SELECT CASE WHEN v.age_at_incident IS NULL THEN 9 ELSE width_bucket(v.age_at_incident, ARRAY[0, 10, 18, 25, 35, 45, 55, 65]) END AS position,
                   CASE WHEN v.age_at_incident IS NULL THEN 'not known'
                        ELSE (ARRAY['0 to 9', '10 to 17', '18 to 24', '25 to 34', '35 to 44', '45 to 54', '55 to 64', '65 and over'])[width_bucket(v.age_at_incident, ARRAY[0, 10, 18, 25, 35, 45, 55, 65])]
                   END AS label
        ) band
        WHERE t.people >= 10
        GROUP BY band.position, band.label, t.links
      UNION ALL
        SELECT 5, 'sex', row_number() OVER (ORDER BY o.sex = 'not known', o.sex COLLATE "C")::integer, o.sex, count(*), sum(o.incidents)::bigint, 100.0::float8 * count(*) / t.people, 'per cent of offenders', NULL
        FROM offender o
        CROSS JOIN total t
        WHERE t.people >= 10
        GROUP BY o.sex, t.people
      UNION ALL
        SELECT 1, 'prolific', 1, 'Not known', NULL, NULL, NULL, NULL, 'the sources say of no incident in scope who did it'
        FROM total t
        WHERE t.people = 0
    )
    SELECT s.section_order, s.section, s.position, s.label, s.people, s.incidents, s.value, s.unit, s.note
    FROM section s
) d
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.profile_offender IS 'Problem profile: how few offenders do how much of it, how many together, and how far from home? Figures only. One row per profile, section (prolific, co-offending, distance, age, sex) and position; a section that the sources cannot support has one row that says why';
COMMENT ON COLUMN @partnership@.profile_offender.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.profile_offender.row_key IS 'Key of the row, for GIS and BI tools';
COMMENT ON COLUMN @partnership@.profile_offender.section IS 'prolific, co-offending, distance (home to offence, exact places), age (at the incident) or sex';
COMMENT ON COLUMN @partnership@.profile_offender.position IS 'Order in the section';
COMMENT ON COLUMN @partnership@.profile_offender.label IS 'In words; Not known when there is no figure';
COMMENT ON COLUMN @partnership@.profile_offender.people IS 'Suspects and offenders it is about';
COMMENT ON COLUMN @partnership@.profile_offender.incidents IS 'Incidents, one for each of their offenders; in co-offending the incidents themselves, or the joint incidents of the pairs';
COMMENT ON COLUMN @partnership@.profile_offender.value IS 'The figure';
COMMENT ON COLUMN @partnership@.profile_offender.unit IS 'Its unit';
COMMENT ON COLUMN @partnership@.profile_offender.note IS 'Why there is no figure, or what the reader must know; NULL when nothing';
