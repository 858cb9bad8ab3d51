#!/bin/bash
# sql/order_of_reading: files come after those that they read, whatever their names, and what cannot be put in order stops
# with a message that names the files. No database.
# shellcheck disable=SC1091,SC2154  # helpers.bash sets work
. test/robustness/helpers.bash
tool=$PWD/sql/order_of_reading
mkdir "$work/sql" "$work/other"
cd "$work/sql" || exit 1
order() { "$tool" "$@" 2>&1 | tr '\n' ' '; }
refused() { # refused MESSAGE FILE...: stops with the message and prints no order
    local message=$1; shift
    if "$tool" "$@" > "$work/out" 2> "$work/err"; then say_wrong "no error from: $*"; fi
    [ ! -s "$work/out" ] || say_wrong "an order in spite of an error from: $*"
    grep -qF "$message" "$work/err" || say_wrong "not \"$message\" but: $(cat "$work/err")"
}

echo 'CREATE VIEW csp.a AS SELECT b.n FROM csp.b;' > a.sql
printf 'CREATE TABLE csp.b (n int);' > b.sql    # no newline at its end
printf -- '-- requires: a\nSELECT 1;\n' > c.sql
same "what is read first" "b.sql a.sql c.sql " "$(order a.sql b.sql c.sql)"
same "no file" "" "$(order < /dev/null)"

echo 'CREATE VIEW csp.d AS SELECT e.n FROM csp.e;' > d.sql
echo 'CREATE VIEW csp.e AS SELECT d.n FROM csp.d;' > e.sql
refused 'these files read one another in a circle:' b.sql d.sql e.sql
same "the circle" "d.sql e.sql" "$(sed 1d "$work/err" | sort | paste -sd' ')"
cp a.sql "$work/other/a.sql"
refused 'two files are named a.sql' b.sql a.sql ../other/a.sql
echo '-- requires: nothing' > f.sql
refused 'f.sql requires nothing, which is no file' a.sql b.sql f.sql
: > g.sql
refused 'g.sql is empty' b.sql g.sql
printf -- '-- requires: b\r\nSELECT 1;\r\n' > h.sql
refused 'h.sql:1: the line ends in a carriage return' b.sql h.sql
refused 'none.sql' b.sql none.sql
