-- Evidence: the trend of every series, over all months its sources cover.

CREATE OR REPLACE VIEW @partnership@.evidence_trend_month
WITH (security_invoker = true) AS
-- One row per assessment, problem type and month up to the end of the period that counts in the type's trends.
WITH used AS (
    -- the series is that of the sources that supply the period: one that came or went would bend the trend
    SELECT asm.assessment_id, asm.source_id
    FROM @partnership@.evidence_assessment_source_month asm
    WHERE asm.part = 'period'
      AND asm.is_usable
    GROUP BY asm.assessment_id, asm.source_id
)
SELECT u.assessment_id, u.problem_type_id, sm.month,
       csp.month_number(sm.month) AS month_number,
       extract(day FROM sm.month + interval '1 month - 1 day')::integer AS days
FROM (
    SELECT used.assessment_id, ts.problem_type_id, used.source_id,
           count(*) OVER (PARTITION BY used.assessment_id, ts.problem_type_id) AS sources
    FROM used
    JOIN @partnership@.evidence_type_source ts USING (source_id)
) u
JOIN @partnership@.assessment a USING (assessment_id)
JOIN @partnership@.evidence_source_month sm USING (source_id)
WHERE sm.status IN ('complete', 'presumed')
  AND sm.month + interval '1 month - 1 day' <= a.period_to
GROUP BY u.assessment_id, u.problem_type_id, sm.month
HAVING count(*) = max(u.sources);
COMMENT ON VIEW @partnership@.evidence_trend_month IS 'Months that count in trends: one row per assessment, problem type and month up to the end of the period that every source of the type wholly covers, of the sources that supply the period';
COMMENT ON COLUMN @partnership@.evidence_trend_month.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_trend_month.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_trend_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_trend_month.month_number IS 'Consecutive number of the month: the unit of the trend';
COMMENT ON COLUMN @partnership@.evidence_trend_month.days IS 'Days of the month: its exposure';

CREATE OR REPLACE VIEW @partnership@.evidence_trend_flag
WITH (security_invoker = true) AS
-- One row per assessment and problem type with a trend: what a reader of the trend must know. Assessment by assessment, since a filter on
-- one would not reach what two branches share.
SELECT a.assessment_id, f.problem_type_id, f.first_month, f.trend_flag, f.trend_area_flag
FROM @partnership@.assessment a
CROSS JOIN LATERAL (
    WITH span AS MATERIALIZED (
        SELECT tm.problem_type_id, min(tm.month) AS first_month, max(tm.month) AS last_month,
               max(tm.month_number) - min(tm.month_number) + 1 - count(*) AS months_left_out
        FROM @partnership@.evidence_trend_month tm
        WHERE tm.assessment_id = a.assessment_id
        GROUP BY tm.problem_type_id
    ),
    used AS MATERIALIZED (
        SELECT DISTINCT asm.source_id
        FROM @partnership@.evidence_assessment_source_month asm
        WHERE asm.assessment_id = a.assessment_id
          AND asm.part = 'period'
          AND asm.is_usable
    ),
    broken AS MATERIALIZED (
        SELECT s.problem_type_id,
               string_agg(DISTINCT b.description, '; ') FILTER (WHERE NOT b.is_of_areas) AS breaks,
               string_agg(DISTINCT b.description, '; ') AS area_breaks
        FROM span s
        JOIN @partnership@.evidence_type_break b USING (problem_type_id)
        WHERE b.starts_on > s.first_month
          AND b.starts_on < s.last_month + interval '1 month'
          AND b.source_id IN (SELECT used.source_id FROM used)
        GROUP BY s.problem_type_id
    )
    SELECT s.problem_type_id, s.first_month,
           nullif(concat_ws('; ', gap.note, b.breaks), '') AS trend_flag,
           nullif(concat_ws('; ', gap.note, b.area_breaks), '') AS trend_area_flag
    FROM span s
    LEFT JOIN broken b USING (problem_type_id)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN s.months_left_out > 0 THEN s.months_left_out || ' of ' || extract(year FROM age(s.last_month + interval '1 month', s.first_month)) * 12
                                                    + extract(month FROM age(s.last_month + interval '1 month', s.first_month)) || ' months ' || CASE s.months_left_out WHEN 1 THEN 'is' ELSE 'are' END || ' left out of the trend' END AS note
    ) gap
) f;
COMMENT ON VIEW @partnership@.evidence_trend_flag IS 'What a reader of the trends of a problem type must know: one row per assessment and problem type with a series';
COMMENT ON COLUMN @partnership@.evidence_trend_flag.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_trend_flag.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_trend_flag.first_month IS 'First month of the series';
COMMENT ON COLUMN @partnership@.evidence_trend_flag.trend_flag IS 'Months left out and breaks inside the series of the whole partnership; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_trend_flag.trend_area_flag IS 'The same for the series of an area, which changes of boundaries and map points touch as well';

CREATE OR REPLACE VIEW @partnership@.evidence_trend_scope
WITH (security_invoker = true) AS
-- One row per assessment: what its trends are read from.
SELECT a.assessment_id,
       ARRAY(SELECT asm.source_id
             FROM @partnership@.evidence_assessment_source_month asm
             WHERE asm.assessment_id = a.assessment_id
               AND asm.part = 'period'
               AND asm.is_usable
             GROUP BY asm.source_id) AS source_ids,
       nullif(coalesce(a.area_kind,
              (SELECT value FROM @partnership@.setting WHERE name = 'reporting_area_kind'),
              (SELECT value FROM @partnership@.setting WHERE name = 'base_area_kind')), 'partnership') AS area_kind
FROM @partnership@.assessment a;
COMMENT ON VIEW @partnership@.evidence_trend_scope IS 'What the trends of an assessment are read from: one row per assessment';
COMMENT ON COLUMN @partnership@.evidence_trend_scope.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_trend_scope.source_ids IS 'Sources with a usable month in the period';
COMMENT ON COLUMN @partnership@.evidence_trend_scope.area_kind IS 'Kind of area that figures are broken down by; NULL: the whole partnership alone';

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
