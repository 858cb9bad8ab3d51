-- Evidence of areas. How many residents and households does each area have in each year?

CREATE OR REPLACE VIEW @partnership@.evidence_denominator
WITH (security_invoker = true) AS
-- One row per area and year: residents and households, its own figures or the sum over the base areas in it.
WITH figure AS (
    SELECT p.area_id, p.year, 1 AS preference, p.population, p.households
    FROM @partnership@.area_population p
  UNION ALL
    -- the sum stands only where every base area has a figure: a sum over some of them would raise the rate
    SELECT aa.ancestor_id, year.year, 2,
           CASE WHEN count(p.population) = count(*) THEN sum(p.population)::bigint END,
           CASE WHEN count(p.households) = count(*) THEN sum(p.households)::bigint END
    FROM @partnership@.area base
    JOIN @partnership@.area_ancestor aa ON aa.area_id = base.area_id AND aa.ancestor_id <> base.area_id
    CROSS JOIN (SELECT DISTINCT y.year FROM @partnership@.area_population y) year
    LEFT JOIN @partnership@.area_population p ON p.area_id = base.area_id AND p.year = year.year
    WHERE base.area_kind = (SELECT value FROM @partnership@.setting WHERE name = 'base_area_kind')
    GROUP BY aa.ancestor_id, year.year
)
SELECT f.area_id, f.year,
       (array_agg(f.population ORDER BY f.preference) FILTER (WHERE f.population IS NOT NULL))[1] AS population,
       (array_agg(f.households ORDER BY f.preference) FILTER (WHERE f.households IS NOT NULL))[1] AS households
FROM figure f
GROUP BY f.area_id, f.year;
COMMENT ON VIEW @partnership@.evidence_denominator IS 'Population and households of every area: one row per area and year, its own figures or the sum over the base areas in it where all of them have one';
COMMENT ON COLUMN @partnership@.evidence_denominator.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.evidence_denominator.year IS 'Year of the figures';
COMMENT ON COLUMN @partnership@.evidence_denominator.population IS 'Residents; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_denominator.households IS 'Households; NULL when not known';
