# Window functions over a million rows give back what they take: a session that repeats them does not grow, and
# evaluating the arguments of a partition leaves nothing behind.
. test/robustness/helpers.bash
db=memory_$$
new_database $db
run $db <<'SQL'
CREATE EXTENSION csp_analysis CASCADE;
CREATE TABLE many AS
SELECT n, n % 20000 AS g, csp.seeded_uniform(1, 'p', n) AS p, csp.seeded_uniform(1, 'p', n)::numeric AS p_numeric, csp.seeded_poisson(1, 'events', n, 5) AS events
FROM generate_series(1, 1000000) AS n;
SQL
resident="SELECT 'resident ' || substring(pg_read_file('/proc/self/status') FROM 'RssAnon:\s+([0-9]+)')"
# without the shared buffers, of which it may have touched more or fewer
peak="SELECT 'peak ' || sum(CASE WHEN m[1] = 'VmHWM' THEN m[2]::bigint ELSE - m[2]::bigint END) FROM regexp_matches(pg_read_file('/proc/self/status'), '(VmHWM|RssShmem):\s+([0-9]+)', 'g') AS m"
psql -qXAt -d $db -c "$resident" >/dev/null 2>&1 || { echo "SKIP no /proc/self/status for the server"; exit 0; }

# grows QUERY: kilobytes by which the session is larger after six runs than after two
grows() {
    run $db -c "SET work_mem = '4MB'" -c "$1" -c "$1" -c "$resident" -c "$1" -c "$1" -c "$1" -c "$1" -c "$resident" | sed -n 's/^resident //p' | paste -sd' ' | { read -r first last; echo $((last - first)); }
}
for query in \
    "SELECT sum(v) FROM (SELECT csp.adjusted_p_value(p) OVER () AS v FROM many) AS w" \
    "SELECT sum(v) FROM (SELECT csp.adjusted_p_value(p, 'holm') OVER (PARTITION BY g) AS v FROM many) AS w" \
    "SELECT sum(v) FROM (SELECT csp.smoothed_rate(events, 100, 1000) OVER (PARTITION BY g) AS v FROM many) AS w" \
    "SELECT sum((v).trend) FROM (SELECT csp.stl(p, 7) OVER (PARTITION BY g ORDER BY n) AS v FROM many) AS w" \
    "SELECT sum((v).trend) FROM (SELECT csp.stl(p, 365, robust => true) OVER (ORDER BY n) AS v FROM many WHERE n < 100000) AS w" \
    "SELECT sum(cardinality(v)) FROM (SELECT csp.changepoints(p ORDER BY n) AS v FROM many GROUP BY g) AS w" \
    "SELECT sum((v).s) FROM (SELECT csp.seasonal_mann_kendall(p, n % 12, n / 12, 'correlated') AS v FROM many GROUP BY g) AS w" \
    "SELECT sum(cardinality(v)) FROM (SELECT csp.forecast(p, n::integer, 12, 12, 0.9, 'holt_winters_additive') AS v FROM many WHERE n < 100000 GROUP BY n >= 50000) AS w" \
    "SELECT sum(cardinality(v)) FROM (SELECT csp.forecast(p, m, 12, 12, 0.9) AS v FROM (SELECT n / 60 AS g, (n % 60)::integer AS m, p FROM many WHERE n < 12000) AS s GROUP BY g) AS w" \
    "SELECT sum((v).slope) FROM (SELECT csp.trend(p, n) AS v FROM many GROUP BY g) AS w" \
    "SELECT sum((v).s) FROM (SELECT csp.mann_kendall(p, n) AS v FROM many GROUP BY g) AS w" \
    "SELECT sum(csp.risk_score(1, 2)), count(csp.rate_interval(events, 100)), count(csp.csv_fields(repeat('\"a\"\"b\",', 80))) FROM many WHERE n < 300000"; do
    kilobytes=$(grows "$query")
    [ "$kilobytes" -lt 8192 ] || say_wrong "$kilobytes kB more after six runs than after two: $query"
done

# an argument that has to be computed takes no memory per row: two of them in 400,000 rows would be 40 MB and more.
run $db -c "CREATE TABLE fewer AS SELECT many.* FROM many WHERE n <= 400000" -c "VACUUM fewer"
plain=$(run $db -c "SELECT sum(v) FROM (SELECT csp.smoothed_rate(n, n) OVER () AS v FROM fewer) AS w" -c "$peak" | sed -n 's/^peak //p')
computed=$(run $db -c "SELECT sum(v) FROM (SELECT csp.smoothed_rate((p_numeric * 1000)::float8, (p_numeric + n)::float8) OVER () AS v FROM fewer) AS w" -c "$peak" | sed -n 's/^peak //p')
[ $((computed - plain)) -lt 12000 ] || say_wrong "computed arguments take $((computed - plain)) kB more than plain ones"
