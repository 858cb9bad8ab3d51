# Every aggregate of the extension gives one result: serial, by parallel workers, by partitions, and by both, over
# seeded data with NULLs; grouped and as a whole.
. test/robustness/helpers.bash
db=parallel_$$
new_database $db
run $db <<'SQL'
CREATE EXTENSION csp_analysis CASCADE;
CREATE TABLE fact (g integer, y float8, x float8, x_date date, x_timestamptz timestamptz, events float8, population float8, standard_population float8, expected float8, issue text, likelihood integer, impact integer, id bigint, location geometry, predicted float8, area float8, value float8, neighbours bigint[], z float8, hour float8) PARTITION BY HASH (g);
CREATE TABLE fact0 PARTITION OF fact FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE fact1 PARTITION OF fact FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE fact2 PARTITION OF fact FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO fact
SELECT csp.seeded_integer(5, 'g', n, 0, 8),
       CASE WHEN n % 17 > 0 THEN 1e6 + 10 * csp.seeded_normal(5, 'y', n) + n / 1e4 END,
       CASE WHEN n % 19 > 0 THEN csp.seeded_integer(5, 'x', n, 1, 400) END,
       CASE WHEN n % 23 > 0 THEN date '2024-01-01' + csp.seeded_integer(5, 'x', n, 1, 400)::integer END,
       timestamptz '2024-01-01 00:00+00' + csp.seeded_uniform(5, 't', n) * interval '400 days',
       csp.seeded_poisson(5, 'events', n, 3), 100 + csp.seeded_integer(5, 'population', n, 0, 900), csp.seeded_integer(5, 'standard', n, 1, 5), 3 + csp.seeded_uniform(5, 'expected', n),
       CASE WHEN n % 997 < 5 THEN 'issue ' || n END, nullif(csp.seeded_integer(5, 'likelihood', n, 0, 5), 0), nullif(csp.seeded_integer(5, 'impact', n, 0, 5), 0),
       n, CASE WHEN n % 15 = 1 THEN ST_SetSRID(ST_MakePoint(1000 * csp.seeded_uniform(5, 'x', n), 1000 * csp.seeded_uniform(5, 'y', n)), 27700) END,
       csp.seeded_uniform(5, 'predicted', n), 1 + n % 3,
       CASE WHEN n % 13 > 0 THEN csp.seeded_poisson(5, 'value', n, 2) END, ARRAY[n - 9, n + 9], csp.seeded_normal(5, 'z', n), CASE WHEN n % 29 > 0 THEN 24 * csp.seeded_uniform(5, 'hour', n) ^ 2 END
FROM generate_series(1, 12000) AS n;
VACUUM ANALYZE fact;

CREATE TABLE call AS
SELECT p.oid::regprocedure::text AS aggregate,
       (SELECT format(CASE WHEN p.prorettype = 'geometry'::regtype THEN 'ST_AsText(csp.%I(%s), 6)'
                            WHEN p.proname LIKE 'space\_time%scan' THEN 'csp.%I(%s) FILTER (WHERE id %% 120 = 1)'    -- a search, with 999 replications by default
                            WHEN p.proname = 'standard_deviational_axes' THEN 'to_jsonb(csp.%I(%s)) - ''centre'''    -- mean_centre compares the centre
                            ELSE 'csp.%I(%s)' END, p.proname, string_agg(
            CASE WHEN a.name IN ('x', 'occurred', 'period') THEN CASE a.type::regtype WHEN 'date'::regtype THEN 'x_date' WHEN 'timestamptz'::regtype THEN 'x_timestamptz' ELSE 'x' END
                 WHEN a.name = 'confidence' THEN '0.9' WHEN a.name = 'per' THEN '500' WHEN a.name = 'exposure' THEN 'population' WHEN a.name = 'observed' THEN CASE a.type::regtype WHEN 'bigint'::regtype THEN 'events::bigint' ELSE 'events' END
                 WHEN a.name = 'record_key' THEN '(id * 7919)::integer'
                 WHEN a.name = 'share' THEN '0.2'
                 WHEN a.name = 'is_case' THEN 'id % 4 = 0'
                 WHEN a.name = 'as_of' THEN '''2024-12-31'''
                 WHEN a.name = 'starts' THEN '''2024-01-01 00:00+00''' WHEN a.name = 'ends' THEN '''2025-12-31 00:00+00''' WHEN a.name = 'declustered' THEN 'true'
                 WHEN a.name = 'fit' THEN '''(10,0.1,0.4,5,60,-50,-60,9,t,,2024-01-01,2025-12-31,200,60,10,t)''::csp.self_exciting_fit'
                 WHEN a.name = 'distance_bands' THEN '''{50,100,200}'''
                 WHEN a.name = 'day_bands' THEN '''{7,14}'''
                 WHEN a.name IN ('k', 'permutations', 'seed', 'distance', 'days', 'cell_size', 'bandwidth', 'window')
                     THEN (jsonb '{"k": 3, "permutations": 39, "seed": 7, "distance": 60, "days": 10, "cell_size": 50, "bandwidth": 200, "window": 60}' ->> a.name)
                 WHEN a.name = 'area' AND p.proname ~ '^nearest_neighbour_' THEN '1e6'
                 WHEN a.name IN ('probability', 'min_points', 'min_clusters') THEN (jsonb '{"probability": 0.9, "min_points": 3, "min_clusters": 2}' ->> a.name)
                 WHEN a.name IN ('cases', 'maximum_radius', 'maximum_days', 'prospective', 'replications', 'time_step', 'maximum_share', 'minimum_cases', 'maximum_clusters')
                     THEN (jsonb '{"cases": "events", "maximum_radius": 100, "maximum_days": 30, "prospective": "true", "replications": 9, "time_step": "''7 days''", "maximum_share": 0.4, "minimum_cases": 3, "maximum_clusters": 2}' ->> a.name)
                 WHEN a.name IN ('bounds', 'study_area') THEN 'ST_MakeEnvelope(0, 0, 1000, 1000, 27700)'
                 WHEN a.name IN ('buffer', 'f', 'g', 'coefficient', 'decay', 'floor') THEN (jsonb '{"buffer": 40, "f": 1.1, "g": 1.3, "coefficient": 1, "decay": 0.01, "floor": 20}' ->> a.name)
                 WHEN a.name IN ('weight', 'fraction', 'simulations', 'corrected') THEN (jsonb '{"weight": "area", "fraction": 0.2, "simulations": 9, "corrected": true}' ->> a.name)
                 WHEN a.name IN ('kernel', 'edge', 'style', 'assumption', 'correction', 'distances')
                     THEN quote_literal(jsonb '{"kernel": "gaussian", "edge": "event", "style": "B", "assumption": "normality", "correction": "translate", "distances": "{20,50}"}' ->> a.name)
                 WHEN a.name IN ('occurred_from', 'occurred_to', 'time_zone')
                     THEN (jsonb '{"occurred_from": "x_timestamptz", "occurred_to": "x_timestamptz + value * interval ''30 hours''", "time_zone": "''Europe/London''"}' ->> a.name)
                 WHEN a.name = 'method' THEN quote_literal(CASE p.proname WHEN 'aoristic_hours' THEN 'elapsed' WHEN 'density_bandwidth' THEN 'scott' WHEN 'standard_distance' THEN 'population' ELSE 'yuill' END)
                 WHEN a.name IN ('metric', 'closed', 'form')
                     THEN quote_literal(CASE a.name WHEN 'metric' THEN 'manhattan' WHEN 'closed' THEN 'right' WHEN 'form' THEN CASE p.proname WHEN 'mantel_test' THEN 'reciprocal' ELSE 'promap_2004' END END)
                 WHEN a.name IN ('season', 'year') THEN CASE a.name WHEN 'season' THEN 'x' ELSE 'population' END WHEN a.name = 'variant' THEN quote_literal('independent')
                 ELSE quote_ident(a.name) END, ', ' ORDER BY a.position))
        FROM unnest(p.proargnames, p.proargtypes::oid[]) WITH ORDINALITY AS a (name, type, position)) AS expression
FROM pg_proc p
JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'csp_analysis'
JOIN pg_aggregate g ON g.aggfnoid = p.oid
WHERE p.prokind = 'a'
  AND g.aggcombinefn <> 0                -- others read the rows as a series, in the order of ORDER BY
  -- these need a series without gaps: test/sql/season.sql, test/sql/forecast.sql
  AND p.proname NOT IN ('seasonal_index', 'forecast', 'forecast_model', 'forecast_accuracy', 'project_total');
CREATE TABLE result (mode text, aggregate text, g integer, value jsonb);
SQL
[ "$(run $db -c "SELECT count(*) FROM call")" -ge 38 ] || say_wrong "too few aggregates"

serial="SET max_parallel_workers_per_gather = 0; SET enable_partitionwise_aggregate = off"
workers="SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2; SET parallel_leader_participation = off"
partitions="SET enable_partitionwise_aggregate = on"
results() { # results MODE SETTINGS GATHERS PARTIALS: fills result for a mode; the plan of each must show what the mode is about
    run $db -c "$2" -f - >"$work/plans" <<'SQL'
SELECT format('EXPLAIN (COSTS OFF) SELECT %s FROM fact', expression) FROM call \gexec
SQL
    run $db -c "$2" -f - >"$work/rows" <<SQL
SELECT format(\$\$COPY (SELECT '$1', %L, g, to_jsonb(%s) FROM fact GROUP BY g) TO STDOUT\$\$, aggregate, expression) FROM call \\gexec
SELECT format(\$\$COPY (SELECT '$1', %L, NULL::integer, to_jsonb(%s) FROM fact) TO STDOUT\$\$, aggregate, expression) FROM call \\gexec
SQL
    run $db -c "\\copy result FROM '$work/rows'"
    local calls; calls=$(run $db -c "SELECT count(*) FROM call")
    same "plans with workers, $1" "$([ "$3" = yes ] && echo "$calls" || echo 0)" "$(grep -c 'Gather' "$work/plans" || true)"
    [ "$4" = no ] || [ "$(grep -c 'Partial Aggregate' "$work/plans")" -ge "$calls" ] || say_wrong "plans of $1 do not combine: $(cat "$work/plans")"
}
results serial "$serial" no no
results workers "$workers; SET enable_partitionwise_aggregate = off" yes yes
results partitions "$serial; $partitions" no yes
results both "$workers; $partitions" yes yes

# numbers to 1e-9 relative, all else exactly
differences=$(run $db <<'SQL'
WITH part AS (
    SELECT r.mode, r.aggregate, r.g, coalesce(e.key, '') AS key, coalesce(e.value, CASE WHEN jsonb_typeof(r.value) = 'object' THEN NULL ELSE r.value END) AS value
    FROM result r
    LEFT JOIN LATERAL jsonb_each(CASE WHEN jsonb_typeof(r.value) = 'object' THEN r.value END) AS e ON true
)
SELECT s.aggregate, s.g, s.key, o.mode, left(s.value::text, 60), left(o.value::text, 60)
FROM part s
LEFT JOIN (SELECT DISTINCT mode FROM result WHERE mode <> 'serial') m ON true
LEFT JOIN part o ON o.mode = m.mode AND o.aggregate = s.aggregate AND o.g IS NOT DISTINCT FROM s.g AND o.key = s.key
WHERE s.mode = 'serial'
  AND CASE WHEN jsonb_typeof(s.value) = 'number' AND jsonb_typeof(o.value) = 'number'
           THEN abs(s.value::numeric - o.value::numeric) > 1e-9 * greatest(abs(s.value::numeric), 1e-6)
           ELSE s.value IS DISTINCT FROM o.value END
LIMIT 20;
SQL
)
same "results that differ from the serial ones" "" "$differences"
same "results" "$(run $db -c "SELECT 4 * 10 * count(*) FROM call")" "$(run $db -c "SELECT count(*) FROM result WHERE value <> 'null'")"
