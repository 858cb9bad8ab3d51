-- Problem profile, part 1: what is counted, from which sources, and what are these fit for?

CREATE OR REPLACE VIEW @partnership@.profile_definition
WITH (security_invoker = true) AS
-- One row per problem profile, problem type in its scope and source that supplies it; a type that no source supplies has one row.
SELECT p.assessment_id,
       csp_internal.row_key(p.assessment_id, d.problem_type_id, d.source_id) AS row_key,
       d.problem_type_id, d.problem_type, d.problem_type_label, d.source_id, d.source, d.source_title, d.place_precision, d.time_precision,
       d.period_incidents, d.baseline_incidents,
       d.located_percent, d.method_percent, d.domestic_percent, d.alcohol_percent, d.drugs_percent, d.hate_percent, d.weapon_percent,
       d.period_months, d.period_months_covered, d.baseline_months_covered, d.fitness, d.data_flag,
       row_number() OVER (PARTITION BY p.assessment_id ORDER BY d.sort_order, d.problem_type, d.source)::integer AS sort_order
FROM @partnership@.assessment p
CROSS JOIN LATERAL (
    WITH member AS MATERIALIZED (
        SELECT DISTINCT tree.member_id AS problem_type_id
        FROM @partnership@.evidence_type tree
        WHERE tree.problem_type_id IN (SELECT st.problem_type_id FROM @partnership@.assessment_type st WHERE st.assessment_id = p.assessment_id)
           OR NOT EXISTS (SELECT FROM @partnership@.assessment_type st WHERE st.assessment_id = p.assessment_id)
    ),
    counted AS MATERIALIZED (
        SELECT i.problem_type_id, i.source_id,
               count(*) FILTER (WHERE i.part = 'period') AS period_incidents,
               count(*) FILTER (WHERE i.part = 'baseline') AS baseline_incidents,
               count(i.location) FILTER (WHERE i.part = 'period') AS located,
               count(i.method) FILTER (WHERE i.part = 'period') AS with_method,
               count(*) FILTER (WHERE i.part = 'period' AND i.domestic) AS domestic,
               count(*) FILTER (WHERE i.part = 'period' AND i.alcohol) AS alcohol,
               count(*) FILTER (WHERE i.part = 'period' AND i.drugs) AS drugs,
               count(*) FILTER (WHERE i.part = 'period' AND i.hate) AS hate,
               count(*) FILTER (WHERE i.part = 'period' AND i.weapon) AS weapon
        FROM @partnership@.evidence_profile_incident i
        WHERE i.assessment_id = p.assessment_id
        GROUP BY i.problem_type_id, i.source_id
    ),
    supplied AS MATERIALIZED (
        -- whatever was supplied at any time: none in the period is then 0, and not unknown
        SELECT m.problem_type_id, s.source_id
        FROM member m
        CROSS JOIN @partnership@.source s
        WHERE (s.source_id, m.problem_type_id) IN (SELECT r.source_id, r.problem_type_id FROM @partnership@.evidence_recorded_type r)
    ),
    listed AS (
        SELECT s.problem_type_id, s.source_id
        FROM supplied s
      UNION ALL
        SELECT m.problem_type_id, NULL
        FROM member m
        WHERE NOT EXISTS (SELECT FROM @partnership@.evidence_type tree JOIN supplied s ON s.problem_type_id = tree.member_id WHERE tree.problem_type_id = m.problem_type_id)
          AND NOT EXISTS (SELECT FROM @partnership@.evidence_type tree JOIN supplied s ON s.problem_type_id = tree.problem_type_id WHERE tree.member_id = m.problem_type_id)
    ),
    month AS (
        SELECT part.part, month.month::date AS month
        FROM (VALUES ('period', p.period_from, p.period_to), ('baseline', p.baseline_from, p.baseline_to)) AS part (part, first_day, last_day)
        CROSS JOIN LATERAL generate_series(date_trunc('month', part.first_day::timestamp), part.last_day::timestamp, '1 month') AS month (month)
    ),
    covered AS MATERIALIZED (
        SELECT s.source_id,
               -- a flag that the source never set is not known to it
               ARRAY(SELECT f.flag FROM @partnership@.evidence_source_flag f WHERE f.source_id = s.source_id) AS flags,
               count(*) FILTER (WHERE m.part = 'period') AS period_months,
               count(sm.month) FILTER (WHERE m.part = 'period') AS period_months_covered,
               count(sm.month) FILTER (WHERE m.part = 'baseline') AS baseline_months_covered,
               csp.months_text(array_agg(m.month) FILTER (WHERE m.part = 'period' AND sm.month IS NULL)) AS period_missing,
               csp.months_text(array_agg(m.month) FILTER (WHERE m.part = 'baseline' AND sm.month IS NULL)) AS baseline_missing,
               csp.months_text(array_agg(m.month) FILTER (WHERE NOT sm.is_whole)) AS partial
        FROM @partnership@.source s
        CROSS JOIN month m
        LEFT JOIN @partnership@.evidence_source_month sm ON sm.source_id = s.source_id AND sm.month = m.month
        GROUP BY s.source_id
    )
    SELECT t.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.sort_order,
           s.source_id, s.code AS source, s.title AS source_title, s.place_precision, s.time_precision,
           -- nothing was delivered: unknown, not none
           CASE WHEN v.period_months_covered > 0 THEN coalesce(c.period_incidents, 0) END AS period_incidents,
           CASE WHEN v.baseline_months_covered > 0 THEN coalesce(c.baseline_incidents, 0) END AS baseline_incidents,
           100.0::float8 * c.located / nullif(c.period_incidents, 0) AS located_percent,
           100.0::float8 * c.with_method / nullif(c.period_incidents, 0) AS method_percent,
           CASE WHEN 'domestic' = ANY (v.flags) THEN 100.0::float8 * c.domestic / nullif(c.period_incidents, 0) END AS domestic_percent,
           CASE WHEN 'alcohol' = ANY (v.flags) THEN 100.0::float8 * c.alcohol / nullif(c.period_incidents, 0) END AS alcohol_percent,
           CASE WHEN 'drugs' = ANY (v.flags) THEN 100.0::float8 * c.drugs / nullif(c.period_incidents, 0) END AS drugs_percent,
           CASE WHEN 'hate' = ANY (v.flags) THEN 100.0::float8 * c.hate / nullif(c.period_incidents, 0) END AS hate_percent,
           CASE WHEN 'weapon' = ANY (v.flags) THEN 100.0::float8 * c.weapon / nullif(c.period_incidents, 0) END AS weapon_percent,
           v.period_months::integer AS period_months, v.period_months_covered::integer AS period_months_covered,
           v.baseline_months_covered::integer AS baseline_months_covered,
           CASE
               WHEN s.source_id IS NULL THEN 'no source supplies it'
               ELSE CASE s.place_precision
                        WHEN 'exact' THEN 'places are exact'
                        WHEN 'snapped' THEN 'places are snapped to map points: areas and map points, but no repeat places'
                        ELSE 'places are areas: no places'
                    END || '; ' ||
                    CASE s.time_precision
                        WHEN 'minute' THEN 'times are known'
                        WHEN 'day' THEN 'days are known: no hours'
                        ELSE 'dates are months: no days, no hours and no times to repeat'
                    END ||
                    CASE WHEN c.period_incidents > 0 AND c.with_method = 0 THEN '; no methods' ELSE '' END ||
                    CASE WHEN v.flags = '{}' THEN '; no flags' ELSE '' END
           END AS fitness,
           nullif(concat_ws('; ', 'missing in the period: ' || v.period_missing, 'missing in the baseline: ' || v.baseline_missing, 'only part of ' || v.partial, broke.breaks), '') AS data_flag
    FROM listed l
    JOIN @partnership@.problem_type t USING (problem_type_id)
    LEFT JOIN @partnership@.source s USING (source_id)
    LEFT JOIN counted c USING (problem_type_id, source_id)
    LEFT JOIN covered v USING (source_id)
    LEFT JOIN (
        SELECT b.problem_type_id, b.source_id, string_agg(DISTINCT b.description, '; ') AS breaks
        FROM @partnership@.evidence_type_break b
        WHERE b.starts_on > least(p.baseline_from, p.period_from)
          AND b.starts_on <= greatest(p.baseline_to, p.period_to)
        GROUP BY b.problem_type_id, b.source_id
    ) broke USING (problem_type_id, source_id)
) d
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.profile_definition IS 'Problem profile: what is counted, from which sources, what are they fit for, and what is missing? One row per profile, problem type in its scope and source that supplies it; a type without a source has one row';
COMMENT ON COLUMN @partnership@.profile_definition.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.profile_definition.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.profile_definition.problem_type_id IS 'Problem type, without its subtypes';
COMMENT ON COLUMN @partnership@.profile_definition.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.profile_definition.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.profile_definition.source_id IS 'Source; NULL: no source supplies the type';
COMMENT ON COLUMN @partnership@.profile_definition.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.profile_definition.source_title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.profile_definition.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.profile_definition.time_precision IS 'minute, day or month';
COMMENT ON COLUMN @partnership@.profile_definition.period_incidents IS 'Incidents in the period; NULL when the source has no data for it';
COMMENT ON COLUMN @partnership@.profile_definition.baseline_incidents IS 'Incidents in the baseline; NULL when the source has no data for it';
COMMENT ON COLUMN @partnership@.profile_definition.located_percent IS 'Of the period''s incidents, per cent with a point';
COMMENT ON COLUMN @partnership@.profile_definition.method_percent IS 'Per cent with a method';
COMMENT ON COLUMN @partnership@.profile_definition.domestic_percent IS 'Per cent flagged as domestic; NULL where the source never sets the flag';
COMMENT ON COLUMN @partnership@.profile_definition.alcohol_percent IS 'Per cent flagged for alcohol; NULL where the source never sets the flag';
COMMENT ON COLUMN @partnership@.profile_definition.drugs_percent IS 'Per cent flagged for drugs; NULL where the source never sets the flag';
COMMENT ON COLUMN @partnership@.profile_definition.hate_percent IS 'Per cent flagged as hate; NULL where the source never sets the flag';
COMMENT ON COLUMN @partnership@.profile_definition.weapon_percent IS 'Per cent flagged for a weapon; NULL where the source never sets the flag';
COMMENT ON COLUMN @partnership@.profile_definition.period_months IS 'Months that the period touches';
COMMENT ON COLUMN @partnership@.profile_definition.period_months_covered IS 'Of these, months for which the source has data';
COMMENT ON COLUMN @partnership@.profile_definition.baseline_months_covered IS 'Months of the baseline for which the source has data';
COMMENT ON COLUMN @partnership@.profile_definition.fitness IS 'What the precision of its places and times supports, in words';
COMMENT ON COLUMN @partnership@.profile_definition.data_flag IS 'Missing and partial months; NULL when nothing';
COMMENT ON COLUMN @partnership@.profile_definition.sort_order IS 'Order for display';
