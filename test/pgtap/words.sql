-- Text options: every public function takes the words of an option in any case, and answers a wrong word with one wording
-- and a hint that lists the words. The options come from the catalogue: each text argument that is not free text.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
BEGIN;
SELECT plan(8);
SET search_path = csp, public;

-- arguments that hold whatever the user likes: names, paths, labels, data
CREATE TEMP TABLE free_text (argument text PRIMARY KEY);
INSERT INTO free_text VALUES
    ('partnership'), ('name'), ('role_name'), ('path'), ('folder'), ('file_name'), ('source'), ('citation'), ('title'),
    ('purpose'), ('subject'), ('problem_type'), ('template'), ('geojson'), ('area_kind'), ('code_property'),
    ('name_property'), ('self'), ('line'), ('field'), ('stream'), ('token'), ('scheme'), ('time_zone'), ('issue'),
    ('event'), ('unit'), ('conjunction'), ('plain');

CREATE TEMP TABLE option AS
SELECT p.oid, p.oid::regprocedure::text AS signature, p.prokind, p.proretset, p.proargnames, p.proargtypes::oid[] AS types,
       a.place::integer AS place, p.proargnames[a.place] AS argument
FROM pg_proc p
CROSS JOIN unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, place)
WHERE p.pronamespace = 'csp'::regnamespace AND a.type = 'text'::regtype AND p.proname <> 'access_privileges'    -- a look-up for grants: NULL for what it does not know
  AND NOT EXISTS (SELECT FROM pg_aggregate g WHERE p.oid IN (g.aggtransfn, g.aggmtransfn, g.aggminvtransfn))
  AND p.proargnames[a.place] NOT IN (SELECT f.argument FROM free_text f);
SELECT cmp_ok((SELECT count(*) FROM option), '>', 60::bigint, 'options of the catalogue');
SELECT is_empty($$
    SELECT f.argument FROM free_text f
    WHERE NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = 'csp'::regnamespace AND f.argument = ANY (p.proargnames))
    $$, 'every free text is an argument of something');

-- the rows that aggregates and window functions read, and the value of every argument by name, else by type
CREATE TEMP TABLE sample AS
SELECT n, ST_SetSRID(ST_Point(400000 + 100 * (n * 7 % 10), 100000 + 100 * (n * 3 % 11)), 27700) AS location,
       date '2015-01-01' + 30 * n AS day, timestamptz '2015-01-01' + n * interval '31 hours' AS instant, (5 + n * 5 % 7)::float8 AS count
FROM generate_series(1, 60) AS n;
CREATE TEMP TABLE argument_value (argument text, type regtype, expression text, function text);
INSERT INTO argument_value VALUES
    ('', 'double precision', '100'), ('', 'integer', '12'), ('', 'bigint', '5'), ('', 'boolean', 'true'),
    ('', 'date', $$date '2016-01-01'$$), ('', 'timestamptz', $$timestamptz '2016-01-01'$$),
    ('', 'geometry', 'ST_MakeEnvelope(399000, 99000, 402000, 102000, 27700)'), ('', 'double precision[]', 'ARRAY[100, 200]::float8[]'),
    ('location', 'geometry', 'location'), ('occurred', 'date', 'day'), ('occurred', 'timestamptz', 'instant'),
    ('period', 'date', $$date '2015-01-01' + (n - 1) * interval '1 month'$$), ('period', 'integer', 'n'), ('period', 'double precision', 'n'),
    ('value', 'double precision', 'count'), ('events', 'double precision', 'count'), ('count', 'double precision', 'count'),
    ('is_case', 'boolean', 'n % 2 = 0'), ('weight', 'double precision', 'count'), ('id', 'bigint', 'n'),
    ('neighbours', 'bigint[]', 'ARRAY[n - 1, n + 1]::bigint[]'), ('confidence', 'double precision', '0.95'), ('p', 'double precision', 'count / 100'),
    ('permutations', 'integer', '19'), ('simulations', 'integer', '9'), ('horizon', 'integer', '6'), ('origins', 'integer', '2'),
    ('season', 'double precision', 'n % 12'), ('year', 'double precision', 'n / 12'), ('occurred_from', 'timestamptz', 'instant'),
    ('occurred_to', 'timestamptz', $$instant + interval '30 hours'$$), ('total_from', 'date', $$date '2019-01-01'$$),
    ('total_to', 'date', $$date '2020-06-01'$$), ('total_from', 'integer', '30'), ('total_to', 'integer', '66'),
    ('hours', 'double precision[]', '(SELECT array_agg(h::float8) FROM generate_series(1, 168) AS h)'), ('width', 'integer', '78'),
    ('time_zone', 'text', $$'Europe/London'$$), ('alpha', 'double precision', 'NULL'), ('beta', 'double precision', 'NULL'),
    ('gamma', 'double precision', 'NULL'), ('phi', 'double precision', 'NULL'), ('reset', 'boolean', 'false');
-- and of one function
INSERT INTO argument_value (function, argument, type, expression) VALUES
    ('seasonal_index', 'period', 'integer', '12'), ('farrington', 'alpha', 'double precision', '0.05'), ('farrington', 'trend_threshold', 'double precision', '0.05'), ('farrington', 'w', 'integer', '3'), ('farrington', 'periods', 'integer', '5'), ('ewma', 'lambda', 'double precision', '0.2'),
    ('cusum', 'expected', 'double precision', 'NULL'), ('ewma', 'expected', 'double precision', 'NULL'), ('access_privileges', 'access', 'text', $$'work'$$),
    ('control_limits', 'kind', 'text', $$'c'$$), ('density_bandwidth', 'method', 'text', $$'scott'$$), ('farrington', 'method', 'text', $$'flexible'$$),
    ('project_total', 'method', 'text', $$'holt'$$), ('changepoints', 'penalty', 'text', $$'MBIC'$$);
-- a word for each option, for when another one is tried
INSERT INTO argument_value
SELECT v.argument, 'text', quote_literal(v.word)
FROM (VALUES ('style', 'W'), ('assumption', 'normality'), ('metric', 'euclidean'), ('closed', 'left'), ('form', 'linear'), ('kernel', 'quartic'), ('edge', 'none'),
             ('method', 'exact'), ('correction', 'none'), ('kind', 'additive'), ('variant', 'independent'), ('cost', 'normal'), ('penalty', 'manual'),
             ('polarity', 'lower is better'), ('rules', 'limits'), ('distribution', 'normal'), ('threshold_method', 'delta'), ('variance', 'pooled')) AS v (argument, word);

-- answer: what a call gives, or its error: SQLSTATE, message and hint
CREATE FUNCTION pg_temp.answer(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
    message text;
    hint text;
BEGIN
    EXECUTE call INTO result;
    RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, message, hint);
END
$$;
-- call: one call of an option's function in which the option is that word; of a word NULL, none
CREATE FUNCTION pg_temp.call(o option, word text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE o.prokind
               WHEN 'a' THEN format('SELECT md5((%s)::text) FROM sample', f.call)
               WHEN 'w' THEN format('SELECT md5(string_agg(x.x::text, %L)) FROM (SELECT %s OVER (ORDER BY n) AS x FROM sample) x', ',', f.call)
               ELSE format('SELECT md5(string_agg((%s)::text, %L ORDER BY n)) FROM sample', f.call, ',') END
    FROM (
        SELECT format('%s(%s)', f.name,
                      string_agg(CASE WHEN a.place = o.place THEN quote_literal(word) ELSE format('(%s)::%s', v.expression, a.type::regtype) END, ', ' ORDER BY a.place)) AS call
        FROM (VALUES (split_part(o.signature, '(', 1))) AS f (name)
        CROSS JOIN unnest(o.types) WITH ORDINALITY AS a (type, place)
        LEFT JOIN LATERAL (
            SELECT v.expression FROM argument_value v
            WHERE v.type = a.type AND v.argument IN ('', o.proargnames[a.place]) AND coalesce(v.function, f.name) = f.name
            ORDER BY v.argument DESC, v.function LIMIT 1) AS v ON true
        GROUP BY f.name
    ) f
$$;

CREATE TEMP TABLE wrong AS
SELECT o.oid, o.signature, o.place, o.argument, pg_temp.answer(pg_temp.call(o, E'no such\nword')) AS answer
FROM option o
WHERE NOT 'partnership' = ANY (o.proargnames);
SELECT is_empty($$
    SELECT w.signature, w.argument, w.answer FROM wrong w
    WHERE w.answer NOT LIKE '22023 | ' || w.argument || ' "no such?word" is not known | Give %.'
    $$, 'a wrong word: SQLSTATE, the argument, the word, and what to give');

CREATE TEMP TABLE word AS
SELECT w.oid, w.signature, w.place, w.argument, regexp_replace(words.word, '^''(.* .*)''$', '\1') AS word
FROM wrong w
CROSS JOIN LATERAL regexp_split_to_table(regexp_replace(substring(w.answer FROM '\| Give (.*)\.$'), ', or a form .*', ''), '(, | or )') AS words (word)
UNION ALL
SELECT o.oid, o.signature, o.place, o.argument, 'ETS(M,Ad,M)'
FROM option o
WHERE o.signature LIKE 'forecast%' AND o.argument = 'method';
SELECT is_empty('SELECT w.signature FROM word w GROUP BY w.signature, w.argument HAVING count(*) < 2', 'an option has two words at least');

CREATE TEMP TABLE tried AS
SELECT w.signature, w.argument, w.word, pg_temp.answer(pg_temp.call(o, w.word)) AS as_listed,
       pg_temp.answer(pg_temp.call(o, lower(w.word))) AS lower_case, pg_temp.answer(pg_temp.call(o, upper(w.word))) AS upper_case
FROM word w
JOIN option o USING (oid, place);
SELECT is_empty($$
    SELECT t.* FROM tried t WHERE t.as_listed LIKE '%is not known%' OR t.lower_case <> t.as_listed OR t.upper_case <> t.as_listed
    $$, 'every listed word in any case gives one answer');
SELECT is_empty($$
    SELECT t.signature, t.argument, min(t.as_listed) FROM tried t GROUP BY t.signature, t.argument HAVING bool_and(t.as_listed LIKE '_____ | %')
    $$, 'and for every option an answer, not an error');

-- options of functions of a partnership, which need one
SELECT set_eq($$SELECT DISTINCT split_part(o.signature, '(', 1), o.argument FROM option o WHERE 'partnership' = ANY (o.proargnames)$$,
    $$VALUES ('grant_partnership', 'level'), ('load_peers', 'level'), ('load_peers_staged', 'level')$$,
    'options of a partnership''s functions: each has its test here or in load and access');
SELECT csp.create_partnership('words');
CREATE ROLE words_reader;
SELECT csp.grant_partnership('words', 'words_reader', 'Published');
SELECT is(pg_temp.answer($$SELECT csp.grant_partnership('words', 'words_reader', 'boss')$$),
    '22023 | level "boss" is not known | Give published, analyst, personal, loader or owner.', 'a level that is none');
SELECT * FROM finish();
ROLLBACK;
