#!/bin/bash
# A stem is an address. Every concept STEM of a wing has src/WING/STEM.c, sql/install/WING/STEM.sql, test/sql/STEM.sql with
# expected/STEM.out, and doc/WING/STEM.md, all in one wing: this test names each place that is missing. Exceptions are in the
# list below, with their kind and the reason, and one that is no longer needed fails too. The top comment of a C file says
# what it is: "Foundation:" in the wing base, elsewhere "Concept:" or "Kernel of STEM:". A function with another name than its stem
# is on a page of its wing. `stems.sh FOLDER` looks at another tree.
# shellcheck disable=SC2015,SC2086  # say_wrong always succeeds; names of wings are words
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"

# stem | kind | of | reason
#   kernel OF  C split off the concept OF; its SQL, test and page are there
#   part OF    SQL split off the concept OF; its C, test and page are there
#   sql -      there is no C: the work is done in SQL
#   views DIR  a product: its SQL is the views in sql/partnership/views/DIR
#   pgtap NAME, script NAME    tested by test/pgtap/NAME.sql or test/robustness/NAME.sh
# Foundations (wing base) have no pages. They are tested through the concepts that rest on them, some by themselves as well.
exceptions='
access                   | sql    | -                    | privileges are granted by SQL
access                   | script | access               | needs roles and logins
access_log               | kernel | access               | a background worker; its SQL is in profile.sql
count_alert              | part   | farrington           | the type of result that farrington and ears share
disclose_assessment      | part   | publish              | which counts of a frozen assessment may be shown
exponential_smoothing    | kernel | forecast             | a method of its own length
forecast_model           | kernel | forecast             | the fitted model that all methods share
holt_winters             | kernel | forecast             | a method of its own length
incident_month           | part   | partnership          | the counts that triggers keep
keep                     | sql    | -                    | trigger functions in PL/pgSQL
keep                     | pgtap  | keep                 | needs a partnership
knox_count               | kernel | knox                 | the innermost loop, compiled for several widths
load_area_lookup         | part   | load                 | one kind of file
load_areas               | part   | load                 | one kind of file
load_lock                | kernel | load                 | locks of PostgreSQL that SQL cannot take
load_peers               | part   | load                 | one kind of file
load_police_uk           | part   | load                 | one kind of file
load_population          | part   | load                 | one kind of file
map                      | part   | partnership          | neighbours of areas and the grid of hexagons
near_repeat_source       | part   | partnership          | a rule about sources that views and scans share
open_tactical_assessment | part   | tactical_assessment  | the row that its views are keyed by
partnership              | sql    | -                    | lays out tables and views
partnership              | script | upgrade_partnership  | needs databases, dumps and roles
partnership_object       | part   | partnership          | the table of definitions, which everything else needs
performance              | views  | performance          | a product
performance              | pgtap  | performance          | needs the synthetic partnership
person_figures           | part   | profile              | figures about people, for readers who may not read people
plan                     | views  | strategic            | a product; its planner is in performance
plan                     | pgtap  | plan                 | needs the synthetic partnership
profile                  | sql    | -                    | a product
profile                  | pgtap  | profile              | needs the synthetic partnership
publish                  | sql    | -                    | a product
publish                  | pgtap  | publish              | needs the synthetic partnership
quality                  | views  | quality              | a product
quality                  | pgtap  | quality              | needs the synthetic partnership
reader_text              | sql    | -                    | formats of PostgreSQL, put together
earlier_layouts          | part   | partnership          | internal functions under the names of earlier layouts
scan                     | part   | tactical_assessment  | the register that the meeting reads
self_exciting_background | kernel | self_exciting        | what the fit and the map share
space_time_scan_cases    | kernel | space_time_scan      | what the parts of the search share
space_time_scan_plan     | kernel | space_time_scan      | what the search knows beforehand
space_time_scan_search   | kernel | space_time_scan      | the innermost loops
strategic_assessment     | views  | strategic            | a product
strategic_assessment     | pgtap  | strategic            | needs the synthetic partnership
strategic_concentration  | views  | strategic            | a product
strategic_concentration  | pgtap  | place                | needs the synthetic partnership
strategic_hotspot        | views  | strategic            | a product
strategic_hotspot        | pgtap  | place                | needs the synthetic partnership
suppression_bounds       | kernel | suppression          | a method of its own length
suppression_reach        | kernel | suppression          | a method of its own length
synthetic                | sql    | -                    | rows drawn by seeded_random
synthetic_component      | part   | synthetic            | one group of its tables
synthetic_geography      | part   | synthetic            | one group of its tables
synthetic_incident       | part   | synthetic            | one group of its tables
synthetic_person         | part   | synthetic            | one group of its tables
synthetic_plan           | part   | synthetic            | one group of its tables
tactical_assessment      | views  | tactical             | a product
tactical_assessment      | pgtap  | tactical             | needs the synthetic partnership
tactical_hotspot         | views  | tactical             | a product
tactical_hotspot         | pgtap  | place                | needs the synthetic partnership
tactical_near_repeat     | views  | tactical             | a product
'

wrong=0
say_wrong() { echo "$*"; wrong=$((wrong + 1)); }
wings_of() { # wings_of FOLDER STEM.ENDING: the wings that have the file
    local file
    for file in "$1"/*/"$2"; do
        if [ -e "$file" ]; then file=${file%/*}; printf '%s ' "${file##*/}"; fi
    done
}
declare -A kernel=() part=() sql=() views=() pgtap=() script=() reason_of=()
while IFS='|' read -r stem kind of reason; do
    stem=${stem// /} kind=${kind// /} of=${of// /}
    [ -n "$stem" ] || continue
    [ -n "${reason// /}" ] || say_wrong "$stem: the exception has no reason"
    case $kind in
        kernel) kernel[$stem]=$of ;; part) part[$stem]=$of ;; sql) sql[$stem]=$of ;; views) views[$stem]=$of ;;
        pgtap) pgtap[$stem]=$of ;; script) script[$stem]=$of ;;
        *) say_wrong "$stem: there is no kind of exception \"$kind\"" ;;
    esac
    reason_of[$stem]+="$kind "
done <<< "$exceptions"

concepts=0
declare -A seen=()
for stem in $(for file in src/*/*.c sql/install/*/*.sql doc/*/*.md test/sql/*.sql; do
                  name=${file##*/}; echo "${name%.*}"
              done | grep -vxE 'README|decisions' | sort -u); do
    seen[$stem]=1
    c=$(wings_of src "$stem.c") s=$(wings_of sql/install "$stem.sql") d=$(wings_of doc "$stem.md")
    wing=$(printf '%s\n' $c $s $d | sort -u)
    [ -n "$wing" ] || { say_wrong "test/sql/$stem.sql: no wing has $stem"; continue; }
    [ "$(wc -l <<< "$wing")" = 1 ] || { say_wrong "$stem is in several wings: ${wing//$'\n'/, }"; continue; }
    if [ "$wing" = base ]; then
        [ -z "$d" ] || say_wrong "doc/base/$stem.md: a foundation has no page"
        continue
    fi
    if [ -n "${kernel[$stem]:-}${part[$stem]:-}" ]; then
        of=${kernel[$stem]:-${part[$stem]:-}}
        [ -e "doc/$wing/$of.md" ] || say_wrong "$stem: its concept $of has no page doc/$wing/$of.md"
        [ -z "${kernel[$of]:-}${part[$of]:-}" ] || say_wrong "$stem: its concept $of is no concept"
        if [ -n "${kernel[$stem]:-}" ]; then [ -n "$c" ] && [ -z "$s" ] || say_wrong "$stem: a kernel is a C file without SQL of its name"
        else [ -n "$s" ] && [ -z "$c" ] || say_wrong "$stem: a part is an SQL file without C of its name"; fi
        [ -z "$d" ] && [ ! -e "test/sql/$stem.sql" ] || say_wrong "$stem: has a test or page of its own, so it is no kernel or part of $of"
        continue
    fi
    concepts=$((concepts + 1))
    # C
    if [ -n "$c" ]; then [ -z "${sql[$stem]:-}${views[$stem]:-}" ] || say_wrong "$stem: has C, so the exception is not needed"
    else [ -n "${sql[$stem]:-}${views[$stem]:-}" ] || say_wrong "$stem: no src/$wing/$stem.c"; fi
    # SQL
    if [ -n "$s" ]; then [ -z "${views[$stem]:-}" ] || say_wrong "$stem: has SQL, so it is more than views"
    elif [ -n "${views[$stem]:-}" ]; then
        compgen -G "sql/partnership/views/${views[$stem]}/*.sql" >/dev/null || say_wrong "$stem: no views in sql/partnership/views/${views[$stem]}"
    else say_wrong "$stem: no sql/install/$wing/$stem.sql"; fi
    # test
    if [ -e "test/sql/$stem.sql" ]; then
        [ -e "expected/$stem.out" ] || say_wrong "$stem: no expected/$stem.out"
        [ -z "${pgtap[$stem]:-}${script[$stem]:-}" ] || say_wrong "$stem: has test/sql/$stem.sql, so the exception is not needed"
    elif [ -n "${pgtap[$stem]:-}" ]; then [ -e "test/pgtap/${pgtap[$stem]}.sql" ] || say_wrong "$stem: no test/pgtap/${pgtap[$stem]}.sql"
    elif [ -n "${script[$stem]:-}" ]; then [ -e "test/robustness/${script[$stem]}.sh" ] || say_wrong "$stem: no test/robustness/${script[$stem]}.sh"
    else say_wrong "$stem: no test/sql/$stem.sql"; fi
    # page
    [ -n "$d" ] || say_wrong "$stem: no doc/$wing/$stem.md"
done
for stem in "${!reason_of[@]}"; do
    [ -n "${seen[$stem]:-}" ] || say_wrong "$stem: an exception, but nothing has this name"
done
for file in expected/*.out; do
    name=${file##*/}; [ -e "test/sql/${name%.out}.sql" ] || say_wrong "$file: no test/sql/${name%.out}.sql"
done

# what a C file says that it is
files=0
for file in src/*/*.c; do
    files=$((files + 1))
    stem=${file##*/} stem=${stem%.c} wing=${file#src/} wing=${wing%/*}
    case $wing in base) wanted='Foundation: ' ;; *) wanted="${kernel[$stem]:+Kernel of ${kernel[$stem]}: }"; wanted=${wanted:-Concept: } ;; esac
    [ "$(sed -n 1p "$file")" = '/*' ] && [ "$(sed -n 2p "$file")" = " * $stem.c" ] || say_wrong "$file: does not begin with a comment that names it"
    [[ $(sed -n 3p "$file") == " *   $wanted"* ]] || say_wrong "$file: its top comment does not begin with \"$wanted\""
done
for file in src/*/*.h; do
    case $file in src/base/*) continue ;; esac
    [[ $(sed -n 3p "$file") != " *   Foundation: "* ]] || say_wrong "$file: a foundation outside the wing base"
done

# the base has no pages: the map says what each foundation is for
for file in src/base/*.[ch]; do
    stem=${file##*/} stem=${stem%.*}
    grep -q "^|.*\`$stem\`.*|" doc/internals.md || say_wrong "$file: not in the table of foundations in doc/internals.md"
done

# every function that a user may call is on a page of its wing, so that its name leads there; the base has no pages
functions=0
while read -r name; do
    functions=$((functions + 1))
    file=$(grep -lE "(FUNCTION|AGGREGATE|PROCEDURE) csp\.$name\>" sql/install/*/*.sql | head -1)
    [ -n "$file" ] || continue    # named in the catalogue alone: test/pgtap/api.sql compares the list with it
    wing=${file#sql/install/} wing=${wing%%/*}
    [ "$wing" = base ] || grep -qwr --include='*.md' --exclude=decisions.md -- "$name" "doc/$wing" || say_wrong "csp.$name: on no page in doc/$wing"
done < <(sed -nE 's/^(function|aggregate|window|procedure) ([a-z_0-9]+)\(.*/\2/p' test/reference/signatures.txt | sort -u)

echo "$concepts concepts, $files C files, $functions functions, $wrong wrong"
[ "$wrong" = 0 ] && [ "$concepts" -ge 70 ] && [ "$files" -ge 80 ] && [ "$functions" -ge 180 ]
