#!/bin/bash
# The plan of the C files, held by machine:
# - every exported function and variable is used by another object, called from SQL, or loaded by its name by a worker; every
#   function with PG_FUNCTION_INFO_V1 is declared by some SQL;
# - a header declares only what the file of its name defines, and no includes run in a circle;
# - the columns of a result are called by the names of an enum, which are those of the SQL type, in its order; rows are
#   written through base/result.h alone; a type of another length is an internal error.
# shellcheck disable=SC1091,SC2016,SC2154  # patterns hold dollar signs; helpers.bash sets work
. "$(dirname "$0")/helpers.bash"
export LC_ALL=C   # join and sort agree
database=source_$$
new_database $database
run $database -c "CREATE EXTENSION csp_analysis CASCADE"
objects=(src/*/*.o)
[ -e "${objects[0]}" ] || say_wrong "no objects: the extension was not built here"
for source in src/*/*.c; do [ -e "${source%.c}.o" ] || say_wrong "$source was not compiled"; done
none() { # none WHAT: each line of the input is a fault
    sed "1i\\$1:" >> "$work/faults"
}
lines_of() { # lines_of PATTERN [grep arguments]: where it is in the C files but in the writer of rows itself
    grep -nP "$@" src/*/*.c | grep -v '^src/base/result\.c:' || true
}

# ---- exported names ----
# nm: "file: [address] type name"; the compiler's own copies of a function have a dot in their names
nm --defined-only -gA "${objects[@]}" | awk '{ sub(/:.*/, "", $1); if ($NF !~ /\./) print $NF, $1 }' | sort > "$work/defined"
nm --undefined-only -A "${objects[@]}" | awk '{ print $NF }' | sort -u > "$work/used"
run $database -c "SELECT DISTINCT prosrc FROM pg_proc WHERE probin LIKE '%csp\_analysis%'" | sort > "$work/in_sql"
# what the server looks up by itself, and what is found by its name: tasks of workers and the workers themselves
{ cat "$work/used" "$work/in_sql"; echo _PG_init; echo Pg_magic_func
  grep -ohP '(\.kernel = |CreateParallelContext\("csp_analysis", |bgw_function_name, )"\K\w+' src/*/*.c; } | sort -u > "$work/wanted"
[ "$(wc -l < "$work/defined")" -gt 300 ] || say_wrong "too few exported names read"
[ "$(wc -l < "$work/in_sql")" -gt 150 ] || say_wrong "too few functions read"
sed '/^pg_finfo_/d' "$work/defined" | join -v 1 - "$work/wanted" | none "exported, but nothing outside its file uses it: make it static or remove it"
sed -n 's/^pg_finfo_\([^ ]*\)/\1/p' "$work/defined" | sort | join -v 1 - "$work/in_sql" | none "PG_FUNCTION_INFO_V1, but no SQL declares it"
join -v 2 <(cut -d' ' -f1 "$work/defined" | sort -u) "$work/in_sql" | none "declared by SQL, but no file defines it"

# ---- headers ----
# the names that a header declares as extern, each with the object that ought to define it
perl -0777 -ne 'my $object = $ARGV =~ s/\.h$/.o/r; while (/^extern\s[^;]*?\b(\w+)\s*(?:\([^;]*\)|\[[^;]*\])?\s*;/mg) { print "$1 $object\n" } ' src/*/*.h | sort > "$work/declared"
[ "$(wc -l < "$work/declared")" -gt 150 ] || say_wrong "too few declarations read"
join "$work/declared" "$work/defined" | awk '$2 != $3 { print $1, "of", $3, "is declared by the header of", $2 }' | none "a header declares what another file defines"
join -v 1 "$work/declared" "$work/defined" | none "declared, but no file defines it"
# one node a file and its header: tsort complains about circles
grep -oP '^#include "\K(base|rate|time|place|space_time|judgement|data|picture)/\w+(?=\.h")' src/*/*.[ch] | sed -E 's#^src/([^:]*)\.[ch]:#\1 #' | awk '$1 != $2' | sort -u > "$work/includes"
[ "$(wc -l < "$work/includes")" -gt 150 ] || say_wrong "too few includes read"
{ tsort "$work/includes" 2>&1 >/dev/null || true; } | none "includes run in a circle"

# ---- columns of results ----
lines_of '\b(ResultInit(Element|Set)?|RowReaderOpen)\((?!.*, [A-Z][A-Z0-9_]*_COLUMNS\))' | none "rows begun without the number of an enum's columns"
# FitFloat hands a column on
lines_of '\b(ResultSet\w+|RowReaderColumn|RowColumn|FitFloat)\((?!\w+ fit, int column)[^,]+, *+(?![A-Z][A-Z0-9_]+_[A-Z0-9]|column, &isnull\))' | none "a column that is not called by its name"
lines_of '\b(heap_form_tuple|heap_deform_tuple|heap_getattr|tuplestore_put\w+|BlessTupleDesc|TupleDescGetAttInMetadata|BuildTupleFromCStrings|GetAttributeBy(Num|Name)|SRF_RETURN_NEXT)\(|(->|\.)nulls\[|(->|\.)values\[[^]]*\] *=[^=].*Datum' |
    none "rows written or read otherwise than by base/result.h"

# enums: "type-or-function column column ...", one for each name in the comment above
perl -0777 -ne '
while (m{/\* Columns of ([^*]*?)\. \*/\s*(?:typedef\s+)?enum\s*\w*\s*\{(.*?)\}}sg) {
    my ($of, $body) = ($1, $2); $body =~ s{/\*.*?\*/}{}sg;
    my @name = $body =~ /(\w+)/g; my $last = pop @name;
    my ($prefix) = $last =~ /^(\w+_)COLUMNS$/ or print "$of: $last is not the number of columns\n";
    s/^\Q$prefix\E// or print "$of: $_ does not begin with $prefix\n" for @name;
    print join(" ", $_, map { lc } @name), "\n" for $of =~ /csp\w*\.(\w+)/g;
}' src/*/*.[ch] | sort > "$work/enums"
run $database -F ' ' <<'SQL' | sort > "$work/types"
WITH returns AS (
    SELECT p.oid, p.proname, p.proargnames, p.proargmodes, coalesce(nullif(t.typelem, 0), t.oid) AS row_type
    FROM pg_proc p JOIN pg_type t ON t.oid = p.prorettype
    WHERE p.probin LIKE '%csp\_analysis%' AND p.prosrc <> 'under_owner'
)
SELECT DISTINCT t.typname, (SELECT string_agg(a.attname, ' ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
FROM returns r JOIN pg_type t ON t.oid = r.row_type AND t.typtype = 'c'
UNION
SELECT r.proname, (SELECT string_agg(o.name, ' ' ORDER BY o.number) FROM unnest(r.proargnames, r.proargmodes) WITH ORDINALITY AS o (name, mode, number) WHERE o.mode IN ('o', 't'))
FROM returns r WHERE r.row_type = 'record'::regtype;
SQL
[ "$(wc -l < "$work/types")" -gt 40 ] || say_wrong "too few types read"
{ diff "$work/types" "$work/enums" || true; } | sed -n 's/^< /SQL: /p; s/^> /C:   /p' | none "an enum of columns and its SQL type differ"
[ ! -s "$work/faults" ] || say_wrong "$(cat "$work/faults")"

# a function whose declared type is shorter or longer than its enum says so, whichever way it returns rows
run $database -c "CREATE TYPE pair AS (a float8, b float8)"
refuses XX000 'does not return rows of 3 columns' $database -c "CREATE FUNCTION odd(geometry) RETURNS pair AS '\$libdir/csp_analysis', 'read_point' LANGUAGE c" -c "SELECT odd(ST_MakePoint(1, 2))"
refuses XX000 'does not return rows of 5 columns' $database \
    -c "CREATE FUNCTION odd(float8[]) RETURNS TABLE (a integer, b text) AS '\$libdir/csp_analysis', 'hour_of_week' LANGUAGE c" -c "SELECT odd(array_fill(1::float8, ARRAY[168]))"
refuses XX000 'does not return rows of 8 columns' $database \
    -c "CREATE FUNCTION odd(csp.density_cell[], float8[]) RETURNS pair[] AS '\$libdir/csp_analysis', 'density_band_strips' LANGUAGE c" -c "SELECT odd('{}', '{0.5}')"
echo ok
