-- near_repeat_surface: the map of risk as of a day.

-- 300 events in 2 by 1.5 km and 90 days, some at the same place, one far away; off every cell edge and, in days, at all distances from the window's ends
CREATE TABLE event AS
SELECT i AS id, i % 2 AS type, ST_SetSRID(ST_MakePoint(-700.3 + 2000 * csp.seeded_uniform(7, 'x', i - i % 10 / 9), 400.7 + 1500 * csp.seeded_uniform(7, 'y', i - i % 10 / 9)), 27700) AS location,
       date '2025-01-01' + csp.seeded_integer(7, 'day', i, 0, 89)::int AS day,
       timestamptz '2025-01-01 00:00Z' + interval '1 minute' * csp.seeded_integer(7, 'minute', i, 0, 90 * 1440) AS instant
FROM generate_series(1, 300) AS i
UNION ALL SELECT 301, 1, ST_SetSRID(ST_MakePoint(900000.5, -0.5), 27700), '2025-03-01', '2025-03-01 12:00Z';

-- the same by SQL: every event against every cell centre within the bandwidth
CREATE TABLE by_join AS
SELECT type, form, x AS cell_x, y AS cell_y,
       sum(csp.near_repeat_weight(sqrt(power(px - (x + 0.5) * 50, 2) + power(py - (y + 0.5) * 50, 2)), as_of - day, 210, 28, form, 50)) AS risk,
       count(*) FILTER (WHERE floor(px / 50) = x AND floor(py / 50) = y) AS events
FROM (SELECT type, day, ST_X(location) AS px, ST_Y(location) AS py, date '2025-03-15' AS as_of FROM event) AS e,
     unnest('{smooth,promap_2004,promap_2007}'::text[]) AS form,
     generate_series(floor(px / 50)::int - 6, floor(px / 50)::int + 6) AS x, generate_series(floor(py / 50)::int - 6, floor(py / 50)::int + 6) AS y
WHERE day < as_of AND day > as_of - 28
GROUP BY type, form, x, y;
DELETE FROM by_join WHERE risk = 0;
CREATE TABLE ours AS
SELECT type, form, (unnest(csp.near_repeat_surface(location, day, '2025-03-15', 50, 210, 28, form))).*
FROM event, unnest('{smooth,promap_2004,promap_2007}'::text[]) AS form GROUP BY type, form;
SELECT form, type, count(*) AS cells, count(*) FILTER (WHERE abs(o.risk / j.risk - 1) < 1e-9 AND o.events = j.events) AS equal, sum(o.events) AS events
FROM ours AS o FULL JOIN by_join AS j USING (type, form, cell_x, cell_y) GROUP BY form, type ORDER BY form, type;
-- ranks: 1 to the number of cells, falling with risk; the bands
SELECT type, count(*) AS cells, max(risk_rank) AS last, bool_and(risk_rank = expected) AS in_order,
       count(*) FILTER (WHERE top_percent = 1) AS top_1, count(*) FILTER (WHERE top_percent <= 5) AS top_5, count(*) FILTER (WHERE top_percent <= 10) AS top_10
FROM (SELECT *, row_number() OVER (PARTITION BY type ORDER BY risk DESC, events DESC, cell_y, cell_x) AS expected FROM ours WHERE form = 'promap_2004') AS r
GROUP BY type ORDER BY type;
-- times to the minute
WITH by_join AS (
    SELECT floor(px / 100)::int + dx AS cell_x, floor(py / 100)::int + dy AS cell_y,
           sum(csp.near_repeat_weight(sqrt(power(px - (floor(px / 100) + dx + 0.5) * 100, 2) + power(py - (floor(py / 100) + dy + 0.5) * 100, 2)), extract(epoch FROM as_of - instant)::float8 / 86400, 400, 21.5)) AS risk
    FROM (SELECT instant, ST_X(location) AS px, ST_Y(location) AS py, timestamptz '2025-03-15 06:00Z' AS as_of FROM event) AS e, generate_series(-5, 5) AS dx, generate_series(-5, 5) AS dy
    WHERE instant < as_of AND instant > as_of - interval '21.5 days' GROUP BY 1, 2
)
SELECT count(*) AS cells, count(*) FILTER (WHERE abs(o.risk / j.risk - 1) < 1e-9) AS equal
FROM (SELECT (unnest(csp.near_repeat_surface(location, instant, '2025-03-15 06:00Z', 100, 400, 21.5))).* FROM event) AS o
FULL JOIN (SELECT * FROM by_join WHERE risk > 0) AS j USING (cell_x, cell_y);

-- by hand: events 1 and 8 days before at (25, 25) in cells of 50, bandwidth 60: the four cells at 50 to the sides are reached, the diagonal ones (70.7) not.
-- promap_2004: own cell 1/1 + 1/2; beside it 1/2 + 1/4. An event on as_of, one on the window's edge (28 days) and one after do not count.
SELECT c.* FROM unnest((SELECT csp.near_repeat_surface(ST_SetSRID(ST_MakePoint(25, 25), 27700), date '2025-03-15' - days, '2025-03-15', 50, 60, 28, 'promap_2004') FROM unnest('{1,8,0,28,-3}'::int[]) AS days)) AS c;
-- cells south and west of the origin, and on an edge: a cell holds its lower edge
SELECT c.cell_x, c.cell_y, c.events FROM unnest((SELECT csp.near_repeat_surface(ST_MakePoint(x, -50), date '2025-03-14', '2025-03-15', 50, 50, 28) FROM unnest('{-0.5,50}'::float8[]) AS x)) AS c WHERE c.events > 0 ORDER BY 1;
SELECT ST_AsText(csp.grid_cell(-2, 3, 50, 27700)) AS cell, ST_SRID(csp.grid_cell(-2, 3, 50, 27700)) AS srid, csp.grid_cell(-2, NULL, 50, 27700) IS NULL AS unknown;
-- each located event is in the cell that floor() names, and the cell's square covers it
SELECT count(*) AS events, bool_and(ST_Covers(csp.grid_cell(floor(ST_X(location) / 50)::int, floor(ST_Y(location) / 50)::int, 50, 27700), location)) AS covered FROM event;

-- no rows, none in the window, only NULLs, FILTER, a moving frame
SELECT csp.near_repeat_surface(location, day, '2025-03-15', 50, 200, 28) IS NULL AS no_rows FROM event WHERE false;
SELECT csp.near_repeat_surface(location, day, '2030-03-15', 50, 200, 28) AS none_live FROM event;
SELECT csp.near_repeat_surface(NULL, day, '2025-03-15', 50, 200, 28) IS NULL AS no_place, csp.near_repeat_surface(location, NULL::date, '2025-03-15', 50, 200, 28) IS NULL AS no_time FROM event;
SELECT csp.near_repeat_surface(location, day, '2025-03-15', 50, 200, 28) FILTER (WHERE type = 1) = (SELECT csp.near_repeat_surface(location, day, '2025-03-15', 50, 200, 28) FROM event WHERE type = 1) AS filtered FROM event;
SELECT bool_and(framed = (SELECT csp.near_repeat_surface(location, day, '2025-03-15', 50, 200, 28) FROM event AS e WHERE e.id BETWEEN f.id - 5 AND f.id)) AS framed
FROM (SELECT id, csp.near_repeat_surface(location, day, '2025-03-15', 50, 200, 28) OVER (ORDER BY id ROWS 5 PRECEDING) AS framed FROM event) AS f;

-- refused
SELECT csp.near_repeat_surface(location, day, 'infinity', 50, 200, 28) FROM event;
SELECT csp.near_repeat_surface(location, '-infinity'::timestamptz, '2025-03-15', 50, 200, 28) FROM event;
SELECT csp.near_repeat_surface(location, day, '2025-03-15', 0, 200, 28) FROM event;
SELECT csp.near_repeat_surface(location, day, '2025-03-15', 50, 40, 28) FROM event;
SELECT csp.near_repeat_surface(location, day, '2025-03-15', 50, 200, -1) FROM event;
SELECT csp.near_repeat_surface(location, day, '2025-03-15', 50, 200, 'NaN') FROM event;
SELECT csp.near_repeat_surface(location, day, '2025-03-15', 50, 200, 28, 'promap') FROM event;
SELECT csp.near_repeat_surface(location, day, '2025-03-15', 50, 200, NULL) FROM event;
SELECT csp.near_repeat_surface(location, day, date '2025-03-15' + id % 2, 50, 200, 28) FROM event;
SELECT csp.near_repeat_surface(ST_SetSRID(location, 4326), day, '2025-03-15', 50, 200, 28) FROM event;
SELECT csp.near_repeat_surface(ST_SetSRID(location, 27700 + id % 2), day, '2025-03-15', 50, 200, 28 ORDER BY id) FROM event;
SELECT csp.near_repeat_surface(location, day, '2025-03-15', 0.001, 10, 28) FROM event;
SELECT csp.near_repeat_surface(location, day, '2025-03-15', 0.00001, 200, 28) FROM event;
SELECT csp.near_repeat_surface(location, day, '2025-03-15', 1, 5000, 28) FROM event;
SELECT csp.near_repeat_surface(location, day, '2025-03-15', 0.0005, 0.001, 28) FROM event;

-- a parallel plan gives the same map
INSERT INTO event SELECT 301 + i, 0, ST_SetSRID(ST_MakePoint(2000 * csp.seeded_uniform(8, 'x', i), 1500 * csp.seeded_uniform(8, 'y', i)), 27700), date '2025-01-01' + (i % 90)::int FROM generate_series(1, 5000) AS i;
SELECT md5(csp.near_repeat_surface(location, day, '2025-03-15', 50, 200, 28)::text) AS serial FROM event \gset
ANALYZE event;
SELECT * FROM combining('event', $$SELECT csp.near_repeat_surface(location, day, '2025-03-15', 50, 200, 28) FROM event$$);
SELECT md5(csp.near_repeat_surface(location, day, '2025-03-15', 50, 200, 28)::text) = :'serial' AS equal FROM event;
DROP TABLE event, ours, by_join;

-- a bandwidth of any size reaches nothing where no event is before the date
SELECT csp.near_repeat_surface(ST_Point(1, 2), date '2025-01-02', '2025-01-01', 1, 1e308, 5);
