#!/bin/bash
# Loads every police.uk file of a folder and its subfolders from the client, street files first, each in a transaction
# of its own, with a line of progress per file. Connects as psql does (PGHOST, PGDATABASE, ...).
# usage: sql/load/police_uk_folder.sh PARTNERSHIP FOLDER [SESSIONS]     SESSIONS side by side, default 1
#
# Folders and files may have any name. No name becomes a part of what psql or a shell reads as source: psql takes names
# from its environment, and messages show them quoted.
set -euo pipefail
unset CDPATH
[ $# -ge 2 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
partnership=$1 folder=$2 sessions=${3:-1}
# checked before arithmetic, which would evaluate it
[[ $sessions =~ ^[1-9][0-9]{0,2}$ ]] || { printf 'SESSIONS is a number from 1 to 999, not %q\n' "$sessions" >&2; exit 2; }
# a path that begins with a dash or a tilde is a path, and no option or home
path_of() { case $1 in /*) printf '%sx' "$1" ;; *) printf './%sx' "$1" ;; esac; }
root=$(path_of "$folder") root=${root%x}
case $0 in */*) script=$(path_of "${0%/*}/police_uk.psql") ;; *) script=$(path_of police_uk.psql) ;; esac
script=${script%x}
[ -e "$root" ] || { printf 'there is no folder %q\n' "$folder" >&2; exit 1; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

# What psql says quotes files and their content: no control character of theirs reaches the terminal.
printable() {
    LC_ALL=C awk '{ gsub(/[\001-\010\013-\037\177]/, "?"); gsub(/\302[\200-\237]/, "?"); print; fflush() }'
}
# What psql reads to load COUNT files: constant text but for the numbers.
commands() { # commands COUNT
    local n
    printf '%s\n' '\getenv script CSP_SCRIPT' '\getenv partnership CSP_PARTNERSHIP'
    for ((n = 1; n <= $1; n++)); do
        # shellcheck disable=SC2016  # the shell of \! reads the variable
        printf '\\getenv file CSP_FILE_%d\n\\i :script\n\\! echo >> "$CSP_LOADED"\n' "$n"
    done
}
load() { # load LOADED FILE...: a psql for all of them, ends at the first that fails; a line in LOADED for each before it
    local loaded=$1 n=0 file; shift
    commands $# > "$loaded.commands"
    for file; do n=$((n + 1)); export "CSP_FILE_$n=$file"; done
    CSP_LOADED=$loaded CSP_SCRIPT=$script CSP_PARTNERSHIP=$partnership psql -qXAt -v ON_ERROR_STOP=1 -f - < "$loaded.commands"
}
# One psql loads file after file, since a new connection has everything to learn again. A file that fails ends it; the
# next one goes on behind that file. An environment is bounded, and so is what one psql is given.
session() { # session NUMBER FILE...
    local loaded=$work/$1 failed=0 count size; shift
    while [ $# -gt 0 ]; do
        count=0 size=0
        while [ $count -lt $# ] && [ $count -lt 2000 ] && [ $size -lt 200000 ]; do
            count=$((count + 1)); file=${!count}; size=$((size + ${#file} + 20))
        done
        : > "$loaded"
        if { (load "$loaded" "${@:1:count}") 2>&1 >&3 | printable >&2; } 3>&1; then
            shift "$count"
            continue
        fi
        shift "$(wc -l < "$loaded")"
        printf '%q was not loaded\n' "$1" >&2
        failed=1
        shift
    done
    return $failed
}
# in the order of their names, whatever folder they are in
files_of() { # files_of KIND: fills files
    local -x LC_ALL=C
    local file
    find -L "$root" -name "*-$1.csv" \( -type f -o -type l \) -print0 > "$work/found" 2> "$work/find.err" ||
        { printable < "$work/find.err" >&2; failed=1; }
    mapfile -d '' -t files < "$work/found"
    [ ${#files[@]} -gt 0 ] || return 0
    for file in "${files[@]}"; do printf '%s/%s\0' "${file##*/}" "$file"; done | sort -z > "$work/sorted"
    mapfile -d '' -t files < "$work/sorted"
    files=("${files[@]#*/}")
}
failed=0 found=0
for kind in street outcomes; do
    files_of $kind
    [ ${#files[@]} -gt 0 ] || continue
    found=1 pids=()
    for ((s = 0; s < sessions; s++)); do
        share=()
        for ((f = s; f < ${#files[@]}; f += sessions)); do share+=("${files[f]}"); done
        [ ${#share[@]} -gt 0 ] || continue
        session $s "${share[@]}" & pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
done
[ $found = 1 ] || { printf 'there is no police.uk file in %q\n' "$folder" >&2; exit 1; }
exit $failed
