-- Quality of sources: added value. What does each source show that the others do not?

CREATE OR REPLACE VIEW @partnership@.quality_added_value
WITH (security_invoker = true) AS
-- One row per assessment, source, problem type and other source that could know its events. Assessment by
-- assessment, since a filter on one would not reach what the branches share.
SELECT a.assessment_id,
       csp_internal.row_key(a.assessment_id, k.source_id, t.problem_type_id, k.other_source_id) AS row_key,
       k.source_id, mine.code AS source, t.problem_type_id, t.code AS problem_type, t.label AS problem_type_label,
       k.other_source_id, other.code AS other_source,
       k.compared AS incidents, k.found AS also_known, k.by_chance::float8 AS known_by_chance,
       k.compared - k.found AS only_here,
       100 * (k.compared - k.found)::float8 / nullif(k.compared, 0) AS only_here_percent,
       k.area_correlation, k.areas::integer AS areas,
       CASE
           WHEN k.compared < 20 THEN 'too few to say'
           WHEN k.found <= k.by_chance + 2 * sqrt(greatest(k.by_chance, 1)) THEN 'no more in common than chance makes'
           WHEN k.found > 0.8 * k.compared THEN 'adds little: four in five or more are known to the other'
           WHEN k.found < 0.5 * k.compared THEN 'adds much: most are not known to the other'
           ELSE 'adds some'
       END AS finding,
       -- the share of variation that a straight line explains; places that part are no redundancy
       100 * greatest(k.area_correlation, 0) ^ 2 AS area_redundancy_percent
FROM @partnership@.assessment a
CROSS JOIN LATERAL (
    WITH united AS (
        -- what was compared, and what was found: united and grouped, so that a type without a match has its row
        SELECT k.source_id, k.problem_type_id, k.other_source_id, i.compared, 0::bigint AS found, 0::bigint AS found_by_chance
        FROM (
            SELECT i.source_id, i.problem_type_id, count(*) AS compared
            FROM @partnership@.incident i
            WHERE i.location IS NOT NULL
              AND i.occurred_from >= a.period_from::timestamp AT TIME ZONE @time_zone@
              AND i.occurred_from < (a.period_to + 1)::timestamp AT TIME ZONE @time_zone@
            GROUP BY i.source_id, i.problem_type_id
        ) i
        JOIN @partnership@.evidence_comparable_source k USING (source_id, problem_type_id)
      UNION ALL
        SELECT m.source_id, m.problem_type_id, m.other_source_id, 0,
               count(*) FILTER (WHERE m.shift_days = 0), count(*) FILTER (WHERE m.shift_days <> 0)
        FROM @partnership@.evidence_match m
        WHERE m.assessment_id = a.assessment_id
        GROUP BY m.source_id, m.problem_type_id, m.other_source_id
    ),
    matched AS MATERIALIZED (
        SELECT u.source_id, u.problem_type_id, u.other_source_id,
               sum(u.compared)::bigint AS compared, sum(u.found)::bigint AS found, sum(u.found_by_chance) / 2.0 AS by_chance
        FROM united u
        GROUP BY u.source_id, u.problem_type_id, u.other_source_id
    ),
    area_count AS MATERIALIZED (
        SELECT m.area_id, m.source_id, m.problem_type_id, sum(m.incidents) AS incidents
        FROM @partnership@.incident_month_entry m
        WHERE m.month >= date_trunc('month', a.period_from)
          AND m.month <= a.period_to
          AND m.area_id IS NOT NULL
        GROUP BY m.area_id, m.source_id, m.problem_type_id
        HAVING sum(m.incidents) <> 0
    ),
    comparable AS MATERIALIZED (
        SELECT c.problem_type_id, c.other_problem_type_id FROM @partnership@.evidence_comparable_type c
    ),
    placed AS (
        -- where each of the two happens: do they show the same areas?
        SELECT c.source_id, c.problem_type_id, c.other_source_id, corr(c.mine, c.theirs) AS area_correlation, count(*) AS areas
        FROM (
            SELECT b.source_id, b.problem_type_id, b.other_source_id, b.area_id, sum(b.mine)::float8 AS mine, sum(b.theirs)::float8 AS theirs
            FROM (
                SELECT k.source_id, k.problem_type_id, k.other_source_id, m.area_id, m.incidents AS mine, 0::numeric AS theirs
                FROM matched k
                JOIN area_count m ON m.source_id = k.source_id AND m.problem_type_id = k.problem_type_id
              UNION ALL
                SELECT k.source_id, k.problem_type_id, k.other_source_id, m.area_id, 0, m.incidents
                FROM matched k
                JOIN comparable c ON c.problem_type_id = k.problem_type_id
                JOIN area_count m ON m.source_id = k.other_source_id AND m.problem_type_id = c.other_problem_type_id
            ) b
            GROUP BY b.source_id, b.problem_type_id, b.other_source_id, b.area_id
        ) c
        GROUP BY c.source_id, c.problem_type_id, c.other_source_id
    )
    SELECT k.source_id, k.problem_type_id, k.other_source_id, k.compared, k.found, k.by_chance, p.area_correlation, p.areas
    FROM matched k
    LEFT JOIN placed p USING (source_id, problem_type_id, other_source_id)
) k
JOIN @partnership@.source mine ON mine.source_id = k.source_id
JOIN @partnership@.source other ON other.source_id = k.other_source_id
JOIN @partnership@.problem_type t ON t.problem_type_id = k.problem_type_id;
COMMENT ON VIEW @partnership@.quality_added_value IS 'Quality of sources: what does each show that the others do not (as in the Cardiff model)? One row per assessment, source, problem type and other source with exact places that could know the same events: how many have a match there within match_distance metres and match_hours hours, how many matches chance alone makes, and how alike the two are over areas. Sources that cannot be compared, and why: quality_match_source';
COMMENT ON COLUMN @partnership@.quality_added_value.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.quality_added_value.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.quality_added_value.source_id IS 'The source';
COMMENT ON COLUMN @partnership@.quality_added_value.source IS 'Its code';
COMMENT ON COLUMN @partnership@.quality_added_value.problem_type_id IS 'Problem type of its incidents, as recorded';
COMMENT ON COLUMN @partnership@.quality_added_value.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.quality_added_value.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.quality_added_value.other_source_id IS 'The source it is compared with';
COMMENT ON COLUMN @partnership@.quality_added_value.other_source IS 'Its code';
COMMENT ON COLUMN @partnership@.quality_added_value.incidents IS 'Located incidents of the period that were compared';
COMMENT ON COLUMN @partnership@.quality_added_value.also_known IS 'Of these, with a match in the other source';
COMMENT ON COLUMN @partnership@.quality_added_value.known_by_chance IS 'Matches that chance makes: the mean over the same incidents a week earlier and a week later';
COMMENT ON COLUMN @partnership@.quality_added_value.only_here IS 'Incidents without a match: what the other source does not show';
COMMENT ON COLUMN @partnership@.quality_added_value.only_here_percent IS 'Their share in per cent';
COMMENT ON COLUMN @partnership@.quality_added_value.area_correlation IS 'Correlation of the two sources'' counts over areas with any; near 1 the other source shows the same places; NULL when it cannot be computed';
COMMENT ON COLUMN @partnership@.quality_added_value.areas IS 'Areas in the correlation';
COMMENT ON COLUMN @partnership@.quality_added_value.finding IS 'What the figures say of the events, in words';
COMMENT ON COLUMN @partnership@.quality_added_value.area_redundancy_percent IS 'How much of the variation of the source''s counts over areas the other''s counts account for, in per cent (the square of area_correlation, 0 where that is negative): near 100 a map of the one shows nothing that a map of the other does not';
