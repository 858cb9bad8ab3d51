\set SHOW_CONTEXT never
-- The 5x5 products and the bands 1-4, 5-9, 10-14, 15-25 are small enough to check by hand.
SELECT likelihood,
       string_agg(format('%s %s', csp.risk_score(likelihood, impact), csp.risk_band(csp.risk_score(likelihood, impact))), ', ' ORDER BY impact) AS by_impact
FROM generate_series(5, 1, -1) AS likelihood
CROSS JOIN generate_series(1, 5) AS impact
GROUP BY likelihood
ORDER BY likelihood DESC;

SELECT csp.risk_score(NULL, 3) AS no_likelihood, csp.risk_score(3, NULL) AS no_impact;
SELECT csp.risk_score(0, 3);
SELECT csp.risk_score(3, 6);
SELECT csp.risk_score(-2147483648, 2147483647);

-- outside every band, and NULLs
SELECT csp.risk_band(0) AS zero, csp.risk_band(26) AS above, csp.risk_band(NULL) AS no_score, csp.risk_band(3, NULL) AS no_scheme;
SELECT csp.risk_band(3, '3x3');

-- a scheme of the user's own, with a gap
INSERT INTO csp.risk_scheme_band (scheme, rank, band, lower_score, upper_score, colour)
VALUES ('3x3', 1, 'low', 1, 2, '#00AA00'), ('3x3', 2, 'medium', 3, 4, '#ffbf00'), ('3x3', 3, 'high', 6, 9, '#aa0000');
SELECT string_agg(coalesce(csp.risk_band(score, '3x3'), '-'), ' ' ORDER BY score) AS bands FROM generate_series(0, 10) AS score;
SELECT csp.risk_band(score => 3, scheme => 'none');
UPDATE csp.risk_scheme_band SET upper_score = 5 WHERE scheme = '3x3' AND band = 'medium';
SELECT csp.risk_band(5, '3x3');

-- what a scheme may not be
INSERT INTO csp.risk_scheme_band VALUES ('3x3', 4, 'worst', 9, 12, '#000000');
INSERT INTO csp.risk_scheme_band VALUES ('3x3', 4, 'worst', 10, 9, '#000000');
INSERT INTO csp.risk_scheme_band VALUES ('3x3', 3, 'worst', 10, 12, '#000000');
INSERT INTO csp.risk_scheme_band VALUES ('3x3', 4, 'high', 10, 12, '#000000');
INSERT INTO csp.risk_scheme_band VALUES ('3x3', 4, 'worst', 10, 12, 'red"><script>');
-- bounds that change places in one statement do not overlap after it
UPDATE csp.risk_scheme_band SET lower_score = lower_score + 1, upper_score = upper_score + 1 WHERE scheme = '3x3';
SELECT band, lower_score, upper_score FROM csp.risk_scheme_band WHERE scheme = '3x3' ORDER BY rank;
-- the built-in scheme stays as it is
UPDATE csp.risk_scheme_band SET upper_score = 15 WHERE band = 'amber';
DELETE FROM csp.risk_scheme_band WHERE scheme = '5x5';
INSERT INTO csp.risk_scheme_band VALUES ('5x5', 5, 'black', 26, 30, '#000000');
INSERT INTO csp.risk_scheme_band VALUES ('6x6', 1, 'any', 1, 36, '#000000', true);
UPDATE csp.risk_scheme_band SET scheme = '5x5', lower_score = 26, upper_score = 30, rank = 5 WHERE band = 'high';
DELETE FROM csp.risk_scheme_band WHERE scheme = '3x3';
SELECT rank, band, lower_score, upper_score, colour FROM csp.risk_scheme_band ORDER BY scheme, rank;

-- anyone may read the bands, no one else may change them
CREATE ROLE regress_priority_analyst;
GRANT USAGE ON SCHEMA csp TO regress_priority_analyst;
SET ROLE regress_priority_analyst;
SELECT csp.risk_band(12);
INSERT INTO csp.risk_scheme_band VALUES ('mine', 1, 'any', 1, 36, '#000000');
RESET ROLE;
DROP OWNED BY regress_priority_analyst;
DROP ROLE regress_priority_analyst;

CREATE TEMP TABLE issue (region text, issue text, likelihood int, impact int);
INSERT INTO issue
VALUES ('east', 'Domestic abuse', 5, 5), ('east', 'Vehicle crime', 3, 2), ('east', 'Shoplifting', 5, 2), ('east', 'Bicycle theft', 3, 2),
       ('east', 'Spiking', NULL, 4), ('east', 'County lines', 2, NULL), ('east', 'Emerging drug', NULL, NULL), ('east', NULL, 4, 4),
       ('east', NULL, 9, 9), ('west', 'Vehicle crime', 3, 2), ('west', 'abstraction of electricity', 3, 2), ('west', 'Übergriffe', 3, 2), ('west', '', 3, 2);

-- the whole shape once; NULL issues are skipped, half-scored ones kept apart
SELECT matrix - 'cells' AS besides_cells, jsonb_array_length(matrix -> 'cells') AS cells, matrix #> '{cells,0}' AS first_cell, matrix #> '{cells,24}' AS last_cell
FROM (SELECT csp.priority_risk_matrix(issue, likelihood, impact) AS matrix FROM issue WHERE region = 'east') AS m;

-- every cell where it should be: cells[(likelihood - 1) * 5 + impact - 1]
SELECT count(*) AS cells,
       count(*) FILTER (WHERE cell -> 'likelihood' = to_jsonb((n - 1) / 5 + 1) AND cell -> 'impact' = to_jsonb((n - 1) % 5 + 1)
                          AND cell -> 'score' = to_jsonb(((n - 1) / 5 + 1) * ((n - 1) % 5 + 1))
                          AND cell -> 'issues' = jsonb_build_array(format('%s/%s', (n - 1) / 5 + 1, (n - 1) % 5 + 1))) AS right_cells
FROM (SELECT csp.priority_risk_matrix(format('%s/%s', l, i), l::int, i::int) AS matrix FROM generate_series(1, 5) AS l, generate_series(1, 5) AS i) AS m
CROSS JOIN LATERAL jsonb_array_elements(matrix -> 'cells') WITH ORDINALITY AS c (cell, n);

-- the order within a cell is of bytes, whatever the order of the rows; repeated issues stay unless DISTINCT
SELECT csp.priority_risk_matrix(issue, likelihood, impact ORDER BY issue DESC) #> '{cells,11,issues}' AS descending,
       csp.priority_risk_matrix(issue, likelihood, impact ORDER BY issue) = csp.priority_risk_matrix(issue, likelihood, impact ORDER BY random()) AS same,
       csp.priority_risk_matrix(DISTINCT issue, likelihood, impact) #> '{cells,11,issues}' AS distinct_issues
FROM issue;

-- groups and filters; a group without rows has an empty matrix
SELECT region,
       csp.priority_risk_matrix(issue, likelihood, impact) #> '{cells,11,issues}' AS cell_3_2,
       jsonb_array_length(csp.priority_risk_matrix(issue, likelihood, impact) -> 'unscored') AS unscored,
       csp.priority_risk_matrix(issue, likelihood, impact) FILTER (WHERE issue = 'none') = (SELECT csp.priority_risk_matrix('x', 1, 1) WHERE false) AS none
FROM issue
GROUP BY region
ORDER BY region;
SELECT count(*) AS cells, sum(jsonb_array_length(cell -> 'issues')) AS issues
FROM (SELECT csp.priority_risk_matrix('x', 1, 1) AS matrix WHERE false) AS m
CROSS JOIN LATERAL jsonb_array_elements(matrix -> 'cells') AS cell;

-- a moving frame of two rows: each row's matrix holds its own issue and the one before
SELECT n, csp.priority_risk_matrix(n::text, 1, 1) OVER (ORDER BY n ROWS 1 PRECEDING) #> '{cells,0,issues}' AS issues
FROM generate_series(1, 4) AS n;

-- a table for tools
SELECT likelihood, impact, score, csp.risk_band(score) AS band, issues
FROM (SELECT csp.priority_risk_matrix(issue, likelihood, impact) AS matrix FROM issue WHERE region = 'east') AS m
CROSS JOIN LATERAL jsonb_to_recordset(matrix -> 'cells') AS cell (likelihood int, impact int, score int, issues jsonb)
WHERE issues <> '[]'
ORDER BY score DESC, likelihood DESC;

SELECT csp.priority_risk_matrix(issue, likelihood + 1, impact) FROM issue;
SELECT csp.priority_risk_matrix(issue, NULL, 0) FROM issue;

-- parallel and partition-wise plans give what the serial one gives
CREATE TABLE many_issues (part int, issue text, likelihood int, impact int) PARTITION BY LIST (part);
CREATE TABLE many_issues_0 PARTITION OF many_issues FOR VALUES IN (0);
CREATE TABLE many_issues_1 PARTITION OF many_issues FOR VALUES IN (1);
INSERT INTO many_issues
SELECT n % 2, CASE WHEN n % 97 > 0 THEN repeat('issue ', (n % 50)::int) || n END,
       nullif(csp.seeded_integer(2, 'likelihood', n, 0, 5), 0), nullif(csp.seeded_integer(2, 'impact', n, 0, 5), 0)
FROM generate_series(1, 20000) AS n;
ANALYZE many_issues;
SET max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE serial AS SELECT csp.priority_risk_matrix(issue, likelihood, impact) AS matrix FROM many_issues_0;
CREATE TEMP TABLE serial_parts AS SELECT part, csp.priority_risk_matrix(issue, likelihood, impact) AS matrix FROM many_issues GROUP BY part;
SELECT * FROM combining('many_issues_0', 'SELECT csp.priority_risk_matrix(issue, likelihood, impact) FROM many_issues_0');
SET enable_partitionwise_aggregate = on;
SELECT (SELECT csp.priority_risk_matrix(issue, likelihood, impact) FROM many_issues_0) = matrix AS parallel_is_serial,
       (SELECT sum(jsonb_array_length(cell -> 'issues')) FROM jsonb_array_elements(matrix -> 'cells') AS cell) AS issues,
       jsonb_array_length(matrix -> 'unscored') AS unscored
FROM serial;
-- the same counts without the aggregate
SELECT count(likelihood + impact) AS issues, count(*) - count(likelihood + impact) AS unscored FROM many_issues_0 WHERE issue IS NOT NULL;
SELECT part, s.matrix = p.matrix AS partitionwise_is_serial
FROM serial_parts AS s
JOIN (SELECT part, csp.priority_risk_matrix(issue, likelihood, impact) AS matrix FROM many_issues GROUP BY part) AS p USING (part)
ORDER BY part;
-- workers that saw no row
SELECT csp.priority_risk_matrix(issue, likelihood, impact) #> '{cells,0}' AS none FROM many_issues_0 WHERE issue = 'none';
RESET ALL;
DROP TABLE many_issues;

-- the examples of doc/judgement/priority.md
DROP TABLE issue;
CREATE TEMP TABLE issue (issue text, likelihood int, impact int);
INSERT INTO issue
VALUES ('Domestic abuse', 5, 5), ('Shoplifting', 5, 2), ('Vehicle crime', 3, 2), ('Bicycle theft', 3, 2), ('Spiking', NULL, 4);
SELECT issue, csp.risk_score(likelihood, impact) AS risk, csp.risk_band(csp.risk_score(likelihood, impact)) AS band
FROM issue
ORDER BY risk DESC NULLS LAST, issue;
SELECT likelihood, impact, score, csp.risk_band(score) AS band, issues
FROM (SELECT csp.priority_risk_matrix(issue, likelihood, impact) AS matrix FROM issue) AS m
CROSS JOIN LATERAL jsonb_to_recordset(matrix -> 'cells') AS cell (likelihood int, impact int, score int, issues jsonb)
WHERE issues <> '[]'
ORDER BY score DESC;
INSERT INTO csp.risk_scheme_band (scheme, rank, band, lower_score, upper_score, colour)
VALUES ('ours', 1, 'accept', 1, 5, '#1a9850'), ('ours', 2, 'reduce', 6, 14, '#fee08b'), ('ours', 3, 'act now', 15, 25, '#d73027');
SELECT csp.risk_band(12, 'ours');
DELETE FROM csp.risk_scheme_band WHERE scheme = 'ours';
