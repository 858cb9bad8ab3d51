-- concentration: figures from test/reference/concentration.R, which agree with R's ineq where that has them.
CREATE TABLE concentration_value (g text, value float8);
CREATE TEMP TABLE reference (g text, gini float8, corrected float8, generalised float8, top_5 float8, top_20 float8, half float8, eighty float8, "all" float8);
\copy concentration_value FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/concentration_values.csv' WITH (FORMAT csv, HEADER)
\copy reference FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/concentration.csv' WITH (FORMAT csv, HEADER)
CREATE FUNCTION pg_temp.same(a float8, b float8) RETURNS bool LANGUAGE sql AS
$$ SELECT a IS NOT DISTINCT FROM b OR abs(a - b) <= 1e-12 + 1e-9 * abs(b) $$;
SELECT g, n, pg_temp.same(o.gini, r.gini) AS gini, pg_temp.same(o.corrected, r.corrected) AS corrected,
       pg_temp.same(o.generalised, r.generalised) AS generalised, pg_temp.same(o.top_5, r.top_5) AS top_5,
       pg_temp.same(o.top_20, r.top_20) AS top_20, pg_temp.same(o.half, r.half) AS half,
       pg_temp.same(o.eighty, r.eighty) AS eighty, pg_temp.same(o."all", r."all") AS "all"
FROM (SELECT g, count(*) AS n, csp.gini(value) AS gini, csp.gini(value, true) AS corrected, csp.generalised_gini(value) AS generalised,
             csp.concentration_share(value, 0.05) AS top_5, csp.concentration_share(value, 0.2) AS top_20,
             csp.concentration_places(value, 0.5) AS half, csp.concentration_places(value, 0.8) AS eighty, csp.concentration_places(value, 1) AS "all"
      FROM concentration_value GROUP BY g) AS o
JOIN reference AS r USING (g)
ORDER BY g COLLATE "C";
-- R ineq 0.2-13: Gini 0.462091130267624, with corr = TRUE 0.513434589186249; 0.887179487179487 with 20 zeros of 26
SELECT g, round(csp.gini(value)::numeric, 12) AS gini, round(csp.gini(value, corrected)::numeric, 12) AS corrected
FROM concentration_value, (VALUES (true)) AS c (corrected) WHERE g IN ('ten', 'zeros', 'ties') GROUP BY g ORDER BY g;

-- by hand: 10 crimes at 4 places (0, 0, 0, 10): G = ((2 x 4 - 5) x 10) / (4 x 10) = 0.75, corrected 1.
-- Top 20% are 0.8 of the one place: 80% of crime; 80% of crime at 0.8 of a place of 4: 20% of places; all of it: 25%.
SELECT csp.gini(v), csp.gini(v, true) AS corrected, csp.concentration_share(v, 0.2) AS top_20,
       csp.concentration_places(v, 0.8) AS eighty, csp.concentration_places(v, 1) AS "all", csp.concentration_share(v, 0) AS none, csp.concentration_share(v, 1) AS every
FROM unnest('{0,10,0,0}'::float8[]) AS v;
-- 3 crimes at 3 of 10 places are as evenly spread as they can be: G = 0.7, G' = 0; all 3 at one place: G' = 1 - 1/3
SELECT round(csp.gini(v)::numeric, 12) AS gini, csp.generalised_gini(v) AS generalised FROM unnest('{0,0,0,0,0,0,0,1,1,1}'::int[]) AS v;
SELECT round(csp.generalised_gini(v)::numeric, 12) AS generalised FROM unnest('{0,0,0,0,0,0,0,0,0,3}'::int[]) AS v;
-- ties at the cut: the top 25% of (5, 5, 5, 1) are one place of the three: 5/16 whatever the order of rows
SELECT csp.concentration_share(v, 0.25 ORDER BY k) AS forwards, csp.concentration_share(v, 0.25 ORDER BY k DESC) AS backwards
FROM unnest('{5,1,5,5}'::float8[]) WITH ORDINALITY AS u (v, k);

-- places with crime only: the same as leaving the zeros out
SELECT csp.gini(value) FILTER (WHERE value > 0) = (SELECT csp.gini(v) FROM unnest('{1,1,2,3,8,15}'::float8[]) AS v) AS without_zeros,
       round(csp.concentration_share(value, 0.2) FILTER (WHERE value > 0)::numeric, 6) AS top_20   -- (15 + 0.2 x 8) / 30
FROM concentration_value WHERE g = 'zeros';

-- no rows, NULLs, nothing to share out
SELECT csp.gini(v), csp.gini(v, true) AS corrected, csp.generalised_gini(v), csp.concentration_share(v, 0.2), csp.concentration_places(v, 0.8) FROM (SELECT 1.0 AS v WHERE false) AS none;
SELECT csp.gini(v), csp.gini(v, true) AS corrected, csp.generalised_gini(v), csp.concentration_share(v, 0.2), csp.concentration_places(v, 0.8) FROM unnest('{0,0,0}'::float8[]) AS v;
SELECT csp.gini(v) = 0.75 AS nulls_skipped, csp.concentration_share(v, 0.25) AS share FROM unnest('{0,10,0,0,NULL,NULL}'::float8[]) AS v;
SELECT csp.gini(v) AS single, csp.gini(v, true) AS corrected, csp.concentration_places(v, 0.5) AS half FROM unnest('{7}'::float8[]) AS v;

-- lorenz: an 80/20 table; its rows are those of the aggregates
SELECT place, crimes, (l).rank, round((l).cumulative_places::numeric, 4) AS places, round((l).cumulative_share::numeric, 4) AS share
FROM (SELECT place, crimes, csp.lorenz(crimes) OVER (ORDER BY place) AS l
      FROM (VALUES ('a', 2), ('b', 8), ('c', NULL), ('d', 5), ('e', 5), ('f', 0)) AS p (place, crimes)) AS t
ORDER BY (l).rank NULLS LAST;
SELECT bool_and(abs((l).cumulative_share - s) < 1e-12) AS share, bool_and(n = (l).rank) AS ranks, bool_or((l).cumulative_share = 1) AS reaches_1
FROM (SELECT csp.lorenz(value) OVER (ORDER BY value DESC) AS l, row_number() OVER (ORDER BY value DESC) AS n,
             sum(value) OVER (ORDER BY value DESC ROWS UNBOUNDED PRECEDING) / sum(value) OVER () AS s
      FROM concentration_value WHERE g = 'ten') AS t;
SELECT g, (l).* FROM (SELECT g, csp.lorenz(v) OVER (PARTITION BY g) AS l FROM (VALUES ('nothing', 0), ('nothing', 0), ('unknown', NULL)) AS p (g, v)) AS t ORDER BY g, rank;

-- a moving frame, and a parallel plan, give what the rows alone do
SELECT count(*), bool_and(moving IS NOT DISTINCT FROM alone) AS frames
FROM (SELECT k, csp.gini(value) OVER (ORDER BY k ROWS 5 PRECEDING) AS moving
      FROM (SELECT row_number() OVER (ORDER BY value, ctid) AS k, value FROM concentration_value WHERE g = 'ten') AS v) AS w,
     LATERAL (SELECT csp.gini(value) AS alone FROM (SELECT row_number() OVER (ORDER BY value, ctid) AS k, value FROM concentration_value WHERE g = 'ten') AS v
              WHERE k BETWEEN w.k - 5 AND w.k) AS a;
CREATE TEMP TABLE serial AS
SELECT g, csp.gini(value), csp.gini(value, true) AS corrected, csp.generalised_gini(value), csp.concentration_share(value, 0.2) AS share, csp.concentration_places(value, 0.8) AS places FROM concentration_value GROUP BY g;
SELECT * FROM combining('concentration_value', 'SELECT csp.gini(value) FROM concentration_value');
SELECT bool_and(p.* IS NOT DISTINCT FROM s.*) AS parallel_is_serial
FROM (SELECT g, csp.gini(value), csp.gini(value, true) AS corrected, csp.generalised_gini(value), csp.concentration_share(value, 0.2) AS share, csp.concentration_places(value, 0.8) AS places FROM concentration_value GROUP BY g) AS p
JOIN serial AS s USING (g);
RESET ALL;

-- refused
SELECT csp.gini(v) FROM unnest('{1,-1}'::float8[]) AS v;
SELECT csp.gini(v) FROM unnest('{1,NaN}'::float8[]) AS v;
SELECT csp.generalised_gini(v) FROM unnest('{1,0.5}'::float8[]) AS v;
SELECT csp.concentration_share(v, 20) FROM unnest('{1,2}'::float8[]) AS v;
SELECT csp.concentration_share(v, v / 10) FROM unnest('{1,2}'::float8[]) AS v;
SELECT csp.concentration_places(v, NULL) FROM unnest('{1,2}'::float8[]) AS v;
SELECT csp.lorenz(v) OVER () FROM unnest('{1,Infinity}'::float8[]) AS v;
DROP TABLE concentration_value;
