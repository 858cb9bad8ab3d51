-- Evidence of indicators. How does each indicator compare with peers?

CREATE OR REPLACE VIEW @partnership@.evidence_indicator_peer
WITH (security_invoker = true) AS
-- One row per indicator that the similar group can be asked about: the peers of the latest strategic assessment.
WITH root AS (
    -- the types named, without those that stand under another of them
    SELECT it.indicator_id, it.problem_type_id, i.denominator,
           count(*) OVER (PARTITION BY it.indicator_id) AS types
    FROM @partnership@.indicator_type it
    JOIN @partnership@.indicator i USING (indicator_id)
    LEFT JOIN @partnership@.area area USING (area_id)
    -- peers report no flags, no small areas and no harm
    WHERE i.flag IS NULL
      AND i.denominator <> 'harm'
      AND (i.area_id IS NULL OR area.area_kind = 'partnership')
      AND NOT EXISTS (SELECT
                      FROM @partnership@.indicator_type other
                      JOIN @partnership@.evidence_type tree ON tree.problem_type_id = other.problem_type_id
                      WHERE other.indicator_id = it.indicator_id
                        AND tree.member_id = it.problem_type_id
                        AND tree.depth > 0)
),
member AS (
    SELECT r.indicator_id, m.peer_id, m.is_self, sum(m.incidents)::bigint AS incidents, min(m.months) AS months, a.funnel_confidence,
           CASE r.denominator WHEN 'households' THEN p.households ELSE p.population END AS denominator_count
    FROM root r
    JOIN @partnership@.evidence_performance f ON true
    JOIN @partnership@.assessment a USING (assessment_id)
    JOIN @partnership@.evidence_peer_member m ON m.assessment_id = a.assessment_id AND m.problem_type_id = r.problem_type_id
    JOIN @partnership@.peer p USING (peer_id)
    GROUP BY r.indicator_id, m.peer_id, m.is_self, a.funnel_confidence, r.denominator, p.households, p.population, r.types
    HAVING count(*) = r.types
       AND min(m.months) = max(m.months)
),
rated AS (
    SELECT m.indicator_id, m.is_self, m.incidents, m.months, m.funnel_confidence,
           m.denominator_count,
           csp.rate_per_1000(m.incidents, m.denominator_count) AS rate,
           rank() OVER (PARTITION BY m.indicator_id ORDER BY csp.rate_per_1000(m.incidents, m.denominator_count) DESC NULLS LAST) AS rank
    FROM member m
),
compared AS (
    SELECT r.indicator_id, count(r.rate)::integer AS peer_members, avg(r.rate) AS peer_mean_rate, max(r.months)::integer AS peer_months,
           max(r.incidents) FILTER (WHERE r.is_self) AS own_incidents, max(r.denominator_count) FILTER (WHERE r.is_self) AS own_denominator_count,
           max(r.rate) FILTER (WHERE r.is_self) AS own_rate, max(r.rank) FILTER (WHERE r.is_self AND r.rate IS NOT NULL)::integer AS own_rank,
           max(r.funnel_confidence) AS funnel_confidence
    FROM rated r
    GROUP BY r.indicator_id
    HAVING count(r.rate) FILTER (WHERE NOT r.is_self) > 0
)
SELECT c.indicator_id, c.peer_members, c.peer_months, c.peer_mean_rate, c.own_rate, c.own_rank,
       csp_internal.peer_verdict(c.own_incidents, limits.l) AS verdict
FROM compared c
CROSS JOIN LATERAL (SELECT csp.funnel_limits(c.peer_mean_rate * nullif(c.own_denominator_count, 0) / 1000, c.funnel_confidence) AS l) limits;
COMMENT ON VIEW @partnership@.evidence_indicator_peer IS 'Indicators against the similar group, over the period of the latest strategic assessment: one row per indicator of whole types in the whole partnership that peers report';
COMMENT ON COLUMN @partnership@.evidence_indicator_peer.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator_peer.peer_members IS 'Members with a rate, the partnership itself included';
COMMENT ON COLUMN @partnership@.evidence_indicator_peer.peer_months IS 'Months that all of them report';
COMMENT ON COLUMN @partnership@.evidence_indicator_peer.peer_mean_rate IS 'Unweighted mean of their rates per 1,000 over these months: households for an indicator per household, else residents';
COMMENT ON COLUMN @partnership@.evidence_indicator_peer.own_rate IS 'Rate of the partnership itself in the peers'' data';
COMMENT ON COLUMN @partnership@.evidence_indicator_peer.own_rank IS 'Its rank, the highest rate 1';
COMMENT ON COLUMN @partnership@.evidence_indicator_peer.verdict IS 'higher than peers, lower than peers or in line with peers: the own count against funnel limits around the mean';
