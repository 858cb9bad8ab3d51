#!/bin/bash
# Functions that one reads in one go, held by machine:
# - no function in C has more than 100 lines between its braces. That is two screens, and more than 99% of the functions here
#   are shorter; a limit of one screen would cut kernels in the middle of an argument;
# - no function in SQL or PL/pgSQL has more than 150 lines from CREATE to its end: a query of named parts is read part by part;
# - every function in C, static ones and those of headers included, has a comment above it, of three words at least; the line
#   of PG_FUNCTION_INFO_V1 may lie between. What SQL creates has a COMMENT, which test/pgtap/api.sql asks for.
# What is longer is written down here with the reason. An exception that is no longer needed is a fault, too.
# shellcheck disable=SC1091,SC2154  # helpers.bash sets work
. "$(dirname "$0")/helpers.bash"

long_in_c=''
long_in_sql='
csp_internal.disclose_assessment: one query, since all its parts must see the same rows while others freeze
csp_internal.subject_profile: one query, since all lines of a profile must be of the same incidents
csp_internal.synthetic_component: a list of rows, one a component of the synthetic county
csp_internal.synthetic_plan: lists of rows, table by table, of the plan of the synthetic county
'

# file name lines has_comment, of every function in the files given: PostgreSQL's style has its braces alone in the first column
functions_in_c() {
    awk '
    FNR == 1 { open = 0 }
    { line[FNR] = $0 }
    !open && /^\{[ \t]*$/ {
        top = FNR
        while (line[top - 1] !~ /^[ \t]*$|^#|^PG_FUNCTION_INFO_V1|\*\/[ \t]*$|[;}][ \t]*$/) top--
        header = ""
        for (i = top; i < FNR; i++) header = header " " line[i]
        if (header !~ /\(/) next                                # a struct, or a table of values
        if (match(header, /LANE_NAME\([A-Za-z_0-9]+\)/)) name = substr(header, RSTART + 10, RLENGTH - 11)
        else { name = header; sub(/[ \t]*\(.*/, "", name); sub(/.*[^A-Za-z_0-9]/, "", name) }
        while (line[top - 1] ~ /^PG_FUNCTION_INFO_V1/) top--
        comment = ""
        if (line[top - 1] ~ /\*\/[ \t]*$/)
            for (i = top - 1; i > 0; i--) { comment = line[i] " " comment; if (line[i] ~ /^\/\*/) break }
        gsub(/[^A-Za-z]+/, " ", comment)
        open = FNR
    }
    open && /^\}/ { print FILENAME, name, FNR - open - 1, (split(comment, words, " ") >= 3 ? "yes" : "no"); open = 0 }
    ' "$@"
}
# file name lines, of every function and procedure: to the end of its $$ ... $$, of BEGIN ATOMIC ... END, or of its RETURN
functions_in_sql() {
    awk '
    FNR == 1 { begin = 0 }
    !begin && /^CREATE (OR REPLACE )?(FUNCTION|PROCEDURE) / {
        name = $0; sub(/^CREATE (OR REPLACE )?(FUNCTION|PROCEDURE) /, "", name); sub(/\(.*/, "", name)
        begin = FNR; ending = ";[ \t]*$"
    }
    begin && ending == ";[ \t]*$" && match($0, /^AS \$[a-z_]*\$/) { ending = "^\\$[a-z_]*\\$"; next }
    begin && /^BEGIN ATOMIC/ { ending = "^END;" }
    begin && $0 ~ ending { print FILENAME, name, FNR - begin + 1; begin = 0 }
    ' "$@"
}

functions_in_c src/*/*.c src/*/*.h > "$work/c"
functions_in_sql sql/install/*/*.sql > "$work/sql"
# as many are found as by other ways of counting
sed -n 's/^PG_FUNCTION_INFO_V1(\([a-z_0-9]*\));.*/\1/p' src/*/*.c | sort -u > "$work/exported"
[ "$(wc -l < "$work/c")" -gt $((2 * $(wc -l < "$work/exported"))) ] || say_wrong "too few functions found in C: $(wc -l < "$work/c")"
same "functions called from SQL that are not found" '' "$(awk '{ print $2 }' "$work/c" | sort -u | comm -23 "$work/exported" -)"
same "functions found in SQL" "$(cat sql/install/*/*.sql | grep -cE '^CREATE (OR REPLACE )?(FUNCTION|PROCEDURE) ')" "$(wc -l < "$work/sql")"

longer() { # longer FILE LIMIT EXCEPTIONS: what is longer and no exception, and exceptions that are none
    awk -v limit="$2" '$3 > limit { print $2 }' "$1" | sort > "$work/long"
    sed -n 's/^\([A-Za-z_.0-9]\{1,\}\): .*/\1/p' <<<"$3" | sort > "$work/excepted"
    comm -23 "$work/long" "$work/excepted" | while read -r name; do
        awk -v name="$name" -v limit="$2" '$2 == name && $3 > limit { print $1 ": " name " has " $3 " lines, more than " limit }' "$1"
    done
    comm -13 "$work/long" "$work/excepted" | sed 's/$/ is an exception, and does not need to be one/'
}
same "functions in C that are too long" '' "$(longer "$work/c" 100 "$long_in_c")"
same "functions in SQL that are too long" '' "$(longer "$work/sql" 150 "$long_in_sql")"
same "functions in C without a comment" '' "$(awk '$4 == "no" { print $1 ": " $2 }' "$work/c")"

# the checks see what they are there for
{ printf '/* Short: has a comment of its own */\nstatic int\nShort(void)\n{\n\treturn 1;\n}\n\nPG_FUNCTION_INFO_V1(bare);\nDatum\nbare(PG_FUNCTION_ARGS)\n{\n'
  for ((i = 0; i < 101; i++)); do printf '\tstep();\n'; done; printf '}\n'; } > "$work/sample.c"
same "a sample in C" "Short 1 yes
bare 101 no" "$(functions_in_c "$work/sample.c" | cut -d' ' -f2-)"
{ printf 'CREATE FUNCTION csp.a(x integer)\nRETURNS integer\nLANGUAGE plpgsql\nAS $$\nBEGIN\n    RETURN 1;\nEND\n$$;\nCREATE FUNCTION csp.b()\nRETURNS integer\nLANGUAGE sql\n'
  printf 'RETURN 1;\n'; } > "$work/sample.sql"
same "a sample in SQL" "csp.a 8
csp.b 4" "$(functions_in_sql "$work/sample.sql" | cut -d' ' -f2-)"
