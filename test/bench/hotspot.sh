# Gi*, local Moran and Moran's I on grids, by distance and by lists; spdep beside them where R has it.
set -euo pipefail
cd "$(dirname "$0")/../.."
database=bench_hotspot
psql -qXc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
folder=$(mktemp -d)
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres; rm -rf "$folder"' EXIT
psql -qX -d $database -v ON_ERROR_STOP=1 <<'SQL'
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
CREATE FUNCTION grid(columns int, rows int) RETURNS TABLE (id bigint, location geometry, n float8, neighbours bigint[]) LANGUAGE sql AS $$
    SELECT x * rows + y, ST_SetSRID(ST_MakePoint(450000 + x * 333.3, 300000 + y * 333.3), 27700), csp.seeded_poisson(1, 'cell', x * rows + y, 5),
           array(SELECT (x + dx) * rows + y + dy FROM generate_series(-1, 1) AS dx, generate_series(-1, 1) AS dy
                 WHERE (dx, dy) <> (0, 0) AND x + dx BETWEEN 0 AND columns - 1 AND y + dy BETWEEN 0 AND rows - 1)
    FROM generate_series(0, columns - 1) AS x, generate_series(0, rows - 1) AS y
$$;
CREATE TABLE grid_250k AS SELECT * FROM grid(500, 500);
CREATE TABLE grid_50k AS SELECT * FROM grid(250, 200);
CREATE TABLE shuffled_250k AS SELECT * FROM grid_250k ORDER BY md5(id::text);
VACUUM ANALYZE;
SQL
bench() { # bench WHAT ROWS WORKERS QUERY: a session of its own, so that its peak memory is the query's
    psql -qXAt -d $database -v ON_ERROR_STOP=1 <<SQL | awk -v what="$1" -v rows="$2" -v workers="$3" 'NR == 1 { from = $1 } NR == 2 { answer = $1 } NR == 3 { to = $1; memory = $2 }
        END { s = to - from; printf "%-66s %9d rows  %d workers %8.2f s %10.0f rows/s %6.0f MB  (%s)\n", what, rows, workers, s, rows / s, memory, answer }'
SET max_parallel_workers_per_gather = $3;
SET work_mem = '256MB';
SELECT extract(epoch FROM clock_timestamp());
$4;
SELECT extract(epoch FROM clock_timestamp()) || ' ' || (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::int / 1024;
SQL
}
located="location, 333.3 * sqrt(2)"
listed="id, neighbours"
hot() { echo "SELECT count(*) FILTER (WHERE (g).p_value <= 0.05) FROM (SELECT csp.$2 OVER () AS g FROM $1) AS s"; }
bench "gi_star, queen by distance" 250000 0 "$(hot grid_250k "gi_star(n, $located)")"
bench "gi_star, queen by lists" 250000 0 "$(hot grid_250k "gi_star(n, $listed)")"
bench "gi_star, queen by distance, rows in no order" 250000 0 "$(hot shuffled_250k "gi_star(n, $located)")"
bench "gi_star, queen by lists, rows in no order" 250000 0 "$(hot shuffled_250k "gi_star(n, $listed)")"
bench "gi_star, 80 neighbours by distance" 250000 0 "$(hot grid_250k "gi_star(n, location, 333.3 * 5)")"
bench "local_moran, analytic, queen by distance" 250000 0 "$(hot grid_250k "local_moran(n, $located)")"
bench "local_moran, analytic, queen by lists" 250000 0 "$(hot grid_250k "local_moran(n, $listed)")"
for workers in 0 1; do
    bench "local_moran, 999 conditional permutations, queen" 50000 $workers "$(hot grid_50k "local_moran(n, $located, 999)")"
done
bench "local_moran, 999 conditional permutations, queen" 250000 1 "$(hot grid_250k "local_moran(n, $located, 999)")"
bench "morans_i, queen by distance" 250000 0 "SELECT csp.morans_i(n, $located) FROM grid_250k"
bench "gearys_c, queen by lists" 250000 0 "SELECT csp.gearys_c(n, $listed) FROM grid_250k"
bench "morans_i, 999 permutations, queen" 50000 0 "SELECT csp.morans_i(n, $located, 'W', 999, 1) FROM grid_50k"

command -v Rscript >/dev/null && Rscript -e 'quit(status = !requireNamespace("spdep", quietly = TRUE))' >/dev/null 2>&1 || { echo "R with spdep is not there: no comparison"; exit 0; }
for table in grid_250k grid_50k; do
    psql -qXAt -F, -d $database -c "SELECT n, array_to_string((SELECT array_agg(i + 1) FROM unnest(neighbours) AS i), ' ') FROM $table ORDER BY id" >"$folder/$table.csv"
done
# spdep gets its neighbours ready-made (its dnearneigh takes a minute for 50,000 points): the statistics alone are timed
Rscript - "$folder" <<'R'
suppressMessages(library(spdep))
folder <- commandArgs(TRUE)[1]
say <- function(what, rows, seconds) cat(sprintf("spdep %-60s %9d rows             %8.2f s %10.0f rows/s\n", what, rows, seconds, rows / seconds))
timed <- function(what, rows, expression) say(what, rows, system.time(expression)[["elapsed"]])
for (name in c("grid_50k", "grid_250k")) {
  place <- read.csv(file.path(folder, paste0(name, ".csv")), header = FALSE, col.names = c("n", "neighbours"))
  rows <- nrow(place)
  neighbours <- structure(lapply(strsplit(place$neighbours, " ", fixed = TRUE), function(l) sort(as.integer(l))), class = "nb",
                          region.id = as.character(seq_len(rows)), sym = TRUE)
  weights <- nb2listw(neighbours)
  with_self <- nb2listw(include.self(neighbours))
  timed("localG, Gi*", rows, localG(place$n, with_self))
  timed("localmoran", rows, localmoran(place$n, weights))
  if (name == "grid_50k") {
    timed("moran.test", rows, moran.test(place$n, weights))
    timed("localmoran_perm, 999", rows, localmoran_perm(place$n, weights, nsim = 999))
  }
}
R
