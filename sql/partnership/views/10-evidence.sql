-- Evidence: what the product views share. Coverage of sources, types and areas rolled up, and the counts of an
-- assessment's period and baseline. Internal to the products, but readable by anyone who wants to check a figure.

CREATE OR REPLACE VIEW @partnership@.evidence_type
WITH (security_invoker = true) AS
-- One row per problem type and each type that counts towards it, itself included.
WITH RECURSIVE tree (problem_type_id, member_id, depth) AS (
    SELECT t.problem_type_id, t.problem_type_id, 0
    FROM @partnership@.problem_type t
  UNION ALL
    SELECT tree.problem_type_id, child.problem_type_id, tree.depth + 1
    FROM tree
    JOIN @partnership@.problem_type child ON child.parent_id = tree.member_id
)
SELECT problem_type_id, member_id, depth
FROM tree;
COMMENT ON VIEW @partnership@.evidence_type IS 'Problem types with every type that counts towards them: one row per pair, itself included';
COMMENT ON COLUMN @partnership@.evidence_type.problem_type_id IS 'The type';
COMMENT ON COLUMN @partnership@.evidence_type.member_id IS 'A type whose incidents count towards it';
COMMENT ON COLUMN @partnership@.evidence_type.depth IS 'Steps between the two, 0 for itself';

CREATE OR REPLACE VIEW @partnership@.evidence_type_source
WITH (security_invoker = true) AS
-- One row per problem type (rolled up) and source that has ever supplied it.
WITH RECURSIVE recorded AS (
    -- the distinct pairs, one index probe each: a DISTINCT would read every count
    (SELECT m.source_id, m.problem_type_id
     FROM @partnership@.incident_month m
     ORDER BY m.source_id, m.problem_type_id
     LIMIT 1)
  UNION ALL
    SELECT following.source_id, following.problem_type_id
    FROM recorded r
    CROSS JOIN LATERAL (
        SELECT m.source_id, m.problem_type_id
        FROM @partnership@.incident_month m
        WHERE (m.source_id, m.problem_type_id) > (r.source_id, r.problem_type_id)
        ORDER BY m.source_id, m.problem_type_id
        LIMIT 1
    ) following
)
SELECT DISTINCT tree.problem_type_id, r.source_id
FROM recorded r
JOIN @partnership@.evidence_type tree ON tree.member_id = r.problem_type_id;
COMMENT ON VIEW @partnership@.evidence_type_source IS 'Which sources supply which problem types: one row per type (subtypes included) and source';
COMMENT ON COLUMN @partnership@.evidence_type_source.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_type_source.source_id IS 'A source that has supplied it or a subtype';

CREATE OR REPLACE VIEW @partnership@.evidence_source_month
WITH (security_invoker = true) AS
-- One row per source and month for which there is data; a month without a row is missing, which is not zero.
WITH RECURSIVE recorded AS (
    -- the distinct pairs, one index probe each
    (SELECT m.source_id, m.month
     FROM @partnership@.incident_month m
     ORDER BY m.source_id, m.month
     LIMIT 1)
  UNION ALL
    SELECT following.source_id, following.month
    FROM recorded r
    CROSS JOIN LATERAL (
        SELECT m.source_id, m.month
        FROM @partnership@.incident_month m
        WHERE (m.source_id, m.month) > (r.source_id, r.month)
        ORDER BY m.source_id, m.month
        LIMIT 1
    ) following
)
SELECT coalesce(c.source_id, r.source_id) AS source_id,
       coalesce(c.month, r.month) AS month,
       coalesce(c.status, 'presumed') AS status
FROM @partnership@.source_coverage c
FULL JOIN recorded r ON r.source_id = c.source_id AND r.month = c.month;
COMMENT ON VIEW @partnership@.evidence_source_month IS 'Months for which a source has data: one row per source and month; a missing row is a missing month, not zero incidents';
COMMENT ON COLUMN @partnership@.evidence_source_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_source_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_source_month.status IS 'complete or partial as declared in source_coverage; presumed when there is no declaration but there are incidents';

CREATE OR REPLACE VIEW @partnership@.evidence_assessment_month
WITH (security_invoker = true) AS
-- One row per assessment, part (period or baseline) and whole month in it.
WITH part AS (
    SELECT a.assessment_id, 'period' AS part, a.period_from AS part_from, a.period_to AS part_to
    FROM @partnership@.assessment a
  UNION ALL
    SELECT a.assessment_id, 'baseline', a.baseline_from, a.baseline_to
    FROM @partnership@.assessment a
    WHERE a.baseline_from IS NOT NULL
),
listed AS (
    SELECT p.assessment_id, p.part, month.month::date AS month,
           row_number() OVER (PARTITION BY p.assessment_id, p.part ORDER BY month.month)::integer AS position
    FROM part p
    -- a month counts when it lies wholly in the part
    CROSS JOIN LATERAL generate_series(date_trunc('month', p.part_from::timestamp + interval '1 month - 1 day'),
                                       date_trunc('month', p.part_to::timestamp + interval '1 day') - interval '1 month', '1 month') AS month (month)
)
SELECT l.assessment_id, l.part, l.month, l.position,
       count(*) FILTER (WHERE l.part = 'period') OVER (PARTITION BY l.assessment_id)
         = count(*) FILTER (WHERE l.part = 'baseline') OVER (PARTITION BY l.assessment_id) AS is_equal_length
FROM listed l;
COMMENT ON VIEW @partnership@.evidence_assessment_month IS 'Whole months of each assessment''s period and baseline: one row per assessment, part and month';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.part IS 'period or baseline';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.position IS '1 for the first month of the part; months of the same position are compared when both parts are equally long';
COMMENT ON COLUMN @partnership@.evidence_assessment_month.is_equal_length IS 'True when period and baseline have the same number of months';

CREATE OR REPLACE VIEW @partnership@.evidence_assessment_source_month
WITH (security_invoker = true) AS
-- One row per assessment, part, month and source: is there data, and can it be compared with the other part?
WITH listed AS (
    SELECT am.assessment_id, am.part, am.month, am.position, am.is_equal_length, s.source_id,
           sm.source_id IS NOT NULL AS is_covered, sm.status
    FROM @partnership@.evidence_assessment_month am
    CROSS JOIN @partnership@.source s
    LEFT JOIN @partnership@.evidence_source_month sm ON sm.source_id = s.source_id AND sm.month = am.month
)
SELECT l.assessment_id, l.part, l.month, l.position, l.source_id, l.is_covered, l.status,
       l.is_covered AND CASE WHEN l.is_equal_length
           THEN count(*) FILTER (WHERE l.is_covered) OVER (PARTITION BY l.assessment_id, l.source_id, l.position) = 2
           ELSE true
       END AS is_comparable
FROM listed l;
COMMENT ON VIEW @partnership@.evidence_assessment_source_month IS 'Coverage of each assessment''s months by each source: one row per assessment, part, month and source';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.part IS 'period or baseline';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.month IS 'First day of the month';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.position IS 'Number of the month in its part';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.is_covered IS 'True when the source has data for the month';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.status IS 'complete, partial or presumed; NULL when there is no data';
COMMENT ON COLUMN @partnership@.evidence_assessment_source_month.is_comparable IS 'True when the month counts in comparisons: it and, in parts of equal length, the month of the same position in the other part are covered';

CREATE OR REPLACE VIEW @partnership@.evidence_type_coverage
WITH (security_invoker = true) AS
-- One row per assessment and problem type: how much of period and baseline its sources cover, and what breaks its series.
WITH by_source AS (
    SELECT asm.assessment_id, ts.problem_type_id, ts.source_id,
           count(*) FILTER (WHERE asm.part = 'period') AS period_months,
           count(*) FILTER (WHERE asm.part = 'baseline') AS baseline_months,
           count(*) FILTER (WHERE asm.part = 'period' AND asm.is_covered) AS period_months_covered,
           count(*) FILTER (WHERE asm.part = 'baseline' AND asm.is_covered) AS baseline_months_covered,
           count(*) FILTER (WHERE asm.part = 'period' AND asm.is_comparable) AS period_months_compared,
           count(*) FILTER (WHERE asm.part = 'baseline' AND asm.is_comparable) AS baseline_months_compared,
           csp.months_text(array_agg(asm.month) FILTER (WHERE asm.part = 'period' AND NOT asm.is_covered)) AS period_missing,
           csp.months_text(array_agg(asm.month) FILTER (WHERE NOT asm.is_covered)) AS any_missing,
           csp.months_text(array_agg(asm.month) FILTER (WHERE asm.status = 'partial')) AS partial_months
    FROM @partnership@.evidence_assessment_source_month asm
    JOIN @partnership@.evidence_type_source ts USING (source_id)
    GROUP BY asm.assessment_id, ts.problem_type_id, ts.source_id
),
missing AS (
    SELECT b.assessment_id, b.problem_type_id,
           max(b.period_months) AS period_months,
           min(b.period_months_covered) AS period_months_covered,
           max(b.baseline_months) AS baseline_months,
           min(b.baseline_months_covered) AS baseline_months_covered,
           min(b.period_months_compared) AS period_months_compared,
           min(b.baseline_months_compared) AS baseline_months_compared,
           string_agg(DISTINCT 'missing in ' || s.title || ': ' || b.period_missing, '; ') AS period_missing,
           string_agg(DISTINCT 'missing in ' || s.title || ': ' || b.any_missing, '; ') AS any_missing,
           string_agg(DISTINCT 'only part of ' || b.partial_months || ' in ' || s.title, '; ') AS partial
    FROM by_source b
    JOIN @partnership@.source s USING (source_id)
    GROUP BY b.assessment_id, b.problem_type_id
),
broken AS MATERIALIZED (
    SELECT a.assessment_id, ts.problem_type_id,
           string_agg(DISTINCT b.description || ' (' || to_char(b.starts_on, 'FMDD Mon YYYY') || ')', '; ')
               FILTER (WHERE b.starts_on > a.period_from AND b.starts_on <= a.period_to) AS period_breaks,
           string_agg(DISTINCT b.description || ' (' || to_char(b.starts_on, 'FMDD Mon YYYY') || ')', '; ')
               FILTER (WHERE b.starts_on > a.baseline_from AND b.starts_on <= a.period_to) AS comparison_breaks
    FROM @partnership@.assessment a
    CROSS JOIN @partnership@.evidence_type_source ts
    JOIN @partnership@.source s USING (source_id)
    JOIN @partnership@.series_break b ON b.label_scheme IS NULL OR b.label_scheme = s.label_scheme
    LEFT JOIN @partnership@.problem_type touched ON touched.code = b.problem_type_code
    WHERE b.problem_type_code IS NULL
       OR EXISTS (SELECT FROM @partnership@.evidence_type tree WHERE tree.problem_type_id = touched.problem_type_id AND tree.member_id = ts.problem_type_id)
       OR EXISTS (SELECT FROM @partnership@.evidence_type tree WHERE tree.problem_type_id = ts.problem_type_id AND tree.member_id = touched.problem_type_id)
    GROUP BY a.assessment_id, ts.problem_type_id
)
SELECT m.assessment_id, m.problem_type_id,
       m.period_months::integer, m.period_months_covered::integer,
       m.baseline_months::integer, m.baseline_months_covered::integer,
       m.period_months_compared::integer, m.baseline_months_compared::integer,
       nullif(concat_ws('; ', m.period_missing, m.partial, b.period_breaks), '') AS period_flag,
       nullif(concat_ws('; ', m.any_missing, m.partial, b.comparison_breaks), '') AS comparison_flag
FROM missing m
LEFT JOIN broken b USING (assessment_id, problem_type_id);
COMMENT ON VIEW @partnership@.evidence_type_coverage IS 'How far the sources of a problem type cover an assessment, and what breaks its series: one row per assessment and problem type in use';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.period_months IS 'Whole months in the period';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.period_months_covered IS 'Of these, covered by every source of the type (the least over its sources)';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.baseline_months IS 'Whole months in the baseline';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.baseline_months_covered IS 'Of these, covered by every source of the type (the least over its sources)';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.period_months_compared IS 'Months of the period that count in comparisons (the least over its sources)';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.baseline_months_compared IS 'Months of the baseline that count in comparisons (the least over its sources)';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.period_flag IS 'What a reader of the period''s level must know: missing or partial months, breaks; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_type_coverage.comparison_flag IS 'What a reader of the comparison must know: missing or partial months, breaks; NULL when nothing';

CREATE OR REPLACE VIEW @partnership@.evidence_denominator
WITH (security_invoker = true) AS
-- One row per area and year: residents and households, its own figures or the sum over the base areas in it.
WITH figure AS (
    SELECT p.area_id, p.year, 1 AS preference, p.population, p.households
    FROM @partnership@.area_population p
  UNION ALL
    SELECT aa.ancestor_id, p.year, 2,
           CASE WHEN count(p.population) = count(*) THEN sum(p.population)::bigint END,
           CASE WHEN count(p.households) = count(*) THEN sum(p.households)::bigint END
    FROM @partnership@.area_population p
    JOIN @partnership@.area base ON base.area_id = p.area_id
    JOIN @partnership@.area_ancestor aa ON aa.area_id = base.area_id AND aa.ancestor_id <> base.area_id
    WHERE base.area_kind = (SELECT value FROM @partnership@.setting WHERE name = 'base_area_kind')
    GROUP BY aa.ancestor_id, p.year
)
SELECT f.area_id, f.year,
       (array_agg(f.population ORDER BY f.preference) FILTER (WHERE f.population IS NOT NULL))[1] AS population,
       (array_agg(f.households ORDER BY f.preference) FILTER (WHERE f.households IS NOT NULL))[1] AS households
FROM figure f
GROUP BY f.area_id, f.year;
COMMENT ON VIEW @partnership@.evidence_denominator IS 'Population and households of every area: one row per area and year, its own figures or the sum over the base areas in it';
COMMENT ON COLUMN @partnership@.evidence_denominator.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.evidence_denominator.year IS 'Year of the figures';
COMMENT ON COLUMN @partnership@.evidence_denominator.population IS 'Residents; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_denominator.households IS 'Households; NULL when not known';

CREATE OR REPLACE VIEW @partnership@.evidence_area
WITH (security_invoker = true) AS
-- One row per assessment and area it reports on (the whole partnership and the areas of its kind), with what its rates are per:
-- of each part the figure of the latest year up to the part's end, else of the nearest year.
WITH figure AS (
    SELECT a.assessment_id, d.area_id,
           (array_agg(d.population ORDER BY d.year <= part.period_year DESC, abs(d.year - part.period_year)) FILTER (WHERE d.population IS NOT NULL))[1] AS population,
           (array_agg(d.year ORDER BY d.year <= part.period_year DESC, abs(d.year - part.period_year)) FILTER (WHERE d.population IS NOT NULL))[1] AS population_year,
           (array_agg(d.households ORDER BY d.year <= part.period_year DESC, abs(d.year - part.period_year)) FILTER (WHERE d.households IS NOT NULL))[1] AS households,
           (array_agg(d.year ORDER BY d.year <= part.period_year DESC, abs(d.year - part.period_year)) FILTER (WHERE d.households IS NOT NULL))[1] AS households_year,
           (array_agg(d.population ORDER BY d.year <= part.baseline_year DESC, abs(d.year - part.baseline_year)) FILTER (WHERE d.population IS NOT NULL))[1] AS baseline_population,
           (array_agg(d.households ORDER BY d.year <= part.baseline_year DESC, abs(d.year - part.baseline_year)) FILTER (WHERE d.households IS NOT NULL))[1] AS baseline_households
    FROM @partnership@.assessment a
    CROSS JOIN LATERAL (
        SELECT extract(year FROM a.period_to)::integer AS period_year, extract(year FROM coalesce(a.baseline_to, a.period_to))::integer AS baseline_year
    ) part
    CROSS JOIN @partnership@.evidence_denominator d
    GROUP BY a.assessment_id, d.area_id
)
SELECT a.assessment_id, r.area_id, r.area_kind, r.code AS area_code, r.name AS area_name,
       f.population, f.population_year, f.households, f.households_year, f.baseline_population, f.baseline_households
FROM @partnership@.assessment a
JOIN @partnership@.area r
  ON r.area_kind = 'partnership'
  OR r.area_kind = coalesce(a.area_kind,
                            (SELECT value FROM @partnership@.setting WHERE name = 'reporting_area_kind'),
                            (SELECT value FROM @partnership@.setting WHERE name = 'base_area_kind'))
LEFT JOIN figure f ON f.assessment_id = a.assessment_id AND f.area_id = r.area_id;
COMMENT ON VIEW @partnership@.evidence_area IS 'Areas an assessment reports on, with their residents and households: one row per assessment and area, the whole partnership included';
COMMENT ON COLUMN @partnership@.evidence_area.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_area.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.evidence_area.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.evidence_area.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.evidence_area.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.evidence_area.population IS 'Residents in the period (latest year up to its end, else the nearest); NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_area.population_year IS 'Year of the figure';
COMMENT ON COLUMN @partnership@.evidence_area.households IS 'Households in the period; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_area.households_year IS 'Year of the figure';
COMMENT ON COLUMN @partnership@.evidence_area.baseline_population IS 'Residents in the baseline; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_area.baseline_households IS 'Households in the baseline; NULL when not known';

CREATE OR REPLACE VIEW @partnership@.evidence_count
WITH (security_invoker = true) AS
-- One row per assessment, reported area and problem type in use: counts of the period and of the comparable months, what
-- they are per, and how far the sources cover them. The grid of areas and types contributes zeros and the descriptions; it is
-- united with the counts and summed rather than joined to them, since no planner can foresee the size of such a join.
WITH counted AS (
    SELECT asm.assessment_id, m.area_id, m.problem_type_id,
           coalesce(sum(m.incidents) FILTER (WHERE asm.part = 'period'), 0) AS incidents,
           coalesce(sum(m.harm) FILTER (WHERE asm.part = 'period'), 0) AS harm,
           coalesce(sum(m.unweighted) FILTER (WHERE asm.part = 'period'), 0) AS unweighted,
           coalesce(sum(m.incidents) FILTER (WHERE asm.part = 'period' AND asm.is_comparable), 0) AS period_compared,
           coalesce(sum(m.incidents) FILTER (WHERE asm.part = 'baseline' AND asm.is_comparable), 0) AS baseline_compared
    FROM @partnership@.evidence_assessment_source_month asm
    JOIN @partnership@.incident_month m ON m.source_id = asm.source_id AND m.month = asm.month
    GROUP BY asm.assessment_id, m.area_id, m.problem_type_id
),
placed AS (
    SELECT c.assessment_id, reported.area_id, reported.area_kind, c.problem_type_id,
           sum(c.incidents) AS incidents, sum(c.harm) AS harm, sum(c.unweighted) AS unweighted,
           sum(c.period_compared) AS period_compared, sum(c.baseline_compared) AS baseline_compared
    FROM counted c
    JOIN @partnership@.area_ancestor aa ON aa.area_id = c.area_id AND aa.ancestor_kind <> 'partnership'
    JOIN @partnership@.evidence_area reported
      ON reported.assessment_id = c.assessment_id AND reported.area_id = aa.ancestor_id AND reported.area_kind = aa.ancestor_kind
    GROUP BY c.assessment_id, reported.area_id, reported.area_kind, c.problem_type_id
  UNION ALL
    -- the whole partnership counts what has no area as well
    SELECT c.assessment_id, whole.area_id, 'partnership', c.problem_type_id,
           sum(c.incidents), sum(c.harm), sum(c.unweighted), sum(c.period_compared), sum(c.baseline_compared)
    FROM counted c
    CROSS JOIN @partnership@.area whole
    WHERE whole.area_kind = 'partnership'
    GROUP BY c.assessment_id, whole.area_id, c.problem_type_id
),
united AS (
    SELECT e.assessment_id, e.area_id, e.area_kind, v.problem_type_id,
           0 AS incidents, 0 AS harm, 0 AS unweighted, 0 AS period_compared, 0 AS baseline_compared,
           e.area_code, e.area_name,
           e.population, e.population_year, e.households, e.households_year, e.baseline_population, e.baseline_households,
           v.period_months, v.period_months_covered, v.baseline_months_covered,
           v.period_months_compared, v.baseline_months_compared, v.period_flag, v.comparison_flag
    FROM @partnership@.evidence_area e
    JOIN @partnership@.evidence_type_coverage v USING (assessment_id)
  UNION ALL
    SELECT p.assessment_id, p.area_id, p.area_kind, tree.problem_type_id,
           p.incidents, p.harm, p.unweighted, p.period_compared, p.baseline_compared,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM placed p
    JOIN @partnership@.evidence_type tree ON tree.member_id = p.problem_type_id
),
summed AS (
    SELECT u.assessment_id, u.area_id, u.area_kind, u.problem_type_id,
           sum(u.incidents)::bigint AS incidents, sum(u.harm) AS harm, sum(u.unweighted)::bigint AS unweighted,
           sum(u.period_compared)::bigint AS period_compared, sum(u.baseline_compared)::bigint AS baseline_compared,
           max(u.area_code) AS area_code, max(u.area_name) AS area_name,
           max(u.population) AS population, max(u.population_year) AS population_year,
           max(u.households) AS households, max(u.households_year) AS households_year,
           max(u.baseline_population) AS baseline_population, max(u.baseline_households) AS baseline_households,
           max(u.period_months) AS period_months, max(u.period_months_covered) AS period_months_covered,
           max(u.baseline_months_covered) AS baseline_months_covered,
           max(u.period_months_compared) AS period_months_compared, max(u.baseline_months_compared) AS baseline_months_compared,
           max(u.period_flag) AS period_flag, max(u.comparison_flag) AS comparison_flag
    FROM united u
    GROUP BY u.assessment_id, u.area_id, u.area_kind, u.problem_type_id
)
SELECT s.assessment_id, s.area_id, s.area_kind, s.area_code, s.area_name,
       t.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.parent_id, t.domain, t.is_headline, t.sort_order,
       s.incidents, s.harm, s.unweighted, s.period_compared, s.baseline_compared,
       t.denominator,
       CASE t.denominator WHEN 'households' THEN s.households ELSE s.population END AS denominator_count,
       CASE t.denominator WHEN 'households' THEN s.households_year ELSE s.population_year END AS denominator_year,
       CASE t.denominator WHEN 'households' THEN s.baseline_households ELSE s.baseline_population END AS baseline_denominator_count,
       s.period_months, s.period_months_covered, s.baseline_months_covered,
       s.period_months_compared, s.baseline_months_compared, s.period_flag, s.comparison_flag
FROM summed s
JOIN @partnership@.problem_type t USING (problem_type_id);
COMMENT ON VIEW @partnership@.evidence_count IS 'Counts behind every strategic product: one row per assessment, reported area and problem type in use (subtypes included)';
COMMENT ON COLUMN @partnership@.evidence_count.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.evidence_count.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.evidence_count.area_kind IS 'Kind of area; partnership for the whole';
COMMENT ON COLUMN @partnership@.evidence_count.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.evidence_count.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.evidence_count.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.evidence_count.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.evidence_count.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.evidence_count.parent_id IS 'Type the problem type is part of; NULL at the top';
COMMENT ON COLUMN @partnership@.evidence_count.domain IS 'Broad domain of the problem type';
COMMENT ON COLUMN @partnership@.evidence_count.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.evidence_count.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.evidence_count.incidents IS 'Incidents in the whole months of the period';
COMMENT ON COLUMN @partnership@.evidence_count.harm IS 'Sum of harm weights over the weighted incidents of the period';
COMMENT ON COLUMN @partnership@.evidence_count.unweighted IS 'Incidents of the period without a harm weight';
COMMENT ON COLUMN @partnership@.evidence_count.period_compared IS 'Incidents in the months of the period that can be compared with the baseline';
COMMENT ON COLUMN @partnership@.evidence_count.baseline_compared IS 'Incidents in the months of the baseline that can be compared with the period';
COMMENT ON COLUMN @partnership@.evidence_count.denominator IS 'What the rate is per 1,000 of: population or households';
COMMENT ON COLUMN @partnership@.evidence_count.denominator_count IS 'Residents or households in the period; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_count.denominator_year IS 'Year of the denominator';
COMMENT ON COLUMN @partnership@.evidence_count.baseline_denominator_count IS 'Residents or households in the baseline; NULL when not known';
COMMENT ON COLUMN @partnership@.evidence_count.period_months IS 'Whole months in the period';
COMMENT ON COLUMN @partnership@.evidence_count.period_months_covered IS 'Of these, covered by every source of the type';
COMMENT ON COLUMN @partnership@.evidence_count.baseline_months_covered IS 'Months of the baseline covered by every source of the type';
COMMENT ON COLUMN @partnership@.evidence_count.period_months_compared IS 'Months of the period that are compared';
COMMENT ON COLUMN @partnership@.evidence_count.baseline_months_compared IS 'Months of the baseline that are compared';
COMMENT ON COLUMN @partnership@.evidence_count.period_flag IS 'What a reader of the period''s level must know; NULL when nothing';
COMMENT ON COLUMN @partnership@.evidence_count.comparison_flag IS 'What a reader of the comparison must know; NULL when nothing';
