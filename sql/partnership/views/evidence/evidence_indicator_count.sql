-- Evidence of indicators. How many incidents, and how much harm, count towards each indicator in
-- each month?

CREATE OR REPLACE VIEW @partnership@.evidence_indicator_count
WITH (security_invoker = true) AS
-- One row per indicator, source and month with anything to count.
SELECT m.indicator_id, c.source_id, c.month,
       sum(CASE i.flag
               WHEN 'domestic' THEN c.domestic WHEN 'alcohol' THEN c.alcohol WHEN 'drugs' THEN c.drugs
               WHEN 'hate' THEN c.hate WHEN 'weapon' THEN c.weapon ELSE c.incidents END) AS incidents,
       trim_scale(sum(c.harm)) AS harm, sum(c.unweighted) AS unweighted, sum(c.incidents) AS all_incidents
FROM @partnership@.evidence_indicator_member m
JOIN @partnership@.indicator i USING (indicator_id)
JOIN @partnership@.incident_month_entry c USING (problem_type_id)
LEFT JOIN @partnership@.area scope ON scope.area_id = i.area_id
LEFT JOIN @partnership@.area_ancestor aa ON aa.area_id = c.area_id AND aa.ancestor_id = i.area_id
-- the whole partnership counts what has no area as well
WHERE i.area_id IS NULL
   OR scope.area_kind = 'partnership'
   OR aa.area_id IS NOT NULL
GROUP BY m.indicator_id, c.source_id, c.month
HAVING sum(c.incidents) <> 0;
COMMENT ON VIEW @partnership@.evidence_indicator_count IS 'Counts of the indicators, by their types, flag and area: one row per indicator, source and month in which there are any';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.incidents IS 'Incidents, those with the indicator''s flag where it has one';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.harm IS 'Sum of harm weights of all its incidents';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.unweighted IS 'Incidents without a harm weight';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.all_incidents IS 'Incidents, with the flag or without';
