-- cell_key: the noise of greatest entropy by test/reference/cell_key.R (Newton's method on the dual, in base R).
\set ON_ERROR_STOP 0
CREATE TEMP TABLE reference (maximum integer, variance float8, count integer, noise integer, probability float8);
\copy reference FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/cell_key.csv' WITH (FORMAT csv, HEADER)
CREATE TEMP TABLE noise AS
SELECT c.maximum, c.variance, t.count, t.noise, t.probability
FROM (SELECT DISTINCT maximum, variance FROM reference) c
CROSS JOIN LATERAL csp.perturbation_table(c.maximum, c.variance) t;
SELECT count(*) AS rows, count(r.noise) AS in_reference, bool_and(abs(n.probability - r.probability) < 1e-10) AS agree
FROM noise n
FULL JOIN reference r USING (maximum, variance, count, noise);
-- what is promised of it: mean 0, the variance, no count below 0, no more than the maximum, and no cell left out
SELECT maximum, variance, bool_and(is_one) AS sums_to_one, bool_and(is_unbiased) AS unbiased, bool_and(has_variance) AS has_variance, bool_and(in_range) AS in_range
FROM (
    SELECT maximum, variance, count, abs(sum(probability) - 1) < 1e-12 AS is_one, abs(sum(probability * noise)) < 1e-12 AS is_unbiased,
           abs(sum(probability * noise * noise) - least(variance, count)) < 1e-9 AS has_variance, min(noise) = -least(count, maximum) AND max(noise) = maximum AS in_range
    FROM noise GROUP BY maximum, variance, count
) d
GROUP BY maximum, variance ORDER BY maximum;
-- the defaults are what cell_noise draws from: 200,000 keys against the table, by count
SELECT c.count, bool_and(abs(coalesce(d.share, 0) - t.probability) < 0.005) AS as_in_table, max(abs(d.share - t.probability)) > 0 AS is_drawn
FROM unnest(ARRAY[1, 2, 3, 4, 5]) AS c (count)
JOIN csp.perturbation_table() t ON t.count = c.count
LEFT JOIN LATERAL (
    SELECT noise, count(*) / 200000.0::float8 AS share
    FROM (SELECT csp.cell_noise(c.count, csp.record_key(7, g)) AS noise FROM generate_series(1, 200000) AS g) k
    GROUP BY noise
) d USING (noise)
GROUP BY c.count ORDER BY c.count;
-- 0 stays 0, whatever its key; counts beyond the table have its last row's noise
SELECT max(abs(csp.cell_noise(0, g))) AS of_none, bool_and(csp.cell_noise(5, g) = csp.cell_noise(1000000000000, g)) AS same_row, max(csp.cell_noise(5, g)) AS most, min(csp.cell_noise(5, g)) AS least
FROM generate_series(1, 10000) AS g;
-- the lowest 32 bits of the key decide, so that a sum may overflow them
SELECT bool_and(csp.cell_noise(20, g) = csp.cell_noise(20, g + 4294967296) AND csp.cell_noise(20, g) = csp.cell_noise(20, g - 4294967296)) AS same FROM generate_series(1, 1000) AS g;
-- the aggregate: the number of records and the sum of their keys say all, in any order and on parallel workers
CREATE TABLE cell_key_record AS SELECT g AS id, csp.record_key(1, g) AS key, g % 7 AS part FROM generate_series(1, 20000) AS g;
SELECT csp.perturbed_count(key) - count(*) = csp.cell_noise(count(*), sum(key)) AS sum_of_keys,
       csp.perturbed_count(key ORDER BY key) = csp.perturbed_count(key ORDER BY id DESC) AS any_order FROM cell_key_record;
SELECT * FROM combining('cell_key_record', 'SELECT part, csp.perturbed_count(key) FROM cell_key_record GROUP BY part');
CREATE TEMP TABLE on_workers AS SELECT part, csp.perturbed_count(key) AS shown FROM cell_key_record GROUP BY part;
SET max_parallel_workers_per_gather = 0;
SELECT count(*) AS parts, bool_and(w.shown = r.shown) AS same_on_workers, count(DISTINCT r.shown - r.true_count) > 1 AS is_noise
FROM on_workers w JOIN (SELECT part, csp.perturbed_count(key) AS shown, count(*) AS true_count FROM cell_key_record GROUP BY part) r USING (part);
SELECT csp.perturbed_count(key) AS of_nothing FROM cell_key_record WHERE id < 0;
SELECT csp.perturbed_count(NULL::integer) AS of_null_keys FROM cell_key_record;
DROP TABLE cell_key_record;
-- record keys: fixed, of all integers, other ones for another secret or another record
SELECT count(DISTINCT csp.record_key(1, g)) > 99990 AS differ, count(*) FILTER (WHERE csp.record_key(1, g) = csp.record_key(2, g)) < 3 AS by_secret,
       abs(avg(csp.record_key(1, g)) / 2147483648) < 0.01 AS even, abs(corr(csp.record_key(1, g), csp.record_key(1, g + 1))) < 0.015 AS unrelated,
       count(*) FILTER (WHERE csp.record_key(1, g, 5) = csp.record_key(1, 5, g)) < 3 AS by_place
FROM generate_series(1, 100000) AS g;
SELECT csp.record_key(NULL, 1) IS NULL AND csp.record_key(1, NULL) IS NULL AND csp.record_key(1, 1, NULL) IS NULL AS null_gives_null;
-- rows of the tables of the Office for National Statistics: 501 follows on 750, by turns of 250
SELECT n, csp.perturbation_row(n) AS row FROM unnest(ARRAY[1, 750, 751, 752, 1000, 1001, 1250, NULL]) AS n;
-- what is shown of people: as it is, or with noise and nothing below ten; without a key nothing
SELECT csp_internal.shown_count(3, 1, 1, false) AS plain, csp_internal.shown_count(3, NULL, 1, false) AS no_secret,
       (SELECT count(csp_internal.shown_count(4, g, g, true)) FROM generate_series(1, 10000) AS g) AS of_four,
       (SELECT min(csp_internal.shown_count(12, g, g, true)) FROM generate_series(1, 10000) AS g) AS least_shown;
-- one record more in the table, and every cell has another noise: the one in which it is does not show
SELECT abs(avg((csp_internal.shown_count(100, 5, g, true) <> csp_internal.shown_count(100, 5, g + 1, true))::integer) - 0.86) < 0.02 AS others_change,
       abs(avg((csp_internal.shown_count(100, 5, g, true) <> csp_internal.shown_count(101, g + 9, g + 1, true))::integer) - 0.86) < 0.02 AS its_own_changes
FROM generate_series(1, 10000) AS g;
-- errors
SELECT csp.cell_noise(-1, 1);
SELECT * FROM csp.perturbation_table(0, 1);
SELECT * FROM csp.perturbation_table(51, 1);
SELECT * FROM csp.perturbation_table(5, 10.1);
SELECT * FROM csp.perturbation_table(5, 'NaN');
SELECT count(*) AS of_null FROM csp.perturbation_table(NULL, 1);
SELECT csp_internal.perturbed_count_final('{1}');
SELECT csp_internal.perturbed_count_final('{1,4294967296}');
SELECT csp_internal.perturbed_count_combine('{1,1}', '{-1,1}');
SELECT csp_internal.perturbed_count_accum('{NaN,1}', 1);
SELECT csp_internal.perturbed_count_final('{9007199254740992,0}') BETWEEN 9007199254740987 AND 9007199254740997 AS largest, csp.cell_noise(9223372036854775807, 1) BETWEEN -5 AND 5 AS largest_count;
