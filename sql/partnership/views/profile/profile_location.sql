-- Problem profile, part 2: where? Areas, places and premises, most first.

CREATE OR REPLACE VIEW @partnership@.profile_location
WITH (security_invoker = true) AS
-- One row per problem profile, dimension (area, place, map point, premises) and unit, most incidents first. Places with one
-- incident are one row together. A dimension that the sources cannot support has one row that says why.
SELECT p.assessment_id,
       -- a place may be named as the row of the places with one incident each is
       csp_internal.row_key(p.assessment_id::text, d.dimension, d.area_id::text, CASE WHEN d.area_id IS NULL THEN d.name END,
                            CASE WHEN d.dimension IN ('place', 'map point') THEN (d.incidents > d.units)::text END) AS row_key,
       d.dimension, d.rank, d.area_id, d.code, d.name, d.incidents, d.units, d.percent, d.cumulative_percent, d.cumulative_units_percent,
       d.population, d.rate_per_1000, d.rate_ratio, d.adjusted_p_value, d.gi_star_z, d.verdict, d.note,
       row_number() OVER (PARTITION BY p.assessment_id ORDER BY d.dimension_order, d.rank, d.name COLLATE "C")::integer AS sort_order
FROM @partnership@.assessment p
CROSS JOIN LATERAL (
    WITH happened AS MATERIALIZED (
        SELECT i.incident_id, i.place_precision, i.place_reference, i.location, i.area_id, i.premises_type
        FROM @partnership@.evidence_profile_incident i
        WHERE i.assessment_id = p.assessment_id
          AND i.part = 'period'
    ),
    kind AS (
        -- a profile of a few areas is broken down to the smallest, one of the whole partnership to those of its reports
        SELECT k.area_kind
        FROM @partnership@.evidence_profile_kind k
        WHERE k.assessment_id = p.assessment_id
    ),
    resident AS MATERIALIZED (
        SELECT aa.ancestor_id AS area_id, sum(latest.population)::bigint AS population
        FROM kind k
        JOIN @partnership@.area r ON r.area_kind = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'base_area_kind')
        JOIN @partnership@.area_ancestor aa ON aa.area_id = r.area_id AND aa.ancestor_kind = k.area_kind
        CROSS JOIN LATERAL (
            SELECT ap.population
            FROM @partnership@.area_population ap
            WHERE ap.area_id = r.area_id
              AND ap.population IS NOT NULL
            ORDER BY abs(ap.year - extract(year FROM p.period_to)), ap.year
            LIMIT 1
        ) latest
        WHERE NOT EXISTS (SELECT FROM @partnership@.assessment_area sa WHERE sa.assessment_id = p.assessment_id)
           OR EXISTS (SELECT FROM @partnership@.assessment_area sa
                      JOIN @partnership@.area_ancestor up ON up.ancestor_id = sa.area_id
                      WHERE sa.assessment_id = p.assessment_id AND up.area_id = r.area_id)
        GROUP BY aa.ancestor_id
    ),
    area_count AS (
        SELECT aa.ancestor_id AS area_id, sum(c.incidents)::bigint AS incidents
        FROM (SELECT h.area_id, count(*) AS incidents FROM happened h GROUP BY h.area_id) c
        CROSS JOIN kind k
        LEFT JOIN @partnership@.area_ancestor aa ON aa.area_id = c.area_id AND aa.ancestor_kind = k.area_kind
        GROUP BY aa.ancestor_id
    ),
    area_unit AS (
        SELECT coalesce(c.area_id, r.area_id) AS area_id, coalesce(c.incidents, 0) AS incidents, r.population
        FROM area_count c
        FULL JOIN resident r ON r.area_id = c.area_id
    ),
    area_rate AS (
        SELECT u.area_id, a.code, coalesce(a.name, 'No known area') AS name, u.incidents, u.population, m.neighbours,
               csp.rate_change((sum(u.incidents) FILTER (WHERE u.population > 0) OVER () - u.incidents)::bigint,
                               nullif(sum(u.population) OVER () - u.population, 0)::bigint,
                               u.incidents, nullif(u.population, 0), p.confidence) AS against_rest
        FROM area_unit u
        LEFT JOIN @partnership@.area a USING (area_id)
        LEFT JOIN @partnership@.area_map m USING (area_id)
    ),
    area_judged AS (
        SELECT r.area_id, r.code, r.name, r.incidents, r.population,
               csp.rate_per_1000(r.incidents, r.population) AS rate_per_1000,
               (r.against_rest).ratio AS rate_ratio,
               csp.adjusted_p_value((r.against_rest).p_value) OVER () AS adjusted_p_value,
               (csp.gi_star(csp.rate_per_1000(r.incidents, nullif(r.population, 0)), r.area_id::bigint, r.neighbours) OVER ()).z AS gi_star_z
        FROM area_rate r
    ),
    unit AS (
        SELECT 1 AS dimension_order, 'area'::text AS dimension, a.area_id, a.code, a.name, a.incidents, 1::bigint AS units,
               a.population, a.rate_per_1000, a.rate_ratio, a.adjusted_p_value, a.gi_star_z,
               replace(csp.change_verdict(a.rate_ratio, a.adjusted_p_value, p.false_discovery_rate), 'no clear change', 'no clear difference') AS verdict
        FROM area_judged a
      UNION ALL
        SELECT CASE c.dimension WHEN 'place' THEN 2 ELSE 3 END, c.dimension, NULL, NULL,
               CASE WHEN c.incidents > 1 THEN c.name ELSE 'Each once' END, sum(c.incidents)::bigint, count(*),
               NULL, NULL, NULL, NULL, NULL, NULL
        FROM (
            SELECT CASE h.place_precision WHEN 'exact' THEN 'place' ELSE 'map point' END AS dimension,
                   -- snapped places of one name are several points
                   coalesce(CASE WHEN h.place_precision = 'exact' THEN h.place_reference ELSE concat_ws(' at ', h.place_reference, @postgis@.ST_AsText(h.location, 0)) END,
                            @postgis@.ST_AsText(h.location, 0)) AS name,
                   count(*) AS incidents
            FROM happened h
            WHERE h.place_precision = 'exact' AND (h.place_reference IS NOT NULL OR h.location IS NOT NULL)
               OR h.place_precision = 'snapped' AND h.location IS NOT NULL
            GROUP BY 1, 2
        ) c
        GROUP BY c.dimension, CASE WHEN c.incidents > 1 THEN c.name ELSE 'Each once' END, c.incidents > 1
      UNION ALL
        SELECT 4, 'premises', NULL, NULL, h.premises_type, count(*), 1, NULL, NULL, NULL, NULL, NULL, NULL
        FROM happened h
        WHERE h.premises_type IS NOT NULL
        GROUP BY h.premises_type
    ),
    ranked AS (
        SELECT u.dimension_order, u.dimension, u.area_id, u.code, u.name, u.incidents, u.units,
               u.population, u.rate_per_1000, u.rate_ratio, u.adjusted_p_value, u.gi_star_z,
               u.verdict,
               -- of the rest only the whole is known: it stands last
               row_number() OVER (PARTITION BY u.dimension ORDER BY u.units, u.incidents DESC, u.name COLLATE "C")::integer AS rank,
               100.0::float8 * u.incidents / nullif(sum(u.incidents) OVER (PARTITION BY u.dimension), 0) AS percent,
               100.0::float8 * sum(u.incidents) OVER (PARTITION BY u.dimension ORDER BY u.units, u.incidents DESC, u.name COLLATE "C")
                   / nullif(sum(u.incidents) OVER (PARTITION BY u.dimension), 0) AS cumulative_percent,
               100.0::float8 * sum(u.units) OVER (PARTITION BY u.dimension ORDER BY u.units, u.incidents DESC, u.name COLLATE "C")
                   / nullif(sum(u.units) OVER (PARTITION BY u.dimension), 0) AS cumulative_units_percent
        FROM unit u
    )
    SELECT r.dimension_order, r.dimension, r.rank, r.area_id, r.code, r.name, r.incidents, r.units, r.percent, r.cumulative_percent, r.cumulative_units_percent,
           r.population, r.rate_per_1000, r.rate_ratio, r.adjusted_p_value, r.gi_star_z, r.verdict,
           CASE r.dimension WHEN 'map point' THEN 'a map point stands for several addresses: not a repeat place' END AS note
    FROM ranked r
  UNION ALL
    SELECT v.dimension_order, v.dimension, 1, NULL, NULL, 'Not known', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, v.reason
    FROM (VALUES (2, 'place', 'no incident in scope has an exact place: repeat places cannot be told'),
                 (4, 'premises', 'no incident in scope says what the premises are')) AS v (dimension_order, dimension, reason)
    WHERE NOT EXISTS (SELECT FROM unit u WHERE u.dimension = v.dimension)
) d
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.profile_location IS 'Problem profile: where is it, and at how few places is most of it? One row per profile, dimension (area, place, map point, premises) and unit, most incidents first. Places with one incident each are one row; what the sources cannot support has one row that says why';
COMMENT ON COLUMN @partnership@.profile_location.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.profile_location.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.profile_location.dimension IS 'area; place: the name, or else the point, of exact sources; map point: of snapped sources; premises: kind of premises';
COMMENT ON COLUMN @partnership@.profile_location.rank IS '1 for the most incidents in the dimension; places with one each come last';
COMMENT ON COLUMN @partnership@.profile_location.area_id IS 'Area; else NULL';
COMMENT ON COLUMN @partnership@.profile_location.code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.profile_location.name IS 'Name of the area, place or kind of premises; Each once: all places with one incident';
COMMENT ON COLUMN @partnership@.profile_location.incidents IS 'Incidents in the period';
COMMENT ON COLUMN @partnership@.profile_location.units IS 'Areas, places or kinds that the row stands for: 1 but for Each once';
COMMENT ON COLUMN @partnership@.profile_location.percent IS 'Per cent of the dimension''s incidents';
COMMENT ON COLUMN @partnership@.profile_location.cumulative_percent IS 'Per cent of the incidents at this unit and those above it';
COMMENT ON COLUMN @partnership@.profile_location.cumulative_units_percent IS 'Per cent of the units that these are: of the places with any incident, of all areas in scope';
COMMENT ON COLUMN @partnership@.profile_location.population IS 'Residents of the area, by the year nearest to the end of the period';
COMMENT ON COLUMN @partnership@.profile_location.rate_per_1000 IS 'Incidents per 1,000 residents in the period';
COMMENT ON COLUMN @partnership@.profile_location.rate_ratio IS 'Rate of the area over that of the others in scope';
COMMENT ON COLUMN @partnership@.profile_location.adjusted_p_value IS 'Two-sided p-value of no difference from the others, adjusted for the number of areas';
COMMENT ON COLUMN @partnership@.profile_location.gi_star_z IS 'Gi* of the rate with the neighbouring areas: above 2 a hot spot, below -2 a cold one; NULL without residents';
COMMENT ON COLUMN @partnership@.profile_location.verdict IS 'higher, lower, no clear difference or not comparable: the rate against that of the others in scope';
COMMENT ON COLUMN @partnership@.profile_location.note IS 'What the reader must know; NULL when nothing';
COMMENT ON COLUMN @partnership@.profile_location.sort_order IS 'Order for display';
