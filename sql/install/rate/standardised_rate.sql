-- standardised_rate: rates of places whose populations differ in make-up, compared as if they did not.

CREATE FUNCTION csp_internal.standardised_rate_accum(state float8[], events float8,
                        population float8, standard_population float8 [, per float8
                        [, confidence float8]])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'standardised_rate_accum';
COMMENT ON FUNCTION csp_internal.standardised_rate_accum(...) IS
    'Internal: transition function of standardised_rate[confidence?|[per?|, per 1,000] at confidence 0.95].';

CREATE FUNCTION csp_internal.standardised_rate_combine(state float8[], other float8[])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'standardised_rate_combine';
COMMENT ON FUNCTION csp_internal.standardised_rate_combine(float8[], float8[]) IS
    'Internal: combine function of standardised_rate.';

CREATE FUNCTION csp_internal.standardised_rate_final(state float8[])
RETURNS csp.interval_estimate
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'standardised_rate_final';
COMMENT ON FUNCTION csp_internal.standardised_rate_final(float8[]) IS
    'Internal: final function of standardised_rate.';

CREATE AGGREGATE csp.standardised_rate(events float8, population float8,
                        standard_population float8 [, per float8 [, confidence float8]]) (
    SFUNC = csp_internal.standardised_rate_accum,
    STYPE = float8[],
    INITCOND = '{0,0,0,0,0,0,0,0,0,0}',
    FINALFUNC = csp_internal.standardised_rate_final,
    COMBINEFUNC = csp_internal.standardised_rate_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.standardised_rate(...) IS
    'Directly standardised rate per [per?so many of population|1,000], with its [confidence?interval at the confidence given|95% interval]: what the place''s rate would be if its population had the make-up of the standard one. One row per stratum (age band, sex, ...): the stratum''s events, its population in the place, and its standard population (any scale). Result in the same unit, with the gamma interval of Fay and Feuer. A row with a NULL in any argument is skipped; a stratum with standard population 0 has no weight. NULL where there are no rows, no standard population, or a weighted stratum has population 0 (it has no rate: leave it out with FILTER, or merge strata). Errors (22023): a negative, NaN or infinite argument, events that are not whole[confidence?, per 0, confidence not between 0 and 1, per or confidence not the same in all rows|[per?, per 0 or not the same in all rows]]. Source: Fay and Feuer 1997, as R epitools::ageadjust.direct.';

CREATE FUNCTION csp_internal.standardised_ratio_accum(state float8[], observed float8,
                        expected float8 [, confidence float8])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'standardised_ratio_accum';
COMMENT ON FUNCTION csp_internal.standardised_ratio_accum(...) IS
    'Internal: transition function of standardised_ratio[confidence?| at confidence 0.95].';

CREATE FUNCTION csp_internal.standardised_ratio_combine(state float8[], other float8[])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'standardised_ratio_combine';
COMMENT ON FUNCTION csp_internal.standardised_ratio_combine(float8[], float8[]) IS
    'Internal: combine function of standardised_ratio.';

CREATE FUNCTION csp_internal.standardised_ratio_final(state float8[])
RETURNS csp.interval_estimate
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'standardised_ratio_final';
COMMENT ON FUNCTION csp_internal.standardised_ratio_final(float8[]) IS
    'Internal: final function of standardised_ratio.';

CREATE AGGREGATE csp.standardised_ratio(observed float8, expected float8 [, confidence float8]) (
    SFUNC = csp_internal.standardised_ratio_accum,
    STYPE = float8[],
    INITCOND = '{0,0,0,0,0}',
    FINALFUNC = csp_internal.standardised_ratio_final,
    COMBINEFUNC = csp_internal.standardised_ratio_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.standardised_ratio(...) IS
    'Indirectly standardised ratio (SMR): sum of observed events / sum of expected ones, with its exact (Garwood) [confidence?interval at the confidence given|95% interval]; 1 is as expected, and there is no unit. One row per stratum; expected events are the standard''s rate times the place''s population. The expected sum counts as known. A row with a NULL in any argument is skipped. No rows, or nothing expected: NULL. Errors (22023): a negative, NaN or infinite argument, observed events that are not whole[confidence?, confidence not between 0 and 1 or not the same in all rows]. Source: Garwood 1936, as R poisson.test.';
