-- emerging_hot_spot: each class by a sequence that just is one, and one that just is not. Hot: z >= 1.96. Mann-Kendall by
-- hand: ten rising values have S 45, z 3.94; ten values in no order of their own below have |S| <= 9, z <= 0.72.
CREATE TABLE sequence (n serial, expected text, z float8[], why text);
INSERT INTO sequence (expected, z, why) VALUES
    ('none', '{0,1,-1,0.5,1.9}', 'never hot'),
    ('none', '{0,3,3,0}', 'hot once, not now, and not in most periods'),
    ('new hot spot', '{0,0,0,1,2.5}', 'hot in the last period only'),
    ('new hot spot', '{2.5}', 'one period'),
    ('new hot spot', '{0,0,1.96}', 'at the threshold'),
    ('none', '{0,0,1.9599}', 'just below it'),
    ('consecutive hot spot', '{0,0,1,2.5,2.1}', 'hot without a break to the end'),
    ('sporadic hot spot', '{0,2,0,2.5,2.1}', 'hot before, then not'),
    ('oscillating hot spot', '{0,-2,0,0,2.5}', 'hot for the first time, but was cold'),
    ('oscillating hot spot', '{-2,2,0,2.5,2.1}', 'hot and cold'),
    ('intensifying hot spot', '{2,2.1,2.2,2.3,2.4,2.5,2.6,2.7,2.8,2.9}', 'always hot, rising'),
    ('intensifying hot spot', '{0,2.1,2.2,2.3,2.4,2.5,2.6,2.7,2.8,2.9}', 'hot in 9 of 10, rising'),
    ('consecutive hot spot', '{0,0,2.2,2.3,2.4,2.5,2.6,2.7,2.8,2.9}', 'hot in 8 of 10'),
    ('intensifying hot spot', '{-2,2.1,2.2,2.3,2.4,2.5,2.6,2.7,2.8,2.9}', 'cold once, but hot in 9 of 10'),
    ('diminishing hot spot', '{2.9,2.8,2.7,2.6,2.5,2.4,2.3,2.2,2.1,2}', 'always hot, falling'),
    ('persistent hot spot', '{2.5,2.1,2.9,2.3,2.8,2.2,2.6,2.4,2.7,2.45}', 'always hot, no trend'),
    ('persistent hot spot', '{2,2.1}', 'two periods have no trend'),
    ('persistent hot spot', '{2,2.1,2.2,2.3}', 'four rising: S 6, z 1.70'),
    ('intensifying hot spot', '{2,2.1,2.2,2.3,2.4}', 'five rising: S 10, z 2.20'),
    ('persistent hot spot', '{3,3,3,3,3,3}', 'no change at all'),
    ('historical hot spot', '{2.5,2.1,2.9,2.3,2.8,2.2,2.6,2.4,2.7,1.9}', 'not now, but in 9 of 10'),
    ('none', '{2.5,2.1,2.9,2.3,2.8,2.2,2.6,2.4,1.7,1.9}', 'not now, and in 8 of 10'),
    ('oscillating cold spot', '{2.5,2.1,2.9,2.3,2.8,2.2,2.6,2.4,2.7,-2.7}', 'cold now, hot in 9 of 10'),
    ('persistent hot spot', '{2.5,NULL,2.9,2.3,2.8,2.2,NULL,2.4,2.7,2.45}', 'without figures in two periods'),
    ('new hot spot', '{0,0,2.5,NULL}', 'the last figure counts'),
    (NULL, '{NULL,NULL}', 'no figures'),
    (NULL, '{}', 'no periods');
SELECT n, why, expected, csp.emerging_hot_spot(z) IS NOT DISTINCT FROM expected AS hot,
       csp.emerging_hot_spot((SELECT array_agg(-v ORDER BY o) FROM unnest(z) WITH ORDINALITY AS u (v, o)))
       IS NOT DISTINCT FROM CASE WHEN expected LIKE '% cold %' THEN replace(expected, 'cold', 'hot') ELSE replace(expected, 'hot', 'cold') END OR z = '{}' AS cold_turned
FROM sequence ORDER BY n;
-- every class occurs above
SELECT count(DISTINCT split_part(expected, ' ', 1)) AS classes FROM sequence;
-- the aggregate puts the periods in order, whatever the order of rows, and takes dates, instants or numbers
SELECT count(*) AS sequences, bool_and(a IS NOT DISTINCT FROM expected) AS by_date, bool_and(b IS NOT DISTINCT FROM expected) AS by_instant, bool_and(c IS NOT DISTINCT FROM expected) AS by_number,
       bool_and(running) AS running
FROM (SELECT n, expected, csp.emerging_hot_spot(v, date '2024-01-01' + o::int ORDER BY md5(o::text)) AS a, csp.emerging_hot_spot(v, timestamptz '2024-01-01 00:00+00' + o * interval '1 day' ORDER BY v) AS b,
             csp.emerging_hot_spot(v, o::float8) AS c, csp.emerging_hot_spot(v, o::float8) FILTER (WHERE o <= 5) IS NOT DISTINCT FROM csp.emerging_hot_spot(z[:5]) AS running
      FROM sequence LEFT JOIN LATERAL unnest(z) WITH ORDINALITY AS u (v, o) ON true GROUP BY n, expected, z) AS s;
SELECT o AS period, csp.emerging_hot_spot(v, o::float8) OVER (ORDER BY o) AS so_far, csp.emerging_hot_spot(v, o::float8) OVER (ORDER BY o ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS last_three
FROM unnest('{0,2,2.5,0,-2,-2.5}'::float8[]) WITH ORDINALITY AS u (v, o) ORDER BY o;
-- other thresholds: 90% confidence, a laxer trend, three quarters of the periods
SELECT csp.emerging_hot_spot('{0,0,1.7}'::float8[], threshold => 1.645) AS threshold, csp.emerging_hot_spot('{2,2.1,2.2,2.3}'::float8[], alpha => 0.1) AS alpha,
       csp.emerging_hot_spot('{0,2,2,2}'::float8[], share => 0.75) AS share, csp.emerging_hot_spot('{1,9,1,9,9,9,9,9,9,9}'::float8[], share => 0.8) AS share_is_reached;
SELECT csp.emerging_hot_spot(NULL::float8[]) AS "null", csp.emerging_hot_spot('{3}'::float8[], NULL) AS null_threshold;
-- from counts to classes: a cell that warms up from half-way on, in ten periods of a grid of noise
WITH count AS (
    SELECT period, x, y, csp.seeded_poisson(11, 'count', period * 10000 + x * 100 + y, CASE WHEN abs(x - 5) <= 1 AND abs(y - 5) <= 1 AND period > 5 THEN 5 + 3 * period ELSE 5 END) AS n
    FROM generate_series(1, 10) AS period, generate_series(1, 15) AS x, generate_series(1, 15) AS y
),
spot AS (SELECT period, x, y, csp.gi_star(n, ST_MakePoint(x, y), 1.5) OVER (PARTITION BY period) AS g FROM count)
SELECT csp.emerging_hot_spot((g).z, period::float8) AS planted FROM spot WHERE (x, y) = (5, 5);

SELECT csp.emerging_hot_spot('{1,NaN}'::float8[]);
SELECT csp.emerging_hot_spot('{1,infinity}'::float8[]);
SELECT csp.emerging_hot_spot('{{1,2},{3,4}}'::float8[]);
SELECT csp.emerging_hot_spot('{1}'::float8[], 0);
SELECT csp.emerging_hot_spot('{1}'::float8[], alpha => 5);
SELECT csp.emerging_hot_spot('{1}'::float8[], share => 90);
SELECT csp.emerging_hot_spot('NaN'::float8, 1::float8);
