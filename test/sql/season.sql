-- seasonal_index against R's decompose: test/reference/season.R makes the figures
CREATE TEMP TABLE series (series text, period int, n int, y float8);
CREATE TEMP TABLE expected (series text, kind text, "position" int, value float8);
\copy series FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/season.csv' WITH (FORMAT csv, HEADER)
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/season_index.csv' WITH (FORMAT csv, HEADER)
SELECT kind, count(*) AS compared, count(DISTINCT series) AS series, count(*) FILTER (WHERE abs(a.value - e.value) <= 1e-9 * abs(e.value)) AS equal
FROM expected AS e
JOIN (
    SELECT series, kind, csp.seasonal_index(y, period, kind ORDER BY n) AS index
    FROM series, (VALUES ('additive'), ('multiplicative')) AS k (kind) GROUP BY series, kind) AS i USING (series, kind),
    LATERAL (SELECT index[e.position] AS value) AS a
GROUP BY kind ORDER BY kind;
-- multiplicative is the default; the mean is 1, of the additive index 0
SELECT csp.seasonal_index(y, 12 ORDER BY n) = csp.seasonal_index(y, 12, 'Multiplicative' ORDER BY n) AS same,
    (SELECT round(avg(v)::numeric, 12) FROM unnest(csp.seasonal_index(y, 12 ORDER BY n)) AS v) AS mean,
    (SELECT round(avg(v)::numeric, 12) FROM unnest(csp.seasonal_index(y, 12, 'additive' ORDER BY n)) AS v) AS additive_mean
FROM series WHERE series = 'drivers';

-- by date: rows in any order, January first. The drivers' series begins in January 1969; from April on the positions are the same
CREATE TEMP TABLE monthly AS
SELECT n, (date '1968-12-01' + make_interval(months => n))::date AS month, y FROM series WHERE series = 'drivers';
SELECT csp.seasonal_index(y, month) = csp.seasonal_index(y, 12 ORDER BY n) AS same_as_by_position,
    (SELECT array_agg(round(v::numeric, 3)) FROM unnest(csp.seasonal_index(y, month)) AS v) AS drivers
FROM monthly;
WITH later AS (
    SELECT csp.seasonal_index(y, month) AS by_date, csp.seasonal_index(y, 12 ORDER BY n) AS by_position FROM monthly WHERE month >= '1969-04-01'
)
SELECT by_date[4:12] || by_date[1:3] = by_position AS rotated FROM later;
-- quarters (first of the year), days (Monday first), months that begin on the 6th
SELECT round((csp.seasonal_index(v, q))[2]::numeric, 6) AS second_quarter
FROM (SELECT ('2020-04-01'::date + make_interval(months => 3 * i))::date AS q, CASE WHEN i % 4 = 0 THEN 2.0 ELSE 1.0 END AS v FROM generate_series(0, 11) AS i) AS s;   -- 2 / 1.25
SELECT round((csp.seasonal_index(v, d))[6]::numeric, 6) AS saturday
FROM (SELECT d::date, CASE extract(isodow FROM d) WHEN 6 THEN 8.0 ELSE 1.0 END AS v FROM generate_series(date '2024-02-01', date '2024-03-31', '1 day') AS d) AS s;    -- 8 / 2
SELECT round((csp.seasonal_index(v, d, 'additive'))[4]::numeric, 6) AS april
FROM (SELECT d::date, CASE extract(month FROM d) WHEN 4 THEN 12.0 ELSE 0.0 END AS v FROM generate_series(date '2020-01-06', date '2022-12-06', '1 month') AS d) AS s;   -- 12 - 1

-- NULLs, no rows, zeros, GROUP BY and FILTER, a moving frame
SELECT csp.seasonal_index(y, month) FROM monthly WHERE false;
SELECT csp.seasonal_index(0, month) AS all_zero, (csp.seasonal_index(0, month, 'additive'))[1:3] AS additive FROM monthly;
SELECT csp.seasonal_index(CASE WHEN n > 23 THEN y END, month) AS known, csp.seasonal_index(NULL::float8, month) AS all_null, csp.seasonal_index(y, month) FILTER (WHERE n < 24) AS too_short FROM monthly WHERE n < 40;
SELECT csp.seasonal_index(1, d::date) FILTER (WHERE d = '2024-01-08') AS one_monday, csp.seasonal_index(1, d::date) AS two_days FROM generate_series(timestamp '2024-01-08', '2024-01-09', '1 day') AS d;
SELECT g, (csp.seasonal_index(y, month) FILTER (WHERE month >= '1980-01-01')) = (SELECT csp.seasonal_index(y, month) FROM monthly WHERE month >= '1980-01-01') AS same
FROM monthly, generate_series(0, 1) AS g GROUP BY g ORDER BY g;
SELECT count(*) FILTER (WHERE f.index = (SELECT csp.seasonal_index(y, month) FROM monthly AS m WHERE m.n BETWEEN f.n - 35 AND f.n)) AS same, count(*) AS compared
FROM (SELECT n, csp.seasonal_index(y, month) OVER (ORDER BY month ROWS 35 PRECEDING) AS index FROM monthly) AS f WHERE n >= 36 AND n % 20 = 0;
-- parallel equal to serial
CREATE TABLE season_many AS SELECT g, m.* FROM monthly AS m, generate_series(1, 50) AS g;
ANALYZE season_many;
CREATE TEMP TABLE serial AS SELECT g, csp.seasonal_index(y, month) AS index FROM season_many GROUP BY g;
SELECT * FROM combining('season_many', 'SELECT csp.seasonal_index(y, month) FROM season_many WHERE g = 1');
CREATE TEMP TABLE parallel AS SELECT g, csp.seasonal_index(y, month) AS index FROM season_many GROUP BY g;
SELECT count(*) AS groups, count(*) FILTER (WHERE s.index = p.index) AS equal FROM serial AS s JOIN parallel AS p USING (g);
RESET ALL;
DROP TABLE season_many;
-- errors
SELECT csp.seasonal_index(y, 1 ORDER BY n) FROM monthly;
SELECT csp.seasonal_index(y, n) FROM monthly WHERE n > 1;
SELECT csp.seasonal_index(nullif(y, 1632), 12 ORDER BY n) FROM monthly;   -- May 1969
SELECT csp.seasonal_index(nullif(y, 1632), month) FROM monthly;
SELECT csp.seasonal_index(y, NULL::int) FROM monthly;
SELECT csp.seasonal_index(-y, month) FROM monthly;
SELECT csp.seasonal_index('NaN', month) FROM monthly;
SELECT csp.seasonal_index(y, month, 'ratio') FROM monthly;
SELECT csp.seasonal_index(y, month, CASE WHEN n > 3 THEN 'additive' ELSE 'multiplicative' END) FROM monthly;
SELECT csp.seasonal_index(y, month, NULL) FROM monthly;
SELECT csp.seasonal_index(1e308 * (n % 3 - 1), month, 'additive') FROM monthly;
SELECT csp.seasonal_index(y, (date '2024-01-01' + 7 * n)) FROM monthly;
SELECT csp.seasonal_index(y, make_date(1800 + n, 1, 1)) FROM monthly;

-- seasonal_change: poisson.test on events and days, printed by test/reference/season.R. February 1972 (29 days) against that of 1971:
-- 1.03144077508 (0.964015990208 to 1.10362315095), p 0.374044336319
SELECT month, y, round((c).expected::numeric, 6) AS expected, round((c).ratio::numeric, 10) AS ratio, round((c).percent_change::numeric, 8) AS percent,
    round((c).lower::numeric, 10) AS lower, round((c).upper::numeric, 10) AS upper, round((c).p_value::numeric, 10) AS p_value
FROM (SELECT *, csp.seasonal_change(y, month) OVER (ORDER BY month) AS c FROM monthly) AS s WHERE month = '1972-02-01';
-- December 1984 against the three Decembers before: 0.994546822114 (0.941863859713 to 1.04978878627), p 0.847669318575
SELECT round((c).expected::numeric, 6) AS expected, round((c).ratio::numeric, 10) AS ratio, round((c).lower::numeric, 10) AS lower, round((c).upper::numeric, 10) AS upper, round((c).p_value::numeric, 10) AS p_value
FROM (SELECT *, csp.seasonal_change(y, month, years => 3) OVER (ORDER BY month) AS c FROM monthly) AS s WHERE month = '1984-12-01';
-- with equal lengths it is rate_change
SELECT count(*) AS compared, count(*) FILTER (WHERE (c).ratio = (r).ratio AND (c).p_value = (r).p_value AND (c).lower = (r).lower AND (c).percent_change = (r).percent_change) AS same
FROM (SELECT month, csp.seasonal_change(y, month, 1, 0.9) OVER w AS c, csp.rate_change((lag(y, 12) OVER w)::bigint, 31, y::bigint, 31, 0.9) AS r FROM monthly WINDOW w AS (ORDER BY month)) AS s
WHERE extract(month FROM month) = 7 AND (r).ratio IS NOT NULL;
-- the first year has no year before, with years => 2 neither the second; a NULL is a period without data, also for the year after
SELECT count(*) FILTER (WHERE c IS NULL) AS first_year, count(*) FILTER (WHERE c2 IS NULL) AS two_years, count(*) FILTER (WHERE c3 IS NULL) AS with_one_null
FROM (SELECT csp.seasonal_change(y, month) OVER w AS c, csp.seasonal_change(y, month, 2) OVER w AS c2, csp.seasonal_change(CASE WHEN n <> 30 THEN y END, month) OVER w AS c3 FROM monthly WINDOW w AS (ORDER BY month)) AS s;
-- nothing before, nothing now, nothing in either
SELECT y, x.* FROM (SELECT m, y, csp.seasonal_change(y, m) OVER (ORDER BY m) AS c
    FROM (VALUES (date '2022-01-01', 0), ('2023-01-01', 3), ('2024-01-01', 0), ('2025-01-01', 0)) AS v (m, y)) AS s, LATERAL (SELECT round((c).expected::numeric, 4) AS expected, (c).percent_change, (c).ratio, round((c).lower::numeric, 4) AS lower, round((c).upper::numeric, 4) AS upper, round((c).p_value::numeric, 4) AS p_value) AS x ORDER BY m;

-- which period is a year before: each count is its own place in the series, so that expected tells it (periods of equal length).
-- ISO weeks of 2019 to 2021 (2020 has a week 53), weeks from Sunday, days over a leap year
CREATE FUNCTION pg_temp.year_before(periods date[]) RETURNS TABLE (period date, before date) LANGUAGE sql AS $$
    SELECT p, periods[round((c).expected)::int]
    FROM (SELECT p, csp.seasonal_change(i, p) OVER (ORDER BY p) AS c FROM unnest(periods) WITH ORDINALITY AS u (p, i)) AS s
$$;
SELECT to_char(period, 'IYYY-"W"IW') AS week, to_char(before, 'IYYY-"W"IW') AS before
FROM pg_temp.year_before(array(SELECT w::date FROM generate_series(date '2018-12-31', date '2022-01-03', '7 days') AS w))
WHERE period IN ('2019-12-23', '2019-12-30', '2020-12-21', '2020-12-28', '2021-01-04', '2021-12-27', '2022-01-03');
SELECT period, before, period - before AS days FROM pg_temp.year_before(array(SELECT w::date FROM generate_series(date '2018-12-30', date '2021-01-03', '7 days') AS w)) WHERE period >= '2020-12-20';
SELECT period, before FROM pg_temp.year_before(array(SELECT d::date FROM generate_series(date '2023-02-20', date '2025-03-03', '1 day') AS d))
WHERE period IN ('2024-02-28', '2024-02-29', '2024-03-01', '2025-02-28', '2025-03-01');
-- the first period that is missing, given twice or out of order is named, by its own name
CREATE FUNCTION pg_temp.try(VARIADIC periods date[]) RETURNS TABLE (rows bigint) LANGUAGE sql AS $$
    SELECT count(c) FROM (SELECT csp.seasonal_change(1, p) OVER (ORDER BY i) AS c FROM unnest(periods) WITH ORDINALITY AS u (p, i)) AS s
$$;
SELECT pg_temp.try('2024-01-01', '2024-02-01', '2024-04-01', '2024-05-01');
SELECT pg_temp.try('2024-01-01', '2024-02-01', '2024-02-01', '2024-05-01');
SELECT pg_temp.try('2024-01-01', '2024-02-01', '2023-12-01', '2024-05-01');
SELECT pg_temp.try('2024-01-01', '2024-02-01', '2024-03-15', '2024-04-01');
SELECT pg_temp.try('2024-01-01', '2024-02-01', '2024-02-15', '2024-03-01');
SELECT pg_temp.try('2024-01-31', '2024-03-31', '2024-05-31');
SELECT pg_temp.try('2024-01-31', '2024-02-29', '2024-03-31');
SELECT pg_temp.try('2020-12-21', '2021-01-04', '2021-01-11');
SELECT pg_temp.try('2024-01-01', '2024-01-08', '2024-01-16', '2024-01-23');
SELECT pg_temp.try('2024-01-01', '2024-01-08', '2024-01-09', '2024-01-15');
SELECT pg_temp.try('2024-01-07', '2024-01-14', '2024-01-28');
SELECT pg_temp.try('2024-02-27', '2024-02-28', '2024-03-01');
SELECT pg_temp.try('2024-01-01', '2024-04-01', '2024-10-01');
SELECT pg_temp.try('2024-04-06', '2025-04-06', '2027-04-06');
SELECT pg_temp.try('2024-01-01', '2024-03-01');
SELECT pg_temp.try('2024-01-01', '2024-01-01');
SELECT pg_temp.try('0044-03-01 BC', '0044-04-01 BC', '0044-06-01 BC');
SELECT pg_temp.try('2024-01-01', 'infinity');
SELECT pg_temp.try('2024-01-01', NULL);
-- and what is whole passes: one row, months over a year's end, days over a leap day, ISO week 53, quarters from February, financial years
SELECT pg_temp.try('2024-01-17') AS one, pg_temp.try('2023-11-01', '2023-12-01', '2024-01-01') AS months, pg_temp.try('2024-02-28', '2024-02-29', '2024-03-01') AS days,
    pg_temp.try('2020-12-21', '2020-12-28', '2021-01-04') AS weeks, pg_temp.try('2024-02-01', '2024-05-01', '2024-08-01') AS quarters, pg_temp.try('2023-04-06', '2024-04-06') AS years;
-- settings and counts
SELECT csp.seasonal_change(y, month, 0) OVER (ORDER BY month) FROM monthly;
SELECT csp.seasonal_change(y, month, NULL) OVER (ORDER BY month) FROM monthly;
SELECT csp.seasonal_change(y, month, confidence => 95) OVER (ORDER BY month) FROM monthly;
SELECT csp.seasonal_change(y, month, confidence => NULL) OVER (ORDER BY month) FROM monthly;
SELECT csp.seasonal_change(y / 7, month) OVER (ORDER BY month) FROM monthly;
SELECT csp.seasonal_change(-y, month) OVER (ORDER BY month) FROM monthly;
SELECT csp.seasonal_change(y, month) OVER (ORDER BY month DESC) FROM monthly;
SELECT csp.seasonal_change(1e12, month) OVER (ORDER BY month) FROM monthly;
SELECT csp.seasonal_change(y, month) OVER (ORDER BY month) FROM monthly WHERE false;

-- month_length_adjusted: value x 30.4375 / days. 310 in January: 10 a day, 304.375; in February of 2023, 2024, 1900, 2000: 28, 29, 28, 29 days
SELECT csp.month_length_adjusted(310, '2024-01-15') AS january, csp.month_length_adjusted(280, '2023-02-01') AS february, csp.month_length_adjusted(290, '2024-02-29') AS leap,
    csp.month_length_adjusted(280, '1900-02-01') AS "1900", csp.month_length_adjusted(290, '2000-02-01') AS "2000", csp.month_length_adjusted(NULL, '2024-01-01') AS "null";
-- a constant daily count keeps its sum over four years
SELECT sum(csp.month_length_adjusted(extract(day FROM m + interval '1 month' - interval '1 day')::float8, m::date)) AS adjusted, sum(extract(day FROM m + interval '1 month' - interval '1 day')) AS days
FROM generate_series(timestamp '2021-01-01', '2024-12-01', '1 month') AS m;
SELECT csp.month_length_adjusted('NaN', '2024-01-01');
SELECT csp.month_length_adjusted(1, 'infinity');
