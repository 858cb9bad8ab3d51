-- morans_i, gearys_c: do like values lie near each other?
CREATE TABLE place (test text, id bigint, x float8, y float8, value float8, neighbours bigint[]);
CREATE TABLE figure (test text, style text, assumption text, name text, statistic float8, expected float8, variance float8, z float8, p_value float8);
\copy place FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/autocorrelation_places.csv' WITH (FORMAT csv, HEADER)
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/autocorrelation_global.csv' WITH (FORMAT csv, HEADER)
ALTER TABLE place ADD location geometry, ADD distance float8;
UPDATE place SET location = ST_SetSRID(ST_MakePoint(x, y), 27700), distance = CASE test WHEN 'grid' THEN 333.3 * sqrt(2) WHEN 'islands' THEN 90 END;

-- R: test/reference/autocorrelation.R (spdep::moran.test, geary.test, two-sided); asymmetric lists, and islands, which reduce n
CREATE TABLE ours AS
SELECT test, style, assumption, 'morans_i' AS name, (csp.morans_i(value, id, neighbours, style, assumption)).*
FROM place CROSS JOIN (VALUES ('W'), ('B')) AS s (style) CROSS JOIN (VALUES ('randomisation'), ('normality')) AS a (assumption) GROUP BY test, style, assumption
UNION ALL
SELECT test, style, assumption, 'gearys_c', (csp.gearys_c(value, id, neighbours, style, assumption)).*
FROM place CROSS JOIN (VALUES ('W'), ('B')) AS s (style) CROSS JOIN (VALUES ('randomisation'), ('normality')) AS a (assumption) GROUP BY test, style, assumption;
SELECT name, test, count(*) AS figures,
       bool_and(abs(o.statistic / f.statistic - 1) < 1e-9) AS statistic, bool_and(abs(o.expected / f.expected - 1) < 1e-9) AS expected,
       bool_and(abs(o.variance / f.variance - 1) < 1e-9) AS variance, bool_and(abs(o.z / f.z - 1) < 1e-9) AS z, bool_and(abs(o.p_value / f.p_value - 1) < 1e-8) AS p_value
FROM ours AS o JOIN figure AS f USING (name, test, style, assumption)
GROUP BY name, test ORDER BY name, test;
-- shorter forms: W, and moments under randomisation; by distance the same
SELECT test, abs((m).z / o.z - 1) < 1e-9 AS short, abs((d).z / o.z - 1) < 1e-9 AS by_distance, abs((b).variance / ob.variance - 1) < 1e-9 AS binary, abs((g).p_value / c.p_value - 1) < 1e-8 AS geary
FROM (SELECT test, csp.morans_i(value, id, neighbours) AS m, csp.morans_i(value, location, distance) AS d, csp.morans_i(value, location, distance, 'B') AS b, csp.gearys_c(value, location, distance, 'W', 'normality') AS g
      FROM place WHERE distance IS NOT NULL GROUP BY test) AS s
JOIN ours AS o USING (test) JOIN ours AS ob USING (test) JOIN ours AS c USING (test)
WHERE (o.name, o.style, o.assumption) = ('morans_i', 'W', 'randomisation') AND (ob.name, ob.style, ob.assumption) = ('morans_i', 'B', 'randomisation') AND (c.name, c.style, c.assumption) = ('gearys_c', 'W', 'normality')
ORDER BY test;

-- by hand: 1 2 4 in a row, binary. mean 7/3, deviations -4/3 -1/3 5/3, squares 14/3, S0 = 4.
-- I = 3/4 x 2 x (4/9 - 5/9) / (14/3) = -1/28; C = 2 / (2 x 4) x 2 x (1 + 4) / (14/3) = 15/28
SELECT round((csp.morans_i(v, id, n, 'B')).statistic::numeric * 28, 9) AS i, round((csp.gearys_c(v, id, n, 'B')).statistic::numeric * 28, 9) AS c,
       csp.morans_i(v, id, n, 'B') IS NULL AS "null", (csp.morans_i(v, id, n, 'B')).variance AS too_few_places, round((csp.morans_i(v, id, n, 'B', 'normality')).variance::numeric, 9) AS by_normality
FROM (VALUES (1, 1, '{2}'::bigint[]), (2, 2, '{1,3}'), (3, 4, '{2}')) AS t (id, v, n);

-- permutations against all 120 ways to deal out five values over a star with a tail (a tie among them); z and moments are the
-- exact ones of those ways
CREATE TABLE five (id bigint, v float8, n bigint[]);
INSERT INTO five VALUES (1, 7, '{2,3,4}'), (2, 6, '{1}'), (3, 2, '{1}'), (4, 2, '{1,5}'), (5, 0, '{4}');
CREATE TABLE dealt AS
SELECT (a.v - 3.4) * (b.v + c.v + d.v - 10.2) * 2 + (d.v - 3.4) * (e.v - 3.4) * 2 AS cross_product,
       ((a.v - b.v) ^ 2 + (a.v - c.v) ^ 2 + (a.v - d.v) ^ 2 + (d.v - e.v) ^ 2) * 2 AS differences,
       (a.id, b.id, c.id, d.id, e.id) = (1, 2, 3, 4, 5) AS observed
FROM five AS a, five AS b, five AS c, five AS d, five AS e
WHERE a.id NOT IN (b.id, c.id, d.id, e.id) AND b.id NOT IN (c.id, d.id, e.id) AND c.id NOT IN (d.id, e.id) AND d.id <> e.id;
WITH tail AS (
    SELECT count(*) AS ways, avg(5 * d.cross_product / (8 * 35.2)) AS mean_i, var_pop(5 * d.cross_product / (8 * 35.2)) AS variance_i,
           var_pop(4 * d.differences / (16 * 35.2)) AS variance_c, avg(4 * d.differences / (16 * 35.2)) AS mean_c,
           2 * least(avg((d.cross_product >= o.cross_product - 1e-9)::int), avg((d.cross_product <= o.cross_product + 1e-9)::int)) AS p_i,
           2 * least(avg((d.differences >= o.differences - 1e-9)::int), avg((d.differences <= o.differences + 1e-9)::int)) AS p_c
    FROM dealt AS d, (SELECT cross_product, differences FROM dealt WHERE observed) AS o
)
SELECT ways, round(p_i, 4) AS p_i, abs((i).p_value - least(p_i, 1)) < 4.5 / sqrt(49999) AS permuted_i, round(p_c, 4) AS p_c, abs((c).p_value - least(p_c, 1)) < 4.5 / sqrt(49999) AS permuted_c,
       abs((i).expected - mean_i) < 1e-12 AS expected_i, abs((i).variance - variance_i) < 1e-12 AS variance_i, abs((c).expected - mean_c) < 1e-12 AS expected_c, abs((c).variance - variance_c) < 1e-12 AS variance_c
FROM tail, (SELECT csp.morans_i(v, id, n, 'B', 49999, 3) AS i, csp.gearys_c(v, id, n, 'B', 49999, 3) AS c FROM five) AS s;
-- z is positive for likeness in both; permutations change the p-value alone; the same seed gives the same
SELECT name, sign(z) = sign(abs(statistic - expected) * CASE WHEN (name = 'morans_i') = (statistic > expected) THEN 1 ELSE -1 END) AS likeness_is_positive, count(*) AS cases
FROM ours GROUP BY 1, 2 ORDER BY 1;
SELECT (a).z = (b).z AS z, (a).p_value > 0 AS p, a = c AS same_seed, (a).p_value <> (d).p_value AS another_seed
FROM (SELECT csp.morans_i(value, id, neighbours, 'W', 999, 1) AS a, csp.morans_i(value, id, neighbours) AS b,
             csp.morans_i(value, id, neighbours, 'W', 999, 1) FILTER (WHERE true) AS c, csp.morans_i(value, id, neighbours, 'W', 999, 2) AS d FROM place WHERE test = 'islands') AS s;
-- permutations and seed without a style: W; both forms of neighbours, and settings of the two forms do not mix up
SELECT csp.morans_i(value, id, neighbours, 99, 5) = csp.morans_i(value, id, neighbours, 'W', 99, 5) AS listed, csp.morans_i(value, location, 90, 99, 5) = csp.morans_i(value, location, 90, 'W', 99, 5) AS located,
       csp.gearys_c(value, id, neighbours, 99, 5) = csp.gearys_c(value, id, neighbours, 'W', 99, 5) AS geary, csp.gearys_c(value, location, 90, 99, 5) = csp.gearys_c(value, location, 90, 'W', 99, 5) AS geary_located,
       (csp.morans_i(value, id, neighbours, 99, 5)).p_value <> (csp.morans_i(value, id, neighbours)).p_value AS permuted, csp.morans_i(value, id, neighbours, 0, 5) = csp.morans_i(value, id, neighbours) AS none
FROM place WHERE test = 'islands';
-- any number of workers of the permutations
CREATE TABLE cell AS SELECT x * 200 + y AS id, ST_MakePoint(x, y) AS location, csp.seeded_normal(7, 'cell', x * 200 + y) AS value FROM generate_series(1, 100) AS x, generate_series(1, 100) AS y;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE alone AS SELECT csp.morans_i(value, location, 1.5, 'W', 499, 7) AS i, csp.gearys_c(value, location, 1.5, 'W', 499, 7) AS c FROM cell;
SET max_parallel_workers_per_gather = 2;
SELECT i = (SELECT i FROM alone) AS same_i, c = (SELECT c FROM alone) AS same_c, (i).p_value > 0.01 AS noise FROM (SELECT csp.morans_i(value, location, 1.5, 'W', 499, 7) AS i, csp.gearys_c(value, location, 1.5, 'W', 499, 7) AS c FROM cell) AS s;
RESET max_parallel_workers_per_gather;

-- none, one, two places; equal values; nobody has neighbours; rows without a value, place or id
SELECT csp.morans_i(value, id, neighbours) AS i, csp.gearys_c(value, location, 5) AS c FROM place WHERE false;
SELECT csp.morans_i(1, ST_MakePoint(0, 0), 1) AS i, csp.gearys_c(1, ST_MakePoint(0, 0), 1) AS c;
SELECT csp.morans_i(v, ST_MakePoint(v, 0), 1) AS i, csp.gearys_c(v, ST_MakePoint(v, 0), 1, 'B', 99, 1) AS c FROM generate_series(1, 2) AS v;
SELECT csp.morans_i(0.1, ST_MakePoint(v, 0), 1) AS i, csp.gearys_c(0.1, ST_MakePoint(v, 0), 1, 'B', 99, 1) AS c FROM generate_series(1, 7) AS v;
SELECT csp.morans_i(v, ST_MakePoint(v, 0), 0.5) AS i, csp.gearys_c(v, v, NULL::bigint[]) AS c FROM generate_series(1, 7) AS v;
SELECT csp.morans_i(value, location, 90) = csp.morans_i(value, location, 90) FILTER (WHERE NOT extra) AS located,
       csp.gearys_c(value, id, neighbours) = csp.gearys_c(value, id, neighbours) FILTER (WHERE NOT extra) AS listed, count(*) FILTER (WHERE extra) AS extra
FROM (SELECT value, id, location, neighbours, false AS extra FROM place WHERE test = 'islands'
      UNION ALL SELECT NULL, id, location, neighbours, true FROM place WHERE test = 'islands'
      UNION ALL SELECT value, NULL, NULL, neighbours, true FROM place WHERE test = 'islands') AS s;

-- GROUP BY with FILTER, and moving frames, which call the final function many times on one state
SELECT test, csp.morans_i(value, id, neighbours) FILTER (WHERE test <> 'grid') IS NULL AS filtered, csp.gearys_c(value, id, neighbours) FILTER (WHERE id > 20) = (SELECT csp.gearys_c(value, id, neighbours) FROM place AS p WHERE p.test = place.test AND id > 20) AS same
FROM place GROUP BY test ORDER BY test;
SELECT count(*) AS rows, bool_and(i IS NOT DISTINCT FROM direct) AS same
FROM (SELECT p.id, csp.morans_i(value, id, neighbours) OVER (ORDER BY id ROWS BETWEEN 20 PRECEDING AND CURRENT ROW) AS i,
             (SELECT csp.morans_i(value, id, neighbours) FROM place AS q WHERE q.test = 'grid' AND q.id BETWEEN p.id - 20 AND p.id) AS direct
      FROM place AS p WHERE test = 'grid') AS s;
-- parallel plans: states travel as bytes and are put together, with the same answer to the last bit
CREATE TABLE wide AS SELECT c.id, c.location, c.value, array(SELECT c.id + dx * 200 + dy FROM generate_series(-1, 1) AS dx, generate_series(-1, 1) AS dy) AS neighbours FROM cell AS c;
INSERT INTO wide VALUES (1, NULL, 5, NULL), (2, ST_MakePoint(-50, -50), NULL, '{1}');
ANALYZE wide;
CREATE TABLE serial AS SELECT csp.morans_i(value, id, neighbours) AS a, csp.gearys_c(value, location, 1.5, 'B', 'normality') AS b, csp.morans_i(value, location, 1.5, 'B', 19, 1) AS c FROM wide;
SELECT * FROM combining('wide', $$SELECT csp.morans_i(value, id, neighbours) AS a, csp.gearys_c(value, location, 1.5, 'B', 'normality') AS b, csp.morans_i(value, location, 1.5, 'B', 19, 1) AS c FROM wide$$);
SELECT a = (SELECT a FROM serial) AS a, b = (SELECT b FROM serial) AS b, c = (SELECT c FROM serial) AS c
FROM (SELECT csp.morans_i(value, id, neighbours) AS a, csp.gearys_c(value, location, 1.5, 'B', 'normality') AS b, csp.morans_i(value, location, 1.5, 'B', 19, 1) AS c FROM wide) AS s;
RESET ALL;

SELECT csp.morans_i(value, location, 0) FROM place;
SELECT csp.morans_i(value, location, NULL) FROM place;
SELECT csp.morans_i(value, location, id) FROM place WHERE test = 'grid' AND id < 3;
SELECT csp.morans_i(value, id, neighbours, CASE id WHEN 1 THEN 'W' ELSE 'B' END) FROM place WHERE test = 'grid' AND id < 3;
SELECT csp.morans_i(value, id, neighbours, 'Q') FROM place;
SELECT csp.morans_i(value, id, neighbours, 'W', 'normal') FROM place;
SELECT csp.morans_i(value, id, neighbours, 'W', NULL::text) FROM place;
SELECT csp.gearys_c(value, id, neighbours, 'W', -5, 1) FROM place;
SELECT csp.gearys_c(value, id, neighbours, 'W', 9, NULL) FROM place;
SELECT csp.morans_i(value, id, neighbours, -5, 1) FROM place;
SELECT csp.morans_i(value, location, 90, NULL::int, 1) FROM place;
SELECT csp.morans_i(value, location, 90, 9, NULL) FROM place;
SELECT csp.morans_i(value, location, 90, 9, id) FROM place WHERE test = 'grid' AND id < 3;
SELECT csp.gearys_c(value, id, neighbours) FROM place;
SELECT csp.gearys_c('NaN', id, neighbours) FROM place WHERE test = 'grid';
SELECT csp.gearys_c(1e100 * id, id, neighbours) FROM place WHERE test = 'grid';
SELECT csp.morans_i(value, ST_SetSRID(ST_MakePoint(0, 0), 4326), 1) FROM place;
SELECT csp.morans_i(value, ST_SetSRID(location, (27700 + id)::int), 1) FROM place WHERE test = 'grid' AND id < 3;
SELECT csp.morans_i(value, ST_MakeLine(location, location), 1) FROM place WHERE test = 'grid';

-- serialised states: their bytes are checked as if anyone had written them (parts called under signatures of our own making)
CREATE FUNCTION pg_temp.last_bytes(bytea, bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $2';
CREATE FUNCTION pg_temp.state_of(bytea) RETURNS bigint LANGUAGE c STRICT AS '$libdir/csp_analysis', 'valued_places_deserialize';
CREATE FUNCTION pg_temp.join_states(bigint, bigint) RETURNS bigint LANGUAGE c AS '$libdir/csp_analysis', 'valued_places_combine';
CREATE FUNCTION pg_temp.moran_of(bigint) RETURNS csp.spatial_autocorrelation LANGUAGE c AS '$libdir/csp_analysis', 'morans_i_final';
CREATE AGGREGATE pg_temp.listed_bytes(float8, bigint, bigint[]) (SFUNC = csp_internal.valued_places_accum, STYPE = internal, FINALFUNC = csp_internal.valued_places_serialize);
CREATE AGGREGATE pg_temp.located_bytes(float8, geometry, float8) (SFUNC = csp_internal.valued_places_accum, STYPE = internal, FINALFUNC = csp_internal.valued_places_serialize);
CREATE AGGREGATE pg_temp.read_bytes(bytea) (SFUNC = pg_temp.last_bytes, STYPE = bytea, FINALFUNC = pg_temp.state_of);
CREATE AGGREGATE pg_temp.moran_from_state(bigint) (SFUNC = pg_temp.join_states, STYPE = bigint, FINALFUNC = pg_temp.moran_of);
CREATE FUNCTION pg_temp.moran_from(bytea) RETURNS csp.spatial_autocorrelation LANGUAGE sql AS
    'SELECT pg_temp.moran_from_state(state) FROM (SELECT pg_temp.read_bytes($1) AS state OFFSET 0) AS s';
CREATE FUNCTION pg_temp.verdict(bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.moran_from(bytes);
    RETURN 'read';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CREATE TABLE bytes AS SELECT pg_temp.listed_bytes(v, id, n) AS listed, pg_temp.located_bytes(v, ST_SetSRID(ST_MakePoint(id, v), 27700), 5) AS located FROM five;
SELECT pg_temp.moran_from(listed) = (SELECT csp.morans_i(v, id, n) FROM five) AS listed, pg_temp.moran_from(located) = (SELECT csp.morans_i(v, ST_MakePoint(id, v), 5) FROM five) AS located FROM bytes;
-- cut at every length, or with something behind: damaged
SELECT DISTINCT pg_temp.verdict(substr(listed, 1, k)) AS cut, pg_temp.verdict(substr(located, 1, k)) AS cut_located, pg_temp.verdict(listed || '\x00') AS longer FROM bytes, generate_series(0, length(located) - 1) AS k WHERE k < length(listed);
-- every byte changed: read as other figures or refused, never anything else
SELECT array_agg(DISTINCT pg_temp.verdict(set_byte(bytes, k, get_byte(bytes, k) # flip)) ORDER BY pg_temp.verdict(set_byte(bytes, k, get_byte(bytes, k) # flip))) AS verdicts
FROM (SELECT listed FROM bytes UNION ALL SELECT located FROM bytes) AS b (bytes), generate_series(0, length(bytes) - 1) AS k, (VALUES (255), (1), (128)) AS f (flip);
