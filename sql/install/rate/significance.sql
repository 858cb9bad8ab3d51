-- significance: many tests at once.

CREATE FUNCTION csp.adjusted_p_value(p float8)
RETURNS float8
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'adjusted_p_value';
COMMENT ON FUNCTION csp.adjusted_p_value(float8) IS
    'Window function: the p-value adjusted for the number of tests in the partition (Benjamini and Hochberg). Calling a result where it is at most 0.05 means that no more than about 5% of the results so called are false. p: the unadjusted p-value, from 0 to 1. Result from p to 1, whatever the ORDER BY and frame of the window. A NULL p stays NULL and does not count as a test; a p outside 0 to 1 is an error (22023). Source: as R''s p.adjust(method = "BH").';

CREATE FUNCTION csp.adjusted_p_value(p float8, method text)
RETURNS float8
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'adjusted_p_value';
COMMENT ON FUNCTION csp.adjusted_p_value(float8, text) IS
    'Window function: the p-value adjusted for the number of tests in the partition by the method named: BH (Benjamini and Hochberg: false discovery rate), BY (Benjamini and Yekutieli: the same under any dependence), holm or bonferroni (chance of any false finding); upper or lower case. The method of the partition''s first row holds for the whole partition; NULL there gives NULL throughout. Otherwise as csp.adjusted_p_value(p); an unknown method is an error (22023). Source: as R''s p.adjust.';
