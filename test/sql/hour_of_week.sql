-- rows: hour_of_week is the subscript; 168 of them, Monday 00:00 first
SELECT * FROM csp.hour_of_week((SELECT array_agg(i / 2.0 ORDER BY i) FROM generate_series(1, 168) AS i)) WHERE hour_of_week IN (1, 24, 25, 120, 168);
SELECT count(*), count(weight), count(DISTINCT (day, hour)) AS cells, min(iso_weekday), max(iso_weekday) FROM csp.hour_of_week(array_fill(0::float8, '{167}') || NULL::float8);
SELECT count(*) FROM csp.hour_of_week(NULL);
SELECT (csp.hour_of_week(array_fill(7::float8, '{168}', '{-3}'))).* LIMIT 1;

-- the heat map. Friday 22:00 40, 23:00 30, Saturday 00:00 20, 01:00 10, Monday 09:00 0.5: quarters of 40 shade; days 70, 30, 0.5 of 100.5
CREATE TABLE week AS SELECT array_agg(CASE i WHEN 119 THEN 40 WHEN 120 THEN 30 WHEN 121 THEN 20 WHEN 122 THEN 10 WHEN 10 THEN 0.5 ELSE 0 END::float8 ORDER BY i) AS hours FROM generate_series(1, 168) AS i;
\pset format unaligned
\pset tuples_only on
SELECT csp.hour_of_week_text(hours) FROM week;
SELECT csp.hour_of_week_text(hours, 118) FROM week;
SELECT csp.hour_of_week_text(hours, style => 'ascii') FROM week;
SELECT csp.hour_of_week_text(array_fill(0::float8, '{168}'));
SELECT csp.hour_of_week_text(array_fill(54321::float8, '{168}'), 78, 'ASCII');
SELECT csp.hour_of_week_text(array_fill(1e-7::float8, '{168}'), 70, 'ascii');
-- never wider than asked for
SELECT count(*) FILTER (WHERE length(line) > width) AS too_wide, max(length(line)) FILTER (WHERE width = 78) AS at_78, max(length(line)) FILTER (WHERE width = 118) AS at_118
FROM generate_series(70, 200) AS width, unnest('{1e-9,0.4,12345,9e9,1e300}'::float8[]) AS size, string_to_table(csp.hour_of_week_text(array_fill(size, '{168}'), width), E'\n') AS line;
\pset format aligned
\pset tuples_only off
SELECT csp.hour_of_week_text(NULL) IS NULL AS "null", csp.hour_of_week_text(hours, NULL) IS NULL AS width FROM week;

-- errors
SELECT csp.hour_of_week('{1,2}');
SELECT csp.hour_of_week(array_fill(0::float8, '{7,24}'));
SELECT csp.hour_of_week(array_fill('NaN'::float8, '{168}'));
SELECT csp.hour_of_week_text(array_fill(0::float8, '{167}') || NULL::float8);
SELECT csp.hour_of_week_text(array_fill(-1::float8, '{168}'));
SELECT csp.hour_of_week_text(array_fill(1e308::float8, '{168}'));
SELECT csp.hour_of_week_text(array_fill(1::float8, '{168}'), 60);
SELECT csp.hour_of_week_text(array_fill(1::float8, '{168}'), style => 'colour');
