-- Tactical assessment: alerts. Which problem is above what its season leads one to expect, and
-- where?

CREATE OR REPLACE VIEW @partnership@.tactical_alert
WITH (security_invoker = true) AS
-- One row per tactical assessment, area (of its kind, and the whole partnership) and problem type with an incident in the last weeks or
-- in the same season of earlier years.
WITH placed AS (
    SELECT e.assessment_id, e.as_of, e.false_discovery_rate, e.area_id, e.problem_type_id, e.unit,
           e.window_from, e.window_to, e.recent_incidents, e.incidents, e.years_compared,
           e.earlier_incidents, e.earlier_periods, e.season_expected, e.alert, e.p_value,
           e.source_note,
           area.area_kind, area.code AS area_code, area.name AS area_name
    FROM @partnership@.evidence_alert e
    JOIN @partnership@.area USING (area_id)
    WHERE e.assessment_id IS NOT NULL
),
tested AS (
    SELECT p.assessment_id, p.as_of, p.false_discovery_rate, p.area_id, p.problem_type_id, p.unit,
           p.window_from, p.window_to, p.recent_incidents, p.incidents, p.years_compared,
           p.earlier_incidents, p.earlier_periods, p.season_expected, p.alert, p.p_value,
           p.source_note, p.area_kind, p.area_code, p.area_name,
           csp.adjusted_p_value(p.p_value) OVER level AS adjusted_p_value,
           count(p.p_value) OVER level AS series_tested
    FROM placed p
    WINDOW level AS (PARTITION BY p.assessment_id, p.area_kind)
),
judged AS (
    SELECT t.assessment_id, t.as_of, t.false_discovery_rate, t.area_id, t.problem_type_id, t.unit,
           t.window_from, t.window_to, t.recent_incidents, t.incidents, t.years_compared,
           t.earlier_incidents, t.earlier_periods, t.season_expected, t.alert, t.p_value,
           t.source_note, t.area_kind, t.area_code, t.area_name, t.adjusted_p_value,
           t.series_tested,
           fewest.test_incidents, fewest.alarm_incidents,
           CASE WHEN t.p_value IS NOT NULL
                THEN t.adjusted_p_value <= t.false_discovery_rate
                     AND t.incidents >= fewest.alarm_incidents
                     AND t.incidents > (t.alert).expected END AS alarm
    FROM tested t
    CROSS JOIN @partnership@.evidence_least_incidents fewest
)
SELECT j.assessment_id,
       csp_internal.row_key(j.assessment_id, j.area_id, j.problem_type_id) AS row_key,
       j.as_of, j.area_kind, j.area_id, j.area_code, j.area_name,
       j.problem_type_id, type.code AS problem_type, type.label AS problem_type_label, type.is_headline, type.sort_order,
       j.unit, j.window_from, j.window_to, array_to_string(j.recent_incidents, ', ') AS recent_incidents, j.incidents,
       (j.alert).expected, (j.alert).upper_bound,
       j.p_value, j.adjusted_p_value,
       (j.alert).score AS alert_score,
       j.alarm,
       CASE WHEN j.p_value IS NOT NULL THEN rank() OVER (PARTITION BY j.assessment_id, j.area_kind ORDER BY j.p_value, (j.alert).score DESC)::integer END AS rank,
       CASE
           WHEN j.years_compared = 0 THEN 'not judged: no earlier year is covered'
           WHEN (j.alert).expected IS NULL THEN 'not judged: ' || (j.alert).reason
           WHEN j.p_value IS NULL
           THEN 'not judged: fewer than ' || j.test_incidents
                || ' incidents now and in the same season of '
                || CASE j.years_compared WHEN 1 THEN 'the year before'
                                         ELSE j.years_compared || ' earlier years' END
           WHEN j.alarm THEN 'alarm: ' || j.incidents || ' where ' || round((j.alert).expected::numeric, 1) || ' were expected'
           WHEN j.incidents < j.alarm_incidents
           THEN 'no alarm: fewer than ' || j.alarm_incidents || ' incidents'
           WHEN j.incidents > (j.alert).upper_bound THEN 'above its own bound, but not beyond what chance does among ' || j.series_tested || ' series'
           ELSE 'as expected for the season'
       END AS reason,
       j.years_compared, j.earlier_incidents, j.earlier_periods, j.season_expected, j.series_tested, j.source_note,
       (SELECT string_agg(u.description, '; ' ORDER BY u.starts_on, u.description)
        FROM unnest(broke.starts_on, broke.descriptions, broke.are_of_areas) AS u (starts_on, description, is_of_areas)
        WHERE j.years_compared > 0
          AND u.starts_on > j.window_from - make_interval(years => j.years_compared)
          AND u.starts_on <= j.window_to
          AND (j.area_kind <> 'partnership' OR NOT u.is_of_areas)) AS season_flag
FROM judged j
JOIN @partnership@.problem_type type USING (problem_type_id)
LEFT JOIN @partnership@.evidence_type_break_list broke ON broke.problem_type_id = j.problem_type_id;
COMMENT ON VIEW @partnership@.tactical_alert IS 'Tactical assessment, alerts: which problem is above what its season leads one to expect, and where? One row per tactical assessment, area (of its kind, and the whole partnership) and problem type with an incident in the last weeks (setting alert_weeks) or the same season of earlier years (setting alert_years); filter by assessment_id. Types whose sources know months only are judged by their last whole month';
COMMENT ON COLUMN @partnership@.tactical_alert.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.tactical_alert.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.tactical_alert.as_of IS 'Last day that counts: the last one of the assessment''s period, or today if that is earlier';
COMMENT ON COLUMN @partnership@.tactical_alert.area_kind IS 'Kind of the area; partnership: the whole';
COMMENT ON COLUMN @partnership@.tactical_alert.area_id IS 'Area';
COMMENT ON COLUMN @partnership@.tactical_alert.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.tactical_alert.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.tactical_alert.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.tactical_alert.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.tactical_alert.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.tactical_alert.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.tactical_alert.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.tactical_alert.unit IS 'week: blocks of seven days that end on as_of; month: whole months, where no source of the type has days';
COMMENT ON COLUMN @partnership@.tactical_alert.window_from IS 'First day that is judged';
COMMENT ON COLUMN @partnership@.tactical_alert.window_to IS 'Last day that is judged';
COMMENT ON COLUMN @partnership@.tactical_alert.recent_incidents IS 'Incidents of each week that is judged, the latest last, parted by commas; or of the month';
COMMENT ON COLUMN @partnership@.tactical_alert.incidents IS 'Their sum, subtypes included: what is judged';
COMMENT ON COLUMN @partnership@.tactical_alert.expected IS 'Incidents expected for the season, by csp.farrington over earlier years; NULL where there is none, and reason says why';
COMMENT ON COLUMN @partnership@.tactical_alert.upper_bound IS 'Incidents above which a single series would be out of the ordinary, at the assessment''s confidence (one-sided); NULL with fewer than 5 incidents';
COMMENT ON COLUMN @partnership@.tactical_alert.p_value IS 'Probability of so many if nothing has changed: the larger of farrington''s and of an exact test (evidence_alert.exact_p_value); NULL where they are fewer, now and in the season together, than setting test_incidents';
COMMENT ON COLUMN @partnership@.tactical_alert.adjusted_p_value IS 'p_value after Benjamini-Hochberg over the assessment''s series of the same area level (all areas of the kind, or the whole partnership)';
COMMENT ON COLUMN @partnership@.tactical_alert.alert_score IS '(incidents - expected) / (upper_bound - expected): above 1 is above the bound';
COMMENT ON COLUMN @partnership@.tactical_alert.alarm IS 'True with as many incidents as setting alarm_incidents or more, more than expected, and an adjusted p-value of at most the assessment''s false discovery rate; NULL where not tested';
COMMENT ON COLUMN @partnership@.tactical_alert.rank IS 'Order among the series tested of the area level, the least likely first';
COMMENT ON COLUMN @partnership@.tactical_alert.reason IS 'The finding in words, or why there is none';
COMMENT ON COLUMN @partnership@.tactical_alert.years_compared IS 'Earlier years compared: as many as the sources cover, at most the setting alert_years';
COMMENT ON COLUMN @partnership@.tactical_alert.earlier_incidents IS 'Incidents in the same season of those years: the weeks that are judged and three on either side, or the month and one on either side';
COMMENT ON COLUMN @partnership@.tactical_alert.earlier_periods IS 'Weeks or months of that season that are covered';
COMMENT ON COLUMN @partnership@.tactical_alert.season_expected IS 'earlier_incidents brought to the length of the window: a plain mean beside expected';
COMMENT ON COLUMN @partnership@.tactical_alert.series_tested IS 'Series tested on the area level, over which p-values are adjusted';
COMMENT ON COLUMN @partnership@.tactical_alert.source_note IS 'Sources of the type that are left out, and why; NULL when none';
COMMENT ON COLUMN @partnership@.tactical_alert.season_flag IS 'Breaks between the earliest season compared and now (COVID-19, new recording, of areas also new codes and map points), which the comparison takes for change; NULL when none';
