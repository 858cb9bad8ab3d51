-- nearest_neighbour_clusters: groups of events closer than a threshold, groups of these, and so on.

CREATE TYPE csp.neighbour_cluster AS (
    cluster_order   int,
    cluster         bigint,
    parent          bigint,
    members         bigint,
    events          bigint,
    centre          geometry,
    ellipse         geometry,
    ellipse_area    float8,
    density         float8,
    threshold       float8
);
COMMENT ON TYPE csp.neighbour_cluster IS 'A cluster of nearest neighbour hierarchical clustering';
COMMENT ON COLUMN csp.neighbour_cluster.cluster_order IS '1: a cluster of events; 2: of clusters of order 1; and so on';
COMMENT ON COLUMN csp.neighbour_cluster.cluster IS 'Number within its order, from 1 in the order in which they were found, the largest first; at order 1 that of nearest_neighbour_cluster';
COMMENT ON COLUMN csp.neighbour_cluster.parent IS 'Number of the cluster of the next order that it belongs to; NULL if to none';
COMMENT ON COLUMN csp.neighbour_cluster.members IS 'Events at order 1, else clusters of the order below';
COMMENT ON COLUMN csp.neighbour_cluster.events IS 'Events in it, at any order';
COMMENT ON COLUMN csp.neighbour_cluster.centre IS 'Mean centre of its members, a point in the SRID of the locations: what the next order clusters';
COMMENT ON COLUMN csp.neighbour_cluster.ellipse IS 'Standard deviational ellipse of its events (method crimestat), a polygon of 72 points; NULL where they lie on a line';
COMMENT ON COLUMN csp.neighbour_cluster.ellipse_area IS 'Area of the ellipse in square units of the SRID; NULL without one';
COMMENT ON COLUMN csp.neighbour_cluster.density IS 'Events per square kilometre of the ellipse, the unit of the SRID being the metre; NULL without one';
COMMENT ON COLUMN csp.neighbour_cluster.threshold IS 'Distance below which members of this order count as neighbours, in units of the SRID';

CREATE FUNCTION csp.random_neighbour_distance(n bigint, area float8, probability float8 DEFAULT 0.5)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'random_neighbour_distance';
COMMENT ON FUNCTION csp.random_neighbour_distance(bigint, float8, float8) IS
    'How far apart are nearest neighbours by chance? The mean distance to the nearest neighbour of n random events in an area, sqrt(area / n) / 2, and its one-sided confidence bound: plus t sqrt((4 - pi) area / (4 pi)) / n, t the quantile of Student''s distribution with n - 1 degrees of freedom at the probability. n: 2 or more; area: square units of the SRID; probability: between 0 and 1, default 0.5 (the mean itself), lower for a shorter distance. Gives units of the SRID, 0 where the bound would be below it; any NULL gives NULL. Errors (22023): n below 2, an area not above 0, a probability out of range. Sources: Clark and Evans 1954; Levine 2013 (CrimeStat).';

CREATE FUNCTION csp.nearest_neighbour_cluster(location geometry, distance float8
                        [, min_points int])
RETURNS bigint
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'nearest_neighbour_cluster';
COMMENT ON FUNCTION csp.nearest_neighbour_cluster(...) IS
    'Window function: the number of the first-order cluster of nearest neighbour hierarchical clustering that each event of the partition belongs to, from 1 in the order in which they are found, the largest first; NULL for an event in none. location: points in a planar SRID. distance: the threshold, units of the SRID. Two places are neighbours if they are closer than the threshold (strictly). The event with the most neighbours that belong to no cluster yet becomes a seed and takes them; so on while a seed has at least min_points with itself (default 10, at least 2). Of seeds with as many the one farther west, then south comes first: the order of rows does not matter. A row with a NULL location gives NULL and does not count. Errors: not a planar point, mixed SRIDs, settings out of range (22023); NULL settings (22004). Source: Levine 2013 (CrimeStat IV).';

CREATE FUNCTION csp.nearest_neighbour_cluster(location geometry, area float8, probability float8, min_points int)
RETURNS bigint
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'nearest_neighbour_cluster_random';
COMMENT ON FUNCTION csp.nearest_neighbour_cluster(geometry, float8, float8, int) IS
    'Window function: the number of the first-order cluster of nearest neighbour hierarchical clustering that each event of the partition belongs to, from 1 in the order in which they are found, the largest first; NULL for an event in none. location: points in a planar SRID. The threshold is csp.random_neighbour_distance(number of events, area, probability). area: of the study area, square units of the SRID; probability: 0.5 for the mean distance of random events, lower for tighter clusters. Two places are neighbours if they are closer than the threshold (strictly). The event with the most neighbours that belong to no cluster yet becomes a seed and takes them; so on while a seed has at least min_points with itself (default 10, at least 2). Of seeds with as many the one farther west, then south comes first: the order of rows does not matter. A row with a NULL location gives NULL and does not count. Errors: not a planar point, mixed SRIDs, settings out of range (22023); NULL settings (22004). Source: Levine 2013 (CrimeStat IV).';

CREATE FUNCTION csp_internal.nearest_neighbour_clusters_accum(state internal, location geometry,
                        distance float8 [, min_points int [, min_clusters int]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'nearest_neighbour_clusters_accum';
COMMENT ON FUNCTION csp_internal.nearest_neighbour_clusters_accum(...) IS 'Internal: part of the aggregate nearest_neighbour_clusters.';

CREATE FUNCTION csp_internal.nearest_neighbour_clusters_accum(state internal, location geometry,
                        area float8, probability float8, min_points int [, min_clusters int])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'nearest_neighbour_clusters_random_accum';
COMMENT ON FUNCTION csp_internal.nearest_neighbour_clusters_accum(...) IS 'Internal: part of the aggregate nearest_neighbour_clusters.';

CREATE FUNCTION csp_internal.nearest_neighbour_clusters_final(state internal)
RETURNS csp.neighbour_cluster[]
LANGUAGE c STABLE PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'nearest_neighbour_clusters_final';
COMMENT ON FUNCTION csp_internal.nearest_neighbour_clusters_final(internal) IS 'Internal: part of the aggregate nearest_neighbour_clusters.';

CREATE AGGREGATE csp.nearest_neighbour_clusters(location geometry, distance float8
                        [, min_points int [, min_clusters int]]) (
    SFUNC = csp_internal.nearest_neighbour_clusters_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.nearest_neighbour_clusters_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.nearest_neighbour_clusters(...) IS
    'Which groups of events lie close together, and which groups of groups? Nearest neighbour hierarchical clusters with their centre, ellipse and density. location: points in a planar SRID. distance: the threshold, units of the SRID. Two places are neighbours if they are closer than the threshold (strictly). The event with the most neighbours that belong to no cluster yet becomes a seed and takes them; so on while a seed has at least min_points with itself (default 10, at least 2). Of seeds with as many the one farther west, then south comes first: the order of rows does not matter. Higher orders cluster the centres of the order below in the same way, with at least min_clusters (default 2) in each, until none is formed at the same distance.
Gives an array ordered by cluster_order and cluster: unnest it. Rows with a NULL location are skipped; no rows give NULL, no clusters an empty array. Errors: not a planar point, mixed SRIDs, settings out of range or that differ between rows (22023); NULL settings (22004). Source: Levine 2013 (CrimeStat IV).';

CREATE AGGREGATE csp.nearest_neighbour_clusters(location geometry, area float8,
                        probability float8, min_points int [, min_clusters int]) (
    SFUNC = csp_internal.nearest_neighbour_clusters_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.nearest_neighbour_clusters_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.nearest_neighbour_clusters(...) IS
    'Which groups of events lie close together, and which groups of groups? Nearest neighbour hierarchical clusters with their centre, ellipse and density. location: points in a planar SRID. The threshold is csp.random_neighbour_distance(number of events, area, probability). area: of the study area, square units of the SRID; probability: 0.5 for the mean distance of random events, lower for tighter clusters. Two places are neighbours if they are closer than the threshold (strictly). The event with the most neighbours that belong to no cluster yet becomes a seed and takes them; so on while a seed has at least min_points with itself (default 10, at least 2). Of seeds with as many the one farther west, then south comes first: the order of rows does not matter. Higher orders cluster the centres of the order below in the same way, with at least min_clusters (default 2) in each, until none is formed, with the threshold of as many random events as there are centres.
Gives an array ordered by cluster_order and cluster: unnest it. Rows with a NULL location are skipped; no rows give NULL, no clusters an empty array. Errors: not a planar point, mixed SRIDs, settings out of range or that differ between rows (22023); NULL settings (22004). Source: Levine 2013 (CrimeStat IV).';
