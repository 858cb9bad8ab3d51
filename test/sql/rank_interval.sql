-- rank_interval: exact probabilities of normal differences, symmetric cases, bad input.

-- Two issues: the second is above the first with probability pnorm(-3 / sqrt(3^2 + 4^2)) = pnorm(-0.6) = 0.2742531.
-- A million draws: standard error 0.00045.
SELECT issue, (r).rank, abs((r).mean_rank - expected) < 0.002 AS mean_rank_is_right, (r).lower, (r).upper, (r).top_3, (r).top_5
FROM (SELECT issue, expected, csp.rank_interval(score, std_error, draws => 1000000) OVER () AS r
      FROM (VALUES ('a', 10.0, 3.0, 1.2742531), ('b', 7.0, 4.0, 1.7257469)) AS v (issue, score, std_error, expected)) AS s
ORDER BY issue;

-- Four alike share one tally: each is among the three highest in exactly three draws of four, whatever was drawn.
SELECT DISTINCT (r).rank, (r).mean_rank, (r).top_3, (r).top_5, (r).lower, (r).upper
FROM (SELECT csp.rank_interval(5, 1) OVER () AS r FROM generate_series(1, 4)) AS s;

-- Certain scores keep their ranks; equal ones share the better.
SELECT issue, (r).*
FROM (SELECT issue, csp.rank_interval(score, 0) OVER () AS r
      FROM (VALUES ('a', 9), ('b', 7), ('c', 7), ('d', 1)) AS v (issue, score)) AS s
ORDER BY issue;

-- Twelve issues one apart with standard error 1: differences have sd sqrt(2). The order of the rows makes no difference.
CREATE TABLE ranked AS SELECT i AS issue, (12 - i)::float8 AS score FROM generate_series(1, 12) AS i;
SELECT issue, (r).rank, (r).lower, (r).upper, round((r).top_3::numeric, 1) AS top_3
FROM (SELECT issue, csp.rank_interval(score, 1) OVER () AS r FROM ranked) AS s
ORDER BY issue;
SELECT count(DISTINCT (issue, r)) AS twelve
FROM (SELECT issue, csp.rank_interval(score, 1) OVER (ORDER BY score) AS r FROM ranked
      UNION ALL SELECT issue, csp.rank_interval(score, 1) OVER (ORDER BY md5(issue::text)) FROM ranked) AS s;
SELECT count(DISTINCT r) > 12 AS another_seed_another_answer
FROM (SELECT issue, csp.rank_interval(score, 1) OVER () AS r FROM ranked
      UNION ALL SELECT issue, csp.rank_interval(score, 1, seed => 2) OVER () FROM ranked) AS s;
-- a wider interval is not narrower
SELECT bool_and((w).lower <= (n).lower AND (w).upper >= (n).upper) AND bool_or((w).upper > (n).upper) AS wider
FROM (SELECT csp.rank_interval(score, 1, 0.99) OVER () AS w, csp.rank_interval(score, 1, 0.5) OVER () AS n FROM ranked) AS s;

-- NULLs do not count; partitions are ranked by themselves.
SELECT part, score, (r).rank, (r).upper
FROM (SELECT part, score, csp.rank_interval(score, std_error) OVER (PARTITION BY part) AS r
      FROM (VALUES (1, 3.0, 0.1), (1, NULL, 0.1), (1, 9.0, NULL), (2, 1.0, 0.0), (2, 2.0, 0.0)) AS v (part, score, std_error)) AS s
ORDER BY part, score;

-- Factors. By hand: a: likelihood (5 + 3) / 2 = 4, impact 5: 20. b: 4 and (3*5 + 1*3) / 4 = 4.5: 18.
-- c: likelihood 5, the second factor is not scored, impact 3: 15. d has no impact and is not ranked.
SELECT issue, (r).rank, (r).lower, (r).upper
FROM (SELECT issue, csp.rank_interval(l, le, lw, i, ie, iw) OVER () AS r
      FROM (VALUES ('a', '{5,3}'::float8[], '{0,0}'::float8[], '{1,1}'::float8[], '{5,5}'::float8[], '{0,0}'::float8[], '{3,1}'::float8[]),
                   ('b', '{4,4}', '{0,0}', '{1,1}', '{5,3}', '{0,0}', '{3,1}'),
                   ('c', '{5,NULL}', '{0,0}', '{1,1}', '{3,3}', '{0,0}', '{3,1}'),
                   ('d', '{5,5}', '{0,0}', '{1,1}', '{NULL,NULL}', '{0,0}', '{3,1}')) AS v (issue, l, le, lw, i, ie, iw)) AS s
ORDER BY issue;
-- The error of a mean of two factors, each with standard error 6, is sqrt(18): a against b is pnorm(-3 / sqrt(18 + 7)) again.
SELECT issue, abs((r).mean_rank - expected) < 0.002 AS mean_rank_is_right
FROM (SELECT issue, expected, csp.rank_interval(l, le, '{1,1}', '{1}', '{0}', '{1}', draws => 1000000) OVER () AS r
      FROM (VALUES ('a', '{12,8}'::float8[], '{6,6}'::float8[], 1.2742531), ('b', '{7,7}', array[sqrt(28), 0], 1.7257469)) AS v (issue, l, le, expected)) AS s
ORDER BY issue;
-- Uncertain weights: (5, 1) is above (3, 3) when the first factor weighs more, in half of the draws; one draw serves both.
SELECT issue, (r).rank, abs((r).mean_rank - 1.5) < 0.005 AS half
FROM (SELECT issue, csp.rank_interval(l, '{0,0}', '{1,1}', '{1}', '{0}', '{1}', weight_spread => 0.5, draws => 200000) OVER () AS r
      FROM (VALUES ('a', '{5,1}'::float8[]), ('b', '{3,3}')) AS v (issue, l)) AS s
ORDER BY issue;
-- and where one issue is above the other on every factor no weights change the order
SELECT DISTINCT (r).mean_rank
FROM (SELECT csp.rank_interval(l, '{0,0}', '{1,1}', '{1}', '{0}', '{1}', weight_spread => 2) OVER () AS r
      FROM (VALUES ('{5,2}'::float8[]), ('{3,1}')) AS v (l)) AS s
ORDER BY 1;

-- no rows, one row
SELECT csp.rank_interval(1, 1) OVER () FROM ranked WHERE false;
SELECT csp.rank_interval(1, 1) OVER ();

-- qnorm(0.975), qnorm(0.995)
SELECT round(csp.confidence_z(0.95)::numeric, 9) AS z95, round(csp.confidence_z(0.99)::numeric, 9) AS z99;

-- bad input
SELECT csp.confidence_z(1);
SELECT csp.rank_interval('NaN', 1) OVER ();
SELECT csp.rank_interval(1, 'Infinity') OVER ();
SELECT csp.rank_interval(1, -1) OVER ();
SELECT csp.rank_interval(1, 1, 1.5) OVER ();
SELECT csp.rank_interval(1, 1, draws => 0) OVER ();
SELECT csp.rank_interval(1, 1, draws => 100000000) OVER ();
SELECT csp.rank_interval(1, 1, seed => NULL) OVER ();
SELECT csp.rank_interval('{1,2}', '{0}', '{1,1}', '{1}', '{0}', '{1}') OVER ();
SELECT csp.rank_interval('{1}', '{0}', '{-1}', '{1}', '{0}', '{1}') OVER ();
SELECT csp.rank_interval(l, '{0}', '{1}', '{1}', '{0}', '{1}') OVER () FROM (VALUES ('{1}'::float8[]), ('{1,2}')) AS v (l);
SELECT csp.rank_interval('{1e308,1e308}', '{0,0}', '{10,10}', '{1}', '{0}', '{1}') OVER ();
SET csp_analysis.max_memory = '1MB';
SELECT csp.rank_interval(i, 1, draws => 1) OVER () FROM generate_series(1, 1000) AS i;
RESET csp_analysis.max_memory;
DROP TABLE ranked;
