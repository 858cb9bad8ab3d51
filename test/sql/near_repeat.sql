-- near_repeat: small cases by hand, larger ones against self-joins and a recursive query in SQL.
SET extra_float_digits = 0;
SET client_min_messages = warning;

-- by hand. Distance 200 and 7 days, both strict. 1 is first; 2 is at its place 3 days later: repeat. 3 is 150 m from both
-- on day 4: near repeat. 4 is 50 m from 3 the day after, and exactly 200 m from 1 and 2 (no link): near repeat. 5 is at the
-- place of 2, 7 days later (no link), but 6 days after 3: near repeat. 6 is far away: isolated. 7 and 8 are another pair.
CREATE TABLE hand (id int, location geometry, day date);
INSERT INTO hand VALUES
    (1, ST_MakePoint(0, 0), '2024-01-01'), (2, ST_MakePoint(0, 0), '2024-01-04'), (3, ST_MakePoint(150, 0), '2024-01-05'),
    (4, ST_MakePoint(200, 0), '2024-01-06'), (5, ST_MakePoint(0, 0), '2024-01-11'), (6, ST_MakePoint(9000, 0), '2024-01-05'),
    (7, ST_MakePoint(0, 5000), '2024-01-05'), (8, ST_MakePoint(0, 5199), '2024-01-06'), (9, NULL, '2024-01-05'), (10, ST_MakePoint(0, 0), NULL);
SELECT id, csp.near_repeat_class(location, day, 200, 7) OVER () AS class, csp.near_repeat_chain(location, day, 200, 7) OVER () AS chain,
       round(csp.near_repeat_score(location, day, 200, 7) OVER ()::numeric, 9) AS score
FROM hand
ORDER BY id;
-- the scores of 2 and 3 in longhand: (1 - (3/7)^2)^2; (1 - (150/200)^2)^2 ((1 - (4/7)^2)^2 + (1 - (1/7)^2)^2)
SELECT round(power(1 - power(3 / 7.0, 2), 2), 9) AS score_2, round(power(1 - power(0.75, 2), 2) * (power(1 - power(4 / 7.0, 2), 2) + power(1 - power(1 / 7.0, 2), 2)), 9) AS score_3;
SELECT l.* FROM (SELECT csp.near_repeat_links(id, location, day, 200, 7) AS links FROM hand) AS n, unnest(links) AS l;

-- tolerance: 3 is 150 m from 1 and 2; with 150 it is at the same place, with 149.9 it is not
SELECT id, csp.near_repeat_class(location, day, 200, 7, 150) OVER () AS within_150, csp.near_repeat_class(location, day, 200, 7, 149.9) OVER () AS within_149_9
FROM hand WHERE id <= 3 ORDER BY id;
-- ties of one day: the western one comes first, however the rows arrive
SELECT id, csp.near_repeat_class(location, day, 200, 7) OVER (ORDER BY id) AS class, csp.near_repeat_class(location, day, 200, 7) OVER (ORDER BY id DESC) AS class_descending,
       csp.near_repeat_score(location, day, 200, 7) OVER () AS score
FROM (VALUES (1, ST_MakePoint(10, 0), date '2024-01-01'), (2, ST_MakePoint(0, 0), '2024-01-01'), (3, ST_MakePoint(5, 0), '2024-01-01')) AS v (id, location, day)
ORDER BY id;
-- same place, same day: repeat of the one that the window's order puts first
SELECT id, csp.near_repeat_class(location, day, 200, 7) OVER (ORDER BY id) AS class
FROM (VALUES (1, ST_MakePoint(0, 0), date '2024-01-01'), (2, ST_MakePoint(0, 0), '2024-01-01')) AS v (id, location, day) ORDER BY id;
SELECT (csp.near_repeat_links(id, location, day, 200, 7))[1]
FROM (VALUES (5, ST_MakePoint(0, 0), date '2024-01-01'), (2, ST_MakePoint(1, 0), '2024-01-01')) AS v (id, location, day);

-- 3,000 events of two types against SQL: clusters, exact lattice distances, repeated places and days
CREATE FUNCTION pg_temp.digits(text) RETURNS int LANGUAGE sql AS $$ SELECT ('x' || left(md5($1), 7))::bit(28)::int $$;
CREATE TABLE event AS
SELECT i AS id, CASE WHEN i % 5 = 0 THEN 'b' ELSE 'a' END AS type,
       ST_SetSRID(ST_MakePoint(25 * (pg_temp.digits('x' || i) % 80), 25 * (pg_temp.digits('y' || i) % 80)), 27700) AS location,
       date '2023-01-01' + pg_temp.digits('d' || i) % 300 AS day,
       timestamptz '2023-01-01 00:00+00' + (pg_temp.digits('d' || i) % 300) * interval '1 day' + (pg_temp.digits('m' || i) % 1440) * interval '1 minute' AS instant
FROM generate_series(1, 3000) AS i;
CREATE TABLE answer AS
SELECT id, type, location, day, instant,
       csp.near_repeat_class(location, day, 100, 10, 25) OVER by_type AS class, csp.near_repeat_chain(location, day, 100, 10) OVER by_type AS chain,
       csp.near_repeat_score(location, day, 100, 10) OVER by_type AS score,
       csp.near_repeat_class(location, instant, 100, 10.5) OVER by_type AS class_instant, csp.near_repeat_chain(location, instant, 100, 10.5) OVER by_type AS chain_instant,
       csp.near_repeat_score(location, instant, 100, 10.5) OVER by_type AS score_instant
FROM event
WINDOW by_type AS (PARTITION BY type ORDER BY id DESC);
CREATE TABLE pair AS
SELECT a.id AS earlier, b.id AS later, a.type, ST_Distance(a.location, b.location) AS distance, b.day - a.day AS days,
       extract(epoch FROM b.instant - a.instant)::float8 / 86400 AS days_instant,
       a.day - b.day <> 0 OR (ST_X(a.location), ST_Y(a.location), -a.id) < (ST_X(b.location), ST_Y(b.location), -b.id) AS in_order
FROM event AS a JOIN event AS b ON a.type = b.type AND a.id <> b.id AND ST_DWithin(a.location, b.location, 100) AND b.day - a.day BETWEEN -11 AND 11;
-- links
SELECT count(*) AS links, count(*) FILTER (WHERE p.earlier IS NULL) AS wrong, (SELECT count(*) FROM pair WHERE distance < 100 AND (days BETWEEN 1 AND 9 OR days = 0 AND earlier < later)) AS expected
FROM (SELECT unnest(csp.near_repeat_links(id, location, day, 100, 10)) AS l FROM event GROUP BY type) AS n
LEFT JOIN pair AS p ON p.earlier = (l).earlier_id AND p.later = (l).later_id AND abs(p.distance - (l).distance) < 1e-9 AND p.days = (l).days AND (p.days > 0 OR p.earlier < p.later);
SELECT count(*) AS links, count(*) FILTER (WHERE p.earlier IS NULL) AS wrong, (SELECT count(*) FROM pair WHERE distance < 100 AND days_instant >= 0 AND days_instant < 10.5 AND (days_instant > 0 OR earlier < later)) AS expected
FROM (SELECT unnest(csp.near_repeat_links(id, location, instant, 100, 10.5)) AS l FROM event GROUP BY type) AS n
LEFT JOIN pair AS p ON p.earlier = (l).earlier_id AND p.later = (l).later_id AND abs(p.distance - (l).distance) < 1e-9 AND abs(p.days_instant - (l).days) < 1e-9;
-- classes
SELECT a.class, count(*) AS events, count(*) FILTER (WHERE a.class <> e.class) AS wrong
FROM answer AS a
JOIN (SELECT id, CASE WHEN bool_or(p.later = id AND p.distance <= 25) THEN 'repeat' WHEN bool_or(p.later = id) THEN 'near repeat'
                      WHEN bool_or(p.earlier = id) THEN 'originator' ELSE 'isolated' END AS class
      FROM event LEFT JOIN (SELECT * FROM pair WHERE distance < 100 AND days BETWEEN 0 AND 9 AND in_order) AS p ON id IN (p.earlier, p.later)
      GROUP BY id) AS e USING (id)
GROUP BY a.class ORDER BY a.class;
-- scores
SELECT round(sum(a.score)::numeric, 6) AS total, count(*) FILTER (WHERE abs(a.score - coalesce(e.score, 0)) > 1e-9) AS wrong,
       count(*) FILTER (WHERE abs(a.score_instant - coalesce(e.score_instant, 0)) > 1e-9) AS wrong_instant
FROM answer AS a
LEFT JOIN (SELECT later AS id, sum(power(1 - power(distance / 100, 2), 2) * power(1 - power(days / 10.0, 2), 2)) FILTER (WHERE days BETWEEN 1 AND 9) AS score,
                  sum(power(1 - power(distance / 100, 2), 2) * power(1 - power(days_instant / 10.5, 2), 2)) FILTER (WHERE days_instant > 0 AND days_instant < 10.5) AS score_instant
           FROM pair WHERE distance < 100 GROUP BY later) AS e USING (id);
-- chains: the least member of a chain, by a recursive walk over the links, and by our numbers
WITH RECURSIVE linked AS (
    SELECT earlier, later FROM pair WHERE distance < 100 AND days BETWEEN -9 AND 9
),
reach AS (
    SELECT id, id AS member FROM event
    UNION
    SELECT reach.id, linked.later FROM reach JOIN linked ON linked.earlier = reach.member
),
component AS (
    SELECT id, min(member) AS least, count(*) AS size FROM reach GROUP BY id
),
ours AS (
    SELECT id, type, chain, min(id) OVER (PARTITION BY type, chain) AS least, count(*) OVER (PARTITION BY type, chain) AS size FROM answer
)
SELECT count(*) AS events, max(o.size) AS largest, count(*) FILTER (WHERE o.size = 1) AS alone, count(*) FILTER (WHERE (o.least, o.size) <> (c.least, c.size)) AS wrong
FROM ours AS o JOIN component AS c USING (id);
-- numbers run from 1 without gaps, in the order of the chains' first events
SELECT type, min(chain) AS first, max(chain) = count(DISTINCT chain) AS no_gaps FROM answer GROUP BY type ORDER BY type;
SELECT bool_and(first_day >= previous) AS in_order
FROM (SELECT first_day, lag(first_day) OVER (PARTITION BY type ORDER BY chain) AS previous
      FROM (SELECT type, chain, min(day) AS first_day FROM answer GROUP BY type, chain) AS c) AS o;
-- the order of the rows does not matter (unless place and time are the same)
SELECT count(*) FILTER (WHERE a.chain <> b.chain OR a.score <> b.score) AS different
FROM answer AS a
JOIN (SELECT id, csp.near_repeat_chain(location, day, 100, 10) OVER by_type AS chain, csp.near_repeat_score(location, day, 100, 10) OVER by_type AS score
      FROM event WINDOW by_type AS (PARTITION BY type ORDER BY md5(id::text))) AS b USING (id);

-- weights by hand: own cell and week; two cells (120 m of 50), three weeks (21 days): 1/(3 * 4), (1 + 1/3)(1/4); half way: (3/4)^2 (3/4)^2
SELECT csp.near_repeat_weight(0, 0, form => 'promap_2004') AS p4, csp.near_repeat_weight(0, 0, form => 'promap_2007') AS p7, csp.near_repeat_weight(0, 0) AS smooth;
SELECT csp.near_repeat_weight(120, 21, form => 'promap_2004') * 12 AS p4, csp.near_repeat_weight(120, 21, form => 'promap_2007') * 3 AS p7,
       csp.near_repeat_weight(200, 28) AS half_way, power(0.75, 4) AS by_hand;
SELECT csp.near_repeat_weight(400, 0) AS at_bandwidth, csp.near_repeat_weight(0, 56) AS at_window, csp.near_repeat_weight(99, 0, 100, 10, 'promap_2004', 100) AS own_cell;
SELECT csp.near_repeat_weight(NULL, 1);
SELECT csp.near_repeat_weight(-1, 1);
SELECT csp.near_repeat_weight(1, -1);
SELECT csp.near_repeat_weight(1, 1, 0);
SELECT csp.near_repeat_weight(1, 1, "window" => 'NaN');
SELECT csp.near_repeat_weight(1, 1, cell_size => 0);
SELECT csp.near_repeat_weight(1, 1, form => 'promap');

-- nothing, one row, only NULLs
SELECT csp.near_repeat_links(id, location, day, 200, 7) IS NULL AS no_rows FROM hand WHERE false;
SELECT csp.near_repeat_links(id, location, day, 200, 7) AS one_event FROM hand WHERE id = 1;
SELECT csp.near_repeat_chain(location, day, 200, 7) OVER () IS NULL AS no_place FROM hand WHERE id = 9;
SELECT count(*) FROM (SELECT csp.near_repeat_chain(location, day, 200, 7) OVER () FROM hand WHERE false) AS n;
-- FILTER and a moving frame
SELECT id, cardinality(csp.near_repeat_links(id, location, day, 200, 7) OVER (ORDER BY id ROWS 2 PRECEDING)) AS links,
       cardinality(csp.near_repeat_links(id, location, day, 200, 7) FILTER (WHERE id <> 1) OVER (ORDER BY id)) AS without_1
FROM hand WHERE id <= 5 ORDER BY id;

-- refused
SELECT csp.near_repeat_chain(ST_SetSRID(location, 4326), day, 200, 7) OVER () FROM hand;
SELECT csp.near_repeat_chain(ST_SetSRID(location, 27700 + id % 2), day, 200, 7) OVER () FROM hand;
SELECT csp.near_repeat_class(location, date 'infinity', 200, 7) OVER () FROM hand;
SELECT csp.near_repeat_class(location, day, 0, 7) OVER () FROM hand;
SELECT csp.near_repeat_class(location, day, 200, -7) OVER () FROM hand;
SELECT csp.near_repeat_class(location, day, 200, 'infinity') OVER () FROM hand;
SELECT csp.near_repeat_score(location, day, NULL, 7) OVER () FROM hand;
SELECT csp.near_repeat_class(location, day, 200, 7, -1) OVER () FROM hand;
SELECT csp.near_repeat_class(location, day, 200, 7, NULL) OVER () FROM hand;
SELECT csp.near_repeat_class(location, day, 200, 7) FROM hand;
SELECT csp.near_repeat_links(id, location, day, 0, 7) FROM hand;
SELECT csp.near_repeat_links(id, location, day, 200, NULL) FROM hand;
SELECT csp.near_repeat_links(id, location, day, 200 + id, 7) FROM hand;
SELECT csp.near_repeat_links(id, location, timestamptz '-infinity', 200, 7) FROM hand;

-- a parallel plan gives the same links
SELECT md5(csp.near_repeat_links(id, location, day, 100, 10)::text) AS serial FROM event \gset
ANALYZE event;
SELECT * FROM combining('event', 'SELECT csp.near_repeat_links(id, location, day, 100, 10) FROM event');
SELECT md5(csp.near_repeat_links(id, location, day, 100, 10)::text) = :'serial' AS equal FROM event;
DROP TABLE hand, event, answer, pair;
