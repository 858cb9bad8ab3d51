-- disclosure: a count as it may be shown.

CREATE FUNCTION csp.disclose(count bigint, threshold integer, base integer)
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'disclose';
COMMENT ON FUNCTION csp.disclose(bigint, integer, integer) IS
    'The count as it may be shown: 0 stays 0, 1 to threshold are suppressed (NULL), others are rounded to the nearest multiple of base, halves up (15 to base 10 gives 20). threshold: the largest count that is suppressed, 0 for none; base: 1 for no rounding. Suppress 1 to 7 and round to 5: disclose(count, 7, 5). Any NULL gives NULL; a negative count or threshold and a base below 1 are errors (22023), a result beyond bigint too (22003). Totals: round the true total, do not add rounded counts; one suppressed count among shown ones can be found from their total.';

CREATE FUNCTION csp.disclose_text(count bigint, threshold integer, base integer, token text DEFAULT '*')
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'disclose_text';
COMMENT ON FUNCTION csp.disclose_text(bigint, integer, integer, text) IS
    'The count as it may be printed: as csp.disclose, but text, and with the token in place of a suppressed count, so that suppressed and missing can be told apart. Any NULL gives NULL; errors as csp.disclose.';
