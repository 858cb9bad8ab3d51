# Alerts over many series: farrington with its options, ears, cusum, ewma; surveillance beside them where R has it.
set -euo pipefail
cd "$(dirname "$0")/../.."
database=bench_alert
psql -qXc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
folder=$(mktemp -d)
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres; rm -rf "$folder"' EXIT
psql -qX -d $database -v ON_ERROR_STOP=1 <<'SQL'
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
CREATE TABLE week_500 AS
SELECT series, week, date '2020-01-06' + 7 * week AS period, csp.seeded_poisson(1, 'week', series * 1000 + week, 8 * (1 + 0.3 * sin(2 * pi() * week / 52.18)))::int AS n
FROM generate_series(1, 500) AS series, generate_series(0, 259) AS week;
CREATE TABLE week_20000 AS SELECT series + 500 * copy AS series, week, period, n FROM week_500, generate_series(0, 39) AS copy ORDER BY series, week;
CREATE TABLE month_20000 AS
SELECT series, month, (date '2016-01-01' + month * interval '1 month')::date AS period, csp.seeded_poisson(2, 'month', series * 1000 + month, 12)::int AS n
FROM generate_series(1, 20000) AS series, generate_series(0, 119) AS month;
VACUUM ANALYZE;
SQL
bench() { # bench WHAT SERIES QUERY: a session of its own, so that its peak memory is the query's
    psql -qXAt -d $database -v ON_ERROR_STOP=1 <<SQL | awk -v what="$1" -v series="$2" 'NR == 1 { from = $1 } NR == 2 { answer = $1 } NR == 3 { to = $1; memory = $2 }
        END { s = to - from; printf "%-70s %6d series %8.2f s %9.0f series/s %6.0f MB  (%s alarms)\n", what, series, s, series / s, memory, answer }'
SET work_mem = '256MB';
SELECT extract(epoch FROM clock_timestamp());
$3;
SELECT extract(epoch FROM clock_timestamp()) || ' ' || (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::int / 1024;
SQL
}
alarms() { echo "SELECT count(*) FILTER (WHERE (f).alarm) FROM (SELECT csp.$2 OVER (PARTITION BY series ORDER BY period) AS f FROM $1) AS s"; }
bench "farrington flexible, 260 weeks, b 3, the last 52 monitored" 500 "$(alarms week_500 'farrington(n, period, b => 3, monitored => 52)')"
bench "farrington flexible, the same, the last alone" 500 "$(alarms week_500 'farrington(n, period, b => 3, monitored => 1)')"
bench "farrington flexible, the same, 10 seasonal levels, muan" 500 "$(alarms week_500 "farrington(n, period, b => 3, periods => 10, past_weeks_not_included => 26, threshold_method => 'muan', monitored => 52)")"
bench "farrington original, 260 weeks, b 3, the last 52 monitored" 500 "$(alarms week_500 "farrington(n, period, method => 'original', b => 3, monitored => 52)")"
bench "farrington flexible, 260 weeks, b 3, the last 52 monitored" 20000 "$(alarms week_20000 'farrington(n, period, b => 3, monitored => 52)')"
bench "farrington flexible, 260 weeks, b 3, the last monitored" 20000 "$(alarms week_20000 'farrington(n, period, b => 3, monitored => 1)')"
bench "farrington flexible, 120 months, b 5, w 1, the last 12 monitored" 20000 "$(alarms month_20000 'farrington(n, period, w => 1, monitored => 12)')"
bench "ears C1, 260 weeks" 500 "$(alarms week_500 'ears(n)')"
bench "cusum, 260 weeks" 500 "$(alarms week_500 'cusum(n, 8)')"
bench "ewma, 260 weeks" 500 "$(alarms week_500 "ewma(n, 8, distribution => 'poisson')")"

command -v Rscript >/dev/null && Rscript -e 'quit(status = !requireNamespace("surveillance", quietly = TRUE))' >/dev/null 2>&1 || { echo "R with surveillance is not there: no comparison"; exit 0; }
psql -qXAt -F, -d $database -c "SELECT series, n FROM week_500 WHERE series <= 20 ORDER BY series, week" >"$folder/weeks.csv"
# 20 series; the others take as long
Rscript - "$folder" <<'R'
suppressMessages(library(surveillance))
weeks <- read.csv(file.path(commandArgs(TRUE)[1], "weeks.csv"), header = FALSE, col.names = c("series", "n"))
objects <- lapply(split(weeks$n, weeks$series), function(n) sts(observed = matrix(n, ncol = 1), frequency = 52, start = c(2020, 2)))
timed <- function(what, expression) {
  seconds <- system.time(expression)[["elapsed"]]
  cat(sprintf("surveillance %-57s %6d series %8.2f s %9.2f series/s\n", what, length(objects), seconds, length(objects) / seconds))
}
flexible <- function(...) suppressWarnings(for (o in objects) farringtonFlexible(o, control = list(b = 3, glmWarnings = FALSE, ...)))
timed("farringtonFlexible, b 3, the last 52", flexible(range = 209:260))
timed("farringtonFlexible, the same, the last alone", flexible(range = 260))
timed("farrington, b 3, the last 52", suppressWarnings(for (o in objects) farrington(o, control = list(range = 209:260, b = 3), verbose = FALSE)))
timed("earsC C1", for (o in objects) earsC(o))
R
