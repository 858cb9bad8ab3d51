-- Scanning: the register. What is emerging, who says so, and what became of it?

CREATE OR REPLACE VIEW @partnership@.scanning_register
WITH (security_invoker = true) AS
-- One row per issue of the register, those of scans and those added by hand.
WITH today AS (
    SELECT (now() AT TIME ZONE @time_zone@)::date AS today, max(s.as_of) AS scanned_on
    FROM @partnership@.scan s
)
SELECT csp_internal.row_key(e.emerging_issue_id) AS row_key,
       e.emerging_issue_id, e.title,
       CASE WHEN e.closed_on IS NULL THEN 'open' ELSE 'closed' END AS state,
       e.origin, coalesce(e.detected_by, e.heading) AS raised_by, e.heading, e.detected_by,
       e.problem_type_id, t.code AS problem_type, t.label AS problem_type_label,
       e.area_id, area.area_kind, area.code AS area_code, area.name AS area_name,
       coalesce(p.title, 'outside the priorities') AS priority_title,
       e.opened_on, e.last_seen_on, e.closed_on,
       (coalesce(e.closed_on, w.today) - e.opened_on) / 7 AS weeks_open,
       e.origin = 'scan' AND e.closed_on IS NULL AND e.last_seen_on >= w.scanned_on AS is_seen_by_latest_scan,
       (e.evidence ->> 'from')::date AS window_from, (e.evidence ->> 'as_of')::date AS as_of,
       (e.evidence ->> 'incidents')::bigint AS incidents,
       (e.evidence ->> 'expected')::float8 AS expected,
       (e.evidence ->> 'incidents')::float8 / nullif((e.evidence ->> 'expected')::float8, 0) AS ratio,
       (e.evidence ->> 'p_value')::float8 AS p_value,
       (e.evidence ->> 'adjusted_p_value')::float8 AS adjusted_p_value,
       (SELECT string_agg(also.key || ': ' || (also.value ->> 'incidents') || ' where ' || round((also.value ->> 'expected')::numeric, 1) || ' were expected', '; ' ORDER BY also.key)
        FROM jsonb_each(CASE jsonb_typeof(e.evidence -> 'also') WHEN 'object' THEN e.evidence -> 'also' END) AS also) AS also_seen_as,
       e.evidence ->> 'season_flag' AS season_flag,
       e.note,
       e.radius_metres,
       e.location::@postgis@.geometry(Point, @srid@) AS location
FROM @partnership@.emerging_issue e
CROSS JOIN today w
LEFT JOIN @partnership@.problem_type t ON t.problem_type_id = e.problem_type_id
LEFT JOIN @partnership@.area area ON area.area_id = e.area_id
LEFT JOIN LATERAL (
    -- the first of the priorities that covered the type when the issue was open
    SELECT p.title
    FROM @partnership@.priority p
    JOIN @partnership@.priority_type pt USING (priority_id)
    JOIN @partnership@.evidence_type tree ON tree.problem_type_id = pt.problem_type_id AND tree.member_id = e.problem_type_id
    WHERE p.starts_on <= coalesce(e.closed_on, e.last_seen_on, w.today)
      AND p.ends_on >= e.opened_on
    ORDER BY p.sort_order, p.priority_id
    LIMIT 1
) p ON true;
COMMENT ON VIEW @partnership@.scanning_register IS 'Scanning: what is emerging, who says so, and what became of it? One row per issue of emerging_issue: those that csp.scan raised, with their figures, and those that partners added by hand under a PESTELO heading; a layer for GIS of those that have a place';
COMMENT ON COLUMN @partnership@.scanning_register.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.scanning_register.emerging_issue_id IS 'Key';
COMMENT ON COLUMN @partnership@.scanning_register.title IS 'Title, with the figures it was opened with';
COMMENT ON COLUMN @partnership@.scanning_register.state IS 'open or closed';
COMMENT ON COLUMN @partnership@.scanning_register.origin IS 'scan: raised by csp.scan; external or partner: added by hand';
COMMENT ON COLUMN @partnership@.scanning_register.raised_by IS 'detected_by or heading, whichever there is';
COMMENT ON COLUMN @partnership@.scanning_register.heading IS 'PESTELO heading of external factors: political, economic, social, technological, environmental, legal, organisational';
COMMENT ON COLUMN @partnership@.scanning_register.detected_by IS 'Of a scan: season, hot spot or near repeat';
COMMENT ON COLUMN @partnership@.scanning_register.problem_type_id IS 'Problem type, where it is about one';
COMMENT ON COLUMN @partnership@.scanning_register.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.scanning_register.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.scanning_register.area_id IS 'Area, where it is about one; of a hot spot or near repeat the base area in its middle';
COMMENT ON COLUMN @partnership@.scanning_register.area_kind IS 'Kind of the area';
COMMENT ON COLUMN @partnership@.scanning_register.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.scanning_register.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.scanning_register.priority_title IS 'Priority of the plan that covers the type and was in force while the issue was open, or outside the priorities';
COMMENT ON COLUMN @partnership@.scanning_register.opened_on IS 'When it was opened';
COMMENT ON COLUMN @partnership@.scanning_register.last_seen_on IS 'Last scan that saw it';
COMMENT ON COLUMN @partnership@.scanning_register.closed_on IS 'When it was closed; NULL: open';
COMMENT ON COLUMN @partnership@.scanning_register.weeks_open IS 'Whole weeks from opening to closing, or to today';
COMMENT ON COLUMN @partnership@.scanning_register.is_seen_by_latest_scan IS 'True when the latest scan saw it';
COMMENT ON COLUMN @partnership@.scanning_register.window_from IS 'First day of the latest figures';
COMMENT ON COLUMN @partnership@.scanning_register.as_of IS 'Last day of the latest figures';
COMMENT ON COLUMN @partnership@.scanning_register.incidents IS 'Incidents when it was last seen by what raised it; NULL for issues added by hand';
COMMENT ON COLUMN @partnership@.scanning_register.expected IS 'Incidents expected then';
COMMENT ON COLUMN @partnership@.scanning_register.ratio IS 'incidents over expected';
COMMENT ON COLUMN @partnership@.scanning_register.p_value IS 'Probability of so many by chance, before adjustment';
COMMENT ON COLUMN @partnership@.scanning_register.adjusted_p_value IS 'p_value after adjustment for what the scan looked at';
COMMENT ON COLUMN @partnership@.scanning_register.also_seen_as IS 'What the other methods of the latest scan that saw it found of the same issue; NULL when nothing';
COMMENT ON COLUMN @partnership@.scanning_register.season_flag IS 'Breaks between the earliest season compared and now, such as COVID-19, new recording or new codes of areas, which the comparison takes for change; NULL when none';
COMMENT ON COLUMN @partnership@.scanning_register.note IS 'In words';
COMMENT ON COLUMN @partnership@.scanning_register.radius_metres IS 'Radius around location, in metres';
COMMENT ON COLUMN @partnership@.scanning_register.location IS 'Middle of a hot spot or near repeat; NULL where it is about an area';
