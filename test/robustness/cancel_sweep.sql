-- What cancel_sweep.sh calls: every function, aggregate and window function of schema csp, read from the catalogue, and of
-- csp_internal the gates and what works on arguments of any size, with adversarial arguments. Run after
-- cancel_sweep_input.sql. Rows: name, label of the call, SQL.
--
-- An argument that differs between rows is a column of an input table (row_argument, by name and type). Any other is a
-- setting (setting_argument): ordinary, tiny or enormous. A type that neither knows fails the test.

CREATE TEMP TABLE row_argument (name text, type text, expression text);
INSERT INTO row_argument VALUES
    ('location', 'geometry', 'location'), ('occurred', 'date', 'day'), ('occurred', 'timestamp with time zone', 'instant'), ('period', 'date', 'day'), ('period', 'integer', 'n'), ('period', 'double precision', 'n'),
    ('period', 'timestamp with time zone', 'instant'), ('x', 'double precision', 'value'), ('x', 'date', 'day'), ('x', 'timestamp with time zone', 'instant'), ('y', 'double precision', 'value'), ('value', 'double precision', 'value'),
    ('events', 'double precision', 'count'), ('count', 'double precision', 'count'), ('cases', 'double precision', 'count'), ('population', 'double precision', 'count + 1'), ('exposure', 'double precision', 'count + 1'),
    ('weight', 'double precision', 'count'), ('predicted', 'double precision', 'count'), ('observed', 'bigint', 'count::bigint'), ('observed', 'double precision', 'count'), ('area', 'double precision', '1e6'), ('p', 'double precision', 'p'),
    ('likelihood', 'integer', '1 + n % 5'), ('impact', 'integer', '1 + n % 5'), ('issue', 'text', 'repeat(''word '', n % 20)'), ('id', 'bigint', 'id'), ('neighbours', 'bigint[]', 'ARRAY[id - 1, id + 1]'), ('is_case', 'boolean', 'n % 2 = 0'),
    ('hour', 'double precision', 'p * 24'), ('z', 'double precision', 'value / 1e15'), ('season', 'double precision', 'n % 12'), ('year', 'double precision', 'n / 12'), ('standard_population', 'double precision', '1000'),
    ('score', 'double precision', 'value'), ('std_error', 'double precision', 'p'), ('occurred_from', 'timestamp with time zone', 'instant'), ('occurred_to', 'timestamp with time zone', 'instant + interval ''400 days''');

CREATE TEMP TABLE setting_argument (name text, type text, ordinary text, tiny text, enormous text);
INSERT INTO setting_argument VALUES
    ('', 'double precision', '100', '1e-9', '1e308'), ('', 'integer', '5', '1', '2147483647'), ('', 'bigint', '5', '1', '9223372036854775807'), ('', 'boolean', 'true', 'false', 'true'),
    ('', 'text', '''x''', '''''', 'repeat(''word, "x" '', 700000)'), ('', 'date', 'date ''2024-03-01''', 'date ''4713-01-01 BC''', 'date ''5874897-12-31'''),
    ('', 'timestamp with time zone', 'timestamptz ''2024-03-01''', 'timestamptz ''4713-01-01 BC''', 'timestamptz ''294276-12-31'''), ('', 'geometry', 'ST_Point(1, 2)', 'ST_Point(1e-9, 1e-9)', 'ST_Point(1e15, 1e15)'),
    ('', 'double precision[]', 'ARRAY[100, 200, 400]::float8[]', 'ARRAY[1e-9, 2e-9]::float8[]', '(SELECT array_agg(i::float8) FROM generate_series(1, 1000000) AS i)'),
    ('', 'bigint[]', 'ARRAY[1, 2]::bigint[]', '''{}''::bigint[]', '(SELECT array_agg(i::bigint) FROM generate_series(1, 1000000) AS i)'), ('', 'integer[]', 'ARRAY[1, 2]', '''{}''::integer[]', '(SELECT array_agg(i) FROM generate_series(1, 1000000) AS i)'),
    ('', 'text[]', 'ARRAY[''a'', ''b'']', '''{}''::text[]', '(SELECT array_agg(''text '' || i) FROM generate_series(1, 1000000) AS i)'), ('', 'date[]', 'ARRAY[date ''2024-01-01'', ''2024-02-01'']', '''{}''::date[]', '(SELECT array_agg(date ''2024-01-01'' + i) FROM generate_series(1, 1000000) AS i)'),
    ('', 'jsonb', '''{}''::jsonb', '''[]''::jsonb', '(SELECT jsonb_object_agg(''k'' || i, i) FROM generate_series(1, 300000) AS i)'), ('', 'bytea', '''\x00''::bytea', '''\x''::bytea', 'decode(repeat(''0a2c22ff'', 2500000), ''hex'')'),
    ('', 'regclass', '''sweep.incident''', '''sweep.incident''', '''sweep.incident'''), ('', 'oid', '0::oid', '1::oid', '4294967295::oid'), ('', 'interval', 'interval ''1 day''', 'interval ''1 day''', 'interval ''178000000 years'''), ('', 'daterange', '''[2024-01-01,2024-02-01)''::daterange', '''empty''::daterange', '''(,)''::daterange'),
    ('', 'csp.self_exciting_fit', '''(10,0.1,0.4,5,60,-50,-60,9,t,,2024-01-01,2024-12-31,200,60,10,t)''::csp.self_exciting_fit', '''(10,1e-300,1e-9,1e-9,1e-9,-50,-60,9,t,,2024-01-01,2024-12-31,1e-9,1e-9,1e-9,t)''::csp.self_exciting_fit', '''(10,0.1,0.4,1e15,1e15,-50,-60,9,t,,2024-01-01,2024-12-31,1e15,1e15,1e15,t)''::csp.self_exciting_fit'),
    ('', 'csp.density_cell[]', '''{}''::csp.density_cell[]', '(SELECT array_agg(ROW(i * 2000, i * 2000, ST_Point(i * 2000 + 0.5, i * 2000 + 0.5), i)::csp.density_cell) FROM generate_series(0, 3) AS i)', '(SELECT array_agg(ROW(i % 1000, i / 1000, ST_Point(i % 1000 + 0.5, i / 1000 + 0.5), i % 7)::csp.density_cell) FROM generate_series(0, 299999) AS i)'),
    ('', 'csp.knox_cell[]', '''{}''::csp.knox_cell[]', '''{}''::csp.knox_cell[]', '(SELECT array_agg(ROW(i % 1000, i % 1000 + 1, i / 1000, i / 1000 + 1, 5, 2, 2.5, 0.001, 2, 1, 3)::csp.knox_cell) FROM generate_series(0, 299999) AS i)'),
    ('', 'csp.geographic_profile_cell[]', '''{}''::csp.geographic_profile_cell[]', '''{}''::csp.geographic_profile_cell[]', '(SELECT array_agg(ROW(i, i, ST_MakeEnvelope(i, i, i + 1, i + 1), i, i, 1)::csp.geographic_profile_cell) FROM generate_series(0, 199999) AS i)'),
    ('', 'csp.load_report', 'NULL::csp.load_report', 'NULL::csp.load_report', '''(1,k,f,9223372036854775807,1,1,1,1,1,1e9)''::csp.load_report'),
    -- by name, where the type alone would be refused before any work
    ('partnership', 'text', '''sweep''', '''''', 'repeat(''"'', 1000000)'), ('path', 'text', '''/nowhere''', '''''', 'repeat(''x/'', 1000)'), ('folder', 'text', '''/nowhere''', '''''', 'repeat(''x/'', 1000)'), ('confidence', 'double precision', '0.95', '1e-9', '0.999999999'), ('probability', 'double precision', '0.5', '1e-9', '0.999999999'), ('alpha', 'double precision', '0.05', '1e-9', '0.999999999'),
    ('share', 'double precision', '0.2', '1e-9', '1'), ('fraction', 'double precision', '0.2', '1e-9', '1'), ('maximum_share', 'double precision', '0.5', '1e-9', '0.5'), ('beta', 'double precision', '0.1', '0', '1'), ('gamma', 'double precision', '0.1', '0', '1'),
    ('time_zone', 'text', '''Europe/London''', '''UTC''', '''America/New_York'''), ('permutations', 'integer', '999', '0', '99999'), ('simulations', 'integer', '99', '0', '2147483647'), ('replications', 'integer', '999', '0', '99999'), ('permutations', 'integer', '999', '0', '2147483647'),
    ('draws', 'integer', '9999', '1', '2147483647'), ('horizon', 'integer', '12', '1', '2147483647'), ('season', 'integer', '12', '1', '2147483647'), ('origins', 'integer', '12', '1', '2147483647'), ('total_from', 'integer', '1', '1', '-2147483648'), ('total_to', 'integer', '2000000', '10', '2147483647'),
    ('total_from', 'date', 'date ''2024-01-01''', 'date ''4713-01-01 BC''', 'date ''4713-01-01 BC'''), ('total_to', 'date', 'date ''2030-01-01''', 'date ''2024-01-01''', 'date ''5874897-12-31'''), ('period_from', 'date', 'date ''2024-01-01''', 'date ''4713-01-01 BC''', 'date ''4713-01-01 BC'''), ('period_to', 'date', 'date ''2024-12-31''', 'date ''2024-12-31''', 'date ''5874897-12-31'''),
    ('baseline_from', 'date', 'date ''2023-01-01''', 'date ''4713-01-01 BC''', 'date ''4713-01-01 BC'''), ('baseline_to', 'date', 'date ''2023-12-31''', 'date ''2023-12-31''', 'date ''5874897-12-31'''),
    ('as_of', 'date', 'date ''2024-12-31''', 'date ''2024-12-31''', 'date ''5874897-12-31'''), ('as_of', 'timestamp with time zone', 'timestamptz ''2024-12-31''', 'timestamptz ''2024-12-31''', 'timestamptz ''294276-12-31'''),
    ('style', 'text', '''W''', '''B''', '''W'''), ('assumption', 'text', '''randomisation''', '''normality''', '''randomisation'''), ('metric', 'text', '''euclidean''', '''euclidean''', '''euclidean'''), ('edge', 'text', '''event''', '''none''', '''place'''), ('kernel', 'text', '''quartic''', '''quartic''', '''gaussian'''),
    ('correction', 'text', '''isotropic''', '''none''', '''translate'''), ('kind', 'text', '''additive''', '''multiplicative''', '''additive'''), ('variant', 'text', '''correlated''', '''independent''', '''correlated'''), ('cost', 'text', '''normal''', '''poisson''', '''normal'''), ('penalty', 'text', '''manual''', '''manual''', '''manual'''),
    ('polarity', 'text', '''lower is better''', '''higher is better''', '''lower is better'''), ('bounds', 'geometry', 'ST_MakeEnvelope(0, 0, 1000, 1000)', 'ST_MakeEnvelope(0, 0, 1e-9, 1e-9)', 'ST_MakeEnvelope(0, 0, 1e15, 1e15)'), ('study_area', 'geometry', 'ST_MakeEnvelope(-1, -1, 1e6, 1e6)', 'ST_MakeEnvelope(-1, -1, 1e15 + 1, 1e15 + 1)', 'ST_MakeEnvelope(-1, -1, 1e18, 1e18)'),
    ('starts', 'timestamp with time zone', 'timestamptz ''2020-01-01''', 'timestamptz ''4713-01-01 BC''', 'timestamptz ''4713-01-01 BC'''), ('ends', 'timestamp with time zone', 'timestamptz ''2030-01-01''', 'timestamptz ''294276-12-31''', 'timestamptz ''294276-12-31'''), ('f', 'double precision', '1.2', '1e-9', '100'), ('g', 'double precision', '1.2', '1e-9', '100'),
    ('buffer', 'double precision', '100', '1e-9', '1e15'), ('distance', 'double precision', '100', '1e-9', '1e15'), ('maximum_radius', 'double precision', '100', '1e-9', '1e15'), ('cell_size', 'double precision', '100', '1e-7', '1e15'), ('bandwidth', 'double precision', '100', '1e-9', '1e15'), ('days', 'double precision', '7', '1e-9', '1e9'),
    ('window', 'double precision', '56', '1e-9', '1e9'), ('distance_bands', 'double precision[]', 'ARRAY[100, 200, 400]::float8[]', 'ARRAY[1e-9]::float8[]', '(SELECT array_agg(i * 1e6) FROM generate_series(1, 3000) AS i)'), ('day_bands', 'double precision[]', 'ARRAY[7, 14, 28]::float8[]', 'ARRAY[1]::float8[]', '(SELECT array_agg(i::float8) FROM generate_series(1, 3000) AS i)'),
    ('distances', 'double precision[]', 'ARRAY[100, 200, 400]::float8[]', 'ARRAY[1e-9]::float8[]', '(SELECT array_agg(i::float8) FROM generate_series(1, 10000) AS i)'), ('coefficient', 'double precision', '1', '1e-9', '1e15'), ('decay', 'double precision', '0.01', '1e-300', '1e15'), ('minimum', 'double precision', '0', '0', '0'),
    ('min_points', 'integer', '3', '1', '2147483647'), ('k', 'integer', '1', '1', '2147483647'), ('x', 'double precision[]', '(SELECT array_agg(i::float8) FROM generate_series(1, 100) AS i)', 'ARRAY[1]::float8[]', '(SELECT array_agg(i::float8) FROM generate_series(1, 1000000) AS i)'), ('side', 'double precision', '100', '1e-9', '1e300'),
    ('incidents', 'integer', '1000', '0', '2147483647'), ('months', 'integer', '12', '1', '2147483647'), ('width', 'integer', '78', '20', '2147483647'), ('geojson', 'text', '''{}''', '''''', 'repeat(''['', 5000000)'), ('template', 'text', '''@partnership@''', '''''', 'repeat(''@partnership@'', 700000)'),
    ('time_step', 'interval', 'interval ''1 day''', 'interval ''1 day''', 'interval ''1 month'''), ('minimum_cases', 'integer', '2', '1', '2147483647'), ('maximum_clusters', 'integer', '10', '1', '2147483647'), ('maximum_days', 'integer', '30', '1', '2147483647'), ('declustered', 'boolean', 'false', 'false', 'true'),
    ('n', 'bigint', '100', '1', '9223372036854775807'), ('stream', 'text', '''x''', '''''', 'repeat(''x'', 10000000)'), ('name', 'text', '''sweep''', '''sweep''', '''sweep'''), ('level', 'text', '''district''', '''district''', '''district'''), ('floor', 'double precision', '1e-9', '0', '1e15'), ('form', 'text', '''smooth''', '''smooth''', '''smooth'''), ('closed', 'text', '''upper''', '''upper''', '''lower''');
DELETE FROM setting_argument WHERE name = 'permutations' AND enormous = '99999';

-- words that differ between functions
CREATE TEMP TABLE word (function text, argument text, text text);
INSERT INTO word VALUES
    ('density_bandwidth', 'method', 'cross_validation'), ('adjusted_p_value', 'method', 'BY'), ('forecast', 'method', 'auto'), ('forecast_model', 'method', 'holt_winters_additive'), ('forecast_accuracy', 'method', 'auto'), ('project_total', 'method', 'auto'), ('aoristic_hours', 'method', 'aoristic'), ('aoristic_weights', 'method', 'aoristic'),
    ('standard_deviational_axes', 'method', 'yuill'), ('standard_deviational_ellipse', 'method', 'yuill'), ('standard_distance', 'method', 'population'), ('mantel_test', 'form', 'reciprocal'), ('poisson_e_test', 'variance', 'pooled'), ('access_privileges', 'level', 'analyst'), ('grant_partnership', 'level', 'analyst'), ('near_repeat_surface', 'form', 'smooth'), ('rate_interval', 'method', 'exact');

-- calls by hand, where a generated one would say nothing or leave something behind
CREATE TEMP TABLE by_hand (function text, label text, sql text);
INSERT INTO by_hand VALUES
    ('create_synthetic_partnership', 'incidents', $$SELECT csp.create_synthetic_partnership('sweep_enormous', incidents => 2147483647)$$),
    ('create_synthetic_partnership', 'months', $$SELECT csp.create_synthetic_partnership('sweep_enormous', incidents => 1000, months => 2147483647)$$),
    ('create_synthetic_partnership', 'ends_on', $$SELECT csp.create_synthetic_partnership('sweep_enormous', incidents => 1000, ends_on => '5874897-12-31')$$),
    ('create_partnership', 'name', $$SELECT csp.create_partnership(repeat('x', 10000000))$$),
    ('load_police_uk_folder', 'folder', $$CALL csp.load_police_uk_folder('sweep', repeat('x/', 1000))$$),
    ('upgrade_partnership', 'sweep', $$SELECT csp.upgrade_partnership('sweep')$$),
    ('revoke_all', '', $$SELECT csp_internal.revoke_all('sweep.incident')$$),
    ('space_time_permutation_scan, three cases', '30,000 days apart', $$SELECT csp.space_time_permutation_scan(ST_SetSRID(ST_Point(400000 + g * 100, 100000), 27700), date '2020-01-01' - g * 30000, 1) FROM generate_series(1, 3) AS g$$),
    ('space_time_permutation_scan, three cases', '100,000 days apart', $$SELECT csp.space_time_permutation_scan(ST_SetSRID(ST_Point(400000 + g * 100, 100000), 27700), date '2020-01-01' - g * 100000, 1) FROM generate_series(1, 3) AS g$$),
    ('knox_test, 100 bands', 'places', $$SELECT cardinality(csp.knox_test(location, day, (SELECT array_agg(i::float8) FROM generate_series(1, 100) AS i), '{1,2}', 0)) FROM sweep_input.places$$),
    ('self_exciting_intensity, all pairs', 'mistyped', $$SELECT cardinality(csp.self_exciting_intensity(location, instant, '294276-12-31', 1e15, '(10,0.1,0.4,1e15,1e15,-50,-60,9,t,,2024-01-01,2024-12-31,1e15,1e15,1e15,t)')) FROM sweep_input.mistyped$$),
    ('prepare_staging', '', 'SELECT csp.prepare_staging()'),
    ('partnerships', '', 'SELECT count(*) FROM csp.partnerships()'),
    ('profile', '10,000 years', $$SELECT csp.profile('sweep', 'x', ARRAY['burglary'], '4713-01-01 BC', '5874897-12-31', NULL, '4713-01-01 BC', '5874897-12-31')$$),
    ('profile', 'areas', $$SELECT csp.profile('sweep', 'x', ARRAY['burglary'], '2024-01-01', '2024-12-31', (SELECT array_agg('a' || i) FROM generate_series(1, 1000000) AS i))$$),
    ('open_tactical_assessment', 'unbounded', $$SELECT csp.open_tactical_assessment('sweep', '(,)')$$),
    ('open_tactical_assessment', 'enormous', $$SELECT csp.open_tactical_assessment('sweep', '[4713-01-01 BC,5874897-12-31)')$$),
    ('scan', 'as_of', $$SELECT count(*) FROM csp.scan('sweep', '5874897-12-31')$$), ('scan', 'as_of BC', $$SELECT count(*) FROM csp.scan('sweep', '4713-01-01 BC')$$), ('scan', '', $$SELECT count(*) FROM csp.scan('sweep')$$),
    ('refresh_hex_cells', 'hex_side', $$UPDATE sweep.setting SET value = '0.001' WHERE name = 'hex_side'; SELECT csp.refresh_hex_cells('sweep'); SELECT count(*) FROM sweep.strategic_hotspot$$),
    ('subject_profile', 'subjects', $$SELECT count(*) FROM csp.subject_profile('sweep', (SELECT array_agg('s' || i) FROM generate_series(1, 1000000) AS i), 'sweep')$$),
    ('subject_profile', 'subject', $$SELECT count(*) FROM csp.subject_profile('sweep', repeat('x', 10000000), 'sweep')$$),
    ('freeze_assessment', '', $$SELECT csp.freeze_assessment('sweep', 2147483647)$$),
    ('load_areas_geojson', 'nested', $$SELECT csp.load_areas_geojson('sweep', repeat('[', 5000000))$$),
    ('load_areas_geojson', 'features', $$SELECT csp.load_areas_geojson('sweep', '{"type":"FeatureCollection","features":[' || repeat('{"type":"Feature","properties":{"code":"x"},"geometry":{"type":"Point","coordinates":[1,2]}},', 100000) || '{}]}')$$);

CREATE TEMP TABLE shape (shape text, ordinary boolean, tiny boolean, enormous boolean);
INSERT INTO shape VALUES ('spans', true, true, true), ('mistyped', true, true, true), ('equal', true, false, false), ('places', false, false, true);

CREATE TEMP TABLE target AS
SELECT p.oid, p.pronamespace::regnamespace AS schema, p.proname AS name, p.prokind AS kind, p.proretset AS is_set, p.pronargs AS arguments, p.pronargs - p.pronargdefaults AS required, p.provariadic <> 0 AS is_variadic,
       -- the longest of the aggregates of one name and one kind of rows: shorter ones are the same code with defaults
       p.prokind <> 'a' OR NOT EXISTS (SELECT FROM pg_proc l WHERE l.pronamespace = p.pronamespace AND l.proname = p.proname AND l.pronargs > p.pronargs AND l.proargtypes::oid[] @> p.proargtypes::oid[]) AS is_longest,
       -- of those that differ in the type of the time alone, one meets the million rows
       NOT EXISTS (SELECT FROM pg_proc l WHERE l.pronamespace = p.pronamespace AND l.proname = p.proname AND l.proargnames = p.proargnames AND l.oid < p.oid) AS is_first
FROM pg_proc p
WHERE (p.pronamespace = 'csp'::regnamespace
       OR p.pronamespace = 'csp_internal'::regnamespace
          AND (p.prosrc = 'under_owner'
               OR p.proname IN ('base_name', 'check_partnership_name', 'check_path', 'code_column', 'column_position', 'count_of', 'decode_line', 'decode_staging', 'density_band_strips', 'police_uk_files',
                                'printable_name', 'require_column', 'risk_matrix_render', 'risk_scheme_check', 'staged_header', 'suppress_overlapping')))
    AND p.prorettype <> 'trigger'::regtype AND NOT 'internal'::regtype = ANY (p.proargtypes)
    AND NOT EXISTS (SELECT FROM pg_aggregate a WHERE p.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn));

CREATE TEMP TABLE argument AS
SELECT t.oid, t.name AS function, t.kind, a.place::integer, p.proargnames[a.place] AS name, format_type(a.type, NULL) AS type, a.place > t.required AS has_default
FROM target t JOIN pg_proc p USING (oid) CROSS JOIN unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, place);

CREATE TEMP TABLE value AS
SELECT a.*, v.variant, r.expression IS NOT NULL AS is_row,
       coalesce(r.expression, quote_literal(w.text), CASE v.variant WHEN 'ordinary' THEN s.ordinary WHEN 'tiny' THEN s.tiny ELSE s.enormous END) AS text
FROM argument a
CROSS JOIN (VALUES ('ordinary'), ('tiny'), ('enormous')) AS v (variant)
LEFT JOIN row_argument r ON r.name = a.name AND r.type = a.type AND a.kind IN ('a', 'w')
LEFT JOIN word w ON w.function = a.function AND w.argument = a.name
LEFT JOIN LATERAL (SELECT * FROM setting_argument s WHERE s.type = a.type AND s.name IN ('', a.name) ORDER BY s.name DESC LIMIT 1) AS s ON true;

DO $$
DECLARE unknown text := (SELECT string_agg(DISTINCT format('%s(%s %s)', function, name, type), ', ') FROM value WHERE text IS NULL);
BEGIN
    IF unknown IS NOT NULL THEN
        RAISE 'no adversarial value for %', unknown USING HINT = 'Add one to test/robustness/cancel_sweep.sql.';
    END IF;
END
$$;

-- one argument of each call is tiny or enormous and the others are ordinary: together, the first refusal hides the rest
CREATE TEMP TABLE variant AS
SELECT t.oid, v.variant AS label, 0 AS place, v.variant
FROM target t
CROSS JOIN (VALUES ('ordinary'), ('tiny'), ('enormous')) AS v (variant)
UNION ALL
SELECT x.oid, x.name || ' ' || x.variant, x.place, x.variant
FROM value x
JOIN target t ON t.oid = x.oid AND t.is_longest
WHERE NOT x.is_row AND x.type <> 'boolean' AND x.name NOT IN ('seed', 'confidence') AND (x.variant = 'enormous' OR x.variant = 'tiny' AND NOT x.has_default);

CREATE TEMP TABLE call AS
WITH list AS (
    SELECT t.oid, t.schema, t.name, t.kind, t.is_set, t.is_longest, t.is_first, v.label, v.place,
           string_agg(concat_ws(' ', CASE WHEN t.is_variadic AND x.place = t.arguments THEN 'VARIADIC' END, CASE WHEN t.kind <> 'a' THEN quote_ident(x.name) || ' =>' END, format('(%s)::%s', x.text, x.type)), ', ' ORDER BY x.place) FILTER (WHERE x.oid IS NOT NULL) AS arguments
    FROM target t
    JOIN variant v ON v.oid = t.oid
    LEFT JOIN value x ON x.oid = t.oid AND x.variant = CASE WHEN v.place = 0 AND x.name <> 'partnership' OR v.place = x.place THEN v.variant ELSE 'ordinary' END
        AND (NOT x.has_default OR x.is_row OR t.kind = 'a' OR v.place = x.place)
    GROUP BY t.oid, t.schema, t.name, t.kind, t.is_set, t.is_longest, t.is_first, t.is_variadic, t.arguments, v.label, v.place
)
SELECT l.name, l.oid::regprocedure::text AS signature, concat_ws(' ', s.shape, l.label) AS label,
       CASE l.kind
           WHEN 'f' THEN CASE WHEN l.is_set THEN format('SELECT count(*) FROM %s.%I(%s) AS v', l.schema, l.name, l.arguments) ELSE format('SELECT pg_column_size(%s.%I(%s))', l.schema, l.name, l.arguments) END
           WHEN 'a' THEN format('SELECT pg_column_size(csp.%I(%s)) FROM sweep_input.%I', l.name, l.arguments, s.shape)
           WHEN 'w' THEN format('SELECT count(v) FROM (SELECT csp.%I(%s) OVER () AS v FROM sweep_input.%I) AS w', l.name, l.arguments, s.shape)
       END AS sql
FROM list l
LEFT JOIN shape s ON l.kind IN ('a', 'w')
WHERE NOT EXISTS (SELECT FROM by_hand b WHERE b.function = l.name)
    AND CASE
            WHEN l.kind = 'f' THEN true
            WHEN s.shape IN ('equal', 'places') AND NOT l.is_first THEN false
            WHEN NOT l.is_longest THEN s.shape = 'spans' AND l.label = 'enormous'
            WHEN l.place = 0 THEN CASE l.label WHEN 'ordinary' THEN s.ordinary WHEN 'tiny' THEN s.tiny ELSE s.enormous END
            ELSE s.shape = 'mistyped'
        END
UNION ALL
SELECT function, function, label, sql FROM by_hand;

DO $$
DECLARE missing text := (SELECT string_agg(t.oid::regprocedure::text, ', ') FROM target t WHERE NOT EXISTS (SELECT FROM call c WHERE c.name = t.name));
BEGIN
    IF missing IS NOT NULL THEN
        RAISE 'not called: %', missing;
    END IF;
END
$$;

SELECT signature, label, translate(sql, E'\n\t', '  ') FROM call ORDER BY md5(signature), label;
