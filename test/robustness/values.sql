-- Values that callers should not give, but do: type and SQL text, for the scripts that attack functions. Makes the temporary
-- table value.
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
    ('oid', '0');
