-- Evidence of breaks. What breaks the series of a problem type, and through which source?

CREATE OR REPLACE VIEW @partnership@.evidence_type_break
WITH (security_invoker = true) AS
-- One row per problem type, source that supplies it and break that touches them.
SELECT ts.problem_type_id, ts.source_id, b.starts_on,
       -- new codes or map points move incidents between areas; the whole partnership's total stays what it is
       b.kind IN ('geography', 'place precision') AS is_of_areas,
       b.description || ' (' || to_char(b.starts_on, 'FMDD Mon YYYY') || ')' AS description
FROM @partnership@.evidence_type_source ts
JOIN @partnership@.source s USING (source_id)
JOIN @partnership@.series_break b ON b.label_scheme IS NULL OR b.label_scheme = s.label_scheme
LEFT JOIN @partnership@.problem_type touched ON touched.code = b.problem_type_code
WHERE b.problem_type_code IS NULL
   OR EXISTS (SELECT FROM @partnership@.evidence_type tree WHERE tree.problem_type_id = touched.problem_type_id AND tree.member_id = ts.problem_type_id)
   OR EXISTS (SELECT FROM @partnership@.evidence_type tree WHERE tree.problem_type_id = ts.problem_type_id AND tree.member_id = touched.problem_type_id);
COMMENT ON VIEW @partnership@.evidence_type_break IS 'Breaks that touch a problem type through one of its sources: one row per problem type (subtypes included), source and break';
COMMENT ON COLUMN @partnership@.evidence_type_break.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_type_break.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_type_break.starts_on IS 'First day of the new state';
COMMENT ON COLUMN @partnership@.evidence_type_break.is_of_areas IS 'True when it moves incidents between areas only, and leaves the whole partnership''s figure alone';
COMMENT ON COLUMN @partnership@.evidence_type_break.description IS 'In words, with its date';
