-- rate: events per population, with the interval attached.

CREATE FUNCTION csp.rate_per(events bigint, population bigint, per float8)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'rate_per';
COMMENT ON FUNCTION csp.rate_per(bigint, bigint, float8) IS
    'Events per so many of population: events / population * per. Population 0 gives NULL (no rate, not 0); any NULL gives NULL; negative events or population and a per that is not greater than 0 are errors (22023).';
