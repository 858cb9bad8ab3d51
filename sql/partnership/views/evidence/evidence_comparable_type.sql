-- Evidence of matches between sources. Which problem types of two sources may record the same
-- event?

CREATE OR REPLACE VIEW @partnership@.evidence_comparable_type
WITH (security_invoker = true) AS
-- One row per ordered pair of problem types that may record the same event: a type and itself, and what type_equivalent names, either way, subtypes included.
SELECT t.problem_type_id, t.problem_type_id AS other_problem_type_id
FROM @partnership@.problem_type t
UNION
SELECT mine.member_id, theirs.member_id
FROM (
    SELECT e.problem_type_id, e.other_problem_type_id FROM @partnership@.type_equivalent e
  UNION ALL
    SELECT e.other_problem_type_id, e.problem_type_id FROM @partnership@.type_equivalent e
) pair
JOIN @partnership@.evidence_type mine ON mine.problem_type_id = pair.problem_type_id
JOIN @partnership@.evidence_type theirs ON theirs.problem_type_id = pair.other_problem_type_id;
COMMENT ON VIEW @partnership@.evidence_comparable_type IS 'Problem types that may record one event in different sources: one row per ordered pair, each type with itself included';
COMMENT ON COLUMN @partnership@.evidence_comparable_type.problem_type_id IS 'A problem type of incidents';
COMMENT ON COLUMN @partnership@.evidence_comparable_type.other_problem_type_id IS 'What another source may call the same event';
