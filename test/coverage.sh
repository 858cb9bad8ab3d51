# make coverage: which lines and branches of the C, which functions in SQL and PL/pgSQL and which views the tests reach. They run
# on the private server `coverage`, whose extension is built for gcov. Sourced by test/run. ONLY='gi_star' runs these tests alone.
# Writes build/coverage-report/: c (a line per file), not_reached/FILE.c.gcov (marked ##### where no test comes by), sql_functions and
# views (each with how often it was called, and whether it was read).
# A function that PostgreSQL inlines into its caller is not counted as called, and a view counts as read when a statement names it
# or reads a view that reads it.
# shellcheck shell=bash disable=SC2154,SC2034  # test/run and instrumented.sh set what it reads, test/run reads what it sets
. test/instrumented.sh
report=$top/build/coverage-report
rm -rf "$report"; mkdir -p "$report/not_reached"
instrumented_server coverage '-O0 -g --coverage -fprofile-update=atomic'
find "$tree" -name '*.gcda' -delete
[ "$(id -u)" != 0 ] || chown -R $server_user: "$tree/src"   # the server's processes leave their counts beside the objects
start_server coverage
psql -qXc "ALTER SYSTEM SET shared_preload_libraries = pg_stat_statements" -c "ALTER SYSTEM SET track_functions = 'all'"
stop_server coverage; start_server coverage
psql -qXc "ALTER SYSTEM SET pg_stat_statements.max = 100000" -c "ALTER SYSTEM SET pg_stat_statements.track = 'all'" \
     -c "ALTER SYSTEM SET pg_stat_statements.track_utility = off"   # to lay out a view is not to read it
stop_server coverage; start_server coverage
psql -qXc "CREATE EXTENSION IF NOT EXISTS pg_stat_statements" -c "SELECT pg_stat_statements_reset()" >/dev/null

# every database tells before it goes what was called in it
export CSP_CALLED=$report/called
: > "$CSP_CALLED"
status=0
[ -n "${arg_ONLY:-}" ] || arg_ONLY="$(ls test/sql test/pgtap | sed -n 's/\.sql$//p' | tr '\n' ' ') hostile no_value parallel fuzz
    access non_superuser under_owner under_owner_load under_owner_session load_client counts_ways upgrade_partnership report"
. test/test.sh || status=1

say "counting"
database=coverage_$$
psql -qXc "CREATE DATABASE $database"
export PGDATABASE=$database PGOPTIONS='-c client_min_messages=warning'
psql -qX -c "CREATE EXTENSION csp_analysis CASCADE" -c "CREATE EXTENSION pg_stat_statements" -c "SELECT csp.create_partnership('shown')" >/dev/null
# functions of a partnership are counted under whatever name it had
psql -qXAt -v ON_ERROR_STOP=1 <<SQL
CREATE TEMP TABLE called (schema text, name text, calls bigint);
\copy called FROM '$CSP_CALLED'
CREATE TEMP TABLE named AS
SELECT DISTINCT w.word[1] AS word FROM pg_stat_statements s, LATERAL regexp_matches(s.query, '[a-z_0-9]+', 'g') AS w (word);
\o $report/sql_functions
SELECT coalesce(sum(c.calls), 0), p.oid::regprocedure
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang AND l.lanname IN ('sql', 'plpgsql')
LEFT JOIN called c ON c.name = p.proname AND (c.schema = n.nspname OR n.nspname = 'shown')
WHERE n.nspname IN ('csp', 'csp_internal', 'shown')
GROUP BY p.oid ORDER BY 1, 2;
\o $report/views
WITH RECURSIVE reads AS (
    SELECT DISTINCT r.ev_class AS reader, d.refobjid AS read
    FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
    WHERE d.refobjid <> r.ev_class
), reached AS (
    SELECT c.oid FROM pg_class c JOIN named ON named.word = c.relname WHERE c.relkind = 'v' AND c.relnamespace = 'shown'::regnamespace
    UNION SELECT reads.read FROM reads JOIN reached ON reached.oid = reads.reader
)
SELECT CASE WHEN c.oid IN (SELECT oid FROM reached) THEN 'read' ELSE 'not read' END, c.relname
FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace = 'shown'::regnamespace ORDER BY 1, 2;
SQL
PGDATABASE=postgres psql -qXc "DROP DATABASE $database"
stop_server coverage   # the last of its processes write their counts
(
    cd "$tree"
    for file in src/*/*.c; do
        gcov -b -o "${file%.c}.gcno" "$file" 2>/dev/null | awk -v file="$file" '
            /^File / { ours = ($2 == "\x27" file "\x27") }
            ours && /^Lines executed/ { split($0, f, /[:% ]+/); lines = $NF; hit = f[3] }
            ours && /^Taken at least once/ { branches = $NF; split($0, f, /[:% ]+/); taken = f[5] }
            END { printf "%s %d %.0f %d %.0f\n", file, lines, lines * hit / 100, branches, branches * taken / 100 }'
        mv "$(basename "$file").gcov" "$report/not_reached/" 2>/dev/null || true
        rm -f ./*.gcov
    done
) > "$report/counts"
awk '{ printf "%6.2f%% of %5d lines, %6.2f%% of %5d branches  %s\n", $2 ? 100 * $3 / $2 : 100, $2, $4 ? 100 * $5 / $4 : 100, $4, $1 }' "$report/counts" | sort -n > "$report/c"
rm -f "$report/called"
say "least covered (all of them: build/coverage-report/c)"
head -10 "$report/c"
awk '{ l += $2; h += $3; b += $4; t += $5 } END { printf "C: %.2f%% of %d lines, %.2f%% of %d branches\n", 100 * h / l, l, 100 * t / b, b }' "$report/counts"
awk '{ n++; c += $1 == "0" || $1 ~ /^0[|]/ } END { printf "SQL and PL/pgSQL: %d of %d functions called\n", n - c, n }' "$report/sql_functions"
awk '{ n++; r += /^read/ } END { printf "views: %d of %d read\n", r, n }' "$report/views"
[ "$status" = 0 ] || die "tests failed"
