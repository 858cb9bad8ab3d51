-- events: serialised states of aggregates. A state can only come from a process of the same server, but its bytes are
-- checked as if anyone had written them. The parts are called here under SQL signatures of our own making.
CREATE FUNCTION pg_temp.last_bytes(bytea, bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $2';
CREATE FUNCTION pg_temp.state_of(bytea) RETURNS bigint LANGUAGE c STRICT AS '$libdir/csp_analysis', 'events_deserialize';
CREATE FUNCTION pg_temp.join_states(bigint, bigint) RETURNS bigint LANGUAGE c AS '$libdir/csp_analysis', 'events_combine';
CREATE FUNCTION pg_temp.knox_of(bigint) RETURNS csp.knox_cell[] LANGUAGE c AS '$libdir/csp_analysis', 'knox_test_final';
CREATE AGGREGATE pg_temp.knox_bytes(geometry, date, float8[], float8[], int) (SFUNC = csp_internal.knox_test_accum, STYPE = internal, FINALFUNC = csp_internal.events_serialize);
CREATE AGGREGATE pg_temp.read_bytes(bytea) (SFUNC = pg_temp.last_bytes, STYPE = bytea, FINALFUNC = pg_temp.state_of);
CREATE AGGREGATE pg_temp.knox_from_state(bigint) (SFUNC = pg_temp.join_states, STYPE = bigint, FINALFUNC = pg_temp.knox_of);
CREATE FUNCTION pg_temp.knox_from_bytes(bytea) RETURNS csp.knox_cell[] LANGUAGE sql AS
    'SELECT pg_temp.knox_from_state(state) FROM (SELECT pg_temp.read_bytes($1) AS state OFFSET 0) AS s';

CREATE TEMP TABLE event AS SELECT ST_SetSRID(ST_MakePoint(i * i % 7, i % 3), 27700) AS location, date '2024-01-01' + i AS day FROM generate_series(1, 6) AS i;
SELECT pg_temp.knox_bytes(location, day, '{2,4}', '{2,4}', 99) AS good FROM event \gset
-- 18 bytes of header, 32 of settings, 4 edges, 6 events
SELECT length(:'good'::bytea) = 18 + 32 + 4 * 8 + 6 * 3 * 8 AS length;
SELECT md5(pg_temp.knox_from_bytes(:'good')::text) = md5(csp.knox_test(location, day, '{2,4}', '{2,4}', 99)::text) AS round_trip FROM event;

CREATE FUNCTION pg_temp.outcome(b bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.knox_from_bytes(b);
    RETURN 'answer';
EXCEPTION
    WHEN invalid_binary_representation THEN RETURN 'damaged';
    WHEN invalid_parameter_value OR datetime_field_overflow THEN RETURN 'refused';
END $$;
-- every prefix, and one byte more
SELECT pg_temp.outcome(substr(:'good'::bytea, 1, n)) AS outcome, count(*) FROM generate_series(0, length(:'good'::bytea) - 1) AS n GROUP BY 1;
SELECT pg_temp.outcome(:'good'::bytea || '\x00');
-- every byte of the header and the settings set to each of six values: damaged or an answer, never anything else
SELECT bool_and(pg_temp.outcome(set_byte(:'good', n, v)) IN ('answer', 'damaged', 'refused')) AS safe
FROM generate_series(0, 81) AS n, unnest(ARRAY[0, 1, 2, 127, 128, 255]) AS v;
-- and every byte of the events
SELECT bool_and(pg_temp.outcome(set_byte(:'good', n, v)) IN ('answer', 'damaged', 'refused')) AS safe
FROM generate_series(82, length(:'good'::bytea) - 1) AS n, unnest(ARRAY[0, 127, 128, 240, 255]) AS v;
-- named damage: version, flags, SRID, size of settings, count, NaN coordinate, infinite time, bands out of order
SELECT pg_temp.outcome(set_byte(:'good', 0, 9)) AS version, pg_temp.outcome(set_byte(:'good', 1, 8)) AS flags,
       pg_temp.outcome(set_byte(:'good', 2, 127)) AS srid, pg_temp.outcome(set_byte(:'good', 6, 255)) AS settings,
       pg_temp.outcome(set_byte(:'good', 10, 255)) AS count,
       pg_temp.outcome(overlay(:'good'::bytea PLACING '\x000000000000f87f' FROM 83)) AS coordinate,
       pg_temp.outcome(overlay(:'good'::bytea PLACING '\xffffffffffffff7f' FROM 82 + 6 * 16 + 1)) AS time,
       pg_temp.outcome(overlay(:'good'::bytea PLACING '\x000000000000f03f' FROM 18 + 32 + 8 + 1)) AS bands;

-- states of different settings, or of different reference systems, do not join
SELECT pg_temp.knox_from_state(state)
FROM (SELECT pg_temp.read_bytes(b) AS state
      FROM (SELECT 1 AS n, pg_temp.knox_bytes(location, day, '{2,4}', '{2,4}', 99) AS b FROM event
            UNION ALL SELECT 2, pg_temp.knox_bytes(location, day, '{2,5}', '{2,4}', 99) FROM event) AS s
      GROUP BY n) AS states;
SELECT pg_temp.knox_from_state(state)
FROM (SELECT pg_temp.read_bytes(b) AS state
      FROM (SELECT 1 AS n, pg_temp.knox_bytes(location, day, '{2,4}', '{2,4}', 99) AS b FROM event
            UNION ALL SELECT 2, pg_temp.knox_bytes(ST_SetSRID(location, 0), day, '{2,4}', '{2,4}', 99) FROM event) AS s
      GROUP BY n) AS states;
-- a part of an aggregate cannot be called by itself
SELECT pg_temp.knox_of(NULL);
SELECT pg_temp.state_of('\x01');
