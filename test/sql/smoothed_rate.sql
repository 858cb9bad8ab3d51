-- smoothed_rate: global empirical Bayes.

CREATE TEMP TABLE place (places text, place integer, events bigint, population bigint, smoothed float8);
\copy place FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/smoothed_rate.csv' WITH (FORMAT csv, HEADER)
-- R: test/reference/smoothed_rate.R (spdep::EBest)
SELECT places, count(*) AS figures, count(*) FILTER (WHERE abs(ours - smoothed) <= 1e-9 * smoothed) AS equal_to_r
FROM (SELECT *, csp.smoothed_rate(events, population) OVER (PARTITION BY places) AS ours FROM place) AS rated
GROUP BY places
ORDER BY places;
-- five places: the smaller, the nearer to the 49.77 of all (4,562 events in 91,665)
SELECT population, round(csp.rate_per_1000(events, population)::numeric, 4) AS raw, round((csp.smoothed_rate(events, population) OVER ())::numeric, 4) AS smoothed,
       round((csp.smoothed_rate(events, population, 100000) OVER ())::numeric, 2) AS per_100000
FROM place
WHERE places = 'small'
ORDER BY population;

-- by hand, two places of 100 with 10 and 30 events: b = 0.2, s2 = (100 x 0.01 + 100 x 0.01) / 200 = 0.01,
-- a = 0.01 - 0.2/100 = 0.008, weight 0.008 / (0.008 + 0.002) = 0.8: 0.2 -+ 0.8 x 0.1 = 0.12 and 0.28.
-- Rows without a population, or with a NULL, give NULL and change nothing.
CREATE TEMP TABLE pair (place text, events integer, population numeric, per float8);
INSERT INTO pair VALUES ('a', 10, 100, 1), ('b', 30, 100, 1), ('no population', 7, 0, 1), ('no events known', NULL, 100, 1),
    ('population unknown', 5, NULL, 1), ('no per', 50, 100, NULL);
SELECT place,
       round((csp.smoothed_rate(events, population, per) OVER ())::numeric, 10) AS smoothed,
       round((csp.smoothed_rate(events, population, per)
              OVER (ORDER BY place ROWS BETWEEN CURRENT ROW AND CURRENT ROW EXCLUDE CURRENT ROW))::numeric, 10) AS frame_makes_no_difference
FROM pair
ORDER BY place;
-- one place, and places without an event
SELECT round((csp.smoothed_rate(3, 1000) OVER ())::numeric, 10) AS one_place;
SELECT csp.smoothed_rate(0, n) OVER () AS no_events FROM generate_series(1, 2) AS n;
SELECT csp.smoothed_rate(3, 0) OVER () AS nothing_to_smooth FROM generate_series(1, 2) AS n;
SELECT csp.smoothed_rate(events, population) OVER () FROM pair WHERE false;
-- counts of events made in the same query
SELECT place, round((csp.smoothed_rate(sum(events), max(population), 1) OVER ())::numeric, 10) AS smoothed
FROM pair WHERE place IN ('a', 'b') GROUP BY place ORDER BY place;

SELECT csp.smoothed_rate(-events, population) OVER () FROM pair;
SELECT csp.smoothed_rate(events, -population) OVER () FROM pair;
SELECT csp.smoothed_rate('NaN', population) OVER () FROM pair;
SELECT csp.smoothed_rate(events, population, 0) OVER () FROM pair;
SELECT csp.smoothed_rate(events, population) FROM pair;

-- many partitions at once: each one's figures are its own, by the formula in SQL
WITH place AS (
    SELECT i % 50 AS kind, (i * 7919 % 13)::float8 AS events, 50 + (i * 104729 % 400)::float8 AS population FROM generate_series(1, 20000) AS i
), pooled AS (
    SELECT kind, sum(events) / sum(population) AS b, sum(population) AS total, avg(population) AS mean FROM place GROUP BY kind
), prior AS (
    SELECT kind, b, greatest(0, sum(population * (events / population - b) ^ 2) / max(total) - b / max(mean)) AS a
    FROM place JOIN pooled USING (kind) GROUP BY kind, b
)
SELECT count(*) AS places, count(DISTINCT kind) AS kinds, bool_and(a > 0) AS shrunk,
       count(*) FILTER (WHERE abs(ours - 1000 * (b + a * (events / population - b) / (a + b / population))) <= 1e-9 * ours) AS equal
FROM (SELECT *, csp.smoothed_rate(events, population) OVER (PARTITION BY kind) AS ours FROM place) AS rated
JOIN prior USING (kind);
