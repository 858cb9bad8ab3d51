\getenv test_folder PG_ABS_SRCDIR
-- the worked series: mean 148.416667, mean moving range 142/11 = 12.909091, limits 148.416667 -+ 2.66 x 12.909091 = 114.078485, 182.754848
CREATE TABLE worked AS SELECT t, value FROM unnest('{120,132,118,141,150,139,155,160,149,171,166,180}'::float8[]) WITH ORDINALITY AS v (value, t);
SELECT t, round((c).lower::numeric, 6) AS lower, round((c).centre::numeric, 6) AS centre, round((c).upper::numeric, 6) AS upper, round((c).sigma::numeric, 6) AS sigma, round((c).z::numeric, 4) AS z, (c).signal, (c).phase, (c).plotted
FROM (SELECT t, csp.control_limits(value) OVER (ORDER BY t) AS c FROM worked) AS w ORDER BY t;
-- its moving ranges: centre 12.909091, upper limit 3.267 times that = 42.174; the first point has none
SELECT t, (c).plotted, round((c).centre::numeric, 6) AS centre, (c).lower, round((c).upper::numeric, 6) AS upper, round((c).z::numeric, 4) AS z, (c).signal
FROM (SELECT t, csp.control_limits(value, 'mr') OVER (ORDER BY t) AS c FROM worked) AS w WHERE t <= 3 ORDER BY t;

-- against R (test/reference/control_chart.R): figures, then signals
CREATE TABLE series (name text, t int, value float8, exposure float8, phase int);
CREATE TABLE figure (name text, kind text, baseline int, t int, plotted float8, centre float8, lower float8, upper float8, sigma float8, z float8, phase int);
CREATE TABLE signal (name text, kind text, rules text, baseline int, run_length int, t int, signal text);
\set load '\\copy series FROM ' :test_folder '/reference/control_chart_series.csv CSV HEADER'
:load
\set load '\\copy figure FROM ' :test_folder '/reference/control_chart.csv CSV HEADER'
:load
\set load '\\copy signal FROM ' :test_folder '/reference/control_chart_signal.csv CSV HEADER'
:load
CREATE FUNCTION pg_temp.same(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT a IS NULL AND b IS NULL OR coalesce(abs(a - b) <= 1e-9 * greatest(abs(b), 1e-3), false) $$;
SELECT f.kind, count(*) AS rows, count(*) FILTER (WHERE pg_temp.same((c).plotted, f.plotted) AND pg_temp.same((c).centre, f.centre) AND pg_temp.same((c).lower, f.lower) AND pg_temp.same((c).upper, f.upper)
                                                  AND pg_temp.same((c).sigma, f.sigma) AND pg_temp.same((c).z, f.z) AND (c).phase = f.phase) AS equal
FROM (SELECT DISTINCT kind, baseline FROM figure) AS k
CROSS JOIN LATERAL (SELECT name, t, csp.control_limits(value, k.kind, exposure => exposure, baseline => k.baseline, phase => phase) OVER (PARTITION BY name ORDER BY t) AS c FROM series) AS s
JOIN figure AS f ON f.kind = k.kind AND f.baseline IS NOT DISTINCT FROM k.baseline AND f.name = s.name AND f.t = s.t
GROUP BY f.kind ORDER BY f.kind;
SELECT k.kind, k.rules, k.baseline, k.run_length, count(g.signal) AS signals, count(*) FILTER (WHERE (c).signal IS DISTINCT FROM g.signal) AS wrong
FROM (SELECT DISTINCT kind, rules, baseline, run_length FROM signal) AS k
CROSS JOIN LATERAL (SELECT name, t, csp.control_limits(value, k.kind, exposure, k.baseline, phase, k.rules, k.run_length) OVER (PARTITION BY name ORDER BY t) AS c FROM series) AS s
LEFT JOIN signal AS g ON g.kind = k.kind AND g.rules = k.rules AND g.baseline IS NOT DISTINCT FROM k.baseline AND g.run_length IS NOT DISTINCT FROM k.run_length AND g.name = s.name AND g.t = s.t
WHERE NOT (k.kind = 'c' AND s.name IN ('saw', 'extremes', 'hug'))
GROUP BY k.kind, k.rules, k.baseline, k.run_length ORDER BY 1, 2, 3, 4;
SELECT count(DISTINCT s) AS different_signals FROM signal, string_to_table(signal, '; ') AS s;

-- each rule by hand. Baseline 10, 12, 10, 12, ...: centre 11, moving ranges 2, sigma 2.66 x 2 / 3 = 1.773: 1 sigma is 12.77 and 9.23, 2 sigma 14.55 and 7.45,
-- limits 16.32 and 5.68. The tail is what is being judged
CREATE FUNCTION pg_temp.judged(tail float8[], rules text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(signal, ' | ' ORDER BY t) FROM (
        SELECT t, t - 8 || ': ' || (csp.control_limits(value, baseline => 8, rules => rules) OVER (ORDER BY t)).signal AS signal
        FROM unnest('{10,12,10,12,10,12,10,12}'::float8[] || tail) WITH ORDINALITY AS v (value, t)) AS s WHERE t > 8 $$;
SELECT rules, tail, pg_temp.judged(tail::float8[], rules) AS signals
FROM (VALUES (1, '{16,17,5,6}', 'western_electric'), (2, '{15,11,15,10,7,7}', 'western_electric'), (3, '{13,13,11,13,13,10,13}', 'western_electric'), (4, '{10,9,10,10.5,9.5,10,10.9,10,10,11,10}', 'western_electric'),
             (5, '{10,9,10,10.5,9.5,10,10.9,10,10,11,10}', 'nelson'), (6, '{11,8,8.5,9,9.5,10,10.5,10.5,9,8,7.5}', 'nelson'), (7, '{15,14,13,12,11,10,10}', 'nelson'), (8, '{16,17,5,6}', 'limits')) AS v (n, tail, rules) ORDER BY n;

-- a point on the centre ends a run; rows that say nothing do not: 8 above with a NULL, with an exposure of 0, and with the centre among them
SELECT label, max((c).signal) AS signal, count(*) FILTER (WHERE c IS NULL) AS nulls
FROM (SELECT label, csp.control_limits(value, 'u_prime', exposure => exposure, baseline => 6) OVER (PARTITION BY label ORDER BY t) AS c
      FROM (SELECT label, t, value, CASE WHEN value = 0 THEN 0 ELSE 10 END AS exposure FROM (VALUES ('1 null', ARRAY[4, 6, 4, 6, 4, 6, 5.5, 5.5, 5.5, 5.5, NULL, 5.5, 5.5, 5.5, 5.5]),
            ('2 exposure 0', '{4,6,4,6,4,6,5.5,5.5,5.5,5.5,0,5.5,5.5,5.5,5.5}'), ('3 centre', '{4,6,4,6,4,6,5.5,5.5,5.5,5.5,5,5.5,5.5,5.5,5.5}')) AS v (label, all_values), unnest(all_values) WITH ORDINALITY AS u (value, t)) AS r) AS s
GROUP BY label ORDER BY label;

-- limits cut off: a c chart of mean 1 has sigma 1 and 1 - 3 below 0; a p chart of .9 in 10 has .9 + 3 x .0949 above 1; an xmr chart is not cut
SELECT kind, round((c).lower::numeric, 6) AS lower, round((c).upper::numeric, 6) AS upper
FROM (SELECT 'c' AS kind, csp.control_limits(value, 'c') OVER () AS c FROM (VALUES (0), (2), (1)) AS v (value)
      UNION ALL SELECT 'p', csp.control_limits(value, 'p', 10) OVER () FROM (VALUES (9), (9), (9)) AS v (value)
      UNION ALL SELECT 'xmr', csp.control_limits(value) OVER () FROM (VALUES (0), (9), (0)) AS v (value)) AS k GROUP BY 1, 2, 3 ORDER BY 1;

-- nothing varies: limits on the centre, no z, and a value off a flat baseline is no signal by them; runs still are
SELECT kind, t, (c).centre, (c).lower, (c).upper, (c).sigma, (c).z, (c).signal
FROM (SELECT 'xmr' AS kind, t, csp.control_limits(value, 'xmr', baseline => 3) OVER (ORDER BY t) AS c FROM unnest('{5,5,5,6}'::float8[]) WITH ORDINALITY AS v (value, t)
      UNION ALL SELECT 'c', t, csp.control_limits(value, 'c', baseline => 3) OVER (ORDER BY t) FROM unnest('{0,0,0,1}'::float8[]) WITH ORDINALITY AS v (value, t)
      UNION ALL SELECT 'u_prime', t, csp.control_limits(value, 'u_prime', value * 10) OVER (ORDER BY t) FROM unnest('{1,3,7,9}'::float8[]) WITH ORDINALITY AS v (value, t)
      UNION ALL SELECT 'run', t, csp.control_limits(value, 'xmr', baseline => 3) OVER (ORDER BY t) FROM unnest('{5,5,5,6,6,6,6,6,6,6,6}'::float8[]) WITH ORDINALITY AS v (value, t)) AS k
WHERE t = 4 OR t = 11 ORDER BY kind, t;
-- one point: no moving range, no limits; counts need none; no rows; all NULL
SELECT (csp.control_limits(7, 'xmr') OVER ()).*;
SELECT (csp.control_limits(4, 'c') OVER ()).*;
SELECT csp.control_limits(value) OVER () FROM worked WHERE false;
SELECT DISTINCT csp.control_limits(NULL, 'u', 10) OVER () IS NULL AS "null", csp.control_limits(value, 'u', CASE WHEN t > 12 THEN 1.0 END) OVER () IS NULL AS no_exposure FROM worked;

-- Laney's chart is the u chart where the rates vary as counts do: sigma_u' / sigma_u = mean moving range of z / 1.128. By hand: counts 90, 110, 90, 110 in 100:
-- centre 1, sigma_u .1, z -1, 1, -1, 1, mean moving range 2, so 1.773050 times as wide
SELECT kind, round((c).sigma::numeric, 6) AS sigma, round((c).upper::numeric, 6) AS upper
FROM (VALUES ('u'), ('u_prime'), ('u''')) AS k (kind), LATERAL (SELECT csp.control_limits(value, kind, 100) OVER (ORDER BY t) AS c FROM unnest('{90,110,90,110}'::float8[]) WITH ORDINALITY AS v (value, t) LIMIT 1) AS x ORDER BY kind COLLATE "C";

-- phases: a change of number, not its size, begins one; NULL carries on; limits and runs start anew
SELECT t, phase, (c).phase AS chart_phase, (c).centre, round((c).sigma::numeric, 6) AS sigma
FROM (SELECT t, phase, csp.control_limits(value, phase => phase) OVER (ORDER BY t) AS c
      FROM (VALUES (1, 10, NULL), (2, 12, 7), (3, 14, NULL), (4, 30, 2), (5, 34, 2), (6, 5, 7)) AS v (t, value, phase)) AS p ORDER BY t;
-- recalculation: a shift from 11 to 15 after 20 points. The baseline of 12 has centre 11; the run of 8 after it is complete at point 28 and begins at 21, from
-- where limits are those of points 21 to 32; point 40 (14) and the fall to 9 after it are 8 below 15: a third phase of those 8, centre 78 / 8
SELECT min(t) AS from_t, max(t) AS to_t, (c).phase, (c).centre, round((c).sigma::numeric, 6) AS sigma, string_agg((c).signal, ' | ' ORDER BY t) AS signals
FROM (SELECT t, csp.control_limits(value, recalculate => true) OVER (ORDER BY t) AS c
      FROM (SELECT t, CASE WHEN t <= 20 THEN 11 WHEN t <= 40 THEN 15 ELSE 9 END - (-1) ^ t AS value FROM generate_series(1, 47) AS t) AS v) AS r GROUP BY (c).phase, (c).centre, (c).sigma ORDER BY 1;
-- the same of a chart without recalculation: the run is a signal from point 28 on
SELECT min(t) AS from_t, max(t) AS to_t, (c).signal FROM (SELECT t, csp.control_limits(value, baseline => 12) OVER (ORDER BY t) AS c
      FROM (SELECT t, CASE WHEN t <= 20 THEN 11 ELSE 12 END - (-1) ^ t * 0.9 AS value FROM generate_series(1, 47) AS t) AS v) AS r GROUP BY (c).signal ORDER BY 1;

-- the frame does not matter, partitions do; an outer query may rescan
SELECT count(*) AS rows, count(DISTINCT (a).centre) AS centres, count(*) FILTER (WHERE a = b) AS same
FROM (SELECT csp.control_limits(value) OVER (PARTITION BY name ORDER BY t) AS a, csp.control_limits(value) OVER (PARTITION BY name ORDER BY t ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS b FROM series WHERE value IS NOT NULL) AS s;
SELECT n, (SELECT array_agg((c).centre) FROM (SELECT csp.control_limits(value) OVER (ORDER BY t) AS c FROM worked WHERE t <= n) AS x) FROM generate_series(1, 3) AS n;
-- a long partition that shifts every 50 points, between 0, 1, 2 and 5, 6, 7: 4,200 phases
SELECT count(*), count(DISTINCT (c).centre) AS centres, min((c).centre), max((c).centre), max((c).phase) AS phases
FROM (SELECT csp.control_limits(i / 50 % 2 * 5 + i % 50 % 3, 'c', recalculate => true) OVER (ORDER BY i) AS c FROM generate_series(0, 209999) AS i) AS s;

-- errors
SELECT csp.control_limits(value, 'x') OVER () FROM worked;
SELECT csp.control_limits(value, NULL) OVER () FROM worked;
SELECT csp.control_limits(value, rules => 'weco') OVER () FROM worked;
SELECT csp.control_limits(value, baseline => 1) OVER () FROM worked;
SELECT csp.control_limits(value, run_length => 0) OVER () FROM worked;
SELECT csp.control_limits(value, 'u') OVER () FROM worked;
SELECT csp.control_limits(value, 'p', 100) OVER () FROM worked;
SELECT csp.control_limits(1.5, 'c') OVER ();
SELECT csp.control_limits(-1, 'u', 10) OVER ();
SELECT csp.control_limits(1, 'u', -10) OVER ();
SELECT csp.control_limits('NaN') OVER ();
SELECT csp.control_limits('Infinity'::float8) OVER ();
SELECT csp.control_limits(value) OVER (ORDER BY value) FROM (VALUES (-1e308), (1e308), (1.7e308)) AS v (value);
SELECT csp.control_limits(value, 'mr', recalculate => true) OVER () FROM worked;
SELECT csp.control_limits(1);
