-- Evidence of indicators. Which problem types count in each indicator?

CREATE OR REPLACE VIEW @partnership@.evidence_indicator_member
WITH (security_invoker = true) AS
-- One row per indicator and problem type that counts in it.
-- a subtype named beside its parent counts once
SELECT DISTINCT it.indicator_id, tree.member_id AS problem_type_id
FROM @partnership@.indicator_type it
JOIN @partnership@.evidence_type tree USING (problem_type_id);
COMMENT ON VIEW @partnership@.evidence_indicator_member IS 'What an indicator counts: one row per indicator and problem type, subtypes included';
COMMENT ON COLUMN @partnership@.evidence_indicator_member.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator_member.problem_type_id IS 'Problem type that counts in it';
