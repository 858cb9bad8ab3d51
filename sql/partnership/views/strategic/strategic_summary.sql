-- Strategic assessment, summary: what would one tell the strategy group first?

CREATE OR REPLACE VIEW @partnership@.strategic_summary
WITH (security_invoker = true) AS
-- One row per assessment and finding, in words. Every figure is that of a row of another strategic view.
SELECT chosen.assessment_id,
       csp_internal.row_key(chosen.assessment_id::text, s.statement::text, s.about) AS row_key,
       s.finding_order, s.topic, s.finding
FROM @partnership@.assessment chosen
-- assessment by assessment: what the findings share would else be computed for all of them, whichever is asked for
CROSS JOIN LATERAL (
    WITH problem AS MATERIALIZED (
        SELECT p.assessment_id, p.problem_type_id, p.problem_type_label, p.is_headline, p.incidents, p.share_percent, p.harm_score,
               p.peer_own_rate, p.peer_mean_rate, p.peer_position,
               p.period_incidents, p.baseline_incidents, p.percent_change, p.percent_lower, p.percent_upper, p.verdict,
               p.trend_percent_per_month, p.trend_verdict,
               p.risk, p.risk_band, p.risk_rank, p.factors_not_scored, p.data_flag,
               a.baseline_from IS NOT NULL AS has_baseline,
               -- a name within a sentence; abbreviations keep their capitals
               CASE WHEN substr(p.problem_type_label, 2, 1) = lower(substr(p.problem_type_label, 2, 1))
                    THEN lower(left(p.problem_type_label, 1)) || substr(p.problem_type_label, 2)
                    ELSE p.problem_type_label END AS name
        FROM @partnership@.evidence_problem p
        JOIN @partnership@.assessment a USING (assessment_id)
        WHERE p.assessment_id = chosen.assessment_id
    ),
    headline AS (
        SELECT p.assessment_id, p.problem_type_id, p.is_headline, p.incidents, p.share_percent,
               p.harm_score, p.peer_own_rate, p.peer_mean_rate, p.peer_position,
               p.period_incidents, p.baseline_incidents, p.percent_change, p.percent_lower,
               p.percent_upper, p.verdict, p.trend_percent_per_month, p.trend_verdict, p.risk,
               p.risk_band, p.risk_rank, p.factors_not_scored, p.data_flag, p.has_baseline, p.name
        FROM problem p
        WHERE p.is_headline
    ),
    counted AS (
        SELECT p.assessment_id, sum(p.incidents)::bigint AS incidents
        FROM problem p
        JOIN @partnership@.problem_type t USING (problem_type_id)
        WHERE t.parent_id IS NULL
        GROUP BY p.assessment_id
    ),
    largest AS (
        SELECT h.assessment_id,
               csp.list_text(array_agg(h.name || ' (' || csp.count_text(h.incidents) || ', ' || csp.number_text(h.share_percent, 1) || '% of all)' ORDER BY h.size_rank)) AS problems
        FROM (
            SELECT assessment_id, name, incidents, share_percent,
                   row_number() OVER (PARTITION BY assessment_id ORDER BY incidents DESC, name) AS size_rank
            FROM headline
            WHERE incidents > 0
        ) h
        WHERE h.size_rank <= 3
        GROUP BY h.assessment_id
    ),
    changed AS (
        SELECT h.assessment_id,
               count(*) FILTER (WHERE h.direction <> 'not comparable') AS comparable,
               count(*) FILTER (WHERE h.direction = 'rose') AS rose,
               count(*) FILTER (WHERE h.direction = 'fell') AS fell,
               count(*) FILTER (WHERE h.direction = 'level') AS level,
               count(*) FILTER (WHERE h.direction = 'not comparable') AS not_comparable,
               csp.list_text(array_agg(h.change_text ORDER BY h.place) FILTER (WHERE h.direction = 'rose' AND h.place <= 5)
                             || CASE WHEN count(*) FILTER (WHERE h.direction = 'rose') > 5 THEN count(*) FILTER (WHERE h.direction = 'rose') - 5 || ' more' END) AS risen,
               csp.list_text(array_agg(h.change_text ORDER BY h.place) FILTER (WHERE h.direction = 'fell' AND h.place <= 5)
                             || CASE WHEN count(*) FILTER (WHERE h.direction = 'fell') > 5 THEN count(*) FILTER (WHERE h.direction = 'fell') - 5 || ' more' END) AS fallen,
               csp.list_text(array_agg(h.name ORDER BY h.place) FILTER (WHERE h.direction = 'not comparable')) AS incomparable,
               csp.list_text(array_agg(h.trend_text ORDER BY h.trend_place) FILTER (WHERE h.trend_verdict = 'rising' AND h.trend_place <= 5)
                             || CASE WHEN count(*) FILTER (WHERE h.trend_verdict = 'rising') > 5 THEN count(*) FILTER (WHERE h.trend_verdict = 'rising') - 5 || ' more' END) AS rising,
               csp.list_text(array_agg(h.trend_text ORDER BY h.trend_place) FILTER (WHERE h.trend_verdict = 'falling' AND h.trend_place <= 5)
                             || CASE WHEN count(*) FILTER (WHERE h.trend_verdict = 'falling') > 5 THEN count(*) FILTER (WHERE h.trend_verdict = 'falling') - 5 || ' more' END) AS falling
        FROM (
            -- the five that moved most incidents are named
            SELECT d.assessment_id, d.problem_type_id, d.is_headline, d.incidents, d.harm_score,
                   d.peer_own_rate, d.peer_mean_rate, d.peer_position, d.period_incidents,
                   d.baseline_incidents, d.percent_change, d.percent_lower, d.percent_upper,
                   d.verdict, d.trend_percent_per_month, d.trend_verdict, d.risk, d.risk_band,
                   d.risk_rank, d.factors_not_scored, d.data_flag, d.has_baseline, d.name,
                   d.direction,
                   row_number() OVER (PARTITION BY d.assessment_id, d.direction ORDER BY abs(d.period_incidents - d.baseline_incidents) DESC, d.name) AS place,
                   row_number() OVER (PARTITION BY d.assessment_id, d.trend_verdict ORDER BY d.incidents DESC, d.name) AS trend_place,
                   d.name || CASE WHEN d.percent_change IS NULL THEN ' (none before)'
                                  ELSE ' (' || replace(csp.percent_change_text(d.percent_change, d.percent_lower, d.percent_upper), ' (', '; ') END AS change_text,
                   d.name || ' (' || csp.percent_text(d.trend_percent_per_month) || ' a month)' AS trend_text
            FROM (
                SELECT h.assessment_id, h.problem_type_id, h.is_headline, h.incidents,
                       h.harm_score, h.peer_own_rate, h.peer_mean_rate, h.peer_position,
                       h.period_incidents, h.baseline_incidents, h.percent_change, h.percent_lower,
                       h.percent_upper, h.verdict, h.trend_percent_per_month, h.trend_verdict,
                       h.risk, h.risk_band, h.risk_rank, h.factors_not_scored, h.data_flag,
                       h.has_baseline, h.name,
                       CASE WHEN h.verdict IN ('higher', 'new') THEN 'rose' WHEN h.verdict IN ('lower', 'gone') THEN 'fell'
                            WHEN h.verdict = 'not comparable' THEN h.verdict ELSE 'level' END AS direction
                FROM headline h
                WHERE h.has_baseline
            ) d
        ) h
        GROUP BY h.assessment_id
    ),
    compared_with_peers AS (
        SELECT h.assessment_id,
               count(*) FILTER (WHERE h.peer_position = 'in line with peers') AS in_line,
               csp.list_text(array_agg(h.name || ' (' || csp.number_text(h.peer_own_rate) || ' per 1,000 against ' || csp.number_text(h.peer_mean_rate) || ')'
                                       ORDER BY h.peer_own_rate / nullif(h.peer_mean_rate, 0) DESC, h.name) FILTER (WHERE h.peer_position = 'higher than peers')) AS higher,
               csp.list_text(array_agg(h.name || ' (' || csp.number_text(h.peer_own_rate) || ' per 1,000 against ' || csp.number_text(h.peer_mean_rate) || ')'
                                       ORDER BY h.peer_own_rate / nullif(h.peer_mean_rate, 0), h.name) FILTER (WHERE h.peer_position = 'lower than peers')) AS lower
        FROM headline h
        WHERE h.peer_position IS NOT NULL
        GROUP BY h.assessment_id
    ),
    area AS (
        SELECT p.assessment_id, p.area_id, p.area_name, count(*) FILTER (WHERE p.verdict = 'higher than the rest') AS higher, count(*) AS problems
        FROM @partnership@.strategic_pattern_area p
        WHERE p.is_headline
          AND p.incidents IS NOT NULL
        GROUP BY p.assessment_id, p.area_id, p.area_name
    ),
    area_named AS (
        SELECT a.assessment_id, max(a.areas) AS areas, max(a.problems) AS problems,
               csp.list_text(array_agg(a.area_name || ' (in ' || a.higher || ')' ORDER BY a.position) FILTER (WHERE a.position <= 3 AND a.higher > 0)) AS names
        FROM (
            SELECT assessment_id, area_name, higher, problems,
                   count(*) OVER (PARTITION BY assessment_id) AS areas,
                   row_number() OVER (PARTITION BY assessment_id ORDER BY higher DESC, area_name, area_id) AS position
            FROM area
        ) a
        GROUP BY a.assessment_id
    ),
    plan AS (
        SELECT r.assessment_id,
               count(*) FILTER (WHERE r.item = 'action') AS actions,
               count(*) FILTER (WHERE r.finding = 'completed') AS completed,
               count(*) FILTER (WHERE r.finding = 'completed late') AS completed_late,
               count(*) FILTER (WHERE r.finding = 'overdue') AS overdue,
               count(*) FILTER (WHERE r.finding = 'stopped') AS stopped,
               count(*) FILTER (WHERE r.finding IN ('on the way', 'not started')) AS open,
               count(*) FILTER (WHERE r.item = 'indicator' AND r.finding <> 'no indicator') AS indicators,
               count(*) FILTER (WHERE r.finding = 'moved the right way') AS right_way,
               count(*) FILTER (WHERE r.finding = 'moved the wrong way') AS wrong_way,
               count(*) FILTER (WHERE r.finding = 'did not move beyond chance') AS unmoved,
               count(*) FILTER (WHERE r.item = 'indicator' AND r.finding IN ('not comparable', 'not tested')) AS unknown,
               count(*) FILTER (WHERE r.finding = 'no indicator') AS without_indicator
        FROM @partnership@.strategic_plan_review r
        GROUP BY r.assessment_id
    ),
    covered AS (
        SELECT ap.assessment_id, tree.member_id AS problem_type_id
        FROM @partnership@.assessment_priority ap
        JOIN @partnership@.priority_type pt USING (priority_id)
        JOIN @partnership@.evidence_type tree ON tree.problem_type_id = pt.problem_type_id
      UNION
        SELECT ap.assessment_id, tree.problem_type_id
        FROM @partnership@.assessment_priority ap
        JOIN @partnership@.priority_type pt USING (priority_id)
        JOIN @partnership@.evidence_type tree ON tree.member_id = pt.problem_type_id
    ),
    risked AS (
        SELECT h.assessment_id,
               csp.list_text(array_agg(h.name || ' (' || h.risk || ', ' || h.risk_band || ')' ORDER BY h.risk_rank) FILTER (WHERE h.risk_rank <= 3)) AS first,
               csp.list_text(array_agg(h.name ORDER BY h.risk_rank) FILTER (WHERE c.problem_type_id IS NULL AND h.risk_band IN ('red', 'amber'))) AS outside,
               bool_or(c.problem_type_id IS NOT NULL) AS has_priorities,
               count(*) FILTER (WHERE h.factors_not_scored > 0) AS incomplete,
               count(*) AS problems
        FROM headline h
        LEFT JOIN covered c USING (assessment_id, problem_type_id)
        GROUP BY h.assessment_id
    ),
    source_limit AS (
        SELECT s.assessment_id, s.limits, csp.list_text(array_agg(s.title ORDER BY s.title)) AS sources
        FROM @partnership@.strategic_sources s
        WHERE s.limits <> ''
        GROUP BY s.assessment_id, s.limits
    ),
    source_missing AS (
        SELECT s.assessment_id,
               string_agg(s.title || ' lacks ' || s.missing_months, '; ' ORDER BY s.title) AS missing
        FROM @partnership@.strategic_sources s
        WHERE s.missing_months IS NOT NULL
        GROUP BY s.assessment_id
    ),
    broken AS (
        -- what the flags say beyond missing months
        SELECT f.assessment_id, string_agg(f.note, '; ' ORDER BY f.note) AS notes
        FROM (
            SELECT DISTINCT h.assessment_id, note.note
            FROM headline h
            CROSS JOIN LATERAL regexp_split_to_table(h.data_flag, '; ') AS note (note)
            WHERE note.note NOT LIKE 'missing in %'
        ) f
        GROUP BY f.assessment_id
    ),
    run_across AS (
        -- what lies inside the series of the trends that are told
        SELECT h.assessment_id, string_agg(DISTINCT note.note, '; ') AS notes
        FROM headline h
        JOIN (SELECT f.problem_type_id, f.trend_flag FROM @partnership@.evidence_trend_flag f WHERE f.assessment_id = chosen.assessment_id OFFSET 0) f USING (problem_type_id)
        CROSS JOIN LATERAL regexp_split_to_table(f.trend_flag, '; ') AS note (note)
        WHERE h.trend_verdict IN ('rising', 'falling')
        GROUP BY h.assessment_id
    ),
    harm AS (
        SELECT h.assessment_id, count(*) FILTER (WHERE h.harm_score IS NULL) AS without_harm, count(*) AS problems,
               csp.list_text(array_agg(h.name ORDER BY h.incidents DESC, h.name) FILTER (WHERE h.harm_score IS NULL)) AS names
        FROM headline h
        WHERE h.incidents > 0
        GROUP BY h.assessment_id
    ),
    finding AS (
        SELECT c.assessment_id, 10 AS finding_order, 'levels' AS topic,
               csp.count_text(c.incidents) || CASE c.incidents WHEN 1 THEN ' incident is' ELSE ' incidents are' END || ' counted in the period, all sources together.'
               || coalesce(' The largest problems are ' || l.problems || '.', '') AS finding
        FROM counted c
        LEFT JOIN largest l USING (assessment_id)
      UNION ALL
        SELECT h.assessment_id, 20, 'changes',
               CASE
                   WHEN h.comparable = 0 THEN 'No problem can be compared with the baseline: no month of the period has its counterpart in the data.'
                   WHEN h.rose + h.fell = 0 THEN 'None of the ' || h.comparable || ' headline problems that can be compared with the baseline changed beyond chance.'
                   ELSE 'Of the ' || h.comparable || ' headline problems that can be compared with the baseline, ' || coalesce(nullif(h.rose, 0)::text, 'none') || ' rose beyond chance, '
                        || coalesce(nullif(h.fell, 0)::text, 'none') || ' fell and ' || h.level || ' did not clearly change.'
               END
        FROM changed h
      UNION ALL
        SELECT h.assessment_id, 21, 'changes', 'Higher than in the baseline: ' || h.risen || '.' FROM changed h
      UNION ALL
        SELECT h.assessment_id, 22, 'changes', 'Lower than in the baseline: ' || h.fallen || '.' FROM changed h
      UNION ALL
        SELECT h.assessment_id, 23, 'changes', 'Not comparable: ' || h.incomparable || '.' FROM changed h WHERE h.comparable > 0 AND h.not_comparable > 0
      UNION ALL
        SELECT h.assessment_id, 24, 'changes',
               'Over all months with data the trend is ' || concat_ws('; it is ', 'rising for ' || h.rising, 'falling for ' || h.falling) || '.'
        FROM changed h
        WHERE h.rising IS NOT NULL OR h.falling IS NOT NULL
      UNION ALL
        SELECT a.assessment_id, 25, 'changes', 'This assessment has no baseline: changes are not told.'
        FROM @partnership@.assessment a
        WHERE a.baseline_from IS NULL
      UNION ALL
        SELECT a.assessment_id, 30, 'peers',
               CASE
                   WHEN p.assessment_id IS NULL THEN 'No figures of a similar group cover the period: levels cannot be set against peers.'
                   ELSE 'Against the similar group, rates are '
                        || coalesce('higher for ' || p.higher || ', ', '') || coalesce('lower for ' || p.lower || ', ', '')
                        || CASE WHEN p.higher IS NULL AND p.lower IS NULL THEN 'within what chance explains for all ' || p.in_line || ' problems compared.'
                                ELSE 'and within what chance explains for the other ' || p.in_line || '.' END
               END
        FROM @partnership@.assessment a
        LEFT JOIN compared_with_peers p USING (assessment_id)
      UNION ALL
        SELECT a.assessment_id, 40, 'places',
               'Of ' || csp.count_text(a.areas) || ' areas, those that stand above the rest beyond chance in the greatest number of the ' || a.problems || ' headline problems are ' || a.names || '.'
        FROM area_named a
        WHERE a.areas > 1
      UNION ALL
        SELECT chosen.assessment_id, 45, 'emerging',
               'The scanning register held ' || CASE i.issues WHEN 1 THEN 'one issue' ELSE csp.count_text(i.issues) || ' issues' END || ' in the period'
               || CASE i.by_scan WHEN 0 THEN ', added by hand' WHEN i.issues THEN ', raised by scans' ELSE ', ' || csp.count_text(i.by_scan) || ' raised by scans and ' || csp.count_text(i.issues - i.by_scan) || ' added by hand' END
               || CASE i.open WHEN 0 THEN '; none was open at its end.' ELSE '; open at its end: ' || i.latest || '.' END
        FROM (
            SELECT count(*) AS issues, count(*) FILTER (WHERE e.origin = 'scan') AS by_scan, count(*) FILTER (WHERE e.is_open) AS open,
                   csp.list_text(array_agg(e.title ORDER BY e.place) FILTER (WHERE e.is_open AND e.place <= 3) || CASE WHEN count(*) FILTER (WHERE e.is_open) > 3 THEN count(*) FILTER (WHERE e.is_open) - 3 || ' more' END) AS latest
            FROM (
                SELECT e.title, e.origin, coalesce(e.closed_on > chosen.period_to, true) AS is_open,
                       row_number() OVER (PARTITION BY coalesce(e.closed_on > chosen.period_to, true) ORDER BY e.opened_on DESC, e.emerging_issue_id DESC) AS place
                FROM @partnership@.emerging_issue e
                WHERE e.opened_on <= chosen.period_to
                  AND coalesce(e.closed_on, chosen.period_to) >= chosen.period_from
            ) e
        ) i
        WHERE i.issues > 0
      UNION ALL
        SELECT p.assessment_id, 50, 'plan',
               'Of ' || p.actions || ' actions of the plan, ' || p.completed + p.completed_late || ' are completed'
               || CASE WHEN p.completed_late > 0 THEN ' (' || p.completed_late || ' late)' ELSE '' END || ', '
               || p.overdue || ' overdue at the end of the period, ' || p.stopped || ' stopped and ' || p.open || ' not due yet.'
        FROM plan p
        WHERE p.actions > 0
      UNION ALL
        SELECT p.assessment_id, 51, 'plan',
               'Of ' || p.indicators || ' indicators, ' || coalesce(nullif(p.right_way, 0)::text, 'none') || ' moved the right way beyond chance, '
               || coalesce(nullif(p.wrong_way, 0)::text, 'none') || ' the wrong way, and '
               || p.unmoved || ' did not move beyond chance' || CASE WHEN p.unknown > 0 THEN '; ' || p.unknown || ' cannot be compared or tested' ELSE '' END || '.'
               || CASE p.without_indicator WHEN 0 THEN '' WHEN 1 THEN ' One priority has no indicator.' ELSE ' ' || p.without_indicator || ' priorities have no indicator.' END
        FROM plan p
        WHERE p.indicators > 0
      UNION ALL
        SELECT r.assessment_id, 60, 'priorities',
               'The priority matrix puts the highest risk on ' || r.first || '.'
               || CASE WHEN r.has_priorities THEN coalesce(' In the red or amber band but outside the present priorities: ' || r.outside || '.', '') ELSE '' END
        FROM risked r
      UNION ALL
        SELECT r.assessment_id, 61, 'priorities',
               CASE WHEN r.incomplete = r.problems THEN 'Every problem' ELSE r.incomplete || ' of ' || r.problems || ' problems' END
               || CASE WHEN r.incomplete = 1 OR r.incomplete = r.problems THEN ' lacks' ELSE ' lack' END
               || ' the score of a factor or more, which its mean leaves out.'
        FROM risked r
        WHERE r.incomplete > 0
      UNION ALL
        SELECT m.assessment_id, 70, 'limits', 'Months without data are not months without incidents: ' || m.missing || '.' FROM source_missing m
      UNION ALL
        SELECT b.assessment_id, 71, 'limits', 'To be read with the figures they touch: ' || b.notes || '.' FROM broken b
      UNION ALL
        SELECT r.assessment_id, 72, 'limits', 'Trends run across what breaks them: ' || r.notes || '.' FROM run_across r
      UNION ALL
        SELECT h.assessment_id, 74, 'limits',
               CASE WHEN h.without_harm = h.problems THEN 'No problem has a weight of harm in the scheme in use'
                    ELSE 'Harm is not known, which is not the same as none, for ' || h.names END || '.'
        FROM harm h
        WHERE h.without_harm > 0
    ),
    identified AS (
        -- a finding is one of its kind, but for what limits several sources
        SELECT f.assessment_id, f.finding_order AS statement, NULL::text AS about, f.topic, f.finding
        FROM finding f
      UNION ALL
        SELECT s.assessment_id, 73, s.limits, 'limits', 'In ' || s.sources || ', ' || s.limits || '.'
        FROM source_limit s
    )
    SELECT f.statement, f.about,
           row_number() OVER (ORDER BY f.statement, f.finding)::integer AS finding_order,
           f.topic, f.finding
    FROM identified f
    WHERE f.finding IS NOT NULL
      AND f.assessment_id = chosen.assessment_id
) s;
COMMENT ON VIEW @partnership@.strategic_summary IS 'Strategic assessment in words: what changed, what stands out, what the data cannot say; one row per assessment and finding';
COMMENT ON COLUMN @partnership@.strategic_summary.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_summary.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_summary.finding_order IS 'Order of the finding for display, from 1';
COMMENT ON COLUMN @partnership@.strategic_summary.topic IS 'levels, changes, peers, places, emerging (issues of the scanning register), plan, priorities or limits';
COMMENT ON COLUMN @partnership@.strategic_summary.finding IS 'One or two sentences';
