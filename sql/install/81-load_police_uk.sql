-- load_police_uk: the street and outcomes files of police.uk.

CREATE FUNCTION csp.police_uk_force(name text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE pg_catalog.lower(pg_catalog.btrim(name))
        WHEN 'police service of northern ireland' THEN 'northern_ireland'
        WHEN 'british transport police' THEN 'btp'
        ELSE pg_catalog.btrim(pg_catalog.regexp_replace(
            pg_catalog.regexp_replace(pg_catalog.replace(pg_catalog.lower(pg_catalog.btrim(name)), '&', 'and'), '( (police|constabulary|service))+$|^heddlu ', '', 'g'),
            '[^a-z0-9]+', '_', 'g'), '_')
    END;
END;
COMMENT ON FUNCTION csp.police_uk_force(text) IS
    'Short code of a police force from its name in police.uk files: ''Avon and Somerset Constabulary'' gives avon_and_somerset. NULL gives NULL.';

CREATE FUNCTION csp.police_uk_source(partnership text, force text, source text DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    slug text := csp.police_uk_force(force);
    code text := coalesce(source, 'police_uk_' || slug);
    result integer;
BEGIN
    EXECUTE format('SELECT s.source_id FROM %I.source s WHERE s.code = $1', partnership) INTO result USING code;
    IF result IS NULL THEN
        EXECUTE format($query$
            INSERT INTO %I.agency (code, name, agency_sector) VALUES ('police_' || $1, $2, 'police')
            ON CONFLICT (code) DO NOTHING
            $query$, partnership)
        USING slug, force;
        EXECUTE format($query$
            INSERT INTO %1$I.source (code, title, agency_id, label_scheme, citation, licence, place_precision, time_precision, disclosure_threshold, disclosure_base, note)
            SELECT $1, 'Street-level crime, ' || $3, a.agency_id, 'police_uk',
                   $3 || ', street-level crime and outcomes, published on data.police.uk',
                   'Contains public sector information licensed under the Open Government Licence v3.0',
                   'snapped', 'month',
                   coalesce((SELECT value::integer FROM %1$I.setting WHERE name = 'disclosure_threshold'), 0),
                   coalesce((SELECT value::integer FROM %1$I.setting WHERE name = 'disclosure_base'), 1),
                   'Months, not days. Places are the nearest of a fixed list of map points: equal places are not repeats.'
            FROM %1$I.agency a
            WHERE a.code = 'police_' || $2
            ON CONFLICT (code) DO NOTHING
            $query$, partnership)
        USING code, slug, force;
        EXECUTE format('SELECT s.source_id FROM %I.source s WHERE s.code = $1', partnership) INTO result USING code;
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION csp.police_uk_source(text, text, text) IS
    'Key of the source of a force''s police.uk data (code police_uk_ and the force, or the code given), which it creates, with the agency, on first use. Internal to load_police_uk.';

CREATE FUNCTION csp.load_police_uk(partnership text, path text, source text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp.stage_file(path);
    RETURN csp.load_police_uk_staged(partnership, csp.base_name(path), source);
END
$$;
COMMENT ON FUNCTION csp.load_police_uk(text, text, text) IS
    'Loads one police.uk CSV of the server, street or outcomes, told by its header. Arguments: partnership; path on the server; code of the source (default: police_uk_ and the force). All or nothing of the file is loaded; loading it again changes nothing; refused rows stand in load_reject. Returns the account of the load. Errors: 3F000 unknown partnership, 42501 no right to read server files, 58P01 no such file, 22P04 no header, 42703 a column is missing, 0A000 stop-and-search file.';

CREATE FUNCTION csp.load_police_uk_staged(partnership text, file_name text, source text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    header text[];
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp.decode_staging();
    header := csp.staged_header(file_name);
    IF csp.column_position(header, 'Object of search') IS NOT NULL THEN
        RAISE EXCEPTION 'file "%" holds stop and search records, which are not loaded', file_name
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'Street and outcomes files are loaded. A stop and search is no incident.';
    ELSIF csp.column_position(header, 'Outcome type') IS NOT NULL AND csp.column_position(header, 'Crime type') IS NULL THEN
        RETURN csp.load_police_uk_outcomes(partnership, file_name, source, header);
    END IF;
    RETURN csp.load_police_uk_street(partnership, file_name, source, header);
END
$$;
COMMENT ON FUNCTION csp.load_police_uk_staged(text, text, text) IS
    'As load_police_uk, for the lines staged in this session (csp.prepare_staging, then \copy): no right to read server files is needed. sql/load/police_uk.psql does both.';

CREATE FUNCTION csp.load_police_uk_street(partnership text, file_name text, source text, header text[])
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    parsed text;
    assess text;
    insertion text;
    force_name text;
    file_month text := substring(file_name FROM '^([0-9]{4}-(?:0[1-9]|1[0-2]))-.+-street\.csv$');
    source_key integer;
    batch bigint;
    slice record;
    stored bigint;
    attempts integer := 0;
    inserted bigint := 0;
    updated bigint := 0;
    unchanged bigint := 0;
    rejected bigint := 0;
    unlocated bigint := 0;
BEGIN
    DROP TABLE IF EXISTS pg_temp.csp_load_key, pg_temp.csp_load_row, pg_temp.csp_load_stored, pg_temp.csp_load_match;

    -- The fields by name, whatever their order. OFFSET 0: a line is taken apart once, not once for every field.
    parsed := format($query$
        SELECT f.line_number,
               cardinality(f.field) AS fields,
               f.damage,
               f.field[%s] AS crime_id,
               f.field[%s] AS month,
               f.field[%s] AS force,
               f.field[%s] AS longitude,
               f.field[%s] AS latitude,
               nullif(f.field[%s], 'No Location') AS place,
               nullif(f.field[%s], '') AS area_code,
               f.field[%s] AS label,
               nullif(f.field[%s], '') AS outcome,
               nullif(f.field[%s], '') AS context
        FROM (SELECT s.line_number, s.damage, csp.csv_fields(coalesce(s.line, s.raw)) AS field
              FROM pg_temp.csp_staging s
              WHERE s.line_number > 1
                AND coalesce(s.line, s.raw) ~ '[^[:space:]]'
              OFFSET 0) f
        $query$,
        csp.require_column(file_name, header, 'Crime ID'),
        csp.require_column(file_name, header, 'Month'),
        csp.require_column(file_name, header, 'Reported by'),
        csp.require_column(file_name, header, 'Longitude'),
        csp.require_column(file_name, header, 'Latitude'),
        csp.require_column(file_name, header, 'Location'),
        csp.require_column(file_name, header, 'LSOA code'),
        csp.require_column(file_name, header, 'Crime type'),
        coalesce(csp.column_position(header, 'Last outcome category'), 0),
        coalesce(csp.column_position(header, 'Context'), 0));

    -- One row per month, force and label of the file: few, so that what depends on them is worked out once.
    EXECUTE format($query$
        CREATE TEMP TABLE csp_load_key ON COMMIT DROP AS
        SELECT row_number() OVER ()::integer AS load_key, p.month, p.force, p.label, count(*) AS lines,
               NULL::timestamptz AS occurred_from, NULL::timestamptz AS occurred_to, NULL::integer AS problem_type_id, NULL::text AS reason
        FROM (%s) p
        WHERE p.fields = %s
        GROUP BY p.month, p.force, p.label
        $query$, parsed, cardinality(header));
    SELECT k.force INTO force_name
    FROM pg_temp.csp_load_key k
    WHERE btrim(k.force) <> ''
    GROUP BY k.force
    ORDER BY sum(k.lines) DESC, k.force
    LIMIT 1;
    IF force_name IS NULL AND EXISTS (SELECT FROM pg_temp.csp_load_key) THEN
        RAISE EXCEPTION 'file "%" does not say by whom its crimes were reported', file_name
            USING ERRCODE = 'bad_copy_file_format',
                  HINT = 'The column "Reported by" names the police force.';
    END IF;
    EXECUTE csp.partnership_sql(partnership, $query$
        UPDATE pg_temp.csp_load_key k
        SET occurred_from = m.starts::timestamp AT TIME ZONE @time_zone@,
            occurred_to = (m.starts + interval '1 month')::timestamp AT TIME ZONE @time_zone@ - interval '1 microsecond',
            problem_type_id = m.problem_type_id,
            reason = CASE
                WHEN m.month IS NULL THEN 'the month is missing'
                WHEN m.starts IS NULL THEN format('month "%s" is not a month written as YYYY-MM', m.month)
                WHEN m.starts > now() THEN format('month %s lies in the future', m.month)
                WHEN m.month <> $2 THEN format('month %s in the file of %s', m.month, $2)
                WHEN m.force IS DISTINCT FROM $1 THEN format('reported by "%s" in a file of %s', m.force, $1)
                WHEN m.label IS NULL THEN 'the crime type is missing'
                WHEN m.problem_type_id IS NULL AND EXISTS (SELECT FROM @partnership@.type_mapping t WHERE t.label_scheme = 'police_uk' AND lower(t.label) = lower(m.label))
                    THEN format('crime type "%s" was not in use in %s', m.label, m.month)
                WHEN m.problem_type_id IS NULL THEN format('crime type "%s" is not known', m.label)
            END
        FROM (
            SELECT c.load_key, c.month, c.force, c.label, c.starts,
                   (SELECT t.problem_type_id
                    FROM @partnership@.type_mapping t
                    WHERE t.label_scheme = 'police_uk'
                      AND lower(t.label) = lower(c.label)
                      AND c.starts BETWEEN t.valid_from AND t.valid_to
                    ORDER BY t.valid_from DESC
                    LIMIT 1) AS problem_type_id
            FROM (SELECT o.load_key, nullif(btrim(o.month), '') AS month, o.force, nullif(btrim(o.label), '') AS label,
                         CASE WHEN btrim(o.month) ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$' THEN make_date(left(btrim(o.month), 4)::integer, right(btrim(o.month), 2)::integer, 1) END AS starts
                  FROM pg_temp.csp_load_key o) c
        ) m
        WHERE m.load_key = k.load_key
        $query$)
    USING force_name, file_month;

    IF force_name IS NOT NULL THEN
        source_key := csp.police_uk_source(partnership, force_name, source);
    END IF;
    -- Another session that loads the same month waits here, and then finds everything unchanged.
    FOR slice IN SELECT DISTINCT k.occurred_from FROM pg_temp.csp_load_key k WHERE k.reason IS NULL ORDER BY k.occurred_from LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended(format('csp load %s %s %s', partnership, source_key, extract(epoch FROM slice.occurred_from)), 0));
    END LOOP;
    batch := csp.open_load(partnership, 'street', file_name);

    -- Every row with all that will be stored of it, or the reason why it will not.
    assess := format($query$
        CREATE TEMP TABLE csp_load_row ON COMMIT DROP AS
        SELECT v.line_number, v.crime_id, v.occurred_from, v.occurred_to, v.problem_type_id, v.location, v.place, v.area_code, v.outcome, v.context, v.row_digest,
               %3$s AS area_id,
               coalesce(v.reason, CASE WHEN v.longitude IS NOT NULL AND v.location IS NULL
                                       THEN format('longitude %%s, latitude %%s has no place in SRID @srid@', v.longitude, v.latitude) END) AS reason
        FROM (
            SELECT p.line_number, p.crime_id, p.occurred_from, p.occurred_to, p.problem_type_id, p.place, p.area_code, p.outcome, p.context, p.row_digest, p.longitude, p.latitude, p.reason,
                   CASE WHEN p.longitude IS NOT NULL THEN @location@ END AS location
            FROM (
                SELECT c.line_number, c.crime_id, c.occurred_from, c.occurred_to, c.problem_type_id, c.place, c.area_code, c.outcome, c.context, c.row_digest,
                       CASE WHEN c.is_number AND c.reason IS NULL THEN c.longitude::float8 END AS longitude,
                       CASE WHEN c.is_number AND c.reason IS NULL THEN c.latitude::float8 END AS latitude,
                       CASE
                           WHEN c.reason IS NOT NULL THEN c.reason
                           WHEN c.is_number THEN
                               CASE WHEN abs(c.longitude::float8) > 180 OR abs(c.latitude::float8) > 90
                                    THEN format('longitude %%s, latitude %%s lies outside the world', c.longitude, c.latitude) END
                           WHEN c.longitude IS NOT NULL OR c.latitude IS NOT NULL
                               THEN format('longitude "%%s", latitude "%%s" is not a place', c.longitude, c.latitude)
                           WHEN strpos(c.crime_id, '#') > 0 OR octet_length(c.crime_id) > 200
                               THEN format('Crime ID "%%s" is not an identifier', left(c.crime_id, 200))
                       END AS reason
                FROM (
                    SELECT r.line_number, nullif(r.crime_id, '') AS crime_id, k.occurred_from, k.occurred_to, k.problem_type_id,
                           r.place, r.area_code, r.outcome, r.context,
                           nullif(r.longitude, '') AS longitude, nullif(r.latitude, '') AS latitude,
                           coalesce(r.longitude ~ '^[-+]?[0-9]{1,3}([.][0-9]{0,20})?$' AND r.latitude ~ '^[-+]?[0-9]{1,3}([.][0-9]{0,20})?$', false) AS is_number,
                           md5(concat_ws(E'\x1f', coalesce(r.crime_id, ''), k.month, coalesce(r.longitude, ''), coalesce(r.latitude, ''), coalesce(r.place, ''),
                                         coalesce(r.area_code, ''), k.label, coalesce(r.outcome, ''), coalesce(r.context, '')))::uuid AS row_digest,
                           CASE
                               WHEN r.damage IS NOT NULL THEN r.damage
                               WHEN r.fields IS NULL THEN (SELECT csp.csv_problem(coalesce(s.line, s.raw)) FROM pg_temp.csp_staging s WHERE s.line_number = r.line_number)
                               WHEN r.fields <> %2$s THEN format('%%s fields instead of %2$s', r.fields)
                               ELSE k.reason
                           END AS reason
                    FROM (%1$s) r
                    LEFT JOIN pg_temp.csp_load_key k
                           ON r.fields = %2$s
                          AND coalesce(k.label, '') = coalesce(r.label, '')
                          AND coalesce(k.month, '') = coalesce(r.month, '')
                          AND coalesce(k.force, '') = coalesce(r.force, '')
                    OFFSET 0
                ) c
                OFFSET 0
            ) p
            OFFSET 0
        ) v
        LEFT JOIN csp.area_codes(%4$L) known ON known.code = v.area_code
        $query$, parsed, cardinality(header), csp.area_rule(partnership, 'v.area_code', 'v.location'), partnership);
    BEGIN
        EXECUTE csp.partnership_sql(partnership, replace(assess, '@location@',
            '@postgis@.ST_Transform(@postgis@.ST_SetSRID(@postgis@.ST_MakePoint(p.longitude, p.latitude), 4326), @srid@)'));
    EXCEPTION WHEN internal_error THEN
        -- one place that the projection does not have stops the statement: place by place it stops its row only
        EXECUTE csp.partnership_sql(partnership, replace(assess, '@location@',
            format('csp.project_place(%L, p.longitude, p.latitude)::@postgis@.geometry', partnership)));
    END;
    EXECUTE format($query$
        INSERT INTO %I.load_reject (load_batch_id, line_number, line, reason)
        SELECT $1, r.line_number, coalesce(s.line, s.raw), r.reason
        FROM pg_temp.csp_load_row r
        JOIN pg_temp.csp_staging s USING (line_number)
        WHERE r.reason IS NOT NULL
        $query$, partnership)
    USING batch;
    GET DIAGNOSTICS rejected = ROW_COUNT;

    -- What stands of the same months. A row is the same if all its fields are; else one of the same Crime ID, or
    -- without an ID of the same type, is the one that was corrected.
    EXECUTE format($query$
        CREATE TEMP TABLE csp_load_stored ON COMMIT DROP AS
        SELECT i.incident_id, i.occurred_from, i.problem_type_id, i.row_digest,
               CASE WHEN i.source_reference !~ '^[0-9]{4}-[0-9]{2}[.]noid[.]' THEN split_part(i.source_reference, '#', 1) END AS crime_id,
               coalesce(substring(i.source_reference FROM '[.]([0-9]{1,9})$')::integer, 1) AS number,
               row_number() OVER (PARTITION BY i.occurred_from, i.row_digest ORDER BY i.incident_id) AS twin
        FROM (SELECT DISTINCT occurred_from FROM pg_temp.csp_load_key WHERE reason IS NULL) k
        JOIN %I.incident i ON i.source_id = $1 AND i.occurred_from = k.occurred_from
        $query$, partnership)
    USING source_key;
    GET DIAGNOSTICS stored = ROW_COUNT;

    CREATE TEMP TABLE csp_load_match (line_number bigint NOT NULL, incident_id bigint NOT NULL, is_same boolean NOT NULL) ON COMMIT DROP;
    IF stored > 0 THEN
        INSERT INTO pg_temp.csp_load_match (line_number, incident_id, is_same)
        SELECT r.line_number, s.incident_id, true
        FROM (SELECT r.line_number, r.occurred_from, r.row_digest, row_number() OVER (PARTITION BY r.occurred_from, r.row_digest ORDER BY r.line_number) AS twin
              FROM pg_temp.csp_load_row r
              WHERE r.reason IS NULL) r
        JOIN pg_temp.csp_load_stored s USING (occurred_from, row_digest, twin);
        GET DIAGNOSTICS unchanged = ROW_COUNT;

        INSERT INTO pg_temp.csp_load_match (line_number, incident_id, is_same)
        SELECT r.line_number, s.incident_id, false
        FROM (SELECT r.line_number, r.occurred_from, coalesce(r.crime_id, '') AS crime_id, CASE WHEN r.crime_id IS NULL THEN r.problem_type_id END AS type_id,
                     row_number() OVER (PARTITION BY r.occurred_from, r.crime_id, CASE WHEN r.crime_id IS NULL THEN r.problem_type_id END ORDER BY r.line_number) AS turn
              FROM pg_temp.csp_load_row r
              WHERE r.reason IS NULL
                AND NOT EXISTS (SELECT FROM pg_temp.csp_load_match m WHERE m.line_number = r.line_number)) r
        JOIN (SELECT s.incident_id, s.occurred_from, coalesce(s.crime_id, '') AS crime_id, CASE WHEN s.crime_id IS NULL THEN s.problem_type_id END AS type_id,
                     row_number() OVER (PARTITION BY s.occurred_from, s.crime_id, CASE WHEN s.crime_id IS NULL THEN s.problem_type_id END ORDER BY s.incident_id) AS turn
              FROM pg_temp.csp_load_stored s
              WHERE NOT EXISTS (SELECT FROM pg_temp.csp_load_match m WHERE m.incident_id = s.incident_id)) s
          ON s.occurred_from = r.occurred_from AND s.crime_id = r.crime_id AND s.type_id IS NOT DISTINCT FROM r.type_id AND s.turn = r.turn;

        EXECUTE format($query$
            UPDATE %I.incident i
            SET problem_type_id = r.problem_type_id, location = r.location, place_reference = r.place, area_id = r.area_id, source_area_code = r.area_code,
                outcome = r.outcome,
                attributes = nullif(coalesce(i.attributes - 'context' - 'outcome_month', '{}')
                                    || CASE WHEN r.context IS NULL THEN '{}' ELSE jsonb_build_object('context', r.context) END, '{}'),
                row_digest = r.row_digest, load_batch_id = $1
            FROM pg_temp.csp_load_match m
            JOIN pg_temp.csp_load_row r USING (line_number)
            WHERE NOT m.is_same
              AND i.incident_id = m.incident_id
            $query$, partnership)
        USING batch;
        GET DIAGNOSTICS updated = ROW_COUNT;
    END IF;

    -- The first row of a Crime ID carries it as its reference; later ones, of the month or of another month, a number
    -- after it. Rows without an ID are numbered within their month. Inserting in order of the reference keeps the
    -- unique index in cache, and sessions that load other months of the same crimes wait for one another in one order.
    IF unchanged + updated < (SELECT count(*) FROM pg_temp.csp_load_row WHERE reason IS NULL) THEN
        insertion := format($query$
            WITH fresh AS (
                SELECT r.*, to_char(r.occurred_from AT TIME ZONE @time_zone@, 'YYYY-MM') AS month,
                       row_number() OVER (PARTITION BY r.crime_id, r.occurred_from ORDER BY r.line_number)
                       + coalesce(s.last, 0) AS number
                FROM pg_temp.csp_load_row r
                LEFT JOIN (SELECT coalesce(t.crime_id, '') AS crime_id, t.occurred_from, max(t.number) AS last FROM pg_temp.csp_load_stored t GROUP BY 1, 2) s
                       ON s.crime_id = coalesce(r.crime_id, '') AND s.occurred_from = r.occurred_from
                WHERE r.reason IS NULL
                  AND NOT EXISTS (SELECT FROM pg_temp.csp_load_match m WHERE m.line_number = r.line_number)
            ),
            taken AS MATERIALIZED (
                SELECT i.source_reference
                FROM @partnership@.incident i
                WHERE i.source_id = $1
                  AND i.source_reference = ANY ((SELECT array_agg(DISTINCT f.crime_id COLLATE "C" ORDER BY f.crime_id COLLATE "C") FROM fresh f)::text[])
            )
            INSERT INTO @partnership@.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, place_reference, area_id, source_area_code, outcome, attributes, row_digest, load_batch_id)
            SELECT $1,
                   CASE WHEN f.crime_id IS NULL THEN format('%%s.noid.%%s', f.month, f.number)
                        WHEN f.number = 1 AND f.is_first AND t.source_reference IS NULL THEN f.crime_id
                        ELSE format('%%s#%%s.%%s', f.crime_id, f.month, f.number) END COLLATE "C" AS source_reference,
                   f.problem_type_id, f.occurred_from, f.occurred_to, f.location, f.place, f.area_id, f.area_code, f.outcome,
                   CASE WHEN f.context IS NOT NULL THEN jsonb_build_object('context', f.context) END,
                   f.row_digest, $2
            FROM (SELECT n.*, n.crime_id IS NULL OR row_number() OVER (PARTITION BY n.crime_id ORDER BY n.occurred_from, n.line_number) = 1 AS is_first FROM fresh n) f
            LEFT JOIN taken t ON t.source_reference = f.crime_id COLLATE "C"
            ORDER BY 2
            $query$);
        LOOP
            BEGIN
                EXECUTE csp.partnership_sql(partnership, insertion) USING source_key, batch;
                GET DIAGNOSTICS inserted = ROW_COUNT;
                EXIT;
            EXCEPTION WHEN unique_violation THEN
                -- a session that loaded another month took one of the Crime IDs meanwhile, and has committed: look again
                attempts := attempts + 1;
                IF attempts = 10 THEN
                    RAISE;
                END IF;
            END;
        END LOOP;
    END IF;

    SELECT count(*) INTO unlocated
    FROM pg_temp.csp_load_row r
    WHERE r.reason IS NULL
      AND r.location IS NULL;
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.source_coverage (source_id, month)
        SELECT DISTINCT $1, (k.occurred_from AT TIME ZONE @time_zone@)::date
        FROM pg_temp.csp_load_key k
        WHERE k.reason IS NULL
        ON CONFLICT (source_id, month) DO NOTHING
        $query$)
    USING source_key;
    RETURN csp.close_load(partnership, batch, source_key, inserted, updated, unchanged, rejected, unlocated);
END
$$;
COMMENT ON FUNCTION csp.load_police_uk_street(text, text, text, text[]) IS
    'Loads the staged lines of a street file. Internal to load_police_uk, which states the rules.';
