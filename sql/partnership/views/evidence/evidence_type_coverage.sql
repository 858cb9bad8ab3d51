-- Evidence of coverage. How much of period and baseline do the sources of a problem type cover, and
-- what breaks its series?

CREATE OR REPLACE VIEW @partnership@.evidence_type_coverage
WITH (security_invoker = true) AS
-- One row per assessment and problem type: how much of period and baseline its sources cover, and what breaks its series.
SELECT a.assessment_id, c.problem_type_id,
       c.period_months, c.period_months_covered, c.baseline_months, c.baseline_months_covered, c.period_months_compared, c.baseline_months_compared,
       c.period_flag, c.comparison_flag, c.period_area_flag, c.comparison_area_flag, c.period_months_covered_by_any, c.period_months_compared_by_any
FROM @partnership@.assessment a
-- assessment by assessment, since a filter on one would not reach what the branches share
CROSS JOIN LATERAL (
    WITH by_source AS (
        SELECT ts.problem_type_id, ts.source_id,
               count(*) FILTER (WHERE asm.part = 'period') AS period_months,
               count(*) FILTER (WHERE asm.part = 'baseline') AS baseline_months,
               count(*) FILTER (WHERE asm.part = 'period' AND asm.is_covered) AS period_months_covered,
               count(*) FILTER (WHERE asm.part = 'baseline' AND asm.is_covered) AS baseline_months_covered,
               max(asm.source_period_months_compared) AS period_months_compared,
               max(asm.source_baseline_months_compared) AS baseline_months_compared,
               csp.months_text(array_agg(asm.month) FILTER (WHERE asm.part = 'period' AND NOT asm.is_covered)) AS period_missing,
               csp.months_text(array_agg(asm.month) FILTER (WHERE NOT asm.is_covered)) AS any_missing,
               csp.months_text(array_agg(asm.month) FILTER (WHERE asm.part = 'period' AND asm.is_covered AND NOT asm.is_usable)) AS period_partial,
               csp.months_text(array_agg(asm.month) FILTER (WHERE asm.is_covered AND NOT asm.is_usable)) AS any_partial,
               max(asm.period_note) AS period_note, max(asm.comparison_note) AS comparison_note
        FROM @partnership@.evidence_assessment_source_month asm
        JOIN @partnership@.evidence_type_source ts USING (source_id)
        WHERE asm.assessment_id = a.assessment_id
        GROUP BY ts.problem_type_id, ts.source_id
    ),
    missing AS (
        SELECT b.problem_type_id,
               max(b.period_months) AS period_months,
               min(b.period_months_covered) AS period_months_covered,
               max(b.period_months_covered) AS period_months_covered_by_any,
               max(b.baseline_months) AS baseline_months,
               min(b.baseline_months_covered) AS baseline_months_covered,
               -- a source that cannot be compared at all is left out of the comparison, and does not spoil that of the others
               coalesce(min(b.period_months_compared) FILTER (WHERE b.period_months_compared > 0), 0) AS period_months_compared,
               max(b.period_months_compared) AS period_months_compared_by_any,
               coalesce(min(b.baseline_months_compared) FILTER (WHERE b.baseline_months_compared > 0), 0) AS baseline_months_compared,
               max(b.period_note) AS period_note, max(b.comparison_note) AS comparison_note,
               string_agg('missing in ' || s.title || ': ' || b.period_missing, '; ' ORDER BY s.title, s.source_id) AS period_missing,
               string_agg('missing in ' || s.title || ': ' || b.any_missing, '; ' ORDER BY s.title, s.source_id) AS any_missing,
               string_agg('only part of ' || b.period_partial || ' in ' || s.title, '; ' ORDER BY s.title, s.source_id) AS period_partial,
               string_agg('only part of ' || b.any_partial || ' in ' || s.title, '; ' ORDER BY s.title, s.source_id) AS any_partial
        FROM by_source b
        JOIN @partnership@.source s USING (source_id)
        GROUP BY b.problem_type_id
    ),
    broken AS MATERIALIZED (
        SELECT b.problem_type_id,
               string_agg(DISTINCT broke.description, '; ') FILTER (WHERE broke.starts_on > a.period_from AND NOT broke.is_of_areas) AS period_breaks,
               string_agg(DISTINCT broke.description, '; ') FILTER (WHERE broke.starts_on > a.period_from) AS period_area_breaks,
               string_agg(DISTINCT broke.description, '; ') FILTER (WHERE NOT broke.is_of_areas) AS comparison_breaks,
               string_agg(DISTINCT broke.description, '; ') AS comparison_area_breaks
        FROM by_source b
        JOIN @partnership@.evidence_type_break broke USING (problem_type_id, source_id)
        WHERE broke.starts_on > least(a.baseline_from, a.period_from)
          AND broke.starts_on <= a.period_to
        GROUP BY b.problem_type_id
    )
    SELECT m.problem_type_id,
           m.period_months::integer, m.period_months_covered::integer,
           m.baseline_months::integer, m.baseline_months_covered::integer,
           m.period_months_compared::integer, m.baseline_months_compared::integer,
           nullif(concat_ws('; ', m.period_missing, m.period_partial, m.period_note, b.period_breaks), '') AS period_flag,
           nullif(concat_ws('; ', m.any_missing, m.any_partial, m.period_note, m.comparison_note, b.comparison_breaks), '') AS comparison_flag,
           nullif(concat_ws('; ', m.period_missing, m.period_partial, m.period_note, b.period_area_breaks), '') AS period_area_flag,
           nullif(concat_ws('; ', m.any_missing, m.any_partial, m.period_note, m.comparison_note, b.comparison_area_breaks), '') AS comparison_area_flag,
           m.period_months_covered_by_any::integer, m.period_months_compared_by_any::integer
    FROM missing m
    LEFT JOIN broken b USING (problem_type_id)
) c;
COMMENT ON VIEW @partnership@.evidence_type_coverage IS 'How far the sources of a problem type cover an assessment, and what breaks its series: one row per assessment and problem type that a source with data in period or baseline supplies';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.period_months IS 'Whole months in the period';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.period_months_covered IS 'Of these, covered by every source of the type (the least over its sources)';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.baseline_months IS 'Whole months in the baseline';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.baseline_months_covered IS 'Of these, covered by every source of the type (the least over its sources)';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.period_months_compared IS 'Months of the period that count in comparisons (the least over the sources that can be compared); 0 when none can';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.baseline_months_compared IS 'Months of the baseline that count in comparisons (the least over the sources that can be compared)';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.period_flag IS 'What a reader of the whole partnership''s level must know: missing or partial months, breaks; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.comparison_flag IS 'What a reader of the whole partnership''s comparison must know: missing or partial months, unlike seasons, breaks; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.period_area_flag IS 'The same for the level of an area, which changes of boundaries and map points touch as well';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.comparison_area_flag IS 'The same for the comparison of an area, which changes of boundaries and map points touch as well';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.period_months_covered_by_any IS 'Months of the period covered by the source that covers most';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.period_months_compared_by_any IS 'Months of the period compared by the source that compares most; more than period_months_compared when sources differ';
