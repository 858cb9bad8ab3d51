-- Strategic assessment, section 4: how far was last year's plan carried out, and did its indicators
-- move?

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
           'action' AS item, act.plan_action_id AS item_id, act.code, act.title, owner.name AS owner,
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
           'indicator', i.indicator_id, i.code, i.title, NULL, NULL, NULL, i.target_on, NULL,
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
           'indicator', NULL, NULL, 'No indicator', NULL, NULL, NULL, NULL, NULL,
           'no indicator', 'Nothing says whether this priority moved',
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, r.false_discovery_rate
    FROM reviewed r
    WHERE NOT EXISTS (SELECT FROM @partnership@.indicator i WHERE i.priority_id = r.priority_id)
),
tested AS (
    SELECT item.assessment_id, item.priority_id, item.priority, item.priority_title, item.sort_order,
           item.item, item.item_id,
           item.code, item.title, item.owner, item.status, item.progress_percent, item.due_on,
           item.completed_on, item.finding, item.note, item.period_incidents,
           item.baseline_incidents, item.change, item.period_value, item.baseline_value, item.unit,
           item.target_change_percent, item.target_value, item.polarity, item.false_discovery_rate,
           csp.adjusted_p_value((item.change).p_value) OVER (PARTITION BY item.assessment_id) AS adjusted_p_value
    FROM item
)
SELECT t.assessment_id,
       csp_internal.row_key(t.assessment_id::text, t.priority_id::text, t.item, t.item_id::text) AS row_key,
       t.priority, t.priority_title, t.sort_order, t.item, t.code, t.title, t.owner, t.status, t.progress_percent,
       t.due_on, t.completed_on AS done_on,
       t.period_incidents, t.baseline_incidents,
       (t.change).percent_change AS change_percent,
       csp_internal.percent_limit((t.change).lower) AS change_lower,
       csp_internal.percent_limit((t.change).upper) AS change_upper,
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
COMMENT ON COLUMN @partnership@.strategic_plan_review.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
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
COMMENT ON COLUMN @partnership@.strategic_plan_review.done_on IS 'When the action was completed';
COMMENT ON COLUMN @partnership@.strategic_plan_review.period_incidents IS 'Incidents of the indicator in the compared months of the period; NULL when none can be compared';
COMMENT ON COLUMN @partnership@.strategic_plan_review.baseline_incidents IS 'Incidents of the indicator in the compared months of its baseline';
COMMENT ON COLUMN @partnership@.strategic_plan_review.change_percent IS 'Change of the indicator''s value in per cent; NULL when the baseline is 0';
COMMENT ON COLUMN @partnership@.strategic_plan_review.change_lower IS 'Lower limit of the change in per cent (conditional exact interval)';
COMMENT ON COLUMN @partnership@.strategic_plan_review.change_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
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
