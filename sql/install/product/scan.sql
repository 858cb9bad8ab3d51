-- scan: opens, updates and closes the emerging issues that the alerts, hot spots and near repeats raise.

INSERT INTO csp_internal.scratch_table (name, columns) VALUES
    ('csp_scan_alarm', 'problem_type_id integer, area_id integer, area_kind text, area_name text, label text, unit text, window_from date, window_to date, recent_incidents bigint[], '
                    || 'incidents bigint, expected float8, upper_bound float8, ratio float8, years_compared integer, p_value float8, adjusted_p_value float8, series_tested bigint'),
    ('csp_scan_hot_spot', 'problem_type_id integer, hex bigint, hex_cell_id integer, side float8, boundary @postgis@.geometry, window_from date, incidents bigint, expected float8, excess float8, '
                       || 'p_value float8, adjusted_p_value float8, evidence jsonb'),
    ('csp_scan_place', 'step integer, detected_by text, problem_type_id integer, location @postgis@.geometry, radius float8, incidents bigint, expected float8, p_value float8, '
                    || 'adjusted_p_value float8, window_from date, tie bigint, hexes bigint[], side float8, evidence jsonb'),
    ('csp_scan_finding', 'step integer, detected_by text, problem_type_id integer, area_id integer, is_whole boolean, areas integer[], location text, radius float8, incidents bigint, '
                      || 'expected float8, upper_bound float8, p_value float8, adjusted_p_value float8, stands boolean, depth integer, tie bigint, title text, evidence jsonb'),
    ('csp_scan_seen', 'emerging_issue_id integer, opened boolean, location text, radius float8, incidents bigint, expected float8, adjusted_p_value float8, detected_by text, own jsonb, also jsonb');

CREATE FUNCTION csp_internal.begin_scan(partnership text, day date, rate float8)
RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    latest date;
    result integer;
BEGIN
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
        $query$) INTO result USING day, rate;
    RETURN result;
END
$$;
COMMENT ON FUNCTION csp_internal.begin_scan(text, date, float8) IS
    'Begins the scan of a day, alone, and returns its key in the table scan. Error 55000 where a later day was scanned. Any NULL gives NULL. Internal to scan.';

CREATE FUNCTION csp_internal.scan_alarms(partnership text, scan_id integer, rate float8, OUT series_tested bigint, OUT alarms bigint)
RETURNS record
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp_internal.scratch('csp_scan_alarm');
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
        alarm AS (
            INSERT INTO pg_temp.csp_scan_alarm (problem_type_id, area_id, area_kind, area_name, label, unit, window_from, window_to, recent_incidents, incidents, expected, upper_bound, ratio,
                                                years_compared, p_value, adjusted_p_value, series_tested)
            SELECT t.problem_type_id, t.area_id, t.area_kind, t.area_name, t.label, t.unit, t.window_from, t.window_to, t.recent_incidents, t.incidents, t.expected, t.upper_bound,
                   t.incidents / nullif(t.expected, 0) AS ratio, t.years_compared, t.p_value, t.adjusted_p_value, t.series_tested
            FROM tested t
            WHERE t.adjusted_p_value <= $2
              AND t.incidents >= (SELECT f.alarm_incidents
                                  FROM @partnership@.evidence_least_incidents f)
              AND t.incidents > t.expected
            RETURNING true
        )
        SELECT (SELECT count(p.p_value) FROM placed p), (SELECT count(*) FROM alarm)
        $query$)
    INTO series_tested, alarms
    USING scan_id, rate;
END
$$;
COMMENT ON FUNCTION csp_internal.scan_alarms(text, integer, float8) IS
    'Lists in pg_temp.csp_scan_alarm the problem types and areas with more incidents than their season leads one to expect. Returns how many series were tested, and how many are alarms. Any NULL gives NULL. Internal to scan.';

CREATE FUNCTION csp_internal.scan_hot_spots(partnership text, scan_id integer, rate float8, OUT places_tested bigint, OUT hot_spots bigint)
RETURNS record
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp_internal.scratch('csp_scan_hot_spot');
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        WITH cell AS MATERIALIZED (
            SELECT h.problem_type_id, h.hex, h.window_from, h.incidents, h.map_incidents, h.earlier_incidents, h.earlier_map_incidents, h.earlier_months,
                   h.season_incidents, h.season_map_incidents, h.season_months, h.expected, h.p_value, h.adjusted_p_value, h.hexagons_tested
            FROM @partnership@.evidence_scan_hot_spot h
            WHERE h.scan_id = $1
        ),
        hot AS (
            INSERT INTO pg_temp.csp_scan_hot_spot (problem_type_id, hex, hex_cell_id, side, boundary, window_from, incidents, expected, excess, p_value, adjusted_p_value, evidence)
            SELECT c.problem_type_id, c.hex, g.hex_cell_id, g.side, g.boundary, c.window_from, c.incidents, c.expected, c.incidents - c.expected AS excess, c.p_value, c.adjusted_p_value,
                   jsonb_build_object('from', c.window_from, 'map_incidents', c.map_incidents,
                                      'earlier_incidents', c.earlier_incidents, 'earlier_map_incidents', c.earlier_map_incidents, 'earlier_months', c.earlier_months,
                                      'season_incidents', c.season_incidents, 'season_map_incidents', c.season_map_incidents, 'season_months', c.season_months,
                                      'hexagon', g.hex_cell_id, 'places_tested', c.hexagons_tested) AS evidence
            FROM cell c
            JOIN @partnership@.hex_cell g USING (hex)
            WHERE c.adjusted_p_value <= $2
              AND c.incidents >= (SELECT f.alarm_incidents
                                  FROM @partnership@.evidence_least_incidents f)
            RETURNING true
        )
        SELECT (SELECT count(c.p_value) FROM cell c), (SELECT count(*) FROM hot)
        $query$)
    INTO places_tested, hot_spots
    USING scan_id, rate;
END
$$;
COMMENT ON FUNCTION csp_internal.scan_hot_spots(text, integer, float8) IS
    'Lists in pg_temp.csp_scan_hot_spot the hexagons that have, with the six around them, more than their share of a problem. Returns how many were tested, and how many are hot spots. Any NULL gives NULL. Internal to scan.';

CREATE FUNCTION csp_internal.scan_places(partnership text, scan_id integer, rate float8)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    near_repeats bigint;
BEGIN
    PERFORM csp_internal.scratch('csp_scan_place');
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        INSERT INTO pg_temp.csp_scan_place (step, detected_by, problem_type_id, location, radius, incidents, expected, p_value, adjusted_p_value, window_from, tie, hexes, side, evidence)
        SELECT 2 AS step, 'hot spot' AS detected_by, h.problem_type_id, @postgis@.ST_Centroid(h.boundary) AS location,
               -- the circle that holds the hexagon and the six around it
               h.side * sqrt(7) AS radius, h.incidents, h.expected, h.p_value, h.adjusted_p_value, h.window_from, h.hex AS tie,
               csp.hex_neighbours(h.hex) || h.hex AS hexes, h.side, h.evidence
        FROM pg_temp.csp_scan_hot_spot h
        -- of hexagons side by side the least likely one
        WHERE NOT EXISTS (SELECT FROM pg_temp.csp_scan_hot_spot other
                          WHERE other.problem_type_id = h.problem_type_id
                            AND other.hex = ANY (csp.hex_neighbours(h.hex))
                            AND (other.p_value, -other.incidents, other.hex) < (h.p_value, -h.incidents, h.hex))
        $query$);
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        INSERT INTO pg_temp.csp_scan_place (step, detected_by, problem_type_id, location, radius, incidents, expected, p_value, adjusted_p_value, window_from, tie, evidence)
        SELECT 3, 'near repeat', n.problem_type_id, n.centre, n.radius, n.incidents, n.expected, n.p_value, n.adjusted_p_value, n.start_date, n.rank,
               jsonb_build_object('from', n.start_date, 'places', n.places, 'types_tested', n.types_tested, 'recurrence_days', n.recurrence_days,
                                  'study_incidents', n.study_incidents, 'replications', 999, 'seed', 1)
        FROM @partnership@.evidence_scan_near_repeat n
        WHERE n.scan_id = $1
          AND n.adjusted_p_value <= $2
        $query$)
    USING scan_id, rate;
    GET DIAGNOSTICS near_repeats = ROW_COUNT;
    RETURN near_repeats;
END
$$;
COMMENT ON FUNCTION csp_internal.scan_places(text, integer, float8) IS
    'Lists in pg_temp.csp_scan_place the places that a scan finds: of neighbouring hot spots the least likely one, and the near repeats, whose number it returns. Any NULL gives NULL. Internal to scan.';

CREATE FUNCTION csp_internal.scan_season_findings(partnership text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        WITH own AS MATERIALIZED (
            -- an area that has no more than its share of a rise of the whole, and a type no more than its share of a rise of the type
            -- above it, are not issues of their own
            SELECT a.*,
                   NOT EXISTS (
                       SELECT
                       FROM pg_temp.csp_scan_alarm above
                       LEFT JOIN @partnership@.evidence_type tree ON tree.problem_type_id = above.problem_type_id AND tree.member_id = a.problem_type_id AND tree.depth > 0
                       WHERE (above.problem_type_id = a.problem_type_id AND above.area_kind = 'partnership' AND a.area_kind <> 'partnership'
                              OR tree.member_id IS NOT NULL AND above.area_id = a.area_id)
                         AND a.incidents <= a.upper_bound * above.ratio
                         -- unless it accounts for the rise by itself
                         AND above.incidents - (a.incidents - a.expected) > above.upper_bound) AS is_own
            FROM pg_temp.csp_scan_alarm a
        ),
        season AS (
            -- nor is a whole, or a type above, an issue if it would be within its bound without the issues below it
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
                                               FROM pg_temp.csp_scan_hot_spot h
                                               JOIN @partnership@.evidence_type tree ON tree.member_id = h.problem_type_id
                                               WHERE o.area_kind = 'partnership'
                                                 AND tree.problem_type_id = o.problem_type_id), 0) > o.upper_bound AS stands
            FROM own o
        )
        INSERT INTO pg_temp.csp_scan_finding (step, detected_by, problem_type_id, area_id, is_whole, areas, location, radius, incidents, expected, upper_bound, p_value, adjusted_p_value, stands, depth, tie, title, evidence)
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
        $query$);
END
$$;
COMMENT ON FUNCTION csp_internal.scan_season_findings(text) IS
    'Adds the alarms of a scan to pg_temp.csp_scan_finding: whether each says something of its own, beside the areas, types and places above and below it, is column stands. NULL does nothing. Internal to scan.';

CREATE FUNCTION csp_internal.scan_place_findings(partnership text, scan_id integer, day date)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        WITH located AS (
            SELECT p.*, inside.areas, inside.area_id
            FROM pg_temp.csp_scan_place p
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
        )
        INSERT INTO pg_temp.csp_scan_finding (step, detected_by, problem_type_id, area_id, is_whole, areas, location, radius, incidents, expected, upper_bound, p_value, adjusted_p_value, stands, depth, tie, title, evidence)
        SELECT l.step, l.detected_by, l.problem_type_id, l.area_id, false, l.areas, l.location::text, l.radius,
               l.incidents, l.expected, NULL, l.p_value, l.adjusted_p_value, true,
               -- of a type and the type above it the one that says more
               (SELECT max(tree.depth) FROM @partnership@.evidence_type tree WHERE tree.member_id = l.problem_type_id), l.tie,
               t.label || CASE l.detected_by WHEN 'hot spot' THEN ' around ' ELSE ', near repeats in ' END || coalesce(area.name, 'a place without an area'),
               l.evidence || jsonb_build_object('to', $2, 'radius_metres', round(l.radius::numeric))
        FROM located l
        JOIN @partnership@.problem_type t USING (problem_type_id)
        LEFT JOIN @partnership@.area ON area.area_id = l.area_id
        $query$)
    USING scan_id, day;
END
$$;
COMMENT ON FUNCTION csp_internal.scan_place_findings(text, integer, date) IS
    'Adds the places of a scan to pg_temp.csp_scan_finding, each in the area of most of its incidents. Any NULL does nothing. Internal to scan.';

CREATE FUNCTION csp_internal.issue_of_area(partnership text, quiet_since date, problem_type_id integer, area_id integer, is_whole boolean, incidents bigint, upper_bound float8, OUT emerging_issue_id integer, OUT is_own boolean)
RETURNS record
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- the area's own, or a place in it that accounts for its rise
    EXECUTE csp_internal.partnership_sql(partnership, $query$
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
        $query$)
    INTO emerging_issue_id, is_own
    USING quiet_since, problem_type_id, area_id, is_whole, incidents, upper_bound;
END
$$;
COMMENT ON FUNCTION csp_internal.issue_of_area(text, date, integer, integer, boolean, bigint, float8) IS
    'The issue that an alarm of an area belongs to: one that is open, or one seen after quiet_since, which somebody closed by hand; NULL where there is none. Internal to scan.';

CREATE FUNCTION csp_internal.issue_of_place(partnership text, quiet_since date, detected_by text, problem_type_id integer, location text, radius float8, areas integer[], incidents bigint, OUT emerging_issue_id integer, OUT is_own boolean)
RETURNS record
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- a place that touches it, or an area that at least half of its incidents lie in, of its type, one above or one below
    EXECUTE csp_internal.partnership_sql(partnership, $query$
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
        $query$)
    INTO emerging_issue_id, is_own
    USING quiet_since, detected_by, problem_type_id, location, radius, areas, incidents;
END
$$;
COMMENT ON FUNCTION csp_internal.issue_of_place(text, date, text, integer, text, float8, integer[], bigint) IS
    'The issue that a hot spot or near repeat belongs to: one that is open, or one seen after quiet_since, which somebody closed by hand; NULL where there is none. Internal to scan.';

CREATE FUNCTION csp_internal.match_scan_findings(partnership text, day date, quiet_since date, rate float8)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    open_sql text;
    finding record;
    issue record;
    is_new boolean;
BEGIN
    PERFORM csp_internal.scratch('csp_scan_seen');
    open_sql := csp_internal.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.emerging_issue (title, origin, detected_by, problem_type_id, area_id, location, radius_metres, opened_on, last_seen_on, evidence)
        VALUES ($1, 'scan', $2, $3, $4, $5::@postgis@.geometry, $6, $7, $7, $8)
        RETURNING emerging_issue_id
        $query$);
    FOR finding IN
        SELECT f.detected_by, f.problem_type_id, f.area_id, f.is_whole, f.areas, f.location, f.radius, f.incidents, f.expected, f.upper_bound, f.adjusted_p_value, f.stands,
               f.title || ': ' || f.incidents || ' where ' || round(f.expected::numeric, 1) || ' were expected' AS title,
               -- rounded: evidence for readers, which a scan made twice finds unchanged
               f.evidence || jsonb_build_object('as_of', day, 'incidents', f.incidents, 'expected', round(f.expected::numeric, 3),
                                                'p_value', f.p_value::numeric(30, 12), 'adjusted_p_value', f.adjusted_p_value::numeric(30, 12), 'false_discovery_rate', rate) AS evidence
        FROM pg_temp.csp_scan_finding f
        ORDER BY f.step, f.p_value, f.depth DESC, f.problem_type_id, f.tie
    LOOP
        IF finding.detected_by = 'season' THEN
            issue := csp_internal.issue_of_area(partnership, quiet_since, finding.problem_type_id, finding.area_id, finding.is_whole, finding.incidents, finding.upper_bound);
        ELSE
            issue := csp_internal.issue_of_place(partnership, quiet_since, finding.detected_by, finding.problem_type_id, finding.location, finding.radius, finding.areas, finding.incidents);
        END IF;
        is_new := issue.emerging_issue_id IS NULL;
        IF is_new THEN
            CONTINUE WHEN NOT finding.stands;
            EXECUTE open_sql INTO issue.emerging_issue_id
            USING finding.title, finding.detected_by, finding.problem_type_id, finding.area_id, finding.location, finding.radius, day, finding.evidence;
        END IF;
        -- the first finding of a kind is the least likely one
        INSERT INTO pg_temp.csp_scan_seen (emerging_issue_id, opened, incidents, expected, adjusted_p_value, detected_by, own, also)
        SELECT issue.emerging_issue_id, is_new, finding.incidents, finding.expected, finding.adjusted_p_value, finding.detected_by, CASE WHEN is_new THEN finding.evidence END, '{}'
        WHERE NOT EXISTS (SELECT FROM pg_temp.csp_scan_seen s WHERE s.emerging_issue_id = issue.emerging_issue_id);
        UPDATE pg_temp.csp_scan_seen s
        SET own = finding.evidence, location = finding.location, radius = finding.radius, incidents = finding.incidents, expected = finding.expected,
            adjusted_p_value = finding.adjusted_p_value, detected_by = finding.detected_by
        WHERE s.emerging_issue_id = issue.emerging_issue_id AND issue.is_own AND s.own IS NULL;
        UPDATE pg_temp.csp_scan_seen s
        SET also = s.also || jsonb_build_object(finding.detected_by, finding.evidence)
        WHERE s.emerging_issue_id = issue.emerging_issue_id AND NOT issue.is_own AND NOT s.also ? finding.detected_by;
    END LOOP;
END
$$;
COMMENT ON FUNCTION csp_internal.match_scan_findings(text, date, date, float8) IS
    'Takes the findings of a scan, the least likely first, to the issues that they belong to, opens an issue for each that belongs to none and says something of its own, and lists in pg_temp.csp_scan_seen what was seen of each issue. Any NULL does nothing. Internal to scan.';

CREATE FUNCTION csp_internal.settle_scan(partnership text, day date, quiet_since date)
RETURNS TABLE (action text, emerging_issue_id integer, title text, problem_type text, area_code text, incidents bigint, expected float8, adjusted_p_value float8, detected_by text)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 10000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE csp_internal.partnership_sql(partnership, $query$
        WITH updated AS (
            UPDATE @partnership@.emerging_issue e
            SET last_seen_on = $1, evidence = s.evidence, location = s.place, radius_metres = s.radius
            FROM (
                SELECT was.emerging_issue_id, s.opened,
                       -- an issue that another method sees keeps the figures it was last seen by itself with
                       coalesce(s.own, was.evidence - 'also') || CASE others.also WHEN '{}' THEN '{}' ELSE jsonb_build_object('also', others.also) END AS evidence,
                       coalesce(s.location::@postgis@.geometry, was.location) AS place, coalesce(s.radius, was.radius_metres) AS radius
                FROM @partnership@.emerging_issue was
                JOIN pg_temp.csp_scan_seen s USING (emerging_issue_id)
                -- the types above and below say nothing more than the issue's own
                CROSS JOIN LATERAL (SELECT CASE WHEN s.own IS NULL THEN s.also ELSE s.also - was.detected_by END AS also) others
            ) s
            WHERE s.emerging_issue_id = e.emerging_issue_id
              AND (e.last_seen_on IS DISTINCT FROM $1 OR e.evidence IS DISTINCT FROM s.evidence OR e.location::text IS DISTINCT FROM s.place::text OR e.radius_metres IS DISTINCT FROM s.radius)
            RETURNING e.emerging_issue_id, e.title, e.problem_type_id, e.area_id, e.closed_on, s.opened, e.detected_by
        ),
        closed AS (
            UPDATE @partnership@.emerging_issue e
            SET closed_on = $1
            WHERE e.origin = 'scan'
              AND e.closed_on IS NULL
              AND coalesce(e.last_seen_on, e.opened_on) <= $2
              AND e.opened_on <= $1
              AND NOT EXISTS (SELECT FROM pg_temp.csp_scan_seen s WHERE s.emerging_issue_id = e.emerging_issue_id)
            RETURNING e.emerging_issue_id, e.title, e.problem_type_id, e.area_id, e.detected_by
        ),
        done AS (
            SELECT 1 AS step, 'opened' AS action, e.emerging_issue_id, e.title, e.problem_type_id, e.area_id, e.detected_by
            FROM @partnership@.emerging_issue e
            JOIN pg_temp.csp_scan_seen s USING (emerging_issue_id)
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
        LEFT JOIN pg_temp.csp_scan_seen s USING (emerging_issue_id)
        ORDER BY d.step, s.adjusted_p_value, d.emerging_issue_id
        $query$) USING day, quiet_since;
END
$$;
COMMENT ON FUNCTION csp_internal.settle_scan(text, date, date) IS
    'Updates the issues that a scan saw (pg_temp.csp_scan_seen), closes those not seen after quiet_since, and returns what was done, as csp.scan does. Any NULL gives no rows. Internal to scan.';

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
    this_scan integer;
    season record;
    hot_spot record;
    near_repeat_clusters bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    IF NOT isfinite(day) OR day > today THEN
        RAISE EXCEPTION 'day % is not over', day
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Scan for today or an earlier day.';
    END IF;
    this_scan := csp_internal.begin_scan(partnership, day, rate);
    season := csp_internal.scan_alarms(partnership, this_scan, rate);
    hot_spot := csp_internal.scan_hot_spots(partnership, this_scan, rate);
    near_repeat_clusters := csp_internal.scan_places(partnership, this_scan, rate);
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        UPDATE @partnership@.scan s
        SET series_tested = $2, alarms = $3, places_tested = $4, hot_spots = $5, near_repeat_clusters = $6
        WHERE s.scan_id = $1
        $query$) USING this_scan, season.series_tested, season.alarms, hot_spot.places_tested, hot_spot.hot_spots, near_repeat_clusters;

    PERFORM csp_internal.scratch('csp_scan_finding');
    PERFORM csp_internal.scan_season_findings(partnership);
    PERFORM csp_internal.scan_place_findings(partnership, this_scan, day);
    PERFORM csp_internal.match_scan_findings(partnership, day, quiet_since, rate);
    RETURN QUERY
    SELECT s.action, s.emerging_issue_id, s.title, s.problem_type, s.area_code, s.incidents, s.expected, s.adjusted_p_value, s.detected_by
    FROM csp_internal.settle_scan(partnership, day, quiet_since) s;
END
$$;
COMMENT ON FUNCTION csp_internal.scan(text, date) IS 'The work of csp.scan, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.scan(partnership text, as_of date DEFAULT NULL)
RETURNS TABLE (action text, emerging_issue_id integer, title text, problem_type text, area_code text, incidents bigint, expected float8, adjusted_p_value float8, detected_by text)
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000000 ROWS 10
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.scan(text, date) IS
    'Scans a partnership for emerging issues in three ways, each at the setting scan_false_discovery_rate. season: are there more incidents of any problem type in any area (of the reporting kind, and the whole partnership) in the weeks to as_of than their season leads one to expect? The alarms are those of tactical_alert, on each level of areas. hot spot: has any place (a hexagon and the six around it) more than its share of any problem, against whole years and the same season? near repeat: do incidents of a followed type go on close in space and time beyond chance? Opens a row of emerging_issue (origin scan, with its evidence) for each finding that says something of its own, updates those seen again, and closes those not seen for scan_close_weeks. The same issue is not opened twice: a place within an area whose issue is open, or touching another place''s, of the same type, one above or below, is evidence (also) of that one. An area that has no more than its share of a rise of the whole is not opened beside it, nor is the whole where its areas or a place account for the rise; likewise subtypes and the types above them. An issue that somebody closed is not opened again until it has been silent for scan_close_weeks. Returns what was done: opened, updated, closed, or seen again after it was closed, with the figures of the finding; a second run for the same day does nothing. as_of: last day that counts; NULL: today, in the partnership''s time zone. One scan works at a time. Writes scan and emerging_issue, as the caller. Errors: 3F000 unknown partnership, 22023 a day that is not over, 55000 a day before the latest scan.';
