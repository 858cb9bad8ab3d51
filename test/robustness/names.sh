#!/bin/bash
# Folders, files, partnerships and arguments of make may have any name: every byte but NUL and / alone, and names made to
# be read as something else by a shell, make, psql, SQL, find or a terminal. Each is loaded or refused with a message that
# shows it quoted; none is executed (the file `canary` is never made), none sends a control character to the terminal.
# shellcheck disable=SC1003,SC1091,SC2016,SC2088,SC2154,SC2164  # names are written as they are; helpers.bash sets work, and errors end the script
. "$(dirname "$0")/helpers.bash"
top=$PWD
database=names_$$
export PSQLRC=/dev/null PGDATABASE=$database LC_ALL=C.UTF-8
new_database $database
run $database -c "CREATE EXTENSION csp_analysis CASCADE" -c "SELECT csp.create_partnership('names')" >/dev/null
mkdir "$work/here"; cd "$work/here"
failed=0
wrong() { echo "FAILED: $*"; failed=1; }
ask() { run $database -c "$1"; }
checked=0
harmless() { # harmless WHAT: nothing was executed, and what was said (in $work/said) has no control character
    checked=$((checked + 1))
    [ -z "$(find "$work" "$top" -maxdepth 3 -name 'canary*' -not -path '*/.git/*' -print -quit)" ] || { wrong "$1 executed a name"; find "$work" "$top" -maxdepth 3 -name 'canary*' -delete; }
    if LC_ALL=C tr -d '\t\n' < "$work/said" | LC_ALL=C grep -aq $'[\001-\037\177]'; then wrong "$1 sent a control character: $(cat -v "$work/said")"; fi
    if LC_ALL=C grep -aqP '\xc2[\x80-\x9f]' "$work/said"; then wrong "$1 sent a C1 control character: $(cat -v "$work/said")"; fi
}
says() { # says WHAT TEXT: the message is there
    grep -aqF -e "$2" "$work/said" || wrong "$1: no \"$2\" in: $(cat -v "$work/said")"
}

nasty=('x\'"'"'`touch canary`' '`touch canary`' '$(touch canary)' '$(shell touch canary)' '${shell touch canary}' '"; touch canary; "' "'; touch canary; '"
    "x'; touch canary #" '";touch canary;"' '|touch canary' '; touch canary' '& touch canary &' '>canary' $'\n\\! touch canary\n' $'\'\n\\! touch canary\n' $'x\ntouch canary\n'
    '\! touch canary' '\\! touch canary' "a' \\! touch canary" '\' 'a\' '\n' "\\'" '\\' "'" "''" '"' '""' "E'x'" 'E' '-delete' '--help' '-' '--' '-exec' '(' ')' '!'
    '~' '~root' '~postgres' '*' '?' '[a-z]' '{a,b}' ':file' ":'file'" ':"partnership"' ':{?file}' 'a b' ' a' 'a ' $'a\n' $'\na' $'a\r\nb' $'\t' 'stdin' 'pstdin' "PROGRAM 'touch canary'"
    "x' WITH (FORMAT text); DROP SCHEMA names CASCADE; --" "x'); DROP SCHEMA names CASCADE; --" $'\xf0\'`touch canary`' $'\xe9' $'\xc3' $'\xff\xfe' $'\x81\'\\! touch canary' $'\xc2\x9b31m' $'\e[31mred\e]0;title\a'
    $'\u202egnp' 'é' 'a$b' '$$' '$HOME' '!!' '#' '%s%n' '=' 'A=b' 'a,b' 'a[$(touch canary)]' $'\001' $'\177' $'\001\177')
declare -a bytes=()
for ((b = 1; b < 256; b++)); do printf -v byte '\\x%02x' $b; printf -v byte "%b" "$byte"; [ "$byte" = / ] || bytes+=("$byte"); done
[ ${#bytes[@]} = 254 ] || say_wrong "not 254 bytes"
street() { # street PATH: a police.uk file of one row
    printf '%s\n' 'Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context' \
        "c$((++streets)),2024-01,Shire Police,Shire Police,-2.02,50.71,On or near Mill Lane,,,Burglary,," > "$1"
}
streets=0

# ---- a command in a folder's name: the case that began this ----
mkdir 'x\'"'"'`touch canary`'; street 'x\'"'"'`touch canary`/2024-01-shire-street.csv'
"$top/sql/load/police_uk_folder.sh" names . > "$work/said" 2>&1 || wrong "the folder was not loaded: $(cat -v "$work/said")"
harmless "a folder with a command in its name"
rm -r ./x*; ask "DELETE FROM names.incident; DELETE FROM names.load_batch" >/dev/null

batches() { ask "SELECT count(*) FROM names.load_batch"; }

# ---- a folder of folders and files with all these names: one call, every file once ----
folder=$'deep\n\'`touch canary`'
mkdir "$folder"
for name in "${bytes[@]}" "${nasty[@]}"; do
    case $name in .) ;; *) mkdir -p "$folder/$name"; street "$folder/$name/2024-01-shire-street.csv" ;; esac
    mkdir -p "$folder/files"; street "$folder/files/$name-street.csv"
done
files=$(find "$folder" -type f -print0 | tr -dc '\0' | wc -c)
[ "$files" -gt 600 ] || say_wrong "only $files files"
"$top/sql/load/police_uk_folder.sh" names "$folder" 2 > "$work/said" 2>&1 || wrong "the folder was not loaded: $(tail -5 "$work/said" | cat -v)"
harmless "a folder of names"
same "files loaded" "$files" "$(batches)"
same "a line of progress per file" "$files" "$(grep -ac ' rows ' "$work/said")"
same "a row per file" "$(find "$folder" -type f -exec cat {} + | grep -c Shire)" "$(ask "SELECT sum(rows_read) FROM names.load_batch")"
same "names are kept as far as they print" 1 "$(ask "SELECT count(*) FROM names.load_batch WHERE file_name = 'é-street.csv'")"
same "bytes that are not characters" 1 "$(ask "SELECT count(*) FROM names.load_batch WHERE file_name = '\\xff\\xfe-street.csv'")"
same "characters that do not print" "1|0" "$(ask "SELECT count(*) FILTER (WHERE file_name = '\\x1b[31mred\\x1b]0;title\\x07-street.csv'), count(*) FILTER (WHERE file_name ~ '[[:cntrl:]]') FROM names.load_batch")"

# ---- each of them as the argument of the loader of folders: relative, alone in its name ----
for name in "${nasty[@]}" $'\e' '.'; do
    [ "$name" = . ] || { mkdir -p "./$name"; street "./$name/2024-02-shire-street.csv"; sed -i 's/2024-01/2024-02/' "./$name/2024-02-shire-street.csv"; }
    case $name in .) mkdir ../dot; cd ../dot; street 2024-01-shire-street.csv ;; esac
    before=$(batches)
    "$top/sql/load/police_uk_folder.sh" names "$name" > "$work/said" 2>&1 || wrong "folder $(printf %q "$name") was not loaded: $(cat -v "$work/said")"
    same "folder $(printf %q "$name") is loaded, and it alone" $((before + 1)) "$(batches)"
    harmless "folder $(printf %q "$name")"
    cd "$work/here"
done
# all 254 as one path
path=.; for name in "${bytes[@]}"; do case $name in .) ;; *) path+=/$name ;; esac; done
mkdir -p "$path"; street "$path/2024-01-shire-street.csv"
"$top/sql/load/police_uk_folder.sh" names "${path#./}" > "$work/said" 2>&1 || wrong "a path of all bytes was not loaded: $(cat -v "$work/said")"
harmless "a path of all bytes"

# ---- refused: the message shows the name quoted, the others load ----
mkdir refused; street refused/2024-01-shire-street.csv; echo nonsense > $'refused/a\e[31m`touch canary`-street.csv'; ln -s nowhere refused/b-street.csv
before=$(batches)
if "$top/sql/load/police_uk_folder.sh" names refused > "$work/said" 2>&1; then wrong "a bad file passed"; fi
harmless "a bad file"
says "a bad file" "$(printf %q $'./refused/a\e[31m`touch canary`-street.csv') was not loaded"
says "a link to nothing" "b-street.csv was not loaded"
same "the others load" $((before + 1)) "$(batches)"
for name in "${nasty[@]}"; do
    if "$top/sql/load/police_uk_folder.sh" names "nowhere $name" > "$work/said" 2>&1; then wrong "a folder that is not there passed"; fi
    harmless "a folder that is not there"; says "a folder that is not there" "there is no folder $(printf %q "nowhere $name")"
    if "$top/sql/load/police_uk_folder.sh" names refused "$name" > "$work/said" 2>&1; then wrong "SESSIONS $(printf %q "$name") passed"; fi
    harmless "SESSIONS"; says "SESSIONS" "SESSIONS is a number from 1 to 999, not $(printf %q "$name")"
done
mkdir one; street one/2024-01-shire-street.csv
for name in "${nasty[@]}"; do
    if "$top/sql/load/police_uk_folder.sh" "$name" one > "$work/said" 2>&1; then wrong "partnership $(printf %q "$name") passed"; fi
    harmless "partnership $(printf %q "$name")"; says "partnership $(printf %q "$name")" 'there is no partnership "'
done

# ---- psql's scripts: any file ----
data=$top/test/data
load() { # load SCRIPT FILE [arguments]
    local script=$1 file=$2; shift 2
    psql -qX -v partnership=names -v file="$file" "$@" -f "$top/sql/load/$script.psql" > "$work/said" 2>&1
}
for name in "${nasty[@]}"; do
    street "./$name.csv"
    before=$(batches)
    load police_uk "$name.csv" || wrong "file $(printf %q "$name.csv") was not loaded: $(cat -v "$work/said")"
    same "file $(printf %q "$name.csv") is loaded" $((before + 1)) "$(batches)"
    harmless "file $(printf %q "$name.csv")"
    # read a second time, as a large object
    printf '"x\0' >> "./$name.csv"
    load police_uk "$name.csv" || wrong "file $(printf %q "$name.csv") was not loaded as a large object: $(cat -v "$work/said")"
    same "file $(printf %q "$name.csv") is loaded as a large object" $((before + 2)) "$(batches)"
    harmless "file $(printf %q "$name.csv"), as a large object"
done
for pair in areas:shire_lsoa21.geojson area_lookup:shire_lookup_lsoa21_ward24_ltla24.csv population:shire_population_lsoa21_2023.csv area_measures:shire_imd2025_lsoa21.csv peers:shire_peers.csv; do
    for name in "$path/${pair#*:}" $'~\e`touch canary`\'\\\n\xff '"${pair#*:}"; do
        cp "$data/${pair#*:}" "$name"
        before=$(batches)
        load "${pair%%:*}" "$name" || wrong "${pair%%:*} was not loaded: $(cat -v "$work/said")"
        harmless "${pair%%:*}"
        same "${pair%%:*} is loaded" $((before + 1)) "$(batches)"
    done
done
mkdir home; cp one/2024-01-shire-street.csv home
HOME=$PWD/home load police_uk '~/2024-01-shire-street.csv' || wrong "~/ is not the home: $(cat -v "$work/said")"
load police_uk '~root/2024-02-shire-street.csv' || wrong "~root is not a folder: $(cat -v "$work/said")"
# in another encoding of the client too, in which a quote or backslash may be half a character
for encoding in LATIN1 SJIS GBK; do
    for name in $'\x81\'\\! touch canary' $'\xf0\x9f\'' 'é\'; do
        street "./$name-street.csv"
        PGCLIENTENCODING=$encoding load police_uk "$name-street.csv" || wrong "$encoding, file $(printf %q "$name"): $(cat -v "$work/said")"
        harmless "$encoding"
    done
done
if load police_uk ''; then wrong "no file passed"; fi; says "no file" "no file is given"

# ---- reports: arguments that no partnership, assessment or structure has ----
reported=(partnership assessment structure) n=0
for name in "${nasty[@]}"; do
    argument=${reported[n++ % 3]} status=0
    psql -X -v partnership=names -v "$argument=$name" -f "$top/sql/report/strategic_assessment.psql" > "$work/said" 2>&1 || status=$?
    [ $status = 3 ] || wrong "report, $argument $(printf %q "$name"): status $status"
    harmless "report, $argument $(printf %q "$name")"
done

# ---- make: the real targets, which look at what they are given before anything is installed, built or dropped ----
cd "$top"
given() { # given NAME VALUE [WANTED]: make demo NAME=VALUE is refused, and says WANTED
    if make demo PG_CONFIG=/nowhere/pg_config "$1=$2" > "$work/said" 2>&1; then wrong "make demo $(printf %q "$1=$2") passed"; fi
    harmless "make demo $(printf %q "$1=$2")"
    [ -z "${3:-}" ] || says "make demo $(printf %q "$1=$2")" "$3"
}
for name in "${bytes[@]}" "${nasty[@]}"; do given DATA "nowhere$name." "DATA: there is no folder $(printf %q "nowhere$name.")"; done
lists=(AREAS POPULATION LOOKUP MEASURES PEERS) n=0
all=$(printf %s "${bytes[@]}"); all=${all//,/}
for argument in "${lists[@]}"; do given "$argument" "nowhere$all." "$argument: there is no file $(printf %q "nowhere$all.")"; done
for name in "${nasty[@]}"; do
    [[ $name != *,* ]] || continue   # where files are separated by commas
    argument=${lists[n++ % 5]}
    given "$argument" "nowhere$name." "$argument: there is no file $(printf %q "nowhere$name.")"
    given SYNTHETIC_INCIDENTS "1$name." "SYNTHETIC_INCIDENTS: "
    given DEMO_REPORT "nowhere$name/r" "DEMO_REPORT: no report can be written to "
    if make test PG_CONFIG=/nowhere/pg_config "ONLY=no_test${name//names/nowhere}" > "$work/said" 2>&1; then wrong "make test ONLY=$(printf %q "$name") passed"; fi
    harmless "make test ONLY=$(printf %q "$name")"; says "make test ONLY=$(printf %q "$name")" "ONLY: no test is named"
    # what is not looked at this early, and what nobody asks for, is not executed either
    others=("MEMBERS=$name" "DEMO_DATABASE=$name" "CSP_REAL_DATA=$name" "WERROR=$name" "DESTDIR=$name" "BENCH_VIEWS=$name" "ANYTHING=$name")
    make demo PG_CONFIG=/nowhere/pg_config DATA=/nowhere "${others[@]}" > "$work/said" 2>&1 && wrong "make demo passed"
    harmless "make demo $(printf '%q ' "${others[@]}")"
    env "${others[@]}" make demo PG_CONFIG=/nowhere/pg_config DATA=/nowhere > "$work/said" 2>&1 && wrong "make demo passed"
    harmless "make demo, in the environment $(printf '%q ' "${others[@]}")"
    AREAS="nowhere$name." make demo PG_CONFIG=/nowhere/pg_config > "$work/said" 2>&1 && wrong "AREAS in the environment passed"
    harmless "AREAS in the environment"; says "AREAS in the environment" "AREAS: there is no file $(printf %q "nowhere$name.")"
done
for name in "${bytes[@]}" "${nasty[@]}"; do
    make demo DATA=/nowhere "PG_CONFIG=/nowhere/$name" > "$work/said" 2>&1 && wrong "PG_CONFIG=$(printf %q "$name") passed"
    harmless "PG_CONFIG=$(printf %q "$name")"
    grep -aq 'PG_CONFIG: PGXS hands this path\|DATA: there is no folder' "$work/said" || wrong "PG_CONFIG=$(printf %q "$name"): $(cat -v "$work/said")"
done
for name in "${nasty[@]}"; do
    PG_CONFIG=/nowhere/$name make demo DATA=/nowhere > "$work/said" 2>&1 && wrong "PG_CONFIG=$(printf %q "$name") passed"
    harmless "PG_CONFIG=$(printf %q "$name") in the environment"
done
for script in load_real products_real strategic_real; do
    for name in "${nasty[@]}"; do
        CSP_REAL_DATA="/nowhere/$name" bash "test/robustness/$script.sh" > "$work/said" 2>&1 || wrong "$script fails"
        harmless "$script"; says "$script" "SKIP no real police.uk files in $(printf %q "/nowhere/$name")"
    done
done

# ---- and the demo loads from names like these: every argument at once ----
tail=$'\'`touch canary`$(touch canary)\\"\n\e[31m\xff '
data="$work/here/data $tail" report="$work/here/report $tail"
mkdir -p "$data/2024-01"
for file in areas:shire_lsoa21.geojson lookup:shire_lookup_lsoa21_ward24_ltla24.csv population_2023:shire_population_lsoa21_2023.csv measures_2025:shire_imd2025_lsoa21.csv; do
    cp "test/data/${file#*:}" "$work/here/${file%%:*} $tail"
done
printf '%s\n' force,lad_name_from_lsoa_name,month,crime_type,n 'shire,Shire,2024-01,Burglary,3' '"`touch canary`'"'"'",Far,2024-01,Burglary,4' > "$work/here/peers $tail"
street "$data/2024-01/2024-01-shire-street.csv"
demo_database="demo_$$ \"; '\`touch canary\`"
DEMO_DATABASE=$demo_database DEMO_REPORT=$report bash -c 'set -euo pipefail; top=$PWD
    say() { printf "==> %s\n" "$*"; }; die() { printf "error: %s\n" "$*" >&2; exit 1; }
    for setting; do printf -v "arg_${setting%%=*}" %s "${setting#*=}"; done
    . test/arguments.sh; demo_arguments; . test/demo.sh' demo DATA="$data" AREAS="$work/here/areas $tail" LOOKUP="$work/here/lookup $tail" POPULATION="$work/here/population_2023 $tail" \
    MEASURES="$work/here/measures_2025 $tail" PEERS="$work/here/peers $tail" MEMBERS="shire; \`touch canary\`'" > "$work/said" 2>&1 || wrong "the demo: $(cat -v "$work/said")"
harmless "the demo"
grep -q '</html>' "$report" || wrong "the demo wrote no report"
same "what the demo loaded" "shire|1|2" "$(PGDATABASE=$demo_database psql -qXAt -c "SELECT current_schema(), (SELECT count(*) FROM incident), (SELECT count(*) FROM area WHERE area_kind = 'lsoa21')")"
psql -qX -d postgres -v name="$demo_database" <<< 'DROP DATABASE :"name";'
# a force whose name no schema can have
for force in 2shires pg_shire public '' csp 'é' "$(printf 'x%.0s' {1..80})"; do
    rm -f "$data"/2024-01/*; street "$data/2024-01/2024-01-$force-street.csv"
    same "partnership of $force" local "$(bash -c 'top=$PWD; say() { :; }; . test/arguments.sh; arg_DATA=$1; demo_arguments; echo "$partnership"' names "$data")"
done

echo "$checked calls were harmless"
[ $failed = 0 ]
