-- Evidence of alerts and scans. Which problem has more incidents than its season leads one to
-- expect, and where?

CREATE OR REPLACE VIEW @partnership@.evidence_alert
WITH (security_invoker = true) AS
-- One row per day judged, problem type in use, and area (of its kind, and the whole) with any incident now or in the same season of
-- earlier years. Day by day, since the branches share what would else be computed for all.
--
-- Weeks are blocks of seven days that end on the day judged. What is judged is the sum of the last alert_weeks of them: single weeks of
-- small areas are too small to stand out among thousands of series. The sum moves by a week at a time through farrington, which
-- compares it with the sums that end in the same week, and three on either side, of earlier years. Sums that overlap say less than so many
-- separate ones, and few references leave the expected count itself uncertain: so an exact test must agree, and the larger of the two
-- p-values counts. It takes the whole partnership by the plain counts of window and season. An area it takes by its share of the problem
-- in whole years that ended half a year ago, of what the season brings the whole: many more incidents than its own season has. Months
-- stand for themselves, with one on either side.
SELECT m.assessment_id, m.scan_id, m.as_of, m.area_kind AS reporting_area_kind, m.false_discovery_rate,
       j.area_id, j.problem_type_id, j.unit, j.window_from, j.window_to, j.recent_incidents, j.incidents, j.years_compared,
       j.earlier_incidents, j.earlier_periods, j.season_expected,
       j.alert, j.exact_p_value, j.p_value, j.source_note
FROM @partnership@.evidence_alert_moment m
CROSS JOIN LATERAL (
    WITH supply AS MATERIALIZED (
        SELECT s.problem_type_id, s.source_id, s.title, s.weeks, s.years, s.has_days, s.is_used,
               s.note, s.last_month
        FROM @partnership@.evidence_type_supply s
        WHERE s.assessment_id IS NOT DISTINCT FROM m.assessment_id
          AND s.scan_id IS NOT DISTINCT FROM m.scan_id
    ),
    measured AS MATERIALIZED (
        -- parts: blocks summed, side: blocks on either side
        SELECT s.problem_type_id, s.last_month,
               CASE WHEN s.has_days THEN 'week' ELSE 'month' END AS unit,
               CASE WHEN s.has_days THEN 52 ELSE 12 END AS per_year,
               CASE WHEN s.has_days THEN max(s.weeks) ELSE 1 END AS parts,
               CASE WHEN s.has_days THEN 3 ELSE 1 END AS side,
               max(s.years) AS years,
               string_agg(s.note, '; ' ORDER BY s.title, s.source_id) AS source_note
        FROM supply s
        GROUP BY s.problem_type_id, s.last_month, s.has_days
        HAVING bool_or(s.is_used)
    ),
    used AS MATERIALIZED (
        SELECT s.problem_type_id, s.source_id, s.last_month,
               CASE WHEN s.has_days THEN 'week' ELSE 'month' END AS unit
        FROM supply s
        WHERE s.is_used
    ),
    -- blocks back from the last one, which is 0: the window, and its season in earlier years
    block AS MATERIALIZED (
        SELECT d.problem_type_id, d.unit, d.last_month, k.years_back, d.per_year * k.years_back + step.step AS block
        FROM measured d
        CROSS JOIN LATERAL generate_series(0, d.years) AS k (years_back)
        CROSS JOIN LATERAL generate_series(CASE WHEN k.years_back > 0 THEN -d.side ELSE 0 END, CASE WHEN k.years_back > 0 THEN d.side ELSE 0 END + d.parts - 1) AS step (step)
    ),
    source_block AS MATERIALIZED (
        -- is the block of the source covered? once for all types
        SELECT b.source_id, b.unit, b.last_month, b.years_back, b.block,
               bool_and(coalesce(CASE b.years_back WHEN 0 THEN sm.is_begun ELSE sm.is_whole END,
                                 false)) AS is_covered
        FROM (
            SELECT DISTINCT u.source_id, b.unit, b.last_month, b.years_back, b.block,
                   CASE b.unit WHEN 'week' THEN m.as_of - 7 * b.block - 6 ELSE (b.last_month - make_interval(months => b.block))::date END AS starts_on,
                   CASE b.unit WHEN 'week' THEN m.as_of - 7 * b.block ELSE (b.last_month - make_interval(months => b.block))::date END AS ends_on
            FROM block b
            JOIN used u USING (problem_type_id)
        ) b
        CROSS JOIN LATERAL (VALUES (date_trunc('month', b.starts_on::timestamp)::date), (date_trunc('month', b.ends_on::timestamp)::date)) AS touched (month)
        LEFT JOIN @partnership@.evidence_source_month sm ON sm.source_id = b.source_id AND sm.month = touched.month
        GROUP BY b.source_id, b.unit, b.last_month, b.years_back, b.block
    ),
    type_block AS MATERIALIZED (
        -- a type's block counts when every source that is used covers it
        SELECT b.problem_type_id, b.years_back, b.block, bool_and(sb.is_covered) AS is_covered
        FROM block b
        JOIN used u USING (problem_type_id)
        JOIN source_block sb ON sb.source_id = u.source_id AND sb.unit = b.unit AND sb.last_month IS NOT DISTINCT FROM b.last_month AND sb.block = b.block
        GROUP BY b.problem_type_id, b.years_back, b.block
    ),
    history AS MATERIALIZED (
        -- as many years back as the middle of the season is covered
        SELECT d.problem_type_id, d.unit, d.per_year, d.parts, d.side, d.last_month, d.source_note,
               coalesce((SELECT max(k.years_back)
                         FROM generate_series(1, d.years) AS k (years_back)
                         WHERE d.parts = (SELECT count(*)
                                          FROM type_block b
                                          WHERE b.problem_type_id = d.problem_type_id
                                            AND b.is_covered
                                            AND b.block BETWEEN d.per_year * k.years_back AND d.per_year * k.years_back + d.parts - 1)), 0)::integer AS years
        FROM measured d
    ),
    usable_block AS MATERIALIZED (
        -- lists, so that whatever the planner believes of their number, blocks are looked up by type and not one by one
        SELECT b.problem_type_id, array_agg(b.years_back ORDER BY b.block) AS years_back, array_agg(b.block ORDER BY b.block) AS blocks
        FROM type_block b
        JOIN history h USING (problem_type_id)
        WHERE b.is_covered
          AND b.years_back <= h.years
        GROUP BY b.problem_type_id
    ),
    counting AS MATERIALIZED (
        -- which types an incident counts towards; one key where there could be three, since joins on several are taken to find next to
        -- nothing, and are then made row by row
        SELECT u.unit || ' ' || u.source_id || ' ' || tree.member_id AS key, u.problem_type_id
        FROM used u
        JOIN @partnership@.evidence_type tree USING (problem_type_id)
    ),
    recorded AS MATERIALIZED (
        -- incidents by the block they lie in; only blocks that are asked for are read
        SELECT i.problem_type_id, s.source_id, i.area_id, 'week'::text AS unit, NULL::date AS month,
               (m.as_of - (i.occurred_from AT TIME ZONE @time_zone@)::date) / 7 AS block, count(*) AS incidents
        FROM (
            SELECT b.years_back,
                   (m.as_of - 7 * max(b.block) - 6)::timestamp AT TIME ZONE @time_zone@ AS starts_at,
                   (m.as_of - 7 * min(b.block) + 1)::timestamp AT TIME ZONE @time_zone@ AS ends_at
            FROM block b
            WHERE b.unit = 'week'
            GROUP BY b.years_back
        ) span
        CROSS JOIN (SELECT DISTINCT u.source_id FROM used u WHERE u.unit = 'week') s
        -- OFFSET 0 keeps it a probe of the index by source and time; a join would be planned as a scan of all incidents for every span
        CROSS JOIN LATERAL (
            SELECT x.problem_type_id, x.area_id, x.occurred_from
            FROM @partnership@.incident x
            WHERE x.source_id = s.source_id
              AND x.occurred_from >= span.starts_at
              AND x.occurred_from < span.ends_at
            OFFSET 0
        ) i
        GROUP BY 1, 2, 3, 6
      UNION ALL
        SELECT c.problem_type_id, c.source_id, c.area_id, 'month', c.month, NULL, sum(c.incidents)
        FROM @partnership@.incident_month_entry c
        WHERE c.source_id IN (SELECT u.source_id FROM used u WHERE u.unit = 'month')
        GROUP BY c.problem_type_id, c.source_id, c.area_id, c.month
        HAVING sum(c.incidents) <> 0
    ),
    placed AS MATERIALIZED (
        -- the whole partnership counts what has no area as well
        SELECT r.unit || ' ' || r.source_id || ' ' || r.problem_type_id AS key, r.month, r.block, aa.ancestor_id AS area_id, sum(r.incidents) AS incidents
        FROM recorded r
        JOIN @partnership@.area_ancestor aa ON aa.area_id = r.area_id AND aa.ancestor_kind = nullif(m.area_kind, 'partnership')
        GROUP BY 1, 2, 3, 4
      UNION ALL
        SELECT r.unit || ' ' || r.source_id || ' ' || r.problem_type_id, r.month, r.block, whole.area_id, sum(r.incidents)
        FROM recorded r
        CROSS JOIN @partnership@.area whole
        WHERE whole.area_kind = 'partnership'
        GROUP BY 1, 2, 3, 4
    ),
    share AS MATERIALIZED (
        -- incidents of whole years that ended half a year ago: what part of a problem an area has, whatever the season
        SELECT tree.problem_type_id, p.area_id, sum(p.incidents)::bigint AS incidents
        FROM (
            SELECT c.problem_type_id, c.source_id, coalesce(aa.ancestor_id, -1) AS area_id, sum(c.incidents) AS incidents   -- -1: without an area
            FROM @partnership@.evidence_source_month sm
            JOIN @partnership@.incident_month_entry c ON c.source_id = sm.source_id AND c.month = sm.month
            LEFT JOIN @partnership@.area_ancestor aa ON aa.area_id = c.area_id AND aa.ancestor_kind = nullif(m.area_kind, 'partnership')
            WHERE sm.is_whole
              AND sm.month < date_trunc('month', m.as_of::timestamp - interval '26 weeks')
              AND sm.month >= date_trunc('month', m.as_of::timestamp - interval '26 weeks') - make_interval(years => (SELECT max(h.years) FROM history h))
            GROUP BY c.problem_type_id, c.source_id, coalesce(aa.ancestor_id, -1)
            HAVING sum(c.incidents) <> 0
        ) p
        JOIN @partnership@.evidence_type tree ON tree.member_id = p.problem_type_id
        JOIN used u ON u.problem_type_id = tree.problem_type_id AND u.source_id = p.source_id
        GROUP BY tree.problem_type_id, p.area_id
    ),
    counted AS MATERIALIZED (
        SELECT p.problem_type_id, p.area_id, b.years_back[array_position(b.blocks, p.block)] AS years_back, p.block, p.incidents
        FROM (
            SELECT c.problem_type_id, p.area_id,
                   coalesce(p.block, (extract(year FROM age(h.last_month, p.month)) * 12 + extract(month FROM age(h.last_month, p.month)))::integer) AS block,
                   sum(p.incidents) AS incidents
            FROM placed p
            JOIN counting c ON c.key = p.key
            JOIN history h ON h.problem_type_id = c.problem_type_id
            WHERE coalesce(p.month <= h.last_month, true)
            GROUP BY 1, 2, 3
        ) p
        JOIN usable_block b ON b.problem_type_id = p.problem_type_id AND p.block = ANY (b.blocks)
    ),
    united AS (
        -- every block of every series, 0 where covered
        SELECT s.problem_type_id, s.area_id, b.years_back, b.block, 0::bigint AS incidents
        FROM (SELECT DISTINCT c.problem_type_id, c.area_id FROM counted c) s
        JOIN usable_block u USING (problem_type_id)
        CROSS JOIN LATERAL unnest(u.years_back, u.blocks) AS b (years_back, block)
      UNION ALL
        SELECT c.problem_type_id, c.area_id, c.years_back, c.block, c.incidents
        FROM counted c
    ),
    blocked AS MATERIALIZED (
        SELECT u.problem_type_id, u.area_id, u.years_back, u.block, sum(u.incidents)::bigint AS incidents
        FROM united u
        GROUP BY u.problem_type_id, u.area_id, u.years_back, u.block
    ),
    summed AS MATERIALIZED (
        -- sums that end with a block, of those whose every part is covered
        SELECT b.problem_type_id, b.area_id, b.block - step.step AS block, sum(b.incidents)::float8 AS incidents
        FROM blocked b
        JOIN history h USING (problem_type_id)
        CROSS JOIN LATERAL generate_series(0, h.parts - 1) AS step (step)
        WHERE CASE b.years_back WHEN 0 THEN b.block = step.step ELSE abs(b.block - step.step - h.per_year * b.years_back) <= h.side END
        GROUP BY b.problem_type_id, b.area_id, b.block - step.step, h.parts
        HAVING count(*) = h.parts
    ),
    unasked AS MATERIALIZED (
        -- blocks that nothing asks for are there without a count: the engine wants to see that none is missing. Which they are is the same
        -- for every series of a type
        SELECT g.problem_type_id, array_agg(g.block) AS blocks, array_fill(NULL::float8, ARRAY[count(*)::integer]) AS incidents
        FROM (
            SELECT h.problem_type_id, of_year.block
            FROM history h
            CROSS JOIN LATERAL generate_series(0, h.per_year * h.years + h.side) AS of_year (block)
          EXCEPT
            SELECT c.problem_type_id, c.block
            FROM summed c
        ) g
        GROUP BY g.problem_type_id
    ),
    series AS (
        -- a row per series, opened below. Sorted here, and held so by OFFSET 0, it gives some hundred thousand rows in order
        SELECT s.problem_type_id, s.area_id, h.unit, h.side, h.years, h.last_month, s.blocks || n.blocks AS blocks, s.incidents || n.incidents AS incidents
        FROM (
            SELECT u.problem_type_id, u.area_id, array_agg(u.block) FILTER (WHERE u.is_sum) AS blocks, array_agg(u.incidents) FILTER (WHERE u.is_sum) AS incidents
            FROM (
                SELECT c.problem_type_id, c.area_id, c.block, c.incidents, true AS is_sum FROM summed c
              UNION ALL
                SELECT c.problem_type_id, c.area_id, NULL, NULL, false FROM (SELECT DISTINCT b.problem_type_id, b.area_id FROM blocked b) c
            ) u
            GROUP BY u.problem_type_id, u.area_id
        ) s
        JOIN history h USING (problem_type_id)
        LEFT JOIN unasked n USING (problem_type_id)
        ORDER BY s.problem_type_id, s.area_id
        OFFSET 0
    ),
    judged AS (
        -- the engine puts the blocks in order itself
        SELECT s.problem_type_id, s.area_id, b.block,
               csp.farrington(b.incidents, CASE s.unit WHEN 'week' THEN m.as_of - 7 * b.block - 6 ELSE (s.last_month - make_interval(months => b.block))::date END,
                              b => greatest(s.years, 1), w => s.side, alpha => 1 - m.confidence, minimum_weeks => 1, monitored => 1)
                   OVER (PARTITION BY s.problem_type_id, s.area_id) AS alert
        FROM series s
        CROSS JOIN LATERAL unnest(s.blocks, s.incidents) AS b (block, incidents)
    ),
    plain AS (
        SELECT b.problem_type_id, b.area_id,
               coalesce(sum(b.incidents) FILTER (WHERE b.years_back = 0), 0)::bigint AS incidents,
               array_agg(b.incidents ORDER BY b.block DESC) FILTER (WHERE b.years_back = 0) AS recent_incidents,
               coalesce(sum(b.incidents) FILTER (WHERE b.years_back > 0), 0)::bigint AS earlier_incidents,
               count(*) FILTER (WHERE b.years_back > 0) AS earlier_periods
        FROM blocked b
        GROUP BY b.problem_type_id, b.area_id
    ),
    gathered AS (
        -- counts, alert and share of a series: united and grouped, since joins of them are planned as of one row with one row
        SELECT u.problem_type_id, u.area_id, max(u.incidents) AS incidents, max(u.recent_incidents) AS recent_incidents,
               max(u.earlier_incidents) AS earlier_incidents, max(u.earlier_periods) AS earlier_periods,
               (array_agg(u.alert) FILTER (WHERE u.is_judged))[1] AS alert,
               max(u.own_incidents) AS own_incidents, max(u.of_incidents) AS of_incidents
        FROM (
            SELECT p.problem_type_id, p.area_id, p.incidents, p.recent_incidents, p.earlier_incidents, p.earlier_periods,
                   NULL::csp.count_alert AS alert, false AS is_judged, NULL::bigint AS own_incidents, NULL::numeric AS of_incidents
            FROM plain p
          UNION ALL
            SELECT d.problem_type_id, d.area_id, NULL, NULL, NULL, NULL, d.alert, true, NULL, NULL
            FROM judged d
            WHERE d.block = 0
          UNION ALL
            SELECT s.problem_type_id, s.area_id, NULL, NULL, NULL, NULL, NULL, false, s.incidents, sum(s.incidents) OVER (PARTITION BY s.problem_type_id)
            FROM share s
        ) u
        GROUP BY u.problem_type_id, u.area_id
        HAVING max(u.incidents) IS NOT NULL
    ),
    compared AS (
        SELECT g.problem_type_id, g.area_id, g.incidents, g.recent_incidents, g.earlier_incidents,
               g.earlier_periods, g.alert, g.own_incidents, g.of_incidents,
               area.area_kind = 'partnership' AS is_whole,
               max(g.earlier_incidents) FILTER (WHERE area.area_kind = 'partnership') OVER (PARTITION BY g.problem_type_id) AS whole_earlier_incidents,
               max(g.earlier_periods) FILTER (WHERE area.area_kind = 'partnership') OVER (PARTITION BY g.problem_type_id) AS whole_earlier_periods
        FROM gathered g
        JOIN @partnership@.area USING (area_id)
    ),
    tested AS (
        SELECT p.problem_type_id, p.area_id, p.incidents, p.recent_incidents, p.earlier_incidents,
               p.earlier_periods, p.alert, p.own_incidents, p.of_incidents, p.is_whole,
               p.whole_earlier_incidents, p.whole_earlier_periods,
               h.unit, h.parts, h.years, h.source_note,
               CASE h.unit WHEN 'week' THEN m.as_of - 7 * h.parts + 1 ELSE h.last_month END AS window_from,
               CASE h.unit WHEN 'week' THEN m.as_of ELSE csp_internal.month_end(h.last_month) END AS window_to,
               -- in a thousandth of a week or month; an area of a problem with a season to speak of has its share of it
               CASE
                   WHEN p.earlier_periods = 0 THEN NULL
                   WHEN p.own_incidents > 0 AND p.whole_earlier_incidents >= 100 AND NOT p.is_whole
                   THEN csp.rate_change(p.own_incidents, round(1000.0 * p.of_incidents * p.whole_earlier_periods / p.whole_earlier_incidents)::bigint, p.incidents, 1000 * h.parts::bigint)
                   ELSE csp.rate_change(p.earlier_incidents, 1000 * p.earlier_periods, p.incidents, 1000 * h.parts::bigint)
               END AS exact
        FROM compared p
        JOIN history h USING (problem_type_id)
    )
    SELECT t.area_id, t.problem_type_id, t.unit, t.window_from, t.window_to, t.recent_incidents, t.incidents, t.years AS years_compared,
           t.earlier_incidents, t.earlier_periods,
           t.earlier_incidents * t.parts / nullif(t.earlier_periods, 0)::float8 AS season_expected,
           t.alert,
           (t.exact).p_value AS exact_p_value,
           -- what falls short of the season is no alert
           CASE
               WHEN t.incidents + t.earlier_incidents < (SELECT f.test_incidents
                                                         FROM @partnership@.evidence_least_incidents f)
                 OR (t.alert).p_value IS NULL THEN NULL
               WHEN (t.exact).ratio > 1 THEN greatest((t.alert).p_value, (t.exact).p_value)
               ELSE (t.alert).p_value
           END AS p_value,
           t.source_note
    FROM tested t
) j;
COMMENT ON VIEW @partnership@.evidence_alert IS 'Counts of the last weeks (of the last month, where dates are months) against the season of earlier years: one row per tactical assessment or scan, problem type in use (subtypes included) and area with any incident now or in that season; filter by assessment_id or scan_id';
COMMENT ON COLUMN @partnership@.evidence_alert.assessment_id IS 'Tactical assessment; NULL for a scan';
COMMENT ON COLUMN @partnership@.evidence_alert.scan_id IS 'Scan; NULL for an assessment';
COMMENT ON COLUMN @partnership@.evidence_alert.as_of IS 'Day judged';
COMMENT ON COLUMN @partnership@.evidence_alert.reporting_area_kind IS 'Kind of area that is judged beside the whole partnership';
COMMENT ON COLUMN @partnership@.evidence_alert.false_discovery_rate IS 'False-discovery rate of the assessment or scan';
COMMENT ON COLUMN @partnership@.evidence_alert.area_id IS 'Area, or the whole partnership';
COMMENT ON COLUMN @partnership@.evidence_alert.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_alert.unit IS 'week or month: blocks that the series is made of';
COMMENT ON COLUMN @partnership@.evidence_alert.window_from IS 'First day that is judged';
COMMENT ON COLUMN @partnership@.evidence_alert.window_to IS 'Last day that is judged';
COMMENT ON COLUMN @partnership@.evidence_alert.recent_incidents IS 'Incidents of each week that is judged, the latest last';
COMMENT ON COLUMN @partnership@.evidence_alert.incidents IS 'Their sum';
COMMENT ON COLUMN @partnership@.evidence_alert.years_compared IS 'Earlier years compared';
COMMENT ON COLUMN @partnership@.evidence_alert.earlier_incidents IS 'Incidents in the same season of the years compared';
COMMENT ON COLUMN @partnership@.evidence_alert.earlier_periods IS 'Weeks or months of that season that are covered';
COMMENT ON COLUMN @partnership@.evidence_alert.season_expected IS 'earlier_incidents brought to the length of the window; NULL where no earlier year is covered';
COMMENT ON COLUMN @partnership@.evidence_alert.alert IS 'csp.farrington of the sum against the sums of the same season';
COMMENT ON COLUMN @partnership@.evidence_alert.exact_p_value IS 'Exact two-sided p-value: of the whole partnership that of equal rates now and in the season; of an area that it has now its share (over whole years that ended half a year ago) of what the season brings the whole, as long as that is 100 incidents or more, else as of the whole';
COMMENT ON COLUMN @partnership@.evidence_alert.p_value IS 'The larger of farrington''s and the exact p-value where there is more than the season brought, else farrington''s; NULL where they are fewer, now and then together, than setting test_incidents';
COMMENT ON COLUMN @partnership@.evidence_alert.source_note IS 'Sources of the type that are left out, and why; NULL when none';
