-- Evidence of near repeats. Which problem types are followed?

CREATE OR REPLACE VIEW @partnership@.evidence_near_repeat_type
WITH (security_invoker = true) AS
-- One row per problem type that the setting near_repeat_problem_types names, itself or by a type above it.
WITH named AS (
    SELECT t.problem_type_id
    FROM @partnership@.setting s
    CROSS JOIN LATERAL unnest(string_to_array(s.value, ',')) AS code (code)
    JOIN @partnership@.problem_type t ON t.code = btrim(code.code)
    WHERE s.name = 'near_repeat_problem_types'
)
-- of two types named of which one is part of the other the one above stands for both
SELECT DISTINCT ON (tree.member_id) tree.member_id, tree.problem_type_id
FROM named n
JOIN @partnership@.evidence_type tree USING (problem_type_id)
ORDER BY tree.member_id, tree.depth DESC, tree.problem_type_id;
COMMENT ON VIEW @partnership@.evidence_near_repeat_type IS 'Problem types whose near repeats are followed, subtypes included: one row per type';
COMMENT ON COLUMN @partnership@.evidence_near_repeat_type.member_id IS 'A problem type of incidents';
COMMENT ON COLUMN @partnership@.evidence_near_repeat_type.problem_type_id IS 'The type it counts towards, named by the setting near_repeat_problem_types';
