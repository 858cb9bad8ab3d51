-- space_time_scan: where and when are there more cases than expected?

CREATE TYPE csp.scan_cluster AS (
    rank                    int,
    centre                  geometry,
    radius                  float8,
    places                  int,
    start_date              date,
    end_date                date,
    observed                bigint,
    expected                float8,
    relative_risk           float8,
    log_likelihood_ratio    float8,
    p_value                 float8,
    recurrence_days         float8
);
COMMENT ON TYPE csp.scan_cluster IS 'A cluster in space and time: a circle and a window of days';
COMMENT ON COLUMN csp.scan_cluster.rank IS '1 for the most likely cluster';
COMMENT ON COLUMN csp.scan_cluster.centre IS 'The place that the circle is drawn around';
COMMENT ON COLUMN csp.scan_cluster.radius IS 'Distance from the centre to the farthest place of the circle, in units of the SRID: ST_DWithin(location, centre, radius) is true of its places; 0 for one place';
COMMENT ON COLUMN csp.scan_cluster.places IS 'Number of distinct places in the circle';
COMMENT ON COLUMN csp.scan_cluster.start_date IS 'First day of the window';
COMMENT ON COLUMN csp.scan_cluster.end_date IS 'Last day of the window';
COMMENT ON COLUMN csp.scan_cluster.observed IS 'Number of cases in the circle and window';
COMMENT ON COLUMN csp.scan_cluster.expected IS 'Number of cases that the model expects there';
COMMENT ON COLUMN csp.scan_cluster.relative_risk IS 'observed / expected inside over observed / expected of all the rest; NULL where there are no other cases';
COMMENT ON COLUMN csp.scan_cluster.log_likelihood_ratio IS 'c ln(c / m) + (N - c) ln((N - c) / (N - m)) for c observed of N cases and m expected';
COMMENT ON COLUMN csp.scan_cluster.p_value IS '(1 + replications whose greatest ratio reaches this one) / (1 + replications); allows for the search; NULL without replications';
COMMENT ON COLUMN csp.scan_cluster.recurrence_days IS 'For a prospective scan: length of a period / p_value: if the scan were repeated every period, chance alone would give such a cluster once in so many days; otherwise NULL';

CREATE FUNCTION csp_internal.space_time_scan_accum(state internal, location geometry, period date,
                        cases float8, population float8 [, maximum_radius float8, maximum_days int
                        [, prospective boolean [, replications int [, seed bigint
                        [, time_step interval, maximum_share float8, minimum_cases int,
                        maximum_clusters int]]]]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'space_time_scan_accum';
COMMENT ON FUNCTION csp_internal.space_time_scan_accum(...) IS 'Internal: part of the aggregate space_time_scan.';

CREATE FUNCTION csp_internal.space_time_scan_final(state internal)
RETURNS csp.scan_cluster[]
LANGUAGE c STABLE PARALLEL SAFE COST 1000000
AS 'MODULE_PATHNAME', 'space_time_scan_final';
COMMENT ON FUNCTION csp_internal.space_time_scan_final(internal) IS 'Internal: part of the aggregates space_time_scan and space_time_permutation_scan.';

CREATE FUNCTION csp_internal.space_time_permutation_scan_accum(state internal, location geometry,
                        occurred date, cases float8 [, maximum_radius float8, maximum_days int
                        [, prospective boolean [, replications int [, seed bigint
                        [, time_step interval, maximum_share float8, minimum_cases int,
                        maximum_clusters int]]]]])
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'space_time_permutation_scan_accum';
COMMENT ON FUNCTION csp_internal.space_time_permutation_scan_accum(...) IS 'Internal: part of the aggregate space_time_permutation_scan.';

CREATE AGGREGATE csp.space_time_scan(location geometry, period date, cases float8,
                        population float8 [, maximum_radius float8, maximum_days int
                        [, prospective boolean [, replications int [, seed bigint
                        [, time_step interval, maximum_share float8, minimum_cases int,
                        maximum_clusters int]]]]]) (
    SFUNC = csp_internal.space_time_scan_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.space_time_scan_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.space_time_scan(...) IS
    'Where and when are there more cases than the population leads to expect, and would chance do that anywhere? Kulldorff''s space-time scan statistic, discrete Poisson. One row for each place and period: location: point of an area, in a planar SRID; period: any day of it; cases: their number, also 0; population: at risk there and then, or any figure that expected cases are proportional to. With one period for all rows it is the purely spatial scan. maximum_radius: of a circle, in units of the SRID; NULL (default) for none. maximum_days: longest window, both ends counted (one period always is allowed); NULL (default) for half of the periods. prospective: true for windows that end with the last period alone, to watch what goes on now (default false). replications: Monte Carlo, default 999; 0 for none. seed: default 1; one seed is one answer for any order of rows, plan or number of workers. time_step: length of a period, whole days or whole months, default 1 day; periods are counted back from the last day (or its month). maximum_share: of all population in a circle, up to 0.5 (default). minimum_cases: of a cluster, default 2. maximum_clusters: default 10. Result: array of clusters by falling log_likelihood_ratio, high rates only, each sharing no place with those before; empty where nothing exceeds expectation; NULL for no rows. Rows with a NULL among the first four arguments are skipped. Errors: not a planar point, mixed SRIDs, cases that are no whole number, settings out of range or not constant, cases where there is no population (22023); NULL settings from prospective on (22004); more than 16777215 cases, or more memory than csp_analysis.max_memory (54000). Source: Kulldorff 1997.';

CREATE AGGREGATE csp.space_time_permutation_scan(location geometry, occurred date, cases float8
                        [, maximum_radius float8, maximum_days int [, prospective boolean
                        [, replications int [, seed bigint [, time_step interval,
                        maximum_share float8, minimum_cases int, maximum_clusters int]]]]]) (
    SFUNC = csp_internal.space_time_permutation_scan_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.space_time_scan_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.space_time_permutation_scan(...) IS
    'Where and when do cases cluster in space and time at once? Kulldorff''s space-time permutation scan statistic: from cases alone, without population; it finds more cases in a circle and window than the circle''s share of all cases and the window''s share together lead to expect. location: point of an event or an area, in a planar SRID; occurred: day; cases: their number, 1 for an event; a row of 0 brings its place and day into the study. maximum_radius: of a circle, in units of the SRID; NULL (default) for none. maximum_days: longest window, both ends counted (one period always is allowed); NULL (default) for half of the periods. prospective: true for windows that end with the last period alone, to watch what goes on now (default false). replications: Monte Carlo, default 999; 0 for none. seed: default 1; one seed is one answer for any order of rows, plan or number of workers. time_step: length of a period, whole days or whole months, default 1 day; periods are counted back from the last day (or its month). maximum_share: of all cases in a circle, up to 0.5 (default). minimum_cases: of a cluster, default 2. maximum_clusters: default 10. Result: array of clusters by falling log_likelihood_ratio, high rates only, each sharing no place with those before; empty where nothing exceeds expectation; NULL for no rows. Rows with a NULL among the first three arguments are skipped. Errors: not a planar point, mixed SRIDs, cases that are no whole number, settings out of range or not constant (22023); NULL settings from prospective on (22004); more than 16777215 cases, or more memory than csp_analysis.max_memory (54000). Source: Kulldorff, Heffernan, Hartman, Assuncao and Mostashari 2005.';
