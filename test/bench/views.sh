# Product views: seconds for each strategic view, and each view of a problem profile of violence, over the synthetic partnership, by number of incidents.
# BENCH_INCIDENTS lists the sizes (default "100000 1000000"; 10000000 takes about ten minutes to build and 10 GB).
# Larger sizes are copies of the 100,000 moved over ten years and around the areas, so that counts grow as data do.
set -euo pipefail
database=bench_views
sizes=${BENCH_INCIDENTS:-100000 1000000}
psql -qX -d postgres -c "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database"
trap 'psql -qX -d postgres -c "DROP DATABASE IF EXISTS $database"' EXIT
export PGOPTIONS='-c client_min_messages=warning'
psql -qXAt -d $database -o /dev/null -c 'CREATE EXTENSION postgis' -c 'CREATE EXTENSION csp_analysis' -c "SELECT csp.create_synthetic_partnership('bench')" -c "SELECT csp.profile('bench', 'Violence', '{violence_and_sexual_offences}', '2025-01-01', '2025-12-31')"
have=100000
for size in $sizes; do
    while [ $have -lt "$size" ]; do
        copies=$(( (size - have) / 100000 )); [ $copies -gt 10 ] && copies=10
        psql -qXAt -d $database -o /dev/null <<SQL
INSERT INTO bench.incident (source_id, source_reference, problem_type_id, offence_code, occurred_from, occurred_to, reported_at, location, place_reference, area_id, method, outcome, domestic, alcohol, drugs, hate, weapon)
SELECT i.source_id, i.source_reference || '/' || (copy + $have / 100000), i.problem_type_id, i.offence_code,
       i.occurred_from - shift, i.occurred_to - shift, i.reported_at - shift, i.location, i.place_reference,
       (SELECT min(area_id) FROM bench.area WHERE area_kind = 'lsoa21') + (i.area_id + copy * 37) % (SELECT count(*) FROM bench.area WHERE area_kind = 'lsoa21')::integer,
       i.method, i.outcome, i.domestic, i.alcohol, i.drugs, i.hate, i.weapon
FROM bench.incident i
CROSS JOIN generate_series(0, $copies - 1) AS copy
CROSS JOIN LATERAL (SELECT make_interval(days => 364 * copy) AS shift) s
WHERE i.incident_id <= 100000;
SQL
        have=$((have + copies * 100000))
    done
    psql -qX -d $database -c 'VACUUM ANALYZE'
    psql -qXAt -d $database -c "SELECT format('%s incidents, %s rows of counts, %s', (SELECT sum(incidents) FROM bench.incident_month), (SELECT count(*) FROM bench.incident_month), pg_size_pretty(pg_database_size('$database')))"
    for view in $(psql -qXAt -d $database -c "SELECT relname FROM pg_class WHERE relnamespace = 'bench'::regnamespace AND relkind = 'v' AND (relname LIKE 'strategic%' OR relname LIKE 'profile%') AND relname <> 'strategic_hotspot_source' ORDER BY relname"); do
        case $view in profile*) assessment=2 ;; *) assessment=1 ;; esac
        for run in 1 2; do
            psql -qX -d $database -c '\timing on' -c "COPY (SELECT * FROM bench.$view WHERE assessment_id = $assessment) TO STDOUT" | awk -v view="$view" -v run=$run '/^Time:/ { if (run == 2) printf "  %-32s %8.3f s\n", view, $2 / 1000 }'
        done
    done
done
