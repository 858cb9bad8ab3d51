\getenv test_folder PG_ABS_SRCDIR
SET timezone = 'UTC';
-- by hand: 23:00 and 01:00 meet at midnight, each 15 degrees off: length cos 15 = .965926; 3 at 06:00 and 1 at 18:00: length (3 - 1) / 4;
-- opposite times, and four around the dial, have no mean; one time has length 1
SELECT label, csp.circular_mean(hour) AS mean, round((csp.circular_concentration(hour)).resultant_length::numeric, 6) AS length, (csp.circular_concentration(hour)).mean_time
FROM (VALUES ('1 around midnight', 23), ('1 around midnight', 1), ('2 opposite', 3), ('2 opposite', 15), ('3 around', 0), ('3 around', 6), ('3 around', 12), ('3 around', 18),
             ('4 three to one', 6), ('4 three to one', 6), ('4 three to one', 18), ('4 three to one', 6), ('5 one', 24), ('6 null', NULL)) AS v (label, hour)
GROUP BY label ORDER BY label;
SELECT (csp.circular_concentration(hour)).* FROM (VALUES (3), (15)) AS v (hour);
SELECT (csp.circular_concentration(hour)).* FROM (VALUES (6), (6)) AS v (hour);
SELECT csp.circular_mean(1.0) IS NULL AS mean, csp.circular_concentration(1.0) IS NULL AS concentration WHERE false;
-- hours beyond the dial go round it: -1 is 23:00, 49 is 01:00
SELECT round(csp.circular_mean(hour)::numeric, 9) AS mean FROM (VALUES (-1), (49), (24)) AS v (hour);

-- against R's package circular (test/reference/circular.R)
CREATE TABLE times (name text, hour float8, weight float8);
CREATE TABLE figure (name text, n int, mean_hour float8, resultant_length float8, deviation_hours float8, kappa float8, rayleigh_z float8, p_value float8);
\set load '\\copy times FROM ' :test_folder '/reference/circular_times.csv CSV HEADER'
:load
\set load '\\copy figure FROM ' :test_folder '/reference/circular.csv CSV HEADER'
:load
CREATE FUNCTION pg_temp.same(a float8, b float8, tolerance float8) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs(a - b) <= tolerance * abs(b) $$;
SELECT f.name, (c).weight = f.n AS n, pg_temp.same((c).mean_hour, f.mean_hour, 1e-12) AS mean, pg_temp.same(a.mean, f.mean_hour, 1e-12) AS circular_mean, pg_temp.same((c).resultant_length, f.resultant_length, 1e-12) AS length,
       pg_temp.same((c).deviation_hours, f.deviation_hours, 1e-7) AS deviation, pg_temp.same((c).kappa, f.kappa, CASE f.name WHEN 'tight' THEN 1e-7 ELSE 1e-9 END) AS kappa, pg_temp.same((c).rayleigh_z, f.rayleigh_z, 1e-12) AS z, pg_temp.same((c).p_value, f.p_value, 1e-9) AS p
FROM (SELECT name, csp.circular_concentration(hour, weight) AS c, csp.circular_mean(hour, weight) AS mean FROM times GROUP BY name) AS a JOIN figure AS f USING (name) ORDER BY name;

-- instants by the local clock: 23:30 and 00:30 on a summer night in London are 22:30 and 23:30 UTC; a weight of 3 draws the mean
SELECT csp.circular_mean(occurred, 'Europe/London') AS london, csp.circular_mean(occurred, 'UTC') AS utc, (csp.circular_concentration(occurred, 'Europe/London')).mean_time AS mean_time,
       csp.circular_mean(occurred, 'Europe/London', CASE WHEN occurred < '2024-07-01 23:00+00' THEN 3 ELSE 1 END) < time '23:50' AS weighted
FROM (VALUES (timestamptz '2024-07-01 22:30+00'), ('2024-07-01 23:30+00'), (NULL)) AS v (occurred);
-- of an aoristic week: one interval from 22:00 to 02:00 has its mean at midnight
SELECT csp.circular_mean(hour + 0.5, weight) IN (0, 24) OR csp.circular_mean(hour + 0.5, weight) < 1e-12 OR csp.circular_mean(hour + 0.5, weight) > 24 - 1e-12 AS midnight
FROM csp.hour_of_week(csp.aoristic_weights('2024-03-08 22:00', '2024-03-09 02:00', 'Europe/London'));

-- kappa over its whole range: the length of its von Mises distribution by the series of I1 / I0, added up here
SELECT r, abs((i1 / i0) / r - 1) < 1e-11 AS solved
FROM unnest('{0.001,0.2,0.52,0.54,0.84,0.86,0.95}'::float8[]) AS r,
     LATERAL (SELECT (csp.circular_concentration(hour, weight)).kappa AS k FROM (VALUES (0.0, (1 + r) / 2), (12.0, (1 - r) / 2)) AS v (hour, weight)) AS c,
     LATERAL (SELECT sum(t) AS i0, sum(t * k / 2 / (j + 1)) AS i1 FROM (SELECT j, exp(greatest(-700, 2 * j * ln(k / 2) - 2 * sum(ln(greatest(j, 1)::float8)) OVER (ORDER BY j))) AS t FROM generate_series(0, 120) AS j) AS term) AS i;
-- near 1: 1 / (2 (1 - R)) (1 + 1 / (4 kappa) ...), continuous where the method changes
SELECT round(k::numeric, -1) AS kappa, abs(k * 2 * (1 - r) / (1 + 1 / (4 * k) + 1 / (4 * k * k) + 25 / (64 * k ^ 3)) - 1) < 1e-7 AS solved
FROM unnest('{0.9998,0.99989,0.99991,0.999999}'::float8[]) AS r,
     LATERAL (SELECT (csp.circular_concentration(hour, weight)).kappa AS k FROM (VALUES (0.0, (1 + r) / 2), (12.0, (1 - r) / 2)) AS v (hour, weight)) AS c;

-- groups, filter, moving frame, parallel plan
SELECT name, round((csp.circular_mean(hour) FILTER (WHERE hour > 12))::numeric, 6) = round((atan2d(sum(sind(15 * hour)) FILTER (WHERE hour > 12), sum(cosd(15 * hour)) FILTER (WHERE hour > 12)) / 15 + 24)::numeric % 24, 6) AS right FROM times GROUP BY name HAVING max(hour) > 12 ORDER BY name;
SELECT array_agg(round(mean::numeric, 6) ORDER BY i) FROM (SELECT i, csp.circular_mean(hour) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS mean FROM (VALUES (1, 23), (2, 1), (3, 5), (4, NULL), (5, 4)) AS v (i, hour)) AS m;
CREATE TABLE many AS SELECT csp.seeded_uniform(3, 'hour', i) * 24 AS hour, csp.seeded_poisson(3, 'weight', i, 2)::float8 AS weight FROM generate_series(1, 20000) AS i;
ANALYZE many;
SELECT csp.circular_concentration(hour, weight) AS c INTO serial FROM many;
SELECT * FROM combining('many', 'SELECT csp.circular_concentration(hour, weight) FROM many');
SELECT (p.c).weight = (s.c).weight AND pg_temp.same((p.c).mean_hour, (s.c).mean_hour, 1e-12) AND pg_temp.same((p.c).kappa, (s.c).kappa, 1e-9) AS same FROM serial AS s, (SELECT csp.circular_concentration(hour, weight) AS c FROM many) AS p;
RESET ALL;

-- errors
SELECT csp.circular_mean('NaN'::float8);
SELECT csp.circular_mean(3.0, -1.0);
SELECT csp.circular_mean(timestamptz 'infinity', 'UTC');
SELECT csp.circular_mean(timestamptz '2024-01-01', 'Utopia');
SELECT csp.circular_mean(timestamptz '2024-01-01', NULL);
SELECT csp.circular_concentration(hour, 1e308) FROM generate_series(1, 3) AS hour;
SELECT csp_internal.circular_mean_final('{1,2,3}');
SELECT csp_internal.circular_mean_final('{1,1,0,5,0,0,0}');
