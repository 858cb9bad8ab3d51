-- self_exciting: a self-exciting process and its fit.

-- 256 events, the most likely process by R's optim over the likelihood written out as matrices: test/reference/self_exciting.R
CREATE TEMP TABLE raw (x float8, y float8, minute int);
CREATE TEMP TABLE figure (bandwidth float8, distance float8, days float8, from_day float8, to_day float8, declustered boolean,
    background_rate float8, branching_ratio float8, decay_days float8, sigma float8, log_likelihood float8, log_likelihood_without float8);
\copy raw FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/self_exciting_events.csv' WITH (FORMAT csv, HEADER)
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/self_exciting.csv' WITH (FORMAT csv, HEADER)
CREATE TABLE event AS SELECT ST_SetSRID(ST_MakePoint(x, y), 27700) AS location, timestamptz '2025-01-01 00:00Z' + minute * interval '1 minute' AS at FROM raw;
CREATE TEMP TABLE fitted AS
SELECT f.from_day, f.distance, f.declustered,
       CASE WHEN f.from_day > 0 THEN csp.self_exciting(e.location, e.at, f.bandwidth, f.distance, f.days, min.at, max.at + interval '1 microsecond', f.declustered)
            WHEN f.declustered THEN csp.self_exciting(e.location, e.at, f.bandwidth, f.distance, f.days, '2025-01-01 00:00Z', '2025-06-30 00:00Z')
            ELSE csp.self_exciting(e.location, e.at, f.bandwidth, f.distance, f.days, '2025-01-01 00:00Z', '2025-06-30 00:00Z', false) END AS fit
FROM figure AS f, event AS e, (SELECT min(at) AS at FROM event) AS min, (SELECT max(at) AS at FROM event) AS max
GROUP BY f.from_day, f.bandwidth, f.distance, f.days, f.declustered, min.at, max.at;
-- the parameters to 2e-6 of themselves (where EM stops), the log-likelihoods to 1e-7; ours is never less likely by more than rounding
SELECT f.distance, f.days, f.declustered, (fit).events, (fit).converged,
       abs((fit).background_rate / f.background_rate - 1) < 2e-6 AS background, abs((fit).branching_ratio / f.branching_ratio - 1) < 2e-6 AS branching,
       abs((fit).decay_days / f.decay_days - 1) < 2e-6 AS decay, abs((fit).sigma / f.sigma - 1) < 2e-6 AS sigma,
       abs((fit).log_likelihood / f.log_likelihood - 1) < 1e-7 AS likelihood, abs((fit).log_likelihood_without / f.log_likelihood_without - 1) < 1e-12 AS without,
       f.declustered OR (fit).log_likelihood > f.log_likelihood - 1e-8 AS at_top, (fit).warning
FROM fitted JOIN figure AS f USING (from_day, distance, declustered) ORDER BY f.distance, f.declustered;
-- the default window is from the first event to the last, the default background declustered
SELECT (fit).starts = min AS starts, (fit).ends = max AS ends, (fit).declustered, (fit).bandwidth, (fit).distance, (fit).days
FROM (SELECT csp.self_exciting(location, at, 500, 400, 60) AS fit, min(at), max(at) FROM event) AS f;

-- several events at one place: the background's density by a self-join, with the kernel written out (bandwidth 150, cut off at 750)
CREATE TEMP TABLE again AS
SELECT row_number() OVER () AS id, ST_SetSRID(ST_MakePoint(x, y), 27700) AS location, timestamptz '2025-01-01 00:00Z' + minute * interval '1 minute' + copy * interval '31 minutes' AS at
FROM raw, LATERAL generate_series(0, minute % 4) AS copy;
WITH density AS (
    SELECT e.id, coalesce(sum(exp(-d2 / (2 * 150 * 150)) / (2 * pi() * 150 * 150)) FILTER (WHERE d2 < 750 * 750), 0) AS of_others
    FROM again AS e JOIN again AS o ON o.id <> e.id, LATERAL (SELECT (ST_X(e.location) - ST_X(o.location)) ^ 2 + (ST_Y(e.location) - ST_Y(o.location)) ^ 2 AS d2) AS d
    GROUP BY e.id
),
window_of AS (SELECT count(*) AS n, extract(epoch FROM max(at) - min(at))::float8 / 86400 AS days, (max(ST_X(location)) - min(ST_X(location)) + 300) * (max(ST_Y(location)) - min(ST_Y(location)) + 300) AS area FROM again),
by_hand AS (SELECT sum(ln(n / days * (of_others + 1 / area) / n)) - max(n) AS log_likelihood FROM density, window_of)
SELECT (f.fit).events > 500 AS events, abs((f.fit).log_likelihood_without / h.log_likelihood - 1) < 1e-12 AS log_likelihood
FROM by_hand AS h, (SELECT csp.self_exciting(location, at, 150, 200, 30) AS fit FROM again) AS f;

-- planted parameters are found again: 1,800 background events over two years, in a town and round it; each event sets off 0.4 others, after 5 days on average, 60 m away along each axis
CREATE TABLE simulated AS
WITH RECURSIVE event (id, x, y, day, generation) AS (
    SELECT i::bigint, 5000 + CASE WHEN i % 3 = 0 THEN 10000 * (csp.seeded_uniform(3, 'x', i) - 0.5) ELSE 1500 * csp.seeded_normal(3, 'x', i) END,
           5000 + CASE WHEN i % 3 = 0 THEN 10000 * (csp.seeded_uniform(3, 'y', i) - 0.5) ELSE 1000 * csp.seeded_normal(3, 'y', i) END,
           730 * csp.seeded_uniform(3, 'day', i), 0
    FROM generate_series(1, 1800) AS i
  UNION ALL
    SELECT child, x + 60 * csp.seeded_normal(3, 'dx', child), y + 60 * csp.seeded_normal(3, 'dy', child), day + csp.seeded_exponential(3, 'wait', child, 5), generation + 1
    FROM event, LATERAL (SELECT id * 12 + k FROM generate_series(1, csp.seeded_poisson(3, 'children', id, 0.4)) AS k) AS c (child)
    WHERE generation < 13
)
SELECT ST_SetSRID(ST_MakePoint(x, y), 27700) AS location, timestamptz '2024-01-01 00:00Z' + day * interval '1 day' AS at, generation FROM event WHERE day < 730;
SELECT count(*) > 2800 AS events, max(generation) < 13 AS none_lost FROM simulated;
-- within four standard errors: branching sqrt(0.4 / 2900) = 0.012, decay 5 / sqrt(1100) = 0.15, sigma 60 / sqrt(2 * 1100) = 1.3, background sqrt(1800) / 730 = 0.06
SELECT (fit).converged, (fit).warning, abs((fit).branching_ratio - 0.4) < 0.048 AS branching, abs((fit).decay_days - 5) < 0.6 AS decay, abs((fit).sigma - 60) < 5.2 AS sigma,
       abs((fit).background_rate - 1800 / 730.0) < 0.24 AS background, (fit).log_likelihood - (fit).log_likelihood_without > 1000 AS far_likelier
FROM (SELECT csp.self_exciting(location, at, 400, 500, 60, '2024-01-01 00:00Z', timestamptz '2024-01-01 00:00Z' + 730 * interval '1 day') AS fit FROM simulated) AS f;
-- events that set nothing off: the background alone, at random times
SELECT (fit).converged, (fit).branching_ratio < 0.03 AS next_to_none, (fit).log_likelihood - (fit).log_likelihood_without < 4 AS no_likelier
FROM (SELECT csp.self_exciting(location, at, 400, 500, 60) AS fit FROM simulated WHERE generation = 0) AS f;
-- the order of the rows does not matter
SELECT csp.self_exciting(location, at, 300, 200, 30 ORDER BY at) = csp.self_exciting(location, at, 300, 200, 30 ORDER BY md5(location::text)) AS equal FROM event;

-- nothing within reach: no triggering, the rate of all events; at one instant nothing sets anything off
SELECT (f).events, (f).background_rate, (f).branching_ratio, (f).decay_days, (f).sigma, (f).converged, (f).log_likelihood = (f).log_likelihood_without AS same, (f).warning
FROM (SELECT csp.self_exciting(ST_MakePoint(i * 1000, 0), timestamptz '2025-01-01 00:00Z' + i * interval '1 day', 100, 500, 10, '2025-01-01 00:00Z', '2025-01-11 00:00Z') AS f FROM generate_series(1, 5) AS i) AS s;
SELECT (f).branching_ratio, (f).converged FROM (SELECT csp.self_exciting(ST_MakePoint(i / 2, 0), timestamptz '2025-01-01 00:00Z' + (i % 2) * interval '30 days', 100, 500, 10) AS f FROM generate_series(1, 20) AS i) AS s;
-- repeats at the very same place: sigma stops at its least, and says so
SELECT (f).sigma, (f).warning FROM (SELECT csp.self_exciting(ST_MakePoint(i / 2 * 700 % 9100, i / 2 * 1100 % 7700), timestamptz '2025-01-01 00:00Z' + (i / 2 * 3 + i % 2 * (1 + i % 7)) * interval '1 day', 500, 200, 20) AS f FROM generate_series(1, 200) AS i) AS s;
-- limits far too wide for the data: the least sigma, distance / 200, is longer than the town
SELECT (f).branching_ratio, (f).warning FROM (SELECT csp.self_exciting(location, at, 400, 10000000, 60) AS f FROM simulated) AS s;
-- no rows, none in the window, one event, two at one time; NULLs
SELECT csp.self_exciting(location, at, 300, 200, 30) IS NULL AS no_rows FROM event WHERE false;
SELECT csp.self_exciting(location, at, 300, 200, 30, '2020-01-01 00:00Z', '2020-02-01 00:00Z') AS none_in_window FROM event;
SELECT (f).events, (f).branching_ratio, (f).warning FROM (SELECT csp.self_exciting(ST_MakePoint(1, 1), at, 300, 200, 30) AS f FROM (SELECT at FROM event LIMIT 1) AS one) AS s;
SELECT (f).events, (f).branching_ratio, (f).warning FROM (SELECT csp.self_exciting(ST_MakePoint(i, 1), timestamptz '2025-01-01 00:00Z', 300, 200, 30) AS f FROM generate_series(1, 2) AS i) AS s;
SELECT csp.self_exciting(NULL, at, 300, 200, 30) IS NULL AS no_place, csp.self_exciting(location, NULL, 300, 200, 30) IS NULL AS no_time FROM event;
-- FILTER, GROUP BY and a moving frame
SELECT half, fit = (SELECT csp.self_exciting(location, at, 300, 200, 30) FROM event WHERE (at >= '2025-04-01') = half) AS equal
FROM (SELECT at >= '2025-04-01' AS half, csp.self_exciting(location, at, 300, 200, 30) AS fit FROM event GROUP BY half) AS g ORDER BY half;
SELECT bool_and(framed = (SELECT csp.self_exciting(location, at, 300, 200, 30) FROM event AS e WHERE e.at <= f.at AND e.at > f.at - interval '60 days')) AS framed
FROM (SELECT at, csp.self_exciting(location, at, 300, 200, 30) OVER (ORDER BY at RANGE BETWEEN interval '59 days 23:59:59' PRECEDING AND CURRENT ROW) AS framed FROM event) AS f WHERE at > '2025-06-01';

-- refused
SELECT csp.self_exciting(location, at, 0, 200, 30) FROM event;
SELECT csp.self_exciting(location, at, 300, -1, 30) FROM event;
SELECT csp.self_exciting(location, at, 300, 200, 'infinity') FROM event;
SELECT csp.self_exciting(location, at, 300, 200, NULL) FROM event;
SELECT csp.self_exciting(location, at, 300, 1e31, 30) FROM event;
SELECT csp.self_exciting(location, at, 1e-31, 200, 30) FROM event;
SELECT csp.self_exciting(location, at, 300, 200, 30, '2025-02-01 00:00Z', 'infinity') FROM event;
SET timezone = 'UTC';
SELECT csp.self_exciting(location, at, 300, 200, 30, '2025-02-01 00:00Z', '2025-01-01 00:00Z') FROM event;
SELECT csp.self_exciting(location, 'infinity', 300, 200, 30) FROM event;
SELECT csp.self_exciting(ST_SetSRID(location, 4326), at, 300, 200, 30) FROM event;
SELECT csp.self_exciting(location, at, 300, 200, 29 + extract(day FROM at)) FROM event WHERE at < '2025-01-10';
SET csp_analysis.max_memory = '1MB';
SELECT csp.self_exciting(location, at, 400, 8000, 600) FROM simulated;
-- far too many: refused by an estimate; here all 6000 * 5999 / 2 pairs
SELECT csp.self_exciting(ST_MakePoint(i % 83, i % 71), timestamptz '2025-01-01 00:00Z' + i * interval '1 minute', 400, 8000, 600) FROM generate_series(1, 6000) AS i;
RESET csp_analysis.max_memory;

-- a parallel plan gives the same fit
SELECT csp.self_exciting(location, at, 400, 500, 60)::text AS fit FROM simulated \gset
ANALYZE simulated;
SELECT * FROM combining('simulated', 'SELECT csp.self_exciting(location, at, 400, 500, 60) FROM simulated');
SELECT csp.self_exciting(location, at, 400, 500, 60)::text = :'fit' AS fit FROM simulated;
DROP TABLE event, simulated, raw, figure, fitted, again;
