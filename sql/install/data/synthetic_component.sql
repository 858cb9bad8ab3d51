-- synthetic_component: what happens in the made-up county, as a mixture of components.
--
-- A component is a kind of incident from one source with one intensity over areas, days and hours. Its expected number is
-- proportional to its share times the mean of whatever was planted in it, and the numbers of all components add up to the
-- incidents asked for. Planted truths are components or factors of components, so that everything else stays as it was.

CREATE FUNCTION csp_internal.synthetic_component(partnership text, seed bigint, incidents integer, starts_on date, ends_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    emerging_from constant date := ends_on - 41;
    action_from constant date := (date_trunc('month', ends_on + 1) - interval '9 months')::date;
    gap constant date := (date_trunc('month', ends_on) - interval '5 months')::date;
    series_size constant integer := 12;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- share: per 10,000 incidents; season: peak and amplitude; trend: per cent a month; place: how places are chosen in an area;
    -- interval and delay: mean hours from earliest to latest moment, and until reported
    CREATE TEMP TABLE synthetic_component AS
    SELECT c.*,
           NULL::integer AS only_ward, NULL::integer AS except_ward,
           starts_on AS window_from, 1.0::float8 AS inside, 1.0::float8 AS outside,
           NULL::text AS mirror_of, 0.0::float8 AS mirror_share,
           0::integer AS size, 0::integer AS low
    FROM (VALUES
        ('violence_night', 'violence_with_injury', 'syn_police_crime', 520, 'summer', 0.12, 0, 'night_economy', 'night', 'venue', 0, 6, 'person', 0.22, 0.02, 0.75, 0.05, 0.02, 0.06, '{8N,8N,8P,5D}'::text[]),
        ('violence_home', 'violence_with_injury', 'syn_police_crime', 420, 'summer', 0.12, 0, 'domestic', 'deprived', 'dwelling', 0, 20, 'person', 0.25, 0.80, 0.30, 0.05, 0.02, 0.05, '{8N,8N,8N,5D}'),
        ('violence_without_injury', 'violence_without_injury', 'syn_police_crime', 1020, 'summer', 0.10, 0, 'domestic', 'deprived', 'street', 0, 24, 'person', 0.20, 0.40, 0.25, 0.04, 0.04, 0.03, '{105A,105A,105A,104,3B}'),
        ('stalking_and_harassment', 'stalking_and_harassment', 'syn_police_crime', 720, 'none', 0, 0, 'day', 'deprived', 'dwelling', 0, 72, 'person', 0.16, 0.40, 0.05, 0.02, 0.05, 0.01, '{8L,8R,8L,8Q}'),
        ('rape', 'rape', 'syn_police_crime', 70, 'none', 0, 0, 'domestic', 'deprived', 'dwelling', 0, 400, 'person', 0.08, 0.40, 0.30, 0.08, 0, 0.02, '{19C,19C,19D}'),
        ('other_sexual_offences', 'other_sexual_offences', 'syn_police_crime', 150, 'summer', 0.05, 0, 'domestic', 'deprived', 'street', 0, 200, 'person', 0.10, 0.20, 0.25, 0.04, 0, 0.01, '{20A,20A,88E,17A}'),
        ('homicide', 'homicide', 'syn_police_crime', 0.6, 'none', 0, 0, 'domestic', 'deprived', 'dwelling', 0, 3, 'person', 0.9, 0.40, 0.30, 0.20, 0, 0.60, '{1}'),
        ('robbery_personal', 'robbery_personal', 'syn_police_crime', 70, 'none', 0, 0, 'evening', 'night', 'street', 0, 4, 'person', 0.15, 0, 0.10, 0.08, 0.01, 0.30, '{34B}'),
        ('robbery_business', 'robbery_business', 'syn_police_crime', 18, 'none', 0, 0, 'evening', 'retail', 'shop', 0, 1, NULL, 0.30, 0, 0.05, 0.08, 0, 0.40, '{34A}'),
        ('burglary_residential', 'burglary_residential', 'syn_police_crime', 280, 'winter', 0.25, 0, 'dwelling', 'dwelling', 'dwelling', 7, 6, 'household', 0.10, 0.01, 0.01, 0.02, 0, 0.01, '{28E,28E,28E,28F,28E}'),
        ('burglary_business', 'burglary_business', 'syn_police_crime', 130, 'none', 0, 0, 'night', 'retail', 'site', 10, 6, NULL, 0.10, 0, 0.01, 0.02, 0, 0.01, '{30C,30C,30D}'),
        ('theft_from_vehicle', 'theft_from_vehicle', 'syn_police_crime', 330, 'none', 0, 0, 'night', 'hot_spot', 'street', 9, 12, 'person', 0.05, 0, 0, 0.02, 0, 0, '{45}'),
        ('theft_of_vehicle', 'theft_of_vehicle', 'syn_police_crime', 170, 'none', 0, 0, 'night', 'resident', 'street', 9, 4, 'person', 0.08, 0, 0.01, 0.02, 0, 0, '{48,48,37.2}'),
        ('vehicle_interference', 'vehicle_interference', 'syn_police_crime', 80, 'none', 0, 0, 'night', 'resident', 'street', 9, 12, NULL, 0.04, 0, 0.02, 0.02, 0, 0, '{126}'),
        ('theft_from_the_person', 'theft_from_the_person', 'syn_police_crime', 70, 'none', 0, 0, 'evening', 'night', 'venue', 1, 12, 'person', 0.03, 0, 0.10, 0.01, 0, 0, '{39}'),
        ('bicycle_theft', 'bicycle_theft', 'syn_police_crime', 90, 'summer', 0.25, 0, 'day', 'retail', 'site', 4, 20, 'person', 0.04, 0, 0, 0.02, 0, 0, '{44}'),
        ('shoplifting', 'shoplifting', 'syn_police_crime', 760, 'none', 0, 1.5, 'retail', 'retail', 'shop', 0, 20, NULL, 0.40, 0, 0.05, 0.12, 0, 0.02, '{46}'),
        ('other_theft', 'other_theft', 'syn_police_crime', 480, 'summer', 0.05, 0, 'day', 'deprived', 'street', 3, 30, 'person', 0.06, 0.05, 0.05, 0.02, 0, 0, '{49,49,40,41,49A}'),
        ('criminal_damage', 'criminal_damage', 'syn_police_crime', 520, 'none', 0, -1.2, 'evening', 'deprived', 'street', 6, 14, 'person', 0.10, 0.12, 0.12, 0.03, 0.02, 0.02, '{58C,58D,58B,58J}'),
        ('criminal_damage_dwelling', 'criminal_damage_dwelling', 'syn_police_crime', 170, 'none', 0, 0, 'evening', 'dwelling', 'dwelling', 5, 10, 'household', 0.12, 0.25, 0.12, 0.03, 0.02, 0.02, '{58A}'),
        ('arson', 'arson', 'syn_police_crime', 40, 'fire', 0.2, 0, 'evening', 'deprived', 'street', 1, 6, NULL, 0.08, 0.03, 0.05, 0.02, 0.01, 0, '{56B,56B,56A}'),
        ('drug_possession', 'drug_possession', 'syn_police_crime', 200, 'none', 0, 0, 'evening', 'night', 'street', 0, 1, NULL, 0.85, 0, 0.05, 1, 0, 0.03, '{92E,92D}'),
        ('drug_trafficking', 'drug_trafficking', 'syn_police_crime', 60, 'none', 0, 0, 'day', 'deprived', 'dwelling', 0, 4, NULL, 0.80, 0, 0.01, 1, 0, 0.06, '{92A}'),
        ('possession_of_weapons', 'possession_of_weapons', 'syn_police_crime', 80, 'none', 0, 0, 'evening', 'night', 'street', 0, 1, NULL, 0.70, 0.02, 0.10, 0.10, 0, 1, '{10D,10D,10C}'),
        ('public_order', 'public_order', 'syn_police_crime', 440, 'none', 0, 0, 'day', 'night', 'street', 0, 4, NULL, 0.25, 0.05, 0.30, 0.03, 0.10, 0.02, '{9A,9A,9B,66}'),
        ('other_crime', 'other_crime', 'syn_police_crime', 150, 'none', 0, 0, 'day', 'deprived', 'street', 0, 48, NULL, 0.30, 0.05, 0.05, 0.05, 0, 0, '{99,79,54}'),
        ('asb_nuisance', 'asb_nuisance', 'syn_police_asb', 1250, 'summer', 0.30, 0, 'evening', 'deprived', 'street', 0, 0.5, NULL, 0, 0.01, 0.15, 0.04, 0.01, 0.01, NULL),
        ('asb_personal', 'asb_personal', 'syn_police_asb', 340, 'summer', 0.20, 0, 'evening', 'deprived', 'dwelling', 0, 2, 'person', 0, 0.08, 0.08, 0.02, 0.03, 0.01, NULL),
        ('asb_environmental', 'asb_environmental', 'syn_police_asb', 120, 'summer', 0.15, 0, 'day', 'resident', 'street', 0, 6, NULL, 0, 0, 0.02, 0.02, 0, 0, NULL),
        ('deliberate_secondary_fire', 'deliberate_secondary_fire', 'syn_fire', 120, 'fire', 0.35, 0, 'evening', 'deprived', 'street', 0, 0.2, NULL, 0, 0, 0, 0, 0, 0, NULL),
        ('deliberate_primary_fire_vehicle', 'deliberate_primary_fire_vehicle', 'syn_fire', 26, 'none', 0, 0, 'night', 'deprived', 'street', 0, 0.2, NULL, 0, 0, 0, 0, 0, 0, NULL),
        ('deliberate_primary_fire_other', 'deliberate_primary_fire_other', 'syn_fire', 22, 'fire', 0.2, 0, 'evening', 'deprived', 'site', 0, 0.2, NULL, 0, 0, 0, 0, 0, 0, NULL),
        ('dwelling_fire_without_alarm', 'dwelling_fire_without_alarm', 'syn_fire', 14, 'winter', 0.15, 0, 'evening', 'deprived', 'dwelling', 0, 0.2, NULL, 0, 0, 0.10, 0, 0, 0, NULL),
        ('malicious_fire_call', 'malicious_fire_call', 'syn_fire', 14, 'none', 0, 0, 'evening', 'deprived', 'street', 0, 0.1, NULL, 0, 0, 0, 0, 0, 0, NULL),
        ('violence_against_fire_staff', 'violence_against_fire_staff', 'syn_fire', 2, 'fire', 0.3, 0, 'evening', 'deprived', 'street', 0, 2, NULL, 0, 0, 0.2, 0, 0, 0.1, NULL),
        ('fly_tipping', 'fly_tipping', 'syn_council', 420, 'none', 0, 0, 'day', 'open_land', 'street', 20, 30, NULL, 0, 0, 0, 0, 0, 0, NULL),
        ('graffiti', 'graffiti', 'syn_council', 80, 'none', 0, 0, 'night', 'retail', 'site', 20, 40, NULL, 0, 0, 0, 0, 0, 0, NULL),
        ('abandoned_vehicle', 'abandoned_vehicle', 'syn_council', 110, 'none', 0, 0, 'day', 'resident', 'street', 48, 60, NULL, 0, 0, 0, 0, 0, 0, NULL),
        ('noise_complaint', 'noise_complaint', 'syn_council', 330, 'summer', 0.25, 0, 'evening', 'deprived', 'dwelling', 0, 3, 'person', 0, 0, 0.10, 0, 0, 0, NULL),
        ('drug_litter', 'drug_litter', 'syn_council', 60, 'none', 0, 0, 'day', 'night', 'street', 0, 6, NULL, 0, 0, 0, 1, 0, 0, NULL),
        ('council_asb', 'asb_nuisance', 'syn_council', 150, 'summer', 0.30, 0, 'evening', 'deprived', 'street', 0, 12, NULL, 0, 0, 0.10, 0.04, 0.01, 0, NULL),
        ('council_asb_environmental', 'asb_environmental', 'syn_council', 120, 'summer', 0.15, 0, 'day', 'resident', 'street', 0, 12, NULL, 0, 0, 0, 0, 0, 0, NULL),
        ('racial_incident', 'racial_incident', 'syn_council', 16, 'none', 0, 0, 'day', 'night', 'street', 0, 30, 'person', 0, 0, 0.05, 0, 1, 0, NULL),
        ('school_exclusion', 'school_exclusion', 'syn_council', 30, 'none', 0, 0, 'school', 'deprived', 'school', 0, 24, NULL, 0, 0, 0, 0.05, 0, 0.02, NULL),
        ('road_collision_fatal', 'road_collision_fatal', 'syn_council', 1.6, 'none', 0, 0, 'day', 'open_land', 'junction', 0, 2, NULL, 0, 0, 0.15, 0.05, 0, 0, NULL),
        ('road_collision_serious', 'road_collision_serious', 'syn_council', 26, 'none', 0, 0, 'day', 'open_land', 'junction', 0, 2, NULL, 0, 0, 0.10, 0.04, 0, 0, NULL),
        ('road_collision_slight', 'road_collision_slight', 'syn_council', 100, 'none', 0, 0, 'day', 'open_land', 'junction', 0, 6, NULL, 0, 0, 0.05, 0.02, 0, 0, NULL),
        ('ambulance_assault', 'ambulance_assault', 'syn_ambulance', 180, 'summer', 0.12, 0, 'night_economy', 'night', 'venue', 0, 0.2, NULL, 0, 0.15, 0.60, 0.05, 0, 0.08, NULL),
        ('ambulance_bars', 'ambulance_assault', 'syn_ambulance', 50, 'summer', 0.12, 0, 'night_economy', 'bars', 'bar', 0, 0.2, NULL, 0, 0, 0.90, 0.08, 0, 0.08, NULL),
        ('ambulance_disorder', 'ambulance_disorder', 'syn_ambulance', 60, 'summer', 0.12, 0, 'night_economy', 'night', 'street', 0, 0.2, NULL, 0, 0.02, 0.50, 0.10, 0, 0.02, NULL),
        ('overdose_call', 'overdose_call', 'syn_ambulance', 130, 'none', 0, 0, 'evening', 'deprived', 'dwelling', 0, 0.2, NULL, 0, 0, 0.30, 1, 0, 0, NULL),
        ('emergency_department_assault', 'emergency_department_assault', 'syn_emergency', 230, 'summer', 0.12, 0, 'night_economy', 'night', 'area', 0, 2, NULL, 0, 0.12, 0.55, 0.05, 0, 0.10, NULL),
        ('assault_admission', 'assault_admission', 'syn_emergency', 22, 'summer', 0.12, 0, 'night_economy', 'deprived', 'area', 0, 6, NULL, 0, 0.15, 0.40, 0.05, 0, 0.15, NULL),
        ('alcohol_admission', 'alcohol_admission', 'syn_emergency', 160, 'none', 0, 0, 'evening', 'deprived', 'area', 0, 6, NULL, 0, 0, 1, 0.05, 0, 0, NULL),
        ('drug_admission', 'drug_admission', 'syn_emergency', 60, 'none', 0, 0, 'evening', 'deprived', 'area', 0, 6, NULL, 0, 0, 0.10, 1, 0, 0, NULL)
    ) AS c (component, code, source, share, season, amplitude, trend_percent, hours, spread, place, interval_hours, delay_hours, victim, detection, domestic, alcohol, drugs, hate, weapon, offences);

    -- planted: a plan action that works in one ward, and an issue that emerges in another
    UPDATE pg_temp.synthetic_component SET except_ward = 4 WHERE component = 'asb_nuisance';
    INSERT INTO pg_temp.synthetic_component
    SELECT (jsonb_populate_record(c, v.changes)).*
    FROM pg_temp.synthetic_component c
    JOIN (VALUES
        ('asb_nuisance', jsonb_build_object('component', 'asb_action', 'only_ward', 4, 'except_ward', NULL, 'window_from', action_from, 'inside', 0.6)),
        ('theft_of_vehicle', jsonb_build_object('component', 'vehicle_emerging', 'only_ward', 16, 'window_from', emerging_from, 'inside', 5, 'outside', 0))
    ) AS v (component, changes) USING (component);
    -- planted: two fifths of the ambulance's assaults elsewhere are crimes the police know, and a fifth of the council's
    -- reports of nuisance were made to the police too
    UPDATE pg_temp.synthetic_component SET mirror_of = 'violence_night', mirror_share = 0.4 WHERE component = 'ambulance_assault';
    UPDATE pg_temp.synthetic_component SET mirror_of = 'asb_nuisance', mirror_share = 0.2 WHERE component = 'council_asb';

    CREATE TEMP TABLE synthetic_hours AS
    SELECT profile.hours, dow.dow, hour.hour, w.weight
    FROM (VALUES ('night_economy'), ('domestic'), ('day'), ('evening'), ('night'), ('retail'), ('dwelling'), ('school')) AS profile (hours)
    CROSS JOIN generate_series(1, 7) AS dow (dow)
    CROSS JOIN generate_series(0, 23) AS hour (hour)
    CROSS JOIN LATERAL (SELECT (CASE profile.hours
        WHEN 'night_economy' THEN CASE
            WHEN dow IN (6, 7) AND hour < 4 THEN 7
            WHEN dow IN (5, 6) AND hour >= 20 THEN 5
            WHEN hour < 4 OR hour >= 20 THEN 1
            WHEN hour >= 15 THEN 0.7
            WHEN hour < 8 THEN 0.15
            ELSE 0.4 END
        WHEN 'domestic' THEN CASE WHEN hour < 2 THEN 1.0 WHEN hour < 8 THEN 0.3 WHEN hour < 16 THEN 0.9 WHEN hour < 19 THEN 1.3 ELSE 1.7 END * CASE WHEN dow >= 6 THEN 1.35 ELSE 1 END
        WHEN 'day' THEN CASE WHEN hour < 6 THEN 0.2 WHEN hour < 8 THEN 0.6 WHEN hour < 20 THEN 1.4 ELSE 0.7 END
        WHEN 'evening' THEN CASE WHEN hour < 2 THEN 0.8 WHEN hour < 8 THEN 0.15 WHEN hour < 14 THEN 0.6 WHEN hour < 17 THEN 1.2 ELSE 2.0 END * CASE WHEN dow IN (5, 6) THEN 1.25 ELSE 1 END
        WHEN 'night' THEN CASE WHEN hour < 5 THEN 1.6 WHEN hour < 16 THEN 0.4 WHEN hour < 20 THEN 1.1 ELSE 1.7 END
        WHEN 'retail' THEN CASE WHEN hour < 7 OR hour >= 22 THEN 0.02 WHEN hour < 10 THEN 0.6 WHEN hour < 18 THEN 1.8 ELSE 0.8 END * CASE WHEN dow = 7 THEN 0.6 ELSE 1 END
        WHEN 'dwelling' THEN CASE WHEN hour < 5 THEN 0.8 WHEN hour < 8 THEN 0.5 WHEN hour < 13 THEN 1.2 WHEN hour < 17 THEN 1.0 ELSE 1.4 END
        ELSE CASE WHEN dow <= 5 AND hour BETWEEN 8 AND 15 THEN 1 ELSE 0 END
        END)::float8 AS weight) AS w;

    -- cumulative shares: the first hour whose share exceeds a uniform number is drawn with the profile's weight
    CREATE TEMP TABLE synthetic_hours_share AS
    SELECT s.hours, s.dow, array_agg(s.upto / nullif(s.total, 0) ORDER BY s.hour) AS shares, max(s.total) AS weight
    FROM (SELECT h.hours, h.dow, h.hour,
                 sum(h.weight) OVER (PARTITION BY h.hours, h.dow ORDER BY h.hour) AS upto,
                 sum(h.weight) OVER (PARTITION BY h.hours, h.dow ORDER BY h.hour ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS total
          FROM pg_temp.synthetic_hours h) s
    GROUP BY s.hours, s.dow;

    -- the premises of the three ambulance locations are in the three most central areas
    CREATE TEMP TABLE synthetic_area_weight AS
    SELECT c.component, a.area_no,
           w.weight AS weight_everywhere,
           CASE WHEN a.ward_no = c.only_ward OR (c.only_ward IS NULL AND a.ward_no IS DISTINCT FROM c.except_ward) THEN w.weight ELSE 0 END AS weight
    FROM pg_temp.synthetic_component c
    CROSS JOIN (SELECT s.*, row_number() OVER (ORDER BY s.centre DESC, s.area_no) AS centre_rank FROM pg_temp.synthetic_area s) a
    CROSS JOIN LATERAL (SELECT (CASE c.spread
        WHEN 'resident' THEN a.population
        WHEN 'hot_spot' THEN a.population * CASE WHEN a.is_hot_spot THEN 6 ELSE 1 END
        WHEN 'deprived' THEN a.population * exp(0.45 * least(a.deprivation, 2)) * (1 + 1.5 * a.centre)
        WHEN 'dwelling' THEN a.households * exp(0.3 * least(a.deprivation, 2)) * CASE WHEN a.is_vulnerable THEN 3 / exp(0.6) ELSE 1 END
        WHEN 'night' THEN a.population * (0.15 + 12 * a.centre)
        WHEN 'retail' THEN a.population * (0.10 + 8 * a.centre + 0.6 * (a.area_no % 9 = 0)::integer)
        WHEN 'open_land' THEN a.population * 0.4 + 400 * a.square_km
        ELSE (a.centre_rank <= 3)::integer
        END)::float8 AS weight) AS w;

    CREATE TEMP TABLE synthetic_day_weight AS
    SELECT c.component, d.n AS day_no, f.weight,
           f.weight * CASE WHEN d.day >= c.window_from THEN c.inside ELSE c.outside END
                    * CASE WHEN c.source = 'syn_council' AND date_trunc('month', d.day) = gap THEN 0 ELSE 1 END AS planted_weight
    FROM pg_temp.synthetic_component c
    CROSS JOIN (SELECT n, starts_on + n AS day FROM generate_series(0, ends_on - starts_on) AS n) d
    JOIN pg_temp.synthetic_hours_share h ON h.hours = c.hours AND h.dow = extract(isodow FROM d.day)
    CROSS JOIN LATERAL (SELECT h.weight
        * (1 + c.trend_percent / 100) ^ (d.n / 30.4375::float8)
        * CASE c.season
              WHEN 'summer' THEN 1 + c.amplitude * cos(2 * pi() * (extract(doy FROM d.day)::float8 - 200) / 365.25)
              WHEN 'winter' THEN 1 + c.amplitude * cos(2 * pi() * (extract(doy FROM d.day)::float8 - 5) / 365.25)
              WHEN 'fire' THEN (1 + c.amplitude * cos(2 * pi() * (extract(doy FROM d.day)::float8 - 110) / 365.25))
                  * CASE WHEN to_char(d.day, 'MMDD') BETWEEN '1030' AND '1107' THEN 6 ELSE 1 END
              ELSE 1
          END AS weight) AS f;
    ANALYZE pg_temp.synthetic_day_weight;

    -- numbers: shares times the mean of what was planted, by largest remainder, so that they add up
    WITH expected AS (
        SELECT c.component,
               c.share * (SELECT sum(w.weight) / sum(w.weight_everywhere) FROM pg_temp.synthetic_area_weight w WHERE w.component = c.component)
                       * (SELECT sum(w.planted_weight) / sum(w.weight) FROM pg_temp.synthetic_day_weight w WHERE w.component = c.component) AS share
        FROM pg_temp.synthetic_component c
    ),
    scaled AS (
        SELECT e.component, round((e.share * (incidents - series_size) / sum(e.share) OVER ())::numeric, 6) AS expected
        FROM expected e
    ),
    numbered AS (
        SELECT s.component,
               floor(s.expected)::integer
               + (row_number() OVER (ORDER BY s.expected - floor(s.expected) DESC, s.component COLLATE "C")
                  <= incidents - series_size - sum(floor(s.expected)) OVER ())::integer AS size
        FROM scaled s
    ),
    placed AS (
        SELECT n.component, n.size, (sum(n.size) OVER (ORDER BY n.component COLLATE "C") - n.size)::integer AS low
        FROM numbered n
    )
    UPDATE pg_temp.synthetic_component c
    SET size = p.size, low = p.low
    FROM placed p
    WHERE p.component = c.component;

    -- planted: one offender's series, the last incidents in number
    INSERT INTO pg_temp.synthetic_component
    SELECT (jsonb_populate_record(c, jsonb_build_object('component', 'series', 'low', incidents - series_size, 'size', series_size))).*
    FROM pg_temp.synthetic_component c
    WHERE c.component = 'burglary_business';
    ANALYZE pg_temp.synthetic_component;

    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.synthetic_truth (truth, product, problem_type_code, area_code, parameters, description) VALUES
        ('rising', 'strategic_change', 'shoplifting', NULL, '{"percent_per_month": 1.5}', 'Shoplifting rises by 1.5% a month throughout, everywhere'),
        ('falling', 'strategic_change', 'criminal_damage', NULL, '{"percent_per_month": -1.2}', 'Criminal damage other than to dwellings falls by 1.2% a month throughout, everywhere'),
        ('no_change', 'strategic_change', 'public_order', NULL, '{"percent_per_month": 0, "season": "none"}', 'Control: public order offences have neither trend nor season'),
        ('season_summer', 'strategic_season', 'asb_nuisance', NULL, '{"peak_day_of_year": 200, "amplitude": 0.30}', 'Nuisance follows a cosine over the year with its peak in mid July, 30% above the mean'),
        ('season_winter', 'strategic_season', 'burglary_residential', NULL, '{"peak_day_of_year": 5, "amplitude": 0.25}', 'First burglaries of near-repeat chains follow a cosine with its peak in early January, 25% above the mean'),
        ('season_bonfire', 'strategic_season', 'deliberate_secondary_fire', NULL, '{"from": "10-30", "to": "11-07", "factor": 6, "peak_day_of_year": 110, "amplitude": 0.35}', 'Deliberate secondary fires peak in spring and are six times as frequent from 30 October to 7 November'),
        ('night_economy', 'strategic_pattern_time', 'ambulance_assault', NULL, '{"from": "Friday 20:00", "to": "Sunday 04:00", "rate_ratio_fri_sat_night": 5, "rate_ratio_after_midnight": 7}', 'Assaults of the night-time economy cluster on Friday and Saturday nights (20:00 to 04:00)'),
        ('hot_spot', 'strategic_hotspot', 'theft_from_vehicle', 'SYNW33', jsonb_build_object('area_kind', 'lsoa21', 'areas', (SELECT jsonb_agg(a.code ORDER BY a.code) FROM pg_temp.synthetic_area a WHERE a.is_hot_spot), 'factor', 6), 'Thefts from vehicles are six times as likely per resident in six adjoining small areas of Netherquill Park, and even elsewhere');
        $query$);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.synthetic_truth (truth, product, problem_type_code, area_code, parameters, description) VALUES
        ('emerging', 'tactical_alert', 'theft_of_vehicle', 'SYNW16', jsonb_build_object('area_kind', 'ward', 'from', $1, 'to', $2, 'factor', 6), 'Thefts of vehicles are six times as frequent in Brinehaven Station in the last six weeks'),
        ('plan_action_effect', 'profile_response', 'asb_nuisance', 'SYNW04', jsonb_build_object('area_kind', 'ward', 'action', 'SYN-A02', 'from', $3, 'factor', 0.6), 'Police reports of nuisance in Gullmouth Parade fall by 40% when action SYN-A02 starts, with no displacement'),
        ('missing_month', 'strategic_sources', NULL, NULL, jsonb_build_object('source', 'syn_council', 'month', $4), 'The council''s data for one month were never supplied: no incidents and no row in source_coverage'),
        ('hidden_violence', 'quality_added_value', 'ambulance_assault', NULL,
            jsonb_build_object('source', 'syn_ambulance', 'known_share', 0.4,
                'known', (SELECT round(c.size * c.mirror_share) FROM pg_temp.synthetic_component c WHERE c.component = 'ambulance_assault'),
                'all', (SELECT sum(c.size) FROM pg_temp.synthetic_component c WHERE c.code = 'ambulance_assault'),
                'places', jsonb_build_array('Synthetic bar 1', 'Synthetic bar 2', 'Synthetic bar 3')),
            'Of ambulance assaults away from three bars two fifths match a police crime within 40 metres and 45 minutes; the others, and all at the three bars, are unknown to the police'),
        ('duplicates', 'quality_duplicate', 'asb_nuisance', NULL,
            jsonb_build_object('sources', jsonb_build_array('syn_police_asb', 'syn_council'), 'share', 0.2,
                'pairs', (SELECT round(c.size * c.mirror_share) FROM pg_temp.synthetic_component c WHERE c.component = 'council_asb'), 'metres', 40, 'minutes', 45),
            'A fifth of the council''s reports of nuisance are the same events as police reports, within 40 metres and 45 minutes')
        $query$) USING emerging_from, ends_on, action_from, gap;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_component(text, bigint, integer, date, date) IS
    'Sets up the mixture of which a synthetic partnership''s incidents are drawn: how many of each kind, and their shares by area, day and hour. Internal to create_synthetic_partnership.';
