# Season, change points and seasonal trends over 20,000 monthly series of ten years; R beside them where it is there.
set -euo pipefail
cd "$(dirname "$0")/../.."
database=bench_season
psql -qXc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
folder=$(mktemp -d)
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres; rm -rf "$folder"' EXIT
psql -qX -d $database -v ON_ERROR_STOP=1 <<'SQL'
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
CREATE TABLE monthly AS
SELECT s AS series, m AS n, (date '2015-01-01' + make_interval(months => m))::date AS month,
       csp.seeded_poisson(1, 'season', s * 1000 + m, 30 * (1 + 0.3 * sin(m * pi() / 6)) * CASE WHEN m > 70 AND s % 2 = 0 THEN 0.7 ELSE 1 END) AS events
FROM generate_series(1, 20000) AS s, generate_series(0, 119) AS m;
CREATE TABLE long AS SELECT n, csp.seeded_poisson(2, 'long', n, 5 + 3 * (n / 200 % 2)) AS changing, csp.seeded_normal(2, 'level', n) AS level FROM generate_series(1, 1000000) AS n;
VACUUM ANALYZE;
SQL
bench() { # bench WHAT ROWS WORKERS QUERY: a session of its own, so that its peak memory is the query's
    psql -qXAt -d $database -v ON_ERROR_STOP=1 <<SQL | awk -v what="$1" -v rows="$2" -v workers="$3" 'NR == 1 { from = $1 } NR == 2 { answer = $1 } NR == 3 { to = $1; memory = $2 }
        END { s = to - from; printf "%-66s %9d rows  %d workers %7.2f s %9.0f rows/s %5.0f MB  (%s)\n", what, rows, workers, s, rows / s, memory, answer }'
SET max_parallel_workers_per_gather = $3;
SET work_mem = '256MB';
SELECT extract(epoch FROM clock_timestamp());
$4;
SELECT extract(epoch FROM clock_timestamp()) || ' ' || (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::int / 1024;
SQL
}
series="PARTITION BY series ORDER BY month"
bench "sorting alone: lag" 2400000 0 "SELECT sum(v) FROM (SELECT lag(events) OVER ($series) AS v FROM monthly) AS s"
bench "stl, periodic" 2400000 0 "SELECT round(sum((c).trend)) FROM (SELECT csp.stl(events, 12) OVER ($series) AS c FROM monthly) AS s"
bench "stl, window 7" 2400000 0 "SELECT round(sum((c).trend)) FROM (SELECT csp.stl(events, 12, 7) OVER ($series) AS c FROM monthly) AS s"
bench "stl, periodic, dates" 2400000 0 "SELECT round(sum((c).trend)) FROM (SELECT csp.stl(events, month) OVER ($series) AS c FROM monthly) AS s"
bench "stl, periodic, robust" 2400000 0 "SELECT round(sum((c).trend)) FROM (SELECT csp.stl(events, 12, robust => true) OVER ($series) AS c FROM monthly) AS s"
bench "stl, one series, season of 365" 1000000 0 "SELECT round(sum((c).trend)) FROM (SELECT csp.stl(level, 365) OVER (ORDER BY n) AS c FROM long) AS s"
for workers in 0 1; do
    bench "seasonal_index" 2400000 $workers "SELECT round(sum(i[1])) FROM (SELECT csp.seasonal_index(events, month) AS i FROM monthly GROUP BY series) AS s"
    bench "seasonal_mann_kendall" 2400000 $workers "SELECT sum((t).s) FROM (SELECT csp.seasonal_mann_kendall(events, month) AS t FROM monthly GROUP BY series) AS s"
done
bench "seasonal_mann_kendall, correlated" 2400000 0 "SELECT round(sum((t).variance)) FROM (SELECT csp.seasonal_mann_kendall(events, month, 'correlated') AS t FROM monthly GROUP BY series) AS s"
bench "seasonal_change" 2400000 0 "SELECT round(sum((c).expected)) FROM (SELECT csp.seasonal_change(events, month) OVER ($series) AS c FROM monthly) AS s"
bench "changepoints, normal" 2400000 0 "SELECT sum(cardinality(c)) FROM (SELECT csp.changepoints(events ORDER BY month) AS c FROM monthly GROUP BY series) AS s"
bench "changepoints, poisson" 2400000 0 "SELECT sum(cardinality(c)) FROM (SELECT csp.changepoints(events, 'poisson' ORDER BY month) AS c FROM monthly GROUP BY series) AS s"
bench "changepoints, poisson, one series, a change every 200" 1000000 0 "SELECT cardinality(csp.changepoints(changing, 'poisson' ORDER BY n)) FROM long"
bench "changepoints, normal, one series without a change" 20000 0 "SELECT cardinality(csp.changepoints(level ORDER BY n)) FROM long WHERE n <= 20000"

command -v Rscript >/dev/null || { echo "R is not there: no comparison"; exit 0; }
psql -qXAt -d $database -c "SELECT events FROM monthly WHERE series <= 1000 ORDER BY series, n" >"$folder/series.txt"
Rscript - "$folder/series.txt" <<'R'
series <- lapply(split(scan(commandArgs(TRUE)[1], quiet = TRUE), rep(1:1000, each = 120)), ts, frequency = 12)
timed <- function(what, f) {
  seconds <- system.time(for (y in series) f(y))[["elapsed"]]
  cat(sprintf("R %-64s %9d rows            %7.2f s %9.0f rows/s, 20,000 series %.0f s\n", what, 120000L, seconds, 120000 / seconds, 20 * seconds))
}
timed("stl, periodic", function(y) stl(y, "periodic"))
timed("stl, window 7", function(y) stl(y, 7))
timed("stl, periodic, robust", function(y) stl(y, "periodic", robust = TRUE))
timed("decompose", function(y) decompose(y, "multiplicative"))
if (requireNamespace("Kendall", quietly = TRUE)) timed("Kendall::SeasonalMannKendall", Kendall::SeasonalMannKendall)
if (requireNamespace("changepoint", quietly = TRUE)) {
  timed("changepoint::cpt.mean, PELT", function(y) changepoint::cpt.mean(as.numeric(y) / (mad(diff(y)) / sqrt(2)), method = "PELT", minseglen = 2))
  timed("changepoint::cpt.meanvar, Poisson, PELT", function(y) changepoint::cpt.meanvar(as.numeric(y), method = "PELT", test.stat = "Poisson", minseglen = 2))
}
R
