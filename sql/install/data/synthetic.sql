-- synthetic: a partnership with made-up data and planted truths, for demonstrations, training and tests.
-- The steps are in files of their own, synthetic_NAME.sql: geography, components, incidents, people, plan.

CREATE FUNCTION csp.create_synthetic_partnership(name text, seed bigint DEFAULT 20260101, incidents integer DEFAULT 100000, months integer DEFAULT 36, ends_on date DEFAULT '2025-12-31')
RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
-- the same dates and numbers whatever the session's settings
SET DateStyle = 'ISO, YMD'
SET extra_float_digits = 1
AS $$
DECLARE
    starts_on date;
BEGIN
    IF seed IS NULL THEN
        RAISE EXCEPTION 'the seed is NULL'
            USING ERRCODE = 'null_value_not_allowed',
                  HINT = 'Give any whole number; the same seed makes the same data.';
    END IF;
    IF incidents IS NULL OR incidents NOT BETWEEN 1000 AND 20000000 THEN
        RAISE EXCEPTION 'incidents is %, not between 1000 and 20000000', coalesce(incidents::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'The planted truths can be found from about 20,000 incidents upwards; 100,000 take some seconds.';
    END IF;
    IF months IS NULL OR months NOT BETWEEN 24 AND 120 THEN
        RAISE EXCEPTION 'months is %, not between 24 and 120', coalesce(months::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'A strategic assessment compares twelve months with the twelve before.';
    END IF;
    IF ends_on IS NULL OR ends_on NOT BETWEEN '1990-01-01' AND '2100-12-31' THEN
        RAISE EXCEPTION 'ends_on is %, not between 1990-01-01 and 2100-12-31', coalesce(ends_on::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'It is the last day with incidents, best the last day of a month.';
    END IF;
    starts_on := (date_trunc('month', ends_on) - make_interval(months => months - 1))::date;

    PERFORM csp.create_partnership(name);
    EXECUTE format('COMMENT ON SCHEMA %I IS %L', name, 'Synthetic partnership made up by csp_analysis; nothing in it is real');
    EXECUTE csp.partnership_sql(name, $query$
        UPDATE @partnership@.setting s
        SET value = v.value
        FROM (VALUES
            ('is_synthetic', 'true'),
            ('title', 'Synthetic county (made-up data)'),
            ('base_area_kind', 'lsoa21'),
            ('reporting_area_kind', 'ward')
        ) AS v (name, value)
        WHERE s.name = v.name
        $query$);
    PERFORM csp_internal.drop_synthetic_work_tables();
    PERFORM csp_internal.synthetic_source(name, starts_on, ends_on);
    PERFORM csp_internal.synthetic_geography(name, seed, ends_on);
    PERFORM csp_internal.synthetic_component(name, seed, incidents, starts_on, ends_on);
    PERFORM csp_internal.synthetic_incident(name, seed, starts_on, ends_on);
    PERFORM csp_internal.synthetic_person(name, seed, ends_on);
    PERFORM csp_internal.synthetic_plan(name, ends_on);
    PERFORM csp_internal.synthetic_peer(name, seed, starts_on, ends_on);
    PERFORM csp_internal.drop_synthetic_work_tables();
    EXECUTE csp.partnership_sql(name, 'ANALYZE @partnership@.incident, @partnership@.incident_month_entry, @partnership@.incident_person, @partnership@.person, @partnership@.area, @partnership@.area_ancestor, @partnership@.area_population, @partnership@.area_measure, @partnership@.peer_count');
    PERFORM csp.analyze_partnership(name);
    RETURN name;
END
$$;
COMMENT ON FUNCTION csp.create_synthetic_partnership(text, bigint, integer, integer, date) IS
    'Lays out a partnership and fills it with made-up data: a coastal county at sea with several agencies, incidents, people, a plan, peers and an assessment, labelled synthetic throughout, in which truths are planted (table synthetic_truth). Arguments: name as for create_partnership; seed (the same one gives the same rows on every version); incidents, exactly that many (1,000 to 20,000,000); months of data (24 to 120); last day. Returns the name. Errors: those of create_partnership, 22004 for a NULL seed, 22023 for a value out of range. Made-up data proves nothing about any real place.';

CREATE FUNCTION csp_internal.drop_synthetic_work_tables()
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.synthetic_vertex, pg_temp.synthetic_cell, pg_temp.synthetic_ward, pg_temp.synthetic_block, pg_temp.synthetic_area,
        pg_temp.synthetic_component, pg_temp.synthetic_hours, pg_temp.synthetic_hours_share, pg_temp.synthetic_area_weight, pg_temp.synthetic_day_weight,
        pg_temp.synthetic_draw, pg_temp.synthetic_child, pg_temp.synthetic_method, pg_temp.synthetic_event, pg_temp.synthetic_role, pg_temp.synthetic_person;
END
$$;
COMMENT ON FUNCTION csp_internal.drop_synthetic_work_tables() IS
    'Drops the temporary tables that create_synthetic_partnership works with. Internal.';

CREATE FUNCTION csp_internal.synthetic_source(partnership text, starts_on date, ends_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.agency (code, name, agency_sector, is_synthetic) VALUES
            ('syn_police', 'Synthetic police', 'police', true),
            ('syn_council', 'Synthetic county council', 'council', true),
            ('syn_fire', 'Synthetic fire and rescue service', 'fire', true),
            ('syn_ambulance', 'Synthetic ambulance service', 'ambulance', true),
            ('syn_hospital', 'Synthetic hospital trust', 'health', true),
            ('syn_probation', 'Synthetic probation service', 'probation', true),
            ('syn_housing', 'Synthetic housing association', 'housing', true),
            ('syn_voluntary', 'Synthetic victim support charity', 'voluntary', true);
        $query$);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.source
            (code, title, agency_id, label_scheme, citation, licence, protective_marking, place_precision, time_precision, disclosure_threshold, disclosure_base, is_synthetic, note)
        SELECT l.code, l.title || ' (synthetic)', a.agency_id, l.label_scheme, 'Made up by csp_analysis; not real', 'None needed: made-up data', 'OFFICIAL',
               l.place_precision, 'minute', l.threshold, l.base, true, l.note
        FROM (VALUES
            (1, 'syn_police_crime', 'Police recorded crime', 'syn_police', 'home_office', 'exact', 0, 1, 'One crime in 67 has no place'),
            (2, 'syn_police_asb', 'Police incidents of anti-social behaviour', 'syn_police', 'synthetic', 'exact', 0, 1, NULL),
            (3, 'syn_council', 'Council environment, nuisance, road and school records', 'syn_council', 'synthetic', 'exact', 5, 5, 'One month was never supplied'),
            (4, 'syn_fire', 'Fire and rescue incidents', 'syn_fire', 'synthetic', 'exact', 0, 1, NULL),
            (5, 'syn_ambulance', 'Ambulance calls to crime and disorder', 'syn_ambulance', 'synthetic', 'exact', 7, 5, NULL),
            (6, 'syn_emergency', 'Emergency department attendances and admissions', 'syn_hospital', 'synthetic', 'area', 7, 5, 'Area of the incident only; not asked of one patient in twelve')
        ) AS l (position, code, title, agency, label_scheme, place_precision, threshold, base, note)
        JOIN @partnership@.agency a ON a.code = l.agency
        ORDER BY l.position
        $query$);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.source_coverage (source_id, month, status, note)
        SELECT s.source_id, m.month::date,
               CASE WHEN m.month + interval '1 month' > $2 + 1 THEN 'partial' ELSE 'complete' END,
               CASE WHEN m.month + interval '1 month' > $2 + 1 THEN 'made up to ' || $2 ELSE 'made up' END
        FROM @partnership@.source s
        CROSS JOIN generate_series($1::timestamp, $2::timestamp, interval '1 month') AS m (month)
        -- planted: a month that was never supplied is not a month without incidents
        WHERE NOT (s.code = 'syn_council' AND m.month = date_trunc('month', $2::timestamp) - interval '5 months')
        ORDER BY s.source_id, m.month
        $query$) USING starts_on, ends_on;
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.load_batch (source_id, kind, file_name, started_at, finished_at, loaded_by, extension_version)
        SELECT s.source_id, 'incidents', s.code || ' (synthetic)', ($1 + 5)::timestamp AT TIME ZONE 'UTC', ($1 + 5)::timestamp AT TIME ZONE 'UTC', 'create_synthetic_partnership', NULL
        FROM @partnership@.source s
        ORDER BY s.source_id
        $query$) USING ends_on;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_source(text, date, date) IS
    'Makes up the agencies, sources and months of coverage of a synthetic partnership. Internal to create_synthetic_partnership.';
