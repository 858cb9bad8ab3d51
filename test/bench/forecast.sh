# Forecasts of 5,000 monthly series of 120 counts: exponential smoothing chosen by AICc, Holt-Winters with estimated parameters, seasonal
# naive, one process and then the workers of a correlated query; beside R's forecast::ets and HoltWinters on some of them.
set -euo pipefail
cd "$(dirname "$0")/../.."
database=bench_forecast
psql -qXc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
figures=$(mktemp)
trap 'rm -f "$figures"; psql -qXc "DROP DATABASE IF EXISTS $database" postgres' EXIT
psql -qX -d $database -v ON_ERROR_STOP=1 <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
CREATE TABLE counts AS
SELECT series, (date '2015-01-01' + make_interval(months => m))::date AS month,
       csp.seeded_poisson(11, 'count', series * 1000 + m, (ARRAY[2, 8, 30, 120])[1 + series % 4] * exp(0.3 * sin(2 * pi() * m / 12 + series % 12) + (series % 7 - 3) / 1000.0 * m))::float8 AS n
FROM generate_series(1, 5000) AS series, generate_series(0, 119) AS m;
CREATE INDEX ON counts (series) INCLUDE (month, n);
CREATE TABLE series AS SELECT DISTINCT series FROM counts;
VACUUM ANALYZE;
SET work_mem = '256MB'; SET max_parallel_workers_per_gather = 0;
\timing on
\echo automatic
SELECT count(f), round(sum((f[12]).mean)::numeric, 3) AS sum FROM (SELECT csp.forecast(n, month, 12, 12, 0.95) AS f FROM counts GROUP BY series) AS q;
\echo Holt-Winters, additive
SELECT count(f), round(sum((f[12]).mean)::numeric, 3) AS sum FROM (SELECT csp.forecast(n, month, 12, 12, 0.95, 'holt_winters_additive') AS f FROM counts GROUP BY series) AS q;
\echo seasonal naive
SELECT count(f), round(sum((f[12]).mean)::numeric, 3) AS sum FROM (SELECT csp.forecast(n, month, 12, 12, 0.95, 'seasonal_naive') AS f FROM counts GROUP BY series) AS q;
\echo automatic, by workers
SET max_parallel_workers_per_gather = 2; SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0;
SELECT count(f), round(sum((f[12]).mean)::numeric, 3) AS sum FROM (SELECT (SELECT csp.forecast(c.n, c.month, 12, 12, 0.95) FROM counts AS c WHERE c.series = s.series) AS f FROM series AS s OFFSET 0) AS q;
\timing off
SQL
psql -qX -d "$database" -c "COPY (SELECT series, n FROM counts WHERE series <= 40 ORDER BY series, month) TO STDOUT CSV" > "$figures"
Rscript -e 'if (!suppressWarnings(requireNamespace("forecast", quietly = TRUE))) { cat("R has no package forecast\n"); quit() }
d <- read.csv(commandArgs(TRUE)[1], header = FALSE); s <- lapply(split(d$V2, d$V1), ts, frequency = 12)
t <- system.time(for (x in s) forecast::forecast(forecast::ets(x), 12))[["elapsed"]]; cat(sprintf("R ets: %.3f s a series, %.0f s for 5,000\n", t / length(s), 5000 * t / length(s)))
t <- system.time(for (x in s) try(predict(suppressWarnings(HoltWinters(x)), 12, prediction.interval = TRUE), silent = TRUE))[["elapsed"]]; cat(sprintf("R HoltWinters: %.3f s a series\n", t / length(s)))' "$figures" 2>/dev/null || echo "R is not here"
