-- Evidence of scans. Which places have more of a problem than their share?

CREATE OR REPLACE VIEW @partnership@.evidence_scan_hot_spot
WITH (security_invoker = true) AS
-- One row per scan, problem type in use and hexagon with any incident, in it or in one of the six around it, now or before.
--
-- What is judged is the share that a hexagon and the six around it have of the problem's incidents on the map, in the weeks that the
-- alerts judge. A share is free of what moves the whole partnership, its season and its trend. It is held against the share in whole
-- years that ended half a year ago, and against that in the same months of earlier years: a sea front that is busy every August is no
-- news. The larger of the two exact p-values counts. A month is compared when every source of the type that is used covers it, so that
-- a source that came later cannot move the shares.
SELECT s.scan_id, s.as_of, s.false_discovery_rate, j.problem_type_id, j.hex, j.window_from, j.earlier_months, j.season_months,
       j.incidents, j.map_incidents, j.earlier_incidents, j.earlier_map_incidents, j.season_incidents, j.season_map_incidents,
       j.expected, j.p_value, j.adjusted_p_value, j.hexagons_tested
FROM @partnership@.scan s
CROSS JOIN LATERAL (
    WITH fine AS MATERIALIZED (
        -- sources whose places are fine enough for hexagons, with days, and current
        SELECT e.source_id, e.weeks, e.years, e.as_of - 7 * e.weeks + 1 AS window_from
        FROM @partnership@.evidence_alert_source e
        JOIN @partnership@.evidence_hotspot_source h ON h.source_id = e.source_id AND h.place_kind = 'hex'
        WHERE e.scan_id = s.scan_id
          AND e.is_current
          AND NOT e.is_monthly
          AND h.is_used
    ),
    grid AS MATERIALIZED (
        SELECT h.hex, h.side
        FROM @partnership@.hex_cell h
    ),
    span AS MATERIALIZED (
        SELECT f.window_from, f.years,
               date_trunc('month', s.as_of::timestamp - interval '26 weeks')::date AS earlier_to,
               (date_trunc('month', f.window_from::timestamp) - interval '1 month')::date AS season_from,
               (date_trunc('month', s.as_of::timestamp) + interval '1 month')::date AS season_to
        FROM fine f
        LIMIT 1
    ),
    -- the months that could be compared: of whole years (part 1), and of the season of each earlier year (part 2)
    wanted AS MATERIALIZED (
        SELECT 1 AS part, 1 AS years_back, (p.earlier_to - make_interval(months => step.step))::date AS month
        FROM span p
        CROSS JOIN LATERAL generate_series(1, 12 * p.years) AS step (step)
      UNION ALL
        SELECT 2, back.years_back, month.month::date
        FROM span p
        CROSS JOIN LATERAL generate_series(1, p.years) AS back (years_back)
        CROSS JOIN LATERAL generate_series(p.season_from - make_interval(years => back.years_back), p.season_to - make_interval(years => back.years_back), '1 month') AS month (month)
    ),
    covered AS MATERIALIZED (
        SELECT f.source_id, w.part, w.years_back, w.month, coalesce(sm.is_whole, false) AS is_covered
        FROM fine f
        CROSS JOIN wanted w
        LEFT JOIN @partnership@.evidence_source_month sm ON sm.source_id = f.source_id AND sm.month = w.month
    ),
    comparable AS MATERIALIZED (
        -- a source is compared when it covers the season of any earlier year
        SELECT DISTINCT c.source_id
        FROM covered c
        WHERE c.part = 2
        GROUP BY c.source_id, c.years_back
        HAVING bool_and(c.is_covered)
    ),
    used AS MATERIALIZED (
        SELECT ts.problem_type_id, ts.source_id
        FROM comparable c
        JOIN @partnership@.evidence_type_source ts USING (source_id)
    ),
    month AS MATERIALIZED (
        SELECT m.problem_type_id, m.month, m.part
        FROM (
            SELECT u.problem_type_id, c.part, c.years_back, c.month, bool_and(c.is_covered) AS is_covered,
                   bool_and(bool_and(c.is_covered)) OVER (PARTITION BY u.problem_type_id, c.part, c.years_back) AS is_year_covered
            FROM used u
            JOIN covered c USING (source_id)
            GROUP BY u.problem_type_id, c.part, c.years_back, c.month
        ) m
        WHERE CASE m.part WHEN 1 THEN m.is_covered ELSE m.is_year_covered END
    ),
    months AS (
        SELECT m.problem_type_id, count(*) FILTER (WHERE m.part = 1) AS earlier_months, count(*) FILTER (WHERE m.part = 2) AS season_months
        FROM month m
        GROUP BY m.problem_type_id
    ),
    class AS MATERIALIZED (
        -- months that serve the same types in the same way need not be told apart: 0 is the weeks that are judged
        SELECT l.month, dense_rank() OVER (ORDER BY l.served) AS class
        FROM (SELECT m.month, array_agg(m.problem_type_id * 2 + m.part ORDER BY m.problem_type_id, m.part) AS served FROM month m GROUP BY m.month) l
    ),
    counting AS MATERIALIZED (
        -- which types an incident counts towards, in which part; one key where there could be three
        SELECT member.class || ' ' || member.source_id || ' ' || member.member_id AS key, member.problem_type_id, member.part
        FROM (
            SELECT DISTINCT part.class, u.source_id, tree.member_id, u.problem_type_id, part.part
            FROM (SELECT 0::bigint AS class, u.problem_type_id, 0 AS part FROM (SELECT DISTINCT v.problem_type_id FROM used v) u
                  UNION ALL
                  SELECT c.class, m.problem_type_id, m.part FROM class c JOIN month m USING (month)) part
            JOIN used u USING (problem_type_id)
            JOIN @partnership@.evidence_type tree USING (problem_type_id)
        ) member
    ),
    stretch AS MATERIALIZED (
        SELECT 0::bigint AS class, p.window_from::timestamp AT TIME ZONE @time_zone@ AS starts_at, (s.as_of + 1)::timestamp AT TIME ZONE @time_zone@ AS ends_at
        FROM span p
      UNION ALL
        SELECT c.class, c.month::timestamp AT TIME ZONE @time_zone@, (c.month + interval '1 month') AT TIME ZONE @time_zone@
        FROM class c
    ),
    counted AS MATERIALIZED (
        SELECT t.class || ' ' || i.source_id || ' ' || i.problem_type_id AS key, csp.hex_cell(i.location, (SELECT g.side FROM grid g LIMIT 1)) AS hex, count(*) AS incidents
        FROM stretch t
        CROSS JOIN comparable c
        JOIN @partnership@.incident i ON i.source_id = c.source_id AND i.occurred_from >= t.starts_at AND i.occurred_from < t.ends_at
        WHERE i.location IS NOT NULL
        GROUP BY 1, 2
    ),
    summed AS (
        SELECT c.problem_type_id, n.hex,
               coalesce(sum(n.incidents) FILTER (WHERE c.part = 0), 0) AS incidents,
               coalesce(sum(n.incidents) FILTER (WHERE c.part = 1), 0) AS earlier_incidents,
               coalesce(sum(n.incidents) FILTER (WHERE c.part = 2), 0) AS season_incidents
        FROM counted n
        JOIN counting c USING (key)
        JOIN grid g USING (hex)
        GROUP BY c.problem_type_id, n.hex
    ),
    around AS (
        SELECT m.problem_type_id, m.hex,
               csp.neighbourhood_sum(m.incidents::float8, m.hex, csp.hex_neighbours(m.hex)) OVER map::bigint AS incidents,
               csp.neighbourhood_sum(m.earlier_incidents::float8, m.hex, csp.hex_neighbours(m.hex)) OVER map::bigint AS earlier_incidents,
               csp.neighbourhood_sum(m.season_incidents::float8, m.hex, csp.hex_neighbours(m.hex)) OVER map::bigint AS season_incidents,
               (sum(m.incidents) OVER map)::bigint AS map_incidents,
               (sum(m.earlier_incidents) OVER map)::bigint AS earlier_map_incidents,
               (sum(m.season_incidents) OVER map)::bigint AS season_map_incidents
        FROM summed m
        WINDOW map AS (PARTITION BY m.problem_type_id)
    ),
    compared AS (
        SELECT a.problem_type_id, a.hex, a.incidents, a.map_incidents, a.earlier_incidents,
               a.earlier_map_incidents, a.season_incidents, a.season_map_incidents,
               fewest.test_incidents,
               greatest(a.map_incidents::float8 * a.earlier_incidents / nullif(a.earlier_map_incidents, 0),
                        a.map_incidents::float8 * a.season_incidents / nullif(a.season_map_incidents, 0)) AS expected
        FROM around a
        CROSS JOIN @partnership@.evidence_least_incidents fewest
        -- less on the map than a test could tell anything of
        WHERE a.map_incidents >= fewest.scan_map_incidents
          AND a.earlier_map_incidents >= 50
          AND a.season_map_incidents >= fewest.scan_map_incidents
    ),
    tested AS (
        SELECT c.problem_type_id, c.hex, c.incidents, c.map_incidents, c.earlier_incidents,
               c.earlier_map_incidents, c.season_incidents, c.season_map_incidents, c.expected,
               CASE
                   -- so few could not reach significance: such places cost no validity, and much of the adjustment
                   WHEN c.incidents + c.earlier_incidents < c.test_incidents THEN NULL
                   WHEN c.incidents <= c.expected THEN 1
                   ELSE greatest((csp.rate_change(c.earlier_incidents, c.earlier_map_incidents, c.incidents, c.map_incidents)).p_value,
                                 (csp.rate_change(c.season_incidents, c.season_map_incidents, c.incidents, c.map_incidents)).p_value)
               END AS p_value
        FROM compared c
    )
    SELECT t.problem_type_id, t.hex, (SELECT p.window_from FROM span p) AS window_from,
           m.earlier_months, m.season_months,
           t.incidents, t.map_incidents, t.earlier_incidents, t.earlier_map_incidents, t.season_incidents, t.season_map_incidents,
           t.expected, t.p_value,
           csp.adjusted_p_value(t.p_value) OVER () AS adjusted_p_value,
           count(t.p_value) OVER () AS hexagons_tested
    FROM tested t
    JOIN months m USING (problem_type_id)
) j;
COMMENT ON VIEW @partnership@.evidence_scan_hot_spot IS 'Places that a scan judges: one row per scan, problem type in use (subtypes included) and hexagon of the grid with any incident in it or the six around it, now or before, of types with as many incidents now and in the season on the map as setting scan_map_incidents, and 50 before; filter by scan_id. Only sources with days and places fine enough for hexagons';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.scan_id IS 'Scan the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.as_of IS 'Last day that counts';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.false_discovery_rate IS 'False-discovery rate of the scan';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.hex IS 'Address of the hexagon in the middle';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.window_from IS 'First day that is judged';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.earlier_months IS 'Months of whole years compared, which ended half a year before as_of: those that every source of the type covers';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.season_months IS 'Months of the same season in earlier years: those that the window touches and one on either side, of years that are covered';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.incidents IS 'Incidents of the hexagon and the six around it, from window_from to as_of: what is judged';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.map_incidents IS 'Those of the whole grid';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.earlier_incidents IS 'Incidents of the seven hexagons in the earlier months';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.earlier_map_incidents IS 'Those of the whole grid';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.season_incidents IS 'Incidents of the seven hexagons in the season''s months';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.season_map_incidents IS 'Those of the whole grid';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.expected IS 'Incidents expected: map_incidents times the larger of the two earlier shares';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.p_value IS 'Two-sided exact p-value of an unchanged share, the larger of that against whole years and that against the season; 1 where there are no more than expected; NULL with fewer than 5 incidents now and before together';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.adjusted_p_value IS 'p_value after Benjamini-Hochberg over all places and types of the scan';
COMMENT ON COLUMN @partnership@.evidence_scan_hot_spot.hexagons_tested IS 'Places (of all types) over which p-values are adjusted';
