-- Strategic assessment, structure by problem: offender, victim, location. Who does it, to whom, and
-- where?

CREATE OR REPLACE VIEW @partnership@.counted_strategic_by_problem
WITH (security_invoker = true) AS
-- What strategic_by_problem shows, counted: read by its owner alone, on behalf of a reader. One row per assessment, headline problem type, side of the problem (offender, victim, location) and measure.
SELECT a.assessment_id, p.section, p.section_order, p.problem_type_id, p.problem_type, p.problem_type_label, p.sort_order,
       p.side, p.measure_order, p.measure, p.value, p.unit, p.data_flag
FROM (
    -- the whole months of the period, as in every other structure
    SELECT am.assessment_id, min(am.month) AS first_day, (max(am.month) + interval '1 month')::date AS end_day
    FROM @partnership@.evidence_assessment_month am
    WHERE am.part = 'period'
    GROUP BY am.assessment_id
) a
-- assessment by assessment: what several branches share would else be computed for all of them, whichever is asked for
CROSS JOIN LATERAL (
    WITH reader AS MATERIALIZED (
        SELECT csp_internal.protects_people('@partnership@.incident_person'::regclass) AS is_protected, (SELECT k.secret FROM @partnership@.cell_secret k) AS secret
    ),
    headline AS (
        SELECT t.problem_type_id, tree.member_id
        FROM @partnership@.problem_type t
        JOIN @partnership@.evidence_type tree USING (problem_type_id)
        WHERE t.is_headline
    ),
    happened AS (
        SELECT a.assessment_id, h.problem_type_id, i.incident_id, i.place_reference, s.place_precision
        FROM @partnership@.incident i
        JOIN headline h ON h.member_id = i.problem_type_id
        JOIN @partnership@.source s USING (source_id)
        WHERE i.occurred_from >= a.first_day::timestamp AT TIME ZONE @time_zone@
          AND i.occurred_from < a.end_day::timestamp AT TIME ZONE @time_zone@
    ),
    involvement AS MATERIALIZED (
        -- one per person, incident and side
        SELECT h.assessment_id, h.problem_type_id, CASE ip.role WHEN 'victim' THEN 'victim' ELSE 'offender' END AS side, ip.person_id, h.incident_id
        FROM happened h
        JOIN @partnership@.incident_person ip USING (incident_id)
        WHERE ip.role IN ('victim', 'suspect', 'offender')
        GROUP BY 1, 2, 3, 4, 5
    ),
    involved AS (
        SELECT p.assessment_id, p.problem_type_id, p.side, count(*) AS incidents,
               csp.record_key((SELECT r.secret FROM reader r), p.person_id) AS member_key,
               sum(csp.record_key((SELECT r.secret FROM reader r), p.person_id, p.incident_id)) AS incident_key
        FROM involvement p
        GROUP BY p.assessment_id, p.problem_type_id, p.side, p.person_id
      UNION ALL
        SELECT h.assessment_id, h.problem_type_id, 'location', count(*), 0, 0
        FROM happened h
        WHERE h.place_precision = 'exact'
          AND h.place_reference IS NOT NULL
        GROUP BY h.assessment_id, h.problem_type_id, h.place_reference
    ),
    frequency AS (
        -- how many members have so many incidents: the top tenth needs no order of members, only of these
        SELECT i.assessment_id, i.problem_type_id, i.side, i.incidents, count(*) AS members,
               sum(i.member_key) AS member_key, sum(i.incident_key)::bigint AS incident_key
        FROM involved i
        GROUP BY i.assessment_id, i.problem_type_id, i.side, i.incidents
    ),
    ordered AS (
        SELECT f.assessment_id, f.problem_type_id, f.side, f.incidents, f.members, f.member_key,
               f.incident_key,
               sum(f.members) OVER (PARTITION BY f.assessment_id, f.problem_type_id, f.side ORDER BY f.incidents DESC) - f.members AS members_above,
               ceil(sum(f.members) OVER (PARTITION BY f.assessment_id, f.problem_type_id, f.side) * 0.1) AS tenth
        FROM frequency f
    ),
    side AS (
        SELECT o.assessment_id, o.problem_type_id, o.side,
               sum(o.members) AS members,
               sum(o.members * o.incidents) AS incidents,
               coalesce(sum(o.members) FILTER (WHERE o.incidents > 1), 0) AS repeated_members,
               coalesce(sum(o.members * o.incidents) FILTER (WHERE o.incidents > 1), 0) AS repeated_incidents,
               sum(o.incidents * greatest(0, least(o.members, o.tenth - o.members_above))) AS top_tenth_incidents,
               sum(o.member_key)::bigint AS member_key, sum(o.incident_key)::bigint AS incident_key,
               coalesce(sum(o.member_key) FILTER (WHERE o.incidents > 1), 0)::bigint AS repeated_member_key,
               coalesce(sum(o.incident_key) FILTER (WHERE o.incidents > 1), 0)::bigint AS repeated_incident_key
        FROM ordered o
        GROUP BY o.assessment_id, o.problem_type_id, o.side
    ),
    measure AS (
        SELECT s.assessment_id, s.problem_type_id, s.side, m.measure_order, m.measure, m.value, m.unit, NULL::text AS note
        FROM side s
        CROSS JOIN reader r
        CROSS JOIN LATERAL (SELECT r.is_protected AND s.side <> 'location' AS is_protected) about
        CROSS JOIN LATERAL (SELECT csp_internal.shown_count(s.members::bigint, s.member_key, s.incident_key, about.is_protected) AS members,
                                   csp_internal.shown_count(s.repeated_members::bigint, s.repeated_member_key, s.incident_key, about.is_protected) AS repeated_members,
                                   csp_internal.shown_count(s.repeated_incidents::bigint, s.repeated_incident_key, s.incident_key, about.is_protected) AS repeated_incidents,
                                   csp_internal.shown_count(s.incidents::bigint, s.incident_key, s.incident_key, about.is_protected) AS incidents) f
        CROSS JOIN LATERAL (VALUES
            (1, CASE s.side WHEN 'location' THEN 'Places with an incident' WHEN 'victim' THEN 'People recorded as victims' ELSE 'People recorded as suspects or offenders' END, f.members::float8, 'count'),
            (2, CASE s.side WHEN 'location' THEN 'Places with more than one' WHEN 'victim' THEN 'Repeat victims' ELSE 'Repeat offenders' END, f.repeated_members::float8, 'count'),
            (3, CASE s.side WHEN 'location' THEN 'Share of incidents at repeat places' WHEN 'victim' THEN 'Share of victimisations of repeat victims' ELSE 'Share of involvements of repeat offenders' END,
                csp_internal.percent(CASE WHEN f.repeated_members IS NOT NULL THEN f.repeated_incidents END, f.incidents), 'per cent'),
            (4, CASE s.side WHEN 'location' THEN 'Share of incidents at the top tenth of places' WHEN 'victim' THEN 'Share of victimisations of the top tenth of victims' ELSE 'Share of involvements of the top tenth of offenders' END,
                CASE WHEN about.is_protected
                     THEN csp_internal.shown_percent(s.top_tenth_incidents::float8 / s.incidents::float8, s.incidents::bigint, f.incidents, s.member_key, s.incident_key, true)
                     ELSE 100.0 * s.top_tenth_incidents::float8 / s.incidents::float8 END, 'per cent')
        ) AS m (measure_order, measure, value, unit)
        -- none and a few must look the same
        WHERE f.members IS NOT NULL
    ),
    known AS (
        SELECT p.assessment_id, p.problem_type_id, p.side, count(DISTINCT p.incident_id) AS incidents,
               sum(csp.record_key((SELECT r.secret FROM reader r), p.person_id, p.incident_id)) AS incident_key
        FROM involvement p
        GROUP BY p.assessment_id, p.problem_type_id, p.side
    ),
    expected AS (
        SELECT h.assessment_id, h.problem_type_id, wanted.side, h.incidents, h.exact_source,
               CASE wanted.side WHEN 'location' THEN h.placed ELSE coalesce(k.incidents, 0) END AS incidents_known, coalesce(k.incident_key, 0) AS incident_key,
               wanted.side <> 'location' AND (SELECT r.is_protected FROM reader r) AS is_protected
        FROM (
            SELECT assessment_id, problem_type_id, count(*) AS incidents,
                   count(*) FILTER (WHERE place_precision = 'exact') AS exact_source,
                   count(*) FILTER (WHERE place_precision = 'exact' AND place_reference IS NOT NULL) AS placed
            FROM happened
            GROUP BY assessment_id, problem_type_id
        ) h
        CROSS JOIN (VALUES ('offender'), ('victim'), ('location')) AS wanted (side)
        LEFT JOIN known k ON k.assessment_id = h.assessment_id AND k.problem_type_id = h.problem_type_id AND k.side = wanted.side
    )
    SELECT t.label AS section, t.sort_order AS section_order,
           e.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.sort_order,
           e.side, coalesce(m.measure_order, 0) AS measure_order,
           coalesce(m.measure, CASE WHEN e.is_protected THEN 'Not shown' ELSE 'Not known' END) AS measure,
           m.value, m.unit,
           CASE
               WHEN e.is_protected AND m.measure IS NULL THEN 'fewer than 10 people, or none: they could be told apart'
               WHEN e.is_protected THEN concat_ws('; ', 'known for about ' || CASE WHEN known.incidents > e.incidents THEN e.incidents ELSE known.incidents END || ' of ' || e.incidents || ' incidents',
                                                  'with noise of up to 5, fewer than 10 not shown: parts do not add up')
               WHEN m.measure IS NULL AND e.side = 'location' AND e.exact_source > 0 THEN 'No incident of this problem names its place'
               WHEN m.measure IS NULL AND e.side = 'location' THEN 'No source of this problem gives exact places: snapped points would make false repeats'
               WHEN m.measure IS NULL THEN 'No source of this problem gives people'
               WHEN e.incidents_known < e.incidents THEN 'known for ' || e.incidents_known || ' of ' || e.incidents || ' incidents'
           END AS data_flag
    FROM expected e
    JOIN @partnership@.problem_type t USING (problem_type_id)
    LEFT JOIN measure m USING (assessment_id, problem_type_id, side)
    CROSS JOIN LATERAL (SELECT csp_internal.shown_count(e.incidents_known, e.incident_key, e.incident_key, e.is_protected) AS incidents) known
) p;
COMMENT ON VIEW @partnership@.counted_strategic_by_problem IS 'What strategic_by_problem shows: for the owner, who reads it on behalf of the reader of that view, with noise where the reader may not read people';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.section IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.section_order IS 'Order of the section';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.side IS 'offender, victim or location';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.measure_order IS 'Order of the measure for display';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.measure IS 'What is measured';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.value IS 'Its value; NULL when no source supports it';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.unit IS 'count or per cent';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.data_flag IS 'Why there is no figure, or for how many incidents the side is known; NULL when for all';
