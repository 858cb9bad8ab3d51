-- Performance: the scorecard. Where is each indicator, where is it going, and will it meet its
-- target?

CREATE OR REPLACE VIEW @partnership@.performance_scorecard
WITH (security_invoker = true) AS
-- One row per indicator.
WITH performance AS MATERIALIZED (
    SELECT p.trend_months, p.confidence, p.alpha, p.green_probability, p.red_probability, p.assessment_id
    FROM @partnership@.evidence_performance p
),
figure AS MATERIALIZED (
    SELECT m.indicator_id, m.unit, m.month, csp.month_number(m.month) AS month_number, m.value, m.numerator, m.value_12_months, m.target_line, m.target_a_year, m.baseline_mean, m.baseline_months, m.area_name, m.status, m.note,
           m.days * coalesce(m.denominator_count, 1) AS exposure,
           max(csp.month_number(m.month)) FILTER (WHERE m.value IS NOT NULL) OVER (PARTITION BY m.indicator_id) AS last_number
    FROM @partnership@.performance_indicator_month m
),
latest AS (
    SELECT f.indicator_id, f.unit, f.month, f.month_number, f.value, f.numerator,
           f.value_12_months, f.target_line, f.target_a_year, f.baseline_mean, f.baseline_months,
           f.area_name, f.status, f.note, f.exposure, f.last_number
    FROM figure f
    WHERE f.month_number = f.last_number
),
paired AS (
    -- the twelve months up to the last one and their likes a year before, where both have a value
    SELECT f.indicator_id, count(*)::integer AS months,
           sum(f.value) AS value, sum(before.value) AS value_before,
           sum(f.numerator) AS numerator, sum(before.numerator) AS numerator_before,
           sum(f.exposure)::bigint AS exposure, sum(before.exposure)::bigint AS exposure_before,
           max(before.value) FILTER (WHERE f.month_number = f.last_number) AS month_before
    FROM figure f
    JOIN figure before ON before.indicator_id = f.indicator_id AND before.month_number = f.month_number - 12
    WHERE f.month_number > f.last_number - 12
      AND f.value IS NOT NULL
      AND before.value IS NOT NULL
    GROUP BY f.indicator_id
),
changed AS (
    SELECT p.indicator_id, p.months, p.value, p.value_before, p.numerator, p.numerator_before,
           p.exposure, p.exposure_before, p.month_before,
           CASE i.denominator
               -- weights differ between offences: sums of them have no Poisson test
               WHEN 'harm' THEN ROW(100 * (p.value / nullif(p.value_before, 0) - 1), p.value / nullif(p.value_before, 0), NULL, NULL, NULL)::csp.rate_change_estimate
               ELSE csp.rate_change(p.numerator_before::bigint, p.exposure_before, p.numerator::bigint, p.exposure, f.confidence)
           END AS change
    FROM paired p
    JOIN @partnership@.indicator i USING (indicator_id)
    CROSS JOIN performance f
),
travelled AS (
    SELECT f.indicator_id, count(*)::integer AS months, csp.poisson_trend(f.numerator, f.month_number::float8, f.exposure::float8, p.confidence) AS trend
    FROM figure f
    CROSS JOIN performance p
    WHERE f.month_number > f.last_number - p.trend_months
      AND f.value IS NOT NULL
    GROUP BY f.indicator_id
),
charted AS (
    SELECT DISTINCT ON (c.indicator_id) c.indicator_id, c.month, c.signal, c.is_favourable
    FROM @partnership@.performance_control_chart c
    ORDER BY c.indicator_id, c.month DESC
),
known AS MATERIALIZED (
    SELECT used.indicator_id, count(*) AS sources, count(*) FILTER (WHERE used.is_used) AS sources_used,
           string_agg(s.title, ', ' ORDER BY s.title) FILTER (WHERE NOT used.is_used) AS left_out
    FROM @partnership@.evidence_indicator_source used
    JOIN @partnership@.source s USING (source_id)
    GROUP BY used.indicator_id
),
crossed AS (
    -- what broke the series since the first month that trend and comparisons read
    SELECT l.indicator_id, string_agg(DISTINCT b.description, '; ') AS breaks
    FROM (
        SELECT f.indicator_id, min(f.month) AS first_month, max(f.month) AS last_month
        FROM figure f
        CROSS JOIN performance p
        WHERE f.month_number > f.last_number - greatest(p.trend_months, 24)
          AND f.value IS NOT NULL
        GROUP BY f.indicator_id
    ) l
    JOIN @partnership@.indicator i USING (indicator_id)
    JOIN @partnership@.evidence_indicator_member m USING (indicator_id)
    JOIN @partnership@.evidence_type_break b ON b.problem_type_id = m.problem_type_id
        AND b.starts_on > l.first_month AND b.starts_on < l.last_month + interval '1 month'
        AND (i.area_id IS NOT NULL OR NOT b.is_of_areas)
    GROUP BY l.indicator_id
),
joined AS (
    SELECT i.indicator_id, i.code AS indicator, i.title, i.priority_id, i.denominator, i.polarity, i.target_on, i.priority_id IS NOT NULL AS has_priority,
           l.area_name, l.unit, l.month, l.value, l.value_12_months, l.target_line, l.target_a_year, l.baseline_mean,
           c.months AS months_compared, c.value AS value_compared, c.value_before, c.month_before, c.change,
           csp.adjusted_p_value((c.change).p_value) OVER () AS change_adjusted_p_value,
           t.months AS trend_months, t.trend,
           csp.adjusted_p_value((t.trend).p_value) OVER () AS trend_adjusted_p_value,
           coalesce(pr.target_projection, pr.year_projection) AS projection,
           CASE WHEN pr.target_projection IS NULL THEN pr.year_to ELSE pr.target_to END AS projected_to,
           CASE WHEN pr.target_projection IS NULL THEN pr.year_stand_ins ELSE pr.target_stand_ins END AS stand_ins,
           ch.signal, ch.is_favourable,
           pe.own_rank, pe.peer_members, pe.own_rate, pe.peer_mean_rate, pe.verdict AS peer_verdict,
           f.alpha, f.green_probability, f.red_probability,
           -- why an indicator that peers could be asked about is not compared
           CASE WHEN pe.own_rank IS NULL AND i.flag IS NULL AND i.denominator <> 'harm' AND coalesce(scope.area_kind = 'partnership', true) AND g.peers > 0 AND k.sources > 0 THEN
               CASE WHEN CASE i.denominator WHEN 'households' THEN g.with_households ELSE g.with_population END = 0
                    THEN 'no ' || CASE i.denominator WHEN 'households' THEN 'households' ELSE 'residents' END || ' of theirs are known'
                    WHEN f.assessment_id IS NULL THEN 'there is no strategic assessment whose period to take'
                    ELSE 'they do not report its types in the period of the latest strategic assessment' END
           END AS peer_lack,
           x.breaks, l.baseline_months, i.target_value,
           i.flag, k.sources, k.sources_used, k.left_out,
           n.months_covered, n.reason AS month_reason
    FROM @partnership@.indicator i
    CROSS JOIN performance f
    LEFT JOIN latest l ON l.indicator_id = i.indicator_id
    LEFT JOIN changed c ON c.indicator_id = i.indicator_id
    LEFT JOIN travelled t ON t.indicator_id = i.indicator_id
    LEFT JOIN @partnership@.evidence_indicator_projection pr ON pr.indicator_id = i.indicator_id
    LEFT JOIN charted ch ON ch.indicator_id = i.indicator_id
    LEFT JOIN @partnership@.evidence_indicator_peer pe ON pe.indicator_id = i.indicator_id
    LEFT JOIN (
        -- a figure that is missing from every month that is covered has one reason, the same each month
        SELECT m.indicator_id, count(*) FILTER (WHERE m.status = 'covered') AS months_covered, max(m.note) FILTER (WHERE m.status = 'covered' AND m.value IS NULL) AS reason
        FROM figure m
        GROUP BY m.indicator_id
    ) n ON n.indicator_id = i.indicator_id
    CROSS JOIN (SELECT count(*) AS peers, count(p.population) AS with_population, count(p.households) AS with_households FROM @partnership@.peer p WHERE NOT p.is_self) g
    LEFT JOIN @partnership@.area scope ON scope.area_id = i.area_id
    LEFT JOIN crossed x ON x.indicator_id = i.indicator_id
    LEFT JOIN known k ON k.indicator_id = i.indicator_id
),
worded AS (
    SELECT j.indicator_id, j.indicator, j.title, j.priority_id, j.denominator, j.polarity,
           j.target_on, j.area_name, j.unit, j.month, j.value, j.value_12_months, j.target_a_year,
           j.baseline_mean, j.months_compared, j.value_compared, j.value_before, j.month_before,
           j.change, j.change_adjusted_p_value, j.trend_months, j.trend, j.trend_adjusted_p_value,
           j.projection, j.projected_to, j.stand_ins, j.signal, j.is_favourable, j.own_rank,
           j.peer_members, j.own_rate, j.peer_mean_rate, j.peer_verdict, j.alpha,
           j.green_probability, j.red_probability, j.peer_lack, j.breaks, j.baseline_months,
           j.target_value, j.flag, j.sources, j.sources_used, j.left_out, j.months_covered,
           j.month_reason,
           CASE
               WHEN j.change_adjusted_p_value IS NULL THEN 'not tested'
               WHEN j.change_adjusted_p_value > j.alpha THEN 'no clear change'
               WHEN ((j.change).ratio < 1) = (j.polarity = 'lower is better') THEN 'better'
               ELSE 'worse'
           END AS against_last_year,
           CASE
               WHEN j.trend_adjusted_p_value IS NULL THEN 'not known'
               WHEN j.trend_adjusted_p_value > j.alpha THEN 'no clear direction'
               WHEN ((j.trend).percent_per_unit < 0) = (j.polarity = 'lower is better') THEN 'improving'
               ELSE 'worsening'
           END AS direction,
           (j.projection).probability_of_meeting AS probability,
           CASE j.polarity WHEN 'lower is better' THEN j.value_12_months <= j.target_a_year ELSE j.value_12_months >= j.target_a_year END AS is_met_so_far,
           -- a target year that is over, with months that are not covered: where what is known does not exceed the target, an estimate would decide
           (j.projection).periods_left = 0
           AND j.stand_ins > 0
           AND (SELECT CASE j.polarity WHEN 'lower is better' THEN sum(f.value) <= j.target_a_year ELSE sum(f.value) < j.target_a_year END
                FROM figure f
                WHERE f.indicator_id = j.indicator_id AND f.month > j.projected_to - interval '1 year' AND f.month <= j.projected_to) AS is_undecided
    FROM joined j
),
ruled AS (
    SELECT w.indicator_id, w.indicator, w.title, w.priority_id, w.denominator, w.polarity,
           w.target_on, w.area_name, w.unit, w.month, w.value, w.value_12_months, w.target_a_year,
           w.baseline_mean, w.months_compared, w.value_compared, w.value_before, w.month_before,
           w.change, w.change_adjusted_p_value, w.trend_months, w.trend, w.projection,
           w.projected_to, w.stand_ins, w.signal, w.is_favourable, w.own_rank, w.peer_members,
           w.own_rate, w.peer_mean_rate, w.peer_verdict, w.green_probability, w.red_probability,
           w.peer_lack, w.breaks, w.baseline_months, w.target_value, w.flag, w.sources,
           w.sources_used, w.left_out, w.months_covered, w.month_reason, w.against_last_year,
           w.direction, w.probability, w.is_met_so_far, w.is_undecided,
           CASE
               WHEN w.sources IS NULL THEN 'no figure: ' || CASE WHEN EXISTS (SELECT FROM @partnership@.indicator_type it WHERE it.indicator_id = w.indicator_id)
                                                                  THEN 'no source supplies its problem types' ELSE 'it counts no problem type (indicator_type)' END
               WHEN w.sources_used = 0 THEN 'no figure: no source of its types records the flag ' || w.flag
               WHEN w.value IS NULL AND w.months_covered > 0 THEN 'no figure: ' || w.month_reason
               WHEN w.value IS NULL THEN 'no figure: no month is covered by all its sources'
               WHEN w.target_a_year IS NULL AND w.against_last_year = 'not tested' THEN 'no target, and no test against last year'
               WHEN w.target_a_year IS NULL THEN 'no target: ' || w.against_last_year || CASE w.against_last_year WHEN 'no clear change' THEN ' against last year' ELSE ' than last year' END
               WHEN w.probability IS NULL THEN 'no forecast of the total: ' || CASE WHEN w.is_met_so_far THEN 'the last twelve months meet the target' WHEN NOT w.is_met_so_far THEN 'the last twelve months do not meet the target' ELSE 'and not all of the last twelve months are covered' END
               WHEN w.is_undecided THEN 'the target date is past: not decided, ' || w.stand_ins || CASE w.stand_ins WHEN 1 THEN ' month of its year is' ELSE ' months of its year are' END || ' not covered (by estimate '
                    || CASE WHEN w.probability >= 0.5 THEN 'met)' ELSE 'missed)' END
               WHEN (w.projection).periods_left = 0 THEN 'the target date is past: ' || CASE WHEN w.probability >= 0.5 THEN 'met' ELSE 'missed' END
               WHEN w.probability >= w.green_probability AND w.against_last_year = 'worse' THEN 'likely to meet its target, but worse than last year'
               WHEN w.probability >= w.green_probability THEN 'likely to meet its target'
               WHEN w.probability <= w.red_probability THEN 'unlikely to meet its target'
               ELSE 'may or may not meet its target'
           END AS reason
    FROM worded w
)
SELECT csp_internal.row_key(r.indicator_id) AS row_key,
       r.indicator_id, r.indicator, r.title, p.code AS priority, p.title AS priority_title, p.sort_order AS priority_order,
       r.area_name, r.polarity, r.unit,
       r.month AS latest_month, r.value AS latest_value, r.month_before AS same_month_last_year,
       r.value_12_months,
       r.target_a_year, r.target_on,
       100 * (r.value_12_months / nullif(r.target_a_year, 0) - 1) AS target_gap_percent,
       r.baseline_mean * 12 AS baseline_a_year,
       r.months_compared, r.value_compared, r.value_before AS last_year_compared,
       (r.change).percent_change AS change_percent,
       csp_internal.percent_limit((r.change).lower) AS change_lower,
       csp_internal.percent_limit((r.change).upper) AS change_upper,
       (r.change).p_value AS change_p_value, r.change_adjusted_p_value,
       r.against_last_year,
       r.trend_months, (r.trend).percent_per_unit AS trend_percent_per_month, (r.trend).lower AS trend_lower, (r.trend).upper AS trend_upper, (r.trend).p_value AS trend_p_value,
       r.direction,
       r.projected_to, (r.projection).projected AS projected, (r.projection).lower AS projected_lower, (r.projection).upper AS projected_upper,
       CASE WHEN NOT coalesce(r.is_undecided, false) THEN r.probability END AS probability_of_meeting,
       r.signal, r.is_favourable AS signal_is_favourable,
       r.own_rank AS peer_rank, r.peer_members, r.own_rate AS peer_own_rate, r.peer_mean_rate, r.peer_verdict,
       CASE
           WHEN r.value IS NULL THEN 'grey'
           WHEN r.target_a_year IS NULL THEN CASE r.against_last_year WHEN 'better' THEN 'green' WHEN 'worse' THEN 'red' WHEN 'no clear change' THEN 'amber' ELSE 'grey' END
           WHEN r.probability IS NULL THEN CASE WHEN r.is_met_so_far THEN 'green' WHEN NOT r.is_met_so_far THEN 'amber' ELSE 'grey' END
           WHEN r.is_undecided THEN 'amber'
           WHEN r.probability >= r.green_probability AND (r.against_last_year <> 'worse' OR (r.projection).periods_left = 0) THEN 'green'
           WHEN r.probability <= r.red_probability THEN 'red'
           ELSE 'amber'
       END AS rag,
       r.reason AS rag_reason,
       nullif(concat_ws('; ',
           CASE WHEN r.sources_used > 0 THEN 'without ' || r.left_out || ': no flag ' || r.flag || ' is recorded there' END,
           CASE WHEN r.value IS NOT NULL AND r.value_12_months IS NULL THEN 'not all of the last twelve months are covered' END,
           CASE WHEN r.months_compared < 12 THEN r.months_compared || ' of 12 months compared with last year' END,
           CASE WHEN r.stand_ins > 0 THEN r.stand_ins || CASE r.stand_ins WHEN 1 THEN ' month of the total is' ELSE ' months of the total are' END || ' not covered and estimated' END,
           CASE WHEN r.target_a_year IS NOT NULL AND r.target_value IS NULL AND r.baseline_months % 12 <> 0
                THEN 'the target rests on ' || r.baseline_months || ' months of baseline, as if they were a year like any other' END,
           'not compared with peers: ' || r.peer_lack,
           'trend and comparisons cross: ' || r.breaks,
           CASE WHEN r.denominator = 'harm' THEN 'harm is not tested against last year: weights have no Poisson test' END), '') AS note
FROM ruled r
LEFT JOIN @partnership@.priority p USING (priority_id);
COMMENT ON VIEW @partnership@.performance_scorecard IS 'Performance: how does each indicator stand, where is it going, and will it meet its target? One row per indicator. Rules of rag: green when the probability of meeting the target is at least setting performance_green_probability (0.8), red when it is at most performance_red_probability (0.2), amber between, and amber instead of green when it is worse than last year beyond chance; a target whose date is past is met (green) or missed (red). Target but no forecast: green when the last twelve months meet it, else amber. No target: green better and red worse than last year beyond chance (performance_alpha, adjusted), else amber. Grey: no figure, or nothing to judge by';
COMMENT ON COLUMN @partnership@.performance_scorecard.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.performance_scorecard.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.performance_scorecard.indicator IS 'Code of the indicator';
COMMENT ON COLUMN @partnership@.performance_scorecard.title IS 'Title of the indicator';
COMMENT ON COLUMN @partnership@.performance_scorecard.priority IS 'Code of the priority it belongs to';
COMMENT ON COLUMN @partnership@.performance_scorecard.priority_title IS 'Title of the priority';
COMMENT ON COLUMN @partnership@.performance_scorecard.priority_order IS 'Order of the priority for display';
COMMENT ON COLUMN @partnership@.performance_scorecard.area_name IS 'Area it counts in';
COMMENT ON COLUMN @partnership@.performance_scorecard.polarity IS 'lower is better or higher is better';
COMMENT ON COLUMN @partnership@.performance_scorecard.unit IS 'Unit of the values';
COMMENT ON COLUMN @partnership@.performance_scorecard.latest_month IS 'Last month with a value';
COMMENT ON COLUMN @partnership@.performance_scorecard.latest_value IS 'Its value';
COMMENT ON COLUMN @partnership@.performance_scorecard.same_month_last_year IS 'Value of the same month of last year; NULL when not covered';
COMMENT ON COLUMN @partnership@.performance_scorecard.value_12_months IS 'Sum of the last twelve months; NULL unless all of them are covered';
COMMENT ON COLUMN @partnership@.performance_scorecard.target_a_year IS 'Target a year: its target_value, else twelve baseline months changed by target_change_percent; NULL without a target';
COMMENT ON COLUMN @partnership@.performance_scorecard.target_on IS 'When it is to be met';
COMMENT ON COLUMN @partnership@.performance_scorecard.target_gap_percent IS 'The last twelve months against the target, in per cent: 10 is a tenth above it';
COMMENT ON COLUMN @partnership@.performance_scorecard.baseline_a_year IS 'Twelve mean months of the baseline';
COMMENT ON COLUMN @partnership@.performance_scorecard.months_compared IS 'Of the last twelve months, those that are covered this year and last';
COMMENT ON COLUMN @partnership@.performance_scorecard.value_compared IS 'Sum of their values';
COMMENT ON COLUMN @partnership@.performance_scorecard.last_year_compared IS 'Sum of the values of the same months a year before';
COMMENT ON COLUMN @partnership@.performance_scorecard.change_percent IS 'Change of the rate per day over these months, in per cent';
COMMENT ON COLUMN @partnership@.performance_scorecard.change_lower IS 'Lower limit of the change in per cent (conditional exact interval); NULL for harm';
COMMENT ON COLUMN @partnership@.performance_scorecard.change_upper IS 'Upper limit of the change in per cent; NULL when unbounded and for harm';
COMMENT ON COLUMN @partnership@.performance_scorecard.change_p_value IS 'Two-sided exact p-value of no change; NULL for harm';
COMMENT ON COLUMN @partnership@.performance_scorecard.change_adjusted_p_value IS 'The same after Benjamini-Hochberg over the indicators';
COMMENT ON COLUMN @partnership@.performance_scorecard.against_last_year IS 'better or worse by the polarity where the adjusted p-value is at most setting performance_alpha, else no clear change; not tested without a test';
COMMENT ON COLUMN @partnership@.performance_scorecard.trend_months IS 'Months with a value among the last of setting performance_trend_months, from which the trend is read';
COMMENT ON COLUMN @partnership@.performance_scorecard.trend_percent_per_month IS 'Trend in per cent a month (quasi-Poisson, per day and denominator)';
COMMENT ON COLUMN @partnership@.performance_scorecard.trend_lower IS 'Lower limit of the trend';
COMMENT ON COLUMN @partnership@.performance_scorecard.trend_upper IS 'Upper limit of the trend';
COMMENT ON COLUMN @partnership@.performance_scorecard.trend_p_value IS 'Two-sided p-value of no trend, unadjusted';
COMMENT ON COLUMN @partnership@.performance_scorecard.direction IS 'improving or worsening by the polarity where the p-value, adjusted over the indicators, is at most setting performance_alpha; else no clear direction; not known without a trend';
COMMENT ON COLUMN @partnership@.performance_scorecard.projected_to IS 'Last day of the year that is projected: the twelve months to the target date, without one (or where the series is too short for it) the running year';
COMMENT ON COLUMN @partnership@.performance_scorecard.projected IS 'Expected total of that year';
COMMENT ON COLUMN @partnership@.performance_scorecard.projected_lower IS 'Lower limit of its prediction interval';
COMMENT ON COLUMN @partnership@.performance_scorecard.projected_upper IS 'Upper limit of its prediction interval';
COMMENT ON COLUMN @partnership@.performance_scorecard.probability_of_meeting IS 'Probability that it meets the target a year, 0 to 1; of a target whose date is past 1 when it was met and 0 when it was missed; NULL without a target, and where months of its year that are not covered would decide';
COMMENT ON COLUMN @partnership@.performance_scorecard.signal IS 'Signal of the control chart at the last month; NULL where nothing is out of the ordinary';
COMMENT ON COLUMN @partnership@.performance_scorecard.signal_is_favourable IS 'True when the signal lies on the good side';
COMMENT ON COLUMN @partnership@.performance_scorecard.peer_rank IS 'Rank among the similar group, the highest rate 1; NULL where peers do not report the indicator''s types, and for flags, areas and harm';
COMMENT ON COLUMN @partnership@.performance_scorecard.peer_members IS 'Members of the group with a rate';
COMMENT ON COLUMN @partnership@.performance_scorecard.peer_own_rate IS 'Own rate per 1,000 in the peers'' data, over the period of the latest strategic assessment';
COMMENT ON COLUMN @partnership@.performance_scorecard.peer_mean_rate IS 'Unweighted mean rate of the group';
COMMENT ON COLUMN @partnership@.performance_scorecard.peer_verdict IS 'higher than peers, lower than peers or in line with peers, by funnel limits';
COMMENT ON COLUMN @partnership@.performance_scorecard.rag IS 'red, amber, green or grey: the rules stand in the comment of the view';
COMMENT ON COLUMN @partnership@.performance_scorecard.rag_reason IS 'Why, in words';
COMMENT ON COLUMN @partnership@.performance_scorecard.note IS 'What the reader must know; NULL when nothing';
