-- Tactical assessment: summary. What happened in the last days, against the season and against the
-- days before?

CREATE OR REPLACE VIEW @partnership@.tactical_summary
WITH (security_invoker = true) AS
-- One row per tactical assessment, area (of its kind, and the whole partnership) and problem type with an incident now, before or in the season.
WITH compared AS (
    SELECT e.assessment_id, e.as_of, e.confidence, e.false_discovery_rate, e.area_id,
           e.problem_type_id, e.unit, e.window_from, e.window_to, e.days, e.incidents,
           e.earlier_incidents, e.earlier_days, e.years_compared, e.previous_incidents,
           e.previous_days, e.source_note,
           area.area_kind, area.code AS area_code, area.name AS area_name,
           e.earlier_incidents * e.days / e.earlier_days::float8 AS season_expected,
           CASE WHEN e.earlier_days > 0 THEN csp.rate_change(e.earlier_incidents, e.earlier_days, e.incidents, e.days, e.confidence) END AS season,
           CASE WHEN e.previous_days > 0 THEN csp.rate_change(e.previous_incidents, e.previous_days, e.incidents, e.days, e.confidence) END AS previous
    FROM @partnership@.evidence_tactical_count e
    JOIN @partnership@.area USING (area_id)
),
tested AS (
    SELECT c.assessment_id, c.as_of, c.confidence, c.false_discovery_rate, c.area_id,
           c.problem_type_id, c.unit, c.window_from, c.window_to, c.incidents, c.earlier_incidents,
           c.years_compared, c.previous_incidents, c.previous_days, c.source_note, c.area_kind,
           c.area_code, c.area_name, c.season_expected, c.season, c.previous,
           -- a handful can show nothing, and would only weigh on the adjustment
           CASE WHEN c.incidents + c.earlier_incidents >= fewest.test_incidents
                THEN (c.season).p_value END AS season_p_value,
           CASE WHEN c.incidents + c.previous_incidents >= fewest.test_incidents
                THEN (c.previous).p_value END AS previous_p_value,
           csp.funnel_limits(c.season_expected, c.confidence) AS season_limits
    FROM compared c
    CROSS JOIN @partnership@.evidence_least_incidents fewest
),
adjusted AS (
    SELECT t.assessment_id, t.as_of, t.false_discovery_rate, t.area_id, t.problem_type_id, t.unit,
           t.window_from, t.window_to, t.incidents, t.years_compared, t.previous_incidents,
           t.previous_days, t.source_note, t.area_kind, t.area_code, t.area_name,
           t.season_expected, t.season, t.previous, t.season_p_value, t.previous_p_value,
           t.season_limits,
           csp.adjusted_p_value(t.season_p_value) OVER level AS season_adjusted_p_value,
           csp.adjusted_p_value(t.previous_p_value) OVER level AS previous_adjusted_p_value
    FROM tested t
    WINDOW level AS (PARTITION BY t.assessment_id, t.area_kind)
),
worded AS (
    SELECT a.assessment_id, a.as_of, a.false_discovery_rate, a.area_id, a.problem_type_id, a.unit,
           a.window_from, a.window_to, a.incidents, a.years_compared, a.previous_incidents,
           a.previous_days, a.source_note, a.area_kind, a.area_code, a.area_name,
           a.season_expected, a.season, a.previous, a.season_p_value, a.previous_p_value,
           a.season_limits, a.season_adjusted_p_value, a.previous_adjusted_p_value,
           csp.change_verdict((a.season).ratio, a.season_adjusted_p_value, a.false_discovery_rate) AS season_verdict,
           csp.change_verdict((a.previous).ratio, a.previous_adjusted_p_value, a.false_discovery_rate) AS previous_verdict
    FROM adjusted a
),
plan AS (
    -- a priority covers a type with all its subtypes
    SELECT m.assessment_id::bigint * 4294967296 + covered.member_id AS key, string_agg(p.title, '; ' ORDER BY p.sort_order, p.title) AS priority
    FROM @partnership@.evidence_alert_moment m
    JOIN @partnership@.priority p ON m.as_of BETWEEN p.starts_on AND p.ends_on
    JOIN (
        SELECT DISTINCT pt.priority_id, tree.member_id
        FROM @partnership@.priority_type pt
        JOIN @partnership@.evidence_type tree USING (problem_type_id)
    ) covered USING (priority_id)
    WHERE m.assessment_id IS NOT NULL
    GROUP BY 1
)
SELECT w.assessment_id,
       csp_internal.row_key(w.assessment_id, w.area_id, w.problem_type_id) AS row_key,
       w.as_of, w.area_kind, w.area_id, w.area_code, w.area_name,
       w.problem_type_id, type.code AS problem_type, type.label AS problem_type_label, type.is_headline, type.sort_order,
       w.unit, w.window_from, w.window_to, w.incidents,
       w.season_expected,
       (w.season_limits).lower AS season_lower,
       (w.season_limits).upper AS season_upper,
       (w.season).percent_change AS season_change_percent,
       csp_internal.percent_limit((w.season).lower) AS season_change_lower,
       csp_internal.percent_limit((w.season).upper) AS season_change_upper,
       w.season_p_value, w.season_adjusted_p_value, w.years_compared,
       w.previous_incidents,
       (w.previous).percent_change AS previous_change_percent,
       w.previous_p_value, w.previous_adjusted_p_value,
       rank() OVER (PARTITION BY w.assessment_id, w.area_kind
                    ORDER BY CASE WHEN (w.season).ratio > 1 THEN w.season_p_value ELSE 2 - w.season_p_value END NULLS LAST,
                             CASE WHEN (w.previous).ratio > 1 THEN w.previous_p_value ELSE 2 - w.previous_p_value END NULLS LAST)::integer AS rank,
       CASE w.season_verdict
           WHEN 'higher' THEN 'above the season'
           WHEN 'new' THEN 'above the season, which brought none'
           WHEN 'lower' THEN 'below the season'
           WHEN 'gone' THEN 'below the season: none left'
           WHEN 'not comparable' THEN CASE WHEN w.years_compared = 0 THEN 'no season to compare with' ELSE 'too few to say' END
           ELSE 'not clearly different from the season'
       END
       || CASE w.previous_verdict
           WHEN 'higher' THEN ', up on the period before'
           WHEN 'new' THEN ', up on the period before'
           WHEN 'lower' THEN ', down on the period before'
           WHEN 'gone' THEN ', down on the period before'
           WHEN 'not comparable' THEN CASE WHEN w.previous_days IS NULL THEN ', no period before to compare with' ELSE '' END
           ELSE ''
       END AS verdict,
       coalesce(plan.priority, 'outside the priorities') AS priority_title,
       w.source_note,
       (SELECT string_agg(u.description, '; ' ORDER BY u.starts_on, u.description)
        FROM unnest(broke.starts_on, broke.descriptions, broke.are_of_areas) AS u (starts_on, description, is_of_areas)
        WHERE w.years_compared > 0
          AND u.starts_on > w.window_from - make_interval(years => w.years_compared)
          AND u.starts_on <= w.window_to
          AND (w.area_kind <> 'partnership' OR NOT u.is_of_areas)) AS season_flag
FROM worded w
JOIN @partnership@.problem_type type USING (problem_type_id)
LEFT JOIN @partnership@.evidence_type_break_list broke ON broke.problem_type_id = w.problem_type_id
LEFT JOIN plan ON plan.key = w.assessment_id::bigint * 4294967296 + w.problem_type_id;
COMMENT ON VIEW @partnership@.tactical_summary IS 'Tactical assessment, summary: what happened in the last days (setting tactical_days), against the same season of earlier years and against the days before, and which priority is it part of? One row per tactical assessment, area (of its kind, and the whole partnership) and problem type with an incident in any of them; filter by assessment_id';
COMMENT ON COLUMN @partnership@.tactical_summary.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.tactical_summary.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.tactical_summary.as_of IS 'Last day that counts: the last one of the assessment''s period, or today if that is earlier';
COMMENT ON COLUMN @partnership@.tactical_summary.area_kind IS 'Kind of the area; partnership: the whole';
COMMENT ON COLUMN @partnership@.tactical_summary.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.tactical_summary.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.tactical_summary.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.tactical_summary.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.tactical_summary.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.tactical_summary.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.tactical_summary.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.tactical_summary.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.tactical_summary.unit IS 'days: the last days (setting tactical_days); month: the last whole month, where no source of the type has days';
COMMENT ON COLUMN @partnership@.tactical_summary.window_from IS 'First day that counts';
COMMENT ON COLUMN @partnership@.tactical_summary.window_to IS 'Last day that counts';
COMMENT ON COLUMN @partnership@.tactical_summary.incidents IS 'Incidents from window_from to window_to, subtypes included';
COMMENT ON COLUMN @partnership@.tactical_summary.season_expected IS 'Mean of the same days (52 weeks apart) or month of the earlier years compared, brought to the length of the window';
COMMENT ON COLUMN @partnership@.tactical_summary.season_lower IS 'Fewest incidents that chance makes of season_expected, at the assessment''s confidence (exact Poisson quantile)';
COMMENT ON COLUMN @partnership@.tactical_summary.season_upper IS 'Most incidents that chance makes of season_expected, at the assessment''s confidence. It takes season_expected as known and stands for one row; the verdict allows for the chance in the earlier years and for how many rows are looked at, so that a count beyond the bound need not be called';
COMMENT ON COLUMN @partnership@.tactical_summary.season_change_percent IS 'Change against season_expected in per cent; NULL where none was expected';
COMMENT ON COLUMN @partnership@.tactical_summary.season_change_lower IS 'Lower limit of that change, at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.tactical_summary.season_change_upper IS 'Upper limit of that change; NULL where there is none';
COMMENT ON COLUMN @partnership@.tactical_summary.season_p_value IS 'Exact two-sided p-value of equal rates now and in the season; NULL where they are fewer together than setting test_incidents';
COMMENT ON COLUMN @partnership@.tactical_summary.season_adjusted_p_value IS 'season_p_value after Benjamini-Hochberg over the assessment''s rows of the same area level';
COMMENT ON COLUMN @partnership@.tactical_summary.years_compared IS 'Earlier years that every source used covers, at most the setting alert_years';
COMMENT ON COLUMN @partnership@.tactical_summary.previous_incidents IS 'Incidents of as many days, or the month, before the window; NULL where they are not covered';
COMMENT ON COLUMN @partnership@.tactical_summary.previous_change_percent IS 'Change against the period before in per cent, a day for a day';
COMMENT ON COLUMN @partnership@.tactical_summary.previous_p_value IS 'Exact two-sided p-value of equal rates now and in the period before; NULL where they are fewer together than setting test_incidents';
COMMENT ON COLUMN @partnership@.tactical_summary.previous_adjusted_p_value IS 'previous_p_value after Benjamini-Hochberg over the assessment''s rows of the same area level';
COMMENT ON COLUMN @partnership@.tactical_summary.rank IS 'Order on the area level: what stands out most above the season first, what lies most below it last';
COMMENT ON COLUMN @partnership@.tactical_summary.verdict IS 'In words: against the season, and against the period before, each at the assessment''s false discovery rate';
COMMENT ON COLUMN @partnership@.tactical_summary.priority_title IS 'Strategic priority in force on as_of that covers the type, or outside the priorities';
COMMENT ON COLUMN @partnership@.tactical_summary.source_note IS 'Sources of the type that are left out, and why; NULL when none';
COMMENT ON COLUMN @partnership@.tactical_summary.season_flag IS 'Breaks between the earliest season compared and now (COVID-19, new recording, of areas also new codes and map points), which the comparison takes for change; NULL when none';
