-- area_measure: figures by hand.
-- location quotient: 30 of 100 crimes in the area are burglary, 100 of 1,000 in all: 0.3 / 0.1 = 3; no burglary: 0
SELECT csp.location_quotient(30, 100, 100, 1000) AS three, csp.location_quotient(10, 100, 100, 1000) AS one, csp.location_quotient(0, 100, 100, 1000) AS zero;
-- nothing to compare with, NULL
SELECT csp.location_quotient(0, 0, 100, 1000) AS no_crime, csp.location_quotient(0, 100, 0, 1000) AS no_such_crime, csp.location_quotient(1, 2, NULL, 4) AS unknown;
-- by windows over a table of counts: the quotients of a type, weighted by the areas' totals, average to 1
SELECT type, round((sum(lq * total) / sum(total))::numeric, 12) AS weighted_mean, max(lq) > 1 AS some_above
FROM (SELECT area, type, sum(n) OVER (PARTITION BY area) AS total,
             csp.location_quotient(n, sum(n) OVER (PARTITION BY area), sum(n) OVER (PARTITION BY type), sum(n) OVER ()) AS lq
      FROM (VALUES ('a', 'burglary', 10), ('a', 'theft', 30), ('b', 'burglary', 5), ('b', 'theft', 55), ('c', 'burglary', 20), ('c', 'theft', 20)) AS v (area, type, n)) AS q
GROUP BY type ORDER BY type;

-- Vulnerable Localities Index: ratios 2, 2, 2, 2, 1.6 and 5/3: indices 200, 200, 200, 200, 160, 166.6667; mean 187.7778
SELECT round(v.vli::numeric, 4) AS vli, v.burglary, v.criminal_damage, v.income_deprivation, v.employment_deprivation, v.young_people, round(v.low_attainment::numeric, 4) AS low_attainment
FROM csp.vulnerable_localities_index(20, 12, 0.3, 0.2, 0.24, 0.25, '{10,6,0.15,0.1,0.15,0.15}') AS v;
-- weights: burglary twice: (2 x 200 + 3 x 200 + 160 + 500/3) / 7 = 189.5238; burglary alone: 200
SELECT round((csp.vulnerable_localities_index(20, 12, 0.3, 0.2, 0.24, 0.25, '{10,6,0.15,0.1,0.15,0.15}', '{2,1,1,1,1,1}')).vli::numeric, 4) AS twice,
       (csp.vulnerable_localities_index(20, 12, 0.3, 0.2, 0.24, 0.25, '{10,6,0.15,0.1,0.15,0.15}', '{1,0,0,0,0,0}')).vli AS alone;
-- the study area itself, and rates of twice as much
SELECT (csp.vulnerable_localities_index(1, 2, 3, 4, 5, 6, '{1,2,3,4,5,6}')).vli AS hundred, (csp.vulnerable_localities_index(2, 4, 6, 8, 10, 12, '{1,2,3,4,5,6}')).vli AS two_hundred;
-- pooled or mean: 30 burglaries in 1,000 homes and 10 in 4,000: rates 30 and 2.5 per 1,000, pooled 8, mean 16.25
SELECT area, round((csp.vulnerable_localities_index(rate, 1, 1, 1, 1, 1, ARRAY[pooled, 1, 1, 1, 1, 1])).burglary::numeric, 4) AS pooled,
       round((csp.vulnerable_localities_index(rate, 1, 1, 1, 1, 1, ARRAY[mean, 1, 1, 1, 1, 1])).burglary::numeric, 4) AS mean
FROM (SELECT area, csp.rate_per_1000(n, homes) AS rate, csp.crude_rate(n, homes) OVER () AS pooled, avg(csp.rate_per_1000(n, homes)) OVER () AS mean
      FROM (VALUES ('a', 30, 1000), ('b', 10, 4000)) AS v (area, n, homes)) AS r ORDER BY area;
-- an unknown rate, and a study area without the crime
SELECT v.* FROM csp.vulnerable_localities_index(1, NULL, 3, 4, 5, 6, '{1,2,3,4,5,6}') AS v;
SELECT v.* FROM csp.vulnerable_localities_index(1, 2, 3, 4, 5, 6, '{0,2,NULL,4,5,6}') AS v;

-- refused
SELECT csp.location_quotient(30, 20, 10, 1000);
SELECT csp.location_quotient(-1, 20, 10, 1000);
SELECT csp.vulnerable_localities_index(1, 2, 3, 4, 5, 6, '{1,2,3}');
SELECT csp.vulnerable_localities_index(1, 2, 3, 4, 5, 6, NULL);
SELECT csp.vulnerable_localities_index(1, 2, 3, 4, 5, -6, '{1,2,3,4,5,6}');
SELECT csp.vulnerable_localities_index(1, 2, 3, 4, 5, 6, '{1,2,3,4,5,6}', '{0,0,0,0,0,0}');
SELECT csp.vulnerable_localities_index(1, 2, 3, 4, 5, 6, '{1,2,3,4,5,6}', '{1,1,1,1,1,NULL}');
SELECT csp.vulnerable_localities_index(1, 2, 3, 4, 5, 6, '{1,2,3,4,5,NaN}');
