-- nearest_neighbour_clusters: figures from test/reference/nearest_neighbour_clusters.R (the full matrix of distances, counted anew for every seed).
CREATE TABLE event (id int, x float8, y float8, fixed int, wide int, random int, tight int, loose int);
CREATE TEMP TABLE reference (profile text, cluster_order int, cluster bigint, parent bigint, members bigint, events bigint, x float8, y float8, ellipse_area float8, threshold float8);
\copy event FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/nearest_neighbour_events.csv' WITH (FORMAT csv, HEADER, NULL 'NA')
\copy reference FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/nearest_neighbour_clusters.csv' WITH (FORMAT csv, HEADER, NULL 'NA')
ALTER TABLE event ADD location geometry(Point, 27700);
UPDATE event SET location = ST_SetSRID(ST_MakePoint(x, y), 27700);
-- each event's cluster of the first order
SELECT count(*) AS events, count(fixed_ours) AS fixed, count(*) FILTER (WHERE fixed_ours IS NOT DISTINCT FROM fixed) AS same,
       count(wide_ours) AS wide, count(*) FILTER (WHERE wide_ours IS NOT DISTINCT FROM wide) AS same,
       count(random_ours) AS random, count(*) FILTER (WHERE random_ours IS NOT DISTINCT FROM random) AS same,
       count(tight_ours) AS tight, count(*) FILTER (WHERE tight_ours IS NOT DISTINCT FROM tight) AS same,
       count(loose_ours) AS loose, count(*) FILTER (WHERE loose_ours IS NOT DISTINCT FROM loose) AS same
FROM (SELECT *, csp.nearest_neighbour_cluster(location, 200, 6) OVER () AS fixed_ours, csp.nearest_neighbour_cluster(location, 600) OVER () AS wide_ours,
             csp.nearest_neighbour_cluster(location, 1e8, 0.5, 5) OVER () AS random_ours, csp.nearest_neighbour_cluster(location, 1e8, 0.001, 6) OVER () AS tight_ours,
             csp.nearest_neighbour_cluster(location, 1e8, 0.95, 3) OVER () AS loose_ours FROM event) AS o;
-- the clusters of all orders
CREATE TEMP TABLE hierarchy AS
SELECT p.* FROM (SELECT csp.nearest_neighbour_clusters(location, 200, 6) AS fixed, csp.nearest_neighbour_clusters(location, 600) AS wide, csp.nearest_neighbour_clusters(location, 1e8, 0.5, 5, 3) AS random,
                        csp.nearest_neighbour_clusters(location, 1e8, 0.001, 6) AS tight, csp.nearest_neighbour_clusters(location, 1e8, 0.95, 3, 2) AS loose FROM event) AS h,
     LATERAL (VALUES ('fixed', fixed), ('wide', wide), ('random', random), ('tight', tight), ('loose', loose)) AS p (profile, clusters);
SELECT profile, cluster_order, count(*) AS clusters, count(r.events) AS expected,
       count(*) FILTER (WHERE (o.parent, o.members, o.events) IS NOT DISTINCT FROM (r.parent, r.members, r.events)) AS same,
       bool_and(abs(ST_X(o.centre) / r.x - 1) < 1e-9 AND abs(ST_Y(o.centre) / r.y - 1) < 1e-9 AND abs(o.threshold / r.threshold - 1) < 1e-9
            AND abs(o.ellipse_area / r.ellipse_area - 1) < 1e-9 AND abs(o.density / (r.events / r.ellipse_area * 1e6) - 1) < 1e-9) AS figures
FROM (SELECT profile, c.* FROM hierarchy, unnest(clusters) AS c) AS o FULL JOIN reference AS r USING (profile, cluster_order, cluster)
GROUP BY profile, cluster_order ORDER BY profile, cluster_order;
-- ellipses are those of the aggregate over the cluster's events, around their mean centre; a polygon of 72 points has sin(5 degrees) / (5 degrees) of the ellipse's area
SELECT bool_and(ST_HausdorffDistance(c.ellipse, e.ellipse) < 1e-6 AND abs(ST_Area(c.ellipse) / (c.ellipse_area * sind(5) / radians(5)) - 1) < 1e-9 AND ST_SRID(c.ellipse) = 27700 AND ST_SRID(c.centre) = 27700) AS same, count(*) AS clusters
FROM hierarchy, unnest(clusters) AS c
JOIN (SELECT cluster, csp.standard_deviational_ellipse(location) AS ellipse FROM (SELECT location, csp.nearest_neighbour_cluster(location, 200, 6) OVER () AS cluster FROM event) AS e GROUP BY cluster) AS e USING (cluster)
WHERE profile = 'fixed';
-- the threshold of random events: sqrt(A / n) / 2, and its bounds with t(499) and t(6) (R, printed by the script)
SELECT round(csp.random_neighbour_distance(500, 1e8)::numeric, 9) AS mean, round(csp.random_neighbour_distance(500, 1e8, 0.05)::numeric, 9) AS five_percent, round(csp.random_neighbour_distance(7, 1e8, 0.99)::numeric, 9) AS wide,
       csp.random_neighbour_distance(2, 1e8, 0.01) AS below_0, csp.random_neighbour_distance(NULL, 1e8) AS unknown;

-- by hand: 0, 1, 2, 3, 4 on a line, distance 1.5: three of them have two neighbours, the one farthest west takes 0 and 2; then 3 takes 4.
-- With 3 at least the second is none. At a distance of 1 no two are closer.
SELECT x, csp.nearest_neighbour_cluster(ST_MakePoint(x, 0), 1.5, 2) OVER () AS two, csp.nearest_neighbour_cluster(ST_MakePoint(x, 0), 1.5, 3) OVER () AS three,
       csp.nearest_neighbour_cluster(ST_MakePoint(x, 0), 1, 2) OVER () AS strict, csp.nearest_neighbour_cluster(ST_MakePoint(0, x), 1.5, 2) OVER () AS south_first
FROM generate_series(4, 0, -1) AS x;
-- four pairs in an area of 3200: the threshold is sqrt(3200 / 8) / 2 = 10 for events and sqrt(3200 / 4) / 2 = 14.14 for the four
-- centres at 0.5, 12.5, 25.5 and 1000.5. Order 2: the middle one has two neighbours and takes both; centre 38.5 / 3, three pairs of events.
-- With 4 at least it takes none. One centre has no neighbour. On a line there is no ellipse.
SELECT c.cluster_order, c.cluster, c.parent, c.members, c.events, ST_AsText(c.centre, 6) AS centre, c.ellipse, c.ellipse_area, c.density, round(c.threshold::numeric, 6) AS threshold
FROM (SELECT csp.nearest_neighbour_clusters(ST_MakePoint(x + d, 7), 3200, 0.5, 2) AS clusters FROM unnest('{0,12,25,1000}'::float8[]) AS x, generate_series(0, 1) AS d) AS h, unnest(clusters) AS c;
SELECT max(c.cluster_order) AS orders
FROM (SELECT csp.nearest_neighbour_clusters(ST_MakePoint(x + d, 7), 3200, 0.5, 2, 4) AS clusters FROM unnest('{0,12,25,1000}'::float8[]) AS x, generate_series(0, 1) AS d) AS h, unnest(clusters) AS c;
-- many at one place are a cluster; one fewer are none; the largest comes first
SELECT x, count(*) AS events, min(cluster) AS cluster, max(cluster) AS same
FROM (SELECT x, csp.nearest_neighbour_cluster(ST_MakePoint(x, 5), 1) OVER () AS cluster FROM unnest('{0,100,200}'::float8[]) AS x, generate_series(1, 12) AS i WHERE i <= CASE x WHEN 0 THEN 9 WHEN 100 THEN 10 ELSE 12 END) AS w
GROUP BY x ORDER BY x;
-- neighbours in strips above and below, and exactly as far as the threshold: counted as by a join of all pairs
WITH place AS MATERIALIZED (SELECT i, ST_MakePoint(csp.seeded_integer(3, 'x', i, 0, 40), csp.seeded_integer(3, 'y', i, 0, 40)) AS location FROM generate_series(1, 500) AS i),
counted AS (SELECT a.i, count(*) AS near FROM place AS a JOIN place AS b ON ST_Distance(a.location, b.location) < 5 GROUP BY a.i),
clustered AS (SELECT i, csp.nearest_neighbour_cluster(location, 5, 2) OVER () AS cluster FROM place)
SELECT (SELECT max(near) FROM counted) = (SELECT count(*) FROM clustered WHERE cluster = 1) AS first_takes_most,
       (SELECT count(*) FROM clustered WHERE cluster IS NULL) AS in_none, (SELECT bool_and(larger) FROM (SELECT count(*) <= lag(count(*)) OVER (ORDER BY cluster) AS larger FROM clustered WHERE cluster IS NOT NULL GROUP BY cluster) AS s) AS never_larger;

-- no rows, one, NULLs
SELECT csp.nearest_neighbour_clusters(location, 100) IS NULL AS no_rows, csp.nearest_neighbour_clusters(location, 1e8, 0.5, 5) IS NULL AS no_rows_random FROM event WHERE false;
SELECT csp.nearest_neighbour_clusters(location, 100) AS one, csp.nearest_neighbour_clusters(location, 1e8, 0.9, 5) AS one_random FROM event WHERE id = 1;
SELECT id, csp.nearest_neighbour_cluster(location, 100) OVER () AS one, csp.nearest_neighbour_cluster(location, 1e8, 0.9, 5) OVER () AS one_random FROM event WHERE id = 1;
SELECT csp.nearest_neighbour_clusters(p, 200, 6) = (SELECT csp.nearest_neighbour_clusters(location, 200, 6) FROM event) AS nulls_skipped FROM (SELECT location AS p FROM event UNION ALL SELECT NULL FROM event) AS v;
SELECT count(*) AS rows, count(cluster) AS clustered, bool_and(CASE WHEN known THEN cluster IS NOT DISTINCT FROM fixed ELSE cluster IS NULL END) AS same
FROM (SELECT fixed, known, csp.nearest_neighbour_cluster(CASE WHEN known THEN location END, 200, 6) OVER (ORDER BY md5(id::text || known)) AS cluster FROM event, (VALUES (true), (false)) AS k (known)) AS w;

-- one answer for any order of rows; partitions, groups, filters and frames
SELECT csp.nearest_neighbour_clusters(location, 1e8, 0.95, 3 ORDER BY id) = csp.nearest_neighbour_clusters(location, 1e8, 0.95, 3 ORDER BY md5(id::text)) AS any_order FROM event;
SELECT bool_and(a = b) AS any_order FROM (SELECT csp.nearest_neighbour_cluster(location, 300, 4) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS a, csp.nearest_neighbour_cluster(location, 300, 4) OVER (ORDER BY md5(id::text) DESC) AS b FROM event) AS w;
SELECT bool_and(grouped = filtered) AS groups
FROM (SELECT id % 3 AS g, csp.nearest_neighbour_clusters(location, 400, 5) AS grouped FROM event GROUP BY 1) AS a
JOIN LATERAL (SELECT csp.nearest_neighbour_clusters(location, 400, 5) FILTER (WHERE id % 3 = g) AS filtered FROM event) AS b ON true;
SELECT bool_and(cluster IS NOT DISTINCT FROM alone) AS partitions, count(cluster) AS clustered
FROM (SELECT id, csp.nearest_neighbour_cluster(location, 400, 5) OVER (PARTITION BY id % 3) AS cluster FROM event) AS w
JOIN (SELECT id, csp.nearest_neighbour_cluster(location, 400, 5) OVER () AS alone FROM event WHERE id % 3 = 1) AS a USING (id);
SELECT bool_and(moving = alone) AS frames
FROM (SELECT id, csp.nearest_neighbour_clusters(location, 400, 3) OVER (ORDER BY id ROWS 30 PRECEDING) AS moving FROM event) AS w,
     LATERAL (SELECT csp.nearest_neighbour_clusters(location, 400, 3) AS alone FROM event WHERE id BETWEEN w.id - 30 AND w.id) AS a;
SELECT * FROM combining('event', 'SELECT csp.nearest_neighbour_clusters(location, 200, 6) FROM event');
SELECT p.a = f.clusters AS fixed, p.b = l.clusters AS loose
FROM (SELECT csp.nearest_neighbour_clusters(location, 200, 6) AS a, csp.nearest_neighbour_clusters(location, 1e8, 0.95, 3) AS b FROM event) AS p, hierarchy AS f, hierarchy AS l WHERE f.profile = 'fixed' AND l.profile = 'loose';
RESET ALL;

-- refused
SELECT csp.nearest_neighbour_cluster(location, 0) OVER () FROM event;
SELECT csp.nearest_neighbour_cluster(location, NULL) OVER () FROM event;
SELECT csp.nearest_neighbour_cluster(location, 'NaN', 5) OVER () FROM event;
SELECT csp.nearest_neighbour_cluster(location, 100, 1) OVER () FROM event;
SELECT csp.nearest_neighbour_cluster(location, 1e8, 1, 10) OVER () FROM event;
SELECT csp.nearest_neighbour_cluster(location, 0, 0.5, 10) OVER () FROM event;
SELECT csp.nearest_neighbour_cluster(ST_SetSRID(location, 27700 + id % 2), 100) OVER () FROM event;
SELECT csp.nearest_neighbour_cluster(ST_SetSRID(ST_MakePoint(-1, 51), 4326), 100) OVER ();
SELECT csp.nearest_neighbour_cluster(ST_Buffer(location, 10), 100) OVER () FROM event;
SELECT csp.nearest_neighbour_clusters(location, -1) FROM event;
SELECT csp.nearest_neighbour_clusters(location, 100, NULL) FROM event;
SELECT csp.nearest_neighbour_clusters(location, 100, 10, 1) FROM event;
SELECT csp.nearest_neighbour_clusters(location, 100, 10 + id % 2) FROM event;
SELECT csp.nearest_neighbour_clusters(location, 1e8, 0.0, 10) FROM event;
SELECT csp.nearest_neighbour_clusters(location, 1e8, 'NaN', 10) FROM event;
SELECT csp.random_neighbour_distance(1, 1e8);
SELECT csp.random_neighbour_distance(10, -1);
DROP TABLE event;
