# Long calls stop when they are asked to: a timeout at several moments of each (reading, collecting, sorting, computing)
# is obeyed within a second.
. test/robustness/helpers.bash
db=cancel_$$
new_database $db
run $db <<'SQL'
CREATE EXTENSION csp_analysis CASCADE;
CREATE TABLE many AS
SELECT n, csp.seeded_normal(1, 'y', n) AS y, csp.seeded_uniform(1, 'p', n) AS p
FROM generate_series(1, 2000000) AS n;
SET max_parallel_workers_per_gather = 2;
ANALYZE many;
SQL
stops() { # stops MILLISECONDS QUERY: the query takes longer than that, and stops then; a fast machine may have an answer
    local query=$2 timeout=$1 begun took
    # a busy machine may delay anything: what was too slow is tried twice more
    for attempt in 1 2 3; do
        begun=$(date +%s%N)
        if psql -qXAt -d $db -v VERBOSITY=verbose -c "SET statement_timeout = $timeout" -c "$query" >/dev/null 2>"$work/err"; then [ "$timeout" -gt 100 ] || say_wrong "no timeout in: $query"
        else grep -q 'ERROR:  57014' "$work/err" || say_wrong "$(cat "$work/err") from: $query"; fi
        took=$((($(date +%s%N) - begun) / 1000000))
        [ $took -ge $((timeout + 1000)) ] || return 0
    done
    say_wrong "stopped after $took ms instead of $timeout, for the third time (attempt $attempt): $query"
}
for timeout in 50 300 1200; do
    stops $timeout "SELECT csp.theil_sen(y, n) FROM many"
    stops $timeout "SELECT csp.mann_kendall(y, p) FROM many"
    stops $timeout "SELECT csp.seasonal_mann_kendall(y, n % 3, n) FROM many"
    stops $timeout "SELECT csp.changepoints(y ORDER BY n) FROM many"
    stops $timeout "SELECT csp.seasonal_index(y, 100000, 'additive' ORDER BY n) FROM many"
    stops $timeout "SELECT max((v).trend) FROM (SELECT csp.stl(y, 12, robust => true, trend_window => 100001) OVER (ORDER BY n) AS v FROM many) AS w"
    stops $timeout "SELECT csp.forecast(abs(y), n::integer, 12, 12, 0.9) FROM many"
    stops $timeout "SELECT csp.forecast_model(y, n::integer, 365, 'holt_winters_additive') FROM many"
    stops $timeout "SELECT csp.forecast_accuracy(p, n::integer, 30, 12, 0.9, 'auto', 1000) FROM many WHERE n <= 2000"
    stops $timeout "SELECT csp.poisson_trend(abs(y), n, 1 + p) FROM many CROSS JOIN generate_series(1, 3)"
    stops $timeout "SELECT csp.poisson_e_test(499999000000, 1, 500001000000, 1)"
    stops $timeout "SELECT jsonb_typeof(csp.priority_risk_matrix(y::text, 1 + n % 5, 1)) FROM many CROSS JOIN generate_series(1, 2)"
    stops $timeout "SELECT max(v) FROM (SELECT csp.adjusted_p_value(p, 'BY') OVER () AS v FROM many CROSS JOIN generate_series(1, 3)) AS w"
    stops $timeout "SELECT max(v) FROM (SELECT csp.smoothed_rate(n, n) OVER () AS v FROM many CROSS JOIN generate_series(1, 3)) AS w"
    stops $timeout "SELECT max(v) FROM (SELECT csp.space_time_dbscan(ST_MakePoint(1000 * y, 1000 * p), date '2025-01-01' + n % 100, 20, 20, 3) OVER () AS v FROM many) AS w"
    stops $timeout "SELECT max(v) FROM (SELECT csp.nearest_neighbour_cluster(ST_MakePoint(1000 * y, 1000 * p), 20) OVER () AS v FROM many) AS w"
    stops $timeout "SELECT cardinality(csp.geographic_profile(ST_MakePoint(1000 * y, 1000 * p), 10)) FROM many"
    stops $timeout "SELECT csp.crude_rate(n, n), csp.standardised_rate(n, n, n), csp.standardised_ratio(n, n), csp.trend(y, n) FROM many CROSS JOIN generate_series(1, 20)"
done
# the scan statistic: finding circles, searching, dealing out cases, with workers and without
run $db -c "CREATE TABLE cases AS SELECT ST_MakePoint(10000 * csp.seeded_uniform(1, 'x', n), 10000 * csp.seeded_uniform(1, 'y', n)) AS location, date '2024-01-01' + (n % 365)::int AS day, 1 + n % 3 AS cases, 100 + n % 50 AS population FROM generate_series(1, 8000) AS n"
for timeout in 100 700 2500; do
    for workers in 0 2; do
        stops $timeout "SET max_parallel_workers_per_gather = $workers; SELECT csp.space_time_permutation_scan(location, day, cases) FROM cases"
        stops $timeout "SET max_parallel_workers_per_gather = $workers; SELECT csp.space_time_scan(location, '2024-01-01', 1000, population, NULL, NULL, false, 99999) FROM cases"
    done
done
# what cannot be cut short is short
run $db -c "SET statement_timeout = '1s'" -c "SELECT csp.mann_kendall_exact_p(0, 200), csp.mann_kendall_exact_p(198, 200), csp.funnel_limits(1e300), csp.funnel_limits(1e15, 0.998, true), csp.seeded_poisson(1, 'x', 1, 1e15), csp.rate_change(1, 1, 999999999999, 1), csp.rate_interval(1e15, 1, 1, 0.999999999, 'exact')" \
    -c "SELECT csp.risk_matrix_text(csp.priority_risk_matrix(repeat('word ', 10000), 1 + n % 5, 1 + n % 5), 500) FROM generate_series(1, 1000) AS n" >/dev/null
