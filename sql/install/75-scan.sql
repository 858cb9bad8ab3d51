-- scan: opens, updates and closes the emerging issues that the alerts raise.

CREATE FUNCTION csp.scan(partnership text, as_of date DEFAULT NULL)
RETURNS TABLE (action text, emerging_issue_id integer, title text, problem_type text, area_code text, incidents bigint, expected float8, adjusted_p_value float8)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    today date := (now() AT TIME ZONE csp.setting(partnership, 'time_zone'))::date;
    day date := coalesce(scan.as_of, today);
    rate float8 := coalesce(csp.setting(partnership, 'scan_false_discovery_rate')::float8, 0.05);
    quiet_days integer := 7 * coalesce(csp.setting(partnership, 'scan_close_weeks')::integer, 4);
    latest date;
    this_scan integer;
BEGIN
    IF NOT isfinite(day) OR day > today THEN
        RAISE EXCEPTION 'day % is not over', day
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Scan for today or an earlier day.';
    END IF;
    -- one scan at a time: two beside each other would open the same issue
    EXECUTE csp.partnership_sql(partnership, 'LOCK TABLE @partnership@.scan IN SHARE ROW EXCLUSIVE MODE');
    EXECUTE csp.partnership_sql(partnership, 'SELECT max(s.as_of) FROM @partnership@.scan s') INTO latest;
    IF day < latest THEN
        RAISE EXCEPTION 'partnership "%" has been scanned for %, which is later than %', partnership, latest, day
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Scans go forward in time; tactical_alert has the alerts of any period.';
    END IF;
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.scan (as_of, false_discovery_rate) VALUES ($1, $2)
        ON CONFLICT (as_of) DO UPDATE SET false_discovery_rate = excluded.false_discovery_rate
        RETURNING scan_id
        $query$) INTO this_scan USING day, rate;
    RETURN QUERY EXECUTE csp.partnership_sql(partnership, $query$
        WITH placed AS MATERIALIZED (
            SELECT e.problem_type_id, e.area_id, area.area_kind, area.code AS area_code, area.name AS area_name, t.code AS problem_type, t.label,
                   e.unit, e.window_from, e.window_to, e.recent_incidents, e.incidents, e.years_compared, e.p_value,
                   (e.alert).expected AS expected, (e.alert).upper_bound AS upper_bound
            FROM @partnership@.evidence_alert e
            JOIN @partnership@.area USING (area_id)
            JOIN @partnership@.problem_type t USING (problem_type_id)
            WHERE e.scan_id = $1
        ),
        tested AS (
            SELECT p.*,
                   csp.adjusted_p_value(p.p_value) OVER level AS adjusted_p_value,
                   count(p.p_value) OVER level AS series_tested
            FROM placed p
            WINDOW level AS (PARTITION BY p.area_kind)
        ),
        alarm AS MATERIALIZED (
            SELECT t.*, t.incidents / nullif(t.expected, 0) AS ratio
            FROM tested t
            WHERE t.adjusted_p_value <= $3
              AND t.incidents >= 5
              AND t.incidents > t.expected
        ),
        own AS MATERIALIZED (
            -- an area that has no more than its share of a rise of the whole, and a type no more than its share of a rise of the type
            -- above it, are not issues of their own
            SELECT a.*,
                   NOT EXISTS (
                       SELECT
                       FROM alarm above
                       LEFT JOIN @partnership@.evidence_type tree ON tree.problem_type_id = above.problem_type_id AND tree.member_id = a.problem_type_id AND tree.depth > 0
                       WHERE (above.problem_type_id = a.problem_type_id AND above.area_kind = 'partnership' AND a.area_kind <> 'partnership'
                              OR tree.member_id IS NOT NULL AND above.area_id = a.area_id)
                         AND a.incidents <= a.upper_bound * above.ratio
                         -- unless it accounts for the rise by itself
                         AND above.incidents - (a.incidents - a.expected) > above.upper_bound) AS is_own
            FROM alarm a
        ),
        issue AS MATERIALIZED (
            -- and a whole, or a type above, that would be within its bound without what stands by itself below it, is none either
            SELECT o.*,
                   o.is_own
                   AND o.incidents - coalesce((SELECT sum(below.incidents - below.expected)
                                               FROM own below
                                               WHERE below.is_own
                                                 AND o.area_kind = 'partnership' AND below.area_kind <> 'partnership'
                                                 AND below.problem_type_id = o.problem_type_id), 0) > o.upper_bound
                   AND o.incidents - coalesce((SELECT max(below.incidents - below.expected)
                                               FROM own below
                                               JOIN @partnership@.evidence_type tree ON tree.member_id = below.problem_type_id AND tree.depth > 0
                                               WHERE below.is_own
                                                 AND below.area_id = o.area_id
                                                 AND tree.problem_type_id = o.problem_type_id), 0) > o.upper_bound AS stands,
                   o.label || ' in ' || CASE o.area_kind WHEN 'partnership' THEN 'the whole partnership' ELSE o.area_name END
                   || ': ' || o.incidents || ' where ' || round(o.expected::numeric, 1) || ' were expected' AS title,
                   -- rounded: evidence for readers, which a scan made twice finds unchanged
                   jsonb_build_object('as_of', $2, 'from', o.window_from, 'to', o.window_to, 'unit', o.unit, 'recent_incidents', to_jsonb(o.recent_incidents),
                                      'incidents', o.incidents, 'expected', round(o.expected::numeric, 3), 'upper_bound', round(o.upper_bound::numeric, 3),
                                      'p_value', o.p_value::numeric(30, 12), 'adjusted_p_value', o.adjusted_p_value::numeric(30, 12),
                                      'series_tested', o.series_tested, 'false_discovery_rate', $3, 'years_compared', o.years_compared) AS evidence
            FROM own o
        ),
        known AS MATERIALIZED (
            -- the issue that an alarm belongs to: one that is open, or one seen within the weeks of quiet, which somebody closed by hand
            SELECT DISTINCT ON (e.problem_type_id, e.area_id) e.emerging_issue_id, e.problem_type_id, e.area_id, e.closed_on, e.last_seen_on, e.evidence
            FROM @partnership@.emerging_issue e
            WHERE e.origin = 'scan'
              AND (e.closed_on IS NULL OR e.last_seen_on > $2 - $4)
            ORDER BY e.problem_type_id, e.area_id, e.closed_on DESC NULLS FIRST, e.emerging_issue_id DESC
        ),
        counted AS (
            UPDATE @partnership@.scan s
            SET series_tested = c.series_tested, alarms = c.alarms
            FROM (SELECT count(p.p_value) AS series_tested, (SELECT count(*) FROM alarm) AS alarms FROM placed p) c
            WHERE s.scan_id = $1
              AND (s.series_tested, s.alarms) IS DISTINCT FROM (c.series_tested, c.alarms)
        ),
        opened AS (
            INSERT INTO @partnership@.emerging_issue (title, origin, problem_type_id, area_id, opened_on, last_seen_on, evidence)
            SELECT i.title, 'scan', i.problem_type_id, i.area_id, $2, $2, i.evidence
            FROM issue i
            WHERE i.stands
              AND NOT EXISTS (SELECT FROM known k WHERE k.problem_type_id = i.problem_type_id AND k.area_id IS NOT DISTINCT FROM i.area_id)
            ORDER BY i.p_value, i.problem_type_id, i.area_id
            ON CONFLICT DO NOTHING
            RETURNING emerging_issue_id, title, problem_type_id, area_id
        ),
        seen AS (
            -- an issue stays seen while its series alarms, also where it has become part of a wider one
            UPDATE @partnership@.emerging_issue e
            SET last_seen_on = $2, evidence = i.evidence
            FROM issue i
            JOIN known k ON k.problem_type_id = i.problem_type_id AND k.area_id IS NOT DISTINCT FROM i.area_id
            WHERE e.emerging_issue_id = k.emerging_issue_id
              AND (e.last_seen_on, e.evidence) IS DISTINCT FROM ($2, i.evidence)
            RETURNING e.emerging_issue_id, e.title, e.problem_type_id, e.area_id, e.closed_on
        ),
        closed AS (
            UPDATE @partnership@.emerging_issue e
            SET closed_on = $2
            WHERE e.origin = 'scan'
              AND e.closed_on IS NULL
              AND coalesce(e.last_seen_on, e.opened_on) <= $2 - $4
              AND e.opened_on <= $2
              AND NOT EXISTS (SELECT FROM alarm a WHERE a.problem_type_id = e.problem_type_id AND a.area_id = e.area_id)
            RETURNING e.emerging_issue_id, e.title, e.problem_type_id, e.area_id
        ),
        done AS (
            SELECT 1 AS step, 'opened' AS action, emerging_issue_id, title, problem_type_id, area_id FROM opened
          UNION ALL
            SELECT 2, CASE WHEN closed_on IS NULL THEN 'updated' ELSE 'seen again after it was closed' END, emerging_issue_id, title, problem_type_id, area_id FROM seen
          UNION ALL
            SELECT 3, 'closed', emerging_issue_id, title, problem_type_id, area_id FROM closed
        )
        SELECT d.action, d.emerging_issue_id, d.title, t.code, area.code, i.incidents, i.expected, i.adjusted_p_value
        FROM done d
        LEFT JOIN @partnership@.problem_type t ON t.problem_type_id = d.problem_type_id
        LEFT JOIN @partnership@.area ON area.area_id = d.area_id
        LEFT JOIN issue i ON i.problem_type_id = d.problem_type_id AND i.area_id = d.area_id
        ORDER BY d.step, i.adjusted_p_value, d.emerging_issue_id
        $query$) USING this_scan, day, rate, quiet_days;
END
$$;
COMMENT ON FUNCTION csp.scan(text, date) IS
    'Scans a partnership for emerging issues: are there more incidents of any problem type in any area (of the reporting kind, and the whole partnership) in the weeks to as_of than their season leads one to expect? Opens a row of emerging_issue (origin scan, with its evidence) for each alarm that says something of its own, updates those seen again, and closes those not seen for scan_close_weeks. The alarms are those of tactical_alert, at the setting scan_false_discovery_rate on each level of areas. An area that has no more than its share of a rise of the whole is not opened beside it, nor is the whole where its areas account for the rise; likewise subtypes and the types above them. An issue that somebody closed is not opened again until its alarm has been silent for scan_close_weeks. Returns what was done: opened, updated, closed, or seen again after it was closed; a second run for the same day does nothing. as_of: last day that counts; NULL: today, in the partnership''s time zone. One scan works at a time. Writes scan and emerging_issue, as the caller. Errors: 3F000 unknown partnership, 22023 a day that is not over, 55000 a day before the latest scan.';
