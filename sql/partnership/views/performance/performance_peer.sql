-- Performance: how do we stand among the similar group?

CREATE OR REPLACE VIEW @partnership@.performance_peer
WITH (security_invoker = true) AS
-- One row per assessment, problem type and member of the similar group that reports it; an assessment without any has one row that says why.
WITH rated AS (
    SELECT m.assessment_id, m.problem_type_id, m.peer_id, m.peer_code, m.peer_name, m.is_self,
           m.incidents, m.denominator, m.denominator_count, m.months, m.first_month, m.last_month,
           csp.rate_per_1000(m.incidents, m.denominator_count) AS rate_per_1000
    FROM @partnership@.evidence_peer_member m
),
peer AS MATERIALIZED (
    -- once: on the inner side of a join the group's figures would be worked out anew for every member
    SELECT p.assessment_id, p.problem_type_id, p.peer_members, p.peer_mean_rate, p.peer_pooled_rate
    FROM @partnership@.evidence_peer p
),
grouped AS (
    SELECT r.assessment_id, r.problem_type_id, r.peer_id, r.peer_code, r.peer_name, r.is_self,
           r.incidents, r.denominator, r.denominator_count, r.months, r.first_month, r.last_month,
           r.rate_per_1000,
           p.peer_members, p.peer_mean_rate, p.peer_pooled_rate,
           CASE WHEN r.rate_per_1000 IS NOT NULL THEN rank() OVER (PARTITION BY r.assessment_id, r.problem_type_id ORDER BY r.rate_per_1000 DESC NULLS LAST) END AS rank,
           csp.funnel_limits(p.peer_mean_rate * nullif(r.denominator_count, 0) / 1000, a.funnel_confidence) AS limits,
           csp.rate_interval(r.incidents, r.denominator_count, 1000, a.confidence) AS interval
    FROM rated r
    JOIN peer p USING (assessment_id, problem_type_id)
    JOIN @partnership@.assessment a USING (assessment_id)
)
SELECT g.assessment_id,
       csp_internal.row_key(g.assessment_id, g.problem_type_id, g.peer_id) AS row_key,
       g.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.is_headline, t.sort_order,
       g.peer_id, g.peer_code, g.peer_name, g.is_self,
       g.months, g.first_month, g.last_month,
       g.incidents, g.denominator, g.denominator_count,
       g.rate_per_1000, (g.interval).lower AS rate_lower, (g.interval).upper AS rate_upper,
       g.rank::integer AS rank, g.peer_members,
       g.peer_mean_rate, g.peer_pooled_rate,
       csp.rate_per_1000((g.limits).lower, g.denominator_count) AS funnel_lower,
       csp.rate_per_1000((g.limits).upper, g.denominator_count) AS funnel_upper,
       coalesce(csp_internal.peer_verdict(g.incidents, g.limits), 'no rate') AS verdict,
       CASE WHEN g.limits IS NULL THEN 'no ' || CASE g.denominator WHEN 'households' THEN 'households' ELSE 'residents' END || ' to divide by' END AS note
FROM grouped g
JOIN @partnership@.problem_type t USING (problem_type_id)
UNION ALL
SELECT a.assessment_id, csp_internal.row_key(a.assessment_id, NULL, NULL), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       'not known',
       CASE WHEN reported.first_month IS NULL THEN 'no counts of peers were loaded'
            ELSE 'peers report ' || to_char(reported.first_month, 'FMMonth YYYY') || ' to ' || to_char(reported.last_month, 'FMMonth YYYY') || ': no whole month of the period that every member has' END
FROM @partnership@.assessment a
CROSS JOIN (SELECT min(c.month) AS first_month, max(c.month) AS last_month FROM @partnership@.peer_count c) reported
WHERE NOT EXISTS (SELECT FROM @partnership@.evidence_peer_member m WHERE m.assessment_id = a.assessment_id);
COMMENT ON VIEW @partnership@.performance_peer IS 'Performance: how do we stand among the similar group? One row per assessment, problem type and member that reports it, ranked by rate over the months of the period that all members report, with funnel limits around the group''s mean; an assessment without any has one row, not known, and the note says why';
COMMENT ON COLUMN @partnership@.performance_peer.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.performance_peer.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.performance_peer.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.performance_peer.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.performance_peer.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.performance_peer.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.performance_peer.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.performance_peer.peer_id IS 'Member';
COMMENT ON COLUMN @partnership@.performance_peer.peer_code IS 'Code of the member';
COMMENT ON COLUMN @partnership@.performance_peer.peer_name IS 'Name of the member';
COMMENT ON COLUMN @partnership@.performance_peer.is_self IS 'True for the partnership itself';
COMMENT ON COLUMN @partnership@.performance_peer.months IS 'Months of the period that every member reports';
COMMENT ON COLUMN @partnership@.performance_peer.first_month IS 'The first of them';
COMMENT ON COLUMN @partnership@.performance_peer.last_month IS 'The last of them';
COMMENT ON COLUMN @partnership@.performance_peer.incidents IS 'Incidents in these months';
COMMENT ON COLUMN @partnership@.performance_peer.denominator IS 'What the rate is per 1,000 of: population or households';
COMMENT ON COLUMN @partnership@.performance_peer.denominator_count IS 'Residents or households of the member; NULL when not known';
COMMENT ON COLUMN @partnership@.performance_peer.rate_per_1000 IS 'Incidents per 1,000 over these months (not a year); NULL without a denominator';
COMMENT ON COLUMN @partnership@.performance_peer.rate_lower IS 'Lower limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.performance_peer.rate_upper IS 'Upper limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.performance_peer.rank IS 'Rank of the rate, the highest 1; NULL without a rate';
COMMENT ON COLUMN @partnership@.performance_peer.peer_members IS 'Members with a rate, the partnership itself included';
COMMENT ON COLUMN @partnership@.performance_peer.peer_mean_rate IS 'Unweighted mean of the members'' rates per 1,000, the partnership itself included';
COMMENT ON COLUMN @partnership@.performance_peer.peer_pooled_rate IS 'Pooled rate per 1,000: all the group''s incidents over all its denominators';
COMMENT ON COLUMN @partnership@.performance_peer.funnel_lower IS 'Lower funnel limit of the rate around the unweighted mean, for the member''s size, at the assessment''s funnel confidence (exact Poisson)';
COMMENT ON COLUMN @partnership@.performance_peer.funnel_upper IS 'Upper funnel limit of the rate';
COMMENT ON COLUMN @partnership@.performance_peer.verdict IS 'higher than peers, lower than peers or in line with peers: the count against the funnel limits; no rate without a denominator; not known where no member is compared';
COMMENT ON COLUMN @partnership@.performance_peer.note IS 'Why there is no rate, or no comparison at all; NULL when nothing';
