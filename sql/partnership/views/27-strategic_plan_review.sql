-- Strategic assessment, section 4: how far was last year's plan carried out, and did its indicators move?

CREATE OR REPLACE VIEW @partnership@.evidence_indicator_member
WITH (security_invoker = true) AS
-- One row per indicator and problem type that counts in it.
-- a subtype named beside its parent counts once
SELECT DISTINCT it.indicator_id, tree.member_id AS problem_type_id
FROM @partnership@.indicator_type it
JOIN @partnership@.evidence_type tree USING (problem_type_id);
COMMENT ON VIEW @partnership@.evidence_indicator_member IS 'What an indicator counts: one row per indicator and problem type, subtypes included';
COMMENT ON COLUMN @partnership@.evidence_indicator_member.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator_member.problem_type_id IS 'Problem type that counts in it';

CREATE OR REPLACE VIEW @partnership@.evidence_source_flag
WITH (security_invoker = true) AS
-- One row per source and flag that any of its incidents carries. A source that never sets a flag does not record it: none is then unknown, not 0.
SELECT c.source_id, v.flag
FROM (
    SELECT m.source_id, sum(m.domestic) AS domestic, sum(m.alcohol) AS alcohol, sum(m.drugs) AS drugs, sum(m.hate) AS hate, sum(m.weapon) AS weapon
    FROM @partnership@.incident_month_entry m
    GROUP BY m.source_id
) c
CROSS JOIN LATERAL (VALUES ('domestic', c.domestic), ('alcohol', c.alcohol), ('drugs', c.drugs), ('hate', c.hate), ('weapon', c.weapon)) AS v (flag, incidents)
WHERE v.incidents > 0;
COMMENT ON VIEW @partnership@.evidence_source_flag IS 'Which flags each source records: one row per source and flag that any of its incidents carries; a flag it never set is not known to it';
COMMENT ON COLUMN @partnership@.evidence_source_flag.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_source_flag.flag IS 'domestic, alcohol, drugs, hate or weapon';

CREATE OR REPLACE VIEW @partnership@.evidence_indicator_source
WITH (security_invoker = true) AS
-- One row per indicator and source that supplies a type it counts.
SELECT DISTINCT m.indicator_id, ts.source_id,
       i.flag IS NULL OR ((ts.source_id, i.flag) IN (SELECT f.source_id, f.flag FROM @partnership@.evidence_source_flag f)) IS TRUE AS is_used
FROM @partnership@.evidence_indicator_member m
JOIN @partnership@.indicator i USING (indicator_id)
JOIN @partnership@.evidence_type_source ts USING (problem_type_id);
COMMENT ON VIEW @partnership@.evidence_indicator_source IS 'Which sources an indicator rests on: one row per indicator and source that supplies a type it counts';
COMMENT ON COLUMN @partnership@.evidence_indicator_source.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_indicator_source.is_used IS 'False when the indicator counts a flag that the source does not record';

CREATE OR REPLACE VIEW @partnership@.evidence_indicator_count
WITH (security_invoker = true) AS
-- One row per indicator, source and month with anything to count.
SELECT m.indicator_id, c.source_id, c.month,
       sum(CASE i.flag
               WHEN 'domestic' THEN c.domestic WHEN 'alcohol' THEN c.alcohol WHEN 'drugs' THEN c.drugs
               WHEN 'hate' THEN c.hate WHEN 'weapon' THEN c.weapon ELSE c.incidents END) AS incidents,
       trim_scale(sum(c.harm)) AS harm, sum(c.unweighted) AS unweighted, sum(c.incidents) AS all_incidents
FROM @partnership@.evidence_indicator_member m
JOIN @partnership@.indicator i USING (indicator_id)
JOIN @partnership@.incident_month_entry c USING (problem_type_id)
LEFT JOIN @partnership@.area scope ON scope.area_id = i.area_id
LEFT JOIN @partnership@.area_ancestor aa ON aa.area_id = c.area_id AND aa.ancestor_id = i.area_id
-- the whole partnership counts what has no area as well
WHERE i.area_id IS NULL
   OR scope.area_kind = 'partnership'
   OR aa.area_id IS NOT NULL
GROUP BY m.indicator_id, c.source_id, c.month
HAVING sum(c.incidents) <> 0;
COMMENT ON VIEW @partnership@.evidence_indicator_count IS 'Counts of the indicators, by their types, flag and area: one row per indicator, source and month in which there are any';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.incidents IS 'Incidents, those with the indicator''s flag where it has one';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.harm IS 'Sum of harm weights of all its incidents';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.unweighted IS 'Incidents without a harm weight';
COMMENT ON COLUMN @partnership@.evidence_indicator_count.all_incidents IS 'Incidents, with the flag or without';

CREATE OR REPLACE VIEW @partnership@.evidence_indicator
WITH (security_invoker = true) AS
-- One row per assessment and indicator: its value in period and baseline, with the test. The baseline is the indicator's own, else the assessment's.
WITH compared AS MATERIALIZED (
    SELECT a.assessment_id, i.indicator_id, psm.part, psm.month, psm.source_id, psm.is_comparable,
           psm.source_period_months_compared, psm.source_baseline_months_compared,
           psm.period_note, psm.comparison_note
    FROM @partnership@.assessment a
    CROSS JOIN @partnership@.indicator i
    JOIN @partnership@.evidence_part_source_month psm
      ON psm.assessment_id = a.assessment_id
     AND psm.indicator_id = CASE WHEN i.baseline_from IS NOT NULL AND i.baseline_to IS NOT NULL THEN i.indicator_id ELSE 0 END
    JOIN @partnership@.evidence_indicator_source used ON used.indicator_id = i.indicator_id AND used.source_id = psm.source_id AND used.is_used
),
coverage AS (
    SELECT s.assessment_id, s.indicator_id,
           max(s.period_months) AS period_months, max(s.baseline_months) AS baseline_months,
           coalesce(min(s.period_compared) FILTER (WHERE s.period_compared > 0), 0) AS period_months_compared,
           coalesce(min(s.baseline_compared) FILTER (WHERE s.baseline_compared > 0), 0) AS baseline_months_compared,
           concat_ws('; ', max(s.period_note), max(s.comparison_note)) AS note
    FROM (
        SELECT c.assessment_id, c.indicator_id, c.source_id,
               count(*) FILTER (WHERE c.part = 'period') AS period_months,
               count(*) FILTER (WHERE c.part = 'baseline') AS baseline_months,
               max(c.source_period_months_compared) AS period_compared, max(c.source_baseline_months_compared) AS baseline_compared,
               max(c.period_note) AS period_note, max(c.comparison_note) AS comparison_note
        FROM compared c
        GROUP BY c.assessment_id, c.indicator_id, c.source_id
    ) s
    GROUP BY s.assessment_id, s.indicator_id
),
measured AS (
    SELECT c.assessment_id, c.indicator_id,
           coalesce(sum(n.incidents) FILTER (WHERE c.part = 'period'), 0)::bigint AS period_incidents,
           coalesce(sum(n.incidents) FILTER (WHERE c.part = 'baseline'), 0)::bigint AS baseline_incidents,
           coalesce(sum(n.harm) FILTER (WHERE c.part = 'period'), 0) AS period_harm,
           coalesce(sum(n.harm) FILTER (WHERE c.part = 'baseline'), 0) AS baseline_harm,
           -- a year's worth, each source over the months it compares
           coalesce(sum(round(12 * n.incidents / c.source_period_months_compared, 12)) FILTER (WHERE c.part = 'period'), 0)::float8 AS period_a_year,
           coalesce(sum(round(12 * n.incidents / c.source_baseline_months_compared, 12)) FILTER (WHERE c.part = 'baseline'), 0)::float8 AS baseline_a_year,
           coalesce(sum(round(12 * n.harm / c.source_period_months_compared, 12)) FILTER (WHERE c.part = 'period'), 0)::float8 AS period_harm_a_year,
           coalesce(sum(round(12 * n.harm / c.source_baseline_months_compared, 12)) FILTER (WHERE c.part = 'baseline'), 0)::float8 AS baseline_harm_a_year,
           coalesce(sum(n.unweighted), 0) AS unweighted, coalesce(sum(n.all_incidents), 0) AS all_incidents
    FROM compared c
    LEFT JOIN @partnership@.evidence_indicator_count n USING (indicator_id, source_id, month)
    WHERE c.is_comparable
    GROUP BY c.assessment_id, c.indicator_id
),
exposed AS (
    -- what a rate is per, in the year of the part's end or the nearest before it
    SELECT a.assessment_id, i.indicator_id, i.denominator, a.confidence,
           CASE i.denominator WHEN 'population' THEN period.population WHEN 'households' THEN period.households END AS period_count,
           CASE i.denominator WHEN 'population' THEN baseline.population WHEN 'households' THEN baseline.households END AS baseline_count
    FROM @partnership@.assessment a
    CROSS JOIN @partnership@.indicator i
    CROSS JOIN LATERAL (
        SELECT (array_agg(d.population ORDER BY d.year <= y.year DESC, abs(d.year - y.year)) FILTER (WHERE d.population IS NOT NULL))[1] AS population,
               (array_agg(d.households ORDER BY d.year <= y.year DESC, abs(d.year - y.year)) FILTER (WHERE d.households IS NOT NULL))[1] AS households
        FROM @partnership@.evidence_denominator d
        CROSS JOIN (SELECT extract(year FROM a.period_to)::integer AS year) y
        WHERE i.denominator IN ('population', 'households')
          AND d.area_id = coalesce(i.area_id, (SELECT min(whole.area_id) FROM @partnership@.area whole WHERE whole.area_kind = 'partnership'))
    ) period
    CROSS JOIN LATERAL (
        SELECT (array_agg(d.population ORDER BY d.year <= y.year DESC, abs(d.year - y.year)) FILTER (WHERE d.population IS NOT NULL))[1] AS population,
               (array_agg(d.households ORDER BY d.year <= y.year DESC, abs(d.year - y.year)) FILTER (WHERE d.households IS NOT NULL))[1] AS households
        FROM @partnership@.evidence_denominator d
        CROSS JOIN (SELECT extract(year FROM coalesce(CASE WHEN i.baseline_from IS NOT NULL THEN i.baseline_to END, a.baseline_to))::integer AS year) y
        WHERE i.denominator IN ('population', 'households')
          AND d.area_id = coalesce(i.area_id, (SELECT min(whole.area_id) FROM @partnership@.area whole WHERE whole.area_kind = 'partnership'))
    ) baseline
)
SELECT e.assessment_id, e.indicator_id,
       coalesce(v.period_months, 0)::integer AS period_months,
       coalesce(v.period_months_compared, 0)::integer AS period_months_compared,
       CASE WHEN v.baseline_months > 0 THEN v.baseline_months_compared END::integer AS baseline_months_compared,
       m.period_incidents, m.baseline_incidents,
       m.period_harm::float8 AS period_harm, m.baseline_harm::float8 AS baseline_harm,
       CASE e.denominator
           WHEN 'count' THEN csp.rate_change(m.baseline_incidents, v.baseline_months_compared, m.period_incidents, v.period_months_compared, e.confidence)
           -- weights differ between offences: sums of them have no Poisson test
           WHEN 'harm' THEN ROW(100 * (m.period_harm_a_year / nullif(m.baseline_harm_a_year, 0) - 1), m.period_harm_a_year / nullif(m.baseline_harm_a_year, 0),
                                NULL, NULL, NULL)::csp.rate_change_estimate
           ELSE csp.rate_change(m.baseline_incidents, v.baseline_months_compared * e.baseline_count, m.period_incidents, v.period_months_compared * e.period_count, e.confidence)
       END AS change,
       CASE e.denominator WHEN 'count' THEN m.period_a_year WHEN 'harm' THEN CASE WHEN m.unweighted < m.all_incidents THEN m.period_harm_a_year END
                          ELSE csp.rate_per_1000(m.period_a_year, e.period_count::float8) END AS period_value,
       CASE e.denominator WHEN 'count' THEN m.baseline_a_year WHEN 'harm' THEN CASE WHEN m.unweighted < m.all_incidents THEN m.baseline_harm_a_year END
                          ELSE csp.rate_per_1000(m.baseline_a_year, e.baseline_count::float8) END AS baseline_value,
       nullif(v.note, '') AS note
FROM exposed e
LEFT JOIN coverage v USING (assessment_id, indicator_id)
LEFT JOIN measured m USING (assessment_id, indicator_id);
COMMENT ON VIEW @partnership@.evidence_indicator IS 'Indicators of the plan over an assessment''s period and the indicator''s baseline (else the assessment''s): one row per assessment and indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_indicator.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator.period_months IS 'Whole months in the period; 0 when no source of its types has data in period or baseline';
COMMENT ON COLUMN @partnership@.evidence_indicator.period_months_compared IS 'Of these, compared (the least over its sources)';
COMMENT ON COLUMN @partnership@.evidence_indicator.baseline_months_compared IS 'Months of the baseline that are compared; NULL without a baseline';
COMMENT ON COLUMN @partnership@.evidence_indicator.period_incidents IS 'Incidents in the compared months of the period; NULL when none can be compared';
COMMENT ON COLUMN @partnership@.evidence_indicator.baseline_incidents IS 'Incidents in the compared months of the baseline; NULL when none can be compared';
COMMENT ON COLUMN @partnership@.evidence_indicator.period_harm IS 'Sum of harm weights in the compared months of the period';
COMMENT ON COLUMN @partnership@.evidence_indicator.baseline_harm IS 'Sum of harm weights in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.evidence_indicator.change IS 'Change of the value: counts and rates with interval and exact p-value; harm without, since weights have no Poisson test';
COMMENT ON COLUMN @partnership@.evidence_indicator.period_value IS 'Value a year in the indicator''s unit: count, rate per 1,000, or harm';
COMMENT ON COLUMN @partnership@.evidence_indicator.baseline_value IS 'The same in the baseline';
COMMENT ON COLUMN @partnership@.evidence_indicator.note IS 'How the comparison is short of like for like; NULL when nothing';

CREATE OR REPLACE VIEW @partnership@.strategic_plan_review
WITH (security_invoker = true) AS
-- One row per assessment, priority under review and action or indicator of it; a priority without an indicator says so in a row.
WITH reviewed AS (
    SELECT a.assessment_id, a.period_from, a.period_to, a.baseline_from, a.false_discovery_rate, p.priority_id, p.code AS priority, p.title AS priority_title, p.sort_order
    FROM @partnership@.assessment a
    JOIN @partnership@.assessment_priority ap USING (assessment_id)
    JOIN @partnership@.priority p USING (priority_id)
),
item AS (
    SELECT r.assessment_id, r.priority_id, r.priority, r.priority_title, r.sort_order,
           'action' AS item, act.code, act.title, owner.name AS owner,
           act.status, act.progress_percent, act.due_on, act.completed_on,
           CASE
               WHEN act.status = 'complete' AND act.completed_on > act.due_on THEN 'completed late'
               WHEN act.status = 'complete' THEN 'completed'
               WHEN act.status = 'stopped' THEN 'stopped'
               WHEN act.due_on <= r.period_to THEN 'overdue'
               WHEN act.status = 'planned' THEN 'not started'
               ELSE 'on the way'
           END AS finding,
           act.note,
           NULL::bigint AS period_incidents, NULL::bigint AS baseline_incidents, NULL::csp.rate_change_estimate AS change,
           NULL::float8 AS period_value, NULL::float8 AS baseline_value, NULL::text AS unit,
           NULL::float8 AS target_change_percent, NULL::float8 AS target_value, NULL::text AS polarity, r.false_discovery_rate
    FROM reviewed r
    JOIN @partnership@.plan_action act USING (priority_id)
    LEFT JOIN @partnership@.agency owner ON owner.agency_id = act.owner_agency_id
  UNION ALL
    SELECT r.assessment_id, r.priority_id, r.priority, r.priority_title, r.sort_order,
           'indicator', i.code, i.title, NULL, NULL, NULL, i.target_on, NULL,
           NULL,
           nullif(concat_ws('; ',
               CASE
                   WHEN k.sources IS NULL THEN 'it counts no problem type that any source supplies'
                   WHEN k.sources_used = 0 THEN 'no source of its types records the flag ' || i.flag
                   WHEN e.baseline_months_compared IS NULL THEN 'no data in a baseline to compare with'
                   WHEN e.period_months_compared < e.period_months
                       THEN e.period_months - e.period_months_compared || ' of ' || e.period_months || ' months of a source ' || CASE e.period_months - e.period_months_compared WHEN 1 THEN 'is' ELSE 'are' END || ' left out of both parts: not wholly covered'
               END,
               CASE WHEN k.sources_used > 0 THEN 'without ' || k.left_out || ': no flag ' || i.flag || ' is recorded there' END,
               e.note,
               (SELECT string_agg(DISTINCT b.description, '; ')
                FROM @partnership@.indicator_type it
                JOIN @partnership@.evidence_type_break b USING (problem_type_id)
                WHERE it.indicator_id = i.indicator_id
                  AND b.starts_on > CASE WHEN i.baseline_to IS NOT NULL THEN i.baseline_from ELSE r.baseline_from END
                  AND b.starts_on <= r.period_to
                  AND (i.area_id IS NOT NULL OR NOT b.is_of_areas)),
               CASE i.denominator WHEN 'harm' THEN 'harm is not tested: weights have no Poisson test' END), ''),
           e.period_incidents, e.baseline_incidents, e.change,
           e.period_value, e.baseline_value,
           CASE i.denominator WHEN 'count' THEN 'count a year' WHEN 'harm' THEN 'harm a year' ELSE 'per 1,000 ' || CASE i.denominator WHEN 'population' THEN 'residents' ELSE 'households' END || ' a year' END,
           i.target_change_percent, i.target_value, i.polarity, r.false_discovery_rate
    FROM reviewed r
    JOIN @partnership@.indicator i USING (priority_id)
    JOIN @partnership@.evidence_indicator e ON e.assessment_id = r.assessment_id AND e.indicator_id = i.indicator_id
    LEFT JOIN (
        SELECT used.indicator_id, count(*) AS sources, count(*) FILTER (WHERE used.is_used) AS sources_used,
               string_agg(src.title, ', ' ORDER BY src.title) FILTER (WHERE NOT used.is_used) AS left_out
        FROM @partnership@.evidence_indicator_source used
        JOIN @partnership@.source src USING (source_id)
        GROUP BY used.indicator_id
    ) k ON k.indicator_id = i.indicator_id
  UNION ALL
    SELECT r.assessment_id, r.priority_id, r.priority, r.priority_title, r.sort_order,
           'indicator', NULL, 'No indicator', NULL, NULL, NULL, NULL, NULL,
           'no indicator', 'Nothing says whether this priority moved',
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, r.false_discovery_rate
    FROM reviewed r
    WHERE NOT EXISTS (SELECT FROM @partnership@.indicator i WHERE i.priority_id = r.priority_id)
),
tested AS (
    SELECT item.*,
           csp.adjusted_p_value((item.change).p_value) OVER (PARTITION BY item.assessment_id) AS adjusted_p_value
    FROM item
)
SELECT t.assessment_id, t.priority, t.priority_title, t.sort_order, t.item, t.code, t.title, t.owner, t.status, t.progress_percent,
       t.due_on, t.completed_on,
       t.period_incidents, t.baseline_incidents,
       (t.change).percent_change,
       100 * ((t.change).lower - 1) AS percent_lower,
       CASE WHEN (t.change).upper < 'Infinity'::float8 THEN 100 * ((t.change).upper - 1) END AS percent_upper,
       (t.change).p_value,
       t.adjusted_p_value,
       t.target_change_percent,
       CASE
           WHEN t.finding IS NOT NULL THEN t.finding
           WHEN t.item = 'action' THEN NULL
           WHEN t.unit = 'harm a year' AND (t.change).ratio IS NOT NULL THEN 'not tested'
           WHEN t.adjusted_p_value IS NULL THEN 'not comparable'
           WHEN t.adjusted_p_value > t.false_discovery_rate THEN 'did not move beyond chance'
           WHEN ((t.change).ratio < 1) = (t.polarity = 'lower is better') THEN 'moved the right way'
           ELSE 'moved the wrong way'
       END AS finding,
       target.is_met AS target_is_met,
       t.note,
       t.period_value, t.baseline_value, t.unit, t.target_value
FROM tested t
-- a target may be a change, a value, or both; what cannot be measured is not met nor missed
CROSS JOIN LATERAL (
    SELECT bool_and(CASE WHEN t.polarity = 'lower is better' THEN goal.reached <= goal.wanted ELSE goal.reached >= goal.wanted END) AS is_met
    FROM (VALUES ((t.change).percent_change, t.target_change_percent), (t.period_value, t.target_value)) AS goal (reached, wanted)
    WHERE goal.wanted IS NOT NULL
      AND goal.reached IS NOT NULL
) target;
COMMENT ON VIEW @partnership@.strategic_plan_review IS 'Strategic assessment 4, last plan: how far was it carried out, and did its indicators move? One row per assessment, priority under review and action or indicator of it; a priority without an indicator says so in a row';
COMMENT ON COLUMN @partnership@.strategic_plan_review.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_plan_review.priority IS 'Code of the priority';
COMMENT ON COLUMN @partnership@.strategic_plan_review.priority_title IS 'Title of the priority';
COMMENT ON COLUMN @partnership@.strategic_plan_review.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_plan_review.item IS 'action or indicator';
COMMENT ON COLUMN @partnership@.strategic_plan_review.code IS 'Code of the action or indicator';
COMMENT ON COLUMN @partnership@.strategic_plan_review.title IS 'Title of the action or indicator';
COMMENT ON COLUMN @partnership@.strategic_plan_review.owner IS 'Agency that owns the action';
COMMENT ON COLUMN @partnership@.strategic_plan_review.status IS 'State of the action: planned, in progress, complete, stopped';
COMMENT ON COLUMN @partnership@.strategic_plan_review.progress_percent IS 'How far the action is, in per cent; NULL: not reported';
COMMENT ON COLUMN @partnership@.strategic_plan_review.due_on IS 'When the action is due or the indicator''s target is to be met';
COMMENT ON COLUMN @partnership@.strategic_plan_review.completed_on IS 'When the action was completed';
COMMENT ON COLUMN @partnership@.strategic_plan_review.period_incidents IS 'Incidents of the indicator in the compared months of the period; NULL when none can be compared';
COMMENT ON COLUMN @partnership@.strategic_plan_review.baseline_incidents IS 'Incidents of the indicator in the compared months of its baseline';
COMMENT ON COLUMN @partnership@.strategic_plan_review.percent_change IS 'Change of the indicator''s value in per cent; NULL when the baseline is 0';
COMMENT ON COLUMN @partnership@.strategic_plan_review.percent_lower IS 'Lower limit of the change in per cent (conditional exact interval)';
COMMENT ON COLUMN @partnership@.strategic_plan_review.percent_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
COMMENT ON COLUMN @partnership@.strategic_plan_review.p_value IS 'Two-sided exact p-value of no change';
COMMENT ON COLUMN @partnership@.strategic_plan_review.adjusted_p_value IS 'The same after Benjamini-Hochberg over the assessment''s indicators';
COMMENT ON COLUMN @partnership@.strategic_plan_review.target_change_percent IS 'Wanted change in per cent';
COMMENT ON COLUMN @partnership@.strategic_plan_review.finding IS 'For actions: completed, completed late, on the way, not started, overdue (at the end of the period), stopped; for indicators: moved the right way, moved the wrong way, did not move beyond chance, not tested (harm), not comparable, no indicator';
COMMENT ON COLUMN @partnership@.strategic_plan_review.target_is_met IS 'True when the change and the value reached their targets, whether or not beyond chance; NULL without a target or a figure';
COMMENT ON COLUMN @partnership@.strategic_plan_review.note IS 'Progress in words, or what is missing in the indicator''s data';
COMMENT ON COLUMN @partnership@.strategic_plan_review.period_value IS 'Value of the indicator in the period, a year, in its unit; NULL when it cannot be compared';
COMMENT ON COLUMN @partnership@.strategic_plan_review.baseline_value IS 'The same in the baseline';
COMMENT ON COLUMN @partnership@.strategic_plan_review.unit IS 'Unit of the values: count, rate per 1,000 or harm, a year';
COMMENT ON COLUMN @partnership@.strategic_plan_review.target_value IS 'Wanted value in that unit';
