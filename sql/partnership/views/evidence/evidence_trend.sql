-- Evidence of trends. Where is each series heading, over all months that its sources cover?

CREATE OR REPLACE VIEW @partnership@.evidence_trend
WITH (security_invoker = true) AS
-- One row per assessment, reported area and problem type in use: quasi-Poisson trend over the months of evidence_trend_month. Assessment
-- by assessment, since a filter on one would not reach what the branches share.
SELECT a.assessment_id, f.area_id, f.area_kind, f.problem_type_id, f.months::integer AS trend_months,
       (f.trend).percent_per_unit AS trend_percent_per_month,
       (f.trend).lower AS trend_lower,
       (f.trend).upper AS trend_upper,
       (f.trend).dispersion AS trend_dispersion,
       (f.trend).p_value AS trend_p_value,
       f.incidents::bigint AS trend_incidents
FROM @partnership@.assessment a
CROSS JOIN LATERAL (
    WITH scope AS MATERIALIZED (
        SELECT s.source_ids, s.area_kind
        FROM @partnership@.evidence_trend_scope s
        WHERE s.assessment_id = a.assessment_id
    ),
    grid AS MATERIALIZED (
        -- the months that count, with their days; a list for each type, since some hundred thousand cells of areas, types and
        -- months are gone through
        SELECT tm.problem_type_id, count(*) AS months,
               array_agg(tm.month_number::float8) AS month_numbers, array_agg(tm.days::float8) AS days, array_agg(0::float8) AS zeros
        FROM @partnership@.evidence_trend_month tm
        WHERE tm.assessment_id = a.assessment_id
        GROUP BY tm.problem_type_id
    ),
    placed AS MATERIALIZED (
        -- an outer join, so that sources and areas are not paired with one another before the counts: what has no area is dropped below. Area
        -- and type are one number behind OFFSET 0: of the two the planner expects so many groups that it sorts the counts, instead of a hash
        -- of lists
        SELECT nullif(m.series / 4294967296, 0)::integer AS area_id, (m.series % 4294967296)::integer AS problem_type_id,
               array_agg(m.month_number) AS month_numbers, array_agg(m.incidents) AS incidents,
               array_fill(0::float8, ARRAY[count(*)::integer]) AS zeros,
               sum(m.incidents)::bigint AS all_incidents
        FROM (
            SELECT coalesce(aa.ancestor_id, 0)::bigint * 4294967296 + c.problem_type_id AS series, csp.month_number(c.month)::float8 AS month_number, c.incidents::float8 AS incidents
            FROM @partnership@.incident_month_entry c
            LEFT JOIN @partnership@.area_ancestor aa ON aa.area_id = c.area_id AND aa.ancestor_kind = (SELECT s.area_kind FROM scope s)
            WHERE c.source_id = ANY ((SELECT s.source_ids FROM scope s)::integer[])
              AND c.month <= a.period_to
            OFFSET 0
        ) m
        GROUP BY m.series
    ),
    series AS (
        -- the grid contributes the zeros and the days; incidents of a month outside it meet no days there and do not count
        SELECT e.area_id, e.area_kind, g.problem_type_id, g.zeros AS incidents, g.month_numbers, g.days, 0::bigint AS all_incidents, g.months
        FROM @partnership@.evidence_area e
        CROSS JOIN grid g
        WHERE e.assessment_id = a.assessment_id
      UNION ALL
        SELECT p.area_id, (SELECT s.area_kind FROM scope s), tree.problem_type_id, p.incidents, p.month_numbers, p.zeros, p.all_incidents, NULL
        FROM placed p
        JOIN @partnership@.evidence_type tree ON tree.member_id = p.problem_type_id
        WHERE p.area_id IS NOT NULL
      UNION ALL
        -- the whole partnership counts what has no area as well. On its own, since most who read trends read this alone: the areas' lists are
        -- then never made
        SELECT whole.area_id, 'partnership', tree.problem_type_id, p.incidents, p.month_numbers, p.zeros, p.all_incidents, NULL
        FROM (
            SELECT m.problem_type_id, array_agg(csp.month_number(m.month)::float8) AS month_numbers, array_agg(m.incidents::float8) AS incidents,
                   array_fill(0::float8, ARRAY[count(*)::integer]) AS zeros, sum(m.incidents)::bigint AS all_incidents
            FROM (
                SELECT c.problem_type_id, c.month, sum(c.incidents) AS incidents
                FROM @partnership@.incident_month_entry c
                WHERE c.source_id = ANY ((SELECT s.source_ids FROM scope s)::integer[])
                  AND c.month <= a.period_to
                GROUP BY c.problem_type_id, c.month
            ) m
            GROUP BY m.problem_type_id
        ) p
        JOIN @partnership@.evidence_type tree ON tree.member_id = p.problem_type_id
        CROSS JOIN @partnership@.area whole
        WHERE whole.area_kind = 'partnership'
    )
    SELECT s.area_id, s.area_kind, s.problem_type_id,
           max(s.months) AS months,
           sum(s.all_incidents) AS incidents,
           -- months differ in length: the exposure is their days
           csp.poisson_trend_of_sums(s.incidents, s.month_numbers, s.days) AS trend
    FROM series s
    GROUP BY s.area_id, s.area_kind, s.problem_type_id
    HAVING max(s.months) > 0
) f;
COMMENT ON VIEW @partnership@.evidence_trend IS 'Trend of monthly counts: one row per assessment, reported area and problem type in use; quasi-Poisson over every month of evidence_trend_month, months weighted by their days';
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
COMMENT ON COLUMN @partnership@.evidence_trend.trend_incidents IS 'Incidents of its sources up to the end of the period; a test needs ten';
