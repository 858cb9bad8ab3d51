-- Tactical assessment: near repeats. Where is the risk that recent events leave, how far around
-- them and for how long?

CREATE OR REPLACE VIEW @partnership@.tactical_near_repeat
WITH (security_invoker = true) AS
-- One row per tactical assessment and incident whose window is open on the assessment's last day (or today, if earlier).
WITH limits AS (
    SELECT coalesce(max(s.value) FILTER (WHERE s.name = 'near_repeat_distance'), '400')::float8 AS distance,
           coalesce(max(s.value) FILTER (WHERE s.name = 'near_repeat_days'), '28')::integer AS days
    FROM @partnership@.setting s
),
moment AS (
    SELECT a.assessment_id, a.as_of, l.distance, l.days
    FROM @partnership@.evidence_tactical_day a
    CROSS JOIN limits l
),
event AS (
    -- one window further back: an event may follow one whose own window has closed
    SELECT m.assessment_id, m.as_of, m.distance, m.days, n.problem_type_id AS followed_type_id,
           i.incident_id, i.source_id, i.source_reference, i.problem_type_id, i.location, i.place_reference, i.area_id, i.method,
           (i.occurred_from AT TIME ZONE @time_zone@)::date AS occurred_on
    FROM moment m
    CROSS JOIN @partnership@.evidence_near_repeat_type n
    JOIN @partnership@.incident i ON i.problem_type_id = n.member_id
        AND i.occurred_from >= (m.as_of - 2 * m.days + 1)::timestamp AT TIME ZONE @time_zone@
        AND i.occurred_from < (m.as_of + 1)::timestamp AT TIME ZONE @time_zone@
    JOIN @partnership@.source s ON s.source_id = i.source_id AND s.place_precision = 'exact' AND s.time_precision <> 'month'
    WHERE i.location IS NOT NULL
),
classified AS (
    SELECT e.assessment_id, e.as_of, e.distance, e.days, e.followed_type_id, e.incident_id,
           e.source_id, e.source_reference, e.problem_type_id, e.location, e.place_reference,
           e.area_id, e.method, e.occurred_on,
           csp.near_repeat_class(e.location, e.occurred_on, e.distance, e.days::float8) OVER followed AS near_repeat_class,
           csp.near_repeat_chain(e.location, e.occurred_on, e.distance, e.days::float8) OVER followed AS chain
    FROM event e
    WINDOW followed AS (PARTITION BY e.assessment_id, e.followed_type_id ORDER BY e.incident_id)
),
counted AS (
    SELECT c.assessment_id, c.as_of, c.distance, c.days, c.followed_type_id, c.incident_id,
           c.source_id, c.source_reference, c.problem_type_id, c.location, c.place_reference,
           c.area_id, c.method, c.occurred_on, c.near_repeat_class, c.chain,
           count(*) OVER (PARTITION BY c.assessment_id, c.followed_type_id, c.chain) AS chain_events,
           c.days - (c.as_of - c.occurred_on) AS days_left
    FROM classified c
)
SELECT c.assessment_id,
       csp_internal.row_key(c.assessment_id, c.incident_id) AS row_key,
       c.as_of, c.incident_id, s.code AS source, c.source_reference,
       c.problem_type_id, t.code AS problem_type, t.label AS problem_type_label,
       c.occurred_on,
       c.as_of - c.occurred_on AS days_since,
       c.days_left,
       c.occurred_on + c.days - 1 AS open_until,
       c.distance * c.days_left / c.days AS radius_metres,
       c.near_repeat_class,
       c.chain,
       c.chain_events::integer,
       c.place_reference, c.area_id, area.code AS area_code, area.name AS area_name,
       c.method,
       @postgis@.ST_Buffer(c.location, c.distance * c.days_left / c.days)::@postgis@.geometry(Polygon, @srid@) AS ring
FROM counted c
JOIN @partnership@.source s USING (source_id)
JOIN @partnership@.problem_type t USING (problem_type_id)
LEFT JOIN @partnership@.area area ON area.area_id = c.area_id
WHERE c.days_left > 0;
COMMENT ON VIEW @partnership@.tactical_near_repeat IS 'Tactical assessment, near repeats: where does the risk that recent events leave still stand, how far around them and for how long? One row per tactical assessment and incident whose window is open. Types, distance and days are the settings near_repeat_problem_types, near_repeat_distance and near_repeat_days; the ring shrinks evenly from the whole distance on the day of the event to nothing. Sources without exact places and days are left out: tactical_near_repeat_source says which';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.as_of IS 'Day the windows are reckoned for: the last day of the assessment''s period, or today if that is earlier';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.incident_id IS 'The incident whose window is open';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.source IS 'Code of its source';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.source_reference IS 'The source''s own reference';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.problem_type_id IS 'Problem type of the incident';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.occurred_on IS 'Day of its earliest moment, in the partnership''s time zone';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.days_since IS 'Days from the incident to as_of; 0 on the day itself';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.days_left IS 'Days the window stays open, as_of included; at least 1';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.open_until IS 'Last day of the window';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.radius_metres IS 'Radius of the ring on as_of, in metres: the setting''s distance times days_left over the setting''s days';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.near_repeat_class IS 'originator, repeat (same place), near repeat or isolated, among the incidents of the last two windows; csp.near_repeat_class says how';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.chain IS 'Number of the chain of linked incidents, within the assessment and the type followed';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.chain_events IS 'Incidents of the chain in the last two windows';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.place_reference IS 'The source''s name or reference of the place';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.area_id IS 'Area of the base kind';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.method IS 'Method or modus operandi';
COMMENT ON COLUMN @partnership@.tactical_near_repeat.ring IS 'The area at raised risk on as_of: a circle around the incident, of radius_metres';
