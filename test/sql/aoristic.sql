\getenv test_folder PG_ABS_SRCDIR
SET timezone = 'UTC';
SET extra_float_digits = 0;
-- what a weight is worth printing: the hours it is not 0 in
CREATE FUNCTION pg_temp.hours(weights float8[]) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT string_agg(left(day, 3) || lpad(hour::text, 2, '0') || ' ' || round(weight::numeric, 6), ', ' ORDER BY hour_of_week) FROM csp.hour_of_week(weights) WHERE weight <> 0 $$;

-- the worked example: Friday 22:30 to Saturday 01:15 is 165 minutes: 30, 60, 60 and 15 of them
SELECT pg_temp.hours(csp.aoristic_weights('2024-03-08 22:30', '2024-03-09 01:15', 'Europe/London'));
-- no end, end at the start, end before the start: the start's hour; within one hour; to the end of an hour
SELECT pg_temp.hours(csp.aoristic_weights('2024-03-04 08:20', NULL, 'Europe/London')) AS no_end, pg_temp.hours(csp.aoristic_weights('2024-03-04 08:20', '2024-03-04 08:20', 'Europe/London')) AS same,
       pg_temp.hours(csp.aoristic_weights('2024-03-04 08:20', '2024-03-03 22:00', 'Europe/London')) AS reversed, pg_temp.hours(csp.aoristic_weights('2024-03-04 08:20', '2024-03-04 08:21', 'Europe/London')) AS minute,
       pg_temp.hours(csp.aoristic_weights('2024-03-04 08:00', '2024-03-04 09:00', 'Europe/London')) AS hour;
-- to the microsecond: 1 of 4 seconds before midnight, Sunday to Monday
SELECT pg_temp.hours(csp.aoristic_weights('2024-03-10 23:59:59', '2024-03-11 00:00:03', 'Europe/London'));
-- a week or more: 1/168 everywhere; a minute less is shared: 60/10079 in 167 hours, 59/10079 in one. method elapsed shares at any
-- length: 16 days from Monday 12:00 are 2 x 168 + 48 hours, so 3 hours of 384 from Monday 12:00 to Wednesday 12:00, 2 in others
SELECT method, count(*) AS hours, round(weight::numeric, 10) AS weight
FROM (VALUES ('a week', timestamptz '2024-03-01 00:00', timestamptz '2024-03-08 00:00', 'aoristic'), ('a minute less', '2024-03-04 08:00', '2024-03-11 07:59', 'aoristic'),
             ('16 days', '2024-03-04 12:00', '2024-03-20 12:00', 'aoristic'), ('16 days, elapsed', '2024-03-04 12:00', '2024-03-20 12:00', 'elapsed')) AS v (method, f, t, m),
     unnest(csp.aoristic_weights(f, t, 'Europe/London', m)) AS weight
GROUP BY method, round(weight::numeric, 10) ORDER BY method, weight;

-- the session's own time zone has no say
SET timezone = 'Asia/Tokyo';
SELECT pg_temp.hours(csp.aoristic_weights('2024-07-08 22:30+00', NULL, 'Europe/London'));
SET timezone = 'UTC';

-- clock changes. Spring in London: from Saturday 22:30 to Sunday 04:15 on the clock are 285 minutes: 30, 60, 60, then 02, 03 (60), 04 (15);
-- 01 does not exist. Autumn: 23 (30), 00 (60), 01 twice (120), 02 (60), 03 (15). Lord Howe moves by half an hour: 01 has 90 minutes, of which
-- 80 are within the interval that starts at 01:10, then 20 of 02
SELECT pg_temp.hours(csp.aoristic_weights('2024-03-30 22:30+00', '2024-03-31 03:15+00', 'Europe/London')) AS spring,
       pg_temp.hours(csp.aoristic_weights('2024-10-26 22:30+00', '2024-10-27 03:15+00', 'Europe/London')) AS autumn,
       pg_temp.hours(csp.aoristic_weights('2024-04-06 14:10+00', '2024-04-06 15:50+00', 'Australia/Lord_Howe')) AS lord_howe;
-- a calendar week in spring is 167 hours, not a week of 168: 1/167 in each hour but the missing one
SELECT count(*) AS hours, round(weight::numeric, 10) AS weight
FROM unnest(csp.aoristic_weights('2024-03-25 00:00 Europe/London', '2024-04-01 00:00 Europe/London', 'Europe/London')) AS weight GROUP BY 2 ORDER BY 2;
-- local mean time with odd seconds, half-hour zones, the far past and future (summer time by rule), leap day, ISO week 53
SELECT instant, zone, to_char(instant AT TIME ZONE zone, 'Dy HH24:MI:SS') AS local, pg_temp.hours(csp.aoristic_weights(instant, NULL, zone)) AS hour
FROM (VALUES (timestamptz '1850-06-01 12:00+00', 'America/New_York'), ('2024-07-01 20:00+00', 'Asia/Kathmandu'), ('2024-07-01 13:29:59+00', 'Australia/Lord_Howe'),
             ('2500-07-01 22:59:59+00', 'Europe/London'), ('250000-07-01 23:00+00', 'Europe/London'), ('4000-07-01 23:00+00 BC', 'Europe/London'), ('2024-02-29 23:59:59.999999+00', 'Europe/London'),
             ('2021-01-03 23:00+00', 'Europe/London'), ('2021-01-03 23:00+00', 'Europe/Paris'), ('1999-12-31 23:59:59.999999+00', 'UTC')) AS v (instant, zone);
-- over the last change of the zone's table, in the 25th century: pieces of 149 hours against the whole
SELECT max(abs(a / n - b)) < 1e-15 AS same
FROM (SELECT csp.aoristic_hours(f, f + interval '149 hours', 'Europe/London') AS pieces, count(*) AS n, csp.aoristic_weights(min(f), max(f) + interval '149 hours', 'Europe/London', 'elapsed') AS whole
      FROM generate_series(timestamptz '2430-01-01 00:30+00', '2445-06-01', '149 hours') AS f) AS p, unnest(pieces, whole) AS u (a, b);

-- against R, minute by minute (test/reference/aoristic.R)
CREATE TABLE reference (id int, method text, zone text, occurred_from timestamptz, occurred_to timestamptz, hour_of_week int, weight float8);
\set load '\\copy reference FROM ' :test_folder '/reference/aoristic.csv CSV HEADER'
:load
SELECT method, count(DISTINCT id) AS intervals, count(*) FILTER (WHERE r.weight > 0) AS hours_not_0,
       count(*) FILTER (WHERE abs(h.weight - coalesce(r.weight, 0)) > 1e-14) AS wrong, max(abs(total - 1)) < 1e-14 AS sums_to_1
FROM (SELECT DISTINCT id, method, zone, occurred_from, occurred_to FROM reference) AS i,
     LATERAL csp.aoristic_weights(occurred_from, occurred_to, zone, method) AS weights,
     LATERAL (SELECT sum(weight) AS total FROM unnest(weights) AS weight) AS t,
     LATERAL csp.hour_of_week(weights) AS h
LEFT JOIN LATERAL (SELECT weight FROM reference AS r WHERE r.id = i.id AND r.method = i.method AND r.hour_of_week = h.hour_of_week) AS r ON true
GROUP BY method ORDER BY method;

-- the aggregate: the sum of the weights, by groups of methods and zones that vary from row to row
CREATE TABLE interval_of AS SELECT DISTINCT id, zone, occurred_from, CASE WHEN id % 7 > 0 THEN occurred_to END AS occurred_to FROM reference;
SELECT method, count(*) AS hours, count(*) FILTER (WHERE abs(a - s) > 1e-13) AS wrong, round(sum(a)::numeric, 12) AS total
FROM unnest('{aoristic,elapsed,start,end,midpoint}'::text[]) AS method,
     LATERAL (SELECT csp.aoristic_hours(occurred_from, occurred_to, zone, method) AS hours FROM interval_of) AS g,
     LATERAL unnest(hours) WITH ORDINALITY AS u (a, hour)
JOIN LATERAL (SELECT sum((csp.aoristic_weights(occurred_from, occurred_to, zone, method))[hour]) AS s FROM interval_of) AS w ON true
GROUP BY method ORDER BY method;
SELECT csp.aoristic_hours(occurred_from, occurred_to, zone) = csp.aoristic_hours(occurred_from, occurred_to, zone, 'Aoristic') AS by_default FROM interval_of;
-- no rows, no starts, a filter, groups
SELECT csp.aoristic_hours(NULL, '2024-01-01', 'UTC') IS NULL AS no_start, csp.aoristic_weights(NULL, '2024-01-01', 'UTC') IS NULL AS weights FROM interval_of;
SELECT csp.aoristic_hours(occurred_from, occurred_to, zone) IS NULL AS no_rows FROM interval_of WHERE false;
SELECT id % 3 AS g, pg_temp.hours(csp.aoristic_hours(occurred_from, NULL, 'UTC') FILTER (WHERE id < 7)) AS hours FROM interval_of GROUP BY 1 ORDER BY 1;

-- the same digits whatever the order of rows, the plan and the frame
CREATE TABLE event AS
SELECT i, i % 5 AS g, timestamptz '2020-01-01 00:00+00' + csp.seeded_uniform(1, 'from', i) * interval '1500 days' AS f, csp.seeded_uniform(1, 'length', i) ^ 4 * interval '9 days' AS length
FROM generate_series(1, 20000) AS i;
ANALYZE event;
SELECT csp.aoristic_hours(f, f + length, 'Europe/London' ORDER BY length) = csp.aoristic_hours(f, f + length, 'Europe/London' ORDER BY i DESC) AS any_order,
       (SELECT round(sum(w)::numeric, 9) FROM unnest(csp.aoristic_hours(f, f + length, 'Europe/London')) AS w) AS total FROM event;
CREATE TABLE serial AS SELECT g, csp.aoristic_hours(f, f + length, 'Europe/London') AS hours FROM event GROUP BY g;
SELECT * FROM combining('event', $$SELECT csp.aoristic_hours(f, f + length, 'Europe/London') FROM event$$);
SELECT count(*) AS groups, count(*) FILTER (WHERE s.hours = p.hours) AS same FROM serial AS s JOIN (SELECT g, csp.aoristic_hours(f, f + length, 'Europe/London') AS hours FROM event GROUP BY g) AS p USING (g);
RESET ALL;
SET timezone = 'UTC';
SET extra_float_digits = 0;
-- a moving frame takes rows out again, and leaves no trace of them
SELECT count(*) AS rows, count(*) FILTER (WHERE moving IS NOT DISTINCT FROM direct) AS same, count(*) FILTER (WHERE moving IS NULL) AS empty
FROM (SELECT i, csp.aoristic_hours(CASE WHEN i % 11 > 2 THEN f END, f + length, 'Europe/London') OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS moving FROM event WHERE i <= 300) AS m
JOIN LATERAL (SELECT csp.aoristic_hours(CASE WHEN i % 11 > 2 THEN f END, f + length, 'Europe/London') AS direct FROM event AS e WHERE e.i BETWEEN m.i - 2 AND m.i) AS d ON true;

-- errors
SELECT csp.aoristic_weights('infinity', NULL, 'UTC');
SELECT csp.aoristic_weights('2024-01-01', '-infinity', 'UTC');
SELECT csp.aoristic_weights('2024-01-01', NULL, 'Europe/Lundon');
SELECT csp.aoristic_weights('2024-01-01', NULL, 'BST');
SELECT csp.aoristic_weights('2024-01-01', NULL, '');
SELECT csp.aoristic_weights('2024-01-01', NULL, NULL);
SELECT csp.aoristic_weights('2024-01-01', NULL, 'UTC', 'middle');
SELECT csp.aoristic_hours(f, NULL, NULL) FROM event;
SELECT csp.aoristic_hours(f, NULL, 'UTC', NULL) FROM event;
SELECT csp_internal.aoristic_hours_final('{1,2}');
SELECT csp_internal.aoristic_hours_combine('{}', array_fill(-1::float8, '{337}'));
SELECT csp_internal.aoristic_hours_remove('{}', '2024-01-01', NULL, 'UTC');
