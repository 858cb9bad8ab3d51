# A session that calls an aggregate or window function again and again does not grow: neither its memory contexts nor the
# memory of its process, over 1,000 calls after the first 130. Every aggregate and window function of the catalogue is called,
# with arguments as fuzz.sql knows them, so that new ones are included. CSP_LEAK_MS=2000 is the time for each: a slow one
# may have fewer calls, and its growth is then scaled up to 1,000.
. test/robustness/helpers.bash
db=leak_$$
new_database $db
run $db -c "CREATE EXTENSION csp_analysis CASCADE"
grep -oh '"[A-Za-z_0-9]*"' src/*/*.c | tr -d '"' | grep . | sort -u >"$work/words"
WORDS=$work/words run $db -f test/robustness/fuzz.sql >/dev/null
psql -qXAt -d $db -c "SELECT pg_read_file('/proc/self/status') IS NULL" >/dev/null 2>&1 || { echo "SKIP no /proc/self/status for the server"; exit 0; }
run $db <<'SQL'
DELETE FROM fuzz.fact WHERE n > 40;
VACUUM ANALYZE fuzz.fact;
CREATE TABLE fuzz.growth (target integer PRIMARY KEY, calls integer, contexts bigint, process bigint, query text);

-- calls QUERY until there are so many or the time is over; in a procedure of its own, so that both rounds are alike
CREATE FUNCTION fuzz.repeat(query text, most integer, milliseconds integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    ends constant timestamptz := clock_timestamp() + milliseconds * interval '1 ms';
    called integer := 0;
BEGIN
    WHILE called < most AND (clock_timestamp() < ends OR called < 5) LOOP
        EXECUTE query;
        called := called + 1;
    END LOOP;
    RETURN called;
END
$$;
CREATE FUNCTION fuzz.context_bytes() RETURNS bigint LANGUAGE sql AS $$ SELECT sum(c.total_bytes)::bigint FROM pg_backend_memory_contexts c $$;
CREATE FUNCTION fuzz.process_bytes() RETURNS bigint LANGUAGE sql AS $$ SELECT 1024 * substring(pg_read_file('/proc/self/status') FROM 'RssAnon:\s+([0-9]+)')::bigint $$;
-- the first sensible call that is answered, and answered soon
CREATE FUNCTION fuzz.answered_query(target integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    candidate text;
BEGIN
    FOR variant IN 1..200 LOOP
        candidate := fuzz.good_query(target, variant);
        BEGIN
            EXECUTE candidate;
            RETURN candidate;
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
    END LOOP;
    RETURN NULL;
END
$$;
-- three rounds of the same calls: the first pays for what is kept on purpose, the growth is that between the other two
CREATE PROCEDURE fuzz.measure(target integer, query text, milliseconds integer) LANGUAGE plpgsql AS $$
DECLARE
    called integer;
    contexts bigint[];
    process bigint[];
BEGIN
    IF query IS NOT NULL THEN
        FOR round IN 1..3 LOOP
            called := fuzz.repeat(query, CASE round WHEN 1 THEN 30 WHEN 2 THEN 100 ELSE 1000 END, CASE round WHEN 3 THEN milliseconds ELSE milliseconds / 4 END);
            contexts := contexts || fuzz.context_bytes();
            process := process || fuzz.process_bytes();
        END LOOP;
    END IF;
    INSERT INTO fuzz.growth VALUES (target, called, contexts[3] - contexts[2], process[3] - process[2], query);
END
$$;
CREATE VIEW fuzz.grows AS
SELECT g.target, g.calls, g.contexts, g.process, g.query FROM fuzz.growth g
-- as little as 64 bytes a call is found; the memory of a process comes in pages, and its heap has holes
WHERE g.contexts > 16384 AND g.contexts * 1000 / g.calls > 64000 OR g.process > 1000000 AND g.process * 1000 / g.calls > 4000000;
-- to see that growth is seen
CREATE SEQUENCE fuzz.prepared;
CREATE FUNCTION fuzz.grow() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('PREPARE kept_%s AS SELECT 1', nextval('fuzz.prepared'));
    RETURN 1;
END
$$;
SQL
run $db -c "SELECT format('CALL fuzz.measure(%s, fuzz.answered_query(%1\$s), ${CSP_LEAK_MS:-100});', t.target) FROM fuzz.target t WHERE t.nspname = 'csp' AND t.prokind IN ('a', 'w') ORDER BY t.target" >"$work/calls"
run $db -c "SET max_parallel_workers_per_gather = 0" -c "CALL fuzz.measure(0, 'SELECT fuzz.grow()', 100)" -f "$work/calls"
same "what grows on purpose" 0 "$(run $db -c "SELECT target FROM fuzz.grows WHERE target = 0")"
same "functions that grow" "" "$(run $db -c "SELECT t.oid::regprocedure, g.* FROM fuzz.grows g JOIN fuzz.target t USING (target)")"
same "functions without a sensible call" "" "$(run $db -c "SELECT t.oid::regprocedure FROM fuzz.growth g JOIN fuzz.target t USING (target) WHERE g.query IS NULL")"
run $db -c "SELECT count(*) || ' functions, ' || sum(calls) || ' calls, at most ' || max(contexts) || ' bytes more' FROM fuzz.growth WHERE target > 0"
