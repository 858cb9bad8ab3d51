-- space_time_dbscan: against the definition by joins of all pairs, and against PostGIS's ST_ClusterDBSCAN.

-- 600 events on a lattice of 10 m (many pairs exactly at a limit) in 120 days, and some at places with many events
CREATE TABLE event AS
SELECT i AS id, ST_SetSRID(ST_MakePoint(450000 + 10 * csp.seeded_integer(1, 'x', i, 0, 120), 300000 + 10 * csp.seeded_integer(1, 'y', i, 0, 120)), 27700) AS location,
       date '2025-01-01' + csp.seeded_integer(1, 'day', i, 0, 119)::int AS day, timestamptz '2025-01-01 00:00Z' + interval '1 minute' * csp.seeded_integer(1, 'minute', i, 0, 120 * 1440) AS instant
FROM generate_series(1, 600) AS i
UNION ALL
SELECT 600 + i, ST_SetSRID(ST_MakePoint(450000 + 400 * (i % 3), 300500), 27700), date '2025-01-01' + csp.seeded_integer(2, 'day', i, 0, 119)::int, timestamptz '2025-01-01 00:00Z' + interval '1 minute' * csp.seeded_integer(2, 'minute', i, 0, 120 * 1440)
FROM generate_series(1, 60) AS i;

-- the definition: neighbours by a join, core events by their number, clusters as connected core events, numbered by their first
-- event; a border event goes to the lowest number. t is in days.
CREATE FUNCTION pg_temp.by_join(by_day bool, distance float8, days float8, min_points int) RETURNS TABLE (id int, core bool, cluster bigint) LANGUAGE sql AS $$
WITH RECURSIVE e AS MATERIALIZED (
    SELECT id, ST_X(location) AS x, ST_Y(location) AS y, CASE WHEN by_day THEN (day - date '2025-01-01')::float8 ELSE extract(epoch FROM instant - timestamptz '2025-01-01 00:00Z')::float8 / 86400 END AS t FROM event
),
near AS MATERIALIZED (SELECT a.id AS a, b.id AS b FROM e AS a JOIN e AS b ON sqrt((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2) <= distance AND abs(a.t - b.t) <= days),
core AS MATERIALIZED (SELECT a AS id FROM near GROUP BY a HAVING count(*) >= min_points),
link AS MATERIALIZED (SELECT a, b FROM near WHERE a IN (SELECT id FROM core) AND b IN (SELECT id FROM core)),
reach (id, root) AS (SELECT id, id FROM core UNION SELECT l.b, r.root FROM reach AS r JOIN link AS l ON l.a = r.id),
component AS (SELECT id, min(root) AS root FROM reach GROUP BY id),
numbered AS (SELECT root, row_number() OVER (ORDER BY min(ARRAY[t, x, y])) AS cluster FROM component JOIN e USING (id) GROUP BY root),
member AS (SELECT id, true AS core, cluster FROM component JOIN numbered USING (root)
           UNION ALL SELECT n.a, false, min(cluster) FROM near AS n JOIN component AS c ON c.id = n.b JOIN numbered USING (root) WHERE n.a NOT IN (SELECT id FROM core) GROUP BY n.a)
SELECT e.id, coalesce(core, false), cluster FROM e LEFT JOIN member USING (id)
$$;
SELECT s.*, r.*
FROM (VALUES (60::float8, 10::float8, 4), (100, 5, 4), (50, 3.9, 3), (0, 20, 5), (200, 0, 4), (40, 2, 1), (70, 1000, 12)) AS s (distance, days, min_points),
     LATERAL (SELECT max(o.cluster) AS clusters, count(*) FILTER (WHERE core) AS core, count(o.cluster) FILTER (WHERE NOT core) AS border, count(*) FILTER (WHERE o.cluster IS NULL) AS noise, count(*) FILTER (WHERE o.cluster IS NOT DISTINCT FROM j.cluster) AS same
              FROM (SELECT id, csp.space_time_dbscan(location, day, distance, days, min_points) OVER () AS cluster FROM event) AS o JOIN pg_temp.by_join(true, distance, days, min_points) AS j USING (id)) AS r;
-- times to the minute, fractions of days
SELECT s.*, r.*
FROM (VALUES (60::float8, 10.25::float8, 4), (100, 4.5, 4), (0, 20, 5), (40, 1 / 24.0, 1)) AS s (distance, days, min_points),
     LATERAL (SELECT max(o.cluster) AS clusters, count(*) FILTER (WHERE core) AS core, count(o.cluster) FILTER (WHERE NOT core) AS border, count(*) FILTER (WHERE o.cluster IS NULL) AS noise, count(*) FILTER (WHERE o.cluster IS NOT DISTINCT FROM j.cluster) AS same
              FROM (SELECT id, csp.space_time_dbscan(location, instant, distance, days, min_points) OVER () AS cluster FROM event) AS o JOIN pg_temp.by_join(false, distance, days, min_points) AS j USING (id)) AS r;

-- without a limit of time: PostGIS's clusters. Noise is the same, and clusters pair off by their core events; a border event with two
-- clusters in reach is PostGIS's to give to either, here to the lower number.
SELECT s.*, r.*
FROM (VALUES (25::float8, 3), (30, 4), (40, 6), (50, 9), (70, 14), (10, 1)) AS s (distance, min_points),
     LATERAL (SELECT count(DISTINCT ours) AS clusters, count(*) FILTER (WHERE (ours IS NULL) <> (theirs IS NULL)) AS other_noise, count(DISTINCT theirs) AS theirs, count(DISTINCT (ours, theirs)) FILTER (WHERE core) AS pairs,
                     count(*) FILTER (WHERE NOT core AND ours IS NOT NULL) AS border, count(*) FILTER (WHERE pair < ours) AS lower_there
              FROM (SELECT *, min(ours) FILTER (WHERE core) OVER (PARTITION BY theirs) AS pair
                    FROM (SELECT id, csp.space_time_dbscan(location, day, distance, 'infinity', min_points) OVER () AS ours, ST_ClusterDBSCAN(location, distance, min_points) OVER () AS theirs,
                                 (SELECT count(*) FROM event AS b WHERE ST_DWithin(e.location, b.location, distance)) >= min_points AS core FROM event AS e) AS c) AS p) AS r;

-- by hand, distance 10, 5 days, at least 3: (10, day 0) has neighbours at 0 and 20 m on day 0 and at 20 m on day 4: core, as are the two at
-- 20 m. (0, day 0) has one neighbour: border. (30, day 9) is exactly 10 m and 5 days from (20, day 4) and has no other: border.
-- (10, day 10) is 6 days from it: noise, and so is (41, day 9), 11 m from the last. NULLs are noise too.
SELECT x, day, csp.space_time_dbscan(ST_MakePoint(x, 0), date '2025-01-01' + day, 10, 5, 3) OVER () AS cluster
FROM (VALUES (0, 0), (10, 0), (20, 0), (20, 4), (30, 9), (10, 10), (41, 9), (NULL, 0), (10, NULL)) AS v (x, day);
-- numbers follow the first core event, not the first event: the border event of day 0 is in cluster 2, whose core begins on day 3
SELECT x, day, csp.space_time_dbscan(ST_MakePoint(x, 0), date '2025-01-01' + day, 1, 3, 3) OVER (ORDER BY x DESC, day) AS cluster
FROM (VALUES (0, 0), (0, 3), (0, 5), (100, 1), (100, 2), (100, 3)) AS v (x, day) ORDER BY x, day;
-- a border event between two clusters: day 5 is 4 days from day 1 and from day 9, with itself three of the four it needs: the lower number
SELECT day, csp.space_time_dbscan(ST_MakePoint(0, 0), date '2025-01-01' + day, 1, 4, 4) OVER (ORDER BY day DESC) AS cluster
FROM unnest('{0,0,0,1,5,9,10,10,10}'::int[]) AS day ORDER BY day;
-- 100,000 events at one place: by walking, not by squaring
SELECT max(cluster) AS clusters, count(*) - count(cluster) AS noise FROM (SELECT csp.space_time_dbscan(ST_MakePoint(1, 1), date '2000-01-01' + i / 20 + i / 10000, 5, 0, 20) OVER () AS cluster FROM generate_series(0, 99999) AS i) AS w;
-- far times do not wrap round
SELECT csp.space_time_dbscan(ST_MakePoint(0, 0), t, 1, days, 2) OVER (PARTITION BY days) AS cluster, days FROM (VALUES (timestamptz '4713-01-01 BC'), (timestamptz '294276-12-31')) AS v (t), unnest('{1,1e8,1.1e8,1e300,Infinity}'::float8[]) AS days ORDER BY days;

-- one row, no order of rows, partitions
SELECT csp.space_time_dbscan(ST_MakePoint(0, 0), date '2025-01-01', 1, 1, 1) OVER () AS alone, csp.space_time_dbscan(ST_MakePoint(0, 0), date '2025-01-01', 1, 1, 2) OVER () AS noise;
SELECT csp.space_time_dbscan(location, day, 1, 1, 1) OVER () FROM event WHERE false;
SELECT bool_and(a IS NOT DISTINCT FROM b) AS any_order FROM (SELECT csp.space_time_dbscan(location, day, 60, 10, 4) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS a, csp.space_time_dbscan(location, day, 60, 10, 4) OVER (ORDER BY md5(id::text)) AS b FROM event) AS w;
SELECT bool_and(cluster IS NOT DISTINCT FROM alone) AS partitions, count(cluster) AS clustered
FROM (SELECT id, csp.space_time_dbscan(location, day, 100, 10, 4) OVER (PARTITION BY id % 3) AS cluster FROM event) AS w
JOIN (SELECT id, csp.space_time_dbscan(location, day, 100, 10, 4) OVER () AS alone FROM event WHERE id % 3 = 1) AS a USING (id);
SELECT count(*) AS rows, count(cluster) AS clustered, bool_and(CASE WHEN known THEN cluster IS NOT DISTINCT FROM alone ELSE cluster IS NULL END) AS nulls_do_not_count
FROM (SELECT id, known, csp.space_time_dbscan(CASE WHEN known THEN location END, day, 60, 10, 4) OVER () AS cluster FROM event, (VALUES (true), (false)) AS k (known)) AS w
JOIN (SELECT id, csp.space_time_dbscan(location, day, 60, 10, 4) OVER () AS alone FROM event) AS a USING (id);

-- refused
SELECT csp.space_time_dbscan(location, day, -1, 10, 4) OVER () FROM event;
SELECT csp.space_time_dbscan(location, day, 'Infinity', 10, 4) OVER () FROM event;
SELECT csp.space_time_dbscan(location, day, 60, -0.5, 4) OVER () FROM event;
SELECT csp.space_time_dbscan(location, day, 60, 'NaN', 4) OVER () FROM event;
SELECT csp.space_time_dbscan(location, day, 60, '-Infinity', 4) OVER () FROM event;
SELECT csp.space_time_dbscan(location, day, 60, 10, 0) OVER () FROM event;
SELECT csp.space_time_dbscan(location, day, 60, 10, NULL) OVER () FROM event;
SELECT csp.space_time_dbscan(location, date 'infinity', 60, 10, 4) OVER () FROM event;
SELECT csp.space_time_dbscan(ST_SetSRID(location, 27700 + id % 2), day, 60, 10, 4) OVER () FROM event;
SELECT csp.space_time_dbscan(ST_Buffer(location, 1), day, 60, 10, 4) OVER () FROM event;
DROP TABLE event;
