-- secondary_suppression by hand: every interval is worked out in the comments, from the totals and parts that are shown and from
-- each hidden count being 1 or more.
\pset null '-'

-- Issue 11. U is small. P is shown, so that U and one more part must be hidden: V alone does, U + V = 523 - 21 = 502, and each
-- is 1 to 501. Hiding T would not: its part b is shown, so that U + a = 523 - 500 - 20 = 3 and U is 2 at most.
SELECT * FROM csp.secondary_suppression('{P,U,T,a,b,V}', '{523,2,21,1,20,500}', '{7,7,0,0,0,0}', '{NULL,P,P,T,T,P}');

-- V is 1 and has nothing to give. T would have to go with b; cheaper is P, whose only lower bound is its parts.
SELECT * FROM csp.secondary_suppression('{P,U,T,a,b,V}', '{24,2,21,1,20,1}', '{7,7,0,0,0,0}', '{NULL,P,P,T,T,P}');

-- 3 and 4 are both small and add up to 7, the threshold: each would be 6 at most. A third part is needed: 3 + 4 + 9 = 16, each 14 at most.
SELECT * FROM csp.secondary_suppression('{T,a,b,c,d}', '{66,3,4,9,50}', '{7,7,7,7,7}', '{NULL,T,T,T,T}');

-- Two parts of 5: each is 1 to 9, beyond the threshold of 7. Nothing more is hidden.
SELECT * FROM csp.secondary_suppression('{T,a,b,c}', '{60,5,5,50}', '{7,7,7,7}', '{NULL,T,T,T}');

-- A small total split in two ways: by subtype (1 of a source without a rule, and 2), and by area (3 and 0). Its parts go with it; the
-- zero shows. T = x + y is 2 at least, and so is north = T; T + Q = 43.
SELECT * FROM csp.secondary_suppression('{P,T,x,y,north,south,Q}', '{43,3,1,2,3,0,40}', '{7,7,0,7,7,7,0}', '{NULL,P,T,T,T,T,P}', '{NULL,type,type,type,area,area,type}');

-- What is in no part: 2 incidents of T are of no known area, and 2 = 50 - 28 - 20 would be found. Both parts are hidden, since one
-- would be 50 - 28 - 2 for a reader who knows the 2 from elsewhere; for such a reader each is 1 to 47.
SELECT * FROM csp.secondary_suppression('{T,north,south}', '{50,28,20}', '{7,7,7}', '{NULL,T,T}');

-- Nothing small, nothing hidden; a total of one part that is small is hidden with it, and has no upper bound.
SELECT * FROM csp.secondary_suppression('{T,a,b}', '{30,10,20}', '{7,7,7}', '{NULL,T,T}');
SELECT * FROM csp.secondary_suppression('{T,a,b}', '{3,3,0}', '{7,7,7}', '{NULL,T,T}');

-- every promise at once, for 300 areas of 100 types: small counts are hidden, reach beyond their thresholds and down to 1
CREATE TEMP TABLE cell AS
WITH area AS (
    SELECT format('t%s-%s', t, a) AS name, ((t * 31 + a * 17) % (t + 3))::bigint AS n, 4 + t % 4 AS threshold, 't' || t AS total FROM generate_series(1, 100) t, generate_series(1, 300) a
),
type AS (
    SELECT area.total AS name, sum(area.n)::bigint AS n, max(area.threshold) AS threshold, 'all' AS total FROM area GROUP BY area.total
)
SELECT area.name, area.n, area.threshold, area.total FROM area
UNION ALL
SELECT type.name, type.n, type.threshold, type.total FROM type
UNION ALL
SELECT 'all', sum(type.n)::bigint, 0, NULL FROM type;
SELECT count(*) FILTER (WHERE c.n BETWEEN 1 AND c.threshold) > 1000 AS many_are_small,
       bool_and(s.is_suppressed) FILTER (WHERE c.n BETWEEN 1 AND c.threshold) AS small_are_hidden,
       bool_and(s.low = 1 AND coalesce(s.high, 1000) > c.threshold) FILTER (WHERE c.n BETWEEN 1 AND c.threshold) AS none_is_open,
       bool_and(c.n BETWEEN s.low AND coalesce(s.high, c.n)) AS bounds_hold,
       count(*) FILTER (WHERE s.reason = 'secondary') < 300 AS few_are_hidden_for_others
FROM (SELECT array_agg(c.name) AS names, array_agg(c.n) AS counts, array_agg(c.threshold) AS thresholds, array_agg(c.total) AS totals FROM cell c) a
CROSS JOIN LATERAL csp.secondary_suppression(a.names, a.counts, a.thresholds, a.totals) s
JOIN cell c ON c.name = s.cell_name;

-- arguments
SELECT * FROM csp.secondary_suppression('{}', '{}', '{}', '{}');
SELECT * FROM csp.secondary_suppression(NULL, '{}', '{}', '{}');
SELECT * FROM csp.secondary_suppression('{a,b}', '{1}', '{0,0}', '{NULL,NULL}');
SELECT * FROM csp.secondary_suppression('{a,a}', '{1,2}', '{0,0}', '{NULL,NULL}');
SELECT * FROM csp.secondary_suppression('{a,b}', '{1,2}', '{0,0}', '{NULL,c}');
SELECT * FROM csp.secondary_suppression('{a,b}', '{1,2}', '{0,0}', '{b,a}');
SELECT * FROM csp.secondary_suppression('{a,b}', '{1,-2}', '{0,0}', '{NULL,a}');
SELECT * FROM csp.secondary_suppression('{a,b}', '{1,NULL}', '{0,0}', '{NULL,a}');
SELECT * FROM csp.secondary_suppression('{a,b}', '{1,2}', '{0,-1}', '{NULL,a}');
SELECT * FROM csp.secondary_suppression('{a,b}', '{9223372036854775807,1}', '{0,0}', '{NULL,a}');

-- Two tables of overlapping months. January to December was published: 130 = 30 + 100. January to November would show 128 = 30 + 98,
-- and so the 2 of December. 98 and 128 are hidden: with 98 alone it were 128 - 30.
SELECT * FROM csp_internal.suppress_overlapping('{NULL,1,1}', '{0,0,0}', '{7,7,7}', '{3,1}', '{128,30,98,2,0,2}', '{1,1,1,2,2,2}', 2);
SELECT * FROM csp_internal.suppress_overlapping('{NULL}', '{0}', '{7}', '{3}', '{4}', '{2,5}', 2);
SELECT * FROM csp_internal.suppress_overlapping('{NULL}', '{0}', '{7}', '{4}', '{4}', '{2,2}', 2);
SELECT * FROM csp_internal.suppress_overlapping('{2}', '{0}', '{7}', '{1}', '{4}', '{2}', 1);
SELECT * FROM csp_internal.suppress_overlapping('{NULL}', '{0}', '{7}', '{1}', '{4}', '{2}', 63);
SELECT * FROM csp_internal.suppress_overlapping('{NULL}', '{0}', '{7}', '{1}', '{4,4}', '{2}', 1);
