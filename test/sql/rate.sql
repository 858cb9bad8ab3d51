-- rate: events per population, intervals, pooled rates.

-- 327 / 94000 * 1000 = 3.4787234043; the same call with every kind of number an analyst has
SELECT round(csp.rate_per_1000(327, 94000)::numeric, 10) AS of_integer,
       round(csp.rate_per_1000(327::bigint, 94000)::numeric, 10) AS of_bigint,
       round(csp.rate_per_1000(327::smallint, 94000::numeric)::numeric, 10) AS of_numeric,
       round(csp.rate_per_1000('327', '94000')::numeric, 10) AS of_literal,
       round(csp.rate_per(327, 94000, 1000)::numeric, 10) AS per_given,
       round(csp.rate_per(327::bigint, 94000::bigint, 100000)::numeric, 10) AS per_100000;
-- sum(bigint) is numeric: 1 + 2 of 40 -> 75 per 1,000
SELECT csp.rate_per_1000(sum(events), max(population)) AS rate,
       csp.rate_per(sum(events), sum(population), 100) AS per_100,
       (csp.rate_interval(sum(events), max(population))).estimate AS interval_estimate
FROM (VALUES (1::bigint, 40::bigint), (2, 20)) AS count (events, population);
-- harm-weighted events and averaged populations are not whole: 2.5 / 12.5 * 10
SELECT csp.rate_per(2.5, 12.5, 10);
-- a trillion
SELECT csp.rate_per_1000(1000000000000, 3000000000000), csp.rate_per(9223372036854775807, 9223372036854775807, 1);

-- no population: no rate; no events: a rate of 0; any NULL: NULL
SELECT csp.rate_per_1000(5, 0) AS without_population, csp.rate_per_1000(0, 0) AS nothing, csp.rate_per_1000(0, 10) AS without_events,
       csp.rate_per_1000(NULL, 10) AS null_events, csp.rate_per_1000(1, NULL) AS null_population, csp.rate_per(1, 1, NULL) AS null_per;
SELECT csp.rate_per_1000(-1, 10);
SELECT csp.rate_per_1000(events, -events) FROM (SELECT 10::bigint AS events OFFSET 0) AS count;
SELECT csp.rate_per_1000('NaN', 10);
SELECT csp.rate_per_1000(1, 'infinity'::float8);
SELECT csp.rate_per(1, 10, 0);
SELECT csp.rate_per(1, 10, -1000);
SELECT csp.rate_per(1e300, 1e-300, 1);

-- intervals: 327 in 94,000, Byar 3.111842407794 to 3.876964274447 (z = qnorm(.975))
SELECT round(estimate::numeric, 10) AS estimate, round(lower::numeric, 10) AS lower, round(upper::numeric, 10) AS upper
FROM csp.rate_interval(327, 94000);
-- Garwood's 95% limits for 5 events: 1.623486 to 11.668332 (R: poisson.test(5))
SELECT round(estimate::numeric, 6) AS estimate, round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper
FROM csp.rate_interval(5::bigint, 1::bigint, per => 1, method => 'exact');
-- R: test/reference/rate.R
CREATE TEMP TABLE figure (events float8, population bigint, per float8, confidence float8, method text,
                          estimate float8, lower float8, upper float8);
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/rate.csv' WITH (FORMAT csv, HEADER)
SELECT figure.method,
       count(*) AS figures,
       count(*) FILTER (WHERE abs(ours.estimate - figure.estimate) <= 1e-12 * figure.estimate
                          AND abs(ours.lower - figure.lower) <= 1e-9 * figure.lower
                          AND abs(ours.upper - figure.upper) <= 1e-9 * figure.upper) AS equal_to_r
FROM figure,
     csp.rate_interval(figure.events::bigint, figure.population, figure.per, figure.confidence, figure.method) AS ours
GROUP BY figure.method
ORDER BY figure.method;
-- no events: lower 0, exact upper -ln(0.025) = 3.688879; byar, 1 event at 0.998: the formula goes below 0, the limit does not
SELECT round((csp.rate_interval(0, 1, 1, 0.95, 'exact')).upper::numeric, 6) AS upper_of_none,
       (csp.rate_interval(0, 1, 1, 0.95, 'exact')).lower AS exact_lower,
       (csp.rate_interval(0, 1, 1)).lower AS byar_lower,
       (csp.rate_interval(1, 1, 1, 0.998)).lower AS byar_lower_of_one;
-- extremes of confidence stay finite and in order
SELECT method, confidence, lower <= 25.7 AND lower >= 0 AS lower_in_order, upper >= 25 AND upper < 100 AS upper_in_order
FROM unnest('{byar,exact}'::text[]) AS method,
     unnest('{1e-300,0.9999999999999999}'::float8[]) AS confidence,
     csp.rate_interval(25, 1, 1, confidence, method)
ORDER BY method, confidence;
SELECT csp.rate_interval(5, 0) IS NULL AS without_population, csp.rate_interval(NULL, 10) IS NULL AS null_events,
       csp.rate_interval(5, 10, method => NULL) IS NULL AS null_method;
SELECT csp.rate_interval(5, 10, method => 'wald');
SELECT csp.rate_interval(5, 0, method => 'wald');
SELECT csp.rate_interval(5, 10, confidence => 95);
SELECT csp.rate_interval(5, 10, confidence => 1);
SELECT csp.rate_interval(5, 10, confidence => 'NaN');
SELECT csp.rate_interval(2.5, 10);
SELECT csp.rate_interval(-5, 10);
SELECT csp.rate_interval(5, -10);
SELECT csp.rate_interval(5, 10, 0);

-- the pooled rate is not the mean of the rates: (10 + 2) / (1000 + 4000) = 2.4 per 1,000, the mean of 10 and 0.5 is 5.25
CREATE TEMP TABLE place (kind text, place text, events integer, population integer);
INSERT INTO place VALUES
    ('town', 'a', 10, 1000), ('town', 'b', 2, 4000),
    ('village', 'c', 3, 500), ('village', 'd', NULL, 800), ('village', 'e', 4, NULL), ('village', 'f', 1, 0),
    ('moor', 'g', 0, 0), ('sea', 'h', NULL, NULL);
SELECT kind,
       csp.crude_rate(events, population) AS per_1000,
       csp.crude_rate(events, population, 100) AS per_100,
       csp.crude_rate(events, population) FILTER (WHERE place < 'b') AS of_a
FROM place
GROUP BY kind
ORDER BY kind;
-- no rows, and a per that is NULL throughout
SELECT csp.crude_rate(events, population) AS no_rows FROM place WHERE false;
SELECT csp.crude_rate(events, population, NULL) AS no_per FROM place;
-- bigint and numeric arguments
SELECT csp.crude_rate(events::bigint, population::numeric), csp.crude_rate(events::numeric, population::bigint, 100) FROM place WHERE kind = 'town';
SELECT csp.crude_rate(events, population, population) FROM place WHERE kind = 'town';
SELECT csp.crude_rate(events, -population) FROM place;
SELECT csp.crude_rate('infinity', population) FROM place;
-- sums that double precision alone would lose: 2^53 + 1 + 1 of 2^53 + 2
SELECT csp.crude_rate(events, 9007199254740994 / 3.0, 9007199254740994) = 9007199254740994 AS no_digit_lost
FROM (VALUES (9007199254740992), (1), (1)) AS count (events);
-- a moving frame: rates of two months at a time, 3/20, (3+5)/40, (5+0)/40, (0+4)/20 with nobody in the third month
SELECT month, csp.crude_rate(events, population, 1) OVER (ORDER BY month ROWS 1 PRECEDING) AS two_months
FROM (VALUES (1, 3, 20), (2, 5, 20), (3, 0, 20), (4, 4, 0), (5, NULL, 20)) AS series (month, events, population);
-- the parts called by hand
SELECT csp_internal.crude_rate_accum('{1,2}', 1, 1);
SELECT csp_internal.crude_rate_final('{1000,NULL,0,1,0}');
SELECT csp_internal.crude_rate_final('{1000,NaN,0,1,0}');
SELECT csp_internal.crude_rate_combine('{1000,1,0,1,0}', '{100,1,0,1,0}');

-- a parallel plan and a partition-wise one give the serial answer: i % 7 over 100,000 rows in 11 groups
CREATE TABLE rate_parallel (kind integer, events bigint, population bigint) PARTITION BY LIST (kind);
CREATE TABLE rate_parallel_low PARTITION OF rate_parallel FOR VALUES IN (0, 1, 2, 3, 4);
CREATE TABLE rate_parallel_high PARTITION OF rate_parallel FOR VALUES IN (5, 6, 7, 8, 9, 10);
INSERT INTO rate_parallel SELECT i % 11, i % 7, 1000 + i % 13 FROM generate_series(1, 100000) AS i;
ANALYZE rate_parallel;
CREATE TEMP TABLE serial AS
    SELECT kind, csp.crude_rate(events, population) AS rate, sum(events) / sum(population) * 1000 AS by_hand
    FROM rate_parallel GROUP BY kind;
SELECT count(*) AS groups, bool_and(abs(rate - by_hand) <= 1e-12 * by_hand) AS equal FROM serial;
SELECT * FROM combining('rate_parallel_low', 'SELECT csp.crude_rate(events, population) FROM rate_parallel_low');
SELECT count(*) AS groups, count(*) FILTER (WHERE parallel.rate = serial.rate) AS equal
FROM (SELECT kind, csp.crude_rate(events, population) AS rate FROM rate_parallel GROUP BY kind) AS parallel
JOIN serial USING (kind);
SET enable_partitionwise_aggregate = on;
SELECT count(*) AS groups, count(*) FILTER (WHERE parallel.rate = serial.rate) AS equal
FROM (SELECT kind, csp.crude_rate(events, population) AS rate FROM rate_parallel GROUP BY kind) AS parallel
JOIN serial USING (kind);
DROP TABLE rate_parallel;
