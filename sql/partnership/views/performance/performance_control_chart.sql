-- Performance: is a month of an indicator out of the ordinary?

CREATE OR REPLACE VIEW @partnership@.performance_control_chart
WITH (security_invoker = true) AS
-- One row per indicator and month with a value.
WITH series AS MATERIALIZED (
    SELECT m.row_key, m.indicator_id, m.indicator, m.title, m.priority, m.denominator, m.polarity, m.unit, m.month, m.value, m.numerator, m.is_baseline, m.target_line,
           -- counts per average month, so that February is no signal; rates per 1,000 as well
           CASE m.denominator WHEN 'harm' THEN 1 ELSE m.days / (365.25 / 12) * coalesce(m.denominator_count / 1000.0::float8, 1) END AS exposure
    FROM @partnership@.performance_indicator_month m
    WHERE m.value IS NOT NULL
),
broken AS (
    SELECT im.indicator_id, b.starts_on
    FROM @partnership@.evidence_indicator_member im
    JOIN @partnership@.indicator i USING (indicator_id)
    JOIN @partnership@.evidence_type_break b USING (problem_type_id)
    LEFT JOIN @partnership@.area area ON area.area_id = i.area_id
    WHERE NOT b.is_of_areas
       OR area.area_kind <> 'partnership'
    GROUP BY im.indicator_id, b.starts_on
),
phased AS (
    -- a new phase begins with the baseline and where recording broke
    SELECT s.row_key, s.indicator_id, s.indicator, s.title, s.priority, s.denominator, s.polarity,
           s.unit, s.month, s.value, s.numerator, s.is_baseline, s.target_line, s.exposure,
           (SELECT count(*) FROM broken b WHERE b.indicator_id = s.indicator_id AND b.starts_on < s.month + interval '1 month')
           + coalesce(s.month >= min(s.month) FILTER (WHERE s.is_baseline) OVER (PARTITION BY s.indicator_id), false)::integer AS phase_key
    FROM series s
),
numbered AS (
    SELECT p.row_key, p.indicator_id, p.indicator, p.title, p.priority, p.denominator, p.polarity,
           p.unit, p.month, p.value, p.numerator, p.is_baseline, p.target_line, p.exposure,
           p.phase_key,
           dense_rank() OVER (PARTITION BY p.indicator_id ORDER BY p.phase_key) AS phase,
           nullif(count(*) FILTER (WHERE p.is_baseline) OVER (PARTITION BY p.indicator_id, p.phase_key), 0) AS baseline_months,
           bool_and(p.exposure > 0) OVER (PARTITION BY p.indicator_id) AS is_exposed
    FROM phased p
),
charted AS (
    SELECT n.row_key, n.indicator_id, n.indicator, n.title, n.priority, n.denominator, n.polarity,
           n.unit, n.month, n.value, n.numerator, n.is_baseline, n.target_line, n.exposure,
           n.phase, n.baseline_months,
           -- of a baseline of a single month no limits can be drawn
           CASE WHEN n.baseline_months >= 2 THEN n.baseline_months END AS limit_months
    FROM numbered n
),
poisson AS (
    SELECT c.row_key, c.indicator_id, c.indicator, c.title, c.priority, c.denominator, c.polarity,
           c.unit, c.month, c.value, c.is_baseline, c.target_line, c.phase, c.limit_months,
           csp.control_limits(c.numerator, 'u', c.exposure, c.limit_months::integer) OVER phase AS u,
           csp.control_limits(c.numerator, 'u_prime', c.exposure, c.limit_months::integer) OVER phase AS u_prime,
           NULL::csp.control_limit AS xmr
    FROM charted c
    WHERE c.denominator <> 'harm'
    WINDOW phase AS (PARTITION BY c.indicator_id, c.phase ORDER BY c.month)
  UNION ALL
    SELECT c.row_key, c.indicator_id, c.indicator, c.title, c.priority, c.denominator, c.polarity,
           c.unit, c.month, c.value, c.is_baseline, c.target_line, c.phase, c.limit_months,
           NULL, NULL,
           csp.control_limits(c.value, 'xmr', NULL, c.limit_months::integer) OVER (PARTITION BY c.indicator_id, c.phase ORDER BY c.month)
    FROM charted c
    WHERE c.denominator = 'harm'
),
spread AS (
    SELECT p.row_key, p.indicator_id, p.indicator, p.title, p.priority, p.denominator, p.polarity,
           p.unit, p.month, p.value, p.is_baseline, p.target_line, p.phase, p.limit_months, p.u,
           p.u_prime, p.xmr,
           max((p.u_prime).sigma / nullif((p.u).sigma, 0)) OVER (PARTITION BY p.indicator_id, p.phase) AS sigma_z,
           coalesce(p.limit_months, count(*) OVER (PARTITION BY p.indicator_id, p.phase)) AS points
    FROM poisson p
),
chosen AS (
    SELECT s.row_key, s.indicator_id, s.indicator, s.title, s.priority, s.denominator, s.polarity,
           s.unit, s.month, s.value, s.is_baseline, s.target_line, s.phase, s.limit_months, s.u,
           s.u_prime, s.xmr, s.sigma_z, s.points,
           CASE
               WHEN s.denominator = 'harm' THEN 'xmr'
               -- the moving-range estimate of a standard deviation of 1 has variance 0.826 / points
               WHEN s.sigma_z > 1 + 2 * sqrt(0.826 / s.points) THEN 'u_prime'
               ELSE 'u'
           END AS kind
    FROM spread s
)
SELECT c.row_key, c.indicator_id, c.indicator, c.title, c.priority, c.polarity, c.unit, c.month,
       c.value, (limits.l).plotted AS plotted,
       CASE WHEN c.kind = 'u' AND c.denominator = 'count' THEN 'c' ELSE c.kind END AS kind,
       c.phase::integer AS phase, c.points::integer AS limit_months, c.sigma_z,
       (limits.l).centre AS centre, (limits.l).lower AS lower, (limits.l).upper AS upper, (limits.l).z AS z,
       (limits.l).signal AS signal,
       CASE
           WHEN (limits.l).signal IS NULL THEN NULL
           WHEN (limits.l).plotted = (limits.l).centre THEN NULL
           ELSE ((limits.l).plotted < (limits.l).centre) = (c.polarity = 'lower is better')
       END AS is_favourable,
       c.is_baseline, c.target_line
FROM chosen c
CROSS JOIN LATERAL (SELECT CASE c.kind WHEN 'xmr' THEN c.xmr WHEN 'u_prime' THEN c.u_prime ELSE c.u END AS l) limits;
COMMENT ON VIEW @partnership@.performance_control_chart IS 'Performance: is a month of an indicator out of the ordinary? One row per indicator and month with a value: centre, limits and signals. Counts and rates: Poisson limits (c, u), stretched by the real variation from month to month (Laney, u_prime) where that is beyond chance; harm: individual values (xmr). Months are brought to average length. Limits are set by the months of the baseline and stand from then on; before it, and after a break in recording, by all months of the phase';
COMMENT ON COLUMN @partnership@.performance_control_chart.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.performance_control_chart.indicator_id IS 'Indicator';
COMMENT ON COLUMN @partnership@.performance_control_chart.indicator IS 'Code of the indicator';
COMMENT ON COLUMN @partnership@.performance_control_chart.title IS 'Title of the indicator';
COMMENT ON COLUMN @partnership@.performance_control_chart.priority IS 'Code of the priority it belongs to';
COMMENT ON COLUMN @partnership@.performance_control_chart.polarity IS 'lower is better or higher is better';
COMMENT ON COLUMN @partnership@.performance_control_chart.unit IS 'Unit of value, plotted, centre and limits';
COMMENT ON COLUMN @partnership@.performance_control_chart.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.performance_control_chart.value IS 'Value of the month';
COMMENT ON COLUMN @partnership@.performance_control_chart.plotted IS 'The same brought to a month of average length (30.4375 days): what is held against the limits; harm as it is';
COMMENT ON COLUMN @partnership@.performance_control_chart.kind IS 'Kind of chart: c or u (Poisson), u_prime (Laney), xmr; of the indicator''s phase';
COMMENT ON COLUMN @partnership@.performance_control_chart.phase IS 'Months with one centre and one set of limits: a new phase begins with the baseline and at a break in recording';
COMMENT ON COLUMN @partnership@.performance_control_chart.limit_months IS 'Months that set the limits of the phase';
COMMENT ON COLUMN @partnership@.performance_control_chart.sigma_z IS 'Standard deviation from month to month in units of what chance alone gives (from moving ranges); the chart is u_prime where it exceeds 1 by two standard errors, 1 + 2 sqrt(0.826 / limit_months)';
COMMENT ON COLUMN @partnership@.performance_control_chart.centre IS 'Centre line of the phase';
COMMENT ON COLUMN @partnership@.performance_control_chart.lower IS 'Lower limit; NULL where the phase has one month and the kind needs two';
COMMENT ON COLUMN @partnership@.performance_control_chart.upper IS 'Upper limit';
COMMENT ON COLUMN @partnership@.performance_control_chart.z IS 'Distance from the centre in sigma (three to a limit)';
COMMENT ON COLUMN @partnership@.performance_control_chart.signal IS 'What is out of the ordinary at the month, in words (Western Electric rules); NULL where nothing is';
COMMENT ON COLUMN @partnership@.performance_control_chart.is_favourable IS 'True when the signal lies on the good side of the centre, by the polarity; NULL without a signal';
COMMENT ON COLUMN @partnership@.performance_control_chart.is_baseline IS 'True for months of the baseline';
COMMENT ON COLUMN @partnership@.performance_control_chart.target_line IS 'Target a month';
