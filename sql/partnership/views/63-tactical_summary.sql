-- Tactical assessment: summary. What happened in the last days, against the season and against the days before?

CREATE OR REPLACE VIEW @partnership@.evidence_tactical_count
WITH (security_invoker = true) AS
-- One row per tactical assessment, problem type in use and area with an incident now, in the period before, or in the same season of
-- earlier years: the counts of each. Assessment by assessment, since the branches share what would else be computed for all.
SELECT m.assessment_id, m.as_of, m.confidence, m.false_discovery_rate,
       c.area_id, c.problem_type_id, c.unit, c.window_from, c.window_to, c.days, c.incidents,
       c.earlier_incidents, c.earlier_days, c.years_compared, c.previous_incidents, c.previous_days, c.source_note
FROM @partnership@.evidence_alert_moment m
CROSS JOIN LATERAL (
    WITH wanted AS MATERIALIZED (
        SELECT coalesce(max(s.value) FILTER (WHERE s.name = 'tactical_days'), '28')::integer AS days,
               coalesce(max(s.value) FILTER (WHERE s.name = 'alert_years'), '5')::integer AS years
        FROM @partnership@.setting s
    ),
    supply AS MATERIALIZED (
        SELECT ts.problem_type_id, u.source_id, u.title, u.is_monthly, u.is_current, u.last_month, u.reason,
               bool_or(u.is_current AND NOT u.is_monthly) OVER (PARTITION BY ts.problem_type_id) AS has_days
        FROM @partnership@.evidence_alert_source u
        JOIN @partnership@.evidence_type_source ts USING (source_id)
        WHERE u.assessment_id = m.assessment_id
    ),
    measured AS MATERIALIZED (
        SELECT s.problem_type_id, s.has_days,
               CASE WHEN s.has_days THEN 'days' ELSE 'month' END AS unit,
               min(s.last_month) FILTER (WHERE s.is_current AND s.is_monthly AND NOT s.has_days) AS last_month,
               string_agg(s.title || ': ' || CASE WHEN s.is_current THEN 'its dates are months' ELSE s.reason END, '; ' ORDER BY s.title, s.source_id)
                   FILTER (WHERE NOT s.is_current OR s.is_monthly = s.has_days) AS source_note
        FROM supply s
        GROUP BY s.problem_type_id, s.has_days
        HAVING bool_or(s.is_current)
    ),
    used AS MATERIALIZED (
        SELECT s.problem_type_id, s.source_id, d.unit, d.last_month
        FROM supply s
        JOIN measured d USING (problem_type_id)
        WHERE s.is_current
          AND s.is_monthly <> s.has_days
    ),
    part AS MATERIALIZED (
        -- 0: now; -1: the period before; 1 and more: so many years back. 52 weeks, so that weekdays stand against weekdays
        SELECT d.unit, d.last_month, k.part,
               CASE WHEN d.unit = 'days' THEN m.as_of - CASE WHEN k.part < 0 THEN w.days ELSE 364 * k.part END - w.days + 1
                    ELSE (d.last_month - CASE WHEN k.part < 0 THEN interval '1 month' ELSE make_interval(years => k.part) END)::date END AS part_from,
               CASE WHEN d.unit = 'days' THEN m.as_of - CASE WHEN k.part < 0 THEN w.days ELSE 364 * k.part END
                    ELSE (d.last_month - CASE WHEN k.part < 0 THEN interval '1 month' ELSE make_interval(years => k.part) END + interval '1 month - 1 day')::date END AS part_to
        FROM (SELECT DISTINCT e.unit, e.last_month FROM measured e) d
        CROSS JOIN wanted w
        CROSS JOIN LATERAL generate_series(-1, w.years) AS k (part)
    ),
    source_part AS MATERIALIZED (
        SELECT u.source_id, p.unit, p.last_month, p.part,
               bool_and(coalesce(sm.status IN ('complete', 'presumed') OR p.part = 0 AND sm.status = 'partial', false)) AS is_covered
        FROM part p
        JOIN (SELECT DISTINCT e.source_id, e.unit, e.last_month FROM used e) u ON u.unit = p.unit AND u.last_month IS NOT DISTINCT FROM p.last_month
        CROSS JOIN LATERAL generate_series(date_trunc('month', p.part_from::timestamp), p.part_to::timestamp, '1 month') AS touched (month)
        LEFT JOIN @partnership@.evidence_source_month sm ON sm.source_id = u.source_id AND sm.month = touched.month::date
        GROUP BY u.source_id, p.unit, p.last_month, p.part
    ),
    type_part AS MATERIALIZED (
        -- a part counts when every source that is used covers it
        SELECT u.problem_type_id, p.part, p.part_from, p.part_to, p.part_to - p.part_from + 1 AS days
        FROM used u
        JOIN source_part sp ON sp.source_id = u.source_id AND sp.unit = u.unit AND sp.last_month IS NOT DISTINCT FROM u.last_month
        JOIN part p ON p.unit = sp.unit AND p.last_month IS NOT DISTINCT FROM sp.last_month AND p.part = sp.part
        GROUP BY u.problem_type_id, p.part, p.part_from, p.part_to
        HAVING bool_and(sp.is_covered)
    ),
    recorded AS MATERIALIZED (
        SELECT p.part, 'days'::text AS unit, i.problem_type_id, i.source_id, i.area_id, NULL::date AS month, count(*) AS incidents
        FROM part p
        JOIN @partnership@.incident i ON i.occurred_from >= p.part_from::timestamp AT TIME ZONE @time_zone@ AND i.occurred_from < (p.part_to + 1)::timestamp AT TIME ZONE @time_zone@
        WHERE p.unit = 'days'
        GROUP BY p.part, i.problem_type_id, i.source_id, i.area_id
      UNION ALL
        SELECT p.part, 'month', c.problem_type_id, c.source_id, c.area_id, p.last_month, sum(c.incidents)
        FROM part p
        JOIN @partnership@.incident_month_entry c ON c.month = p.part_from
        WHERE p.unit = 'month'
        GROUP BY p.part, c.problem_type_id, c.source_id, c.area_id, p.last_month
        HAVING sum(c.incidents) <> 0
    ),
    counting AS MATERIALIZED (
        -- one key where there could be four: joins on several are taken to find next to nothing, and are then made row by row
        SELECT u.unit || ' ' || coalesce(u.last_month::text, '') || ' ' || u.source_id || ' ' || tree.member_id AS key, u.problem_type_id
        FROM used u
        JOIN @partnership@.evidence_type tree USING (problem_type_id)
    ),
    placed AS MATERIALIZED (
        SELECT r.part, r.unit || ' ' || coalesce(r.month::text, '') || ' ' || r.source_id || ' ' || r.problem_type_id AS key, aa.ancestor_id AS area_id, sum(r.incidents) AS incidents
        FROM recorded r
        JOIN @partnership@.area_ancestor aa ON aa.area_id = r.area_id AND aa.ancestor_kind = nullif(m.area_kind, 'partnership')
        GROUP BY 1, 2, 3
      UNION ALL
        -- the whole partnership counts what has no area as well
        SELECT r.part, r.unit || ' ' || coalesce(r.month::text, '') || ' ' || r.source_id || ' ' || r.problem_type_id, whole.area_id, sum(r.incidents)
        FROM recorded r
        CROSS JOIN @partnership@.area whole
        WHERE whole.area_kind = 'partnership'
        GROUP BY 1, 2, 3
    ),
    counted AS (
        SELECT c.problem_type_id, p.area_id, p.part, sum(p.incidents) AS incidents
        FROM placed p
        JOIN counting c ON c.key = p.key
        GROUP BY c.problem_type_id, p.area_id, p.part
    ),
    season AS MATERIALIZED (
        SELECT t.problem_type_id,
               max(t.part_from) FILTER (WHERE t.part = 0) AS window_from, max(t.part_to) FILTER (WHERE t.part = 0) AS window_to,
               max(t.days) FILTER (WHERE t.part = 0) AS days,
               max(t.days) FILTER (WHERE t.part = -1) AS previous_days,
               sum(t.days) FILTER (WHERE t.part > 0) AS earlier_days,
               count(*) FILTER (WHERE t.part > 0) AS years_compared
        FROM type_part t
        GROUP BY t.problem_type_id
        HAVING bool_or(t.part = 0)
    )
    SELECT n.area_id, n.problem_type_id, d.unit, s.window_from, s.window_to, s.days,
           coalesce(sum(n.incidents) FILTER (WHERE n.part = 0), 0)::bigint AS incidents,
           CASE WHEN s.years_compared > 0 THEN coalesce(sum(n.incidents) FILTER (WHERE n.part > 0), 0)::bigint END AS earlier_incidents,
           s.earlier_days, s.years_compared::integer,
           CASE WHEN s.previous_days > 0 THEN coalesce(sum(n.incidents) FILTER (WHERE n.part = -1), 0)::bigint END AS previous_incidents,
           s.previous_days, d.source_note
    FROM counted n
    JOIN type_part t ON t.problem_type_id::bigint * 1000 + t.part = n.problem_type_id::bigint * 1000 + n.part
    JOIN season s ON s.problem_type_id = n.problem_type_id
    JOIN measured d ON d.problem_type_id = n.problem_type_id
    GROUP BY n.area_id, n.problem_type_id, d.unit, d.source_note, s.window_from, s.window_to, s.days, s.earlier_days, s.years_compared, s.previous_days
) c
WHERE m.assessment_id IS NOT NULL;
COMMENT ON VIEW @partnership@.evidence_tactical_count IS 'Incidents of the last days, of the days before and of the same season of earlier years: one row per tactical assessment, problem type in use (subtypes included) and area with any of them; filter by assessment_id';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.assessment_id IS 'Assessment the row belongs to';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.as_of IS 'Last day that counts';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.confidence IS 'Confidence of intervals and bounds';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.false_discovery_rate IS 'False-discovery rate of the assessment';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.area_id IS 'Area, or the whole partnership';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.unit IS 'days, or month where no source of the type has days';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.window_from IS 'First day of the window';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.window_to IS 'Last day of the window';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.days IS 'Days of the window';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.incidents IS 'Incidents of the window';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.earlier_incidents IS 'Incidents of the same days (52 weeks apart) or month of the years compared';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.earlier_days IS 'Days of those';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.years_compared IS 'Earlier years that every source used covers, at most the setting alert_years';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.previous_incidents IS 'Incidents of as many days, or the month, before the window; NULL where they are not covered';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.previous_days IS 'Days of that period';
COMMENT ON COLUMN @partnership@.evidence_tactical_count.source_note IS 'Sources of the type that are left out, and why; NULL when none';

CREATE OR REPLACE VIEW @partnership@.tactical_summary
WITH (security_invoker = true) AS
-- One row per tactical assessment, area (of its kind, and the whole partnership) and problem type with an incident now, before or in the season.
WITH compared AS (
    SELECT e.*, area.area_kind, area.code AS area_code, area.name AS area_name,
           e.earlier_incidents * e.days / e.earlier_days::float8 AS season_expected,
           CASE WHEN e.earlier_days > 0 THEN csp.rate_change(e.earlier_incidents, e.earlier_days, e.incidents, e.days, e.confidence) END AS season,
           CASE WHEN e.previous_days > 0 THEN csp.rate_change(e.previous_incidents, e.previous_days, e.incidents, e.days, e.confidence) END AS previous
    FROM @partnership@.evidence_tactical_count e
    JOIN @partnership@.area USING (area_id)
),
tested AS (
    SELECT c.*,
           -- a handful can show nothing, and would only weigh on the adjustment
           CASE WHEN c.incidents + c.earlier_incidents >= 5 THEN (c.season).p_value END AS season_p_value,
           CASE WHEN c.incidents + c.previous_incidents >= 5 THEN (c.previous).p_value END AS previous_p_value,
           csp.funnel_limits(c.season_expected, c.confidence) AS season_limits
    FROM compared c
),
adjusted AS (
    SELECT t.*,
           csp.adjusted_p_value(t.season_p_value) OVER level AS season_adjusted_p_value,
           csp.adjusted_p_value(t.previous_p_value) OVER level AS previous_adjusted_p_value
    FROM tested t
    WINDOW level AS (PARTITION BY t.assessment_id, t.area_kind)
),
worded AS (
    SELECT a.*,
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
),
broke AS (
    -- what breaks each type's series, in lists: a row takes from them what lies between the years it is compared with and now
    SELECT b.problem_type_id, array_agg(b.starts_on ORDER BY b.starts_on, b.description) AS starts_on,
           array_agg(b.description ORDER BY b.starts_on, b.description) AS descriptions, array_agg(b.is_of_areas ORDER BY b.starts_on, b.description) AS are_of_areas
    FROM (SELECT DISTINCT e.problem_type_id, e.starts_on, e.description, e.is_of_areas FROM @partnership@.evidence_type_break e) b
    GROUP BY b.problem_type_id
)
SELECT w.assessment_id,
       w.assessment_id::bigint * 1099511627776 + w.area_id::bigint * 16384 + w.problem_type_id AS row_key,
       w.as_of, w.area_kind, w.area_id, w.area_code, w.area_name,
       w.problem_type_id, type.code AS problem_type, type.label AS problem_type_label, type.is_headline, type.sort_order,
       w.unit, w.window_from, w.window_to, w.incidents,
       w.season_expected,
       (w.season_limits).lower AS season_lower,
       (w.season_limits).upper AS season_upper,
       (w.season).percent_change AS season_change_percent,
       100 * ((w.season).lower - 1) AS season_change_lower,
       CASE WHEN (w.season).upper < 'Infinity'::float8 THEN 100 * ((w.season).upper - 1) END AS season_change_upper,
       w.season_p_value, w.season_adjusted_p_value, w.years_compared,
       w.previous_incidents,
       (w.previous).percent_change AS previous_change_percent,
       w.previous_p_value, w.previous_adjusted_p_value,
       rank() OVER (PARTITION BY w.assessment_id, w.area_kind
                    ORDER BY CASE WHEN (w.season).ratio > 1 THEN w.season_p_value ELSE 2 - w.season_p_value END NULLS LAST,
                             CASE WHEN (w.previous).ratio > 1 THEN w.previous_p_value ELSE 2 - w.previous_p_value END NULLS LAST) AS rank,
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
       coalesce(plan.priority, 'outside the priorities') AS priority,
       w.source_note,
       (SELECT string_agg(u.description, '; ' ORDER BY u.starts_on, u.description)
        FROM unnest(broke.starts_on, broke.descriptions, broke.are_of_areas) AS u (starts_on, description, is_of_areas)
        WHERE w.years_compared > 0
          AND u.starts_on > w.window_from - make_interval(years => w.years_compared)
          AND u.starts_on <= w.window_to
          AND (w.area_kind <> 'partnership' OR NOT u.is_of_areas)) AS season_flag
FROM worded w
JOIN @partnership@.problem_type type USING (problem_type_id)
LEFT JOIN broke ON broke.problem_type_id = w.problem_type_id
LEFT JOIN plan ON plan.key = w.assessment_id::bigint * 4294967296 + w.problem_type_id;
COMMENT ON VIEW @partnership@.tactical_summary IS 'Tactical assessment, summary: what happened in the last days (setting tactical_days), against the same season of earlier years and against the days before, and which priority is it part of? One row per tactical assessment, area (of its kind, and the whole partnership) and problem type with an incident in any of them; filter by assessment_id';
COMMENT ON COLUMN @partnership@.tactical_summary.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.tactical_summary.row_key IS 'Key of the row, for GIS and BI tools';
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
COMMENT ON COLUMN @partnership@.tactical_summary.season_p_value IS 'Exact two-sided p-value of equal rates now and in the season; NULL with fewer than 5 incidents now and then together';
COMMENT ON COLUMN @partnership@.tactical_summary.season_adjusted_p_value IS 'season_p_value after Benjamini-Hochberg over the assessment''s rows of the same area level';
COMMENT ON COLUMN @partnership@.tactical_summary.years_compared IS 'Earlier years that every source used covers, at most the setting alert_years';
COMMENT ON COLUMN @partnership@.tactical_summary.previous_incidents IS 'Incidents of as many days, or the month, before the window; NULL where they are not covered';
COMMENT ON COLUMN @partnership@.tactical_summary.previous_change_percent IS 'Change against the period before in per cent, a day for a day';
COMMENT ON COLUMN @partnership@.tactical_summary.previous_p_value IS 'Exact two-sided p-value of equal rates now and in the period before; NULL with fewer than 5 incidents in both together';
COMMENT ON COLUMN @partnership@.tactical_summary.previous_adjusted_p_value IS 'previous_p_value after Benjamini-Hochberg over the assessment''s rows of the same area level';
COMMENT ON COLUMN @partnership@.tactical_summary.rank IS 'Order on the area level: what stands out most above the season first, what lies most below it last';
COMMENT ON COLUMN @partnership@.tactical_summary.verdict IS 'In words: against the season, and against the period before, each at the assessment''s false discovery rate';
COMMENT ON COLUMN @partnership@.tactical_summary.priority IS 'Strategic priority in force on as_of that covers the type, or outside the priorities';
COMMENT ON COLUMN @partnership@.tactical_summary.source_note IS 'Sources of the type that are left out, and why; NULL when none';
COMMENT ON COLUMN @partnership@.tactical_summary.season_flag IS 'Breaks between the earliest season compared and now (COVID-19, new recording, of areas also new codes and map points), which the comparison takes for change; NULL when none';
