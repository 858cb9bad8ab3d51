#!/bin/bash
# What `make demo` and `make test` are given, looked at before anything is installed, built or dropped. Sourced by test/run.
# Every value is text, whatever it holds, and messages show it quoted, so that no control character reaches the terminal.
# shellcheck disable=SC2034,SC2154  # test/run sets top and the arguments; test/demo.sh and test/test.sh read what is set here

quoted() { printf %q "$1"; }
is_text() { printf %s "$1" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1; }
# files_of NAME LIST: fills files with the comma-separated files; a file with commas in its name is given alone
files_of() {
    local rest=$2,
    files=()
    [ -n "$2" ] || return 0
    if [ -f "$2" ]; then files=("$2"); rest=; fi
    while [ -n "$rest" ]; do files+=("${rest%%,*}"); rest=${rest#*,}; done
    for rest in "${files[@]}"; do
        if ! [ -f "$rest" ] || ! [ -r "$rest" ]; then die "$1: there is no file $(quoted "$rest")"; fi
    done
}
# demo_arguments: sets database, report, incidents, partnership, the arrays of files and, with DATA, street (how many) and force
demo_arguments() {
    local data name file forces=() files=()
    database=${DEMO_DATABASE:-demo}
    report=${DEMO_REPORT:-build/strategic_assessment.html}
    incidents=${SYNTHETIC_INCIDENTS:-100000}
    case $report in /*) ;; *) report=$top/$report ;; esac
    mkdir -p build
    arg_DATA=${arg_DATA:-}
    files_of AREAS "${arg_AREAS:-}"; areas=("${files[@]}")
    files_of LOOKUP "${arg_LOOKUP:-}"; lookups=("${files[@]}")
    files_of POPULATION "${arg_POPULATION:-}"; populations=("${files[@]}")
    files_of MEASURES "${arg_MEASURES:-}"; measures=("${files[@]}")
    files_of PEERS "${arg_PEERS:-}"; peers=("${files[@]}")
    is_text "${arg_MEMBERS:-}" || die "MEMBERS: $(quoted "$arg_MEMBERS") is not UTF-8"
    is_text "$database" || die "DEMO_DATABASE: $(quoted "$database") is not UTF-8"
    [[ $incidents =~ ^[0-9]{1,9}$ ]] || die "SYNTHETIC_INCIDENTS: $(quoted "$incidents") is not a number of incidents"
    if ! [ -d "$(dirname -- "$report")" ] || [ -d "$report" ]; then die "DEMO_REPORT: no report can be written to $(quoted "$report")"; fi
    if [ -n "$arg_DATA" ]; then
        # with ./ no folder is an option of find
        case $arg_DATA in /*) data=$arg_DATA ;; *) data=./$arg_DATA ;; esac
        [ -d "$data" ] || die "DATA: there is no folder $(quoted "$arg_DATA")"
        # the forces are those that the files are named after
        street=0 forces=()
        while IFS= read -r -d '' file; do
            street=$((street + 1)) file=${file##*/}
            file=${file%-street.csv}
            [[ $file == [0-9][0-9][0-9][0-9]-[0-9][0-9]-* ]] && forces+=("${file:8}")
        done < <(LC_ALL=C find -L "$data" -name '*-street.csv' \( -type f -o -type l \) -print0)
        [ "$street" -gt 0 ] || die "DATA: no file in $(quoted "$arg_DATA") is named like 2025-01-dorset-street.csv; it should be a folder as downloaded from data.police.uk"
        [ $((${#populations[@]} + ${#lookups[@]} + ${#measures[@]})) -gt 0 ] && [ ${#areas[@]} = 0 ] && die "POPULATION, LOOKUP and MEASURES are about areas: give AREAS=<geojson> too"
        [ ${#areas[@]} -gt 0 ] || say "no AREAS are given: there will be counts for the whole, but no areas and no rates"
        [ ${#areas[@]} = 0 ] || [ ${#populations[@]} -gt 0 ] || say "no POPULATION is given: there will be counts, but no rates"
        # the schema is named after the force when the files are of one and its name is one that a schema can have
        partnership=local force=
        if [ ${#forces[@]} -gt 0 ]; then
            force=${forces[0]}
            for file in "${forces[@]}"; do [ "$file" = "$force" ] || force=; done
        fi
        name=$(printf %s "$force" | LC_ALL=C tr -c 'a-z0-9' '_')
        case $name in pg_*|csp|csp_*|public|information_schema) ;; *) [[ ! $name =~ ^[a-z][a-z0-9_]{0,47}$ ]] || partnership=$name ;; esac
        [ ${#peers[@]} = 0 ] || [ -n "$force" ] || die "PEERS: the street files are of several forces, of which none can be set against peers"
        [ ${#peers[@]} = 0 ] || is_text "$force" || die "PEERS: the name of the force, $(quoted "$force"), is not UTF-8"
    else
        [ $((${#areas[@]} + ${#lookups[@]} + ${#populations[@]} + ${#measures[@]} + ${#peers[@]})) = 0 ] || die "AREAS, POPULATION, LOOKUP, MEASURES and PEERS go with DATA=<folder of police.uk months>"
        partnership=synthetic
    fi
}
chosen() { # chosen NAME: is this test asked for?
    local pattern
    [ -n "${arg_ONLY:-}" ] || return 0
    # shellcheck disable=SC2254  # ONLY holds patterns
    for pattern in "${only[@]}"; do case $1 in $pattern) return 0 ;; esac; done
    return 1
}
test_arguments() { # sets only, the patterns of ONLY
    local file
    [[ ${arg_FUZZ:-} =~ ^[0-9]{0,7}$ ]] || die "FUZZ: $(quoted "$arg_FUZZ") is not a number of statements"
    [[ ${arg_SEED:-} =~ ^[0-9]{0,9}$ ]] || die "SEED: $(quoted "$arg_SEED") is not a number"
    read -r -d '' -a only <<< "${arg_ONLY:-}" || true
    for file in test/sql/*.sql test/pgtap/*.sql test/robustness/*.sh; do
        file=${file##*/}
        if chosen "${file%.*}"; then return 0; fi
    done
    die "ONLY: no test is named $(quoted "$arg_ONLY")"
}
