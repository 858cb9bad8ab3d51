-- Makes the schema fuzz: nasty rows, aggregates of a hostile user, and fuzz.statement(seed, i), which writes the i-th generated
-- statement. psql variable: words, a file of every lower-case word between quotes in the C sources.
CREATE SCHEMA fuzz;
\i test/robustness/values.sql
CREATE TEMP TABLE word (word text PRIMARY KEY);
\copy word FROM PROGRAM 'cat "$WORDS"'

-- rows to aggregate: plain columns, and columns (nasty_) with something wrong in one row of eight
CREATE TABLE fuzz.fact AS
SELECT n, n % 4 AS g,
       (n * 7919 % 400)::float8 AS y, (n * 104729 % 997) / 997.0::float8 AS p, 1 + n % 9 AS small, n::float8 AS x,
       date '2024-01-01' + (n * 31 % 300)::integer AS day, (date '2020-01-01' + interval '1 month' * n)::date AS month,
       timestamptz '2024-01-01 00:00+00' + interval '1 hour' * (n * 613 % 7000) AS moment,
       ST_SetSRID(ST_MakePoint(n * 7919 % 1000, n * 104729 % 997), 27700) AS location,
       CASE n % 24 WHEN 0 THEN NULL WHEN 3 THEN 'NaN' WHEN 6 THEN 'Infinity' WHEN 9 THEN -1 WHEN 12 THEN 1e308 WHEN 15 THEN 5e-324 WHEN 18 THEN 0 ELSE n % 50 END::float8 AS nasty_float8,
       CASE n % 24 WHEN 0 THEN NULL WHEN 8 THEN '-infinity' WHEN 16 THEN '5874897-12-31' ELSE date '2024-01-01' + (n % 90)::integer END::date AS nasty_date,
       CASE n % 24 WHEN 0 THEN NULL WHEN 8 THEN 'infinity' WHEN 16 THEN '294276-12-31' ELSE timestamptz '2024-01-01' + interval '1 hour' * n END::timestamptz AS nasty_timestamptz,
       CASE n % 24 WHEN 0 THEN NULL WHEN 4 THEN 'POINT EMPTY' WHEN 8 THEN 'SRID=4326;POINT(1 2)' WHEN 12 THEN 'LINESTRING(0 0, 1 1)' WHEN 16 THEN 'SRID=27700;POINT(1e300 -1e300)' WHEN 20 THEN 'SRID=27700;POINT(NaN 1)'
            ELSE 'SRID=27700;POINT(' || n % 7 || ' ' || n % 5 || ')' END::geometry AS nasty_geometry,
       ARRAY[n - 1, n + 1] AS neighbours
FROM generate_series(1::bigint, 160) AS n;
ALTER TABLE fuzz.fact SET (parallel_workers = 2);
CREATE TABLE fuzz.nothing AS SELECT f.* FROM fuzz.fact f WHERE false;
ANALYZE fuzz.fact, fuzz.nothing;

-- aggregates of a user's own, of our parts with float8[] states in any mixture and from any first state
SELECT format('CREATE AGGREGATE fuzz.mixed_%s(%s) (SFUNC = %s, STYPE = %s%s%s%s%s, PARALLEL = SAFE)', row_number() OVER (),
              (SELECT string_agg(format_type(a.type, NULL), ', ' ORDER BY a.n) FROM unnest(s.proargtypes::oid[]) WITH ORDINALITY AS a (type, n) WHERE a.n > 1),
              s.oid::regproc, s.proargtypes[0]::regtype,
              ', FINALFUNC = ' || f.oid::regproc, ', COMBINEFUNC = ' || c.oid::regproc, ', INITCOND = ' || quote_literal(i.state),
              CASE WHEN f.oid IS NOT NULL AND hashtext(s.oid::regprocedure::text || i.state) % 2 = 0 THEN format(', MSFUNC = %s, MINVFUNC = %1$s, MSTYPE = %s, MFINALFUNC = %s, MINITCOND = %L', s.oid::regproc, s.proargtypes[0]::regtype, f.oid::regproc, i.state) END)
FROM pg_proc s
CROSS JOIN (VALUES ('{}'), ('{NULL}'), ('{1,2,3}'), ('{0,0,0,0,0}'), ('{NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN}'), ('{-3,1e308,-1e308,5e-324,Infinity,-Infinity,0,1,2,3}'), ('[3:9]={9,9,9,9,9,9,9}'), ('{{1,2},{3,4}}')) AS i (state)
LEFT JOIN LATERAL (
    SELECT f.oid FROM pg_proc f
    WHERE f.pronamespace = 'csp_internal'::regnamespace AND f.prokind = 'f' AND f.pronargs = 1 AND f.proargtypes[0] = s.proargtypes[0] AND f.proname ~ '_final$'
    ORDER BY hashtext(f.proname || s.oid::regprocedure::text || i.state) LIMIT 1) AS f ON true
LEFT JOIN LATERAL (
    SELECT c.oid FROM pg_proc c
    WHERE c.pronamespace = 'csp_internal'::regnamespace AND c.prokind = 'f' AND c.pronargs = 2 AND c.prorettype = s.proargtypes[0] AND c.proargtypes[0] = s.proargtypes[0] AND c.proargtypes[1] = s.proargtypes[0]
    ORDER BY hashtext(c.proname || s.oid::regprocedure::text || i.state) LIMIT 1) AS c ON true
WHERE s.pronamespace = 'csp_internal'::regnamespace AND s.prokind = 'f' AND s.pronargs > 1
  AND s.proargtypes[0] IN ('float8[]'::regtype, 'bytea'::regtype) AND s.prorettype = s.proargtypes[0] AND s.proname ~ '_accum$'
\gexec

-- what is called: everything of the extension that SQL can reach, and the mixtures
CREATE TABLE fuzz.target AS
SELECT row_number() OVER (ORDER BY p.oid::regprocedure::text COLLATE "C")::integer AS target, p.oid, n.nspname, p.proname, p.prokind, p.provolatile, p.provariadic <> 0 AS is_variadic, p.pronargs,
       -- aggregates and window functions hold the most code
       CASE p.prokind WHEN 'f' THEN 1 ELSE 4 END AS weight
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE (n.nspname = 'fuzz' OR EXISTS (
          SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'csp_analysis'
          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'))
  AND p.prokind IN ('f', 'a', 'w')
  AND NOT 'internal'::regtype = ANY (p.proargtypes::oid[])
  AND p.prorettype NOT IN ('trigger'::regtype, 'internal'::regtype);
ALTER TABLE fuzz.target ADD PRIMARY KEY (target);
CREATE TABLE fuzz.turn AS    -- one row a turn, so that heavier targets come more often
SELECT row_number() OVER (ORDER BY s, t.target)::integer AS turn, t.target FROM fuzz.target t CROSS JOIN LATERAL generate_series(1, t.weight) AS s;
ALTER TABLE fuzz.turn ADD PRIMARY KEY (turn);

-- what a sensible caller gives, by name
CREATE TEMP TABLE sensible (name text, type text, value text);
INSERT INTO sensible VALUES
    ('partnership', 'text', '''dorset'''), ('location', 'geometry', 'location'), ('occurred', 'date', 'day'), ('occurred', 'timestamp with time zone', 'moment'),
    ('occurred_from', 'timestamp with time zone', 'moment'), ('occurred_to', 'timestamp with time zone', 'moment + interval ''5 hours'''),
    ('period', 'date', 'month'), ('period', 'integer', 'n::integer'), ('period', 'integer', '12'), ('season', 'integer', '7'), ('area', 'double precision', '1e6'), ('x', 'date', 'month'), ('x', 'double precision', 'x'), ('confidence', 'double precision', '0.9'),
    ('id', 'bigint', 'n'), ('neighbours', 'bigint[]', 'neighbours'), ('is_case', 'boolean', 'n % 3 = 0'), ('p', 'double precision', 'p'), ('predicted', 'double precision', 'p'), ('share', 'double precision', '0.2'),
    ('distance_bands', 'double precision[]', '''{50,100,300}'''), ('day_bands', 'double precision[]', '''{7,14,30}'''), ('distances', 'double precision[]', '''{20,50}'''),
    ('bounds', 'geometry', 'ST_MakeEnvelope(0, 0, 1000, 1000, 27700)'), ('study_area', 'geometry', 'ST_MakeEnvelope(0, 0, 1000, 1000, 27700)'),
    ('permutations', 'integer', '19'), ('simulations', 'integer', '9'), ('replications', 'integer', '9'), ('draws', 'integer', '50'), ('seed', 'bigint', '7'), ('seed', 'bigint', '-9223372036854775808'),
    ('cell_size', 'double precision', '50'), ('cell_size', 'double precision', '100'), ('bandwidth', 'double precision', '200'), ('bandwidth', 'double precision', '450'), ('distance', 'double precision', '60'), ('days', 'double precision', '10'), ('window', 'double precision', '60'),
    ('k', 'integer', '3'), ('maximum_radius', 'double precision', '100'), ('maximum_days', 'integer', '30'), ('time_step', 'interval', '''7 days'''), ('maximum_share', 'double precision', '0.4'),
    ('as_of', 'date', '''2024-12-31'''), ('as_of', 'timestamp with time zone', '''2024-12-31 00:00+00'''), ('starts', 'timestamp with time zone', '''2024-01-01 00:00+00'''), ('ends', 'timestamp with time zone', '''2025-12-31 00:00+00'''),
    ('fit', 'csp.self_exciting_fit', '''(10,0.1,0.4,5,60,-50,-60,9,t,,2024-01-01,2025-12-31,200,60,10,t)'''), ('time_zone', 'text', '''Europe/London'''),
    ('horizon', 'integer', '6'), ('origins', 'integer', '3'), ('likelihood', 'integer', '1 + n % 5'), ('impact', 'integer', '1 + n % 3'), ('season', 'double precision', 'n % 12'), ('year', 'double precision', 'n / 12'),
    ('seasonal_window', 'integer', '7'), ('trend_window', 'integer', '13'), ('low_pass_window', 'integer', '13'), ('seasonal_degree', 'integer', '1'), ('trend_degree', 'integer', '1'), ('low_pass_degree', 'integer', '1'), ('seasonal_jump', 'integer', '2'),
    ('dispersion', 'double precision', '0'), ('ratio', 'double precision', '1.5'), ('sd', 'double precision', '4'), ('lambda', 'double precision', '0.2'), ('sigmas', 'double precision', '3'), ('baseline', 'integer', '12'), ('baseline', 'integer', 'NULL'), ('k', 'double precision', '0.5'), ('k', 'double precision', 'NULL'), ('h', 'double precision', '4'), ('h', 'double precision', 'NULL'),
    ('total_from', 'integer', '150'), ('total_to', 'integer', '170'), ('total_from', 'date', '''2033-01-01'''), ('total_to', 'date', '''2034-01-01'''), ('alpha', 'double precision', '0.3'), ('beta', 'double precision', '0.1'), ('gamma', 'double precision', '0.1'),
    ('incidents', 'integer', '300'), ('months', 'integer', '13'), ('path', 'text', '''/nowhere/at/all.csv'''), ('folder', 'text', '''/nowhere'''), ('name', 'text', '''another'''), ('geometry', 'text', '''{"type": "Point", "coordinates": [1, 2]}''');
INSERT INTO sensible VALUES
    ('method', 'text', '''auto'''), ('method', 'text', '''aoristic'''), ('method', 'text', '''elapsed'''), ('method', 'text', '''start'''), ('method', 'text', '''end'''), ('method', 'text', '''midpoint'''), ('method', 'text', '''standard'''), ('method', 'text', '''rossi'''), ('method', 'text', '''anscombe'''), ('method', 'text', '''C1'''), ('method', 'text', '''C2'''), ('method', 'text', '''C3'''), ('method', 'text', '''flexible'''), ('method', 'text', '''original'''), ('method', 'text', '''holt_winters_additive'''), ('method', 'text', '''holt'''), ('method', 'text', '''ets'''), ('method', 'text', '''AAN'''), ('method', 'text', '''MNM'''), ('method', 'text', '''naive'''), ('method', 'text', '''seasonal_naive'''), ('method', 'text', '''exponential_smoothing'''), ('method', 'text', '''scott'''), ('method', 'text', '''silverman'''), ('method', 'text', '''likelihood'''), ('method', 'text', '''BH'''), ('method', 'text', '''BY'''), ('method', 'text', '''holm'''), ('method', 'text', '''bonferroni'''), ('method', 'text', '''yuill'''), ('method', 'text', '''population'''), ('method', 'text', '''byar'''), ('method', 'text', '''exact'''), ('method', 'text', '''wilson'''),
    ('kernel', 'text', '''quartic'''), ('kernel', 'text', '''gaussian'''),
    ('edge', 'text', '''none'''), ('edge', 'text', '''event'''), ('edge', 'text', '''place'''),
    ('style', 'text', '''W'''), ('style', 'text', '''B'''), ('style', 'text', '''C'''),
    ('assumption', 'text', '''normality'''), ('assumption', 'text', '''randomisation'''),
    ('correction', 'text', '''none'''), ('correction', 'text', '''border'''), ('correction', 'text', '''translate'''), ('correction', 'text', '''isotropic'''),
    ('metric', 'text', '''euclidean'''), ('metric', 'text', '''manhattan'''),
    ('closed', 'text', '''left'''), ('closed', 'text', '''right'''),
    ('form', 'text', '''smooth'''), ('form', 'text', '''promap_2004'''), ('form', 'text', '''promap_2007'''), ('form', 'text', '''reciprocal'''),
    ('variant', 'text', '''independent'''), ('variant', 'text', '''correlated'''),
    ('cost', 'text', '''normal'''), ('cost', 'text', '''poisson'''),
    ('penalty', 'text', '''BIC'''), ('penalty', 'text', '''MBIC'''),
    ('distribution', 'text', '''normal'''), ('distribution', 'text', '''poisson'''),
    ('kind', 'text', '''xmr'''), ('kind', 'text', '''mr'''), ('kind', 'text', '''c'''), ('kind', 'text', '''u'''), ('kind', 'text', '''u_prime'''), ('kind', 'text', '''p'''), ('kind', 'text', '''additive'''), ('kind', 'text', '''multiplicative'''), ('kind', 'text', '''view'''),
    ('polarity', 'text', '''higher is better'''), ('polarity', 'text', '''lower is better'''),
    ('rules', 'text', '''limits'''), ('rules', 'text', '''western_electric'''), ('rules', 'text', '''nelson'''),
    ('threshold_method', 'text', '''delta'''), ('threshold_method', 'text', '''nbPlugin'''), ('threshold_method', 'text', '''muan'''),
    ('scheme', 'text', '''5x5'''),
    ('level', 'text', '''published'''), ('level', 'text', '''analyst'''),
    ('role_name', 'text', '''public'''),
    ('file_kind', 'text', '''population''');
-- columns for what differs from row to row, constants for settings
INSERT INTO sensible
SELECT d.name, d.type, v.value
FROM (VALUES ('y'), ('x'), ('value'), ('events'), ('exposure'), ('observed'), ('expected'), ('population'), ('count'), ('weight'), ('cases'), ('hour'), ('z'), ('score'), ('std_error'), ('standard_population')) AS n (name)
CROSS JOIN LATERAL (VALUES (n.name, 'double precision'), (n.name, 'bigint')) AS d (name, type)
JOIN (VALUES ('double precision', 'y'), ('double precision', 'small'), ('double precision', 'x'), ('bigint', 'n'), ('bigint', 'y::bigint')) AS v (type, value) ON v.type = d.type
WHERE NOT EXISTS (SELECT FROM sensible s WHERE s.name = d.name AND s.type = d.type);
INSERT INTO sensible VALUES
    (NULL, 'double precision', '1'), (NULL, 'double precision', '0.5'), (NULL, 'double precision', '20'),
    (NULL, 'integer', '3'), (NULL, 'integer', '12'), (NULL, 'integer', '2'), (NULL, 'bigint', '10'), (NULL, 'boolean', 'true'), (NULL, 'boolean', 'false'),
    (NULL, 'date', 'day'), (NULL, 'timestamp with time zone', 'moment'), (NULL, 'geometry', 'location'), (NULL, 'text', '''word '' || n'), (NULL, 'interval', '''1 day'''), (NULL, 'text[]', '''{a,b}'''),
    (NULL, 'double precision[]', '''{1,2,3}'''), (NULL, 'double precision[]', 'ARRAY[y, x, p]'), (NULL, 'bigint[]', 'neighbours'), (NULL, 'integer[]', '''{1,2}'''), (NULL, 'jsonb', '(SELECT csp.priority_risk_matrix(''issue '' || q, 1 + q % 5, 1 + q % 3) FROM generate_series(1, 9) AS q)'), (NULL, 'daterange', '''[2024-01-01,2024-03-01)'''), (NULL, 'date[]', '''{2024-01-01,2024-02-01}'''),
    (NULL, 'regclass', '''fuzz.fact'''), (NULL, 'bytea', '''\x2261222c2262220d0a'''),
    (NULL, 'csp.density_cell[]', 'ARRAY[ROW(0, 0, ST_Point(0.5, 0.5), 1), ROW(1, 0, ST_Point(1.5, 0.5), 2), ROW(0, 1, ST_Point(0.5, 1.5), 3)]'),
    (NULL, 'csp.geographic_profile_cell[]', 'ARRAY[ROW(0, 0, ST_MakeEnvelope(0, 0, 2, 3), 1, 1, 1)]');
INSERT INTO value SELECT v.type, v.text FROM (VALUES
    ('double precision'::regtype, 'nasty_float8'), ('date', 'nasty_date'), ('timestamptz', 'nasty_timestamptz'), ('geometry', 'nasty_geometry'), ('double precision', 'CASE WHEN n < 100 THEN y ELSE 1e300 END'), ('double precision', '-y'), ('double precision', '1e9'), ('double precision', '1e-300'),
    ('integer', '1000000000'), ('integer', '100000'), ('bigint', 'CASE WHEN n = 9 THEN NULL ELSE -n END'), ('date', 'NULL'), ('date', '''-infinity'''), ('timestamptz', '''-infinity'''), ('text', '''NaN'''), ('text', '''Mars/Olympus'''), ('text', 'E''\\001\\033[31m'''),
    ('text[]', 'NULL'), ('text[]', '''{"",NULL}'''), ('integer[]', 'NULL'), ('date[]', 'NULL'), ('date[]', '''{NULL,infinity,-infinity}'''), ('date[]', '''{}'''), ('daterange', 'NULL'), ('daterange', '''empty'''), ('daterange', '''(,)'''), ('daterange', '''[5874897-12-01,)'''),
    ('jsonb', 'NULL'), ('jsonb', '''{"cells": [null, 1, {"likelihood": 99, "impact": -1, "issues": [null]}]}'''), ('regclass', 'NULL'), ('regclass', '0'),
    ('double precision[]', 'ARRAY[nasty_float8, y]'), ('double precision[]', '''{3,2,1}'''), ('double precision[]', '''{1,1}'''), ('double precision[]', '''{0,-1}'''), ('double precision[]', '''{1e308,Infinity}'''), ('double precision[]', '(SELECT array_agg(i::float8) FROM generate_series(1, 300) AS i)'),
    ('geometry', 'ST_MakeEnvelope(0, 0, 0, 0, 27700)'), ('geometry', '''POLYGON EMPTY'''), ('geometry', 'ST_MakeEnvelope(-1e9, -1e9, 1e9, 1e9, 27700)'), ('geometry', '''SRID=27700;POLYGON((0 0,1 1,1 0,0 1,0 0))'''), ('geometry', '''GEOMETRYCOLLECTION(POINT(1 1),POLYGON((0 0,1 0,1 1,0 0)))'''),
    ('bigint[]', 'ARRAY[n, n, n]'), ('bigint[]', 'array_fill(n, ARRAY[1000])'), ('interval', '''0'''), ('interval', '''1 month 3 days'''), ('interval', '''1 microsecond''')) AS v (type, text);

CREATE TABLE fuzz.argument AS
SELECT t.target, a.n::integer AS n, format_type(a.type, NULL) AS type,
       coalesce((SELECT array_agg(s.value ORDER BY s.value) FROM sensible s WHERE s.name = p.proargnames[a.n] AND s.type = format_type(a.type, NULL) AND (s.value = ANY (o.options) OR s.value LIKE '% is better''')),
                (SELECT array_agg(s.value ORDER BY s.value) FROM sensible s WHERE s.name = p.proargnames[a.n] AND s.type = format_type(a.type, NULL)), o.options,
                (SELECT array_agg(s.value ORDER BY s.value) FROM sensible s WHERE s.name IS NULL AND s.type = format_type(a.type, NULL)), ARRAY['NULL']) AS good,
       coalesce((SELECT array_agg(v.text ORDER BY v.text) FROM value v WHERE v.type = a.type), CASE WHEN format_type(a.type, NULL) LIKE '%[]' THEN ARRAY['NULL', '''{}''', '''{NULL}'''] ELSE ARRAY['NULL'] END) || coalesce(o.options, '{}') AS bad
FROM fuzz.target t
JOIN pg_proc p ON p.oid = t.oid
CROSS JOIN LATERAL unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, n)
LEFT JOIN LATERAL (    -- the words that an option takes stand in the comment of the function and in the source
    SELECT array_agg(DISTINCT quote_literal(w.word)) AS options
    FROM regexp_matches((SELECT string_agg(obj_description(same.oid, 'pg_proc'), ' ') FROM pg_proc same WHERE same.proname = p.proname AND same.pronamespace = p.pronamespace), '[A-Za-z_0-9]+', 'g') AS m (found)
    JOIN word w ON w.word = m.found[1]
    WHERE a.type = 'text'::regtype) AS o ON true;
ALTER TABLE fuzz.argument ADD PRIMARY KEY (target, n);

CREATE FUNCTION fuzz.pick(choices text[], key text, seed bigint) RETURNS text LANGUAGE sql IMMUTABLE
RETURN choices[1 + (hashtextextended(key, seed) & 2147483647) % cardinality(choices)];

CREATE FUNCTION fuzz.statement(seed bigint, i bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    t fuzz.target;
    -- how wild: nothing is wrong, one argument is, each may be
    wild constant text := fuzz.pick('{none,none,one,one,one,all}', 'wild' || i, seed);
    victim integer;
    arguments text;
    call text;
    modifiers text := '';
    source text := fuzz.pick('{fuzz.fact,fuzz.fact,fuzz.fact,fuzz.fact,fuzz.fact,fuzz.fact,fuzz.nothing,(SELECT f.* FROM fuzz.fact f WHERE f.n <= 1) AS few,(SELECT f.* FROM fuzz.fact f WHERE f.n <= 2) AS few,(SELECT f.* FROM fuzz.fact f WHERE f.n <= 12) AS few,"(SELECT f.* FROM fuzz.fact f CROSS JOIN generate_series(1, 3)) AS many"}', 'source' || i, seed);
BEGIN
    -- in turn, so that everything is called; the seed decides with what
    SELECT target.* INTO t FROM fuzz.target JOIN fuzz.turn USING (target) WHERE turn.turn = 1 + i % (SELECT max(u.turn) FROM fuzz.turn u);
    victim := 1 + (hashtextextended('victim' || i, seed) & 2147483647) % greatest(t.pronargs, 1);
    SELECT string_agg(CASE WHEN t.is_variadic AND a.n = t.pronargs THEN 'VARIADIC ' ELSE '' END || '(' ||
                      fuzz.pick(CASE WHEN wild = 'all' OR wild = 'one' AND a.n = victim THEN a.bad ELSE a.good END, format('%s %s', i, a.n), seed) || ')::' || a.type, ', ' ORDER BY a.n)
    INTO arguments
    FROM fuzz.argument a
    WHERE a.target = t.target;
    call := format('%I.%I', t.nspname, t.proname);
    IF t.prokind = 'f' THEN
        IF t.provolatile = 'v' THEN
            RETURN format('BEGIN; SELECT %s(%s) FROM (SELECT f.* FROM fuzz.fact f WHERE f.n = 7) AS one; ROLLBACK;', call, coalesce(arguments, ''));
        END IF;
        RETURN format('SELECT %s(%s) FROM (SELECT f.* FROM fuzz.fact f WHERE f.n IN (1, 8)) AS few;', call, coalesce(arguments, ''));
    END IF;
    IF t.prokind = 'w' OR hashtext('over' || i || ' ' || seed) % 5 = 0 THEN
        RETURN format('SELECT %s(%s) %s OVER (%s) FROM %s;', call, coalesce(arguments, ''),
                      CASE WHEN t.prokind = 'a' THEN fuzz.pick('{"","",FILTER (WHERE n % 3 > 0)}', 'filter' || i, seed) ELSE '' END,
                      fuzz.pick('{"",PARTITION BY g,ORDER BY n,PARTITION BY g ORDER BY n,PARTITION BY n,ORDER BY y DESC NULLS LAST,ORDER BY n ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING,ORDER BY n ROWS BETWEEN 3 FOLLOWING AND 9 FOLLOWING,ORDER BY x RANGE BETWEEN 5 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW,ORDER BY g GROUPS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES,PARTITION BY nasty_float8 ORDER BY nasty_date}', 'window' || i, seed), source);
    END IF;
    modifiers := fuzz.pick('{"","","",DISTINCT}', 'distinct' || i, seed);
    IF modifiers = '' AND arguments IS NOT NULL THEN
        arguments := arguments || fuzz.pick('{"","",""," ORDER BY n DESC"," ORDER BY nasty_float8"}', 'order' || i, seed);
    END IF;
    RETURN format('SELECT %s(%s %s) %s FROM %s %s;', call, modifiers, coalesce(arguments, ''), fuzz.pick('{"","","",FILTER (WHERE n % 3 > 0),FILTER (WHERE false)}', 'filter' || i, seed), source,
                  fuzz.pick('{"","",GROUP BY g,"GROUP BY GROUPING SETS ((g), (small), ())","GROUP BY CUBE (g, small)","GROUP BY g HAVING count(*) > 9"}', 'group' || i, seed));
END
$$;

-- a sensible call of an aggregate or window function, one of several
CREATE FUNCTION fuzz.good_query(target integer, variant bigint) RETURNS text LANGUAGE sql STABLE
RETURN (
    SELECT format(CASE t.prokind WHEN 'w' THEN 'SELECT count(v) FROM (SELECT %I.%I(%s) OVER (ORDER BY n) AS v FROM fuzz.fact) AS s'
                                 ELSE 'SELECT count(v) FROM (SELECT %I.%I(%s) AS v FROM fuzz.fact) AS s' END, t.nspname, t.proname, a.arguments)
    FROM fuzz.target t
    CROSS JOIN LATERAL (
        SELECT string_agg(format('(%s)::%s', fuzz.pick(a.good, format('%s %s', variant, a.n), 1), a.type), ', ' ORDER BY a.n) AS arguments
        FROM fuzz.argument a
        WHERE a.target = t.target) AS a
    WHERE t.target = good_query.target);
