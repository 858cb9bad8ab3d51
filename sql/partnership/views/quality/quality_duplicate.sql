-- Quality of sources: duplicates. Which incidents of two sources may be one event, and should be
-- looked at?

CREATE OR REPLACE VIEW @partnership@.quality_duplicate
WITH (security_invoker = true) AS
-- One row per assessment and pair of incidents of two sources: the first's nearest match, where the first is nearest of those that match the second so.
WITH pair AS (
    SELECT m.assessment_id, m.incident_id, m.source_id, m.other_incident_id, m.other_source_id, m.distance, m.hours,
           row_number() OVER (PARTITION BY m.assessment_id, m.source_id, m.other_incident_id ORDER BY m.hours, m.distance, m.incident_id) AS nearest
    FROM @partnership@.evidence_match m
    WHERE m.shift_days = 0
      AND m.source_id < m.other_source_id
)
SELECT p.assessment_id,
       csp_internal.row_key(p.assessment_id, p.incident_id, p.other_incident_id) AS row_key,
       p.incident_id, mine.code AS source, i.source_reference, mt.code AS problem_type,
       p.other_incident_id, other.code AS other_source, o.source_reference AS other_source_reference, ot.code AS other_problem_type,
       p.distance::float8 AS distance, p.hours::float8 AS hours,
       i.occurred_from, o.occurred_from AS other_occurred_from, i.place_reference, o.place_reference AS other_place_reference,
       i.location::@postgis@.geometry(Point, @srid@) AS location
FROM pair p
JOIN @partnership@.incident i USING (incident_id)
JOIN @partnership@.incident o ON o.incident_id = p.other_incident_id
JOIN @partnership@.source mine ON mine.source_id = p.source_id
JOIN @partnership@.source other ON other.source_id = p.other_source_id
JOIN @partnership@.problem_type mt ON mt.problem_type_id = i.problem_type_id
JOIN @partnership@.problem_type ot ON ot.problem_type_id = o.problem_type_id
WHERE p.nearest = 1;
COMMENT ON VIEW @partnership@.quality_duplicate IS 'Quality of sources: which events stand in two sources? One row per assessment and pair of incidents that are probably one event: types that may be the same, within match_distance metres and match_hours hours, each the other''s nearest. Some pairs are chance: quality_added_value says how many. Sources that cannot be compared, and why: quality_match_source';
COMMENT ON COLUMN @partnership@.quality_duplicate.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.quality_duplicate.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.quality_duplicate.incident_id IS 'Incident of the one source';
COMMENT ON COLUMN @partnership@.quality_duplicate.source IS 'Code of that source';
COMMENT ON COLUMN @partnership@.quality_duplicate.source_reference IS 'That source''s own reference';
COMMENT ON COLUMN @partnership@.quality_duplicate.problem_type IS 'Its problem type';
COMMENT ON COLUMN @partnership@.quality_duplicate.other_incident_id IS 'Incident of the other source';
COMMENT ON COLUMN @partnership@.quality_duplicate.other_source IS 'Code of the other source';
COMMENT ON COLUMN @partnership@.quality_duplicate.other_source_reference IS 'The other source''s own reference';
COMMENT ON COLUMN @partnership@.quality_duplicate.other_problem_type IS 'Its problem type';
COMMENT ON COLUMN @partnership@.quality_duplicate.distance IS 'Metres between them';
COMMENT ON COLUMN @partnership@.quality_duplicate.hours IS 'Hours between their windows; 0 when these overlap';
COMMENT ON COLUMN @partnership@.quality_duplicate.occurred_from IS 'Earliest moment of the one';
COMMENT ON COLUMN @partnership@.quality_duplicate.other_occurred_from IS 'Earliest moment of the other';
COMMENT ON COLUMN @partnership@.quality_duplicate.place_reference IS 'Place of the one as its source names it';
COMMENT ON COLUMN @partnership@.quality_duplicate.other_place_reference IS 'Place of the other';
COMMENT ON COLUMN @partnership@.quality_duplicate.location IS 'Place of the one';
