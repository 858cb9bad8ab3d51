# Product views: seconds and rows of every product view, and seconds of what makes assessments, over the synthetic partnership, by number of incidents.
# BENCH_INCIDENTS lists the sizes, rising (default "100000 300000"; 1000000 takes some minutes more; 10000000 takes about twenty minutes to build
# and 15 GB). BENCH_VIEWS is a pattern of view names (default "%"). BENCH_LIMIT is the longest a view may take (default 300s). BENCH_KEEP=1 leaves the database.
# Up to 300,000 incidents are three years of one county of that size. Beyond are copies of thirds of it, their people included, moved over ten
# years and around the county, so that counts grow as data do: 10,000,000 are thirteen years.
# Views with an assessment are read for one: strategic 1, a tactical one, a problem profile of violence, and one of all crime.
# The better of two runs counts. BENCH_CLOCK=processor gives the processor seconds of the backend without parallel workers: what a machine with
# other work to do can be measured by (Linux, superuser). "!" is a target missed: a view above 1 s (tactical: 5 s) at up to 300,000 incidents,
# or above 2 s at any size where it reads monthly counts and no incidents (those have "m").
set -euo pipefail
database=bench_views
sizes=${BENCH_INCIDENTS:-100000 300000}
pattern=${BENCH_VIEWS:-%}
limit=${BENCH_LIMIT:-300s}
clock=${BENCH_CLOCK:-wall}
# they become parts of statements and settings
[[ $sizes =~ ^[0-9\ ]+$ && $pattern =~ ^[a-z0-9_%]+$ && $limit =~ ^[0-9]+(ms|s|min|h)?$ ]] ||
    { echo "BENCH_INCIDENTS holds numbers, BENCH_VIEWS a pattern of names, BENCH_LIMIT a number with a unit" >&2; exit 1; }
clock_options= spent="SELECT 'spent 0'"
if [ "$clock" = processor ]; then
    clock_options="-c max_parallel_workers_per_gather=0"
    # fields 14 and 15 of the backend's own line: user and system time
    spent="SELECT 'spent ' || split_part(f.line, ' ', 14)::integer + split_part(f.line, ' ', 15)::integer FROM (SELECT pg_read_file('/proc/self/stat') AS line) f"
fi
figures=$(mktemp)
trap 'rm -f "$figures"; [ -n "${BENCH_KEEP:-}" ] || psql -qX -d postgres -c "DROP DATABASE IF EXISTS $database"' EXIT
export PGOPTIONS='-c client_min_messages=warning'
value() { psql -qXAt -d $database -c "$1"; }
ticks=$(getconf CLK_TCK)
record() { # record NAME SIZE RUNS SQL...: the best of the runs, and the rows it returned; what comes before \timing on is not timed
    local name=$1 size=$2 runs=$3 run out best= rows= ; shift 3
    for run in $(seq "$runs"); do
        out=$(PGOPTIONS="$PGOPTIONS -c statement_timeout=$limit $clock_options" psql -qXAt -v ON_ERROR_STOP=1 -d $database "$@" -c '\timing off' -c "$spent" 2>/dev/null |
              awk -v clock="$clock" -v ticks="$ticks" '/^spent / { last = $2; if (!begun++) first = $2; next } /^Time: / { if ($2 > most) most = $2; next } !/^$/ { n++ }
                  END { printf "%.3f %d", clock == "processor" ? (last - first) / ticks : most / 1000, n }') || out="- -"
        case $out in -*) best=- rows=-; break ;; esac
        rows=${out#* }
        best=$(awk -v a="${out% *}" -v b="${best:-1e9}" 'BEGIN { print (a < b ? a : b) }')
        awk -v s="$best" 'BEGIN { exit s < 30 }' && break
    done
    printf '%s\t%s\t%s\t%s\n' "$name" "$size" "$best" "$rows" >> "$figures"
    printf '  %-34s %10s %9s s %9s rows\n' "$name" "$size" "$best" "$rows" >&2
}
build() { # build SIZE: a county of its own
    psql -qX -d postgres -c "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database"
    psql -qXAt -d $database -o /dev/null <<SQL
CREATE EXTENSION postgis;
CREATE EXTENSION csp_analysis;
SELECT csp.create_synthetic_partnership('bench', incidents => $1);
UPDATE bench.setting SET value = '2025-12-31' WHERE name = 'performance_last_day';
CREATE TABLE bench_assessment AS
SELECT 1 AS strategic,
       csp.open_tactical_assessment('bench', '[2025-12-04,2025-12-31]') AS tactical,
       csp.profile('bench', 'Violence', '{violence_and_sexual_offences}', '2025-01-01', '2025-12-31') AS violence,
       csp.profile('bench', 'All crime', '{crime}', '2025-01-01', '2025-12-31') AS crime,
       (SELECT p.pseudonym FROM bench.incident_person ip JOIN bench.person p USING (person_id) WHERE ip.role <> 'victim' GROUP BY p.pseudonym ORDER BY count(*) DESC, p.pseudonym LIMIT 1) AS subject;
SQL
    have=$1
}
base=300000
have=0
for size in $sizes; do
    if [ "$size" -le $base ]; then build "$size"; elif [ $have -lt $base ]; then build $base; fi
    number=0
    while [ $have -lt "$size" ]; do
        number=$((number + 1))
        [ $((base + number * base / 3)) -gt $have ] || continue   # copied for a smaller size
        psql -qXAt -d $database -o /dev/null <<SQL
CREATE TEMPORARY TABLE chunk AS SELECT i.incident_id FROM bench.incident i WHERE i.incident_id <= $base AND i.incident_id % 3 = $number % 3;
INSERT INTO bench.incident (incident_id, source_id, source_reference, problem_type_id, offence_code, occurred_from, occurred_to, reported_at, location, place_reference, area_id, method, outcome, domestic, alcohol, drugs, hate, weapon, attributes)
SELECT i.incident_id + $base * $number, i.source_id, i.source_reference || '/' || $number, i.problem_type_id, i.offence_code,
       i.occurred_from - shift, i.occurred_to - shift, i.reported_at - shift,
       -- round the box of the county, so that every copy has places of its own; some minutes off, so that it has moments of its own
       ST_SetSRID(ST_MakePoint(box.x0 + mod((ST_X(i.location) - box.x0 + 3517.3 * $number)::numeric, box.width::numeric)::float8,
                               box.y0 + mod((ST_Y(i.location) - box.y0 + 1913.7 * $number)::numeric, box.height::numeric)::float8), ST_SRID(i.location)),
       i.place_reference || '/' || $number,
       first.area_id + (i.area_id + $number * 37) % first.areas,
       i.method, i.outcome, i.domestic, i.alcohol, i.drugs, i.hate, i.weapon, i.attributes
FROM bench.incident i
JOIN chunk USING (incident_id)
CROSS JOIN (SELECT min(area_id) AS area_id, count(*)::integer AS areas FROM bench.area WHERE area_kind = 'lsoa21') first
CROSS JOIN (SELECT ST_XMin(e) AS x0, ST_YMin(e) AS y0, ST_XMax(e) - ST_XMin(e) AS width, ST_YMax(e) - ST_YMin(e) AS height
            FROM (SELECT ST_Extent(location) AS e FROM bench.incident WHERE incident_id <= $base) extent) box
CROSS JOIN LATERAL (SELECT make_interval(days => 364 * ($number % 10), mins => 7 * $number) AS shift) s;
INSERT INTO bench.person (person_id, pseudonym, sex, birth_year, home_area_id, home_location, is_synthetic)
SELECT p.person_id + 1000000 * $number, p.pseudonym || '/' || $number, p.sex, p.birth_year, p.home_area_id, p.home_location, true
FROM bench.person p
WHERE p.person_id IN (SELECT ip.person_id FROM bench.incident_person ip JOIN chunk USING (incident_id));
INSERT INTO bench.incident_person (incident_id, person_id, role, age_at_incident, relationship)
SELECT ip.incident_id + $base * $number, ip.person_id + 1000000 * $number, ip.role, ip.age_at_incident, ip.relationship
FROM bench.incident_person ip
JOIN chunk USING (incident_id);
SQL
        have=$((base + number * base / 3))
    done
    # the years of the copies are supplied whole; the months that a source of the county lacks stay as they are
    value "INSERT INTO bench.source_coverage (source_id, month, status)
           SELECT s.source_id, month::date, 'complete'
           FROM bench.source s, generate_series((SELECT min(m.month) FROM bench.incident_month m)::timestamp, '2022-12-01', '1 month') AS month
           ON CONFLICT DO NOTHING" > /dev/null
    psql -qX -d $database -c 'VACUUM ANALYZE'
    value "SELECT format('%s incidents, %s rows of counts, %s', (SELECT sum(incidents) FROM bench.incident_month), (SELECT count(*) FROM bench.incident_month), pg_size_pretty(pg_database_size('$database')))"
    while read -r view keyed; do
        case $keyed:$view in
            f:*) record "$view" "$size" 2 -c "$spent" -c '\timing on' -c "COPY (SELECT * FROM bench.$view) TO STDOUT" ;;
            t:profile*) for kind in violence crime; do
                            record "$view, $kind" "$size" 2 -c "$spent" -c '\timing on' -c "COPY (SELECT * FROM bench.$view WHERE assessment_id = $(value "SELECT $kind FROM bench_assessment")) TO STDOUT"
                        done ;;
            t:tactical*) record "$view" "$size" 2 -c "$spent" -c '\timing on' -c "COPY (SELECT * FROM bench.$view WHERE assessment_id = $(value 'SELECT tactical FROM bench_assessment')) TO STDOUT" ;;
            t:*) record "$view" "$size" 2 -c "$spent" -c '\timing on' -c "COPY (SELECT * FROM bench.$view WHERE assessment_id = 1) TO STDOUT" ;;
        esac
    done < <(value "SELECT c.relname || ' ' || EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'assessment_id')::text FROM pg_class c WHERE c.relnamespace = 'bench'::regnamespace AND c.relkind = 'v' AND c.relname NOT LIKE 'evidence%' AND c.relname NOT LIKE 'published%' AND c.relname LIKE '$pattern' ORDER BY c.relname" | sed 's/ true$/ t/; s/ false$/ f/')
    [ "$pattern" = % ] || continue
    record "csp.open_tactical_assessment" "$size" 2 -c "$spent" -c '\timing on' -c BEGIN -c "SELECT csp.open_tactical_assessment('bench', '[2025-11-06,2025-12-03]')" -c ROLLBACK
    record "csp.subject_profile" "$size" 2 -c "$spent" -c '\timing on' -c BEGIN -c "SELECT * FROM csp.subject_profile('bench', '$(value 'SELECT subject FROM bench_assessment')', 'benchmark')" -c ROLLBACK
    record "csp.scan" "$size" 1 -c "$spent" -c '\timing on' -c BEGIN -c "SELECT * FROM csp.scan('bench', '2025-12-31')" -c ROLLBACK
    for kind in strategic tactical violence; do
        record "csp.freeze_assessment, $kind" "$size" 1 -c "$spent" -c '\timing on' -c BEGIN -c "SELECT csp.freeze_assessment('bench', (SELECT $kind FROM bench_assessment))" -c ROLLBACK
    done
    # what is published is stored: it is read in the transaction that freezes and publishes it, which is not timed
    for view in published_assessment published_count; do
        record "$view" "$size" 1 -c BEGIN -c "DO \$\$ BEGIN PERFORM csp.freeze_assessment('bench', 1); END \$\$" -c "UPDATE bench.assessment SET status = 'published' WHERE assessment_id = 1" -c "$spent" -c '\timing on' -c "COPY (SELECT * FROM bench.$view) TO STDOUT" -c ROLLBACK
    done
done
# the table: a view a line, seconds and rows by size
monthly=$(value "
    WITH RECURSIVE reads AS (
        SELECT c.oid AS view, c.oid AS relation
        FROM pg_class c
        WHERE c.relnamespace = 'bench'::regnamespace AND c.relkind = 'v'
      UNION
        SELECT r.view, d.refobjid
        FROM reads r
        JOIN pg_rewrite w ON w.ev_class = r.relation
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.relation
    )
    SELECT string_agg(v.relname, ' ')
    FROM (SELECT c.relname FROM reads r JOIN pg_class c ON c.oid = r.view GROUP BY c.relname
          HAVING bool_or(r.relation = 'bench.incident_month'::regclass) AND NOT bool_or(r.relation = 'bench.incident'::regclass)) v")
awk -F '\t' -v monthly="$monthly" '
    BEGIN { split(monthly, list, " "); for (i in list) counts[list[i]] = 1 }
    !($2 in size) { size[$2] = 1; sizes[++columns] = $2 }
    !($1 in name) { name[$1] = 1; names[++lines] = $1 }
    { seconds[$1, $2] = $3; rows[$1, $2] = $4 }
    END {
        printf "%-34s  ", "seconds (rows), by incidents"
        for (c = 1; c <= columns; c++) printf " %22s", sizes[c]
        print ""
        for (l = 1; l <= lines; l++) {
            view = names[l]; sub(/,.*/, "", view)
            printf "%-34s %s", names[l], (view in counts) ? "m" : " "
            for (c = 1; c <= columns; c++) {
                s = seconds[names[l], sizes[c]]; flag = " "
                if (s == "") { printf " %22s", ""; continue }
                most = (view ~ /^csp\./) ? 1e9 : (sizes[c] <= 300000) ? ((view ~ /^tactical/) ? 5 : 1) : (view in counts) ? 2 : 1e9
                if (s == "-" || s > most) { flag = "!"; missed++ }
                printf " %11s%s %9s", s, flag, "(" rows[names[l], sizes[c]] ")"
            }
            print ""
        }
        printf "%d targets missed\n", missed
    }' "$figures"
