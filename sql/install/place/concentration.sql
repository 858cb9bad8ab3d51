-- concentration: how unevenly crime is spread over places, victims or offenders.

CREATE TYPE csp.lorenz_point AS (
    cumulative_places   float8,
    cumulative_share    float8,
    rank                bigint
);
COMMENT ON TYPE csp.lorenz_point IS 'A place''s point on the curve of concentration, the largest places first';
COMMENT ON COLUMN csp.lorenz_point.cumulative_places IS 'Fraction of the places that rank no lower than this one, from 0 to 1: rank / number of places';
COMMENT ON COLUMN csp.lorenz_point.cumulative_share IS 'Fraction of the total that these places hold, from 0 to 1; NULL where the total is 0';
COMMENT ON COLUMN csp.lorenz_point.rank IS 'Rank of the place, 1 the largest; equal values rank in the order of the window';

CREATE FUNCTION csp_internal.gini_accum(state internal, value float8 [, corrected bool])
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'gini_accum';
COMMENT ON FUNCTION csp_internal.gini_accum(...) IS 'Internal: part of the aggregate gini.';

CREATE FUNCTION csp_internal.gini_final(state internal)
RETURNS float8
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'gini_final';
COMMENT ON FUNCTION csp_internal.gini_final(internal) IS 'Internal: part of the aggregate gini.';

CREATE AGGREGATE csp.gini(value float8 [, corrected bool]) (
    SFUNC = csp_internal.gini_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.gini_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.gini(...) IS
    '[corrected?Gini''s coefficient as gini(value); with corrected true multiplied by n/(n - 1), so that all at one place gives 1 (NULL for one place). value: crimes (or harm) at one place, a row a place. Places without crime are rows with 0 and count; leave them out with WHERE or FILTER to compare places with crime only. Rows with NULL are skipped; no rows, or a total of 0, give NULL. Errors (22023): a negative, NaN or infinite value; corrected not the same for the whole group; corrected NULL (22004). Source: as R ineq::Gini(corr = TRUE).|How unevenly are crimes spread over places? Gini''s coefficient, from 0 (all places alike) towards 1 (all at one place): the population form, at most 1 - 1/n. value: crimes (or harm) at one place, a row a place. Places without crime are rows with 0 and count; leave them out with WHERE or FILTER to compare places with crime only. Rows with NULL are skipped; no rows, or a total of 0, give NULL. Errors (22023): a negative, NaN or infinite value. With fewer crimes than places use generalised_gini. Source: as R ineq::Gini.]';

CREATE FUNCTION csp_internal.generalised_gini_accum(state internal, value float8)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'generalised_gini_accum';
COMMENT ON FUNCTION csp_internal.generalised_gini_accum(internal, float8) IS 'Internal: part of the aggregate generalised_gini.';

CREATE FUNCTION csp_internal.generalised_gini_final(state internal)
RETURNS float8
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'generalised_gini_final';
COMMENT ON FUNCTION csp_internal.generalised_gini_final(internal) IS 'Internal: part of the aggregate generalised_gini.';

CREATE AGGREGATE csp.generalised_gini(value float8) (
    SFUNC = csp_internal.generalised_gini_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.generalised_gini_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.generalised_gini(float8) IS
    'How unevenly are crimes spread over places, where there may be fewer crimes than places? From 0: as evenly as so many crimes can be. Equal to gini where there are at least as many crimes as places. value: crimes (or harm) at one place, a row a place. Places without crime are rows with 0 and count; leave them out with WHERE or FILTER to compare places with crime only. Rows with NULL are skipped; no rows, or a total of 0, give NULL. Errors (22023): a negative, NaN or infinite value or one that is no whole number. Source: Bernasco and Steenbeek 2017.';

CREATE FUNCTION csp_internal.concentration_share_accum(state internal, value float8, fraction float8)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'concentration_share_accum';
COMMENT ON FUNCTION csp_internal.concentration_share_accum(internal, float8, float8) IS 'Internal: part of the aggregate concentration_share.';

CREATE FUNCTION csp_internal.concentration_share_final(state internal)
RETURNS float8
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'concentration_share_final';
COMMENT ON FUNCTION csp_internal.concentration_share_final(internal) IS 'Internal: part of the aggregate concentration_share.';

CREATE AGGREGATE csp.concentration_share(value float8, fraction float8) (
    SFUNC = csp_internal.concentration_share_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.concentration_share_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.concentration_share(float8, float8) IS
    'What share of crime (0 to 1) do the top places hold? fraction: which part of the places, 0.2 for the top 20%; a part of a place counts in part, so that ties make no difference. value: crimes (or harm) at one place, a row a place. Places without crime are rows with 0 and count; leave them out with WHERE or FILTER to compare places with crime only. Rows with NULL are skipped; no rows, or a total of 0, give NULL. Errors (22023): a negative, NaN or infinite value, a fraction outside 0 to 1 or not the same for the whole group; fraction NULL (22004).';

CREATE FUNCTION csp_internal.concentration_places_accum(state internal, value float8, share float8)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'concentration_places_accum';
COMMENT ON FUNCTION csp_internal.concentration_places_accum(internal, float8, float8) IS 'Internal: part of the aggregate concentration_places.';

CREATE FUNCTION csp_internal.concentration_places_final(state internal)
RETURNS float8
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'concentration_places_final';
COMMENT ON FUNCTION csp_internal.concentration_places_final(internal) IS 'Internal: part of the aggregate concentration_places.';

CREATE AGGREGATE csp.concentration_places(value float8, share float8) (
    SFUNC = csp_internal.concentration_places_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.concentration_places_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.concentration_places(float8, float8) IS
    'What fraction of the places (0 to 1) holds a share of crime, taking the largest first? share: 0.5 for half of all crime, 1 for all of it. The inverse of concentration_share. value: crimes (or harm) at one place, a row a place. Places without crime are rows with 0 and count; leave them out with WHERE or FILTER to compare places with crime only. Rows with NULL are skipped; no rows, or a total of 0, give NULL. Errors (22023): a negative, NaN or infinite value, a share outside 0 to 1 or not the same for the whole group; share NULL (22004).';

CREATE FUNCTION csp.lorenz(value float8)
RETURNS csp.lorenz_point
LANGUAGE c IMMUTABLE WINDOW PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'lorenz';
COMMENT ON FUNCTION csp.lorenz(float8) IS
    'Window function: where each place stands on the curve of concentration, the largest first, as in an 80/20 table: (cumulative_places, cumulative_share, rank). value: crimes (or harm) at one place. The whole partition counts, whatever its frame; ORDER BY in the window decides the rank of equal values. The classical Lorenz curve, smallest first, runs through (1 - cumulative_places, 1 - cumulative_share). A row with NULL gives NULL and does not count; a total of 0 leaves cumulative_share NULL. Errors (22023): a negative, NaN or infinite value.';
