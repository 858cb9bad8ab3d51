-- load_area_lookup: how areas nest and how they changed, from the national look-up files.

CREATE FUNCTION csp.load_area_lookup(partnership text, path text)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp.stage_file(path);
    RETURN csp.load_area_lookup_staged(partnership, csp.base_name(path));
END
$$;
COMMENT ON FUNCTION csp.load_area_lookup(text, text) IS
    'Loads a look-up CSV of the server. Columns are told by names such as lsoa21_code, WD24CD, ltla24_name; with a column change_code or CHGIND a row says what an older area became, else in which larger areas the smaller lies, step by step. Rows that do not touch the partnership''s areas are counted as unchanged and not kept: load the areas first, and ward before district. Parents become areas, and incidents are assigned afresh. Returns the account. Errors: 3F000 partnership, 42501, 58P01 file, 22P04 header, 42703 columns.';

INSERT INTO csp_internal.scratch_table (name, columns) VALUES
    ('csp_load_column', 'place integer, code_at integer, area_kind text, name_at integer'),
    ('csp_load_step', 'from_kind text, from_at integer, to_kind text, to_at integer, name_at integer, relation text'),
    ('csp_load_pair', 'line_number bigint, from_kind text, from_code text, to_kind text, to_code text, relation text, change_code text, to_name text, is_kept boolean'),
    ('csp_load_verdict', 'line_number bigint, verdict text');

CREATE FUNCTION csp_internal.load_area_lookup_staged(partnership text, file_name text)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    header text[];
    change integer;
    batch bigint;
    read bigint;
    inserted bigint;
    updated bigint;
    rejected bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp_internal.decode_staging();
    header := csp_internal.staged_header(file_name);
    PERFORM csp_internal.lock_load(partnership, alone => true);
    change := csp_internal.column_position(header, 'change_code', 'chgind', 'chngind');

    -- the code columns, smallest areas first; rank tells, and of two editions of one kind the older comes first
    PERFORM csp_internal.scratch('csp_load_column');
    EXECUTE format($query$
        INSERT INTO pg_temp.csp_load_column (place, code_at, area_kind, name_at)
        SELECT row_number() OVER (ORDER BY k.rank DESC, c.name)::integer AS place, c.position::integer AS code_at, k.area_kind,
               csp_internal.column_position($1, regexp_replace(c.name, '_code$', '_name'), regexp_replace(c.name, 'cd$', 'nm')) AS name_at
        FROM unnest($1) WITH ORDINALITY AS c (name, position)
        JOIN %I.area_kind k ON k.area_kind = csp.area_kind_of(c.name)
        WHERE c.name ~ '(cd|_code)$'
        $query$, partnership)
    USING header;
    SELECT count(*) INTO read FROM pg_temp.csp_load_column;
    IF read < 2 THEN
        RAISE EXCEPTION 'file "%" is not a look-up: it has no two columns of area codes', file_name
            USING ERRCODE = 'undefined_column',
                  DETAIL = format('Its columns are: %s.', array_to_string(header, ', ', '?')),
                  HINT = 'Columns are told by names such as lsoa11_code, LSOA21CD, ward24_code, ltla24_code, csp24_code, pfa24_code.';
    END IF;
    -- A file of changes pairs the two editions, and nests the older (the newer has look-ups of its own, with newer parents).
    PERFORM csp_internal.scratch('csp_load_step');
    INSERT INTO pg_temp.csp_load_step (from_kind, from_at, to_kind, to_at, name_at, relation)
    SELECT f.area_kind AS from_kind, f.code_at AS from_at, t.area_kind AS to_kind, t.code_at AS to_at, t.name_at,
           CASE WHEN change IS NOT NULL AND t.place = 2 THEN 'becomes' ELSE 'within' END AS relation
    FROM pg_temp.csp_load_column f
    JOIN pg_temp.csp_load_column t ON t.place = f.place + 1 AND (change IS NULL OR f.place <> 2)
                                   OR change IS NOT NULL AND f.place = 1 AND t.place = 3;

    batch := csp_internal.open_load(partnership, 'lookup', file_name);
    PERFORM csp_internal.parse_staging(cardinality(header));
    UPDATE pg_temp.csp_load_line l
    SET reason = format('column %s, a code, is empty', header[b.code_at])
    FROM (SELECT i.line_number, min(c.code_at) AS code_at
          FROM pg_temp.csp_load_line i
          CROSS JOIN pg_temp.csp_load_column c
          WHERE i.reason IS NULL
            AND coalesce(btrim(i.field[c.code_at]), '') = ''
          GROUP BY i.line_number) b
    WHERE b.line_number = l.line_number;
    rejected := csp_internal.reject_lines(partnership, batch);

    PERFORM csp_internal.scratch('csp_load_pair');
    INSERT INTO pg_temp.csp_load_pair (line_number, from_kind, from_code, to_kind, to_code, relation, change_code, to_name, is_kept)
    SELECT DISTINCT ON (s.from_kind, s.to_kind, s.relation, from_code, to_code)
           l.line_number, s.from_kind, btrim(l.field[s.from_at]) AS from_code, s.to_kind, btrim(l.field[s.to_at]) AS to_code, s.relation,
           CASE WHEN s.relation = 'becomes' THEN upper(btrim(l.field[change])) END AS change_code,
           nullif(btrim(l.field[s.name_at]), '') AS to_name,
           false AS is_kept
    FROM pg_temp.csp_load_line l
    CROSS JOIN pg_temp.csp_load_step s
    WHERE l.reason IS NULL
    ORDER BY s.from_kind, s.to_kind, s.relation, from_code, to_code, l.line_number;

    -- Nesting is kept from the partnership's areas upwards, step by step. The smallest areas of the file are kept as well
    -- where they lie in areas of the base kind, since incidents give their codes. Changes are kept for areas held, and for
    -- the other parts of what was split or merged across the partnership's edge, since shares depend on them.
    EXECUTE format($query$
        WITH RECURSIVE held (kind, code) AS (
            SELECT a.area_kind, a.code FROM %1$I.area a
            UNION
            SELECT p.to_kind, p.to_code
            FROM held h
            JOIN pg_temp.csp_load_pair p ON p.relation = 'within' AND p.from_kind = h.kind AND p.from_code = h.code
        ),
        touched AS (
            SELECT p.from_code, p.to_code
            FROM pg_temp.csp_load_pair p
            WHERE p.relation = 'becomes'
              AND ((p.from_kind, p.from_code) IN (SELECT h.kind, h.code FROM held h) OR (p.to_kind, p.to_code) IN (SELECT h.kind, h.code FROM held h))
        )
        UPDATE pg_temp.csp_load_pair p
        SET is_kept = true
        WHERE CASE p.relation
                  WHEN 'within' THEN
                      (p.from_kind, p.from_code) IN (SELECT h.kind, h.code FROM held h)
                      OR p.from_kind = (SELECT c.area_kind FROM pg_temp.csp_load_column c WHERE c.place = 1)
                         AND NOT EXISTS (SELECT FROM %1$I.area a WHERE a.area_kind = p.from_kind)
                         AND p.to_kind = (SELECT s.value FROM %1$I.setting s WHERE s.name = 'base_area_kind')
                         AND p.to_code IN (SELECT h.code FROM held h WHERE h.kind = p.to_kind)
                  ELSE
                      p.from_code IN (SELECT t.from_code FROM touched t) OR p.to_code IN (SELECT t.to_code FROM touched t)
              END
        $query$, partnership);

    PERFORM csp_internal.scratch('csp_load_verdict');
    EXECUTE format($query$
        INSERT INTO pg_temp.csp_load_verdict (line_number, verdict)
        SELECT p.line_number,
               CASE WHEN bool_or(l.from_code IS NULL) THEN 'inserted'
                    WHEN bool_or((l.relation, l.change_code, l.to_name) IS DISTINCT FROM (p.relation, p.change_code, coalesce(p.to_name, l.to_name))) THEN 'updated'
                    ELSE 'unchanged' END AS verdict
        FROM pg_temp.csp_load_pair p
        LEFT JOIN %1$I.area_lookup l USING (from_kind, from_code, to_kind, to_code)
        WHERE p.is_kept
        GROUP BY p.line_number
        $query$, partnership);
    EXECUTE format($query$
        INSERT INTO %1$I.area_lookup AS l (from_kind, from_code, to_kind, to_code, relation, change_code, to_name)
        SELECT p.from_kind, p.from_code, p.to_kind, p.to_code, p.relation, p.change_code, p.to_name
        FROM pg_temp.csp_load_pair p
        WHERE p.is_kept
        ORDER BY p.from_kind, p.from_code, p.to_kind, p.to_code
        ON CONFLICT (from_kind, from_code, to_kind, to_code) DO UPDATE
        SET relation = excluded.relation, change_code = excluded.change_code, to_name = coalesce(excluded.to_name, l.to_name)
        WHERE (l.relation, l.change_code, l.to_name) IS DISTINCT FROM (excluded.relation, excluded.change_code, coalesce(excluded.to_name, l.to_name))
        $query$, partnership);
    SELECT count(*) FILTER (WHERE v.verdict = 'inserted'), count(*) FILTER (WHERE v.verdict = 'updated')
    INTO inserted, updated
    FROM pg_temp.csp_load_verdict v;
    SELECT count(*) INTO read FROM pg_temp.csp_load_line;
    IF inserted + updated > 0 THEN
        PERFORM csp_internal.refresh_areas(partnership);
        PERFORM csp_internal.assign_areas(partnership);
    END IF;
    RETURN csp_internal.close_load(partnership, batch, NULL, inserted, updated, read - inserted - updated - rejected, rejected);
END
$$;
COMMENT ON FUNCTION csp_internal.load_area_lookup_staged(text, text) IS 'The work of csp.load_area_lookup_staged, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.load_area_lookup_staged(partnership text, file_name text)
RETURNS csp.load_report
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.load_area_lookup_staged(text, text) IS
    'As load_area_lookup, for the lines staged in this session. sql/load/area_lookup.psql does both.';
