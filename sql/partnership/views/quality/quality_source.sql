-- Quality of sources: how complete, timely, precise and free of duplicates is what each source supplies?

CREATE OR REPLACE VIEW @partnership@.quality_source
WITH (security_invoker = true) AS
-- One row per source and month in which it supplied incidents or ought to have.
WITH measured AS (
    SELECT i.source_id, date_trunc('month', i.occurred_from AT TIME ZONE @time_zone@)::date AS month,
           count(*) AS incidents,
           count(i.location) AS located,
           count(i.area_id) AS with_area, count(i.method) AS with_method, count(i.outcome) AS with_outcome, count(i.reported_at) AS with_report,
           -- intervals add up in whole microseconds, whatever the order of rows
           (extract(epoch FROM sum(i.occurred_to - i.occurred_from)) / 3600)::float8 AS window_hours,
           (extract(epoch FROM sum(i.reported_at - i.occurred_from)) / 86400)::float8 AS report_days
    FROM @partnership@.incident i
    GROUP BY 1, 2
),
minute AS (
    -- what is alike in type, moment and place; of a source of months or areas nothing can be told. Few share type and moment, and those
    -- alone are looked at: to sort every incident by its point is most of the work
    SELECT i.source_id, i.problem_type_id, i.occurred_from
    FROM @partnership@.incident i
    JOIN @partnership@.source s ON s.source_id = i.source_id AND s.place_precision = 'exact' AND s.time_precision = 'minute'
    GROUP BY i.source_id, i.problem_type_id, i.occurred_from
    HAVING count(*) > 1
),
alike AS (
    SELECT e.source_id, date_trunc('month', e.occurred_from AT TIME ZONE @time_zone@)::date AS month, sum(e.incidents - 1) AS repeated
    FROM (
        SELECT i.source_id, i.occurred_from, count(*) AS incidents
        FROM minute m
        JOIN @partnership@.incident i USING (source_id, problem_type_id, occurred_from)
        WHERE i.location IS NOT NULL
           OR i.place_reference IS NOT NULL
        GROUP BY i.source_id, i.problem_type_id, i.occurred_from, i.location, i.place_reference
    ) e
    GROUP BY 1, 2
),
pointed AS (
    SELECT p.source_id, p.month, max(p.incidents) AS busiest
    FROM (
        SELECT i.source_id, date_trunc('month', i.occurred_from AT TIME ZONE @time_zone@)::date AS month, i.location, count(*) AS incidents
        FROM @partnership@.incident i
        JOIN @partnership@.source s ON s.source_id = i.source_id AND s.place_precision = 'exact'
        WHERE i.location IS NOT NULL
        GROUP BY 1, 2, 3
    ) p
    GROUP BY p.source_id, p.month
),
united AS (
    SELECT m.source_id, m.month, m.incidents, m.located, m.with_area, m.with_method, m.with_outcome, m.with_report, m.window_hours, m.report_days, 0::numeric AS repeated, NULL::bigint AS busiest, NULL::text AS status
    FROM measured m
  UNION ALL
    SELECT a.source_id, a.month, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, a.repeated, NULL, NULL FROM alike a
  UNION ALL
    SELECT p.source_id, p.month, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, p.busiest, NULL FROM pointed p
  UNION ALL
    SELECT c.source_id, c.month, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, c.status FROM @partnership@.source_coverage c
),
summed AS (
    SELECT u.source_id, u.month, coalesce(max(u.incidents), 0)::bigint AS incidents, max(u.located) AS located, max(u.with_area) AS with_area, max(u.with_method) AS with_method,
           max(u.with_outcome) AS with_outcome, max(u.with_report) AS with_report, max(u.window_hours) AS window_hours, max(u.report_days) AS report_days,
           max(u.repeated) AS repeated, max(u.busiest) AS busiest, max(u.status) AS status
    FROM united u
    GROUP BY u.source_id, u.month
),
ordered AS (
    SELECT s.source_id, s.month, s.incidents, s.located, s.with_area, s.with_method,
           s.with_outcome, s.with_report, s.window_hours, s.report_days, s.repeated, s.busiest,
           s.status,
           csp.month_number(s.month) - csp.month_number(lag(s.month) OVER (PARTITION BY s.source_id ORDER BY s.month)) - 1 AS missing_before
    FROM summed s
)
SELECT csp_internal.row_key(o.source_id, csp.month_number(o.month)) AS row_key,
       o.source_id, s.code AS source, s.title, s.place_precision, s.time_precision, o.month,
       o.incidents,
       coalesce(o.status, CASE WHEN EXISTS (SELECT FROM @partnership@.source_coverage c WHERE c.source_id = o.source_id) THEN 'not stated' ELSE 'presumed' END) AS coverage,
       o.missing_before::integer AS missing_months_before,
       100 * o.located::float8 / nullif(o.incidents, 0) AS located_percent,
       100 * o.with_area::float8 / nullif(o.incidents, 0) AS area_percent,
       100 * o.with_method::float8 / nullif(o.incidents, 0) AS method_percent,
       100 * o.with_outcome::float8 / nullif(o.incidents, 0) AS outcome_percent,
       CASE WHEN s.time_precision <> 'month' THEN o.window_hours / nullif(o.incidents, 0) END AS mean_window_hours,
       CASE WHEN s.time_precision <> 'month' THEN o.report_days / nullif(o.with_report, 0)::float8 END AS mean_report_days,
       CASE WHEN s.place_precision = 'exact' AND s.time_precision = 'minute' THEN o.repeated::bigint END AS repeated_incidents,
       CASE WHEN s.place_precision = 'exact' AND s.time_precision = 'minute' THEN 100 * o.repeated::float8 / nullif(o.incidents, 0) END AS repeated_percent,
       CASE WHEN s.place_precision = 'exact' THEN 100 * o.busiest::float8 / nullif(o.located, 0)::float8 END AS busiest_point_percent,
       nullif(concat_ws('; ',
           CASE WHEN o.missing_before > 0 THEN o.missing_before || CASE o.missing_before WHEN 1 THEN ' month' ELSE ' months' END || ' missing before this one' END,
           CASE WHEN o.status = 'partial' THEN 'known to be partial' END,
           CASE WHEN o.incidents = 0 THEN 'covered, and no incidents' END,
           CASE WHEN o.located < 0.9 * o.incidents AND s.place_precision <> 'area' THEN 'one in ten or more without a place' END,
           CASE WHEN s.place_precision = 'exact' AND o.busiest > 0.1 * o.located AND o.located >= 50 THEN 'one point holds more than a tenth: a default of the geocoding?' END,
           CASE WHEN s.place_precision = 'exact' AND s.time_precision = 'minute' AND o.repeated > 0.02 * o.incidents THEN 'more than 2 in 100 alike in type, moment and place' END), '') AS finding
FROM ordered o
JOIN @partnership@.source s USING (source_id);
COMMENT ON VIEW @partnership@.quality_source IS 'Quality of sources: how complete, timely, precise and free of duplicates is what each supplies? One row per source and month it supplied or ought to have; shares in per cent of the month''s incidents';
COMMENT ON COLUMN @partnership@.quality_source.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.quality_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.quality_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.quality_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.quality_source.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.quality_source.time_precision IS 'minute, day or month';
COMMENT ON COLUMN @partnership@.quality_source.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.quality_source.incidents IS 'Incidents of the month; 0 where the month is covered and has none';
COMMENT ON COLUMN @partnership@.quality_source.coverage IS 'complete or partial as source_coverage says, not stated where it has no row of the month, presumed for a source of which nothing is stated';
COMMENT ON COLUMN @partnership@.quality_source.missing_months_before IS 'Months between this and the one before it for which there is nothing; NULL for the first';
COMMENT ON COLUMN @partnership@.quality_source.located_percent IS 'Share with a point, in per cent: the geocoding rate; NULL without incidents';
COMMENT ON COLUMN @partnership@.quality_source.area_percent IS 'Share with an area, in per cent';
COMMENT ON COLUMN @partnership@.quality_source.method_percent IS 'Share with a method, in per cent';
COMMENT ON COLUMN @partnership@.quality_source.outcome_percent IS 'Share with an outcome, in per cent';
COMMENT ON COLUMN @partnership@.quality_source.mean_window_hours IS 'Mean hours between the earliest and the latest moment an incident can have happened; NULL for dates that are months';
COMMENT ON COLUMN @partnership@.quality_source.mean_report_days IS 'Mean days from the earliest moment to the report, of those with a report; NULL when none has one';
COMMENT ON COLUMN @partnership@.quality_source.repeated_incidents IS 'Incidents that repeat another of the month in type, moment and place; NULL where places or times are too coarse to tell';
COMMENT ON COLUMN @partnership@.quality_source.repeated_percent IS 'Their share in per cent';
COMMENT ON COLUMN @partnership@.quality_source.busiest_point_percent IS 'Share of the located incidents at the busiest point, in per cent: a high one may be a default of the geocoding; NULL for snapped places';
COMMENT ON COLUMN @partnership@.quality_source.finding IS 'What stands out, in words; NULL when nothing does';
