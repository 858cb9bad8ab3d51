-- suppression: which further counts must be hidden, so that a hidden one cannot be worked out from totals and parts.

CREATE FUNCTION csp_internal.suppress_overlapping(total integer[], breakdown integer[], threshold integer[], region_tables bigint[], counts bigint[], status integer[], tables integer)
RETURNS TABLE (table_number integer, cell integer, is_suppressed boolean, reason text, low bigint, high bigint)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100000 ROWS 1000
AS 'MODULE_PATHNAME', 'suppress_overlapping';
COMMENT ON FUNCTION csp_internal.suppress_overlapping(integer[], integer[], integer[], bigint[], bigint[], integer[], integer) IS
    'Secondary suppression over several tables at once. Internal to secondary_suppression and disclose_assessment. By cell: total (the number of the cell it is part of, from 1; NULL: none), breakdown (which way of splitting the total), threshold. By region, a set of months that lie in the same tables: region_tables (bit j: in table j), and counts, region by region and cell by cell. By table and cell: status (-1 absent, 0 hidden before, 1 shown before, 2 to be shown, 3 to be hidden). One row per cell with status 2 or 3, as secondary_suppression; tables are numbered from 0. Any NULL gives no rows. Errors: 22004, 22023, 22003, 54000.';

CREATE FUNCTION csp.secondary_suppression(cell text[], count bigint[], threshold integer[], total text[], breakdown text[] DEFAULT NULL)
RETURNS TABLE (cell_name text, is_suppressed boolean, reason text, low bigint, high bigint)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100000 ROWS 1000
SET search_path = pg_catalog, pg_temp
-- the planner takes an array from a table for a short one, and would compare every cell with every other
SET enable_nestloop = off
AS $$
DECLARE
    n integer := coalesce(cardinality(cell), 0);
    wrong text;
    totals integer[];
    breakdowns integer[];
BEGIN
    IF cell IS NULL OR count IS NULL OR threshold IS NULL OR total IS NULL THEN
        RETURN;
    END IF;
    IF cardinality(count) <> n OR cardinality(threshold) <> n OR cardinality(total) <> n OR cardinality(breakdown) <> n THEN
        RAISE EXCEPTION 'cell, count, threshold, total and breakdown have %, %, %, % and % elements', n, cardinality(count), cardinality(threshold), cardinality(total), coalesce(cardinality(breakdown)::text, 'no')
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give one element for each cell: array_agg over the same rows in the same order.';
    END IF;
    SELECT u.name INTO wrong FROM unnest(cell) AS u (name) GROUP BY u.name HAVING count(*) > 1 OR u.name IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'cell % is there twice or is NULL', coalesce(quote_literal(wrong), 'NULL')
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give every cell a name of its own, such as area and type in one text.';
    END IF;
    SELECT u.name INTO wrong
    FROM unnest(total) AS u (name)
    LEFT JOIN unnest(cell) AS c (name) ON c.name = u.name
    WHERE u.name IS NOT NULL AND c.name IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'total % is not among the cells', quote_literal(wrong)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the totals as cells too; NULL for a cell that is part of none.';
    END IF;
    SELECT array_agg(t.number::integer ORDER BY u.number), array_agg(dense_rank ORDER BY u.number)
    INTO totals, breakdowns
    FROM (
        SELECT p.number, p.total_name, dense_rank() OVER (ORDER BY b.name NULLS FIRST)::integer AS dense_rank
        FROM unnest(total) WITH ORDINALITY AS p (total_name, number)
        LEFT JOIN unnest(breakdown) WITH ORDINALITY AS b (name, number) ON b.number = p.number
    ) u
    LEFT JOIN unnest(cell) WITH ORDINALITY AS t (name, number) ON t.name = u.total_name;
    RETURN QUERY
    SELECT c.name, s.is_suppressed, s.reason, s.low, s.high
    FROM csp_internal.suppress_overlapping(coalesce(totals, '{}'), coalesce(breakdowns, '{}'), threshold, '{1}', count, array_fill(2, ARRAY[n]), 1) s
    -- a subscript would unpack a stored array once a row
    JOIN unnest(secondary_suppression.cell) WITH ORDINALITY AS c (name, number) ON c.number = s.cell
    ORDER BY s.cell;
END
$$;
COMMENT ON FUNCTION csp.secondary_suppression(text[], bigint[], integer[], text[], text[]) IS
    'Which counts of a table with totals may be shown, so that no reader can work out those that may not? cell: a name for every count, totals included; count: its true count; threshold: counts from 1 to this are suppressed (0: none, but the cell may be suppressed for the sake of others); total: the name of the cell it is part of, NULL for none; breakdown: where one total is split in several ways (by area, by subtype), which of them the cell belongs to. What a total holds beyond its parts is taken to be known to the reader, and is protected itself where it is small. Zeros are always shown. One row per cell, in the order given: is_suppressed; reason (primary: small itself; secondary: others would follow from it); low and high, the interval that a reader can derive from everything shown, exact; high is NULL where there is no upper bound. The interval of a suppressed cell always reaches beyond its threshold and down to the least it could be. Round afterwards: rounding only widens it. Any NULL array but breakdown gives no rows. Errors: lengths that differ, names that are missing or double, totals in a circle, negative counts or thresholds (22023), NULL counts (22004). Cox 1980; Fischetti and Salazar 2001; Hundepool et al. 2012.';
