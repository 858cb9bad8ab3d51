-- synthetic_person: who was harmed in the made-up county and who did it.

CREATE FUNCTION csp_internal.synthetic_role(seed bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    victimisations bigint;
    detections bigint;
    repeat_victims integer;
    prolific_per_ward integer;
BEGIN
    SELECT count(*) FILTER (WHERE e.victim = 'person'), count(*) FILTER (WHERE e.is_detected)
    INTO victimisations, detections
    FROM pg_temp.synthetic_event e;
    -- a quarter of the incidents with a personal victim fall on people who suffer six each on average
    repeat_victims := greatest(1, round(victimisations * 0.25 / 6));
    -- half of the detected incidents are the work of about a twentieth of the offenders
    prolific_per_ward := greatest(2, round(detections * 0.5 * 0.05 / 0.95 / 36));

    -- key: 0 the series' offender, H a household, O an offender known once, P a prolific offender, R a repeat victim, V a victim known once
    CREATE TEMP TABLE synthetic_role AS
    WITH offence AS (
        SELECT e.incident_id, e.n, e.component, a.ward_no,
               CASE WHEN csp.seeded_uniform(seed, 'outcome', e.n) ^ 1.4 * 3 < 2 THEN 'offender' ELSE 'suspect' END AS role,
               csp.seeded_uniform(seed, 'prolific', e.n) < 0.5 AS is_prolific,
               csp.seeded_integer(seed, 'offender', e.n, 1, prolific_per_ward) AS number,
               csp.seeded_uniform(seed, 'companion', e.n) < 0.3 AS has_companion
        FROM pg_temp.synthetic_event e
        JOIN pg_temp.synthetic_area a ON a.area_no = e.true_area_no
        WHERE e.is_detected
    )
    SELECT e.incident_id, 'H' || e.true_area_no || ':' || e.k AS key, 'victim' AS role, e.true_area_no AS area_no
    FROM pg_temp.synthetic_event e
    WHERE e.victim = 'household' AND e.is_located
    UNION ALL
    SELECT e.incident_id,
           CASE WHEN csp.seeded_uniform(seed, 'repeat victim', e.n) < 0.25
                THEN 'R' || csp.seeded_integer(seed, 'victim', e.n, 1, repeat_victims)
                ELSE 'V' || e.n END,
           'victim', e.true_area_no
    FROM pg_temp.synthetic_event e
    WHERE e.victim = 'person'
    UNION ALL
    SELECT o.incident_id,
           CASE WHEN o.component = 'series' THEN '0'
                WHEN o.is_prolific THEN 'P' || o.ward_no || ':' || o.number
                ELSE 'O' || o.n END,
           o.role, e.true_area_no
    FROM offence o
    JOIN pg_temp.synthetic_event e USING (incident_id)
    UNION ALL
    -- prolific offenders go in fixed pairs: 1 with 2, 3 with 4
    SELECT o.incident_id, 'P' || o.ward_no || ':' || o.number + CASE WHEN o.number % 2 = 1 THEN 1 ELSE -1 END, o.role, e.true_area_no
    FROM offence o
    JOIN pg_temp.synthetic_event e USING (incident_id)
    WHERE o.component <> 'series' AND o.is_prolific AND o.has_companion
      AND o.number + CASE WHEN o.number % 2 = 1 THEN 1 ELSE -1 END <= prolific_per_ward;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_role(bigint) IS
    'Draws who took part in which incident, and in which role, in pg_temp.synthetic_role. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_draw_person(seed bigint, ends_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CREATE TEMP TABLE synthetic_person AS
    WITH ward AS (
        SELECT a.ward_no, min(a.area_no) AS first_area, count(*) AS areas
        FROM pg_temp.synthetic_area a
        GROUP BY a.ward_no
    ),
    person AS (
        SELECT r.key, left(r.key, 1) AS kind, row_number() OVER (ORDER BY r.key COLLATE "C")::integer AS person_id,
               (array_agg(r.area_no ORDER BY r.incident_id))[1] AS area_no
        FROM pg_temp.synthetic_role r
        GROUP BY r.key
    )
    SELECT p.person_id, p.key, p.kind,
           CASE
               WHEN p.kind IN ('H', '0') THEN p.area_no
               WHEN p.kind = 'P' OR csp.seeded_uniform(seed, 'home', p.person_id) < 0.7
               THEN w.first_area + csp.seeded_integer(seed, 'home area', p.person_id, 0, w.areas - 1)::integer
               ELSE csp.seeded_integer(seed, 'home area', p.person_id, 1, (SELECT count(*) FROM pg_temp.synthetic_area))::integer
           END AS area_no,
           CASE WHEN csp.seeded_uniform(seed, 'sex', p.person_id) < CASE WHEN p.kind IN ('0', 'O', 'P') THEN 0.18 ELSE 0.52 END THEN 'F' ELSE 'M' END AS sex,
           (extract(year FROM ends_on) - CASE WHEN p.kind IN ('0', 'O', 'P') THEN 18 + floor(40 * csp.seeded_uniform(seed, 'age', p.person_id) ^ 1.8)
                                              ELSE 20 + floor(65 * csp.seeded_uniform(seed, 'age', p.person_id) ^ 1.3) END)::integer AS birth_year
    FROM person p
    JOIN pg_temp.synthetic_area a USING (area_no)
    JOIN ward w USING (ward_no);
    ANALYZE pg_temp.synthetic_role, pg_temp.synthetic_person;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_draw_person(bigint, date) IS
    'Draws home area, sex and year of birth of everybody who took part in an incident, in pg_temp.synthetic_person. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_write_person(partnership text, seed bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp.partnership_sql(partnership, $query$
        WITH home AS (
            SELECT p.*, a.area_id, a.i0 + floor(a.w * f.across)::integer AS i, a.j0 + floor(a.h * f.up)::integer AS j,
                   0.03 + 0.94 * (a.w * f.across - floor(a.w * f.across)) AS u,
                   0.03 + 0.94 * (a.h * f.up - floor(a.h * f.up)) AS v
            FROM pg_temp.synthetic_person p
            JOIN pg_temp.synthetic_area a USING (area_no)
            CROSS JOIN LATERAL (SELECT csp.seeded_uniform($1, 'home across', p.person_id) AS across,
                                       csp.seeded_uniform($1, 'home up', p.person_id) AS up) AS f
        )
        INSERT INTO @partnership@.person (person_id, pseudonym, sex, birth_year, home_area_id, home_location, attributes, is_synthetic)
        SELECT h.person_id, 'SYN-P' || to_char(h.person_id, 'FM000000'), h.sex, h.birth_year, h.area_id,
               CASE
                   WHEN h.kind = '0' THEN (SELECT @postgis@.ST_SetSRID(@postgis@.ST_MakePoint((t.parameters ->> 'anchor_x')::float8, (t.parameters ->> 'anchor_y')::float8), @srid@)
                                           FROM @partnership@.synthetic_truth t WHERE t.truth = 'series')
                   WHEN h.kind IN ('O', 'P') THEN @postgis@.ST_SetSRID(@postgis@.ST_MakePoint(
                       round(((1 - h.v) * ((1 - h.u) * c.x00 + h.u * c.x10) + h.v * ((1 - h.u) * c.x01 + h.u * c.x11))::numeric)::float8,
                       round(((1 - h.v) * ((1 - h.u) * c.y00 + h.u * c.y10) + h.v * ((1 - h.u) * c.y01 + h.u * c.y11))::numeric)::float8), @srid@)
               END,
               CASE WHEN h.kind = 'P' AND csp.seeded_uniform($1, 'supervised', h.person_id) < 0.4 THEN '{"supervised_by": "syn_probation"}'::jsonb END,
               true
        FROM home h
        JOIN pg_temp.synthetic_cell c USING (i, j)
        ORDER BY h.person_id
        $query$) USING seed;
    EXECUTE csp.partnership_sql(partnership, $query$
        SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence('@partnership@.person', 'person_id'), (SELECT max(person_id) FROM @partnership@.person))
        $query$);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.incident_person (incident_id, person_id, role, age_at_incident, relationship)
        SELECT r.incident_id, p.person_id, r.role, (extract(year FROM e.local_time) - p.birth_year)::integer,
               CASE
                   WHEN r.role <> 'victim' THEN NULL
                   WHEN i.domestic THEN (ARRAY['partner', 'former partner', 'parent or child'])[csp.seeded_integer($1, 'relationship', e.n, 1, 3)]
                   WHEN e.code IN ('violence_with_injury', 'violence_without_injury', 'stalking_and_harassment', 'other_sexual_offences', 'rape')
                   THEN (ARRAY['stranger', 'acquaintance'])[csp.seeded_integer($1, 'relationship', e.n, 1, 2)]
               END
        FROM pg_temp.synthetic_role r
        JOIN pg_temp.synthetic_person p USING (key)
        JOIN pg_temp.synthetic_event e USING (incident_id)
        JOIN @partnership@.incident i USING (incident_id)
        ORDER BY r.incident_id, p.person_id, r.role
        $query$) USING seed;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_write_person(text, bigint) IS
    'Writes the drawn people and their parts in the incidents. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_person_truth(partnership text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.synthetic_truth (truth, product, problem_type_code, area_code, parameters, description)
        SELECT 'repeat_victims', 'profile_victim', NULL, NULL,
               jsonb_build_object('share_planted', 0.25, 'mean_each_planted', 6,
                   'repeat_victims', count(DISTINCT r.key) FILTER (WHERE r.key LIKE 'R%'),
                   'victims', count(DISTINCT r.key),
                   'incidents_of_repeat_victims', count(*) FILTER (WHERE r.key LIKE 'R%'),
                   'incidents', count(*)),
               'A quarter of the incidents with a personal victim fall on a small pool of people, six each on average; the other victims have one each'
        FROM pg_temp.synthetic_role r
        WHERE r.role = 'victim' AND r.key NOT LIKE 'H%'
        UNION ALL
        SELECT 'prolific_offenders', 'profile_offender', NULL, NULL,
               jsonb_build_object('share_of_incidents_planted', 0.5,
                   'prolific', count(DISTINCT r.key) FILTER (WHERE r.key LIKE 'P%'),
                   'offenders', count(DISTINCT r.key),
                   'links_of_prolific', count(*) FILTER (WHERE r.key LIKE 'P%'),
                   'links', count(*),
                   'companion_share', 0.3),
               'Half of the detected incidents are the work of about one offender in twenty, who live in the ward where they offend and in three cases of ten bring the same companion'
        FROM pg_temp.synthetic_role r
        WHERE r.role <> 'victim'
        $query$);
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_person_truth(text) IS
    'Writes down which repeat victims and prolific offenders were planted. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_person(partnership text, seed bigint, ends_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp_internal.synthetic_role(seed);
    PERFORM csp_internal.synthetic_draw_person(seed, ends_on);
    PERFORM csp_internal.synthetic_write_person(partnership, seed);
    PERFORM csp_internal.synthetic_person_truth(partnership);
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_person(text, bigint, date) IS
    'Makes up the pseudonymous people of a synthetic partnership and links them to its incidents. Internal to create_synthetic_partnership.';
