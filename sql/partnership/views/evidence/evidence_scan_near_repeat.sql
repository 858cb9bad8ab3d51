-- Evidence of scans. Where do incidents of a followed type go on close in space and time?

CREATE OR REPLACE VIEW @partnership@.evidence_scan_near_repeat
WITH (security_invoker = true) AS
-- One row per scan, problem type whose near repeats are followed, and cluster that is still growing: incidents close in space and time
-- beyond what the type's places and days would bring by themselves.
--
-- The prospective space-time permutation scan over the last year, with the circles and windows of tactical_near_repeat. Its p-value
-- allows for the search over the map of one type; the adjustment is over the types that are followed.
SELECT s.scan_id, s.as_of, s.false_discovery_rate, c.problem_type_id, c.rank, c.centre, c.radius, c.places, c.start_date, c.end_date, c.incidents, c.expected,
       c.p_value, c.adjusted_p_value, c.types_tested, c.recurrence_days, c.study_incidents
FROM @partnership@.scan s
CROSS JOIN LATERAL (
    WITH limits AS (
        SELECT coalesce(max(v.value) FILTER (WHERE v.name = 'near_repeat_distance'), '400')::float8 AS distance,
               coalesce(max(v.value) FILTER (WHERE v.name = 'near_repeat_days'), '28')::integer AS days,
               coalesce(max(v.value) FILTER (WHERE v.name = 'scan_near_repeat_incidents'), '4')::integer AS incidents
        FROM @partnership@.setting v
    ),
    event AS MATERIALIZED (
        SELECT n.problem_type_id, i.location::@postgis@.geometry AS location, (i.occurred_from AT TIME ZONE @time_zone@)::date AS occurred_on
        FROM @partnership@.evidence_alert_source e
        JOIN @partnership@.source o ON o.source_id = e.source_id AND o.place_precision = 'exact'
        CROSS JOIN @partnership@.evidence_near_repeat_type n
        JOIN @partnership@.incident i ON i.source_id = e.source_id
            AND i.problem_type_id = n.member_id
            AND i.occurred_from >= (s.as_of - 363)::timestamp AT TIME ZONE @time_zone@
            AND i.occurred_from < (s.as_of + 1)::timestamp AT TIME ZONE @time_zone@
        WHERE e.scan_id = s.scan_id
          AND e.is_current
          AND NOT e.is_monthly
          AND i.location IS NOT NULL
    ),
    studied AS (
        SELECT e.problem_type_id, e.location, e.occurred_on, 1::float8 AS cases
        FROM event e
      UNION ALL
        -- the last day belongs to the study though nothing happened on it
        SELECT last_day.problem_type_id, last_day.location, s.as_of, 0
        FROM (SELECT DISTINCT ON (e.problem_type_id) e.problem_type_id, e.location FROM event e ORDER BY e.problem_type_id, e.location) last_day
    ),
    searched AS (
        SELECT e.problem_type_id, sum(e.cases)::bigint AS study_incidents,
               csp.space_time_permutation_scan(e.location, e.occurred_on, e.cases, l.distance, l.days, true, 999, 1, '1 day', 0.5, l.incidents, 10) AS clusters
        FROM studied e
        CROSS JOIN limits l
        GROUP BY e.problem_type_id
        -- of fewer the permutations say little
        HAVING sum(e.cases) >= 20
    )
    SELECT a.problem_type_id, a.study_incidents, a.rank, a.centre, a.radius, a.places,
           a.start_date, a.end_date, a.incidents, a.expected, a.p_value, a.recurrence_days,
           a.adjusted_p_value, a.types_tested
    FROM (
        SELECT f.problem_type_id, f.study_incidents, rank.rank, k.centre, k.radius, k.places, k.start_date, k.end_date, k.observed AS incidents, k.expected, k.p_value, k.recurrence_days,
               -- a type without so many clusters was searched as well
               csp.adjusted_p_value(coalesce(k.p_value, 1)) OVER (PARTITION BY rank.rank) AS adjusted_p_value,
               count(*) OVER (PARTITION BY rank.rank) AS types_tested
        FROM searched f
        CROSS JOIN (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) AS rank (rank)
        LEFT JOIN LATERAL unnest(f.clusters) AS k ON k.rank = rank.rank
    ) a
    WHERE a.p_value IS NOT NULL
) c;
COMMENT ON VIEW @partnership@.evidence_scan_near_repeat IS 'Near repeats that a scan judges: one row per scan, problem type whose near repeats are followed (setting near_repeat_problem_types) and cluster of at least scan_near_repeat_incidents that reaches to the last day, by csp.space_time_permutation_scan over a year, 999 replications, seed 1; filter by scan_id. Only sources with exact places and days';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.scan_id IS 'Scan the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.as_of IS 'Last day that counts';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.false_discovery_rate IS 'False-discovery rate of the scan';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.problem_type_id IS 'Problem type that is followed, subtypes included';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.rank IS '1 for the most likely cluster of the type';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.centre IS 'The place that its circle is drawn around';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.radius IS 'Metres from the centre to its farthest place, at most the setting near_repeat_distance';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.places IS 'Number of distinct places in the circle';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.start_date IS 'First day of its window, at most the setting near_repeat_days back';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.end_date IS 'Last day of its window: as_of';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.incidents IS 'Incidents in the circle and the window';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.expected IS 'Incidents that the circle''s share of the year''s incidents and the window''s share would give';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.p_value IS 'Share of permutations of the days with as unlikely a cluster anywhere on the map';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.adjusted_p_value IS 'p_value after Benjamini-Hochberg over the clusters of this rank of the types that are followed';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.types_tested IS 'Types over which it is adjusted';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.recurrence_days IS 'If a scan were made every day, chance alone would give such a cluster once in so many days';
COMMENT ON COLUMN @partnership@.evidence_scan_near_repeat.study_incidents IS 'Incidents of the type in the year that is studied';
