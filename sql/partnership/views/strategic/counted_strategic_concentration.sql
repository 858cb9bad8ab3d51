-- Strategic assessment, section 1: concentration. How much of each problem is at how few areas, places, victims and offenders?

CREATE OR REPLACE VIEW @partnership@.counted_strategic_concentration
WITH (security_invoker = true) AS
-- What strategic_concentration shows, counted: read by its owner alone, on behalf of a reader. One row per assessment, problem type in use and dimension: area, place, map point, victim, offender. Figures only: no unit, and no
-- person, can be told from them. Assessment by assessment, since the branches share what would else be computed for all.
SELECT a.assessment_id,
       csp_internal.row_key(a.assessment_id::text, c.problem_type_id::text, c.dimension) AS row_key,
       c.problem_type_id, c.problem_type, c.problem_type_label, c.is_headline, c.sort_order,
       c.dimension, c.dimension_order, c.incidents, c.incidents_counted, c.units_at_risk, c.units_with_incidents,
       c.units_with_incidents_percent, c.base,
       c.top_10_percent_share, c.top_20_percent_share, c.units_for_50_percent, c.units_for_80_percent,
       c.gini, c.generalised_gini, c.repeat_units, c.repeat_share_percent,
       c.summary, c.reason, c.data_flag
FROM (
    SELECT am.assessment_id,
           min(am.month)::timestamp AT TIME ZONE @time_zone@ AS starts_at,
           (max(am.month) + interval '1 month') AT TIME ZONE @time_zone@ AS ends_at
    FROM @partnership@.evidence_assessment_month am
    WHERE am.part = 'period'
    GROUP BY am.assessment_id
) a
CROSS JOIN LATERAL (
    WITH reader AS MATERIALIZED (
        SELECT csp_internal.protects_people('@partnership@.incident_person'::regclass) AS is_protected, (SELECT k.secret FROM @partnership@.cell_secret k) AS secret
    ),
    tree AS MATERIALIZED (
        SELECT t.problem_type_id, t.member_id
        FROM @partnership@.evidence_type t
    ),
    level AS MATERIALIZED (
        SELECT e.problem_type_id, e.area_kind, e.area_id, e.incidents, e.period_flag, e.denominator, e.denominator_count
        FROM @partnership@.evidence_count e
        WHERE e.assessment_id = a.assessment_id
          AND e.period_months_covered_by_any > 0
    ),
    happened AS MATERIALIZED (
        SELECT i.incident_id, i.problem_type_id, s.place_precision, i.place_reference, i.location
        FROM @partnership@.source s
        -- OFFSET 0 keeps it a probe of the index by source and time
        CROSS JOIN LATERAL (
            SELECT x.incident_id, x.problem_type_id, x.place_reference, x.location
            FROM @partnership@.incident x
            WHERE x.source_id = s.source_id
              AND x.occurred_from >= a.starts_at
              AND x.occurred_from < a.ends_at
            OFFSET 0
        ) i
    ),
    -- dimensions by their number (1 area, 2 place, 3 map point, 4 victim, 5 offender): some hundred thousand units are grouped by it
    place_unit AS (
        -- the name of a place where a source of exact places gives one, else the point; of snapped sources the map point
        SELECT h.problem_type_id, CASE h.place_precision WHEN 'exact' THEN 2 ELSE 3 END AS dimension,
               CASE h.place_precision WHEN 'exact' THEN h.place_reference END AS name,
               CASE WHEN h.place_precision = 'exact' AND h.place_reference IS NOT NULL THEN NULL ELSE h.location END AS point,
               count(*) AS incidents
        FROM happened h
        WHERE h.place_precision = 'exact' AND (h.place_reference IS NOT NULL OR h.location IS NOT NULL)
           OR h.place_precision = 'snapped' AND h.location IS NOT NULL
        GROUP BY 1, 2, 3, 4
    ),
    involvement AS MATERIALIZED (
        -- one per person, incident and side
        SELECT d.problem_type_id, d.dimension, d.person_id, csp.record_key((SELECT r.secret FROM reader r), d.person_id, d.incident_id) AS record_key
        FROM (
            SELECT DISTINCT h.problem_type_id, CASE ip.role WHEN 'victim' THEN 4 ELSE 5 END AS dimension, ip.person_id, h.incident_id
            FROM happened h
            JOIN @partnership@.incident_person ip USING (incident_id)
            WHERE ip.role IN ('victim', 'suspect', 'offender')
        ) d
    ),
    counted AS (
        SELECT 1 AS dimension, l.problem_type_id, l.incidents, 0::bigint AS person_key, 0::bigint AS incident_key
        FROM level l
        WHERE l.area_kind <> 'partnership'
      UNION ALL
        SELECT p.dimension, tree.problem_type_id, sum(p.incidents)::bigint, 0, 0
        FROM place_unit p
        JOIN tree ON tree.member_id = p.problem_type_id
        GROUP BY p.dimension, tree.problem_type_id, p.name, p.point
      UNION ALL
        SELECT i.dimension, tree.problem_type_id, count(*), csp.record_key((SELECT r.secret FROM reader r), i.person_id), sum(i.record_key)
        FROM involvement i
        JOIN tree ON tree.member_id = i.problem_type_id
        GROUP BY i.dimension, tree.problem_type_id, i.person_id
    ),
    unit AS MATERIALIZED (
        SELECT c.dimension, c.problem_type_id, c.incidents, c.person_key, c.incident_key
        FROM counted c
    ),
    size AS MATERIALIZED (
        SELECT u.dimension, u.problem_type_id, u.units, u.incidents, u.person_key, u.incident_key, u.repeat_key,
               CASE
                   WHEN u.dimension = 1 THEN u.units
                   WHEN u.dimension = 3 THEN (SELECT count(*) FROM (SELECT DISTINCT p.point FROM place_unit p WHERE p.dimension = 3) known)
                   WHEN u.dimension = 2 THEN CASE WHEN whole.denominator = 'households' THEN whole.denominator_count END
                   WHEN u.dimension = 4 THEN (SELECT e.population FROM @partnership@.evidence_area e WHERE e.assessment_id = a.assessment_id AND e.area_kind = 'partnership')
               END AS units_at_risk
        FROM (
            SELECT c.dimension, c.problem_type_id, count(*) AS units, sum(c.incidents) AS incidents,
                   sum(c.person_key)::bigint AS person_key, sum(c.incident_key)::bigint AS incident_key, coalesce(sum(c.person_key) FILTER (WHERE c.incidents > 1), 0)::bigint AS repeat_key
            FROM unit c
            GROUP BY c.dimension, c.problem_type_id
        ) u
        LEFT JOIN level whole ON whole.problem_type_id = u.problem_type_id AND whole.area_kind = 'partnership'
    ),
    weighed AS (
        SELECT u.dimension, u.problem_type_id, u.incidents, true AS is_base
        FROM unit u
      UNION ALL
        -- units without any. Beyond as many units as incidents more of them do not change generalised_gini, which they are for
        SELECT s.dimension, s.problem_type_id, 0, false
        FROM size s
        CROSS JOIN LATERAL generate_series(1, least(coalesce(s.units_at_risk, s.incidents), s.incidents)::bigint - s.units) AS spare
    ),
    figure AS (
        SELECT w.dimension, w.problem_type_id,
               count(*) FILTER (WHERE w.incidents > 0) AS units_with_incidents,
               100 * csp.concentration_share(w.incidents, 0.1) FILTER (WHERE w.is_base) AS top_10_percent_share,
               100 * csp.concentration_share(w.incidents, 0.2) FILTER (WHERE w.is_base) AS top_20_percent_share,
               100 * csp.concentration_places(w.incidents, 0.5) FILTER (WHERE w.is_base) AS units_for_50_percent,
               100 * csp.concentration_places(w.incidents, 0.8) FILTER (WHERE w.is_base) AS units_for_80_percent,
               csp.gini(w.incidents) FILTER (WHERE w.is_base) AS gini,
               csp.generalised_gini(w.incidents) AS generalised_gini,
               count(*) FILTER (WHERE w.incidents > 1) AS repeat_units,
               coalesce(sum(w.incidents) FILTER (WHERE w.incidents > 1), 0) AS repeat_incidents
        FROM weighed w
        GROUP BY w.dimension, w.problem_type_id
    ),
    supply AS (
        -- what the period's sources could tell at all
        SELECT ts.problem_type_id,
               bool_or(s.place_precision = 'exact') AS has_exact, bool_or(s.place_precision = 'snapped') AS has_snapped
        FROM @partnership@.evidence_type_source ts
        JOIN @partnership@.source s USING (source_id)
        GROUP BY ts.problem_type_id
    ),
    told AS (
        -- of people, to whoever may not read them: counts with their noise, and shares that follow from such counts
        SELECT s.dimension, s.problem_type_id, s.units_at_risk, about.is_protected, n.units, n.incidents,
               CASE WHEN about.is_protected THEN n.units ELSE f.units_with_incidents END AS units_with_incidents, n.repeat_units,
               CASE WHEN about.is_protected THEN csp_internal.shown_percent(f.top_10_percent_share / 100, s.incidents::bigint, n.incidents, s.person_key + 1, s.incident_key, true) ELSE f.top_10_percent_share END AS top_10_percent_share,
               CASE WHEN about.is_protected THEN csp_internal.shown_percent(f.top_20_percent_share / 100, s.incidents::bigint, n.incidents, s.person_key + 2, s.incident_key, true) ELSE f.top_20_percent_share END AS top_20_percent_share,
               CASE WHEN about.is_protected THEN csp_internal.shown_percent(f.units_for_50_percent / 100, s.units, n.units, s.person_key + 3, s.incident_key, true) ELSE f.units_for_50_percent END AS units_for_50_percent,
               CASE WHEN about.is_protected THEN csp_internal.shown_percent(f.units_for_80_percent / 100, s.units, n.units, s.person_key + 4, s.incident_key, true) ELSE f.units_for_80_percent END AS units_for_80_percent,
               CASE WHEN about.is_protected THEN csp_internal.shown_percent(f.gini, s.incidents::bigint, n.incidents, s.person_key + 5, s.incident_key, true) / 100 ELSE f.gini END AS gini,
               CASE WHEN about.is_protected THEN csp_internal.shown_percent(f.generalised_gini, s.incidents::bigint, n.incidents, s.person_key + 6, s.incident_key, true) / 100 ELSE f.generalised_gini END AS generalised_gini,
               CASE WHEN about.is_protected THEN csp_internal.shown_percent(f.repeat_incidents::float8 / nullif(s.incidents, 0)::float8, s.incidents::bigint, n.incidents, s.person_key + 7, s.incident_key, true)
                    ELSE 100.0 * f.repeat_incidents::float8 / nullif(s.incidents, 0)::float8 END AS repeat_share_percent
        FROM size s
        JOIN figure f USING (dimension, problem_type_id)
        CROSS JOIN reader r
        CROSS JOIN LATERAL (SELECT r.is_protected AND s.dimension >= 4 AS is_protected) about
        CROSS JOIN LATERAL (SELECT csp_internal.shown_count(s.units, s.person_key, s.incident_key, about.is_protected) AS units,
                                   csp_internal.shown_count(s.incidents::bigint, s.incident_key, s.incident_key, about.is_protected) AS incidents,
                                   csp_internal.shown_count(f.repeat_units, s.repeat_key, s.incident_key, about.is_protected) AS repeat_units) n
    ),
    judged AS (
        SELECT whole.problem_type_id, d.dimension, d.dimension_order, whole.incidents, whole.period_flag,
               s.incidents AS incidents_counted, s.units_at_risk, s.units_with_incidents,
               s.top_10_percent_share, s.top_20_percent_share, s.units_for_50_percent, s.units_for_80_percent,
               s.gini, s.generalised_gini, s.repeat_units, s.repeat_share_percent, s.is_protected,
               CASE
                   -- none and a few must look the same
                   WHEN d.dimension IN ('victim', 'offender') AND (SELECT r.is_protected FROM reader r) AND (s.units IS NULL OR s.incidents IS NULL) THEN 'fewer than ten people: figures would speak of them one by one'
                   WHEN d.dimension IN ('victim', 'offender') AND s.units IS NULL THEN 'no source of this problem gives people'
                   WHEN d.dimension = 'place' AND NOT supply.has_exact
                       THEN 'no source of this problem gives exact places' || CASE WHEN supply.has_snapped THEN ': see its map points' ELSE '' END
                   WHEN d.dimension = 'place' AND s.units IS NULL THEN 'no incident of this problem has its place'
                   WHEN d.dimension = 'map point' AND s.units IS NULL THEN 'no incident of this problem has its map point'
                   WHEN d.dimension = 'area' AND s.units IS NULL THEN 'the assessment has no areas'
                   WHEN d.dimension IN ('victim', 'offender') AND s.units < 10 THEN 'fewer than ten people: figures would speak of them one by one'
                   WHEN s.incidents < 10 THEN 'fewer than ten incidents'
               END AS reason
        FROM level whole
        JOIN supply ON supply.problem_type_id = whole.problem_type_id
        CROSS JOIN (VALUES ('area', 1), ('place', 2), ('map point', 3), ('victim', 4), ('offender', 5)) AS d (dimension, dimension_order)
        LEFT JOIN told s ON s.problem_type_id = whole.problem_type_id AND s.dimension = d.dimension_order
        WHERE whole.area_kind = 'partnership'
          AND (d.dimension <> 'map point' OR supply.has_snapped)
    ),
    shown AS (
        SELECT j.problem_type_id, j.dimension, j.dimension_order, j.incidents, j.period_flag, j.reason, j.is_protected,
               CASE WHEN j.dimension = 'victim' AND (SELECT r.is_protected FROM reader r) AND j.reason IS NOT NULL THEN NULL ELSE j.units_at_risk END AS units_at_risk,
               CASE j.dimension WHEN 'area' THEN 'all areas' WHEN 'victim' THEN 'recorded victims' WHEN 'offender' THEN 'recorded offenders and suspects'
                                ELSE j.dimension || 's with an incident' END AS base,
               CASE WHEN j.reason IS NULL OR j.dimension NOT IN ('victim', 'offender') THEN j.incidents_counted END AS incidents_counted,
               CASE WHEN j.reason IS NULL OR j.dimension NOT IN ('victim', 'offender') THEN j.units_with_incidents END AS units_with_incidents,
               CASE WHEN j.reason IS NULL THEN j.top_10_percent_share END AS top_10_percent_share,
               CASE WHEN j.reason IS NULL THEN j.top_20_percent_share END AS top_20_percent_share,
               CASE WHEN j.reason IS NULL THEN j.units_for_50_percent END AS units_for_50_percent,
               CASE WHEN j.reason IS NULL THEN j.units_for_80_percent END AS units_for_80_percent,
               CASE WHEN j.reason IS NULL THEN j.gini END AS gini,
               CASE WHEN j.reason IS NULL THEN j.generalised_gini END AS generalised_gini,
               CASE WHEN j.reason IS NULL THEN j.repeat_units END AS repeat_units,
               CASE WHEN j.reason IS NULL THEN j.repeat_share_percent END AS repeat_share_percent
        FROM judged j
    )
    SELECT s.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.is_headline, t.sort_order,
           s.dimension, s.dimension_order, s.incidents, s.incidents_counted::bigint, s.units_at_risk, s.units_with_incidents,
           100.0 * s.units_with_incidents / nullif(s.units_at_risk, 0)::float8 AS units_with_incidents_percent,
           s.base, s.top_10_percent_share, s.top_20_percent_share, s.units_for_50_percent, s.units_for_80_percent, s.gini, s.generalised_gini,
           s.repeat_units, s.repeat_share_percent,
           CASE WHEN s.reason IS NULL
                THEN coalesce('The top 20% of ' || s.base || ' have ' || csp.number_text(s.top_20_percent_share, 0) || '% of it; half of it is at '
                     || csp.number_text(s.units_for_50_percent, 1) || '% of them'
                     || CASE WHEN s.dimension = 'area' THEN ''
                             ELSE '; ' || csp.number_text(s.repeat_share_percent, 0) || '% of it at those with more than one' END,
                              s.units_with_incidents || ' ' || s.base)
                ELSE 'Not known: ' || s.reason END AS summary,
           s.reason,
           nullif(concat_ws('; ', CASE WHEN s.reason IS NULL AND s.dimension <> 'area' AND s.incidents_counted < s.incidents AND s.dimension IN ('place', 'map point')
                                       THEN s.dimension || ' known for ' || s.incidents_counted || ' of ' || s.incidents || ' incidents' END,
                                  CASE WHEN s.dimension = 'map point' AND s.reason IS NULL
                                       THEN 'a map point stands for all addresses around it: repeats there are no repeats at one address' END,
                                  CASE WHEN s.reason IS NULL AND s.is_protected THEN 'with noise of up to 5, fewer than 10 not shown' END,
                                  s.period_flag), '') AS data_flag
    FROM shown s
    JOIN @partnership@.problem_type t USING (problem_type_id)
) c;
COMMENT ON VIEW @partnership@.counted_strategic_concentration IS 'What strategic_concentration shows: for the owner, who reads it on behalf of the reader of that view, with noise where the reader may not read people';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.dimension IS 'area: areas of the assessment''s kind; place: named places, else points, of sources with exact places; map point: points of sources with snapped places; victim; offender: offenders and suspects';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.dimension_order IS 'Order of the dimension';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.incidents IS 'Incidents in the covered whole months of the period, subtypes included';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.incidents_counted IS 'Of these, with a unit of the dimension; for people their involvements, of which an incident may have several or none. NULL when there are none';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.units_at_risk IS 'How many units could have had one: all areas, households for problems counted per household, map points with any incident of the period, residents for victims; NULL when not known';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.units_with_incidents IS 'Units with at least one incident';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.units_with_incidents_percent IS 'units_with_incidents as a share of units_at_risk, in per cent';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.base IS 'What the shares and gini are of: all areas, those without incidents included; else only units with an incident';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.top_10_percent_share IS 'Share of the incidents at the top 10% of the base, in per cent';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.top_20_percent_share IS 'Share of the incidents at the top 20% of the base, in per cent';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.units_for_50_percent IS 'Share of the base that holds half of the incidents, the largest first, in per cent';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.units_for_80_percent IS 'Share of the base that holds 80% of the incidents, in per cent';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.gini IS 'Gini''s coefficient over the base: 0 even, towards 1 all at one';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.generalised_gini IS 'The same over all units at risk, measured from the most even spread that so many incidents allow; where they are not known they are taken to be at least as many as incidents';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.repeat_units IS 'Units with more than one incident';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.repeat_share_percent IS 'Share of the incidents at units with more than one, in per cent';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.summary IS 'The figures in a sentence';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.reason IS 'Why there are no figures; NULL when there are';
COMMENT ON COLUMN @partnership@.counted_strategic_concentration.data_flag IS 'What the reader must know: incidents without a place, map points, missing months, breaks in the series; NULL when nothing';
