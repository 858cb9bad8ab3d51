-- Evidence of coverage. Which whole months make up period and baseline, and with which is each
-- compared?

CREATE OR REPLACE VIEW @partnership@.evidence_part_month
WITH (security_invoker = true) AS
-- One row per assessment, indicator with a baseline of its own (0: the assessment itself), part (period or baseline) and whole
-- month in it, with what the month is compared with. Seasons are compared with seasons: months of the year are paired one to
-- one where both parts hold the same ones; where the parts are of unequal length, the months of the year that both hold are
-- compared; only where neither can be done are unlike months set side by side, and comparison_note says so.
SELECT a.assessment_id, m.indicator_id, m.part, m.month, m.position, m.is_equal_length, m.match_key, m.is_paired, m.period_note, m.comparison_note
FROM @partnership@.assessment a
-- assessment by assessment, since a filter on one would not reach what the branches share
CROSS JOIN LATERAL (
    WITH part AS (
        SELECT coalesce(i.indicator_id, 0) AS indicator_id, parts.part, parts.part_from, parts.part_to
        FROM (
            SELECT NULL::integer AS indicator_id, NULL::date AS baseline_from, NULL::date AS baseline_to
          UNION ALL
            SELECT own.indicator_id, own.baseline_from, own.baseline_to
            FROM @partnership@.indicator own
            WHERE own.baseline_from IS NOT NULL
              AND own.baseline_to IS NOT NULL
        ) i
        CROSS JOIN LATERAL (VALUES ('period', a.period_from, a.period_to),
                                   ('baseline', coalesce(i.baseline_from, a.baseline_from), coalesce(i.baseline_to, a.baseline_to))) AS parts (part, part_from, part_to)
        WHERE parts.part_from IS NOT NULL
    ),
    listed AS MATERIALIZED (
        SELECT p.indicator_id, p.part, month.month::date AS month,
               extract(month FROM month.month)::integer AS calendar_month,
               row_number() OVER (PARTITION BY p.indicator_id, p.part ORDER BY month.month)::integer AS position,
               row_number() OVER (PARTITION BY p.indicator_id, p.part, extract(month FROM month.month) ORDER BY month.month)::integer AS occurrence,
               p.part_from = date_trunc('month', p.part_from)::date AND p.part_to + 1 = date_trunc('month', p.part_to + 1)::date AS is_whole
        FROM part p
        -- a month counts when it lies wholly in the part
        CROSS JOIN LATERAL generate_series(date_trunc('month', p.part_from::timestamp + interval '1 month - 1 day'),
                                           date_trunc('month', p.part_to::timestamp + interval '1 day') - interval '1 month', '1 month') AS month (month)
    ),
    shape AS (
        SELECT c.indicator_id,
               sum(c.period_months) AS period_months, sum(c.baseline_months) AS baseline_months,
               bool_and(c.period_months = c.baseline_months) AS is_same_calendar,
               bool_or(c.period_months > 0 AND c.baseline_months > 0) AS has_common,
               bool_and(c.period_months > 0 AND c.baseline_months > 0) AS is_all_common,
               count(DISTINCT c.period_months / nullif(c.baseline_months, 0)::float8) FILTER (WHERE c.period_months > 0) <= 1 AS is_balanced,
               bool_and(c.is_period_whole) AS is_period_whole, bool_and(c.is_baseline_whole) AS is_baseline_whole
        FROM (
            SELECT l.indicator_id, l.calendar_month,
                   count(*) FILTER (WHERE l.part = 'period') AS period_months,
                   count(*) FILTER (WHERE l.part = 'baseline') AS baseline_months,
                   coalesce(bool_and(l.is_whole) FILTER (WHERE l.part = 'period'), true) AS is_period_whole,
                   coalesce(bool_and(l.is_whole) FILTER (WHERE l.part = 'baseline'), true) AS is_baseline_whole
            FROM listed l
            GROUP BY l.indicator_id, l.calendar_month
        ) c
        GROUP BY c.indicator_id
    )
    SELECT l.indicator_id, l.part, l.month, l.position,
           s.period_months = s.baseline_months AS is_equal_length,
           CASE
               WHEN s.period_months = 0 OR s.baseline_months = 0 THEN NULL
               WHEN s.is_same_calendar THEN l.calendar_month * 1000 + l.occurrence
               WHEN s.period_months = s.baseline_months THEN l.position
               WHEN NOT s.has_common THEN 0
               WHEN count(*) FILTER (WHERE l.part = 'period') OVER season > 0
                AND count(*) FILTER (WHERE l.part = 'baseline') OVER season > 0 THEN l.calendar_month
           END AS match_key,
           s.period_months = s.baseline_months OR s.has_common AS is_paired,
           CASE WHEN NOT s.is_period_whole THEN 'only the whole months of the period count' END AS period_note,
           nullif(concat_ws('; ',
               CASE WHEN NOT s.is_baseline_whole THEN 'only the whole months of the baseline count' END,
               CASE
                   WHEN s.baseline_months = 0 OR s.period_months = 0 OR s.is_same_calendar THEN NULL
                   WHEN s.period_months = s.baseline_months OR NOT s.has_common THEN 'period and baseline are not the same months of the year'
                   WHEN NOT s.is_all_common THEN 'only the months of the year that period and baseline share are compared'
                   WHEN NOT s.is_balanced THEN 'some months of the year are more often in the baseline than others'
               END), '') AS comparison_note
    FROM listed l
    JOIN shape s USING (indicator_id)
    WINDOW season AS (PARTITION BY l.indicator_id, l.calendar_month)
) m;
COMMENT ON VIEW @partnership@.evidence_part_month IS 'Whole months of period and baseline and what each is compared with: one row per assessment, indicator with a baseline of its own (0: the assessment itself), part and month';
COMMENT ON COLUMN @partnership@.evidence_part_month.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_part_month.indicator_id IS 'Indicator whose own baseline it is; 0: the assessment''s';
COMMENT ON COLUMN @partnership@.evidence_part_month.part IS 'period or baseline';
COMMENT ON COLUMN @partnership@.evidence_part_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_part_month.position IS '1 for the first month of the part';
COMMENT ON COLUMN @partnership@.evidence_part_month.is_equal_length IS 'True when period and baseline have the same number of months';
COMMENT ON COLUMN @partnership@.evidence_part_month.match_key IS 'Months of both parts with the same key are compared with one another; NULL: the month is compared with none';
COMMENT ON COLUMN @partnership@.evidence_part_month.is_paired IS 'True when a month counts only with all others of its key; false when the parts share no month of the year, so that all months count';
COMMENT ON COLUMN @partnership@.evidence_part_month.period_note IS 'Said of the period when it is not whole months';
COMMENT ON COLUMN @partnership@.evidence_part_month.comparison_note IS 'How the comparison is short of like for like; NULL when nothing';
