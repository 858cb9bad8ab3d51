-- Evidence of trends. What is the monthly series, without gaps, from which season, level and change
-- points are read?

CREATE OR REPLACE VIEW @partnership@.evidence_trend_series
WITH (security_invoker = true) AS
-- One row per assessment, reported area, problem type in use and month up to the last of evidence_trend_month, after the type's last gap of
-- more than three months. Assessment by assessment, since a filter on one would not reach what the branches share.
SELECT a.assessment_id, s.area_id, s.area_kind, s.problem_type_id, s.month, s.incidents, s.value, s.is_stand_in
FROM @partnership@.assessment a
CROSS JOIN LATERAL (
    WITH scope AS MATERIALIZED (
        SELECT s.source_ids, s.area_kind
        FROM @partnership@.evidence_trend_scope s
        WHERE s.assessment_id = a.assessment_id
    ),
    stepped AS MATERIALIZED (
        SELECT tm.problem_type_id, tm.month,
               tm.month_number - lag(tm.month_number) OVER (PARTITION BY tm.problem_type_id ORDER BY tm.month_number) AS step
        FROM @partnership@.evidence_trend_month tm
        WHERE tm.assessment_id = a.assessment_id
    ),
    span AS (
        SELECT s.problem_type_id, coalesce(max(s.month) FILTER (WHERE s.step > 4), min(s.month)) AS first_month, max(s.month) AS last_month
        FROM stepped s
        GROUP BY s.problem_type_id
    ),
    run AS MATERIALIZED (
        -- season and level need a series without gaps
        SELECT span.problem_type_id, month.month::date AS month, s.month IS NOT NULL AS is_covered
        FROM span
        CROSS JOIN LATERAL generate_series(span.first_month::timestamp, span.last_month, '1 month') AS month (month)
        LEFT JOIN stepped s ON s.problem_type_id = span.problem_type_id AND s.month = month.month::date
    ),
    placed AS MATERIALIZED (
        SELECT aa.ancestor_id AS area_id, m.problem_type_id, m.month, sum(m.incidents)::bigint AS incidents
        FROM @partnership@.incident_month_entry m
        LEFT JOIN @partnership@.area_ancestor aa ON aa.area_id = m.area_id AND aa.ancestor_kind = (SELECT s.area_kind FROM scope s)
        WHERE m.source_id = ANY ((SELECT s.source_ids FROM scope s)::integer[])
          AND m.month <= a.period_to
        GROUP BY aa.ancestor_id, m.problem_type_id, m.month
    ),
    cell AS (
        -- the grid contributes the zeros; incidents of a month outside it do not count
        SELECT e.area_id, e.area_kind, run.problem_type_id, run.month, 0::bigint AS incidents, run.is_covered
        FROM @partnership@.evidence_area e
        CROSS JOIN run
        WHERE e.assessment_id = a.assessment_id
      UNION ALL
        SELECT p.area_id, (SELECT s.area_kind FROM scope s), tree.problem_type_id, p.month, p.incidents, NULL
        FROM placed p
        JOIN @partnership@.evidence_type tree ON tree.member_id = p.problem_type_id
        WHERE p.area_id IS NOT NULL
      UNION ALL
        -- the whole partnership counts what has no area as well
        SELECT whole.area_id, 'partnership', tree.problem_type_id, p.month, p.incidents, NULL
        FROM (SELECT c.problem_type_id, c.month, sum(c.incidents)::bigint AS incidents FROM placed c GROUP BY c.problem_type_id, c.month) p
        JOIN @partnership@.evidence_type tree ON tree.member_id = p.problem_type_id
        CROSS JOIN @partnership@.area whole
        WHERE whole.area_kind = 'partnership'
    ),
    summed AS (
        SELECT c.area_id, c.area_kind, c.problem_type_id, c.month,
               CASE WHEN bool_or(c.is_covered) THEN sum(c.incidents)::bigint END AS incidents,
               CASE WHEN bool_or(c.is_covered) THEN csp.month_length_adjusted(sum(c.incidents)::float8, c.month) END AS adjusted
        FROM cell c
        GROUP BY c.area_id, c.area_kind, c.problem_type_id, c.month
        HAVING bool_or(c.is_covered) IS NOT NULL
    )
    SELECT s.area_id, s.area_kind, s.problem_type_id, s.month, s.incidents,
           -- a month that is not covered is stood in for by its like a year before and after, else by the months beside it
           coalesce(s.adjusted,
                    (lag(s.adjusted, 12) OVER series + lead(s.adjusted, 12) OVER series) / 2, lag(s.adjusted, 12) OVER series, lead(s.adjusted, 12) OVER series,
                    avg(s.adjusted) OVER (series ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING)) AS value,
           s.incidents IS NULL AS is_stand_in
    FROM summed s
    WINDOW series AS (PARTITION BY s.area_id, s.area_kind, s.problem_type_id ORDER BY s.month)
) s;
COMMENT ON VIEW @partnership@.evidence_trend_series IS 'Monthly counts without gaps up to the end of the period, from which season and level are read: one row per assessment, reported area, problem type in use and month after the type''s last gap of more than three months';
COMMENT ON COLUMN @partnership@.evidence_trend_series.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_trend_series.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.evidence_trend_series.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.evidence_trend_series.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_trend_series.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_trend_series.incidents IS 'Incidents, subtypes included; NULL for a month that is not covered';
COMMENT ON COLUMN @partnership@.evidence_trend_series.value IS 'Incidents at average length of month (30.4375 days); of a month that is not covered the mean of the same month a year before and after, else of the covered months up to three months away';
COMMENT ON COLUMN @partnership@.evidence_trend_series.is_stand_in IS 'True for a month that is not covered';
