# Shared by the robustness scripts: databases that go away with the script, a small partnership, digests, expected errors.
set -euo pipefail
export PGOPTIONS='-c client_min_messages=warning'
databases=() roles=()
work=$(mktemp -d)
top_of_tests=$PWD/test
failed=$work/failed   # commands of `run` that failed, also those within $(...) and <(...), which bash does not stop at
clean() {
    local status=$? name
    if [ "$status" = 0 ] && [ -s "$failed" ]; then echo "a command failed unnoticed: $(cat "$failed")" >&2; status=1; fi
    for name in "${databases[@]}"; do
        [ -z "${CSP_CALLED:-}" ] || psql -qX -d "$name" -f "$top_of_tests/called.sql" >>"$CSP_CALLED" 2>/dev/null || true   # for make coverage
        psql -qX -d postgres -c "DROP DATABASE IF EXISTS $name WITH (FORCE)"
    done
    for name in "${roles[@]}"; do psql -qX -d postgres -c "DROP ROLE IF EXISTS $name"; done
    rm -rf "$work"
    exit "$status"
}
trap clean EXIT

new_database() { # new_database NAME
    databases+=("$1")
    psql -qX -d postgres -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1"
}
new_role() { # new_role NAME
    roles+=("$1")
    psql -qX -d postgres -c "DROP ROLE IF EXISTS $1" -c "CREATE ROLE $1 LOGIN"
}
may_fail() { # may_fail DATABASE [psql arguments]: as run, for commands of which the test expects an error or none
    local database=$1; shift
    psql -qXAt -v ON_ERROR_STOP=1 -d "$database" "$@" || true
}
run() { # run DATABASE [psql arguments]: unaligned rows, stops at the first error
    local database=$1; shift
    psql -qXAt -v ON_ERROR_STOP=1 -d "$database" "$@" || { echo "$database $*" >>"$failed"; return 1; }
}
small_partnership() { # small_partnership DATABASE NAME: lays out NAME and fills it from fixture.sql
    run "$1" -c "SELECT csp.create_partnership('$2')" >/dev/null
    run "$1" -v name="$2" -f test/robustness/fixture.sql >/dev/null
}
say_wrong() { echo "$*" >&2; exit 1; }
same() { # same WHAT EXPECTED ACTUAL: two empty results of commands that failed are not the same
    [ ! -s "$failed" ] || say_wrong "$1: a command failed: $(cat "$failed")"
    [ "$2" = "$3" ] || say_wrong "$1: expected < and found >
$(diff <(echo "$2") <(echo "$3"))"
}
refuses() { # refuses SQLSTATE PATTERN DATABASE [psql arguments]: the command fails so
    local state=$1 pattern=$2 database=$3; shift 3
    if psql -qXAt -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -d "$database" "$@" >"$work/out" 2>"$work/err"; then say_wrong "no error from: $*"; fi
    grep -q "ERROR:  $state: " "$work/err" || say_wrong "not error $state from: $* -- $(cat "$work/err")"
    grep -q -e "$pattern" "$work/err" || say_wrong "no \"$pattern\" in the error from: $* -- $(cat "$work/err")"
}
relation_digests() { # relation_digests DATABASE SCHEMA KINDS: name, rows and digest of every table (r) or view (v)
    run "$1" <<SQL
SET timezone = 'UTC';
SELECT format('SELECT %L, count(*), md5(string_agg(r::text, E''\n'' ORDER BY r::text COLLATE "C")) FROM %s r', c.relname, c.oid::regclass)
FROM pg_class c
WHERE c.relnamespace = '$2'::regnamespace AND c.relkind = ANY ('{$3}')
ORDER BY c.relname COLLATE "C" \gexec
SQL
}
