-- Evidence: what the product views share. Coverage of sources, types and areas rolled up, and the counts of an
-- assessment's period and baseline. Internal to the products, but readable by anyone who wants to check a figure.

CREATE OR REPLACE VIEW @partnership@.evidence_type
WITH (security_invoker = true) AS
-- One row per problem type and each type that counts towards it, itself included.
WITH RECURSIVE tree (problem_type_id, member_id, depth) AS (
    SELECT t.problem_type_id, t.problem_type_id, 0
    FROM @partnership@.problem_type t
  UNION ALL
    SELECT tree.problem_type_id, child.problem_type_id, tree.depth + 1
    FROM tree
    JOIN @partnership@.problem_type child ON child.parent_id = tree.member_id
) CYCLE member_id SET is_cycle USING path
-- parents that go round in a circle are a mistake, but must not hang every product
SELECT problem_type_id, member_id, depth
FROM tree
WHERE NOT is_cycle;
COMMENT ON VIEW @partnership@.evidence_type IS 'Problem types with every type that counts towards them: one row per pair, itself included';
COMMENT ON COLUMN @partnership@.evidence_type.problem_type_id IS 'The type';
COMMENT ON COLUMN @partnership@.evidence_type.member_id IS 'A type whose incidents count towards it';
COMMENT ON COLUMN @partnership@.evidence_type.depth IS 'Steps between the two, 0 for itself';

CREATE OR REPLACE VIEW @partnership@.evidence_recorded_type
WITH (security_invoker = true) AS
-- One row per source and problem type with incidents.
WITH RECURSIVE found AS (
    -- the distinct pairs, one index probe each: a DISTINCT would read every count
    (SELECT m.source_id, m.problem_type_id
     FROM @partnership@.incident_month_entry m
     ORDER BY m.source_id, m.problem_type_id
     LIMIT 1)
  UNION ALL
    SELECT following.source_id, following.problem_type_id
    FROM found f
    CROSS JOIN LATERAL (
        SELECT m.source_id, m.problem_type_id
        FROM @partnership@.incident_month_entry m
        WHERE (m.source_id, m.problem_type_id) > (f.source_id, f.problem_type_id)
        ORDER BY m.source_id, m.problem_type_id
        LIMIT 1
    ) following
)
SELECT f.source_id, f.problem_type_id
FROM found f
-- What was added may have been taken away since. The first count from which nothing was taken answers; OFFSET 0 keeps it a probe.
WHERE EXISTS (
          SELECT
          FROM @partnership@.incident_month_entry m
          WHERE m.source_id = f.source_id
            AND m.problem_type_id = f.problem_type_id
            AND m.incidents > 0
            AND NOT EXISTS (
                SELECT
                FROM @partnership@.incident_month_entry taken
                WHERE NOT taken.is_folded
                  AND taken.problem_type_id = m.problem_type_id
                  AND taken.month = m.month
                  AND taken.source_id = m.source_id
                  AND coalesce(taken.area_id, 0) = coalesce(m.area_id, 0)
                  AND taken.incidents < 0
                OFFSET 0))
   OR (SELECT sum(m.incidents) FROM @partnership@.incident_month_entry m WHERE m.source_id = f.source_id AND m.problem_type_id = f.problem_type_id) > 0;
COMMENT ON VIEW @partnership@.evidence_recorded_type IS 'Which problem types each source has recorded: one row per source and type as recorded (not rolled up) with incidents';
COMMENT ON COLUMN @partnership@.evidence_recorded_type.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_recorded_type.problem_type_id IS 'Problem type as recorded';

CREATE OR REPLACE VIEW @partnership@.evidence_recorded_month
WITH (security_invoker = true) AS
-- One row per source and month with incidents.
WITH RECURSIVE found AS (
    -- the distinct pairs, one index probe each: a DISTINCT would read every count
    (SELECT m.source_id, m.month
     FROM @partnership@.incident_month_entry m
     ORDER BY m.source_id, m.month
     LIMIT 1)
  UNION ALL
    SELECT following.source_id, following.month
    FROM found f
    CROSS JOIN LATERAL (
        SELECT m.source_id, m.month
        FROM @partnership@.incident_month_entry m
        WHERE (m.source_id, m.month) > (f.source_id, f.month)
        ORDER BY m.source_id, m.month
        LIMIT 1
    ) following
)
SELECT f.source_id, f.month
FROM found f
-- What was added may have been taken away since. The first count from which nothing was taken answers; OFFSET 0 keeps it a probe.
WHERE EXISTS (
          SELECT
          FROM @partnership@.incident_month_entry m
          WHERE m.source_id = f.source_id
            AND m.month = f.month
            AND m.incidents > 0
            AND NOT EXISTS (
                SELECT
                FROM @partnership@.incident_month_entry taken
                WHERE NOT taken.is_folded
                  AND taken.problem_type_id = m.problem_type_id
                  AND taken.month = m.month
                  AND taken.source_id = m.source_id
                  AND coalesce(taken.area_id, 0) = coalesce(m.area_id, 0)
                  AND taken.incidents < 0
                OFFSET 0))
   OR (SELECT sum(m.incidents) FROM @partnership@.incident_month_entry m WHERE m.source_id = f.source_id AND m.month = f.month) > 0;
COMMENT ON VIEW @partnership@.evidence_recorded_month IS 'Which months each source has recorded: one row per source and month with incidents';
COMMENT ON COLUMN @partnership@.evidence_recorded_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_recorded_month.month IS 'First day of the month';

CREATE OR REPLACE VIEW @partnership@.evidence_type_source
WITH (security_invoker = true) AS
-- One row per problem type (rolled up) and source that has ever supplied it.
SELECT DISTINCT tree.problem_type_id, r.source_id
FROM @partnership@.evidence_recorded_type r
JOIN @partnership@.evidence_type tree ON tree.member_id = r.problem_type_id;
COMMENT ON VIEW @partnership@.evidence_type_source IS 'Which sources supply which problem types: one row per type (subtypes included) and source';
COMMENT ON COLUMN @partnership@.evidence_type_source.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_type_source.source_id IS 'A source that has supplied it or a subtype';

CREATE OR REPLACE VIEW @partnership@.evidence_source_month
WITH (security_invoker = true) AS
-- One row per source and month for which there is data; a month without a row is missing, which is not zero.
SELECT coalesce(c.source_id, r.source_id) AS source_id,
       coalesce(c.month, r.month) AS month,
       -- one stray date must not make a month out of what a source never delivered
       coalesce(c.status, CASE WHEN r.source_id IN (SELECT declared.source_id FROM @partnership@.source_coverage declared) THEN 'undeclared' ELSE 'presumed' END) AS status
FROM @partnership@.source_coverage c
FULL JOIN @partnership@.evidence_recorded_month r ON r.source_id = c.source_id AND r.month = c.month;
COMMENT ON VIEW @partnership@.evidence_source_month IS 'Months for which a source has data: one row per source and month; a missing row is a missing month, not zero incidents';
COMMENT ON COLUMN @partnership@.evidence_source_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_source_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_source_month.status IS 'complete or partial as declared in source_coverage; presumed when the source declares nothing but has incidents; undeclared when it has incidents in a month that is not among those it declares';

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

CREATE OR REPLACE VIEW @partnership@.evidence_part_source_month
WITH (security_invoker = true) AS
-- One row per assessment, indicator (0: the assessment itself), part, month and source with any data in them: is the month covered, and can it be compared?
WITH listed AS (
    SELECT pm.assessment_id, pm.indicator_id, pm.part, pm.month, pm.position, pm.is_equal_length, pm.match_key, pm.is_paired,
           pm.period_note, pm.comparison_note,
           s.source_id, sm.source_id IS NOT NULL AS is_covered, sm.status,
           coalesce(sm.status IN ('complete', 'presumed'), false) AS is_usable
    FROM @partnership@.evidence_part_month pm
    CROSS JOIN @partnership@.source s
    LEFT JOIN @partnership@.evidence_source_month sm ON sm.source_id = s.source_id AND sm.month = pm.month
),
matched AS (
    SELECT l.*,
           CASE
               WHEN l.match_key IS NULL THEN false
               WHEN l.is_paired THEN bool_and(l.is_usable) OVER (PARTITION BY l.assessment_id, l.indicator_id, l.source_id, l.match_key)
               ELSE l.is_usable
           END AS is_matched,
           bool_or(l.is_covered) OVER (PARTITION BY l.assessment_id, l.indicator_id, l.source_id) AS is_used
    FROM listed l
),
counted AS (
    SELECT m.*,
           count(*) FILTER (WHERE m.is_matched AND m.part = 'period') OVER (PARTITION BY m.assessment_id, m.indicator_id, m.source_id) AS period_matched,
           count(*) FILTER (WHERE m.is_matched AND m.part = 'baseline') OVER (PARTITION BY m.assessment_id, m.indicator_id, m.source_id) AS baseline_matched
    FROM matched m
)
SELECT c.assessment_id, c.indicator_id, c.part, c.month, c.position, c.source_id, c.is_covered, c.status,
       c.is_matched AND c.period_matched > 0 AND c.baseline_matched > 0 AS is_comparable,
       c.is_usable, c.is_equal_length, c.match_key,
       CASE WHEN c.baseline_matched > 0 THEN c.period_matched ELSE 0 END AS source_period_months_compared,
       CASE WHEN c.period_matched > 0 THEN c.baseline_matched ELSE 0 END AS source_baseline_months_compared,
       c.period_note, c.comparison_note
FROM counted c
WHERE c.is_used;
COMMENT ON VIEW @partnership@.evidence_part_source_month IS 'Coverage of period and baseline by each source that has data in either: one row per assessment, indicator with a baseline of its own (0: the assessment itself), part, month and source';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.indicator_id IS 'Indicator whose own baseline it is; 0: the assessment''s';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.part IS 'period or baseline';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.position IS 'Number of the month in its part';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.is_covered IS 'True when the source has data for the month';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.status IS 'complete, partial, presumed or undeclared; NULL when there is no data';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.is_comparable IS 'True when the month counts in comparisons: it and every month it is matched with are wholly covered';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.is_usable IS 'True when the source has the whole month: complete or presumed';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.is_equal_length IS 'True when period and baseline have the same number of months';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.match_key IS 'Months with the same key are compared with one another';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.source_period_months_compared IS 'Months of the period that count in comparisons of this source';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.source_baseline_months_compared IS 'Months of the baseline that count in comparisons of this source';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.period_note IS 'Said of the period when it is not whole months';
COMMENT ON COLUMN @partnership@.evidence_part_source_month.comparison_note IS 'How the comparison is short of like for like; NULL when nothing';

CREATE OR REPLACE VIEW @partnership@.evidence_assessment_month
WITH (security_invoker = true) AS
-- One row per assessment, part (period or baseline) and whole month in it.
SELECT pm.assessment_id, pm.part, pm.month, pm.position, pm.is_equal_length, pm.match_key
FROM @partnership@.evidence_part_month pm
WHERE pm.indicator_id = 0;
COMMENT ON VIEW @partnership@.evidence_assessment_month IS 'Whole months of each assessment''s period and baseline: one row per assessment, part and month';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.part IS 'period or baseline';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.position IS '1 for the first month of the part';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.is_equal_length IS 'True when period and baseline have the same number of months';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.match_key IS 'Months of both parts with the same key are compared with one another; NULL: the month is compared with none';

CREATE OR REPLACE VIEW @partnership@.evidence_assessment_source_month
WITH (security_invoker = true) AS
-- One row per assessment, part, month and source with any data in period or baseline.
SELECT psm.assessment_id, psm.part, psm.month, psm.position, psm.source_id, psm.is_covered, psm.status, psm.is_comparable,
       psm.is_usable, psm.is_equal_length, psm.match_key, psm.source_period_months_compared, psm.source_baseline_months_compared,
       psm.period_note, psm.comparison_note
FROM @partnership@.evidence_part_source_month psm
WHERE psm.indicator_id = 0;
COMMENT ON VIEW @partnership@.evidence_assessment_source_month IS 'Coverage of each assessment''s months by each source that has data in period or baseline: one row per assessment, part, month and source';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.part IS 'period or baseline';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.position IS 'Number of the month in its part';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.is_covered IS 'True when the source has data for the month';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.status IS 'complete, partial, presumed or undeclared; NULL when there is no data';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.is_comparable IS 'True when the month counts in comparisons: it and every month it is matched with are wholly covered';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.is_usable IS 'True when the source has the whole month: complete or presumed';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.is_equal_length IS 'True when period and baseline have the same number of months';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.match_key IS 'Months with the same key are compared with one another';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.source_period_months_compared IS 'Months of the period that count in comparisons of this source';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.source_baseline_months_compared IS 'Months of the baseline that count in comparisons of this source';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.period_note IS 'Said of the period when it is not whole months';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.comparison_note IS 'How the comparison is short of like for like; NULL when nothing';

CREATE OR REPLACE VIEW @partnership@.evidence_type_break
WITH (security_invoker = true) AS
-- One row per problem type, source that supplies it and break that touches them.
SELECT ts.problem_type_id, ts.source_id, b.starts_on,
       -- new codes or map points move incidents between areas; the whole partnership's total stays what it is
       b.kind IN ('geography', 'place precision') AS is_of_areas,
       b.description || ' (' || to_char(b.starts_on, 'FMDD Mon YYYY') || ')' AS description
FROM @partnership@.evidence_type_source ts
JOIN @partnership@.source s USING (source_id)
JOIN @partnership@.series_break b ON b.label_scheme IS NULL OR b.label_scheme = s.label_scheme
LEFT JOIN @partnership@.problem_type touched ON touched.code = b.problem_type_code
WHERE b.problem_type_code IS NULL
   OR EXISTS (SELECT FROM @partnership@.evidence_type tree WHERE tree.problem_type_id = touched.problem_type_id AND tree.member_id = ts.problem_type_id)
   OR EXISTS (SELECT FROM @partnership@.evidence_type tree WHERE tree.problem_type_id = ts.problem_type_id AND tree.member_id = touched.problem_type_id);
COMMENT ON VIEW @partnership@.evidence_type_break IS 'Breaks that touch a problem type through one of its sources: one row per problem type (subtypes included), source and break';
COMMENT ON COLUMN @partnership@.evidence_type_break.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_type_break.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_type_break.starts_on IS 'First day of the new state';
COMMENT ON COLUMN @partnership@.evidence_type_break.is_of_areas IS 'True when it moves incidents between areas only, and leaves the whole partnership''s figure alone';
COMMENT ON COLUMN @partnership@.evidence_type_break.description IS 'In words, with its date';

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
               csp.months_text(array_agg(asm.month) FILTER (WHERE asm.part = 'period' AND asm.status IN ('partial', 'undeclared'))) AS period_partial,
               csp.months_text(array_agg(asm.month) FILTER (WHERE asm.status IN ('partial', 'undeclared'))) AS any_partial,
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

CREATE OR REPLACE VIEW @partnership@.evidence_denominator
WITH (security_invoker = true) AS
-- One row per area and year: residents and households, its own figures or the sum over the base areas in it.
WITH figure AS (
    SELECT p.area_id, p.year, 1 AS preference, p.population, p.households
    FROM @partnership@.area_population p
  UNION ALL
    -- the sum stands only where every base area has a figure: a sum over some of them would raise the rate
    SELECT aa.ancestor_id, year.year, 2,
           CASE WHEN count(p.population) = count(*) THEN sum(p.population)::bigint END,
           CASE WHEN count(p.households) = count(*) THEN sum(p.households)::bigint END
    FROM @partnership@.area base
    JOIN @partnership@.area_ancestor aa ON aa.area_id = base.area_id AND aa.ancestor_id <> base.area_id
    CROSS JOIN (SELECT DISTINCT y.year FROM @partnership@.area_population y) year
    LEFT JOIN @partnership@.area_population p ON p.area_id = base.area_id AND p.year = year.year
    WHERE base.area_kind = (SELECT value FROM @partnership@.setting WHERE name = 'base_area_kind')
    GROUP BY aa.ancestor_id, year.year
)
SELECT f.area_id, f.year,
       (array_agg(f.population ORDER BY f.preference) FILTER (WHERE f.population IS NOT NULL))[1] AS population,
       (array_agg(f.households ORDER BY f.preference) FILTER (WHERE f.households IS NOT NULL))[1] AS households
FROM figure f
GROUP BY f.area_id, f.year;
COMMENT ON VIEW @partnership@.evidence_denominator IS 'Population and households of every area: one row per area and year, its own figures or the sum over the base areas in it where all of them have one';
COMMENT ON COLUMN @partnership@.evidence_denominator.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.evidence_denominator.year IS 'Year of the figures';
COMMENT ON COLUMN @partnership@.evidence_denominator.population IS 'Residents; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_denominator.households IS 'Households; NULL when not known';

CREATE OR REPLACE VIEW @partnership@.evidence_area
WITH (security_invoker = true) AS
-- One row per assessment and area it reports on (the whole partnership and the areas of its kind), with what its rates are per:
-- of each part the figure of the latest year up to the part's end, else of the nearest year.
WITH figure AS (
    SELECT a.assessment_id, d.area_id,
           (array_agg(d.population ORDER BY d.year <= part.period_year DESC, abs(d.year - part.period_year)) FILTER (WHERE d.population IS NOT NULL))[1] AS population,
           (array_agg(d.year ORDER BY d.year <= part.period_year DESC, abs(d.year - part.period_year)) FILTER (WHERE d.population IS NOT NULL))[1] AS population_year,
           (array_agg(d.households ORDER BY d.year <= part.period_year DESC, abs(d.year - part.period_year)) FILTER (WHERE d.households IS NOT NULL))[1] AS households,
           (array_agg(d.year ORDER BY d.year <= part.period_year DESC, abs(d.year - part.period_year)) FILTER (WHERE d.households IS NOT NULL))[1] AS households_year,
           (array_agg(d.population ORDER BY d.year <= part.baseline_year DESC, abs(d.year - part.baseline_year)) FILTER (WHERE d.population IS NOT NULL))[1] AS baseline_population,
           (array_agg(d.households ORDER BY d.year <= part.baseline_year DESC, abs(d.year - part.baseline_year)) FILTER (WHERE d.households IS NOT NULL))[1] AS baseline_households
    FROM @partnership@.assessment a
    CROSS JOIN LATERAL (
        SELECT extract(year FROM a.period_to)::integer AS period_year, extract(year FROM coalesce(a.baseline_to, a.period_to))::integer AS baseline_year
    ) part
    CROSS JOIN @partnership@.evidence_denominator d
    GROUP BY a.assessment_id, d.area_id
)
SELECT a.assessment_id, r.area_id, r.area_kind, r.code AS area_code, r.name AS area_name,
       f.population, f.population_year, f.households, f.households_year, f.baseline_population, f.baseline_households
FROM @partnership@.assessment a
JOIN @partnership@.area r
  ON r.area_kind = 'partnership'
  OR r.area_kind = coalesce(a.area_kind,
                            (SELECT value FROM @partnership@.setting WHERE name = 'reporting_area_kind'),
                            (SELECT value FROM @partnership@.setting WHERE name = 'base_area_kind'))
LEFT JOIN figure f ON f.assessment_id = a.assessment_id AND f.area_id = r.area_id;
COMMENT ON VIEW @partnership@.evidence_area IS 'Areas an assessment reports on, with their residents and households: one row per assessment and area, the whole partnership included';
COMMENT ON COLUMN @partnership@.evidence_area.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_area.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.evidence_area.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.evidence_area.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.evidence_area.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.evidence_area.population IS 'Residents in the period (latest year up to its end, else the nearest); NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_area.population_year IS 'Year of the figure';
COMMENT ON COLUMN @partnership@.evidence_area.households IS 'Households in the period; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_area.households_year IS 'Year of the figure';
COMMENT ON COLUMN @partnership@.evidence_area.baseline_population IS 'Residents in the baseline; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_area.baseline_households IS 'Households in the baseline; NULL when not known';

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
                      (SELECT value FROM @partnership@.setting WHERE name = 'reporting_area_kind'),
                      (SELECT value FROM @partnership@.setting WHERE name = 'base_area_kind')), 'partnership') AS area_kind
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
