-- Strategic assessment, section 2: trends. Where is each problem heading, when did its level
-- change, and is the latest quarter unlike last year's?

CREATE OR REPLACE VIEW @partnership@.strategic_trend
WITH (security_invoker = true) AS
-- One row per assessment, area (the whole partnership and each area of the assessment's kind) and problem type in use.
WITH summed AS (
    -- assessment by assessment, since a filter on one would not reach what the branches share
    SELECT a.assessment_id, l.area_id, l.area_kind, l.problem_type_id, l.level_months, l.first_month, l.last_month, l.level, l.seasonally_adjusted,
           l.level_year_before, l.segments, l.latest_incidents, l.latest_days, l.year_before_incidents, l.year_before_days, l.stand_ins
    FROM @partnership@.assessment a
    CROSS JOIN LATERAL (
        WITH measured AS MATERIALIZED (
            SELECT s.area_id, s.area_kind, s.problem_type_id, s.month, s.incidents, s.value,
                   count(*) OVER series AS months,
                   sum(s.value) OVER series
                       >= count(*) OVER series * (SELECT f.level_incidents
                                                  FROM @partnership@.evidence_least_incidents f)
                       AS has_level,
                   row_number() OVER (PARTITION BY s.area_id, s.area_kind, s.problem_type_id ORDER BY s.month DESC) AS months_back
            FROM @partnership@.evidence_trend_series s
            WHERE s.assessment_id = a.assessment_id
            WINDOW series AS (PARTITION BY s.area_id, s.area_kind, s.problem_type_id)
        ),
        seasoned AS (
            -- more than two years are needed to tell the season, and some incidents
            SELECT m.area_id, m.area_kind, m.problem_type_id, m.month, m.incidents, m.value,
                   m.months, m.has_level, m.months_back,
                   csp.stl(m.value, 12) OVER (PARTITION BY m.area_id, m.area_kind, m.problem_type_id ORDER BY m.month) AS part
            FROM measured m
            WHERE m.months > 24
              AND m.has_level
          UNION ALL
            SELECT m.area_id, m.area_kind, m.problem_type_id, m.month, m.incidents, m.value,
                   m.months, m.has_level, m.months_back,
                   NULL::csp.stl_component
            FROM measured m
            WHERE m.months <= 24
               OR NOT m.has_level
        )
        SELECT s.area_id, s.area_kind, s.problem_type_id,
               max(s.months)::integer AS level_months,
               min(s.month) AS first_month, max(s.month) AS last_month,
               max((s.part).trend) FILTER (WHERE s.months_back = 1) AS level,
               max(s.value - (s.part).seasonal) FILTER (WHERE s.months_back = 1) AS seasonally_adjusted,
               max((s.part).trend) FILTER (WHERE s.months_back = 13) AS level_year_before,
               csp.changepoints(s.value - (s.part).seasonal ORDER BY s.month) FILTER (WHERE s.part IS NOT NULL) AS segments,
               -- a quarter counts when its months are covered
               CASE WHEN count(s.incidents) FILTER (WHERE s.months_back <= 3) = 3 THEN sum(s.incidents) FILTER (WHERE s.months_back <= 3) END::bigint AS latest_incidents,
               sum(csp_internal.days_of_month(s.month)) FILTER (WHERE s.months_back <= 3)::bigint AS latest_days,
               CASE WHEN count(s.incidents) FILTER (WHERE s.months_back BETWEEN 13 AND 15) = 3 THEN sum(s.incidents) FILTER (WHERE s.months_back BETWEEN 13 AND 15) END::bigint AS year_before_incidents,
               sum(csp_internal.days_of_month(s.month)) FILTER (WHERE s.months_back BETWEEN 13 AND 15)::bigint AS year_before_days,
               count(*) FILTER (WHERE s.incidents IS NULL)::integer AS stand_ins
        FROM seasoned s
        GROUP BY s.area_id, s.area_kind, s.problem_type_id
    ) l
),
united AS (
    -- levels and trends have the same keys: united and grouped rather than joined, since no planner can foresee the size of such a join
    SELECT s.assessment_id, s.area_id, s.area_kind, s.problem_type_id,
           s.level_months, s.first_month, s.last_month, s.level, s.seasonally_adjusted, s.level_year_before, s.segments,
           s.latest_incidents, s.latest_days, s.year_before_incidents, s.year_before_days, s.stand_ins,
           NULL::integer AS trend_months, NULL::float8 AS trend_percent_per_month, NULL::float8 AS trend_lower, NULL::float8 AS trend_upper, NULL::float8 AS trend_p_value, NULL::bigint AS trend_incidents
    FROM summed s
  UNION ALL
    SELECT t.assessment_id, t.area_id, t.area_kind, t.problem_type_id,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           t.trend_months, t.trend_percent_per_month, t.trend_lower, t.trend_upper, t.trend_p_value, t.trend_incidents
    FROM @partnership@.evidence_trend t
),
evidence AS (
    SELECT u.assessment_id, u.area_id, u.area_kind, u.problem_type_id,
           max(u.level_months) AS level_months, max(u.first_month) AS first_month, max(u.last_month) AS last_month,
           max(u.level) AS level, max(u.seasonally_adjusted) AS seasonally_adjusted, max(u.level_year_before) AS level_year_before,
           -- of one row: an array of one array, which unnest opens
           array_agg(u.segments) FILTER (WHERE u.segments IS NOT NULL) AS segments,
           max(u.latest_incidents) AS latest_incidents, max(u.latest_days) AS latest_days,
           max(u.year_before_incidents) AS year_before_incidents, max(u.year_before_days) AS year_before_days, max(u.stand_ins) AS stand_ins,
           max(u.trend_months) AS trend_months, max(u.trend_percent_per_month) AS trend_percent_per_month,
           max(u.trend_lower) AS trend_lower, max(u.trend_upper) AS trend_upper, max(u.trend_p_value) AS trend_p_value, max(u.trend_incidents) AS trend_incidents
    FROM united u
    GROUP BY u.assessment_id, u.area_id, u.area_kind, u.problem_type_id
),
tested AS (
    SELECT e.assessment_id, e.area_id, e.area_kind, e.problem_type_id, e.level_months,
           e.first_month, e.last_month, e.level, e.seasonally_adjusted, e.level_year_before,
           e.segments, e.latest_incidents, e.latest_days, e.year_before_incidents,
           e.year_before_days, e.stand_ins, e.trend_months, e.trend_percent_per_month,
           e.trend_lower, e.trend_upper, e.trend_p_value, e.trend_incidents,
           t.code AS problem_type, t.label AS problem_type_label, t.domain, t.is_headline, t.sort_order, a.false_discovery_rate,
           CASE WHEN e.latest_incidents + e.year_before_incidents > 0
                THEN csp.rate_change(e.year_before_incidents, e.year_before_days, e.latest_incidents, e.latest_days, a.confidence) END AS latest_change
    FROM evidence e
    JOIN @partnership@.problem_type t USING (problem_type_id)
    JOIN @partnership@.assessment a USING (assessment_id)
),
adjusted AS (
    SELECT t.assessment_id, t.area_id, t.area_kind, t.problem_type_id, t.level_months,
           t.first_month, t.last_month, t.level, t.seasonally_adjusted, t.level_year_before,
           t.segments, t.latest_incidents, t.year_before_incidents, t.stand_ins, t.trend_months,
           t.trend_percent_per_month, t.trend_lower, t.trend_upper, t.trend_p_value,
           t.trend_incidents, t.problem_type, t.problem_type_label, t.domain, t.is_headline,
           t.sort_order, t.false_discovery_rate, t.latest_change,
           csp.adjusted_p_value((t.latest_change).p_value) OVER family AS latest_adjusted_p_value,
           -- a handful of incidents can lie so evenly that the estimated dispersion is far too small: no test below ten
           csp.adjusted_p_value(CASE WHEN t.trend_incidents >= 10 THEN t.trend_p_value END) OVER family AS trend_adjusted_p_value
    FROM tested t
    WINDOW family AS (PARTITION BY t.assessment_id, t.area_kind, t.is_headline)
),
flag AS MATERIALIZED (
    -- once, as in strategic_change: joined as it is, it may be computed anew for every row
    SELECT f.assessment_id, f.problem_type_id, f.trend_flag, f.trend_area_flag
    FROM @partnership@.evidence_trend_flag f
)
SELECT a.assessment_id,
       csp_internal.row_key(a.assessment_id, a.area_id, a.problem_type_id) AS row_key,
       a.area_id, a.area_kind, area.code AS area_code, area.name AS area_name,
       a.problem_type_id, a.problem_type, a.problem_type_label, a.domain, a.is_headline, a.sort_order,
       a.trend_months, a.trend_percent_per_month, a.trend_lower, a.trend_upper, a.trend_p_value, a.trend_adjusted_p_value,
       csp_internal.trend_verdict(a.trend_percent_per_month, a.trend_adjusted_p_value,
                                  a.false_discovery_rate) AS trend_verdict,
       a.level_months, a.stand_ins AS level_months_estimated, a.last_month AS level_month,
       a.level, a.seasonally_adjusted,
       100 * (a.level / nullif(a.level_year_before, 0) - 1) AS level_change_percent,
       change.changed_on, change.changes::integer AS changes,
       change.level_before, change.level_after,
       a.latest_incidents, a.year_before_incidents,
       (a.latest_change).percent_change AS latest_change_percent,
       csp_internal.percent_limit((a.latest_change).lower) AS latest_change_lower,
       csp_internal.percent_limit((a.latest_change).upper) AS latest_change_upper,
       (a.latest_change).p_value AS latest_p_value, a.latest_adjusted_p_value,
       csp.change_verdict((a.latest_change).ratio, a.latest_adjusted_p_value, a.false_discovery_rate) AS latest_verdict,
       CASE a.area_kind WHEN 'partnership' THEN flag.trend_flag ELSE flag.trend_area_flag END AS trend_flag
FROM adjusted a
JOIN @partnership@.area area ON area.area_id = a.area_id
LEFT JOIN flag ON flag.assessment_id = a.assessment_id AND flag.problem_type_id = a.problem_type_id
LEFT JOIN LATERAL (
    SELECT count(*) - 1 AS changes,
           CASE WHEN count(*) > 1 THEN (a.first_month + make_interval(months => max(segment.first)::integer - 1))::date END AS changed_on,
           (array_agg(segment.mean ORDER BY segment.first DESC))[1] AS level_after,
           (array_agg(segment.mean ORDER BY segment.first DESC))[2] AS level_before
    FROM unnest(a.segments) AS segment (first, last, n, mean, change)
    WHERE a.segments IS NOT NULL
    HAVING count(*) > 0
) change ON true;
COMMENT ON VIEW @partnership@.strategic_trend IS 'Strategic assessment 2, trends: where is each problem heading, when did its level change, and is the latest quarter unlike the same months of last year? One row per assessment, area (the whole partnership and each area of the assessment''s kind) and problem type in use, over all covered months up to the end of the period';
COMMENT ON COLUMN @partnership@.strategic_trend.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_trend.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_trend.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.strategic_trend.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.strategic_trend.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.strategic_trend.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.strategic_trend.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_trend.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_trend.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_trend.domain IS 'Broad domain of the problem type';
COMMENT ON COLUMN @partnership@.strategic_trend.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_trend.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_trend.trend_months IS 'Months the trend is read from';
COMMENT ON COLUMN @partnership@.strategic_trend.trend_percent_per_month IS 'Trend in per cent a month (quasi-Poisson, per day)';
COMMENT ON COLUMN @partnership@.strategic_trend.trend_lower IS 'Lower 95% limit of the trend';
COMMENT ON COLUMN @partnership@.strategic_trend.trend_upper IS 'Upper 95% limit of the trend';
COMMENT ON COLUMN @partnership@.strategic_trend.trend_p_value IS 'Two-sided p-value of no trend';
COMMENT ON COLUMN @partnership@.strategic_trend.trend_adjusted_p_value IS 'The same after Benjamini-Hochberg over the assessment''s area kind, headlines and detail apart; NULL below ten incidents';
COMMENT ON COLUMN @partnership@.strategic_trend.trend_verdict IS 'rising, falling or no clear trend at the assessment''s false-discovery rate; not known without a test';
COMMENT ON COLUMN @partnership@.strategic_trend.level_months IS 'Months of the series without gaps from which season, level and change points are read';
COMMENT ON COLUMN @partnership@.strategic_trend.level_months_estimated IS 'Of these, months that are not covered and were stood in for by their like a year before and after; they are in level and change points, not in trend and latest';
COMMENT ON COLUMN @partnership@.strategic_trend.level_month IS 'The last of them: the month of level and seasonally_adjusted';
COMMENT ON COLUMN @partnership@.strategic_trend.level IS 'Incidents an average month (30.4375 days) without season and chance, by STL; NULL for 24 months or fewer, or fewer incidents a month than setting level_incidents';
COMMENT ON COLUMN @partnership@.strategic_trend.seasonally_adjusted IS 'The last month''s incidents without season, at average length; NULL as level';
COMMENT ON COLUMN @partnership@.strategic_trend.level_change_percent IS 'Change of level over the last twelve months, in per cent';
COMMENT ON COLUMN @partnership@.strategic_trend.changed_on IS 'First month of the present level: the last change point of the seasonally adjusted series (PELT, MBIC); NULL where none is found';
COMMENT ON COLUMN @partnership@.strategic_trend.changes IS 'Change points found; a steady trend shows as steps';
COMMENT ON COLUMN @partnership@.strategic_trend.level_before IS 'Mean a month before that change';
COMMENT ON COLUMN @partnership@.strategic_trend.level_after IS 'Mean a month since (of the whole series where no change is found)';
COMMENT ON COLUMN @partnership@.strategic_trend.latest_incidents IS 'Incidents in the last three months of the series; NULL unless all are covered';
COMMENT ON COLUMN @partnership@.strategic_trend.year_before_incidents IS 'Incidents in the same three months a year before; NULL unless all are covered';
COMMENT ON COLUMN @partnership@.strategic_trend.latest_change_percent IS 'Change between them in per cent, per day; NULL where there were none before';
COMMENT ON COLUMN @partnership@.strategic_trend.latest_change_lower IS 'Lower limit of the change in per cent (conditional exact interval)';
COMMENT ON COLUMN @partnership@.strategic_trend.latest_change_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
COMMENT ON COLUMN @partnership@.strategic_trend.latest_p_value IS 'Two-sided exact p-value of no change';
COMMENT ON COLUMN @partnership@.strategic_trend.latest_adjusted_p_value IS 'The same after Benjamini-Hochberg, as for the trend';
COMMENT ON COLUMN @partnership@.strategic_trend.latest_verdict IS 'higher, lower, new, gone, no clear change or not comparable';
COMMENT ON COLUMN @partnership@.strategic_trend.trend_flag IS 'Months left out and breaks in the series; NULL when nothing';
