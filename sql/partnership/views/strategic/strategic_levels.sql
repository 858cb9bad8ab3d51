-- Strategic assessment, section 1: levels. How much of each problem is there, per 1,000, with what
-- harm, and how does it compare with peers?

CREATE OR REPLACE VIEW @partnership@.strategic_levels
WITH (security_invoker = true) AS
-- One row per assessment, area (the whole partnership and each area of the assessment's kind) and
-- problem type.
SELECT l.assessment_id, csp_internal.row_key(l.assessment_id, l.area_id, l.problem_type_id) AS row_key, l.area_id,
       l.area_kind, l.area_code, l.area_name, l.problem_type_id, l.problem_type,
       l.problem_type_label, l.domain, l.is_headline, l.sort_order, l.incidents, l.period_months,
       l.period_months_covered, l.denominator, l.denominator_count, l.denominator_year,
       l.rate_per_1000, l.rate_lower, l.rate_upper, l.share_percent, l.harm_score, l.harm_per_1000,
       l.unweighted_incidents, l.peer_members, l.peer_months, l.peer_mean_rate, l.peer_pooled_rate,
       l.peer_own_rate, l.funnel_lower, l.funnel_upper, l.peer_position, l.data_flag
FROM @partnership@.evidence_level l;
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
