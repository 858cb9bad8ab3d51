-- Evidence: the trend of every series, over all months its sources cover.

CREATE OR REPLACE VIEW @partnership@.evidence_trend
WITH (security_invoker = true) AS
-- One row per assessment, reported area and problem type in use: quasi-Poisson trend over the covered months up to the end of the period.
WITH type_source AS (
    SELECT ts.problem_type_id, ts.source_id, count(*) OVER (PARTITION BY ts.problem_type_id) AS sources
    FROM @partnership@.evidence_type_source ts
),
covered AS MATERIALIZED (
    -- a month counts for a type when every source of the type covers it
    SELECT ts.problem_type_id, sm.month
    FROM type_source ts
    JOIN @partnership@.evidence_source_month sm USING (source_id)
    GROUP BY ts.problem_type_id, sm.month
    HAVING count(*) = max(ts.sources)
),
placed AS (
    SELECT reported.assessment_id, reported.area_id, reported.area_kind, m.problem_type_id, m.month, sum(m.incidents) AS incidents
    FROM @partnership@.incident_month m
    JOIN @partnership@.area_ancestor aa ON aa.area_id = m.area_id AND aa.ancestor_kind <> 'partnership'
    JOIN @partnership@.evidence_area reported ON reported.area_id = aa.ancestor_id AND reported.area_kind = aa.ancestor_kind
    GROUP BY reported.assessment_id, reported.area_id, reported.area_kind, m.problem_type_id, m.month
  UNION ALL
    SELECT whole.assessment_id, whole.area_id, 'partnership', m.problem_type_id, m.month, m.incidents
    FROM (
        SELECT problem_type_id, month, sum(incidents) AS incidents
        FROM @partnership@.incident_month
        GROUP BY problem_type_id, month
    ) m
    JOIN @partnership@.evidence_area whole ON whole.area_kind = 'partnership'
),
series AS (
    -- the grid of covered months contributes the zeros; a month outside it is not covered and does not count
    SELECT u.assessment_id, u.area_id, u.area_kind, u.problem_type_id, u.month, sum(u.incidents) AS incidents
    FROM (
        SELECT e.assessment_id, e.area_id, e.area_kind, v.problem_type_id, v.month, 0 AS incidents, true AS is_covered
        FROM @partnership@.evidence_area e
        JOIN @partnership@.assessment a USING (assessment_id)
        JOIN covered v ON v.month <= a.period_to
      UNION ALL
        SELECT p.assessment_id, p.area_id, p.area_kind, tree.problem_type_id, p.month, p.incidents, false
        FROM placed p
        JOIN @partnership@.evidence_type tree ON tree.member_id = p.problem_type_id
    ) u
    GROUP BY u.assessment_id, u.area_id, u.area_kind, u.problem_type_id, u.month
    HAVING bool_or(u.is_covered)
),
fitted AS (
    SELECT s.assessment_id, s.area_id, s.area_kind, s.problem_type_id,
           count(*) AS months,
           -- months differ in length: the exposure is their days
           csp.poisson_trend(s.incidents::float8, csp.month_number(s.month)::float8,
                             extract(day FROM (s.month + interval '1 month - 1 day'))::float8) AS trend
    FROM series s
    GROUP BY s.assessment_id, s.area_id, s.area_kind, s.problem_type_id
)
SELECT f.assessment_id, f.area_id, f.area_kind, f.problem_type_id, f.months::integer AS trend_months,
       (f.trend).percent_per_unit AS trend_percent_per_month,
       (f.trend).lower AS trend_lower,
       (f.trend).upper AS trend_upper,
       (f.trend).dispersion AS trend_dispersion,
       (f.trend).p_value AS trend_p_value
FROM fitted f;
COMMENT ON VIEW @partnership@.evidence_trend IS 'Trend of monthly counts: one row per assessment, reported area and problem type in use; quasi-Poisson over every covered month up to the end of the period, months weighted by their days';
COMMENT ON COLUMN @partnership@.evidence_trend.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_trend.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.evidence_trend.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.evidence_trend.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_trend.trend_months IS 'Number of covered months in the series';
COMMENT ON COLUMN @partnership@.evidence_trend.trend_percent_per_month IS 'Change in per cent per month';
COMMENT ON COLUMN @partnership@.evidence_trend.trend_lower IS 'Lower 95% limit of the change in per cent per month';
COMMENT ON COLUMN @partnership@.evidence_trend.trend_upper IS 'Upper 95% limit of the change in per cent per month';
COMMENT ON COLUMN @partnership@.evidence_trend.trend_dispersion IS 'Dispersion of the fit; 1 is Poisson';
COMMENT ON COLUMN @partnership@.evidence_trend.trend_p_value IS 'Two-sided p-value of no trend';
