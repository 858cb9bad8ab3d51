-- Strategic assessment, section 1: patterns in place. Where does each problem happen, beyond chance?

CREATE OR REPLACE VIEW @partnership@.strategic_pattern_area
WITH (security_invoker = true) AS
-- One row per assessment, area of its kind and problem type; the whole partnership is what each area is compared with.
WITH local AS (
    SELECT l.assessment_id, l.row_key, l.area_id, l.area_kind, l.area_code, l.area_name,
           l.problem_type_id, l.problem_type, l.problem_type_label, l.is_headline, l.sort_order,
           l.incidents, l.denominator, l.denominator_count, l.rate_per_1000, l.rate_lower, l.rate_upper, l.data_flag,
           sum(l.incidents) OVER pattern AS all_incidents,
           -- areas without residents or homes have no rate, and add to none
           sum(l.incidents) FILTER (WHERE l.denominator_count > 0) OVER pattern AS rated_incidents,
           sum(l.denominator_count) OVER pattern AS all_denominators
    FROM @partnership@.strategic_levels l
    WHERE l.area_kind <> 'partnership'
    WINDOW pattern AS (PARTITION BY l.assessment_id, l.problem_type_id)
),
compared AS (
    SELECT l.assessment_id, l.row_key, l.area_id, l.area_kind, l.area_code, l.area_name,
           l.problem_type_id, l.problem_type, l.problem_type_label, l.is_headline, l.sort_order,
           l.incidents, l.denominator, l.denominator_count, l.rate_per_1000, l.rate_lower,
           l.rate_upper, l.data_flag, l.all_incidents, l.rated_incidents, l.all_denominators,
           CASE WHEN l.denominator_count > 0 AND l.rated_incidents > 0
                THEN csp.rate_change((l.rated_incidents - l.incidents)::bigint, (l.all_denominators - l.denominator_count)::bigint,
                                     l.incidents, l.denominator_count) END AS against_rest
    FROM local l
),
tested AS (
    SELECT c.assessment_id, c.row_key, c.area_id, c.area_kind, c.area_code, c.area_name,
           c.problem_type_id, c.problem_type, c.problem_type_label, c.is_headline, c.sort_order,
           c.incidents, c.denominator, c.denominator_count, c.rate_per_1000, c.rate_lower,
           c.rate_upper, c.data_flag, c.all_incidents, c.rated_incidents, c.all_denominators,
           c.against_rest,
           csp.smoothed_rate(c.incidents, c.denominator_count, 1000) OVER pattern AS smoothed_rate_per_1000,
           csp.adjusted_p_value((c.against_rest).p_value) OVER (PARTITION BY c.assessment_id, c.is_headline) AS adjusted_p_value,
           rank() OVER (PARTITION BY c.assessment_id, c.problem_type_id ORDER BY c.incidents DESC) AS rank_by_incidents,
           CASE WHEN c.rate_per_1000 IS NOT NULL
                THEN rank() OVER (PARTITION BY c.assessment_id, c.problem_type_id ORDER BY c.rate_per_1000 DESC NULLS LAST) END AS rank_by_rate,
           sum(c.incidents) OVER (PARTITION BY c.assessment_id, c.problem_type_id ORDER BY c.incidents DESC, c.area_code) AS running_incidents
    FROM compared c
    WINDOW pattern AS (PARTITION BY c.assessment_id, c.problem_type_id)
)
SELECT t.assessment_id, t.row_key, t.area_id, t.area_kind, t.area_code, t.area_name,
       t.problem_type_id, t.problem_type, t.problem_type_label, t.is_headline, t.sort_order,
       t.incidents, t.denominator, t.denominator_count,
       t.rate_per_1000, t.rate_lower, t.rate_upper, t.smoothed_rate_per_1000,
       nullif((t.against_rest).ratio, 'Infinity'::float8) AS ratio_to_rest,
       (t.against_rest).p_value AS p_value,
       t.adjusted_p_value,
       CASE
           WHEN t.denominator_count > 0 AND t.rated_incidents = 0 THEN 'in line with the rest'
           WHEN t.adjusted_p_value IS NULL THEN 'not comparable'
           WHEN t.adjusted_p_value > a.false_discovery_rate THEN 'in line with the rest'
           WHEN t.incidents::float8 * (t.all_denominators - t.denominator_count)::float8
                > (t.rated_incidents - t.incidents)::float8 * t.denominator_count THEN 'higher than the rest'
           ELSE 'lower than the rest'
       END AS verdict,
       t.rank_by_incidents::integer, t.rank_by_rate::integer,
       100.0 * t.incidents / nullif(t.all_incidents, 0)::float8 AS share_percent,
       100.0 * t.running_incidents::float8 / nullif(t.all_incidents, 0)::float8 AS cumulative_share_percent,
       t.data_flag,
       area.boundary
FROM tested t
JOIN @partnership@.assessment a USING (assessment_id)
JOIN @partnership@.area area ON area.area_id = t.area_id;
COMMENT ON VIEW @partnership@.strategic_pattern_area IS 'Strategic assessment 1, patterns in place: where does each problem happen, beyond chance? One row per assessment, area of its kind and problem type; a layer for GIS with row_key as its key';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.incidents IS 'Incidents in the covered whole months of the period';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.denominator IS 'What the rate is per 1,000 of: population or households';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.denominator_count IS 'Residents or households';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.rate_per_1000 IS 'Incidents per 1,000 of the denominator over the period (not a year); NULL without a denominator';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.rate_lower IS 'Lower limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.rate_upper IS 'Upper limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.smoothed_rate_per_1000 IS 'Empirical Bayes rate per 1,000 (Marshall): rates of small areas drawn towards the mean';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.ratio_to_rest IS 'Rate of the area over the rate of the rest of the partnership''s areas (those with a denominator); NULL without one, and where the rest has no incident';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.p_value IS 'Two-sided exact p-value of equal rates in the area and the rest';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.adjusted_p_value IS 'The same after Benjamini-Hochberg over all areas and types of the assessment, headline types and detail apart';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.verdict IS 'higher than the rest, lower than the rest, in line with the rest (at the assessment''s false discovery rate) or not comparable';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.rank_by_incidents IS '1 for the area with most incidents of the type';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.rank_by_rate IS '1 for the area with the highest rate; NULL without a rate';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.share_percent IS 'Share of the type''s incidents in all areas, in per cent';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.cumulative_share_percent IS 'Share of the areas up to this one, from most to fewest incidents, in per cent';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.data_flag IS 'What the reader must know: missing months, breaks in the series; NULL when nothing';
COMMENT ON COLUMN @partnership@.strategic_pattern_area.boundary IS 'Boundary of the area in the partnership''s SRID';
