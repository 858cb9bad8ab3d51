-- Evidence of problem types. Which types count towards which?

CREATE OR REPLACE VIEW @partnership@.evidence_type
WITH (security_invoker = true) AS
-- One row per problem type and each type that counts towards it, itself included.
WITH RECURSIVE tree (problem_type_id, member_id, depth) AS (
    SELECT t.problem_type_id, t.problem_type_id, 0
    FROM @partnership@.problem_type t
  UNION ALL
    SELECT tree.problem_type_id, child.problem_type_id, tree.depth + 1
    FROM tree
    JOIN @partnership@.problem_type child ON child.parent_id = tree.member_id
) CYCLE member_id SET is_cycle USING path
-- parents that go round in a circle are a mistake, but must not hang every product
SELECT problem_type_id, member_id, depth
FROM tree
WHERE NOT is_cycle;
COMMENT ON VIEW @partnership@.evidence_type IS 'Problem types with every type that counts towards them: one row per pair, itself included';
COMMENT ON COLUMN @partnership@.evidence_type.problem_type_id IS 'The type';
COMMENT ON COLUMN @partnership@.evidence_type.member_id IS 'A type whose incidents count towards it';
COMMENT ON COLUMN @partnership@.evidence_type.depth IS 'Steps between the two, 0 for itself';
