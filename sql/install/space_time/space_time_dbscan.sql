-- space_time_dbscan: clusters of any shape in space and time.

CREATE FUNCTION csp.space_time_dbscan(location geometry, occurred {date|timestamptz},
                        distance float8, days float8, min_points int)
RETURNS bigint
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'space_time_dbscan_{date|timestamptz}';
COMMENT ON FUNCTION csp.space_time_dbscan(...) IS
    'Window function: clusters of any shape in space and time (ST-DBSCAN): the number of the cluster that each event of the partition belongs to, from 1 in the order of the clusters'' first core events (by time, then x, then y); NULL for noise. Two events are neighbours if they are not farther apart than distance (units of the SRID) and not more than days, both limits included. An event with at least min_points neighbours, itself included as in ST_ClusterDBSCAN, is a core event; core events that are neighbours share a cluster; any other event that neighbours core events belongs to the lowest-numbered of their clusters. location: points in a planar SRID. occurred: date (whole days) or timestamptz. distance: 0 or more; days: 0 or more, fractions for timestamptz, infinity for clusters in space alone; min_points: 1 or more; all three are read from the partition''s first row. A row with a NULL location or occurred gives NULL and does not count; the order of rows does not matter. Errors: not a planar point, mixed SRIDs, settings out of range (22023); infinite times (22008); NULL settings (22004). Sources: Ester and others 1996; Birant and Kut 2007.';
