-- Problem profile, part 7: what goes with it? Residents, deprivation and other problems of the same areas.

CREATE OR REPLACE VIEW @partnership@.profile_context
WITH (security_invoker = true) AS
-- One row per problem profile, section (residents, measure, other problem) and item, over the base areas in scope.
SELECT p.assessment_id,
       csp_internal.row_key(p.assessment_id::text, d.section, d.item) AS row_key,
       d.section, d.item, d.label, d.value_in_scope, d.value_elsewhere, d.areas::integer AS areas, d.rank_correlation, d.correlation, d.note,
       row_number() OVER (PARTITION BY p.assessment_id ORDER BY d.section_order, abs(d.rank_correlation) DESC NULLS LAST, d.item COLLATE "C")::integer AS sort_order
FROM @partnership@.assessment p
CROSS JOIN LATERAL (
    WITH scope AS MATERIALIZED (
        SELECT DISTINCT tree.member_id
        FROM @partnership@.evidence_type tree
        WHERE tree.problem_type_id IN (SELECT st.problem_type_id FROM @partnership@.assessment_type st WHERE st.assessment_id = p.assessment_id)
           OR NOT EXISTS (SELECT FROM @partnership@.assessment_type st WHERE st.assessment_id = p.assessment_id)
    ),
    base AS MATERIALIZED (
        SELECT r.area_id, latest.population, latest.households,
               NOT EXISTS (SELECT FROM @partnership@.assessment_area sa WHERE sa.assessment_id = p.assessment_id)
               OR EXISTS (SELECT FROM @partnership@.assessment_area sa
                          JOIN @partnership@.area_ancestor up ON up.ancestor_id = sa.area_id
                          WHERE sa.assessment_id = p.assessment_id AND up.area_id = r.area_id) AS is_in_scope
        FROM @partnership@.area r
        LEFT JOIN LATERAL (
            -- residents and households are counted in different years: of each the nearest that is known
            SELECT (array_agg(ap.population ORDER BY abs(ap.year - extract(year FROM p.period_to)), ap.year) FILTER (WHERE ap.population IS NOT NULL))[1] AS population,
                   (array_agg(ap.households ORDER BY abs(ap.year - extract(year FROM p.period_to)), ap.year) FILTER (WHERE ap.households IS NOT NULL))[1] AS households
            FROM @partnership@.area_population ap
            WHERE ap.area_id = r.area_id
        ) latest ON true
        WHERE r.area_kind = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'base_area_kind')
    ),
    counted AS MATERIALIZED (
        SELECT m.area_id, m.problem_type_id, sum(m.incidents)::bigint AS incidents
        FROM @partnership@.incident_month_entry m
        WHERE m.month >= date_trunc('month', p.period_from)
          AND m.month <= p.period_to
        GROUP BY m.area_id, m.problem_type_id
        HAVING sum(m.incidents) <> 0
    ),
    own AS MATERIALIZED (
        SELECT b.area_id, b.is_in_scope, b.population, b.households, coalesce(sum(c.incidents), 0)::bigint AS incidents,
               csp.rate_per_1000(coalesce(sum(c.incidents), 0)::bigint, nullif(b.population, 0)) AS rate
        FROM base b
        LEFT JOIN counted c ON c.area_id = b.area_id AND c.problem_type_id IN (SELECT s.member_id FROM scope s)
        GROUP BY b.area_id, b.is_in_scope, b.population, b.households
    ),
    measured AS (
        SELECT DISTINCT ON (am.area_id, am.measure) am.area_id, am.measure, am.value
        FROM @partnership@.area_measure am
        WHERE am.value IS NOT NULL
        ORDER BY am.area_id, am.measure, abs(am.year - extract(year FROM p.period_to)), am.year
    ),
    theirs AS MATERIALIZED (
        -- one key where there could be two: a join on both is taken to find next to nothing, and is then made row by row
        SELECT tree.problem_type_id::bigint * 4294967296 + c.area_id AS key, sum(c.incidents)::bigint AS incidents
        FROM counted c
        JOIN @partnership@.evidence_type tree ON tree.member_id = c.problem_type_id
        -- what is in the scope would go with itself
        WHERE c.problem_type_id NOT IN (SELECT s.member_id FROM scope s)
        GROUP BY 1
    ),
    other AS (
        SELECT t.code, t.label, o.is_in_scope, o.population, o.rate, coalesce(c.incidents, 0) AS incidents
        FROM @partnership@.problem_type t
        CROSS JOIN own o
        LEFT JOIN theirs c ON c.key = t.problem_type_id::bigint * 4294967296 + o.area_id
        WHERE t.is_headline
          -- what no source supplies is unknown, not 0
          AND t.problem_type_id IN (SELECT ts.problem_type_id FROM @partnership@.evidence_type_source ts)
          AND NOT EXISTS (SELECT FROM scope s WHERE s.member_id = t.problem_type_id)
    ),
    paired AS (
        SELECT 2 AS section_order, 'measure'::text AS section, m.measure AS item, replace(m.measure, '_', ' ') AS label, o.is_in_scope,
               o.population, m.value AS x, o.rate AS y, false AS is_count
        FROM measured m
        JOIN own o USING (area_id)
      UNION ALL
        SELECT 3, 'other problem', x.code, x.label, x.is_in_scope, x.population, csp.rate_per_1000(x.incidents, nullif(x.population, 0)), x.rate, true
        FROM other x
    ),
    ranked AS (
        SELECT q.section_order, q.section, q.item, q.label, q.is_in_scope, q.population, q.x, q.y,
               -- the mean rank of those that are equal
               rank() OVER by_x + (count(*) OVER equal_x - 1) / 2.0::float8 AS x_rank,
               rank() OVER by_y + (count(*) OVER equal_y - 1) / 2.0::float8 AS y_rank
        FROM paired q
        WHERE q.is_in_scope
          AND q.x IS NOT NULL
          AND q.y IS NOT NULL
        WINDOW by_x AS (PARTITION BY q.section, q.item ORDER BY q.x), equal_x AS (PARTITION BY q.section, q.item, q.x),
               by_y AS (PARTITION BY q.section, q.item ORDER BY q.y), equal_y AS (PARTITION BY q.section, q.item, q.y)
    ),
    correlated AS (
        SELECT r.section, r.item, count(*) AS areas, corr(r.x_rank, r.y_rank) AS rank_correlation, corr(r.x, r.y) AS correlation
        FROM ranked r
        GROUP BY r.section, r.item
    ),
    levelled AS (
        SELECT q.section_order, q.section, q.item, q.label,
               -- means by resident
               sum(q.x * q.population) FILTER (WHERE q.is_in_scope) / nullif(sum(q.population) FILTER (WHERE q.is_in_scope AND q.x IS NOT NULL), 0) AS value_in_scope,
               sum(q.x * q.population) FILTER (WHERE NOT q.is_in_scope) / nullif(sum(q.population) FILTER (WHERE NOT q.is_in_scope AND q.x IS NOT NULL), 0) AS value_elsewhere
        FROM paired q
        GROUP BY q.section_order, q.section, q.item, q.label
    )
    SELECT 1 AS section_order, 'residents'::text AS section, v.item, v.label, v.inside AS value_in_scope, v.outside AS value_elsewhere, s.areas, NULL::float8 AS rank_correlation, NULL::float8 AS correlation,
           v.note
    FROM (
        SELECT count(*) FILTER (WHERE o.is_in_scope) AS areas,
               sum(o.population) FILTER (WHERE o.is_in_scope) AS people_in, sum(o.population) FILTER (WHERE NOT o.is_in_scope) AS people_out,
               sum(o.households) FILTER (WHERE o.is_in_scope) AS homes_in, sum(o.households) FILTER (WHERE NOT o.is_in_scope) AS homes_out,
               sum(o.incidents) FILTER (WHERE o.is_in_scope AND o.population > 0)::bigint AS incidents_in, sum(o.incidents) FILTER (WHERE NOT o.is_in_scope AND o.population > 0)::bigint AS incidents_out
        FROM own o
    ) s
    CROSS JOIN LATERAL (VALUES
        ('population', 'Residents', s.people_in::float8, s.people_out::float8, CASE WHEN s.people_in IS NULL THEN 'no population was loaded' END),
        ('households', 'Households', s.homes_in::float8, s.homes_out::float8, CASE WHEN s.homes_in IS NULL THEN 'no households were loaded' END),
        ('rate', 'Incidents per 1,000 residents, in the months of the period', csp.rate_per_1000(s.incidents_in, nullif(s.people_in, 0)::bigint), csp.rate_per_1000(s.incidents_out, nullif(s.people_out, 0)::bigint),
         CASE WHEN s.people_in IS NULL THEN 'no population was loaded' END)
    ) AS v (item, label, inside, outside, note)
  UNION ALL
    SELECT l.section_order, l.section, l.item, l.label, l.value_in_scope, l.value_elsewhere, coalesce(c.areas, 0),
           CASE WHEN c.areas >= 5 THEN c.rank_correlation END, CASE WHEN c.areas >= 5 THEN c.correlation END,
           CASE WHEN l.value_in_scope IS NULL AND l.section = 'other problem' THEN 'no population was loaded'
                WHEN coalesce(c.areas, 0) < 5 THEN 'fewer than five areas with residents and a figure: no correlation'
                WHEN c.rank_correlation IS NULL THEN 'all areas alike: no correlation' END
    FROM levelled l
    LEFT JOIN correlated c USING (section, item)
  UNION ALL
    SELECT 2, 'measure', '', 'Not known', NULL, NULL, NULL, NULL, NULL, 'no measures of areas were loaded'
    WHERE NOT EXISTS (SELECT FROM measured)
) d
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.profile_context IS 'Problem profile: who lives there, how deprived is it, and which other problems do the same areas have? One row per profile, section (residents, measure, other problem) and item, over the base areas. What goes together need not be a cause';
COMMENT ON COLUMN @partnership@.profile_context.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.profile_context.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.profile_context.section IS 'residents, measure (of area_measure, such as deprivation) or other problem (headline types outside the scope)';
COMMENT ON COLUMN @partnership@.profile_context.item IS 'population, households, rate; name of the measure; code of the problem type';
COMMENT ON COLUMN @partnership@.profile_context.label IS 'In words';
COMMENT ON COLUMN @partnership@.profile_context.value_in_scope IS 'In the areas in scope: a sum for residents, else the mean by resident; of other problems their rate per 1,000';
COMMENT ON COLUMN @partnership@.profile_context.value_elsewhere IS 'The same in the other areas; NULL for a profile of the whole partnership';
COMMENT ON COLUMN @partnership@.profile_context.areas IS 'Base areas in scope that have both figures';
COMMENT ON COLUMN @partnership@.profile_context.rank_correlation IS 'Spearman''s correlation over them of the problem''s rate with the measure or the other problem''s rate, from -1 to 1; neighbours are alike, so that it is surer on paper than in truth';
COMMENT ON COLUMN @partnership@.profile_context.correlation IS 'The same by Pearson, which a single area can make';
COMMENT ON COLUMN @partnership@.profile_context.note IS 'Why there is no figure; NULL when nothing';
COMMENT ON COLUMN @partnership@.profile_context.sort_order IS 'Order for display';
