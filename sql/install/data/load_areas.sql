-- load_areas: areas with their boundaries from GeoJSON.

CREATE FUNCTION csp.area_kind_of(name text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 50
BEGIN ATOMIC
    SELECT CASE k.stem
               WHEN 'lsoa' THEN 'lsoa' || k.year
               WHEN 'msoa' THEN 'msoa' || k.year
               WHEN 'oa' THEN 'oa' || k.year
               WHEN 'wd' THEN 'ward'
               WHEN 'ward' THEN 'ward'
               WHEN 'lad' THEN 'district'
               WHEN 'ltla' THEN 'district'
               WHEN 'csp' THEN 'csp'
               WHEN 'pfa' THEN 'police_force'
           END
    FROM (SELECT m.part[1] AS stem, m.part[2] AS year
          FROM pg_catalog.regexp_match(pg_catalog.lower(name), '^(lsoa|msoa|oa|wd|ward|lad|ltla|csp|pfa)([0-9]{2})(?:cd|nm|_code|_name)$') AS m (part)) k;
END;
COMMENT ON FUNCTION csp.area_kind_of(text) IS
    'Kind of area that a column or property is about, by the naming of the Office for National Statistics: LSOA21CD, lsoa21_code give lsoa21; WD25NM, ward24_code give ward; LAD24CD, ltla22_code give district. NULL for other names and for NULL.';

CREATE FUNCTION csp_internal.read_boundary(partnership text, geometry text, srid integer)
RETURNS TABLE (boundary bytea, is_repaired boolean, problem text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    IF geometry IS NULL OR geometry = 'null' THEN
        problem := 'the feature has no geometry';
        RETURN NEXT;
        RETURN;
    END IF;
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        SELECT @postgis@.ST_AsEWKB(r.shape), NOT r.is_valid,
               CASE WHEN @postgis@.ST_IsEmpty(r.shape) THEN format('the geometry (%s) has no surface', r.type) END
        FROM (
            SELECT v.is_valid, v.type,
                   @postgis@.ST_Multi(@postgis@.ST_CollectionExtract(CASE WHEN v.is_valid THEN v.shape ELSE @postgis@.ST_MakeValid(v.shape) END, 3)) AS shape
            FROM (
                SELECT t.shape, @postgis@.ST_IsValid(t.shape) AS is_valid, @postgis@.GeometryType(t.shape) AS type
                FROM (SELECT @postgis@.ST_Transform(@postgis@.ST_SetSRID(@postgis@.ST_Force2D(@postgis@.ST_GeomFromGeoJSON($1)), $2), @srid@) AS shape OFFSET 0) t
                OFFSET 0
            ) v
            OFFSET 0
        ) r
        $query$)
    INTO boundary, is_repaired, problem
    USING geometry, srid;
    RETURN NEXT;
EXCEPTION WHEN internal_error OR invalid_parameter_value OR data_exception THEN
    boundary := NULL;
    problem := 'the geometry cannot be read: ' || SQLERRM;
    RETURN NEXT;
END
$$;
COMMENT ON FUNCTION csp_internal.read_boundary(text, text, integer) IS
    'A GeoJSON geometry as a multipolygon (EWKB) in the partnership''s SRID, repaired if invalid, or why it is none. Internal to load_areas.';

CREATE FUNCTION csp.load_areas(partnership text, path text, area_kind text DEFAULT NULL, code_property text DEFAULT NULL, name_property text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp.stage_file(path);
    RETURN csp.load_areas_staged(partnership, csp.base_name(path), area_kind, code_property, name_property);
END
$$;
COMMENT ON FUNCTION csp.load_areas(text, text, text, text, text) IS
    'Loads areas from a GeoJSON file of the server. Arguments: partnership; path; kind of area and names of the properties that hold code and name (default: told by names such as LSOA21CD, LSOA21NM). Boundaries are transformed from longitude and latitude, or the file''s own crs, repaired where invalid; features without code or surface are refused (line_number is the feature''s number). An area that stands already is updated where it differs. The first load sets base_area_kind; incidents are assigned afresh. Returns the account. Errors: 3F000 partnership, 42501, 58P01 file, 22023 kind or property, 22P02 not GeoJSON.';

CREATE FUNCTION csp_internal.load_areas_staged(partnership text, file_name text, area_kind text DEFAULT NULL, code_property text DEFAULT NULL, name_property text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    content text;
    damage text;
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp_internal.decode_staging();
    SELECT format('line %s: %s', s.line_number, s.damage) INTO damage FROM pg_temp.csp_staging s WHERE s.damage IS NOT NULL ORDER BY s.line_number LIMIT 1;
    IF damage IS NOT NULL THEN
        RAISE EXCEPTION 'file "%" is not GeoJSON', file_name
            USING ERRCODE = 'invalid_text_representation', DETAIL = damage || '.';
    END IF;
    SELECT string_agg(coalesce(s.line, s.raw, ''), E'\n' ORDER BY s.line_number) INTO content FROM pg_temp.csp_staging s;
    RETURN csp_internal.load_areas_geojson(partnership, content, file_name, area_kind, code_property, name_property);
END
$$;
COMMENT ON FUNCTION csp_internal.load_areas_staged(text, text, text, text, text) IS 'The work of csp.load_areas_staged, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.load_areas_staged(partnership text, file_name text, area_kind text DEFAULT NULL, code_property text DEFAULT NULL, name_property text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.load_areas_staged(text, text, text, text, text) IS
    'As load_areas, for the lines staged in this session. sql/load/areas.psql does both.';

INSERT INTO csp_internal.scratch_table (name, columns) VALUES
    ('csp_load_feature', 'line_number bigint, properties json, geometry text, code text, name text, boundary bytea, is_repaired boolean, reason text, verdict text');

CREATE FUNCTION csp_internal.load_areas_geojson(partnership text, geojson text, file_name text DEFAULT NULL, area_kind text DEFAULT NULL, code_property text DEFAULT NULL, name_property text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    shown text := coalesce(file_name, '(GeoJSON)');
    collection json;
    properties text[];
    srid integer;
    kind text;
    batch bigint;
    read bigint;
    inserted bigint;
    updated bigint;
    rejected bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    BEGIN
        collection := ltrim(geojson, E'\uFEFF')::json;
    EXCEPTION WHEN invalid_text_representation THEN
        RAISE EXCEPTION 'file "%" is not GeoJSON', shown
            USING ERRCODE = 'invalid_text_representation', DETAIL = SQLERRM || '.';
    END;
    IF json_typeof(collection) IS DISTINCT FROM 'object' OR json_typeof(collection -> 'features') IS DISTINCT FROM 'array' THEN
        RAISE EXCEPTION 'file "%" is not a GeoJSON feature collection', shown
            USING ERRCODE = 'invalid_text_representation',
                  HINT = 'It must be an object with a list "features".';
    END IF;
    PERFORM csp_internal.lock_load(partnership, alone => true);
    srid := coalesce(substring(collection #>> '{crs,properties,name}' FROM 'EPSG:+([0-9]{4,6})$')::integer, 4326);

    PERFORM csp_internal.scratch('csp_load_feature');
    INSERT INTO pg_temp.csp_load_feature (line_number, properties, geometry)
    SELECT f.ordinality, f.feature -> 'properties', f.feature ->> 'geometry'
    FROM json_array_elements(collection -> 'features') WITH ORDINALITY AS f (feature, ordinality);

    SELECT array_agg(p.name ORDER BY p.place)
    INTO properties
    FROM (SELECT k.name, min(k.place) AS place
          FROM pg_temp.csp_load_feature f
          CROSS JOIN LATERAL json_object_keys(CASE WHEN json_typeof(f.properties) = 'object' THEN f.properties END) WITH ORDINALITY AS k (name, place)
          GROUP BY k.name) p;
    -- of several codes (a ward's file also names the district) the smallest areas are meant
    code_property := coalesce(code_property, (
        SELECT p.name
        FROM unnest(properties) AS p (name)
        JOIN LATERAL (SELECT csp.area_kind_of(p.name) AS kind) k ON p.name ~* '(cd|_code)$'
        WHERE k.kind = load_areas_geojson.area_kind
           OR load_areas_geojson.area_kind IS NULL AND k.kind IS NOT NULL
        ORDER BY array_position('{oa21,oa11,lsoa21,lsoa11,msoa21,msoa11,ward,district,csp,police_force}', k.kind), p.name
        LIMIT 1),
        (SELECT p.name FROM unnest(properties) AS p (name) WHERE lower(p.name) IN ('code', 'area_code', 'id') ORDER BY array_position('{code,area_code,id}', lower(p.name)) LIMIT 1));
    IF code_property IS NULL OR code_property <> ALL (properties) THEN
        RAISE EXCEPTION 'file "%" has no property % for the code of an area', shown, coalesce('"' || code_property || '"', 'that is known')
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('Its properties are: %s.', coalesce(array_to_string(properties, ', '), '(none)')),
                  HINT = 'Give the name of the property as code_property.';
    END IF;
    name_property := coalesce(name_property, (
        SELECT p.name
        FROM unnest(properties) AS p (name)
        WHERE lower(p.name) IN (regexp_replace(lower(code_property), 'cd$', 'nm'), regexp_replace(lower(code_property), '_code$', '_name'), 'name', 'area_name')
          AND p.name <> code_property
        ORDER BY lower(p.name) IN ('name', 'area_name'), p.name
        LIMIT 1));
    kind := coalesce(area_kind, csp.area_kind_of(code_property));
    IF kind IS NULL THEN
        RAISE EXCEPTION 'property "%" does not tell the kind of area', code_property
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give area_kind, such as lsoa21 or ward.';
    END IF;
    EXECUTE format('SELECT count(*) FROM %I.area_kind k WHERE k.area_kind = $1', partnership) INTO read USING kind;
    IF read = 0 THEN
        RAISE EXCEPTION 'area kind "%" is not known', kind
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('Add it to %I.area_kind, or take one that stands there.', partnership);
    END IF;

    batch := csp_internal.open_load(partnership, 'areas', shown);
    UPDATE pg_temp.csp_load_feature f
    SET code = r.code, name = r.name, boundary = r.boundary, is_repaired = r.is_repaired,
        reason = CASE
            WHEN r.code IS NULL THEN format('property %s, the code, is missing', code_property)
            WHEN r.copy > 1 THEN format('code %s stands in an earlier feature', r.code)
            ELSE r.problem
        END
    FROM (
        SELECT c.line_number, c.code, coalesce(c.name, c.code) AS name, b.boundary, b.is_repaired, b.problem,
               row_number() OVER (PARTITION BY c.code ORDER BY b.problem IS NOT NULL, c.line_number) AS copy
        FROM (SELECT i.line_number, i.geometry, nullif(btrim(i.properties ->> code_property), '') AS code, nullif(btrim(i.properties ->> name_property), '') AS name
              FROM pg_temp.csp_load_feature i) c
        CROSS JOIN LATERAL csp_internal.read_boundary(partnership, c.geometry, srid) b
    ) r
    WHERE r.line_number = f.line_number;
    EXECUTE format($query$
        INSERT INTO %I.load_reject (load_batch_id, line_number, line, reason)
        SELECT $1, f.line_number, coalesce(f.properties::text, '(no properties)'), f.reason
        FROM pg_temp.csp_load_feature f
        WHERE f.reason IS NOT NULL
        $query$, partnership)
    USING batch;
    GET DIAGNOSTICS rejected = ROW_COUNT;

    EXECUTE csp_internal.partnership_sql(partnership, $query$
        UPDATE pg_temp.csp_load_feature f
        SET verdict = CASE WHEN a.area_id IS NULL THEN 'inserted'
                           WHEN (a.name, @postgis@.ST_AsEWKB(a.boundary)) IS DISTINCT FROM (f.name, f.boundary) THEN 'updated'
                           ELSE 'unchanged' END
        FROM pg_temp.csp_load_feature g
        LEFT JOIN @partnership@.area a ON a.area_kind = $1 AND a.code = g.code
        WHERE g.line_number = f.line_number
          AND f.reason IS NULL
        $query$)
    USING kind;
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.area AS a (area_kind, code, name, boundary, square_km, is_repaired)
        SELECT $1, s.code, s.name, s.boundary, @postgis@.ST_Area(s.boundary) / 1e6, s.is_repaired
        FROM (SELECT f.code, f.name, f.boundary::@postgis@.geometry AS boundary, f.is_repaired
              FROM pg_temp.csp_load_feature f
              WHERE f.verdict IN ('inserted', 'updated')) s
        ORDER BY s.code
        ON CONFLICT (area_kind, code) DO UPDATE
        SET name = excluded.name, boundary = excluded.boundary, square_km = excluded.square_km, is_repaired = excluded.is_repaired
        $query$)
    USING kind;
    SELECT count(*), count(*) FILTER (WHERE f.verdict = 'inserted'), count(*) FILTER (WHERE f.verdict = 'updated')
    INTO read, inserted, updated
    FROM pg_temp.csp_load_feature f;
    IF kind <> 'partnership' AND read > rejected THEN
        EXECUTE format('UPDATE %I.setting SET value = $1 WHERE name = ''base_area_kind'' AND value IS NULL', partnership) USING kind;
    END IF;
    IF inserted + updated > 0 THEN
        PERFORM csp_internal.refresh_areas(partnership);
        PERFORM csp_internal.assign_areas(partnership);
    END IF;
    RETURN csp_internal.close_load(partnership, batch, NULL, inserted, updated, read - inserted - updated - rejected, rejected);
END
$$;
COMMENT ON FUNCTION csp_internal.load_areas_geojson(text, text, text, text, text, text) IS 'The work of csp.load_areas_geojson, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.load_areas_geojson(partnership text, geojson text, file_name text DEFAULT NULL, area_kind text DEFAULT NULL, code_property text DEFAULT NULL, name_property text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.load_areas_geojson(text, text, text, text, text, text) IS
    'As load_areas, for GeoJSON given as text: partnership, the text, a name to account for it by, kind of area, properties of code and name.';
