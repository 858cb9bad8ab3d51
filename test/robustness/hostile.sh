# Internal parts of aggregates called by hand, and public functions at the ends of their ranges: an answer or an error
# of the caller's class, never an internal error, never a crash.
. test/robustness/helpers.bash
db=hostile_$$
new_database $db
run $db -c "CREATE EXTENSION csp_analysis CASCADE"

# every C function of the extension, with every combination of a few values per type of argument
run $db >"$work/calls" <<'SQL'
\i test/robustness/values.sql

WITH RECURSIVE target AS (
    SELECT p.oid, p.pronamespace::regnamespace::text || '.' || p.proname AS proname, p.prokind, p.proargtypes::oid[] AS types
    FROM pg_proc p
    JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'csp_analysis'
    JOIN pg_language l ON l.oid = p.prolang
    WHERE l.lanname = 'c' AND p.prokind = 'f'
      -- SQL has no values of type internal: what takes one is attacked below
      AND NOT 'internal'::regtype = ANY (p.proargtypes::oid[])
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
SELECT format('SELECT %s(%s);', c.proname, c.arguments)
FROM call c
WHERE c.n = cardinality(c.types)
ORDER BY c.proname, c.arguments COLLATE "C";
SQL
[ "$(wc -l < "$work/calls")" -gt 5000 ] || say_wrong "too few calls: $(wc -l < "$work/calls")"
for name in $(run $db -c "SELECT DISTINCT p.pronamespace::regnamespace || '.' || p.proname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace IN ('csp'::regnamespace, 'csp_internal'::regnamespace) AND l.lanname = 'c' AND p.prokind = 'f' AND NOT 'internal'::regtype = ANY (p.proargtypes::oid[])"); do
    grep -q "^SELECT $name(" "$work/calls" || say_wrong "$name is not called: the list of values lacks a type"
done
psql -qXAt -v VERBOSITY=verbose -c "SET statement_timeout = '2s'" -f "$work/calls" -d $db >"$work/answers" 2>"$work/errors" || say_wrong "the session was lost: $(tail -3 "$work/errors")"
# internal errors (XX), lost connections (08) and timeouts (57) are ours; arguments out of range are the caller's
if grep -E 'ERROR:  (XX|08|57|58)|PANIC|FATAL' "$work/errors" | sort | uniq -c | sort -rn | head -20 | grep .; then say_wrong "internal errors"; fi
grep -q 'ERROR:  22023' "$work/errors" || say_wrong "nothing was refused"
[ "$(grep -c . "$work/answers")" -gt 500 ] || say_wrong "nothing was answered"

# states that a caller brings into an aggregate of his own
run $db <<'SQL' >/dev/null
CREATE AGGREGATE public.mine(float8, float8) (SFUNC = csp_internal.crude_rate_accum, STYPE = float8[], INITCOND = '{1000,1e308,1e308,0,0}', FINALFUNC = csp_internal.crude_rate_final);
CREATE AGGREGATE public.short(float8, float8) (SFUNC = csp_internal.trend_accum, STYPE = float8[], INITCOND = '{0,0,0}', FINALFUNC = csp_internal.trend_final);
SQL
refuses 22003 'out of range' $db -c "SELECT public.mine(1e308, 1) FROM generate_series(1, 10)"
refuses 22023 'not an array of 9 numbers' $db -c "SELECT public.short(1, 1)"
# a number that becomes an SRID
length=$(run $db -c "SELECT cardinality(a.agginitval::float8[]) FROM pg_aggregate a WHERE a.aggfnoid = 'csp.mean_centre(geometry)'::regprocedure")
for number in NaN Infinity 1e308 -3e9; do
    refuses 22023 'not a state of this aggregate' $db -c "SELECT csp_internal.mean_centre_final(array_fill('$number'::float8, ARRAY[$length]))"
    refuses 22023 'not a state of this aggregate' $db -c "SELECT csp_internal.centrography_accum(array_fill('$number'::float8, ARRAY[$length]), ST_Point(1, 2))"
    refuses 22023 'not a state of this aggregate' $db -c "SELECT csp_internal.centrography_combine(array_fill(1::float8, ARRAY[$length]), array_fill('$number'::float8, ARRAY[$length]))"
done

# states of type internal: SQL cannot name one, and a user cannot make an aggregate of them
role=hostile_user_$$
new_role $role
run $db -c "CREATE SCHEMA mine AUTHORIZATION $role" -c "CREATE SCHEMA attack"
refuses 42846 'cannot cast type' $db -c "SELECT csp_internal.events_serialize(NULL::internal)"
refuses 42883 'does not exist' $db -c "SELECT csp_internal.events_combine(NULL, NULL)"
refuses 42P13 'cannot be internal' $db -c "SET ROLE $role" -c "CREATE AGGREGATE mine.evil(geometry, float8) (SFUNC = csp_internal.centre_of_minimum_distance_accum, STYPE = internal, FINALFUNC = csp_internal.knox_test_final)"

# what a parallel worker hands over, damaged: every byte in turn, and every length. The helper is C, and a superuser's.
"${CC:-cc}" -shared -fPIC -O1 -Wall -I"$("${PG_CONFIG:-pg_config}" --includedir-server)" -o "$work/hostile_state.so" test/robustness/hostile_state.c
chmod 755 "$work" "$work/hostile_state.so"
run $db -v library="$work/hostile_state.so" <<'SQL'
CREATE FUNCTION attack.round_trip(deserialize regprocedure, combine regprocedure, serialize regprocedure, bytes bytea) RETURNS bytea LANGUAGE c STRICT AS :'library', 'round_trip';
CREATE FUNCTION attack.outcome(deserialize regprocedure, combine regprocedure, serialize regprocedure, bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN attack.round_trip(deserialize, combine, serialize, bytes) = bytes THEN 'same' ELSE 'other' END;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
-- the state of an aggregate as bytes: an aggregate of a superuser's own that ends in the serialisation function
CREATE TABLE attack.state (name text, deserialize regprocedure, combine regprocedure, serialize regprocedure, bytes bytea);
CREATE TABLE attack.fact AS
SELECT n, n % 7 + 0.5::float8 AS y, n::float8 AS x, date '2024-01-01' + n::integer AS day, ST_Point(n * 37 % 11, n * 13 % 7, 27700) AS location, ARRAY[n + 1, n + 2] AS neighbours
FROM generate_series(1::bigint, 9) AS n;
SELECT format('CREATE AGGREGATE attack.bytes_%s(%s) (SFUNC = %s, STYPE = internal, FINALFUNC = %s)', c.n, types, a.aggtransfn, a.aggserialfn),
       format('INSERT INTO attack.state SELECT %L, %L, %L, %L, attack.bytes_%s(%s) FROM attack.fact', c.name, a.aggdeserialfn::oid::regprocedure, a.aggcombinefn::oid::regprocedure, a.aggserialfn::oid::regprocedure, c.n, c.arguments)
FROM (VALUES (1, 'centre_of_minimum_distance', 'geometry', 'location'), (2, 'centre_of_minimum_distance', 'geometry, double precision', 'location, y'),
             (3, 'knox_test', 'geometry, date, double precision[], double precision[]', 'location, day, ''{1,2}'', ''{1,2}'''),
             (4, 'mann_kendall', 'double precision, double precision', 'y, x'), (5, 'poisson_trend', 'double precision, double precision, double precision', 'y, x, x'),
             (6, 'morans_i', 'double precision, bigint, bigint[]', 'y, n, neighbours'), (7, 'morans_i', 'double precision, geometry, double precision', 'y, location, 5'),
             (8, 'priority_risk_matrix', 'text, integer, integer', '''issue '' || n, 1 + n::integer % 5, 1')) AS c (n, name, types, arguments)
JOIN pg_aggregate a ON a.aggfnoid = format('csp.%s(%s)', c.name, c.types)::regprocedure
\gexec
SQL
same "serialisation functions attacked" "$(run $db -c "SELECT DISTINCT aggserialfn FROM pg_aggregate a JOIN pg_proc p ON p.oid = aggfnoid WHERE aggserialfn <> 0 AND p.pronamespace = 'csp'::regnamespace" | sort)" \
    "$(run $db -c "SELECT DISTINCT serialize::oid::regproc FROM attack.state WHERE bytes IS NOT NULL" | sort)"
same "states that do not come back unharmed" "" "$(run $db -c "SELECT name, o FROM attack.state s CROSS JOIN LATERAL attack.outcome(s.deserialize, s.combine, s.serialize, s.bytes) AS o WHERE o <> 'same'")"
run $db >"$work/damaged" <<'SQL'
SET statement_timeout = '60s';
SELECT s.name, d.how, o, count(*)
FROM attack.state s
CROSS JOIN LATERAL (
    SELECT 'flipped' AS how, set_byte(s.bytes, i, get_byte(s.bytes, i) # mask) AS bytes
    FROM generate_series(0, length(s.bytes) - 1) AS i CROSS JOIN (VALUES (1), (128), (255)) AS m (mask)
  UNION ALL
    SELECT 'cut', substr(s.bytes, 1, i) FROM generate_series(0, length(s.bytes) - 1) AS i
  UNION ALL
    SELECT 'longer', s.bytes || decode(repeat('ff', i), 'hex') FROM generate_series(1, 9) AS i
) AS d
CROSS JOIN LATERAL attack.outcome(s.deserialize, s.combine, s.serialize, d.bytes) AS o
GROUP BY s.name, d.how, o
ORDER BY s.name, d.how, o;
SQL
same "damaged states that are internal errors, and cut or longer ones that are taken" "" "$(grep -vE '\|(flipped\|(same|other|22P03|22023|22003|54000)|(cut|longer)\|22P03)\|' "$work/damaged" || true)"
same "aggregates whose damaged states are noticed" "$(run $db -c "SELECT count(DISTINCT name) FROM attack.state")" "$(grep '|flipped|22P03|' "$work/damaged" | cut -d'|' -f1 | sort -u | wc -l)"

# texts of some size
refuses 54000 'exceeds the maximum' $db -c "SELECT csp.priority_risk_matrix(repeat('x', 300000000), 1, 1)"
same "a matrix of many issues" "78" "$(run $db -c "SELECT max(length(line)) FROM string_to_table((SELECT csp.risk_matrix_text(csp.priority_risk_matrix('issue ' || n, 1 + n % 5, 1 + n % 5)) FROM generate_series(1, 100000) AS n), E'\n') AS line")"
same "fields of a long line" "30000" "$(run $db -c "SELECT cardinality(csp.csv_fields(repeat('\"\"\"\",', 29999)))")"
same "too many fields" "more than 65536 fields" "$(run $db -c "SELECT csp.csv_problem(repeat(',', 70000))")"
