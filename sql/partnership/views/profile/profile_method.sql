-- Problem profile, part 5: how? Methods and what goes with them.

CREATE OR REPLACE VIEW @partnership@.profile_method
WITH (security_invoker = true) AS
-- One row per problem profile, section (against the baseline, against elsewhere, combination) and method or pair.
SELECT p.assessment_id,
       csp_internal.row_key(p.assessment_id::text, d.section, d.method, d.factor, d.member) AS row_key,
       d.section, d.method, d.factor, d.member, d.incidents, d.percent, d.compared_incidents, d.compared_percent,
       d.odds_ratio, d.odds_ratio_lower, d.odds_ratio_upper, nullif(d.share_ratio, 'Infinity'::float8) AS share_ratio, d.share_ratio_lower, nullif(d.share_ratio_upper, 'Infinity'::float8) AS share_ratio_upper, d.p_value, d.adjusted_p_value, d.verdict, d.note,
       row_number() OVER (PARTITION BY p.assessment_id ORDER BY d.section_order, d.incidents DESC, d.method COLLATE "C", d.factor, d.member COLLATE "C")::integer AS sort_order
FROM @partnership@.assessment p
CROSS JOIN LATERAL (
    WITH happened AS MATERIALIZED (
        SELECT i.part, i.problem_type_id, i.method, i.premises_type, i.domestic, i.alcohol, i.drugs, i.hate, i.weapon,
               CASE WHEN i.time_precision = 'minute' AND i.occurred_to - i.occurred_from < interval '6 hours'
                    THEN (i.occurred_from + (i.occurred_to - i.occurred_from) / 2) AT TIME ZONE @time_zone@ END AS happened_at
        FROM @partnership@.evidence_profile_incident i
        WHERE i.assessment_id = p.assessment_id
          AND i.method IS NOT NULL
    ),
    elsewhere AS MATERIALIZED (
        -- the same types and days in the other areas: only a profile of some areas has an elsewhere
        SELECT i.method, count(*) AS incidents
        FROM @partnership@.incident i
        JOIN @partnership@.source s USING (source_id)
        WHERE EXISTS (SELECT FROM @partnership@.assessment_area sa WHERE sa.assessment_id = p.assessment_id)
          AND i.method IS NOT NULL
          AND i.occurred_from >= p.period_from::timestamp AT TIME ZONE @time_zone@
          AND i.occurred_from < (p.period_to + 1)::timestamp AT TIME ZONE @time_zone@
          AND (s.time_precision <> 'month' OR i.occurred_to <= (p.period_to + 1)::timestamp AT TIME ZONE @time_zone@)
          AND i.problem_type_id = ANY (CASE WHEN EXISTS (SELECT FROM @partnership@.assessment_type st WHERE st.assessment_id = p.assessment_id)
                                            THEN ARRAY(SELECT tree.member_id FROM @partnership@.assessment_type st JOIN @partnership@.evidence_type tree USING (problem_type_id) WHERE st.assessment_id = p.assessment_id)
                                            ELSE ARRAY(SELECT t.problem_type_id FROM @partnership@.problem_type t) END)
          AND NOT coalesce(i.area_id = ANY (ARRAY(SELECT aa.area_id FROM @partnership@.assessment_area sa
                                                  JOIN @partnership@.area_ancestor aa ON aa.ancestor_id = sa.area_id
                                                  WHERE sa.assessment_id = p.assessment_id)), false)
        GROUP BY i.method
    ),
    here AS MATERIALIZED (
        SELECT h.method,
               count(*) FILTER (WHERE h.part = 'period') AS incidents,
               count(*) FILTER (WHERE h.part = 'baseline') AS before
        FROM happened h
        GROUP BY h.method
    ),
    compared AS (
        SELECT 1 AS section_order, 'against the baseline'::text AS section, h.method, h.incidents, h.before AS compared_incidents
        FROM here h
      UNION ALL
        SELECT 2, 'against elsewhere', coalesce(h.method, e.method), coalesce(h.incidents, 0), coalesce(e.incidents, 0)
        FROM here h
        FULL JOIN elsewhere e ON e.method = h.method
        WHERE EXISTS (SELECT FROM elsewhere)
    ),
    summed AS (
        SELECT c.section_order, c.section, c.method, c.incidents, c.compared_incidents,
               sum(c.incidents) OVER section AS total, sum(c.compared_incidents) OVER section AS compared_total
        FROM compared c
        WINDOW section AS (PARTITION BY c.section)
    ),
    tested AS (
        SELECT s.section_order, s.section, s.method, NULL::text AS factor, NULL::text AS member, s.incidents, s.total, s.compared_incidents, s.compared_total,
               csp.rate_change(s.compared_incidents, nullif(s.compared_total, 0)::bigint, s.incidents, nullif(s.total, 0)::bigint, p.confidence) AS change
        FROM summed s
        WHERE s.incidents > 0 OR s.compared_incidents > 0
      UNION ALL
        -- conjunction: how much more often is a feature there with the method than with the other methods of the type?
        SELECT 3, 'combination', k.method, k.factor, k.member, k.incidents, k.method_total,
               k.member_total - k.incidents, k.total - k.method_total,
               csp.rate_change(k.member_total - k.incidents, nullif(k.total - k.method_total, 0), k.incidents, k.method_total, p.confidence)
        FROM (
            SELECT g.method, g.factor, g.member, g.incidents,
                   -- a feature that is not known of all incidents is counted among those of which it is
                   sum(g.incidents) OVER (PARTITION BY g.factor, g.method)::bigint AS method_total,
                   sum(g.incidents) OVER (PARTITION BY g.factor, g.member)::bigint AS member_total,
                   sum(g.incidents) OVER (PARTITION BY g.factor)::bigint AS total
            FROM (
                SELECT h.method, f.factor, f.member, count(*) AS incidents
                FROM happened h
                CROSS JOIN LATERAL (VALUES
                    ('premises', h.premises_type),
                    ('time of day', (ARRAY['00 to 06', '06 to 12', '12 to 18', '18 to 24'])[1 + extract(hour FROM h.happened_at)::integer / 6]),
                    ('part of the week', CASE WHEN extract(isodow FROM h.happened_at) < 6 THEN 'Monday to Friday' WHEN h.happened_at IS NOT NULL THEN 'weekend' END),
                    ('domestic', CASE WHEN h.domestic THEN 'yes' ELSE 'no' END),
                    ('alcohol', CASE WHEN h.alcohol THEN 'yes' ELSE 'no' END),
                    ('drugs', CASE WHEN h.drugs THEN 'yes' ELSE 'no' END),
                    ('hate', CASE WHEN h.hate THEN 'yes' ELSE 'no' END),
                    ('weapon', CASE WHEN h.weapon THEN 'yes' ELSE 'no' END)
                ) AS f (factor, member)
                WHERE h.part = 'period'
                  AND f.member IS NOT NULL
                GROUP BY h.method, f.factor, f.member
            ) g
        ) k
        WHERE k.member <> 'no'
          AND k.incidents >= (SELECT f.combination_incidents
                              FROM @partnership@.evidence_least_incidents f)
    ),
    adjusted AS (
        SELECT t.section_order, t.section, t.method, t.factor, t.member, t.incidents, t.total,
               t.compared_incidents, t.compared_total, t.change,
               csp.adjusted_p_value((t.change).p_value) OVER (PARTITION BY t.section) AS adjusted_p_value
        FROM tested t
    )
    SELECT a.section_order, a.section, a.method, a.factor, a.member, a.incidents,
           100.0::float8 * a.incidents / nullif(a.total, 0) AS percent,
           a.compared_incidents, 100.0::float8 * a.compared_incidents / nullif(a.compared_total, 0) AS compared_percent,
           w.odds_ratio, w.odds_ratio * exp(-w.z * w.log_error) AS odds_ratio_lower, w.odds_ratio * exp(w.z * w.log_error) AS odds_ratio_upper,
           (a.change).ratio AS share_ratio, (a.change).lower AS share_ratio_lower, (a.change).upper AS share_ratio_upper,
           (a.change).p_value AS p_value, a.adjusted_p_value,
           replace(csp.change_verdict((a.change).ratio, a.adjusted_p_value, p.false_discovery_rate), 'no clear change', 'no clear difference') AS verdict,
           CASE WHEN a.total < 20 OR a.compared_total < 20 THEN 'few incidents with a method: a difference must be large to be seen' END AS note
    FROM adjusted a
    CROSS JOIN LATERAL (
        -- a half is added to each cell where one is empty
        SELECT CASE WHEN 0 IN (a.incidents, a.compared_incidents, a.total - a.incidents, a.compared_total - a.compared_incidents) THEN 0.5::float8 ELSE 0 END AS half
    ) e
    LEFT JOIN LATERAL (
        -- Woolf's interval; the quantile is that by which any interval of a normal difference is wider than its error
        SELECT (a.incidents + e.half) * (a.compared_total - a.compared_incidents + e.half) / ((a.total - a.incidents + e.half) * (a.compared_incidents + e.half)) AS odds_ratio,
               sqrt(1 / (a.incidents + e.half) + 1 / (a.total - a.incidents + e.half) + 1 / (a.compared_incidents + e.half) + 1 / (a.compared_total - a.compared_incidents + e.half)) AS log_error,
               unit.upper / unit.std_error AS z
        FROM csp.weighted_displacement_difference(1, 1, 0, 0, confidence => p.confidence) AS unit
    ) w ON a.total > 0 AND a.compared_total > 0
  UNION ALL
    SELECT 1, 'against the baseline', 'Not known', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'the sources give no methods of the incidents in scope'
    WHERE NOT EXISTS (SELECT FROM here)
) d
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.profile_method IS 'Problem profile: how is it done, what is particular to it, and what goes together? One row per profile, section (against the baseline: methods then; against elsewhere: in the other areas; combination: a method with premises, time or flag) and method or pair; one row that says so where no source gives methods';
COMMENT ON COLUMN @partnership@.profile_method.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.profile_method.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.profile_method.section IS 'against the baseline, against elsewhere or combination';
COMMENT ON COLUMN @partnership@.profile_method.method IS 'Method; Not known when no source gives any';
COMMENT ON COLUMN @partnership@.profile_method.factor IS 'Of a combination: premises, time of day, part of the week or a flag; times only where they are known to six hours';
COMMENT ON COLUMN @partnership@.profile_method.member IS 'Of a combination: which premises, time or yes';
COMMENT ON COLUMN @partnership@.profile_method.incidents IS 'Incidents of the period with the method (and the member): the support; combinations from 5';
COMMENT ON COLUMN @partnership@.profile_method.percent IS 'Per cent of those with any method; of a combination, of those with this method';
COMMENT ON COLUMN @partnership@.profile_method.compared_incidents IS 'The same in the baseline or elsewhere; of a combination, the member with other methods';
COMMENT ON COLUMN @partnership@.profile_method.compared_percent IS 'Their per cent';
COMMENT ON COLUMN @partnership@.profile_method.odds_ratio IS 'Odds here over the odds there; with half an incident added to each cell where one is empty';
COMMENT ON COLUMN @partnership@.profile_method.odds_ratio_lower IS 'Lower limit of it at the confidence of the assessment, by Woolf''s method: rough where a count is below 5';
COMMENT ON COLUMN @partnership@.profile_method.odds_ratio_upper IS 'Upper limit of it';
COMMENT ON COLUMN @partnership@.profile_method.share_ratio IS 'Per cent here over per cent there; of a combination the lift: how many times as often the member is there with the method as with others; NULL where there is none to compare with';
COMMENT ON COLUMN @partnership@.profile_method.share_ratio_lower IS 'Lower exact limit of share_ratio, counts taken as Poisson, at the confidence of the assessment';
COMMENT ON COLUMN @partnership@.profile_method.share_ratio_upper IS 'Upper limit; NULL where there is none';
COMMENT ON COLUMN @partnership@.profile_method.p_value IS 'Two-sided exact p-value of equal shares, counts taken as Poisson: on the safe side for common methods';
COMMENT ON COLUMN @partnership@.profile_method.adjusted_p_value IS 'The same, adjusted for the number of rows of the section';
COMMENT ON COLUMN @partnership@.profile_method.verdict IS 'higher, lower, new, gone, no clear difference or not comparable';
COMMENT ON COLUMN @partnership@.profile_method.note IS 'Why there is no figure, or what the reader must know; NULL when nothing';
COMMENT ON COLUMN @partnership@.profile_method.sort_order IS 'Order for display';
