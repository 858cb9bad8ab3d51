-- What each line holds follows from RFC 4180, section 2, and from the rule that nothing between commas is NULL.
\pset null '(null)'
SELECT line, csp.csv_fields(line) AS fields, cardinality(csp.csv_fields(line)) AS n, csp.csv_problem(line) AS problem
FROM (VALUES (1, 'a,b,c'), (2, 'one'), (3, ''), (4, ','), (5, 'a,,c,'), (6, '"a","b"'), (7, '"",,""'),
             (8, '"a,b",c'), (9, '"say ""no""",x'), (10, '""""'), (11, '"""",""""""'), (12, '""",""",z'),
             (13, ' a , b '), (14, 'a\b,\N,NULL'), (15, 'Größe,"Zürich, CH",漢字'),
             (16, '"x'), (17, 'a,"x"y,z'), (18, 'a,b"c'), (19, 'a, "b"'), (20, '"a""'), (21, '"'), (22, 'a,"'),
             (23, '"a" ,b')) AS v (id, line)
ORDER BY id;

-- line ends and the byte-order mark: one of each goes, others are damage or, within quotes, text
SELECT id, csp.csv_fields(line) = expected AS same, csp.csv_problem(line) AS problem
FROM (VALUES (1, E'a,b\r', '{a,b}'::text[]), (2, E'a,b\n', '{a,b}'), (3, E'a,b\r\n', '{a,b}'),
             (4, E'"a","b"\r', '{a,b}'), (5, E'a,\r', ARRAY['a', NULL]), (6, E'\r', ARRAY[NULL::text]),
             (7, E'"two\nlines",x', ARRAY[E'two\nlines', 'x']), (8, E'"two\r\nlines\r",x\r', ARRAY[E'two\r\nlines\r', 'x']),
             (9, E'a\r\r', NULL), (10, E'a\nb,c', NULL), (11, E'"a"\r,b', NULL), (12, E'x,"\r\n', NULL),
             (13, E'\uFEFFa,b', '{a,b}'), (14, E'\uFEFF"a,b",c\r', ARRAY['a,b', 'c']), (15, E'\uFEFF', ARRAY[NULL::text]),
             (16, E'\uFEFF\uFEFFa', ARRAY[E'\uFEFFa']), (17, E'a,\uFEFFb', ARRAY['a', E'\uFEFFb'])) AS v (id, line, expected)
ORDER BY id;

SELECT csp.csv_fields(NULL), csp.csv_problem(NULL);

-- Every array of fields, written by RFC 4180's rules, is read back as it was: 2,000 records of 1 to 200
-- fields, some NULL, some empty, some with quotes, commas, line breaks and long text.
CREATE TEMP TABLE record AS
SELECT r, array_agg(CASE csp.seeded_integer(1, 'kind', r * 1000 + f, 1, 8)
                        WHEN 1 THEN NULL
                        WHEN 2 THEN ''
                        WHEN 3 THEN '"'
                        WHEN 4 THEN repeat('"', csp.seeded_integer(1, 'many', r * 1000 + f, 0, 9)::int)
                        WHEN 5 THEN E'a,"b\r\n'
                        WHEN 6 THEN repeat('é', csp.seeded_integer(1, 'length', r * 1000 + f, 0, 60)::int)
                        ELSE 'plain ' || f
                    END ORDER BY f) AS fields
FROM generate_series(1, 2000) AS r
CROSS JOIN LATERAL generate_series(1, csp.seeded_integer(1, 'fields', r, 1, 200)) AS f
GROUP BY r;
CREATE TEMP TABLE line AS
SELECT r, string_agg(CASE WHEN field IS NULL THEN ''
                          WHEN field ~ '[",\r\n]' OR field = '' THEN '"' || replace(field, '"', '""') || '"'
                          ELSE field
                     END, ',' ORDER BY f) AS line
FROM record
CROSS JOIN LATERAL unnest(fields) WITH ORDINALITY AS u (field, f)
GROUP BY r;
SELECT count(*) AS records, sum(cardinality(fields)) > 150000 AS many_fields,
       count(*) FILTER (WHERE csp.csv_fields(line) IS NOT DISTINCT FROM fields) AS same,
       count(*) FILTER (WHERE csp.csv_fields(line) = fields AND csp.csv_fields(line)::text = fields::text) AS same_as_text,
       count(csp.csv_problem(line)) AS problems
FROM record
JOIN line USING (r);
-- the array is well-formed in store: the same bytes as the server's own make of it
SELECT count(*) FILTER (WHERE array_send(csp.csv_fields(line)) = array_send(fields)) AS same,
       count(*) FILTER (WHERE pg_column_size(csp.csv_fields(line)) = pg_column_size(array_cat(fields, '{}'))) AS same_size
FROM record
JOIN line USING (r);
-- every line cut at every character is a record or has a reason, never both
SELECT count(*) > 10000 AS many, count(*) FILTER (WHERE (csp.csv_fields(part) IS NULL) = (csp.csv_problem(part) IS NULL)) AS undecided
FROM (SELECT left(line, cut) AS part FROM line CROSS JOIN generate_series(0, 200) AS cut WHERE r <= 100) AS p;

-- many fields: memory grows; more than the limit is a reason
SELECT cardinality(csp.csv_fields(repeat(',', 65535))), csp.csv_problem(repeat(',', 65535));
SELECT csp.csv_fields(repeat(',', 65536)), csp.csv_problem(repeat(',', 65536));
-- a long line, stored compressed
CREATE TEMP TABLE stored AS SELECT repeat('a,"b""c",', 30000) AS line;
SELECT cardinality(csp.csv_fields(line)) AS n,
       csp.csv_fields(line) = string_to_array(repeat('a|b"c|', 30000), '|', '') AS same
FROM stored;
-- the example of doc/data/csv.md
\pset null ''
SELECT line, csp.csv_fields(line) AS fields, csp.csv_problem(line) AS problem
FROM (VALUES ('2024-03,"Smith, J",,""'), ('2024-03,5" pipe'), ('2024-03,"High Street')) AS raw (line);
