-- Evidence of trends. What must a reader of a trend know?

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
