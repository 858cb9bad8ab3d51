#!/bin/bash
# Loads every police.uk file of a folder and its subfolders from the client, street files first, each in a transaction
# of its own, with a line of progress per file. Connects as psql does (PGHOST, PGDATABASE, ...).
# usage: sql/load/police_uk_folder.sh PARTNERSHIP FOLDER [SESSIONS]     SESSIONS side by side, default 1
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
partnership=$1 folder=$2 sessions=${3:-1}
script=$(cd "$(dirname "$0")" && pwd)/police_uk.psql
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

# One psql loads file after file, since a new connection has everything to learn again. A file that fails ends it; the
# next one goes on behind that file.
session() { # session NUMBER FILE...
    local count=$work/$1 failed=0 file; shift
    while [ $# -gt 0 ]; do
        : > "$count"
        for file; do printf "\\set file '%s'\n\\i '%s'\n\\! echo >> '%s'\n" "${file//\'/\'\'}" "${script//\'/\'\'}" "$count"; done |
            psql -qXAt -v ON_ERROR_STOP=1 -v partnership="$partnership" -f - && break
        shift "$(wc -l < "$count")"
        echo "$1 was not loaded" >&2
        failed=1
        shift
    done
    return $failed
}
failed=0 found=0
for kind in street outcomes; do
    mapfile -t files < <(find -L "$folder" -name "*-$kind.csv" | awk -F/ '{ print $NF "\t" $0 }' | LC_ALL=C sort | cut -f2-)
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
[ $found = 1 ] || { echo "there is no police.uk file in $folder" >&2; exit 1; }
exit $failed
