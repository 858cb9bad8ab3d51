-- Tactical assessment: series. Which recent incidents hang together in place, time and method?

CREATE OR REPLACE VIEW @partnership@.tactical_series
WITH (security_invoker = true) AS
-- One row per tactical assessment and series: three incidents or more of one type and one method, each near another of them in space and
-- time, the last in the period. A common method makes chains by itself: so the method must be more frequent around the series than elsewhere.
SELECT a.assessment_id,
       -- a series grows at its end: the first of its incidents to be stored tells it from others
       csp_internal.row_key(a.assessment_id, s.problem_type_id, s.first_incident_id) AS row_key,
       a.as_of, s.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, s.method,
       s.incidents, s.period_incidents, s.first_on, s.last_on, s.mean_days_between, s.mean_step_metres,
       array_to_string(s.incident_ids, ', ') AS incident_ids, s.nearby_incidents, s.nearby_with_method, s.elsewhere_incidents, s.elsewhere_with_method,
       CASE WHEN s.ratio < 'Infinity' THEN s.ratio END AS ratio, s.p_value, s.adjusted_p_value,
       s.adjusted_p_value <= a.false_discovery_rate AND s.ratio > 1 AS is_unusual,
       rank() OVER (PARTITION BY a.assessment_id ORDER BY s.p_value, s.incidents DESC)::integer AS rank,
       CASE
           WHEN s.adjusted_p_value <= a.false_discovery_rate AND s.ratio > 1 AND s.elsewhere_with_method = 0 THEN 'a method known from nowhere else'
           WHEN s.adjusted_p_value <= a.false_discovery_rate AND s.ratio > 1 THEN 'the method is more frequent here than elsewhere'
           ELSE 'the method is no more frequent here than chance makes it'
       END AS finding,
       area.code AS area_code, area.name AS area_name,
       s.places::@postgis@.geometry(MultiPoint, @srid@) AS places
FROM (
    SELECT m.assessment_id, m.period_from, m.as_of, m.false_discovery_rate,
           wanted.distance, wanted.days, wanted.lookback
    FROM @partnership@.evidence_tactical_day m
    CROSS JOIN (
        SELECT coalesce(max(s.value) FILTER (WHERE s.name = 'series_distance'), '1000')::float8 AS distance,
               coalesce(max(s.value) FILTER (WHERE s.name = 'series_days'), '28')::integer AS days,
               coalesce(max(s.value) FILTER (WHERE s.name = 'series_lookback'), '182')::integer AS lookback
        FROM @partnership@.setting s
    ) wanted
) a
CROSS JOIN LATERAL (
    WITH event AS MATERIALIZED (
        SELECT i.incident_id, i.problem_type_id, lower(btrim(i.method)) AS method_key, i.method, i.location,
               (i.occurred_from AT TIME ZONE @time_zone@)::date AS occurred_on
        FROM @partnership@.source s
        -- OFFSET 0 keeps it a probe of the index by source and time
        CROSS JOIN LATERAL (
            SELECT x.incident_id, x.problem_type_id, x.method, x.location, x.occurred_from
            FROM @partnership@.incident x
            WHERE x.source_id = s.source_id
              AND x.occurred_from >= (a.as_of - a.lookback + 1)::timestamp AT TIME ZONE @time_zone@
              AND x.occurred_from < (a.as_of + 1)::timestamp AT TIME ZONE @time_zone@
              AND x.location IS NOT NULL
              AND btrim(x.method) <> ''
            OFFSET 0
        ) i
        WHERE s.place_precision = 'exact'
          AND s.time_precision <> 'month'
    ),
    chained AS (
        SELECT e.incident_id, e.problem_type_id, e.method_key, e.method, e.location, e.occurred_on,
               csp.near_repeat_chain(e.location, e.occurred_on, a.distance, a.days::float8) OVER (PARTITION BY e.problem_type_id, e.method_key ORDER BY e.incident_id) AS chain
        FROM event e
    ),
    stepped AS (
        SELECT c.incident_id, c.problem_type_id, c.method_key, c.method, c.location, c.occurred_on,
               c.chain,
               @postgis@.ST_Distance(c.location, lag(c.location) OVER series) AS step_metres,
               c.occurred_on - lag(c.occurred_on) OVER series AS step_days
        FROM chained c
        WHERE c.chain IS NOT NULL
        WINDOW series AS (PARTITION BY c.problem_type_id, c.method_key, c.chain ORDER BY c.occurred_on, c.incident_id)
    ),
    grouped AS MATERIALIZED (
        SELECT c.problem_type_id, c.method_key, c.chain, (array_agg(c.method ORDER BY c.occurred_on, c.incident_id))[1] AS method,
               count(*) AS incidents,
               count(*) FILTER (WHERE c.occurred_on >= a.period_from) AS period_incidents,
               min(c.occurred_on) AS first_on, max(c.occurred_on) AS last_on,
               avg(c.step_days)::float8 AS mean_days_between, avg(c.step_metres) AS mean_step_metres,
               array_agg(c.incident_id ORDER BY c.occurred_on, c.incident_id) AS incident_ids,
               min(c.incident_id) AS first_incident_id,
               @postgis@.ST_Collect(c.location ORDER BY c.occurred_on, c.incident_id) AS places
        FROM stepped c
        GROUP BY c.problem_type_id, c.method_key, c.chain
        HAVING count(*) >= 3
           AND max(c.occurred_on) >= a.period_from
    ),
    whole AS (
        SELECT e.problem_type_id, e.method_key, count(*) AS incidents, sum(count(*)) OVER (PARTITION BY e.problem_type_id) AS of_type
        FROM event e
        GROUP BY e.problem_type_id, e.method_key
    ),
    around AS (
        -- the type's incidents in the box of the series and the days it has lasted
        SELECT g.problem_type_id, g.method_key, g.chain, count(*) AS incidents, count(*) FILTER (WHERE e.method_key = g.method_key) AS with_method
        FROM grouped g
        JOIN event e ON e.problem_type_id = g.problem_type_id AND e.occurred_on BETWEEN g.first_on AND g.last_on
            AND e.location OPERATOR(@postgis@.&&) @postgis@.ST_Envelope(g.places)
        GROUP BY g.problem_type_id, g.method_key, g.chain
    ),
    compared AS (
        SELECT tested.problem_type_id, tested.method_key, tested.chain, tested.method,
               tested.incidents, tested.period_incidents, tested.first_on, tested.last_on,
               tested.mean_days_between, tested.mean_step_metres, tested.incident_ids,
               tested.first_incident_id,
               tested.places, tested.nearby_incidents, tested.nearby_with_method,
               tested.elsewhere_incidents, tested.elsewhere_with_method, tested.against,
               -- the place was chosen by where the method occurs: each of its incidents might have begun a series
               least(1, (tested.against).p_value * (tested.nearby_with_method + tested.elsewhere_with_method)) AS p_value
        FROM (
            SELECT g.problem_type_id, g.method_key, g.chain, g.method, g.incidents,
                   g.period_incidents, g.first_on, g.last_on, g.mean_days_between,
                   g.mean_step_metres, g.incident_ids, g.first_incident_id, g.places,
                   n.incidents AS nearby_incidents, n.with_method AS nearby_with_method,
                   (w.of_type - n.incidents)::bigint AS elsewhere_incidents, w.incidents - n.with_method AS elsewhere_with_method,
                   csp.rate_change(w.incidents - n.with_method, (w.of_type - n.incidents)::bigint, n.with_method, n.incidents) AS against
            FROM grouped g
            JOIN around n USING (problem_type_id, method_key, chain)
            JOIN whole w USING (problem_type_id, method_key)
        ) tested
    )
    SELECT c.problem_type_id, c.method, c.incidents, c.period_incidents, c.first_on, c.last_on, c.mean_days_between, c.mean_step_metres,
           c.incident_ids, c.first_incident_id, c.nearby_incidents, c.nearby_with_method, c.elsewhere_incidents, c.elsewhere_with_method,
           (c.against).ratio AS ratio, c.p_value,
           csp.adjusted_p_value(c.p_value) OVER () AS adjusted_p_value,
           @postgis@.ST_Multi(c.places) AS places
    FROM compared c
) s
JOIN @partnership@.problem_type t USING (problem_type_id)
LEFT JOIN LATERAL (
    -- the area of the assessment that most of the series lies in
    SELECT i.area_id
    FROM @partnership@.incident i
    WHERE i.incident_id = ANY (s.incident_ids)
      AND i.area_id IS NOT NULL
    GROUP BY i.area_id
    ORDER BY count(*) DESC, i.area_id
    LIMIT 1
) home ON true
LEFT JOIN @partnership@.area ON area.area_id = home.area_id;
COMMENT ON VIEW @partnership@.tactical_series IS 'Tactical assessment, series: which incidents of one type and one method hang together in space and time, so that one hand may be behind them? One row per tactical assessment and chain (csp.near_repeat_chain over incidents that share a method, within the settings series_distance metres and series_days days of one another, in the series_lookback days to the last one) of three or more, of which the last lies in the period. Only sources with exact places and days, and incidents with a method. Which sources can bear it, and why not the others: tactical_source';
COMMENT ON COLUMN @partnership@.tactical_series.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.tactical_series.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.tactical_series.as_of IS 'Last day that counts: the last one of the assessment''s period, or today if that is earlier';
COMMENT ON COLUMN @partnership@.tactical_series.problem_type_id IS 'Problem type as recorded';
COMMENT ON COLUMN @partnership@.tactical_series.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.tactical_series.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.tactical_series.method IS 'The method they share';
COMMENT ON COLUMN @partnership@.tactical_series.incidents IS 'Incidents of the series';
COMMENT ON COLUMN @partnership@.tactical_series.period_incidents IS 'Those in the assessment''s period';
COMMENT ON COLUMN @partnership@.tactical_series.first_on IS 'Day of the first';
COMMENT ON COLUMN @partnership@.tactical_series.last_on IS 'Day of the last';
COMMENT ON COLUMN @partnership@.tactical_series.mean_days_between IS 'Mean days from one to the next';
COMMENT ON COLUMN @partnership@.tactical_series.mean_step_metres IS 'Mean metres from one to the next';
COMMENT ON COLUMN @partnership@.tactical_series.incident_ids IS 'The incidents, in order of time: their ids, parted by commas';
COMMENT ON COLUMN @partnership@.tactical_series.nearby_incidents IS 'Incidents of the type within the box around the series and the days it has lasted';
COMMENT ON COLUMN @partnership@.tactical_series.nearby_with_method IS 'Those with the method';
COMMENT ON COLUMN @partnership@.tactical_series.elsewhere_incidents IS 'All other incidents of the type with a method, in the days looked back';
COMMENT ON COLUMN @partnership@.tactical_series.elsewhere_with_method IS 'Those with the method';
COMMENT ON COLUMN @partnership@.tactical_series.ratio IS 'Share with the method nearby over that elsewhere; NULL where none has it elsewhere, and finding says so';
COMMENT ON COLUMN @partnership@.tactical_series.p_value IS 'Exact two-sided p-value of equal shares, times the number of incidents with the method (each might have begun a series), at most 1';
COMMENT ON COLUMN @partnership@.tactical_series.adjusted_p_value IS 'p_value after Benjamini-Hochberg over the assessment''s series';
COMMENT ON COLUMN @partnership@.tactical_series.is_unusual IS 'True where the method is more frequent nearby than elsewhere at the assessment''s false discovery rate';
COMMENT ON COLUMN @partnership@.tactical_series.rank IS 'Order within the assessment, the least likely first';
COMMENT ON COLUMN @partnership@.tactical_series.finding IS 'In words';
COMMENT ON COLUMN @partnership@.tactical_series.area_code IS 'Code of the base area that most of it lies in';
COMMENT ON COLUMN @partnership@.tactical_series.area_name IS 'Name of that area';
COMMENT ON COLUMN @partnership@.tactical_series.places IS 'Its places';
