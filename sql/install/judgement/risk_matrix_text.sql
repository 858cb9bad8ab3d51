-- risk_matrix_text: the risk matrix as a text that reads well in psql.

CREATE FUNCTION csp_internal.risk_matrix_render(matrix jsonb, width integer, bands text[])
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'risk_matrix_render';
COMMENT ON FUNCTION csp_internal.risk_matrix_render(jsonb, integer, text[]) IS 'Internal part of risk_matrix_text: the text, given the bands of the 25 cells by likelihood, then impact.';

CREATE FUNCTION csp.risk_matrix_text(matrix jsonb, width integer DEFAULT 78, scheme text DEFAULT '5x5')
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 5000
BEGIN ATOMIC
    SELECT csp_internal.risk_matrix_render(matrix, width,
                                  ARRAY(SELECT csp.risk_band(likelihood * impact, scheme)
                                        FROM pg_catalog.generate_series(1, 5) AS likelihood
                                        CROSS JOIN pg_catalog.generate_series(1, 5) AS impact
                                        ORDER BY likelihood, impact));
END;
COMMENT ON FUNCTION csp.risk_matrix_text(jsonb, integer, text) IS
    'A risk matrix, as priority_risk_matrix returns it, as text to read in psql: likelihood 5 at the top, impact 1 at the left, in each cell its score, its band in the scheme and its issues, at most so many characters wide (60 to 500). Long names are wrapped, then cut with dots; a full cell says how many more there are. Any NULL gives NULL; a jsonb of another shape, a width out of range and an unknown scheme are errors (22023).';
