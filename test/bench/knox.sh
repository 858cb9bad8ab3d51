# Knox test and near repeats: synthetic cities of the density of a large one, and Chicago's aggravated assaults if there;
# what a second process brings against what the machine gives; the memory of all processes; other software beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."
shared=${CSP_SHARED:-../shared}
database=bench_knox
work=$(mktemp -d)
psql -qXc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" postgres 2>/dev/null
trap 'psql -qXc "DROP DATABASE IF EXISTS $database" postgres; rm -rf "$work"' EXIT
psql -qXAt -d $database -v ON_ERROR_STOP=1 <<'SQL' >/dev/null
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
SELECT setseed(0.42);
CREATE TABLE city_1k AS SELECT i AS id, ST_SetSRID(ST_MakePoint(random() * 6320, random() * 6570), 27700) AS location, date '2015-01-01' + (random() * 3650)::int AS day FROM generate_series(1, 1000) AS i;
CREATE TABLE city_10k AS SELECT i AS id, ST_SetSRID(ST_MakePoint(random() * 20000, random() * 20750), 27700) AS location, date '2015-01-01' + (random() * 3650)::int AS day FROM generate_series(1, 10000) AS i;
CREATE TABLE city_100k AS SELECT i AS id, ST_SetSRID(ST_MakePoint(random() * 40000, random() * 42000), 27700) AS location, date '2015-01-01' + (random() * 3650)::int AS day FROM generate_series(1, 100000) AS i;
CREATE TABLE city_1m AS SELECT i AS id, ST_SetSRID(ST_MakePoint(random() * 40000, random() * 42000), 27700) AS location, date '2015-01-01' + (random() * 3650)::int AS day FROM generate_series(1, 1000000) AS i;
VACUUM ANALYZE;
SQL
bench() { # bench WHAT ROWS WORKERS QUERY: a session of its own, so that its peak memory is the query's
    psql -qXAt -d $database -v ON_ERROR_STOP=1 <<SQL | awk -v what="$1" -v rows="$2" -v workers="$3" 'NR == 1 { from = $1 } NR == 2 { answer = $1 } NR == 3 { to = $1; memory = $2 }
        END { s = to - from; printf "%-58s %9d rows  %d workers %8.2f s %10.0f rows/s %6.0f MB  (%s)\n", what, rows, workers, s, rows / s, memory, answer }'
SET max_parallel_workers_per_gather = $3;
SET work_mem = '256MB';
SET csp_analysis.max_memory = '2GB';
SELECT extract(epoch FROM clock_timestamp());
$4;
SELECT extract(epoch FROM clock_timestamp()) || ' ' || (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::int / 1024;
SQL
}
bands="'{100,200,300,400,500,600,700,800}', '{7,14,21,28,35,42,49,56}'"
short="'{50,100,150,200,250,300,350,400}', '{7,14,21,28,35,42,49,56}'"
answer() { echo "SELECT md5(csp.knox_test(location, $2, $3)::text) FROM $1"; }
for workers in 0 1; do
    bench "knox_test, 999 permutations, 8 x 8 bands to 800 m" 10000 $workers "$(answer city_10k day "$bands")"
    bench "knox_test, 999 permutations, 8 x 8 bands to 800 m" 100000 $workers "$(answer city_100k day "$bands")"
done
bench "knox_test, exact moments alone, to 800 m" 100000 0 "$(answer city_100k day "$bands, 0")"
bench "knox_test, exact moments alone, to 400 m" 1000000 0 "$(answer city_1m day "$short, 0")"
if [ -f "$shared/data/events/chicago_aggravated_assaults.csv" ]; then
    psql -qX -d $database -v ON_ERROR_STOP=1 -c "CREATE TABLE raw (instant timestamp, loc_cat text, longitude float8, latitude float8, district text)" \
        -c "\\copy raw FROM STDIN CSV HEADER" \
        -c "CREATE TABLE chicago AS SELECT row_number() OVER () AS id, ST_Transform(ST_SetSRID(ST_MakePoint(longitude, latitude), 4326), 26916) AS location, instant::date AS day, instant AT TIME ZONE 'America/Chicago' AS instant FROM raw WHERE longitude IS NOT NULL" -c "VACUUM ANALYZE chicago" < "$shared/data/events/chicago_aggravated_assaults.csv"
    n=$(psql -qXAt -d $database -c "SELECT count(*) FROM chicago")
    bench "Chicago assaults, dates, 8 x 8 bands to 800 m" "$n" 1 "$(answer chicago day "$bands")"
    bench "Chicago assaults, minutes, 8 x 8 bands to 800 m" "$n" 1 "$(answer chicago instant "$bands")"
    bench "Chicago assaults, dates, 8 x 8 bands to 400 m" "$n" 1 "$(answer chicago day "$short")"
fi
for function in class chain score; do
    bench "near_repeat_$function, 200 m, 14 days" 1000000 0 "SELECT md5(string_agg(DISTINCT a::text, ',')) FROM (SELECT csp.near_repeat_$function(location, day, 200, 14) OVER () AS a FROM city_1m OFFSET 0) AS n WHERE a::text < '1'"
done
bench "near_repeat_links, 200 m, 14 days" 1000000 0 "SELECT cardinality(csp.near_repeat_links(id, location, day, 200, 14)) FROM city_1m"

# ---- memory of the leader and its workers together, looked at ten times a second ----
# Pss counts memory that processes share once; VmHWM, each process's own peak, counts it for each and is an upper bound.
total_memory() { # total_memory WHAT ROWS WORKERS QUERY
    PGAPPNAME=bench_memory psql -qXAt -d $database -v ON_ERROR_STOP=1 -c "SET max_parallel_workers_per_gather = $3" -c "SET csp_analysis.max_memory = '2GB'" -c "SELECT pg_sleep(0.5)" -c "$4" >"$work/answer" &
    local run=$!
    psql -qXAt -d $database -v ON_ERROR_STOP=1 <<'SQL' 2>&1 | sed 's/^NOTICE:  //' | while read -r line; do printf '%-58s %9d rows  %d workers  %s\n' "$1" "$2" "$3" "$line"; done
CREATE FUNCTION pg_temp.megabytes(pid int, file text, label text) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RETURN (regexp_match(pg_read_file('/proc/' || pid || '/' || file, 0, 100000, true), label || ':\s+(\d+)'))[1]::int / 1024;
EXCEPTION WHEN OTHERS THEN RETURN NULL;   -- the process has just ended
END $$;
DO $$
DECLARE
    pss int; peak int; most_pss int := 0; most_peak int := 0; processes int; most_processes int := 0; started timestamptz := clock_timestamp();
BEGIN
    PERFORM pg_sleep(0.2);
    LOOP
        PERFORM pg_stat_clear_snapshot();
        SELECT count(*), sum(pg_temp.megabytes(pid, 'smaps_rollup', 'Pss')), sum(pg_temp.megabytes(pid, 'status', 'VmHWM')) INTO processes, pss, peak
        FROM pg_stat_activity WHERE application_name = 'bench_memory';
        EXIT WHEN processes = 0;
        most_pss := greatest(most_pss, pss); most_peak := greatest(most_peak, peak); most_processes := greatest(most_processes, processes);
        PERFORM pg_sleep(0.1);
    END LOOP;
    RAISE NOTICE '% MB in all (Pss; sum of the processes'' own peaks % MB), % processes, % s', most_pss, most_peak, most_processes, round(extract(epoch FROM clock_timestamp() - started) - 0.3, 1);
END $$;
SQL
    wait $run
}
total_memory "knox_test, 999 permutations, 8 x 8 bands to 400 m" 1000000 0 "$(answer city_1m day "$short")"
total_memory "knox_test, 999 permutations, 8 x 8 bands to 400 m" 1000000 1 "$(answer city_1m day "$short")"
total_memory "knox_test, 999 permutations, 8 x 8 bands to 400 m" 1000000 2 "$(answer city_1m day "$short")"

# ---- a second process: speed-up, and what the machine gives to two independent runs at once ----
seconds() { # seconds TABLE WORKERS: of one test in a session of its own
    psql -qXAt -d $database -v ON_ERROR_STOP=1 <<SQL | awk 'NR == 1 { from = $1 } NR == 3 { print $1 - from }'
SET max_parallel_workers_per_gather = $2;
SELECT extract(epoch FROM clock_timestamp());
$(answer "$1" day "$bands");
SELECT extract(epoch FROM clock_timestamp());
SQL
}
for table in city_10k city_100k; do
    for round in 1 2 3 4 5 6 7; do
        alone=$(seconds $table 0); shared_work=$(seconds $table 1)
        seconds $table 0 >"$work/first" & first=$!
        seconds $table 0 >"$work/second"; wait $first
        echo "$alone $shared_work $(cat "$work/first") $(cat "$work/second")"
    done | awk -v table=$table '
        function median(a, n,   i, j, t) { for (i = 1; i < n; i++) for (j = i + 1; j <= n; j++) if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t } return (a[int((n + 1) / 2)] + a[int(n / 2) + 1]) / 2 }
        { n++; one[n] = $1; two[n] = $2; gain[n] = $1 / $2; slower = $3 > $4 ? $3 : $4; ceiling[n] = 2 * $1 / slower }
        END { g = median(gain, n); c = median(ceiling, n)
              printf "%s, 999 permutations, medians of %d rounds: 1 process %.2f s, 2 processes %.2f s: %.2f times; two runs at once do %.2f times the work of one: %.0f%% of what the machine gives\n",
                  table, n, median(one, n), median(two, n), g, c, 100 * g / c }'
done

# ---- other software, 1,000 of the same events, one process each; per permutation, of those that were run ----
psql -qX -d $database -c "\\copy (SELECT ST_X(location) AS x, ST_Y(location) AS y, day - date '2015-01-01' AS day FROM city_1k) TO '$work/events.csv' CSV HEADER"
ours=$(for round in 1 2 3 4 5; do seconds city_1k 0; done | sort -n | sed -n 3p)
echo "1,000 events, 8 x 8 bands, ours: 999 permutations in $ours s"
{
    if command -v Rscript >/dev/null; then Rscript test/bench/knox_peers.R "$work/events.csv" 99; else echo "R packages||R is not installed"; fi
    python=$(for p in python3 /usr/bin/python3; do "$p" -c 'import numpy' 2>/dev/null && echo "$p" && break; done || true)
    if command -v "${python:-python3}" >/dev/null; then "${python:-python3}" test/bench/knox_matrix.py "$work/events.csv" 99; else echo "NumPy||python3 is not installed"; fi
} 2>/dev/null | awk -F'|' -v ours="$ours" '
    NF != 3 { next }   # progress
    $2 == "" { print "1,000 events, " $1 ": " $3; next }
    { each = $3 / $2; printf "1,000 events, %s: %d permutations in %.2f s, %.2f ms each; ours %.4f ms each, %.0f times as fast\n", $1, $2, $3, 1000 * each, 1000 * ours / 999, each / (ours / 999) }'
