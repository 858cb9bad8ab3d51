-- Evidence of peers. What are the rates of the similar group, and what is our own in its data?

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
