-- The planted truths, each verified by plain SQL on the incidents, without the extension's statistics.
-- Tolerances are three standard errors or wider: the figures of the comments are the planted ones, not this run's.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET search_path = public;
SET timezone = 'UTC';

-- arguments
SELECT csp.create_synthetic_partnership('Synthetic');
SELECT csp.create_synthetic_partnership(NULL);
SELECT csp.create_synthetic_partnership('synthetic_a', NULL);
SELECT csp.create_synthetic_partnership('synthetic_a', 1, 999);
SELECT csp.create_synthetic_partnership('synthetic_a', incidents => 20000001);
SELECT csp.create_synthetic_partnership('synthetic_a', incidents => NULL);
SELECT csp.create_synthetic_partnership('synthetic_a', months => 23);
SELECT csp.create_synthetic_partnership('synthetic_a', ends_on => 'infinity');
SELECT count(*) AS left_behind FROM pg_namespace WHERE nspname LIKE 'synthetic_%';

-- the same seed gives the same rows, whatever the settings of the session; another seed does not
CREATE FUNCTION pg_temp.digest(partnership text)
RETURNS TABLE (of_table text, digest text)
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY EXECUTE replace($query$
        SELECT 'incident', md5(string_agg(concat_ws('|', incident_id, source_id, source_reference, problem_type_id, offence_code, occurred_from AT TIME ZONE 'UTC', occurred_to AT TIME ZONE 'UTC',
                   reported_at AT TIME ZONE 'UTC', ST_X(location), ST_Y(location), place_reference, area_id, source_area_code, method, outcome, domestic, alcohol, drugs, hate, weapon, attributes, load_batch_id), E'\n' ORDER BY incident_id))
        FROM NAME.incident
        UNION ALL
        SELECT 'incident_month', md5(string_agg(concat_ws('|', area_id, problem_type_id, source_id, month, incidents, located, harm), E'\n' ORDER BY problem_type_id, month, area_id, source_id)) FROM NAME.incident_month
        UNION ALL
        SELECT 'area', md5(string_agg(concat_ws('|', area_id, area_kind, replace(code, 'NAME', ''), name, ST_AsText(boundary), square_km), E'\n' ORDER BY area_id)) FROM NAME.area
        UNION ALL
        SELECT 'area_measure', md5(string_agg(m::text, E'\n' ORDER BY area_id, measure)) FROM NAME.area_measure m
        UNION ALL
        SELECT 'area_population', md5(string_agg(p::text, E'\n' ORDER BY area_id, year)) FROM NAME.area_population p
        UNION ALL
        SELECT 'person', md5(string_agg(concat_ws('|', person_id, pseudonym, sex, birth_year, home_area_id, ST_X(home_location), ST_Y(home_location), attributes), E'\n' ORDER BY person_id)) FROM NAME.person
        UNION ALL
        SELECT 'incident_person', md5(string_agg(p::text, E'\n' ORDER BY incident_id, person_id, role)) FROM NAME.incident_person p
        UNION ALL
        SELECT 'peer_count', md5(string_agg(p::text, E'\n' ORDER BY peer_id, problem_type_id, month)) FROM NAME.peer_count p
        UNION ALL
        SELECT 'source_coverage', md5(string_agg(s::text, E'\n' ORDER BY source_id, month)) FROM NAME.source_coverage s
        UNION ALL
        SELECT 'plan_action', md5(string_agg(p::text, E'\n' ORDER BY code)) FROM NAME.plan_action p
        UNION ALL
        SELECT 'synthetic_truth', md5(string_agg(t::text, E'\n' ORDER BY truth)) FROM NAME.synthetic_truth t
        $query$, 'NAME', partnership);
END
$$;
BEGIN;
SELECT csp.create_synthetic_partnership('synthetic_a', 1, 5000);
SET LOCAL timezone = 'Asia/Kolkata';
SET LOCAL DateStyle = 'SQL, DMY';
SET LOCAL enable_hashjoin = off;
SET LOCAL work_mem = '64kB';
SELECT csp.create_synthetic_partnership('synthetic_b', 1, 5000);
COMMIT;
SELECT csp.create_synthetic_partnership('synthetic_c', 2, 5000);
SELECT a.of_table, a.digest = b.digest AS same_seed_same_rows, a.digest = c.digest AS other_seed_same_rows
FROM pg_temp.digest('synthetic_a') a
JOIN pg_temp.digest('synthetic_b') b USING (of_table)
JOIN pg_temp.digest('synthetic_c') c USING (of_table)
ORDER BY of_table;
-- and on every version of the server: the expected output is one for all
SELECT * FROM pg_temp.digest('synthetic_a') WHERE of_table IN ('incident', 'area', 'person', 'incident_person', 'peer_count') ORDER BY of_table;
DROP SCHEMA synthetic_b, synthetic_c CASCADE;
SELECT count(*) AS work_tables_left FROM pg_class WHERE relname LIKE 'synthetic\_%' AND relpersistence = 't';

-- other lengths, an end within a month, and the smallest size
SELECT csp.create_synthetic_partnership('synthetic_d', 3, 1000, 24, '2024-02-10');
SELECT incidents, first_month, last_month FROM csp.partnerships() WHERE partnership = 'synthetic_d';
SELECT s.code, count(*) AS months, max(c.month) FILTER (WHERE c.status = 'partial') AS partial_month
FROM synthetic_d.source_coverage c JOIN synthetic_d.source s USING (source_id) GROUP BY s.code ORDER BY s.code COLLATE "C";
SELECT period_from, period_to, baseline_from, baseline_to FROM synthetic_d.assessment;
SELECT count(*) AS outside FROM synthetic_d.incident WHERE occurred_from < '2022-03-01' OR occurred_to >= '2024-02-11';
DROP SCHEMA synthetic_a, synthetic_d CASCADE;

-- by a role that may only create schemas
CREATE ROLE regress_synthetic_analyst;
DO $$ BEGIN EXECUTE format('GRANT CREATE, TEMPORARY ON DATABASE %I TO regress_synthetic_analyst', current_database()); END $$;
SET ROLE regress_synthetic_analyst;
SELECT csp.create_synthetic_partnership('synthetic_a', 1, 1000);
RESET ROLE;
DROP OWNED BY regress_synthetic_analyst CASCADE;
DROP ROLE regress_synthetic_analyst;
DELETE FROM csp.partnership WHERE partnership LIKE 'synthetic\__';

SELECT csp.create_synthetic_partnership('synthetic', incidents => 50000);
SET search_path = synthetic, public;
SELECT partnership, srid, time_zone, is_synthetic, sources, areas, incidents, first_month, last_month FROM csp.partnerships() WHERE partnership = 'synthetic';
SELECT count(*) AS differences FROM csp.check_incident_month('synthetic');

-- labelled synthetic wherever it shows
SELECT (SELECT value FROM setting WHERE name = 'title') AS title,
       (SELECT bool_and(is_synthetic AND name ILIKE '%synthetic%') FROM agency) AS agencies,
       (SELECT bool_and(is_synthetic AND title LIKE '%(synthetic)' AND citation = 'Made up by csp_analysis; not real') FROM source) AS sources,
       (SELECT bool_and(name ILIKE '%synthetic%') FROM area) AS areas,
       (SELECT bool_and(code LIKE 'SYN%') FROM area WHERE area_kind <> 'partnership') AS area_codes,
       (SELECT bool_and(method = 'synthetic' AND citation LIKE '%not real') FROM area_population) AS population,
       (SELECT bool_and(citation LIKE '%not real') FROM area_measure) AS measures,
       (SELECT bool_and(is_synthetic AND pseudonym ~ '^SYN-P\d{6}$') FROM person) AS people,
       (SELECT bool_and(is_synthetic AND name ILIKE '%synthetic%') FROM peer) AS peers,
       (SELECT bool_and(source_reference LIKE 'SYN\_%' AND (place_reference IS NULL OR place_reference LIKE 'Synthetic %')) FROM incident) AS incidents;
SELECT (SELECT bool_and(title LIKE '%(synthetic)') FROM priority) AS priorities,
       (SELECT bool_and(title LIKE '%(synthetic)') FROM plan_action) AS actions,
       (SELECT bool_and(title LIKE '%(synthetic)') FROM indicator) AS indicators,
       (SELECT bool_and(title LIKE '%synthetic%') FROM assessment) AS assessments,
       (SELECT bool_and(title LIKE '%(synthetic)') FROM recommendation) AS recommendations,
       (SELECT bool_and(title LIKE '%(synthetic)') FROM emerging_issue) AS emerging_issues,
       (SELECT bool_and(text_sanitised LIKE 'Synthetic: %') FROM intelligence) AS intelligence,
       (SELECT bool_and(file_name LIKE '%(synthetic)') FROM load_batch) AS loads,
       obj_description('synthetic'::regnamespace) AS schema_comment;

-- geography: each kind tiles the county, out at sea (west of 560000 m lies no part of it; the nearest land is 40 km west), points lie in their areas
SELECT area_kind, count(*) AS areas, bool_and(ST_IsValid(boundary)) AS valid,
       abs(sum(ST_Area(boundary)) / (SELECT ST_Area(boundary) FROM area WHERE area_kind = 'partnership') - 1) < 1e-9 AS adds_up,
       abs(ST_Area(ST_Union(boundary)) / sum(ST_Area(boundary)) - 1) < 1e-9 AS no_overlap,
       min(ST_XMin(boundary)) > 559000 AS at_sea
FROM area GROUP BY area_kind ORDER BY count(*);
SELECT count(*) AS points_outside_their_area FROM incident JOIN area USING (area_id) WHERE NOT ST_Covers(boundary, location);
SELECT s.ancestor_kind, count(*) FROM area_ancestor s JOIN area a USING (area_id) WHERE a.area_kind = 'lsoa21' GROUP BY s.ancestor_kind ORDER BY s.ancestor_kind;
SELECT corr(m.value, n.rate) > 0.4 AS harassment_follows_deprivation
FROM area_measure m
JOIN (SELECT i.area_id, count(*) / max(p.population)::float8 AS rate
      FROM incident i JOIN problem_type t USING (problem_type_id) JOIN area_population p ON p.area_id = i.area_id AND p.year = 2025
      WHERE t.code = 'stalking_and_harassment' GROUP BY i.area_id) n USING (area_id)
WHERE m.measure = 'imd_score';

-- loads, coverage, precision
SELECT s.code, b.rows_read = count(i.*) AS rows_add_up, s.place_precision, s.disclosure_threshold, s.disclosure_base,
       count(i.location) > 0 AS has_points,
       (SELECT count(*) FROM source_coverage c WHERE c.source_id = s.source_id AND c.status = 'complete') AS months
FROM source s JOIN load_batch b USING (source_id) JOIN incident i USING (source_id) GROUP BY s.source_id, b.load_batch_id ORDER BY s.source_id;
SELECT count(*) AS in_the_missing_month, (SELECT count(*) FROM source_coverage c JOIN source s USING (source_id) WHERE s.code = 'syn_council' AND c.month = '2025-07-01') AS coverage
FROM incident i JOIN source s USING (source_id) WHERE s.code = 'syn_council' AND i.occurred_from >= '2025-06-30 23:00+00' AND i.occurred_from < '2025-07-31 23:00+00';

CREATE TEMP TABLE event AS
SELECT i.*, t.code, i.occurred_from AT TIME ZONE 'Europe/London' AS local_time, (i.occurred_from AT TIME ZONE 'Europe/London')::date AS day, w.code AS ward
FROM incident i
JOIN problem_type t USING (problem_type_id)
LEFT JOIN (SELECT n.area_id, a.code FROM area_ancestor n JOIN area a ON a.area_id = n.ancestor_id WHERE a.area_kind = 'ward') w ON w.area_id = i.area_id;
ANALYZE event;

SELECT truth, product, problem_type_code, area_code FROM synthetic_truth ORDER BY truth COLLATE "C";

-- rising by 1.5% a month, falling by 1.2%, level: slope of the logarithm of monthly counts; its standard error for a Poisson
-- series of mean m over 36 months is 1/sqrt(m * 36 * (36^2 - 1) / 12)
WITH monthly AS (
    SELECT code, extract(year FROM day) * 12 + extract(month FROM day) AS month, count(*) AS n
    FROM event WHERE code IN ('shoplifting', 'criminal_damage', 'public_order') GROUP BY 1, 2
),
slope AS (
    SELECT code, regr_slope(ln(n), month) AS slope, 1 / sqrt(avg(n) * 36 * (36 ^ 2 - 1) / 12) AS se, count(*) AS months FROM monthly GROUP BY code
)
SELECT s.code, s.months, abs(s.slope - ln(1 + (t.parameters ->> 'percent_per_month')::float8 / 100)) < 3 * s.se AS as_planted, abs(s.slope) > 3 * s.se AS distinct_from_level
FROM slope s JOIN synthetic_truth t ON t.problem_type_code = s.code AND t.truth IN ('rising', 'falling', 'no_change') ORDER BY s.code;

-- seasons: twice the mean cosine about the planted peak is the amplitude, with standard error sqrt(2/n); chains of burglaries
-- follow their first, so that the whole type has nearly the same
SELECT t.truth, abs(2 * avg(cos(2 * pi() * (extract(doy FROM e.day) - (t.parameters ->> 'peak_day_of_year')::float8) / 365.25)) - (t.parameters ->> 'amplitude')::float8) < 3 * sqrt(2.0 / count(*)) AS as_planted
FROM event e JOIN synthetic_truth t ON t.problem_type_code = e.code AND t.truth IN ('season_summer', 'season_winter')
WHERE NOT (e.code = 'asb_nuisance' AND (e.ward = 'SYNW04' OR e.source_id = 3))
GROUP BY t.truth, t.parameters ORDER BY t.truth;
SELECT abs(2 * avg(cos(2 * pi() * (extract(doy FROM day) - 200) / 365.25))) < 3 * sqrt(2.0 / count(*)) AS control_has_no_season FROM event WHERE code = 'public_order';
-- bonfire: the share of nine days a year at six times the rate, under the planted cosine of the year
WITH planted AS (
    SELECT sum(w) FILTER (WHERE bonfire) / sum(w) AS share
    FROM (SELECT (1 + 0.35 * cos(2 * pi() * (extract(doy FROM d) - 110) / 365.25)) * CASE WHEN to_char(d, 'MMDD') BETWEEN '1030' AND '1107' THEN 6 ELSE 1 END AS w, to_char(d, 'MMDD') BETWEEN '1030' AND '1107' AS bonfire
          FROM generate_series('2023-01-01'::timestamp, '2025-12-31', '1 day') AS d) x
)
SELECT abs(avg((to_char(day, 'MMDD') BETWEEN '1030' AND '1107')::integer) - p.share) < 3 * sqrt(p.share / count(*)) AS as_planted,
       p.share > 3 * 27 / 1096.0 AS distinct_from_level
FROM event, planted p WHERE code = 'deliberate_secondary_fire' GROUP BY p.share;
-- night-time economy: by the planted weights 96 of 184.3 fall between 20:00 and 04:00 of Friday and Saturday nights
SELECT abs(avg((extract(isodow FROM local_time - interval '4 hours') IN (5, 6) AND extract(hour FROM local_time - interval '4 hours') >= 16)::integer) - 96 / 184.3) < 3 * sqrt(0.25 / count(*)) AS as_planted
FROM event WHERE code = 'ambulance_assault';

-- hot spot: six times the rate per resident; the hot areas' count has a standard error of some 8% here
SELECT (SELECT ST_NumGeometries(ST_Union(boundary)) FROM area WHERE code IN (SELECT jsonb_array_elements_text(t.parameters -> 'areas'))) AS pieces,
       h.hot_rate / h.other_rate BETWEEN 4.5 AND 7.8 AS as_planted
FROM synthetic_truth t
CROSS JOIN (
    SELECT sum(n) FILTER (WHERE hot) / sum(population) FILTER (WHERE hot) AS hot_rate, sum(n) FILTER (WHERE NOT hot) / sum(population) FILTER (WHERE NOT hot) AS other_rate
    FROM (SELECT a.code IN (SELECT jsonb_array_elements_text(parameters -> 'areas') FROM synthetic_truth WHERE truth = 'hot_spot') AS hot, p.population,
                 count(e.incident_id) AS n
          FROM area a JOIN area_population p ON p.area_id = a.area_id AND p.year = 2025 LEFT JOIN event e ON e.area_id = a.area_id AND e.code = 'theft_from_vehicle'
          WHERE a.area_kind = 'lsoa21' GROUP BY a.area_id, p.population) x) h
WHERE t.truth = 'hot_spot';

-- vulnerable locality: three times the burglaries per household, of a county whose mean is above 1 through deprivation
SELECT (count(*) FILTER (WHERE a.code = t.area_code) / max(p.households) FILTER (WHERE a.code = t.area_code)::float8)
       / (count(*) / (SELECT sum(households) FROM area_population WHERE year = 2025)) > 1.7 AS as_planted
FROM event e JOIN area a USING (area_id) JOIN area_population p ON p.area_id = a.area_id AND p.year = 2025 JOIN synthetic_truth t ON t.truth = 'vulnerable_locality'
WHERE e.code IN ('burglary_residential', 'criminal_damage_dwelling');

-- near repeats: mean number of pairs under permutation = close in space x close in time / all; each triggered burglary is such
-- a pair with its parent, and siblings and grandparents add some; far apart in space and time there is no excess
WITH b AS (
    SELECT incident_id, location, day FROM event WHERE code = 'burglary_residential' AND location IS NOT NULL
),
pair AS (
    SELECT ST_Distance(x.location, y.location) AS metres, abs(x.day - y.day) AS days FROM b x JOIN b y ON x.incident_id < y.incident_id
),
cell AS (
    SELECT count(*) FILTER (WHERE metres <= 200 AND days BETWEEN 1 AND 14) AS near,
           count(*) FILTER (WHERE metres <= 200) * count(*) FILTER (WHERE days BETWEEN 1 AND 14) / count(*)::float8 AS near_expected,
           count(*) FILTER (WHERE metres BETWEEN 600 AND 2000 AND days BETWEEN 100 AND 300)
           / (count(*) FILTER (WHERE metres BETWEEN 600 AND 2000) * count(*) FILTER (WHERE days BETWEEN 100 AND 300) / count(*)::float8) AS far_ratio,
           count(*) FILTER (WHERE metres = 0 AND days BETWEEN 1 AND 14) AS same_place
    FROM pair
)
SELECT near / near_expected > 5 AS excess, (near - near_expected) / (t.parameters ->> 'triggered')::float8 BETWEEN 1 AND 1.8 AS each_with_its_parent,
       far_ratio BETWEEN 0.9 AND 1.1 AS none_far_away, same_place / (t.parameters ->> 'triggered')::float8 BETWEEN 0.18 AND 0.40 AS a_quarter_at_the_same_place
FROM cell, synthetic_truth t WHERE t.truth = 'near_repeat';

-- repeat victims: share of incidents of people with more than one, away from households; and the planted pool
SELECT abs(sum(n) FILTER (WHERE n > 1) / sum(n) - 0.25) < 0.01 AS quarter_on_repeat_victims, count(*) FILTER (WHERE n > 1) / count(*)::float8 < 0.08 AS few_people,
       abs(avg(n) FILTER (WHERE n > 1) - 6) < 0.3 AS six_each
FROM (SELECT person_id, count(*) AS n FROM incident_person p JOIN event USING (incident_id) WHERE p.role = 'victim' AND code NOT IN ('burglary_residential', 'criminal_damage_dwelling') GROUP BY person_id) v;
-- prolific offenders: the most active twentieth of known offenders and their share of links (companions add to the half)
SELECT sum(n) FILTER (WHERE rank <= 0.052 * offenders) / sum(n) BETWEEN 0.48 AND 0.62 AS half_by_one_in_twenty, max(n) > 20 AS some_with_many
FROM (SELECT person_id, count(*) AS n, row_number() OVER (ORDER BY count(*) DESC, person_id) AS rank, count(*) OVER () AS offenders FROM incident_person WHERE role <> 'victim' GROUP BY person_id) o;
SELECT round(avg(same_ward::integer)::numeric, 1) AS prolific_live_in_the_ward
FROM (SELECT h.ancestor_id = c.ancestor_id AS same_ward
      FROM incident_person p JOIN person USING (person_id) JOIN event e USING (incident_id)
      JOIN area_ancestor h ON h.area_id = home_area_id AND h.ancestor_kind = 'ward' JOIN area_ancestor c ON c.area_id = e.area_id AND c.ancestor_kind = 'ward'
      WHERE p.role <> 'victim' AND person_id IN (SELECT person_id FROM incident_person WHERE role <> 'victim' GROUP BY person_id HAVING count(*) > 5) AND e.method IS DISTINCT FROM 'roof hatch lifted, safe cut with angle grinder') x;

-- emerging: six times in the ward in 42 days; the count is Poisson with mean six times its share of the time before
SELECT count(*) FILTER (WHERE day >= '2025-11-20') / (6 * count(*) FILTER (WHERE day < '2025-11-20') * 42 / ('2025-11-20'::date - '2023-01-01'::date)::float8) BETWEEN 0.4 AND 1.8 AS as_planted,
       (SELECT count(*) FILTER (WHERE day >= '2025-11-20') / (count(*) FILTER (WHERE day < '2025-11-20') * 42 / ('2025-11-20'::date - '2023-01-01'::date)::float8) BETWEEN 0.5 AND 1.5
        FROM event WHERE code = 'theft_of_vehicle' AND ward <> 'SYNW16') AS not_elsewhere,
       mode() WITHIN GROUP (ORDER BY method) FILTER (WHERE day >= '2025-11-20') AS method
FROM event WHERE code = 'theft_of_vehicle' AND ward = 'SYNW16';

-- plan action: the ward against the others, after against before
SELECT (count(*) FILTER (WHERE ward = 'SYNW04' AND day >= '2025-04-01') / count(*) FILTER (WHERE ward = 'SYNW04' AND day < '2025-04-01')::float8)
       / (count(*) FILTER (WHERE ward <> 'SYNW04' AND day >= '2025-04-01') / count(*) FILTER (WHERE ward <> 'SYNW04' AND day < '2025-04-01')::float8) BETWEEN 0.45 AND 0.80 AS as_planted
FROM event e JOIN source s USING (source_id) WHERE e.code = 'asb_nuisance' AND s.code = 'syn_police_asb';
SELECT p.starts_on, a.code FROM plan_action p JOIN area a USING (area_id) WHERE p.code = 'SYN-A02';

-- what two services saw, and what one alone saw; a chance match or two may come on top
SELECT count(*) - (t.parameters ->> 'known')::integer BETWEEN 0 AND 2 AS known_as_planted, (SELECT count(*) FROM event WHERE code = 'ambulance_assault') = (t.parameters ->> 'all')::integer AS all_as_planted
FROM event a, synthetic_truth t
WHERE t.truth = 'hidden_violence' AND a.code = 'ambulance_assault'
  AND EXISTS (SELECT FROM event p WHERE p.code = 'violence_with_injury' AND ST_DWithin(p.location, a.location, 40) AND p.occurred_from BETWEEN a.occurred_from - interval '45 minutes' AND a.occurred_from + interval '45 minutes')
GROUP BY t.parameters;
SELECT p.place, count(*) > 20 AS many_ambulance_calls, count(*) FILTER (WHERE s.code = 'syn_police_crime') AS police_crimes
FROM synthetic_truth t CROSS JOIN jsonb_array_elements_text(t.parameters -> 'places') AS p (place) JOIN incident i ON i.place_reference = p.place JOIN source s USING (source_id)
WHERE t.truth = 'hidden_violence' GROUP BY p.place ORDER BY p.place;
SELECT count(*) - (t.parameters ->> 'pairs')::integer BETWEEN 0 AND 2 AS as_planted
FROM event c JOIN source s ON s.source_id = c.source_id AND s.code = 'syn_council' CROSS JOIN synthetic_truth t
WHERE t.truth = 'duplicates' AND c.code = 'asb_nuisance'
  AND EXISTS (SELECT FROM event p WHERE p.code = 'asb_nuisance' AND p.source_id = 2 AND ST_DWithin(p.location, c.location, 40) AND p.occurred_from BETWEEN c.occurred_from - interval '45 minutes' AND c.occurred_from + interval '45 minutes')
GROUP BY t.parameters;

-- series: one offender, one method, weekly, and no nearer to home than the buffer
SELECT count(*) AS offences, count(DISTINCT pseudonym) AS offenders, min(pseudonym) AS offender, max(day) AS last_on, (max(day) - min(day)) / 11 AS every_days,
       min(ST_Distance(e.location, p.home_location)) > 245 AS outside_buffer, max(ST_Distance(e.location, p.home_location)) < 6000 AS near_home, count(DISTINCT offence_code) > 0 AS coded
FROM event e JOIN incident_person USING (incident_id) JOIN person p USING (person_id) WHERE method = 'roof hatch lifted, safe cut with angle grinder';

-- peers: our three years against the mean rate of the eight others; the factors of the others have mean 1 (1 / 1.6 for drugs)
WITH rate AS (
    SELECT t.code, p.is_self, sum(c.incidents) / max(p.population)::float8 AS rate FROM peer_count c JOIN peer p USING (peer_id) JOIN problem_type t USING (problem_type_id) GROUP BY t.code, p.is_self, p.peer_id
)
SELECT code, round((avg(rate) FILTER (WHERE is_self) / avg(rate) FILTER (WHERE NOT is_self))::numeric, 1) AS ratio FROM rate WHERE code IN ('drugs', 'burglary', 'shoplifting', 'anti_social_behaviour') GROUP BY code ORDER BY code;
SELECT count(*) AS members, count(*) FILTER (WHERE is_self) AS ourselves FROM peer;
SELECT sum(c.incidents) = (SELECT count(*) FROM event e JOIN source s USING (source_id) WHERE s.code LIKE 'syn\_police%') AS our_counts_are_our_incidents
FROM peer_count c JOIN peer p USING (peer_id) WHERE p.is_self;

-- plan and assessment
SELECT string_agg(code, ' ' ORDER BY code) FILTER (WHERE status = 'in progress' AND due_on <= '2025-12-31') AS overdue,
       string_agg(code, ' ' ORDER BY code) FILTER (WHERE completed_on > due_on) AS late, string_agg(code, ' ' ORDER BY code) FILTER (WHERE status = 'stopped') AS stopped, count(*) AS actions
FROM plan_action;
SELECT kind, period_from, period_to, baseline_from, baseline_to, area_kind FROM assessment;
SELECT t.code, array_agg(f.factor ORDER BY f.sort_order) AS unscored
FROM risk_factor f CROSS JOIN (VALUES ('health'), ('substance_misuse'), ('fire'), ('burglary')) AS x (code) JOIN problem_type t USING (code)
WHERE f.origin = 'analyst' AND NOT EXISTS (SELECT FROM risk_score s WHERE s.problem_type_id = t.problem_type_id AND s.factor = f.factor) GROUP BY t.code ORDER BY t.code;
SELECT (SELECT count(*) FROM indicator) AS indicators, (SELECT count(*) FROM indicator_type) AS indicator_types, (SELECT count(*) FROM assessment_milestone) AS milestones,
       (SELECT count(*) FROM assessment_reference) AS "references", (SELECT count(*) FROM recommendation) AS recommendations, (SELECT count(*) FROM emerging_issue) AS emerging_issues,
       (SELECT count(*) FROM intelligence) AS intelligence, (SELECT count(*) FROM intelligence WHERE intelligence_requirement_id IS NOT NULL) AS answers;

-- offence codes belong to their types, intervals and reports are in order, places of business have their kind
SELECT count(*) FILTER (WHERE m.problem_type_id IS DISTINCT FROM e.problem_type_id) AS miscoded, count(*) > 0 AS coded
FROM event e JOIN type_mapping m ON m.label_scheme = 'home_office' AND m.label = e.offence_code;
SELECT count(*) FILTER (WHERE occurred_to > occurred_from) > 0 AS intervals, count(*) FILTER (WHERE reported_at < occurred_to) AS reported_too_early,
       count(*) FILTER (WHERE (location IS NULL) <> (place_reference IS NULL)) AS half_placed, count(*) FILTER (WHERE location IS NOT NULL AND area_id IS NULL) AS without_area
FROM event;

-- the sequences go on after the last row
INSERT INTO person (pseudonym) VALUES ('next') RETURNING person_id = (SELECT max(person_id) + 1 FROM person WHERE is_synthetic) AS next_person;
INSERT INTO incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to) SELECT 1, 'next', 1, '2025-01-01', '2025-01-01' RETURNING incident_id;
SELECT count(*) AS differences FROM csp.check_incident_month('synthetic');
SET search_path = public;
DROP SCHEMA synthetic CASCADE;
DELETE FROM csp.partnership WHERE partnership = 'synthetic';
