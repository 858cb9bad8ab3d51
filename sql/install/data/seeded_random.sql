-- seeded_random: random numbers as a pure function of a seed, the name of a stream and a counter.

CREATE FUNCTION csp.seeded_uniform(seed bigint, stream text, n bigint)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'seeded_uniform';
COMMENT ON FUNCTION csp.seeded_uniform(bigint, text, bigint) IS
    'The n-th uniform random number of a stream, strictly between 0 and 1: always the same number for the same seed, stream and n, whatever the plan or the order of the rows. Any seed and any n, negative too; use one stream name for each quantity drawn. Any NULL gives NULL. Source: SplitMix64''s scrambling of a counter (Steele, Lea and Flood 2014). Not for cryptography.';

CREATE FUNCTION csp.seeded_normal(seed bigint, stream text, n bigint)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'seeded_normal';
COMMENT ON FUNCTION csp.seeded_normal(bigint, text, bigint) IS
    'The n-th normal random number (mean 0, standard deviation 1) of a stream: the normal quantile of seeded_uniform(seed, stream, n). Any NULL gives NULL.';

CREATE FUNCTION csp.seeded_exponential(seed bigint, stream text, n bigint, mean float8)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'seeded_exponential';
COMMENT ON FUNCTION csp.seeded_exponential(bigint, text, bigint, float8) IS
    'The n-th exponential random number of a stream, in the units of its mean: -ln(1 - u) * mean where u is seeded_uniform(seed, stream, n). Any NULL gives NULL; a mean that is not a finite number greater than 0 is an error (22023).';

CREATE FUNCTION csp.seeded_poisson(seed bigint, stream text, n bigint, mean float8)
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'seeded_poisson';
COMMENT ON FUNCTION csp.seeded_poisson(bigint, text, bigint, float8) IS
    'The n-th Poisson random count of a stream: the Poisson quantile of seeded_uniform(seed, stream, n), so that a larger mean never gives a smaller count. Mean 0 gives 0. Any NULL gives NULL; a mean that is negative, not finite or greater than 1e15 is an error (22023).';

CREATE FUNCTION csp.seeded_integer(seed bigint, stream text, n bigint, low bigint, high bigint)
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'seeded_integer';
COMMENT ON FUNCTION csp.seeded_integer(bigint, text, bigint, bigint, bigint) IS
    'The n-th random integer of a stream from low to high, both included, each exactly equally likely. Any NULL gives NULL; low greater than high is an error (22023).';
