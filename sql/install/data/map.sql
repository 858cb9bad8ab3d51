-- map: neighbours of areas and the grid of hexagons under a partnership's maps, kept in step with area and setting.

CREATE FUNCTION csp_internal.check_hot_spot_settings(partnership text)
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name text;
    value text;
    wanted text;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format($query$
        SELECT s.name, s.value, rule.wanted
        FROM %I.setting s
        JOIN (VALUES ('hex_side', '^[0-9]+(\.[0-9]+)?$', 1, 100000, 'metres from 1 to 100000'),
                     ('hex_side_snapped', '^[0-9]+(\.[0-9]+)?$', 1, 100000, 'metres from 1 to 100000'),
                     ('hot_spot_days', '^[0-9]+$', 1, 364, 'whole days from 1 to 364'),
                     ('hot_spot_years', '^[0-9]+$', 1, 20, 'whole years from 1 to 20')) AS rule (name, form, lowest, highest, wanted)
          ON rule.name = s.name
        WHERE CASE WHEN s.value ~ rule.form THEN s.value::numeric NOT BETWEEN rule.lowest AND rule.highest ELSE true END
        ORDER BY s.name
        LIMIT 1
        $query$, partnership) INTO name, value, wanted;
    IF name IS NOT NULL THEN
        RAISE EXCEPTION 'setting % is %', name, coalesce('"' || value || '"', 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('Give %s.', wanted);
    END IF;
END
$$;
COMMENT ON FUNCTION csp_internal.check_hot_spot_settings(text) IS
    'Raises an error (22023) for a value of hex_side, hex_side_snapped, hot_spot_days or hot_spot_years that the maps cannot work with. Internal.';

CREATE FUNCTION csp_internal.keep_hot_spot_settings()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    side constant text := 'SELECT r.value FROM %s r WHERE r.name = ''hex_side''';
    is_needed boolean;
BEGIN
    PERFORM csp_internal.check_hot_spot_settings(TG_TABLE_SCHEMA);
    EXECUTE CASE TG_OP
        WHEN 'INSERT' THEN format('SELECT EXISTS (%s)', format(side, 'new_rows'))
        WHEN 'DELETE' THEN format('SELECT EXISTS (%s)', format(side, 'old_rows'))
        ELSE format('SELECT EXISTS ((%1$s EXCEPT %2$s) UNION ALL (%2$s EXCEPT %1$s))', format(side, 'old_rows'), format(side, 'new_rows')) END
    INTO is_needed;
    IF is_needed THEN
        PERFORM csp.refresh_hex_cells(TG_TABLE_SCHEMA);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION csp_internal.keep_hot_spot_settings() IS
    'Trigger function on setting (statement level, with transition tables): refuses values that the maps cannot work with (22023), and lays the grid of hexagons anew when hex_side changes.';

CREATE FUNCTION csp_internal.analyze_own(partnership text, relation text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- others may write a table and not analyze it; a warning at each load would help nobody
    IF pg_has_role((SELECT c.relowner
                    FROM pg_class c
                    JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = partnership AND c.relname = relation), 'USAGE') THEN
        EXECUTE format('ANALYZE %I.%I', partnership, relation);
    END IF;
END
$$;
COMMENT ON FUNCTION csp_internal.analyze_own(text, text) IS
    'Gathers statistics of a table that was just written whole, so that plans need not wait for them, if the caller owns it. Internal.';

CREATE FUNCTION csp_internal.refresh_hex_cells(partnership text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    most constant float8 := 1000000;
    side float8;
    expected float8;
    rows bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp_internal.check_hot_spot_settings(partnership);
    side := coalesce(csp_internal.setting(partnership, 'hex_side')::float8, 500);
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        SELECT coalesce(sum(@postgis@.ST_Area(a.boundary)), 0) / (1.5 * sqrt(3::float8) * $1 ^ 2)
        FROM @partnership@.area a
        WHERE a.area_kind = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'base_area_kind')
        $query$) INTO expected USING side;
    IF expected > most THEN
        RAISE EXCEPTION 'hexagons with sides of % m would be about % for this partnership, more than %', side, round(expected), most
            USING ERRCODE = 'program_limit_exceeded',
                  HINT = format('Make them larger: UPDATE %I.setting SET value = ''%s'' WHERE name = ''hex_side''.', partnership, ceil(side * sqrt(expected / most)));
    END IF;
    EXECUTE csp_internal.partnership_sql(partnership, 'DELETE FROM @partnership@.hex_cell WHERE side <> $1') USING side;
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        WITH piece AS (
            SELECT a.area_id, csp.hex_cell(@postgis@.ST_Centroid(h.geom), $1) AS hex,
                   CASE WHEN @postgis@.ST_Covers(a.boundary, h.geom) THEN 1.5 * sqrt(3::float8) * $1 ^ 2
                        ELSE @postgis@.ST_Area(@postgis@.ST_Intersection(a.boundary, h.geom)) END AS square_metres
            FROM (SELECT base.area_id, CASE WHEN @postgis@.ST_IsValid(base.boundary) THEN base.boundary ELSE @postgis@.ST_MakeValid(base.boundary) END AS boundary
                  FROM @partnership@.area base
                  WHERE base.area_kind = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'base_area_kind')
                    AND base.boundary IS NOT NULL
                  OFFSET 0) a
            CROSS JOIN LATERAL @postgis@.ST_HexagonGrid($1, a.boundary) AS h
            WHERE @postgis@.ST_Intersects(a.boundary, h.geom)
        ),
        cell AS MATERIALIZED (
            SELECT p.hex, round(least(sum(p.square_metres), 1.5 * sqrt(3::float8) * $1 ^ 2))::bigint AS square_metres,
                   (array_agg(p.area_id ORDER BY p.square_metres DESC, p.area_id))[1] AS area_id
            FROM piece p
            WHERE p.square_metres > 0
            GROUP BY p.hex
        ),
        gone AS (
            DELETE FROM @partnership@.hex_cell h
            WHERE NOT EXISTS (SELECT FROM cell c WHERE c.hex = h.hex)
        ),
        changed AS (
            UPDATE @partnership@.hex_cell h
            SET square_metres = c.square_metres, area_id = c.area_id
            FROM cell c
            WHERE c.hex = h.hex
              AND (h.square_metres, h.area_id) IS DISTINCT FROM (c.square_metres, c.area_id)
        )
        INSERT INTO @partnership@.hex_cell (hex, side, square_metres, area_id, boundary)
        SELECT c.hex, $1, c.square_metres, c.area_id, csp.hex_boundary(c.hex, $1, @srid@)
        FROM cell c
        WHERE NOT EXISTS (SELECT FROM @partnership@.hex_cell h WHERE h.hex = c.hex)
        ORDER BY c.hex
        ON CONFLICT (hex) DO NOTHING
        $query$) USING side;
    PERFORM csp_internal.analyze_own(partnership, 'hex_cell');
    EXECUTE format('SELECT count(*) FROM %I.hex_cell', partnership) INTO rows;
    RETURN rows;
END
$$;
COMMENT ON FUNCTION csp_internal.refresh_hex_cells(text) IS 'The work of csp.refresh_hex_cells, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.refresh_hex_cells(partnership text)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.refresh_hex_cells(text) IS
    'Lays a partnership''s grid of hexagons (hex_cell) over its base areas, with sides of the setting hex_side (metres); hexagons that stand keep their key. Returns their number. csp.refresh_areas and the setting''s trigger call it. Errors: 3F000 unknown partnership, 22023 a setting that is no length, 54000 more than a million hexagons.';

CREATE FUNCTION csp_internal.refresh_area_map(partnership text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rows bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp_internal.partnership_sql(partnership, 'DELETE FROM @partnership@.area_map');
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        WITH touching AS MATERIALIZED (
            SELECT a.area_id, b.area_id AS neighbour_id
            FROM @partnership@.area a
            JOIN @partnership@.area b ON b.area_kind = a.area_kind AND b.area_id <> a.area_id AND @postgis@.ST_Intersects(a.boundary, b.boundary)
        ),
        pair AS (
            SELECT t.area_id, t.neighbour_id
            FROM touching t
          UNION
            -- what has no boundary touches where anything in it does
            SELECT up.ancestor_id, other.ancestor_id
            FROM touching t
            JOIN @partnership@.area_ancestor up ON up.area_id = t.area_id
            JOIN @partnership@.area_ancestor other ON other.area_id = t.neighbour_id AND other.ancestor_kind = up.ancestor_kind AND other.ancestor_id <> up.ancestor_id
            JOIN @partnership@.area a ON a.area_id = up.ancestor_id
            JOIN @partnership@.area b ON b.area_id = other.ancestor_id
            WHERE a.boundary IS NULL
               OR b.boundary IS NULL
        ),
        list AS (
            SELECT p.area_id, array_agg(p.neighbour_id::bigint ORDER BY p.neighbour_id) AS neighbours
            FROM pair p
            GROUP BY p.area_id
        ),
        dissolved AS (
            SELECT aa.ancestor_id AS area_id, @postgis@.ST_Multi(@postgis@.ST_CollectionExtract(@postgis@.ST_Union(base.boundary), 3)) AS boundary
            FROM @partnership@.area base
            JOIN @partnership@.area_ancestor aa ON aa.area_id = base.area_id
            JOIN @partnership@.area a ON a.area_id = aa.ancestor_id AND a.boundary IS NULL
            WHERE base.area_kind = (SELECT s.value FROM @partnership@.setting s WHERE s.name = 'base_area_kind')
              AND base.boundary IS NOT NULL
            GROUP BY aa.ancestor_id
        )
        INSERT INTO @partnership@.area_map (area_id, neighbours, dissolved)
        SELECT a.area_id, coalesce(l.neighbours, '{}'), d.boundary
        FROM @partnership@.area a
        LEFT JOIN list l ON l.area_id = a.area_id
        LEFT JOIN dissolved d ON d.area_id = a.area_id
        $query$);
    GET DIAGNOSTICS rows = ROW_COUNT;
    PERFORM csp_internal.analyze_own(partnership, 'area_map');
    RETURN rows;
END
$$;
COMMENT ON FUNCTION csp_internal.refresh_area_map(text) IS
    'Rebuilds a partnership''s area_map: neighbours of areas, and shapes of those without a boundary. Returns the number of areas. Internal to refresh_areas, which rebuilds what it reads first. Error 3F000: unknown partnership.';
