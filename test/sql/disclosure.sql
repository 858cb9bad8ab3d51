-- Hospital statistics: 0 stays, 1 to 7 suppressed, others to the nearest 5
SELECT count, csp.disclose(count, 7, 5) AS disclosed, csp.disclose_text(count, 7, 5) AS printed
FROM unnest(ARRAY[0, 1, 7, 8, 10, 12, 13, 47, 48, 1002, NULL]) AS count;
-- other rules: no suppression, no rounding, both off; halves go up (15 to base 10 is 20)
SELECT count, csp.disclose(count, 0, 5) AS rounded, csp.disclose(count, 4, 1) AS suppressed, csp.disclose(count, 0, 1) AS unchanged,
       csp.disclose(count, 5, 10) AS base_10, csp.disclose(count => count, threshold => 2, base => 3) AS base_3
FROM unnest(ARRAY[0, 2, 3, 4, 5, 6, 14, 15, 16, 25]) AS count;
-- every multiple is its own neighbour, no result is further off than half the base, and order is kept
SELECT base, bool_and(csp.disclose(count, 0, base) % base = 0) AS multiples, max(abs(csp.disclose(count, 0, base) - count)) AS furthest,
       bool_and(csp.disclose(count, 0, base) <= csp.disclose(count + 1, 0, base)) AS in_order
FROM unnest(ARRAY[1, 2, 3, 5, 7, 10]) AS base, generate_series(0, 100) AS count
GROUP BY base ORDER BY base;
-- a suppressed count is told apart from a missing one
SELECT csp.disclose_text(3, 7, 5) AS suppressed, csp.disclose_text(3, 7, 5, token => '<8') AS token, csp.disclose_text(0, 7, 5, '<8') AS none,
       csp.disclose_text(NULL, 7, 5) AS missing, csp.disclose_text(3, NULL, 5) AS no_rule, csp.disclose_text(3, 7, 5, NULL) AS no_token;
SELECT csp.disclose(3, NULL, 5), csp.disclose(3, 7, NULL);
-- the largest bigint is 9223372036854775807
SELECT csp.disclose(9223372036854775807, 7, 1), csp.disclose(9223372036854775802, 7, 5), csp.disclose(9223372036854775807, 2147483647, 2147483647);
SELECT csp.disclose(9223372036854775807, 7, 10);
SELECT csp.disclose(-1, 7, 5);
SELECT csp.disclose(9, -1, 5);
SELECT csp.disclose(9, 7, 0);
SELECT csp.disclose_text(-1, 7, 5);
SELECT csp.disclose_text(9, 7, -5);
-- per source: each its own rule
SELECT source, csp.disclose(sum(n) FILTER (WHERE n < 100), max(threshold), max(base)) AS shown
FROM (VALUES ('hospital', 3, 7, 5), ('hospital', 9, 7, 5), ('fire', 3, 0, 1), ('fire', 200, 0, 1), ('police', 200, 0, 5)) AS v (source, n, threshold, base)
GROUP BY source ORDER BY source;
