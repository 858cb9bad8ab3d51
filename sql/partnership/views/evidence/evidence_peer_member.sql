-- Evidence of peers. How many incidents does each member of the similar group report, over the
-- months that all report?

CREATE OR REPLACE VIEW @partnership@.evidence_peer_member
WITH (security_invoker = true) AS
-- One row per assessment, problem type and member of the similar group that reports it: its count over the months that all members report.
WITH tree AS MATERIALIZED (
    SELECT t.problem_type_id, t.member_id, t.depth
    FROM @partnership@.evidence_type t
),
counted AS MATERIALIZED (
    SELECT c.peer_id, c.problem_type_id, c.month, c.incidents
    FROM @partnership@.peer_count c
    WHERE c.month IN (SELECT am.month FROM @partnership@.evidence_assessment_month am WHERE am.part = 'period')
),
reported AS MATERIALIZED (
    -- a member's own figure of a type stands before the sum of its subtypes: with each figure, the steps up to the next type
    -- that the member reports too
    SELECT u.peer_id, u.problem_type_id, u.month, max(u.incidents) AS incidents, coalesce(min(u.steps), 1000) AS steps
    FROM (
        SELECT c.peer_id, c.problem_type_id, c.month, c.incidents, NULL::integer AS steps
        FROM counted c
      UNION ALL
        SELECT c.peer_id, tree.member_id, c.month, NULL, tree.depth
        FROM counted c
        JOIN tree ON tree.problem_type_id = c.problem_type_id AND tree.depth > 0
    ) u
    GROUP BY u.peer_id, u.problem_type_id, u.month
    HAVING max(u.incidents) IS NOT NULL
),
member_month AS (
    SELECT am.assessment_id, tree.problem_type_id, c.peer_id, c.month, sum(c.incidents) AS incidents,
           count(*) AS types, bool_or(tree.depth = 0) AS is_own_figure
    FROM @partnership@.evidence_assessment_month am
    JOIN reported c ON c.month = am.month
    JOIN tree ON tree.member_id = c.problem_type_id AND tree.depth < c.steps
    WHERE am.part = 'period'
    GROUP BY am.assessment_id, tree.problem_type_id, c.peer_id, c.month
),
-- a member that lacks a month of a type, or a subtype where subtypes are added up, reports no zero: a month counts when
-- every member of the type has it whole
ranked AS (
    SELECT m.assessment_id, m.problem_type_id, m.peer_id, m.month, m.incidents, m.types,
           m.is_own_figure, m.most_types,
           dense_rank() OVER (PARTITION BY m.assessment_id, m.problem_type_id ORDER BY m.peer_id)
         + dense_rank() OVER (PARTITION BY m.assessment_id, m.problem_type_id ORDER BY m.peer_id DESC) - 1 AS members,
           count(*) FILTER (WHERE m.is_own_figure OR m.types = m.most_types) OVER (PARTITION BY m.assessment_id, m.problem_type_id, m.month) AS members_in_month
    FROM (
        SELECT member_month.assessment_id, member_month.problem_type_id, member_month.peer_id,
               member_month.month, member_month.incidents, member_month.types,
               member_month.is_own_figure,
               max(types) OVER (PARTITION BY assessment_id, problem_type_id) AS most_types
        FROM member_month
    ) m
)
SELECT m.assessment_id, m.problem_type_id, m.peer_id, p.code AS peer_code, p.name AS peer_name, p.is_self,
       sum(m.incidents)::bigint AS incidents,
       t.denominator,
       CASE t.denominator WHEN 'households' THEN p.households ELSE p.population END AS denominator_count,
       count(*)::integer AS months, min(m.month) AS first_month, max(m.month) AS last_month
FROM ranked m
JOIN @partnership@.peer p USING (peer_id)
JOIN @partnership@.problem_type t USING (problem_type_id)
WHERE m.members_in_month = m.members
GROUP BY m.assessment_id, m.problem_type_id, m.peer_id, p.code, p.name, p.is_self, t.denominator, p.households, p.population;
COMMENT ON VIEW @partnership@.evidence_peer_member IS 'Counts of the similar group: one row per assessment, problem type and member that reports it, over the months that all members report';
COMMENT ON COLUMN @partnership@.evidence_peer_member.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_peer_member.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_peer_member.peer_id IS 'Member';
COMMENT ON COLUMN @partnership@.evidence_peer_member.peer_code IS 'Code of the member';
COMMENT ON COLUMN @partnership@.evidence_peer_member.peer_name IS 'Name of the member';
COMMENT ON COLUMN @partnership@.evidence_peer_member.is_self IS 'True for the partnership itself';
COMMENT ON COLUMN @partnership@.evidence_peer_member.incidents IS 'Incidents in the months compared';
COMMENT ON COLUMN @partnership@.evidence_peer_member.denominator IS 'What rates of the type are per 1,000 of: population or households';
COMMENT ON COLUMN @partnership@.evidence_peer_member.denominator_count IS 'Residents or households of the member; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_peer_member.months IS 'Months of the period that every member reports';
COMMENT ON COLUMN @partnership@.evidence_peer_member.first_month IS 'The first of them';
COMMENT ON COLUMN @partnership@.evidence_peer_member.last_month IS 'The last of them';
