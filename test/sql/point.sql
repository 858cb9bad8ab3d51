-- point: every figure is compared with PostGIS's own ST_X, ST_Y, ST_SRID.
\set VERBOSITY default
SET client_min_messages = warning;

-- 2D, Z, M, ZM; SRID unset, small, largest PostGIS keeps (998999); values that need every bit
CREATE TEMP TABLE sample AS
SELECT row_number() OVER () AS id, label, g
FROM (VALUES
    ('2d', ST_MakePoint(1.5, -2.25)),
    ('z', ST_MakePoint(0.1, 0.2, 3)),
    ('m', ST_MakePointM(1e300, -1e-300, 5)),
    ('zm', ST_MakePoint(3, 4, 5, 6)),
    ('negative zero', ST_MakePoint(-0.0, 0.0)),
    ('thirds', ST_MakePoint(1.0 / 3, 2.0 / 3)),
    ('27700', ST_SetSRID(ST_MakePoint(458421.25, 304872.5), 27700)),
    ('27700 z', ST_SetSRID(ST_MakePoint(458421.25, 304872.5, 80), 27700)),
    ('unlisted srid', ST_SetSRID(ST_MakePoint(1, 2), 998999)),
    ('bbox', postgis_addbbox(ST_SetSRID(ST_MakePoint(458421.3, 304872.7), 27700))),
    ('bbox zm', postgis_addbbox(ST_MakePoint(7, 8, 9, 10)))
) AS v (label, g);

SELECT label,
       (csp.read_point(g)).x = ST_X(g) AND (csp.read_point(g)).y = ST_Y(g) AND (csp.read_point(g)).srid = ST_SRID(g) AS equal
FROM sample
ORDER BY id;

-- as stored. One point is too small for TOAST, but a row of 120 is not: some of its columns move out of line or are compressed
CREATE TEMP TABLE stored (g geometry);
INSERT INTO stored SELECT g FROM sample;
SELECT count(*) AS n, bool_and((csp.read_point(g)).x = ST_X(g) AND (csp.read_point(g)).y = ST_Y(g)) AS equal FROM stored;
DO $$
DECLARE
    storage text;
BEGIN
    FOREACH storage IN ARRAY ARRAY['external', 'main'] LOOP
        EXECUTE format('CREATE TEMP TABLE wide_%s (%s)', storage, (SELECT string_agg('g' || i || ' geometry', ', ') FROM generate_series(1, 120) AS i));
        EXECUTE (SELECT string_agg(format('ALTER TABLE wide_%s ALTER g%s SET STORAGE %s', storage, i, storage), ';') FROM generate_series(1, 120) AS i);
        EXECUTE format('INSERT INTO wide_%s SELECT %s', storage,
                       (SELECT string_agg(format('postgis_addbbox(ST_MakePoint(%s, %s, 0, 0))', i, -i), ', ') FROM generate_series(1, 120) AS i));
    END LOOP;
END $$;
SELECT pg_relation_size(reltoastrelid) > 0 AS out_of_line FROM pg_class WHERE oid = 'wide_external'::regclass;
CREATE FUNCTION pg_temp.read_wide(storage text) RETURNS TABLE (n bigint, equal boolean, compressed boolean) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE (
        SELECT 'SELECT count(*), bool_and(p.x = v.i AND p.y = -v.i), bool_or(v.c IS NOT NULL) FROM wide_' || storage || ' AS w, LATERAL (VALUES '
               || string_agg(format('(%s, g%s, pg_column_compression(g%s))', i, i, i), ', ') || ') AS v (i, g, c), LATERAL csp.read_point(v.g) AS p'
        FROM generate_series(1, 120) AS i);
END $$;
SELECT * FROM pg_temp.read_wide('external');
SELECT * FROM pg_temp.read_wide('main');

-- 20,000 random places, read from the table and as computed
SELECT count(*) AS n, bool_and(p.x = ST_X(g) AND p.y = ST_Y(g) AND p.srid = 27700) AS equal
FROM (SELECT ST_SetSRID(ST_MakePoint(random() * 7e5, random() * 1.3e6), 27700) AS g FROM generate_series(1, 20000)) AS r,
     LATERAL csp.read_point(r.g) AS p;

SELECT csp.read_point(NULL) IS NULL AS null_is_null;

-- refused, with what to do
SELECT csp.read_point('POINT EMPTY'::geometry);
SELECT csp.read_point('LINESTRING(0 0, 1 1)'::geometry);
SELECT csp.read_point('MULTIPOINT(0 0)'::geometry);
SELECT csp.read_point('POLYGON((0 0, 1 0, 1 1, 0 0))'::geometry);
SELECT csp.read_point(ST_MakePoint('NaN', 1));
SELECT csp.read_point(ST_MakePoint(1, '-Infinity'));
SELECT csp.read_point(ST_SetSRID(ST_MakePoint(-1.1, 52.6), 4326));
SELECT csp.read_point(ST_SetSRID(ST_MakePoint(-1.1, 52.6), 4277));
-- again: the answer comes from the cache now
SELECT csp.read_point(ST_SetSRID(ST_MakePoint(-1.1, 52.6), 4326));

-- raw bytes: the same C function declared over bytea, so that any stored form can be fed to it
CREATE FUNCTION pg_temp.read_bytes(bytea) RETURNS csp.point_coordinates LANGUAGE c STRICT AS '$libdir/csp_analysis', 'read_point';
-- little-endian doubles 1.5 and -2.25
\set xy '000000000000f83f00000000000002c0'
-- version 1, plain; version 1 read-only and solid; version 1 with a box; version 2; version 2 extended; extended with a box
SELECT pg_temp.read_bytes(decode('000000' || '00' || '0100000001000000' || :'xy', 'hex'));
SELECT pg_temp.read_bytes(decode('006c34' || '30' || '0100000001000000' || :'xy', 'hex'));
SELECT pg_temp.read_bytes(decode('006c34' || '04' || repeat('00', 16) || '0100000001000000' || :'xy', 'hex'));
SELECT pg_temp.read_bytes(decode('006c34' || '40' || '0100000001000000' || :'xy', 'hex'));
SELECT pg_temp.read_bytes(decode('006c34' || '50' || repeat('ff', 8) || '0100000001000000' || :'xy', 'hex'));
SELECT pg_temp.read_bytes(decode('006c34' || '57' || repeat('ff', 8) || repeat('00', 32) || '0100000001000000' || :'xy' || repeat('00', 16), 'hex'));
-- SRID: negative in 21 bits (-1), largest positive
SELECT (pg_temp.read_bytes(decode('1fffff' || '00' || '0100000001000000' || :'xy', 'hex'))).srid;
SELECT (pg_temp.read_bytes(decode('0fffff' || '00' || '0100000001000000' || :'xy', 'hex'))).srid;
-- refused: empty, short, cut before the type, cut in the coordinates, too long, many points, reserved flags, geography
SELECT pg_temp.read_bytes('');
SELECT pg_temp.read_bytes(decode('00000000' || '01000000', 'hex'));
SELECT pg_temp.read_bytes(decode('000000' || '54' || '0100000001000000' || :'xy', 'hex'));
SELECT pg_temp.read_bytes(decode('000000' || '40' || '0100000001000000' || '000000000000f83f', 'hex'));
SELECT pg_temp.read_bytes(decode('000000' || '40' || '0100000001000000' || :'xy' || '00', 'hex'));
SELECT pg_temp.read_bytes(decode('000000' || '40' || '0100000002000000' || :'xy', 'hex'));
SELECT pg_temp.read_bytes(decode('000000' || '40' || '01000000ffffffff' || :'xy', 'hex'));
SELECT pg_temp.read_bytes(decode('000000' || '60' || '0100000001000000' || :'xy', 'hex'));
SELECT pg_temp.read_bytes(decode('000000' || '80' || '0100000001000000' || :'xy', 'hex'));
SELECT pg_temp.read_bytes(decode('000000' || '48' || '0100000001000000' || :'xy', 'hex'));
SELECT pg_temp.read_bytes(decode('000000' || '40' || '6300000001000000' || :'xy', 'hex'));
-- every prefix of a good point and every single damaged flag byte ends in an answer or an error, never a crash
CREATE FUNCTION pg_temp.outcome(b bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.read_bytes(b);
    RETURN 'read';
EXCEPTION WHEN data_corrupted OR invalid_parameter_value THEN
    RETURN 'refused';
END $$;
SELECT pg_temp.outcome(substr(whole, 1, n)) AS outcome, count(*)
FROM (SELECT decode('006c34' || '47' || repeat('00', 32) || '0100000001000000' || :'xy' || repeat('00', 16), 'hex') AS whole) AS w,
     generate_series(0, 76) AS n
GROUP BY 1 ORDER BY 1;
-- of 256 flag bytes with a 2D body: read are 00, 10, 20, 30 (version 1) and 40 (version 2)
SELECT string_agg(to_hex(f), ' ' ORDER BY f) AS read
FROM generate_series(0, 255) AS f
WHERE pg_temp.outcome(set_byte(decode('006c34' || '00' || '0100000001000000' || :'xy', 'hex'), 3, f)) = 'read';

-- in a parallel worker too
CREATE TABLE point_parallel AS SELECT ST_SetSRID(ST_MakePoint(i, i * 2), 27700) AS g FROM generate_series(1, 5000) AS i;
SELECT * FROM combining('point_parallel', 'SELECT sum((csp.read_point(g)).x) FROM point_parallel');
SELECT sum((csp.read_point(g)).x) FROM point_parallel;
UPDATE point_parallel SET g = ST_SetSRID(g, 4326) WHERE ST_X(g) = 4321;
SELECT sum((csp.read_point(g)).x) FROM point_parallel;
DROP TABLE point_parallel;
