-- Strategic assessment, structure by organisation. What does each agency's data show?

CREATE OR REPLACE VIEW @partnership@.strategic_by_organisation
WITH (security_invoker = true) AS
-- One row per assessment, agency, source and problem type as recorded: what each agency's data say.
WITH counted AS (
    SELECT asm.assessment_id, asm.source_id, m.problem_type_id,
           sum(m.incidents) FILTER (WHERE asm.part = 'period') AS incidents,
           coalesce(sum(m.harm) FILTER (WHERE asm.part = 'period'), 0) AS harm,
           coalesce(sum(m.unweighted) FILTER (WHERE asm.part = 'period'), 0) AS unweighted,
           coalesce(sum(m.incidents) FILTER (WHERE asm.part = 'period' AND asm.is_comparable), 0) AS period_compared,
           coalesce(sum(m.incidents) FILTER (WHERE asm.part = 'baseline' AND asm.is_comparable), 0) AS baseline_compared
    FROM @partnership@.evidence_assessment_source_month asm
    JOIN @partnership@.incident_month_entry m ON m.source_id = asm.source_id AND m.month = asm.month
    GROUP BY asm.assessment_id, asm.source_id, m.problem_type_id
    HAVING sum(m.incidents) <> 0
),
covered AS MATERIALIZED (
    SELECT asm.assessment_id, asm.source_id,
           count(*) FILTER (WHERE asm.part = 'period' AND asm.is_covered) AS period_months_covered,
           max(asm.source_period_months_compared) AS period_months,
           max(asm.source_baseline_months_compared) AS baseline_months,
           csp.months_text(array_agg(asm.month) FILTER (WHERE NOT asm.is_covered)) AS missing,
           csp.months_text(array_agg(asm.month) FILTER (WHERE asm.is_covered AND NOT asm.is_usable)) AS partial,
           concat_ws('; ', max(asm.period_note), max(asm.comparison_note)) AS note
    FROM @partnership@.evidence_assessment_source_month asm
    GROUP BY asm.assessment_id, asm.source_id
),
broken AS MATERIALIZED (
    SELECT a.assessment_id, b.source_id, b.problem_type_id, string_agg(DISTINCT b.description, '; ') AS breaks
    FROM @partnership@.assessment a
    JOIN @partnership@.evidence_type_break b ON b.starts_on > least(a.baseline_from, a.period_from) AND b.starts_on <= a.period_to
    WHERE NOT b.is_of_areas
    GROUP BY a.assessment_id, b.source_id, b.problem_type_id
),
denominator AS MATERIALIZED (
    -- the same exposure as strategic_change: people or homes, times months
    SELECT e.assessment_id, t.problem_type_id,
           CASE t.denominator WHEN 'households' THEN e.households ELSE e.population END AS period_count,
           CASE t.denominator WHEN 'households' THEN e.baseline_households ELSE e.baseline_population END AS baseline_count
    FROM @partnership@.evidence_area e
    CROSS JOIN @partnership@.problem_type t
    WHERE e.area_kind = 'partnership'
),
compared AS (
    SELECT c.assessment_id, c.source_id, c.problem_type_id,
           CASE WHEN v.period_months_covered > 0 THEN coalesce(c.incidents, 0)::bigint END AS incidents, c.harm, c.unweighted,
           CASE WHEN v.period_months > 0 THEN c.period_compared::bigint END AS period_compared,
           CASE WHEN v.period_months > 0 THEN c.baseline_compared::bigint END AS baseline_compared,
           CASE WHEN c.period_compared + c.baseline_compared > 0 THEN
               csp.rate_change(c.baseline_compared::bigint, nullif(v.baseline_months, 0) * CASE WHEN d.period_count > 0 AND d.baseline_count > 0 THEN d.baseline_count ELSE 1 END,
                               c.period_compared::bigint, nullif(v.period_months, 0) * CASE WHEN d.period_count > 0 AND d.baseline_count > 0 THEN d.period_count ELSE 1 END,
                               a.confidence) END AS change,
           nullif(concat_ws('; ', 'missing: ' || v.missing, 'only part of ' || v.partial, nullif(v.note, ''), b.breaks), '') AS flag, a.false_discovery_rate
    FROM counted c
    JOIN covered v USING (assessment_id, source_id)
    JOIN @partnership@.assessment a USING (assessment_id)
    LEFT JOIN denominator d USING (assessment_id, problem_type_id)
    LEFT JOIN broken b USING (assessment_id, source_id, problem_type_id)
),
tested AS (
    SELECT c.assessment_id, c.source_id, c.problem_type_id, c.incidents, c.harm, c.unweighted,
           c.period_compared, c.baseline_compared, c.change, c.flag, c.false_discovery_rate,
           csp.adjusted_p_value((c.change).p_value) OVER (PARTITION BY c.assessment_id) AS adjusted_p_value
    FROM compared c
)
SELECT t.assessment_id,
       csp_internal.row_key(t.assessment_id, t.source_id, t.problem_type_id) AS row_key,
       coalesce(g.name, 'No agency given') AS section, coalesce(g.agency_id, 2147483647) AS section_order,
       s.code AS source, s.title AS source_title,
       t.problem_type_id, type.code AS problem_type, type.label AS problem_type_label, type.sort_order,
       t.incidents,
       100.0 * t.incidents / nullif(sum(t.incidents) OVER (PARTITION BY t.assessment_id, t.source_id), 0)::float8 AS share_of_source_percent,
       CASE WHEN t.incidents > t.unweighted THEN t.harm::float8 END AS harm_score,
       t.unweighted::bigint AS unweighted_incidents,
       t.period_compared AS period_incidents,
       t.baseline_compared AS baseline_incidents,
       (t.change).percent_change AS change_percent,
       t.adjusted_p_value,
       CASE WHEN t.period_compared + t.baseline_compared = 0 THEN 'none in either period'
            ELSE csp.change_verdict((t.change).ratio, t.adjusted_p_value, t.false_discovery_rate) END AS verdict,
       t.flag AS data_flag
FROM tested t
JOIN @partnership@.source s USING (source_id)
JOIN @partnership@.problem_type type USING (problem_type_id)
LEFT JOIN @partnership@.agency g USING (agency_id);
COMMENT ON VIEW @partnership@.strategic_by_organisation IS 'Strategic assessment structured by organisation: a section per agency; one row per assessment, source and problem type as recorded (not rolled up), for the whole partnership';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.section IS 'Name of the agency';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.section_order IS 'Order of the section';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.source_title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.incidents IS 'Incidents of the source and type in the whole months of the period; NULL when the source covers none of them';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.share_of_source_percent IS 'Share of the source''s incidents in the period, in per cent';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.harm_score IS 'Sum of harm weights over the weighted incidents (units of the harm scheme); NULL when no incident has a weight';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.unweighted_incidents IS 'Incidents without a harm weight: they are not in the harm score';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.period_incidents IS 'Incidents in the compared months of the period';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.baseline_incidents IS 'Incidents in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.change_percent IS 'Change of the rate in per cent; NULL when the baseline is 0 or not comparable';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.adjusted_p_value IS 'p-value of no change after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.verdict IS 'The change in words, called only below the assessment''s false discovery rate';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.data_flag IS 'What the reader must know: missing months, breaks in the series; NULL when nothing';
