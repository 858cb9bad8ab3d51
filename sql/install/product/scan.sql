-- scan: opens, updates and closes the emerging issues that the alerts, hot spots and near repeats raise.

CREATE FUNCTION csp_internal.scan(partnership text, as_of date)
RETURNS TABLE (action text, emerging_issue_id integer, title text, problem_type text, area_code text, incidents bigint, expected float8, adjusted_p_value float8, detected_by text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    today date := (now() AT TIME ZONE csp_internal.setting(partnership, 'time_zone'))::date;
    day date := coalesce(scan.as_of, today);
    rate float8 := coalesce(csp_internal.setting(partnership, 'scan_false_discovery_rate')::float8, 0.05);
    -- an issue last seen on this day or before is over
    quiet_since date := day - 7 * coalesce(csp_internal.setting(partnership, 'scan_close_weeks')::integer, 4);
    latest date;
    this_scan integer;
    findings jsonb;
    finding record;
    issue record;
    -- by issue: what was found of it, and what was done
    seen jsonb := jsonb '{}';
    found_before jsonb;
    season_sql text;
    place_sql text;
    open_sql text;
BEGIN
    PERFORM csp.check_partnership(partnership);
    IF NOT isfinite(day) OR day > today THEN
        RAISE EXCEPTION 'day % is not over', day
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Scan for today or an earlier day.';
    END IF;
    -- one scan at a time: two beside each other would open the same issue
    EXECUTE csp_internal.partnership_sql(partnership, 'LOCK TABLE @partnership@.scan IN SHARE ROW EXCLUSIVE MODE');
    EXECUTE csp_internal.partnership_sql(partnership, 'SELECT max(s.as_of) FROM @partnership@.scan s') INTO latest;
    IF day < latest THEN
        RAISE EXCEPTION 'partnership "%" has been scanned for %, which is later than %', partnership, latest, day
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Scans go forward in time; tactical_alert has the alerts of any period.';
    END IF;
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.scan (as_of, false_discovery_rate) VALUES ($1, $2)
        ON CONFLICT (as_of) DO UPDATE SET false_discovery_rate = excluded.false_discovery_rate
        RETURNING scan_id
        $query$) INTO this_scan USING day, rate;
    EXECUTE csp_internal.partnership_sql(partnership, $query$
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
              AND t.incidents >= (SELECT f.alarm_incidents
                                  FROM @partnership@.evidence_least_incidents f)
              AND t.incidents > t.expected
        ),
        cell AS MATERIALIZED (
            SELECT h.*
            FROM @partnership@.evidence_scan_hot_spot h
            WHERE h.scan_id = $1
        ),
        hot AS MATERIALIZED (
            SELECT c.*, g.side, g.hex_cell_id, g.boundary, c.incidents - c.expected AS excess
            FROM cell c
            JOIN @partnership@.hex_cell g USING (hex)
            WHERE c.adjusted_p_value <= $3
              AND c.incidents >= (SELECT f.alarm_incidents
                                  FROM @partnership@.evidence_least_incidents f)
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
        season AS (
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
                                                 AND tree.problem_type_id = o.problem_type_id), 0) > o.upper_bound
                   AND o.incidents - coalesce((SELECT max(h.excess)
                                               FROM hot h
                                               JOIN @partnership@.evidence_type tree ON tree.member_id = h.problem_type_id
                                               WHERE o.area_kind = 'partnership'
                                                 AND tree.problem_type_id = o.problem_type_id), 0) > o.upper_bound AS stands
            FROM own o
        ),
        peak AS (
            -- of hexagons side by side the least likely one
            SELECT h.*
            FROM hot h
            WHERE NOT EXISTS (SELECT FROM hot other
                              WHERE other.problem_type_id = h.problem_type_id
                                AND other.hex = ANY (csp.hex_neighbours(h.hex))
                                AND (other.p_value, -other.incidents, other.hex) < (h.p_value, -h.incidents, h.hex))
        ),
        cluster AS MATERIALIZED (
            SELECT n.*
            FROM @partnership@.evidence_scan_near_repeat n
            WHERE n.scan_id = $1
              AND n.adjusted_p_value <= $3
        ),
        place AS (
            SELECT 2 AS step, 'hot spot'::text AS detected_by, p.problem_type_id, @postgis@.ST_Centroid(p.boundary) AS location,
                   -- the circle that holds the hexagon and the six around it
                   p.side * sqrt(7) AS radius, p.incidents, p.expected, p.p_value, p.adjusted_p_value, p.window_from, p.hex AS tie,
                   csp.hex_neighbours(p.hex) || p.hex AS hexes, p.side,
                   jsonb_build_object('from', p.window_from, 'map_incidents', p.map_incidents,
                                      'earlier_incidents', p.earlier_incidents, 'earlier_map_incidents', p.earlier_map_incidents, 'earlier_months', p.earlier_months,
                                      'season_incidents', p.season_incidents, 'season_map_incidents', p.season_map_incidents, 'season_months', p.season_months,
                                      'hexagon', p.hex_cell_id, 'places_tested', p.hexagons_tested) AS evidence
            FROM peak p
          UNION ALL
            SELECT 3, 'near repeat', c.problem_type_id, c.centre, c.radius, c.incidents, c.expected, c.p_value, c.adjusted_p_value, c.start_date, c.rank, NULL, NULL,
                   jsonb_build_object('from', c.start_date, 'places', c.places, 'types_tested', c.types_tested, 'recurrence_days', c.recurrence_days,
                                      'study_incidents', c.study_incidents, 'replications', 999, 'seed', 1)
            FROM cluster c
        ),
        located AS (
            SELECT p.*, inside.areas, inside.area_id
            FROM place p
            CROSS JOIN LATERAL (
                -- the base areas of its incidents
                SELECT array_agg(i.area_id) AS areas, mode() WITHIN GROUP (ORDER BY i.area_id) AS area_id
                FROM @partnership@.evidence_alert_source e
                JOIN @partnership@.evidence_type tree ON tree.problem_type_id = p.problem_type_id
                JOIN @partnership@.incident i ON i.source_id = e.source_id
                    AND i.problem_type_id = tree.member_id
                    AND i.occurred_from >= p.window_from::timestamp AT TIME ZONE @time_zone@
                    AND i.occurred_from < ($2 + 1)::timestamp AT TIME ZONE @time_zone@
                WHERE e.scan_id = $1
                  AND e.is_current
                  AND NOT e.is_monthly
                  AND @postgis@.ST_DWithin(i.location, p.location, p.radius)
                  AND (p.hexes IS NULL OR csp.hex_cell(i.location, p.side) = ANY (p.hexes))
            ) inside
        ),
        finding AS (
            SELECT 1 AS step, 'season' AS detected_by, s.problem_type_id, s.area_id, s.area_kind = 'partnership' AS is_whole, NULL::integer[] AS areas, NULL::text AS location, NULL::float8 AS radius,
                   s.incidents, s.expected, s.upper_bound, s.p_value, s.adjusted_p_value, s.stands, 0 AS depth, s.area_id::bigint AS tie,
                   s.label || ' in ' || CASE s.area_kind WHEN 'partnership' THEN 'the whole partnership' ELSE s.area_name END AS title,
                   jsonb_build_object('from', s.window_from, 'to', s.window_to, 'unit', s.unit, 'recent_incidents', to_jsonb(s.recent_incidents), 'upper_bound', round(s.upper_bound::numeric, 3),
                                      'series_tested', s.series_tested, 'years_compared', s.years_compared)
                   -- what breaks the series between the years compared and now
                   || coalesce((SELECT jsonb_build_object('season_flag', string_agg(DISTINCT b.description, '; '))
                                FROM @partnership@.evidence_type_break b
                                WHERE b.problem_type_id = s.problem_type_id
                                  AND b.starts_on > s.window_from - make_interval(years => s.years_compared)
                                  AND b.starts_on <= s.window_to
                                  AND (s.area_kind <> 'partnership' OR NOT b.is_of_areas)
                                HAVING count(*) > 0), '{}') AS evidence
            FROM season s
          UNION ALL
            SELECT l.step, l.detected_by, l.problem_type_id, l.area_id, false, l.areas, l.location::text, l.radius,
                   l.incidents, l.expected, NULL, l.p_value, l.adjusted_p_value, true,
                   -- of a type and the type above it the one that says more
                   (SELECT max(tree.depth) FROM @partnership@.evidence_type tree WHERE tree.member_id = l.problem_type_id), l.tie,
                   t.label || CASE l.detected_by WHEN 'hot spot' THEN ' around ' ELSE ', near repeats in ' END || coalesce(area.name, 'a place without an area'),
                   l.evidence || jsonb_build_object('to', $2, 'radius_metres', round(l.radius::numeric))
            FROM located l
            JOIN @partnership@.problem_type t USING (problem_type_id)
            LEFT JOIN @partnership@.area ON area.area_id = l.area_id
        )
        SELECT jsonb_agg(to_jsonb(f)
                         || jsonb_build_object('title', f.title || ': ' || f.incidents || ' where ' || round(f.expected::numeric, 1) || ' were expected',
                                               -- rounded: evidence for readers, which a scan made twice finds unchanged
                                               'evidence', f.evidence || jsonb_build_object('as_of', $2, 'incidents', f.incidents, 'expected', round(f.expected::numeric, 3),
                                                                                            'p_value', f.p_value::numeric(30, 12), 'adjusted_p_value', f.adjusted_p_value::numeric(30, 12), 'false_discovery_rate', $3))
                         ORDER BY f.step, f.p_value, f.depth DESC, f.problem_type_id, f.tie) AS findings,
               (SELECT count(p.p_value) FROM placed p) AS series_tested,
               (SELECT count(*) FROM alarm) AS alarms,
               (SELECT count(c.p_value) FROM cell c) AS places_tested,
               (SELECT count(*) FROM hot) AS hot_spots,
               (SELECT count(*) FROM cluster) AS near_repeat_clusters
        FROM finding f
        $query$) INTO finding USING this_scan, day, rate;
    findings := finding.findings;
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        UPDATE @partnership@.scan s
        SET series_tested = $2, alarms = $3, places_tested = $4, hot_spots = $5, near_repeat_clusters = $6
        WHERE s.scan_id = $1
        $query$) USING this_scan, finding.series_tested, finding.alarms, finding.places_tested, finding.hot_spots, finding.near_repeat_clusters;

    -- The issue that a finding belongs to: one that is open, or one seen within the weeks of quiet, which somebody closed by hand. Of an
    -- area: the area's own, or a place in it that accounts for its rise.
    season_sql := csp_internal.partnership_sql(partnership, $query$
        SELECT e.emerging_issue_id, e.location IS NULL AS is_own
        FROM @partnership@.emerging_issue e
        WHERE e.origin = 'scan'
          AND (e.closed_on IS NULL OR e.last_seen_on > $1)
          AND (e.location IS NULL AND e.problem_type_id = $2 AND e.area_id = $3
               OR e.location IS NOT NULL
                  AND EXISTS (SELECT FROM @partnership@.evidence_type tree WHERE tree.problem_type_id = $2 AND tree.member_id = e.problem_type_id)
                  AND ($4 OR EXISTS (SELECT FROM @partnership@.area_ancestor aa WHERE aa.area_id = e.area_id AND aa.ancestor_id = $3))
                  AND $5 - (e.evidence ->> 'incidents')::float8 + (e.evidence ->> 'expected')::float8 <= $6)
        ORDER BY is_own DESC, e.closed_on DESC NULLS FIRST, e.emerging_issue_id DESC
        LIMIT 1
        $query$);
    -- Of a place: a place that touches it, or an area that at least half of its incidents lie in, of its type, one above or one below.
    place_sql := csp_internal.partnership_sql(partnership, $query$
        SELECT e.emerging_issue_id, e.detected_by = $2 AND e.problem_type_id = $3 AS is_own
        FROM @partnership@.emerging_issue e
        WHERE e.origin = 'scan'
          AND (e.closed_on IS NULL OR e.last_seen_on > $1)
          AND EXISTS (SELECT FROM @partnership@.evidence_type tree
                      WHERE tree.problem_type_id = $3 AND tree.member_id = e.problem_type_id
                         OR tree.problem_type_id = e.problem_type_id AND tree.member_id = $3)
          AND (@postgis@.ST_DWithin(e.location, $4::@postgis@.geometry, e.radius_metres + $5)
               OR e.location IS NULL
                  AND 2 * (SELECT count(*)
                           FROM unnest($6) AS lies (area_id)
                           JOIN @partnership@.area_ancestor aa ON aa.area_id = lies.area_id AND aa.ancestor_id = e.area_id AND aa.ancestor_kind <> 'partnership') >= $7)
        ORDER BY is_own DESC, e.closed_on DESC NULLS FIRST, e.problem_type_id = $3 DESC, e.emerging_issue_id DESC
        LIMIT 1
        $query$);
    open_sql := csp_internal.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.emerging_issue (title, origin, detected_by, problem_type_id, area_id, location, radius_metres, opened_on, last_seen_on, evidence)
        VALUES ($1, 'scan', $2, $3, $4, $5::@postgis@.geometry, $6, $7, $7, $8)
        RETURNING emerging_issue_id
        $query$);
    FOR finding IN
        SELECT f.*
        FROM jsonb_to_recordset(findings) AS f (detected_by text, problem_type_id integer, area_id integer, is_whole boolean, areas integer[], location text, radius float8,
                                                incidents bigint, expected float8, upper_bound float8, adjusted_p_value float8, stands boolean, title text, evidence jsonb)
    LOOP
        IF finding.detected_by = 'season' THEN
            EXECUTE season_sql INTO issue USING quiet_since, finding.problem_type_id, finding.area_id, finding.is_whole, finding.incidents, finding.upper_bound;
        ELSE
            EXECUTE place_sql INTO issue USING quiet_since, finding.detected_by, finding.problem_type_id, finding.location, finding.radius, finding.areas, finding.incidents;
        END IF;
        IF issue.emerging_issue_id IS NULL THEN
            CONTINUE WHEN NOT finding.stands;
            EXECUTE open_sql INTO issue USING finding.title, finding.detected_by, finding.problem_type_id, finding.area_id, finding.location, finding.radius, day, finding.evidence;
            seen := seen || jsonb_build_object(issue.emerging_issue_id, jsonb_build_object('opened', true, 'own', finding.evidence, 'first', to_jsonb(finding), 'also', '{}'::jsonb));
            CONTINUE;
        END IF;
        -- the first finding of a kind is the least likely one
        found_before := coalesce(seen -> issue.emerging_issue_id::text, jsonb_build_object('opened', false, 'first', to_jsonb(finding), 'also', '{}'::jsonb));
        IF issue.is_own AND NOT found_before ? 'own' THEN
            found_before := found_before || jsonb_build_object('own', finding.evidence, 'location', finding.location, 'radius', finding.radius, 'first', to_jsonb(finding));
        ELSIF NOT issue.is_own AND NOT (found_before -> 'also') ? finding.detected_by THEN
            found_before := jsonb_set(found_before, ARRAY['also', finding.detected_by], finding.evidence);
        END IF;
        seen := seen || jsonb_build_object(issue.emerging_issue_id, found_before);
    END LOOP;

    RETURN QUERY EXECUTE csp_internal.partnership_sql(partnership, $query$
        WITH seen AS MATERIALIZED (
            SELECT s.key::integer AS emerging_issue_id, (s.value ->> 'opened')::boolean AS opened, s.value ->> 'location' AS location, (s.value ->> 'radius')::float8 AS radius,
                   first.*, s.value -> 'own' AS own, s.value -> 'also' AS also
            FROM jsonb_each($1) AS s
            CROSS JOIN LATERAL jsonb_to_record(s.value -> 'first') AS first (incidents bigint, expected float8, adjusted_p_value float8, detected_by text)
        ),
        updated AS (
            UPDATE @partnership@.emerging_issue e
            SET last_seen_on = $2, evidence = s.evidence, location = s.place, radius_metres = s.radius
            FROM (
                SELECT was.emerging_issue_id, s.opened,
                       -- an issue that another method sees keeps the figures it was last seen by itself with
                       coalesce(s.own, was.evidence - 'also') || CASE others.also WHEN '{}' THEN '{}' ELSE jsonb_build_object('also', others.also) END AS evidence,
                       coalesce(s.location::@postgis@.geometry, was.location) AS place, coalesce(s.radius, was.radius_metres) AS radius
                FROM @partnership@.emerging_issue was
                JOIN seen s USING (emerging_issue_id)
                -- the types above and below say nothing more than the issue's own
                CROSS JOIN LATERAL (SELECT CASE WHEN s.own IS NULL THEN s.also ELSE s.also - was.detected_by END AS also) others
            ) s
            WHERE s.emerging_issue_id = e.emerging_issue_id
              AND (e.last_seen_on IS DISTINCT FROM $2 OR e.evidence IS DISTINCT FROM s.evidence OR e.location::text IS DISTINCT FROM s.place::text OR e.radius_metres IS DISTINCT FROM s.radius)
            RETURNING e.emerging_issue_id, e.title, e.problem_type_id, e.area_id, e.closed_on, s.opened, e.detected_by
        ),
        closed AS (
            UPDATE @partnership@.emerging_issue e
            SET closed_on = $2
            WHERE e.origin = 'scan'
              AND e.closed_on IS NULL
              AND coalesce(e.last_seen_on, e.opened_on) <= $3
              AND e.opened_on <= $2
              AND NOT EXISTS (SELECT FROM seen s WHERE s.emerging_issue_id = e.emerging_issue_id)
            RETURNING e.emerging_issue_id, e.title, e.problem_type_id, e.area_id, e.detected_by
        ),
        done AS (
            SELECT 1 AS step, 'opened' AS action, e.emerging_issue_id, e.title, e.problem_type_id, e.area_id, e.detected_by
            FROM @partnership@.emerging_issue e
            JOIN seen s USING (emerging_issue_id)
            WHERE s.opened
          UNION ALL
            SELECT 2, CASE WHEN u.closed_on IS NULL THEN 'updated' ELSE 'seen again after it was closed' END, u.emerging_issue_id, u.title, u.problem_type_id, u.area_id, u.detected_by
            FROM updated u
            WHERE NOT u.opened
          UNION ALL
            SELECT 3, 'closed', c.emerging_issue_id, c.title, c.problem_type_id, c.area_id, c.detected_by FROM closed c
        )
        SELECT d.action, d.emerging_issue_id, d.title, t.code, area.code, s.incidents, s.expected, s.adjusted_p_value, d.detected_by
        FROM done d
        LEFT JOIN @partnership@.problem_type t ON t.problem_type_id = d.problem_type_id
        LEFT JOIN @partnership@.area ON area.area_id = d.area_id
        LEFT JOIN seen s USING (emerging_issue_id)
        ORDER BY d.step, s.adjusted_p_value, d.emerging_issue_id
        $query$) USING seen, day, quiet_since;
END
$$;
COMMENT ON FUNCTION csp_internal.scan(text, date) IS 'The work of csp.scan, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.scan(partnership text, as_of date DEFAULT NULL)
RETURNS TABLE (action text, emerging_issue_id integer, title text, problem_type text, area_code text, incidents bigint, expected float8, adjusted_p_value float8, detected_by text)
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000000 ROWS 10
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.scan(text, date) IS
    'Scans a partnership for emerging issues in three ways, each at the setting scan_false_discovery_rate. season: are there more incidents of any problem type in any area (of the reporting kind, and the whole partnership) in the weeks to as_of than their season leads one to expect? The alarms are those of tactical_alert, on each level of areas. hot spot: has any place (a hexagon and the six around it) more than its share of any problem, against whole years and the same season? near repeat: do incidents of a followed type go on close in space and time beyond chance? Opens a row of emerging_issue (origin scan, with its evidence) for each finding that says something of its own, updates those seen again, and closes those not seen for scan_close_weeks. The same issue is not opened twice: a place within an area whose issue is open, or touching another place''s, of the same type, one above or below, is evidence (also) of that one. An area that has no more than its share of a rise of the whole is not opened beside it, nor is the whole where its areas or a place account for the rise; likewise subtypes and the types above them. An issue that somebody closed is not opened again until it has been silent for scan_close_weeks. Returns what was done: opened, updated, closed, or seen again after it was closed, with the figures of the finding; a second run for the same day does nothing. as_of: last day that counts; NULL: today, in the partnership''s time zone. One scan works at a time. Writes scan and emerging_issue, as the caller. Errors: 3F000 unknown partnership, 22023 a day that is not over, 55000 a day before the latest scan.';
