-- Problem profile, part 3: offenders. How few do how much of it, how many together, and how far
-- from home? Figures only: no row is about one person.

CREATE OR REPLACE VIEW @partnership@.counted_profile_offender
WITH (security_invoker = true) AS
-- What profile_offender shows, counted: read by its owner alone, on behalf of a reader. One row per problem profile, section (prolific,
-- co-offending, distance, age, sex) and position. Every count has the sum of its records' keys beside it.
SELECT p.assessment_id, csp_internal.row_key(p.assessment_id::text, d.section, d.label) AS row_key,
       d.section, d.position, d.label, d.people, d.incidents, d.value, d.unit,
       nullif(concat_ws('; ', nullif(d.note, ''), CASE WHEN d.people BETWEEN 1 AND 9 THEN 'fewer than 10 people: percentages say little, and not for publication' END), '') AS note,
       d.section_order * 1000 + d.position AS sort_order
FROM @partnership@.assessment p
CROSS JOIN LATERAL (
    WITH reader AS MATERIALIZED (
        SELECT csp_internal.protects_people('@partnership@.incident_person'::regclass) AS is_protected, (SELECT k.secret FROM @partnership@.cell_secret k) AS secret
    ),
    weight AS MATERIALIZED (
        SELECT w.offence_code, w.problem_type_id, w.weight
        FROM @partnership@.harm_weight w
        WHERE w.scheme = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'harm_scheme')
          AND w.edition = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'harm_edition')
    ),
    involved AS MATERIALIZED (
        -- suspects and offenders: one row per person and incident
        SELECT i.incident_id, ip.person_id, max(ip.age_at_incident) AS age_at_incident, max(person.sex) AS sex,
               max(coalesce(of_offence.weight, of_type.weight))::float8 AS harm,
               max(CASE WHEN i.place_precision = 'exact' THEN @postgis@.ST_Distance(person.home_location, i.location) END) AS metres,
               csp.record_key((SELECT r.secret FROM reader r), ip.person_id) AS person_key,
               csp.record_key((SELECT r.secret FROM reader r), ip.person_id, i.incident_id) AS record_key
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
        SELECT v.person_id, count(*) AS incidents, sum(v.harm) AS harm, coalesce(nullif(min(v.sex), ''), 'not known') AS sex,
               min(v.person_key) AS person_key, sum(v.record_key) AS link_key
        FROM involved v
        GROUP BY v.person_id
    ),
    counted AS (
        SELECT count(*) AS people, coalesce(sum(o.incidents), 0)::bigint AS links, sum(o.harm) AS harm,
               csp.concentration_share(o.incidents::float8, 0.1) AS incident_share,
               csp.concentration_share(o.harm, 0.1) FILTER (WHERE o.harm IS NOT NULL) AS harm_share,
               count(*) FILTER (WHERE o.incidents > 1) AS again,
               coalesce(sum(o.incidents) FILTER (WHERE o.incidents > 1), 0)::bigint AS links_again,
               coalesce(sum(o.person_key), 0) AS person_key, coalesce(sum(o.link_key), 0)::bigint AS link_key,
               coalesce(sum(o.person_key) FILTER (WHERE o.incidents > 1), 0) AS again_key,
               coalesce(sum(o.link_key) FILTER (WHERE o.incidents > 1), 0)::bigint AS links_again_key
        FROM offender o
    ),
    total AS MATERIALIZED (
        SELECT c.people, c.links, c.harm, c.incident_share, c.harm_share, c.again, c.links_again,
               c.person_key, c.link_key, c.again_key, c.links_again_key, r.is_protected, shown.people AS people_shown,
               CASE WHEN r.is_protected THEN shown.people IS NULL ELSE c.people < 10 END AS is_few
        FROM counted c
        CROSS JOIN reader r
        CROSS JOIN LATERAL (SELECT csp_internal.shown_count(c.people, c.person_key, c.link_key, r.is_protected) AS people) shown
    ),
    crowd AS (
        SELECT count(*) AS incidents, count(*) FILTER (WHERE c.people > 1) AS together,
               sum(c.link_key)::bigint AS incident_key, coalesce(sum(c.link_key) FILTER (WHERE c.people > 1), 0)::bigint AS together_key
        FROM (SELECT v.incident_id, count(*) AS people, sum(v.record_key) AS link_key FROM involved v GROUP BY v.incident_id) c
    ),
    pair AS (
        SELECT count(*) AS pairs, count(*) FILTER (WHERE c.incidents > 1) AS recurrent, coalesce(sum(c.incidents) FILTER (WHERE c.incidents > 1), 0)::bigint AS incidents,
               coalesce(sum(c.pair_key), 0)::bigint AS pair_key, coalesce(sum(c.pair_key) FILTER (WHERE c.incidents > 1), 0)::bigint AS recurrent_key
        FROM (SELECT count(*) AS incidents, sum(a.record_key::bigint + b.record_key) AS pair_key
              FROM involved a
              JOIN involved b ON b.incident_id = a.incident_id AND b.person_id > a.person_id
              GROUP BY a.person_id, b.person_id) c
    ),
    distance AS (
        SELECT count(v.metres) AS links, count(DISTINCT v.person_id) FILTER (WHERE v.metres IS NOT NULL) AS people,
               percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY v.metres) AS quartiles,
               array_agg(v.metres ORDER BY v.metres) FILTER (WHERE v.metres IS NOT NULL) AS metres,
               coalesce(sum(v.record_key) FILTER (WHERE v.metres IS NOT NULL), 0) AS link_key,
               coalesce(sum(DISTINCT v.person_key) FILTER (WHERE v.metres IS NOT NULL), 0) AS person_key
        FROM involved v
    ),
    distance_shown AS (
        -- whoever may not read people reads kilometres, at a place in the order that the noise moves: no distance is one person's
        SELECT d.links AS true_links, f.people, f.links,
               CASE WHEN t.is_protected THEN f.people IS NULL OR f.links IS NULL ELSE d.people < 10 END AS is_few, d.people AS true_people,
               ARRAY(SELECT CASE WHEN t.is_protected
                                 THEN greatest(1, round(d.metres[greatest(1, least(d.links, ceil(q.share * d.links) + csp.cell_noise(d.links, t.link_key + q.number)))::integer] / 1000)) * 1000
                                 ELSE d.quartiles[q.number] END
                     FROM (VALUES (1, 0.25), (2, 0.5), (3, 0.75)) AS q (number, share)
                     ORDER BY q.number) AS quartiles
        FROM distance d
        CROSS JOIN total t
        CROSS JOIN LATERAL (SELECT csp_internal.shown_count(d.people, d.person_key, t.link_key, t.is_protected) AS people,
                                   csp_internal.shown_count(d.links, d.link_key, t.link_key, t.is_protected) AS links) f
    ),
    section AS (
        SELECT 1 AS section_order, 'prolific'::text AS section, m.position, m.label, m.people, m.incidents, m.value, m.unit, m.note
        FROM total t
        CROSS JOIN LATERAL (SELECT csp_internal.shown_count(t.again, t.again_key, t.link_key, t.is_protected) AS again,
                                   csp_internal.shown_count(t.links, t.link_key, t.link_key, t.is_protected) AS links,
                                   csp_internal.shown_count(t.links_again, t.links_again_key, t.link_key, t.is_protected) AS links_again) f
        CROSS JOIN LATERAL (VALUES
            (1, 'People suspected or found to have offended', t.people_shown, f.links, NULL::float8, NULL::text, NULL::text),
            (2, 'More than once in the period', f.again, CASE WHEN f.again IS NOT NULL THEN f.links_again END, csp_internal.percent(f.again, t.people_shown), 'per cent of offenders', NULL),
            (3, 'Incidents of the busiest tenth', NULL, NULL, csp_internal.shown_percent(t.incident_share, t.links, f.links, t.person_key, t.link_key, t.is_protected), 'per cent of incidents', NULL),
            (4, 'Harm of the most harmful tenth', NULL, NULL, csp_internal.shown_percent(t.harm_share, t.links, f.links, t.person_key + 1, t.link_key, t.is_protected), 'per cent of harm',
             CASE WHEN t.harm IS NULL THEN 'the harm scheme weighs none of these' END)
        ) AS m (position, label, people, incidents, value, unit, note)
        WHERE CASE WHEN t.is_protected THEN NOT t.is_few ELSE t.people > 0 END
      UNION ALL
        SELECT 2, 'co-offending', m.position, m.label, m.people, m.incidents, m.value, m.unit, NULL
        FROM crowd c
        CROSS JOIN pair r
        CROSS JOIN total t
        CROSS JOIN LATERAL (SELECT csp_internal.shown_count(c.incidents, c.incident_key, c.incident_key, t.is_protected) AS known,
                                   csp_internal.shown_count(c.together, c.together_key, c.incident_key, t.is_protected) AS together,
                                   csp_internal.shown_count(r.pairs, r.pair_key, t.link_key, t.is_protected) AS pairs,
                                   csp_internal.shown_count(r.recurrent, r.recurrent_key, t.link_key, t.is_protected) AS recurrent,
                                   csp_internal.shown_count(r.incidents, r.recurrent_key + 1, t.link_key, t.is_protected) AS incidents) f
        CROSS JOIN LATERAL (VALUES
            (1, 'Incidents with two offenders or more', NULL::bigint, f.together, csp_internal.percent(f.together, f.known), 'per cent of incidents with a known offender'),
            (2, 'Pairs who offended together', NULL, NULL, f.pairs::float8, 'pairs'),
            (3, 'Pairs who did so more than once', NULL, CASE WHEN f.recurrent IS NOT NULL THEN f.incidents END, f.recurrent::float8, 'pairs')
        ) AS m (position, label, people, incidents, value, unit)
        WHERE CASE WHEN t.is_protected THEN NOT t.is_few ELSE c.incidents > 0 END
      UNION ALL
        SELECT 3, 'distance', m.position, m.label, d.people, d.links, m.value, 'metres from home', CASE WHEN t.is_protected THEN 'to the nearest kilometre' END
        FROM distance_shown d
        CROSS JOIN total t
        CROSS JOIN LATERAL (VALUES (1, 'A quarter within', d.quartiles[1]), (2, 'Half within', d.quartiles[2]), (3, 'Three quarters within', d.quartiles[3])) AS m (position, label, value)
        WHERE NOT d.is_few
      UNION ALL
        SELECT hidden.section_order, hidden.section, 1, 'Not shown', NULL, NULL, NULL, NULL, 'fewer than 10 people: they could be told apart'
        FROM total t
        CROSS JOIN distance_shown d
        CROSS JOIN (VALUES (3, 'distance'), (4, 'age'), (5, 'sex')) AS hidden (section_order, section)
        WHERE NOT t.is_protected
          AND CASE hidden.section WHEN 'distance' THEN d.true_people ELSE t.people END BETWEEN 1 AND 9
      UNION ALL
        -- none and a few must look the same
        SELECT hidden.section_order, hidden.section, 1, 'Not shown', NULL, NULL, NULL, NULL, 'fewer than 10 people, or none: they could be told apart'
        FROM total t
        CROSS JOIN distance_shown d
        CROSS JOIN (VALUES (1, 'prolific'), (2, 'co-offending'), (3, 'distance'), (4, 'age'), (5, 'sex')) AS hidden (section_order, section)
        WHERE t.is_protected
          AND CASE hidden.section WHEN 'distance' THEN d.is_few ELSE t.is_few END
      UNION ALL
        SELECT 3, 'distance', 1, 'Not known', NULL, NULL, NULL, NULL, 'no offender''s home and exact place of offending are both known'
        FROM distance_shown d
        CROSS JOIN total t
        WHERE NOT t.is_protected
          AND d.true_links = 0
          AND t.people > 0
      UNION ALL
        SELECT 4, 'age', band.position, coalesce((ARRAY['0 to 9', '10 to 17', '18 to 24', '25 to 34', '35 to 44', '45 to 54', '55 to 64', '65 and over'])[band.position], 'not known'),
               f.people, CASE WHEN NOT t.is_protected THEN band.incidents END,
               -- a second noise for the same people would tell more about them
               CASE WHEN t.is_protected THEN csp_internal.percent(f.people, t.people_shown) ELSE 100.0::float8 * band.incidents / t.links END,
               CASE WHEN t.is_protected THEN 'per cent of offenders' ELSE 'per cent of incidents' END, NULL
        FROM (
            SELECT each.position, count(*) AS people, sum(each.person_key) AS person_key, sum(each.incidents)::bigint AS incidents
            FROM (
                SELECT coalesce(width_bucket(v.age_at_incident, ARRAY[0, 10, 18, 25, 35, 45, 55, 65]), 9) AS position, count(*) AS incidents, min(v.person_key) AS person_key
                FROM involved v
                GROUP BY 1, v.person_id
            ) each
            GROUP BY each.position
        ) band
        CROSS JOIN total t
        CROSS JOIN LATERAL (SELECT csp_internal.shown_count(band.people, band.person_key, t.link_key, t.is_protected) AS people) f
        WHERE NOT t.is_few
          -- what is hidden is not listed either, or the list would show which labels there are
          AND f.people IS NOT NULL
      UNION ALL
        SELECT 5, 'sex', row_number() OVER (ORDER BY o.sex = 'not known', o.sex COLLATE "C")::integer, o.sex, f.people, CASE WHEN NOT t.is_protected THEN o.incidents END,
               csp_internal.percent(f.people, t.people_shown), 'per cent of offenders', NULL
        FROM (SELECT x.sex, count(*) AS people, sum(x.person_key) AS person_key, sum(x.incidents)::bigint AS incidents FROM offender x GROUP BY x.sex) o
        CROSS JOIN total t
        CROSS JOIN LATERAL (SELECT csp_internal.shown_count(o.people, o.person_key, t.link_key, t.is_protected) AS people) f
        WHERE NOT t.is_few
          AND f.people IS NOT NULL
      UNION ALL
        SELECT 1, 'prolific', 1, 'Not known', NULL, NULL, NULL, NULL, 'the sources say of no incident in scope who did it'
        FROM total t
        WHERE NOT t.is_protected
          AND t.people = 0
    )
    SELECT s.section_order, s.section, s.position, s.label, s.people, s.incidents, s.value, s.unit,
           concat_ws('; ', s.note, CASE WHEN r.is_protected AND s.label <> 'Not shown' THEN 'with noise of up to 5, fewer than 10 not shown: parts do not add up' END) AS note
    FROM section s
    CROSS JOIN reader r
) d
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.counted_profile_offender IS 'What profile_offender shows: for the owner, who reads it on behalf of the reader of that view, with noise where the reader may not read people';
COMMENT ON COLUMN @partnership@.counted_profile_offender.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.counted_profile_offender.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.counted_profile_offender.section IS 'prolific, co-offending, distance (home to offence, exact places), age (at the incident) or sex';
COMMENT ON COLUMN @partnership@.counted_profile_offender.position IS 'Order in the section';
COMMENT ON COLUMN @partnership@.counted_profile_offender.label IS 'In words; Not known when there is no figure';
COMMENT ON COLUMN @partnership@.counted_profile_offender.people IS 'Suspects and offenders it is about';
COMMENT ON COLUMN @partnership@.counted_profile_offender.incidents IS 'Incidents, one for each of their offenders; in co-offending the incidents themselves, or the joint incidents of the pairs';
COMMENT ON COLUMN @partnership@.counted_profile_offender.value IS 'The figure';
COMMENT ON COLUMN @partnership@.counted_profile_offender.unit IS 'Its unit';
COMMENT ON COLUMN @partnership@.counted_profile_offender.note IS 'Why there is no figure, or what the reader must know; NULL when nothing';
COMMENT ON COLUMN @partnership@.counted_profile_offender.sort_order IS 'Order for display';
