-- Evidence of matches between sources. Which sources could know each other's events?

CREATE OR REPLACE VIEW @partnership@.evidence_comparable_source
WITH (security_invoker = true) AS
-- One row per source, problem type it supplies and other source that supplies a type that may be the same event, both with exact places and days.
SELECT DISTINCT mine.source_id, c.problem_type_id, other.source_id AS other_source_id
FROM @partnership@.evidence_comparable_type c
JOIN @partnership@.evidence_type_source mt ON mt.problem_type_id = c.problem_type_id
JOIN @partnership@.source mine ON mine.source_id = mt.source_id AND mine.place_precision = 'exact' AND mine.time_precision <> 'month'
JOIN @partnership@.evidence_type_source ot ON ot.problem_type_id = c.other_problem_type_id
JOIN @partnership@.source other ON other.source_id = ot.source_id AND other.place_precision = 'exact' AND other.time_precision <> 'month'
WHERE other.source_id <> mine.source_id;
COMMENT ON VIEW @partnership@.evidence_comparable_source IS 'Which sources could know each other''s events: one row per source, problem type and other source, all with exact places and days';
COMMENT ON COLUMN @partnership@.evidence_comparable_source.source_id IS 'A source';
COMMENT ON COLUMN @partnership@.evidence_comparable_source.problem_type_id IS 'Problem type of its incidents';
COMMENT ON COLUMN @partnership@.evidence_comparable_source.other_source_id IS 'Another source with a type that may be the same event';
