-- self_exciting_intensity: the map of expected events under a fitted self-exciting process.

-- the events and settings of test/reference/self_exciting.R, and the fits that the test self_exciting compares with R's
CREATE TEMP TABLE raw (x float8, y float8, minute int);
CREATE TEMP TABLE cell (cell_x int, cell_y int, background float8, triggered float8);
\copy raw FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/self_exciting_events.csv' WITH (FORMAT csv, HEADER)
\copy cell FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/self_exciting_cells.csv' WITH (FORMAT csv, HEADER)
CREATE TABLE event AS SELECT ST_SetSRID(ST_MakePoint(x, y), 27700) AS location, timestamptz '2025-01-01 00:00Z' + minute * interval '1 minute' AS at FROM raw;
CREATE TEMP TABLE fitted AS
SELECT s.distance, s.declustered, csp.self_exciting(e.location, e.at, s.bandwidth, s.distance, s.days, '2025-01-01 00:00Z', '2025-06-30 00:00Z', s.declustered) AS fit
FROM event AS e, (VALUES (300.0::float8, 200.0::float8, 30.0::float8, false), (150, 100, 8, true)) AS s (bandwidth, distance, days, declustered)
GROUP BY s.bandwidth, s.distance, s.days, s.declustered;

-- background and triggering integrated over cells, against normal probabilities by R
CREATE TEMP TABLE map AS
SELECT (unnest(csp.self_exciting_intensity(e.location, e.at, '2025-06-30 00:00Z', 100, f.fit))).* FROM event AS e, fitted AS f WHERE f.distance = 200 AND NOT f.declustered;
SELECT count(*) AS cells, bool_and(abs(m.background / c.background - 1) < 1e-5) AS background,
       bool_and(abs(m.triggered - c.triggered) < 1e-5 * greatest(m.triggered, 1e-6)) AS triggered, bool_and(m.risk = m.background + m.triggered) AS sum
FROM cell AS c JOIN map AS m USING (cell_x, cell_y);
-- the whole map holds the background but for what lies beyond five bandwidths, and the triggering of all events of the last 30 days but for the corners of their squares
SELECT round((sum(m.background) / (f.fit).background_rate)::numeric, 4) AS background,
       round((sum(m.triggered) / (SELECT sum((f.fit).branching_ratio * exp(-age / (f.fit).decay_days) / (f.fit).decay_days / (1 - exp(-30 / (f.fit).decay_days)))
                                   FROM (SELECT extract(epoch FROM timestamptz '2025-06-30 00:00Z' - at)::float8 / 86400 AS age FROM event) AS e WHERE age < 30))::numeric, 4) AS triggered
FROM map AS m, fitted AS f WHERE f.distance = 200 AND NOT f.declustered GROUP BY f.fit;
SELECT bool_and(risk_rank = expected) AS in_order, count(*) FILTER (WHERE top_percent = 1) = ceil(count(*) / 100.0) AS top_1
FROM (SELECT *, row_number() OVER (ORDER BY risk DESC, cell_y, cell_x) AS expected FROM map) AS r;
-- what happens at or after as_of does not count
SELECT csp.self_exciting_intensity(e.location, e.at, '2025-04-01 00:00Z', 200, f.fit) =
       csp.self_exciting_intensity(e.location, e.at, '2025-04-01 00:00Z', 200, f.fit) FILTER (WHERE e.at < '2025-04-01 00:00Z') AS equal
FROM event AS e, fitted AS f WHERE f.distance = 100;

-- no event before the moment
SELECT csp.self_exciting_intensity(location, at, '2020-01-01 00:00Z', 100, (SELECT fit FROM fitted WHERE distance = 100)) AS none_before FROM event;

-- refused
SET timezone = 'UTC';
SELECT csp.self_exciting_intensity(location, at, 'infinity', 100, (SELECT fit FROM fitted WHERE distance = 100)) FROM event;
SELECT csp.self_exciting_intensity(location, at, '2025-06-30', 0, (SELECT fit FROM fitted WHERE distance = 100)) FROM event;
SELECT csp.self_exciting_intensity(location, at, '2025-06-30', 100, NULL) FROM event;
SELECT csp.self_exciting_intensity(location, at, '2025-06-30', 100, ROW(1, 1, 0.5, NULL, 1, 1, 1, 1, true, NULL, at, at, 1, 1, 1, true)::csp.self_exciting_fit) FROM event;
SELECT csp.self_exciting_intensity(location, at, '2025-06-30', 100, ROW(1, 1, 0.5, 1, 'NaN', 1, 1, 1, true, NULL, NULL, at, 1, 1, 1, true)::csp.self_exciting_fit) FROM event;
SELECT csp.self_exciting_intensity(location, at, '2025-06-30', 0.01, (SELECT fit FROM fitted WHERE distance = 100)) FROM event;

-- a parallel plan gives the same map
CREATE TABLE many AS SELECT ST_Translate(location, 37 * copy, 53 * copy) AS location, at + copy * interval '7 minutes' AS at FROM event, generate_series(0, 11) AS copy;
SELECT fit::text AS fit FROM fitted WHERE distance = 100 \gset
SELECT * FROM combining('many', format($$SELECT csp.self_exciting_intensity(location, at, '2025-06-30 00:00Z', 200, %L) FROM many$$, :'fit'));
DROP TABLE event, raw, cell, fitted, map, many;
