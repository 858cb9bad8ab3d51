# Loading: police.uk months by path on the server, counts included, from the data folder beside the project.
# shellcheck shell=bash
set -euo pipefail
database=bench_load
shared=$(readlink -f -- "${CSP_SHARED:-../shared}/data/police_uk/leicestershire" || true)
psql -qX -d postgres -c "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database"
trap 'psql -qX -d postgres -c "DROP DATABASE IF EXISTS $database"' EXIT
export PGOPTIONS='-c client_min_messages=warning'
psql -qXAt -d $database -o /dev/null -c 'CREATE EXTENSION postgis' -c 'CREATE EXTENSION csp_analysis' -c "SELECT csp.create_partnership('bench')"

shopt -s nullglob
files=("$shared"/*/*-street.csv)
if [ ${#files[@]} = 0 ]; then echo "no police.uk files beside the project: nothing to load"; exit 0; fi
rows=$(cat "${files[@]}" | wc -l); rows=$((rows - ${#files[@]}))

load_all() {
    psql -qXAt -v ON_ERROR_STOP=1 -v folder="$shared" -d $database -o /dev/null <<'SQL'
SELECT format('SELECT csp.load_police_uk(%L, %L)', 'bench', path)
FROM csp_internal.police_uk_files(:'folder')
WHERE path ~ '-street\.csv$' \gexec
SQL
}
report() { # what seconds
    awk -v what="$1" -v rows="$rows" -v s="$2" 'BEGIN { printf "%-40s %10d rows %8.2f s %10.0f rows/s\n", what, rows, s, rows / s }'
}
seconds() { local start; start=$(date +%s.%N); "$@"; awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { print b - a }'; }
report "first load, one session" "$(seconds load_all)"
report "second load (nothing changes)" "$(seconds load_all)"
psql -qXAt -d $database -c "SELECT 'incidents ' || count(*) || ', rows of counts ' || (SELECT count(*) FROM bench.incident_month) || ', size ' || pg_size_pretty(pg_total_relation_size('bench.incident')) FROM bench.incident"
psql -qXAt -d $database -c "SELECT 'keys at which counts differ from a recount: ' || count(*) FROM csp.check_incident_month('bench')"
