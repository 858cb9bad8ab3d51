# make demo: a partnership in the database `demo`, a summary on the screen and a strategic assessment in build/.
# Sourced by test/run, with the private server `demo` running. Made up data, or with DATA= real files; may be repeated.
# shellcheck shell=bash disable=SC2154  # test/run and test/arguments.sh set what it reads
#
# test/arguments.sh has looked at what is given. It, and the names of the files found, are text: they go to psql as values
# of its variables, never as a part of SQL, of psql's commands or of a shell's, and messages show them quoted.
export PGDATABASE=$database
# what psql says while it works would hide the lines of progress
export PGOPTIONS="-c client_min_messages=warning"
run_sql() { psql -qXAt -v ON_ERROR_STOP=1 "$@"; }
step() { say "$* ($((SECONDS)) s)"; }

SECONDS=0
say "creating database $(quoted "$database")"
PGDATABASE=postgres run_sql -v database="$database" <<'SQL'
DROP DATABASE IF EXISTS :"database" WITH (FORCE);
CREATE DATABASE :"database";
SQL
run_sql -c "CREATE EXTENSION csp_analysis CASCADE"

if [ "$partnership" = synthetic ]; then
    step "making up a synthetic partnership: $incidents incidents of a county that does not exist"
    run_sql -v incidents="$incidents" >/dev/null <<'SQL'
SELECT csp.create_synthetic_partnership('synthetic', incidents => :incidents);
SQL
else
    run_sql -v partnership="$partnership" >/dev/null <<'SQL'
SELECT csp.create_partnership(:'partnership');
SQL
    load() { # load SCRIPT FILE...
        local script=sql/load/$1.psql file; shift
        for file; do
            run_sql -v partnership="$partnership" -v file="$file" "${load_options[@]}" -f "$script" || die "$(quoted "$file") was not loaded"
        done
    }
    load_options=()
    step "loading into partnership $partnership"
    load areas "${areas[@]}"
    load area_lookup "${lookups[@]}"
    load population "${populations[@]}"
    load area_measures "${measures[@]}"
    step "loading $street street files"
    sql/load/police_uk_folder.sh "$partnership" "$arg_DATA"
    # the file names forces as the street files do
    load_options=(-v level=force -v self="$force" -v members="${arg_MEMBERS:-}")
    load peers "${peers[@]}"
    [ ${#peers[@]} = 0 ] || [ "$(run_sql -v partnership="$partnership" <<<'SELECT count(*) FROM :"partnership".peer WHERE population IS NULL;')" = 0 ] ||
        say "peers have no rates before their residents are known: UPDATE $partnership.peer SET population = ... WHERE name = ..."
    run_sql -c "ANALYZE"
    step "adding an assessment"
    # the last twelve consecutive months with data; where there are none, the longest run
    run_sql -v partnership="$partnership" <<'SQL'
SET search_path = :"partnership", public;
UPDATE setting SET value = coalesce((SELECT csp.list_text(array_agg(DISTINCT g.name ORDER BY g.name)) FROM source s JOIN agency g USING (agency_id)
                                     WHERE s.source_id IN (SELECT source_id FROM source_coverage)), value)
WHERE name = 'title';
-- wards, where a look-up names them, are what readers know; small areas else
UPDATE setting SET value = 'ward' WHERE name = 'reporting_area_kind' AND EXISTS (SELECT FROM area WHERE area_kind = 'ward');
WITH covered AS (
    SELECT DISTINCT month FROM evidence_source_month
),
run AS (
    SELECT min(month) AS first_month, max(month) AS last_month, count(*) AS months
    FROM (SELECT month, month - make_interval(months => row_number() OVER (ORDER BY month)::integer) AS island FROM covered) c
    GROUP BY island
),
chosen AS (
    SELECT last_month, least(months, 12) AS months
    FROM run
    ORDER BY least(months, 12) DESC, last_month DESC
    LIMIT 1
),
period AS (
    SELECT (last_month - make_interval(months => months::integer - 1))::date AS period_from,
           (last_month + interval '1 month - 1 day')::date AS period_to
    FROM chosen
),
added AS (
    INSERT INTO assessment (kind, title, period_from, period_to, baseline_from, baseline_to)
    SELECT 'strategic', 'Strategic assessment: ' || (SELECT value FROM setting WHERE name = 'title'),
           period_from, period_to, (period_from - interval '1 year')::date, (period_to + 1 - interval '1 year')::date - 1
    FROM period
    RETURNING period_from, period_to, baseline_from, baseline_to
)
SELECT '    period: ' || to_char(a.period_from, 'FMMonth YYYY') || ' to ' || to_char(a.period_to, 'FMMonth YYYY')
       || CASE WHEN a.period_to < (SELECT max(month) FROM covered) THEN ', the latest run of months without a gap' ELSE ', the latest months with data' END
       || E'\n    baseline: ' || to_char(a.baseline_from, 'FMMonth YYYY') || ' to ' || to_char(a.baseline_to, 'FMMonth YYYY')
       || CASE b.missing WHEN 0 THEN '' WHEN b.months THEN ', of which no month has data: changes cannot be told'
                         ELSE ', of which ' || b.missing || ' of ' || b.months || ' months have no data: the others are compared' END
FROM added a
CROSS JOIN LATERAL (
    SELECT count(*) AS months, count(*) FILTER (WHERE c.month IS NULL) AS missing
    FROM generate_series(a.baseline_from::timestamp, a.baseline_to, '1 month') AS m (month)
    LEFT JOIN covered c ON c.month = m.month::date
) b;
SQL
fi
# so that psql finds the views by their plain names
run_sql -v database="$database" -v partnership="$partnership" <<<'ALTER DATABASE :"database" SET search_path = :"partnership", csp, public;'

step "the summary"
echo
psql -X -v partnership="$partnership" -f sql/report/summary.psql
step "writing the strategic assessment"
psql -X -v partnership="$partnership" -f sql/report/strategic_assessment.psql > "$report.part" || { rm -f -- "$report.part"; die "the report was not written"; }
mv -f -- "$report.part" "$report"
say "done in $SECONDS s: open $(quoted "$report") in a browser"
say "next: make psql, and there SELECT * FROM strategic_summary; README.md tells more"
