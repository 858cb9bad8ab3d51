-- Evidence of indicators. Did each indicator of the plan move between the baseline and the period
-- of an assessment?

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
