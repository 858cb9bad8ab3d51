-- changepoint: when did the level of a series change?

CREATE TYPE csp.changepoint_segment AS (
    first   bigint,
    last    bigint,
    n       bigint,
    mean    float8,
    change  float8
);
COMMENT ON TYPE csp.changepoint_segment IS 'A stretch of a series between two change points; what the aggregate changepoints returns an array of';
COMMENT ON COLUMN csp.changepoint_segment.first IS 'Number of the segment''s first row with a value, in the order of the series, from 1; in all segments but the first the row at which the level has changed';
COMMENT ON COLUMN csp.changepoint_segment.last IS 'Number of the segment''s last row with a value; in all segments but the last the change point as R''s package changepoint gives it';
COMMENT ON COLUMN csp.changepoint_segment.n IS 'Values in the segment';
COMMENT ON COLUMN csp.changepoint_segment.mean IS 'Mean of the segment, in the unit of the values';
COMMENT ON COLUMN csp.changepoint_segment.change IS 'Mean less that of the segment before; NULL in the first';

CREATE FUNCTION csp_internal.changepoints_accum(state internal, value float8 [, cost text
                        [, penalty text [, penalty_value float8 [, minimum_segment integer]]]])
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'changepoints_accum';
COMMENT ON FUNCTION csp_internal.changepoints_accum(...) IS
    'Part of the aggregate changepoints: collects a row as the next of the series. Internal.';

CREATE FUNCTION csp_internal.changepoints_final(state internal)
RETURNS csp.changepoint_segment[]
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'changepoints_final';
COMMENT ON FUNCTION csp_internal.changepoints_final(internal) IS
    'Part of the aggregate changepoints: the segments from the collected rows. Internal.';

CREATE AGGREGATE csp.changepoints(value float8 [, cost text [, penalty text
                        [, penalty_value float8 [, minimum_segment integer]]]]) (
    SFUNC = csp_internal.changepoints_accum,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = csp_internal.changepoints_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.changepoints(...) IS
    '[cost?As csp.changepoints(value ORDER BY ...). cost: normal (value: any measure; the noise has one variance, estimated by the median absolute deviation of the differences between neighbours) or poisson (value: counts)[penalty?; penalty: what a change point must gain, on the scale of twice the log-likelihood: MBIC (3 ln n, and ln of the length of each segment), BIC (2 ln n) or manual][penalty_value?; penalty_value: for manual, 0 or more; otherwise not looked at][minimum_segment?; minimum_segment: the fewest values between change points, 1 or more (shorter forms: 2, so that a single odd value is no change)]. [penalty?Words not known|A cost not known][penalty_value?, settings out of range or not the same in all rows], counts that are negative or not whole are errors (22023), [penalty_value?NULL as a setting too (22004), but for a penalty_value that is not needed.|[penalty?NULL as cost or penalty, and manual, which needs a value, too (22004).|a NULL cost too (22004). poisson: as cpt.meanvar(test.stat = ''Poisson'') of R''s package changepoint.]]|When the level of a series changed: the segments between its change points, as an array of changepoint_segment (unnest it). Give ORDER BY: changepoints(value ORDER BY month). value: any measure with noise of one variance, which is estimated (for counts give the cost poisson: csp.changepoints(value, cost)). The segments are those of least sum of squares, each change point costing the penalty MBIC, and are at least two values long. A series without a change is one segment; NULL for no values. Rows with a NULL are skipped, but counted in first and last; gaps between rows are not seen. NaN and infinity are errors (22023). Time grows with rows times the length of segments, at worst with the square of rows. PELT (Killick, Fearnhead and Eckley 2012); as cpt.mean of R''s package changepoint for a series divided by mad(diff(x)) / sqrt(2).]';
