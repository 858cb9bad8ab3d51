-- Run by test/regress/session before each test: its schema, with what tests share. Prints the search_path of the test.
DROP SCHEMA IF EXISTS :"schema" CASCADE;
-- roles that a broken run has left: those of a test begin with the name of its schema
SELECT format('DROP OWNED BY %I CASCADE; DROP ROLE %1$I', rolname) FROM pg_roles WHERE starts_with(rolname, :'schema' || '_') \gexec
CREATE SCHEMA :"schema";
SET search_path = :"schema", pg_catalog;

-- Forces plans with two workers, in which a row costs more than all else, for the statements that follow until RESET ALL.
-- True when QUERY combines so what the workers found in the table SOURCE; an error that shows the plan when it does not.
CREATE FUNCTION by_workers(source text, query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    EXECUTE pg_catalog.format('ALTER TABLE %I SET (parallel_workers = 2)', source);
    EXECUTE pg_catalog.format('ANALYZE %I', source);
    PERFORM pg_catalog.set_config(s.name, s.value, false)
    FROM (VALUES ('enable_seqscan', 'on'), ('enable_hashagg', 'on'), ('enable_sort', 'on'), ('seq_page_cost', '1'),
                 ('max_parallel_workers_per_gather', '2'), ('parallel_setup_cost', '0'), ('parallel_tuple_cost', '10'),
                 ('cpu_tuple_cost', '15'), ('cpu_operator_cost', '0'), ('min_parallel_table_scan_size', '0'),
                 ('parallel_leader_participation', 'off'), ('enable_partitionwise_aggregate', 'off')) AS s (name, value);
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP plan := plan || line || E'\n'; END LOOP;
    IF plan !~ 'Finalize.*Gather.*Workers Planned: 2.*Partial' THEN RAISE 'not combined by workers: % %', query, plan; END IF;
    RETURN true;
END
$$;
COMMENT ON FUNCTION by_workers(text, text) IS 'Forces workers, and tells that QUERY combines what they find in the table SOURCE.';

-- Whether the states of aggregates, combined, give the result of a plan that has nothing to combine.
-- QUERY has aggregates over the table SOURCE alone, which has rows enough for three parts.
--   by_parts    the rows are dealt out to three partitions, and the plan combines the states of three partial aggregates:
--               without any worker, therefore of states that all hold rows, whatever the server has to spare
--   by_workers  as above
--   equal       all three plans give the same rows, numbers to 11 digits
CREATE FUNCTION combining(source text, query text) RETURNS TABLE (by_parts boolean, by_workers boolean, equal boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    own constant text := pg_catalog.current_setting('search_path');
    digits constant text := pg_catalog.current_setting('extra_float_digits');
    dealt constant text := pg_catalog.current_schema() || '_dealt';
    rows_of constant text := pg_catalog.format('SELECT pg_catalog.string_agg(r::text, E''\n'' ORDER BY r::text COLLATE "C") FROM (%s) AS r', query);
    line text;
    plan text := '';
    serial text;
    parts text;
    workers text;
BEGIN
    PERFORM pg_catalog.set_config('extra_float_digits', '-4', false), pg_catalog.set_config('max_parallel_workers_per_gather', '0', false);
    EXECUTE rows_of INTO serial;

    EXECUTE pg_catalog.format('CREATE SCHEMA %I', dealt);
    EXECUTE pg_catalog.format('CREATE TABLE %1$I.%2$I (LIKE %2$I, dealt_part integer) PARTITION BY LIST (dealt_part)', dealt, source);
    FOR part IN 0..2 LOOP
        EXECUTE pg_catalog.format('CREATE TABLE %1$I.part_%3$s PARTITION OF %1$I.%2$I FOR VALUES IN (%3$s)', dealt, source, part);
    END LOOP;
    EXECUTE pg_catalog.format('INSERT INTO %1$I.%2$I SELECT s.*, pg_catalog.row_number() OVER () %% 3 FROM %2$I AS s', dealt, source);
    EXECUTE pg_catalog.format('ANALYZE %I.%I', dealt, source);
    PERFORM pg_catalog.set_config(s.name, s.value, false)
    FROM (VALUES ('enable_seqscan', 'on'), ('enable_hashagg', 'on'), ('enable_sort', 'on'), ('seq_page_cost', '1'),
                 ('enable_partitionwise_aggregate', 'on'), ('cpu_tuple_cost', '15'), ('cpu_operator_cost', '0'),
                 ('search_path', pg_catalog.quote_ident(dealt) || ', ' || own)) AS s (name, value);
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || rows_of LOOP plan := plan || line || E'\n'; END LOOP;
    IF plan !~ 'Finalize.*Append.*Partial.*part_0.*Partial.*part_1.*Partial.*part_2' OR plan ~ 'Gather' THEN
        RAISE 'not combined by parts: % %', query, plan;
    END IF;
    EXECUTE rows_of INTO parts;
    PERFORM pg_catalog.set_config('search_path', own, false);
    EXECUTE pg_catalog.format('DROP TABLE %I.%I', dealt, source);
    EXECUTE pg_catalog.format('DROP SCHEMA %I', dealt);

    PERFORM by_workers(source, rows_of);
    EXECUTE rows_of INTO workers;
    PERFORM pg_catalog.set_config('extra_float_digits', digits, false);
    RETURN QUERY SELECT true, true, serial = parts AND serial = workers;
END
$$;
COMMENT ON FUNCTION combining(text, text) IS 'Whether QUERY over SOURCE gives the same by partitions and by workers as by itself.';

SELECT concat_ws(', ', :'schema', string_agg(DISTINCT quote_ident(n.nspname), ', ') FILTER (WHERE n.nspname <> 'public'), 'public')
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'postgis';
