-- knox: the Knox test of space-time interaction in bands of distance and of days.

CREATE TYPE csp.knox_cell AS (
    distance_from   float8,
    distance_to     float8,
    days_from       float8,
    days_to         float8,
    observed        bigint,
    expected        float8,
    ratio           float8,
    p_value         float8,
    expected_exact  float8,
    sd_exact        float8,
    z_exact         float8
);
COMMENT ON TYPE csp.knox_cell IS 'One cell of a Knox table: the pairs of events in one band of distance and one band of days, against what chance would give';
COMMENT ON COLUMN csp.knox_cell.distance_from IS 'Lower edge of the distance band, in the units of the SRID';
COMMENT ON COLUMN csp.knox_cell.distance_to IS 'Upper edge of the distance band; infinity where the last band has no end';
COMMENT ON COLUMN csp.knox_cell.days_from IS 'Lower edge of the band of days';
COMMENT ON COLUMN csp.knox_cell.days_to IS 'Upper edge of the band of days; infinity where the last band has no end';
COMMENT ON COLUMN csp.knox_cell.observed IS 'Number of pairs of events in the cell';
COMMENT ON COLUMN csp.knox_cell.expected IS 'Mean number of pairs over the permutations; NULL without permutations';
COMMENT ON COLUMN csp.knox_cell.ratio IS 'observed / expected; 1.5 is 50% more than chance; NULL at 0/0 and without permutations, infinity if no permutation had a pair';
COMMENT ON COLUMN csp.knox_cell.p_value IS 'Share of permutations with at least as many pairs: (those + 1) / (permutations + 1); NULL without permutations';
COMMENT ON COLUMN csp.knox_cell.expected_exact IS 'Exact mean number of pairs over all possible permutations';
COMMENT ON COLUMN csp.knox_cell.sd_exact IS 'Exact standard deviation over all possible permutations';
COMMENT ON COLUMN csp.knox_cell.z_exact IS '(observed - expected_exact) / sd_exact; NULL where the count cannot vary';

CREATE FUNCTION csp_internal.knox_test_accum(internal, geometry, {date|timestamptz}, float8[],
                        float8[] [, int [, bigint [, text [, text]]]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'knox_test_accum_{date|timestamptz}';
COMMENT ON FUNCTION csp_internal.knox_test_accum(...) IS 'Internal: part of the aggregate knox_test.';

CREATE FUNCTION csp_internal.knox_test_final(internal)
RETURNS csp.knox_cell[]
LANGUAGE c STABLE PARALLEL SAFE COST 1000000
AS 'MODULE_PATHNAME', 'knox_test_final';
COMMENT ON FUNCTION csp_internal.knox_test_final(internal) IS 'Internal: part of the aggregate knox_test.';

CREATE AGGREGATE csp.knox_test(location geometry, occurred {date|timestamptz},
                        distance_bands float8[], day_bands float8[] [, permutations int
                        [, seed bigint [, metric text [, closed text]]]]) (
    SFUNC = csp_internal.knox_test_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.knox_test_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.knox_test(...) IS
    'Are there more pairs of events close in space and in time than chance would give? One row per cell, distance bands in order and day bands within them.
location: points in a planar SRID. occurred: date (whole days apart) or timestamptz (fractional days). distance_bands, day_bands: upper edges, increasing, in SRID units and days; a band is [from, to), the first starts at 0, the last may be infinity.
permutations: of the times over the places, default 999; 0 gives the exact moments alone. seed: default 1; the same seed gives the same answer for any order of rows, plan or number of workers. metric: euclidean (default) or manhattan. closed: left (default, bands [from, to)) or right (bands (from, to], the first [0, to]).
Rows with NULL location or occurred are skipped; no rows give NULL. Errors: not a planar point, mixed SRIDs, bands empty or not increasing, negative permutations (22023); infinite dates (22008); NULL settings (22004); more pairs than csp_analysis.max_memory holds (54000).
Source: Knox 1964; moments Barton and David 1966.';

CREATE TYPE csp.knox_simulation AS (
    expected    float8,
    ratio       float8,
    p_value     float8
);
COMMENT ON TYPE csp.knox_simulation IS 'What a count means against simulated counts';
COMMENT ON COLUMN csp.knox_simulation.expected IS 'Mean of the simulated counts';
COMMENT ON COLUMN csp.knox_simulation.ratio IS 'observed / expected; NULL at 0/0, infinity if all simulated counts are 0';
COMMENT ON COLUMN csp.knox_simulation.p_value IS '(number of simulated counts that reach the observed one + 1) / (number of simulations + 1)';

CREATE FUNCTION csp.knox_from_simulations(observed bigint, simulated bigint[])
RETURNS csp.knox_simulation
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'knox_from_simulations';
COMMENT ON FUNCTION csp.knox_from_simulations(bigint, bigint[]) IS
    'Expected count, ratio and p-value of one cell from counts simulated elsewhere, as knox_test computes them from its own. NULL gives NULL; no counts, negative counts (22023) and NULL among them (22004) are errors.';

CREATE FUNCTION csp.knox_table(cells csp.knox_cell[], alpha float8 DEFAULT 0.05)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT (alpha > 0 AND alpha < 1) THEN
        RAISE EXCEPTION 'alpha is %, not between 0 and 1', alpha
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a significance level of 5% as 0.05.';
    END IF;
    RETURN (
        WITH cell AS (
            SELECT c.distance_from, c.distance_to, c.days_from, c.days_to,
                   CASE WHEN c.p_value IS NULL THEN coalesce(to_char(c.observed / nullif(c.expected_exact, 0), 'FM999990.00'), '-')
                        WHEN c.ratio IS NULL THEN '-'
                        WHEN c.ratio = 'infinity' THEN 'inf'
                        ELSE to_char(c.ratio, 'FM999990.00')
                   END
                   || CASE WHEN c.p_value IS NULL THEN ''
                           WHEN c.p_value <= alpha / 5 THEN '**'
                           WHEN c.p_value <= alpha THEN '* '
                           ELSE '  '
                      END
                   || ' (' || c.observed || ')' AS entry
            FROM unnest(cells) AS c
        ),
        entry AS (
            SELECT distance_from AS row_key, days_from AS column_key, entry FROM cell
            UNION ALL
            SELECT -1, days_from, '[' || days_from || ',' || days_to || ') days' FROM (SELECT DISTINCT days_from, days_to FROM cell) AS heading
            UNION ALL
            SELECT distance_from, -1, '[' || distance_from || ',' || distance_to || ')' FROM (SELECT DISTINCT distance_from, distance_to FROM cell) AS heading
            UNION ALL
            SELECT -1, -1, 'distance'
        ),
        padded AS (
            SELECT row_key, column_key,
                   CASE WHEN column_key < 0 THEN rpad(entry, width) ELSE lpad(entry, width) END AS entry
            FROM (SELECT row_key, column_key, entry, max(length(entry)) OVER (PARTITION BY column_key)::int AS width FROM entry) AS w
        )
        SELECT string_agg(line, E'\n' ORDER BY row_key)
        FROM (SELECT row_key, rtrim(string_agg(entry, '  ' ORDER BY column_key)) AS line FROM padded GROUP BY row_key) AS l
    );
END
$$;
COMMENT ON FUNCTION csp.knox_table(csp.knox_cell[], float8) IS
    'The cross-table of a Knox test for psql: one line per distance band, in each cell the ratio of observed to expected pairs and, in brackets, the pairs; * p at most alpha, ** p at most alpha / 5. Without permutations the ratio is to the exact expectation and has no stars. NULL gives NULL. Error: alpha not between 0 and 1 (22023).';

CREATE FUNCTION csp.knox_noteworthy(cells csp.knox_cell[], alpha float8 DEFAULT 0.05, minimum_ratio float8 DEFAULT 1.2, event text DEFAULT 'an event', unit text DEFAULT 'm')
RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT (alpha > 0 AND alpha < 1) THEN
        RAISE EXCEPTION 'alpha is %, not between 0 and 1', alpha
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a significance level of 5% as 0.05.';
    END IF;
    IF NOT (minimum_ratio >= 0 AND minimum_ratio < 'infinity') THEN
        RAISE EXCEPTION 'minimum_ratio is %, not a number from 0', minimum_ratio
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give 1.2 for cells with at least 20% more pairs than expected.';
    END IF;
    RETURN QUERY
    SELECT CASE WHEN c.distance_from = 0 AND c.distance_to <= 1 THEN 'At the place of ' || event
                WHEN c.distance_from <= 1 THEN 'Within ' || c.distance_to || ' ' || unit || ' of ' || event
                WHEN c.distance_to = 'infinity' THEN 'Beyond ' || c.distance_from || ' ' || unit || ' of ' || event
                ELSE 'From ' || c.distance_from || ' to ' || c.distance_to || ' ' || unit || ' of ' || event
           END
           || CASE WHEN c.days_from = 0 AND c.days_to = 'infinity' THEN ', at any time'
                   WHEN c.days_to = 'infinity' THEN ', after ' || c.days_from || ' days'
                   WHEN c.days_from = 0 AND c.days_to = 1 THEN ', on the same day'
                   WHEN c.days_from = 0 THEN ', for ' || c.days_to || ' days'
                   ELSE ', from day ' || c.days_from || ' to day ' || c.days_to
              END
           || CASE WHEN c.ratio = 'infinity' THEN ': events where chance gave none ('
                   WHEN c.ratio < 1 THEN ': ' || round((100 * (1 - c.ratio))::numeric) || '% fewer than expected ('
                   ELSE ': ' || round((100 * (c.ratio - 1))::numeric) || '% more than expected ('
              END
           || c.observed || ' pairs, ' || round(c.expected::numeric, 1) || ' expected, p = ' || round(c.p_value::numeric, 4) || ')'
    FROM unnest(cells) WITH ORDINALITY AS c
    WHERE c.p_value <= alpha
      AND c.ratio >= minimum_ratio
    ORDER BY c.ordinality;
END
$$;
COMMENT ON FUNCTION csp.knox_noteworthy(csp.knox_cell[], float8, float8, text, text) IS
    'The cells of a Knox test worth acting on, in words, one sentence each: p at most alpha and ratio at least minimum_ratio (a large table reaches small p at ratios near 1, which are of no use). A first distance band of at most 1 unit counts as the same place. Needs permutations: cells without a p-value are left out. NULL gives no rows. Errors: alpha not between 0 and 1, minimum_ratio negative or not finite (22023).';
