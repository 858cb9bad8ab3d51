-- load_population: population, households and other measures of areas, translated where areas have changed.

INSERT INTO csp_internal.scratch_table (name, columns) VALUES
    ('csp_load_translation', 'code text, area_id integer, share float8, method text');

CREATE FUNCTION csp_internal.stage_translation(partnership text, file_kind text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp_internal.lock_load(partnership, alone => true);
    PERFORM csp_internal.scratch('csp_load_translation');
    -- Shares of an area that became several go by their households where all of these are known, else equally.
    EXECUTE format($query$
        INSERT INTO pg_temp.csp_load_translation (code, area_id, share, method)
        SELECT a.code, a.area_id, 1::float8 AS share, 'published' AS method
        FROM %1$I.area a
        WHERE a.area_kind = $1
        UNION ALL
        SELECT s.file_code, s.area_id, s.share,
               CASE WHEN bool_or(s.parts > 1) OVER into_area THEN 'apportioned'
                    WHEN count(*) OVER into_area > 1 THEN 'merged'
                    ELSE 'published' END
        FROM (
            SELECT p.file_code, p.area_id, count(*) OVER of_code AS parts,
                   CASE WHEN count(*) OVER of_code = count(p.households) OVER of_code AND sum(p.households) OVER of_code > 0
                        THEN p.households::float8 / sum(p.households) OVER of_code
                        ELSE 1.0 / count(*) OVER of_code END AS share
            FROM (
                SELECT t.file_code, a.area_id,
                       (SELECT n.households FROM %1$I.area_population n WHERE n.area_id = a.area_id AND n.households IS NOT NULL ORDER BY n.year DESC LIMIT 1) AS households
                FROM (SELECT l.from_code AS file_code, l.to_code AS base_code, l.to_kind AS base_kind FROM %1$I.area_lookup l
                      WHERE l.relation = 'becomes' AND l.from_kind = $1
                      UNION ALL
                      SELECT l.to_code, l.from_code, l.from_kind FROM %1$I.area_lookup l
                      WHERE l.relation = 'becomes' AND l.to_kind = $1) t
                LEFT JOIN %1$I.area a ON a.area_kind = t.base_kind AND a.code = t.base_code
                WHERE t.base_kind = $2
            ) p
            WINDOW of_code AS (PARTITION BY p.file_code)
        ) s
        WHERE s.area_id IS NOT NULL
        WINDOW into_area AS (PARTITION BY s.area_id)
        $query$, partnership)
    USING file_kind, csp_internal.setting(partnership, 'base_area_kind');
    IF NOT EXISTS (SELECT FROM pg_temp.csp_load_translation) THEN
        RAISE EXCEPTION 'the file is about areas of kind %, of which the partnership has none', file_kind
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Load the areas first; for figures of an older or newer kind also the look-up of changes between the two (load_area_lookup).';
    END IF;
    ANALYZE pg_temp.csp_load_translation;
END
$$;
COMMENT ON FUNCTION csp_internal.stage_translation(text, text) IS
    'Makes pg_temp.csp_load_translation: which share of an area of the file goes to which area of the partnership, directly by code and, through area_lookup, to areas of the base kind. Error 55000 when there is none. Internal to load_population and load_area_measures.';

CREATE FUNCTION csp_internal.code_column(file_name text, header text[], area_kind text DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    position integer;
BEGIN
    SELECT h.position INTO position
    FROM unnest(header) WITH ORDINALITY AS h (name, position)
    WHERE csp.area_kind_of(h.name) = coalesce(area_kind, csp.area_kind_of(h.name)) AND h.name ~ '(cd|_code)$'
       OR area_kind IS NOT NULL AND h.name IN ('code', 'area_code')
    ORDER BY h.position
    LIMIT 1;
    IF position IS NULL THEN
        RAISE EXCEPTION 'file "%" has no column of area codes', file_name
            USING ERRCODE = 'undefined_column',
                  DETAIL = format('Its columns are: %s.', array_to_string(header, ', ', '?')),
                  HINT = 'It is told by a name such as lsoa21_code or LSOA11CD; a column named code or area_code does when area_kind is given.';
    END IF;
    RETURN position;
END
$$;
COMMENT ON FUNCTION csp_internal.code_column(text, text[], text) IS 'Position of the column of area codes; error 42703 when there is none. Internal to the loaders.';

CREATE FUNCTION csp.load_population(partnership text, path text, year integer DEFAULT NULL, citation text DEFAULT NULL, area_kind text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp.stage_file(path);
    RETURN csp.load_population_staged(partnership, csp.base_name(path), year, citation, area_kind);
END
$$;
COMMENT ON FUNCTION csp.load_population(text, text, integer, text, text) IS
    'Loads population or households by area from a CSV of the server. Columns: a code (lsoa21_code, ...), year unless given (or standing in the file''s name), population or total, households or total_households; columns age_... become measures. Figures of older or newer areas are translated to the base kind through area_lookup: summed where areas merged, shared by households, else equally, where they split; area_population.method says which. Rows outside the partnership count as unchanged. Returns the account. Errors: 3F000 partnership, 42501, 58P01 file, 22P04 header, 42703 columns, 22023 no year, 55000 no such areas.';

INSERT INTO csp_internal.scratch_table (name, columns) VALUES
    ('csp_load_population_row', 'line_number bigint, code text, field text[], year float8, population float8, households float8'),
    ('csp_load_population', 'area_id integer, year integer, method text, population bigint, households bigint, is_whole boolean, verdict text');

CREATE FUNCTION csp_internal.combine_population()
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- an area's figure is whole only if every older or newer area that makes it up is in the file
    PERFORM csp_internal.scratch('csp_load_population');
    INSERT INTO pg_temp.csp_load_population (area_id, year, method, population, households, is_whole)
    SELECT t.area_id, r.year::integer AS year, min(t.method) AS method,
           round(sum(r.population * t.share))::bigint AS population,
           round(sum(r.households * t.share))::bigint AS households,
           count(*) = min(n.parts) AS is_whole
    FROM pg_temp.csp_load_population_row r
    JOIN pg_temp.csp_load_translation t USING (code)
    JOIN (SELECT p.area_id, count(*) AS parts FROM pg_temp.csp_load_translation p GROUP BY p.area_id) n USING (area_id)
    GROUP BY t.area_id, r.year;
    UPDATE pg_temp.csp_load_line l
    SET reason = 'other areas that merged with this one are missing from the file'
    FROM (SELECT r.line_number
          FROM pg_temp.csp_load_population_row r
          JOIN pg_temp.csp_load_translation t USING (code)
          JOIN pg_temp.csp_load_population f ON f.area_id = t.area_id AND f.year = r.year
          GROUP BY r.line_number
          HAVING NOT bool_or(f.is_whole)) w
    WHERE w.line_number = l.line_number;
    DELETE FROM pg_temp.csp_load_population f WHERE NOT f.is_whole;
END
$$;
COMMENT ON FUNCTION csp_internal.combine_population() IS
    'Adds the figures of a population file up by the areas of today, in pg_temp.csp_load_population, and refuses lines of areas of which a part is missing. Internal to load_population.';

CREATE FUNCTION csp_internal.write_population(partnership text, citation text, file_name text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format($query$
        UPDATE pg_temp.csp_load_population f
        SET verdict = CASE WHEN p.area_id IS NULL THEN 'inserted'
                           WHEN (p.population, p.households) IS DISTINCT FROM (coalesce(g.population, p.population), coalesce(g.households, p.households))
                             OR g.population IS NOT NULL AND p.method <> g.method THEN 'updated'
                           ELSE 'unchanged' END
        FROM pg_temp.csp_load_population g
        LEFT JOIN LATERAL (SELECT i.area_id, i.population, i.households, i.method FROM %1$I.area_population i WHERE i.area_id = g.area_id AND i.year = g.year OFFSET 0) p ON true
        WHERE g.area_id = f.area_id
          AND g.year = f.year
        $query$, partnership);
    EXECUTE format($query$
        INSERT INTO %1$I.area_population AS p (area_id, year, population, households, citation, method)
        SELECT f.area_id, f.year, f.population, f.households, coalesce($1, $2), f.method
        FROM pg_temp.csp_load_population f
        WHERE f.verdict <> 'unchanged'
        ORDER BY f.area_id, f.year
        ON CONFLICT (area_id, year) DO UPDATE
        SET population = coalesce(excluded.population, p.population),
            households = coalesce(excluded.households, p.households),
            citation = CASE WHEN excluded.population IS NULL AND p.population IS NOT NULL AND p.citation <> excluded.citation THEN concat_ws('; ', p.citation, excluded.citation) ELSE excluded.citation END,
            method = CASE WHEN excluded.population IS NULL AND p.population IS NOT NULL THEN p.method ELSE excluded.method END
        $query$, partnership)
    USING citation, file_name;
END
$$;
COMMENT ON FUNCTION csp_internal.write_population(text, text, text) IS
    'Writes the figures of pg_temp.csp_load_population to area_population, and notes there what is new, updated or unchanged. Internal to load_population.';

CREATE FUNCTION csp_internal.write_population_ages(partnership text, header text[], ages integer[], citation text, file_name text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format($query$
        WITH given AS (
            SELECT t.area_id, regexp_replace($1[a.position], '[^a-z0-9]+', '_', 'g') AS measure, r.year::integer AS year, sum(csp.number_of(r.field[a.position]) * t.share) AS value
            FROM pg_temp.csp_load_population_row r
            JOIN pg_temp.csp_load_translation t USING (code)
            CROSS JOIN unnest($2) AS a (position)
            GROUP BY t.area_id, a.position, r.year
        ),
        written AS (
            INSERT INTO %1$I.area_measure AS m (area_id, measure, year, value, citation)
            SELECT g.area_id, g.measure, g.year, g.value, coalesce($3, $4)
            FROM given g
            JOIN pg_temp.csp_load_population f USING (area_id, year)
            WHERE g.value IS NOT NULL
            ORDER BY g.area_id, g.measure, g.year
            ON CONFLICT (area_id, measure, year) DO UPDATE
            SET value = excluded.value, citation = excluded.citation
            WHERE m.value IS DISTINCT FROM excluded.value
            RETURNING m.area_id, m.year
        )
        UPDATE pg_temp.csp_load_population f
        SET verdict = 'updated'
        FROM written w
        WHERE f.verdict = 'unchanged'
          AND f.area_id = w.area_id
          AND f.year = w.year
        $query$, partnership)
    USING header, ages, citation, file_name;
END
$$;
COMMENT ON FUNCTION csp_internal.write_population_ages(text, text[], integer[], text, text) IS
    'Writes the columns of ages of a population file, whose positions are given, to area_measure. Internal to load_population.';

CREATE FUNCTION csp_internal.load_population_staged(partnership text, file_name text, year integer DEFAULT NULL, citation text DEFAULT NULL, area_kind text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    header text[];
    code_at integer;
    year_at integer;
    population_at integer;
    households_at integer;
    ages integer[];
    batch bigint;
    counts record;
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp_internal.decode_staging();
    header := csp_internal.staged_header(file_name);
    code_at := csp_internal.code_column(file_name, header, area_kind);
    population_at := csp_internal.column_position(header, 'population', 'total_population', 'total', 'all_ages', 'all ages');
    households_at := csp_internal.column_position(header, 'households', 'total_households', 'number_of_households');
    IF population_at IS NULL AND households_at IS NULL THEN
        population_at := csp_internal.require_column(file_name, header, 'population', 'total', 'all_ages', 'households', 'total_households');
    END IF;
    year_at := CASE WHEN year IS NULL THEN csp_internal.column_position(header, 'year') END;
    year := coalesce(year, substring(file_name FROM '(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)')::integer, substring(file_name FROM 'census((?:19|20)[0-9]{2})')::integer);
    IF year_at IS NULL AND year IS NULL THEN
        RAISE EXCEPTION 'file "%" does not tell the year of its figures', file_name
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give the year, or a column "year".';
    END IF;
    SELECT coalesce(array_agg(h.position::integer), '{}') INTO ages FROM unnest(header) WITH ORDINALITY AS h (name, position) WHERE h.name ~ '^age[_ ]?[0-9]';
    PERFORM csp_internal.stage_translation(partnership, coalesce(area_kind, csp.area_kind_of(header[code_at])));
    batch := csp_internal.open_load(partnership, 'population', file_name);
    PERFORM csp_internal.parse_staging(cardinality(header));

    PERFORM csp_internal.scratch('csp_load_population_row');
    INSERT INTO pg_temp.csp_load_population_row (line_number, code, field, year, population, households)
    SELECT l.line_number, nullif(btrim(l.field[code_at]), '') AS code, l.field,
           CASE WHEN year_at IS NULL THEN year::float8 ELSE csp.number_of(l.field[year_at]) END AS year,
           csp.number_of(l.field[population_at]) AS population,
           csp.number_of(l.field[households_at]) AS households
    FROM pg_temp.csp_load_line l
    WHERE l.reason IS NULL;
    UPDATE pg_temp.csp_load_line l
    SET reason = w.reason
    FROM (
        SELECT r.line_number,
               CASE
                   WHEN r.code IS NULL THEN 'the area code is missing'
                   WHEN coalesce(r.year NOT BETWEEN 1801 AND 2200 OR r.year <> floor(r.year), true) THEN format('year "%s" is not a year', r.field[year_at])
                   WHEN coalesce(r.population < 0 OR r.population > 1e12, population_at IS NOT NULL) THEN format('%s "%s" is not a number of residents', header[population_at], r.field[population_at])
                   WHEN coalesce(r.households < 0 OR r.households > 1e12, households_at IS NOT NULL) THEN format('%s "%s" is not a number of households', header[households_at], r.field[households_at])
                   WHEN row_number() OVER (PARTITION BY r.code, r.year ORDER BY r.line_number) > 1 THEN format('area %s and year %s stand in an earlier line', r.code, r.year)
               END AS reason
        FROM pg_temp.csp_load_population_row r
    ) w
    WHERE w.line_number = l.line_number
      AND w.reason IS NOT NULL;
    DELETE FROM pg_temp.csp_load_population_row r USING pg_temp.csp_load_line l WHERE l.line_number = r.line_number AND l.reason IS NOT NULL;

    PERFORM csp_internal.combine_population();
    PERFORM csp_internal.write_population(partnership, citation, file_name);
    IF cardinality(ages) > 0 THEN
        PERFORM csp_internal.write_population_ages(partnership, header, ages, citation, file_name);
    END IF;

    SELECT count(*) AS read,
           count(*) FILTER (WHERE v.verdict = 'inserted') AS inserted,
           count(*) FILTER (WHERE v.verdict = 'updated') AS updated
    INTO counts
    FROM pg_temp.csp_load_line l
    LEFT JOIN (
        SELECT r.line_number, min(f.verdict) AS verdict
        FROM pg_temp.csp_load_population_row r
        JOIN pg_temp.csp_load_translation t USING (code)
        JOIN pg_temp.csp_load_population f ON f.area_id = t.area_id AND f.year = r.year
        WHERE f.verdict <> 'unchanged'
        GROUP BY r.line_number) v ON v.line_number = l.line_number AND l.reason IS NULL;
    RETURN csp_internal.finish_load(partnership, batch, counts.read, counts.inserted, counts.updated);
END
$$;
COMMENT ON FUNCTION csp_internal.load_population_staged(text, text, integer, text, text) IS 'The work of csp.load_population_staged, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.load_population_staged(partnership text, file_name text, year integer DEFAULT NULL, citation text DEFAULT NULL, area_kind text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.load_population_staged(text, text, integer, text, text) IS
    'As load_population, for the lines staged in this session. sql/load/population.psql does both.';

CREATE FUNCTION csp_internal.finish_load(partnership text, load_batch_id bigint, rows_read bigint, rows_inserted bigint, rows_updated bigint)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rejected bigint := csp_internal.reject_lines(partnership, load_batch_id);
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN csp_internal.close_load(partnership, load_batch_id, NULL, rows_inserted, rows_updated, rows_read - rows_inserted - rows_updated - rejected, rejected);
END
$$;
COMMENT ON FUNCTION csp_internal.finish_load(text, bigint, bigint, bigint, bigint) IS
    'Writes the refused lines of a load of reference data and completes its account. Internal to the loaders.';

CREATE FUNCTION csp.load_area_measures(partnership text, path text, year integer DEFAULT NULL, citation text DEFAULT NULL, area_kind text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp.stage_file(path);
    RETURN csp.load_area_measures_staged(partnership, csp.base_name(path), year, citation, area_kind);
END
$$;
COMMENT ON FUNCTION csp.load_area_measures(text, text, integer, text, text) IS
    'Loads indicators of areas, such as the Indices of Deprivation, from a CSV of the server: every column that is numeric throughout (codes and names left out) becomes a measure of that name in lower case. Year: given, or standing in the file''s name. Scores, ranks and deciles cannot be summed: where areas changed, each part of a split area takes its value, and a merged area the mean. Rows outside the partnership count as unchanged. Returns the account. Errors as load_population.';

INSERT INTO csp_internal.scratch_table (name, columns) VALUES
    ('csp_load_measure', 'area_id integer, measure text, value float8, verdict text');

CREATE FUNCTION csp_internal.load_area_measures_staged(partnership text, file_name text, year integer DEFAULT NULL, citation text DEFAULT NULL, area_kind text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    header text[];
    code_at integer;
    measures integer[];
    batch bigint;
    counts record;
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp_internal.decode_staging();
    header := csp_internal.staged_header(file_name);
    code_at := csp_internal.code_column(file_name, header, area_kind);
    year := coalesce(year, substring(file_name FROM '((?:19|20)[0-9]{2})(?:[^0-9]|$)')::integer);
    IF year IS NULL THEN
        RAISE EXCEPTION 'file "%" does not tell the year of its figures', file_name
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give the year.';
    END IF;
    PERFORM csp_internal.stage_translation(partnership, coalesce(area_kind, csp.area_kind_of(header[code_at])));
    batch := csp_internal.open_load(partnership, 'measures', file_name);
    PERFORM csp_internal.parse_staging(cardinality(header));
    -- a column is a measure if nearly all its values are numbers: one damaged field is a refused row, not a lost measure
    SELECT array_agg(c.position ORDER BY c.position)
    INTO measures
    FROM (SELECT f.position::integer AS position
          FROM pg_temp.csp_load_line l
          CROSS JOIN LATERAL unnest(l.field) WITH ORDINALITY AS f (value, position)
          WHERE l.reason IS NULL
            AND f.value <> ''
          GROUP BY f.position
          HAVING count(csp.number_of(f.value)) >= 0.9 * count(*) AND count(csp.number_of(f.value)) > 0
          OFFSET 0) c
    WHERE c.position <> code_at
      AND csp.area_kind_of(header[c.position]) IS NULL
      AND header[c.position] IS NOT NULL;
    IF measures IS NULL THEN
        RAISE EXCEPTION 'file "%" has no column of numbers', file_name
            USING ERRCODE = 'undefined_column',
                  DETAIL = format('Its columns are: %s.', array_to_string(header, ', ', '?'));
    END IF;
    UPDATE pg_temp.csp_load_line l
    SET reason = w.reason
    FROM (
        SELECT i.line_number,
               CASE
                   WHEN coalesce(btrim(i.field[code_at]), '') = '' THEN 'the area code is missing'
                   WHEN row_number() OVER (PARTITION BY btrim(i.field[code_at]) ORDER BY i.line_number) > 1 THEN format('area %s stands in an earlier line', btrim(i.field[code_at]))
                   ELSE (SELECT format('%s "%s" is not a number', header[f.position], f.value)
                         FROM unnest(i.field) WITH ORDINALITY AS f (value, position)
                         WHERE f.value <> '' AND csp.number_of(f.value) IS NULL AND f.position = ANY (measures)
                         ORDER BY f.position
                         LIMIT 1)
               END AS reason
        FROM pg_temp.csp_load_line i
        WHERE i.reason IS NULL
    ) w
    WHERE w.line_number = l.line_number
      AND w.reason IS NOT NULL;

    PERFORM csp_internal.scratch('csp_load_measure');
    EXECUTE format($query$
        INSERT INTO pg_temp.csp_load_measure (area_id, measure, value, verdict)
        SELECT g.area_id, g.measure, g.value,
               CASE WHEN m.area_id IS NULL THEN 'inserted' WHEN m.value IS DISTINCT FROM g.value THEN 'updated' ELSE 'unchanged' END AS verdict
        FROM (SELECT t.area_id, trim(BOTH '_' FROM regexp_replace($1[c.position], '[^a-z0-9]+', '_', 'g')) AS measure, avg(csp.number_of(l.field[c.position])) AS value
              FROM pg_temp.csp_load_line l
              JOIN pg_temp.csp_load_translation t ON t.code = btrim(l.field[$2])
              CROSS JOIN unnest($3) AS c (position)
              WHERE l.reason IS NULL
                AND l.field[c.position] <> ''
              GROUP BY t.area_id, 2) g
        LEFT JOIN LATERAL (SELECT i.area_id, i.value FROM %1$I.area_measure i WHERE i.area_id = g.area_id AND i.measure = g.measure AND i.year = $4 OFFSET 0) m ON true
        $query$, partnership)
    USING header, code_at, measures, year;
    EXECUTE format($query$
        INSERT INTO %1$I.area_measure (area_id, measure, year, value, citation)
        SELECT f.area_id, f.measure, $1, f.value, coalesce($2, $3)
        FROM pg_temp.csp_load_measure f
        WHERE f.verdict <> 'unchanged'
        ORDER BY f.area_id, f.measure
        ON CONFLICT (area_id, measure, year) DO UPDATE
        SET value = excluded.value, citation = excluded.citation
        $query$, partnership)
    USING year, citation, file_name;
    SELECT count(*) AS read,
           count(*) FILTER (WHERE v.verdict = 'inserted') AS inserted,
           count(*) FILTER (WHERE v.verdict = 'updated') AS updated
    INTO counts
    FROM pg_temp.csp_load_line l
    LEFT JOIN (
        SELECT t.code, min(f.verdict) AS verdict
        FROM pg_temp.csp_load_translation t
        JOIN pg_temp.csp_load_measure f USING (area_id)
        WHERE f.verdict <> 'unchanged'
        GROUP BY t.code) v ON l.reason IS NULL AND v.code = btrim(l.field[code_at]);
    RETURN csp_internal.finish_load(partnership, batch, counts.read, counts.inserted, counts.updated);
END
$$;
COMMENT ON FUNCTION csp_internal.load_area_measures_staged(text, text, integer, text, text) IS 'The work of csp.load_area_measures_staged, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.load_area_measures_staged(partnership text, file_name text, year integer DEFAULT NULL, citation text DEFAULT NULL, area_kind text DEFAULT NULL)
RETURNS csp.load_report
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.load_area_measures_staged(text, text, integer, text, text) IS
    'As load_area_measures, for the lines staged in this session. sql/load/area_measures.psql does both.';
