-- emerging_hot_spot: what kind of hot or cold spot a place is by now.

CREATE FUNCTION csp.emerging_hot_spot(z float8[], threshold float8 DEFAULT 1.96, alpha float8 DEFAULT 0.05, share float8 DEFAULT 0.9)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50
AS 'MODULE_PATHNAME', 'emerging_hot_spot';
COMMENT ON FUNCTION csp.emerging_hot_spot(float8[], float8, float8, float8) IS
    'What kind of hot or cold spot is a place by now? One of new, consecutive, intensifying, persistent, diminishing, sporadic, oscillating, historical, followed by hot spot or cold spot; or none. z: its Gi* z-values in order of the periods (array_agg(z ORDER BY month)). threshold: from which |z| on a period counts; alpha: significance level of the trend; share: of the periods, from which on a spot is a lasting one. A period is hot at z >= threshold and cold at z <= -threshold. A hot spot in the last period is: new (hot in the last period only, never cold); with at least the share of the periods hot: intensifying, diminishing or persistent (z rises, falls or neither by the Mann-Kendall test at alpha); with fewer: oscillating (cold in some period), consecutive (all hot periods are the last ones) or sporadic (hot by turns). historical: neither hot nor cold now, but in at least the share of the periods hot. Cold spots the same with the signs turned. NULL elements are left out; no elements, or a NULL argument, give NULL. Errors (22023): NaN and infinite z, threshold not above 0, alpha not between 0 and 1, share not above 0 and at most 1, arrays of more than one dimension.';

CREATE FUNCTION csp_internal.emerging_hot_spot_final(internal)
RETURNS text
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'emerging_hot_spot_final';
COMMENT ON FUNCTION csp_internal.emerging_hot_spot_final(internal) IS 'Internal: part of the aggregate emerging_hot_spot.';

CREATE AGGREGATE csp.emerging_hot_spot(z float8, period {float8|date|timestamptz}) (
    SFUNC = csp_internal.series_{|date_|timestamptz_}accum,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = csp_internal.emerging_hot_spot_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.emerging_hot_spot(...) IS
    'What kind of hot or cold spot is a place by now? One of new, consecutive, intensifying, persistent, diminishing, sporadic, oscillating, historical, followed by hot spot or cold spot; or none. z: Gi* z-value of the place in a period; period: its {number|day|instant}, which gives the order. Threshold 1.96, alpha 0.05, share 0.9; the function over an array takes others. A period is hot at z >= threshold and cold at z <= -threshold. A hot spot in the last period is: new (hot in the last period only, never cold); with at least the share of the periods hot: intensifying, diminishing or persistent (z rises, falls or neither by the Mann-Kendall test at alpha); with fewer: oscillating (cold in some period), consecutive (all hot periods are the last ones) or sporadic (hot by turns). historical: neither hot nor cold now, but in at least the share of the periods hot. Cold spots the same with the signs turned. Rows with a NULL are skipped; no rows give NULL. NaN and infinity are errors (22023).';
