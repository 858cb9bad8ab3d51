# make format: brings src/ into PostgreSQL's style with PostgreSQL's own formatter, pg_bsd_indent, with the options of pgindent
# but for the length of lines. CHECK=1 in the environment changes nothing, tells what would change, and fails if anything does.
# The formatter is PG_BSD_INDENT=/path/to/pg_bsd_indent, or that on the PATH, or is built from PostgreSQL's source, where it is
# since version 16: PG_SOURCE=/path/to/postgresql, or a sparse clone that is brought into build/ from git.postgresql.org.
# Types are those of PostgreSQL's own list and those that src/ defines. Sourced by test/run.
# shellcheck shell=bash disable=SC2154  # test/run sets what it reads
folder=$top/build/format
mkdir -p "$folder"
source=${PG_SOURCE:-$folder/postgresql}
formatter=${PG_BSD_INDENT:-$(type -P pg_bsd_indent || true)}
if [ -z "$formatter" ]; then
    formatter=$folder/pg_bsd_indent
    if [ ! -x "$formatter" ]; then
        if [ ! -d "$source" ]; then
            say "bringing pg_bsd_indent from git.postgresql.org"
            git clone -q --depth 1 --filter=blob:none --sparse https://git.postgresql.org/git/postgresql.git "$source"
            git -C "$source" sparse-checkout set src/tools/pg_bsd_indent src/tools/pgindent
        fi
        PG_CONFIG=$(find_pg_config)
        # beside the server's own headers, without a configured source tree
        (cd "$source/src/tools/pg_bsd_indent" && gcc -O1 -w -I"$("$PG_CONFIG" --includedir-server)" -I. -o "$formatter" ./*.c \
            -L"$("$PG_CONFIG" --pkglibdir)" -L"$("$PG_CONFIG" --libdir)" -lpgcommon -lpgport) || die "pg_bsd_indent could not be built"
    fi
fi
{
    cat "$source/src/tools/pgindent/typedefs.list" 2>/dev/null || true
    sed -nE 's/^\} *([A-Za-z_0-9]+);.*/\1/p; s/^typedef [^({]*[ *]([A-Za-z_0-9]+);.*/\1/p; s/^typedef .*\(\*([A-Za-z_0-9]+)\).*/\1/p' src/*/*.[ch]
    # what of the server's headers src/ names, for a formatter that came without PostgreSQL's list
    tr ' ' '\n' <<< 'ArrayBuildState ArrayType AttrNumber Datum DateADT ExprContext FmgrInfo FunctionCallInfo HeapTuple Interval
        Jsonb JsonbParseState JsonbValue List ListCell MemoryContext Node Oid ParallelContext Relation Size StringInfo StringInfoData
        TimestampTz TupleDesc WindowObject bool bytea dsm_segment int16 int32 int64 int8 pg_tz shm_toc size_t text uint16 uint32 uint64 uint8 HTAB ObjectAddresses LOCKTAG JsonbContainer bits8 int32_t int64_t uint32_t uint64_t exponential_vector'
} | tr -d ' ' | grep . | sort -u > "$folder/typedefs"

# The formatter takes 0x1p-52 apart, and puts the asterisk of a function's result into a column of its own: hexadecimal numbers
# go through it as names, and the asterisk comes back, as pgindent does it.
before() { perl -pe 's/\b(0x[0-9a-f]*\.?[0-9a-f]*p[-+]?\d+)/"HEXADECIMAL_" . unpack("H*", $1)/gie' "$1"; }
after() { perl -pe 's/HEXADECIMAL_([0-9a-f]+)/pack("H*", $1)/ge; s/^(\w[\w ]*?)[ \t]+\*$/$1 */' "$1"; }
changed=0
for file in src/*/*.[ch]; do
    before "$file" > "$folder/in.c"
    "$formatter" "$folder/in.c" "$folder/said.c" -npro -bad -bap -bbb -bc -bl -cli1 -cp33 -cdb -nce -d0 -di12 -nfc1 -i4 -l200 -lc120 -lp -lpl -nip -sac \
        -tpg -ts4 -U"$folder/typedefs" > "$folder/said" 2>&1 || { cat "$folder/said" >&2; die "pg_bsd_indent refuses $file"; }
    after "$folder/said.c" > "$folder/out.c"
    lines=$(diff "$file" "$folder/out.c" | grep -c '^[<>]' || true)
    [ "$lines" = 0 ] && continue
    changed=$((changed + lines))
    if [ -n "${CHECK:-}" ]; then diff -u --label "$file" --label "$file, formatted" "$file" "$folder/out.c" || true
    else cat "$folder/out.c" > "$file"; fi
done
say "$changed lines $([ -n "${CHECK:-}" ] && echo 'would be' || echo 'are') other than before"
[ -z "${CHECK:-}" ] || [ "$changed" = 0 ]
