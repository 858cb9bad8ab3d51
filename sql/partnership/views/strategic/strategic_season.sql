-- Strategic assessment, section 3: which months of the year does each problem have more or less of?

CREATE OR REPLACE VIEW @partnership@.strategic_season
WITH (security_invoker = true) AS
-- One row per assessment, problem type with more than two years of months without a gap of more than three, and calendar month; of other
-- problem types one row that says so.
SELECT a.assessment_id,
       csp_internal.row_key(a.assessment_id, m.problem_type_id, m.calendar_month) AS row_key,
       m.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.is_headline, t.sort_order,
       m.calendar_month, coalesce(to_char(make_date(2000, m.calendar_month, 1), 'FMMonth'), 'Not known') AS month_name,
       m.years::integer AS years, m.incidents,
       m.index[m.calendar_month] AS seasonal_index,
       m.expected,
       z.z,
       m.dispersion,
       CASE
           WHEN m.calendar_month IS NULL THEN 'not known'
           WHEN m.expected < 10 THEN 'too few'
           -- Bonferroni over the twelve months at 5%: qnorm(1 - 0.05 / 24)
           WHEN z.z > 2.865 THEN 'high'
           WHEN z.z < -2.865 THEN 'low'
           ELSE 'usual'
       END AS finding,
       coalesce(m.calendar_month = (SELECT n::integer FROM generate_subscripts(m.index, 1) AS n ORDER BY m.index[n] DESC NULLS LAST, n LIMIT 1), false) AS is_peak,
       m.note
FROM @partnership@.assessment a
-- assessment by assessment, since a filter on one would not reach what the branches share
CROSS JOIN LATERAL (
    WITH measured AS MATERIALIZED (
        SELECT s.problem_type_id, s.month, s.incidents, s.value,
               count(*) OVER series AS months, sum(s.value) OVER series AS all_incidents
        FROM @partnership@.evidence_trend_series s
        WHERE s.assessment_id = a.assessment_id
          AND s.area_kind = 'partnership'
        WINDOW series AS (PARTITION BY s.problem_type_id)
    ),
    parted AS MATERIALIZED (
        SELECT m.problem_type_id, m.month, m.incidents, m.value, m.months, m.all_incidents,
               csp.stl(m.value, 12) OVER (PARTITION BY m.problem_type_id ORDER BY m.month) AS part
        FROM measured m
        WHERE m.months > 24
          AND m.all_incidents > 0
    ),
    typed AS (
        -- what the months vary by beyond chance, once trend and season are taken out
        SELECT p.problem_type_id, max(p.months) AS months, max(p.all_incidents) AS all_incidents,
               csp.seasonal_index(p.value, p.month) AS index,
               greatest(1, sum((p.part).remainder ^ 2 / greatest((p.part).trend, 0.1)) / (max(p.months) - 12 - ceil(max(p.months) / 9.0::float8))) AS dispersion
        FROM parted p
        GROUP BY p.problem_type_id
    ),
    monthly AS (
        SELECT p.problem_type_id, extract(month FROM p.month)::integer AS calendar_month,
               count(*) AS years, sum(p.incidents)::bigint AS incidents,
               sum(p.value) AS observed, sum(greatest((p.part).trend, 0)) AS expected
        FROM parted p
        -- what stands in for a month that is not covered is no evidence of its season
        WHERE p.incidents IS NOT NULL
        GROUP BY p.problem_type_id, extract(month FROM p.month)
    ),
    flagged AS MATERIALIZED (
        SELECT f.problem_type_id, f.trend_flag
        FROM @partnership@.evidence_trend_flag f
        WHERE f.assessment_id = a.assessment_id
    )
    SELECT m.problem_type_id, m.calendar_month, m.years, m.incidents, m.observed, m.expected, y.index, y.dispersion, f.trend_flag AS note
    FROM monthly m
    JOIN typed y USING (problem_type_id)
    LEFT JOIN flagged f USING (problem_type_id)
  UNION ALL
    SELECT f.problem_type_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           'a season needs more than two years of months up to the period''s end, without a gap of more than three'
    FROM flagged f
    WHERE f.problem_type_id NOT IN (SELECT y.problem_type_id FROM typed y)
) m
JOIN @partnership@.problem_type t ON t.problem_type_id = m.problem_type_id
CROSS JOIN LATERAL (SELECT (m.observed - m.expected) / nullif(sqrt(m.dispersion * m.expected), 0) AS z) z;
COMMENT ON VIEW @partnership@.strategic_season IS 'Strategic assessment 3, season: which months of the year does each problem have more or less of than its level? One row per assessment, problem type with more than two years of months without a gap of more than three, and calendar month; of other types one row, not known; the whole partnership';
COMMENT ON COLUMN @partnership@.strategic_season.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_season.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_season.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_season.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_season.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_season.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_season.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_season.calendar_month IS 'Month of the year, 1 to 12; NULL where the season is not known';
COMMENT ON COLUMN @partnership@.strategic_season.month_name IS 'Its name, or Not known';
COMMENT ON COLUMN @partnership@.strategic_season.years IS 'Years in which this month is covered';
COMMENT ON COLUMN @partnership@.strategic_season.incidents IS 'Incidents in them';
COMMENT ON COLUMN @partnership@.strategic_season.seasonal_index IS 'Ratio to the average month, 1.2 being a fifth above it (classical decomposition, months at average length)';
COMMENT ON COLUMN @partnership@.strategic_season.expected IS 'What the level without season (STL) gives for these months, at average length';
COMMENT ON COLUMN @partnership@.strategic_season.z IS 'Distance of the month''s incidents from that, in standard errors, the real variation between like months allowed for';
COMMENT ON COLUMN @partnership@.strategic_season.dispersion IS 'That variation: 1 is chance alone (Poisson), never below 1; over months - 12 - ceil(months / 9) degrees of freedom';
COMMENT ON COLUMN @partnership@.strategic_season.finding IS 'high or low where z is beyond 2.865 (5% over the twelve months of a type), usual, too few: fewer than ten expected, or not known: the series has no season to show';
COMMENT ON COLUMN @partnership@.strategic_season.is_peak IS 'True for the month of the highest index';
COMMENT ON COLUMN @partnership@.strategic_season.note IS 'Why the season is not known; otherwise the months left out of the series and the breaks inside it; NULL when nothing';
