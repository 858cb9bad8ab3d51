-- load_peers: monthly counts of the similar group.

CREATE FUNCTION csp.load_peers(partnership text, path text, members text[] DEFAULT NULL, self text DEFAULT NULL, level text DEFAULT 'district', populations jsonb DEFAULT NULL, citation text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp.stage_file(path);
    RETURN csp.load_peers_staged(partnership, csp.base_name(path), members, self, level, populations, citation);
END
$$;
COMMENT ON FUNCTION csp.load_peers(text, text, text[], text, text, jsonb, text) IS
    'Loads monthly counts of peers from a CSV of the server with columns force, district (lad_name...), month, crime_type, n. Arguments: partnership; path; the names of the members of the similar group (default: every one in the file); which of them is the partnership itself; level, district (summed over forces) or force; populations as {"name": residents} (else set peer.population by UPDATE); citation. Rows of others, and those without a district, count as unchanged. Returns the account. Errors: 3F000 partnership, 42501, 58P01 file, 22P04 header, 42703 columns, 22023 level or member.';

INSERT INTO csp_internal.scratch_table (name, columns) VALUES
    ('csp_load_peer_row', 'line_number bigint, name text, month_text text, month date, label text, n_text text, n float8, problem_type_id integer'),
    ('csp_load_peer_count', 'name text, peer_id integer, problem_type_id integer, month date, n bigint, verdict text');

CREATE FUNCTION csp_internal.load_peers_staged(partnership text, file_name text, members text[] DEFAULT NULL, self text DEFAULT NULL, level text DEFAULT 'district', populations jsonb DEFAULT NULL, citation text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    header text[];
    name_at integer;
    month_at integer;
    label_at integer;
    count_at integer;
    missing text;
    batch bigint;
    counts record;
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp_internal.decode_staging();
    header := csp_internal.staged_header(file_name);
    PERFORM csp_internal.lock_load(partnership, alone => true);
    level := csp_internal.check_word('level', level, ARRAY['district', 'force']);
    name_at := CASE level WHEN 'force' THEN csp_internal.require_column(file_name, header, 'force', 'reported by')
                          ELSE csp_internal.require_column(file_name, header, 'district', 'lad_name_from_lsoa_name', 'lad_name', 'ltla_name', 'name') END;
    month_at := csp_internal.require_column(file_name, header, 'month');
    label_at := csp_internal.require_column(file_name, header, 'crime_type', 'crime type');
    count_at := csp_internal.require_column(file_name, header, 'n', 'count', 'incidents', 'crimes');
    batch := csp_internal.open_load(partnership, 'peers', file_name);
    PERFORM csp_internal.parse_staging(cardinality(header));

    PERFORM csp_internal.scratch('csp_load_peer_row');
    EXECUTE format($query$
        INSERT INTO pg_temp.csp_load_peer_row (line_number, name, month_text, month, label, n_text, n, problem_type_id)
        SELECT c.line_number, c.name, c.month_text, c.month, c.label, c.n_text, c.n, m.problem_type_id
        FROM (SELECT l.line_number, nullif(btrim(l.field[$1]), '') AS name, btrim(l.field[$2]) AS month_text,
                     CASE WHEN btrim(l.field[$2]) ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$' THEN make_date(left(btrim(l.field[$2]), 4)::integer, right(btrim(l.field[$2]), 2)::integer, 1) END AS month,
                     btrim(l.field[$3]) AS label, l.field[$4] AS n_text, csp.number_of(l.field[$4]) AS n
              FROM pg_temp.csp_load_line l
              WHERE l.reason IS NULL) c
        LEFT JOIN LATERAL (
              SELECT t.problem_type_id
              FROM %1$I.type_mapping t
              WHERE t.label_scheme = 'police_uk'
                AND lower(t.label) = lower(c.label)
                AND c.month BETWEEN t.valid_from AND t.valid_to
              ORDER BY t.valid_from DESC
              LIMIT 1) m ON true
        $query$, partnership)
    USING name_at, month_at, label_at, count_at;
    UPDATE pg_temp.csp_load_line l
    SET reason = w.reason
    FROM (
        SELECT r.line_number,
               CASE
                   WHEN r.month IS NULL THEN format('month "%s" is not a month written as YYYY-MM', r.month_text)
                   WHEN r.problem_type_id IS NULL THEN format('crime type "%s" is not known in %s', r.label, r.month_text)
                   WHEN coalesce(r.n < 0 OR r.n <> floor(r.n) OR r.n > 1e12, true) THEN format('count "%s" is not a whole number', r.n_text)
               END AS reason
        FROM pg_temp.csp_load_peer_row r
    ) w
    WHERE w.line_number = l.line_number
      AND w.reason IS NOT NULL;
    DELETE FROM pg_temp.csp_load_peer_row r
    USING pg_temp.csp_load_line l
    WHERE l.line_number = r.line_number
      AND l.reason IS NOT NULL;
    SELECT m.name INTO missing
    FROM unnest(members || self) AS m (name)
    WHERE m.name IS NOT NULL
      AND NOT EXISTS (SELECT FROM pg_temp.csp_load_peer_row r WHERE lower(r.name) = lower(m.name))
    LIMIT 1;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'file "%" has no % "%"', file_name, level, missing
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Names must be written as in the file.';
    END IF;
    DELETE FROM pg_temp.csp_load_peer_row r
    WHERE r.name IS NULL
       OR members IS NOT NULL AND NOT EXISTS (SELECT FROM unnest(members || self) AS m (name) WHERE lower(m.name) = lower(r.name));

    EXECUTE format($query$
        INSERT INTO %1$I.peer AS p (code, name, population, is_self, citation)
        SELECT trim(BOTH '_' FROM regexp_replace(lower(n.name), '[^a-z0-9]+', '_', 'g')), n.name,
               csp.number_of($1 ->> n.name)::bigint, coalesce(lower(n.name) = lower($2), false), coalesce($3, $4)
        FROM (SELECT DISTINCT r.name FROM pg_temp.csp_load_peer_row r) n
        ORDER BY 1
        ON CONFLICT (code) DO UPDATE
        SET population = coalesce(excluded.population, p.population), is_self = CASE WHEN $2 IS NULL THEN p.is_self ELSE excluded.is_self END
        WHERE (p.population, p.is_self) IS DISTINCT FROM (coalesce(excluded.population, p.population), CASE WHEN $2 IS NULL THEN p.is_self ELSE excluded.is_self END)
        $query$, partnership)
    USING populations, self, citation, file_name;
    PERFORM csp_internal.scratch('csp_load_peer_count');
    EXECUTE format($query$
        INSERT INTO pg_temp.csp_load_peer_count (name, peer_id, problem_type_id, month, n, verdict)
        SELECT g.name, g.peer_id, g.problem_type_id, g.month, g.n,
               CASE WHEN c.peer_id IS NULL THEN 'inserted' WHEN c.incidents <> g.n THEN 'updated' ELSE 'unchanged' END AS verdict
        FROM (SELECT r.name, p.peer_id, r.problem_type_id, r.month, sum(r.n)::bigint AS n
              FROM pg_temp.csp_load_peer_row r
              JOIN %1$I.peer p ON p.code = trim(BOTH '_' FROM regexp_replace(lower(r.name), '[^a-z0-9]+', '_', 'g'))
              GROUP BY r.name, p.peer_id, r.problem_type_id, r.month) g
        LEFT JOIN LATERAL (SELECT i.peer_id, i.incidents FROM %1$I.peer_count i WHERE i.peer_id = g.peer_id AND i.problem_type_id = g.problem_type_id AND i.month = g.month OFFSET 0) c ON true
        $query$, partnership);
    EXECUTE format($query$
        INSERT INTO %1$I.peer_count (peer_id, problem_type_id, month, incidents)
        SELECT f.peer_id, f.problem_type_id, f.month, f.n
        FROM pg_temp.csp_load_peer_count f
        WHERE f.verdict <> 'unchanged'
        ORDER BY f.peer_id, f.problem_type_id, f.month
        ON CONFLICT (peer_id, problem_type_id, month) DO UPDATE
        SET incidents = excluded.incidents
        $query$, partnership);
    SELECT count(*) AS read,
           count(*) FILTER (WHERE f.verdict = 'inserted') AS inserted,
           count(*) FILTER (WHERE f.verdict = 'updated') AS updated
    INTO counts
    FROM pg_temp.csp_load_line l
    LEFT JOIN pg_temp.csp_load_peer_row r USING (line_number)
    LEFT JOIN pg_temp.csp_load_peer_count f ON f.name = r.name AND f.problem_type_id = r.problem_type_id AND f.month = r.month;
    RETURN csp_internal.finish_load(partnership, batch, counts.read, counts.inserted, counts.updated);
END
$$;
COMMENT ON FUNCTION csp_internal.load_peers_staged(text, text, text[], text, text, jsonb, text) IS 'The work of csp.load_peers_staged, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.load_peers_staged(partnership text, file_name text, members text[] DEFAULT NULL, self text DEFAULT NULL, level text DEFAULT 'district', populations jsonb DEFAULT NULL, citation text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.load_peers_staged(text, text, text[], text, text, jsonb, text) IS
    'As load_peers, for the lines staged in this session. sql/load/peers.psql does both.';
