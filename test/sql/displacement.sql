-- displacement: figures from test/reference/displacement.R (the published formula in base R), and those of R ptools.
CREATE TEMP TABLE reference (tb float8, ta float8, cb float8, ca float8, bb float8, ba float8, bcb float8, bca float8, lb float8, la float8, st float8, sc float8, sb float8, sbc float8,
    confidence float8, wdd float8, std_error float8, z float8, lower float8, upper float8, p_value float8, local float8, local_se float8);
\copy reference FROM PROGRAM 'cat "$PG_ABS_SRCDIR"/reference/displacement.csv' WITH (FORMAT csv, HEADER)
CREATE FUNCTION pg_temp.same(a float8, b float8) RETURNS bool LANGUAGE sql AS $$ SELECT abs(a - b) <= 1e-12 + 1e-9 * abs(b) $$;
SELECT count(*), bool_and(pg_temp.same(d.wdd, r.wdd)) AS wdd, bool_and(pg_temp.same(d.std_error, r.std_error)) AS std_error, bool_and(pg_temp.same(d.z, r.z)) AS z,
       bool_and(pg_temp.same(d.lower, r.lower)) AS lower, bool_and(pg_temp.same(d.upper, r.upper)) AS upper, bool_and(pg_temp.same(d.p_value, r.p_value)) AS p_value,
       bool_and(pg_temp.same(d.local_difference, r.local) AND pg_temp.same(d.local_std_error, r.local_se)) AS local,
       bool_and(pg_temp.same(d.local_difference + d.buffer_difference, r.wdd) AND pg_temp.same(sqrt(d.local_std_error ^ 2 + d.buffer_std_error ^ 2), r.std_error)) AS parts
FROM reference AS r, csp.weighted_displacement_difference(tb, ta, cb, ca, bb, ba, bcb, bca, lb, la, st, sc, sb, sbc, r.confidence) AS d;
-- R ptools::wdd at its 90%: -10 (8.366600), z -1.195229, -23.761833 to 3.761833; with buffer -20 (13.416408); lengths 2 and 1
-- 6.324555; sizes -9.791667 (5.906167), z -1.657872
SELECT "case", round(wdd::numeric, 6) AS wdd, round(std_error::numeric, 6) AS std_error, round(z::numeric, 6) AS z, round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper
FROM (SELECT 1, 'plain', d.* FROM csp.weighted_displacement_difference(20, 10, 20, 20, confidence => 0.9) AS d
      UNION ALL SELECT 2, 'buffer', d.* FROM csp.weighted_displacement_difference(20, 10, 20, 20, 30, 20, 30, 30, confidence => 0.9) AS d
      UNION ALL SELECT 3, 'length', d.* FROM csp.weighted_displacement_difference(20, 10, 20, 20, before_length => 2, after_length => 1, confidence => 0.9) AS d
      UNION ALL SELECT 4, 'size', d.* FROM csp.weighted_displacement_difference(20, 10, 20, 20, 30, 20, 30, 30, target_size => 1.5, control_size => 2, buffer_size => 3.2, buffer_control_size => 3, confidence => 0.9) AS d
      UNION ALL SELECT 5, 'ninety-five', d.* FROM csp.weighted_displacement_difference(144, 92, 86, 64) AS d) AS v (n, "case") ORDER BY n;
-- harm: weights times differences, errors added as squares; ptools::wdd_harm: -1721, 304.103601
SELECT sum(weight * d.wdd) AS harm, round(sqrt(sum((weight * d.std_error) ^ 2))::numeric, 6) AS std_error
FROM (VALUES (130, 74, 133, 91, 3), (327, 202, 388, 305, 2), (398, 190, 148, 97, 5), (144, 92, 86, 64, 7), (183, 96, 94, 67, 10)) AS v (tb, ta, cb, ca, weight),
     csp.weighted_displacement_difference(tb, ta, cb, ca) AS d;
-- nothing happened: no error to speak of, and no test
SELECT * FROM csp.weighted_displacement_difference(0, 0, 0, 0);
SELECT csp.weighted_displacement_difference(NULL, 10, 20, 20);

-- quotient, by hand: target 100 -> 60, buffer 50 -> 45, control 200 -> 200: success 0.3 - 0.5 = -0.2, buffer 0.225 - 0.25 =
-- -0.025, quotient 0.125: some benefit spread. A buffer that rises to 60: 0.3 - 0.25 = 0.05, -0.25: a quarter moved.
SELECT "case", round(q.wdq::numeric, 6) AS wdq, round(q.success::numeric, 6) AS success, round(q.buffer::numeric, 6) AS buffer, q.reason
FROM (VALUES (1, 'benefit', 100, 60, 50, 45, 200, 200), (2, 'moved', 100, 60, 50, 60, 200, 200), (3, 'no change', 3, 7, 50, 45, 30, 70), (4, 'worse', 100, 120, 50, 45, 200, 200),
             (5, 'no control', 100, 60, 50, 45, 200, 0), (6, 'emptied', 100, 0, 50, 0, 200, 200)) AS v (n, "case", tb, ta, bb, ba, cb, ca),
     csp.weighted_displacement_quotient(tb, ta, bb, ba, cb, ca) AS q ORDER BY n;
SELECT csp.weighted_displacement_quotient(1, 1, 1, NULL, 1, 1);

-- refused
SELECT csp.weighted_displacement_quotient(1, 1, -1, 1, 1, 1);
SELECT csp.weighted_displacement_difference(1.5, 1, 1, 1);
SELECT csp.weighted_displacement_difference(1, 1, 1, -1);
SELECT csp.weighted_displacement_difference(1, 1, 1, 1, after_length => 0);
SELECT csp.weighted_displacement_difference(1, 1, 1, 1, buffer_size => 'NaN');
SELECT csp.weighted_displacement_difference(1, 1, 1, 1, confidence => 95);
