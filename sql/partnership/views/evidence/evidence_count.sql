-- Evidence of strategic assessments. How many incidents, and how much harm, are there in period and
-- baseline?

CREATE OR REPLACE VIEW @partnership@.evidence_count
WITH (security_invoker = true) AS
-- One row per assessment, reported area and problem type in use: counts of the period and of the comparable months, what
-- they are per, and how far the sources cover them. The grid of areas and types contributes zeros and the descriptions; it is
-- united with the counts and summed rather than joined to them, since no planner can foresee the size of such a join. Assessment
-- by assessment, since a filter on one would not reach what the branches share.
SELECT a.assessment_id, s.area_id, s.area_kind, s.area_code, s.area_name,
       t.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.parent_id, t.domain, t.is_headline, t.sort_order,
       s.incidents, s.harm, s.unweighted, s.period_compared, s.baseline_compared,
       t.denominator,
       CASE t.denominator WHEN 'households' THEN s.households ELSE s.population END AS denominator_count,
       CASE t.denominator WHEN 'households' THEN s.households_year ELSE s.population_year END AS denominator_year,
       CASE t.denominator WHEN 'households' THEN s.baseline_households ELSE s.baseline_population END AS baseline_denominator_count,
       s.period_months, s.period_months_covered, s.baseline_months_covered,
       s.period_months_compared, s.baseline_months_compared, s.period_flag, s.comparison_flag,
       s.period_months_covered_by_any,
       -- sources that compare unlike numbers of months: their mean, weighted so that incidents a month add up over the sources
       CASE WHEN s.period_months_compared < s.period_months_compared_by_any AND s.compared_a_month > 0
            THEN (s.period_compared + s.baseline_compared)::float8 * 1e12 / s.compared_a_month::float8
            ELSE s.period_months_compared END AS mean_months_compared
FROM @partnership@.assessment a
CROSS JOIN LATERAL (
    WITH kind AS MATERIALIZED (
        SELECT nullif(coalesce(a.area_kind,
                               (SELECT k.area_kind FROM @partnership@.evidence_reporting_kind k)),
                      'partnership') AS area_kind
    ),
    asm AS MATERIALIZED (
        SELECT asm.part, asm.month, asm.source_id, asm.is_comparable,
               CASE WHEN asm.is_comparable THEN 1000000000000 / asm.source_period_months_compared END AS month_share
        FROM @partnership@.evidence_assessment_source_month asm
        WHERE asm.assessment_id = a.assessment_id
    ),
    reported AS MATERIALIZED (
        -- once: on the inner side of a join its denominators would be worked out anew for every type
        SELECT e.area_id, e.area_kind, e.area_code, e.area_name,
               e.population, e.population_year, e.households, e.households_year, e.baseline_population, e.baseline_households
        FROM @partnership@.evidence_area e
        WHERE e.assessment_id = a.assessment_id
    ),
    placed AS MATERIALIZED (
        -- an outer join, so that months and areas are not paired with one another before the counts, and since the whole partnership counts
        -- what has no area as well: it is the sum of these rows, which spares a second reading of the counts
        SELECT aa.ancestor_id AS area_id, m.problem_type_id,
               coalesce(sum(m.incidents) FILTER (WHERE asm.part = 'period'), 0)::bigint AS incidents,
               coalesce(sum(m.harm) FILTER (WHERE asm.part = 'period'), 0) AS harm,
               coalesce(sum(m.unweighted) FILTER (WHERE asm.part = 'period'), 0)::bigint AS unweighted,
               coalesce(sum(m.incidents) FILTER (WHERE asm.part = 'period' AND asm.is_comparable), 0)::bigint AS period_compared,
               coalesce(sum(m.incidents) FILTER (WHERE asm.part = 'baseline' AND asm.is_comparable), 0)::bigint AS baseline_compared,
               -- incidents a month in units of 10^-12, each source over the months it compares: whole numbers, so that the sum
               -- does not depend on the order of rows
               coalesce(sum(m.incidents * asm.month_share), 0) AS compared_a_month
        FROM asm
        JOIN @partnership@.incident_month_entry m ON m.source_id = asm.source_id AND m.month = asm.month
        LEFT JOIN @partnership@.area_ancestor aa ON aa.area_id = m.area_id AND aa.ancestor_kind = (SELECT kind.area_kind FROM kind)
        GROUP BY aa.ancestor_id, m.problem_type_id
    ),
    united AS (
        SELECT e.area_id, e.area_kind, v.problem_type_id,
               0::bigint AS incidents, 0::numeric AS harm, 0::bigint AS unweighted, 0::bigint AS period_compared, 0::bigint AS baseline_compared, 0::numeric AS compared_a_month,
               e.area_code, e.area_name,
               e.population, e.population_year, e.households, e.households_year, e.baseline_population, e.baseline_households,
               v.period_months, v.period_months_covered, v.baseline_months_covered,
               v.period_months_compared, v.baseline_months_compared,
               CASE e.area_kind WHEN 'partnership' THEN v.period_flag ELSE v.period_area_flag END AS period_flag,
               CASE e.area_kind WHEN 'partnership' THEN v.comparison_flag ELSE v.comparison_area_flag END AS comparison_flag,
               v.period_months_covered_by_any, v.period_months_compared_by_any
        FROM @partnership@.evidence_type_coverage v
        CROSS JOIN reported e
        WHERE v.assessment_id = a.assessment_id
      UNION ALL
        SELECT p.area_id, (SELECT kind.area_kind FROM kind), tree.problem_type_id,
               p.incidents, p.harm, p.unweighted, p.period_compared, p.baseline_compared, p.compared_a_month,
               NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM placed p
        JOIN @partnership@.evidence_type tree ON tree.member_id = p.problem_type_id
        WHERE p.area_id IS NOT NULL
      UNION ALL
        SELECT whole.area_id, 'partnership', tree.problem_type_id,
               p.incidents, p.harm, p.unweighted, p.period_compared, p.baseline_compared, p.compared_a_month,
               NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM placed p
        JOIN @partnership@.evidence_type tree ON tree.member_id = p.problem_type_id
        CROSS JOIN @partnership@.area whole
        WHERE whole.area_kind = 'partnership'
    )
    SELECT u.area_id, u.area_kind, u.problem_type_id,
           sum(u.incidents)::bigint AS incidents, trim_scale(sum(u.harm)) AS harm, sum(u.unweighted)::bigint AS unweighted,
           sum(u.period_compared)::bigint AS period_compared, sum(u.baseline_compared)::bigint AS baseline_compared,
           sum(u.compared_a_month) AS compared_a_month,
           max(u.area_code) AS area_code, max(u.area_name) AS area_name,
           max(u.population) AS population, max(u.population_year) AS population_year,
           max(u.households) AS households, max(u.households_year) AS households_year,
           max(u.baseline_population) AS baseline_population, max(u.baseline_households) AS baseline_households,
           max(u.period_months) AS period_months, max(u.period_months_covered) AS period_months_covered,
           max(u.baseline_months_covered) AS baseline_months_covered,
           max(u.period_months_compared) AS period_months_compared, max(u.baseline_months_compared) AS baseline_months_compared,
           max(u.period_flag) AS period_flag, max(u.comparison_flag) AS comparison_flag,
           max(u.period_months_covered_by_any) AS period_months_covered_by_any, max(u.period_months_compared_by_any) AS period_months_compared_by_any
    FROM united u
    GROUP BY u.area_id, u.area_kind, u.problem_type_id
    HAVING max(u.area_code) IS NOT NULL
) s
JOIN @partnership@.problem_type t USING (problem_type_id);
COMMENT ON VIEW @partnership@.evidence_count IS 'Counts behind every strategic product: one row per assessment, reported area and problem type in use (subtypes included)';
COMMENT ON COLUMN @partnership@.evidence_count.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_count.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.evidence_count.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.evidence_count.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.evidence_count.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.evidence_count.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_count.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.evidence_count.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.evidence_count.parent_id IS 'Type the problem type is part of; NULL at the top';
COMMENT ON COLUMN @partnership@.evidence_count.domain IS 'Broad domain of the problem type';
COMMENT ON COLUMN @partnership@.evidence_count.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.evidence_count.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.evidence_count.incidents IS 'Incidents in the whole months of the period';
COMMENT ON COLUMN @partnership@.evidence_count.harm IS 'Sum of harm weights over the weighted incidents of the period';
COMMENT ON COLUMN @partnership@.evidence_count.unweighted IS 'Incidents of the period without a harm weight';
COMMENT ON COLUMN @partnership@.evidence_count.period_compared IS 'Incidents in the months of the period that can be compared with the baseline';
COMMENT ON COLUMN @partnership@.evidence_count.baseline_compared IS 'Incidents in the months of the baseline that can be compared with the period';
COMMENT ON COLUMN @partnership@.evidence_count.denominator IS 'What the rate is per 1,000 of: population or households';
COMMENT ON COLUMN @partnership@.evidence_count.denominator_count IS 'Residents or households in the period; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_count.denominator_year IS 'Year of the denominator';
COMMENT ON COLUMN @partnership@.evidence_count.baseline_denominator_count IS 'Residents or households in the baseline; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_count.period_months IS 'Whole months in the period';
COMMENT ON COLUMN @partnership@.evidence_count.period_months_covered IS 'Of these, covered by every source of the type';
COMMENT ON COLUMN @partnership@.evidence_count.baseline_months_covered IS 'Months of the baseline covered by every source of the type';
COMMENT ON COLUMN @partnership@.evidence_count.period_months_compared IS 'Months of the period that are compared';
COMMENT ON COLUMN @partnership@.evidence_count.baseline_months_compared IS 'Months of the baseline that are compared';
COMMENT ON COLUMN @partnership@.evidence_count.period_flag IS 'What a reader of the period''s level must know; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_count.comparison_flag IS 'What a reader of the comparison must know; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_count.period_months_covered_by_any IS 'Months of the period covered by the source of the type that covers most';
COMMENT ON COLUMN @partnership@.evidence_count.mean_months_compared IS 'Months of the period that are compared, as a mean over the sources, so that incidents a month add up where sources compare unlike numbers of months';
