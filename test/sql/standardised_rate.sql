-- standardised_rate: direct and indirect standardisation.

CREATE TEMP TABLE stratum (area integer, band integer, events bigint, population bigint, standard_population bigint, expected numeric);
\copy stratum FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/standardised_strata.csv' WITH (FORMAT csv, HEADER)
-- R: test/reference/standardised_rate.R (epitools, poisson.test)
CREATE TEMP TABLE figure (area integer, confidence float8, direct float8, direct_lower float8, direct_upper float8,
                          ratio float8, ratio_lower float8, ratio_upper float8);
\copy figure FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/standardised_rate.csv' WITH (FORMAT csv, HEADER)
WITH ours AS (
    SELECT area, figure.confidence,
           csp.standardised_rate(events, population, standard_population, 1000, figure.confidence) AS direct,
           csp.standardised_ratio(events, expected, figure.confidence) AS ratio
    FROM stratum JOIN figure USING (area)
    GROUP BY area, figure.confidence
)
SELECT count(*) AS areas,
       count(*) FILTER (WHERE abs((ours.direct).estimate - figure.direct) <= 1e-9 * figure.direct
                          AND abs((ours.direct).lower - figure.direct_lower) <= 1e-9 * figure.direct_lower
                          AND abs((ours.direct).upper - figure.direct_upper) <= 1e-9 * figure.direct_upper) AS direct_equal_to_r,
       count(*) FILTER (WHERE abs((ours.ratio).estimate - figure.ratio) <= 1e-9 * figure.ratio
                          AND abs((ours.ratio).lower - figure.ratio_lower) <= 1e-9 * figure.ratio_lower
                          AND abs((ours.ratio).upper - figure.ratio_upper) <= 1e-9 * figure.ratio_upper) AS ratio_equal_to_r
FROM ours JOIN figure USING (area, confidence);
-- area 1 of the same figures: 6.0475849456 (5.1313851259 to 7.1607030296); ratio 0.7140018567 (0.6483253063 to 0.7845281266)
SELECT round((direct).estimate::numeric, 10) AS estimate, round((direct).lower::numeric, 10) AS lower, round((direct).upper::numeric, 10) AS upper
FROM (SELECT csp.standardised_rate(events, population, standard_population) AS direct FROM stratum WHERE area = 1) AS area;
SELECT round((ratio).estimate::numeric, 10) AS estimate, round((ratio).lower::numeric, 10) AS lower, round((ratio).upper::numeric, 10) AS upper
FROM (SELECT csp.standardised_ratio(events, expected) AS ratio FROM stratum WHERE area = 1) AS area;
-- the scale of the standard does not matter, that of the rate is per
SELECT area,
       abs((csp.standardised_rate(events, population, standard_population / 80000.0, 100000)).upper
           / (csp.standardised_rate(events, population, standard_population)).upper - 100) < 1e-10 AS hundredfold
FROM stratum WHERE area IN (2, 7) GROUP BY area ORDER BY area;

-- by hand: young 10 of 1,000, old 1 of 500, standard half and half: (0.01 + 0.002) / 2 = 6 per 1,000
CREATE TEMP TABLE small (area text, events bigint, population bigint, standard_population bigint, expected float8);
INSERT INTO small VALUES
    ('half', 10, 1000, 50, 8), ('half', 1, 500, 50, 3),
    ('unknown', 10, 1000, 50, 8), ('unknown', 1, 500, 50, 3), ('unknown', NULL, 500, 50, 5), ('unknown', 5, NULL, 70, NULL), ('unknown', 5, 10, NULL, NULL),
    ('unweighted', 10, 1000, 50, 8), ('unweighted', 1, 500, 50, 3), ('unweighted', 7, 0, 0, 0),
    ('empty stratum', 10, 1000, 50, 8), ('empty stratum', 0, 0, 50, 0),
    ('no standard', 10, 1000, 0, 0), ('null', NULL, NULL, NULL, NULL);
SELECT area,
       round((csp.standardised_rate(events, population, standard_population)).estimate::numeric, 10) AS rate,
       round((csp.standardised_rate(events, population, standard_population, 100)).estimate::numeric, 10) AS per_100,
       csp.standardised_rate(events, population, standard_population) IS NULL AS no_rate,
       round((csp.standardised_rate(events, population, standard_population) FILTER (WHERE population > 0)).estimate::numeric, 10) AS filtered,
       round((csp.standardised_ratio(events, expected)).estimate::numeric, 10) AS ratio
FROM small
GROUP BY area
ORDER BY area;
-- the interval of 'half' (R: epitools::ageadjust.direct(c(10, 1), c(1000, 500), stdpop = c(50, 50))), and its SMR
-- (R: poisson.test(11, 11))
SELECT round((rate).estimate::numeric, 4) AS rate, round((rate).lower::numeric, 4) AS rate_lower, round((rate).upper::numeric, 4) AS rate_upper,
       (ratio).estimate AS ratio, round((ratio).lower::numeric, 4) AS ratio_lower, round((ratio).upper::numeric, 4) AS ratio_upper
FROM (
    SELECT csp.standardised_rate(events, population, standard_population) AS rate,
           csp.standardised_ratio(events, expected) AS ratio
    FROM small WHERE area = 'half'
) AS standardised;
-- one stratum is its own rate, and the lower limit then Garwood's
SELECT abs((csp.standardised_rate(events, population, 7)).lower / (csp.rate_interval(max(events), max(population), method => 'exact')).lower - 1) < 1e-12 AS garwood
FROM small WHERE area = 'half' AND events = 10;
SELECT csp.standardised_rate(events, population, standard_population) AS no_rows, csp.standardised_ratio(events, expected) AS no_ratio FROM small WHERE false;
-- R: poisson.test(17, 9.5)
SELECT round((csp.standardised_ratio(17, 9.5)).estimate::numeric, 8) AS ratio,
       round((csp.standardised_ratio(17, 9.5)).lower::numeric, 8) AS lower, round((csp.standardised_ratio(17, 9.5)).upper::numeric, 8) AS upper;

SELECT csp.standardised_rate(events, population, standard_population, 1000, 95) FROM small;
SELECT csp.standardised_rate(events, population, standard_population, population) FROM small;
SELECT csp.standardised_rate(events, population, standard_population, 1000, 1.0 / population) FROM small WHERE area = 'half';
SELECT csp.standardised_rate(events / 4.0, population, standard_population) FROM small;
SELECT csp.standardised_rate(-events, population, standard_population) FROM small;
SELECT csp.standardised_rate(events, population, -standard_population) FROM small;
SELECT csp.standardised_rate(events, 'NaN', standard_population) FROM small;
SELECT csp.standardised_ratio(events, -expected) FROM small;
SELECT csp.standardised_ratio(events / 4.0, expected) FROM small;
SELECT csp.standardised_ratio(events, expected, 0) FROM small;
SELECT csp_internal.standardised_rate_final('{1000,7,1,0,1,0,1,0,1,0}');
SELECT csp_internal.standardised_rate_accum('{}', 1, 1, 1);
SELECT csp_internal.standardised_ratio_final('{0.95,1,0,NULL,0}');

-- a moving frame over the bands: each pair of bands is the aggregate of just those two
WITH moving AS (
    SELECT area, band,
           csp.standardised_rate(events, population, standard_population) OVER pair AS rate,
           csp.standardised_ratio(events, expected) OVER pair AS ratio
    FROM stratum
    WINDOW pair AS (PARTITION BY area ORDER BY band ROWS 1 PRECEDING)
), apart AS (
    SELECT last.area, last.band,
           csp.standardised_rate(row.events, row.population, row.standard_population) AS rate,
           csp.standardised_ratio(row.events, row.expected) AS ratio
    FROM stratum AS last JOIN stratum AS row ON row.area = last.area AND row.band IN (last.band - 1, last.band)
    GROUP BY last.area, last.band
)
SELECT count(*) AS frames,
       count(*) FILTER (WHERE abs((moving.rate).upper / (apart.rate).upper - 1) < 1e-12) AS equal_rates,
       count(*) FILTER (WHERE abs((moving.ratio).upper / (apart.ratio).upper - 1) < 1e-12) AS equal_ratios
FROM moving JOIN apart USING (area, band);

-- a parallel plan gives the serial answer
CREATE TABLE standardised_parallel AS
    SELECT i % 8 AS area, i % 5 AS events, 100 + i % 997 AS population, 1 + i % 31 AS standard_population, 0.1 * (1 + i % 17) AS expected
    FROM generate_series(1, 60000) AS i;
ANALYZE standardised_parallel;
CREATE TEMP TABLE serial AS
    SELECT area, csp.standardised_rate(events, population, standard_population, 100) AS rate, csp.standardised_ratio(events, expected, 0.9) AS ratio
    FROM standardised_parallel GROUP BY area;
SELECT * FROM combining('standardised_parallel', 'SELECT csp.standardised_rate(events, population, standard_population), csp.standardised_ratio(events, expected) FROM standardised_parallel');
SELECT count(*) AS areas,
       count(*) FILTER (WHERE abs((parallel.rate).lower / (serial.rate).lower - 1) < 1e-12 AND abs((parallel.rate).upper / (serial.rate).upper - 1) < 1e-12) AS equal_rates,
       count(*) FILTER (WHERE abs((parallel.ratio).lower / (serial.ratio).lower - 1) < 1e-12 AND abs((parallel.ratio).upper / (serial.ratio).upper - 1) < 1e-12) AS equal_ratios
FROM (
    SELECT area, csp.standardised_rate(events, population, standard_population, 100) AS rate, csp.standardised_ratio(events, expected, 0.9) AS ratio
    FROM standardised_parallel GROUP BY area
) AS parallel
JOIN serial USING (area);
-- groups that one worker never saw: the state without rows combines with any per and confidence
SELECT (csp.standardised_rate(events, population, standard_population, 100, 0.9) FILTER (WHERE area = 3)).estimate = (SELECT (rate).estimate FROM serial WHERE area = 3) AS filtered
FROM standardised_parallel;
DROP TABLE standardised_parallel;
