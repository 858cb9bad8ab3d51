-- Strategic assessment, section 3: why. Which areas, types, months and sources make up the change?

CREATE OR REPLACE VIEW @partnership@.strategic_drivers
WITH (security_invoker = true) AS
-- One row per assessment, problem type, dimension and member; within a dimension the contributions add up to the change.
SELECT a.assessment_id,
       csp_internal.row_key(a.assessment_id::text, d.problem_type_id::text, d.dimension, d.member_code) AS row_key,
       d.problem_type_id, d.problem_type, d.problem_type_label, d.is_headline, d.sort_order,
       d.dimension, d.member_code, d.member_label,
       d.period_incidents, d.baseline_incidents,
       d.contribution, d.total_change, d.percent_of_change, d.rank_by_size, d.p_value, d.data_flag
FROM @partnership@.assessment a
-- assessment by assessment: what several branches share would else be computed for all of them, whichever is asked for
CROSS JOIN LATERAL (
    WITH coverage AS MATERIALIZED (
        SELECT assessment_id, problem_type_id, period_months_compared, baseline_months_compared, comparison_flag, comparison_area_flag
        FROM @partnership@.evidence_type_coverage
        WHERE assessment_id = a.assessment_id
    ),
    compared AS MATERIALIZED (
        SELECT asm.assessment_id, asm.part, asm.source_id, m.area_id, m.problem_type_id,
               -- parts of unequal length have no pairs of months: their months of the year are set against each other
               CASE WHEN asm.is_equal_length THEN asm.match_key ELSE -extract(month FROM asm.month)::integer END AS month_key,
               m.incidents
        FROM @partnership@.evidence_assessment_source_month asm
        JOIN @partnership@.incident_month_entry m ON m.source_id = asm.source_id AND m.month = asm.month
        WHERE asm.is_comparable
          AND asm.assessment_id = a.assessment_id
    ),
    reporting AS (
        SELECT a.assessment_id,
               coalesce(a.area_kind,
                        (SELECT k.area_kind FROM @partnership@.evidence_reporting_kind k)) AS area_kind
    ),
    member AS (
        SELECT c.assessment_id, c.problem_type_id, c.part, 'area' AS dimension,
               coalesce(r.code, '') AS member_code, coalesce(r.name, 'No known area') AS member_label, c.incidents
        FROM (
            SELECT assessment_id, problem_type_id, part, area_id, sum(incidents) AS incidents
            FROM compared
            GROUP BY assessment_id, problem_type_id, part, area_id
            HAVING sum(incidents) <> 0
        ) c
        JOIN reporting USING (assessment_id)
        LEFT JOIN @partnership@.area_ancestor aa ON aa.area_id = c.area_id AND aa.ancestor_kind = reporting.area_kind
        LEFT JOIN @partnership@.area r ON r.area_id = aa.ancestor_id
      UNION ALL
        SELECT c.assessment_id, c.problem_type_id, c.part, 'problem type', t.code, t.label, c.incidents
        FROM (
            SELECT assessment_id, problem_type_id, part, sum(incidents) AS incidents
            FROM compared
            GROUP BY assessment_id, problem_type_id, part
            HAVING sum(incidents) <> 0
        ) c
        JOIN @partnership@.problem_type t USING (problem_type_id)
      UNION ALL
        SELECT c.assessment_id, c.problem_type_id, c.part, 'month',
               CASE WHEN c.month_key > 0 THEN to_char(am.month, 'YYYY-MM') ELSE lpad((-c.month_key)::text, 2, '0') END,
               CASE WHEN c.month_key > 0 THEN to_char(am.month, 'FMMonth YYYY') ELSE to_char(make_date(2000, -c.month_key, 1), 'FMMonth') END,
               c.incidents
        FROM (
            SELECT assessment_id, problem_type_id, part, month_key, sum(incidents) AS incidents
            FROM compared
            GROUP BY assessment_id, problem_type_id, part, month_key
            HAVING sum(incidents) <> 0
        ) c
        LEFT JOIN @partnership@.evidence_assessment_month am
               ON am.assessment_id = c.assessment_id AND am.part = 'period' AND am.match_key = c.month_key
      UNION ALL
        SELECT c.assessment_id, c.problem_type_id, c.part, 'source', s.code, s.title, c.incidents
        FROM (
            SELECT assessment_id, problem_type_id, part, source_id, sum(incidents) AS incidents
            FROM compared
            GROUP BY assessment_id, problem_type_id, part, source_id
            HAVING sum(incidents) <> 0
        ) c
        JOIN @partnership@.source s USING (source_id)
    ),
    contribution AS (
        SELECT m.assessment_id, tree.problem_type_id, m.dimension, m.member_code, m.member_label,
               coalesce(sum(m.incidents) FILTER (WHERE m.part = 'period'), 0)::bigint AS period_incidents,
               coalesce(sum(m.incidents) FILTER (WHERE m.part = 'baseline'), 0)::bigint AS baseline_incidents
        FROM member m
        JOIN @partnership@.evidence_type tree ON tree.member_id = m.problem_type_id
        GROUP BY m.assessment_id, tree.problem_type_id, m.dimension, m.member_code, m.member_label
    ),
    summed AS (
        SELECT c.assessment_id, c.problem_type_id, c.dimension, c.member_code, c.member_label,
               c.period_incidents, c.baseline_incidents,
               -- a baseline of another length is scaled to the months compared in the period
               c.period_incidents - c.baseline_incidents::float8 * v.period_months_compared / nullif(v.baseline_months_compared, 0) AS contribution,
               v.period_months_compared, v.baseline_months_compared,
               CASE c.dimension WHEN 'area' THEN v.comparison_area_flag ELSE v.comparison_flag END AS comparison_flag
        FROM contribution c
        JOIN coverage v USING (assessment_id, problem_type_id)
    )
    SELECT s.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.is_headline, t.sort_order,
           s.dimension, s.member_code, s.member_label,
           s.period_incidents, s.baseline_incidents,
           s.contribution,
           sum(s.contribution) OVER whole AS total_change,
           100 * s.contribution / nullif(sum(s.contribution) OVER whole, 0) AS percent_of_change,
           rank() OVER (PARTITION BY s.assessment_id, s.problem_type_id, s.dimension ORDER BY abs(s.contribution) DESC)::integer AS rank_by_size,
           (csp.rate_change(s.baseline_incidents, nullif(s.baseline_months_compared, 0), s.period_incidents, nullif(s.period_months_compared, 0))).p_value AS p_value,
           s.comparison_flag AS data_flag
    FROM summed s
    JOIN @partnership@.problem_type t USING (problem_type_id)
    WINDOW whole AS (PARTITION BY s.assessment_id, s.problem_type_id, s.dimension)
) d;
COMMENT ON VIEW @partnership@.strategic_drivers IS 'Strategic assessment 3, why: which areas, types, months and sources make up the change? One row per assessment with a baseline, problem type, dimension and member; within a dimension the contributions add up to the change';
COMMENT ON COLUMN @partnership@.strategic_drivers.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_drivers.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_drivers.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_drivers.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_drivers.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_drivers.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_drivers.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_drivers.dimension IS 'area, problem type, month or source';
COMMENT ON COLUMN @partnership@.strategic_drivers.member_code IS 'Code of the area, type, month (YYYY-MM of the period; month of the year where the parts are of unequal length) or source';
COMMENT ON COLUMN @partnership@.strategic_drivers.member_label IS 'Name of the member; No known area for incidents outside the areas';
COMMENT ON COLUMN @partnership@.strategic_drivers.period_incidents IS 'Incidents in the compared months of the period';
COMMENT ON COLUMN @partnership@.strategic_drivers.baseline_incidents IS 'Incidents in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.strategic_drivers.contribution IS 'Period less baseline (a baseline of another length is scaled to the period''s months)';
COMMENT ON COLUMN @partnership@.strategic_drivers.total_change IS 'Sum of the contributions of the dimension: the change of the type';
COMMENT ON COLUMN @partnership@.strategic_drivers.percent_of_change IS 'Contribution in per cent of the total change; may exceed 100 or be negative when members moved apart';
COMMENT ON COLUMN @partnership@.strategic_drivers.rank_by_size IS '1 for the largest contribution in either direction';
COMMENT ON COLUMN @partnership@.strategic_drivers.p_value IS 'Two-sided exact p-value of no change of the member, not adjusted: it tells large contributions from chance';
COMMENT ON COLUMN @partnership@.strategic_drivers.data_flag IS 'What the reader must know: missing months, breaks in the series; NULL when nothing';
