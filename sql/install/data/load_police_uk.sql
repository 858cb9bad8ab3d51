-- load_police_uk: the street and outcomes files of police.uk.

CREATE FUNCTION csp.police_uk_force(name text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 50
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

CREATE FUNCTION csp_internal.police_uk_source(partnership text, force text, source text DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    slug text := csp.police_uk_force(force);
    code text := coalesce(source, 'police_uk_' || slug);
    result integer;
BEGIN
    PERFORM csp.check_partnership(partnership);
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
COMMENT ON FUNCTION csp_internal.police_uk_source(text, text, text) IS
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

CREATE FUNCTION csp_internal.load_police_uk_staged(partnership text, file_name text, source text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    header text[];
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp_internal.decode_staging();
    header := csp_internal.staged_header(file_name);
    PERFORM csp_internal.lock_load(partnership, alone => false);
    IF csp_internal.column_position(header, 'Object of search') IS NOT NULL THEN
        RAISE EXCEPTION 'file "%" holds stop and search records, which are not loaded', file_name
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'Street and outcomes files are loaded. A stop and search is no incident.';
    ELSIF csp_internal.column_position(header, 'Outcome type') IS NOT NULL AND csp_internal.column_position(header, 'Crime type') IS NULL THEN
        RETURN csp_internal.load_police_uk_outcomes(partnership, file_name, source, header);
    END IF;
    RETURN csp_internal.load_police_uk_street(partnership, file_name, source, header);
END
$$;
COMMENT ON FUNCTION csp_internal.load_police_uk_staged(text, text, text) IS 'The work of csp.load_police_uk_staged, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.load_police_uk_staged(partnership text, file_name text, source text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.load_police_uk_staged(text, text, text) IS
    'As load_police_uk, for the lines staged in this session (csp.prepare_staging, then \copy): no right to read server files is needed. sql/load/police_uk.psql does both.';

INSERT INTO csp_internal.scratch_table (name, columns) VALUES
    ('csp_load_key', 'load_key integer, month text, force text, label text, lines bigint, occurred_from timestamptz, occurred_to timestamptz, problem_type_id integer, reason text'),
    ('csp_load_street_row', 'line_number bigint, crime_id text COLLATE "C", month text, occurred_from timestamptz, occurred_to timestamptz, problem_type_id integer, location @postgis@.geometry, '
                         || 'place text, area_code text, outcome text, context text, row_digest uuid, area_id integer, reason text'),
    ('csp_load_stored', 'incident_id bigint, occurred_from timestamptz, problem_type_id integer, row_digest uuid, crime_id text COLLATE "C", number integer, twin bigint'),
    ('csp_load_match', 'line_number bigint NOT NULL, incident_id bigint NOT NULL, is_same boolean NOT NULL');

CREATE FUNCTION csp_internal.street_lines(file_name text, header text[])
RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 500
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- The fields by name, whatever their order. OFFSET 0: a line is taken apart once, not once for every field.
    RETURN csp_internal.fill_template($query$
        SELECT f.line_number,
               cardinality(f.field) AS fields,
               f.damage,
               nullif(f.field[@crime_id@], '') AS crime_id,
               f.field[@month@] AS month,
               f.field[@force@] AS force,
               f.field[@label@] AS label,
               nullif(f.field[@longitude@], '') AS longitude,
               nullif(f.field[@latitude@], '') AS latitude,
               csp.number_of(f.field[@longitude@]) AS x,
               csp.number_of(f.field[@latitude@]) AS y,
               nullif(f.field[@place@], 'No Location') AS place,
               nullif(f.field[@area_code@], '') AS area_code,
               nullif(f.field[@outcome@], '') AS outcome,
               nullif(f.field[@context@], '') AS context,
               csp.fields_digest(f.field, '{@crime_id@,@month@,@label@,@longitude@,@latitude@,@place@,@area_code@,@outcome@,@context@}') AS row_digest
        FROM (SELECT s.line_number, s.damage, csp.csv_fields(coalesce(s.line, s.raw)) AS field
              FROM pg_temp.csp_staging s
              WHERE s.line_number > 1
                AND (octet_length(coalesce(s.line, s.raw)) > 16 OR btrim(coalesce(s.line, s.raw), E' \t\r') <> '')
              OFFSET 0) f
        $query$, jsonb_build_object(
        'crime_id', csp_internal.require_column(file_name, header, 'Crime ID'),
        'month', csp_internal.require_column(file_name, header, 'Month'),
        'force', csp_internal.require_column(file_name, header, 'Reported by'),
        'longitude', csp_internal.require_column(file_name, header, 'Longitude'),
        'latitude', csp_internal.require_column(file_name, header, 'Latitude'),
        'place', csp_internal.require_column(file_name, header, 'Location'),
        'area_code', csp_internal.require_column(file_name, header, 'LSOA code'),
        'label', csp_internal.require_column(file_name, header, 'Crime type'),
        'outcome', coalesce(csp_internal.column_position(header, 'Last outcome category'), 0),
        'context', coalesce(csp_internal.column_position(header, 'Context'), 0)));
END
$$;
COMMENT ON FUNCTION csp_internal.street_lines(text, text[]) IS
    'The query that takes the staged lines of a street file apart: a row a line, fields by their names. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.list_street_keys(lines text, fields integer)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- One row per month, force and label of the file: few, so that what depends on them is worked out once.
    PERFORM csp_internal.scratch('csp_load_key');
    EXECUTE csp_internal.fill_template($query$
        INSERT INTO pg_temp.csp_load_key (load_key, month, force, label, lines)
        SELECT row_number() OVER (), p.month, p.force, p.label, count(*)
        FROM (@lines@) p
        WHERE p.fields = @fields@
        GROUP BY p.month, p.force, p.label
        $query$, jsonb_build_object('lines', lines, 'fields', fields));
END
$$;
COMMENT ON FUNCTION csp_internal.list_street_keys(text, integer) IS
    'Lists the months, forces and labels of a street file in pg_temp.csp_load_key, given the query of its lines and the number of its columns. Any NULL does nothing. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.street_force(file_name text)
RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    force_name text;
BEGIN
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
    RETURN force_name;
END
$$;
COMMENT ON FUNCTION csp_internal.street_force(text) IS
    'The police force that most lines of a street file name; NULL where the file has no lines. Error 22P04 where none names one. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.assess_street_keys(partnership text, force_name text, file_month text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp_internal.partnership_sql(partnership, $query$
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
END
$$;
COMMENT ON FUNCTION csp_internal.assess_street_keys(text, text, text) IS
    'Gives each row of pg_temp.csp_load_key its time and problem type, or the reason why its lines are refused. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.lock_street_months(partnership text, source_key integer)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    slice record;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- Another session that loads the same month waits here, and then finds everything unchanged.
    FOR slice IN SELECT DISTINCT csp_internal.load_part(source_key, extract(epoch FROM k.occurred_from)::text) AS part
                 FROM pg_temp.csp_load_key k WHERE k.reason IS NULL ORDER BY part LOOP
        PERFORM csp_internal.lock_load_part(partnership, slice.part);
    END LOOP;
END
$$;
COMMENT ON FUNCTION csp_internal.lock_street_months(text, integer) IS
    'Waits until no other session loads the same months of the same source. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.assess_street_rows(partnership text, lines text, fields integer)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    assessment text;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- Every row with all that will be stored of it, or the reason why it will not.
    PERFORM csp_internal.scratch('csp_load_street_row');
    assessment := csp_internal.fill_template($query$
        INSERT INTO pg_temp.csp_load_street_row (line_number, crime_id, month, occurred_from, occurred_to, problem_type_id, location, place, area_code, outcome, context, row_digest, area_id, reason)
        SELECT v.line_number, v.crime_id, v.month, v.occurred_from, v.occurred_to, v.problem_type_id, v.location, v.place, v.area_code, v.outcome, v.context, v.row_digest,
               @area@ AS area_id,
               coalesce(v.reason, CASE WHEN v.is_placed AND v.location IS NULL
                                       THEN format('longitude %s, latitude %s has no place in SRID @srid@', v.longitude, v.latitude) END) AS reason
        FROM (
            SELECT p.*,
                   CASE WHEN p.is_placed THEN @location@ END AS location
            FROM (
                SELECT r.*, k.occurred_from, k.occurred_to, k.problem_type_id,
                       k.reason IS NULL AND abs(r.x) <= 180 AND abs(r.y) <= 90 AS is_placed,
                       CASE
                           WHEN r.damage IS NOT NULL THEN r.damage
                           WHEN r.fields IS NULL THEN (SELECT csp.csv_problem(coalesce(s.line, s.raw)) FROM pg_temp.csp_staging s WHERE s.line_number = r.line_number)
                           WHEN r.fields <> @fields@ THEN format('%s where @fields@ are due', csp_internal.count_of(r.fields, 'field'))
                           WHEN k.reason IS NOT NULL THEN k.reason
                           WHEN abs(r.x) > 180 OR abs(r.y) > 90 THEN format('longitude %s, latitude %s lies outside the world', r.longitude, r.latitude)
                           WHEN (r.x IS NULL OR r.y IS NULL) AND (r.longitude IS NOT NULL OR r.latitude IS NOT NULL)
                               THEN format('longitude "%s", latitude "%s" is not a place', r.longitude, r.latitude)
                           WHEN strpos(r.crime_id, '#') > 0 OR octet_length(r.crime_id) > 200
                               THEN format('Crime ID "%s" is not an identifier', left(r.crime_id, 200))
                       END AS reason
                FROM (@lines@) r
                LEFT JOIN pg_temp.csp_load_key k
                       ON r.fields = @fields@
                      AND coalesce(k.label, '') = coalesce(r.label, '')
                      AND coalesce(k.month, '') = coalesce(r.month, '')
                      AND coalesce(k.force, '') = coalesce(r.force, '')
                OFFSET 0
            ) p
            OFFSET 0
        ) v
        LEFT JOIN csp_internal.area_codes(@partnership_name@) known ON known.code = v.area_code
        $query$, jsonb_build_object(
        'lines', lines,
        'fields', fields,
        'area', csp_internal.area_rule(partnership, 'v.area_code', 'v.location'),
        'partnership_name', quote_literal(partnership)));
    BEGIN
        EXECUTE csp_internal.partnership_sql(partnership, csp_internal.fill_template(assessment, jsonb_build_object('location',
            '@postgis@.ST_Transform(@postgis@.ST_SetSRID(@postgis@.ST_MakePoint(p.x, p.y), 4326), @srid@)')));
    EXCEPTION WHEN internal_error THEN
        -- one place that the projection does not have stops the statement: place by place it stops its row only
        EXECUTE csp_internal.partnership_sql(partnership, csp_internal.fill_template(assessment, jsonb_build_object('location',
            'csp_internal.project_place(' || quote_literal(partnership) || ', p.x, p.y)::@postgis@.geometry')));
    END;
END
$$;
COMMENT ON FUNCTION csp_internal.assess_street_rows(text, text, integer) IS
    'Puts each line of a street file into pg_temp.csp_load_street_row as it will be stored, or with the reason why it is refused. Any NULL does nothing. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.reject_street_rows(partnership text, batch bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rejected bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.load_reject (load_batch_id, line_number, line, reason)
        SELECT $1, r.line_number, coalesce(s.line, s.raw), r.reason
        FROM pg_temp.csp_load_street_row r
        JOIN pg_temp.csp_staging s USING (line_number)
        WHERE r.reason IS NOT NULL
        $query$)
    USING batch;
    GET DIAGNOSTICS rejected = ROW_COUNT;
    RETURN rejected;
END
$$;
COMMENT ON FUNCTION csp_internal.reject_street_rows(text, bigint) IS
    'Keeps the refused lines of a street file in load_reject. Returns their number. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.find_stored_street_rows(partnership text, source_key integer)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    stored bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- What is stored of the same months. A row is the same if all its fields are. Otherwise the row with the same
    -- Crime ID, or without an ID the row of the same type, is the one that was corrected.
    PERFORM csp_internal.scratch('csp_load_stored');
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        INSERT INTO pg_temp.csp_load_stored (incident_id, occurred_from, problem_type_id, row_digest, crime_id, number, twin)
        SELECT i.incident_id, i.occurred_from, i.problem_type_id, i.row_digest,
               CASE WHEN i.source_reference !~ '^[0-9]{4}-[0-9]{2}[.]noid[.]' THEN split_part(i.source_reference, '#', 1) END AS crime_id,
               coalesce(substring(i.source_reference FROM '[.]([0-9]{1,9})$')::integer, 1) AS number,
               row_number() OVER (PARTITION BY i.occurred_from, i.row_digest ORDER BY i.incident_id) AS twin
        FROM (SELECT DISTINCT occurred_from FROM pg_temp.csp_load_key WHERE reason IS NULL) k
        -- one index probe a month: a join would read the whole table wherever statistics are old
        CROSS JOIN LATERAL (
            SELECT s.*
            FROM @partnership@.incident s
            WHERE s.source_id = $1
              AND s.occurred_from = k.occurred_from
            OFFSET 0
        ) i
        $query$)
    USING source_key;
    GET DIAGNOSTICS stored = ROW_COUNT;
    RETURN stored;
END
$$;
COMMENT ON FUNCTION csp_internal.find_stored_street_rows(text, integer) IS
    'Lists the incidents of the same source and months that are stored already in pg_temp.csp_load_stored. Returns their number. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.match_unchanged_street_rows()
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    unchanged bigint;
BEGIN
    INSERT INTO pg_temp.csp_load_match (line_number, incident_id, is_same)
    SELECT r.line_number, s.incident_id, true
    FROM (SELECT r.line_number, r.occurred_from, r.row_digest, row_number() OVER (PARTITION BY r.occurred_from, r.row_digest ORDER BY r.line_number) AS twin
          FROM pg_temp.csp_load_street_row r
          WHERE r.reason IS NULL) r
    JOIN pg_temp.csp_load_stored s USING (occurred_from, row_digest, twin);
    GET DIAGNOSTICS unchanged = ROW_COUNT;
    RETURN unchanged;
END
$$;
COMMENT ON FUNCTION csp_internal.match_unchanged_street_rows() IS
    'Matches rows of a street file with stored incidents that are the same in all fields. Returns their number. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.match_corrected_street_rows()
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO pg_temp.csp_load_match (line_number, incident_id, is_same)
    SELECT r.line_number, s.incident_id, false
    FROM (SELECT r.line_number, r.occurred_from, coalesce(r.crime_id, '') AS crime_id, CASE WHEN r.crime_id IS NULL THEN r.problem_type_id END AS type_id,
                 row_number() OVER (PARTITION BY r.occurred_from, r.crime_id, CASE WHEN r.crime_id IS NULL THEN r.problem_type_id END ORDER BY r.line_number) AS turn
          FROM pg_temp.csp_load_street_row r
          WHERE r.reason IS NULL
            AND NOT EXISTS (SELECT FROM pg_temp.csp_load_match m WHERE m.line_number = r.line_number)) r
    JOIN (SELECT s.incident_id, s.occurred_from, coalesce(s.crime_id, '') AS crime_id, CASE WHEN s.crime_id IS NULL THEN s.problem_type_id END AS type_id,
                 row_number() OVER (PARTITION BY s.occurred_from, s.crime_id, CASE WHEN s.crime_id IS NULL THEN s.problem_type_id END ORDER BY s.incident_id) AS turn
          FROM pg_temp.csp_load_stored s
          WHERE NOT EXISTS (SELECT FROM pg_temp.csp_load_match m WHERE m.incident_id = s.incident_id)) s
      ON s.occurred_from = r.occurred_from AND s.crime_id = r.crime_id AND s.type_id IS NOT DISTINCT FROM r.type_id AND s.turn = r.turn;
END
$$;
COMMENT ON FUNCTION csp_internal.match_corrected_street_rows() IS
    'Matches the other rows of a street file with the stored incidents that they correct: of the same Crime ID, or without one of the same type. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.correct_street_rows(partnership text, batch bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    updated bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- a load of outcomes may change the same rows: both take them in one order
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        SELECT i.incident_id
        FROM @partnership@.incident i
        WHERE i.incident_id IN (SELECT m.incident_id FROM pg_temp.csp_load_match m WHERE NOT m.is_same)
        ORDER BY i.incident_id
        FOR NO KEY UPDATE
        $query$);
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        UPDATE @partnership@.incident i
        SET problem_type_id = r.problem_type_id, location = r.location, place_reference = r.place, area_id = r.area_id, source_area_code = r.area_code,
            outcome = r.outcome,
            attributes = nullif(coalesce(i.attributes - 'context' - 'outcome_month', '{}')
                                || CASE WHEN r.context IS NULL THEN '{}' ELSE jsonb_build_object('context', r.context) END, '{}'),
            row_digest = r.row_digest, load_batch_id = $1
        FROM pg_temp.csp_load_match m
        JOIN pg_temp.csp_load_street_row r USING (line_number)
        WHERE NOT m.is_same
          AND i.incident_id = m.incident_id
        $query$)
    USING batch;
    GET DIAGNOSTICS updated = ROW_COUNT;
    RETURN updated;
END
$$;
COMMENT ON FUNCTION csp_internal.correct_street_rows(text, bigint) IS
    'Writes the corrected rows of a street file over the incidents that they match. Returns their number. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.insert_street_rows(partnership text, source_key integer, batch bigint, stored bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    insertion text;
    attempts integer := 0;
    inserted bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- The first row of a Crime ID carries it as its reference; later ones, of the month or of another month, a number
    -- after it. Rows without an ID are numbered within their month. Inserting in order of the ID keeps the unique index
    -- in cache, and sessions that load other months of the same crimes wait for one another in one order.
    insertion := csp_internal.fill_template($query$
        INSERT INTO @partnership@.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, location, place_reference, area_id, source_area_code, outcome, attributes, row_digest, load_batch_id)
        SELECT $1,
               CASE WHEN f.crime_id IS NULL THEN f.month || '.noid.' || f.number
                    WHEN f.number = 1 AND f.is_first AND t.source_reference IS NULL THEN f.crime_id
                    ELSE f.crime_id || '#' || f.month || '.' || f.number END,
               f.problem_type_id, f.occurred_from, f.occurred_to, f.location, f.place, f.area_id, f.area_code, f.outcome,
               CASE WHEN f.context IS NOT NULL THEN jsonb_build_object('context', f.context) END,
               f.row_digest, $2
        FROM (
            SELECT r.line_number, r.crime_id, r.month, r.problem_type_id, r.occurred_from, r.occurred_to, r.location, r.place, r.area_id, r.area_code, r.outcome, r.context, r.row_digest,
                   row_number() OVER (PARTITION BY r.crime_id, r.occurred_from ORDER BY r.line_number) + @last@ AS number,
                   row_number() OVER (PARTITION BY r.crime_id ORDER BY r.occurred_from, r.line_number) = 1 AS is_first
            FROM pg_temp.csp_load_street_row r
            @selection@
        ) f
        LEFT JOIN (
            SELECT i.source_reference
            FROM @partnership@.incident i
            WHERE i.source_id = $1
              AND i.source_reference = ANY ((SELECT array_agg(r.crime_id) FROM pg_temp.csp_load_street_row r WHERE r.reason IS NULL)::text[] COLLATE "C")
            OFFSET 0
        ) t ON t.source_reference = f.crime_id
        ORDER BY f.crime_id, f.occurred_from, f.line_number
        $query$, jsonb_build_object(
        'last', CASE WHEN stored = 0 THEN '0' ELSE 'coalesce(s.last, 0)' END,
        'selection', CASE WHEN stored = 0 THEN 'WHERE r.reason IS NULL' ELSE $query$
            LEFT JOIN (SELECT coalesce(c.crime_id, '') AS crime_id, c.occurred_from, max(c.number) AS last
                       FROM pg_temp.csp_load_stored c
                       GROUP BY 1, 2) s
                   ON s.crime_id = coalesce(r.crime_id, '') AND s.occurred_from = r.occurred_from
            WHERE r.reason IS NULL
              AND NOT EXISTS (SELECT FROM pg_temp.csp_load_match m WHERE m.line_number = r.line_number)
            $query$ END));
    LOOP
        BEGIN
            EXECUTE csp_internal.partnership_sql(partnership, insertion) USING source_key, batch;
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
    RETURN inserted;
END
$$;
COMMENT ON FUNCTION csp_internal.insert_street_rows(text, integer, bigint, bigint) IS
    'Inserts the rows of a street file that match no stored incident; stored: how many are stored of its months. Returns the number inserted. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.cover_street_months(partnership text, source_key integer)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.source_coverage (source_id, month)
        SELECT DISTINCT $1, (k.occurred_from AT TIME ZONE @time_zone@)::date
        FROM pg_temp.csp_load_key k
        WHERE k.reason IS NULL
        ON CONFLICT (source_id, month) DO NOTHING
        $query$)
    USING source_key;
END
$$;
COMMENT ON FUNCTION csp_internal.cover_street_months(text, integer) IS
    'Enters the months of a street file in source_coverage. Internal to load_police_uk.';

CREATE FUNCTION csp_internal.load_police_uk_street(partnership text, file_name text, source text, header text[])
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    file_month text := substring(file_name FROM '^([0-9]{4}-(?:0[1-9]|1[0-2]))-.+-street\.csv$');
    fields integer := cardinality(header);
    lines text;
    force_name text;
    source_key integer;
    batch bigint;
    stored bigint;
    inserted bigint := 0;
    updated bigint := 0;
    unchanged bigint := 0;
    rejected bigint;
    unlocated bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    lines := csp_internal.street_lines(file_name, header);
    PERFORM csp_internal.list_street_keys(lines, fields);
    force_name := csp_internal.street_force(file_name);
    PERFORM csp_internal.assess_street_keys(partnership, force_name, file_month);
    IF force_name IS NOT NULL THEN
        source_key := csp_internal.police_uk_source(partnership, force_name, source);
    END IF;
    PERFORM csp_internal.lock_street_months(partnership, source_key);
    batch := csp_internal.open_load(partnership, 'street', file_name);

    PERFORM csp_internal.assess_street_rows(partnership, lines, fields);
    rejected := csp_internal.reject_street_rows(partnership, batch);
    stored := csp_internal.find_stored_street_rows(partnership, source_key);
    PERFORM csp_internal.scratch('csp_load_match');
    IF stored > 0 THEN
        unchanged := csp_internal.match_unchanged_street_rows();
        PERFORM csp_internal.match_corrected_street_rows();
        updated := csp_internal.correct_street_rows(partnership, batch);
    END IF;
    IF unchanged + updated < (SELECT count(*) FROM pg_temp.csp_load_street_row r WHERE r.reason IS NULL) THEN
        inserted := csp_internal.insert_street_rows(partnership, source_key, batch, stored);
    END IF;

    SELECT count(*) INTO unlocated
    FROM pg_temp.csp_load_street_row r
    WHERE r.reason IS NULL
      AND r.location IS NULL;
    PERFORM csp_internal.cover_street_months(partnership, source_key);
    RETURN csp_internal.close_load(partnership, batch, source_key, inserted, updated, unchanged, rejected, unlocated);
END
$$;
COMMENT ON FUNCTION csp_internal.load_police_uk_street(text, text, text, text[]) IS
    'Loads the staged lines of a street file. Internal to load_police_uk, which states the rules.';

INSERT INTO csp_internal.scratch_table (name, columns) VALUES
    ('csp_load_outcome_row', 'line_number bigint, crime_id text COLLATE "C", month text, force text, outcome text'),
    ('csp_load_target', 'line_number bigint, crime_id text COLLATE "C", month text, outcome text, incident_id bigint, is_news boolean');

CREATE FUNCTION csp_internal.load_police_uk_outcomes(partnership text, file_name text, source text, header text[])
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    force_name text;
    file_month text := substring(file_name FROM '^([0-9]{4}-(?:0[1-9]|1[0-2]))-.+-outcomes\.csv$');
    source_key integer;
    batch bigint;
    read bigint;
    updated bigint;
    rejected bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp_internal.parse_staging(cardinality(header));
    PERFORM csp_internal.scratch('csp_load_outcome_row');
    EXECUTE format($query$
        INSERT INTO pg_temp.csp_load_outcome_row (line_number, crime_id, month, force, outcome)
        SELECT l.line_number, nullif(l.field[%s], '') AS crime_id, btrim(l.field[%s]) AS month, nullif(l.field[%s], '') AS force, nullif(btrim(l.field[%s]), '') AS outcome
        FROM pg_temp.csp_load_line l
        WHERE l.reason IS NULL
        $query$,
        csp_internal.require_column(file_name, header, 'Crime ID'),
        csp_internal.require_column(file_name, header, 'Month'),
        csp_internal.require_column(file_name, header, 'Reported by'),
        csp_internal.require_column(file_name, header, 'Outcome type'));
    SELECT r.force INTO force_name
    FROM pg_temp.csp_load_outcome_row r
    WHERE r.force IS NOT NULL
    GROUP BY r.force
    ORDER BY count(*) DESC, r.force
    LIMIT 1;
    IF force_name IS NOT NULL THEN
        source_key := csp_internal.police_uk_source(partnership, force_name, source);
    END IF;
    -- files of several months have outcomes of the same crimes: one session at a time
    PERFORM csp_internal.lock_load_part(partnership, csp_internal.load_part(source_key, 'outcomes'));
    batch := csp_internal.open_load(partnership, 'outcomes', file_name);

    UPDATE pg_temp.csp_load_line l
    SET reason = w.reason
    FROM (
        SELECT r.line_number,
               CASE
                   WHEN r.month IS NULL OR r.month = '' THEN 'the month is missing'
                   WHEN r.month !~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$' THEN format('month "%s" is not a month written as YYYY-MM', r.month)
                   WHEN r.month <> file_month THEN format('month %s in the file of %s', r.month, file_month)
                   WHEN r.force IS DISTINCT FROM force_name THEN format('reported by "%s" in a file of %s', r.force, force_name)
                   WHEN r.crime_id IS NULL THEN 'the Crime ID is missing'
                   WHEN r.outcome IS NULL THEN 'the outcome type is missing'
               END AS reason
        FROM pg_temp.csp_load_outcome_row r
    ) w
    WHERE w.line_number = l.line_number
      AND w.reason IS NOT NULL;
    DELETE FROM pg_temp.csp_load_outcome_row r
    USING pg_temp.csp_load_line l
    WHERE l.line_number = r.line_number
      AND l.reason IS NOT NULL;

    -- Of a crime's outcomes in the file the latest counts. A crime may have several rows, and each gets it. OFFSET 0:
    -- crimes are looked up one by one through the index, however large the table.
    PERFORM csp_internal.scratch('csp_load_target');
    EXECUTE format($query$
        INSERT INTO pg_temp.csp_load_target (line_number, crime_id, month, outcome, incident_id, is_news)
        SELECT o.line_number, o.crime_id, o.month, o.outcome, i.incident_id,
               i.incident_id IS NOT NULL
               AND coalesce(i.outcome_month <= o.month, true)
               AND (i.outcome, i.outcome_month) IS DISTINCT FROM (o.outcome, o.month) AS is_news
        FROM (SELECT DISTINCT ON (r.crime_id) r.line_number, r.crime_id, r.month, r.outcome
              FROM pg_temp.csp_load_outcome_row r
              ORDER BY r.crime_id, r.month DESC, r.line_number DESC) o
        LEFT JOIN LATERAL (
              SELECT c.incident_id, c.outcome, c.attributes ->> 'outcome_month' AS outcome_month
              FROM %I.incident c
              WHERE c.source_id = $1
                AND c.source_reference >= o.crime_id
                AND c.source_reference < o.crime_id || '$'
                AND (c.source_reference = o.crime_id OR starts_with(c.source_reference, o.crime_id || '#'))
              OFFSET 0) i ON true
        $query$, partnership)
    USING source_key;
    UPDATE pg_temp.csp_load_line l
    SET reason = format('Crime ID "%s" is not known', r.crime_id)
    FROM pg_temp.csp_load_outcome_row r
    JOIN pg_temp.csp_load_target t ON t.crime_id = r.crime_id AND t.incident_id IS NULL
    WHERE r.line_number = l.line_number;
    rejected := csp_internal.reject_lines(partnership, batch);

    -- in the order in which a load of a street file takes them
    EXECUTE format($query$
        SELECT i.incident_id
        FROM %I.incident i
        WHERE i.incident_id IN (SELECT t.incident_id FROM pg_temp.csp_load_target t WHERE t.is_news)
        ORDER BY i.incident_id
        FOR NO KEY UPDATE
        $query$, partnership);
    EXECUTE format($query$
        UPDATE %I.incident i
        SET outcome = t.outcome,
            attributes = coalesce(i.attributes, '{}') || jsonb_build_object('outcome_month', t.month),
            load_batch_id = $1
        FROM pg_temp.csp_load_target t
        WHERE t.is_news
          AND i.incident_id = t.incident_id
        $query$, partnership)
    USING batch;
    SELECT count(*) INTO read FROM pg_temp.csp_load_line;
    SELECT count(DISTINCT t.line_number) INTO updated FROM pg_temp.csp_load_target t WHERE t.is_news;
    RETURN csp_internal.close_load(partnership, batch, source_key, 0, updated, read - rejected - updated, rejected);
END
$$;
COMMENT ON FUNCTION csp_internal.load_police_uk_outcomes(text, text, text, text[]) IS
    'Loads the staged lines of an outcomes file. Internal to load_police_uk, which states the rules.';

CREATE PROCEDURE csp.load_police_uk_folder(partnership text, folder text, source text DEFAULT NULL)
LANGUAGE plpgsql
AS $$
-- No SET clause: a procedure with one may not commit. Names are qualified instead.
DECLARE
    file record;
    report csp.load_report;
    message pg_catalog.text;
    failures pg_catalog.int4 := 0;
    found pg_catalog.int4 := 0;
BEGIN
    PERFORM csp.check_partnership(partnership);
    FOR file IN SELECT f.path FROM csp_internal.police_uk_files(folder) f LOOP
        found := found OPERATOR(pg_catalog.+) 1;
        message := NULL;
        BEGIN
            report := csp.load_police_uk(partnership, file.path, source);
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
        END;
        IF message IS NULL THEN
            RAISE NOTICE '%', csp.load_progress(report);
        ELSE
            failures := failures OPERATOR(pg_catalog.+) 1;
            RAISE WARNING '% was not loaded: %', csp.base_name(file.path), message;
        END IF;
        COMMIT;
    END LOOP;
    IF failures OPERATOR(pg_catalog.>) 0 THEN
        RAISE EXCEPTION '% of % files were not loaded', failures, found
            USING ERRCODE = 'data_exception',
                  HINT = 'The others are loaded. The warnings above say why; after repair the folder may be loaded again.';
    ELSIF found OPERATOR(pg_catalog.=) 0 THEN
        RAISE EXCEPTION 'there is no police.uk file in "%"', folder
            USING ERRCODE = 'no_data_found',
                  HINT = 'Street and outcomes files are looked for in the folder and its subfolders: *-street.csv, *-outcomes.csv.';
    END IF;
END
$$;
COMMENT ON PROCEDURE csp.load_police_uk_folder(text, text, text) IS
    'Loads every street and outcomes file of a folder of the server and its subfolders, street files first, each in a transaction of its own, with a notice on each. A file that cannot be loaded is a warning, and an error (22000) at the end, when the others are loaded. Arguments as in load_police_uk. Needs the right to execute pg_ls_dir and pg_stat_file besides pg_read_server_files. Error P0002 when there is no such file.';

CREATE FUNCTION csp_internal.police_uk_files(folder text)
RETURNS TABLE (path text)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 100000 ROWS 50
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp_internal.check_path(folder);
    RETURN QUERY
    WITH RECURSIVE entry (path, is_folder, depth) AS (
        SELECT rtrim(folder, '/'), true, 0
        UNION ALL
        SELECT e.path || '/' || d.name, (pg_stat_file(e.path || '/' || d.name)).isdir, e.depth + 1
        FROM entry e
        CROSS JOIN LATERAL pg_ls_dir(CASE WHEN e.is_folder THEN e.path END) AS d (name)
        WHERE e.is_folder
          AND e.depth < 8
    )
    SELECT e.path
    FROM entry e
    WHERE NOT e.is_folder
      AND e.path ~ '-(street|outcomes)\.csv$'
    ORDER BY e.path ~ '-outcomes\.csv$', csp.base_name(e.path), e.path;
END
$$;
COMMENT ON FUNCTION csp_internal.police_uk_files(text) IS 'The street and outcomes files in a folder of the server, street files first, then by name. Internal to load_police_uk_folder.';

CREATE FUNCTION csp.load_progress(report csp.load_report)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10
BEGIN ATOMIC
    SELECT csp_internal.printable_name((report).file_name) || '  ' || pg_catalog.btrim(pg_catalog.to_char((report).rows_read, 'FM999,999,999,990')) || ' rows  '
           || pg_catalog.to_char((report).seconds, 'FM999990.00') || ' s'
           || CASE WHEN (report).rows_rejected > 0 THEN '  ' || (report).rows_rejected || ' refused' ELSE '' END;
END;
COMMENT ON FUNCTION csp.load_progress(csp.load_report) IS 'A load''s report as one line of progress: file, rows, seconds and, if any, refused rows. NULL gives NULL.';
