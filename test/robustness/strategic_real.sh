#!/bin/bash
# The strategic views over a whole force's real crimes: sums that must hold, and the time of each view. Prints times;
# asserts none, since machines differ.
set -euo pipefail
data=$(readlink -f -- "${CSP_REAL_DATA:-../shared/data}" || true)
if [ ! -d "$data/police_uk" ]; then printf 'SKIP no real police.uk files in %q (CSP_REAL_DATA names another folder)\n' "${CSP_REAL_DATA:-../shared/data}"; exit 0; fi
. test/robustness/helpers.bash
database=strategic_real_$$
export PSQLRC=/dev/null
new_database $database
export PGDATABASE=$database
run $database -c "CREATE EXTENSION postgis" -c "CREATE EXTENSION csp_analysis" -c "SELECT csp.create_partnership('county')" >/dev/null
force=${CSP_REAL_FORCE:-leicestershire}
load() { psql -qX -v ON_ERROR_STOP=1 -v partnership=county -v file="$1" -f "sql/load/$2.psql" >/dev/null; }
load "$data/boundaries/${force}_lsoa21.geojson" areas
load "$data/lookups/lookup_lsoa11_lsoa21_ltla22.csv" area_lookup
load "$data/lookups/lookup_lsoa21_ward24_ltla24.csv" area_lookup
load "$data/population/census2021_households_by_accommodation_type_lsoa21.csv" population
load "$data/population/population_lsoa11_mid2017_2019_2020.csv" population
sql/load/police_uk_folder.sh county "$data/police_uk/$force" >/dev/null
run $database -c "VACUUM ANALYZE"
# the last twelve months against the twelve before, by district and by small area
run $database >/dev/null <<'SQL'
INSERT INTO county.assessment (kind, title, period_from, period_to, baseline_from, baseline_to, area_kind)
SELECT 'strategic', k.area_kind, (m.last + interval '1 month' - interval '1 year')::date, (m.last + interval '1 month')::date - 1,
       (m.last + interval '1 month' - interval '2 years')::date, (m.last + interval '1 month' - interval '1 year')::date - 1, k.area_kind
FROM (SELECT max(month)::timestamp AS last FROM county.incident_month) m
CROSS JOIN (VALUES ('district'), ('lsoa21')) AS k (area_kind);
SQL
none() { # none WHAT QUERY: the query finds no row
    local found; found=$(run $database -c "$2")
    [ -z "$found" ] || say_wrong "$1: $found"
    echo "ok: $1"
}
in_period="i.occurred_from >= a.period_from::timestamp AT TIME ZONE 'Europe/London' AND i.occurred_from < (a.period_to + 1)::timestamp AT TIME ZONE 'Europe/London'"
none "levels of the whole equal a count of the incidents" "
    SELECT a.assessment_id, t.code, l.incidents, count(i.incident_id)
    FROM county.assessment a
    JOIN county.strategic_levels l ON l.assessment_id = a.assessment_id AND l.area_kind = 'partnership'
    JOIN county.problem_type t USING (problem_type_id)
    LEFT JOIN county.evidence_type tree USING (problem_type_id)
    LEFT JOIN county.incident i ON i.problem_type_id = tree.member_id AND $in_period
    GROUP BY a.assessment_id, t.code, l.incidents HAVING count(i.incident_id) <> l.incidents"
none "areas and what has no area add up to the whole" "
    SELECT l.assessment_id, l.problem_type
    FROM county.strategic_levels l
    JOIN (SELECT a.assessment_id, tree.problem_type_id, count(*) FILTER (WHERE aa.ancestor_id IS NULL) AS unplaced
          FROM county.assessment a
          JOIN county.incident i ON $in_period
          JOIN county.evidence_type tree ON tree.member_id = i.problem_type_id
          LEFT JOIN county.area_ancestor aa ON aa.area_id = i.area_id AND aa.ancestor_kind = a.area_kind
          GROUP BY 1, 2) u USING (assessment_id, problem_type_id)
    GROUP BY l.assessment_id, l.problem_type, u.unplaced
    HAVING sum(l.incidents) FILTER (WHERE l.area_kind = 'partnership') <> sum(l.incidents) FILTER (WHERE l.area_kind <> 'partnership') + u.unplaced"
none "types add up to the type above" "
    SELECT p.assessment_id, p.area_id, p.problem_type
    FROM county.strategic_levels p
    JOIN county.problem_type t ON t.parent_id = p.problem_type_id
    JOIN county.strategic_levels c ON c.assessment_id = p.assessment_id AND c.area_id = p.area_id AND c.problem_type_id = t.problem_type_id
    GROUP BY p.assessment_id, p.area_id, p.problem_type, p.incidents HAVING sum(c.incidents) <> p.incidents"
none "drivers add up to the change, in every dimension" "
    SELECT d.assessment_id, d.problem_type, d.dimension
    FROM county.strategic_drivers d
    JOIN county.strategic_change c ON c.assessment_id = d.assessment_id AND c.problem_type_id = d.problem_type_id AND c.area_kind = 'partnership'
    GROUP BY d.assessment_id, d.problem_type, d.dimension, c.period_incidents, c.baseline_incidents
    HAVING sum(d.contribution) <> c.period_incidents - c.baseline_incidents"
none "both assessments see the same whole" "
    SELECT l.problem_type FROM county.strategic_change l JOIN county.strategic_change o USING (problem_type_id)
    WHERE l.assessment_id = 1 AND o.assessment_id = 2 AND l.area_kind = 'partnership' AND o.area_kind = 'partnership'
      AND ROW(l.period_incidents, l.baseline_incidents, l.p_value, l.adjusted_p_value, l.trend_p_value) IS DISTINCT FROM ROW(o.period_incidents, o.baseline_incidents, o.p_value, o.adjusted_p_value, o.trend_p_value)"
none "every rate has its denominator and every interval holds its rate" "
    SELECT area_code, problem_type FROM county.strategic_levels WHERE rate_per_1000 IS NULL OR NOT rate_per_1000 BETWEEN rate_lower AND rate_upper OR incidents < 0"
none "probabilities are probabilities, adjusted ones not smaller" "
    SELECT area_code, problem_type FROM county.strategic_change WHERE p_value NOT BETWEEN 0 AND 1 OR adjusted_p_value < p_value - 1e-12 OR trend_p_value NOT BETWEEN 0 AND 1"
none "maps of areas show what stands in areas, and say how much does not" "
    SELECT h.assessment_id, h.problem_type
    FROM county.strategic_hotspot h
    JOIN county.strategic_levels l ON l.assessment_id = h.assessment_id AND l.problem_type_id = h.problem_type_id AND l.area_kind = 'partnership'
    WHERE h.place_kind = 'area'
    GROUP BY h.assessment_id, h.problem_type, l.incidents
    HAVING sum(h.incidents) <> max(h.map_incidents) OR max(h.map_incidents) + max(h.incidents_not_shown) <> l.incidents OR abs(sum(h.expected) / max(h.map_incidents) - 1) > 1e-9"
none "hexagons hold the incidents that PostGIS finds in them" "
    SELECT h.place_code, h.incidents, count(i.incident_id)
    FROM county.strategic_hotspot h
    JOIN county.assessment a USING (assessment_id)
    LEFT JOIN county.incident i ON ST_Intersects(h.boundary, i.location) AND i.problem_type_id = h.problem_type_id AND $in_period
    WHERE h.assessment_id = 2 AND h.place_kind = 'hex' AND h.problem_type = 'burglary'
    GROUP BY h.place_code, h.incidents HAVING count(i.incident_id) <> h.incidents"
none "hexagons cover the areas" "
    SELECT hexagons, areas FROM (SELECT sum(square_metres) AS hexagons FROM county.hex_cell) h, (SELECT sum(ST_Area(boundary)) AS areas FROM county.area WHERE area_kind = 'lsoa21') a
    WHERE abs(hexagons / areas - 1) > 1e-4"
none "wards and districts known by look-ups have neighbours and shapes" "
    SELECT a.code FROM county.area a LEFT JOIN county.area_map m USING (area_id) WHERE a.area_kind IN ('ward', 'district') AND (m.neighbours IS NULL OR m.neighbours = '{}' OR NOT ST_IsValid(m.dissolved) OR m.dissolved IS NULL)"
none "keys of the maps are unique" "SELECT row_key FROM county.strategic_hotspot GROUP BY row_key HAVING count(*) > 1"
run $database -c "INSERT INTO county.assessment (kind, title, period_from, period_to) SELECT 'tactical', 'Last weeks', max(month), (max(month) + interval '1 month')::date - 1 FROM county.incident_month" >/dev/null
none "sources of months have no tactical map, and it says why" "
    SELECT place_code, NULL FROM county.tactical_hotspot
    UNION ALL SELECT source, reason FROM county.tactical_hotspot_source WHERE is_used OR reason <> 'left out: dates are months'"
echo "$(run $database -c "SELECT count(*) FROM county.incident") incidents, $(run $database -c "SELECT count(*) FROM county.incident_month") rows of counts"
for assessment in 1 2; do
    for view in $(run $database -c "SELECT relname FROM pg_class WHERE relnamespace = 'county'::regnamespace AND relkind = 'v' AND relname LIKE 'strategic%' AND relname <> 'strategic_hotspot_source' ORDER BY relname"); do
        run $database -c "SELECT count(*) FROM county.$view WHERE assessment_id = $assessment" >/dev/null
        psql -qX -c '\timing on' -c "COPY (SELECT * FROM county.$view WHERE assessment_id = $assessment) TO STDOUT" |
            awk -v view="$view" -v by="$([ $assessment = 1 ] && echo district || echo 'small area')" '/^Time:/ { printf "  by %-11s %-28s %8.3f s\n", by, view, $2 / 1000 }'
    done
done
for kind in area hex; do
    psql -qX -c '\timing on' -c "COPY (SELECT * FROM county.strategic_hotspot WHERE assessment_id = 2 AND place_kind = '$kind') TO STDOUT" | awk -v kind=$kind '/^Time:/ { printf "  by small area  strategic_hotspot of %-5s %14.3f s\n", kind, $2 / 1000 }'
done
