#!/bin/bash
# Loads every police.uk file of a folder and its subfolders from the client, street files first, each in a transaction
# of its own, with a line of progress per file. Connects as psql does (PGHOST, PGDATABASE, ...).
# usage: sql/load/police_uk_folder.sh PARTNERSHIP FOLDER [SESSIONS]     SESSIONS side by side, default 1
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
partnership=$1 folder=$2 sessions=${3:-1}
script=$(cd "$(dirname "$0")" && pwd)/police_uk.psql
export partnership script
load() { psql -qXAt -v ON_ERROR_STOP=1 -v partnership="$partnership" -v file="$1" -f "$script" || { echo "$1 was not loaded" >&2; return 1; }; }
export -f load
failed=0 found=0
for kind in street outcomes; do
    files=$(find -L "$folder" -name "*-$kind.csv" | awk -F/ '{ print $NF "\t" $0 }' | LC_ALL=C sort | cut -f2-)
    [ -n "$files" ] || continue
    found=1
    printf '%s\n' "$files" | tr '\n' '\0' | xargs -0 -n 1 -P "$sessions" bash -c 'load "$1"' load || failed=1
done
[ $found = 1 ] || { echo "there is no police.uk file in $folder" >&2; exit 1; }
exit $failed
