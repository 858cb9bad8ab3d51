-- geographic_profile: figures from test/reference/geographic_profile.R (the formulas in base R at every cell's centre).
CREATE TABLE site (id int, x float8, y float8);
CREATE TEMP TABLE reference (profile text, cell_x int, cell_y int, score float8);
CREATE TEMP TABLE reference_hit (profile text, cells int, home float8, first_site float8, corner float8);
\copy site FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/geographic_profile_sites.csv' WITH (FORMAT csv, HEADER)
\copy reference FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/geographic_profile.csv' WITH (FORMAT csv, HEADER)
\copy reference_hit FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/geographic_profile_hits.csv' WITH (FORMAT csv, HEADER, NULL 'NA')
ALTER TABLE site ADD location geometry(Point, 27700);
UPDATE site SET location = ST_SetSRID(ST_MakePoint(x, y), 27700);
\set bounds 'ST_MakeEnvelope(431000, 288000, 433500, 290900, 27700)'
CREATE TEMP TABLE profile AS
SELECT p.* FROM (
    SELECT csp.geographic_profile(location, 250) AS "default",
           csp.geographic_profile(location, 250, :bounds) AS bounds,
           csp.geographic_profile(location, 250, :bounds, 400, 1.5, 0.8) AS exponents,
           csp.geographic_profile(location, 250, :bounds, NULL, 0.7, 1.3, 'euclidean') AS euclidean,
           csp.geographic_profile_exponential(location, 250, 1.89, 0.0006) AS exponential,
           csp.geographic_profile_exponential(location, 250, 1, 0.002, :bounds, 'manhattan') AS exponential_axes
    FROM site) AS s,
    LATERAL (VALUES ('default', "default"), ('bounds', bounds), ('exponents', exponents), ('euclidean', euclidean), ('exponential', exponential), ('exponential_axes', exponential_axes)) AS p (profile, surface);
-- the same cells, and their scores to 1e-9
SELECT profile, count(*) AS cells, count(o.score) AS ours, count(*) FILTER (WHERE abs(o.score / r.score - 1) < 1e-9) AS equal
FROM (SELECT profile, c.* FROM profile, unnest(surface) AS c) AS o FULL JOIN reference AS r USING (profile, cell_x, cell_y)
GROUP BY profile ORDER BY profile;
-- what had to be searched until home, the first site and a corner were found; outside the cells there is no answer
SELECT p.profile, cardinality(surface) = r.cells AS cells,
       round(csp.hit_percentage(surface, ST_SetSRID(ST_MakePoint(432150, 289820), 27700))::numeric, 4) AS home, round(r.home::numeric, 4) AS r,
       round(csp.hit_percentage(surface, s.location)::numeric, 4) AS first_site, round(r.first_site::numeric, 4) AS r,
       round(csp.hit_percentage(surface, ST_SetSRID(ST_MakePoint(431000, 288000), 27700))::numeric, 4) AS corner, round(r.corner::numeric, 4) AS r
FROM profile AS p JOIN reference_hit AS r USING (profile), site AS s
WHERE s.id = 1 ORDER BY p.profile;
-- the array is in the order of the search; a cell's own column says the same as the function at its south-western corner and centre
SELECT profile, bool_and(c.score_rank = expected) AS in_order,
       bool_and(abs(c.hit_percentage - csp.hit_percentage(surface, ST_SetSRID(ST_MakePoint(c.cell_x * 250, c.cell_y * 250), 27700))) < 1e-9
            AND abs(c.hit_percentage - csp.hit_percentage(surface, ST_Centroid(c.cell))) < 1e-9) AS same_hit,
       bool_and(ST_OrderingEquals(c.cell, csp.grid_cell(c.cell_x, c.cell_y, 250, 27700)) AND ST_IsValid(c.cell) AND ST_SRID(c.cell) = 27700) AS square
FROM (SELECT profile, surface, c, row_number() OVER (PARTITION BY profile ORDER BY (c).score DESC, (c).cell_y, (c).cell_x) AS expected FROM profile, unnest(surface) AS c) AS p, LATERAL (SELECT (p.c).*) AS c
GROUP BY profile ORDER BY profile;

-- by hand: one site in the first of five cells of 100, buffer 150: at 0 the score is 1 / (300 - 0)^1.2, as at 300 beyond the
-- buffer; at 100 it is 1 / (300 - 100)^1.2, as at 200; at 400 1 / 400^1.2. Ties are searched together: 2, 4 and 5 cells of 5.
SELECT c.cell_x, c.cell_y, ST_AsText(c.cell) AS cell, round((1 / c.score ^ (1 / 1.2))::numeric, 6) AS distance, c.score_rank, c.hit_percentage
FROM (SELECT csp.geographic_profile(ST_SetSRID(ST_MakePoint(50, 50), 27700), 100, ST_MakeEnvelope(0, 0, 500, 100, 27700), 150) AS surface) AS p, unnest(surface) AS c;
-- the buffer along the axes is 2 B - |dx| - |dy|: at (100, 40) from the site 1 / (300 - 140)^1.2, at (40, 100) the same
SELECT x, y, round((1 / c.score ^ (1 / 1.2))::numeric, 6) AS distance
FROM (SELECT x, y, csp.geographic_profile(ST_MakePoint(x, y), 100, ST_MakeEnvelope(0, 0, 100, 100), 150) AS surface FROM (VALUES (-50, 10), (10, -50)) AS v (x, y) GROUP BY x, y) AS p, unnest(surface) AS c ORDER BY x;
-- exponents: B^(g - f) makes both branches meet at B: 200 away, buffer 200 and next to it
SELECT buffer, round(c.score::numeric, 9) AS score, round((200 ^ -1.7)::numeric, 9) AS expected
FROM (SELECT buffer, csp.geographic_profile(ST_MakePoint(-150, 50), 100, ST_MakeEnvelope(0, 0, 100, 100), buffer, 1.7, 0.6) AS surface FROM unnest('{200,199.9999999}'::float8[]) AS buffer GROUP BY buffer) AS p, unnest(surface) AS c ORDER BY buffer;
-- sites on a line, spaced 500 on average: widened by 250 along it and, since they do not vary there, by as much across: x from -250
-- to 1250, y from -200 to 300; the buffer is half the mean of 400, 400 and 600
SELECT min(c.cell_x), max(c.cell_x), min(c.cell_y), max(c.cell_y), count(*)
FROM (SELECT csp.geographic_profile(ST_MakePoint(x, 50), 100) AS surface FROM unnest('{0,400,1000}'::float8[]) AS x) AS p, unnest(surface) AS c;
SELECT csp.geographic_profile(ST_MakePoint(x, 50), 100) = csp.geographic_profile(ST_MakePoint(x, 50), 100, ST_MakeEnvelope(-250, -200, 1250, 300), 1400 / 6.0) AS defaults FROM unnest('{0,400,1000}'::float8[]) AS x;
-- part of a surface is a search area of its own
SELECT csp.hit_percentage(array_agg(c), ST_MakePoint(150, 50)) AS of_three
FROM (SELECT csp.geographic_profile(ST_MakePoint(50, 50), 100, ST_MakeEnvelope(0, 0, 500, 100), 150) AS surface) AS p, unnest(surface) AS c WHERE c.cell_x < 3;

-- no rows, one site, sites at one place, NULLs: no profile where buffer or area would have to come from them
SELECT csp.geographic_profile(location, 100) IS NULL AS no_rows, csp.geographic_profile(NULL, 100) IS NULL AS no_place FROM site WHERE false;
SELECT csp.geographic_profile(location, 100) IS NULL AS one, csp.geographic_profile(location, 100, :bounds) IS NULL AS one_no_buffer, csp.geographic_profile(location, 100, NULL, 300) IS NULL AS one_no_area,
       cardinality(csp.geographic_profile(location, 100, :bounds, 300)) AS one_given, csp.geographic_profile_exponential(location, 100, 1, 0.001) IS NULL AS one_exponential FROM site WHERE id = 1;
SELECT csp.geographic_profile(location, 100, :bounds) IS NULL AS one_place, csp.geographic_profile_exponential(location, 100, 1, 0.001) IS NULL AS one_place_exponential FROM site WHERE id IN (1, 12);
SELECT csp.geographic_profile(p, 100) = (SELECT csp.geographic_profile(location, 100) FROM site) AS nulls_skipped FROM (SELECT location AS p FROM site UNION ALL SELECT NULL FROM site) AS v;
SELECT csp.hit_percentage(NULL, ST_MakePoint(0, 0)) AS no_surface, csp.hit_percentage('{}', ST_MakePoint(0, 0)) AS no_cells, csp.hit_percentage(ARRAY[NULL, ROW(0, 0, NULL, 1, 1, 1)]::csp.geographic_profile_cell[], ST_MakePoint(0, 0)) AS nulls,
       csp.hit_percentage(ARRAY[NULL, ROW(0, 0, ST_MakeEnvelope(0, 0, 1, 1), 1, 1, 1), ROW(1, 0, ST_MakeEnvelope(1, 0, 2, 1), 2, 1, 1)]::csp.geographic_profile_cell[], ST_MakePoint(0, 0)) AS two_cells;

-- one answer for any order of rows; groups, filters and frames
SELECT csp.geographic_profile(location, 100 ORDER BY id) = csp.geographic_profile(location, 100 ORDER BY md5(id::text)) AS any_order FROM site;
SELECT bool_and(grouped = filtered AND grouped_exponential = filtered_exponential) AS groups
FROM (SELECT id % 3 AS g, csp.geographic_profile(location, 100) AS grouped, csp.geographic_profile_exponential(location, 100, 1, 0.001) AS grouped_exponential FROM site GROUP BY 1) AS a
JOIN LATERAL (SELECT csp.geographic_profile(location, 100) FILTER (WHERE id % 3 = g) AS filtered, csp.geographic_profile_exponential(location, 100, 1, 0.001) FILTER (WHERE id % 3 = g) AS filtered_exponential FROM site) AS b ON true;
SELECT count(moving) AS surfaces, bool_and(moving IS NOT DISTINCT FROM alone) AS frames
FROM (SELECT id, csp.geographic_profile(location, 100) OVER (ORDER BY id ROWS 3 PRECEDING) AS moving FROM site) AS w,
     LATERAL (SELECT csp.geographic_profile(location, 100) AS alone FROM site WHERE id BETWEEN w.id - 3 AND w.id) AS a;
SELECT * FROM combining('site', 'SELECT csp.geographic_profile(location, 100) FROM site');
SELECT p.a = s.surface AS rossmo, p.b = e.surface AS exponential
FROM (SELECT csp.geographic_profile(location, 250) AS a, csp.geographic_profile_exponential(location, 250, 1.89, 0.0006) AS b FROM site) AS p, profile AS s, profile AS e
WHERE s.profile = 'default' AND e.profile = 'exponential';
RESET ALL;

-- a stray site makes a giant area
SELECT csp.geographic_profile(p, 100) FROM (SELECT location AS p FROM site UNION ALL SELECT ST_SetSRID(ST_MakePoint(0, 0), 27700)) AS v;
-- refused
SELECT csp.geographic_profile(location, 0) FROM site;
SELECT csp.geographic_profile(location, NULL) FROM site;
SELECT csp.geographic_profile(location, 'NaN') FROM site;
SELECT csp.geographic_profile(location, 100 + id) FROM site;
SELECT csp.geographic_profile(location, 100, location) FROM site;
SELECT csp.geographic_profile(location, 100, ST_SetSRID(:bounds, 32630)) FROM site;
SELECT csp.geographic_profile(location, 100, :bounds, 0) FROM site;
SELECT csp.geographic_profile(location, 100, :bounds, 100, 0, 1) FROM site;
SELECT csp.geographic_profile(location, 100, :bounds, 100, 1, NULL) FROM site;
SELECT csp.geographic_profile(location, 100, :bounds, 100, 1, 1, 'street') FROM site;
SELECT csp.geographic_profile_exponential(location, 100, 1, 0) FROM site;
SELECT csp.geographic_profile_exponential(location, 100, 1e308, 1e-9) FROM site;
SELECT csp.geographic_profile_exponential(location, 100, -1, 1) FROM site;
SELECT csp.geographic_profile_exponential(location, 100, 1, NULL) FROM site;
SELECT csp.geographic_profile(ST_SetSRID(location, 27700 + id % 2), 100 ORDER BY id) FROM site;
SELECT csp.geographic_profile(ST_SetSRID(ST_MakePoint(-1, 51), 4326), 100);
SELECT csp.hit_percentage(surface, ST_MakePoint(432150, 289820)) FROM profile WHERE profile = 'default';
SELECT csp.hit_percentage(surface, :bounds) FROM profile WHERE profile = 'default';
SELECT csp.hit_percentage(ARRAY[ROW(0, 0, ST_MakePoint(0, 0), 1, 1, 1)]::csp.geographic_profile_cell[], ST_MakePoint(0, 0));
SELECT csp.hit_percentage(ARRAY[ROW(0, 0, ST_MakeEnvelope(0, 0, 1, 1), 'NaN', 1, 1)]::csp.geographic_profile_cell[], ST_MakePoint(0, 0));
DROP TABLE site;
