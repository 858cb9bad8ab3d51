-- Tactical assessment: places. Where does it happen again and again, and is it happening there now?

CREATE OR REPLACE VIEW @partnership@.tactical_repeat_location
WITH (security_invoker = true) AS
-- One row per tactical assessment, headline problem type and exact place with two incidents or more in twelve months, one of them in the period.
SELECT a.assessment_id,
       csp_internal.row_key(a.assessment_id::text, s.problem_type_id::text, s.location::text) AS row_key,
       a.as_of, s.problem_type_id, t.code AS problem_type, t.label AS problem_type_label,
       s.place_reference, s.area_id, area.code AS area_code, area.name AS area_name,
       s.incidents, s.period_incidents, s.first_on, s.last_on,
       s.last_on - s.days_of_incidents[cardinality(s.days_of_incidents) - 1] AS days_since_one_before,
       100.0::float8 * s.incidents / s.type_incidents AS share_percent,
       rank() OVER (PARTITION BY a.assessment_id, s.problem_type_id ORDER BY s.incidents DESC, s.period_incidents DESC)::integer AS rank,
       s.location::@postgis@.geometry(Point, @srid@) AS location
FROM @partnership@.evidence_tactical_day a
CROSS JOIN LATERAL (
    WITH event AS MATERIALIZED (
        SELECT tree.problem_type_id, i.incident_id, i.location, i.place_reference, i.area_id,
               (i.occurred_from AT TIME ZONE @time_zone@)::date AS occurred_on
        FROM @partnership@.source s
        -- OFFSET 0 keeps it a probe of the index by source and time
        CROSS JOIN LATERAL (
            SELECT x.incident_id, x.problem_type_id, x.location, x.place_reference, x.area_id, x.occurred_from
            FROM @partnership@.incident x
            WHERE x.source_id = s.source_id
              AND x.occurred_from >= (a.as_of - interval '1 year' + interval '1 day')::timestamp AT TIME ZONE @time_zone@
              AND x.occurred_from < (a.as_of + 1)::timestamp AT TIME ZONE @time_zone@
              AND x.location IS NOT NULL
            OFFSET 0
        ) i
        JOIN @partnership@.evidence_type tree ON tree.member_id = i.problem_type_id
        JOIN @partnership@.problem_type t ON t.problem_type_id = tree.problem_type_id AND t.is_headline
        WHERE s.place_precision = 'exact'
          AND s.time_precision <> 'month'
    ),
    typed AS MATERIALIZED (
        SELECT e.problem_type_id, count(*)::numeric AS incidents
        FROM event e
        GROUP BY e.problem_type_id
    ),
    located AS MATERIALIZED (
        SELECT e.problem_type_id, e.location,
               -- the name last used, and its area
               (array_agg(e.place_reference ORDER BY e.occurred_on DESC, e.incident_id DESC) FILTER (WHERE e.place_reference IS NOT NULL))[1] AS place_reference,
               (array_agg(e.area_id ORDER BY e.occurred_on DESC, e.incident_id DESC) FILTER (WHERE e.area_id IS NOT NULL))[1] AS area_id,
               count(*) AS incidents,
               count(*) FILTER (WHERE e.occurred_on >= a.period_from) AS period_incidents,
               min(e.occurred_on) AS first_on, max(e.occurred_on) AS last_on,
               array_agg(e.occurred_on ORDER BY e.occurred_on) AS days_of_incidents
        FROM event e
        -- the places of the period alone, before a year's are sorted. IS TRUE keeps it a hashed look-up; bytes, since PostGIS's = is not on the path
        WHERE ((e.problem_type_id, e.location::bytea) IN (SELECT recent.problem_type_id, recent.location::bytea FROM event recent WHERE recent.occurred_on >= a.period_from)) IS TRUE
        GROUP BY e.problem_type_id, e.location
        HAVING count(*) >= 2
    )
    SELECT l.problem_type_id, l.location, l.place_reference, l.area_id, l.incidents,
           l.period_incidents, l.first_on, l.last_on, l.days_of_incidents,
           typed.incidents AS type_incidents
    FROM located l
    JOIN typed USING (problem_type_id)
) s
JOIN @partnership@.problem_type t USING (problem_type_id)
LEFT JOIN @partnership@.area area ON area.area_id = s.area_id;
COMMENT ON VIEW @partnership@.tactical_repeat_location IS 'Tactical assessment, repeat locations: at which places has a problem occurred twice or more in the twelve months to the last day, and in the period too? One row per tactical assessment, headline problem type and place; only sources with exact places and days. Which sources can bear it, and why not the others: tactical_source';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.as_of IS 'Last day that counts: the last one of the assessment''s period, or today if that is earlier';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.problem_type_id IS 'Headline problem type';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.place_reference IS 'Name or reference of the place that a source gave last; NULL when none did';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.area_id IS 'Area of the base kind';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.incidents IS 'Incidents in the twelve months to as_of, subtypes included';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.period_incidents IS 'Those in the assessment''s period';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.first_on IS 'Day of the first of the twelve months';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.last_on IS 'Day of the last';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.days_since_one_before IS 'Days from the last incident but one to the last';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.share_percent IS 'Share of the type''s located incidents of the twelve months, in per cent';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.rank IS 'Order within assessment and problem type, the most incidents first';
COMMENT ON COLUMN @partnership@.tactical_repeat_location.location IS 'The place';
