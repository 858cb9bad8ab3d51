-- Strategic assessment, section 1: levels. How much of each problem is there, per 1,000, with what harm, and how does it stand against peers?

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
    SELECT m.*,
           dense_rank() OVER (PARTITION BY m.assessment_id, m.problem_type_id ORDER BY m.peer_id)
         + dense_rank() OVER (PARTITION BY m.assessment_id, m.problem_type_id ORDER BY m.peer_id DESC) - 1 AS members,
           count(*) FILTER (WHERE m.is_own_figure OR m.types = m.most_types) OVER (PARTITION BY m.assessment_id, m.problem_type_id, m.month) AS members_in_month
    FROM (
        SELECT member_month.*, max(types) OVER (PARTITION BY assessment_id, problem_type_id) AS most_types
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

CREATE OR REPLACE VIEW @partnership@.evidence_peer
WITH (security_invoker = true) AS
-- One row per assessment and problem type that peers report: the group's rates over the months that all members report.
WITH rated AS (
    SELECT m.assessment_id, m.problem_type_id, m.is_self, m.incidents, m.denominator_count, m.months,
           csp.rate_per_1000(m.incidents, m.denominator_count) AS rate
    FROM @partnership@.evidence_peer_member m
)
SELECT r.assessment_id, r.problem_type_id,
       count(r.rate)::integer AS peer_members,
       max(r.months)::integer AS peer_months,
       avg(r.rate) AS peer_mean_rate,
       csp.crude_rate(r.incidents, r.denominator_count) FILTER (WHERE r.rate IS NOT NULL) AS peer_pooled_rate,
       max(r.incidents) FILTER (WHERE r.is_self) AS own_incidents,
       max(r.denominator_count) FILTER (WHERE r.is_self) AS own_denominator_count,
       max(r.rate) FILTER (WHERE r.is_self) AS own_rate
FROM rated r
GROUP BY r.assessment_id, r.problem_type_id
-- a group of oneself is none
HAVING count(r.rate) FILTER (WHERE NOT r.is_self) > 0;
COMMENT ON VIEW @partnership@.evidence_peer IS 'Rates of the similar group: one row per assessment and problem type that another member reports, over the months that all members report';
COMMENT ON COLUMN @partnership@.evidence_peer.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_peer.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_peer.peer_members IS 'Members with a rate, the partnership itself included';
COMMENT ON COLUMN @partnership@.evidence_peer.peer_months IS 'Months of the period that every member reports';
COMMENT ON COLUMN @partnership@.evidence_peer.peer_mean_rate IS 'Unweighted mean of the members'' rates per 1,000, the partnership itself included';
COMMENT ON COLUMN @partnership@.evidence_peer.peer_pooled_rate IS 'Pooled rate per 1,000: all the group''s incidents over all its denominators';
COMMENT ON COLUMN @partnership@.evidence_peer.own_incidents IS 'Incidents of the partnership itself in the peers'' data';
COMMENT ON COLUMN @partnership@.evidence_peer.own_denominator_count IS 'Denominator of the partnership itself in the peers'' data';
COMMENT ON COLUMN @partnership@.evidence_peer.own_rate IS 'Rate per 1,000 of the partnership itself in the peers'' data';

CREATE OR REPLACE VIEW @partnership@.strategic_levels
WITH (security_invoker = true) AS
-- One row per assessment, area (the whole partnership and each area of the assessment's kind) and problem type.
WITH peer AS MATERIALIZED (
    SELECT p.assessment_id, p.problem_type_id, p.peer_members, p.peer_months, p.peer_mean_rate, p.peer_pooled_rate,
           p.own_incidents, p.own_denominator_count, p.own_rate,
           csp.funnel_limits(p.peer_mean_rate * nullif(p.own_denominator_count, 0) / 1000, a.funnel_confidence) AS limits
    FROM @partnership@.evidence_peer p
    JOIN @partnership@.assessment a USING (assessment_id)
),
level AS (
    SELECT c.*,
           sum(c.incidents) FILTER (WHERE c.parent_id IS NULL) OVER (PARTITION BY c.assessment_id, c.area_kind, c.area_id) AS all_incidents,
           bool_or(c.incidents > c.unweighted) OVER (PARTITION BY c.assessment_id, c.area_kind, c.problem_type_id) AS has_weight,
           csp.rate_interval(c.incidents, c.denominator_count, 1000, a.confidence) AS rate
    FROM @partnership@.evidence_count c
    JOIN @partnership@.assessment a USING (assessment_id)
    -- a level needs at least one covered month: without one it is unknown, not 0
    WHERE c.period_months_covered_by_any > 0
)
SELECT l.assessment_id,
       l.area_id::bigint * 1000000 + l.problem_type_id AS row_key,
       l.area_id, l.area_kind, l.area_code, l.area_name,
       l.problem_type_id, l.problem_type, l.problem_type_label, l.domain, l.is_headline, l.sort_order,
       l.incidents,
       l.period_months, l.period_months_covered,
       l.denominator, l.denominator_count, l.denominator_year,
       (l.rate).estimate AS rate_per_1000,
       (l.rate).lower AS rate_lower,
       (l.rate).upper AS rate_upper,
       100.0 * l.incidents / nullif(l.all_incidents, 0)::float8 AS share_percent,
       -- unweighted incidents have an unknown harm; no incidents of a weighted type have none
       CASE WHEN l.incidents > l.unweighted OR l.incidents = 0 AND l.has_weight THEN l.harm::float8 END AS harm_score,
       CASE WHEN l.incidents > l.unweighted OR l.incidents = 0 AND l.has_weight THEN csp.rate_per_1000(l.harm::float8, l.denominator_count) END AS harm_per_1000,
       l.unweighted AS unweighted_incidents,
       peer.peer_members, peer.peer_months,
       peer.peer_mean_rate, peer.peer_pooled_rate, peer.own_rate AS peer_own_rate,
       csp.rate_per_1000((peer.limits).lower, peer.own_denominator_count) AS funnel_lower,
       csp.rate_per_1000((peer.limits).upper, peer.own_denominator_count) AS funnel_upper,
       CASE
           WHEN peer.own_incidents IS NULL OR peer.limits IS NULL THEN NULL
           WHEN peer.own_incidents > (peer.limits).upper THEN 'higher than peers'
           WHEN peer.own_incidents < (peer.limits).lower THEN 'lower than peers'
           ELSE 'in line with peers'
       END AS peer_position,
       nullif(concat_ws('; ', l.period_flag,
                              CASE WHEN peer.peer_months < l.period_months
                                   THEN 'peers are compared over ' || peer.peer_months || ' of ' || l.period_months || ' months' END), '') AS data_flag
FROM level l
LEFT JOIN peer ON peer.assessment_id = l.assessment_id AND peer.problem_type_id = l.problem_type_id AND l.area_kind = 'partnership';
COMMENT ON VIEW @partnership@.strategic_levels IS 'Strategic assessment 1, levels: how much of each problem is there, per 1,000, with what harm, and how does it stand against peers? One row per assessment, area (the whole partnership and each area of the assessment''s kind) and problem type in use';
COMMENT ON COLUMN @partnership@.strategic_levels.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_levels.row_key IS 'Key of the row within the assessment, for GIS and BI tools';
COMMENT ON COLUMN @partnership@.strategic_levels.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.strategic_levels.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.strategic_levels.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.strategic_levels.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.strategic_levels.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_levels.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_levels.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_levels.domain IS 'Broad domain of the problem type';
COMMENT ON COLUMN @partnership@.strategic_levels.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_levels.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_levels.incidents IS 'Incidents in the covered whole months of the period, subtypes included';
COMMENT ON COLUMN @partnership@.strategic_levels.period_months IS 'Whole months in the period';
COMMENT ON COLUMN @partnership@.strategic_levels.period_months_covered IS 'Of these, covered by every source of the type';
COMMENT ON COLUMN @partnership@.strategic_levels.denominator IS 'What the rate is per 1,000 of: population or households';
COMMENT ON COLUMN @partnership@.strategic_levels.denominator_count IS 'Residents or households';
COMMENT ON COLUMN @partnership@.strategic_levels.denominator_year IS 'Year of the denominator';
COMMENT ON COLUMN @partnership@.strategic_levels.rate_per_1000 IS 'Incidents per 1,000 of the denominator over the period (not a year); NULL without a denominator';
COMMENT ON COLUMN @partnership@.strategic_levels.rate_lower IS 'Lower limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.strategic_levels.rate_upper IS 'Upper limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.strategic_levels.share_percent IS 'Share of all incidents of the area in the period, every source and domain, in per cent';
COMMENT ON COLUMN @partnership@.strategic_levels.harm_score IS 'Sum of harm weights over the weighted incidents (units of the harm scheme); NULL when incidents of the type have no weight, 0 only where a weighted type has no incidents';
COMMENT ON COLUMN @partnership@.strategic_levels.harm_per_1000 IS 'Harm score per 1,000 of the denominator; NULL where the score or the denominator is';
COMMENT ON COLUMN @partnership@.strategic_levels.unweighted_incidents IS 'Incidents without a harm weight: they are not in the harm score';
COMMENT ON COLUMN @partnership@.strategic_levels.peer_members IS 'Members of the similar group with a rate';
COMMENT ON COLUMN @partnership@.strategic_levels.peer_months IS 'Months of the period that every member reports';
COMMENT ON COLUMN @partnership@.strategic_levels.peer_mean_rate IS 'Unweighted mean rate per 1,000 of the similar group, over the peers'' months';
COMMENT ON COLUMN @partnership@.strategic_levels.peer_pooled_rate IS 'Pooled rate per 1,000 of the similar group, over the peers'' months';
COMMENT ON COLUMN @partnership@.strategic_levels.peer_own_rate IS 'Rate per 1,000 of the partnership in the peers'' data, over the peers'' months';
COMMENT ON COLUMN @partnership@.strategic_levels.funnel_lower IS 'Lower funnel limit of the rate per 1,000 around the peers'' mean, at the assessment''s funnel confidence (exact Poisson)';
COMMENT ON COLUMN @partnership@.strategic_levels.funnel_upper IS 'Upper funnel limit of the rate per 1,000 around the peers'' mean';
COMMENT ON COLUMN @partnership@.strategic_levels.peer_position IS 'higher than peers, lower than peers or in line with peers: the own count against the funnel limits; NULL without peers'' figures';
COMMENT ON COLUMN @partnership@.strategic_levels.data_flag IS 'What the reader must know: missing or partial months, a period that is not whole months, breaks in the series, peers over fewer months; NULL when nothing';
