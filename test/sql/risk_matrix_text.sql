\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE TEMP TABLE issue (issue text, likelihood int, impact int);
INSERT INTO issue
VALUES ('Violence with injury', 4, 5), ('Domestic abuse', 5, 5), ('Anti-social behaviour: rowdy or inconsiderate', 5, 2), ('Burglary dwelling', 3, 3),
       ('Shoplifting', 5, 2), ('Vehicle crime', 3, 2), ('County lines', 3, 5), ('Serious sexual offences', 3, 5), ('Road safety', 3, 4),
       ('Fly-tipping/environmental crime', 4, 1), ('Bicycle theft', 2, 1), ('Knife crime and other possession of weapons', 2, 5),
       ('Nitrous oxide', NULL, 2), ('Spiking', 1, NULL);
CREATE TEMP TABLE matrix AS SELECT csp.priority_risk_matrix(issue, likelihood, impact) AS matrix FROM issue;

SELECT csp.risk_matrix_text(matrix) FROM matrix;
SELECT csp.risk_matrix_text(matrix, 98) FROM matrix;
-- no line is wider than asked for, at any width that is allowed
SELECT count(DISTINCT width) AS widths, count(*) FILTER (WHERE length(line) > width) AS too_wide, count(*) FILTER (WHERE line ~ '\s$') AS trailing
FROM matrix
CROSS JOIN generate_series(60, 500, 11) AS width
CROSS JOIN LATERAL string_to_table(csp.risk_matrix_text(matrix, width), E'\n') AS line;

-- an empty matrix; short names leave the columns even and narrow
SELECT csp.risk_matrix_text(csp.priority_risk_matrix(NULL, 1, 1));

-- 100 issues in one cell, and unscored; a very long name; a word that fits no line
SELECT csp.risk_matrix_text(csp.priority_risk_matrix(format('Issue %s', n), 1, nullif(5, n % 2)), 60)
FROM generate_series(1, 100) AS n;
SELECT csp.risk_matrix_text(csp.priority_risk_matrix(issue, 5, impact), 60)
FROM (VALUES (repeat('long name ', 1000), 1), (repeat('x', 1000), 2), (E'\t tabs\r\nand  \x07 bells\t', 3), ('', 4), ('   ', 5),
             ('exactly fits', 5)) AS v (issue, impact);
-- wide characters take two columns, combining marks none: every row of the grid ends in the same column
SELECT csp.risk_matrix_text(csp.priority_risk_matrix(issue, 5, impact), 60)
FROM (VALUES ('住居侵入と窃盗の増加', 1), ('Größte Übergriffe', 2), (U&'cafe\0301s e\0301te\0301', 3), ('a住b住c住d住e住f住g住h', 4), (U&'e' || repeat(U&'\0301', 3000), 5)) AS v (issue, impact);

-- another scheme: names of any length, and scores that have none
INSERT INTO csp.risk_scheme_band (scheme, rank, band, lower_score, upper_score, colour)
VALUES ('words', 1, 'Tolerate', 1, 6, '#00aa00'), ('words', 2, 'Treat', 8, 14, '#ffbf00'), ('words', 3, 'Terminate, transfer or treat at once', 15, 25, '#aa0000');
SELECT csp.risk_matrix_text(matrix, 60, 'words') FROM matrix;
SELECT csp.risk_matrix_text(matrix, scheme => 'words') FROM matrix;
DELETE FROM csp.risk_scheme_band WHERE scheme = 'words';

\pset null '(null)'
SELECT csp.risk_matrix_text(NULL);
SELECT csp.risk_matrix_text(matrix, NULL) FROM matrix;
SELECT csp.risk_matrix_text(matrix, scheme => 'unknown') FROM matrix;
SELECT csp.risk_matrix_text(matrix, 59) FROM matrix;
SELECT csp.risk_matrix_text(matrix, 501) FROM matrix;
SELECT csp_internal.risk_matrix_render(matrix, 78, '{red}') FROM matrix;

-- a matrix made by hand: cells in any order, some missing, more keys than there need be
SELECT csp.risk_matrix_text('{"cells": [{"impact": 2.0, "likelihood": 5, "issues": ["b", "a"], "note": [{}]}, {"likelihood": 1, "impact": 1, "issues": []}], "by": "hand"}', 60);

-- what is no matrix
DO $$
DECLARE
    bad jsonb;
BEGIN
    FOR bad IN
        SELECT unnest(ARRAY['null', '1', '"cells"', '[]', '{}', '{"cells": null}', '{"cells": {}}', '{"cells": "x"}', '{"cells": [1]}', '{"cells": [[]]}', '{"cells": [{}]}',
            '{"cells": [{"likelihood": 1, "impact": 1}]}', '{"cells": [{"likelihood": 0, "impact": 1, "issues": []}]}', '{"cells": [{"likelihood": 1, "impact": 6, "issues": []}]}',
            '{"cells": [{"likelihood": 1.5, "impact": 1, "issues": []}]}', '{"cells": [{"likelihood": "1", "impact": 1, "issues": []}]}', '{"cells": [{"likelihood": 1e400, "impact": 1, "issues": []}]}',
            '{"cells": [{"likelihood": 1, "impact": 1, "issues": {}}]}', '{"cells": [{"likelihood": 1, "impact": 1, "issues": "a"}]}', '{"cells": [{"likelihood": 1, "impact": 1, "issues": [1]}]}',
            '{"cells": [{"likelihood": 1, "impact": 1, "issues": [["a"]]}]}', '{"cells": [{"likelihood": 1, "impact": 1, "issues": [null]}]}',
            '{"cells": [{"likelihood": 1, "impact": 1, "issues": []}, {"likelihood": 1, "impact": 1, "issues": []}]}',
            '{"cells": [], "unscored": 3}', '{"cells": [], "unscored": [{}]}']::jsonb[])
    LOOP
        BEGIN
            PERFORM csp.risk_matrix_text(bad);
            RAISE NOTICE 'accepted: %', bad;
        EXCEPTION WHEN invalid_parameter_value THEN
            RAISE NOTICE '%', SQLERRM;
        END;
    END LOOP;
END
$$;
