# Every function called with NULL and with '' in each of its arguments in turn, read from the catalogue: an answer, or an error
# that a caller can read. Never an internal text of the statement that the function was about to run.
. test/robustness/helpers.bash
db=no_value_$$
new_database $db
run $db -c "CREATE EXTENSION csp_analysis CASCADE"
small_partnership $db dorset
run $db >"$work/calls.sql" <<'SQL'
-- a good value for an argument, by its name or else by its type; NULL stands for arguments without one
CREATE TEMP TABLE good (name text, type text, value text);
INSERT INTO good VALUES
    ('partnership', 'text', '''dorset'''),
    ('name', 'text', '''another'''),
    ('incidents', 'integer', '500'),
    ('months', 'integer', '13'),
    ('level', 'text', '''published'''),
    ('role_name', 'text', '''public'''),
    ('kind', 'text', '''view'''),
    ('srid', 'integer', '27700'),
    ('time_zone', 'text', '''Europe/London'''),
    ('relation', 'text', '''incident'''),
    ('relation', 'regclass', '''dorset.setting'''),
    ('incidents', 'text', '''dorset.incident'''),
    ('assessment', 'integer', '1'),
    ('title', 'text', '''Title'''),
    ('file_kind', 'text', '''population'''),
    ('geojson', 'text', '''{"type": "FeatureCollection", "features": []}'''),
    ('path', 'text', '''/nowhere/at/all.csv'''),
    ('folder', 'text', '''/nowhere'''),
    (NULL, 'text', '''x'''),
    (NULL, 'text[]', '''{x}'''),
    (NULL, 'integer', '1'),
    (NULL, 'bigint', '1'),
    (NULL, 'double precision', '1'),
    (NULL, 'double precision[]', '''{0.5}'''),
    (NULL, 'boolean', 'true'),
    (NULL, 'date', '''2024-02-01'''),
    (NULL, 'date[]', '''{2024-02-01}'''),
    (NULL, 'timestamp with time zone', '''2024-02-01 12:00'''),
    (NULL, 'daterange', '''[2024-02-01,2024-03-01)'''),
    (NULL, 'jsonb', '''{}'''),
    (NULL, 'bytea', '''\x78'''),
    (NULL, 'geometry', '''SRID=27700;POINT(1 2)''');

WITH target AS (
    SELECT p.oid, n.nspname, p.proname, p.proargtypes::oid[] AS types, p.proargnames AS names, p.provariadic, p.prorettype
    FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'csp_analysis'
    WHERE p.prokind = 'f'
      AND p.pronargs > 0
      -- what has no way in from SQL: parts of aggregates over internal states, triggers
      AND NOT 'internal'::regtype = ANY (p.proargtypes::oid[])
      AND p.prorettype <> 'trigger'::regtype
),
argument AS (
    SELECT t.oid, a.n, format_type(a.type, NULL) AS type,
           coalesce((SELECT g.value FROM good g WHERE g.name = t.names[a.n] AND g.type = format_type(a.type, NULL)),
                    (SELECT g.value FROM good g WHERE g.name IS NULL AND g.type = format_type(a.type, NULL)), 'NULL') AS value
    FROM target t
    CROSS JOIN LATERAL unnest(t.types) WITH ORDINALITY AS a (type, n)
),
attack AS (
    SELECT t.oid, t.nspname, t.proname, t.provariadic, bad.n, bad.value
    FROM target t
    CROSS JOIN LATERAL (
        SELECT a.n, v.value
        FROM argument a
        CROSS JOIN (VALUES ('NULL'), (''''''), ('''{}'''), ('''{NULL}'''), ('''{""}''')) AS v (value)
        WHERE a.oid = t.oid
          AND (v.value = 'NULL' OR v.value = '''''' AND a.type IN ('text', 'bytea', 'name') OR v.value LIKE '''{%' AND a.type = 'text[]')
      UNION ALL
        SELECT 0, ''
    ) AS bad
)
SELECT format(E'BEGIN;\n\\echo : %s\nSELECT %I.%I(%s);\nROLLBACK;',
              format('%s argument %s = %s', k.oid::regprocedure, k.n, CASE k.value WHEN '''''' THEN 'EMPTY' ELSE k.value END), k.nspname, k.proname,
              (SELECT string_agg(CASE WHEN k.provariadic <> 0 AND a.n = max_n THEN 'VARIADIC ' ELSE '' END ||
                                 CASE WHEN a.n = k.n THEN k.value ELSE a.value END || '::' || a.type, ', ' ORDER BY a.n)
               FROM (SELECT a.*, max(a.n) OVER () AS max_n FROM argument a WHERE a.oid = k.oid) AS a))
FROM attack k
ORDER BY k.oid::regprocedure::text COLLATE "C", k.n, k.value;
SQL
psql -qXAt -v VERBOSITY=verbose -d $db -c "SET statement_timeout = '20s'" -f "$work/calls.sql" >"$work/answers" 2>&1 || say_wrong "the session was lost"
# one line a call: function, argument, SQLSTATE or nothing, message
awk '/^: / { if (call != "") print call "\t" error; call = substr($0, 3); error = ""; next }
     match($0, /(ERROR|FATAL|PANIC):  /) { error = substr($0, RSTART + RLENGTH) }
     END { print call "\t" error }' "$work/answers" >"$work/outcomes"
same "calls with an outcome" "$(grep -c '^BEGIN;' "$work/calls.sql")" "$(wc -l < "$work/outcomes")"
for function in partnership_sql load_population scan freeze_assessment create_partnership; do
    grep -q "\b$function(.* = NULL" "$work/outcomes" || say_wrong "$function is not called with NULL"
    grep -q "\b$function(.* = EMPTY" "$work/outcomes" || [ "$function" = freeze_assessment ] || say_wrong "$function is not called with an empty text"
done
# errors of statements that the functions put together, and internal ones; a state that the same call with good values has as
# well (a step of a loader without the tables of the step before it) is no matter of NULL or ''
awk -F'\t' '
    { function_name = $1; sub(/ argument [0-9]+ =.*/, "", function_name); state = substr($2, 1, 5) }
    NR == FNR { if ($1 ~ / argument 0 = ?$/) usual[function_name] = state; next }
    $2 ~ /zero-length delimited identifier|argument of EXECUTE is null|cannot be formatted as an SQL identifier|invalid name syntax|FOREACH expression/ ||
    (state ~ /^(XX|08|42601|42P01|42883|42804|39)/ && state != usual[function_name]) { print }' "$work/outcomes" "$work/outcomes" >"$work/faults"
same "calls that give an internal text away" "" "$(head -20 "$work/faults")"
# an unknown partnership is 3F000 whoever asks
same "partnerships that are NULL or empty" "" "$(grep -E "^csp[a-z_]*\.[a-z_]+\(text.* argument 1 = (NULL|EMPTY)" "$work/outcomes" | grep -v -e 3F000 -e '42602: partnership name' | cut -d' ' -f1 | sort -u >"$work/others"
    run $db -c "SELECT p.oid::regprocedure FROM pg_proc p WHERE p.proargnames[1] = 'partnership' AND p.prokind = 'f' AND NOT p.proisstrict AND (p.pronamespace = 'csp'::regnamespace OR p.prosrc = 'under_owner')" | sort >"$work/of_partnerships"
    comm -12 "$work/others" "$work/of_partnerships")"
# a name of any length is unknown at once: names were taken apart in a time that grows with the square of their length
refuses 3F000 'there is no partnership' $db -c "SET statement_timeout = '2s'" -c "SELECT csp.setting(repeat('\"', 1000000), 'srid')"
# and a name that needs quotes is one
run $db -c 'ALTER SCHEMA dorset RENAME TO "Dorset ""and"" Devon"' -c "SELECT csp.analyze_partnership('Dorset \"and\" Devon')" >/dev/null
# nor is a long path an internal error
for path in "repeat('x', 5000)" "'/tmp/' || repeat('x', 300)" "repeat('/x', 3000)"; do
    refuses 58P01 'is too long' $db -c "SELECT csp.stage_file($path)"
    refuses 58P01 'is too long' $db -c "SELECT csp_internal.police_uk_files($path)"
done
