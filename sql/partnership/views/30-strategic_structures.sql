-- The four structures of a strategic assessment: one view each over the same evidence. A user picks one; the figures are the same.

CREATE OR REPLACE VIEW @partnership@.strategic_by_crime_type
WITH (security_invoker = true) AS
-- One row per assessment and problem type in use, for the whole partnership: a section per domain.
SELECT p.assessment_id, p.domain AS section,
       min(p.sort_order) OVER (PARTITION BY p.assessment_id, p.domain) AS section_order,
       p.problem_type_id, p.problem_type, p.problem_type_label, p.is_headline, p.sort_order, p.incidents, p.share_percent,
       p.denominator, p.rate_per_1000, p.rate_lower, p.rate_upper, p.harm_score, p.unweighted_incidents, p.peer_mean_rate,
       p.peer_own_rate, p.peer_position, p.period_incidents, p.baseline_incidents, p.percent_change, p.percent_lower,
       p.percent_upper, p.adjusted_p_value, p.verdict, p.trend_percent_per_month, p.trend_adjusted_p_value, p.trend_verdict,
       p.likelihood, p.impact, p.risk, p.risk_band, p.risk_rank, p.data_flag
FROM @partnership@.evidence_problem p;
COMMENT ON VIEW @partnership@.strategic_by_crime_type IS 'Strategic assessment structured by crime type: a section per domain; one row per assessment and problem type in use, for the whole partnership';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.section IS 'Domain: crime, asb, substance misuse, ...';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.section_order IS 'Order of the section';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.incidents IS 'Incidents in the covered whole months of the period, subtypes included';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.share_percent IS 'Share of all incidents in the period, in per cent';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.denominator IS 'What the rate is per 1,000 of: population or households';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.rate_per_1000 IS 'Incidents per 1,000 of the denominator over the period (not a year); NULL without a denominator';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.rate_lower IS 'Lower limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.rate_upper IS 'Upper limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.harm_score IS 'Sum of harm weights over the weighted incidents (units of the harm scheme); NULL when no incident has a weight';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.unweighted_incidents IS 'Incidents without a harm weight: they are not in the harm score';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.peer_mean_rate IS 'Unweighted mean rate per 1,000 of the similar group, over the peers'' months';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.peer_own_rate IS 'Rate per 1,000 of the partnership in the peers'' data';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.peer_position IS 'higher than peers, lower than peers or in line with peers, by the funnel limits; NULL without peers'' figures';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.period_incidents IS 'Incidents in the compared months of the period';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.baseline_incidents IS 'Incidents in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.percent_change IS 'Change of the rate in per cent; NULL when the baseline is 0 or not comparable';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.percent_lower IS 'Lower limit of the change in per cent';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.percent_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.adjusted_p_value IS 'p-value of no change after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.verdict IS 'The change in words, called only below the assessment''s false discovery rate';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.trend_percent_per_month IS 'Trend in per cent per month over all covered months';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.trend_adjusted_p_value IS 'p-value of no trend after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.trend_verdict IS 'rising, falling or no clear trend, at the assessment''s false discovery rate; not known when the series is too short';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.likelihood IS 'Likelihood from 1 to 5; NULL when not scored';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.impact IS 'Impact from 1 to 5; NULL when not scored';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.risk IS 'Likelihood times impact, 1 to 25; NULL when not scored';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.risk_band IS 'Band of the risk';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.risk_rank IS '1 for the highest risk; NULL without a risk';
COMMENT ON COLUMN @partnership@.strategic_by_crime_type.data_flag IS 'What the reader must know: missing months, breaks in the series; NULL when nothing';

CREATE OR REPLACE VIEW @partnership@.strategic_by_priority
WITH (security_invoker = true) AS
-- One row per assessment, priority under review and problem type it covers; headline types outside every priority stand in a section of their own.
WITH covered AS (
    SELECT DISTINCT ap.assessment_id, priority.title AS section, priority.sort_order AS section_order, tree.member_id AS problem_type_id
    FROM @partnership@.assessment_priority ap
    JOIN @partnership@.priority USING (priority_id)
    JOIN @partnership@.priority_type pt USING (priority_id)
    JOIN @partnership@.evidence_type tree ON tree.problem_type_id = pt.problem_type_id
)
SELECT p.assessment_id, coalesce(c.section, 'Outside the priorities') AS section, coalesce(c.section_order, 2147483647) AS section_order,
       p.problem_type_id, p.problem_type, p.problem_type_label, p.is_headline, p.sort_order, p.incidents, p.share_percent,
       p.denominator, p.rate_per_1000, p.rate_lower, p.rate_upper, p.harm_score, p.unweighted_incidents, p.peer_mean_rate,
       p.peer_own_rate, p.peer_position, p.period_incidents, p.baseline_incidents, p.percent_change, p.percent_lower,
       p.percent_upper, p.adjusted_p_value, p.verdict, p.trend_percent_per_month, p.trend_adjusted_p_value, p.trend_verdict,
       p.likelihood, p.impact, p.risk, p.risk_band, p.risk_rank, p.data_flag
FROM @partnership@.evidence_problem p
LEFT JOIN covered c ON c.assessment_id = p.assessment_id AND c.problem_type_id = p.problem_type_id
WHERE c.section IS NOT NULL OR p.is_headline;
COMMENT ON VIEW @partnership@.strategic_by_priority IS 'Strategic assessment structured by priority: a section per priority under review, and one for headline problems outside them; one row per assessment, section and problem type, for the whole partnership';
COMMENT ON COLUMN @partnership@.strategic_by_priority.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_by_priority.section IS 'Title of the priority, or Outside the priorities';
COMMENT ON COLUMN @partnership@.strategic_by_priority.section_order IS 'Order of the section';
COMMENT ON COLUMN @partnership@.strategic_by_priority.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_by_priority.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_priority.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_priority.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_by_priority.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_by_priority.incidents IS 'Incidents in the covered whole months of the period, subtypes included';
COMMENT ON COLUMN @partnership@.strategic_by_priority.share_percent IS 'Share of all incidents in the period, in per cent';
COMMENT ON COLUMN @partnership@.strategic_by_priority.denominator IS 'What the rate is per 1,000 of: population or households';
COMMENT ON COLUMN @partnership@.strategic_by_priority.rate_per_1000 IS 'Incidents per 1,000 of the denominator over the period (not a year); NULL without a denominator';
COMMENT ON COLUMN @partnership@.strategic_by_priority.rate_lower IS 'Lower limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.strategic_by_priority.rate_upper IS 'Upper limit of the rate (Byar) at the assessment''s confidence';
COMMENT ON COLUMN @partnership@.strategic_by_priority.harm_score IS 'Sum of harm weights over the weighted incidents (units of the harm scheme); NULL when no incident has a weight';
COMMENT ON COLUMN @partnership@.strategic_by_priority.unweighted_incidents IS 'Incidents without a harm weight: they are not in the harm score';
COMMENT ON COLUMN @partnership@.strategic_by_priority.peer_mean_rate IS 'Unweighted mean rate per 1,000 of the similar group, over the peers'' months';
COMMENT ON COLUMN @partnership@.strategic_by_priority.peer_own_rate IS 'Rate per 1,000 of the partnership in the peers'' data';
COMMENT ON COLUMN @partnership@.strategic_by_priority.peer_position IS 'higher than peers, lower than peers or in line with peers, by the funnel limits; NULL without peers'' figures';
COMMENT ON COLUMN @partnership@.strategic_by_priority.period_incidents IS 'Incidents in the compared months of the period';
COMMENT ON COLUMN @partnership@.strategic_by_priority.baseline_incidents IS 'Incidents in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.strategic_by_priority.percent_change IS 'Change of the rate in per cent; NULL when the baseline is 0 or not comparable';
COMMENT ON COLUMN @partnership@.strategic_by_priority.percent_lower IS 'Lower limit of the change in per cent';
COMMENT ON COLUMN @partnership@.strategic_by_priority.percent_upper IS 'Upper limit of the change in per cent; NULL when unbounded';
COMMENT ON COLUMN @partnership@.strategic_by_priority.adjusted_p_value IS 'p-value of no change after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.strategic_by_priority.verdict IS 'The change in words, called only below the assessment''s false discovery rate';
COMMENT ON COLUMN @partnership@.strategic_by_priority.trend_percent_per_month IS 'Trend in per cent per month over all covered months';
COMMENT ON COLUMN @partnership@.strategic_by_priority.trend_adjusted_p_value IS 'p-value of no trend after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.strategic_by_priority.trend_verdict IS 'rising, falling or no clear trend, at the assessment''s false discovery rate; not known when the series is too short';
COMMENT ON COLUMN @partnership@.strategic_by_priority.likelihood IS 'Likelihood from 1 to 5; NULL when not scored';
COMMENT ON COLUMN @partnership@.strategic_by_priority.impact IS 'Impact from 1 to 5; NULL when not scored';
COMMENT ON COLUMN @partnership@.strategic_by_priority.risk IS 'Likelihood times impact, 1 to 25; NULL when not scored';
COMMENT ON COLUMN @partnership@.strategic_by_priority.risk_band IS 'Band of the risk';
COMMENT ON COLUMN @partnership@.strategic_by_priority.risk_rank IS '1 for the highest risk; NULL without a risk';
COMMENT ON COLUMN @partnership@.strategic_by_priority.data_flag IS 'What the reader must know: missing months, breaks in the series; NULL when nothing';

CREATE OR REPLACE VIEW @partnership@.strategic_by_organisation
WITH (security_invoker = true) AS
-- One row per assessment, agency, source and problem type as recorded: what each agency's data say.
WITH counted AS (
    SELECT asm.assessment_id, asm.source_id, m.problem_type_id,
           sum(m.incidents) FILTER (WHERE asm.part = 'period') AS incidents,
           coalesce(sum(m.harm) FILTER (WHERE asm.part = 'period'), 0) AS harm,
           coalesce(sum(m.unweighted) FILTER (WHERE asm.part = 'period'), 0) AS unweighted,
           coalesce(sum(m.incidents) FILTER (WHERE asm.part = 'period' AND asm.is_comparable), 0) AS period_compared,
           coalesce(sum(m.incidents) FILTER (WHERE asm.part = 'baseline' AND asm.is_comparable), 0) AS baseline_compared
    FROM @partnership@.evidence_assessment_source_month asm
    JOIN @partnership@.incident_month_entry m ON m.source_id = asm.source_id AND m.month = asm.month
    GROUP BY asm.assessment_id, asm.source_id, m.problem_type_id
    HAVING sum(m.incidents) <> 0
),
covered AS MATERIALIZED (
    SELECT asm.assessment_id, asm.source_id,
           count(*) FILTER (WHERE asm.part = 'period' AND asm.is_covered) AS period_months_covered,
           max(asm.source_period_months_compared) AS period_months,
           max(asm.source_baseline_months_compared) AS baseline_months,
           csp.months_text(array_agg(asm.month) FILTER (WHERE NOT asm.is_covered)) AS missing,
           csp.months_text(array_agg(asm.month) FILTER (WHERE asm.status IN ('partial', 'undeclared'))) AS partial,
           concat_ws('; ', max(asm.period_note), max(asm.comparison_note)) AS note
    FROM @partnership@.evidence_assessment_source_month asm
    GROUP BY asm.assessment_id, asm.source_id
),
broken AS MATERIALIZED (
    SELECT a.assessment_id, b.source_id, b.problem_type_id, string_agg(DISTINCT b.description, '; ') AS breaks
    FROM @partnership@.assessment a
    JOIN @partnership@.evidence_type_break b ON b.starts_on > least(a.baseline_from, a.period_from) AND b.starts_on <= a.period_to
    WHERE NOT b.is_of_areas
    GROUP BY a.assessment_id, b.source_id, b.problem_type_id
),
denominator AS MATERIALIZED (
    -- the same exposure as strategic_change: people or homes, times months
    SELECT e.assessment_id, t.problem_type_id,
           CASE t.denominator WHEN 'households' THEN e.households ELSE e.population END AS period_count,
           CASE t.denominator WHEN 'households' THEN e.baseline_households ELSE e.baseline_population END AS baseline_count
    FROM @partnership@.evidence_area e
    CROSS JOIN @partnership@.problem_type t
    WHERE e.area_kind = 'partnership'
),
compared AS (
    SELECT c.assessment_id, c.source_id, c.problem_type_id,
           CASE WHEN v.period_months_covered > 0 THEN coalesce(c.incidents, 0)::bigint END AS incidents, c.harm, c.unweighted,
           CASE WHEN v.period_months > 0 THEN c.period_compared::bigint END AS period_compared,
           CASE WHEN v.period_months > 0 THEN c.baseline_compared::bigint END AS baseline_compared,
           CASE WHEN c.period_compared + c.baseline_compared > 0 THEN
               csp.rate_change(c.baseline_compared::bigint, nullif(v.baseline_months, 0) * CASE WHEN d.period_count > 0 AND d.baseline_count > 0 THEN d.baseline_count ELSE 1 END,
                               c.period_compared::bigint, nullif(v.period_months, 0) * CASE WHEN d.period_count > 0 AND d.baseline_count > 0 THEN d.period_count ELSE 1 END,
                               a.confidence) END AS change,
           nullif(concat_ws('; ', 'missing: ' || v.missing, 'only part of ' || v.partial, nullif(v.note, ''), b.breaks), '') AS flag, a.false_discovery_rate
    FROM counted c
    JOIN covered v USING (assessment_id, source_id)
    JOIN @partnership@.assessment a USING (assessment_id)
    LEFT JOIN denominator d USING (assessment_id, problem_type_id)
    LEFT JOIN broken b USING (assessment_id, source_id, problem_type_id)
),
tested AS (
    SELECT c.*, csp.adjusted_p_value((c.change).p_value) OVER (PARTITION BY c.assessment_id) AS adjusted_p_value
    FROM compared c
)
SELECT t.assessment_id, coalesce(g.name, 'No agency given') AS section, coalesce(g.agency_id, 2147483647) AS section_order,
       s.code AS source, s.title AS source_title,
       t.problem_type_id, type.code AS problem_type, type.label AS problem_type_label, type.sort_order,
       t.incidents,
       100.0 * t.incidents / nullif(sum(t.incidents) OVER (PARTITION BY t.assessment_id, t.source_id), 0)::float8 AS share_of_source_percent,
       CASE WHEN t.incidents > t.unweighted THEN t.harm::float8 END AS harm_score,
       t.unweighted::bigint AS unweighted_incidents,
       t.period_compared AS period_incidents,
       t.baseline_compared AS baseline_incidents,
       (t.change).percent_change,
       t.adjusted_p_value,
       CASE WHEN t.period_compared + t.baseline_compared = 0 THEN 'none in either period'
            ELSE csp.change_verdict((t.change).ratio, t.adjusted_p_value, t.false_discovery_rate) END AS verdict,
       t.flag AS data_flag
FROM tested t
JOIN @partnership@.source s USING (source_id)
JOIN @partnership@.problem_type type USING (problem_type_id)
LEFT JOIN @partnership@.agency g USING (agency_id);
COMMENT ON VIEW @partnership@.strategic_by_organisation IS 'Strategic assessment structured by organisation: a section per agency; one row per assessment, source and problem type as recorded (not rolled up), for the whole partnership';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.section IS 'Name of the agency';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.section_order IS 'Order of the section';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.source_title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.incidents IS 'Incidents of the source and type in the whole months of the period; NULL when the source covers none of them';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.share_of_source_percent IS 'Share of the source''s incidents in the period, in per cent';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.harm_score IS 'Sum of harm weights over the weighted incidents (units of the harm scheme); NULL when no incident has a weight';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.unweighted_incidents IS 'Incidents without a harm weight: they are not in the harm score';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.period_incidents IS 'Incidents in the compared months of the period';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.baseline_incidents IS 'Incidents in the compared months of the baseline';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.percent_change IS 'Change of the rate in per cent; NULL when the baseline is 0 or not comparable';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.adjusted_p_value IS 'p-value of no change after Benjamini-Hochberg over the rows of the same kind in the assessment';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.verdict IS 'The change in words, called only below the assessment''s false discovery rate';
COMMENT ON COLUMN @partnership@.strategic_by_organisation.data_flag IS 'What the reader must know: missing months, breaks in the series; NULL when nothing';

CREATE OR REPLACE VIEW @partnership@.counted_strategic_by_problem
WITH (security_invoker = true) AS
-- What strategic_by_problem shows, counted: read by its owner alone, on behalf of a reader. One row per assessment, headline problem type, side of the problem (offender, victim, location) and measure.
SELECT a.assessment_id, p.section, p.section_order, p.problem_type_id, p.problem_type, p.problem_type_label, p.sort_order,
       p.side, p.measure_order, p.measure, p.value, p.unit, p.data_flag
FROM (
    -- the whole months of the period, as in every other structure
    SELECT am.assessment_id, min(am.month) AS first_day, (max(am.month) + interval '1 month')::date AS end_day
    FROM @partnership@.evidence_assessment_month am
    WHERE am.part = 'period'
    GROUP BY am.assessment_id
) a
-- assessment by assessment: what several branches share would else be computed for all of them, whichever is asked for
CROSS JOIN LATERAL (
    WITH reader AS MATERIALIZED (
        SELECT csp_internal.protects_people('@partnership@.incident_person'::regclass) AS is_protected, (SELECT k.secret FROM @partnership@.cell_secret k) AS secret
    ),
    headline AS (
        SELECT t.problem_type_id, tree.member_id
        FROM @partnership@.problem_type t
        JOIN @partnership@.evidence_type tree USING (problem_type_id)
        WHERE t.is_headline
    ),
    happened AS (
        SELECT a.assessment_id, h.problem_type_id, i.incident_id, i.place_reference, s.place_precision
        FROM @partnership@.incident i
        JOIN headline h ON h.member_id = i.problem_type_id
        JOIN @partnership@.source s USING (source_id)
        WHERE i.occurred_from >= a.first_day::timestamp AT TIME ZONE @time_zone@
          AND i.occurred_from < a.end_day::timestamp AT TIME ZONE @time_zone@
    ),
    involvement AS MATERIALIZED (
        -- one per person, incident and side
        SELECT h.assessment_id, h.problem_type_id, CASE ip.role WHEN 'victim' THEN 'victim' ELSE 'offender' END AS side, ip.person_id, h.incident_id
        FROM happened h
        JOIN @partnership@.incident_person ip USING (incident_id)
        WHERE ip.role IN ('victim', 'suspect', 'offender')
        GROUP BY 1, 2, 3, 4, 5
    ),
    involved AS (
        SELECT p.assessment_id, p.problem_type_id, p.side, count(*) AS incidents,
               csp.record_key((SELECT r.secret FROM reader r), p.person_id) AS member_key,
               sum(csp.record_key((SELECT r.secret FROM reader r), p.person_id, p.incident_id)) AS incident_key
        FROM involvement p
        GROUP BY p.assessment_id, p.problem_type_id, p.side, p.person_id
      UNION ALL
        SELECT h.assessment_id, h.problem_type_id, 'location', count(*), 0, 0
        FROM happened h
        WHERE h.place_precision = 'exact'
          AND h.place_reference IS NOT NULL
        GROUP BY h.assessment_id, h.problem_type_id, h.place_reference
    ),
    frequency AS (
        -- how many members have so many incidents: the top tenth needs no order of members, only of these
        SELECT i.assessment_id, i.problem_type_id, i.side, i.incidents, count(*) AS members,
               sum(i.member_key) AS member_key, sum(i.incident_key)::bigint AS incident_key
        FROM involved i
        GROUP BY i.assessment_id, i.problem_type_id, i.side, i.incidents
    ),
    ordered AS (
        SELECT f.*,
               sum(f.members) OVER (PARTITION BY f.assessment_id, f.problem_type_id, f.side ORDER BY f.incidents DESC) - f.members AS members_above,
               ceil(sum(f.members) OVER (PARTITION BY f.assessment_id, f.problem_type_id, f.side) * 0.1) AS tenth
        FROM frequency f
    ),
    side AS (
        SELECT o.assessment_id, o.problem_type_id, o.side,
               sum(o.members) AS members,
               sum(o.members * o.incidents) AS incidents,
               coalesce(sum(o.members) FILTER (WHERE o.incidents > 1), 0) AS repeated_members,
               coalesce(sum(o.members * o.incidents) FILTER (WHERE o.incidents > 1), 0) AS repeated_incidents,
               sum(o.incidents * greatest(0, least(o.members, o.tenth - o.members_above))) AS top_tenth_incidents,
               sum(o.member_key)::bigint AS member_key, sum(o.incident_key)::bigint AS incident_key,
               coalesce(sum(o.member_key) FILTER (WHERE o.incidents > 1), 0)::bigint AS repeated_member_key,
               coalesce(sum(o.incident_key) FILTER (WHERE o.incidents > 1), 0)::bigint AS repeated_incident_key
        FROM ordered o
        GROUP BY o.assessment_id, o.problem_type_id, o.side
    ),
    measure AS (
        SELECT s.assessment_id, s.problem_type_id, s.side, m.measure_order, m.measure, m.value, m.unit, NULL::text AS note
        FROM side s
        CROSS JOIN reader r
        CROSS JOIN LATERAL (SELECT r.is_protected AND s.side <> 'location' AS is_protected) about
        CROSS JOIN LATERAL (SELECT csp_internal.shown_count(s.members::bigint, s.member_key, s.incident_key, about.is_protected) AS members,
                                   csp_internal.shown_count(s.repeated_members::bigint, s.repeated_member_key, s.incident_key, about.is_protected) AS repeated_members,
                                   csp_internal.shown_count(s.repeated_incidents::bigint, s.repeated_incident_key, s.incident_key, about.is_protected) AS repeated_incidents,
                                   csp_internal.shown_count(s.incidents::bigint, s.incident_key, s.incident_key, about.is_protected) AS incidents) f
        CROSS JOIN LATERAL (VALUES
            (1, CASE s.side WHEN 'location' THEN 'Places with an incident' WHEN 'victim' THEN 'People recorded as victims' ELSE 'People recorded as suspects or offenders' END, f.members::float8, 'count'),
            (2, CASE s.side WHEN 'location' THEN 'Places with more than one' WHEN 'victim' THEN 'Repeat victims' ELSE 'Repeat offenders' END, f.repeated_members::float8, 'count'),
            (3, CASE s.side WHEN 'location' THEN 'Share of incidents at repeat places' WHEN 'victim' THEN 'Share of victimisations of repeat victims' ELSE 'Share of involvements of repeat offenders' END,
                csp_internal.percent(CASE WHEN f.repeated_members IS NOT NULL THEN f.repeated_incidents END, f.incidents), 'per cent'),
            (4, CASE s.side WHEN 'location' THEN 'Share of incidents at the top tenth of places' WHEN 'victim' THEN 'Share of victimisations of the top tenth of victims' ELSE 'Share of involvements of the top tenth of offenders' END,
                CASE WHEN about.is_protected
                     THEN csp_internal.shown_percent(s.top_tenth_incidents::float8 / s.incidents::float8, s.incidents::bigint, f.incidents, s.member_key, s.incident_key, true)
                     ELSE 100.0 * s.top_tenth_incidents::float8 / s.incidents::float8 END, 'per cent')
        ) AS m (measure_order, measure, value, unit)
        -- none and a few must look the same
        WHERE f.members IS NOT NULL
    ),
    known AS (
        SELECT p.assessment_id, p.problem_type_id, p.side, count(DISTINCT p.incident_id) AS incidents,
               sum(csp.record_key((SELECT r.secret FROM reader r), p.person_id, p.incident_id)) AS incident_key
        FROM involvement p
        GROUP BY p.assessment_id, p.problem_type_id, p.side
    ),
    expected AS (
        SELECT h.assessment_id, h.problem_type_id, wanted.side, h.incidents, h.exact_source,
               CASE wanted.side WHEN 'location' THEN h.placed ELSE coalesce(k.incidents, 0) END AS incidents_known, coalesce(k.incident_key, 0) AS incident_key,
               wanted.side <> 'location' AND (SELECT r.is_protected FROM reader r) AS is_protected
        FROM (
            SELECT assessment_id, problem_type_id, count(*) AS incidents,
                   count(*) FILTER (WHERE place_precision = 'exact') AS exact_source,
                   count(*) FILTER (WHERE place_precision = 'exact' AND place_reference IS NOT NULL) AS placed
            FROM happened
            GROUP BY assessment_id, problem_type_id
        ) h
        CROSS JOIN (VALUES ('offender'), ('victim'), ('location')) AS wanted (side)
        LEFT JOIN known k ON k.assessment_id = h.assessment_id AND k.problem_type_id = h.problem_type_id AND k.side = wanted.side
    )
    SELECT t.label AS section, t.sort_order AS section_order,
           e.problem_type_id, t.code AS problem_type, t.label AS problem_type_label, t.sort_order,
           e.side, coalesce(m.measure_order, 0) AS measure_order,
           coalesce(m.measure, CASE WHEN e.is_protected THEN 'Not shown' ELSE 'Not known' END) AS measure,
           m.value, m.unit,
           CASE
               WHEN e.is_protected AND m.measure IS NULL THEN 'fewer than 10 people, or none: they could be told apart'
               WHEN e.is_protected THEN concat_ws('; ', 'known for about ' || CASE WHEN known.incidents > e.incidents THEN e.incidents ELSE known.incidents END || ' of ' || e.incidents || ' incidents',
                                                  'with noise of up to 5, fewer than 10 not shown: parts do not add up')
               WHEN m.measure IS NULL AND e.side = 'location' AND e.exact_source > 0 THEN 'No incident of this problem names its place'
               WHEN m.measure IS NULL AND e.side = 'location' THEN 'No source of this problem gives exact places: snapped points would make false repeats'
               WHEN m.measure IS NULL THEN 'No source of this problem gives people'
               WHEN e.incidents_known < e.incidents THEN 'known for ' || e.incidents_known || ' of ' || e.incidents || ' incidents'
           END AS data_flag
    FROM expected e
    JOIN @partnership@.problem_type t USING (problem_type_id)
    LEFT JOIN measure m USING (assessment_id, problem_type_id, side)
    CROSS JOIN LATERAL (SELECT csp_internal.shown_count(e.incidents_known, e.incident_key, e.incident_key, e.is_protected) AS incidents) known
) p;
COMMENT ON VIEW @partnership@.counted_strategic_by_problem IS 'What strategic_by_problem shows: for the owner, who reads it on behalf of the reader of that view, with noise where the reader may not read people';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.section IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.section_order IS 'Order of the section';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.side IS 'offender, victim or location';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.measure_order IS 'Order of the measure for display';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.measure IS 'What is measured';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.value IS 'Its value; NULL when no source supports it';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.unit IS 'count or per cent';
COMMENT ON COLUMN @partnership@.counted_strategic_by_problem.data_flag IS 'Why there is no figure, or for how many incidents the side is known; NULL when for all';

CREATE OR REPLACE VIEW @partnership@.strategic_by_problem
WITH (security_invoker = true) AS
-- One row per assessment, headline problem type, side of the problem (offender, victim, location) and measure. Behind a function: see profile_victim.
SELECT a.assessment_id, f.section, f.section_order, f.problem_type_id, f.problem_type, f.problem_type_label, f.sort_order,
       f.side, f.measure_order, f.measure, f.value, f.unit, f.data_flag
FROM @partnership@.assessment a
CROSS JOIN LATERAL csp.strategic_by_problem(csp_internal.partnership_of('@partnership@.assessment'::regclass), a.assessment_id) f;
COMMENT ON VIEW @partnership@.strategic_by_problem IS 'Strategic assessment structured by problem: offender, victim and location of each headline problem; one row per assessment, problem type, side and measure, for the whole partnership. Says so where the sources cannot support it. Figures about people come with a noise of up to 5 to whoever may not read people, and none below ten: parts do not add up to totals';
COMMENT ON COLUMN @partnership@.strategic_by_problem.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_by_problem.section IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_problem.section_order IS 'Order of the section';
COMMENT ON COLUMN @partnership@.strategic_by_problem.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_by_problem.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_problem.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_by_problem.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_by_problem.side IS 'offender, victim or location';
COMMENT ON COLUMN @partnership@.strategic_by_problem.measure_order IS 'Order of the measure for display';
COMMENT ON COLUMN @partnership@.strategic_by_problem.measure IS 'What is measured';
COMMENT ON COLUMN @partnership@.strategic_by_problem.value IS 'Its value; NULL when no source supports it';
COMMENT ON COLUMN @partnership@.strategic_by_problem.unit IS 'count or per cent';
COMMENT ON COLUMN @partnership@.strategic_by_problem.data_flag IS 'Why there is no figure, or for how many incidents the side is known; NULL when for all';
