-- Evidence of areas. On which areas does an assessment report, and how many residents and
-- households do they have?

CREATE OR REPLACE VIEW @partnership@.evidence_area
WITH (security_invoker = true) AS
-- One row per assessment and area it reports on (the whole partnership and the areas of its kind), with what its rates are per:
-- of each part the figure of the latest year up to the part's end, else of the nearest year.
WITH figure AS (
    SELECT a.assessment_id, d.area_id,
           (array_agg(d.population ORDER BY d.year <= part.period_year DESC, abs(d.year - part.period_year)) FILTER (WHERE d.population IS NOT NULL))[1] AS population,
           (array_agg(d.year ORDER BY d.year <= part.period_year DESC, abs(d.year - part.period_year)) FILTER (WHERE d.population IS NOT NULL))[1] AS population_year,
           (array_agg(d.households ORDER BY d.year <= part.period_year DESC, abs(d.year - part.period_year)) FILTER (WHERE d.households IS NOT NULL))[1] AS households,
           (array_agg(d.year ORDER BY d.year <= part.period_year DESC, abs(d.year - part.period_year)) FILTER (WHERE d.households IS NOT NULL))[1] AS households_year,
           (array_agg(d.population ORDER BY d.year <= part.baseline_year DESC, abs(d.year - part.baseline_year)) FILTER (WHERE d.population IS NOT NULL))[1] AS baseline_population,
           (array_agg(d.households ORDER BY d.year <= part.baseline_year DESC, abs(d.year - part.baseline_year)) FILTER (WHERE d.households IS NOT NULL))[1] AS baseline_households
    FROM @partnership@.assessment a
    CROSS JOIN LATERAL (
        SELECT extract(year FROM a.period_to)::integer AS period_year, extract(year FROM coalesce(a.baseline_to, a.period_to))::integer AS baseline_year
    ) part
    CROSS JOIN @partnership@.evidence_denominator d
    GROUP BY a.assessment_id, d.area_id
)
SELECT a.assessment_id, r.area_id, r.area_kind, r.code AS area_code, r.name AS area_name,
       f.population, f.population_year, f.households, f.households_year, f.baseline_population, f.baseline_households
FROM @partnership@.assessment a
JOIN @partnership@.area r
  ON r.area_kind = 'partnership'
  OR r.area_kind = coalesce(a.area_kind, (SELECT k.area_kind
                                          FROM @partnership@.evidence_reporting_kind k))
LEFT JOIN figure f ON f.assessment_id = a.assessment_id AND f.area_id = r.area_id;
COMMENT ON VIEW @partnership@.evidence_area IS 'Areas an assessment reports on, with their residents and households: one row per assessment and area, the whole partnership included';
COMMENT ON COLUMN @partnership@.evidence_area.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_area.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.evidence_area.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.evidence_area.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.evidence_area.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.evidence_area.population IS 'Residents in the period (latest year up to its end, else the nearest); NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_area.population_year IS 'Year of the figure';
COMMENT ON COLUMN @partnership@.evidence_area.households IS 'Households in the period; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_area.households_year IS 'Year of the figure';
COMMENT ON COLUMN @partnership@.evidence_area.baseline_population IS 'Residents in the baseline; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_area.baseline_households IS 'Households in the baseline; NULL when not known';
