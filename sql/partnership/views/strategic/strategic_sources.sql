-- Strategic assessment: sources. What was used, what does it cover, and how fit is it?

CREATE OR REPLACE VIEW @partnership@.strategic_sources
WITH (security_invoker = true) AS
-- One row per assessment and source with data in its period or baseline.
WITH coverage AS (
    SELECT asm.assessment_id, asm.source_id,
           count(*) FILTER (WHERE asm.part = 'period') AS period_months,
           count(*) FILTER (WHERE asm.part = 'period' AND asm.is_covered) AS period_months_covered,
           count(*) FILTER (WHERE asm.part = 'baseline') AS baseline_months,
           count(*) FILTER (WHERE asm.part = 'baseline' AND asm.is_covered) AS baseline_months_covered,
           csp.months_text(array_agg(asm.month) FILTER (WHERE NOT asm.is_covered)) AS missing_months,
           csp.months_text(array_agg(asm.month) FILTER (WHERE asm.is_covered AND NOT asm.is_usable)) AS partial_months
    FROM @partnership@.evidence_assessment_source_month asm
    GROUP BY asm.assessment_id, asm.source_id
),
counted AS (
    SELECT am.assessment_id, m.source_id, sum(m.incidents) AS incidents, sum(m.located) AS located,
           sum(m.incidents) FILTER (WHERE m.area_id IS NULL) AS without_area
    FROM @partnership@.evidence_assessment_month am
    JOIN @partnership@.incident_month_entry m ON m.month = am.month
    WHERE am.part = 'period'
    GROUP BY am.assessment_id, m.source_id
    HAVING sum(m.incidents) <> 0
),
span AS (
    SELECT sm.source_id, min(sm.month) AS first_month, max(sm.month) AS last_month
    FROM @partnership@.evidence_source_month sm
    GROUP BY sm.source_id
),
loaded AS (
    SELECT b.source_id, sum(b.rows_read) AS rows_read, sum(b.rows_rejected) AS rows_rejected, max(b.finished_at) AS last_loaded_at
    FROM @partnership@.load_batch b
    WHERE b.source_id IS NOT NULL
    GROUP BY b.source_id
)
SELECT c.assessment_id,
       csp_internal.row_key(c.assessment_id, s.source_id) AS row_key,
       s.source_id, s.code AS source, s.title, g.name AS agency, s.citation, s.licence, s.protective_marking,
       s.place_precision, s.time_precision,
       span.first_month, span.last_month,
       c.period_months::integer, c.period_months_covered::integer, c.baseline_months::integer, c.baseline_months_covered::integer,
       c.missing_months,
       CASE WHEN c.period_months_covered > 0 THEN coalesce(n.incidents, 0)::bigint END AS incidents,
       100.0 * n.located::float8 / nullif(n.incidents, 0)::float8 AS located_percent,
       100.0 * (n.incidents - coalesce(n.without_area, 0))::float8 / nullif(n.incidents, 0)::float8 AS with_area_percent,
       l.rows_read::bigint, l.rows_rejected::bigint, l.last_loaded_at,
       nullif(concat_ws('; ',
           CASE s.place_precision WHEN 'snapped' THEN 'places are snapped to map points: no near-repeat, same-place or fine hot-spot analysis'
                                  WHEN 'area' THEN 'places are areas: no point analysis' END,
           CASE s.time_precision WHEN 'month' THEN 'times are months: no day or hour patterns'
                                 WHEN 'day' THEN 'times are days: no hour patterns' END), '') AS limits,
       s.is_synthetic, s.note,
       c.partial_months
FROM coverage c
JOIN @partnership@.source s USING (source_id)
LEFT JOIN @partnership@.agency g USING (agency_id)
LEFT JOIN counted n ON n.assessment_id = c.assessment_id AND n.source_id = c.source_id
LEFT JOIN span ON span.source_id = c.source_id
LEFT JOIN loaded l ON l.source_id = c.source_id;
COMMENT ON VIEW @partnership@.strategic_sources IS 'Strategic assessment, sources: what was used, what does it cover and how fit is it? One row per assessment and source with data in its period or baseline';
COMMENT ON COLUMN @partnership@.strategic_sources.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_sources.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_sources.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.strategic_sources.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.strategic_sources.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.strategic_sources.agency IS 'Agency that supplies it';
COMMENT ON COLUMN @partnership@.strategic_sources.citation IS 'How to cite it';
COMMENT ON COLUMN @partnership@.strategic_sources.licence IS 'Licence or terms of use';
COMMENT ON COLUMN @partnership@.strategic_sources.protective_marking IS 'Marking to carry on products that use it';
COMMENT ON COLUMN @partnership@.strategic_sources.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.strategic_sources.time_precision IS 'minute, day or month';
COMMENT ON COLUMN @partnership@.strategic_sources.first_month IS 'First month with data';
COMMENT ON COLUMN @partnership@.strategic_sources.last_month IS 'Last month with data';
COMMENT ON COLUMN @partnership@.strategic_sources.period_months IS 'Whole months in the period';
COMMENT ON COLUMN @partnership@.strategic_sources.period_months_covered IS 'Of these, with data';
COMMENT ON COLUMN @partnership@.strategic_sources.baseline_months IS 'Whole months in the baseline';
COMMENT ON COLUMN @partnership@.strategic_sources.baseline_months_covered IS 'Of these, with data';
COMMENT ON COLUMN @partnership@.strategic_sources.missing_months IS 'Months of period and baseline without data, by name';
COMMENT ON COLUMN @partnership@.strategic_sources.incidents IS 'Incidents in the whole months of the period; NULL when it covers none of them';
COMMENT ON COLUMN @partnership@.strategic_sources.located_percent IS 'Share of these with a point, in per cent';
COMMENT ON COLUMN @partnership@.strategic_sources.with_area_percent IS 'Share of these with an area, in per cent';
COMMENT ON COLUMN @partnership@.strategic_sources.rows_read IS 'Rows of its files ever read';
COMMENT ON COLUMN @partnership@.strategic_sources.rows_rejected IS 'Rows of its files ever refused';
COMMENT ON COLUMN @partnership@.strategic_sources.last_loaded_at IS 'When it was last loaded';
COMMENT ON COLUMN @partnership@.strategic_sources.limits IS 'What the source cannot support, in words; NULL when nothing';
COMMENT ON COLUMN @partnership@.strategic_sources.is_synthetic IS 'True for made-up data';
COMMENT ON COLUMN @partnership@.strategic_sources.note IS 'What a reader of the figures must know';
COMMENT ON COLUMN @partnership@.strategic_sources.partial_months IS 'Months of period and baseline of which only part is known to be there, by name: they count in levels, but not in comparisons and trends';
