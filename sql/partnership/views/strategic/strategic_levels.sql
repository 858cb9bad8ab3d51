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
       csp_internal.row_key(l.assessment_id, l.area_id, l.problem_type_id) AS row_key,
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
COMMENT ON COLUMN @partnership@.strategic_levels.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
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
