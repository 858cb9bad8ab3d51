-- Figures by test/reference/seeded_random.py (the generator in whole-number arithmetic) and seeded_random.R (quantiles).
CREATE TEMP TABLE draw AS
SELECT *
FROM (VALUES (1, 0::bigint, '', 0::bigint, 0.09904219474407217::float8),
             (2, 1, 'a', 1, 0.10346918728281562),
             (3, 42, 'burglary', 7, 0.09444479410700712),
             (4, 42, 'burglary/ward 12', -7, 0.9565146843507032),
             (5, -1, 'criminal damage to dwellings', 4611686018427387904, 0.2874678821323985),
             (6, -9223372036854775808, 'Größe', -9223372036854775808, 0.5685279956516621)) AS v (id, seed, stream, n, expected);

SELECT id, csp.seeded_uniform(seed, stream, n) = expected AS same FROM draw ORDER BY id;
-- a long name, stored compressed, is the same stream
CREATE TEMP TABLE named AS SELECT repeat('ab', 5000) AS stream;
SELECT csp.seeded_uniform(1, stream, 3) = csp.seeded_uniform(1, repeat('ab', 5000), 3) AS same FROM named;

SELECT id,
       abs(csp.seeded_normal(seed, stream, n) / normal - 1) < 1e-12 AS normal,
       abs(csp.seeded_exponential(seed, stream, n, 2.5) / exponential - 1) < 1e-12 AS exponential,
       csp.seeded_poisson(seed, stream, n, 3.7) AS poisson_3_7,
       csp.seeded_poisson(seed, stream, n, 0.1) AS poisson_0_1,
       csp.seeded_poisson(seed, stream, n, 12345.6) AS poisson_12345_6,
       csp.seeded_poisson(seed, stream, n, 0) AS poisson_0
FROM draw
JOIN (VALUES (1, -1.287028400098815, 0.260742133712285), (2, -1.262028935595342, 0.273056541284985),
             (3, -1.313871092509486, 0.248017590534900), (4, 1.711598790913738, 7.838329922895106),
             (5, -0.560797246120090, 0.847325725365966), (6, 0.172627787293021, 2.101381626012674))
     AS quantile (id, normal, exponential) USING (id)
ORDER BY id;

SELECT seed, array_agg(csp.seeded_integer(seed, 'die', n, low, high) ORDER BY n) AS drawn
FROM (VALUES (1, 1::bigint, 6::bigint), (2, -3, 3), (3, 5, 5),
             (4, -9223372036854775808, 9223372036854775807), (5, 0, 9223372036854775807),
             (6, -4611686018427387904, 6917529027641081856)) AS v (seed, low, high)
CROSS JOIN generate_series(1, 5) AS n
GROUP BY seed
ORDER BY seed;

-- Uniform in 100 cells, 100,000 draws each: along the counter, along the seed, along the stream's name, along a counter
-- with a stride of a power of two, and the difference (modulo 1) of two streams, of two seeds and of neighbours.
-- Chi-square with 99 degrees of freedom: .001 and .999 quantiles 61.14 and 148.23.
CREATE TEMP TABLE uniform AS
SELECT 'counter' AS way, csp.seeded_uniform(1, 'x', n) AS u FROM generate_series(1, 100000) AS n
UNION ALL SELECT 'seed', csp.seeded_uniform(n, 'x', 1) FROM generate_series(1, 100000) AS n
UNION ALL SELECT 'stream', csp.seeded_uniform(1, n::text, 1) FROM generate_series(1, 100000) AS n
UNION ALL SELECT 'stride', csp.seeded_uniform(1, 'x', n * (1::bigint << 40)) FROM generate_series(1, 100000) AS n
UNION ALL SELECT 'streams apart', 1 + csp.seeded_uniform(1, 'x', n) - csp.seeded_uniform(1, 'y', n) FROM generate_series(1, 100000) AS n
UNION ALL SELECT 'seeds apart', 1 + csp.seeded_uniform(1, 'x', n) - csp.seeded_uniform(2, 'x', n) FROM generate_series(1, 100000) AS n
UNION ALL SELECT 'neighbours apart', 1 + csp.seeded_uniform(1, 'x', n) - csp.seeded_uniform(1, 'x', n + 1) FROM generate_series(1, 100000) AS n;
SELECT way, count(*) AS cells, sum(draws) AS draws, sum((draws - 1000) ^ 2 / 1000) BETWEEN 61.14 AND 148.23 AS even
FROM (SELECT way, floor((u - floor(u)) * 100) AS cell, count(*) AS draws FROM uniform GROUP BY way, cell) AS c
GROUP BY way
ORDER BY way;
-- mean 1/2, variance 1/12: within 4 standard errors, 4 * sqrt(1/12 / 100000) = 0.00365 and 4 * sqrt(1/180 / 100000) = 0.00094
SELECT abs(avg(u) - 0.5) < 0.00365 AS mean, abs(variance(u) - 1.0 / 12) < 0.00094 AS variance, min(u) > 0 AND max(u) < 1 AS open
FROM uniform
WHERE way = 'counter';
-- all differ, but for seed 1, stream 'x', n 1, which stands in two of the ways
SELECT count(DISTINCT u) FROM uniform WHERE way IN ('counter', 'seed', 'stream', 'stride');

-- Normal: mean 0, variance 1, skewness 0, kurtosis 3, within 4 standard errors (sqrt of 1, 2, 6, 24 over 100,000)
SELECT abs(avg(z)) < 0.01265 AS mean, abs(variance(z) - 1) < 0.01789 AS variance,
       abs(avg(z ^ 3)) < 0.049 AS skewness, abs(avg(z ^ 4) - 3) < 0.124 AS kurtosis
FROM (SELECT csp.seeded_normal(3, 'z', n) AS z FROM generate_series(1, 100000) AS n) AS d;
-- Exponential of mean 10: standard error of the mean 10 / sqrt(100000); a share exp(-1) = 0.367879 beyond the mean
SELECT abs(avg(x) - 10) < 0.1265 AS mean, abs(avg((x > 10)::int) - 0.367879) < 0.0061 AS beyond_mean, min(x) > 0 AS positive
FROM (SELECT csp.seeded_exponential(3, 'wait', n, 10) AS x FROM generate_series(1, 100000) AS n) AS d;
-- Poisson of mean 3 against R's dpois: 9 degrees of freedom, .001 and .999 quantiles 1.15 and 27.88
SELECT sum((draws - 100000 * p) ^ 2 / (100000 * p)) BETWEEN 1.15 AND 27.88 AS fits
FROM (SELECT least(csp.seeded_poisson(3, 'count', n, 3), 9) AS k, count(*) AS draws FROM generate_series(1, 100000) AS n GROUP BY 1) AS d
JOIN (VALUES (0, 0.04978706836786394), (1, 0.14936120510359185), (2, 0.22404180765538773), (3, 0.22404180765538778),
             (4, 0.16803135574154082), (5, 0.10081881344492449), (6, 0.05040940672246225), (7, 0.02160403145248382),
             (8, 0.00810151179468143), (9, 0.00380299206167596)) AS poisson (k, p) USING (k);
-- a large mean: 4 standard errors, 4 * sqrt(1e12 / 1000)
SELECT abs(avg(csp.seeded_poisson(3, 'count', n, 1e12)) - 1e12) < 126500 AS large_mean,
       bool_and(csp.seeded_poisson(3, 'count', n, 1e15) BETWEEN 999999800000000 AND 1000000200000000) AS largest
FROM generate_series(1, 1000) AS n;
-- a die: 5 degrees of freedom, .001 and .999 quantiles 0.21 and 20.52
SELECT count(*) AS faces, min(face), max(face), sum((draws - 10000) ^ 2 / 10000) BETWEEN 0.21 AND 20.52 AS even
FROM (SELECT csp.seeded_integer(9, 'die', n, 1, 6) AS face, count(*) AS draws FROM generate_series(1, 60000) AS n GROUP BY 1) AS d;
-- 3 * 2^62 values from 0: the residues modulo 3 are a third each (without redrawing, one would be half);
-- 2 degrees of freedom, .001 and .999 quantiles 0.002 and 13.816
SELECT count(*) AS residues, sum((draws - 10000) ^ 2 / 10000) BETWEEN 0.002 AND 13.816 AS even
FROM (SELECT ((csp.seeded_integer(9, 'range', n, -4611686018427387904, 9223372036854775807)::numeric + 4611686018427387904) % 3) AS residue,
             count(*) AS draws
      FROM generate_series(1, 30000) AS n
      GROUP BY residue) AS d;

-- NULL in, NULL out
SELECT csp.seeded_uniform(NULL, 'x', 1), csp.seeded_uniform(1, NULL, 1), csp.seeded_normal(1, 'x', NULL),
       csp.seeded_exponential(1, 'x', 1, NULL), csp.seeded_poisson(1, 'x', 1, NULL), csp.seeded_integer(1, 'x', 1, 1, NULL);

SELECT csp.seeded_poisson(1, 'x', 1, -1);
SELECT csp.seeded_poisson(1, 'x', 1, 'NaN');
SELECT csp.seeded_poisson(1, 'x', 1, 2e15);
SELECT csp.seeded_exponential(1, 'x', 1, 0);
SELECT csp.seeded_exponential(1, 'x', 1, 'infinity');
SELECT csp.seeded_integer(1, 'x', 1, 6, 1);

-- the example of doc/data/seeded_random.md
SELECT n, round(csp.seeded_uniform(42, 'burglary', n)::numeric, 6) AS uniform,
       csp.seeded_poisson(42, 'burglary', n, 3.7) AS burglaries
FROM generate_series(7, 9) AS n;
