#!/bin/bash
# sql/expand_overloads: the example at its top makes what it says, plain SQL passes through as it is, and notation that
# cannot be read stops the build with the file and the line of the statement. No database.
# shellcheck disable=SC1091,SC2154  # helpers.bash sets work
. test/robustness/helpers.bash
expand() { printf '%s\n' "$1" > "$work/part.sql"; sql/expand_overloads "$work/part.sql"; }
squeezed() { grep -v '^ *$' | sed 's/^ *//'; }

example=$(sed -n '/^#   CREATE AGGREGATE/,/^#   COMMENT/s/^#   //p' sql/expand_overloads)
same "the example" "CREATE AGGREGATE csp.slope(y float8, x float8) (
SFUNC = csp_internal.slope_accum, STYPE = float8[], INITCOND = '{0,0}'
);
CREATE AGGREGATE csp.slope(y float8, x float8, confidence float8) (
SFUNC = csp_internal.slope_accum, STYPE = float8[], INITCOND = '{0,0}'
);
CREATE AGGREGATE csp.slope(y float8, x date) (
SFUNC = csp_internal.slope_date_accum, STYPE = float8[], INITCOND = '{0,0}'
);
CREATE AGGREGATE csp.slope(y float8, x date, confidence float8) (
SFUNC = csp_internal.slope_date_accum, STYPE = float8[], INITCOND = '{0,0}'
);
COMMENT ON AGGREGATE csp.slope(y float8, x float8) IS 'Slope of y per unit of x. x: a number.';
COMMENT ON AGGREGATE csp.slope(y float8, x float8, confidence float8) IS 'Slope of y per unit of x with limits. x: a number.';
COMMENT ON AGGREGATE csp.slope(y float8, x date) IS 'Slope of y per day of x. x: a day.';
COMMENT ON AGGREGATE csp.slope(y float8, x date, confidence float8) IS 'Slope of y per day of x with limits. x: a day.';" \
    "$(expand "$example" | squeezed)"
same "alternatives of two numbers, conditions within conditions, brackets that are text" \
"CREATE FUNCTION f(a date) RETURNS text AS 'x', 'f_1';
CREATE FUNCTION f(a date, b int) RETURNS text AS 'x', 'f_2';
CREATE FUNCTION f(a date, c int[]) RETURNS text AS 'x', 'f_3';
CREATE FUNCTION f(a text) RETURNS text AS 'x', 'f_1';
CREATE FUNCTION f(a text, b int) RETURNS text AS 'x', 'f_2';
CREATE FUNCTION f(a text, c int[]) RETURNS text AS 'x', 'f_3';
COMMENT ON FUNCTION f(a date) IS 'none, [0, 1), {0,1}; of day';
COMMENT ON FUNCTION f(a date, b int) IS 'b, [0, 1), {0,1}; of day';
COMMENT ON FUNCTION f(a date, c int[]) IS 'c, [0, 1), {0,1}; of day';
COMMENT ON FUNCTION f(a text) IS 'none, [0, 1), {0,1}; of word';
COMMENT ON FUNCTION f(a text, b int) IS 'b, [0, 1), {0,1}; of word';
COMMENT ON FUNCTION f(a text, c int[]) IS 'c, [0, 1), {0,1}; of word';" "$(expand "CREATE FUNCTION f(a {date|text}{|, b int|, c int[]}) RETURNS text AS 'x', 'f_{1|2|3}';
COMMENT ON FUNCTION f(...) IS '[b?b|[c?c|none]], [0, 1), {0,1}; of {day|word}';" | squeezed)"
plain="-- {a|b} in a comment
CREATE FUNCTION f(a int[], b text DEFAULT '{}') RETURNS text LANGUAGE sql AS \$\$
SELECT '{a|b}' || '[, x]' || '[a?b]'
\$\$;
COMMENT ON FUNCTION f(int[], text) IS '{a|b} [, x] [a?b]';
CREATE TABLE t (a int);"
same "plain SQL" "$plain" "$(expand "$plain")"

same "a body of several statements" "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS \$\$
SELECT 1;
SELECT 2;
\$\$;
CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS \$\$
SELECT 1;
SELECT 2;
\$\$;" "$(expand "CREATE FUNCTION f(a int [, b int]) RETURNS int LANGUAGE sql AS \$\$
SELECT 1;
SELECT 2;
\$\$;" | squeezed)"

wrong() { # wrong MESSAGE LINE SQL: stops with the message, which names the file and the line
    if expand "$3" > "$work/out" 2> "$work/err"; then say_wrong "no error from: $3"; fi
    grep -qF "$work/part.sql:$2: $1" "$work/err" || say_wrong "not \"$1\" of line $2 but: $(cat "$work/err")"
}
wrong 'the arguments have no 3 alternatives' 2 "
CREATE FUNCTION f(a {date|text}) AS '{1|2|3}';"
wrong 'no argument is named "permutation"' 3 "CREATE FUNCTION f(a int [, permutations int]) AS 'x';

COMMENT ON FUNCTION f(...) IS '[permutation?x]';"
wrong 'no overloads of g are made above' 2 "CREATE FUNCTION f(a int [, b int]) AS 'x';
COMMENT ON FUNCTION g(...) IS 'x';"
wrong 'three dots are for COMMENT' 1 "CREATE FUNCTION f(...) AS 'x';"
wrong 'twice the same arguments: (a int)' 1 "CREATE FUNCTION f(a {int|int}) AS 'x';"
wrong '"[" without "]"' 1 "CREATE FUNCTION f(a int [, b int) AS 'x';"
wrong '"{" without "}"' 1 "CREATE FUNCTION f(a int [, b int]) AS '{x';"
wrong 'more than two texts' 1 "CREATE FUNCTION f(a int [, b int]) AS '[b?1|2|3]';"
wrong 'these arguments cannot be read: (a int}' 1 "CREATE FUNCTION f(a int} [, b int]) AS 'x';"
wrong 'the statement has no end' 2 "
CREATE FUNCTION f(a {date|text}) AS 'x'"
wrong 'the line ends in a carriage return' 1 "CREATE FUNCTION f(a {date|text}) AS 'x';"$'\r'

# the build stops as well
mkdir "$work/sql"
cp sql/build_install_script sql/expand_overloads sql/order_of_reading "$work/sql"
echo "CREATE FUNCTION f(a {date|text}) AS '{1|2|3}';" > "$work/sql/broken.sql"
if (cd "$work" && sql/build_install_script 0.1 sql/broken.sql "" "") > "$work/out" 2> "$work/err"; then say_wrong "the build goes on"; fi
grep -q '^sql/broken.sql:1: the arguments have no 3 alternatives' "$work/err" || say_wrong "the build does not name file and line: $(cat "$work/err")"

# Aggregates whose overloads are spelt out have rows of different kinds, and comments of their own.
same "aggregates whose overloads are spelt out" "csp.nearest_neighbour_clusters
csp.poisson_trend_of_sums" "$(grep -ohE '^CREATE AGGREGATE [a-z_0-9.]+' sql/install/*/*.sql | cut -d' ' -f3 | sort | uniq -d)"
