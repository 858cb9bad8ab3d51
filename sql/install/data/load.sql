-- load: what every loader shares: lines staged as they are in the file, columns found by name, the account of a load.

CREATE TYPE csp.load_report AS (
    load_batch_id bigint,
    kind text,
    file_name text,
    rows_read bigint,
    rows_inserted bigint,
    rows_updated bigint,
    rows_unchanged bigint,
    rows_rejected bigint,
    rows_without_location bigint,
    seconds numeric
);
COMMENT ON TYPE csp.load_report IS 'What a load did: the row of load_batch that accounts for it. rows_read = rows_inserted + rows_updated + rows_unchanged + rows_rejected';
COMMENT ON COLUMN csp.load_report.load_batch_id IS 'Key of the load in load_batch; its refused rows stand in load_reject';
COMMENT ON COLUMN csp.load_report.kind IS 'What was loaded: street, outcomes, areas, lookup, population, measures, peers, incidents';
COMMENT ON COLUMN csp.load_report.file_name IS 'File or set as it was named';
COMMENT ON COLUMN csp.load_report.rows_read IS 'Data rows, header and blank lines left out';
COMMENT ON COLUMN csp.load_report.rows_inserted IS 'Rows that were new';
COMMENT ON COLUMN csp.load_report.rows_updated IS 'Rows that changed what stood';
COMMENT ON COLUMN csp.load_report.rows_unchanged IS 'Rows that stood already, and rows of national lists outside the partnership';
COMMENT ON COLUMN csp.load_report.rows_rejected IS 'Rows refused';
COMMENT ON COLUMN csp.load_report.rows_without_location IS 'Rows kept without a point, among those inserted, updated or unchanged';
COMMENT ON COLUMN csp.load_report.seconds IS 'Elapsed time';

-- ---- fields ----

CREATE FUNCTION csp.number_of(field text)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', 'number_of';
COMMENT ON FUNCTION csp.number_of(text) IS
    'The decimal number that a field of a file is, spaces around it left out; NULL, never an error, where it is none (also for NaN, infinity and hexadecimal). NULL gives NULL.';

CREATE FUNCTION csp.is_ascii(field text)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'is_ascii';
COMMENT ON FUNCTION csp.is_ascii(text) IS 'Whether a text holds ASCII characters alone. NULL gives NULL.';

CREATE FUNCTION csp.fields_digest(fields text[], positions integer[])
RETURNS uuid
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'fields_digest';
COMMENT ON FUNCTION csp.fields_digest(text[], integer[]) IS
    'A digest of 128 bits of the fields at the given positions (1 is the first; NULL and positions outside count as empty): equal fields give equal digests whatever the order of the columns in the file. Not a cryptographic one. NULL arrays give NULL. Error 22023 for positions that are NULL or of several dimensions.';

CREATE FUNCTION csp_internal.count_of(n bigint, noun text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
RETURN n || ' ' || noun || CASE WHEN n = 1 THEN '' ELSE 's' END;
COMMENT ON FUNCTION csp_internal.count_of(bigint, text) IS 'A number with its noun, in the plural unless it is 1. NULL gives NULL. Internal to messages.';

-- ---- staging: the file, line by line ----

CREATE FUNCTION csp.prepare_staging()
RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.csp_staging;
    CREATE TEMP TABLE csp_staging (
        line_number bigint GENERATED ALWAYS AS IDENTITY,
        raw text,
        line text,
        damage text
    );
    -- Delimiter and quote are control characters: a line is one value whatever it holds. Read as Latin-1 any byte is a
    -- character, so that bytes that are not UTF-8 damage their own line and not the load.
    RETURN format($options$WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02', ENCODING %L)$options$,
                  CASE getdatabaseencoding() WHEN 'UTF8' THEN 'LATIN1' ELSE 'UTF8' END);
END
$$;
COMMENT ON FUNCTION csp.prepare_staging() IS
    'Makes the session''s empty staging table pg_temp.csp_staging and returns the COPY options with which a client fills its column raw, one value a line: \copy csp_staging (raw) FROM ''file'' and the options. Lines that are decoded already go into the column line instead. The functions named ..._staged load what stands there.';

CREATE FUNCTION csp.stage_bytes(content bytea)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lines bigint;
BEGIN
    PERFORM csp.prepare_staging();
    -- In the escape form NUL and all bytes from 128 on are \ooo and a backslash is doubled: a line without one is plain.
    INSERT INTO pg_temp.csp_staging (raw, line, damage)
    SELECT CASE WHEN l.escaped !~ '\\' THEN l.escaped END,
           CASE WHEN l.has_nul THEN l.escaped
                WHEN l.escaped ~ '\\' THEN coalesce(csp_internal.decode_line(decode(l.escaped, 'escape')), l.escaped) END,
           CASE WHEN l.has_nul THEN 'the line holds a NUL byte'
                WHEN l.escaped ~ '\\' AND csp_internal.decode_line(decode(l.escaped, 'escape')) IS NULL
                    THEN 'the line is not valid UTF-8' END
    FROM (SELECT rtrim(s.escaped, E'\r') AS escaped, s.escaped ~ '(^|[^\\])(\\\\)*\\000' AS has_nul, s.ordinality
          FROM string_to_table(encode(content, 'escape'), E'\n') WITH ORDINALITY AS s (escaped, ordinality)) l
    ORDER BY l.ordinality;
    GET DIAGNOSTICS lines = ROW_COUNT;
    RETURN lines;
END
$$;
COMMENT ON FUNCTION csp.stage_bytes(bytea) IS
    'Stages the content of a file whose bytes COPY refuses (NUL, line ends of both kinds): the lines with such bytes are set aside one by one. Returns the number of lines. At most about 250 MB.';

CREATE FUNCTION csp.stage_large_object(content oid)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lines bigint;
BEGIN
    lines := csp.stage_bytes(lo_get(content));
    PERFORM lo_unlink(content);
    RETURN lines;
END
$$;
COMMENT ON FUNCTION csp.stage_large_object(oid) IS
    'Stages a file that a client brought as a large object (\lo_import) because COPY refuses its bytes, and removes the object. Returns the number of lines. NULL gives NULL.';

CREATE FUNCTION csp_internal.decode_line(bytes bytea)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN convert_from(bytes, 'UTF8');
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION csp_internal.decode_line(bytea) IS 'UTF-8 bytes as text; NULL where they are not valid. Internal to the loaders.';

CREATE FUNCTION csp_internal.check_path(path text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF path IS NULL THEN
        RAISE EXCEPTION 'the path is NULL'
            USING ERRCODE = 'null_value_not_allowed',
                  HINT = 'Give the path of a file or folder of the server.';
    -- the server calls these an internal error
    ELSIF octet_length(path) > 4095 OR EXISTS (SELECT FROM string_to_table(path, '/') AS part WHERE octet_length(part) > 255) THEN
        RAISE EXCEPTION 'the path "%..." is too long', left(path, 60)
            USING ERRCODE = 'undefined_file',
                  HINT = 'A path has at most 4,095 bytes, and 255 between two slashes.';
    END IF;
END
$$;
COMMENT ON FUNCTION csp_internal.check_path(text) IS
    'Raises an error for a path of the server that is NULL (22004) or longer than a path can be (58P01). Internal to the loaders.';

CREATE FUNCTION csp.stage_file(path text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lines bigint;
    message text;
BEGIN
    PERFORM csp_internal.check_path(path);
    BEGIN
        EXECUTE format('COPY pg_temp.csp_staging (raw) FROM %L %s', path, csp.prepare_staging());
        GET DIAGNOSTICS lines = ROW_COUNT;
        RETURN lines;
    EXCEPTION
        WHEN insufficient_privilege THEN
            GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
            RAISE EXCEPTION '%', message
                USING ERRCODE = 'insufficient_privilege',
                      HINT = 'Reading files on the server needs the role pg_read_server_files. The scripts in sql/load bring files from the client and need no privilege.';
        WHEN bad_copy_file_format OR character_not_in_repertoire THEN
            NULL;
    END;
    RETURN csp.stage_bytes(pg_read_binary_file(path));
END
$$;
COMMENT ON FUNCTION csp.stage_file(text) IS
    'Stages a file of the server, one row a line, in pg_temp.csp_staging. Returns the number of lines. Needs the role pg_read_server_files (42501); a missing file is an error (58P01). A file with NUL bytes or line ends of both kinds is read once more as bytes, for which the caller must be allowed to execute pg_read_binary_file.';

CREATE FUNCTION csp_internal.decode_staging()
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF to_regclass('pg_temp.csp_staging') IS NULL THEN
        RAISE EXCEPTION 'nothing is staged in this session'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Call csp.prepare_staging(), fill pg_temp.csp_staging with \copy, then load; the scripts in sql/load do so.';
    END IF;
    IF getdatabaseencoding() <> 'UTF8' THEN
        RETURN;
    END IF;
    BEGIN
        UPDATE pg_temp.csp_staging
        SET line = convert_from(convert_to(raw, 'LATIN1'), 'UTF8')
        WHERE NOT csp.is_ascii(raw) AND line IS NULL AND damage IS NULL;
    EXCEPTION WHEN character_not_in_repertoire THEN
        UPDATE pg_temp.csp_staging
        SET line = csp_internal.decode_line(convert_to(raw, 'LATIN1')),
            damage = CASE WHEN csp_internal.decode_line(convert_to(raw, 'LATIN1')) IS NULL THEN 'the line is not valid UTF-8' END
        WHERE NOT csp.is_ascii(raw) AND line IS NULL AND damage IS NULL;
    END;
END
$$;
COMMENT ON FUNCTION csp_internal.decode_staging() IS
    'Decodes the staged lines that are not plain ASCII from UTF-8, and marks those that are not valid. Internal to the loaders. Error 55000 when nothing is staged.';

CREATE FUNCTION csp_internal.staged_header(file_name text)
RETURNS text[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    header text[];
    problem text;
BEGIN
    SELECT ARRAY(SELECT lower(btrim(c.name)) FROM unnest(csp.csv_fields(coalesce(s.line, s.raw))) WITH ORDINALITY AS c (name, position) ORDER BY c.position),
           coalesce(s.damage, csp.csv_problem(coalesce(s.line, s.raw)))
    INTO header, problem
    FROM pg_temp.csp_staging s
    WHERE s.line_number = 1;
    IF problem IS NOT NULL OR header IS NULL OR array_remove(header, NULL) = '{}' THEN
        RAISE EXCEPTION 'file "%" has no header line', file_name
            USING ERRCODE = 'bad_copy_file_format',
                  DETAIL = coalesce('Line 1: ' || problem || '.', 'Line 1 is missing or blank.'),
                  HINT = 'The first line must name the columns.';
    END IF;
    RETURN header;
END
$$;
COMMENT ON FUNCTION csp_internal.staged_header(text) IS
    'Names of the staged file''s columns, in lower case and trimmed, from line 1. Error 22P04 when there is none. Internal to the loaders.';

CREATE FUNCTION csp_internal.column_position(header text[], VARIADIC names text[])
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
BEGIN ATOMIC
    SELECT pg_catalog.array_position(header, pg_catalog.lower(n.name))
    FROM pg_catalog.unnest(names) WITH ORDINALITY AS n (name, preference)
    WHERE pg_catalog.array_position(header, pg_catalog.lower(n.name)) IS NOT NULL
    ORDER BY n.preference
    LIMIT 1;
END;
COMMENT ON FUNCTION csp_internal.column_position(text[], text[]) IS
    'Position in a header (lower case) of the first of the names that it has; NULL if none. Internal to the loaders.';

CREATE FUNCTION csp_internal.require_column(file_name text, header text[], VARIADIC names text[])
RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    position integer := csp_internal.column_position(header, VARIADIC names);
BEGIN
    IF position IS NULL THEN
        RAISE EXCEPTION 'file "%" has no column "%"', file_name, names[1]
            USING ERRCODE = 'undefined_column',
                  DETAIL = format('Its columns are: %s.', array_to_string(header, ', ', '?')),
                  HINT = CASE WHEN cardinality(names) > 1 THEN format('Other names that are understood: %s. Nothing was loaded.', array_to_string(names[2:], ', ')) ELSE 'Nothing was loaded.' END;
    END IF;
    RETURN position;
END
$$;
COMMENT ON FUNCTION csp_internal.require_column(text, text[], text[]) IS
    'As column_position, but error 42703, naming the column, when the header has none of the names. Internal to the loaders.';

CREATE FUNCTION csp_internal.printable_name(name text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN CASE WHEN name !~ '[\x01-\x1f\x7f\u0080-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]' THEN name
            ELSE (SELECT pg_catalog.string_agg(CASE WHEN c.character !~ '[\x01-\x1f\x7f\u0080-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]' THEN c.character
                                                    WHEN pg_catalog.ascii(c.character) < 256 THEN '\x' || pg_catalog.lpad(pg_catalog.to_hex(pg_catalog.ascii(c.character)), 2, '0')
                                                    ELSE '\u' || pg_catalog.to_hex(pg_catalog.ascii(c.character)) END, '' ORDER BY c.position)
                  FROM pg_catalog.regexp_split_to_table(name, '') WITH ORDINALITY AS c (character, position)) END;
COMMENT ON FUNCTION csp_internal.printable_name(text) IS
    'A file''s name as it may be shown on a terminal: control characters and those that turn the direction of writing as \x1b or \u202e. NULL gives NULL. Internal to messages.';

CREATE FUNCTION csp.base_name(path text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN csp_internal.printable_name(pg_catalog.regexp_replace(path, '^.*[/\\]', ''));
COMMENT ON FUNCTION csp.base_name(text) IS 'A path without its folders, characters that do not print as \x1b. NULL gives NULL.';

CREATE FUNCTION csp_internal.base_name(path bytea)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN csp_internal.printable_name(regexp_replace(convert_from(path, pg_client_encoding()), '^.*/', ''));
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
    RETURN (SELECT string_agg(CASE WHEN b.byte BETWEEN 32 AND 126 THEN chr(b.byte) ELSE '\x' || lpad(to_hex(b.byte), 2, '0') END, '' ORDER BY b.position)
            FROM (SELECT p.position, get_byte(path, p.position) AS byte,
                         max(p.position) FILTER (WHERE get_byte(path, p.position) = ascii('/')) OVER () AS folder_end
                  FROM generate_series(0, length(path) - 1) AS p (position)) b
            WHERE b.position > coalesce(b.folder_end, -1));
END
$$;
COMMENT ON FUNCTION csp_internal.base_name(bytea) IS
    'The bytes of a path on the client without its folders, which end at /, characters that do not print as \x1b. Where they are not characters of the client''s encoding, so are all bytes beyond ASCII. NULL gives NULL. Internal to sql/load.';

INSERT INTO csp_internal.scratch_table (name, columns) VALUES
    ('csp_load_line', 'line_number bigint, field text[], reason text');

CREATE FUNCTION csp_internal.parse_staging(columns integer)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
BEGIN
    PERFORM csp_internal.scratch('csp_load_line');
    INSERT INTO pg_temp.csp_load_line (line_number, field, reason)
    SELECT p.line_number, p.field,
           CASE
               WHEN p.damage IS NOT NULL THEN p.damage
               WHEN p.field IS NULL THEN csp.csv_problem(p.line)
               WHEN cardinality(p.field) <> columns THEN format('%s where %s are due', csp_internal.count_of(cardinality(p.field), 'field'), columns)
           END AS reason
    FROM (SELECT s.line_number, s.damage, coalesce(s.line, s.raw) AS line, csp.csv_fields(coalesce(s.line, s.raw)) AS field
          FROM pg_temp.csp_staging s
          WHERE s.line_number > 1
            AND btrim(coalesce(s.line, s.raw), E' \t\r') <> ''
          OFFSET 0) p;
    ANALYZE pg_temp.csp_load_line (line_number, reason);
END
$$;
COMMENT ON FUNCTION csp_internal.parse_staging(integer) IS
    'Takes the staged data lines apart into pg_temp.csp_load_line (line_number, field, reason), reason saying why a line is no record of that many columns. Internal to the loaders of reference data.';

-- ---- which loads run side by side ----

CREATE FUNCTION csp_internal.lock_load(partnership text, alone boolean)
RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 10
AS 'MODULE_PATHNAME', 'lock_load';
COMMENT ON FUNCTION csp_internal.lock_load(text, boolean) IS
    'Locks a partnership for a load until the end of the transaction: alone, or beside other loads of incidents that are transactions of their own. The first load of a transaction waits; a later one for which the partnership is not free at once is an error (55P03), so that loads never deadlock. Error 42501 for whoever may not act as the owner. NULL gives NULL. Internal to the loaders.';

CREATE FUNCTION csp_internal.lock_load_part(partnership text, part integer)
RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 10
AS 'MODULE_PATHNAME', 'lock_load_part';
COMMENT ON FUNCTION csp_internal.lock_load_part(text, integer) IS
    'Waits, after lock_load, for loads of the same part, a number from 1 to 65535, in ascending order where there are several. Errors 22023, 42501. NULL gives NULL. Internal to the loaders.';

CREATE FUNCTION csp_internal.load_part(source_id integer, slice text)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN 1 + (pg_catalog.hashtextextended(coalesce(source_id::text, '') || ' ' || slice, 0) & 65535) % 65535;
COMMENT ON FUNCTION csp_internal.load_part(integer, text) IS
    'The part of lock_load_part for a slice of a source, such as a month: equal slices have equal parts. Two slices of one part wait for one another without need. Internal to the loaders.';

-- ---- the account of a load ----

CREATE FUNCTION csp_internal.open_load(partnership text, kind text, file_name text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format('INSERT INTO %I.load_batch (kind, file_name, loaded_by, extension_version) VALUES ($1, $2, csp_internal.caller(), (SELECT extversion FROM pg_extension WHERE extname = ''csp_analysis'')) RETURNING load_batch_id', partnership)
    INTO result
    USING kind, coalesce(file_name, '(unnamed)');
    RETURN result;
END
$$;
COMMENT ON FUNCTION csp_internal.open_load(text, text, text) IS 'Begins a row of load_batch and returns its key. Internal to the loaders.';

CREATE FUNCTION csp_internal.reject_lines(partnership text, load_batch_id bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rows bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format($query$
        INSERT INTO %I.load_reject (load_batch_id, line_number, line, reason)
        SELECT $1, l.line_number, coalesce(s.line, s.raw, ''), l.reason
        FROM pg_temp.csp_load_line l
        JOIN pg_temp.csp_staging s USING (line_number)
        WHERE l.reason IS NOT NULL
        $query$, partnership)
    USING load_batch_id;
    GET DIAGNOSTICS rows = ROW_COUNT;
    RETURN rows;
END
$$;
COMMENT ON FUNCTION csp_internal.reject_lines(text, bigint) IS
    'Writes the lines of pg_temp.csp_load_line that have a reason to load_reject and returns their number. Internal to the loaders.';

CREATE FUNCTION csp_internal.close_load(partnership text, load_batch_id bigint, source_id integer, rows_inserted bigint, rows_updated bigint, rows_unchanged bigint, rows_rejected bigint, rows_without_location bigint DEFAULT 0)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    report csp.load_report;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format($query$
        UPDATE %I.load_batch b
        SET source_id = $2, finished_at = clock_timestamp(),
            rows_read = $3 + $4 + $5 + $6, rows_inserted = $3, rows_updated = $4, rows_unchanged = $5, rows_rejected = $6, rows_without_location = $7
        WHERE b.load_batch_id = $1
        RETURNING b.load_batch_id, b.kind, b.file_name, b.rows_read, b.rows_inserted, b.rows_updated, b.rows_unchanged, b.rows_rejected, b.rows_without_location,
                  round(extract(epoch FROM b.finished_at - b.started_at), 3)
        $query$, partnership)
    INTO report
    USING load_batch_id, source_id, rows_inserted, rows_updated, rows_unchanged, rows_rejected, rows_without_location;
    PERFORM csp_internal.fold_incident_month(partnership);
    RETURN report;
END
$$;
COMMENT ON FUNCTION csp_internal.close_load(text, bigint, integer, bigint, bigint, bigint, bigint, bigint) IS 'Completes a row of load_batch and returns the report. Internal to the loaders.';

-- ---- where an incident lies ----

CREATE FUNCTION csp_internal.area_codes(partnership text)
RETURNS TABLE (code text, area_id integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000 ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN QUERY EXECUTE csp_internal.partnership_sql(partnership, $query$
        WITH base AS (
            SELECT a.area_id, a.area_kind, a.code
            FROM @partnership@.area a
            JOIN @partnership@.setting s ON s.name = 'base_area_kind' AND s.value = a.area_kind
        ),
        -- a code is certain unless the area was split or redrawn: then it does not tell which part, and parts may lie outside
        translated AS (
            SELECT l.from_code AS code, b.area_id, l.relation = 'within' OR coalesce(l.change_code IN ('U', 'M'), false) AS is_certain
            FROM @partnership@.area_lookup l
            JOIN base b ON b.area_kind = l.to_kind AND b.code = l.to_code
            UNION ALL
            SELECT l.to_code, b.area_id, coalesce(l.change_code IN ('U', 'S'), false)
            FROM @partnership@.area_lookup l
            JOIN base b ON b.area_kind = l.from_kind AND b.code = l.from_code
            WHERE l.relation = 'becomes'
        )
        SELECT b.code, b.area_id FROM base b
        UNION ALL
        SELECT t.code, CASE WHEN count(DISTINCT t.area_id) = 1 AND bool_and(t.is_certain) THEN min(t.area_id) END
        FROM translated t
        WHERE NOT EXISTS (SELECT FROM base b WHERE b.code = t.code)
        GROUP BY t.code
        $query$);
END
$$;
COMMENT ON FUNCTION csp_internal.area_codes(text) IS 'The work of csp.area_codes, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.area_codes(partnership text)
RETURNS TABLE (code text, area_id integer)
LANGUAGE c STABLE PARALLEL RESTRICTED COST 100000 ROWS 1000
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.area_codes(text) IS
    'Area codes and the partnership''s base area that each stands for: codes of the base kind, of areas that area_lookup nests in it, and older or newer codes that became it. NULL where the code does not tell which (the area was split or redrawn): the point decides. Unknown partnership: error 3F000.';

CREATE FUNCTION csp_internal.area_rule(partnership text, code text, location text)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    knows_codes boolean;
    outside text;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        SELECT EXISTS (
            SELECT
            FROM @partnership@.area_lookup l
            JOIN @partnership@.setting s ON s.name = 'base_area_kind' AND s.value IN (l.from_kind, l.to_kind)
            WHERE l.relation = 'becomes')
        $query$)
    INTO knows_codes;
    outside := CASE WHEN knows_codes THEN code || ' ~ ''^[EWNS][0-9]{8}$''' ELSE 'false' END;
    RETURN csp_internal.partnership_sql(partnership, replace(replace($query$
        CASE
            WHEN known.area_id IS NOT NULL THEN known.area_id
            WHEN @location@ IS NULL OR (known.code IS NULL AND @outside@) THEN NULL
            ELSE (SELECT a.area_id
                  FROM @partnership@.area a
                  JOIN @partnership@.setting s ON s.name = 'base_area_kind' AND s.value = a.area_kind
                  WHERE a.boundary OPERATOR(@postgis@.&&) @location@
                    AND @postgis@.ST_Intersects(a.boundary, @location@)
                  ORDER BY a.code
                  LIMIT 1)
        END
        $query$, '@outside@', outside), '@location@', location));
END
$$;
COMMENT ON FUNCTION csp_internal.area_rule(text, text, text) IS
    'SQL expression for the base area of an incident, given the expressions of its area code and point, beside a left join of csp.area_codes as known. A known code decides, also against the point; else the point; an official code that the look-ups do not know lies outside. Internal to the loaders.';

CREATE FUNCTION csp_internal.project_place(partnership text, longitude float8, latitude float8)
RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result bytea;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp_internal.partnership_sql(partnership, 'SELECT @postgis@.ST_AsEWKB(@postgis@.ST_Transform(@postgis@.ST_SetSRID(@postgis@.ST_MakePoint($1, $2), 4326), @srid@))')
    INTO result
    USING longitude, latitude;
    RETURN result;
EXCEPTION WHEN internal_error THEN
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION csp_internal.project_place(text, float8, float8) IS
    'A place, given in degrees (WGS 84), as EWKB in the partnership''s SRID; NULL where the projection has no such place. Internal to the loaders, which take it only when the plain transformation fails.';

CREATE FUNCTION csp_internal.assign_areas(partnership text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rows bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp_internal.lock_load(partnership, alone => true);
    EXECUTE csp_internal.partnership_sql(partnership, format($query$
        UPDATE @partnership@.incident i
        SET area_id = assigned.area_id
        FROM (
            SELECT c.incident_id, %s AS area_id
            FROM @partnership@.incident c
            LEFT JOIN csp_internal.area_codes(%L) known ON known.code = c.source_area_code
            WHERE c.source_area_code IS NOT NULL OR c.location IS NOT NULL
        ) assigned
        WHERE assigned.incident_id = i.incident_id
          AND assigned.area_id <> coalesce(i.area_id, -1)
        $query$, csp_internal.area_rule(partnership, 'c.source_area_code', 'c.location'), partnership));
    GET DIAGNOSTICS rows = ROW_COUNT;
    RETURN rows;
END
$$;
COMMENT ON FUNCTION csp_internal.assign_areas(text) IS 'The work of csp.assign_areas, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.assign_areas(partnership text)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.assign_areas(text) IS
    'Assigns the incidents of a partnership to their base areas afresh, by code or by point, as loading does; incidents that no area can be told for keep theirs. The area loaders call it; call it after changing areas, look-ups or base_area_kind by hand. Returns the number of incidents that changed. Unknown partnership: error 3F000.';
