-- cusum_design: reference value and threshold of a cumulative sum, and how long it runs.

CREATE TYPE csp.cusum_parameters AS (
    k  float8,
    h  float8
);
COMMENT ON TYPE csp.cusum_parameters IS 'Reference value and threshold of csp.cusum; what csp.cusum_design returns';
COMMENT ON COLUMN csp.cusum_parameters.k IS 'Reference value, standard deviations: taken off each standardised count';
COMMENT ON COLUMN csp.cusum_parameters.h IS 'Threshold, standard deviations: the sum at which there is an alarm';

CREATE FUNCTION csp.cusum_arl(k float8, h float8, shift float8 DEFAULT 0)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'cusum_arl';
COMMENT ON FUNCTION csp.cusum_arl(float8, float8, float8) IS
    'How many counts pass on average until a one-sided cumulative sum with reference value k and threshold h (standard deviations) raises an alarm? shift: by how many standard deviations the counts are above what is expected; 0: the run length between false alarms. For normal, independent deviates, from a sum of 0. NULL arguments give NULL, as does a run length beyond 1e12. Errors (22023): k or h not above 0, h above 60, NaN, infinity. Page 1954.';

CREATE FUNCTION csp.cusum_design(in_control_arl float8 DEFAULT 500, out_of_control_arl float8 DEFAULT 7)
RETURNS csp.cusum_parameters
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000000
AS 'MODULE_PATHNAME', 'cusum_design';
COMMENT ON FUNCTION csp.cusum_design(float8, float8) IS
    'Which reference value k and threshold h does a cumulative sum need that raises a false alarm every in_control_arl counts on average, and finds a rise within out_of_control_arl? The rise to be found is the one that k is best for, 2 k standard deviations. For normal, independent deviates; counts of a few events are alarmed at more often (csp.cusum with method rossi comes nearer). NULL arguments give NULL. Errors (22023): in_control_arl not above 2 and at most 1000000, out_of_control_arl not between 1 and that, no such sum. As R surveillance find.kh; Rossi and others 1999.';
