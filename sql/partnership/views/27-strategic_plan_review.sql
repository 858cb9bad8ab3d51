-- Strategic assessment, section 4: how far was last year's plan carried out, and did its indicators move?

CREATE OR REPLACE VIEW @partnership@.evidence_indicator
WITH (security_invoker = true) AS
-- One row per assessment and indicator: its value in period and baseline, with the test. The baseline is the indicator's own, else the assessment's.
WITH part AS (
    SELECT a.assessment_id, a.confidence, i.indicator_id, i.denominator, i.flag, i.area_id,
           parts.part, parts.part_from, parts.part_to
    FROM @partnership@.assessment a
    CROSS JOIN @partnership@.indicator i
    CROSS JOIN LATERAL (VALUES ('period', a.period_from, a.period_to),
                               ('baseline', coalesce(i.baseline_from, a.baseline_from), coalesce(i.baseline_to, a.baseline_to))) AS parts (part, part_from, part_to)
    WHERE parts.part_from IS NOT NULL
),
indicator_source AS (
    SELECT DISTINCT it.indicator_id, ts.source_id
    FROM @partnership@.indicator_type it
    JOIN @partnership@.evidence_type_source ts USING (problem_type_id)
),
part_month AS (
    SELECT p.assessment_id, p.indicator_id, p.part, month.month::date AS month,
           row_number() OVER (PARTITION BY p.assessment_id, p.indicator_id, p.part ORDER BY month.month) AS position,
           bool_and(sm.source_id IS NOT NULL) AS is_covered
    FROM part p
    CROSS JOIN LATERAL generate_series(date_trunc('month', p.part_from::timestamp + interval '1 month - 1 day'),
                                       date_trunc('month', p.part_to::timestamp + interval '1 day') - interval '1 month', '1 month') AS month (month)
    JOIN indicator_source s USING (indicator_id)
    LEFT JOIN @partnership@.evidence_source_month sm ON sm.source_id = s.source_id AND sm.month = month.month::date
    GROUP BY p.assessment_id, p.indicator_id, p.part, month.month
),
compared_month AS (
    -- parts of equal length are compared month by month, so that a missing month is left out of both
    SELECT pm.assessment_id, pm.indicator_id, pm.part, pm.month, pm.is_covered,
           pm.is_covered AND (NOT pm.is_equal_length
                              OR count(*) FILTER (WHERE pm.is_covered) OVER (PARTITION BY pm.assessment_id, pm.indicator_id, pm.position) = 2) AS is_comparable
    FROM (
        SELECT part_month.*,
               count(*) FILTER (WHERE part = 'period') OVER (PARTITION BY assessment_id, indicator_id)
             = count(*) FILTER (WHERE part = 'baseline') OVER (PARTITION BY assessment_id, indicator_id) AS is_equal_length
        FROM part_month
    ) pm
),
indicator_month AS (
    SELECT member.indicator_id, m.month,
           sum(CASE i.flag
                   WHEN 'domestic' THEN m.domestic WHEN 'alcohol' THEN m.alcohol WHEN 'drugs' THEN m.drugs
                   WHEN 'hate' THEN m.hate WHEN 'weapon' THEN m.weapon ELSE m.incidents END) AS incidents,
           sum(m.harm) AS harm
    FROM (
        -- a subtype named beside its parent counts once
        SELECT DISTINCT it.indicator_id, tree.member_id
        FROM @partnership@.indicator_type it
        JOIN @partnership@.evidence_type tree USING (problem_type_id)
    ) member
    JOIN @partnership@.indicator i USING (indicator_id)
    JOIN @partnership@.incident_month m ON m.problem_type_id = member.member_id
    LEFT JOIN @partnership@.area_ancestor aa ON aa.area_id = m.area_id AND aa.ancestor_id = i.area_id
    WHERE i.area_id IS NULL
       OR aa.area_id IS NOT NULL
    GROUP BY member.indicator_id, m.month
),
measured AS (
    SELECT pm.assessment_id, pm.indicator_id, pm.part,
           count(*) AS months,
           count(*) FILTER (WHERE pm.is_comparable) AS months_compared,
           coalesce(sum(im.incidents) FILTER (WHERE pm.is_comparable), 0) AS incidents,
           coalesce(sum(im.harm) FILTER (WHERE pm.is_comparable), 0) AS harm
    FROM compared_month pm
    LEFT JOIN indicator_month im USING (indicator_id, month)
    GROUP BY pm.assessment_id, pm.indicator_id, pm.part
)
SELECT a.assessment_id, i.indicator_id,
       p.months::integer AS period_months, p.months_compared::integer AS period_months_compared,
       b.months_compared::integer AS baseline_months_compared,
       p.incidents::bigint AS period_incidents,
       b.incidents::bigint AS baseline_incidents,
       p.harm::float8 AS period_harm, b.harm::float8 AS baseline_harm,
       CASE WHEN p.months_compared > 0 AND b.months_compared > 0
            THEN csp.rate_change(b.incidents::bigint, b.months_compared, p.incidents::bigint, p.months_compared, a.confidence)
       END AS change
FROM @partnership@.assessment a
CROSS JOIN @partnership@.indicator i
LEFT JOIN measured p ON p.assessment_id = a.assessment_id AND p.indicator_id = i.indicator_id AND p.part = 'period'
LEFT JOIN measured b ON b.assessment_id = a.assessment_id AND b.indicator_id = i.indicator_id AND b.part = 'baseline';
COMMENT ON VIEW @partnership@.evidence_indicator IS 'Indicators of the plan over an assessment''s period and the indicator''s baseline (else the assessment''s): one row per assessment and indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_indicator.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.evidence_indicator.period_months IS 'Whole months in the period';
COMMENT ON COLUMN @partnership@.evidence_indicator.period_months_compared IS 'Of these, compared: covered by every source of the indicator''s types, and so the month of the same position in a baseline of equal length';
COMMENT ON COLUMN @partnership@.evidence_indicator.baseline_months_compared IS 'Months of the baseline that are compared';
COMMENT ON COLUMN @partnership@.evidence_indicator.period_incidents IS 'Incidents in the compared months of the period';
COMMENT ON COLUMN @partnership@.evidence_indicator.baseline_incidents IS 'Incidents in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.evidence_indicator.period_harm IS 'Sum of harm weights in the period';
COMMENT ON COLUMN @partnership@.evidence_indicator.baseline_harm IS 'Sum of harm weights in the baseline';
COMMENT ON COLUMN @partnership@.evidence_indicator.change IS 'Change of the monthly count with its interval and exact p-value';

CREATE OR REPLACE VIEW @partnership@.strategic_plan_review
WITH (security_invoker = true) AS
-- One row per assessment, priority under review and action or indicator of it.
WITH reviewed AS (
    SELECT a.assessment_id, a.period_to, a.false_discovery_rate, p.priority_id, p.code AS priority, p.title AS priority_title, p.sort_order
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
           NULL::float8 AS target_change_percent, NULL::text AS polarity, r.false_discovery_rate
    FROM reviewed r
    JOIN @partnership@.plan_action act USING (priority_id)
    LEFT JOIN @partnership@.agency owner ON owner.agency_id = act.owner_agency_id
  UNION ALL
    SELECT r.assessment_id, r.priority_id, r.priority, r.priority_title, r.sort_order,
           'indicator', i.code, i.title, NULL, NULL, NULL, i.target_on, NULL,
           NULL,
           nullif(concat_ws('; ',
               CASE WHEN e.period_months_compared < e.period_months THEN e.period_months - e.period_months_compared || ' of ' || e.period_months || ' months are left out: not covered by every source' END,
               CASE WHEN e.baseline_months_compared IS NULL THEN 'no baseline' END), ''),
           e.period_incidents, e.baseline_incidents, e.change,
           i.target_change_percent, i.polarity, r.false_discovery_rate
    FROM reviewed r
    JOIN @partnership@.indicator i USING (priority_id)
    JOIN @partnership@.evidence_indicator e ON e.assessment_id = r.assessment_id AND e.indicator_id = i.indicator_id
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
           WHEN t.item = 'action' THEN t.finding
           WHEN t.adjusted_p_value IS NULL THEN 'not comparable'
           WHEN t.adjusted_p_value > t.false_discovery_rate THEN 'did not move beyond chance'
           WHEN ((t.change).ratio < 1) = (t.polarity = 'lower is better') THEN 'moved the right way'
           ELSE 'moved the wrong way'
       END AS finding,
       CASE
           WHEN t.target_change_percent IS NULL OR (t.change).percent_change IS NULL THEN NULL
           WHEN t.polarity = 'lower is better' THEN (t.change).percent_change <= t.target_change_percent
           ELSE (t.change).percent_change >= t.target_change_percent
       END AS target_is_met,
       t.note
FROM tested t;
COMMENT ON VIEW @partnership@.strategic_plan_review IS 'Strategic assessment 4, last plan: how far was it carried out, and did its indicators move? One row per assessment, priority under review and action or indicator of it';
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
COMMENT ON COLUMN @partnership@.strategic_plan_review.period_incidents IS 'Incidents of the indicator in the compared months of the period';
COMMENT ON COLUMN @partnership@.strategic_plan_review.baseline_incidents IS 'Incidents of the indicator in the compared months of its baseline';
COMMENT ON COLUMN @partnership@.strategic_plan_review.percent_change IS 'Change of the indicator''s monthly count in per cent';
COMMENT ON COLUMN @partnership@.strategic_plan_review.percent_lower IS 'Lower limit of the change in per cent (conditional exact interval)';
COMMENT ON COLUMN @partnership@.strategic_plan_review.percent_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
COMMENT ON COLUMN @partnership@.strategic_plan_review.p_value IS 'Two-sided exact p-value of no change';
COMMENT ON COLUMN @partnership@.strategic_plan_review.adjusted_p_value IS 'The same after Benjamini-Hochberg over the assessment''s indicators';
COMMENT ON COLUMN @partnership@.strategic_plan_review.target_change_percent IS 'Wanted change in per cent';
COMMENT ON COLUMN @partnership@.strategic_plan_review.finding IS 'For actions: completed, completed late, on the way, not started, overdue (at the end of the period), stopped; for indicators: moved the right way, moved the wrong way, did not move beyond chance, not comparable';
COMMENT ON COLUMN @partnership@.strategic_plan_review.target_is_met IS 'True when the change reached the target; NULL without a target or a figure';
COMMENT ON COLUMN @partnership@.strategic_plan_review.note IS 'Progress in words, or what is missing in the indicator''s data';
