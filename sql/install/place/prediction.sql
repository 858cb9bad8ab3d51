-- prediction: how good a forecast map was: accuracy, efficiency and recapture indices.

CREATE FUNCTION csp.prediction_accuracy_index(hits bigint, events bigint, flagged_area float8, total_area float8)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'prediction_accuracy_index';
COMMENT ON FUNCTION csp.prediction_accuracy_index(bigint, bigint, float8, float8) IS
    'How many times more of the events fell into the flagged area than its size would give: (hits / events) / (flagged_area / total_area). 1 is no better than chance. hits: events in the flagged area; areas in any one unit. NULL where any is NULL, and where there are no events or nothing is flagged. Errors (22023): negative values, a part greater than its whole, total_area not above 0. Source: Chainey, Tompson and Uhlig 2008.';

CREATE FUNCTION csp.prediction_efficiency_index(hits bigint, best_hits bigint)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'prediction_efficiency_index';
COMMENT ON FUNCTION csp.prediction_efficiency_index(bigint, bigint) IS
    'The share of the attainable that a forecast attained, 0 to 1: its accuracy index over the highest that the same area could have had, which is hits / best_hits. best_hits: events in the densest places of the same area, known only afterwards. NULL where any is NULL and where best_hits is 0. Errors (22023): negative values, hits greater than best_hits. Source: Hunt 2016 (PEI*).';

CREATE FUNCTION csp.recapture_rate_index(earlier_hits bigint, hits bigint, earlier_events bigint, events bigint)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'recapture_rate_index';
COMMENT ON FUNCTION csp.recapture_rate_index(bigint, bigint, bigint, bigint) IS
    'Whether the flagged area kept its share of the events from the earlier period to the later one: (hits / earlier_hits) / (events / earlier_events). 1 is kept, below 1 the hot spots cooled. NULL where any is NULL, where nothing was hit earlier and where there are no later events. Errors (22023): negative values, a part greater than its whole. Source: Levine 2008.';

CREATE TYPE csp.prediction_result AS (
    cells           bigint,
    cells_flagged   bigint,
    area_share      float8,
    events          bigint,
    hits            bigint,
    hit_rate        float8,
    pai             float8,
    best_hits       float8,
    pei             float8,
    predicted       float8
);
COMMENT ON TYPE csp.prediction_result IS 'How a forecast map did in its most dangerous cells';
COMMENT ON COLUMN csp.prediction_result.cells IS 'Cells of the map';
COMMENT ON COLUMN csp.prediction_result.cells_flagged IS 'Cells flagged: the least number that makes the share, at least one';
COMMENT ON COLUMN csp.prediction_result.area_share IS 'Flagged area over the whole area, 0 to 1';
COMMENT ON COLUMN csp.prediction_result.events IS 'Events observed in all cells';
COMMENT ON COLUMN csp.prediction_result.hits IS 'Events observed in the flagged cells';
COMMENT ON COLUMN csp.prediction_result.hit_rate IS 'hits / events, 0 to 1; NULL without events';
COMMENT ON COLUMN csp.prediction_result.pai IS 'Predictive accuracy index: hit_rate / area_share; 1 is no better than chance; NULL without events';
COMMENT ON COLUMN csp.prediction_result.best_hits IS 'The most events that any choice of the same area could have held; not whole where cells differ in size and the last is taken in part';
COMMENT ON COLUMN csp.prediction_result.pei IS 'Predictive efficiency index: hits / best_hits, 0 to 1; NULL without events';
COMMENT ON COLUMN csp.prediction_result.predicted IS 'Sum of the predictions of the flagged cells: compare with hits where they are counts';

CREATE FUNCTION csp_internal.prediction_accuracy_accum(state internal, predicted float8, observed bigint, area float8, share float8)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'prediction_accuracy_accum';
COMMENT ON FUNCTION csp_internal.prediction_accuracy_accum(internal, float8, bigint, float8, float8) IS 'Internal: part of the aggregate prediction_accuracy.';

CREATE FUNCTION csp_internal.prediction_accuracy_final(state internal)
RETURNS csp.prediction_result
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'prediction_accuracy_final';
COMMENT ON FUNCTION csp_internal.prediction_accuracy_final(internal) IS 'Internal: part of the aggregate prediction_accuracy.';

CREATE AGGREGATE csp.prediction_accuracy(predicted float8, observed bigint, area float8, share float8) (
    SFUNC = csp_internal.prediction_accuracy_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.prediction_accuracy_final,
    COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.prediction_accuracy(float8, bigint, float8, float8) IS
    'How good was a forecast map in its top cells? One row per cell of the whole study area. predicted: risk or count in any unit; observed: events that then happened; area in any one unit (1 for cells of one size); share of the cells to flag, above 0 to 1 (0.01, 0.05, 0.10), one value for the group.
Cells are flagged by predicted / area, highest first; of equal ones the cell with fewer observed events comes first, then the larger, so that ties never flatter the forecast and row order does not matter. A row with a NULL is skipped, as is an area of 0 without events; no rows give NULL. Errors (22023): not finite, negative, events on an area of 0, a share out of range or not constant. Sources: Chainey, Tompson and Uhlig 2008; Hunt 2016.';
