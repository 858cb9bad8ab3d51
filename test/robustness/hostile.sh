# Internal parts of aggregates called by hand, and public functions at the ends of their ranges: an answer or an error
# of the caller's class, never an internal error, never a crash.
. test/robustness/helpers.bash
db=hostile_$$
new_database $db
run $db -c "CREATE EXTENSION csp_analysis CASCADE"

# every C function of the extension, with every combination of a few values per type of argument
run $db >"$work/calls" <<'SQL'
CREATE TEMP TABLE value (type regtype, text text);
INSERT INTO value VALUES
    ('float8', 'NULL'), ('float8', '0'), ('float8', '-1'), ('float8', '1'), ('float8', '0.5'), ('float8', '1e308'), ('float8', '5e-324'), ('float8', '''NaN'''), ('float8', '''Infinity'''), ('float8', '''-Infinity'''), ('float8', '123456789'),
    ('bigint', 'NULL'), ('bigint', '0'), ('bigint', '1'), ('bigint', '-1'), ('bigint', '1000'), ('bigint', '9223372036854775807'), ('bigint', '-9223372036854775808'),
    ('integer', 'NULL'), ('integer', '0'), ('integer', '3'), ('integer', '-1'), ('integer', '2147483647'), ('integer', '-2147483648'), ('integer', '78'),
    ('text', 'NULL'), ('text', ''''''), ('text', '''x'''), ('text', '''exact'''), ('text', '''Europe/London'''), ('text', '''elapsed'''), ('text', '''auto'''), ('text', '''higher is better'''), ('text', 'repeat(''"'', 70000)'), ('text', 'E''\u0301\u4e2d\n'''),
    ('boolean', 'true'), ('boolean', 'NULL'),
    ('date', '''infinity'''), ('date', '''4713-01-01 BC'''), ('date', '''5874897-12-31'''), ('date', '''2024-02-29'''),
    ('timestamptz', 'NULL'), ('timestamptz', '''infinity'''), ('timestamptz', '''4714-11-24 00:00+00 BC'''), ('timestamptz', '''294276-12-31'''), ('timestamptz', '''2024-02-29'''),
    ('float8[]', 'NULL'), ('float8[]', '''{}'''), ('float8[]', '''{1}'''), ('float8[]', '''{NULL,0,0,0,0}'''), ('float8[]', '''{{0,0,0,0,0}}'''), ('float8[]', '''[5:9]={0,0,0,0,0}'''),
    ('float8[]', 'array_fill(0::float8, ''{5}'')'), ('float8[]', 'array_fill(''NaN''::float8, ''{5}'')'), ('float8[]', 'array_fill(1e308::float8, ''{5}'')'), ('float8[]', 'array_fill(-3::float8, ''{5}'')'),
    ('float8[]', 'array_fill(0::float8, ''{9}'')'), ('float8[]', 'array_fill(''NaN''::float8, ''{9}'')'), ('float8[]', 'array_fill(1e308::float8, ''{9}'')'), ('float8[]', 'array_fill(0.5::float8, ''{9}'')'),
    ('float8[]', 'array_fill(0::float8, ''{10}'')'), ('float8[]', 'array_fill(''Infinity''::float8, ''{10}'')'), ('float8[]', 'array_fill(-1e-300::float8, ''{10}'')'), ('float8[]', 'array_fill(0.5::float8, ''{10}'')'),
    ('float8[]', 'array_fill(0::float8, ''{100000}'')'),
    ('float8[]', 'array_fill(0::float8, ''{7}'')'), ('float8[]', 'array_fill(''NaN''::float8, ''{7}'')'), ('float8[]', 'array_fill(1e308::float8, ''{7}'')'), ('float8[]', 'array_fill(0.5::float8, ''{168}'')'), ('float8[]', 'array_fill(NULL::float8, ''{168}'')'), ('float8[]', 'array_fill(1e308::float8, ''{168}'')'),
    ('float8[]', 'array_fill(0::float8, ''{337}'')'), ('float8[]', 'array_fill(''NaN''::float8, ''{337}'')'), ('float8[]', 'array_fill(4503599627370495::float8, ''{337}'')'), ('float8[]', 'array_fill(-1e308::float8, ''{337}'')'),
    ('text[]', '''{}'''), ('text[]', '''{NULL}'''), ('text[]', 'array_fill(NULL::text, ''{25}'')'), ('text[]', 'array_fill(''b''::text, ''{5,5}'')'), ('text[]', 'array_fill(''band''::text, ''{25}'')'), ('text[]', 'array_fill(''''::text, ''{25}'')'),
    ('jsonb', '''{}'''), ('jsonb', '''[]'''), ('jsonb', '''1'''), ('jsonb', '''{"cells": []}'''), ('jsonb', '''{"cells": [{"likelihood": 1, "impact": 5, "issues": ["a", 1]}]}'''), ('jsonb', '''{"cells": [{"likelihood": 1e300, "impact": 5, "issues": []}]}'''), ('jsonb', 'csp.priority_risk_matrix(''a'', 1, 2)'),
    ('bytea', 'NULL'), ('bytea', '''\x'''), ('bytea', '''\x00'''), ('bytea', 'decode(repeat(''ff'', 100), ''hex'')'), ('bytea', 'decode(''534350534353505300'' || repeat(''00'', 60), ''hex'')'),
    ('bigint[]', 'NULL'), ('bigint[]', '''{}'''), ('bigint[]', '''{1,NULL}'''), ('bigint[]', '''{5,-7,9223372036854775807}'''), ('bigint[]', '''{{1,2},{3,4}}'''),
    ('integer[]', '''{}'''), ('integer[]', '''{1,NULL}'''), ('integer[]', '''{0,-1,2147483647}'''), ('integer[]', '''{{1,2},{3,4}}'''),
    ('geometry', 'NULL'), ('geometry', 'ST_Point(1, 2)'), ('geometry', 'ST_SetSRID(ST_MakePoint(1, 2, 3, 4), 27700)'), ('geometry', '''POINT EMPTY'''), ('geometry', '''SRID=4326;POINT(1 2)'''), ('geometry', '''LINESTRING(0 0, 1 1)'''), ('geometry', 'ST_Point(''NaN'', ''Infinity'')'), ('geometry', 'ST_Point(1e308, -1e308)'),
    ('csp.self_exciting_fit', 'NULL'), ('csp.self_exciting_fit', '''(10,0.1,0.4,5,60,-50,-60,9,t,,2024-01-01,2024-12-31,200,60,10,t)'''), ('csp.self_exciting_fit', '''(-1,NaN,1e308,0,-1,,,,,,infinity,-infinity,0,-5,1e300,)'''),
    ('csp.geographic_profile_cell[]', 'NULL'), ('csp.geographic_profile_cell[]', '''{}'''), ('csp.geographic_profile_cell[]', 'ARRAY[NULL, ROW(0, 0, NULL, 1, 1, 1), ROW(0, 0, ST_MakeEnvelope(0, 0, 2, 3), NULL, 1, 1)]'), ('csp.geographic_profile_cell[]', 'ARRAY[ROW(0, 0, ''POLYGON EMPTY''::geometry, 1, 1, 1)]'), ('csp.geographic_profile_cell[]', 'ARRAY[[ROW(0, 0, ST_MakeEnvelope(0, 0, 2, 3), 1e308, 1, 1)]]'),
    ('csp.density_cell[]', 'NULL'), ('csp.density_cell[]', '''{}'''), ('csp.density_cell[]', 'ARRAY[NULL, ROW(0, 0, NULL, 1), ROW(0, 0, ST_Point(0.5, 0.5), NULL), ROW(NULL, 0, ST_Point(0.5, 0.5), 1)]'), ('csp.density_cell[]', 'ARRAY[ROW(0, 0, ST_Point(0.5, 0.5), 1), ROW(2147483647, -2147483648, ST_Point(2147483647.5, -2147483647.5), 5e-324)]'), ('csp.density_cell[]', 'ARRAY[[ROW(1, 1, ''LINESTRING(0 0, 1 1)''::geometry, 1)]]'), ('csp.density_cell[]', 'ARRAY[ROW(0, 0, ST_Point(0, 0), 1)]'),
    ('interval', '''1 day'''), ('interval', '''-1 month'''), ('interval', '''178000000 years'''), ('interval', 'NULL'),
    ('oid', '0'),
    ('internal', 'NULL');

WITH RECURSIVE target AS (
    SELECT p.oid, p.proname, p.prokind, p.proargtypes::oid[] AS types
    FROM pg_proc p
    JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'csp_analysis'
    JOIN pg_language l ON l.oid = p.prolang
    WHERE l.lanname = 'c' AND p.prokind = 'f'
),
call AS (
    SELECT t.oid, t.proname, t.types, 0 AS n, '' AS arguments FROM target t
  UNION ALL
    SELECT c.oid, c.proname, c.types, c.n + 1, c.arguments || CASE WHEN c.n > 0 THEN ', ' ELSE '' END || v.text || '::' || v.type
    FROM call c
    JOIN (SELECT type, text, count(*) OVER (PARTITION BY type) AS values FROM value) v ON v.type = c.types[c.n]    -- oidvector counts from 0
    WHERE c.n < cardinality(c.types)
      -- all pairs of the first arguments, then a sample that does not grow
      AND (c.n < 2 OR (hashtext(c.arguments || v.text || c.oid::regprocedure::text) & 1023) * v.values < 1024 * CASE WHEN c.n < 4 THEN 2 ELSE 1 END)
)
SELECT format('SELECT csp.%I(%s);', c.proname, c.arguments)
FROM call c
WHERE c.n = cardinality(c.types)
ORDER BY c.proname, c.arguments COLLATE "C";
SQL
[ "$(wc -l < "$work/calls")" -gt 5000 ] || say_wrong "too few calls: $(wc -l < "$work/calls")"
for name in $(run $db -c "SELECT DISTINCT p.proname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace = 'csp'::regnamespace AND l.lanname = 'c' AND p.prokind = 'f'"); do
    grep -q "^SELECT csp.$name(" "$work/calls" || say_wrong "$name is not called: the list of values lacks a type"
done
psql -qXAt -v VERBOSITY=verbose -c "SET statement_timeout = '2s'" -f "$work/calls" -d $db >"$work/answers" 2>"$work/errors" || say_wrong "the session was lost: $(tail -3 "$work/errors")"
# internal errors (XX), lost connections (08) and timeouts (57) are ours; arguments out of range are the caller's
if grep -E 'ERROR:  (XX|08|57|58)|PANIC|FATAL' "$work/errors" | sort | uniq -c | sort -rn | head -20 | grep .; then say_wrong "internal errors"; fi
grep -q 'ERROR:  22023' "$work/errors" || say_wrong "nothing was refused"
[ "$(grep -c . "$work/answers")" -gt 500 ] || say_wrong "nothing was answered"

# states that a caller brings into an aggregate of his own
run $db <<'SQL' >/dev/null
CREATE AGGREGATE public.mine(float8, float8) (SFUNC = csp.crude_rate_accum, STYPE = float8[], INITCOND = '{1000,1e308,1e308,0,0}', FINALFUNC = csp.crude_rate_final);
CREATE AGGREGATE public.short(float8, float8) (SFUNC = csp.trend_accum, STYPE = float8[], INITCOND = '{0,0,0}', FINALFUNC = csp.trend_final);
SQL
refuses 22003 'out of range' $db -c "SELECT public.mine(1e308, 1) FROM generate_series(1, 10)"
refuses 22023 'not an array of 9 numbers' $db -c "SELECT public.short(1, 1)"

# texts of some size
refuses 54000 'exceeds the maximum' $db -c "SELECT csp.priority_risk_matrix(repeat('x', 300000000), 1, 1)"
same "a matrix of many issues" "78" "$(run $db -c "SELECT max(length(line)) FROM string_to_table((SELECT csp.risk_matrix_text(csp.priority_risk_matrix('issue ' || n, 1 + n % 5, 1 + n % 5)) FROM generate_series(1, 100000) AS n), E'\n') AS line")"
same "fields of a long line" "30000" "$(run $db -c "SELECT cardinality(csp.csv_fields(repeat('\"\"\"\",', 29999)))")"
same "too many fields" "more than 65536 fields" "$(run $db -c "SELECT csp.csv_problem(repeat(',', 70000))")"
