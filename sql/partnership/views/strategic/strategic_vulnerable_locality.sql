-- Strategic assessment: which small areas combine crime and disadvantage?

CREATE OR REPLACE VIEW @partnership@.strategic_vulnerable_locality
WITH (security_invoker = true) AS
-- One row per assessment and area of the base kind: six rates, their indices against the study area, and the mean of them.
WITH choice AS (
    -- what each variable is read from: the first name of the setting that the partnership has
    SELECT s.name AS variable, btrim(listed.name) AS name, listed.place
    FROM @partnership@.setting s
    CROSS JOIN LATERAL unnest(string_to_array(s.value, ',')) WITH ORDINALITY AS listed (name, place)
    WHERE s.name LIKE 'vulnerability\_%'
),
base AS (
    SELECT r.area_id, r.code, r.name, p.population, p.households
    FROM @partnership@.area r
    LEFT JOIN LATERAL (
        SELECT (array_agg(d.population ORDER BY d.year DESC) FILTER (WHERE d.population IS NOT NULL))[1] AS population,
               (array_agg(d.households ORDER BY d.year DESC) FILTER (WHERE d.households IS NOT NULL))[1] AS households
        FROM @partnership@.area_population d
        WHERE d.area_id = r.area_id
    ) p ON true
    WHERE r.area_kind = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'base_area_kind')
),
measured AS (
    SELECT m.area_id, m.variable,
           (array_agg(m.value ORDER BY m.place, m.year DESC))[1] AS value,
           (array_agg(m.name ORDER BY m.place, m.year DESC))[1] AS name
    FROM (
        SELECT c.variable, c.name, c.place, v.area_id, v.year, v.value
        FROM choice c
        JOIN @partnership@.area_measure v ON v.measure = c.name
    ) m
    GROUP BY m.area_id, m.variable
),
usable AS (
    SELECT asm.assessment_id, asm.source_id, asm.month
    FROM @partnership@.evidence_assessment_source_month asm
    WHERE asm.part = 'period'
      AND asm.is_usable
),
counted AS (
    SELECT u.assessment_id, m.area_id, c.variable, c.name, c.place, sum(m.incidents) AS incidents
    FROM choice c
    JOIN @partnership@.problem_type t ON t.code = c.name
    JOIN @partnership@.evidence_type tree USING (problem_type_id)
    JOIN @partnership@.incident_month_entry m ON m.problem_type_id = tree.member_id
    JOIN usable u ON u.source_id = m.source_id AND u.month = m.month
    WHERE m.area_id IS NOT NULL
    GROUP BY u.assessment_id, m.area_id, c.variable, c.name, c.place
    HAVING sum(m.incidents) <> 0
),
crime AS (
    SELECT c.assessment_id, c.area_id, c.variable, c.incidents
    FROM (
        SELECT counted.assessment_id, counted.area_id, counted.variable, counted.name,
               counted.place, counted.incidents,
               rank() OVER (PARTITION BY counted.assessment_id, counted.variable ORDER BY counted.place) AS choice
        FROM counted
    ) c
    WHERE c.choice = 1
),
covered AS (
    -- an area without an incident of the type has none, provided that anything of the type was counted
    SELECT c.assessment_id, bool_or(c.variable = 'vulnerability_burglary') AS burglary, bool_or(c.variable = 'vulnerability_criminal_damage') AS criminal_damage
    FROM crime c
    GROUP BY c.assessment_id
),
input AS (
    SELECT a.assessment_id, b.area_id, b.code, b.name, b.population, b.households,
           CASE WHEN v.burglary THEN coalesce(max(c.incidents) FILTER (WHERE c.variable = 'vulnerability_burglary'), 0) END AS burglaries,
           CASE WHEN v.criminal_damage THEN coalesce(max(c.incidents) FILTER (WHERE c.variable = 'vulnerability_criminal_damage'), 0) END AS damages,
           max(m.value) FILTER (WHERE m.variable = 'vulnerability_income') AS income,
           max(m.value) FILTER (WHERE m.variable = 'vulnerability_employment') AS employment,
           max(m.value) FILTER (WHERE m.variable = 'vulnerability_young_people') AS young,
           max(m.value) FILTER (WHERE m.variable = 'vulnerability_low_attainment') AS attainment
    FROM @partnership@.assessment a
    LEFT JOIN covered v USING (assessment_id)
    CROSS JOIN base b
    LEFT JOIN crime c ON c.assessment_id = a.assessment_id AND c.area_id = b.area_id
    LEFT JOIN measured m ON m.area_id = b.area_id
    WHERE a.kind = 'strategic'
    GROUP BY a.assessment_id, b.area_id, b.code, b.name, b.population, b.households, v.burglary, v.criminal_damage
),
rated AS (
    SELECT i.assessment_id, i.area_id, i.code, i.name, i.population, i.households, i.burglaries,
           i.damages, i.income, i.employment, i.young, i.attainment,
           csp.rate_per_1000(i.burglaries::float8, i.households::float8) AS burglary_rate,
           csp.rate_per_1000(i.damages::float8, i.households::float8) AS damage_rate,
           csp.rate_per(i.young, i.population::float8, 100) AS young_percent,
           -- the study area's rates: of all its homes and residents, so that small areas do not weigh as much as large ones
           csp.rate_per_1000((sum(i.burglaries) FILTER (WHERE i.households > 0) OVER study)::float8, (sum(i.households) OVER study)::float8) AS study_burglary,
           csp.rate_per_1000((sum(i.damages) FILTER (WHERE i.households > 0) OVER study)::float8, (sum(i.households) OVER study)::float8) AS study_damage,
           sum(i.income * i.population) OVER study / nullif(sum(i.population) FILTER (WHERE i.income IS NOT NULL) OVER study, 0) AS study_income,
           sum(i.employment * i.population) OVER study / nullif(sum(i.population) FILTER (WHERE i.employment IS NOT NULL) OVER study, 0) AS study_employment,
           csp.rate_per((sum(i.young) OVER study)::float8, (sum(i.population) FILTER (WHERE i.young IS NOT NULL) OVER study)::float8, 100) AS study_young,
           sum(i.attainment * i.population) OVER study / nullif(sum(i.population) FILTER (WHERE i.attainment IS NOT NULL) OVER study, 0) AS study_attainment
    FROM input i
    -- in one order, since the last digit of sums of floats depends on it
    WINDOW study AS (PARTITION BY i.assessment_id ORDER BY i.area_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
indexed AS (
    SELECT r.assessment_id, r.area_id, r.code, r.name, r.population, r.households, r.income,
           r.employment, r.attainment, r.burglary_rate, r.damage_rate, r.young_percent,
           r.study_burglary, r.study_damage, r.study_income, r.study_employment, r.study_young,
           r.study_attainment,
           csp.vulnerable_localities_index(r.burglary_rate, r.damage_rate, r.income, r.employment, r.young_percent, r.attainment,
               ARRAY[r.study_burglary, r.study_damage, r.study_income::float8, r.study_employment::float8, r.study_young, r.study_attainment::float8]) AS index
    FROM rated r
)
SELECT x.assessment_id,
       csp_internal.row_key(x.assessment_id, x.area_id) AS row_key,
       x.area_id, x.code AS area_code, x.name AS area_name, x.population, x.households,
       (x.index).vli AS vulnerable_localities_index,
       CASE WHEN (x.index).vli IS NOT NULL THEN rank() OVER (PARTITION BY x.assessment_id ORDER BY (x.index).vli DESC NULLS LAST) END::integer AS rank,
       (x.index).vli >= 200 AS is_priority,
       x.burglary_rate AS burglary_per_1000_households, (x.index).burglary AS burglary_index,
       x.damage_rate AS criminal_damage_per_1000_households, (x.index).criminal_damage AS criminal_damage_index,
       x.income AS income_deprivation, (x.index).income_deprivation AS income_deprivation_index,
       x.employment AS employment_deprivation, (x.index).employment_deprivation AS employment_deprivation_index,
       x.young_percent AS young_people_percent, (x.index).young_people AS young_people_index,
       x.attainment AS low_attainment, (x.index).low_attainment AS low_attainment_index,
       nullif(concat_ws(', ',
           CASE WHEN (x.index).burglary IS NULL THEN 'burglary' END,
           CASE WHEN (x.index).criminal_damage IS NULL THEN 'criminal damage' END,
           CASE WHEN (x.index).income_deprivation IS NULL THEN 'income deprivation' END,
           CASE WHEN (x.index).employment_deprivation IS NULL THEN 'employment deprivation' END,
           CASE WHEN (x.index).young_people IS NULL THEN 'young people' END,
           CASE WHEN (x.index).low_attainment IS NULL THEN 'low attainment' END), '') AS not_known,
       g.boundary::@postgis@.geometry(MultiPolygon, @srid@) AS boundary
FROM indexed x
JOIN @partnership@.area g USING (area_id);
COMMENT ON VIEW @partnership@.strategic_vulnerable_locality IS 'Strategic assessment, vulnerable localities: which small areas combine crime and disadvantage? One row per strategic assessment and area of the base kind; the Vulnerable Localities Index is the mean of six indices of 100 times the area''s rate over the study area''s pooled rate, 200 and above a priority. What each variable is read from is set by the settings vulnerability_burglary and so on: the first name that the partnership has';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.area_id IS 'Area of the base kind';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.population IS 'Residents, latest year known';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.households IS 'Households, latest year known';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.vulnerable_localities_index IS 'Mean of the six indices; 100 is the study area; NULL where one of them is not known';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.rank IS '1 for the most vulnerable; NULL without an index';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.is_priority IS 'True from 200 on; NULL without an index';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.burglary_per_1000_households IS 'Dwelling burglaries per 1,000 households in the covered months of the period';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.burglary_index IS 'That, as an index of the study area''s';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.criminal_damage_per_1000_households IS 'Criminal damage per 1,000 households in the covered months of the period';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.criminal_damage_index IS 'That, as an index';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.income_deprivation IS 'Income deprivation in its measure''s unit';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.income_deprivation_index IS 'That, as an index';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.employment_deprivation IS 'Employment deprivation in its measure''s unit';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.employment_deprivation_index IS 'That, as an index';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.young_people_percent IS 'Young people in per cent of residents';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.young_people_index IS 'That, as an index';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.low_attainment IS 'Low educational attainment in its measure''s unit; higher is worse';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.low_attainment_index IS 'That, as an index';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.not_known IS 'Variables without an index, for want of data in the area or the study area; NULL when all six are known';
COMMENT ON COLUMN @partnership@.strategic_vulnerable_locality.boundary IS 'The area';
